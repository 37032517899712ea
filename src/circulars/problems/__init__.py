"""Explains problem codes: what is wrong, an example that causes it, and the remedy.

The entries are in the YAML files beside this module, one file for each subject. The first call reads them. Entries
about finished files without a remedy take it from the accessibility rule of the same code. Entries about rules have an
example that is right as well, and their severity from the table of rules.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from circulars.accessibility import PDF, WORD
from circulars.errors import Place, Problem, UsageError, did_you_mean
from circulars.review.rules.table import RULES
from circulars.syntax.own_tables import own_table

SUBJECTS: Final = (
    "yaml",
    "letters",
    "rules",
    "editing",
    "approvals",
    "addressees",
    "databases",
    "merging",
    "sending",
    "signing",
    "signatures",
    "packs",
    "templates",
    "finished-files",
    "files",
    "desk",
    "commands",
)
"""The files, in the order of the list of codes."""

KINDS: Final[Mapping[str, str]] = {
    "letter": "in a letter",
    "list": "in a list of addressees (CSV)",
    "entries": "in a list of addressees (YAML)",
    "command": "commands",
    "pack": "in a pack's pack.yaml",
    "page": "in a pack's letter.html.j2",
    "language": "in a language's file",
    "case": "a case",
}
"""The kinds of examples, each with a label to print before it. A case is described in words, not shown in lines."""


@dataclass(frozen=True, slots=True)
class Example:
    """An example that causes a problem; ``text`` is one line or several, without a final line break."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """The explanation of a problem code; ``wrong`` and ``remedy`` are whole sentences.

    A code of a rule has a ``severity``, and an example that is similar and ``right``.
    """

    code: str
    subject: str
    wrong: str
    example: Example
    remedy: str
    severity: str = ""
    right: Example | None = None


@functools.cache
def explanations() -> Mapping[str, Explanation]:
    """The explanation of every problem code, by subject and then in alphabetical order."""
    return {one.code: one for name in SUBJECTS for one in _read(name)}


def explain(code: str) -> Explanation:
    """The explanation of a problem code.

    Raises:
        UsageError: there is no such code.
    """
    known = explanations()
    if code not in known:
        hint = did_you_mean(code, known, "'circulars explain' lists all codes")
        raise UsageError(Problem(Place(), "unknown-code", f"there is no problem code '{code}'", hint))
    return known[code]


def _read(name: str) -> list[Explanation]:
    data = own_table(__package__, f"{name}.yaml")
    return [_explanation(code, data["subject"], entry) for code, entry in data["problems"].items()]


def _explanation(code: str, subject: str, entry: Mapping[str, Any]) -> Explanation:
    remedy = entry["remedy"] if "remedy" in entry else _remedy_of_rule(code)
    severity = RULES[code].severity if code in RULES else ""
    right = _example(entry["right"]) if "right" in entry else None
    return Explanation(code, subject, entry["wrong"], _example(entry["example"]), remedy, severity, right)


def _example(entry: Mapping[str, str]) -> Example:
    ((kind, text),) = entry.items()
    return Example(kind, text.rstrip("\n"))


def _remedy_of_rule(code: str) -> str:
    """The remedy of an accessibility rule; both remedies if the rules for Word files and for PDFs differ."""
    word, pdf = (rules[code].remedy if code in rules else "" for rules in (WORD, PDF))
    if word and pdf and word != pdf:
        return f"In Word: {word}. In a PDF: {pdf}."
    remedy = word or pdf
    return f"{remedy[0].upper()}{remedy[1:]}."
