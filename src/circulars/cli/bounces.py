"""``circulars send bounces``: reads a mailbox of returned mail, and records which messages came back."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final, TextIO

from circulars.cli.interrupts import GracefulStop
from circulars.cli.mail_login import read_password
from circulars.cli.show import plural, progress
from circulars.errors import Place, Problem, UsageError, visible
from circulars.merge.post import dispatch
from circulars.merge.post.dispatch import (
    RESULTS,
    Bounce,
    BouncesRead,
    CommandTokens,
    MailboxLogin,
    MailboxServer,
    MailResult,
    is_server,
)

_SHOWN: Final = 50  # the most messages that are listed of each kind, without --all
_NAMES: Final[dict[MailResult, str]] = {
    "came-back": "came back",
    "known": "came back, and are recorded already",
    "probable": "probably came back",
    "copy": "copies for others that came back",
    "foreign": "returned mail that is not of a letter from here",
    "not-sent": "came back, but were not sent from here",
    "delay": "delayed: a server still tries to deliver them",
    "complaint": "complaints: marked as spam by the addressee",
    "unclear": "from a server, and not understood",
    "person": "not automatic",
    "absence": "automatic replies, such as out of office",
    "challenge": "requests to confirm that you sent a message",
    "receipt": "read receipts",
    "delivered": "reports that a message was delivered",
}
_TO_READ: Final[dict[MailResult, str]] = {
    "delay": "delayed: the state stays 'sent', and another report follows if they fail:",
    "copy": "copies that came back; the letter itself was delivered:",
    "complaint": "complaints: these addressees marked the message as spam:",
    "challenge": "requests to confirm that you sent the message: open them, and follow what they say:",
    "unclear": "from a server, and not understood: read them:",
    "person": "not automatic: read them:",
}


def run(options: argparse.Namespace, out: Path) -> int:
    """Reads a mailbox, prints what is in it, and returns the exit code: 1 if messages came back that were not known."""
    ledgers = dispatch.sendings_in(out, options.letters)
    mailbox = _server(options) if is_server(options.mailbox) else Path(options.mailbox)
    login = _login(mailbox, options) if isinstance(mailbox, MailboxServer) else MailboxLogin()
    with _ReadingProgress() as shown:
        read = dispatch.read_bounces(
            mailbox, ledgers, login=login, clock=GracefulStop(), dry_run=options.dry_run, probable=options.probable,
            on_progress=shown.show,
        )  # fmt: skip
    _print_counts(read, sys.stdout)
    _print_returned(read, options)
    for result, head in _TO_READ.items():
        _print_list(head, read.of(result), options, _line)
    _print_recorded(read, options)
    return int(bool(read.counts.get("came-back") or read.counts.get("probable")))


def _server(options: argparse.Namespace) -> MailboxServer:
    server = dispatch.read_mailbox_server(options.mailbox)
    if not server.is_encrypted and not options.plain:
        fact, hint = "imap:// has no encryption", "write imaps://…; or add --plain, for a server on this machine"
        raise UsageError(Problem(Place(server.name), "not-encrypted", fact, hint))
    if server.is_encrypted and options.plain:
        fact, hint = "imaps:// is always encrypted", "leave out --plain"
        raise UsageError(Problem(Place("--plain"), "wrong-option", fact, hint))
    user = options.user or server.user
    return replace(server, user=user, authorities=options.trust or "", timeout=options.timeout)


def _login(server: MailboxServer, options: argparse.Namespace) -> MailboxLogin:
    if options.token_command:
        return MailboxLogin(token=CommandTokens(options.token_command).token)
    return MailboxLogin(partial(read_password, server, options))


class _ReadingProgress(ExitStack):
    """A progress bar of what was read; it begins with the first report."""

    def __init__(self) -> None:
        super().__init__()
        self._update: Callable[[int, str], None] | None = None

    def show(self, done: int, total: int, unit: str) -> None:
        """Shows how much was read."""
        if self._update is None:
            self._update = self.enter_context(progress(f"reading ({unit})", total, sys.stderr))
        self._update(done, "")


def _print_counts(read: BouncesRead, stream: TextIO) -> None:
    total = sum(read.counts.values())
    print(f"{visible(read.mailbox)}: {total:,} {plural(total, 'message')}", file=stream)
    for result in RESULTS:
        if count := read.counts.get(result, 0):
            print(f"  {count:>7,}  {_NAMES[result]}", file=stream)
    if read.cut:
        print(f"  of {read.cut:,} large {plural(read.cut, 'message')} only the beginning was read", file=stream)


def _print_returned(read: BouncesRead, options: argparse.Namespace) -> None:
    """Prints, for each letter, the messages that came back, and what to do."""
    back = read.of("came-back", "probable")
    for ledger in dict.fromkeys(one.ledger for one in back):
        of_letter = [one for one in back if one.ledger == ledger]
        send = _command(of_letter[0], options)
        sure = [one for one in of_letter if one.result == "came-back"]
        groups: list[tuple[str, list[Bounce]]] = [
            (f"correct these addresses in the list; then {send} LIST --corrected … sends to them alone:", []),
            (f"send these again later, to the same address: {send} --decide ID=again, then --resume:", []),
            ("ask the addressee, or the administrator of your mail server:", []),
            (
                "these were refused because of the message, not of the address; ask your mail server's administrator:",
                [],
            ),
        ]
        for one in sure:
            assert one.reason
            groups[("correct", "again", "ask", "letter").index(one.reason.remedy)][1].append(one)
        print(f"{of_letter[0].letter}:")
        for head, bounces in groups:
            _print_list(f"  {head}", bounces, options, _reasoned, "    ")
        probable = [one for one in of_letter if one.result == "probable"]
        recorded = options.probable and not options.dry_run
        head = "found by nothing but the address, recorded because of --probable:" if recorded else (
            "probably came back: the mail names only an address, or none; look at it, and record it with --probable,\n"
            f"  or with {send} --decide ID=came-back:"
        )  # fmt: skip
        _print_list(f"  {head}", probable, options, _reasoned, "    ")


def _command(one: Bounce, options: argparse.Namespace) -> str:
    out = one.ledger.parent.parent
    where = ["--out", str(out)] if options.out or out.name != "output" else []
    return shlex.join(["circulars", "send", one.letter, *where])


def _print_list(
    head: str, bounces: Sequence[Bounce], options: argparse.Namespace, line: Callable[[Bounce], str], indent: str = "  "
) -> None:
    if not bounces:
        return
    print(head)
    shown = bounces if options.all else bounces[:_SHOWN]
    for one in shown:
        print(f"{indent}{visible(line(one))}")
    if more := len(bounces) - len(shown):
        print(f"{indent}… and {more:,} more; --all lists every one of them")


def _reasoned(one: Bounce) -> str:
    assert one.reason
    words = one.words if one.reason.status in one.words else f"{one.reason.status} {one.words}"
    said = f" ({words.strip()[:200]})" if words.strip() else ""
    passed = f", passed on to {one.recipient}" if one.recipient and one.recipient != one.email else ""
    return f"{one.id} <{one.email}>{passed}  {one.reason.words}{said}"


def _line(one: Bounce) -> str:
    """One message that somebody should know of: the addressee, if it is known, or the sender; and the subject."""
    who = f"{one.id} <{one.recipient or one.email}>" if one.id and one.result != "person" else one.sender
    if one.reason and one.result in ("delay", "copy"):
        return f"{who}  {one.reason.words}"
    return f"{who}  {one.subject}".strip()


def _print_recorded(read: BouncesRead, options: argparse.Namespace) -> None:
    new = read.counts.get("came-back", 0) + (read.counts.get("probable", 0) if options.probable else 0)
    if options.dry_run:
        print(f"dry run: {new:,} would be recorded, and nothing was", file=sys.stderr)
    elif read.recorded:
        print(f"recorded: {read.recorded:,} {plural(read.recorded, 'message')} came back", file=sys.stderr)
    else:
        print("nothing new was recorded", file=sys.stderr)
