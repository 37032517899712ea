"""The fonts of a pack, by language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

EAST_ASIAN: Final = ("zh", "ja", "ko", "yue")
"""Languages whose text Word sets in the font ``w:eastAsia``."""
RIGHT_TO_LEFT: Final = ("ar", "fa", "ur", "ps", "sd", "ug", "ckb", "he", "yi", "dv")
"""Languages whose text Word sets in the font ``w:cs``."""
UPRIGHT: Final = (*EAST_ASIAN, *RIGHT_TO_LEFT)
"""Languages whose script is never slanted, and whose lines are as high as those of their letters' Latin words."""
WITH_OWN_MARKS: Final = ("zh", "ja", "yue")
"""Languages whose quotation marks, dashes and ellipses are as wide as their letters."""
OWN_MARKS: Final = re.compile("[“”—…‥⸺]+|(?<![A-Za-zÀ-ž])[‘’·]+|[‘’·]+(?![A-Za-zÀ-ž])")
"""Such marks. An apostrophe and what joins the parts of a Latin name are none."""
_SYMBOLS: Final = ("Noto Sans", "Noto Sans Symbols", "Noto Sans Symbols2", "Noto Sans Math")
_SCRIPTS: Final = (
    *("Noto Sans Hebrew", "Noto Sans Arabic", "Noto Sans Armenian", "Noto Sans Georgian", "Noto Sans Ethiopic"),
    *("Noto Sans Devanagari", "Noto Sans Bengali", "Noto Sans Gujarati", "Noto Sans Gurmukhi", "Noto Sans Kannada"),
    *("Noto Sans Malayalam", "Noto Sans Oriya", "Noto Sans Sinhala", "Noto Sans Tamil", "Noto Sans Telugu"),
    *("Noto Sans Thaana", "Noto Sans Thai", "Noto Sans Lao", "Noto Sans Khmer", "Noto Sans Myanmar"),
    *("Noto Serif Tibetan", "Noto Sans Mongolian", "Noto Sans Syriac", "Noto Sans CJK SC"),
)


@dataclass(frozen=True, slots=True)
class FontChoice:
    """Font families, the preferred one first.

    ``word`` is the font that Word uses where the first family is not installed, or "". ``line`` is the line height as a
    factor of the size of the text, or 0 for that of the pack's type.
    """

    families: tuple[str, ...]
    word: str = ""
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

    @property
    def in_word(self) -> tuple[str, ...]:
        """The fonts that Word takes where the pack's are not installed."""
        return tuple(one.word for one in (self.usual, *dict(self.own).values()) if one.word)

    def choice(self, language: str) -> FontChoice | None:
        """What a language has besides the fonts of all, or None."""
        fitting = [code for code, _ in self.own if is_within(language, code)]
        return dict(self.own)[max(fitting, key=len)] if fitting else None

    def families(self, *languages: str) -> tuple[str, ...]:
        """The families of texts in some languages, in the order in which they are looked for, without duplicates.

        The first is the one of all languages, for Latin words and digits; the languages' own come before its others.
        """
        own = [family for choice in filter(None, map(self.choice, languages)) for family in choice.families]
        return (*dict.fromkeys((*self.usual.families[:1], *own, *self.usual.families[1:])),)

    def for_any_text(self, *languages: str) -> tuple[str, ...]:
        """The families of texts in some languages and of words in any other, in the order in which they are looked for.

        An Arabic name in a French letter is in the pack's font of Arabic. What no font of the pack has is in one of
        Noto, which must be installed only for such characters. East Asian fonts come late: they have wide symbols. A
        pack without fonts leaves the choice open.
        """
        if not self.usual.families:
            return self.families(*languages)
        late = [family for code, one in self.own if is_one_of(code, EAST_ASIAN) for family in one.families]
        early = [family for _, one in self.own for family in one.families if family not in late]
        return (*dict.fromkeys((*self.families(*languages), *early, *_SYMBOLS, *late, *_SCRIPTS)),)

    def on_screens(self, language: str) -> tuple[str, ...]:
        """The families of texts in a language where the pack's may not be installed: each with Word's after it.

        The language's own come first if its marks of punctuation must not be in another font.
        """
        own = self.choice(language)
        choices = [self.usual, *([own] if own else [])]
        if is_one_of(language, WITH_OWN_MARKS):
            choices.reverse()
        return (*dict.fromkeys(name for one in choices for name in (*one.families, one.word) if name),)


def is_one_of(language: str, codes: Iterable[str]) -> bool:
    """Whether a language is one of those with some codes, or a variety of one."""
    return language.partition("-")[0].lower() in codes


def is_within(language: str, code: str) -> bool:
    """Whether a language is the one with a code, or a variety of it: "zh-TW" is within "zh"."""
    return f"{language}-".casefold().startswith(f"{code}-".casefold())


def fonts_named(families: Iterable[str]) -> PackFonts:
    """Fonts that are the same for all languages."""
    return PackFonts(FontChoice(tuple(families)))


NO_FONTS: Final = fonts_named(())
