"""The rules for Word files: each one reports a file that breaks it, with the place, and nothing that looks similar."""

from __future__ import annotations

import functools
import io
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.enum.dml import MSO_THEME_COLOR
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt, RGBColor

from circulars.accessibility import WORD, Finding, check_output
from circulars.build import Order, build
from circulars.files.opc import read_parts
from circulars.source.letters import parse_letter
from circulars.workspace import Workspace
from conftest import ROOT

W = nsdecls("w")
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MARK = ROOT / "templates" / "itu" / "mark.png"
HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
DECORATIVE = (
    '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}"><adec:decorative '
    'xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst>'
)
LONG = "The meeting will be held in Geneva, and all members of the example study group are invited to take part in it."
VML = "urn:schemas-microsoft-com:vml"
Change = Callable[[Document], None]


def letter() -> Document:
    """A sound letter, with a heading, a picture, a table, a list and a link."""
    document = docx.Document()
    document.core_properties.title = "Ninth meeting on sample cities"
    compatibility = document.settings.element.find(qn("w:compat"))
    for setting in compatibility.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")
    for level in (2, 3):  # the default blue has too little contrast
        document.styles[f"Heading {level}"].font.color.rgb = RGBColor(0, 0, 0)
    document.add_heading("Programme", 1)
    document.add_paragraph(LONG)
    document.add_picture(str(MARK), width=Pt(40))
    picture(document).set("descr", "International Example Union")
    table = document.add_table(2, 2, style="Table Grid")
    table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {W}/>"))
    for cell, text in zip(table._cells, ("Date", "Event", "1 May", "Opening"), strict=True):
        cell.text = text
    document.add_paragraph("bring a pen", style="List Bullet")
    document.add_paragraph("bring paper", style="List Bullet")
    link(document, "the programme")
    return document


def picture(document: Document) -> Any:
    """The properties of the first picture."""
    return next(document.element.body.iter(qn("wp:docPr")))


def link(document: Document, text: str, address: str = "https://meeting.example.int/") -> Any:
    """A link at the end of the letter."""
    paragraph = document.add_paragraph("See ")
    id = document.part.relate_to(address, HYPERLINK, is_external=True)
    inner = f"<w:r><w:t>{text}</w:t></w:r>" if text else ""
    element = parse_xml(f'<w:hyperlink {nsdecls("w", "r")} r:id="{id}">{inner}</w:hyperlink>')
    paragraph._p.append(element)
    return element


