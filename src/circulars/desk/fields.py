"""Finds what can be edited in a letter: its texts, with a column for each language, and its other values."""

from __future__ import annotations

import bisect
import hashlib
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from circulars.errors import Place, Problem
from circulars.language import direction_of
from circulars.source.editing import Path as EditPath
from circulars.source.letters.listed import guessed_languages, listed_languages
from circulars.source.letters.report import LetterReport
from circulars.syntax import nodes
from circulars.syntax.nodes import Node, Scalar, Tree, read_tree

PARTS: Final = ("body", "annexes")
"""The keys of a letter below which its parts are; all other keys are those of its head and its end."""
SETTINGS: Final = frozenset(
    {
        "id",
        "when",
        "link",
        "level",
        "listed",
        "numbered",
        "numbering",
        "widths",
        "align",
        "new-page",
        "orientation",
        "paper",
    }
)
"""Keys of parts that say nothing that readers read. A page shows them only to those who ask for them."""
_LONG: Final = 60  # characters that a field of one line shows


@dataclass(frozen=True, slots=True)
class EditField:
    """A single value of a letter.

    ``path`` leads to it, and ``was`` is the hash of its text. A field that ``is_missing`` is a text that the letter
    lacks in a ``language``; it is added when it is written. ``language`` is "" for a value for all languages.
    """

    path: EditPath
    text: str
    language: str = ""
    is_missing: bool = False

    @property
    def name(self) -> str:
        """The path as JSON, by which a page names the field."""
        return name_of(self.path)

    @property
    def was(self) -> str:
        """The hash of the text."""
        return text_hash(self.text)

    @property
    def direction(self) -> str:
        """The direction in which the text is written, "ltr" or "rtl"; "auto" for a value for all languages."""
        return direction_of(self.language) if self.language else "auto"

    @property
    def is_long(self) -> bool:
        """Whether the text needs a field of several lines."""
        return bool(self.language) or "\n" in self.text or len(self.text) > _LONG


@dataclass(frozen=True, slots=True)
class FieldRow:
    """The fields of one text, one for each language of the letter; or a single field for a value for all languages.

    ``where`` is the place of the row's part, by which its number is found.
    """

    path: EditPath
    fields: tuple[EditField, ...]
    where: tuple[int, int] = (0, 0)

    @property
    def is_text(self) -> bool:
        """Whether the row has a text in languages."""
        return bool(self.fields[0].language)

    @property
    def is_in_body(self) -> bool:
        """Whether the row is of the letter's parts or of an annex; a language's text at the root has no path."""
        return bool(self.path) and self.path[0] in PARTS

    @property
    def entry_name(self) -> str:
        """The path of the entry as JSON, by which a page names it."""
        return name_of(self.entry)

    @property
    def entry(self) -> EditPath:
        """The path of what can be moved: a paragraph, a heading, an item, a row of a table; () if there is none.

        The head of a table is moved with its table.
        """
        if self.setting_of or not (self.is_text or self.is_in_body):
            return ()
        if "rows" in self.path:
            return self.path[: self.path.index("rows") + 2]
        path = self.path[: self.path.index("columns")] if "columns" in self.path else self.path
        numbers = [at for at, step in enumerate(path) if isinstance(step, int)]
        return path[: numbers[-1] + 1] if numbers else ()

    @property
    def setting_of(self) -> EditPath:
        """The path of the part of which the row is a setting, such as its id; () for what readers read."""
        keys = [] if self.is_text or not self.is_in_body else self.path
        return next((self.path[:at] for at, step in enumerate(keys) if step in SETTINGS), ())

    @property
    def anchor(self) -> str:
        """The id of the row on its page."""
        return "-".join(["row", *map(str, self.path)])

    @property
    def label(self) -> str:
        """The path in words: "contact email", "body 2", with numbers from 1."""
        return " ".join(step if isinstance(step, str) else str(step + 1) for step in self.path)


