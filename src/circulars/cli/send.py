"""``circulars send``: one letter to many addressees by e-mail, asked about first, and none sent twice."""

from __future__ import annotations

import argparse
import datetime
import ipaddress
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final, TextIO

from circulars.build import Workspace, shown
from circulars.cli.adding import command_to_add, list_file
from circulars.cli.interrupts import GentleStop
from circulars.cli.merge import folder_of, order_of, tell_doubts, tell_rejected, trial
from circulars.cli.secret import read_secret
from circulars.cli.show import plural, print_many, print_problems, progress
from circulars.errors import CircularsError, LetterError, MachineError, Place, Problem, UsageError, visible
from circulars.merge.making.copies import addressee_of
from circulars.merge.making.run import Merge
from circulars.merge.planning.adding import first_plan
from circulars.merge.planning.ledger import Entry, Ledger
from circulars.merge.planning.opening import open_merge
from circulars.merge.planning.order import MergeOrder
from circulars.merge.planning.plan import same_plan
from circulars.merge.post.elsewhere import count_sent, other_sendings
from circulars.merge.post.letters import Letters
from circulars.merge.post.mailbox import Mailbox, mailbox_of, read_mailbox
from circulars.merge.post.outbox import Message, Outbox, State
from circulars.merge.post.sending import DELAYS, Mail, Pace, send
from circulars.merge.post.smtp import Server, Session, read_server
from circulars.model.letter import Letter
from circulars.source.addressees import open_list
from circulars.source.letters import read_letter

KIND: Final = "send"
"""What the ledger of a sending is named after."""
_SHOWN: Final = 50  # messages that the summary names
_STOPPED: Final = 130
_NAMED: Final = 10  # addressees that a line names


@dataclass(frozen=True, slots=True)
class _Job:
    """What was typed: the letter, what is to be made of it, from whom, and through which server."""

    options: argparse.Namespace
    workspace: Workspace
    letter: Letter
    order: MergeOrder
    folder: Path

    def merge(self, ledger: Ledger) -> Merge:
        options, workspace = self.options, self.workspace
        listed = open_list(options.addressees, query=options.query, sheet=options.sheet, folder=workspace.folder)
        read_from = list_file(options, workspace)
        of = (self.letter, listed, workspace, self.order, self.folder, ledger)
        if not options.add:
            return Merge(*of, read_from=read_from)
        # Who has the letter as it was gets it as it is now only when all were to get it.
        has_rest = ledger.facts().get("changed") == "rest"
        taken = Outbox(ledger.base, _now).sent_before if has_rest else tuple
        return Merge(*of, add=True, read_from=read_from, also_taken=taken)


def run(options: argparse.Namespace, workspace: Workspace, source: Callable[[str], Path]) -> int:
    """The exit code of ``send``; ``source`` finds a letter's file by what was typed."""
    path = source(options.letter)
    letter = read_letter(path, shown(path, workspace))
    job = _Job(options, workspace, letter, order_of(options), folder_of(options, letter, workspace))
    if options.decide:
        return _decide(job)
    _check_usage(options)
    try:
        if options.to_self:
            return _send_samples(job)
        with open_merge(job.folder, KIND) as ledger:
            return _send(job, ledger, Outbox(ledger.base, _now))
    except LetterError as error:
        return _tell(error, letter)


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
    if options.add and options.changed:
        fact, hint = "who is added gets the letter as the others got it", "leave out --add, or --changed"
        raise UsageError(Problem(Place(), "wrong-option", fact, hint))


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


# What is planned.


def _send(job: _Job, ledger: Ledger, outbox: Outbox) -> int:
    options = job.options
    sender = read_mailbox(options.sender)
    server = read_server(options.smtp)
    if interrupted := outbox.find_interrupted():
        print(f"an earlier run broke off in {interrupted} {plural(interrupted, 'message')}: see below", file=sys.stderr)
    if options.add and not options.resume:
        return _send_more(job, ledger, outbox)
    try:
        with ledger.change():  # whoever says no has changed nothing
            merge = _planned(job, ledger, outbox)
            if options.retry:
                outbox.retry_failed()
            if due := _due(outbox):
                letters = _letters(job, merge, sender)
                tell_doubts(merge, sys.stderr)
                _confirm(job, ledger, outbox, letters, server)
    except UsageError as error:
        if any(problem.code == "in-doubt" for problem in error.problems):
            _print_summary(outbox, job, ledger, sys.stderr)
        raise
    rejected = merge.save_rejected()
    if due:
        code = _post(job, ledger, outbox, letters, _with_secret(server, options))
    else:
        print("nothing is left to be sent", file=sys.stderr)
        _print_summary(outbox, job, ledger, sys.stdout)
        code = _code(outbox)
    _tell_rejected(job, merge, rejected)
    return code


