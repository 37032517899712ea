"""The project's own rules for its Word files, beyond those of the judges and of ``circulars check --outputs``."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from circulars.model.document import Document
from circulars.model.text import Table

Rule = Callable[[Path, Document], list[str]]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DC = "{http://purl.org/dc/elements/1.1/}"


def heads_of_tables_repeat(file: Path, document: Document) -> list[str]:
    """The head row of every table with column heads repeats on each page; the numbers of tables are compared."""
    bodies = (document.body, *(annex.body for annex in document.annexes))
    expected = sum(bool(block.columns) for body in bodies for block in body if isinstance(block, Table))
    found = sum(
        first is not None and first.find(f"{_W}trPr/{_W}tblHeader") is not None
        for table in _part(file, "word/document.xml").iter(f"{_W}tbl")
        for first in (table.find(f"{_W}tr"),)
    )
    return [] if found == expected else [f"{found} tables repeat their head row, not {expected}"]


def runs_name_their_language(file: Path, document: Document) -> list[str]:
    """Every run in the letter, its headers and its footers names a language."""
    return [
        f"{name}: {''.join(map(str, run.itertext()))!r} names no language"
        for name, story in _stories(file)
        for run in story.iter(f"{_W}r")
        if not (_value(run, "rPr/lang") or _value(run, "rPr/lang", "bidi"))
    ]


def title_is_the_subject(file: Path, document: Document) -> list[str]:
    """The letter's subject is the file's title."""
    title = _part(file, "docProps/core.xml").findtext(f"{_DC}title") or ""
    return [] if title == document.title else [f"the title is {title!r}"]


def numbered_lists_restart(file: Path, document: Document) -> list[str]:
    """A numbered list does not continue another one.

    Either it overrides the start number of its level or of one above, or it is used in one place only and shares its
    definition with no other list.
    """
    lists = {num.get(f"{_W}numId", ""): num for num in _part(file, "word/numbering.xml").iter(f"{_W}num")}
    entries = [entry for entry in _entries(file) if entry.list not in ("", "0")]
    numbered = [entry for entry in entries if entry.list in lists and entry.is_numbered]
    definitions = Counter(_value(lists[number], "abstractNumId") for number in {entry.list for entry in numbered})
    places = Counter(entry.list for entry in numbered if entry.is_first)
    faults = set()
    for entry in numbered:
        restarted = [
            int(override.get(f"{_W}ilvl", ""))
            for override in lists[entry.list].iter(f"{_W}lvlOverride")
            if override.find(f"{_W}startOverride") is not None
        ]
        is_alone = definitions[_value(lists[entry.list], "abstractNumId")] == 1 and places[entry.list] == 1
        if not is_alone and min(restarted, default=99) > entry.level:
            faults.add(f"list {entry.list} does not restart level {entry.level}")
    return sorted(faults)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A paragraph's list (or ``""``) and level; whether it is numbered, and is the first of its list in this place."""

    list: str
    level: int
    is_numbered: bool
    is_first: bool


def _entries(file: Path) -> Iterator[_Entry]:
    numbering = _part(file, "word/numbering.xml")
    styles = {style.get(f"{_W}styleId", ""): style for style in _part(file, "word/styles.xml").iter(f"{_W}style")}
    kinds = {num.get(f"{_W}numId"): _value(num, "abstractNumId") for num in numbering.iter(f"{_W}num")}
    formats = {
        (kind.get(f"{_W}abstractNumId"), level.get(f"{_W}ilvl")): _value(level, "numFmt")
        for kind in numbering.iter(f"{_W}abstractNum")
        for level in kind.iter(f"{_W}lvl")
    }
    before = ""
    for paragraph in _part(file, "word/document.xml").iter(f"{_W}p"):
        style = styles.get(_style(paragraph), paragraph)
        number = _value(paragraph, "pPr/numPr/numId") or _value(style, "pPr/numPr/numId")
        level = _value(paragraph, "pPr/numPr/ilvl") or _value(style, "pPr/numPr/ilvl") or "0"
        is_numbered = formats.get((kinds.get(number), level)) != "bullet"
        yield _Entry(number, int(level), is_numbered, number != before)
        before = number


WORD_RULES: Mapping[str, Rule] = {
    rule.__name__.replace("_", " "): rule
    for rule in (
        heads_of_tables_repeat,
        runs_name_their_language,
        title_is_the_subject,
        numbered_lists_restart,
    )
}


def _part(file: Path, name: str) -> etree._Element:
    with zipfile.ZipFile(file) as package:
        return etree.fromstring(package.read(name))


def _stories(file: Path) -> Iterator[tuple[str, etree._Element]]:
    """The names and the XML of the document, its headers and its footers."""
    with zipfile.ZipFile(file) as package:
        names = [name for name in package.namelist() if re.fullmatch(r"word/(document|header\d*|footer\d*)\.xml", name)]
        for name in names:
            yield name, etree.fromstring(package.read(name))


def _style(paragraph: etree._Element) -> str:
    return _value(paragraph, "pPr/pStyle")


def _value(parent: etree._Element, path: str, name: str = "val") -> str:
    child = parent.find("/".join(f"{_W}{step}" for step in path.split("/")))
    return child.get(f"{_W}{name}", "") if child is not None else ""
