"""Draws the Word file from which this pack was made, and makes letter.docx from it.

``python templates/emwo/draw_letter_docx.py`` overwrites letter.docx; with the name of a file, it writes the Word file
there instead. It is what an office might have: its letterhead, a window at the right, a line with reference and date,
and tags in place of the words. It has no tags for the end and the annexes: ``circulars template new emwo --from FILE``
adds those parts from the shipped template, and the styles that letters need.
"""

from __future__ import annotations

import datetime
import io
import sys
import tempfile
from pathlib import Path
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

FILE = Path(__file__).with_name("letter.docx")
FONT = "Noto Serif"
NAVY = RGBColor(0x12, 0x3A, 0x5C)
TOP, RIGHT, BOTTOM, LEFT = 20, 24, 22, 22  # millimetres, on Letter paper
TEXT = 215.9 - LEFT - RIGHT
LETTERHEAD = 30  # the height of the letterhead
WINDOW_TOP, WINDOW_BELOW, WINDOW_FROM, WINDOW_TO = 55, 95, 115, 190
KEPT = ("Normal", "header", "footer", "Body Text", "heading 1", "heading 2", "heading 3", "Default Paragraph Font",
        "No List", "Normal Table")  # fmt: skip


def draw() -> bytes:
    """The office's Word file."""
    file = docx.Document()
    _set_up(file)
    _letterhead(file)
    _head(file)
    _add(file, "Salutation", "{%p if salutation %}")
    _add(file, "Salutation", "{{ salutation }}", before=14, after=6)
    _add(file, "Salutation", "{%p endif %}")
    _add(file, "Body Text", "{{p body }}")
    _furniture(file)
    data = io.BytesIO()
    file.save(data)
    return data.getvalue()


def _set_up(file: Any) -> None:
    """Paper, margins and styles."""
    section = file.sections[0]
    section.page_width, section.page_height = Mm(215.9), Mm(279.4)
    section.top_margin, section.right_margin = Mm(TOP), Mm(RIGHT)
    section.bottom_margin, section.left_margin = Mm(BOTTOM), Mm(LEFT)
    section.header_distance = section.footer_distance = Mm(9)
    section.different_first_page_header_footer = True
    for style in list(file.styles):
        if style.name not in KEPT and style.element.find(qn("w:name")).get(qn("w:val")) not in KEPT:
            style.delete()
    for style in file.styles.element:
        for link in [*style.findall(qn("w:link")), *style.findall(qn("w:next"))]:
            style.remove(link)  # most lead to a style that was deleted
    defaults = file.styles.element.find(qn("w:docDefaults"))
    for spacing in defaults.iter(qn("w:spacing")):
        spacing.set(qn("w:after"), "0")
        spacing.set(qn("w:line"), "240")
    run = next(defaults.iter(qn("w:rPr")))
    run.replace(run.find(qn("w:rFonts")), _fonts())
    kerning = OxmlElement("w:kern")
    kerning.set(qn("w:val"), "2")
    run.insert(1, kerning)
    sizes = {"Normal": 10.5, "heading 1": 12, "heading 2": 11, "heading 3": 10.5, "header": 9, "footer": 8}
    for style in file.styles:
        if style.name in ("Normal Table", "Default Paragraph Font", "No List"):
            continue
        _face(style)
        name = style.element.find(qn("w:name")).get(qn("w:val"))
        if name in sizes:
            style.font.size = Pt(sizes[name])
        if name.startswith("heading"):
            style.font.color.rgb = NAVY
            style.font.bold, style.font.italic = True, name == "heading 3"
            style.paragraph_format.space_before = Pt({"heading 1": 14, "heading 2": 10, "heading 3": 8}[name])
            style.paragraph_format.space_after = Pt(0)
    body = file.styles["Body Text"].paragraph_format
    body.space_before, body.space_after = Pt(6), Pt(0)
    block = _style(file, "Addressee block", 10)
    block.paragraph_format.line_spacing = Pt(13.6)
    _style(file, "Salutation", 10.5)
    _style(file, "Reference line", 10.5)
    _style(file, "Contact line", 9)
    _style(file, "Addressees", 10.5)
    _style(file, "Subject", 13).font.bold = True


def _face(style: Any) -> None:
    """Sets the font of a style, instead of that of the theme."""
    properties = style.element.get_or_add_rPr()
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    properties.insert(0, _fonts())


def _fonts() -> Any:
    fonts = OxmlElement("w:rFonts")
    for side in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{side}"), FONT)
    return fonts


def _style(file: Any, name: str, size: float) -> Any:
    style = file.styles.add_style(name, 1)
    style.base_style = file.styles["Normal"]
    style.font.size = Pt(size)
    return style


def _add(place: Any, style: str, *texts: str, **spaces: float) -> Any:
    """A paragraph with a run for each text."""
    paragraph = place.add_paragraph(style=style)
    for text in texts:
        paragraph.add_run(text)
    for side, points in spaces.items():
        setattr(paragraph.paragraph_format, f"space_{side}", Pt(points))
    return paragraph


def _letterhead(file: Any) -> None:
    """The letterhead at the right, and below it the row of the envelope's window."""
    table = file.add_table(rows=4, cols=1)
    table.autofit = False
    table.columns[0].width = Mm(TEXT)
    for side in ("top", "left", "bottom", "right"):
        _cell_space(table._tbl.tblPr, "w:tblCellMar", side, 0)
    for row in table.rows:
        row.cells[0].width = Mm(TEXT)
    head, opening, block, closing = table.rows
    _sender(head)
    opening.cells[0].paragraphs[0].add_run("{%tr if addressee %}")
    _window(file, block)
    closing.cells[0].paragraphs[0].add_run("{%tr endif %}")


