"""Puts bytes in a folder: whole or not at all."""

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

from circulars.errors import UNPRINTED, MachineError, Place, Problem, UsageError

SUMS = "SHA256SUMS"
"""The name of the file that tells the SHA-256 of the files beside it."""

# What Windows cannot store: a letter's files are opened on other machines than the one that made them.
_RESERVED = re.compile(r'[<>:"/\\|?*\x00-\x1f]|[. ]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)', re.IGNORECASE)
_PART = re.compile(r"\.circulars\.[0-9a-f]{16}\.part")
_SUM = re.compile(r"([0-9a-f]{64}) [ *](.+)")
# A letter's files are in place after milliseconds: whoever keeps a folder for a minute was stopped in it (Ctrl-Z).
_TRIES, _PAUSE = 3000, 0.02


def save(folder: Path, name: str, data: bytes, *, new: bool = False) -> Path:
    """The path of the file that now holds the data; until all of it is on the disk, an old file stays as it was.

    With ``new``, a file that is there already is an error.

    Raises:
        UsageError: the name leads out of the folder, or cannot be a file's name on every system; the file is there.
        MachineError: the disk is full, or the folder cannot be written to.
    """
    return _save_all(folder, {name: data}, new)[0]


def save_all(folder: Path, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    """The paths of the files that now hold the data of their names; none is put in place before all are on the disk.

    When two processes save the same names at once, all of the files are the one's or all are the other's.

    Raises:
        UsageError, MachineError: as :func:`save` does.
    """
    return _save_all(folder, files, new=False)


def take_away(folder: Path, names: Iterable[str]) -> None:
    """Takes files away that were made earlier, and would now be taken for part of what was made last.

    Raises:
        MachineError: a file cannot be taken away.
    """
    for path in (folder / name for name in names):
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise machine_fault(error, path) from None


def put_many(handle: int, folder: Path, files: Iterable[tuple[str, Sequence[bytes]]]) -> None:
    """Puts many files into an open folder, each from its pieces: whole or not at all, but not yet through to the disk.

    It is for whoever keeps account of what is whole, and looks again after a power cut. Nothing else may write into
    the folder meanwhile.

    Raises:
        MachineError: the disk is full, or the folder cannot be written to.
    """
    path = folder
    part = f".circulars.{secrets.token_hex(8)}.part"
    try:
        for name, pieces in files:
            path = folder / name
            opened = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666, dir_fd=handle)
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
def written_whole(folder: Path, name: str) -> Iterator[BinaryIO]:
    """A stream for a file that is put in its place when all of it is on the disk, at the end of the block.

    Raises:
        UsageError, MachineError: as :func:`save` does.
    """
    if not can_be_stored(name):
        fact = f"'{name}' cannot be the name of a file on every system"
        raise UsageError(Problem(Place(), "wrong-file-name", fact, "choose another name"))
    path, part = folder / name, folder / f".circulars.{secrets.token_hex(8)}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666), "w+b") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(path)
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
    except OSError as error:
        raise machine_fault(error, path) from None


def save_sums(folder: Path, names: Iterable[str], known: Mapping[str, str] = MappingProxyType({})) -> Path:
    """The path of ``SHA256SUMS`` in the folder, in which the lines of the named files were made anew.

    ``known`` has the sums, in hexadecimal, of files that need not be read again.

    The lines are those of ``sha256sum``, ordered by the names' bytes. The line of another file stays until the file is
    gone, and so still tells when it was changed; a file that was never named has no line.

    Raises:
        MachineError: a file cannot be read, or the folder cannot be written to.
    """
    path = folder / SUMS
    with _alone_in(folder) as handle:
        try:
            sums = {name: value for name, value in _sums(path).items() if _is_there(folder / name)}
            # Of what stands in the folder now: another build may have put its own files there in the meantime.
            sums |= {path.name: sum_of(path) for path in (folder / name for name in names)} | dict(known)
        except OSError as error:
            raise machine_fault(error, path) from None
        _put(folder, {SUMS: sum_lines(sums)}, handle)
    return path


def sum_lines(sums: Mapping[str, str]) -> bytes:
    """The lines of ``sha256sum`` for files by their names, ordered by the names' bytes."""
    lines = sorted((os.fsencode(name), value.encode()) for name, value in sums.items())
    return b"".join(value + b"  " + name + b"\n" for name, value in lines)


def can_be_stored(name: str) -> bool:
    """Whether a file can have this name on every system."""
    return not (_RESERVED.search(name) or UNPRINTED.search(name) or name in (".", ".."))


def is_part(path: Path) -> bool:
    """Whether a file was left by a process that was killed while it wrote; the next one that writes here clears it."""
    return bool(_PART.fullmatch(path.name))


def _sums(path: Path) -> dict[str, str]:
    """The sum of each name in a file of sums; none when there is no such file."""
    try:
        text = os.fsdecode(path.read_bytes())
    except FileNotFoundError:
        return {}
    return {line[2]: line[1] for line in map(_SUM.fullmatch, text.split("\n")) if line}


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # whoever wrote the line, no file has such a name
        return False


def sum_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _save_all(folder: Path, files: Mapping[str, bytes], new: bool) -> tuple[Path, ...]:
    for name in files:
        if not can_be_stored(name):
            fact = f"'{name}' cannot be the name of a file on every system"
            raise UsageError(Problem(Place(), "wrong-file-name", fact, "choose another name"))
    paths = tuple(folder / name for name in files)
    with _alone_in(folder) as handle:
        for path in paths:
            if new and os.path.lexists(path):
                fact, hint = "this file is there already", "choose another name"
                raise UsageError(Problem(Place(str(path)), "file-exists", fact, hint))
        _put(folder, files, handle)
    return paths


