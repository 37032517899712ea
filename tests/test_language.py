"""Each language writes dates, times and numbers in its own way."""

from __future__ import annotations

import re
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from circulars.addressing.widths import width_of
from circulars.errors import PackError
from circulars.language import SHIPPED, bases, forget_languages, known_languages, load_language, loading
from work import lines_run

ENGLISH = (SHIPPED / "en.yaml").read_text(encoding="utf-8")


def faults(text: str, folder: Path) -> list[str]:
    """The problems of a language file, without its folder."""
    (folder / "xx.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PackError) as caught:
        load_language("xx", (folder,))
    return [str(problem).replace(f"{folder}/", "").partition("\n")[0] for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("first", "last", "english", "spanish"),
    [
        ("2024-07-12", "2024-07-12", "12 July 2024", "12 de julio de 2024"),
        ("2011-09-20", "2011-09-28", "20-28 September 2011", "20-28 de septiembre de 2011"),
        ("2018-04-30", "2018-05-04", "30 April – 4 May 2018", "30 de abril – 4 de mayo de 2018"),
        (
            "2024-12-30",
            "2025-01-03",
            "30 December 2024 – 3 January 2025",
            "30 de diciembre de 2024 – 3 de enero de 2025",
        ),
        ("2024-05-01", "2025-05-01", "1 May 2024 – 1 May 2025", "1 de mayo de 2024 – 1 de mayo de 2025"),
    ],
)
def test_a_range_of_days_states_what_both_days_share_once(first: str, last: str, english: str, spanish: str) -> None:
    """The days may share the day, the month, the year, or nothing."""
    days = date.fromisoformat(first), date.fromisoformat(last)

    assert load_language("en").date_range(*days) == english
    assert load_language("es").date_range(*days) == spanish


@pytest.mark.parametrize(
    ("form", "english", "spanish"),
    [
        ("date", "1 January 2025", "1 de enero de 2025"),
        ("day-month", "1 January", "1 de enero"),
        ("month-year", "January 2025", "enero de 2025"),
        ("year", "2025", "2025"),
        ("weekday", "Wednesday", "miércoles"),
        ("weekday-date", "Wednesday, 1 January 2025", "miércoles 1 de enero de 2025"),
    ],
)
def test_a_date_is_written_in_each_format(form: str, english: str, spanish: str) -> None:
    """Spanish months and weekdays are in lower case."""
    assert load_language("en").date(date(2025, 1, 1), form) == english
    assert load_language("es").date(date(2025, 1, 1), form) == spanish


def test_all_twelve_spanish_months_are_in_lower_case() -> None:
    """September is "septiembre", as ITU writes it."""
    months = [load_language("es").date(date(2025, month, 1), "month-year").split()[0] for month in range(1, 13)]

    assert " ".join(months) == (
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
    )


@pytest.mark.parametrize(
    ("hour", "minute", "zone", "english", "spanish"),
    [
        (23, 59, "UTC", "2359 hours UTC", "23.59 horas UTC"),
        (9, 30, "", "0930 hours", "09.30 horas"),
        (0, 0, "", "0000 hours", "00.00 horas"),
        (24, 0, "UTC", "2400 hours UTC", "24.00 horas UTC"),
    ],
)
def test_a_time_is_written_with_24_hours(hour: int, minute: int, zone: str, english: str, spanish: str) -> None:
    """The day ends at 2400 hours."""
    assert load_language("en").time(hour, minute, zone) == english
    assert load_language("es").time(hour, minute, zone) == spanish


@pytest.mark.parametrize(
    ("number", "english", "spanish"),
    [
        ("0", "0", "0"),
        ("999", "999", "999"),
        ("2000", "2\u00a0000", "2\u00a0000"),
        ("1234567.50", "1\u00a0234\u00a0567.50", "1\u00a0234\u00a0567,50"),
        ("-1500", "−1\u00a0500", "−1\u00a0500"),
        ("0.0000001", "0.0000001", "0,0000001"),
        ("007", "7", "7"),
    ],
)
def test_a_no_break_space_separates_thousands(number: str, english: str, spanish: str) -> None:
    """English has a decimal point, Spanish a comma; a negative number has a minus sign; all decimals are kept."""
    assert load_language("en").number(Decimal(number)) == english
    assert load_language("es").number(Decimal(number)) == spanish


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        *((1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"), (21, "21st")),
        *((22, "22nd"), (101, "101st"), (111, "111th"), (1000, "1\u00a0000th")),
    ],
)
def test_an_english_ordinal_has_the_right_ending(number: int, expected: str) -> None:
    """The ending follows CLDR's rules: 11th, but 21st."""
    assert load_language("en").number(Decimal(number), "ordinal") == expected


def test_a_spanish_ordinal_has_a_gender() -> None:
    """The masculine is 8.º, the feminine 8.ª; English has one form for both."""
    assert load_language("es").number(Decimal(8), "ordinal") == "8.º"
    assert load_language("es").number(Decimal(8), "ordinal-feminine") == "8.ª"
    assert load_language("en").number(Decimal(8), "ordinal-feminine") == "8th"


@pytest.mark.parametrize(
    ("number", "written"),
    [(1, "1.er"), (2, "2.º"), (3, "3.er"), (4, "4.º"), (11, "11.º"), (13, "13.er"), (21, "21.er"), (93, "93.er")],
)
def test_a_spanish_ordinal_before_a_masculine_noun_is_short(number: int, written: str) -> None:
    """ "el 1.er curso", "el 23.er período"."""
    assert load_language("es").number(Decimal(number), "ordinal-apocopated") == written


@pytest.mark.parametrize(
    ("form", "written"), [("genitive", "8"), ("number|genitive", "8"), ("ordinal-feminine|genitive", "8.ª")]
)
def test_a_number_has_no_forms(form: str, written: str) -> None:
    """A number in the form of a noun is written as without it, and not as an ordinal."""
    assert load_language("es").number(Decimal(8), form) == written


@pytest.mark.parametrize(("count", "english", "spanish"), [(1, "Annex: 1", "Anexo: 1"), (2, "Annexes: 2", "Anexos: 2")])
def test_a_count_has_its_plural_form(count: int, english: str, spanish: str) -> None:
    """One annex is singular, two are plural."""
    for code, expected in (("en", english), ("es", spanish)):
        language = load_language(code)

        assert language.counted(language.annexes.count, count) == expected


def test_a_missing_plural_form_falls_back_to_other(tmp_path: Path) -> None:
    """Russian counts 2 as "few"; with a file that has "one" and "other" only, "other" is used."""
    (tmp_path / "ru.yaml").write_text(ENGLISH.replace("locale: en_GB", "locale: ru"), encoding="utf-8")
    russian = load_language("ru", (tmp_path,))

    assert russian.counted(russian.annexes.count, 2) == "Annexes: 2"
    assert russian.counted(russian.annexes.count, 21) == "Annex: 21"


@pytest.mark.parametrize("code", known_languages())
def test_the_labels_of_contacts_are_on_one_line(code: str) -> None:
    """They are as narrow as the column of labels, or hold together, so that the column is made as wide as they are."""
    labels = [load_language(code).labels[name].text for name in ("reference", "contact", "tel", "fax", "email", "web")]
    column = 22 - 2  # millimetres, without the room before the values

    assert not [label for label in labels if " " in label and width_of(label) / 1000 * 11 * 25.4 / 72 > column]


# Files with problems.

OPTIONAL = ENGLISH.index("\naddressees:")
NEEDED = ENGLISH[:OPTIONAL]
RULES = ("before", "before-dates", "articles")
"""Groups whose keys are words of the language, none of which it needs."""
RARE = ("attention", "enclosure", "enclosures", "enclosure-reference", "postscript", "sole-reference", "line")
NAMED = ("month", "from-to", "from-to-day-month")
KEYS = [key for key in re.findall(r"^([a-z-]+):", NEEDED, re.MULTILINE) if key not in ("forms", *RULES)]


@pytest.mark.parametrize("key", KEYS)
def test_a_missing_key_of_a_language_file_is_reported(key: str, tmp_path: Path) -> None:
    """The problem names the file, the line, and the key to add."""
    text = re.sub(rf"^{key}:.*\n(?:[ #].*\n|\n)*", "", ENGLISH, flags=re.MULTILINE)

    assert faults(text, tmp_path) == [f"xx.yaml:2:1  missing-field  a language file has no '{key}'"]


NAMES = re.sub(rf"^(?:{'|'.join(RULES)}):\n(?: .*\n)+", "", NEEDED, flags=re.MULTILINE)
WORDS = [key for key in re.findall(r"^  ([a-z-]+):", NAMES, re.MULTILINE) if key not in (*RARE, *NAMED)]


@pytest.mark.parametrize("key", WORDS)
def test_a_missing_word_of_a_language_file_is_reported(key: str, tmp_path: Path) -> None:
    """Each date format, label, word for annexes and amendment is required; the problem is on a line of its group."""
    text = re.sub(rf"^  {key}:.*\n", "", ENGLISH, count=1, flags=re.MULTILINE)

    (fault,) = faults(text, tmp_path)

    fact = f"missing-field  this group of [a-z]+ has no '{key}'"
    if key == "ordinal":  # the only one of its group
        fact = "wrong-type  expected a group of ordinals here, found nothing"
    assert re.fullmatch(rf"xx\.yaml:\d+:\d+  {fact}", fault)


def test_a_language_may_lack_labels_that_few_letters_need(tmp_path: Path) -> None:
    """A language file without the labels of enclosures and postscripts is read; a letter that has them says so."""
    text = re.sub(rf"^  (?:{'|'.join(RARE)}):.*\n", "", ENGLISH, flags=re.MULTILINE)
    (tmp_path / "xx.yaml").write_text(text, encoding="utf-8")

    assert not set(RARE) & set(load_language("xx", (tmp_path,)).labels)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('{decimal: ".", thousands: "\\u00a0"}', '{decimal: "."}', "this group of marks has no 'thousands'"),
        ('{decimal: ".", thousands: "\\u00a0"}', '{thousands: ""}', "this group of marks has no 'decimal'"),
        (', other: "{n}th"', "", "this plural has no 'other'"),
        (', other: "Annexes: {n}"', "", "this plural has no 'other'"),
        ('one: "{n}st"', 'once: "{n}st"', "'once' is not part of this plural"),
        ("revision: {plain: ", "revision: {palin: ", "there is no form 'palin'"),
        ("  tel:", "  tell:", "'tell' is not part of this group of words"),
        ("direction: ltr", "direction: left", "'left' is not a direction"),
        ("name: English", "name: [English]", "expected text here, found a list"),
    ],
)
def test_a_misspelt_language_file_is_explained(old: str, new: str, fault: str, tmp_path: Path) -> None:
    """A misspelt or missing key within a group is reported at its place."""
    assert old in ENGLISH

    assert fault in faults(ENGLISH.replace(old, new, 1), tmp_path)[0]


