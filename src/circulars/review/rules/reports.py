"""Reports of checked letters for programs and review sites: JSON, GitHub's annotations, SARIF."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from circulars import __version__
from circulars.build import Built
from circulars.errors import Choice, Problem, check_word, printable_json
from circulars.review.rules.findings import RuleProblem

FORMATS: Final = ("json", "github", "sarif")
_MOST_RESULTS: Final = 1000
"""Review sites show no more results of a run."""
_NO_SENTENCES: Final[Mapping[str, str]] = {}
_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"


@dataclass(frozen=True, slots=True)
class _Reported:
    """A problem or a warning, how severe it is, and a fingerprint that stays the same when lines move."""

    problem: Problem
    severity: str
    fingerprint: str

    @property
    def lines(self) -> tuple[int, int]:
        """The lines of the text that it concerns."""
        own = self.problem.lines if isinstance(self.problem, RuleProblem) else (0, 0)
        return own if own[0] else (self.problem.where.line, self.problem.where.line)


def check_report(
    checked: Sequence[Built],
    format: str,
    sentences: Mapping[str, str] = _NO_SENTENCES,
    worded: Callable[[Choice], str] = str,
) -> str:
    """The problems and the warnings of checked letters in a format, the worst first: "json", "github" or "sarif".

    ``sentences`` say what a code means, for "sarif"; ``worded`` puts a remedy for the caller into words.

    Raises:
        UsageError: there is no such format.
    """
    check_word(format, FORMATS, "a format of reports")
    results = _results(checked)
    if format == "github":
        return "\n".join(_annotations(results, worded))
    rows = [_row(one, worded) for one in results]
    return printable_json(rows if format == "json" else _sarif(results, sentences, worded))


def _results(checked: Sequence[Built]) -> list[_Reported]:
    """Errors come first, and within them the order of the files."""
    found = [(problem, "error") for one in checked for problem in one.problems]
    found += [(one, getattr(one, "severity", "warning")) for built in checked for one in built.warnings]
    ordered = sorted(found, key=lambda one: (one[1] != "error", one[0].where, one[0].code))
    seen: Counter[str] = Counter()
    results = []
    for problem, severity in ordered:
        digest = _digest(problem)
        seen[digest] += 1
        results.append(_Reported(problem, severity, f"{digest}:{seen[digest]}"))
    return results


def _digest(problem: Problem) -> str:
    own = problem.fingerprint if isinstance(problem, RuleProblem) else problem.message
    return hashlib.sha256("\0".join((problem.where.file, problem.code, own)).encode()).hexdigest()[:32]


def _row(result: _Reported, worded: Callable[[Choice], str]) -> dict[str, Any]:
    problem = result.problem
    return {
        "file": problem.where.file,
        "line": problem.where.line,
        "column": problem.where.column,
        "code": problem.code,
        "message": problem.message,
        "hint": problem.remedy(worded),
        "severity": result.severity,
        "lines": list(result.lines),
        "fingerprint": result.fingerprint,
    }


# GitHub's annotations.


def _annotations(results: Sequence[_Reported], worded: Callable[[Choice], str]) -> Iterator[str]:
    """A line for each text with a problem, the worst of each, and a summary of all."""
    seen: set[tuple[str, tuple[int, int]]] = set()
    for one in results:
        key = one.problem.where.file, one.lines
        if key in seen:
            continue
        seen.add(key)
        where = one.problem.where
        place = f"file={_escaped(where.file, ':,')},line={max(where.line, 1)},col={max(where.column, 1)}"
        remedy = one.problem.remedy(worded)
        text = one.problem.message + (f"\n{remedy}" if remedy else "")
        yield f"::{one.severity} {place},title={_escaped(one.problem.code, ':,')}::{_escaped(text)}"
    if results:
        counts = Counter(one.severity for one in results)
        words = [f"{count} {name}{'s' * (count != 1)}" for name, count in sorted(counts.items())]
        yield f"::notice title=circulars check::{_escaped(' and '.join(words))}"


def _escaped(text: str, others: str = "") -> str:
    """A text for a command of a workflow."""
    return "".join(f"%{ord(sign):02X}" if sign in f"%\r\n{others}" else sign for sign in text)


# SARIF.


def _sarif(
    results: Sequence[_Reported], sentences: Mapping[str, str], worded: Callable[[Choice], str]
) -> dict[str, Any]:
    shown = results[:_MOST_RESULTS]
    codes = sorted({one.problem.code for one in shown})
    rules = [{"id": code, "shortDescription": {"text": sentences.get(code, code)}} for code in codes]
    driver = {"name": "circulars", "version": __version__, "rules": rules}
    own = [_sarif_result(one, codes, worded) for one in shown]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": own}
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _sarif_result(one: _Reported, codes: Sequence[str], worded: Callable[[Choice], str]) -> dict[str, Any]:
    where, remedy = one.problem.where, one.problem.remedy(worded)
    region = {"startLine": max(where.line, 1), "startColumn": max(where.column, 1)}
    return {
        "ruleId": one.problem.code,
        "ruleIndex": codes.index(one.problem.code),
        "level": one.severity,
        "message": {"text": one.problem.message + (f" ({remedy})" if remedy else "")},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(where.file)}, "region": region}}],
        "partialFingerprints": {"circulars/v1": one.fingerprint},
    }


def _uri(file: str) -> str:
    from urllib.parse import quote

    return quote(file.replace("\\", "/"))
