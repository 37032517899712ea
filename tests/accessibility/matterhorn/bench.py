"""The bench: all its files, what the check finds in them, and the figures and the table of the documentation.

In ``tests``, ``python -m accessibility.matterhorn.bench`` renews the documentation; with a folder, it writes the files.
"""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from accessibility.matterhorn import annotation, documents, fonts, structures
from accessibility.matterhorn.cases import CASES
from accessibility.matterhorn.conditions import CONDITIONS
from circulars.accessibility import check_output

__all__ = ["CASES", "CONFORMANCE", "PAGE", "errors", "figures", "renewed", "rows", "write"]

CASE_MODULES = (documents, structures, annotation, fonts)
"""The modules that add cases when they are imported."""
ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "check-outputs.md"
CONFORMANCE = ROOT / "docs" / "conformance.md"


def write(folder: Path) -> None:
    """Writes all files into a folder."""
    for case in CASES:
        (folder / f"{case.name}.pdf").write_bytes(case.file())


@functools.cache
def errors(data: bytes) -> set[str]:
    """The rules of severity "error" that a file breaks."""
    return {finding.code for finding in check_output(data, "report.pdf") if finding.severity == "error"}


def rows() -> list[str]:
    """The rows of the table in docs/check-outputs.md: each condition, and the rules for it."""
    return [
        f"| {c.number} | {c.failure} | {c.clause} | {', '.join(f'`{code}`' for code in c.codes) or c.reason} |"
        for c in CONDITIONS
    ]


def figures(files: Mapping[str, bytes]) -> str:
    """The figures in docs/conformance.md."""
    verdicts = {case.name: case.passes for case in CASES}
    failing = [bool(errors(files[name])) for name, passes in verdicts.items() if not passes]
    passing = [bool(errors(files[name])) for name, passes in verdicts.items() if passes]
    checked = sum(bool(condition.codes) for condition in CONDITIONS)
    return (
        f"{checked} of {len(CONDITIONS)} conditions; {sum(failing)} of {len(failing)} failing files found, "
        f"errors in {sum(passing)} of {len(passing)} passing files"
    )


def renewed(page: str) -> str:
    """docs/check-outputs.md with the present table."""
    head, rule, rest = page.partition("| number | fails if | clause | rule |\n|---|---|---|---|\n")
    return head + rule + "\n".join(rows()) + "\n" + re.sub(r"\A(\|.*\n)*", "", rest)


def _renew() -> None:
    PAGE.write_text(renewed(PAGE.read_text("utf-8")), "utf-8")
    measured = figures({case.name: case.file() for case in CASES})
    text = re.sub(r"\d+ of \d+ conditions; .*? passing files", measured, CONFORMANCE.read_text("utf-8"))
    CONFORMANCE.write_text(text, "utf-8")


if __name__ == "__main__":
    if sys.argv[1:]:
        write(Path(sys.argv[1]))
    else:
        _renew()
