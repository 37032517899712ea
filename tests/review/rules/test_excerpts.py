"""An excerpt shows the line of a problem with a caret below the place, whatever the characters before it are."""

from __future__ import annotations

import pytest

from circulars.east_asian import width
from circulars.review.rules.excerpts import excerpt


@pytest.mark.parametrize(
    ("before", "shown"),
    [
        ("- en: The ", "- en: The "),
        ("- zh: 会议于", "- zh: 会议于"),
        ("- fr: e\u0301te\u0301 ", "- fr: e\u0301te\u0301 "),
        ("- en:\tA ", "- en:    A "),
        ("- en: \u202eA\x1b[2J ", "- en: \\u202eA\\x1b[2J "),
        ("- ar: \u0645\u064f\u062f\u064e\u0651\u0629 ", "- ar: \u0645\u064f\u062f\u064e\u0651\u0629 "),
    ],
    ids=["Latin", "Chinese", "combining", "tab", "controls", "Arabic vowels"],
)
def test_the_caret_is_below_the_place(before: str, shown: str) -> None:
    """Wide characters have two columns, accents none; what a terminal would obey is an escape."""
    line, caret = excerpt(["first", f"{before}X after"], 2, len(before) + 1)

    assert line == f"    2 | {shown}X after"
    assert caret == "      | " + " " * width(shown) + "^"


@pytest.mark.parametrize("letter", ["a", "会", "e\u0301"])
@pytest.mark.parametrize("place", [0, 3, 20, 500, 999])
def test_a_long_line_is_cut_around_the_place(letter: str, place: int) -> None:
    """The place is in what is left, which fits on a terminal, and an accent is on its letter."""
    before = (letter * 1000)[: place * len(letter)]
    line, caret = excerpt([before + "X" + letter * 1000], 1, len(before) + 1)
    text = line.removeprefix("    1 | ")

    assert width(text) <= 100
    assert text.endswith("…")
    assert text.startswith("…") == (place > 20)
    assert width(text[: text.index("X")]) == caret.removeprefix("      | ").index("^")
    assert "…\u0301" not in text


@pytest.mark.parametrize(("line", "column"), [(0, 0), (3, 1), (1, 0)])
def test_a_place_without_a_line_has_no_excerpt(line: int, column: int) -> None:
    """A problem of a whole file has no line to show."""
    assert excerpt(["one", "two"], line, column) == ("", "")


def test_the_end_of_a_line_is_a_place() -> None:
    """A problem may be behind the last character, and a line may end as on Windows."""
    assert excerpt(["one\r"], 1, 4) == ("    1 | one", "      |    ^")
