"""Shapes of values by language: ``{en: …, es: …}``, or one value for all languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar, cast

from circulars.errors import Place, nearest
from circulars.language import LANGUAGE_CODE, MESSAGES, is_known_code, language_name, named_language, usual_code
from circulars.model.letter import ByLanguage
from circulars.source.letters.report import TO_DO, LetterReport, MissingLanguages, letter_report, shipped_languages
from circulars.syntax import nodes
from circulars.syntax.groups import Record
from circulars.syntax.nodes import Node, Scalar
from circulars.syntax.scalars import QUOTE_HASH, is_blank
from circulars.syntax.shape import Report, Schema, Shape, UnreadableError, described

T = TypeVar("T")
CELL: Final = "this cell"
LIST_KEYS: Final = (
    "items", "objectives", "bullets", "dashes", "boxes", "numbers", "steps", "letters", "romans", "outline",
)  # fmt: skip
"""The keys of a list, one for each kind; ``lists`` says what they are."""
HOW_TO_MARK = "mark it in a text, as [^1], and write '1:' with its text under 'footnotes:', beside 'body:'"
"""How a footnote is written, for those who look for a key."""
IN_THIS_LANGUAGE: Schema = {"description": "The text in this language."}


@dataclass(frozen=True, slots=True)
class InLanguages(Shape[ByLanguage[T]]):
    """A value for each language of the letter; a plain value is used for all of them."""

    inner: Shape[T]
    what: str = "this text"

    def read(self, node: Node, report: Report) -> ByLanguage[T]:
        letter = letter_report(report)
        if isinstance(node, nodes.Mapping):
            return read_languages(node, self.inner, self.what, letter, ())
        if isinstance(node, nodes.Sequence):
            what = self.what if self.what.startswith("the ") else "text"
            fact = f"expected {what} here, found {described(node)}"
            hint = (
                f"write {letter.example}; several lines go below '{(letter.languages or (MESSAGES,))[0]}: |', indented"
            )
            raise report.refuse(node, "wrong-type", fact, hint)
        _warn_of_to_do(node, letter)
        values = dict.fromkeys(letter.languages, self.inner.read(node, report))
        letter.record_text(values, dict.fromkeys(values, node))
        return values

    def has(self, name: str) -> bool:
        return name in shipped_languages()

    def schema(self, definitions: Schema) -> Schema:
        inner = self.inner.schema(definitions)
        return {"anyOf": [_without_mappings(inner), by_language_schema(inner)]}


def _without_mappings(inner: Schema) -> Schema:
    """The schema of a value for all languages: a mapping there has the keys of languages."""
    listed = [one for one in inner.get("anyOf", ()) if one.get("type") != "object"]
    return {**inner, "anyOf": listed} if listed else inner


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
    """The values of the language keys of a mapping; ``others`` are its other keys.

    Raises:
        UnreadableError: a language is missing or wrong, or a key is neither a language nor one of ``others``. If the
            report is ``partial``, all languages are; a language that is missing or wrong has an empty text.
    """
    report.visit_languages(node)
    values: dict[str, T] = {}
    unknown, unlisted = [], []
    failed = False
    for code, (key, value) in node.pairs.items():
        if code in others:
            continue
        if not (report.is_language(code) or is_known_code(code)):
            unknown.append(key)
            continue
        report.used_languages.add(code)
        is_listed = code in report.languages
        if not is_listed:
            if isinstance(value, Scalar) and value.is_empty:
                continue  # a translation that is not written yet
            unlisted.append(code)
        try:
            # A list is no text: its key is probably misspelt. Without languages it is not known what is printed.
            with report.unprinted(bool(report.languages) and not is_listed and isinstance(value, Scalar)):
                if isinstance(value, Scalar) and is_blank(value.text) and not (value.quoted and inner.allows_blank()):
                    raise _empty(value, code, report)
                report.language = code
                values[code] = inner.read(value, report)
            if is_listed:
                _warn_of_to_do(value, report, code)
        except UnreadableError:
            failed = failed or is_listed or not isinstance(value, Scalar)
    report.language = ""
    missing = tuple(code for code in report.languages if code not in node.pairs)
    report.texts += 1
    report.count_unlisted(unlisted, node, not missing)
    for key in unknown:
        _report_unknown(key, missing, node, what, report, others)
    if missing and not unknown:
        present = tuple(code for code in node.pairs if code not in others)
        where = node.pairs[present[0]][0] if present else node
        report.missing.append(MissingLanguages(missing, report.tree.place(where), what, present))
    if report.partial and values:
        empty = _emptied(next(iter(values.values())))
        return {code: values.get(code, empty) for code in report.languages}
    if failed or missing or unknown:
        raise UnreadableError
    found = {code: values[code] for code in report.languages}
    report.record_text(found, {code: node.pairs[code][1] for code in found})
    return found


def _warn_of_to_do(node: Node, report: LetterReport, code: str = "") -> None:
    """Warns of a text, in the language of a ``code``, that is marked as still to be done; it is printed as it is."""
    if isinstance(node, Scalar) and _TO_DO.match(node.text):
        what = f"the {language_name(code)} text ({code})" if code else "this text"
        fact = f"{what} is still to be written: it begins with '{TO_DO}'"
        report.warn_at(report.tree.place(node), "to-do", fact, f"write or translate it, and delete '{TO_DO}'")


def _emptied(value: T) -> T:
    """An empty value of the same type: a text, its spans, or one paragraph of them."""
    is_paragraphs = isinstance(value, tuple) and value and isinstance(value[0], tuple)
    return cast(T, ((),) if is_paragraphs else type(value)())


def _empty(value: Scalar, code: str, report: LetterReport) -> UnreadableError:
    """Reports an empty text of one language, and returns the exception to raise."""
    hint = f"write it, or remove {code} from 'languages'"
    if re.match(r" +#\S", report.tree.rest_of_line(value)):
        hint = QUOTE_HASH
    return report.refuse(value, "empty-text", f"the {language_name(code)} text ({code}) is empty", hint)


def _report_unknown(
    key: Scalar, missing: tuple[str, ...], node: nodes.Mapping, what: str, report: LetterReport, others: tuple[str, ...]
) -> None:
    """Reports a key that is neither one of the letter's languages nor one of ``others``, and suggests a similar key."""
    name = key.text[:40]
    if _is_after_comma(key, node, report):
        fact = f"the comma ends the text, and '{name}' is read as a key of its own"
        report.add(key, "unknown-field", fact, "put the whole text in quotation marks")
        return
    if name in ("footnote", "footnotes"):
        report.add(key, "unknown-field", f"'{name}' is not part of {what}", HOW_TO_MARK)
        return
    if name in LIST_KEYS:
        fact, hint = (
            f"'{name}' is not part of {what}",
            "only paragraphs, entries of lists and cells below the head have lists: write one",
        )
        if what == CELL:
            hint = "a cell of the head has no list: write each entry in its text, with a blank line between them"
        report.add(key, "unknown-field", fact, hint)
        return
    absent = (*missing, *(other for other in others if other not in node.pairs))
    meant = nearest(key.text, absent)
    meant = next((code for code in missing if language_name(code).lower() == key.text.lower()), meant)
    if not meant and len(missing) == 1 and len(key.text) <= 3:
        meant = missing[0]
    if re.match(r"[A-Za-z]{2,3}(?![A-Za-z])", key.text):
        meant = usual_code(key.text) or meant
    hint = "the letter's languages are " + (", ".join(report.languages) or "not known: add 'languages:'")
    hint = f"did you mean '{meant}'?" if meant else hint
    if not meant and others:
        hint += "; its other keys: " + ", ".join(dict.fromkeys(others))
    fact = f"'{name}' is not part of {what}" if others else f"'{name}' is not a language of this letter"
    report.add(key, "unknown-field", fact, hint)


