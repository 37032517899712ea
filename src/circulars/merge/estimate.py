"""What a merge would make, told before it is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from circulars.merge.copies import Kit
from circulars.merge.ledger import Ledger

_TRIED: Final = 200
"""How many addressees' copies are made to see what the others will be like."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a merge would make: counts, and what a sample says of size, seconds and copies laid out in full.

    ``seconds`` are of one process. ``is_exact`` says that the sample had everybody.
    """

    addressees: int
    languages: Mapping[str, int]
    categories: Mapping[str, int]
    audiences: int
    copies: int
    whole: int
    bytes: int
    seconds: float
    is_exact: bool


def estimate(kit: Kit, ledger: Ledger, clock: Callable[[], float]) -> Estimate:
    """What a merge would make of the ledger's plan. ``clock`` tells seconds; nothing is written.

    Raises:
        CircularsError: a copy cannot be made.
    """
    facts, total = ledger.facts(), ledger.count()
    tried = min(total, _TRIED)
    started = clock()
    made = [copy for place in range(tried) for copy in kit.copies(ledger.entry(place * total // tried))]
    share = total / tried
    return Estimate(
        addressees=total,
        languages=ledger.languages(),
        categories=facts["categories"],
        audiences=len({audience for _, audience in kit.editions}),
        copies=round(len(made) * share),
        whole=round(sum(copy.whole and copy.format in ("docx", "pdf") for copy in made) * share),
        bytes=round(sum(len(copy.head) + len(copy.tail) for copy in made) * share),
        seconds=(clock() - started) * share,
        is_exact=tried == total,
    )
