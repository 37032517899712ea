"""Shows what changes in a file, line by line."""

from __future__ import annotations

import difflib

from circulars.errors import visible


def line_diff(old: bytes, new: bytes, file: str) -> str:
    """The lines of a text file that change, as a unified diff with one line around each; control characters escaped."""
    before, after = (data.decode("utf-8-sig").splitlines() for data in (old, new))
    lines = difflib.unified_diff(before, after, file, file, n=1, lineterm="")
    return "".join(f"{visible(line)}\n" for line in lines)
