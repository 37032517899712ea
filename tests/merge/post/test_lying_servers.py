"""Mail servers that lie: no reply can be too long or too slow, and no echo of a password is shown."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from circulars.errors import CircularsError
from circulars.merge.post.echoes import without_echo
from circulars.merge.post.mailbox import mailbox_of, read_mailbox
from circulars.merge.post.smtp import Answer, Envelope, Server, Session
from commands import HANGING, run_here
from merge.post.lying import (
    STAGES,
    Attack,
    LyingServer,
    drip,
    echoes,
    line_without_end,
    lines_without_end,
    lying,
    said,
)
from merge.post.test_command import LETTER, LIST
from signing.authority import Holder

SENDER = read_mailbox("TSB <tsb@example.int>")
ANA = mailbox_of("ana@example.int")
USER, PASSWORD = "tsb", "correct horse 7"
DATA = b"Subject: test\r\n\r\ntext\r\n"


def standing() -> float:
    """A clock that stands still: only the size of a reply can end it."""
    return 0.0


def ticking() -> Callable[[], float]:
    """A clock that goes on by a hundredth of a second each time it is read, which is before each byte."""
    return itertools.count(step=0.01).__next__


def outcome(server: LyingServer, trust: Path, clock: Callable[[], float], *, login: bool = True) -> Answer:
    """The answer to a message, or the problem of the connection as an answer with its code."""
    user = USER if login else ""
    told = Server("127.0.0.1", server.port, "starttls", user, PASSWORD if login else "", str(trust), 60.0, 60.0)
    try:
        with closing(Session(told, clock)) as session:
            return session.send(Envelope(SENDER, ANA), DATA, lambda: True)
    except CircularsError as error:
        [problem] = error.problems
        return Answer("busy", f"{problem.code}: {problem.message}")


FATES = {
    "banner": "busy", "EHLO": "busy", "STARTTLS": "busy", "AUTH": "busy", "MAIL": "lost", "RCPT": "lost",
    "DATA": "lost", "dot": "unknown", "QUIT": "sent",
}  # fmt: skip


@pytest.mark.parametrize("stage", FATES)
@pytest.mark.parametrize(
    ("attack", "limit"),
    [(lines_without_end, "an answer of more than 65,536 bytes"), (line_without_end, "a line of more than 8,192 bytes")],
)
def test_a_reply_without_end_is_cut_off(
    stage: str, attack: Attack, limit: str, mail_holder: Holder, trust: Path
) -> None:
    """A flood is ended by its size, at any command; what is known of the message is right."""
    with lying(stage, attack, mail_holder) as server:
        answer = outcome(server, trust, standing)

    assert answer.kind == FATES[stage]
    assert limit in answer.words or stage == "QUIT"


@pytest.mark.parametrize("stage", FATES)
def test_a_reply_that_drips_is_cut_off(stage: str, mail_holder: Holder, trust: Path) -> None:
    """A byte now and then delays nothing for longer than the timeout of one reply."""
    with lying(stage, drip, mail_holder) as server:
        answer = outcome(server, trust, ticking())

    assert answer.kind == FATES[stage]
    assert "no complete answer within 60 seconds" in answer.words or stage == "QUIT"


def test_the_opening_has_a_deadline_of_its_own(mail_holder: Holder, trust: Path) -> None:
    """Each reply comes within the timeout, but all of them together take too long."""
    slow = said(*(b"250-word\r\n" for _ in range(590)), b"250 AUTH PLAIN\r\n")
    with lying("EHLO", slow) as server:
        told = Server("127.0.0.1", server.port, "none", timeout=60.0)
        seconds = itertools.count(step=0.05).__next__
        with pytest.raises(CircularsError, match="server-busy  "):
            Session(told, seconds)


def test_an_old_connection_is_not_used_again(mail_holder: Holder, trust: Path) -> None:
    """After an hour the next message gets a new connection."""
    moments = [0.0]
    with (
        lying("none", drip) as server,
        closing(Session(Server("127.0.0.1", server.port, "none"), lambda: moments[0])) as session,
    ):
        assert session.is_open
        moments[0] = 3_601.0
        assert not session.is_open


@pytest.mark.parametrize("rest", [b"250 AUTH PLAIN\r\n", b"x", b"\r\n"])
def test_nothing_may_follow_the_reply_to_starttls(rest: bytes, mail_holder: Holder, trust: Path) -> None:
    """What was injected before the encryption is not taken for the server's words: the connection is refused."""
    with lying("STARTTLS", said(b"220 go ahead\r\n" + rest), mail_holder) as server:
        answer = outcome(server, trust, standing)

    assert answer.words.startswith("not-encrypted: ")
    assert server.commands() == ["EHLO", "STARTTLS"]


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
def test_a_reply_in_advance_is_not_the_reply_to_the_message(stage: str, mail_holder: Holder, trust: Path) -> None:
    """A server that says "taken" before it has the message is not believed."""
    replies = {"MAIL": b"250 ok\r\n", "RCPT": b"250 ok\r\n", "DATA": b"354 go on\r\n"}
    with lying(stage, said(replies[stage] + b"354 go on\r\n250 taken\r\n"), mail_holder) as server:
        answer = outcome(server, trust, standing)

    assert answer.kind != "sent"