def test_all_faults_of_a_language_file_come_at_once(tmp_path: Path) -> None:
    """A missing label does not hide a missing date format."""
    found = faults(ENGLISH.replace('  tel: "Tel:"\n', "").replace("  weekday: EEEE\n", ""), tmp_path)

    assert [re.sub(r":\d+:\d+", "", fault) for fault in found] == [
        "xx.yaml  missing-field  this group of words has no 'weekday'",
        "xx.yaml  missing-field  this group of words has no 'tel'",
    ]


def test_an_unknown_locale_is_reported(tmp_path: Path) -> None:
    """The names of months come from CLDR, which must have the locale."""
    text = ENGLISH.replace("locale: en_GB", "locale: en_GBB")

    assert faults(text, tmp_path) == [f"xx.yaml:{line_of(text, 'en_GBB')}  unknown-locale  CLDR has no locale 'en_GBB'"]
    with pytest.raises(PackError) as caught:
        load_language("xx", (tmp_path,))
    assert caught.value.problems[0].hint == "did you mean 'en_GB'?"


def test_a_language_file_that_is_not_yaml_is_reported(tmp_path: Path) -> None:
    """A tab, for example, is reported at its line."""
    (fault,) = faults("name: English\n\tlocale: en\n", tmp_path)

    assert fault.startswith("xx.yaml:2:1  ")


