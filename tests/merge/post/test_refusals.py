"""The table of refusals: whom the words of servers concern, and when a limit ends."""

from __future__ import annotations

import pytest

from circulars.merge.post.refusals import HOUR, Refusal, known_refusal, refusals, seconds_named

EXAMPLES = [(row, example) for row in refusals() for example in row.examples]


@pytest.mark.parametrize(("row", "example"), EXAMPLES, ids=[example[:40] for _, example in EXAMPLES])
def test_each_example_belongs_to_its_row(row: Refusal, example: str) -> None:
    """No row above it fits, so the order of the rows is right."""
    assert known_refusal(example) is row


@pytest.mark.parametrize(
    ("reply", "concerns", "hours"),
    [
        ("554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; Failed to process", "quota", 24),
        ("550 5.4.5 Daily sending quota exceeded 41be03b00d2f7-gsmtp", "quota", 24),
        ("550-5.4.5 Daily user sending limit exceeded.", "quota", 24),
        ("421 4.7.0 Too many messages from this address, slow down", "rate", 0),
        ("432 4.3.2 Concurrent connections limit exceeded. Visit https://example.com", "rate", 0),
        ("552 5.3.4 Error: message file too big", "size", 0),
        ("550 5.7.60 SMTP; Client does not have permissions to send as this sender", "sender", 0),
        ("530 5.7.1 Authentication required", "login", 0),
        ("552 5.2.2 <ana@example.org>: mailbox over quota", "addressee", 0),
        ("452 4.2.2 The email account that you tried to reach is over quota", "addressee", 0),
        ("450 4.2.0 <ana@example.org>: Recipient address rejected: Greylisted", "addressee", 0),
        ("550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", "addressee", 0),
    ],
)
def test_refusals_concern_the_sender_or_the_addressee(reply: str, concerns: str, hours: int) -> None:
    """A full mailbox is the addressee's, also with the word "quota"; the sender's quota is not."""
    known = known_refusal(reply)

    assert known
    assert (known.concerns, known.resets) == (concerns, hours * HOUR)


@pytest.mark.parametrize(
    "reply",
    ["554 5.7.1 looks like spam", "550 5.7.1 message refused by policy", "451 4.3.0 try again later", "554 no"],
)
def test_words_of_many_reasons_are_not_known(reply: str) -> None:
    """They alone say nothing about whom they concern."""
    assert known_refusal(reply) is None


@pytest.mark.parametrize(
    ("reply", "seconds"),
    [
        ("451 4.7.1 Please try again in 300 seconds", 300),
        ("550 limit reached, wait 2 hours", 7200),
        ("452 too many messages within the next 15min", 900),
        ("550 5.4.5 Daily user sending limit exceeded", 0),
        ("450 4.7.1 host 192.0.2.7 in 10.0.0.0", 0),
    ],
)
def test_a_time_in_the_words_is_read(reply: str, seconds: float) -> None:
    """Seconds, minutes, hours or days; other numbers are not times."""
    assert seconds_named(reply) == seconds
