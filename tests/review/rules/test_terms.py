"""The term base of a folder: a term in one language has its translation in the others."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from circulars.errors import UsageError
from circulars.review.rules import RuleProblem, check_letters
from circulars.review.rules.terms import read_terms
from circulars.workspace import Workspace

TERMS = """\
en,es,fr,zh,note
Study Group*,Comisi* de Estudio|CE,commission* d'études,研究组,
Sector Member*,Miembro* de Sector|Miembro* del Sector,Membre* de Secteur,部门成员,
Sector,Sector,Secteur,部门,
"rapporteur, chair",relator,,,not in French
Member State*,Estado* Miembro*,État* Membre*,成员国,
"""
WRONG = [
    ({"en": "Study Group 5 meets.", "es": "El Grupo de Estudio 5 se reúne."}, "the Spanish text (es) lacks"),
    ({"en": "The study groups meet.", "es": "Los grupos se reúnen."}, "the term for 'study groups'"),
    ({"en": "Sector Members may attend.", "es": "Los socios del Sector pueden asistir."}, "lacks 'Miembro"),
    ({"en": "The countries attend.", "es": "Los Estados Miembros asisten."}, "the English text (en) lacks"),
    ({"en": "Member States attend.", "es": "Los Estados asisten."}, "lacks 'Estado"),
    ({"en": "Member States attend.", "zh": "各国出席会议。"}, "lacks '成员国'"),
    ({"en": "Member States attend.", "fr": "Les pays participent."}, "lacks 'État"),
]
RIGHT = [
    {"en": "Study Group 5 meets.", "es": "La Comisión de Estudio 5 se reúne."},
    {"en": "Study Group 5 meets.", "es": "La CE 5 se reúne."},
    {"en": "Sector Members may attend.", "es": "Los Miembros del Sector pueden asistir."},
    {"en": "Member States attend.", "zh": "成员国出席会议。"},
    {"en": "The vice-rapporteur attends.", "fr": "Le rapporteur participe."},
    {"en": "The members attend.", "es": "Los asistentes."},
    {"en": "The {{ room }} and [page](https://example.int/sector).", "es": "La {{ room }} y la [página](https://example.int/s)."},
]  # fmt: skip


def found_in(text: dict[str, str], folder: Path) -> list[str]:
    """What is found about terms in a letter with a text."""
    (folder / "terms.csv").write_text(TERMS, "utf-8")
    letter = {
        "kind": "tsb-circular", "number": 1, "date": date(2025, 1, 15), "languages": [*text], "subject": "A",
        "facts": {"room": "A"}, "body": [text], "signatory": {"post": "tsb-director", "name": "Ana Ejemplo"},
    }  # fmt: skip
    (folder / "letter.yaml").write_text(yaml.safe_dump(letter, allow_unicode=True, sort_keys=False), "utf-8")
    [built] = check_letters([folder / "letter.yaml"], Workspace(folder))
    assert built.problems == ()
    return [str(one) for one in built.warnings if isinstance(one, RuleProblem) and one.code == "different-term"]


@pytest.mark.parametrize(("text", "fact"), WRONG)
def test_a_term_without_its_translation_is_found(text: dict[str, str], fact: str, tmp_path: Path) -> None:
    """One problem in the language that lacks the term."""
    [problem] = found_in(text, tmp_path)

    assert "different-term" in problem and fact in problem


@pytest.mark.parametrize("text", RIGHT)
def test_terms_with_their_translations_have_no_problem(text: dict[str, str], tmp_path: Path) -> None:
    """Any of the ways of saying it will do, with any ending, and no link or field is a term."""
    assert found_in(text, tmp_path) == []


def test_a_term_within_a_longer_one_is_not_a_term_of_its_own(tmp_path: Path) -> None:
    """ "Sector" is not asked for where a text has "Sector Member"."""
    (tmp_path / "terms.csv").write_text("en,es\nSector Member*,socio*\nSector,Sector\n", "utf-8")

    assert [term.ways["en"] for term in read_terms(tmp_path)] == [("Sector Member*",), ("Sector",)]


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("en\nMember State\n", "a column for each of several languages"),
        ("en,spanish\nx,y\n", "'spanish' is not the code of a language"),
        ("en,en\nx,y\n", "or is there twice"),
        ("en,es\nx,y,z\n", "this row has 3 cells"),
        ("", "a column for each of several languages"),
        ("en,es\nx,\x07\n", "U\\+0007"),
        ("en,es\n" + "x,y\n" * 5001, "the limit is 5,000"),
    ],
)
def test_a_term_base_with_problems_is_refused(text: str, fact: str, tmp_path: Path) -> None:
    """Each problem has its line."""
    (tmp_path / "terms.csv").write_text(text, "utf-8")

    with pytest.raises(UsageError, match=f"wrong-terms|{fact}") as raised:
        read_terms(tmp_path)
    assert re.search(fact, str(raised.value))


def test_semicolons_and_tabs_separate_as_well(tmp_path: Path) -> None:
    """A table from a spreadsheet is read as it is saved."""
    for between in ";\t":
        (tmp_path / "terms.csv").write_bytes(f"\ufeffen{between}es\r\nMember{between}Miembro\r\n".encode())
        assert read_terms(tmp_path)[0].ways == {"en": ("Member",), "es": ("Miembro",)}


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    """The term base of another folder is not read."""
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "terms.csv").write_text("en,es\nx,y\n", "utf-8")
    (inside / "terms.csv").symlink_to("../terms.csv")

    with pytest.raises(UsageError, match="outside-folder"):
        read_terms(inside)


def test_a_term_base_of_very_many_columns_is_refused(tmp_path: Path) -> None:
    """The first line has at most 100 cells, so that a megabyte of codes is no endless work."""
    (tmp_path / "terms.csv").write_text("en," * 200_000 + "es\nmeeting,reunión\n", "utf-8")

    with pytest.raises(UsageError) as caught:
        read_terms(tmp_path)

    assert [one.code for one in caught.value.problems] == ["wrong-terms"]
    assert "200,001 cells" in caught.value.problems[0].message
