"""Finds undefined fields, links and ids, and unknown formats and languages, in a letter's texts."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from circulars.addressing.cell_formats import CELL_FORMATS
from circulars.addressing.deception import Misleading, misleading_links
from circulars.errors import did_you_mean
from circulars.language import DATE_FORMATS, LANGUAGE_CODE, NUMBER_FORMATS, language_name, without_capital
from circulars.model.addressee import CELL, COUNTRY, KNOWN_COLUMNS
from circulars.model.letter import DateRange, Fact
from circulars.model.phrases import NUMBER, Count
from circulars.model.text import Spans, changed
from circulars.source.letters.report import LetterReport, Reference
from circulars.syntax import nodes
from circulars.syntax.nodes import Node, Scalar
from circulars.syntax.prose import is_link_name

Defined = Mapping[str, Any] | None
"""Values by defined name; a value that could not be read is None. If the names are not known, the whole is None."""

_Fault = tuple[str, str, str]
"""A problem's code, fact and remedy."""


def check_references(report: LetterReport, facts: Defined, links: Defined, footnotes: Defined) -> None:
    """Reports each wrong reference once, at the first place that has it."""
    typed: set[str] | None = None
    uses: dict[tuple[str, str], list[Reference]] = {}
    for reference in report.references:
        uses.setdefault((reference.kind, reference.name), []).append(reference)
    listed = {id(reference) for reference in report.listed(report.references)}
    for found in uses.values():
        found.sort(key=lambda reference: (reference.node.start, reference.nth))
        fault = _fault(found[0], report, facts, links)
        if found[0].kind == "footnote":
            fault = _footnote_fault(found[0].name, footnotes)
        if fault is None:
            continue
        if fault[0] == "undefined-id":
            # The part with the id may have problems of its own, or be under a misspelt key.
            typed = typed if typed is not None else {*_typed_ids(report.tree.root)}
            if _id(found[0]) in typed:
                continue
        if printed := [reference for reference in found if id(reference) in listed]:
            report.add_once([report.place_of(reference) for reference in printed[:20]], *fault)
        else:
            report.warn_at(report.place_of(found[0]), *fault)


def check_linked_words(report: LetterReport, links: Defined) -> None:
    """Reports links by a name whose words are another address, whatever the language; composing finds the others."""
    for where, name, spans in report.linked:
        addresses: Mapping[str, str] = (links or {}).get(name) or {}
        found = [_misleading(name, address, spans) for address in sorted(set(addresses.values()))]
        if found and found[0] and all(found):
            report.add_at(where, "deceptive-link", *found[0])


def _misleading(name: str, address: str, spans: Spans) -> Misleading | None:
    """What is misleading about the links with a name, if they lead to an address."""
    leading = (changed(span, link=address) if span.link == name else span for span in spans)
    return next((wrong for link, words, wrong in misleading_links(leading) if link == address and words), None)


def _fault(reference: Reference, report: LetterReport, facts: Defined, links: Defined) -> _Fault | None:
    """What is wrong with a reference; None if it is right or cannot be checked."""
    if name := _id(reference):
        if name in report.ids:
            form = without_capital(reference.name.partition("|")[2])[0]
            return None if form in ("", NUMBER, *report.formats) else _unknown(form, report.formats)
        hint = did_you_mean(name, report.ids, f"add 'id: {name}' to the paragraph or annex")
        return "undefined-id", f"no paragraph or annex has the id '{name}'", hint
    if reference.kind == "html":
        if reference.name not in (links or ()):
            return None
        fact = f"<{reference.name}> is an HTML tag, and is shown as typed; it is not a link"
        return "ambiguous-link", fact, f"write [words]({reference.name}), or give the link another name"
    if reference.kind == "language":
        return _language_fault(reference.name)
    if reference.kind == "link":
        if links is None or not is_link_name(reference.name) or reference.name in links:
            return None
        hint = f"add '{reference.name}: https://…' under 'links:'"
        if reference.typed.startswith("<"):
            hint += f"; to show it as typed, write '\\<{reference.name}>'"
        fact = f"there is no link named '{reference.name}'"
        return "undefined-link", fact, did_you_mean(reference.name, links, hint)
    name, _, form = reference.name.partition("|")
    if name.startswith("addressee."):
        return _column_fault(name, form, report.formats) if form else None
    if facts is None:
        return None
    if name not in facts and name in report.ids:
        hint = f"for the paragraph's number write {{{{ ref:{name} }}}}"
        return "undefined-field", f"there is no fact named '{name}'", hint
    if isinstance((facts or {}).get(name), DateRange):
        return _range_fault(name, without_capital(form)[0], report.range_formats)
    return fact_fault(name, form, facts, report.formats, report.noun_forms) if form else fact_fault(name, "", facts)


def _footnote_fault(name: str, footnotes: Defined) -> _Fault | None:
    if footnotes is None or name in footnotes:
        return None
    hint = f"add '{name}:' with its text under 'footnotes:'; to show it as typed, write '\\[^{name}]'"
    return "undefined-footnote", f"there is no footnote named '{name}'", did_you_mean(name, footnotes, hint)


