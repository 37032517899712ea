"""Finished pages in six languages have no left-over pattern, the fonts of their languages, and no space between Han."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from weasyprint import HTML

from circulars.model.fonts import EAST_ASIAN, is_one_of
from circulars.source.letters.reading import read_letter
from circulars.workspace import Workspace
from conftest import LETTERS, ROOT, Example, built_letters
from script_rules import script_faults

CORPUS = sorted((ROOT / "tests" / "corpus").glob("*.yaml"))
HYPHENS = "Carlito hyphens"
"""The font that is made for the no-break hyphen, which Carlito has not, with the hyphen of Carlito."""
FOREIGN = "sg-letter-dm-24-1021"
"""A letter with names in Arabic and Hebrew letters, for which the languages of that letter have no fonts."""


@pytest.mark.xdist_group("corpus")
def test_no_page_of_the_corpus_has_a_fault(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Each character is in a font that the pack names for the letter's language, or for a language in the letter."""
    corpus = built_letters("corpus", CORPUS, Workspace(ROOT), ("docx", "pdf", "html"), tmp_path_factory)
    found = {one.name: _faults(one) for one in corpus}

    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.xdist_group("examples")
def test_no_page_of_an_example_has_a_fault(examples: tuple[Example, ...]) -> None:
    """As for the corpus."""
    found = {one.name: _faults(one) for one in examples if not one.name.startswith(FOREIGN)}

    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Annex {number}", "part of a pattern: {number}"),
        ("Annex {number", "part of a pattern: {number"),
        ("Annex number}", "part of a pattern: }"),
        ("第 5 研 究组", "a space between 研 and 究"),
        ("研究组会议,通函", "half-width punctuation: 议,"),
        ("<span style='font-family: DejaVu Sans'>Annex</span>", "in dejavusans: Anex"),
        ("<span style='display: inline-block; transform: skewX(-12deg)'>研究组</span>", "slanted: 研究组"),
    ],
)
def test_a_fault_is_found(text: str, fault: str, tmp_path: Path) -> None:
    """The page and the fault are named; what WeasyPrint lays out has it."""
    pdf = tmp_path / "page.pdf"
    HTML(string=f"<body style='font-family: Carlito, Noto Sans CJK SC'>{text}").write_pdf(pdf)

    assert script_faults(pdf, ["Carlito", "Noto Sans CJK SC"]) == [f"1: {fault}"]


def test_a_sound_page_has_no_fault(tmp_path: Path) -> None:
    """Han beside Latin letters, in lines of their own, and spaces that belong there."""
    pdf = tmp_path / "page.pdf"
    HTML(string="<body style='font-family: Carlito, Noto Sans CJK SC'>第 5 研究组（ITU-T），<br>通函 A 和 B").write_pdf(
        pdf
    )

    assert script_faults(pdf, ["Carlito", "Noto Sans CJK SC"]) == []


@pytest.mark.xdist_group("examples")
@pytest.mark.usefixtures("libreoffice")
def test_word_files_name_the_fonts_of_their_languages(examples: tuple[Example, ...]) -> None:
    """LibreOffice, which takes any font for what the named ones lack, needs no other but for one bracket.

    It sets the label of a list in one font: that of the letter in "أ)", which has no bracket. A font of a collection,
    as those of Chinese are, has the name of another one of them in its PDF.
    """
    label = re.compile(r"\d+: in dejavusans: [()]+")
    found = {
        one.name: [
            fault for fault in _faults(one, one.libreoffice_pdf) if ": in " in fault and not label.fullmatch(fault)
        ]
        for one in examples
        if not one.name.startswith(FOREIGN) and not is_one_of(one.document.language, EAST_ASIAN)
    }

    assert {name: faults for name, faults in found.items() if faults} == {}


def _faults(example: Example, pdf: Path | None = None) -> list[str]:
    letter = read_letter(next(file for file in (*LETTERS, *CORPUS) if file.stem == example.name.rpartition(".")[0]))
    fonts = Workspace(ROOT).pack_of(letter).fonts.families(example.document.language)
    return script_faults(pdf or example.file("pdf"), [*fonts, HYPHENS])
