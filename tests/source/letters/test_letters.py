"""A letter's file is read with all its keys; anything else in it is reported as a problem."""

from __future__ import annotations

import datetime
import importlib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from circulars.build import Order, check_files, documents
from circulars.compose import compose
from circulars.errors import LetterError, Place, Problem
from circulars.language import load_language
from circulars.model.document import Picture
from circulars.model.letter import (
    Amendment,
    Annex,
    DateRange,
    Deadlines,
    Grid,
    GridCell,
    Letter,
    Part,
    Passage,
    PlacedName,
    Remark,
    TimeOfDay,
    Title,
    Venue,
)
from circulars.model.phrases import Noun
from circulars.model.text import Span
from circulars.pack import load_pack
from circulars.source.letters import read_letter
from circulars.source.letters.reading import parse_letter
from circulars.workspace import Workspace
from work import lines_run

ROOT = Path(__file__).parents[3]
LETTERS = sorted((ROOT / "letters").glob("*.yaml"))
EXAMPLES = [path.read_bytes() for path in LETTERS]

HEAD = """\
kind: tsb-circular
number: 213
date: 2024-07-12
languages: [en, es]
subject: {en: Eighth meeting, es: Octava reunión}
"""
BODY = """\
body:
  - {en: One., es: Uno.}
"""


def letter(more: str = "", body: str = BODY, folder: Path = ROOT) -> Letter:
    """A small letter with extra keys or another body."""
    return parse_letter((HEAD + more + body).encode(), "letter.yaml", "letter", folder)


def parts(body: str) -> tuple[Part, ...]:
    """The parts of a body."""
    return letter(body="body:\n" + body).body


def refused(more: str = "", body: str = BODY, folder: Path = ROOT) -> tuple[Problem, ...]:
    """The problems of a small letter with extra keys or another body."""
    with pytest.raises(LetterError) as raised:
        letter(more, body, folder)
    return raised.value.problems


def refused_text(text: str) -> Problem:
    """The first problem of a whole letter."""
    with pytest.raises(LetterError) as raised:
        parse_letter(text.encode(), "letter.yaml", "letter", ROOT)
    return raised.value.problems[0]


def words(text: str) -> tuple[Span, ...]:
    """The spans of a text without marks."""
    return (Span(text),)


def at(line: int, column: int) -> Place:
    """A place in the letter's file."""
    return Place("letter.yaml", line, column)


def test_the_head_of_a_letter() -> None:
    """The required keys are read, and names that the pack defines keep their places."""
    read = letter()

    assert (read.name, read.file) == ("letter", "letter.yaml")
    assert read.kind == PlacedName("tsb-circular", at(1, 7))
    assert read.number == "213"
    assert read.date == datetime.date(2024, 7, 12)
    assert read.languages == (PlacedName("en", at(4, 13)), PlacedName("es", at(4, 17)))
    assert read.subject == {"en": words("Eighth meeting"), "es": words("Octava reunión")}
    assert read.body == (Passage({"en": (words("One."),), "es": (words("Uno."),)}, at(7, 5)),)


def test_missing_keys_are_left_to_the_kind() -> None:
    """A missing key has an empty value; missing addressees are None."""
    read = letter()

    assert (read.group, read.initials, read.numbering) == ("", "", "")
    assert (read.place, read.reference, read.salutation, read.closing) == ({}, {}, {}, {})
    assert (read.to, read.copy, read.pack, read.amends, read.annex_note, read.qr) == (None,) * 6
    assert read.contact == ()
    assert (read.annexes, read.distribution, read.references, read.facts, read.links) == ((), (), (), {}, {})
    assert (read.signatory, read.enclosures, read.postscript, read.drafter) == ((), (), {}, {})


@pytest.mark.parametrize(
    ("typed", "number"),
    [("213", "213"), ("007", "007"), ("1e3", "1e3"), ("0x1F", "0x1F"), ("CACE/560", "CACE/560"), ("'12:30'", "12:30")],
)
def test_numbers_are_kept_as_typed(typed: str, number: str) -> None:
    """A number keeps its leading zeros and is not evaluated."""
    data = (HEAD.replace("213", typed) + BODY).encode()

    assert parse_letter(data, "letter.yaml", "letter", ROOT).number == number


@pytest.mark.parametrize("typed", ["no", "yes", "on", "12:30", "0x1F", "1_000", "'true'", "'~'", "'007'", "'1e3'"])
def test_values_that_yaml_would_convert_are_text(typed: str) -> None:
    """In a text, "no" is a word and 12:30 is kept as typed."""
    (passage,) = parts(f"  - {{en: {typed}, es: {typed}}}\n")

    assert isinstance(passage, Passage)
    assert passage.text["en"] == (words(typed.strip("'")),)


@pytest.mark.parametrize("typed", ["true", "FALSE", "null", "~", "2024", "007", "-1.5", "1e3"])
@pytest.mark.parametrize(
    "part", ["{en: VALUE, es: Sí}", "heading: VALUE", "note: VALUE", "{en: A, es: A, items: [{en: VALUE, es: A}]}"]
)
def test_a_value_where_words_are_expected_is_reported(typed: str, part: str) -> None:
    """An unquoted true, false, null or number is probably meant as a value, which a letter would print."""
    with pytest.raises(LetterError) as error:
        parts(f"  - {part.replace('VALUE', typed)}\n")

    assert {one.code for one in error.value.problems} == {"not-words"}
    assert typed in error.value.problems[0].message


def test_a_number_in_a_table_needs_no_quotation_marks() -> None:
    """Tables have numbers in their cells; an empty cell that is written as YAML's null is reported."""
    (table,) = parts("  - table: {columns: [A, B], rows: [[1, 2.5]]}\n")
    with pytest.raises(LetterError, match="not-words"):
        parts("  - table: {columns: [A, B], rows: [[1, ~]]}\n")

    assert isinstance(table, Grid)


@pytest.mark.parametrize("key", ["salutation", "closing"])
def test_a_letter_may_have_no_salutation_and_no_closing(key: str) -> None:
    """``false`` leaves the kind's words out; an empty text says how to do so."""
    assert getattr(letter(f"{key}: false\n"), key) is False
    for empty in ("''", "{en: '', es: ''}"):
        with pytest.raises(LetterError, match=f"write '{key}: false'"):
            letter(f"{key}: {empty}\n")


