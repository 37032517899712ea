"""What the project promises of its Word files beyond what the judges ask: rules that say what is wrong."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from circulars.document import Document
from circulars.text import Table

Rule = Callable[[Path, Document], list[str]]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_SAYS = tuple(f"{_W}{name}" for name in ("t", "drawing", "fldChar", "instrText", "fldSimple"))


def no_paragraph_is_there_for_its_space(file: Path, document: Document) -> list[str]:
    """No paragraph is empty but those that Word itself asks for: in merged cells, and below a table."""
    faults = []
    for name, story in _stories(file):
        for paragraph in story.iter(f"{_W}p"):
            if next(paragraph.iter(*_SAYS), None) is None and not _is_asked_for(paragraph):
                faults.append(f"{name}: a paragraph of style {_style(paragraph)!r} is empty")
    return faults


def heads_of_tables_repeat(file: Path, document: Document) -> list[str]:
    """As many tables have a head row that stands on every page as the letter has tables with column heads."""
    bodies = (document.body, *(annex.body for annex in document.annexes))
    expected = sum(bool(block.columns) for body in bodies for block in body if isinstance(block, Table))
    found = sum(
        first is not None and first.find(f"{_W}trPr/{_W}tblHeader") is not None
        for table in _part(file, "word/document.xml").iter(f"{_W}tbl")
        for first in (table.find(f"{_W}tr"),)
    )
    return [] if found == expected else [f"{found} tables repeat their head, not {expected}"]


def pictures_have_words(file: Path, document: Document) -> list[str]:
    """Every picture has an alternate text."""
    return [
        f"{name}: picture {picture.get('id')} has no words"
        for name, story in _stories(file)
        for picture in story.iter(f"{_WP}docPr")
        if not picture.get("descr", "").strip()
    ]


def pictures_have_ids_of_their_own(file: Path, document: Document) -> list[str]:
    """No two pictures of a file share an id."""
    ids = Counter(picture.get("id") for _, story in _stories(file) for picture in story.iter(f"{_WP}docPr"))
    return [f"{count} pictures have the id {id}" for id, count in ids.items() if count > 1]


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


def opens_in_no_older_mode(file: Path, document: Document) -> list[str]:
    """Word opens the file as its own of today, not in compatibility mode."""
    modes = [
        setting.get(f"{_W}val")
        for setting in _part(file, "word/settings.xml").iter(f"{_W}compatSetting")
        if setting.get(f"{_W}name") == "compatibilityMode"
    ]
    return [] if modes == ["15"] else [f"the compatibility mode is {modes}"]


def lists_exist_and_begin_anew(file: Path, document: Document) -> list[str]:
    """Every list that a paragraph or its style names is there, and one that counts begins where it should.

    It says so itself, for its own level or one above; or it stands in one place, and no other list counts with it.
    """
    lists = {num.get(f"{_W}numId", ""): num for num in _part(file, "word/numbering.xml").iter(f"{_W}num")}
    entries = [entry for entry in _entries(file) if entry.list not in ("", "0")]
    missing = {entry.list for entry in entries} - set(lists)
    counting = [entry for entry in entries if entry.list not in missing and entry.counts]
    kinds = Counter(_value(lists[number], "abstractNumId") for number in {entry.list for entry in counting})
    places = Counter(entry.list for entry in counting if entry.begins)
    faults = {f"list {number} is not there" for number in missing}
    for entry in counting:
        begun = [
            int(override.get(f"{_W}ilvl", ""))
            for override in lists[entry.list].iter(f"{_W}lvlOverride")
            if override.find(f"{_W}startOverride") is not None
        ]
        alone = kinds[_value(lists[entry.list], "abstractNumId")] == 1 and places[entry.list] == 1
        if not alone and min(begun, default=99) > entry.level:
            faults.add(f"list {entry.list} does not say where level {entry.level} begins")
    return sorted(faults)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A paragraph's list (or ``""``) and level; whether it counts, and whether the paragraph before is in another."""

    list: str
    level: int
    counts: bool
    begins: bool


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
        counts = formats.get((kinds.get(number), level)) != "bullet"
        yield _Entry(number, int(level), counts, number != before)
        before = number


WORD_RULES: Mapping[str, Rule] = {
    rule.__name__.replace("_", " "): rule
    for rule in (
        no_paragraph_is_there_for_its_space,
        heads_of_tables_repeat,
        pictures_have_words,
        pictures_have_ids_of_their_own,
        runs_name_their_language,
        title_is_the_subject,
        opens_in_no_older_mode,
        lists_exist_and_begin_anew,
    )
}


def _part(file: Path, name: str) -> etree._Element:
    with zipfile.ZipFile(file) as package:
        return etree.fromstring(package.read(name))


def _stories(file: Path) -> Iterator[tuple[str, etree._Element]]:
    """The letter, and its headers and footers."""
    with zipfile.ZipFile(file) as package:
        names = [name for name in package.namelist() if re.fullmatch(r"word/(document|header\d*|footer\d*)\.xml", name)]
        for name in names:
            yield name, etree.fromstring(package.read(name))


def _is_asked_for(paragraph: etree._Element) -> bool:
    """A cell must hold a paragraph, and two tables without one between them would be one."""
    parent = paragraph.getparent()
    assert parent is not None
    if parent.tag == f"{_W}tc":
        return len(parent.findall(f"{_W}p")) == 1
    before = next((e for e in paragraph.itersiblings(preceding=True) if e.tag != f"{_W}bookmarkEnd"), None)
    return before is not None and before.tag == f"{_W}tbl"


def _style(paragraph: etree._Element) -> str:
    return _value(paragraph, "pPr/pStyle")


def _value(parent: etree._Element, path: str, name: str = "val") -> str:
    child = parent.find("/".join(f"{_W}{step}" for step in path.split("/")))
    return child.get(f"{_W}{name}", "") if child is not None else ""
