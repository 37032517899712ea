"""The HTML writer, read back with an HTML parser."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from browsers import Visit, visit
from circulars.errors import PackError
from circulars.model.document import Document
from circulars.model.text import Span
from circulars.pack import load_pack
from circulars.render.html import master
from circulars.render.txt import text_of
from render.sample_letters import ALL, ARABIC, COLUMNS, PLAIN, words


def page(document: Document) -> str:
    """The document as HTML in the shipped pack."""
    return master(document, load_pack()).fill({}).decode()


def tree_of(source: str) -> Any:
    """The page as lxml reads it."""
    return html.fromstring(source)


@pytest.mark.parametrize("name", ALL)
def test_the_page_says_the_words_of_the_letter_in_order(name: str) -> None:
    """The text of the body, with the footer last, equals that of ``txt``."""
    document = ALL[name]
    body = tree_of(page(document)).find("body")
    expected = re.sub("-{72}", "", text_of(document))

    assert "".join(body.text_content().split()) == "".join(expected.split())


@pytest.mark.parametrize("name", ALL)
def test_the_page_needs_no_other_file(name: str) -> None:
    """Stylesheet and pictures are embedded; the only addresses are those of links."""
    source = page(ALL[name])

    assert source.startswith("<!DOCTYPE html>")
    assert set(re.findall(r'\bsrc="(.{5})', source)) <= {"data:"}
    assert not re.search(r"url\((?!\"data:)|@import|<link|<script", source)


def test_the_page_is_semantic() -> None:
    """Row labels are row headers, lists are lists, an annex is a section, and there is one title."""
    tree = tree_of(page(COLUMNS))

    assert [th.text_content() for th in tree.xpath("//table[contains(@class, 'reference')]//th[@scope='row']")] == [
        "Ref:", "Tel:", "Fax:", "E-mail:", "Web:", "Subject:",
    ]  # fmt: skip
    assert len(tree.xpath("//h1")) == 1
    assert [section.get("id") for section in tree.xpath("//section")] == ["programme", "form"]
    assert len(tree.xpath("//article//ul[@class='bullets']/li")) == 3
    assert len(tree.xpath("//article//ol[@class='letters']/li")) == 2
    assert len(tree.xpath("//thead/tr/th[@scope='col']")) == 3


def test_lists_are_inside_entries() -> None:
    """A list of an entry is an element of the entry, after its paragraphs, and the entry has its id."""
    [second] = tree_of(page(COLUMNS)).xpath("//li[@id='attached']")

    assert [child.tag for child in second] == ["span", "p", "ol"]
    assert len(second.xpath("ol[@class='romans']/li/ul[@class='bullets']/li/ol[@class='numbers']/li")) == 2


def test_links_inside_lead_to_a_place() -> None:
    """Every "#…" names an id of the page, and ids are unique."""
    tree = tree_of(page(COLUMNS))
    ids = tree.xpath("//@id")
    inside = [address[1:] for address in tree.xpath("//a/@href") if address.startswith("#")]

    assert len(ids) == len(set(ids))
    assert inside == ["programme", "languages"]
    assert set(inside) <= set(ids)


def test_language_and_direction_are_declared() -> None:
    """An Arabic letter declares its language and runs from right to left."""
    root = tree_of(page(ARABIC))

    assert (root.get("lang"), root.get("dir")) == ("ar", "rtl")


def test_the_stylesheet_has_only_logical_properties() -> None:
    """Pages from right to left need no additional rules."""
    style = re.sub(r"/\*.*?\*/", "", load_pack().read("letter.css").decode(), flags=re.DOTALL)

    style = re.sub(r"\.addressee\.(left|right) \{[^}]*\}", "", style)  # an envelope's window is where it is
    assert not re.search(r"\b(left|right)\b\s*[:;}]|-(left|right)\b", style)


def test_markup_in_a_letter_stays_text() -> None:
    """Text that looks like markup is shown as typed, also in attributes."""
    typed = '<script>alert(1)</script> & "quotes" {{ 7*7 }}'
    tree = tree_of(page(replace(PLAIN, salutation=(Span(typed),), footer=(typed,), running_header=(typed, "{page}"))))

    assert not tree.xpath("//script")
    assert tree.xpath("string(//p[@class='salutation'])") == typed
    assert tree.find("body").get("data-footer") == typed


def test_a_line_feed_is_a_line_break() -> None:
    """A forced break in a paragraph is a ``br``."""
    tree = tree_of(page(COLUMNS))

    assert len(tree.xpath("//p[@id='body.4']/br")) == 1


def test_adjacent_spans_of_one_link_are_one_link() -> None:
    """A link with one strong word inside is one ``a`` with a ``strong``."""
    tree = tree_of(page(COLUMNS))

    assert [a.text_content() for a in tree.xpath("//p[@id='body.4']/a[strong]")] == ["the meeting's own page"]


def test_an_undefined_name_in_a_template_is_a_problem(tmp_path: Path) -> None:
    """The error names the line; the name is never replaced by nothing."""
    (tmp_path / "letter.html.j2").write_text("<html>\n{{ document.adress }}</html>")
    (tmp_path / "letter.css").write_text("")

    with pytest.raises(PackError) as caught:
        master(PLAIN, replace(load_pack(), folder=tmp_path)).fill({})

    (problem,) = caught.value.problems
    assert (problem.code, problem.where.line) == ("template-error", 2)
    assert "adress" in problem.message


def test_a_template_is_a_sandbox(tmp_path: Path) -> None:
    """A template reaches nothing of Python behind the document."""
    (tmp_path / "letter.html.j2").write_text("{{ document.__class__.__mro__ }}")
    (tmp_path / "letter.css").write_text("")

    with pytest.raises(PackError):
        master(PLAIN, replace(load_pack(), folder=tmp_path)).fill({})


def test_a_stylesheet_may_name_the_packs_own_files_only(tmp_path: Path) -> None:
    """A file of the pack becomes a ``data:`` address; another address is a problem."""
    pack = replace(load_pack(), folder=tmp_path)
    (tmp_path / "letter.html.j2").write_text("<html><head></head></html>")
    (tmp_path / "seal.png").write_bytes(b"seal")
    (tmp_path / "letter.css").write_text("p { background: url(seal.png) }")

    assert b'url("data:image/png;base64,c2VhbA==")' in master(PLAIN, pack).fill({})

    for address in ("https://example.int/seal.png", "//example.int/seal.png", "../pack.yaml"):
        (tmp_path / "letter.css").write_text(f"p {{ background: url('{address}') }}")
        with pytest.raises(PackError):
            master(PLAIN, pack).fill({})


def test_a_hole_shows_its_name_until_it_is_filled() -> None:
    """A letter to many addressees can be viewed without addressees."""
    letter = replace(PLAIN, subject=(words("", hole="addressee.name"),))

    assert "«addressee.name»" in page(letter)
    assert "R&amp;D Office" in master(letter, load_pack()).fill({"addressee.name": "R&D Office"}).decode()


_LAST_LINE = "Math.max(...[...document.querySelectorAll('.letter *')].map((one) => one.getBoundingClientRect().bottom))"
_FOOTER = "(document.querySelector('footer')?.getBoundingClientRect().top ?? Infinity)"
_TOO_WIDE = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"


def test_nothing_is_covered_or_beside_a_narrow_window(tmp_path: Path) -> None:
    """On a phone, and at 400 %, the footer is below the letter, and only tables of data are wider than the window."""
    visits, names = [], []
    for name, letter in ALL.items():
        (tmp_path / f"{name}.html").write_bytes(master(letter, load_pack()).fill({}))
        for width in (1000, 480, 320):
            steps = [{"value": f"{_FOOTER} - {_LAST_LINE}"}, {"value": _TOO_WIDE}]
            visits.append(Visit(str(tmp_path / f"{name}.html"), steps, width=width))
            names.append((name, width, '<table class="data' in (tmp_path / f"{name}.html").read_text()))

    found = dict(zip(names, visit(visits), strict=True))

    assert [name for name, (room, _) in found.items() if room is not None and room < -0.5] == []
    assert [name for name, (_, beside) in found.items() if beside > 0 and not name[2]] == []
