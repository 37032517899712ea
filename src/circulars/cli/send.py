"""``circulars send``: sends one letter to many addressees by e-mail."""

from __future__ import annotations

import argparse
import datetime
import shlex
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final, TextIO

from circulars.cli.adding import command_to_add
from circulars.cli.approvals import print_lacking, refuse_unapproved
from circulars.cli.corrections import print_corrections, print_more, print_returned, report_command, some_of
from circulars.cli.found import print_refused, save_found
from circulars.cli.interrupts import GracefulStop
from circulars.cli.mail_login import read_password, tokens_of
from circulars.cli.merge import list_of, order_of, print_rejected
from circulars.cli.show import plural, print_columns, print_problems, progress
from circulars.errors import CircularsError, LetterError, MachineError, Place, Problem, UsageError, visible
from circulars.merge import front
from circulars.merge.front import MergeOrder, MergeRefusedError
from circulars.merge.post import dispatch
from circulars.merge.post.dispatch import (
    DELAYS,
    AboutToSend,
    Elsewhere,
    LeftOut,
    Mailbox,
    Pace,
    Progress,
    SenderLimited,
    SendingStatus,
    Server,
    Undelivered,
    Waiting,
    read_mailbox,
    read_server,
)
from circulars.model.letter import Letter
from circulars.source.letters import read_letter
from circulars.workspace import Workspace, shown

_FEW: Final = 5  # messages in doubt that are decided one by one
_STOPPED: Final = 130
_UNITS: Final = {1.0: "a second", 60.0: "a minute", 3600.0: "an hour", 86400.0: "a day"}


def run(options: argparse.Namespace, workspace: Workspace, source: Callable[[str], Path]) -> int:
    """Runs ``send`` and returns its exit code. ``source`` finds a letter's file by its name."""
    path = source(options.letter)
    letter = read_letter(path, shown(path, workspace), workspace.language_folders)
    out = options.out or ""
    if options.decide:
        decisions, file = _decisions(options)
        status = dispatch.decide(letter, workspace, decisions, clock=GracefulStop(), file=file, out=out)
        _print_status(status, options, sys.stdout)
        return 0
    _check_usage(options)
    if options.problems:
        front.check_problem_file(Path(options.problems))
    try:
        if options.to_self:
            refuse_unapproved(options, workspace, letter)
            return _send_samples(letter, workspace, options)
        code = _send(letter, workspace, options)
        return code or (print_lacking(options, letter, workspace) if options.dry_run else 0)
    except LetterError as error:
        refused = error if isinstance(error, MergeRefusedError) else MergeRefusedError(*error.problems)
        ledger = front.ledger_of(letter, workspace, MergeOrder(kind="send"), out=out)
        return _print_refusal(refused, letter, options, ledger)
    except UsageError as error:
        if any(problem.code == "in-doubt" for problem in error.problems):
            _print_status(dispatch.sending_status(letter, workspace, out=out), options, sys.stderr)
        raise


def _print_refusal(error: MergeRefusedError, letter: Letter, options: argparse.Namespace, ledger: Path) -> int:
    """Prints the problems of the list or the letter, and returns the exit code."""
    print_refused(error, options, ledger)
    in_rows = any(problem.where.line > 1 and problem.where.file != letter.file for problem in error.problems)
    print("nothing was sent" + ("; --skip-bad leaves out rows with problems" if in_rows else ""), file=sys.stderr)
    return error.exit_code


def _decisions(options: argparse.Namespace) -> tuple[dict[str, dispatch.Decision], str]:
    """What was decided by id, and the file of further decisions."""
    files = [name for name, word in options.decide if not word]
    if len(files) > 1:
        fact, hint = f"{len(files)} files of decisions", "put them into one file, or name one after the other"
        raise UsageError(Problem(Place("--decide"), "wrong-option", fact, hint))
    return {id: word for id, word in options.decide if word}, next(iter(files), "")


def _check_usage(options: argparse.Namespace) -> None:
    if options.dry_run and (options.to_self or options.yes):
        fact = "--dry-run sends nothing, and --to-self and --yes send"
        raise UsageError(Problem(Place(), "wrong-option", fact, "leave out one of them"))
    needed = {"ADDRESSEES": options.addressees, "--smtp": options.smtp, "--from": options.sender}
    if missing := [name for name, value in needed.items() if not value]:
        hint = "circulars send LETTER ADDRESSEES --smtp smtp://mail.example.int:587 --from 'TSB <tsb@example.int>'"
        raise UsageError(Problem(Place(), "missing-option", f"send needs {' and '.join(missing)}", hint))


