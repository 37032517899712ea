"""Generates letter.docx, the original Word template of this pack.

Run it to overwrite the file: ``python templates/itu/draw_letter_docx.py``. The parts are written out here and not
taken from python-docx, whose template is US Letter and has obsolete parts; python-docx opens the result before it is
saved. Lengths are in twips (a twentieth of a point), font sizes in points, rules in eighths of a point.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import docx
import yaml
from lxml import etree

FILE = Path(__file__).with_name("letter.docx")

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
NAMESPACES = f'xmlns:w="{W}" xmlns:r="{R}" xmlns:wp="{WP}"'

LINK_BLUE = "0563C1"
HEAD_GREY = "E6E6E6"

PACK = yaml.safe_load(FILE.with_name("pack.yaml").read_text("utf-8"))
FONT = PACK["fonts"]["all"]["families"][0]
SIZE = round(PACK["type"]["size"] * 2)
PAGE_WIDTH, PAGE_HEIGHT = {"a4": (11906, 16838), "letter": (12240, 15840)}[PACK["paper"][0]]
MARGIN = round(PACK["margins"]["left"] * 1440 / 25.4)  # the same on all sides
FURNITURE = 454  # 8 mm from the page's edge to header and footer
TEXT = PAGE_WIDTH - 2 * MARGIN  # 170 mm
LABEL, VALUE, HALF = 1247, 3572, 4819  # 22 | 63 | 85 mm
MARK = 1134  # 20 mm: the mark and the space beside it
SIGNATURE, LINK_CODE = 6237, 3401  # 110 | 60 mm
TAB = 794  # 14 mm, where the text of a numbered paragraph begins
DASH = 227  # 4 mm
LINE = 120  # 6 pt, the space above a paragraph
LETTERHEAD = 907 + LINE  # 16 mm for the mark, and the 6 pt that keep the head's other tables away
WINDOW = PACK["window"]


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style, with the properties of Word's dialog; ``list`` is the list that numbers it."""

    name: str
    size: float = 0
    bold: bool = False
    italic: bool = False
    before: int = 0
    after: int = 0
    left: int = 0
    hanging: int = 0
    tab: int = 0
    align: str = ""
    keep: str = ""  # "next", "lines" or both
    list: str = ""
    outline: int = 0
    page_break: bool = False
    gathered: bool = False  # no space between neighbours of this style
    exact: int = 0
    grey: bool = False
    based: str = "Normal"
    next: str = ""

    @property
    def id(self) -> str:
        return style_id(self.name)


@dataclass(frozen=True, slots=True)
class List:
    """A list: what each level counts and shows; the text begins at ``left``, and the label ``hanging`` before it."""

    name: str
    levels: tuple[tuple[str, str], ...]
    left: int
    hanging: int
    style: str = ""


