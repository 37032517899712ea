"""Reads a text as people see it, and finds what looks like an address in it."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from circulars.characters import UNSEEN

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

LETTERS: Final = "0-9a-z_\u00aa\u00b5\u00ba\u00c0-\u02af\u0370-\u052f\u1e00-\u1fff-"
"""Figures, hyphens, and the letters of Latin, Greek and Cyrillic: next to a name in ASCII they belong to it."""

# Characters that nobody sees, and spaces too narrow to be seen.
_UNSEEN = re.compile(f"[{UNSEEN}\u2006\u2008-\u200a\u202f\u205f]")
_PHRASES = re.compile("[\ufdfa\ufdfb]")  # one character each for a whole phrase in Arabic
_DOT = re.compile("[\u3002\uff61]")  # a domain's dots in Chinese and Japanese (UTS 46)
_MIDDLE_DOT = re.compile(
    "[\u00b7\u0387\u2022\u2027\u2219\u22c5\u25e6\u2802\u2804\u2810\u2820\u2840\u2880\u2e31\u2e33\u30fb\ua78f\U00010101]"
)
# Where no space separates words, a name in ASCII stands between other letters.
_HOSTS = (
    re.compile(r"(?<![\w-])[\w-]++(?:\.[\w-]++)+"),
    re.compile(r"(?<![a-z0-9-])[a-z0-9-]++(?:\.[a-z0-9-]++)+"),
)
_MARKED = re.compile(
    # A scheme, "www.", an "@" between letters, a network share, and numbers with a port or a path.
    r"(?<![a-z0-9+.-])[a-z0-9+.-]++:[/\\]{2,}[^\s/\\]\S*|https?:[/\\]?\w\S*|(?:mailto|tel):\S+"
    rf"|(?<![{LETTERS}.])www\d?\.\w\S*|(?<![\w.+-])[\w.+-]++@\w\S*|\\\\\w\S*"
    r"|(?<!\d)\d{1,3}(?:\.\d{1,3}){3}[:/]\d*\S*"
)
# Names that the standards reserve (RFC 2606, 6761, 6762, 8375), and that offices use for their own networks.
_RESERVED = frozenset("alt corp example home intern internal intra intranet invalid lan local localhost test".split())
_SMALL_CAPITAL = re.compile("LATIN LETTER SMALL CAPITAL ([A-Z])")
COMMON: Final = re.compile("[\\0-\u017f\u2010-\u2015\u2018-\u201f\u2026\u202f]*")
"""A text with only common letters and punctuation of Latin script."""
COMMON_LOOKALIKES: Final = str.maketrans(
    {
        "\u00a0": " ", "´": "'", "¸": ",", "Æ": "AE", "×": "x", "æ": "ae", "ı": "i", "Ĳ": "lJ", "ĳ": "ij", "ŉ": "'n",
        "Œ": "OE", "œ": "oe", "ſ": "f", "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2018": "'",
        "\u2019": "'", "\u201a": ",", "\u201b": "'", "“": "''", "”": "''", "‟": "''", "…": "...", "\u202f": " ",
    }
)  # fmt: skip
"""Those of :func:`lookalikes` in such texts, so that few letters have to load the whole table."""
# Words that end like a domain.
_WORDS = frozenset("b.sc co.ltd d.sc ex.ma ex.mo g.fast g.hn m.sc".split())
_SHORT = re.compile(r"\d{1,2}\.[a-z]{2}|[^\W\da-z]\.\w+")  # "1.er", "2.do", "9.am"; "г.Москва"


def visible(text: str) -> str:
    """The text in the shape in which addresses are compared: in lower case, without what nobody sees."""
    if text.isascii():
        return text.lower()
    return _DOT.sub(".", unicodedata.normalize("NFKC", _PHRASES.sub(" ", _UNSEEN.sub("", text)))).lower()


def has_unseen(text: str) -> bool:
    """Whether a text has characters that nobody sees."""
    return _UNSEEN.search(text) is not None


def skeleton(text: str) -> str:
    """The text with each letter replaced by the one in ASCII that it looks like (UTS 39), where there is one."""
    if text.isascii():
        return text
    return text.translate(_lookalikes_for(text)).lower()


def is_lookalike(host: str) -> bool:
    """Whether a name in another script looks like one in ASCII: "аррӏе.com" in Cyrillic letters.

    Below a domain in the same script, as "сор.рф", it is what it looks like.
    """
    labels = host.split(".")
    return labels[-1].isascii() and any(not label.isascii() and skeleton(label).isascii() for label in labels)


def address_in(text: str) -> str:
    """The first thing in a visible text that looks like an address, as it is written there; "" if nothing does."""
    for reading in dict.fromkeys(_readings(text)):
        if marked := _MARKED.search(reading):
            return marked.group()
        for name in (name for pattern in _HOSTS for name in pattern.findall(reading)):
            if _is_host(name):
                return str(name)
    return ""


def _readings(text: str) -> Iterator[str]:
    """The ways to read a text: as it is, decoded, over the end of a line, and with other letters that look alike."""
    decoded = [visible(unquote(text))] if "%" in text else []
    joined = [re.sub(r"\s*\n\s*", "", each) for each in (text, *decoded) if "\n" in each]
    for reading in (text, *decoded, *joined):
        yield reading
        if not reading.isascii():
            yield from _with_other_letters(reading)


def _with_other_letters(text: str) -> Iterator[str]:
    """The ways to read a text with the letters, the dots and without the marks that could be meant."""
    signs = (sign for sign in unicodedata.normalize("NFD", text) if unicodedata.category(sign) != "Mn")
    bare = unicodedata.normalize("NFC", "".join(signs))
    dotted = bare.translate({sign: other for sign, other in _lookalikes_for(bare).items() if other == "."})
    # "participant·es" is French.
    middle = re.sub(r"\.([a-z]{1,2})\b", r" \1", _MIDDLE_DOT.sub(".", dotted))
    for reading in (dotted, middle):
        yield from (reading, skeleton(reading))
    yield skeleton(text)


def _is_host(name: str) -> bool:
    """Whether a name with dots ends with a domain of the internet, or of an office."""
    last = name.rpartition(".")[2]
    if len(last) < 2 or not (last.isalpha() or last.startswith("xn--")) or name in _WORDS or _SHORT.fullmatch(name):
        return False
    return last in _RESERVED or _suffixes().publicsuffix(f"x.{last}", accept_unknown=False) is not None


@functools.cache
def _suffixes() -> PublicSuffixList:
    """The domains under which anyone may have one, from com and int to рф."""
    from publicsuffixlist import PublicSuffixList  # takes long to load, and few letters need it

    return PublicSuffixList()


def _lookalikes_for(text: str) -> Mapping[int, str]:
    """The characters of a text that look like some in ASCII, and perhaps others, each with those."""
    return COMMON_LOOKALIKES if COMMON.fullmatch(text) else lookalikes()


@functools.cache
def lookalikes() -> Mapping[int, str]:
    """The characters that look like some in ASCII (Unicode's confusables), each with those, for ``str.translate``."""
    from confusable_homoglyphs.confusables import confusables_data  # takes long to load, and few letters need it

    # The package leaves a mark for the direction around letters from right to left.
    pairs = ((other["c"].strip("\u200e"), sign) for sign, others in confusables_data.items() for other in others)
    found = {other: sign for other, sign in pairs if sign.isascii() and len(other) == 1 and not other.isascii()}
    for number in range(0x250, 0x1DC0):
        if capital := _SMALL_CAPITAL.fullmatch(unicodedata.name(chr(number), "")):
            found.setdefault(chr(number), capital[1].lower())
    # Of figures only the zero counts that looks like a dot: else numbers would be words.
    return {ord(other): sign for other, sign in found.items() if sign == "." or not other.isdecimal()}