@pytest.mark.parametrize("word", ["none", "no", "No", "~", "true", "n/a", "{en: none, es: no}"])
def test_words_for_none_are_not_printed(word: str) -> None:
    """They say how a letter has none: with ``false`` where its kind has something, otherwise without the key."""
    for key in ("salutation", "closing", "reference", "place", "number", "to", "copy", "distribution"):
        head = HEAD.replace("number: 213\n", "") if key == "number" else HEAD
        found = refused_text(f"{head}{key}: {word}\n{BODY}")
        assert (found.code, f"'{key}: false'" in found.hint, "cannot be" in found.message) == ("not-words", True, True)
    for key in ("attention", "postscript", "references", "drafter", "signatory", "annexes", "contact"):
        found = refused_text(f"{HEAD}{key}: {word}\n{BODY}")
        assert (found.code, f"delete '{key}:'" in found.hint) == ("not-words", True)


def test_words_for_none_in_quotation_marks_are_words() -> None:
    """Nobody else would write the quotation marks."""
    assert letter("closing: 'No'\n").closing == {"en": "No", "es": "No"}


def test_no_addressees() -> None:
    """``false`` and an empty list both mean that there are none."""
    assert (letter("to: false\n").to, letter("copy: []\n").copy, letter("").to) == ((), (), None)


def test_line_breaks_are_kept_except_in_paragraphs() -> None:
    """In headings, titles, entries and addressees a line is a line; in a paragraph a line end is a space.

    A blank line begins a paragraph, also in the entry of a list.
    """
    text = "|\n{0}one\n{0}two\n\n{0}three\n"
    heading, passage = parts(
        f"  - heading: {text.format(' ' * 6)}"
        f"  - en: {text.format(' ' * 6)}    es: A\n    items:\n      - {text.format(' ' * 10)}"
    )

    assert isinstance(heading, Title)
    assert isinstance(passage, Passage)
    assert heading.text["en"] == words("one\ntwo\n\nthree")
    assert passage.text["en"] == (words("one two"), words("three"))
    assert passage.listing
    assert passage.listing.entries[0].text["en"] == (words("one\ntwo"), words("three"))


@pytest.mark.parametrize(
    ("typed", "warnings"),
    [("12 July 2024", 1), ("12 de julio de 2024", 1), ("le 1er mai 2024", 0), ("1er mai 2024", 1), ("July 12, 2024", 1),
     ("12 июля 2024 года", 1), ("2024年7月12日", 1), ("12 Example Street", 0), ("Geneva 1200", 0), ("Madrid 2024", 0),
     ("{en: 12 July 2024, es: 12 de julio}", 0)],
)  # fmt: skip
def test_a_date_in_words_as_a_fact_gets_a_warning(typed: str, warnings: int) -> None:
    """It would be the same words in each language."""
    read = letter(f"facts:\n  meeting: {typed}\n")

    assert [(one.code, one.where.line) for one in read.warnings] == [("date-in-words", 7)] * warnings


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("As agreed.[^a b]", "[^a b]"), ("As agreed.^[A note.]", "^[A note.]"), (r"No\. 5", r"\."),
     ("a __strong__ word", "__strong__"), ("H<sub>2</sub>O", "<sub>"),
     ("R&amp;D", "&amp;"), ("`code`", "`code`"), ("![map](https://a.int/m)", "![map](https://a.int/m)"),
     ("~~old~~", "~~old~~"), ("a line<br>another", "<br>"), ("a ==marked== word", "==marked=="), ("10^2^ m", "^2^"),
     ("H~2~O", "~2~"), ("[text]{.underline}", "[text]{.underline}"), ("As agreed[^1 or not", "[^1"),
     ("[CR/2](https://a.int/cr2){lang=en}", "[CR/2](https://a.int/cr2){lang=en}"),
     ("会议于｛｛ meeting ｝｝举行", "｛｛ meeting ｝｝")],
)  # fmt: skip
def test_what_looks_like_a_mark_gets_a_warning(typed: str, shown: str) -> None:
    """It is printed as typed, since it may be meant; the warning has its place."""
    read = letter("", f"body:\n  - en: '{typed}'\n    es: A\n")

    warning = read.warnings[0]
    assert (warning.code, f"'{shown}'" in warning.message) == ("unknown-mark", True)
    assert warning.where.column == len("  - en: '") + typed.index(shown) + 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("cc: [academia]", "did you mean 'copy'?"),
        ("attachments: 2", "did you mean 'annexes'?"),
        ("encl: 2", "did you mean 'enclosures'?"),
        ("signatories: [tsb-director]", "did you mean 'signatory'?"),
        ("signatory: {post: tsb-director, on-behalf: br-director}", "did you mean 'for'?"),
        ("annexes: [{title: A, landscape: true, body: [{en: A, es: A}]}]", "did you mean 'orientation'?"),
        ("attn: {en: A, es: A}", "did you mean 'attention'?"),
        ("adressees: [academia]", "did you mean 'to'?"),
        ("adressee-block: false", "did you mean 'addressee-block'?"),
        ("recipient: [academia]", "did you mean 'to'?"),
        ("labels: {cc: A}", "did you mean 'copy'?"),
        ("labels: {cc: A, copy: B}", "write it under 'copy:', which is there already"),
        ("attention: [Ms D, Ms E]", "several lines go below 'en: |', indented"),
        ("facts: {Ünder: A}", "for example 'under'"),
        ("facts: {Größe 1: A}", "for example 'grosse-1'"),
        ("signature: tsb-director", "did you mean 'signatory'?"),
        ("closing: {en: Yours, truly, es: A}", "put the whole text in quotation marks"),
        ("annexes: [{title: A, body: [{footnote: A}]}]", "under 'footnotes:'"),
        ("footnote: {1: A}", "did you mean 'footnotes'?"),
        ("annexes: [{title: A, body: [{quote: {en: A}}]}]", "write a paragraph"),
        (
            "annexes: [{title: A, body: [{note: {en: A, es: A, items: [A]}}]}]",
            "only paragraphs, entries of lists and cells",
        ),
        ("annexes: [{title: A, body: [{list: [A]}]}]", "write 'items:'"),
        ("annexes: [{title: A, body: [{en: A, es: A, agenda: [A]}]}]", "did you mean 'outline'?"),
        ("annexes: [{title: A, body: [{en: A, es: A, steps: [A], label: '1)'}]}]", "did you mean 'labels'?"),
        ("signatory: tsb-director\nsignature: tsb-director", "write it under 'signatory:', which is there already"),
        ("annexes: [{body: [{en: A, es: A}]}]\nattachments: [A]", "did you mean 'enclosures'?"),
        ("enclosures: [A]\nenc: [A]", "write it under 'enclosures:'"),
        ("quote: A", "write it under 'body:'"),
        ("P.S.: A", "did you mean 'postscript'?"),
        ("annexes: [{body: [{en: A, es: A, footnote: A}]}]", "under 'footnotes:'"),
        ("annexes: [{body: [{en: A, es: A, bullet: [A]}]}]", "did you mean 'bullets'?"),
        ("annexes: [{body: [{items: [[A]]}]}]", "write 'items:' below the text of the entry above"),
        ("annexes: [{body: [{labels: 'c)', steps: [A]}]}]", "'continue: true' goes on from the list before"),
        ("annexes: [{body: [{labels: '5.', numbers: [A]}]}]", "'continue: true' goes on from the list before"),
        ("annexes: [{body: [{labels: iv, romans: [A]}]}]", "'continue: true' goes on from the list before"),
        ("annexes: [{body: [{table: {header: [A], rows: [[A]]}}]}]", "did you mean 'columns'?"),
        ("annexes: [{body: [{table: {head: [A], rows: [[A]]}}]}]", "did you mean 'columns'?"),
        ("annexes: [{body: [{table: {title: A, rows: [[A]]}}]}]", "did you mean 'caption'?"),
        ("annexes: [{body: [{table: {rows: [{time: A, topic: B}]}}]}]", "write the cells in order, in brackets"),
        ("annexes: [{body: [{table: {rows: [{en: A, es: A}]}}]}]", "write the cells in order, in brackets"),
        ("annexes: [{body: [{en: '{{ blank }}', es: A}]}]", "write {{ blank: 60 mm }}"),
        ("annexes: [{body: [{en: '{{ Blank }}', es: A}]}]", "write {{ blank: 60 mm }}"),
        ("signatory: [tsb-director, tsb-director, tsb-director, tsb-director]", "keep those who sign"),
    ],
)
def test_what_people_write_for_a_key_names_the_key(typed: str, words: str) -> None:
    """The remedy is what to write, also if the words are nothing like the key."""
    assert words in "".join(problem.hint for problem in refused(f"{typed}\n"))


