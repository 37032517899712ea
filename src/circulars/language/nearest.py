"""Finds the language that is most like another: a first text for those who translate."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from circulars.language.locales import direction_of, script_of
from circulars.language.names import MESSAGES
from circulars.syntax.own_tables import own_table


def nearest_language(code: str, among: Sequence[str]) -> str:
    """The language ``among`` several that is most like another: of its family and script, or else of its script.

    Among equals, it is the one that is nearest in its family's list, that of the program's messages, or the first.

    Raises:
        ValueError: there is no language to choose from.
    """
    return min(among, key=functools.partial(_distance, code))


def _distance(one: str, other: str) -> tuple[bool | int, ...]:
    """How different two languages are: what matters most is first, and 0 or False is the least difference."""
    mine, theirs = one.partition("-")[0], other.partition("-")[0]
    family = next((codes for codes in _families() if mine in codes and theirs in codes), [])
    same_script = script_of(one) == script_of(other)
    return (
        one != other,
        mine != theirs,
        not (family and same_script),
        not same_script,
        direction_of(one) != direction_of(other),
        not family,
        abs(family.index(mine) - family.index(theirs)) if family else 0,
        other != MESSAGES,
    )


@functools.cache
def _families() -> list[list[str]]:
    """Families of languages; in each, the languages are sorted so that neighbours are alike."""
    table: dict[str, str] = own_table("circulars", "language_families.yaml")
    return [codes.split() for codes in table.values()]
