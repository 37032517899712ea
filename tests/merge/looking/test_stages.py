"""The stage of a letter follows from the ledgers of its merges."""

from __future__ import annotations

import hashlib
from pathlib import Path

from circulars.merge.looking.stages import MergeStages
from commands import run_here
from work import lines_run

LETTER = """\
kind: tsb-circular
number: 9
date: 2026-03-14
languages: [en]
to: [member-states]
subject: {en: A meeting}
body:
- en: The meeting is open.
signatory: tsb-director
"""
LIST = "id,language,name\n" + "".join(f"{number},en,Ana {number}\n" for number in range(5))


def test_a_letter_is_merged_when_all_have_their_copies(tmp_path: Path) -> None:
    """A ledger that cannot be read is no stage, and one that was not written is not read again."""
    (tmp_path / "letters").mkdir()
    letter = tmp_path / "letters/meeting.yaml"
    letter.write_text(LETTER, encoding="utf-8")
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    stages = MergeStages(tmp_path / "output")
    before = stages.stages()

    assert run_here(tmp_path, "merge", "meeting", "list.csv", "--formats", "txt").returncode == 0
    found = stages.stages()
    (tmp_path / "output/other").mkdir()
    (tmp_path / "output/other/merge-folder.sqlite").write_bytes(b"no ledger")
    first = lines_run(MergeStages(tmp_path / "output").stages)
    stages.stages()
    later = lines_run(stages.stages)

    assert before == {}
    stage = found["meeting"]
    assert (stage.stage, stage.done, stage.total) == ("merged", 5, 5)
    assert stage.letter_sha256 == hashlib.sha256(letter.read_bytes()).hexdigest()
    assert stages.stages() == found
    assert later * 5 < first
