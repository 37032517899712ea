"""Letters with all parts show which words of letters a pack's templates lose, repeat or show in another order."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from copy import deepcopy
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

import docx
import pytest
from lxml import etree

from circulars.doctor.same_words import same_words_problems
from circulars.doctor.whole_letter import lacking_letters, whole_letters
from circulars.pack import forget_packs
from circulars.render.docx.markup import w
from circulars.render.docx.tags import LATER
from circulars.workspace import Workspace
from conftest import ROOT
from render import sample_letters as sample


@pytest.fixture
def office(tmp_path: Path) -> Workspace:
    """A workspace with a copy of the pack "emwo"."""
    shutil.copytree(ROOT / "templates/emwo", tmp_path / "templates/emwo")
    forget_packs()
    return Workspace(tmp_path)


def text_of(paragraph: etree._Element) -> str:
    return "".join(node.text or "" for node in paragraph.iter(w("t")))


def paragraphs(file: Any, tag: str) -> list[etree._Element]:
    """The paragraphs of a Word file with a tag; there is at least one."""
    found = [one for one in file.element.body.iter(w("p")) if tag in text_of(one)]
    assert found
    return found


def replaced(before: str, after: str, file: Any) -> None:
    for paragraph in paragraphs(file, before):
        for node in paragraph.iter(w("t")):
            node.text = (node.text or "").replace(before, after)


def repeated(tag: str, file: Any) -> None:
    paragraph = paragraphs(file, tag)[0]
    paragraph.addnext(deepcopy(paragraph))


def moved(tag: str, above: str, file: Any) -> None:
    """Moves the paragraph with a tag above another one."""
    paragraphs(file, above)[0].addprevious(paragraphs(file, tag)[0])


def problems(office: Workspace, change: Callable[[Any], None]) -> list[tuple[str, str, str]]:
    """The code, fact and remedy of the problems of the pack's Word template after a change."""
    path = office.folder / "templates/emwo/letter.docx"
    file = docx.Document(str(path))
    change(file)
    file.save(str(path))
    forget_packs()
    found = list(same_words_problems(office.pack("emwo"), office))
    assert {one.where.file for one in found} <= {str(path)}
    return [(one.code, one.message, one.hint) for one in found]


@pytest.mark.parametrize("name", ["itu", "emwo"])
def test_shipped_packs_show_each_word_once_and_in_order(name: str) -> None:
    """In each layout and language, in Word and on the page."""
    workspace = Workspace(ROOT)

    assert list(same_words_problems(workspace.pack(name), workspace)) == []


def test_the_letter_has_all_parts() -> None:
    """No field of the document is empty, except for those of merged and built files."""
    [letter, *_] = whole_letters(sample.COLUMNS, frozenset(LATER))
    empty = {one.name for one in fields(letter.document) if not getattr(letter.document, one.name)}

    assert empty == {"addressee", "attachments", "blank_label", "box_label", "cosignatures", "date_beside",
                     "ends_briefly", "footnotes_label", "label_width", "side_by_side"}  # fmt: skip


def test_a_letter_can_lack_each_part() -> None:
    """No word of the part is expected, and every other word is."""
    [letter, *_] = whole_letters(sample.COLUMNS, frozenset(LATER))
    lacking = {one.lacking: one for one in lacking_letters(letter)}

    assert len(lacking) == 15
    assert "closing" not in lacking["a closing"].fields.values()
    assert "closing" in lacking["a salutation"].fields.values()


@pytest.mark.parametrize(
    ("before", "after", "field", "context"),
    [
        ("{{ closing }}", "{{ closing[:4] }}", "closing", ""),
        ("{{ salutation }}", "{% if language == 'en' %}{{ salutation }}{% endif %}", "salutation",
         " in letters in the language 'es'"),
        ("{{ signature.lines }}", "{{ signature.name }}", "signature.title", ""),
        ("{{r annex.title }}", "", "annexes[].title", ""),
        ("{%p for annex in annexes %}", "{%p for annex in annexes[:1] %}", "annexes[].label", ""),
        ("in references.entries %}", "in references.entries[:1] %}", "references.entries[].text", ""),
        (" {{ date_line }}", "{% if not closing %}{{ date_line }}{% endif %}", "date_line", ""),
        ("{{ list.label }}", "", "addressees[].label", ""),
        ("{%p if closing %}", "{%p if closing and salutation %}", "closing", " in letters without a salutation"),
    ],
)  # fmt: skip
def test_lost_words_are_reported_with_their_field(
    before: str, after: str, field: str, context: str, office: Workspace
) -> None:
    """The problem names the letters in which they are lost, if not in all."""
    found = problems(office, partial(replaced, before, after))

    assert {code for code, _, _ in found} == {"lost-words"}
    assert any(f"words of '{field}' are not on the page{context}" in fact for _, fact, _ in found)
    assert all(remedy.startswith("show all of them: {") for _, _, remedy in found)


@pytest.mark.parametrize("tag", ["{{ closing }}", "{{p body }}", "{{ drafter }}", "{{p annex.body }}"])
def test_repeated_words_are_reported_with_their_tags(tag: str, office: Workspace) -> None:
    """The problem names both places."""
    [(code, fact, remedy)] = problems(office, partial(repeated, tag))

    assert code == "repeated-words"
    assert fact.count(f"'{tag}'") >= 2
    assert remedy == "keep one of its tags"


def test_a_reference_may_be_there_twice(office: Workspace) -> None:
    """A template may show date, reference or subject in several places."""
    assert problems(office, partial(repeated, "{{r line }} {{ date_line }}")) == []


@pytest.mark.parametrize(
    ("tag", "above", "before", "after"),
    [
        ("{{ closing }}", "{{p body }}", "closing", "body"),
        ("{{r annex.title }}", "{{r annex.label }}", "annexes[].title", "annexes[].label"),
        ("{{p annex.body }}", "{{ annex.parent }}", "annexes[].body", "annexes[].parent"),
    ],
)
def test_parts_in_another_order_are_reported(tag: str, above: str, before: str, after: str, office: Workspace) -> None:
    """The problem names the part that comes too early, and the part that should precede it."""
    found = problems(office, partial(moved, tag, above))

    assert [code for code, _, _ in found] == ["words-out-of-order"]
    assert f"'{before}' comes before '{after}'; in the letter it comes after" in found[0][1]
    assert found[0][1].startswith("body, paragraph ")
