"""Prepares a Word template once for all letters of one language: compiles its tags, compresses its other parts."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from jinja2 import Template
from lxml import etree

from circulars.files import carried
from circulars.files.opc import (
    UnreadablePackageError,
    content_types,
    is_xml,
    links_of,
    parse_part,
    read_parts,
    relationships_name,
    shown,
    target_of,
    targets,
)
from circulars.files.word_document import document_of
from circulars.files.word_keep import kept_parts
from circulars.files.word_reach import reachable_parts, reaches_of
from circulars.model.document import Direction
from circulars.model.fonts import NO_FONTS, PackFonts
from circulars.model.sheet import USUAL_TYPEFACE, Hyphens
from circulars.render.docx.effective import StyleSheet
from circulars.render.docx.footnote_part import add_footnote_part, with_marks_in_latin, with_styles
from circulars.render.docx.hyphens import with_hyphenated_styles, with_hyphens
from circulars.render.docx.markup import quoted, typed_text, w
from circulars.render.docx.misshown import (
    TRACKED_TEXT,
    USE_A_FIXED_ADDRESS,
    address_fact,
    hidden_styles,
    misshown,
    tag_in_address,
    unfilled_in,
)
from circulars.render.docx.numbering import HEADINGS, Lists, Outline, lists_of
from circulars.render.docx.pages import Pages
from circulars.render.docx.paper import put_on_paper
from circulars.render.docx.places import remove_bookmarks
from circulars.render.docx.room import cut_off, cut_off_styles
from circulars.render.docx.sections import lost_parts, references_of, sections_of
from circulars.render.docx.tags import (
    KEEP_STYLES,
    NO_PAGE_SIZE,
    SAVE_AS_DOCX,
    Fault,
    UnfitTemplateError,
    no_part,
    no_style,
)
from circulars.render.docx.template_fonts import in_fonts, keep_pictures, with_substitutes, with_theme_fonts
from circulars.render.docx.template_language import complete_looks, directed, in_language, with_language_settings
from circulars.render.docx.template_package import base_of
from circulars.render.docx.template_tags import compiled
from circulars.render.docx.voice import Voice

STYLES: Final = (
    "Normal", "Numbered paragraph", "Body Text", "heading 1", "heading 2", "heading 3", "List Bullet", "List Number",
    "List Number 2", "List", "Note text", "Table heading", "Table text", "Deadline item", "Table gap", "Hyperlink",
    "Circular table", HEADINGS,
)  # fmt: skip
"""The styles that letters need, whether or not the template itself uses them."""
SHOWN_STYLES: Final = tuple(name for name in STYLES if name != "Table gap")
"""The styles of paragraphs with words."""
FURNITURE: Final = ("header", "footer", "footnotes", "endnotes")
"""The types of parts with text, besides the body."""
_LINK = ("Id", "Type", "Target", "TargetMode")
_MAX_STORY = 1_000_000  # bytes
_MAX_TAGS = 1_000
_WHOLE_TAG = re.compile(r"\{(?:\{(?:(?!\}\}).){0,2000}\}|%(?:(?!%\}).){0,2000}%|#(?:(?!#\}).){0,2000}#)\}", re.DOTALL)
_OPENING = re.compile(r"\{[{%#]|\{\s*$")
_STRAY = re.compile(r"[}%#]\}|\{\s+[{%#]|[}%#]\s+\}|[｛｝]{2}")
_STRING = re.compile(r"'[^']*'|\"[^\"]*\"")
_NOT_PLAIN = re.compile(r"[^\x00-\x7f]")
_JOINING = re.compile(r"^\{%-|-%\}$")


@dataclass(frozen=True, slots=True)
class Stationery:
    """A prepared template.

    ``styles`` are the ids of its styles by their names in lower case; ``stories`` the parts with running text, by
    their names; ``shown_fields`` those of the fields that only some letters need, and that the template shows;
    ``relationships`` the inside of the parts' ``.rels`` parts; ``text_width`` and ``turned_width``, that of a page in
    landscape, are in twips; ``base`` is a ZIP of all parts that are the same in every letter. ``footnotes`` is the part
    for the letter's footnotes, the first of which gets the number ``first_footnote``.
    """

    main: str
    styles: Mapping[str, str]
    lists: Lists
    numbering: str
    stories: Mapping[str, Template]
    shown_fields: frozenset[str]
    relationships: Mapping[str, str]
    text_width: int
    turned_width: int
    base: bytes
    footnotes: str = ""
    first_footnote: int = 1

    def outline(self, style: str) -> Outline:
        """The list of a style; without levels if the style has no list."""
        return self.lists.by_style.get(style.lower(), Outline("", ()))


@functools.lru_cache(maxsize=64)
def stationery(
    template: bytes,
    language: str,
    direction: Direction,
    carries: bool = False,
    paper: tuple[float, float] | None = None,
    notes: bool = False,
    hyphens: Hyphens = "none",
    fonts: PackFonts = NO_FONTS,
    size: float = USUAL_TYPEFACE.size,
) -> Stationery:
    """Prepares the template for letters in a language.

    ``carries`` is for letters with attached files, ``notes`` for those with footnotes. ``paper`` is the width and
    height in millimetres of other paper than the template's. The text area keeps its width. ``hyphens`` says where Word
    hyphenates. ``fonts`` and the ``size`` of the text in points are the pack's.

    Raises:
        UnfitTemplateError: this is not a Word file, lacks a part, a style or a necessary tag, or has a wrong tag.
    """
    checked = _checked(template, direction, paper, notes)
    parts, main = dict(checked.parts), checked.main
    styles = with_hyphenated_styles(parts[checked.styles_part], hyphens)
    parts[checked.styles_part] = in_language(styles, language, direction)
    parts |= _with_fonts(parts, checked, fonts, language, size)
    if notes and direction == "rtl":
        parts[checked.styles_part] = with_marks_in_latin(parts[checked.styles_part])
    parts[checked.settings] = with_language_settings(
        with_hyphens(parts[checked.settings], hyphens), language, direction
    )
    stories, shown_fields = compiled(checked.sources, Voice(language, direction))
    changing = {*checked.sources, checked.numbering, *(relationships_name(name) for name in checked.sources)}
    return Stationery(
        main=main,
        styles=checked.styles,
        lists=checked.lists,
        numbering=checked.numbering,
        stories=stories,
        shown_fields=shown_fields,
        relationships=checked.relationships,
        text_width=checked.text_width,
        turned_width=checked.turned_width,
        base=base_of(_needed(parts, main), main, changing, carries),
        footnotes=checked.footnotes,
        first_footnote=_last_footnote(parts[checked.footnotes]) + 1 if notes else 1,
    )


def _with_fonts(
    parts: Mapping[str, bytes], checked: _CheckedTemplate, fonts: PackFonts, language: str, size: float
) -> dict[str, bytes]:
    """The parts that name fonts, with those of the pack."""
    if not fonts.own:
        return {}
    found = {checked.styles_part: in_fonts(parts[checked.styles_part], fonts, language, size)}
    texts = (parts[checked.styles_part], *(parts[name] for name in checked.sources))
    is_used = any(b'Theme="minorHAnsi"' in text for text in texts)
    for name in _found_parts(parts, checked.main, "fontTable"):
        found[name] = with_substitutes(parts[name], fonts, language)
    for name in _found_parts(parts, checked.main, "theme"):
        found[name] = with_theme_fonts(parts[name], fonts, language, is_used)
    return found


def _found_parts(parts: Mapping[str, bytes], main: str, kind: str) -> Iterator[str]:
    """The names of a template's parts of a kind."""
    return (name for name in targets(parts, main, kind) if name in parts)


