"""Tables of a Word file: whether they say what heads what."""

from __future__ import annotations

from collections.abc import Iterator

from circulars.accessibility.finding import Finding
from circulars.accessibility.word_file import Element, W, WordFile, is_on, value
from circulars.accessibility.word_rules import WORD

_LINES = ("top", "left", "start", "bottom", "right", "end", "insideH", "insideV")


def check_tables(file: WordFile) -> Iterator[Finding]:
    """Head rows, merged and split cells, and tables in tables."""
    for story in file.stories:
        for table in story.root.iter(f"{W}tbl"):
            yield from _check_table(table, file)


def _check_table(table: Element, file: WordFile) -> Iterator[Finding]:
    rows = list(table.iterchildren(f"{W}tr"))
    first = next(table.iter(f"{W}p"), table)
    spot = file.place(
        first, " ".join("".join(t.text or "" for t in p.iter(f"{W}t")) for p in list(table.iter(f"{W}p"))[:6])
    )
    has_head = bool(rows) and _is_said(rows[0], "trPr/tblHeader")
    if next(table.iterancestors(f"{W}tc"), None) is not None:
        yield WORD["nested-table"].broken(spot, "a table stands inside another one")
    if _is_layout(table, file):
        if has_head:
            yield WORD["layout-table"].broken(spot, "a table that only arranges things has a header row")
        return
    if not has_head and not _heads_rows(table):
        yield WORD["no-header-row"].broken(spot, f"a table of {len(rows)} rows has no header row")
    if merged := sum(_is_merged(cell) for row in rows for cell in row.iterchildren(f"{W}tc")):
        yield WORD["merged-cells"].broken(spot, f"{merged} of the table's cells are merged")
    elif len({_width(row) for row in rows}) > 1:
        yield WORD["merged-cells"].broken(spot, "the table's rows have different numbers of cells")


def _is_layout(table: Element, file: WordFile) -> bool:
    """Whether a table only arranges things.

    Word takes one without rules and style for such; and so is one of a single cell, and one whose look says that
    neither its first row nor its first column is a special one, as long as no rules part all of its cells.
    """
    if len(list(table.iterchildren(f"{W}tr"))) == 1 and len(list(table.iter(f"{W}tc"))) == 1:
        return True
    look = table.find(f"{W}tblPr/{W}tblLook")
    if look is not None and not _look(look, "firstRow", 0x20) and not _look(look, "firstColumn", 0x80):
        return not {"insideH", "insideV"} <= _ruled(table, file)
    style = value(table, "tblPr/tblStyle")
    return file.styles.name(style) in ("", "normal table") and not _ruled(table, file)


def _ruled(table: Element, file: WordFile) -> set[str]:
    """The rules that a table has, by its own word or its style's."""
    own = table.find(f"{W}tblPr/{W}tblBorders")
    borders = own if own is not None else file.styles.first(value(table, "tblPr/tblStyle"), "tblPr/tblBorders")
    return {name for name in _LINES if borders is not None and value(borders, name) not in ("", "nil", "none")}


def _heads_rows(table: Element) -> bool:
    """Whether a table says that its first column is a special one, and its first row is not."""
    look = table.find(f"{W}tblPr/{W}tblLook")
    return look is not None and _look(look, "firstColumn", 0x80) and not _look(look, "firstRow", 0x20)


def _look(look: Element, name: str, bit: int) -> bool:
    """A switch of a table's look, which is written out, or a bit of a hexadecimal number (ECMA-376 part 1, 17.4.55)."""
    if (said := look.get(f"{W}{name}")) is not None:
        return is_on(said)
    try:
        return bool(int(look.get(f"{W}val", "0"), 16) & bit)
    except ValueError:
        return False


def _is_said(element: Element, path: str) -> bool:
    found = element.find("/".join(f"{W}{step}" for step in path.split("/")))
    return found is not None and is_on(found.get(f"{W}val", "1"))


def _is_merged(cell: Element) -> bool:
    span = value(cell, "tcPr/gridSpan")
    return (span.isdigit() and int(span) > 1) or cell.find(f"{W}tcPr/{W}vMerge") is not None


def _width(row: Element) -> int:
    skipped = [value(row, f"trPr/{name}") for name in ("gridBefore", "gridAfter")]
    return len(list(row.iterchildren(f"{W}tc"))) + sum(int(n) for n in skipped if n.isdigit() and len(n) < 6)
