"""Comments in a letter that allow what a rule finds: ``# circulars: allow CODE, because …``."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from circulars.errors import did_you_mean
from circulars.model.letter import Letter
from circulars.review.rules.findings import Discrepancy, RuleProblem, Source
from circulars.review.rules.table import RULES

_COMMENT: Final = re.compile(r"(?:^|(?<=\s))#[ \t]*circulars:[ \t]*allow\b([^\n]*)", re.MULTILINE)
_CODE: Final = re.compile(r"[ \t,]*(?:and[ \t]+)?(?!because\b)([a-z0-9]+(?:-[a-z0-9]+)*)")
_REASON: Final = re.compile(r"[ \t,]*because[ \t]+\S")
_LEAST: Final = "circulars:"
_MOST: Final = 200
"""How many comments of a letter allow something; those after them do not."""
_MOST_SOUGHT: Final = 20
"""For how many unknown codes of a letter a similar one is looked for."""


@dataclass(frozen=True, slots=True)
class AllowComment:
    """A comment that allows some codes on some lines, the ``first`` and the ``last`` of which count from 1."""

    codes: tuple[str, ...]
    has_reason: bool
    first: int
    last: int
    where: tuple[int, int]

    def allows(self, problem: RuleProblem) -> bool:
        """Whether it allows a problem: one of its codes, in a text that it covers at least in one language."""
        first, last = problem.lines
        return self.has_reason and problem.code in self.codes and first <= self.last and self.first <= last


def without_allowed(
    problems: Sequence[RuleProblem], letter: Letter, off: frozenset[str] = frozenset()
) -> Iterator[RuleProblem]:
    """The problems that no comment allows, and those of the comments themselves; rules that are ``off`` need none."""
    if _LEAST not in letter.origin.text:
        yield from problems
        return
    found = [*_allowances(letter)]
    yield from (problem for problem in problems if not any(one.allows(problem) for one in found))
    source = Source(letter.file, letter.origin.text)
    by_code: dict[str, list[RuleProblem]] = {}
    for problem in problems:
        by_code.setdefault(problem.code, []).append(problem)
    hints = _hints(found)
    for one in found:
        yield from _problems_of(one, by_code, source, off, hints)


def _allowances(letter: Letter) -> Iterator[AllowComment]:
    text = letter.origin.text
    covered = CoveredLines(text)
    words = [_words(start, end, text) for written in letter.texts for start, end in {*written.ranges.values()}]
    for found in itertools.islice(_COMMENT.finditer(text), _MOST):
        if any(start <= found.start() < end for start, end in words):
            continue
        codes, end = [], 0
        while code := _CODE.match(found[1], end):
            codes.append(code[1])
            end = code.end()
        has_reason = _REASON.match(found[1], end) is not None
        yield AllowComment(tuple(dict.fromkeys(codes)), has_reason, *covered.of(found.start()), found.span())


def _words(start: int, end: int, text: str) -> tuple[int, int]:
    """The characters of a text's words: the head of a block may have a comment."""
    return (text.find("\n", start, end) if text[start : start + 1] in "|>" else start), end


class CoveredLines:
    """Which lines of a text the comments on its lines cover."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = text.split("\n")
        self._next = [*range(len(self._lines))]
        """The first line from each line on that has more than a comment."""
        for n in range(len(self._lines) - 2, -1, -1):
            if not _is_content(self._lines[n]):
                self._next[n] = self._next[n + 1]
        self._last: dict[int, int] = {}

    def of(self, at: int) -> tuple[int, int]:
        """The lines that the comment at a character covers: its own, or the next one, and those that belong to it.

        Those below belong to it that are indented more, or are the items of its list.
        """
        first = line = self._text.count("\n", 0, at)
        if not self._text[self._text.rfind("\n", 0, at) + 1 : at].strip():  # nothing is before it on its line
            after = self._next[min(line + 1, len(self._lines) - 1)]
            first = after if _is_content(self._lines[after]) else line
        if first not in self._last:
            self._last[first] = self._end(first)
        return first + 1, self._last[first] + 1

    def _end(self, first: int) -> int:
        lines, last, indent = self._lines, first, _indent(self._lines[first])
        for n in range(first + 1, len(lines)):
            if _is_content(lines[n]):
                if _indent(lines[n]) <= indent and not _is_item_of(lines[n], lines[first]):
                    break
                last = n
        return last


def _is_content(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _is_item_of(line: str, key: str) -> bool:
    """Whether a line is an item of the list of a key: its dash may be in the column of the key."""
    is_item, is_key = (re.match(r"-(?: |$)", one.lstrip()) for one in (line, key))
    return is_item is not None and not is_key and _indent(line) == _indent(key)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _hints(found: Sequence[AllowComment]) -> dict[str, str]:
    """What to do about codes that are not those of rules."""
    unknown = dict.fromkeys(code for one in found for code in one.codes if code not in RULES)
    otherwise = "'circulars explain' lists all codes"
    sought = itertools.islice(unknown, _MOST_SOUGHT)
    return dict.fromkeys(unknown, otherwise) | {code: did_you_mean(code, RULES, otherwise) for code in sought}


def _problems_of(
    allowance: AllowComment,
    problems: Mapping[str, Sequence[RuleProblem]],
    source: Source,
    off: frozenset[str],
    hints: Mapping[str, str],
) -> Iterator[RuleProblem]:
    if not allowance.has_reason:
        fact, hint = (
            "this comment allows something without a reason",
            "add ', because …'; until then nothing is allowed",
        )
        words = " ".join(source.text[slice(*allowance.where)].split())
        yield source.problem(Discrepancy("allowance-without-reason", fact, hint, (words,)), allowance.where)
        return
    for code in allowance.codes:
        if code in off or any(map(allowance.allows, problems.get(code, ()))):
            continue
        fact = f"nothing is left that this comment would allow: there is no '{code}' here"
        hint = "delete the code, or the comment"
        if code in hints:
            fact, hint = f"there is no rule '{code}'", hints[code]
        yield source.problem(Discrepancy("unused-allowance", fact, hint, (code,)), allowance.where, code)
