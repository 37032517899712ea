"""Prints addressees whose e-mail address is another one than their letter was sent to, and messages that came back."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Sequence
from typing import Final, TextIO, TypeVar

from circulars.cli.show import plural
from circulars.errors import visible
from circulars.merge.post.dispatch import Correction, SendingStatus

T = TypeVar("T")
_SHOWN: Final = 50  # the most messages or addressees of a kind that are listed, without --all
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


def print_corrections(
    corrected: Sequence[Correction], moved: Sequence[Correction], options: argparse.Namespace
) -> None:
    """Prints, before anything is sent, whose message goes to another address than before, and whose does not."""
    if corrected:
        to = plural(len(corrected), "goes to another address than before:", "go to other addresses than before:")
        print(f"  {len(corrected):,} of them {to}", file=sys.stderr)
        _print(corrected, options, sys.stderr, "    ")
    if moved:
        get = plural(len(moved), "gets", "get")
        print(f"  {_others(moved)}, and {get} no message (--corrected sends it):", file=sys.stderr)
        _print(moved, options, sys.stderr, "    ")


def print_returned(status: SendingStatus, options: argparse.Namespace, stream: TextIO) -> None:
    """Prints the messages that came back, the addresses that were corrected since, and what to do."""
    for head, remedies in _RETURNED.items():
        returned = [one for one in status.returned if one.remedy in remedies]
        if returned:
            print(head, file=stream)
        for one in some_of(returned, options):
            print(f"  {visible(one.id)} <{visible(one.email)}>  {one.at}  {visible(one.reply)}", file=stream)
        print_more(len(returned), options, report_command(status.letter, options), stream)
    if status.moved:
        print(f"{_others(status.moved)}; --corrected sends it to them:", file=stream)
        _print(status.moved, options, stream, "  ")


def some_of(listed: Sequence[T], options: argparse.Namespace) -> Sequence[T]:
    """The first of what is to be listed; with ``--all``, everything."""
    return listed if options.all else listed[:_SHOWN]


def print_more(count: int, options: argparse.Namespace, command: str, stream: TextIO, indent: str = "  ") -> None:
    """Prints how many of ``count`` lines :func:`some_of` leaves out, if it does, and the command that has all."""
    if count > _SHOWN and not options.all:
        print(f"{indent}… and {count - _SHOWN:,} more; all of them: {command}", file=stream)


def report_command(letter: str, options: argparse.Namespace) -> str:
    """The command that writes a report on the messages of a letter."""
    out = f" --out {shlex.quote(options.out)}" if options.out else ""
    return f"circulars merge status {letter}{out} --report sent.csv"


def _others(moved: Sequence[Correction]) -> str:
    have = plural(len(moved), "addressee has another address", "addressees have another address")
    return f"{len(moved):,} {have} than their letter was sent to"


def _print(corrections: Sequence[Correction], options: argparse.Namespace, stream: TextIO, indent: str) -> None:
    for one in some_of(corrections, options):
        earlier = one.earlier
        because = f": {earlier.why_returned}" if earlier.state == "returned" else ""
        words = f"{_STATES.get(earlier.state, 'the earlier one was not sent')}{because}"
        line = f"{one.id}  {earlier.email or '(an address that is not known)'} → {one.email}  ({words})"
        print(f"{indent}{visible(line)}", file=stream)
    print_more(len(corrections), options, _command_to_list(options), stream, indent)


def _command_to_list(options: argparse.Namespace) -> str:
    """The command that was typed, so that it lists everything and sends nothing.

    Only it knows the list with the corrected addresses. Without a list there is the report, which has the addressees.
    """
    if options.decide:
        return report_command(options.letter, options)
    kept = [word for word in options.typed if word not in ("--yes", "--dry-run")]
    return shlex.join(["circulars", *kept, "--dry-run", "--all"])
