"""Gives a letter's finished files a place in the cache, known before the letter is settled in its languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from circulars.cache.folder import Cache
from circulars.cache.masters import pack_digest
from circulars.cache.surroundings import are_unchanged, surroundings
from circulars.cache.values import address_of, digest_of, digest_once, find, keep
from circulars.language import Language
from circulars.model.letter import Letter, Origin
from circulars.pack import Pack, read_inside

_HELD = 16


@dataclass(frozen=True, slots=True)
class Shelf:
    """A letter's place in a cache. ``pack`` is the letter's, and reads its files from a snapshot."""

    cache: Cache
    address: str
    formats: tuple[str, ...]
    pack: Pack
    snapshot: Snapshot

    def find(self, hint: Any) -> Any:
        """What is kept here, of a declared type; None when nothing is."""
        return find(self.cache, self.address, hint) if self.address else None

    def keep(self, value: Any, hint: Any) -> None:
        """Keeps what was just made, if it depends on nothing but what its address knows."""
        if self.address and not self.snapshot.is_left and are_unchanged(self.formats):
            keep(self.cache, self.address, value, hint)


def shelf_of(
    cache: Cache, letter: Letter, languages: Sequence[Language], pack: Pack, order: Any, formats: tuple[str, ...]
) -> Shelf:
    """The place of a letter's files in some languages and formats.

    ``order`` is a dataclass of what else was asked for. The letter is told by what it was read from.
    """
    pack, snapshot = _with_snapshot(pack)
    around = surroundings(formats)
    if around is None:
        return Shelf(cache, "", formats, pack, snapshot)
    named = letter.name.encode(), *(digest_once(language, _language_digest) for language in languages)
    told = digest_of(letter.origin, Origin), digest_of(order, type(order)), pack_digest(pack)
    return Shelf(cache, address_of(b"letter", around, *told, *named), formats, pack, snapshot)


def _language_digest(language: Language) -> bytes:
    return digest_of(language, Language)


class Snapshot(Mapping[str, bytes]):
    """A pack's files as they were at one moment; others in its folder are read when they are asked for.

    ``is_left`` says that one of the others was: what was made then depends on more than the pack's digest says.
    """

    def __init__(self, pack: Pack) -> None:
        self._folder, self._files = pack.folder, dict(pack.carried().files or {})
        self.is_left = False

    def __getitem__(self, name: str) -> bytes:
        if name in self._files:
            return self._files[name]
        self.is_left = True
        return read_inside(self._folder, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def _with_snapshot(pack: Pack) -> tuple[Pack, Snapshot]:
    """The pack, reading its files from a snapshot that is taken when the pack is first met, and that snapshot."""
    if id(pack) not in _SNAPSHOTS:
        if len(_SNAPSHOTS) >= _HELD:
            _SNAPSHOTS.clear()
        snapshot = Snapshot(pack)
        _SNAPSHOTS[id(pack)] = pack, replace(pack, files=snapshot), snapshot
    return _SNAPSHOTS[id(pack)][1:]


# By identity, as the loaded packs are; each is held here, so that no other one can have its identity.
_SNAPSHOTS: dict[int, tuple[Pack, Pack, Snapshot]] = {}
