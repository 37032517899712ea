"""Finds and stores a letter's finished files in the cache. A lookup does not compose any document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from circulars.cache.environment import environment_digest, is_unchanged
from circulars.cache.folder import Cache
from circulars.cache.masters import pack_digest
from circulars.cache.values import address_of, digest_of, digest_once, find, keep
from circulars.language import Language
from circulars.model.letter import Letter
from circulars.model.written import Origin
from circulars.pack import Pack, read_inside

_MAX_SNAPSHOTS = 16


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """The cache entry of a letter's finished files. ``pack`` is the letter's pack, with its files from ``snapshot``.

    ``address`` is empty when the files cannot be cached.
    """

    cache: Cache
    address: str
    formats: tuple[str, ...]
    pack: Pack
    snapshot: Snapshot

    def find(self, hint: Any) -> Any:
        """The cached value of the declared type ``hint``; None when there is none."""
        return find(self.cache, self.address, hint) if self.address else None

    def keep(self, value: Any, hint: Any) -> None:
        """Stores a value that was just made, if its address covers everything that it depends on."""
        if self.address and not self.snapshot.has_read_outside and is_unchanged(self.formats):
            keep(self.cache, self.address, value, hint)


def entry_of(
    cache: Cache, letter: Letter, languages: Sequence[Language], pack: Pack, order: Any, formats: tuple[str, ...]
) -> CacheEntry:
    """The cache entry of a letter's files in some languages and formats.

    ``order`` is a dataclass with everything else that the caller asked for. In the address, the letter is its source.
    """
    pack, snapshot = _with_snapshot(pack)
    environment = environment_digest(formats)
    if environment is None:
        return CacheEntry(cache, "", formats, pack, snapshot)
    names = letter.name.encode(), *(digest_once(language, _language_digest) for language in languages)
    digests = digest_of(letter.origin, Origin), digest_of(order, type(order)), pack_digest(pack)
    return CacheEntry(cache, address_of(b"letter", environment, *digests, *names), formats, pack, snapshot)


def _language_digest(language: Language) -> bytes:
    return digest_of(language, Language)


class Snapshot(Mapping[str, bytes]):
    """A pack's files as they were at one moment. Other files of its folder, such as hidden ones, are read on demand.

    ``has_read_outside`` is true once such a file was read: the pack's digest does not cover it.
    """

    def __init__(self, pack: Pack) -> None:
        self._folder, self._files = pack.folder, dict(pack.with_files().files or {})
        self.has_read_outside = False

    def __getitem__(self, name: str) -> bytes:
        if name in self._files:
            return self._files[name]
        self.has_read_outside = True
        return read_inside(self._folder, name)

    def __contains__(self, name: object) -> bool:
        return name in self._files

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def _with_snapshot(pack: Pack) -> tuple[Pack, Snapshot]:
    """The pack with its files from a snapshot, and the snapshot, which is made once for each pack."""
    if id(pack) not in _SNAPSHOTS:
        if len(_SNAPSHOTS) >= _MAX_SNAPSHOTS:
            _SNAPSHOTS.clear()
        snapshot = Snapshot(pack)
        _SNAPSHOTS[id(pack)] = pack, replace(pack, files=snapshot), snapshot
    return _SNAPSHOTS[id(pack)][1:]


# By identity, because loading a pack again gives the same object. Holding the pack keeps its id from being reused.
_SNAPSHOTS: dict[int, tuple[Pack, Pack, Snapshot]] = {}
