"""Returned mail is read from a mailbox, and recorded once; the corrected address gets the letter, and nobody else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest

from circulars import api
from commands import Done
from merge.post.server import MailServer
from merge.post.test_command import Run, arguments, folder, run  # noqa: F401  # fixtures
from merge.post.test_corrected import Office
from returned.mails import (
    FAILURES,
    OTHERS,
    Returning,
    address_alone,
    dsn,
    failed,
    in_html,
    mbox,
    message_id,
    person,
    report,
    sample,
)

HEAD = "id,language,title,surname,name,email\n"
ROWS = tuple(f"m{n},en,Ms,Ejemplo,Ana {n},a{n}@example.org\n" for n in range(20))


@pytest.fixture
def office(run: Run, folder: Path, arguments: list[str]) -> Office:  # noqa: F811
    """An office that has sent the letter to twenty addressees, each with an address for returned mail of its own."""
    office = Office(run, folder, [*arguments, "--bounces-to", "bounces@example.int"])
    assert office.send(HEAD + "".join(ROWS))[0] == 0
    return office


@pytest.fixture
def read(run: Run, folder: Path) -> Callable[..., Done]:  # noqa: F811
    """Saves returned mail as an mbox, and reads it."""

    def read(mails: Sequence[bytes], *options: str) -> Done:
        (folder / "returned.mbox").write_bytes(mbox(mails))
        return run("send", "bounces", "returned.mbox", *options)

    return read


def returned(server: MailServer, n: int, returning: Returning) -> bytes:
    """The mail that comes back for the message to an addressee."""
    address, data = server.taken[n]
    return returning(data, address)


def test_a_corrected_address_gets_the_letter_after_its_message_came_back(
    office: Office, server: MailServer, read: Callable[..., Done]
) -> None:
    """The whole way: one misspelt, one full, one away; the corrected one gets one letter, and nobody else any."""
    mails = [
        returned(server, 3, dsn()), returned(server, 5, dsn("5.2.2", "552 5.2.2 mailbox full")),
        returned(server, 7, OTHERS["out of office, RFC 3834"][1]),
    ]  # fmt: skip
    done = read(mails)
    assert done.returncode == 1
    assert done.stdout == (
        "returned.mbox: 3 messages\n"
        "        2  came back\n"
        "        1  automatic replies, such as out of office\n"
        "meeting:\n"
        "  correct these addresses in the list; then circulars send meeting LIST --corrected … sends to them alone:\n"
        "    m3 <a3@example.org>  the mailbox does not exist (550 5.1.1 no such user)\n"
        "  send these again later, to the same address: circulars send meeting --decide ID=again, then --resume:\n"
        "    m5 <a5@example.org>  the mailbox is full (552 5.2.2 mailbox full)\n"
    )
    assert done.stderr == "recorded: 2 messages came back\n"
    again = read(mails)
    assert (again.returncode, again.stderr) == (0, "nothing new was recorded\n")
    assert "        2  came back, and are recorded already\n" in again.stdout

    corrected = HEAD + "".join(ROWS).replace("a3@", "right@")
    assert "the list of addressees changed after 20 of 20 messages were sent (2 came back)" in office.send(corrected)[2]
    assert office.send(corrected, "--corrected")[1].startswith("meeting: 19 sent, 1 came back\n")
    office.decide("m5=again")
    assert office.send(corrected, "--resume")[:2] == (0, "meeting: 20 sent\n")
    assert read(mails).stderr == "nothing new was recorded\n"
    assert server.count() == {
        **{f"a{n}@example.org": 1 for n in range(20)},
        "right@example.org": 1,
        "a5@example.org": 2,
    }


def test_reports_in_every_form_are_recorded(office: Office, server: MailServer, read: Callable[..., Done]) -> None:
    """By the Message-ID that each returns; what is no failure is not."""
    forms = [*FAILURES.values()]
    mails = [returned(server, n, form) for n, form in enumerate(forms)]
    others = [returned(server, 19, form) for _, form in OTHERS.values()]

    assert read([*mails, *others]).stderr == f"recorded: {len(forms)} messages came back\n"
    assert f"{len(forms)} came back" in office.status()


def test_a_message_is_known_by_its_own_address_for_returned_mail(
    office: Office, server: MailServer, read: Callable[..., Done]
) -> None:
    """Also if the report says nothing else of it."""
    address, _ = server.taken[4]
    bare = report(b"", [failed(address)], returned="", headers={"To": server.senders[4], "Delivered-To": ""})
    other = report(b"", [failed(address)], returned="", headers={"To": server.senders[4].replace("+", "+x")})

    assert read([bare]).stderr == "recorded: 1 message came back\n"
    assert "        1  came back, and are recorded already\n" in read([bare]).stdout
    assert "recorded: " not in read([other]).stderr


def test_an_address_alone_is_no_evidence(office: Office, server: MailServer, read: Callable[..., Done]) -> None:
    """Everybody can write such a report: it is recorded only if somebody says so."""
    mails = [returned(server, 2, address_alone)]
    done = read(mails)
    assert (done.returncode, done.stderr) == (1, "nothing new was recorded\n")
    assert "        1  probably came back\n" in done.stdout
    assert "came back" not in office.status()

    assert read(mails, "--probable").stderr == "recorded: 1 message came back\n"
    assert read(mails).returncode == 0


def test_nothing_is_recorded_in_a_dry_run(office: Office, server: MailServer, read: Callable[..., Done]) -> None:
    """It shows what would be."""
    done = read([returned(server, 0, dsn())], "--dry-run")

    assert "m0 <a0@example.org>" in done.stdout
    assert done.stderr == "dry run: 1 would be recorded, and nothing was\n"
    assert "came back" not in office.status()


def test_mail_about_other_messages_is_counted(office: Office, read: Callable[..., Done]) -> None:
    """Of another program, or with a Message-ID that somebody invented."""
    mails = [dsn()(sample("x@example.org"), "x@example.org"), person(sample("x@example.org"), "x@example.org")]
    done = read(mails)

    assert (done.returncode, done.stderr) == (0, "nothing new was recorded\n")
    assert "        1  returned mail that is not of a letter from here\n" in done.stdout
    assert "not automatic: read them:\n  Ana Ejemplo <x@example.org>  Re: A meeting\n" in done.stdout


@pytest.fixture
def copying(run: Run, folder: Path, arguments: list[str]) -> Office:  # noqa: F811
    """An office that has sent the letter to two addressees, with a copy of each for somebody else."""
    office = Office(run, folder, [*arguments, "--cc", "Archive <archive@example.org>"])
    assert office.send(HEAD + ROWS[0] + ROWS[1])[0] == 0
    return office


def test_a_copy_that_comes_back_is_not_the_letter(
    copying: Office, server: MailServer, read: Callable[..., Done]
) -> None:
    """The addressee got it. But if the addressee's server passed the message on, it came back."""
    _, first = server.taken[0]
    _, second = server.taken[1]
    done = read([report(first, [failed("archive@example.org")]), report(second, [failed("elsewhere@example.net")])])

    assert "copies that came back; the letter itself was delivered:\n  m0 <archive@example.org>" in done.stdout
    assert "m1 <a1@example.org>, passed on to elsewhere@example.net  the mailbox does not exist" in done.stdout
    assert done.stderr == "recorded: 1 message came back\n"
    assert "1 sent" in copying.status()


