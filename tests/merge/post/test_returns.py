"""Messages that came back are recorded by their Message-ID, as often as somebody reads the mailbox."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from circulars import api
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
