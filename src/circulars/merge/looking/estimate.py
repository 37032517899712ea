"""Estimates the result of a merge before it is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from circulars.merge.making.archive import SoleAllocator
from circulars.merge.making.copies import Copy, Kit
from circulars.merge.making.pool import MAX_CHUNK
from circulars.merge.making.run import Merge
from circulars.merge.planning.ledger import CopyRecord, Entry

_TRIED: Final = 200
"""The number of addressees whose copies are made as a sample."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a merge would make: counts, and an estimate of size, time and copies laid out in full.

    ``addressees``, ``languages`` and ``categories`` refer to the whole plan, everything else to the copies to be made.
    ``seconds`` is the time of the whole command with ``jobs`` processes. ``is_exact``: the sample had all addressees.
    """

    addressees: int
    languages: Mapping[str, int]
    categories: Mapping[str, int]
    audiences: int
    copies: int
    whole: int
    bytes: int
    seconds: float
    jobs: int
    is_exact: bool


def estimate(merge: Merge, folder: Path, clock: Callable[[], float], began: float) -> Estimate:
    """An estimate for a planned merge. Makes sample copies in ``folder``, which may be deleted afterwards.

    ``clock`` returns seconds; ``began`` is its time when the command began. The time since then is part of the
    estimate: reading the list, planning and laying out the letter will take as long in the merge.

    Raises:
        CircularsError: a copy cannot be made, or an address does not fit on its label or envelope.
    """
    kit, ledger = merge.kit(), merge.ledger
    facts, count, start = merge.facts, ledger.count(), merge.starts_at
    total = count - start
    tried = min(total, _TRIED)
    prepared = clock()
    records, size = _made(merge, kit, folder, [start + place * total // tried for place in range(tried)])
    making = clock() - prepared
    share = total / tried
    jobs = min(merge.pool.jobs, -(-total // MAX_CHUNK))
    return Estimate(
        addressees=count,
        languages=ledger.languages(),
        categories=facts.categories,
        audiences=len({audience for _, audience in kit.editions}),
        copies=round(len(records) * share),
        whole=round(sum(record.whole for record in records) * share),
        bytes=round(size * share),
        seconds=prepared - began + making * share / jobs,
        jobs=jobs,
        is_exact=tried == total,
    )


def _made(merge: Merge, kit: Kit, folder: Path, places: Sequence[int]) -> tuple[Sequence[CopyRecord], int]:
    """Makes and writes some addressees' copies as the merge will; returns their records and their size in bytes."""

    def entries() -> Iterator[Entry]:
        return map(merge.ledger.entry, places)

    def copies() -> Iterator[Copy]:
        for entry in entries():
            yield from merge.maker(kit).copies(entry)

    if merge.order.output.bound:
        records = merge.binder(kit, merge.order).bind(entries, folder, merge.names())
        return records, sum((folder / name).stat().st_size for name in merge.names())
    with closing(merge.destination(folder).sink(SoleAllocator(0))) as sink:
        records = sink.put(0, len(places), copies())
    return records, sum(record.size for record in records)
