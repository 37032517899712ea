"""Joins what a part-by-part match has torn apart: texts that were split, merged, or moved to another list or annex.

Matching compares the parts within each part. Here texts that are left over on both sides are compared across all of
them: items of lists, paragraphs of the body and of annexes.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from circulars.review.comparing.changes import Segments, quiet_edges
from circulars.review.comparing.crossings import are_same_rows, crossing_tables, crossings
from circulars.review.comparing.endings import bare_entry
from circulars.review.comparing.matched import Fate, Matched
from circulars.review.comparing.matching import Matcher, whole
from circulars.review.comparing.splits import Pieces, pieces_of
from circulars.review.comparing.tree import Unit

MAX_DISTANCE: Final = 300  # texts; what goes farther is said to have moved
_TEXTS = frozenset({"text", "item", "item text"})


def joined_tree(root: Matched, matcher: Matcher) -> Matched:
    """The tree with texts joined that were split or merged, or that are now within another part."""
    if not any(part.fate in ("added", "removed") for part in root.walk()):
        return root
    joiner = _Joiner(_Node.of(root), matcher)
    joiner.join()
    return joiner.root.frozen()


@dataclass(slots=True, eq=False)
class _Node:
    """A matched part that can be changed; one that ``is_gone`` is no longer in the tree.

    One that ``is_apart`` is a piece of another text, or within a part that moved: it is not joined in place.
    """

    part: Matched
    nodes: list[_Node] = field(default_factory=list)
    parent: _Node | None = None
    is_gone: bool = False
    is_apart: bool = False

    @classmethod
    def of(cls, part: Matched, parent: _Node | None = None) -> _Node:
        is_apart = parent is not None and (parent.is_apart or parent.part.fate in ("moved", "moved away"))
        node = cls(part, [], parent, is_apart=is_apart)
        node.nodes = [cls.of(inner, node) for inner in part.parts]
        return node

    def frozen(self) -> Matched:
        parts = tuple(node.frozen() for node in self.nodes if not node.is_gone)
        same = len(parts) == len(self.part.parts) and all(map(operator.is_, parts, self.part.parts))
        return self.part if same else replace(self.part, parts=parts)

    def walk(self) -> Iterator[_Node]:
        """This part and all in it, in reading order."""
        yield self
        for node in self.nodes:
            yield from node.walk()

    def texts(self) -> Iterator[_Node]:
        """The texts of this part and all in it, in reading order."""
        if self.is_gone:
            return
        if self.part.unit.family in _TEXTS:
            yield self
        for node in self.nodes:
            yield from node.texts()

    def become(self, part: Matched) -> None:
        """Changes what is in this place."""
        for node in self.nodes:
            node.leave()
        self.part, self.nodes = part, [_Node.of(inner, self) for inner in part.parts]

    def precede(self, part: Matched) -> None:
        """Puts a part before it."""
        assert self.parent is not None  # the whole letter has nothing before it
        self.parent.nodes.insert(self.parent.nodes.index(self), _Node.of(part, self.parent))

    def leave(self) -> None:
        """Takes it out of the tree, with everything in it."""
        self.is_gone = True
        for node in self.nodes:
            node.leave()

    def ancestors(self) -> list[_Node]:
        """The parts that this one is in, from the whole letter to itself."""
        return [*(self.parent.ancestors() if self.parent else ()), self]


@dataclass(slots=True)
class _Joiner:
    """Joins texts. Each step keeps the order of the old texts, and that of the new ones."""

    root: _Node
    matcher: Matcher

    def join(self) -> None:
        self._cross_tables()
        self._cross_rows()
        self._part_entries()
        self._cross(exact=True)
        self._split()
        self._merge()
        self._cross(exact=False)

    def _cross_tables(self) -> None:
        """Matches tables that were removed from the body or an annex and added to another one."""
        tables = [node for node in self.root.walk() if node.part.unit.family == "table"]
        for gone, new in crossing_tables([node.part for node in tables]):
            self._pair(tables[gone], tables[new], in_place=False)

    def _cross_rows(self) -> None:
        """Matches rows that were removed from a table with those of another table that is new, and the other way round.

        The header row of the other table is not marked if both have the same.
        """
        tables = [node for node in self.root.walk() if node.part.unit.family == "table" and not node.is_apart]
        for kept in (node for node in tables if node.part.fate == "kept"):
            for other in (node for node in tables if node.part.fate in ("added", "removed")):
                olds, news = (other, kept) if other.part.fate == "removed" else (kept, other)
                gone, come = _rows(olds, "removed"), _rows(news, "added")
                old, new = olds.part.old, news.part.new
                if not (gone and come and old and new and are_same_rows(*map(_units, (gone, come)))):
                    continue
                pairs = [*self.matcher.moved_rows(_with_rows(old, gone), _with_rows(new, come))]
                for before, after, row in pairs:
                    come[after].become(row)
                    gone[before].become(whole("moved away", gone[before].part.unit))
                if pairs:
                    _soften_heads(other, kept)

    def _part_entries(self) -> None:
        """Parts entries that were matched although another list lost the new one, or got the old one, as it is."""
        texts = [node for node in self.root.texts() if node.part.unit.family == "item" and not node.is_apart]
        gone, come = (
            {bare_entry(node.part.unit.words) for node in texts if node.part.fate == fate}
            for fate in ("removed", "added")
        )
        for node in texts if gone or come else ():
            old, new = node.part.old, node.part.new
            if node.part.fate != "kept" or old is None or new is None or old.parts or new.parts:
                continue
            words, others = bare_entry(old.words), bare_entry(new.words)
            if words != others and (others in gone or words in come):
                node.become(whole("added", new))
                node.precede(whole("removed", old))

    def _cross(self, exact: bool) -> None:
        """Matches texts that were removed from one part and added to another one."""
        texts = [*self.root.texts()]
        for gone, new in crossings([node.part for node in texts], exact):
            if not texts[gone].is_gone and not texts[new].is_gone:
                is_apart = texts[gone].is_apart or texts[new].is_apart
                self._pair(texts[gone], texts[new], not is_apart and _is_clear(texts, gone, new, ()))

    def _pair(self, gone: _Node, new: _Node, in_place: bool) -> None:
        old, unit = gone.part.old, new.part.new
        assert old is not None and unit is not None
        new.become(self.matcher.matched(old, unit, "kept" if in_place else "moved"))
        if in_place:
            gone.leave()
        else:
            gone.become(whole("moved away", old))

    def _split(self) -> None:
        texts = [*self.root.texts()]
        for found in pieces_of(_to_be_joined(texts), False, self.matcher.locale):
            nodes, gone = [texts[place] for place in found.places], texts[found.whole]
            wrapped = _wrapped(nodes) if self._can_be_joined(found, texts) else []
            if not wrapped:
                continue
            for node, own in zip(nodes, found.units, strict=True):
                assert node.part.new is not None
                node.become(_piece(self.matcher.matched(own, node.part.new)))
                node.is_apart = True
            if gone not in nodes:
                gone.leave()
            _wrap(wrapped, Matched("split", found.unit, None))

    def _merge(self) -> None:
        texts = [*self.root.texts()]
        for found in pieces_of(_to_be_joined(texts), True, self.matcher.locale):
            if not self._can_be_joined(found, texts):
                continue
            target = texts[found.whole]
            pieces = []
            for place, own in zip(found.places, found.units, strict=True):
                old = texts[place].part.old
                assert old is not None
                pieces.append(_piece(self.matcher.matched(old, own)))
                if place != found.whole:
                    texts[place].leave()
            target.become(Matched("merged", None, found.unit, parts=tuple(pieces)))

    def _can_be_joined(self, found: Pieces, texts: Sequence[_Node]) -> bool:
        """Whether all pieces are still in the tree, with nothing between them that must keep its place."""
        nodes = [texts[place] for place in (*found.places, found.whole)]
        return not any(node.is_gone for node in nodes) and all(
            _is_clear(texts, place, found.whole, found.places) for place in found.places
        )


def _rows(table: _Node, fate: Fate) -> dict[str, _Node]:
    """The rows of a table that have a fate, by their keys."""
    return {
        node.part.unit.key: node for node in table.nodes if node.part.unit.family == "row" and node.part.fate == fate
    }


def _units(rows: Mapping[str, _Node]) -> list[Unit]:
    return [node.part.unit for node in rows.values()]


def _with_rows(table: Unit, rows: Mapping[str, _Node]) -> Unit:
    """A table with its header rows, and of its other rows with these only."""
    return replace(table, parts=tuple(one for one in table.parts if one.family == "head" or one.key in rows))


def _soften_heads(table: _Node, like: _Node) -> None:
    """Marks the header rows of a table quietly, if the table that shares its rows has the same."""
    known = {node.part.unit.all_words for node in like.nodes if node.part.unit.family == "head"}
    for node in table.nodes:
        if node.part.unit.family == "head" and node.part.unit.all_words in known:
            cells = (replace(cell, words=_quietly(cell.words)) for cell in node.part.parts)
            node.become(replace(node.part, parts=tuple(cells)))


def _quietly(words: Segments) -> Segments:
    return tuple(replace(one, quiet="list") for one in words)


def _to_be_joined(texts: Sequence[_Node]) -> list[Matched]:
    """The texts, of which those that are apart are as if they had moved."""
    return [replace(node.part, fate="moved") if node.is_apart else node.part for node in texts]


def _is_clear(texts: Sequence[_Node], one: int, other: int, apart_from: Sequence[int]) -> bool:
    """Whether an old text can go from one place to another one: past new texts, but not past old ones, nor labels."""
    between = range(min(one, other) + 1, max(one, other))
    is_near = len(between) <= MAX_DISTANCE and _field(texts[one]) is _field(texts[other])
    pieces = {id(texts[place]) for place in apart_from}
    return is_near and all(
        texts[place].is_gone
        or texts[place].part.fate in ("added", "moved")
        or any(id(outer) in pieces for outer in texts[place].ancestors())
        for place in between
        if place not in apart_from
    )


def _field(text: _Node) -> _Node:
    """The body, the annex or the list with a label that a text is in."""
    return next(node for node in reversed(text.ancestors()) if node.part.unit.family == "field")


def _piece(part: Matched) -> Matched:
    return replace(part, words=quiet_edges(part.words))


def _wrap(nodes: Sequence[_Node], part: Matched) -> None:
    """Puts neighbours into a part in their place."""
    parent = nodes[0].parent
    assert parent is not None  # the whole letter is no text
    place, last = parent.nodes.index(nodes[0]), parent.nodes.index(nodes[-1])
    wrapping = _Node(part, [*nodes], parent)
    parent.nodes[place : last + 1] = [wrapping]
    for node in nodes:
        node.parent = wrapping


def _wrapped(nodes: Sequence[_Node]) -> list[_Node]:
    """The neighbours within one part that have all these texts and no others; none if there are no such neighbours."""
    chains = [node.ancestors() for node in nodes]
    depth = next(n for n, level in enumerate(zip(*chains, strict=False)) if len({*map(id, level)}) > 1)
    found = [*dict.fromkeys(chain[depth] for chain in chains)]
    parent = chains[0][depth - 1]
    first = parent.nodes.index(found[0])
    neighbours = islice((node for node in islice(parent.nodes, first, None) if not node.is_gone), len(found))
    is_whole = [*neighbours] == found and sum(1 for node in found for _ in node.texts()) == len(nodes)
    return found if is_whole else []
