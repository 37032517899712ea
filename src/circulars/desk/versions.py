"""Saves versions of letters: commits of a letter's own files in git, in the name of the person at the desk."""

from __future__ import annotations

from collections.abc import Sequence

from circulars.desk.letter_file import LetterFile
from circulars.desk.people import OWNER, DeskPerson
from circulars.review.approval.record import approval_files
from circulars.review.rules.confirmed import record_path
from circulars.review.versions.git import run_git
from circulars.workspace import Workspace


class NoNameError(Exception):
    """Git does not know the name or the address of the person; ``key`` is what its configuration lacks."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key


class NothingNewError(Exception):
    """The letter is as in its last version."""


def save_version(
    file: LetterFile, workspace: Workspace, message: str, by: DeskPerson = OWNER, others: Sequence[tuple[str, str]] = ()
) -> None:
    """Commits the files of a letter, and nothing else, whatever other files are changed or staged.

    The commit is in the name of the person, or in the one that git knows at a desk for one person. It names ``others``
    who wrote what is in it, each with an e-mail address, as sites for git do. The files are the letter itself, the
    record of its confirmed translations and its approvals.

    Raises:
        NoGitError: git is not installed, the folder is not in a repository, or git refuses the commit.
        NoNameError: git does not know who commits.
        NothingNewError: no file of the letter has changed.
    """
    folder = workspace.folder
    paths = [file.path, record_path(file.path), *approval_files(file.path.parent).get(file.path.stem, [])]
    names = [path.relative_to(folder).as_posix() for path in paths if path.is_file()]
    for key in () if by.email else ("user.name", "user.email"):
        if not run_git(folder, "config", key, allow_failure=True).strip():
            raise NoNameError(key)
    if not run_git(folder, "status", "--porcelain", "--untracked-files=all", "--", *names):
        raise NothingNewError
    run_git(folder, "add", "--intent-to-add", "--", *names)
    identity = (by.name, by.email) if by.email else None
    trailers = "\n".join(f"Co-authored-by: {name} <{email}>" for name, email in others)
    whole = f"{message}\n\n{trailers}" if trailers else message
    run_git(folder, "commit", "-q", "-o", f"--message={whole}", "--", *names, identity=identity)
