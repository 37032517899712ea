"""Tells titles of persons from openings of letters: a column 'Salutation' may have either."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from circulars.language import known_languages, load_language


@functools.lru_cache(4096)
def is_title(text: str) -> bool:
    """Whether a text is a title in any language ("Ms", "Sra."), and not the opening of a letter ("Dear Ana,")."""
    language = load_language(known_languages()[0])  # each knows the titles of all
    return language.title(text) is not None


def is_as_judged(columns: Mapping[str, str], judged: str) -> bool:
    """Whether a row has in the column ``judged`` ("title" or "salutation") what this column was judged to have."""
    cell = columns[judged]
    return not cell or is_title(cell) is (judged == "title")
