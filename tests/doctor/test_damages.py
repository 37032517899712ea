"""Damaged Word templates: every damage is reported, and those that can be fixed are fixed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from circulars.doctor.repair import repair_template
from circulars.doctor.trial import lost_words, word_text
from circulars.pack import load_pack
from circulars.render import docx
from doctor.damages import DAMAGES, SHIPPED, Damage, damaged, file_of, parts_of
from doctor.examined import PAGE, PAPER, WINDOW, examined, fixed_file, repaired
from doctor.saved import saved_by_libreoffice
from judges import ooxml_sdk, openxml_audit
from render import sample_letters as sample

pytestmark = pytest.mark.xdist_group("damages")  # one process examines and fixes each template once

FIXABLE = [one for one in DAMAGES if one.fixed]
UNFIXABLE = [one for one in DAMAGES if not one.fixed]


def findings_of(data: bytes) -> list[str]:
    """The findings about a Word template of the pack "itu"."""
    return [f"{finding.code}: {finding.fact}" for finding in examined(data)]


_words_lost: dict[bytes, list[str]] = {}


def lost(template: bytes, folder: Path) -> list[str]:
    """The words that are missing in letters made with a template; most fixed templates are the same file."""
    if template not in _words_lost:
        _words_lost[template] = _lost(template, folder)
    return _words_lost[template]


def _lost(template: bytes, folder: Path) -> list[str]:
    (folder / "letter.docx").write_bytes(template)
    pack = replace(load_pack("itu"), folder=folder)
    letters = (sample.COLUMNS, sample.TITLE, sample.ROW_ES)
    return [word for one in letters for word in lost_words(one, word_text(docx.master(one, pack).fill({})))]


def test_the_shipped_template_has_no_faults() -> None:
    """Nothing is reported, and nothing is fixed."""
    assert findings_of(SHIPPED) == []
    assert repair_template(SHIPPED, WINDOW, PAPER, PAGE) == (SHIPPED, ())


def test_there_are_more_than_forty_damages() -> None:
    """The table has more than eighty damages, each with a name of its own."""
    assert len(DAMAGES) > 80
    assert len({str(one) for one in DAMAGES}) == len(DAMAGES)


@pytest.mark.parametrize("one", DAMAGES, ids=str)
def test_a_damage_is_reported_word_for_word(one: Damage) -> None:
    """The finding names the part, the paragraph, and the words around the damage."""
    assert findings_of(damaged(one)) == list(one.expected)


@pytest.mark.parametrize("one", FIXABLE, ids=str)
def test_a_fixed_template_has_no_faults_and_loses_no_word(one: Damage, tmp_path: Path) -> None:
    """There are no findings left, and letters of every layout contain all their words."""
    new, fixes = fixed_file(one)

    assert {code for code, _ in fixes} <= {line.partition(":")[0] for line in one.expected}
    assert findings_of(new) == []
    assert lost(new, tmp_path) == []


@pytest.mark.parametrize("one", FIXABLE, ids=str)
def test_repairing_twice_changes_nothing(one: Damage) -> None:
    """The same damage gives the same bytes, and a second repair does not change them."""
    new, _ = fixed_file(one)

    assert repair_template(damaged(one), WINDOW, PAPER, PAGE)[0] == new
    assert repaired(new) == (new, ())


@pytest.mark.parametrize("one", UNFIXABLE, ids=str)
def test_a_damage_that_needs_a_decision_is_not_fixed(one: Damage) -> None:
    """The repair does not guess: the file keeps its bytes."""
    data = damaged(one)

    assert repair_template(data, WINDOW, PAPER, PAGE) == (data, ())


def test_all_damages_are_reported_at_once() -> None:
    """One damage does not hide another one."""
    parts = parts_of(SHIPPED)
    chosen = [one for one in DAMAGES if str(one) in {
        "split_by_spelling_marks", "curly_quotation_marks", "a_misspelt_name", "an_endif_too_many",
        "a_style_that_was_deleted", "a_style_that_lost_its_list", "an_attached_template", "macros", "comments",
        "protection", "compatibility_mode", "american_paper",
    }]  # fmt: skip
    for one in chosen:
        one.damage(parts)

    assert {line.partition(":")[0] for line in findings_of(file_of(parts))} == {
        line.partition(":")[0] for one in chosen for line in one.expected
    }


@pytest.fixture(scope="module")
def fixed_files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Every fixed template, as a file; one file for those that are the same."""
    folder = tmp_path_factory.mktemp("fixed")
    for data, one in {fixed_file(one)[0]: one for one in FIXABLE}.items():
        (folder / f"{one}.docx").write_bytes(data)
    return sorted(folder.iterdir())


def test_fixed_templates_are_valid_word_files(fixed_files: list[Path]) -> None:
    """openxml-audit finds no fault in any of them."""
    assert {file.stem: faults for file, faults in openxml_audit(fixed_files).items() if faults} == {}


def test_a_template_with_many_damages_fixed_is_a_valid_word_file(tmp_path: Path) -> None:
    """Microsoft's validator finds no fault, and letters lose no word."""
    parts = parts_of(SHIPPED)
    for one in FIXABLE:
        if str(one) in {
            "split_by_spelling_marks", "split_by_a_bookmark", "split_by_a_link", "a_dash_in_a_statement",
            "a_no_break_space_after_the_letter", "runs_without_their_letter", "a_style_that_was_deleted",
            "a_style_with_a_list_that_was_deleted", "a_style_that_lost_its_list", "a_style_of_a_list_that_is_not_there",
            "an_attached_template", "macros", "a_field_that_starts_a_program", "a_field_that_takes_in_a_file",
            "a_mail_merge", "tracked_looks", "protection", "compatibility_mode", "pictures_with_one_id",
            "no_header", "no_footer",
        }:  # fmt: skip
            one.damage(parts)
    new, fixes = repair_template(file_of(parts), WINDOW, PAPER, PAGE)
    (tmp_path / "all.docx").write_bytes(new)

    assert len({code for code, _ in fixes}) > 10
    assert findings_of(new) == []
    assert ooxml_sdk("Microsoft365", [tmp_path / "all.docx"]) == {tmp_path / "all.docx": ()}
    assert lost(new, tmp_path) == []


def test_libreoffice_loses_nothing_that_letters_need(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """It drops the list of the headings, which letters bring themselves: nothing is reported, and no word is lost."""
    saved, _ = saved_by_libreoffice(tmp_path_factory)

    assert findings_of(saved) == []
    assert repair_template(saved, WINDOW, PAPER, PAGE) == (saved, ())
    assert lost(saved, tmp_path) == []