@dataclass(frozen=True, slots=True)
class LetterFields:
    """What can be edited in a letter's file: its languages and its rows, in the order of the file."""

    languages: tuple[str, ...]
    rows: tuple[FieldRow, ...]
    tree: Tree
    starts: tuple[tuple[int, str], ...] = ()
    """Where each field begins, in order, with its name."""
    lengths: Mapping[EditPath, int] = field(default_factory=dict)
    """The number of entries of each list."""

    @property
    def fields(self) -> Iterator[EditField]:
        """All fields."""
        return (one for row in self.rows for one in row.fields)

    @property
    def head(self) -> tuple[FieldRow, ...]:
        """The rows of the head and the end of the letter."""
        return tuple(row for row in self.rows if not row.is_in_body)

    @property
    def body(self) -> tuple[FieldRow, ...]:
        """The rows of the letter's parts and those of its annexes."""
        return tuple(row for row in self.rows if row.is_in_body)

    @property
    def groups(self) -> Iterator[tuple[bool, tuple[FieldRow, ...]]]:
        """The rows of the body and the annexes in groups: the settings of one part, or what readers read."""
        for part, rows in itertools.groupby(self.body, key=lambda row: row.setting_of):
            yield bool(part), tuple(rows)

    @property
    def entries(self) -> dict[EditPath, FieldRow]:
        """The first row of each entry that can be moved."""
        return {row.entry: row for row in reversed(self.rows) if row.entry}

    def is_last(self, entry: EditPath) -> bool:
        """Whether an entry is the last one of its list."""
        return isinstance(entry[-1], int) and entry[-1] + 1 == self.lengths.get(entry[:-1])

    def field_of(self, problem: Problem) -> str:
        """The name of the field in which a problem is, or else of the one before it; "" for one of the whole file."""
        if problem.where.file != self.tree.file or not problem.where.line:
            return ""
        at = _character(self.tree.text, problem.where)
        found = bisect.bisect_right(self.starts, (at, "\U0010ffff")) - 1
        return self.starts[found][1] if found >= 0 else ""


def name_of(path: EditPath) -> str:
    """A path as JSON, by which pages name what it leads to."""
    return json.dumps(path, ensure_ascii=False)


def text_hash(text: str) -> str:
    """The hash by which an edit says which text it replaces."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def letter_fields(data: bytes, file: str, folder: Path) -> LetterFields:
    """The fields of a letter; problems name its file ``file``.

    Raises:
        LetterError: the file is not YAML.
    """
    tree = read_tree(data, file, [])
    report = LetterReport(tree, folder=folder)
    root = tree.root
    languages = tuple(listed_languages(report))
    if not languages and isinstance(root, nodes.Mapping):
        languages = guessed_languages(root)
    walk = _FieldWalk(languages)
    walk.read(root, (), (root.line, root.column))
    return LetterFields(languages, tuple(walk.rows), tree, tuple(sorted(walk.starts)), walk.lengths)


def field_at(fields: LetterFields, path: EditPath) -> EditField | None:
    """The field with a path, or None if the letter has no such field."""
    return next((one for one in fields.fields if one.path == path), None)


def _character(text: str, place: Place) -> int:
    lines = text.split("\n", place.line)
    return sum(len(line) + 1 for line in lines[: place.line - 1]) + max(place.column - 1, 0)


@dataclass(slots=True)
class _FieldWalk:
    """Collects the rows of a tree. Where an alias repeats a value, the value is a row at its first place only."""

    languages: Sequence[str]
    rows: list[FieldRow] = field(default_factory=list)
    starts: list[tuple[int, str]] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    lengths: dict[EditPath, int] = field(default_factory=dict)

    def read(self, node: Node, path: EditPath, where: tuple[int, int]) -> None:
        if id(node) in self.seen:
            return
        self.seen.add(id(node))
        if isinstance(node, Scalar):
            if path:
                self._add(node, path, (_field(node, path),), where)
        elif isinstance(node, nodes.Sequence):
            self.lengths[path] = len(node.items)
            for number, item in enumerate(node.items):
                self.read(item, (*path, number), where)
        elif isinstance(node, nodes.Mapping):
            self._mapping(node, path)

    def _mapping(self, node: nodes.Mapping, path: EditPath) -> None:
        where = (node.line, node.column)
        texts = _texts(node, self.languages)
        if texts:
            fields = tuple(
                _field(texts[code], (*path, code), code) if code in texts else _missing(path, code)
                for code in self.languages
            )
            self._add(node, path, fields, where)
            self.starts += [(key.start, fields[self.languages.index(code)].name) for code, key in _keys(node, texts)]
        for key, (_, value) in node.pairs.items():
            if key not in texts:
                self.read(value, (*path, key), where)

    def _add(self, node: Node, path: EditPath, fields: tuple[EditField, ...], where: tuple[int, int]) -> None:
        self.rows.append(FieldRow(path, fields, where))
        self.starts.append((node.start, fields[0].name))


def _texts(node: nodes.Mapping, languages: Sequence[str]) -> dict[str, Scalar]:
    """The texts of a mapping by their languages."""
    return {code: value for code, (_, value) in node.pairs.items() if code in languages and isinstance(value, Scalar)}


def _keys(node: nodes.Mapping, texts: Mapping[str, Scalar]) -> Iterator[tuple[str, Scalar]]:
    return ((code, node.pairs[code][0]) for code in texts)


def _field(node: Scalar, path: EditPath, language: str = "") -> EditField:
    return EditField(path, node.text.rstrip("\n"), language)


def _missing(path: EditPath, language: str) -> EditField:
    return EditField((*path, language), "", language, is_missing=True)
