"""Shapes of lists and mappings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from circulars.errors import nearest
from circulars.syntax import nodes
from circulars.syntax.nodes import Node, Scalar
from circulars.syntax.shape import Report, Schema, Shape, T, UnreadableError, described, shortened

NAME = r"[a-z][a-z0-9-]*"
_CLOSE = 0.8
"""How similar a name must be to a key, or to what people call it, to come before what is less similar."""
NAME_IN_WORDS = "lower-case letters, digits and hyphens, starting with a letter"


@dataclass(frozen=True, slots=True)
class ListOf(Shape[tuple[T, ...]]):
    """A list of ``least`` to ``most`` values of one shape.

    ``what`` names it in messages; ``remedy`` says what to do if there are too many, ``instead_of_number`` if there is
    a number in its place.
    """

    inner: Shape[T]
    what: str = "a list"
    least: int = 1
    most: int = 2000
    remedy: str = "split it into several lists or several letters"
    instead_of_number: str = ""

    def read(self, node: Node, report: Report) -> tuple[T, ...]:
        if not isinstance(node, nodes.Sequence):
            hint = "write each entry on its own line, after '- '"
            if isinstance(node, Scalar) and re.fullmatch(r"[\w-]{1,40}", node.text):
                is_count = self.instead_of_number and node.text.isdigit()
                hint = self.instead_of_number if is_count else f"write [{node.text}]"
            raise report.refuse(node, "wrong-type", f"expected {self.what} here, found {described(node)}", hint)
        if len(node.items) < self.least:
            fact = f"expected {self.what} here, found an empty list"
            raise report.refuse(node, "empty-list", fact, "write its entries, or delete the key")
        if len(node.items) > self.most:
            fact = f"there are {len(node.items):,} entries; the limit is {self.most:,}"
            raise report.refuse(node, "too-many", fact, self.remedy)
        return tuple(read_all(((self.inner, item) for item in node.items), report))

    def schema(self, definitions: Schema) -> Schema:
        return {"type": "array", "items": self.inner.schema(definitions), "minItems": self.least, "maxItems": self.most}


def read_all(pairs: Iterable[tuple[Shape[T], Node]], report: Report) -> list[T]:
    """The values of several nodes, each read with its shape.

    Raises:
        UnreadableError: at least one node could not be read; the report has the problems of all nodes. If it is
            ``partial``, no node could be read; otherwise those that cannot are left out.
    """
    values, failed = [], False
    for shape, node in pairs:
        try:
            values.append(shape.read(node, report))
        except UnreadableError:
            failed = True
    if failed and not (report.partial and values):
        raise UnreadableError
    return values


@dataclass(frozen=True, slots=True)
class MapOf(Shape[dict[str, T]]):
    """A mapping of names to values of one shape.

    Each name must match ``pattern``, which ``key`` describes in messages; ``doc`` describes a value to editors.
    """

    inner: Shape[T]
    what: str = "a group of names and values"
    pattern: str = NAME
    key: str = NAME_IN_WORDS
    doc: str = "A value by its name."
    most: int = 500

    def read(self, node: Node, report: Report) -> dict[str, T]:
        if not isinstance(node, nodes.Mapping):
            hint = "write 'name: value' on the lines below, indented"
            raise report.refuse(node, "wrong-type", f"expected {self.what} here, found {described(node)}", hint)
        if len(node.pairs) > self.most:
            fact = f"there are {len(node.pairs):,} names; the limit is {self.most:,}"
            raise report.refuse(node, "too-many", fact, "split it into several files")
        values: dict[str, T] = {}
        failed = False
        for name, (key, value) in node.pairs.items():
            if not re.fullmatch(self.pattern, name):
                without_accents = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
                plain = re.sub(r"[^a-z0-9]+", "-", without_accents).strip("-")
                better = next((one for one in (plain, plain.upper()) if re.fullmatch(self.pattern, one)), "")
                example = f", for example '{better}'" if better else ""
                fact = f"'{shortened(name)}' is not a valid name here"
                report.add(key, "wrong-name", fact, f"use {self.key}{example}")
                failed = True
            try:
                values[name] = self.inner.read(value, report)
            except UnreadableError:
                failed = True
        if failed and not report.partial:
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
    """A key of a record: its name, the shape of its value, its description for editors, and whether it is required.

    A partial reading takes ``otherwise`` as the value of a required key that is missing or wrong, unless it is None.
    """

    name: str
    shape: Shape[Any]
    doc: str
    required: bool = False
    otherwise: Any = None


@dataclass(frozen=True, slots=True)
class Record(Shape[T]):
    """A mapping with known keys.

    ``make`` is called with a keyword argument for each key present; hyphens in keys become underscores.
    ``part_of`` names the mapping in messages. ``other_names`` has what people call a key, by the key; of several keys
    with the same other name the likeliest is first. ``former`` has the keys that earlier versions had, each with what
    to write instead. If it ``keeps_order``, the order of the keys in the file says something.
    """

    make: Callable[..., T]
    fields: tuple[Field, ...]
    part_of: str = "this group of keys"
    other_names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    former: Mapping[str, str] = field(default_factory=dict)
    keeps_order: bool = False

    def read(self, node: Node, report: Report) -> T:
        if not isinstance(node, nodes.Mapping):
            hint = "write its keys on the lines below, indented: " + ", ".join(f.name for f in self.fields)
            raise report.refuse(node, "wrong-type", f"expected {self.part_of} here, found {described(node)}", hint)
        return self.make(**self.values(node, report))

    def values(self, node: nodes.Mapping, report: Report) -> dict[str, Any]:
        """The values by key; hyphens in keys become underscores.

        Raises:
            UnreadableError: a key is unknown or missing, or its value is wrong; the report has the problems. If it is
            ``partial``, a required key is missing or wrong.
        """
        known = {f.name: f.shape for f in self.fields}
        if not self.keeps_order:
            report.visit_keys(node, tuple(known))
        values: dict[str, Any] = {}
        misspelt = set()
        skipped = set() if node.pairs.keys() <= known.keys() else self._report_unindented(node, report)
        failed = False
        for name, (key, value) in node.pairs.items():
            if name in skipped:
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
        if report.partial:
            absent = [f for f in self.fields if f.required and f.name.replace("-", "_") not in values]
            values |= {f.name: f.otherwise for f in absent if f.otherwise is not None}
            failed = any(f.otherwise is None for f in absent)
        if failed or (skipped and not report.partial):
            raise UnreadableError
        return values

    def _report_unindented(self, node: nodes.Mapping, report: Report) -> set[str]:
        """Reports unknown keys that belong to an empty key above them but are not indented; returns all their names."""
        known = {f.name: f for f in self.fields}
        owner, unindented = "", dict[str, list[Scalar]]()
        for name, (key, value) in node.pairs.items():
            if name in known:
                owner = name if isinstance(value, Scalar) and value.is_empty else ""
            elif owner and known[owner].shape.has(name):
                unindented.setdefault(owner, []).append(key)
        for name, keys in unindented.items():
            names = " and ".join(f"'{key.text}:'" for key in keys)
            fact = f"{names} must be indented to belong to '{name}:'"
            report.add(keys[0], "not-indented", fact, "write two spaces at the beginning of these lines")
        return {*unindented, *(key.text for keys in unindented.values() for key in keys)}

    def meant_by(self, name: str, node: nodes.Mapping) -> str:
        """The key that a name was probably meant to be: a synonym or similar; ``""`` if there is none.

        It is one that the mapping lacks, or has from another file.
        """
        absent = [f.name for f in self.fields if f.name not in node.pairs or node.pairs[f.name][0].origin]
        if known := self._synonyms(name):
            return next((key for key in known if key in absent), "")
        if close := nearest(name, absent, _CLOSE):
            return close
        others = [other for key, others in self.other_names.items() if key in absent for other in others]
        other = nearest(name, others, _CLOSE)
        return next((key for key in self._synonyms(other) if key in absent), "") or nearest(name, absent)

    def _synonyms(self, name: str) -> list[str]:
        return [key for key, others in self.other_names.items() if name.lower() in others]

    def _report_unknown(self, key: Scalar, node: nodes.Mapping, report: Report) -> str:
        """Reports an unknown key; returns the key that was probably meant, or ``""``."""
        if remedy := self.former.get(key.text):
            report.add(key, "unknown-field", f"'{key.text}' was a key of an earlier version", remedy)
            return ""
        meant = self.meant_by(key.text, node)
        hint = f"did you mean '{meant}'?" if meant else "its keys: " + ", ".join(f.name for f in self.fields)
        if not meant and (present := self._synonyms(key.text)):
            hint = f"write it under '{present[0]}:', which is there already"
        report.add(key, "unknown-field", f"'{shortened(key.text)}' is not part of {self.part_of}", hint)
        return meant

    def has(self, name: str) -> bool:
        return any(f.name == name for f in self.fields)

    def schema(self, definitions: Schema) -> Schema:
        properties = {f.name: f.shape.schema(definitions) | {"description": f.doc} for f in self.fields}
        required = [f.name for f in self.fields if f.required]
        return {"type": "object", "properties": properties, "additionalProperties": False} | (
            {"required": required} if required else {}
        )


def named_group(fields: tuple[Field, ...], part_of: str) -> Shape[dict[str, Any]]:
    """A mapping with known keys, which keep their hyphens."""
    return Record(lambda **values: {key.replace("_", "-"): value for key, value in values.items()}, fields, part_of)


@dataclass(frozen=True, slots=True)
class OpenGroup(Shape[dict[str, T]]):
    """A mapping with known keys, of which some are required, and others that match ``pattern``, read as ``others``."""

    fields: tuple[Field, ...]
    others: Shape[T]
    part_of: str
    pattern: str = NAME

    def read(self, node: Node, report: Report) -> dict[str, T]:
        known = {f.name: f.shape for f in self.fields}
        rest = MapOf(self.others, self.part_of, self.pattern)
        if not isinstance(node, nodes.Mapping):
            return rest.read(node, report)
        values: dict[str, T] = {}
        failed = False
        misspelt = dict(self._report_misspelt(node, report))
        for name, pair in node.pairs.items():
            try:
                if name in misspelt:
                    failed = True
                elif name in known:
                    values[name] = known[name].read(pair[1], report)
                else:
                    one = nodes.Mapping(pair[0].line, pair[0].column, pair[0].start, node.end, 1, {name: pair})
                    values |= rest.read(one, report)
            except UnreadableError:
                failed = True
        for f in self.fields:
            if f.required and f.name not in node.pairs and f.name not in misspelt.values():
                report.add(node, "missing-field", f"{self.part_of} has no '{f.name}'", f"add '{f.name}:'")
                failed = True
        if failed:
            raise UnreadableError
        return values

    def _report_misspelt(self, node: nodes.Mapping, report: Report) -> Iterator[tuple[str, str]]:
        """Reports further names that are like a required one that is not there; each with that one."""
        known = {f.name for f in self.fields}
        further = [name for name in node.pairs if name not in known]
        for f in self.fields:
            if f.required and f.name not in node.pairs and (typed := nearest(f.name, further, _CLOSE)):
                further.remove(typed)
                fact = f"'{shortened(typed)}' is not part of {self.part_of}"
                report.add(node.pairs[typed][0], "unknown-field", fact, f"did you mean '{f.name}'?")
                yield typed, f.name

    def schema(self, definitions: Schema) -> Schema:
        others = {f"^(?:{self.pattern})$": self.others.schema(definitions)}
        properties = {f.name: f.shape.schema(definitions) | {"description": f.doc} for f in self.fields}
        return {"type": "object", "properties": properties, "patternProperties": others, "additionalProperties": False}
