"""Finds the files of template packs, in a folder to work in and in the package, and reads them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from circulars.errors import PackError, Place, Problem, did_you_mean
from circulars.files.inside import OutsideError, read_beginning_in_folder
from circulars.files.reading import LIMITS, TooLargeError, files_below

MAX_FILE: Final = LIMITS["pack file"]
"""The maximum size of one of a pack's files, in bytes."""

DEFAULT_PACK: Final = "itu"
"""The pack of a letter that does not name one."""

SHARED: Final = ("letter.html.j2", "letter.css")
"""The files that a pack without its own takes from its base."""

_HERE = Path(__file__).parent
# In a checkout the shipped packs are in the top folder; in an installed package they are inside the package.
SHIPPED = next((place for place in (_HERE / "templates", _HERE.parents[1] / "templates") if place.is_dir()), _HERE)


def read_inside(folder: Path, name: str) -> bytes:
    """The bytes of a file inside a folder. A path that leads out of the folder, even by a symbolic link, is refused.

    Raises:
        PackError: there is no such file inside the folder, or it is too large.
    """
    try:
        data = read_beginning_in_folder(folder, name, "pack file")
    except (OutsideError, OSError):
        raise PackError(missing_file(folder, name)) from None
    if len(data) > MAX_FILE:
        fact = f"the file is larger than {MAX_FILE // 1_000_000} MB"
        raise PackError(Problem(Place(str(folder / name)), "too-large", fact, "make it smaller"))
    return data


def missing_file(folder: Path, name: str) -> Problem:
    """The problem that a folder has no file of a name."""
    return Problem(Place(str(folder)), "missing-file", f"there is no file '{name}' in this folder")


def find_pack(name: str, folders: tuple[Path, ...] = ()) -> Path:
    """The folder of a pack: from the first of ``folders`` that has the pack, or else from the package.

    Raises:
        PackError: there is no such pack.
    """
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", name):
        for place in (*folders, SHIPPED):
            if (place / name / "pack.yaml").is_file():
                return place / name
    known = pack_names(folders)
    raise PackError(
        Problem(
            Place(),
            "unknown-pack",
            f"there is no template pack '{name}'",
            did_you_mean(name, known, "the packs are " + ", ".join(known)),
        )
    )


def pack_names(folders: tuple[Path, ...] = ()) -> tuple[str, ...]:
    """The names of the packs in ``folders`` and in the package: the usual one first, and the others sorted."""
    found = {file.parent.name for place in (*folders, SHIPPED) for file in place.glob("*/pack.yaml")}
    return tuple(sorted(found, key=lambda name: (name != DEFAULT_PACK, name)))


def shared_folder(folder: Path, base: str, name: str) -> Path:
    """The folder that has a file of a pack: its own, or that of the shipped pack ``base`` for what both share."""
    if base and name in SHARED and not (folder / name).is_file():
        return SHIPPED / base
    return folder


def fingerprint_of(folder: Path, base: str = "") -> str:
    """The SHA-256, in hexadecimal, of the names and contents of all files that letters are made with.

    Raises:
        PackError: a file is too large, leads out of the folder or cannot be read.
    """
    whole = hashlib.sha256()
    for name in names_of_files(folder, base):
        data = read_inside(shared_folder(folder, base, name), name)
        whole.update(f"{name}\0{hashlib.sha256(data).hexdigest()}\n".encode())
    return whole.hexdigest()


def names_of_files(folder: Path, base: str = "") -> Iterator[str]:
    """The names of all files that letters are made with, those of its base last.

    Skeletons, example letters, programs, hidden files and lock files are not among them.

    Raises:
        PackError: there are too many.
    """
    try:
        found = files_below(folder)
    except TooLargeError as error:
        fact = f"the pack cannot be read: {error.strerror}"
        raise PackError(Problem(Place(str(folder)), "too-large", fact, "move what is not part of it")) from None
    for file in found:
        inside = file.relative_to(folder)
        is_letter = inside.parts[0] in ("skeletons", "letters")
        if not (is_letter or file.suffix in (".py", ".pyc") or file.name.startswith((".", "~$"))):
            yield inside.as_posix()
    if base:
        yield from (name for name in SHARED if not (folder / name).is_file())
