"""Shapes of the keys before a letter's body: languages, facts, links."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from circulars.addressing.deception import deception
from circulars.addressing.emails import email_fault
from circulars.language import LANGUAGE_CODE, PLURALS, TAKEN, has_locale, locale_of, usual_code
from circulars.model.letter import ByLanguage, DateRange, Fact, PlacedName
from circulars.model.phrases import Count, Noun, Pattern
from circulars.source.letters.by_language import InLanguages
from circulars.source.letters.links import ADDRESS
from circulars.source.letters.pack_names import named
from circulars.source.letters.parts import plain_text
from circulars.source.letters.report import letter_report
from circulars.syntax import nodes
from circulars.syntax.groups import Field, ListOf, Record
from circulars.syntax.nodes import Node, Scalar
from circulars.syntax.phrase_shapes import PatternText, noun
from circulars.syntax.scalars import NO_WORDS, Date, Text, WholeNumber
from circulars.syntax.shape import AnyOf, Converted, Report, Schema, Shape, UnreadableError, described

_DAY = r"\d{4}-\d{1,2}-\d{1,2}"
_IN_WORDS = re.compile(
    r"\d{1,2}\W{0,2}\s*(?:st|nd|rd|th|er|de|el)?\s*[^\W\d_]{3,}\.?\s+(?:de\s+)?(?:19|20)\d\d\b(?:\s?\w{1,4}\.?)?"
    r"|[^\W\d_]{3,}\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s(?:19|20)\d\d"
    r"|\d{4}\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]"
)
_DAYS = re.compile(rf"{_DAY}\s*(?:/|-|–|—|\.\.\.?|to)\s*{_DAY}", re.ASCII)


def _fact(node: Node) -> str:
    if isinstance(node, Scalar) and not node.quoted:
        if re.fullmatch(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}", node.text):
            return "date"
        # 007 is text: as a number it would lose its zeros.
        if re.fullmatch(r"-?(?:0|[1-9]\d{0,14})(\.\d{1,10})?", node.text, re.ASCII):
            return "number"
    if isinstance(node, nodes.Mapping) and "count" in node.pairs:
        return "count"
    return "range" if _is_range(node) else "text"


def _is_range(node: Node) -> bool:
    """Whether a fact is a range of days, or what somebody else writes for one: "2027-03-18/2027-03-19", two days."""
    if isinstance(node, nodes.Mapping):
        return "from" in node.pairs or "to" in node.pairs
    if isinstance(node, nodes.Sequence):
        days = (isinstance(item, Scalar) and re.fullmatch(_DAY, item.text, re.ASCII) for item in node.items)
        return len(node.items) == 2 and all(days)
    return isinstance(node, Scalar) and not node.quoted and _DAYS.fullmatch(node.text) is not None


def _range(values: dict[str, Any], node: Node, report: Report) -> DateRange:
    if values["from"] > values["to"]:
        raise report.refuse(node, "backward-range", f"{values['from']} is after {values['to']}", "swap the two")
    return DateRange(values["from"], values["to"])


def email_address(text: str, node: Node, report: Report) -> str:
    if wrong := email_fault(text):
        fact = f"'{text[:60]}' is not an e-mail address: {wrong[0]}"
        raise report.refuse(node, "wrong-email", fact, "write one address, for example tsb@example.int")
    return text


def web_address(text: str, node: Node, report: Report) -> str:
    address = text if "://" in text else f"https://{text}"
    if not (address.startswith("http") and re.fullmatch(ADDRESS, address) and "." in address):
        fact = f"'{text[:60]}' is not the address of a web page"
        raise report.refuse(node, "wrong-link", fact, "write it like https://www.example.int/")
    if wrong := deception(address):
        raise report.refuse(node, "deceptive-link", *wrong)
    return text


def _unique_languages(values: tuple[PlacedName, ...], node: Node, report: Report) -> tuple[PlacedName, ...]:
    seen: set[str] = set()
    for value in values:
        if value.name in TAKEN:
            fact = f"'{value.name}' is the key for the name of a part of a letter, and cannot be that of a language"
            report.add_at(value.where, "wrong-language", fact, f"write '{TAKEN[value.name]}'")
            raise UnreadableError
        if value.name in seen:
            fact = f"the language '{value.name}' is listed twice"
            report.add_at(value.where, "duplicate-language", fact, "keep one of the two")
            raise UnreadableError
        seen.add(value.name)
    return values


class _TextFact(InLanguages[str | Noun]):
    """A text by language; one for all of them that reads as a date gets a warning: no language writes it out."""

    def read(self, node: Node, report: Report) -> ByLanguage[str | Noun]:
        text = super().read(node, report)
        letter = letter_report(report)
        if isinstance(node, Scalar) and len(letter.languages) > 1 and _IN_WORDS.fullmatch(node.text.strip()):
            fact = f"'{node.text.strip()[:60]}' is the same text in each language"
            hint = "write a date as 2024-07-12, so that each language writes it out"
            letter.warn_at(letter.tree.place(node), "date-in-words", fact, hint)
        return text


@dataclass(frozen=True, slots=True)
class _LanguageCode(Text):
    """The code of a language; for another spelling of one, the hint is the usual one."""

    def read(self, node: Node, report: Report) -> str:
        code = Text(self.what).read(node, report)
        if not re.fullmatch(self.pattern, code):
            usual = usual_code(code)
            hint = f"did you mean '{usual}'?" if usual else "the codes are en, es, fr …"
            raise report.refuse(node, "wrong-language", f"{described(node)} is not {self.what}", hint)
        return code


def _without_forms(text: Noun, node: Node, report: Report) -> str | Noun:
    """A text, or the noun that it is if it has forms."""
    return text if isinstance(node, nodes.Mapping) else text.plain


LANGUAGES = Converted(
    ListOf(
        Converted(_LanguageCode("a language code", LANGUAGE_CODE), named),
        "a list of languages",
        most=50,
    ),
    _unique_languages,
)


def _count(values: dict[str, Any], node: Node, report: Report) -> Count:
    """A count; one whose plural forms lack that of its number in a language gets a warning."""
    number, words = values["count"], values["words"]
    for code, forms in words.items():
        needed = locale_of(code).plural_form(number) if has_locale(code) else "other"
        if len(forms) > 1 and not {needed, str(number)} & forms.keys():
            fact = f"the words for {number} in '{code}' have no plural form '{needed}'; 'other' is used"
            where = report.tree.place(nodes.descendant(node, "words", code) or node)
            letter_report(report).warn_at(where, "missing-plural", fact, f"add '{needed}:'")
    return Count(number, words)


_PLURAL_DOC = "The words for numbers of this plural form of CLDR."
_PLURAL: Shape[Mapping[str, Pattern]] = AnyOf(
    {
        "one": Converted(PatternText(("n",)), lambda pattern, *_: {"other": pattern}),
        "several": Record(
            dict,
            tuple(Field(name, PatternText((), ("n",)), _PLURAL_DOC, required=name == "other") for name in PLURALS),
            "this group of plural forms",
        ),
    },
    lambda node: "several" if isinstance(node, nodes.Mapping) else "one",
)
FACT: Shape[Fact] = AnyOf(
    {
        "date": Date(),
        "number": Converted(Text("a number"), lambda text, node, report: Decimal(text)),
        "range": Converted(
            Record(
                dict,
                (
                    Field("from", Date(), "The first day.", required=True),
                    Field("to", Date(), "The last day.", required=True),
                ),
                "a range of days",
            ),
            _range,
        ),
        "count": Converted(
            Record(
                dict,
                (
                    Field("count", WholeNumber(most=999_999_999), "The number.", required=True),
                    Field("words", InLanguages(_PLURAL), "Its words, by language and plural form.", required=True),
                ),
                "a count",
            ),
            _count,
        ),
        "text": _TextFact(Converted(noun(plain_text(Text(refused=NO_WORDS))), _without_forms)),
    },
    _fact,
)


@dataclass(frozen=True, slots=True)
class _Address(Shape[str]):
    """The address of a link."""

    def read(self, node: Node, report: Report) -> str:
        text = Text("an address", lines=False).read(node, report)
        if re.fullmatch(ADDRESS, text):
            if wrong := deception(text):
                raise report.refuse(node, "deceptive-link", *wrong)
            return text
        hint = "an address begins with https://, http://, mailto: or tel:"
        if re.fullmatch(r"[\w-]+(\.[\w-]+)+(/\S*)?", text):
            hint = f"write https://{text}"
        elif re.fullmatch(r"[^\s@:]+@[^\s@:]+", text):
            hint = f"write mailto:{text}"
        raise report.refuse(node, "wrong-link", f"'{text[:60]}' is not an address", hint)

    def schema(self, definitions: Schema) -> Schema:
        return Text(pattern=ADDRESS).schema(definitions)


LINK_TARGETS: Shape[ByLanguage[str]] = InLanguages(_Address(), "this link")
