"""The files that a repair writes and never overwrites; and that the docs list every kind of fault."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from circulars.doctor import check_pack, examine, repair_pack
from circulars.doctor.findings import FINDING_KINDS
from circulars.errors import UsageError
from circulars.pack import forget_packs
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
    forget_packs()


def template(workspace: Workspace) -> Path:
    """The Word template of the pack."""
    return workspace.folder / "templates/itu/letter.docx"


def test_the_old_file_is_kept_beside_the_fixed_one(workspace: Workspace) -> None:
    """The fixed pack has no faults, also when its letters are laid out."""
    template(workspace).write_bytes(damaged(STYLE))

    repair = repair_pack("itu", workspace)

    assert [problem.code for problem in repair.fixed] == ["missing-style"]
    assert repair.kept == template(workspace).with_name("letter.docx.bak")
    assert repair.kept.read_bytes() == damaged(STYLE)
    assert check_pack("itu", workspace) == ()


def test_no_kept_file_is_overwritten(workspace: Workspace) -> None:
    """A second repair keeps the old template under another name."""
    kept = template(workspace).with_name("letter.docx.bak")
    kept.write_bytes(b"drawn by hand")
    template(workspace).write_bytes(damaged(SPLIT))

    repair = repair_pack("itu", workspace)

    assert kept.read_bytes() == b"drawn by hand"
    assert repair.kept == template(workspace).with_name("letter.docx.bak2")
    assert repair.kept.read_bytes() == damaged(SPLIT)


@pytest.mark.parametrize(
    "data", [SHIPPED, damaged(NAME), b"", b"PK\x03\x04"], ids=["no fault", "not fixable", "empty", "truncated"]
)
def test_nothing_is_written_if_nothing_is_fixed(data: bytes, workspace: Workspace) -> None:
    """Neither the template nor a backup is written."""
    template(workspace).write_bytes(data)
    before = sorted(path.name for path in template(workspace).parent.iterdir())

    repair = repair_pack("itu", workspace)

    assert (repair.fixed, repair.kept) == ((), None)
    assert template(workspace).read_bytes() == data
    assert sorted(path.name for path in template(workspace).parent.iterdir()) == before


def test_the_package_s_own_pack_is_never_written(tmp_path: Path) -> None:
    """A workspace without packs uses the package's own, which other workspaces use, too."""
    with pytest.raises(UsageError) as caught:
        repair_pack("itu", Workspace(tmp_path))

    assert caught.value.problems[0].code == "shipped-pack"


def test_a_fault_that_cannot_be_fixed_does_not_stop_other_fixes(workspace: Workspace) -> None:
    """The split tag is fixed; the misspelt name is still reported afterwards."""
    from doctor.damages import file_of, parts_of

    parts = parts_of(SHIPPED)
    SPLIT.damage(parts)
    NAME.damage(parts)
    template(workspace).write_bytes(file_of(parts))

    assert [problem.code for problem in repair_pack("itu", workspace).fixed] == ["split-tag"]
    assert [problem.code for problem in examine(workspace.pack())] == ["unknown-name"]


ROW = re.compile(r"^\| `([a-z-]+)` \| (.*?) \|(?: (.*?) ?\|)?$", re.MULTILINE)


def test_the_docs_list_every_kind_of_fault_and_its_fix() -> None:
    """The tables of docs/add-a-pack.md are the same as FINDING_KINDS."""
    page = (ROOT / "docs/add-a-pack.md").read_text(encoding="utf-8")
    section = page[page.index("## Check and repair a template") : page.index("## The page of the PDF")]

    assert ROW.findall(section) == [(one.code, one.description, one.fix) for one in FINDING_KINDS]


def test_the_kinds_with_a_fix_are_those_that_are_fixed() -> None:
    """A kind of fault has a fix in its row if, and only if, it is fixed in a damaged template."""
    fixed = {line.partition(":")[0] for one in DAMAGES if one.fixed for line in one.expected}

    assert fixed == {one.code for one in FINDING_KINDS if one.fix}


def test_every_kind_of_fault_occurs_in_a_test() -> None:
    """No row lists a kind that no test reports."""
    reported = {line.partition(":")[0] for one in DAMAGES for line in one.expected}
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))

    assert {one.code for one in FINDING_KINDS} - reported - set(
        re.findall(r"[\"(]([a-z]+(?:-[a-z]+)+)[\":]", tests)
    ) == set()
