"""Parses the objects of a PDF strictly: only what every reader understands in the same way (ISO 32000-1, 7.3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from circulars.revisions.values import Name, Ref, Stream, Truth, Value, whole_number

MAX_DEPTH = 60
"""How deep arrays and dictionaries may be nested."""
MAX_PARSED = 5_000_000
"""How many bytes of objects are parsed at one go, without the contents of streams."""
MAX_NUMBER = 2**31 - 1
"""The highest number of an object. Some readers compute with 32 bits, and take a higher number for another one."""
HEADER = re.compile(rb"(\d{1,10})[ \t\r\n\f]+(\d{1,5})[ \t\r\n\f]+obj(?![^ \t\r\n\f()<>\[\]{}/%])")
"""The beginning of an indirect object: its number and its generation."""

_SPACE = re.compile(rb"[ \t\r\n\f]*")
_REFERENCE = re.compile(rb"(\d{1,10})[ \t\r\n\f]+(\d{1,5})[ \t\r\n\f]+R(?![^ \t\r\n\f()<>\[\]{}/%])")
_NUMBER = re.compile(rb"[+-]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})(?![^ \t\r\n\f()<>\[\]{}/%])")
_WORD = re.compile(rb"(?:true|false|null)(?![^ \t\r\n\f()<>\[\]{}/%])")
_NAME = re.compile(rb"/((?:[!-\"$&'*-.0-;=?-Z\\^-z|~\x80-\xff]|#[0-9A-Fa-f]{2})*)")
_HEXADECIMAL = re.compile(rb"<([0-9A-Fa-f \t\r\n\f]*)>")
_PLAIN = re.compile(rb"[^()\\\r]+")
_OCTAL = re.compile(rb"[0-7]{1,3}")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_STREAM = re.compile(rb"stream(?:\r\n|\n)")
_STREAM_END = re.compile(rb"(?:\r\n|\n|\r)?endstream(?![^ \t\r\n\f])")
_WORDS: Mapping[bytes, Truth | None] = {b"true": Truth.TRUE, b"false": Truth.FALSE, b"null": None}
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"(": b"(", b")": b")", b"\\": b"\\"}


class NotStrictError(ValueError):
    """The bytes are not an object, or one that readers may understand in different ways.

    The arguments are the position of the fault, in bytes, and the fault.
    """


@dataclass(slots=True)
class ObjectParser:
    """Parses objects in ``data``, from the position ``at`` on.

    ``length_of`` returns the value of an object that says how long a stream is.
    """

    data: bytes
    at: int = 0
    length_of: Callable[[Ref], Value] = lambda _: None
    last: int = field(init=False)

    def __post_init__(self) -> None:
        self.last = self.at + MAX_PARSED

    def skip_space(self) -> int:
        """Skips white space and returns the position after it."""
        found = _SPACE.match(self.data, self.at)
        assert found is not None
        self.at = found.end()
        return self.at

    def take(self, pattern: re.Pattern[bytes], expected: str) -> re.Match[bytes]:
        """Reads what a pattern matches.

        Raises:
            NotStrictError: it does not match here.
        """
        found = pattern.match(self.data, self.at)
        if found is None:
            raise self.fault(f"there is no {expected}")
        self.at = found.end()
        return found

    def fault(self, words: str) -> NotStrictError:
        """An error at this position."""
        return NotStrictError(self.at, words)

    def value(self, depth: int = 0) -> Value:
        """The next object, which is not a stream.

        Raises:
            NotStrictError: see there.
        """
        if depth > MAX_DEPTH:
            raise self.fault("objects are nested too deeply")
        if self.at > self.last:
            raise self.fault("the objects are too long")
        self.skip_space()
        start = self.data[self.at : self.at + 2]
        if start == b"<<":
            return self._dictionary(depth)
        if start[:1] == b"[":
            return self._array(depth)
        if start[:1] == b"(":
            return self._string()
        if start[:1] == b"<":
            digits = re.sub(rb"\s", b"", self.take(_HEXADECIMAL, "string")[1]).decode()
            return bytes.fromhex(digits + "0" * (len(digits) % 2))
        if start[:1] == b"/":
            return self._name()
        if found := _REFERENCE.match(self.data, self.at):
            if int(found[1]) > MAX_NUMBER:
                raise self.fault("a reference has too high a number")
            self.at = found.end()
            return Ref(int(found[1]), int(found[2]))
        if found := _NUMBER.match(self.data, self.at):
            self.at = found.end()
            return Decimal(found[0].decode())
        return _WORDS[self.take(_WORD, "object that can be read")[0]]

    def object(self) -> Value:
        """The next object, which may be a stream.

        Raises:
            NotStrictError: see there.
        """
        value = self.value()
        after = self.at
        self.skip_space()
        if not isinstance(value, Mapping) or not self.data.startswith(b"stream", self.at):
            self.at = after
            return value
        self.take(_STREAM, "stream")
        length = value.get("Length")
        size = whole_number(self.length_of(length) if isinstance(length, Ref) else length)
        if size is None or not 0 <= size <= len(self.data) - self.at:
            raise self.fault("a stream does not say how long it is")
        content = self.data[self.at : self.at + size]
        self.at += size
        self.last += size
        self.take(_STREAM_END, "end of the stream where its length says")
        return Stream({name: one for name, one in value.items() if name != "Length"}, content)

    def _dictionary(self, depth: int) -> Mapping[str, Value]:
        self.at += 2
        found: dict[str, Value] = {}
        while not self.data.startswith(b">>", self.skip_space()):
            name = str(self._name())
            if name in found:
                raise self.fault(f"a dictionary has two entries '{name}'")
            found[name] = self.value(depth + 1)
        self.at += 2
        return {name: value for name, value in found.items() if value is not None}

    def _array(self, depth: int) -> tuple[Value, ...]:
        self.at += 1
        found: list[Value] = []
        while not self.data.startswith(b"]", self.skip_space()):
            found.append(self.value(depth + 1))
        self.at += 1
        return tuple(found)

    def _name(self) -> Name:
        raw = self.take(_NAME, "name")[1]
        plain = re.sub(rb"#(..)", lambda code: bytes.fromhex(code[1].decode()), raw)
        return Name(plain.decode("latin-1"))

    def _string(self) -> bytes:
        self.at += 1
        pieces: list[bytes] = []
        depth = 1
        while True:
            if found := _PLAIN.match(self.data, self.at):
                pieces.append(found[0])
                self.at = found.end()
            byte = self.data[self.at : self.at + 1]
            self.at += 1
            if byte == b"\\":
                pieces.append(self._escaped())
            elif byte == b"\r":
                self.at += self.data.startswith(b"\n", self.at)
                pieces.append(b"\n")
            elif byte in (b"(", b")"):
                depth += 1 if byte == b"(" else -1
                if not depth:
                    return b"".join(pieces)
                pieces.append(byte)
            else:
                raise self.fault("a string does not end")

    def _escaped(self) -> bytes:
        if found := _OCTAL.match(self.data, self.at):
            self.at = found.end()
            return bytes([int(found[0], 8) & 0xFF])
        if found := _LINE_END.match(self.data, self.at):
            self.at = found.end()
            return b""
        byte = self.data[self.at : self.at + 1]
        if byte not in _ESCAPES:
            raise self.fault("a string has an escape that does not exist")
        self.at += 1
        return _ESCAPES[byte]
