"""Says of each part inside a part that moved what became of it, so that each word is in one place of each version."""

from __future__ import annotations

from dataclasses import replace

from circulars.review.comparing.comparison import Matched


def settled(root: Matched) -> Matched:
    """The same tree, in which what is inside a part that moved has moved, too, unless it was added or removed.

    What was removed from it is only at the place from which the whole part moved, and is removed there.
    """
    return _settled(root, frozenset(one.old.key for one in root.walk() if one.old and one.new))


def _settled(part: Matched, kept: frozenset[str], is_moved: bool = False) -> Matched:
    inside = is_moved or part.fate == "moved"
    parts = tuple(_settled(inner, kept, inside) for inner in part.parts if inner.new or not inside)
    if is_moved and part.fate == "kept":
        return replace(part, parts=parts, fate="moved")
    if part.fate == "moved away" and part.old and part.old.key not in kept:
        return replace(part, parts=parts, fate="removed")
    return replace(part, parts=parts)
