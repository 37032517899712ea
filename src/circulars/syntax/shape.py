"""What a YAML value must look like, said once: read from it with every problem, and described to editors."""

from __future__ import annotations

import calendar
import datetime
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from circulars.errors import LetterError, Place, Problem, did_you_mean, nearest
from circulars.syntax import nodes
from circulars.syntax.nodes import MAX_PROBLEMS, Node, Scalar, Tree

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
        """Adds a problem at a place.

        Raises:
            LetterError: there are so many already that nobody would read on.
        """
        self.problems.append(Problem(place, code, message, hint))
        if len(self.problems) > MAX_PROBLEMS:
            fact = f"the file has more than {MAX_PROBLEMS} problems; the others show when these are mended"
            raise LetterError(*self.problems, Problem(Place(self.tree.file), "too-many-problems", fact))

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

    def has(self, name: str) -> bool:
        """Whether a mapping of this shape may have a key."""
        return False

    @abstractmethod
    def schema(self, definitions: Schema) -> Schema:
        """The shape as JSON Schema (draft 7); named shapes are put into ``definitions``."""


def described(node: Node) -> str:
    """What a node is, in a letter writer's words."""
    if isinstance(node, nodes.Sequence):
        return "a list"
    if isinstance(node, nodes.Mapping):
        keys = list(node.pairs)
        return f"lines of keys and values ({', '.join(map(_short, keys[:3]))}{', …' if len(keys) > 3 else ''})"
    assert isinstance(node, Scalar)
    if node.is_empty:
        return "nothing"
    return f"'{_short(node.text)}'"


def _short(text: str, most: int = 40) -> str:
    """The text in one line, cut where it is too long to be shown."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"


# What a reader cannot see does not make a text: white space, and characters that only direct or join others.
_INVISIBLE = " \t\n\u00a0\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2066\u2067\u2068\u2069\u3000"


def is_blank(text: str) -> bool:
    """Whether a reader sees nothing of a text."""
    return not text.strip(_INVISIBLE)


def _one_line(text: str) -> str:
    """The text without line ends; no-break spaces stay."""
    return " ".join(text.split()) if text.isascii() else re.sub(r"[ \t\n]+", " ", text).strip(" ")


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
            flow = report.tree.text[node.start : node.start + 1] in "[{"
            hint = self.hint or ("put the text in quotation marks" if flow else "write one text")
            raise report.refuse(node, "wrong-type", f"{self.what} is due here, not {described(node)}", hint)
        text = node.text.strip("\n") if self.lines else _one_line(node.text)
        if is_blank(text) and not (self.blank and node.quoted):
            raise report.refuse(
                node, "empty-text", f"{self.what} is due here; there is nothing", self._remedy(node, report)
            )
        if len(text) > self.max_length:
            fact = f"this text has {len(text):,} characters; the limit is {self.max_length:,}"
            hint = "make several texts of it" if self.lines else "shorten it"
            raise report.refuse(node, "too-long", fact, hint)
        if self.pattern and not re.fullmatch(self.pattern, text):
            raise report.refuse(node, self.code, f"{described(node)} is not {self.what}", self.hint)
        return text

    def _remedy(self, node: Scalar, report: Report) -> str:
        """What to do about a text that is not there; after " #" stands a comment, not a text."""
        if re.match(r" +#\S", report.tree.rest_of_line(node)):
            return "a text that begins with '#' stands in quotation marks"
        return self.hint or "write it, or delete the key"

    def schema(self, definitions: Schema) -> Schema:
        bare: Schema = {"type": ["string", "number", "boolean"]}
        return bare | ({"pattern": f"^(?:{self.pattern})$"} if self.pattern else {})


@dataclass(frozen=True, slots=True)
class Choice(Shape[str]):
    """One of a few names."""

    names: tuple[str, ...]
    what: str = "a name"
    code: str = "unknown-name"

    def read(self, node: Node, report: Report) -> str:
        choices = "one of: " + ", ".join(self.names)
        text = Text(self.what, hint=choices).read(node, report)
        if text not in self.names:
            hint = did_you_mean(text, self.names, choices)
            raise report.refuse(node, self.code, f"'{_short(text)}' is not {self.what}", hint)
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
        hint = f"write one of them in digits: {self.least}, say"
        text = Text(self.what).read(node, report)
        if not re.fullmatch(r"[0-9]{1,9}", text) or not self.least <= int(text) <= self.most:
            fact = f"{described(node)} is not {self.what} from {self.least} to {self.most}"
            raise report.refuse(node, "not-a-number", fact, hint)
        return int(text)

    def schema(self, definitions: Schema) -> Schema:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class YesNo(Shape[bool]):
    """``true`` or ``false``."""

    def read(self, node: Node, report: Report) -> bool:
        text = Text("true or false", hint="write true or false").read(node, report)
        if text not in ("true", "false"):
            meant = {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(text.lower(), text.lower())
            hint = f"write {meant}" if meant in ("true", "false") else "write true or false"
            raise report.refuse(node, "not-true-or-false", f"{described(node)} is neither true nor false", hint)
        return text == "true"

    def schema(self, definitions: Schema) -> Schema:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Date(Shape[datetime.date]):
    """A date, written 2024-07-12."""

    def read(self, node: Node, report: Report) -> datetime.date:
        hint = "write year, month and day: 2024-07-12"
        text = Text("a date", hint=hint).read(node, report)
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            if short := re.fullmatch(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})", text, re.ASCII):
                hint = f"write {short[1]}-{int(short[2]):02}-{int(short[3]):02}"
            raise report.refuse(node, "not-a-date", f"{described(node)} is not a date", hint)
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            raise report.refuse(node, "not-a-date", f"there is no day {text}", _day_hint(text)) from None

    def schema(self, definitions: Schema) -> Schema:
        return {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}


def _day_hint(text: str) -> str:
    """What may have been meant by a day that is none: day and month exchanged, or a month's last day."""
    year, month, day = map(int, text.split("-"))
    if month > 12 and 1 <= day <= 12 and month <= 31:
        return f"the month stands before the day: {year:04}-{day:02}-{month:02}"
    if year and 1 <= month <= 12 and day > 0:
        return f"the last day of that month is {year:04}-{month:02}-{calendar.monthrange(year, month)[1]}"
    return "write year, month and day: 2024-07-12"


