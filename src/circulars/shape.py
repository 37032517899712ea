"""What a YAML value must look like, said once: read from it with every problem, and described to editors."""

from __future__ import annotations

import datetime
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from circulars import nodes
from circulars.errors import Place, Problem, did_you_mean
from circulars.nodes import Node, Scalar, Tree

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")
Schema = dict[str, Any]


class UnreadableError(Exception):
    """A value could not be read; its problems are already in the report."""


@dataclass(slots=True)
class Report:
    """The problems found in one file so far."""

    tree: Tree
    problems: list[Problem] = field(default_factory=list)

    def add(self, node: Node, code: str, message: str, hint: str = "", words: str = "", nth: int = 0) -> None:
        """Adds a problem at a node, or at the ``nth`` place of some words inside it."""
        self.add_at(self.tree.place_of(node, words, nth) if words else self.tree.place(node), code, message, hint)

    def add_at(self, place: Place, code: str, message: str, hint: str = "") -> None:
        """Adds a problem at a place."""
        self.problems.append(Problem(place, code, message, hint))

    def refuse(self, node: Node, code: str, message: str, hint: str = "") -> UnreadableError:
        """Adds a problem, and gives the exception to raise."""
        self.add(node, code, message, hint)
        return UnreadableError()


class Shape(ABC, Generic[T_co]):
    """What a value must look like."""

    @abstractmethod
    def read(self, node: Node, report: Report) -> T_co:
        """The value of a node.

        Raises:
            UnreadableError: the node is something else; what is wrong stands in ``report``.
        """

    @abstractmethod
    def schema(self, definitions: Schema) -> Schema:
        """The shape as JSON Schema (draft 7); named shapes are put into ``definitions``."""


def described(node: Node) -> str:
    """What a node is, in a letter writer's words."""
    if isinstance(node, nodes.Sequence):
        return "a list"
    if isinstance(node, nodes.Mapping):
        return "a mapping of names to values"
    assert isinstance(node, Scalar)
    if node.is_empty:
        return "nothing"
    return f"'{_short(node.text)}'"


def _short(text: str, most: int = 40) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"


@dataclass(frozen=True, slots=True)
class Text(Shape[str]):
    """A text as typed, of at least one character; with ``pattern`` all of it must match."""

    what: str = "a text"
    pattern: str = ""
    code: str = "wrong-type"
    hint: str = ""
    max_length: int = 20_000
    lines: bool = True
    blank: bool = False

    def read(self, node: Node, report: Report) -> str:
        if not isinstance(node, Scalar):
            raise report.refuse(node, "wrong-type", f"{self.what} is due here, not {described(node)}", self.hint)
        text = node.text.strip("\n") if self.lines else " ".join(node.text.split())
        if not text.strip() and not (self.blank and node.quoted):
            raise report.refuse(
                node,
                "empty-text",
                f"{self.what} is due here; there is nothing",
                self.hint or "write it, or delete the key",
            )
        if len(text) > self.max_length:
            raise report.refuse(
                node,
                "too-long",
                f"this text has {len(text):,} characters; the limit is {self.max_length:,}",
                "make it several paragraphs",
            )
        if self.pattern and not re.fullmatch(self.pattern, text):
            raise report.refuse(node, self.code, f"{described(node)} is not {self.what}", self.hint)
        return text

    def schema(self, definitions: Schema) -> Schema:
        bare: Schema = {"type": ["string", "number"]}
        return bare | ({"pattern": f"^(?:{self.pattern})$"} if self.pattern else {})


@dataclass(frozen=True, slots=True)
class Choice(Shape[str]):
    """One of a few names."""

    names: tuple[str, ...]
    what: str = "a name"
    code: str = "unknown-name"

    def read(self, node: Node, report: Report) -> str:
        text = Text(self.what).read(node, report)
        if text not in self.names:
            raise report.refuse(
                node,
                self.code,
                f"'{_short(text)}' is not {self.what}",
                did_you_mean(text, self.names, "one of: " + ", ".join(self.names)),
            )
        return text

    def schema(self, definitions: Schema) -> Schema:
        return {"enum": list(self.names)}


