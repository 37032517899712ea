"""Sending to a real server that misbehaves: nobody gets two messages, nobody is forgotten, doubts are reported."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from circulars.errors import UsageError
from circulars.merge.post.outbox import STATES, Outbox
from circulars.merge.post.pace import Pace
from circulars.merge.post.sending import Mail, Outcome, send
from circulars.merge.post.smtp import Server, ServerBusy
from commands import HANGING
from merge.post.sender import address, mail
from merge.post.server import MailServer, always, at_random, first, to

NOW = datetime.datetime(2026, 3, 14, 12, 0, tzinfo=datetime.UTC)
NONE = dict.fromkeys(STATES, 0)
QUICK = Pace(per_minute=0, delays=(0.01, 0.02, 0.03))


@dataclass(slots=True)
class Watch:
    """A clock whose time passes only by waiting."""

    now: float = 0.0
    waited: list[float] = field(default_factory=list)

    def time(self) -> float:
        """Seconds since the beginning."""
        return self.now

    def wait(self, seconds: float) -> bool:
        """Waits without taking any time."""
        if seconds > 0:
            self.waited.append(seconds)
            self.now += seconds
        return False


@pytest.fixture
def base(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A ledger's connection."""
    base = sqlite3.connect(tmp_path / "ledger.sqlite", isolation_level=None)
    base.execute("PRAGMA journal_mode = WAL")
    yield base
    base.close()


@pytest.fixture
def outbox(base: sqlite3.Connection) -> Outbox:
    """An outbox with ten messages planned."""
    outbox = Outbox(base, lambda: NOW)
    outbox.begin("plan", ((n, f"id-{n}", address(n)) for n in range(10)))
    return outbox


def told(server: MailServer, trust: Path, **changes: object) -> Server:
    """The settings for a server."""
    settings = {"authorities": str(trust), "timeout": HANGING, "patience": HANGING} | changes
    return Server("127.0.0.1", server.port, **settings)  # type: ignore[arg-type]


def run(outbox: Outbox, server: Server, pace: Pace = QUICK, watch: Watch | None = None) -> list[Outcome]:
    """The outcome of each message."""
    return list(send(outbox, mail, server, watch or Watch(), pace))


def test_every_addressee_gets_one_message(outbox: Outbox, server: MailServer, trust: Path) -> None:
    """Ten messages arrive unchanged, including lines that begin with a dot, on one connection."""
    done = run(outbox, told(server, trust))

    assert [(one.n, one.state) for one in done] == [(n, "sent") for n in range(10)]
    assert server.taken == [(address(n), mail(n).data) for n in range(10)]
    assert server.connections == 1
    assert outbox.counts() == NONE | {"planned": 0, "sending": 0, "sent": 10, "failed": 0, "unknown": 0}


def test_refused_addressees_are_kept_with_the_servers_words(outbox: Outbox, server: MailServer, trust: Path) -> None:
    """A refusal of an address or of a message is recorded with the server's words; the others are sent."""
    server.manner = to({address(2): "refuse", address(5): "refuse text"})
    run(outbox, told(server, trust))

    failed = {one.n: one.reply for one in outbox.messages("failed")}
    assert failed == {2: "550 5.1.1 no such user here", 5: "554 5.7.1 refused: looks like [31m spam"}
    assert server.count() == {address(n): 1 for n in range(10) if n not in (2, 5)}


@pytest.mark.parametrize("manner", ["later", "later text"])
def test_a_deferred_message_is_sent_later_in_the_same_run(
    manner: str, outbox: Outbox, server: MailServer, trust: Path
) -> None:
    """It is tried again after a delay, and arrives once."""
    server.manner = first(manner)  # type: ignore[arg-type]
    watch = Watch()
    run(outbox, told(server, trust), watch=watch)

    assert server.count() == {address(n): 1 for n in range(10)}
    assert outbox.counts()["sent"] == 10
    assert watch.waited


def test_a_message_that_was_cut_short_is_sent_again(base: sqlite3.Connection, server: MailServer, trust: Path) -> None:
    """A server that disconnects in the middle of a message has not taken it: it is sent again, and arrives once."""
    outbox = Outbox(base, lambda: NOW)
    outbox.begin("plan", [(n, f"id-{n}", address(n)) for n in range(2)])
    server.manner = first("cut")
    large = b"x" * 70 + b"\r\n"  # more of them than the connection holds on its way

    def heavy(n: int) -> Mail:
        return replace(mail(n), data=mail(n).data + large * 120_000)

    list(send(outbox, heavy, told(server, trust), Watch(), QUICK))

    assert outbox.counts()["sent"] == 2
    assert server.count() == {address(0): 1, address(1): 1}


