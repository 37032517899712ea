"""Proves that two texts of a letter's file say the same, have the same comments, and allow the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Final

from circulars.errors import LetterError, Place, Problem
from circulars.review.layout.allowed import allowed_paths
from circulars.review.layout.entries import LayoutGroup, LayoutValue, read_entries
from circulars.review.layout.hints import LayoutHints, layout_hints
from circulars.review.layout.owners import attach_comments
from circulars.review.layout.texts import composed, same_reading
from circulars.source.letters.reading import parse_as_far_as_possible
from circulars.syntax import nodes
from circulars.syntax.comments import comment_ranges
from circulars.syntax.nodes import Node, Scalar, Tree, read_tree

_ELSEWHERE: Final = frozenset({"places", "field_places", "warnings", "texts", "origin"})
"""What a letter states of its file."""
_HINT: Final = "nothing was changed; please report this, with the letter"
_Path = tuple[str | int, ...]


def differences(old: Tree, text: str, folder: Path, languages: tuple[Path, ...] = ()) -> tuple[Problem, ...]:
    """What a new text of a letter's file would change, as problems: values, what is read, comments, what they allow."""
    try:
        new = read_tree(text.encode(), old.file)
    except LetterError as error:
        return (_problem(old, Place(old.file), f"the new file would have a problem: {error.problems[0].message}"),)
    hints = layout_hints(old, folder, languages)
    if found := next(_different_values(old.root, new.root, hints), None):
        return (_problem(old, old.place(found), "formatting would change this value"),)
    if _as_read(old.text, old.file, folder, languages) != _as_read(text, old.file, folder, languages):
        return (_problem(old, Place(old.file), "formatting would change what the letter says"),)
    if _owned_comments(old) != _owned_comments(new):
        return (_problem(old, Place(old.file), "formatting would move a comment to something else"),)
    if lost := allowed_paths(old) - allowed_paths(new):
        comment, _ = min(lost, key=lambda one: old.text.index(one[0]))
        place = Place(old.file, old.text.count("\n", 0, old.text.index(comment)) + 1)
        fact = "formatting would change what this comment allows: below it are several values on one line, in brackets"
        return (Problem(place, "not-formatted", fact, "write each of them on a line of its own"),)
    return ()


def _problem(tree: Tree, place: Place, fact: str) -> Problem:
    return Problem(place, "not-formatted", fact, _HINT)


def _different_values(old: Node, new: Node, hints: LayoutHints) -> Iterator[Node]:
    if isinstance(old, nodes.Mapping) and isinstance(new, nodes.Mapping):
        if {*old.pairs} != {*new.pairs}:
            yield old
            return
        for name, (_, value) in old.pairs.items():
            yield from _different_values(value, new.pairs[name][1], hints)
    elif isinstance(old, nodes.Sequence) and isinstance(new, nodes.Sequence):
        if len(old.items) != len(new.items):
            yield old
            return
        for one, other in zip(old.items, new.items, strict=True):
            yield from _different_values(one, other, hints)
    elif (
        not isinstance(old, Scalar)
        or not isinstance(new, Scalar)
        or not same_reading(old.text, new.text, hints.texts.get(old.start))
    ):
        yield old


def _as_read(text: str, file: str, folder: Path, languages: tuple[Path, ...]) -> object:
    """A letter as it is read, without the places of anything, and the codes of its problems and warnings."""
    read = parse_as_far_as_possible(text.encode(), file, Path(file).stem, folder, languages)
    warnings = read.letter.warnings if read.letter else ()
    codes = Counter(problem.code for problem in (*read.problems, *warnings))
    return bare(read.letter), codes


def bare(value: Any) -> Any:
    """A value of a letter without places; texts are in their composed form."""
    match value:
        case Place():
            return None
        case str():
            return composed(value)
        case Mapping():
            return frozenset((key, bare(one)) for key, one in value.items())
        case tuple() | list():
            return tuple(map(bare, value))
        case _ if is_dataclass(value):
            own = (one.name for one in fields(value) if one.name not in _ELSEWHERE)
            return type(value).__name__, *(bare(getattr(value, name)) for name in own)
        case _:
            return value


def _owned_comments(tree: Tree) -> Counter[tuple[_Path, str]]:
    """The comments of a file, each with the path of what it belongs to."""
    root = read_entries(tree.text)
    head = attach_comments(root, comment_ranges(tree), tree.text)
    of_file: list[tuple[_Path, str]] = [((), comment.text) for comment in head]
    return Counter([*of_file, *_comments(root, ())])


def _comments(value: LayoutValue, path: _Path) -> Iterator[tuple[_Path, str]]:
    if not isinstance(value, LayoutGroup):
        return
    yield from (((*path, "after"), comment.text) for comment in value.after)
    for number, entry in enumerate(value.entries):
        own = (*path, number if value.is_list else entry.name)
        yield from ((own, comment.text) for comment in (*entry.comments, *filter(None, [entry.beside])))
        yield from _comments(entry.value, own)