_FIELD = '"{{ addressee.name }}"'


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (f"salutation: {_FIELD}", "give the list of addressees a column 'salutation'"),
        (f"closing: {_FIELD}", "texts of rows, references, the body, the postscript"),
        (f"qr: {{link: 'https://a.int', caption: {_FIELD}}}", "the distribution list, footnotes"),
        ("contact: {post: 'Head[^1]'}", "these can have footnotes: the subject, addressees"),
        ("annexes: [{body: [{venue: {name: '{{ blank: 60 mm }}'}}]}]", "write the line as underscores: ______"),
    ],
)
def test_texts_without_fields_say_which_texts_have_them(typed: str, words: str) -> None:
    """So does a footnote's mark. A salutation with names has a column of its own, and a line is underscores."""
    assert words in refused(f"{typed}\n")[0].hint


def test_texts_that_hints_name_have_fields() -> None:
    """All of those that the hint names can have a field."""
    keys = "attention postscript references".split()
    more = "".join(f"{key}: {_FIELD}\n" for key in keys) + (
        f"to: [{{name: {_FIELD}, address: {_FIELD}}}]\nrows: {{text: {_FIELD}}}\n"
        f"enclosures: [{_FIELD}]\ndistribution: [{{en: {_FIELD}, es: A}}]\n"
        f"annexes: [{{title: {_FIELD}, body: [{{note: {_FIELD}}}]}}]\n"
    )

    assert letter(more).attention["en"][0].hole == "addressee.name"


@pytest.mark.parametrize(
    ("typed", "time"),
    [("1600 UTC", (16, 0, "UTC")), ("1600 hours UTC", (16, 0, "UTC")), ("09h30", (9, 30, "")), ("2400", (24, 0, ""))],
)
def test_times_as_letters_write_them(typed: str, time: tuple[int, int, str]) -> None:
    """ITU writes "1600 hours"; the zone follows."""
    (deadlines,) = parts(f"  - deadlines: [{{date: 2024-08-30, time: '{typed}', en: A, es: A}}]\n")

    assert isinstance(deadlines, Deadlines)
    assert deadlines.entries[0].time == TimeOfDay(*time)


@pytest.mark.parametrize(
    ("lines", "at_line"),
    [
        (["The following:", "- item one", "- item two"], 1),
        (["The following:", "1. item one"], 1),
        (["- item one", "- item two"], 0),
        (["As agreed", "(a) item one", "(b) item two"], 1),
        (["First.", "", "As agreed:", "* item one", "", "• item two"], 3),
    ],
)
def test_a_list_in_a_paragraph_gets_a_warning(lines: list[str], at_line: int) -> None:
    """Its entries would be joined on one line. The warning names the first, and how a list is written."""
    text = "".join(f"      {line}\n" for line in lines)
    [warning] = letter("", f"body:\n  - es: A\n    en: |\n{text}").warnings

    assert (warning.code, warning.where.line) == ("unknown-mark", 9 + at_line)
    assert lines[at_line] in warning.message
    assert "'dashes:'" in warning.hint


def test_a_typed_list_in_a_cell_gets_a_warning_that_helps_there() -> None:
    """A cell may have a list of its own."""
    [warning] = letter("", 'body:\n  - table:\n      rows: [[A, "Speakers:\\n- one\\n- two"]]\n').warnings

    assert warning.code == "unknown-mark"
    assert warning.hint.startswith("give the cell a list, 'items:'")


@pytest.mark.parametrize(
    "lines",
    [["The meeting was held in", "1988. It was short."], ["The meeting", "– the ninth one – is"], ["- item one"],
     ["on page 5 to", "7. It begins"], ["As agreed:", "", "- item one"], ["a-b", "c-d"]],
)  # fmt: skip
def test_lines_that_begin_like_an_entry_by_chance_get_no_warning(lines: list[str]) -> None:
    """A single one among wrapped lines, and paragraphs that are single entries, which are shown as typed."""
    text = "".join(f"      {line}\n" for line in lines)

    assert letter("", f"body:\n  - es: A\n    en: |\n{text}").warnings == ()


def test_texts_whose_line_breaks_are_kept_may_have_lines_that_begin_with_dashes() -> None:
    """They are shown as typed."""
    assert letter("", "body:\n  - note: {en: 'A:\n\n      - b\n\n      - c', es: A}\n").warnings == ()


@pytest.mark.parametrize(
    "typed",
    [
        "a_b_c",
        "x__y",
        "5 ~ 6",
        "AT&T; R&D",
        "<meeting>",
        r"\[^1\]",
        r"a\b",
        "x == y == z",
        "a^2 + b^2",
        "~5 or ~6",
        "[[mots](https://a.int)]{lang=fr}",
        "[mots]{lang=fr}",
        "==",
        r"\[^1 or",
    ],
)
def test_other_signs_get_no_warning(typed: str) -> None:
    """Signs that are marks nowhere, and the marks of letters."""
    read = letter("links: {meeting: 'https://www.example.int/'}\n", f"body:\n  - en: '{typed}'\n    es: A\n")

    assert read.warnings == ()


