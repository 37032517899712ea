"""Checks the tags of a PDF: their kinds, figures, headings, lists and notes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from circulars.accessibility.finding import Finding
from circulars.accessibility.pdf.content import Content
from circulars.accessibility.pdf.file import PdfFile, get, is_dictionary, name_of, text
from circulars.accessibility.pdf.rules import PDF
from circulars.accessibility.pdf.tags import RoleMap, Tag, TagTree, alternate_text, attribute
from circulars.accessibility.shared import empty_alternate_text, no_alternate_text
from circulars.accessibility.uninformative import says_nothing_as_picture

_MAX_WITHOUT_HEADINGS: Final = 4  # pages
_NUMBERS: Final = ("Decimal", "UpperRoman", "LowerRoman", "UpperAlpha", "LowerAlpha", "Ordered")
_NUMBER: Final = re.compile(r"\(?(\d{1,3}|[a-z]|[ivx]{1,5})[.)]", re.IGNORECASE)


def check_roles(file: PdfFile, tree: TagTree, roles: RoleMap) -> Iterator[Finding]:
    """Checks the role map, and that the structure tree has no loops."""
    for kind in roles.remapped:
        yield PDF["role-map"].finding(file.spot(), f"the role map gives the standard tag {kind} another meaning")
    for kind in roles.circular:
        yield PDF["role-map"].finding(file.spot(), f"the role map maps {kind[:60]} back to itself")
    if tree.loops:
        count = f"{tree.loops} tags are" if tree.loops > 1 else "a tag is"
        yield PDF["looped-tags"].finding(file.spot(), f"{count} in two places, or inside itself")
    if tree.too_large:
        yield PDF["not-looked-at"].finding(
            file.spot(), "the file has too many or too deeply nested tags; some were not checked"
        )


def check_kinds(file: PdfFile, content: Content, tree: TagTree) -> Iterator[Finding]:
    """Checks for unknown tags, and for tags that do not name the tag above them."""
    orphans = [tag for tag in tree.tags if not is_dictionary(tag.node.get("/P"))]
    if orphans:
        count = f"{len(orphans)} tags do" if len(orphans) > 1 else "a tag does"
        spot = file.spot(orphans[0].page, tree.text(orphans[0], content))
        yield PDF["tag-without-parent"].finding(spot, f"{count} not name the tag above")
    reported: set[str] = set()
    for tag in tree.tags:
        if not tag.kind and tag.written not in reported:
            reported.add(tag.written)
            spot = file.spot(tag.page, tree.text(tag, content))
            yield PDF["unknown-tag"].finding(
                spot, f"the tag {tag.written[:60]} is not a standard one, nor mapped to one"
            )


def check_figures(file: PdfFile, content: Content, tree: TagTree) -> Iterator[Finding]:
    """Checks the alternate texts of figures and formulas."""
    for tag in tree.tags:
        if tag.kind not in ("Figure", "Formula"):
            continue
        alternate = alternate_text(tag)
        spot = file.spot(tag.page, tree.text(tag, content))
        if not alternate and "/ActualText" not in tag.node and not (tag.kind == "Formula" and tree.is_pdf_2):
            yield PDF["no-alternate-text"].finding(spot, no_alternate_text(f"a {tag.kind.lower()}"))
        elif alternate and says_nothing_as_picture(alternate):
            fact = empty_alternate_text(f"a {tag.kind.lower()}", alternate)
            yield PDF["alternate-text-says-nothing"].finding(spot, fact)


def check_headings(file: PdfFile, content: Content, tree: TagTree) -> Iterator[Finding]:
    """Checks that there are headings, that they have words, that they skip no level, and that each H is alone."""
    headings = [tag for tag in tree.tags if tag.kind == "H" or (tag.kind[:1] == "H" and tag.kind[1:].isdigit())]
    before = 0
    for tag in headings:
        words = tree.text(tag, content).strip()
        spot = file.spot(tag.page, words)
        if (
            not words
            and content.has_read(tag.page)
            and not any(alternate_text(below) for below in (tag, *tree.below(tag)))
        ):
            yield PDF["empty-heading"].finding(spot, f"a heading ({tag.kind}) has no words")
        if tag.kind == "H":
            continue
        level = int(tag.kind[1:])
        if not before and level > 1:
            yield PDF["first-heading"].finding(spot, f"the first heading is {tag.kind}")
        elif level > before + 1:
            yield PDF["heading-skipped"].finding(spot, f"{tag.kind} follows H{before}")
        before = level
    if before and (plain := next((tag for tag in headings if tag.kind == "H"), None)):
        yield PDF["mixed-headings"].finding(
            file.spot(plain.page, tree.text(plain, content)), "the file has both H and H1 to H6"
        )
    yield from _several_headings(file, content, tree)
    if not headings and len(file.pages) > _MAX_WITHOUT_HEADINGS:
        yield PDF["no-headings"].finding(file.spot(), f"the file has {len(file.pages)} pages and no headings")


def _several_headings(file: PdfFile, content: Content, tree: TagTree) -> Iterator[Finding]:
    """Reports the second H of a tag."""
    counts: dict[int, int] = {}
    for tag in tree.tags:
        if tag.kind == "H":
            counts[tag.parent] = counts.get(tag.parent, 0) + 1
            if counts[tag.parent] == 2:
                spot = file.spot(tag.page, tree.text(tag, content))
                yield PDF["several-headings"].finding(spot, "a tag contains more than one H")


def check_lists(file: PdfFile, content: Content, tree: TagTree) -> Iterator[Finding]:
    """Checks that list entries have bodies, and that lists with numbers say so."""
    classes = get(file.root, "/StructTreeRoot", "/ClassMap")
    for tag in tree.tags:
        if (
            tag.kind == "LI"
            and tag.last > tag.first
            and not any(kid.kind in ("Lbl", "LBody") for kid in tree.held(tag))
        ):
            spot = file.spot(tag.page, tree.text(tag, content))
            yield PDF["entry-without-body"].finding(spot, "a list entry has no body (LBody)")
        elif tag.kind == "L" and name_of(attribute(tag, "/ListNumbering", classes)) not in _NUMBERS:
            labels = [tree.text(label, content).strip() for label in _labels(tag, tree)]
            if len(labels) > 1 and all(_NUMBER.fullmatch(label) for label in labels):
                fact = f"a list with the labels '{labels[0]}', '{labels[1]}' does not say how it is numbered"
                yield PDF["list-without-numbering"].finding(file.spot(tag.page, tree.text(tag, content)), fact)


def _labels(tag: Tag, tree: TagTree) -> Iterator[Tag]:
    """The first label of each entry of a list."""
    for entry in tree.held(tag):
        if entry.kind == "LI" and (label := next((kid for kid in tree.held(entry) if kid.kind == "Lbl"), None)):
            yield label


def check_notes(file: PdfFile, content: Content, tree: TagTree) -> Iterator[Finding]:
    """Checks that each note has an ID of its own."""
    seen: set[str] = set()
    for tag in tree.tags:
        if tag.kind != "Note" or tree.is_pdf_2:
            continue
        id = text(tag.node, "/ID")
        spot = file.spot(tag.page, tree.text(tag, content))
        if not id:
            yield PDF["note-without-id"].finding(spot, "a note has no ID")
        elif id in seen:
            yield PDF["same-note-id"].finding(spot, f"two notes have the ID '{id[:40]}'")
        seen.add(id)


def check_repeated_forms(file: PdfFile, content: Content, tree: TagTree) -> Iterator[Finding]:
    """Checks that no form XObject with tagged content is drawn twice."""
    tagged = {owner for owner, _ in content.pieces}
    for form, count in content.drawings.items():
        if count > 1 and form in tagged:
            page = next(piece.page for (owner, _), piece in content.pieces.items() if owner == form)
            fact = f"a drawing with tagged content is on the pages {count} times"
            yield PDF["content-drawn-twice"].finding(file.spot(page), fact)
