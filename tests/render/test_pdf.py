"""The PDF writer, read back with pikepdf, pdfium and poppler."""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

from circulars.errors import MachineError, PackError
from circulars.model.document import Document, LabelledList
from circulars.model.fonts import FontChoice, PackFonts, fonts_named
from circulars.model.text import Block, Heading, Item, Items, Note, Paragraph, Span, Table
from circulars.pack import Pack, load_pack
from circulars.render.txt import words_of
from render.printed import printed
from render.sample_letters import ALL, ARABIC, COLUMNS, DEADLINES, PLAIN, ROW_ES, TITLE, cell, items, words

ROOT = Path(__file__).parents[2]


def pdf(document: Document, pack: Pack | None = None) -> bytes:
    """The document as PDF in the shipped pack."""
    return printed(document, pack)


def opened(document: Document) -> pikepdf.Pdf:
    """The document's PDF as pikepdf reads it."""
    return pikepdf.open(io.BytesIO(pdf(document)))


def parts(file: pikepdf.Pdf) -> Iterator[Any]:
    """Every element of a file's structure tree, in reading order."""

    def below(element: Any) -> Iterator[Any]:
        yield element
        for kid in kids(element):
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                yield from below(kid)

    return below(file.Root.StructTreeRoot.K)


def kids(element: Any) -> list[Any]:
    """What an element holds."""
    held = element.get("/K", [])
    return list(held) if isinstance(held, pikepdf.Array) else [held]


def kinds(file: pikepdf.Pdf) -> list[str]:
    """The kinds of a file's elements, in reading order."""
    return [str(part.S)[1:] for part in parts(file)]


def marks(file: pikepdf.Pdf, page: int) -> list[tuple[str, int, str]]:
    """The marked-content sequences of a page: tag, number or -1, what is drawn inside in hexadecimal glyphs."""
    found: list[tuple[str, int, str]] = []
    instructions: Any = pikepdf.parse_content_stream(file.pages[page])
    for operands, operator in instructions:
        if str(operator) in ("BDC", "BMC"):
            number = operands[1].get("/MCID") if len(operands) > 1 else None
            found.append((str(operands[0])[1:], -1 if number is None else int(number), ""))
        elif str(operator) == "TJ":
            tag, number, text = found[-1]
            found[-1] = (
                tag,
                number,
                text + "".join(bytes(p).hex() for p in operands[0] if isinstance(p, pikepdf.String)),
            )
    return found


@pytest.mark.parametrize("name", ALL)
def test_readers_find_the_words_of_the_letter_in_order(name: str) -> None:
    """Poppler reads from a PDF, furniture apart, what ``txt`` says, in the same order."""
    document = ALL[name]
    text = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf(document), capture_output=True, check=True).stdout
    pages = text.decode().split("\f")[:-1]
    read = []
    for number, page in enumerate(pages, start=1):
        furniture = document.footer if number == 1 else document.running_header
        tail = squeezed(" ".join(furniture).replace("{page}", str(number)))
        assert squeezed(page).endswith(tail)
        # A table's head row that a page repeats is furniture too.
        read.append(squeezed(page).removesuffix(tail).removeprefix("DateEventPlace"))

    found, expected = without_arabic("".join(read)), without_arabic(squeezed(" ".join(words_of(document))))
    if document.direction == "rtl":  # poppler puts English words in an Arabic line in the order of their looks
        found, expected = "".join(sorted(found)), "".join(sorted(expected))
    assert found == expected


def without_arabic(text: str) -> str:
    """A text without Arabic, which poppler reads letter by letter as it is shown."""
    return re.sub("[\u0600-\u06ff]", "", text)


def squeezed(text: str) -> str:
    """A text without white space, and without the marks that poppler puts around words that run right to left."""
    return re.sub("[\\s\u202a-\u202e]", "", text)


