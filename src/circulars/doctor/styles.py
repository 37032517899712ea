"""Finds the styles and lists of a Word template that are missing, renamed or broken."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Final

from lxml import etree

from circulars.doctor.findings import TemplateFinding
from circulars.doctor.word import WordTemplate, paragraphs_of
from circulars.errors import nearest
from circulars.render.docx.effective import bases
from circulars.render.docx.markup import w
from circulars.render.docx.stationery import STYLES, styles_of
from circulars.render.docx.tags import KEEP_STYLES, no_style
from circulars.syntax.own_tables import own_table

LISTS: Final = ("Numbered paragraph", "List Bullet", "List Number", "List Number 2")
"""The styles whose numbers and bullets Word itself writes. The list of the headings may be missing."""

_USES: Final = {"pStyle": "paragraph", "rStyle": "run", "tblStyle": "table"}
_NUMBER = f"{w('pPr')}/{w('numPr')}/{w('numId')}"


def style_findings(word: WordTemplate) -> Iterator[TemplateFinding]:
    """The faults of a Word template's styles and lists."""
    styles = word.part("styles")
    if styles is None:
        return
    named = styles_of(styles)
    yield from _missing(word, named)
    yield from _undefined(word, styles)
    for name in LISTS:
        if name.lower() in named and lost_list(named[name.lower()], styles):
            fact = f"the style '{name}' has no list, so Word would not number its paragraphs"
            yield TemplateFinding("lost-list", fact, "link the style to its list again", repair="takes the shipped one")
    if word.part("numbering") is not None:
        yield from _broken(word, styles)


def lost_list(style: etree._Element, styles: etree._Element) -> bool:
    """Whether neither a style nor one that it is based on has a list."""
    by_id = {one.get(w("styleId"), ""): one for one in styles.iter(w("style"))}
    return all(one.find(_NUMBER) is None for one in bases(style.get(w("styleId"), ""), by_id))


def renamed(named: dict[str, etree._Element], name: str) -> etree._Element | None:
    """The style that is a missing one under another name, or None.

    It has the missing style's id, its name as an alias, or its name in another language.
    """
    needed = {style.lower() for style in STYLES}
    others = [style for known, style in named.items() if known not in needed]
    return next(
        (style for is_it in (_has_id, _has_alias, _is_translated) for style in others if is_it(style, name)), None
    )


def _has_id(style: etree._Element, name: str) -> bool:
    return style.get(w("styleId"), "").lower() == name.replace(" ", "").lower()


def _has_alias(style: etree._Element, name: str) -> bool:
    return name.lower() in (alias.lower() for alias in aliases_of(style))


def _is_translated(style: etree._Element, name: str) -> bool:
    """Whether a program wrote the name of one of Word's own styles in another language.

    The default paragraph style is "Normal" in every language.
    """
    if name == "Normal" and style.get(w("default")) == "1" and style.get(w("type")) == "paragraph":
        return True
    return " ".join(name_of(style).split()).lower() in _translations(name)


@functools.cache
def _translations(name: str) -> frozenset[str]:
    """The names of one of Word's own styles in other languages, in lower case."""
    table: dict[str, list[str]] = own_table(__package__, "style_names.yaml")
    own, _, number = name.rpartition(" ") if name[-1].isdigit() else (name, "", "")
    return frozenset(f"{one} {number}".strip().lower() for one in table.get(own, ()))


def aliases_of(style: etree._Element) -> list[str]:
    """The other names of a style."""
    aliases = style.find(w("aliases"))
    return [alias.strip() for alias in aliases.get(w("val"), "").split(",")] if aliases is not None else []


def _missing(word: WordTemplate, named: dict[str, etree._Element]) -> Iterator[TemplateFinding]:
    used = {use.get(w("val"), "") for name in word.stories for use in word.trees[name].iter(*map(w, _USES))}
    wanted = {name.lower() for name in STYLES}
    # Only letters use the missing style, so a style that the template itself uses cannot be the renamed one.
    spare = [name_of(s) for known, s in named.items() if known not in wanted and s.get(w("styleId")) not in used]
    for name in STYLES:
        if name.lower() in named:
            continue
        style = renamed(named, name)
        close = name_of(style) if style is not None else nearest(name, spare)
        remedy = f"if '{close}' is that style, give it its old name back" if close else KEEP_STYLES
        if style is not None and _is_translated(style, name):
            remedy = f"'{close}' is its name in another language, which programs do not know: name it '{name}'"
        repair = "takes the shipped one" if style is None else "does it"
        yield TemplateFinding("missing-style", no_style(name), remedy, stops=True, repair=repair)


