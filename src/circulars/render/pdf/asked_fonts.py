"""Notes which font families the texts of a page ask for, so that no other font is used in silence.

Where none of them has a character, Pango takes it from any installed font, which on another machine is another one.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

_NOTED: Final = "asked_fonts"
_EMOJI: Final = "noto color emoji"
"""Pango finds the font of emoji by itself; in a list of families, it would take digits from it, too."""


@dataclass(slots=True)
class AskedFonts:
    """The families that texts ask for. If they are ``open``, any other font may be used as well.

    ``with_hyphens`` are those for which there is a small font with their hyphens; its family is theirs with ``SUFFIX``.
    """

    open: bool = True
    families: set[str] = field(default_factory=lambda: {_EMOJI})
    with_hyphens: set[str] = field(default_factory=set)

    SUFFIX = " hyphens"

    def all(self, families: Sequence[str]) -> tuple[str, ...]:
        """Some families, each with the small font of its hyphens behind it; they are noted as asked for."""
        found: list[str] = []
        for family in families:
            found += [family, family + self.SUFFIX] if family in self.with_hyphens else [family]
        self.families.update(map(str.casefold, found))
        return (*found,)

    def have(self, family: str) -> bool:
        """Whether a font of a family may be used."""
        return self.open or family.casefold() in self.families


def asked_of(configuration: Any) -> AskedFonts:
    """The families that are asked for in a configuration of WeasyPrint."""
    found: AskedFonts = vars(configuration).setdefault(_NOTED, AskedFonts())
    return found


def noting(describe: Any, pango: Any, ffi: Any) -> Any:
    """WeasyPrint's function ``get_font_description``, which notes the families, and asks for their hyphens, too."""

    @functools.wraps(describe)
    def described(style: Any) -> Any:
        found, families = describe(style), style["font_family"]
        longer = asked_of(style.font_config).all(families)
        if len(longer) > len(families):
            pango.pango_font_description_set_family(found, ffi.new("char[]", ",".join(longer).encode()))
        return found

    return described


def lent(fonts: Iterable[Any], asked: AskedFonts) -> dict[str, str]:
    """The characters that are drawn in fonts that no text asks for, each with the family of one."""
    return {
        character: font.family
        for font in fonts
        if not asked.have(font.family)
        for text in font.to_unicode.values()
        for character in text
        if unicodedata.category(character)[0] not in "CZ"
    }
