"""Checks objects anywhere in a PDF: embedded files, layers, forms, films, and active content."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from circulars.accessibility.finding import Finding
from circulars.accessibility.pdf.file import PdfFile, dictionaries, get, is_dictionary, items, name_of, text, unpacked
from circulars.accessibility.pdf.rules import PDF

_MAX_XFA_PARTS: Final = 100
_DYNAMIC: Final = re.compile(rb"<(?:[\w.-]+:)?dynamicRender\b[^>]*>\s*required\s*<")
# Actions that a letter never needs (ISO 32000-1, 12.6.4).
_ACTIONS: Final[Mapping[str, str]] = {
    "JavaScript": "JavaScript",
    "Launch": "an action that starts a program",
    "SubmitForm": "an action that sends data",
    "ImportData": "an action that imports data",
    "Rendition": "an action that plays a film or a sound",
    "Movie": "an action that plays a film",
    "Sound": "an action that plays a sound",
    "RichMediaExecute": "an action that plays rich media",
    "GoToE": "an action that opens an embedded file",
}
_PROGRAMS: Final = (
    ".exe", ".com", ".bat", ".cmd", ".scr", ".pif", ".msi", ".js", ".jse", ".vbs", ".vbe", ".wsf", ".ps1", ".jar",
    ".lnk", ".hta", ".dll", ".reg", ".app", ".sh", ".docm", ".xlsm", ".pptm", ".iso",
)  # fmt: skip


def check_objects(file: PdfFile) -> Iterator[Finding]:
    """Checks for active content, embedded files without names, films without descriptions, and pages of other files."""
    active: dict[str, int] = {}
    names: dict[str, int] = {}
    untyped = undescribed = references = 0
    for value in dictionaries(file.pdf):
        for what in _active(value):
            active[what] = active.get(what, 0) + 1
        if "/EF" in value and (lack := _missing_name(value)):
            names[lack] = names.get(lack, 0) + 1
        if name_of(value.get("/S")) == "MCD" and "/D" in value:
            untyped += "/CT" not in value
            undescribed += not any(str(each).strip() for each in items(value.get("/Alt"))[1::2])
        references += name_of(value.get("/Subtype")) == "Form" and is_dictionary(value.get("/Ref"))
    for what, count in active.items():
        yield PDF["active-content"].finding(
            file.spot(), f"the file contains {what}" + (f" ({count} times)" if count > 1 else "")
        )
    for lack, count in names.items():
        fact = f"{count} embedded file{' has' if count == 1 else 's have'} {lack}"
        yield PDF["unnamed-attachment"].finding(file.spot(), fact)
    if untyped:
        yield PDF["media-without-type"].finding(file.spot(), _films(untyped, "does not say of which type it is"))
    if undescribed:
        yield PDF["media-without-description"].finding(file.spot(), _films(undescribed, "has no alternate text"))
    if references:
        fact = "a drawing stands for a page of another file"
        yield PDF["page-of-another-file"].finding(file.spot(), fact)


def _films(count: int, lack: str) -> str:
    return f"a film or sound {lack}" if count == 1 else f"each of {count} films and sounds {lack}"


def _missing_name(value: Any) -> str:
    """Which name a file specification does not have, in words, or ""."""
    old, current = text(value, "/F").strip(), text(value, "/UF").strip()
    if old and current:
        return ""
    if not old and not current:
        return "no name"
    return "no name for current programs (UF)" if old else "no name for older programs (F)"


def _active(value: Any) -> Iterator[str]:
    """The active content in a dictionary, in words: an action, a player, or an embedded program."""
    kind = name_of(value.get("/S"))
    if kind in _ACTIONS and (kind != "Sound" or "/Sound" in value):
        yield _ACTIONS[kind]
    elif "/JS" in value:
        yield "JavaScript"
    if name_of(value.get("/Subtype")) in ("RichMedia", "Movie", "Screen", "3D", "Sound") and "/Rect" in value:
        yield "a film, a sound or a scene"
    if "/EF" in value:
        name = text(value, "/UF").strip() or text(value, "/F").strip()
        if name.lower().endswith(_PROGRAMS):
            yield f"an embedded program ({name[-60:]})"


def check_layers(file: PdfFile) -> Iterator[Finding]:
    """Checks the configurations of the layers (optional content)."""
    properties = get(file.root, "/OCProperties")
    main = get(properties, "/D")
    for configuration in (main, *items(get(properties, "/Configs"))):
        if not is_dictionary(configuration):
            continue
        which = "the default" if configuration is main else "another"
        if not text(configuration, "/Name").strip():
            fact = f"{which} configuration of the layers has no name"
            yield PDF["unnamed-layers"].finding(file.spot(), fact)
        if "/AS" in configuration:
            fact = f"{which} configuration of the layers shows and hides layers automatically"
            yield PDF["automatic-layers"].finding(file.spot(), fact)


def check_xfa(file: PdfFile) -> Iterator[Finding]:
    """Checks whether the file is an XFA form, and whether its pages are made only when it is opened."""
    parts = items(get(file.root, "/AcroForm", "/XFA"))
    if not parts:
        return
    yield PDF["xfa-form"].finding(file.spot(), "the file is an XFA form")
    if any(_DYNAMIC.search(unpacked(part)) for part in parts[: 2 * _MAX_XFA_PARTS]):
        fact = "the file is a dynamic XFA form: other programs cannot show its pages"
        yield PDF["dynamic-xfa-form"].finding(file.spot(), fact)
