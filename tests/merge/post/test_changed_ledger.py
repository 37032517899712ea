"""A sending whose ledger another program has changed sends nothing: nobody gets a second message."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from commands import HANGING, Done, run_here
from merge.post.server import MailServer, always, to
from merge.post.test_command import ADDRESSES, LETTER, LIST

Run = Callable[..., Done]

EDITS = {
    "a message that was sent counts as planned": "UPDATE messages SET state = 'planned' WHERE n = 0",
    "a message that was sent counts as in doubt": "UPDATE messages SET state = 'unknown'",
    "a message is forgotten": "DELETE FROM messages WHERE n = 1",
    "all messages are forgotten": "DELETE FROM messages",
    "the plan is another": "UPDATE posted SET plan = 'x'",
    "there was no plan": "DELETE FROM posted",
    "an addressee has another address": "UPDATE addressees SET cells = replace(cells, 'ana@', 'eve@')",
    "an addressee has another id": "UPDATE addressees SET id = 'new' WHERE n = 0",
    "two messages have changed places": "UPDATE messages SET n = -1 - n",
    "somebody got an earlier letter": "INSERT INTO events VALUES (99, 1, 'sent', 1, '', '', x'', '')",
    "nobody got a letter": "DELETE FROM events",
    "a letter went to another address": "UPDATE deliveries SET email = 'eve@example.int' WHERE id = 'ch-001'",
    "a trigger plans each message again":
        "CREATE TRIGGER again AFTER UPDATE ON messages BEGIN UPDATE messages SET state = 'planned'; END",
    "messages are a view": "ALTER TABLE messages RENAME TO real",
    "there are no checksums": "DROP TABLE checksums",
}  # fmt: skip


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs ``circulars`` in a folder with a letter and a list of five."""
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "meeting.yaml").write_text(LETTER, encoding="utf-8")
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    (tmp_path / "late.csv").write_text(f"{LIST.splitlines()[0]}\nde-1,en,Erika,Muster,DE,e1@example.int\n")
    return partial(run_here, tmp_path)


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_nobody_gets_a_second_message(run: Run, server: MailServer, trust: Path, tmp_path: Path, edit: str) -> None:
    """However the sending is to go on: it ends with a remedy, and no message leaves."""
    options = ("--smtp", server.address(), "--from", "TSB <tsb@example.int>", "--trust", str(trust), "--yes")
    quick = ("--formats", "txt", "--rate", "0", "--timeout", str(HANGING))
    assert run("send", "meeting", "list.csv", *options, *quick).returncode == 0
    with closing(sqlite3.connect(tmp_path / "output" / "meeting" / "merge-send.sqlite")) as base, base:
        base.execute(edit)

    for listed, more in (
        ("list.csv", ()), ("list.csv", ("--resume",)), ("list.csv", ("--retry",)), ("late.csv", ("--add",)),
        ("list.csv", ("--changed", "all")), ("list.csv", ("--changed", "rest")),
    ):  # fmt: skip
        done = run("send", "meeting", listed, *options, *quick, *more)
        assert (done.returncode, done.stdout) == (3, ""), (more, done.stderr)
        assert "ledger-changed" in done.stderr
        assert "--out FOLDER sends a list of the others from another folder" in done.stderr
    for command in (("merge", "status", "meeting"), ("send", "meeting", "--decide", "ch-001=again")):
        assert "ledger-changed" in run(*command).stderr

    assert server.count() == dict.fromkeys(ADDRESSES, 1)


