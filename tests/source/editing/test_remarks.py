"""Comments are written above entries."""

from __future__ import annotations

import pytest

from circulars.errors import LetterError
from circulars.source.editing import with_comment

LETTER = b"""\
body:
  - en: First.  # beside
    es: |
      Primero.

  - {id: x, en: Second.}
"""


@pytest.mark.parametrize(
    ("path", "before"),
    [
        (("body", 0, "en"), b"  - en: First."),
        (("body", 0, "es"), b"    es: |"),
        (("body", 1, "en"), b"  - {id: x"),
        ((), b"body:"),
    ],
)
def test_a_comment_is_above_its_entry(path: tuple[str | int, ...], before: bytes) -> None:
    """It has the column of the entry, or of that in the line that it is in."""
    column = len(before) - len(before.lstrip())
    line = b" " * column + b"# Ana: why?\n"

    assert with_comment(LETTER, path, ["Ana: why?"]) == LETTER.replace(before, line + before)


def test_a_comment_is_written_once() -> None:
    """The same comment again changes nothing."""
    once = with_comment(LETTER, ("body", 0, "es"), ["Ana: why?", "  And when?"])

    assert with_comment(once, ("body", 0, "es"), ["Ana: why?", "  And when?"]) == once


def test_the_same_comment_on_two_entries_is_written_twice() -> None:
    """Somebody may ask the same of two paragraphs."""
    once = with_comment(LETTER, ("body", 0, "en"), ["Ana: why?"])

    assert with_comment(once, ("body", 1), ["Ana: why?"]).count(b"# Ana: why?") == 2


def test_a_file_in_brackets_has_no_place_for_comments() -> None:
    """A comment before the first line is above everything."""
    with pytest.raises(LetterError):
        with_comment(b"[", (), ["Ana: why?"])
