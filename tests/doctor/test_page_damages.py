"""What the doctor tells of pages, stylesheets and facts of packs that went wrong, with the line."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from circulars.doctor import check_pack, examine
from circulars.pack import load_pack
from circulars.workspace import Workspace
from conftest import ROOT

PAGE, CSS, FACTS, WORDS = "letter.html.j2", "letter.css", "pack.yaml", "words/en.yaml"
BODY = '<p class="salutation">{{ words(document.salutation) }}</p>'


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace with a copy of the pack "itu"."""
    shutil.copytree(ROOT / "templates/itu", tmp_path / "templates/itu")
    yield Workspace(tmp_path)
    load_pack.cache_clear()


def damage(workspace: Workspace, file: str, old: str, new: str) -> int:
    """Puts other words into a file of the pack, where the old ones first stand; the line where that is."""
    path = workspace.folder / "templates/itu" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    load_pack.cache_clear()
    return text.count("\n", 0, text.index(old)) + 1


def added(tag: str) -> tuple[str, str, str]:
    """Something put before the salutation."""
    return PAGE, BODY, tag + BODY


@pytest.mark.parametrize(
    ("where", "told"),
    [
        (added("<script>alert(1)</script>"), "active-content: the page has an element 'script'"),
        (added('<iframe src="/x"></iframe>'), "active-content: the page has an element 'iframe'"),
        (added('<p onclick="go()">Go</p>'), "active-content: 'p' has 'onclick': a script"),
        (added('<a href="javascript:go()">Go</a>'), "active-content: 'href' of 'a' is a script"),
        (added('<meta http-equiv="refresh" content="0" />'), "active-content: the page leads elsewhere by itself (meta refresh)"),
        (added('<img src="https://www.example.com/x.png" alt="" />'), "outside-address: 'img' asks for 'https://www.example.com/x.png'"),
        (added('<link rel="stylesheet" href="//www.example.com/x.css" />'), "outside-address: 'link' asks for '//www.example.com/x.css'"),
        (added('<p style="background: url(https://www.example.com/x)">x</p>'), "outside-address: 'style' of 'p' asks for 'https://www.example.com/x'"),
        (added("{{ document.closing | safe }}"), "unescaped-text: a field is put on the page unescaped"),
        (added("{% autoescape false %}{{ document.closing }}{% endautoescape %}"), "unescaped-text: a part of the page is not escaped"),
        (added("{{ document.clsing }}"), "unknown-name: 'document' has no field 'clsing'"),
        (added("{{ dokument.closing }}"), "unknown-name: letters have no field 'dokument'"),
        (added("{% for one in document.annexes %}{{ one.titel }}{% endfor %}"), "unknown-name: 'document.annexes[]' has no field 'titel'"),
        (added("{% for one in document.closing %}{{ one }}{% endfor %}"), "unknown-name: 'document.closing' is no list"),
        (added("{{ document.closing"), "unclosed-tag: the tag '{{ document.closing<p class=\"salutation\">' has no end"),
        (added("{{ “a” }}"), "mistyped-tag: '{{ \"a\" }}' is typed with a curly quotation mark"),
        (added("{% fi document.closing %}"), "wrong-tag: '{% fi document.closing %}': there is no statement 'fi'"),
        (added("{% endfor %}"), "wrong-nesting: '{% endfor %}' ends nothing: no 'for' stands before it"),
        ((PAGE, ' lang="{{ document.language }}"', ""), "no-language: the page does not say its language"),
        ((CSS, "@page {", '@import "other.css";\n@page {'), "outside-address: the stylesheet takes in another one (@import)"),
        ((CSS, "body { margin: 0 }", "body { background: url(https://www.example.com/x.png) }"),
            "outside-address: the stylesheet asks for 'https://www.example.com/x.png'"),
        ((CSS, "body { margin: 0 }", "body { background: url('javascript:go()') }"), "active-content: the stylesheet has a script"),
        ((CSS, "body { margin: 0 }", "body { width: expression(go()) }"), "active-content: the stylesheet has a script (expression)"),
        ((CSS, "body { margin: 0 }", "body { behavior: url(#x) }"), "active-content: 'behavior' loads a script"),
        ((CSS, "body { margin: 0 }", "body { font-family: Aptos, serif }"),
            "unlisted-font: the stylesheet has the font 'Aptos', which pack.yaml does not name"),
        ((CSS, "body { margin: 0 }", 'body { font: bold 11pt/1.2 "Times New Roman", serif }'),
            "unlisted-font: the stylesheet has the font 'Times New Roman', which pack.yaml does not name"),
        ((CSS, "body { margin: 0 }", "body { margn: 0 }"), "passed-over-style: "),
    ],
    ids=lambda value: value.partition(": ")[2] if isinstance(value, str) else "",
)  # fmt: skip
def test_a_damage_of_the_page_is_told_with_its_line(
    where: tuple[str, str, str], told: str, workspace: Workspace
) -> None:
    """The file, the line, and the fact."""
    line = damage(workspace, *where)

    problems = examine(workspace.pack())

    found = [p for p in problems if f"{p.code}: {p.message}".startswith(told)]
    assert [(Path(p.where.file).name, p.where.line) for p in found] == [(where[0], line)]
    # What is put in reaches out or acts in one way; a passed-over property may be told of the same line.
    assert {p.code for p in problems} <= {told.partition(":")[0], "passed-over-style"}


