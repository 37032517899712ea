"""Lists of letters are lists of Word, whichever bullets and definitions the template has."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import docx as python_docx
import pytest

from circulars.model.text import Heading, Item, Items, Paragraph
from circulars.pack import load_pack
from circulars.render import docx
from doctor.damages import NUMBERING, SHIPPED, STYLES, TYPES, Parts, edit, file_of, parts_of
from render.sample_letters import PLAIN, ROOT, words

LETTER = replace(
    PLAIN,
    body=(
        Heading(words("Practical information"), 1, "", "practical"),
        Heading(words("Rooms"), 1, "1", "rooms"),
        Heading(words("Small rooms"), 2, "1.1", "small"),
        Paragraph(words("They are to:"), "1", "body.1"),
        Items("bullets", (Item("•", words("begin;")), Item("•", words("end.")))),
        Items("letters", (Item("a)", words("one;")), Item("b)", words("two.")))),
    ),
)


def listed(change: Callable[[Parts], None], folder: Path) -> dict[str, str]:
    """Each paragraph of the body with the text of its list's level, "none" without a list, or "off"."""
    parts = parts_of(SHIPPED)
    change(parts)
    (folder / "letter.docx").write_bytes(file_of(parts))
    file = docx.master(LETTER, replace(load_pack("itu"), folder=folder)).fill({})
    word = python_docx.Document(io.BytesIO(file))
    numbering = word.part.numbering_part.element
    found = {}
    for paragraph in word.paragraphs:
        chosen = paragraph._p.xpath("w:pPr/w:numPr/w:*/@w:val")
        if not chosen or chosen[1] == "0":
            found[paragraph.text] = "off" if chosen else "none"
            continue
        level, id = chosen
        definition = numbering.xpath(f"w:num[@w:numId='{id}']/w:abstractNumId/@w:val")[0]
        own = numbering.xpath(f"w:num[@w:numId='{id}']/w:lvlOverride[@w:ilvl='{level}']/w:lvl/w:lvlText/@w:val")
        texts = own or numbering.xpath(
            f"w:abstractNum[@w:abstractNumId='{definition}']/w:lvl[@w:ilvl='{level}']/w:lvlText/@w:val"
        )
        found[paragraph.text] = texts[0]
    return found


def bullet(sign: str, font: str) -> Callable[[Parts], None]:
    """The bullets of "List Bullet" in another font, as Word writes them."""
    look = f'<w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:hint="default"/></w:rPr>'

    def change(parts: Parts) -> None:
        edit(parts, NUMBERING, '<w:lvlText w:val="•"/>', f'<w:lvlText w:val="{sign}"/>')
        begin = parts[NUMBERING].index(f'<w:lvlText w:val="{sign}"/>')
        rest = parts[NUMBERING][begin:].replace("</w:lvl>", f"{look}</w:lvl>", 1)
        parts[NUMBERING] = parts[NUMBERING][:begin] + rest

    return change


@pytest.mark.parametrize(
    ("sign", "font"),
    [
        ("\uf0b7", "Symbol"), ("\uf0a7", "Wingdings"), ("\uf0d8", "Wingdings"), ("\uf0fc", "Wingdings"),
        ("o", "Courier New"), ("-", "Calibri"), ("–", "Calibri"), ("—", "Calibri"), ("●", "Noto Sans Symbols"),
        ("▪", "Segoe UI Symbol"), ("*", "Arial"),
    ],
)  # fmt: skip
def test_any_bullet_of_a_template_makes_a_list(sign: str, font: str, tmp_path: Path) -> None:
    """Entries have the template's bullet, and no typed one."""
    found = listed(bullet(sign, font), tmp_path)

    assert (found["begin;"], found["end."]) == (sign, sign)


def without_format(sign: str) -> Callable[[Parts], None]:
    """The bullets of "List Bullet" with the format "none", as some programs write them."""

    def change(parts: Parts) -> None:
        edit(parts, NUMBERING, '<w:numFmt w:val="bullet"/>', '<w:numFmt w:val="none"/>')
        edit(parts, NUMBERING, '<w:lvlText w:val="•"/>', f'<w:lvlText w:val="{sign}"/>')

    return change


@pytest.mark.parametrize(("sign", "shown"), [("–", "–"), ("", "•"), (" ", "•"), ("%1", "•"), ("%1–", "•")])
def test_bullets_without_a_format_make_a_list(sign: str, shown: str, tmp_path: Path) -> None:
    """A sign is a bullet; where Word would show none, the list has the letter's own."""
    found = listed(without_format(sign), tmp_path)

    assert (found["begin;"], found["end."]) == (shown, shown)


def hidden_bullets(parts: Parts) -> None:
    """The bullets are hidden text."""
    edit(parts, NUMBERING, '<w:lvlText w:val="•"/>', '<w:lvlText w:val="*"/>')
    begin = parts[NUMBERING].index('<w:lvlText w:val="*"/>')
    rest = parts[NUMBERING][begin:].replace("</w:lvl>", "<w:rPr><w:vanish/></w:rPr></w:lvl>", 1)
    parts[NUMBERING] = parts[NUMBERING][:begin] + rest


@pytest.mark.parametrize("change", [bullet("Note:", "Calibri"), hidden_bullets], ids=["words", "hidden"])
def test_words_and_hidden_signs_are_no_bullets(change: Callable[[Parts], None], tmp_path: Path) -> None:
    """A letter gets no words that it was not given, and shows that there is a list."""
    found = listed(change, tmp_path)

    assert (found["begin;"], found["end."]) == ("•", "•")


