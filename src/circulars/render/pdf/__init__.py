"""Writes a document as PDF: laid out by WeasyPrint, one file that is both PDF/A-3a and PDF/UA-1."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

from circulars.model.document import Document
from circulars.pack import Pack
from circulars.render.master import Master, WholeMaster
from circulars.render.page import page_of


def master(document: Document, pack: Pack) -> Master:
    """The document as PDF 1.7: tagged, fonts embedded, with bookmarks and links; each copy is laid out in full.

    Raises:
        PackError: the pack's template or stylesheet is wrong.
        MachineError: a font of the pack is not installed, no font shows a character, or Pango is missing.
    """
    return WholeMaster(document, functools.partial(pdf_of, pack=pack))


def master_for_copies(
    document: Document, pack: Pack, characters: frozenset[str], samples: Sequence[Mapping[str, str]] = ()
) -> Master:
    """The document laid out once, as a PDF from which most copies are filled.

    Without ``characters``, all that may occur in an addressee's values, each copy is laid out in full. With
    ``samples``, the values of some addressees, the layout is one that suits most of them.

    Raises:
        PackError: the pack's template or stylesheet is wrong.
        MachineError: a font of the pack is not installed, no font shows a character, or Pango is missing.
    """
    if not characters:
        return master(document, pack)
    from circulars.render.pdf.layout import master_of

    return master_of(document, pack, characters, samples)


def pdf_of(document: Document, pack: Pack) -> bytes:
    """The bytes of a document as PDF."""
    page = page_of(document, pack)
    # Importing WeasyPrint takes half a second; Word files do not need it.
    from circulars.render.pdf.press import press_of

    return press_of(pack).print(document, page.tree)
