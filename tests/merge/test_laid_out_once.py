"""A letter that is merged with a cache is laid out once, for all kinds of output; several editions are laid out in
parallel.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest

from circulars.cache import open_cache
from circulars.cache.folder import FOLDERS
from circulars.merge.front import MergeOrder, merge
from circulars.merge.making.pool import WorkerPool
from circulars.source.addressees import open_list
from circulars.source.letters import read_letter
from circulars.workspace import Workspace
from commands import Done, run_here
from conftest import layouts

LETTER = """\
kind: tsb-circular
number: 7
date: 2025-01-15
languages: [en, es]
subject: {en: Subject, es: Asunto}
body:
  - {en: Text., es: Texto.}
  - when: {category: [member-state]}
    en: For members.
    es: Para miembros.
"""
NAMES = ("Ana Ejemplo", "Juan Prueba", "Mary Sample", "Anna Muster")
LIST = "id,language,name,address,city,country,category,email\n" + "".join(
    f"a{number},{language},{name},Street {number},Madrid,ES,{category},a{number}@example.org\n"
    for number, (name, language, category) in enumerate(
        (name, language, category)
        for name in NAMES
        for language in ("en", "es")
        for category in ("member-state", "academia")
    )
)
OUT = "output/letter"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A letter in two languages for two audiences, and a list of addressees."""
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "letter.yaml").write_text(LETTER, encoding="utf-8")
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    return tmp_path


def command(folder: Path, *arguments: str) -> Done:
    """A merge in this process, with a folder for the key of the user's cache."""
    environment = {"XDG_STATE_HOME": str(folder / "state")}
    done = run_here(folder, "merge", "letter", "list.csv", "--jobs", "1", *arguments, environment=environment)
    assert done.returncode == 0, done.stderr
    return done


def files(folder: Path) -> dict[str, bytes]:
    """The files of a merge, by name."""
    return {path.name: path.read_bytes() for path in (folder / OUT).iterdir() if path.suffix in (".pdf", ".docx")}


def test_a_letter_is_laid_out_once_for_all_kinds_of_output(folder: Path) -> None:
    """After a dry run, merging it into files, a ZIP file, one file for a printer or drafts lays out nothing."""
    with layouts() as first:
        command(folder, "--dry-run")
    with layouts() as later:
        command(folder)
        command(folder, "--again", "--as", "zip")
        command(folder, "--as", "print")
        command(folder, "--as", "eml", "--from", "Ana <ana@example.int>", "--again")
        command(folder, "--dry-run", "--again")

    assert len(first) >= 4 * 3
    assert later == []


def test_a_preview_shows_the_layouts_that_are_filled(folder: Path) -> None:
    """It lays out only its sheet, and the merge after it lays out nothing."""
    two = partial(command, folder, "--only", "a0,a3")  # two editions
    with layouts() as without:
        two("--preview", "--no-cache")
    plain = (folder / OUT / "preview.pdf").read_bytes()
    with layouts() as first:
        two("--preview", "--formats", "pdf")
    with layouts() as second:
        two("--preview")
    with layouts() as merged:
        two("--formats", "pdf")

    assert len(first) == len(without) > len(second) > 0
    assert merged == []
    assert (folder / OUT / "preview.pdf").read_bytes() == plain


def test_copies_are_the_same_with_the_cache_and_without(folder: Path) -> None:
    """Also after a cache miss."""
    command(folder, "--no-cache")
    without = files(folder)
    command(folder, "--again")
    missed = files(folder)
    command(folder, "--again")

    assert without == missed == files(folder)
    assert len(without) == 2 * 16


def test_without_the_cache_nothing_is_kept(folder: Path) -> None:
    """And nothing is taken from it."""
    one = partial(command, folder, "--only", "a0")
    with layouts() as first:
        one("--no-cache")
    assert not folder.joinpath(*FOLDERS).exists()
    one("--again")
    with layouts() as again:
        one("--again", "--no-cache")

    assert len(again) == len(first) > 0


def test_programs_merge_from_the_cache_too(folder: Path) -> None:
    """The iterator lays out only what the command has not."""
    command(folder)
    written = files(folder)
    letter = read_letter(folder / "letters" / "letter.yaml")
    cache = open_cache(folder, folder / "state" / "circulars")

    with layouts() as told:
        copies = list(merge(letter, open_list("list.csv", folder=folder), Workspace(folder, cache), MergeOrder()))

    assert told == []
    assert {copy.name: copy.data for copy in copies} == written


def test_several_layouts_are_made_by_several_processes() -> None:
    """A few are made here, because processes take longer to start; the system's link to itself tells who makes one."""
    pool = WorkerPool(2, ("pdf",))
    try:
        few = set(pool.lay_out(os.readlink, ["/proc/self"] * 2))
        many = set(pool.lay_out(os.readlink, ["/proc/self"] * 8))
    finally:
        pool.end()
    alone = set(WorkerPool(1, ()).lay_out(os.readlink, ["/proc/self"] * 8))

    assert few == alone == {str(os.getpid())}
    assert str(os.getpid()) not in many


def test_editions_laid_out_by_several_processes_are_the_same(folder: Path) -> None:
    """To the byte, and in the order of the letter's languages."""
    environment = {"XDG_STATE_HOME": str(folder / "state")}
    several = partial(run_here, folder, "merge", "letter", "list.csv", "--jobs", "2", environment=environment)
    assert several().returncode == 0
    made = files(folder)
    with layouts() as told:
        command(folder, "--again")

    assert told == []
    assert files(folder) == made
    command(folder, "--again", "--no-cache")
    assert files(folder) == made
