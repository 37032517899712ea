"""Writes files to a folder atomically: each file is written completely or not at all."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import re
import secrets
import stat
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from circulars.errors import Choice, MachineError, Place, Problem, UsageError
from circulars.files.names import can_be_stored

SUMS = "SHA256SUMS"
"""The name of the file with the SHA-256 sums of the files beside it."""

_TEMPORARY = re.compile(r"\.circulars\.[0-9a-f]{16}\.part")
_SUM = re.compile(r"([0-9a-f]{64}) [ *](.+)")
_CREATE = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_OTHERS = 0o077  # the permissions of everybody but the owner
# A letter's files are written in milliseconds. A process that locks a folder for a minute was stopped (Ctrl-Z).
_TRIES, _PAUSE = 3000, 0.02


def save(folder: Path, name: str, data: bytes, *, new: bool = False, private: bool = False) -> Path:
    """Writes a file and returns its path; an old file is unchanged until all of the data is on the disk.

    With ``new``, an existing file is an error. A ``private`` file can be read by its owner alone, whatever the umask
    and the permissions of an old file are, and its folder must not be a link.

    Raises:
        UsageError: the name leads out of the folder, or cannot be a file's name on every system; the file exists.
        MachineError: the disk is full, or the folder cannot be written to.
    """
    return _save_all(folder, {name: data}, new, private)[0]


def save_all(folder: Path, files: Mapping[str, bytes], *, private: bool = False) -> tuple[Path, ...]:
    """Writes files by their names and returns their paths; no old file is replaced before all data is on the disk.

    If two processes save the same names at the same time, all files are from one of them.

    Raises:
        UsageError, MachineError: see :func:`save`.
    """
    return _save_all(folder, files, new=False, private=private)


def save_tree(folder: Path, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Writes files by their paths in a folder, separated by slashes, and returns their paths.

    A file that is there is kept if it has the same bytes. No link below the folder is followed.

    Raises:
        UsageError: a name cannot be that of a file on every system; a file with other bytes is there; then no file is
            written.
        MachineError: as for :func:`save`.
    """
    for part in (part for name in files for part in name.split("/")):
        check_name(part)
    with locked_folder(folder, private=False) as top:
        for is_trial in (True, False):
            for name, data in files.items():
                _put_new(folder, name, data, top, is_trial=is_trial)
    return tuple(folder / name for name in files)


def delete_files(folder: Path, names: Iterable[str]) -> None:
    """Deletes files from an earlier run, which could be taken for those of this run; missing files are ignored.

    Raises:
        MachineError: a file cannot be deleted.
    """
    for path in (folder / name for name in names):
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise machine_fault(error, path) from None


def put_many(handle: int, folder: Path, files: Iterable[tuple[str, Sequence[bytes]]], *, private: bool = False) -> None:
    """Writes many files to an open folder, each from its pieces, completely or not at all, without syncing the disk.

    The caller must record which files are complete, and check them after a power cut. Nothing else may write to the
    folder at the same time. ``private`` is that of :func:`save`.

    Raises:
        UsageError: a name leads out of the folder, or cannot be a file's name on every system.
        MachineError: the disk is full, or the folder cannot be written to.
    """
    path = folder
    part = f".circulars.{secrets.token_hex(8)}.part"
    try:
        for name, pieces in files:
            check_name(name)
            path = folder / name
            opened = os.open(part, _CREATE, 0o600 if private else 0o666, dir_fd=handle)
            try:
                length, done = sum(map(len, pieces)), os.writev(opened, pieces)
                if done < length:
                    _write_rest(opened, memoryview(b"".join(pieces))[done:])
            finally:
                os.close(opened)
            os.rename(part, name, src_dir_fd=handle, dst_dir_fd=handle)
    except OSError as error:
        with suppress(OSError):
            os.unlink(part, dir_fd=handle)
        raise machine_fault(error, path) from None


def _write_rest(opened: int, rest: memoryview) -> None:
    while rest:
        rest = rest[os.write(opened, rest) :]


