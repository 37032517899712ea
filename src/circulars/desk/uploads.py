"""Reads the forms with a file that browsers send (RFC 7578)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

MOST_PARTS: Final = 10
_MOST_IN_NAME: Final = 200
_BOUNDARY: Final = re.compile(r"""multipart/form-data;.*\bboundary="?([\w'()+,./:=?-]{1,70})"?""", re.ASCII)
_PART: Final = re.compile(rb'Content-Disposition: *form-data; *name="([^"\r\n]*)"(?:; *filename="([^"\r\n]*)")?', re.I)


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file that a form carries, and the name that it had; nothing is done with the name but to show it."""

    name: str
    data: bytes


class WrongUploadError(Exception):
    """What was sent is no such form, or not in UTF-8."""


def form_of_upload(body: bytes, content_type: str) -> tuple[dict[str, str], UploadedFile | None]:
    """The values of a form, and its file; None if no file was chosen.

    Raises:
        WrongUploadError: this is no form of a browser.
    """
    boundary = _BOUNDARY.match(content_type)
    if not boundary:
        raise WrongUploadError
    before, *parts = b"\r\n".join([b"", body]).split(b"\r\n--" + boundary[1].encode(), MOST_PARTS + 1)
    if before or not 1 < len(parts) <= MOST_PARTS or parts[-1].strip() != b"--":
        raise WrongUploadError
    values: dict[str, str] = {}
    file = None
    for part in parts[:-1]:
        head, separator, data = part.partition(b"\r\n\r\n")
        found = _PART.search(head)
        if not separator or not found:
            raise WrongUploadError
        if found[2] is None:
            values[_text(found[1])] = _text(data)
        elif found[2] or data:
            file = UploadedFile(_bare(_text(found[2])), data)
    return values, file


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise WrongUploadError from None


def _bare(name: str) -> str:
    """The name of a file without folders, which some programs send."""
    return re.split(r"[/\\]", name)[-1][:_MOST_IN_NAME] or "letter.yaml"
