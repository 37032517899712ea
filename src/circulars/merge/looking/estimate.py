"""Estimates the result of a merge before it is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
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
    sample = _made(merge, kit, folder, [start + place * total // tried for place in range(tried)], clock)
    records = sample.records
    share = total / tried
    jobs = min(merge.pool.jobs, -(-total // MAX_CHUNK))
    return Estimate(
        addressees=count,
        languages=ledger.languages(),
        categories=facts.categories,
        audiences=len({audience for _, audience in kit.editions}),
        copies=round(len(records) * share),
        whole=round(sum(record.whole for record in records) * share),
        bytes=round(sample.size * share),
        seconds=sample.ended - began + sample.steady() * (total - tried) / jobs,
        jobs=jobs,
        is_exact=tried == total,
    )


@dataclass(frozen=True, slots=True)
class _Tried:
    """The records of sample copies, their size in bytes, the time for each addressee's, and when the last was made."""

    records: Sequence[CopyRecord]
    size: int
    seconds: Sequence[float]
    ended: float

    def steady(self) -> float:
        """The time for a further addressee's copies.

        It is an average of the copies that are laid out in full, and a median of the others: lines of a new length are
        laid out once for all copies that have them.
        """
        whole = {record.n for record in self.records if record.whole}
        numbers = list(dict.fromkeys(record.n for record in self.records)) or range(len(self.seconds))
        by_kind: dict[bool, list[float]] = {True: [], False: []}
        for n, seconds in zip(numbers, self.seconds, strict=True):
            by_kind[n in whole].append(seconds)
        filled = by_kind[False]
        return (sum(by_kind[True]) + len(filled) * median(filled or [0.0])) / len(self.seconds)


def _made(merge: Merge, kit: Kit, folder: Path, places: Sequence[int], clock: Callable[[], float]) -> _Tried:
    """Makes and writes some addressees' copies as the merge will."""
    began = clock()

    def entries() -> Iterator[Entry]:
        return map(merge.ledger.entry, places)

    if merge.order.output.bound:
        records = merge.binder(kit, merge.order).bind(entries, folder, merge.names())
        size, ended = sum((folder / name).stat().st_size for name in merge.names()), clock()
        return _Tried(records, size, [(ended - began) / len(places)] * len(places), ended)
    times = [began]

    def copies() -> Iterator[Copy]:
        for entry in entries():
            yield from merge.maker(kit).copies(entry)
            times.append(clock())

    with closing(merge.destination(folder).sink(SoleAllocator(0))) as sink:
        records = sink.put(0, len(places), copies())
    size = sum(record.size for record in records)
    return _Tried(records, size, [end - start for start, end in pairwise(times)], times[-1])
