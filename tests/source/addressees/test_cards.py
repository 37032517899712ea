"""Lists of addressees in address cards (vCard)."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
import vobject

from circulars.errors import AddresseesError
from circulars.source.addressees import AddresseeList, Checks, FaultyRow, open_list

OLD = """BEGIN:VCARD
VERSION:2.1
UID:c1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Ejempl=C3=B3;Ren=C3=A9;;Dr.;
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Ren=C3=A9 Ejempl=C3=B3
ORG:Beispiel AG;Abteilung\\, eins
TITLE:Director
ADR;WORK;PREF:;;Weg 1;Bern;;01200;Switzerland
EMAIL;INTERNET:old@example.org
EMAIL;INTERNET;PREF:new@example.org
PHOTO;ENCODING=BASE64;TYPE=JPEG:AAAA
 BBBB

END:VCARD
"""
NEW = """BEGIN:VCARD
VERSION:4.0
UID:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1
FN:Ana María Ejemplo
N:Ejemplo;Ana;María;Sra.;
ORG:Organización de
  Ejemplo
ADR;TYPE=home:;;Casa 1;Bern;;01200;CH
ADR;TYPE=work:;2. OG;Weg\\, 1;Bern;BE;01200;CH
item1.EMAIL;PREF=1:ana@example.org
LANG:ES
CATEGORIES:member-state
END:VCARD
"""


def read(folder: Path, text: str | bytes) -> AddresseeList:
    """The list in a file with this text."""
    (folder / "list.vcf").write_bytes(text if isinstance(text, bytes) else text.encode())
    return open_list("list.vcf", folder=folder)


def refusal(folder: Path, text: str | bytes) -> tuple[str, int, str]:
    """The code, the line and the fact of the problem for which a file is refused."""
    with pytest.raises(AddresseesError) as caught:
        read(folder, text)
    (problem,) = caught.value.problems
    return problem.code, problem.where.line, problem.message


def filled(folder: Path, text: str) -> list[dict[str, str]]:
    """The cells of each addressee that are not empty."""
    return [{column: cell for column, cell in one.columns.items() if cell} for one in read(folder, text)]


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_cards_of_all_versions_give_the_same_columns(tmp_path: Path, end: str) -> None:
    """The preferred address counts; what somebody is in an organization is no form of address."""
    first, second = filled(tmp_path, (OLD + "\n" + NEW).replace("\n", end))

    assert first == {
        "id": "c1",
        "title": "Dr.",
        "name": "René",
        "surname": "Ejempló",
        "display-name": "René Ejempló",
        "organization": "Beispiel AG",
        "department": "Abteilung, eins",
        "address": "Weg 1",
        "postcode": "01200",
        "city": "Bern",
        "country": "CH",
        "email": "new@example.org",
        "function": "Director",
        "other-email": "old@example.org",
    }
    assert second == {
        "id": "4fbe8971-0bc3-424c-9c26-36c3e1eff6b1",
        "title": "Sra.",
        "name": "Ana María",
        "surname": "Ejemplo",
        "display-name": "Ana María Ejemplo",
        "organization": "Organización de Ejemplo",
        "address": "2. OG\nWeg, 1",
        "postcode": "01200",
        "city": "Bern",
        "region": "BE",
        "country": "CH",
        "email": "ana@example.org",
        "language": "es",
        "category": "member-state",
        "other-address": "Casa 1 Bern, 01200 CH",
    }


def test_an_addressee_s_row_is_the_line_where_the_card_begins(tmp_path: Path) -> None:
    """Messages name it."""
    assert [addressee.row for addressee in read(tmp_path, OLD + "\n\n" + NEW)] == [1, 17]


def test_a_card_with_a_name_in_one_piece(tmp_path: Path) -> None:
    """Such a name is not split: nobody can know where the surname begins. An organization's card has its name twice."""
    card = "BEGIN:VCARD\nVERSION:4.0\nUID:{}\nFN:{}\nN:;;;;\nEND:VCARD\n"
    organization = card.format(2, "Beispiel AG").replace("N:;", "ORG:Beispiel AG\nN:;")

    assert filled(tmp_path, card.format(1, "Ana Ejemplo") + organization) == [
        {"id": "1", "name": "Ana Ejemplo", "display-name": "Ana Ejemplo"},
        {"id": "2", "display-name": "Beispiel AG", "organization": "Beispiel AG"},
    ]


