"""Each paragraph of a Word file has a hidden bookmark that names its place in the letter."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree

from circulars.model.text import Item, Items, Paragraph, Span
from circulars.pack import load_pack
from circulars.render.docx import master
from circulars.render.docx.markup import w
from circulars.render.docx.places import block_name, field_name, is_place
from conftest import Example
from render import sample_letters as sample
from render.sample_letters import words
from render.test_docx import changed_template, letter, part, written

STORIES = ("word/document.xml", "word/footnotes.xml")


def _names(paragraph: etree._Element) -> list[str]:
    """The names of the places that begin in a paragraph."""
    return [name for mark in paragraph.iter(w("bookmarkStart")) if is_place(name := mark.get(w("name"), ""))]


def _paragraphs(data: bytes) -> list[etree._Element]:
    """The paragraphs of the body and of the footnotes, without the lines above these."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        trees = [etree.fromstring(package.read(name)) for name in STORIES if name in package.namelist()]
    return [one for tree in trees for one in tree.iter(w("p")) if "separator" not in str(etree.tostring(one)).lower()]


def _text(paragraph: etree._Element) -> str:
    return "".join(node.text or "" for node in paragraph.iter(w("t")))


def _named(data: bytes) -> dict[str, str]:
    """The text of each place."""
    return {name: _text(paragraph) for paragraph in _paragraphs(data) for name in _names(paragraph)}


@pytest.mark.xdist_group("examples")
def test_every_paragraph_of_a_letter_has_its_place(examples: tuple[Example, ...]) -> None:
    """Each paragraph with words of the head, the body, tables, the end, annexes and footnotes has a bookmark."""
    without = {
        (example.name, _text(paragraph))
        for example in examples
        for paragraph in _paragraphs(example.file("docx").read_bytes())
        if _text(paragraph) and not _names(paragraph)
    }

    assert without == set()


@pytest.mark.xdist_group("examples")
def test_names_of_places_are_names_that_word_accepts(examples: tuple[Example, ...]) -> None:
    """Each is there once in its file, is hidden, and has at most 40 letters, digits and underscores."""
    for example in examples:
        names = [name for one in _paragraphs(example.file("docx").read_bytes()) for name in _names(one)]

        assert len(names) == len(set(names)) > 15
        assert [name for name in names if not re.fullmatch(r"_[A-Za-z0-9_]{1,39}", name)] == []


@pytest.mark.xdist_group("examples")
def test_bookmarks_have_numbers_of_their_own(examples: tuple[Example, ...]) -> None:
    """No two bookmarks of a file have the same number, and each has one end after its beginning."""
    for example in examples:
        with zipfile.ZipFile(example.file("docx")) as package:
            text = "".join(package.read(name).decode() for name in STORIES if name in package.namelist())
        starts = re.findall(r'<w:bookmarkStart w:id="(\d+)"', text)
        ends = re.findall(r'<w:bookmarkEnd w:id="(\d+)"', text)

        assert len(starts) == len(set(starts)) and sorted(starts) == sorted(ends)
        assert all(text.index(f'Start w:id="{one}"') < text.index(f'bookmarkEnd w:id="{one}"') for one in starts)


def test_a_place_is_named_by_what_the_letter_calls_it() -> None:
    """A paragraph has its id, an entry the number in its list, a field its name, which a paragraph may have, too."""
    listed = Items("bullets", (Item("•", words("one")), Item("•", words("two"))), id="body.2")
    named = _named(written(letter(Paragraph(words("Text"), id="subject"), listed, closing="Yours,")))

    assert named[block_name("subject")] == "Text"
    assert named[block_name("body.2#1")] == "one" and named[block_name("body.2#2")] == "two"
    assert named[field_name("closing")] == "Yours,"
    assert named[field_name("subject")] == "".join(span.text for span in sample.COLUMNS.subject[0])


def test_long_names_of_places_differ() -> None:
    """What is beyond 40 characters is in a hash."""
    names = {block_name(f"{'long-' * 20}.{number}") for number in range(3)}

    assert len(names) == 3 and {len(name) for name in names} == {40}


@pytest.mark.parametrize(
    ("tag", "shown", "has_place"),
    [
        ("{{ closing }}", "Yours,", True),
        ("{% if closing == 'Yours,' %}{{ closing }}{% endif %}", "Yours,", True),
        ("Best: {{ closing }}", "Best: Yours,", True),
        ("{{ closing | length }} {{ closing[0] }} {{ closing | upper }}", "6 Y YOURS,", False),
        ("{{ closing ~ '!' }}", "Yours,!", False),
    ],
)
def test_templates_see_the_text_alone(tag: str, shown: str, has_place: bool, tmp_path: Path) -> None:
    """The name of a place changes nothing that a template does with a text; text that was changed has no place."""
    pack = changed_template(tmp_path, ("word/document.xml", "{{ salutation }}", f"{tag}{{{{ salutation }}}}"))
    data = written(letter(Paragraph(words("x")), closing="Yours,", salutation=words("Hi")), pack)
    (paragraph,) = [one for one in _paragraphs(data) if _text(one) == f"{shown}Hi"]

    assert (field_name("closing") in _names(paragraph)) == has_place


def test_a_text_that_is_shown_twice_has_one_place(tmp_path: Path) -> None:
    """Word accepts each name once: the first one is kept."""
    pack = changed_template(tmp_path, ("word/document.xml", "{{ salutation }}", "{{ salutation }} {{ salutation }}"))
    tree = part(written(letter(Paragraph(words("x")), salutation=words("Hello")), pack))
    names = [mark.get(w("name")) for mark in tree.iter(w("bookmarkStart"))]

    assert names.count(field_name("salutation")) == 1


def test_places_of_a_letter_are_not_those_of_its_template(tmp_path: Path) -> None:
    """In a template that was made from a finished letter, places of that letter are removed."""
    old = f'<w:bookmarkStart w:id="7" w:name="{field_name("subject")}"/><w:bookmarkEnd w:id="7"/>'
    pack = changed_template(tmp_path, ("word/document.xml", "<w:body>", f"<w:body><w:p>{old}</w:p>"))
    named = _named(written(sample.COLUMNS, pack))

    assert named[field_name("subject")] == "".join(span.text for span in sample.COLUMNS.subject[0])


def test_a_hole_has_the_place_of_its_text() -> None:
    """A copy has the same places as the letter, whatever is filled in."""
    document = letter(Paragraph((*words("Dear "), Span("", hole="addressee.name")), id="greeting"))
    copy, other = (
        master(document, load_pack("itu")).fill({"addressee.name": name}) for name in ("Ana", "Max\nand others")
    )

    assert _named(copy)[block_name("greeting")] == "Dear Ana"
    assert list(_named(copy)) == list(_named(other))


def test_headers_and_footers_have_no_places() -> None:
    """They are the same on every page, and their texts are not typed in a letter."""
    with zipfile.ZipFile(BytesIO(written(sample.COLUMNS))) as package:
        furniture = [package.read(name) for name in package.namelist() if re.search("header|footer", name)]

    assert furniture and not any(b"bookmarkStart" in one or b"\x0e" in one for one in furniture)
