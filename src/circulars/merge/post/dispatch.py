"""The front door of sending: what ``circulars send`` does, as functions."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol

from circulars.errors import Choice, CircularsError, Place, Problem, UsageError
from circulars.merge.making.copies import addressee_of
from circulars.merge.making.run import Merge, Progress
from circulars.merge.planning.folders import folder_of
from circulars.merge.planning.ledger import Ledger
from circulars.merge.planning.opening import ledger_path, open_merge, scratch_merge
from circulars.merge.planning.order import MergeOrder
from circulars.merge.post.elsewhere import count_sent, other_sendings
from circulars.merge.post.letters import Letters
from circulars.merge.post.mailbox import Mailbox, read_mailbox
from circulars.merge.post.outbox import Decision, Outbox, State, has_messages, sample_places
from circulars.merge.post.plans import Changed, Job, Planned, Way, nothing_begun, plan_messages
from circulars.merge.post.sending import DELAYS, Clock, Mail, Pace
from circulars.merge.post.sending import send as send_due
from circulars.merge.post.smtp import Kind, Security, Server, Session, read_server
from circulars.model.letter import Letter
from circulars.source.addressees import AddresseeList, open_list
from circulars.workspace import Workspace

__all__ = [
    "DELAYS",
    "AboutToSend",
    "Changed",
    "Decision",
    "Elsewhere",
    "LeftOut",
    "Mailbox",
    "MergeOrder",
    "Pace",
    "Progress",
    "SampleSent",
    "Security",
    "SendingStatus",
    "Server",
    "Timekeeper",
    "Undelivered",
    "Waiting",
    "decide",
    "read_mailbox",
    "read_server",
    "send",
    "send_samples",
    "sending_status",
]

KIND: Final = "send"
"""What the ledger of a sending is named after."""
_SAMPLES: Final = 3
_DEFAULT_PACE: Final = Pace()


class Timekeeper(Clock, Protocol):
    """A clock that knows the date as well: messages have one."""

    def now(self) -> datetime.datetime:
        """The time of day, with its time zone."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Addresses that this letter went to from another folder: how many; or why that is not known."""

    folder: Path
    count: int
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class AboutToSend:
    """What is about to be sent, for somebody to confirm.

    ``languages`` counts the ``messages`` by language, the most first; ``subjects`` has their subjects. ``again`` of
    the messages go to addressees who have the letter as it was before it changed, and ``before`` others who have it get
    none. ``elsewhere`` is who has this letter from another folder. ``dropped`` are the ids of those who were to get
    the letter, have none, and are not in the list any more. ``left_out`` is how many rows of the list are wrong.
    ``warnings`` are what a person should look at in the list.
    """

    letter: str
    messages: int
    languages: Mapping[str, int]
    subjects: Mapping[str, str]
    formats: tuple[str, ...]
    sender: Mailbox
    server: Server
    again: int
    before: int
    elsewhere: tuple[Elsewhere, ...]
    dropped: tuple[str, ...]
    left_out: int
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Rows of the list that are wrong, and that nobody was sent a message for: how many, and the file they are in."""

    count: int
    file: Path


@dataclass(frozen=True, slots=True)
class Waiting:
    """The server does not answer and is left alone for some seconds: what it said."""

    why: str
    seconds: float


@dataclass(frozen=True, slots=True)
class SampleSent:
    """A sample: whose letter it is, in which language, and what the server said of it."""

    id: str
    language: str
    answer: Kind
    words: str


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A message that failed, or that the server may have or not.

    ``reply`` has the server's words, or why it is not known what the server did, and ``at`` when that was, in UTC.
    ``message_id`` is without its "<" and ">".
    """

    id: str
    email: str
    reply: str
    at: str
    attempts: int
    message_id: str


@dataclass(frozen=True, slots=True)
class SendingStatus:
    """What became of the messages of a sending: how many were sent, are still ``planned``, failed, or are in doubt.

    ``before`` is how many have the letter as it was before it changed, and not as it is now.
    """

    letter: str
    ledger: Path
    sent: int
    planned: int
    before: int
    failed: tuple[Undelivered, ...]
    in_doubt: tuple[Undelivered, ...]

    @property
    def is_done(self) -> bool:
        """Whether every message was sent."""
        return not (self.planned or self.failed or self.in_doubt)


Confirm = Callable[[AboutToSend], bool]


