"""The values of a document's holes for one addressee: the postal block, the salutation, the cells."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from circulars.addressing.settle import needed_columns, settle
from circulars.compose import compose
from circulars.language import load_language
from circulars.model.addressee import BLOCK, SALUTATION, Addressee
from circulars.model.document import holes_of
from circulars.model.letter import Letter
from circulars.pack import load_pack
from circulars.source.letters.reading import parse_letter

CIRCULAR = f"{SALUTATION}|tsb-circular"
ANYBODY = "Muy Señora mía/Muy Señor mío:"
SOMEBODY = {"title": "Ms", "name": "Ana", "surname": "Ejemplo", "organization": "Office", "address": "Street 1"}


def value(hole: str, language: str = "en", **columns: str) -> str:
    """The value of one hole."""
    return settle(Addressee("1", columns), load_language(language), load_pack(), [hole])[hole]


def letter(text: str) -> Letter:
    """The letter of a YAML text."""
    return parse_letter(text.encode(), "a.yaml", "a", Path("letters"))


def block(language: str = "en", **columns: str) -> list[str]:
    """The lines of the postal block."""
    return value(BLOCK, language, **SOMEBODY | columns).split("\n")


# The postal block.


@pytest.mark.parametrize(
    ("columns", "lines"),
    [
        ({"country": "CH", "postcode": "1202", "city": "Genève"}, "Ms Ana Ejemplo|Office|Street 1|1202 Genève"),
        ({"country": "DE", "postcode": "53113", "city": "Bonn"}, "Ms Ana Ejemplo|Office|Street 1|53113 Bonn|GERMANY"),
        (
            {"country": "US", "postcode": "20001", "city": "Washington", "region": "DC"},
            "Ms Ana Ejemplo|Office|Street 1|Washington, DC 20001|UNITED STATES",
        ),
        (
            {"country": "GB", "postcode": "SW7 2AZ", "city": "London"},
            "Ms Ana Ejemplo|Office|Street 1|London|SW7 2AZ|UNITED KINGDOM",
        ),
        (
            {"country": "JP", "postcode": "100-0001", "city": "Chiyoda-ku", "region": "Tokyo"},
            "Ms Ana Ejemplo|Office|Street 1|Chiyoda-ku, Tokyo|100-0001|JAPAN",
        ),
        (
            {"country": "CN", "postcode": "100191", "city": "Haidian", "region": "Beijing"},
            "Ms Ana Ejemplo|Office|Street 1|Haidian|Beijing, 100191|CHINA",
        ),
        (
            {"country": "BR", "postcode": "70070-940", "city": "Brasília", "region": "DF"},
            "Ms Ana Ejemplo|Office|Street 1|Brasília-DF|70070-940|BRAZIL",
        ),
        (
            {"country": "ES", "postcode": "28013", "city": "Madrid"},
            "Ms Ana Ejemplo|Office|Street 1|28013 Madrid|SPAIN",
        ),
        (
            {"country": "AR", "postcode": "C1067ABC", "city": "Buenos Aires"},
            "Ms Ana Ejemplo|Office|Street 1|C1067ABC Buenos Aires|ARGENTINA",
        ),
        (
            {"country": "IN", "postcode": "110001", "city": "New Delhi", "region": "Delhi"},
            "Ms Ana Ejemplo|Office|Street 1|New Delhi 110001|Delhi|INDIA",
        ),
        (
            {"country": "FR", "postcode": "75007", "city": "Paris"},
            "Ms Ana Ejemplo|Office|Street 1|75007 Paris|FRANCE",
        ),
        (
            {"country": "RU", "postcode": "125375", "city": "Moskva"},
            "Ms Ana Ejemplo|Office|Street 1|Moskva|125375|RUSSIAN FEDERATION",
        ),
        (
            {"country": "SE", "postcode": "111 22", "city": "Stockholm"},
            "Ms Ana Ejemplo|Office|Street 1|111 22 Stockholm|SWEDEN",
        ),
        (
            {"country": "ES", "postcode": "07001", "city": "Palma", "region": "Illes Balears"},
            "Ms Ana Ejemplo|Office|Street 1|07001 Palma|Illes Balears|SPAIN",
        ),
        (
            {"country": "GT", "postcode": "01001", "city": "Guatemala"},
            "Ms Ana Ejemplo|Office|Street 1|01001-Guatemala|GUATEMALA",
        ),
        ({"country": "", "city": "Nowhere"}, "Ms Ana Ejemplo|Office|Street 1|Nowhere"),
    ],
)
def test_an_address_is_in_the_order_of_its_country(columns: dict[str, str], lines: str) -> None:
    """Name, organization, street, town and postcode are in the order that the country's post uses."""
    assert block(**columns) == lines.split("|")


