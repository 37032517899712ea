"""Desks that are killed while two browsers write one letter lose nothing and double nothing."""

from __future__ import annotations

import random
from pathlib import Path

from desk.killing import texts_after_kills


def test_nothing_is_lost_when_desks_are_killed_while_two_browsers_write(office: Path, chance: random.Random) -> None:
    """Two desks over one folder, kill -9 three times; each word that was typed is in the file once."""
    found = texts_after_kills(office, 3, chance)

    assert [text for text, _ in found] == [wanted for _, wanted in found]
