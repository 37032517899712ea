"""Lays a document out once: a writer's master comes from the cache, or goes there."""

from __future__ import annotations

import importlib
import typing
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Final

from circulars.cache.folder import Cache
from circulars.cache.surroundings import are_unchanged, surroundings
from circulars.cache.values import address_of, digest_of, digest_once, find, keep
from circulars.formats import WRITERS
from circulars.model.document import Document
from circulars.pack import Pack
from circulars.render import master_for_copies
from circulars.render.master import Master

_INPUTS: Final = ("document", "pack")
"""What a master has of what it was made from: whoever asks for it has them."""


def master_of(
    format: str,
    document: Document,
    pack: Pack,
    characters: frozenset[str],
    samples: Sequence[Mapping[str, str]],
    cache: Cache | None,
) -> Master:
    """The document's master, as ``master_for_copies`` makes it; it is laid out where the cache has none.

    ``pack`` carries its files.

    Raises:
        CircularsError: as the writer does.
    """
    address = _address(format, document, pack, characters, samples) if cache else ""
    if cache and address and (found := _found(cache, address, format, document, pack)):
        return found
    made = master_for_copies(format, document, pack, characters, samples)
    if cache and address and type(made) is _kind(format) and are_unchanged((format,)):
        names, hint = _parts(format)
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
    """The document's master, when there is nothing to be laid out for it; else None."""
    if not WRITERS[format].kept:
        return master_for_copies(format, document, pack, characters, samples)
    address = _address(format, document, pack, characters, samples)
    return _found(cache, address, format, document, pack) if address else None


def _found(cache: Cache, address: str, format: str, document: Document, pack: Pack) -> Master | None:
    names, hint = _parts(format)
    values = find(cache, address, hint)
    if values is None:
        return None
    made: Master = _kind(format)(document=document, pack=pack, **dict(zip(names, values, strict=True)))
    return made


def _kind(format: str) -> Any:
    """The class of the masters of a format that are kept."""
    kept = WRITERS[format].kept
    assert kept is not None
    module, name = kept
    return getattr(importlib.import_module(module), name)


def _parts(format: str) -> tuple[tuple[str, ...], Any]:
    """The names of a master's fields that are kept, and the type of a tuple of them."""
    kind = _kind(format)
    hints = typing.get_type_hints(kind)
    names = tuple(one.name for one in fields(kind) if one.name not in _INPUTS)
    return names, tuple.__class_getitem__(tuple(hints[name] for name in names))


def _address(
    format: str, document: Document, pack: Pack, characters: frozenset[str], samples: Sequence[Mapping[str, str]]
) -> str:
    """The address of a master; "" where not all that it depends on can be known."""
    around = surroundings((format,)) if WRITERS[format].kept else None
    if around is None or pack.files is None:
        return ""
    told = [format.encode(), around, digest_of(document, Document), pack_digest(pack)]
    if WRITERS[format].fits_values:
        told.append(digest_of((characters, tuple(samples)), tuple[frozenset[str], tuple[Mapping[str, str], ...]]))
    return address_of(b"master", *told)


def pack_digest(pack: Pack) -> bytes:
    """A hash of a pack: of all that it says, and of the files that it carries, wherever its folder is."""
    return digest_once(pack, lambda pack: digest_of(replace(pack, folder=Path()), Pack))
