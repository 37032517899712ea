"""The order for a merge: what to make, how, and for which addressees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from circulars.errors import Choice, Place, Problem, UsageError, did_you_mean, several
from circulars.formats import FORMATS
from circulars.merge.paper.stock import Stock, check_skip
from circulars.merge.planning.kinds import KINDS, MergeKind
from circulars.render import known_formats, no_format

_REFUSALS: Final = {
    "stock": "only labels and envelopes have a size to choose",
    "skip": "only labels can be skipped",
    "duplex": "only printed letters can each begin on a new sheet",
    "sender": "only drafts have a sender",
    "reply_to": "only messages have an address for replies",
    "cc": "only messages have copies",
    "bcc": "only messages have copies",
    "attach": "only messages have attachments",
    "attach_folder": "only messages have attachments",
    "unsubscribe": "only messages can be unsubscribed from",
    "no_auto_replies": "only messages get automatic replies",
    "bounces_to": "only messages that are sent come back",
}
"""Why a field is refused with a kind of output that does not accept it."""


@dataclass(frozen=True, slots=True)
class MergeOrder:
    """What to make from a letter and a list.

    - ``kind``: one of :data:`KINDS`.
    - ``formats``: the formats of letters; labels and envelopes are always PDF.
    - ``fallback``: the language for addressees whose language the letter does not have.
    - ``where``, ``sort``, ``sample``, ``only``: the selected addressees and their order, as on the command line.
    - ``skip_bad``: leave out faulty rows and merge the others.
    - ``whole``: lay out every copy in full. ``source``: copies carry their letter.
    - ``stock``: labels ("L7160") or envelopes ("C5"). ``skip``: how many labels of the first sheet are already used.
    - ``duplex``: each printed letter begins on a new sheet.
    - ``once_per_address``: one message to each e-mail address, or one letter for each name and postal address.

    For messages, sent or as drafts:

    - ``sender``: the sender. ``reply_to``, ``cc``, ``bcc``: further addresses, for every message.
    - ``attach``: files that every message has. ``attach_folder``: the folder with the files that rows name.
    - ``unsubscribe``: addresses to unsubscribe at, ``mailto:`` or ``https:``.
    - ``no_auto_replies``: asks for no automatic replies, such as those of addressees who are out of office.
    - ``bounces_to``: the address to which messages come back, with a token for each.

    Raises:
        UsageError: a part that takes several texts is one text.
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
    once_per_address: bool = False
    reply_to: str = ""
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    attach: tuple[str, ...] = ()
    attach_folder: str = ""
    unsubscribe: tuple[str, ...] = ()
    no_auto_replies: bool = False
    bounces_to: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "formats", several("formats", self.formats, "unknown-format"))
        object.__setattr__(self, "where", several("where", self.where))
        object.__setattr__(self, "only", several("only", self.only))
        for name in ("cc", "bcc", "attach", "unsubscribe"):
            object.__setattr__(self, name, several(name, getattr(self, name)))

    @property
    def output(self) -> MergeKind:
        """The row of :data:`KINDS` for the order's kind."""
        return KINDS[self.kind]

    @property
    def sheet(self) -> Stock | None:
        """The sheet of labels or the envelope; None for letters.

        Raises:
            UsageError: the name is unknown.
        """
        return self.output.stock(self.stock) if self.output.stock else None


def check_order(order: MergeOrder) -> None:
    """Refuses an order that no merge can carry out, before any file is read or written.

    Raises:
        UsageError: the kind or a format is unknown, a field does not fit the kind, or a required field is empty.
    """
    if order.kind not in KINDS or not KINDS[order.kind].merged:
        known = [name for name, row in KINDS.items() if row.merged]
        hint = did_you_mean(order.kind, known, f"it can make: {', '.join(known)}")
        raise UsageError(Problem(Place(), "wrong-option", f"a merge cannot make '{order.kind}'", hint))
    kind = order.output
    for part, fact in _REFUSALS.items():
        if (value := getattr(order, part)) and part not in kind.own_fields:
            shown = value[0] if isinstance(value, tuple) else "" if value is True else str(value)
            choice = Choice(part, "leave out {}", shown)
            raise UsageError(Problem(Place(), "wrong-option", fact, choices=(choice,)))
    if sheet := order.sheet:
        check_skip(sheet, order.skip)
    if not kind.stock:
        known_formats(order.formats)
        if not (order.formats or kind.drafted):
            raise no_format()
    if kind.formats and set(order.formats) - {*kind.formats}:
        raise UsageError(Problem(Place(), "wrong-option", f"only {' and '.join(kind.formats)} can be printed"))
    if "sender" in kind.required_fields and not order.sender:
        choice = Choice("sender", "names the sender", "TSB <tsb@example.int>")
        raise UsageError(Problem(Place(), "missing-option", "a draft needs a sender", choices=(choice,)))


def bound_names(order: MergeOrder, letter: str, part: int = 0) -> tuple[str, ...]:
    """The names of the files that hold all copies of an order; empty if copies are not bound into one file.

    With ``part`` they are those of the list that was added with this number: "LETTER.labels-2.pdf" for the first.
    """
    if not order.output.bound:
        return ()
    name = f"{letter}.{order.kind}-{part + 1}" if part else f"{letter}.{order.kind}"
    return tuple(f"{name}.{format}" for format in (("pdf",) if order.output.stock else order.formats))
