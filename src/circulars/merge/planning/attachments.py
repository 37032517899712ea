"""The files that messages have besides the letter: for all, or named by rows. Each is checked before anything is sent.

A file is read once for its check, and again when it is sent: its SHA-256 in the plan says whether it is the same.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

from circulars.errors import MachineError, Place, Problem, not_read
from circulars.files.names import can_be_stored, is_visible, same
from circulars.files.reading import LIMITS, read_beginning, size_in_words

MAX_TOTAL: Final = 25_000_000
"""The maximum size of the files of one message, in bytes. Encoded they need a third more, which most servers accept."""
MAX_FILES: Final = 50
"""The most files that a row can name."""

_LISTED: Final = 20_000  # names of the folder that a wrong name is compared with

_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_OLE: Final = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
_WORD: Final = "application/vnd.openxmlformats-officedocument."
_OPEN: Final = "application/vnd.oasis.opendocument."
_TYPES: Final[Mapping[str, tuple[str, tuple[bytes, ...]]]] = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "docx": (f"{_WORD}wordprocessingml.document", _ZIP),
    "xlsx": (f"{_WORD}spreadsheetml.sheet", _ZIP),
    "pptx": (f"{_WORD}presentationml.presentation", _ZIP),
    "odt": (f"{_OPEN}text", _ZIP),
    "ods": (f"{_OPEN}spreadsheet", _ZIP),
    "odp": (f"{_OPEN}presentation", _ZIP),
    "doc": ("application/msword", _OLE),
    "xls": ("application/vnd.ms-excel", _OLE),
    "ppt": ("application/vnd.ms-powerpoint", _OLE),
    "rtf": ("application/rtf", (b"{\\rtf",)),
    "zip": ("application/zip", _ZIP),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "gif": ("image/gif", (b"GIF8",)),
    "tif": ("image/tiff", (b"II*\0", b"MM\0*")),
    "tiff": ("image/tiff", (b"II*\0", b"MM\0*")),
    "txt": ("text/plain", ()),
    "csv": ("text/csv", ()),
    "ics": ("text/calendar", ()),
    "vcf": ("text/vcard", ()),
    "xml": ("application/xml", ()),
    "p7m": ("application/pkcs7-mime", ()),
    "p7s": ("application/pkcs7-signature", ()),
    "asc": ("application/pgp-signature", ()),
}
"""The types of files that can be attached, by the ending of the name: the media type, and how the file begins.

