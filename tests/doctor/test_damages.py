"""What the doctor tells of Word templates that went wrong, and what of it is mended."""

from __future__ import annotations

import functools
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from circulars.doctor.examine import word_findings
from circulars.doctor.repair import repaired
from circulars.doctor.trial import lost_words, word_text
from circulars.pack import load_pack
from circulars.render import docx
from doctor.damages import DAMAGES, SHIPPED, Damage, damaged, file_of, parts_of
from judges import ooxml_sdk, openxml_audit
from render import sample_letters as sample

MENDED = [one for one in DAMAGES if one.mended]
LEFT = [one for one in DAMAGES if not one.mended]


def told(data: bytes) -> list[str]:
    """What the doctor tells of a Word template, as the pack "itu" has it."""
    return [f"{finding.code}: {finding.fact}" for finding in word_findings(data, ("Carlito",), (210, 297))]


@functools.cache
def mended_file(one: Damage) -> tuple[bytes, tuple[tuple[str, str], ...]]:
    """The damaged template, mended, and what was done."""
    return repaired(damaged(one))


def lost(template: bytes, folder: Path) -> list[str]:
    """The words that letters made with a template do not show."""
    (folder / "letter.docx").write_bytes(template)
    pack = replace(load_pack("itu"), folder=folder)
    letters = (sample.COLUMNS, sample.TITLE, sample.ROW_ES)
    return [word for one in letters for word in lost_words(one, word_text(docx.master(one, pack).fill({})))]


def test_the_shipped_template_is_in_good_health() -> None:
    """Nothing is told of it, and nothing is mended."""
    assert told(SHIPPED) == []
    assert repaired(SHIPPED) == (SHIPPED, ())


def test_there_are_more_than_forty_damages() -> None:
    """Each is told in a way of its own, or in another place."""
    assert len(DAMAGES) > 80
    assert len({str(one) for one in DAMAGES}) == len(DAMAGES)


@pytest.mark.parametrize("one", DAMAGES, ids=str)
def test_a_damage_is_told_word_for_word(one: Damage) -> None:
    """With its part, its paragraph and the words around it."""
    assert told(damaged(one)) == list(one.tells)


@pytest.mark.parametrize("one", MENDED, ids=str)
def test_a_mended_template_is_in_good_health_and_loses_no_word(one: Damage, tmp_path: Path) -> None:
    """Nothing is told of it any more; letters of every layout show all that they say."""
    new, mended = mended_file(one)

    assert {code for code, _ in mended} <= {tell.partition(":")[0] for tell in one.tells}
    assert told(new) == []
    assert lost(new, tmp_path) == []


@pytest.mark.parametrize("one", MENDED, ids=str)
def test_mending_twice_changes_nothing(one: Damage) -> None:
    """The same damage makes the same bytes, and a mended template is left as it is."""
    new, _ = mended_file(one)

    assert repaired(damaged(one))[0] == new
    assert repaired(new) == (new, ())


@pytest.mark.parametrize("one", LEFT, ids=str)
def test_what_only_the_keeper_knows_is_left_as_it_is(one: Damage) -> None:
    """The file keeps its bytes: no guess is made."""
    data = damaged(one)

    assert repaired(data) == (data, ())


def test_every_damage_is_told_at_once() -> None:
    """One damage does not hide another's."""
    parts = parts_of(SHIPPED)
    chosen = [one for one in DAMAGES if str(one) in {
        "split_by_spelling_marks", "curly_quotation_marks", "a_misspelt_name", "an_endif_too_many",
        "a_style_that_was_deleted", "a_style_that_lost_its_list", "an_attached_template", "macros", "comments",
        "protection", "compatibility_mode", "american_paper",
    }]  # fmt: skip
    for one in chosen:
        one.damage(parts)

    assert {tell.partition(":")[0] for tell in told(file_of(parts))} == {
        tell.partition(":")[0] for one in chosen for tell in one.tells
    }


@pytest.fixture(scope="module")
def mended_files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Every mended template, as a file."""
    folder = tmp_path_factory.mktemp("mended")
    for one in MENDED:
        (folder / f"{one}.docx").write_bytes(mended_file(one)[0])
    return sorted(folder.iterdir())


def test_mended_templates_are_valid_word_files(mended_files: list[Path]) -> None:
    """openxml-audit finds nothing wrong with any of them."""
    assert {file.stem: faults for file, faults in openxml_audit(mended_files).items() if faults} == {}


def test_a_template_with_all_damages_mended_is_a_valid_word_file(tmp_path: Path) -> None:
    """Microsoft's validator finds nothing wrong, and letters lose no word."""
    parts = parts_of(SHIPPED)
    for one in MENDED:
        if str(one) in {
            "split_by_spelling_marks", "split_by_a_bookmark", "split_by_a_link", "a_dash_in_a_statement",
            "a_no_break_space_after_the_letter", "runs_without_their_letter", "a_style_that_was_deleted",
            "a_style_with_a_list_that_was_deleted", "a_style_that_lost_its_list", "a_style_of_a_list_that_is_not_there",
            "an_attached_template", "macros", "a_field_that_starts_a_program", "a_field_that_takes_in_a_file",
            "a_mail_merge", "tracked_looks", "protection", "compatibility_mode", "pictures_with_one_id",
            "no_header", "no_footer",
        }:  # fmt: skip
            one.damage(parts)
    new, mended = repaired(file_of(parts))
    (tmp_path / "all.docx").write_bytes(new)

    assert len({code for code, _ in mended}) > 10
    assert told(new) == []
    assert ooxml_sdk("Microsoft365", [tmp_path / "all.docx"]) == {tmp_path / "all.docx": ()}
    assert lost(new, tmp_path) == []


def test_libreoffice_loses_the_list_of_the_headings_and_nothing_else(tmp_path: Path) -> None:
    """A template saved by LibreOffice is told so, and mended, and loses no word."""
    (tmp_path / "letter.docx").write_bytes(SHIPPED)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ("soffice", profile, "--headless", "--convert-to", "docx", "--outdir", str(tmp_path / "out"))
    subprocess.run([*command, str(tmp_path / "letter.docx")], check=True, capture_output=True, timeout=120)
    saved = (tmp_path / "out/letter.docx").read_bytes()

    new, mended = repaired(saved)

    fact = "the style 'Section numbers' has no list: its numbers would be typed, not counted by Word"
    assert told(saved) == [f"lost-list: {fact}"]
    assert mended == (("lost-list", "the style 'Section numbers' has the shipped template's list"),)
    assert told(new) == []
    assert lost(new, tmp_path) == []
