"""Language files are checked: against CLDR, for entries without effect, and for what they take from their base."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from circulars.errors import PackError, Problem
from circulars.language import SHIPPED, formats_in, known_languages, load_language
from circulars.language.doubts import file_doubts
from circulars.pack import SHIPPED as PACKS
from circulars.syntax.nodes import read_tree
from circulars.translation.marks import values

ENGLISH = (SHIPPED / "en.yaml").read_text("utf-8")
SPANISH = (SHIPPED / "es.yaml").read_text("utf-8")
MARKED = [*SHIPPED.glob("*.yaml"), *PACKS.glob("itu/words/*.yaml")]
"""The files whose words are those of published letters, or marked."""


def warnings(code: str, text: str, folder: Path) -> list[Problem]:
    """The warnings about a language file."""
    (folder / f"{code}.yaml").write_text(text, "utf-8")
    return list(load_language(code, (folder,)).warnings)


def problems(code: str, text: str, folder: Path) -> list[Problem]:
    """The problems of a language file."""
    (folder / f"{code}.yaml").write_text(text, "utf-8")
    with pytest.raises(PackError) as caught:
        load_language(code, (folder,))
    return list(caught.value.problems)


def place(problem: Problem) -> str:
    """Where a problem is: "es.yaml:3:9"."""
    return f"{Path(problem.where.file).name}:{problem.where.line}:{problem.where.column}"


@pytest.mark.parametrize("code", known_languages())
def test_a_shipped_language_has_no_warnings(code: str) -> None:
    """What CLDR knows of it, and its file, agree, so that loading it need not compare them."""
    file = SHIPPED / f"{code}.yaml"

    assert [*file_doubts(code, read_tree(file.read_bytes(), str(file), []))] == []
    assert load_language(code).warnings == ()


@pytest.mark.parametrize(
    ("code", "old", "new", "found", "hint"),
    [
        ("es", "locale: es_ES", "locale: fr", "wrong-locale", "write 'locale: es'"),
        ("es-MX", "locale: es_ES", "locale: es_AR", "wrong-locale", "write 'locale: es_MX'"),
        ("sr-Latn", "locale: es_ES", "locale: sr", "wrong-locale", "write 'locale: sr_Latn'"),
        ("zh-Hant", "locale: es_ES", "locale: zh", "wrong-locale", "write 'locale: zh_Hant'"),
        ("es", "direction: ltr", "direction: rtl", "wrong-direction", "write 'direction: ltr'"),
    ],
)
def test_what_cldr_contradicts_is_a_warning(
    code: str, old: str, new: str, found: str, hint: str, tmp_path: Path
) -> None:
    """A locale of another language, script or country, and a direction in which the language is not written."""
    text = SPANISH.replace(old, new)

    (one,) = (warning for warning in warnings(code, text, tmp_path) if not warning.code.endswith("-plural"))

    line = next(line for line in text.splitlines() if line.startswith(new))
    assert (one.code, one.hint) == (found, hint)
    assert place(one) == f"{code}.yaml:{text.splitlines().index(line) + 1}:{line.index(': ') + 3}"


@pytest.mark.parametrize(
    ("code", "locale"), [("es", "es"), ("es", "es_MX"), ("es-MX", "es"), ("es-419", "es_MX"), ("sr", "sr_Cyrl"),
                         ("nb", "nb"), ("tlh", "es"), ("xx", "es")],
)  # fmt: skip
def test_a_locale_that_cldr_does_not_contradict_is_no_warning(code: str, locale: str, tmp_path: Path) -> None:
    """A file may be for a country, or for a language that CLDR does not have."""
    found = warnings(code, SPANISH.replace("locale: es_ES", f"locale: {locale}"), tmp_path)

    assert [warning for warning in found if warning.code == "wrong-locale"] == []


def test_arabic_from_left_to_right_is_a_warning(tmp_path: Path) -> None:
    """So is a file whose base is in another direction."""
    arabic = (SHIPPED / "ar.yaml").read_text("utf-8").replace("direction: rtl", "direction: ltr")

    (wrong,) = warnings("ar", arabic, tmp_path)
    based = warnings("fa", "base: en\nname: فارسی\n", tmp_path)

    assert (wrong.code, wrong.message) == ("wrong-direction", "Arabic (ar) is written from right to left")
    assert {(one.code, place(one)) for one in based} == {
        ("wrong-locale", "fa.yaml:1:7"), ("wrong-direction", "fa.yaml:1:7"),
    }  # fmt: skip
    assert all("; this is line " in one.message for one in based)


@pytest.mark.parametrize(
    ("old", "new", "words", "code"),
    [
        ('{one: "Annex: {n}"', '{one: "Annex: {n}", few: "Annexes: {n}"', 'few: "', "unused-plural"),
        ('{one: "Annex:"', '{zero: "Annex:", one: "Annex:"', "zero: ", "unused-plural"),
        ("  ordinal: {", '  ordinal: {many: "{n}th", ', "many: ", "unused-plural"),
        ("    AG: Antigua", "    XX: Nowhere\n    AG: Antigua", "XX: ", "unknown-country"),
        ("    AG: Antigua", "    ZZ: Nowhere\n    AG: Antigua", "ZZ: ", "unknown-country"),
        ("forms: [plain, to, the]", "forms: [plain, to, the, to]", "to]", "repeated-entry"),
        ("conjunctions: [and, or]", "conjunctions: [and, or, and]", "and]", "repeated-entry"),
        ("    mr: {", "    sir: {written: Sir, typed: [Sr, Sr]}\n    mr: {", "Sr]", "repeated-entry"),
        ("page:", "letters: abcdb\npage:", "b\n", "repeated-entry"),
        ("ranges:", "weekdays: {late: [a, b, c, d, e, f, g]}\nranges:", "late: ", "unused-names"),
        ("ranges:", "months: {late: [a, b, c, d, e, f, g, h, i, j, k, l]}\nranges:", "late: ", "unused-names"),
        ("  weekday: EEEE", "  wekday: EEEE\n  weekday: EEEE", "wekday: ", "unknown-format"),
        ("    miss: {", "    misses: {", "misses: ", "unknown-name"),
    ],
)
def test_what_has_no_effect_is_a_warning(old: str, new: str, words: str, code: str, tmp_path: Path) -> None:
    """At the entry that is never used, or that is there for the second time."""
    text = ENGLISH.replace(old, new, 1)
    assert old in ENGLISH

    (found,) = warnings("en", text, tmp_path)

    start = text.index(new)
    at = text.rindex(words, start, start + len(new) + 1)
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    assert (found.code, place(found)) == (code, f"en.yaml:{line}:{column}")
    assert found.hint


def test_names_that_are_listed_twice_are_a_warning(tmp_path: Path) -> None:
    """A month that is there twice is another one that was lost."""
    names = "[Jan, Feb, Mar, Apr, May, Jun, Jun, Aug, Sep, Oct, Nov, Dec]"
    text = ENGLISH.replace("ranges:", f"months: {{short: {names}}}\nranges:")
    text = text.replace("date: d MMMM y", 'date: "d {month|short} y"', 1)

    (found,) = warnings("en", text, tmp_path)

    assert (found.code, found.message) == ("repeated-entry", "'Jun' is in this list twice")


def test_plural_forms_of_hours_are_those_of_the_language(tmp_path: Path) -> None:
    """As of counts; hours that have one text for all need no others."""
    time = 'time: {written: "{h}:{minute}", full-hour: {one: "{h} час", other: "{h} часов"}}'
    russian = (SHIPPED / "ru.yaml").read_text("utf-8")
    line = next(line for line in russian.splitlines() if line.startswith("time:"))

    found = warnings("ru", russian.replace(line, time), tmp_path)

    assert [one.message.partition(",")[0] for one in found] == [
        "'full-hour' has no plural form 'few'", "'full-hour' has no plural form 'many'",
    ]  # fmt: skip


def test_a_fault_of_the_own_file_has_its_own_line(tmp_path: Path) -> None:
    """Also if the file has a base, whose lines are others."""
    text = 'base: es\nlabels:\n  email: "Correo:"\n  dateline: "{plce}, {date}"\nannexes: {count: {few: "{n}"}}\n'

    assert [(one.code, place(one)) for one in problems("es", text, tmp_path)] == [("unknown-place", "es.yaml:4:14")]
    (found,) = warnings("es", text.replace("plce", "place"), tmp_path)
    assert (found.code, place(found)) == ("unused-plural", "es.yaml:5:19")


def test_a_misspelt_key_has_a_hint_beside_a_base(tmp_path: Path) -> None:
    """The base has all keys; the one that is meant is that which this file does not have."""
    (found,) = problems("es", 'base: es\nlabels: {tell: "Tel.:"}\n', tmp_path)

    assert (found.code, found.hint, place(found)) == ("unknown-field", "did you mean 'tel'?", "es.yaml:2:10")


def test_a_fault_with_words_of_the_base_is_where_the_base_is_named(tmp_path: Path) -> None:
    """The base is the program's and cannot be edited; the message says which of its lines has the words."""
    line = next(at for at, line in enumerate(SPANISH.splitlines(), 1) if line.startswith("annex-parent:"))

    found = problems("es", "name: español\nbase: es\nforms: [plain, de]\n", tmp_path)

    assert {place(one) for one in found} == {"es.yaml:2:7"}
    (parent,) = (one for one in found if f"line {line} " in one.message)
    assert parent.message == f"there is no form 'to'; this is line {line} of its base 'es'"
    assert parent.hint.endswith("; write in this file what differs")


