"""Lists of addressees exported from a directory (LDIF)."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from circulars.errors import AddresseesError
from circulars.source.addressees import AddresseeList, FaultyRow, open_list

PERSON = """dn: cn=Ana Ejemplo,mail=ana@example.org
objectclass: top
objectclass: inetOrgPerson
uid: ana
givenName: Ana
sn:: w4lqZW1wbG8=
cn: Ana Ejemplo
personalTitle: Sra.
title: Direc
 tora
o: Beispiel AG
street: Weg 1
l: Bern
postalCode: 01200
c: ch
mail: ana@example.org
mail: second@example.org
preferredLanguage: ES
jpegPhoto:: AAAA
description;lang-es: Hola
"""
UNIT = "dn: ou=People,dc=example\nobjectClass: organizationalUnit\nou: People\n"
GROUP = "dn: cn=All\nobjectclass: groupOfNames\ncn: All\nmember: cn=Ana Ejemplo\n"


def read(folder: Path, text: str | bytes) -> AddresseeList:
    """The list in a file with this text."""
    (folder / "list.ldif").write_bytes(text if isinstance(text, bytes) else text.encode())
    return open_list("list.ldif", folder=folder)


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_attributes_become_columns(tmp_path: Path, end: str) -> None:
    """Continued and encoded lines are joined and decoded; comments and the directory's structure are left out."""
    text = "version: 1\n# all of\n  them\n\n" + UNIT + "\n" + PERSON

    (addressee,) = read(tmp_path, text.replace("\n", end))

    assert addressee.row == 9
    assert addressee.columns == {
        "id": "ana",
        "name": "Ana",
        "surname": "Éjemplo",
        "display-name": "Ana Ejemplo",
        "title": "Sra.",
        "function": "Directora",
        "organization": "Beispiel AG",
        "address": "Weg 1",
        "city": "Bern",
        "postcode": "01200",
        "country": "CH",
        "email": "ana@example.org",
        "other-email": "second@example.org",
        "language": "es",
        "description": "Hola",
    }


ACTIVE = """dn: CN=Max Muster,OU=Staff,DC=corp,DC=example
changetype: add
objectClass: user
sAMAccountName: mmuster
objectGUID:: QUJDREVGR0hJSktMTU5PUP8=
sn: Muster
company: Beispiel AG
streetAddress: Weg 1
preferredLanguage: es, en;q=0.5
jpegPhoto:< file:///etc/passwd

dn: CN=PC-001,CN=Computers,DC=corp,DC=example
changetype: add
objectClass: user
objectClass: computer
sAMAccountName: PC-001$

search: 2
result: 0 Success
"""


def test_what_an_active_directory_exports(tmp_path: Path) -> None:
    """Entries to be added are entries; computers and the result of the search are not addressees."""
    (addressee,) = read(tmp_path, ACTIVE)

    assert addressee.columns == {
        "id": "mmuster",
        "surname": "Muster",
        "organization": "Beispiel AG",
        "address": "Weg 1",
        "language": "es",
    }


def test_the_whole_name_and_the_number_of_the_country_are_not_name_and_country(tmp_path: Path) -> None:
    """An Active Directory has "name" for the whole name, and "countryCode: 0" for everybody without a country."""
    person = "dn: cn=Ana\nuid: 1\nname: Ana Ejemplo\nsn: Ejemplo\ngivenName: Ana\ncountryCode: 0\n"

    (addressee,) = read(tmp_path, person)

    assert addressee.columns == {"id": "1", "display-name": "Ana Ejemplo", "surname": "Ejemplo", "name": "Ana"}


def test_a_person_at_an_organization_may_have_a_name_in_one_piece(tmp_path: Path) -> None:
    """As Thunderbird exports a person of whom only the name to show was typed."""
    entry = "dn: cn=x\nuid: {}\ncn: {}\no: Beispiel AG\n"

    first, second = read(tmp_path, entry.format(1, "Ana Ejemplo") + "\n" + entry.format(2, "Beispiel AG, Verkauf"))

    assert (first.columns["name"], second.columns["name"]) == ("Ana Ejemplo", "")


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        ("mozillaHomeStreet: Casa 1\nmozillaHomeLocalityName: Bern", ("Casa 1", "Bern")),
        ("mozillaHomeStreet: Casa 1\nstreet: Weg 1\nl: Thun", ("Weg 1", "Thun")),
        ("postalAddress: Weg 1$3001 Bern$CH", ("Weg 1\n3001 Bern\nCH", "")),
    ],
    ids=["at home", "at work", "in one text"],
)
def test_an_entry_has_one_address(tmp_path: Path, address: str, lines: tuple[str, str]) -> None:
    """That at work, or else that at home, or else the one that is written as a whole."""
    (addressee,) = read(tmp_path, f"dn: cn=A\nuid: a\n{address}\n")

    assert (addressee.columns["address"], addressee.columns.get("city", "")) == lines


def test_a_group_is_no_addressee(tmp_path: Path) -> None:
    """It is a problem of its entry, so the others can be used."""
    group, person = read(tmp_path, GROUP + "\n" + PERSON)

    assert isinstance(group, FaultyRow)
    assert [problem.code for problem in group.problems] == ["group-in-list"]
    assert person.id == "ana"


@pytest.mark.parametrize(
    ("text", "code", "line", "words"),
    [
        (UNIT, "empty-file", 0, "no entries of people or organizations"),
        ("dn: cn=A\nmail\n", "ldif-syntax", 2, "'mail' is not an attribute"),
        ("dn: cn=A\nmail:< file:///etc/passwd\n", "ldif-syntax", 2, "'mail' is in another file"),
        ("dn: cn=A\nsn:: ~~~\n", "ldif-syntax", 2, "'sn' is not text in UTF-8 in Base64"),
        (f"dn: cn=A\nsn:: {base64.b64encode(b'M' + bytes([252])).decode()}\n", "ldif-syntax", 2, "not text in UTF-8"),
        ("dn: cn=A\nchangetype: delete\n", "ldif-syntax", 1, "a change to a directory"),
        (PERSON.replace("Beispiel", "Møn").encode("cp1252"), "not-utf-8", 11, "is not UTF-8"),
        ("dn: cn=A\n" + " " + "x" * 1_000_001, "row-too-long", 1, "more than 1,000,000 characters"),
    ],
    ids=["no people", "no colon", "a file", "not Base64", "not UTF-8", "a change", "Windows-1252", "no end"],
)
def test_a_file_of_other_content_is_refused(
    tmp_path: Path, text: str | bytes, code: str, line: int, words: str
) -> None:
    """The place, the fact, and no traceback."""
    with pytest.raises(AddresseesError) as caught:
        read(tmp_path, text)

    (problem,) = caught.value.problems
    assert (problem.code, problem.where.line) == (code, line)
    assert words in problem.message


def test_a_value_without_a_language_counts_before_those_of_languages(tmp_path: Path) -> None:
    """A surname in Cyrillic does not stand beside a given name in Latin letters (RFC 3866)."""
    names = "sn;lang-ru: Примеров\nsn;binary: Primerov\ngivenName: Ivan\ngivenName;lang-ru: Иван\n"
    entry = f"dn: cn=Ivan\nuid: 1\n{names}st;lang-fr: VD\n"
    (addressee,) = read(tmp_path, entry)

    assert addressee.columns == {"id": "1", "surname": "Primerov", "name": "Ivan", "region": "VD"}