@dataclass(frozen=True, slots=True)
class _CheckedTemplate:
    """What letters in all languages of a direction have in common.

    ``sources`` are the parts with running text, by their names. The other fields are as in :class:`Stationery`.
    """

    parts: Mapping[str, bytes]
    main: str
    styles_part: str
    settings: str
    styles: Mapping[str, str]
    lists: Lists
    numbering: str
    sources: Mapping[str, str]
    relationships: Mapping[str, str]
    text_width: int
    turned_width: int
    footnotes: str


@functools.lru_cache(maxsize=16)  # the checks take half of the time, and letters are in several languages
def _checked(template: bytes, direction: Direction, paper: tuple[float, float] | None, notes: bool) -> _CheckedTemplate:
    parts = _parts(template)
    main = _target(parts, "", "officeDocument")
    styles_name, numbering, settings = (_target(parts, main, kind) for kind in ("styles", "numbering", "settings"))
    footnotes = add_footnote_part(parts, main, settings) if notes else ""
    if notes:
        parts[styles_name] = with_styles(parts[styles_name])
    styles = parse_part(parts[styles_name])
    named = styles_of(styles)
    if missing := [name for name in STYLES if name.lower() not in named]:
        raise UnfitTemplateError(*((no_style(name), KEEP_STYLES) for name in missing))
    names = story_names(parts, main)
    hidden = hidden_styles(styles)
    body = parse_part(parts[main])
    if paper:
        put_on_paper(body, *paper)
    if faults := (*_lost(parts, names, body, settings), *_cut_off(parts, names, body, StyleSheet(styles))):
        raise UnfitTemplateError(*faults)
    if direction == "rtl":
        keep_pictures(body)
    parts[main] = directed(body, direction)
    if direction == "rtl":
        parts |= {name: _with_own_looks(parts[name]) for name in names if name in parts}
    return _CheckedTemplate(
        parts=parts,
        main=main,
        styles_part=styles_name,
        settings=settings,
        styles={name: style.get(w("styleId"), "") for name, style in named.items()},
        lists=lists_of(parts[numbering], named),
        numbering=numbering,
        sources={name: _source(parts, name, hidden) for name in names},
        relationships={name: _relationships(parts, name) for name in names},
        text_width=_text_width(body),
        turned_width=_text_width(body, turned=True),
        footnotes=footnotes,
    )


