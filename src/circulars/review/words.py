"""Compares two texts word by word; punctuation counts separately from the word before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import TypeVar

from circulars.model.text import Spans, plain
from circulars.review.changes import Segment, Segments, tidy
from circulars.review.tokens import Word, Words, words_of

# With more pairs of equal words than this, a text is not compared but replaced: it would take too long.
_MAX_PAIRS = 3_000_000

T = TypeVar("T")


def word_changes(old: str | Spans, new: str | Spans) -> Segments:
    """The equal, removed and added words between two texts."""
    segments: list[Segment] = []
    for same, old_words, new_words in _stretches(words_of(old), words_of(new)):
        if not same:
            segments += _replaced(old_words, new_words)
            continue
        for same_gap, run in groupby(
            zip(old_words, new_words, strict=True), key=lambda pair: pair[0].gap == pair[1].gap
        ):
            if same_gap:
                segments.append(Segment("equal", "".join(old_word.gap + old_word.text for old_word, _ in run)))
                continue
            for old_word, new_word in run:
                segments += [Segment("removed", old_word.gap), Segment("added", new_word.gap)]
                segments.append(Segment("equal", old_word.text))
    return _readable(tidy(segments))


def equal_words(old: str | Spans, new: str | Spans) -> Iterator[tuple[Word, Word]]:
    """The pairs of equal words in two texts."""
    for same, old_words, new_words in _stretches(words_of(old), words_of(new)):
        if same:
            yield from zip(old_words, new_words, strict=True)


def _stretches(old: Words, new: Words) -> Iterator[tuple[bool, Words, Words]]:
    """Two texts cut into parallel stretches: True if the words are the same in both, False if they differ."""
    old_texts, new_texts = [word.key for word in old], [word.key for word in new]
    first = _common(old_texts, new_texts)
    last = _common(old_texts[first:][::-1], new_texts[first:][::-1])
    middle = slice(first, len(old_texts) - last), slice(first, len(new_texts) - last)
    yield True, old[:first], new[:first]
    for same, i, j, k, m in _stretches_between(old_texts[middle[0]], new_texts[middle[1]]):
        yield same, old[first + i : first + j], new[first + k : first + m]
    yield True, old[middle[0].stop :], new[middle[1].stop :]


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """The number of words at the beginning that two texts share."""
    return next(
        (place for place, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), min(len(old), len(new))
    )


def _stretches_between(old: list[str], new: list[str]) -> Iterator[tuple[bool, int, int, int, int]]:
    counts, others = Counter(old), Counter(new)
    if sum(count * others[word] for word, count in counts.items()) > _MAX_PAIRS:
        yield False, 0, len(old), 0, len(new)
        return
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield tag == "equal", i, j, k, m


def _replaced(old: Words, new: Words) -> list[Segment]:
    removed, added = ("".join(word.gap + word.text for word in words) for words in (old, new))
    return [Segment("removed", removed), Segment("added", added)]


def _readable(segments: Segments) -> Segments:
    """The segments, easier to read: one or two equal words between two longer changes become part of the changes."""
    result: list[Segment] = []
    for place, segment in enumerate(segments):
        if segment.mark == "equal" and _is_fragment(segments, place):
            result += [Segment("removed", segment.text), Segment("added", segment.text)]
        else:
            result.append(segment)
    return tidy(result)


def _is_fragment(segments: Segments, place: int) -> bool:
    text = segments[place].text
    if place in (0, len(segments) - 1) or len(text.split()) > 2:
        return False
    before = {segment.mark: len(segment.text) for segment in _changes(segments[place - 1 :: -1])}
    after = {segment.mark: len(segment.text) for segment in _changes(segments[place + 1 :])}
    both = {"removed", "added"} <= {*before} and {"removed", "added"} <= {*after}
    return both and len(text) <= min(max(before.values()), max(after.values()))


def _changes(segments: Sequence[Segment]) -> Iterator[Segment]:
    """The one or two changes at the beginning of a sequence of segments."""
    for segment in segments[:2]:
        if segment.mark == "equal":
            return
        yield segment


@dataclass(frozen=True, slots=True)
class Look:
    """The look of a word: its pieces (length, bold, italic), and the links on it."""

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


def looks_of(spans: Spans) -> dict[int, Look]:
    """The look of each word of some spans, by its position in their text."""
    edges, end = [], 0
    for span in spans:
        start, end = end, end + len(plain((span,)))
        edges.append((start, end, span))
    looks: dict[int, Look] = {}
    first = 0
    for word in words_of(spans)[:-1]:
        stop = word.start + len(word.text)
        while edges[first][1] <= word.start:
            first += 1
        pieces: list[tuple[int, bool, bool]] = []
        links: list[str] = []
        for start, end, span in edges[first:]:
            if start >= stop:
                break
            length = min(end, stop) - max(start, word.start)
            if pieces and pieces[-1][1:] == (span.strong, span.emphasis):
                pieces[-1] = (pieces[-1][0] + length, span.strong, span.emphasis)
            elif length:
                pieces.append((length, span.strong, span.emphasis))
            link = "" if span.note else span.link  # the mark of a footnote is compared by its sign
            if length and links[-1:] != [link]:
                links.append(link)
        looks[word.start] = Look(tuple(pieces), tuple(links))
    return looks


def look_remarks(old: Spans, new: Spans) -> tuple[list[str], list[str]]:
    """Two lists of remarks: on changes of the look of equal words, and on changes of links."""
    if not any(span.strong or span.emphasis or span.link for span in (*old, *new)):
        return [], []
    before, after = looks_of(old), looks_of(new)
    looks: list[tuple[str, str]] = []
    links: list[tuple[tuple[tuple[str, ...], tuple[str, ...]], str]] = []
    seen: set[str] = set()
    for old_word, new_word in equal_words(old, new):
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
