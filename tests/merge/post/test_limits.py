"""Refusals that concern the sender stop a sending: no addressee is marked as failed for them."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from circulars.errors import CircularsError, UsageError
from circulars.merge.post.mailbox import mailbox_of
from circulars.merge.post.outbox import STATES, Outbox
from circulars.merge.post.pace import Pace
from circulars.merge.post.sending import Mail, Mails, Outcome, send
from circulars.merge.post.smtp import ServerBusy
from circulars.merge.post.stops import SenderLimited
from merge.post.sender import mail
from merge.post.server import MailServer, serving
from merge.post.test_sending import NOW, QUICK, Watch, told
from signing.authority import Holder

NONE = dict.fromkeys(STATES, 0)
DAILY = "550 5.4.5 Daily user sending limit exceeded"


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    """An outbox with twelve messages planned."""
    base = sqlite3.connect(tmp_path / "ledger.sqlite", isolation_level=None)
    outbox = Outbox(base, lambda: NOW)
    outbox.begin("plan", ((n, f"id-{n}", address(n)) for n in range(12)))
    yield outbox
    base.close()


def address(n: int, domains: int = 4) -> str:
    """The address of an addressee, at one of several domains."""
    return f"a{n}@d{n % domains}.example"


def mails(domains: int) -> Mails:
    """Messages to addressees at so many domains."""

    def made(n: int) -> Mail:
        return replace(mail(n), to=mailbox_of(address(n, domains)))

    return made


def run(
    outbox: Outbox, server: MailServer, trust: Path, domains: int = 4, pace: Pace = QUICK, watch: Watch | None = None
) -> list[Outcome]:
    """The outcome of each message."""
    return list(send(outbox, mails(domains), told(server, trust), watch or Watch(), pace))


def refused_from(n: int, reply: str, times: int = 1_000) -> Callable[[str, int], str]:
    """Refuses the addressees from number ``n`` on, each so many times."""
    return lambda address, before: reply if int(address[1 : address.index("@")]) >= n and before < times else ""


@pytest.mark.parametrize(
    ("reply", "code", "hours"),
    [
        (DAILY, "sender-limit", 24),
        ("554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; Failed", "sender-limit", 24),
        ("454 Throttling failure: Daily message quota exceeded.", "sender-limit", 24),
        ("550 Domain example.int has exceeded the max emails per hour (125/100 (125%)) allowed.", "sender-limit", 1),
        ("550 5.7.1 sending limit exceeded, try again in 90 minutes", "sender-limit", 1.5),
        ("450 4.7.1 too many messages, wait 999 days", "sender-limit", 999 * 24),
        ("552 5.3.4 Message size exceeds fixed limit", "message-too-large", 0),
        ("550 5.7.60 SMTP; Client does not have permissions to send as this sender", "sender-refused", 0),
        ("554 5.2.252 SendAsDenied; tsb not allowed to send as office", "sender-refused", 0),
        ("554 5.7.1 <x@d1.example>: Relay access denied", "sender-refused", 0),
        ("554 5.2.2 mailbox full; STOREDRV.Submission.Exception:QuotaExceededException", "account-blocked", 0),
    ],
)
@pytest.mark.parametrize("stage", ["refusal", "refusal_of_text"])
def test_a_limit_of_the_sender_stops_the_run(
    stage: str, reply: str, code: str, hours: float, outbox: Outbox, server: MailServer, trust: Path
) -> None:
    """After five messages the server refuses one for the sender's sake: it and the others are still to be sent."""
    setattr(server, stage, refused_from(5, reply))
    with pytest.raises(CircularsError) as stopped:
        run(outbox, server, trust)

    [problem] = stopped.value.problems
    assert (problem.code, reply.split()[0] in problem.message) == (code, True)
    assert getattr(stopped.value, "seconds", 0) == hours * 3600
    assert outbox.counts() == NONE | {"planned": 7, "sending": 0, "sent": 5, "failed": 0, "unknown": 0}
    assert sum(server.offered.values()) == 6

    setattr(server, stage, lambda address, before: "")
    run(outbox, server, trust)
    assert outbox.counts()["sent"] == 12
    assert set(server.count().values()) == {1}


def test_a_refusal_of_an_addressee_stops_nothing(outbox: Outbox, server: MailServer, trust: Path) -> None:
    """A full mailbox and an unknown user fail, however many they are; the others get the letter."""
    words = ["552 5.2.2 <{}>: mailbox over quota", "550 5.1.1 <{}>: user unknown"]
    server.refusal = lambda address, before: words[int(address[1]) % 2].format(address) if int(address[1]) < 9 else ""
    run(outbox, server, trust)

    assert outbox.counts() == NONE | {"planned": 0, "sending": 0, "sent": 1, "failed": 11, "unknown": 0}


@pytest.mark.parametrize("stage", ["refusal", "refusal_of_text"])
def test_the_same_words_for_several_domains_stop_the_run(
    stage: str, outbox: Outbox, server: MailServer, trust: Path
) -> None:
    """Three in a row, although each reply has another number: nobody was marked as failed in the end."""
    setattr(server, stage, lambda address, before: f"554 5.7.1 <{address}>: refused as spam, see {hash(address)}.x")
    with pytest.raises(SenderLimited) as stopped:
        run(outbox, server, trust)

    [problem] = stopped.value.problems
    assert (problem.code, "refused as spam" in problem.message) == ("same-refusals", True)
    assert outbox.counts() == NONE | {"planned": 12, "sending": 0, "sent": 0, "failed": 0, "unknown": 0}
    assert sum(server.offered.values()) == 3


