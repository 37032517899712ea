"""What is about to be sent, to be confirmed by a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from circulars.errors import CircularsError, Problem
from circulars.merge.making.copies import addressee_of
from circulars.merge.planning.found import FoundProblems
from circulars.merge.planning.ledger import Ledger
from circulars.merge.planning.row_warnings import row_warnings
from circulars.merge.post.elsewhere import count_sent, other_sendings
from circulars.merge.post.letters import MessageMaker
from circulars.merge.post.mailbox import Mailbox
from circulars.merge.post.mailing import count_copies, count_files
from circulars.merge.post.outbox import Outbox
from circulars.merge.post.plans import Planned, SendJob
from circulars.merge.post.smtp import Server
from circulars.merge.post.standing import corrections, count_again, standing_of
from circulars.merge.post.successor import Correction
from circulars.source.addressees import ColumnsRead


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """How many addresses got this letter from another folder, or why that is not known."""

    folder: Path
    count: int
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class AboutToSend:
    """What is about to be sent, to be confirmed.

    - ``languages``: the number of ``messages`` by language, the largest first. ``subjects``: subjects by language.
    - ``again``: messages to addressees who have an earlier version of the letter. ``before``: other addressees who have
      one.
    - ``corrected``: those of the messages that go to another address than an earlier one to the same addressee.
      ``moved``: addressees who get none, and whose letter was sent to another address than they have now.
    - ``copies``: how many different addresses get copies. ``attachments``: how many different files are
      attached besides the letter's.
    - ``elsewhere``: who got this letter from another folder.
    - ``dropped``: ids of addressees who got no letter and are not in the list any more.
    - ``left_out``: the number of faulty rows. ``warnings``: columns and titles of the list that may be misspelt.
    - ``columns``: how the list's columns were read. ``found``: all problems and warnings.
    """

    letter: str
    messages: int
    languages: Mapping[str, int]
    subjects: Mapping[str, str]
    formats: tuple[str, ...]
    sender: Mailbox
    server: Server
    again: int
    corrected: tuple[Correction, ...]
    before: int
    moved: tuple[Correction, ...]
    elsewhere: tuple[Elsewhere, ...]
    dropped: tuple[str, ...]
    left_out: int
    warnings: tuple[Problem, ...]
    columns: ColumnsRead
    found: FoundProblems
    copies: int = 0
    attachments: int = 0


def about_to_send(
    job: SendJob, ledger: Ledger, outbox: Outbox, maker: MessageMaker, server: Server, planned: Planned
) -> AboutToSend:
    """What is about to be sent."""
    languages = outbox.due_languages()
    titles = {language: edition.document.title for (language, _), edition in maker.kit.editions.items()}
    planner, warnings = planned.merge.planner, planned.merge.planner.warnings()
    again, standing = count_again(ledger.connection, outbox.due_addressed()), standing_of(ledger)
    return AboutToSend(
        letter=job.letter.name,
        messages=outbox.count_due(),
        languages=languages,
        subjects={language: titles[language] for language in languages},
        formats=job.order.formats,
        sender=maker.sender,
        server=server,
        again=again,
        corrected=tuple(corrections(ledger.connection, outbox.due_addressed())),
        before=standing.before - again,
        moved=standing.moved,
        elsewhere=tuple(_elsewhere(job, ledger, outbox)),
        dropped=planned.dropped,
        left_out=len(planner.findings.rejected),
        warnings=warnings,
        columns=planner.columns_read(),
        found=FoundProblems((), planner.findings.all_problems, row_warnings(planner, warnings)),
        copies=count_copies(maker.mailing, _due_columns(ledger, outbox, maker)),
        attachments=count_files(maker.mailing, _due_columns(ledger, outbox, maker)),
    )


def _due_columns(ledger: Ledger, outbox: Outbox, maker: MessageMaker) -> Iterator[Mapping[str, str]]:
    """The cells of the addressees whose messages are due; none if no list has a column for copies or files."""
    if {"cc", "bcc", "attachment"} & {*maker.kit.columns}:
        for n, _, _ in outbox.due_addressed():
            yield addressee_of(ledger.entry(n), maker.kit.columns).columns


def _elsewhere(job: SendJob, ledger: Ledger, outbox: Outbox) -> Iterator[Elsewhere]:
    """The sendings of the letter from other folders, which this ledger does not know."""
    for other in other_sendings((job.workspace.output, job.folder.parent), job.letter.name, ledger.path):
        try:
            count, problems = (
                count_sent((email for _, _, email in outbox.due_addressed()), other),
                tuple[Problem, ...](),
            )
        except CircularsError as error:
            count, problems = 0, error.problems
        if count or problems:
            yield Elsewhere(other.parent, count, problems)
