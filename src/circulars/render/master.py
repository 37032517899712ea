"""The result of every writer: a document that is laid out, and whose holes can be filled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from circulars.model.document import Document, holes_of
from circulars.model.filling import filled_in_directions

LayOut = Callable[..., Any]
"""Calls a function with some arguments within limits, perhaps in another process, and returns its result."""


class Shelf(Protocol):
    """Keeps values of one master by name, for other processes and later merges."""

    def find(self, name: str, kind: type) -> Any:
        """The value of a type, or None if there is none."""

    def keep(self, name: str, value: object, kind: type) -> None:
        """Keeps a value of a type."""


class Shaper(Protocol):
    """Makes copies whose lines break elsewhere, or are higher, than those of the master."""

    def copy(self, values: Mapping[str, str]) -> tuple[bytes, bytes] | None:
        """Head and tail of the copy with these values, or None if it must be laid out in full."""


class Master(Protocol):
    """A document laid out in one format. A letter without addressees is a master without holes.

    ``values`` are the texts of the holes by name. A line feed is a forced line break. A hole without a value shows its
    name, as ``«name»``.
    """

    @property
    def head(self) -> bytes:
        """The first bytes of every filled copy, which no value changes."""

    def tail(self, values: Mapping[str, str]) -> bytes | None:
        """The bytes after the head in the copy with these values, or None if the copy must be laid out in full."""

    def shaper(self, lay_out: LayOut, shelf: Shelf) -> Shaper | None:
        """What makes copies without a tail by their shape, or None if they can only be laid out in full.

        Shapes are laid out with ``lay_out``, and kept on the ``shelf``.
        """

    def whole(self, values: Mapping[str, str]) -> bytes:
        """The copy with these values, laid out in full."""

    def fill(self, values: Mapping[str, str]) -> bytes:
        """The copy with these values: head and tail, or laid out in full if there is no tail."""


@dataclass(frozen=True, slots=True)
class WholeMaster:
    """A master that lays the document out in full for every copy."""

    document: Document
    write: Callable[[Document], bytes]

    @property
    def head(self) -> bytes:
        """No bytes: the copies share no beginning."""
        return b""

    def tail(self, values: Mapping[str, str]) -> bytes | None:
        """None: every copy is laid out in full."""
        return None

    def shaper(self, lay_out: LayOut, shelf: Shelf) -> Shaper | None:
        """None: every copy is laid out in full."""
        return None

    def whole(self, values: Mapping[str, str]) -> bytes:
        """The bytes of the copy."""
        shown = {name: f"«{name}»" for name in holes_of(self.document)} | dict(values)
        return self.write(filled_in_directions(self.document, shown) if shown else self.document)

    def fill(self, values: Mapping[str, str]) -> bytes:
        """The bytes of the copy."""
        return self.whole(values)