def test_one_domain_that_refuses_its_addressees_stops_nothing_at_first(
    outbox: Outbox, server: MailServer, trust: Path
) -> None:
    """Nine of one domain may be refused for a reason of that domain; a tenth may not."""
    server.refusal = refused_from(3, "554 5.7.1 not here")
    run(outbox, server, trust, domains=1)
    assert outbox.counts()["failed"] == 9

    outbox.retry_failed()
    server.refusal = refused_from(2, "554 5.7.1 not here")
    outbox.extend("plan", [(200, "late", address(200))])
    with pytest.raises(SenderLimited):
        run(outbox, server, trust, domains=1)
    assert outbox.counts() == NONE | {"planned": 10, "sending": 0, "sent": 3, "failed": 0, "unknown": 0}


def test_refusals_with_messages_between_them_stop_nothing(outbox: Outbox, server: MailServer, trust: Path) -> None:
    """A server that takes other messages means the addressees."""
    server.refusal = lambda address, before: "554 5.7.1 no" if int(address[1 : address.index("@")]) % 3 else ""
    run(outbox, server, trust)

    assert outbox.counts() == NONE | {"planned": 0, "sending": 0, "sent": 4, "failed": 8, "unknown": 0}


@pytest.mark.parametrize(
    "reply",
    ["450 4.7.1 Error: too much mail from 192.0.2.7", "432 4.3.2 Concurrent connections limit exceeded.",
     "421 4.7.0 Too many messages", "454 Throttling failure: Maximum sending rate exceeded."],
)  # fmt: skip
def test_a_throttle_pauses_the_whole_run(reply: str, outbox: Outbox, server: MailServer, trust: Path) -> None:
    """The same message is tried after a pause; the others are not offered meanwhile."""
    server.refusal = refused_from(5, reply, times=1)
    watch = Watch()
    run(outbox, server, trust, watch=watch)

    assert outbox.counts()["sent"] == 12
    assert len(watch.waited) == 7
    assert set(server.count().values()) == {1}


def test_a_throttle_that_names_a_time_is_waited_for(outbox: Outbox, server: MailServer, trust: Path) -> None:
    """The server knows best when it takes messages again."""
    server.refusal = refused_from(11, "450 4.7.1 too many messages, try again in 5 minutes", times=1)
    watch = Watch()
    run(outbox, server, trust, watch=watch)

    assert watch.waited == [300]


def test_a_throttle_that_never_ends_stops_the_run(outbox: Outbox, server: MailServer, trust: Path) -> None:
    """After all delays; nobody is marked as failed."""
    server.refusal = refused_from(5, "450 4.7.1 Error: too much mail from 192.0.2.7")
    with pytest.raises(ServerBusy, match="too much mail"):
        run(outbox, server, trust)

    assert outbox.counts() == NONE | {"planned": 7, "sending": 0, "sent": 5, "failed": 0, "unknown": 0}


def test_a_server_that_defers_everybody_in_the_same_words_is_waited_for(
    outbox: Outbox, server: MailServer, trust: Path
) -> None:
    """The third in a row pauses the run; if nothing changes, it stops, and nobody is marked as failed."""
    server.refusal = refused_from(0, "451 4.3.0 try again later")
    with pytest.raises(ServerBusy, match="try again later"):
        run(outbox, server, trust)

    assert outbox.counts()["planned"] == 12
    assert sum(server.offered.values()) < 12


def test_a_server_that_defers_each_message_at_first_pauses_nothing_for_long(
    outbox: Outbox, server: MailServer, trust: Path
) -> None:
    """Once it has taken a message that it deferred, its words are known to be harmless."""
    server.refusal = refused_from(0, "451 4.3.0 try again later", times=1)
    run(outbox, server, trust)

    assert outbox.counts()["sent"] == 12
    assert set(server.count().values()) == {1}


def test_the_size_that_a_server_announces_is_heeded(outbox: Outbox, mail_holder: Holder, trust: Path) -> None:
    """A larger message is not even offered, and the sizes are named."""
    with serving(mail_holder, size=20) as server, pytest.raises(UsageError) as stopped:
        run(outbox, server, trust)

    [problem] = stopped.value.problems
    assert problem.code == "message-too-large"
    assert "the server accepts 20" in problem.message
    assert not server.offered


def test_the_rate_holds_across_a_resume(outbox: Outbox, server: MailServer, trust: Path) -> None:
    """Five messages an hour: after a stop, the second run waits until the first message is an hour old."""
    server.refusal = refused_from(5, DAILY)
    hourly = Pace(per_minute=5 / 60, window=3600.0, delays=())
    with pytest.raises(SenderLimited):
        run(outbox, server, trust, pace=replace(hourly, per_minute=0))
    server.refusal = lambda address, before: ""
    later = Outbox(outbox._connection, lambda: NOW + datetime.timedelta(minutes=10))
    watch = Watch()
    run(later, server, trust, pace=hourly, watch=watch)

    assert watch.waited[0] == 50 * 60
    assert outbox.counts()["sent"] == 12
