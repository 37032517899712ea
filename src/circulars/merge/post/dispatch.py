"""The front door of sending: what ``circulars send`` does, as functions."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from circulars.errors import Choice, Place, Problem, UsageError
from circulars.merge.making.run import Merge, Progress
from circulars.merge.planning.facts import PlanFacts
from circulars.merge.planning.folders import folder_of
from circulars.merge.planning.ledger import Ledger
from circulars.merge.planning.mail_checks import PLACE
from circulars.merge.planning.opening import ledger_path, open_merge, scratch_merge
from circulars.merge.planning.order import MergeOrder
from circulars.merge.planning.tables import MessageState
from circulars.merge.post.about import AboutToSend, Elsewhere, about_to_send
from circulars.merge.post.bounces import RESULTS, Bounce, BouncesRead, MailResult, record
from circulars.merge.post.bounces import read_bounces as read_messages
from circulars.merge.post.decisions import DecisionsRead, read_decisions
from circulars.merge.post.device_login import DeviceCode, DeviceTokens, provider_of
from circulars.merge.post.due import DueMessages, Timekeeper, Waiting
from circulars.merge.post.history import Delivery, Leaving, add_sample
from circulars.merge.post.letters import MessageMaker
from circulars.merge.post.mailbox import Mailbox, read_mailbox
from circulars.merge.post.mailing import mailing_of
from circulars.merge.post.matching import SentMessages, sendings_in
from circulars.merge.post.outbox import Decision, Outbox, add_returned, has_messages
from circulars.merge.post.pace import DELAYS, Pace
from circulars.merge.post.plans import Changed, SendJob, SendMode, nothing_begun, plan_messages, sample_places
from circulars.merge.post.returns import Return, ReturnResult, came_back, sent_as
from circulars.merge.post.smtp import Answer, AnswerKind, Security, Server, Session, read_server
from circulars.merge.post.standing import addressed, corrections, standing_of
from circulars.merge.post.status import SendingStatus, Undelivered, status_of
from circulars.merge.post.stops import SenderLimited
from circulars.merge.post.store import written
from circulars.merge.post.successor import Correction
from circulars.merge.post.token_command import CommandTokens
from circulars.model.letter import Letter
from circulars.render import known_formats
from circulars.returned.imap import MailboxLogin, MailboxServer, is_server, read_mailbox_server
from circulars.returned.opening import open_mailbox
from circulars.review.approval_check import check_approvals
from circulars.source.addressees import AddresseeList, open_list
from circulars.workspace import Workspace

__all__ = [
    "DELAYS",
    "RESULTS",
    "AboutToSend",
    "Bounce",
    "BouncesRead",
    "Changed",
    "CommandTokens",
    "Correction",
    "Decision",
    "Delivery",
    "DeviceCode",
    "DeviceTokens",
    "Elsewhere",
    "LeftOut",
    "MailResult",
    "Mailbox",
    "MailboxLogin",
    "MailboxServer",
    "MergeOrder",
    "Pace",
    "Progress",
    "Return",
    "ReturnResult",
    "SampleSent",
    "Security",
    "SenderLimited",
    "SendingStatus",
    "Server",
    "Timekeeper",
    "Undelivered",
    "Waiting",
    "came_back",
    "decide",
    "is_server",
    "provider_of",
    "read_bounces",
    "read_mailbox",
    "read_mailbox_server",
    "read_server",
    "send",
    "send_samples",
    "sending_status",
    "sendings_in",
    "sent_as",
]

KIND: Final = "send"
"""The kind of output in the name of a sending's ledger."""
_SAMPLES: Final = 3
_DEFAULT_PACE: Final = Pace()
_NO_LOGIN: Final = MailboxLogin()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The faulty rows of the list that got no message: their number, and the file that has them."""

    count: int
    file: Path


@dataclass(frozen=True, slots=True)
class SampleSent:
    """A sample that was sent: the addressee's id, the language, and the server's answer."""

    id: str
    language: str
    answer: AnswerKind
    words: str


Confirm = Callable[[AboutToSend], bool]


def _ignore(_: object) -> None:
    """Does nothing: a callback for callers that need none."""


def _ignore_all(*_: object) -> None:
    """The same, for callbacks with several arguments."""


def send(
    letter: Letter,
    addressees: AddresseeList | str,
    workspace: Workspace,
    order: MergeOrder,
    *,
    sender: Mailbox,
    server: Server,
    clock: Timekeeper,
    confirm: bool | Confirm = False,
    resume: bool = False,
    retry: bool = False,
    add: bool = False,
    changed: Changed = "",
    corrected: bool = False,
    dry_run: bool = False,
    out: str | Path = "",
    reply_to: Mailbox | None = None,
    pace: Pace = _DEFAULT_PACE,
    require_approval: Sequence[str] = (),
    ask_password: Callable[[], str] | None = None,
    on_interrupted: Callable[[int], object] = _ignore,
    on_left_out: Callable[[LeftOut], object] = _ignore,
    on_progress: Callable[[Progress], object] = _ignore,
    on_waiting: Callable[[Waiting], object] = _ignore,
) -> SendingStatus:
    """Sends a letter to the addressees of a list, each in their language; returns the states of the messages.

    Nobody gets a message twice. The ledger, in the letter's folder in ``out`` (by default the workspace's output),
    records each message before it is sent, so it knows even after kill -9 who has the letter.

    ``order`` selects the addressees and the formats to attach; its ``kind`` is ignored. ``resume`` sends messages that
    are still planned. ``retry`` tries failed messages again. ``add`` sends the letter to another list as well.
    ``changed`` sends a letter that has changed since: to the "rest", who have none yet, or to "all". ``corrected``
    sends the letter to those alone whose address in the list is another one than their letter was sent to.

    ``confirm`` is True, or a function that is called just before anything is sent or recorded, and returns True to go
    ahead; anything else means no. With ``dry_run`` it is called if anything is to be sent, but then nothing is sent or
    planned. If ``server`` lacks a password, ``ask_password`` is called after that. ``clock`` may end the sending
    between two messages; the status says how many are still planned.

    The letter must have the approvals that its kind or the settings of the folder require, and those as the roles of
    ``require_approval``, each with a certificate that is valid now. A dry run needs none.

    ``on_interrupted`` receives the number of messages that an earlier run left half sent; ``on_left_out`` the faulty
    rows that ``order.skip_bad`` leaves out; ``on_progress`` the progress, from the start on; ``on_waiting`` the pauses
    while the server does not answer. An exception in one of these, or a KeyboardInterrupt, stops the sending.

    Raises:
        LetterError: the list or the letter has problems, or the letter lacks approvals.
        UsageError: the sending was not confirmed, the arguments do not fit what was begun here, or the server refuses
            the connection or the sender.
        MachineError: the server does not answer, or the ledger cannot be used. Messages that were not tried are
            unchanged.
    """
    if not dry_run:
        check_approvals(letter, workspace, require_approval, now=clock.now())
    mode = SendMode(resume, retry, add, changed, corrected)
    job = _job(letter, addressees, workspace, _with_addresses(order, sender, reply_to), out)
    with open_merge(job.folder, KIND) as ledger:
        outbox = Outbox(ledger.connection, clock.now)
        if interrupted := outbox.find_interrupted():
            on_interrupted(interrupted)
        before = ledger.facts()
        with ledger.change(kept=not dry_run):  # nor if the sending is not confirmed: that is an error
            planned = plan_messages(job, ledger, outbox, mode)
            if retry:
                outbox.retry_failed()
            if corrected:
                outbox.choose(one.id for one in corrections(ledger.connection, outbox.due_addressed()))
            _keep_token_key(job.order, ledger, before)
            merge = planned.merge
            maker = _message_maker(job, merge, ledger, sender) if outbox.count_due() else None
            if maker:
                _confirm(confirm, about_to_send(job, ledger, outbox, maker, server, planned), is_needed=not dry_run)
        if dry_run:
            return status_of(letter, ledger, outbox)
        if file := merge.save_rejected():
            on_left_out(LeftOut(len(merge.planner.findings.rejected), file))
        if maker:
            server = _with_secret(server, ask_password, sender)
            due = DueMessages(ledger, outbox, maker, merge.planner.mail, server, clock, pace)
            due.send(on_progress, on_waiting)
        if not outbox.counts()["planned"]:
            merge.trim_rejected()
        return status_of(letter, ledger, outbox)


def send_samples(
    letter: Letter,
    addressees: AddresseeList | str,
    workspace: Workspace,
    order: MergeOrder,
    to: Mailbox,
    *,
    sender: Mailbox,
    server: Server,
    clock: Timekeeper,
    add: bool = False,
    out: str | Path = "",
    reply_to: Mailbox | None = None,
    ask_password: Callable[[], str] | None = None,
) -> Iterator[SampleSent]:
    """Sends three letters of a list to somebody who checks them first; yields the result of each.

    They are the first letter, the one whose addressee has the longest cells, and one in another language. With ``add``
    they are chosen from the addressees who would be added. The sending itself is not changed; the ledger records the
    samples as such. Stops after the first sample that cannot be sent.

    Raises:
        CircularsError: as :func:`send` does.
    """
    job = _job(letter, addressees, workspace, _with_addresses(order, sender, reply_to), out)
    with open_merge(job.folder, KIND) as kept, scratch_merge(job.folder, KIND, copied=add) as ledger:
        Outbox(kept.connection, clock.now)  # makes its tables, if nothing was sent yet
        if add and not ledger.facts():
            raise nothing_begun(job, ledger, "add")
        merge = job.merge(ledger, add=add)
        if add:
            merge.extend()
        else:
            merge.plan(again=True)
        maker = _message_maker(job, merge, ledger, sender)
        places = sample_places(ledger.connection, merge.first, ledger.entry(merge.first).language)
        with closing(Session(_with_secret(server, ask_password, sender), clock.time)) as session:
            for place in places[:_SAMPLES]:
                entry = ledger.entry(place)
                mail = maker.sample(entry, to, clock.now())
                answer = session.send(mail.envelope, mail.data, lambda: True)
                _keep_sample(kept, ledger.facts(), entry.id, mail.leaving, answer, clock.now())
                yield SampleSent(entry.id, entry.language, answer.kind, answer.words)
                if answer.kind != "sent":
                    return


def decide(
    letter: Letter,
    workspace: Workspace,
    decisions: Mapping[str, Decision],
    *,
    clock: Timekeeper,
    file: str = "",
    out: str | Path = "",
) -> SendingStatus:
    """Settles messages that are in doubt or came back, by the addressee's id; returns the states of all messages.

    ``file`` is a table with further decisions, in columns ``id`` and ``decision``; those of ``decisions`` come first.
    "sent" records that a message has arrived; "again" plans it once more, for ``send(…, resume=True)``, with the letter
    as it is now. "came-back" records that a message that was sent, or is in doubt, came back.

    Raises:
        AddresseesError: the file cannot be read.
        UsageError: a decision does not fit its message; then none is settled.
    """
    read = read_decisions(file, workspace.folder) if file else DecisionsRead({}, {})
    decisions = {**read.decisions, **decisions}
    with open_merge(folder_of(letter, workspace, str(out)), KIND) as ledger:
        outbox = Outbox(ledger.connection, clock.now)
        outbox.find_interrupted()
        decided = (one for one in addressed(ledger) if decisions.get(one[1]) in ("again", "sent"))
        with ledger.change():
            add_returned(ledger.connection, decided, standing_of(ledger).returned)
            outbox.decide(decisions, read.places)
        return status_of(letter, ledger, outbox)


def read_bounces(
    mailbox: str | Path | MailboxServer,
    ledgers: Sequence[Path],
    *,
    clock: Timekeeper,
    dry_run: bool = False,
    probable: bool = False,
    login: MailboxLogin = _NO_LOGIN,
    on_progress: Callable[[int, int, str], object] = _ignore_all,
) -> BouncesRead:
    """Reads a mailbox of returned mail, and records in the ledgers of sendings which messages came back.

    ``mailbox`` is an mbox file, a Maildir, a folder with messages (.eml), one message, or one on a server, for which
    ``login`` has the password or the token. Nothing in it is changed, and reading it again records nothing again. A
    message is recorded only if the mail that returns it has its Message-ID, or came to its own address for returned
    mail. ``probable`` also records those that are found by nothing but an address to which one message went. With
    ``dry_run`` nothing is recorded. ``on_progress`` receives how much was read, of how much, and the unit.

    Raises:
        UsageError: the mailbox cannot be read, or is none.
        MachineError: a ledger cannot be used, another process is sending, or the mailbox's server does not answer.
    """
    opened = open_mailbox(mailbox, login)
    with SentMessages(ledgers) as sent:
        read = read_messages(
            opened.name, opened.messages, sent, lambda done: on_progress(done, opened.size, opened.unit)
        )
    return read if dry_run else replace(read, recorded=record(read, probable=probable, clock=clock.now))


def sending_status(letter: Letter, workspace: Workspace, *, out: str | Path = "") -> SendingStatus:
    """The states of a letter's messages. Nothing is changed.

    While another process is sending, the message on its way counts as in doubt.

    Raises:
        UsageError: the letter was not sent from here.
        MachineError: the ledger cannot be read.
    """
    path = ledger_path(folder_of(letter, workspace, str(out)), KIND)
    if path.is_file():
        with closing(Ledger(path, read_only=True)) as ledger:
            ledger.check()
            if ledger.facts() and has_messages(ledger.connection):
                return status_of(letter, ledger, Outbox(ledger.connection))
    fact = f"no sending of {letter.name} was begun here"
    choice = Choice("out", "names another folder", "FOLDER")
    raise UsageError(Problem(Place(str(path)), "no-sending", fact, choices=(choice,)))


def _keep_sample(
    kept: Ledger, facts: PlanFacts | None, id: str, leaving: Leaving, answer: Answer, now: datetime.datetime
) -> None:
    """Records a sample that left in the ledger of the sending; ``facts`` are those of the plan that it is from."""
    assert facts
    if answer.kind in ("sent", "unknown"):
        state: MessageState = "sent" if answer.kind == "sent" else "unknown"
        with kept.change():
            kept.save_version(facts)
            add_sample(kept.connection, id, facts.plan, leaving, state, answer.words, written(now))


def _job(
    letter: Letter, addressees: AddresseeList | str, workspace: Workspace, order: MergeOrder, out: str | Path
) -> SendJob:
    known_formats(order.formats)
    listed = open_list(addressees, folder=workspace.folder) if isinstance(addressees, str) else addressees
    return SendJob(letter, listed, workspace, replace(order, kind=KIND), folder_of(letter, workspace, str(out)))


def _keep_token_key(order: MergeOrder, ledger: Ledger, before: PlanFacts | None) -> None:
    """Keeps the secret of a ledger when its plan is replaced, so that earlier messages keep their tokens.

    Makes one if the messages of an order have tokens.
    """
    facts, key = ledger.facts(), before.token_key if before else ""
    if not key and (order.bounces_to or any(PLACE in address for address in order.unsubscribe)):
        key = secrets.token_hex(16)
    if facts and facts.token_key != key:
        ledger.save_facts(replace(facts, token_key=key))


def _with_addresses(order: MergeOrder, sender: Mailbox, reply_to: Mailbox | None) -> MergeOrder:
    """The order with the addresses of the messages, so that the plan has them."""
    return replace(order, sender=sender.named, reply_to=reply_to.named if reply_to else order.reply_to)


def _message_maker(job: SendJob, merge: Merge, ledger: Ledger, sender: Mailbox) -> MessageMaker:
    facts = ledger.facts()
    assert facts
    mailing = mailing_of(job.order, facts, job.workspace.folder)
    return MessageMaker(merge.kit(), facts.messages_plan, job.letter.name, sender, mailing)


def _confirm(confirm: bool | Confirm, about: AboutToSend, *, is_needed: bool) -> None:
    if (confirm(about) if callable(confirm) else confirm) is not True and is_needed:
        choices = () if callable(confirm) else (Choice("confirm", "sends without asking"),)
        raise UsageError(Problem(Place(), "not-confirmed", "nothing was sent", choices=choices))


def _with_secret(server: Server, ask: Callable[[], str] | None, sender: Mailbox) -> Server:
    """The server with what it needs for a login: a token, or a password, which is requested if it is missing."""
    if server.tokens:
        server = replace(server, user=server.user or sender.address)
    if not server.user or server.password:
        return server
    if server.security == "none":
        secret = "token" if server.tokens else "password"
        fact = f"a {secret} is never sent to a server without encryption"
        choice = Choice("security", "leave out {}, or the user", "none")
        raise UsageError(Problem(Place(server.name), "not-encrypted", fact, choices=(choice,)))
    if server.tokens:
        server.tokens.token()  # a person may have to confirm it, so not while messages wait
        return server
    return replace(server, password=ask()) if ask else server
