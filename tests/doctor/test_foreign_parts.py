"""Parts that other programs write into Word templates: they need not be as Word's own are."""

from __future__ import annotations

import re

import pytest

from circulars.doctor.examine import word_findings
from circulars.files.embedded_picture import picture_fault
from circulars.render.docx.stationery import stationery
from circulars.render.docx.tags import UnfitTemplateError
from doctor.damages import (
    BODY,
    NUMBERING,
    SHIPPED,
    STYLES,
    Parts,
    below,
    edit,
    field_around,
    file_of,
    parts_of,
    picture,
    relate,
    run,
    with_picture,
)

_TYPES = "[Content_Types].xml"
_DOCTYPE = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
_ENTITIES = '<!DOCTYPE svg [<!ENTITY ns "http://www.w3.org/2000/svg">]>'
_SVG = '<?xml version="1.0"?>\n<!-- Made by a drawing program -->\n{}<svg xmlns="http://www.w3.org/2000/svg"/>'


def _typed(parts: Parts, name: str, type: str) -> None:
    edit(parts, _TYPES, "</Types>", f'<Override PartName="/{name}" ContentType="{type}"/></Types>')


def _with_drawing(doctype: str) -> Parts:
    parts = parts_of(SHIPPED)
    with_picture(parts, picture(1))
    relate(parts, "rId91", "image", "media/image9.svg")
    parts["word/media/image9.svg"] = _SVG.format(doctype)
    _typed(parts, "word/media/image9.svg", "image/svg+xml")
    return parts


def _codes(parts: Parts) -> list[str]:
    return [found.code for found in word_findings(file_of(parts), ("Carlito",))]


def test_an_svg_drawing_may_name_its_document_type() -> None:
    """Drawing programs write "<!DOCTYPE svg …>" into SVG files: a template with one is sound, and makes letters."""
    parts = _with_drawing(_DOCTYPE)

    assert _codes(parts) == []
    assert stationery(file_of(parts), "en", "ltr").stories


def test_an_svg_drawing_that_defines_entities_is_refused_as_a_picture() -> None:
    """The file is read all the same: only the picture is named."""
    found = list(word_findings(file_of(_with_drawing(_ENTITIES)), ("Carlito",)))

    assert [one.code for one in found] == ["unknown-part"]
    assert "image9.svg" in found[0].fact


@pytest.mark.parametrize("inside", ["<script/>", '<image href="http://example.com/a.png"/>'])
def test_a_document_type_hides_nothing_in_a_drawing(inside: str) -> None:
    """What a drawing may not have is found behind its document type."""
    drawing = f'{_DOCTYPE}<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>'

    assert picture_fault(drawing.encode()).startswith("is an SVG drawing with")


def test_the_content_type_says_whether_a_part_is_xml() -> None:
    """Printer settings of macOS are a property list with a document type, whatever their name ends with."""
    parts = parts_of(SHIPPED)
    relate(parts, "rId90", "printerSettings", "printerSettings1.xml")
    parts["word/printerSettings1.xml"] = '<?xml version="1.0"?><!DOCTYPE plist PUBLIC "a" "b"><plist>{{</plist'
    type = "application/vnd.openxmlformats-officedocument.wordprocessingml.printerSettings"
    _typed(parts, "word/printerSettings1.xml", type)

    assert _codes(parts) == []
    assert stationery(file_of(parts), "en", "ltr").stories


def test_a_part_of_word_has_no_document_type_whatever_its_content_type() -> None:
    """A body that is listed as a picture is not parsed."""
    parts = parts_of(SHIPPED)
    parts["word/document.xml"] = "<!DOCTYPE w:document []>" + parts["word/document.xml"].partition("?>")[2]
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    edit(parts, _TYPES, main, "image/png")

    assert _codes(parts)[0] in ("no-word-file", "unsafe-file")


