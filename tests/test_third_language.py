"""Adding a third language needs only data: a language file and a pack's words."""

from __future__ import annotations

import shutil
from pathlib import Path

import pikepdf
import pytest

from circulars.accessibility import check_output
from circulars.build import Order, build, check_files, documents
from circulars.files.output import save
from circulars.render.txt import text_of
from circulars.review import diff
from circulars.source.letters import read_letter
from circulars.workspace import Workspace
from conftest import ROOT
from readers import docx2python_words, expected_words, first_difference, pdftotext_words

HERE = Path(__file__).parent / "french"


@pytest.fixture
def french(tmp_path: Path) -> Workspace:
    """A workspace with a French letter, French words for a copy of the default pack, and the language French."""
    shutil.copytree(ROOT / "templates" / "itu", tmp_path / "templates" / "itu")
    shutil.copy(HERE / "words" / "fr.yaml", tmp_path / "templates" / "itu" / "words" / "fr.yaml")
    (tmp_path / "languages").mkdir()
    shutil.copy(HERE / "fr.yaml", tmp_path / "languages" / "fr.yaml")
    (tmp_path / "letters").mkdir()
    shutil.copy(HERE / "circulaire-1.yaml", tmp_path / "letters" / "circulaire-1.yaml")
    return Workspace(tmp_path)


def test_a_french_letter_is_all_in_french(french: Workspace) -> None:
    """Labels, dates, ranges, numbers, ordinals and plurals come from the French data."""
    letter = read_letter(french.letters / "circulaire-1.yaml")
    first, _ = documents(letter, french, Order())

    text = text_of(first)

    for words in (
        "Genève, le 1 janvier 2025",
        "Réf.: Circulaire TSB 1",
        "La 1re réunion",
        "30 juin – 4 juillet 2025",
        "1\u00a0250 places",
        "l'Annexe",
        "Inscription (23 h 59 (UTC))",
        "Annexe: 1",
        "(à la Circulaire TSB 1)",
        "considération distinguée",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("old", "new", "fact"),
    [
        ("  tsb-circular:", "  tsb-letter:", "the pack's words in 'fr' have no kind 'tsb-circular'"),
        ("  tsb: Bureau", "  tsd: Bureau", "the pack's words in 'fr' have no bureau 'tsb'"),
    ],
)
def test_a_letter_needs_the_words_of_its_kind(french: Workspace, old: str, new: str, fact: str) -> None:
    """An incomplete file of words is a problem at the letter's language, also if the letter has other problems."""
    words, path = french.folder / "templates/itu/words/fr.yaml", french.letters / "circulaire-1.yaml"
    words.write_text(words.read_text("utf-8").replace(old, new), "utf-8")
    faulty = french.letters / "faulty.yaml"
    faulty.write_text(path.read_text("utf-8").replace("number: 1", "numbr: 1"), "utf-8")

    (checked,) = check_files([path], french)
    (problem,) = checked.problems
    assert (problem.code, problem.message, problem.where.line) == ("missing-words", fact, 4)
    assert "'words/fr.yaml' of the pack" in problem.hint
    (letter,) = diff("letters/circulaire-1.yaml", "letters/faulty.yaml", french).letters
    assert letter.old_problems == (problem,)
    assert {one.code for one in letter.new_problems} == {"missing-words", "unknown-field"}


def test_a_french_letter_is_written_in_every_format(french: Workspace, tmp_path: Path) -> None:
    """The files of a French letter have all its words and the language French; DOCX and PDF are accessible."""
    letter = read_letter(french.letters / "circulaire-1.yaml")
    document = next(iter(documents(letter, french, Order())))
    files = {
        output.format: save(tmp_path / "out", output.name, output.data)
        for output in build(letter, french, Order(("fr",), ("docx", "pdf", "html", "txt")))
    }

    for format in ("docx", "pdf"):
        assert check_output(files[format].read_bytes(), files[format].name) == ()
    assert first_difference(docx2python_words(files["docx"]), expected_words(document, labels=False)) == ""
    assert first_difference(pdftotext_words(files["pdf"], document), expected_words(document)) == ""
    assert '<html lang="fr"' in files["html"].read_text(encoding="utf-8")
    with pikepdf.open(files["pdf"]) as pdf:
        assert str(pdf.Root.Lang) == "fr"
