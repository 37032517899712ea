"""Parses YAML into nodes that know their line and column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

import yaml

from circulars.characters import forbidden_in, has_selector
from circulars.east_asian import has_unspaced
from circulars.errors import LetterError, Place, Problem
from circulars.syntax.decoding import MAX_BYTES, decoded
from circulars.syntax.folding import folded_pattern, with_joints, without_joints
from circulars.syntax.yaml_errors import (
    LIST_AS_KEY,
    QUOTE,
    SECOND_DOCUMENT,
    UNBALANCED,
    explained,
    tag_fault,
    unquoted_start,
)

__all__ = [
    "LOADER",
    "MAX_BYTES",
    "MAX_DEPTH",
    "Mapping",
    "Node",
    "Scalar",
    "Sequence",
    "Tree",
    "all_nodes",
    "child",
    "children",
    "descendant",
    "read_tree",
]

try:
    LOADER: Any = yaml.CSafeLoader
except AttributeError:  # PyYAML was built without libyaml: the pure Python loader is slower, with the same result
    LOADER = yaml.SafeLoader

MAX_DEPTH = 20
MAX_NODES = 50_000
MAX_PROBLEMS = 100
_CHARACTERS_PER_NODE = 40  # a long text counts as several nodes towards MAX_NODES
_PLAIN_TAGS = (None, "!", "tag:yaml.org,2002:str")
# "\\" is matched as an escape of its own, so that "\\\\x07" is a backslash followed by "x07".
_ESCAPE = re.compile(r"\\(?:x(\w{2})|u(\w{4})|U(\w{8})|.)")
_NAMED_ESCAPES = dict(zip("0abvfeNLP", "\0\a\b\v\f\x1b\x85\u2028\u2029", strict=True))


@dataclass(slots=True)
class Node:
    """A node of the tree: its line and column (from 1), its range of characters in the file, and its size.

    ``size`` counts the node and all nodes below it; a node used again by an alias counts again. ``origin`` is the tree
    of another file from which the node was taken.
    """

    line: int
    column: int
    start: int
    end: int = 0
    size: int = 1
    origin: Tree | None = field(default=None, kw_only=True, repr=False, compare=False)


@dataclass(slots=True)
class Scalar(Node):
    """A single value as typed, always text. ``quoted`` is true for quoted and block scalars."""

    text: str = ""
    quoted: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is no value (``key:`` and nothing after it)."""
        return not self.text and not self.quoted


@dataclass(slots=True)
class Sequence(Node):
    """A list of nodes."""

    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Mapping(Node):
    """Keys and values in the order of the file; of a duplicate key only the first is kept."""

    pairs: dict[str, tuple[Scalar, Node]] = field(default_factory=dict)


def child(node: Node, key: str) -> Node:
    """The value of a key.

    Raises:
        TypeError: the node is not a mapping.
        KeyError: the mapping has no such key.
    """
    if not isinstance(node, Mapping):
        raise TypeError(f"not a mapping: {node}")
    return node.pairs[key][1]


def descendant(node: Node, *keys: str) -> Node | None:
    """The value that keys lead to, each in the mapping of the one before; None if there is none."""
    found: Node | None = node
    for key in keys:
        found = found.pairs[key][1] if isinstance(found, Mapping) and key in found.pairs else None
    return found


def all_nodes(root: Node) -> Iterator[Node]:
    """A node, and all nodes below it with their keys."""
    yield root
    if isinstance(root, Mapping):
        for key, value in root.pairs.values():
            yield key
            yield from all_nodes(value)
    for item in children(root):
        yield from all_nodes(item)


def children(node: Node) -> tuple[Node, ...]:
    """The items of a list; empty for any other node."""
    return tuple(node.items) if isinstance(node, Sequence) else ()