STYLES = (
    Style("Normal", based=""),
    Style("Body Text", before=LINE),
    Style("Letterhead mark", size=1, keep="next"),
    Style("Letterhead organization", size=14, bold=True),
    Style("Letterhead bureau", size=12, bold=True),
    Style("Date"),
    Style("Date line", based="Date", left=HALF, after=LINE),
    Style("Date right", based="Date", align="right"),
    Style("Particulars label"),
    Style("Particulars"),
    Style("Reference title", bold=True),
    Style("Addressee label", keep="next"),
    Style("Addressee", left=DASH, hanging=DASH, list="Addressee"),
    Style("Addressee block", size=WINDOW["size"], exact=round(WINDOW["line"] * 20)),
    Style("Addressee sentence", bold=True, before=LINE),
    Style("Addressee dash", bold=True, left=DASH, hanging=DASH, list="Addressee dash"),
    Style("Subject label"),
    Style("Subject", bold=True),
    Style("References label", bold=True, before=LINE, keep="next"),
    Style("Reference entry", before=60, left=425, hanging=425, list="Reference entry"),
    Style("Salutation", before=240, after=LINE, next="Numbered paragraph"),
    Style("Numbered paragraph", before=LINE, tab=TAB, list="Numbered paragraph"),
    Style("List Bullet", before=60, left=TAB, hanging=369, list="List Bullet"),
    Style("List Number", before=60, left=TAB, hanging=369, list="List Number"),
    Style("List Number 2", before=60, left=TAB, hanging=369, list="List Number 2"),
    Style("List", before=60, left=TAB, hanging=369),
    Style("heading 1", size=12, bold=True, before=280, keep="next lines", outline=1, next="Body Text"),
    Style("heading 2", bold=True, before=200, keep="next lines", outline=2, next="Body Text"),
    Style("heading 3", bold=True, italic=True, before=160, keep="next lines", outline=3, next="Body Text"),
    Style("Table heading", size=10, bold=True),
    Style("Table text", size=10),
    Style("Deadline item", size=10, left=DASH, hanging=DASH, list="Deadline item"),
    Style("Table gap", size=1, exact=LINE),
    Style("Note text", size=10, before=LINE),
    Style("footnote text", size=9, before=20),
    Style("Closing", before=240, keep="next lines"),
    Style("Signed", before=LINE, keep="next lines"),
    Style("Signature picture", size=1, before=LINE, keep="next"),
    Style("Signature", keep="lines"),
    Style("Signature below note", based="Signature", before=LINE),
    Style("Signature room", based="Signature", before=LINE + 720),
    Style("Link code", size=1, before=240, align="right", keep="next"),
    Style("caption", size=8, before=57, align="right"),
    Style("Enclosures", before=240, gathered=True),
    Style("Postscript", before=240),
    Style("Drafter", before=240),
    Style("Enclosed label", bold=True, before=240, keep="next"),
    Style("Enclosed", left=DASH, hanging=DASH, list="Enclosed"),
    Style("Enclosed unlabelled"),
    Style("Distribution label", size=9, bold=True, before=240, keep="next"),
    Style("Distribution", size=9, left=DASH, hanging=DASH, list="Distribution"),
    Style("Distribution unlabelled", size=9),
    Style("Annex heading", size=12, bold=True, align="center", keep="next lines", outline=1, page_break=True,
          next="Annex title"),
    Style("Annex parent", align="center", keep="next lines"),
    Style("Annex title", bold=True, before=LINE, after=LINE, align="center", keep="next lines", next="Body Text"),
    Style("header", size=9, align="center"),
    Style("footer", size=8, align="center"),
    Style("Template tag", size=8, grey=True),
)  # fmt: skip
APART = '<w:spacing w:before="60"/>'  # 3 pt above what begins another list
DASHES = (("bullet", "–"),)
LISTS = (
    List("Numbered paragraph", (("decimal", "%1"),), 0, 0, "Numbered paragraph"),
    List("Section numbers", (("decimal", "%1"), ("decimal", "%1.%2"), ("decimal", "%1.%2.%3")), TAB, TAB),
    List("List Bullet", (("bullet", "•"),), TAB, 369, "List Bullet"),
    List("List Number", (("lowerLetter", "%1)"),), TAB, 369, "List Number"),
    List("List Number 2", (("decimal", "%1)"),), TAB, 369, "List Number 2"),
    List("Reference entry", (("decimal", "%1)"),), 425, 425, "Reference entry"),
    List("Addressee", DASHES, DASH, DASH, "Addressee"),
    List("Deadline item", DASHES, DASH, DASH, "Deadline item"),
    List("Distribution", DASHES, DASH, DASH, "Distribution"),
    List("Addressee dash", DASHES, DASH, DASH, "Addressee dash"),
    List("Enclosed", DASHES, DASH, DASH, "Enclosed"),
)
BUILT_IN = {
    "Normal", "Body Text", "Date", "Salutation", "List", "List Bullet", "List Number", "List Number 2", "heading 1",
    "heading 2", "heading 3", "Closing", "footnote text", "Signature", "caption", "header", "footer",
}  # fmt: skip


def draw() -> bytes:
    """The template's bytes; every call returns the same."""
    parts = {
        "[Content_Types].xml": content_types(),
        "_rels/.rels": relationships(
            ("officeDocument", "word/document.xml"), ("extended-properties", "docProps/app.xml")
        ),
        "word/document.xml": document(),
        "word/_rels/document.xml.rels": relationships(
            ("styles", "styles.xml"), ("numbering", "numbering.xml"), ("settings", "settings.xml"),
            ("fontTable", "fontTable.xml"), ("header", "header1.xml"), ("footer", "footer1.xml"),
            ("theme", "theme/theme1.xml"),
        ),
        "word/styles.xml": styles(),
        "word/numbering.xml": numbering(),
        "word/settings.xml": settings(),
        "word/fontTable.xml": fonts(),
        "word/theme/theme1.xml": theme(),
        "word/header1.xml": header(),
        "word/footer1.xml": footer(),
        "docProps/app.xml": '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
        'extended-properties"><Application>circulars</Application></Properties>',
    }  # fmt: skip
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
            tree = etree.fromstring(text.encode())
            package.writestr(entry, etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True))
    docx.Document(io.BytesIO(file.getvalue()))
    return file.getvalue()


# ── The letter ───────────────────────────────────────────────────────────────────────────────────────────────────────