def test_texts_of_the_head() -> None:
    """Texts are by language, or one value for all languages."""
    read = letter(
        "group: 5\ninitials: SG5/XX\nnumbering: none\npack: itu\nplace: {en: Bern, es: Berna}\n"
        "reference: TSB 1/5\nsalutation: {en: 'Dear all,', es: 'Estimados:'}\nclosing: Bye\n"
    )

    assert (read.group, read.initials, read.numbering) == ("5", "SG5/XX", "none")
    assert read.pack == PlacedName("itu", at(9, 7))
    assert read.place == {"en": "Bern", "es": "Berna"}
    assert read.reference == {"en": Noun.of("TSB 1/5"), "es": Noun.of("TSB 1/5")}
    assert read.salutation == {"en": "Dear all,", "es": "Estimados:"}
    assert read.closing == {"en": "Bye", "es": "Bye"}


def test_no_break_spaces_are_kept() -> None:
    """A telephone number keeps its no-break spaces; line ends in it become spaces."""
    read = letter("contact:\n  name: Ana\n  tel: +41\u00a022\u00a0730 0000\n  fax: >-\n    +41\n    22\n")

    assert read.contact[0].tel["en"] == "+41\u00a022\u00a0730 0000"
    assert read.contact[0].fax["es"] == "+41 22"


def test_a_contact() -> None:
    """A contact has a name, numbers, an e-mail address and a web page, all of them optional."""
    read = letter("contact: {name: Ana, tel: 1, fax: 2, email: a.b@example.int, web: www.itu.int/a}\n")

    [contact] = read.contact
    assert (contact.name["en"], contact.tel["es"], contact.fax["en"]) == ("Ana", "1", "2")
    assert (contact.email["es"], contact.web["en"]) == ("a.b@example.int", "www.itu.int/a")


def test_addressees() -> None:
    """Addressees are names of the pack's lists and texts by language; a single one needs no list."""
    read = letter("to: member-states\ncopy: [academia, {en: The *press*, es: La prensa}]\ndistribution: []\n")

    assert read.to == (PlacedName("member-states", at(6, 5)),)
    assert read.copy is not None
    assert read.copy[0] == PlacedName("academia", at(7, 8))
    assert read.copy[1] == {"en": (Span("The "), Span("press", emphasis=True)), "es": words("La prensa")}
    assert read.distribution == ()


def test_an_empty_list_of_addressees_is_not_the_kind_s_usual_one() -> None:
    """An empty list means that there are no addressees."""
    assert letter("to: []\n").to == ()


def test_the_lines_of_a_subject_are_kept() -> None:
    """The line breaks of a subject are kept, except for the last one."""
    head = HEAD.replace("subject: {en: Eighth meeting, es: Octava reunión}\n", "")
    subject = "subject:\n  en: |\n    One\n    Two\n  es: Uno\n"

    read = parse_letter((head + subject + BODY).encode(), "letter.yaml", "letter", ROOT)

    assert read.subject and read.subject["en"] == words("One\nTwo")


def test_facts() -> None:
    """A fact is a day, a range of days, a number, or text by language."""
    read = letter(
        "facts:\n  day: 2024-09-19\n  days: {from: 2024-09-19, to: 2024-09-20}\n"
        "  one-day: {from: 2024-09-19, to: 2024-09-19}\n"
        "  edition: 8\n  rate: 1.25\n  cold: -5\n  city: {en: Geneva, es: Ginebra}\n  name: ITU\n  year: '2024'\n"
        "  code: 007\n  time: 12:30\n  typed: '2024-09-19'\n  yes: no\n"
    )

    day = datetime.date(2024, 9, 19)
    assert read.facts == {
        "day": day,
        "days": DateRange(day, datetime.date(2024, 9, 20)),
        "one-day": DateRange(day, day),
        "edition": Decimal(8),
        "rate": Decimal("1.25"),
        "cold": Decimal(-5),
        "city": {"en": "Geneva", "es": "Ginebra"},
        **{name: {"en": text, "es": text} for name, text in {
            "name": "ITU", "year": "2024", "code": "007", "time": "12:30", "typed": "2024-09-19", "yes": "no",
        }.items()},
    }  # fmt: skip


@pytest.mark.parametrize(
    "address",
    [
        "https://www.itu.int",
        "http://u4ssc.itu.int:8080/a/b?c=d#e",
        "https://münchen.example/ä",
        "mailto:tsb@example.int",
        "mailto:tsb@example.int?subject=a",
        "tel:+41 22 730 00 00",
        "https://www.itu.int/a_(b)",
    ],
)
def test_links(address: str) -> None:
    """A link is a web, e-mail or telephone address, one for all languages or one for each."""
    read = letter(f"links:\n  one: {address}\n  two: {{en: '{address}', es: https://www.itu.int}}\n")

    assert read.links == {
        "one": {"en": address, "es": address},
        "two": {"en": address, "es": "https://www.itu.int"},
    }


def test_names_may_be_used_before_they_are_defined() -> None:
    """Fields, links and references may refer to definitions above or below them."""
    read = letter(
        body="body:\n  - {en: '<page> {{ day }} {{ ref: end }} [x](#end)', es: Uno}\n  - {id: end, en: a, es: b}\n"
        "links: {page: https://www.itu.int}\nfacts: {day: 2024-09-19}\n"
    )

    assert read.places["page"] == at(7, 11)
    assert read.places["ref:end"] == at(7, 28)
    assert read.places["#end"] == at(7, 47)


def test_references() -> None:
    """The documents that a letter refers to are texts, kept in order."""
    read = letter("references:\n  - {en: Resolution 1, es: Resolución 1}\n  - Circular 2\n")

    assert isinstance(read.references, tuple)
    assert [reference["es"] for reference in read.references] == [words("Resolución 1"), words("Circular 2")]


def test_an_amendment() -> None:
    """An amendment has a kind and a number; the letter's kind and number are those of the letter that it amends."""
    assert letter("amends: {kind: corrigendum, number: 1}\n").amends == Amendment("corrigendum", 1)


def test_a_signatory_by_name() -> None:
    """A signatory may be just the name of one in the pack."""
    (signatory,) = letter("signatory: tsb-director\n").signatory

    assert signatory.post == PlacedName("tsb-director", at(6, 12))