def _send_more(job: _Job, ledger: Ledger, outbox: Outbox) -> int:
    """Sends the letter also to those of another list; whoever says no has added nobody.

    Raises:
        UsageError: no sending was begun here, or it is not at its end.
    """
    options = job.options
    _check_begun(job, ledger, outbox)
    _check_end(ledger, outbox)
    sender, server = read_mailbox(options.sender), read_server(options.smtp)
    merge = job.merge(ledger)
    with ledger.change():
        merge.extend()
        outbox.extend(str(merge.facts["plan"]), ((entry.n, entry.id) for entry in ledger.entries(merge.first)))
        if options.retry:
            outbox.retry_failed()
        letters = _letters(job, merge, sender)
        if left := len(merge.planner.read.rejected):
            print(f"{left:,} {plural(left, 'row')} left out, for they are wrong", file=sys.stderr)
        tell_doubts(merge, sys.stderr)
        _confirm(job, ledger, outbox, letters, server)
    rejected = merge.save_rejected()
    code = _post(job, ledger, outbox, letters, _with_secret(server, options))
    _tell_rejected(job, merge, rejected)
    return code


def _tell_rejected(job: _Job, merge: Merge, rejected: Path | None) -> None:
    if rejected:
        tell_rejected(merge, command_to_add(job.options, rejected, job.workspace), rejected, sys.stderr)


def _nothing_begun(job: _Job, ledger: Ledger, option: str) -> UsageError:
    fact = f"no sending of {job.letter.name} was begun here"
    return UsageError(Problem(Place(str(ledger.path)), "no-sending", fact, f"leave out {option}"))


def _check_begun(job: _Job, ledger: Ledger, outbox: Outbox) -> None:
    """Refuses to add to a plan whose messages are not in the outbox: its numbers are of other addressees."""
    if not outbox.plan():
        raise _nothing_begun(job, ledger, "--add")
    if outbox.plan() != ledger.facts().get("plan"):
        fact, hint = "the plan has changed since messages were sent", "send with --changed first, without --add"
        raise UsageError(Problem(Place(str(ledger.path)), "changed-letter", fact, hint))


def _check_end(ledger: Ledger, outbox: Outbox) -> None:
    """Refuses to go on by another way than --resume while messages of an earlier run are to be sent."""
    counts = outbox.counts()
    if counts["planned"]:
        fact = f"{counts['planned']:,} of {sum(counts.values()):,} messages of an earlier run are still to be sent"
        raise UsageError(Problem(Place(str(ledger.path)), "unfinished", fact, "--resume goes on with them"))


def _planned(job: _Job, ledger: Ledger, outbox: Outbox) -> Merge:
    """The merge whose plan is the outbox's: the one that was begun here, or a new one.

    Raises:
        UsageError: it was begun and --resume is missing; or something has changed since, and --changed is missing.
    """
    merge, facts, options = job.merge(ledger), ledger.facts(), job.options
    begun = outbox.plan()
    if options.add:
        _check_begun(job, ledger, outbox)
        merge.plan(resume=True)
        return merge
    if begun and merge.reads_left_out(facts):
        fact = "these rows were left out of the sending that is here"
        hint = "--add sends the letter also to those that you have mended"
        raise UsageError(Problem(Place(merge.listed.name), "rejected-rows", fact, hint))
    if not begun:
        if options.resume:
            raise _nothing_begun(job, ledger, "--resume")
        merge.plan(again=True)
    elif facts.get("plan") == begun and not (changed := same_plan(merge.planner, facts)):
        merge.facts = facts
        counts = outbox.counts()
        was_sent = counts["planned"] < sum(counts.values()) or outbox.count_before()
        if was_sent and not (options.resume or options.retry):
            _check_end(ledger, outbox)
        return merge
    else:
        _allow_change(job, ledger, outbox, changed if facts.get("plan") == begun else ("the plan",))
        merge = job.merge(ledger)
        merge.plan(again=True)
    everybody = ((entry.n, entry.id) for entry in ledger.entries())
    ledger.note({"changed": options.changed or ""})
    outbox.begin(str(merge.facts["plan"]), everybody, rest=options.changed == "rest")
    _tell_left_out(outbox.left_out(begun, (addressee.id for addressee, _ in merge.planner.read.rejected)))
    return merge


