"""What a comparison says in the language of a letter, such as what screen readers are told beside its marks."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from circulars.language import MESSAGES
from circulars.syntax.own_tables import own_table


@dataclass(frozen=True, slots=True)
class Spoken:
    """The words of a ``language``: for each kind of mark, for its ``end``, and for the pages of a comparison."""

    language: str
    inserted: str
    deleted: str
    moved_here: str
    moved_away: str
    formatted: str
    linked: str
    end: str
    title: str
    since: str
    also: str
    problems: str


@functools.cache
def spoken(language: str) -> Spoken:
    """The words of a language ("es", "es-MX"), or the English ones if there are none."""
    words = own_table(__package__, "spoken.yaml")
    found = next((code for code in (language, language.partition("-")[0]) if code in words), MESSAGES)
    return Spoken(found, **{name.replace("-", "_"): text for name, text in words[found].items()})