def test_a_signatory_who_is_not_in_the_pack() -> None:
    """A signatory may have a name, a title of several lines, and "(signed)"."""
    (signatory,) = letter(
        "signatory:\n  name: Max Mustermann\n  signed: true\n"
        "  title:\n    en: |\n      Head\n      of it\n    es: Jefe\n"
    ).signatory

    assert (signatory.name["es"], signatory.signed, signatory.post) == ("Max Mustermann", True, None)
    assert signatory.title == {"en": "Head\nof it", "es": "Jefe"}


def test_a_picture_of_a_signature(tmp_path: Path) -> None:
    """A PNG or JPEG file beside the letter is kept unchanged, 15 mm high."""
    for name, kind in (("a.png", "image/png"), ("b.jpg", "image/jpeg")):
        Image.new("RGB", (60, 30)).save(tmp_path / name)
        (signatory,) = letter(f"signatory: {{post: tsb-director, picture: {name}}}\n", folder=tmp_path).signatory

        assert signatory.picture == Picture((tmp_path / name).read_bytes(), kind, "", 30, 15)


def test_a_picture_in_a_folder_beside_the_letter(tmp_path: Path) -> None:
    """A path may lead into a subfolder; a symbolic link to a file within the letter's folder is allowed."""
    (tmp_path / "in").mkdir()
    Image.new("RGB", (60, 30)).save(tmp_path / "in" / "a.png")
    (tmp_path / "b.png").symlink_to("in/a.png")

    for name in ("in/a.png", "./in/../b.png"):
        assert letter(f"signatory: {{post: tsb-director, picture: {name}}}\n", folder=tmp_path).signatory


def test_no_symbolic_link_leads_out_of_the_letters_folder(tmp_path: Path) -> None:
    """A symbolic link to a file or folder elsewhere is refused; so is one to itself."""
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    Image.new("RGB", (60, 30)).save(outside / "a.png")
    (inside / "a.png").symlink_to(outside / "a.png")
    (inside / "folder").symlink_to(outside)
    (inside / "loop.png").symlink_to("loop.png")

    found = {
        name: refused(f"signatory: {{post: tsb-director, picture: {name}}}\n", folder=inside)[0]
        for name in ("a.png", "folder/a.png", "loop.png")
    }

    assert [problem.code for problem in found.values()] == ["outside-folder", "outside-folder", "missing-picture"]
    assert {problem.where for problem in found.values()} == {at(6, 42)}
    assert found["loop.png"].message == "'loop.png' cannot be read: it is a link to itself"


