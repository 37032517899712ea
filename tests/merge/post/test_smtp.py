"""Connections to mail servers: encrypted, to the right server, logged in without exposing a secret, or not at all."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from circulars.errors import CircularsError, UsageError
from circulars.merge.post.mailbox import mailbox_of, read_mailbox
from circulars.merge.post.smtp import Answer, Envelope, Server, ServerBusy, Session, read_server
from commands import HANGING
from merge.post.server import PASSWORD, USER, MailServer, always, serving
from signing.authority import Holder

SENDER = read_mailbox("TSB <tsb@example.int>")
ANA = mailbox_of("ana@example.int")
DATA = b"Subject: test\r\n\r\ntext\r\n"


def told(server: MailServer, trust: Path) -> Server:
    """The settings for a server with STARTTLS."""
    return Server("127.0.0.1", server.port, authorities=str(trust), timeout=HANGING, patience=HANGING)


def sent(server: Server, to: str = "ana@example.int") -> Answer:
    """The server's answer to a message."""
    with closing(Session(server)) as session:
        return session.send(Envelope(SENDER, mailbox_of(to)), DATA, lambda: True)


def code(server: Server) -> str:
    """The code of the server's problem."""
    with pytest.raises(CircularsError) as problem:
        sent(server)
    [found] = problem.value.problems
    assert PASSWORD not in str(found)
    return found.code


def test_an_untrusted_server_gets_nothing(server: MailServer, trust: Path) -> None:
    """Its certificate is from an unknown authority, or for another name."""
    assert code(replace(told(server, trust), authorities="")) == "untrusted-server"
    assert code(replace(told(server, trust), host="localhost")) == "untrusted-server"
    assert not server.taken


def test_a_server_without_encryption_gets_nothing() -> None:
    """If STARTTLS is required and not offered, nothing is sent: an attacker may have removed the offer."""
    with serving(security="none") as server:
        assert code(Server("127.0.0.1", server.port, timeout=HANGING)) == "not-encrypted"
        assert code(Server("127.0.0.1", server.port, "none", "tsb", PASSWORD, timeout=HANGING)) == "not-encrypted"
        assert not server.taken
        assert sent(Server("127.0.0.1", server.port, "none", timeout=HANGING)).kind == "sent"


@pytest.mark.parametrize(
    ("word", "hint"), [("Starttls", "did you mean 'starttls'?"), ("", "write 'starttls', 'tls' or 'none'")]
)
def test_a_misspelt_encryption_is_refused(word: str, hint: str) -> None:
    """It never means a connection without encryption."""
    with pytest.raises(UsageError) as refused:
        Server("127.0.0.1", 587, word)  # type: ignore[arg-type]  # a program without type checks

    [problem] = refused.value.problems
    assert (problem.code, problem.message, problem.hint) == (
        "wrong-option",
        f"'{word}' is not a kind of encryption",
        hint,
    )


def test_only_the_plain_word_is_not_encrypted() -> None:
    """A server with any other word gets neither a message nor a password unless it offers STARTTLS."""
    with serving(security="none") as server:
        misspelt = Server("127.0.0.1", server.port, user="tsb", password=PASSWORD, timeout=HANGING)
        object.__setattr__(misspelt, "security", "Starttls")
        assert code(misspelt) == "not-encrypted"
        assert not server.taken


def test_a_server_can_be_encrypted_from_the_first_byte(mail_holder: Holder, trust: Path) -> None:
    """``smtps://`` is TLS at once; mixing up the two schemes is reported."""
    with serving(mail_holder, security="tls") as server:
        encrypted = replace(told(server, trust), security="tls")
        assert sent(encrypted).kind == "sent"
        assert code(replace(encrypted, security="starttls", timeout=0.3)) == "server-busy"
    with serving(mail_holder) as server:
        assert code(replace(told(server, trust), security="tls")) == "not-encrypted"


