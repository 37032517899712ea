"""PDF masters: a copy that is filled is the copy that is laid out in full, byte for byte of what is drawn."""

from __future__ import annotations

import functools
import hashlib
import io
import pickle
import random
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

import judges
from circulars.model.text import Block, Span
from circulars.pack import load_pack
from circulars.render.pdf import master, master_for_copies
from circulars.render.pdf.masters import PdfMaster
from render.filled_letters import (
    BLOCK,
    CHARACTERS,
    COUNTRY,
    LETTERS,
    NAME,
    PLACE,
    Values,
    filled_letter,
    paragraph,
    values,
)
from render.sample_letters import COLUMNS, ROW_ES

pytestmark = pytest.mark.xdist_group("pdf-masters")


@functools.cache
def whole_letter(name: str, seed: int) -> tuple[Values, bytes]:
    """Values that a letter is filled with, and that copy laid out in full."""
    letter = filled_letter(name)
    some = fillable(letter, seed + 1)[seed]
    return some, letter.whole(some)


def drawn(pdf: bytes) -> list[list[str]]:
    """What each page draws, operator for operator, but for marks; of each glyph, how far on the next one stands.

    That is its width in the font less the number after it. A full layout rounds a glyph's width in the size in which
    it is drawn first, so in another copy both may be one thousandth more.
    """
    with pikepdf.open(io.BytesIO(pdf)) as file:
        return [list(_drawn_on(page)) for page in file.pages]


def _drawn_on(page: pikepdf.Page) -> Iterator[str]:
    instructions: Any = pikepdf.parse_content_stream(page)
    widths: dict[int, int] = {}
    for operands, operator in instructions:
        if str(operator) == "Tf":
            widths = _widths(page.Resources.Font[operands[0]].DescendantFonts[0])
        if str(operator) == "TJ":
            yield " ".join(_advances(operands[0], widths))
        elif str(operator) not in ("BDC", "BMC", "EMC"):
            yield f"{operator} {[str(one) for one in operands]}"


def _widths(font: Any) -> dict[int, int]:
    """Each glyph's width (ISO 32000-1, 9.7.4.3); those that the font does not list have its usual width, or 1000."""
    usual, said = int(font.get("/DW", 1000)), font.get("/W", [])
    listed = {
        int(said[place]) + number: int(width)
        for place in range(0, len(said), 2)
        for number, width in enumerate(said[place + 1])
    }
    return defaultdict(lambda: usual, listed)


def _advances(shown: Any, widths: dict[int, int]) -> Iterator[str]:
    glyphs: list[list[int]] = []
    for one in shown:
        if isinstance(one, pikepdf.String):
            data = bytes(one)
            codes = (int.from_bytes(data[place : place + 2], "big") for place in range(0, len(data), 2))
            glyphs += ([code, widths[code]] for code in codes)
        else:
            glyphs[-1][1] -= int(one)
    return (f"{code:04x}:{advance}" for code, advance in glyphs)


def pictures(pdf: bytes, dots: int = 150) -> list[bytes]:
    """Each page as pdfium shows it, with some dots an inch."""
    with pypdfium2.PdfDocument(pdf) as file:
        return [bytes(page.render(scale=dots / 72).buffer) for page in file]


def poppler_pictures(pdf: bytes, folder: Path, dots: int = 150) -> list[bytes]:
    """Each page as poppler shows it, with some dots an inch."""
    subprocess.run(["pdftoppm", "-r", str(dots), "-", str(folder / "page")], input=pdf, check=True)
    files = sorted(folder.glob("page*"))
    found = [file.read_bytes() for file in files]
    for file in files:
        file.unlink()
    return found


def texts(pdf: bytes) -> list[str]:
    """The words that pdfium and poppler find."""
    with pypdfium2.PdfDocument(pdf) as file:
        by_pdfium = [page.get_textpage().get_text_bounded() for page in file]
    said = (
        subprocess.run(["pdftotext", *how, "-", "-"], input=pdf, check=True, capture_output=True).stdout
        for how in ([], ["-layout"])
    )
    return [*by_pdfium, *(text.decode() for text in said)]


def fillable(letter: PdfMaster, count: int) -> list[Values]:
    """Some values that the letter is filled with; others it lays out in full."""
    found = [one for one in map(values, range(4 * count + 20)) if letter.tail(one) is not None]
    assert len(found) >= count
    return found[:count]