# Finding them.


def test_for_an_unknown_language_the_most_similar_is_suggested() -> None:
    """For "esp", "es" is suggested."""
    with pytest.raises(PackError) as caught:
        load_language("esp")

    (problem,) = caught.value.problems
    assert (problem.code, problem.hint) == ("unknown-language", "did you mean 'es'?")


@pytest.mark.parametrize(
    "code", ["../x", "../languages/en", "/etc/passwd", "", ".", "en/../es", "en\x00", "en.yaml", "e*", "en\n"]
)
def test_a_hostile_code_finds_no_file(code: str, tmp_path: Path) -> None:
    """A code has letters, digits and hyphens only; it cannot lead out of the folder."""
    (tmp_path / "x.yaml").write_text(ENGLISH, encoding="utf-8")
    (tmp_path / "languages").mkdir()

    with pytest.raises(PackError, match="there is no language"):
        load_language(code, (tmp_path / "languages",))


def test_a_language_in_a_folder_replaces_the_package_s(tmp_path: Path) -> None:
    """To write "12. July 2024", an office adds its own file for the language."""
    (tmp_path / "en.yaml").write_text(ENGLISH.replace("date: d MMMM y", "date: d. MMMM y", 1), encoding="utf-8")

    assert load_language("en", (tmp_path,)).date(date(2024, 7, 12)) == "12. July 2024"
    assert load_language("en").date(date(2024, 7, 12)) == "12 July 2024"


