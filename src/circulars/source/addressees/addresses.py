"""Understands the heads of addresses: their parts, and which of several addresses a row gets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from circulars.errors import Choice, Problem
from circulars.source.addressees.countries import meaning_of
from circulars.source.addressees.heads import Heads, Made
from circulars.source.addressees.parts import (
    AddressChoice,
    PostalGroup,
    Value,
    care_of,
    in_order,
    joined,
    named_number,
    street_line,
)
from circulars.source.addressees.settings import Setting, choice_of

_MANY: Final = 9
"""The highest number of a line of an address."""
_PLACES: Final = ("address", "street", "po-box", "postcode", "city")
_ENOUGH: Final = ("address", "city", "postcode")


def read_addresses(heads: Heads, settled: frozenset[str]) -> None:
    """Takes the heads of addresses. ``settled`` are the groups of the heads that the user chose for the address."""
    groups = settled or frozenset(heads.groups())
    found = {group: dict(_columns(heads, group)) for group in heads.groups() if group in groups | {""}}
    # A group with only a country says where somebody comes from, not where they live.
    found = {group: made for group, made in found.items() if made and (not group or any(c in made for c in _ENOUGH))}
    if len(found) == 1:
        for column, made in next(iter(found.values())).items():
            heads.take(column, made)
        return
    if found:
        _choose(heads, found)


def _choose(heads: Heads, found: dict[str, dict[str, Made]]) -> None:
    """Takes several addresses, of which each row gets one."""
    labels = {group: heads.of("kind-of-address", group=group) for group in found}
    groups = tuple(
        PostalGroup(
            group,
            {column: made.value for column, made in columns.items()},
            heads.cell(labels[group][0]) if labels[group] else None,
        )
        for group, columns in found.items()
    )
    choice = AddressChoice(groups, heads.value_of("organization"))
    ordered = in_order([group.kind for group in groups], business=choice.organization is not None)
    chosen = {}
    for column in choice.columns:
        made = [found[groups[place].kind][column] for place in ordered if column in found[groups[place].kind]]
        words = " or else ".join(one.words for one in made)
        if len(made) > 1 and choice.organization and {"business", "home"} <= {*found}:
            words += " (home first where there is no organization)"
        cells = tuple(n for one in made for n in one.cells)
        chosen[column] = Made(cells, made[0].value, words)
    heads.take_choice(choice, chosen)
    for numbers in labels.values():
        heads.leave(numbers)


def _columns(heads: Heads, group: str) -> Iterator[tuple[str, Made]]:
    """The columns that the heads of one group fill."""
    region = heads.of("region", group=group)
    if not any(heads.of(field, group=group, most=_MANY) for field in _PLACES):
        # In a list without addresses, "State" may be that of an application.
        region = [n for n in region if heads.typed[n].strip().lower() == "region"]
    country = heads.of("country-code", group=group) or heads.of("country", group=group)
    for column, numbers in (
        ("address", _address(heads, group, heads.name(country[0]) if country else "country")),
        ("postcode", heads.of("postcode", group=group)),
        ("city", heads.of("city", group=group)),
        ("region", region),
        ("country", country),
    ):
        if column in heads.closed:
            continue
        if isinstance(numbers, Made):
            yield column, numbers
        elif numbers and heads.are_distinct(column, numbers):
            yield column, heads.lines([numbers[:1]])


def _address(heads: Heads, group: str, country: str) -> Made | None:
    """The lines of the address: address or street, what belongs to it, and the post office box."""
    address, streets, boxes = (heads.of(field, group=group, most=_MANY) for field in ("address", "street", "po-box"))
    care, extra = heads.of("care-of", group=group), heads.of("extra", group=group, most=_MANY)
    houses = heads.of("house-number", group=group) or [n for n in heads.of("number", group=group) if n - 1 in streets]
    lines = [*care, *address, *streets, *extra, *boxes]
    if "address" in heads.closed or not lines or not heads.are_distinct("address", [*address, *streets, *boxes]):
        return None
    if address and streets:
        _report_doubt(heads, address[0], streets[0])
        return None
    house_of = {streets[0]: houses[0]} if streets and len(houses) == 1 else {}
    values = [_line(heads, n, house_of.get(n), country) for n in lines]
    words = [" + ".join(map(heads.quoted, (n, house_of[n]) if n in house_of else (n,))) for n in lines]
    cells = (*lines, *house_of.values())
    is_cell = len(cells) == 1 and lines[0] in (*address, *streets)
    return Made(cells, joined(values, "\n"), ", ".join(words), is_cell=is_cell)


def _line(heads: Heads, number: int, house: int | None, country: str) -> Value:
    """One line of an address; ``house`` is the head of the number that belongs to the street."""
    if house is not None:
        return street_line(heads.name(number), heads.name(house), country, _code_of)
    meaning = heads.meaning(number)
    # "12" below "PO Box" is "PO Box 12"; but what is below "Extended address" says itself what it is.
    if meaning.field == "care-of":
        return care_of(heads.name(number))
    if meaning.field == "po-box" or (meaning.field == "extra" and " " not in meaning.words):
        return named_number(heads.name(number), meaning.words)
    return heads.cell(number)


def _code_of(country: str) -> str:
    return meaning_of(country).code


def _report_doubt(heads: Heads, address: int, street: int) -> None:
    both = f"{heads.quoted(address)} and {heads.quoted(street)} (columns {address + 1} and {street + 1})"
    fact = f"two columns may be 'address': {both}"
    both_lines = Setting("address", ((heads.typed[address],), (heads.typed[street],)))
    choices = (
        choice_of("address", heads.typed[address]),
        choice_of("address", heads.typed[street]),
        Choice("columns", "takes both, as two lines", str(both_lines)),
    )
    hint = "delete one of the two columns"
    heads.problems.append(Problem(heads.place(max(address, street)), "column-twice", fact, hint, choices))
