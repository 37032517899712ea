"""The changes since an approval are shown, and no others."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from circulars.api import Approver, UsageError, approve_letter, diff_since_approval
from commands import run_here
from review.approval.desk import Desk
from signing.authority import NOW


def test_just_the_change_since_the_approval_is_shown(desk: Desk) -> None:
    """With the name of who approved, and when."""
    desk.edit("a badge", "two badges")
    desk.approve("director")
    desk.edit("the invitation", "this invitation")

    done = run_here(desk.folder, "diff", "one", "--since-approval")

    first, _, *rest = done.stdout.splitlines()
    assert first == f"letters/one.yaml as Max Mustermann approved it as director on {NOW:%Y-%m-%d} → letters/one.yaml"
    assert [line.strip() for line in rest if "{+" in line] == ["en  [-the-]{+this+} invitation"]
    assert (done.returncode, done.stderr) == (1, "")


def test_nothing_has_changed_after_formatting(desk: Desk) -> None:
    """As with any other two versions, the exit code says so."""
    desk.approve("director")
    assert run_here(desk.folder, "fmt", "one").returncode == 0

    done = run_here(desk.folder, "diff", "one", "--since-approval", "director", "--summary")
    assert (done.returncode, done.stdout) == (0, "no changes\n")


def test_the_role_is_chosen(desk: Desk) -> None:
    """Without one it is the last approval."""
    desk.approve("drafter")
    desk.edit("a badge", "two badges")
    desk.approve("director")

    assert diff_since_approval(desk.letter, desk.workspace, "drafter").report.differs
    assert not diff_since_approval(desk.letter, desk.workspace, "director").report.differs
    with pytest.raises(UsageError, match=r"no-approval.*not approved as 'directr'\n.*did you mean 'director'"):
        diff_since_approval(desk.letter, desk.workspace, "directr")


def test_a_letter_that_nobody_approved_has_nothing_to_compare(desk: Desk) -> None:
    """The message says so."""
    done = run_here(desk.folder, "diff", "one", "--since-approval")
    assert (done.returncode, done.stderr) == (2, "no-approval  letters/one.yaml is not approved\n")

    done = run_here(desk.folder, "diff", "--since-approval")
    assert (done.returncode, "wrong-option" in done.stderr) == (2, True)


def test_an_approval_that_nobody_signed_hides_no_change(desk: Desk) -> None:
    """Somebody wrote a later one, of what the letter is now: the one that is signed is compared."""
    desk.approve("director")
    desk.edit("a badge", "two badges")
    approve_letter(desk.letter, "director", Approver("Max Mustermann"), desk.workspace, NOW + timedelta(days=365))

    found = diff_since_approval(desk.letter, desk.workspace, "director", now=NOW)
    assert found.report.differs and not found.faults


def test_an_approval_that_is_not_valid_is_compared_with_a_warning(desk: Desk) -> None:
    """What somebody wrote into it is not what was approved."""
    desk.approve("director")
    values = json.loads(desk.records[0].read_text("utf-8"))
    desk.records[0].write_text(json.dumps({**values, "looks": "0" * 64}), "utf-8")

    done = run_here(desk.folder, "diff", "one", "--since-approval")
    assert "changed-bytes" in done.stderr
