"""The rule for dates typed in a text that a fact of the letter had before it was changed."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from circulars.errors import LetterError, quoted
from circulars.language import Language
from circulars.model.letter import DateRange, Letter
from circulars.model.text import Spans
from circulars.review.rules.dates import written_out
from circulars.review.rules.earlier import EarlierVersions
from circulars.review.rules.findings import Discrepancy, RuleProblem, Source
from circulars.review.rules.reader import reader_of
from circulars.review.rules.stated import Atom, number_atom, shown_date
from circulars.syntax.nodes import Mapping as MappingNode
from circulars.syntax.nodes import Node, Scalar, read_tree

_Days = tuple[datetime.date, ...]
"""The day of a date, or the first and the last of a range."""
_HINT: Final = "write '{{{{ {} }}}}', so that it changes with the fact; if the former date is meant, say why"


def former_facts(
    letter: Letter, languages: Mapping[str, Language], path: Path, earlier: EarlierVersions
) -> Iterator[RuleProblem]:
    """A problem for each date in a text that a fact had in an earlier version in git, and no fact has now.

    It is typed in all languages, so that they are in step. A text that has the fact as well says what it was before.
    """
    now = {name: days for name, fact in letter.facts.items() if (days := _days(fact))}
    former = _former(now, path, letter, earlier) if now else {}
    if not former:
        return
    source = Source(letter.file, letter.origin.text)
    for text in letter.texts:
        for code, paragraphs in text.paragraphs.items():
            for spans in paragraphs:
                for typed, name in _typed(spans, former, now, letter, languages[code]):
                    is_now = " to ".join(map(shown_date, dict.fromkeys(now[name])))
                    fact = f"{quoted(typed)} is what the fact '{name}' was before; it is {is_now} now"
                    found = Discrepancy("former-fact", fact, _HINT.format(name), (code, typed, name, is_now))
                    yield source.problem(found, text.ranges[code], typed, text.ranges.values())


def _days(fact: object) -> _Days:
    if isinstance(fact, DateRange):
        return fact.first, fact.last
    return (fact,) if isinstance(fact, datetime.date) else ()


def _former(now: Mapping[str, _Days], path: Path, letter: Letter, earlier: EarlierVersions) -> dict[_Days, str]:
    """The days that facts had before, with the name of each, that none has now."""
    former: dict[_Days, str] = {}
    for text in earlier.of(path, letter.origin.text.encode()):
        with suppress(LetterError):
            tree = read_tree(text.encode(), "")
            facts = _value(tree.root, "facts")
            for name, (_, value) in facts.pairs.items() if isinstance(facts, MappingNode) else ():
                days = _read(value)
                if name in now and days and days not in now.values():
                    former.setdefault(days, name)
    return former


def _read(value: Node) -> _Days:
    """The days of a date or a range as it is written; none of anything else."""
    parts = [value] if isinstance(value, Scalar) else [_value(value, "from"), _value(value, "to")]
    try:
        return tuple(datetime.date.fromisoformat(part.text) for part in parts if isinstance(part, Scalar))
    except ValueError:
        return ()


def _value(node: Node, key: str) -> Node | None:
    return node.pairs[key][1] if isinstance(node, MappingNode) and key in node.pairs else None


def _typed(
    spans: Spans, former: Mapping[_Days, str], now: Mapping[str, _Days], letter: Letter, language: Language
) -> Iterator[tuple[str, str]]:
    """The dates typed in a text that facts had before, as they are typed, with the names of the facts."""
    used = {span.hole.partition("|")[0] for span in spans if span.hole}
    words = written_out(spans, letter, language)
    dates: dict[tuple[int, str], set[Atom]] = {}
    for one in reader_of(language).items(words, with_words=False):
        if one.kind == "date" and one.demanded:
            dates.setdefault((one.at, one.typed), set()).update(one.readings[0])
    for (_, typed), atoms in dates.items():
        names = [name for days, name in former.items() if name not in used and _states(atoms, days)]
        if names and not any(_states(atoms, days) for days in now.values()):
            yield typed, names[0]


def _states(atoms: set[Atom], days: _Days) -> bool:
    """Whether a date, perhaps without its year, is a day, or both days of one month."""
    needed = {("month", str(day.month)) for day in days} | {number_atom(day.day) for day in days}
    return needed <= atoms <= needed | {number_atom(days[0].year)}
