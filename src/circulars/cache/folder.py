"""Stores bytes by address in a folder, and accepts only entries that this user's programs wrote.

A workspace from somebody else may contain a cache. So each entry is signed (HMAC-SHA256) with a key that is in the
user's own folder, never in the workspace. An entry that is damaged or has no valid signature counts as missing.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from circulars.files.reading import open_file

FOLDERS: Final = (".circulars", "cache")
"""The path of the cache in a workspace."""
_MODES: Final = (0o755, 0o700)  # only its owner can open the cache
MAX_SIZE: Final = 512_000_000
"""The size limit of a cache in bytes. The least recently used entries are deleted first."""
MIN_FREE: Final = 256_000_000
"""The number of bytes that the cache leaves free on the disk."""

_KEY: Final = "cache.key"
_KEY_SIZE: Final = 32
_MAGIC: Final = b"circulars cache 1\n"
_SUM_SIZE: Final = 32
_ADDRESS: Final = re.compile(r"[0-9a-f]{64}")
_OURS: Final = re.compile(r"[0-9a-f]{64}(\.[0-9a-f]{16}\.part)?")
_FIRST_FILES: Final = {
    ".gitignore": b"*\n",
    # Backup programs skip a folder that has this file (bford.info/cachedir).
    "CACHEDIR.TAG": b"Signature: 8a477f597d28d172789f06886806bc55\n",
}
_OPEN: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
_CREATE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Cache:
    """The cache of a workspace.

    ``key`` signs the entries. ``max_size`` is the limit of the folder in bytes; ``min_free`` is the number of bytes
    that stay free on the disk. Several processes may use one folder at the same time.
    """

    workspace: Path
    key: bytes = field(repr=False)
    max_size: int = MAX_SIZE
    min_free: int = MIN_FREE

    def get(self, address: str) -> bytes | None:
        """The data at an address; None when there is none, or it is damaged."""
        try:
            with self._opened() as folder:
                return self._read(folder, address)
        except OSError:
            return None

    def put(self, address: str, data: bytes) -> None:
        """Stores data, unless it is over a quarter of the limit, the folder is not writable or the disk is nearly full.

        Raises:
            ValueError: the address is not a SHA-256 in hexadecimal digits.
        """
        if not _ADDRESS.fullmatch(address):
            raise ValueError(address)
        if len(data) > self.max_size // 4:
            return
        with suppress(OSError), self._opened(make=True) as folder:
            disk = os.fstatvfs(folder)
            if disk.f_bavail * disk.f_frsize < self.min_free + len(data):
                return
            self._write(folder, address, data)
            _make_room(folder, self.max_size)

    @contextmanager
    def _opened(self, *, make: bool = False) -> Iterator[int]:
        """The folder, opened, and with ``make`` also made, without following a symbolic link inside the workspace.

        Raises:
            OSError: there is no such folder, it cannot be made, or it belongs to another user.
        """
        handle = os.open(self.workspace, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            is_new = False
            for name, mode in zip(FOLDERS, _MODES, strict=True):
                is_new = make and _make_folder(handle, name, mode)
                inner = os.open(name, _OPEN | os.O_DIRECTORY, dir_fd=handle)
                os.close(handle)
                handle = inner
            found = os.fstat(handle)
            if found.st_uid != os.geteuid():
                raise PermissionError
            if found.st_mode & 0o077:  # copying a workspace may have opened the folder to others
                os.fchmod(handle, 0o700)
            if is_new:
                _create_first_files(handle)
            yield handle
        finally:
            os.close(handle)

    def _read(self, folder: int, address: str) -> bytes | None:
        with open_file(address, "cache entry", links=False, folder=folder) as stream:
            kept = stream.read()
        data = kept[len(_MAGIC) + _SUM_SIZE :]
        if not hmac.compare_digest(kept[: len(_MAGIC) + _SUM_SIZE], self._header(address, data)):
            os.unlink(address, dir_fd=folder)
            return None
        with suppress(OSError):
            os.utime(address, dir_fd=folder, follow_symlinks=False)  # now the most recently used
        return data

    def _write(self, folder: int, address: str, data: bytes) -> None:
        part = f"{address}.{secrets.token_hex(8)}.part"
        try:
            _create(folder, part, self._header(address, data) + data)
            os.rename(part, address, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            with suppress(OSError):
                os.unlink(part, dir_fd=folder)
            raise

    def _header(self, address: str, data: bytes) -> bytes:
        """The header of an entry's file: a magic number, and the signature of the address and the data."""
        digest = hashlib.sha256(data).digest()
        return _MAGIC + hmac.digest(self.key, address.encode() + digest, "sha256")


