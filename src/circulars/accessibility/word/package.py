"""Checks a Word file as a whole: title, mode, protection, active and remote content, changes and comments."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from lxml import etree

from circulars.accessibility.finding import Finding
from circulars.accessibility.shared import NO_TITLE, empty_title
from circulars.accessibility.uninformative import says_nothing_as_title
from circulars.accessibility.word.file import W, WordFile, is_on
from circulars.accessibility.word.rules import WORD
from circulars.files import opc
from circulars.files.word_document import document_of
from circulars.files.word_fields import field_codes
from circulars.files.word_reach import reaches_of
from circulars.files.word_traces import authors_of_comments, in_words, traces_of

_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_SCHEME: Final = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]+):")
_LINKS: Final = frozenset(
    ["http", "https", "mailto", "tel", "ftp", "ftps", "sftp", "file", "sip", "sips", "sms", "news", "urn", "doi", "cid"]
)
_FETCHING: Final = frozenset(
    ["INCLUDE", "INCLUDEPICTURE", "INCLUDETEXT", "IMPORT", "LINK", "DATABASE", "RD", "HTMLCONTROL"]
)
_REMOTE: Final = ("outside-picture", "attached-template")
_CHANGES = tuple(
    f"{W}{name}"
    for name in ("ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange", "tblPrChange", "sectPrChange")
)


def check_properties(file: WordFile) -> Iterator[Finding]:
    """Checks the title in the core properties."""
    title = (file.core.findtext(_TITLE) or "").strip()
    if not title:
        yield WORD["no-title"].finding(file.spot(), NO_TITLE)
    elif says_nothing_as_title(title):
        yield WORD["title-says-nothing"].finding(file.spot(), empty_title(title))


def check_settings(file: WordFile) -> Iterator[Finding]:
    """Checks the mode in which Word opens the file, and its protection."""
    modes = [
        setting.get(f"{W}val", "")
        for setting in file.settings.iter(f"{W}compatSetting")
        if setting.get(f"{W}name") == "compatibilityMode"
    ]
    mode = modes[0] if modes else "12"  # without a mode, Word uses that of Word 2007
    if not mode.isdigit() or int(mode) < 15:
        yield WORD["older-mode"].finding(file.spot(), f"Word opens the file in compatibility mode ({mode[:20]})")
    protection = file.settings.find(f"{W}documentProtection")
    if protection is not None and is_on(protection.get(f"{W}enforcement", "0")):
        kind = protection.get(f"{W}edit", "all")[:20]
        yield WORD["restricted-editing"].finding(file.spot(), f"editing is restricted ({kind})")


def check_active_content(file: WordFile) -> Iterator[Finding]:
    """Reports macros, controls, fields and links that start programs, and remote content."""
    found = [*_programs(file), *_starting_fields(file), *_remote(file)]
    yield from found
    if not any(finding.code == "remote-content" for finding in found):
        yield from _hidden_remote(file)


def _programs(file: WordFile) -> Iterator[Finding]:
    for name in file.parts:
        kind = _active(name)
        if kind:
            yield WORD["active-content"].finding(file.spot(), f"the file contains {kind} ({name[:80]})")
    type = opc.content_types(file.parts).get(document_of(file.parts).lower(), "")
    if "macroenabled" in type.lower():
        fact = "the file says that it has macros; Word does not open such a file with the ending .docx"
        yield WORD["active-content"].finding(file.spot(), fact)
    for target, _ in _outside_links(file, is_hyperlink=True):
        scheme = _SCHEME.match(target)
        if scheme and scheme[1].lower() not in _LINKS:
            fact = f"a link starts a program: '{opc.shown(target)}'"
            yield WORD["active-content"].finding(file.spot(), fact)


def _active(name: str) -> str:
    low = name.lower()
    if low.endswith(("vbaproject.bin", "vbadata.xml")):
        return "macros"
    if "/activex/" in low and low.endswith(".xml") and "_rels" not in low:
        return "an ActiveX control"
    return ""


def _starting_fields(file: WordFile) -> Iterator[Finding]:
    for story in file.stories:
        for field in field_codes(story.root):
            place = file.place(field.element)
            if field.name in ("DDE", "DDEAUTO"):
                yield WORD["active-content"].finding(place, "a field starts another program (DDE)")
            elif field.name in _FETCHING:
                code = opc.shown(" ".join(field.code.split()))
                yield WORD["remote-content"].finding(place, f"a field fetches something: '{code}'")


def _remote(file: WordFile) -> Iterator[Finding]:
    for target, kind in _outside_links(file, is_hyperlink=False):
        yield WORD["remote-content"].finding(file.spot(), f"opening the file fetches '{target[:100]}' ({kind})")


def _hidden_remote(file: WordFile) -> Iterator[Finding]:
    """Remote content without a relationship that says so: a picture that is claimed to be a link, or an old drawing."""
    try:
        found = [one for one in reaches_of(file.parts) if one.code in _REMOTE]
    except (etree.XMLSyntaxError, opc.UnreadablePackageError):
        return  # a part that no check reads
    for one in found:
        yield WORD["remote-content"].finding(file.spot(), f"opening the file fetches something: {one.fact}")


def _outside_links(file: WordFile, *, is_hyperlink: bool) -> Iterator[tuple[str, str]]:
    """The address and the kind of each relationship that leads out of the file."""
    for name in file.parts:
        if not name.endswith(".rels") or name == "_rels/.rels":
            continue
        try:
            links = list(opc.parse_part(file.parts[name]))
        except etree.XMLSyntaxError:
            continue  # the relationships of a part that no check reads
        for link in links:
            kind = (link.get("Type") or "").rsplit("/", 1)[-1]
            if link.get("TargetMode") == "External" and (kind == "hyperlink") == is_hyperlink:
                yield link.get("Target") or "", kind


def check_traces(file: WordFile) -> Iterator[Finding]:
    """Reports what the file says about the people and the computers that worked on it."""
    if traces := traces_of(file.parts):
        yield WORD["personal-information"].finding(
            file.spot(), f"there are traces of people and computers: {in_words(traces)}"
        )


def check_revisions(file: WordFile) -> Iterator[Finding]:
    """Reports tracked changes and comments."""
    changes = Counter(
        change.get(f"{W}author", "")[:40] for story in file.stories for change in story.root.iter(*_CHANGES)
    )
    if changes:
        names = ", ".join(sorted(name for name in changes if name)) or "an unknown author"
        fact = f"the file has {changes.total()} tracked change{'s' * (changes.total() > 1)}, by {names}"
        yield WORD["tracked-changes"].finding(file.spot(), fact)
    comments = [mark for story in file.stories for mark in story.root.iter(f"{W}commentReference")]
    if comments:
        names = ", ".join(sorted(authors_of_comments(file.parts)))[:200]
        fact = f"the file has {len(comments)} comment{'s' * (len(comments) > 1)}" + (f", by {names}" if names else "")
        yield WORD["comments"].finding(file.place(comments[0]), fact)
