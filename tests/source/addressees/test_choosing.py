"""Filtering, sampling and sorting addressees."""

from __future__ import annotations

import pytest

from circulars.errors import UsageError
from circulars.model.addressee import Addressee
from circulars.source.addressees import parse_only, parse_sort, parse_where, rank, sample

COLUMNS = ("id", "category", "country", "name", "seat-no")


def people(*cells: str, column: str = "name") -> list[Addressee]:
    """Addressees with one filled column."""
    return [
        Addressee(f"P-{row}", dict.fromkeys(COLUMNS, "") | {"id": f"P-{row}", column: cell}, row)
        for row, cell in enumerate(cells, 2)
    ]


def order(text: str, *cells: str) -> list[str]:
    """The cells of the column "name", sorted."""
    sort = parse_sort(text, COLUMNS)
    return [addressee.columns["name"] for addressee in sorted(people(*cells), key=sort.key)]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("category=member-state", ["member-state"]),
        ("Categoría = Member-State, sector-member", ["member-state", "sector-member"]),
        ("category!=member-state", ["sector-member", "", "a=b, c"]),
        ("category=", [""]),
        ("category!=", ["member-state", "sector-member", "a=b, c"]),
        ('category="a=b, c"', ["a=b, c"]),
        ("category=,sector-member", ["sector-member", ""]),
    ],
)
def test_a_condition_names_the_values_of_a_column(condition: str, expected: list[str]) -> None:
    """It matches one of several values, none of them, or an empty cell; case is ignored."""
    where = parse_where(condition, COLUMNS)
    chosen = people("member-state", "sector-member", "", "a=b, c", column="category")

    assert [addressee.columns["category"] for addressee in chosen if where.holds(addressee)] == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("categori=x", "no column 'categori'\n    hint: did you mean 'category'?"),
        ("category", "'category' is not a condition"),
        ("=x", "'=x' is not a condition"),
        ("", "'' is not a condition"),
        ("zzz=1", "hint: the list has: id, category, country, name, seat-no"),
    ],
)
def test_an_invalid_condition_is_reported(condition: str, expected: str) -> None:
    """For an unknown column the most similar one is suggested."""
    with pytest.raises(UsageError) as caught:
        parse_where(condition, COLUMNS)

    assert expected in str(caught.value)


def test_accents_and_case_do_not_affect_the_order() -> None:
    """ "Á" sorts with "A"; equal rows keep their order in the list."""
    cells = ["zorro", "Ñandú", "Øst", "ana", "Ábaco", "Ana", "Zürich", "nube", "Łódź", "Oslo", "luz"]

    ordered = ["Ábaco", "ana", "Ana", "Łódź", "luz", "Ñandú", "nube", "Oslo", "Øst", "zorro", "Zürich"]
    assert order("name", *cells) == ordered


def test_numbers_sort_by_value() -> None:
    """9 is before 10, and 007 is 7."""
    assert order("name", "Room 10", "Room 9", "Room 007", "Room", "9", "100", "Room 9a") == [
        "9", "100", "Room", "Room 007", "Room 9", "Room 9a", "Room 10",
    ]  # fmt: skip


def test_a_minus_sign_means_descending_order() -> None:
    """Longer cells then come before shorter ones; empty cells are last in both directions."""
    assert order("-name", "a", "", "ab", "b", "B 2", "b 10") == ["b 10", "B 2", "b", "ab", "a", ""]
    assert order("name", "a", "", "ab", "b") == ["a", "ab", "b", ""]


def test_the_second_column_decides_where_the_first_is_equal() -> None:
    """Each column has its own direction."""
    pairs = [("es", "Ana"), ("EN", "Ana"), ("es", "Max"), ("en", "Max"), ("", "Eva")]
    addressees = [Addressee(name, {"country": country, "name": name}, 1) for country, name in pairs]

    ordered = sorted(addressees, key=parse_sort("país, -nombre", ("country", "name")).key)

    assert [(addressee.columns["country"], addressee.id) for addressee in ordered] == [
        ("en", "Max"), ("EN", "Ana"), ("es", "Max"), ("es", "Ana"), ("", "Eva"),
    ]  # fmt: skip


def test_a_cell_cannot_affect_another_column_s_part_of_the_key() -> None:
    """For any bytes in the cells, the first column decides first."""
    hostile = ["", "\0", "\0\xff", "\x01", "\x02z", "\udc80", "\U0010ffff", "a\0", "a", "0" * 5000, "9" * 5000]
    key = parse_sort("name,-category", COLUMNS).key
    first = parse_sort("name", COLUMNS).key
    pairs = [(name, other) for name in hostile for other in hostile]
    rows = [Addressee("", dict.fromkeys(COLUMNS, "") | {"name": n, "category": c}, 1) for n, c in pairs]

    ordered = [first(addressee) for addressee in sorted(rows, key=key)]

    assert ordered == sorted(ordered)


@pytest.mark.parametrize("text", ["", " , ", "-", "name,nam"])
def test_an_invalid_order_is_reported(text: str) -> None:
    """The order names no column, or one that the list does not have."""
    with pytest.raises(UsageError):
        parse_sort(text, COLUMNS)


def test_a_sample_is_the_same_every_time_and_spread_over_the_list() -> None:
    """The order of the list does not matter; a larger sample contains a smaller one."""
    addressees = people(*"x" * 1000)

    drawn = sample(addressees, 20)

    assert drawn == sample(reversed(addressees), 20)
    assert drawn < sample(addressees, 21)
    assert sample(addressees[:3], 20) == {"P-2", "P-3", "P-4"}
    halves = [sum(addressee.id in drawn for addressee in half) for half in (addressees[:500], addressees[500:])]
    assert all(halves)
    assert rank(addressees[0]) == 6462738558171642134
    with pytest.raises(UsageError, match="no addressees"):
        sample(addressees, 0)


def test_addressees_are_selected_by_their_ids() -> None:
    """For an unknown id the most similar one is suggested."""
    addressees = people("Ana", "Max", "Eva")
    only = parse_only("p-2, P-4,P-22,zzz")

    assert [addressee.id for addressee in addressees if only.holds(addressee)] == ["P-2", "P-4"]
    assert [(problem.message, problem.hint) for problem in only.unknown(addressees)] == [
        ("no addressee has the id 'P-22'", "did you mean 'P-2'?"),
        ("no addressee has the id 'zzz'", "check the column 'id' of the list"),
    ]
    assert parse_only('"a,b",c').ids == ("a,b", "c")
    with pytest.raises(UsageError, match="there is no id"):
        parse_only(" , ")
