"""Finds what editing left in a Word template: tracked changes, comments, protection, hidden text, duplicate ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from lxml import etree

from circulars.doctor.findings import TemplateFinding
from circulars.doctor.word import WordTemplate, kind_of, paragraph_around, paragraphs_of
from circulars.files.word_traces import in_words, traces_of
from circulars.render.docx.markup import WP, w
from circulars.render.docx.misshown import TRACKED_TEXT, hidden_styles, is_hidden, is_on
from circulars.render.docx.story import FIRST_ID

TRACKED_FORMATTING: Final = (
    "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblGridChange", "trPrChange", "tcPrChange",
    "tblPrExChange", "numberingChange",
)  # fmt: skip
"""The elements of tracked formatting."""
COMMENTS: Final = ("commentRangeStart", "commentRangeEnd", "commentReference", "annotationRef")
PROTECTION: Final = ("documentProtection", "writeProtection")
PARAGRAPH_ID: Final = "{http://schemas.microsoft.com/office/word/2010/wordml}paraId"
_DECORATIVE = "{http://schemas.microsoft.com/office/drawing/2017/decorative}decorative"


def leftover_findings(word: WordTemplate) -> Iterator[TemplateFinding]:
    """A finding for each thing that editing left in a Word template, and that every letter would inherit."""
    yield from _tracked(word)
    comments = sum(1 for tree in _stories(word) for _ in tree.iter(w("commentReference")))
    if comments or any(kind_of(link).startswith("comments") for _, link in word.links()):
        count = f"{comments} comment{'s' * (comments != 1)}" if comments else "a list of comments"
        fact = f"the template has {count}; no letter gets any"
        remedy = "delete them"
        yield TemplateFinding("comments", fact, remedy, repair="does it")
    if traces := traces_of(word.parts):
        fact = f"there are traces of people and computers: {in_words(traces)}; no letter gets any"
        remedy = "remove it in Word: File, Info, Check for Issues, Inspect Document"
        yield TemplateFinding("personal-information", fact, remedy, repair="removes it")
    yield from _settings(word)
    yield from _hidden(word)
    yield from _duplicate_ids(word)
    yield from _pictures_without_text(word)


def _stories(word: WordTemplate) -> Iterator[etree._Element]:
    return (word.trees[name] for name in word.stories)


def _tracked(word: WordTemplate) -> Iterator[TemplateFinding]:
    looks = 0
    for name, story in word.stories.items():
        places = {one.element: one.place() for one in paragraphs_of(word.trees[name], story)}
        reported: set[tuple[str, str]] = set()
        for change in word.trees[name].iter(*(w(kind) for kind in (*TRACKED_TEXT, *TRACKED_FORMATTING))):
            kind = etree.QName(change).localname
            if kind in TRACKED_FORMATTING:
                looks += 1
                continue
            paragraph = paragraph_around(change)
            where = places[paragraph] if paragraph is not None else story
            if (where, kind) in reported:
                continue
            reported.add((where, kind))
            words = " ".join("".join(node.text or "" for node in change.iter(w("t"), w("delText"))).split())
            what = {"ins": "inserted", "del": "deleted"}.get(kind, "moved")
            fact = (
                f"{where}: '{words[:60]}' is marked as {what}" if words else f"{where}: something is marked as {what}"
            )
            yield TemplateFinding("tracked-change", fact, "accept or reject it in Word (Review)", stops=True)
    if looks:
        fact = f"{looks} formatting change{'s' * (looks != 1)} {'are' if looks != 1 else 'is'} tracked"
        yield TemplateFinding("tracked-look", fact, "accept all in Word (Review)", repair="does it")
    settings = word.part("settings")
    if settings is not None and is_on(settings.find(w("trackRevisions"))):
        fact = "change tracking is on, and would be in every letter"
        yield TemplateFinding("tracked-look", fact, "turn it off in Word (Review)", repair="does it")


def _settings(word: WordTemplate) -> Iterator[TemplateFinding]:
    settings = word.part("settings")
    if settings is None:
        return
    if any(settings.find(w(name)) is not None for name in PROTECTION):
        fact = "the template is protected against editing, and every letter would be"
        remedy = "remove the protection in Word (Review, Restrict Editing)"
        yield TemplateFinding("protection", fact, remedy, repair="does it")
    if (mode := compatibility(settings)) != "15":
        fact = f"Word opens the letters in compatibility mode ({mode or 'no mode is given'}, not 15)"
        yield TemplateFinding("compatibility-mode", fact, "convert the template in Word (File, Info)", repair="does it")


def compatibility(settings: etree._Element) -> str:
    """The mode in which Word opens a file: "15" since Word 2013 (MS-DOCX, 2.3.5); "" if none is given."""
    modes = [
        setting.get(w("val"), "")
        for setting in settings.iter(w("compatSetting"))
        if setting.get(w("name")) == "compatibilityMode"
    ]
    return modes[-1] if modes else ""


def _hidden(word: WordTemplate) -> Iterator[TemplateFinding]:
    styles = word.part("styles")
    ids = hidden_styles(styles) if styles is not None else frozenset()
    for paragraph in word.paragraphs():
        hidden = [piece for piece in paragraph.pieces if piece.text.strip() and is_hidden(piece.element, ids)]
        if hidden:
            words = "".join(piece.text for piece in hidden)
            place = paragraph.place(hidden[0].start, hidden[-1].end, words)
            fact = f"{place}: '{' '.join(words.split())[:60]}' is hidden text"
            yield TemplateFinding("hidden-text", fact, "show it, or delete it (Ctrl+D, Hidden)", stops="{{" in words)


def pictures(word: WordTemplate) -> Iterator[etree._Element]:
    """The properties of every picture of every story."""
    for tree in _stories(word):
        yield from tree.iter(f"{{{WP}}}docPr")


def duplicates(word: WordTemplate) -> Iterator[tuple[str, etree._Element]]:
    """Each id or name that is already taken, in words ("picture id 3"), and its element.

    An earlier element has it, or letters use it themselves.
    """
    seen: set[tuple[str, str]] = set()
    for picture in pictures(word):
        id = picture.get("id", "")
        if ("picture", id) in seen or not _is_free(id):
            yield f"picture id {id}", picture
        seen.add(("picture", id))
    for tree in _stories(word):
        for mark in _for_new_programs(tree, "bookmarkStart"):
            id, name = mark.get(w("id"), ""), mark.get(w("name"), "").lower()
            if ("bookmark", id) in seen or not _is_free(id):
                yield f"bookmark id {id}", mark
            elif ("name", name) in seen:
                yield f"bookmark name '{mark.get(w('name'), '')}'", mark
            seen |= {("bookmark", id), ("name", name)}
        for paragraph in _for_new_programs(tree, "p"):
            if id := paragraph.get(PARAGRAPH_ID, ""):
                if ("paragraph", id) in seen:
                    yield f"paragraph id {id}", paragraph
                seen.add(("paragraph", id))


def _for_new_programs(tree: etree._Element, name: str) -> Iterator[etree._Element]:
    """The elements of a name, except in a text for old programs: Word repeats a text box there, with all its ids."""
    return (one for one in tree.iter(w(name)) if next(one.iterancestors("{*}Fallback"), None) is None)


def _is_free(id: str) -> bool:
    """Whether an id is a number that letters do not use themselves."""
    return id.isascii() and id.isdigit() and int(id[:9]) < FIRST_ID


def _duplicate_ids(word: WordTemplate) -> Iterator[TemplateFinding]:
    for what, times in Counter(what for what, _ in duplicates(word)).items():
        fact = f"the {what} occurs {'twice' if times == 1 else f'{times + 1} times'}"
        if what.startswith(("picture id", "bookmark id")) and not _is_free(what.rpartition(" ")[2]):
            fact = f"the {what} is reserved for the letters"
        yield TemplateFinding("duplicate-id", fact, repair="gives each its own")


def _pictures_without_text(word: WordTemplate) -> Iterator[TemplateFinding]:
    for name, story in word.stories.items():
        places = {one.element: one.place() for one in paragraphs_of(word.trees[name], story)}
        for picture in word.trees[name].iter(f"{{{WP}}}docPr", "{urn:schemas-microsoft-com:vml}shape"):
            is_vml = picture.tag != f"{{{WP}}}docPr"
            if is_vml and next(picture.iter("{urn:schemas-microsoft-com:vml}imagedata"), None) is None:
                continue
            words = picture.get("alt" if is_vml else "descr", "")
            decorative = next(picture.iter(_DECORATIVE), None)
            if words.strip() or (decorative is not None and decorative.get("val", "1") == "1"):
                continue
            paragraph = paragraph_around(picture)
            where = places[paragraph] if paragraph is not None else story
            fact = f"{where}: the picture '{picture.get('name') or picture.get('id', '')}' has no alternate text"
            yield TemplateFinding("no-alternate-text", fact, "describe it in Word (Alt Text), or mark it as decorative")