def document() -> str:
    body = (
        letterhead()
        + tag("if layout == 'columns'") + head_in_columns()
        + tag("elif layout == 'title'") + head_with_title()
        + tag("else") + head_in_a_row()
        + tag("endif")
        + references()
        + when("salutation", p("Salutation", "{{ salutation }}"))
        + p("Template tag", "{{p body }}")
        + ending()
        + annexes()
        + p("Template tag", "{{p end }}")
    )  # fmt: skip
    return f"<w:document {NAMESPACES}><w:body>{body}{section()}</w:body></w:document>"


def letterhead() -> str:
    mark = p("Letterhead mark", "{{r letterhead.mark }}")
    sender = p("Letterhead organization", "{{ letterhead.organization }}")
    sender += when("letterhead.bureau", p("Letterhead bureau", "{{ letterhead.bureau }}"))
    height = f'<w:trHeight w:val="{LETTERHEAD}" w:hRule="atLeast"/>'
    return table(
        "Letterhead table",
        (MARK, TEXT - MARK),
        row_tag("if letterhead.mark", TEXT, 2),
        row(
            cell(MARK, mark, below=LINE, centred=True),
            cell(TEXT - MARK, sender, below=LINE, centred=True),
            more=height,
        ),
        row_tag("else", TEXT, 2),
        row(cell(TEXT, sender, span=2, below=LINE, centred=True), more=height),
        row_tag("endif", TEXT, 2),
        addressee(),
    )


def addressee() -> str:
    """The addressee's block in the window of an envelope: a row whose height does not depend on its contents.

    A window is at the left or at the right whatever the language, and Word measures indents from where lines begin.
    """
    left, right = indents("left"), indents("right")
    sides = (
        ("window == 'left' and direction == 'ltr'", left), ("window == 'left'", left[::-1]),
        ("direction == 'ltr'", right), ("", right[::-1]),
    )  # fmt: skip
    block = "".join(
        tag("else" if not when else f"{'elif' if place else 'if'} {when}")
        + p("Addressee block", "{{ addressee }}", f'<w:ind w:left="{before}" w:right="{after}"/>')
        for place, (when, (before, after)) in enumerate(sides)
    ) + tag("endif")
    height = f'<w:trHeight w:val="{twips(WINDOW["below"]) - MARGIN - LETTERHEAD + LINE}" w:hRule="atLeast"/>'
    above = twips(WINDOW["top"]) - MARGIN - LETTERHEAD
    return (
        row_tag("if addressee", TEXT, 2)
        + row(cell(TEXT, block, span=2, above=above, below=0), more=height)
        + row_tag("endif", TEXT, 2)
    )


def indents(side: str) -> tuple[int, int]:
    """The block's distances from the left and right edges of the text area, for the window on one side."""
    start, end = (twips(WINDOW[side][edge]) for edge in ("from", "to"))
    return start - MARGIN, PAGE_WIDTH - MARGIN - end


def twips(millimetres: float) -> int:
    return round(millimetres * 1440 / 25.4)


def head_in_columns() -> str:
    """Date; then label | value | addressees, whose cell spans all particulars; then the subject."""
    beside = cell(HALF, p("Particulars", ""), merge="continue")
    is_beside = "first.label or first.lines[0] or others or addressees"
    written = table(
        "Reference table",
        (LABEL, VALUE, HALF),
        row_tag(f"if {is_beside}", TEXT, 3),
        row(
            cell(LABEL, p("Particulars label", "{{ first.label }}"), rules="top"),
            cell(VALUE, lines("first.lines", "Particulars"), rules="top"),
            cell(HALF, addressees(), merge="restart", rules="top"),
        ),
        row_tag("for particular in others", LABEL + VALUE, 2, beside),
        row(
            cell(LABEL, p("Particulars label", "{{ particular.label }}")),
            cell(VALUE, lines("particular.lines", "Particulars")),
            beside,
        ),
        row_tag("endfor", LABEL + VALUE, 2, beside),
        row_tag("endif", TEXT, 3),
        *subject_row(),
    )
    return p("Date line", "{{ date_line }}") + when(f"{is_beside} or subject[0]", written)


def head_with_title() -> str:
    """Reference and date above a sentence "To …"."""
    title = when("first.label", p("Reference title", "{{ first.label }}")) + lines("first.lines", "Reference title")
    return table(
        "Reference table",
        (LABEL, VALUE, HALF),
        row(
            cell(HALF, title, span=2, above=0, below=0),
            cell(HALF, p("Date right", "{{ date_line }}"), above=0, below=0, after=0),
        ),
        row_tag("if addressees", TEXT, 3),
        row(cell(TEXT, sentences(), span=3, above=0, below=LINE, rules="bottom")),
        row_tag("endif", TEXT, 3),
        *particular_rows(),
        *subject_row(),
    )


