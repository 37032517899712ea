"""Shapes of what a letter says by language: ``{en: …, es: …}``, or one value for all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from circulars.errors import Place, nearest
from circulars.model.letter import ByLanguage
from circulars.source.letters.language_names import LANGUAGE_CODE, language_name, named_language
from circulars.source.letters.report import LetterReport, Missing, letter_report, shipped_languages
from circulars.syntax import nodes
from circulars.syntax.nodes import Node, Scalar
from circulars.syntax.scalars import QUOTE_HASH, is_blank
from circulars.syntax.shape import Report, Schema, Shape, UnreadableError, described

T = TypeVar("T")
IN_THIS_LANGUAGE: Schema = {"description": "The text in this language."}


@dataclass(frozen=True, slots=True)
class InLanguages(Shape[ByLanguage[T]]):
    """A value for each language of the letter; a plain value stands for all of them."""

    inner: Shape[T]
    what: str = "this text"

    def read(self, node: Node, report: Report) -> ByLanguage[T]:
        letter = letter_report(report)
        if isinstance(node, nodes.Mapping):
            return read_languages(node, self.inner, self.what, letter, ())
        if isinstance(node, nodes.Sequence):
            what = self.what if self.what.startswith("the ") else "text"
            fact = f"expected {what} here, found {described(node)}"
            raise report.refuse(node, "wrong-type", fact, f"write {letter.example}")
        return dict.fromkeys(letter.languages, self.inner.read(node, report))

    def has(self, name: str) -> bool:
        return name in shipped_languages()

    def schema(self, definitions: Schema) -> Schema:
        inner = self.inner.schema(definitions)
        return {"anyOf": [inner, by_language_schema(inner)]}


def by_language_schema(inner: Schema) -> Schema:
    """The JSON Schema of a mapping of language codes to texts."""
    return {
        "type": "object",
        "patternProperties": {f"^{LANGUAGE_CODE}$": inner | IN_THIS_LANGUAGE},
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
    unknown = []
    failed = False
    for code, (key, value) in node.pairs.items():
        if code in others:
            continue
        if not report.allows(code):
            unknown.append(key)
            continue
        report.seen.add(code)
        try:
            if isinstance(value, Scalar) and is_blank(value.text):
                raise _empty(value, code, report)
            values[code] = inner.read(value, report)
        except UnreadableError:
            failed = True
    missing = tuple(code for code in report.languages if code not in node.pairs)
    for key in unknown:
        _report_unknown(key, missing, node, what, report, others)
    if missing and not unknown:
        beside = tuple(code for code in node.pairs if code not in others)
        where = node.pairs[beside[0]][0] if beside else node
        report.missing.append(Missing(missing, report.tree.place(where), what, beside))
    if failed or missing or unknown:
        raise UnreadableError
    return {code: values[code] for code in report.languages}


def _empty(value: Scalar, code: str, report: LetterReport) -> UnreadableError:
    """Says that nothing stands after a language's key."""
    hint = f"write it, or take {code} out of 'languages'"
    if re.match(r" +#\S", report.tree.rest_of_line(value)):
        hint = QUOTE_HASH
    return report.refuse(value, "empty-text", f"the {language_name(code)} text ({code}) is empty", hint)


def _report_unknown(
    key: Scalar, missing: tuple[str, ...], node: nodes.Mapping, what: str, report: LetterReport, others: tuple[str, ...]
) -> None:
    """Says that a key is no language; a language that nobody has heard of is a slip for the one that is missing."""
    name = key.text[:40]
    if re.fullmatch(LANGUAGE_CODE, key.text) and language_name(key.text) != key.text:
        report.foreign.setdefault(key.text, []).append(report.tree.place(key))
        return
    absent = (*missing, *(other for other in others if other not in node.pairs))
    meant = nearest(key.text, absent)
    meant = next((code for code in missing if language_name(code).lower() == key.text.lower()), meant)
    if not meant and len(missing) == 1 and len(key.text) <= 3:
        meant = missing[0]
    hint = "the letter's languages are " + (", ".join(report.languages) or "not known: add 'languages:'")
    hint = f"did you mean '{meant}'?" if meant else hint
    if not meant and others:
        hint += "; its other keys: " + ", ".join(dict.fromkeys(others))
    neither = f"'{name}' is not part of {what}" if others else f"'{name}' is not a language of this letter"
    report.add(key, "unknown-field", neither, hint)


def report_languages(report: LetterReport, places: dict[str, Place]) -> None:
    """Says which texts are missing in which languages.

    A language that no text is in is one problem at its place in ``languages``, as is one that only the texts know.
    """
    for code, found in report.foreign.items():
        fact = f"'{code}' ({language_name(code)}) is not one of the letter's languages"
        hint = f"write 'languages: [{', '.join((*report.languages, code))}]', or delete the text"
        report.add_once(found, "unknown-field", fact, hint)
    absent = {code for code in places if code not in report.seen and _count(code, report.missing) > 1}
    for code in sorted(absent):
        others = [*sorted(report.seen.difference(places)), *report.foreign]
        hint = f"write the texts, or take {code} out of 'languages'"
        if language_name(code) == code and (meant := nearest(code, others) or "".join(others[:1])):
            hint = f"did you mean '{meant}'?"
        fact = f"no text of the letter is in {named_language(code)}"
        report.add_at(places[code], "missing-language", fact, hint)
    for gap in report.missing:
        if codes := [code for code in gap.codes if code not in absent]:
            _report_missing(codes, gap, report)


def _count(code: str, missing: Iterable[Missing]) -> int:
    return sum(code in gap.codes for gap in missing)


def _report_missing(codes: list[str], gap: Missing, report: LetterReport) -> None:
    added = enumerated([f"'{code}:'" for code in codes])
    if not gap.beside:
        report.add_at(gap.where, "missing-language", f"{gap.what} has no text", f"add {added}")
        return
    names = enumerated([f"{language_name(code)} text ({code})" for code in codes])
    hint = f"add {added} beside '{gap.beside[0]}:' on line {gap.where.line}"
    hint += f", or take {enumerated(codes)} out of 'languages'"
    report.add_at(gap.where, "missing-language", f"{gap.what} has no {names}", hint)


def enumerated(words: Sequence[str]) -> str:
    """Some words in a sentence: "a", "a and b", "a, b and c"."""
    return " and ".join(", ".join(words).rsplit(", ", 1)) if len(words) > 1 else "".join(words)


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
