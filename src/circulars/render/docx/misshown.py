"""Finds what programs show otherwise than a Word template says: computed fields, hidden tags, unfilled tags.

Word and LibreOffice compute most fields when they open or print a file, and show a content control's words from the
data that it is bound to. Tags there would give words that no reader sees, or that only some readers see.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from lxml import etree

from circulars.render.docx.effective import bases
from circulars.render.docx.markup import typed_text, w
from circulars.render.docx.shown_fields import ShownField, shown_fields

TAG: Final = re.compile(r"\{[{%#].*?[}%#]\}", re.DOTALL)
TRACKED_TEXT: Final = ("ins", "del", "moveFrom", "moveTo")
"""The elements of tracked text."""

_LINKS: Final = ("HYPERLINK",)
_OF_MERGES: Final = (
    "MERGEFIELD", "MERGEREC", "MERGESEQ", "MERGEBARCODE", "NEXT", "NEXTIF", "SKIPIF", "ADDRESSBLOCK", "GREETINGLINE",
)  # fmt: skip
_CHOOSING: Final = ("IF", "COMPARE", "ASK", "FILLIN", "SET", "QUOTE", "FORMDROPDOWN")
_PAGES: Final = frozenset(["PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES"])
_TIMES: Final = {
    "DATE": "today's date",
    "TIME": "the current time",
    "CREATEDATE": "the date of the file",
    "SAVEDATE": "the date on which the file was last saved",
    "PRINTDATE": "the date on which the file was last printed",
    "EDITTIME": "the time for which the file was edited",
}
_PROPERTIES: Final = (
    "TITLE", "SUBJECT", "AUTHOR", "KEYWORDS", "COMMENTS", "LASTSAVEDBY", "REVNUM", "DOCPROPERTY", "DOCVARIABLE", "INFO",
    "FILENAME", "FILESIZE", "TEMPLATE", "USERNAME", "USERADDRESS", "USERINITIALS", "NUMWORDS", "NUMCHARS",
)  # fmt: skip
_REFERENCES: Final = ("REF", "PAGEREF", "NOTEREF")
# The properties of a letter that have the words of a tag: the field may show them.
_SAME: Final = {
    "TITLE": "{{ title }}",
    "DOCPROPERTY TITLE": "{{ title }}",
    "DOCPROPERTY REFERENCE": "{{ reference }}",
}
_ON: Final = ("1", "true", "on")
USE_A_FIXED_ADDRESS: Final = "link to one address for all letters, or put the link into the letter itself"
TYPE_THE_WORDS: Final = "type the words, or move the tag into the text"
_MAKE_PLAIN: Final = "make it plain text in Word (Ctrl+Shift+F9)"
_COMPATIBILITY: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DRAWN: Final = ("http://schemas.openxmlformats.org/drawingml/2006/", "http://schemas.microsoft.com/office/drawing/")


@dataclass(frozen=True, slots=True)
class Misshown:
    """Something that a program shows otherwise, and where it begins.

    ``stops`` means that words of letters would be lost or replaced. ``field`` is a field that can be replaced by the
    words that it shows.
    """

    code: str
    element: etree._Element
    fact: str
    remedy: str
    stops: bool = True
    field: ShownField | None = None


def misshown(story: etree._Element, hidden_styles: Collection[str]) -> Iterator[Misshown]:
    """What programs would show otherwise in a part with text."""
    yield from computed_fields(story)
    yield from _hidden_tags(story, hidden_styles)
    for element, address in _addresses(story):
        if tag := tag_in_address(address):
            yield Misshown("unfilled-tag", element, address_fact(tag), USE_A_FIXED_ADDRESS)
    for control in story.iter(w("sdt")):
        if fault := control_fault(control):
            fact, remedy = fault
            yield Misshown("bound-control", control, fact, remedy, stops=False)
    for both in story.iter(f"{_COMPATIBILITY}AlternateContent"):
        newer, older = (words_in(both, name) for name in ("Choice", "Fallback"))
        if newer is not None and older is not None and newer != older:
            lost = [tag for tag in TAG.findall(older) if tag not in newer]
            fact = f"a text box has other words for older programs: '{_short(older)}' instead of '{_short(newer)}'"
            yield Misshown("two-text-boxes", both, fact, "delete the text box in Word, and draw it again", bool(lost))


def computed_fields(story: etree._Element) -> Iterator[Misshown]:
    """The fields whose words programs compute themselves, if letters would show other words than they should."""
    bookmarks = {mark.get(w("name"), ""): mark for mark in story.iter(w("bookmarkStart"))}
    for field in shown_fields(story):
        name, code = field.name, _short(field.code)
        tag = TAG.search(field.words)
        if name in _LINKS or not name or field.words.strip() == _SAME.get(_key(field)):
            continue
        if name in _CHOOSING and _PAGES.intersection(field.inner) and not tag:
            continue
        if tag:
            fact = f"programs show their own words for the field {name} instead of '{_short(tag[0])}': '{code}'"
            yield Misshown("computed-field", field.element, fact, _MAKE_PLAIN, field=field)
        elif name in _OF_MERGES:
            fact = f"the field {name} belongs to Word's own mail merge, which does not fill in letters: '{code}'"
            remedy = "put a tag in its place, such as '{{ addressee }}'"
            yield Misshown("computed-field", field.element, fact, remedy)
        elif name in _CHOOSING:
            fact = f"programs choose the words of the field {name} themselves: '{code}'"
            remedy = f"write '{{% if … %}}' in its place, or {_MAKE_PLAIN}"
            yield Misshown("computed-field", field.element, fact, remedy)
        elif fault := _other_fault(field, bookmarks):
            yield Misshown("computed-field", field.element, *fault)


def _key(field: ShownField) -> str:
    """The name of a field, with the name of the property that it shows."""
    return f"DOCPROPERTY {field.argument.upper()}" if field.name == "DOCPROPERTY" else field.name


def _other_fault(field: ShownField, bookmarks: Mapping[str, etree._Element]) -> tuple[str, str, bool] | None:
    name, code = field.name, _short(field.code)
    if name in _TIMES:
        fact = f"the field {name} shows {_TIMES[name]} whenever a letter is opened: '{code}'"
        return fact, "write '{{ date_line }}' in its place", False
    if name in _PROPERTIES:
        fact = f"the field {name} shows a property of the letter's file, and programs show different ones: '{code}'"
        return fact, f"write a tag in its place, such as '{{{{ reference }}}}', or {_MAKE_PLAIN}", False
    if name == "STYLEREF" and field.words.strip():
        fact = f"the field STYLEREF repeats other words, but some programs show '{_short(field.words)}': '{code}'"
        return fact, f"write a tag in its place, such as '{{{{ reference }}}}', or {_MAKE_PLAIN}", False
    if name in _REFERENCES and field.argument:
        mark = bookmarks.get(field.argument)
        if mark is None:
            fact = f"the field {name} refers to the bookmark '{field.argument}', which is not in the template"
            return fact, f"refer to another place, or {_MAKE_PLAIN}", True
        if name == "REF" and (tag := TAG.search(_marked_words(mark))):
            fact = (
                f"the field REF repeats '{_short(tag[0])}', but Word shows '{_short(field.words)}' until it is updated"
            )
            return fact, f"write '{_short(tag[0])}' in its place", True
    return None


def _marked_words(start: etree._Element) -> str:
    """The words in a bookmark."""
    words: list[str] = []
    inside = False
    for element in start.getroottree().getroot().iter(w("bookmarkStart"), w("bookmarkEnd"), w("t")):
        inside |= element is start
        if inside and element.tag == w("bookmarkEnd") and element.get(w("id")) == start.get(w("id")):
            break
        if inside and element.tag == w("t"):
            words.append(element.text or "")
    return "".join(words)


def control_fault(control: etree._Element) -> tuple[str, str] | None:
    """The fact and the remedy if a content control shows other words than those that are in it."""
    properties = control.find(w("sdtPr"))
    if properties is None:
        return None
    name = next((alias.get(w("val"), "") for alias in properties.iter(w("alias"))), "")
    called = f"the content control '{name}'" if name else "a content control"
    if (binding := next(properties.iter("{*}dataBinding"), None)) is not None:
        data = re.findall(r"(\w+)(?:\[\d+\])?$", binding.get(w("xpath"), ""))
        what = f"'{data[0]}' of the file's data" if data else "the file's data"
        fact = f"{called} is bound to {what}, and Word shows that instead of '{_short(typed_text(control))}'"
        return fact, "right-click it in Word, and choose Remove Content Control"
    if is_placeholder(control):
        fact = f"{called} shows its placeholder '{_short(typed_text(control))}', and so would every letter"
        return fact, "put a tag or words in its place, or delete it"
    if properties.find(w("showingPlcHdr")) is not None and TAG.search(typed_text(control)):
        fact = (
            f"{called} has '{_short(typed_text(control))}' as its placeholder, which vanishes when somebody types there"
        )
        return fact, "right-click it in Word, and choose Remove Content Control"
    return None


def is_placeholder(control: etree._Element) -> bool:
    """Whether a content control that nobody has filled in shows words without a tag, and no data of the file."""
    properties = control.find(w("sdtPr"))
    if properties is None or properties.find(w("showingPlcHdr")) is None:
        return False
    text = typed_text(control)
    bound = next(properties.iter("{*}dataBinding"), None) is not None
    return not bound and any(map(str.isalpha, text)) and not TAG.search(text)


def words_in(both: etree._Element, branch: str) -> str | None:
    """The words of the text boxes in one branch of alternate content, or None if it has none."""
    found = both.find(f"{_COMPATIBILITY}{branch}")
    boxes = [] if found is None else list(found.iter(w("txbxContent")))
    return " ".join(" ".join(map(typed_text, boxes)).split()) if boxes else None


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 60 else f"{words[:60]}…"


def hidden_styles(styles: etree._Element) -> frozenset[str]:
    """The ids of the styles whose text is hidden, by themselves, by a style that they are based on, or by default.

    "" is among them if paragraphs without a style are hidden.
    """
    by_id = {style.get(w("styleId"), ""): style for style in styles.iter(w("style"))}
    default = styles.find(f"{w('docDefaults')}/{w('rPrDefault')}/{w('rPr')}/{w('vanish')}")
    hidden = {id for id, style in by_id.items() if _hides(id, by_id, default if _is_of_paragraphs(style) else None)}
    usual = [id for id, style in by_id.items() if _is_of_paragraphs(style) and style.get(w("default")) in _ON]
    if (usual[-1] in hidden) if usual else is_on(default):
        hidden.add("")
    return frozenset(hidden)


def _is_of_paragraphs(style: etree._Element) -> bool:
    return style.get(w("type"), "paragraph") == "paragraph"


def _hides(id: str, by_id: Mapping[str, etree._Element], default: etree._Element | None) -> bool:
    switches = (style.find(f"{w('rPr')}/{w('vanish')}") for style in bases(id, by_id))
    return is_on(next((switch for switch in switches if switch is not None), default))


def is_on(switch: etree._Element | None) -> bool:
    """Whether an on/off element exists and is on (ECMA-376, part 1, 17.17.4)."""
    return switch is not None and switch.get(w("val"), "true") not in ("0", "false", "off")


def is_hidden(element: etree._Element, hidden: Collection[str]) -> bool:
    """Whether a piece of text is hidden by its run, its row, or a style; ``hidden`` are the ids of hidden styles."""
    run = next(element.iterancestors(w("r")), None)
    paragraph = next(element.iterancestors(w("p")), None)
    if any(is_on(row.find(f"{w('trPr')}/{w('hidden')}")) for row in element.iterancestors(w("tr"))):
        return True
    own = run.find(f"{w('rPr')}/{w('vanish')}") if run is not None else None
    if own is not None:
        return is_on(own)
    # Word hides it on the web only, and LibreOffice everywhere. Word itself hides the page numbers of contents so.
    if (
        run is not None
        and is_on(run.find(f"{w('rPr')}/{w('webHidden')}"))
        and any(map(str.isalpha, element.text or ""))
    ):
        return True
    style = run.find(f"{w('rPr')}/{w('rStyle')}") if run is not None else None
    if style is not None and style.get(w("val"), "") in hidden:
        return True
    style = paragraph.find(f"{w('pPr')}/{w('pStyle')}") if paragraph is not None else None
    return (style.get(w("val"), "") if style is not None else "") in hidden


def _hidden_tags(story: etree._Element, hidden: Collection[str]) -> Iterator[Misshown]:
    for element in story.iter(w("t")):
        if "{{" in (element.text or "") and is_hidden(element, hidden):
            fact = f"'{_short(element.text or '')}' is hidden text"
            yield Misshown("hidden-text", element, fact, "show it, or delete it (Ctrl+D, Hidden)")


def _addresses(story: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """Where links lead that have their address in the text itself, not in a relationship; each with its element."""
    for element in story.iter(w("hyperlink")):
        yield element, element.get(w("anchor"), "")
    for element in story.iter("{urn:schemas-microsoft-com:vml}*"):
        yield element, element.get("href", "")
    for field in shown_fields(story):
        if field.name in _LINKS:
            yield field.element, field.code


def tag_in_address(address: str) -> str:
    """The tag in the address of a link, as it was typed, or "": Word writes its braces as "%7B"."""
    found = TAG.search(unquote(address))
    return found[0] if found else ""


def address_fact(tag: str) -> str:
    return f"the address of a link has the tag '{_short(tag)}', which is not filled in there"


def unfilled_in(tree: etree._Element, name: str) -> Iterator[tuple[str, str]]:
    """The fact and the remedy of each tag in a part without running text, in which no tag is filled in."""
    for tag in _drawn_tags(tree):
        fact = f"the tag '{_short(tag)}' is in '{name}', a chart or a diagram, where it is not filled in"
        yield fact, TYPE_THE_WORDS
    for level in tree.iter(w("lvlText")):
        for tag in TAG.findall(level.get(w("val"), "")):
            fact = f"the number of a list has the tag '{_short(tag)}', which is not filled in there"
            yield fact, "take it out in Word (Define New Number Format), or move it into the text"


def _drawn_tags(tree: etree._Element) -> list[str]:
    """The tags in the words of a chart or a diagram."""
    if not str(etree.QName(tree).namespace).startswith(_DRAWN):
        return []
    texts = ["".join(node.text or "" for node in each.iter("{*}t")) for each in tree.iter("{*}p")]
    return TAG.findall("\n".join([*texts, *(node.text or "" for node in tree.iter("{*}v"))]))
