"""Shows a place in a file: its line, and a caret below it, in the width that a terminal gives them."""

from __future__ import annotations

from typing import Final

from circulars.east_asian import width
from circulars.errors import visible

_MOST: Final = 96
"""The columns of a line that are shown; a longer one is cut around the place."""
_TAB: Final = "    "
_CUT: Final = "…"


def excerpt(lines: list[str], line: int, column: int) -> tuple[str, str]:
    """A line of a file and a line with a caret below the place; both are "" if the file has no such place.

    Characters that terminals obey, and those that change the direction of text, are shown as escapes.
    """
    if not 0 < line <= len(lines) or column < 1:
        return "", ""
    text = lines[line - 1].rstrip("\r")
    at = min(column - 1, len(text))
    skipped = max(at - _MOST, 0)  # a line may have a million characters
    pieces = [_shown(character) for character in text[skipped : at + _MOST + 1]]
    first, last = _window([width(piece) for piece in pieces], at - skipped)
    while first < at - skipped and (first + skipped) and not width(pieces[first]):  # an accent stays on its letter
        first += 1
    begin, end = _CUT * (skipped + first > 0), _CUT * (skipped + last < len(text))
    before = begin + "".join(pieces[first : at - skipped])
    margin, own = " " * len(str(line)), f"{begin}{''.join(pieces[first:last])}{end}"
    return f"    {line} | {own}".rstrip(), f"    {margin} | {' ' * width(before)}^"


def _shown(character: str) -> str:
    return _TAB if character == "\t" else visible(character)


def _window(widths: list[int], at: int) -> tuple[int, int]:
    """The first and the last of the characters that are shown, the place in about the middle of a long line."""
    if sum(widths) <= _MOST:
        return 0, len(widths)
    first, before = at, 0
    while first and before + widths[first - 1] <= _MOST // 2:
        first -= 1
        before += widths[first]
    last, shown = first, 0
    while last < len(widths) and shown + widths[last] <= _MOST:
        shown += widths[last]
        last += 1
    while first and shown + widths[first - 1] <= _MOST:
        first -= 1
        shown += widths[first]
    return first, last
