"""Shapes of phrases: patterns with named places, and nouns in their forms, checked when a file is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from circulars.errors import Place, Problem, did_you_mean
from circulars.model.phrases import FORM_NAME, Gap, Noun, Pattern, Term
from circulars.syntax import nodes
from circulars.syntax.nodes import Node
from circulars.syntax.scalars import NO_WORDS, Text
from circulars.syntax.shape import Converted, Report, Schema, Shape, UnreadableError, described

P = TypeVar("P")
T = TypeVar("T")

LABEL_PLACES: Final = {
    "dateline": ("place", "date"), "dateline-date": ("date",), "deadline-time": ("time",), "signature-of": ("name",),
    "code-of": ("address",), "enclosure-reference": ("reference",),
}  # fmt: skip
"""The places of those labels that are patterns."""
_BRACES: Final = re.compile(r"\{([^{}]*)\}|[{}]")
_PLACE: Final = re.compile(rf"([a-z_]+)(?:\|({FORM_NAME}))?")


@dataclass(frozen=True, slots=True)
class PatternText(Shape[Pattern]):
    """Words with named places. ``needed`` places must be there, ``others`` may be."""

    needed: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    blank: bool = False

    def read(self, node: Node, report: Report) -> Pattern:
        text = Text(blank=self.blank, refused=NO_WORDS).read(node, report)
        known = (*self.needed, *self.others)
        problems = [*self._problems(text, node, report, known)]
        for problem in problems:
            report.add_at(problem.where, problem.code, problem.message, problem.hint)
        if problems:
            raise UnreadableError
        pattern = Pattern.of(text)
        if any(gap.form for gap in pattern.gaps):
            pattern = Pattern(text, tuple(_placed(piece, node, report) for piece in pattern.pieces))
        return pattern

    def _problems(self, text: str, node: Node, report: Report, known: tuple[str, ...]) -> Iterator[Problem]:
        listed = "the places here: " + ", ".join(f"{{{name}}}" for name in known)
        listed = listed if known else "this text has no places: delete the braces"
        found: set[str] = set()
        for match in _BRACES.finditer(text):
            where = report.tree.place_of(node, match[0])
            place = _PLACE.fullmatch(match[1] or "")
            if match[1] is None:
                fact = f"this '{match[0]}' has no partner"
                yield Problem(where, "unbalanced-brace", fact, listed)
            elif place is None or place[1] not in known:
                name = place[1] if place else match[1].strip()
                hint = did_you_mean(name.partition("|")[0].strip(), known, listed)
                yield Problem(where, "unknown-place", f"'{match[0]}' is not a place of this text", hint)
            found.add(place[1] if place else match[0])
        is_misspelt = bool(found - {*known})
        for name in self.needed:
            if name not in found and not is_misspelt:
                fact = f"this text has lost its place '{{{name}}}'"
                yield Problem(report.tree.place(node), "missing-place", fact, f"write {{{name}}} where it belongs")

    def allows_blank(self) -> bool:
        return self.blank

    def schema(self, definitions: Schema) -> Schema:
        return Text().schema(definitions)


PLAIN_TEXT: Final[Shape[str]] = Converted(PatternText(), lambda pattern, *_: pattern.text)
"""The shape of words in which nothing is put: braces in them would be printed."""


def _placed(piece: str | Gap, node: Node, report: Report) -> str | Gap:
    """A place with a form, with where it is in the file."""
    if isinstance(piece, str) or not piece.form:
        return piece
    return Gap(piece.name, piece.form, report.tree.place_of(node, f"{{{piece.name}|{piece.form}}}", 0))


@dataclass(frozen=True, slots=True)
class Inflected(Shape[T], Generic[P, T]):
    """One value for all forms, or one for each form by its name, the plain one first; ``make`` makes the whole."""

    inner: Shape[P]
    make: Callable[[dict[str, P], dict[str, Place]], T]

    def read(self, node: Node, report: Report) -> T:
        if not isinstance(node, nodes.Mapping):
            return self.make({"": self.inner.read(node, report)}, {"": report.tree.place(node)})
        values, failed = dict[str, P](), not node.pairs
        for name, (key, value) in node.pairs.items():
            if not re.fullmatch(FORM_NAME, name):
                fact = f"{described(key)} is not the name of a form"
                report.add(key, "wrong-name", fact, "use lower-case letters, digits and hyphens: nominative")
                failed = True
                continue
            try:
                values[name] = self.inner.read(value, report)
            except UnreadableError:
                failed = True
        if failed:
            if not node.pairs:
                report.add(node, "wrong-type", "expected the forms of a word here, found none", "write its forms")
            raise UnreadableError
        return self.make(values, {name: report.tree.place(key) for name, (key, _) in node.pairs.items()})

    def schema(self, definitions: Schema) -> Schema:
        inner = self.inner.schema(definitions) | {"description": "The words in this form."}
        forms = {"patternProperties": {f"^{FORM_NAME}$": inner}, "additionalProperties": False, "minProperties": 1}
        return {"anyOf": [self.inner.schema(definitions), {"type": "object"} | forms]}


def term(needed: tuple[str, ...] = (), others: tuple[str, ...] = ()) -> Shape[Term]:
    """The shape of a noun with places."""
    return Inflected(PatternText(needed, others), Term)


@dataclass(frozen=True, slots=True)
class _Words(Shape[Pattern]):
    """Text without places, as a pattern."""

    inner: Shape[str]

    def read(self, node: Node, report: Report) -> Pattern:
        text = self.inner.read(node, report)
        return Pattern(text, (text,))

    def schema(self, definitions: Schema) -> Schema:
        return self.inner.schema(definitions)


def noun(text: Shape[str]) -> Shape[Noun]:
    """The shape of a noun whose words are as typed."""

    return Inflected(_Words(text), lambda forms, places: Noun({name: one.text for name, one in forms.items()}, places))