def test_a_message_that_is_always_deferred_has_failed(outbox: Outbox, server: MailServer, trust: Path) -> None:
    """After the last try a message has failed, with the server's words, and can be tried again by hand."""
    server.manner = to({address(3): "later"})
    run(outbox, told(server, trust))

    [failed] = outbox.messages("failed")
    assert (failed.n, failed.attempts) == (3, 4)
    assert failed.reply == "450 4.2.0 greylisted, come back in five minutes"
    server.manner = always("accept")
    outbox.retry_failed()
    assert [one.n for one in outbox.messages(*outbox.due)] == [3]
    run(outbox, told(server, trust))
    assert server.count() == {address(n): 1 for n in range(10)}


def test_what_failed_stays_failed_until_it_is_tried(outbox: Outbox, server: MailServer, trust: Path) -> None:
    """A retry that does not reach the server leaves failed messages unchanged, including the server's words."""
    server.manner = to({address(3): "refuse"})
    run(outbox, told(server, trust))
    [before] = outbox.messages("failed")
    outbox.retry_failed()
    with pytest.raises(UsageError, match="certificate"):
        run(outbox, replace(told(server, trust), authorities=""))
    with pytest.raises(ServerBusy):
        run(outbox, replace(told(server, trust), port=1))

    assert [*outbox.messages("failed")] == [before]
    assert not [*outbox.messages("planned")]


@pytest.mark.parametrize("manner", ["drop taken", "drop untaken", "stall"])
def test_what_nobody_can_know_is_not_sent_again(manner: str, outbox: Outbox, server: MailServer, trust: Path) -> None:
    """If a server disconnects or falls silent after the end of a message, that message is in doubt."""
    server.manner = to({address(4): manner})  # type: ignore[dict-item]
    run(outbox, told(server, trust, patience=2 if manner == "stall" else HANGING))
    run(outbox, told(server, trust))

    assert [one.id for one in outbox.messages("unknown")] == ["id-4"]
    assert server.count() == {address(n): 1 for n in range(10) if n != 4 or manner == "drop taken"}


def test_a_person_decides_what_is_in_doubt(outbox: Outbox, server: MailServer, trust: Path) -> None:
    """``sent`` settles a message, ``again`` sends it; a wrong word or another message settles none of them."""
    server.manner = to({address(4): "drop taken", address(6): "drop untaken"})
    run(outbox, told(server, trust))
    server.manner = always("accept")
    with pytest.raises(UsageError) as wrong:
        outbox.decide({"id-4": "sent", "id-6": "maybe", "id-5": "again"})
    assert [problem.code for problem in wrong.value.problems] == ["not-in-doubt", "wrong-decision"]
    assert outbox.counts()["unknown"] == 2

    outbox.decide({"id-4": "sent", "id-6": "again"})
    run(outbox, told(server, trust))

    assert outbox.counts()["sent"] == 10
    assert server.count() == {address(n): 1 for n in range(10)}


def test_a_server_that_always_breaks_off_is_left_alone(outbox: Outbox, server: MailServer, trust: Path) -> None:
    """After three messages in doubt in a row no more are risked."""
    server.manner = always("drop taken")
    with pytest.raises(ServerBusy) as stopped:
        run(outbox, told(server, trust))

    assert "broke after 3 messages" in stopped.value.problems[0].message
    assert outbox.counts() == NONE | {"planned": 7, "sending": 0, "sent": 0, "failed": 0, "unknown": 3}


def test_a_missing_server_is_tried_for_a_while(outbox: Outbox, trust: Path) -> None:
    """The program tries again after each delay, then reports it, and everything is still planned."""
    watch = Watch()
    with pytest.raises(ServerBusy) as gone:
        list(send(outbox, mail, Server("127.0.0.1", 9, authorities=str(trust)), watch, QUICK))

    assert "does not answer: Connection refused" in gone.value.problems[0].message
    assert len(watch.waited) == 3
    assert outbox.counts()["planned"] == 10


@pytest.mark.parametrize("seed", range(4))
def test_a_server_at_random_loses_none_and_doubles_none(
    seed: int, outbox: Outbox, server: MailServer, trust: Path
) -> None:
    """Whatever the server does, each message arrives once, has failed, or is in doubt; sent ones arrived."""
    server.manner = at_random(seed)
    while outbox.counts()["planned"]:
        try:
            run(outbox, told(server, trust, patience=0.2))
        except ServerBusy:
            continue

    count = server.count()
    assert max(count.values()) == 1
    assert {address(one.n) for one in outbox.messages("sent")} <= set(count)
    assert not {address(one.n) for one in outbox.messages("failed")} & set(count)
    assert sum(outbox.counts().values()) == 10
