"""A skeleton is put into other languages and onto another day as text."""

from __future__ import annotations

import datetime

import pytest

from circulars.language import nearest_language
from circulars.start.skeleton import in_languages, on_date

SKELETON = """\
# A letter.
#fr Une lettre.
kind: letter
date: 2025-01-15
languages: [en, es]

subject:
  en: Subject
  fr: Objet
  es: Asunto

# Leave out what you do not need.
#es Suprima lo que no necesite.
#fr Supprimez les lignes inutiles.
facts:
  meeting: {from: 2025-03-20, to: 2025-03-21}
  approval: 2025-01-10
  code: "2025-03-20"

body:
  - en: >-
      The first
      # paragraph.
    fr: >-
      Le premier
      alinéa.
    es: >-
      El primer
      párrafo.
    items:
      - {when: 'a = "b"', en: "One:", es: "Uno:"}
      - {id: two, en: Two, fr: Deux, es: Dos}
"""


def test_a_skeleton_has_the_languages_that_it_lists() -> None:
    """Texts and comments in other languages are left out; all else stays as it is typed."""
    listed = in_languages(SKELETON)

    assert (
        listed
        == """\
# A letter.
kind: letter
date: 2025-01-15
languages: [en, es]

subject:
  en: Subject
  es: Asunto

# Leave out what you do not need.
facts:
  meeting: {from: 2025-03-20, to: 2025-03-21}
  approval: 2025-01-10
  code: "2025-03-20"

body:
  - en: >-
      The first
      # paragraph.
    es: >-
      El primer
      párrafo.
    items:
      - {when: 'a = "b"', en: "One:", es: "Uno:"}
      - {id: two, en: Two, es: Dos}
"""
    )


def test_a_missing_text_is_that_of_the_nearest_language_marked_as_to_be_done() -> None:
    """Comments are for the first language, or else for everybody; texts are in the order of the languages."""
    translated = in_languages(SKELETON, ["fr", "pt"])

    assert (
        translated
        == """\
# Une lettre.
kind: letter
date: 2025-01-15
languages: [fr, pt]

subject:
  fr: Objet
  pt: TODO Asunto

# Supprimez les lignes inutiles.
facts:
  meeting: {from: 2025-03-20, to: 2025-03-21}
  approval: 2025-01-10
  code: "2025-03-20"

body:
  - fr: >-
      Le premier
      alinéa.
    pt: >-
      TODO El primer
      párrafo.
    items:
      - {when: 'a = "b"', fr: "TODO Uno:", pt: "TODO Uno:"}
      - {id: two, fr: Deux, pt: TODO Dos}
"""
    )


@pytest.mark.parametrize(
    ("day", "meeting", "approval"),
    [
        ("2025-01-16", "{from: 2025-03-27, to: 2025-03-28}", "2025-01-10"),
        ("2026-11-29", "{from: 2027-02-04, to: 2027-02-05}", "2026-11-20"),
        ("2025-01-15", "{from: 2025-03-20, to: 2025-03-21}", "2025-01-10"),
        ("2024-01-15", "{from: 2024-03-21, to: 2024-03-22}", "2024-01-05"),
    ],
)
def test_dates_move_with_that_of_the_letter(day: str, meeting: str, approval: str) -> None:
    """They keep their weekdays, and what was later than the letter is later; a text in quotation marks stays."""
    moved = on_date(SKELETON, datetime.date.fromisoformat(day))

    assert f"date: {day}\n" in moved
    assert f'  meeting: {meeting}\n  approval: {approval}\n  code: "2025-03-20"\n' in moved


@pytest.mark.parametrize(
    ("code", "nearest"),
    [("pt", "es"), ("it", "fr"), ("de", "en"), ("pl", "en"), ("uk", "ru"), ("fa", "ar"), ("he", "ar"), ("ja", "zh"),
     ("el", "en"), ("pt-BR", "es"), ("es-MX", "es"), ("zh-Hant", "zh"), ("ru", "ru"), ("tlh", "en")],
)  # fmt: skip
def test_the_nearest_language_is_of_the_family_or_the_script(code: str, nearest: str) -> None:
    """A language without relatives begins with that of the program's messages."""
    assert nearest_language(code, ["ar", "en", "es", "fr", "ru", "zh"]) == nearest
