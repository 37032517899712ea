"""Masters from the cache make the same copies as masters that were just laid out."""

from __future__ import annotations

import itertools
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from circulars.cache import Cache
from circulars.cache.folder import FOLDERS
from circulars.cache.masters import find_master, master_of
from circulars.compose import compose
from circulars.formats import WRITERS
from circulars.language import load_language
from circulars.model.document import Document, holes_of
from circulars.model.filling import MixedValue, with_isolates
from circulars.pack import Pack
from circulars.render.master import Master
from circulars.source.letters import read_letter
from circulars.workspace import Workspace
from conftest import ROOT, layouts

CHARACTERS = frozenset("Ana María 'Ünï' & <Co.>-–0123456789")
SAMPLES = (
    {
        "addressee.block": "Ana Ejemplo\nCalle 1\nMadrid",
        "addressee.salutation|tsb-circular": "Dear Ms Ejemplo,",
        "addressee.salutation|tsb-circular|closing": "Yours sincerely,",
    },
)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    """The cache of an empty workspace."""
    return _cache_in(tmp_path)


@pytest.fixture(scope="module")
def pack() -> Pack:
    """The pack of the examples, with its files."""
    return Workspace(ROOT).pack().with_files()


def document(pack: Pack, language: str = "en") -> Document:
    """A letter with an addressee, in a language."""
    letter = read_letter(ROOT / "letters" / "tsb-circular-213.yaml")
    whole = compose(letter, load_language(language), pack, {}, addressed=True)
    return replace(whole, body=whole.body[:2], annexes=())


@pytest.fixture(scope="module")
def filled_cache(pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Master]:
    """The folder of a cache that has the master of the letter as PDF, and that master."""
    folder = tmp_path_factory.mktemp("masters")
    return folder, master_of("pdf", document(pack), pack, CHARACTERS, SAMPLES, _cache_in(folder))


@pytest.fixture
def filled(filled_cache: tuple[Path, Master], tmp_path: Path) -> Cache:
    """A copy of that cache."""
    shutil.copytree(filled_cache[0], tmp_path, dirs_exist_ok=True)
    return _cache_in(tmp_path)


def _cache_in(folder: Path) -> Cache:
    return Cache(folder, b"k" * 32, min_free=0)


@pytest.mark.parametrize(("format", "language"), [*zip(sorted(WRITERS), itertools.cycle(["es", "en"]), strict=False)])
def test_a_cached_master_makes_the_same_bytes(cache: Cache, pack: Pack, format: str, language: str) -> None:
    """In every format, for any values of the holes, even those that need a complete layout."""
    letter = document(pack, language)
    made = master_of(format, letter, pack, CHARACTERS, SAMPLES, cache)

    kept = master_of(format, document(pack, language), pack, CHARACTERS, SAMPLES, cache)

    for text in ("Ana", "María 'Ünï' & <Co.>", "", "no " * 40):
        values = dict.fromkeys(holes_of(letter), text)
        assert kept.head == made.head
        assert kept.tail(values) == made.tail(values)
        assert kept.fill(values) == made.fill(values)


def test_pages_are_laid_out_once(cache: Cache, pack: Pack) -> None:
    """The second master needs no layout."""
    with layouts() as first:
        master_of("pdf", document(pack), pack, CHARACTERS, SAMPLES, cache)
    with layouts() as second:
        master_of("pdf", document(pack), pack, CHARACTERS, SAMPLES, cache)

    assert len(first) >= 3
    assert second == []


def test_a_master_that_is_not_cached_is_not_found(cache: Cache, pack: Pack) -> None:
    """A lookup lays nothing out."""
    with layouts() as laid_out:
        assert find_master("pdf", document(pack), pack, CHARACTERS, SAMPLES, cache) is None
        assert find_master("docx", document(pack), pack, CHARACTERS, SAMPLES, cache) is None

    assert laid_out == []
    master_of("docx", document(pack), pack, CHARACTERS, SAMPLES, cache)
    assert find_master("docx", document(pack), pack, CHARACTERS, SAMPLES, cache)