def test_the_known_languages_are_those_with_a_file(tmp_path: Path) -> None:
    """The languages of the package and the folder are listed together, sorted."""
    (tmp_path / "pt.yaml").write_text("")

    assert known_languages((tmp_path, tmp_path / "none")) == tuple(sorted((*known_languages(), "pt")))
    assert {"ar", "en", "es", "fr", "ru", "zh"} <= set(known_languages())


def test_a_language_file_may_say_only_what_differs(tmp_path: Path) -> None:
    """With 'base:' all else is that of a shipped language, down to single words of a group."""
    (tmp_path / "es.yaml").write_text('base: es\nlabels: {email: "Correo:"}\naddressees: {countries: {DE: RFA}}\n')
    (tmp_path / "es-MX.yaml").write_text("base: es\nname: español de México\nlocale: es_MX\n")

    own, shipped = load_language("es", (tmp_path,)), load_language("es")
    assert own.labels["email"] != shipped.labels["email"]
    assert {name for name in shipped.labels if own.labels[name] != shipped.labels[name]} == {"email"}
    assert (own.country("DE"), own.country("BO")) == ("RFA", shipped.country("BO"))
    assert own.fingerprint != shipped.fingerprint
    assert load_language("es-MX", (tmp_path,)).date(date(2026, 5, 3)) == "3 de mayo de 2026"


def test_the_base_of_a_language_file_is_a_shipped_language(tmp_path: Path) -> None:
    """Its own words are checked like those of any other file."""
    assert faults("base: sp\n", tmp_path) == [
        "xx.yaml:1:7  unknown-language  there is no shipped language 'sp' that this file could be based on"
    ]
    assert faults('base: es\npaje: "{page}"\n', tmp_path) == [
        "xx.yaml:2:1  unknown-field  'paje' is not part of a language file"
    ]


# Patterns and forms.


def line_of(text: str, words: str) -> str:
    """The place of some words in a language file: "12:7"."""
    at = text.index(words)
    return f"{text.count(chr(10), 0, at) + 1}:{at - text.rfind(chr(10), 0, at)}"


