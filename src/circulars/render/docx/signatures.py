"""Draws the end of a letter with several signatories: a table with closing, signatures and QR code.

Its rows are not split, and the first keeps with the second, so that the end stays on one page: LibreOffice splits a
longer chain of paragraphs that keep with the next.
"""

from __future__ import annotations

from typing import Final

from circulars.model.document import Document, Signature
from circulars.render.docx.story import Story
from circulars.render.docx.voice import text_runs

_CODE: Final = 3401  # twips: 60 mm for the QR code
_GAP: Final = 170  # twips: 3 mm between two signatures
_BELOW: Final = '<w:spacing w:before="360"/>'  # 18 pt between two signatures of which one is below the other
_KEEP: Final = "<w:keepNext/>"


def signatures_of(story: Story) -> str:
    """Closing, signatures and QR code as a table; "" for a letter with at most one signatory."""
    document = story.document
    if not document.cosignatures:
        return ""
    columns = [[one] for one in document.signatures] if document.side_by_side else [[*document.signatures]]
    room = story.paper.text_width - _CODE * bool(document.link_code)
    widths = [room // len(columns)] * (len(columns) - 1)
    widths.append(room - sum(widths))
    cells = [_cell(width, "".join(_stacked(column, story))) for width, column in zip(widths, columns, strict=True)]
    code = _code(document, story)
    rows = []
    if document.closing:
        closing = _p(story, "Closing", text_runs(document.closing, story.voice), _KEEP)
        spanned = f'<w:gridSpan w:val="{len(widths)}"/>' if len(widths) > 1 else ""
        rows.append(_cell(room, closing, spanned) + _cell(_CODE, code, '<w:vMerge w:val="restart"/>') * bool(code))
        code, merged = code and _p(story, "Signature", ""), "<w:vMerge/>"
    else:
        merged = ""
    rows.append("".join(cells) + _cell(_CODE, code, merged) * bool(code))
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in (*widths, *([_CODE] * bool(code))))
    written = "".join(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{row}</w:tr>" for row in rows)
    rtl = "<w:bidiVisual/>" if story.voice.direction == "rtl" else ""
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{story.style("Signature table")}"/>{rtl}'
        f'<w:tblW w:w="{story.paper.text_width}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        '<w:tblLook w:val="0600" w:firstRow="0" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" '
        f'w:noVBand="1"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{written}</w:tbl>'
    )


def _stacked(signatures: list[Signature], story: Story) -> list[str]:
    return [_signature(one, story, _BELOW if nth else "") for nth, one in enumerate(signatures)]


def _signature(signature: Signature, story: Story, above: str) -> str:
    """A signature's paragraphs, as the template has them for one signatory; ``above`` is the space before the first."""
    shown = []
    if signature.signed:
        shown.append(_p(story, "Signed", text_runs(signature.signed, story.voice), "", above))
    if signature.picture:
        shown.append(_p(story, "Signature picture", story.drawing(signature.picture), "", "" if shown else above))
    style = "Signature" if signature.picture else "Signature below note" if signature.signed else "Signature room"
    lines = "\n".join(line for line in (signature.name, *signature.title) if line)
    return "".join([*shown, _p(story, style, text_runs(lines, story.voice))])


def _code(document: Document, story: Story) -> str:
    code = document.link_code
    if code is None:
        return ""
    caption = _p(story, "caption", text_runs(code.caption, story.voice)) if code.caption else ""
    return _p(story, "Link code", story.drawing(code.picture, code.address)) + caption


def _cell(width: int, inner: str, more: str = "") -> str:
    margin = f'<w:tcMar><w:right w:w="{_GAP}" w:type="dxa"/></w:tcMar>'
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{more}{margin}</w:tcPr>{inner}</w:tc>'


def _p(story: Story, style: str, runs: str, keep: str = "", spacing: str = "") -> str:
    named = story.paper.styles.get(style.lower()) or story.style("Body Text")
    return f'<w:p><w:pPr><w:pStyle w:val="{named}"/>{keep}{spacing}</w:pPr>{runs}</w:p>'