@dataclass(frozen=True, slots=True)
class _Origin:
    """Who sends, and through which server."""

    sender: Mailbox
    reply_to: Mailbox | None
    server: Server
    ask_password: Callable[[], str]


def _origin(options: argparse.Namespace) -> _Origin:
    server = read_server(options.smtp)
    if options.plain and server.security == "tls":
        fact, hint = "smtps:// is always encrypted", "leave out --plain; or name the server as smtp://…"
        raise UsageError(Problem(Place("--plain"), "wrong-option", fact, hint))
    server = replace(
        server,
        user=options.user or server.user,
        security="none" if options.plain else server.security,
        authorities=options.trust or "",
        timeout=options.timeout,
        tokens=tokens_of(options),
    )
    reply_to = read_mailbox(options.reply_to) if options.reply_to else None
    return _Origin(read_mailbox(options.sender), reply_to, server, partial(read_password, server, options))


def _send_samples(letter: Letter, workspace: Workspace, options: argparse.Namespace) -> int:
    """Sends three sample letters to one address. The sending itself does not change."""
    to, by = read_mailbox(options.to_self), _origin(options)
    listed = list_of(options, letter, workspace)
    samples = dispatch.send_samples(
        letter, listed, workspace, order_of(options), to,
        sender=by.sender, server=by.server, clock=GracefulStop(), add=options.add, out=options.out or "",
        reply_to=by.reply_to, ask_password=by.ask_password,
    )  # fmt: skip
    for sample in samples:
        print(f"{sample.id}.{sample.language}  {sample.answer}  {visible(sample.words)}")
        if sample.answer != "sent":
            return MachineError.exit_code
    print(f"check them; only {to.address} has received anything so far", file=sys.stderr)
    return 0


def _send(letter: Letter, workspace: Workspace, options: argparse.Namespace) -> int:
    by = _origin(options)
    listed = list_of(options, letter, workspace)
    ledger = front.ledger_of(letter, workspace, MergeOrder(kind="send"), out=options.out or "")
    left_out: list[LeftOut] = []
    asked: list[AboutToSend] = []
    error: CircularsError | None = None
    pace = _pace(options)

    def confirm(about: AboutToSend) -> bool:
        asked.append(about)
        return _confirmed(options, pace, ledger, about)

    with _ShownProgress(pace.interval) as shown_progress:
        stop = shown_progress.stop
        try:
            status = dispatch.send(
                letter, listed, workspace, order_of(options),
                sender=by.sender, server=by.server, clock=stop, reply_to=by.reply_to, ask_password=by.ask_password,
                confirm=confirm, out=options.out or "",
                resume=options.resume, retry=options.retry, add=options.add, changed=options.changed or "",
                corrected=options.corrected, dry_run=options.dry_run, pace=pace,
                require_approval=options.require_approval, on_interrupted=_print_interrupted,
                on_left_out=left_out.append, on_progress=shown_progress.show, on_waiting=_print_waiting,
            )  # fmt: skip
        except (CircularsError, KeyboardInterrupt) as found:
            if not shown_progress.has_begun:
                raise
            error = found if isinstance(found, CircularsError) else None
            stop.is_requested |= error is None
            status = dispatch.sending_status(letter, workspace, out=options.out or "")
    if options.dry_run and asked:
        print("nothing was sent (--dry-run)", file=sys.stderr)
        return 0
    if error:
        print_problems(error.problems, sys.stderr)
    if not shown_progress.has_begun:
        print("nothing is left to send", file=sys.stderr)
    _print_status(
        status,
        options,
        sys.stdout,
        wrong_command=isinstance(error, UsageError),
        completed=not (error or stop.is_requested),
        limit=error if isinstance(error, SenderLimited) else None,
    )
    for rows in left_out:
        print_rejected(rows.count, command_to_add(options, rows.file, workspace), rows.file, sys.stderr)
    if stop.is_requested:
        return stop.exit_code or _STOPPED
    return error.exit_code if error else int(not status.is_done)


def _pace(options: argparse.Namespace) -> Pace:
    count, window = options.rate
    delays = tuple(delay * options.wait / DELAYS[0] for delay in DELAYS[: options.tries - 1])
    return Pace(count * 60 / window, options.per_connection, delays, window)


