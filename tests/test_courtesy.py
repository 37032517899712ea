"""Titles of persons: any usual title, in any of six languages, is the right title and salutation in a letter."""

import csv
import io
from pathlib import Path

import pytest

from circulars.addressing.settle import settle
from circulars.courtesy import _further_titles
from circulars.language import load_language
from circulars.model.addressee import SALUTATION, Addressee
from circulars.pack import load_pack

LIST = Path(__file__).parent / "addressing" / "titles.csv"
CIRCULAR = f"{SALUTATION}|tsb-circular"
UNCLEAR = [(language, typed) for language in ("es", "others") for typed in ("Exmo. Sr.", "Exma. Sra.")]
USUAL = {"en": "Dear Sir/Madam,", "es": "Muy Señora mía/Muy Señor mío:"}


def written(language: str, title: str, surname: str = "Muster") -> tuple[str, str]:
    """The title and the salutation of a letter to Max Muster."""
    somebody = Addressee("1", {"title": title, "name": "Max", "surname": surname})
    filled = settle(somebody, load_language(language), load_pack(), ["addressee.title", CIRCULAR])
    return filled["addressee.title"], filled[CIRCULAR]


@pytest.mark.parametrize(
    ("typed", "english", "spanish"),
    [
        ("Mr and Mrs", ("Mr and Mrs", "Dear Mr and Mrs Muster,"), ("Sr. y Sra.", "Estimados Sr. y Sra. Muster:")),
        ("Messrs", ("Messrs", "Dear Sirs,"), ("Sres.", "Muy Señores míos:")),
        ("Mx", ("Mx", "Dear Mx Muster,"), ("Mx", USUAL["es"])),
        ("M.", ("Mr", "Dear Mr Muster,"), ("Sr.", "Estimado Sr. Muster:")),
        ("Mme", ("Ms", "Dear Ms Muster,"), ("Sra.", "Estimada Sra. Muster:")),
        ("Herr", ("Mr", "Dear Mr Muster,"), ("Sr.", "Estimado Sr. Muster:")),
        ("Frau", ("Ms", "Dear Ms Muster,"), ("Sra.", "Estimada Sra. Muster:")),
        ("Sr. D.", ("Mr", "Dear Mr Muster,"), ("Sr. D.", "Estimado Sr. Muster:")),
        ("Dña.", ("Ms", "Dear Ms Muster,"), ("Dña.", "Estimada Sra. Muster:")),
        ("H.E. Dr", ("H.E. Dr", "Excellency,"), ("S.\u00a0E. Dr.", "Excelencia:")),
        ("His Excellency Mr", ("His Excellency Mr", "Excellency,"), ("Excmo. Sr.", "Excelencia:")),
        ("H. E. Ms", ("H.E. Ms", "Excellency,"), ("Excma. Sra.", "Excelencia:")),
        ("Hon.", ("Hon.", USUAL["en"]), ("Hon.", USUAL["es"])),
    ],
)
def test_every_title_of_the_sample_list_is_known(
    typed: str, english: tuple[str, str], spanish: tuple[str, str]
) -> None:
    """Each title of the list has its form and its salutation in both languages."""
    titles = [row["title"] for row in csv.DictReader(io.StringIO(LIST.read_text(encoding="utf-8")))]

    assert typed in titles
    assert (written("en", typed), written("es", typed)) == (english, spanish)


