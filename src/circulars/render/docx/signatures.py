"""Draws the end of a letter with several signatories: a table with closing, signatures and QR code.

Its rows are not split, and the first keeps with the second, so that the end stays on one page: LibreOffice splits a
longer chain of paragraphs that keep with the next.
"""

from __future__ import annotations

from typing import Final

from circulars.model.document import LinkCode, Signature
from circulars.model.places import signature_place
from circulars.render.docx.places import field_name, token
from circulars.render.docx.story import Story
from circulars.render.docx.template_language import space_beside
from circulars.render.docx.voice import text_runs

STYLES: Final = (
    "Closing", "Signature table", "Signed", "Signature picture", "Signature", "Signature below note", "Signature room",
    "Link code", "caption",
)  # fmt: skip
"""The styles of the end of a letter with several signatories; "Body Text" stands in for one that is missing."""
_CODE: Final = 3401  # twips: 60 mm for the QR code
_GAP: Final = 170  # twips: 3 mm between two signatures
_BELOW: Final = '<w:spacing w:before="360"/>'  # 18 pt between two signatures of which one is below the other
_NO_ROOM: Final = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
"""For the paragraph that Word asks for below a table in a cell."""
_KEEP: Final = "<w:keepNext/>"
# Above names that are on one line, in twips: room for a hand, and for a picture of 15 mm with "(signed)".
_ROOM: Final = 840
_ROOM_WITH_PICTURE: Final = 1370
_PICTURE: Final = 850
_SIGNED: Final = 280  # a line of 14 pt
_ABOVE_NAME: Final = 120


def signatures_of(story: Story) -> str:
    """Closing, signatures and QR code as a table; "" for a letter with at most one signatory."""
    document = story.document
    if not document.cosignatures:
        return ""
    if document.link_code:
        return _beside_code(story, document.link_code)
    width = story.paper.text_width
    widths, cells = _signing(story, width)
    rows = [cells]
    if document.closing:
        spanned = f'<w:gridSpan w:val="{len(widths)}"/>' if len(widths) > 1 else ""
        rows.insert(0, _cell(story, width, _closing(story), spanned))
    return _table(story, widths, rows)


def _beside_code(story: Story, code: LinkCode) -> str:
    """Closing and signatures in one cell, and the QR code in another: readers find them in this order."""
    document, room = story.document, story.paper.text_width - _CODE
    signing = _closing(story) if document.closing else ""
    if document.side_by_side:
        widths, cells = _signing(story, room - _GAP)
        signing += _table(story, widths, [cells]) + _p(story, "Signature", "", spacing=_NO_ROOM)
    else:
        signing += "".join(_stacked([*document.signatures], story))
    return _table(story, [room, _CODE], [_cell(story, room, signing) + _cell(story, _CODE, _code(story, code), gap=0)])


def _closing(story: Story) -> str:
    return _p(story, "Closing", text_runs(story.document.closing, story.voice), _KEEP, place="closing")


def _signing(story: Story, room: int) -> tuple[list[int], str]:
    """The widths of the signatures' columns, and their cells."""
    document = story.document
    columns = [[one] for one in document.signatures] if document.side_by_side else [[*document.signatures]]
    widths = [room // len(columns)] * (len(columns) - 1)
    widths.append(room - sum(widths))
    cells = (
        _cell(story, width, "".join(_stacked(column, story))) for width, column in zip(widths, columns, strict=True)
    )
    return widths, "".join(cells)


def _table(story: Story, widths: list[int], rows: list[str]) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    written = "".join(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{row}</w:tr>" for row in rows)
    rtl = "<w:bidiVisual/>" if story.voice.direction == "rtl" else ""
    named = story.paper.styles.get("signature table")
    style = f'<w:tblStyle w:val="{named}"/>' if named else ""
    return (
        f"<w:tbl><w:tblPr>{style}{rtl}"
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        '<w:tblLook w:val="0600" w:firstRow="0" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" '
        f'w:noVBand="1"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{written}</w:tbl>'
    )


def _stacked(signatures: list[Signature], story: Story) -> list[str]:
    if story.document.is_uneven:
        return [_on_one_line(one, story) for one in signatures]
    return [_signature(one, story, _BELOW if nth else "") for nth, one in enumerate(signatures)]


def _signature(signature: Signature, story: Story, above: str) -> str:
    """A signature's paragraphs, as the template has them for one signatory; ``above`` is the space before the first."""
    shown, place = [], _place(signature, story)
    if signature.signed:
        shown.append(_p(story, "Signed", text_runs(signature.signed, story.voice), "", above, f"{place}.signed"))
    if signature.picture:
        shown.append(_p(story, "Signature picture", story.drawing(signature.picture), "", "" if shown else above))
    style = "Signature" if signature.picture else "Signature below note" if signature.signed else "Signature room"
    return "".join([*shown, _p(story, style, text_runs("\n".join(signature.lines), story.voice), place=place)])


def _on_one_line(signature: Signature, story: Story) -> str:
    """A signature's paragraphs, with a name that is as far below the top as those beside it."""
    has_picture = any(one.picture for one in story.document.signatures)
    above, shown, place = _ROOM_WITH_PICTURE if has_picture else _ROOM, [], _place(signature, story)
    below = _ABOVE_NAME if signature.signed and not signature.picture else 0
    above -= below + _SIGNED * bool(signature.signed) + _PICTURE * bool(signature.picture)
    if signature.signed:
        line = f'<w:spacing w:before="{above}" w:after="0" w:line="{_SIGNED}" w:lineRule="exact"/>'
        shown.append(_p(story, "Signed", text_runs(signature.signed, story.voice), "", line, f"{place}.signed"))
        above = 0
    if signature.picture:
        shown.append(_p(story, "Signature picture", story.drawing(signature.picture), "", _before(above)))
        above = 0
    lines = text_runs("\n".join(signature.lines), story.voice)
    return "".join([*shown, _p(story, "Signature", lines, "", _before(above + below), place)])


def _place(signature: Signature, story: Story) -> str:
    return signature_place(next(n for n, one in enumerate(story.document.signatures, start=1) if one is signature))


def _before(twips: int) -> str:
    return f'<w:spacing w:before="{twips}" w:after="0"/>'


def _code(story: Story, code: LinkCode) -> str:
    caption = _p(story, "caption", text_runs(code.caption, story.voice), place="code") if code.caption else ""
    return _p(story, "Link code", story.drawing(code.picture, code.address)) + caption


def _cell(story: Story, width: int, inner: str, more: str = "", gap: int = _GAP) -> str:
    margin = space_beside("right", gap, story.voice.direction)
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{more}{margin}</w:tcPr>{inner}</w:tc>'


def _p(story: Story, style: str, runs: str, keep: str = "", spacing: str = "", place: str = "") -> str:
    named = story.paper.styles.get(style.lower()) or story.style("Body Text")
    field = token(field_name(place)) if place else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{named}"/>{keep}{spacing}</w:pPr>{field}{runs}</w:p>'
