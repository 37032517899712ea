"""Fixes what readers of letters would see otherwise: computed fields, bound content controls, headers on no page."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Final

from lxml import etree

from circulars.doctor.fix_parts import Fix
from circulars.doctor.fix_text import remove, unwrap
from circulars.doctor.shown import is_certain, is_fixable, lost_furniture
from circulars.doctor.word import WordTemplate
from circulars.render.docx.markup import w
from circulars.render.docx.misshown import Misshown, control_fault, is_placeholder, misshown
from circulars.render.docx.sections import FIRST_PAGE, MIRRORED, references_of, sections_of

# The elements that follow <w:titlePg> in a section (ECMA-376, part 1, 17.6.17).
_AFTER_FIRST_PAGE: Final = ("textDirection", "bidi", "rtlGutter", "docGrid", "printerSettings", "sectPrChange")


def fix_shown(word: WordTemplate, shipped: WordTemplate) -> Iterator[Fix]:
    """Makes fields and content controls plain text, and puts headers on their pages."""
    for name, story in word.stories.items():
        tree = word.trees[name]
        # One at a time, because a field may be in another one.
        while (field := next(_fields(tree), None)) is not None:
            yield "computed-field", f"{story}: the field {_unlinked(field)} was made plain text"
        for control in list(tree.iter(w("sdt"))):
            if control_fault(control) and not is_placeholder(control):
                _free(control)
                yield "bound-control", f"{story}: a content control was removed; its words stay"
        for both in [one.element for one in misshown(tree, ()) if one.code == "two-text-boxes"]:
            if _same_words(both):
                yield "two-text-boxes", f"{story}: a text box has the same words for older programs now"
    for lost in list(lost_furniture(word)):
        if is_certain(word, lost):
            _turn(word, lost.name, lost.page)
            switch = "Different Odd & Even Pages" if lost.page == "odd" else "Different First Page"
            done = f"'{switch}' was turned {'off' if lost.page == 'odd' else 'on'}"
            yield "lost-header", f"{word.place(lost.name)}: {done}"


def _fields(tree: etree._Element) -> Iterator[Misshown]:
    yield from (one for one in misshown(tree, ()) if one.code == "computed-field" and is_fixable(one))


def _unlinked(one: Misshown) -> str:
    """The name of the field that was replaced by the words that it shows."""
    assert one.field is not None
    for mark in one.field.marks:
        if mark.tag == w("fldSimple"):
            unwrap(mark)
        else:
            remove(mark)
    return one.field.name


def _free(control: etree._Element) -> None:
    """Puts what is in a content control in its place."""
    content = control.find(w("sdtContent"))
    for child in list(content) if content is not None else ():
        control.addprevious(child)
    parent = control.getparent()
    if parent is not None:
        parent.remove(control)


def _same_words(both: etree._Element) -> bool:
    """Whether each text box for older programs could be given the words of the newer one."""
    newer, older = (list(both.find(f"{{*}}{branch}").iter(w("txbxContent"))) for branch in ("Choice", "Fallback"))  # type: ignore[union-attr]  # both branches have been found
    for box, source in zip(older, newer, strict=False):
        for child in list(box):
            box.remove(child)
        box.extend(deepcopy(child) for child in source)
    return len(newer) == len(older)


def _turn(word: WordTemplate, name: str, page: str) -> None:
    """Turns the switch that puts a header on its pages: on in each section that names one, or off in the settings."""
    settings = word.part("settings")
    if page == "odd" and settings is not None:
        for switch in settings.findall(w(MIRRORED)):
            settings.remove(switch)
        return
    for section in sections_of(word.trees[word.main]):
        if not any(page == "first" for _, page, _ in references_of(section)):
            continue
        for switch in section.findall(w(FIRST_PAGE)):
            section.remove(switch)
        later = {w(one) for one in _AFTER_FIRST_PAGE}
        place = next((nth for nth, child in enumerate(section) if child.tag in later), len(section))
        section.insert(place, etree.Element(w(FIRST_PAGE)))
