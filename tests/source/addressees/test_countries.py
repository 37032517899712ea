"""Countries in lists: every usual name is read as its code, and a name that leaves a doubt is shown or refused."""

from collections import defaultdict
from pathlib import Path

import pytest
from babel import Locale
from babel.languages import get_official_languages

from circulars.language import country_codes, load_language
from circulars.source.addressees import Checks, countries, open_list, parse_where
from circulars.source.addressees.countries import fault_of, meaning_of

UNITED_NATIONS = ("ar", "zh", "en", "fr", "ru", "es")


def read(folder: Path, *typed: str) -> list[str]:
    rows = (f'{row},en,"{cell}"' for row, cell in enumerate(typed))
    (folder / "list.csv").write_text("\n".join(["id,language,country", *rows]), encoding="utf-8")
    return [addressee.columns["country"] for addressee in open_list("list.csv", folder=folder)]


@pytest.mark.parametrize("language", UNITED_NATIONS)
def test_every_name_that_letters_print_is_read_back(language: str) -> None:
    """A name is read as its country as letters print it, and in capitals as envelopes have it."""
    printed = {code: load_language(language).country(code) for code in sorted(country_codes())}

    assert {code: meaning_of(name).code for code, name in printed.items()} == {code: code for code in printed}
    assert {code: meaning_of(name.upper()).code for code, name in printed.items()} == {code: code for code in printed}


@pytest.mark.parametrize("language", UNITED_NATIONS)
def test_the_names_of_cldr_are_read_in_the_languages_of_the_united_nations(language: str) -> None:
    """Each country's name in each of the six languages is read as that country."""
    names = {code: str(name) for code, name in Locale(language).territories.items() if code in country_codes()}

    assert {code: meaning_of(name).code for code, name in names.items()} == {code: code for code in names}


def test_a_country_is_known_by_its_name_in_its_own_languages() -> None:
    """ "Schweiz", "Svizzera" and "日本" are names that an office of the country has in its own lists."""
    unknown = [
        (code, name)
        for code in country_codes()
        for language in get_official_languages(code, de_facto=True)
        if language in ("de", "it", "ja", "ko", "pt", "nl", "sv", "da", "el", "pl", "tr", "fa", "th", "hi", "he", "sw")
        and meaning_of(name := str(Locale(language).territories[code])).code != code
    ]

    assert unknown == []


def test_no_current_name_means_two_countries() -> None:
    """Ignoring accents, articles and the order of words makes no name that two countries share."""
    codes = defaultdict(set)
    for code, name in [*countries._current(), *countries._pairs(countries._data()["names"])]:
        codes[countries._key(name)].add(code)

    assert {name: shared for name, shared in codes.items() if len(shared) > 1} == {}


def test_the_file_of_names_has_only_codes_of_countries() -> None:
    """A misspelt code would be found when a letter is made, or never."""
    data = countries._data()
    codes = {*data["names"], *data["former"], *(entry["country"] for entry in data["doubtful"])}
    codes |= {code for group in ("shared", "split") for entry in data[group] for code in entry["countries"]}

    assert codes <= country_codes()


