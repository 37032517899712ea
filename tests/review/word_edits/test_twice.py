"""A file that is pulled again changes nothing, and the files of several languages add to the same entries."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import pytest
from docx.document import Document
from docx.oxml.ns import qn

from circulars.source.editing import AddKey, Insert, Remove, edited
from review.word_edits.generated import copied, without
from review.word_edits.pulled import edited_file, letter_in, outcomes, pulled, word_file

BODY = """\
numbering: none
body:
  - heading: {en: The details, es: Los detalles, fr: Le programme}
  - en: The first paragraph.
    es: El primer párrafo.
    fr: Le premier alinéa.
  - en: The second one is for members of the union.
    es: El segundo es para los miembros.
    fr: Le deuxième est pour les membres.
  - table:
      columns: [{en: Day, es: Día, fr: Jour}, {en: Topic, es: Tema, fr: Sujet}]
      rows:
        - [{en: Monday, es: Lunes, fr: Lundi}, {en: Opening, es: Apertura, fr: Ouverture}]
        - [{en: Tuesday, es: Martes, fr: Mardi}, {en: Closing, es: Clausura, fr: Clôture}]
"""
ROWS = ("body", 3, "table", "rows")


def _with_row(word: str, *cells: str) -> Callable[[Document], None]:
    """Adds a row behind that with a word."""

    def edit(document: Document) -> None:
        (table,) = [one for one in document.tables if any(word in cell.text for cell in one._cells)]
        (row,) = [row for row in table.rows if row.cells[0].text == word]
        new = table.add_row()  # type: ignore[no-untyped-call]
        for cell, like, text in zip(new.cells, row.cells, cells, strict=True):
            cell.paragraphs[0].style = like.paragraphs[0].style
            cell.paragraphs[0].add_run(text)
        row._tr.addnext(new._tr)

    return edit


def _without_row(word: str) -> Callable[[Document], None]:
    def edit(document: Document) -> None:
        (row,) = [one for one in document.element.body.iter(qn("w:tr")) if word in "".join(one.itertext())]
        parent = row.getparent()
        assert parent is not None
        parent.remove(row)

    return edit


@pytest.mark.parametrize(
    "edit",
    [
        copied("The details", "More details"),
        copied("first", "A new paragraph."),
        _with_row("Monday", "Noon", "Lunch"),
        _without_row("Monday"),
        without("second"),
    ],
    ids=["heading", "paragraph", "row", "row removed", "removed"],
)
@pytest.mark.parametrize("languages", ["en", "en, es, fr"])
def test_the_same_file_twice_changes_the_letter_once(
    tmp_path: Path, edit: Callable[[Document], None], languages: str
) -> None:
    """Everything that was taken is there already."""
    letter = letter_in(tmp_path, BODY, languages)
    data = edited_file(word_file(letter), edit)
    first = pulled(letter, data)
    letter.write_bytes(first.after)

    again = pulled(letter, data)

    assert {outcome for _, outcome in outcomes(first)} == {"taken"}
    assert {outcome for _, outcome in outcomes(again)} == {"already there"}
    assert again.after == first.after


def test_a_row_and_its_translation_are_one_row(tmp_path: Path) -> None:
    """The Spanish file adds its cells to the row that the English one has added."""
    letter = letter_in(tmp_path, BODY, "en, es, fr")
    before, spanish = letter.read_bytes(), word_file(letter, "es")

    letter.write_bytes(pulled(letter, edited_file(word_file(letter), _with_row("Monday", "Noon", "Lunch"))).after)
    both = pulled(letter, edited_file(spanish, _with_row("Lunes", "Mediodía", "Comida")))

    added = edited(before, [Insert((*ROWS, 1), [{"en": "Noon"}, {"en": "Lunch"}])]).data
    keys = [AddKey((*ROWS, 1, 0, "es"), "Mediodía"), AddKey((*ROWS, 1, 1, "es"), "Comida")]
    assert both.after == edited(added, keys).data


def test_a_row_is_removed_in_the_language_of_the_file(tmp_path: Path) -> None:
    """Other languages keep their cells."""
    letter = letter_in(tmp_path, BODY, "en, es, fr")

    found = pulled(letter, edited_file(word_file(letter), _without_row("Monday")))

    expected = edited(found.before, [Remove((*ROWS, 0, 0, "en")), Remove((*ROWS, 0, 1, "en"))])
    assert found.after == expected.data


@pytest.mark.parametrize("order", [*permutations(["en", "es", "fr"])])
def test_the_last_language_that_removes_an_entry_removes_it_all(tmp_path: Path, order: tuple[str, ...]) -> None:
    """The order of the languages makes no difference."""
    letter = letter_in(tmp_path, BODY, "en, es, fr")
    before = letter.read_bytes()
    words = {"en": ("second", "Monday"), "es": ("segundo", "Lunes"), "fr": ("deuxième", "Lundi")}
    files = {code: word_file(letter, code) for code in order}

    for code in order:
        own = edited_file(edited_file(files[code], without(words[code][0])), _without_row(words[code][1]))
        letter.write_bytes(pulled(letter, own).after)

    assert letter.read_bytes() == edited(before, [Remove((*ROWS, 0)), Remove(("body", 2))]).data


def test_other_numbers_of_new_paragraphs_are_not_paired(tmp_path: Path) -> None:
    """Of two new English paragraphs nobody knows which one a Spanish one translates: it has its own, and a reason."""
    letter = letter_in(tmp_path, BODY, "en, es, fr")
    spanish = word_file(letter, "es")
    english = edited_file(word_file(letter), copied("first", "Second new paragraph."))
    letter.write_bytes(pulled(letter, edited_file(english, copied("first", "A new one."))).after)

    found = pulled(letter, edited_file(spanish, copied("primer", "Uno nuevo.")))

    assert found.after == edited(found.before, [Insert(("body", 2), {"es": "Uno nuevo."})]).data
    assert [(one.outcome, one.reason.partition(":")[0]) for one in found.edits] == [
        ("taken", "written as an entry of its own")
    ]


def test_a_deadline_is_removed_with_its_date(tmp_path: Path) -> None:
    """The date in the row is nobody's text: nothing is left to decide."""
    dates = "{date: 2024-08-01, en: Visa letters}", "{date: 2024-09-01, en: Forms}"
    letter = letter_in(tmp_path, "body:\n  - deadlines:\n" + "".join(f"      - {one}\n" for one in dates))

    found = pulled(letter, edited_file(word_file(letter), _without_row("Visa letters")))

    assert found.after == edited(found.before, [Remove(("body", 0, "deadlines", 0))]).data
    assert outcomes(found) == [("removed", "taken")]
