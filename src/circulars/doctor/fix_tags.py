"""Fixes the tags of a Word template: joins split tags, writes plain characters, and corrects wrong letters."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from circulars.doctor.fix_parts import Fix
from circulars.doctor.fix_text import remove
from circulars.doctor.tags import normalized, odd_characters
from circulars.doctor.word import WordTemplate, paragraph_around
from circulars.doctor.word_tags import PlacedTag, placed_tags, wrong_letters
from circulars.render.docx.markup import w

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_WORD_MARKS = (w("proofErr"), w("lastRenderedPageBreak"))


def fix_tags(word: WordTemplate, shipped: WordTemplate) -> Iterator[Fix]:
    """Fixes split and mistyped tags, then tags with a wrong letter."""
    # Only the first one of each paragraph at a time, because a fix moves the tags after it.
    while faulty := {one.paragraph.element: one for one in reversed(placed_tags(word)) if _is_fixable(one)}:
        for one in reversed(faulty.values()):
            code = "split-tag" if len(one.pieces) > 1 else "mistyped-tag"
            done = "was joined" if code == "split-tag" else "was retyped with plain characters"
            place = one.place
            rewrite(one, one.tag.normalized)
            yield code, f"{place}: '{one.tag.normalized}' {done}"
    while (wrong := next(wrong_letters(word), None)) is not None:
        one, right = wrong
        place = one.place
        rewrite(one, right)
        yield "wrong-letter", f"{place}: '{one.tag.normalized}' was changed to '{right}'"


def _is_fixable(one: PlacedTag) -> bool:
    """Whether a tag is split or mistyped, and Jinja understands it in its normalized form."""
    is_stable = normalized(one.tag.normalized) == one.tag.normalized
    return is_stable and not one.is_faulty and (len(one.pieces) > 1 or bool(odd_characters(one.tag)))


def rewrite(one: PlacedTag, text: str) -> None:
    """Writes ``text`` instead of a tag, into the first text element that held a piece of it."""
    _join_paragraphs(one)
    pieces = one.pieces
    holder = next((piece for piece in pieces if piece.element.tag == w("t")), pieces[0])
    before = "".join(piece.text[: max(0, one.tag.start - piece.start)] for piece in pieces[:1])
    after = pieces[-1].text[max(0, one.tag.end - pieces[-1].start) :]
    last = pieces[-1].element
    for piece in pieces:
        if piece.element is holder.element:
            continue
        if piece.element is last and after and last.tag == w("t"):
            _write(last, after)
        else:
            _remove(piece.element)
    _write(holder.element, before + text + (after if last is holder.element else ""))


def _write(element: etree._Element, text: str) -> None:
    element.text = text
    element.set(_SPACE, "preserve")


def _join_paragraphs(one: PlacedTag) -> None:
    """Joins the paragraphs that a tag extends over, and removes Word's marks between its pieces."""
    first = one.paragraph.element
    for piece in one.pieces:
        paragraph = paragraph_around(piece.element)
        if paragraph is None or paragraph is first:
            continue
        for child in [child for child in paragraph if child.tag != w("pPr")]:
            first.append(child)
        parent = paragraph.getparent()
        if parent is not None:
            parent.remove(paragraph)
    for mark in list(first.iter(*_WORD_MARKS)):
        remove(mark)


def _remove(element: etree._Element) -> None:
    """Removes a text element, and the run and the link around it if they would be empty."""
    run = element.getparent()
    around = run.getparent() if run is not None else None
    remove(element)
    if around is not None and around.tag in (w("hyperlink"), w("smartTag")) and len(around) == 0:
        remove(around)