_LINKS = {
    "a place in the file": f'<w:hyperlink w:anchor="{{{{ reference }}}}">{run("the page")}</w:hyperlink>',
    "a field": field_around(' HYPERLINK "https://www.example.org/{{ reference }}" ', run("the page")),
}


@pytest.mark.parametrize("case", _LINKS)
def test_a_tag_in_an_address_is_refused_wherever_the_address_is(case: str) -> None:
    """A filled-in reference would have spaces and slashes, which addresses cannot have."""
    parts = parts_of(SHIPPED)
    below(parts, f"<w:p>{_LINKS[case]}</w:p>")

    assert _codes(parts) == ["unfilled-tag"]
    with pytest.raises(UnfitTemplateError, match="the address of a link has the tag"):
        stationery(file_of(parts), "en", "ltr")


def test_a_tag_in_the_number_of_a_list_is_refused() -> None:
    """No tag is filled in there: readers would see its braces."""
    parts = parts_of(SHIPPED)
    edit(parts, NUMBERING, '<w:lvlText w:val="', '<w:lvlText w:val="{{ title }} ')

    assert _codes(parts) == ["unfilled-tag"]
    with pytest.raises(UnfitTemplateError, match="the number of a list has the tag"):
        stationery(file_of(parts), "en", "ltr")


def test_names_of_parts_may_have_other_capitals_than_their_relationships() -> None:
    """The packaging of Word files compares names without regard to case."""
    parts = parts_of(SHIPPED)
    for name in ("word/styles.xml", BODY, "word/_rels/document.xml.rels", "_rels/.rels"):
        parts[name.title()] = parts.pop(name)

    assert _codes(parts) == []
    assert stationery(file_of(parts), "en", "ltr").main == BODY


@pytest.mark.parametrize(
    ("typed", "called"), [("d\u0430te_line", "CYRILLIC SMALL LETTER A"), ("\u200bdate_line", "ZERO WIDTH SPACE")]
)
def test_a_tag_with_an_odd_character_is_named(typed: str, called: str) -> None:
    """The message names the tag and the character, not a place in the XML."""
    parts = parts_of(SHIPPED)
    parts[BODY] = parts[BODY].replace("{{ date_line }}", f"{{{{ {typed} }}}}")

    with pytest.raises(UnfitTemplateError, match=f"is typed with the character '.' .{called}."):
        stationery(file_of(parts), "en", "ltr")


def test_words_in_a_font_for_arabic_that_the_pack_does_not_name_are_reported() -> None:
    """Word writes such a font into words beside that of Latin text; letters in English do not need it."""
    parts = parts_of(SHIPPED)
    words = run("العنوان", '<w:rFonts w:cs="Times New Roman"/>')
    below(parts, f"<w:p>{words}</w:p>")
    names = "Carlito", "Noto Sans Arabic", "Arial"

    assert "unlisted-font" not in {one.code for one in word_findings(file_of(parts), names)}
    [found] = [one for one in word_findings(file_of(parts), names, slots=("cs",)) if one.code == "unlisted-font"]
    assert "the font 'Times New Roman', which pack.yaml does not list" in found.fact


def test_text_that_is_hidden_by_default_is_found() -> None:
    """The formatting that a file gives all text, or the style of text without one, may hide it."""
    by_default, by_style = parts_of(SHIPPED), parts_of(SHIPPED)
    edit(by_default, STYLES, "<w:rPrDefault><w:rPr>", "<w:rPrDefault><w:rPr><w:vanish/>")
    normal = re.search('<w:style [^>]*w:default="1"[^>]*>.*?</w:style>', by_style[STYLES], re.DOTALL)
    assert normal is not None
    hidden = normal[0].replace("</w:style>", "<w:rPr><w:vanish/></w:rPr></w:style>")
    by_style[STYLES] = by_style[STYLES].replace(normal[0], hidden)

    assert "hidden-text" in _codes(by_default)
    assert "hidden-text" in _codes(by_style)
