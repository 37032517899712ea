"""The comparison of two documents: a tree of matched parts, from which the changes and all reports are made."""

from __future__ import annotations

from dataclasses import dataclass, replace

from circulars.model.document import Document
from circulars.review.holes import NOTHING, Filling, filled_segments, filled_unit, opened_trees, with_holes_of
from circulars.review.joining import joined_tree
from circulars.review.matched import Column, Fate, Matched
from circulars.review.matching import Matcher
from circulars.review.tree import EVERYBODY, Audiences, tree_of

__all__ = ["Column", "Comparison", "Fate", "Matched", "Opened", "comparison"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two documents and how their parts match; ``root`` is the whole letter.

    ``bare`` is the same with a hole in place of what a letter states once, such as a date under ``facts:`` or the
    number of a paragraph to which a text refers; ``filling`` fills the holes. The changes are made from it.
    """

    old: Document
    new: Document
    root: Matched
    bare: Matched
    filling: Filling


@dataclass(frozen=True, slots=True)
class Opened:
    """Two documents composed with holes in place of the facts that changed, and what fills the holes."""

    old: Document
    new: Document
    filling: Filling


def comparison(
    old: Document,
    new: Document,
    old_audiences: Audiences = EVERYBODY,
    new_audiences: Audiences = EVERYBODY,
    opened: Opened | None = None,
) -> Comparison:
    """Matches the parts of two documents.

    The audiences of blocks that are not for everybody are given by block id. Where the documents show a fact that
    changed, ``opened`` has holes.
    """
    before, after, filling = tree_of(old, old_audiences), tree_of(new, new_audiences), NOTHING
    if opened:
        filling = opened.filling
        before = with_holes_of(tree_of(opened.old, old_audiences), before, filling.old)
        after = with_holes_of(tree_of(opened.new, new_audiences), after, filling.new)
    before, after, filling = opened_trees(before, after, filling)
    matcher = Matcher(new.locale)
    bare = joined_tree(matcher.matched(before, after), matcher)
    return Comparison(old, new, _filled(bare, filling), bare, filling)


def _filled(part: Matched, filling: Filling) -> Matched:
    """A matched part, with everything in it, with its holes filled."""
    old = filled_unit(part.old, filling.old) if part.old else None
    new = filled_unit(part.new, filling.new) if part.new else None
    parts = tuple(_filled(inner, filling) for inner in part.parts)
    words = filled_segments(part.words, filling)
    if old is part.old and new is part.new and words is part.words:
        return (
            part
            if all(one is other for one, other in zip(parts, part.parts, strict=True))
            else replace(part, parts=parts)
        )
    return replace(part, old=old, new=new, words=words, parts=parts)