def test_damaged_pictures_are_refused(tmp_path: Path) -> None:
    """A truncated, corrupted or oversized picture is a problem at its name, even if Pillow would accept it."""
    importlib.import_module("weasyprint")  # it makes Pillow accept truncated pictures
    Image.effect_noise((60, 30), 50).save(tmp_path / "good.png")
    good = (tmp_path / "good.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(good[: len(good) // 2])
    (tmp_path / "bad.png").write_bytes(good[:40] + b"\0" * 60 + good[100:])
    (tmp_path / "large.png").write_bytes(good + b"\0" * (5 * 1024 * 1024))
    Image.new("1", (6000, 6000)).save(tmp_path / "wide.png")
    Image.new("1", (15000, 15000)).save(tmp_path / "bomb.png")

    for name in ("cut", "bad", "large", "wide", "bomb"):
        (problem,) = refused(f"signatory: {{post: tsb-director, picture: {name}.png}}\n", folder=tmp_path)

        assert (problem.code, problem.where) == ("bad-picture", at(6, 42))


def test_qr_codes() -> None:
    """A QR code has a link's name or an address, and an optional caption."""
    links = "links: {page: https://www.itu.int}\n"
    named = letter(links + "qr: page\n").qr
    captioned = letter("qr: {link: 'https://www.itu.int', caption: {en: Page, es: Página}}\n").qr

    assert named is not None
    assert captioned is not None
    assert (named.link, named.caption, named.where) == ("page", {}, at(7, 5))
    assert (captioned.link, captioned.caption) == ("https://www.itu.int", {"en": "Page", "es": "Página"})


def test_annexes() -> None:
    """An annex has an optional id, a title, and the parts of a body."""
    (annex,) = letter(
        "annexes:\n  - id: programme\n    title: {en: Programme, es: Programa}\n    body:\n      - heading: A\n"
    ).annexes

    title = {"en": words("Programme"), "es": words("Programa")}
    heading = Title({"en": words("A"), "es": words("A")}, at(10, 9))
    assert annex == Annex(title, (heading,), at(7, 5), "programme")


def test_a_paragraph() -> None:
    """A paragraph may have an id and a condition, and may be unnumbered."""
    (passage,) = parts(
        "  - id: one\n    en: One.\n    es: Uno.\n    numbered: false\n    when: {category: [a, b], country: no}\n"
    )

    assert isinstance(passage, Passage)
    assert (passage.id, passage.numbered) == ("one", False)
    assert passage.when == (("category", ("a", "b")), ("country", ("no",)))


def test_an_entry_with_several_paragraphs() -> None:
    """Blank lines separate the paragraphs of one entry."""
    (passage,) = parts("  - en: |\n      One\n      two.\n\n      Three.\n    es: Uno.\n")

    assert isinstance(passage, Passage)
    assert passage.text["en"] == (words("One two."), words("Three."))
    assert passage.text["es"] == (words("Uno."),)


@pytest.mark.parametrize(
    ("key", "style"),
    [("items", "bullets"), ("objectives", "bullets"), ("bullets", "bullets"), ("dashes", "dashes"),
     ("numbers", "numbers"), ("steps", "letters"), ("letters", "letters"), ("romans", "romans"),
     ("outline", "outline")],
)  # fmt: skip
def test_lists(key: str, style: str) -> None:
    """The key of a list says how it is labelled."""
    (passage,) = parts(f"  - en: 'One:'\n    es: 'Uno:'\n    {key}:\n      - {{en: a, es: b}}\n      - c\n")

    assert isinstance(passage, Passage)
    assert passage.listing and passage.listing.style == style
    first, second = passage.listing.entries
    assert (first.text, second.text) == (
        {"en": (words("a"),), "es": (words("b"),)},
        {"en": (words("c"),), "es": (words("c"),)},
    )


def test_headings() -> None:
    """A heading has a level from 1 to 3, by default 1."""
    first, second = parts("  - heading: {en: A, es: B}\n  - {id: x, heading: C, level: 3, when: {a: b}}\n")

    assert first == Title({"en": words("A"), "es": words("B")}, at(7, 5))
    assert second == Title({"en": words("C"), "es": words("C")}, at(8, 5), "x", (("a", ("b",)),), level=3)


@pytest.mark.parametrize(
    ("typed", "clock"),
    [
        ('"23:59 UTC"', TimeOfDay(23, 59, "UTC")),
        ("23:59", TimeOfDay(23, 59)),
        ("9.05 CET", TimeOfDay(9, 5, "CET")),
        ("24:00", TimeOfDay(24, 0)),
        ("00:00 Geneva time", TimeOfDay(0, 0, "Geneva time")),
    ],
)
def test_deadlines(typed: str, clock: TimeOfDay) -> None:
    """A deadline has a day, an optional time, and a text."""
    (part,) = parts(
        f"  - deadlines:\n      - {{date: 2024-08-30, time: {typed}, en: A, es: B}}\n"
        "      - {date: 2024-08-01, en: C, es: D}\n"
    )

    assert isinstance(part, Deadlines)
    first, second = part.entries
    assert (first.date, first.time) == (datetime.date(2024, 8, 30), clock)
    assert (second.date, second.time) == (datetime.date(2024, 8, 1), None)
    assert first.text == {"en": words("A"), "es": words("B")}


def test_tables() -> None:
    """A table has a header row, rows with as many cells, and optional widths; a plain cell is for all languages."""
    (part,) = parts(
        "  - table:\n      columns: [{en: No., es: N.º}, Event]\n      widths: [1, 5]\n"
        "      rows:\n        - [1, {en: a, es: b}]\n"
    )

    assert isinstance(part, Grid)
    assert part.widths == (1, 5)
    assert part.columns == (
        GridCell({"en": (words("No."),), "es": (words("N.º"),)}),
        GridCell({"en": (words("Event"),), "es": (words("Event"),)}),
    )
    assert part.rows == (
        (GridCell({"en": (words("1"),), "es": (words("1"),)}), GridCell({"en": (words("a"),), "es": (words("b"),)})),
    )


def test_cells_may_span_columns_and_rows() -> None:
    """A cell counts once for each column and row that it spans; the title of a group spans all columns."""
    (part,) = parts(
        "  - table:\n      columns: [Time, {en: Item, es: Punto, colspan: 2}]\n      rows:\n"
        '        - group: Monday\n        - ["0930", {en: A, es: B, rowspan: 2}, C/1]\n        - ["1000", ""]\n'
    )

    assert isinstance(part, Grid)
    assert (part.width, part.head_column) == (3, False)
    assert [(cell.colspan, cell.rowspan, cell.is_group) for row in part.rows for cell in row] == [
        (3, 1, True), (1, 1, False), (1, 2, False), (1, 1, False), (1, 1, False), (1, 1, False),
    ]  # fmt: skip
    assert part.rows[2][1].text == {"en": (), "es": ()}


@pytest.mark.parametrize("cell", ["{colspan: 2}", "{en: '', es: '', colspan: 2}", "{en: A, es: '', colspan: 2}"])
def test_an_empty_cell_may_span_columns(cell: str) -> None:
    """It needs no text, and a text may be empty in one language."""
    (part,) = parts(f"  - table: {{columns: [A, B], rows: [[{cell}]]}}\n")

    assert isinstance(part, Grid)
    assert (part.rows[0][0].colspan, part.rows[0][0].text["es"]) == (2, ())


def test_a_table_may_have_several_header_rows() -> None:
    """A header that spans rows leaves out a cell in the row below it."""
    (part,) = parts(
        "  - table:\n      columns: [[{en: Room, es: Sala, rowspan: 2}, {en: A, es: B, colspan: 2}], [AM, PM]]\n"
        "      rows: [[1, x, y]]\n"
    )

    assert isinstance(part, Grid)
    assert (part.width, [cell.colspan for cell in part.columns], [len(row) for row in part.subheads]) == (
        3,
        [1, 2],
        [2],
    )


@pytest.mark.parametrize(
    ("columns", "fact"),
    [
        ("[[A, B], [C]]", "this row has 1 cell; the first one has 2 cells"),
        ("[[A, {en: B, es: B, rowspan: 2}], [C, D]]", "this row has 3 cells; the first one has 2 cells"),
        ("[A, {en: B, es: B, rowspan: 2}]", "more rows than there are"),
        ("[[A], [A], [A], [A], [A], [A]]", "the limit is 5"),
        ("[[A, B], C]", "expected a list of cells here, found 'C'"),
    ],
)
def test_header_rows_that_do_not_fit_are_reported(columns: str, fact: str) -> None:
    """They are checked as the rows are, among themselves."""
    problems = refused(body=f"body:\n  - table: {{columns: {columns}, rows: [[A, B]]}}\n")

    assert fact in "".join(problem.message for problem in problems)


@pytest.mark.parametrize("key", ["drafter", "initials"])
def test_a_line_of_two_lines_is_refused(key: str) -> None:
    """Its line break would be lost."""
    [found] = refused(f'{key}: "AB/\\ncd"\n')

    assert (found.code, found.hint) == ("wrong-type", "write it on one line: AB/ cd")


def test_one_alignment_is_one() -> None:
    """The message counts it as one."""
    [found] = refused(body="body:\n  - table: {columns: [A, B], align: [end], rows: [[A, B]]}\n")

    assert found.message == "there is 1 alignment for 2 columns"


def test_a_table_without_a_header_row_has_a_header_column() -> None:
    """A screen reader needs one of the two to say what a cell belongs to."""
    (part,) = parts("  - table: {rows: [[Place, Geneva], [Fee, CHF 5]]}\n")

    assert isinstance(part, Grid)
    assert part.head_column
    (problem,) = refused(body="body:\n  - table: {head-column: false, rows: [[A, B]]}\n")
    assert "a header row or a header column" in problem.message


@pytest.mark.parametrize(
    ("rows", "fact"),
    [
        ("[[{en: A, es: A, colspan: 3}]]", "this row has 3 cells"),
        ("[[{en: A, es: A, rowspan: 2}, B], [C, D]]", "this row has 3 cells"),
        ("[[A, {en: B, es: B, rowspan: 2}], [{en: C, es: C, colspan: 2}]]", "where one of a row above still is"),
        ("[[{en: A, es: A, rowspan: 2}, B]]", "more rows than there are"),
        ("[[{en: A, es: A, rowspan: 2}, B], {group: C}]", "where one of a row above still is"),
    ],
)
def test_cells_that_do_not_fit_are_reported(rows: str, fact: str) -> None:
    """Each row must have as many cells as the table has columns, and cells must not overlap."""
    problems = refused(body=f"body:\n  - table: {{columns: [A, B], rows: {rows}}}\n")

    assert {problem.code for problem in problems} == {"uneven-row"}
    assert fact in "".join(problem.message for problem in problems)


def test_notes_and_venues() -> None:
    """A note is a text; a venue has a name, an address of several lines, and a link."""
    note, venue = parts(
        "  - {note: {en: a, es: b}, id: n}\n"
        "  - venue:\n      name: ITU\n      address: |\n        Place des Nations\n        Geneva\n      link: https://www.itu.int\n"
    )

    assert note == Remark({"en": words("a"), "es": words("b")}, at(7, 5), "n")
    assert isinstance(venue, Venue)
    assert venue.name == {"en": "ITU", "es": "ITU"}
    assert venue.address["es"] == "Place des Nations\nGeneva"
    assert venue.link == "https://www.itu.int"


def test_texts_in_a_language_that_is_not_listed_are_left_out() -> None:
    """A letter may have texts in a language of the package before it lists the language; they are ignored."""
    data = HEAD.replace("[en, es]", "[en]") + BODY

    read = parse_letter(data.encode(), "letter.yaml", "letter", ROOT)

    assert read.subject == {"en": words("Eighth meeting")}


OTHER_LANGUAGES = HEAD.replace("es: O", "de: Achte Sitzung, haw: Hui ʻewalu, pt-BR: Oitava reunião, es: O")


def test_texts_in_any_language_that_is_not_listed_may_stay() -> None:
    """Also languages without a file of their own may have texts, or still be empty, before the letter lists them."""
    data = OTHER_LANGUAGES + "body:\n  - {en: One., es: Uno., de: Eins., haw: Ekahi., pt-BR: }\n"

    read = parse_letter(data.encode(), "letter.yaml", "letter", ROOT)

    assert read.subject == {"en": words("Eighth meeting"), "es": words("Octava reunión")}
    assert not read.warnings


@pytest.mark.parametrize("code", ["ens", "spa", "zxx", "de-XQ", "Fr"])
def test_a_mistyped_language_is_found(code: str) -> None:
    """A code that no language has is reported, and so is that of no language, or a second code of one."""
    (problem,) = refused(body=f"body:\n  - {{en: One., es: Uno., {code}: One.}}\n")

    assert problem.code == "unknown-field"
    assert f"'{code}' is not" in problem.message


def test_indonesian_needs_the_code_with_its_country() -> None:
    """'id' names a part of a letter; 'id-ID' is a language like any other."""
    problem = refused_text(HEAD.replace("[en, es]", "[en, id]") + BODY)
    head = HEAD.replace("[en, es]", "[en, id-ID]").replace("es: Octava reunión", "id-ID: Rapat")
    body = "body:\n  - {id: one, en: One., id-ID: Satu.}\n"
    read = parse_letter((head + body).encode(), "letter.yaml", "letter", ROOT)

    assert (problem.code, problem.hint) == ("wrong-language", "write 'id-ID'")
    assert read.subject == {"en": words("Eighth meeting"), "id-ID": words("Rapat")}


def test_a_language_in_place_of_a_listed_one_is_named() -> None:
    """A text without one of the letter's languages may have it under another code."""
    (problem,) = refused(body="body:\n  - {en: One., se: Uno.}\n")

    assert problem.message == "this paragraph has no Spanish text (es)"
    assert problem.hint.endswith("; 'se' is Northern Sami, which 'languages' leaves out")


def test_few_texts_in_a_language_are_a_warning() -> None:
    """A mistyped key may be the code of a language: 'to' is Tongan."""
    read = letter(body="body:\n  - {en: One., es: Uno., to: Two.}\n  - {en: Two., es: Dos.}\n")

    (warning,) = read.warnings
    assert (warning.code, warning.where) == ("unlisted-language", at(7, 26))
    assert warning.message == "only 1 text is in Tongan (to), which 'languages' leaves out"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("See {{ ref", "unclosed-field"),
        ("{% if x %}", "wrong-field"),
        ("{{ Ref One }}", "wrong-field"),
        ("[words]()", "empty-link"),
        ("''", "empty-text"),
        ("42", "not-words"),
    ],
)
def test_a_fault_of_a_text_that_is_not_printed_is_a_warning(text: str, code: str) -> None:
    """The others are built; as soon as 'languages' has the language, it is an error."""
    typed = text if text == "42" else f'"{text}"' if text != "''" else text
    body = f"body:\n  - {{en: One., es: Uno., pt: {typed}}}\n  - {{en: Two., es: Dos., pt: Dois.}}\n"
    head = HEAD.replace("[en, es]", "[en, es, pt]").replace("es: Octava reunión", "es: Octava reunión, pt: Oitava")

    (warning,) = letter(body=body).warnings
    with pytest.raises(LetterError) as caught:
        parse_letter((head + body).encode(), "letter.yaml", "letter", ROOT)

    (error,) = caught.value.problems
    assert (warning.code, warning.where.line, error.code) == (code, 7, code)
    assert warning.message == f"{error.message}; this text is not printed"


