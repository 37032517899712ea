"""Building letters: all files of a letter, or none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from circulars.build import Order, build, build_file, build_files, check_files
from circulars.errors import UsageError
from circulars.model.letter import Letter
from circulars.pack import forget_packs
from circulars.render import known_formats
from circulars.source.letters import read_letter
from circulars.workspace import Workspace
from conftest import LETTERS, ROOT

LETTER = """\
kind: tsb-circular
number: 1
date: 2025-01-15
languages: [en, es]
subject: {en: Subject, es: Asunto}
body: [{en: Text., es: Texto.}]
"""
TEXT = Order(formats=("txt",))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one letter."""
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "one.yaml").write_text(LETTER, encoding="utf-8")
    return tmp_path


def names(folder: Path) -> list[str]:
    """The files in a folder."""
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_letter_is_built_in_its_languages_as_docx_and_pdf(folder: Path) -> None:
    """By default, a letter in two languages makes four files."""
    built = build_file(folder / "letters/one.yaml", Workspace(folder), Order(), folder / "output")

    assert names(folder / "output") == ["one.en.docx", "one.en.pdf", "one.es.docx", "one.es.pdf"]
    assert [(file.language, file.format) for file in built.written] == [
        ("en", "docx"),
        ("en", "pdf"),
        ("es", "docx"),
        ("es", "pdf"),
    ]
    assert all(file.size == file.path.stat().st_size > 1000 for file in built.written)
    assert (built.problems, built.exit_code) == ((), 0)


def test_an_order_chooses_languages_and_formats(folder: Path) -> None:
    """Only the chosen files are made, in the letter's order of languages."""
    letter = read_letter(folder / "letters/one.yaml")

    made = list(build(letter, Workspace(folder), Order(("es",), ("html", "txt"))))

    assert [output.name for output in made] == ["one.es.html", "one.es.txt"]
    assert made[0].data.startswith(b"<!DOCTYPE html>")
    assert "Asunto: Asunto" in made[1].data.decode()


def test_a_language_that_a_letter_lacks_is_refused(folder: Path) -> None:
    """The hint lists the letter's languages."""
    built = build_file(folder / "letters/one.yaml", Workspace(folder), Order(("fr",)), folder / "output")

    (problem,) = built.problems
    assert built.exit_code == 2
    assert (problem.message, problem.hint) == ("letters/one.yaml is not in the language 'fr'", "it is in en, es")
    assert names(folder / "output") == []


def test_an_unknown_format_names_the_nearest() -> None:
    """Duplicate names are dropped."""
    assert known_formats(["pdf", "docx", "pdf"]) == ("pdf", "docx")

    with pytest.raises(UsageError) as caught:
        known_formats(["pdf", "doc"])

    assert caught.value.problems[0].hint == "did you mean 'docx'?"


@pytest.mark.parametrize(
    ("formats", "message", "hint"),
    [
        (("zz",), "there is no format 'zz'", "the formats are docx, pdf, html, txt"),
        ("txt", "'formats' takes a tuple of texts, not one text", "write formats=('txt',)"),
        ((), "no format is named", "the formats are docx, pdf, html, txt"),
    ],
)
def test_an_order_without_known_formats_is_refused(formats: tuple[str, ...], message: str, hint: str) -> None:
    """Before anything is built."""
    with pytest.raises(UsageError) as caught:
        Order(formats=formats)

    (problem,) = caught.value.problems
    assert (problem.code, problem.message, problem.hint) == ("unknown-format", message, hint)


def test_an_order_may_be_made_from_lists() -> None:
    """It equals the order that is made from tuples."""
    assert Order(["es"], ["txt", "txt"]) == Order(("es",), ("txt",))  # type: ignore[arg-type]