def head_in_a_row() -> str:
    """Reference and date in one row; then addressees, the other particulars and the subject."""
    return table(
        "Reference table",
        (LABEL, VALUE, HALF),
        row(
            cell(LABEL, p("Particulars label", "{{ first.label }}"), rules="top"),
            cell(VALUE, lines("first.lines", "Particulars"), rules="top"),
            cell(HALF, p("Date", "{{ date_line }}"), rules="top"),
        ),
        row_tag("for list in addressees", TEXT, 3),
        row(
            cell(LABEL, p("Addressee label", "{% if not list.part %}{{ list.label }}{% endif %}")),
            cell(VALUE + HALF, row_of_addressees(), span=2),
        ),
        row_tag("endfor", TEXT, 3),
        *particular_rows(),
        *subject_row(),
    )


def particular_rows() -> tuple[str, ...]:
    label = cell(LABEL, p("Particulars label", "{{ particular.label }}"))
    value = cell(VALUE + HALF, lines("particular.lines", "Particulars"), span=2)
    return row_tag("for particular in others", TEXT, 3), row(label, value), row_tag("endfor", TEXT, 3)


def subject_row() -> tuple[str, ...]:
    written = row(
        cell(LABEL, p("Subject label", "{{ subject_label }}"), rules="top bottom", above=57, below=57),
        cell(VALUE + HALF, lines("subject", "Subject"), span=2, rules="top bottom", above=57, below=57),
    )
    return row_tag("if subject[0]", TEXT, 3), written, row_tag("endif", TEXT, 3)


def row_of_addressees() -> str:
    """Addressees beside their label; the label of a group is above its entries. A cell needs a paragraph."""
    label = when("list.part and list.label", p("Addressee label", "{{ list.label }}"))
    empty = when("not list.entries", p("Particulars", ""))
    return label + entries("list.entries", "Addressee", "Particulars") + empty


def addressees() -> str:
    label = (
        tag("if loop.first") + p("Addressee label", "{{ list.label }}")
        + tag("else") + p("Addressee label", "{{ list.label }}", APART)
        + tag("endif")
    )  # fmt: skip
    # A list without a label begins with space of its own, unless it is the first.
    apart = (
        tag("if entry.label") + p("Addressee", "{{r entry.text }}", APART)
        + tag("else") + p("Particulars", "{{r entry.text }}", APART)
        + tag("endif")
    )  # fmt: skip
    unlabelled = loop(
        "entry in list.entries",
        tag("if loop.first") + apart + tag("else") + entry_of("Addressee", "Particulars") + tag("endif"),
    )
    labelled = when("list.label", label) + entries("list.entries", "Addressee", "Particulars")
    listed = tag("if list.label or loop.first") + labelled + tag("else") + unlabelled + tag("endif")
    return loop("list in addressees", listed) + when("not addressees", p("Particulars", ""))


def sentences() -> str:
    label = when("list.label", p("Addressee sentence", "{{ list.label }}"))
    below = '<w:spacing w:before="0"/>'  # an entry stands close to the label of its list
    listed = (
        tag("if entry.label") + p("Addressee dash", "{{r entry.text }}")
        + tag("elif list.label") + p("Addressee sentence", "{{r entry.text }}", below)
        + tag("else") + p("Addressee sentence", "{{r entry.text }}")
        + tag("endif")
    )  # fmt: skip
    return loop("list in addressees", label + loop("entry in list.entries", listed))


def references() -> str:
    listed = entries("references.entries", "Reference entry", "Body Text")
    return when("references", p("References label", "{{ references.label }}") + listed)


def ending() -> str:
    closing = when("closing", p("Closing", "{{ closing }}"))
    caption = when("link_code.caption", p("caption", "{{ link_code.caption }}"))
    code = p("Link code", "{{r link_code.picture }}") + caption
    side_by_side = table(
        "Signature table",
        (SIGNATURE, LINK_CODE),
        row(
            cell(SIGNATURE, closing + when("signature", signature()) + when("not signature", p("Signature", ""))),
            cell(LINK_CODE, code),
        ),
    )
    return (
        tag("if link_code") + side_by_side
        + tag("else") + closing + when("signature", signature())
        + tag("endif")
        + p("Template tag", "{{p signatures }}")  # of several signatories, with closing and QR code
        + when("postscript", p("Postscript", "{{r postscript }}"))
        + when("drafter", p("Drafter", "{{ drafter }}"))
        + loop("line in annex_note", annex_line())
        + enclosures() + copies()
        + when("distribution", p("Distribution label", "{{ distribution.label }}")
               + entries("distribution.entries", "Distribution", "Distribution unlabelled", together=True))
    )  # fmt: skip


