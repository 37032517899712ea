"""The changes of all languages of a letter, brought together place by place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from circulars.review.diffing import diff
from circulars.review.reports.report import LetterChanges
from circulars.workspace import Workspace
from review.pair_letters import PAIRS, letter_text, read_yaml

BASE = read_yaml(PAIRS / "base.yaml")
HALL = {"en": "The hall opens early.", "es": "La sala abre temprano."}
SEATS = {"en": "Seats are few.", "es": "Hay pocas plazas."}


def changed(folder: Path, old: dict[str, Any], new: dict[str, Any]) -> LetterChanges:
    """The changes between two versions of the letter."""
    for name, keys in (("old", old), ("new", new)):
        (folder / f"{name}.yaml").write_text(letter_text(BASE | keys), "utf-8")
    (letter,) = diff("old.yaml", "new.yaml", Workspace(folder)).letters
    return letter


def test_a_change_in_all_languages_is_one(tmp_path: Path) -> None:
    """It has the change of each language; what happened in one only is in its place in reading order."""
    new = [HALL | {"es": "La sala abre tarde."}, {"en": "Seats are scarce.", "es": "Las plazas escasean."}]

    letter = changed(tmp_path, {"body": [HALL, SEATS]}, {"body": new})

    assert [(one.place, [*one.changes], one.only) for one in letter.by_place] == [
        ("paragraph 1", ["es"], "only in es: is en still right?"),
        ("paragraph 2", ["en", "es"], ""),
    ]


def test_changes_in_different_languages_are_in_reading_order(tmp_path: Path) -> None:
    """Changes in one language only are between those of another, where the letter has them."""
    doors, lunch = {"en": "Doors open.", "es": "Las puertas abren."}, {"en": "Lunch is free.", "es": "Hay comida."}
    new = [HALL | {"es": "La sala abre tarde."}, SEATS | {"en": "Seats are scarce."}, doors | {"es": "Se abre."}, lunch]

    letter = changed(tmp_path, {"body": [HALL, SEATS, doors, lunch]}, {"body": [*new[:3], lunch | {"en": "Lunch."}]})

    assert [(one.place, [*one.changes]) for one in letter.by_place] == [
        ("paragraph 1", ["es"]),
        ("paragraph 2", ["en"]),
        ("paragraph 3", ["es"]),
        ("paragraph 4", ["en"]),
    ]


def test_places_are_in_words_of_the_first_language(tmp_path: Path) -> None:
    """Of a row that changed in Spanish only, the place has the English label and the English first cell."""
    table = {"head-column": True, "rows": [[{"en": "Room", "es": "Sala"}, SEATS], [HALL, SEATS]]}
    then = {
        "head-column": True,
        "rows": [[{"en": "Room", "es": "Sala"}, SEATS | {"es": "No hay plazas."}], [HALL, SEATS]],
    }

    letter = changed(
        tmp_path,
        {"subject": {"en": "One", "es": "Uno"}, "body": [{"table": table}]},
        {"subject": {"en": "One", "es": "Dos"}, "body": [{"table": then}]},
    )

    subject, row = letter.by_place
    assert subject.place == "Subject"
    assert "Room" in row.place and "Sala" not in row.place


def test_the_report_says_the_same_words_once(tmp_path: Path) -> None:
    """A cell without a language of its own changed alike in both, so its words are there once."""
    table = {"columns": [HALL, SEATS], "rows": [["5/901", "A1"]]}

    letter = changed(tmp_path, {"body": [{"table": table}]}, {"body": [{"table": table | {"rows": [["5/901", "B2"]]}}]})

    assert len(letter.by_place) == 1
    text = diff("old.yaml", "new.yaml", Workspace(tmp_path)).text()
    assert text.count("[-A1-]{+B2+}") == 1 and "en  " not in text


def test_a_date_that_is_typed_and_not_updated_is_asked_about(tmp_path: Path) -> None:
    """The fact changed in English; the Spanish text states the old day by hand."""
    text = {"en": "On {{ meeting }}.", "es": "El 19 de septiembre de 2024."}
    old = {"facts": {"meeting": "2024-09-19"}, "body": [text]}

    changed(tmp_path, old, old | {"facts": {"meeting": "2024-09-26"}})

    report = diff("old.yaml", "new.yaml", Workspace(tmp_path)).text()
    assert "paragraph 1 has it only in en: is es still right?" in report


def test_a_date_that_is_typed_and_was_updated_is_not_asked_about(tmp_path: Path) -> None:
    """Both paragraphs have the new day, one by the fact and one by hand."""
    old = {
        "facts": {"meeting": "2024-09-19"},
        "body": [{"en": "On {{ meeting }}.", "es": "El 19 de septiembre de 2024."}],
    }
    new = {
        "facts": {"meeting": "2024-09-26"},
        "body": [{"en": "On {{ meeting }}.", "es": "El 26 de septiembre de 2024."}],
    }

    letter = changed(tmp_path, old, new)

    assert [(one.place, one.only) for one in letter.by_place] == [("paragraph 1", "")]
    assert "still right" not in diff("old.yaml", "new.yaml", Workspace(tmp_path)).text()


def test_an_old_value_that_is_still_typed_elsewhere_is_named(tmp_path: Path) -> None:
    """The registration moved to another day, and the table of deadlines still has the old one."""
    due = {"deadlines": [{"date": "2025-04-18", "en": "Registration", "es": "Inscripción"}]}
    old = {
        "facts": {"registration": "2025-04-18"},
        "body": [{"en": "By {{ registration }}.", "es": "{{ registration }}"}, due],
    }

    changed(tmp_path, old, old | {"facts": {"registration": "2025-04-25"}})

    report = diff("old.yaml", "new.yaml", Workspace(tmp_path)).text()
    assert "‘18 April 2025’ is still in table below paragraph 1, Registration" in report


def test_a_text_that_one_language_lacks_is_missing(tmp_path: Path) -> None:
    """It was there, or it was never written; it is not called an addition in the other language only."""
    gone = changed(tmp_path, {"body": [HALL, SEATS]}, {"body": [HALL, {"en": SEATS["en"]}]})
    never = changed(tmp_path, {"body": [HALL]}, {"body": [HALL, {"en": SEATS["en"]}]})
    edited = changed(tmp_path, {"body": [HALL, SEATS]}, {"body": [HALL, {"en": "Seats are scarce."}]})

    assert [(one.place, one.kind, one.only) for one in gone.by_place] == [("paragraph 2", "removed", "missing in es")]
    assert [(one.place, one.kind, one.only) for one in never.by_place] == [("paragraph 2", "added", "missing in es")]
    assert [(one.place, one.kind, one.only, one.questions) for one in edited.by_place] == [
        ("paragraph 2", "changed", "missing in es", ())
    ]


def test_times_that_do_not_agree_are_asked_about_once(tmp_path: Path) -> None:
    """Both languages have another time, and not the same one."""
    old, new = (
        {"body": [{"en": f"We begin at {english}.", "es": f"Empezamos a las {spanish}."}]}
        for english, spanish in (("0930 hours", "09.30 horas"), ("0900 hours", "10.00 horas"))
    )

    (found,) = changed(tmp_path, old, new).by_place

    assert found.questions == (
        "in en ‘0930 hours’ became ‘0900 hours’, in es ‘09.30 horas’ became ‘10.00 horas’: do they agree?",
    )


def test_a_part_is_recognized_by_its_words_in_all_languages(tmp_path: Path) -> None:
    """The Spanish paragraph was rewritten beside a new one; by the English words it is still the same."""
    first = {"en": "The hall opens at eight in the morning.", "es": "La sala abre a las ocho de la mañana."}
    then = {"en": "The hall opens at nine in the morning.", "es": "Las puertas se franquean temprano cada jornada."}
    added = {"en": "Visitors need a badge.", "es": "Los visitantes necesitan una credencial."}

    letter = changed(tmp_path, {"body": [first, SEATS]}, {"body": [added, then, SEATS]})

    found = [(one.place, [change.kind for change in one.changes.values()]) for one in letter.by_place[:2]]
    assert found == [("paragraph 1", ["added", "added"]), ("paragraph 2", ["changed", "replaced"])]


def test_typography_is_shown_when_asked(tmp_path: Path) -> None:
    """It is one line, or the words themselves; beside another change it is not marked unless asked."""
    old = [{"en": "A 'smart' city.", "es": "Una ciudad."}, {"en": "An 'open' city is small.", "es": "Una ciudad."}]
    new = [{"en": "A ‘smart’ city.", "es": "Una ciudad."}, {"en": "An ‘open’ city is large.", "es": "Una ciudad."}]

    changed(tmp_path, {"body": old}, {"body": new})

    report = diff("old.yaml", "new.yaml", Workspace(tmp_path))
    assert "An ‘open’ city is [-small-]{+large+}." in report.text()
    assert "typography: apostrophes" in report.text() and "smart" not in report.text()
    assert "A [-'-]{+‘+}smart[-'-]{+’+} city." in report.text(everything=True)
    assert "An [-'-]{+‘+}open[-'-]{+’+} city is [-small-]{+large+}." in report.text(everything=True)


def test_kinds_of_spaces_are_shown_as_signs(tmp_path: Path) -> None:
    """A space and a no-break space would look the same; where the signs beside them changed, spaces stay spaces."""
    old = [{"en": "Pay CHF 100 now.", "es": "Es la 'nueva era' digital."}]
    new = [{"en": "Pay CHF\u00a0100 now.", "es": "Es la ‘nueva era’ digital."}]

    changed(tmp_path, {"body": old}, {"body": new})

    text = diff("old.yaml", "new.yaml", Workspace(tmp_path)).text(everything=True)
    assert "Pay [-CHF␣100-]{+CHF⍽100+} now." in text
    assert "Es la [-'-]{+‘+}nueva era[-'-]{+’+} digital." in text
