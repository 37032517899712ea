"""Lists the letters of a folder by names that pages may use, and reads and writes their files."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from circulars.files.inside import OutsideError, read_beginning_in_folder
from circulars.files.output import save
from circulars.review.approval.record import approval_files
from circulars.workspace import Workspace, shown


@dataclass(frozen=True, slots=True)
class LetterFile:
    """A letter's file: its name on pages, and its path, which only this program's own listing gives."""

    name: str
    path: Path
    shown: str


@dataclass(frozen=True, slots=True)
class LetterBytes:
    """A letter's file as it is now."""

    file: LetterFile
    data: bytes

    @property
    def version(self) -> str:
        """The hash of the bytes."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class FileState:
    """The time, the size and the inode of a file. At least one of them changes when the file is written.

    ``approvals`` has the times and the sizes of the files with the letter's approvals.
    """

    changed: int
    size: int
    number: int
    approvals: tuple[tuple[int, int], ...] = ()


class LetterGoneError(Exception):
    """There is no such letter, or its file can no longer be read."""


def read_letter_file(name: str, workspace: Workspace) -> LetterBytes:
    """The letter with a name, which may come from a request: it is looked up among those that are there.

    Raises:
        LetterGoneError: there is none, or it cannot be read.
    """
    path = _paths(workspace).get(name)
    if not path:
        raise LetterGoneError(name)
    return _read(name, path, workspace)


def letter_files(workspace: Workspace) -> dict[str, FileState]:
    """The letters of a folder by their names, each with the state of its file."""
    found, approvals = {}, approval_files(workspace.letters)
    for name, path in sorted(_paths(workspace).items()):
        with suppress(OSError):
            about, beside = path.stat(), [one.stat() for one in approvals.get(name, ())]
            times = tuple((one.st_mtime_ns, one.st_size) for one in beside)
            found[name] = FileState(about.st_mtime_ns, about.st_size, about.st_ino, times)
    return found


def unnamed_files(workspace: Workspace) -> list[str]:
    """The names of the files that are left out, because no page can name them: they are not UTF-8."""
    return sorted(path.name for path in _found(workspace) if not _can_be_named(path))


def _paths(workspace: Workspace) -> dict[str, Path]:
    return {path.stem: path for path in _found(workspace) if _can_be_named(path)}


def _found(workspace: Workspace) -> list[Path]:
    try:
        return [*workspace.letters.glob("*.yaml")]
    except OSError:
        return []


def _can_be_named(path: Path) -> bool:
    try:
        path.name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _read(name: str, path: Path, workspace: Workspace) -> LetterBytes:
    try:
        return LetterBytes(
            LetterFile(name, path, shown(path, workspace)), read_beginning_in_folder(path.parent, path.name, "YAML")
        )
    except (OSError, OutsideError):
        raise LetterGoneError(name) from None


def write_letter_file(file: LetterFile, data: bytes) -> LetterBytes:
    """Writes a letter's file atomically.

    Raises:
        MachineError: the disk is full, or the folder cannot be written to.
    """
    save(file.path.parent, file.path.name, data)
    return LetterBytes(file, data)