def annex_line() -> str:
    """A line of the note of annexes: its only one, the label of a list, or an entry."""
    return (
        tag("if loop.length <= annexes | length") + p("Enclosures", "{{ line }}")
        + tag("elif loop.first") + p("Enclosed label", "{{ line }}")
        + tag("else") + p("Enclosed unlabelled", "{{ line }}")
        + tag("endif")
    )  # fmt: skip


def enclosures() -> str:
    label = p("Enclosed label", "{{ enclosures.label }}")
    return when("enclosures", label + entries("enclosures.entries", "Enclosed", "Enclosed unlabelled", together=True))


def copies() -> str:
    """The list of copies at the end of a letter."""
    label = when(
        "list.label",
        tag("if list.part") + p("Enclosed label", "{{ list.label }}", APART)
        + tag("else") + p("Enclosed label", "{{ list.label }}")
        + tag("endif"),
    )  # fmt: skip
    return loop("list in copies", label + entries("list.entries", "Enclosed", "Enclosed unlabelled", together=True))


def signature() -> str:
    """The signature: "(signed)", a picture, or space for a handwritten signature; then name and title.

    Name and title are one paragraph: LibreOffice parts a longer chain of paragraphs that keep with the next.
    """
    return (
        when("signature.signed", p("Signed", "{{ signature.signed }}"))
        + when("signature.picture", p("Signature picture", "{{r signature.picture }}"))
        + tag("if signature.picture") + p("Signature", "{{ signature.lines }}")
        + tag("elif signature.signed") + p("Signature below note", "{{ signature.lines }}")
        + tag("else") + p("Signature room", "{{ signature.lines }}")
        + tag("endif")
    )  # fmt: skip


def annexes() -> str:
    # Below a title there is space, so without one there is space below the line before it.
    parent = (
        tag("if annex.title") + p("Annex parent", "{{ annex.parent }}")
        + tag("else") + p("Annex parent", "{{ annex.parent }}", f'<w:spacing w:after="{LINE}"/>')
        + tag("endif")
    )  # fmt: skip
    return loop(
        "annex in annexes",
        p("Annex heading", "{{r annex.label }}")
        + when("annex.parent", parent)
        + when("annex.title", p("Annex title", "{{r annex.title }}"))
        + p("Template tag", "{{p annex.body }}"),
    )


def header() -> str:
    inner = loop("line in running_header", p("header", "{{r line }}")) + when("not running_header", p("header", ""))
    return f"<w:hdr {NAMESPACES}>{inner}</w:hdr>"


def footer() -> str:
    """The footer below a hairline.

    The hairline is a table's, for LibreOffice writes the rules of paragraphs into a PDF neither as content nor as
    artifacts. Word wants a paragraph below a table; the footer stands as much lower as that is high.
    """
    held = cell(TEXT, loop("line in footer", p("footer", "{{ line }}")), rules="top", above=60, below=0)
    lined = table("Letterhead table", (TEXT,), row(held)) + p("Table gap", "")
    inner = when("footer", lined) + when("not footer", p("Normal", ""))
    return f"<w:ftr {NAMESPACES}>{inner}</w:ftr>"


# ── Paragraphs, tags and tables ──────────────────────────────────────────────────────────────────────────────────────


def p(style: str, text: str, more: str = "") -> str:
    run = f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style_id(style)}"/>{more}</w:pPr>{run}</w:p>'


def tag(statement: str) -> str:
    return p("Template tag", f"{{%p {statement} %}}")


def when(condition: str, inner: str) -> str:
    return tag(f"if {condition}") + inner + tag("endif")


def loop(clause: str, inner: str) -> str:
    return tag(f"for {clause}") + inner + tag("endfor")


def lines(field: str, style: str) -> str:
    return loop(f"line in {field}", p(style, "{{r line }}"))


def entries(field: str, style: str, unlabelled: str, together: bool = False) -> str:
    """A list whose entries Word labels; an entry without a label is a paragraph of another style.

    ``together`` keeps all entries on one page.
    """

    if not together:
        return loop(f"entry in {field}", entry_of(style, unlabelled))
    # The last entry does not keep with the next paragraph, which is not part of the list.
    inner = tag("if loop.last") + entry_of(style, unlabelled)
    inner += tag("else") + entry_of(style, unlabelled, "<w:keepNext/>") + tag("endif")
    return loop(f"entry in {field}", inner)


