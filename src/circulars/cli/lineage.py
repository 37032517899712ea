"""``circulars blame`` and ``circulars history``: who changed a letter's words, and how."""

from __future__ import annotations

import sys
from pathlib import Path

from circulars.cli.show import option_words
from circulars.errors import visible
from circulars.review import diff
from circulars.review.lineage import LetterCommit, text_origins, wording_commits
from circulars.workspace import Workspace


def blame(source: Path, workspace: Workspace) -> int:
    """Prints who last changed each text of a letter in each language, and returns the exit code."""
    for origin in text_origins(source, workspace):
        print(origin)
    return 0


def history(source: Path, workspace: Workspace, most: int) -> int:
    """Prints the commits that changed the words of a letter, the newest first, with what each changed."""
    commits = wording_commits(source, workspace)
    for commit in commits[:most]:
        print(f"{commit}  {visible(commit.subject)}")
        print(_changes(commit, workspace))
    if len(commits) > most:
        print(f"{len(commits) - most} older ones are not shown: --count {len(commits)}", file=sys.stderr)
    return 0


def _changes(commit: LetterCommit, workspace: Workspace) -> str:
    if not commit.before:
        return "\n  the first version\n"
    old, new = f"{commit.parent}:{commit.old_path}", f"{commit.name}:{commit.path}"
    text = diff(old, new, workspace).text(False, option_words)
    return "\n" + "".join(f"  {line}".rstrip() + "\n" for line in text.splitlines()[1:])
