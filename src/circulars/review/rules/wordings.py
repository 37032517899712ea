"""The words of each paragraph of a letter by language, as they are recognized in other versions of the letter."""

from __future__ import annotations

import difflib
import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from circulars.east_asian import UNSPACED
from circulars.errors import CircularsError
from circulars.syntax import nodes

_NO_WORDS: Final = ("links", "languages")
_PARAGRAPHS: Final = re.compile(r"\n[ \t]*\n\s*")
_MARKUP: Final = re.compile(r"[*\\]")
_FIELD: Final = re.compile(r"\{\{\s*(.*?)\s*\}\}")
_BESIDE_UNSPACED: Final = re.compile(rf"(?<=[{UNSPACED}])\s+|\s+(?=[{UNSPACED}])")
_DIGITS: Final = 32
_ALIKE: Final = 0.5


@dataclass(frozen=True, slots=True)
class ParagraphWords:
    """A paragraph: its ``words`` by language, where its text is in the file, what begins it there, and its ``id``.

    The words are the same however the lines of the file are broken, quoted and indented, and wherever the text is.
    """

    words: Mapping[str, str]
    ranges: Mapping[str, tuple[int, int]]
    beginnings: Mapping[str, str]
    id: str = ""


def wordings(text: str, codes: Collection[str]) -> tuple[ParagraphWords, ...]:
    """The paragraphs of a letter's file that are in several languages, in its order; none if it is not YAML."""
    try:
        tree = nodes.read_tree(text.encode(), "", [])
    except CircularsError:
        return ()
    return tuple(_all_in(tree.root, {*codes}))


def _all_in(node: nodes.Node | None, codes: Collection[str]) -> Iterator[ParagraphWords]:
    if isinstance(node, nodes.Mapping):
        own = {
            key: value
            for key, (_, value) in node.pairs.items()
            if key in codes and isinstance(value, nodes.Scalar) and value.text.strip()
        }
        if len(own) > 1:
            _, id = node.pairs.get("id", (None, None))
            yield from _paragraphs(own, id.text if isinstance(id, nodes.Scalar) else "")
        for key, (_, value) in node.pairs.items():
            if key not in own and key not in _NO_WORDS:
                yield from _all_in(value, codes)
    elif node is not None:
        for item in nodes.children(node):
            yield from _all_in(item, codes)


def _paragraphs(texts: Mapping[str, nodes.Scalar], id: str) -> Iterator[ParagraphWords]:
    """The paragraphs of a text, or if its languages do not have as many, the text as one."""
    ranges = {code: (node.start, node.end) for code, node in texts.items()}
    typed = {code: _PARAGRAPHS.split(node.text.strip()) for code, node in texts.items()}
    if len({len(found) for found in typed.values()}) > 1:
        typed = {code: [node.text.strip()] for code, node in texts.items()}
    for row in zip(*typed.values(), strict=True):
        own = dict(zip(typed, row, strict=True))
        beginnings = {code: text.split("\n")[0].partition("'")[0][:_DIGITS] for code, text in own.items()}
        yield ParagraphWords({code: _words(text) for code, text in own.items()}, ranges, beginnings, id)


def _words(text: str) -> str:
    plain = _MARKUP.sub("", _FIELD.sub(lambda field: f"«{''.join(field[1].partition('|')[0].split())}»", text))
    return _BESIDE_UNSPACED.sub("", " ".join(unicodedata.normalize("NFC", plain).split()))


def digest(words: str) -> str:
    """The hash by which words are recognized."""
    return hashlib.sha256(words.encode()).hexdigest()[:_DIGITS]


def matched(newer: Sequence[ParagraphWords], older: Sequence[ParagraphWords]) -> dict[int, int]:
    """The places of paragraphs in an older version, by their places in a newer one.

    A paragraph is recognized by its words in any language, wherever it is; or else between two that are recognized, by
    words that are like its own.
    """
    found = _with_same_words(newer, older)
    taken = {*found.values()}
    left = [n for n in range(len(older)) if n not in taken]
    for place in range(len(newer)):
        if place not in found and left:
            low = max((found[n] for n in found if n < place), default=-1)
            likeness, best = max((_likeness(newer[place], older[n]) + (n > low) / 100, n) for n in left)
            if likeness >= _ALIKE:
                found[place] = best
                left.remove(best)
    return found


def _with_same_words(newer: Sequence[ParagraphWords], older: Sequence[ParagraphWords]) -> dict[int, int]:
    """The paragraphs with the same words, in all languages first, then in any."""
    found: dict[int, int] = {}
    taken: set[int] = set()
    for keys in (_all_words, _any_words):
        known: dict[object, list[int]] = {}
        for place, one in enumerate(older):
            for key in keys(one) if place not in taken else ():
                known.setdefault(key, []).append(place)
        for place, one in enumerate(newer):
            for key in keys(one) if place not in found else ():
                if free := [n for n in known.get(key, ()) if n not in taken]:
                    found[place] = free[0]
                    taken.add(free[0])
                    break
    return found


def _all_words(one: ParagraphWords) -> Iterator[object]:
    yield frozenset(one.words.items())


def _any_words(one: ParagraphWords) -> Iterator[object]:
    yield from one.words.items()


def _likeness(one: ParagraphWords, other: ParagraphWords) -> float:
    """How like each other two paragraphs are, from 0 to 1, in the language in which they are most alike."""
    pairs = ((one.words[code].split(), other.words[code].split()) for code in one.words.keys() & other.words.keys())
    return max((difflib.SequenceMatcher(None, *pair, autojunk=False).ratio() for pair in pairs), default=0.0)
