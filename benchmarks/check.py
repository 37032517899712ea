"""Measures how long checking many letters takes: copies of a circular in two languages, some with a change in one.

    .venv/bin/python benchmarks/check.py [--letters 1000] [--rounds 3]

Prints the wall-clock time of ``circulars check``, the best of some rounds, and the load of the machine before it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
LETTER = ROOT / "tests" / "review" / "tsb-circular-213.yaml"
CIRCULARS = Path(sys.executable).with_name("circulars")


def write_letters(folder: Path, count: int) -> None:
    """Writes the letters; every third has another number in one language."""
    (folder / "letters").mkdir()
    for picture in LETTER.parent.glob("*.png"):
        shutil.copy(picture, folder / "letters")
    text = LETTER.read_text("utf-8")
    for number in range(count):
        own = text.replace("number: 213", f"number: {1000 + number}")
        own = own.replace("apoyo de 19", "apoyo de 18") if number % 3 == 1 else own
        (folder / "letters" / f"letter-{number:04}.yaml").write_text(own, "utf-8")


def seconds(folder: Path) -> float:
    """The time of one check."""
    start = time.perf_counter()
    subprocess.run([CIRCULARS, "check"], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        write_letters(Path(place), options.letters)
        print(f"load {os.getloadavg()[0]:.1f}, {len(os.sched_getaffinity(0))} cores")
        best = min(seconds(Path(place)) for _ in range(options.rounds))
    print(f"{options.letters} letters: {best:.1f} s, {1000 * best / options.letters:.1f} ms for each")


if __name__ == "__main__":
    main()