None of them runs when it is opened: mail servers refuse programs, scripts and documents with macros.
"""


@dataclass(frozen=True, slots=True)
class Attachable:
    """A file that was checked: its size in bytes and its SHA-256, or what is wrong with it, and the remedy."""

    size: int = 0
    sha256: str = ""
    fault: tuple[str, str] | None = None


@dataclass(slots=True)
class AttachmentFolder:
    """The files that rows name, in one folder. ``folder`` is None if no folder was given."""

    folder: Path | None
    _known: dict[str, Attachable] = field(default_factory=dict)
    _forms: dict[str, str] = field(default_factory=dict)

    def file(self, name: str) -> Attachable:
        """A file of the folder by its name, read and checked the first time."""
        if (known := self._known.get(name)) is None:
            known = self._known[name] = self._checked(name)
        return known

    def sums(self) -> dict[str, str]:
        """The SHA-256 of each sound file that was asked for, by its name."""
        return {name: file.sha256 for name, file in sorted(self._known.items()) if not file.fault}

    def _checked(self, name: str) -> Attachable:
        if self.folder is None:
            return Attachable(fault=("no folder with the attachments is given", ""))
        if not can_be_stored(name) or not is_visible(name):
            fact = f"'{name}' is not the name of a file in the folder"
            return Attachable(fault=(fact, "write the name alone, without a path; several names are separated by ';'"))
        try:
            return _checked(name, read_attachment(self.folder / name, links=False))
        except FileNotFoundError as error:
            meant = self._names_by_form().get(_form(name))
            hint = f"did you mean '{meant}'?" if meant else f"put the file into {self.folder}, or correct its name"
            return Attachable(fault=(f"'{name}': {not_read(error)}", hint))
        except OSError as error:
            return Attachable(fault=(f"'{name}': {not_read(error)}", "replace it by a file that can be read"))

    def _names_by_form(self) -> Mapping[str, str]:
        """The names of files in the folder, but not of very many, by their letters and digits.

        A name that is only similar may be another person's file, so it is not meant.
        """
        if not self._forms and self.folder:
            with suppress(OSError):
                names = (path.name for path in islice(self.folder.iterdir(), _LISTED))
                self._forms.update((_form(name), name) for name in names if is_visible(name))
        return self._forms


def _form(name: str) -> str:
    return re.sub(r"[\W_]", "", same(name))


def checked_file(path: Path) -> Attachable:
    """A file for all messages, read and checked; it may be a link."""
    if not can_be_stored(path.name) or not is_visible(path.name):
        return Attachable(fault=(f"'{path.name}' is not a name for an attachment", "rename the file"))
    try:
        return _checked(path.name, read_attachment(path))
    except OSError as error:
        return Attachable(fault=(not_read(error), "name a file that can be read"))


def _checked(name: str, data: bytes) -> Attachable:
    if len(data) > LIMITS["attachment"]:
        limit = size_in_words(LIMITS["attachment"])
        return Attachable(
            fault=(f"'{name}' is larger than {limit}", "make it smaller, or put it on a page and link to it")
        )
    if not data:
        return Attachable(fault=(f"'{name}' is empty", "check that it was saved"))
    ending = _ending(name)
    if ending not in _TYPES:
        known = ", ".join(_TYPES)
        return Attachable(fault=(f"'{name}' is of a type that is not attached", f"attach one of: {known}"))
    if (beginnings := _TYPES[ending][1]) and not data.startswith(beginnings):
        fact = f"'{name}' is not what its ending says: it does not begin as a file of the type '{ending}' does"
        return Attachable(fault=(fact, "save it again in this format, or correct the ending"))
    return Attachable(len(data), hashlib.sha256(data).hexdigest())


def read_attachment(path: Path, *, links: bool = True) -> bytes:
    """The bytes of a file; of one that is too large, one byte more than the limit. Unless ``links``, a link is refused.

    Raises:
        OSError: it cannot be read, or it is not a regular file.
    """
    if links:
        return read_beginning(path, "attachment")
    # The folder may be a link. The file itself may not, not even one that is put there meanwhile.
    handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        return read_beginning(Path(path.name), "attachment", links=False, folder=handle)
    finally:
        os.close(handle)


class ChangedAttachmentError(MachineError):
    """A file has other bytes than when it was checked: no more messages may be sent."""


def unchanged_attachment(path: Path, sha256: str, *, links: bool = True) -> bytes:
    """The bytes of a file that was checked before.

    Raises:
        ChangedAttachmentError: it is not there any more, or it has other bytes.
    """
    data = b""
    with suppress(OSError):
        data = read_attachment(path, links=links)
    if hashlib.sha256(data).hexdigest() != sha256:
        fact = "the file has changed since it was checked, so no more messages are sent"
        hint = "put it back, or send the messages that are left with the file as it is now"
        raise ChangedAttachmentError(Problem(Place(str(path)), "changed-attachment", fact, hint))
    return data


def media_type(name: str, data: bytes) -> str:
    """The media type of an attachment. A text has its character set, if it is UTF-8."""
    type, _ = _TYPES[_ending(name)]
    if type.startswith("text/"):
        with suppress(UnicodeDecodeError):
            data.decode()
            return f'{type}; charset="utf-8"'
    return type


def names_in(cell: str) -> list[str]:
    """The names of files in a cell, separated by ";"."""
    return [name.strip() for name in cell.split(";") if name.strip()]


def twice(names: Iterable[str]) -> Iterator[str]:
    """The names that are the same as one before; upper and lower case are the same."""
    seen: set[str] = set()
    for name in names:
        if (form := same(name)) in seen:
            yield name
        seen.add(form)


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""
