"""Makes a contact sheet: the pages of many PDFs as thumbnails, with text beside them."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree

import pikepdf

from circulars.model.document import Document
from circulars.pack import Pack
from circulars.render.measures import font_rules
from circulars.render.page import stylesheet_of

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PAGES: Final = 3
"""The most pages of a PDF that are shown. Of further pages only the number is shown."""

_DPI: Final = 110
_WIDTH: Final = 41.0  # of a thumbnail, in millimetres
_GAP: Final = 6.2  # between two thumbnails, in millimetres: six fill a row
_UNIT: Final = 0.75  # a CSS pixel in points
_FACES: Final = re.compile(r"@font-face\s*\{[^}]*\}")
_MARKS: Final = ("BMC", "BDC", "EMC", "MP", "DP")  # marked content (ISO 32000-1, 14.6)
_FONT_FILES: Final = ("/FontFile", "/FontFile2", "/FontFile3")
_NONE: Final = pikepdf.Dictionary()

_STYLESHEET: Final = """
@page {
  size: A4 landscape;
  margin: 8mm 10mm 10mm;
  @bottom-center {
    content: counter(page) " / " counter(pages);
    padding-top: 3mm; vertical-align: top; font-size: 7pt; color: #595959;
  }
}
html { font-size: 7pt; line-height: 1.25; color: #1a1a1a; background: #fff }
body, h2, p, ul { margin: 0 }
h1 { margin: 0 0 .5mm; font-size: 15pt; line-height: 1.2 }
.about { font-size: 8.5pt; color: #404040 }
.cases { margin: 2.5mm -6.2mm 0 0; orphans: 1; widows: 1 }
.case {
  display: inline-block; vertical-align: top; margin: 0 6.2mm 3mm 0;
  border-top: .6mm solid #1f4e79; padding-top: 1mm;
}
h2 { margin-bottom: .8mm; font-size: 9.5pt; line-height: 1.2 }
.facts { margin-top: 1mm; color: #404040 }
.pages { white-space: nowrap }
img { display: inline-block; box-sizing: border-box; border: .2mm solid #8c8c8c; vertical-align: top }
ul { margin-top: .5mm; padding-left: 3mm }
h2, p, li { overflow-wrap: anywhere }
"""
_EMPTY_IMAGE: Final = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'/%3E"


@dataclass(frozen=True, slots=True)
class Thumbnails:
    """A PDF for a contact sheet: its name, a line of facts, and remarks."""

    name: str
    facts: str
    remarks: tuple[str, ...]
    data: bytes


def contact_sheet(document: Document, pack: Pack, about: Sequence[str], shown: Sequence[Thumbnails]) -> bytes:
    """A PDF that shows the first pages of other PDFs as thumbnails (with vector graphics), and their texts.

    ``document`` gives the sheet's title and date; ``about`` are the lines at its head. Each thumbnail has an alternate
    text for screen readers.

    Raises:
        CircularsError: the pack's fonts are missing, or lack some of the characters.
    """
    # WeasyPrint takes half a second to import, and only contact sheets need it here.
    from circulars.render.pdf.press import Press, see_nothing

    recorder = _FrameRecorder()
    with ExitStack() as stack:
        files = [stack.enter_context(pikepdf.open(io.BytesIO(one.data))) for one in shown]
        page = _page_html(document, about, [_case_html(number, one, files[number]) for number, one in enumerate(shown)])
        stylesheet = "".join(_FACES.findall(stylesheet_of(pack))) + _STYLESHEET + font_rules(pack.fonts)
        tree = ElementTree.fromstring(page)  # noqa: S314  # our own page
        sheets = Press(stylesheet, pack.fonts).print(document, tree, recorder, look=see_nothing)
        return _filled(sheets, recorder.frames, files)


def pictures(data: bytes) -> tuple[bytes, ...]:
    """A PDF's pages as PNG."""
    # Slow to load, and only pictures need it.
    import pypdfium2

    pdf = pypdfium2.PdfDocument(data)
    try:
        return tuple(_png(page.render(scale=_DPI / 72).to_pil()) for page in pdf)
    finally:
        pdf.close()


def _png(picture: Image) -> bytes:
    file = io.BytesIO()
    picture.convert("RGB").save(file, "PNG", optimize=True, dpi=(_DPI, _DPI))
    return file.getvalue()


def _page_html(document: Document, about: Sequence[str], cases: Sequence[str]) -> str:
    head = f'<p class="about">{escape(" · ".join(about))}</p>' if about else ""
    title = escape(document.properties.title)
    language = document.properties.language
    return (
        f'<html lang="{language}"><head><title>{title}</title></head><body><h1>{title}</h1>{head}'
        f'<div class="cases">{"".join(cases)}</div></body></html>'
    )


def _case_html(number: int, one: Thumbnails, file: pikepdf.Pdf) -> str:
    """The HTML for one PDF: empty frames in the shapes of its pages, found by their ids, and its texts."""
    count = min(len(file.pages), MAX_PAGES)
    frames = "".join(_frame_html(number, index, one.name, file.pages[index]) for index in range(count))
    remarks = list(one.remarks)
    if more := len(file.pages) - count:
        remarks.insert(0, f"… and {more:,} more {'page' if more == 1 else 'pages'}")
    listed = "".join(f"<li>{escape(remark)}</li>" for remark in remarks)
    width = max(count, 1) * (_WIDTH + _GAP) - _GAP
    return (
        f'<section class="case" style="width: {width}mm"><h2><bdi>{escape(one.name)}</bdi></h2>'
        f'<p class="pages">{frames}</p><p class="facts">{escape(one.facts)}</p><ul>{listed}</ul></section>'
    )


def _frame_html(number: int, index: int, name: str, page: pikepdf.Page) -> str:
    left, bottom, right, top = (float(side) for side in page.mediabox)
    height = _WIDTH * (top - bottom) / (right - left)
    words = escape(f"page {index + 1} of the letter for {name}")
    gap = f"margin-left: {_GAP}mm" if index else "margin-left: 0"
    style = f"width: {_WIDTH}mm; height: {height:.3f}mm; {gap}"
    return f'<img id="p{number}-{index}" alt="{words}" src="{_EMPTY_IMAGE}" style="{style}"/>'


@dataclass(frozen=True, slots=True)
class _Frame:
    """The place of a PDF's page: the sheet, and the rectangle on it in points from the lower left corner."""

    sheet: int
    file: int
    page: int
    box: tuple[float, float, float, float]


class _FrameRecorder:
    """Records where the frames are while the sheets are printed."""

    def __init__(self) -> None:
        self.frames: list[_Frame] = []
        self._sheets = 0

    def painted(self, sheet: Any, stream: Any, marks: dict[Any, dict[str, Any]], is_last: bool) -> None:
        """Records the frames of a sheet."""
        for name, (left, top, right, bottom) in sheet.anchors.items():
            file, _, page = name.removeprefix("p").partition("-")
            box = (left * _UNIT, (sheet.height - bottom) * _UNIT, right * _UNIT, (sheet.height - top) * _UNIT)
            self.frames.append(_Frame(self._sheets, int(file), int(page), box))
        self._sheets += 1

    def finishing(self, pdf: Any) -> None:
        """Leaves the PDF as it is."""

    def finished(self, pdf: Any) -> None:
        """Leaves the PDF as it is."""


def _filled(sheets: bytes, frames: Sequence[_Frame], files: Sequence[pikepdf.Pdf]) -> bytes:
    """The sheets with the pages drawn into their frames. The pages are artifacts; the frames have alternate texts."""
    with pikepdf.open(io.BytesIO(sheets)) as pdf:
        for number, sheet in enumerate(pdf.pages):
            drawn = [b"Q"]
            for frame in (frame for frame in frames if frame.sheet == number):
                form = pdf.copy_foreign(_unmarked(files[frame.file].pages[frame.page].as_form_xobject()))
                # pikepdf's generated names are random.
                name = sheet.add_resource(form, pikepdf.Name.XObject, pikepdf.Name(f"/Shown{frame.file}-{frame.page}"))
                box = pikepdf.Rectangle(*frame.box)
                placed = sheet.calc_form_xobject_placement(
                    form, name, box, invert_transformations=True, allow_shrink=True, allow_expand=True
                )
                drawn += [b"/Artifact BMC", placed, b"EMC"]
            sheet.contents_add(b"q", prepend=True)
            sheet.contents_add(b"\n".join(drawn))
        _deduplicate(pdf)
        file = io.BytesIO()
        pdf.save(file, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return file.getvalue()


def _unmarked(form: pikepdf.Object) -> pikepdf.Object:
    """A form XObject, and those in it, without marked content, because that refers to another file's structure."""
    kept = [one for one in pikepdf.parse_content_stream(form) if str(one.operator) not in _MARKS]
    form.write(pikepdf.unparse_content_stream(kept))
    for key in ("/StructParents", "/StructParent"):
        if key in form:
            del form[key]
    for inner in form.get("/Resources", _NONE).get("/XObject", _NONE).as_dict().values():
        if inner.get("/Subtype") == "/Form":
            _unmarked(inner)
    return form


def _deduplicate(pdf: pikepdf.Pdf) -> None:
    """Merges equal fonts and pictures of different files: the copies of a letter share nearly all of them."""
    known: dict[bytes, pikepdf.Object] = {}
    holders = [item for item in pdf.objects if isinstance(item, (pikepdf.Dictionary, pikepdf.Stream))]
    # Masks come first: pictures refer to them, so equal pictures must have the same mask.
    for key in ("/SMask", *_FONT_FILES):
        for holder in holders:
            if isinstance(holder.get(key), pikepdf.Stream):
                holder[key] = _shared(holder[key], known)
    for holder in holders:
        drawn = holder.get("/Resources", _NONE).get("/XObject", _NONE)
        for name, part in list(drawn.items()):
            if part.get("/Subtype") == "/Image":
                drawn[name] = _shared(part, known)


def _shared(stream: pikepdf.Object, known: dict[bytes, pikepdf.Object]) -> pikepdf.Object:
    described = hashlib.sha256(stream.stream_dict.unparse() + stream.read_raw_bytes())
    return known.setdefault(described.digest(), stream)
