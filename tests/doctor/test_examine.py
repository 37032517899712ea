"""The fields that a pack's templates use, and the problems when its skeletons are laid out."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from circulars.doctor import Asked, asked_by, check_pack
from circulars.errors import PackError
from circulars.pack import Pack, forget_packs, load_pack
from circulars.workspace import Workspace
from conftest import ROOT


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace with a copy of the pack "itu" that has one kind only, so that it is checked faster."""
    folder = Path(shutil.copytree(ROOT / "templates/itu", tmp_path / "templates/itu"))
    facts = (folder / "pack.yaml").read_text()
    (folder / "pack.yaml").write_text(facts[: facts.index("  tsb-collective:")])
    yield Workspace(tmp_path)
    forget_packs()


def page(workspace: Workspace, template: str) -> Pack:
    """The pack with another template for its page."""
    (workspace.folder / "templates/itu/letter.html.j2").write_text(template)
    forget_packs()
    return workspace.pack()


def asked(pack: Pack) -> list[str]:
    """The fields that the page uses."""
    return [one.field for one in asked_by(pack) if one.file == "letter.html.j2"]


@pytest.mark.parametrize(
    ("template", "fields"),
    [
        ("{{ document.closing }}", ["document.closing"]),
        ("{{ document.closing }}{{ document.closing | upper }}", ["document.closing"]),
        ("{% if document.signature %}x{% endif %}", ["document.signature"]),
        (
            "{% for list in document.addressees %}{{ list.label }}{{ loop.index }}{% endfor %}",
            ["document.addressees", "document.addressees[].label"],
        ),
        (
            "{% for list in document.addressees %}{% for e in list.entries %}{{ e.label }}{% endfor %}{% endfor %}",
            ["document.addressees", "document.addressees[].entries", "document.addressees[].entries[].label"],
        ),
        (
            "{% set s = document.signature %}{{ s.name }}",
            ["document.signature", "document.signature.name"],
        ),
        ("{% macro words(all) %}{% for a in all %}{{ a.text }}{% endfor %}{% endmacro %}{{ words(document.subject) }}",
            ["document.subject"]),
        ("{{ document.properties.date.isoformat() }}", ["document.properties.date"]),
        ("{% for a, b in document.body | x %}{{ a }}{{ b }}{% endfor %}", ["document.body"]),
        ("no field", []),
    ],
)  # fmt: skip
def test_the_fields_of_a_template_are_those_of_the_document(
    template: str, fields: list[str], workspace: Workspace
) -> None:
    """Loops are followed; the template's own variables, macros and loop counters are not fields."""
    if "| x" in template:  # only the shape of the loop matters
        template = template.replace(" | x", " | batch(2)")

    assert asked(page(workspace, template)) == fields


def test_the_word_template_uses_fields_in_its_headers_too() -> None:
    """The fields in the body, the headers and the footers are found."""
    fields = {one for one in asked_by(load_pack("itu")) if one.file == "letter.docx"}

    assert {
        Asked("letter.docx", name) for name in ("body", "footer[]", "running_header[]", "signature.lines")
    } <= fields


def test_a_template_that_cannot_be_read_is_an_error(workspace: Workspace) -> None:
    """The error names the line of the wrong tag."""
    with pytest.raises(PackError) as caught:
        asked(page(workspace, "one\n{% if %}\n"))

    (problem,) = caught.value.problems
    assert (Path(problem.where.file).name, problem.where.line) == ("letter.html.j2", 2)


def test_a_pack_without_faults_has_no_problems(workspace: Workspace) -> None:
    """The skeleton is laid out in every format without a problem."""
    assert check_pack("itu", workspace) == ()


def test_a_fault_in_one_template_does_not_hide_a_fault_in_another(workspace: Workspace) -> None:
    """The faults of the page and of the Word template are both reported, each once."""
    (workspace.folder / "templates/itu/skeletons/tsb-circular.yaml").rename(workspace.folder / "skeleton")
    (missing,) = check_pack("itu", workspace)
    (workspace.folder / "skeleton").rename(workspace.folder / "templates/itu/skeletons/tsb-circular.yaml")
    page(workspace, "{{ document.nothing }}")
    (workspace.folder / "templates/itu/letter.docx").write_bytes(b"no Word file")

    problems = check_pack("itu", workspace)

    assert (missing.code, missing.message) == ("missing-file", "the kind 'tsb-circular' has no skeleton")
    assert sorted(Path(problem.where.file).name for problem in problems) == ["letter.docx", "letter.html.j2"]


