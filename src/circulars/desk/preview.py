"""Lays letters out for the preview: their text as HTML, and their pages as pictures."""

from __future__ import annotations

import io
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Final

from circulars.build import Order, build, part_of
from circulars.desk.letter_file import LetterBytes, read_letter_file
from circulars.errors import CircularsError, LimitError, Problem
from circulars.formats import WRITERS
from circulars.processes.crew import limited
from circulars.processes.limits import Part
from circulars.source.letters.reading import parse_letter
from circulars.workspace import Workspace

TEXT: Final = "html"
PAGES: Final = "pdf"
_PART: Final = Part("a picture of a page", "simplify the drawings of the pack")
_KEPT: Final = 60
"""So many layouts are kept."""
WIDTHS: Final = (400, 600, 800, 1200, 1600, 2400)
"""The widths of the pictures of pages, in pixels."""


@dataclass(frozen=True, slots=True)
class LetterPreview:
    """A letter laid out in one language and one format.

    ``version`` is the hash of the file that it was made from. With ``problems`` this is the last good layout.
    """

    data: bytes
    version: str
    problems: tuple[Problem, ...] = ()
    pages: int = 0


class NoPreviewError(Exception):
    """The letter has problems, and was not laid out before."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__()
        self.problems = problems


class LetterPreviews:
    """Lays letters out, the newest words each time, and keeps the last good layout of each."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str, str], LetterPreview] = OrderedDict()
        self._locks: dict[tuple[str, str, str], threading.Lock] = {}
        self._too_large: dict[tuple[str, str, str], tuple[str, LimitError]] = {}

    def preview(self, name: str, language: str, format: str) -> LetterPreview:
        """A letter in one of its languages, in a format.

        Raises:
            LetterGoneError: there is no such letter.
            NoPreviewError: the letter has problems, and there is no layout from before.
        """
        key = (name, language, format)
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:  # those who wait for a layout get the newest words, not those of their turn
            letter = read_letter_file(name, self._workspace)
            last = self._kept.get(key)
            if last and last.version == letter.version:
                return last
            try:
                new = self._within_limits(key, letter.version)
            except CircularsError as error:
                if not last:
                    raise NoPreviewError(error.problems) from None
                return replace(last, problems=error.problems)
            with self._lock:
                self._kept[key] = new
                self._kept.move_to_end(key)
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
            return new

    def is_old(self, letter: LetterBytes, language: str, format: str) -> bool:
        """Whether the last good layout of a letter is not that of its newest words; false if there is none."""
        last = self._kept.get((letter.file.name, language, format))
        return last is not None and last.version != letter.version

    def picture(self, name: str, language: str, number: int, width: int) -> bytes | None:
        """A page of the last good PDF of a letter as PNG, or None if there is no such page."""
        last = self._kept.get((name, language, PAGES)) or self.preview(name, language, PAGES)
        if not 1 <= number <= last.pages:
            return None
        wide = next((one for one in WIDTHS if one >= width), WIDTHS[-1])
        return limited(_PART, page_picture, last.data, number, wide, modules=(__name__,))

    def warm_up(self) -> None:
        """Starts a worker process with what writes letters, so that the first preview does not wait for it."""
        modules = (WRITERS[TEXT].preload, WRITERS[PAGES].preload, __name__)
        limited(_PART, len, b"", modules=modules)

    def _within_limits(self, key: tuple[str, str, str], version: str) -> LetterPreview:
        """The layout. A version of a letter that has exceeded the limits is not laid out again."""
        failed, error = self._too_large.get(key, ("", None))
        if error and failed == version:
            raise error
        try:
            return self._laid_out(*key)
        except LimitError as error:
            self._too_large[key] = (version, error)
            raise

    def draft(self, letter: LetterBytes, language: str) -> bytes:
        """The HTML of a letter whose words are perhaps not saved, in one of its languages. Nothing of it is kept.

        Raises:
            CircularsError: the letter has problems.
        """
        return self._layout(letter, language, TEXT).data

    def _laid_out(self, name: str, language: str, format: str) -> LetterPreview:
        return self._layout(read_letter_file(name, self._workspace), language, format)

    def _layout(self, file: LetterBytes, language: str, format: str) -> LetterPreview:
        source, folders = file.file, self._workspace.language_folders
        letter = parse_letter(file.data, source.shown, source.name, source.path.parent, folders)
        [output] = build(letter, self._workspace, Order((language,), (format,), source=False))
        pages = limited(part_of(letter), page_count, output.data, modules=(__name__,)) if format == PAGES else 0
        return LetterPreview(output.data, file.version, pages=pages)


def page_count(pdf: bytes) -> int:
    """The number of pages of a PDF."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def page_picture(pdf: bytes, number: int, width: int) -> bytes:
    """A page of a PDF, counted from 1, as PNG of a width in pixels."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        page = document[number - 1]
        picture = page.render(scale=width / page.get_width()).to_pil()
        written = io.BytesIO()
        picture.save(written, "png", compress_level=1)
        return written.getvalue()