def entry_of(style: str, unlabelled: str, keep: str = "") -> str:
    """One entry, in one of two styles."""
    listed = tag("if entry.label") + p(style, "{{r entry.text }}", keep)
    return listed + tag("else") + p(unlabelled, "{{r entry.text }}", keep) + tag("endif")


def table(style: str, columns: Sequence[int], *rows: str) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in columns)
    flags = ("firstRow", "lastRow", "firstColumn", "lastColumn")
    off = " ".join(f'w:{flag}="0"' for flag in flags)
    look = f'<w:tblLook w:val="0600" {off} w:noHBand="1" w:noVBand="1"/>'
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style_id(style)}"/><w:tblW w:w="{sum(columns)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/>{look}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(rows)}</w:tbl>'
    )


def row(*cells: str, more: str = "") -> str:
    return f"<w:tr><w:trPr><w:cantSplit/>{more}</w:trPr>{''.join(cells)}</w:tr>"


def row_tag(statement: str, width: int, span: int, beside: str = "") -> str:
    return row(cell(width, p("Template tag", f"{{%tr {statement} %}}"), span=span), beside)


def cell(
    width: int,
    paragraphs: str,
    span: int = 1,
    merge: str = "",
    rules: str = "",
    above: int | None = None,
    below: int | None = None,
    after: int | None = None,
    centred: bool = False,
) -> str:
    """A table's cell; ``rules`` are the sides with a hairline; ``above``, ``below``, ``after`` its own inner space."""
    hairlines = "".join(f"<w:{side} {HAIRLINE}/>" for side in ("top", "bottom") if side in rules)
    spaces = {"top": above, "bottom": below, "right": after}
    inner = "".join(f'<w:{side} w:w="{space}" w:type="dxa"/>' for side, space in spaces.items() if space is not None)
    properties = (
        f'<w:tcW w:w="{width}" w:type="dxa"/>'
        + (f'<w:gridSpan w:val="{span}"/>' if span > 1 else "")
        + (f'<w:vMerge w:val="{merge}"/>' if merge else "")
        + (f"<w:tcBorders>{hairlines}</w:tcBorders>" if hairlines else "")
        + (f"<w:tcMar>{inner}</w:tcMar>" if inner else "")
        + ('<w:vAlign w:val="center"/>' if centred else "")
    )
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraphs}</w:tc>"


HAIRLINE = 'w:val="single" w:sz="4" w:space="0" w:color="000000"'


def section() -> str:
    return (
        '<w:sectPr><w:headerReference w:type="default" r:id="rId5"/><w:footerReference w:type="first" r:id="rId6"/>'
        f'<w:pgSz w:w="{PAGE_WIDTH}" w:h="{PAGE_HEIGHT}"/>'
        f'<w:pgMar w:top="{MARGIN}" w:right="{MARGIN}" w:bottom="{MARGIN}" w:left="{MARGIN}" '
        f'w:header="{FURNITURE}" w:footer="{FURNITURE - LINE}" w:gutter="0"/><w:titlePg/></w:sectPr>'
    )


# ── Styles ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def style_id(name: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in name.split())


def styles() -> str:
    face = f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>'
    defaults = (
        # Kerning from 1 pt, as in the PDF; otherwise lines would break elsewhere.
        f'<w:docDefaults><w:rPrDefault><w:rPr>{face}<w:kern w:val="2"/><w:sz w:val="{SIZE}"/><w:szCs w:val="{SIZE}"/>'
        '<w:lang w:val="en"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:widowControl/><w:suppressAutoHyphens/>'
        '<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>'
    )
    inner = defaults + "".join(paragraph_style(style) for style in STYLES) + character_styles() + table_styles()
    section_numbers = (
        '<w:style w:type="numbering" w:customStyle="1" w:styleId="SectionNumbers"><w:name w:val="Section numbers"/>'
        f'<w:basedOn w:val="NoList"/><w:pPr><w:numPr><w:numId w:val="{list_number("Section numbers")}"/></w:numPr>'
        "</w:pPr></w:style>"
    )
    return f"<w:styles {NAMESPACES}>{inner}{section_numbers}</w:styles>"


def paragraph_style(style: Style) -> str:
    kind = ' w:default="1"' if style.name == "Normal" else "" if style.name in BUILT_IN else ' w:customStyle="1"'
    based = f'<w:basedOn w:val="{style_id(style.based)}"/>' if style.based else ""
    following = f'<w:next w:val="{style_id(style.next)}"/>' if style.next else ""
    paragraph, run = paragraph_properties(style), run_properties(style)
    return (
        f'<w:style w:type="paragraph"{kind} w:styleId="{style.id}"><w:name w:val="{style.name}"/>{based}{following}'
        f"<w:qFormat/>{paragraph and f'<w:pPr>{paragraph}</w:pPr>'}{run and f'<w:rPr>{run}</w:rPr>'}</w:style>"
    )