def picture_bullets(parts: Parts) -> None:
    """The bullets are a picture, without a sign in their text."""
    shape = (
        '<w:numPicBullet w:numPicBulletId="0"><w:pict xmlns:v="urn:schemas-microsoft-com:vml">'
        '<v:shape id="b" style="width:9pt;height:9pt"><v:imagedata r:id="rId1"/></v:shape></w:pict></w:numPicBullet>'
    )
    edit(parts, NUMBERING, '<w:abstractNum w:abstractNumId="0">', f'{shape}<w:abstractNum w:abstractNumId="0">')
    edit(parts, NUMBERING, '<w:lvlText w:val="•"/>', '<w:lvlText w:val=""/><w:lvlPicBulletId w:val="0"/>')
    parts["word/media/bullet.png"] = (ROOT / "templates/itu/mark.png").read_bytes().decode("latin-1")
    edit(parts, TYPES, "<Default ", '<Default Extension="png" ContentType="image/png"/><Default ')
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts["word/_rels/numbering.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{office}/image" Target="media/bullet.png"/></Relationships>'
    )


def number_of(parts: Parts, style: str) -> str:
    """The list properties of a style."""
    found = re.search(f'<w:style [^>]*w:styleId="{style}".*?(<w:numPr>.*?</w:numPr>)', parts[STYLES], re.DOTALL)
    assert found
    return found[1]


def a_list_through_a_numbering_style(parts: Parts) -> None:
    """The list of "List Bullet" only names a numbering style, as Word writes lists that were defined as such."""
    definition = '<w:abstractNum w:abstractNumId="90"><w:numStyleLink w:val="Bullets"/></w:abstractNum>'
    edit(parts, NUMBERING, '<w:num w:numId="1">', f'{definition}<w:num w:numId="1">')
    new = '<w:num w:numId="90"><w:abstractNumId w:val="90"/></w:num></w:numbering>'
    edit(parts, NUMBERING, "</w:numbering>", new)
    number = number_of(parts, "ListBullet")
    edit(parts, STYLES, number, '<w:numPr><w:numId w:val="90"/></w:numPr>')
    style = (
        '<w:style w:type="numbering" w:customStyle="1" w:styleId="Bullets"><w:name w:val="Bullets"/>'
        f"<w:pPr>{number}</w:pPr></w:style></w:styles>"
    )
    edit(parts, STYLES, "</w:styles>", style)


def a_list_of_the_style_below(parts: Parts) -> None:
    """ "List Bullet" has its list from the style that it is based on."""
    number = number_of(parts, "ListBullet")
    edit(parts, STYLES, number, "")
    base = (
        '<w:style w:type="paragraph" w:customStyle="1" w:styleId="Dots"><w:name w:val="Dots"/>'
        f"<w:pPr>{number}</w:pPr></w:style></w:styles>"
    )
    edit(parts, STYLES, "</w:styles>", base)
    start = parts[STYLES].index('w:styleId="ListBullet"')
    rest = re.sub('<w:basedOn w:val="[^"]*"/>', '<w:basedOn w:val="Dots"/>', parts[STYLES][start:], count=1)
    parts[STYLES] = parts[STYLES][:start] + rest


@pytest.mark.parametrize("change", [a_list_through_a_numbering_style, a_list_of_the_style_below])
def test_a_list_is_found_where_word_finds_it(change: Callable[[Parts], None], tmp_path: Path) -> None:
    """Entries have the bullet of the list's definition."""
    found = listed(change, tmp_path)

    assert (found["begin;"], found["end."]) == ("•", "•")


def test_picture_bullets_make_a_list(tmp_path: Path) -> None:
    """Entries are in a list, although its text is empty."""
    found = listed(picture_bullets, tmp_path)

    assert (found["begin;"], found["end."]) == ("", "")


def test_a_level_that_a_list_has_of_its_own_is_kept(tmp_path: Path) -> None:
    """The bullet of the list's own level is shown, not that of the definition."""

    def change(parts: Parts) -> None:
        level = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="→"/></w:lvl>'
        entry = '<w:num w:numId="3"><w:abstractNumId w:val="2"/>'
        edit(parts, NUMBERING, entry, f'{entry}<w:lvlOverride w:ilvl="0">{level}</w:lvlOverride>')

    assert listed(change, tmp_path)["begin;"] == "→"


def test_headings_are_numbered_without_a_list_in_the_template(tmp_path: Path) -> None:
    """LibreOffice drops lists that no text of the template uses; letters bring the one of their headings."""

    def change(parts: Parts) -> None:
        parts[NUMBERING] = re.sub(r'<w:abstractNum w:abstractNumId="1">.*?</w:abstractNum>', "", parts[NUMBERING])
        edit(parts, NUMBERING, '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>', "")
        edit(parts, STYLES, number_of(parts, "SectionNumbers"), "")

    found = listed(change, tmp_path)

    assert (found["Rooms"], found["Small rooms"]) == ("%1", "%1.%2")


def test_headings_without_a_number_have_none_in_a_template_that_numbers_them(tmp_path: Path) -> None:
    """The list of the style "heading 1" is switched off for a heading to which the letter gives no number."""

    def change(parts: Parts) -> None:
        number = number_of(parts, "SectionNumbers")
        start = parts[STYLES].index('<w:name w:val="heading 1"/>')
        rest = parts[STYLES][start:].replace("<w:pPr>", f"<w:pPr>{number}", 1)
        parts[STYLES] = parts[STYLES][:start] + rest

    found = listed(change, tmp_path)

    assert (found["Practical information"], found["Rooms"]) == ("off", "%1")