def _is_after_comma(key: Scalar, node: nodes.Mapping, report: LetterReport) -> bool:
    """Whether a key without a value follows a comma within braces, as in ``{en: Director, Bureau}``."""
    value = node.pairs[key.text][1]
    is_empty = isinstance(value, Scalar) and value.is_empty
    return is_empty and report.tree.text[: key.start].rstrip().endswith(",")


def report_missing_languages(report: LetterReport, places: dict[str, Place]) -> None:
    """Reports texts that lack a language, and languages that are listed but not used.

    ``places`` has the languages that the letter lists. A listed language without any text is one problem, at its place
    in the list. A language that has texts but is not listed may stay; if it has few, that is a warning.
    """
    _warn_of_unlisted(report)
    absent = {code for code in places if code not in report.used_languages and _count(code, report.missing) > 1}
    for code in sorted(absent):
        others = sorted(report.used_languages.difference(places))
        hint = f"write the texts, or remove {code} from 'languages'"
        if language_name(code) == code and (meant := nearest(code, others) or "".join(others[:1])):
            hint = f"did you mean '{meant}'?"
        fact = f"no text of the letter is in {named_language(code)}"
        report.add_at(places[code], "missing-language", fact, hint)
    for gap in report.missing:
        if codes := [code for code in gap.codes if code not in absent]:
            _report_missing(codes, gap, report)


