"""Measures what checking many letters costs: copies of one circular, and of all examples and the corpus.

    .venv/bin/python benchmarks/check.py [--letters 1000] [--rounds 3]

Prints for each the time of the processors, which other programs hardly change, and the wall-clock time of
``circulars check``, the best of some rounds, and the load of the machine before it.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
CIRCULARS = Path(sys.executable).with_name("circulars")
CIRCULAR = [ROOT / "tests" / "review" / "tsb-circular-213.yaml"]
ALL = [*sorted((ROOT / "letters").glob("*.yaml")), *sorted((ROOT / "tests" / "corpus").glob("*.yaml"))]


@dataclass(frozen=True, slots=True, order=True)
class Cost:
    """What a check costs, in seconds."""

    processors: float
    clock: float


def write_letters(folder: Path, originals: Sequence[Path], count: int) -> int:
    """Writes copies with numbers and dates of their own, and returns how many bytes they have."""
    (folder / "letters").mkdir()
    for picture in {picture for letter in originals for picture in letter.parent.glob("*.png")}:
        shutil.copy(picture, folder / "letters")
    size = 0
    for number in range(count):
        original = originals[number % len(originals)]
        text = re.sub(r"(?m)^number:.*$", f"number: {1000 + number}", original.read_text("utf-8"))
        text = re.sub(r"(?m)^(date: \d{4}-\d{2})-\d{2}", rf"\1-{number % 28 + 1:02}", text)
        text = text.replace("apoyo de 19", "apoyo de 18") if number % 3 == 1 else text
        size += (folder / "letters" / f"letter-{number:04}.yaml").write_text(text, "utf-8")
    return size


def costs(folder: Path, rounds: int) -> Iterator[Cost]:
    """The costs of some checks, in processes that keep what Python compiles, as a user's do."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    for _ in range(rounds):
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run([CIRCULARS, "check"], cwd=folder, env=environment, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        yield Cost(used, time.perf_counter() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}, {len(os.sched_getaffinity(0))} cores")
    for name, originals in (("one circular", CIRCULAR), ("examples and corpus", ALL)):
        with tempfile.TemporaryDirectory() as place:
            size = write_letters(Path(place), originals, options.letters)
            best = min(costs(Path(place), options.rounds))
        each = 1000 * best.processors / options.letters
        print(
            f"{name}: {options.letters} letters of {size / options.letters / 1000:.1f} kB: "
            f"{best.processors:.1f} s of processors, {each:.1f} ms for each; {best.clock:.1f} s"
        )


if __name__ == "__main__":
    main()