def saved(document: Document) -> bytes:
    """A document's bytes."""
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def rewritten(data: bytes, changes: Mapping[str, tuple[str, str]], more: Mapping[str, bytes] | None = None) -> bytes:
    """The package, with a pattern replaced in some parts, and with other parts added."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            if name in changes:
                pattern, made = changes[name]
                text = re.sub(pattern.encode(), made.encode(), text, count=1)
                assert text != old.read(name)
            new.writestr(name, text)
        for name, text in (more or {}).items():
            new.writestr(name, text)
    return file.getvalue()


def found(data: bytes, name: str = "letter.docx") -> list[Finding]:
    """The findings about a file."""
    return list(check_output(data, name))


# ── Faults that must be reported ─────────────────────────────────────────────────────────────────────────────────────


def without_title(document: Document) -> None:
    document.core_properties.title = ""


def with_a_file_name_as_title(document: Document) -> None:
    document.core_properties.title = "letter-final2.docx"


def without_language(document: Document) -> None:
    defaults = document.styles.element.find(qn("w:docDefaults"))
    for language in list(defaults.iter(qn("w:lang"))):
        language.getparent().remove(language)


def with_a_wrong_language(document: Document) -> None:
    run = document.add_paragraph().add_run("Muchas gracias")
    run._r.get_or_add_rPr().append(parse_xml(f'<w:lang {W} w:val="Spanish!"/>'))


def in_an_older_mode(document: Document) -> None:
    compatibility = document.settings.element.find(qn("w:compat"))
    compatibility.find(qn("w:compatSetting")).set(qn("w:val"), "12")


def with_restricted_editing(document: Document) -> None:
    document.settings.element.append(parse_xml(f'<w:documentProtection {W} w:edit="forms" w:enforcement="1"/>'))


def with_tracked_changes(document: Document) -> None:
    text = '<w:ins {} w:id="1" w:author="Ana Ejemplo"><w:r><w:t>inserted</w:t></w:r></w:ins>'
    document.add_paragraph()._p.append(parse_xml(text.format(W)))


def with_an_author(document: Document) -> None:
    """The name of a person in the properties."""
    document.core_properties.author = "Ana Ejemplo"


def with_a_comment(document: Document) -> None:
    document.add_comment(document.paragraphs[1].runs[0], "Is this right?", author="Max Mustermann")


def with_hidden_text(document: Document) -> None:
    document.add_paragraph().add_run("do not tell them").font.hidden = True


def with_a_field_that_starts_a_program(document: Document) -> None:
    field = f'<w:fldSimple {W} w:instr="DDEAUTO c:\\\\cmd.exe"><w:r><w:t>x</w:t></w:r></w:fldSimple>'
    document.add_paragraph("A ")._p.append(parse_xml(field))


def with_a_remote_picture(document: Document) -> None:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
    document.part.relate_to("https://pictures.example.com/pixel.png", kind, is_external=True)


def with_a_field_that_fetches_a_picture(document: Document) -> None:
    paragraph = document.add_paragraph()
    for piece in ("begin", "INCLUDE", 'PICTURE "https://pictures.example.com/pixel.png"', "separate", "x", "end"):
        code = f'<w:instrText xml:space="preserve">{piece}</w:instrText>' if piece[0] in "IP" else f"<w:t>{piece}</w:t>"
        code = f'<w:fldChar w:fldCharType="{piece}"/>' if piece in ("begin", "separate", "end") else code
        paragraph._p.append(parse_xml(f"<w:r {W}>{code}</w:r>"))


def with_a_remote_picture_that_is_claimed_to_be_a_link(document: Document) -> None:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
    id = document.part.relate_to("https://pictures.example.com/pixel.png", kind, is_external=True)
    (blip,) = document.element.body.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}blip")
    del blip.attrib[f"{R}embed"]
    blip.set(f"{R}link", id)


def with_a_link_that_starts_a_program(document: Document) -> None:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
    document.part.relate_to("ms-msdt:/id", kind, is_external=True)


def with_a_watermark(document: Document) -> None:
    shape = (
        f'<w:r {W}><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml" id="PowerPlusWaterMarkObject1" '
        'style="position:absolute"><v:textpath string="DRAFT"/></v:shape></w:pict></w:r>'
    )
    document.sections[0].header.paragraphs[0]._p.append(parse_xml(shape))


def without_alternate_text(document: Document) -> None:
    del picture(document).attrib["descr"]


def with_an_old_drawing_without_words(document: Document) -> None:
    shape = f'<w:r {W}><w:pict><v:rect xmlns:v="{VML}" id="Frame" style="width:9pt"/></w:pict></w:r>'
    document.add_paragraph("A frame: ")._p.append(parse_xml(shape))


def with_an_embedded_object_without_words(document: Document) -> None:
    shape = f'<w:r {W}><w:object><v:shape xmlns:v="urn:schemas-microsoft-com:vml" id="Sheet"/></w:object></w:r>'
    document.add_paragraph("A sheet: ")._p.append(parse_xml(shape))


def with_a_chart_without_words(document: Document) -> None:
    inline = next(document.element.body.iter(qn("wp:inline")))
    inline.find(qn("a:graphic")).find(qn("a:graphicData")).set(
        "uri", "http://schemas.openxmlformats.org/drawingml/2006/chart"
    )
    without_alternate_text(document)


def with_a_file_name_as_alternate_text(document: Document) -> None:
    picture(document).set("descr", "IMG_2031.JPG")


def with_a_floating_picture(document: Document) -> None:
    next(document.element.body.iter(qn("wp:inline"))).tag = qn("wp:anchor")


def with_two_pictures_of_one_id(document: Document) -> None:
    document.add_picture(str(MARK), width=Pt(40))
    for each in document.element.body.iter(qn("wp:docPr")):
        each.attrib.update({"id": "7", "descr": "International Example Union"})


def without_a_header_row(document: Document) -> None:
    for header in list(document.element.body.iter(qn("w:tblHeader"))):
        header.getparent().remove(header)


def with_a_table_of_one_row(document: Document) -> None:
    without_a_header_row(document)
    for row in document.tables[0].rows[1:]:
        document.tables[0]._tbl.remove(row._tr)


def with_merged_cells(document: Document) -> None:
    table = document.tables[0]
    table.cell(0, 0).merge(table.cell(0, 1))


def with_split_cells(document: Document) -> None:
    row = document.tables[0].rows[1]._tr
    row.remove(row.findall(qn("w:tc"))[1])


def with_a_table_in_a_table(document: Document) -> None:
    document.tables[0].cell(1, 1).add_table(1, 1)


def with_a_layout_table_that_has_a_header_row(document: Document) -> None:
    table = document.add_table(2, 2)
    table._tbl.tblPr.append(parse_xml(f'<w:tblLook {W} w:firstRow="0" w:firstColumn="0"/>'))
    table._tbl.tblPr.remove(table._tbl.tblPr.find(qn("w:tblLook")))
    table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {W}/>"))


def without_headings(document: Document) -> None:
    document.paragraphs[0].style = document.styles["Normal"]
    for _ in range(80):
        document.add_paragraph(LONG)


def beginning_at_level_2(document: Document) -> None:
    document.paragraphs[0].style = document.styles["Heading 2"]


def with_a_skipped_heading(document: Document) -> None:
    document.add_heading("Rooms", 3)


def with_an_empty_heading(document: Document) -> None:
    document.add_heading("", 2)


def with_a_long_heading(document: Document) -> None:
    document.add_heading(LONG + LONG, 2)


def with_a_line_in_bold(document: Document) -> None:
    document.add_paragraph().add_run("Practical information").bold = True
    document.add_paragraph(LONG)


def with_typed_bullets(document: Document) -> None:
    document.add_paragraph("•\tbring a pen")
    document.add_paragraph("•\tbring paper")


def with_typed_numbers(document: Document) -> None:
    document.add_paragraph("1) bring a pen")
    document.add_paragraph("2) bring paper")


def with_an_undefined_list(document: Document) -> None:
    properties = document.add_paragraph("first")._p.get_or_add_pPr()
    properties.append(parse_xml(f'<w:numPr {W}><w:ilvl w:val="0"/><w:numId w:val="999"/></w:numPr>'))


def with_an_empty_paragraph(document: Document) -> None:
    document.paragraphs[1].insert_paragraph_before("")


def with_a_paragraph_of_line_breaks(document: Document) -> None:
    document.paragraphs[1].insert_paragraph_before("\n\n")


def with_rows_of_blanks(document: Document) -> None:
    document.add_paragraph("Date:          1 May")


def with_blinking_text(document: Document) -> None:
    run = document.add_paragraph().add_run("New!")
    run._r.get_or_add_rPr().append(parse_xml(f'<w:effect {W} w:val="blinkBackground"/>'))


def in_pale_grey(document: Document) -> None:
    document.add_paragraph().add_run("hardly to be seen").font.color.rgb = RGBColor(0xAA, 0xAA, 0xAA)


def in_white_on_yellow(document: Document) -> None:
    run = document.add_paragraph().add_run("hardly to be seen")
    run.font.color.rgb = RGBColor(0xFF, 0xFF, 0xFF)
    run._r.get_or_add_rPr().append(parse_xml(f'<w:shd {W} w:val="clear" w:fill="FFFF00"/>'))


def with_an_empty_link(document: Document) -> None:
    link(document, "")


def with_click_here(document: Document) -> None:
    link(document, "Haga clic aquí")


def with_a_long_address(document: Document) -> None:
    link(document, "https://meeting.example.int/en/ITU-T/programme/2025/March/annexes/page?id=4711")


def with_a_link_to_nowhere(document: Document) -> None:
    document.add_paragraph("See ")._p.append(
        parse_xml(f'<w:hyperlink {W} w:anchor="annex7"><w:r><w:t>Annex 7</w:t></w:r></w:hyperlink>')
    )


def with_a_link_to_a_file_of_ones_own(document: Document) -> None:
    link(document, "the programme", "file:///C:\\Users\\ana\\programme.docx")


def with_an_unnamed_field(document: Document) -> None:
    inner = "<w:sdtContent><w:p><w:r><w:t>Name</w:t></w:r></w:p></w:sdtContent>"
    control = f"<w:sdt {W}><w:sdtPr><w:text/></w:sdtPr>{inner}</w:sdt>"
    document.element.body.insert(1, parse_xml(control))


FAULTS: tuple[tuple[Change, str, str, str], ...] = (
    (without_title, "no-title", "", "the file has no title"),
    (with_a_file_name_as_title, "title-says-nothing", "", "the title 'letter-final2.docx' does not say"),
    (without_language, "no-language", "paragraph 1", "no language is set"),
    (with_a_wrong_language, "bad-language", "paragraph 11", "'Spanish!' is not a language tag"),
    (in_an_older_mode, "older-mode", "", "compatibility mode (12)"),
    (with_restricted_editing, "restricted-editing", "", "editing is restricted (forms)"),
    (with_tracked_changes, "tracked-changes", "", "the file has 1 tracked change, by Ana Ejemplo"),
    (with_a_comment, "comments", "paragraph 2", "the file has 1 comment"),
    (with_an_author, "personal-information", "", "traces of people and computers: author 'Ana Ejemplo'"),
    (with_hidden_text, "hidden-text", "paragraph 11", "text is hidden"),
    (with_a_field_that_starts_a_program, "active-content", "paragraph 11", "a field starts another program"),
    (
        with_a_field_that_fetches_a_picture,
        "remote-content",
        "paragraph 11",
        "a field fetches something: 'INCLUDEPICTURE",
    ),
    (with_a_remote_picture_that_is_claimed_to_be_a_link, "remote-content", "", "fetches something"),
    (with_a_link_that_starts_a_program, "active-content", "", "a link starts a program: 'ms-msdt:/id'"),
    (with_a_remote_picture, "remote-content", "", "fetches 'https://pictures.example.com/pixel.png' (image)"),
    (with_a_watermark, "watermark", "header", "there is a watermark under the text"),
    (without_alternate_text, "no-alternate-text", "paragraph 3", "picture 'Picture 1' has no alternate text"),
    (with_an_old_drawing_without_words, "no-alternate-text", "paragraph 11", "shape 'Frame' has no"),
    (with_an_embedded_object_without_words, "no-alternate-text", "paragraph 11", "embedded object 'Sheet' has no"),
    (with_a_chart_without_words, "no-alternate-text", "paragraph 3", "chart 'Picture 1' has no"),
    (with_a_file_name_as_alternate_text, "alternate-text-says-nothing", "paragraph 3", "'IMG_2031.JPG'"),
    (with_a_floating_picture, "floating-object", "paragraph 3", "picture 'Picture 1' floats"),
    (with_two_pictures_of_one_id, "same-picture-id", "", "2 objects have the id 7"),
    (without_a_header_row, "no-header-row", "paragraph 4", "a table of 2 rows has no header row"),
    (with_a_table_of_one_row, "no-header-row", "paragraph 4", "a table of 1 row has no header row"),
    (with_merged_cells, "merged-cells", "paragraph 4", "1 of the table's cells are merged"),
    (with_split_cells, "merged-cells", "paragraph 4", "different numbers of cells"),
    (with_a_table_in_a_table, "nested-table", "paragraph 8", "a table is inside another one"),
    (with_a_layout_table_that_has_a_header_row, "layout-table", "paragraph 11", "has a header row"),
    (without_headings, "no-headings", "", "words and no headings"),
    (beginning_at_level_2, "first-heading", "paragraph 1", "the first heading has level 2"),
    (with_a_skipped_heading, "heading-skipped", "paragraph 11", "a heading of level 3 follows one of level 1"),
    (with_an_empty_heading, "empty-heading", "paragraph 11", "a heading of level 2 has no words"),
    (with_a_long_heading, "long-heading", "paragraph 11", "the heading has"),
    (with_a_line_in_bold, "bold-as-heading", "paragraph 11", "a line in bold looks like a heading"),
    (with_typed_bullets, "typed-list", "paragraph 11", "2 paragraphs in a row"),
    (with_typed_numbers, "typed-list", "paragraph 11", "2 paragraphs in a row"),
    (with_an_undefined_list, "undefined-list", "paragraph 11", "list 999, which is not defined"),
    (with_an_empty_paragraph, "empty-paragraph", "paragraph 2", "a paragraph is empty"),
    (with_a_paragraph_of_line_breaks, "empty-paragraph", "paragraph 2", "a paragraph is empty"),
    (with_rows_of_blanks, "repeated-blanks", "paragraph 11", "10 blanks in a row"),
    (with_blinking_text, "blinking-text", "paragraph 11", "the text is animated (blinkBackground)"),
    (in_pale_grey, "low-contrast", "paragraph 11", "#AAAAAA on #FFFFFF is 2.3 to 1, not 4.5 to 1"),
    (in_white_on_yellow, "low-contrast", "paragraph 11", "#FFFFFF on #FFFF00 is 1.1 to 1"),
    (with_an_empty_link, "empty-link", "paragraph 11", "a link has no words"),
    (with_click_here, "link-says-nothing", "paragraph 11", "a link's words are 'Haga clic aquí'"),
    (with_a_long_address, "long-address", "paragraph 11", "an address of 78 characters"),
    (with_a_link_to_nowhere, "dead-link", "paragraph 11", "leads to 'annex7'"),
    (with_a_link_to_a_file_of_ones_own, "dead-link", "paragraph 11", "a file on somebody's own computer"),
    (with_an_unnamed_field, "unnamed-field", "paragraph 2", "a content control has no title"),
)
BYTES: tuple[tuple[str, Callable[[bytes], bytes], str, str], ...] = (
    ("PostScript", lambda data: b"%!PS not Word", "unreadable-file", "this is a PostScript file"),
    ("not a Word file", lambda data: b"\x01\x02 not Word", "unreadable-file", "not a Word file"),
    ("truncated", lambda data: data[: len(data) // 2], "unreadable-file", "truncated: its end is missing"),
    (
        "an old .doc",
        lambda data: b"\xd0\xcf\x11\xe0" + bytes(600) + "WordDocument".encode("utf-16-le"),
        "unreadable-file",
        "a Word file from before 2007 (.doc)",
    ),
    (
        "encrypted",
        lambda data: b"\xd0\xcf\x11\xe0" + bytes(60) + "EncryptedPackage".encode("utf-16-le"),
        "encrypted-file",
        "a password is needed to open it",
    ),
    (
        "not well-formed",
        lambda data: rewritten(data, {"word/document.xml": ("</w:body>", "")}),
        "unreadable-file",
        "the part 'word/document.xml' is damaged: its XML cannot be read beyond line 2",
    ),
    (
        "a spreadsheet",
        lambda data: rewritten(data, {"word/document.xml": (r"(?s)<w:document.*", "<workbook/>")}),
        "unreadable-file",
        "it contains no document",
    ),
    ("with macros", lambda data: rewritten(data, {}, {"word/vbaProject.bin": b"x"}), "active-content", "macros"),
    (
        "with a control",
        lambda data: rewritten(data, {}, {"word/activeX/activeX1.xml": b"<x/>"}),
        "active-content",
        "an ActiveX control",
    ),
)  # fmt: skip


@functools.cache
def _sound() -> bytes:
    return saved(letter())


def test_a_sound_letter_has_no_findings() -> None:
    """Correct headings, pictures, tables, lists and links are not reported."""
    assert found(_sound()) == []


@pytest.mark.parametrize(("change", "code", "part", "fact"), FAULTS, ids=[row[0].__name__ for row in FAULTS])
def test_a_fault_is_reported(change: Change, code: str, part: str, fact: str) -> None:
    """A sound letter with one fault has findings with its code only, and with the place, the fact and the remedy."""
    document = letter()
    change(document)

    findings = found(saved(document))

    assert {finding.code for finding in findings} == {code}
    first = findings[0]
    assert getattr(first.where, "part", "") == part
    assert fact in first.message
    assert first.hint == WORD[code].remedy


@pytest.mark.parametrize(("name", "change", "code", "fact"), BYTES, ids=[row[0] for row in BYTES])
def test_a_wrong_or_damaged_file_is_reported(name: str, change: Callable[[bytes], bytes], code: str, fact: str) -> None:
    """Files of other kinds, damaged files, and files with active content give a finding, and no traceback."""
    findings = found(change(_sound()))

    assert [finding.code for finding in findings] == [code]
    assert fact in findings[0].message


def test_every_rule_for_word_files_is_tested() -> None:
    """Every rule has a fault in the tables above."""
    assert {row[1] for row in FAULTS} | {row[2] for row in BYTES} == set(WORD)


# ── What must not be reported ────────────────────────────────────────────────────────────────────────────────────────


def with_a_decorative_picture(document: Document) -> None:
    properties = picture(document)
    del properties.attrib["descr"]
    properties.append(parse_xml(DECORATIVE))


def with_a_table_without_rules(document: Document) -> None:
    table = document.add_table(2, 2)
    table._tbl.tblPr.remove(table._tbl.tblPr.find(qn("w:tblLook")))
    table.cell(0, 0).text = "Ref.:"


def with_heads_in_the_first_column(document: Document) -> None:
    without_a_header_row(document)
    look: Any = document.tables[0]._tbl.tblPr.find(qn("w:tblLook"))
    look.attrib.update({qn("w:firstRow"): "0", qn("w:firstColumn"): "1"})


def with_one_paragraph_that_begins_with_a_dash(document: Document) -> None:
    document.add_paragraph("– this is one sentence")


def with_a_bold_sentence(document: Document) -> None:
    document.add_paragraph().add_run("Please reply by 1 May.").bold = True
    document.add_paragraph(LONG)


def with_a_short_address(document: Document) -> None:
    link(document, "https://meeting.example.int/")


def in_white_on_black(document: Document) -> None:
    run = document.add_paragraph().add_run("easily seen")
    run.font.color.rgb = RGBColor(0xFF, 0xFF, 0xFF)
    run._r.get_or_add_rPr().append(parse_xml(f'<w:shd {W} w:val="clear" w:fill="000000"/>'))


def in_large_grey(document: Document) -> None:
    run = document.add_paragraph().add_run("large enough")
    run.font.color.rgb, run.font.size = RGBColor(0x88, 0x88, 0x88), Pt(18)


def in_the_theme_s_own_colour(document: Document) -> None:
    document.add_paragraph().add_run("dark enough").font.color.theme_color = MSO_THEME_COLOR.TEXT_1


def with_a_page_break(document: Document) -> None:
    document.add_page_break()  # type: ignore[no-untyped-call]
    document.add_paragraph(LONG)


def with_a_paragraph_below_a_table(document: Document) -> None:
    document.add_table(1, 1)
    document.add_paragraph()


def with_the_same_text_for_older_programs(document: Document) -> None:
    drawing = next(document.element.body.iter(qn("w:drawing")))
    choice = parse_xml(
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f'<mc:Choice Requires="wps"/><mc:Fallback><w:pict {W}><v:rect xmlns:v="urn:schemas-microsoft-com:vml"/>'
        "</w:pict></mc:Fallback></mc:AlternateContent>"
    )
    drawing.addprevious(choice)
    choice[0].append(drawing)


def with_protection_that_is_turned_off(document: Document) -> None:
    document.settings.element.append(parse_xml(f'<w:documentProtection {W} w:edit="forms" w:enforcement="0"/>'))


def with_headings_that_go_down_and_up(document: Document) -> None:
    document.add_heading("Rooms", 2)
    document.add_heading("Beds", 3)
    document.add_heading("Meals", 1)


SOUND: tuple[Change, ...] = (
    with_a_decorative_picture,
    with_a_table_without_rules,
    with_heads_in_the_first_column,
    with_one_paragraph_that_begins_with_a_dash,
    with_a_bold_sentence,
    with_a_short_address,
    in_white_on_black,
    in_large_grey,
    in_the_theme_s_own_colour,
    with_a_page_break,
    with_a_paragraph_below_a_table,
    with_the_same_text_for_older_programs,
    with_protection_that_is_turned_off,
    with_headings_that_go_down_and_up,
)


@pytest.mark.parametrize("change", SOUND, ids=lambda change: change.__name__)
def test_what_only_looks_like_a_fault_is_not_reported(change: Change) -> None:
    """Decorative pictures, layout tables, a single dash, large grey text and the like are correct."""
    document = letter()
    change(document)

    assert [str(finding) for finding in found(saved(document))] == []


def test_the_faults_of_a_letter_made_by_python_docx_are_reported() -> None:
    """The template of python-docx has no title and an older mode; its tables have no header row."""
    document = docx.Document()
    document.add_heading("Programme", 1)
    document.add_table(2, 2, style="Table Grid")

    codes = [finding.code for finding in found(saved(document))]

    assert codes == ["no-title", "older-mode", "no-header-row"]


def test_styles_that_are_based_on_each_other_do_not_hang() -> None:
    """Two styles that are based on each other do not make an endless loop."""
    document = letter()
    for name, other in (("Heading 1", "Heading2"), ("Heading 2", "Heading1")):
        style = document.styles[name].element
        style.find(qn("w:basedOn")).set(qn("w:val"), other)

    assert found(saved(document)) == []


def test_a_finding_names_the_paragraph_and_its_words() -> None:
    """The text of a finding has the place, the words, the fact and the remedy."""
    document = letter()
    with_a_skipped_heading(document)

    [finding] = found(saved(document), "output/letter.docx")

    assert str(finding) == (
        'output/letter.docx, paragraph 11 "Rooms"  error: heading-skipped  '
        "a heading of level 3 follows one of level 1\n"
        "    hint: use the style one level below the heading before it"
    )


@pytest.mark.parametrize(("words", "language"), [("日本語です", "ja-JP"), ("中文", "zh-CN"), ("한국어", "ko-KR")])
def test_words_of_east_asia_in_an_english_letter_have_their_language(words: str, language: str) -> None:
    """Word keeps the language of East Asian text separately."""
    head = "kind: tsb-circular\nnumber: 1\ndate: 2025-01-15\nlanguages: [en]\nsubject: Subject\n"
    yaml = f"{head}body: [{{en: Words {words} more.}}]"
    made = parse_letter(yaml.encode(), "x.yaml", "x", Path())
    (output,) = build(made, Workspace(Path()), Order(formats=("docx",)))

    assert check_output(output.data, "x.docx") == ()
    assert f'w:eastAsia="{language}"' in read_parts(output.data)["word/document.xml"].decode()