def two_copies(name: str, request: pytest.FixtureRequest) -> Iterator[tuple[Values, bytes]]:
    """Two of five copies of a letter, laid out in full; the same two for all tests of a run."""
    chosen = random.Random(f"{request.config.option.seed} {name}").sample(range(5), 2)
    return (whole_letter(name, seed) for seed in chosen)


@pytest.mark.parametrize("name", LETTERS)
def test_a_filled_copy_draws_what_a_full_layout_draws(name: str, request: pytest.FixtureRequest) -> None:
    """A copy that is filled draws the same, operator for operator, as the same copy laid out in full."""
    for one, whole in two_copies(name, request):
        assert drawn(filled_letter(name).fill(one)) == drawn(whole), one


@pytest.mark.parametrize("name", LETTERS)
def test_a_filled_copy_looks_and_reads_as_a_full_layout(
    name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """pdfium and poppler show the same pages, pixel for pixel, and find the same words."""
    for one, whole in two_copies(name, request):
        copy = filled_letter(name).fill(one)
        assert pictures(copy) == pictures(whole), one
        assert poppler_pictures(copy, tmp_path) == poppler_pictures(whole, tmp_path), one
        assert texts(copy) == texts(whole), one
        assert one["addressee.country"] in "".join(" ".join(text.split()) for text in texts(copy))


@pytest.mark.parametrize(
    "value",
    [
        "a  b", " a", "a ", "a\nb", "a\tb", "Анна", "安娜", "ليلى", "e\u0301", "🎉", "a\u00adb", "a\u2011b", "ﬁ",
        "a\u200bb", "W" * 60, "word " * 40 + "end", "«Ω»",
    ],
)  # fmt: skip
def test_a_copy_whose_value_could_move_a_line_has_no_tail(value: str) -> None:
    """Long words, other scripts, marks, white space: such a copy has no tail."""
    letter = filled_letter("columns")
    one = fillable(letter, 1)[0] | {"addressee.country": value}

    assert letter.tail(one) is None


def test_a_copy_without_a_tail_is_laid_out_in_full() -> None:
    """It has the bytes of the layout in full."""
    letter = filled_letter("columns")
    one = fillable(letter, 1)[0] | {"addressee.country": "Анна"}

    assert letter.fill(one) == letter.whole(one)


@pytest.mark.parametrize(
    "place",
    [
        paragraph(Span("see", link="https://example.int/"), " ", replace(NAME, link="https://example.int/a")),
        paragraph(NAME, " and ", Span("our page", link="https://example.int/")),
    ],
)
def test_a_hole_elsewhere_is_laid_out_in_full(place: Block) -> None:
    """A hole in a link or before one: no copy is filled."""
    letter = master_for_copies(replace(COLUMNS, body=(*COLUMNS.body, place), annexes=()), load_pack(), CHARACTERS)
    one = {"addressee.name": "Ana Ejemplo"}

    assert isinstance(letter, PdfMaster)
    assert [problem.code for problem in letter.slow] == ["slow-hole"]
    assert letter.tail(one) is None
    assert "Ana Ejemplo" in " ".join(texts(letter.fill(one))[-2].split())


def test_a_block_has_as_many_lines_as_the_addressee_has(tmp_path: Path) -> None:
    """The addressee's block may be empty, full, or with a line that is broken; with more than its box holds, no."""
    letter = filled_letter("columns")
    some = fillable(letter, 1)[0]

    long = "National Regulatory Agency for Electronic Communications, Post and All Else"
    for block in ("", "\n".join("abcdefgh"), f"Ana\n{long}\nMADRID"):
        one = some | {"addressee.block": block}
        assert letter.tail(one) is not None
        copy, whole = letter.fill(one), letter.whole(one)
        assert pictures(copy) == pictures(whole)
        assert poppler_pictures(copy, tmp_path) == poppler_pictures(whole, tmp_path)
        assert texts(copy) == texts(whole)
    for block in ("\n".join("abcdefghi"), "W" * 40, "a\n\nb", "\n".join("abcdefg") + f"\n{long}"):
        assert letter.tail(some | {"addressee.block": block}) is None


def test_an_empty_block_that_nobody_is_known_to_have_is_laid_out_in_full() -> None:
    """What was not laid out empty for comparison is not filled so."""
    samples = [values(-seed) for seed in range(30)]
    document = replace(COLUMNS, addressee=(BLOCK,), body=(paragraph("To ", NAME),), annexes=())
    letter = master_for_copies(document, load_pack(), CHARACTERS, samples)

    one = next(one for one in samples if letter.tail(one) is not None) | {"addressee.block": ""}
    assert letter.tail(one) is None
    assert "Ministry of Examples" not in " ".join(texts(letter.fill(one)))


def test_words_that_are_longer_than_a_line_move_none() -> None:
    """Beside a word of 400 letters, which goes on from line to line, a filled copy draws what a full layout draws."""
    long = "abcdefghij" * 40
    body = (
        paragraph("See ", NAME, f" and {long} now."), paragraph(f"{long} ", NAME, " and more.", number="1"),
        paragraph("On ", PLACE, f": {long}", number="2"), paragraph(NAME, " writes ", COUNTRY, "."),
    )  # fmt: skip
    samples = [values(-seed) for seed in range(10)]
    letter = master_for_copies(replace(ROW_ES, body=body), load_pack(), CHARACTERS, samples)
    widths = [one | {"addressee.name": "Ana" + "m" * (7 * seed)} for seed, one in enumerate(map(values, range(14)))]
    filled = [one for one in widths if letter.tail(one) is not None]

    assert 0 < len(filled) < len(widths)
    for one in filled:
        assert drawn(letter.fill(one)) == drawn(letter.whole(one)), one
    assert letter.tail(widths[0] | {"addressee.name": long}) is None


@pytest.mark.parametrize("style", ["text-transform: uppercase", "text-align: center", "letter-spacing: 1pt"])
def test_words_that_a_pack_shows_otherwise_are_laid_out_in_full(style: str, tmp_path: Path) -> None:
    """Where a pack shows a hole's words in capitals, centred or spaced out, no copy is filled; each one is right."""
    shipped = load_pack()
    css = shipped.read("letter.css").decode() + f".addressee {{ {style} }}"
    (tmp_path / "letter.css").write_text(css)
    (tmp_path / "letter.html.j2").write_bytes(shipped.read("letter.html.j2"))
    letter = master_for_copies(
        replace(LETTERS["row"], addressee=(BLOCK,)), replace(shipped, folder=tmp_path), CHARACTERS
    )
    one = {"addressee.block": "Ana Ejemplo"}

    assert letter.tail(one) is None
    assert "anaejemplo" in "".join(texts(letter.fill(one))[-2].lower().split())


def test_an_empty_value_is_filled_where_words_surround_it() -> None:
    """A value that is empty, between words, takes no room, as in a full layout."""
    letter = filled_letter("columns")
    one = fillable(letter, 1)[0] | {"addressee.country": ""}

    assert letter.tail(one) is not None
    assert drawn(letter.fill(one)) == drawn(letter.whole(one))


def test_filled_copies_keep_the_standards(tmp_path: Path) -> None:
    """veraPDF finds nothing against PDF/A-3a and PDF/UA-1 in filled copies, nor does page-validation."""
    files = []
    for name in LETTERS:
        letter = filled_letter(name)
        for number, one in enumerate((*fillable(letter, 2), fillable(letter, 1)[0] | {"addressee.block": ""})):
            files.append(tmp_path / f"{name}-{number}.pdf")
            files[-1].write_bytes(letter.fill(one))

    for said, judge in judges.PDF_JUDGES.items():
        assert not [fault for faults in judge(files).values() for fault in faults], said


def everything(pdf: bytes) -> bytes:
    """A file's bytes, with all its streams unpacked and with the words of its pages."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        unpacked = io.BytesIO()
        file.save(
            unpacked,
            stream_decode_level=pikepdf.StreamDecodeLevel.all,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return pdf + unpacked.getvalue() + "\n".join(texts(pdf)).encode()


def test_no_copy_holds_a_word_of_another_addressee() -> None:
    """Neither a name that another copy has nor the words of the layout are in a copy, in any encoding."""
    letter = filled_letter("columns")
    ana, max_ = (
        {"addressee.name": name, "addressee.block": f"{name}\nHome", "addressee.country": "Spain", "place": "Rome"}
        for name in ("Quyzana", "Xaver Qix")
    )
    for mine, other in ((ana, max_), (max_, ana)):
        copy = everything(letter.head + (letter.tail(mine) or b""))

        assert mine["addressee.name"].encode() in copy
        for word in (other["addressee.name"], "nnnnn"):
            for coding in ("utf-8", "utf-16-be"):
                assert word.encode(coding) not in copy
                assert word.encode(coding).hex().encode() not in copy.lower()


def test_a_master_fills_in_another_process_without_weasyprint() -> None:
    """A master travels to another process, which makes the same bytes of it without loading WeasyPrint."""
    letter = filled_letter("title")
    one = fillable(letter, 1)[0]
    script = (
        "import hashlib, pickle, sys; letter, one = pickle.load(sys.stdin.buffer); data = letter.fill(one);"
        "print(hashlib.sha256(data).hexdigest(), 'weasyprint' in sys.modules)"
    )

    said = subprocess.run(
        [sys.executable, "-c", script], input=pickle.dumps((letter, one)), capture_output=True, check=True
    )

    assert said.stdout.decode().split() == [hashlib.sha256(letter.fill(one)).hexdigest(), "False"]


def test_the_same_letter_gives_the_same_master() -> None:
    """Two masters of one letter, and two fillings with the same values, give the same bytes; others give others."""
    letter = filled_letter("row")
    again = master_for_copies(letter.document, load_pack(), CHARACTERS, [values(-seed) for seed in range(30)])
    one, other = fillable(letter, 2)

    assert letter.head == again.head
    assert letter.tail(one) == letter.tail(one) == again.tail(one)
    assert letter.fill(one).startswith(letter.head)
    identifiers = [re.findall(rb"/ID \[.*?\]", letter.fill(values)) for values in (one, other)]
    assert identifiers[0] != identifiers[1]
    assert [len(found) for found in identifiers] == [1, 1]


def test_a_letter_without_holes_is_one_file() -> None:
    """Every copy of a letter without holes is the same file, the one that is built."""
    letter = master_for_copies(COLUMNS, load_pack(), CHARACTERS)

    assert letter.tail({}) == b""
    assert letter.fill({}) == master(COLUMNS, load_pack()).fill({})


def test_the_glyphs_in_the_file_are_those_of_the_characters() -> None:
    """The fonts of a copy have the characters of the list, and no letter that neither list nor letter has."""
    few = frozenset("ABCabc ")
    letter = master_for_copies(replace(COLUMNS, body=(paragraph("To ", NAME),), annexes=()), load_pack(), few)

    assert letter.tail({"addressee.name": "Abba Cab"}) is not None
    assert letter.tail({"addressee.name": "Zz"}) is None
    assert b"<00e9>" not in everything(letter.fill({"addressee.name": "Abba Cab"}))


@functools.cache
def letter_with_no_break_spaces() -> PdfMaster:
    """A letter with a name in a short and in a long paragraph, for a list with no-break spaces."""
    long = "The meeting is held for everybody who has been asked to come, so that all that is due is told to "
    body = (paragraph("To ", NAME), paragraph(long, NAME, ", with those who come with them, and to everybody else."))
    letter = master_for_copies(replace(COLUMNS, body=body, annexes=()), load_pack(), frozenset("ABCabc. \u00a0"))
    assert isinstance(letter, PdfMaster)
    return letter


@pytest.mark.parametrize("name", ["A.\u00a0B. Cab", "\u00a0Cab", "Abba\u00a0\u00a0Cab\u00a0"])
def test_a_no_break_space_is_filled(name: str) -> None:
    """It has the glyph of a space: the copy draws what a full layout draws, and no line breaks at it."""
    letter = letter_with_no_break_spaces()
    values = {"addressee.name": name}

    assert letter.tail({"addressee.name": "Abba Cab"}) is not None
    copy, whole = letter.fill(values), letter.whole(values)
    assert drawn(copy) == drawn(whole)
    assert texts(copy) == texts(whole)


def test_a_no_break_space_needs_no_layout_in_full() -> None:
    """Neither its own copy nor any other; "S. E." stands before many names."""
    letter = letter_with_no_break_spaces()

    assert letter.tail({"addressee.name": "Abba Cab"}) is not None
    assert letter.tail({"addressee.name": "A.\u00a0B. Cab"}) is not None
