"""What the pages of a PDF show: whether it is text, can be said, is tagged, and is read in its order."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from circulars.accessibility.finding import Finding
from circulars.accessibility.pdf_content import Content, Piece
from circulars.accessibility.pdf_file import PdfFile
from circulars.accessibility.pdf_rules import PDF
from circulars.accessibility.pdf_tags import Tag, TagTree

_APART: Final = 5  # marks on a page, below which their order says little


def check_limits(file: PdfFile, content: Content) -> Iterator[Finding]:
    """Whether all pages were looked at."""
    if first := content.unseen_from:
        yield PDF["not-looked-at"].broken(file.spot(first), f"the pages from {first} on were not looked at")


def check_scans(file: PdfFile, content: Content) -> Iterator[Finding]:
    """Pages that are pictures."""
    scans = [
        page for page, kinds in content.kinds.items() if "picture" in kinds and not kinds & {"text", "unseen text"}
    ]
    if scans:
        fact = "the page is a picture" if len(scans) == 1 else f"the pages {_listed(scans)} are pictures"
        yield PDF["scanned-pages"].broken(file.spot(scans[0]), f"{fact}, without text")


def _listed(numbers: Iterable[int]) -> str:
    """Numbers as people list them: "1-3, 7"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    shown = [f"{first}" if first == last else f"{first}-{last}" for first, last in runs[:8]]
    return ", ".join(shown) + (", …" if len(runs) > 8 else "")


def check_fonts(file: PdfFile, content: Content) -> Iterator[Finding]:
    """Whether fonts are in the file, and say what they show."""
    missing: set[str] = set()
    for used in content.fonts.values():
        if used.seen and not used.font.embedded and used.font.name not in missing:
            missing.add(used.font.name)
            yield PDF["font-not-embedded"].broken(file.spot(used.page), f"the font {used.font.name} is not in the file")
        if used.unsaid:
            spot = file.spot(used.page, used.unsaid)
            yield PDF["font-without-unicode"].broken(spot, f"glyphs of the font {used.font.name} say no character")


def check_marks(file: PdfFile, content: Content, tree: TagTree) -> Iterator[Finding]:
    """Whether all that is shown is in the tree, or is an artifact."""
    for page, pieces in _by_page(content.loose):
        words = " ".join(piece.text for piece in pieces).strip()
        kinds = sorted({kind for piece in pieces for kind in piece.kinds})
        fact = f"{_kinds(kinds)} {'are' if len(pieces) > 1 else 'is'} neither tagged nor an artifact"
        yield PDF["untagged-content"].broken(file.spot(page, words), fact)
    held = set(tree.marks)
    lost = [piece for mark, piece in content.pieces.items() if mark not in held and piece not in content.crossed]
    for page, pieces in _by_page(lost):
        words = " ".join(piece.text for piece in pieces).strip()
        yield PDF["lost-content"].broken(file.spot(page, words), "content is marked for the tags, and no tag holds it")
    for page, pieces in _by_page(content.crossed):
        words = " ".join(piece.text for piece in pieces).strip()
        yield PDF["tagged-artifact"].broken(file.spot(page, words), "content is tagged, and an artifact at once")


def _kinds(kinds: list[str]) -> str:
    return " and ".join({"text": "text", "picture": "a picture", "drawing": "a drawing"}.get(k, k) for k in kinds)


def _by_page(pieces: Iterable[Piece]) -> Iterator[tuple[int, list[Piece]]]:
    found: dict[int, list[Piece]] = defaultdict(list)
    for piece in pieces:
        found[piece.page].append(piece)
    yield from found.items()


def check_furniture(file: PdfFile, content: Content, tree: TagTree) -> Iterator[Finding]:
    """Tagged lines that are the first or the last of most pages, at one height, and the same but for numbers."""
    ends = _ends(content)
    amid = {at for tag in tree.tags if _is_no_furniture(tag) for at in range(tag.first, tag.last)}
    pages: dict[tuple[str, int], set[int]] = defaultdict(set)
    words: dict[tuple[str, int], str] = {}
    for at, mark in enumerate(tree.marks):
        piece = content.pieces.get(mark)
        if piece is None or at in amid or not piece.text.strip() or piece.height not in ends[piece.page]:
            continue
        line = re.sub(r"\d+", "#", " ".join(piece.text.split())), round(piece.height * 50)
        pages[line].add(piece.page)
        words.setdefault(line, piece.text)
    for line, found in pages.items():
        if len(found) > max(1, len(file.pages) * 0.6):
            fact = f"the same line is tagged on {len(found)} pages, as if it were text"
            yield PDF["tagged-furniture"].broken(file.spot(min(found), words[line]), fact)


def _is_no_furniture(tag: Tag) -> bool:
    return tag.kind in ("Table", "L", "Figure", "TOC") or bool(re.fullmatch("H[1-6]?", tag.kind))


def _ends(content: Content) -> dict[int, tuple[float, ...]]:
    """The heights of the first and the last line of each page, artifacts among them."""
    heights: dict[int, list[float]] = defaultdict(list)
    for piece in (*content.pieces.values(), *content.artifacts):
        if piece.text.strip():
            heights[piece.page].append(piece.height)
    return {page: (min(found), max(found)) for page, found in heights.items()}


def check_order(file: PdfFile, content: Content, tree: TagTree) -> Iterator[Finding]:
    """Whether the tags lead on from page to page, and down each page, as what they hold does."""
    in_order = [piece for mark in tree.marks if (piece := content.pieces.get(mark)) is not None]
    for before, after in itertools.pairwise(in_order):
        if after.page < before.page and before.text.strip() and after.text.strip():
            fact = f"this is read after what stands on page {before.page}"
            yield PDF["reading-order"].broken(file.spot(after.page, after.text), fact)
            break  # one place shows it; what follows follows from it
    drawn = {id(piece): number for number, piece in enumerate(content.pieces.values())}
    for page, pieces in _by_page(in_order):
        steps = [drawn[id(after)] - drawn[id(before)] for before, after in itertools.pairwise(pieces)]
        if len(steps) >= _APART and sum(step < 0 for step in steps) > len(steps) / 2:
            fact = "the tags read the page in another order than it is drawn in, mostly from its end"
            yield PDF["reading-order"].broken(file.spot(page, pieces[0].text), fact)
