"""The comparison of two documents: a tree of matched parts, from which the changes and all reports are made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from circulars.model.document import Document
from circulars.review.comparing.forms import with_forms
from circulars.review.comparing.holes import NOTHING, Filling, filled_segments, filled_unit, opened_trees, with_holes_of
from circulars.review.comparing.joining import joined_tree
from circulars.review.comparing.matched import Column, Fate, Matched
from circulars.review.comparing.matching import Matcher
from circulars.review.comparing.sentences import with_moved_sentences
from circulars.review.comparing.tree import EVERYBODY, Audiences, Unit, tree_of

__all__ = ["Column", "Comparison", "Fate", "Matched", "Opened", "comparison", "comparisons"]


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


_NOT_OPENED: Final[Mapping[str, Opened]] = {}


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
    found = comparisons({"": (old, new)}, old_audiences, new_audiences, {"": opened} if opened else {})
    return found[""]


def comparisons(
    documents: Mapping[str, tuple[Document, Document]],
    old_audiences: Audiences = EVERYBODY,
    new_audiences: Audiences = EVERYBODY,
    opened: Mapping[str, Opened] = _NOT_OPENED,
) -> dict[str, Comparison]:
    """Matches the parts of a letter's two versions in several languages, by code; see :func:`comparison`.

    A part is recognized by its words in all languages, so that what happened to it is the same in each.
    """
    trees = {code: _trees(*both, old_audiences, new_audiences, opened.get(code)) for code, both in documents.items()}
    old_gists = _gists(before for before, _, _ in trees.values()) if len(trees) > 1 else {}
    new_gists = _gists(after for _, after, _ in trees.values()) if len(trees) > 1 else {}
    result = {}
    for code, (old, new) in documents.items():
        before, after, filling = trees[code]
        matcher = Matcher(new.locale)
        bare = matcher.matched(_with_gists(before, old_gists), _with_gists(after, new_gists))
        bare = with_moved_sentences(joined_tree(bare, matcher))
        result[code] = Comparison(old, new, _filled(bare, filling, {}, {}), bare, filling)
    return result


def _trees(
    old: Document, new: Document, old_audiences: Audiences, new_audiences: Audiences, opened: Opened | None
) -> tuple[Unit, Unit, Filling]:
    """The trees of two documents, with holes, and what fills these."""
    before, after, filling = tree_of(old, old_audiences), tree_of(new, new_audiences), NOTHING
    if opened:
        with_holes = tree_of(opened.old, old_audiences), tree_of(opened.new, new_audiences)
        old_opened, new_opened, filling = with_forms(with_holes, (before, after), opened.filling)
        before = with_holes_of(old_opened, before, filling.old)
        after = with_holes_of(new_opened, after, filling.new)
    return opened_trees(before, after, filling)


def _gists(trees: Iterable[Unit]) -> dict[str, str]:
    """The words of each part in all languages, by its key."""
    words: dict[str, list[str]] = {}
    for tree in trees:
        for part in tree.walk():
            if part.words:
                words.setdefault(part.key, []).append(part.words)
    return {key: " ".join(found) for key, found in words.items()}


def _with_gists(part: Unit, gists: Mapping[str, str]) -> Unit:
    """A part with its gist, and everything in it with theirs."""
    if not gists:
        return part
    return replace(part, gist=gists.get(part.key, ""), parts=tuple(_with_gists(one, gists) for one in part.parts))


def _filled(part: Matched, filling: Filling, olds: dict[int, Unit], news: dict[int, Unit]) -> Matched:
    """A matched part, with everything in it, with its holes filled; ``olds`` and ``news`` are the units so far."""
    old = filled_unit(part.old, filling.old, olds) if part.old else None
    new = filled_unit(part.new, filling.new, news) if part.new else None
    parts = tuple(_filled(inner, filling, olds, news) for inner in part.parts)
    words = filled_segments(part.words, filling)
    is_same = old is part.old and new is part.new and words is part.words
    if is_same and all(one is other for one, other in zip(parts, part.parts, strict=True)):
        return part
    return replace(part, old=old, new=new, words=words, parts=parts)
