"""The plan of a merge, as it is made from a list."""

from __future__ import annotations

from pathlib import Path

import pytest

from circulars.merge.front import MergeOrder
from circulars.merge.planning.planner import Planner
from circulars.source.addressees import open_list
from circulars.source.letters import read_letter
from circulars.workspace import Workspace
from merge.mailroom import MailRoom, people


@pytest.mark.parametrize(("count", "times"), [(999, 0), (1000, 1), (2500, 1)])
def test_a_list_is_known_to_be_long_while_it_is_read(tmp_path: Path, count: int, times: int) -> None:
    """The processes start once, as soon as the list is long enough for them."""
    room = MailRoom(tmp_path)
    room.write(people(count))
    told: list[int] = []
    listed = open_list("list.csv", folder=tmp_path)
    letter = read_letter(tmp_path / "letters" / "c.yaml")
    planner = Planner(
        letter, listed, Workspace(tmp_path), MergeOrder(), on_long_list=lambda: told.append(planner.findings.count)
    )

    assert sum(map(len, planner.batches())) == count == planner.findings.count
    assert told == [1000] * times
