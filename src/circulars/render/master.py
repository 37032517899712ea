"""What every writer makes: a document laid out, waiting for the values of its holes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from circulars.model.document import Document, filled, holes_of


class Master(Protocol):
    """A document in one format. A letter to nobody in particular is a master without holes.

    ``values`` say what stands in each hole: text, in which a line feed is a forced line break. A hole that they do
    not name shows its own name, as ``«name»``.
    """

    @property
    def head(self) -> bytes:
        """What every copy that is filled begins with: the part that no value changes."""

    def tail(self, values: Mapping[str, str]) -> bytes | None:
        """What follows the head in the copy with these values, or nothing when it must be laid out in full."""

    def whole(self, values: Mapping[str, str]) -> bytes:
        """The copy with these values, laid out in full."""

    def fill(self, values: Mapping[str, str]) -> bytes:
        """The copy with these values: head and tail where they do, else laid out in full."""


@dataclass(frozen=True, slots=True)
class WholeMaster:
    """A master that lays the document out in full for every copy."""

    document: Document
    write: Callable[[Document], bytes]

    @property
    def head(self) -> bytes:
        """Nothing: no two copies need to begin alike."""
        return b""

    def tail(self, values: Mapping[str, str]) -> bytes | None:
        """Nothing: every copy is laid out in full."""
        return None

    def whole(self, values: Mapping[str, str]) -> bytes:
        """The file's bytes."""
        shown = {name: f"«{name}»" for name in holes_of(self.document)} | dict(values)
        return self.write(filled(self.document, shown) if shown else self.document)

    def fill(self, values: Mapping[str, str]) -> bytes:
        """The file's bytes."""
        return self.whole(values)