@pytest.mark.parametrize(
    "reply", [b"+50 ok\r\n", b" 25 ok\r\n", b"2500 ok\r\n", b"250-a\r\n550 b\r\n", b"ok\r\n", b"\r\n"]
)
def test_what_is_not_a_reply_is_no_approval(reply: bytes, mail_holder: Holder, trust: Path) -> None:
    """A code has three digits, and is the same on each line (RFC 5321, 4.2)."""
    with lying("dot", said(reply), mail_holder) as server:
        answer = outcome(server, trust, standing)

    assert answer.kind == "unknown"


LOGINS = ("AUTH", b"334 "), ("AUTH", b"454 4.7.0 "), ("AUTH", b"535 5.7.8 ")
LATER = ("MAIL", b"550 "), ("RCPT", b"450 4.2.0 "), ("DATA", b"554 "), ("dot", b"250 ")
# Each echo in the reply to a login and in a later one; which of them, changes nothing in what is left out.
ECHOED = [
    (name, *replies[number % len(replies)])
    for number, name in enumerate(echoes(PASSWORD, USER))
    for replies in (LOGINS, LATER)
]


@pytest.mark.parametrize(("name", "stage", "code"), ECHOED)
def test_an_echo_of_the_password_is_never_shown(
    name: str, stage: str, code: bytes, mail_holder: Holder, trust: Path
) -> None:
    """Of the reply to a login only the code is kept; later words that contain the password are left out."""
    echo = echoes(PASSWORD, USER)[name]
    with lying(stage, said(code + echo + b"\r\n"), mail_holder) as server:
        answer = outcome(server, trust, standing)

    squeezed = "".join(filter(str.isalnum, answer.words.casefold()))
    assert "".join(filter(str.isalnum, echo.decode().casefold())) not in squeezed
    assert "horse" not in squeezed


def test_words_without_the_password_are_kept() -> None:
    """They say why a message was refused."""
    assert without_echo("5.1.1 no such user", PASSWORD) == "5.1.1 no such user"
    assert without_echo("5.1.1 no such user", "") == "5.1.1 no such user"


@pytest.mark.parametrize("password", ["", "x", "ab", "!!!", "é", "日本", "correct horse 7", "a" * 300])
@pytest.mark.parametrize("words", ["{}", "the password is {}", "({})"])
def test_any_password_is_found(password: str, words: str) -> None:
    """However short it is, and whatever its characters are."""
    shown = without_echo(words.format(password), password)

    assert "left out" in shown or not password


@pytest.mark.parametrize("command", ["AUTH", "RCPT", "dot"])
def test_neither_the_command_nor_the_ledger_holds_an_echo(
    command: str, tmp_path: Path, mail_holder: Holder, trust: Path
) -> None:
    """The server repeats the password in its refusal; it is in no output, no ledger and no report."""
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "meeting.yaml").write_text(LETTER, encoding="utf-8")
    (tmp_path / "list.csv").write_text("\n".join(LIST.splitlines()[:2]), encoding="utf-8")
    (tmp_path / "password").write_text(PASSWORD, encoding="utf-8")
    (tmp_path / "password").chmod(0o600)
    echo = echoes(PASSWORD, USER)["AUTH PLAIN"]
    with lying(command, said(b"554 5.7.1 " + PASSWORD.encode() + b" " + echo + b"\r\n"), mail_holder) as server:
        typed = ["send", "meeting", "list.csv", "--smtp", f"smtp://{USER}@127.0.0.1:{server.port}", "--yes"]
        typed += ["--from", "TSB <tsb@example.int>", "--trust", str(trust), "--formats", "docx", "--rate", "0"]
        done = run_here(tmp_path, *typed, "--password-file", "password", "--timeout", str(HANGING))
    report = run_here(tmp_path, "merge", "status", "meeting", "--report", "report.csv")

    assert done.returncode
    (tmp_path / "password").unlink()
    kept = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    ledgers = list(tmp_path.rglob("*.sqlite"))
    for path in ledgers:
        with closing(sqlite3.connect(path)) as base:
            kept.append("\n".join(base.iterdump()).encode())
    everything = b"\n".join([*kept, done.stdout.encode(), done.stderr.encode(), report.stdout.encode()])
    assert ledgers and PASSWORD.encode() not in everything and echo not in everything


@pytest.mark.parametrize("more", [[], ["--user", "tsb"]])
def test_an_encrypted_address_and_plain_contradict_each_other(more: list[str], tmp_path: Path) -> None:
    """``--plain`` never takes the encryption from ``smtps://``: the command is refused."""
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "meeting.yaml").write_text(LETTER, encoding="utf-8")
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    with lying("none", drip, connections=0) as server:
        typed = ["--smtp", f"smtps://127.0.0.1:{server.port}", "--plain", "--from", "TSB <tsb@example.int>", "--yes"]
        done = run_here(tmp_path, "send", "meeting", "list.csv", *typed, *more)

    assert (done.returncode, server.lines) == (2, [])
    assert "--plain  wrong-option" in done.stderr


def test_every_stage_is_attacked() -> None:
    """The tests name each command that is sent."""
    assert set(STAGES) - set(FATES) == {"RSET"}
