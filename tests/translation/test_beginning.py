"""A language begins with what CLDR knows of it, and with marked words of the nearest language."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from circulars.language import SHIPPED, load_language, nearest_language
from circulars.syntax.nodes import read_tree
from circulars.translation.beginning import begun_language, begun_words
from circulars.translation.cldr import categories, facts
from circulars.translation.marks import untranslated

MAY_3, MAY_8, JUNE_8 = (datetime.date(2026, *day) for day in ((5, 3), (5, 8), (6, 8)))
WORDS = """\
# The words of a pack.
organization: Office    # unseen
footer:
  - Street 1 • {page}
  - "+41 22 730 5111"
# A term with the mark "unseen" was not seen.
signatories:
  head: {title: Head, gender: f}
  deputy:
    title: |
      Deputy
      Head
    behalf: >-
      for the
      Head
lists: {all: To
    all, none: "# TODO"}
"""


@pytest.mark.parametrize(
    ("code", "day", "range_of_days", "two_months"),
    [
        ("pt", "3 de maio de 2026", "3 – 8 de maio de 2026", "3 de maio – 8 de junho de 2026"),
        ("de", "3. Mai 2026", "3.–8. Mai 2026", "3. Mai – 8. Juni 2026"),
        ("uk", "3 травня 2026\u202fр.", "3–8 травня 2026\u202fр.", "3 травня – 8 червня 2026\u202fр."),
        ("fa", "3 مهٔ 2026", "3 تا 8 مهٔ 2026", "3 مه تا 8 ژوئن 2026"),
        ("th", "3 พฤษภาคม 2026", "3–8 พฤษภาคม 2026", "3 พฤษภาคม – 8 มิถุนายน 2026"),
        (
            "mn",
            "2026\u202fоны тавдугаар сарын 3",
            "2026\u202fоны тавдугаар сар/03 – 08",
            "2026\u202fоны тавдугаар сар/03 – зургаадугаар сар/08",
        ),
        ("ja", "2026年5月3日", "2026年5月3日～8日", "2026年5月3日～6月8日"),
    ],
)
def test_a_begun_language_writes_its_dates(
    code: str, day: str, range_of_days: str, two_months: str, tmp_path: Path
) -> None:
    """The file of any language can be used at once, with the dates, the name and the direction that CLDR has."""
    base = nearest_language(code, [file.stem for file in SHIPPED.glob("*.yaml")])
    text = (SHIPPED / f"{base}.yaml").read_text("utf-8")
    (tmp_path / f"{code}.yaml").write_text(begun_language(text, code, base), "utf-8")

    language = load_language(code, (tmp_path,))

    assert language.date(MAY_3) == day
    assert language.date_range(MAY_3, MAY_8) == range_of_days
    assert language.date_range(MAY_3, JUNE_8) == two_months
    assert language.name == facts(code)["name",]
    assert language.direction == ("rtl" if code == "fa" else "ltr")
    assert not language.addressees.countries


def test_a_language_without_a_locale_keeps_that_of_its_base() -> None:
    """CLDR names Klingon, but has neither its dates nor its plurals."""
    begun = begun_language((SHIPPED / "en.yaml").read_text("utf-8"), "tlh", "en")

    assert "\nlocale: en" in begun
    assert "locale" in {path[0] for path, _ in untranslated(read_tree(begun.encode(), ""))}


@pytest.mark.parametrize(
    ("code", "plural", "ordinal"),
    [
        ("pt", ["one", "other"], ["other"]),
        ("ru", ["one", "few", "many", "other"], ["other"]),
        ("ar", ["zero", "one", "two", "few", "many", "other"], ["other"]),
        ("ja", ["other"], ["other"]),
        ("en", ["one", "other"], ["one", "two", "few", "other"]),
    ],
)
def test_plural_forms_are_those_of_numbers_that_letters_count(code: str, plural: list[str], ordinal: list[str]) -> None:
    """Forms that only millions have, as in Portuguese, are not asked for."""
    assert [*categories(code)] == plural
    assert [*categories(code, ordinal=True)] == ordinal


def test_the_plural_forms_of_a_begun_language_are_its_own() -> None:
    """A form that the base lacks has the words of its form "other"."""
    begun = begun_language((SHIPPED / "en.yaml").read_text("utf-8"), "uk", "en")

    assert 'count: {one: "Annex: {n}", few: "Annexes: {n}", many: "Annexes: {n}", other: "Annexes: {n}"}' in begun


def test_the_plain_form_of_a_date_is_that_of_cldr() -> None:
    """Other forms of a language with cases are those of the base, and to be translated."""
    begun = begun_language((SHIPPED / "ru.yaml").read_text("utf-8"), "uk", "ru")

    lines = begun.splitlines()
    at = lines.index("  month-year:")
    assert lines[at + 1 : at + 3] == [
        "    nominative: \"LLLL y\\u202f'р'.\"",
        "    genitive: MMMM y 'года'  # TODO",
    ]
    assert "  date: \"d MMMM y\\u202f'р'.\"" in lines


def test_what_cldr_knows_is_one_value_in_a_mapping_on_one_line() -> None:
    """A comma or a brace would begin another entry there."""
    begun = begun_language("dates: {weekday-date: EEEE d MMMM y, year: y}\n", "en", "es")

    assert begun.endswith('dates: {weekday-date: "EEEE, MMMM d, y", year: y}\n')


def test_every_line_with_words_is_marked_once() -> None:
    """A line is marked at its end, and a block at its head; what has no letters needs no translation."""
    begun = begun_words(WORDS, "pt", "en")

    assert (
        begun
        == """\
# What the pack says in Portuguese (pt), begun from English (en).
# Translate each line with the mark "# TODO" at its end, and delete the mark.
organization: Office  # TODO
footer:
  - Street 1 • {page}  # TODO
  - "+41 22 730 5111"
signatories:
  head: {title: Head, gender: f}  # TODO
  deputy:
    title: |  # TODO
      Deputy
      Head
    behalf: >-  # TODO
      for the
      Head
lists: {all: To
    all, none: "# TODO"}  # TODO
"""
    )


def test_marks_are_found_where_they_were_made() -> None:
    """Each marked line is found with the keys of its first value; a mark within a text is none."""
    tree = read_tree(begun_words(WORDS, "pt", "en").encode(), "pt.yaml")
    found = [(value.line, ".".join(path)) for path, value in untranslated(tree)]

    assert found == [
        (3, "organization"), (5, "footer"), (8, "signatories.head.title"), (10, "signatories.deputy.title"),
        (13, "signatories.deputy.behalf"), (16, "lists.all"),
    ]  # fmt: skip


def test_marks_of_another_script_are_to_be_translated_as_well() -> None:
    """A dash or a comma may be another one in another script."""
    assert begun_words('page: "- {page} -"\n', "pt", "en").endswith('page: "- {page} -"\n')
    assert 'page: "- {page} -"  # TODO' in begun_words('page: "- {page} -"\n', "ja", "en")
