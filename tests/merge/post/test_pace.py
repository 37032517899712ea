"""The rate of sending: evenly spread, and no more in any hour, also after a resume."""

from __future__ import annotations

import argparse

import pytest

from circulars.cli.values import rate
from circulars.merge.post.pace import Pace, Timetable

HOURLY = Pace(per_minute=100 / 60, window=3600.0)


def test_messages_are_spread_evenly() -> None:
    """A hundred an hour are one every 36 seconds."""
    timetable = Timetable(HOURLY, 0.0)
    times = []
    now = 0.0
    for _ in range(3):
        now = max(now, timetable.next)
        timetable.note(now)
        times.append(now)

    assert times == [0.0, 36.0, 72.0]


def test_what_went_before_counts() -> None:
    """After 100 messages in the last ten minutes the next goes when the first of them is an hour old."""
    ages = [6.0 * n for n in range(100)]
    timetable = Timetable(HOURLY, 1000.0, ages)

    assert timetable.next == 1000.0 - 99 * 6 + 3600


def test_what_went_long_ago_does_not_count() -> None:
    """Neither messages older than an hour, nor those of a clock that was set back."""
    assert Timetable(HOURLY, 1000.0, [3600.0, 4000.0, -5.0]).next < 0


def test_no_limit_is_no_limit() -> None:
    """Nothing has to wait."""
    timetable = Timetable(Pace(per_minute=0), 5.0, [1.0])
    timetable.note(5.0)

    assert timetable.next < 5.0


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("60", (60, 60)), ("0", (0, 60)),
        ("100/hour", (100, 3600)), ("100 per hour", (100, 3600)), ("30/min", (30, 60)),
        ("2 a second", (2, 1)), ("2000/day", (2000, 86400)), ("100/h", (100, 3600)), ("0.5/s", (0.5, 1)),
        ("100 an hour", (100, 3600)), ("30 / minute", (30, 60)), ("10000/D", (10000, 86400)),
    ],
)  # fmt: skip
def test_rates_are_read_as_people_write_them(typed: str, expected: tuple[float, float]) -> None:
    """The number of messages, and the seconds in which so many may go."""
    assert rate(typed) == expected


@pytest.mark.parametrize("typed", ["", "fast", "-1", "100/week", "100/", "per hour", "1/hour/day", "nan/s", "inf"])
def test_what_is_no_rate_is_refused(typed: str) -> None:
    """The message shows how rates are written."""
    with pytest.raises(argparse.ArgumentTypeError):
        rate(typed)