@dataclass(frozen=True, slots=True)
class Tree:
    """One YAML document: its root node, its file's name and its text."""

    root: Node
    file: str
    text: str

    def place(self, node: Node) -> Place:
        """Where a node starts."""
        return Place((node.origin or self).file, node.line, node.column)

    def place_of(self, node: Node, words: str, nth: int = 0, skip: int = 0) -> Place:
        """The place of the ``nth`` occurrence (from 0) of ``words`` in a node, plus ``skip`` characters.

        The search allows for folded lines and for doubled or escaped quotation marks. If the words are not found, the
        place is the node's start.
        """
        tree = node.origin or self
        if nth == 0 and (at := _plain_place(tree.text, node, words)) >= 0:
            return tree.place_at(at + skip)
        pattern = re.sub(r"(?:\\ |\\n)+", r"[ \\n]+", re.escape(words))
        pattern = pattern.replace('"', r'\\?"')
        if has_unspaced(words):
            pattern = folded_pattern(pattern)
        # A run of apostrophes gets one quantifier; a quantifier for each apostrophe would backtrack exponentially.
        pattern = re.sub("'+", lambda run: f"'{{{len(run[0])},{2 * len(run[0])}}}", pattern)
        for count, match in enumerate(re.finditer(pattern, tree.text[node.start : node.end])):
            if count == nth:
                return tree.place_at(node.start + match.start() + skip)
        return self.place(node)

    def place_in(self, node: Node, text: str, at: int, words: str) -> Place:
        """The place of ``words`` that begin at character ``at`` of the ``text`` of a node."""
        return self.place_of(node, words, text.count(words, 0, at)) if words else self.place(node)

    def place_at(self, at: int) -> Place:
        """The place of a character, by its index in the text."""
        return Place(self.file, self.text.count("\n", 0, at) + 1, at - self.text.rfind("\n", 0, at))

    def rest_of_line(self, node: Node) -> str:
        """The text after a node, up to the end of that line."""
        end = self.text.find("\n", node.end)
        return self.text[node.end :] if end < 0 else self.text[node.end : end]


def _plain_place(text: str, node: Node, words: str) -> int:
    """Where words begin in a node, if it has them on one line where their first word is first; otherwise -1.

    It is what a search that allows for other spellings finds, without the expression that it needs.
    """
    if any(sign in words for sign in "\"'\\") or has_unspaced(words):
        return -1
    first = words.partition(" ")[0].partition("\n")[0]
    at = text.find(first, node.start, node.end)
    return at if at >= 0 and text.startswith(words, at, node.end) else -1


def read_tree(
    data: bytes, file: str, found: list[Problem] | None = None, if_empty: str = "write its keys, or delete the file"
) -> Tree:
    """The nodes of one YAML document. ``if_empty`` is the hint for a file without any.

    Problems after which parsing can continue, such as a duplicate key or a forbidden character, are added to ``found``
    if it is given.

    Raises:
        LetterError: the data is larger than 1 MiB, empty, binary, not UTF-8, not YAML, nested deeper than 20 levels,
            or expands to more than 50,000 nodes. Without ``found``, every other problem is raised as well.
    """
    text = decoded(data, file, found)
    composer = _Composer(file, text)
    try:
        root = composer.compose()
    except yaml.MarkedYAMLError as error:
        raise LetterError(explained(error, file, text)) from None
    except yaml.YAMLError as error:
        raise LetterError(Problem(Place(file), "yaml-syntax", f"this is not YAML: {error}")) from None
    if composer.problems and (root is None or found is None):
        raise LetterError(*composer.problems)
    if root is None or (isinstance(root, Scalar) and root.is_empty):
        raise LetterError(Problem(Place(file, 1, 1), "empty-file", "the file is empty", if_empty))
    if found is not None:
        found += composer.problems
    return Tree(root, file, text)


class _StoppedError(Exception):
    """Composing cannot continue; the problem is already recorded."""


# Without its dash, an entry is read as part of the entry above. Deleting the "duplicate" key would lose a paragraph.
_DUPLICATE_KEY_HINT = "is '- ' missing before a new entry? otherwise keep one of the two"


def too_many_problems(file: str) -> Problem:
    """The last problem reported for a file that reaches the limit of problems."""
    fact = f"the file has more than {MAX_PROBLEMS} problems; the others are reported when these are fixed"
    return Problem(Place(file), "too-many-problems", fact)


