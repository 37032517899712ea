"""Edits of the file of one language, in a letter that has several."""

from __future__ import annotations

from pathlib import Path

from circulars.source.editing import AddKey, Insert, Move, Remove, edited
from review.word_edits.generated import behind, copied, without
from review.word_edits.pulled import edited_file, letter_in, outcomes, pulled, word_file

BODY = """\
numbering: none
body:
  - en: The first paragraph.
    es: El primer párrafo.
  - en: The second one.
    es: El segundo.
  - en: The third one.
    es: El tercero.
"""


def test_a_new_paragraph_is_written_in_the_language_of_the_file(tmp_path: Path) -> None:
    """The Spanish file adds nothing in English; the English one then adds its text to the same paragraph."""
    letter = letter_in(tmp_path, BODY, "en, es")
    before, english = letter.read_bytes(), word_file(letter, "en")
    spanish = edited_file(word_file(letter, "es"), copied("segundo", "Un párrafo nuevo."))

    found = pulled(letter, spanish)
    letter.write_bytes(found.after)
    both = pulled(letter, edited_file(english, copied("second", "A new paragraph.")))

    added = edited(before, [Insert(("body", 2), {"es": "Un párrafo nuevo."})])
    assert found.after == added.data
    assert both.after == edited(added.data, [AddKey(("body", 2, "en"), "A new paragraph.")]).data


def test_a_paragraph_is_removed_in_the_language_of_the_file(tmp_path: Path) -> None:
    """No words of another language are lost; the last language removes the paragraph."""
    letter = letter_in(tmp_path, BODY, "en, es")
    before, english = letter.read_bytes(), word_file(letter, "en")

    found = pulled(letter, edited_file(word_file(letter, "es"), without("segundo")))
    letter.write_bytes(found.after)
    both = pulled(letter, edited_file(english, without("second")))

    assert found.after == edited(before, [Remove(("body", 1, "es"))]).data
    assert both.after == edited(before, [Remove(("body", 1))]).data


def test_a_move_is_one_in_all_languages(tmp_path: Path) -> None:
    """The order of paragraphs is one for all languages; the other file says the same afterwards."""
    letter = letter_in(tmp_path, BODY, "en, es")
    before, english = letter.read_bytes(), word_file(letter, "en")

    found = pulled(letter, edited_file(word_file(letter, "es"), behind("primer", "tercero")))
    letter.write_bytes(found.after)
    again = pulled(letter, edited_file(english, behind("first", "third")))

    assert found.after == edited(before, [Move(("body", 0), 2)]).data
    assert outcomes(again) == [("moved", "already there")]
    assert again.after == found.after
