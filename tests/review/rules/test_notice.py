"""A kind may ask for some time between the letter and its meeting, or its deadlines."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from circulars.review.rules import check_letters
from circulars.review.rules.notice import after
from circulars.workspace import Workspace
from conftest import ROOT

MEETING: dict[str, Any] = {"subject": "Meeting, {{ meeting }}"}


def deadline(day: date, language: str) -> dict[str, Any]:
    """A letter with a deadline."""
    return {"body": [{"deadlines": [{"date": day, language: "A"}]}]}


def found_in(keys: dict[str, Any], language: str, folder: Path) -> list[str]:
    """What the rule finds in a letter of a pack that asks for three months, and for seven working days."""
    shutil.copytree(ROOT / "templates", folder / "templates")
    pack = folder / "templates" / "itu" / "pack.yaml"
    notice = "  tsb-circular:\n    meeting-notice: 3 months\n    deadline-notice: 7 working days\n"
    pack.write_text(pack.read_text("utf-8").replace("  tsb-circular:\n", notice, 1), "utf-8")
    plain = {"kind": "tsb-circular", "number": 1, "date": date(2025, 1, 15), "languages": [language], "subject": "A"}
    letter = plain | {"signatory": "tsb-director", "body": [{language: "A."}]} | keys
    (folder / "letter.yaml").write_text(yaml.safe_dump(letter, allow_unicode=True), "utf-8")
    [built] = check_letters([folder / "letter.yaml"], Workspace(folder))
    assert built.problems == ()
    return [one.message for one in built.warnings if one.code == "short-notice"]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("day", [date(2025, 4, 14), date(2025, 2, 1), date(2025, 1, 15)])
def test_what_is_too_soon_after_the_letter_is_found(day: date, language: str, tmp_path: Path) -> None:
    """A "short-notice" for the meeting has the first day that would be possible."""
    [found] = found_in(MEETING | {"facts": {"meeting": day}}, language, tmp_path)

    assert found.startswith("the meeting, ")
    assert found.endswith("is less than 3 months after the letter; the first day possible is 15 April 2025")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("day", [date(2025, 4, 15), date(2025, 12, 1), date(2026, 1, 1)])
def test_a_meeting_in_time_is_right(day: date, language: str, tmp_path: Path) -> None:
    """Three months are the same day of the month."""
    assert found_in(MEETING | {"facts": {"meeting": day}}, language, tmp_path) == []


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(("day", "count"), [(20, 1), (23, 1), (24, 0), (27, 0)])
def test_working_days_leave_out_weekends(day: int, count: int, language: str, tmp_path: Path) -> None:
    """From Wednesday 15 January, the seventh working day is Friday 24 January."""
    assert len(found_in(deadline(date(2025, 1, day), language), language, tmp_path)) == count


def test_no_meeting_and_no_period_are_right(tmp_path: Path) -> None:
    """A letter without a date in its subject invites to nothing; the shipped kinds ask for nothing."""
    assert found_in({"facts": {"meeting": date(2025, 1, 16)}, "body": [{"en": "{{ meeting }}"}]}, "en", tmp_path) == []


@pytest.mark.parametrize(
    ("period", "day"),
    [
        ("1 month", date(2025, 2, 28)),
        ("13 months", date(2026, 2, 28)),
        ("3 months", date(2025, 4, 30)),
        ("2 weeks", date(2025, 2, 14)),
        ("1 day", date(2025, 2, 1)),
        ("1 working day", date(2025, 2, 3)),
    ],
)
def test_a_period_ends_on_a_day_that_exists(period: str, day: date) -> None:
    """A month after 31 January is the last of February."""
    assert after(date(2025, 1, 31), period) == day


def test_a_period_after_the_last_day_of_the_calendar_ends_there() -> None:
    """A letter of the year 9999 is no fault of the program."""
    assert [after(date(9999, 12, 31), period) for period in ("1 day", "1 month", "1 working day")] == [date.max] * 3
