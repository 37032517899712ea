"""Computes the functions of a PDF, which mix the inks of colours (ISO 32000-1, 7.10)."""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Any, Final

from circulars.accessibility.pdf.file import get, items, name_of, number_of

Values = list[float]

_MAX_PACKED: Final = 20_000
_MAX_BYTES: Final = 200_000
_MAX_STEPS: Final = 500
_MAX_NESTED: Final = 4
_MAX_INPUTS: Final = 4  # of a table of samples, between which 2 to the power of their number are mixed
_TOKEN: Final = re.compile(rb"[{}]|[^\s{}]+")
_COMMENT: Final = re.compile(rb"%[^\r\n]*")


class UnknownResultError(Exception):
    """A function is damaged, or more than is computed here."""


def result_of(function: Any, inputs: Sequence[float], depth: int = 0) -> Values:
    """The results of a function, or of an array of functions with one result each; empty if they are not known."""
    try:
        functions = items(function)
        if len(functions) == 1:
            return _result(functions[0], inputs, depth)
        return [value for one in functions[:32] for value in _result(one, inputs, depth)[:1]]
    except (UnknownResultError, ArithmeticError, ValueError, TypeError, IndexError, RecursionError, zlib.error):
        return []


def _result(function: Any, inputs: Sequence[float], depth: int) -> Values:
    kind, domain = get(function, "/FunctionType"), _pairs(function, "/Domain")
    if kind not in _KINDS or depth > _MAX_NESTED or len(domain) != len(inputs):
        raise UnknownResultError
    clipped = [min(max(value, low), high) for value, (low, high) in zip(inputs, domain, strict=True)]
    found, limits = _KINDS[kind](function, clipped, depth), _pairs(function, "/Range")
    if not limits:
        return found
    return [min(max(value, low), high) for value, (low, high) in zip(found, limits, strict=False)]


def _numbers(function: Any, name: str) -> Values:
    return [number_of(value) for value in items(get(function, name))]


def _pairs(function: Any, name: str) -> list[tuple[float, float]]:
    numbers = _numbers(function, name)
    return list(zip(numbers[::2], numbers[1::2], strict=False))


def _between(value: float, low: float, high: float, to: tuple[float, float]) -> float:
    """What a value between two others becomes between two more."""
    return to[0] + (value - low) * (to[1] - to[0]) / (high - low) if high != low else to[0]


def _exponential(function: Any, inputs: Values, depth: int) -> Values:
    low, high = _numbers(function, "/C0") or [0.0], _numbers(function, "/C1") or [1.0]
    share = inputs[0] ** min(max(number_of(get(function, "/N")), 0.0), 100.0)
    return [a + share * (b - a) for a, b in zip(low, high, strict=False)]


def _stitched(function: Any, inputs: Values, depth: int) -> Values:
    functions, bounds, encoded = (
        items(get(function, "/Functions")), _numbers(function, "/Bounds"), _pairs(function, "/Encode"),
    )  # fmt: skip
    ((low, high),) = _pairs(function, "/Domain")
    nth = sum(inputs[0] >= bound for bound in bounds)
    edges = [low, *bounds, high]
    value = _between(inputs[0], edges[nth], edges[nth + 1], encoded[nth])
    return _result(functions[nth], [value], depth + 1)


def _sampled(function: Any, inputs: Values, depth: int) -> Values:
    """The mean of the samples around a place, each with its share."""
    sizes, limits = [int(size) for size in _numbers(function, "/Size")], _pairs(function, "/Range")
    bits = int(number_of(get(function, "/BitsPerSample")))
    if len(sizes) != len(inputs) or len(inputs) > _MAX_INPUTS or bits not in (8, 16) or min(sizes) < 1:
        raise UnknownResultError
    domain = _pairs(function, "/Domain")
    encoded = _pairs(function, "/Encode") or [(0.0, size - 1.0) for size in sizes]
    decoded = _pairs(function, "/Decode") or limits
    places = [
        min(max(_between(value, *span, to), 0.0), size - 1.0)
        for value, span, to, size in zip(inputs, domain, encoded, sizes, strict=True)
    ]
    data, width = stream_bytes(function), bits // 8
    found = [0.0] * len(limits)
    for corner in product((0, 1), repeat=len(places)):
        share, at, step = 1.0, 0, 1
        for place, above, size in zip(places, corner, sizes, strict=True):
            share *= place % 1 if above else 1 - place % 1
            at, step = at + min(int(place) + above, size - 1) * step, step * size
        if share:
            for nth, to in enumerate(decoded):
                start = (at * len(limits) + nth) * width
                sample = int.from_bytes(data[start : start + width], "big")
                found[nth] += share * _between(sample, 0, 2**bits - 1, to)
    return found


def stream_bytes(stream: Any) -> bytes:
    """The bytes of a short stream that is not packed, or packed by Flate alone.

    Raises:
        UnknownResultError: it is longer, or packed in another way.
    """
    import pikepdf

    if not isinstance(stream, pikepdf.Stream):
        raise UnknownResultError
    filters = [name_of(each) for each in items(stream.get("/Filter"))]
    raw = stream.read_raw_bytes()
    if len(raw) > _MAX_PACKED or filters not in ([], ["FlateDecode"]) or get(stream, "/DecodeParms") is not None:
        raise UnknownResultError
    return zlib.decompressobj().decompress(raw, _MAX_BYTES) if filters else bytes(raw)


