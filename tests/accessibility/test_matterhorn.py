"""The check finds what fails PDF/UA-1, and nothing in files that pass: measured against veraPDF, file by file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from accessibility.matterhorn import bench
from accessibility.matterhorn.cases import Case
from accessibility.matterhorn.conditions import BY_NUMBER, CONDITIONS, Condition
from circulars.accessibility import PDF
from judges import Fault, verapdf
from once import made_once

pytestmark = pytest.mark.xdist_group("matterhorn")
NAMES = [case.name for case in bench.CASES]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """The files of the bench by the names of their cases."""
    folder = made_once(tmp_path_factory, "matterhorn", bench.write)
    return {name: folder / f"{name}.pdf" for name in NAMES}


@pytest.fixture(scope="module")
def faults(files: Mapping[str, Path]) -> Mapping[str, tuple[Fault, ...]]:
    """The faults that veraPDF finds in each file; equal files are judged once."""
    one_of = {path.read_bytes(): path for path in files.values()}
    found = verapdf("PDF/UA-1", list(one_of.values()))
    return {name: found[one_of[path.read_bytes()]] for name, path in files.items()}


@pytest.mark.parametrize("case", bench.CASES, ids=NAMES)
def test_a_file_breaks_the_rules_that_it_should(case: Case, files: Mapping[str, Path]) -> None:
    """A failing file breaks a rule of its condition, and a passing one none; warnings do not count."""
    found = bench.errors(files[case.name].read_bytes())

    expected = set() if case.passes else set(BY_NUMBER[case.condition].codes)
    assert found <= expected | case.also
    assert not expected or found & expected


@pytest.mark.parametrize("case", bench.CASES, ids=NAMES)
def test_verapdf_agrees(case: Case, files: Mapping[str, Path], faults: Mapping[str, tuple[Fault, ...]]) -> None:
    """veraPDF passes and fails the same files as the check, for the same clause, except where it is said why not."""
    passes = not bench.errors(files[case.name].read_bytes())
    clauses = {fault.rule.partition("clause ")[2].partition(",")[0] for fault in faults[case.name]}
    opened = "" not in clauses  # a file that cannot be opened breaks no clause

    assert (passes == (not clauses)) is not bool(case.exception)
    assert passes or case.exception or not opened or BY_NUMBER[case.condition].verapdf_clauses & clauses


@pytest.mark.parametrize("condition", CONDITIONS, ids=[condition.number for condition in CONDITIONS])
def test_every_condition_has_files_or_a_reason(condition: Condition) -> None:
    """A condition that is checked has a passing and a failing file; any other one says why it is not checked."""
    verdicts = {case.passes for case in bench.CASES if case.condition == condition.number}

    assert set(condition.codes) <= set(PDF)
    assert bool(condition.codes) is not bool(condition.reason)
    assert verdicts == ({True, False} if condition.codes else set())


def test_every_file_has_its_own_name() -> None:
    """No file of the bench replaces another one."""
    assert len(set(NAMES)) == len(NAMES)


def test_the_page_has_every_condition() -> None:
    """The table in docs/check-outputs.md is that of the bench."""
    page = bench.PAGE.read_text("utf-8")

    assert all(row in page for row in bench.rows())
    assert bench.renewed(page) == page


MEASURED = """\
annotation-without-description automatic-layers bad-language bad-pdfua-claim content-drawn-twice dynamic-xfa-form
first-heading font-not-embedded font-without-unicode glyph-not-in-font header-cell-without-scope heading-skipped
link-without-description list-structure media-without-description media-without-type mixed-headings no-alternate-text
no-assistive-access no-language no-pdfua-claim no-title note-without-id page-of-another-file role-map ruby-structure
same-note-id several-headings suspect-tags tab-order table-structure tagged-artifact tagged-printer-mark
title-not-shown toc-structure trap-network uneven-table unknown-header-cell unknown-tag unnamed-attachment
unnamed-field unnamed-layers untagged-annotation untagged-content untagged-link warichu-structure wrong-cmap
wrong-font-encoding wrong-glyph-list wrong-glyph-width"""


def test_the_files_break_these_rules(files: Mapping[str, Path]) -> None:
    """Each rule of a condition is broken by a file of the condition."""
    broken = set()
    for case in bench.CASES:
        broken |= bench.errors(files[case.name].read_bytes()) & set(BY_NUMBER[case.condition].codes)

    assert broken == {code for condition in CONDITIONS for code in condition.codes}
    assert broken >= set(MEASURED.split())


def test_recall_and_false_errors(files: Mapping[str, Path]) -> None:
    """docs/conformance.md gives the measured figures."""
    measured = bench.figures({name: path.read_bytes() for name, path in files.items()})

    assert measured in bench.CONFORMANCE.read_text("utf-8")
