"""Matches the people whom two versions of a letter name, such as those who sign: by name, by post, and by place."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple


class Person(NamedTuple):
    """A person's name and post, in any words that both versions use."""

    name: str
    post: str


def people_pairs(old: Sequence[Person], new: Sequence[Person]) -> list[tuple[int, int]]:
    """The pairs of people, as indexes into ``old`` and ``new``, each at most once, in the new order.

    Those with the same name match, then those with the same post, then those at the same place.
    """
    to_old: dict[int, int] = {}
    for field in ("name", "post"):
        for j, person in enumerate(new):
            i = next((i for i, one in enumerate(old) if i not in to_old.values() and _same(one, person, field)), None)
            if j not in to_old and i is not None:
                to_old[j] = i
    for place in range(min(len(old), len(new))):
        if place not in to_old and place not in to_old.values():
            to_old[place] = place
    return [(to_old[j], j) for j in sorted(to_old)]


def _same(one: Person, other: Person, field: str) -> bool:
    texts = [unicodedata.normalize("NFC", getattr(person, field)) for person in (one, other)]
    return bool(texts[0]) and texts[0] == texts[1]