@pytest.mark.parametrize(
    ("typed", "english", "spanish"),
    [
        ("Her Excellency Ms", "Her Excellency Ms", "Excma. Sra."),
        ("H.E.Mr.", "H.E. Mr", "Excmo. Sr."),
        ("H.E. Professor", "H.E. Professor", "S.\u00a0E. Prof."),
        ("HE Ambassador", "H.E. Ambassador", "S.\u00a0E."),
        ("H.E. Ms Ambassador", "H.E. Ms Ambassador", "Excma. Sra. Embajadora"),
        ("S.E. Sra.", "H.E. Ms", "S.E. Sra."),
        ("Excmo. Sr. D.", "H.E. Mr", "Excmo. Sr. D."),
        ("Excma. Sra. D.ª", "H.E. Ms", "Excma. Sra. D.ª"),
        ("Excma. Sra. Dra.", "H.E. Dr", "Excma. Sra. Dra."),
        ("Excelentísima Sra. Embajadora", "H.E. Ambassador", "Excelentísima Sra. Embajadora"),
        ("Е.П.", "H.E.", "S.\u00a0E."),  # of a man or a woman
        ("Е. П. г-жа", "H.E. Ms", "Excma. Sra."),
        ("Son Excellence Monsieur", "H.E. Mr", "Excmo. Sr."),
        ("S.E. M. l’Ambassadeur", "H.E. Ambassador", "Excmo. Sr. Embajador"),
        ("Son Excellence Madame le Ministre", "H.E. Minister", "Excma. Sra. Ministra"),
        ("Его Превосходительство г-н", "H.E. Mr", "Excmo. Sr."),
        ("Ее Превосходительство г-жа", "H.E. Ms", "Excma. Sra."),
        ("سعادة السيد", "H.E. Mr", "Excmo. Sr."),
        ("معالي", "H.E.", "S.\u00a0E."),
        ("صاحبة السعادة السيدة", "H.E. Ms", "Excma. Sra."),
        ("阁下 先生", "H.E. Mr", "Excmo. Sr."),
        ("大使阁下", "H.E. Ambassador", "S.\u00a0E."),
        ("H.E. the Secretary of Examples", "H.E. the Secretary of Examples", "H.E. the Secretary of Examples"),
    ],
)
def test_an_excellency_is_known_in_six_languages(typed: str, english: str, spanish: str) -> None:
    """The title is in the letter's language, and the letter opens with "Excellency," or "Excelencia:"."""
    assert written("en", typed, surname="") == (english, "Excellency,")
    assert written("es", typed, surname="") == (spanish, "Excelencia:")


@pytest.mark.parametrize(
    ("typed", "english", "spanish"),
    [
        ("Prof. Dr.", "Dear Professor Muster,", USUAL["es"]),
        ("Frau Prof. Dr.", "Dear Professor Muster,", "Estimada Profa. Muster:"),
        ("Dr. (Ms)", "Dear Dr Muster,", "Estimada Dra. Muster:"),
        ("Gen. (Ret.)", "Dear General Muster,", USUAL["es"]),
        ("Assoc. Prof. Dr.", "Dear Professor Muster,", USUAL["es"]),
        ("Sra. Arq.", "Dear Ms Muster,", "Estimada Arq. Muster:"),
        ("Herr Dr.", "Dear Dr Muster,", "Estimado Dr. Muster:"),
        ("Dr.-Ing.", "Dear Dr Muster,", USUAL["es"]),
        ("г-жа профессор", "Dear Professor Muster,", "Estimada Profa. Muster:"),
        ("الدكتورة", "Dear Dr Muster,", "Estimada Dra. Muster:"),
        ("先生", "Dear Mr Muster,", "Estimado Sr. Muster:"),
        ("Lic.", USUAL["en"], USUAL["es"]),
        ("Licenciada", "Dear Ms Muster,", "Estimada Lic. Muster:"),
        ("Ing.", "Dear Eng. Muster,", USUAL["es"]),
        ("Lt. Col.", "Dear Colonel Muster,", USUAL["es"]),
        ("Sra. Coronel", "Dear Colonel Muster,", "Estimada Coronel Muster:"),
        ("Général", "Dear General Muster,", USUAL["es"]),
        ("Rev. Dr", "Dear Reverend Muster,", USUAL["es"]),
        ("Sir", "Dear Sir Max,", "Estimado Sir Max:"),
        ("Dame", "Dear Dame Max,", "Estimada Dame Max:"),
        ("The Hon. Mr", "Dear Mr Muster,", "Estimado Sr. Muster:"),
        ("H.R.H. Prince", "Your Royal Highness,", "Alteza Real:"),
        ("Mr Dra.", USUAL["en"], USUAL["es"]),
        ("Mr/Ms", USUAL["en"], USUAL["es"]),
        ("Grand Wizard", USUAL["en"], USUAL["es"]),
        ("Mr " * 50, USUAL["en"], USUAL["es"]),
    ],
)
def test_a_title_of_several_parts_has_one_salutation(typed: str, english: str, spanish: str) -> None:
    """The salutation is that of the highest part; what is contradictory or unknown has the usual one."""
    assert (written("en", typed)[1], written("es", typed)[1]) == (english, spanish)


