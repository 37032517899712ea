"""Lists as offices have them, and who must get what: known from how a list was made, not from what the program says.

    python office.py FOLDER [--count 1200] [--seed 1]

writes ``members.xlsx`` (with hidden rows and a filter), ``late.csv`` (Windows-1252) and ``truth.csv`` into a folder.
"""

from __future__ import annotations

import argparse
import csv
import io
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import openpyxl
from openpyxl.styles import Font

HEADS: Mapping[str, str] = {
    "id": "Member No.",
    "language": "Language",
    "title": "Salutation",
    "name": "First Name",
    "surname": "Last Name",
    "organization": "Company",
    "street": "Street",
    "postcode": "ZIP",
    "city": "Town",
    "country": "Country",
    "email": "E-mail address",
    "phone": "Telephone",
}
"""The heads of an office's list, by what they mean."""

# As the office typed it, and how a letter opens in English and in Spanish; "" is the usual salutation.
_TITLES = (
    ("Ms", "Dear Ms", "Estimada Sra."), ("Mr", "Dear Mr", "Estimado Sr."), ("Mrs", "Dear Mrs", "Estimada Sra."),
    ("Sra.", "Dear Ms", "Estimada Sra."), ("Sr.", "Dear Mr", "Estimado Sr."), ("Mme", "Dear Ms", "Estimada Sra."),
    ("M.", "Dear Mr", "Estimado Sr."), ("Dr", "Dear Dr", ""), ("Dra.", "Dear Dr", "Estimada Dra."),
    ("Prof.", "Dear Professor", ""), ("H.E. Mr", "Excellency", "Excelencia"), ("H. E. Ms", "Excellency", "Excelencia"),
    ("His Excellency Mr", "Excellency", "Excelencia"), ("Г-н", "Dear Mr", "Estimado Sr."), ("", "", ""),
)  # fmt: skip
_PEOPLE = (
    ("Ana", "Ejemplo"), ("José", "Muñoz Ficticio"), ("Zoë", "Müller-Muster"), ("Łukasz", "Przykład"),
    ("Øystein", "Eksempel"), ("Şule", "Örnek"), ("François", "Modèle"), ("Niamh", "O’Sample"),
    ("Иван", "Примеров"), ("Ελένη", "Παράδειγμα"), ("მარიამ", "ნიმუშაძე"), ("明", "样本"), ("Lê", "Ví Dụ"),
    ("ליאור", "דוגמה"), ("سلمى", "مثال"), ("Անի", "Օրինակյան"),
)  # fmt: skip
_WESTERN = _PEOPLE[:3] + _PEOPLE[6:7]
_ORGANIZATIONS = (
    "Ministry of Examples", "Ministerio de Ejemplos", "Example & Sons <Ltd>", "Telecomunicaciones Ejemplares, S. A.",
    "Société Exemplaire", "Universidad Imaginaria; Facultad de Muestras", "Muster AG", "Oficina «Modelo»", "",
)  # fmt: skip
_PLACES = (
    ("CH", "1211", "Genève", "Rue de l’Exemple", ("Switzerland", "Suiza", "Suisse", "Швейцария", "CH", "瑞士")),
    ("ES", "28001", "Madrid", "Calle del Ejemplo", ("Spain", "España", "Espagne", "西班牙", "Kingdom of Spain")),
    ("NO", "0316", "Oslo", "Eksempelgata", ("Norway", "Norvège", "Norge", "NO", "Норвегия")),
    ("MX", "03720", "Ciudad de México", "Avenida Ficticia", ("Mexico", "México", "Mexique", "MEXICO")),
    ("DE", "01067", "Dresden", "Musterstraße", ("Germany", "Alemania", "Allemagne", "Deutschland", "ألمانيا")),
    ("FR", "01000", "Bourg-en-Bresse", "Rue du Modèle", ("France", "Francia", "FRANCE", "法国")),
    ("VN", "100000", "Hà Nội", "Phố Ví Dụ", ("Viet Nam", "Vietnam", "VIET NAM")),
    ("GB", "SW1A 1AA", "London", "Sample Street", ("United Kingdom", "UK", "Reino Unido", "Royaume-Uni")),
)  # fmt: skip
_WESTERN_NAMES = frozenset(["CH", "ES", "NO", "MX", "DE", "FR", "GB"])


