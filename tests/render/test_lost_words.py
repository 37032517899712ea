"""A letter of which the pack's Word template would lose words is refused, whatever its tags do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from circulars.compose.directions import with_directions
from circulars.errors import PackError
from circulars.model.document import AddressList, Document, LabelledList, SettledFootnote
from circulars.model.text import Paragraph, Span
from render import sample_letters as sample
from render.sample_letters import items, words
from render.test_docx import changed_template, letter, opened, written

BODY = "word/document.xml"
FULL = replace(
    sample.COLUMNS,
    references=LabelledList("References:", items("–", "Resolution 1", "Resolution 2")),
    enclosures=LabelledList("Enclosures:", items("–", "Agenda")),
    copies=(AddressList("Copy:", items("–", "Observers")),),
    postscript=words("The hall opens early."),
)


@pytest.mark.parametrize(
    ("before", "after", "lost", "field"),
    [
        ("{{ closing }}", "{{ closing[:4] }}", "Yours faithfully,", "closing"),
        ("{{ salutation }}", "{{ salutation | truncate(6) }}", "Dear Sir/Madam,", "salutation"),
        ("{{ salutation }}", "{% set salutation = 'Hello' %}{{ salutation }}", "Dear Sir/Madam,", "salutation"),
        ("{%p for annex in annexes %}", "{%p for annex in annexes[:1] %}", "Registration form", "annexes"),
        ("in references.entries %}", "in references.entries[:1] %}", "Resolution 2", "references"),
        ("{{ signature.lines }}", "{{ signature.name }}", "Director", "signature"),
        ("in others %}", "in others[:1] %}", "tsbsg5@itu.int", "others"),
        ("{{r annex.title }}", "", "Draft programme", "annexes"),
        ("{%p if closing %}", "{%p if language == 'fr' %}", "Yours faithfully,", "closing"),
    ],
)
def test_a_template_that_shows_a_part_of_a_field_is_refused(
    before: str, after: str, lost: str, field: str, tmp_path: Path
) -> None:
    """The problem quotes what is lost, and names the field."""
    pack = changed_template(tmp_path, (BODY, before.replace("'", "&apos;"), after.replace("'", "&apos;")))

    with pytest.raises(PackError) as caught:
        written(FULL, pack)

    assert {(problem.code, Path(problem.where.file).name) for problem in caught.value.problems} == {
        ("lost-words", "letter.docx")
    }
    assert any(lost in problem.message for problem in caught.value.problems)
    assert all(f"show '{field}' whole: " in problem.hint for problem in caught.value.problems)


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("{{ closing }}", "{{ closing | upper }}", "YOURS FAITHFULLY,"),
        ("{{ salutation }}", "{{ salutation }}{{ closing }}", "Dear Sir/Madam,Yours faithfully,"),
        ("{{ closing }}", "{{ closing | replace(' ', '_') }}", "Yours_faithfully,"),
    ],
)
def test_capitals_and_spaces_are_the_template_s_choice(before: str, after: str, shown: str, tmp_path: Path) -> None:
    """No word is lost if it is written in capitals, or close to another."""
    pack = changed_template(tmp_path, (BODY, before, after))

    assert shown in "".join(opened(written(FULL, pack)).element.itertext())


def test_a_mark_of_a_footnote_in_a_word_loses_nothing() -> None:
    """A letter's own sign is in the text in Word, but is no word of it."""
    marked = (Span("New co"), Span("a", note="n"), Span("des for R&D, é and UIT\u2011T"))
    note = SettledFootnote("n", "a", "a", "[a]", words("See there."), is_counted=False)

    assert written(letter(Paragraph(marked), footnotes=(note,)))


@pytest.mark.parametrize("document", [FULL, replace(FULL, layout="title"), replace(FULL, layout="row")])
def test_the_shipped_template_loses_nothing(document: Document) -> None:
    """Letters with all parts, in each layout."""
    assert written(document)


def test_marks_of_direction_divide_no_words() -> None:
    """In Arabic the number of "و50 %" is isolated, and all of a text is found however much others are like it."""
    texts = ("نص نص و50 % نص", "نص سمرو50 % نص", "نص نص سمرو50 % نص")
    document = with_directions(replace(sample.ARABIC, body=tuple(Paragraph(words(text)) for text in texts)))

    assert written(document)
