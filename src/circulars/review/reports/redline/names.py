"""Gives the bookmarks of an old letter the names that they have in the new one, and keeps those that are needed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from lxml import etree

from circulars.render.docx.markup import w
from circulars.render.docx.places import bookmark_name
from circulars.review.comparing.comparison import Comparison, Matched

_CODE: Final = re.compile(r"^(\s*(?:REF|NOTEREF|PAGEREF)\s+)([^\s\\]+)")
_LONGEST: Final = 40


def bookmarks_of(compared: Comparison) -> dict[str, str]:
    """The names of the bookmarks of the new letter by those of the old one, of parts that are in both and in place."""
    names: dict[str, str] = {}
    for part in _in_place(compared.root):
        if part.old and part.new and part.old.id and part.new.id:
            names.setdefault(bookmark_name(part.old.id), bookmark_name(part.new.id))
    return names


def _in_place(part: Matched) -> Iterator[Matched]:
    if part.fate == "merged":
        # A text begins where the first of its pieces began.
        yield from (one for one in part.parts[:1] if one.old and one.new)
    elif part.fate == "split":
        # Of the pieces, one keeps the id.
        yield from (one for one in part.walk() if one.old and one.new and one.old.id == one.new.id)
    elif part.fate == "kept":
        yield part
        for inner in part.parts:
            yield from _in_place(inner)


def rename_bookmarks(old: Sequence[etree._Element], new: Sequence[etree._Element], names: Mapping[str, str]) -> None:
    """Renames the bookmarks of old texts, and what refers to them.

    Those that the new texts have under a name in ``names`` are removed, and so are those to which nothing refers.
    """
    taken = {one.get(w("name"), "") for tree in new for one in tree.iter(w("bookmarkStart"))}
    references = [one for tree in old for one in _references(tree)]
    renamed = {name: other for name, other in names.items() if other in taken}
    kept = {name for _, name in references if name not in renamed}
    for name in sorted(kept):
        renamed[name] = _free(name, taken)
        taken.add(renamed[name])
    for tree in old:
        _rename(tree, {name: renamed[name] for name in kept})
    for element, name in references:
        if element.tag == w("hyperlink"):
            element.set(w("anchor"), renamed.get(name, name))
        else:
            element.text = _CODE.sub(lambda code: code[1] + renamed.get(code[2], code[2]), element.text or "")


def _rename(tree: etree._Element, names: Mapping[str, str]) -> None:
    """Renames the bookmarks of a text, and removes those that have no new name."""
    ids = {start.get(w("id")): start.get(w("name"), "") for start in tree.iter(w("bookmarkStart"))}
    for mark in [*tree.iter(w("bookmarkStart"), w("bookmarkEnd"))]:
        name = names.get(ids.get(mark.get(w("id")), ""))
        if name is None:
            mark.getparent().remove(mark)  # type: ignore[union-attr]  # it is in the text
            continue
        mark.set(w("id"), f"former {mark.get(w('id'))}")
        if mark.tag == w("bookmarkStart"):
            mark.set(w("name"), name)


def _references(text: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """The links and the fields that refer to bookmarks, each with the bookmark's name."""
    for link in text.iter(w("hyperlink")):
        if name := link.get(w("anchor")):
            yield link, name
    for code in text.iter(w("instrText")):
        if found := _CODE.match(code.text or ""):
            yield code, found[2]


def _free(name: str, taken: set[str]) -> str:
    """A name like another that is not taken."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name[: _LONGEST - 6]}_f{number}"
    return free