@pytest.mark.parametrize(("name", "pages"), [("columns", 5), ("plain", 1), ("title", 3), ("row-es", 2), ("arabic", 4)])
def test_letters_have_the_expected_pages(name: str, pages: int) -> None:
    """Every page is A4; an annex begins a page."""
    file = pypdfium2.PdfDocument(pdf(ALL[name]))

    assert [tuple(round(side) for side in page.get_size()) for page in file] == [(595, 842)] * pages


def pages_with(document: Document, *texts: str) -> list[int]:
    """The pages on which the first letters of some words stand."""
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf(document))]
    return [next(number for number, page in enumerate(pages, start=1) if text in page) for text in texts]


def test_a_paragraph_that_leads_into_a_list_stays_with_it() -> None:
    """Wherever the page ends, "…include:" is undivided, and on the page of the list's first entry."""
    lead, listed = Paragraph(words(f"Lead {'in ' * 80}here:")), Items("bullets", items("•", "alpha", "beta"))
    found = set()
    for before in range(16, 28):
        body: tuple[Block, ...] = (*[Paragraph(words("Filler"))] * before, lead, listed, Paragraph(words("x")))
        places = pages_with(replace(PLAIN, body=body, annexes=(), link_code=None), "Lead", "here:", "alpha")
        assert len(set(places)) == 1
        found |= set(places)

    assert found == {1, 2}


def test_the_distribution_list_is_not_divided() -> None:
    """Label and entries stand on one page, wherever it ends; the signature above need not."""
    listed, found = LabelledList("Distribution:", items("–", "alpha", "beta", "gamma")), set()
    for before in range(14, 24):
        body = tuple(Paragraph(words("Filler")) for _ in range(before))
        document = replace(PLAIN, body=body, annexes=(), link_code=None, distribution=listed)
        name, *places = pages_with(document, PLAIN.closing, "Distribution:", "alpha", "gamma")
        assert len(set(places)) == 1
        found.add((name, places[0]))

    assert found >= {(1, 1), (1, 2)}


def test_an_address_is_divided_only_when_it_is_long() -> None:
    """What is shown as it is, and fits on a line, is not broken after "https://"."""
    short, long = "https://example.int/" + "a/" * 19, "https://example.int/" + "a/" * 20

    def lines(address: str) -> list[str]:
        body = (Paragraph((Span("word " * 16), Span(address, link=address), Span("."))),)
        page = pypdfium2.PdfDocument(pdf(replace(PLAIN, body=body)))[0]
        return str(page.get_textpage().get_text_bounded()).splitlines()

    assert any(f"{short}." in line for line in lines(short))
    assert not any(long in line for line in lines(long))


def test_running_headers_and_footers_are_artifacts() -> None:
    """Page number, reference and footer are marked as artifacts, so that a screen reader passes over them."""
    file = opened(COLUMNS)
    tagged, whole = [], []
    for number in range(len(file.pages)):
        found = marks(file, number)
        whole.append({tag for tag, _, drawn in found if drawn})
        tagged.append([number for tag, number, _ in found if tag != "Artifact"])
        assert sum(bool(drawn) for tag, _, drawn in found if tag == "Artifact") >= 2

    assert all(sorted(numbers) == list(range(len(numbers))) for numbers in tagged)
    assert all(tags == {"Artifact", "Span"} for tags in whole)


def test_every_mark_has_its_element_and_no_element_is_empty() -> None:
    """The tree and the pages agree both ways: no mark without an element, no element without content."""
    file = opened(COLUMNS)
    owners = dict(zip(*[iter(file.Root.StructTreeRoot.ParentTree.Nums)] * 2, strict=True))
    pages = {page.obj.objgen: number for number, page in enumerate(file.pages)}
    held: dict[int, list[int]] = {number: [] for number in range(len(file.pages))}
    for part in parts(file):
        assert kids(part), part
        for kid in kids(part):
            if isinstance(kid, int):
                held[pages[part.Pg.objgen]].append(kid)
                assert owners[pages[part.Pg.objgen]][kid].objgen == part.objgen
            elif kid.get("/Type") == "/MCR":
                held[pages[kid.Pg.objgen]].append(int(kid.MCID))

    for number, numbers in held.items():
        expected = [mark for tag, mark, _ in marks(file, number) if tag != "Artifact"]
        assert sorted(numbers) == sorted(expected)
        assert len(owners[number]) == len(expected)