@pytest.mark.parametrize(
    ("code", "typed"),
    [
        ("VN", "VIET NAM"), ("VN", "Viet-nam"), ("VN", "the Socialist Republic of Viet Nam"),
        ("IR", "Iran (Islamic Republic of)"), ("IR", "IRAN, ISLAMIC REPUBLIC OF"),
        ("IR", "Irán (República Islámica del)"),
        ("IR", "Islamic Rep. of Iran"), ("BO", "Bolivia (Plurinational State of)"), ("BO", "玻利维亚（多民族国）"),
        ("BO", "Боливия (Многонациональное Государство)"), ("BO", "Bolivie, État plurinational de"),
        ("GB", "United Kingdom of Great Britain and Northern Ireland"), ("GB", "UK"), ("GB", "U.K."), ("GB", "England"),
        ("GB", "Royaume-Uni de Grande-Bretagne et d'Irlande du Nord"), ("GB", "المملكة المتحدة"),
        ("US", "USA"), ("US", "U.S.A."), ("US", "u.s."), ("US", "The United States of America"), ("US", "EE.UU."),
        ("US", "EE. UU."), ("US", "États-Unis"), ("US", "Etats Unis d’Amerique"), ("US", "США"), ("US", "美国"),
        ("AE", "UAE"), ("AE", "U.A.E."), ("KP", "DPRK"), ("KP", "D.P.R.K."), ("KP", "Korea, Dem. People's Rep. of"),
        ("KR", "Korea (Rep. of)"), ("KR", "Korea, Republic of"), ("KR", "S. Korea"), ("KR", "Corée du Sud"),
        ("KR", "Republic of Korea"), ("KR", "大韩民国"), ("CI", "COTE D'IVOIRE"), ("CI", "Cote d Ivoire"),
        ("CI", "Ivory Coast"), ("CD", "Congo, Dem. Rep."), ("CD", "DR Congo"),
        ("CD", "République démocratique du Congo"),
        ("CG", "Congo, Rep."), ("CG", "Congo-Brazzaville"), ("CZ", "Czech Republic"), ("CZ", "Czechia"),
        ("TR", "TURKEY"),
        ("TR", "TÜRKİYE"), ("TR", "Турция"), ("CV", "Cape Verde"), ("LA", "Lao P.D.R."), ("LA", "Lao PDR"),
        ("TZ", "Tanzania, United Republic of"), ("TZ", "République-Unie de Tanzanie"), ("MD", "Moldova (Republic of)"),
        ("FM", "Micronesia (Federated States of)"), ("FM", "Micronesia, Fed. Sts."), ("BA", "Bosnia & Herzegovina"),
        ("BA", "Bosnia-Herzegovina"), ("TT", "Trinidad & Tobago"), ("TT", "Trinidad y Tabago"), ("GM", "Gambia, The"),
        ("BS", "The Bahamas"), ("NL", "Holland"), ("NL", "The Netherlands"), ("KN", "St. Kitts and Nevis"),
        ("GN", "Guinea"), ("GW", "Guinea Bissau"), ("GQ", "Guinea, Equatorial"), ("VA", "Holy See"),
        ("PS", "Palestine"),
        ("HK", "Hong Kong, China"), ("MO", "Macau"), ("TW", "Taiwan, China"), ("TW", "Taiwan"), ("XK", "Kosovo*"),
        ("CN", "P.R. China"), ("CN", "中華人民共和國"), ("SA", "KSA"), ("SA", "السعودية"), ("RU", "РФ"), ("ZA", "ЮАР"),
        ("CH", "CHE"), ("CH", "756"), ("AF", "004"), ("CH", " suisse "), ("CH", "Suisse / Schweiz / Svizzera"),
        ("CH", "Switzerland (CH)"), ("CH", "CH - Suiza"), ("CH", "Swiss Confederation"), ("CH", "瑞士联邦"),
        ("DE", "Deutschland"), ("ES", "España"), ("ES", "ESPANA"), ("JP", "日本"), ("GR", "EL"),
        ("GR", "Hellenic Republic"),
        ("DO", "Dominican Rep."), ("DM", "Dominica"), ("NE", "Niger"), ("NG", "Nigeria"), ("SS", "Sudan, South"),
        ("GP", "Guadeloupe (France)"), ("PR", "Puerto Rico, USA"), ("SZ", "Swaziland (Eswatini)"), ("KR", "한국"),
        ("VI", "Virgin Islands (U.S.)"), ("VG", "Virgin Islands, British"), ("KY", "Cayman Is."),
        ("SY", "الجمهورية العربية السورية"), ("KP", "Rép. pop. dém. de Corée"), ("KP", "Rep. Pop. Dem. de Corea"),
        ("LA", "Rép. dém. pop. lao"), ("LA", "Rep. Dem. Pop. Lao"), ("ZA", "Sudafricana (Rep.)"), ("GB", "联合王国"),
        ("AE", "دولة الإمارات العربية المتحدة"), ("IR", "伊朗（伊斯兰共和国）"), ("ST", "S. Tomé and Principe"),
    ],
)  # fmt: skip
def test_a_name_is_read_as_its_code(tmp_path: Path, code: str, typed: str) -> None:
    """Short and formal names, abbreviations and codes, in any order of words, need no confirmation."""
    assert read(tmp_path, typed) == [code]
    assert not meaning_of(typed.strip()).is_guess


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Swaziland", "SZ (Eswatini), the country's name today"),
        ("Burma", "MM (Myanmar), the country's name today"),
        ("F.Y.R.O.M.", "MK (North Macedonia), the country's name today"),
        ("Zaïre", "CD (Democratic Republic of the Congo), the country's name today"),
        ("CONGO", "CG (Congo); others that it may mean: CD (Democratic Republic of the Congo)"),
        ("Georgia", "GE (Georgia); others that it may mean: US (United States)"),
        ("Saint-Martin", "MF (Saint Martin); others that it may mean: SX (Sint Maarten)"),
    ],
)
def test_a_guessed_country_is_shown(tmp_path: Path, typed: str, meant: str) -> None:
    """A former name, or one that others may be meant by, is read, and a warning says as what."""
    (tmp_path / "list.csv").write_text(f"id,language,country\n1,en,{typed}\n2,en,CH\n", encoding="utf-8")
    listed = open_list("list.csv", folder=tmp_path)
    checks = Checks(listed, (), ("en", "es"))

    assert [problem for addressee in listed for problem in checks.problems(addressee)] == []
    assert [str(problem) for problem in checks.doubts(())] == [
        f"list.csv  guessed-country  country: '{typed}' is read as {meant}\n"
        "    hint: if another country is meant, write its code"
    ]


