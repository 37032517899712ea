"""Mends what others left in a template's text: comments, tracked looks, fields that reach out, doubled ids."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from circulars.doctor.leftovers import COMMENTS, LOOKS, PARAGRAPH_ID, doubled, pictures
from circulars.doctor.mend_parts import Mended, unlink
from circulars.doctor.outside import reaching_fields
from circulars.doctor.word import Word, kind_of
from circulars.render.docx.markup import w


def mend_comments(word: Word, shipped: Word) -> Iterator[Mended]:
    """Takes comments out."""
    count = 0
    for name in word.stories:
        for mark in list(word.trees[name].iter(*(w(kind) for kind in COMMENTS))):
            count += mark.tag == w("commentReference")
            remove(mark)
    parts = [(owner, link) for owner, link in word.links() if kind_of(link).startswith("comments")]
    for owner, link in parts:
        unlink(word, owner, link)
    for owner, link in list(word.links()):
        if kind_of(link) == "people":
            unlink(word, owner, link)
    if count or parts:
        yield "comments", f"{count} comment{'s' * (count != 1)} {'were' if count != 1 else 'was'} taken out"


def mend_looks(word: Word, shipped: Word) -> Iterator[Mended]:
    """Keeps looks as they are now, and forgets how they were."""
    changes = [change for name in word.stories for change in word.trees[name].iter(*(w(kind) for kind in LOOKS))]
    for change in changes:
        parent = change.getparent()
        if parent is not None:
            parent.remove(change)
    if changes:
        yield "tracked-look", f"{len(changes)} tracked change{'s' * (len(changes) != 1)} of looks accepted"


def mend_fields(word: Word, shipped: Word) -> Iterator[Mended]:
    """Puts in the place of each field that reaches out the words that it last showed."""
    for one in list(reaching_fields(word)):
        for mark in one.marks:
            if mark.tag == w("fldSimple"):
                _unwrap(mark)
            else:
                remove(mark)
        yield "reaching-field", f"{one.place}: the field {one.instruction.split()[0].upper()} is plain text now"


def _unwrap(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is None:
        return
    place = parent.index(element)
    for child in reversed(list(element)):
        parent.insert(place, child)
    parent.remove(element)


def remove(element: etree._Element) -> None:
    """Takes an element out, and the run that held nothing else."""
    parent = element.getparent()
    if parent is None:
        return
    parent.remove(element)
    if parent.tag == w("r") and all(child.tag == w("rPr") for child in parent):
        remove(parent)


def mend_ids(word: Word, shipped: Word) -> Iterator[Mended]:
    """Gives pictures and bookmarks ids of their own; a bookmark whose name another one has is taken out."""
    for what, element in list(doubled(word)):
        if what.startswith("picture"):
            element.set("id", _free({picture.get("id", "") for picture in pictures(word)}))
            yield "duplicate-id", f"the {what} was changed to {element.get('id')}"
        elif what.startswith("bookmark"):
            yield from _mend_bookmark(word, what, element)
        else:
            element.attrib.pop(PARAGRAPH_ID, "")
            yield "duplicate-id", f"the {what} was taken out where it stood again"


def _mend_bookmark(word: Word, what: str, start: etree._Element) -> Iterator[Mended]:
    end = _end_of(start)
    if what.startswith("bookmark name"):
        for mark in (start, end):
            if mark is not None:
                remove(mark)
        yield "duplicate-id", f"the second bookmark of the name {what.rpartition(' ')[2]} was taken out"
        return
    used = {mark.get(w("id"), "") for name in word.stories for mark in word.trees[name].iter(w("bookmarkStart"))}
    id = _free(used)
    for mark in (start, end):
        if mark is not None:
            mark.set(w("id"), id)
    yield "duplicate-id", f"the {what} was changed to {id}"


def _end_of(start: etree._Element) -> etree._Element | None:
    """The end of a bookmark: the first one with its id behind it."""
    behind = False
    for mark in start.getroottree().getroot().iter(w("bookmarkStart"), w("bookmarkEnd")):
        behind |= mark is start
        if behind and mark.tag == w("bookmarkEnd") and mark.get(w("id")) == start.get(w("id")):
            return mark
    return None


def _free(used: set[str]) -> str:
    return next(str(id) for id in range(1, 10_000_000) if str(id) not in used)
