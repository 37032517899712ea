"""Keeps what is below the signature on the page of the signature: a postscript, initials, the note of annexes."""

from __future__ import annotations

import re
from typing import Final

from circulars.model.document import Document
from circulars.render.docx.keeping import is_long
from circulars.render.docx.places import field_name

_KEEP: Final = "<w:keepNext/>"
_STYLED: Final = re.compile(r'<w:pPr>(<w:pStyle w:val="[^"]*"/>)(?!<w:keepNext/>)')
_BEGINS: Final = re.compile(r"<w:p(?: [^>]*)?>")
_ROW: Final = re.compile(r"<w:tr(?: [^>]*)?>")


def with_kept_end(body: str, document: Document) -> str:
    """The body, in which what is directly above each of these keeps with it, unless it may be higher than a page."""
    if is_long(document.postscript):
        return body
    shown = {"postscript": document.postscript, "drafter": document.drafter, "annex-note": document.annex_note}
    for name in (name for name, words in shown.items() if words):
        body = _with_kept(body, name)
    return body


def _with_kept(body: str, name: str) -> str:
    """The body, in which the paragraph or the last row of the table above a field keeps with it."""
    field = body.find(f'w:name="{field_name(name)}"')
    paragraph = _last(_BEGINS, body, field)
    above, rest = body[:paragraph], body[paragraph:]
    if above.endswith("</w:p>"):
        start = _last(_BEGINS, body, paragraph)
    elif above.endswith("</w:tbl>"):
        start = _last(_ROW, body, paragraph)
    else:
        return body
    return above[:start] + _STYLED.sub(rf"<w:pPr>\1{_KEEP}", above[start:]) + rest


def _last(pattern: re.Pattern[str], text: str, before: int) -> int:
    """Where the last match before a place begins; 0 without one."""
    return max((one.start() for one in pattern.finditer(text, 0, max(before, 0))), default=0)
