"""Letters that are built with a cache: laid out once, and with the same bytes as without one."""

from __future__ import annotations

import io
import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import segno

from circulars.build import Order, _cache_entry, _Finished, build_file, build_files
from circulars.cache import Cache
from circulars.cache.folder import FOLDERS
from circulars.formats import WRITERS
from circulars.language import SHIPPED as LANGUAGES
from circulars.language import forget_languages
from circulars.pack import SHIPPED, forget_packs
from circulars.source.letters import read_letter
from circulars.verify import verify
from circulars.workspace import Workspace
from conftest import LETTERS, ROOT, layouts

LETTER = """\
kind: tsb-circular
number: {number}
date: 2025-01-15
languages: [en, es]
subject: {{en: Subject, es: Asunto}}
body: [{{en: Text., es: Texto.}}]
signatory: {{post: tsb-director, name: Ana Ejemplo, picture: sign.png}}
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A letter, with a pack and a language of the workspace's own, and a cache."""
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "sign.png").write_bytes(png("Ana"))
    add_letter(tmp_path, 1)
    shutil.copytree(SHIPPED / "itu", tmp_path / "templates" / "itu")
    (tmp_path / "languages").mkdir()
    shutil.copy(LANGUAGES / "es.yaml", tmp_path / "languages" / "es.yaml")
    return Workspace(tmp_path, Cache(tmp_path, b"k" * 32, min_free=0))


def add_letter(folder: Path, number: int) -> None:
    """Adds the letter with a number to a workspace."""
    (folder / "letters" / f"n{number}.yaml").write_text(LETTER.format(number=number), encoding="utf-8")


def png(words: str) -> bytes:
    """A picture (a QR code) that is different for different words."""
    file = io.BytesIO()
    segno.make(words).save(file, kind="png", scale=4)
    return file.getvalue()


def letters(workspace: Workspace) -> list[Path]:
    """The letters' files."""
    return sorted(workspace.letters.glob("*.yaml"))


def made(workspace: Workspace, order: Order, folder: str) -> dict[str, bytes]:
    """The files that are built of all letters, in this process, by name."""
    for built in build_files(letters(workspace), workspace, order, workspace.folder / folder, jobs=1):
        assert built.problems == ()
    return {path.name: path.read_bytes() for path in (workspace.folder / folder).iterdir()}


def reread() -> None:
    """Forgets packs and languages, so that they are read again as in a new command."""
    forget_packs()
    forget_languages()


@pytest.mark.parametrize("format", sorted(WRITERS))
def test_a_cached_file_has_the_bytes_of_a_new_one(workspace: Workspace, format: str) -> None:
    """In every format; pages are laid out only the first time."""
    order = Order(formats=(format,))
    without = made(Workspace(workspace.folder), order, "without")
    with layouts() as first:
        missed = made(workspace, order, "missed")
    with layouts() as second:
        hit = made(workspace, order, "hit")

    assert without == missed == hit
    assert bool(first) == (format == "pdf")
    assert second == []


def test_every_example_is_the_same_from_the_cache(tmp_path: Path, chance: random.Random) -> None:
    """Letters with pictures, annexes, tables and QR codes, in the default formats, each in one of its languages."""
    workspace = Workspace(ROOT, Cache(tmp_path, b"k" * 32, min_free=0))
    for letter in LETTERS:
        order = Order(languages=(chance.choice(read_letter(letter).languages).name,))
        first = build_file(letter, workspace, order, tmp_path / "first")
        with layouts() as laid_out:
            second = build_file(letter, workspace, order, tmp_path / "second")

        assert laid_out == []
        assert [one.path.name for one in first.written] == [one.path.name for one in second.written]
        for one, other in zip(first.written, second.written, strict=True):
            assert one.path.read_bytes() == other.path.read_bytes()
        assert (first.left_out, first.holes, first.problems) == (second.left_out, second.holes, second.problems)


def test_only_the_letter_that_changed_is_laid_out(workspace: Workspace) -> None:
    """The others come from the cache, even if their files were deleted."""
    add_letter(workspace.folder, 2)
    made(workspace, Order(formats=("pdf",)), "output")
    with layouts() as one:
        build_file(letters(workspace)[0], Workspace(workspace.folder), Order(formats=("pdf",)), workspace.folder / "x")
    letters(workspace)[0].write_text(LETTER.format(number=3), encoding="utf-8")
    shutil.rmtree(workspace.folder / "output")

    with layouts() as laid_out:
        again = made(workspace, Order(formats=("pdf",)), "output")

    assert len(laid_out) == len(one) > 0
    assert len(again) == 4


