"""Addressees of a list who have one address, or are one person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from circulars.errors import Choice
from circulars.model.addressee import Addressee
from circulars.source.addressees import AddresseeList, OncePerAddress, Repeats, Sameness
from circulars.source.addressees.same import email_key

COLUMNS = ("id", "name", "surname", "organization", "address", "city", "email")
ONCE: Mapping[Sameness, Choice] = {"email": Choice("once_per_address", "sends one")}


def rows(*lines: str) -> list[Addressee]:
    """Addressees with these cells after the id, in rows from 2 on."""
    cells = [dict(zip(COLUMNS, [f"x{row}", *line.split(",")], strict=True)) for row, line in enumerate(lines, 2)]
    return [Addressee(one["id"], one, row) for row, one in enumerate(cells, 2)]


def remarks(addressees: Sequence[Addressee], kinds: Sequence[Sameness] = ("email", "address", "person")) -> list[str]:
    """The warnings about addressees who have something in common."""
    repeats = Repeats(kinds, COLUMNS)
    for one in addressees:
        repeats.add(one.columns, one.row)
    listed = AddresseeList("list.csv", COLUMNS, lambda: iter(addressees))
    return [f"{one.where} {one.code}: {one.message}" for one in repeats.remarks(listed, ONCE)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("max@example.org", "MAX@Example.org"), ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("a.na+list@gmail.com", "Ana@googlemail.com"),
    ],
)  # fmt: skip
def test_two_spellings_of_one_mailbox_have_one_key(one: str, other: str) -> None:
    """Case, the domain in ASCII, and what Google documents of its own addresses."""
    assert email_key(one) == email_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a.na@example.org", "ana@example.org"),
        ("ana+list@example.org", "ana@example.org"),
        ("a@b.example", "a@c.example"),
    ],
)
def test_what_may_be_two_mailboxes_has_two_keys(one: str, other: str) -> None:
    """Other providers may treat a dot or a "+" as part of the name."""
    assert email_key(one) != email_key(other)


def test_what_rows_have_in_common_is_named_with_its_rows() -> None:
    """Upper and lower case and surplus spaces do not matter; empty cells have nothing in common."""
    people = rows(
        "Max,Muster,Beispiel AG,Weg 1,Bern,max@example.org",
        "Max,Muster,BEISPIEL  AG,Weg 1,Bern,MAX@example.org",
        "Eva,Muster,Beispiel AG,Weg 1,Bern,",
        ",,Other AG,,Bern,",
        ",,Other AG,,Bern,",
    )

    assert remarks(people) == [
        "list.csv:3:1 same-email: 1 addressee has the e-mail address of an earlier row: row 3 as row 2",
        "list.csv:3:1 same-address: 2 addressees have the postal address of an earlier row: "
        "row 3 as row 2, row 4 as row 2",
        "list.csv:3:1 same-person: 1 addressee has the name and the organization of an earlier row: row 3 as row 2",
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("José,Núñez,Org,Weg 1,Genève,", "JOSE,Nunez,Org,Weg 1.,Geneve,"),
        ("Jean-Luc,O'Neil,Org S.A.,Weg 1,Bern,", "Jean Luc,O’Neil,Org S.A,Weg  1,Bern,"),
        ("'t,Hooft,Org,Weg 1-3,Bern,", "’t,Hooft,Org,Weg 1–3,Bern,"),
        ("Артём,Пётр,Org,Weg 1,Bern,", "Артем,Петр,Org,Weg 1,Bern,"),
    ],
)
def test_accents_and_signs_make_no_other_addressee(one: str, other: str) -> None:
    """Two clerks type one name in two ways."""
    codes = [found.split()[1] for found in remarks(rows(one, other))]

    assert codes == ["same-address:", "same-person:"]


def test_marks_that_make_another_letter_make_another_addressee() -> None:
    """Kana with a voiced sound is another syllable, and "Weg 11" another house than "Weg 1"."""
    assert remarks(rows("かな,Muster,A,Weg 1,Bern,", "がな,Muster,A,Weg 11,Bern,")) == []


def test_different_addressees_are_not_reported() -> None:
    """The same street in another city, the same name in another organization, another mailbox."""
    people = rows("Max,Muster,A,Weg 1,Bern,a@example.org", "Max,Muster,B,Weg 1,Basel,b@example.org")

    assert remarks(people) == []


def test_many_repeated_rows_are_counted() -> None:
    """Five are named, also where they are far apart and in several batches."""
    people = rows(*(f"Ana,Ejemplo {n % 1500},A,Weg {n},Bern,x{n}@example.org" for n in range(3_000)))

    assert remarks(people) == [
        "list.csv:1502:1 same-person: 1,500 addressees have the name and the organization of an earlier row: "
        "row 1,502 as row 2, row 1,503 as row 3, row 1,504 as row 4, row 1,505 as row 5, row 1,506 as row 6 "
        "and 1,495 more"
    ]


def test_keys_are_compared_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a very long list only a part of the keys is in a set at a time; the result is the same."""
    people = rows(*(f"Ana,Ejemplo {n % 70},A,Weg {n},Bern,x{n % 90}@example.org" for n in range(100)))
    whole = remarks(people)

    monkeypatch.setattr("circulars.source.addressees.same._AT_ONCE", 7)

    assert remarks(people) == whole
    assert "10 addressees have the e-mail address" in whole[0]
    assert "30 addressees have the name" in whole[1]


