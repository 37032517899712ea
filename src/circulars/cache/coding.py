"""Serializes values to JSON and blobs and back, strictly by their declared types: nothing in the data is executed.

Supported are the types of this program's dataclasses: strings, numbers, bytes, dates, paths, tuples, mappings, sets of
strings, unions and other dataclasses. In the JSON, a ``bytes`` value is the index of a blob. Equal values give equal
JSON.
"""

from __future__ import annotations

import datetime
import functools
import json
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, Union


@dataclass(frozen=True, slots=True)
class Coded:
    """A serialized value: its JSON, and its distinct ``bytes`` values."""

    json: str
    blobs: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class _Coder:
    """Encodes and decodes one type. ``fits`` checks a value's own class, not the values inside it."""

    fits: Callable[[Any], bool]
    encode: Callable[[Any, dict[bytes, int]], Any]
    decode: Callable[[Any, Sequence[bytes]], Any]


def coded(value: Any, hint: Any) -> Coded:
    """The serialized form of a value of the declared type ``hint``.

    Raises:
        TypeError: the value is not of that type, or the type is not supported.
    """
    blobs: dict[bytes, int] = {}
    plain = _coder(hint).encode(value, blobs)
    return Coded(json.dumps(plain, ensure_ascii=False, separators=(",", ":")), tuple(blobs))


def decoded(value: Coded, hint: Any) -> Any:
    """The value of the declared type ``hint`` that was serialized.

    Raises:
        ValueError: the data is not a value of that type.
        TypeError: the type is not supported.
    """
    try:
        return _coder(hint).decode(json.loads(value.json), value.blobs)
    except RecursionError:
        raise ValueError from None


@functools.cache
def _coder(hint: Any) -> _Coder:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint in _PLAIN:
        return _plain(*_PLAIN[hint])
    if hint is bytes:
        return _Coder(
            _is_exactly(bytes), lambda value, blobs: blobs.setdefault(_checked(value, bytes), len(blobs)), _blob
        )
    if hint is Path:
        return _Coder(lambda value: isinstance(value, Path), lambda value, _: str(value), _path)
    if hint is datetime.date:
        return _Coder(_is_exactly(datetime.date), lambda value, _: _checked(value, datetime.date).isoformat(), _date)
    if origin is Literal:
        return _literal(arguments)
    if origin in (Union, types.UnionType):
        return _union(tuple(map(_coder, arguments)))
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return _sequence(_coder(arguments[0]))
    if origin is tuple:
        return _row(tuple(map(_coder, arguments)))
    if origin is Mapping:
        return _mapping(_row(tuple(map(_coder, arguments))))
    if origin is frozenset and arguments == (str,):
        return _set(_coder(str))
    if is_dataclass(hint):
        return _record(hint)
    raise TypeError(hint)


# JSON's own types, each with the Python types that it accepts. A field of type float may hold a whole number.
_PLAIN: Mapping[Any, tuple[type, ...]] = {
    str: (str,),
    int: (int,),
    float: (float, int),
    bool: (bool,),
    types.NoneType: (types.NoneType,),
}


def _is_exactly(*allowed: type) -> Callable[[Any], bool]:
    return lambda value: type(value) in allowed


def _checked(value: Any, *allowed: type) -> Any:
    if type(value) not in allowed:
        raise TypeError(type(value))
    return value


def _plain(*allowed: type) -> _Coder:
    def decode(plain: Any, _: Sequence[bytes]) -> Any:
        if type(plain) not in allowed:
            raise ValueError
        return plain

    return _Coder(_is_exactly(*allowed), lambda value, _: _checked(value, *allowed), decode)


def _blob(plain: Any, blobs: Sequence[bytes]) -> bytes:
    if type(plain) is not int or not 0 <= plain < len(blobs):
        raise ValueError
    return blobs[plain]


def _date(plain: Any, _: Sequence[bytes]) -> datetime.date:
    if type(plain) is not str:
        raise ValueError
    return datetime.date.fromisoformat(plain)


