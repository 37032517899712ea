"""Shapes of words by number: patterns for CLDR's plural forms, and for numbers with words of their own."""

from __future__ import annotations

from typing import Final

from circulars.language.locales import PLURALS
from circulars.model.phrases import Pattern
from circulars.syntax.groups import Field, named_group
from circulars.syntax.phrase_shapes import PatternText
from circulars.syntax.shape import Shape

_OWN_NUMBERS: Final = 99
"""The greatest number that may have words of its own."""
_ENDINGS: Final = (*(f"*{digit}" for digit in range(10)), *(f"*{digits:02}" for digits in range(100)))
"""The ends of numbers, of one digit or two."""


def plural(needed: tuple[str, ...] = (), others: tuple[str, ...] = ()) -> Shape[dict[str, Pattern]]:
    """A pattern for each of CLDR's plural forms; every language has "other"."""
    return named_group(_plural_fields(PatternText(needed, others)), "this plural")


def _plural_fields(shape: Shape[Pattern]) -> tuple[Field, ...]:
    return tuple(Field(name, shape, "", required=name == "other") for name in PLURALS)


def with_own(shape: Shape[Pattern]) -> Shape[dict[str, Pattern]]:
    """As :func:`plural`, with numbers that have words of their own: {8: "eighth", other: "{n}th"}."""
    own = (Field(str(number), PatternText((), ("n",)), "") for number in range(1, _OWN_NUMBERS + 1))
    return named_group((*_plural_fields(shape), *own), "this plural")


def ordinal() -> Shape[dict[str, Pattern]]:
    """As :func:`with_own`, also with words for all numbers that end with some digits: {"*1": "{n}.er", other: …}."""
    names = (*map(str, range(1, _OWN_NUMBERS + 1)), *_ENDINGS)
    own = (Field(name, PatternText((), ("n",)), "") for name in names)
    return named_group((*_plural_fields(PatternText(("n",))), *own), "this plural")
