"""Brings the footnotes of an old letter into the Word file of the new one."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence

from lxml import etree

from circulars.files.opc import links_of, relationships_name, targets
from circulars.render.docx.markup import R, w
from circulars.review.reports.redline.editions import WordVersion
from circulars.review.reports.redline.links import Links
from circulars.review.reports.redline.package import relations_of, serialized


def bring_footnotes(
    old: Mapping[str, etree._Element], new: Mapping[str, etree._Element], part: etree._Element, links: Links
) -> dict[str, etree._Element]:
    """The footnotes of the new part by the keys of those of the old one. Those that it lacks are added to it."""
    found = {}
    for key, footnote in old.items():
        partner = next((new[name] for name in links.partners.get(key, ()) if name in new), None)
        if partner is None:
            partner = copy.deepcopy(footnote)
            partner.set(w("id"), _free(part))
            part.append(partner)
        found[key] = partner
    return found


def removed_twin(footnote: etree._Element, trees: Sequence[etree._Element]) -> etree._Element | None:
    """A new footnote for the removed marks of one that has others, too; None if it does not have both.

    A program that reads a second mark of a footnote finds no text for it.
    """
    number, part = footnote.get(w("id")), footnote.getparent()
    marks = [one for tree in trees for one in tree.iter(w("footnoteReference")) if one.get(w("id")) == number]
    removed = [one for one in marks if next(one.iterancestors(w("del"), w("moveFrom")), None) is not None]
    if part is None or not removed or len(removed) == len(marks):
        return None
    twin = copy.deepcopy(footnote)
    twin.set(w("id"), _free(part))
    for one in removed:
        one.set(w("id"), twin.get(w("id"), ""))
    part.append(twin)
    return twin


def put_in_order(part: etree._Element, text: etree._Element) -> None:
    """Puts footnotes in the order of their marks, in which LibreOffice counts them, and numbers them anew."""
    marks = [*text.iter(w("footnoteReference"))]
    by_number = {one.get(w("id"), ""): one for one in part.iterchildren(w("footnote"))}
    order = [number for number in dict.fromkeys(mark.get(w("id"), "") for mark in marks) if number in by_number]
    numbers = dict(zip(order, sorted(order, key=int), strict=True))
    for number in order:
        part.append(by_number[number])
        by_number[number].set(w("id"), numbers[number])
    for mark in marks:
        mark.set(w("id"), numbers.get(mark.get(w("id"), ""), mark.get(w("id"), "")))


def _free(part: etree._Element) -> str:
    """The next free number of a footnote."""
    return str(max((int(one.get(w("id"), "0")) for one in part.iterchildren(w("footnote"))), default=0) + 1)


def renumber_references(text: etree._Element, numbers: Mapping[str, str]) -> None:
    """Gives the marks of footnotes the numbers that these have in another part."""
    for mark in text.iter(w("footnoteReference")):
        mark.set(w("id"), numbers.get(mark.get(w("id"), ""), mark.get(w("id"), "")))


def with_footnote_part(old: WordVersion, new: WordVersion) -> None:
    """Gives the new Word file the part with footnotes that only the old one has, without those of the old letter."""
    for name in (
        "[Content_Types].xml",
        *(one for kind in ("styles", "settings") for one in targets(old.parts, old.main, kind)),
    ):
        new.parts[name] = old.parts[name]
    relations = relations_of(new.parts, new.main)
    kind = f"{R}/footnotes"
    (link,) = (one for one in links_of(old.parts, old.main) if one.get("Type") == kind)
    relations.add(kind, link.get("Target", ""))
    new.parts[relationships_name(new.main)] = serialized(relations.tree)
    part = old.read(old.notes)
    for footnote in old.footnotes.values():
        part.remove(next(one for one in part if one.get(w("id")) == footnote.get(w("id"))))
    new.notes = old.notes
    new.parts[new.notes] = new.keyed[new.notes] = serialized(part)
    new.trees[new.notes] = part
