"""What every writer makes: a document laid out, waiting for the values of its holes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from circulars.document import Document, filled, holes_of


class Master(Protocol):
    """A document in one format. A letter to nobody in particular is a master without holes."""

    def fill(self, values: Mapping[str, str]) -> bytes:
        """The file's bytes, each hole filled from ``values``."""


@dataclass(frozen=True, slots=True)
class WholeMaster:
    """A master that lays the document out in full for every copy."""

    document: Document
    write: Callable[[Document], bytes]

    def fill(self, values: Mapping[str, str]) -> bytes:
        """The file's bytes; a hole that ``values`` does not name shows its own name, as ``«name»``."""
        shown = {name: f"«{name}»" for name in holes_of(self.document)} | dict(values)
        return self.write(filled(self.document, shown) if shown else self.document)
