"""Word files with tracked changes, as other programs resolve them; ``prove_redlines.py`` tries many more."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from review.pair_letters import pairs
from review.redlines import write_redlines
from review.resolvers import faults_of

LIBREOFFICE_WRONG: Final = {
    "a paragraph becomes a heading": "a paragraph that gets the style of a numbered one back is not counted by it",
    "a table becomes two": "the mark of a paragraph that was added between two tables is kept when it is rejected",
    "the first rows of a table go to a new table above it": "the mark of a paragraph between two tables is kept",
    "two tables become one and a cell changes": "the mark of a paragraph that was removed between two tables is kept",
    "a short item becomes a paragraph below the list": "an entry of an inner list gets the outer label back",
}
"""Pairs that LibreOffice resolves wrongly, and how; the other programs resolve them rightly."""
_MISSING: Final = "missing"
_COUNT: Final = 5


def test_redlines_of_the_table_are_exact(tmp_path: Path) -> None:
    """Some pairs, in each language: LibreOffice and jubarte-redlines read the new letter, or the old one."""
    possible = [pair for pair in pairs() if _MISSING not in pair.name and pair.name not in LIBREOFFICE_WRONG]
    chosen = possible[:: len(possible) // _COUNT]
    redlines = [one for pair in chosen for one in write_redlines(pair.name, pair.old, pair.new, tmp_path)]

    assert faults_of(redlines, tmp_path / "read", ["libreoffice", "jubarte"]) == {}


def test_pandoc_reads_the_words_of_a_redline(tmp_path: Path) -> None:
    """For two pairs, pandoc reads the words of the new letter, or of the old one."""
    chosen = [pair for pair in pairs() if pair.name in ("one word is reworded", "a second person signs")]
    redlines = [one for pair in chosen for one in write_redlines(pair.name, pair.old, pair.new, tmp_path)]

    assert faults_of(redlines, tmp_path / "read", ["pandoc"]) == {}