@pytest.mark.parametrize(
    ("old", "new", "words", "fault"),
    [
        (
            '"{place}, {date}"',
            '"{plce}, {place}, {date}"',
            "{plce}",
            "unknown-place  '{plce}' is not a place of this text",
        ),
        ('"{place}, {date}"', '"{place}"', '"{place}"', "missing-place  this text has lost its place '{date}'"),
        ('"({parent|to})"', '"({parent|to)"', "{parent|to)", "unbalanced-brace  this '{' has no partner"),
        ('"({parent|to})"', '"({parent|ot})"', "{parent|ot}", "unknown-form  there is no form 'ot'"),
        ('  tel: "Tel:"', '  tel: "Tel: {n}"', '{n}"\n  fax', "unknown-place  '{n}' is not a place of this text"),
        ("date: d MMMM y\n", "date: d MMMM\n", "d MMMM\n", "wrong-date-pattern  this pattern has lost the year"),
        (
            "date: d MMMM y\n",
            "date: d de MMMM y\n",
            "de MMMM y\n",
            "wrong-date-pattern  the letters of this pattern name 'd' twice",
        ),
        ("date: d MMMM y\n", "date: HH MMMM y\n", "HH", "wrong-date-pattern  the letter 'H' is not a part of a date"),
        (
            "date: d MMMM y\n",
            'date: "d \'de MMMM y"\n',
            "'de MMMM y",
            "wrong-date-pattern  an apostrophe has no partner",
        ),
        (
            "{a:d}-{b:d MMMM y}",
            "{c:d}-{b:d MMMM y}",
            "{c:d}",
            "unknown-place  '{c:d}' is not an end of a range of days",
        ),
        (
            "date: d MMMM y\n",
            "date: d MMMM YYYY\n",
            "YYYY",
            "wrong-date-pattern  'YYYY' is the year of a week, another year than the date's around New Year",
        ),
        (
            "date: d MMMM y\n",
            "date: d MMMM yy\n",
            "yy\n",
            "wrong-date-pattern  'yy' is the last two digits of the year",
        ),
        (
            "date: d MMMM y\n",
            "date: d MMMMM y\n",
            "MMMMM",
            "wrong-date-pattern  'MMMMM' is the first letter of the month",
        ),
        (
            "date: d MMMM y\n",
            "date: d LLLLL y\n",
            "LLLLL",
            "wrong-date-pattern  'LLLLL' is the first letter of the month",
        ),
        ("date: d MMMM y\n", "date: d MMMM y w\n", "w\n  day-month", "wrong-date-pattern  'w' is the week of the year"),
        ("date: d MMMM y\n", "date: d MMMM y Q\n", "Q\n  day-month", "wrong-date-pattern  'Q' is the quarter"),
        ("date: d MMMM y\n", "date: d MMMM y G\n", "G\n  day-month", "wrong-date-pattern  'G' is the era"),
        (
            "{a:d}-{b:d MMMM y}",
            "{a:d}-{b:d MMMM YYYY}",
            "YYYY",
            "wrong-date-pattern  'YYYY' is the year of a week, another year than the date's around New Year",
        ),
        (
            '"{a:d}-{b:d MMMM y}"',
            '"{b:d}-{a:d MMMM y}"',
            '"{b:d}-',
            "wrong-date-pattern  the ends of this range are not once each, the first day before the last",
        ),
        ("weekday: EEEE\n", 'weekday: "{weekday|late}"\n', "{weekday|late}", "unknown-form  there is no form 'late'"),
    ],
)
def test_a_fault_of_a_pattern_is_reported_at_its_place(
    old: str, new: str, words: str, fault: str, tmp_path: Path
) -> None:
    """What would be printed as it stands, or would lose a value, is a problem with line and column."""
    text = ENGLISH.replace(old, new, 1)

    assert f"xx.yaml:{line_of(text, words)}  {fault}" in faults(text, tmp_path)


def test_a_misspelt_place_has_a_hint(tmp_path: Path) -> None:
    """For {plce}, {place} is suggested."""
    (tmp_path / "xx.yaml").write_text(ENGLISH.replace("{place}, {date}", "{plce}, {date}"), "utf-8")

    with pytest.raises(PackError) as caught:
        load_language("xx", (tmp_path,))

    assert [problem.hint for problem in caught.value.problems if problem.code == "unknown-place"] == [
        "did you mean '{place}'?"
    ]