IMPOSSIBLE = {
    "a message is missing": "DELETE FROM messages WHERE n = 4",
    "all messages are missing": "DELETE FROM messages",
    "a message to nobody": "INSERT INTO messages (n, id, state) VALUES (9, 'nobody', 'planned')",
    "a message with another addressee's number": "UPDATE messages SET n = 9 WHERE n = 3",
    "messages have changed places": "UPDATE messages SET n = -1 - n",
    "an unknown state": "UPDATE messages SET state = 'later' WHERE n = 4",
    "no state": "UPDATE messages SET state = '' WHERE n = 4",
    "an event in an unknown state": "INSERT INTO events VALUES (99, 1, 'x', 1, '', '', x'', '')",
    "a message without a history": "DELETE FROM events WHERE delivery = 2",
    "a history without a message": "DELETE FROM deliveries WHERE delivery = 2",
    "a message that its history says was sent": "UPDATE messages SET state = 'planned' WHERE n = 0",
    "a message of which its history knows nothing": "UPDATE messages SET delivery = 0 WHERE n = 0",
    "the plan is forgotten": "DELETE FROM posted",
    "the plan has no id": "UPDATE posted SET plan = ''",
    "there are two plans": "INSERT INTO posted VALUES ('x')",
}


@pytest.mark.parametrize("edit", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_messages_must_be_those_of_the_plan(
    run: Run, server: MailServer, trust: Path, tmp_path: Path, edit: str
) -> None:
    """Also in a ledger without checksums, as old ones are: nobody is left out, and nobody gets a second message."""
    options = ("--smtp", server.address(), "--from", "TSB <tsb@example.int>", "--trust", str(trust), "--yes")
    quick = ("--formats", "txt", "--rate", "0", "--timeout", str(HANGING), "--tries", "1")
    server.manner = to({"eva@example.int": "busy"})
    assert run("send", "meeting", "list.csv", *options, *quick).returncode == 3
    assert len(server.taken) == 4
    server.manner = always("accept")
    with closing(sqlite3.connect(tmp_path / "output" / "meeting" / "merge-send.sqlite")) as base, base:
        base.execute("DROP TABLE checksums")
        base.execute("PRAGMA user_version = 1")
        base.execute(edit)

    for more in ((), ("--resume",), ("--retry",), ("--changed", "rest")):
        done = run("send", "meeting", "list.csv", *options, *quick, *more)
        assert (done.returncode, done.stdout) == (3, ""), (more, done.stderr)
        assert "ledger-changed" in done.stderr
    assert len(server.taken) == 4


def test_a_ledger_without_checksums_goes_on(run: Run, server: MailServer, trust: Path, tmp_path: Path) -> None:
    """As one of an old version does: those without a letter get it, also after the letter changed for the rest."""
    options = ("--smtp", server.address(), "--from", "TSB <tsb@example.int>", "--trust", str(trust), "--yes")
    quick = ("--formats", "txt", "--rate", "0", "--timeout", str(HANGING), "--tries", "1")
    server.manner = to({"eva@example.int": "busy"})
    assert run("send", "meeting", "list.csv", *options, *quick).returncode == 3
    letter = tmp_path / "letters" / "meeting.yaml"
    letter.write_text(letter.read_text(encoding="utf-8").replace("is invited", "is welcome"), encoding="utf-8")
    assert run("send", "meeting", "list.csv", *options, *quick, "--changed", "rest").returncode == 3
    server.manner = always("accept")
    with closing(sqlite3.connect(tmp_path / "output" / "meeting" / "merge-send.sqlite")) as base, base:
        base.execute("DROP TABLE checksums")
        base.execute("PRAGMA user_version = 1")

    done = run("send", "meeting", "list.csv", *options, *quick, "--resume")

    assert done.returncode == 0, done.stderr
    assert server.count() == dict.fromkeys(ADDRESSES, 1)


def test_other_folders_say_that_it_is_not_known_who_got_it(
    run: Run, server: MailServer, trust: Path, tmp_path: Path
) -> None:
    """A sending from another folder cannot ask a changed ledger, and says so before it asks for confirmation."""
    options = ("--smtp", server.address(), "--from", "TSB <tsb@example.int>", "--trust", str(trust), "--yes")
    quick = ("--formats", "txt", "--rate", "0", "--timeout", str(HANGING))
    assert run("send", "meeting", "list.csv", *options, *quick).returncode == 0
    with closing(sqlite3.connect(tmp_path / "output" / "meeting" / "merge-send.sqlite")) as base, base:
        base.execute("DELETE FROM messages")

    done = run("send", "meeting", "late.csv", *options, *quick, "--out", "other")

    assert "it is not known who got the letter from here: another program has changed this ledger" in done.stderr
