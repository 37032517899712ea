"""Reads what a person decided about messages from a file: a table with the columns ``id`` and ``decision``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast, get_args

from circulars.errors import Place, Problem, UsageError
from circulars.merge.post.outbox import Decision
from circulars.model.addressee import Addressee
from circulars.source.addressees import FaultyRow, open_list

_DECISIONS: Final[tuple[Decision, ...]] = get_args(Decision)
_COLUMN: Final = "decision"


@dataclass(frozen=True, slots=True)
class DecisionsRead:
    """The decisions of a file by the addressee's id, and the row of each."""

    decisions: Mapping[str, Decision]
    places: Mapping[str, Place]


def read_decisions(source: str, folder: Path) -> DecisionsRead:
    """The decisions in a file. It may be a report with one more column; rows without a decision are left out.

    A relative path refers to ``folder``.

    Raises:
        AddresseesError: the file cannot be read as a table.
        UsageError: it has no such columns, or a row's decision is none or contradicts another row's.
    """
    listed = open_list(source, folder=folder)
    if missing := [name for name in ("id", _COLUMN) if name not in listed.columns]:
        fact = f"there is no column '{missing[0]}'"
        hint = f"give it the columns 'id' and '{_COLUMN}', with {_in_words()} in the second"
        raise UsageError(Problem(listed.place(listed.head_row), "wrong-decision", fact, hint))
    decisions: dict[str, Decision] = {}
    places: dict[str, Place] = {}
    problems: list[Problem] = []
    for row in listed:
        word = row.columns.get(_COLUMN, "").strip().lower()
        if not (word or isinstance(row, FaultyRow)):
            continue
        place = listed.place(row.row, _COLUMN)
        problems += _problems(row, word, place, decisions, places)
        decisions.setdefault(row.id, cast("Decision", word))
        places.setdefault(row.id, place)
    if problems:
        raise UsageError(*problems)
    if not decisions:
        hint = f"write {_in_words()} into the column '{_COLUMN}'"
        raise UsageError(Problem(listed.place(), "wrong-decision", "no row has a decision", hint))
    return DecisionsRead(decisions, places)


def _problems(
    row: Addressee, word: str, place: Place, decisions: Mapping[str, str], places: Mapping[str, Place]
) -> Iterator[Problem]:
    if isinstance(row, FaultyRow):
        yield from row.problems
    elif not row.id:
        yield Problem(place, "wrong-decision", "this row has a decision, and no id", "the id is that of the list")
    elif word not in _DECISIONS:
        fact = f"'{word}' is not a decision about '{row.id}'"
        yield Problem(place, "wrong-decision", fact, f"write {_in_words()}; or nothing, if nothing is decided")
    elif decisions.get(row.id, word) != word:
        fact = f"'{word}' contradicts row {places[row.id].line}, which says '{decisions[row.id]}' of '{row.id}'"
        yield Problem(place, "wrong-decision", fact, "delete one of them")


def _in_words() -> str:
    *others, last = (f"'{word}'" for word in _DECISIONS)
    return f"{', '.join(others)} or {last}"
