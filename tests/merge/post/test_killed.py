"""A sender that is killed at any moment: nobody gets two messages, nobody is forgotten."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import groupby
from pathlib import Path

import pytest

from circulars.merge.planning.consistency import history_fault
from circulars.merge.post.outbox import Outbox
from commands import HANGING
from merge.post.sender import address
from merge.post.server import MailServer
from merge.post.test_sending import NOW

PROGRAM = Path(__file__).with_name("sender.py")


@contextmanager
def open_outbox(ledger: Path) -> Iterator[Outbox]:
    """The outbox of a ledger."""
    with closing(sqlite3.connect(ledger, isolation_level=None)) as base:
        base.execute("PRAGMA journal_mode = WAL")
        yield Outbox(base, lambda: NOW)


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """A ledger with forty messages planned."""
    path = tmp_path / "ledger.sqlite"
    with open_outbox(path) as outbox:
        outbox.begin("plan", ((n, f"id-{n}", address(n)) for n in range(40)))
    return path


def histories(ledger: Path) -> list[tuple[str, ...]]:
    """What became of each message, one state after the other, in a history that agrees with the messages."""
    with closing(sqlite3.connect(ledger)) as base:
        assert history_fault(base) == ""
        rows = base.execute("SELECT delivery, state FROM events ORDER BY delivery, event").fetchall()
    return [tuple(state for _, state in events) for _, events in groupby(rows, key=lambda row: row[0])]


def begun(ledger: Path, server: MailServer, trust: Path) -> subprocess.Popen[str]:
    """A sender that is running."""
    command = [sys.executable, str(PROGRAM), str(ledger), str(server.port), str(trust)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8")


def ended(sender: subprocess.Popen[str]) -> tuple[int, list[str]]:
    """How a sender ended, and its output."""
    said, _ = sender.communicate(timeout=HANGING)
    return sender.returncode, said.splitlines()


def test_a_sender_killed_before_the_answer_leaves_a_doubt(ledger: Path, server: MailServer, trust: Path) -> None:
    """The server has taken the message, and the sender was killed before the answer: it is listed, not sent again."""
    senders: list[subprocess.Popen[str]] = []

    def kill(to: str) -> None:
        if to == address(7) and len(senders) == 1:
            os.kill(senders[0].pid, signal.SIGKILL)

    server.on_message = kill
    senders.append(begun(ledger, server, trust))
    assert ended(senders[0])[0] == -signal.SIGKILL
    senders.append(begun(ledger, server, trust))
    code, said = ended(senders[1])

    assert (code, said[0], len(said)) == (0, "1", 33)
    with open_outbox(ledger) as outbox:
        [doubt] = outbox.messages("unknown")
        assert (doubt.id, doubt.reply) == ("id-7", "the program ended before the server had answered")
        assert outbox.counts()["sent"] == 39
    assert Counter(histories(ledger)) == {("sending", "sent"): 39, ("sending", "unknown"): 1}
    assert server.count() == {address(n): 1 for n in range(40)}


def test_a_sender_killed_at_any_moment_doubles_and_loses_none(ledger: Path, server: MailServer, trust: Path) -> None:
    """Killed again and again until all is done: each message arrived once, or is in doubt."""
    dice = random.Random(4)
    kills = 0
    while True:
        sender = begun(ledger, server, trust)
        assert sender.stdout
        for _ in range(dice.randrange(2, 12)):  # so that each gets on
            sender.stdout.readline()
        time.sleep(dice.uniform(0, 0.02))
        sender.kill()
        if ended(sender)[0] == 0:
            break
        kills += 1

    count = server.count()
    with open_outbox(ledger) as outbox:
        outbox.find_interrupted()
        sent = {address(message.n) for message in outbox.messages("sent")}
        doubtful = {address(message.n) for message in outbox.messages("unknown")}
    found = Counter(histories(ledger))
    assert found == +Counter({("sending", "sent"): len(sent), ("sending", "unknown"): len(doubtful)})
    assert kills
    assert max(count.values()) == 1
    assert sent <= set(count)
    assert sent | doubtful == {address(n) for n in range(40)}
