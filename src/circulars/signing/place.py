"""Finds where on a letter's pages the block of a signature may stand without covering anything."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pikepdf

from circulars.errors import CircularsError, Place, Problem, SigningError, UsageError
from circulars.signing.lines import Drawn, drawn_on
from circulars.signing.values import Box, Spot

DESTINATION = "Signature"
"""The named destination at which a letter's signature stands, after the closing."""

_MM = 72 / 25.4
_STEP = 2 * _MM  # how far a block is moved when something is in its way
_DOWN = 14  # steps
_LIFT = 4.0  # points by which a block may stand higher than the destination: paragraphs keep a distance
_AIR = 1.0  # points between a block and what stands above or below it
_BESIDE = 3 * _MM  # and what stands beside it


def find_spot(data: bytes, width: float, height: float, file: str = "") -> Spot:
    """A free place for a block (in mm) at the letter's signature: below the closing, else beside the signatory.

    Raises:
        SigningError: the PDF cannot be read, it does not say where its signature stands, or there is no room.
    """
    with _opened(data, file) as pdf:
        page, left, top = _destination(pdf, file)
        area = _media_box(pdf.pages[page])
        taken = [one for one in drawn_on(pdf.pages[page]) if not _is_background(one, area)]
        margin = left - area.left
        right_to_left = str(_below(pdf.Root, "/ViewerPreferences", "/Direction")) == "/R2L"
        for box in _candidates(area, margin, top, (width * _MM, height * _MM), right_to_left):
            around = Box(box.left - _BESIDE, box.bottom - _AIR, box.right + _BESIDE, box.top + _AIR)
            if not any(around.meets(one.box) for one in taken):
                return Spot(page, box, _mark_above(taken, box))
    raise _no_spot(file, "no-room", f"there is no room of {width:g} × {height:g} mm at the letter's signature")


def spot_at(data: bytes, page: int, left: float, top: float, size: tuple[float, float], file: str = "") -> Spot:
    """The place on a page (from 1) that was asked for, in mm from the page's upper left corner.

    Raises:
        SigningError: the PDF cannot be read.
        UsageError: there is no such page, or the block would not be all on it.
    """
    with _opened(data, file) as pdf:
        if not 1 <= page <= len(pdf.pages):
            fact = f"there is no page {page}; the last one is {len(pdf.pages)}"
            raise UsageError(Problem(Place(file), "no-such-page", fact))
        area = _media_box(pdf.pages[page - 1])
        start, upper = area.left + left * _MM, area.top - top * _MM
        box = Box(start, upper - size[1] * _MM, start + size[0] * _MM, upper)
        if min(size) <= 0 or min(left, top) < 0 or box.right > area.right or box.bottom < area.bottom:
            fact = f"the block would not be all on page {page}"
            hint = f"the page is {area.width / _MM:.0f} × {area.height / _MM:.0f} mm"
            raise UsageError(Problem(Place(file), "outside-page", fact, hint))
        return Spot(page - 1, box, _mark_above(list(drawn_on(pdf.pages[page - 1])), box))


def language_of(data: bytes, file: str = "") -> str:
    """The language that a PDF says it is in ("es"), or "".

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
        raise SigningError(encrypted(file)) from None
    except CircularsError:
        raise
    except Exception:  # a broken PDF has no end of ways to be broken
        raise SigningError(unreadable(file)) from None


def encrypted(file: str) -> Problem:
    """The problem of a PDF that is locked with a password."""
    return Problem(Place(file), "encrypted-pdf", "the PDF is encrypted", "take the file before it was encrypted")


def unreadable(file: str) -> Problem:
    """The problem of a file that is no PDF, or a broken one."""
    return Problem(Place(file), "unreadable-pdf", "this is no PDF, or a broken one", "build or export it again")


def _destination(pdf: pikepdf.Pdf, file: str) -> tuple[int, float, float]:
    """The page, from 0, and the point on it that the destination names."""
    tree = _below(pdf.Root, "/Names", "/Dests")
    found: Any = pikepdf.NameTree(tree).get(DESTINATION) if tree is not None else None
    target = found.get("/D") if isinstance(found, pikepdf.Dictionary) else found
    if not isinstance(target, pikepdf.Array):
        raise _no_spot(file, "no-place", "the PDF does not say where its signature stands")
    page = next(number for number, one in enumerate(pdf.pages) if one.obj.objgen == target[0].objgen)
    return page, float(target[2]), float(target[3])


def _below(thing: Any, *names: str) -> Any:
    """What stands below names in dictionaries of dictionaries, or nothing."""
    for name in names:
        thing = thing.get(name) if isinstance(thing, pikepdf.Dictionary) else None
    return thing


def _no_spot(file: str, code: str, fact: str) -> SigningError:
    hint = "say where the block is to stand: --box PAGE,X,Y,WIDTH,HEIGHT, in mm from the page's upper left corner"
    return SigningError(Problem(Place(file), code, fact, hint))


def _media_box(page: pikepdf.Page) -> Box:
    left, bottom, right, top = (float(side) for side in page.mediabox)
    return Box(min(left, right), min(bottom, top), max(left, right), max(bottom, top))


def _candidates(area: Box, margin: float, top: float, size: tuple[float, float], right_to_left: bool) -> Iterator[Box]:
    """Places for a block, the best first: at the signature, then along the line, then lower."""
    width, height = size
    room = area.width - 2 * margin - width
    for down in range(_DOWN):
        upper = top + _LIFT - down * _STEP
        for along in range(int(room / _STEP) + 1):
            shift = along * _STEP
            left = area.right - margin - width - shift if right_to_left else area.left + margin + shift
            yield Box(left, upper - height, left + width, upper)


def _is_background(one: Drawn, area: Box) -> bool:
    """Whether what is drawn is a colour behind everything: large, and no content."""
    return one.mark < 0 and one.box.width > area.width / 2 and one.box.height > area.height / 4


def _mark_above(drawn: Sequence[Drawn], box: Box) -> int:
    """The last mark that stands above a box; after it the block is read."""
    return max((one.mark for one in drawn if one.box.bottom >= box.top - _AIR), default=-1)
