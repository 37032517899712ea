"""The fonts of a pack, by language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FontChoice:
    """Font families, the preferred one first.

    ``word`` is the font that Word uses where the first family is not installed, or "". ``size`` is the size of the text
    in points, and ``line`` the line height as a factor of it; 0 if they are those of the pack's type.
    """

    families: tuple[str, ...]
    word: str = ""
    size: float = 0
    line: float = 0


@dataclass(frozen=True, slots=True)
class PackFonts:
    """The fonts of a pack: those of all languages, and those that some languages have besides, by code.

    A code may have a region or a script ("zh-TW"); the longest that fits a language counts.
    """

    usual: FontChoice
    own: tuple[tuple[str, FontChoice], ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Every family, without duplicates; those of all languages first."""
        return (*dict.fromkeys(family for one in (self.usual, *dict(self.own).values()) for family in one.families),)

    def choice(self, language: str) -> FontChoice | None:
        """What a language has besides the fonts of all, or None."""
        fitting = [code for code, _ in self.own if is_within(language, code)]
        return dict(self.own)[max(fitting, key=len)] if fitting else None

    def families(self, *languages: str) -> tuple[str, ...]:
        """The families of texts in some languages, in the order in which they are looked for, without duplicates."""
        choices = [self.usual, *filter(None, map(self.choice, languages))]
        return (*dict.fromkeys(family for one in choices for family in one.families),)


def is_within(language: str, code: str) -> bool:
    """Whether a language is the one with a code, or a variety of it: "zh-TW" is within "zh"."""
    return f"{language}-".casefold().startswith(f"{code}-".casefold())


def fonts_named(families: Iterable[str]) -> PackFonts:
    """Fonts that are the same for all languages."""
    return PackFonts(FontChoice(tuple(families)))