def test_a_paragraph_that_a_page_break_divides_is_one_element() -> None:
    """A long paragraph is one P with marks of two pages, not two paragraphs."""
    long = Paragraph(words("The meeting is open to all who wish to contribute to its work. " * 60), "1", "body.1")
    file = opened(replace(PLAIN, body=(long, Paragraph(words("The end.")))))
    divided = [
        part for part in parts(file) if any(isinstance(k, pikepdf.Dictionary) and "/MCID" in k for k in kids(part))
    ]

    assert len(file.pages) == 2
    assert [str(part.S) for part in divided] == ["/P"]


def test_a_repeated_head_row_is_read_once() -> None:
    """A table over two pages is one table whose head row is content on the first page and an artifact on the second."""
    file = opened(replace(TITLE, references=None))
    found = kinds(file)

    assert found.count("Table") == 2  # the reference table and the programme
    assert found.count("THead") == 1
    assert found.count("TR") == 1 + 1 + 60
    assert (
        subprocess.run(["pdftotext", "-", "-"], input=pdf(TITLE), capture_output=True, check=True).stdout.count(
            b"Event"
        )
        == 3
    )


def test_head_cells_say_what_they_are_the_head_of() -> None:
    """Labels of the reference table and dates of deadlines head their row, a programme's head row its columns."""
    file = opened(COLUMNS)
    scopes = [str(part.A.Scope) for part in parts(file) if part.S == "/TH"]

    assert scopes == ["/Row"] * 6 + ["/Row"] * 2 + ["/Column"] * 3


def test_an_empty_cell_is_a_cell() -> None:
    """A row of a table has as many cells as the others, for a screen reader counts them; in the head one spans both."""
    table = replace(DEADLINES, rows=((cell(""), cell("a")), (cell("b"), cell(""))))
    file = opened(replace(ROW_ES, addressees=(replace(ROW_ES.addressees[0], label=""),), body=(table,)))
    rows = [[str(kid.S) for kid in kids(part)] for part in parts(file) if part.S == "/TR"]
    [addressees] = kids([part for part in parts(file) if part.S == "/TR"][1])

    assert (rows[1], int(addressees.A.ColSpan)) == (["/TD"], 3)
    assert rows[-2:] == [["/TH", "/TD"], ["/TH", "/TD"]]


def test_list_entries_have_label_and_body() -> None:
    """Every list item is a label and a body; an addressee's dash, a bullet and "a)" are labels."""
    file = opened(COLUMNS)
    items = [[str(kid.S) for kid in kids(part)] for part in parts(file) if part.S == "/LI"]

    assert len(items) == 1 + 6 + 3 + 2 + 3 + 2 + 14
    assert all(item == ["/Lbl", "/LBody"] for item in items)


def test_lists_in_lists_are_in_the_bodies_of_entries() -> None:
    """A list of an entry follows its words and paragraphs, and says how it is numbered."""
    file = opened(COLUMNS)
    lists = [part for part in parts(file) if part.S == "/L"]
    bodies = [kids(item)[1] for part in lists for item in kids(part)]
    contents = [[str(kid.S) for kid in kids(body) if not isinstance(kid, int)] for body in bodies]
    inner = [content for content in contents if "/L" in content]

    assert [str(part.A.ListNumbering) for part in lists][-7:] == [
        "/LowerAlpha", "/LowerRoman", "/Disc", "/Decimal", "/Decimal", "/Decimal", "/Decimal",
    ]  # fmt: skip
    assert inner == [["/P", "/L"], ["/L"], ["/L"], ["/L"], ["/L"]]


def test_pictures_have_alternate_text_and_a_place() -> None:
    """The mark and the QR code are figures that say what they show, and where on the page they stand."""
    file = opened(COLUMNS)
    figures = [part for part in parts(file) if part.S == "/Figure"]

    assert [str(figure.Alt) for figure in figures] == [
        "International Telecommunication Union",
        "QR code: https://u4ssc.itu.int/latest-meetings/8th-meeting/",
    ]
    assert [round(float(side)) for side in figures[0].A.BBox] == [57, 740, 102, 785]


