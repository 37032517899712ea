"""Declares the shapes of YAML values, which read a value with all its problems or describe it as JSON Schema."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from circulars.errors import LetterError, Place, Problem
from circulars.syntax import nodes
from circulars.syntax.nodes import MAX_PROBLEMS, Node, Scalar, Tree, too_many_problems

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")
Schema = dict[str, Any]


class UnreadableError(Exception):
    """A value could not be read; the problems are already in the report."""


@dataclass(slots=True)
class Report:
    """The problems found in one file so far.

    A ``partial`` report is for reading a file with problems as far as possible: lists and mappings leave out what
    cannot be read, instead of being unreadable themselves. It keeps no problems.
    """

    tree: Tree
    problems: list[Problem] = field(default_factory=list)
    partial: bool = field(default=False, kw_only=True)

    def add(self, node: Node, code: str, message: str, hint: str = "", words: str = "", nth: int = 0) -> None:
        """Adds a problem at a node, or at the ``nth`` occurrence (from 0) of ``words`` in it."""
        self.add_at(self.tree.place_of(node, words, nth) if words else self.tree.place(node), code, message, hint)

    def add_at(self, place: Place, code: str, message: str, hint: str = "") -> None:
        """Adds a problem at a place.

        Raises:
            LetterError: the file now has more problems than the limit.
        """
        if self.partial:
            return
        self.problems.append(Problem(place, code, message, hint))
        if len(self.problems) > MAX_PROBLEMS:
            raise LetterError(*self.problems, too_many_problems(self.tree.file))

    def visit_keys(self, node: Node, names: Sequence[str]) -> None:
        """Is called with each mapping whose keys are known, in their usual order; reports that need them keep them."""

    def refuse(self, node: Node, code: str, message: str, hint: str = "") -> UnreadableError:
        """Adds a problem at a node, and returns the exception to raise."""
        self.add(node, code, message, hint)
        return UnreadableError()


class Shape(ABC, Generic[T_co]):
    """A declaration of what a value must look like."""

    @abstractmethod
    def read(self, node: Node, report: Report) -> T_co:
        """The value of a node.

        Raises:
            UnreadableError: the node does not have this shape; the problems are in ``report``.
        """

    def has(self, name: str) -> bool:
        """Whether this is the shape of a mapping that may have the key ``name``."""
        return False

    def allows_blank(self) -> bool:
        """Whether the value may be an empty text in quotation marks."""
        return False

    @abstractmethod
    def schema(self, definitions: Schema) -> Schema:
        """The shape as JSON Schema (draft 7); named shapes are added to ``definitions``."""


def described(node: Node) -> str:
    """A short description of a node for messages: "a list", "nothing", "'the text'"."""
    if isinstance(node, nodes.Sequence):
        return "a list"
    if isinstance(node, nodes.Mapping):
        keys = list(node.pairs)
        return f"lines of keys and values ({', '.join(map(shortened, keys[:3]))}{', …' if len(keys) > 3 else ''})"
    assert isinstance(node, Scalar)
    if node.is_empty:
        return "nothing"
    return f"'{shortened(node.text)}'"


def shortened(text: str, most: int = 40) -> str:
    """The text on one line, of at most ``most`` characters; "…" marks a cut."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"


@dataclass(frozen=True, slots=True)
class Definition(Shape[T]):
    """A shape with a name in the JSON Schema's definitions, so that it can contain itself."""

    name: str
    inner: Callable[[], Shape[T]]

    def read(self, node: Node, report: Report) -> T:
        return self.inner().read(node, report)

    def has(self, name: str) -> bool:
        return self.inner().has(name)

    def schema(self, definitions: Schema) -> Schema:
        if self.name not in definitions:
            definitions[self.name] = {}
            definitions[self.name] = self.inner().schema(definitions)
        return {"$ref": f"#/definitions/{self.name}"}


@dataclass(frozen=True, slots=True)
class AnyOf(Shape[T]):
    """One of several shapes; ``choose`` returns the name of the shape for a node."""

    shapes: Mapping[str, Shape[T]]
    choose: Callable[[Node], str]

    def read(self, node: Node, report: Report) -> T:
        return self.shapes[self.choose(node)].read(node, report)

    def has(self, name: str) -> bool:
        return any(shape.has(name) for shape in self.shapes.values())

    def schema(self, definitions: Schema) -> Schema:
        return {"anyOf": [shape.schema(definitions) for shape in self.shapes.values()]}


@dataclass(frozen=True, slots=True)
class Converted(Shape[U], Generic[T, U]):
    """A shape whose value is converted by ``make``, which may report problems and raise :class:`UnreadableError`."""

    inner: Shape[T]
    make: Callable[[T, Node, Report], U]

    def read(self, node: Node, report: Report) -> U:
        return self.make(self.inner.read(node, report), node, report)

    def has(self, name: str) -> bool:
        return self.inner.has(name)

    def schema(self, definitions: Schema) -> Schema:
        return self.inner.schema(definitions)
