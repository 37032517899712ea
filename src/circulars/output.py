"""Puts bytes in a folder: whole or not at all."""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import suppress
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
    if _RESERVED.search(name) or name in (".", ".."):
        raise UsageError(Problem(Place(), "wrong-file-name", f"'{name}' cannot be the name of a file on every system"))
    path = folder / name
    beside = ""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(prefix=f".{name}.", suffix=".part", dir=folder)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(beside).chmod(0o666 & ~_umask())
        Path(beside).replace(path)
    except OSError as error:
        if beside:
            with suppress(OSError):
                Path(beside).unlink()
        reason = error.strerror or str(error)
        raise MachineError(
            Problem(
                Place(str(path)),
                "cannot-write",
                f"the file could not be written: {reason}",
                "the old file, if any, stays",
            )
        ) from None
    return path


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