STREETS = tuple(place[3] for place in _PLACES)
"""The streets; the number of a house is that of the member, so an address is nobody else's."""


@dataclass(frozen=True, slots=True)
class Member:
    """A row of the list: what the office typed, what is right, and what must become of it.

    ``problem`` is the code of what is wrong in ``column``; "" if nothing is. A ``hidden`` row is not meant.
    ``salutation`` begins the opening of the letter, "" if it is the usual one.
    """

    typed: Mapping[str, str]
    right: Mapping[str, str]
    salutation: str
    problem: str = ""
    column: str = ""
    hidden: bool = False

    @property
    def id(self) -> str:
        """The id."""
        return self.right["id"]

    @property
    def language(self) -> str:
        """The language of the letter."""
        return self.right["language"]

    def corrected(self) -> Member:
        """The member with the right values."""
        return replace(self, typed=self.right, problem="", column="")


def members(count: int, seed: int = 1, *, first: int = 1, western: bool = False, every: int = 8) -> list[Member]:
    """The rows of an office's list: one in ``every`` is wrong, and one in twelve hidden.

    The rows of one kind of problem are spread over the list. ``western`` members fit into Windows-1252.
    """
    chance = random.Random(seed)
    made = [_sound(n, chance, western) for n in range(first, first + count)]
    for place, twin in zip(range(5, count, 40), range(6, count, 40), strict=False):
        made[twin] = _same(made[place], made[twin], ("same person", "same e-mail")[place // 40 % 2])
    for number, place in enumerate(range(3, count, every)):
        made[place] = _DAMAGES[number % len(_DAMAGES)](made[place])
    return [replace(one, hidden=not western and n % 12 == 11) for n, one in enumerate(made)]


def _sound(n: int, chance: random.Random, western: bool) -> Member:
    name, surname = chance.choice(_WESTERN if western else _PEOPLE)
    country, postcode, city, street, countries = chance.choice(
        [place for place in _PLACES if not western or place[0] in _WESTERN_NAMES]
    )
    titles = [title for title in _TITLES if not western or title[0].isascii()]
    title, *_ = chance.choice(titles)
    language = "es" if country in ("ES", "MX") else "en"
    known = [name for name in countries if not western or _is_western(name)]
    right = {
        "id": f"M-{n:04}",
        "language": language,
        "title": title,
        "name": name,
        "surname": f"{surname} {n}",
        "organization": _organization(n, chance),
        "street": f"{street} {n}",
        "postcode": postcode,
        "city": city,
        "country": chance.choice(known),
        "email": f"member-{n}@{chance.choice(('alpha', 'beta', 'gamma'))}.example",
        "phone": f"+41 22 555 {n % 10_000:04}",
    }
    return Member(right, right, _salutation(right))


def _salutation(right: Mapping[str, str]) -> str:
    [opening] = [titles[1 if right["language"] == "en" else 2] for titles in _TITLES if titles[0] == right["title"]]
    return opening


def _organization(n: int, chance: random.Random) -> str:
    name = chance.choice(_ORGANIZATIONS)
    return f"{name} {n}" if name else ""


def _is_western(text: str) -> bool:
    return text.encode("cp1252", "replace").decode("cp1252") == text


def _same(one: Member, other: Member, what: str) -> Member:
    """The other member, who has the name and the organization, or the e-mail address, of the first."""
    columns = ("title", "name", "surname", "organization") if what == "same person" else ("email",)
    changed = {**other.right, **{column: one.right[column] for column in columns}}
    return replace(other, typed=changed, right=changed, salutation=_salutation(changed))


Damage = Callable[[Member], Member]


def _damage(problem: str, column: str, to: Callable[[str], str], **needs: str) -> Damage:
    """Makes a cell wrong; the member has these other values, so that the cell is one that can become wrong so."""

    def damaged(member: Member) -> Member:
        right = {**member.right, **needs}
        typed = {**right, column: to(right[column])}
        return replace(member, typed=typed, right=right, problem=problem, column=column)

    return damaged


_OSLO = {"postcode": "0316", "city": "Oslo", "country": "Norway"}
_MEXICO = {"postcode": "03720", "city": "Ciudad de México", "country": "Mexico"}
_DAMAGES: Sequence[Damage] = (
    _damage("lost-character", "surname", lambda text: "?" * len(text)),
    _damage("garbled-text", "city", lambda text: text.encode().decode("cp1252"), city="Bielefeld-Süd"),
    _damage("cell-error", "organization", lambda text: "#N/A", organization="Example Union"),
    _damage("lost-zeros", "postcode", lambda text: text.lstrip("0"), **_OSLO),
    _damage("wrong-email", "email", lambda text: text.replace("@", " at ")),
    _damage("unknown-country", "country", lambda text: "Atlantis"),
    _damage("date-for-text", "street", lambda text: "03-May"),
    _damage("lost-zeros", "postcode", lambda text: text.lstrip("0"), **_MEXICO),
    _damage("ambiguous-country", "country", lambda text: "Korea", country="Republic of Korea", postcode="03187"),
    _damage("wrong-email", "email", lambda text: text + ", second@office.example"),
    _damage("no-value", "city", lambda text: "NULL"),
    _damage("missing-language", "language", lambda text: ""),
    _damage("lost-character", "name", lambda text: "\ufffd" + text[1:]),
)


def write_workbook(path: Path, rows: Sequence[Member]) -> None:
    """Writes a workbook as offices have it: a title above the heads, hidden rows, heads again, a total below."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Members"
    sheet.append(["Members of the Example Union"])
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.append([])
    sheet.append([*HEADS.values()])
    for number, member in enumerate(rows):
        if number and number % 500 == 0:
            sheet.append([*HEADS.values()])
        sheet.append([_cell(member, column) for column in HEADS])
        if member.hidden:
            sheet.row_dimensions[sheet.max_row].hidden = True
    sheet.append([f"Total: {len(rows)}"])
    sheet.auto_filter.ref = f"A3:L{sheet.max_row - 1}"
    book.create_sheet("Notes").append(["Ask Ana before you change anything"])
    book.save(path)


def _cell(member: Member, column: str) -> str | int | None:
    """A value as a spreadsheet keeps it: a postcode without its zeros has become a number."""
    value = member.typed[column]
    if member.problem == "lost-zeros" and member.column == column:
        return int(value)
    return value or None


def csv_of(rows: Iterable[Member], *, delimiter: str = ";") -> str:
    """The rows as CSV, with a total below."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(HEADS.values())
    writer.writerows([member.typed[column] for column in HEADS] for member in rows)
    return text.getvalue()


def write_csv(path: Path, rows: Iterable[Member], encoding: str = "utf-8-sig") -> None:
    """Writes the rows as an office program saves them."""
    path.write_bytes(csv_of(rows).encode(encoding))


def write_truth(path: Path, rows: Sequence[Member]) -> None:
    """Writes what must become of each row."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "hidden", "problem", "column", "right value", "e-mail address"])
        writer.writerows(
            [one.id, one.hidden, one.problem, one.column, one.right.get(one.column, ""), one.right["email"]]
            for one in rows
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=1200)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    rows = members(chosen.count, chosen.seed)
    late = members(chosen.count // 50, chosen.seed, first=chosen.count + 1, western=True)
    write_workbook(chosen.folder / "members.xlsx", rows)
    write_csv(chosen.folder / "late.csv", late, "cp1252")
    write_truth(chosen.folder / "truth.csv", [*rows, *late])


if __name__ == "__main__":
    main()
