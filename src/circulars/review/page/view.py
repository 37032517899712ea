"""What a page of changes shows, in the words of the page: for each letter its rows, and in them each language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from babel import Locale, UnknownLocaleError
from markupsafe import Markup

from circulars.errors import Choice
from circulars.model.document import Direction
from circulars.review.changes import Change
from circulars.review.page.rows import QUIET, Row, RowPart, rows_of, runs_of
from circulars.review.page.tables import TableView, table_of
from circulars.review.page.words import marked_words
from circulars.review.report import ChangeReport, LanguageChanges, LetterChanges

Worded = Callable[[Choice], str]
_UNSAFE = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class TextView:
    """A text: its number or label, and its marked words."""

    label: str
    words: Markup
    notes: tuple[str, ...] = ()
    table: TableView | None = None


@dataclass(frozen=True, slots=True)
class SideView:
    """A row in one language. ``question`` asks whether an unchanged translation is still right."""

    language: str
    name: str
    direction: Direction
    texts: tuple[TextView, ...]
    question: str = ""


@dataclass(frozen=True, slots=True)
class RowView:
    """A part of a letter in all languages; ``previous`` and ``next`` are the addresses of changes."""

    anchor: str
    place: str
    kind: str
    sides: tuple[SideView, ...]
    previous: str = ""
    next: str = ""

    @property
    def is_changed(self) -> bool:
        """Whether it is one of the changes that a reader goes through."""
        return bool(self.kind)


@dataclass(frozen=True, slots=True)
class RunView:
    """Rows that follow each other; ``folded`` says what is folded away, "5 unchanged paragraphs"."""

    rows: tuple[RowView, ...]
    folded: str = ""


@dataclass(frozen=True, slots=True)
class LetterView:
    """A letter: its heading, its state in words, problems, and its rows."""

    anchor: str
    name: str
    versions: str
    remarks: tuple[str, ...]
    problems: tuple[tuple[str, tuple[str, ...]], ...]
    count: str
    runs: tuple[RunView, ...]


@dataclass(frozen=True, slots=True)
class PageView:
    """The whole page; ``languages`` are codes and names, ``first`` is the address of the first change."""

    title: str
    letters: tuple[LetterView, ...]
    languages: tuple[tuple[str, str], ...]
    first: str


def view_of(report: ChangeReport, worded: Worded = str) -> PageView:
    """What the page of a report shows: the letters that differ."""
    letters = [letter for letter in report.letters if letter.differs]
    names = _anchors(letters)
    rows = [rows_of(letter, name) for letter, name in zip(letters, names, strict=True)]
    order = [row.anchor for found in rows for row in found if row.is_changed]
    steps = {one: (before, after) for before, one, after in zip(["", *order], order, [*order[1:], ""], strict=False)}
    views = tuple(
        _letter(letter, name, found, steps, worded) for letter, name, found in zip(letters, names, rows, strict=True)
    )
    codes = dict.fromkeys(one.language for letter in letters for one in letter.languages)
    title = f"Changes in {letters[0].name}" if len(letters) == 1 else f"Changes in {len(letters)} letters"
    return PageView(title, views, tuple((code, _name(code)) for code in codes), order[0] if order else "")


def _anchors(letters: Iterable[LetterChanges]) -> list[str]:
    """A name for each letter in addresses on the page."""
    found: dict[str, None] = {}
    for letter in letters:
        name = base = _UNSAFE.sub("-", letter.name.lower()).strip("-") or "letter"
        count = 1
        while name in found:
            count += 1
            name = f"{base}-{count}"
        found[name] = None
    return [*found]


def _letter(
    letter: LetterChanges, anchor: str, rows: Sequence[Row], steps: dict[str, tuple[str, str]], worded: Worded
) -> LetterView:
    remarks = [f"This letter is {letter.state}."] if letter.state != "both" else []
    remarks += [f"{_name(one.language)}: {one.state} language" for one in letter.languages if one.state != "both"]
    versions = f"{letter.old} → {letter.new}" if letter.state == "both" else letter.new or letter.old
    problems = tuple(
        (f"{version} has problems:", tuple(problem.text(worded) for problem in found))
        for version, found in ((letter.old, letter.old_problems), (letter.new, letter.new_problems))
        if found
    )
    count = sum(row.is_changed for row in rows)
    runs = tuple(_run(run.rows, run.is_folded, letter, steps) for run in runs_of(rows))
    return LetterView(anchor, letter.name, versions, tuple(remarks), problems, _counted(count, "change"), runs)


def _run(rows: Sequence[Row], is_folded: bool, letter: LetterChanges, steps: dict[str, tuple[str, str]]) -> RunView:
    quiet = sum(row.is_quiet for row in rows)
    folded = _counted(len(rows) - quiet, "unchanged part") + (f", {_counted(quiet, 'quiet change')}" if quiet else "")
    return RunView(tuple(_row(row, letter, steps) for row in rows), folded if is_folded else "")


def _row(row: Row, letter: LetterChanges, steps: dict[str, tuple[str, str]]) -> RowView:
    kinds = dict.fromkeys(change.kind for found in row.versions.values() for one in found for change in one.changes)
    kind = " and ".join(_KINDS.get(kind, kind) for kind in kinds if kind not in QUIET) if row.is_changed else ""
    sides = tuple(_side(one, row, letter) for one in letter.languages if one.language in row.versions)
    return RowView(row.anchor, row.place, kind, sides, *steps.get(row.anchor, ("", "")))


_KINDS = {"look": "formatting changed", "link": "link changed"}


def _side(one: LanguageChanges, row: Row, letter: LetterChanges) -> SideView:
    versions = row.versions[one.language]
    assert one.compared is not None  # otherwise it has no rows
    questions = (letter.only_in(change, one.language) for version in versions for change in version.changes)
    question = next(filter(None, questions), "")
    texts = tuple(_text(version) for version in versions)
    return SideView(one.language, _name(one.language), one.compared.new.direction, texts, question)


def _text(version: RowPart) -> TextView:
    part = version.part
    notes = tuple(note for change in version.changes for note in _notes(change))
    if part.unit.family == "table":
        return TextView("", Markup(), notes, table_of(part))
    return TextView(part.unit.number, marked_words(part.marked), notes)


def _notes(change: Change) -> Iterator[str]:
    if change.was:
        yield f"{change.kind}, formerly {change.was}"
    yield from change.remarks


def _name(code: str) -> str:
    """The name of a language in English, or its code."""
    try:
        return Locale.parse(code, sep="-").get_display_name("en") or code
    except (UnknownLocaleError, ValueError):
        return code


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
