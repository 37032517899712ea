"""Checks finished Word and PDF files, made by any program, for accessibility.

It takes bytes and returns findings. The rules are in ``WORD`` and ``PDF``, by their codes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Final

from circulars.accessibility.finding import Finding, Rule, Severity, Spot
from circulars.accessibility.pdf.checks import check_pdf
from circulars.accessibility.pdf.rules import PDF
from circulars.accessibility.word.checks import active_content, check_word
from circulars.accessibility.word.rules import WORD
from circulars.files.recognize import is_pdf, unreadable_pdf

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
    neither a PDF nor a Word file give a finding that says so, and so does a name that says something else.
    """
    if is_pdf(data):
        return (*_misnamed(name, "a PDF file", PDF, ".pdf"), *check_pdf(data, name))
    found = check_word(data, name)
    if not any(one.code in ("unreadable-file", "encrypted-file") for one in found):
        return (*_misnamed(name, "a Word file", WORD, ".docx"), *found)
    if _is_named_pdf(name):
        kind = unreadable_pdf(data)
        code = "encrypted-file" if kind.is_encrypted else "unreadable-file"
        return (PDF[code].finding(Spot(name), kind.fact, kind.remedy),)
    return found


def _misnamed(name: str, kind: str, rules: Mapping[str, Rule], suffix: str) -> Iterator[Finding]:
    """A finding if a file's name says that it is of the other kind: programs go by the name, and cannot open it."""
    given = PurePath(name).suffix.lower()
    if given in SUFFIXES and (given == ".pdf") != (suffix == ".pdf"):
        fact = f"this is {kind}, but its name ends in '{given}', so most programs cannot open it"
        yield rules["unreadable-file"].finding(Spot(name), fact, f"rename it, so that its name ends in '{suffix}'")


def unreadable(name: str, fact: str) -> Finding:
    """The finding for a file that cannot be read."""
    rules = PDF if _is_named_pdf(name) else WORD
    return rules["unreadable-file"].finding(Spot(name), fact)


def _is_named_pdf(name: str) -> bool:
    return name.lower().endswith(".pdf")