def test_a_letter_with_problems_writes_nothing_and_stops_no_other(folder: Path) -> None:
    """Results are in the order of the letters, including those of faulty letters."""
    letters = folder / "letters"
    (letters / "two.yaml").write_text(LETTER.replace("subject:", "subjet:"), encoding="utf-8")
    (letters / "three.yaml").write_text(LETTER.replace("Text.", "'{{ ref: x }}'"), encoding="utf-8")
    (letters / "four.yaml").write_text(LETTER.replace("number: 1", "number: 4"), encoding="utf-8")
    sources = [letters / f"{name}.yaml" for name in ("two", "one", "three", "four", "none")]

    built = list(build_files(sources, Workspace(folder), TEXT, folder / "output"))

    assert [one.source for one in built] == sources
    assert [one.exit_code for one in built] == [1, 0, 1, 0, 1]
    assert [len(one.written) for one in built] == [0, 2, 0, 2, 0]
    assert [one.problems[0].code for one in built if one.problems] == [
        "unknown-field",
        "undefined-id",
        "unreadable-file",
    ]
    assert names(folder / "output") == ["four.en.txt", "four.es.txt", "one.en.txt", "one.es.txt"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_each_letter_of_a_build_is_read_once(folder: Path, monkeypatch: pytest.MonkeyPatch, jobs: int) -> None:
    """By one process or by several: a file that is gone after it was read once is built all the same."""
    sources = [folder / "letters" / f"{number}.yaml" for number in range(1, 10)]
    for number, source in enumerate(sources, start=1):
        source.write_text(LETTER.replace("number: 1", f"number: {number}"), encoding="utf-8")
    (folder / "letters/9.yaml").write_text(LETTER.replace("subject:", "subjet:"), encoding="utf-8")
    reads: list[str] = []

    def read_and_take_away(path: Path, shown: str = "", languages: tuple[Path, ...] = ()) -> Letter:
        reads.append(path.name)
        try:
            return read_letter(path, shown, languages)
        finally:
            path.unlink()

    monkeypatch.setattr("circulars.build.read_letter", read_and_take_away)
    (folder / "letters/one.yaml").write_text(LETTER.replace("number: 1", "number: 100"), encoding="utf-8")
    built = list(build_files(sources, Workspace(folder), TEXT, folder / "output", jobs))

    assert sorted(reads) == sorted(["one.yaml", *(source.name for source in sources)])
    assert [len(one.written) for one in built] == [2] * 8 + [0]
    assert [problem.code for one in built for problem in one.problems] == ["unknown-field"]


def test_a_pdf_that_fails_leaves_no_docx(folder: Path) -> None:
    """All files of a letter are laid out before the first is written."""
    shutil.copytree(ROOT / "templates/itu", folder / "templates/itu")
    template = folder / "templates/itu/letter.html.j2"
    template.write_text(template.read_text().replace("document.closing", "document.clsing"))
    forget_packs()

    built = build_file(folder / "letters/one.yaml", Workspace(folder), Order(), folder / "output")

    assert built.exit_code == 1
    assert [Path(problem.where.file).name for problem in built.problems] == ["letter.html.j2"]
    assert "clsing" in built.problems[0].message
    assert names(folder / "output") == []


def test_a_file_that_cannot_be_written_leaves_the_others_as_they_were(folder: Path) -> None:
    """If a folder has the name of the last file, no file of the letter is written."""
    output = folder / "output"
    (output / "one.es.txt").mkdir(parents=True)
    (output / "one.en.txt").write_text("old")

    built = build_file(folder / "letters/one.yaml", Workspace(folder), TEXT, output)

    assert built.exit_code == 3
    assert "one.es.txt" in built.problems[0].where.file
    assert names(output) == ["one.en.txt", "one.es.txt"]
    assert (output / "one.en.txt").read_text() == "old"


def test_several_processes_write_the_same_bytes_in_the_same_order(tmp_path: Path) -> None:
    """``jobs`` changes neither a byte nor the order of the results."""
    workspace, order = Workspace(ROOT), Order(formats=("docx", "txt"))
    sources = [*LETTERS[::-1], tmp_path / "none.yaml"]

    alone = list(build_files(sources, workspace, order, tmp_path / "alone", jobs=1))
    shared = list(build_files(sources, workspace, order, tmp_path / "shared", jobs=2))

    assert [one.source for one in alone] == [one.source for one in shared] == sources
    assert [one.problems for one in alone] == [one.problems for one in shared]
    assert len(names(tmp_path / "alone")) == sum(len(one.written) for one in alone) >= len(LETTERS) * 4
    for name in names(tmp_path / "alone"):
        assert (tmp_path / "alone" / name).read_bytes() == (tmp_path / "shared" / name).read_bytes()


def test_parts_for_some_addressees_are_counted_as_left_out(folder: Path) -> None:
    """The result counts the parts that only some addressees get; an audience includes them."""
    letter = folder / "letters/one.yaml"
    letter.write_text(LETTER.replace("body: [", "body: [{en: Some., es: Algunos., when: {category: academia}}, "))
    workspace = Workspace(folder)

    built = build_file(letter, workspace, TEXT, folder / "output")
    (shown, _) = build(read_letter(letter), workspace, Order((), ("txt",), {"category": "academia"}))

    assert built.left_out == 1
    assert "Some." not in (folder / "output/one.en.txt").read_text()
    assert "Some." in shown.data.decode()


def test_a_letter_with_a_pack_of_its_own_is_laid_out_by_it(folder: Path) -> None:
    """``pack: acme`` uses templates/acme of the workspace."""
    shutil.copytree(ROOT / "templates/itu", folder / "templates/acme")
    facts = folder / "templates/acme/pack.yaml"
    facts.write_text(facts.read_text().replace("name: itu", "name: acme"))
    words = folder / "templates/acme/words/en.yaml"
    words.write_text(words.read_text().replace('"TSB Circular {number}"', '"ACME Circular {number}"'))
    letter = folder / "letters/one.yaml"
    letter.write_text(LETTER + "pack: acme\n")

    build_file(letter, Workspace(folder), TEXT, folder / "output")

    assert "Ref: ACME Circular 1" in (folder / "output/one.en.txt").read_text()


# Checking.


def test_checking_finds_problems_that_only_settling_shows(folder: Path) -> None:
    """A reference to a part without a number is found without writing a file."""
    letter = folder / "letters/one.yaml"
    letter.write_text(LETTER.replace("body: [", "body: [{id: x, en: '{{ ref: x }}', es: T, numbered: false}, "))

    (checked,) = check_files([letter], Workspace(folder))

    assert [problem.code for problem in checked.problems] == ["unnumbered-reference"]
    assert checked.exit_code == 1
    assert names(folder / "output") == []


def test_two_letters_with_the_same_reference_are_a_problem(folder: Path) -> None:
    """The problem names the other letter; an amendment has a reference of its own."""
    letters = folder / "letters"
    (letters / "two.yaml").write_text(LETTER)
    (letters / "three.yaml").write_text(LETTER + "amends: {kind: corrigendum, number: 1}\n")

    checked = list(check_files([letters / f"{name}.yaml" for name in ("one", "two", "three")], Workspace(folder)))

    assert [[str(problem) for problem in one.problems] for one in checked] == [
        [],
        [
            "letters/two.yaml:2:1  same-reference  letters/one.yaml has the same kind and number\n"
            "    hint: give one of the two another number"
        ],
        [],
    ]


def test_a_single_letter_is_compared_with_the_others(folder: Path) -> None:
    """Checking or building one letter reports that another one in letters/ has the same number."""
    own = folder / "letters/two.yaml"
    own.write_text(LETTER)

    (checked,) = check_files([own], Workspace(folder))
    (built,) = build_files([own], Workspace(folder), TEXT, folder / "output")

    assert [problem.code for problem in checked.problems] == ["same-reference"]
    assert built.problems == checked.problems
    assert built.written == ()


def test_names_unknown_to_the_pack_are_reported_with_other_problems(folder: Path) -> None:
    """A misspelt list is reported together with a misspelt key."""
    letter = folder / "letters/one.yaml"
    letter.write_text(LETTER.replace("subject:", "subjet:") + "to: [member-state]\n")

    (built,) = build_files([letter], Workspace(folder), TEXT, folder / "output")

    assert [problem.code for problem in built.problems] == ["unknown-field", "unknown-list"]
