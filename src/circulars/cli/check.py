"""``circulars check``: lists the problems of letters, and what the rules find in them."""

from __future__ import annotations

import datetime
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from circulars.build import Built
from circulars.cli.show import coloured, option_words, plural
from circulars.problems import explanations
from circulars.review.rules import check_letters, check_report, text_entries
from circulars.workspace import Workspace


def run(sources: Sequence[Path], workspace: Workspace, format: str, today: datetime.date | None = None) -> int:
    """Checks letters, prints what is wrong with them, and returns the exit code."""
    checked = list(check_letters(sources, workspace, today))
    if format != "text":
        sentences = {code: one.wrong for code, one in explanations().items()} if format == "sarif" else {}
        if report := check_report(checked, format, sentences, option_words):
            print(report)
    else:
        for problem, text in text_entries(checked, option_words):
            print(coloured(text, problem, sys.stdout))
        print(_summary(checked), file=sys.stderr)
    return max((one.exit_code for one in checked), default=0)


def _severity(warning: object) -> str:
    """How severe a warning is: rules may find errors, with which a letter can be built nevertheless."""
    return getattr(warning, "severity", "warning")


def _summary(checked: Sequence[Built]) -> str:
    """One sentence: "2 problems in 1 of 7 letters, 1 error, 3 warnings"."""
    problems = sum(len(one.problems) for one in checked)
    faulty = sum(bool(one.problems) for one in checked)
    letters = f"{len(checked)} {plural(len(checked), 'letter')}"
    found = f"{problems} {plural(problems, 'problem')} in {faulty} of {letters}"
    counts = Counter(_severity(warning) for one in checked for warning in one.warnings)
    also = "".join(f", {counts[name]} {plural(counts[name], name)}" for name in ("error", "warning") if counts[name])
    return (found if problems else f"{letters}, no problems") + also
