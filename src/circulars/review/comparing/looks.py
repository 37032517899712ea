"""Reports formatting and links that have changed, by the words that have them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, TypeVar

from circulars.model.document import Picture
from circulars.model.text import Spans, plain
from circulars.review.comparing.tokens import Word, words_of
from circulars.review.comparing.words import equal_words

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Look:
    """The look of a word: its pieces (length in NFC, or 0 if it is the only one; bold, italic), and the links on it."""

    pieces: tuple[tuple[int, bool, bool], ...]
    links: tuple[str, ...]

    @property
    def bold(self) -> bool:
        """Whether any of it is bold."""
        return any(strong for _, strong, _ in self.pieces)

    @property
    def italic(self) -> bool:
        """Whether any of it is italic."""
        return any(emphasis for _, _, emphasis in self.pieces)


_PLAIN = Look((), ())
_ABOUT_PICTURE: Final = re.compile("now another picture|now with a picture|no longer with a picture|the picture ")


def looks_of(spans: Spans, locale: str = "") -> dict[int, Look]:
    """The look of each word of some spans, by its position in their text."""
    edges, end = [], 0
    for span in spans:
        start, end = end, end + len(plain((span,)))
        edges.append((start, end, span))
    looks: dict[int, Look] = {}
    text, first = plain(spans), 0
    for word in words_of(spans, locale)[:-1]:
        stop = word.start + len(word.text)
        while edges[first][1] <= word.start:
            first += 1
        pieces: list[tuple[int, bool, bool]] = []
        links: list[str] = []
        for start, end, span in edges[first:]:
            if start >= stop:
                break
            length = len(unicodedata.normalize("NFC", text[max(start, word.start) : min(end, stop)]))
            if pieces and pieces[-1][1:] == (span.strong, span.emphasis):
                pieces[-1] = (pieces[-1][0] + length, span.strong, span.emphasis)
            elif length:
                pieces.append((length, span.strong, span.emphasis))
            link = "" if span.note else span.link  # the mark of a footnote is compared by its sign
            if length and links[-1:] != [link]:
                links.append(link)
        if len(pieces) == 1:
            pieces = [(0, *pieces[0][1:])]
        looks[word.start] = Look(tuple(pieces), tuple(links))
    return looks


def look_remarks(old: Spans, new: Spans, locale: str = "") -> tuple[list[str], list[str]]:
    """Two lists of remarks: on changes of the look of equal words, and on changes of links."""
    if not any(span.strong or span.emphasis or span.link for span in (*old, *new)):
        return [], []
    before, after = looks_of(old, locale), looks_of(new, locale)
    looks: list[tuple[str, str]] = []
    links: list[tuple[tuple[tuple[str, ...], tuple[str, ...]], str]] = []
    seen: set[str] = set()
    for old_word, new_word in equal_words(old, new, locale):
        a, b = before.get(old_word.start, _PLAIN), after.get(new_word.start, _PLAIN)
        _gather(looks, _look_remark(a, b) if a.pieces != b.pieces else "", new_word)
        _gather(links, (a.links, b.links) if a.links != b.links else ((), ()), new_word)
        seen |= {*a.links, *b.links} if a.links != b.links else set()
    look_changes = [f"{remark}: “{words.strip()}”" for remark, words in looks if remark]
    link_changes = [_link_remark(a, b, words.strip()) for (a, b), words in links if a != b]
    return look_changes, link_changes + _other_links(old, new, seen)


def _gather(found: list[tuple[T, str]], what: T, word: Word) -> None:
    """Adds a word to the words before it if the same remark applies, or begins a new entry."""
    if found and found[-1][0] == what:
        found[-1] = (what, found[-1][1] + word.gap + word.text)
    else:
        found.append((what, word.text))


def _look_remark(old: Look, new: Look) -> str:
    remarks = []
    if old.bold != new.bold:
        remarks.append("now bold" if new.bold else "no longer bold")
    if old.italic != new.italic:
        remarks.append("now italic" if new.italic else "no longer italic")
    return " and ".join(remarks) or "other characters are bold or italic"


def _link_remark(old: tuple[str, ...], new: tuple[str, ...], words: str) -> str:
    was, now = " and ".join(filter(None, old)), " and ".join(filter(None, new))
    if not was:
        return f"now a link to {now}: “{words}”"
    if not now:
        return f"no longer a link to {was}: “{words}”"
    return f"the link of “{words}” now goes to {now}, formerly to {was}"


def _other_links(old: Spans, new: Spans, seen: set[str]) -> list[str]:
    """Remarks on changed links whose words changed, too; an address that is shown in the words needs no remark."""
    was, now = [{span.link: None for span in spans if span.link and not span.note} for spans in (old, new)]
    removed = [link for link in was if link not in now and link not in seen and not _is_shown(link, old)]
    added = [link for link in now if link not in was and link not in seen and not _is_shown(link, new)]
    if len(removed) == len(added) == 1:
        return [f"the link now goes to {added[0]}, formerly to {removed[0]}"]
    return [f"no longer a link to {link}" for link in removed] + [f"now a link to {link}" for link in added]


def _is_shown(link: str, spans: Spans) -> bool:
    return link.removeprefix("mailto:").removeprefix("tel:") in plain(spans)


def is_about_picture(remark: str) -> bool:
    """Whether a remark is one of :func:`picture_remarks`."""
    return _ABOUT_PICTURE.match(remark) is not None


def picture_remarks(old: Picture | None, new: Picture | None) -> list[str]:
    """Remarks on a picture that was added, removed or changed."""
    if old is None or new is None:
        return [] if old is new else ["no longer with a picture" if old else "now with a picture"]
    remarks = []
    if old.data != new.data:
        remarks.append("now another picture")
    if (old.width, old.height) != (new.width, new.height):
        remarks.append("the picture has another size")
    if old.alt != new.alt:
        remarks.append(f"the picture is now described as “{new.alt}”, formerly “{old.alt}”")
    return remarks