@pytest.mark.parametrize(
    ("key", "typed", "words"),
    [
        ("dateline", "{plce} {plce}, {place}, {date}", ["{plce}", "{plce}"]),
        ("dateline", "} {place} {, {date}", ["} {place}", "{,"]),
        ("dateline", "{{ place }}, {date|dative}", ["{{ place }}", "{date|dative}"]),
        ("amended", "{amendment|ot} {parent|ot}, {parent|ot}", ["{amendment|ot}", "{parent|ot}", "{parent|ot}"]),
        ("date", "d d MMMM y HH 'H' HH", ["d MMMM", "HH", "HH"]),
        ("date", "d de MMMM de y", ["de MMMM", "de y"]),
        ("weekday", "{weekday|late} {weekday|late}", ["{weekday|late}", "{weekday|late}"]),
        ("same-month", "{a:d d}-{b:d d MMMM y HH}", ["d}-", "d MMMM y", "HH}"]),
    ],
)
def test_each_of_several_faults_of_a_pattern_has_its_own_column(
    key: str, typed: str, words: list[str], tmp_path: Path
) -> None:
    """They are reported at once, also if they are alike."""
    text = re.sub(rf"^( *{key}): .*$", lambda found: f'{found[1]}: "{typed}"', ENGLISH, count=1, flags=re.MULTILINE)
    line = next(line for line in text.splitlines() if typed in line)
    at, columns = line.index('"') + 1, []
    for one in words:
        at = line.index(one, at)
        columns.append(at + 1)
        at += 1

    found = [fault.split("  ")[0] for fault in faults(text, tmp_path)]

    assert found == [f"xx.yaml:{text.splitlines().index(line) + 1}:{column}" for column in columns]


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("({Parent})", "did you mean '{parent}'?"),
        ("({ parent })", "did you mean '{parent}'?"),
        ("({{ parent | to }})", "did you mean '{parent|to}'?"),
        ("({parent|To})", "did you mean '{parent|to}'?"),
        ("({parent: to})", "did you mean '{parent|to}'?"),
        ("({parnt|to})", "did you mean '{parent|to}'?"),
        ("({parent|})", "did you mean '{parent}'?"),
        ("({parent|ot})", "did you mean 'to'?"),
        ("({letter})", "the places here: {parent}"),
    ],
)
def test_the_hint_for_a_wrong_place_is_what_was_meant(typed: str, hint: str, tmp_path: Path) -> None:
    """With its form, and with the right signs."""
    (tmp_path / "xx.yaml").write_text(ENGLISH.replace('"({parent|to})"', f'"{typed}"'), "utf-8")

    with pytest.raises(PackError) as caught:
        load_language("xx", (tmp_path,))

    assert [problem.hint for problem in caught.value.problems] == [hint]


def test_forms_and_plural_forms_that_are_missing_are_warnings(tmp_path: Path) -> None:
    """A file whose nouns lack a form, or whose counts lack a plural form of CLDR, is read, and falls back."""
    text = ENGLISH.replace("locale: en_GB", "locale: ru")
    text = text.replace(
        'revision: {plain: "Revision {number}", to: "to Revision {number}"}', 'revision: "Revision {number}"'
    )
    (tmp_path / "xx.yaml").write_text(text, "utf-8")

    language = load_language("xx", (tmp_path,))

    found = {(doubt.code, f"{doubt.where.line}:{doubt.where.column}") for doubt in language.warnings}
    assert ("missing-form", line_of(text, '"Revision {number}"')) in found
    assert ("missing-plural", line_of(text, '{one: "Annex: {n}"')) in found
    assert language.annex_parent.filled(parent=language.amendments["revision"].filled(number="1")) == "(Revision 1)"


