"""Measures the processor time of a filled PDF in six scripts, beside a layout in full by WeasyPrint. One run, ratios.

    PYTHONPATH=src:tests .venv/bin/python -m benchmarks.speed.languages [--copies 1000] [--whole 10]

The letters and the names are those of ``tests/render/script_letters.py``. Masters and shapes are laid out before: the
figures are what one more addressee costs. Every language has the same share of names in its own script, and of codes
and places in Latin letters. The languages take turns, so that what else the machine does is the same for all. What
a layout in full of the other copies costs is not counted; the share that is filled is shown. WeasyPrint alone, without
tags and standards, is what a loop over a template would use.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from circulars.model.document import filled
from circulars.pack import load_pack
from circulars.render.master import Shaper
from circulars.render.page import page_of, stylesheet_of
from circulars.render.pdf.masters import PdfMaster
from render.filled_letters import Values
from render.script_letters import TONGUES, composed_letter, values_in

LIMIT = 1.5
BLOCK = 50


@dataclass
class Drawer:
    """A shelf in this process; what is to be laid out is laid out at once."""

    def find(self, name: str, kind: type) -> Any:
        """None: nothing is kept."""

    def keep(self, name: str, value: object, kind: type) -> None:
        """Keeps nothing."""

    def lay_out(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Calls a function at once."""
        return function(*arguments)


@dataclass(frozen=True, slots=True)
class Merge:
    """The letter of a language, what makes its copies, and the values of some addressees."""

    letter: PdfMaster
    shaper: Shaper
    some: Sequence[Values]

    def copy(self, one: Values) -> object:
        """A copy, or None if it cannot be filled."""
        return self.letter.tail(one) or self.shaper.copy(one)


def merge_of(code: str, copies: int) -> tuple[Merge, float]:
    """A merge in a language, whose shapes are laid out, and the share of its copies that are filled."""
    letter, drawer, dice = composed_letter(code), Drawer(), random.Random(f"{code} speed")
    shaper = letter.shaper(drawer.lay_out, drawer)
    assert shaper is not None
    merge = Merge(letter, shaper, [values_in(code, dice) for _ in range(copies)])
    first = [values_in(code, dice) for _ in range(copies)]
    return merge, sum(merge.copy(one) is not None for one in first) / copies


def costs_of(merges: Mapping[str, Merge]) -> dict[str, float]:
    """What a copy of each language costs, in milliseconds of the processor: the median of blocks of copies."""
    times: dict[str, list[float]] = {code: [] for code in merges}
    for first in range(0, max(len(merge.some) for merge in merges.values()), BLOCK):
        for code, merge in merges.items():
            block = merge.some[first : first + BLOCK]
            if len(block) == BLOCK:
                times[code].append(_milliseconds(merge.copy, block))
    return {code: statistics.median(some) for code, some in times.items()}


def _weasyprint(merge: Merge, count: int) -> float:
    import weasyprint

    pack = load_pack()
    style = weasyprint.CSS(string=stylesheet_of(pack))

    def made(one: Values) -> object:
        page = page_of(filled(merge.letter.document, one), pack).source
        return weasyprint.HTML(string=page).write_pdf(stylesheets=[style])

    made(merge.some[0])
    return _milliseconds(made, merge.some[:count])


def _milliseconds(function: Callable[[Values], object], some: Sequence[Values]) -> float:
    start = time.process_time()
    for one in some:
        function(one)
    return 1e3 * (time.process_time() - start) / len(some)


def main() -> None:
    """Prints a line for each language."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--copies", type=int, default=1_000, metavar="N")
    parser.add_argument("--whole", type=int, default=10, metavar="N", help="layouts by WeasyPrint (default: 10)")
    options = parser.parse_args()
    made = {code: merge_of(code, options.copies) for code in TONGUES}
    costs = costs_of({code: merge for code, (merge, _) in made.items()})
    print(f"language  a copy    x English (limit {LIMIT})  WeasyPrint  filled")
    for code, cost in costs.items():
        merge, share = made[code]
        whole = _weasyprint(merge, options.whole)
        print(f"{code:8}  {cost:5.2f} ms  {cost / costs['en']:5.2f}{'':16}  {whole:7.0f} ms  {100 * share:5.1f} %")


if __name__ == "__main__":
    main()
