"""A folder of bytes by address, which only its owner's programs can have written.

A workspace may come from a stranger, with a cache in it; so each entry is signed (HMAC-SHA256) with a key that lies in
the user's own folder and never in the workspace. What is damaged, or signed by nobody, is not there.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

FOLDERS: Final = (".circulars", "cache")
"""Where the cache is in a workspace."""
MOST: Final = 512_000_000
"""The most bytes that a cache holds; what was used least recently goes first."""
RESERVE: Final = 256_000_000
"""How many bytes of the disk are left free for others."""

_KEY: Final = "cache.key"
_KEY_SIZE: Final = 32
_MAGIC: Final = b"circulars cache 1\n"
_SUM_SIZE: Final = 32
_ADDRESS: Final = re.compile(r"[0-9a-f]{64}")
_OURS: Final = re.compile(r"[0-9a-f]{64}(\.[0-9a-f]{16}\.part)?")
_FIRST_FILES: Final = {
    ".gitignore": b"*\n",
    # Programs that back folders up leave one out that has this file (bford.info/cachedir).
    "CACHEDIR.TAG": b"Signature: 8a477f597d28d172789f06886806bc55\n",
}
_OPEN: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
_CREATE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Cache:
    """The cache of a workspace.

    ``key`` signs what is kept; ``most`` is how many bytes the folder may hold, ``reserve`` how many of the disk stay
    free. Several processes may use one folder at a time.
    """

    workspace: Path
    key: bytes = field(repr=False)
    most: int = MOST
    reserve: int = RESERVE

    def get(self, address: str) -> bytes | None:
        """What is kept at an address; None when there is nothing, or it is damaged."""
        try:
            with self._opened() as folder:
                return self._read(folder, address)
        except OSError:
            return None

    def put(self, address: str, data: bytes) -> None:
        """Keeps something, unless the folder cannot be written to or the disk is nearly full."""
        if not _ADDRESS.fullmatch(address):
            raise ValueError(address)
        if len(data) > self.most // 4:
            return
        with suppress(OSError):
            self._make()
            with self._opened() as folder:
                disk = os.fstatvfs(folder)
                if disk.f_bavail * disk.f_frsize < self.reserve + len(data):
                    return
                self._write(folder, address, data)
                _make_room(folder, self.most)

    @contextmanager
    def _opened(self) -> Iterator[int]:
        """The folder, opened without following a symbolic link inside the workspace.

        Raises:
            OSError: there is none, or it is another user's.
        """
        handle = os.open(self.workspace, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for name in FOLDERS:
                inner = os.open(name, _OPEN | os.O_DIRECTORY, dir_fd=handle)
                os.close(handle)
                handle = inner
            found = os.fstat(handle)
            if found.st_uid != os.geteuid():
                raise PermissionError
            if found.st_mode & 0o077:  # a copy of the workspace, made without regard to permissions
                os.fchmod(handle, 0o700)
            yield handle
        finally:
            os.close(handle)

    def _make(self) -> None:
        """Makes the folder, which only its owner may look into, when it is not there."""
        inner = self.workspace.joinpath(*FOLDERS)
        if inner.is_dir():
            return
        with suppress(FileExistsError):
            inner.parent.mkdir(mode=0o755)
        with suppress(FileExistsError):
            inner.mkdir(mode=0o700)
        with self._opened() as folder:
            for name, data in _FIRST_FILES.items():
                with suppress(FileExistsError):
                    _create(folder, name, data)

    def _read(self, folder: int, address: str) -> bytes | None:
        # A pipe that somebody put here would keep the command waiting.
        with os.fdopen(os.open(address, _OPEN | os.O_NONBLOCK, dir_fd=folder), "rb") as stream:
            found = os.fstat(stream.fileno())
            if not stat.S_ISREG(found.st_mode) or found.st_size > self.most:
                return None
            kept = stream.read(self.most + 1)
        data = kept[len(_MAGIC) + _SUM_SIZE :]
        if not hmac.compare_digest(kept[: len(_MAGIC) + _SUM_SIZE], self._signed(address, data)):
            os.unlink(address, dir_fd=folder)
            return None
        with suppress(OSError):
            os.utime(address, dir_fd=folder, follow_symlinks=False)  # now the most recently used
        return data

    def _write(self, folder: int, address: str, data: bytes) -> None:
        part = f"{address}.{secrets.token_hex(8)}.part"
        try:
            _create(folder, part, self._signed(address, data) + data)
            os.rename(part, address, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            with suppress(OSError):
                os.unlink(part, dir_fd=folder)
            raise

    def _signed(self, address: str, data: bytes) -> bytes:
        """What stands before the data of an address."""
        inner = hashlib.sha256(data).digest()
        return _MAGIC + hmac.digest(self.key, address.encode() + inner, "sha256")


def open_cache(workspace: Path, own: Path | None = None) -> Cache | None:
    """The cache of a workspace; None where its key can be neither read nor made.

    ``own`` is the user's folder in which the key is: ``$XDG_STATE_HOME/circulars`` when it is not stated.
    """
    try:
        return Cache(workspace, _key(own or _own_folder()))
    except (OSError, RuntimeError):  # the latter when there is no home
        return None


def _own_folder() -> Path:
    """Where the user's programs keep what is this user's, by the XDG Base Directory Specification."""
    stated = Path(os.environ.get("XDG_STATE_HOME", ""))
    return (stated if stated.is_absolute() else Path.home() / ".local" / "state") / "circulars"


def _key(own: Path) -> bytes:
    """The user's key, which is made when it is first asked for.

    Raises:
        OSError: it cannot be read, cannot be made, or others may read it.
    """
    path = own / _KEY
    with suppress(FileNotFoundError):
        return _read_key(path)
    own.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = own / f"{_KEY}.{secrets.token_hex(8)}.part"
    handle = os.open(own, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _create(handle, part.name, secrets.token_bytes(_KEY_SIZE), through=True)
        with suppress(FileExistsError):  # another process was quicker: its key is the one
            path.hardlink_to(part)
    finally:
        os.close(handle)
        part.unlink(missing_ok=True)
    return _read_key(path)


def _read_key(path: Path) -> bytes:
    with os.fdopen(os.open(path, _OPEN | os.O_NONBLOCK), "rb") as stream:
        found = os.fstat(stream.fileno())
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
            raise PermissionError
        key = stream.read(_KEY_SIZE + 1)
    if len(key) != _KEY_SIZE:
        raise PermissionError
    return key


def _create(folder: int, name: str, data: bytes, *, through: bool = False) -> None:
    """Writes a new file that only its owner may read; with ``through``, through to the disk.

    An entry needs no such care: one that a power cut spoilt is damaged.
    """
    with os.fdopen(os.open(name, _CREATE, 0o600, dir_fd=folder), "wb") as stream:
        stream.write(data)
        if through:
            stream.flush()
            os.fsync(stream.fileno())


def _make_room(folder: int, most: int) -> None:
    """Takes away what was used least recently, until the folder holds no more than it may.

    What a killed process left half written is used by nobody, so it goes in its turn.
    """
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if _OURS.fullmatch(entry.name):
                with suppress(OSError):
                    about = entry.stat(follow_symlinks=False)
                    found.append((about.st_mtime_ns, about.st_size, entry.name))
    total = sum(size for _, size, _ in found)
    if total <= most:
        return
    for _, size, name in sorted(found):
        with suppress(OSError):
            os.unlink(name, dir_fd=folder)
        total -= size
        if total <= most * 3 // 4:  # so that the next ones need not look again
            return
