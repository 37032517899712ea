"""Runs and measures our merges, with the command that users type."""

from __future__ import annotations

import csv
import hashlib
import os
import random
import shutil
import sys
import time
import zipfile
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from merge.lists import write_list
from merge.script_lists import write_script_list

from .equal import HERE, LETTER
from .measure import Run, run

ROOT = HERE.parents[1]
ENVIRONMENT = dict(os.environ) | {"PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT / "tests")))}


@dataclass(frozen=True, slots=True)
class Order:
    """What to merge: how many addressees, the formats, how many processes, and files or one ZIP."""

    addressees: int
    formats: tuple[str, ...]
    jobs: int
    kind: str = "zip"


@dataclass(frozen=True, slots=True)
class Merged:
    """The measurements of a merge, and the sizes of its files and its ledger in bytes."""

    order: Order
    run: Run
    size: int
    ledger: int


class Bench:
    """A folder with the letter and its lists, in which merges are measured.

    With ``in_scripts`` the names and organizations of the lists are in twelve scripts.
    """

    def __init__(self, folder: Path, *, in_scripts: bool = False) -> None:
        self._folder, self.out = folder, folder / "output"
        self._write = write_script_list if in_scripts else write_list
        # A separate key: the benchmark neither uses nor evicts the user's cache.
        self._environment = ENVIRONMENT | {"XDG_STATE_HOME": str(folder / "state")}
        (folder / "letters").mkdir(parents=True)
        shutil.copy(LETTER, folder / "letters")

    def list_of(self, count: int) -> Path:
        """A list of ``count`` addressees."""
        path = self._folder / f"{count}.csv"
        return path if path.exists() else self._write(path, count)

    def merge(self, order: Order, times: int = 1) -> Merged:
        """The fastest of several merges with a warm cache. The files of the last one are kept until the next merge."""
        self.warm(order)
        made = [self._merge(order) for _ in range(times)]
        return min(made, key=lambda one: one.run.clock)

    def warm(self, order: Order) -> None:
        """Warms up: has the letter laid out for a list, and the files read into the system's memory."""
        shutil.rmtree(self.out, ignore_errors=True)
        run(self._command(order, "--dry-run"), self._environment)

    def _command(self, order: Order, *more: str) -> tuple[str | Path, ...]:
        command: tuple[str | Path, ...] = (
            *(sys.executable, "-m", "circulars", "-C", self._folder, "merge", LETTER.stem),
            self.list_of(order.addressees),
            *("--as", order.kind, "--formats", ",".join(order.formats), "--jobs", str(order.jobs)),
            *("--out", self.out),
            *more,
        )
        return command

    def _merge(self, order: Order) -> Merged:
        shutil.rmtree(self.out, ignore_errors=True)
        os.sync()  # earlier writes must not slow this merge down
        taken = run(self._command(order), self._environment)
        made = self.files()
        size = sum(path.stat().st_size for path in made)
        ledger = sum(path.stat().st_size for path in self.place.glob("*.sqlite*"))
        return Merged(order, taken, size, ledger)

    def first_file(self, order: Order, *more: str) -> Run:
        """Merges into files, and measures the time until the first file."""
        shutil.rmtree(self.out, ignore_errors=True)
        return run(self._command(order, *more), self._environment, until=lambda: any(self.place.glob("a-*.*")))

    @property
    def place(self) -> Path:
        """The folder of the last merge's files."""
        return self.out / LETTER.stem

    def files(self) -> list[Path]:
        """The files of the last merge: its ZIP file, or its copies."""
        return [path for path in self.place.glob("*.*") if path.suffix in (".zip", ".docx", ".pdf")]

    def plain_loop(self) -> float:
        """The seconds that a plain loop takes to write the bytes of the last merge's copies to as many files."""
        folder = self._folder / "plain"
        folder.mkdir()
        os.sync()
        taken, paths = 0.0, iter(self.files())
        while copies := [(path.name, path.read_bytes()) for path in islice(paths, 1000)]:
            start = time.perf_counter()
            for name, data in copies:
                (folder / name).write_bytes(data)
            taken += time.perf_counter() - start
        shutil.rmtree(folder)
        return taken

    def sample(self, count: int, folder: Path) -> list[Path]:
        """Extracts ``count`` random copies from the last merge's ZIP file."""
        [path] = self.files()
        with zipfile.ZipFile(path) as archive:
            names = random.Random(path.stat().st_size).sample(_copies(archive), count)
            return [Path(archive.extract(name, folder)) for name in names]

    def unequal(self, order: Order, count: int, folder: Path) -> int:
        """How many of some random copies of the last merge look otherwise than those laid out in full."""
        copies = self.sample(count, folder)
        with self.list_of(order.addressees).open(encoding="utf-8", newline="") as stream:
            head, *rows = csv.reader(stream)
        wanted = {path.name.partition(".")[0] for path in copies}
        path = self._folder / "sample.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([head, *(row for row in rows if row[0] in wanted)])
        full = self._folder / "full"
        command = (
            *(sys.executable, "-m", "circulars", "-C", self._folder, "merge", LETTER.stem, path, "--full-layout"),
            *("--formats", "pdf", "--out", full),
        )
        run(command, self._environment)
        return sum(_pages(copy) != _pages(full / LETTER.stem / copy.name) for copy in copies)

    def faulty_names(self, order: Order) -> int:
        """The number of names in the last merge's ZIP file that are missing, duplicate or not in the list."""
        [path] = self.files()
        with zipfile.ZipFile(path) as archive:
            names = _copies(archive)
        wanted = order.addressees * len(order.formats)
        return abs(len(set(names)) - wanted) + len(names) - len(set(names))

    def digest(self) -> str:
        """The SHA-256 of the last merge's ZIP file."""
        [path] = self.files()
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()


def _pages(path: Path) -> list[bytes]:
    """The pictures of a PDF's pages, at 150 dots an inch."""
    import pypdfium2

    with pypdfium2.PdfDocument(path) as file:
        return [bytes(page.render(scale=150 / 72).buffer) for page in file]


def _copies(archive: zipfile.ZipFile) -> list[str]:
    """The names of the copies in a ZIP file: all except the file of sums."""
    return [name for name in archive.namelist() if name != "SHA256SUMS"]
