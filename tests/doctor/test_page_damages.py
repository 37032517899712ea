"""Damaged pages, stylesheets and facts of packs: every damage is reported with its line."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from circulars.doctor import check_pack, examine
from circulars.pack import forget_packs
from circulars.workspace import Workspace
from conftest import ROOT

PAGE, CSS, FACTS, WORDS = "letter.html.j2", "letter.css", "pack.yaml", "words/en.yaml"
BODY = '<p class="salutation">{{ words(document.salutation) }}</p>'


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace with a copy of the pack "itu"."""
    shutil.copytree(ROOT / "templates/itu", tmp_path / "templates/itu")
    yield Workspace(tmp_path)
    forget_packs()


def damage(workspace: Workspace, file: str, old: str, new: str) -> int:
    """Replaces the first ``old`` in a file of the pack by ``new``, and returns its line."""
    path = workspace.folder / "templates/itu" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    forget_packs()
    return text.count("\n", 0, text.index(old)) + 1


def added(tag: str) -> tuple[str, str, str]:
    """A damage: a tag added before the salutation."""
    return PAGE, BODY, tag + BODY


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (added("<script>alert(1)</script>"), "active-content: the page has an element 'script'"),
        (added('<iframe src="/x"></iframe>'), "active-content: the page has an element 'iframe'"),
        (added('<p onclick="go()">Go</p>'), "active-content: 'p' has 'onclick', which is a script"),
        (added('<a href="javascript:go()">Go</a>'), "active-content: 'href' of 'a' is a script"),
        (added('<meta http-equiv="refresh" content="0" />'), "active-content: the page redirects to another one (meta refresh)"),
        (added('<img src="https://www.example.com/x.png" alt="" />'), "outside-address: 'img' refers to 'https://www.example.com/x.png'"),
        (added('<link rel="stylesheet" href="//www.example.com/x.css" />'), "outside-address: 'link' refers to '//www.example.com/x.css'"),
        (added('<p style="background: url(https://www.example.com/x)">x</p>'), "outside-address: 'style' of 'p' refers to 'https://www.example.com/x'"),
        (added("{{ document.closing | safe }}"), "unescaped-text: a field is not escaped on the page"),
        (added("{% autoescape false %}{{ document.closing }}{% endautoescape %}"), "unescaped-text: a part of the page is not escaped"),
        (added("{{ document.clsing }}"), "unknown-name: 'document' has no field 'clsing'"),
        (added("{{ dokument.closing }}"), "unknown-name: letters have no field 'dokument'"),
        (added("{% for one in document.annexes %}{{ one.titel }}{% endfor %}"), "unknown-name: 'document.annexes[]' has no field 'titel'"),
        (added("{% for one in document.closing %}{{ one }}{% endfor %}"), "unknown-name: 'document.closing' is not a list"),
        (added("{{ document.closing"), "unclosed-tag: the tag '{{ document.closing<p class=\"salutation\">' has no end"),
        (added("{{ “a” }}"), "mistyped-tag: '{{ \"a\" }}' is typed with a curly quotation mark"),
        (added("{% fi document.closing %}"), "wrong-tag: '{% fi document.closing %}': there is no statement 'fi'"),
        (added("{% endfor %}"), "wrong-nesting: '{% endfor %}' ends nothing: there is no 'for' before it"),
        ((PAGE, ' lang="{{ document.language }}"', ""), "no-language: the page does not declare its language"),
        ((CSS, "@page {", '@import "other.css";\n@page {'), "outside-address: the stylesheet imports another one (@import)"),
        ((CSS, "body { margin: 0 }", "body { background: url(https://www.example.com/x.png) }"),
            "outside-address: the stylesheet refers to 'https://www.example.com/x.png'"),
        ((CSS, "body { margin: 0 }", "body { background: url('javascript:go()') }"), "active-content: the stylesheet contains a script"),
        ((CSS, "body { margin: 0 }", "body { width: expression(go()) }"), "active-content: the stylesheet contains a script (expression)"),
        ((CSS, "body { margin: 0 }", "body { behavior: url(#x) }"), "active-content: 'behavior' loads a script"),
        ((CSS, "body { margin: 0 }", "body { font-family: Aptos, serif }"),
            "unlisted-font: the stylesheet has the font 'Aptos', which pack.yaml does not list"),
        ((CSS, "body { margin: 0 }", 'body { font: bold 11pt/1.2 "Times New Roman", serif }'),
            "unlisted-font: the stylesheet has the font 'Times New Roman', which pack.yaml does not list"),
        ((CSS, "body { margin: 0 }", "body { margn: 0 }"), "passed-over-style: "),
    ],
    ids=lambda value: value.partition(": ")[2] if isinstance(value, str) else "",
)  # fmt: skip
def test_a_damage_of_the_page_is_reported_with_its_line(
    where: tuple[str, str, str], expected: str, workspace: Workspace
) -> None:
    """The problem names the file, the line and the fact."""
    line = damage(workspace, *where)

    problems = examine(workspace.pack())

    found = [p for p in problems if f"{p.code}: {p.message}".startswith(expected)]
    assert [(Path(p.where.file).name, p.where.line) for p in found] == [(where[0], line)]
    # There is no other problem, except that the added property may also be ignored.
    assert {p.code for p in problems} <= {expected.partition(":")[0], "passed-over-style"}


