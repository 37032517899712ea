"""Whatever happens to a merge, no addressee is lost, doubled or half-written: the short form of benchmarks/faults."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import postgresql
from faults import may_mount
from merge.faults import MailRoom, Tally, database_gone, disk_filled, hostile, killed, load_list, mail_room

CLEAN = (0, 0, 0)


def harm(tally: Tally) -> tuple[int, int, int]:
    """How many addressees were lost, doubled or half-written."""
    return tally.lost, tally.doubled, tally.half


@pytest.fixture(scope="module", params=["files", "zip"])
def room(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> MailRoom:
    """A mail room of a few hundred addressees, whose Word files do not fit a disk of five megabytes."""
    kind: str = request.param
    return mail_room(tmp_path_factory.mktemp("faults") / kind, 350, kind, ("docx",))


def test_a_killed_merge_resumes(room: MailRoom, chance: random.Random) -> None:
    """Killed (kill -9) up to three times at any moment, then resumed: the bytes are those of an uninterrupted merge.

    Each time one process or two make the copies.
    """
    tally = killed(room, chance, ("1", "2"))

    assert harm(tally) == CLEAN
    assert tally.addressees == room.count


@pytest.mark.skipif(not may_mount(), reason="only root may mount a small disk, and not in every container")
def test_a_merge_that_filled_the_disk_resumes(room: MailRoom, tmp_path: Path) -> None:
    """Five megabytes are too few: the merge reports it and stops; with room again it ends with the same files."""
    tally = disk_filled(room, tmp_path / "disk", 5)

    assert harm(tally) == CLEAN
    assert tally.addressees == room.count


def test_hostile_cells_harm_nobody(tmp_path: Path, chance: random.Random) -> None:
    """Every row is either merged into files that open, or rejected with its problems; nothing is written elsewhere."""
    tally = hostile(tmp_path / "hostile", 150, chance.randrange(1000), ("docx",))

    assert harm(tally) == CLEAN
    assert tally.addressees == 150


@pytest.mark.parametrize("room", ["zip"], indirect=True)
def test_a_database_that_goes_away_harms_nobody(room: MailRoom, chance: random.Random) -> None:
    """Its process is killed (kill -9) during the query: no file is half-written, and the next attempt gets all."""
    programs = postgresql.programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: scripts/install dev installs it")
    with postgresql.server(programs) as running:
        load_list(running, room)

        tally = database_gone(room, running, chance)

    assert harm(tally) == CLEAN
    assert tally.addressees == room.count
