"""The report of changes as JSON, which programs read."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any, get_args

import pytest

from circulars.errors import Place, Problem
from circulars.review.comparing.changes import Change, Kind, Segment
from circulars.review.diffing import diff
from circulars.review.reports.json_file import report_json
from circulars.review.reports.json_schema import changes_schema
from circulars.review.reports.report import ChangeReport, LanguageChanges, LetterChanges
from circulars.workspace import Workspace
from review.json_reports import check_json, validator
from review.pair_letters import pairs, write_pair


def one(name: str, folder: Path) -> Any:
    """The only letter in the JSON report of a pair."""
    (pair,) = (pair for pair in pairs() if pair.name == name)
    (letter,) = check_json(diff(*write_pair(pair, folder), Workspace(folder)))["letters"]
    return letter


def test_a_fact_is_one_entry_with_its_places(tmp_path: Path) -> None:
    """The values are by language, and so are the places, with the keys of their parts."""
    letter = one("a date that a letter states once changes", tmp_path)

    (fact,) = letter["facts"]
    assert fact["old"].keys() == fact["new"].keys() == {"en", "es"}
    assert all(place.keys() == {"place", "was", "old", "new"} for place in fact["places"]["en"])
    assert fact["places"]["en"]
    assert letter["differs"] and letter["compared"]


def test_a_change_in_all_languages_leads_to_the_words_of_each(tmp_path: Path) -> None:
    """An entry of `changes` says which of a language's changes it is."""
    letter = one("a translation is missing and the English text changes elsewhere", tmp_path)

    words = {code.pop("language"): code["changes"] for code in letter["languages"]}
    (both,) = (change for change in letter["changes"] if change["at"].keys() == {"en", "es"})
    assert [words[code][place]["kind"] for code, place in both["at"].items()] == ["changed", "changed"]
    assert [problem["code"] for problem in letter["new_problems"]] == ["missing-language"]


def test_every_kind_is_in_the_schema() -> None:
    """A change of each kind follows the schema; another kind does not."""
    changes = tuple(Change(kind, "paragraph 1", segments=(Segment("added", "x"),)) for kind in get_args(Kind))
    problem = Problem(Place("x.yaml", 1, 2), "not-a-date", "there is no such day", "correct it")
    new = LetterChanges("HEAD:x.yaml", "x.yaml", state="new", new_problems=(problem,))
    languages = (LanguageChanges("en", changes), LanguageChanges("es", state="removed"))
    report = ChangeReport((new, LetterChanges("a.yaml", "b.yaml", languages, was="a.yaml")))

    found = json.loads(report_json(report))
    assert list(validator().iter_errors(found)) == []
    found["letters"][1]["languages"][0]["changes"][0]["kind"] = "rewritten"
    assert [error.validator for error in validator().iter_errors(found)] == ["enum"]


@pytest.mark.parametrize("part", ["letter", "problem", "fact", "language", "change", "segment", "place-change"])
def test_the_schema_describes_every_key(part: str) -> None:
    """Each key is required and described; a later report of the same version may have others."""
    schema = changes_schema()["definitions"][part]

    assert all("description" in key for key in schema["properties"].values())
    assert schema["required"] == list(schema["properties"])
    assert "additionalProperties" not in schema


def test_a_later_report_of_the_version_may_have_another_key() -> None:
    """The schema allows it, and finds a key that is missing; today's reports have no key that it does not describe."""
    from jsonschema import Draft7Validator

    report = check_json(ChangeReport((LetterChanges("a.yaml", "b.yaml"),)))
    other, less = copy.deepcopy(report), copy.deepcopy(report)
    other["letters"][0]["extra"] = 1
    del less["letters"][0]["name"]

    assert list(Draft7Validator(changes_schema()).iter_errors(other)) == []
    assert [error.validator for error in validator().iter_errors(other)] == ["additionalProperties"]
    assert [error.validator for error in validator().iter_errors(less)] == ["required"]


@pytest.mark.parametrize("code", ["en", "es"])
def test_a_former_place_is_that_of_the_change_in_its_language(tmp_path: Path, code: str) -> None:
    """A paragraph that changed, and has another number because one was added above it, has the same `was` in both."""
    letter = "kind: tsb-circular\nnumber: 1\ndate: 2026-03-02\nlanguages: [en, es]\nsubject: {en: A, es: B}\nbody:\n"
    added = "  - {en: Wholly another text stands here., es: Aquí hay un texto del todo distinto.}\n"
    first, last = (
        f"  - {{en: The fee is due in {month} of this year., es: La tasa vence en el mes {number} de este año.}}\n"
        for month, number in (("May", "cinco"), ("June", "seis"))
    )
    (tmp_path / "old.yaml").write_text(letter + first, "utf-8")
    (tmp_path / "new.yaml").write_text(letter + added + last, "utf-8")

    (found,) = check_json(diff("old.yaml", "new.yaml", Workspace(tmp_path)))["letters"]

    (both,) = (one for one in found["changes"] if one["kind"] == "changed")
    (own,) = (one["changes"][both["at"][code]] for one in found["languages"] if one["language"] == code)
    assert (both["place"], both["was"]) == (own["place"], own["was"]) == ("paragraph 2", "paragraph 1")


def test_control_characters_are_escaped() -> None:
    """What could affect a terminal is an escape in the JSON, which means the same character."""
    text = "a\x9b1m\u202eb\U000e0041"
    change = Change("added", "paragraph 1", segments=(Segment("added", text),))
    report = ChangeReport((LetterChanges("a.yaml", "b.yaml", (LanguageChanges("en", (change,)),)),))

    written = report_json(report)
    assert written.isascii()
    assert json.loads(written)["letters"][0]["languages"][0]["changes"][0]["segments"][0]["text"] == text
