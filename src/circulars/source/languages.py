"""Shapes of what a letter says by language: ``{en: …, es: …}``, or one value for all."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from circulars import nodes
from circulars.errors import Place, did_you_mean
from circulars.language import known_languages
from circulars.letter import ByLanguage
from circulars.nodes import Node, Scalar
from circulars.prose import is_link_name, paragraphs, parse
from circulars.shape import Report, Schema, Shape, Text, UnreadableError, described
from circulars.text import Spans

T = TypeVar("T")

LANGUAGE_CODE = r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"
ADDRESS = r"(?:https?://[^\s<>\"]+|mailto:[^\s<>\"@]+@[^\s<>\"@]+|tel:[+0-9() .-]+)"


@dataclass(frozen=True, slots=True)
class Reference:
    """Something that a text refers to: a field's expression or a link's target, and where it stands."""

    kind: str
    name: str
    where: Place


@dataclass(slots=True)
class LetterReport(Report):
    """A report that knows the letter's folder and languages, and collects what its texts refer to."""

    folder: Path = Path()
    languages: tuple[str, ...] = ()
    references: list[Reference] = field(default_factory=list)
    ids: dict[str, Place] = field(default_factory=dict)

    def allows(self, code: str) -> bool:
        """Whether a text may stand in a language: one of the letter's, or one that it may soon have."""
        return code in self.languages or code in _shipped_languages()

    def claim(self, name: str, node: Node) -> None:
        """Takes an id for a part; a second part of that id is a problem."""
        if name in self.ids:
            fact = f"the id '{name}' stands here a second time; the first is on line {self.ids[name].line}"
            self.add(node, "duplicate-id", fact, "give one of the two another id", words=name)
        self.ids.setdefault(name, self.tree.place(node))


@functools.cache
def _shipped_languages() -> tuple[str, ...]:
    return known_languages()


def letter_report(report: Report) -> LetterReport:
    """The report as a letter's; the shapes in this room read nothing else."""
    assert isinstance(report, LetterReport)
    return report


@dataclass(frozen=True, slots=True)
class InLanguages(Shape[ByLanguage[T]]):
    """A value for each language of the letter; a plain value stands for all of them."""

    inner: Shape[T]
    what: str = "this text"

    def read(self, node: Node, report: Report) -> ByLanguage[T]:
        languages = letter_report(report).languages
        if isinstance(node, nodes.Mapping):
            return read_languages(node, self.inner, self.what, letter_report(report), ())
        if isinstance(node, nodes.Sequence):
            raise report.refuse(
                node,
                "wrong-type",
                f"{self.what} is due here, not {described(node)}",
                "write " + "{" + ", ".join(f"{code}: …" for code in languages) + "}",
            )
        return dict.fromkeys(languages, self.inner.read(node, report))

    def schema(self, definitions: Schema) -> Schema:
        inner = self.inner.schema(definitions)
        return {"anyOf": [inner, by_language_schema(inner)]}


def by_language_schema(inner: Schema) -> Schema:
    """The JSON Schema of a mapping of language codes to texts."""
    return {
        "type": "object",
        "patternProperties": {f"^{LANGUAGE_CODE}$": inner},
        "additionalProperties": False,
        "minProperties": 1,
    }


def read_languages(
    node: nodes.Mapping, inner: Shape[T], what: str, report: LetterReport, others: tuple[str, ...]
) -> ByLanguage[T]:
    """The values of a mapping's language keys; ``others`` are its keys that are no languages.

    Raises:
        UnreadableError: a language is missing or wrong, or a key is neither a language nor one of ``others``.
    """
    values: dict[str, T] = {}
    failed = False
    for code, (key, value) in node.pairs.items():
        if code in others:
            continue
        if not report.allows(code):
            hint = did_you_mean(
                code, (*report.languages, *others), "the letter's languages are " + ", ".join(report.languages)
            )
            report.add(
                key, "unknown-field", f"'{code[:40]}' is neither a language of this letter nor part of {what}", hint
            )
            failed = True
            continue
        try:
            values[code] = inner.read(value, report)
        except UnreadableError:
            failed = True
    failed |= _report_missing(node, what, report, others)
    if failed:
        raise UnreadableError
    return {code: values[code] for code in report.languages}


