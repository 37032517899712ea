"""What the outbox stores, and what it never does."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from circulars.errors import UsageError
from circulars.merge.post.history import Leaving
from circulars.merge.post.outbox import STATES, Outbox
from merge.post.test_sending import NOW

NONE = dict.fromkeys(STATES, 0)
EVERYBODY = [(n, f"id-{n}", f"a{n}@example.int") for n in range(5)]


@pytest.fixture
def base(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A ledger's connection."""
    base = sqlite3.connect(tmp_path / "ledger.sqlite", isolation_level=None, factory=sqlite3.Connection)
    base.execute("PRAGMA journal_mode = WAL")
    yield base
    base.close()


@pytest.fixture
def outbox(base: sqlite3.Connection) -> Outbox:
    """An outbox of five messages: two sent, one failed, two planned."""
    outbox = Outbox(base, lambda: NOW)
    outbox.begin("plan", EVERYBODY)
    for n in (0, 1):
        assert outbox.claim(n, Leaving(f"{n}@example.int", f"a{n}@example.int"))
        outbox.settle(n, "sent", "250 ok")
    outbox.settle(2, "failed", "550 no")
    return outbox


def test_a_message_is_claimed_once(outbox: Outbox) -> None:
    """A claimed message cannot be claimed again, nor one that was sent or has failed."""
    assert outbox.claim(3, Leaving("3@example.int", "a3@example.int"))
    assert not any(outbox.claim(n, Leaving("x")) for n in range(4))
    [sending] = outbox.messages("sending")
    assert (sending.id, sending.attempts, sending.message_id, sending.at) == (
        "id-3", 1, "3@example.int", "2026-03-14T12:00:00Z",
    )  # fmt: skip


def test_a_claim_outlasts_a_power_cut(base: sqlite3.Connection, outbox: Outbox) -> None:
    """Each commit waits for the disk (SQLite's FULL, which in WAL mode syncs the log at every commit)."""
    assert outbox.claim(3, Leaving("3@example.int", "a3@example.int"))

    assert base.execute("PRAGMA synchronous").fetchone() == (2,)
    assert base.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_what_was_half_sent_is_in_doubt(outbox: Outbox) -> None:
    """It is found once, and is not planned."""
    outbox.claim(3, Leaving("3@example.int", "a3@example.int"))

    assert (outbox.find_interrupted(), outbox.find_interrupted()) == (1, 0)
    assert outbox.counts() == NONE | {"planned": 1, "sending": 0, "sent": 2, "failed": 1, "unknown": 1}


def test_a_plan_is_begun_once(outbox: Outbox) -> None:
    """Beginning it again changes nothing."""
    before = outbox.counts()
    outbox.begin("plan", EVERYBODY)

    assert outbox.counts() == before


def test_a_changed_letter_goes_to_everybody_or_to_the_rest(outbox: Outbox) -> None:
    """With ``rest`` addressees who got the earlier version get none; the states of their messages are kept."""
    outbox.begin("changed", EVERYBODY, "rest")
    assert [message.id for message in outbox.messages("planned")] == ["id-2", "id-3", "id-4"]

    outbox.begin("changed again", EVERYBODY)
    assert outbox.counts()["planned"] == 5


def test_doubts_are_decided_before_a_letter_changes(outbox: Outbox) -> None:
    """Nobody gets the new letter while it is unknown who has the old one, and nothing is forgotten."""
    outbox.claim(3, Leaving("3@example.int", "a3@example.int"))
    before = outbox.counts()
    with pytest.raises(UsageError) as refused:
        outbox.begin("changed", EVERYBODY)

    assert refused.value.problems[0].code == "in-doubt"
    assert refused.value.problems[0].message == "1 message is in doubt, of the earlier version of the letter"
    assert (outbox.plan(), outbox.counts()) == ("plan", before)


def test_messages_are_read_while_they_change(base: sqlite3.Connection) -> None:
    """Two thousand planned messages are read in order, each once, though each is sent meanwhile."""
    outbox = Outbox(base, lambda: NOW)
    base.execute("PRAGMA synchronous = OFF")  # the disk is not what is tested here
    outbox.begin("plan", ((n, f"id-{n}", "") for n in range(2000)))
    told = []
    for message in outbox.messages("planned"):
        told.append(message.n)
        outbox.claim(message.n, Leaving("x@example.int"))
        outbox.settle(message.n, "sent", "250 ok")

    assert told == list(range(2000))
    assert outbox.counts()["sent"] == 2000


def test_a_skipped_message_is_not_sent(outbox: Outbox) -> None:
    """It keeps the reason, also when the corrected addresses of the same plan are sent to; a sent one stays sent."""
    outbox.skip(4, "the same address as row 2")
    outbox.skip(0, "too late")
    outbox.begin("plan", EVERYBODY, "corrected")

    assert [message.n for message in outbox.due_messages()] == [2, 3]
    [skipped] = outbox.messages("skipped")
    assert (skipped.n, skipped.reply) == (4, "the same address as row 2")
    assert outbox.counts()["sent"] == 2


@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET delivery = delivery + 1"])
@pytest.mark.parametrize("table", ["deliveries", "events"])
def test_the_history_is_only_added_to(base: sqlite3.Connection, outbox: Outbox, table: str, statement: str) -> None:
    """No mistake of the program itself can take a message out of the record."""
    outbox.decide({"id-0": "came-back"})

    with pytest.raises(sqlite3.IntegrityError, match="only added"):
        base.execute(statement.format(table))
