"""Finds what readers of letters would see otherwise than the template says."""

from __future__ import annotations

from collections.abc import Iterator

from circulars.doctor.findings import TemplateFinding
from circulars.doctor.word import WordTemplate, is_outside, kind_of, paragraph_around, paragraphs_of
from circulars.files.opc import target_of
from circulars.render.docx.effective import StyleSheet
from circulars.render.docx.markup import w
from circulars.render.docx.misshown import (
    USE_A_FIXED_ADDRESS,
    Misshown,
    address_fact,
    hidden_styles,
    is_placeholder,
    misshown,
    tag_in_address,
    unfilled_in,
)
from circulars.render.docx.pages import Pages
from circulars.render.docx.room import cut_off, cut_off_styles
from circulars.render.docx.room_words import CODE as CUT_OFF
from circulars.render.docx.sections import LostPart, lost_parts, references_of, sections_of
from circulars.render.docx.stationery import SHOWN_STYLES

_REPAIRS = {
    "computed-field": "makes it plain text",
    "bound-control": "removes it",
    "two-text-boxes": "takes the newer words",
}
# These repeat words of the text: made plain, they would be there twice.
_COLLECTED = ("TOC", "TOA", "INDEX")


def shown_findings(word: WordTemplate) -> Iterator[TemplateFinding]:
    """A finding for each thing in a Word template that readers would see otherwise."""
    for name, story in word.stories.items():
        tree = word.trees[name]
        places = {one.element: one.place() for one in paragraphs_of(tree, story)}
        styles = word.part("styles")
        for one in misshown(tree, hidden_styles(styles) if styles is not None else ()):
            if one.code == "hidden-text":
                continue  # reported with the other leftovers
            # A control is in a paragraph, or around whole ones.
            around = paragraph_around(one.element)
            paragraph = next(one.element.iter(w("p")), None) if around is None else around
            place = places[paragraph] if paragraph is not None else story
            repair = _REPAIRS.get(one.code, "") if is_fixable(one) else ""
            yield TemplateFinding(one.code, f"{place}: {one.fact}", one.remedy, stops=one.stops, repair=repair)
    for lost in lost_furniture(word):
        repair = "turns it " + ("off" if lost.page == "odd" else "on") if is_certain(word, lost) else ""
        fact = f"{word.place(lost.name)}: {lost.fact}"
        yield TemplateFinding("lost-header", fact, lost.remedy, stops=bool(lost.tags), repair=repair)
    yield from _unfilled(word)
    yield from _cut_off(word)


def is_fixable(one: Misshown) -> bool:
    """Whether something can be replaced by the words that it shows without a guess."""
    if one.code == "bound-control":
        return not is_placeholder(one.element)
    return one.code != "computed-field" or (one.field is not None and one.field.name not in _COLLECTED)


def lost_furniture(word: WordTemplate) -> Iterator[LostPart]:
    """The headers and footers with words that are not on the pages that they are for."""
    settings = word.part("settings")
    if settings is not None:
        stories = {name: word.trees[name] for name in word.stories}
        links = (link for owner, link in word.links() if owner == word.main and not is_outside(link))
        targets = {link.get("Id", ""): target_of(link, word.main) for link in links}
        yield from lost_parts(word.trees[word.main], settings, targets, stories)


def is_certain(word: WordTemplate, lost: LostPart) -> bool:
    """Whether a header can be put on its pages without a guess: it has tags, and no other header is in its way."""
    if lost.page == "odd":
        sections = sections_of(word.trees[word.main])
        return not any(page == "even" for section in sections for _, page, _ in references_of(section))
    return bool(lost.tags) and lost.page == "first"


def _cut_off(word: WordTemplate) -> Iterator[TemplateFinding]:
    """The words that would be cut off, covered, or beside the page."""
    styles = word.part("styles")
    if styles is None:
        return
    sheet, pages = StyleSheet(styles), Pages(word.trees[word.main])
    for fact, remedy in cut_off_styles(sheet, SHOWN_STYLES, pages):
        yield TemplateFinding(CUT_OFF, fact, remedy, stops=True)
    for name, story in word.stories.items():
        found = list(cut_off(word.trees[name], sheet, pages, _pictures(word, name)))
        paragraphs = {one.element: one for one in paragraphs_of(word.trees[name], story)} if found else {}
        for one in found:
            place = paragraphs[one.element].place(quoted=paragraphs[one.element].text)
            yield TemplateFinding(one.code, f"{place}: {one.fact}", one.remedy, stops=one.stops)


def _pictures(word: WordTemplate, name: str) -> dict[str, bytes]:
    """The pictures of a part by the ids of their relationships."""
    links = (link for owner, link in word.links() if owner == name and kind_of(link) == "image")
    return {link.get("Id", ""): word.parts.get(target_of(link, name), b"") for link in links if not is_outside(link)}


def _place_of_link(word: WordTemplate, owner: str, id: str) -> str:
    """The paragraph with the first link that uses a relationship, or the part's name."""
    if owner in word.stories:
        for paragraph in paragraphs_of(word.trees[owner], word.stories[owner]):
            if any(id in each.attrib.values() for each in paragraph.element.iter()):
                return paragraph.place()
    return word.place(owner)


def _unfilled(word: WordTemplate) -> Iterator[TemplateFinding]:
    """The tags where none is filled in: in addresses, numbers of lists, charts and diagrams."""
    for owner, link in word.links():
        if tag := tag_in_address(link.get("Target", "")):
            fact = f"{_place_of_link(word, owner, link.get('Id', ''))}: {address_fact(tag)}"
            yield TemplateFinding("unfilled-tag", fact, USE_A_FIXED_ADDRESS, stops=owner in word.stories)
    for name, tree in word.trees.items():
        if name not in word.stories:
            for fact, remedy in unfilled_in(tree, name):
                yield TemplateFinding("unfilled-tag", fact, remedy, stops=True)