def test_every_input_is_part_of_a_masters_address(filled: Cache, pack: Pack) -> None:
    """The document, the pack and each of its files, the characters, the samples and the format."""
    letter = document(pack)
    files = dict(pack.files or {})
    others = [
        (replace(letter, closing="Yours,"), pack, CHARACTERS, SAMPLES),
        (letter, replace(pack, title="Another"), CHARACTERS, SAMPLES),
        (letter, pack, CHARACTERS | {"ß"}, SAMPLES),
        (letter, pack, CHARACTERS, ()),
        *((letter, replace(pack, files=files | {name: files[name] + b"\n"}), CHARACTERS, SAMPLES) for name in files),
    ]

    assert find_master("pdf", letter, pack, CHARACTERS, SAMPLES, filled)
    assert [find_master("pdf", *other, filled) for other in others] == [None] * len(others)
    assert find_master("docx", letter, pack, CHARACTERS, SAMPLES, filled) is None


def test_a_word_file_is_laid_out_once_for_every_list(cache: Cache, pack: Pack) -> None:
    """It does not depend on the values of the holes."""
    made = master_of("docx", document(pack), pack, CHARACTERS, SAMPLES, cache)

    assert find_master("docx", document(pack), pack, frozenset("other"), (), cache) == made


def test_a_pack_that_was_moved_has_the_same_address(cache: Cache, pack: Pack) -> None:
    """The path of its folder appears on no page."""
    master_of("docx", document(pack), pack, CHARACTERS, SAMPLES, cache)

    assert find_master("docx", document(pack), replace(pack, folder=Path("/moved")), CHARACTERS, SAMPLES, cache)


def test_a_master_whose_font_is_gone_is_laid_out_again(
    filled: Cache, filled_cache: tuple[Path, Master], pack: Pack
) -> None:
    """Masters share one entry for a font, and none is found without it."""
    made = filled_cache[1]
    kept = filled.workspace.joinpath(*FOLDERS)
    max(kept.iterdir(), key=lambda path: path.stat().st_size).unlink()

    assert find_master("pdf", document(pack), pack, CHARACTERS, SAMPLES, filled) is None
    assert master_of("pdf", document(pack), pack, CHARACTERS, SAMPLES, filled) == made
    assert find_master("pdf", document(pack), pack, CHARACTERS, SAMPLES, filled) == made


def test_masters_share_their_fonts(filled: Cache, pack: Pack) -> None:
    """Two editions take hardly more space than one."""
    kept = filled.workspace.joinpath(*FOLDERS)
    one = sum(path.stat().st_size for path in kept.iterdir())

    master_of("pdf", document(pack, "es"), pack, CHARACTERS, SAMPLES, filled)

    assert sum(path.stat().st_size for path in kept.iterdir()) < 1.2 * one


def test_samples_may_have_names_that_are_isolated(cache: Cache, pack: Pack) -> None:
    """A layout depends on the words of its samples alone."""
    name = "Dear Ms ליאת Ejemplo,"
    mixed = with_isolates(name, ["ליאת Ejemplo"])
    assert isinstance(mixed, MixedValue)
    salutation = "addressee.salutation|tsb-circular"
    made = master_of("pdf", document(pack), pack, CHARACTERS, ({**SAMPLES[0], salutation: mixed},), cache)

    assert find_master("pdf", document(pack), pack, CHARACTERS, ({**SAMPLES[0], salutation: name},), cache) == made


def test_a_master_is_made_without_a_cache(tmp_path: Path, pack: Pack) -> None:
    """Nothing is written."""
    assert master_of("docx", document(pack), pack, CHARACTERS, SAMPLES, None)
    assert list(tmp_path.iterdir()) == []
