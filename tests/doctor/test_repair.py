"""What ``--repair`` writes, and what it never writes over; and that the pages say all of it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from circulars.doctor import check_pack, examine, repair_pack
from circulars.doctor.ailments import AILMENTS
from circulars.errors import UsageError
from circulars.pack import load_pack
from circulars.workspace import Workspace
from conftest import ROOT
from doctor.damages import DAMAGES, SHIPPED, damaged

SPLIT = next(one for one in DAMAGES if str(one) == "split_by_a_look")
STYLE = next(one for one in DAMAGES if str(one) == "a_style_with_a_list_that_was_deleted")
NAME = next(one for one in DAMAGES if str(one) == "a_misspelt_name")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace with a copy of the pack "itu" that has one kind only, so that it is checked faster."""
    folder = Path(shutil.copytree(ROOT / "templates/itu", tmp_path / "templates/itu"))
    facts = (folder / "pack.yaml").read_text()
    (folder / "pack.yaml").write_text(facts[: facts.index("  tsb-collective:")])
    yield Workspace(tmp_path)
    load_pack.cache_clear()


def template(workspace: Workspace) -> Path:
    """The Word template of the pack."""
    return workspace.folder / "templates/itu/letter.docx"


def test_the_old_file_is_kept_beside_the_mended_one(workspace: Workspace) -> None:
    """A pack that was mended is in good health, also when its letters are laid out."""
    template(workspace).write_bytes(damaged(STYLE))

    repair = repair_pack("itu", workspace)

    assert [problem.code for problem in repair.mended] == ["missing-style"]
    assert repair.kept == template(workspace).with_name("letter.docx.bak")
    assert repair.kept.read_bytes() == damaged(STYLE)
    assert check_pack("itu", workspace) == ()


def test_no_kept_file_is_written_over(workspace: Workspace) -> None:
    """A second repair keeps its own."""
    kept = template(workspace).with_name("letter.docx.bak")
    kept.write_bytes(b"drawn by hand")
    template(workspace).write_bytes(damaged(SPLIT))

    repair = repair_pack("itu", workspace)

    assert kept.read_bytes() == b"drawn by hand"
    assert repair.kept == template(workspace).with_name("letter.docx.bak2")
    assert repair.kept.read_bytes() == damaged(SPLIT)


@pytest.mark.parametrize("data", [SHIPPED, damaged(NAME), b"", b"PK\x03\x04"], ids=["well", "left", "empty", "cut"])
def test_nothing_is_written_where_nothing_is_mended(data: bytes, workspace: Workspace) -> None:
    """Neither a copy nor the template."""
    template(workspace).write_bytes(data)
    before = sorted(path.name for path in template(workspace).parent.iterdir())

    repair = repair_pack("itu", workspace)

    assert (repair.mended, repair.kept) == ((), None)
    assert template(workspace).read_bytes() == data
    assert sorted(path.name for path in template(workspace).parent.iterdir()) == before


def test_the_package_s_own_pack_is_never_written(tmp_path: Path) -> None:
    """A workspace without packs has the one that travels with the package; it is others' too."""
    with pytest.raises(UsageError) as caught:
        repair_pack("itu", Workspace(tmp_path))

    assert caught.value.problems[0].code == "shipped-pack"


def test_a_name_that_is_misspelt_stops_no_other_mending(workspace: Workspace) -> None:
    """What can be mended is; the rest is told afterwards."""
    from doctor.damages import file_of, parts_of

    parts = parts_of(SHIPPED)
    SPLIT.damage(parts)
    NAME.damage(parts)
    template(workspace).write_bytes(file_of(parts))

    assert [problem.code for problem in repair_pack("itu", workspace).mended] == ["split-tag"]
    assert [problem.code for problem in examine(workspace.pack())] == ["unknown-name"]


ROW = re.compile(r"^\| `([a-z-]+)` \| (.*?) \|(?: (.*?) ?\|)?$", re.MULTILINE)


def test_the_page_has_every_ailment_and_what_is_done_about_it() -> None:
    """The tables of docs/add-a-pack.md are the doctor's own."""
    page = (ROOT / "docs/add-a-pack.md").read_text(encoding="utf-8")
    section = page[page.index("## When the template is ill") : page.index("## The page of the PDF")]

    assert ROW.findall(section) == [(one.code, one.finds, one.mends) for one in AILMENTS]


def test_what_the_page_says_is_mended_is_mended() -> None:
    """An ailment is mended in at least one damaged template, or in none, as its row says."""
    mended = {tell.partition(":")[0] for one in DAMAGES if one.mended for tell in one.tells}

    assert mended == {one.code for one in AILMENTS if one.mends}


def test_every_ailment_is_told_by_a_test() -> None:
    """No row promises what nothing has shown."""
    told = {tell.partition(":")[0] for one in DAMAGES for tell in one.tells}
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))

    assert {one.code for one in AILMENTS} - told - set(re.findall(r"[\"(]([a-z]+(?:-[a-z]+)+)[\":]", tests)) == set()