@pytest.mark.parametrize("name", ["", "N:;;;;\n", "NAME:Meine Kontakte\n"])
def test_a_person_at_an_organization_with_a_name_in_one_piece(tmp_path: Path, name: str) -> None:
    """Such a person has a name, too; that of the address book is nobody's."""
    card = f"BEGIN:VCARD\nVERSION:3.0\nUID:1\nORG:Beispiel AG;;Verkauf\nFN:Ana Ejemplo\n{name}END:VCARD\n"

    assert filled(tmp_path, card + card.replace("FN:Ana Ejemplo", "FN:Beispiel AG\\, Verkauf")) == [
        {
            "id": "1",
            "name": "Ana Ejemplo",
            "display-name": "Ana Ejemplo",
            "organization": "Beispiel AG",
            "department": "Verkauf",
        },
        {
            "id": "1",
            "display-name": "Beispiel AG, Verkauf",
            "organization": "Beispiel AG",
            "department": "Verkauf",
        },
    ]


def test_cards_of_another_program_are_read(tmp_path: Path) -> None:
    """The library's own writer folds long lines and escapes commas."""
    card = vobject.vCard()
    card.add("uid").value = "x"
    card.add("n").value = vobject.vcard.Name(family="Ejemplo, hija", given="Ana")
    card.add("fn").value = "Ana Ejemplo"
    card.add("org").value = ["Oficina; " + "muy larga " * 20 + "fin"]

    (cells,) = filled(tmp_path, card.serialize())

    assert cells["surname"] == "Ejemplo, hija"
    assert cells["organization"] == "Oficina; " + "muy larga " * 20 + "fin"


def test_a_group_is_no_addressee(tmp_path: Path) -> None:
    """It is a problem of its card, so the others can be used."""
    group = "BEGIN:VCARD\nVERSION:4.0\nUID:g\nKIND:group\nFN:All\nMEMBER:urn:uuid:1\nEND:VCARD\n"

    found, other = read(tmp_path, group + OLD)

    assert isinstance(found, FaultyRow)
    assert [problem.code for problem in found.problems] == ["group-in-list"]
    assert other.id == "c1"


def test_a_card_that_cannot_be_read_is_reported_alone(tmp_path: Path) -> None:
    """The problem says where it begins."""
    broken = "BEGIN:VCARD\nVERSION:3.0\nthis is no property\nEND:VCARD\n"

    found, other = read(tmp_path, broken + OLD)

    assert isinstance(found, FaultyRow)
    assert [(problem.code, problem.where.line) for problem in found.problems] == [("wrong-card", 1)]
    assert other.id == "c1"


@pytest.mark.parametrize(
    ("text", "code", "line", "words"),
    [
        ("\n\n", "empty-file", 0, "the file has no address cards"),
        ("id,name\n1,Ana\n", "wrong-card", 1, "'id,name' is outside of a card"),
        (OLD.removesuffix("END:VCARD\n"), "wrong-card", 1, "the card that begins here has no end"),
        ("BEGIN:VCARD\nVERSION:3.0\nUID:1\nFN:Møn\nEND:VCARD\n".encode("cp1252"), "not-utf-8", 4, "is not UTF-8"),
        ("BEGIN:VCARD\nNOTE:" + "x" * 1_000_001, "row-too-long", 1, "more than 1,000,000 characters"),
    ],
    ids=["no cards", "CSV", "no end", "Windows-1252", "a card without an end"],
)
def test_a_file_of_other_content_is_refused(
    tmp_path: Path, text: str | bytes, code: str, line: int, words: str
) -> None:
    """The place, the fact, and no traceback."""
    assert refusal(tmp_path, text)[:2] == (code, line)
    assert words in refusal(tmp_path, text)[2]


def test_pictures_are_not_in_memory(tmp_path: Path) -> None:
    """A picture may be larger than a card may be."""
    picture = "PHOTO:data:image/jpeg;base64," + "".join(f"{'A' * 70}\n " for _ in range(100_000)) + "\n"
    (tmp_path / "list.vcf").write_text(OLD.replace("TITLE:Director\n", picture))
    tracemalloc.start()
    try:
        (addressee,) = open_list("list.vcf", folder=tmp_path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert addressee.id == "c1"
    assert peak < 4_000_000


def test_a_card_without_an_id_is_named_with_the_line_to_add(tmp_path: Path) -> None:
    """A card has lines, not cells."""
    cards = "BEGIN:VCARD\nVERSION:3.0\nUID:1\nFN:Ana\nEND:VCARD\nBEGIN:VCARD\nVERSION:3.0\nFN:Max\nEND:VCARD\n"
    (tmp_path / "list.vcf").write_text(cards, encoding="utf-8")
    listed = open_list("list.vcf", folder=tmp_path)
    checks = Checks(listed, (), ("en",), "en")
    [problem] = [problem for addressee in listed for problem in checks.problems(addressee)]

    assert (problem.code, problem.where.line) == ("missing-id", 6)
    assert problem.hint == "write a line 'UID:' and an id into each card, another in each, and keep it"