def _warn_of_unlisted(report: LetterReport) -> None:
    """Warns of each unlisted language with texts beside complete ones, but in fewer than half of the places for texts.

    A mistyped key, such as "to" or "no", may be the code of a language.
    """
    for code, unlisted in report.unlisted.items():
        if unlisted.beside and 2 * unlisted.texts < report.texts:
            some = "1 text is" if unlisted.texts == 1 else f"{unlisted.texts} texts are"
            fact = f"only {some} in {named_language(code)}, which 'languages' leaves out"
            hint = "it is not printed; if it is not a translation that is being written, correct the key"
            report.warn_at(unlisted.where, "unlisted-language", fact, hint)


def _count(code: str, missing: Iterable[MissingLanguages]) -> int:
    return sum(code in gap.codes for gap in missing)


def _report_missing(codes: list[str], gap: MissingLanguages, report: LetterReport) -> None:
    added = enumerated([f"'{code}:'" for code in codes])
    if not gap.present:
        report.add_at(gap.where, "missing-language", f"{gap.what} has no text", f"add {added}")
        return
    names = enumerated([f"{language_name(code)} text ({code})" for code in codes])
    hint = f"add {added} beside '{gap.present[0]}:' on line {gap.where.line}"
    hint += f", or remove {enumerated(codes)} from 'languages'"
    for code in gap.present:
        if code in report.unlisted and not report.unlisted[code].beside:
            hint += f"; '{code}' is {language_name(code)}, which 'languages' leaves out"
    report.add_at(gap.where, "missing-language", f"{gap.what} has no {names}", hint)


def enumerated(words: Sequence[str]) -> str:
    """The words as an enumeration: "a", "a and b", "a, b and c"."""
    return " and ".join(", ".join(words).rsplit(", ", 1)) if len(words) > 1 else "".join(words)


@dataclass(frozen=True, slots=True)
class LanguageRecord(Shape[dict[str, Any]]):
    """A mapping with language keys and other keys: ``{date: …, en: …, es: …}``. ``text`` in its value has the texts."""

    inner: Shape[Any]
    others: Record[dict[str, Any]]

    def read(self, node: Node, report: Report) -> dict[str, Any]:
        letter = letter_report(report)
        if not isinstance(node, nodes.Mapping):
            hint = f"write {letter.example[1:-1]}, each on its own line"
            raise report.refuse(node, "wrong-type", f"expected a paragraph here, found {described(node)}", hint)
        keys = tuple(f.name for f in self.others.fields)
        # An unknown key that is similar to one of the other keys is a misspelt key, not a language.
        names = tuple(
            n for n in node.pairs if n in keys or (not letter.is_language(n.lower()) and self.others.meant_by(n, node))
        )
        own = {name: node.pairs[name] for name in names}
        values, texts = None, None
        with suppress(UnreadableError):
            inside = nodes.Mapping(node.line, node.column, node.start, node.end, node.size, own)
            values = self.others.values(inside, report)
        with suppress(UnreadableError):
            texts = read_languages(node, self.inner, self.others.part_of, letter, (*keys, *names))
        if values is None or texts is None:
            raise UnreadableError
        values["text"] = texts
        return values

    def schema(self, definitions: Schema) -> Schema:
        text = self.inner.schema(definitions) | IN_THIS_LANGUAGE
        names = "|".join(f.name for f in self.others.fields)
        # The pattern excludes the other keys, so that an editor does not take them for languages.
        return self.others.schema(definitions) | {"patternProperties": {f"^(?!(?:{names})$){LANGUAGE_CODE}$": text}}


