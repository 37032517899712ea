"""Reports of checked letters: text with the lines that are wrong, JSON, GitHub's annotations, SARIF."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from circulars import __version__
from circulars.build import Built
from circulars.errors import Choice, Problem, check_word, printable_json, visible
from circulars.files.inside import OutsideError, read_in_folder
from circulars.review.rules.excerpts import excerpt
from circulars.review.rules.findings import RuleProblem

FORMATS: Final = ("text", "json", "github", "sarif")
_MOST_RESULTS: Final = 1000
"""Review sites show no more results of a run."""
_MOST_ANNOTATIONS: Final = 10
"""GitHub shows no more annotations of a type of a step, and drops the others: https://github.com/actions/toolkit."""
_NO_SENTENCES: Final[Mapping[str, str]] = {}
_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"


@dataclass(frozen=True, slots=True)
class _Reported:
    """A problem or a warning, how severe it is, and a fingerprint that stays the same when lines move.

    With one that ``is_fatal`` the letter cannot be built.
    """

    problem: Problem
    severity: str
    fingerprint: str
    is_fatal: bool = False

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
    """The problems and the warnings of checked letters in a format, the worst first.

    The format is "text", "json", "github" or "sarif". ``sentences`` say what a code means, for "sarif"; ``worded`` puts
    a remedy for the caller into words.

    Raises:
        UsageError: there is no such format.
    """
    check_word(format, FORMATS, "a format of reports")
    if format == "text":
        return "\n".join(text for _, text in text_entries(checked, worded))
    results = _results(checked)
    if format == "github":
        return "\n".join(_annotations(results, worded))
    rows = [_row(one, worded) for one in results]
    return printable_json(rows if format == "json" else _sarif(results, sentences, worded))


def text_entries(checked: Sequence[Built], worded: Callable[[Choice], str] = str) -> Iterator[tuple[Problem, str]]:
    """Each problem with its text: what is wrong, the line with a caret below the place, and the remedy.

    Of several problems of a rule in one text only the first is shown.
    """
    results = _results(checked)
    counts = Counter(map(_in_one_text, results))
    files: dict[str, list[tuple[str, Path]]] = {}
    for source in (one.source for one in checked if one.problems or one.warnings):
        full = source.resolve()
        files.setdefault(full.name, []).append((f"/{full.as_posix()}", source))
    lines: dict[str, list[str]] = {}
    shown: set[tuple[object, ...]] = set()
    for one in results:
        key, file = _in_one_text(one), one.problem.where.file
        if key in shown:
            continue
        shown.add(key)
        if file not in lines:
            named = files.get(file.rpartition("/")[2], ())
            lines[file] = next((_lines(path) for full, path in named if full.endswith(f"/{file}")), [])
        yield one.problem, _entry(one, counts[key] - 1, lines[file], worded)


def _in_one_text(one: _Reported) -> tuple[object, ...]:
    """What the problems that are shown as one have in common: the rule and the text."""
    column = 0 if isinstance(one.problem, RuleProblem) else one.problem.where.column
    return one.problem.where.file, one.lines, column, one.problem.code, one.severity


def _lines(path: Path) -> list[str]:
    """The lines of a letter's file; none if it can no longer be read."""
    try:
        return read_in_folder(path.parent, path.name, "YAML").decode("utf-8", "replace").split("\n")
    except (OutsideError, OSError):
        return []


def _entry(one: _Reported, further: int, lines: list[str], worded: Callable[[Choice], str]) -> str:
    problem = one.problem
    severity = "" if one.is_fatal else f"{one.severity}: "
    place = f"{problem.where}  " if problem.where.file else ""
    more = f" (and {further} more of this kind here)" if further else ""
    remedy = visible(problem.remedy(worded))
    rows = (
        f"{place}{severity}{problem.code}  {visible(problem.message)}{more}",
        *excerpt(lines, problem.where.line, problem.where.column),
        f"    hint: {remedy}" if remedy else "",
    )
    return "\n".join(filter(None, rows))


def _results(checked: Sequence[Built]) -> list[_Reported]:
    """Errors come first, and within them the order of the files."""
    found = [(problem, "error", True) for one in checked for problem in one.problems]
    found += [(one, getattr(one, "severity", "warning"), False) for built in checked for one in built.warnings]
    ordered = sorted(found, key=lambda one: (not one[2], one[1] != "error", one[0].where, one[0].code))
    seen: Counter[str] = Counter()
    results = []
    for problem, severity, is_fatal in ordered:
        digest = _digest(problem)
        seen[digest] += 1
        results.append(_Reported(problem, severity, f"{digest}:{seen[digest]}", is_fatal))
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
    """A line for each text with a problem, the worst of each, and a summary of all.

    What GitHub would not show as annotations is only in the log, as text.
    """
    seen: set[tuple[str, tuple[int, int]]] = set()
    shown: Counter[str] = Counter()
    for one in results:
        key = one.problem.where.file, one.lines
        if key in seen:
            continue
        seen.add(key)
        shown[one.severity] += 1
        where, remedy = one.problem.where, one.problem.remedy(worded)
        if shown[one.severity] > _MOST_ANNOTATIONS:
            yield f"{where}  {one.severity}: {one.problem.code}  {visible(one.problem.message)}"
            continue
        place = f"file={_escaped(where.file, ':,')},line={max(where.line, 1)},col={max(where.column, 1)}"
        text = one.problem.message + (f"\n{remedy}" if remedy else "")
        yield f"::{one.severity} {place},title={_escaped(one.problem.code, ':,')}::{_escaped(text)}"
    if results:
        counts = Counter(one.severity for one in results)
        words = [f"{count} {name}{'s' * (count != 1)}" for name, count in sorted(counts.items())]
        left = sum(max(count - _MOST_ANNOTATIONS, 0) for count in shown.values())
        more = f"; {left} more texts are in the log only" if left else ""
        yield f"::notice title=circulars check::{_escaped(' and '.join(words) + more)}"


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
