"""Puts bytes in a folder: whole or not at all."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from errno import EISDIR
from pathlib import Path

from circulars.errors import MachineError, Place, Problem, UsageError

# What Windows cannot store: a letter's files are opened on other machines than the one that made them.
_RESERVED = re.compile(r'[<>:"/\\|?*\x00-\x1f]|[. ]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)', re.IGNORECASE)


def save(folder: Path, name: str, data: bytes) -> Path:
    """The path of the file that now holds the data; until all of it is on the disk, an old file stays as it was.

    Raises:
        UsageError: the name leads out of the folder, or cannot be a file's name on every system.
        MachineError: the disk is full, or the folder cannot be written to.
    """
    return save_all(folder, {name: data})[0]


def save_all(folder: Path, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    """The paths of the files that now hold the data of their names; none is put in place before all are on the disk.

    Raises:
        UsageError, MachineError: as :func:`save` does.
    """
    for name in files:
        if _RESERVED.search(name) or name in (".", ".."):
            fact = f"'{name}' cannot be the name of a file on every system"
            raise UsageError(Problem(Place(), "wrong-file-name", fact))
    path, parts = folder, {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in (folder / name for name in files):
            if path.is_dir():
                raise IsADirectoryError(EISDIR, os.strerror(EISDIR))
            handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=folder)
            parts[Path(beside)] = path
            with os.fdopen(handle, "wb") as stream:
                stream.write(files[path.name])
                stream.flush()
                os.fsync(stream.fileno())
            Path(beside).chmod(0o666 & ~_umask())
        for part, path in parts.items():
            part.replace(path)
    except OSError as error:
        fact, hint = f"the file could not be written: {error.strerror or error}", "the old file, if any, stays"
        if isinstance(error, FileExistsError | NotADirectoryError):
            fact, hint = "a file stands where a folder is needed", "name another folder, or move the file away"
        raise MachineError(Problem(Place(str(path)), "cannot-write", fact, hint)) from None
    finally:
        for part in parts:
            with suppress(OSError):
                part.unlink(missing_ok=True)
    return tuple(parts.values())


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