def _path(plain: Any, _: Sequence[bytes]) -> Path:
    if type(plain) is not str:
        raise ValueError
    return Path(plain)


def _literal(allowed: tuple[Any, ...]) -> _Coder:
    def encode(value: Any, _: dict[bytes, int]) -> Any:
        if type(value) is not str or value not in allowed:
            raise TypeError(value)
        return value

    def decode(plain: Any, _: Sequence[bytes]) -> Any:
        if type(plain) is not str or plain not in allowed:
            raise ValueError
        return plain

    return _Coder(_is_exactly(str), encode, decode)


def _union(coders: tuple[_Coder, ...]) -> _Coder:
    """Codes a union as a pair: the index of the value's type, and the value."""

    def encode(value: Any, blobs: dict[bytes, int]) -> Any:
        for index, coder in enumerate(coders):
            if coder.fits(value):
                return [index, coder.encode(value, blobs)]
        raise TypeError(type(value))

    def decode(plain: Any, blobs: Sequence[bytes]) -> Any:
        index, inner = _items(plain, 2)
        if type(index) is not int or not 0 <= index < len(coders):
            raise ValueError
        return coders[index].decode(inner, blobs)

    return _Coder(lambda value: any(coder.fits(value) for coder in coders), encode, decode)


def _items(plain: Any, count: int | None = None) -> list[Any]:
    if type(plain) is not list or (count is not None and len(plain) != count):
        raise ValueError
    return plain


def _sequence(item: _Coder) -> _Coder:
    return _Coder(
        _is_exactly(tuple),
        lambda value, blobs: [item.encode(one, blobs) for one in _checked(value, tuple)],
        lambda plain, blobs: tuple([item.decode(one, blobs) for one in _items(plain)]),
    )


def _row(items: tuple[_Coder, ...]) -> _Coder:
    def encode(value: Any, blobs: dict[bytes, int]) -> Any:
        if len(_checked(value, tuple)) != len(items):
            raise TypeError(len(value))
        return [coder.encode(one, blobs) for coder, one in zip(items, value, strict=True)]

    def decode(plain: Any, blobs: Sequence[bytes]) -> Any:
        return tuple([coder.decode(one, blobs) for coder, one in zip(items, _items(plain, len(items)), strict=True)])

    return _Coder(_is_exactly(tuple), encode, decode)


def _mapping(item: _Coder) -> _Coder:
    def decode(plain: Any, blobs: Sequence[bytes]) -> Any:
        return dict([item.decode(one, blobs) for one in _items(plain)])

    return _Coder(
        lambda value: isinstance(value, Mapping),
        lambda value, blobs: [item.encode(one, blobs) for one in value.items()],
        decode,
    )


def _set(item: _Coder) -> _Coder:
    return _Coder(
        _is_exactly(frozenset),
        lambda value, blobs: [item.encode(one, blobs) for one in sorted(_checked(value, frozenset))],
        lambda plain, blobs: frozenset([item.decode(one, blobs) for one in _items(plain)]),
    )


def _record(kind: Any) -> _Coder:
    """Codes a dataclass as the list of its fields' values."""
    hints = typing.get_type_hints(kind)
    names = [one.name for one in fields(kind)]
    coders: list[_Coder] = []  # filled at the first use, because a type may contain itself

    def field_coders() -> list[_Coder]:
        if not coders:
            coders.extend(_coder(hints[name]) for name in names)
        return coders

    def encode(value: Any, blobs: dict[bytes, int]) -> Any:
        _checked(value, kind)
        return [coder.encode(getattr(value, name), blobs) for name, coder in zip(names, field_coders(), strict=True)]

    def decode(plain: Any, blobs: Sequence[bytes]) -> Any:
        items = _items(plain, len(names))
        values = [coder.decode(one, blobs) for one, coder in zip(items, field_coders(), strict=True)]
        return kind(**dict(zip(names, values, strict=True)))

    return _Coder(_is_exactly(kind), encode, decode)
