"""Says what is wrong with finished files, of any maker: what keeps people from reading them with other means than eyes.

It takes bytes and gives findings; the rules stand in ``WORD`` and ``PDF``, by their codes.
"""

from __future__ import annotations

from typing import Final

from circulars.accessibility.finding import Finding, Rule, Severity, Spot
from circulars.accessibility.pdf import check_pdf
from circulars.accessibility.pdf_rules import PDF
from circulars.accessibility.word import check_word
from circulars.accessibility.word_rules import WORD

__all__ = ["PDF", "SUFFIXES", "WORD", "Finding", "Rule", "Severity", "Spot", "check_output", "unreadable"]

SUFFIXES: Final = (".docx", ".docm", ".dotx", ".dotm", ".pdf")
"""How the names of files end that can be checked."""


def check_output(data: bytes, name: str) -> tuple[Finding, ...]:
    """What is wrong with a finished file, rule by rule, and in the order in which it stands there.

    It is empty when nothing is. What the bytes are decides, not the name: a PDF is known by its first kilobyte. Bytes
    that are neither a PDF nor a Word file give a finding that says so.
    """
    if b"%PDF-" in data[:1024] or _is_named_pdf(name):
        return check_pdf(data, name)
    return check_word(data, name)


def unreadable(name: str, fact: str) -> Finding:
    """The finding of a file whose bytes cannot be had."""
    rules = PDF if _is_named_pdf(name) else WORD
    return rules["unreadable-file"].broken(Spot(name), fact)


def _is_named_pdf(name: str) -> bool:
    return name.lower().endswith(".pdf")
