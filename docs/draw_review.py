"""Draws docs/review-page.png, -pdf.png and -word.png: the changes of a circular as its page, PDF and Word file.

    .venv/bin/python docs/draw_review.py

Chromium draws the page, and LibreOffice the Word file.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import pypdfium2
from PIL import Image

from circulars.review import ChangeReport, diff
from circulars.review.reports.formats import ReportOrder, report_files
from circulars.workspace import Workspace

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
LETTER = "letters/tsb-circular-213.yaml"
EDITS = (
    ("meeting: 2024-09-19", "meeting: 2024-09-26"),
    ("City of Madrid and", "City of Toledo and"),
    ("in English and Spanish.", "in English, French and Spanish."),
    ("en inglés y en español.", "en inglés, francés y español."),
    ("      - en: Present the activities of the U4SSC Hub;\n", "      - en: Present the activities of the Hub;\n"),
)
WIDTH, HEIGHT = 1150, 1180
DPI = 72
COLOURS = 128


def draw() -> None:
    """Writes the pictures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = report_files(_report(folder), ("html", "pdf", "docx"), ReportOrder(Workspace(folder), "A. Ejemplo"))
        for file, data in files.items():
            (folder / file).write_bytes(data)
        _page(folder, folder / "changes.html").save(DOCS / "review-page.png", optimize=True)
        _word(folder, folder / "tsb-circular-213.en.changes.docx").save(DOCS / "review-word.png", optimize=True)
        sheets = [_sheet(folder / f"tsb-circular-213.{code}.changes.pdf") for code in ("en", "es")]
    picture = Image.new("RGB", (sum(one.width for one in sheets) + 14, sheets[0].height), (227, 230, 233))
    picture.paste(sheets[0], (0, 0))
    picture.paste(sheets[1], (sheets[0].width + 14, 0))
    _reduced(picture).save(DOCS / "review-pdf.png", optimize=True)


def _report(folder: Path) -> ChangeReport:
    """The changes of the circular in a folder, with some edits."""
    (folder / "letters").mkdir()
    text = (ROOT / LETTER).read_text("utf-8")
    (folder / "old.yaml").write_text(text, "utf-8")
    for old, new in EDITS:
        assert old in text, old
        text = text.replace(old, new)
    (folder / LETTER).write_text(text, "utf-8")
    return diff("old.yaml", LETTER, Workspace(folder))


def _page(folder: Path, page: Path) -> Image.Image:
    shot = folder / "page.png"
    flags = ["--headless=new", "--no-sandbox", "--hide-scrollbars", f"--user-data-dir={folder / 'profile'}"]
    command = ["chromium", *flags, f"--window-size={WIDTH},{HEIGHT}", f"--screenshot={shot}", page.as_uri()]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603  # a list, without a shell
    return _reduced(Image.open(shot).convert("RGB"))


def _word(folder: Path, file: Path) -> Image.Image:
    """The first page of a Word file, as LibreOffice shows it."""
    profile = f"-env:UserInstallation={(folder / 'office').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder / "word"), str(file)]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603  # a list, without a shell
    return _reduced(_sheet(folder / "word" / f"{file.stem}.pdf"))


def _sheet(pdf: Path) -> Image.Image:
    return pypdfium2.PdfDocument(pdf)[0].render(scale=DPI / 72).to_pil().convert("RGB")


def _reduced(picture: Image.Image) -> Image.Image:
    return picture.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)


if __name__ == "__main__":
    draw()
