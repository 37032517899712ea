"""Connections to a Dask scheduler that read plain values only: nothing that a scheduler or a worker sends is unpickled.

Dask's own client unpickles results, errors and warnings, which can run any code. Here a message is decoded to numbers,
texts, bytes and collections of them. Of anything else only the names that it would import are kept, to be shown.
"""

from __future__ import annotations

import pickletools
import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgpack
from distributed.comm.core import CommClosedError
from distributed.comm.registry import backends
from distributed.comm.tcp import (
    TCP,
    TLS,
    TCPBackend,
    TCPConnector,
    TLSBackend,
    TLSConnector,
    convert_stream_closed_error,
)
from distributed.protocol.utils import msgpack_opts, unpack_frames
from tornado.iostream import StreamClosedError

_LARGEST: Final = 64_000_000  # bytes of a message; the records of a range have a few hundred thousand
_SHOWN: Final = 200  # characters of names that are shown

# What a scheduler may say unasked, and of what: "type" (a pickle), events and warnings are left out.
_TOLD: Final[Mapping[str, frozenset[str]]] = {
    "stream-start": frozenset({"op", "error", "warning"}),
    "key-in-memory": frozenset({"op", "key"}),
    "lost-data": frozenset({"op", "key"}),
    "cancelled-keys": frozenset({"op", "keys", "reason", "msg"}),
    "task-retried": frozenset({"op", "key"}),
    "task-erred": frozenset({"op", "key", "exception"}),
    "restart": frozenset({"op"}),
    "close": frozenset({"op"}),
    "stream-closed": frozenset({"op"}),
}


class ClusterFault(Exception):  # noqa: N818  # a fault elsewhere
    """An error of a scheduler or a worker; its text is what the error's pickle would import, such as "KilledWorker"."""


class Unread:
    """Something that is not a plain value; ``names`` is what it would import."""

    def __init__(self, frames: Iterable[bytes]) -> None:
        self.names = _names(b"".join(frames))


def plain_scheme(scheduler: str) -> str:
    """The address of a scheduler for these connections: ``tls://…`` becomes ``plain-tls://…``."""
    return f"plain-{scheduler}"


def message_of(frames: Sequence[bytes]) -> Any:
    """The message in the frames of Dask's protocol.

    Raises:
        ValueError, TypeError, KeyError, IndexError: they hold no message.
    """

    def read(entry: dict[Any, Any]) -> Any:
        if "__Enum__" in entry:
            return str(entry["name"])
        if "__Set__" in entry:
            return set(entry["as-list"])
        if "__Pickled__" in entry:
            header, parts = _part(frames, entry["__Pickled__"])
            return Unread([header.get("pickled-obj", b""), *parts])
        if "__Serialized__" in entry:
            header, parts = _part(frames, entry["__Serialized__"])
            if header.get("serializer") == "msgpack" and not any(header.get("compression") or ()):
                return msgpack.loads(b"".join(parts), use_list=False, **msgpack_opts)
            return Unread(parts)
        return entry

    return _allowed(msgpack.loads(frames[0], object_hook=read, use_list=False, **msgpack_opts))


def _part(frames: Sequence[bytes], place: object) -> tuple[dict[str, Any], Sequence[bytes]]:
    """The header and the frames of something that is not in the message itself."""
    if type(place) is not int or not 0 < place < len(frames):
        raise ValueError("a part that is not there")
    header = msgpack.loads(frames[place], use_list=False, **msgpack_opts)
    return header, frames[place + 1 : place + 1 + int(header["num-sub-frames"])]


def _allowed(message: Any) -> Any:
    """A message without anything that the client would unpickle or act on needlessly."""
    if isinstance(message, tuple):
        told = [one for one in message if isinstance(one, dict) and one.get("op") in _TOLD]
        return tuple(_without_error({key: one[key] for key in _TOLD[one["op"]] & one.keys()}) for one in told)
    if not isinstance(message, dict):
        return message
    return _without_error(message)


def _without_error(message: dict[Any, Any]) -> dict[Any, Any]:
    """A message whose error, if it has one, is a :class:`ClusterFault`."""
    if "exception" not in message:
        return message
    error = message["exception"]
    text = error.names if isinstance(error, Unread) else _names(error) if isinstance(error, bytes) else str(error)
    return {**message, "exception": ClusterFault(text[:_SHOWN]), "traceback": None}


def _names(pickled: bytes) -> str:
    """What a pickle would import, without importing it: the texts before each such operation."""
    found, texts = list[str](), list[str]()
    try:
        for operation, argument, _ in pickletools.genops(pickled):
            if operation.name == "STACK_GLOBAL":
                found.append(".".join(texts[-2:]))
            elif operation.name == "GLOBAL":
                found.append(str(argument).replace(" ", "."))
            elif isinstance(argument, str):
                texts.append(argument)
    except Exception:  # noqa: S110  # anything may be wrong with it; the names so far are enough
        pass
    return ", ".join(dict.fromkeys(found)) or "an error without a name"


class _Plain:
    """What both kinds of connection do."""

    stream: Any
    _closed: bool

    def handshake_info(self) -> dict[str, Any]:
        # Without compression a message is not larger than what arrives.
        return {**super().handshake_info(), "compression": None}  # type: ignore[misc]  # Dask has no types

    async def read(self, deserializers: object = None) -> Any:
        """The next message.

        Raises:
            CommClosedError: the connection is closed, or what arrives is not a message.
        """
        stream = self.stream
        if stream is None:
            raise CommClosedError
        try:
            frames = await _frames(stream)
        except StreamClosedError as error:
            self.stream = None
            self._closed = True
            convert_stream_closed_error(self, error)
        except BaseException as error:
            self.abort()  # type: ignore[attr-defined]  # Dask has no types
            if isinstance(error, ValueError | struct.error):
                raise CommClosedError(f"not a message of Dask: {error}") from None
            raise
        try:
            return message_of(frames)
        except Exception as error:
            self.abort()  # type: ignore[attr-defined]  # Dask has no types
            raise CommClosedError(f"not a message of Dask: {type(error).__name__}") from None


async def _frames(stream: Any) -> list[bytes]:
    """The frames of the next message: the small ones together, then each of the others."""
    (size,) = struct.unpack("Q", await stream.read_bytes(8))
    _check_size(size)
    first, sizes = unpack_frames(await stream.read_bytes(size), partial=True)
    _check_size(size + sum(sizes))
    frames = [bytes(frame) for frame in first]
    for size in sizes:
        frames.append(await stream.read_bytes(size) if size else b"")
    return frames


def _check_size(size: int) -> None:
    if size > _LARGEST:
        raise ValueError(f"more than {_LARGEST:,} bytes")


class _PlainTCP(_Plain, TCP):
    pass


class _PlainTLS(_Plain, TLS):
    pass


class _PlainTCPConnector(TCPConnector):
    prefix = "plain-tcp://"
    comm_class = _PlainTCP


class _PlainTLSConnector(TLSConnector):
    prefix = "plain-tls://"
    comm_class = _PlainTLS


class _PlainTCPBackend(TCPBackend):
    _connector_class = _PlainTCPConnector


class _PlainTLSBackend(TLSBackend):
    _connector_class = _PlainTLSConnector


backends["plain-tcp"] = _PlainTCPBackend()
backends["plain-tls"] = _PlainTLSBackend()