def test_problems_of_a_skeleton_are_problems_of_the_pack(workspace: Workspace) -> None:
    """They have their places in the skeleton."""
    skeleton = workspace.folder / "templates/itu/skeletons/tsb-circular.yaml"
    skeleton.write_text(skeleton.read_text().replace("subject:", "subjet:"))

    (problem,) = check_pack("itu", workspace)

    assert (problem.code, problem.where.file) == ("unknown-field", str(skeleton))


def test_a_mark_that_is_not_a_picture_is_a_problem_of_the_pack(workspace: Workspace) -> None:
    """It is returned like any other problem, not raised."""
    (workspace.folder / "templates/itu/mark.png").write_bytes(b"no picture")

    (problem,) = check_pack("itu", workspace)

    assert (problem.code, Path(problem.where.file).name) == ("bad-picture", "mark.png")


def test_a_deleted_tag_of_the_word_template_is_reported(workspace: Workspace) -> None:
    """Without the tag, every letter would lose words."""
    template = workspace.folder / "templates/itu/letter.docx"
    _change_word(template, "{{ salutation }}", "")

    problems = check_pack("itu", workspace)

    assert problems
    assert all(problem.where.file.endswith("letter.docx") for problem in problems)
    assert any("salutation" in str(problem) or "Dear Sir/Madam" in str(problem) for problem in problems)


def test_a_page_template_that_loses_words_is_reported(workspace: Workspace) -> None:
    """The problems name the first lost words."""
    template = workspace.folder / "templates/itu/letter.html.j2"
    template.write_text(template.read_text().replace("{{ words(document.salutation) }}", ""))

    problems = check_pack("itu", workspace)

    assert [problem.code for problem in problems] == ["lost-words", "lost-words"]
    assert "Dear Sir/Madam," in problems[0].message + problems[1].message
    assert "Muy Señora mía/Muy Señor mío:" in problems[0].message + problems[1].message


def test_a_template_without_the_addressee_s_block_is_reported(workspace: Workspace) -> None:
    """Merged copies would have no address; this is a problem unless the pack says ``addressee-block: none``."""
    folder = workspace.folder / "templates/itu"
    _change_word(folder / "letter.docx", "{{ addressee }}", "")
    page = folder / "letter.html.j2"
    page.write_text(page.read_text().replace("{{ words(document.addressee) }}", ""))

    problems = check_pack("itu", workspace)

    assert [(problem.code, Path(problem.where.file).name) for problem in problems] == [
        ("missing-tag", "letter.docx"), ("missing-tag", "letter.html.j2"),
    ]  # fmt: skip
    assert {problem.message for problem in problems} == {
        "merged copies would have no addressee's block, although pack.yaml says that they have one"
    }

    facts = folder / "pack.yaml"
    facts.write_text(facts.read_text().replace("addressee-block: left", "addressee-block: none"))
    forget_packs()

    assert check_pack("itu", workspace) == ()


def test_a_language_without_a_font_is_reported(workspace: Workspace) -> None:
    """Of Arabic and Chinese, the Latin font has no letter; the system would take another font."""
    facts = workspace.folder / "templates/itu/pack.yaml"
    lines = facts.read_text(encoding="utf-8").splitlines(keepends=True)
    facts.write_text("".join(line for line in lines if not line.startswith("  ar:")), encoding="utf-8")
    forget_packs()

    problems = check_pack("itu", workspace)

    assert ("unnamed-font", "'fonts:' names no font for 'ar'; the installed font that is found would be used") in [
        (problem.code, problem.message) for problem in problems
    ]


def test_a_misspelt_style_is_reported_with_its_line(workspace: Workspace) -> None:
    """WeasyPrint would silently ignore an unknown property."""
    stylesheet = workspace.folder / "templates/itu/letter.css"
    stylesheet.write_text("p { colr: red }\n" + stylesheet.read_text())

    problems = check_pack("itu", workspace)

    assert [(problem.code, problem.where.line) for problem in problems] == [("passed-over-style", 1)]
    assert "colr" in problems[0].message


def test_a_fault_that_only_shows_in_a_letter_is_reported_by_the_trial(workspace: Workspace) -> None:
    """An unknown filter fails when a letter is laid out."""
    _change_word(workspace.folder / "templates/itu/letter.docx", "{{ salutation }}", "{{ salutation | shout }}")

    (problem,) = check_pack("itu", workspace)

    assert (problem.code, Path(problem.where.file).name) == ("template-error", "letter.docx")
    assert "shout" in problem.message


def _change_word(template: Path, old: str, new: str) -> None:
    """Replaces text in the body of a Word file, as someone who edits the template would."""
    with zipfile.ZipFile(template) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    body = parts["word/document.xml"].decode()
    assert old in body
    parts["word/document.xml"] = body.replace(old, new).encode()
    with zipfile.ZipFile(template, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)
