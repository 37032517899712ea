"""Facts that changed: each is reported once for the letter, with the places that show it, and never guessed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from circulars.review.comparing.changes import Change, FactChange
from circulars.review.diffing import diff
from circulars.review.reports.report import ChangeReport, LetterChanges
from circulars.workspace import Workspace
from review.json_reports import check_json
from review.pair_letters import PAIRS, letter_text, read_yaml

BASE = read_yaml(PAIRS / "base.yaml")
MEETING: dict[str, Any] = {
    "facts": {"meeting": "2024-09-19"},
    "body": [{"en": "We meet on {{ meeting }}.", "es": "Nos reunimos el {{ meeting }}."}],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for two versions of a letter."""
    return tmp_path


def changed(folder: Path, old: dict[str, Any], new: dict[str, Any]) -> LetterChanges:
    """The changes between two versions of the letter; the new one has the keys of the old one, too."""
    for name, keys in (("old", old), ("new", old | new)):
        (folder / f"{name}.yaml").write_text(letter_text(BASE | keys), "utf-8")
    (letter,) = diff("old.yaml", "new.yaml", Workspace(folder)).letters
    return letter


def fact(folder: Path, old: dict[str, Any], new: dict[str, Any]) -> FactChange:
    """The only change: that of a fact."""
    letter = changed(folder, old, new)
    assert [one.changes for one in letter.languages] == [(), ()]
    (found,) = letter.facts
    return found


def texts(*english: str) -> list[dict[str, str]]:
    """Paragraphs, the same in both languages."""
    return [{"en": text, "es": text} for text in english]


def test_a_fact_has_its_values_and_its_places_in_each_language(folder: Path) -> None:
    """A place has the keys of the part in both documents, by which the page can link to it."""
    found = fact(folder, MEETING, {"facts": {"meeting": "2024-09-26"}})

    assert found.name == "meeting"
    assert (found.old["es"], found.new["es"]) == ("19 de septiembre de 2024", "26 de septiembre de 2024")
    assert [(place.place, place.old, place.new) for place in found.places["en"]] == [
        ("paragraph 1", "body.1", "body.1")
    ]


def test_a_fact_that_no_text_shows_says_so(folder: Path) -> None:
    """Nobody reads it, so a changed value may be a mistake."""
    old = {"facts": {"meeting": "2024-09-19"}}

    letter = changed(folder, old, {"facts": {"meeting": "2024-09-26"}})

    assert not letter.facts[0].used and letter.facts[0].places == {}
    assert letter.differs


@pytest.mark.parametrize("key", ["facts", "links"])
def test_a_fact_that_no_text_shows_is_reported_if_it_is_added_or_removed(folder: Path, key: str) -> None:
    """As one whose value changed; where a text shows it, the text changed."""
    value, other = (
        ("2024-09-19", "2024-09-20") if key == "facts" else ("https://a.example.int/", "https://b.example.int/")
    )
    shown = "{{ used }}" if key == "facts" else "[Here](used)"
    old = {key: {"kept": value, "gone": value}, "body": texts("See this.")}
    new = {key: {"kept": other, "fresh": value, "used": value}, "body": texts(f"See this. {shown}.")}

    letter = changed(folder, old, new)

    names = [one.name.removeprefix("link ") for one in letter.facts]
    assert names == ["kept", "gone", "fresh"]
    assert [(bool(one.old["es"]), bool(one.new["es"])) for one in letter.facts] == [
        (True, True), (True, False), (False, True),
    ]  # fmt: skip
    assert not any(one.used for one in letter.facts)
    text = ChangeReport((letter,)).text()
    assert "removed (" in text and "added (" in text
    check_json(ChangeReport((letter,)))


def test_a_date_typed_by_hand_is_not_a_fact(folder: Path) -> None:
    """The Spanish date is typed: the fact shows in English only, and the Spanish text changed by itself."""
    old = MEETING | {"body": [{"en": "On {{ meeting }}.", "es": "El 19 de septiembre de 2024."}]}
    new = {
        "facts": {"meeting": "2024-09-26"},
        "body": [{"en": "On {{ meeting }}.", "es": "El 26 de septiembre de 2024."}],
    }

    letter = changed(folder, old, new)

    english, spanish = letter.languages
    assert list(letter.facts[0].places) == ["en"]
    assert [change.kind for change in english.changes] == []
    assert [change.kind for change in spanish.changes] == ["changed"]


def test_words_that_are_those_of_a_fact_by_chance_are_not_the_fact(folder: Path) -> None:
    """A seat number that happens to be the number of seats stays, and is no place of the fact."""
    old = {"facts": {"seats": 12}, "body": texts("There are {{ seats }} seats.", "Seat 12 is mine.")}

    found = fact(folder, old, {"facts": {"seats": 14}})

    assert [place.place for place in found.places["en"]] == ["paragraph 1"]


