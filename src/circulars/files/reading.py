"""Opens files from outside: regular files only, and never more of one than its kind may have.

Anything may lie where a file is expected: a pipe that nobody writes to, a device without an end, a folder, a file of
terabytes, or one that grows while it is read. All of them are refused as an ``OSError`` that says what is wrong.
"""

from __future__ import annotations

import errno
import io
import os
import stat
from pathlib import Path
from typing import Any, Final, Literal

Kind = Literal[
    "YAML", "picture", "pack file", "finished file", "key", "revocation list", "list", "workbook",
    "ledger", "sums", "output", "cache entry", "attachment", "mailbox",
]  # fmt: skip

LIMITS: Final[dict[Kind, int]] = {
    "YAML": 1024 * 1024,  # letters, packs' facts and words, languages
    "picture": 5 * 1024 * 1024,
    "pack file": 20_000_000,
    "finished file": 200_000_000,
    "key": 1_000_000,  # and certificates
    "revocation list": 20_000_000,
    "list": 10_000_000_000,  # read row by row; each row has its own limit
    "workbook": 1_000_000_000,
    "ledger": 100_000_000_000,  # of more than ten million addressees; read row by row
    "sums": 100_000_000,
    "output": 10_000_000_000_000,  # only compared or summed, in blocks: an archive of all copies
    "cache entry": 130_000_000,
    "attachment": 25_000_000,
    "mailbox": 100_000_000_000,  # read message by message; of each only the beginning
}
"""The maximum size of each kind of file, in bytes."""

MAX_FILES: Final = 20_000
"""The maximum number of files and folders in a folder that is read with all that is below it."""

_BUFFER: Final = 1 << 18
_FLAGS: Final = os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK  # opening a pipe must not wait for a writer


class TooLargeError(OSError):
    """A file is larger than its kind may be."""


def read_file(path: Path, kind: Kind, *, links: bool = True) -> bytes:
    """The bytes of a regular file. Unless ``links``, a symbolic link is refused.

    Raises:
        TooLargeError: the file is larger than ``LIMITS[kind]``.
        OSError: it cannot be read, or it is not a regular file.
    """
    data = read_beginning(path, kind, links=links)
    if len(data) > LIMITS[kind]:
        raise too_large(kind)
    return data


def read_beginning(path: Path, kind: Kind, *, links: bool = True, folder: int | None = None) -> bytes:
    """The bytes of a regular file; of a file that is too large, one byte more than the limit.

    It is for readers that report the size themselves. Arguments are those of :func:`open_file`.

    Raises:
        OSError: the file cannot be read, or it is not a regular file.
    """
    most = LIMITS[kind]
    with os.fdopen(_opened(path, links, folder), "rb", buffering=0) as stream:
        about = os.fstat(stream.fileno())
        parts, left = [], most + 1
        while left and (part := stream.read(min(left, max(about.st_size, _BUFFER) + 1))):
            parts.append(part)
            left -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def open_file(path: Path | str, kind: Kind, *, links: bool = True, folder: int | None = None) -> io.BufferedReader:
    """A regular file, open for reading. Reading more of it than ``LIMITS[kind]`` raises ``TooLargeError``.

    Unless ``links``, a symbolic link is refused. A relative path refers to the open ``folder``, if there is one.

    Raises:
        TooLargeError: the file is larger than that already.
        OSError: it cannot be read, or it is not a regular file.
    """
    handle = _opened(path, links, folder)
    raw = _BoundedFile(handle, kind)
    if os.fstat(handle).st_size > LIMITS[kind]:
        raw.close()
        raise too_large(kind)
    return io.BufferedReader(raw, _BUFFER)


def check_file(path: Path, kind: Kind) -> None:
    """Checks a file that a library opens by its name.

    Raises:
        TooLargeError: the file is larger than ``LIMITS[kind]``.
        OSError: it cannot be read, or it is not a regular file.
    """
    open_file(path, kind).close()


def has_bytes(path: Path, data: bytes) -> bool:
    """Whether a file is a regular one with exactly these bytes.

    Raises:
        OSError: it cannot be read, or it is not a regular file.
    """
    with open_file(path, "output") as stream:
        return os.fstat(stream.fileno()).st_size == len(data) and stream.read(len(data) + 1) == data


def files_below(folder: Path) -> list[Path]:
    """The regular files in a folder and its subfolders, sorted; links to folders are not followed.

    Raises:
        TooLargeError: there are more than ``MAX_FILES`` files and folders.
    """
    found: list[Path] = []
    count = 0
    for place, _, names in os.walk(folder):
        count += 1 + len(names)
        if count > MAX_FILES:
            raise TooLargeError(errno.EFBIG, f"it has more than {MAX_FILES:,} files and folders")
        found += [path for path in (Path(place, name) for name in names) if path.is_file()]
    return sorted(found)


def size_in_words(count: int) -> str:
    """A limit as people write it: "1 MiB", "200 MB", "10 GB"."""
    for size, unit in ((1024 * 1024, "MiB"), (10**9, "GB"), (10**6, "MB")):
        if count >= size and count % size == 0:
            return f"{count // size} {unit}"
    return f"{count:,} bytes"


class _BoundedFile(io.FileIO):
    """A file of which no more can be read than its kind may have, even if it grows."""

    def __init__(self, handle: int, kind: Kind) -> None:
        super().__init__(handle, "rb")
        self._kind = kind

    def readinto(self, buffer: Any, /) -> int | None:
        count = super().readinto(buffer)
        if count and self.tell() > LIMITS[self._kind]:
            raise too_large(self._kind)
        return count


def _opened(path: Path | str, links: bool, folder: int | None = None) -> int:
    """The descriptor of a regular file. Anything else is refused before it is opened: opening may have effects."""
    try:
        _check_regular(os.stat(path, dir_fd=folder, follow_symlinks=links))
        handle = os.open(path, _FLAGS | (0 if links else os.O_NOFOLLOW), dir_fd=folder)
    except ValueError:  # a NUL character or half a surrogate pair
        raise OSError(errno.EINVAL, "no file can have this name") from None
    try:
        _check_regular(os.fstat(handle))
    except BaseException:
        os.close(handle)
        raise
    return handle


def _check_regular(about: os.stat_result) -> None:
    if stat.S_ISDIR(about.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if stat.S_ISLNK(about.st_mode):
        raise OSError(errno.ELOOP, "it is a symbolic link, which is not followed here")
    if not stat.S_ISREG(about.st_mode):
        raise OSError(errno.ENODEV, "it is a device or a pipe, not a file")


def too_large(kind: Kind) -> TooLargeError:
    """The error for a file that is larger than its kind may be."""
    return TooLargeError(errno.EFBIG, f"it is larger than {size_in_words(LIMITS[kind])}")
