"""``circulars confirm``: records that a translation is still right."""

from __future__ import annotations

from pathlib import Path

from circulars.cli.show import plural
from circulars.review.rules import confirm_translation
from circulars.workspace import Workspace, shown


def run(letter: Path, paragraph: str, language: str, workspace: Workspace) -> int:
    """Confirms one paragraph, or all of a letter, and prints what is new in the record."""
    done = confirm_translation(letter, language, workspace, paragraph)
    count, lines = len(done.lines), ", ".join(map(str, done.lines))
    what = f"{count} {plural(count, 'text')} confirmed in '{language}', on {plural(count, 'line')} {lines}"
    print(f"{shown(done.record, workspace)}: {what if count else 'nothing is new'}")
    return 0
