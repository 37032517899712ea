"""What is read in a Word file is what was edited in it, by LibreOffice and by python-docx, tracked and not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from circulars.review.word_edits.accepted import accepted
from circulars.review.word_edits.edited import EditedDocument, EditedParagraph
from circulars.review.word_edits.reading import read_edited
from conftest import Example
from once import made_once
from review.word_edits.edits import AUTHOR, Edit, Job, libreoffice_edits, lines_after, lines_of, python_docx_edits

pytestmark = pytest.mark.xdist_group("examples")

_P, _CELL = "_c_objectives", "_c_deadlines_n3_n1"
WORDS: Mapping[str, Edit] = {
    "words": Edit("replace", _P, "meeting", "assembly & <fair>"),
    "all words": Edit("replace", _P, "", "All is new."),
    "no words": Edit("replace", _P, "main ", ""),
    "two lines": Edit("replace", _P, "are to", "are\nto"),
    "words before": Edit("insert before", _P, "The main", "Now: "),
    "words behind": Edit("insert after", _P, "meeting", ", as ever,"),
    "an accent": Edit("replace", _P, "are", "a\u0301re \u00e9"),
    "the subject": Edit("replace", "_f_subject", "Meeting", "Assembly"),
    "an entry": Edit("replace", "_c_objectives_ditems_n2", "Present", "Show"),
    "a label": Edit("replace", "_f_subject_dlabel", "Subject", "About"),
}
PARAGRAPHS: Mapping[str, Edit] = {
    "split": Edit("split", _P, "objectives"),
    "added": Edit("add", _P, "", "A new paragraph."),
    "entry added": Edit("add", "_c_objectives_ditems_n1", "", "A new entry;"),
    "removed": Edit("remove", "_c_languages"),
    "entry removed": Edit("remove", "_c_objectives_ditems_n2"),
    "merged": Edit("merge", "_c_languages"),
    "moved": Edit("move", "_c_languages", "", "_c_participation"),
    "moved down": Edit("move down", "_c_objectives_ditems_n1"),
}
LOOKS: Mapping[str, tuple[Edit, str, object]] = {
    "bold": (Edit("bold", _P, "meeting"), "bold", True),
    "italic": (Edit("italic", _P, "meeting"), "italic", True),
    "underline": (Edit("underline", _P, "meeting"), "looks", ("underlined",)),
    "link": (Edit("link", _P, "meeting", "https://example.org/a?b=c&d"), "link", "https://example.org/a?b=c&d"),
}
FOREIGN: Mapping[str, tuple[Edit, tuple[str, str]]] = {
    "colour": (Edit("red", _P, "meeting"), ("colour", "FF0000")),
    "size": (Edit("size", _P, "meeting", "20"), ("size", "20 pt")),
    "font": (Edit("font", _P, "meeting", "DejaVu Sans"), ("font", "DejaVu Sans")),
}
ROWS: Mapping[str, Edit] = {"row added": Edit("add row", _CELL), "row removed": Edit("remove row", _CELL)}
_LETTER, _WITH_TABLE = "tsb-circular-213.en", "tsb-collective-2-5.en"
_ALL: Mapping[str, tuple[str, Edit]] = {
    **{name: (_LETTER, edit) for name, edit in {**WORDS, **PARAGRAPHS}.items()},
    **{name: (_LETTER, look[0]) for name, look in LOOKS.items()},
    **{name: (_LETTER, foreign[0]) for name, foreign in FOREIGN.items()},
    **{name: (_WITH_TABLE, edit) for name, edit in ROWS.items()},
}
PROGRAMS = ("python-docx", "LibreOffice")
TRACKED = {"tracked": True, "not tracked": False}


class Files:
    """The files before and after each edit."""

    def __init__(self, examples: tuple[Example, ...], folder: Path) -> None:
        self.folder = folder
        self.before = {example.name: example.file("docx") for example in examples}

    def read(self, program: str, name: str, is_tracked: bool) -> EditedDocument:
        """What is read in the file after an edit in a program."""
        letter, edit = _ALL[name]
        if program == "python-docx":
            return read_edited(python_docx_edits(self.before[letter].read_bytes(), (edit,), is_tracked))
        number = 2 * [*_ALL].index(name) + is_tracked
        return read_edited((self.folder / f"{number}.docx").read_bytes())

    def original(self, name: str) -> EditedDocument:
        """What is read in the file before an edit."""
        return read_edited(self.before[_ALL[name][0]].read_bytes())


@pytest.fixture(scope="session")
def files(examples: tuple[Example, ...], tmp_path_factory: pytest.TempPathFactory) -> Files:
    """LibreOffice makes every edit in one start, and saves every example."""
    before = {example.name: example.file("docx") for example in examples}
    jobs = [Job(before[letter], (edit,), tracked) for letter, edit in _ALL.values() for tracked in (False, True)]
    jobs += [Job(file, ()) for file in before.values()]
    folder = made_once(tmp_path_factory, "word-edits", lambda folder: _make(jobs, folder))
    return Files(examples, folder)


def _make(jobs: list[Job], folder: Path) -> None:
    libreoffice_edits(jobs, folder)


def test_a_saved_file_reads_as_before_in_libreoffice(files: Files) -> None:
    """Every example in each language, opened and saved: each paragraph, place, run, style and list is the same."""
    different = dict[str, object]()
    for number, (name, file) in enumerate(files.before.items(), start=2 * len(_ALL)):
        old, new = read_edited(file.read_bytes()), read_edited((files.folder / f"{number}.docx").read_bytes())
        pairs = zip(map(_without_slash, old.paragraphs), map(_without_slash, new.paragraphs), strict=True)
        if changed := [pair for pair in pairs if pair[0] != pair[1]]:
            different[name] = changed
        elif {*old.unmapped} != {*new.unmapped}:
            different[name] = {*old.unmapped} ^ {*new.unmapped}

    assert different == {}


def _without_slash(paragraph: EditedParagraph) -> EditedParagraph:
    """A paragraph without the slash that LibreOffice adds to the address of a whole site."""
    runs = (replace(run, link=run.link.removesuffix("/")) for run in paragraph.runs)
    return replace(paragraph, runs=tuple(runs))


def test_a_saved_file_reads_as_before_in_python_docx(examples: tuple[Example, ...]) -> None:
    """Every example in each language, opened and saved."""
    for example in examples:
        data = example.file("docx").read_bytes()

        assert read_edited(python_docx_edits(data, ())) == read_edited(data)


@pytest.mark.parametrize("tracked", TRACKED)
@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("name", [*WORDS, *PARAGRAPHS])
def test_edits_of_words_and_paragraphs_are_read(name: str, program: str, tracked: str, files: Files) -> None:
    """The paragraphs have the words and the places that they must have after the edit; nothing else has changed."""
    read, original = files.read(program, name, TRACKED[tracked]), files.original(name)

    assert lines_of(accepted(read.paragraphs)) == lines_after(lines_of(original.paragraphs), (_ALL[name][1],))
    assert {*read.unmapped} == {*original.unmapped}
    is_named = read.paragraphs and any(_changes(one) for one in read.paragraphs)
    assert is_named == (TRACKED[tracked] and (program, name.partition(" ")[0]) != ("python-docx", "moved"))


def _changes(paragraph: EditedParagraph) -> list[str]:
    """The tracked changes of a paragraph."""
    found = (paragraph.mark, *(run.revision for run in paragraph.runs))
    return [change.kind for change in found if change]


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("name", LOOKS)
def test_looks_and_links_are_read(name: str, program: str, files: Files) -> None:
    """The run with the words has the new look; all others have the same as before."""
    _, field, value = LOOKS[name]
    read, original = files.read(program, name, False), files.original(name)
    pairs = zip(map(_without_slash, read.paragraphs), map(_without_slash, original.paragraphs), strict=True)
    ((new, old),) = [(new, old) for new, old in pairs if new != old]

    assert [(run.text, getattr(run, field)) for run in new.runs if getattr(run, field)] == [("meeting", value)]
    assert new.text == old.text and read.unmapped == original.unmapped


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("name", FOREIGN)
def test_what_letters_cannot_have_is_listed(name: str, program: str, files: Files) -> None:
    """It has its kind, what it is, and the place of its paragraph."""
    read, original = files.read(program, name, False), files.original(name)
    (more,) = {*read.unmapped} - {*original.unmapped}

    assert (more.kind, more.words, more.place) == (*FOREIGN[name][1], _P)


@pytest.mark.parametrize("tracked", TRACKED)
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_row_that_was_added_has_no_place(program: str, tracked: str, files: Files) -> None:
    """Its cells are below those of the row, and empty; rows below it are counted on."""
    read = accepted(files.read(program, "row added", TRACKED[tracked]).paragraphs)
    original = files.original("row added")
    at = next(one.cell for one in original.paragraphs if _CELL in one.names)
    assert at
    new = [one for one in read if one.cell and (one.cell.table, one.cell.row) == (at.table, at.row + 1)]

    assert {(one.text, one.names) for one in new} == {("", ())}
    assert {one.cell.column for one in new if one.cell} == {1, 2}
    assert [one for one in lines_of(read) if one.names] == [one for one in lines_of(original.paragraphs) if one.names]


@pytest.mark.parametrize("tracked", TRACKED)
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_row_that_was_removed_is_gone(program: str, tracked: str, files: Files) -> None:
    """All of its cells are."""
    read = accepted(files.read(program, "row removed", TRACKED[tracked]).paragraphs)
    original = files.original("row removed")
    gone = {name for line in lines_of(original.paragraphs) for name in line.names} - {
        name for line in lines_of(read) for name in line.names
    }

    assert gone == {"_c_deadlines_n3_n1", "_c_deadlines_n3_n2", "_c_deadlines_n3_n2_l2"}


def test_comments_stay_when_libreoffice_saves_them(files: Files, tmp_path: Path) -> None:
    """A comment has its author, its text and the words that it is about."""
    from readers import libreoffice_files

    (tmp_path / "old").mkdir()
    data = python_docx_edits(files.before[_LETTER].read_bytes(), (Edit("comment", _P, "meeting", "Which one?"),))
    (tmp_path / "old" / "letter.docx").write_bytes(data)
    libreoffice_files([tmp_path / "old" / "letter.docx"], tmp_path, "docx")

    for read in (read_edited(data), read_edited((tmp_path / "letter.docx").read_bytes())):
        (comment,) = read.comments
        assert comment.anchor is not None
        text = "".join(run.text for run in read.paragraphs[comment.anchor].runs)
        assert (comment.author, comment.text, text[comment.start : comment.end]) == (AUTHOR, "Which one?", "meeting")
        placed = [_without_slash(one) for one in files.original("words").paragraphs if one.names]
        assert [_without_slash(one) for one in read.paragraphs if one.names] == placed
