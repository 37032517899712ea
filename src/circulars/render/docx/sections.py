"""Finds headers and footers that are on no page, and pages that are without one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from circulars.render.docx.markup import R, typed_text, w
from circulars.render.docx.misshown import TAG, is_on

FIRST_PAGE: Final = "titlePg"
MIRRORED: Final = "evenAndOddHeaders"
_ID: Final = f"{{{R}}}id"
_ENDING: Final = re.compile(r"\{%[a-z]*\s*(?:end|el)")
_OFF: Final = {"first": "'Different First Page' is off", "even": "'Different Odd & Even Pages' is off"}


@dataclass(frozen=True, slots=True)
class LostPart:
    """A header or a footer with words that are on no page, or not on every second one.

    ``name`` is the name of the part, and ``page`` the pages that it is for ("both" if the pages before and after have
    another one). ``tags`` are those that are nowhere else.
    """

    name: str
    page: str
    fact: str
    remedy: str
    tags: tuple[str, ...]


def sections_of(body: etree._Element) -> list[etree._Element]:
    """The properties of each section, without those that a tracked change has replaced."""
    return [one for one in body.iter(w("sectPr")) if (up := one.getparent()) is None or up.tag != w("sectPrChange")]


def lost_parts(
    body: etree._Element, settings: etree._Element, targets: Mapping[str, str], stories: Mapping[str, etree._Element]
) -> Iterator[LostPart]:
    """The headers and footers with words that are not on all pages that they should be on.

    ``targets`` are the names of the parts by the ids of the body's relationships, and ``stories`` the parts with text.
    """
    mirrored = is_on(settings.find(w(MIRRORED)))
    shown: set[str] = set()
    unused: dict[str, str] = {}
    uneven: set[str] = set()
    pairs: dict[tuple[str, str], None] = {}
    current: dict[tuple[str, str], str] = {}
    for section in sections_of(body):
        for kind, page, id in references_of(section):
            current[kind, page] = targets.get(id, "")
        first = is_on(section.find(w(FIRST_PAGE)))
        for (kind, page), name in current.items():
            if page == "default" or (first and page == "first") or (mirrored and page == "even"):
                shown.add(name)
            else:
                unused.setdefault(name, page)
            if mirrored and page == "default" and (kind, "even") not in current:
                uneven.add(name)
        if mirrored:
            pairs |= dict.fromkeys(_unlike(current, stories))
    furniture = [name for name in targets.values() if name in stories and stories[name].tag in (w("hdr"), w("ftr"))]
    on_pages = [story for name, story in stories.items() if name in shown or name not in furniture]
    words = {text for story in on_pages for text in _paragraphs(story)}
    for name in dict.fromkeys(furniture):
        kind = "header" if stories[name].tag == w("hdr") else "footer"
        if name not in shown and (lost := [text for text in _paragraphs(stories[name]) if text not in words]):
            yield _on_no_page(name, kind, unused.get(name, ""), lost)
        elif name in uneven and _paragraphs(stories[name]):
            tags = _tags(_paragraphs(stories[name]))
            fact = f"the {kind} is on odd pages only: 'Different Odd & Even Pages' is on, and even pages have no {kind}"
            yield LostPart(name, "odd", fact, "turn it off in Word (Header & Footer)", tags)

    for name, other in pairs:
        yield _without_tags(name, other, stories)


def _unlike(current: Mapping[tuple[str, str], str], stories: Mapping[str, etree._Element]) -> Iterator[tuple[str, str]]:
    """Each header or footer of odd or even pages without tags where the other pages have some, and that of the others.

    Tags that are on both kinds of pages, here in a header and there in a footer, are not missing.
    """
    for kind in ("header", "footer"):
        for page, other in (("even", "default"), ("default", "even")):
            name, full = current.get((kind, page), ""), current.get((kind, other), "")
            if name not in stories or full not in stories or _tags(_paragraphs(stories[name])):
                continue
            beside = [current.get((one, page), "") for one in ("header", "footer")]
            found = {tag for one in beside if one in stories for tag in _tags(_paragraphs(stories[one]))}
            if set(_tags(_paragraphs(stories[full]))) - found:
                yield name, full


def _without_tags(name: str, other: str, stories: Mapping[str, etree._Element]) -> LostPart:
    kind = "header" if stories[name].tag == w("hdr") else "footer"
    tags = _tags(_paragraphs(stories[other]))
    fact = (
        f"the {kind} lacks '{tags[0]}', which the {kind} of every second page has: 'Different Odd & Even Pages' is on"
    )
    return LostPart(name, "both", fact, "put the tag into both, or turn it off in Word (Header & Footer)", tags)


def references_of(section: etree._Element) -> Iterator[tuple[str, str, str]]:
    """Each reference of a section to a header or a footer: which of both, for which pages, and its id."""
    for reference in section.iterchildren(w("headerReference"), w("footerReference")):
        kind = etree.QName(reference).localname.removesuffix("Reference")
        yield kind, reference.get(w("type"), "default"), reference.get(_ID, "")


def _on_no_page(name: str, kind: str, page: str, lost: list[str]) -> LostPart:
    tags = _tags(lost)
    words = " ".join(lost[0].split())[:60]
    quoted = f"'{tags[0]}'" if tags else f"'{words}'" if words else "a picture"
    why = _OFF.get(page, "no section uses it")
    fact = f"the {kind} with {quoted} is on no page: {why}"
    remedy = (
        "turn it on in Word (Header & Footer)" if page in _OFF else "delete it, or type its words where they belong"
    )
    return LostPart(name, page, fact, remedy, tags)


def _paragraphs(story: etree._Element) -> list[str]:
    """The words of each paragraph that shows something; "" for one that has only a picture."""
    found = []
    for paragraph in story.iter(w("p")):
        text = typed_text(paragraph)
        # A page number alone is not missed.
        if any(map(str.isalpha, text)) or next(paragraph.iter(w("drawing"), w("pict")), None) is not None:
            found.append(text.strip())
    return found


def _tags(texts: Iterable[str]) -> tuple[str, ...]:
    """The tags in texts, without those that only end something."""
    return tuple(tag for text in texts for tag in TAG.findall(text) if not _ENDING.match(tag))