def test_a_block_without_its_end_is_told_where_it_begins(workspace: Workspace) -> None:
    """Not at the end of the page, where Jinja notices it."""
    begin = damage(workspace, PAGE, "{% if document.footer %}", "{% if document.footer %}")
    damage(workspace, PAGE, "{% endif %}\n</body>", "</body>")

    (problem,) = examine(workspace.pack())

    assert (problem.code, problem.where.line) == ("wrong-nesting", begin)
    assert problem.message == "'{% if document.footer %}' has no end"


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "words"),
    [
        (FACTS, "name: itu", "name: ito", "wrong-name", "its folder is 'itu'"),
        (FACTS, "layout: columns", "layout: colums", "unknown-name", "colums"),
        (FACTS, "languages: [en, es]", "languages: [en, es, fr]", "missing-file", "'fr' has no words"),
        (FACTS, "bureau: tsb", "bureau: tbs", "missing-words", "'tbs' has no words"),
        (FACTS, "kinds:", "kindz:", "unknown-field", "kindz"),
        (FACTS, "mark: {file: mark.png", "mark: {file: ../../mark.png", "missing-file", "../../mark.png"),
        (WORDS, "organization:", "organisation:", "unknown-field", "organisation"),
        (
            FACTS,
            "fonts: [Carlito]",
            "fonts: [Carlito, Nowhere Sans]",
            "missing-font",
            "'Nowhere Sans' is not installed",
        ),
        (FACTS, "fonts: [Carlito]", "fonts: [Caladea]", "unlisted-font", "'Carlito', which pack.yaml does not name"),
    ],
)
def test_a_damage_of_the_facts_is_told(
    file: str, old: str, new: str, code: str, words: str, workspace: Workspace
) -> None:
    """What a pack says of itself is held against its files, and against the machine."""
    path = workspace.folder / "templates/itu/pack.yaml"
    facts = path.read_text(encoding="utf-8")
    path.write_text(facts[: facts.index("  tsb-collective:")], encoding="utf-8")  # one kind is tried faster than six
    damage(workspace, file, old, new)

    problems = check_pack("itu", workspace)

    assert any(problem.code == code and words in problem.message for problem in problems), problems


def test_the_shipped_page_is_in_good_health(workspace: Workspace) -> None:
    """Nothing is told of it, its stylesheet, or the French words beside it."""
    shutil.copy(ROOT / "tests/french/words/fr.yaml", workspace.folder / "templates/itu/words/fr.yaml")
    load_pack.cache_clear()

    assert examine(workspace.pack()) == ()


def test_all_files_problems_are_told_at_once(workspace: Workspace) -> None:
    """The page's do not hide the stylesheet's, nor those of the Word template."""
    damage(workspace, PAGE, BODY, "<script></script>{{ document.clsing }}" + BODY)
    damage(workspace, CSS, "body { margin: 0 }", "body { font-family: Aptos }")
    (workspace.folder / "templates/itu/letter.docx").write_bytes(b"")

    told = {(Path(problem.where.file).name, problem.code) for problem in examine(workspace.pack())}

    assert told == {
        (PAGE, "active-content"), (PAGE, "unknown-name"), (CSS, "unlisted-font"), ("letter.docx", "no-word-file"),
    }  # fmt: skip
