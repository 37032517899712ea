"""Makes the first files of a folder to work in, and new letters."""

from __future__ import annotations

from circulars.start.folder import ADDRESSEES, EXAMPLE, make_workspace
from circulars.start.letter import make_letter
from circulars.start.series import amendment_name, copy_letter, file_letter, next_name

__all__ = [
    "ADDRESSEES",
    "EXAMPLE",
    "amendment_name",
    "copy_letter",
    "file_letter",
    "make_letter",
    "make_workspace",
    "next_name",
]