def _tell_left_out(ids: Sequence[str]) -> None:
    """Prints who was to get the letter, has none, and would be forgotten with the plan that the list has replaced."""
    if not ids:
        return
    has, are = plural(len(ids), "has", "have"), plural(len(ids), "is", "are")
    whom = f"{len(ids):,} to whom the letter was to be sent {has} none, and {are} not in this list"
    named = ", ".join(map(visible, ids[:_NAMED]))
    more = f" and {len(ids) - _NAMED:,} more" if len(ids) > _NAMED else ""
    print(f"{whom}: {named}{more}; --add sends it to them, too", file=sys.stderr)


def _allow_change(job: _Job, ledger: Ledger, outbox: Outbox, changed: Iterable[str]) -> None:
    counts, before = outbox.counts(), outbox.count_before()
    if job.options.changed or not (counts["sent"] or counts["unknown"] or before):
        return
    sent, total = counts["sent"], sum(counts.values())
    fact = f"{' and '.join(changed)} changed after {sent:,} of {total:,} messages were sent"
    if before:
        fact += f", and {before:,} {_have(before)} the letter as it was"
    hint = "--changed rest sends the letter as it is now to those who have none yet, --changed all to everybody"
    if "the list of addressees" in changed and set(changed) <= {"the list of addressees", "the options of the command"}:
        hint = (
            "--add sends the letter also to those of this list, when it has none but new ones; --changed rest sends it "
            "to those of this list who have none yet, --changed all to everybody on it"
        )
    raise UsageError(Problem(Place(str(ledger.path)), "changed-letter", fact, hint))


def _letters(job: _Job, merge: Merge, sender: Mailbox) -> Letters:
    reply_to = read_mailbox(job.options.reply_to) if job.options.reply_to else None
    return Letters(merge.kit(), first_plan(merge.facts), job.letter.name, sender, reply_to)


# What is asked.