@dataclass(frozen=True, slots=True)
class Whole(Shape[int]):
    """A whole number within limits."""

    least: int = 0
    most: int = 1_000_000
    what: str = "a whole number"

    def read(self, node: Node, report: Report) -> int:
        text = Text(self.what).read(node, report)
        if not re.fullmatch(r"[0-9]{1,9}", text) or not self.least <= int(text) <= self.most:
            raise report.refuse(
                node, "not-a-number", f"{described(node)} is not {self.what} from {self.least} to {self.most}", ""
            )
        return int(text)

    def schema(self, definitions: Schema) -> Schema:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class YesNo(Shape[bool]):
    """``true`` or ``false``."""

    def read(self, node: Node, report: Report) -> bool:
        text = Text("true or false").read(node, report)
        if text not in ("true", "false"):
            raise report.refuse(
                node, "not-true-or-false", f"{described(node)} is neither true nor false", "write true or false"
            )
        return text == "true"

    def schema(self, definitions: Schema) -> Schema:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Date(Shape[datetime.date]):
    """A date, written 2024-07-12."""

    def read(self, node: Node, report: Report) -> datetime.date:
        text = Text("a date").read(node, report)
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            raise report.refuse(
                node, "not-a-date", f"{described(node)} is not a date", "write year, month and day: 2024-07-12"
            )
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            raise report.refuse(node, "not-a-date", f"there is no day {text}", "look it up in a calendar") from None

    def schema(self, definitions: Schema) -> Schema:
        return {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}


@dataclass(frozen=True, slots=True)
class ListOf(Shape[tuple[T, ...]]):
    """A list of one shape, of at least ``least`` values."""

    inner: Shape[T]
    what: str = "a list"
    least: int = 1
    most: int = 2000

    def read(self, node: Node, report: Report) -> tuple[T, ...]:
        if not isinstance(node, nodes.Sequence):
            raise report.refuse(
                node,
                "wrong-type",
                f"{self.what} is due here, not {described(node)}",
                "begin each entry with '- ', or write [one, another]",
            )
        if len(node.items) < self.least:
            raise report.refuse(
                node, "empty-list", f"{self.what} is due here; it is empty", "fill it, or delete the key"
            )
        if len(node.items) > self.most:
            raise report.refuse(node, "too-many", f"{len(node.items):,} entries; the limit is {self.most:,}", "")
        values = read_all(((self.inner, item) for item in node.items), report)
        return tuple(values)

    def schema(self, definitions: Schema) -> Schema:
        return {"type": "array", "items": self.inner.schema(definitions), "minItems": self.least, "maxItems": self.most}


def read_all(parts: Iterable[tuple[Shape[T], Node]], report: Report) -> list[T]:
    """The values of several nodes, every one of them read before any problem stops the reading."""
    values, failed = [], False
    for shape, node in parts:
        try:
            values.append(shape.read(node, report))
        except UnreadableError:
            failed = True
    if failed:
        raise UnreadableError
    return values


@dataclass(frozen=True, slots=True)
class MapOf(Shape[dict[str, T]]):
    """Names, matching ``pattern``, each with a value of one shape."""

    inner: Shape[T]
    what: str = "a mapping"
    pattern: str = r"[a-z][a-z0-9-]*"
    key: str = "lower-case letters, digits and hyphens, a letter first"

    def read(self, node: Node, report: Report) -> dict[str, T]:
        if not isinstance(node, nodes.Mapping):
            raise report.refuse(
                node, "wrong-type", f"{self.what} is due here, not {described(node)}", "write 'name: value'"
            )
        values: dict[str, T] = {}
        failed = False
        for name, (key, value) in node.pairs.items():
            if not re.fullmatch(self.pattern, name):
                report.add(key, "wrong-name", f"'{_short(name)}' cannot be a name here", f"use {self.key}")
                failed = True
            try:
                values[name] = self.inner.read(value, report)
            except UnreadableError:
                failed = True
        if failed:
            raise UnreadableError
        return values

    def schema(self, definitions: Schema) -> Schema:
        return {
            "type": "object",
            "patternProperties": {f"^(?:{self.pattern})$": self.inner.schema(definitions)},
            "additionalProperties": False,
        }


