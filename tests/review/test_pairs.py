"""A table of pairs of letters: what the report of each pair says, what it never says, and which words it marks.

Each file in ``pairs/`` has pairs by name. A pair is ``base.yaml`` with the keys of ``old``, and with those of ``new``
(and, with ``same: true``, the keys of ``old`` that ``new`` does not replace). Everything else is expected:

- ``kinds``: the kinds of the changes in each language, in any order; or by language, with ``letter`` for those that
  are reported once for the letter. Consequences are listed only where they matter: elsewhere they are left out.
- ``says``: words of the text report. ``never``: words that are not in it.
- ``marked``: by language, the marked words in order: ``-removed`` and ``+added``. ``unmarked``: words that are not
  marked in any language.

A pair's sentence may be reworded together with the report, as long as it says the kind, the place and the words.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from circulars.review.comparing.changes import Change
from circulars.review.diffing import diff
from circulars.review.reports.report import ChangeReport
from circulars.workspace import Workspace
from review.json_reports import check_json
from review.pair_letters import Pair, pairs, write_pair

QUIET: Final = ("consequences", "renumbered")
"""What is not counted unless a pair lists it."""


@pytest.mark.parametrize("pair", [pytest.param(pair, id=pair.name) for pair in pairs()])
def test_a_pair_is_reported_as_a_reader_would_say_it(pair: Pair, tmp_path: Path) -> None:
    """The report has the sentences, the kinds and the marks that the pair lists, and no mark on other words."""
    report = diff(*write_pair(pair, tmp_path), Workspace(tmp_path))
    text = report.text()

    assert [words for words in pair.says if words not in text] == [], text
    assert [words for words in pair.never if words in text] == [], text
    check_json(report)
    for language, kinds in pair.kinds.items():
        assert _kinds(report, language, kinds) == sorted(kinds), f"{language}\n{text}"
    for language, marked in pair.marked.items():
        assert _marks(report, language) == list(marked), f"{language}\n{text}"
    marks = "\n".join(mark for language in ("en", "es") for mark in _marks(report, language))
    assert [words for words in pair.unmarked if words in marks] == [], text


def test_there_are_many_pairs() -> None:
    """The table is read whole."""
    assert len(pairs()) >= 60


def _kinds(report: ChangeReport, language: str, expected: Sequence[str]) -> list[str]:
    """The kinds of the changes in a language, or of those of the whole letter, sorted; quiet ones if expected."""
    changes = _changes(report, language)
    return sorted(change.kind for change in changes if change.kind not in QUIET or change.kind in expected)


def _marks(report: ChangeReport, language: str) -> list[str]:
    """The marked words of a language in order, each with "-" or "+" before it."""
    signs = {"removed": "-", "added": "+"}
    return [
        signs[segment.mark] + segment.text.strip()
        for change in _changes(report, language)
        for segment in change.segments
        if segment.mark != "equal" and not segment.quiet
    ]


def _changes(report: ChangeReport, language: str) -> tuple[Change, ...]:
    """The changes in a language, or with ``letter`` those that are reported once for the whole letter."""
    (letter,) = report.letters
    if language == "letter":
        facts: tuple[Change, ...] = getattr(letter, "facts", ())
        return facts
    return next((one.changes for one in letter.languages if one.language == language), ())
