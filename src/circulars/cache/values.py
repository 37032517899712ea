"""Stores and finds typed values in a cache, at addresses made of what they depend on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from circulars.cache.coding import Coded, coded, decoded
from circulars.cache.folder import Cache

_LARGE: Final = 64_000
"""A blob of at least this many bytes has its own entry, because many layouts share it; most are font files."""
_LENGTH_SIZE: Final = 8  # bytes of the number that states the length of the JSON after it


def digest_of(value: Any, hint: Any) -> bytes:
    """The SHA-256 of a value of the declared type ``hint``; equal values have equal digests.

    Raises:
        TypeError: the value is not of that type, or the type is not supported.
    """
    plain = coded(value, hint)
    whole = hashlib.sha256(plain.json.encode(errors="surrogatepass"))
    for blob in plain.blobs:
        whole.update(hashlib.sha256(blob).digest())
    return whole.digest()


# By identity, because comparing two large values takes as long as hashing one. Holding the value keeps its id from
# being reused.
_DIGESTS: dict[int, tuple[Any, bytes]] = {}
_MAX_DIGESTS: Final = 16


def digest_once(value: Any, digest: Callable[[Any], bytes]) -> bytes:
    """The digest of an immutable value, computed once for each object."""
    if id(value) not in _DIGESTS:
        if len(_DIGESTS) >= _MAX_DIGESTS:
            _DIGESTS.clear()
        _DIGESTS[id(value)] = value, digest(value)
    return _DIGESTS[id(value)][1]


def address_of(*parts: bytes) -> str:
    """The address of a result that depends on these parts."""
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def find(cache: Cache, address: str, hint: Any) -> Any:
    """The value of the declared type ``hint`` at an address; None when the entry or one of its blobs is missing."""
    data = cache.get(address)
    if data is None:
        return None
    with suppress(ValueError, TypeError, KeyError):
        return decoded(_unpacked(cache, data), hint)
    return None


def keep(cache: Cache, address: str, value: Any, hint: Any) -> None:
    """Stores a value of the declared type ``hint``.

    Raises:
        TypeError: the value is not of that type, or the type is not supported.
    """
    plain = coded(value, hint)
    blobs: list[int | str] = []
    inline: list[bytes] = []
    for blob in plain.blobs:
        if len(blob) < _LARGE:
            blobs.append(len(blob))
            inline.append(blob)
            continue
        blobs.append(blob_address := address_of(b"blob", blob))
        if cache.get(blob_address) is None:
            cache.put(blob_address, blob)
    head = json.dumps([plain.json, blobs]).encode()
    cache.put(address, b"".join((len(head).to_bytes(_LENGTH_SIZE, "big"), head, *inline)))


def _unpacked(cache: Cache, data: bytes) -> Coded:
    """The coded value that ``keep`` packed.

    Raises:
        ValueError: the data is not a coded value, or one of its blobs is no longer in the cache.
    """
    position = _LENGTH_SIZE + int.from_bytes(data[:_LENGTH_SIZE], "big")
    text, sizes_or_addresses = json.loads(data[_LENGTH_SIZE:position])
    blobs = []
    for one in sizes_or_addresses:
        if isinstance(one, int):
            blob: bytes | None = data[position : position + one]
            position += one
        else:
            blob = cache.get(one)
        if blob is None:
            raise ValueError
        blobs.append(blob)
    return Coded(text, tuple(blobs))