def test_a_file_of_an_earlier_version_is_read(tmp_path: Path) -> None:
    """With "to:" beside the names of amendments, and the places {to} and {reference} for what an annex belongs to."""
    text = re.sub(r"^(?:forms|amended|annex-parent|deadline):.*\n", "", ENGLISH, flags=re.MULTILINE)
    text = re.sub(r'\{plain: "(\w+) \{number\}", to: "to \w+ \{number\}"\}', r'{name: "\1 {number}", to: to}', text)
    text = re.sub(r'\{plain: ("?Annex.*?"?), the: .*\}', r"\1", text)
    text = re.sub(r"^  country-forms:.*\n(?:    .*\n)+", "", text, flags=re.MULTILINE)
    text = text.replace("annexes:\n", "annexes:\n  parent: ({to} {reference})\n")
    text = text.replace("labels:\n", 'labels:\n  deadline-time: " ({time})"\n')
    (tmp_path / "xx.yaml").write_text(text, "utf-8")
    old, new = load_language("xx", (tmp_path,)), load_language("en")

    assert (old.forms, old.annex_parent, old.amended, old.warnings) == (
        ("plain", "to"),
        new.annex_parent,
        new.amended,
        (),
    )
    assert old.amendments == new.amendments


@pytest.mark.parametrize(
    ("code", "form", "expected"),
    [
        ("ru", "weekday-date", "среда, 10 июля 2024 года"),
        ("ru", "weekday-date|accusative", "среду, 10 июля 2024 года"),
        ("ru", "weekday|genitive", "среды"),
        ("ru", "month-year|prepositional", "июле 2024 года"),
        ("ru", "accusative", "10 июля 2024 года"),
        ("es", "weekday-date|accusative", "miércoles 10 de julio de 2024"),
        ("fr", "weekday-date", "mercredi 10 juillet 2024"),
        ("ar", "weekday-date", "الأربعاء 10 يوليو 2024"),
        ("zh", "weekday-date", "2024年7月10日（星期三）"),
    ],
)
def test_dates_have_forms(code: str, form: str, expected: str) -> None:
    """A form that a language or a format lacks is the plain one."""
    assert load_language(code).date(date(2024, 7, 10), form) == expected


def test_the_first_day_of_a_month_is_written_as_the_language_does() -> None:
    """French says 1er, in dates and in ranges; the first of other languages is a number."""
    french = load_language("fr")

    assert french.date(date(2025, 5, 1)) == "1er mai 2025"
    assert french.date(date(2025, 5, 11)) == "11 mai 2025"
    assert french.date_range(date(2025, 5, 1), date(2025, 5, 3)) == "1er-3 mai 2025"
    assert french.date_range(date(2025, 4, 30), date(2025, 5, 1)) == "30 avril – 1er mai 2025"
    assert load_language("zh").date_range(date(2025, 5, 12), date(2025, 5, 21)) == "2025年5月12-21日"


@pytest.mark.parametrize(
    ("code", "times"),
    [
        ("fr", ["9\u00a0h\u00a030", "16\u00a0heures UTC", "1\u00a0heure"]),
        ("zh", ["9时30分", "协调世界时（UTC）16时", "1时"]),
        ("en", ["0930 hours", "1600 hours UTC", "0100 hours"]),
    ],
)
def test_hours_and_full_hours_are_written_as_the_language_does(code: str, times: list[str]) -> None:
    """Without a zero before them, and without minutes that are none, if the language says so."""
    language = load_language(code)

    assert [language.time(9, 30), language.time(16, 0, "UTC"), language.time(1, 0)] == times


@pytest.mark.parametrize(
    ("words", "format", "form"),
    [
        ("в ", "weekday-date", "accusative"),
        ("Состоится В\u00a0", "weekday", "accusative"),
        ("в ", "month-year", "prepositional"),
        ("до ", "month-year", "genitive"),
        ("в ", "ref", "prepositional"),
        ("к ", "ref", "dative"),
        ("в", "weekday", ""),
        ("нов ", "weekday", ""),
        ("не позднее ", "weekday", "genitive"),
        ("в ", "date", ""),
    ],
)
def test_a_word_asks_for_the_form_after_it(words: str, format: str, form: str) -> None:
    """The whole word, with a space after it; the longest one that the language file has."""
    assert load_language("ru").form_after(words, format) == form


