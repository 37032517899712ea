"""Turns a document into bytes: one module for each format, and the table of them."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import Protocol, cast

from circulars.model.document import Document
from circulars.pack import Pack
from circulars.render.master import Master

# Each format's module has one public function, ``master``, a :class:`Writer`. The modules are imported when they are
# first used: WeasyPrint alone takes half a second.
WRITERS = {
    "docx": "circulars.render.docx",
    "pdf": "circulars.render.pdf",
    "html": "circulars.render.html",
    "txt": "circulars.render.txt",
}


def module_of(format: str) -> str:
    """The name of the module that does a format's work, with everything that it imports when it is used."""
    return {"pdf": "circulars.render.pdf.early"}.get(format, WRITERS[format])


class Writer(Protocol):
    """The one public function of a format's module."""

    def __call__(
        self,
        document: Document,
        pack: Pack,
        characters: frozenset[str] = ...,
        samples: Sequence[Mapping[str, str]] = ...,
    ) -> Master:
        """The document's master.

        ``characters`` are all that may occur in the values of its holes; ``samples`` are the values of some addressees,
        whom the master is to suit.
        """


def writer(format: str) -> Writer:
    """The function that lays a document out in ``format``, a key of :data:`WRITERS`."""
    return cast(Writer, importlib.import_module(WRITERS[format]).master)
