"""Signatures side by side of which some have "(signed)" or a picture."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from circulars.build import Order, build
from circulars.source.letters.reading import parse_letter
from circulars.workspace import Workspace
from conftest import ROOT
from readers import libreoffice_files

LETTER = """\
kind: sg-letter
number: DM-24/1
date: 2024-07-12
languages: [en]
to: false
subject: Subject
body: [{en: Text.}]
signatory:
"""
POSTS = ("tsb-director", "br-director", "bdt-director")
SIGNED, PICTURE = "signed: true", "picture: signature.png"
MIXTURES = (
    (SIGNED, ""), (SIGNED, PICTURE), ("", PICTURE), (f"{SIGNED}, {PICTURE}", PICTURE, ""), (SIGNED, SIGNED),
)  # fmt: skip


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    """The PDFs of the letters with each mixture: ours, and those of LibreOffice."""
    folder, documents = tmp_path_factory.mktemp("uneven"), []
    for number, mixture in enumerate(MIXTURES):
        signatories = zip(POSTS, mixture, strict=False)
        own = "".join(f"  - {{post: {post}, name: Person, {key}}}\n" for post, key in signatories)
        letter = parse_letter((LETTER + own).encode(), "x.yaml", "x", ROOT / "letters")
        for output in build(letter, Workspace(ROOT), Order(formats=("docx", "pdf"))):
            file = folder / f"{number}.{output.format}"
            file.write_bytes(output.data)
            documents += [file] if output.format == "docx" else []
    (folder / "word").mkdir()
    libreoffice_files(documents, folder / "word")
    return {
        "pdf": [file.with_suffix(".pdf") for file in documents],
        "docx": [folder / "word" / f"{file.stem}.pdf" for file in documents],
    }


def heights(file: Path) -> list[float]:
    """How far above the foot of the page each name is, in points."""
    text = pypdfium2.PdfDocument(file)[0].get_textpage()
    found, search = [], text.search("Person")
    while place := search.get_next():
        found.append(text.get_charbox(place[0])[1])
    return found


@pytest.mark.parametrize("format", ["pdf", "docx"])
def test_the_names_are_on_one_line(files: dict[str, list[Path]], format: str) -> None:
    """In the PDF, and in Word as LibreOffice sets it."""
    for file, mixture in zip(files[format], MIXTURES, strict=True):
        found = heights(file)
        assert len(found) == len(mixture)
        assert max(found) - min(found) < 0.1


def test_word_has_the_names_where_the_pdf_has_them(files: dict[str, list[Path]]) -> None:
    """The difference is less than 2 mm."""
    for ours, words in zip(files["pdf"], files["docx"], strict=True):
        assert heights(ours) == pytest.approx(heights(words), abs=5.6)
