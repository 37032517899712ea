"""Compares the Word files of `circulars diff` with those of other programs: time, exactness, and words marked.

    .venv/bin/python benchmarks/review.py [--pairs 30] [--drawn 20] [--seed 0]

Each program gets the Word files of the same old and new letters: pairs of the table in ``tests/review/pairs``, and
letters drawn by chance and edited. A file is exact if it reads as the new letter's file when all changes are accepted,
and as the old one's when all are rejected, in LibreOffice and in jubarte-redlines. LibreOffice's own comparison needs
LibreOffice, and python-redlines ``pip install "python-redlines[docxodus]"``; a program that is not there is left out.
The times of `circulars` are those of all steps from two composed letters, of the others from two Word files.
"""

from __future__ import annotations

import argparse
import importlib
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

ROOT = Path(__file__).parents[1]
sys.path[0] = str(ROOT / "tests")  # the letters and the resolvers of the tests; this folder has a "review" of its own

from lxml import etree

from circulars.build import Order, documents
from circulars.errors import CircularsError
from circulars.model.document import Document
from circulars.model.text import Paragraph, Span
from circulars.review.comparing.compare import compare
from circulars.workspace import Workspace
from review.edits import edited_letter, example, read
from review.pair_letters import Letter, pairs
from review.redlines import write_redlines
from review.resolvers import Redline, faults_of, libreoffice_comparisons

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_REVIEW = ROOT / "tests/review/tsb-circular-213.yaml"


@dataclass(frozen=True, slots=True)
class Result:
    """What a program made of pairs of Word files: the seconds, and the file of each pair, or None if it failed."""

    seconds: float
    files: Sequence[Path | None]