def test_a_report_in_words_says_whose_copy_came_back(
    copying: Office, server: MailServer, read: Callable[..., Done]
) -> None:
    """By the address that it names. If it names none, the letter may have arrived, so nothing is recorded."""
    (_, first), (_, second) = server.taken
    done = read([in_html(first, "archive@example.org"), in_html(second, "Somebody")])

    assert "copies that came back; the letter itself was delivered:\n  m0 <archive@example.org>" in done.stdout
    assert "probably came back: the mail names only an address, or none" in done.stdout
    assert "    m1 <a1@example.org>  the mailbox does not exist" in done.stdout
    assert done.stderr == "nothing new was recorded\n"

    assert read([in_html(second, "a1@example.org")]).stderr == "recorded: 1 message came back\n"
    assert "1 sent, 0 failed, 0 in doubt, 0 still to be sent, 1 came back" in copying.status()


def test_python_reads_mailboxes_too(office: Office, server: MailServer, folder: Path) -> None:  # noqa: F811
    """With the same result as the command."""
    path = folder / "one.eml"
    path.write_bytes(returned(server, 1, dsn()))
    ledgers = api.sendings_in(folder / "output")
    read = partial(api.read_bounces, str(path), ledgers, clock=api.MachineClock())

    result = read()
    [one] = result.bounces
    assert (result.recorded, one.result, one.id, one.email) == (1, "came-back", "m1", "a1@example.org")
    assert one.message_id == message_id(server.taken[1][1]).strip("<>")
    assert one.reason
    assert (one.evidence, one.reason.status, one.reason.words) == ("message-id", "5.1.1", "the mailbox does not exist")
    assert read().recorded == 0


def test_every_message_can_be_listed(office: Office, server: MailServer, read: Callable[..., Done]) -> None:
    """The first fifty of a kind are, unless all are asked for."""
    mails = [returned(server, 0, person)] * 53
    first, every = read(mails).stdout, read(mails, "--all").stdout

    assert "… and 3 more; --all lists every one of them\n" in first
    assert len(every.splitlines()) == len(first.splitlines()) + 2
    assert "more" not in every


def test_a_full_mailbox_is_no_address_to_correct(office: Office, server: MailServer, read: Callable[..., Done]) -> None:
    """The summary of the sending says what to do by the reason, as reading the mailbox does."""
    read([
        returned(server, 3, dsn()), returned(server, 5, dsn("5.2.2", "552 5.2.2 mailbox full")),
        returned(server, 6, dsn("5.3.4", "552 5.3.4 message too big")),
    ])  # fmt: skip
    office.decide("m9=came-back")
    said = office.send(HEAD + "".join(ROWS), "--resume")[1]

    heads = [line.partition(":")[0] for line in said.splitlines()[1:]]
    assert [head.split(" <")[0] for head in heads] == [
        "came back", "  m3", "  m9",
        "came back, though the addresses may be right", "  m5",
        "came back because of the message, not of the address", "  m6",
    ]  # fmt: skip