def test_a_base_of_another_language_lacks_its_plural_forms(tmp_path: Path) -> None:
    """They are missing where the base is named; forms that only the base's language has are no warning."""
    found = warnings("pl", "base: ru\nname: polski\nlocale: pl\n", tmp_path)
    lacking = warnings("cy", "base: es\nname: Cymraeg\nlocale: cy\n", tmp_path)

    assert found == []
    assert {(one.code, place(one)) for one in lacking} == {("missing-plural", "cy.yaml:1:7")}


def test_faults_of_every_kind_come_at_once(tmp_path: Path) -> None:
    """YAML, keys, places, forms, patterns of dates and the locale do not hide each other."""
    text = ENGLISH.replace("locale: en_GB", "locale: en_GBB").replace("direction: ltr", "direction: left")
    text = text.replace("  tel:", "  fax: Fax\n  tel:").replace("{place}, {date}", "{plce}, {date}")
    text = text.replace("({parent|to})", "({parent|ot})").replace("weekday: EEEE", "weekday: HH", 1)
    text = text.replace('revision: {plain: "', 'revision: {plani: "').replace("page:", "pge:")

    found = {one.code for one in problems("en", text, tmp_path)}

    assert found == {
        "duplicate-key", "unknown-locale", "unknown-name", "unknown-place", "unknown-form", "wrong-date-pattern",
        "unknown-field",
    }  # fmt: skip


