"""Chooses the copies of a merge that are worth seeing before all are made."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from circulars.addressee import Addressee

_LATIN: Final = ("LATIN", "COMMON")


@dataclass(frozen=True, slots=True)
class Filling:
    """What one addressee's copy is made of: the language, the audience (which ``when`` hold), the holes' values."""

    addressee: Addressee
    language: str
    audience: int
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Case:
    """A copy that is worth seeing, and why."""

    filling: Filling
    reasons: tuple[str, ...]


@dataclass(slots=True)
class _Best:
    """For each reason the copy that shows it best: with the highest score, and of equal ones the first."""

    found: dict[tuple[str, str], tuple[int, int, Filling, str]] = field(default_factory=dict)

    def offer(self, key: tuple[str, str], score: int, place: int, filling: Filling, reason: str) -> None:
        """Keeps a copy when it shows a reason better than what is there."""
        if key not in self.found or score > self.found[key][0]:
            self.found[key] = (score, place, filling, reason)


def worth_seeing(fillings: Iterable[Filling]) -> tuple[Case, ...]:
    """The copies worth seeing, in the order of the list; it is read once, and only the best are kept.

    They are those with the longest and the shortest value of each hole, the first of each language and of each
    audience, the first whose cell is empty in a column that others fill, and the first with letters of each script
    other than Latin.
    """
    best = _Best()
    filled: set[str] = set()
    for place, one in enumerate(fillings):
        filled |= {name for name, cell in one.addressee.columns.items() if cell}
        for key, score, reason in _reasons(one):
            best.offer(key, score, place, one, reason)
    chosen: dict[int, tuple[Filling, list[str]]] = {}
    for (kind, about), (_, place, one, reason) in best.found.items():
        if kind != "empty" or about in filled:
            chosen.setdefault(place, (one, []))[1].append(reason)
    return tuple(Case(one, tuple(reasons)) for _, (one, reasons) in sorted(chosen.items(), key=lambda item: item[0]))


def _reasons(one: Filling) -> Iterator[tuple[tuple[str, str], int, str]]:
    """What a copy shows, how well, and in words."""
    yield ("language", one.language), 0, f"language {one.language}"
    yield ("audience", str(one.audience)), 0, f"audience {one.audience + 1}"
    for name, value in one.values.items():
        length = len(value)
        if value:
            yield ("longest", name), length, f"longest {name}: {length} characters"
            yield ("shortest", name), -length, f"shortest {name}: {length} characters"
        for script in _scripts(value):
            yield ("script", script), 0, f"{script.capitalize()} letters"
    for name, cell in one.addressee.columns.items():
        if not cell:
            yield ("empty", name), 0, f"no {name}"


def _scripts(text: str) -> tuple[str, ...]:
    """The scripts of a text's letters but for Latin, by the first word of their names ("ARABIC", "CJK")."""
    if text.isascii():
        return ()
    found = dict.fromkeys(unicodedata.name(sign, "COMMON").split()[0] for sign in text if sign.isalpha())
    return tuple(script for script in found if script not in _LATIN)
