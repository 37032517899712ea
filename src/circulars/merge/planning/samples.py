"""Chooses addressees of a plan on whom the masters of an edition are tested."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from circulars.merge.planning.ledger import Entry, Ledger

_SCATTER_STEP = 2_654_435_761  # a prime near 2^32 divided by the golden ratio: its multiples spread over a list
_TRIES = 16


def sample(ledger: Ledger, language: str, audience: int, count: int) -> list[Entry]:
    """About ``count`` addressees of an edition, spread over the list, and the one with the shortest cells."""
    run, edition = ledger.connection.execute, (language, audience)
    of = "FROM addressees WHERE language = ? AND audience = ? ORDER BY"
    [fewest] = run(f"SELECT n {of} length(cells), n LIMIT 1", edition).fetchone()
    found = dict.fromkeys([fewest, *islice(_scattered(ledger, edition, count * _TRIES), count)])
    if len(found) < count:
        scattered = run(f"SELECT n {of} n * {_SCATTER_STEP} % (1 << 32) LIMIT ?", (*edition, count))
        found |= dict.fromkeys(n for (n,) in scattered)
    return [ledger.entry(n) for n in found]


def _scattered(ledger: Ledger, edition: tuple[str, int], tries: int) -> Iterator[int]:
    """The addressees of an edition at ``tries`` fixed places, or fewer, spread over the list."""
    [last] = ledger.connection.execute("SELECT max(n) FROM addressees").fetchone()
    for n in dict.fromkeys(attempt * _SCATTER_STEP % (last + 1) for attempt in range(tries)):
        query = "SELECT 1 FROM addressees WHERE n = ? AND language = ? AND audience = ?"
        if ledger.connection.execute(query, (n, *edition)).fetchone():
            yield n
