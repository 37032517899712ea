"""The visible block of a signature: its place, its words, and that the file still conforms to PDF/A and PDF/UA."""

from __future__ import annotations

import io
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

from circulars import signing
from circulars.errors import SigningError, UsageError
from circulars.model.fonts import fonts_named
from circulars.render.pdf.block import draw_block
from circulars.signing import Block, Box, Placement, Signing
from circulars.signing.page_content import drawn_objects
from judges import PDF_JUDGES
from signing.authority import NOW, Authority
from signing.samples import DETAILS, KeyOf, codes, codes_by_signature

LINES = ("Digitally signed by Max Mustermann", "15 January 2025, 1030 hours UTC")
ALTERNATE = "Digital signature of Max Mustermann, 15 January 2025"


def block_at(spot: Placement, lines: tuple[str, ...] = LINES) -> Block:
    """A block with the given lines at a place."""
    size = (spot.box.width / 72 * 25.4, spot.box.height / 72 * 25.4)
    drawing = draw_block(lines, "Max Mustermann", size, language="en", direction="ltr", fonts=fonts_named(["Carlito"]))
    return Block(spot, drawing, ALTERNATE, "en")


def visible(spot: Placement) -> Signing:
    """The details of a signature with a block at a place."""
    return Signing(NOW, block=block_at(spot))


@pytest.fixture(scope="module")
def signed(authority: Authority, key_of: KeyOf, letters: Mapping[str, bytes]) -> dict[str, bytes]:
    """Each letter with invisible signatures, with one block, and with two."""
    made: dict[str, bytes] = {}
    director, secretary = key_of(authority.director), key_of(authority.secretary)
    for name, letter in letters.items():
        once = signing.sign(letter, director, DETAILS)
        seen = signing.sign(letter, director, visible(signing.find_spot(letter, 75, 10)))
        made |= {
            f"{name}, invisible": once,
            f"{name}, invisible twice": signing.sign(once, secretary, DETAILS),
            f"{name}, visible": seen,
            f"{name}, visible twice": signing.sign(seen, secretary, visible(signing.find_spot(seen, 50, 10))),
            f"{name}, invisible, then visible": signing.sign(
                once, secretary, visible(signing.spot_at(once, 1, 120, 2, (60, 10)))
            ),
        }
    return made