@contextmanager
def atomic_file(folder: Path, name: str) -> Iterator[BinaryIO]:
    """A stream for a new private file, which replaces the old one at the end of the block, when all is on the disk.

    Raises:
        UsageError, MachineError: see :func:`save`.
    """
    check_name(name)
    part = f".circulars.{secrets.token_hex(8)}.part"
    handle = open_folder(folder, private=True)
    try:
        with os.fdopen(_opened_private(part, handle), "w+b") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(part, name, src_dir_fd=handle, dst_dir_fd=handle)
    except OSError as error:
        raise machine_fault(error, folder / name) from None
    finally:
        with suppress(OSError):
            os.unlink(part, dir_fd=handle)
        os.close(handle)


def save_sums(
    folder: Path, names: Iterable[str], known: Mapping[str, str] = MappingProxyType({}), *, private: bool = False
) -> Path:
    """Updates the lines of the named files in the folder's ``SHA256SUMS``, and returns its path.

    ``known`` has the sums, in hexadecimal, of files that need not be read again. ``private`` is that of :func:`save`.

    The lines are those of ``sha256sum``, sorted by the bytes of the names. The line of another file stays as long as
    the file exists, so that a change of that file is still detected. A file that was never named has no line.

    Raises:
        MachineError: a file cannot be read, or the folder cannot be written to.
    """
    path = folder / SUMS
    with locked_folder(folder, private) as handle:
        try:
            sums = {name: value for name, value in _sums(handle).items() if _exists(folder / name)}
            # The sums of the files in the folder, because another build may have written its own in the meantime.
            sums |= {path.name: sum_of(path) for path in (folder / name for name in names)} | dict(known)
        except OSError as error:
            raise machine_fault(error, path) from None
        _put(folder, {SUMS: sum_lines(sums)}, handle, private)
    return path


@contextmanager
def locked_folder(folder: Path, private: bool = False) -> Iterator[int]:
    """Creates and locks the folder, so that no other process writes here, and deletes temporary files of killed ones.

    The lock is on the folder itself (flock), so there is no lock file, and the system releases it with the process.
    """
    handle = open_folder(folder, private=private)
    try:
        # Without locks, each file is still complete, but a temporary file may belong to a running process.
        if _lock(handle, folder):
            _clear(handle)
        yield handle
    finally:
        os.close(handle)


def sum_lines(sums: Mapping[str, str]) -> bytes:
    """The lines of ``sha256sum`` for sums by file name, sorted by the bytes of the names."""
    lines = sorted((os.fsencode(name), value.encode()) for name, value in sums.items())
    return b"".join(value + b"  " + name + b"\n" for name, value in lines)


def check_name(name: str) -> None:
    """Refuses a name that leads out of a folder, or that a file cannot have on every system.

    Raises:
        UsageError: a file cannot have this name.
    """
    if not can_be_stored(name):
        fact = f"'{name}' cannot be the name of a file on every system"
        raise UsageError(Problem(Place(), "wrong-file-name", fact, "choose another name"))


