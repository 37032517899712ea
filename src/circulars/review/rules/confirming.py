"""Records that translations are still right, after somebody read them beside the other languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from circulars.errors import Place, Problem, UsageError, did_you_mean
from circulars.review.rules.confirmed import confirmation, read_record, write_record
from circulars.review.rules.wordings import ParagraphWords, digest, wordings
from circulars.source.letters import read_letter
from circulars.source.letters.listed import no_such_language
from circulars.workspace import Workspace, shown

_DIGITS: Final = 9  # of the number of a line


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The ``record`` in which translations are confirmed, and the lines in the letter of those that were not before."""

    record: Path
    lines: tuple[int, ...]


def confirm_translation(letter: Path, language: str, workspace: Workspace, paragraph: str = "") -> Confirmed:
    """Records that a paragraph of a letter, or all of it, is right in a language beside the others as they are.

    ``paragraph`` is the number of a line that it is on, or its id.

    Raises:
        LetterError: the letter or its record has problems.
        UsageError: the letter has no such language, or no such paragraph.
        MachineError: the record cannot be written.
    """
    read = read_letter(letter, shown(letter, workspace), workspace.language_folders)
    codes = [named.name for named in read.languages]
    if language not in codes:
        raise no_such_language(read, language)
    text = read.origin.text
    own = [one for one in wordings(text, codes) if language in one.words]
    chosen = [one for one in own if _is_named(one, paragraph, text)] if paragraph else own
    if not chosen:
        raise _no_such_paragraph(paragraph, own, read.file)
    present = {(code, digest(words)) for one in wordings(text, codes) for code, words in one.words.items()}
    record = read_record(letter)
    new = {confirmation(one, language): one for one in chosen}
    replaced = {(one.language, one.hash) for one in new}
    kept = [one for one in record.entries if (one.language, one.hash) in present - replaced]
    lines = sorted({_line(text, one.ranges[language][0]) for entry, one in new.items() if entry not in record.entries})
    return Confirmed(write_record(letter, (*kept, *new)), tuple(lines))


def _is_named(one: ParagraphWords, name: str, text: str) -> bool:
    if not name.isdecimal() or len(name) > _DIGITS:
        return one.id == name
    first = min(start for start, _ in one.ranges.values())
    last = max(end for _, end in one.ranges.values())
    return _line(text, first) <= int(name) <= _line(text, max(last - 1, first))


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _no_such_paragraph(name: str, known: Sequence[ParagraphWords], file: str) -> UsageError:
    ids = [one.id for one in known if one.id]
    fact = f"{file} has no paragraph in several languages on line {name}"
    hint = "name a line that 'circulars check' reports"
    if not name.isdecimal():
        fact = f"{file} has no paragraph in several languages with the id '{name}'"
        hint = did_you_mean(name, ids, f"its ids are {', '.join(ids)}" if ids else "name the line of the paragraph")
    return UsageError(Problem(Place(), "no-such-paragraph", fact, hint))
