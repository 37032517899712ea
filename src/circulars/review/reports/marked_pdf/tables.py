"""Makes one table of two letters' tables: with the rows and columns of both, with signs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from circulars.model.document import with_texts
from circulars.model.text import Alignment, Cell, Items, Span, Spans, Table
from circulars.review.comparing.grids import GridColumn, columns_of, placed, rows_of
from circulars.review.comparing.matched import Fate, Matched
from circulars.review.reports.marked_pdf.signs import NEW, OLD, Sign, all_signed, lines_of, runs_of, signed
from circulars.review.reports.marked_pdf.sources import Row, Source
from circulars.review.reports.marked_pdf.words import WordMarks

_EMPTY = Cell(())


def merged_table(
    part: Matched,
    old: Table | None,
    new: Table | None,
    old_parts: Mapping[str, Source],
    new_parts: Mapping[str, Source],
    words: WordMarks,
    items_of: Callable[[Matched], Items],
) -> Iterator[Table]:
    """The table; the old one and the new one, if their cells cannot be put into one grid.

    ``items_of`` makes the merged lists of cells.
    """
    if old is None or new is None:
        table = new or old
        assert table is not None  # one of them is there
        sign = {"added": Sign.ADDED, "moved away": Sign.MOVED_AWAY}.get(part.fate, Sign.REMOVED)
        yield _marked(table, sign, [_sign_of_row(row, sign) for row in rows_of(part)])
        return
    columns = _columns(part, old, new)
    if columns is None or (_has_spans(old, new) and not _is_same_grid(part, columns)):
        yield _marked(replace(old, id=f"old.{old.id}"), Sign.REMOVED)
        yield _marked(new, Sign.ADDED)
        return
    yield _Grid(old, new, old_parts, new_parts, words, items_of, columns).table(part)


_OF_ROWS: Mapping[Fate, Sign] = {"moved": Sign.MOVED_HERE, "moved away": Sign.MOVED_AWAY}
_QUIETLY: Mapping[Sign, Sign] = {Sign.ADDED: Sign.QUIETLY_ADDED, Sign.REMOVED: Sign.QUIETLY_REMOVED}


def _sign_of_row(row: Matched, sign: Sign) -> Sign:
    """The sign of a row in a table that is marked with a sign: other tables may have the same row, or header row."""
    is_quiet = all(segment.quiet for cell in row.parts for segment in cell.words)
    return _QUIETLY.get(sign, sign) if row.unit.family == "head" and is_quiet else _OF_ROWS.get(row.fate, sign)


def _marked(table: Table, sign: Sign, of_rows: Sequence[Sign] = ()) -> Table:
    """A table that is marked as a whole, or each of its rows with a sign of its own."""
    rows = (*table.heads, *table.rows)
    marked = [_marked_row(row, one) for row, one in zip(rows, of_rows or [sign] * len(rows), strict=True)]
    heads, others = marked[: len(table.heads)], marked[len(table.heads) :]
    return replace(
        table,
        caption=all_signed(table.caption, sign),
        columns=heads[0] if heads else (),
        subheads=tuple(heads[1:]),
        rows=tuple(others),
    )


def _marked_row(row: Row, sign: Sign) -> Row:
    signed_row = with_texts(row, lambda line: all_signed(line, sign))
    return tuple(_with_lines(cell, cell.lines) for cell in signed_row)


def _columns(part: Matched, old: Table, new: Table) -> list[GridColumn] | None:
    """The columns of both tables in one order; if cells cover several, those of tables of the same width."""
    if _has_spans(old, new):
        return [(place, place) for place in range(len(new.widths))] if len(old.widths) == len(new.widths) else None
    return columns_of(part)


def _has_spans(*tables: Table) -> bool:
    return any(
        (cell.colspan, cell.rowspan) != (1, 1)
        for table in tables
        for row in (*table.heads, *table.rows)
        for cell in row
    )


def _is_same_grid(part: Matched, columns: Sequence[GridColumn]) -> bool:
    """Whether both tables have the same rows, and in them cells of the same size."""
    rows = rows_of(part)
    return all(old == new for old, new in columns) and all(
        row.fate == part.fate
        and all(
            cell.fate == part.fate and cell.old and cell.new and cell.old.look == cell.new.look for cell in row.parts
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class _Grid:
    """Two tables in one grid."""

    old: Table
    new: Table
    old_parts: Mapping[str, Source]
    new_parts: Mapping[str, Source]
    words: WordMarks
    items_of: Callable[[Matched], Items]
    columns: Sequence[GridColumn]

    def table(self, part: Matched) -> Table:
        rows = rows_of(part)
        heads = [self._row(one) for one in rows if one.unit.family == "head"]
        captions = [one for one in part.parts if one.unit.family == "caption"]
        widths = self._widths()
        return replace(
            self.new,
            caption=tuple(span for one in captions for span in self.words.of(one)),
            columns=heads[0] if heads else (),
            subheads=tuple(heads[1:]),
            rows=tuple(self._row(one) for one in rows if one.unit.family == "row"),
            widths=widths,
            align=self._align(),
            row_heads=self.new.row_heads or not heads,
        )

    def _widths(self) -> tuple[float, ...]:
        widths = [self.old.widths[old or 0] if new is None else self.new.widths[new] for old, new in self.columns]
        return tuple(width / sum(widths) for width in widths)

    def _align(self) -> tuple[Alignment, ...]:
        if not (self.old.align or self.new.align):
            return ()
        starts: tuple[Alignment, ...] = tuple("start" for _ in (*self.old.widths, *self.new.widths))
        old, new = self.old.align or starts, self.new.align or starts
        return tuple(old[before or 0] if after is None else new[after] for before, after in self.columns)

    def _row(self, row: Matched) -> Row:
        if _is_spanning(row, len(self.columns)):
            cells = tuple(self._cell(cell) for cell in row.parts)
            if len(cells) == 1:
                return (replace(cells[0], colspan=len(self.columns)),)
            return cells
        return tuple(self._cell(cell) if cell else _EMPTY for cell in placed(row, self.columns))

    def _cell(self, part: Matched) -> Cell:
        source = (self.new_parts if part.new else self.old_parts)[part.unit.key]
        assert isinstance(source, Cell)  # cells match cells only
        lists = tuple(self.items_of(one) for one in part.parts if one.unit.family == "list")
        lines = tuple(line for line in lines_of(self.words.of(part)) if line)
        return _with_lines(replace(source, lists=lists), lines)


def _with_lines(cell: Cell, lines: tuple[Spans, ...]) -> Cell:
    """A cell with other lines. If a line is marked as a whole, its dash is, too, which must be typed for that."""
    signs = [_sign_of(line) for line in lines]
    if cell.dashes and any(signs):
        dashed = [(Span(signed("– ", sign) if sign else "– "), *line) for line, sign in zip(lines, signs, strict=True)]
        return replace(cell, lines=tuple(dashed), dashes=False)
    return replace(cell, lines=lines)


def _sign_of(line: Spans) -> Sign | None:
    """The sign of a line that is marked as a whole."""
    signs = {sign for span in line for sign, _ in runs_of(span.text)}
    olds, news = signs <= {*OLD}, signs <= {*NEW}
    return next(iter(signs)) if signs and (olds or news) else None


def _is_spanning(row: Matched, width: int) -> bool:
    """Whether a row has cells over several columns or rows, or less cells for another reason."""
    is_both = row.old is not None and row.new is not None
    return is_both and all(cell.fate == row.fate for cell in row.parts) and len(row.parts) != width
