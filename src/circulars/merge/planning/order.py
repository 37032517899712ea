"""What is to be merged, how, and for whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

KINDS: Final = ("files", "zip", "print", "labels", "envelopes", "eml")
"""What a merge can make: ``--as``."""
BOUND: Final = ("print", "labels", "envelopes")
"""The kinds that make one file for all."""
FIELDED: Final = ("labels", "envelopes")
"""The kinds that print nothing but addresses, each into a field that has its size."""
POSTED: Final = ("eml", "send")
"""The kinds of merges that need an e-mail address of everybody."""


@dataclass(frozen=True, slots=True)
class MergeOrder:
    """What is to be made of a letter and a list.

    ``kind`` is one of :data:`KINDS`; ``fallback`` the language of those who chose none that the letter is in.
    ``where``, ``sort``, ``sample`` and ``only`` say who gets it, as the command has them. ``skip_bad`` merges the
    others when some rows are wrong; ``whole`` lays out every copy in full; ``source`` is whether copies carry their
    letter. ``stock`` names labels ("L7160") or envelopes ("C5"), ``skip`` how many labels of the first sheet are used
    up; with ``duplex`` each printed letter begins on a sheet of its own; ``sender`` is who sends drafts.
    """

    kind: str = "files"
    formats: tuple[str, ...] = ("docx", "pdf")
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


def bound_names(order: MergeOrder, letter: str) -> tuple[str, ...]:
    """The names of the files that an order makes for all."""
    if order.kind == "print":
        return tuple(f"{letter}.print.{format}" for format in order.formats)
    return (f"{letter}.{order.kind}.pdf",)