def test_a_picture_without_alternate_text_is_an_ornament() -> None:
    """A mark whose alternate text is empty is an artifact."""
    mark = PLAIN.letterhead.mark
    assert mark
    file = opened(replace(PLAIN, letterhead=replace(PLAIN.letterhead, mark=replace(mark, alt=""))))

    assert "Figure" not in kinds(file)


def test_headings_do_not_skip_a_rank() -> None:
    """The subject is the title; sections are below it, an annex's sections below the annex."""
    found = [kind for kind in kinds(opened(COLUMNS)) if re.fullmatch(r"H\d", kind)]

    assert found == ["H1", "H2", "H3", "H4", "H2", "H3", "H2", "H3", "H4"]


def test_links_lead_out_and_inside_and_say_where() -> None:
    """A link is one annotation that names its words; "#programme" leads to the page of Annex 1."""
    file = opened(COLUMNS)
    links = {str(link.Contents): link for page in file.pages for link in page.get("/Annots", [])}
    names = list(file.Root.Names.Dests.Names)
    places = {str(name): place for name, place in zip(names[::2], names[1::2], strict=True)}

    assert str(links["International Telecommunication Union"].A.URI) == "https://www.itu.int/"
    assert str(links["the meeting's own page"].A.URI).endswith("/8th-meeting/")
    assert places[str(links["Annex 1"].Dest)][0].objgen == file.pages[2].obj.objgen
    assert "languages" in places
    assert sum(len(page.get("/Annots", [])) for page in file.pages) == len(links) == 7


def test_bookmarks_are_sections_and_annexes_with_theirs() -> None:
    """The outline shows the letter's sections, and the annexes with their sections below them."""

    def outline(items: Any) -> list[Any]:
        return [[str(item.title), outline(item.children)] if item.children else str(item.title) for item in items]

    with opened(COLUMNS).open_outline() as found:
        assert outline(found.root) == [
            ["Key deadlines", [["Practical information", ["Visas"]]]],
            ["ANNEX 1 – Draft programme", ["1 Sessions"]],
            ["ANNEX 2 – Registration form", [["1 Who you are", ["1.1 Name"]]]],
        ]


def test_the_file_says_what_it_is() -> None:
    """Title, author, subject, keywords, reference, language and the letter's own date stand in Info and in XMP."""
    file = opened(COLUMNS)

    assert str(file.docinfo.Title) == COLUMNS.properties.title
    assert str(file.docinfo.Reference) == "TSB Circular 213"
    assert str(file.docinfo.CreationDate) == str(file.docinfo.ModDate) == "D:20240712000000Z"
    assert str(file.Root.Lang) == "en"
    assert bool(file.Root.ViewerPreferences.DisplayDocTitle)
    with file.open_metadata() as xmp:
        assert xmp["dc:title"] == COLUMNS.properties.title
        assert xmp["dc:identifier"] == "TSB Circular 213"
        assert xmp["pdf:Keywords"] == "U4SSC, smart cities"
        assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"], xmp["pdfuaid:part"]) == ("3", "A", "1")


def test_words_of_another_language_say_so() -> None:
    """A French phrase in an English letter has its own language, for a voice to pronounce it."""
    file = opened(COLUMNS)

    assert [str(part.Lang) for part in parts(file) if "/Lang" in part] == ["en", "fr"]


def test_fonts_are_embedded_and_cut_to_size() -> None:
    """Every font is inside the file, a subset of a few kilobytes."""
    data = pdf(COLUMNS)
    table = subprocess.run(["pdffonts", "-"], input=data, capture_output=True, check=True, text=False).stdout.decode()
    rows = table.splitlines()[2:]

    assert rows
    assert all("Carlito" in row and "yes yes yes" in row for row in rows)
    assert len(data) < 80_000


