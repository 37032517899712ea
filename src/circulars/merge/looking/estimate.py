"""What a merge would make, told before it is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from circulars.merge.making.archive import Alone
from circulars.merge.making.copies import Copy, Kit
from circulars.merge.making.run import Merge
from circulars.merge.making.work import CHUNK
from circulars.merge.planning.ledger import CopyRecord, Entry

_TRIED: Final = 200
"""How many addressees' copies are made to see what the others will be like."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a merge would make: counts, and what a sample says of size, seconds and copies laid out in full.

    ``addressees``, ``languages`` and ``categories`` are of the whole plan; the rest is of the copies that are made.
    ``seconds`` are of the whole command with ``jobs`` processes. ``is_exact`` says that the sample had everybody.
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
    """What a merge that is planned would make. The copies of some are made, in ``folder``, which may be thrown away.

    ``clock`` tells seconds, and ``began`` when the command did: the list is read, the plan made and the letter laid out
    just as they will be.

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
    jobs = min(merge.crew.jobs, -(-total // CHUNK))
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
    """The records of some addressees' copies, which are made and written as the merge will do it, and their bytes."""

    def entries() -> Iterator[Entry]:
        return map(merge.ledger.entry, places)

    def copies() -> Iterator[Copy]:
        for entry in entries():
            yield from merge.maker(kit).copies(entry)

    if merge.order.output.bound:
        records = merge.binder(kit).bind(entries, folder, lambda done: None)
        return records, sum((folder / name).stat().st_size for name in merge.names())
    with closing(merge.goal(folder).sink(Alone(0))) as sink:
        records = sink.put(0, len(places), copies())
    return records, sum(record.size for record in records)
