"""Looks up the postcodes that addressees have in the plan that a ledger had before it is changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from circulars.files.names import same
from circulars.merge.planning.ledger import Ledger


class EarlierPostcodes:
    """The postcodes that begin with a zero, by id; read at the first look-up.

    It has a connection of its own, which does not see what the open transaction of another one has deleted.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, str] | None = None

    def __call__(self, id: str) -> str:
        """The postcode of an addressee; "" if it is unknown, or does not begin with a zero."""
        if self._known is None:
            self._known = dict(_postcodes(self._path))
        return self._known.get(same(id), "")


def _postcodes(path: Path) -> Iterator[tuple[str, str]]:
    with closing(Ledger(path, read_only=True)) as ledger:
        facts = ledger.facts()
        if not facts or "postcode" not in facts.inputs.columns:
            return
        place = facts.inputs.columns.index("postcode")
        for entry in ledger.entries():
            if entry.cells[place].startswith("0"):
                yield same(entry.id), entry.cells[place]