def _confirm(job: _Job, ledger: Ledger, outbox: Outbox, letters: Letters, server: Server) -> None:
    """Tells what is about to happen, and asks; with --yes it only tells.

    Raises:
        UsageError: there is no terminal to ask at, or the answer is no.
    """
    options, due = job.options, _due(outbox)
    languages = _languages(ledger, outbox)
    print(f"{job.letter.name}: {due:,} {plural(due, 'message')} ({_counted(languages)})", file=sys.stderr)
    for code in languages:
        edition = next(edition for (language, _), edition in letters.kit.editions.items() if language == code)
        print(f"  {code}: {visible(edition.document.title)}", file=sys.stderr)
    attached = ", ".join(job.order.formats) or "nothing"
    print(f"  from {letters.sender.name} <{letters.sender.address}>, with {attached} attached", file=sys.stderr)
    print(f"  through {server.name}{_duration(due, options.rate)}", file=sys.stderr)
    if options.plain and not _is_this_machine(server.host):
        print("  not encrypted: whoever is on the way can read the letters and the addresses", file=sys.stderr)
    _tell_who_has_it_as_it_was(outbox)
    _tell_who_has_it(job, ledger, outbox)
    if options.yes:
        return
    if not sys.stdin.isatty():
        fact = "nobody is there to be asked whether to send"
        raise UsageError(Problem(Place(), "not-confirmed", fact, "--yes sends without asking"))
    print("send them? [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise UsageError(Problem(Place(), "not-confirmed", "nothing was sent", ""))


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _tell_who_has_it_as_it_was(outbox: Outbox) -> None:
    """Prints how many have the letter as it was before it changed: who gets it again, and who does not."""
    again = outbox.count_again()
    others = outbox.count_before() - again
    if again:
        whom = plural(again, "goes to one who has", "go to those who have")
        print(f"  {again:,} of them {whom} the letter as it was", file=sys.stderr)
    if others:
        others_have = f"{others:,} {'others ' if again else ''}{_have(others)}"
        print(f"  {others_have} the letter as it was, and {plural(others, 'gets', 'get')} no message", file=sys.stderr)


def _tell_who_has_it(job: _Job, ledger: Ledger, outbox: Outbox) -> None:
    """Prints how many have the letter from sendings with another ``--out``: this one's ledger does not know of them."""
    for other in other_sendings((job.workspace.output, job.folder.parent), job.letter.name, ledger.path):
        try:
            count = count_sent(ledger, outbox.due, other)
        except CircularsError as error:
            print_problems(error.problems, sys.stderr)
            continue
        if count:
            addresses = f"{count:,} of these addresses {plural(count, 'has', 'have')}"
            print(f"  {addresses} this letter already, or may have it, from {other.parent}", file=sys.stderr)


def _due(outbox: Outbox) -> int:
    """How many messages are to be sent now."""
    counts = outbox.counts()
    return sum(counts[state] for state in set(outbox.due))


def _languages(ledger: Ledger, outbox: Outbox) -> dict[str, int]:
    """How many messages that are to be sent now there are in each language."""
    return dict(
        ledger.base.execute(
            "SELECT language, count(*) FROM addressees JOIN messages USING (n) "
            "WHERE state IN (?, ?) GROUP BY 1 ORDER BY 2 DESC, 1",
            outbox.due,
        )
    )


def _counted(languages: Mapping[str, int]) -> str:
    return ", ".join(f"{code} {count:,}" for code, count in languages.items())


def _duration(count: int, rate: float) -> str:
    if not rate:
        return ""
    minutes = count / rate
    said = f"{minutes / 60:,.1f} hours" if minutes >= 90 else f"{max(minutes, 1):,.0f} min"
    return f", {rate:g} a minute: at least {said}"


def _with_secret(server: Server, options: argparse.Namespace) -> Server:
    """The server with what to log in with."""
    user = options.user or server.user
    security = "none" if options.plain else server.security
    told = replace(server, user=user, security=security, authorities=options.trust or "", timeout=options.timeout)
    if not user:
        return told
    if options.plain:
        fact = "a password is never sent to a server without encryption"
        raise UsageError(Problem(Place(server.name), "not-encrypted", fact, "leave out --plain, or the user"))
    secret = read_secret(
        f"password of {user} at {server.host}", "--password", "password", options.password_file, options.password_fd
    )
    try:
        return replace(told, password=secret.decode())
    except UnicodeDecodeError:
        raise UsageError(Problem(Place("--password"), "not-utf-8", "the password is not UTF-8", "")) from None


# What is sent.


def _post(job: _Job, ledger: Ledger, outbox: Outbox, letters: Letters, server: Server) -> int:
    def mail(n: int) -> Mail:
        return letters.mail(ledger.entry(n), _now())

    options = job.options
    delays = tuple(delay * options.wait / DELAYS[0] for delay in DELAYS[: options.tries - 1])
    pace = Pace(options.rate, options.per_connection, delays)
    total = sum(outbox.counts().values())
    done = total - _due(outbox)
    error: CircularsError | None = None
    with GentleStop() as stop:
        try:
            with progress("sending", total, sys.stderr, done) as tell:
                for posted in send(outbox, mail, server, stop, pace, _tell_waiting):
                    done += posted.state != "planned"
                    tell(done, ledger.entry(posted.n).language)
        except CircularsError as found:
            error = found
        except KeyboardInterrupt:
            outbox.find_interrupted()
            stop.asked = True
    if error:
        print_problems(error.problems, sys.stderr)
    _print_summary(outbox, job, ledger, sys.stdout, mend=isinstance(error, UsageError), whole=not (error or stop.asked))
    if stop.asked:
        return stop.exit_code or _STOPPED
    return error.exit_code if error else _code(outbox)


def _tell_waiting(why: str, seconds: float) -> None:
    """Prints that the server is left alone for a while: else nothing would move, and nobody know why."""
    minutes = f"{seconds / 60:,.0f} min" if seconds >= 90 else f"{seconds:,.0f} s"
    print(f"{visible(why)}; the next try is in {minutes}", file=sys.stderr, flush=True)


def _send_samples(job: _Job) -> int:
    """Sends three letters to one address, and keeps no memory of it: nothing of the sending itself is touched."""
    options = job.options
    to, sender, server = mailbox_of(options.to_self), read_mailbox(options.sender), read_server(options.smtp)
    with trial(job.folder, KIND, is_copy=options.add) as ledger:
        merge = job.merge(ledger)
        if options.add and not ledger.facts():
            raise _nothing_begun(job, ledger, "--add")
        if options.add:
            merge.extend()
        else:
            merge.plan(again=True)
        letters = _letters(job, merge, sender)
        with closing(Session(_with_secret(server, options))) as session:
            for entry in _samples(ledger, merge.first):
                mail = letters.sample(entry, to, _now())
                answer = session.send(mail.sender, mail.to, mail.data, lambda: True)
                print(f"{entry.id}.{entry.language}  {answer.kind}  {visible(answer.words)}")
                if answer.kind != "sent":
                    return MachineError.exit_code
    print(f"look at them; nobody but {to.address} got anything yet", file=sys.stderr)
    return 0


def _samples(ledger: Ledger, start: int) -> list[Entry]:
    """The first letter, the one whose addressee has the longest cells, and one in another language.

    They are of those from a place of the plan on.
    """
    asked = "SELECT n FROM addressees WHERE n >= ?"
    [longest] = ledger.base.execute(f"{asked} ORDER BY length(cells) DESC, n LIMIT 1", (start,)).fetchone()
    other = f"{asked} AND language != ? ORDER BY n LIMIT 1"
    others = ledger.base.execute(other, (start, ledger.entry(start).language))
    places = [start, longest, *(n for (n,) in others), *range(start, ledger.count())]
    return [ledger.entry(n) for n in islice(dict.fromkeys(places), 3)]


# What is told.


def _decide(job: _Job) -> int:
    """Settles what is in doubt, as a person decided."""
    with open_merge(job.folder, KIND) as ledger:
        outbox = Outbox(ledger.base, _now)
        outbox.find_interrupted()
        outbox.decide(dict(job.options.decide))
        _print_summary(outbox, job, ledger, sys.stdout)
    return 0


def _code(outbox: Outbox) -> int:
    counts = outbox.counts()
    return int(counts["sent"] != sum(counts.values()))


def _print_summary(
    outbox: Outbox, job: _Job, ledger: Ledger, stream: TextIO, *, mend: bool = False, whole: bool = True
) -> None:
    """Prints what became of the messages; ``mend``: the command was wrong; ``whole``: not all had their turn."""
    counts = outbox.counts()
    told: tuple[tuple[State, str], ...] = (
        ("sent", "sent"), ("failed", "failed"), ("unknown", "in doubt"), ("planned", "still to be sent"),
    )  # fmt: skip
    parts = [f"{counts[state]:,} {said}" for state, said in told if counts[state] or state == "sent"]
    if before := outbox.count_before():
        parts.append(f"{before:,} {_have(before)} it as it was")
    print(f"{job.letter.name}: {', '.join(parts)}", file=stream)
    if counts["failed"]:
        print("failed, with the server's words (--retry tries again):", file=stream)
        _print_messages(outbox.messages("failed"), counts["failed"], ledger, stream)
    if counts["unknown"]:
        print(
            "in doubt: the server has these, or it has not. Ask the addressees, or who runs it, then type", file=stream
        )
        out = f" --out {shlex.quote(job.options.out)}" if job.options.out else ""
        print(f"circulars send {job.letter.name}{out} --decide ID=sent, or --decide ID=again:", file=stream)
        _print_messages(outbox.messages("unknown"), counts["unknown"], ledger, stream)
    if counts["planned"] or (_due(outbox) and not whole):
        print(_advice(job.options, mend=mend), file=stream)


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


def _print_messages(messages: Iterator[Message], count: int, ledger: Ledger, stream: TextIO) -> None:
    columns = tuple(ledger.facts().get("columns", ()))
    for message in islice(messages, _SHOWN):
        to = addressee_of(ledger.entry(message.n), columns).columns.get("email", "")
        tried = f" (after {message.attempts} attempts)" if message.attempts > 1 else ""
        print(f"  {visible(message.id)} <{visible(to)}>  {message.at}  {visible(message.reply)}{tried}", file=stream)
        if message.state == "unknown" and message.message_id:
            print(f"    Message-ID: <{visible(message.message_id)}>", file=stream)
    if count > _SHOWN:
        print(f"  … and {count - _SHOWN:,} more", file=stream)
