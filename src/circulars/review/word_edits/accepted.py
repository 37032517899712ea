"""Accepts all tracked changes of an edited file: what is left is what its last reader sees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from circulars.review.word_edits.edited import CellPlace, EditedParagraph, EditedRun, StoryPart


@dataclass(frozen=True, slots=True)
class AcceptedParagraph:
    """A paragraph without removed words. ``runs`` have no revisions; ``authors`` are those of its tracked changes.

    ``numbers`` are those of the paragraphs in the file that it is made of. ``removed_style`` is the style of a removed
    paragraph right before it, which LibreOffice gives to it as well.
    """

    names: tuple[str, ...]
    runs: tuple[EditedRun, ...]
    style: str
    list_level: int | None
    cell: CellPlace | None
    part: StoryPart
    note: str
    numbers: tuple[int, ...]
    authors: tuple[str, ...] = ()
    removed_style: str = ""

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


def accepted(paragraphs: Sequence[EditedParagraph]) -> tuple[AcceptedParagraph, ...]:
    """The paragraphs with all tracked changes accepted, those that are removed left out."""
    found: list[AcceptedParagraph] = []
    waiting: AcceptedParagraph | None = None
    removed = ""
    gone = _removed_rows(paragraphs)
    for number, paragraph in enumerate(paragraphs):
        if _is_in_removed_row(paragraph):
            continue
        own = _accepted(paragraph, number, gone)
        if waiting is not None:
            own = _joined(waiting, own)
            waiting = None
        is_joined = paragraph.mark is not None and paragraph.mark.is_removal
        if is_joined and own.text:
            waiting = own
        elif not is_joined:
            found.append(replace(own, removed_style=removed))
        removed = own.style if is_joined and not own.text else ""
    return (*found, *filter(None, [waiting]))


def authors_by_name(paragraphs: Sequence[EditedParagraph]) -> dict[str, tuple[str, ...]]:
    """The authors of tracked changes in paragraphs, by the names of these."""
    found: dict[str, tuple[str, ...]] = {}
    for one in paragraphs:
        for name in one.names:
            found[name] = tuple(dict.fromkeys((*found.get(name, ()), *_authors(one))))
    return found


def joined(paragraphs: Sequence[AcceptedParagraph], between: str = "") -> AcceptedParagraph:
    """Paragraphs as one, with some characters between them."""
    whole = paragraphs[0]
    for one in paragraphs[1:]:
        apart = (EditedRun(between),) if between else ()
        whole = _joined(replace(whole, runs=whole.runs + apart), one)
    return whole


def _is_in_removed_row(paragraph: EditedParagraph) -> bool:
    return bool(paragraph.cell and paragraph.cell.revision and paragraph.cell.revision.is_removal)


_Rows = Mapping[tuple[StoryPart, int], Set[int]]
"""The numbers of removed rows, by the part of the file and the number of the table."""


def _removed_rows(paragraphs: Iterable[EditedParagraph]) -> _Rows:
    found: dict[tuple[StoryPart, int], set[int]] = {}
    for one in paragraphs:
        if one.cell and _is_in_removed_row(one):
            found.setdefault((one.part, one.cell.table), set()).add(one.cell.row)
    return found


def _accepted_cell(paragraph: EditedParagraph, gone: _Rows) -> CellPlace | None:
    """The cell of a paragraph, whose row is counted without the removed ones above it."""
    cell = paragraph.cell
    if cell is None:
        return None
    above = sum(row < cell.row for row in gone.get((paragraph.part, cell.table), ()))
    return replace(cell, row=cell.row - above, revision=None)


def _accepted(paragraph: EditedParagraph, number: int, gone: _Rows) -> AcceptedParagraph:
    kept = [run for run in paragraph.runs if not (run.revision and run.revision.is_removal)]
    return AcceptedParagraph(
        paragraph.names,
        tuple(united(replace(run, revision=None) for run in kept if run.text or run.note)),
        paragraph.style,
        paragraph.list_level,
        _accepted_cell(paragraph, gone),
        paragraph.part,
        paragraph.note,
        (number,),
        tuple(dict.fromkeys(_authors(paragraph))),
    )


def _authors(paragraph: EditedParagraph) -> Iterator[str]:
    revisions = [run.revision for run in paragraph.runs]
    revisions += [paragraph.mark, paragraph.cell.revision if paragraph.cell else None]
    return (one.author for one in revisions if one and one.author)


def united(runs: Iterable[EditedRun]) -> Iterator[EditedRun]:
    """The runs with neighbours of one look as one."""
    last: EditedRun | None = None
    for run in runs:
        if last is not None and replace(last, text="") == replace(run, text="") and not run.note:
            last = replace(last, text=last.text + run.text)
            continue
        if last is not None:
            yield last
        last = run
    if last is not None:
        yield last


def _joined(one: AcceptedParagraph, other: AcceptedParagraph) -> AcceptedParagraph:
    return replace(
        one,
        names=one.names + other.names,
        runs=tuple(united((*one.runs, *other.runs))),
        numbers=one.numbers + other.numbers,
        authors=tuple(dict.fromkeys(one.authors + other.authors)),
    )
