"""Fixes the styles and lists of a Word template with those of the shipped template."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Final

from lxml import etree

from circulars.doctor.fix_parts import Fix
from circulars.doctor.styles import (
    LISTS,
    aliases_of,
    broken_list,
    free_id,
    lost_list,
    name_of,
    renamed,
    undefined_styles,
    unused_broken_lists,
)
from circulars.doctor.word import WordTemplate
from circulars.render.docx.markup import w
from circulars.render.docx.stationery import STYLES, styles_of

_NUMBER: Final = f"{w('pPr')}/{w('numPr')}/{w('numId')}"
_BEFORE_LIST: Final = {
    w(name) for name in ("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl")
}


def fix_styles(word: WordTemplate, shipped: WordTemplate) -> Iterator[Fix]:
    """Restores the names of renamed styles, and copies missing styles from the shipped template."""
    styles, theirs = word.part("styles"), shipped.part("styles")
    if styles is None or theirs is None:
        return
    for name in STYLES:
        named = styles_of(styles)
        if name.lower() in named:
            continue
        if (style := renamed(named, name)) is not None:
            label = style.find(w("name"))
            if label is not None:
                old = label.get(w("val"), "")
                label.set(w("val"), name)
                _swap_alias(style, name, old)
                yield "missing-style", f"the style '{old}' was renamed to '{name}'"
        elif (lost := styles_of(theirs).get(name.lower())) is not None:
            _copy_style(word, shipped, lost)
            yield "missing-style", f"the style '{name}' was taken from the shipped template"
    by_id = {style.get(w("styleId"), ""): style for style in theirs.iter(w("style"))}
    for id in undefined_styles(word, styles):
        if id in by_id:
            _copy_style(word, shipped, by_id[id])
            yield "undefined-style", f"the style '{id}' was taken from the shipped template"


def add_styles(word: WordTemplate, shipped: WordTemplate, names: Iterable[str]) -> None:
    """Copies styles of the shipped template that the template does not have."""
    styles, theirs = word.part("styles"), shipped.part("styles")
    if styles is not None and theirs is not None:
        for name in names:
            if name.lower() not in styles_of(styles):
                _copy_style(word, shipped, styles_of(theirs)[name.lower()])


def _swap_alias(style: etree._Element, name: str, old: str) -> None:
    """Puts the old name of a style in the place of the new one among its aliases."""
    aliases = style.find(w("aliases"))
    if aliases is not None:
        aliases.set(w("val"), ",".join(old if one.lower() == name.lower() else one for one in aliases_of(style)))


def fix_lists(word: WordTemplate, shipped: WordTemplate) -> Iterator[Fix]:
    """Gives list styles the lists of the shipped template, and removes broken lists that nothing uses."""
    styles, theirs = word.part("styles"), shipped.part("styles")
    if styles is None or theirs is None:
        return
    known = styles_of(theirs)
    for name, style in styles_of(styles).items():
        number = style.find(_NUMBER)
        lost = name in {listed.lower() for listed in LISTS} and lost_list(style, styles)
        broken = number is not None and broken_list(word, number.get(w("val"), ""))
        if (lost or broken) and name in known and known[name].find(_NUMBER) is not None:
            _copy_list(word, shipped, style, known[name])
            label = style.find(w("name"))
            shown = label.get(w("val"), "") if label is not None else name
            yield "lost-list" if lost else "broken-list", f"the style '{shown}' now has the shipped template's list"
    numbering = word.part("numbering")
    if numbering is None:
        return
    for idle in unused_broken_lists(word, styles):
        for num in [num for num in numbering.iter(w("num")) if num.get(w("numId"), "") == idle]:
            numbering.remove(num)
        yield "broken-list", f"the list {idle}, which was broken and not used, was removed"


def _copy_style(word: WordTemplate, shipped: WordTemplate, lost: etree._Element) -> None:
    """Adds a style of the shipped template, with those that it is based on, and without references to other styles."""
    styles, theirs = word.part("styles"), shipped.part("styles")
    assert styles is not None and theirs is not None
    by_id = {one.get(w("styleId"), ""): one for one in theirs.iter(w("style"))}
    base = lost.find(w("basedOn"))
    wanted = by_id.get(base.get(w("val"), "")) if base is not None else None
    if wanted is not None and name_of(wanted).lower() not in styles_of(styles):
        _copy_style(word, shipped, wanted)
    ids = {style.get(w("styleId"), ""): style for style in styles.iter(w("style"))}
    style = deepcopy(lost)
    id = style.get(w("styleId"), "")
    style.set(w("styleId"), free_id(styles, id))
    is_default = style.attrib.pop(w("default"), "")
    others = (one for one in ids.values() if one.get(w("type")) == style.get(w("type")))
    if is_default and not any(one.get(w("default")) for one in others):
        style.set(w("default"), "1")
    own = {name: one.get(w("styleId"), "") for name, one in styles_of(styles).items()}
    for kind in ("basedOn", "next", "link"):
        for other in style.findall(w(kind)):
            there = by_id.get(other.get(w("val"), ""))
            name = name_of(there).lower() if there is not None else ""
            if name in own:
                other.set(w("val"), own[name])
            elif other.get(w("val"), "") != id:
                style.remove(other)
    styles.append(style)
    if lost.find(_NUMBER) is not None:
        _copy_list(word, shipped, style, lost)


def _copy_list(word: WordTemplate, shipped: WordTemplate, style: etree._Element, source: etree._Element) -> None:
    """Gives ``style`` a copy of the list of ``source``, a style of the shipped template."""
    chosen = source.find(_NUMBER)
    assert chosen is not None
    number = _new_list(word, shipped, chosen.get(w("val"), ""), style.get(w("styleId"), ""))
    properties = style.find(w("pPr"))
    if properties is None:
        properties = etree.Element(w("pPr"))
        looks = (w("rPr"), w("tblPr"), w("trPr"), w("tcPr"), w("tblStylePr"))
        place = next((n for n, child in enumerate(style) if child.tag in looks), len(style))
        style.insert(place, properties)
    for old in properties.findall(w("numPr")):
        properties.remove(old)
    wanted = source.find(f"{w('pPr')}/{w('numPr')}")
    assert wanted is not None
    new = deepcopy(wanted)
    link = new.find(w("numId"))
    assert link is not None
    link.set(w("val"), number)
    properties.insert(len([child for child in properties if child.tag in _BEFORE_LIST]), new)


def _new_list(word: WordTemplate, shipped: WordTemplate, number: str, style: str) -> str:
    """Adds a copy of a list of the shipped template, and returns its number."""
    numbering, theirs = word.part("numbering"), shipped.part("numbering")
    assert numbering is not None and theirs is not None
    num = next(num for num in theirs.iter(w("num")) if num.get(w("numId")) == number)
    link = num.find(w("abstractNumId"))
    wanted = link.get(w("val"), "") if link is not None else ""
    kind = deepcopy(next(k for k in theirs.iter(w("abstractNum")) if k.get(w("abstractNumId")) == wanted))
    definition = _free_number(numbering, "abstractNum", "abstractNumId")
    kind.set(w("abstractNumId"), definition)
    for level in kind.iter(w("pStyle")):
        level.set(w("val"), style)
    nums = numbering.findall(w("num"))
    numbering.insert(numbering.index(nums[0]) if nums else len(numbering), kind)
    own = _free_number(numbering, "num", "numId")
    entry = etree.Element(w("num"), {w("numId"): own})
    etree.SubElement(entry, w("abstractNumId"), {w("val"): definition})
    nums = numbering.findall(w("num"))
    numbering.insert(numbering.index(nums[-1]) + 1 if nums else len(numbering), entry)
    return own


def _free_number(numbering: etree._Element, name: str, key: str) -> str:
    used = {one.get(w(key), "") for one in numbering.findall(w(name))}
    return next(str(number) for number in range(1, len(used) + 2) if str(number) not in used)