@dataclass(frozen=True, slots=True)
class Field:
    """A key of a record: its shape, its description for editors, and whether it must stand there."""

    name: str
    shape: Shape[Any]
    doc: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Record(Shape[T]):
    """A mapping with known keys; ``make`` gets those that are there, hyphens as underscores."""

    make: Callable[..., T]
    fields: tuple[Field, ...]
    what: str = "a mapping"
    part_of: str = "this mapping"

    def read(self, node: Node, report: Report) -> T:
        if not isinstance(node, nodes.Mapping):
            raise report.refuse(
                node,
                "wrong-type",
                f"{self.what} is due here, not {described(node)}",
                "its keys: " + ", ".join(f.name for f in self.fields),
            )
        return self.make(**self.values(node, report))

    def values(self, node: nodes.Mapping, report: Report) -> dict[str, Any]:
        """The values of the record's own keys; what is unknown, missing or wrong is in the report.

        Raises:
            UnreadableError: something is.
        """
        known = {f.name: f for f in self.fields}
        values: dict[str, Any] = {}
        failed = False
        for name, (key, value) in node.pairs.items():
            if name in known:
                try:
                    values[name.replace("-", "_")] = known[name].shape.read(value, report)
                except UnreadableError:
                    failed = True
            else:
                report.add(
                    key,
                    "unknown-field",
                    f"'{_short(name)}' is not part of {self.part_of}",
                    did_you_mean(name, known, "its keys: " + ", ".join(known)),
                )
                failed = True
        for f in self.fields:
            if f.required and f.name not in node.pairs:
                report.add(node, "missing-field", f"{self.part_of} has no '{f.name}'", f"add '{f.name}:'")
                failed = True
        if failed:
            raise UnreadableError
        return values

    def schema(self, definitions: Schema) -> Schema:
        properties = {f.name: f.shape.schema(definitions) | {"description": f.doc} for f in self.fields}
        required = [f.name for f in self.fields if f.required]
        return {"type": "object", "properties": properties, "additionalProperties": False} | (
            {"required": required} if required else {}
        )


@dataclass(frozen=True, slots=True)
class Named(Shape[T]):
    """A shape with a name in the JSON Schema's definitions, so that it may stand inside itself."""

    name: str
    inner: Callable[[], Shape[T]]

    def read(self, node: Node, report: Report) -> T:
        return self.inner().read(node, report)

    def schema(self, definitions: Schema) -> Schema:
        if self.name not in definitions:
            definitions[self.name] = {}
            definitions[self.name] = self.inner().schema(definitions)
        return {"$ref": f"#/definitions/{self.name}"}


@dataclass(frozen=True, slots=True)
class Either(Shape[T]):
    """One of several shapes; ``choose`` names the one to read from the look of the node."""

    shapes: Mapping[str, Shape[T]]
    choose: Callable[[Node], str]

    def read(self, node: Node, report: Report) -> T:
        return self.shapes[self.choose(node)].read(node, report)

    def schema(self, definitions: Schema) -> Schema:
        return {"anyOf": [shape.schema(definitions) for shape in self.shapes.values()]}


@dataclass(frozen=True, slots=True)
class Made(Shape[U], Generic[T, U]):
    """A shape whose value is made into another; ``make`` may report problems and raise :class:`UnreadableError`."""

    inner: Shape[T]
    make: Callable[[T, Node, Report], U]

    def read(self, node: Node, report: Report) -> U:
        return self.make(self.inner.read(node, report), node, report)

    def schema(self, definitions: Schema) -> Schema:
        return self.inner.schema(definitions)
