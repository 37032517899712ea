"""Turns a document into bytes: one module for each format of the table :data:`circulars.formats.WRITERS`."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import Protocol, cast

from circulars.formats import WRITERS
from circulars.model.document import Document
from circulars.pack import Pack
from circulars.render.master import Master


class Writer(Protocol):
    """``master``, which the module of every format has."""

    def __call__(self, document: Document, pack: Pack) -> Master:
        """The document's master."""


class CopiesWriter(Protocol):
    """``master_for_copies``, which the module of a format has whose layout depends on what addressees fill in."""

    def __call__(
        self, document: Document, pack: Pack, characters: frozenset[str], samples: Sequence[Mapping[str, str]]
    ) -> Master:
        """The document's master.

        ``characters`` are all that may occur in the values of its holes; ``samples`` are the values of some addressees,
        whom the master is to suit.
        """


def writer(format: str) -> Writer:
    """The function that lays a document out in ``format``, a key of the table."""
    return cast(Writer, importlib.import_module(WRITERS[format].module).master)


def master_for_copies(
    format: str, document: Document, pack: Pack, characters: frozenset[str], samples: Sequence[Mapping[str, str]]
) -> Master:
    """The master of a merge in ``format``; ``characters`` and ``samples`` are those of a :class:`CopiesWriter`."""
    if not WRITERS[format].fits_values:
        return writer(format)(document, pack)
    module = importlib.import_module(WRITERS[format].module)
    return cast(CopiesWriter, module.master_for_copies)(document, pack, characters, samples)
