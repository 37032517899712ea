"""The texts of a letter as its file has them, with the places of each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

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
