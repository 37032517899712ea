"""Mends the tags of a Word template: makes them whole, writes plain signs, gives them their right letter."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from circulars.doctor.mend_parts import Mended
from circulars.doctor.mend_text import remove
from circulars.doctor.tags import meant, odd_signs
from circulars.doctor.word import Word, owner_of
from circulars.doctor.word_tags import Standing, standing_tags, wrong_letters
from circulars.render.docx.markup import w

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_NOISE = (w("proofErr"), w("lastRenderedPageBreak"))


def mend_tags(word: Word, shipped: Word) -> Iterator[Mended]:
    """Mends the tags that can be typed anew, then those that bear a wrong letter."""
    # The first of each paragraph, then the next one: what is mended moves the tags behind it.
    while ill := {one.paragraph.element: one for one in reversed(standing_tags(word)) if _is_ill(one)}:
        for one in reversed(ill.values()):
            code = "split-tag" if len(one.pieces) > 1 else "mistyped-tag"
            done = "is whole again" if code == "split-tag" else "was typed anew, in plain signs"
            place = one.place
            rewrite(one, one.tag.meant)
            yield code, f"{place}: '{one.tag.meant}' {done}"
    while (wrong := next(wrong_letters(word), None)) is not None:
        one, right = wrong
        place = one.place
        rewrite(one, right)
        yield "wrong-letter", f"{place}: '{one.tag.meant}' is '{right}' now"


def _is_ill(one: Standing) -> bool:
    """Whether a tag can be typed anew: what Jinja would not understand even then is left to the keeper."""
    lasts = meant(one.tag.meant) == one.tag.meant
    return lasts and not one.is_faulty and (len(one.pieces) > 1 or bool(odd_signs(one.tag)))


def rewrite(one: Standing, text: str) -> None:
    """Writes a tag anew, in the first element of text that held some of it."""
    _bring_together(one)
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


def _bring_together(one: Standing) -> None:
    """Moves what stands in a tag's further paragraphs into its first one; takes out Word's marks between its pieces."""
    first = one.paragraph.element
    for piece in one.pieces:
        paragraph = owner_of(piece.element)
        if paragraph is None or paragraph is first:
            continue
        for child in [child for child in paragraph if child.tag != w("pPr")]:
            first.append(child)
        parent = paragraph.getparent()
        if parent is not None:
            parent.remove(paragraph)
    for mark in list(first.iter(*_NOISE)):
        remove(mark)


def _remove(element: etree._Element) -> None:
    """Takes an element of text out, its run, and the link that would be left empty."""
    run = element.getparent()
    around = run.getparent() if run is not None else None
    remove(element)
    if around is not None and around.tag in (w("hyperlink"), w("smartTag")) and len(around) == 0:
        remove(around)
