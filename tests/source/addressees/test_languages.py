"""What the languages of a list are read as."""

from __future__ import annotations

from pathlib import Path

import pytest

from circulars.source.addressees import Checks, open_list
from circulars.source.addressees.languages import language_meant

MEANT = {
    "en_GB": "en-GB", "ES-mx": "es-MX", "es-AR": "es-AR", "pt-BR": "pt-BR", "eng": "en", "spa": "es", "fre": "fr",
    "fra": "fr", "chi": "zh", "zho": "zh", "ENG": "en", "English": "en", "ENGLISH": "en", "español": "es",
    "Espanol": "es", "Castellano": "es",
    "русский язык": "ru", "рус.": "ru", "عربي": "ar", "汉语": "zh",
    "Anglais": "en", "Espagnol": "es", "английский": "en", "испанский": "es",
    "英语": "en", "الإنجليزية": "en", "Deutsch": "de", "Español (México)": "es-MX", "English (UK)": "en-GB",
    "English - United States": "en-US", "English (en)": "en", "E": "en", "S": "es", "F": "fr", "R": "ru", "C": "zh",
    "A": "ar", "e": "", "s": "", "EN/ES": "", "en-fr": "", "English/Spanish": "", "ess": "", "Nobody": "", "": "",
}  # fmt: skip


@pytest.mark.parametrize("typed", MEANT)
def test_a_language_is_read_as_its_code(typed: str) -> None:
    """Codes, names and the letters of the ITU; two languages, small letters and errors stay open."""
    assert language_meant(typed) == MEANT[typed]


def checked(
    folder: Path, *languages: str, of: tuple[str, ...] = ("en", "es"), fallback: str = ""
) -> tuple[Checks, str]:
    """The checks of a list that was read, and the languages of its letters; an open one is "-"."""
    rows = "".join(f"{number},{language}\n" for number, language in enumerate(languages))
    (folder / "list.csv").write_text(f"id,language\n{rows}", encoding="utf-8")
    checks = Checks(open_list("list.csv", folder=folder), (), of, fallback)
    read = [
        "-" if checks.problems(addressee) else checks.language(addressee)
        for addressee in open_list("list.csv", folder=folder)
    ]
    return checks, " ".join(read)


def test_a_region_falls_to_the_language_if_the_letter_has_only_that(tmp_path: Path) -> None:
    """A letter in Mexican Spanish has its own."""
    typed = ("en-US", "es-MX", "en_GB", "es", "EN", "fr-CA")

    assert checked(tmp_path, *typed)[1] == "en es en es en -"
    assert checked(tmp_path, *typed, of=("es", "es-MX"), fallback="es")[1] == "es es-MX es es es es"


def test_what_was_guessed_is_shown_once(tmp_path: Path) -> None:
    """Plain codes are not guesses."""
    (tmp_path / "list.csv").write_text("id,language\n1,English\n2,en\n3,en-US\n4,English\n5,S\n6,es\n")
    listed = open_list("list.csv", folder=tmp_path)
    checks = Checks(listed, (), ("en", "es"))
    assert [checks.problems(addressee) for addressee in listed] == [()] * 6

    [guessed] = checks.doubts(())

    assert guessed.code == "guessed-language"
    assert guessed.message == "language: 'English' is read as en, 'S' is read as es, 'en-US' is read as en"


def test_plain_codes_are_said_nothing_of(tmp_path: Path) -> None:
    """Capitals of a code do not matter."""
    checks, read = checked(tmp_path, "en", "ES", "es")

    assert read == "en es es"
    assert checks.doubts(()) == ()


def test_a_language_in_an_address_book_is_read_in_the_same_way(tmp_path: Path) -> None:
    """Every kind of list is."""
    card = "BEGIN:VCARD\nVERSION:3.0\nUID:a\nFN:Ana\nN:;Ana;;;\nLANG:English\nEND:VCARD\n"
    (tmp_path / "list.vcf").write_text(card)

    assert [one.columns["language"] for one in open_list("list.vcf", folder=tmp_path)] == ["en"]


def test_a_title_before_the_name_counts_once(tmp_path: Path) -> None:
    """Some offices write it into both columns."""
    (tmp_path / "list.csv").write_text("id,title,name\n1,Ms,Ms Ana\n2,Ms,Msia\n3,,Ms Ana\n4,Ms,Ms\n")

    assert [one.columns["name"] for one in open_list("list.csv", folder=tmp_path)] == ["Ana", "Msia", "Ms Ana", "Ms"]


@pytest.mark.parametrize(
    ("name", "text", "hint"),
    [
        ("a.csv", "isdn,leid,language\n1,2,en\n", "add one (in Excel: "),
        ("a.csv", "ids,language\n1,en\n", "did you mean 'ids'?"),
        ("a.vcf", "BEGIN:VCARD\nVERSION:3.0\nFN:Ana\nN:;Ana;;;\nEND:VCARD\n", "write a line 'UID:'"),
        ("a.ldif", "dn: cn=Ana\ncn: Ana\nsn: Ana\n", "export the attribute 'uid'"),
        ("a.yaml", "- name: Ana\n", "write 'id:'"),
    ],
)
def test_the_remedy_for_a_missing_id_fits_the_kind_of_list(tmp_path: Path, name: str, text: str, hint: str) -> None:
    """Names that only have the letters "id" somewhere are not suggested."""
    (tmp_path / name).write_text(text)
    listed = open_list(name, folder=tmp_path)

    [missing] = [one for one in Checks(listed, (), ("en",), "en").head() if "'id'" in one.message]

    assert missing.hint.startswith(hint)
