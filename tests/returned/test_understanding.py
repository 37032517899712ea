"""Mail that comes back is told apart by what servers, programs and people write."""

from __future__ import annotations

import pytest

from circulars.returned.reasons import reason_of
from circulars.returned.understanding import understand
from returned.mails import FAILURES, OTHERS, failed, report, sample

TO = "ana@example.org"


@pytest.mark.parametrize("form", FAILURES)
def test_a_report_of_a_failure_is_understood_in_every_form(form: str) -> None:
    """What it is, which message it returns, to whom; and why, where it is said."""
    mail = understand(FAILURES[form](sample(TO), TO))

    assert mail.kind == "failure"
    assert mail.originals[0] == "circular.1@example.int"
    assert TO in [address for one in mail.reports for address in one.addresses] or TO in mail.words


@pytest.mark.parametrize(
    ("form", "status", "words"),
    [
        ("RFC 3464", "5.1.1", "the mailbox does not exist"),
        ("Exchange", "5.4.1", "the mailbox does not exist"),
        ("Gmail", "5.2.2", "the mailbox is full"),
        ("Exim", "", "the mailbox does not exist"),
        ("qmail", "5.1.1", "the mailbox does not exist"),
        ("Sendmail", "5.1.1", "the mailbox does not exist"),
        ("Yahoo", "", "the mailbox does not exist"),
        ("Domino", "5.0.0", "the mailbox does not exist"),
    ],
)
def test_the_reason_is_said_in_words(form: str, status: str, words: str) -> None:
    """From the code or, if it says little, from the server's words."""
    [one] = understand(FAILURES[form](sample(TO), TO)).reports
    reason = reason_of(one.status, one.words)

    assert (reason.status, reason.words) == (status, words)


@pytest.mark.parametrize("form", OTHERS)
def test_what_is_no_failure_is_not_taken_for_one(form: str) -> None:
    """Whatever it quotes."""
    kind, made = OTHERS[form]
    mail = understand(made(sample(TO), TO))

    assert mail.kind == kind
    assert "circular.1@example.int" in mail.originals


def test_each_recipient_has_a_report_of_their_own() -> None:
    """One message can reach some, and not others."""
    reports = [failed("a@example.org"), {**failed("b@example.org", "2.0.0", "250 ok"), "Action": "relayed"}]
    mail = understand(report(sample(), reports))

    assert mail.kind == "failure"
    assert [(one.final, one.action) for one in mail.reports] == [
        ("a@example.org", "failed"),
        ("b@example.org", "relayed"),
    ]


def test_a_page_of_html_says_why() -> None:
    """Its text is read as it is shown: without styles, a line for each, and without the original's headers."""
    mail = understand(FAILURES["HTML alone"](sample(TO), TO))

    assert "color" not in mail.words
    assert mail.words.splitlines()[1] == f"{TO} on 14/03/2026"
    assert TO not in understand(FAILURES["words alone"](sample(TO), TO)).words.partition("> ")[2]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("552 message exceeds the maximum allowed size", "the message is too large for the addressee's server"),
        ("552 maximum message size", "the message is too large for the addressee's server"),
        ("554 attachment of this type blocked", "refused as dangerous"),
    ],
)
def test_words_with_others_between_them_are_recognised(said: str, words: str) -> None:
    """A server's words are its own, and need not follow each other directly."""
    assert reason_of("", said).words == words
