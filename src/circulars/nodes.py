"""Reads YAML into nodes that know their line and column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

import yaml

from circulars.errors import LetterError, Place, Problem

try:
    _Loader: Any = yaml.CSafeLoader
except AttributeError:  # PyYAML was built without libyaml: slower, the same nodes
    _Loader = yaml.SafeLoader

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 20
MAX_NODES = 50_000
_STR_TAG = "tag:yaml.org,2002:str"


@dataclass(slots=True)
class Node:
    """What every node knows: where it starts (line and column from 1), and its stretch of the file's characters."""

    line: int
    column: int
    start: int
    end: int = 0
    size: int = 1


@dataclass(slots=True)
class Scalar(Node):
    """A single value, as typed: nothing is resolved here. ``quoted`` is true for quoted and block scalars."""

    text: str = ""
    quoted: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed (``key:`` and no more)."""
        return not self.text and not self.quoted


@dataclass(slots=True)
class Sequence(Node):
    """A list of nodes."""

    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Mapping(Node):
    """Keys and values in the file's order; no key stands twice."""

    pairs: dict[str, tuple[Scalar, Node]] = field(default_factory=dict)


def child(node: Node, key: str) -> Node:
    """The value under a key of a mapping that has it."""
    if not isinstance(node, Mapping):
        raise TypeError(f"no mapping: {node}")
    return node.pairs[key][1]


def children(node: Node) -> tuple[Node, ...]:
    """The items of a list; of anything else, none."""
    return tuple(node.items) if isinstance(node, Sequence) else ()


@dataclass(frozen=True, slots=True)
class Tree:
    """One YAML document: its root node, its file's name and its text."""

    root: Node
    file: str
    text: str

    def place(self, node: Node) -> Place:
        """Where a node starts."""
        return Place(self.file, node.line, node.column)

    def place_of(self, node: Node, words: str, nth: int = 0) -> Place:
        """Where ``words`` stand for the ``nth`` time (from 0) inside a node; the node's start when they do not."""
        at = node.start - 1
        for _ in range(nth + 1):
            at = self.text.find(words, at + 1, node.end)
            if at < 0:
                return self.place(node)
        return Place(self.file, self.text.count("\n", 0, at) + 1, at - self.text.rfind("\n", 0, at))


