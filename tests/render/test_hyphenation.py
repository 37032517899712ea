"""Long words are hyphenated in narrow columns, by the rules of the language, and nothing else is."""

from __future__ import annotations

import re
from dataclasses import replace

import pypdfium2
import pytest
from lxml import etree

from circulars.model.sheet import Hyphens
from circulars.model.text import Cell, Paragraph, Span, Table
from circulars.pack import Pack, load_pack
from circulars.render.docx.hyphens import with_hyphenated_styles, with_hyphens, with_whole_addresses
from circulars.render.html import html_of
from circulars.render.pdf import pdf_of
from render.sample_letters import PLAIN, cell, words

PACK = load_pack()
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RUSSIAN = replace(PLAIN, language="ru", locale="ru-RU")


def lines(*cells: Cell, pack: Pack = PACK, text: str = "") -> list[str]:
    """The lines of narrow cells in a Russian letter, and of a paragraph; a soft hyphen is shown as "~"."""
    table = Table(columns=(cell("№"), cell("Х")), rows=tuple((one, cell("х")) for one in cells), widths=(0.15, 0.85))
    document = replace(RUSSIAN, body=(Paragraph(words(text or "x"), "", "p"), table), annexes=())
    file = pypdfium2.PdfDocument(pdf_of(document, pack))
    said = file[0].get_textpage().get_text_range().replace("\ufffe", "~\n").replace("\u00ad", "~\n")
    return [line for line in re.split(r"[\r\n]+", said) if line]


def with_type(hyphens: Hyphens) -> Pack:
    """The shipped pack with another setting."""
    return replace(PACK, type=replace(PACK.type, hyphens=hyphens))


def test_a_word_longer_than_its_column_is_hyphenated() -> None:
    """Each language has its own rules; at least three letters are on each line."""
    found = lines(cell("междуведомственная радиоэлектроника"))

    assert any(line.startswith("радиоэл") and line.endswith("~") for line in found)


@pytest.mark.parametrize(
    "text",
    [
        *("ТЕЛЕКОММУНИКАЦИОННАЯ", "МСЭТЕЛЕКОММУНИКАЦИОННАЯ", "abc1234567телекоммуникационная", "а по Ростиславль"),
        *("Телекоммуникационнаяотрасль", "телекоммуникационная_радиоэлектроника", "x@телекоммуникационная.example"),
    ],
    ids=["capitals", "abbreviation", "code", "name that fits", "name that does not", "file", "address"],
)
def test_names_codes_and_capitals_are_not(text: str) -> None:
    """What is longer than its line is broken without a hyphen."""
    assert not any(line.endswith("~") for line in lines(cell(text)))


def test_a_word_that_is_no_name_is_hyphenated_where_a_name_is_not() -> None:
    """A third of a line would be empty; a word with a capital goes on the next line, since it may be a name."""
    assert any(line.endswith("~") for line in lines(cell("а по ростиславль")))


def test_what_fits_nowhere_is_broken_behind_its_signs() -> None:
    """An address, a reference or a file's name goes on in the next line behind one of them, and nowhere else."""
    texts = ("secretariat.office@example.int", "a_folder/of_documents.pdf", "+41 22 730 0000 00 00")
    found = lines(*map(cell, texts))

    parts = ["secretariat.", "office@", "example.int", "х", "a_folder/", "of_", "documents.", "pdf", "х"]
    parts += ["+41 22 730", "0000 00 00"]
    assert found[found.index(parts[0]) :][: len(parts)] == parts


def test_links_and_words_in_other_languages_are_not() -> None:
    """An address stays as it is, wherever its lines end."""
    address = "https://telecommunications.example.int/"
    link = Cell(((Span(address, link=address),),))
    other = Cell(((Span("telecommunications", language="en"),),))

    assert not any(line.endswith("~") for line in lines(link, other))


