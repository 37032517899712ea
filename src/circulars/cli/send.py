"""``circulars send``: one letter to many addressees by e-mail, asked about first, and none sent twice."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final, TextIO

from circulars.cli.adding import command_to_add
from circulars.cli.interrupts import GentleStop
from circulars.cli.merge import order_of, tell_rejected
from circulars.cli.secret import read_secret
from circulars.cli.show import plural, print_many, print_problems, progress
from circulars.errors import CircularsError, LetterError, MachineError, Place, Problem, UsageError, visible
from circulars.merge.post import dispatch
from circulars.merge.post.dispatch import (
    DELAYS,
    AboutToSend,
    Elsewhere,
    LeftOut,
    Mailbox,
    Pace,
    Progress,
    SendingStatus,
    Server,
    Undelivered,
    Waiting,
    read_mailbox,
    read_server,
)
from circulars.model.letter import Letter
from circulars.source.addressees import open_list
from circulars.source.letters import read_letter
from circulars.workspace import Workspace, shown

_SHOWN: Final = 50  # messages that the summary names
_STOPPED: Final = 130
_NAMED: Final = 10  # addressees that a line names


def run(options: argparse.Namespace, workspace: Workspace, source: Callable[[str], Path]) -> int:
    """The exit code of ``send``; ``source`` finds a letter's file by what was typed."""
    path = source(options.letter)
    letter = read_letter(path, shown(path, workspace))
    out = options.out or ""
    if options.decide:
        status = dispatch.decide(letter, workspace, dict(options.decide), clock=GentleStop(), out=out)
        _print_status(status, options, sys.stdout)
        return 0
    _check_usage(options)
    try:
        return _send_samples(letter, workspace, options) if options.to_self else _send(letter, workspace, options)
    except LetterError as error:
        return _tell(error, letter)
    except UsageError as error:
        if any(problem.code == "in-doubt" for problem in error.problems):
            _print_status(dispatch.sending_status(letter, workspace, out=out), options, sys.stderr)
        raise


def _tell(error: LetterError, letter: Letter) -> int:
    """Prints what is wrong with the list or the letter."""
    print_many(error.problems, sys.stderr)
    in_rows = any(problem.where.line > 1 and problem.where.file != letter.file for problem in error.problems)
    print("nothing was sent" + ("; --skip-bad leaves out rows that are wrong" if in_rows else ""), file=sys.stderr)
    return error.exit_code


def _check_usage(options: argparse.Namespace) -> None:
    needed = {"ADDRESSEES": options.addressees, "--smtp": options.smtp, "--from": options.sender}
    if missing := [name for name, value in needed.items() if not value]:
        hint = "circulars send LETTER ADDRESSEES --smtp smtp://mail.example.int:587 --from 'TSB <tsb@example.int>'"
        raise UsageError(Problem(Place(), "missing-option", f"send needs {' and '.join(missing)}", hint))


@dataclass(frozen=True, slots=True)
class _From:
    """Who sends, and through which server: what the options say of it."""

    sender: Mailbox
    reply_to: Mailbox | None
    server: Server
    ask_password: Callable[[], str]


def _from(options: argparse.Namespace) -> _From:
    server = read_server(options.smtp)
    server = replace(
        server,
        user=options.user or server.user,
        security="none" if options.plain else server.security,
        authorities=options.trust or "",
        timeout=options.timeout,
    )
    reply_to = read_mailbox(options.reply_to) if options.reply_to else None
    return _From(read_mailbox(options.sender), reply_to, server, partial(_password, server, options))


def _password(server: Server, options: argparse.Namespace) -> str:
    what = f"password of {server.user} at {server.host}"
    secret = read_secret(what, "--password", "password", options.password_file, options.password_fd)
    try:
        return secret.decode()
    except UnicodeDecodeError:
        raise UsageError(Problem(Place("--password"), "not-utf-8", "the password is not UTF-8", "")) from None


def _send_samples(letter: Letter, workspace: Workspace, options: argparse.Namespace) -> int:
    """Sends three letters to one address; nothing of the sending itself is touched."""
    to, by = read_mailbox(options.to_self), _from(options)
    listed = open_list(options.addressees, query=options.query, sheet=options.sheet, folder=workspace.folder)
    samples = dispatch.send_samples(
        letter, listed, workspace, order_of(options), to,
        sender=by.sender, server=by.server, clock=GentleStop(), add=options.add, out=options.out or "",
        reply_to=by.reply_to, ask_password=by.ask_password,
    )  # fmt: skip
    for sample in samples:
        print(f"{sample.id}.{sample.language}  {sample.answer}  {visible(sample.words)}")
        if sample.answer != "sent":
            return MachineError.exit_code
    print(f"look at them; nobody but {to.address} got anything yet", file=sys.stderr)
    return 0


