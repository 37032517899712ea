"""Phrases of a language: patterns with named places, and nouns in the forms that the language's grammar has."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from circulars.errors import Place

Manner = Literal["", "named", "styled"]
"""How a salutation addresses somebody: by name ("Dear Ms Ejemplo,"), by a style ("Excellency,"), or otherwise."""

NUMBER: Final = "number"
"""The form of the name of an annex that is its number alone."""
FORM_NAME: Final = r"[a-z][a-z0-9-]*"
_GAP: Final = re.compile(rf"\{{([a-z_]+)(?:\|({FORM_NAME}))?\}}")


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun in its forms, by their names; the first is the plain form, in which it stands alone.

    ``places`` are those of the forms in the file that states them.
    """

    forms: Mapping[str, str] = field(default_factory=lambda: {"": ""})
    places: Mapping[str, Place] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, text: str) -> Noun:
        """A noun that is the same in all forms."""
        return cls({"": text})

    @property
    def plain(self) -> str:
        return next(iter(self.forms.values()))

    def form(self, name: str) -> str:
        """One form; the plain one if the noun does not have it."""
        return self.forms.get(name, self.plain)


@dataclass(frozen=True, slots=True)
class Gap:
    """A named place in a pattern, and the form in which a noun stands there; "" for that of the whole pattern."""

    name: str
    form: str = ""
    where: Place = field(default=Place(), compare=False, repr=False)

    @property
    def typed(self) -> str:
        """The place as it is written in a pattern: "{parent|dative}"."""
        return f"{{{self.name}|{self.form}}}" if self.form else f"{{{self.name}}}"


@dataclass(frozen=True, slots=True)
class Pattern:
    """Words with named places: "{amendment} к {parent|dative}". ``pieces`` are its words and places, in order."""

    text: str
    pieces: tuple[str | Gap, ...] = field(repr=False)

    @classmethod
    def of(cls, text: str) -> Pattern:
        """The pattern that a text states; what is not a place in it stays as it is."""
        return cls(text, _pieces(text))

    @property
    def gaps(self) -> tuple[Gap, ...]:
        return tuple(piece for piece in self.pieces if isinstance(piece, Gap))

    def has(self, name: str) -> bool:
        """Whether it has a place with a name."""
        return any(isinstance(piece, Gap) and piece.name == name for piece in self.pieces)

    def filled(self, **values: str | Noun) -> str:
        """The words with each place filled; a place without a value stays as it is."""
        return self._in_form("", values)

    def noun(self, **values: str | Noun) -> Noun:
        """The filled pattern in each form of the nouns that stand in places without a form of their own."""
        open_nouns = (values.get(gap.name, "") for gap in self.gaps if not gap.form)
        forms = dict.fromkeys(form for noun in open_nouns if isinstance(noun, Noun) for form in noun.forms)
        return Noun({form: self._in_form(form, values) for form in forms or ("",)})

    def around(self, name: str) -> tuple[Pattern, Gap, Pattern]:
        """What is before the place with a name, the place, and what is after it.

        Raises:
            KeyError: there is no such place.
        """
        for at, piece in enumerate(self.pieces):
            if isinstance(piece, Gap) and piece.name == name:
                return Pattern("", self.pieces[:at]), piece, Pattern("", self.pieces[at + 1 :])
        raise KeyError(name)

    def _in_form(self, form: str, values: Mapping[str, str | Noun]) -> str:
        return "".join(piece if isinstance(piece, str) else _filling(piece, form, values) for piece in self.pieces)


@functools.lru_cache(maxsize=1000)
def _pieces(text: str) -> tuple[str | Gap, ...]:
    pieces: list[str | Gap] = []
    at = 0
    for found in _GAP.finditer(text):
        pieces += [text[at : found.start()], Gap(found[1], found[2] or "")]
        at = found.end()
    return tuple(piece for piece in (*pieces, text[at:]) if piece != "")


def _filling(gap: Gap, form: str, values: Mapping[str, str | Noun]) -> str:
    value = values.get(gap.name)
    if value is None:
        return gap.typed
    return value if isinstance(value, str) else value.form(gap.form or form)


@dataclass(frozen=True, slots=True)
class Term:
    """A noun with places in its words, such as "Annex {number}": a pattern for each form, the plain one first."""

    forms: Mapping[str, Pattern]
    places: Mapping[str, Place] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, text: str) -> Term:
        """A term that is the same in all forms."""
        return cls({"": Pattern.of(text)})

    @property
    def plain(self) -> Pattern:
        return next(iter(self.forms.values()))

    def has(self, place: str) -> bool:
        """Whether any form has a place with a name."""
        return any(pattern.has(place) for pattern in self.forms.values())

    def filled(self, **values: str) -> Noun:
        return Noun({form: pattern.filled(**values) for form, pattern in self.forms.items()}, self.places)


@dataclass(frozen=True, slots=True)
class Count:
    """A number of things, with the words for them by language and CLDR's plural forms: "1 fellowship", "25 becas"."""

    number: int
    words: Mapping[str, Mapping[str, Pattern]]
