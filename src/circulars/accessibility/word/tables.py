"""Checks the tables of a Word file: header rows, merged cells and nesting."""

from __future__ import annotations

from collections.abc import Iterator

from circulars.accessibility.finding import Finding
from circulars.accessibility.word.file import Element, W, WordFile, is_on, value
from circulars.accessibility.word.rules import WORD

_LINES = ("top", "left", "start", "bottom", "right", "end", "insideH", "insideV")


def check_tables(file: WordFile) -> Iterator[Finding]:
    """Checks for header rows, merged and split cells, and nested tables."""
    for story in file.stories:
        for table in story.root.iter(f"{W}tbl"):
            yield from _check_table(table, file)


def _check_table(table: Element, file: WordFile) -> Iterator[Finding]:
    rows = list(table.iterchildren(f"{W}tr"))
    first = next(table.iter(f"{W}p"), table)
    spot = file.place(
        first, " ".join("".join(t.text or "" for t in p.iter(f"{W}t")) for p in list(table.iter(f"{W}p"))[:6])
    )
    has_header = bool(rows) and _is_set(rows[0], "trPr/tblHeader")
    if next(table.iterancestors(f"{W}tc"), None) is not None:
        yield WORD["nested-table"].finding(spot, "a table is inside another one")
    if _is_layout(table, file):
        if has_header:
            yield WORD["layout-table"].finding(spot, "a layout table has a header row")
        return
    if not has_header and not _has_header_column(table):
        size = "1 row" if len(rows) == 1 else f"{len(rows)} rows"
        yield WORD["no-header-row"].finding(spot, f"a table of {size} has no header row")
    if merged := sum(_is_merged(cell) for row in rows for cell in row.iterchildren(f"{W}tc")):
        yield WORD["merged-cells"].finding(spot, f"{merged} of the table's cells are merged")
    elif len({_width(row) for row in rows}) > 1:
        yield WORD["merged-cells"].finding(spot, "the table's rows have different numbers of cells")


def _is_layout(table: Element, file: WordFile) -> bool:
    """Whether a table is a layout table, which only arranges things on the page.

    A table without borders and style is one. So is a table of a single cell, and a table whose options turn on neither
    Header Row nor First Column, unless borders separate all of its cells.
    """
    if len(list(table.iterchildren(f"{W}tr"))) == 1 and len(list(table.iter(f"{W}tc"))) == 1:
        return True
    look = table.find(f"{W}tblPr/{W}tblLook")
    if look is not None and not _look(look, "firstRow", 0x20) and not _look(look, "firstColumn", 0x80):
        return not {"insideH", "insideV"} <= _borders(table, file)
    style = value(table, "tblPr/tblStyle")
    return file.styles.name(style) in ("", "normal table") and not _borders(table, file)


def _borders(table: Element, file: WordFile) -> set[str]:
    """The borders of a table, its own or its style's."""
    own = table.find(f"{W}tblPr/{W}tblBorders")
    borders = own if own is not None else file.styles.first(value(table, "tblPr/tblStyle"), "tblPr/tblBorders")
    return {name for name in _LINES if borders is not None and value(borders, name) not in ("", "nil", "none")}


def _has_header_column(table: Element) -> bool:
    """Whether a table's options turn on First Column, but not Header Row."""
    look = table.find(f"{W}tblPr/{W}tblLook")
    return look is not None and _look(look, "firstColumn", 0x80) and not _look(look, "firstRow", 0x20)


def _look(look: Element, name: str, bit: int) -> bool:
    """An option of a table (tblLook): an attribute, or a bit of a hexadecimal number (ECMA-376 part 1, 17.4.55)."""
    if (option := look.get(f"{W}{name}")) is not None:
        return is_on(option)
    try:
        return bool(int(look.get(f"{W}val", "0"), 16) & bit)
    except ValueError:
        return False


def _is_set(element: Element, path: str) -> bool:
    found = element.find("/".join(f"{W}{step}" for step in path.split("/")))
    return found is not None and is_on(found.get(f"{W}val", "1"))


def _is_merged(cell: Element) -> bool:
    span = value(cell, "tcPr/gridSpan")
    return (span.isdigit() and int(span) > 1) or cell.find(f"{W}tcPr/{W}vMerge") is not None


def _width(row: Element) -> int:
    skipped = [value(row, f"trPr/{name}") for name in ("gridBefore", "gridAfter")]
    return len(list(row.iterchildren(f"{W}tc"))) + sum(int(n) for n in skipped if n.isdigit() and len(n) < 6)
