"""Matches the columns and the rows of two tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from circulars.review.comparing.align import pairs_of
from circulars.review.comparing.common import Pair, increasing
from circulars.review.comparing.matched import Column
from circulars.review.comparing.tokens import similarity, word_set
from circulars.review.comparing.tree import Unit

# The share of equal cells that two columns must have to be one column under another head.
_SIMILAR = 0.5
# Columns with other heads and a smaller share of equal words are other columns.
_FEW = 0.3


def columns_of(old: Unit, new: Unit) -> tuple[Column, ...]:
    """The columns of two tables: matched by their heads, by their cells, and by their places."""
    pairs = sorted(_column_pairs(_columns(old), _columns(new)), key=lambda pair: pair[1])
    unmoved = dict(increasing(pairs))
    found = {j: i for i, j in pairs}
    gone = [i for i in range(len(_columns(old))) if i not in found.values()]
    result: list[Column] = []
    for j in range(len(_columns(new))):
        i = found.get(j)
        if i is None:
            result.append(Column("added", -1, j))
            continue
        if i in unmoved:
            result += [Column("removed", g, -1) for g in gone if g < i]
            gone = [g for g in gone if g > i]
        result.append(Column("kept" if i in unmoved else "moved", i, j))
    return (*result, *(Column("removed", g, -1) for g in gone))


def row_pairs(old: Unit, new: Unit, columns: Sequence[Column]) -> list[Pair]:
    """The pairs of matching rows, as indexes of parts: by their first cell, by their other cells, by similarity.

    Only cells of columns that are in both tables count.
    """
    shared = [column for column in columns if column.old >= 0 and column.new >= 0]
    if len(shared) > 1 and all(any(row.number for row in table.parts) for table in (old, new)):
        shared = [column for column in shared if column.old and column.new]  # the first one counts the rows
    if not shared:
        return pairs_of(old.parts, new.parts)
    olds = [_reduced(part, [column.old for column in shared]) for part in old.parts]
    news = [_reduced(part, [column.new for column in shared]) for part in new.parts]
    if is_sorted(old) and is_sorted(new):
        olds, news = _named_by_text(olds, news)
    return _with_groups(pairs_of(olds, news), old.parts, new.parts)


def is_sorted(table: Unit) -> bool:
    """Whether a table sorts itself by the first cells of its rows: it has deadlines."""
    return bool(table.parts) and all(len(row.parts) == 2 and "with dashes" in row.parts[1].look for row in table.parts)


def _named_by_text(olds: Sequence[Unit], news: Sequence[Unit]) -> tuple[list[Unit], list[Unit]]:
    """The rows of two tables of deadlines, named by what is due if both tables have it, and otherwise by the date."""
    texts, others = ({row.parts[-1].words for row in rows} for rows in (olds, news))
    both = texts & others
    first, second = (
        [replace(row, name=text) if (text := row.parts[-1].words) in both else row for row in rows]
        for rows in (olds, news)
    )
    return first, second


def _with_groups(pairs: Sequence[Pair], olds: Sequence[Unit], news: Sequence[Unit]) -> list[Pair]:
    """The pairs of rows, with those of the headings of groups: two that have the same rows below them match.

    Where several could, those with the same words do, and then those with most of their rows in common.
    """
    old_groups, new_groups = _groups(olds), _groups(news)
    votes = Counter((old_groups[i], new_groups[j]) for i, j in pairs if i in old_groups and j in new_groups)
    order = sorted(votes, key=lambda pair: (olds[pair[0]].all_words != news[pair[1]].all_words, -votes[pair], pair))
    found: dict[int, int] = {}
    for i, j in order:
        if i not in found and j not in found.values():
            found[i] = j
    kept = [(i, j) for i, j in pairs if i not in found and j not in found.values()]
    return sorted((*kept, *found.items()), key=lambda pair: pair[1])


def _groups(rows: Sequence[Unit]) -> dict[int, int]:
    """The place of the heading of its group, by the place of each row that is below one."""
    groups: dict[int, int] = {}
    heading = -1
    for place, row in enumerate(rows):
        if row.family == "row" and len(row.parts) == 1 and row.parts[0].width > 1:
            heading = place
        elif heading >= 0:
            groups[place] = heading
    return groups


def cell_pairs(old: Unit, new: Unit, columns: Sequence[Column]) -> list[Pair]:
    """The pairs of matching cells of two rows, as indexes of parts, in the new order."""
    to_new = {column.old: column.new for column in columns if column.old >= 0 and column.new >= 0}
    places = {to_new[c]: i for i, cell in reversed([*enumerate(old.parts)]) for c in _covered(cell) if c in to_new}
    pairs: list[Pair] = []
    used: set[int] = set()
    for j, cell in enumerate(new.parts):
        i = next((places[c] for c in _covered(cell) if c in places and places[c] not in used), None)
        if i is not None:
            pairs.append((i, j))
            used.add(i)
    return pairs


def moved_heads(old: Unit, new: Unit, pairs: Sequence[Pair]) -> list[tuple[Unit, Unit]]:
    """The cells of header rows that are now in another one, as those below a header that was put above them.

    They are known by their words, which no other header has.
    """
    rows = {i: j for i, j in pairs if old.parts[i].family == "head"}
    olds, news = _heads(old), _heads(new)
    if not any(cell.width > 1 for cells in (olds, news) for _, cell in cells.values()):
        return []
    both = [(*olds[words], *news[words]) for words in olds if words in news]
    return [(cell, other) for place, cell, now, other in both if rows.get(place) != now]


def _heads(table: Unit) -> dict[str, tuple[int, Unit]]:
    """The cells of header rows, each with the place of its row, by their words; none that are there twice."""
    cells = [(n, cell) for n, row in enumerate(table.parts) if row.family == "head" for cell in row.parts if cell.words]
    counts = Counter(cell.words for _, cell in cells)
    return {cell.words: (place, cell) for place, cell in cells if counts[cell.words] == 1}


def _covered(cell: Unit) -> range:
    return range(cell.column, cell.column + cell.width)


def _reduced(row: Unit, columns: Sequence[int]) -> Unit:
    """A row for matching: with the cells of some columns, and named by the first of them."""
    if row.family != "row":
        return row
    cells = {c: cell for cell in reversed(row.parts) for c in _covered(cell)}
    kept = tuple(dict.fromkeys(cells[c] for c in columns if c in cells))
    return replace(row, parts=kept, name=kept[0].words if kept else "", spans=())


# A column: the words of its head, and those of its cells.
_Texts = tuple[str, Counter[str]]


def _columns(table: Unit) -> list[_Texts]:
    """The columns of a table. A cell counts in the column in which it begins."""
    cells = [(part.family, cell) for part in table.parts for cell in part.parts]
    width = max((cell.column + cell.width for _, cell in cells), default=0)
    heads, texts = [""] * width, [Counter[str]() for _ in range(width)]
    for family, cell in cells:
        if family == "head":
            heads[cell.column] = f"{heads[cell.column]} {cell.words}".strip()
        elif cell.words:
            texts[cell.column][cell.words] += 1
    return list(zip(heads, texts, strict=True))


def _column_pairs(old: Sequence[_Texts], new: Sequence[_Texts]) -> Iterator[Pair]:
    left, free = [*range(len(old))], [*range(len(new))]
    for found in (_by_head(old, new), _by_cells(old, new), _by_place(old, new, left, free)):
        for i, j in found:
            if i in left and j in free:
                left.remove(i)
                free.remove(j)
                yield i, j


def _by_head(old: Sequence[_Texts], new: Sequence[_Texts]) -> Iterator[Pair]:
    olds, news = [head for head, _ in old], [head for head, _ in new]
    for i, head in enumerate(olds):
        if head and olds.count(head) == 1 and news.count(head) == 1:
            yield i, news.index(head)


def _by_cells(old: Sequence[_Texts], new: Sequence[_Texts]) -> Iterator[Pair]:
    """The pairs of columns with equal cells, the most similar first."""
    found = []
    for i, (_, olds) in enumerate(old):
        for j, (_, news) in enumerate(new):
            similarity = 2 * (olds & news).total() / ((olds.total() + news.total()) or 1)
            if similarity >= _SIMILAR:
                found.append((-similarity, abs(i - j), i, j))
    yield from ((i, j) for _, _, i, j in sorted(found))


def _by_place(old: Sequence[_Texts], new: Sequence[_Texts], left: list[int], free: list[int]) -> Iterator[Pair]:
    """The pairs of columns in the same place of tables of the same width, unless they have nothing in common."""
    if len(old) == len(new):
        yield from ((i, j) for i, j in zip([*left], [*free], strict=True) if not _are_different(*old[i], *new[j]))


def _are_different(old_head: str, olds: Counter[str], new_head: str, news: Counter[str]) -> bool:
    """Whether a column of several cells has another head and few words in common with another column."""
    words, others = word_set(" ".join(olds)), word_set(" ".join(news))
    has_several = min(olds.total(), news.total()) > 1
    return old_head != new_head and has_several and similarity(words, others) < _FEW
