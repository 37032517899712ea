"""Finds heads of a list that look like a part of an address, although it is not known which."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from circulars.source.addressees.meaning import plain_name
from circulars.syntax.own_tables import own_table


def address_part(head: str) -> str:
    """The part of an address that a head has a word for: "street", "place" or "country"; "" if none."""
    name = plain_name(head)
    words = frozenset(name.rstrip("0123456789").split("-"))
    found = [part for part, known in _words().items() if words & known or any(w in name for w in known if w > "\u0600")]
    return found[0] if found and "other" not in found else ""


@functools.cache
def _words() -> Mapping[str, frozenset[str]]:
    table = own_table(__package__, "address_words.yaml")
    return {part: frozenset(map(plain_name, words)) for part, words in table.items()}
