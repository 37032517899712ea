"""Finds a place on a letter's pages where the visible block of a signature covers nothing."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pikepdf

from circulars.errors import Choice, CircularsError, Place, Problem, SigningError, UsageError
from circulars.files import recognize
from circulars.signing.page_content import DrawnObject, drawn_objects
from circulars.signing.values import Box, Placement

DESTINATION = "Signature"
"""The named destination of a letter's signature, after the closing."""

_MM = 72 / 25.4  # points
_STEP = 2 * _MM  # how far a block is moved when something is in its way
_STEPS_DOWN = 14
_RISE = 4.0  # points: a block may start this far above the destination, in the space between two paragraphs
_VERTICAL_GAP = 1.0  # points between a block and what is above or below it
_HORIZONTAL_GAP = 3 * _MM  # between a block and what is beside it


def find_spot(data: bytes, width: float, height: float, file: str = "") -> Placement:
    """A free place at the letter's signature for a block of ``width`` × ``height`` mm.

    The first choice is below the closing; then come places further along the line, then lower ones.

    Raises:
        SigningError: the PDF cannot be read, it does not say where its signature belongs, or there is no room.
    """
    with _opened(data, file) as pdf:
        page, left, top = _destination(pdf, file)
        area = _media_box(pdf.pages[page])
        taken = [one for one in drawn_objects(pdf.pages[page]) if not _is_background(one, area)]
        margin = left - area.left
        right_to_left = str(_entry(pdf.Root, "/ViewerPreferences", "/Direction")) == "/R2L"
        for box in _candidates(area, margin, top, (width * _MM, height * _MM), right_to_left):
            around = Box(
                box.left - _HORIZONTAL_GAP,
                box.bottom - _VERTICAL_GAP,
                box.right + _HORIZONTAL_GAP,
                box.top + _VERTICAL_GAP,
            )
            if not any(around.overlaps(one.box) for one in taken):
                return Placement(page, box, _mcid_above(taken, box))
    raise _no_spot(file, "no-room", f"there is no room of {width:g} × {height:g} mm at the letter's signature")


def spot_at(data: bytes, page: int, left: float, top: float, size: tuple[float, float], file: str = "") -> Placement:
    """The place on a page (counted from 1) that the user named, in mm from the page's upper left corner.

    Raises:
        SigningError: the PDF cannot be read.
        UsageError: there is no such page, or the block would extend beyond it.
    """
    with _opened(data, file) as pdf:
        if not 1 <= page <= len(pdf.pages):
            fact = f"there is no page {page}; the last one is {len(pdf.pages)}"
            raise UsageError(Problem(Place(file), "no-such-page", fact))
        area = _media_box(pdf.pages[page - 1])
        start, upper = area.left + left * _MM, area.top - top * _MM
        box = Box(start, upper - size[1] * _MM, start + size[0] * _MM, upper)
        if min(size) <= 0 or min(left, top) < 0 or box.right > area.right or box.bottom < area.bottom:
            fact = f"the block does not fit on page {page}"
            hint = f"the page is {area.width / _MM:.0f} × {area.height / _MM:.0f} mm"
            raise UsageError(Problem(Place(file), "outside-page", fact, hint))
        return Placement(page - 1, box, _mcid_above(list(drawn_objects(pdf.pages[page - 1])), box))


def covers_something(data: bytes, page: int, box: Box, field: tuple[int, int] = (0, 0)) -> bool:
    """Whether a block on a page (counted from 0) would cover something that the page shows.

    ``field`` is the number and generation of the block's own field, if it is on the page already. A page that cannot be
    read counts as covered.
    """
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            shown = pdf.pages[page]
            area = _media_box(shown)
            return any(one.box.overlaps(box) for one in drawn_objects(shown, field) if not _is_background(one, area))
    except Exception:  # a page can be broken in countless ways
        return True


def language_of(data: bytes, file: str = "") -> str:
    """The language that a PDF declares ("es"), or "".

    Raises:
        SigningError: the PDF cannot be read.
    """
    with _opened(data, file) as pdf:
        return str(pdf.Root.get("/Lang", ""))


@contextmanager
def _opened(data: bytes, file: str) -> Iterator[pikepdf.Pdf]:
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            yield pdf
    except pikepdf.PasswordError:
        raise SigningError(encrypted_pdf(file)) from None
    except CircularsError:
        raise
    except Exception:  # a PDF can be broken in countless ways
        raise SigningError(unreadable_pdf(data, file)) from None


def encrypted_pdf(file: str) -> Problem:
    """The problem with an encrypted PDF."""
    return Problem(Place(file), "encrypted-pdf", "the PDF is encrypted", "use the file without encryption")


def unreadable_pdf(data: bytes, file: str) -> Problem:
    """The problem with a broken PDF, or a file that is not a PDF."""
    found = recognize.unreadable_pdf(data)
    return Problem(Place(file), "unreadable-pdf", found.fact, found.remedy)


def _destination(pdf: pikepdf.Pdf, file: str) -> tuple[int, float, float]:
    """The page of the destination, counted from 0, and the point on it."""
    tree = _entry(pdf.Root, "/Names", "/Dests")
    found: Any = pikepdf.NameTree(tree).get(DESTINATION) if tree is not None else None
    target = found.get("/D") if isinstance(found, pikepdf.Dictionary) else found
    if not isinstance(target, pikepdf.Array):
        raise _no_spot(file, "no-place", "the PDF does not say where its signature belongs")
    page = next(number for number, one in enumerate(pdf.pages) if one.obj.objgen == target[0].objgen)
    return page, float(target[2]), float(target[3])


def _entry(thing: Any, *names: str) -> Any:
    """The value at a path of names in nested dictionaries; ``None`` if there is none."""
    for name in names:
        thing = thing.get(name) if isinstance(thing, pikepdf.Dictionary) else None
    return thing


def _no_spot(file: str, code: str, fact: str) -> SigningError:
    effect = "say where to put the block: {}, in mm from the page's upper left corner"
    choice = Choice("box", effect, "PAGE,X,Y,WIDTH,HEIGHT")
    return SigningError(Problem(Place(file), code, fact, choices=(choice,)))


def _media_box(page: pikepdf.Page) -> Box:
    left, bottom, right, top = (float(side) for side in page.mediabox)
    return Box(min(left, right), min(bottom, top), max(left, right), max(bottom, top))


def _candidates(area: Box, margin: float, top: float, size: tuple[float, float], right_to_left: bool) -> Iterator[Box]:
    """Places for a block, the best first: at the signature, then along the line, then lower."""
    width, height = size
    room = area.width - 2 * margin - width
    for down in range(_STEPS_DOWN):
        upper = top + _RISE - down * _STEP
        for along in range(int(room / _STEP) + 1):
            shift = along * _STEP
            left = area.right - margin - width - shift if right_to_left else area.left + margin + shift
            yield Box(left, upper - height, left + width, upper)


def _is_background(one: DrawnObject, area: Box) -> bool:
    """Whether an object is only a coloured background: it is large, and not part of the content."""
    return one.mcid < 0 and one.box.width > area.width / 2 and one.box.height > area.height / 4


def _mcid_above(drawn: Sequence[DrawnObject], box: Box) -> int:
    """The last marked content (MCID) above a box; the block is read after it."""
    return max((one.mcid for one in drawn if one.box.bottom >= box.top - _VERTICAL_GAP), default=-1)
