"""Makes one text of two letters' texts: the new one, with what is no longer there at its old place, with signs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from circulars.model.document import SettledAnnex
from circulars.model.text import Block, Heading, Item, Items, Note, Paragraph, Span, Spans, Table
from circulars.review.comparing.comparison import Matched
from circulars.review.comparing.tree import Unit
from circulars.review.reports.marked_pdf.signs import Sign, signed, text_of
from circulars.review.reports.marked_pdf.sources import Source
from circulars.review.reports.marked_pdf.tables import merged_table
from circulars.review.reports.marked_pdf.words import PILCROW, WordMarks, number

OLD_ID = "old."
"""What the ids of parts begin with that only the old letter has."""


@dataclass(frozen=True, slots=True)
class Merger:
    """Makes merged parts from matched ones; ``old`` and ``new`` are the parts of each letter, by key."""

    old: Mapping[str, Source]
    new: Mapping[str, Source]
    words: WordMarks

    def source(self, part: Matched) -> Source:
        """The part of the new letter, or of the old one if the new one does not have it."""
        if part.new and part.new.key in self.new:
            return self.new[part.new.key]
        assert part.old is not None  # a part of neither document is never made
        return self.old[part.old.key]

    def blocks(self, parts: Iterable[Matched]) -> tuple[Block, ...]:
        """The blocks of a text."""
        return tuple(block for part in parts for block in self._blocks(part))

    def _blocks(self, part: Matched) -> Iterator[Block]:
        if part.fate == "split":
            yield from self._split(part.parts)
        elif part.fate == "merged":
            yield self._block(part, self._joined(part.parts))
        elif part.unit.family == "table":
            yield from self._table(part)
        else:
            yield self._block(part, self.words.of(part))

    def _split(self, parts: Sequence[Matched]) -> Iterator[Block]:
        for place, part in enumerate(parts, start=1):
            end = (Span(signed(PILCROW, Sign.ADDED)),) if place < len(parts) else ()
            yield self._block(part, self.words.of(part) + end)

    def _joined(self, parts: Sequence[Matched]) -> Spans:
        found: list[Span] = []
        # What was in an entry that became prose is removed after it.
        texts = (text for part in parts for text in part.walk() if text is part or text.unit.words)
        for place, part in enumerate(texts):
            was = self._label_of(part.old, self.old) if place else None
            found += [Span(signed(PILCROW, Sign.REMOVED))] * bool(place)
            found += [Span(signed(f"{was} ", Sign.QUIETLY_REMOVED))] if was else []
            found += self.words.of(part)
        return tuple(found)

    def _block(self, part: Matched, words: Spans) -> Block:
        source, own = self.source(part), id_of(part)
        match source:
            case Paragraph() | Heading():
                return replace(source, spans=words, number=self._number(part), id=own)
            case Note():  # the label is among the words; a note has no number, but may have had one
                return Note("", self._former_number(part) + words, own)
            case Items():
                return self._items(part, source)
            case Item():  # a paragraph that became an entry of a list, at its old or new place
                return Paragraph(words, "", own)
            case _:
                raise AssertionError(f"no block: {part.unit.key}")

    def _number(self, part: Matched) -> str:
        """The number of a paragraph or heading, or the label of an entry, with the former one if it is another."""
        return number(self._label_of(_former(part), self.old), self._label_of(part.new, self.new), part)

    def _label_of(self, unit: Unit | None, sources: Mapping[str, Source]) -> str | None:
        """The label of an entry, or the number of anything else; None for a part that is not there."""
        source = sources.get(unit.key) if unit else None
        if isinstance(source, Item) and unit and "#" in unit.key:
            return source.label
        return unit.number if unit else None

    def _former_number(self, part: Matched) -> Spans:
        was = self._label_of(_former(part), self.old)
        return (Span(signed(f"{was} ", Sign.QUIETLY_REMOVED)),) if was else ()

    def _items(self, part: Matched, source: Items) -> Items:
        return replace(source, entries=self.entries(part.parts), id=id_of(part))

    def entries(self, parts: Iterable[Matched]) -> tuple[Item, ...]:
        """The entries of a list."""
        return tuple(self._entry(part) for part in parts if part.unit.family != "field")

    def _entry(self, part: Matched) -> Item:
        source = self.source(part)
        words = self.words.of(part)
        inner = tuple(map(self._within, part.parts))
        if not isinstance(source, Item):
            return Item("", words, inner, id_of(part))
        return Item(self._number(part), words, inner, id_of(part) if source.id else "")

    def _listed(self, part: Matched) -> Items:
        source = self.source(part)
        assert isinstance(source, Items)  # lists match lists only
        return replace(self._items(part, source), id="")

    def _within(self, part: Matched) -> Paragraph | Items:
        source = self.source(part)
        if isinstance(source, Items):
            return self._items(part, source)
        return Paragraph(self.words.of(part))

    def _table(self, part: Matched) -> Iterator[Block]:
        old = self.old.get(part.old.key) if part.old else None
        new = self.new.get(part.new.key) if part.new else None
        for table in merged_table(part, _as_table(old), _as_table(new), self.old, self.new, self.words, self._listed):
            yield replace(table, id=id_of(part) if table.id else "")

    def annex(self, part: Matched) -> SettledAnnex:
        """An annex; one that was removed is at its old place."""
        source = self.source(part)
        assert isinstance(source, SettledAnnex)  # annexes match annexes only
        parts = {one.unit.name: one for one in part.parts}
        label = number(part.old.number if part.old else None, part.new.number if part.new else None, part)
        return replace(
            source,
            id=id_of(part),
            label=label,
            parent=text_of(self.words.of(parts["parent"])) if "parent" in parts else "",
            title=self.words.of(parts["title"]) if "title" in parts else (),
            body=self.blocks(parts["flow"].parts) if "flow" in parts else (),
        )


def _former(part: Matched) -> Unit | None:
    """The part in the old letter; of one that was merged, the first of its pieces."""
    return part.parts[0].old if part.fate == "merged" else part.old


def _as_table(source: Source | None) -> Table | None:
    return source if isinstance(source, Table) else None


def id_of(part: Matched) -> str:
    """The id of a part; of one that only the old letter has, an id that no other part has."""
    return part.new.id if part.new else f"{OLD_ID}{part.unit.key}"