def _language_fault(code: str) -> _Fault | None:
    if re.fullmatch(LANGUAGE_CODE, code) and language_name(code) != code:
        return None
    return "wrong-language", f"'{code}' is not a language code", "the codes are en, es, fr, ar, zh-Hans …"


def _id(reference: Reference) -> str:
    """The id in a reference to a part; ``""`` for any other reference."""
    sign = "#" if reference.kind == "link" else "ref:"
    return reference.name.removeprefix(sign).partition("|")[0] if reference.name.startswith(sign) else ""


def _range_fault(name: str, form: str, known: Sequence[str]) -> _Fault | None:
    """What is wrong with the format of a range of days."""
    if not form or form in known:
        return None
    hint = did_you_mean(form, known, "its formats: " + ", ".join(known))
    return "unknown-format", f"'{form}' is not a format of '{name}', a range of days", hint


def _column_fault(name: str, form: str, known: Collection[str]) -> _Fault | None:
    """What is wrong with the format of a column of the list."""
    if name == f"{CELL}{COUNTRY}":
        format = without_capital(form)[0]
        further = {*known} - {*CELL_FORMATS}
        return None if format in ("", *further) else _unknown(format, further)
    if name.removeprefix("addressee.") in (*KNOWN_COLUMNS, "block"):
        return "unknown-format", f"'{name}' is text, which has no formats", f"write {{{{ {name} }}}}"
    form, is_capital = without_capital(form)
    format, _, case = form.partition("|")
    if is_capital and not form:
        return "unknown-format", f"'{name}' is text, which has no formats", f"write {{{{ {name} }}}}"
    has_forms = format not in ("time", *NUMBER_FORMATS)
    if (format in CELL_FORMATS or format in known) and (not case or (has_forms and case in known)):
        return None
    hint = did_you_mean(form, CELL_FORMATS, "the formats of a column: " + ", ".join(CELL_FORMATS))
    return "unknown-format", f"'{form}' is not a format of a column of addressees", hint


def fact_fault(
    name: str,
    form: str,
    facts: Mapping[str, Fact | None],
    known: Collection[str] = frozenset(),
    noun_forms: Collection[str] = frozenset(),
) -> _Fault | None:
    """What is wrong with a field: there is no such fact, or it has no such format; None if nothing is.

    ``known`` are the formats and forms that languages name themselves, ``noun_forms`` the forms alone.
    """
    if name not in facts:
        hint = did_you_mean(name, facts, f"add '{name}:' under 'facts:'")
        if name.lower() in ("blank", "line") and hint.startswith("add"):
            hint = "for a line to fill in by hand write {{ blank: 60 mm }}"
        if name in ("addressee", "ref"):
            hint = "write {{ addressee.column }}" if name == "addressee" else "write {{ ref: id }}"
        return "undefined-field", f"there is no fact named '{name}'", hint
    fact = facts[name]
    if isinstance(fact, datetime.date | DateRange | Mapping):
        form, _ = without_capital(form)
    if isinstance(fact, DateRange):  # its formats were compared with those of languages
        return None
    if not form or fact is None or form in (forms := _formats(fact)):
        return None
    further = {*known} - {*NUMBER_FORMATS, *DATE_FORMATS}
    wrong = [part for part in form.split("|") if part not in forms and part not in further]
    if forms and not wrong:
        return None
    if isinstance(fact, Mapping) and form in noun_forms:
        return None
    if not forms:
        kind = "a count" if isinstance(fact, Count) else "text"
        return "unknown-format", f"'{name}' is {kind}, which has no formats", f"write {{{{ {name} }}}}"
    hint = "its formats: " + ", ".join(forms)
    if wrong[0] not in known:
        hint = did_you_mean(wrong[0], (*forms, *sorted(further)), hint)
    return "unknown-format", f"'{wrong[0]}' is not a format of '{name}'", hint


def _unknown(form: str, known: Collection[str]) -> _Fault:
    hint = did_you_mean(form, sorted(known), "the forms of words are in the files of languages")
    return "unknown-format", f"no language has the form '{form}'", hint


def _formats(fact: Fact) -> tuple[str, ...]:
    if isinstance(fact, Decimal):
        return NUMBER_FORMATS
    if isinstance(fact, Count | Mapping):
        return ()
    return DATE_FORMATS


def _typed_ids(root: Node) -> Iterator[str]:
    """Every id in the file, also in parts that could not be read, in its correct spelling."""
    open_nodes = [root]
    while open_nodes:
        node = open_nodes.pop()
        if isinstance(node, nodes.Sequence):
            open_nodes += node.items
        elif isinstance(node, nodes.Mapping):
            open_nodes += [value for _, value in node.pairs.values()]
            if isinstance(named := node.pairs.get("id", (None, None))[1], Scalar):
                yield named.text.lower().replace("_", "-")
