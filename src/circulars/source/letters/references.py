"""Finds what a letter's texts refer to and nothing defines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from circulars.errors import did_you_mean
from circulars.language import DATE_FORMATS, NUMBER_FORMATS
from circulars.model.letter import DateRange, Fact
from circulars.source.letters.language_names import LANGUAGE_CODE, language_name
from circulars.source.letters.report import LetterReport, Reference
from circulars.syntax import nodes
from circulars.syntax.nodes import Node, Scalar
from circulars.syntax.prose import is_link_name

Defined = Mapping[str, Any] | None
"""Names and their values, None for a value that could not be read; None where nothing can be said of the names."""

_Told = tuple[str, str, str] | None


def check_references(report: LetterReport, facts: Defined, links: Defined) -> None:
    """Reports every field, link and id that a text refers to and nothing defines: each once, where it stands first."""
    typed: set[str] | None = None
    uses: dict[tuple[str, str], list[Reference]] = {}
    for reference in report.references:
        uses.setdefault((reference.kind, reference.name), []).append(reference)
    for found in uses.values():
        found.sort(key=lambda reference: (reference.node.start, reference.nth))
        told = _told(found[0], report, facts, links)
        if told is None:
            continue
        if told[0] == "undefined-id":
            # The part that has the id may have problems of its own, or stand under a misspelt key.
            typed = typed if typed is not None else {*_typed_ids(report.tree.root)}
            if _id(found[0]) in typed:
                continue
        report.add_once([report.place_of(reference) for reference in found[:20]], *told)


def _told(reference: Reference, report: LetterReport, facts: Defined, links: Defined) -> _Told:
    """The code, the fact and the remedy for a reference to nothing."""
    if name := _id(reference):
        if name in report.ids:
            return None
        hint = did_you_mean(name, report.ids, f"add 'id: {name}' to the one that is meant")
        return "undefined-id", f"no paragraph or annex has the id '{name}'", hint
    if reference.kind == "html":
        if reference.name not in (links or ()):
            return None
        fact = f"<{reference.name}> is a word of HTML and stands in the letter as typed; it is no link"
        return "ambiguous-link", fact, f"write [words]({reference.name}), or give the link another name"
    if reference.kind == "language":
        return _told_of_language(reference.name)
    if reference.kind == "link":
        if links is None or not is_link_name(reference.name) or reference.name in links:
            return None
        hint = f"add '{reference.name}: https://…' under 'links:'"
        if reference.typed.startswith("<"):
            hint += f"; for the word as it stands write '\\<{reference.name}>'"
        return "undefined-link", f"no link is named '{reference.name}'", did_you_mean(reference.name, links, hint)
    if facts is None or reference.name.startswith("addressee."):
        return None
    name, _, form = reference.name.partition("|")
    if name not in facts and name in report.ids:
        return "undefined-field", f"no fact is named '{name}'", f"for the paragraph's number write {{{{ ref:{name} }}}}"
    return _told_of_fact(name, form, facts)


def _told_of_language(code: str) -> _Told:
    if re.fullmatch(LANGUAGE_CODE, code) and language_name(code) != code:
        return None
    return "wrong-language", f"'{code}' is no language's code", "the codes are en, es, fr, ar, zh-Hans …"


def _id(reference: Reference) -> str:
    """The id that is referred to, or ``""``."""
    sign = "#" if reference.kind == "link" else "ref:"
    return reference.name.removeprefix(sign) if reference.name.startswith(sign) else ""


def _told_of_fact(name: str, form: str, facts: Mapping[str, Fact | None]) -> _Told:
    if name not in facts:
        hint = did_you_mean(name, facts, f"add '{name}:' under 'facts:'")
        if name in ("addressee", "ref"):
            hint = "write {{ addressee.column }}" if name == "addressee" else "write {{ ref: id }}"
        return "undefined-field", f"no fact is named '{name}'", hint
    fact = facts[name]
    if not form or fact is None or form in (forms := _formats(fact)):
        return None
    if not forms:
        kind = "a range of days" if isinstance(fact, DateRange) else "text"
        return "unknown-format", f"'{name}' is {kind}, which has no formats", f"write {{{{ {name} }}}}"
    hint = did_you_mean(form, forms, "its formats: " + ", ".join(forms))
    return "unknown-format", f"'{form}' is not a format of '{name}'", hint


def _formats(fact: Fact) -> tuple[str, ...]:
    if isinstance(fact, Decimal):
        return NUMBER_FORMATS
    if isinstance(fact, DateRange | Mapping):
        return ()
    return DATE_FORMATS


def _typed_ids(root: Node) -> Iterator[str]:
    """Every id that is typed anywhere in the file, as it should have been typed."""
    open_nodes = [root]
    while open_nodes:
        node = open_nodes.pop()
        if isinstance(node, nodes.Sequence):
            open_nodes += node.items
        elif isinstance(node, nodes.Mapping):
            open_nodes += [value for _, value in node.pairs.values()]
            if isinstance(named := node.pairs.get("id", (None, None))[1], Scalar):
                yield named.text.lower().replace("_", "-")