def test_a_form_that_words_ask_for_and_the_name_of_annexes_lacks_is_a_warning(tmp_path: Path) -> None:
    """Russian "к {{ ref: programme }}" asks for the dative; the file is named, and the line of the name."""
    text = (SHIPPED / "ru.yaml").read_text("utf-8")
    lacking = text.replace("    dative: Приложению {number}\n", "", 1)

    (found,) = warnings("ru", lacking, tmp_path)

    assert (found.code, found.hint) == ("missing-form", "add 'dative:'")
    assert found.message == "'annexes.name' has no form 'dative', in which it is cited; its plain form is used"


@pytest.mark.parametrize("file", MARKED, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_words_that_no_published_letter_had_are_marked(file: Path) -> None:
    """Each of the six languages has the marks, which end lines with words and are never printed."""
    tree = read_tree(file.read_bytes(), str(file))
    lines = [line for line in tree.text.splitlines() if re.search(r"^[^#]*\S\s+(?:# .*)?# unseen", line)]

    assert lines
    assert [line for line in lines if not re.match(r" *[\"\w-]+:|  - ", line)] == []
    assert [text for _, text in values(tree.root) if "unseen" in text.text] == []


def test_a_misspelt_title_is_named_with_the_one_that_is_meant(tmp_path: Path) -> None:
    """A key of its own beside all usual ones is a title that this language has besides."""
    (misspelt,) = warnings("en", ENGLISH.replace("    miss: {", "    misses: {"), tmp_path)
    own = warnings("fr", ENGLISH.replace("    miss: {", "    sir: {written: Sir}\n    miss: {"), tmp_path)

    assert misspelt.hint == "did you mean 'miss'?"
    assert [one for one in own if one.code == "unknown-name"] == []


def test_full_width_braces_are_reported(tmp_path: Path) -> None:
    """A writer of Chinese types them easily; they were printed."""
    found = problems("en", ENGLISH.replace("Signature of {name}", "Signature of ｛name｝"), tmp_path)

    assert [(place(one), one.code, one.hint) for one in found] == [
        (f"en.yaml:{line_of('Signature of')}:31", "unknown-place", "did you mean '{name}'?")
    ]


def line_of(words: str) -> int:
    """The line of some words in the English file."""
    return ENGLISH[: ENGLISH.index(words)].count("\n") + 1


def test_all_folders_without_languages_have_the_same_shipped_ones(tmp_path: Path) -> None:
    """Each is one object: what is known of it is found again. A folder with a file has a language of its own."""
    (tmp_path / "own").mkdir()
    shutil.copy(SHIPPED / "en.yaml", tmp_path / "own")

    assert load_language("en", (tmp_path / "none",)) is load_language("en")
    assert formats_in((tmp_path / "none",)) is formats_in()
    assert load_language("en", (tmp_path / "own",)) is not load_language("en")


@pytest.mark.parametrize(
    ("reading", "code", "at"),
    [
        ('decades: ["{decade}s–{decade}s"]', "repeated-place", "xx.yaml:3:13"),
        ('decades: ["{century}{century}{decade}"]', "repeated-place", "xx.yaml:3:13"),
        ('citations: ["{reference} {date} {date}"]', "repeated-place", "xx.yaml:3:15"),
        ('decades: ["the nineties"]', "missing-place", "xx.yaml:3:13"),
        ('numbers: {8: ["a*b"]}', "wrong-type", "xx.yaml:3:17"),
        ('units: {km: ["kilo* *"]}', "wrong-type", "xx.yaml:3:16"),
    ],
)
def test_what_checks_could_not_search_for_is_refused(reading: str, code: str, at: str, tmp_path: Path) -> None:
    """A pattern with a place twice, or without its place, and "*" within a word."""
    (found,) = problems("xx", f"base: en\nreading:\n  {reading}\n", tmp_path)

    assert (found.code, place(found)) == (code, at)
    assert found.hint