def test_characters_that_the_font_lacks_come_from_another() -> None:
    """Emoji, Arabic and Chinese in a Spanish letter are shown by other installed fonts, and can be copied."""
    text = subprocess.run(["pdftotext", "-", "-"], input=pdf(ROW_ES), capture_output=True, check=True).stdout.decode()

    assert "🎉" in text
    assert "示例甲" in text


def test_a_right_to_left_letter_is_a_mirror() -> None:
    """In Arabic the mark stands at the right, and a viewer shows pages from right to left."""
    file = opened(ARABIC)
    figure = next(part for part in parts(file) if part.S == "/Figure")

    assert float(figure.A.BBox[0]) > 400
    assert file.Root.ViewerPreferences.Direction == "/R2L"


def test_a_character_that_no_font_shows_is_a_problem() -> None:
    """It is named with its number, its Unicode name and the words around it."""
    with pytest.raises(MachineError) as caught:
        pdf(replace(PLAIN, salutation=(Span("Dear Ms \u0378 Example,"),)))

    (problem,) = caught.value.problems
    assert problem.code == "missing-glyph"
    assert "U+0378" in problem.message
    assert "Dear Ms \u0378 Example," in problem.message


def test_a_font_that_is_not_installed_is_a_problem() -> None:
    """No other font takes its place in silence; the hint says what to install."""
    with pytest.raises(MachineError) as caught:
        pdf(PLAIN, replace(load_pack(), fonts=fonts_named(["Carlito", "Caladea Nova", "Noto Sans Imaginary"])))

    assert [problem.code for problem in caught.value.problems] == ["missing-font"] * 2
    assert any("fonts-noto-core" in problem.hint for problem in caught.value.problems)


def test_only_the_fonts_of_the_languages_on_a_page_are_asked_for() -> None:
    """An English letter needs no Arabic font, one with Arabic words in it does; the problem names the package."""
    pack = replace(load_pack(), fonts=PackFonts(FontChoice(("Carlito",)), (("ar", FontChoice(("Noto Sans CJK XX",))),)))
    quoted = replace(PLAIN, salutation=(Span("Dear "), Span("السلام", language="ar")))

    assert pdf(PLAIN, pack)
    with pytest.raises(MachineError) as caught:
        pdf(quoted, pack)
    [problem] = caught.value.problems
    assert (problem.code, problem.hint) == ("missing-font", "on Debian, install fonts-noto-cjk")


def test_nothing_is_fetched_while_printing(tmp_path: Path) -> None:
    """A template that asks for an address gets a problem that names it, even for a file of this machine."""
    for address in ("http://192.0.2.1/seal.png", "file:///etc/hostname"):
        folder = pack_with(
            tmp_path / address[:4], lambda page, at=address: page.replace("<main>", f'<main><img src="{at}" alt="" />')
        )
        with pytest.raises(PackError) as caught:
            pdf(PLAIN, replace(load_pack(), folder=folder))

        assert address in caught.value.problems[0].message


def test_a_pack_may_make_footnotes(tmp_path: Path) -> None:
    """A stylesheet that floats something to the page's foot finds WeasyPrint's own rules for notes."""
    style = ".signed { float: footnote }"
    file = pikepdf.open(io.BytesIO(pdf(PLAIN, replace(load_pack(), folder=pack_with(tmp_path / "notes", str, style)))))

    assert "H1" in kinds(file)


def pack_with(folder: Path, change: Any, style: str = "") -> Path:
    """A copy of the shipped pack's page with its template changed, and ``style`` added to its stylesheet."""
    folder.mkdir()
    pack = load_pack()
    (folder / "letter.css").write_bytes(pack.read("letter.css") + style.encode())
    (folder / "letter.html.j2").write_text(change(pack.read("letter.html.j2").decode()))
    return folder


def test_a_template_that_is_no_xml_is_printed_too(tmp_path: Path) -> None:
    """HTML with an entity and an unclosed tag, which the quick reader refuses, says the same words."""
    folder = pack_with(tmp_path / "loose", lambda page: page.replace("<main>", "<main>&nbsp;<br>"))
    file = pikepdf.open(io.BytesIO(pdf(PLAIN, replace(load_pack(), folder=folder))))

    assert "H1" in kinds(file)


