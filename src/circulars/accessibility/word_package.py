"""What a Word file as a whole must be: entitled, of today, without anything that acts or hides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from circulars.accessibility.finding import Finding
from circulars.accessibility.word_file import W, WordFile, is_on
from circulars.accessibility.word_rules import WORD
from circulars.accessibility.wording import says_nothing_as_title
from circulars.files import opc

_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_CHANGES = tuple(
    f"{W}{name}"
    for name in ("ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange", "tblPrChange", "sectPrChange")
)


def check_properties(file: WordFile) -> Iterator[Finding]:
    """The title, in the core properties."""
    title = (file.core.findtext(_TITLE) or "").strip()
    if not title:
        yield WORD["no-title"].broken(file.spot(), "the file has no title")
    elif says_nothing_as_title(title):
        yield WORD["title-says-nothing"].broken(
            file.spot(), f"the title '{title[:80]}' says nothing of what it is about"
        )


def check_settings(file: WordFile) -> Iterator[Finding]:
    """The mode in which Word opens the file, and what it allows."""
    modes = [
        setting.get(f"{W}val", "")
        for setting in file.settings.iter(f"{W}compatSetting")
        if setting.get(f"{W}name") == "compatibilityMode"
    ]
    mode = modes[0] if modes else "12"  # Word takes a file that does not say for one of its year 2007
    if not mode.isdigit() or int(mode) < 15:
        yield WORD["older-mode"].broken(file.spot(), f"Word opens it in compatibility mode ({mode[:20]})")
    protection = file.settings.find(f"{W}documentProtection")
    if protection is not None and is_on(protection.get(f"{W}enforcement", "0")):
        kind = protection.get(f"{W}edit", "all")[:20]
        yield WORD["restricted-editing"].broken(file.spot(), f"editing is restricted ({kind})")


def check_content_that_acts(file: WordFile) -> Iterator[Finding]:
    """Macros, controls, fields that start programs; and what is fetched from elsewhere."""
    for name in file.parts:
        kind = _acting(name)
        if kind:
            yield WORD["active-content"].broken(file.spot(), f"the file holds {kind} ({name[:80]})")
    for story in file.stories:
        for code in story.root.iter(f"{W}instrText", f"{W}fldSimple"):
            said = (code.text or code.get(f"{W}instr") or "").strip()
            if said.upper().startswith(("DDE", "DDEAUTO")):
                yield WORD["active-content"].broken(file.place(code), "a field starts another program (DDE)")
    yield from _remote(file)


def _acting(name: str) -> str:
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
            continue  # of a part that nothing here reads
        for link in links:
            kind = link.get("Type", "").rsplit("/", 1)[-1]
            if link.get("TargetMode") == "External" and kind != "hyperlink":
                fact = f"opening the file fetches '{link.get('Target', '')[:100]}' ({kind})"
                yield WORD["remote-content"].broken(file.spot(), fact)


def check_revisions(file: WordFile) -> Iterator[Finding]:
    """What was left of the writing: tracked changes, and comments."""
    changes = Counter(
        change.get(f"{W}author", "")[:40] for story in file.stories for change in story.root.iter(*_CHANGES)
    )
    if changes:
        names = ", ".join(sorted(name for name in changes if name)) or "nobody"
        fact = f"{changes.total()} tracked {'changes are' if changes.total() > 1 else 'change is'} left, by {names}"
        yield WORD["tracked-changes"].broken(file.spot(), fact)
    comments = [mark for story in file.stories for mark in story.root.iter(f"{W}commentReference")]
    if comments:
        fact = f"{len(comments)} {'comments are' if len(comments) > 1 else 'comment is'} left"
        yield WORD["comments"].broken(file.place(comments[0]), fact)