def _put(folder: Path, files: Mapping[str, bytes], handle: int) -> None:
    """Writes every file beside its place, and only then puts each in its place; one that is there already stays."""
    parts: dict[Path, Path] = {}
    path = folder
    try:
        try:
            for path, data in ((folder / name, data) for name, data in files.items()):
                if _is_there_already(path, data):
                    continue
                # Known before it is made, so that whatever interrupts takes it away again.
                parts[path] = folder / f".circulars.{secrets.token_hex(8)}.part"
                _write(parts[path], data, like=path)
            for path, part in parts.items():
                part.replace(path)
            # The new names, too, outlast a power cut, where a folder can be written through to the disk.
            with suppress(OSError):
                if parts:
                    os.fsync(handle)
        finally:
            for part in parts.values():
                with suppress(OSError):
                    part.unlink(missing_ok=True)
    except OSError as error:
        raise machine_fault(error, path, sum(map(len, files.values()))) from None


def _is_there_already(path: Path, data: bytes) -> bool:
    """Whether a file of its own holds the data, and may be changed; its date is now that of a file just written."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as stream:
            about = os.fstat(stream.fileno())
            # Whoever gave a file a second name keeps the old one under it, whatever comes later.
            if not stat.S_ISREG(about.st_mode) or about.st_nlink > 1 or about.st_size != len(data):
                return False
            if stream.read(len(data) + 1) != data:
                return False
            os.utime(stream.fileno())
    except OSError:
        return False
    return True


def _write(part: Path, data: bytes, like: Path) -> None:
    """Writes a new file, through to the disk, with the permissions of the file that it will replace."""
    mode = _mode(like)
    # The system takes the umask from 0o666 itself; to ask for the umask is to change it, for other threads, too.
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as stream:
        if mode is not None and mode != stat.S_IMODE(os.fstat(stream.fileno()).st_mode):
            os.fchmod(stream.fileno(), mode)
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _mode(path: Path) -> int | None:
    """Who may read and write the file that is there; none for a link, which is replaced and not followed."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    return stat.S_IMODE(mode) & 0o777 if stat.S_ISREG(mode) else None


@contextmanager
def _alone_in(folder: Path) -> Iterator[int]:
    """Keeps every other process from writing here meanwhile; first makes the folder, or clears what killed ones left.

    The lock is on the folder itself (flock), so there is no file of it, and the system ends it with the process.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise machine_fault(error, folder) from None
    try:
        # Where a file system has no locks every file is still whole, but what is left behind may be another's in work.
        if _locked(handle, folder):
            _clear(handle)
        yield handle
    finally:
        os.close(handle)


def _locked(handle: int, folder: Path) -> bool:
    """Whether the folder is ours alone now; waits for another process that writes in it."""
    for _ in range(_TRIES):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            time.sleep(_PAUSE)
        except OSError:
            return False
    fact = "another process has been writing into this folder for a minute"
    hint = "end it, or let it go on if it was stopped with Ctrl-Z (type fg); or name another folder"
    raise MachineError(Problem(Place(str(folder)), "folder-busy", fact, hint))


def _clear(handle: int) -> None:
    """Takes away what processes left that were killed while they wrote."""
    for name in filter(_PART.fullmatch, os.listdir(handle)):
        with suppress(OSError):
            os.unlink(name, dir_fd=handle)


_STAYS = "the old file, if any, stays"


def machine_fault(error: OSError, path: Path, needed: int = 0) -> MachineError:
    """What the system refused, as a problem of the file or folder; ``needed`` are the bytes to be written in all."""
    fact, hint = f"the file could not be written: {error.strerror or error}", _STAYS
    if isinstance(error, FileExistsError | NotADirectoryError):
        fact, hint = "a file stands where a folder is needed", "name another folder, or move the file away"
    elif isinstance(error, IsADirectoryError):
        fact, hint = "a folder stands where the file is to be", "move the folder away, or name another one to write to"
    elif error.errno in (errno.ENOSPC, errno.EDQUOT):
        fact, hint = _lack(error, path.parent, needed), f"make room, or name another folder; {_STAYS}"
    elif error.errno == errno.EFBIG:
        fact = f"the file may not be so large here: {_kilobytes(needed)} are to be written"
        hint = f"ask for a higher limit (ulimit -f), or name another folder; {_STAYS}"
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        fact = f"this may not be written: {error.strerror}"
        hint = f"name another folder, or ask for permission to write in this one; {_STAYS}"
    return MachineError(Problem(Place(str(path)), "cannot-write", fact, hint))


def _lack(error: OSError, folder: Path, needed: int) -> str:
    """What there is too little of, with the figures that the system tells."""
    if not needed:
        return "the disk is full"
    if error.errno == errno.EDQUOT:
        return f"your share of the disk is used up: {_kilobytes(needed)} are needed"
    disk = os.statvfs(folder)
    if (free := disk.f_bavail * disk.f_frsize) < needed:
        return f"the disk is full: {_kilobytes(needed)} are needed, {_kilobytes(free)} are free"
    return f"the disk is full, or holds as many files as it can: {_kilobytes(needed)} are needed"


def _kilobytes(count: int) -> str:
    return f"{count / 1000:,.1f} kB"
