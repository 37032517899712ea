"""Turns a document into bytes: one module for each format of the table :data:`circulars.formats.WRITERS`."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, cast

from circulars.errors import Place, Problem, UsageError, did_you_mean, several
from circulars.formats import WRITERS
from circulars.model.document import Document
from circulars.pack import Pack
from circulars.render.master import Master


class Writer(Protocol):
    """The function ``master`` of the module of every format."""

    def __call__(self, document: Document, pack: Pack) -> Master:
        """Lays the document out."""


class CopiesWriter(Protocol):
    """The function ``master_for_copies`` of formats whose layout depends on the addressees' values."""

    def __call__(
        self, document: Document, pack: Pack, characters: frozenset[str], samples: Sequence[Mapping[str, str]]
    ) -> Master:
        """Lays the document out for a merge.

        ``characters`` are all characters that may occur in the values of its holes; ``samples`` are the values of some
        addressees.
        """


def writer(format: str) -> Writer:
    """The writer of ``format``, a key of the table."""
    return cast(Writer, importlib.import_module(WRITERS[format].module).master)


def master_for_copies(
    format: str, document: Document, pack: Pack, characters: frozenset[str], samples: Sequence[Mapping[str, str]]
) -> Master:
    """Lays a document out for a merge in ``format``; for the other parameters see :class:`CopiesWriter`."""
    if not WRITERS[format].fits_values:
        return writer(format)(document, pack)
    module = importlib.import_module(WRITERS[format].module)
    return cast(CopiesWriter, module.master_for_copies)(document, pack, characters, samples)


def no_format() -> UsageError:
    """The error for an order without a format."""
    return UsageError(Problem(Place(), "unknown-format", "no format is named", "the formats are " + ", ".join(WRITERS)))


def known_formats(names: Iterable[str]) -> tuple[str, ...]:
    """The formats with some names, without duplicates.

    Raises:
        UsageError: there is no format with a name.
    """
    formats = several("formats", names, "unknown-format")
    for name in formats:
        if name not in WRITERS:
            hint = did_you_mean(name, WRITERS, "the formats are " + ", ".join(WRITERS))
            raise UsageError(Problem(Place(), "unknown-format", f"there is no format '{name}'", hint))
    return formats
