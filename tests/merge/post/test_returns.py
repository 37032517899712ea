"""Messages that came back are recorded by their Message-ID, as often as somebody reads the mailbox."""

from __future__ import annotations

import datetime
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from circulars import api
from circulars.merge.planning.opening import open_merge
from circulars.merge.post.history import Leaving
from circulars.merge.post.outbox import Outbox
from merge.post.server import MailServer, always
from merge.post.test_command import Run, arguments, folder, run  # noqa: F401  # fixtures

NOW = datetime.datetime(2026, 3, 14, 12, tzinfo=datetime.UTC)


@pytest.fixture
def ledger(run: Run, folder: Path, arguments: list[str]) -> Path:  # noqa: F811
    """The ledger of a sending to five addressees."""
    assert run(*arguments, "--yes").returncode == 0
    return folder / "output" / "meeting" / "merge-send.sqlite"


def test_a_return_is_recorded_once(ledger: Path, server: MailServer, run: Run) -> None:  # noqa: F811
    """With its code, its words and its time; the same mailbox read again changes nothing."""
    name = str(server.messages()[1]["Message-ID"])
    one = api.Return(name, "5.1.1", "no such\nuser", NOW)
    assert api.came_back(ledger, [one], clock=lambda: NOW) == ("recorded",)
    [delivery] = api.sent_as(ledger, name)

    assert api.came_back(ledger, [one, api.Return("x@example.int")], clock=lambda: NOW) == ("known", "no-such-message")
    assert api.sent_as(ledger, name) == [delivery]
    assert (delivery.state, delivery.email) == ("returned", "max@example.int")
    assert (delivery.why_returned, delivery.returned_at) == ("5.1.1 no such user", "2026-03-14T12:00:00Z")
    assert delivery.reply.startswith("250")
    assert "4 sent, 0 failed, 0 in doubt, 0 still to be sent, 1 came back" in run("merge", "status", "meeting").stdout


def test_what_was_not_sent_does_not_come_back(run: Run, folder: Path, server: MailServer, arguments: list[str]) -> None:  # noqa: F811
    """A forged return keeps nobody from getting the letter: the server refused the message, and it is tried again."""
    server.manner = always("refuse")
    assert run(*arguments, "--yes").returncode == 1
    ledger = folder / "output" / "meeting" / "merge-send.sqlite"
    report = run("merge", "status", "meeting", "--report", "told.csv")
    name = (folder / "told.csv").read_text().split("circular.")[1].split("@")[0]

    assert report.returncode == 0
    assert api.came_back(ledger, [api.Return(f"circular.{name}@example.int")], clock=lambda: NOW) == ("not-sent",)
    server.manner = always("accept")
    assert run(*arguments, "--yes", "--retry").stdout == "meeting: 5 sent\n"


def _sent(where: Path, count: int, *, earlier: bool) -> Path:
    """A ledger of many messages that were sent, in an earlier version of the letter or the current one."""
    with open_merge(where, "send") as opened:
        outbox = Outbox(opened.connection, lambda: NOW)
        with opened.change():
            outbox.begin("plan", [(n, f"m{n}", f"a{n}@example.org") for n in range(count)])
            for n in range(count):
                leaving = Leaving(f"message-{n}@example.int", f"a{n}@example.org")
                outbox.claim(n, leaving)
                outbox.settle(n, "sent", "250 taken", leaving)
            if earlier:
                outbox.begin("later", [(n, f"m{n + count}", f"b{n}@example.org") for n in range(count)])
        return opened.path


def _work_to_record(monkeypatch: pytest.MonkeyPatch, where: Path, count: int, *, earlier: bool) -> Counter[str]:
    """What SQLite does to record that every message came back: its statements with those of triggers, and its steps in
    hundreds.
    """
    ledger = _sent(where / str(count), count, earlier=earlier)
    work, connect = Counter[str](), sqlite3.connect

    def counted(*places: Any, **named: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*places, **named)
        connection.set_trace_callback(lambda _: work.update(["statements"]))
        connection.set_progress_handler(lambda: work.update(["steps"]), 100)
        return connection

    with monkeypatch.context() as patched:
        patched.setattr(sqlite3, "connect", counted)
        returns = [api.Return(f"<message-{n}@example.int>", "5.1.1") for n in range(count)]
        assert api.came_back(ledger, returns, clock=lambda: NOW) == ("recorded",) * count
    return work


@pytest.mark.parametrize("earlier", [False, True])
def test_the_work_for_a_return_does_not_grow_with_the_sending(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, earlier: bool
) -> None:
    """A mailbox of a hundred thousand returned messages is recorded while somebody waits."""
    few, more, most = (_work_to_record(monkeypatch, tmp_path, count, earlier=earlier) for count in (200, 400, 800))

    assert 2 * (more["steps"] - few["steps"]) * 1.1 > most["steps"] - more["steps"]
    assert most["statements"] - more["statements"] < 7 * 400


def test_a_message_that_is_returned_twice_in_one_mailbox_came_back_once(tmp_path: Path) -> None:
    """Also if the reports are recorded together."""
    ledger = _sent(tmp_path, 2, earlier=False)
    one = api.Return("message-1@example.int", "5.1.1")

    assert api.came_back(ledger, [one, one], clock=lambda: NOW) == ("recorded", "known")
    assert api.came_back(ledger, [one], clock=lambda: NOW) == ("known",)
