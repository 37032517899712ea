"""Makes the edits of one text at a time, undoes them, and ends those of a desk that was killed."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from circulars.desk.fields import EditField, LetterFields, field_at, letter_fields, text_hash
from circulars.desk.following import FollowedEntries, FoundPath
from circulars.desk.journal import FileChange, Journal, Kind, UndecidedText, UndoStep
from circulars.desk.letter_file import LetterBytes, LetterGoneError, read_letter_file, write_letter_file
from circulars.desk.people import OWNER, DeskPerson
from circulars.errors import CircularsError, MachineError
from circulars.files.output import locked_folder
from circulars.source.editing import AddKey, Composite, Operation, Replace, edited
from circulars.source.editing import Path as EditPath
from circulars.source.editing.forms import at_path, form_of
from circulars.syntax.nodes import Node
from circulars.workspace import Workspace

_TRUE_OR_FALSE: Final = {"true": True, "false": False}

Moved = Mapping[str, tuple[str, bool] | None]
_UNMOVED: Final[Moved] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class TextEdit:
    """An edit of one text: the path to it in a version of the letter, the hash of what it was, and what it is to be.

    ``sent`` has the hashes of what the page sent before without an answer: it may be in the file or not.
    """

    version: str
    path: EditPath
    was: str
    text: str
    sent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SavedEdit:
    """The letter after an edit, and the field that was edited.

    ``moved`` has the names of fields and entries in the version that the edit names, each with the one that it has now
    and whether it is certainly the same; or with None if it is gone. What is where it was is not in it.
    """

    letter: LetterBytes
    field: EditField
    moved: Moved


@dataclass(frozen=True, slots=True)
class ChangesSince:
    """What has changed in a letter since the version that a page shows.

    ``texts`` has the fields with other texts, ``moved`` is as in an edit that was saved, and ``has_more`` says whether
    the letter has fields that the page lacks.
    """

    version: str
    moved: Moved
    texts: tuple[EditField, ...]
    has_more: bool


class ConflictError(Exception):
    """The text is no longer what the edit replaces.

    ``field`` is what it is now, or None if it is gone, ``version`` that of the file, and ``moved`` as in an edit that
    was saved.
    """

    def __init__(self, field: EditField | None = None, version: str = "", moved: Moved = _UNMOVED) -> None:
        super().__init__()
        self.field, self.version, self.moved = field, version, moved


class UnknownVersionError(Exception):
    """The desk has not seen the version that an edit names, and the file is another one now."""


class NothingToUndoError(Exception):
    """There is no step to undo or to make again, or the file was changed since."""


class NotAllowedError(Exception):
    """The person may not change this text. ``who`` made the step that was to be undone, if it is another person's."""

    def __init__(self, who: str = "") -> None:
        super().__init__(who)
        self.who = who


