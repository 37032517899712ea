"""Separates the letter's own files from others that a finished file carries."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from circulars.errors import Choice, LetterError, Place, Problem, UsageError, did_you_mean
from circulars.files.names import can_be_stored, is_visible, same
from circulars.model.document import Attachment
from circulars.provenance import FACTS_FILE, making_of
from circulars.source.letters.pictures import picture_names

_PICTURES: Final = {".png": b"\x89PNG\r\n\x1a\n", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff"}
"""How the files of pictures begin, by suffix."""
MAX_PATH: Final = 1000
"""The bytes in the path of a file. With a folder before it, a system must still be able to open it."""
_USED: Final = ("templates", "languages", "output", "pack.yaml")
"""Names in a folder to work in, or in a pack, that a build would use."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What a finished file carries: the letter's ``own`` files, and ``others``, which circulars did not put there."""

    own: tuple[Attachment, ...]
    others: tuple[Attachment, ...]

    def chosen(self, also: Collection[str], file: str) -> tuple[Attachment, ...]:
        """The letter's own files, and the others whose names are in ``also``.

        Raises:
            UsageError: a name in ``also`` is not that of another file, or no file can have it.
        """
        names = [one.name for one in self.others]
        if unknown := next((name for name in also if name not in names), ""):
            hint = did_you_mean(unknown, names, "")
            raise UsageError(Problem(Place(file), "no-such-file", f"the file carries no other '{unknown}'", hint))
        chosen = self.own
        for one in self.others:
            if one.name in also:
                if not (_is_inside(one.name) and _has_place(one.name, chosen)):
                    fact = f"no file can be written as '{one.name}'"
                    raise UsageError(Problem(Place(file), "wrong-file-name", fact, "leave it where it is"))
                chosen += (one,)
        return chosen

    def problems(self, written: Iterable[Attachment], file: str) -> tuple[Problem, ...]:
        """A problem for each file that is not among those ``written``."""
        done = list(written)
        return tuple(_foreign(one, file) for one in self.others if one not in done)


def unpack(carried: Iterable[Attachment]) -> Unpacked:
    """Separates what a finished file carries. It is not trusted: any program can have put anything there.

    The letter's own files are one letter, the pictures that it names, and the facts of the build. None of them is
    hidden, leads out of a folder, or has a name that a build would use.
    """
    own: tuple[Attachment, ...] = ()
    others = []
    pictures: tuple[str, ...] = ()
    found = tuple(carried)
    letter = _stated_letter(found)
    for one in found:
        is_first = all(known.relationship != one.relationship for known in own)
        is_own = False
        if one.relationship == "Source" and is_first:
            is_own = _is_letter(one.name) and letter in ("", one.name)
            pictures = tuple(picture_names(one.data)) if is_own else ()
        elif one.relationship == "Data" and is_first:
            is_own = one.name == FACTS_FILE
        elif one.relationship == "Supplement":
            is_own = one.name in pictures and _is_picture(one)
        if is_own and _has_place(one.name, own):
            own += (one,)
        else:
            others.append(one)
    return Unpacked(own, tuple(others))


def _stated_letter(carried: tuple[Attachment, ...]) -> str:
    """The name of the letter by the facts of the build; "" if there are no such facts."""
    try:
        return making_of(carried, "").letter
    except LetterError:
        return ""


def check_target(folder: Path) -> None:
    """Refuses a folder whose files a build uses: one in a template pack, of languages, or of the cache.

    Raises:
        UsageError: the folder is one of these.
    """
    place = folder.resolve()
    is_pack = any((one / "pack.yaml").exists() for one in (place, *place.parents))
    if is_pack or place.name in ("templates", "languages") or ".circulars" in place.parts:
        fact = "a build uses the files in this folder, and the letter's files would be among them"
        raise UsageError(Problem(Place(str(folder)), "folder-in-use", fact, "name a new folder"))


def _is_letter(name: str) -> bool:
    return name.endswith(".yaml") and _is_ordinary(name) and len(PurePosixPath(name).parts) == 1


def _is_picture(one: Attachment) -> bool:
    start = _PICTURES.get(PurePosixPath(one.name).suffix.lower())
    return start is not None and one.data.startswith(start) and _is_ordinary(one.name)


def _is_ordinary(name: str) -> bool:
    parts = name.split("/")
    return _is_inside(name) and all(map(is_visible, parts)) and same(parts[0]) not in _USED


def _is_inside(name: str) -> bool:
    """Whether a name is that of a file in a folder, on every system."""
    return len(name) <= MAX_PATH and all(map(can_be_stored, name.split("/"))) and len(name.encode()) <= MAX_PATH


def _has_place(name: str, others: Iterable[Attachment]) -> bool:
    """Whether a file can be beside others: no two have the same path, and none is a folder of another."""
    path = same(name).split("/")
    return not any(_overlap(path, same(one.name).split("/")) for one in others)


def _overlap(one: list[str], other: list[str]) -> bool:
    return all(a == b for a, b in zip(one, other, strict=False))


def _foreign(one: Attachment, file: str) -> Problem:
    fact = f"the file also carries '{one.name}', which is not one of the letter's own files; it is not written"
    choices = (Choice("also", "writes it, too", one.name),) if _is_inside(one.name) else ()
    return Problem(Place(file), "foreign-file", fact, "somebody changed the file", choices)