def used_styles(word: WordTemplate, styles: etree._Element) -> set[str]:
    """The ids of the styles that letters use, and of the styles that they are based on."""
    by_id = {style.get(w("styleId"), ""): style for style in styles.iter(w("style"))}
    wanted = {name.lower() for name in STYLES}
    waiting = [id for id, style in by_id.items() if name_of(style).lower() in wanted or style.get(w("default")) == "1"]
    for name in word.stories:
        waiting += [use.get(w("val"), "") for use in word.trees[name].iter(*map(w, _USES))]
    used: set[str] = set()
    while waiting:
        id = waiting.pop()
        if id in by_id and id not in used:
            used.add(id)
            base = by_id[id].find(w("basedOn"))
            waiting += [base.get(w("val"), "")] if base is not None else []
    return used


def free_id(styles: etree._Element, id: str) -> str:
    """The id for a new style: ``id``, with a number after it if another style has this id."""
    used = {style.get(w("styleId"), "") for style in styles.iter(w("style"))}
    return next(name for name in (id, *(f"{id}{number}" for number in range(1, len(used) + 1))) if name not in used)


def name_of(style: etree._Element) -> str:
    """A style's name as Word shows it."""
    name = style.find(w("name"))
    return name.get(w("val"), "") if name is not None else ""


def undefined_styles(word: WordTemplate, styles: etree._Element) -> dict[str, tuple[str, str, int]]:
    """The ids of styles that are used but not defined, each with its kind, its first place, and its number of uses."""
    ids = {style.get(w("styleId"), "") for style in styles.iter(w("style"))}
    found: dict[str, tuple[str, str, int]] = {}
    for name, story in word.stories.items():
        places = {one.element: one.place() for one in paragraphs_of(word.trees[name], story)}
        for use in word.trees[name].iter(*map(w, _USES)):
            if (id := use.get(w("val"), "")) not in ids:
                kind = _USES[etree.QName(use).localname]
                paragraph = next(use.iterancestors(w("p")), None)
                where = places[paragraph] if paragraph is not None else story
                before = found.get(id, (kind, where, 0))
                found[id] = (before[0], before[1], before[2] + 1)
    return found


def _undefined(word: WordTemplate, styles: etree._Element) -> Iterator[TemplateFinding]:
    ids = [style.get(w("styleId"), "") for style in styles.iter(w("style"))]
    for id, (kind, where, times) in undefined_styles(word, styles).items():
        more = f", and {times - 1} more" if times > 1 else ""
        fact = f"{where}{more}: the {kind} has the style '{id}', which is not defined"
        close = nearest(id, ids)
        yield TemplateFinding(
            "undefined-style", fact, f"did you mean '{close}'?" if close else "choose another style for it"
        )


def _broken(word: WordTemplate, styles: etree._Element) -> Iterator[TemplateFinding]:
    for style in styles.iter(w("style")):
        if (number := style.find(_NUMBER)) is not None and (why := broken_list(word, number.get(w("val"), ""))):
            fact = f"the style '{name_of(style)}' has a broken list: {why}"
            yield TemplateFinding("broken-list", fact, "choose its list again in Word", repair="takes the shipped one")
    for paragraph in word.paragraphs():
        number = paragraph.element.find(_NUMBER)
        if number is not None and (why := broken_list(word, number.get(w("val"), ""))):
            fact = f"{paragraph.place()}: the list of the paragraph is broken: {why}"
            yield TemplateFinding("broken-list", fact, "choose its list again in Word")
    for idle in unused_broken_lists(word, styles):
        fact = f"nothing uses the list {idle}, and it is broken: {broken_list(word, idle)}"
        yield TemplateFinding("broken-list", fact, "save the template again in Word", repair="removes it")


def unused_broken_lists(word: WordTemplate, styles: etree._Element) -> list[str]:
    """The numbers of broken lists that no style or paragraph uses."""
    numbering = word.part("numbering")
    trees = (styles, *(word.trees[name] for name in word.stories))
    used = {number.get(w("val"), "") for tree in trees for number in tree.iter(w("numId"))}
    numbers = [num.get(w("numId"), "") for num in numbering.iter(w("num"))] if numbering is not None else []
    return [number for number in numbers if number not in used and broken_list(word, number)]


def broken_list(word: WordTemplate, number: str) -> str:
    """Why a list is broken, or ""; the number 0 means no list (ECMA-376, part 1, 17.9.18)."""
    numbering = word.part("numbering")
    if number == "0" or numbering is None:
        return ""
    num = next((num for num in numbering.iter(w("num")) if num.get(w("numId")) == number), None)
    if num is None:
        return f"there is no list {number}"
    link = num.find(w("abstractNumId"))
    wanted = link.get(w("val"), "") if link is not None else ""
    kinds = (kind for kind in numbering.iter(w("abstractNum")) if kind.get(w("abstractNumId")) == wanted)
    if (kind := next(kinds, None)) is None:
        return f"the list {number} has no definition"
    if kind.find(w("lvl")) is None and kind.find(w("numStyleLink")) is None:
        return f"the definition of the list {number} has no levels"
    return ""