def _report_missing(node: nodes.Mapping, what: str, report: LetterReport, others: tuple[str, ...]) -> bool:
    present = [(code, key) for code, (key, _) in node.pairs.items() if code not in others]
    missing = [code for code in report.languages if code not in node.pairs]
    for code in missing:
        name = _language_name(code)
        beside = (
            f"add '{code}:' beside '{present[0][0]}:' on line {present[0][1].line}" if present else f"add '{code}:'"
        )
        report.add(
            present[0][1] if present else node,
            "missing-language",
            f"{what} has no {name} text ({code})",
            f"{beside}, or take {code} out of 'languages'",
        )
    return bool(missing)


@functools.cache
def _language_name(code: str) -> str:
    """The language's English name: problems are written in English."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(code, sep="-").get_language_name("en") or code
    except (ValueError, UnknownLocaleError):
        return code


@dataclass(frozen=True, slots=True)
class ProseText(Shape[Spans]):
    """One paragraph of lightly marked-up text; with ``lines`` each line feed is a line break."""

    what: str = "a text"
    lines: bool = False

    def read(self, node: Node, report: Report) -> Spans:
        text = Text(self.what).read(node, report)
        return _spans(text, self.lines, node, letter_report(report), {})

    def schema(self, definitions: Schema) -> Schema:
        return Text().schema(definitions)


@dataclass(frozen=True, slots=True)
class Paragraphs(Shape[tuple[Spans, ...]]):
    """Marked-up text of one or more paragraphs: blank lines part them."""

    what: str = "a text"

    def read(self, node: Node, report: Report) -> tuple[Spans, ...]:
        text = Text(self.what).read(node, report)
        seen: dict[str, int] = {}
        return tuple(_spans(part, False, node, letter_report(report), seen) for part in paragraphs(text))

    def schema(self, definitions: Schema) -> Schema:
        return Text().schema(definitions)


def _spans(text: str, lines: bool, node: Node, report: LetterReport, seen: dict[str, int]) -> Spans:
    prose = parse(text, lines)

    def place(words: str) -> Place:
        nth = seen.get(words, 0)
        seen[words] = nth + 1
        return report.tree.place_of(node, words, nth)

    for fault in prose.faults:
        report.add_at(place(fault.words), fault.code, fault.message, fault.hint)
    if prose.faults:
        raise UnreadableError
    for use in prose.uses:
        where = place(use.words)
        if use.kind == "link" and not (is_link_name(use.name) or use.name[0] == "#" or re.fullmatch(ADDRESS, use.name)):
            report.add_at(
                where,
                "wrong-link",
                f"'{use.name[:60]}' is neither a link's name nor an address",
                "an address begins with https://, http://, mailto: or tel:",
            )
            raise UnreadableError
        report.references.append(Reference(use.kind, use.name, where))
    return prose.spans


@dataclass(frozen=True, slots=True)
class OrList(Shape[tuple[T, ...]]):
    """A list of one shape, or just one of it."""

    inner: Shape[T]
    many: Shape[tuple[T, ...]]
    is_one: Callable[[Node], bool]

    def read(self, node: Node, report: Report) -> tuple[T, ...]:
        return (self.inner.read(node, report),) if self.is_one(node) else self.many.read(node, report)

    def schema(self, definitions: Schema) -> Schema:
        return {"anyOf": [self.many.schema(definitions), self.inner.schema(definitions)]}


def is_scalar(node: Node) -> bool:
    """Whether a node is a single value."""
    return isinstance(node, Scalar)
