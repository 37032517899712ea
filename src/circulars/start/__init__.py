"""Makes the first files of a folder to work in, and new letters."""

from __future__ import annotations

from circulars.start.folder import ADDRESSEES, EXAMPLE, make_workspace
from circulars.start.letter import make_letter

__all__ = ["ADDRESSEES", "EXAMPLE", "make_letter", "make_workspace"]
