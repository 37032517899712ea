"""Reads the words, links and pictures that a Word file shows, to compare files that different programs have saved."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, zip_longest
from typing import Final
from urllib.parse import unquote, urlsplit

from lxml import etree

from circulars.files.opc import OFFICE, links_of, parse_part, target_of, targets
from circulars.files.word_document import document_of
from circulars.files.word_fields import link_targets

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R: Final = f"{{{OFFICE}}}"
_LINKED_PICTURE: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}hlinkClick"
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_STORIES: Final = ("header", "footer", "footnotes", "endnotes")
_BLANKS: Final = {f"{_W}{name}": " " for name in ("tab", "ptab", "br", "cr")} | {f"{_W}noBreakHyphen": "\u2011"}
_SKIPPED: Final = frozenset({f"{_W}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "tabs")} | {_FALLBACK})
COMPUTED: Final = ("PAGE", "NUMPAGES", "SECTIONPAGES")
"""The fields whose results programs compute when they show or save a file."""
_MAX_PAIRS: Final = 1_000_000
_MAX_QUOTED: Final = 60  # characters
_CONTEXT: Final = 3  # words before an addition


@dataclass(frozen=True, slots=True)
class Shown:
    """What a Word file shows: the words of its body, and of its headers, footers and notes; its pictures' SHA-256.

    ``links`` are the words that lead somewhere and where they lead, of the body and of each kind of the others.
    """

    body: tuple[str, ...]
    furniture: Mapping[str, tuple[str, ...]]
    pictures: Counter[str]
    links: Mapping[str, tuple[tuple[str, str], ...]]


def shown_in(parts: Mapping[str, bytes]) -> Shown:
    """What a Word file with these parts shows, as far as text and pictures go.

    Raises:
        UnreadablePackageError: it has no document, or a part has a document type.
        lxml.etree.XMLSyntaxError: a part is broken.
    """
    main = document_of(parts)
    furniture, links = {}, {"": tuple(_links(parts, main))}
    for kind in _STORIES:
        names = [name for name in dict.fromkeys(targets(parts, main, kind)) if name in parts]
        # Programs copy headers and footers to pages for which there were none.
        stories = dict.fromkeys(tuple(_words(parse_part(parts[name]))) for name in names)
        links[kind] = tuple(
            dict.fromkeys(link for linked in sorted(_links(parts, name) for name in names) for link in linked)
        )
        furniture[kind] = tuple(word for story in sorted(stories) for word in story)
    stories_with_pictures = [main, *(name for kind in ("header", "footer") for name in targets(parts, main, kind))]
    pictures = {target for name in stories_with_pictures for target in _pictures(parts, name)}
    sums = Counter(hashlib.sha256(parts[name]).hexdigest() for name in pictures)
    return Shown(tuple(_words(parse_part(parts[main]))), furniture, sums, links)


def paragraphs_in(parts: Mapping[str, bytes]) -> Iterator[str]:
    """The paragraphs of a Word file as they are read: those of its body, then of its headers, footers and notes.

    Raises:
        UnreadablePackageError, lxml.etree.XMLSyntaxError: see :func:`shown_in`.
    """
    main = document_of(parts)
    names = (name for kind in _STORIES for name in dict.fromkeys(targets(parts, main, kind)) if name in parts)
    for name in (main, *names):
        for paragraph in parse_part(parts[name]).iter(f"{_W}p"):
            if text := " ".join("".join(_pieces(paragraph)).split()):
                yield text


def differences(found: Shown, expected: Shown) -> Iterator[str]:
    """In words, how what one file shows differs from what another one shows: "'Madrid' is now 'Geneva'"."""
    yield from _changes(found.body, expected.body, "")
    for kind, words in expected.furniture.items():
        yield from _changes(found.furniture.get(kind, ()), words, f"{kind}: ")
    for kind, links in expected.links.items():
        yield from _changed_links(found.links.get(kind, ()), links, f"{kind}: " if kind else "")
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
    for element, codes in _in_fields(paragraph):
        if not any(_is_computed(code) for code in codes):
            if element.tag == f"{_W}t":
                yield element.text or ""
            elif element.tag == f"{_W}sym":
                yield f"[{element.get(f'{_W}font')} {element.get(f'{_W}char')}]"
            else:
                yield _BLANKS.get(str(element.tag), "")


def _links(parts: Mapping[str, bytes], name: str) -> list[tuple[str, str]]:
    """The words of each link of a part that leads out of the file, and the address; a picture has no words."""
    addresses = {link.get("Id", ""): link.get("Target", "") for link in links_of(parts, name)}
    story = parse_part(parts[name])
    pieces = [piece for paragraph in story.iter(f"{_W}p") for piece in _linked_pieces(paragraph, addresses)]
    found = []
    for address, group in groupby(pieces, key=lambda piece: _plain(piece[1])):
        words = list(group)
        if address and not address.startswith("#"):
            found.append((" ".join("".join(text for text, _ in words).split()), words[0][1]))
    return found


def _linked_pieces(paragraph: etree._Element, addresses: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The pieces of a paragraph's text, each with the address to which it leads, or ""; also linked pictures."""
    for element, codes in _in_fields(paragraph):
        if element.tag == _LINKED_PICTURE:
            yield "", addresses.get(element.get(f"{_R}id", ""), "")
        elif element.tag == f"{_W}t" and (element.text or "").strip():
            of_fields = [target for code in codes for target in link_targets(code)]
            yield element.text or "", _address_around(element, addresses) or next(iter(of_fields), "")


