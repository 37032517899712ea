"""Shapes of what a letter says by language: ``{en: …, es: …}``, or one value for all."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from circulars.errors import Place, nearest
from circulars.language import known_languages
from circulars.model.letter import ByLanguage
from circulars.model.text import Spans
from circulars.syntax import nodes
from circulars.syntax.nodes import Node, Scalar
from circulars.syntax.prose import is_link_name, marks, paragraphs, parse
from circulars.syntax.shape import Report, Schema, Shape, Text, UnreadableError, described, is_blank

T = TypeVar("T")

LANGUAGE_CODE = r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"
ADDRESS = r"(?:https?://[\w-]+(\.[\w-]+)*(:[0-9]+)?([/?#][^\s<>\"]*)?|mailto:[^\s<>\"@]+@[^\s<>\"@]+|tel:[+0-9() .-]+)"


MAX_MARKS = 20_000
MAX_MARKS_OF_A_TEXT = 1000
MAX_PARAGRAPHS = 100


@dataclass(frozen=True, slots=True)
class Reference:
    """Something that a text refers to: a field's expression or a link's target.

    It stands in ``node`` as the words ``typed``, for the ``nth`` time (from 0).
    """

    kind: str
    name: str
    node: Node
    typed: str = ""
    nth: int = 0


@dataclass(frozen=True, slots=True)
class Missing:
    """Languages in which a text is missing: where that shows, what the text is, and the languages that it has."""

    codes: tuple[str, ...]
    where: Place
    what: str
    beside: tuple[str, ...]


@dataclass(slots=True)
class LetterReport(Report):
    """A report that knows the letter's folder and languages, and collects what its texts refer to and lack."""

    folder: Path = Path()
    languages: tuple[str, ...] = ()
    references: list[Reference] = field(default_factory=list)
    ids: dict[str, Place] = field(default_factory=dict)
    missing: list[Missing] = field(default_factory=list)
    foreign: dict[str, list[Place]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    marks: int = 0
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def example(self) -> str:
        """How a text is written in the letter's languages."""
        return "{" + ", ".join(f"{code}: …" for code in self.languages or ("en",)) + "}"

    def allows(self, code: str) -> bool:
        """Whether a text may stand in a language: one of the letter's, or one that it may soon have."""
        return code in self.languages or code in _shipped_languages()

    def place_of(self, reference: Reference) -> Place:
        """Where a reference stands; a link's target stands behind its "]("."""
        typed = reference.typed
        return self.tree.place_of(reference.node, typed, reference.nth, typed.startswith("](") * 2)

    def add_once(self, places: Sequence[Place], code: str, message: str, hint: str) -> None:
        """Adds one problem for something that is wrong in several places: at the first, naming the others' lines."""
        lines = list(dict.fromkeys(f"{place.line}" for place in places[1:]))
        if lines:
            more = ", …" if len(lines) > 5 else ""
            message += f" (so too on line{'s' * (len(lines) > 1)} {', '.join(lines[:5])}{more})"
        self.add_at(places[0], code, message, hint)

    def claim(self, name: str, node: Node) -> None:
        """Takes an id for a part; a second part of that id is a problem."""
        if name in self.ids:
            fact = f"the id '{name}' stands here a second time; the first is on line {self.ids[name].line}"
            self.add(node, "duplicate-id", fact, "give one of the two another id")
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
        letter = letter_report(report)
        if isinstance(node, nodes.Mapping):
            return read_languages(node, self.inner, self.what, letter, ())
        if isinstance(node, nodes.Sequence):
            what = self.what if self.what.startswith("the ") else "a text"
            fact = f"{what} is due here, not {described(node)}"
            raise report.refuse(node, "wrong-type", fact, f"write {letter.example}")
        return dict.fromkeys(letter.languages, self.inner.read(node, report))

    def has(self, name: str) -> bool:
        return name in _shipped_languages()

    def schema(self, definitions: Schema) -> Schema:
        inner = self.inner.schema(definitions)
        return {"anyOf": [inner, by_language_schema(inner)]}


def by_language_schema(inner: Schema) -> Schema:
    """The JSON Schema of a mapping of language codes to texts."""
    return {
        "type": "object",
        "patternProperties": {f"^{LANGUAGE_CODE}$": inner | {"description": "The text in this language."}},
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
        hint = "a text that begins with '#' stands in quotation marks"
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
        fact = f"no text of the letter is in {_named_language(code)}"
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


def _named_language(code: str) -> str:
    name = language_name(code)
    return f"{name} ({code})" if name != code else f"'{code}'"


@functools.cache
def language_name(code: str) -> str:
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
        text = Text(self.what, hint="write it").read(node, report)
        return _spans(text, self.lines, node, letter_report(report), "")

    def schema(self, definitions: Schema) -> Schema:
        return Text().schema(definitions)


@dataclass(frozen=True, slots=True)
class Paragraphs(Shape[tuple[Spans, ...]]):
    """Marked-up text of one or more paragraphs: blank lines part them."""

    what: str = "a text"
    hint: str = ""

    def read(self, node: Node, report: Report) -> tuple[Spans, ...]:
        text = Text(self.what, hint=self.hint).read(node, report)
        if "\n" not in text:
            return (_spans(text, False, node, letter_report(report), ""),)
        parts, result, before = paragraphs(text), [], ""
        if len(parts) > MAX_PARAGRAPHS:
            fact = f"this text has {len(parts):,} paragraphs; the limit is {MAX_PARAGRAPHS}"
            raise report.refuse(node, "too-many", fact, "make several texts of it")
        for part in parts:
            result.append(_spans(part, False, node, letter_report(report), before))
            before += part + "\n\n"
        return tuple(result)

    def schema(self, definitions: Schema) -> Schema:
        return Text().schema(definitions)


def _spans(text: str, lines: bool, node: Node, report: LetterReport, before: str) -> Spans:
    """The spans of a text, or of the part of it that follows ``before``; its problems and uses are in the report."""
    assert isinstance(node, Scalar)
    _check_text(text, node, report)
    prose = parse(text, lines)

    def reference(kind: str, name: str, words: str, at: int) -> Reference:
        return Reference(kind, name, node, words, (before + text[:at]).count(words))

    failed = bool(prose.faults)
    for span in prose.spans:
        if wrong := span.link and deceives(span.link, span.text):
            words = span.text or span.link
            at = max(text.find(words), 0)
            report.add_at(report.place_of(reference("", "", words, at)), "deceptive-link", *wrong)
            failed = True
    for fault in prose.faults:
        where = report.place_of(reference("", "", fault.words, fault.at))
        report.add_at(where, fault.code, fault.message, fault.hint)
    for use in prose.uses:
        used = reference(use.kind, use.name, use.words, use.at)
        if use.kind == "link" and not is_target(use.name):
            fact = f"'{use.name[:60]}' is neither a link's name nor an address"
            hint = "an address begins with https://, http://, mailto: or tel:; a name has lower-case letters"
            report.add_at(report.place_of(used), "wrong-link", fact, hint)
            failed = True
        else:
            report.references.append(used)
    if failed:
        raise UnreadableError
    return prose.spans


def deceives(address: str, words: str = "") -> tuple[str, str] | None:
    """Why an address makes readers believe that it leads elsewhere, and what to do; None when it does not."""
    if not address.startswith(("http://", "https://")):
        return None
    host = _host(address)
    if "@" in host:
        name = host.rpartition("@")[2]
        fact = f"the address '{_cut(address)}' leads to '{_cut(name)}', whatever stands before the '@'"
        return fact, "write the address without a name and a password"
    if any(unicodedata.category(sign) in ("Cf", "Zs", "Mn") for sign in host):
        return f"the address '{_cut(address)}' has a character that nobody sees", "write the address anew"
    for label in host.split("."):
        if len(scripts := _scripts(label)) > 1:
            fact = f"'{_cut(label)}' in an address mixes letters of two scripts that look alike ({', '.join(scripts)})"
            return fact, "write the address anew, in one script"
    shown = _host(words) if re.match(r"(?:https?://|www\.)[^\s/]", words) else host
    if shown.removeprefix("www.") != host.removeprefix("www."):
        fact = f"the words of this link are an address at '{_cut(shown)}', but it leads to '{_cut(host)}'"
        return fact, "make the two the same, or write other words"
    return None


def _host(address: str) -> str:
    """What stands between "://" and the path."""
    return re.split(r"[/?#]", address.partition("://")[2] or address, maxsplit=1)[0].lower()


# Scripts that one name may have beside Latin (UTS 39, "highly restrictive").
_BESIDE_LATIN = {"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"}


def _scripts(label: str) -> tuple[str, ...]:
    found = {unicodedata.name(sign, "UNKNOWN").split()[0] for sign in label if sign.isalpha()}
    return () if found - {"LATIN"} <= _BESIDE_LATIN else tuple(sorted(found))


def _cut(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def _check_text(text: str, node: Scalar, report: LetterReport) -> None:
    """Refuses a text of which YAML has lost the end, and one with more marks than anybody can have meant."""
    if not node.quoted and re.match(r" +#\S", report.tree.rest_of_line(node)):
        fact = "from this '#' on, YAML takes the line for a comment; it would not be in the letter"
        hint = "put the text in quotation marks; if it is a comment, write a space after the '#'"
        report.add_at(report.tree.place_at(report.tree.text.index("#", node.end)), "lost-text", fact, hint)
        raise UnreadableError
    found = marks(text)
    told = report.marks > MAX_MARKS
    report.marks += found
    if found > MAX_MARKS_OF_A_TEXT:
        fact = f"this text has {found:,} marks, brackets and line ends; the limit is {MAX_MARKS_OF_A_TEXT:,}"
        raise report.refuse(node, "too-many", fact, "make several texts of it")
    if told:
        raise UnreadableError
    if report.marks > MAX_MARKS:
        fact = f"up to here, the letter has more than {MAX_MARKS:,} marks, brackets and line ends in its texts"
        raise report.refuse(node, "too-many", fact, "make several letters of it")


def is_target(name: str) -> bool:
    """Whether a link may lead there: to a link's name, an id after ``#``, or an address."""
    return is_link_name(name.removeprefix("#")) or re.fullmatch(ADDRESS, name) is not None


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