def test_an_address_in_a_country_s_own_script_is_in_its_own_order() -> None:
    """A Japanese address goes from the largest part to the smallest, and the surname comes first."""
    columns = {
        "title": "", "name": "花子", "surname": "見本", "organization": "見本電気株式会社", "address": "見本町1-2",
        "postcode": "100-0001", "region": "東京都", "city": "千代田区", "country": "JP",
    }  # fmt: skip

    assert block(**columns) == [
        "見本 花子",
        "見本電気株式会社",
        "〒100-0001",
        "東京都",
        "千代田区",
        "見本町1-2",
        "JAPAN",
    ]


@pytest.mark.parametrize(
    ("columns", "lines"),
    [
        ({"country": "PA", "city": "Panamá"}, "Office|Street 1|Panamá|PANAMÁ"),
        ({"country": "PA", "city": "Panamá", "region": "Panamá"}, "Office|Street 1|Panamá|Panamá|PANAMÁ"),
        ({"country": "GT", "city": "Guatemala"}, "Office|Street 1|Guatemala|GUATEMALA"),
        ({"country": "LU", "city": "Luxemburgo"}, "Office|Street 1|Luxemburgo|LUXEMBURGO"),
        ({"country": "KW", "city": "KUWAIT"}, "Office|Street 1|KUWAIT|KUWAIT"),
        ({"country": "SG", "city": "Singapur"}, "Office|Street 1|Singapur"),
        ({"country": "MC", "postcode": "98000", "city": "Mónaco"}, "Office|Street 1|98000 Mónaco|MÓNACO"),
        ({"country": "FR", "address": "Rue 1\n75001 Paris\nFrancia"}, "Office|Rue 1|75001 Paris|Francia"),
        ({"country": "FR", "address": "Office\nRue 1", "city": "Paris"}, "Office|Office|Rue 1|Paris|FRANCIA"),
    ],
)
def test_a_town_with_the_name_of_its_country_keeps_its_line(columns: dict[str, str], lines: str) -> None:
    """Only the country that the program adds may be left out, where a line says it already; nothing typed may."""
    assert block("es", **columns)[1:] == lines.split("|")


def test_an_empty_cell_leaves_no_empty_line() -> None:
    """An empty cell leaves neither an empty line nor a comma."""
    assert value(BLOCK, organization="Office", country="US", city="Springfield") == "Office\nSpringfield\nUNITED STATES"


def test_an_empty_row_makes_an_empty_block() -> None:
    """An addressee with empty cells only has an empty postal block."""
    assert value(BLOCK) == ""


def test_empty_lines_of_an_address_are_removed() -> None:
    """Empty lines and the white space around lines are removed."""
    assert block(address="A 1\n B 2 \r\n\nC 3\n")[2:] == ["A 1", "B 2", "C 3"]


