"""Mail of attackers: whatever it is, it becomes a value, and the work for it is bounded."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

import work
from circulars.returned.parsing import MAX_BEGINNING, MAX_LINES
from circulars.returned.reasons import reason_of
from circulars.returned.understanding import MailKind, understand
from returned.mails import FAILURES, OTHERS, dsn, failed, report, sample

FROM = b"From: MAILER-DAEMON@example.org\nReturn-Path: <>\nSubject: failure notice\n"


def nested(count: int, kind: bytes = b"multipart/mixed") -> bytes:
    """Parts in parts in parts."""
    parts = (b'Content-Type: %s; boundary="b%d"\n\n--b%d\n' % (kind, n, n) for n in range(count))
    return FROM + b"".join(parts)


ATTACKS: dict[str, Callable[[], bytes]] = {
    "parts in parts": lambda: nested(20_000),
    "messages in messages": lambda: FROM + b"Content-Type: message/rfc822\n\n" * 20_000,
    "digests in digests": lambda: nested(10_000, b"multipart/digest"),
    "a line without end": lambda: FROM + b"\n" + b"a" * 10_000_000,
    "a header without end": lambda: FROM + b"X: " + b";" * 10_000_000,
    "a folded header without end": lambda: FROM + b"Content-Type: multipart/mixed" + b";\n a=b" * 1_000_000,
    "headers without end": lambda: FROM + b"a:\n" * 1_000_000,
    "subjects without end": lambda: FROM + b"Subject: Undelivered\nReceived: for <a@b>\n" * 100_000,
    "groups without end": lambda: FROM + b"Content-Type: message/delivery-status\n" + b"\n" * 1_000_000,
    "recipients without end": lambda: (
        FROM
        + b"Content-Type: message/delivery-status\n\n"
        + b"Action: failed\nFinal-Recipient: rfc822; a@example.org\n\n" * 50_000
    ),
    "encoded words without end": lambda: FROM.replace(b"failure notice", b"=?a?q?" * 100_000) + b"\n",
    "boundaries without end": lambda: FROM + b'Content-Type: multipart/mixed; boundary="b"\n\n' + b"--b\n" * 500_000,
    "wrong Base64": lambda: FROM + b"Content-Transfer-Encoding: base64\n\n" + b"=A=" * 100_000,
    "unknown encodings": lambda: FROM + b'Content-Type: text/plain; charset="\xff?"\nContent-Transfer-Encoding: 9\n\nx',
    "NULs": lambda: FROM + b"\n" + b"\0" * 100_000,
    "patterns of addresses": lambda: FROM + b"\nHi. This is the qmail\n\n" + (b"<" * 290 + b"\n") * 2_000,
    "patterns of failures": lambda: (
        FROM
        + b"\nDelivery to the following recipient failed\nA message that you sent could not be delivered\n"
        + (b"a" * 299 + b"\n") * 2_000
    ),
    "nothing": lambda: b"",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_work_for_a_message_is_bounded(attack: str) -> None:
    """Measured in lines of Python that run, as a clock would fail on a busy machine."""
    data = ATTACKS[attack]()
    lines = work.lines_run(lambda: understand(data))

    assert lines < 6_000_000
    assert understand(data).kind in MailKind.__args__  # type: ignore[attr-defined]


@given(st.binary(max_size=2000))
def test_any_bytes_are_a_message(data: bytes) -> None:
    """Nothing else is raised."""
    for start in (
        b"",
        FROM,
        b'Content-Type: multipart/report; boundary="b"\n\n--b\nContent-Type: message/delivery-status\n\n',
    ):
        mail = understand(start + data)
        for one in mail.reports:
            reason_of(one.status, one.words)


def test_a_damaged_report_is_understood_or_not(chance: random.Random) -> None:
    """Bytes that are changed, left out or doubled raise nothing."""
    forms = [*FAILURES.values(), *(form for _, form in OTHERS.values())]
    for _ in range(300):
        data = bytearray(chance.choice(forms)(sample(), "ana@example.org"))
        for _ in range(chance.randrange(1, 20)):
            place = chance.randrange(len(data))
            data[place : place + chance.randrange(3)] = chance.randbytes(chance.randrange(3))
        assert understand(bytes(data)).kind


def test_the_reason_is_found_within_the_limits() -> None:
    """The report comes before the original, however large that is."""
    original = sample() + b"x" * 76 + b"\r\n" * MAX_LINES
    mail = understand((dsn()(original, "ana@example.org") + b"z" * MAX_BEGINNING)[:MAX_BEGINNING])

    assert (mail.kind, mail.originals[0], mail.reports[0].status) == ("failure", "circular.1@example.int", "5.1.1")


def test_wrong_values_in_a_report_are_left_out() -> None:
    """A status that is no code, an address with spaces or escapes, an action that nobody knows."""
    wrong = {"Final-Recipient": "rfc822; a b\x1b[31m@c", "Action": "failed", "Status": "9.9.9 5.1"}
    mail = understand(report(sample(), [wrong, {**failed("x@example.org"), "Action": "exploded"}]))

    [one] = mail.reports
    assert (one.final, one.status) == ("", "")