@pytest.fixture(scope="module")
def files(signed: Mapping[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The signed letters, written to files."""
    folder = tmp_path_factory.mktemp("signed")
    for name, data in signed.items():
        (folder / f"{name}.pdf").write_bytes(data)
    return sorted(folder.iterdir())


@pytest.mark.xdist_group("signing")
def test_judges_find_no_fault_in_a_signed_letter(files: list[Path]) -> None:
    """Signed once or twice, visibly or not, a letter still conforms to PDF/A-3a and PDF/UA-1."""
    judged = {name: judge(files) for name, judge in PDF_JUDGES.items()}

    assert [(name, fault) for name, found in judged.items() for faults in found.values() for fault in faults] == []
    assert len(files) == 10


@pytest.mark.xdist_group("signing")
def test_every_signature_stays_valid(signed: Mapping[str, bytes], authority: Authority) -> None:
    """No later signature invalidates an earlier one, though a block changes the structure tree."""
    found = {
        name: codes_by_signature(signing.signatures_of(data, [authority.trusted])) for name, data in signed.items()
    }

    assert {name for name, signatures in found.items() if any(signatures)} == set()
    assert sorted(len(signatures) for signatures in found.values()) == [1, 1, 1, 1, 2, 2, 2, 2, 2, 2]


@pytest.mark.xdist_group("signing")
def test_a_later_block_is_mentioned(signed: Mapping[str, bytes]) -> None:
    """The report on the first signature mentions the visible block that was added after it."""
    first, _ = signing.signatures_of(signed["tsb-circular-213, visible twice"])

    assert first.remarks[0] == "added later: 1 more signature (visible); everything else is unchanged"


@pytest.mark.xdist_group("signing")
def test_a_block_covers_nothing(signed: Mapping[str, bytes]) -> None:
    """A block overlaps neither text nor another block."""
    for name, data in signed.items():
        with pikepdf.open(io.BytesIO(data)) as pdf:
            for page in pdf.pages:
                blocks = [_box(one.Rect) for one in page.get("/Annots", ()) if one.Subtype == "/Widget"]
                texts = [one.box for one in drawn_objects(page) if one.mcid >= 0]
                for block in (one for one in blocks if one.width):
                    assert not [text for text in texts if block.overlaps(text)], name
                assert not [
                    pair for pair in combinations([b for b in blocks if b.width], 2) if pair[0].overlaps(pair[1])
                ]


def _box(rect: Any) -> Box:
    return Box(*(float(side) for side in rect))


@pytest.mark.xdist_group("signing")
def test_a_block_is_read_after_the_closing(signed: Mapping[str, bytes]) -> None:
    """In the structure tree the block is between the closing and the signatory, with its words and language."""
    with pikepdf.open(io.BytesIO(signed["br-circular-letter-cr-430, visible"])) as pdf:
        kids = list(pdf.Root.StructTreeRoot.K.K)
        [at] = [number for number, kid in enumerate(kids) if kid.S == "/Form"]
        form, page = kids[at], pdf.pages[0]
        before, after = (_text(pdf, kids[number]) for number in (at - 1, at + 1))
        assert (str(form.Alt), str(form.Lang), str(form.K.Type)) == (ALTERNATE, "en", "/OBJR")
        assert str(form.K.Obj.TU) == str(form.K.Obj.Contents) == ALTERNATE
        assert page.Tabs == "/S"
        parents = dict(zip(*[iter(pdf.Root.StructTreeRoot.ParentTree.Nums)] * 2, strict=True))
        assert parents[form.K.Obj.StructParent].objgen == form.objgen

    assert (before, after) == ("Yours faithfully,", "Director, Radiocommunication Bureau")


def _text(pdf: pikepdf.Pdf, element: Any) -> str:
    """The text of an element on the first page."""
    out = io.BytesIO()
    pdf.save(out)
    texts: dict[int, str] = {}
    words = pypdfium2.PdfDocument(out.getvalue())[0]
    text = words.get_textpage()
    for shown in words.get_objects([1], textpage=text):
        number = pypdfium2.raw.FPDFPageObj_GetMarkedContentID(shown.raw)
        texts[number] = texts.get(number, "") + shown.extract()
    kids = element.K if isinstance(element.K, pikepdf.Array) else [element.K]
    return "".join(texts.get(int(kid), "") for kid in kids if isinstance(kid, int)).strip()


@pytest.mark.xdist_group("signing")
def test_the_words_of_a_block_can_be_read(signed: Mapping[str, bytes]) -> None:
    """The block is text in an embedded font, not a picture."""
    with pikepdf.open(io.BytesIO(signed["br-circular-letter-cr-430, visible"])) as pdf:
        [field] = pdf.Root.AcroForm.Fields
        form = field.AP.N
        fonts = [font.DescendantFonts[0].FontDescriptor for font in form.Resources.Font.values()]
        assert int(field.F) & 4
        assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)
        assert fonts

    page = pypdfium2.PdfDocument(block_at(Placement(0, Box(0, 0, 212, 30))).drawing)[0]
    assert page.get_textpage().get_text_range().split("\r\n") == list(LINES)


@pytest.mark.xdist_group("signing")
def test_a_block_is_placed_where_the_user_asks(letter: bytes, authority: Authority, key_of: KeyOf) -> None:
    """Pages count from 1, and millimetres from the upper left corner."""
    spot = signing.spot_at(letter, 2, 20, 200, (70, 20))

    with pikepdf.open(io.BytesIO(signing.sign(letter, key_of(authority.director), visible(spot)))) as pdf:
        [field] = pdf.Root.AcroForm.Fields
        assert field.P.objgen == pdf.pages[1].objgen
        left, bottom, right, top = (round(float(side) / 72 * 25.4) for side in field.Rect)
    assert (left, right, 297 - top, 297 - bottom) == (20, 90, 200, 220)


@pytest.mark.parametrize(
    "place", [(3, 0, 0, 10, 10), (0, 0, 0, 10, 10), (1, 200, 0, 20, 10), (1, 0, 290, 20, 10), (1, 0, 0, 0, 0)]
)
def test_a_place_outside_the_page_is_refused(place: tuple[int, float, float, float, float], letter: bytes) -> None:
    """There is no such page, the block extends beyond the page, or it has no size."""
    page, left, top, width, height = place

    with pytest.raises(UsageError) as caught:
        signing.spot_at(letter, page, left, top, (width, height))
    assert codes(caught) == ["outside-page" if page == 1 else "no-such-page"]


@pytest.mark.parametrize("missing", ["/ParentTree", "/K", "all"])
def test_a_pdf_with_half_a_tree_can_be_signed(missing: str, letter: bytes, authority: Authority, key_of: KeyOf) -> None:
    """Where the structure tree is incomplete or missing, the block is drawn without an element in it."""
    other = io.BytesIO()
    with pikepdf.open(io.BytesIO(letter)) as pdf:
        del (pdf.Root if missing == "all" else pdf.Root.StructTreeRoot)[
            "/StructTreeRoot" if missing == "all" else missing
        ]
        pdf.save(other)

    once = signing.sign(other.getvalue(), key_of(authority.director), DETAILS)
    twice = signing.sign(once, key_of(authority.secretary), visible(signing.spot_at(once, 1, 20, 5, (75, 10))))

    assert codes_by_signature(signing.signatures_of(twice, [authority.trusted])) == [[], []]


def test_a_block_that_would_cover_a_text_is_refused(letter: bytes, authority: Authority, key_of: KeyOf) -> None:
    """Validation reports a block that hides a part of the letter, so none is signed."""
    across = signing.spot_at(letter, 1, 20, 100, (150, 40))

    with pytest.raises(SigningError) as caught:
        signing.sign(letter, key_of(authority.director), visible(across))
    assert codes(caught) == ["covered-page"]


def test_a_destination_on_a_missing_page_is_reported(letter: bytes) -> None:
    """The signature's destination in a broken PDF may point to something that is not a page."""
    broken = io.BytesIO()
    with pikepdf.open(io.BytesIO(letter)) as pdf:
        names = pdf.Root.Names.Dests.Names
        for target in list(names)[1::2]:
            target[0] = pdf.Root
        pdf.save(broken)

    with pytest.raises(SigningError) as caught:
        signing.find_spot(broken.getvalue(), 75, 10)
    assert codes(caught) == ["unreadable-pdf"]


def test_a_pdf_without_a_place_for_the_block_is_reported(letter: bytes) -> None:
    """A PDF from another program has no destination "Signature"; and there is no room for a very wide block."""
    other = io.BytesIO()
    with pikepdf.open(io.BytesIO(letter)) as pdf:
        del pdf.Root.Names
        pdf.save(other)

    with pytest.raises(SigningError) as caught:
        signing.find_spot(other.getvalue(), 75, 10)
    assert codes(caught) == ["no-place"]
    with pytest.raises(SigningError) as caught:
        signing.find_spot(letter, 400, 10)
    assert codes(caught) == ["no-room"]


@pytest.mark.parametrize("size", [(25, 6), (5, 20)])
def test_words_that_do_not_fit_are_reported(size: tuple[float, float]) -> None:
    """The text of a block is never cut off."""
    with pytest.raises(UsageError) as caught:
        draw_block(
            (*LINES, "Reason: this is a long story"),
            "",
            size,
            language="en",
            direction="ltr",
            fonts=fonts_named(["Carlito"]),
        )
    assert codes(caught) == ["small-block"]


def test_a_name_is_never_markup() -> None:
    """A name that looks like HTML is drawn as text; nothing is fetched."""
    name = '<img src="http://127.0.0.1:9/x"> & Söhne'
    drawing = draw_block(
        [f"By {name}"], name, (120, 10), language="en", direction="ltr", fonts=fonts_named(["Carlito"])
    )

    assert pypdfium2.PdfDocument(drawing)[0].get_textpage().get_text_range().strip() == f"By {name}"
