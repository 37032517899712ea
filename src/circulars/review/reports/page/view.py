"""Makes of a report what its page shows: for each letter its facts, its rows, and in them each language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from babel import Locale, UnknownLocaleError
from markupsafe import Markup

from circulars.errors import Choice, Problem
from circulars.language import MESSAGES
from circulars.model.document import Direction
from circulars.review.comparing.changes import Change, FactChange, Mark
from circulars.review.comparing.comparison import Matched
from circulars.review.comparing.languages import PlaceChange, Question
from circulars.review.comparing.looks import is_about_picture
from circulars.review.reports.page.rows import QUIET, Row, Rows, row_of, rows_of, runs_of, unique
from circulars.review.reports.page.tables import keys_of, table_of
from circulars.review.reports.page.values import (
    FactValue,
    FactView,
    LetterView,
    PageView,
    QuestionView,
    RowView,
    RunView,
    SideView,
    StepsView,
    TextView,
)
from circulars.review.reports.page.words import MarkedText
from circulars.review.reports.report import ChangeReport, LetterChanges
from circulars.review.reports.spoken import spoken
from circulars.review.reports.summary import counts_of
from circulars.review.reports.wording import counted, formerly, quiet_line

Worded = Callable[[Choice], str]
_UNSAFE: Final = re.compile(r"[^a-z0-9]+")
_QUIET_KINDS: Final = {
    "typography": "typography",
    "audience": "audiences",
    "consequences": "numbers that follow from others",
}
_KINDS: Final = {"look": "formatting changed", "link": "link changed", "replaced": "replaced as a whole"}
_WITH_FORMER_PLACE: Final = ("moved", "split", "merged", "column")


def view_of(report: ChangeReport, worded: Worded = str) -> PageView:
    """What the page of a report shows: the letters that differ."""
    letters = [letter for letter in report.letters if letter.differs]
    named = [(letter, name, rows_of(letter, name)) for letter, name in zip(letters, _anchors(letters), strict=True)]
    order = [anchor for letter, name, rows in named for anchor in _stops(letter, name, rows)]
    steps = {
        one: StepsView(before, after) for before, one, after in zip(["", *order], order, [*order[1:], ""], strict=False)
    }
    views = tuple(_Letter(letter, name, rows, steps).view(worded) for letter, name, rows in named)
    codes = dict.fromkeys(one.language for letter in letters for one in letter.languages)
    title = f"Changes in {letters[0].name}" if len(letters) == 1 else f"Changes in {len(letters)} letters"
    names = tuple((code, name_of(code)) for code in codes)
    return PageView(title, views, names, order[0] if order else "", _next_questions(views))


def _next_questions(letters: Iterable[LetterView]) -> dict[str, str]:
    """The addresses of all questions in their order, each with that of the next one."""
    found: list[str] = []
    for letter in letters:
        found += (question.anchor for fact in letter.facts for question in fact.questions)
        found += (question.anchor for run in letter.runs for row in run.rows for question in row.questions)
    return dict(zip(found, [*found[1:], ""], strict=False))


def _asked(anchor: str, texts: Iterable[str]) -> tuple[QuestionView, ...]:
    """Questions about what has an address."""
    return tuple(QuestionView(f"{anchor}.question-{n}", text) for n, text in enumerate(dict.fromkeys(texts), start=1))


def _anchors(letters: Iterable[LetterChanges]) -> list[str]:
    """A name for each letter in addresses on the page."""
    taken: set[str] = set()
    return [unique(_UNSAFE.sub("-", letter.name.lower()).strip("-") or "letter", taken) for letter in letters]


def _stops(letter: LetterChanges, name: str, rows: Rows) -> Iterator[str]:
    """The addresses of the changes that a reader goes through: facts first."""
    yield from _fact_anchors(letter, name)
    yield from (row.anchor for row in rows.rows if row.loud)


def _fact_anchors(letter: LetterChanges, name: str) -> list[str]:
    """The addresses of the facts; the fact "link-plan" and the link "plan" have different ones."""
    taken: set[str] = set()
    return [unique(f"{name}.fact.{_UNSAFE.sub('-', fact.name.lower())}", taken) for fact in letter.facts]


@dataclass(frozen=True, slots=True)
class _Letter:
    """One letter on the page, and where each change leads to."""

    letter: LetterChanges
    name: str
    rows: Rows
    steps: Mapping[str, StepsView]

    def view(self, worded: Worded) -> LetterView:
        """What the page shows of it."""
        letter = self.letter
        versions = f"{letter.old} → {letter.new}" if letter.state == "both" else letter.shown
        problems = tuple(
            (
                f"The {which} version, {version}, has {counted(len(found), 'problem')}, and cannot be built:",
                tuple(_problem(problem, worded) for problem in found),
            )
            for which, version, found in (
                ("old", letter.old, letter.old_problems),
                ("new", letter.new, letter.new_problems),
            )
            if found
        )
        facts = tuple(map(self._fact, letter.facts, _fact_anchors(letter, self.name)))
        runs = tuple(self._run(run.rows, run.is_folded) for run in runs_of(self.rows.rows))
        quiet = {_QUIET_KINDS[kind]: line for kind, line in self._quiet()}
        remarks = tuple(self._remarks())
        subject = next((one.new.title for one in letter.compared.values()), "")
        count, kinds = ", ".join(counts_of(letter, letter.by_place)), ", ".join(quiet)
        lines = tuple(quiet.values())
        return LetterView(
            self.name, letter.name, subject, versions, remarks, problems, count, facts, runs, lines, kinds
        )

    def _remarks(self) -> Iterator[str]:
        letter = self.letter
        if letter.state != "both":
            yield "This letter is new." if letter.state == "new" else "This letter was removed."
        if letter.was:
            yield f"It was renamed from {letter.was}."
        for one in letter.languages:
            if one.state != "both":
                yield (
                    f"{name_of(one.language)} is new."
                    if one.state == "new"
                    else f"{name_of(one.language)} was removed."
                )
        yield from (f"{one.place}: {one.kind}" for one in self.rows.others if one.kind not in QUIET)

    def _quiet(self) -> Iterator[tuple[str, str]]:
        for kind in _QUIET_KINDS:
            if found := [one for one in self.letter.by_place if one.kind == kind]:
                yield kind, quiet_line(kind, found)

    def _fact(self, fact: FactChange, anchor: str) -> FactView:
        places: dict[str, str] = {}
        for place in next(iter(fact.places.values()), ()):
            row = row_of(Change("changed", place.place, old=place.old, new=place.new), self.rows)
            places.setdefault(place.place, row.anchor if row else "")
        questions = (*([] if fact.used else ["no text shows it"]), *map(_worded, fact.questions))
        return FactView(
            anchor,
            fact.name,
            tuple(self._values(fact)),
            tuple(places.items()),
            _asked(anchor, questions),
            self.steps[anchor],
        )

    def _values(self, fact: FactChange) -> Iterator[FactValue]:
        codes = [code for code in fact.old if fact.old[code] != fact.new[code]]
        values = {(fact.old[code], fact.new[code]) for code in codes}
        if len(values) == 1 and len(codes) == len(fact.old):
            yield self._value(fact, codes[0], "")
        else:
            yield from (self._value(fact, code, name_of(code)) for code in codes)

    def _value(self, fact: FactChange, code: str, name: str) -> FactValue:
        words = MarkedText(code, spoken(code)).changed(fact.old[code], fact.new[code])
        return FactValue(code, name, self._direction(code), words)

    def _direction(self, code: str) -> Direction:
        compared = self.letter.compared.get(code)
        return compared.new.direction if compared else "ltr"

    def _run(self, rows: Sequence[Row], is_folded: bool) -> RunView:
        return RunView(tuple(map(self._row, rows)), counted(len(rows), "unchanged part") if is_folded else "")

    def _row(self, row: Row) -> RowView:
        kinds = dict.fromkeys(map(_kind, row.loud))
        is_table = bool(row.lines)
        kind = counted(len(row.loud), "change") if is_table and len(kinds) > 1 else " and ".join(kinds)
        questions = _asked(row.anchor, (text for one in row.changes for text in _questions(one, is_table)))
        inside = tuple((anchor, _place(one), _what(one)) for anchor, one in row.inside)
        place = _place(row.loud[0]) if row.loud and len(inside) < 2 else _place_of(row)
        used: set[str] = set()
        sides = tuple(self._side(code, row, used) for code in self.letter.compared if code in row.parts)
        steps = self.steps.get(row.anchor, StepsView())
        return RowView(row.anchor, place, kind, sides, questions, steps, inside if len(inside) > 1 else ())

    def _side(self, code: str, row: Row, used: set[str]) -> SideView:
        """The row in a language; ``used`` are the addresses in it that other languages have, of rows of tables."""
        changed = {anchor for anchor, _ in row.inside} - {row.anchor}
        shown = {key: anchor for (where, key), anchor in row.lines.items() if where == code and anchor in changed}
        lines = {key: "" if anchor in used else anchor for key, anchor in shown.items()}
        text = MarkedText(code, spoken(code))
        texts = [_text(part, text, lines, row.ends.get((code, keys_of(part)))) for part in row.parts[code]]
        used |= {*lines.values()}
        changes = [(one, one.changes[code]) for one in row.loud if code in one.changes]
        notes = tuple(note for place, change in changes for note in _notes(place, change, len(row.inside) > 1))
        texts[-1:] = [TextView(texts[-1].number, texts[-1].words, notes, texts[-1].table)]
        return SideView(code, name_of(code), self._direction(code), tuple(texts))


def _problem(problem: Problem, worded: Worded) -> str:
    """A problem for readers: what is wrong, what to do about it, and last its file and line."""
    place = str(problem.where) if problem.where.file else ""
    return " – ".join(filter(None, (problem.message, problem.remedy(worded), place)))


def _worded(question: str) -> str:
    """A question with the names of the languages in it, for readers who do not know the codes."""
    return question.in_names(name_of) if isinstance(question, Question) else question


def _text(part: Matched, text: MarkedText, lines: Mapping[str, str], end: Mark | None) -> TextView:
    """A part in a language; ``end`` says whether the end of the paragraph came or went."""
    if part.unit.family == "table":
        return TextView(Markup(), Markup(), (), table_of(part, text, lines))
    return TextView(text.label(part), text.of(part) + (text.end(end) if end else Markup()))


def _kind(place: PlaceChange) -> str:
    """What happened, in a word or two."""
    changes = place.changes.values()
    if place.kind == "look" and all(is_about_picture(one) for change in changes for one in change.remarks):
        return "picture changed"
    if place.kind != "column":
        return _KINDS.get(place.kind, place.kind)
    change = next(iter(changes))
    return "column moved" if change.old and change.new else "column added" if change.new else "column removed"


def _place(one: PlaceChange) -> str:
    """The place of a change; it is told if it is an old place, or another one than before."""
    if all(change.old and not change.new for change in one.changes.values()):
        return f"formerly {one.place}"
    return one.place + ("" if one.kind in _WITH_FORMER_PLACE else formerly(one.place, one.was))


def _place_of(row: Row) -> str:
    """The place of a row, not that of a change in it; it is told if it is an old place."""
    parts = [part for found in row.parts.values() for part in found]
    return f"{'' if any(part.new for part in parts) else 'formerly '}{parts[0].unit.place}"


def _questions(one: PlaceChange, is_table: bool) -> Iterator[str]:
    """What to ask about a change; in a table with the place, which may be one of many."""
    for text in map(_worded, filter(None, (one.only, *one.questions))):
        yield f"{_place(one)}: {text}" if is_table else text


def _what(place: PlaceChange) -> str:
    what = _kind(place)
    return f"{what}, formerly {place.was}" if place.was and place.kind in _WITH_FORMER_PLACE else what


def _notes(place: PlaceChange, change: Change, with_place: bool) -> Iterator[str]:
    """What else there is to say of a change in a language, ``with_place`` if there are others beside it."""
    if with_place:
        yield from (f"{place.place}: {remark}" for remark in change.remarks)
        return
    if place.was and change.kind in _WITH_FORMER_PLACE:
        yield _what(place)
    yield from change.remarks


def name_of(code: str) -> str:
    """The name of a language in English, or its code."""
    try:
        return Locale.parse(code, sep="-").get_display_name(MESSAGES) or code
    except (UnknownLocaleError, ValueError):
        return code
