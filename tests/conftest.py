"""The example letters, built once for all tests that look at them; and chance that can be repeated."""

from __future__ import annotations

import gc
import logging
import os
import random
import signal
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, settings

from circulars.build import Order, build, documents
from circulars.cache import Cache, open_cache
from circulars.cli import commands
from circulars.files.output import save
from circulars.model.document import Document
from circulars.processes import crew
from circulars.processes.limits import Part
from circulars.source.letters import read_letter
from circulars.workspace import Workspace
from needs import MARKS, needs_of
from once import made_once
from slow import Recorder

# Processes of their own lay out what they look at: without a folder for its key there is no cache.
os.environ["XDG_STATE_HOME"] = os.devnull

ROOT = Path(__file__).parents[1]
LETTERS = sorted((*(ROOT / "letters").glob("*.yaml"), *ROOT.glob("templates/*/letters/*.yaml")))

_OF_LAYOUTS = ("test_laid_out_once", "test_scripts", "test_work")
"""The modules, besides those of the cache, that test what is laid out."""

# A busy machine makes tests slow, so hypothesis fails no test because of its time.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.register_profile("again", settings.get_profile("untimed"), derandomize=True)

SEED = 1
"""What chance begins with unless an option says otherwise: a change is to blame for what fails, and not the draw."""


@dataclass(frozen=True, slots=True)
class Example:
    """An example letter in one language: its document, and where its files are."""

    document: Document
    name: str
    folder: Path

    def file(self, format: str) -> Path:
        """The file in a format."""
        return self.folder / f"{self.name}.{format}"

    @property
    def libreoffice_pdf(self) -> Path:
        """What LibreOffice makes of the Word file, where the fixture ``libreoffice`` is used."""
        return self.folder.with_name("libreoffice") / f"{self.name}.pdf"


@pytest.fixture(scope="session")
def workspace() -> Workspace:
    """The repository itself."""
    return Workspace(ROOT)


