"""Lists the letters of a folder for the first screen, and counts their problems in the background."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from circulars.build import settle
from circulars.desk.checks import part_to_check
from circulars.desk.fields import LetterFields, letter_fields
from circulars.desk.letter_file import FileState, LetterBytes, LetterGoneError, letter_files, read_letter_file
from circulars.errors import CircularsError
from circulars.model.text import as_one_line, one_line
from circulars.processes.crew import limited
from circulars.review.approval import letter_states
from circulars.source.letters.reading import parse_as_far_as_possible
from circulars.workspace import Workspace

AT_ONCE: Final = 40
"""So many letters are read before the list is shown."""
_SHOWN: Final = ("kind", "number", "date")


@dataclass(frozen=True, slots=True)
class CheckedFacts:
    """What takes longer to find: the number of problems, and the reference and the subject in each language.

    A letter ``is_approved`` if it is as each role that is required, and as each that anybody has approved it as.
    """

    problems: int
    references: Mapping[str, str]
    subjects: Mapping[str, str]
    is_approved: bool = False


@dataclass(frozen=True, slots=True)
class ListedLetter:
    """What the first screen says of a letter, whatever its problems are.

    ``subjects`` and ``gaps`` are by language: the subject as it is typed, and the number of texts that are missing.
    ``written`` is when its file was, in nanoseconds, and ``sha256`` the hash of it. ``checked`` is None as long as the
    letter was not checked. A letter that ``is_unreadable`` is not YAML.
    """

    name: str
    kind: str = ""
    number: str = ""
    date: str = ""
    subjects: Mapping[str, str] | None = None
    gaps: Mapping[str, int] | None = None
    written: int = 0
    sha256: str = ""
    checked: CheckedFacts | None = None
    is_unreadable: bool = False

    @property
    def changed(self) -> datetime.datetime:
        """When the file was written."""
        return datetime.datetime.fromtimestamp(self.written // 1_000_000_000).astimezone()

    @property
    def problems(self) -> int | None:
        """The number of problems, or None as long as they are not counted."""
        return self.checked.problems if self.checked else None

    def reference(self, code: str) -> str:
        """The reference as readers see it in a language, or the file's name as long as it is not known."""
        references = self.checked.references if self.checked else {}
        return references.get(code) or next(iter(references.values()), "") or self.name

    def subject(self, code: str) -> tuple[str, str]:
        """The subject and its language: the one that is asked for if the letter has it, or else its first."""
        typed = {one: text for one, text in (self.subjects or {}).items() if text}
        code = code if code in typed else next(iter(typed), "")
        settled = self.checked.subjects if self.checked else {}
        return settled.get(code) or typed.get(code, ""), code

    def has(self, words: str) -> bool:
        """Whether all words of a search are in what is known of the letter."""
        checked = (*self.checked.references.values(), *self.checked.subjects.values()) if self.checked else ()
        known = (self.name, self.kind, self.number, self.date, *(self.subjects or {}).values(), *checked)
        shown = " ".join(known).casefold()
        return all(word in shown for word in words.casefold().split())


class LetterListing:
    """Lists letters, and keeps what it read of each as long as its file is not written."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._known: dict[tuple[str, FileState], ListedLetter] = {}
        self._working = threading.Lock()

    def letters(self) -> list[ListedLetter]:
        """All letters by their names.

        Of letters that are new or were written since, the first :data:`AT_ONCE` are read at once; all others are read
        and checked in the background.
        """
        files = [*letter_files(self._workspace).items()]
        for key in [key for key in files if key not in self._known][:AT_ONCE]:
            self._read(*key)
        found = [self._known.get(key) or _unread(*key) for key in files]
        if any(letter.checked is None for letter in found):
            threading.Thread(target=self.work, daemon=True).start()
        return found

    def work(self) -> None:
        """Reads the letters that are not read yet and checks those that are not checked, unless a thread does so."""
        while self._working.acquire(blocking=False):
            try:
                if not self._step():
                    return
            finally:
                self._working.release()

    def _step(self) -> bool:
        """Reads or checks one letter; False if there is none left."""
        files = [*letter_files(self._workspace).items()]
        if unread := next((key for key in files if key not in self._known), None):
            self._read(*unread)
            return True
        key = next((key for key in files if self._known[key].checked is None), None)
        if not key:
            there = set(files)
            self._known = {known: letter for known, letter in [*self._known.items()] if known in there}
            return False
        self._known[key] = replace(self._known[key], checked=self._check(key[0]))
        return True

    def _read(self, name: str, state: FileState) -> None:
        try:
            listed = _listed(read_letter_file(name, self._workspace))
        except LetterGoneError:
            listed = ListedLetter(name, is_unreadable=True)
        self._known[name, state] = replace(listed, written=state.changed)

    def _check(self, name: str) -> CheckedFacts:
        try:
            letter = read_letter_file(name, self._workspace)
            # In a process of its own, so that the pages do not wait for it.
            return limited(part_to_check(letter), checked_facts, letter, self._workspace, modules=(__name__,))
        except LetterGoneError:
            return CheckedFacts(1, {}, {})
        except CircularsError as error:
            return CheckedFacts(len(error.problems), {}, {})


def checked_facts(letter: LetterBytes, workspace: Workspace) -> CheckedFacts:
    """What a check finds in a letter; warnings are not counted."""
    file, folders = letter.file, workspace.language_folders
    is_approved = False
    try:
        [state] = letter_states([file.path], workspace)
        problems = state.problems
        is_approved = bool(state.roles) and all(one.state == "approved" for one in state.roles)
    except CircularsError as error:
        problems = len(error.problems)
    read = parse_as_far_as_possible(letter.data, file.shown, file.name, file.path.parent, folders).letter
    settled = [settle(read, named, workspace, drawn=False)[0] for named in read.languages] if read else []
    known = [one.document for one in settled if one]
    references = {one.language: one.properties.reference for one in known}
    subjects = {one.language: as_one_line(map(one_line, one.subject)) for one in known}
    return CheckedFacts(problems, references, subjects, is_approved)


def _unread(name: str, state: FileState) -> ListedLetter:
    return ListedLetter(name, written=state.changed)


def _listed(letter: LetterBytes) -> ListedLetter:
    try:
        fields = letter_fields(letter.data, letter.file.shown, letter.file.path.parent)
    except CircularsError:
        return ListedLetter(letter.file.name, is_unreadable=True)
    values = {row.path[0]: row.fields[0].text for row in fields.rows if len(row.path) == 1 and not row.is_text}
    kind, number, date = (values.get(key, "") for key in _SHOWN)
    return ListedLetter(letter.file.name, kind, number, date, _subjects(fields), _gaps(fields), sha256=letter.version)


def _subjects(fields: LetterFields) -> dict[str, str]:
    row = next((row for row in fields.rows if row.path == ("subject",)), None)
    if not row:
        return {}
    return {one.language or fields.languages[0]: " ".join(one.text.split()) for one in row.fields if fields.languages}


def _gaps(fields: LetterFields) -> dict[str, int]:
    gaps = dict.fromkeys(fields.languages, 0)
    for row in fields.rows:
        for one in row.fields:
            if one.language and not one.text.strip():
                gaps[one.language] += 1
    return gaps