class _Composer:
    """Builds nodes from the parser's events. It does not recurse, so deep nesting cannot overflow the stack."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.parsed = with_joints(text)
        self.problems: list[Problem] = []
        self.anchors: dict[str, Node | None] = {}
        self.unused: dict[str, Any] = {}
        self.nodes = 0

    def compose(self) -> Node | None:
        """The root node; None for an empty document or if composing stopped. Problems are added to ``problems``."""
        try:
            root = self._compose(iter(LOADER(self.parsed).get_event, None))
            for name, mark in self.unused.items():
                fact = f"'&{name}' is not part of the text: YAML takes it for an anchor, and nothing refers to it"
                self._problem(mark.line + 1, mark.column + 1, "unused-anchor", fact, QUOTE)
        except _StoppedError:
            return None
        return root

    def _compose(self, events: Iterator[Any]) -> Node | None:
        root: Node | None = None
        open_nodes: list[tuple[Node, str | None]] = []
        keys: list[Scalar | None] = []
        for event in events:
            kind = type(event)
            if kind is yaml.ScalarEvent:
                node: Node = self._scalar(event)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                keys.pop()
                node = self._closed(*open_nodes.pop(), event)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                open_nodes.append((self._collection(event, len(open_nodes)), event.anchor))
                keys.append(None)
                continue
            elif kind is yaml.AliasEvent:
                node = self._alias(event)
            elif kind is yaml.DocumentStartEvent and root is not None:
                remedy = "move what follows to a file of its own"
                self._stop(event.start_mark, "two-documents", SECOND_DOCUMENT, remedy)
            else:
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
        key = keys[-1]
        if key is None:
            keys[-1] = self._key(node, parent)
            return
        keys[-1] = None
        if node.start == node.end and isinstance(node, Scalar):
            # A missing value has no place in the file; problems point at its key.
            node.line, node.column, node.start = key.line, key.column, key.start
        if key.text not in parent.pairs and (key.quoted or key.text != "<<"):
            parent.pairs[key.text] = (key, node)

    def _key(self, node: Node, parent: Mapping) -> Scalar:
        """The node as a key. Reports a duplicate key; stops at a list or a mapping, which cannot be a key."""
        if not isinstance(node, Scalar):
            raw = self.text[node.start : node.start + 1]
            sign = "{{" if raw == "{" else raw
            fact = unquoted_start(sign) if raw in "{[" else LIST_AS_KEY
            # YAML reads "{{ name }}" as a mapping whose key is a mapping.
            start = node.start - 1 if sign == "{{" and self.text[node.start - 1 : node.start] == "{" else node.start
            column = node.column - (node.start - start)
            self._stop_at(node.line, column, "key-not-text", fact, QUOTE)
        if node.text == "<<" and not node.quoted:
            remedy = "write the keys out"
            self._problem(node.line, node.column, "merge-key", "'<<' is not allowed here", remedy)
        elif node.text in parent.pairs:
            first = parent.pairs[node.text][0].line
            fact = f"duplicate key '{node.text}'; the first is on line {first}"
            self._problem(node.line, node.column, "duplicate-key", fact, _DUPLICATE_KEY_HINT)
        return node

    def _scalar(self, event: Any) -> Scalar:
        self.nodes += 1
        mark, end, style, text = event.start_mark, event.end_mark, event.style, event.value
        if self.parsed is not self.text:
            text = without_joints(text)
        self.nodes += len(text) // _CHARACTERS_PER_NODE
        if self.nodes > MAX_NODES:
            self._too_many(mark)
        if event.tag is not None:
            self._check_tag(event)
        quoted = style is not None and style != ""
        size = 1 + len(text) // _CHARACTERS_PER_NODE
        node = Scalar(mark.line + 1, mark.column + 1, mark.index, end.index, size, text, quoted)
        if style == '"' and not text.isprintable():
            self._check_escapes(node)
        elif not quoted and end.line > mark.line:
            self._check_dashes(node)
        if event.anchor:
            self._anchor(event, node)
        return node

    def _collection(self, event: Any, depth: int) -> Node:
        self.nodes += 1
        mark = event.start_mark
        if self.nodes > MAX_NODES:
            self._too_many(mark)
        if depth >= MAX_DEPTH:
            fact = f"the file is nested more than {MAX_DEPTH} levels deep here"
            self._stop(mark, "too-deep", fact, UNBALANCED)
        if event.tag is not None:
            self._check_tag(event)
        if event.anchor:
            self._anchor(event, None)
        kind = Mapping if type(event) is yaml.MappingStartEvent else Sequence
        return kind(mark.line + 1, mark.column + 1, mark.index)

    def _anchor(self, event: Any, node: Node | None) -> None:
        self.anchors[event.anchor] = node
        self.unused[event.anchor] = event.start_mark

    def _alias(self, event: Any) -> Node:
        name = event.anchor
        self.unused.pop(name, None)
        if name not in self.anchors:
            fact = f"{unquoted_start('*')}: YAML takes '*{name}' for a reference, and there is no '&{name}'"
            self._stop(event.start_mark, "unknown-anchor", fact, QUOTE)
        node = self.anchors[name]
        if node is None:
            fact = f"'*{name}' is inside '&{name}' itself, and would repeat without end"
            self._stop(event.start_mark, "endless-anchor", fact, "write out what belongs here")
        self.nodes += node.size
        if self.nodes > MAX_NODES:
            self._too_many(event.start_mark)
        return node

    def _check_tag(self, event: Any) -> None:
        if event.tag in _PLAIN_TAGS:
            return
        mark = event.start_mark
        typed = re.match(r"(?:&\S+\s+)?(\S{1,60})", self.text[mark.index :])
        self._problem(mark.line + 1, mark.column + 1, "yaml-tag", *tag_fault(typed[1] if typed else event.tag))

    def _check_escapes(self, node: Scalar) -> None:
        """Reports escapes such as ``\\x07`` that produce a forbidden character."""
        for match in _ESCAPE.finditer(self.text, node.start, node.end):
            number = match[match.lastindex] if match.lastindex else ""
            character = chr(int(number, 16)) if number else _NAMED_ESCAPES.get(match[0][1], "")
            # Whether a selector is allowed depends on the character before it.
            if wrong := forbidden_in(node.text if has_selector(character) else character):
                code, fact, hint = wrong
                at = match.start()
                line, column = self.text.count("\n", 0, at) + 1, at - self.text.rfind("\n", 0, at)
                self._problem(line, column, code, f"'{match[0]}': {fact}", hint)

    def _check_dashes(self, node: Scalar) -> None:
        """Reports a line of unquoted text that begins with "- ": a list entry in the wrong column."""
        if match := re.search(r"\n *(- )", self.text[node.start : node.end]):
            at = node.start + match.start(1)
            line, column = self.text.count("\n", 0, at) + 1, at - self.text.rfind("\n", 0, at)
            fact = f"this '- ' continues the text that begins on line {node.line}; it does not begin a list entry"
            remedy = (
                "begin it in the column of the list's other entries; if it is a dash, put the text in quotation marks"
            )
            self._problem(line, column, "stray-dash", fact, remedy)

    def _too_many(self, mark: Any) -> NoReturn:
        fact = f"the file has more than {MAX_NODES:,} values, counting repeated ones each time"
        self._stop(mark, "too-many-values", fact, "split the file, or write out what '*' repeats")

    def _problem(self, line: int, column: int, code: str, message: str, hint: str) -> None:
        self.problems.append(Problem(Place(self.file, line, column), code, message, hint))
        if len(self.problems) > MAX_PROBLEMS:
            self.problems.append(too_many_problems(self.file))
            raise _StoppedError

    def _stop(self, mark: Any, code: str, message: str, hint: str) -> NoReturn:
        self._stop_at(mark.line + 1, mark.column + 1, code, message, hint)

    def _stop_at(self, line: int, column: int, code: str, message: str, hint: str) -> NoReturn:
        self._problem(line, column, code, message, hint)
        raise _StoppedError