def open_cache(workspace: Path, own: Path | None = None) -> Cache | None:
    """The cache of a workspace; None when the key can be neither read nor made.

    ``own`` is the user's folder for the key. The default is ``$XDG_STATE_HOME/circulars``.
    """
    try:
        return Cache(workspace, _key(own or _own_folder()))
    except (OSError, RuntimeError):  # RuntimeError: the user has no home directory
        return None


def _own_folder() -> Path:
    """The user's folder for this program's state, by the XDG Base Directory Specification."""
    stated = Path(os.environ.get("XDG_STATE_HOME", ""))
    return (stated if stated.is_absolute() else Path.home() / ".local" / "state") / "circulars"


def _key(own: Path) -> bytes:
    """The user's key; the first call makes it.

    Raises:
        OSError: the key cannot be read or made, or other users may read it.
    """
    path = own / _KEY
    with suppress(FileNotFoundError):
        return _read_key(path)
    own.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = own / f"{_KEY}.{secrets.token_hex(8)}.part"
    handle = os.open(own, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _create(handle, part.name, secrets.token_bytes(_KEY_SIZE), sync=True)
        with suppress(FileExistsError):  # another process was faster, and its key is used
            path.hardlink_to(part)
    finally:
        os.close(handle)
        part.unlink(missing_ok=True)
    return _read_key(path)


def _read_key(path: Path) -> bytes:
    with open_file(path, "key", links=False) as stream:
        found = os.fstat(stream.fileno())
        if found.st_uid != os.geteuid() or found.st_mode & 0o077:
            raise PermissionError
        key = stream.read(_KEY_SIZE + 1)
    if len(key) != _KEY_SIZE:
        raise PermissionError
    return key


def _make_folder(parent: int, name: str, mode: int) -> bool:
    """Makes a folder in an open folder; False if the name is in use."""
    try:
        os.mkdir(name, mode, dir_fd=parent)
    except FileExistsError:
        return False
    return True


def _create_first_files(folder: int) -> None:
    for name, data in _FIRST_FILES.items():
        with suppress(FileExistsError):
            _create(folder, name, data)


def _create(folder: int, name: str, data: bytes, *, sync: bool = False) -> None:
    """Writes a new file that only its owner may read; with ``sync``, returns once it is on the disk.

    Entries are not synced: if a power cut damages one, its signature does not match.
    """
    with os.fdopen(os.open(name, _CREATE, 0o600, dir_fd=folder), "wb") as stream:
        stream.write(data)
        if sync:
            stream.flush()
            os.fsync(stream.fileno())


def _make_room(folder: int, limit: int) -> None:
    """Deletes the least recently used files when the folder holds more than ``limit`` bytes.

    This includes partial files of killed processes, which nobody uses.
    """
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if _OURS.fullmatch(entry.name):
                with suppress(OSError):
                    about = entry.stat(follow_symlinks=False)
                    found.append((about.st_mtime_ns, about.st_size, entry.name))
    total = sum(size for _, size, _ in found)
    if total <= limit:
        return
    for _, size, name in sorted(found):
        with suppress(OSError):
            os.unlink(name, dir_fd=folder)
        total -= size
        if total <= limit * 3 // 4:  # so that the next entries need no deletion
            return
