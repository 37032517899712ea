"""Saves the whole source of a letter as it is typed, merged with what others have changed meanwhile."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from circulars.desk.edits import LetterEdits
from circulars.desk.fields import letter_fields
from circulars.desk.journal import SourceDraft
from circulars.desk.letter_file import LetterBytes, read_letter_file
from circulars.desk.people import OWNER, DeskPerson
from circulars.errors import LetterError, Problem
from circulars.review.repository.merging.three_way import Clash, merged_lines
from circulars.syntax.decoding import decoded

_END: Final = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")
_MOST_EXACT: Final = 4000
"""The most lines of which those are matched exactly that occur often."""


@dataclass(frozen=True, slots=True)
class SavedSource:
    """What became of a source: the letter with it; or, if it was not saved, why.

    It is kept as a draft then: it is not YAML, as the ``problems`` say, or others have changed the same lines. A source
    with ``clashes`` has its own lines there, and those of the others everywhere else.
    """

    letter: LetterBytes
    text: str
    problems: tuple[Problem, ...] = ()
    clashes: tuple[Clash, ...] = ()

    @property
    def is_saved(self) -> bool:
        """Whether the letter's file has it."""
        return not self.problems and not self.clashes


class SourceEdits:
    """Edits the sources of letters. What is typed is in the file, or kept as a draft of the person who typed it."""

    def __init__(self, edits: LetterEdits) -> None:
        self._edits = edits

    def draft(self, name: str, by: DeskPerson = OWNER) -> tuple[SavedSource, str] | None:
        """What is kept of a person's source of a letter, because it could not be saved, and the version to save it in.

        It has clashes as long as others have changed the same lines.

        Raises:
            LetterGoneError: there is no such letter.
            LetterError: the file of the letter is no text.
        """
        kept = self._edits.journal.draft(name, by.email)
        if not kept:
            return None
        now = read_letter_file(name, self._edits.workspace)
        merged, clashes = _merged(self._base(now, kept.version), kept.text, now)
        text, version = (merged, now.version) if clashes else (kept.text, kept.version)
        return SavedSource(now, text, source_problems(text, now), clashes), version

    def drop(self, name: str, by: DeskPerson = OWNER) -> None:
        """Forgets the draft."""
        with self._edits.alone():
            self._edits.journal.drop_draft(name, by.email)

    def save(self, name: str, version: str, text: str, by: DeskPerson = OWNER) -> SavedSource:
        """Writes a source that was typed in place of a version of the letter, if it can be read as YAML.

        Raises:
            LetterGoneError: there is no such letter.
            LetterError: the file of the letter is no text.
            MachineError: the file or the journal cannot be written.
        """
        with self._edits.alone():
            while True:
                now = read_letter_file(name, self._edits.workspace)
                merged, clashes = _merged(self._base(now, version), text, now)
                saved = SavedSource(now, merged, source_problems(merged, now), clashes)
                if not saved.is_saved:
                    self._edits.journal.see(now)
                    self._edits.journal.keep_draft(name, by.email, SourceDraft(version, text))
                    return saved
                data = with_ends_of(merged, now.data)
                letter = now if data == now.data else self._edits.written(now, data, "edit", by)
                if letter:  # otherwise another program wrote the file meanwhile
                    self._edits.journal.drop_draft(name, by.email)
                    return SavedSource(letter, merged)

    def _base(self, now: LetterBytes, version: str) -> bytes | None:
        return now.data if now.version == version else self._edits.journal.data_of(now.file.name, version)


def source_of(letter: LetterBytes) -> str:
    """The text of a letter's file, with every line end as one character.

    Raises:
        LetterError: it is no text in UTF-8, or too large.
    """
    return decoded(letter.data, letter.file.shown, [])


def source_problems(text: str, letter: LetterBytes) -> tuple[Problem, ...]:
    """Why a source cannot be read as YAML."""
    try:
        letter_fields(text.encode("utf-8", "surrogatepass"), letter.file.shown, letter.file.path.parent)
    except LetterError as error:
        return error.problems
    return ()


def with_ends_of(text: str, old: bytes) -> bytes:
    """The bytes of a text as the file has them: with its byte order mark, and for each line the line end that it had.

    A line that is added has that of the line before. A line that is as it was shown keeps the characters that letters
    cannot have, which are not shown.
    """
    mark = codecs.BOM_UTF8 if old.startswith(codecs.BOM_UTF8) else b""
    before = _END.split(old[len(mark) :].decode())
    bare = decoded(old, "", []).split("\n")
    ends = [line[len(line.rstrip("\r\n")) :] for line in before]
    lines = text.split("\n")
    usual = next(filter(None, ends), "\n")
    found = [""] * len(lines)
    matcher = SequenceMatcher(None, bare, lines, autojunk=max(len(bare), len(lines)) > _MOST_EXACT)
    for kind, start, end, at, to in matcher.get_opcodes():
        size = min(end - start, to - at)
        if kind == "equal":
            lines[at:to] = [line.rstrip("\r\n") for line in before[start:end]]
        found[at : at + size] = ends[start : start + size]
    for at in range(len(lines) - 1):
        found[at] = found[at] or (found[at - 1] if at else "") or usual
    return mark + "".join(line + end for line, end in zip(lines, [*found[:-1], ""], strict=True)).encode()


def _merged(base: bytes | None, text: str, now: LetterBytes) -> tuple[str, tuple[Clash, ...]]:
    """A source with what others have changed since its base, and the lines that both changed in different ways."""
    theirs = source_of(now).split("\n")
    if base is None:
        return text, (Clash(tuple(text.split("\n")), tuple(theirs), ()),)
    before = decoded(base, now.file.shown, []).split("\n")
    pieces = [*merged_lines(before, text.split("\n"), theirs)]
    lines = [line for one in pieces for line in (one.ours if isinstance(one, Clash) else [one])]
    return "\n".join(lines), tuple(one for one in pieces if isinstance(one, Clash))