def test_files_of_languages_that_did_not_change_are_read_quickly_again(tmp_path: Path) -> None:
    """What watches a folder forgets all languages at each change, and most of their files are the same."""
    (tmp_path / "xx.yaml").write_text(ENGLISH, encoding="utf-8")
    load_language("xx", (tmp_path,))
    forget_languages()
    again = lines_run(lambda: load_language("xx", (tmp_path,)))
    (tmp_path / "xx.yaml").write_text(f"{ENGLISH}\n# Another file.\n", encoding="utf-8")
    forget_languages()
    changed = lines_run(lambda: load_language("xx", (tmp_path,)))

    assert again * 2 < changed


def test_a_changed_file_of_a_language_is_read_again(tmp_path: Path) -> None:
    """A word that was replaced is there after the languages were forgotten."""
    (tmp_path / "xx.yaml").write_text(ENGLISH, encoding="utf-8")
    before = load_language("xx", (tmp_path,)).date(date(2025, 1, 1))
    (tmp_path / "xx.yaml").write_text(ENGLISH.replace("  date: d MMMM y", "  date: y MMMM d"), encoding="utf-8")
    forget_languages()

    assert (before, load_language("xx", (tmp_path,)).date(date(2025, 1, 1))) == ("1 January 2025", "2025 January 1")


def test_a_language_is_read_again_when_that_which_it_is_based_on_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file of the language itself is the same, but not what it has from its base."""
    shutil.copytree(SHIPPED, tmp_path / "shipped")
    for module in (bases, loading):
        monkeypatch.setattr(module, "SHIPPED", tmp_path / "shipped")
    (tmp_path / "en-GB.yaml").write_text("base: en\n", encoding="utf-8")
    forget_languages()
    before = load_language("en-GB", (tmp_path,)).date(date(2025, 1, 1))
    (tmp_path / "shipped/en.yaml").write_text(ENGLISH.replace("  date: d MMMM y", "  date: y MMMM d"), encoding="utf-8")
    forget_languages()
    after = load_language("en-GB", (tmp_path,)).date(date(2025, 1, 1))
    monkeypatch.undo()
    forget_languages()

    assert (before, after) == ("1 January 2025", "2025 January 1")


def test_each_russian_country_that_is_declined_has_all_cases() -> None:
    """None is in one case of a list and in the nominative of another; the accusative may be the nominative."""
    forms = load_language("ru").addressees.country_forms
    declined = forms["genitive"].keys()

    assert all(forms[case].keys() == declined for case in ("dative", "instrumental", "prepositional"))
    assert forms["accusative"].keys() < declined
    assert len(declined) == 211


@pytest.mark.parametrize(
    ("code", "cases"),
    [
        ("EG", ["Египта", "Египту", "Египет", "Египтом", "Египте"]),
        ("IN", ["Индии", "Индии", "Индию", "Индией", "Индии"]),
        ("NO", ["Норвегии", "Норвегии", "Норвегию", "Норвегией", "Норвегии"]),
        ("UY", ["Уругвая", "Уругваю", "Уругвай", "Уругваем", "Уругвае"]),
        ("MU", ["Маврикия", "Маврикию", "Маврикий", "Маврикием", "Маврикии"]),
        ("PE", ["Перу"] * 5),
        ("TT", [f"{first} и Тобаго" for first in ("Тринидада", "Тринидаду", "Тринидад", "Тринидадом", "Тринидаде")]),
        ("KR", [f"{first} Корея" for first in ("Республики", "Республике", "Республику", "Республикой", "Республике")]),
    ],
)
def test_the_name_of_a_country_is_declined(code: str, cases: list[str]) -> None:
    """In the genitive, dative, accusative, instrumental and prepositional."""
    russian = load_language("ru")

    assert [russian.country(code, form) for form in russian.forms[1:]] == cases


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("1", "1.er"), ("2", "2.º"), ("3", "3.er"), ("11", "11.º"), ("13", "13.er"), ("93", "93.er"), ("101", "101.er"),
        ("111", "111.º"), ("113", "113.er"), ("1003", "1\u00a0003.er"),
    ],
)  # fmt: skip
def test_a_spanish_ordinal_is_apocopated_by_its_last_digits(number: str, written: str) -> None:
    """Words for numbers that end with some digits need no list of numbers."""
    assert load_language("es").number(Decimal(number), "ordinal-apocopated") == written
