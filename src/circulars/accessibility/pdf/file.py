"""Opens untrusted PDF files, with limits, and reads their objects.

The standard is ISO 32000-1, but in a broken or hostile file any value may be missing, of another type, or refer back to
itself.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from circulars.accessibility.finding import Spot, quoted
from circulars.accessibility.shared import ENCRYPTED
from circulars.files.recognize import NO_PAGES, unreadable_pdf

MAX_PAGES: Final = 3_000
MAX_STREAM: Final = 30_000_000
"""The maximum size of an unpacked stream in bytes."""
MAX_VALUES: Final = 1_000_000
_MAX_LZW: Final = 100_000  # packed bytes; qpdf does not limit LZW, and a hundred kilobytes may unpack to 270 MB
# The names are pikepdf's. The limits apply to the whole process, so they are only set during a check.
_LIMITS: Final[Mapping[str, Any]] = {
    "flate_max_memory": MAX_STREAM,
    "run_length_max_memory": MAX_STREAM,
    "png_max_memory": MAX_STREAM,
    "tiff_max_memory": MAX_STREAM,
    "doc_max_warnings": 1_000,
    "max_stream_filters": 4,
    "parser_max_nesting": 200,
}


class UncheckablePdfError(Exception):
    """A PDF cannot be checked; ``code`` is the rule that it breaks, and ``fact`` says why.

    ``remedy`` is a better one than that of the rule, or "".
    """

    def __init__(self, code: str, fact: str, remedy: str = "") -> None:
        super().__init__(code, fact, remedy)
        self.code, self.fact, self.remedy = code, fact, remedy


def damage_errors() -> tuple[type[Exception], ...]:
    """The errors that occur when a value is not of the type that the standard requires."""
    import pikepdf

    return (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, TypeError, KeyError, AttributeError,
            ArithmeticError, IndexError, RuntimeError, NotImplementedError, MemoryError)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PdfPage:
    """A page: its number, counted from 1, its object, its height in points, and its area in square points."""

    number: int
    node: Any
    height: float
    area: float = 595.0 * 842.0


@dataclass(frozen=True, slots=True)
class PdfFile:
    """An open PDF: its catalogue (``root``) and its pages."""

    name: str
    pdf: Any
    root: Any
    pages: tuple[PdfPage, ...]

    @property
    def is_pdf_2(self) -> bool:
        """Whether the file is PDF 2.0 (ISO 32000-2), by its first line or its catalogue."""
        return str(self.pdf.pdf_version) >= "2" or name_of(self.root.get("/Version")) >= "2"

    def spot(self, page: int = 0, words: str = "") -> Spot:
        """A place in the file."""
        return Spot(self.name, part=f"page {page}" if page else "", words=quoted(words))


@contextmanager
def open_pdf(data: bytes, name: str) -> Iterator[PdfFile]:
    """An open PDF.

    Raises:
        UncheckablePdfError: it is not a PDF, or one that cannot be checked.
    """
    import pikepdf

    before: dict[str, Any] = pikepdf.settings.set_qpdf_limits(**_LIMITS)
    try:
        # pikepdf warns of damage that it can ignore; if the damage matters, the checks find it.
        with warnings.catch_warnings(), _opened(data) as pdf:
            warnings.simplefilter("ignore")
            if not (pages := tuple(_pages(pdf))):
                raise UncheckablePdfError("unreadable-file", NO_PAGES.fact, NO_PAGES.remedy)
            yield PdfFile(name, pdf, pdf.Root, pages)
    finally:
        pikepdf.settings.set_qpdf_limits(**before)


def _opened(data: bytes) -> Any:
    import pikepdf

    try:
        return pikepdf.open(io.BytesIO(data), suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise UncheckablePdfError("encrypted-file", ENCRYPTED) from error
    except pikepdf.PdfError as error:
        found = unreadable_pdf(data, str(error))
        code = "encrypted-file" if found.is_encrypted else "unreadable-file"
        raise UncheckablePdfError(code, found.fact, found.remedy) from error


def _pages(pdf: Any) -> Iterator[PdfPage]:
    # Read here because pikepdf would repair the page tree in memory and follow it to any depth.
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
                raise UncheckablePdfError("unreadable-file", f"it has more than {MAX_PAGES:,} pages")
            box = [number_of(side) for side in items(inherited(node, "/MediaBox"))]
            left, bottom, right, top = box if len(box) == 4 else (0.0, 0.0, 595.0, 842.0)
            yield PdfPage(number, node, top - bottom, abs((right - left) * (top - bottom)))


def is_dictionary(value: Any) -> bool:
    """Whether a value is a dictionary or a stream, which contains one."""
    import pikepdf

    return isinstance(value, (pikepdf.Dictionary, pikepdf.Stream))


def get(node: Any, *names: str) -> Any:
    """The value at a path of names in nested dictionaries, or ``None``."""
    for name in names:
        if not is_dictionary(node):
            return None
        node = _entry(node, name)
    return node


def _entry(node: Any, name: str) -> Any:
    if name.isascii():
        return node.get(name)
    # pikepdf cannot look for a name that is not UTF-8.
    return next((value for key, value in node.items() if key == name), None)


def items(value: Any) -> list[Any]:
    """The items of an array; any other value as the only item; ``[]`` for ``None``."""
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
    """A name without its slash, or "".

    Bytes that are not UTF-8 are kept as lone surrogates, as pikepdf does in the keys of dictionaries.
    """
    import pikepdf

    return bytes(value)[1:].decode("utf-8", "surrogateescape") if isinstance(value, pikepdf.Name) else ""


def number_of(value: Any) -> float:
    """A number, or 0."""
    from decimal import Decimal

    return float(value) if isinstance(value, (int, float, Decimal)) else 0.0


def inherited(node: Any, name: str) -> Any:
    """A value of a node or of its nearest parent that has it, such as a page's resources, or ``None``."""
    for _ in range(50):
        if not is_dictionary(node):
            return None
        if name in node:
            return node.get(name)
        node = node.get("/Parent")
    return None


def unpacked(stream: Any) -> bytes:
    """The unpacked bytes of a stream; empty if it cannot be read, or exceeds the limits."""
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


def dictionaries(pdf: Any) -> Iterator[Any]:
    """Every dictionary and stream of a file, also nested ones, up to a limit."""
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