def main() -> None:
    """Prints a line for each program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=30, help="pairs of the table, chosen by chance")
    parser.add_argument("--drawn", type=int, default=20, help="letters drawn by chance")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    _print_speed()
    chance = random.Random(options.seed)
    letters = [(pair.old, pair.new) for pair in chance.sample(pairs(), min(options.pairs, len(pairs())))]
    letters += [(pair.old, pair.new) for pair in (edited_letter(chance) for _ in range(options.drawn))]
    with tempfile.TemporaryDirectory() as name:
        _print_programs(letters, Path(name))


def _print_programs(letters: Sequence[tuple[Letter, Letter]], folder: Path) -> None:
    start = time.perf_counter()
    redlines = [*_written(letters, folder)]
    own = time.perf_counter() - start
    results = {"circulars, with the old and the new file": Result(own, [one.tracked for one in redlines])}
    for program, run in _PROGRAMS.items():
        try:
            results[program] = run(redlines, folder)
        except (ImportError, FileNotFoundError) as error:
            print(f"{program}: not installed ({error})")
    print(f"{len(redlines)} pairs of Word files")
    for program, result in results.items():
        found = [
            Redline(file, one.old, one.new)
            for file, one in zip(result.files, redlines, strict=True)
            if file is not None
        ]
        faulty = faults_of(found, folder / f"read {program}", ["libreoffice", "jubarte"])
        words = sum(_words_marked(one.tracked) for one in found)
        print(
            f"{program}: {len(found) - len(faulty)} of {len(redlines)} exact, {words} words marked, "
            f"{result.seconds / len(redlines):.2f} s a pair"
        )


def _written(letters: Sequence[tuple[Letter, Letter]], folder: Path) -> Iterator[Redline]:
    for number, (old, new) in enumerate(letters):
        try:
            yield from write_redlines(str(number), old, new, folder)
        except CircularsError as error:
            print(f"pair {number} is left out: {error.problems[0].code}")


def _docxodus(redlines: Sequence[Redline], folder: Path) -> Result:
    engine = importlib.import_module("python_redlines").DocxodusEngine()
    return _one_by_one(redlines, folder / "docxodus", lambda old, new: _docxodus_file(engine, old, new))


def _docxodus_file(engine: Any, old: Path, new: Path) -> bytes:
    made = engine.run_redline("Ana Ejemplo", old, new)[0]
    assert isinstance(made, bytes)
    return made


def _jubarte(redlines: Sequence[Redline], folder: Path) -> Result:
    compared = importlib.import_module("jubarte_redlines").compare_documents
    return _one_by_one(redlines, folder / "jubarte", lambda old, new: compared(old.read_bytes(), new.read_bytes()))


def _one_by_one(redlines: Sequence[Redline], folder: Path, compared: Callable[[Path, Path], bytes]) -> Result:
    folder.mkdir()
    files: list[Path | None] = []
    start = time.perf_counter()
    for number, one in enumerate(redlines):
        file = folder / f"{number}.docx"
        try:
            file.write_bytes(compared(one.old, one.new))
        except (subprocess.CalledProcessError, RuntimeError) as error:
            print(f"pair {number} failed: {str(error)[:200]}")
            files.append(None)
        else:
            files.append(file)
    return Result(time.perf_counter() - start, files)


def _libreoffice(redlines: Sequence[Redline], folder: Path) -> Result:
    start = time.perf_counter()
    files = libreoffice_comparisons([(one.old, one.new) for one in redlines], folder / "libreoffice")
    return Result(time.perf_counter() - start, files)


_PROGRAMS = {
    "python-redlines (Docxodus)": _docxodus,
    "LibreOffice, compare": _libreoffice,
    "jubarte-redlines, compare": _jubarte,
}


def _words_marked(file: Path) -> int:
    """How many words of a Word file are in insertions, deletions and moves."""
    with ZipFile(file) as package:
        tree = etree.fromstring(package.read("word/document.xml"))
    marks = tree.iter(f"{_W}ins", f"{_W}del", f"{_W}moveFrom", f"{_W}moveTo")
    texts = ("".join(t.text or "" for t in mark.iter(f"{_W}t", f"{_W}delText")) for mark in marks)
    return sum(len(text.split()) for text in texts)


# How long a comparison takes.


def _print_speed() -> None:
    """Prints the times for a letter of ten pages, and for two texts of the greatest size that share nothing."""
    short = next(documents(read(example(ROOT / "letters/tsb-circular-213.yaml")), Workspace(ROOT), Order()))
    old, new = (_long(short, 10, word) for word in ("alpha", "beta"))
    print(f"a letter of ten pages, composed: {1000 * _best(lambda: compare(old, new)):.0f} ms")
    for name, texts in (("words", ("w{}", "x{}")), ("one word", ("same", "other"))):
        one, other = (_strange(short, text) for text in texts)
        seconds = _seconds(one, other)
        print(f"two texts of 2 million characters that share nothing ({name}): {seconds:.1f} s")
    start = time.perf_counter()
    folder = _REVIEW.parent
    command = [Path(sys.executable).with_name("circulars"), "diff", _REVIEW, ROOT / "letters/tsb-circular-213.yaml"]
    subprocess.run([*map(str, command), "--quiet"], cwd=folder, check=False, capture_output=True)
    print(f"`circulars diff` of two letters in two languages, cold: {time.perf_counter() - start:.2f} s")


def _long(document: Document, pages: int, word: str) -> Document:
    """A letter of about as many pages, in which every fifth paragraph has a word of its own."""
    chance = random.Random(7)
    known = [f"word{number}" for number in range(2000)]
    texts = [" ".join(chance.choices(known, k=80)) for _ in range(pages * 6)]
    return _with(document, [f"{text} {word}." if number % 5 == 0 else f"{text}." for number, text in enumerate(texts)])


def _strange(document: Document, word: str) -> Document:
    """A letter of the greatest size that is allowed, in paragraphs of the greatest size."""
    count, texts = 0, []
    for _ in range(100):
        words: list[str] = []
        while sum(map(len, words)) + len(words) < 19_900:
            words += [word.format(count + number) for number in range(100)]
            count += 100
        texts.append(" ".join(words)[:20_000])
    return _with(document, texts)


def _with(document: Document, texts: Sequence[str]) -> Document:
    blocks = tuple(Paragraph((Span(text),), str(n), f"body.{n}") for n, text in enumerate(texts, start=1))
    return replace(document, body=blocks)


def _seconds(old: Document, new: Document) -> float:
    return _best(lambda: compare(old, new), 1)


def _best(call: Callable[[], object], times: int = 5) -> float:
    """The shortest of several runs, in seconds."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


if __name__ == "__main__":
    main()