def test_a_block_without_its_end_is_reported_where_it_begins(workspace: Workspace) -> None:
    """The line is that of the block, not the end of the page, where Jinja notices it."""
    begin = damage(workspace, PAGE, "{% if document.footer %}", "{% if document.footer %}")
    damage(workspace, PAGE, "{% endif %}\n</body>", "</body>")

    (problem,) = examine(workspace.pack())

    assert (problem.code, problem.where.line) == ("wrong-nesting", begin)
    assert problem.message == "'{% if document.footer %}' has no end"


def test_a_damage_that_a_letter_would_report_again_is_reported_once(workspace: Workspace) -> None:
    """With its line, and not again when the skeletons are laid out."""
    facts = workspace.folder / "templates/itu/pack.yaml"
    facts.write_text(facts.read_text()[: facts.read_text().index("  tsb-collective:")])  # one kind is enough
    script = damage(workspace, PAGE, BODY, "<script>alert(1)</script>" + BODY)
    style = damage(workspace, CSS, "@page {", '@import "other.css";\n@page {')

    problems = check_pack("itu", workspace)

    found = [(Path(problem.where.file).name, problem.where.line, problem.code) for problem in problems]
    assert sorted(found) == [(CSS, style, "outside-address"), (PAGE, script, "active-content")]


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "words"),
    [
        (FACTS, "name: itu", "name: ito", "wrong-name", "its folder is 'itu'"),
        (FACTS, "layout: columns", "layout: colums", "unknown-name", "colums"),
        (FACTS, "languages: [en,", "languages: [pt, en,", "missing-file", "'pt' has no words"),
        (FACTS, "bureau: tsb", "bureau: tbs", "missing-words", "'tbs' has no words"),
        (FACTS, "kinds:", "kindz:", "unknown-field", "kindz"),
        (FACTS, "mark: {file: mark.png", "mark: {file: ../../mark.png", "missing-file", "../../mark.png"),
        (WORDS, "organization:", "organisation:", "unknown-field", "organisation"),
        (
            FACTS,
            "families: [Carlito]",
            "families: [Carlito, Nowhere Sans]",
            "missing-font",
            "'Nowhere Sans' is not installed",
        ),
        (
            FACTS,
            "families: [Carlito]",
            "families: [Caladea]",
            "unlisted-font",
            "'Carlito', which pack.yaml does not list",
        ),
    ],
)
def test_a_damage_of_the_facts_is_reported(
    file: str, old: str, new: str, code: str, words: str, workspace: Workspace
) -> None:
    """The facts of a pack must match its files and the fonts of the machine."""
    path = workspace.folder / "templates/itu/pack.yaml"
    facts = path.read_text(encoding="utf-8")
    path.write_text(facts[: facts.index("  tsb-collective:")], encoding="utf-8")  # one kind is checked faster than six
    damage(workspace, file, old, new)

    problems = check_pack("itu", workspace)

    assert any(problem.code == code and words in problem.message for problem in problems), problems


def test_the_shipped_page_has_no_faults(workspace: Workspace) -> None:
    """Nothing is reported about it, its stylesheet, or additional words."""
    shutil.copy(ROOT / "templates/itu/words/es.yaml", workspace.folder / "templates/itu/words/gl.yaml")
    forget_packs()

    assert examine(workspace.pack()) == ()


def test_the_problems_of_all_files_are_reported_at_once(workspace: Workspace) -> None:
    """Those of the page do not hide those of the stylesheet and the Word template."""
    damage(workspace, PAGE, BODY, "<script></script>{{ document.clsing }}" + BODY)
    damage(workspace, CSS, "body { margin: 0 }", "body { font-family: Aptos }")
    (workspace.folder / "templates/itu/letter.docx").write_bytes(b"")

    expected = {(Path(problem.where.file).name, problem.code) for problem in examine(workspace.pack())}

    assert expected == {
        (PAGE, "active-content"), (PAGE, "unknown-name"), (CSS, "unlisted-font"), ("letter.docx", "no-word-file"),
    }  # fmt: skip


def test_words_outside_the_text_area_are_reported_with_the_stylesheet(workspace: Workspace) -> None:
    """What no letter can cause, words and an addressee's block in the wrong place, is a problem of ``letter.css``."""
    damage(workspace, CSS, ".salutation {", ".salutation { inline-size: 190mm; text-align: end;")
    damage(workspace, CSS, ".addressee.left {", ".addressee.left { margin-block-start: -30mm;")
    found = {problem for problem in check_pack("itu", workspace) if problem.where.file.endswith(CSS)}
    facts = sorted(f"{problem.code}: {problem.message}" for problem in found)

    assert any(fact.startswith("outside-text-area: page 1: 'Dear Sir/Madam,' reaches 20 mm") for fact in facts)
    assert any(fact.startswith("hidden-words: page 1: 'Ana Ejemplo' is under a picture") for fact in facts)
    assert all(problem.hint for problem in found)


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        (".plain, .numbered { line-height: 0 }", "overlapping-words: page 1: "),
        (".annex > h2, .annex > h2 ~ * { visibility: hidden }", "empty-page: page "),
    ],
)
def test_a_stylesheet_that_spoils_a_page_is_reported(style: str, expected: str, workspace: Workspace) -> None:
    """The trial letter is laid out, and what its reader would not see is a problem of the stylesheet."""
    damage(workspace, CSS, ".annex {", f"{style}\n.annex {{")

    problems = check_pack("itu", workspace)
    assert any(f"{problem.code}: {problem.message}".startswith(expected) for problem in problems)
