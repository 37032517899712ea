"""``circulars git``: sets git up for letters, and does what git then asks for."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from circulars.cli.show import plural
from circulars.errors import Place, Problem, UsageError, visible
from circulars.files.output import save
from circulars.review.repository.merging import merge_letters
from circulars.review.repository.reading_text import reading_text
from circulars.review.repository.setup import ATTRIBUTES, git_setup, install_in_git, review_workflow, uninstall_from_git
from circulars.review.versions.git import Version, read_version
from circulars.workspace import Workspace


def run(options: argparse.Namespace, workspace: Workspace) -> int:
    """Runs one of the actions of ``git``, and returns the exit code."""
    actions = {"install": _install, "uninstall": _uninstall, "workflow": _workflow, "text": _text, "merge": _merge}
    return actions[options.action](options, workspace)


def _install(options: argparse.Namespace, workspace: Workspace) -> int:
    setup = git_setup(workspace, _program())
    print(setup.text(), end="", file=sys.stderr)
    if not _confirmed("set this?", options):
        return 0
    install_in_git(setup, workspace.folder)
    print(f"done; commit {ATTRIBUTES}, and have colleagues run 'circulars git install' as well", file=sys.stderr)
    return 0


def _uninstall(options: argparse.Namespace, workspace: Workspace) -> int:
    print("removes what 'circulars git install' has set in this repository", file=sys.stderr)
    if _confirmed("remove it?", options):
        print(visible(f"removed; {uninstall_from_git(workspace) / ATTRIBUTES} is as it was before"), file=sys.stderr)
    return 0


def _workflow(options: argparse.Namespace, workspace: Workspace) -> int:
    print(review_workflow(workspace), end="")
    print("save it as .github/workflows/letters.yaml at the top of the repository", file=sys.stderr)
    return 0


def _text(options: argparse.Namespace, workspace: Workspace) -> int:
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # git reads it, whatever the locale is
    print(reading_text(Path(options.file), workspace), end="")
    return 0


def _merge(options: argparse.Namespace, workspace: Workspace) -> int:
    """Merges as git's driver: the result replaces our version; the exit code is 1 if there are conflicts."""
    base, ours, theirs = (
        read_version(Version("", str(name)), Path()) for name in (options.base, options.ours, options.theirs)
    )
    merged = merge_letters(base, ours, theirs, options.path, workspace.letters, workspace.language_folders)
    target = Path(options.ours).resolve()
    save(target.parent, target.name, merged.data)
    if merged.conflicts:
        count = f"{merged.conflicts} {plural(merged.conflicts, 'conflict')}"
        print(visible(f"{options.path}: {count}; 'circulars check' names their lines"), file=sys.stderr)
    return int(bool(merged.conflicts))


def _program() -> tuple[str, ...]:
    """The command by which git calls this program: the script beside this Python, or Python itself.

    Its path is absolute, since git may be called where no virtual environment is active; and Python does not look for
    modules in the folder that it is called in, which is the repository.
    """
    script = Path(sys.executable).parent / "circulars"
    if script.is_file() and os.access(script, os.X_OK):
        return (str(script),)
    return (sys.executable, "-P", "-m", "circulars")


def _confirmed(question: str, options: argparse.Namespace) -> bool:
    """Whether the user says yes.

    Raises:
        UsageError: there is no terminal to ask at.
    """
    if options.yes:
        return True
    if not sys.stdin.isatty():
        fact = "there is no terminal to ask for confirmation at"
        raise UsageError(Problem(Place(), "not-confirmed", fact, "--yes goes on without asking"))
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