# ── Calculators: a small language in the manner of PostScript ────────────────────────────────────────────────────────

Program = list["bytes | Program"]


def _calculated(function: Any, inputs: Values, depth: int) -> Values:
    tokens = iter(_TOKEN.findall(_COMMENT.sub(b"", stream_bytes(function))))
    if next(tokens, b"") != b"{":
        raise UnknownResultError
    calculator = _Calculator(inputs)
    calculator.run(_program(tokens))
    results = len(_pairs(function, "/Range"))
    if not results or len(calculator.stack) < results:
        raise UnknownResultError
    return [float(value) for value in calculator.stack[-results:]]


def _program(tokens: Iterator[bytes], depth: int = 0) -> Program:
    """What is between two braces."""
    program: Program = []
    for token in tokens:
        if token == b"}":
            return program
        if token == b"{" and depth > 20:
            raise UnknownResultError
        program.append(_program(tokens, depth + 1) if token == b"{" else token)
    raise UnknownResultError


class _Calculator:
    """The stack of a calculator, and how many steps it may still do."""

    def __init__(self, inputs: Values) -> None:
        self.stack: list[float] = [*inputs]
        self._left = _MAX_STEPS

    def run(self, program: Program) -> None:
        """Runs a program; blocks are run by the ``if`` and ``ifelse`` behind them."""
        blocks: list[Program] = []
        for token in program:
            self._left -= 1
            if self._left < 0 or len(self.stack) > 100:
                raise UnknownResultError
            if isinstance(token, list):
                blocks.append(token)
            elif token == b"if":
                block = blocks.pop()
                if self.stack.pop():
                    self.run(block)
            elif token == b"ifelse":
                no, yes = blocks.pop(), blocks.pop()
                self.run(yes if self.stack.pop() else no)
            else:
                self._step(token)

    def _step(self, token: bytes) -> None:
        stack = self.stack
        if token in _ONE:
            stack.append(_ONE[token](stack.pop()))
        elif token in _TWO:
            second, first = stack.pop(), stack.pop()
            stack.append(_TWO[token](first, second))
        elif token == b"pop":
            stack.pop()
        elif token == b"exch":
            stack[-2:] = [stack[-1], stack[-2]]
        elif token == b"dup":
            stack.append(stack[-1])
        elif token == b"copy":
            count = self._count()
            stack.extend(stack[len(stack) - count :])
        elif token == b"index":
            stack.append(stack[-1 - self._count(spare=1)])
        elif token == b"roll":
            by, count = int(stack.pop()), self._count()
            if count:
                rolled = stack[-count:]
                stack[-count:] = [rolled[(nth - by) % count] for nth in range(count)]
        elif token in (b"true", b"false"):
            stack.append(float(token == b"true"))
        else:
            stack.append(float(token))

    def _count(self, spare: int = 0) -> int:
        """A number of values that are on the stack."""
        count = int(self.stack.pop())
        if not 0 <= count <= len(self.stack) - spare:
            raise UnknownResultError
        return count


_ONE: Final[dict[bytes, Callable[[float], float]]] = {
    b"abs": abs, b"neg": lambda a: -a, b"sqrt": math.sqrt, b"ln": math.log, b"log": math.log10, b"cvr": float,
    b"ceiling": lambda a: float(math.ceil(a)), b"floor": lambda a: float(math.floor(a)),
    b"round": lambda a: float(math.floor(a + 0.5)), b"truncate": lambda a: float(math.trunc(a)),
    b"cvi": lambda a: float(math.trunc(a)), b"not": lambda a: float(not a),
    b"sin": lambda a: math.sin(math.radians(a)), b"cos": lambda a: math.cos(math.radians(a)),
}  # fmt: skip
_TWO: Final[dict[bytes, Callable[[float, float], float]]] = {
    b"add": lambda a, b: a + b, b"sub": lambda a, b: a - b, b"mul": lambda a, b: a * b, b"div": lambda a, b: a / b,
    b"idiv": lambda a, b: float(int(a / b)), b"mod": math.fmod, b"exp": math.pow,
    b"atan": lambda a, b: math.degrees(math.atan2(a, b)) % 360,
    b"eq": lambda a, b: float(a == b), b"ne": lambda a, b: float(a != b), b"gt": lambda a, b: float(a > b),
    b"ge": lambda a, b: float(a >= b), b"lt": lambda a, b: float(a < b), b"le": lambda a, b: float(a <= b),
    b"and": lambda a, b: float(int(a) & int(b)), b"or": lambda a, b: float(int(a) | int(b)),
    b"xor": lambda a, b: float(int(a) ^ int(b)),
}  # fmt: skip
_KINDS: Final[dict[int, Callable[[Any, Values, int], Values]]] = {
    0: _sampled, 2: _exponential, 3: _stitched, 4: _calculated,
}  # fmt: skip
