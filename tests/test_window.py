"""The postal block is in the window of an envelope, at the same place in Word and in PDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import pypdfium2
import pytest

from circulars.addressing.settle import settle
from circulars.compose import compose
from circulars.language import load_language
from circulars.model.addressee import Addressee
from circulars.model.document import Document, Window, holes_of
from circulars.model.text import Span
from circulars.pack import load_pack
from circulars.render import docx, pdf
from circulars.source.letters import read_letter
from readers import libreoffice_files
from render.sample_letters import ARABIC

PACK = load_pack()
WINDOWS: Mapping[Window, tuple[float, float]] = {"left": (20, 110), "right": (110, 200)}
UPPER, LOWER = 45.0, 90.0
APART = 2.0
ANA = {
    "title": "Ms", "name": "Ana", "surname": "Ejemplo", "organization": "Ministry of Invented Communications",
    "address": "Example House|5th floor|1 Sample Road", "postcode": "28013", "city": "Madrid", "country": "ES",
}  # fmt: skip

Lines = list[tuple[str, float, float, float]]


def _filled(name: str, window: Window, **columns: str) -> Document:
    """An example letter with Ana's values in its holes."""
    english, pack = load_language("en"), replace(PACK, addressee_block=window)
    document = compose(read_letter(Path(f"letters/{name}.yaml")), english, pack, addressed=True)
    document = replace(document, body=document.body[:2], annexes=())
    values = settle(Addressee("1", ANA | columns), english, pack, holes_of(document))
    return replace(
        document,
        addressee=(Span(values["addressee.block"]),),
        salutation=tuple(replace(span, text=values.get(span.hole, span.text), hole="") for span in document.salutation),
    )


def _documents() -> Mapping[str, Document]:
    letters = sorted(Path("letters").glob("*.yaml"))
    found = {path.stem: _filled(path.stem, window) for path, window in zip(letters, cycle(WINDOWS), strict=False)}
    block = (Span("الجهاز التجريبي للاتصالات\nشارع المثال 4\nالجيزة\nEGYPT"),)
    first = replace(ARABIC, addressee=block, body=ARABIC.body[:2], annexes=())
    arabic = {f"arabic.{window}": replace(first, window=window) for window in WINDOWS}
    return found | arabic


DOCUMENTS = _documents()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[Path, Path]]:
    """Each letter as our PDF, and as LibreOffice's PDF of our Word file."""
    folder = tmp_path_factory.mktemp("window")
    for name, document in DOCUMENTS.items():
        (folder / f"{name}.docx").write_bytes(docx.master(document, PACK).fill({}))
        (folder / f"{name}.ours.pdf").write_bytes(pdf.master(document, PACK).fill({}))
    files = [folder / f"{name}.docx" for name in DOCUMENTS]
    theirs = libreoffice_files(files, folder)
    return {name: (folder / f"{name}.ours.pdf", file) for name, file in zip(DOCUMENTS, theirs, strict=True)}


def _lines(file: Path) -> Lines:
    """The pieces of text on the first page: text, left edge, right edge, and middle from the top, in millimetres."""
    page = pypdfium2.PdfDocument(file)[0]
    text, height = page.get_textpage(), page.get_height()
    found: Lines = []
    for number in range(text.count_rects()):
        left, bottom, right, top = text.get_rect(number)
        words = text.get_text_bounded(left, bottom, right, top).strip()
        if words:
            found.append((words, left / 72 * 25.4, right / 72 * 25.4, (height - (top + bottom) / 2) / 72 * 25.4))
    return found


def _block_of(lines: Lines) -> Lines:
    return [line for line in lines if UPPER < line[3] < LOWER]


@pytest.mark.xdist_group("window")
@pytest.mark.parametrize("name", DOCUMENTS)
def test_only_the_block_is_in_the_window(name: str, written: Mapping[str, tuple[Path, Path]]) -> None:
    """Every line of the block and nothing else is in the window; both formats agree to 2 mm."""
    left, right = WINDOWS[DOCUMENTS[name].window]
    ours, theirs = (_block_of(_lines(file)) for file in written[name])
    expected = DOCUMENTS[name].addressee[0].text.count("\n") + 1

    for lines in (ours, theirs):
        assert all(left < start and end < right for _, start, end, _ in lines)
        assert len({round(middle / 4) for *_, middle in lines}) >= expected - 1
    tops = [sorted({middle for *_, middle in lines}) for lines in (ours, theirs)]
    assert abs(tops[0][0] - tops[1][0]) < APART
    assert abs(tops[0][-1] - tops[1][-1]) < APART
    assert abs(min(line[1] for line in ours) - min(line[1] for line in theirs)) < APART


@pytest.mark.xdist_group("window")
@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_follows_the_block_begins_below_the_window(name: str, written: Mapping[str, tuple[Path, Path]]) -> None:
    """The date or the reference is the first text below, at the same height in both formats."""
    ours, theirs = (min(line[3] for line in _lines(file) if line[3] > LOWER) for file in written[name])

    assert 92 < ours < 100
    assert abs(ours - theirs) < APART


def test_the_size_of_the_block_moves_nothing(tmp_path: Path) -> None:
    """The rest of the letter is at the same place, whether the block has two lines or eight."""
    places = []
    for address in ("Street 1", "|".join(f"Line {number}" for number in range(4))):
        file = tmp_path / "letter.pdf"
        file.write_bytes(pdf.master(_filled("tsb-circular-213", "left", address=address), PACK).fill({}))
        places.append([line for line in _lines(file) if not UPPER < line[3] < LOWER])

    assert places[0] == places[1]
    assert len(places[0]) > 20