@pytest.fixture(scope="session")
def examples(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> tuple[Example, ...]:
    """Every example letter in each of its languages, built in every format."""
    return built_letters("examples", LETTERS, workspace, ("docx", "pdf", "html", "txt"), tmp_path_factory)


def built_letters(
    name: str, paths: Sequence[Path], workspace: Workspace, formats: tuple[str, ...], factory: pytest.TempPathFactory
) -> tuple[Example, ...]:
    """Letters in each of their languages, built once for all tests, in a folder that ``name`` is the name of."""
    letters = [read_letter(path) for path in paths]

    def build_all(folder: Path) -> None:
        for letter in letters:
            for output in build(letter, workspace, Order(formats=formats)):
                save(folder, output.name, output.data)

    folder = made_once(factory, name, build_all)
    return tuple(
        Example(document, f"{letter.name}.{document.language}", folder)
        for letter in letters
        for document in documents(letter, workspace, Order())
    )


@pytest.fixture(scope="session")
def libreoffice(examples: tuple[Example, ...], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Has LibreOffice make a PDF of each example's Word file."""
    from readers import libreoffice_files

    files = [example.file("docx") for example in examples]
    made_once(tmp_path_factory, "libreoffice", lambda folder: libreoffice_files(files, folder))


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a cache of layouts, for all workers, and of its key."""
    return made_once(tmp_path_factory, "shared_cache", lambda folder: (folder / "own").mkdir())


@pytest.fixture(autouse=True)
def kept_layouts(request: pytest.FixtureRequest, shared_cache: Path) -> Iterator[None]:
    """Commands in this process find what earlier ones laid out: the same bytes, as the tests of the cache show."""

    def shared(workspace: Path) -> Cache | None:
        return open_cache(shared_cache, shared_cache / "own")

    if request.path.stem in _OF_LAYOUTS or request.path.parent.name == "cache":
        yield
        return
    with mock.patch.object(commands, "open_cache", shared):
        yield


class _Unsynced(sqlite3.Connection):
    """A database that does not wait for the disk."""

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        is_of_the_disk = sql.startswith("PRAGMA synchronous =")
        return super().execute("PRAGMA synchronous = OFF" if is_of_the_disk else sql, parameters)


@pytest.fixture(scope="session", autouse=True)
def unsynced() -> Iterator[None]:
    """Databases in this process wait for no disk: hundreds of times in a test, and no test cuts the power."""
    with mock.patch.object(sqlite3, "connect", partial(sqlite3.connect, factory=_Unsynced)):
        yield


@contextmanager
def layouts() -> Iterator[list[str]]:
    """The log messages of WeasyPrint for each layout of pages, while the context is open.

    Meanwhile tasks run in this process, not in a worker, whose messages cannot be seen.
    """
    told: list[str] = []

    def count(record: logging.LogRecord) -> bool:
        if "Step 5" in record.getMessage():
            told.append(record.getMessage())
        return True

    log = logging.getLogger("weasyprint.progress")
    log.addFilter(count)
    try:
        with mock.patch.object(crew._own, "run", _run_here):
            yield told
    finally:
        log.removeFilter(count)


def _run_here(part: Part, function: Callable[..., Any], /, *arguments: object, modules: Sequence[str] = ()) -> Any:
    return function(*arguments)


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """Random values for a test; the report of its failure shows the ``--seed`` that repeats them."""
    seed: int = request.config.option.seed
    request.node.add_report_section("setup", "chance", f"--seed {seed} draws the same again")
    test = request.node.nodeid.partition("@")[0]  # xdist adds the name of a group
    return random.Random(f"{seed} {test}")


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--renew-pictures`` keeps the pages as they look now; look at them before you commit them.

    ``--renew-slow`` says the truth only on a machine that does nothing else.
    """
    parser.addoption("--renew-pictures", action="store_true", help="keep the pages of the examples as they look now")
    parser.addoption("--fast", action="store_true", help="leave out what needs other programs or lays out pages")
    parser.addoption("--renew-slow", action="store_true", help="write slow.txt anew, by how long the tests take")
    parser.addoption("--seed", default=SEED, help="a number, or any (default: %(default)s)")


def pytest_configure(config: pytest.Config) -> None:
    """Registers the marks, and chooses a seed: the workers of xdist have that of the process that shares the tests."""
    for name, meaning in MARKS.items():
        config.addinivalue_line("markers", f"{name}: {meaning}")
    if config.option.fast:
        logging.getLogger("weasyprint.progress").addFilter(_lays_out_nothing)
    if config.option.renew_slow and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder())
    if hasattr(config, "workerinput"):
        config.option.seed = config.workerinput["seed"]
    elif config.option.seed == "any":
        config.option.seed = random.randrange(1_000_000)
    config.option.seed = int(config.option.seed)
    settings.load_profile("again" if config.option.seed == SEED else "untimed")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Passes the seed to a worker of xdist."""
    node.workerinput["seed"] = node.config.option.seed


def _lays_out_nothing(record: logging.LogRecord) -> bool:
    """Skips a test when WeasyPrint logs its first layout of pages, because layouts take most of the time."""
    pytest.skip("lays out pages")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Marks each test with what it needs; ``--fast`` keeps those that need nothing."""
    for item in items:
        for need in sorted(needs_of(item)):
            item.add_marker(need)
    if config.option.fast:
        left_out = [item for item in items if any(item.get_closest_marker(name) for name in MARKS)]
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


def pytest_collection_finish() -> None:
    """Leaves what was collected out of every search for garbage: some hundred thousand objects, all in use.

    What tests share is in use, too, so that searching seldom is enough.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_report_header(config: pytest.Config) -> str:
    """The seed, for a run that is ended before it reports."""
    return f"seed: {config.option.seed}"


def hear_interrupts() -> None:
    """Lets a child process hear Ctrl-C, also where these tests were started in the background, which does not."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