@pytest.mark.parametrize(
    ("typed", "choices"),
    [
        ("Korea", "KR (Republic of Korea), KP (Democratic People's Republic of Korea)"),
        ("Islas Vírgenes", "VG (British Virgin Islands), VI (United States Virgin Islands)"),
        ("Czechoslovakia", "CZ (Czechia), SK (Slovakia)"),
        ("Serbia and Montenegro", "ME (Montenegro), RS (Serbia)"),
        ("Netherlands Antilles", "BQ (Caribbean Netherlands), CW (Curaçao), SX (Sint Maarten)"),
    ],
)
def test_an_ambiguous_country_is_refused_with_the_choices(tmp_path: Path, typed: str, choices: str) -> None:
    """The remedy has the codes to choose from."""
    assert read(tmp_path, typed) == [typed]
    code, _, hint = fault_of(typed)
    assert (code, hint) == ("ambiguous-country", f"write the code of the right one: {choices}")


@pytest.mark.parametrize("typed", ["Yugoslavia", "СССР", "Soviet Union", "SU", "YUG", "南斯拉夫"])
def test_a_country_with_several_successors_is_refused(typed: str) -> None:
    """The place of the address decides which of the successors is right."""
    assert fault_of(typed)[:2] == (
        "ambiguous-country", f"'{typed}' is not a country any more, and its places belong to several",
    )  # fmt: skip


@pytest.mark.parametrize(
    "typed",
    [
        "EU",
        "ZZ",
        "Atlantis",
        "Geneva, Switzerland",
        "Suiza / Suecia",
        "Georgia, USA",
        "France (Guadeloupe, Martinique)",
        "41",
        "x" * 5000,
    ],
)
def test_anything_else_is_no_country(tmp_path: Path, typed: str) -> None:
    """It stays as typed, and is a problem of the row."""
    assert read(tmp_path, typed) == [typed]
    assert fault_of(typed)[0] == "unknown-country"


@pytest.mark.parametrize(
    ("typed", "code"),
    [("Switserland", "CH (Switzerland)"), ("Deutchland", "DE (Germany)"), ("Philipines", "PH (Philippines)")],
)
def test_a_misspelt_name_is_hinted_at(typed: str, code: str) -> None:
    """It is not read as the similar name, which could be wrong."""
    assert meaning_of(typed).code == ""
    assert fault_of(typed)[2] == f"if {code} is meant, write the code"


def test_few_unknown_names_are_compared_with_all_others(tmp_path: Path) -> None:
    """To find a similar name takes many milliseconds, so after some names of a list no more are looked for."""
    rows = "".join(f"{n},en,Switserland{'!' * (n // 2)}\n" for n in range(60))
    (tmp_path / "list.csv").write_text(f"id,language,country\n{rows}", encoding="utf-8")
    listed = open_list("list.csv", folder=tmp_path)
    checks = Checks(listed, (), ("en", "es"))

    hints = [problem.hint for addressee in listed for problem in checks.problems(addressee)]

    assert [hint.startswith("if CH") for hint in hints] == [True] * 40 + [False] * 20


def test_a_list_of_codes_loads_no_names(tmp_path: Path) -> None:
    """Names take a tenth of a second to load."""
    countries._names.cache_clear()

    assert read(tmp_path, "CH", "es", "", "UK", "CHE") == ["CH", "ES", "", "GB", "CH"]
    assert countries._names.cache_info().misses == 0


def test_a_condition_may_name_a_country(tmp_path: Path) -> None:
    """``--where country=Suiza`` chooses the rows that have Switzerland under any name."""
    read(tmp_path, "CH", "Switzerland", "ES", "瑞士")
    listed = open_list("list.csv", folder=tmp_path)

    assert [one.id for one in listed if parse_where("country=Suiza", listed.columns).holds(one)] == ["0", "1", "3"]