def _in_pack(name: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / "templates" / "itu" / name
        path.write_bytes(
            path.read_bytes() + b"\n/* changed */\n" if name.endswith(".css") else path.read_bytes() + b"\n"
        )

    return change


def _another_word(folder: Path) -> None:
    path = folder / "templates" / "itu" / "words" / "es.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("Ginebra", "Lugar"), encoding="utf-8")


def _another_language(folder: Path) -> None:
    path = folder / "languages" / "es.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("enero", "eneros") + "\n", encoding="utf-8")


def _another_name(folder: Path) -> None:
    (folder / "letters" / "n1.yaml").rename(folder / "letters" / "m1.yaml")


def _a_comment(folder: Path) -> None:
    path = folder / "letters" / "n1.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "# the files carry this, too\n", encoding="utf-8")


def _another_picture(folder: Path) -> None:
    (folder / "letters" / "sign.png").write_bytes(png("another"))


@pytest.mark.parametrize(
    "change",
    [
        _another_picture,
        _in_pack("letter.css"),
        _in_pack("letter.html.j2"),
        _another_word,
        _another_language,
        _another_name,
        _a_comment,
    ],
)
def test_a_changed_input_lays_the_letter_out_again(workspace: Workspace, change: Callable[[Path], None]) -> None:
    """The result is the same as without a cache."""
    order = Order(formats=("html", "pdf"))
    made(workspace, order, "first")
    change(workspace.folder)
    reread()

    with layouts() as laid_out:
        cached = made(workspace, order, "cached")

    assert laid_out
    reread()
    assert cached == made(Workspace(workspace.folder), order, "without")
    reread()


@pytest.mark.parametrize(
    "other",
    [
        Order(formats=("pdf",), audience={"category": "member-state"}),
        Order(formats=("pdf",), source=False),
        Order(languages=("es",), formats=("pdf",)),
        Order(formats=("pdf", "txt")),
    ],
)
def test_another_order_is_laid_out_again(workspace: Workspace, other: Order) -> None:
    """Another audience, other languages or formats, or files that do not carry their letter."""
    made(workspace, Order(formats=("pdf",)), "first")

    with layouts() as laid_out:
        cached = made(workspace, other, "cached")

    assert laid_out
    assert cached == made(Workspace(workspace.folder), other, "without")


def test_a_letter_with_a_problem_is_never_cached(workspace: Workspace) -> None:
    """The problem is reported each time."""
    letters(workspace)[0].write_text(LETTER.format(number=1).replace("Text.", "\U0010fffd"), encoding="utf-8")
    (workspace.letters / "n2.yaml").write_text("kind: [", encoding="utf-8")

    for _ in range(2):
        built = list(build_files(letters(workspace), workspace, Order(), workspace.folder / "output", jobs=1))
        assert all(one.problems for one in built)
    assert not workspace.folder.joinpath(*FOLDERS).exists()


def test_a_letter_with_a_file_outside_the_packs_digest_is_not_cached(workspace: Workspace) -> None:
    """A stylesheet may name a hidden file, which does not count as one of the pack's files."""
    pack = workspace.folder / "templates" / "itu"
    (pack / ".hidden.css").write_text("/* nothing */", encoding="utf-8")
    style = pack / "letter.css"
    style.write_text(style.read_text(encoding="utf-8") + '\np { background: url(".hidden.css") }\n', encoding="utf-8")
    reread()

    for _ in range(2):
        with layouts() as laid_out:
            made(workspace, Order(formats=("pdf",)), "output")
        assert laid_out


def test_a_letter_is_built_although_nothing_can_be_cached(workspace: Workspace) -> None:
    """A file has the name of the cache's folder."""
    (workspace.folder / FOLDERS[0]).write_text("", encoding="utf-8")

    assert made(workspace, Order(), "first") == made(Workspace(workspace.folder), Order(), "without")


def test_letters_are_built_although_folders_are_in_the_place_of_entries(workspace: Workspace) -> None:
    """They are laid out each time, with the same bytes."""
    sound = made(workspace, Order(), "first")
    entries = list(workspace.folder.joinpath(*FOLDERS).glob("[0-9a-f]*"))
    for entry in entries:
        entry.unlink()
        entry.mkdir()

    assert entries
    assert made(workspace, Order(), "second") == sound
    assert made(workspace, Order(), "third") == sound


def test_verify_does_not_trust_the_cache(workspace: Workspace) -> None:
    """Anyone with the key can make ``build`` write a false file; ``verify`` lays the letter out and reports it."""
    order = Order(formats=("pdf",))
    sound = made(workspace, order, "output")["n1.en.pdf"]
    letter = letters(workspace)[0]
    entry = _cache_entry(read_letter(letter, f"letters/{letter.name}"), workspace, order)
    assert entry
    kept: _Finished = entry.find(_Finished)
    first, *others = kept.outputs
    poisoned = first.data.replace(b"%\xf0\x9f\x96\xa4", b"%\xf0\x9f\x96\xa5", 1)
    entry.keep(_Finished((replace(first, data=poisoned), *others), ()), _Finished)

    assert made(workspace, order, "output")["n1.en.pdf"] == poisoned != sound
    assert not verify(poisoned, "n1.en.pdf", workspace).same
    assert verify(sound, "n1.en.pdf", workspace).same
