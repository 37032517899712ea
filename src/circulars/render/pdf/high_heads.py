"""Lets the reference table of a letter begin on the first page, if it is higher than the rest of that page."""

from __future__ import annotations

from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement

_BREAKS: Final = "break-inside: auto"
_WHOLE: Final = "break-inside: avoid"


def let_high_head_break(page: Element, sheets: Any) -> bool:
    """Whether the first page has no line of the reference table; if so, the table may break from now on.

    It breaks between its rows. A long list of addressees beside all of them, which WeasyPrint 70 would break together
    with the first one, becomes a row below the others, which breaks between its lines.
    """
    table = next((one for one in page.iter("table") if "reference" in one.get("class", "").split()), None)
    if (
        table is None
        or len(sheets.pages) == 1
        or any(box.element is table for box in sheets.pages[0]._page_box.descendants())
    ):
        return False
    table.set("style", f"{_BREAKS}; {table.get('style', '')}")
    for body in table.iter("tbody"):
        rows = list(body)
        for row in rows:
            row.set("style", _WHOLE)
        for cell in [cell for cell in (rows[0] if rows else ()) if cell.get("rowspan")]:
            _move_below(cell, body)
    return True


def _move_below(cell: Element, body: Element) -> None:
    """Moves a cell that is beside the particulars to a row below them, if it has more lines than they."""
    rows = [row for row in body if row.get("class") != "subject"]
    if _lines(cell) <= sum(max(map(_lines, row)) for row in rows[1:]):
        return
    rows[0].remove(cell)
    del cell.attrib["rowspan"]
    for row in rows:
        SubElement(row, "td")
    below = Element("tr", style=_BREAKS)
    SubElement(below, "td")
    SubElement(below, "td")
    below.append(cell)
    body.insert(len(rows), below)


def _lines(cell: Element) -> int:
    return max(1, sum(1 for one in cell.iter() if one.tag in ("li", "p", "br")))
