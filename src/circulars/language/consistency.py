"""Brings the parts of a language file together: old shapes become new ones, and nouns are asked for their forms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from circulars.errors import Place, Problem
from circulars.language.beside import Beside
from circulars.language.date_patterns import EXTENTS, Calendar
from circulars.language.forms import PLAIN_AND_TO
from circulars.language.language import REFERENCE, TEXT
from circulars.language.words import AnnexWords
from circulars.model.phrases import Pattern, Term
from circulars.syntax import nodes
from circulars.syntax.nodes import descendant
from circulars.syntax.shape import Report

_AMENDED: Final = Pattern.of("{amendment} {parent|to}")
_OLD_PARENT: Final = {"{to} {reference}": "{parent|to}", "{to}{reference}": "{parent|to}", "{reference}": "{parent}"}


def report_missing(report: Report) -> None:
    """Reports patterns that the file lacks, unless it has those of an earlier version in their place."""
    root = report.tree.root
    has_old = {
        "amended": descendant(root, "annexes", "parent"),
        "annex-parent": descendant(root, "annexes", "parent"),
        "deadline": descendant(root, "labels", "deadline-time"),
    }
    for name, old in has_old.items():
        if isinstance(root, nodes.Mapping) and not old and not descendant(root, name):
            report.add(root, "missing-field", f"a language file has no '{name}'", f"add '{name}:'")


def settled(values: dict[str, Any]) -> dict[str, Any]:
    """The values of a :class:`Language`, made from those of its file."""
    annexes = values.pop("annexes")
    values["forms"] = tuple(values.get("forms", PLAIN_AND_TO))
    if old := annexes.pop("parent", None):
        values.setdefault("annex_parent", _old_parent(old))
        values.setdefault("amended", {"other": _AMENDED})
    values.setdefault("deadline", None)
    values["annexes"] = AnnexWords(**annexes)
    named = {key: values.pop(key, {}) for key in ("weekdays", "months", "days")}
    days = {int(day): words for day, words in named.pop("days").items()}
    values["calendar"] = Calendar(values["locale"], **named, days=days)
    values["time_words"] = values.pop("time")
    after = values.get("after", {})
    values["asks_of_dates"] = any(forms.keys() - {REFERENCE, TEXT} for forms in after.values())
    values["asks_of_texts"] = any(TEXT in forms for forms in after.values())
    tables = ("before_dates", "before", "prefixes", "contracted")
    beside = {name: values.pop(name, {}) for name in tables} | {"articles": values.pop("articles", ())}
    values["beside"] = Beside.of(**beside)
    ranges = values["ranges"]
    values["ranges"] = {name: ranges.pop(name) for name in EXTENTS}
    values["range_formats"] = ranges
    return values


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


def lacking_forms(values: Mapping[str, Any]) -> Iterator[Problem]:
    """Warnings about names of amendments and annexes that lack a form in which they are cited."""
    for name, term in values["amendments"].items():
        cited = values["amended"].get(name, values["amended"]["other"])
        asked, _ = asked_forms(cited, values["annex_parent"])
        yield from missing_forms(term, asked, f"the {name}", values["forms"])
    after = (forms.get(REFERENCE, "") for forms in values.get("after", {}).values())
    asked_by_words = [form for form in dict.fromkeys((*after, *values.get("joined", {}).values())) if form]
    for what, term in (("annexes.name", values["annexes"].name), ("annexes.name-only", values["annexes"].name_only)):
        if "" not in term.forms:
            yield from missing_forms(term, asked_by_words, f"'{what}'", values["forms"])


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
