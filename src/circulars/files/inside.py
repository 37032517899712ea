"""Reads files that must be inside a folder: no path and no link leads out of it."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Final

from circulars.files.reading import LIMITS, Kind, read_beginning, too_large

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class OutsideError(Exception):
    """A path, or a link on its way, leads out of a folder."""


def read_in_folder(folder: Path, name: str, kind: Kind) -> bytes:
    """The bytes of a regular file in a folder.

    The name may have folders, separated by slashes. A link is followed if its target is inside the folder. One that
    somebody puts there in the meantime is not.

    Raises:
        OutsideError: the name or a link leads out of the folder.
        TooLargeError: the file is larger than ``LIMITS[kind]``.
        OSError: there is no such file, it cannot be read, or it is a link to itself.
    """
    data = read_beginning_in_folder(folder, name, kind)
    if len(data) > LIMITS[kind]:
        raise too_large(kind)
    return data


def read_beginning_in_folder(folder: Path, name: str, kind: Kind) -> bytes:
    """The bytes of a regular file in a folder; of one that is too large, one byte more than the limit of its kind.

    It is for readers that report the size themselves. The arguments and errors are those of :func:`read_in_folder`.
    """
    try:
        base = folder.resolve()
        path = (base / name).resolve()
    except RuntimeError:  # so Python 3.11 reports a link to itself
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from None
    except ValueError:  # a name with a NUL character
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL)) from None
    if not path.is_relative_to(base):
        raise OutsideError(name)
    handle = os.open(base, _FOLDER)
    try:
        # The resolved path has no links, so one that is found now was put there since.
        *folders, last = path.relative_to(base).parts or (".",)
        for part in folders:
            inner = os.open(part, _FOLDER, dir_fd=handle)
            os.close(handle)
            handle = inner
        return read_beginning(Path(last), kind, links=False, folder=handle)
    finally:
        os.close(handle)