def _send(letter: Letter, workspace: Workspace, options: argparse.Namespace) -> int:
    by = _from(options)
    listed = open_list(options.addressees, query=options.query, sheet=options.sheet, folder=workspace.folder)
    delays = tuple(delay * options.wait / DELAYS[0] for delay in DELAYS[: options.tries - 1])
    left_out: list[LeftOut] = []
    error: CircularsError | None = None
    with _Shown() as shown_progress:
        stop = shown_progress.stop
        try:
            status = dispatch.send(
                letter, listed, workspace, order_of(options),
                sender=by.sender, server=by.server, clock=stop, reply_to=by.reply_to, ask_password=by.ask_password,
                confirm=partial(_confirmed, options), out=options.out or "",
                resume=options.resume, retry=options.retry, add=options.add, changed=options.changed or "",
                pace=Pace(options.rate, options.per_connection, delays),
                on_interrupted=_tell_interrupted, on_left_out=left_out.append,
                on_progress=shown_progress.show, on_waiting=_tell_waiting,
            )  # fmt: skip
        except (CircularsError, KeyboardInterrupt) as found:
            if not shown_progress.has_begun:
                raise
            error = found if isinstance(found, CircularsError) else None
            stop.asked |= error is None
            status = dispatch.sending_status(letter, workspace, out=options.out or "")
    if error:
        print_problems(error.problems, sys.stderr)
    if not shown_progress.has_begun:
        print("nothing is left to be sent", file=sys.stderr)
    _print_status(status, options, sys.stdout, mend=isinstance(error, UsageError), whole=not (error or stop.asked))
    for rows in left_out:
        tell_rejected(rows.count, command_to_add(options, rows.file, workspace), rows.file, sys.stderr)
    if stop.asked:
        return stop.exit_code or _STOPPED
    return error.exit_code if error else int(not status.is_done)


class _Shown:
    """The progress of a sending, from its first message on: the first request to end is a wish from then on, too."""

    def __init__(self) -> None:
        self.stop = GentleStop()
        self._until_end = ExitStack()
        self._tell: Callable[[int, str], None] | None = None

    @property
    def has_begun(self) -> bool:
        """Whether messages were about to be sent."""
        return self._tell is not None

    def __enter__(self) -> _Shown:
        return self

    def __exit__(self, *error: object) -> None:
        self._until_end.close()

    def show(self, progressed: Progress) -> None:
        """Draws how far the sending is."""
        if self._tell is None:
            self._until_end.enter_context(self.stop)
            bar = progress("sending", progressed.total, sys.stderr, progressed.done)
            self._tell = self._until_end.enter_context(bar)
        else:
            self._tell(progressed.done, progressed.language)


# What is asked.