def test_the_country_is_named_in_the_addressee_s_language() -> None:
    """The country of a Spanish letter to Germany is "ALEMANIA"; official names replace those of CLDR."""
    named = {code: (block("en", country=code)[-1], block("es", country=code)[-1]) for code in ("DE", "FK", "IR", "BO")}

    assert named == {
        "DE": ("GERMANY", "ALEMANIA"),
        "FK": ("FALKLAND ISLANDS (MALVINAS)", "ISLAS MALVINAS (FALKLAND ISLANDS)"),
        "IR": ("IRAN (ISLAMIC REPUBLIC OF)", "IRÁN (REPÚBLICA ISLÁMICA DEL)"),
        "BO": ("BOLIVIA (PLURINATIONAL STATE OF)", "BOLIVIA (ESTADO PLURINACIONAL DE)"),
    }
    assert value("addressee.country", "es", country="CI") == "Côte d'Ivoire"


def test_a_pack_can_set_the_language_of_countries_in_addresses() -> None:
    """With English set, the address of a Spanish letter has "GERMANY", and its text "Alemania"."""
    pack = replace(load_pack(), country_names="en")
    addressee = Addressee("1", {"country": "DE", "organization": "Oficina"})

    filled = settle(addressee, load_language("es"), pack, [BLOCK, "addressee.country"])

    assert filled == {BLOCK: "Oficina\nGERMANY", "addressee.country": "Alemania"}


@pytest.mark.parametrize(("code", "named"), [("fr", "ALLEMAGNE"), ("pt", "ALEMANHA"), ("pt-BR", "ALEMANHA")])
def test_countries_in_addresses_may_be_in_any_language_of_cldr(code: str, named: str) -> None:
    """Letters need not be in that language, and it needs no file."""
    addressee = Addressee("1", {"country": "DE", "organization": "Oficina"})

    filled = settle(addressee, load_language("es"), replace(load_pack(), country_names=code), [BLOCK])

    assert filled == {BLOCK: f"Oficina\n{named}"}


def test_a_long_address_is_fitted_into_the_window() -> None:
    """Some of eleven lines are joined with commas, so that eight lines remain."""
    lines = block(address="\n".join(f"Line {n}" for n in range(9)), country="DE", city="Bonn", postcode="53113")

    assert len(lines) == load_pack().window.lines
    assert all(f"Line {n}" in "\n".join(lines) for n in range(9))
    assert lines[0] == "Ms Ana Ejemplo"
    assert lines[-2:] == ["53113 Bonn", "GERMANY"]


WORDS = st.text("abcçdeÉñ 東京都мдабب123-,/|\n", max_size=24)
LINE = st.text("abcçdeÉñ 東京都мдабب123-,/", max_size=24)
COUNTRIES = ["CH", "DE", "US", "GB", "JP", "CN", "BR", "ES", "AR", "IN", "FR", "RU", "AE", "SG", "GI", "PR", "XX", ""]
SEVERAL_LINES = ("organization", "address")  # columns whose cells may have line breaks
PARTS = ("name", "surname", "organization", "address", "postcode", "city", "region")


@settings(max_examples=500)
@given(
    st.fixed_dictionaries({name: WORDS if name in SEVERAL_LINES else LINE for name in PARTS}),
    st.sampled_from(COUNTRIES),
    st.sampled_from(["en", "es"]),
)
def test_no_word_of_an_address_is_lost(columns: dict[str, str], country: str, language: str) -> None:
    """Every word of every cell is in the block, even if the country's format has no place for the cell."""
    written = value(BLOCK, language, country=country, **columns)
    shown = "".join(written.casefold().split())
    pieces = {name: columns[name].replace("|", " | ").split() for name in PARTS}

    assert all(word.casefold() in shown for words in pieces.values() for word in words if word != "|")
    assert "" not in written.split("\n") or not written
    assert len(written.split("\n")) <= load_pack().window.lines


# The salutation.


