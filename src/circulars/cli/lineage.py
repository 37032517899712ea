"""``circulars blame`` and ``circulars history``: who changed a letter's words, and how."""

from __future__ import annotations

import sys
from pathlib import Path

from circulars.cli.show import option_words
from circulars.errors import visible
from circulars.files.output import save
from circulars.review.diffing import diff
from circulars.review.repository.lineage import LetterCommit, text_origins, wording_commits
from circulars.review.repository.lineage_pdf import history_pdf, origins_pdf
from circulars.workspace import Workspace


def blame(source: Path, workspace: Workspace, pdf: str = "") -> int:
    """Prints who last changed each text of a letter, or writes it as a PDF, and returns the exit code."""
    origins = text_origins(source, workspace)
    if pdf:
        _save(pdf, origins_pdf(source, origins, workspace))
    else:
        for origin in origins:
            print(origin)
    return 0


def history(source: Path, workspace: Workspace, most: int, pdf: str = "") -> int:
    """Prints the commits that changed the words of a letter, the newest first, with what each changed; or as a PDF."""
    commits = wording_commits(source, workspace)
    changes = ((commit, _changes(commit, workspace)) for commit in commits[:most])
    if pdf:
        _save(pdf, history_pdf(source, changes, workspace))
    else:
        for commit, text in changes:
            print(f"{commit}  {visible(commit.subject)}\n\n{text}")
    if len(commits) > most:
        print(f"{len(commits) - most} older ones are not shown: --count {len(commits)}", file=sys.stderr)
    return 0


def _save(name: str, data: bytes) -> None:
    path = Path(name)
    print(save(path.parent, path.name, data))


def _changes(commit: LetterCommit, workspace: Workspace) -> str:
    if not commit.before:
        return "  the first version\n"
    old, new = f"{commit.parent}:{commit.old_path}", f"{commit.name}:{commit.path}"
    lines = diff(old, new, workspace).text(False, option_words).splitlines()[1:]
    return "".join(f"  {line}".rstrip() + "\n" for line in "\n".join(lines).strip("\n").split("\n"))
