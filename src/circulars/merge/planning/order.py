"""What is to be merged, how, and for whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from circulars.errors import Choice, Place, Problem, UsageError, did_you_mean
from circulars.formats import FORMATS
from circulars.merge.paper.stock import Stock, check_skip
from circulars.merge.planning.kinds import KINDS, MergeKind

_OWN: Final = {
    "stock": "only labels and envelopes have a size to choose",
    "skip": "only labels can be skipped",
    "duplex": "only printed letters can each begin on a sheet of their own",
    "sender": "only drafts name who sends them",
}
"""Why a part of an order is refused that is not for its kind."""


@dataclass(frozen=True, slots=True)
class MergeOrder:
    """What is to be made of a letter and a list.

    ``kind`` is one of :data:`KINDS`; ``fallback`` the language of those who chose none that the letter is in.
    ``where``, ``sort``, ``sample`` and ``only`` say who gets it, as the command has them. ``skip_bad`` merges the
    others when some rows are wrong; ``whole`` lays out every copy in full; ``source`` is whether copies carry their
    letter. ``stock`` names labels ("L7160") or envelopes ("C5"), ``skip`` how many labels of the first sheet are used
    up; with ``duplex`` each printed letter begins on a sheet of its own; ``sender`` is who sends drafts. ``formats``
    are of letters: labels and envelopes are PDF, whatever it says.
    """

    kind: str = "files"
    formats: tuple[str, ...] = FORMATS
    fallback: str = ""
    where: tuple[str, ...] = ()
    sort: str = ""
    sample: int = 0
    only: tuple[str, ...] = ()
    skip_bad: bool = False
    whole: bool = False
    source: bool = True
    stock: str = ""
    skip: int = 0
    duplex: bool = False
    sender: str = ""

    @property
    def output(self) -> MergeKind:
        """The row of :data:`KINDS` that the order's kind has."""
        return KINDS[self.kind]

    @property
    def sheet(self) -> Stock | None:
        """The sheet of labels, or the envelope; none for letters.

        Raises:
            UsageError: there is none of the name.
        """
        return self.output.stock(self.stock) if self.output.stock else None


def check_order(order: MergeOrder) -> None:
    """Refuses an order that no merge can carry out, before anything is read or touched.

    Raises:
        UsageError: there is no such kind, a part of the order does not fit it, or one is missing.
    """
    if order.kind not in KINDS or not KINDS[order.kind].merged:
        known = [name for name, row in KINDS.items() if row.merged]
        hint = did_you_mean(order.kind, known, f"it can make: {', '.join(known)}")
        raise UsageError(Problem(Place(), "wrong-option", f"a merge does not make '{order.kind}'", hint))
    kind = order.output
    for part, fact in _OWN.items():
        if (value := getattr(order, part)) and part not in kind.own:
            choice = Choice(part, "leave out {}", "" if value is True else str(value))
            raise UsageError(Problem(Place(), "wrong-option", fact, choices=(choice,)))
    if sheet := order.sheet:
        check_skip(sheet, order.skip)
    if kind.formats and set(order.formats) - {*kind.formats}:
        raise UsageError(Problem(Place(), "wrong-option", f"only {' and '.join(kind.formats)} can be printed"))
    if "sender" in kind.needed and not order.sender:
        choice = Choice("sender", "names them", "'TSB <tsb@example.int>'")
        raise UsageError(Problem(Place(), "missing-option", "a draft needs somebody who sends it", choices=(choice,)))


def bound_names(order: MergeOrder, letter: str) -> tuple[str, ...]:
    """The names of the files that an order makes for all; none if each copy has its own."""
    if not order.output.bound:
        return ()
    if order.output.stock:
        return (f"{letter}.{order.kind}.pdf",)
    return tuple(f"{letter}.{order.kind}.{format}" for format in order.formats)
