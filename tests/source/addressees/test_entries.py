"""Lists of addressees in YAML."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from circulars.errors import AddresseesError
from circulars.model.addressee import Addressee
from circulars.source.addressees import AddresseeList, FaultyRow, open_list


def read(folder: Path, text: str | bytes) -> AddresseeList:
    """The list in a file with this text."""
    (folder / "list.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return open_list("list.yaml", folder=folder)


def test_values_are_kept_as_typed(tmp_path: Path) -> None:
    """YAML 1.1 would convert most of them."""
    words = ["no", "007", "12:30", "1e3", "0x1F", "2024-02-30", "Null", "1_000", ".5", "true", "3.10"]

    addressees = list(read(tmp_path, "".join(f"- id: {word}\n  name: Ana\n" for word in words)))

    assert [addressee.id for addressee in addressees] == words


@pytest.mark.parametrize("head", ["", "addressees:\n"], ids=["a list", "a key with a list"])
def test_every_entry_has_all_columns(tmp_path: Path, head: str) -> None:
    """A key that an entry lacks is an empty cell; the row of an entry is its first line."""
    text = head + '- ID: "1"\n  Idioma: ES\n- id: 2\n  country: ch\n\n- nombre: Ana\n  id: 3\n'
    first = 1 + head.count("\n")

    addressees = read(tmp_path, text)

    assert addressees.columns == ("id", "language", "country", "name")
    assert list(addressees) == [
        Addressee("1", {"id": "1", "language": "es", "country": "", "name": ""}, first),
        Addressee("2", {"id": "2", "language": "", "country": "CH", "name": ""}, first + 2),
        Addressee("3", {"id": "3", "language": "", "country": "", "name": "Ana"}, first + 5),
    ]
    assert list(addressees) == list(addressees)


def test_lines_of_an_address_are_a_text_or_a_list(tmp_path: Path) -> None:
    """Both forms give the same address."""
    text = "- id: 1\n  address: |\n    Calle Mayor 1\n    Piso 2\n- id: 2\n  address: [Calle Mayor 1, Piso 2]\n"

    assert {addressee.columns["address"] for addressee in read(tmp_path, text)} == {"Calle Mayor 1\nPiso 2"}


def test_a_problem_in_an_entry_does_not_affect_the_others(tmp_path: Path) -> None:
    """A duplicate key, or a value that is not text, is reported with line and column."""
    text = "- id: 1\n  id: 2\n- id: 3\n  name: {first: [Ana]}\n  country: ES\n- id: 4\n"

    first, second, third = read(tmp_path, text)

    assert isinstance(first, FaultyRow)
    assert isinstance(second, FaultyRow)
    assert type(third) is Addressee
    assert [f"{problem.where} {problem.code}" for row in (first, second) for problem in row.problems] == [
        "list.yaml:2:3 duplicate-key",
        "list.yaml:4:9 wrong-type",
    ]
    assert second.columns["country"] == "ES"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- id: 1\n- a: b: c\n", "list.yaml:2:7 yaml-syntax"),
        ('- id: "1\n', "list.yaml:1:7 yaml-syntax"),
        ("- &a {id: 1}\n- *a\n", "list.yaml:1:3 yaml-anchor"),
        ("- id: *a\n", "list.yaml:1:7 yaml-alias"),
        ("- id: !!python/object/apply:os.system [ls]\n", "list.yaml:1:7 yaml-tag"),
        ("- id: !!int 1\n", "list.yaml:1:7 yaml-tag"),
        ("- id: 1\n--- \n- id: 2\n", "list.yaml:2:1 two-documents"),
        ("adressees:\n- id: 1\n", "list.yaml:1:1 unknown-key"),
        ("addressees: 5\n", "list.yaml:1:13 wrong-type"),
        ("Ana\n", "list.yaml:1:1 wrong-type"),
        ("- Ana\n", "list.yaml:1:3 wrong-type"),
        ("- {[a]: b}\n", "list.yaml:1:4 key-not-text"),
        ("- {? {a: b} : c}\n", "list.yaml:1:6 key-not-text"),
        ("- {'???': b}\n", "list.yaml:1:4 wrong-column-name"),
        ("# nobody\n", "list.yaml empty-file"),
        ("- id: a\x07b\n", "list.yaml:1:8 control-character"),
        ("- id: 1\n  name: Muñoz\n".encode("cp1252"), "list.yaml:2:11 not-utf-8"),
        ("".join(f"- c{n}: 1\n" for n in range(501)), "list.yaml:501:1 too-many-columns"),
    ],
)
def test_a_file_that_is_not_a_list_is_reported_with_its_place(tmp_path: Path, text: str | bytes, expected: str) -> None:
    """Aliases and tags, which could fill the memory or run code, are refused as well."""
    with pytest.raises(AddresseesError) as caught:
        read(tmp_path, text)

    assert [f"{problem.where} {problem.code}" for problem in caught.value.problems] == [expected]


def test_nested_brackets_do_not_crash_the_process(tmp_path: Path) -> None:
    """Reading stops at the twenty-first level."""
    with pytest.raises(AddresseesError, match="too-deep"):
        read(tmp_path, "- id: " + "[" * 200_000)


def test_the_list_is_not_held_in_memory(tmp_path: Path) -> None:
    """5 MB of entries are read with less than 1 MB."""
    read(tmp_path, "".join(f"- id: {n}\n  name: {'x' * 1000}\n" for n in range(5_000)))
    tracemalloc.start()

    count = sum(1 for _ in open_list("list.yaml", folder=tmp_path))

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 5_000
    assert peak < 1_000_000


def test_null_as_programs_write_it_is_an_empty_cell(tmp_path: Path) -> None:
    """These are ``~`` and ``null``, but not in quotation marks, and not "Null", which may be a name."""
    text = "- {id: 1, a: ~, b: null, c: 'null', d: \"~\", e: Null}\n"
    (addressee,) = read(tmp_path, text)

    assert dict(addressee.columns) == {"id": "1", "a": "", "b": "", "c": "null", "d": "~", "e": "Null"}
