"""Measures the processor time of a filled PDF in six scripts, beside a layout in full by WeasyPrint. One run, ratios.

    PYTHONPATH=src:tests .venv/bin/python -m benchmarks.speed.languages [--copies 1000] [--whole 10]

The letters and the names are those of ``tests/render/script_letters.py``. Masters and shapes are laid out before: the
figures are what one more addressee costs. Every language has the same share of names in its own script, and of codes
and places in Latin letters. The languages take turns, so that what else the machine does is the same for all.

"filled" is a copy that is filled: the least of the blocks of copies. "a copy" is what copies cost on average, with the
share that is laid out in full. Its ratio to English is what the limit is for. WeasyPrint alone, without tags and
standards, is what a loop over a template would use.
"""

from __future__ import annotations

import argparse
import random
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


@dataclass(frozen=True, slots=True)
class Cost:
    """What copies cost, in milliseconds of the processor: one that is filled, and one that is laid out in full."""

    filled: float
    share: float
    whole: float

    @property
    def average(self) -> float:
        """What a copy costs if a ``share`` of them is laid out in full."""
        return self.filled + self.share * self.whole


def merge_of(code: str, copies: int) -> Merge:
    """A merge in a language, whose shapes are laid out."""
    letter, drawer, dice = composed_letter(code), Drawer(), random.Random(f"{code} speed")
    shaper = letter.shaper(drawer.lay_out, drawer)
    assert shaper is not None
    for one in [values_in(code, dice) for _ in range(copies)]:
        shaper.copy(one)
    return Merge(letter, shaper, [values_in(code, dice) for _ in range(copies)])


def costs_of(merges: Mapping[str, Merge], whole: int) -> dict[str, Cost]:
    """What a copy of each language costs; ``whole`` copies are laid out in full to measure what that takes."""
    unfilled: dict[str, list[Values]] = {code: [] for code in merges}
    times: dict[str, list[float]] = {code: [] for code in merges}
    for first in range(0, max(len(merge.some) for merge in merges.values()), BLOCK):
        for code, merge in merges.items():
            start = time.process_time()
            block = merge.some[first : first + BLOCK]
            unfilled[code] += [one for one in block if merge.copy(one) is None]
            times[code].append(1e3 * (time.process_time() - start) / BLOCK)
    return {
        code: Cost(
            min(times[code]),
            len(unfilled[code]) / len(merge.some),
            _milliseconds(merge.letter.whole, (unfilled[code] or merge.some)[:whole]),
        )
        for code, merge in merges.items()
    }


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
    merges = {code: merge_of(code, options.copies // BLOCK * BLOCK) for code in TONGUES}
    costs = costs_of(merges, options.whole)
    print(f"language  filled   in full           a copy   x English (limit {LIMIT})  WeasyPrint")
    for code, cost in costs.items():
        in_full = f"{100 * cost.share:4.1f} % {cost.whole:6.0f} ms"
        ratio = cost.average / costs["en"].average
        alone = _weasyprint(merges[code], options.whole)
        print(
            f"{code:8}  {cost.filled:5.2f} ms  {in_full}  {cost.average:5.2f} ms  {ratio:5.2f}{'':16}  {alone:7.0f} ms"
        )


if __name__ == "__main__":
    main()
