"""Reads the words and pictures that a Word file shows, to compare files that different programs have saved."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from lxml import etree

from circulars.files.opc import links_of, parse_part, target_of, targets
from circulars.files.word_document import document_of

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_STORIES: Final = ("header", "footer", "footnotes", "endnotes")
_BLANKS: Final = {f"{_W}{name}": " " for name in ("tab", "ptab", "br", "cr")} | {f"{_W}noBreakHyphen": "\u2011"}
_SKIPPED: Final = frozenset({f"{_W}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "tabs")} | {_FALLBACK})
# The fields whose results programs compute when they show or save a file.
_COMPUTED: Final = ("PAGE", "NUMPAGES", "SECTIONPAGES")
_MAX_PAIRS: Final = 1_000_000
_MAX_QUOTED: Final = 60  # characters
_CONTEXT: Final = 3  # words before an addition


@dataclass(frozen=True, slots=True)
class Shown:
    """What a Word file shows: the words of its body, and of its headers, footers and notes; its pictures' SHA-256."""

    body: tuple[str, ...]
    furniture: Mapping[str, tuple[str, ...]]
    pictures: Counter[str]


def shown_in(parts: Mapping[str, bytes]) -> Shown:
    """What a Word file with these parts shows, as far as text and pictures go.

    Raises:
        UnreadablePackageError: it has no document, or a part has a document type.
        lxml.etree.XMLSyntaxError: a part is broken.
    """
    main = document_of(parts)
    furniture = {}
    for kind in _STORIES:
        names = [name for name in dict.fromkeys(targets(parts, main, kind)) if name in parts]
        # Programs copy headers and footers to pages for which there were none.
        stories = dict.fromkeys(tuple(_words(parse_part(parts[name]))) for name in names)
        furniture[kind] = tuple(word for story in sorted(stories) for word in story)
    stories_with_pictures = [main, *(name for kind in ("header", "footer") for name in targets(parts, main, kind))]
    pictures = {target for name in stories_with_pictures for target in _pictures(parts, name)}
    sums = Counter(hashlib.sha256(parts[name]).hexdigest() for name in pictures)
    return Shown(tuple(_words(parse_part(parts[main]))), furniture, sums)


def differences(found: Shown, expected: Shown) -> Iterator[str]:
    """In words, how what one file shows differs from what another one shows: "'Madrid' is now 'Geneva'"."""
    yield from _changes(found.body, expected.body, "")
    for kind, words in expected.furniture.items():
        yield from _changes(found.furniture.get(kind, ()), words, f"{kind}: ")
    missing = (expected.pictures - found.pictures).total()
    added = (found.pictures - expected.pictures).total()
    if missing or added:
        yield f"pictures: {missing} of {expected.pictures.total()} replaced or removed, {added} other than the letter's"


def _pictures(parts: Mapping[str, bytes], name: str) -> Iterator[str]:
    for link in links_of(parts, name):
        if link.get("Type", "").endswith("/image") and (target := target_of(link, name)) in parts:
            yield target


def _words(story: etree._Element) -> Iterator[str]:
    for paragraph in story.iter(f"{_W}p"):
        yield from "".join(_pieces(paragraph)).replace("\u00ad", "").split()


def _pieces(paragraph: etree._Element) -> Iterator[str]:
    """The text of a paragraph, without hidden text, what is marked as deleted, and the results of computed fields."""
    codes: list[str] = []  # of the fields around the place, innermost last
    for element in _elements(paragraph):
        if element.tag == f"{_W}fldChar":
            kind = element.get(f"{_W}fldCharType")
            if kind == "begin":
                codes.append("")
            elif kind == "end" and codes:
                codes.pop()
        elif element.tag == f"{_W}instrText" and codes:
            codes[-1] += element.text or ""
        elif not any(_is_computed(code) for code in codes):
            if element.tag == f"{_W}t":
                yield element.text or ""
            elif element.tag == f"{_W}sym":
                yield f"[{element.get(f'{_W}font')} {element.get(f'{_W}char')}]"
            else:
                yield _BLANKS.get(str(element.tag), "")


def _elements(paragraph: etree._Element) -> Iterator[etree._Element]:
    """The elements of a paragraph in their order, without those of paragraphs inside it (text boxes)."""
    waiting = [iter(paragraph)]
    while waiting:
        child = next(waiting[-1], None)
        if child is None:
            waiting.pop()
        elif not _is_skipped(child):
            yield child
            waiting.append(iter(child))


def _is_skipped(element: etree._Element) -> bool:
    if element.tag == f"{_W}fldSimple":
        return _is_computed(element.get(f"{_W}instr", ""))
    return element.tag in _SKIPPED or element.tag == f"{_W}p" or _is_hidden(element)


def _is_hidden(element: etree._Element) -> bool:
    vanish = element.find(f"{_W}rPr/{_W}vanish") if element.tag == f"{_W}r" else None
    return vanish is not None and vanish.get(f"{_W}val", "1").lower() not in ("0", "false", "off")


def _is_computed(code: str) -> bool:
    return (code.split() or [""])[0].upper() in _COMPUTED


def _changes(found: Sequence[str], expected: Sequence[str], where: str) -> Iterator[str]:
    start = _same(found, expected)
    end = min(_same(found[::-1], expected[::-1]), len(found) - start, len(expected) - start)
    new, old = found[start : len(found) - end], expected[start : len(expected) - end]
    if not new and not old:
        return
    if len(new) * len(old) > _MAX_PAIRS:
        yield f"{where}{_quoted(old)} and {len(old) - 1:,} more words are now {_quoted(new)} and {len(new) - 1:,} more"
        return
    before = expected[:start]
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "replace":
            yield f"{where}{_quoted(old[a:b])} is now {_quoted(new[c:d])}"
        elif kind == "delete":
            yield f"{where}{_quoted(old[a:b])} is missing"
        elif kind == "insert":
            after = (*before, *old[:a])[-_CONTEXT:]
            yield f"{where}{_quoted(new[c:d])} was added" + (f" after {_quoted(after)}" if after else "")


def _same(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words two sequences have in common at their start."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _quoted(words: Sequence[str]) -> str:
    text = " ".join(words)
    return f"'{text if len(text) <= _MAX_QUOTED else text[:_MAX_QUOTED].rstrip() + '…'}'"