@pytest.mark.parametrize(
    ("title", "english", "spanish"),
    [
        ("Mr", "Dear Mr Ejemplo,", "Estimado Sr. Ejemplo:"),
        ("Sr.", "Dear Mr Ejemplo,", "Estimado Sr. Ejemplo:"),
        ("ms.", "Dear Ms Ejemplo,", "Estimada Sra. Ejemplo:"),
        ("Sra", "Dear Ms Ejemplo,", "Estimada Sra. Ejemplo:"),
        ("Mrs", "Dear Mrs Ejemplo,", "Estimada Sra. Ejemplo:"),
        ("Dra.", "Dear Dr Ejemplo,", "Estimada Dra. Ejemplo:"),
        ("Profesora", "Dear Professor Ejemplo,", "Estimada Profa. Ejemplo:"),
        ("Profesor", "Dear Professor Ejemplo,", "Estimado Prof. Ejemplo:"),
        ("Prof.", "Dear Professor Ejemplo,", ANYBODY),
        ("Sr.  Dr.", "Dear Dr Ejemplo,", "Estimado Dr. Ejemplo:"),
        ("Dr.", "Dear Dr Ejemplo,", ANYBODY),
        ("Doctor", "Dear Dr Ejemplo,", ANYBODY),
        ("Ing.", "Dear Eng. Ejemplo,", ANYBODY),
        ("Ingeniero", "Dear Eng. Ejemplo,", "Estimado Ing. Ejemplo:"),
        ("Sra. Ing.", "Dear Eng. Ejemplo,", "Estimada Ing. Ejemplo:"),
        ("S. E.", "Excellency,", "Excelencia:"),
        ("S.\u00a0E. la Sra.", "Excellency,", "Excelencia:"),
        ("Embajadora", "Excellency,", "Excelencia:"),
        ("H.E. Mr", "Excellency,", "Excelencia:"),
        ("Excma. Sra.", "Excellency,", "Excelencia:"),
        ("Capt.", "Dear Captain Ejemplo,", ANYBODY),
        ("Grand Wizard", "Dear Sir/Madam,", ANYBODY),
        ("", "Dear Sir/Madam,", ANYBODY),
    ],
)
def test_a_title_selects_the_salutation_in_each_language(title: str, english: str, spanish: str) -> None:
    """A title in one language is recognised in the other; without a known gender, Spanish has the kind's salutation."""
    assert value(CIRCULAR, "en", title=title, surname="Ejemplo") == english
    assert value(CIRCULAR, "es", title=title, surname="Ejemplo") == spanish


def test_without_a_surname_the_usual_salutation_is_used() -> None:
    """ "Dear Ms ," is never written, but "Excellency," needs no surname; each kind has its own usual salutation."""
    assert value(CIRCULAR, title="Ms", name="Ana") == "Dear Sir/Madam,"
    assert value(f"{SALUTATION}|sg-letter", title="Ms") == "Dear Madam/Sir,"
    assert value(CIRCULAR, title="H.E.") == "Excellency,"


FORMAL = "Please accept, {}, the assurances of my highest consideration."


@pytest.mark.parametrize(
    ("columns", "closing"),
    [
        ({}, "Yours faithfully,"),
        ({"title": "Ms", "surname": "Ejemplo"}, "Yours sincerely,"),
        ({"title": "Ms"}, "Yours faithfully,"),
        ({"title": "Messrs", "surname": "Ejemplo"}, "Yours faithfully,"),
        ({"title": "Mr and Mrs", "surname": "Ejemplo"}, "Yours sincerely,"),
        ({"title": "H.E. Mr", "surname": "Ejemplo"}, FORMAL.format("Excellency")),
        ({"title": "HRH", "surname": "Ejemplo"}, FORMAL.format("Your Royal Highness")),
        ({"salutation": "Dear Ana,", "name": "Ana"}, "Yours sincerely,"),
        ({"salutation": "Dear Dr de la Torre,"}, "Yours sincerely,"),
        ({"salutation": "Dear Sir or Madam,"}, "Yours faithfully,"),
    ],
)
def test_an_english_copy_closes_as_it_begins(columns: dict[str, str], closing: str) -> None:
    """A letter to a named person is sincere, to anybody faithful, and to an Excellency formal."""
    assert value(f"{CIRCULAR}|closing", **columns) == closing
    assert value(f"{CIRCULAR}|closing", "es", **columns) == "Atentamente,"