def _with_own_looks(part: bytes) -> bytes:
    tree = parse_part(part)
    complete_looks(tree)
    return etree.tostring(tree)


def _parts(template: bytes) -> dict[str, bytes]:
    try:
        parts = read_parts(template)
        main = document_of(parts)
    except UnreadablePackageError as error:
        raise UnfitTemplateError((error.fact, error.remedy)) from error
    if faults := tuple((one.fact, one.remedy) for one in reaches_of(parts, story_names(parts, main))):
        raise UnfitTemplateError(*faults)
    # If the template was made from a letter, the source of that letter must not be in other letters.
    return kept_parts(carried.without_carrier(parts))


def _needed(parts: Mapping[str, bytes], main: str) -> dict[str, bytes]:
    """The parts that letters need; the file's own relationships are written anew, and lead to no others."""
    needed = {*reachable_parts(parts, main), "[Content_Types].xml"}
    return {name: data for name, data in parts.items() if name in needed}


def _target(parts: Mapping[str, bytes], name: str, kind: str) -> str:
    target = next(iter(targets(parts, name, kind)), "")
    if target not in parts:
        raise UnfitTemplateError((no_part(kind), SAVE_AS_DOCX))
    return target


def story_names(parts: Mapping[str, bytes], main: str) -> tuple[str, ...]:
    """The names of the parts with text: the body ``main``, its headers, footers and notes."""
    return (main, *(name for kind in FURNITURE for name in targets(parts, main, kind)))


def _lost(parts: Mapping[str, bytes], names: Sequence[str], body: etree._Element, settings: str) -> Iterator[Fault]:
    """The tags that no reader would see: in headers on no page, in addresses, numbers of lists, charts and diagrams."""
    main = names[0]
    stories = {name: parse_part(parts[name]) for name in names if name in parts}
    targets = {link.get("Id", ""): target_of(link, main) for link in links_of(parts, main)}
    for section in sections_of(body):
        for kind, _, id in references_of(section):
            if targets.get(id) not in stories:
                yield f"a section refers to a {kind} that is not in the file", "make it again in Word"
    for lost in lost_parts(body, parse_part(parts[settings]), targets, stories):
        if lost.tags:
            yield lost.fact, lost.remedy
    for name in names:
        for link in links_of(parts, name):
            if tag := tag_in_address(link.get("Target", "")):
                yield address_fact(tag), USE_A_FIXED_ADDRESS
    types = content_types(parts)
    for name in sorted(set(parts).difference(names)):
        if b"{" in parts[name] and name.endswith(".xml") and is_xml(name, types):
            yield from unfilled_in(parse_part(parts[name]), name)


def _cut_off(
    parts: Mapping[str, bytes], names: Sequence[str], body: etree._Element, sheet: StyleSheet
) -> Iterator[Fault]:
    """The tags whose words would be cut off, covered, or beside the page."""
    pages = Pages(body)
    yield from cut_off_styles(sheet, SHOWN_STYLES, pages)
    for name in names:
        if name in parts:
            story = body if name == names[0] else parse_part(parts[name])
            found = cut_off(story, sheet, pages, _pictures(parts, name))
            yield from ((one.fact, one.remedy) for one in found if one.stops)


