"""Brings the parts of a language file together: old shapes become new ones, and forms are compared with their names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from circulars.errors import Place, Problem, did_you_mean
from circulars.language.date_patterns import Calendar, DatePattern
from circulars.language.language import REFERENCE
from circulars.language.locales import ordinal_forms, plural_forms
from circulars.language.words import AnnexWords
from circulars.model.phrases import Gap, Pattern, Term
from circulars.syntax.nodes import Node, child
from circulars.syntax.shape import Report, UnreadableError

_AMENDED: Final = Pattern.of("{amendment} {parent|to}")
_OLD_PARENT: Final = {"{to} {reference}": "{parent|to}", "{to}{reference}": "{parent|to}", "{reference}": "{parent}"}
_PLAIN_AND_TO: Final = ("plain", "to")
"""The forms of a file that names none: those of languages whose nouns are the same after "to"."""


def settled(values: dict[str, Any], report: Report) -> dict[str, Any]:
    """The values of a :class:`Language`, made from those of its file; what they lack is among its warnings.

    Problems with the forms of words are added to the report.
    """
    annexes = values.pop("annexes")
    root = report.tree.root
    values["forms"] = tuple(values.get("forms", _PLAIN_AND_TO))
    if old := annexes.pop("parent", None):
        values.setdefault("annex_parent", _old_parent(old))
        values.setdefault("amended", {"other": _AMENDED})
    if "deadline-time" in values["labels"]:
        values.setdefault("deadline", None)
    needed = [name for name in ("amended", "annex-parent", "deadline") if name.replace("-", "_") not in values]
    for name in needed:
        report.add(root, "missing-field", f"a language file has no '{name}'", f"add '{name}:'")
    if needed:
        raise UnreadableError
    values["annexes"] = AnnexWords(**annexes)
    named = {key: values.pop(key, {}) for key in ("weekdays", "months", "days")}
    days = {int(day): words for day, words in named.pop("days").items()}
    values["calendar"] = Calendar(values["locale"], **named, days=days)
    values["time_words"] = values.pop("time")
    for where, form, known in (*_used(values), *_used_after(values, root, report)):
        if form not in known:
            hint = did_you_mean(form, known, "the forms are " + ", ".join(known) if known else "name it under 'forms:'")
            report.add_at(where, "unknown-form", f"there is no form '{form}'", hint)
    return {**values, "warnings": (*_missing_forms(values), *_missing_plurals(values, root, report))}


def asked_forms(amended: Pattern | None, annex_parent: Pattern | None) -> tuple[list[str], list[str]]:
    """The forms in which patterns ask for the name of an amendment, and for the reference of a letter."""
    parents = _asked(annex_parent, "parent")
    whole = parents if amended is None or any(gap.name == "amendment" and not gap.form for gap in amended.gaps) else []
    references = (
        parents if amended is None or any(gap.name == "parent" and not gap.form for gap in amended.gaps) else []
    )
    return [*whole, *_asked(amended, "amendment")], [*references, *_asked(amended, "parent")]


def _asked(pattern: Pattern | None, place: str) -> list[str]:
    return [gap.form for gap in pattern.gaps if gap.name == place and gap.form] if pattern else []


def _old_parent(pattern: Pattern) -> Pattern:
    """The pattern for what an annex belongs to, from one with the places {to} and {reference}."""
    text = pattern.text
    old = next((words for words in _OLD_PARENT if words in text), "")
    return Pattern.of(text.replace(old, _OLD_PARENT[old])) if old else pattern


def _used(values: Mapping[str, Any]) -> Iterator[tuple[Place, str, tuple[str, ...]]]:
    """Each form that a pattern or a word names, with its place and the names of all forms there."""
    forms, calendar = values["forms"], values["calendar"]
    for pattern in (*values["amended"].values(), values["annex_parent"]):
        yield from ((gap.where, gap.form, forms) for gap in pattern.gaps if gap.form)
    for term in (*values["amendments"].values(), values["annexes"].name, values["annexes"].name_only):
        yield from ((place, form, forms) for form, place in term.places.items() if form)
    names = {"weekday": tuple(calendar.weekdays), "month": tuple(calendar.months)}
    for pattern in _date_patterns(values["dates"]):
        yield from ((one.where, one.form, names[one.name]) for one in pattern.pieces if isinstance(one, Gap))


def _date_patterns(dates: Mapping[str, Mapping[str, DatePattern]]) -> Iterator[DatePattern]:
    yield from (pattern for patterns in dates.values() for pattern in patterns.values())


def _used_after(values: Mapping[str, Any], root: Node, report: Report) -> Iterator[tuple[Place, str, tuple[str, ...]]]:
    """Each form and each format under ``after:`` and ``joined:``, and the names of the forms of dates."""
    forms, formats = values["forms"], (*values["dates"], REFERENCE)
    for word, asked in values.get("after", {}).items():
        node = child(child(root, "after"), word)
        for format, form in asked.items():
            where = report.tree.place_of(node, form)
            yield where, form, forms
            if format:
                yield report.tree.place_of(node, format), format, formats
    for word, form in values.get("joined", {}).items():
        yield report.tree.place_of(child(child(root, "joined"), word), form), form, forms
    for format, patterns in values["dates"].items():
        node = child(child(root, "dates"), format)
        yield from ((report.tree.place_of(node, form), form, forms) for form in patterns if form)


def _missing_forms(values: Mapping[str, Any]) -> Iterator[Problem]:
    """Warnings about names of amendments that lack a form in which they stand in a pattern."""
    for name, term in values["amendments"].items():
        cited = values["amended"].get(name, values["amended"]["other"])
        asked, _ = asked_forms(cited, values["annex_parent"])
        yield from missing_forms(term, asked, f"the {name}", values["forms"])


def missing_forms(term: Term, asked: Iterable[str], what: str, forms: tuple[str, ...]) -> Iterator[Problem]:
    """Warnings about a noun that lacks a form in which it stands in a pattern, or its plain form."""
    where = next(iter(term.places.values()), Place())
    if not where.file:
        return
    for form in asked:
        if form not in term.forms:
            fact = f"{what} has no form '{form}', in which it is cited; its plain form is used"
            yield Problem(where, "missing-form", fact, f"add '{form}:'")
    if "" not in term.forms and forms[0] not in term.forms:
        fact = f"{what} has no plain form '{forms[0]}'; its first form is used"
        yield Problem(where, "missing-form", fact, f"add '{forms[0]}:'")


def _missing_plurals(values: Mapping[str, Any], root: Node, report: Report) -> Iterator[Problem]:
    """Warnings about plural forms that the language has in CLDR, and the file lacks."""
    locale, annexes = values["locale"], values["annexes"]
    counts = {("annexes", "count"): annexes.count, ("annexes", "titles"): annexes.titles}
    ordinals = {("ordinals", name): patterns for name, patterns in values["ordinals"].items()}
    for groups, needed in ((counts, plural_forms(locale)), (ordinals, ordinal_forms(locale))):
        for (group, name), patterns in groups.items():
            for form in sorted(needed - {"other"} - patterns.keys()):
                where = report.tree.place(child(child(root, group), name))
                fact = f"'{name}' has no plural form '{form}', which CLDR has for {locale}; 'other' is used"
                yield Problem(where, "missing-plural", fact, f"add '{form}:'")