@pytest.mark.parametrize("missing", [(), ("PLAIN",)])
def test_a_login_is_made_over_encryption(missing: tuple[str, ...], mail_holder: Holder, trust: Path) -> None:
    """A right password is accepted, also beyond ASCII; a wrong one is reported, and no message shows it."""
    with serving(mail_holder, login=True, missing=missing) as server:
        right = replace(told(server, trust), user=USER, password=PASSWORD)
        assert sent(right).kind == "sent"
        assert code(replace(right, password="wrong")) == "wrong-login"
        assert PASSWORD not in repr(right)


def test_a_server_without_logins_is_reported(mail_holder: Holder, trust: Path) -> None:
    """A user name is given, so a login is required."""
    with serving(mail_holder, missing=("PLAIN", "LOGIN")) as server:
        assert code(replace(told(server, trust), user=USER, password=PASSWORD)) == "no-login"


def test_addresses_beyond_ascii_need_smtputf8(server: MailServer, trust: Path) -> None:
    """With SMTPUTF8 the address is sent as it is; without it the message fails, with the reason."""
    assert sent(told(server, trust), "añá@example.int").kind == "sent"
    assert server.taken[0][0] == "añá@example.int"
    server.beyond_ascii = False

    refused = sent(told(server, trust), "añá@example.int")
    assert refused.kind == "refused"
    assert "SMTPUTF8" in refused.words
    assert sent(told(server, trust)).kind == "sent"


def test_a_refused_sender_is_reported(server: MailServer, trust: Path) -> None:
    """A permanent refusal stops everything; a temporary one is retried."""
    server.unwelcome = {SENDER.address: "550 5.7.1 not from you"}
    assert sent(told(server, trust)) == Answer("sender", "550 5.7.1 not from you")
    server.unwelcome = {SENDER.address: "451 4.7.1 too many messages"}
    assert sent(told(server, trust)) == Answer("busy", "451 4.7.1 too many messages")


def test_a_server_that_goes_down_is_busy(server: MailServer, trust: Path) -> None:
    """421 closes the connection; the message was not taken."""
    server.manner = always("busy")
    assert sent(told(server, trust)) == Answer("busy", "421 4.3.2 the server is going down")


def test_a_message_of_another_process_is_not_completed(server: MailServer, trust: Path) -> None:
    """If another process sends this message, the server never sees its end."""
    with closing(Session(told(server, trust))) as session:
        assert session.send(Envelope(SENDER, ANA), DATA, lambda: False) == Answer("taken")
    assert not server.taken


@pytest.mark.parametrize(
    ("address", "server"),
    [
        ("smtp://mail.example.int", Server("mail.example.int", 587)),
        ("smtp://mail.example.int:25", Server("mail.example.int", 25)),
        ("smtps://mail.example.int", Server("mail.example.int", 465, "tls")),
        ("smtp://tsb%40example.int@mail.example.int", Server("mail.example.int", 587, user="tsb@example.int")),
        ("smtp://[::1]:2525/", Server("::1", 2525)),
    ],
)
def test_servers_are_read_from_addresses(address: str, server: Server) -> None:
    """The scheme gives the encryption and the default port."""
    assert read_server(address) == server


@pytest.mark.parametrize(
    "address", ["", "mail.example.int", "http://mail.example.int", "smtp://", "smtp://host:port", "smtp://host/x?y=1"]
)
def test_what_is_not_a_server_is_refused(address: str) -> None:
    """Anything else is a usage error."""
    with pytest.raises(UsageError) as wrong:
        read_server(address)

    assert wrong.value.problems[0].code == "wrong-server"


def test_a_password_in_an_address_is_refused_and_not_shown() -> None:
    """It was on the command line; no message repeats it."""
    with pytest.raises(UsageError) as wrong:
        read_server("smtp://tsb:hunter2@mail.example.int")

    assert wrong.value.problems[0].code == "secret-shown"
    assert "hunter2" not in str(wrong.value)


def test_a_server_that_is_not_there_is_busy(trust: Path) -> None:
    """It may come back."""
    with pytest.raises(ServerBusy):
        sent(Server("127.0.0.1", 9, timeout=HANGING))
