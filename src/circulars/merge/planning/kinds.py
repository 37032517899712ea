"""What a merge can make: one row for each kind of output."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from circulars.formats import FORMATS
from circulars.merge.paper.stock import Stock, envelope_of, labels_of


@dataclass(frozen=True, slots=True)
class MergeKind:
    """One kind of output, by the ``name`` that an order, and the ledger's file, has for it.

    ``usual`` are the formats unless others are named, and ``formats`` those that it can have: any, if none is named.
    ``own`` are the parts of an order that other kinds do not have, ``needed`` those that must be there.
    ``stock`` finds the sheets or envelopes by their name, of a kind that prints nothing but addresses, and ``called``
    is what such a file is; with ``has_sender`` who sends stands beside each address.

    - ``bound``: one file has everything. ``zipped``: one archive has all copies. Else each copy is a file.
    - ``posted``: everybody needs an e-mail address. ``drafted``: each copy is a message with all formats in it.
    - ``windowed``: letters for envelopes with a window. ``shared``: a cluster can make it.
    - ``merged``: ``merge`` makes it, and not ``send``.
    """

    name: str
    usual: tuple[str, ...] = FORMATS
    formats: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    stock: Callable[[str], Stock] | None = None
    called: str = ""
    has_sender: bool = False
    bound: bool = False
    zipped: bool = False
    posted: bool = False
    drafted: bool = False
    windowed: bool = False
    shared: bool = False
    merged: bool = True

    @property
    def in_files(self) -> bool:
        """Whether each copy is a file of its own."""
        return not (self.bound or self.zipped)


_ROWS: Final = (
    MergeKind("files", windowed=True, shared=True),
    MergeKind("zip", windowed=True, shared=True, zipped=True),
    MergeKind("print", ("pdf",), ("docx", "pdf"), own=("duplex",), windowed=True, bound=True),
    MergeKind("labels", (), own=("stock", "skip"), stock=labels_of, called="Labels", bound=True),
    MergeKind("envelopes", (), own=("stock",), stock=envelope_of, called="Envelopes", has_sender=True, bound=True),
    MergeKind("eml", ("pdf",), own=("sender",), needed=("sender",), posted=True, drafted=True),
    MergeKind("send", ("pdf",), posted=True, merged=False),
)
KINDS: Final[Mapping[str, MergeKind]] = {row.name: row for row in _ROWS}
"""The kinds by their names: those that a merge makes, and "send"."""