def test_a_salutation_in_the_letter_decides_its_closing() -> None:
    """A letter that begins with "Excellency," or with a name does not end as one to anybody does."""
    text = Path("letters/tsb-circular-213.yaml").read_text()
    given = ("Excellency,", "Dear Ms Ejemplo,", "Dear Sir/Madam,")
    languages = ("en", "es", "fr", "ru", "ar", "zh")
    salutations = ("{" + ", ".join(f"{code}: '{words}'" for code in languages) + "}" for words in given)
    own = [letter(f"{text}\nsalutation: {words}\n") for words in salutations]

    closings = [compose(one, load_language("en"), load_pack()).closing for one in own]

    assert closings == [FORMAL.format("Excellency"), "Yours sincerely,", "Yours faithfully,"]


@pytest.mark.parametrize(
    ("language", "surname", "salutation"),
    [
        ("es", "de la Torre", "Estimada Sra. De la Torre:"),
        ("es", "del Río", "Estimada Sra. Del Río:"),
        ("es", "dell'Acqua", "Estimada Sra. dell'Acqua:"),
        ("en", "de la Torre", "Dear Ms de la Torre,"),
    ],
)
def test_a_spanish_surname_without_the_first_name_begins_with_a_capital(
    language: str, surname: str, salutation: str
) -> None:
    """The words before a surname have a capital in a Spanish salutation, and stay as typed in the address."""
    assert value(CIRCULAR, language, title="Sra.", name="Ana", surname=surname) == salutation
    assert block(language, title="Sra.", surname=surname)[0].endswith(f" Ana {surname}")


def test_a_chinese_salutation_has_the_whole_name_if_the_surname_is_not_known() -> None:
    """A list may have a name in one column; without any name, the salutation is the usual one."""
    assert value(CIRCULAR, "zh", title="先生", name="王小明") == "尊敬的王小明先生："
    assert value(CIRCULAR, "zh", title="先生", name="小明", surname="王") == "尊敬的王先生："
    assert value(CIRCULAR, "zh", title="先生") == "尊敬的先生/女士："


def test_a_salutation_in_the_list_replaces_that_of_the_title() -> None:
    """The column ``salutation`` is used as typed."""
    assert value(CIRCULAR, "es", title="Sr.", surname="Ejemplo", salutation="Querido Max:") == "Querido Max:"


def test_titles_are_written_in_the_addressee_s_language() -> None:
    """ "Ms" in the list is "Sra." in a Spanish address and text; an unknown title stays as typed."""
    assert block("es", title="Ms")[0] == "Sra. Ana Ejemplo"
    assert value("addressee.title", "es", title="H.E. Mr") == "Excmo. Sr."
    assert block("es", title="Capt.")[0] == "Capitán Ana Ejemplo"
    assert block("es", title="Grand Wizard")[0] == "Grand Wizard Ana Ejemplo"


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Dr", "Dr."),
        ("Dra", "Dra."),
        ("Sr. Dr.", "Sr. Dr."),
        ("Eng.", "Ing."),
        ("Ingeniera", "Ingeniera"),
        ("S.E.", "S.\u00a0E."),
        ("S.E. la Sra.", "S.E. la Sra."),
        ("Ambassador", "S.\u00a0E."),
        ("Embajadora", "Embajadora"),
    ],
)
def test_a_spanish_title_assumes_no_gender(typed: str, written: str) -> None:
    """If the list does not state the gender, the title is one for both."""
    assert block("es", title=typed)[0] == f"{written} Ana Ejemplo"


