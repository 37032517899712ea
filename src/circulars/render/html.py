"""Writes a document as one HTML file that needs no other: to look at before anything is sent."""

from __future__ import annotations

import functools

from circulars.model.document import Document
from circulars.pack import Pack
from circulars.render.master import Master, WholeMaster
from circulars.render.page import page_of, stylesheet_of


def master(document: Document, pack: Pack) -> Master:
    """The document as HTML in UTF-8, its stylesheet and its pictures inside.

    Raises:
        PackError: the pack's template or stylesheet is wrong.
    """
    return WholeMaster(document, functools.partial(_encoded, pack=pack))


def _encoded(document: Document, pack: Pack) -> bytes:
    return html_of(document, pack).encode()


def html_of(document: Document, pack: Pack) -> str:
    """The document as one HTML page with its stylesheet in its head."""
    style = stylesheet_of(pack).replace("</", "<\\/")  # nothing in a stylesheet may end the element that holds it
    before, head, after = page_of(document, pack).partition("</head>")
    return f"{before}<style>\n{style}</style>\n{head}{after}"
