"""Writes a document as one self-contained HTML file."""

from __future__ import annotations

import functools

from circulars.model.document import Document
from circulars.pack import Pack
from circulars.render.master import Master, WholeMaster
from circulars.render.measures import browser_faces
from circulars.render.page import page_of, stylesheet_of


def master(document: Document, pack: Pack) -> Master:
    """The document as HTML in UTF-8, with its stylesheet and its pictures embedded.

    Raises:
        PackError: the pack's template or stylesheet is wrong.
    """
    return WholeMaster(document, functools.partial(_encoded, pack=pack))


def _encoded(document: Document, pack: Pack) -> bytes:
    return html_of(document, pack).encode()


def html_of(document: Document, pack: Pack) -> str:
    """The document as an HTML page with the stylesheet in its head."""
    return page_of(document, pack).with_style(browser_faces(pack.fonts, document.language) + stylesheet_of(pack))