def paragraph_properties(style: Style) -> str:
    """A style's paragraph properties, in the schema's order."""
    spacing = f' w:before="{style.before}"' if style.before else ""
    spacing += f' w:after="{style.after}"' if style.after else ""
    spacing += f' w:line="{style.exact}" w:lineRule="exact"' if style.exact else ""
    indent = f' w:left="{style.left}"' if style.left else ""
    indent += f' w:hanging="{style.hanging}"' if style.hanging else ""
    return (
        ("<w:keepNext/>" if "next" in style.keep else "")
        + ("<w:keepLines/>" if "lines" in style.keep else "")
        + ("<w:pageBreakBefore/>" if style.page_break else "")
        + (f'<w:numPr><w:numId w:val="{list_number(style.list)}"/></w:numPr>' if style.list else "")
        + (f'<w:tabs><w:tab w:val="left" w:pos="{style.tab}"/></w:tabs>' if style.tab else "")
        + (f"<w:spacing{spacing}/>" if spacing else "")
        + (f"<w:ind{indent}/>" if indent else "")
        + ("<w:contextualSpacing/>" if style.gathered else "")
        + (f'<w:jc w:val="{style.align}"/>' if style.align else "")
        + (f'<w:outlineLvl w:val="{style.outline - 1}"/>' if style.outline else "")
    )


