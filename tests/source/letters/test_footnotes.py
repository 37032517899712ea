"""Footnotes and their marks belong together; anything else about them is reported with its place and a remedy."""

from __future__ import annotations

import pytest

from circulars.errors import LetterError, Problem
from circulars.model.letter import Letter
from circulars.model.text import plain
from circulars.source.letters.reading import parse_letter
from conftest import ROOT

HEAD = """\
kind: sg-letter
number: DM-25/1
date: 2025-03-04
languages: [en, es]
subject: {en: Sample meeting, es: Reunión de ejemplo}
signatory: {name: Ana Ejemplo, title: {en: Secretary, es: Secretaria}}
"""


def letter(text: str) -> Letter:
    return parse_letter((HEAD + text).encode(), "letters/x.yaml", "x", ROOT)


def problem(text: str) -> Problem:
    """The only problem of a letter."""
    with pytest.raises(LetterError) as caught:
        letter(text)
    places = {problem.where.line: problem for problem in caught.value.problems}
    (only,) = places.values()
    return only


def test_a_footnote_has_a_text_and_perhaps_a_sign() -> None:
    """A name may be a number or words; a plain text is used for all languages."""
    read = letter(
        "body:\n  - {en: 'One[^1] two[^two].', es: 'Uno[^1] dos[^two].'}\n"
        "footnotes:\n  1: https://www.example.int/\n  two: {sign: '**', en: Two., es: Dos.}\n"
    )

    found = {name: (plain(note.text["es"]), note.sign) for name, note in read.footnotes.items()}
    assert found == {"1": ("https://www.example.int/", ""), "two": ("Dos.", "**")}
    assert read.warnings == ()


@pytest.mark.parametrize(
    ("text", "line", "code", "hint"),
    [
        ("body: [{en: 'A[^note] B[^notes].', es: 'A[^note] B[^notes].'}]\nfootnotes: {note: A}",
         7, "undefined-footnote", "did you mean 'note'?"),
        ("body: [{en: 'A[^1].', es: 'A[^1].'}]", 7, "undefined-footnote", "add '1:' with its text under 'footnotes:'"),
        ("body: [{en: A, es: A}]\nfootnotes:\n  1: A", 9, "unmarked-footnote", "write [^1] where it belongs"),
        ("body: [{en: 'A[^1]', es: A}]\nfootnotes:\n  1: A", 9, "unmarked-footnote", "in the Spanish text, too"),
        ("body: [{en: '[A[^1]](https://a.int)', es: 'A[^1]'}]\nfootnotes:\n  1: A",
         7, "misplaced-footnote", "write [^1] after the link"),
        ("body: [{en: 'A[^1]', es: 'A[^1]'}]\nfootnotes: {1: 'B[^1]'}", 8, "misplaced-footnote", "write its words"),
        ("body: [{en: 'A[^a]', es: 'A[^a]'}]\nfootnotes: {a: {sign: '12', en: A, es: A}}", 8, "wrong-sign", "numbered"),
        ("body: [{en: 'A[^a]', es: 'A[^a]'}]\nfootnotes: {a: {sign: *, en: A, es: A}}", 8, "yaml-syntax", "quotation"),
        ("body: [{en: A[^1], es: A}]\nfootnotes: {1: A}", 7, "yaml-syntax", "put the text in quotation marks"),
        ("body: [{table: {rows: [[A[^1], B]]}}]\nfootnotes: {1: A}", 7, "yaml-syntax", "quotation marks"),
        ("body: [{en: 'A[^a][^b]', es: 'A[^a][^b]'}]\n"
         "footnotes:\n  a: {sign: '*', en: A, es: A}\n  b: {sign: '*', en: A, es: A}",
         10, "same-sign", "another sign, such as **"),
        ("closing: {en: 'Yours[^1]', es: 'A[^1]'}\nbody: [{en: 'A[^1]', es: 'A[^1]'}]\nfootnotes: {1: A}",
         7, "misplaced-footnote", "mark it in another text"),
        ("body: [{footnote: {en: A, es: A}}]", 7, "unknown-field", "mark it in a text, as [^1]"),
    ],
)  # fmt: skip
def test_a_wrong_footnote_is_reported_with_a_remedy(text: str, line: int, code: str, hint: str) -> None:
    """Marks without footnotes, footnotes without marks, and marks where there can be none."""
    found = problem(text + "\n")

    assert (found.where.line, found.code) == (line, code)
    assert hint in found.hint


def test_too_many_or_too_long_footnotes_are_refused() -> None:
    """A page has room for a footnote of 5,000 characters, and a layout time for 200 footnotes."""
    marks = ", ".join(f"[^{number}]" for number in range(201))
    many = "".join(f"  {number}: A\n" for number in range(201))
    text = f"body: [{{en: '{marks}', es: '{marks}'}}]\nfootnotes:\n{many}"

    assert problem(text).code == "too-many"
    assert problem(f"body: [{{en: '[^1]', es: '[^1]'}}]\nfootnotes: {{1: {'word ' * 1001}}}\n").code == "too-long"
    assert len(letter(text.replace(", [^200]", "").replace("  200: A\n", "")).footnotes) == 200


def test_an_escaped_mark_is_text() -> None:
    r"""``\[^1]`` is printed as typed."""
    read = letter(r"body: [{en: 'A\[^1]', es: 'A\[^1]'}]" + "\n")

    assert "A[^1]" in str(read.body) and read.footnotes == {}


def test_marks_side_by_side_are_a_warning() -> None:
    """Their numbers would be read as one: 12."""
    read = letter("body: [{en: 'A[^1][^2]', es: 'A[^1], [^2]'}]\nfootnotes: {1: A, 2: B}\n")

    (warning,) = read.warnings
    assert (warning.where.line, warning.where.column, warning.code) == (7, 15, "adjacent-footnotes")


def test_footnotes_of_a_file_without_any_language_are_problems() -> None:
    """A file that is not a letter may have a key of this name."""
    with pytest.raises(LetterError):
        parse_letter(b"footnotes: {mark: a}\n", "words.yaml", "words", ROOT)
