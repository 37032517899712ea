"""The table of rules for letters. What each means is explained beside all other problem codes, in ``problems``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Severity = Literal["error", "warning"]
Family = Literal["allowances", "in step", "stale translations", "facts", "language"]


@dataclass(frozen=True, slots=True)
class LetterRule:
    """A rule: the problem code that it reports, how severe that is, and the family of rules that finds it.

    A letter with an error can be built nevertheless: rules judge what a letter says, not whether it can be read.
    """

    code: str
    severity: Severity
    family: Family


RULES: Final[Mapping[str, LetterRule]] = {
    rule.code: rule
    for rule in (
        LetterRule("allowance-without-reason", "warning", "allowances"),
        LetterRule("unused-allowance", "warning", "allowances"),
        LetterRule("different-address", "warning", "in step"),
        LetterRule("different-date", "warning", "in step"),
        LetterRule("different-number", "warning", "in step"),
        LetterRule("different-paragraphs", "warning", "in step"),
        LetterRule("different-reference", "warning", "in step"),
        LetterRule("different-time", "warning", "in step"),
        LetterRule("different-weekday", "warning", "in step"),
        LetterRule("same-text", "warning", "in step"),
        LetterRule("stale-translation", "warning", "stale translations"),
        LetterRule("early-deadline", "warning", "facts"),
        LetterRule("former-fact", "warning", "facts"),
        LetterRule("impossible-address", "warning", "facts"),
        LetterRule("impossible-telephone", "warning", "facts"),
        LetterRule("late-deadline", "warning", "facts"),
        LetterRule("missing-annex", "warning", "facts"),
        LetterRule("past-deadline", "warning", "facts"),
        LetterRule("short-notice", "warning", "facts"),
        LetterRule("typed-reference", "warning", "facts"),
        LetterRule("unmentioned-annex", "warning", "facts"),
        LetterRule("unordered-deadlines", "warning", "facts"),
        LetterRule("weekend-deadline", "warning", "facts"),
        LetterRule("wrong-cited-date", "warning", "facts"),
        LetterRule("wrong-weekday", "warning", "facts"),
        LetterRule("breaking-space", "warning", "language"),
        LetterRule("capital-month", "warning", "language"),
        LetterRule("different-term", "warning", "language"),
        LetterRule("late-introduction", "warning", "language"),
        LetterRule("missing-accent", "warning", "language"),
        LetterRule("missing-opening-mark", "warning", "language"),
        LetterRule("repeated-word", "warning", "language"),
        LetterRule("unusual-spelling", "warning", "language"),
        LetterRule("wrong-decimal-sign", "warning", "language"),
        LetterRule("wrong-number-sign", "warning", "language"),
        LetterRule("wrong-quotation-mark", "warning", "language"),
    )
}
"""All rules by their code."""
