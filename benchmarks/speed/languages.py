"""Measures the processor time of a filled PDF in six scripts, beside a layout in full by WeasyPrint. One run, ratios.

    PYTHONPATH=src:tests .venv/bin/python -m benchmarks.speed.languages [--copies 1000] [--whole 10]

The letters and the names are those of ``tests/render/script_letters.py``. Masters and shapes are laid out before: the
figures are what one more addressee costs. Every language has the same share of names in its own script, and of codes
and places in Latin letters. WeasyPrint alone, without tags and standards, is what a loop over a template would use.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from circulars.model.document import filled
from circulars.pack import load_pack
from circulars.render.page import page_of, stylesheet_of
from render.filled_letters import Values
from render.script_letters import TONGUES, script_letter, values_in

LIMIT = 1.5


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
class Cost:
    """Milliseconds of the processor for a filled copy and for a layout by WeasyPrint, and the share that was filled."""

    copy: float
    whole: float
    filled: float


def cost_of(code: str, copies: int, whole: int) -> Cost:
    """What a copy of a letter in a language costs."""
    letter, drawer, dice = script_letter(code), Drawer(), random.Random(f"{code} speed")
    shaper = letter.shaper(drawer.lay_out, drawer)
    assert shaper is not None
    some = [values_in(code, dice) for _ in range(2 * copies)]

    def made(one: Values) -> object:
        return letter.tail(one) or shaper.copy(one)

    before = sum(made(one) is not None for one in some[:copies])  # lays the shapes out
    times = [_milliseconds(made, one) for one in some[copies:]]
    # A shape that is new here is laid out once for all copies, so it is not the cost of one more.
    usual = statistics.quantiles(times, n=100)[97]
    return Cost(statistics.mean(min(one, usual) for one in times), _weasyprint(code, some[:whole]), before / copies)


def _weasyprint(code: str, some: Sequence[Values]) -> float:
    import weasyprint

    letter, pack = script_letter(code), load_pack()
    style = weasyprint.CSS(string=stylesheet_of(pack))

    def made(one: Values) -> object:
        page = page_of(filled(letter.document, one), pack).source
        return weasyprint.HTML(string=page).write_pdf(stylesheets=[style])

    made(some[0])
    return statistics.mean(_milliseconds(made, one) for one in some)


def _milliseconds(function: Callable[[Values], object], one: Values) -> float:
    start = time.process_time()
    function(one)
    return 1e3 * (time.process_time() - start)


def main() -> None:
    """Prints a line for each language."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--copies", type=int, default=1_000, metavar="N")
    parser.add_argument("--whole", type=int, default=10, metavar="N", help="layouts by WeasyPrint (default: 10)")
    options = parser.parse_args()
    costs = {code: cost_of(code, options.copies, options.whole) for code in TONGUES}
    print(f"language  a copy    x English (limit {LIMIT})  WeasyPrint  filled")
    for code, cost in costs.items():
        ratio = cost.copy / costs["en"].copy
        print(f"{code:8}  {cost.copy:5.2f} ms  {ratio:5.2f}{'':16}  {cost.whole:7.0f} ms  {100 * cost.filled:5.1f} %")


if __name__ == "__main__":
    main()