@pytest.mark.parametrize(
    ("typed", "salutation"),
    [
        ("Dr.", USUAL["es"]),  # in a list in English, of a woman as well
        ("Comandante", USUAL["es"]),
        ("Sr. Comandante", "Estimado Comandante Muster:"),
        ("Excma. Sra. D.ª", "Excelencia:"),
        ("Exmo. Sr.", "Excelencia:"),
        ("Sr. Embajador", "Excelencia:"),
        ("Sra. Coronel", "Estimada Coronel Muster:"),
        ("Sr. Ing.", "Estimado Ing. Muster:"),
        ("Ilmo. Sr. D.", "Ilustrísimo Señor:"),
        ("Sr. Director General", "Estimado Sr. Muster:"),
        ("Sra. Secretaria General", "Estimada Sra. Muster:"),
        ("Viceministra", "Señora Viceministra:"),
        ("Ministro Consejero", "Estimado Sr. Muster:"),
        ("Mtra.", "Estimada Mtra. Muster:"),
        ("Mons.", "Monseñor:"),
    ],
)
def test_a_title_in_the_letter_s_own_language_stays_as_typed(typed: str, salutation: str) -> None:
    """What the list says in Spanish is in a Spanish letter word for word; its key decides the salutation."""
    assert written("es", typed) == (typed, salutation)


@pytest.mark.parametrize(
    ("language", "typed", "title"),
    [
        ("es", "S.E.", "S.\u00a0E."),
        ("es", "SRA", "Sra."),
        ("es", "Dr", "Dr."),
        ("en", "Mr.", "Mr"),
        ("en", "Capt.", "Capt."),
        ("fr", "Mlle", "Mlle"),
        ("ru", "господин", "господин"),
        ("zh", "先生", "先生"),
    ],
)
def test_only_dots_spaces_and_capitals_of_an_own_title_follow_the_language(
    language: str, typed: str, title: str
) -> None:
    """The words are those of the list; the abbreviation is written as the language writes it."""
    assert written(language, typed)[0] == title


def test_a_spelling_with_two_meanings_is_understood_in_its_own_language_only() -> None:
    """ "Exmo. Sr." is any man's title in Portuguese, and that of an Excellency in Spanish."""
    assert load_language("en").title("Exmo. Sr.") is None
    assert written("es", "Exmo. Sr.") == ("Exmo. Sr.", "Excelencia:")


def test_a_title_that_contradicts_itself_stays_as_typed() -> None:
    """Nobody can tell whether "Mr Dra." is a man or a woman."""
    assert load_language("es").title("Mr Dra.") is None
    assert written("es", "Mr Dra.")[0] == "Mr Dra."


def test_every_further_title_is_in_english_and_spanish() -> None:
    """Otherwise a title would be translated in one direction only; and each spelling in other languages has a key."""
    spellings, titles = _further_titles()
    known = {code: {**titles[code], **load_language(code).addressees.titles} for code in ("en", "es")}

    assert known["en"].keys() == known["es"].keys()
    assert [
        typed
        for language, found in spellings.items()
        for typed, key in found
        if key != "ignored"
        for code in known
        if not load_language(code).title(typed) and (language, typed) not in UNCLEAR
    ] == []
