"""Says how far letters have come, by the ledgers of their merges and sendings."""

from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from circulars.errors import CircularsError
from circulars.merge.looking.statuses import ledgers_in
from circulars.merge.planning.ledger import Ledger
from circulars.merge.post.outbox import Outbox, has_messages

LetterStage = Literal["merged", "merging", "sent", "sending"]
_ORDER: Final[tuple[LetterStage, ...]] = ("merging", "merged", "sending", "sent")


@dataclass(frozen=True, slots=True)
class MergeStage:
    """How far a letter has come: merged or sent for all of its addressees, or for some.

    ``letter_sha256`` is the hash of the letter's file when that was planned.
    """

    stage: LetterStage
    done: int
    total: int
    letter_sha256: str

    @property
    def rank(self) -> int:
        """A number that is higher for a stage that is reached later."""
        return _ORDER.index(self.stage)


class MergeStages:
    """The stages of the letters that were merged or sent into a folder. A ledger is read again when it was written."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._known: dict[Path, tuple[int, MergeStage | None]] = {}

    def stages(self) -> dict[str, MergeStage]:
        """The stage of each letter, by the name of its file: the furthest of all that was made of it."""
        found: dict[str, MergeStage] = {}
        for ledger in ledgers_in(self._out):
            stage = self._stage(ledger)
            name = ledger.parent.name
            if stage and (name not in found or stage.rank > found[name].rank):
                found[name] = stage
        return found

    def _stage(self, ledger: Path) -> MergeStage | None:
        at = max((_written(one) for one in (ledger, ledger.with_name(f"{ledger.name}-wal"))), default=0)
        known = self._known.get(ledger)
        if not known or known[0] != at:
            known = self._known[ledger] = at, _read(ledger)
        return known[1]


def _written(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _read(ledger: Path) -> MergeStage | None:
    """The stage that a ledger shows; None for one that has nothing yet, or cannot be read."""
    with suppress(CircularsError), closing(Ledger(ledger, read_only=True)) as opened:
        opened.check()
        facts = opened.facts()
        if not facts:
            return None
        stage: tuple[LetterStage, LetterStage] = ("merging", "merged")
        done, total = opened.count_written(), opened.count()
        if has_messages(opened.connection):
            stage, counts = ("sending", "sent"), Outbox(opened.connection).counts()
            done, total = counts["sent"], sum(counts.values()) - counts["skipped"]
        if done:
            return MergeStage(stage[done == total], done, total, facts.inputs.letter_sha256)
    return None