def run_properties(style: Style) -> str:
    size = round(style.size * 2)
    return (
        ("<w:b/><w:bCs/>" if style.bold else "")
        + ("<w:i/><w:iCs/>" if style.italic else "")
        + ('<w:color w:val="7F7F7F"/>' if style.grey else "")
        + (f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>' if size else "")
    )


def character_styles() -> str:
    return (
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        '<w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/>'
        '<w:basedOn w:val="DefaultParagraphFont"/>'
        f'<w:rPr><w:color w:val="{LINK_BLUE}"/><w:u w:val="single"/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="FootnoteReference"><w:name w:val="footnote reference"/>'
        '<w:basedOn w:val="DefaultParagraphFont"/><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
        '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/>'
        "<w:semiHidden/></w:style>"
    )


def table_styles() -> str:
    plain = (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:semiHidden/>'
        f"<w:tblPr>{NO_INDENT}{cell_spaces(0, 0, 0, 0)}</w:tblPr></w:style>"
    )
    borders = "".join(f"<w:{side} {HAIRLINE}/>" for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
    # No bold here: "Table heading" is bold, and two bold styles cancel each other in Word (ISO 29500-1, 17.7.3).
    shaded = (
        '<w:tblStylePr w:type="firstRow"><w:tblPr/>'
        f'<w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="{HEAD_GREY}"/></w:tcPr></w:tblStylePr>'
    )
    circular = f"{NO_INDENT}<w:tblBorders>{borders}</w:tblBorders>{cell_spaces(57, 108, 57, 108)}"
    return (
        plain
        + table_style("Letterhead table", NO_INDENT + cell_spaces(0, 0, 0, 0))
        + table_style("Reference table", NO_INDENT + cell_spaces(28, 0, 28, 113))
        + table_style("Signature table", NO_INDENT + cell_spaces(0, 0, 0, 0))
        + table_style("Circular table", circular, shaded)
    )


NO_INDENT = '<w:tblInd w:w="0" w:type="dxa"/>'


def table_style(name: str, properties: str, conditions: str = "") -> str:
    return (
        f'<w:style w:type="table" w:customStyle="1" w:styleId="{style_id(name)}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="TableNormal"/><w:qFormat/><w:tblPr>{properties}</w:tblPr>{conditions}</w:style>'
    )


def cell_spaces(top: int, left: int, bottom: int, right: int) -> str:
    sides = {"top": top, "left": left, "bottom": bottom, "right": right}
    inner = "".join(f'<w:{side} w:w="{space}" w:type="dxa"/>' for side, space in sides.items())
    return f"<w:tblCellMar>{inner}</w:tblCellMar>"


# ── Lists, settings, the package ─────────────────────────────────────────────────────────────────────────────────────


def list_number(name: str) -> int:
    return [listed.name for listed in LISTS].index(name) + 1


def numbering() -> str:
    definitions = "".join(definition(number, listed) for number, listed in enumerate(LISTS))
    lists = "".join(
        f'<w:num w:numId="{number + 1}"><w:abstractNumId w:val="{number}"/></w:num>' for number in range(len(LISTS))
    )
    return f"<w:numbering {NAMESPACES}>{definitions}{lists}</w:numbering>"


def definition(number: int, listed: List) -> str:
    several = len(listed.levels) > 1
    link = f'<w:styleLink w:val="{style_id(listed.name)}"/>' if not listed.style else ""
    style = f'<w:pStyle w:val="{style_id(listed.style)}"/>' if listed.style else ""
    indent = f'w:left="{listed.left}" w:hanging="{listed.hanging}"' if listed.left else 'w:left="0" w:firstLine="0"'
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{counted}"/>{style}<w:suff w:val="tab"/>'
        f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:tabs><w:tab w:val="num" w:pos="{listed.left or TAB}"/></w:tabs><w:ind {indent}/></w:pPr></w:lvl>'
        for level, (counted, text) in enumerate(listed.levels)
    )
    # Word treats lists with the same nsid as one list.
    return (
        f'<w:abstractNum w:abstractNumId="{number}"><w:nsid w:val="{0x4C455401 + number:08X}"/>'
        f'<w:multiLevelType w:val="{"multilevel" if several else "singleLevel"}"/>{link}{levels}</w:abstractNum>'
    )


def settings() -> str:
    compatible = "".join(
        f'<w:compatSetting w:name="{name}" w:uri="http://schemas.microsoft.com/office/word" w:val="{value}"/>'
        for name, value in (
            ("compatibilityMode", 15),
            ("overrideTableStyleFontSizeAndJustification", 1),
            ("enableOpenTypeFeatures", 1),
            ("doNotFlipMirrorIndents", 1),
            ("differentiateMultirowTableHeaders", 1),
        )
    )
    return (
        f'<w:settings {NAMESPACES}><w:zoom w:percent="100"/><w:defaultTabStop w:val="{TAB}"/>'
        '<w:characterSpacingControl w:val="doNotCompress"/>'
        f'<w:compat>{compatible}</w:compat><w:themeFontLang w:val="en"/>'
        '<w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>'
    )


def fonts() -> str:
    return (
        f'<w:fonts {NAMESPACES}><w:font w:name="{FONT}"><w:altName w:val="Calibri"/>'
        '<w:panose1 w:val="020F0502020204030204"/>'
        '<w:charset w:val="00"/><w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font></w:fonts>'
    )


def theme() -> str:
    """The theme: colours and fonts in Word's menus, which the styles do not use."""
    colours = {
        "dk1": "000000", "lt1": "FFFFFF", "dk2": "44546A", "lt2": "E7E6E6", "accent1": "009CD6", "accent2": "ED7D31",
        "accent3": "A5A5A5", "accent4": "FFC000", "accent5": "5B9BD5", "accent6": "70AD47", "hlink": LINK_BLUE,
        "folHlink": "954F72",
    }  # fmt: skip
    scheme = "".join(f'<a:{name}><a:srgbClr val="{colour}"/></a:{name}>' for name, colour in colours.items())
    faces = "".join(
        f'<a:{kind}Font><a:latin typeface="{FONT}"/><a:ea typeface=""/><a:cs typeface=""/></a:{kind}Font>'
        for kind in ("major", "minor")
    )
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    return (
        '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Circulars"><a:themeElements>'
        f'<a:clrScheme name="Circulars">{scheme}</a:clrScheme><a:fontScheme name="Circulars">{faces}</a:fontScheme>'
        f'<a:fmtScheme name="Circulars"><a:fillStyleLst>{fill * 3}</a:fillStyleLst>'
        f"<a:lnStyleLst>{f'<a:ln>{fill}</a:ln>' * 3}</a:lnStyleLst>"
        f"<a:effectStyleLst>{'<a:effectStyle><a:effectLst/></a:effectStyle>' * 3}</a:effectStyleLst>"
        f"<a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
    )


def relationships(*links: tuple[str, str]) -> str:
    inner = "".join(
        f'<Relationship Id="rId{number}" Type="{R}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(links, start=1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inner}</Relationships>'


def content_types() -> str:
    kinds = {
        "document": "document.main", "styles": "styles", "numbering": "numbering", "settings": "settings",
        "fontTable": "fontTable", "header1": "header", "footer1": "footer",
    }  # fmt: skip
    inner = "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{TYPES}.{kind}+xml"/>' for part, kind in kinds.items()
    )
    return (
        f'<Types xmlns="{PACKAGE}/content-types">'
        '<Override PartName="/word/theme/theme1.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.theme+xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{inner}'
        '<Override PartName="/docProps/app.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/></Types>'
    )


if __name__ == "__main__":
    FILE.write_bytes(draw())