def test_paragraphs_are_hyphenated_only_if_the_pack_asks_for_it() -> None:
    """By default columns are, and no paragraph; "none" leaves both as they are, "text" hyphenates both."""
    long = "междуведомственная"
    text = "радиоэлектроника и телекоммуникационная деятельность международная " * 6
    by_setting = {name: lines(cell(long), pack=with_type(name), text=text) for name in ("columns", "text", "none")}

    hyphens = {name: sum(line.endswith("~") for line in found) for name, found in by_setting.items()}
    assert (hyphens["columns"], hyphens["none"]) == (1, 0)
    assert hyphens["text"] > 1


def test_a_cell_with_an_addressee_s_words_is_not_hyphenated() -> None:
    """Its lines can be filled in, and are the same in a copy that is laid out in full."""
    assert not any(line.endswith("~") for line in lines(replace(cell("междуведомственная"), is_filled=True)))


def test_the_page_has_the_rules_of_the_pack() -> None:
    """A browser hyphenates in columns, too."""
    assert "--hyphens-in-columns:auto" in html_of(RUSSIAN, PACK)
    assert "--hyphens-in-columns:auto" not in html_of(RUSSIAN, with_type("none"))


def test_word_hyphenates_only_where_the_pack_asks_for_it() -> None:
    """The file hyphenates, all paragraphs suppress it, and cells of tables do not; no link is proofread."""
    styles = (
        f"<w:styles {W}><w:docDefaults><w:pPrDefault><w:pPr><w:spacing/></w:pPr></w:pPrDefault></w:docDefaults>"
        '<w:style w:type="paragraph"><w:name w:val="Table text"/><w:pPr><w:tabs/><w:jc/></w:pPr></w:style>'
        '<w:style w:type="paragraph"><w:name w:val="Body Text"/></w:style>'
        '<w:style w:type="character"><w:name w:val="Hyperlink"/><w:rPr><w:color/></w:rPr></w:style></w:styles>'
    ).encode()

    columns = _children(with_hyphenated_styles(styles, "columns"))
    assert "pPr(suppressAutoHyphens,spacing)" in columns and "pPr(tabs,suppressAutoHyphens=0,jc)" in columns
    assert "rPr(noProof,color)" in columns and columns.count("suppressAutoHyphens") == 2
    assert _children(with_hyphenated_styles(styles, "text")).count("suppressAutoHyphens=0") == 2
    assert "suppressAutoHyphens" not in _children(with_hyphenated_styles(styles, "none"))


def test_words_settings_are_in_their_order() -> None:
    """Former settings are replaced."""
    settings = f"<w:settings {W}><w:zoom/><w:autoHyphenation/><w:characterSpacingControl/></w:settings>".encode()

    assert _children(with_hyphens(settings, "columns")) == (
        "settings(zoom,autoHyphenation,hyphenationZone=850,doNotHyphenateCaps,characterSpacingControl)"
    )
    assert _children(with_hyphens(settings, "none")) == "settings(zoom,characterSpacingControl)"


def test_lines_of_an_address_are_not_hyphenated_in_word() -> None:
    """An addressee with several lines has a name in them."""
    one = '<w:p><w:pPr><w:pStyle w:val="A"/></w:pPr><w:r><w:t>x</w:t></w:r></w:p>'
    address = one.replace("<w:t>x</w:t>", "<w:t>x</w:t><w:br/><w:t>y</w:t>")

    assert with_whole_addresses(one + address, "A") == one + address.replace('"A"/>', '"A"/><w:suppressAutoHyphens/>')


def _children(part: bytes) -> str:
    """The elements of a part, each with its value and with those in it."""
    return _shown(etree.fromstring(part))


def _shown(element: etree._Element) -> str:
    value = next((f"={one!s}" for key, one in element.attrib.items() if str(key).endswith("}val")), "")
    inner = ",".join(map(_shown, element))
    return etree.QName(element).localname + value + (f"({inner})" if inner else "")