def test_a_list_in_place_of_a_text_that_is_not_printed_is_an_error() -> None:
    """Its key is probably misspelt: "to" is Tongan."""
    (problem,) = refused(body="body:\n  - {en: One., es: Uno., to: [Two.]}\n")

    assert problem.code == "wrong-type"


@pytest.mark.parametrize(("typed", "code"), [("pt_BR", "pt-BR"), ("ES", "es"), ("fre", "fr"), ("zh-hans", "zh-Hans")])
def test_another_spelling_of_a_language_has_a_hint(typed: str, code: str) -> None:
    """In the list of languages, and as the key of a text."""
    (problem,) = refused(body=f"body:\n  - {{en: One., {typed}: Uno.}}\n")

    assert (problem.code, problem.hint) == ("unknown-field", f"did you mean '{code}'?")
    if typed in ("pt_BR", "ES"):  # the others have the form of a code
        listed = refused_text(HEAD.replace("[en, es]", f"[en, {typed}]") + BODY)
        assert (listed.code, listed.hint) == ("wrong-language", f"did you mean '{code}'?")


def test_a_text_that_is_still_to_be_done_is_a_warning() -> None:
    """Texts that begin with TODO are found in the letter's languages; a word that begins so is another word."""
    read = letter(
        "place: TODO Geneva\n",
        "body:\n  - {en: TODO One., es: TODOS., fr: TODO Un.}\n  - {en: One, es: Uno, fr: Un}\n",
    )

    assert [(warning.code, warning.where.line, warning.message) for warning in read.warnings] == [
        ("to-do", 6, "this text is still to be written: it begins with 'TODO'"),
        ("to-do", 8, "the English text (en) is still to be written: it begins with 'TODO'"),
    ]


