"""Words of tables that are wider than their column, of which a check warns."""

from __future__ import annotations

from pathlib import Path

import pytest

from circulars.compose import doubts
from circulars.pack import load_pack
from circulars.source.letters import parse_letter

_LETTER = """\
kind: tsb-circular
number: 7
date: 2025-02-28
languages: [en]
initials: X
contact: {{name: Ana Ejemplo, email: ana@example.int}}
copy: false
subject: {{en: Test}}
body:
  - table:
      columns: [{{en: No.}}, {{en: Item}}]
      widths: [1, {width}]
      rows:
        - [{{en: "{words}"}}, {{en: Anything}}]
"""


def wide(words: str, code: str = "wide-word", width: int = 9) -> list[str]:
    """The warnings with a code about a cell that has a tenth of the width of the text, or more."""
    letter = parse_letter(_LETTER.format(words=words, width=width).encode(), "letter.yaml", "letter", Path())
    return [problem.message for problem in doubts(letter, load_pack()) if problem.code == code]


def test_a_word_wider_than_its_column_is_a_warning() -> None:
    """It is named; in a wider column it has room."""
    [message] = wide("Herr Mustermannsohn", "wide-word")

    assert "the word 'Mustermannsohn' is wider than its column" in message
    assert not wide("Herr Mustermannsohn", width=4)


@pytest.mark.parametrize(
    "words",
    [
        "Herr Muster",  # has room
        "telecommunication",  # is hyphenated
        "Muster-mann-sohn-exemple",  # lines end at its hyphens
        "标准化局电信标准化局电信标准化局",  # lines end between Han
        "[notice](https://www.example.int/a/long/address)",
        "https://www.example.int/a/long/address",
        "",
    ],
)
def test_other_words_are_no_warning(words: str) -> None:
    """They have room, are hyphenated, or are broken where their writing allows it."""
    assert not wide(words)


@pytest.mark.parametrize("words", ["UNSPECIFIED-STANDARDIZATION", "SG5TD9901GEN2025", "UIT\u2011T\u00a0L.9901.2025"])
def test_capitals_and_numbers_are_never_hyphenated(words: str) -> None:
    """So they would be cut."""
    assert wide(words)


@pytest.mark.parametrize("words", ["strengthsstrengths", "zzzzzzzzzzzzzzzzzz"])
def test_a_word_that_its_language_does_not_divide_into_narrow_parts_is_a_warning(words: str) -> None:
    """It would be cut anywhere, also if it is in small letters."""
    [message] = wide(words)

    assert f"the word '{words}' is wider than its column" in message