def test_a_column_that_the_list_lacks_is_no_difference() -> None:
    """A list with surnames alone, and one with nothing but an address."""
    for column, kind in (("surname", "person"), ("address", "address")):
        repeats = Repeats([kind], ("id", column))  # type: ignore[list-item]
        for row, cell in enumerate(["Ana", "", "ana", ""], 2):
            repeats.add({"id": f"x{row}", column: cell}, row)
        listed = AddresseeList("list.csv", ("id", column), lambda: iter(()))

        (warning,) = repeats.remarks(listed, ONCE)
        assert "row 4 as row 2" in warning.message


def test_rows_of_an_earlier_list_are_not_reported_again() -> None:
    """Only the new row that has the address of one of them."""
    repeats = Repeats(["email"], COLUMNS)
    for one in rows(",,,,,a@example.org", ",,,,,a@example.org"):
        repeats.add_earlier(one.columns, one.row)
    (late,) = rows(",,,,,a@example.org")
    repeats.add(late.columns, late.row)

    (warning,) = repeats.remarks(AddresseeList("late.csv", COLUMNS, lambda: iter(())), ONCE)

    assert f"{warning.where} {warning.message}" == (
        "late.csv:2:1 1 addressee has the e-mail address of an earlier row: row 2 as row 2 of an earlier list"
    )


def test_the_first_addressee_with_an_address_is_kept() -> None:
    """By e-mail address, or by name and postal address; an addressee without an address is always kept."""
    people = rows(
        "Max,Muster,A,Weg 1,Bern,max@example.org", "Eva,Muster,A,Weg 1,Bern,MAX@example.org",
        "Max,Muster,A,Weg  1,Bern,", "Max,Muster,A,,Bern,", "Max,Muster,A,,Bern,",
    )  # fmt: skip
    by_email, by_address = OncePerAddress(COLUMNS, by_email=True), OncePerAddress(COLUMNS, by_email=False)

    assert [(one.row, one.first_row) for person in people if (one := by_email.same(person))] == [(3, 2)]
    assert [(one.row, one.first_row) for person in people if (one := by_address.same(person))] == [(4, 2)]


def test_an_addressee_of_an_earlier_list_is_the_one_who_is_kept() -> None:
    """The result says in which list the row is."""
    once = OncePerAddress(COLUMNS, by_email=True, part=2)
    for part, one in enumerate(rows(",,,,,a@example.org", ",,,,,b@example.org")):
        once.add_earlier(one.columns, one.row, part)

    found = [once.same(person) for person in rows(",,,,,B@example.org", "Ana,,,,,c@example.org", ",,,,,c@example.org")]

    assert [(one.row, one.part, one.first_row, one.first_part) for one in found if one] == [(2, 2, 3, 1), (4, 2, 3, 2)]