def _address_around(element: etree._Element, addresses: Mapping[str, str]) -> str:
    """The address to which the link around an element leads, or ""."""
    for above in element.iterancestors(f"{_W}hyperlink", f"{_W}fldSimple", f"{_W}p"):
        if above.tag == f"{_W}hyperlink":
            address, place = addresses.get(above.get(f"{_R}id", ""), ""), above.get(f"{_W}anchor", "")
            return f"{address}#{place}" if place else address
        if above.tag == f"{_W}fldSimple":
            return next(iter(link_targets(above.get(f"{_W}instr", ""))), "")
        break
    return ""


def _plain(address: str) -> str:
    """An address without what programs write in different ways: percent-encoding, capitals, the last slash."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return address.strip()
    plain = parts._replace(netloc=parts.netloc.lower(), path="" if parts.path == "/" else parts.path)
    return unquote(plain.geturl())


def _changed_links(found: Sequence[tuple[str, str]], expected: Sequence[tuple[str, str]], where: str) -> Iterator[str]:
    """In words, which links lead elsewhere, are missing, or were added."""
    old, new = ([_plain(address) for _, address in links] for links in (expected, found))
    for _, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for before, after in zip_longest(range(a, b), range(c, d)) if old[a:b] != new[c:d] else ():
            if before is None:
                yield f"{where}{_link(found[after])} to {_quoted([found[after][1]])} was added"
            elif after is None:
                yield f"{where}{_link(expected[before])} to {_quoted([expected[before][1]])} is missing"
            else:
                now, once = _quoted([found[after][1]]), _quoted([expected[before][1]])
                yield f"{where}{_link(found[after])} now leads to {now} instead of {once}"


def _link(link: tuple[str, str]) -> str:
    return f"the link {_quoted([link[0]])}" if link[0] else "the link of a picture"


def _in_fields(paragraph: etree._Element) -> Iterator[tuple[etree._Element, Sequence[str]]]:
    """The elements of a paragraph except the marks of fields, with the codes of the fields around, innermost last."""
    codes: list[str] = []
    for element in _elements(paragraph):
        if element.tag == f"{_W}fldChar":
            kind = element.get(f"{_W}fldCharType")
            if kind == "begin":
                codes.append("")
            elif kind == "end" and codes:
                codes.pop()
        elif element.tag == f"{_W}instrText" and codes:
            codes[-1] += element.text or ""
        else:
            yield element, codes


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
    return (code.split() or [""])[0].upper() in COMPUTED


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
