"""Opens PDFs of strangers for pyHanko."""

from __future__ import annotations

import io
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from circulars.errors import Place, Problem, SigningError
from circulars.signing.place import encrypted, unreadable


def opened(data: bytes, file: str) -> PdfFileReader:
    """The PDF, read by pyHanko.

    Raises:
        SigningError: it is none, it is encrypted, or it is of a form in which signatures cannot be told from forgeries.
    """
    try:
        reader = PdfFileReader(io.BytesIO(data))
        locked, mixed = reader.encrypted, reader.xrefs.hybrid_xrefs_present
        whole = locked or entry(reader.root, "/Pages", "/Kids") is not None
    except Exception:  # a broken PDF has no end of ways to be broken
        raise SigningError(unreadable(file)) from None
    if not whole:
        raise SigningError(unreadable(file))
    if locked:
        raise SigningError(encrypted(file))
    if mixed:
        fact = "the PDF has two tables of contents, which may differ (hybrid cross-references)"
        raise SigningError(Problem(Place(file), "hybrid-pdf", fact, "export it in another way, or as PDF/A"))
    return reader


def entry(thing: Any, *names: str) -> Any:
    """What stands below names in dictionaries of dictionaries, with references followed; else nothing."""
    for name in names:
        if not isinstance(thing, generic.DictionaryObject) or name not in thing:
            return None
        thing = thing[name]
    return thing


def entries(thing: Any, *names: str) -> list[Any]:
    """The list that stands below names, its references not followed; an empty one when none stands there."""
    found = entry(thing, *names)
    return list(found) if isinstance(found, generic.ArrayObject) else []