def read_tree(data: bytes, file: str) -> Tree:
    """The nodes of one YAML document.

    Raises:
        LetterError: the data is larger than 1 MiB, empty, binary, not UTF-8, no YAML, nested deeper than 20 levels,
            expands to more than 50,000 nodes, or names a key twice.
    """
    text = _decoded(data, file)
    composer = _Composer(file)
    try:
        root = composer.compose(yaml.parse(text, Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        raise LetterError(_syntax_problem(error, file, text)) from None
    except yaml.YAMLError as error:
        raise LetterError(Problem(Place(file), "yaml-syntax", f"this is not YAML: {error}")) from None
    if root is None:
        raise LetterError(
            Problem(Place(file, 1, 1), "empty-file", "the file is empty", "'circulars new NAME' writes a first letter")
        )
    if composer.problems:
        raise LetterError(*composer.problems)
    return Tree(root, file, text)


def _decoded(data: bytes, file: str) -> str:
    if len(data) > MAX_BYTES:
        fact = f"the file has {len(data):,} bytes; the limit is {MAX_BYTES:,}"
        raise LetterError(
            Problem(Place(file), "too-large", fact, "a letter is text: pictures stand in files of their own")
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        if b"\0" in data[:1024]:
            raise LetterError(Problem(Place(file), "binary-file", "this is a binary file, not a text", "")) from None
        raise LetterError(
            Problem(
                Place(file, line, column),
                "not-utf-8",
                f"byte 0x{data[error.start]:02x} is not UTF-8",
                "save the file with the encoding UTF-8",
            )
        ) from None
    for number, line_text in enumerate(text.split("\n") if not text.isprintable() else (), start=1):
        for column, character in enumerate(line_text, start=1):
            if _is_control(character):
                raise LetterError(
                    Problem(
                        Place(file, number, column),
                        "control-character",
                        f"the character U+{ord(character):04X} cannot stand in a letter",
                        "delete it",
                    )
                )
    return text


def _is_control(character: str) -> bool:
    code = ord(character)
    return (code < 32 and character not in "\t\n\r") or code in (0x7F, 0xFFFE, 0xFFFF) or 0x80 <= code < 0xA0


def _syntax_problem(error: yaml.MarkedYAMLError, file: str, text: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
    fact = error.problem or "this is not YAML"
    line = text.split("\n")[mark.line] if mark and mark.line < text.count("\n") + 1 else ""
    return Problem(place, "yaml-syntax", f"this is not YAML: {fact}", _syntax_hint(fact, line))


def _syntax_hint(fact: str, line: str) -> str:
    if "\t" in line[: len(line) - len(line.lstrip())] or ("cannot start any token" in fact and "\t" in line):
        return "indent with spaces, not with tabs"
    if "mapping values are not allowed" in fact:
        return "a text with ': ' in it stands in quotes, or on the lines below a '|'"
    if "cannot start any token" in fact:
        return "a text that begins with this character stands in quotes"
    if "undefined alias" in fact or "while scanning an alias" in fact or "while scanning an anchor" in fact:
        return "a text that begins with '*' or '&' stands in quotes"
    if "did not find expected" in fact:
        return "look at the indentation and the quotes of this line and the one above it"
    return "look at the indentation, the quotes and the colons of this line"


class _TooMuchError(Exception):
    """Composing must stop at once: what follows could not be held."""


class _Composer:
    """Builds nodes from the parser's events, without recursion: a million brackets must not end the process."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.anchors: dict[str, Node | None] = {}
        self.nodes = 0

    def compose(self, events: Iterator[Any]) -> Node | None:
        """The root node, or None for an empty document; ``problems`` afterwards holds what is wrong."""
        try:
            return self._compose(events)
        except _TooMuchError:
            return Scalar(1, 1, 0)

    def _compose(self, events: Iterator[Any]) -> Node | None:
        root: Node | None = None
        open_nodes: list[tuple[Node, str | None]] = []
        keys: list[Scalar | None] = []
        for event in events:
            match type(event).__name__:
                case "ScalarEvent":
                    node: Node = self._scalar(event)
                case "AliasEvent":
                    node = self._alias(event)
                case "MappingStartEvent" | "SequenceStartEvent":
                    open_nodes.append((self._collection(event, len(open_nodes)), event.anchor))
                    keys.append(None)
                    continue
                case "MappingEndEvent" | "SequenceEndEvent":
                    keys.pop()
                    node = self._closed(*open_nodes.pop(), event)
                case "DocumentStartEvent" if root is not None:
                    self._stop(event, "two-documents", "a second document begins here ('---')", "one letter, one file")
                case _:
                    continue
            if open_nodes:
                self._attach(open_nodes[-1][0], node, keys)
            else:
                root = node
        return root

    def _closed(self, node: Node, anchor: str | None, event: Any) -> Node:
        node.end = event.end_mark.index
        if anchor:
            self.anchors[anchor] = node
        return node

    def _attach(self, parent: Node, node: Node, keys: list[Scalar | None]) -> None:
        parent.size += node.size
        if isinstance(parent, Sequence):
            parent.items.append(node)
            return
        assert isinstance(parent, Mapping)
        if (key := keys[-1]) is not None:
            keys[-1] = None
            parent.pairs.setdefault(key.text, (key, node))
        elif not isinstance(node, Scalar):
            self._stop(
                node,
                "key-not-text",
                "a key must be a word, not a list or a mapping",
                "a text that begins with '[' or '{' stands in quotes",
            )
        else:
            keys[-1] = node
            if node.text in parent.pairs:
                first = parent.pairs[node.text][0].line
                self._problem(
                    node,
                    "duplicate-key",
                    f"'{node.text}' stands here a second time; the first is on line {first}",
                    "keep one of the two",
                )

    def _scalar(self, event: Any) -> Scalar:
        self._count(event, 1)
        mark = event.start_mark
        if event.tag not in (None, "!", _STR_TAG):
            self._problem_at(mark, "yaml-tag", f"a tag ('{event.tag}') cannot stand in a letter", "delete the tag")
        quoted = event.style not in (None, "")
        node = Scalar(mark.line + 1, mark.column + 1, mark.index, event.end_mark.index, 1, event.value, quoted)
        if event.anchor:
            self.anchors[event.anchor] = node
        return node

    def _collection(self, event: Any, depth: int) -> Node:
        self._count(event, 1)
        mark = event.start_mark
        if depth >= MAX_DEPTH:
            self._stop(event, "too-deep", f"nested more than {MAX_DEPTH} levels deep", "")
        if event.tag not in (None, "!"):
            self._problem_at(mark, "yaml-tag", f"a tag ('{event.tag}') cannot stand in a letter", "delete the tag")
        if event.anchor:
            self.anchors[event.anchor] = None
        kind = Mapping if type(event).__name__ == "MappingStartEvent" else Sequence
        return kind(mark.line + 1, mark.column + 1, mark.index)

    def _alias(self, event: Any) -> Node:
        if event.anchor not in self.anchors:
            self._stop(
                event,
                "unknown-anchor",
                f"no anchor '&{event.anchor}' stands before this",
                "a text that begins with '*' stands in quotes",
            )
        node = self.anchors[event.anchor]
        if node is None:
            self._stop(event, "endless-anchor", f"'*{event.anchor}' stands inside '&{event.anchor}' itself", "")
        self._count(event, node.size)
        return node

    def _count(self, event: Any, size: int) -> None:
        self.nodes += size
        if self.nodes > MAX_NODES:
            self._stop(
                event, "too-many-values", f"the file holds more than {MAX_NODES:,} values, anchors written out", ""
            )

    def _problem(self, node: Node, code: str, message: str, hint: str) -> None:
        self.problems.append(Problem(Place(self.file, node.line, node.column), code, message, hint))

    def _problem_at(self, mark: Any, code: str, message: str, hint: str) -> None:
        self.problems.append(Problem(Place(self.file, mark.line + 1, mark.column + 1), code, message, hint))

    def _stop(self, at: Any, code: str, message: str, hint: str) -> NoReturn:
        if isinstance(at, Node):
            self._problem(at, code, message, hint)
        else:
            self._problem_at(at.start_mark, code, message, hint)
        raise _TooMuchError