@pytest.mark.parametrize("language", ["en", "es", "fr", "ru"])
def test_a_title_that_is_neutral_in_any_language_assumes_no_gender(language: str) -> None:
    """A title with the same spelling for men and women in any language has a neutral key in all languages."""
    read = [load_language(code) for code in ("en", "es", "fr", "ru")]
    titles = [(key, title) for each in read for key, title in each.addressees.titles.items()]
    of_both = {
        typed.casefold()
        for key, title in titles
        if key in ("dr", "prof", "eng")
        for typed in (title.written, *title.typed)
    }
    keys = load_language(language).title_keys

    assert {"dr", "dr.", "prof.", "ing.", "doctor"} <= of_both
    assert {keys[typed] for typed in of_both} == {"dr", "prof", "eng"}


def test_every_title_of_one_language_is_known_in_the_other() -> None:
    """All languages have the same keys, so that every title is translated."""
    titles = [load_language(code).addressees.titles for code in ("en", "es", "fr", "ru")]

    assert all(one.keys() == titles[0].keys() for one in titles)


def test_each_language_has_titles_of_its_own() -> None:
    """A French letter translates a title from a Spanish list; no code depends on a language."""
    french, pack = load_language("fr"), load_pack()
    columns = {"title": "Sra.", "surname": "Exemple", "country": "DE", "name": "Zoé"}

    filled = settle(Addressee("1", columns), french, pack, [BLOCK, CIRCULAR])

    assert filled == {BLOCK: "Mme Zoé Exemple\nALLEMAGNE", CIRCULAR: "Madame,"}


@pytest.mark.parametrize("typed", ["Mr", "г-н"])
def test_a_title_begins_the_block_with_a_capital(typed: str) -> None:
    """A Russian title is in lower case in a sentence, and in upper case at the beginning of the address."""
    columns = {"title": typed, "name": "Иван", "surname": "Примеров", "country": "DE"}

    filled = settle(Addressee("1", columns), load_language("ru"), load_pack(), [BLOCK, CIRCULAR, "addressee.title"])

    assert filled[BLOCK] == "Г-н Иван Примеров\nГЕРМАНИЯ"
    assert (filled[CIRCULAR], filled["addressee.title"]) == ("Уважаемый г-н Примеров,", "г-н")


# Holes.


def test_a_letter_can_leave_the_postal_block_out() -> None:
    """Without the block, the salutation is still the addressee's."""
    text = Path("letters/tsb-circular-213.yaml").read_text()
    english, pack = load_language("en"), load_pack()

    with_block = compose(letter(text), english, pack, addressed=True)
    without = compose(letter("addressee-block: false\n" + text), english, pack, addressed=True)

    assert holes_of(with_block) == (BLOCK, CIRCULAR, f"{CIRCULAR}|closing")
    assert holes_of(without) == (CIRCULAR, f"{CIRCULAR}|closing")


def test_only_columns_used_in_the_text_are_needed() -> None:
    """The block and the salutation need no column; a hole in the text does."""
    asking = "body:\n  - en: x {{ addressee.seat }}\n    es: x\n    fr: x\n    ru: x\n    ar: x\n    zh: x\n"
    text = Path("letters/tsb-circular-213.yaml").read_text().replace("body:\n", asking, 1)
    document = compose(letter(text), load_language("en"), load_pack(), addressed=True)

    assert needed_columns(document) == {"seat"}


def test_the_example_list_fills_every_copy() -> None:
    """Each of the 24 addressees of the example has an address that fits the window, and a salutation."""
    with Path("letters/addressees.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))

    assert len(rows) == 24
    for row in rows:
        filled = settle(Addressee(row["id"], row), load_language(row["language"]), load_pack(), [BLOCK, CIRCULAR])
        assert 3 <= len(filled[BLOCK].split("\n")) <= load_pack().window.lines
        assert filled[CIRCULAR].endswith((",", ":"))
