"""Formats a letter's file, and proves that it says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from circulars.errors import LetterError, PackError, Problem
from circulars.language import load_language
from circulars.review.layout.entries import LayoutAlias, LayoutGroup, LayoutLeaf, LayoutValue, all_entries, read_entries
from circulars.review.layout.hints import layout_hints
from circulars.review.layout.owners import attach_comments
from circulars.review.layout.proof import differences
from circulars.review.layout.writing import IN_BRACKETS, LayoutWriter
from circulars.syntax.comments import comment_ranges
from circulars.syntax.nodes import Tree, read_tree


@dataclass(frozen=True, slots=True)
class Formatted:
    """A letter's file before and after formatting; with ``problems`` it was left as it was."""

    old: bytes
    new: bytes
    problems: tuple[Problem, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether formatting changes the file."""
        return self.old != self.new


def format_letter(data: bytes, file: str, folder: Path, languages: tuple[Path, ...] = ()) -> Formatted:
    """A letter's file in its layout. Problems name it ``file``; pictures are in ``folder``.

    A file that is not YAML without problems is left as it is, and so is one for which it cannot be proved that nothing
    changes but the layout. Line ends stay as the first one is; a byte order mark goes.
    """
    try:
        tree = read_tree(data, file)
    except LetterError as error:
        return Formatted(data, data, error.problems)
    text = laid_out(tree, folder, languages)
    found = differences(tree, text, folder, languages)
    if found:
        return Formatted(data, data, found)
    new = text.replace("\n", "\r\n") if _has_crlf(data) else text
    return Formatted(data, new.encode())


def _has_crlf(data: bytes) -> bool:
    return b"\r\n" in data[: data.find(b"\n") + 1]


def laid_out(tree: Tree, folder: Path, languages: tuple[Path, ...] = (), *, apart: bool = False) -> str:
    """The text of a letter's file in its layout; for merging, each sentence is ``apart`` on a line of its own.

    What was in brackets before it was written apart is so again.
    """
    root = read_entries(tree.text)
    head = attach_comments(root, comment_ranges(tree), tree.text)
    if not apart and IN_BRACKETS in tree.text:
        _restore_brackets(root)
    hints = layout_hints(tree, folder, languages)

    @cache
    def abbreviations(language: str) -> Sequence[str]:
        codes = (language,) if language else hints.languages
        return tuple(word for code in codes for word in _abbreviations(code, languages))

    return LayoutWriter(tree.text, hints, abbreviations, _has_aliases(root), apart).written(root, head)


def _restore_brackets(root: LayoutValue) -> None:
    for value in (root, *(entry.value for entry in all_entries(root))):
        if not isinstance(value, LayoutGroup):
            continue
        for entry in value.entries:
            if entry.beside and entry.beside.text == IN_BRACKETS:
                value.flow, entry.beside = True, None


def _abbreviations(language: str, folders: tuple[Path, ...]) -> tuple[str, ...]:
    try:
        return load_language(language, folders).reading.abbreviations
    except PackError:
        return ()


def _has_aliases(root: LayoutValue) -> bool:
    values = (part for entry in all_entries(root) for part in (entry.key, entry.value))
    return any(isinstance(one, LayoutAlias) or (isinstance(one, LayoutLeaf) and one.anchor) for one in values)
