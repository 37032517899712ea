"""The file of a letter, and its texts as the file has them, with the places of each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from circulars.errors import Place
from circulars.model.text import Spans


@dataclass(frozen=True, slots=True)
class WrittenText:
    """A text as the file has it: its paragraphs by language, and the characters of the file that each language covers.

    A text that is the same for all languages has the same range in each. ``typed`` has the texts with their marks, as
    YAML reads them.
    """

    paragraphs: Mapping[str, tuple[Spans, ...]]
    ranges: Mapping[str, tuple[int, int]]
    typed: Mapping[str, str] = field(default_factory=dict)


_TOLD_APART: Final = 3  # characters: shorter words occur by chance


@dataclass(frozen=True, slots=True)
class Origin:
    """The source of a letter: its YAML text, and the contents of the files that it refers to, by name."""

    text: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)

    def place_of(self, words: str, file: str) -> Place:
        """The line with some words, or else with the longest of them, if it occurs once; otherwise the whole file."""
        for sought in (words, max(words.split(), key=len, default="")):
            if len(sought) >= _TOLD_APART and self.text.count(sought) == 1:
                return self.place_at(self.text.index(sought), file)
        return Place(file)

    def place_at(self, at: int, file: str) -> Place:
        """The line and the column of a character."""
        return Place(file, self.text.count("\n", 0, at) + 1, at - self.text.rfind("\n", 0, at))