def _pictures(parts: Mapping[str, bytes], name: str) -> dict[str, bytes]:
    """The pictures of a part by the ids of their relationships."""
    links = (link for link in links_of(parts, name) if link.get("Type", "").endswith("/image"))
    return {link.get("Id", ""): parts.get(target_of(link, name), b"") for link in links}


def _source(parts: Mapping[str, bytes], name: str, hidden: Collection[str]) -> str:
    """A part with text, after checks that it is well-formed, not too long, and shown as it is."""
    if name not in parts:
        raise UnfitTemplateError((no_part(name), "save it again in Word"))
    story = parse_part(parts[name])
    for binding in [*story.iter("{*}dataBinding")]:
        # A letter has none of the data that controls may be bound to.
        binding.getparent().remove(binding)  # type: ignore[union-attr]  # the root is no binding
    remove_bookmarks(story)
    source = etree.tostring(story).decode()
    if len(source) > _MAX_STORY or source.count("{{") + source.count("{%") + source.count("{#") > _MAX_TAGS:
        fact = f"the part '{name}' is larger than {_MAX_STORY:,} bytes, or has more than {_MAX_TAGS:,} tags"
        raise UnfitTemplateError((fact, "make the template shorter"))
    if faults := (*_unclosed(story), *_misshown(story, hidden)):
        raise UnfitTemplateError(*faults)
    return source


def _unclosed(story: etree._Element) -> Iterator[Fault]:
    """The tags that are not closed in their paragraph; docxtpl would search the rest of the part for their ends."""
    for paragraph in story.iter(w("p")):
        words = typed_text(paragraph)
        left = _WHOLE_TAG.sub("", words)
        if found := _OPENING.search(left):
            around = left[max(found.start() - 20, 0) : found.end() + 20]
            yield f"the tag in '{around}' is not closed in its paragraph", "close it with '}}' or '%}'"
        elif found := _STRAY.search(left):
            around = left[max(found.start() - 20, 0) : found.end() + 20]
            yield f"'{around}' has braces of a tag that is not complete", "type the whole tag again, in one go"
        for tag in _WHOLE_TAG.findall(words):
            if not tag.startswith("{#") and (odd := _NOT_PLAIN.search(_STRING.sub("", tag))):
                called = unicodedata.name(odd[0], f"U+{ord(odd[0]):04X}")
                fact = f"the tag '{shown(tag)}' is typed with the character '{shown(odd[0])}' ({called})"
                yield fact, "type the tag again, with plain characters"
            if _JOINING.search(tag):
                yield (
                    f"the tag '{tag[:60]}' has a hyphen beside its braces, which joins paragraphs",
                    "delete the hyphen",
                )


def _misshown(story: etree._Element, hidden: Collection[str]) -> Iterator[Fault]:
    """What programs would show otherwise, or mark as changed."""
    yield from ((one.fact, one.remedy) for one in misshown(story, hidden) if one.stops)
    if next(story.iter(*map(w, TRACKED_TEXT)), None) is not None:
        yield "the template has words that are marked as inserted, deleted or moved", "accept or reject them in Word"


def _last_footnote(part: bytes) -> int:
    """The highest number of the template's own footnotes; 0 if it has none."""
    return max((int(note.get(w("id"), 0)) for note in parse_part(part).iter(w("footnote"))), default=0)


def _relationships(parts: Mapping[str, bytes], name: str) -> str:
    return "".join(
        "<Relationship " + " ".join(f"{key}={quoted(link.get(key, ''))}" for key in _LINK if key in link.attrib) + "/>"
        for link in links_of(parts, name)
    )


def styles_of(styles: etree._Element) -> dict[str, etree._Element]:
    """The styles of a part by name in lower case, because Word ignores case."""
    named = {}
    for style in styles.iter(w("style")):
        name = style.find(w("name"))
        if name is not None:
            named[name.get(w("val"), "").lower()] = style
    return named


def _text_width(body: etree._Element, turned: bool = False) -> int:
    """The width of the text, in twips; if ``turned``, on a page whose width and height are exchanged."""
    for section in body.iter(w("sectPr")):
        size, margins = section.find(w("pgSz")), section.find(w("pgMar"))
        if size is not None and margins is not None:
            return (
                int(size.get(w("h" if turned else "w"), 0))
                - int(margins.get(w("left"), 0))
                - int(margins.get(w("right"), 0))
            )
    raise UnfitTemplateError((NO_PAGE_SIZE, SAVE_AS_DOCX))
