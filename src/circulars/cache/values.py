"""Keeps values in a cache: each at an address made of what it depends on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from circulars.cache.coding import Coded, coded, decoded
from circulars.cache.folder import Cache

_LARGE: Final = 64_000
"""From how many bytes on a blob is an entry of its own: a font's file is the same in many layouts."""
_COUNT: Final = 8  # bytes of the number that says how long the JSON is


def digest_of(value: Any, hint: Any) -> bytes:
    """The SHA-256 of a value of a declared type: that of equal values is equal.

    Raises:
        TypeError: the value is of another type, or the type is none that can be coded.
    """
    plain = coded(value, hint)
    whole = hashlib.sha256(plain.json.encode(errors="surrogatepass"))
    for blob in plain.blobs:
        whole.update(hashlib.sha256(blob).digest())
    return whole.digest()


# By identity: to compare two large values takes as long as to hash one. Each is held here, so that no other one can
# have its identity.
_DIGESTS: dict[int, tuple[Any, bytes]] = {}
_MOST_DIGESTS: Final = 16


def digest_once(value: Any, digest: Callable[[Any], bytes]) -> bytes:
    """The digest of a value that is never changed and is asked about again and again: found once."""
    if id(value) not in _DIGESTS:
        if len(_DIGESTS) >= _MOST_DIGESTS:
            _DIGESTS.clear()
        _DIGESTS[id(value)] = value, digest(value)
    return _DIGESTS[id(value)][1]


def address_of(*parts: bytes) -> str:
    """The address of what depends on these parts."""
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def find(cache: Cache, address: str, hint: Any) -> Any:
    """The value of a declared type at an address; None when it, or a part of it, is not there."""
    data = cache.get(address)
    if data is None:
        return None
    with suppress(ValueError, TypeError, KeyError):
        return decoded(_unpacked(cache, data), hint)
    return None


def keep(cache: Cache, address: str, value: Any, hint: Any) -> None:
    """Keeps a value of a declared type.

    Raises:
        TypeError: the value is of another type, or the type is none that can be coded.
    """
    plain = coded(value, hint)
    blobs: list[int | str] = []
    inline: list[bytes] = []
    for blob in plain.blobs:
        if len(blob) < _LARGE:
            blobs.append(len(blob))
            inline.append(blob)
            continue
        blobs.append(at := address_of(b"blob", blob))
        if cache.get(at) is None:
            cache.put(at, blob)
    head = json.dumps([plain.json, blobs]).encode()
    cache.put(address, b"".join((len(head).to_bytes(_COUNT, "big"), head, *inline)))


def _unpacked(cache: Cache, data: bytes) -> Coded:
    """The coded value that ``keep`` packed.

    Raises:
        ValueError: this is none, or a blob of it is no longer there.
    """
    place = _COUNT + int.from_bytes(data[:_COUNT], "big")
    text, listed = json.loads(data[_COUNT:place])
    blobs = []
    for one in listed:
        if isinstance(one, int):
            blob: bytes | None = data[place : place + one]
            place += one
        else:
            blob = cache.get(one)
        if blob is None:
            raise ValueError
        blobs.append(blob)
    return Coded(text, tuple(blobs))