def open_folder(folder: Path, *, private: bool = False) -> int:
    """The descriptor of a folder, which is made if it is missing. A ``private`` folder must not be a link.

    What is written by the descriptor stays in this folder, even if somebody puts a link in its place in the meantime.

    Raises:
        MachineError: the folder cannot be made, or there is something else in its place.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | (os.O_NOFOLLOW if private else 0))
    except OSError as error:
        if private and folder.is_symlink():
            fact = "this is a link to another folder; files of addressees are not written there"
            choices = (Choice("out", "names another folder", "FOLDER"),)
            raise MachineError(Problem(Place(str(folder)), "outside-folder", fact, "remove it", choices)) from None
        raise machine_fault(error, folder) from None


def is_temporary(path: Path) -> bool:
    """Whether a file is a temporary one, left by a killed process; the next process that writes here deletes it."""
    return bool(_TEMPORARY.fullmatch(path.name))


def _sums(handle: int) -> dict[str, str]:
    """The sums by name in the file of sums of an open folder; empty if there is no such file."""
    found = _stat(SUMS, handle)
    if not found or not stat.S_ISREG(found.st_mode):  # a link is replaced, not followed
        return {}
    opened = os.open(SUMS, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=handle)
    with os.fdopen(opened, "rb") as stream:
        text = os.fsdecode(stream.read())
    return {line[2]: line[1] for line in map(_SUM.fullmatch, text.split("\n")) if line}


def _exists(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # no file can have such a name
        return False


def sum_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _save_all(folder: Path, files: Mapping[str, bytes], new: bool, private: bool) -> tuple[Path, ...]:
    for name in files:
        check_name(name)
    with locked_folder(folder, private) as handle:
        for name in files:
            if new and _stat(name, handle):
                fact, hint = "this file already exists", "choose another name"
                raise UsageError(Problem(Place(str(folder / name)), "file-exists", fact, hint))
        _put(folder, files, handle, private)
    return tuple(folder / name for name in files)


def _put_new(folder: Path, name: str, data: bytes, top: int, *, is_trial: bool) -> None:
    """Writes a file below an open folder; a trial only checks that no other file is in its place."""
    *folders, last = name.split("/")
    handle = os.dup(top)
    try:
        for part in folders:
            if not is_trial:
                with suppress(FileExistsError):
                    os.mkdir(part, dir_fd=handle)
            inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=handle)
            os.close(handle)
            handle = inner
        if _stat(last, handle) and not _is_up_to_date(last, data, handle, private=False):
            fact, hint = "another file of this name is there", "name another folder"
            raise UsageError(Problem(Place(str(folder / name)), "file-exists", fact, hint))
        if not is_trial:
            _put(folder / Path(*folders), {last: data}, handle, private=False)
    except FileNotFoundError:
        if not is_trial:
            raise
    except OSError as error:
        raise machine_fault(error, folder / name) from None
    finally:
        os.close(handle)


def _put(folder: Path, files: Mapping[str, bytes], handle: int, private: bool) -> None:
    """Writes temporary files, and then renames all of them; a file that already has the right bytes is kept."""
    temporary: dict[str, str] = {}
    path = folder
    try:
        try:
            for name, data in files.items():
                path = folder / name
                if _is_up_to_date(name, data, handle, private):
                    continue
                # Recorded before it is created, so that it is deleted after any interruption.
                temporary[name] = f".circulars.{secrets.token_hex(8)}.part"
                _write(temporary[name], data, name, handle, private)
            for name, part in temporary.items():
                path = folder / name
                os.replace(part, name, src_dir_fd=handle, dst_dir_fd=handle)
            # Syncing the folder protects the new names, too, from a power cut; some file systems cannot do it.
            with suppress(OSError):
                if temporary:
                    os.fsync(handle)
        finally:
            for part in temporary.values():
                with suppress(OSError):
                    os.unlink(part, dir_fd=handle)
    except OSError as error:
        raise machine_fault(error, path, sum(map(len, files.values()))) from None


def _is_up_to_date(name: str, data: bytes, handle: int, private: bool) -> bool:
    """Whether a regular file already has the data; its modification time is then set to now."""
    try:
        opened = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=handle)
        with os.fdopen(opened, "rb") as stream:
            about = os.fstat(stream.fileno())
            if private and stat.S_IMODE(about.st_mode) & _OTHERS:
                return False
            # A file with a second name (hard link) is replaced, so that the old file stays under the other name.
            if not stat.S_ISREG(about.st_mode) or about.st_nlink > 1 or about.st_size != len(data):
                return False
            if stream.read(len(data) + 1) != data:
                return False
            os.utime(stream.fileno())
    except OSError:
        return False
    return True


def _write(part: str, data: bytes, like: str, handle: int, private: bool) -> None:
    """Writes a new file and syncs it, with the permissions of the file that it will replace unless it is private."""
    mode = _mode(like, handle)
    # The system applies the umask to 0o666; reading the umask would change it for a moment, also for other threads.
    opened = _opened_private(part, handle) if private else os.open(part, _CREATE, 0o666, dir_fd=handle)
    with os.fdopen(opened, "wb") as stream:
        if not private and mode is not None and mode != stat.S_IMODE(os.fstat(stream.fileno()).st_mode):
            os.fchmod(stream.fileno(), mode)
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _opened_private(name: str, handle: int) -> int:
    """A new file that only its owner may read and write, from the first byte on and with any umask."""
    opened = os.open(name, _CREATE, 0o600, dir_fd=handle)
    os.fchmod(opened, 0o600)
    return opened


def _stat(name: str, handle: int) -> os.stat_result | None:
    """What is known about a file or a link in an open folder; None if there is none."""
    try:
        return os.stat(name, dir_fd=handle, follow_symlinks=False)
    except FileNotFoundError:
        return None


def _mode(name: str, handle: int) -> int | None:
    """The permissions of an existing file; None if there is none, or for a link, which is replaced, not followed."""
    if (found := _stat(name, handle)) is None:
        return None
    mode = found.st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    return stat.S_IMODE(mode) & 0o777 if stat.S_ISREG(mode) else None


def _lock(handle: int, folder: Path) -> bool:
    """Locks the folder, waiting for another process if necessary; False if the file system has no locks.

    Raises:
        MachineError: another process has had the lock for a minute.
    """
    for _ in range(_TRIES):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            time.sleep(_PAUSE)
        except OSError:
            return False
    fact = "another process has been writing to this folder for a minute"
    hint = "end it, or let it continue if it was stopped with Ctrl-Z (type fg); or name another folder"
    raise MachineError(Problem(Place(str(folder)), "folder-busy", fact, hint))


def _clear(handle: int) -> None:
    """Deletes the temporary files of killed processes."""
    for name in filter(_TEMPORARY.fullmatch, os.listdir(handle)):
        with suppress(OSError):
            os.unlink(name, dir_fd=handle)


_UNCHANGED = "the old file, if any, is unchanged"


def machine_fault(error: OSError, path: Path, needed: int = 0) -> MachineError:
    """The error for a file or folder that the system refused to write; ``needed`` is the total size in bytes."""
    fact, hint = f"the file could not be written: {error.strerror or error}", _UNCHANGED
    if isinstance(error, FileExistsError | NotADirectoryError):
        fact, hint = "there is a file where a folder is needed", "name another folder, or move the file away"
    elif isinstance(error, IsADirectoryError):
        fact, hint = "there is a folder with the file's name", "move the folder away, or write to another folder"
    elif error.errno in (errno.ENOSPC, errno.EDQUOT):
        fact, hint = _disk_full_fact(error, path.parent, needed), f"make room, or name another folder; {_UNCHANGED}"
    elif error.errno == errno.EFBIG:
        fact = f"the file would be larger than the system allows: {_kilobytes(needed)} are to be written"
        hint = f"ask for a higher limit (ulimit -f), or name another folder; {_UNCHANGED}"
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        fact = f"writing here is not permitted: {error.strerror}"
        hint = f"name another folder, or ask for permission to write to this one; {_UNCHANGED}"
    return MachineError(Problem(Place(str(path)), "cannot-write", fact, hint))


def _disk_full_fact(error: OSError, folder: Path, needed: int) -> str:
    """What is missing on the disk, with the system's figures."""
    if not needed:
        return "the disk is full"
    if error.errno == errno.EDQUOT:
        return f"your disk quota is used up: {_kilobytes(needed)} are needed"
    disk = os.statvfs(folder)
    if (free := disk.f_bavail * disk.f_frsize) < needed:
        return f"the disk is full: {_kilobytes(needed)} are needed, {_kilobytes(free)} are free"
    return f"the disk is full, or has the maximum number of files: {_kilobytes(needed)} are needed"


def _kilobytes(count: int) -> str:
    return f"{count / 1000:,.1f} kB"
