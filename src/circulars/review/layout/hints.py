"""What a letter's shapes say about its file: the usual order of keys, and which texts are running text."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from circulars.errors import LetterError
from circulars.source.letters.letter_shape import LETTER
from circulars.source.letters.listed import guessed_languages, listed_languages
from circulars.source.letters.report import LetterReport
from circulars.syntax.nodes import Mapping, Node, Scalar, Tree
from circulars.syntax.shape import UnreadableError

_BEFORE_TEXTS: Final = ("id", "sign", "date", "time")
"""Keys that are written before the texts by language beside them; the others follow these."""


@dataclass(frozen=True, slots=True)
class WrittenAs:
    """A marked-up text: its language, or "" for all, and whether its line ends are line breaks, or else spaces."""

    language: str
    lines: bool


@dataclass(slots=True)
class _LayoutReport(LetterReport):
    """The report of a letter that collects what its shapes say of its nodes, by the characters where these begin."""

    keys: dict[int, tuple[str, ...]] = field(default_factory=dict)
    with_languages: set[int] = field(default_factory=set)
    marked: dict[int, set[WrittenAs]] = field(default_factory=dict)

    def visit_keys(self, node: Node, names: Sequence[str]) -> None:
        self.keys[node.start] = tuple(names)

    def visit_languages(self, node: Mapping) -> None:
        self.with_languages.add(node.start)

    def visit_text(self, node: Node, *, lines: bool) -> None:
        if isinstance(node, Scalar):
            self.marked.setdefault(node.start, set()).add(WrittenAs(self.language, lines))


@dataclass(frozen=True, slots=True)
class LayoutHints:
    """What is known of the nodes of a file, by the characters where they begin."""

    orders: dict[int, tuple[str, ...]]
    with_languages: frozenset[int]
    texts: dict[int, WrittenAs]
    languages: tuple[str, ...] = ()

    def ordered(self, start: int, names: Sequence[str]) -> list[str]:
        """The keys of a mapping in their usual order. One that is not known stays after the key before it."""
        order = {name: at for at, name in enumerate(self.orders.get(start, ()))}
        ranks, before = dict[str, int](), -1
        for name in names:
            before = ranks[name] = order.get(name, before)
        return sorted(names, key=lambda name: ranks[name])


def layout_hints(tree: Tree, folder: Path, languages: tuple[Path, ...] = ()) -> LayoutHints:
    """What the shapes of a letter say about a file, as far as it can be read."""
    report = _LayoutReport(tree, folder=folder, language_folders=languages, partial=True)
    root = tree.root
    if isinstance(root, Mapping):
        report.languages = tuple(listed_languages(report)) or guessed_languages(root)
        with suppress(UnreadableError, LetterError):
            LETTER.read(root, report)
    starts = {*report.keys, *report.with_languages}
    orders = {at: _order(report.keys.get(at, ()), report.languages, at in report.with_languages) for at in starts}
    # A text that several places use, by an alias, may be read in several ways.
    texts = {at: next(iter(kinds)) for at, kinds in report.marked.items() if len(kinds) == 1}
    return LayoutHints(orders, frozenset(report.with_languages), texts, report.languages)


def _order(names: Sequence[str], languages: Sequence[str], has_languages: bool) -> tuple[str, ...]:
    first = [name for name in _BEFORE_TEXTS if name in names and (has_languages or name == "id")]
    rest = [name for name in names if name not in first]
    return (*first, *(languages if has_languages else ()), *rest)