def test_the_words_of_a_fact_are_marked_as_its_own(folder: Path) -> None:
    """Beside another change the fact's words are quiet, and name the fact; the segments still give both texts."""
    new = {
        "facts": {"meeting": "2024-09-26"},
        "body": [{"en": "We gather on {{ meeting }}.", "es": "Nos reunimos el {{ meeting }}."}],
    }

    change: Change = changed(folder, MEETING, new).languages[0].changes[0]

    assert (change.old_text, change.new_text) == ("We meet on 19 September 2024.", "We gather on 26 September 2024.")
    assert [(s.text, s.fact) for s in change.segments if s.quiet] == [
        ("19 September 2024", "meeting"),
        ("26 September 2024", "meeting"),
    ]


def test_a_paragraph_that_is_removed_with_a_fact_is_removed_with_its_old_words(folder: Path) -> None:
    """The old text had the old date; the paragraph is not a place of the fact."""
    new = {"facts": {"meeting": "2024-09-26"}, "body": texts("We do not meet at all this year, as it happens.")}

    letter = changed(
        folder, MEETING | {"body": [*texts("We do not meet at all this year, as it happens."), *MEETING["body"]]}, new
    )

    (change,) = letter.languages[0].changes
    assert (change.kind, change.old_text) == ("removed", "We meet on 19 September 2024.")
    assert letter.facts[0].used and not letter.facts[0].places


@pytest.mark.parametrize(
    ("old", "new", "name", "places"),
    [
        ({"date": "2024-07-12"}, {"date": "2024-07-15"}, "date of the letter", ["date"]),
        ({"number": 213}, {"number": 214}, "reference", ["Ref", "page header"]),
        ({"signatory": {"post": "tsb-director", "name": "A", "gender": "f"}},
         {"signatory": {"post": "br-director", "name": "A", "gender": "f"}}, "signatory, title", ["signature"]),
        ({"links": {"page": "https://example.int/a/"}, "body": texts("See [it](page) or <page>.")},
         {"links": {"page": "https://example.int/b/"}}, "link page", ["paragraph 1"]),
        ({"links": {"desk": "mailto:a@example.int"}, "body": texts("Write to <desk>.")},
         {"links": {"desk": "mailto:b@example.int"}}, "link desk", ["paragraph 1"]),
        ({"links": {"page": "https://example.int/a/"}, "qr": {"link": "page"}},
         {"links": {"page": "https://example.int/b/"}}, "link page", ["QR code"]),
        ({"contact": {"name": "Ana Ejemplo", "email": "a@example.int"}},
         {"contact": {"name": "Ana Ejemplo", "email": "b@example.int"}}, "contact, e-mail", ["E-mail"]),
    ],
)  # fmt: skip
def test_what_a_letter_states_once_is_a_fact(
    folder: Path, old: dict[str, Any], new: dict[str, Any], name: str, places: list[str]
) -> None:
    """The date, the reference, links, contacts and signatories change once for the letter."""
    found = fact(folder, old, new)

    assert (found.name, [place.place for place in found.places["en"]]) == (name, places)


def test_a_fact_in_the_first_cell_does_not_hide_the_row(folder: Path) -> None:
    """The row is the same one, although the words by which it is known are the fact's."""
    table = {"columns": texts("Day", "Event"), "rows": [texts("{{ meeting }}", "Opening"), texts("later", "Closing")]}
    old = MEETING | {"body": [{"table": table}]}

    found = fact(folder, old, {"facts": {"meeting": "2024-09-26"}})

    assert len(found.places["en"]) == 1


def test_a_reference_that_follows_its_paragraph_is_not_marked(folder: Path) -> None:
    """Beside another change in its paragraph, the number is a quiet consequence."""
    fee = {"id": "fee", "en": "The fee is small.", "es": "El precio es bajo."}
    see = {"en": "Pay as paragraph {{ ref: fee }} says.", "es": "Pague como dice el párrafo {{ ref: fee }}."}
    then = {"en": "Kindly pay as paragraph {{ ref: fee }} says.", "es": see["es"]}

    letter = changed(folder, {"body": [fee, see]}, {"body": [*texts("Bring a passport."), fee, then]})

    (change,) = (change for change in letter.languages[0].changes if change.kind == "changed")
    assert [(s.text, s.quiet) for s in change.segments if s.text in ("1", "2")] == [
        ("1", "reference"),
        ("2", "reference"),
    ]


def test_a_fact_of_several_lines_is_indented(folder: Path) -> None:
    """The lines of a signatory's title are below each other in the report."""
    signatory = {"post": "tsb-director", "name": "A", "gender": "f"}
    changed(folder, {"signatory": signatory}, {"signatory": signatory | {"post": "br-director"}})

    lines = diff("old.yaml", "new.yaml", Workspace(folder)).text().splitlines()

    title = next(n for n, line in enumerate(lines) if line.startswith("      en: Director of the"))
    assert lines[title].endswith("↵")
    assert lines[title + 1].startswith("          Standardization Bureau → ")