@dataclass(frozen=True, slots=True)
class ListOf(Shape[tuple[T, ...]]):
    """A list of one shape, of at least ``least`` values."""

    inner: Shape[T]
    what: str = "a list"
    least: int = 1
    most: int = 2000

    def read(self, node: Node, report: Report) -> tuple[T, ...]:
        if not isinstance(node, nodes.Sequence):
            hint = "write its entries on lines of their own, each after '- '"
            if isinstance(node, Scalar) and re.fullmatch(r"[\w-]{1,40}", node.text):
                hint = f"write [{node.text}]"
            raise report.refuse(node, "wrong-type", f"{self.what} is due here, not {described(node)}", hint)
        if len(node.items) < self.least:
            fact = f"{self.what} is due here; it is empty"
            raise report.refuse(node, "empty-list", fact, "write its entries, or delete the key")
        if len(node.items) > self.most:
            fact = f"there are {len(node.items):,} entries; the limit is {self.most:,}"
            raise report.refuse(node, "too-many", fact, "make several lists or several letters of it")
        return tuple(read_all(((self.inner, item) for item in node.items), report))

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
    what: str = "a group of names and values"
    pattern: str = r"[a-z][a-z0-9-]*"
    key: str = "lower-case letters, digits and hyphens, a letter first"
    doc: str = "A value by its name."
    most: int = 500

    def read(self, node: Node, report: Report) -> dict[str, T]:
        if not isinstance(node, nodes.Mapping):
            hint = "write 'name: value' on the lines below, indented"
            raise report.refuse(node, "wrong-type", f"{self.what} is due here, not {described(node)}", hint)
        if len(node.pairs) > self.most:
            fact = f"there are {len(node.pairs):,} names; the limit is {self.most:,}"
            raise report.refuse(node, "too-many", fact, "make several letters of it")
        values: dict[str, T] = {}
        failed = False
        for name, (key, value) in node.pairs.items():
            if not re.fullmatch(self.pattern, name):
                better = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
                hint = f"'{better}', say: " if re.fullmatch(self.pattern, better) else "use "
                report.add(key, "wrong-name", f"'{_short(name)}' cannot be a name here", hint + self.key)
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
            "patternProperties": {f"^(?:{self.pattern})$": {"description": self.doc} | self.inner.schema(definitions)},
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
    part_of: str = "this group of keys"

    def read(self, node: Node, report: Report) -> T:
        if not isinstance(node, nodes.Mapping):
            hint = "write its keys on the lines below, indented: " + ", ".join(f.name for f in self.fields)
            raise report.refuse(node, "wrong-type", f"{self.part_of} is due here, not {described(node)}", hint)
        return self.make(**self.values(node, report))

    def values(self, node: nodes.Mapping, report: Report) -> dict[str, Any]:
        """The values of the record's own keys; what is unknown, missing or wrong is in the report.

        Raises:
            UnreadableError: something is.
        """
        known = {f.name: f.shape for f in self.fields}
        values: dict[str, Any] = {}
        misspelt = set()
        astray = set() if node.pairs.keys() <= known.keys() else self._report_astray(node, report)
        failed = False
        for name, (key, value) in node.pairs.items():
            if name in astray:
                continue
            if name in known:
                try:
                    values[name.replace("-", "_")] = known[name].read(value, report)
                except UnreadableError:
                    failed = True
            else:
                misspelt.add(self._report_unknown(key, node, report))
                failed = True
        for f in self.fields:
            if f.required and f.name not in node.pairs and f.name not in misspelt:
                hint = f"add '{f.name}:'" + (f" ({f.doc[0].lower()}{f.doc[1:].rstrip('.')})" if f.doc else "")
                report.add(node, "missing-field", f"{self.part_of} has no '{f.name}'", hint)
                failed = True
        if failed or astray:
            raise UnreadableError
        return values

    def _report_astray(self, node: nodes.Mapping, report: Report) -> set[str]:
        """Says which keys have slipped out of an empty one above them, and gives their names and its."""
        known = {f.name: f for f in self.fields}
        owner, astray = "", dict[str, list[Scalar]]()
        for name, (key, value) in node.pairs.items():
            if name in known:
                owner = name if isinstance(value, Scalar) and value.is_empty else ""
            elif owner and known[owner].shape.has(name):
                astray.setdefault(owner, []).append(key)
        for name, keys in astray.items():
            names = " and ".join(f"'{key.text}:'" for key in keys)
            fact = f"{names} must be indented to belong to '{name}:'"
            report.add(keys[0], "not-indented", fact, "write two spaces at the beginning of these lines")
        return {*astray, *(key.text for keys in astray.values() for key in keys)}

    def meant_by(self, name: str, node: nodes.Mapping) -> str:
        """The key that a mapping lacks and that a name is close to, or ``""``."""
        return nearest(name, [f.name for f in self.fields if f.name not in node.pairs])

    def _report_unknown(self, key: Scalar, node: nodes.Mapping, report: Report) -> str:
        """Says that a key is unknown, and gives the one that was meant, or ``""``: that one is not missing, too."""
        meant = self.meant_by(key.text, node)
        hint = f"did you mean '{meant}'?" if meant else "its keys: " + ", ".join(f.name for f in self.fields)
        report.add(key, "unknown-field", f"'{_short(key.text)}' is not part of {self.part_of}", hint)
        return meant

    def has(self, name: str) -> bool:
        return any(f.name == name for f in self.fields)

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

    def has(self, name: str) -> bool:
        return self.inner().has(name)

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

    def has(self, name: str) -> bool:
        return any(shape.has(name) for shape in self.shapes.values())

    def schema(self, definitions: Schema) -> Schema:
        return {"anyOf": [shape.schema(definitions) for shape in self.shapes.values()]}


@dataclass(frozen=True, slots=True)
class Made(Shape[U], Generic[T, U]):
    """A shape whose value is made into another; ``make`` may report problems and raise :class:`UnreadableError`."""

    inner: Shape[T]
    make: Callable[[T, Node, Report], U]

    def read(self, node: Node, report: Report) -> U:
        return self.make(self.inner.read(node, report), node, report)

    def has(self, name: str) -> bool:
        return self.inner.has(name)

    def schema(self, definitions: Schema) -> Schema:
        return self.inner.schema(definitions)