def _sender(row: Any) -> None:
    """The mark and the sender's names."""
    _height(row, LETTERHEAD)
    cell = row.cells[0]
    cell.paragraphs[0].add_run("{{r letterhead.mark }}")
    name = _add(cell, "Normal", "{{ letterhead.organization }}")
    name.runs[0].font.bold, name.runs[0].font.size, name.runs[0].font.color.rgb = True, Pt(13), NAVY
    _add(cell, "Normal", "{%p if letterhead.bureau %}")
    _add(cell, "Normal", "{{ letterhead.bureau }}")
    _add(cell, "Normal", "{%p endif %}")
    for paragraph in cell.paragraphs:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _window(file: Any, row: Any) -> None:
    """The addressee's block, where the window of the envelope is."""
    _height(row, WINDOW_BELOW - TOP - LETTERHEAD)
    cell = row.cells[0]
    _cell_space(cell._tc.get_or_add_tcPr(), "w:tcMar", "top", WINDOW_TOP - TOP - LETTERHEAD)
    paragraph = cell.paragraphs[0]
    paragraph.style = file.styles["Addressee block"]
    paragraph.add_run("{{ addressee }}")
    paragraph.paragraph_format.left_indent = Mm(WINDOW_FROM - LEFT)
    paragraph.paragraph_format.right_indent = Mm(215.9 - RIGHT - WINDOW_TO)


def _height(row: Any, millimetres: float) -> None:
    row.height = Mm(millimetres)
    row.height_rule = 1  # at least


def _cell_space(properties: Any, group: str, side: str, millimetres: float) -> None:
    inner = properties.find(qn(group))
    if inner is None:
        inner = OxmlElement(group)
        look = properties.find(qn("w:tblLook"))
        properties.insert(len(properties) if look is None else properties.index(look), inner)
    space = OxmlElement(f"w:{side}")
    space.set(qn("w:w"), str(round(millimetres * 1440 / 25.4)))
    space.set(qn("w:type"), "dxa")
    inner.append(space)


def _head(file: Any) -> None:
    """The line with reference and date, the addressees, the contact, and the subject with a rule below it."""
    line = "Reference line"
    label = ("{% if loop.first and first.label %}", "{{ first.label }} ", "{% endif %}")
    _add(file, line, "{%p for line in first.lines %}")
    _add(file, line, "{%p if loop.last %}")
    _add(file, line, *label, "{{r line }}", " {{ date_line }}", before=10)
    _add(file, line, "{%p else %}")
    _add(file, line, *label, "{{r line }}", before=10)
    _add(file, line, "{%p endif %}")
    _add(file, line, "{%p endfor %}")
    _add(file, line, "{%p if not first.lines %}")
    _add(file, line, "{{ date_line }}", before=10)
    _add(file, line, "{%p endif %}")
    listed = "Addressees"
    _add(file, listed, "{%p for list in addressees %}")
    _add(file, listed, "{%p if list.label %}")
    _add(file, listed, "{{ list.label }}", before=6).runs[0].font.bold = True
    _add(file, listed, "{%p endif %}")
    _add(file, listed, "{%p for entry in list.entries %}")
    entry = ("{% if entry.label %}", "{{ entry.label }} ", "{% endif %}", "{{r entry.text }}")
    _add(file, listed, "{%p if loop.first and not list.label %}")
    _add(file, listed, *entry, before=6)
    _add(file, listed, "{%p else %}")
    _add(file, listed, *entry)
    _add(file, listed, "{%p endif %}")
    _add(file, listed, "{%p endfor %}")
    _add(file, listed, "{%p endfor %}")
    contact = "Contact line"
    _add(file, contact, "{%p for particular in others %}")
    _add(file, contact, "{%p for line in particular.lines %}")
    _add(file, contact, "{% if loop.first and particular.label %}", "{{ particular.label }} ", "{% endif %}",
         "{{r line }}", before=2)  # fmt: skip
    _add(file, contact, "{%p endfor %}")
    _add(file, contact, "{%p endfor %}")
    _add(file, "Subject", "{%p if subject[0] %}")
    _add(file, "Subject", "{%p for line in subject %}")
    _add(file, "Subject", "{%p if loop.first %}")
    _add(file, "Subject", "{% if subject_label %}", "{{ subject_label }} ", "{% endif %}", "{{r line }}", before=12)
    _add(file, "Subject", "{%p else %}")
    _add(file, "Subject", "{{r line }}")
    _add(file, "Subject", "{%p endif %}")
    _add(file, "Subject", "{%p endfor %}")
    _add(file, "Subject", "{%p endif %}")


def _furniture(file: Any) -> None:
    """Reference and page number on the pages that follow, the address at the foot of the first."""
    section = file.sections[0]
    header = section.header
    header.paragraphs[0].add_run("{%p for line in running_header %}")
    _add(header, "Header", "{{r line }}").alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _add(header, "Header", "{%p endfor %}")
    footer = section.first_page_footer
    footer.paragraphs[0].add_run("{%p for line in footer %}")
    _add(footer, "Footer", "{{ line }}").alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _add(footer, "Footer", "{%p endfor %}")
    about = file.core_properties
    about.author = about.comments = about.title = about.last_modified_by = ""
    about.created = about.modified = datetime.datetime(2026, 1, 1)


def main() -> None:
    """Writes the Word file, or the template made from it."""
    from circulars.doctor import new_pack
    from circulars.workspace import Workspace

    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_bytes(draw())
        return
    with tempfile.TemporaryDirectory() as folder:
        theirs = Path(folder, "theirs.docx")
        theirs.write_bytes(draw())
        made = new_pack("their-pack", theirs, "", Workspace(Path(folder)))
        FILE.write_bytes((made.folder / FILE.name).read_bytes())


if __name__ == "__main__":
    main()