def _ignore(_: object) -> None:
    """Hears, and does nothing."""


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
    out: str | Path = "",
    reply_to: Mailbox | None = None,
    pace: Pace = _DEFAULT_PACE,
    ask_password: Callable[[], str] | None = None,
    on_interrupted: Callable[[int], object] = _ignore,
    on_left_out: Callable[[LeftOut], object] = _ignore,
    on_progress: Callable[[Progress], object] = _ignore,
    on_waiting: Callable[[Waiting], object] = _ignore,
) -> SendingStatus:
    """Sends a letter to the addressees of a list, each in their language, and returns what became of the messages.

    Nobody gets a message twice. The ledger in the letter's folder in ``out`` (the workspace's output, unless it is
    named) notes each message before it goes; it knows who has the letter, also after kill -9.

    ``order`` says who of the list is meant, and which formats are attached; its ``kind`` makes no difference.
    ``resume`` goes on with what is still to be sent; ``retry`` sends messages that failed once more; ``add`` sends the
    letter also to another list; ``changed`` sends a letter that changed since, to the "rest" or to "all".

    ``confirm`` is True, or is asked just before anything is sent and kept; unless it says yes, nothing is. A password
    that ``server`` lacks is asked for only then. ``clock`` may end the sending between two messages: the status says
    how many are still planned.

    ``on_interrupted`` hears of how many messages an earlier run broke off; ``on_left_out`` of rows that are wrong, when
    ``order.skip_bad`` leaves them out; ``on_progress`` how far the sending is, first of all as it begins;
    ``on_waiting`` that the server does not answer. What raises in these, or a KeyboardInterrupt, stops the sending.

    Raises:
        LetterError: the list or the letter is wrong.
        UsageError: it was not confirmed; what was begun here does not fit what is asked for; or the server does not
            take messages in this way.
        MachineError: the server does not answer, or the ledger cannot be kept. What was not tried stays as it was.
    """
    way = Way(resume, retry, add, changed)
    job = _job(letter, addressees, workspace, order, out)
    with open_merge(job.folder, KIND) as ledger:
        outbox = Outbox(ledger.connection, clock.now)
        if interrupted := outbox.find_interrupted():
            on_interrupted(interrupted)
        with ledger.change():  # what is not confirmed changes nothing
            planned = plan_messages(job, ledger, outbox, way)
            if retry:
                outbox.retry_failed()
            merge = planned.merge
            letters = _letters(job, merge, sender, reply_to) if outbox.count_due() else None
            if letters:
                _confirm(confirm, _about(job, ledger, outbox, letters, server, planned))
        if file := merge.save_rejected():
            on_left_out(LeftOut(len(merge.planner.findings.rejected), file))
        if letters:
            round = _Dispatch(ledger, outbox, letters, _with_password(server, ask_password), clock, pace)
            round.run(on_progress, on_waiting)
        return _status(letter, ledger, outbox)


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
    """Sends three letters of a list to somebody who looks at them first, and says of each what became of it.

    They are the first letter, the one whose addressee has the longest cells, and one in another language; with ``add``
    of those who would be added. Nothing of the sending itself is touched. It ends at the first that is not sent.

    Raises:
        CircularsError: as :func:`send` does.
    """
    job = _job(letter, addressees, workspace, order, out)
    with scratch_merge(job.folder, KIND, copied=add) as ledger:
        if add and not ledger.facts():
            raise nothing_begun(job, ledger, "add")
        merge = job.merge(ledger, add=add)
        if add:
            merge.extend()
        else:
            merge.plan(again=True)
        letters = _letters(job, merge, sender, reply_to)
        places = sample_places(ledger.connection, merge.first, ledger.entry(merge.first).language)
        with closing(Session(_with_password(server, ask_password))) as session:
            for place in places[:_SAMPLES]:
                entry = ledger.entry(place)
                mail = letters.sample(entry, to, clock.now())
                answer = session.send(mail.sender, mail.to, mail.data, lambda: True)
                yield SampleSent(entry.id, entry.language, answer.kind, answer.words)
                if answer.kind != "sent":
                    return


def decide(
    letter: Letter,
    workspace: Workspace,
    decisions: Mapping[str, Decision],
    *,
    clock: Timekeeper,
    out: str | Path = "",
) -> SendingStatus:
    """Settles messages that are in doubt, by addressee's id, and returns what became of all messages.

    "sent" notes that a message has arrived; "again" plans it once more, for ``send(…, resume=True)``.

    Raises:
        UsageError: one of them is not in doubt; then none is settled.
    """
    with open_merge(folder_of(letter, workspace, str(out)), KIND) as ledger:
        outbox = Outbox(ledger.connection, clock.now)
        outbox.find_interrupted()
        outbox.decide(decisions)
        return _status(letter, ledger, outbox)


def sending_status(letter: Letter, workspace: Workspace, *, out: str | Path = "") -> SendingStatus:
    """What became of the messages of a letter. It only reads.

    While another process sends, the message that is on its way counts as in doubt.

    Raises:
        UsageError: the letter was not sent from here.
        MachineError: the ledger cannot be read.
    """
    path = ledger_path(folder_of(letter, workspace, str(out)), KIND)
    if path.is_file():
        with closing(Ledger(path, read_only=True)) as ledger:
            if has_messages(ledger.connection):
                return _status(letter, ledger, Outbox(ledger.connection))
    fact = f"no sending of {letter.name} was begun here"
    choice = Choice("out", "names another folder", "FOLDER")
    raise UsageError(Problem(Place(str(path)), "no-sending", fact, choices=(choice,)))


