"""Shapes of phrases: patterns with named places, and nouns in their forms, checked when a file is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Generic, TypeVar

from circulars.errors import Place, Problem, nearest
from circulars.model.phrases import FORM_NAME, Gap, Noun, Pattern, Term
from circulars.syntax import nodes
from circulars.syntax.nodes import Node
from circulars.syntax.scalars import NO_SENTENCE, Text
from circulars.syntax.shape import Converted, Report, Schema, Shape, UnreadableError, described

P = TypeVar("P")
T = TypeVar("T")

LABELS: Final = (
    "reference", "contact", "tel", "fax", "email", "web", "to", "copy", "subject", "references", "distribution", "note",
    "signed", "signature-of", "code-of", "dateline", "entry-end",
)  # fmt: skip
"""The labels of a letter's parts that every language has."""
RARE_LABELS: Final = (
    "attention", "dateline-date", "deadline-time", "enclosure", "enclosures", "enclosure-reference", "postscript",
    "sole-reference",
)  # fmt: skip
"""Those that only some letters need."""
LABEL_PLACES: Final = {
    "dateline": ("place", "date"), "dateline-date": ("date",), "deadline-time": ("time",), "signature-of": ("name",),
    "code-of": ("address",), "enclosure-reference": ("reference",),
}  # fmt: skip
"""The places of those labels that are patterns."""
BRACES: Final = re.compile(r"\{\{([^{}]*)\}\}|\{([^{}]*)\}|[{}]")
"""What is in double braces, what is in single ones, and a brace without its partner."""
FULL_WIDTH_BRACES: Final = re.compile(r"｛([^｛｝]*)｝")
"""What is in full-width braces, which make no place of it."""
_PLACE: Final = re.compile(rf"([a-z_]+)(?:\|({FORM_NAME}))?")
_MEANT: Final = re.compile(r"\s*([\w-]+)\s*(?:[|¦/:.,;]*\s*([\w-]*))?\s*")
"""What is probably meant for a place: a name and a form, with another sign between them, capitals or spaces."""


@dataclass(frozen=True, slots=True)
class PatternText(Shape[Pattern]):
    """Words with named places. ``needed`` places must be there, ``others`` may be; ``nouns`` are those with forms."""

    needed: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    blank: bool = False
    nouns: tuple[str, ...] = ()

    def read(self, node: Node, report: Report) -> Pattern:
        text = Text(blank=self.blank, refused=NO_SENTENCE).read(node, report)
        problems = [*self._problems(text, node, report)]
        for problem in problems:
            report.add_at(problem.where, problem.code, problem.message, problem.hint)
        if problems:
            raise UnreadableError
        pattern = Pattern.of(text)
        if any(gap.form for gap in pattern.gaps):
            pattern = Pattern(text, tuple(_placed(pattern, node, report)))
        return pattern

    def _problems(self, text: str, node: Node, report: Report) -> Iterator[Problem]:
        known = (*self.needed, *self.others)
        listed = "the places here: " + ", ".join(f"{{{name}}}" for name in known)
        listed = listed if known else "this text has no places: delete the braces"
        found: set[str] = set()
        for match in BRACES.finditer(text):
            where = report.tree.place_in(node, text, match.start(), match[0])
            inside = match[1] or match[2]
            place = _PLACE.fullmatch(match[2] or "")
            if inside is None and match[0] in ("{", "}"):
                yield Problem(where, "unbalanced-brace", f"this '{match[0]}' has no partner", listed)
                found.add("")
            elif place is None or place[1] not in known:
                meant = self._meant(inside or "")
                hint = f"did you mean '{meant.typed}'?" if meant else listed
                yield Problem(where, "unknown-place", f"'{match[0]}' is not a place of this text", hint)
                found.add(meant.name if meant else "")
            else:
                found.add(place[1])
                if place[2] and place[1] not in self.nouns:
                    fact = f"what is put at '{match[0]}' has no forms"
                    yield Problem(where, "unknown-form", fact, f"write '{{{place[1]}}}'")
        for match in FULL_WIDTH_BRACES.finditer(text):
            if meant := self._meant(match[1]):
                where = report.tree.place_in(node, text, match.start(), match[0])
                fact = f"'{match[0]}' has full-width braces, and is not a place"
                yield Problem(where, "unknown-place", fact, f"did you mean '{meant.typed}'?")
                found.add(meant.name)
        for name in self.needed:
            if name not in found and "" not in found:
                fact = f"this text has lost its place '{{{name}}}'"
                yield Problem(report.tree.place(node), "missing-place", fact, f"write {{{name}}} where it belongs")

    def _meant(self, inside: str) -> Gap | None:
        """The place that is probably meant by what is in braces; None if no place here is like it."""
        match = _MEANT.fullmatch(inside)
        name = nearest(match[1].replace("-", "_"), (*self.needed, *self.others)) if match else ""
        form = match[2].lower().replace("_", "-") if match and name in self.nouns else ""
        return Gap(name, form) if name else None

    def allows_blank(self) -> bool:
        return self.blank

    def schema(self, definitions: Schema) -> Schema:
        return Text().schema(definitions)


PLAIN_TEXT: Final[Shape[str]] = Converted(PatternText(), lambda pattern, *_: pattern.text)
"""The shape of words in which nothing is put: braces in them would be printed."""


def _placed(pattern: Pattern, node: Node, report: Report) -> Iterator[str | Gap]:
    """The pieces of a pattern; each place with a form has where it is in the file."""
    at = 0
    for piece in pattern.pieces:
        typed = piece if isinstance(piece, str) else piece.typed
        if isinstance(piece, Gap) and piece.form:
            piece = replace(piece, where=report.tree.place_in(node, pattern.text, at, typed))
        yield piece
        at += len(typed)


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
