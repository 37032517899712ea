"""Checks what the pages of a PDF show: whether it is text, readable aloud, tagged, and in the right order."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from circulars.accessibility.finding import Finding
from circulars.accessibility.pdf.content import Content, Piece
from circulars.accessibility.pdf.file import PdfFile
from circulars.accessibility.pdf.rules import PDF
from circulars.accessibility.pdf.tags import Tag, TagTree, actual_text, alternate_text
from circulars.accessibility.shared import damaged

_MIN_SCAN: Final = 0.5  # of the page
_MIN_PIECES: Final = 5  # on a page with fewer steps, their order says little


def check_limits(file: PdfFile, content: Content) -> Iterator[Finding]:
    """Reports pages that were not checked."""
    for page in content.damaged:
        yield PDF["damaged-part"].finding(file.spot(page), damaged("the content of the page"))
    if first := content.unread_from:
        yield PDF["not-looked-at"].finding(file.spot(first), f"the pages from {first} on were not checked")


def check_scans(file: PdfFile, content: Content, tree: TagTree | None = None) -> Iterator[Finding]:
    """Reports pages that are pictures without text, neither on the page nor in a tag."""
    described = _described_pages(content, tree) if tree is not None else set()
    scans = [
        page
        for page, kinds in content.kinds.items()
        if content.pictured.get(page, 0.0) > _MIN_SCAN
        and not kinds & {"text", "invisible text"}
        and page not in described
    ]
    if scans:
        fact = "the page is a picture" if len(scans) == 1 else f"the pages {_listed(scans)} are pictures"
        yield PDF["scanned-pages"].finding(file.spot(scans[0]), f"{fact}, without text")


def _described_pages(content: Content, tree: TagTree) -> set[int]:
    """The pages on which a tag with an alternate text contains a picture."""
    found = set()
    for tag in tree.tags:
        if tag.kind in ("Figure", "Formula") and (alternate_text(tag) or actual_text(tag)):
            pieces = (content.pieces.get(mark) for mark in tree.marks[tag.first : tag.last])
            found |= {piece.page for piece in pieces if piece is not None and "picture" in piece.kinds}
    return found


def _listed(numbers: Iterable[int]) -> str:
    """Numbers as a list of ranges: "1-3, 7"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    shown = [f"{first}" if first == last else f"{first}-{last}" for first, last in runs[:8]]
    return ", ".join(shown) + (", …" if len(runs) > 8 else "")


def check_tagging(file: PdfFile, content: Content, tree: TagTree) -> Iterator[Finding]:
    """Checks that everything shown is either in the structure tree or an artifact."""
    for page, pieces in _by_page(content.unmarked):
        words = " ".join(piece.text for piece in pieces).strip()
        kinds = sorted(kind for piece in pieces for kind in piece.kinds)
        verb = "is" if len(kinds) == 1 or set(kinds) <= {"text", "invisible text"} else "are"
        fact = f"{_kinds(kinds)} {verb} neither tagged nor an artifact"
        yield PDF["untagged-content"].finding(file.spot(page, words), fact)
    held = set(tree.marks)
    lost = [
        piece for mark, piece in content.pieces.items() if mark not in held and piece not in content.tagged_artifacts
    ]
    for page, pieces in _by_page(lost):
        words = " ".join(piece.text for piece in pieces).strip()
        yield PDF["lost-content"].finding(
            file.spot(page, words), "content is marked for the structure tree, but in no tag"
        )
    for page, pieces in _by_page(content.tagged_artifacts):
        words = " ".join(piece.text for piece in pieces).strip()
        yield PDF["tagged-artifact"].finding(file.spot(page, words), "content is both tagged and an artifact")


def _kinds(kinds: list[str]) -> str:
    """Kinds of objects in words, such as "a drawing and text"; each stands there as often as it occurs."""
    shown = [
        kind if "text" in kind else f"a {kind}" if kinds.count(kind) == 1 else f"{kind}s"
        for kind in dict.fromkeys(kinds)
    ]
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " and " + shown[-1]


def _by_page(pieces: Iterable[Piece]) -> Iterator[tuple[int, list[Piece]]]:
    found: dict[int, list[Piece]] = defaultdict(list)
    for piece in pieces:
        found[piece.page].append(piece)
    yield from found.items()


def check_repeated_lines(file: PdfFile, content: Content, tree: TagTree) -> Iterator[Finding]:
    """Reports tagged running headers, footers and page numbers.

    They are recognized as lines that are the first or the last of most pages, at the same height, with the same text
    apart from numbers.
    """
    ends = _ends(content)
    in_text = {at for tag in tree.tags if _is_text(tag) for at in range(tag.first, tag.last)}
    pages: dict[tuple[str, int], set[int]] = defaultdict(set)
    words: dict[tuple[str, int], str] = {}
    for at, mark in enumerate(tree.marks):
        piece = content.pieces.get(mark)
        if piece is None or at in in_text or not piece.text.strip() or piece.height not in ends[piece.page]:
            continue
        line = re.sub(r"\d+", "#", " ".join(piece.text.split())), round(piece.height * 50)
        pages[line].add(piece.page)
        words.setdefault(line, piece.text)
    for line, found in pages.items():
        if len(found) > max(1, len(file.pages) * 0.6):
            fact = f"the same line is tagged on {len(found)} pages, as if it were part of the text"
            yield PDF["tagged-furniture"].finding(file.spot(min(found), words[line]), fact)


def _is_text(tag: Tag) -> bool:
    """Whether a tag is of a kind that is never a running header or footer."""
    return tag.kind in ("Table", "L", "Figure", "TOC") or bool(re.fullmatch("H[1-6]?", tag.kind))


def _ends(content: Content) -> dict[int, tuple[float, ...]]:
    """The heights of the first and the last line of each page, including artifacts."""
    heights: dict[int, list[float]] = defaultdict(list)
    for piece in (*content.pieces.values(), *content.artifacts):
        if piece.text.strip():
            heights[piece.page].append(piece.height)
    return {page: (min(found), max(found)) for page, found in heights.items()}


_FOOTNOTES: Final = ("Note", "FENote")


def check_order(file: PdfFile, content: Content, tree: TagTree) -> Iterator[Finding]:
    """Checks that the tags are in the order of the pages, and in the order of the content on each page.

    Footnotes may be anywhere: readers reach them from their marks (ISO 32000-1, 14.8.4.4.1).
    """
    aside = {mark for tag in tree.tags if tag.kind in _FOOTNOTES for mark in tree.marks[tag.first : tag.last]}
    in_order = [piece for mark in tree.marks if mark not in aside and (piece := content.pieces.get(mark)) is not None]
    for before, after in itertools.pairwise(in_order):
        if after.page < before.page and before.text.strip() and after.text.strip():
            fact = f"this is read after text on page {before.page}"
            yield PDF["reading-order"].finding(file.spot(after.page, after.text), fact)
            break  # one place is enough, because the following ones result from it
    drawn = {id(piece): number for number, piece in enumerate(content.pieces.values())}
    for page, pieces in _by_page(in_order):
        steps = [drawn[id(after)] - drawn[id(before)] for before, after in itertools.pairwise(pieces)]
        if len(steps) >= _MIN_PIECES and sum(step < 0 for step in steps) > len(steps) / 2:
            fact = "the tags are mostly in reverse order of the content on the page"
            yield PDF["reading-order"].finding(file.spot(page, pieces[0].text), fact)
