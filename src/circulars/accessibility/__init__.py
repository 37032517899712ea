"""Checks finished Word and PDF files, made by any program, for accessibility.

It takes bytes and returns findings. The rules are in ``WORD`` and ``PDF``, by their codes.
"""

from __future__ import annotations

from typing import Final

from circulars.accessibility.finding import Finding, Rule, Severity, Spot
from circulars.accessibility.pdf import check_pdf
from circulars.accessibility.pdf_rules import PDF
from circulars.accessibility.word import active_content, check_word
from circulars.accessibility.word_rules import WORD

__all__ = [
    "PDF",
    "SUFFIXES",
    "WORD",
    "Finding",
    "Rule",
    "Severity",
    "Spot",
    "active_content",
    "check_output",
    "unreadable",
]

SUFFIXES: Final = (".docx", ".docm", ".dotx", ".dotm", ".pdf")
"""The suffixes of files that can be checked."""


def check_output(data: bytes, name: str) -> tuple[Finding, ...]:
    """The findings about a finished file, rule by rule, in the order of the file; empty if there are none.

    The bytes decide which rules apply: a PDF is recognized by its first kilobyte, or else by its name. Bytes that are
    neither a PDF nor a Word file give a finding that says so.
    """
    if b"%PDF-" in data[:1024] or _is_named_pdf(name):
        return check_pdf(data, name)
    return check_word(data, name)


def unreadable(name: str, fact: str) -> Finding:
    """The finding for a file that cannot be read."""
    rules = PDF if _is_named_pdf(name) else WORD
    return rules["unreadable-file"].finding(Spot(name), fact)


def _is_named_pdf(name: str) -> bool:
    return name.lower().endswith(".pdf")