def test_markup_in_a_letter_stays_text() -> None:
    """Angle brackets, ampersands and braces in a letter are shown as typed."""
    typed = "<b>R&D</b> {{ 7*7 }} {% x %} CL/12 <R&D>"
    data = pdf(replace(PLAIN, salutation=(Span(typed),)))

    assert typed in subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True).stdout.decode()


def test_the_signature_never_stands_alone() -> None:
    """However long the body is, its last paragraph stands on the page of the closing."""
    for count in range(20, 30):
        body = (
            *(Paragraph(words("One line."), str(n), f"b{n}") for n in range(count)),
            Paragraph(words("The last one.")),
        )
        file = pypdfium2.PdfDocument(pdf(replace(PLAIN, body=body)))
        last = file[len(file) - 1].get_textpage().get_text_bounded()

        assert "The last one." in last
        assert "Max Mustermann" in last


def test_same_bytes_in_another_process_folder_time_zone_locale_and_hash_seed(tmp_path: Path) -> None:
    """A letter's bytes follow from its document and nothing else, with emoji too."""
    script = (
        "import hashlib, sys; from render.printed import printed_sample;"
        "print(*(hashlib.sha256(printed_sample(name)).hexdigest() for name in sys.argv[1:]))"
    )
    place = {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT / 'tests'}", "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "2", "LC_ALL": "C"}
    other = subprocess.run(
        [sys.executable, "-c", script, "columns", "row-es"],
        cwd=tmp_path, env=os.environ | place, capture_output=True, check=True, encoding="ascii",
    )  # fmt: skip

    here = [hashlib.sha256(pdf(letter)).hexdigest() for letter in (ROW_ES, COLUMNS)]

    assert other.stdout.split() == here[::-1]


def test_the_writer_is_cheap_to_import() -> None:
    """WeasyPrint is not imported before a PDF is asked for."""
    script = "import sys, circulars.render.pdf; sys.exit('weasyprint' in sys.modules)"

    assert (
        subprocess.run([sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": str(ROOT / "src")}).returncode
        == 0
    )


def test_a_missing_library_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Pango the problem says what to install."""
    for module in [name for name in sys.modules if name.startswith(("circulars.render.pdf.", "weasyprint"))]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setattr(sys, "meta_path", [_NoPango(), *sys.meta_path])

    with pytest.raises(MachineError, match="libpango"):
        pdf(replace(PLAIN))


class _NoPango:
    """An importer that fails as WeasyPrint does where Pango is not installed."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")


def test_a_word_that_is_longer_than_a_line_goes_on_in_the_next() -> None:
    """Words of 400 letters stay inside the margins wherever a letter has words, and lose none of their letters."""
    long = "abcdefghij" * 40
    spans = words(f"See {long} and ") + words(long, strong=True, link=f"https://example.int/{long}")
    blocks: tuple[Block, ...] = (
        Paragraph(spans, "1"),
        Heading(spans, 1, "2"),
        Items("letters", (Item("a)", spans),)),
        Note("NOTE – ", spans),
        Table((cell(long), cell("b")), ((cell(long), cell(long)),), (0.5, 0.5)),
    )
    document = replace(PLAIN, subject=(spans,), salutation=spans, addressee=spans, window="right", body=blocks)
    with pypdfium2.PdfDocument(pdf(document)) as file:
        texts = [page.get_textpage() for page in file]
        edges = [
            text.get_charbox(place)
            for text in texts
            for place in range(text.count_chars())
            if text.get_text_range(place, 1).strip()  # a space may hang over a line's end
        ]
        shown = re.sub(r"[\s\ufffe\x02]", "", "".join(text.get_text_range() for text in texts))  # cells are hyphenated

    assert max(right for _, _, right, _ in edges) < (210 - 20) / 25.4 * 72 + 0.5
    assert shown.count(long) == 17  # seven texts with two, and three cells
