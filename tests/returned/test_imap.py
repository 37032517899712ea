"""Mailboxes on a server: a real one, Dovecot, and servers that lie."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from circulars.errors import CircularsError, MachineError, UsageError
from circulars.returned import imap
from circulars.returned.imap import MailboxLogin, MailboxServer, open_on_server, read_mailbox_server
from circulars.returned.parsing import MAX_BEGINNING
from circulars.returned.understanding import understand
from commands import HANGING
from merge.post.conftest import mail_authority, mail_holder, trust  # noqa: F401  # fixtures
from returned import dovecot
from returned.mails import person, sample
from signing.authority import Holder

LOGIN = MailboxLogin(lambda: dovecot.PASSWORD)
needs_dovecot = pytest.mark.skipif(not dovecot.is_installed(), reason="needs Dovecot")


def fill(mail: Path) -> None:
    """A mailbox with 45 messages, one of them large, and a second one with a name beyond ASCII."""
    for name, count in (("", 45), (".R&APw-ckl&AOQ-ufer &- more", 1)):
        for part in ("cur", "new", "tmp"):
            (mail / name / part).mkdir(parents=True)
        for n in range(count):
            data = person(sample(name=f"{n}@example.int"), "ana@example.org")
            data += b"x\n" * MAX_BEGINNING if n == 7 else b""
            (mail / name / "new" / f"{n:02}.M1.host").write_bytes(data)


@pytest.fixture
def maildir(mail_holder: Holder) -> Iterator[tuple[int, Path]]:  # noqa: F811
    """A server with these mailboxes: its port and its folder."""
    with dovecot.running(fill, mail_holder.pem_certificates, mail_holder.pem_key()) as found:
        yield found


@pytest.fixture
def mailbox(maildir: tuple[int, Path], trust: Path) -> MailboxServer:  # noqa: F811
    """The first of them."""
    return MailboxServer("127.0.0.1", maildir[0], dovecot.USER, "INBOX", authorities=str(trust), timeout=HANGING)


@needs_dovecot
def test_a_mailbox_on_a_server_is_read_and_not_changed(mailbox: MailboxServer, maildir: tuple[int, Path]) -> None:
    """All messages in order, of a large one the beginning; they stay unseen and new."""
    opened = open_on_server(mailbox, LOGIN)
    messages = [*opened.messages]

    assert (opened.size, opened.unit, len(messages)) == (45, "messages", 45)
    found = [understand(one.data).originals[0] for one in messages]
    assert sorted(found) == sorted(f"{n}@example.int" for n in range(45))
    assert [len(one.data) for one in messages if one.is_cut] == [MAX_BEGINNING]
    files = [path.name for path in maildir[1].rglob("*.host*")]
    assert not [name for name in files if "S" in name.partition(":2,")[2]]


@needs_dovecot
def test_names_of_mailboxes_may_be_in_any_script(mailbox: MailboxServer) -> None:
    """As they are typed in an address; a wrong one is answered with those that there are."""
    address = read_mailbox_server("imaps://h/R%C3%BCckl%C3%A4ufer%20%26%20more")
    [one] = open_on_server(replace(mailbox, mailbox=address.mailbox), LOGIN).messages
    assert understand(one.data).originals == ("0@example.int",)

    with pytest.raises(UsageError, match="there is no mailbox 'Bounces'") as refused:
        open_on_server(replace(mailbox, mailbox="Bounces"), LOGIN)
    assert "INBOX" in refused.value.problems[0].hint


@needs_dovecot
def test_a_wrong_password_and_an_unknown_certificate_are_refused(mailbox: MailboxServer) -> None:
    """The password is in no message, and goes to no server without a trusted certificate."""
    with pytest.raises(UsageError) as refused:
        open_on_server(mailbox, MailboxLogin(lambda: "secret word"))
    assert (refused.value.problems[0].code, "secret" in str(refused.value)) == ("wrong-login", False)
    assert "check the user and the password" in refused.value.problems[0].hint

    def never() -> str:
        raise AssertionError("the password was asked for")

    with pytest.raises(UsageError) as refused:
        open_on_server(replace(mailbox, authorities=""), MailboxLogin(never))
    assert refused.value.problems[0].code == "untrusted-server"


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("imaps://ana:secret@mail.example.int", "secret-shown"),
        ("imaps://", "wrong-server"),
        ("imaps://mail.example.int:x/INBOX", "wrong-server"),
        ("imaps://mail.example.int/?x", "wrong-server"),
    ],
)
def test_a_wrong_address_is_refused(address: str, code: str) -> None:
    """Without showing it, as it may contain a password."""
    with pytest.raises(UsageError) as refused:
        read_mailbox_server(address)

    assert refused.value.problems[0].code == code
    assert "secret@" not in str(refused.value)


def test_an_address_has_a_user_and_a_mailbox() -> None:
    """Both may have characters that have a meaning in addresses."""
    server = read_mailbox_server("imaps://bounces%40example.int@mail.example.int/Sent/More%2FLess")

    assert (server.user, server.port, server.mailbox) == ("bounces@example.int", 993, "Sent/More/Less")
    assert read_mailbox_server("imaps://a@h").mailbox == "INBOX"


def test_nothing_goes_to_another_machine_without_encryption() -> None:
    """Before it is connected to."""
    with pytest.raises(UsageError, match="everybody on the way could read"):
        open_on_server(MailboxServer("mail.example.int", 143, "a", "INBOX", is_encrypted=False), LOGIN)


Answer = Callable[[bytes], bytes]


@contextmanager
def lying(answers: dict[bytes, Answer]) -> Iterator[tuple[MailboxServer, list[bytes]]]:
    """A server without encryption that answers a command in its own way, and the others well."""
    lines: list[bytes] = []
    usual: dict[bytes, Answer] = {
        b"banner": lambda tag: b"* OK ready\r\n",
        b"CAPABILITY": lambda tag: b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n" + tag + b" OK done\r\n",
        b"AUTHENTICATE": lambda tag: b"+ \r\n",
        b"EXAMINE": lambda tag: b"* 3 EXISTS\r\n" + tag + b" OK [READ-ONLY] done\r\n",
        b"FETCH": lambda tag: b"* 1 FETCH (BODY[]<0> {2}\r\na:)\r\n" + tag + b" OK done\r\n",
        b"LOGOUT": lambda tag: b"* BYE\r\n" + tag + b" OK done\r\n",
        **answers,
    }

    def serve() -> None:
        connection, _ = listening.accept()
        with connection, connection.makefile("rb") as stream:
            try:
                connection.sendall(usual[b"banner"](b""))
                tag = b""
                for line in stream:
                    lines.append(line)
                    words = line.split()
                    if len(words) > 1 and words[1] in usual:
                        tag = words[0]
                        connection.sendall(usual[words[1]](tag))
                    else:
                        connection.sendall(tag + b" OK done\r\n")
            except OSError:
                pass

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        port = listening.getsockname()[1]
        yield MailboxServer("127.0.0.1", port, "a", "INBOX", is_encrypted=False, timeout=5), lines
        thread.join(HANGING)


def test_a_server_that_answers_well_is_understood() -> None:
    """So that the attacks below are what is refused. Only EXAMINE and PEEK are used, which change nothing."""
    with lying({}) as (server, lines):
        assert [one.data for one in open_on_server(server, LOGIN).messages] == [b"a:"]

    commands = [line.split()[1] for line in lines if len(line.split()) > 1]
    assert commands == [b"CAPABILITY", b"AUTHENTICATE", b"EXAMINE", b"FETCH", b"LOGOUT"]
    assert b"BODY.PEEK[]" in lines[4]


MANY = 4_000_000
ATTACKS: dict[str, tuple[bytes, Answer]] = {
    "a banner without end": (b"banner", lambda tag: b"* OK" + b"x" * MANY * 4),
    "not IMAP": (b"banner", lambda tag: b"220 mail.example.int ESMTP\r\n"),
    "goodbye": (b"banner", lambda tag: b"* BYE busy\r\n"),
    "capabilities without end": (b"CAPABILITY", lambda tag: b"* CAPABILITY IMAP4rev1\r\n" * (MANY // 4)),
    "a number without end": (b"EXAMINE", lambda tag: b"* " + b"9" * 5_000 + b" EXISTS\r\n" + tag + b" OK x\r\n"),
    "a literal of exabytes": (b"FETCH", lambda tag: b"* 1 FETCH (BODY[]<0> {9000000000000000000}\r\nx"),
    "a literal of gigabytes": (b"FETCH", lambda tag: b"* 1 FETCH (BODY[]<0> {4000000000}\r\nx"),
    "a wrong literal": (b"FETCH", lambda tag: b"* 1 FETCH (BODY[]<0> {-5}\r\nx)\r\n" + tag + b" OK x\r\n"),
    "messages without end": (b"FETCH", lambda tag: b"* 1 FETCH (BODY[]<0> {2}\r\na:)\r\n" * (MANY // 4)),
    "no messages": (b"FETCH", lambda tag: tag + b" OK done\r\n"),
    "a refusal": (b"FETCH", lambda tag: tag + b" NO never\r\n"),
    "another tag": (b"FETCH", lambda tag: b"ZZZZ9 OK done\r\n"),
    "the connection ends": (b"FETCH", lambda tag: b"* 1 FETCH (BODY[]<0> {20}\r\nx"),
    "asks for more": (b"AUTHENTICATE", lambda tag: b"+ \r\n" * 1000),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_server_that_lies_delays_and_fills_nothing(attack: str) -> None:
    """Reading ends with a problem, or with the messages that came; and the password is in no message."""
    command, answer = ATTACKS[attack]
    with lying({command: answer}) as (server, _):
        try:
            found = [*open_on_server(replace(server, timeout=0.5), MailboxLogin(lambda: "secret")).messages]
        except (MachineError, UsageError) as error:
            found = []
            assert "secret" not in str(error)

    assert sum(len(one.data) for one in found) < imap.MAX_ANSWER


def test_a_server_that_repeats_the_password_is_not_quoted() -> None:
    """Of a refusal only known codes are kept."""
    with lying({b"AUTHENTICATE": lambda tag: tag + b" NO [SECRET] secret is wrong\r\n"}) as (server, _):  # noqa: SIM117
        with pytest.raises(CircularsError) as refused:
            open_on_server(server, MailboxLogin(lambda: "secret"))

    assert refused.value.problems[0].code == "wrong-login"
    assert "secret" not in str(refused.value).lower()
