"""Caches the masters of writers, so that a document is laid out once."""

from __future__ import annotations

import importlib
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

from circulars.cache.environment import environment_digest, is_unchanged
from circulars.cache.folder import Cache
from circulars.cache.values import address_of, digest_of, digest_once, find, keep
from circulars.formats import WRITERS
from circulars.model.document import Document
from circulars.pack import Pack
from circulars.render import master_for_copies
from circulars.render.master import Master, Shelf

_INPUTS: Final = ("document", "pack")
"""The fields of a master that are not stored, because the caller who looks it up already has them."""

_MOST_KEPT: Final = 500
"""The most values of a master that a process keeps."""


def master_of(
    format: str,
    document: Document,
    pack: Pack,
    characters: frozenset[str],
    samples: Sequence[Mapping[str, str]],
    cache: Cache | None,
) -> Master:
    """The document's master as ``master_for_copies`` makes it, from the cache if it is there.

    ``pack`` carries its files.

    Raises:
        CircularsError: the writer cannot lay the document out.
    """
    address = _address(format, document, pack, characters, samples) if cache else ""
    if cache and address and (found := _found(cache, address, format, document, pack)):
        return found
    made = master_for_copies(format, document, pack, characters, samples)
    if cache and address and type(made) is _master_class(format) and is_unchanged((format,)):
        names, hint = _stored_fields(format)
        keep(cache, address, tuple(getattr(made, name) for name in names), hint)
    return made


def find_master(
    format: str,
    document: Document,
    pack: Pack,
    characters: frozenset[str],
    samples: Sequence[Mapping[str, str]],
    cache: Cache,
) -> Master | None:
    """The document's master if no layout is needed: it is cached, or its format has no layout. Otherwise None."""
    if not WRITERS[format].kept:
        return master_for_copies(format, document, pack, characters, samples)
    address = _address(format, document, pack, characters, samples)
    return _found(cache, address, format, document, pack) if address else None


@dataclass(slots=True)
class CachedShelf:
    """The cache's values of one master, at addresses made of the master's and their names."""

    cache: Cache
    address: str
    _left: int = _MOST_KEPT

    def find(self, name: str, kind: type) -> Any:
        """The value of a type, or None if there is none."""
        return find(self.cache, self._address(name), kind)

    def keep(self, name: str, value: object, kind: type) -> None:
        """Keeps a value of a type, unless this process has kept very many."""
        if self._left:
            self._left -= 1
            keep(self.cache, self._address(name), value, kind)

    def _address(self, name: str) -> str:
        return address_of(b"shelf", self.address.encode(), name.encode())


class NoShelf:
    """Keeps nothing."""

    def find(self, name: str, kind: type) -> None:
        """None: nothing was kept."""

    def keep(self, name: str, value: object, kind: type) -> None:
        """Does nothing."""


def shelf_of(
    format: str,
    document: Document,
    pack: Pack,
    characters: frozenset[str],
    samples: Sequence[Mapping[str, str]],
    cache: Cache | None,
) -> Shelf:
    """Where the values of the document's master are kept: in the cache if the master is."""
    address = _address(format, document, pack, characters, samples) if cache else ""
    return CachedShelf(cache, address) if cache and address else NoShelf()


def _found(cache: Cache, address: str, format: str, document: Document, pack: Pack) -> Master | None:
    names, hint = _stored_fields(format)
    values = find(cache, address, hint)
    if values is None:
        return None
    made: Master = _master_class(format)(document=document, pack=pack, **dict(zip(names, values, strict=True)))
    return made


def _master_class(format: str) -> Any:
    """The class of a format's masters that can be cached."""
    kept = WRITERS[format].kept
    assert kept is not None
    module, name = kept
    return getattr(importlib.import_module(module), name)


def _stored_fields(format: str) -> tuple[tuple[str, ...], Any]:
    """The names of a master's fields that are stored, and the type of the tuple of their values."""
    kind = _master_class(format)
    hints = typing.get_type_hints(kind)
    names = tuple(one.name for one in fields(kind) if one.name not in _INPUTS)
    return names, tuple.__class_getitem__(tuple(hints[name] for name in names))


def _address(
    format: str, document: Document, pack: Pack, characters: frozenset[str], samples: Sequence[Mapping[str, str]]
) -> str:
    """The address of a master; "" when its dependencies are not all known."""
    environment = environment_digest((format,)) if WRITERS[format].kept else None
    if environment is None or pack.files is None:
        return ""
    digests = [format.encode(), environment, digest_of(document, Document), pack_digest(pack)]
    if WRITERS[format].fits_values:
        words = tuple({name: str(value) for name, value in sample.items()} for sample in samples)  # isolates do not fit
        digests.append(digest_of((characters, words), tuple[frozenset[str], tuple[Mapping[str, str], ...]]))
    return address_of(b"master", *digests)


def pack_digest(pack: Pack) -> bytes:
    """A hash of a pack's contents, including the files that it carries but not the path of its folder."""
    return digest_once(pack, lambda pack: digest_of(replace(pack, folder=Path()), Pack))
