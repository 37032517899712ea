"""Draws docs/page.png: a circular as the README shows it, the English PDF beside the Spanish Word file.

    .venv/bin/python docs/draw_page.py

LibreOffice lays out the Word file; both pages are drawn by the same rasteriser.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import pypdfium2
from PIL import Image

from circulars import api

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "page.png"
LETTER = ROOT / "letters" / "tsb-circular-213.yaml"
DPI = 62
GAP = 14
DESK = (227, 230, 233)


def draw() -> Image.Image:
    """The two first pages beside each other."""
    letter, workspace = api.read_letter(LETTER), api.Workspace(ROOT)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for order in (api.Order(("en",), ("pdf",)), api.Order(("es",), ("docx",))):
            for output in api.build(letter, workspace, order):
                api.save(folder, output.name, output.data)
        sheets = [_sheet(folder / f"{letter.name}.en.pdf"), _sheet(_laid_out(folder / f"{letter.name}.es.docx"))]
    width, height = sheets[0].size
    picture = Image.new("RGB", (2 * width + 3 * GAP, height + 2 * GAP), DESK)
    for place, sheet in enumerate(sheets):
        picture.paste(sheet, (GAP + place * (width + GAP), GAP))
    return picture.quantize(64, dither=Image.Dither.NONE)


def _laid_out(word: Path) -> Path:
    """The PDF that LibreOffice makes of a Word file."""
    profile = f"-env:UserInstallation={(word.parent / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(word.parent), str(word)]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603  # a list, without a shell
    return word.with_suffix(".pdf")


def _sheet(pdf: Path) -> Image.Image:
    return pypdfium2.PdfDocument(pdf)[0].render(scale=DPI / 72).to_pil().convert("RGB")


if __name__ == "__main__":
    draw().save(PICTURE, optimize=True)