def _confirmed(options: argparse.Namespace, about: AboutToSend) -> bool:
    """Tells what is about to happen, and asks; with --yes it only tells.

    Raises:
        UsageError: there is no terminal to ask at.
    """
    _tell_dropped(about.dropped)
    if options.add and not options.resume and about.left_out:
        print(f"{about.left_out:,} {plural(about.left_out, 'row')} left out, for they are wrong", file=sys.stderr)
    print_problems(about.warnings, sys.stderr)
    _tell_about(about, options.rate)
    if options.yes:
        return True
    if not sys.stdin.isatty():
        fact = "nobody is there to be asked whether to send"
        raise UsageError(Problem(Place(), "not-confirmed", fact, "--yes sends without asking"))
    print("send them? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _tell_about(about: AboutToSend, rate: float) -> None:
    count = about.messages
    languages = ", ".join(f"{code} {of_them:,}" for code, of_them in about.languages.items())
    print(f"{about.letter}: {count:,} {plural(count, 'message')} ({languages})", file=sys.stderr)
    for code, subject in about.subjects.items():
        print(f"  {code}: {visible(subject)}", file=sys.stderr)
    attached = ", ".join(about.formats) or "nothing"
    print(f"  from {about.sender.name} <{about.sender.address}>, with {attached} attached", file=sys.stderr)
    print(f"  through {about.server.name}{_duration(count, rate)}", file=sys.stderr)
    if about.server.security == "none" and not about.server.is_this_machine:
        print("  not encrypted: whoever is on the way can read the letters and the addresses", file=sys.stderr)
    if about.again:
        whom = plural(about.again, "goes to one who has", "go to those who have")
        print(f"  {about.again:,} of them {whom} the letter as it was", file=sys.stderr)
    if about.before:
        others_have = f"{about.before:,} {'others ' if about.again else ''}{_have(about.before)}"
        get = plural(about.before, "gets", "get")
        print(f"  {others_have} the letter as it was, and {get} no message", file=sys.stderr)
    for other in about.elsewhere:
        _tell_elsewhere(other)


def _tell_elsewhere(other: Elsewhere) -> None:
    """Prints how many have the letter from another folder, or why that is not known."""
    print_problems(other.problems, sys.stderr)
    if other.count:
        addresses = f"{other.count:,} of these addresses {_have(other.count)}"
        print(f"  {addresses} this letter already, or may have it, from {other.folder}", file=sys.stderr)


def _tell_dropped(ids: Sequence[str]) -> None:
    """Prints who was to get the letter, has none, and would be forgotten with the plan that the list has replaced."""
    if not ids:
        return
    are = plural(len(ids), "is", "are")
    whom = f"{len(ids):,} to whom the letter was to be sent {_have(len(ids))} none, and {are} not in this list"
    named = ", ".join(map(visible, ids[:_NAMED]))
    more = f" and {len(ids) - _NAMED:,} more" if len(ids) > _NAMED else ""
    print(f"{whom}: {named}{more}; --add sends it to them, too", file=sys.stderr)


def _tell_interrupted(count: int) -> None:
    print(f"an earlier run broke off in {count} {plural(count, 'message')}: see below", file=sys.stderr)


def _tell_waiting(waiting: Waiting) -> None:
    """Prints that the server is left alone for a while: else nothing would move, and nobody know why."""
    seconds = waiting.seconds
    said = f"{seconds / 60:,.0f} min" if seconds >= 90 else f"{seconds:,.0f} s"
    print(f"{visible(waiting.why)}; the next try is in {said}", file=sys.stderr, flush=True)


def _duration(count: int, rate: float) -> str:
    if not rate:
        return ""
    minutes = count / rate
    said = f"{minutes / 60:,.1f} hours" if minutes >= 90 else f"{max(minutes, 1):,.0f} min"
    return f", {rate:g} a minute: at least {said}"


# What became of it.


def _print_status(
    status: SendingStatus, options: argparse.Namespace, stream: TextIO, *, mend: bool = False, whole: bool = True
) -> None:
    """Prints what became of the messages; ``mend``: the command was wrong; ``whole``: not all had their turn."""
    counts = {
        "sent": status.sent, "failed": len(status.failed), "in doubt": len(status.in_doubt),
        "still to be sent": status.planned,
    }  # fmt: skip
    parts = [f"{count:,} {said}" for said, count in counts.items() if count or said == "sent"]
    if status.before:
        parts.append(f"{status.before:,} {_have(status.before)} it as it was")
    print(f"{status.letter}: {', '.join(parts)}", file=stream)
    if status.failed:
        print("failed, with the server's words (--retry tries again):", file=stream)
        _print_messages(status.failed, stream)
    if status.in_doubt:
        print(
            "in doubt: the server has these, or it has not. Ask the addressees, or who runs it, then type", file=stream
        )
        out = f" --out {shlex.quote(options.out)}" if options.out else ""
        print(f"circulars send {status.letter}{out} --decide ID=sent, or --decide ID=again:", file=stream)
        _print_messages(status.in_doubt, stream, name_messages=True)
    if status.planned or (options.retry and status.failed and not whole):
        print(_advice(options, mend=mend), file=stream)


def _have(count: int) -> str:
    return "has" if count == 1 else "have"


def _advice(options: argparse.Namespace, *, mend: bool) -> str:
    """What to type to go on. Whoever tries again, or goes on already, types the same."""
    if options.decide:
        return "the command that sends them, with --resume, goes on"
    same = "mend the command" if mend else "the same command"
    if options.resume or options.retry:
        return f"{same}, and type it again" if mend else f"{same} goes on"
    return f"{same}, and type it again with --resume" if mend else f"{same} with --resume goes on"


def _print_messages(messages: Sequence[Undelivered], stream: TextIO, *, name_messages: bool = False) -> None:
    for one in messages[:_SHOWN]:
        tried = f" (after {one.attempts} attempts)" if one.attempts > 1 else ""
        print(f"  {visible(one.id)} <{visible(one.email)}>  {one.at}  {visible(one.reply)}{tried}", file=stream)
        if name_messages and one.message_id:
            print(f"    Message-ID: <{visible(one.message_id)}>", file=stream)
    if len(messages) > _SHOWN:
        print(f"  … and {len(messages) - _SHOWN:,} more", file=stream)