@dataclass(frozen=True, slots=True)
class OrNone(Shape[T | Literal[False]]):
    """A value, or ``false`` for a letter without it; ``key`` (or ``what``) names it in messages.

    What people write for "none" is refused, since it would be printed.
    """

    inner: Shape[T]
    key: str
    what: str = ""

    def read(self, node: Node, report: Report) -> T | Literal[False]:
        if is_false(node):
            return False
        texts = _texts(node)
        if means_none(node):
            fact = f"the {self.what or self.key} cannot be {described(texts[0])}"
            hint = f"for a letter without one, write '{self.key}: false'; if it is the word, put it in quotation marks"
            raise report.refuse(texts[0], "not-words", fact, hint)
        if texts and all(isinstance(text, Scalar) and is_blank(text.text) for text in texts):
            fact, hint = (
                f"the {self.what or self.key} is empty",
                f"write it; for a letter without one, write '{self.key}: false'",
            )
            raise report.refuse(texts[0], "empty-text", fact, hint)
        return self.inner.read(node, report)

    def has(self, name: str) -> bool:
        return self.inner.has(name)

    def schema(self, definitions: Schema) -> Schema:
        return {"anyOf": [self.inner.schema(definitions), {"const": False}]}


def is_false(node: Node) -> bool:
    """Whether a node is YAML's ``false``."""
    return isinstance(node, Scalar) and not node.quoted and node.text in ("false", "False", "FALSE")


@dataclass(frozen=True, slots=True)
class Present(Shape[T]):
    """A value that a letter has or not: what people write for "none" is refused. ``key`` names it in messages."""

    inner: Shape[T]
    key: str

    def read(self, node: Node, report: Report) -> T:
        if means_none(node):
            where = _texts(node)[0]
            fact = f"'{self.key}:' cannot be {described(where)}"
            raise report.refuse(where, "not-words", fact, f"for a letter without one, delete '{self.key}:'")
        return self.inner.read(node, report)

    def has(self, name: str) -> bool:
        return self.inner.has(name)

    def schema(self, definitions: Schema) -> Schema:
        return self.inner.schema(definitions)


def _texts(node: Node) -> list[Node]:
    """The values of a mapping of languages, or the one value."""
    return [value for _, value in node.pairs.values()] if isinstance(node, nodes.Mapping) else [node]


def means_none(node: Node) -> bool:
    """Whether all texts are YAML's true or false, or words for "there is none", without quotation marks."""
    texts = _texts(node)
    return bool(texts) and all(
        isinstance(text, Scalar) and not text.quoted and _NONE.fullmatch(text.text.strip()) for text in texts
    )


_TO_DO = re.compile(rf"{TO_DO}\b")
_NONE = re.compile(r"none|no|off|nil|null|n/a|yes|on|true|false|~|-+", re.IGNORECASE)


def _is_no_list(node: Node) -> bool:
    return not isinstance(node, nodes.Sequence)


@dataclass(frozen=True, slots=True)
class OneOrMany(Shape[tuple[T, ...]]):
    """A list, or a single value where ``is_one`` accepts the node: anything but a list, unless it is given."""

    inner: Shape[T]
    many: Shape[tuple[T, ...]]
    is_one: Callable[[Node], bool] = _is_no_list

    def read(self, node: Node, report: Report) -> tuple[T, ...]:
        return (self.inner.read(node, report),) if self.is_one(node) else self.many.read(node, report)

    def has(self, name: str) -> bool:
        return self.inner.has(name)

    def schema(self, definitions: Schema) -> Schema:
        return {"anyOf": [self.many.schema(definitions), self.inner.schema(definitions)]}


def is_scalar(node: Node) -> bool:
    """Whether a node is a single value."""
    return isinstance(node, Scalar)
