"""Opens PDF files that strangers made, with limits, and reads their objects without trusting them.

ISO 32000-1 is what a PDF should be; any value may be missing, of another kind, or lead back to itself.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from circulars.accessibility.finding import Spot, quoted

MAX_PAGES: Final = 3_000
MAX_STREAM: Final = 30_000_000
"""The most bytes that a stream may hold once it is unpacked."""
MAX_VALUES: Final = 1_000_000
_MAX_LZW: Final = 100_000  # nothing limits what LZW unpacks to: a hundred kilobytes may become 270 MB
# As pikepdf names them; they hold for the whole process, so they are set for the time of one check.
_LIMITS: Final[Mapping[str, Any]] = {
    "flate_max_memory": MAX_STREAM,
    "run_length_max_memory": MAX_STREAM,
    "png_max_memory": MAX_STREAM,
    "tiff_max_memory": MAX_STREAM,
    "doc_max_warnings": 1_000,
    "max_stream_filters": 4,
    "parser_max_nesting": 200,
}


class UnfitPdfError(Exception):
    """Why a PDF cannot be looked at: the code of the rule that it breaks, and the fact."""

    def __init__(self, code: str, fact: str) -> None:
        super().__init__(code, fact)
        self.code, self.fact = code, fact


@dataclass(frozen=True, slots=True)
class PdfPage:
    """A page: its number from 1, its object, and its height in points."""

    number: int
    node: Any
    height: float


@dataclass(frozen=True, slots=True)
class PdfFile:
    """An open PDF: its catalogue, and its pages."""

    name: str
    pdf: Any
    root: Any
    pages: tuple[PdfPage, ...]

    def spot(self, page: int = 0, words: str = "") -> Spot:
        """A point in the file."""
        return Spot(self.name, part=f"page {page}" if page else "", words=quoted(words))


@contextmanager
def open_pdf(data: bytes, name: str) -> Iterator[PdfFile]:
    """An open PDF.

    Raises:
        UnfitPdfError: it is none, or none that can be looked at.
    """
    import pikepdf

    before: dict[str, Any] = pikepdf.settings.set_qpdf_limits(**_LIMITS)
    try:
        # pikepdf warns of damages beyond which it can read on; what they do to the file is found.
        with warnings.catch_warnings(), _opened(data) as pdf:
            warnings.simplefilter("ignore")
            yield PdfFile(name, pdf, pdf.Root, tuple(_pages(pdf)))
    finally:
        pikepdf.settings.set_qpdf_limits(**before)


def _opened(data: bytes) -> Any:
    import pikepdf

    try:
        return pikepdf.open(io.BytesIO(data), suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise UnfitPdfError("encrypted-file", "it opens with a password only") from error
    except pikepdf.PdfError as error:
        raise UnfitPdfError("unreadable-file", "it is damaged, and cannot be opened") from error


def _pages(pdf: Any) -> Iterator[PdfPage]:
    # Read here, and not by pikepdf, which mends the tree of pages in memory and goes as deep as it leads.
    waiting, seen, number = [get(pdf.Root, "/Pages")], set(), 0
    while waiting:
        node = waiting.pop()
        if not is_dictionary(node) or (node.objgen != (0, 0) and node.objgen in seen):
            continue
        seen.add(node.objgen)
        if "/Kids" in node:
            waiting += reversed(items(get(node, "/Kids")))
        else:
            number += 1
            if number > MAX_PAGES:
                raise UnfitPdfError("unreadable-file", f"it has more than {MAX_PAGES:,} pages")
            box = [numeral(side) for side in items(inherited(node, "/MediaBox"))]
            yield PdfPage(number, node, box[3] - box[1] if len(box) == 4 else 842.0)


def is_dictionary(value: Any) -> bool:
    """Whether a value is a dictionary, or a stream, which has one."""
    import pikepdf

    return isinstance(value, (pikepdf.Dictionary, pikepdf.Stream))


def get(node: Any, *names: str) -> Any:
    """A value in dictionaries in dictionaries, or ``None``."""
    for name in names:
        if not is_dictionary(node):
            return None
        node = node.get(name)
    return node


def items(value: Any) -> list[Any]:
    """The items of an array; another value is one item, and nothing none."""
    import pikepdf

    if value is None:
        return []
    return list(value) if isinstance(value, pikepdf.Array) else [value]


def text(node: Any, *names: str) -> str:
    """A text string in a dictionary, or ""."""
    import pikepdf

    value = get(node, *names)
    return str(value) if isinstance(value, pikepdf.String) else ""


def name_of(value: Any) -> str:
    """A name without its stroke, or ""."""
    import pikepdf

    return str(value)[1:] if isinstance(value, pikepdf.Name) else ""


def numeral(value: Any) -> float:
    """A number, or 0."""
    from decimal import Decimal

    return float(value) if isinstance(value, (int, float, Decimal)) else 0.0


def inherited(node: Any, name: str) -> Any:
    """A value of a node or of those above it, such as a page's resources or a field's kind."""
    for _ in range(50):
        if not is_dictionary(node):
            return None
        if name in node:
            return node.get(name)
        node = node.get("/Parent")
    return None


def unpacked(stream: Any) -> bytes:
    """What a stream holds, or nothing where it cannot be read, or holds more than the limits allow."""
    import pikepdf

    if not isinstance(stream, pikepdf.Stream):
        return b""
    filters = {name_of(each) for each in items(stream.get("/Filter"))}
    try:
        if filters & {"LZWDecode", "LZW"} and len(stream.read_raw_bytes()) > _MAX_LZW:
            return b""
        return bytes(stream.read_bytes())
    except (pikepdf.PdfError, pikepdf.DataDecodingError, RuntimeError, MemoryError, NotImplementedError):
        return b""


def values(pdf: Any) -> Iterator[Any]:
    """Every dictionary of a file, up to a limit: the objects, and what is written inside of them."""
    import pikepdf

    left = MAX_VALUES
    for thing in pdf.objects:
        waiting = [thing]
        while waiting and left:
            value = waiting.pop()
            left -= 1
            if is_dictionary(value):
                yield value
                inner = list(value.values()) if isinstance(value, pikepdf.Dictionary) else [v for _, v in value.items()]
            elif isinstance(value, pikepdf.Array):
                inner = list(value)
            else:
                continue
            waiting += [v for v in inner if isinstance(v, pikepdf.Object) and not v.is_indirect]
