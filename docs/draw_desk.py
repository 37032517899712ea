"""Draws docs/desk-letters.png, desk-write.png and desk-conflict.png: the desk's screens, as Chromium shows them.

.venv/bin/python docs/draw_desk.py
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
sys.path.insert(0, str(ROOT / "tests"))

from browsers import Browser, Step, Visit, browsing  # the folder of the tests must be on the path first
from circulars.start import make_workspace
from desk.desks import Reader, served

LETTERS = ("sg-letter-dm-24-1021", "tsb-collective-2-5", "tsb-circular-213-corrigendum-1")
NAME = "tsb-circular-213"
PATH = ("body", 1, "en")
OLD = "The U4SSC meeting will be held in English and Spanish."
THEIRS, MINE = OLD.replace("English and", "English, French and"), OLD.replace("Spanish.", "Spanish, with captions.")
FIELD = f"document.querySelector({json.dumps(f'form[data-field={json.dumps(json.dumps(PATH))}]')})"
_VALUES = ", ".join(f"{name}: f.elements.{name}.value" for name in ("token", "version", "path", "was"))
_CONFLICT = (
    f"(() => {{ const f = {FIELD}; const body = new URLSearchParams({{{_VALUES}, text: {json.dumps(THEIRS)}}}); "
    f"return fetch(f.action, {{method: 'POST', headers: {{accept: 'application/json'}}, body}}).then(() => {{ "
    f"f.elements.text.value = {json.dumps(MINE)}; "
    "f.elements.text.dispatchEvent(new Event('input', {bubbles: true})) }) })()"
)
"""Somebody else changes a text, and then the writer does."""
WIDTH, HEIGHT = 1180, 760
COLOURS = 96


def draw() -> None:
    """Writes the pictures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "office"
        make_workspace(folder)
        for letter in LETTERS:
            shutil.copy(ROOT / f"letters/{letter}.yaml", folder / "letters")
        with served(folder) as reader, browsing() as browser:
            _shoot(browser, reader, Path(name), folder / f"letters/{NAME}.yaml")


def _shoot(browser: Browser, reader: Reader, folder: Path, circular: Path) -> None:
    address = reader.desk.access.address
    whole: Step = {"until": "!document.querySelector('.unknown')"}
    framed: Step = {"until": "document.getElementById('text').contentDocument?.body?.children.length > 0"}
    browser.found([Visit(reader.desk.access.link, [])])
    build: list[Step] = [
        {"run": "document.querySelector('form[action$=build] button').click()"},
        {"until": "document.querySelector('a[href$=pdf]')"},
    ]
    browser.found([Visit(f"{address}/letters/{LETTERS[0]}", build), Visit(f"{address}/letters/{NAME}", [framed])])
    text = circular.read_text("utf-8")
    circular.write_text(text.replace("{{ meeting }}", "{{ meting }}", 1), "utf-8")
    _picture(browser, f"{address}/", [whole], folder / "letters.png", DOCS / "desk-letters.png", 580)
    problem: list[Step] = [
        {"until": "document.querySelector('.cell .problems')"},
        {"run": "document.querySelector('.cell .problems').scrollIntoView({block: 'center'})"},
    ]
    _picture(browser, f"{address}/letters/{NAME}", problem, folder / "write.png", DOCS / "desk-write.png")
    circular.write_text(text, "utf-8")
    conflict: list[Step] = [
        framed,
        {"run": _CONFLICT},
        {"until": "document.querySelector('.theirs')"},
        {"run": f"{FIELD}.closest('.row').scrollIntoView({{block: 'center'}})"},
    ]
    _picture(browser, f"{address}/letters/{NAME}", conflict, folder / "conflict.png", DOCS / "desk-conflict.png")


def _picture(
    browser: Browser, address: str, steps: Sequence[Step], shot: Path, target: Path, height: int = HEIGHT
) -> None:
    """Saves what is in the window after some steps."""
    settled: Step = {"run": "new Promise((done) => setTimeout(done, 1500))"}
    browser.found([Visit(address, [*steps, settled, {"picture": str(shot)}], width=WIDTH, height=height)])
    picture = Image.open(shot).convert("RGB").crop((0, 0, WIDTH, height))
    picture.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(target, optimize=True)


if __name__ == "__main__":
    draw()
