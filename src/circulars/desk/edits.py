"""Makes the edits of one text at a time, and undoes them."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from circulars.desk.fields import EditField, LetterFields, field_at, letter_fields, text_hash
from circulars.desk.following import FollowedEntries, FoundPath
from circulars.desk.letter_file import LetterBytes, LetterFile, read_letter_file, write_letter_file
from circulars.desk.undoing import UndoSteps, before_step, typed_characters
from circulars.files.output import locked_folder
from circulars.source.editing import AddKey, Composite, Operation, Replace, edited
from circulars.source.editing import Path as EditPath
from circulars.source.editing.forms import at_path, form_of
from circulars.syntax.nodes import Node
from circulars.workspace import Workspace

MOST_SEEN: Final = 64_000_000
"""So many bytes of versions that pages may still show are kept."""
_TRUE_OR_FALSE: Final = {"true": True, "false": False}

Moved = Mapping[str, tuple[str, bool] | None]
_UNMOVED: Final[Moved] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class TextEdit:
    """An edit of one text: the path to it in a version of the letter, the hash of what it was, and what it is to be.

    ``sent`` is the hash of what the page sent before, if that was not answered yet: it may be in the file or not.
    """

    version: str
    path: EditPath
    was: str
    text: str
    sent: str = ""


@dataclass(frozen=True, slots=True)
class SavedEdit:
    """The letter after an edit, and the field that was edited.

    ``moved`` has the names of fields and entries in the version that the edit names, each with the one that it has now
    and whether it is certainly the same; or with None if it is gone. What is where it was is not in it.
    """

    letter: LetterBytes
    field: EditField
    moved: Moved


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
    """There is no edit to undo, or the file was changed since."""


class _SeenVersions:
    """The versions of letters that pages may show, the newest last. The oldest are forgotten."""

    def __init__(self) -> None:
        self._letters: OrderedDict[tuple[str, str], LetterBytes] = OrderedDict()
        self._size = 0

    def add(self, letter: LetterBytes) -> None:
        """Remembers a version."""
        key = letter.file.name, letter.version
        self._size += len(letter.data) - len(self._letters.pop(key).data if key in self._letters else b"")
        self._letters[key] = letter
        while self._size > MOST_SEEN and len(self._letters) > 1:
            self._size -= len(self._letters.popitem(last=False)[1].data)

    def fields(self, file: LetterFile, version: str) -> LetterFields | None:
        """The fields of a version of a letter, or None if it is not known."""
        letter = self._letters.get((file.name, version))
        return letter_fields(letter.data, file.shown, file.path.parent) if letter else None


class LetterEdits:
    """Edits letters one after another, and keeps in memory how to undo each edit."""

    def __init__(self, workspace: Workspace, clock: Callable[[], float] = time.monotonic) -> None:
        self._workspace = workspace
        self._lock = threading.Lock()
        self._steps = UndoSteps(clock)
        self._seen = _SeenVersions()

    def show(self, letter: LetterBytes) -> None:
        """Remembers a version that a page shows, so that an edit of it finds its place after the file has changed."""
        with self._lock:
            self._seen.add(letter)

    def make(self, name: str, edit: TextEdit) -> SavedEdit:
        """Makes an edit and writes the letter's file. Edits of the same text in a row are undone together.

        If the file is no longer the version that the edit names, the text is looked for at its new place.

        Raises:
            LetterGoneError: there is no such letter.
            ConflictError: the text is no longer what it was, or is gone.
            UnknownVersionError: the place of the text in the file is not known.
            LetterError: the text cannot be written in its place.
            MachineError: the file cannot be written.
        """
        with self._alone():
            while not (saved := self._made(name, edit)):
                pass  # another program wrote the file meanwhile
            return saved

    def arrange(self, name: str, version: str, *operations: Operation | Composite) -> LetterBytes:
        """Makes edits of entries of the letter, of which the file has the hash ``version``, as one step.

        Raises:
            LetterGoneError: there is no such letter.
            ConflictError: the file has changed, so that the path may lead to another entry.
            LetterError: this cannot be done in place.
            MachineError: the file cannot be written.
        """
        with self._alone():
            before = read_letter_file(name, self._workspace)
            if before.version != version:
                raise ConflictError
            after = edited(before.data, operations, before.file.shown)
            letter = self._written(before, after.data)
            if not letter:
                raise ConflictError
            self._steps.add(before, letter, after)
            return letter

    def undo(self, name: str) -> SavedEdit:
        """Undoes the last edit of a letter.

        Raises:
            LetterGoneError: there is no such letter.
            NothingToUndoError: there is no edit to undo, or the file was changed since by something else.
            MachineError: the file cannot be written.
        """
        with self._alone():
            before = read_letter_file(name, self._workspace)
            step = self._steps.last(before)
            letter = step and self._written(before, before_step(before, step))
            if not step or not letter:
                raise NothingToUndoError
            self._steps.remove_last(letter)
            fields = letter_fields(letter.data, letter.file.shown, letter.file.path.parent)
            return SavedEdit(letter, field_at(fields, step.path) or EditField(step.path, ""), _UNMOVED)

    def can_undo(self, letter: LetterBytes) -> bool:
        """Whether the last edit of a letter can be undone."""
        return self._steps.last(letter) is not None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keeps other requests, and other desks over this folder, from editing meanwhile."""
        with self._lock, locked_folder(self._workspace.folder):
            yield

    def _written(self, before: LetterBytes, data: bytes) -> LetterBytes | None:
        """The letter with new bytes, after its file is written; None if another program wrote the file meanwhile."""
        if read_letter_file(before.file.name, self._workspace).data != before.data:
            return None
        letter = write_letter_file(before.file, data)
        self._seen.add(letter)
        return letter

    def _made(self, name: str, edit: TextEdit) -> SavedEdit | None:
        """The letter after an edit; None if its file changed meanwhile."""
        before = read_letter_file(name, self._workspace)
        fields = letter_fields(before.data, before.file.shown, before.file.path.parent)
        place, moved = self._place(edit, before, fields)
        found = field_at(fields, place.path) if place else None
        if (
            not place
            or not found
            or not place.is_certain
            or found.was not in (edit.was, edit.sent, text_hash(edit.text))
        ):
            raise ConflictError(found, before.version, moved)
        if found.text == edit.text:
            self._seen.add(before)
            return SavedEdit(before, found, moved)
        after = edited(before.data, [_operation(found, edit.text, fields.tree.root)], before.file.shown)
        letter = self._written(before, after.data)
        if not letter:
            return None
        self._steps.add(before, letter, after, found.path, typed_characters(found.text, edit.text))
        return SavedEdit(letter, EditField(found.path, edit.text.rstrip("\n"), found.language), moved)

    def _place(self, edit: TextEdit, now: LetterBytes, fields: LetterFields) -> tuple[FoundPath | None, Moved]:
        """Where the text is now, or None if it is gone, and what else has moved."""
        if edit.version == now.version:
            return FoundPath(edit.path), _UNMOVED
        old = self._seen.fields(now.file, edit.version)
        if not old:
            raise UnknownVersionError
        self._seen.add(now)
        followed = FollowedEntries(old, fields)
        return followed.find(edit.path), followed.moved((*old.entries, *(one.path for one in old.fields)))


def _operation(field: EditField, text: str, root: Node) -> Operation:
    """The edit that writes a text in the place of a field. Without quotation marks true and false stay no texts."""
    if field.is_missing:
        return AddKey(field.path, text)
    form = at_path(form_of(root), field.path)
    is_word = isinstance(form, tuple) and form[1] and form[0] in _TRUE_OR_FALSE
    return Replace(field.path, _TRUE_OR_FALSE.get(text, text) if is_word else text)