class LetterEdits:
    """Edits letters one after another. Each edit is in the journal before the file is written."""

    def __init__(self, workspace: Workspace, clock: Callable[[], float] = time.time) -> None:
        self.workspace = workspace
        self._clock = clock
        self._lock = threading.Lock()
        self.journal = Journal(workspace.folder)

    @property
    def folder_id(self) -> str:
        """A name of the folder that no other folder has."""
        return self.journal.folder_id

    def recover(self) -> None:
        """Ends what a desk that was killed has begun: what is in the journal and not in the file.

        Raises:
            MachineError: a file cannot be written. It is tried again before the next edit.
        """
        if self.journal.exists:
            with self.alone():
                pass

    def show(self, letter: LetterBytes) -> None:
        """Remembers a version that a page shows, so that an edit of it finds its place after the file has changed."""
        self.journal.see(letter)

    def make(self, name: str, edit: TextEdit, by: DeskPerson = OWNER) -> SavedEdit:
        """Makes an edit and writes the letter's file. Edits of the same text in a row are undone together.

        If the file is no longer the version that the edit names, the text is looked for at its new place.

        Raises:
            LetterGoneError: there is no such letter.
            ConflictError: the text is no longer what it was, or is gone.
            UnknownVersionError: the place of the text in the file is not known.
            NotAllowedError: the person does not write in the language of the text.
            LetterError: the text cannot be written in its place.
            MachineError: the file or the journal cannot be written.
        """
        with self.alone():
            return self._made(name, edit, by)

    def arrange(
        self, name: str, version: str, *operations: Operation | Composite, by: DeskPerson = OWNER
    ) -> LetterBytes:
        """Makes edits of entries of the letter, of which the file has the hash ``version``, as one step.

        Raises:
            LetterGoneError: there is no such letter.
            ConflictError: the file has changed, so that the path may lead to another entry.
            LetterError: this cannot be done in place.
            MachineError: the file or the journal cannot be written.
        """
        with self.alone():
            before = read_letter_file(name, self.workspace)
            if before.version != version:
                raise ConflictError
            letter = self.written(before, edited(before.data, operations, before.file.shown).data, "edit", by)
            if letter:
                return letter
            raise ConflictError

    def changes(self, name: str, since: str) -> ChangesSince:
        """What has changed in a letter since a version, by this page, another one or another program.

        Raises:
            LetterGoneError: there is no such letter.
            UnknownVersionError: the version is not known.
            LetterError: the file is not YAML now.
        """
        now = read_letter_file(name, self.workspace)
        if now.version == since:
            return ChangesSince(since, _UNMOVED, (), has_more=False)
        fields = letter_fields(now.data, now.file.shown, now.file.path.parent)
        return _changes(now.version, fields, *self._followed(since, now, fields))

    def undo(self, name: str, by: DeskPerson = OWNER) -> SavedEdit:
        """Undoes the last step of a letter, whichever desk over the folder has made it.

        Raises:
            LetterGoneError: there is no such letter.
            NothingToUndoError: there is no step to undo, or the file was changed since by something else.
            NotAllowedError: it is another person's step, or the person may not write its text any more.
            MachineError: the file or the journal cannot be written.
        """
        with self.alone():
            before = read_letter_file(name, self.workspace)
            return self._stepped(before, self.journal.last(before), "undo", by)

    def redo(self, name: str, by: DeskPerson = OWNER) -> SavedEdit:
        """Makes the step of a letter again that was undone last.

        Raises:
            LetterGoneError, NothingToUndoError, NotAllowedError, MachineError: as for :meth:`undo`.
        """
        with self.alone():
            before = read_letter_file(name, self.workspace)
            return self._stepped(before, self.journal.last_undone(before), "redo", by)

    def can_undo(self, letter: LetterBytes, by: DeskPerson = OWNER) -> bool:
        """Whether the last step of a letter can be undone, and is the person's own."""
        return _is_own(self.journal.last(letter), by)

    def can_redo(self, letter: LetterBytes, by: DeskPerson = OWNER) -> bool:
        """Whether a step of a letter that was undone can be made again, and is the person's own."""
        return _is_own(self.journal.last_undone(letter), by)

    def undecided(self, letter: LetterBytes) -> list[tuple[UndecidedText, EditField | None]]:
        """The texts that were typed when a desk was killed and are not in the file, each with what is there now."""
        texts = self.journal.undecided(letter.file.name)
        if not texts:
            return []
        fields = letter_fields(letter.data, letter.file.shown, letter.file.path.parent)
        return [(one, self._field_now(one, letter, fields)) for one in texts]

    def decide(self, name: str, number: int, was: str | None, by: DeskPerson = OWNER) -> None:
        """Writes one of the texts to decide on in the place of the one with the hash ``was``, and forgets it.

        With None it is left out.

        Raises:
            ConflictError: the text in its place is another one now, or is gone.
            LetterGoneError, NotAllowedError, LetterError, MachineError: as for :meth:`make`.
        """
        with self.alone():
            letter = read_letter_file(name, self.workspace)
            self.journal.see(letter)
            for one, field in self.undecided(letter):
                if one.number == number:
                    if not by.may_write(field.language if field else ""):
                        raise NotAllowedError
                    if was is not None:
                        if not field or field.was != was:
                            raise ConflictError(field, letter.version)
                        self._made(name, TextEdit(letter.version, field.path, was, one.text), by)
                    self.journal.decide(name, number)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keeps other requests, and other desks over this folder, from editing meanwhile."""
        with self._lock, locked_folder(self.workspace.folder):
            for change in self.journal.begun():  # by a desk that was killed
                self._finish(change)
            yield

    def _finish(self, change: FileChange) -> None:
        """Makes a change that was begun. If the file was changed since, its text is written to its place there."""
        author = replace(OWNER, email=change.who)  # who was allowed to make it when it was begun
        try:
            now = read_letter_file(change.letter, self.workspace)
            if now.version == change.after:
                self.journal.end(change)
            elif now.version == change.before and (data := self.journal.data_of(change.letter, change.after)):
                write_letter_file(now.file, data)
                self.journal.end(change)
            elif change.path:
                self._made(change.letter, TextEdit(change.before, change.path, change.was, change.text), author)
        except MachineError:
            self.journal.begin_again(change)
            raise
        except (LetterGoneError, ConflictError, UnknownVersionError, CircularsError):
            if change.path:
                self.journal.leave_undecided(change)
                return
        self.journal.give_up(change)

    def written(
        self, before: LetterBytes, data: bytes, kind: Kind, by: DeskPerson, edit: TextEdit | None = None, typed: int = 0
    ) -> LetterBytes | None:
        """The letter with new bytes, after its file is written; None if another program wrote the file meanwhile."""
        after = LetterBytes(before.file, data)
        path, was, text = (edit.path, edit.was, edit.text) if edit else ((), "", "")
        name = before.file.name
        change = FileChange(name, kind, before.version, after.version, path, was, text, typed, self._clock(), by.email)
        self.journal.begin(before, after, change)
        try:
            is_same = read_letter_file(name, self.workspace).data == before.data
            if is_same:
                write_letter_file(before.file, data)
        except (LetterGoneError, CircularsError):
            self.journal.give_up(change)
            raise
        if not is_same:
            self.journal.give_up(change)
            return None
        self.journal.end(change)
        return after

    def _stepped(self, before: LetterBytes, step: UndoStep | None, kind: Kind, by: DeskPerson) -> SavedEdit:
        """The letter at the other end of a step."""
        _check_allowed(step, before, by)
        data = self.journal.data_of(before.file.name, step.before if kind == "undo" else step.after) if step else None
        letter = self.written(before, data, kind, by) if data is not None else None
        if not step or not letter:
            raise NothingToUndoError
        fields = letter_fields(letter.data, letter.file.shown, letter.file.path.parent)
        return SavedEdit(letter, field_at(fields, step.path) or EditField(step.path, ""), _UNMOVED)

    def _made(self, name: str, edit: TextEdit, by: DeskPerson) -> SavedEdit:
        while not (saved := self._tried(name, edit, by)):
            pass  # another program wrote the file meanwhile
        return saved

    def _tried(self, name: str, edit: TextEdit, by: DeskPerson) -> SavedEdit | None:
        """The letter after an edit; None if its file changed meanwhile."""
        before = read_letter_file(name, self.workspace)
        fields = letter_fields(before.data, before.file.shown, before.file.path.parent)
        place, moved = self._place(edit, before, fields)
        found = field_at(fields, place.path) if place else None
        if not place or not found or not place.is_certain or not _is_replaced(found, edit):
            raise ConflictError(found, before.version, moved)
        if not by.may_write(found.language):
            raise NotAllowedError
        if found.text == edit.text:
            self.journal.see(before)
            return SavedEdit(before, found, moved)
        after = _edited(before, fields, found, edit.text)
        noted = replace(edit, path=found.path, was=found.was)
        letter = self.written(before, after, "edit", by, noted, typed_characters(found.text, edit.text))
        if not letter:
            return None
        return SavedEdit(letter, EditField(found.path, edit.text.rstrip("\n"), found.language), moved)

    def _field_now(self, one: UndecidedText, letter: LetterBytes, fields: LetterFields) -> EditField | None:
        """What is in the place of a text that was typed in another version."""
        try:
            place, _ = self._place(TextEdit(one.version, one.path, one.was, one.text), letter, fields)
        except UnknownVersionError:
            return None
        return field_at(fields, place.path) if place else None

    def _place(self, edit: TextEdit, now: LetterBytes, fields: LetterFields) -> tuple[FoundPath | None, Moved]:
        """Where the text is now, or None if it is gone, and what else has moved."""
        if edit.version == now.version:
            return FoundPath(edit.path), _UNMOVED
        old, followed = self._followed(edit.version, now, fields)
        return followed.find(edit.path), followed.moved((*old.entries, *(one.path for one in old.fields)))

    def _followed(self, version: str, now: LetterBytes, fields: LetterFields) -> tuple[LetterFields, FollowedEntries]:
        """The fields of another version of a letter, and where they are now."""
        data = self.journal.data_of(now.file.name, version)
        if data is None:
            raise UnknownVersionError
        self.journal.see(now)
        old = letter_fields(data, now.file.shown, now.file.path.parent)
        return old, FollowedEntries(old, fields)


def with_text(letter: LetterBytes, path: EditPath, text: str) -> LetterBytes:
    """A letter with another text in one of its fields, as an edit would write it; nothing is written.

    Raises:
        ConflictError: there is no such field.
        LetterError: the text cannot be written in its place.
    """
    fields = letter_fields(letter.data, letter.file.shown, letter.file.path.parent)
    found = field_at(fields, path)
    if not found:
        raise ConflictError
    return replace(letter, data=_edited(letter, fields, found, text))


def _edited(letter: LetterBytes, fields: LetterFields, field: EditField, text: str) -> bytes:
    return edited(letter.data, [_operation(field, text, fields.tree.root)], letter.file.shown).data


def _changes(version: str, fields: LetterFields, old: LetterFields, followed: FollowedEntries) -> ChangesSince:
    """What the fields of a version have that those of an older one lack."""
    new = {one.path: one for one in fields.fields}
    shown = {place.path: one for one in old.fields if (place := followed.find(one.path))}
    texts = (new[path] for path, one in shown.items() if path in new and new[path].text != one.text)
    moved = followed.moved((*old.entries, *(one.path for one in old.fields)))
    return ChangesSince(version, moved, tuple(texts), has_more=not shown.keys() >= new.keys())


def _check_allowed(step: UndoStep | None, letter: LetterBytes, by: DeskPerson) -> None:
    """Raises NotAllowedError if a step of a letter is another person's, or of a text that the person may not write."""
    if step and not _is_own(step, by):
        raise NotAllowedError(step.who)
    if step and not by.has("editor"):
        found = field_at(letter_fields(letter.data, letter.file.shown, letter.file.path.parent), step.path)
        if not found or not by.may_write(found.language):
            raise NotAllowedError


def _is_own(step: UndoStep | None, by: DeskPerson) -> bool:
    """Whether a step is the person's own. Who uses a desk alone has the letters of all desks over the folder."""
    return step is not None and by.email in ("", step.who)


def _is_replaced(field: EditField, edit: TextEdit) -> bool:
    """Whether a text is the one that an edit replaces, or what the edit or one sent before has made of it."""
    return field.was in {edit.was, text_hash(edit.text), *edit.sent}


def _operation(field: EditField, text: str, root: Node) -> Operation:
    """The edit that writes a text in the place of a field. Without quotation marks true and false stay no texts."""
    if field.is_missing:
        return AddKey(field.path, text)
    form = at_path(form_of(root), field.path)
    is_word = isinstance(form, tuple) and form[1] and form[0] in _TRUE_OR_FALSE
    return Replace(field.path, _TRUE_OR_FALSE.get(text, text) if is_word else text)


def typed_characters(old: str, new: str) -> int:
    """The number of characters between what two texts have in common at the beginning and at the end."""
    first = _common(old, new)
    left, right = old[first:], new[first:]
    return max(len(left), len(right)) - _common(left[::-1], right[::-1])


def _common(one: str, other: str) -> int:
    """The number of characters with which both begin."""
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
