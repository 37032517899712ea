"""Fixes what editing left in a template's text: comments, tracked formatting, active fields, duplicate ids."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from circulars.doctor.fix_parts import Fix, unlink
from circulars.doctor.leftovers import COMMENTS, PARAGRAPH_ID, TRACKED_FORMATTING, duplicates, pictures
from circulars.doctor.outside import reaching_fields
from circulars.doctor.word import WordTemplate, kind_of
from circulars.render.docx.markup import w


def fix_comments(word: WordTemplate, shipped: WordTemplate) -> Iterator[Fix]:
    """Removes comments."""
    count = 0
    for name in word.stories:
        for mark in list(word.trees[name].iter(*(w(kind) for kind in COMMENTS))):
            count += mark.tag == w("commentReference")
            remove(mark)
    parts = [(owner, link) for owner, link in word.links() if kind_of(link).startswith("comments")]
    for owner, link in parts:
        unlink(word, owner, link)
    if count or parts:
        yield "comments", f"{count} comment{'s' * (count != 1)} {'were' if count != 1 else 'was'} removed"


def fix_tracked_formatting(word: WordTemplate, shipped: WordTemplate) -> Iterator[Fix]:
    """Accepts tracked formatting changes."""
    kinds = [w(kind) for kind in TRACKED_FORMATTING]
    changes = [change for name in word.stories for change in word.trees[name].iter(*kinds)]
    for change in changes:
        parent = change.getparent()
        if parent is not None:
            parent.remove(change)
    if changes:
        yield "tracked-look", f"{len(changes)} tracked formatting change{'s' * (len(changes) != 1)} accepted"


def fix_fields(word: WordTemplate, shipped: WordTemplate) -> Iterator[Fix]:
    """Replaces each field that accesses something outside the file with the text that it last showed."""
    for place, one in list(reaching_fields(word)):
        for mark in one.marks:
            if mark.tag == w("fldSimple"):
                unwrap(mark)
            else:
                remove(mark)
        yield "reaching-field", f"{place}: the field {one.name} was made plain text"


def unwrap(element: etree._Element) -> None:
    """Puts what is in an element in its place."""
    parent = element.getparent()
    if parent is None:
        return
    place = parent.index(element)
    for child in reversed(list(element)):
        parent.insert(place, child)
    parent.remove(element)


def remove(element: etree._Element) -> None:
    """Removes an element, and its run if nothing else is in it."""
    parent = element.getparent()
    if parent is None:
        return
    parent.remove(element)
    if parent.tag == w("r") and all(child.tag == w("rPr") for child in parent):
        remove(parent)


def fix_ids(word: WordTemplate, shipped: WordTemplate) -> Iterator[Fix]:
    """Makes the ids of pictures, bookmarks and paragraphs unique; removes a bookmark with a duplicate name."""
    for what, element in list(duplicates(word)):
        if what.startswith("picture"):
            element.set("id", _free_id({picture.get("id", "") for picture in pictures(word)}))
            yield "duplicate-id", f"the {what} was changed to {element.get('id')}"
        elif what.startswith("bookmark"):
            yield from _fix_bookmark(word, what, element)
        else:
            element.attrib.pop(PARAGRAPH_ID, "")
            yield "duplicate-id", f"the duplicate {what} was removed"


def _fix_bookmark(word: WordTemplate, what: str, start: etree._Element) -> Iterator[Fix]:
    end = _end_of(start)
    if what.startswith("bookmark name"):
        for mark in (start, end):
            if mark is not None:
                remove(mark)
        yield "duplicate-id", f"the second bookmark with the name {what.rpartition(' ')[2]} was removed"
        return
    used = {mark.get(w("id"), "") for name in word.stories for mark in word.trees[name].iter(w("bookmarkStart"))}
    id = _free_id(used)
    for mark in (start, end):
        if mark is not None:
            mark.set(w("id"), id)
    yield "duplicate-id", f"the {what} was changed to {id}"


def _end_of(start: etree._Element) -> etree._Element | None:
    """The end of a bookmark: the first end mark with its id after it."""
    is_after = False
    for mark in start.getroottree().getroot().iter(w("bookmarkStart"), w("bookmarkEnd")):
        is_after |= mark is start
        if is_after and mark.tag == w("bookmarkEnd") and mark.get(w("id")) == start.get(w("id")):
            return mark
    return None


def _free_id(used: set[str]) -> str:
    return next(str(id) for id in range(1, 10_000_000) if str(id) not in used)
