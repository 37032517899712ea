"""Says to which of several addresses of a list a head belongs that does not say it itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from circulars.source.addressees.meaning import HeadMeaning, head_meaning

_PLACES: Final = ("postcode", "city", "region", "country", "country-code")
_BEGINS: Final = ("address", "street")


def may_repeat(head: str) -> bool:
    """Whether a list may have a head twice.

    Thunderbird exports a town for each address, and Outlook in French a title and a post, under one name.
    """
    return head_meaning(head).field in (*_PLACES, "title")


def with_groups(meanings: Sequence[HeadMeaning]) -> list[HeadMeaning]:
    """The meanings of a list's heads, in which a town after a home address is that of the home.

    It belongs to the address that begins before it if the list has another town: "Home Address, Town, Work Address,
    Town". A single town belongs to all addresses.
    """
    return [*_grouped(meanings)]


def _grouped(meanings: Sequence[HeadMeaning]) -> Iterator[HeadMeaning]:
    repeated = {field for field in _PLACES if _count(meanings, field) > 1 and _follows(meanings, field)}
    taken = {(meaning.field, meaning.group) for meaning in meanings}
    group = ""
    for meaning in meanings:
        if meaning.field in _BEGINS:
            group = meaning.group
        if meaning.field in repeated and not meaning.group and group and (meaning.field, group) not in taken:
            taken.add((meaning.field, group))
            yield replace(meaning, group=group)
        else:
            yield meaning


def _follows(meanings: Sequence[HeadMeaning], field: str) -> bool:
    """Whether the heads of a field come after their addresses: "Town, Home Address, Town, Work Address" is doubtful."""
    own = [n for n, one in enumerate(meanings) if one.field == field and not one.group]
    begins = [n for n, one in enumerate(meanings) if one.field in _BEGINS]
    return not (own and begins) or own[0] > begins[0] or own[-1] > begins[-1]


def _count(meanings: Iterable[HeadMeaning], field: str) -> int:
    return sum(meaning.field == field for meaning in meanings)
