"""Checks a Word file as a whole: title, mode, protection, active and remote content, changes and comments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from circulars.accessibility.finding import Finding
from circulars.accessibility.shared import NO_TITLE, empty_title
from circulars.accessibility.uninformative import says_nothing_as_title
from circulars.accessibility.word_file import W, WordFile, is_on
from circulars.accessibility.word_rules import WORD
from circulars.files import opc

_TITLE = "{http://purl.org/dc/elements/1.1/}title"
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
    """Reports macros, controls, fields that start programs, and remote content."""
    for name in file.parts:
        kind = _active(name)
        if kind:
            yield WORD["active-content"].finding(file.spot(), f"the file contains {kind} ({name[:80]})")
    for story in file.stories:
        for code in story.root.iter(f"{W}instrText", f"{W}fldSimple"):
            instruction = (code.text or code.get(f"{W}instr") or "").strip()
            if instruction.upper().startswith(("DDE", "DDEAUTO")):
                yield WORD["active-content"].finding(file.place(code), "a field starts another program (DDE)")
    yield from _remote(file)


def _active(name: str) -> str:
    low = name.lower()
    if low.endswith(("vbaproject.bin", "vbadata.xml")):
        return "macros"
    if "/activex/" in low and low.endswith(".xml") and "_rels" not in low:
        return "an ActiveX control"
    return ""


def _remote(file: WordFile) -> Iterator[Finding]:
    for name in file.parts:
        if not name.endswith(".rels") or name == "_rels/.rels":
            continue
        try:
            links = list(opc.parse_part(file.parts[name]))
        except etree.XMLSyntaxError:
            continue  # the relationships of a part that no check reads
        for link in links:
            kind = link.get("Type", "").rsplit("/", 1)[-1]
            if link.get("TargetMode") == "External" and kind != "hyperlink":
                fact = f"opening the file fetches '{link.get('Target', '')[:100]}' ({kind})"
                yield WORD["remote-content"].finding(file.spot(), fact)


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
        fact = f"the file has {len(comments)} comment{'s' * (len(comments) > 1)}"
        yield WORD["comments"].finding(file.place(comments[0]), fact)
