"""Opens untrusted PDFs with pyHanko."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from circulars.errors import Place, Problem, SigningError
from circulars.signing.placement import encrypted_pdf, unreadable_pdf


def open_pdf(data: bytes, file: str) -> PdfFileReader:
    """The PDF, opened by pyHanko.

    Raises:
        SigningError: it is not a PDF, it is encrypted, or it has hybrid cross-references. With those, two readers may
            see two different files.
    """
    try:
        reader = PdfFileReader(io.BytesIO(data))
        encrypted, hybrid = reader.encrypted, reader.xrefs.hybrid_xrefs_present
        has_pages = encrypted or entry(reader.root, "/Pages", "/Kids") is not None
    except Exception:  # a PDF can be broken in countless ways
        raise SigningError(unreadable_pdf(data, file)) from None
    if not has_pages:
        raise SigningError(unreadable_pdf(data, file))
    if encrypted:
        raise SigningError(encrypted_pdf(file))
    if hybrid:
        fact = "the PDF lists its own objects in two tables, which may differ (hybrid cross-references)"
        raise SigningError(Problem(Place(file), "hybrid-pdf", fact, "export it in another way, or as PDF/A"))
    return reader


def entry(thing: Any, *names: str) -> Any:
    """The value at a path of names in nested dictionaries, following references; ``None`` if there is none."""
    for name in names:
        if not isinstance(thing, generic.DictionaryObject) or name not in thing:
            return None
        thing = thing[name]
    return thing


def entries(thing: Any, *names: str) -> list[Any]:
    """The list at a path of names, with its references not followed; ``[]`` if there is none."""
    found = entry(thing, *names)
    return list(found) if isinstance(found, generic.ArrayObject) else []


def number_tree(tree: Any) -> Iterator[tuple[int, Any]]:
    """The keys and values of a number tree (ISO 32000-1, 7.9.7), with references not followed."""
    for kid in entries(tree, "/Kids"):
        yield from number_tree(kid.get_object())
    numbers = entries(tree, "/Nums")
    yield from zip(map(int, numbers[::2]), numbers[1::2], strict=True)
