"""A date that a fact had before it changed, typed in a text in all languages, is found by the history in git."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from circulars.review.rules import check_letters
from circulars.workspace import Workspace

LETTER = """\
kind: tsb-circular
number: 1
date: 2025-01-15
languages: [en, es, zh]
subject: {en: A, es: A, zh: 甲}
facts: {meeting: %s}
signatory: tsb-director
body:
- {en: The meeting is on {{ meeting }}., es: La reunión es el {{ meeting }}., zh: 会议于{{ meeting }}举行。}
"""
OLD, NEW = "2025-03-20", "2025-03-27"
OLD_DAYS, NEW_DAYS = "{from: 2025-04-09, to: 2025-04-18}", "{from: 2025-04-10, to: 2025-04-18}"
TYPED = "- {en: Come by 20 March 2025., es: Venga antes del 20 de marzo de 2025., zh: 请在2025年3月20日之前到达。}\n"
IN_A_YEAR = "- {en: Come by 20 March., es: Venga antes del 20 de marzo., zh: 请在3月20日之前到达。}\n"
RANGE = "- {en: Open 9-18 April 2025., es: Abierto del 9 al 18 de abril de 2025., zh: 2025年4月9日至18日开放。}\n"
OTHER = "- {en: Come by 21 March 2025., es: Venga antes del 21 de marzo de 2025., zh: 请在2025年3月21日之前到达。}\n"
NEXT_YEAR = "- {en: Until 20 March 2026., es: Hasta el 20 de marzo de 2026., zh: 至2026年3月20日。}\n"
MOVED = (
    "- {en: 'On {{ meeting }}, not 20 March 2025.', es: 'El {{ meeting }}, no el 20 de marzo de 2025.',"
    " zh: '于{{ meeting }}，而非2025年3月20日。'}\n"
)


def git(folder: Path, *arguments: str) -> None:
    """Runs git in a folder, as a user without settings."""
    who = ("-c", "user.name=A", "-c", "user.email=a@example.int", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def merged(folder: Path, old: str, new: str, typed: str) -> list[str]:
    """What is found after one branch changed a fact, another typed a text, and git merged their lines."""
    (folder / "letters").mkdir()
    file = folder / "letters" / "a.yaml"
    git(folder, "init", "-q", "-b", "main")
    letter = LETTER.replace("en: The", "en: 'The").replace("}}., es: La", "}}.', es: 'La")
    letter = letter.replace("}}., zh: 会", "}}.', zh: '会").replace("举行。}", "举行。'}")
    file.write_text(letter % old, "utf-8")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "one")
    git(folder, "checkout", "-q", "-b", "topic")
    file.write_text(letter % old + typed, "utf-8")
    git(folder, "commit", "-q", "-a", "-m", "two")
    git(folder, "checkout", "-q", "main")
    file.write_text(letter % new, "utf-8")
    git(folder, "commit", "-q", "-a", "-m", "three")
    git(folder, "merge", "-q", "--no-edit", "topic")
    [built] = check_letters([file], Workspace(folder))
    assert built.problems == ()
    return [one.message for one in built.warnings if one.code == "former-fact"]


@pytest.mark.parametrize(
    ("old", "new", "typed"),
    [(OLD, NEW, TYPED), (OLD, NEW, IN_A_YEAR), (OLD_DAYS, NEW_DAYS, RANGE)],
)
def test_a_date_that_a_fact_had_is_found(old: str, new: str, typed: str, tmp_path: Path) -> None:
    """Once in each of three languages, although these are in step with each other."""
    found = merged(tmp_path, old, new, typed)

    assert len(found) == 3
    assert all("is what the fact 'meeting' was before; it is " in one for one in found)


@pytest.mark.parametrize(
    ("old", "new", "typed"),
    [
        (OLD, NEW, OTHER),
        (OLD, NEW, NEXT_YEAR),
        (OLD, NEW, MOVED),
        (OLD, "2026-03-20", IN_A_YEAR),
        (OLD_DAYS, NEW_DAYS, TYPED),
    ],
)
def test_other_dates_are_not_found(old: str, new: str, typed: str, tmp_path: Path) -> None:
    """Nor is the former date in a text that has the fact, nor a day that the fact still has."""
    assert merged(tmp_path, old, new, typed) == []


def test_a_fact_that_changed_back_has_no_former_date(tmp_path: Path) -> None:
    """Its date is the one that it has."""
    assert merged(tmp_path, OLD, NEW, TYPED)
    file = tmp_path / "letters" / "a.yaml"
    file.write_text(file.read_text("utf-8").replace(NEW, OLD), "utf-8")
    [built] = check_letters([file], Workspace(tmp_path))

    assert [one for one in built.warnings if one.code == "former-fact"] == []
