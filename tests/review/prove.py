"""Proves the properties of changes on letters drawn by chance: ``python tests/review/prove.py 2000 [FIRST SEED]``."""

from __future__ import annotations

import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from circulars.workspace import Workspace
from conftest import ROOT
from review.edits import edited_letter
from review.properties import STYLES, faults_of_pair, faults_of_style


def main(count: int, first: int) -> int:
    """Prints each fault with the seed of its pair, and how many pairs have any; 1 if there are some."""
    edits, faulty = Counter[str](), 0
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first, first + count):
            pair = edited_letter(random.Random(seed))
            edits.update(pair.edits)
            style = [*STYLES][seed % len(STYLES)]
            faults = [*faults_of_pair(pair, Workspace(ROOT)), *faults_of_style(pair.new, style, Path(folder))]
            faulty += bool(faults)
            for fault in faults:
                print(f"{seed} ({', '.join(pair.edits)}): {fault}", flush=True)
    print(f"{faulty} of {count} pairs have faults; edits: {dict(edits.most_common())}")
    return min(faulty, 1)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0))
