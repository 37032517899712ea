"""The kinds of output that a merge can make: one row for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from circulars.formats import FORMATS
from circulars.merge.paper.stock import Stock, envelope_of, labels_of


@dataclass(frozen=True, slots=True)
class MergeKind:
    """A kind of output. An order and the ledger's file refer to it by its ``name``.

    ``default_formats`` are used unless the order names formats. ``formats`` are those it can have; empty means any.
    ``own_fields`` are fields of an order that only some kinds accept; ``required_fields`` must be set.
    In a kind that prints addresses, ``stock`` finds labels or envelopes by name, and ``title`` is the file's title.
    With ``has_sender`` the sender is printed beside each address.

    - ``bound``: one file holds everything. ``zipped``: one archive holds all copies. Otherwise each copy is a file.
    - ``needs_email``: every addressee needs an e-mail address.
    - ``drafted``: each copy is a message with all formats attached.
    - ``windowed``: letters for window envelopes. ``on_cluster``: a cluster can make it.
    - ``merged``: made by ``merge`` rather than ``send``.
    """

    name: str
    default_formats: tuple[str, ...] = FORMATS
    formats: tuple[str, ...] = ()
    own_fields: tuple[str, ...] = ()
    required_fields: tuple[str, ...] = ()
    stock: Callable[[str], Stock] | None = None
    title: str = ""
    has_sender: bool = False
    bound: bool = False
    zipped: bool = False
    needs_email: bool = False
    drafted: bool = False
    windowed: bool = False
    on_cluster: bool = False
    merged: bool = True

    @property
    def in_files(self) -> bool:
        """Whether each copy is a separate file."""
        return not (self.bound or self.zipped)


_OF_DRAFTS: Final = ("sender", "reply_to", "cc", "bcc", "attach", "attach_folder", "unsubscribe", "no_auto_replies")

_ROWS: Final = (
    MergeKind("files", windowed=True, on_cluster=True),
    MergeKind("zip", windowed=True, on_cluster=True, zipped=True),
    MergeKind("print", ("pdf",), ("docx", "pdf"), own_fields=("duplex",), windowed=True, bound=True),
    MergeKind("labels", (), own_fields=("stock", "skip"), stock=labels_of, title="Labels", bound=True),
    MergeKind(
        "envelopes", (), own_fields=("stock",), stock=envelope_of, title="Envelopes", has_sender=True, bound=True
    ),
    MergeKind("eml", ("pdf",), own_fields=_OF_DRAFTS, required_fields=("sender",), needs_email=True, drafted=True),
    MergeKind("send", ("pdf",), own_fields=(*_OF_DRAFTS, "bounces_to"), needs_email=True, merged=False),
)
KINDS: Final[Mapping[str, MergeKind]] = {row.name: row for row in _ROWS}
"""The kinds by name: those that a merge makes, and "send"."""