class _ShownProgress:
    """The progress bar of a sending. From the first message on, Ctrl-C stops gracefully."""

    def __init__(self, interval: float) -> None:
        """``interval`` is the number of seconds from one message to the next."""
        self.stop = GracefulStop()
        self._interval = interval
        self._until_end = ExitStack()
        self._update: Callable[[int, str], None] | None = None

    @property
    def has_begun(self) -> bool:
        """Whether sending has begun."""
        return self._update is not None

    def __enter__(self) -> _ShownProgress:
        return self

    def __exit__(self, *error: object) -> None:
        self._until_end.close()

    def show(self, progressed: Progress) -> None:
        """Shows how many messages have been sent."""
        if self._update is None:
            self._until_end.enter_context(self.stop)
            bar = progress("sending", progressed.total, sys.stderr, progressed.done, self._interval)
            self._update = self._until_end.enter_context(bar)
        else:
            self._update(progressed.done, progressed.language)


# The question before sending.


def _confirmed(options: argparse.Namespace, pace: Pace, ledger: Path, about: AboutToSend) -> bool:
    """Prints what is about to be sent, and asks for confirmation unless there is --yes or --dry-run.

    Raises:
        UsageError: there is no terminal to ask at.
    """
    _print_dropped(about.dropped)
    if options.add and not options.resume and about.left_out:
        print(f"{about.left_out:,} {plural(about.left_out, 'row')} left out because of problems", file=sys.stderr)
    print_problems(about.warnings, sys.stderr)
    if not options.resume:  # which need not read the list again
        save_found(about.found, options, ledger, sys.stderr, is_cut=bool(about.found.counts))
    print_columns(about.columns, sys.stderr)
    _print_about(about, pace, options)
    if options.dry_run:
        if about.left_out and not options.add:
            print(f"  {about.left_out:,} {plural(about.left_out, 'row')} would be rejected", file=sys.stderr)
        return False
    if options.yes:
        return True
    if not sys.stdin.isatty():
        fact = "there is no terminal to ask for confirmation at"
        raise UsageError(Problem(Place(), "not-confirmed", fact, "--yes sends without asking"))
    print("send them? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _print_about(about: AboutToSend, pace: Pace, options: argparse.Namespace) -> None:
    count = about.messages
    languages = ", ".join(f"{code} {of_them:,}" for code, of_them in about.languages.items())
    print(f"{about.letter}: {count:,} {plural(count, 'message')} ({languages})", file=sys.stderr)
    for code, subject in about.subjects.items():
        print(f"  {code}: {visible(subject)}", file=sys.stderr)
    attached = ", ".join(about.formats) or "nothing"
    print(f"  from {about.sender.name} <{about.sender.address}>, with {attached} attached", file=sys.stderr)
    if about.copies:
        print(
            f"  with copies to {about.copies:,} further {plural(about.copies, 'address', 'addresses')}", file=sys.stderr
        )
    if about.attachments:
        print(f"  with {about.attachments:,} further {plural(about.attachments, 'file')} attached", file=sys.stderr)
    print(f"  through {about.server.name}{_duration(count, pace)}", file=sys.stderr)
    if about.server.security == "none" and not about.server.is_this_machine:
        print("  not encrypted: anyone on the way can read the letters and the addresses", file=sys.stderr)
    if about.again:
        whom = plural(about.again, "goes to an addressee who has", "go to addressees who have")
        print(f"  {about.again:,} of them {whom} the letter as it was before it changed", file=sys.stderr)
    if about.before:
        others_have = f"{about.before:,} {'others ' if about.again else ''}{_have(about.before)}"
        get = plural(about.before, "gets", "get")
        print(f"  {others_have} the letter as it was before it changed, and {get} no message", file=sys.stderr)
    print_corrections(about.corrected, about.moved, options)
    for other in about.elsewhere:
        _print_elsewhere(other)


def _print_elsewhere(other: Elsewhere) -> None:
    """Prints how many addressees have the letter from a sending in another folder, or why their number is unknown."""
    print_problems(other.problems, sys.stderr)
    if other.count:
        addresses = f"{other.count:,} of these addresses {_have(other.count)}"
        print(f"  {addresses} or may have this letter already, from {other.folder}", file=sys.stderr)


def _print_dropped(ids: Sequence[str]) -> None:
    """Prints the addressees of the earlier plan who have no letter yet and are not in the new list."""
    if not ids:
        return
    people = plural(len(ids), "addressee of the earlier list has", "addressees of the earlier list have")
    whom = f"{len(ids):,} {people} no letter yet, and {plural(len(ids), 'is', 'are')} not in this list"
    named = ", ".join(map(visible, ids))  # all of them: they are nowhere else
    print(f"{whom}: {named}; --add sends it to them as well", file=sys.stderr)


def _print_interrupted(count: int) -> None:
    print(f"an earlier run was interrupted in {count} {plural(count, 'message')}: see below", file=sys.stderr)


def _print_waiting(waiting: Waiting) -> None:
    """Prints why there is a pause, and how long it is."""
    seconds = waiting.seconds
    pause = f"{seconds / 60:,.0f} min" if seconds >= 90 else f"{seconds:,.0f} s"
    print(f"{visible(waiting.why)}; the next try is in {pause}", file=sys.stderr, flush=True)


def _duration(count: int, pace: Pace) -> str:
    if not pace.per_minute:
        return ""
    minutes = pace.seconds_for(count) / 60
    duration = f"{minutes / 60:,.1f} hours" if minutes >= 90 else f"{max(minutes, 1):,.0f} min"
    return f", {pace.per_minute * pace.window / 60:g} {_UNITS[pace.window]}: at least {duration}"


# The result.


def _print_status(
    status: SendingStatus,
    options: argparse.Namespace,
    stream: TextIO,
    *,
    wrong_command: bool = False,
    completed: bool = True,
    limit: SenderLimited | None = None,
) -> None:
    """Prints what became of the messages, and what to do next.

    ``wrong_command``: the server refused an option. ``completed``: every message was tried. ``limit``: why the
    sending stopped, if a limit of the sender was reached.
    """
    counts = {
        "sent": status.sent, "failed": len(status.failed), "in doubt": len(status.in_doubt),
        "came back": len(status.returned), "still to be sent": status.planned, "not to be sent": status.skipped,
    }  # fmt: skip
    parts = [f"{count:,} {state}" for state, count in counts.items() if count or state == "sent"]
    if status.before:
        parts.append(f"{status.before:,} {_have(status.before)} it as it was")
    print(f"{status.letter}: {', '.join(parts)}", file=stream)
    if status.failed:
        print("failed, with the server's answers (--retry tries again):", file=stream)
        _print_messages(status.failed, status.letter, options, stream)
    if status.without_copies:
        print("sent without a copy, with the server's answers:", file=stream)
        _print_messages(status.without_copies, status.letter, options, stream)
    if status.in_doubt:
        print(
            "in doubt: the server may have accepted these, or not. Ask the addressees or its administrator, then run",
            file=stream,
        )
        out = f" --out {shlex.quote(options.out)}" if options.out else ""
        print(f"circulars send {status.letter}{out} --decide ID=sent, or --decide ID=again:", file=stream)
        _print_messages(status.in_doubt, status.letter, options, stream, name_messages=True)
        if len(status.in_doubt) > _FEW:
            print("many can be decided in a file: add a column 'decision' to the report, and name it:", file=stream)
            print(f"  {report_command(status.letter, options)}", file=stream)
            print(f"  circulars send {status.letter}{out} --decide sent.csv", file=stream)
    print_returned(status, options, stream)
    if status.planned or (options.retry and status.failed and not completed):
        print(_advice(options, limit, wrong_command=wrong_command), file=stream)


def _have(count: int) -> str:
    return "has" if count == 1 else "have"


def _advice(options: argparse.Namespace, limit: SenderLimited | None, *, wrong_command: bool) -> str:
    """The command that continues. After --resume or --retry, it is the same command, but never with --corrected.

    That option sends to corrected addresses alone, so others that are still to be sent would wait for ever.
    """
    if options.decide:
        return "to continue, run the command that sends them, with --resume"
    more = "" if options.resume or options.retry else " with --resume"
    if options.corrected:
        more = " without --corrected" if options.resume else " with --resume in place of --corrected"
    if wrong_command:
        return f"correct the command, and run it again{more}"
    if not limit:
        return f"the same command{more} continues"
    kept = [word for word in options.typed if word != "--corrected"]
    typed = shlex.join(["circulars", *kept, *([] if options.resume else ["--resume"])])
    if not limit.seconds:
        return f"then continue with\n  {typed}"
    end = datetime.datetime.now().astimezone() + datetime.timedelta(seconds=limit.seconds)
    return f"the limit should have ended by {end:%Y-%m-%d %H:%M}; then continue with\n  {typed}"


def _print_messages(
    messages: Sequence[Undelivered], letter: str, options: argparse.Namespace, stream: TextIO, *,
    name_messages: bool = False,
) -> None:  # fmt: skip
    for one in some_of(messages, options):
        tried = f" (after {one.attempts} attempts)" if one.attempts > 1 else ""
        print(f"  {visible(one.id)} <{visible(one.email)}>  {one.at}  {visible(one.reply)}{tried}", file=stream)
        if name_messages and one.message_id:
            print(f"    Message-ID: <{visible(one.message_id)}>", file=stream)
    print_more(len(messages), options, report_command(letter, options), stream)
