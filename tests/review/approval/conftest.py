"""Fixtures for approvals: an authority, a stranger's, and a folder with a letter."""

from __future__ import annotations

from pathlib import Path

import pytest

from review.approval.desk import Desk, made_desk
from signing.authority import Authority, make_authority


@pytest.fixture(scope="session")
def authority() -> Authority:
    """An authority that the folder trusts."""
    return make_authority()


@pytest.fixture(scope="session")
def stranger() -> Authority:
    """An untrusted authority whose holders have the same names."""
    return make_authority("Stranger")


@pytest.fixture
def desk(tmp_path: Path, authority: Authority) -> Desk:
    """A folder with a letter, whose approvals by the director and the drafter count."""
    return made_desk(tmp_path, authority)
