"""Proves that Word files with tracked changes are exact, with LibreOffice, jubarte-redlines and pandoc.

``python tests/review/prove_redlines.py FOLDER pairs`` tries every pair of the table, in each language. With ``500`` or
``500 1000`` instead of ``pairs`` it tries as many letters drawn by chance, from a first seed on; with ``examples``
each example letter and what edits make of it. The files stay in the folder; ``again`` reads them again, and words
after it choose files by their names. ``RESOLVERS=jubarte,pandoc`` in the environment leaves the others out: LibreOffice
takes the most time, about 0.1 s of the processor a file.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

sys.path.insert(0, str(Path(__file__).parents[1]))

from circulars.errors import CircularsError
from conftest import LETTERS
from random_letters import Letter
from review.edits import edited_letter, example
from review.pair_letters import pairs
from review.redlines import write_redlines
from review.resolvers import RESOLVERS, Redline, Resolver, faults_of


def main(folder: Path, what: str, rest: Sequence[str]) -> int:
    """Prints what is not exact in each file that is not, and how many there are; 1 if there are any."""
    folder.mkdir(parents=True, exist_ok=True)
    redlines = [*(_written(folder, rest) if what == "again" else _write(folder, what, rest))]
    chosen = os.environ.get("RESOLVERS")
    resolvers = cast(Sequence[Resolver], chosen.split(",")) if chosen else RESOLVERS
    faulty = faults_of(redlines, folder / "libreoffice", resolvers)
    for file, faults in faulty.items():
        print(file.name, *(fault[:400] for fault in faults), sep="\n    ")
    print(f"{len(redlines) - len(faulty)} of {len(redlines)} files are exact")
    return min(len(faulty), 1)


def _write(folder: Path, what: str, rest: Sequence[str]) -> Iterator[Redline]:
    for name, old, new in _letters(what, rest):
        try:
            yield from write_redlines(name, old, new, folder)
        except CircularsError as error:
            print(f"{name}: left out, {error.problems[0].code}")


def _letters(what: str, rest: Sequence[str]) -> Iterator[tuple[str, Letter, Letter]]:
    """The name and the two versions of each letter."""
    if what == "pairs":
        yield from ((pair.name, pair.old, pair.new) for pair in pairs())
        return
    if what == "examples":
        for path in LETTERS:
            edited = edited_letter(random.Random(path.stem), example(path))
            yield path.stem, edited.old, edited.new
        return
    first = int(rest[0]) if rest else 0
    for seed in range(first, first + int(what)):
        edited = edited_letter(random.Random(seed))
        yield f"{seed} {', '.join(edited.edits)}"[:120], edited.old, edited.new


def _written(folder: Path, words: Sequence[str]) -> Iterator[Redline]:
    for file in sorted(folder.glob("*.tracked.docx")):
        if not words or any(word in file.name for word in words):
            stem = file.name.removesuffix(".tracked.docx")
            yield Redline(file, folder / f"{stem}.old.docx", folder / f"{stem}.new.docx")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:]))
