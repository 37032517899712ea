"""The settings for approvals are read from ``circulars.toml``."""

from __future__ import annotations

from pathlib import Path

import pytest

from circulars.errors import UsageError
from circulars.review.approval.settings import RequiredApproval, read_approval_settings, required_approvals
from review.approval.desk import Desk


def problems(folder: Path, settings: str) -> list[str]:
    """The problems of settings, each as it is printed."""
    (folder / "circulars.toml").write_text(settings, "utf-8")
    with pytest.raises(UsageError) as caught:
        read_approval_settings(folder)
    return [str(problem).replace(f"{folder}/", "") for problem in caught.value.problems]


def test_a_folder_without_settings_requires_nothing(tmp_path: Path) -> None:
    """And nobody may approve."""
    read = read_approval_settings(tmp_path)

    assert (read.required, read.roles, read.trust) == ((), {}, ())


def test_all_wrong_settings_are_reported(tmp_path: Path) -> None:
    """Each with its place and what was probably meant."""
    settings = (
        '[approval]\ntrusted = ["a.pem"]\nrequired = ["directr", "a b"]\nrevoked = "a.crl"\n'
        "[approval.roles]\ndirector = []\n[chek]\n"
    )

    assert problems(tmp_path, settings) == [
        "circulars.toml:2:1  wrong-setting  'trusted' is not a setting of [approval]\n    hint: did you mean 'trust'?",
        "circulars.toml:3:14  wrong-setting  nobody is named for the role 'directr'\n"
        "    hint: did you mean 'director'?",
        "circulars.toml:3:25  wrong-setting  'a b' is not a role\n"
        "    hint: write a role, as director, or director:looks if the looks must be as they were approved, too",
        "circulars.toml:4:1  wrong-setting  'revoked' is a list of texts\n"
        '    hint: write revoked = ["authority.crl"]',
        "circulars.toml:6:1  wrong-setting  the role 'director' is a list of those who may approve\n"
        '    hint: write director = ["Max Mustermann"], with the name in the certificate',
        "circulars.toml:7:2  wrong-setting  'chek' is not a group of settings\n    hint: did you mean 'check'?",
    ]


def test_a_role_is_required_once(tmp_path: Path) -> None:
    """With its looks, if they are required anywhere."""
    assert required_approvals(["director:looks", "drafter", "director"]) == (
        RequiredApproval("director", looks=True),
        RequiredApproval("drafter"),
    )


def test_a_file_that_is_missing_is_a_reason(desk: Desk) -> None:
    """Nothing counts by a certificate that cannot be read."""
    desk.approve("director")
    (desk.folder / "authority.pem").unlink()

    [_, why] = desk.problems("director")
    assert (why.code, why.where.file) == ("unreadable-file", "authority.pem")

    (desk.folder / "authority.pem").write_text("no certificate", "utf-8")
    assert desk.lacks("director") == ["missing-approval", "not-a-certificate"]