@pytest.mark.parametrize("change", [("\n", "\r\n"), ("\n", "\r"), ("kind:", "\ufeffkind:")])
def test_line_ends_and_byte_order_marks_do_not_matter(change: tuple[str, str]) -> None:
    """Line ends of Windows or old Macs, and a byte order mark, change neither values nor places."""
    data = (HEAD + BODY).replace(*change, -1 if change[0] == "\n" else 1).encode()

    assert parse_letter(data, "letter.yaml", "letter", ROOT) == letter()


def test_problems_in_a_file_with_windows_line_ends_have_the_right_place() -> None:
    """Line and column are those that an editor shows."""
    data = (HEAD + BODY).replace("Uno.", '"{{ a }} <c>"').replace("\n", "\r\n").encode()

    with pytest.raises(LetterError) as raised:
        parse_letter(data, "letter.yaml", "letter", ROOT)

    assert [problem.where for problem in raised.value.problems] == [at(7, 21), at(7, 29)]


@pytest.mark.parametrize("path", LETTERS, ids=lambda path: path.stem)
def test_every_example_is_a_letter(path: Path) -> None:
    """Every example in ``letters/`` is read without a problem."""
    assert read_letter(path).name == path.stem


def test_a_missing_file_is_reported_with_the_most_similar_name() -> None:
    """For a wrong name, the most similar name in the folder is suggested."""
    with pytest.raises(LetterError) as raised:
        read_letter(ROOT / "letters" / "tsb-circular-231.yaml", "letters/tsb-circular-231.yaml")

    (problem,) = raised.value.problems
    assert problem.code == "unreadable-file"
    assert problem.message == "the file cannot be read: No such file or directory"
    assert problem.hint == "did you mean 'tsb-circular-213.yaml'?"


def test_a_folder_is_not_a_letter() -> None:
    """Reading a folder is a letter error, not a crash."""
    with pytest.raises(LetterError, match="Is a directory"):
        read_letter(ROOT / "letters")


def test_a_language_that_the_pack_lacks(tmp_path: Path) -> None:
    """A language that has a file, but no words in the pack, is a problem at its code."""
    (tmp_path / "languages").mkdir()
    portuguese = (ROOT / "src/circulars/languages/es.yaml").read_text("utf-8").replace("locale: es_ES", "locale: pt")
    (tmp_path / "languages" / "pt.yaml").write_text(portuguese, "utf-8")
    (tmp_path / "a.yaml").write_text((HEAD + BODY).replace("[en, es]", "[en, pt]").replace(" es:", " pt:"), "utf-8")

    ((problem,),) = [built.problems for built in check_files([tmp_path / "a.yaml"], Workspace(tmp_path))]

    assert str(problem).startswith("a.yaml:4:17  unknown-language  the pack 'itu' has no words in 'pt'")


def test_each_of_many_letters_is_as_much_work_as_one(tmp_path: Path) -> None:
    """Checking a hundred letters with texts in six languages takes work in proportion to their number."""
    text = (ROOT / "letters" / "tsb-circular-213.yaml").read_text("utf-8")
    files = [tmp_path / f"{number}.yaml" for number in range(100)]
    for number, file in enumerate(files):
        own = text.replace("number: 213", f"number: {number}").replace("8th-meeting/", f"{number}-meeting/")
        file.write_text(own, "utf-8")
    checked = list(check_files(files[:1], Workspace(tmp_path)))  # which reads the pack and the languages
    checked.clear()

    lines = lines_run(lambda: checked.extend(check_files(files, Workspace(tmp_path))))

    assert len(checked) == 100
    assert [built for built in checked if built.problems] == []
    assert lines < 100 * 120_000


@given(st.binary(max_size=400))
def test_any_bytes_end_in_a_letter_or_a_letter_error(data: bytes) -> None:
    """Any file is either read as a letter or refused with a letter error."""
    _tried(data)


@st.composite
def mutations(draw: st.DrawFn) -> bytes:
    """An example letter with some bytes removed, moved or doubled, or with troublesome bytes inserted."""
    data = draw(st.sampled_from(EXAMPLES))
    trouble = st.sampled_from([b"\0", b"\xff", b"\t", b"*", b"&a ", b"{{", b"}}", b"[", b"]", b": ", b"\n", b"'", b'"',
                               b"- ", b"# ", b"!", b"\xe2\x80\xae", b"<<: ", b"|", b"...\n", b"---\n"])  # fmt: skip
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 300)))
        change = draw(st.sampled_from(["cut", "double", "put", "move"]))
        piece = data[start:end]
        rest = data[:start] + data[end:]
        to = draw(st.integers(0, len(rest)))
        data = {
            "cut": rest,
            "double": data[:end] + data[start:],
            "put": data[:start] + draw(trouble) + data[start:],
            "move": rest[:to] + piece + rest[to:],
        }[change]
    return data


@settings(max_examples=100)
@given(mutations())
def test_any_mutation_ends_in_a_letter_or_a_letter_error(data: bytes) -> None:
    """A damaged letter is read and composed, or its problems are reported, each at a place in the file."""
    lines = data.count(b"\n") + data.count(b"\r") + 1
    for problem in _tried(data):
        assert problem.where.file == "letter.yaml"
        assert 0 <= problem.where.line <= lines + 1
        assert problem.message


def _tried(data: bytes) -> Iterator[Problem]:
    try:
        read = parse_letter(data, "letter.yaml", "letter", ROOT / "letters")
        for named in read.languages:
            if named.name in ("en", "es"):
                compose(read, load_language(named.name), load_pack())
    except LetterError as error:
        return iter(error.problems)
    return iter(())


def test_a_letter_in_all_its_languages_is_settled() -> None:
    """A letter that was read can be composed in every language."""
    read = read_letter(ROOT / "letters" / "bdt-circular-ip-cstg-13.yaml")

    assert [document.language for document in documents(read, Workspace(ROOT), Order())] == ["en", "es"]


def test_half_width_punctuation_between_han_is_a_warning() -> None:
    """Each mark is named with its place; nothing is changed."""
    head = HEAD[: HEAD.index("languages")] + "languages: [zh]\nsubject: {zh: 会议}\n"
    text = head + "body:\n  - zh: >-\n      会议将于\n      今天开始,请注意,谢谢。\n"
    read = parse_letter(text.encode(), "letter.yaml", "letter", ROOT)

    assert [(one.where.line, one.where.column) for one in read.warnings] == [(9, 11), (9, 15)]
    assert {one.code for one in read.warnings} == {"half-width-punctuation"}
    assert all("','" in one.message and "，" in one.hint for one in read.warnings)
    assert "会议将于今天开始,请注意,谢谢。" in str(read.body)
