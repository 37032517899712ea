"""Prints addressees whose e-mail address is another one than their letter was sent to, and messages that came back."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final, TextIO

from circulars.cli.show import plural
from circulars.errors import visible
from circulars.merge.post.dispatch import Correction, SendingStatus

_SHOWN: Final = 50  # the most addressees that are listed
_STATES: Final = {
    "sent": "the earlier one was accepted", "returned": "the earlier one came back", "failed": "the earlier one failed",
    "unknown": "the earlier one is in doubt", "sending": "the earlier one is in doubt",
}  # fmt: skip
_RETURNED: Final = {
    "came back: correct these addresses in the list, then send it with --corrected:": ("correct", "ask"),
    "came back, though the addresses may be right: --decide ID=again, and --resume, send it again later:": ("again",),
    "came back because of the message, not of the address: ask your mail server's administrator:": ("letter",),
}
"""What to do about messages that came back, by the remedies of their reasons."""


def print_corrections(corrected: Sequence[Correction], moved: Sequence[Correction]) -> None:
    """Prints, before anything is sent, whose message goes to another address than before, and whose does not."""
    if corrected:
        to = plural(len(corrected), "goes to another address than before:", "go to other addresses than before:")
        print(f"  {len(corrected):,} of them {to}", file=sys.stderr)
        _print(corrected, sys.stderr, "    ")
    if moved:
        get = plural(len(moved), "gets", "get")
        print(f"  {_others(moved)}, and {get} no message (--corrected sends it):", file=sys.stderr)
        _print(moved, sys.stderr, "    ")


def print_returned(status: SendingStatus, stream: TextIO) -> None:
    """Prints the messages that came back, the addresses that were corrected since, and what to do."""
    for head, remedies in _RETURNED.items():
        returned = [one for one in status.returned if one.remedy in remedies]
        if returned:
            print(head, file=stream)
        for one in returned[:_SHOWN]:
            print(f"  {visible(one.id)} <{visible(one.email)}>  {one.at}  {visible(one.reply)}", file=stream)
        _print_more(len(returned), stream)
    if status.moved:
        print(f"{_others(status.moved)}; --corrected sends it to them:", file=stream)
        _print(status.moved, stream, "  ")


def _others(moved: Sequence[Correction]) -> str:
    have = plural(len(moved), "addressee has another address", "addressees have another address")
    return f"{len(moved):,} {have} than their letter was sent to"


def _print(corrections: Sequence[Correction], stream: TextIO, indent: str) -> None:
    for one in corrections[:_SHOWN]:
        earlier = one.earlier
        because = f": {earlier.why_returned}" if earlier.state == "returned" else ""
        words = f"{_STATES.get(earlier.state, 'the earlier one was not sent')}{because}"
        line = f"{one.id}  {earlier.email or '(an address that is not known)'} → {one.email}  ({words})"
        print(f"{indent}{visible(line)}", file=stream)
    _print_more(len(corrections), stream, indent)


def _print_more(count: int, stream: TextIO, indent: str = "  ") -> None:
    if count > _SHOWN:
        print(f"{indent}… and {count - _SHOWN:,} more; circulars merge status --report FILE has all", file=stream)