def _job(
    letter: Letter, addressees: AddresseeList | str, workspace: Workspace, order: MergeOrder, out: str | Path
) -> Job:
    listed = open_list(addressees, folder=workspace.folder) if isinstance(addressees, str) else addressees
    return Job(letter, listed, workspace, replace(order, kind=KIND), folder_of(letter, workspace, str(out)))


def _letters(job: Job, merge: Merge, sender: Mailbox, reply_to: Mailbox | None) -> Letters:
    return Letters(merge.kit(), merge.facts.messages_plan, job.letter.name, sender, reply_to)


def _about(job: Job, ledger: Ledger, outbox: Outbox, letters: Letters, server: Server, planned: Planned) -> AboutToSend:
    languages = outbox.due_languages()
    titles = {language: edition.document.title for (language, _), edition in letters.kit.editions.items()}
    again = outbox.count_again()
    return AboutToSend(
        letter=job.letter.name,
        messages=outbox.count_due(),
        languages=languages,
        subjects={language: titles[language] for language in languages},
        formats=job.order.formats,
        sender=letters.sender,
        server=server,
        again=again,
        before=outbox.count_before() - again,
        elsewhere=tuple(_elsewhere(job, ledger, outbox)),
        dropped=planned.dropped,
        left_out=len(planned.merge.planner.findings.rejected),
        warnings=planned.merge.planner.warnings(),
    )


def _elsewhere(job: Job, ledger: Ledger, outbox: Outbox) -> Iterator[Elsewhere]:
    """Who has the letter from sendings into other folders: this one's ledger does not know of them."""
    for other in other_sendings((job.workspace.output, job.folder.parent), job.letter.name, ledger.path):
        try:
            count, problems = count_sent(ledger, outbox.due, other), tuple[Problem, ...]()
        except CircularsError as error:
            count, problems = 0, error.problems
        if count or problems:
            yield Elsewhere(other.parent, count, problems)


def _confirm(confirm: bool | Confirm, about: AboutToSend) -> None:
    if not (confirm(about) if callable(confirm) else confirm):
        choices = () if callable(confirm) else (Choice("confirm", "sends without asking"),)
        raise UsageError(Problem(Place(), "not-confirmed", "nothing was sent", choices=choices))


def _with_password(server: Server, ask: Callable[[], str] | None) -> Server:
    """The server, with the password to log in with."""
    if not server.user or server.password:
        return server
    if server.security == "none":
        fact = "a password is never sent to a server without encryption"
        choice = Choice("security", "leave out {}, or the user", "none")
        raise UsageError(Problem(Place(server.name), "not-encrypted", fact, choices=(choice,)))
    return replace(server, password=ask()) if ask else server


@dataclass(frozen=True, slots=True)
class _Dispatch:
    """What sends all messages that are due."""

    ledger: Ledger
    outbox: Outbox
    letters: Letters
    server: Server
    clock: Timekeeper
    pace: Pace

    def run(self, on_progress: Callable[[Progress], object], on_waiting: Callable[[Waiting], object]) -> None:
        total = sum(self.outbox.counts().values())
        done = total - self.outbox.count_due()
        on_progress(Progress(done, total, ""))

        def wait(why: str, seconds: float) -> None:
            on_waiting(Waiting(why, seconds))

        sent = send_due(self.outbox, self._mail, self.server, self.clock, self.pace, wait)
        try:
            with closing(sent):
                for posted in sent:
                    done += posted.state != "planned"
                    on_progress(Progress(done, total, self.ledger.entry(posted.n).language))
        except KeyboardInterrupt:
            self.outbox.find_interrupted()
            raise

    def _mail(self, n: int) -> Mail:
        return self.letters.mail(self.ledger.entry(n), self.clock.now())


def _status(letter: Letter, ledger: Ledger, outbox: Outbox) -> SendingStatus:
    counts = outbox.counts()
    return SendingStatus(
        letter=letter.name,
        ledger=ledger.path,
        sent=counts["sent"],
        planned=counts["planned"],
        before=outbox.count_before(),
        failed=tuple(_undelivered(ledger, outbox, "failed")),
        in_doubt=tuple(_undelivered(ledger, outbox, "unknown", "sending")),
    )


def _undelivered(ledger: Ledger, outbox: Outbox, state: State, other: State | None = None) -> Iterator[Undelivered]:
    columns = facts.inputs.columns if (facts := ledger.facts()) else ()
    for message in outbox.messages(state, other):
        email = addressee_of(ledger.entry(message.n), columns).columns.get("email", "")
        yield Undelivered(message.id, email, message.reply, message.at, message.attempts, message.message_id)
