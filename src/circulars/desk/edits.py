"""Makes the edits of one text at a time, and undoes them."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Final

from circulars.desk.fields import EditField, field_at, letter_fields
from circulars.desk.letter_file import LetterBytes, read_letter_file, write_letter_file
from circulars.source.editing import AddKey, EditedFile, Operation, Replace, Splice, edited, undone
from circulars.source.editing import Path as EditPath
from circulars.source.editing.forms import at_path, form_of
from circulars.syntax.nodes import Node
from circulars.workspace import Workspace

MOST_UNDONE: Final = 200
"""So many edits of a letter can be undone."""
_TRUE_OR_FALSE: Final = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class TextEdit:
    """An edit of one text: the path to it, the hash of what it was, and what it is to be."""

    path: EditPath
    was: str
    text: str


@dataclass(frozen=True, slots=True)
class SavedEdit:
    """The letter after an edit, and the field that was edited."""

    letter: LetterBytes
    field: EditField


class ConflictError(Exception):
    """The text is no longer what the edit replaces; ``field`` is what it is now, or None if it is gone."""

    def __init__(self, field: EditField | None) -> None:
        super().__init__()
        self.field = field


class NothingToUndoError(Exception):
    """There is no edit to undo, or the file was changed since."""


@dataclass(frozen=True, slots=True)
class _Step:
    """An edit that can be undone in a file with the hash ``version``, by splices that restore the bytes before it."""

    path: EditPath
    version: str
    undo: tuple[tuple[Splice, ...], ...]


class LetterEdits:
    """Edits letters one after another, and keeps in memory how to undo each edit."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lock = threading.Lock()
        self._steps: dict[str, list[_Step]] = defaultdict(list)

    def make(self, name: str, edit: TextEdit) -> SavedEdit:
        """Makes an edit and writes the letter's file. LetterEdits of the same text in a row are undone together.

        Raises:
            LetterGoneError: there is no such letter.
            ConflictError: the text is no longer what it was.
            LetterError: the text cannot be written in its place.
            MachineError: the file cannot be written.
        """
        with self._lock:
            while not (saved := self._made(name, edit)):
                pass  # another program wrote the file meanwhile
            return saved

    def arrange(self, name: str, version: str, operation: Operation) -> LetterBytes:
        """Adds, removes or moves an entry of the letter, of which the file has the hash ``version``.

        Raises:
            LetterGoneError: there is no such letter.
            ConflictError: the file has changed, so that the path may lead to another entry.
            LetterError: this cannot be done in place.
            MachineError: the file cannot be written.
        """
        with self._lock:
            before = read_letter_file(name, self._workspace)
            if before.version != version:
                raise ConflictError(None)
            after = edited(before.data, [operation], before.file.shown)
            letter = write_letter_file(before.file, after.data)
            self._remember(before, _Step((), letter.version, after.undo))
            return letter

    def undo(self, name: str) -> SavedEdit:
        """Undoes the last edit of a letter.

        Raises:
            LetterGoneError: there is no such letter.
            NothingToUndoError: there is no edit to undo, or the file was changed since by something else.
            MachineError: the file cannot be written.
        """
        with self._lock:
            before = read_letter_file(name, self._workspace)
            if not self.can_undo(before):
                self._steps[name].clear()
                raise NothingToUndoError
            step = self._steps[name][-1]
            letter = write_letter_file(before.file, undone(EditedFile(before.data, step.undo)))
            self._steps[name].pop()
            fields = letter_fields(letter.data, letter.file.shown, letter.file.path.parent)
            return SavedEdit(letter, field_at(fields, step.path) or EditField(step.path, ""))

    def can_undo(self, letter: LetterBytes) -> bool:
        """Whether the last edit of a letter can be undone."""
        steps = self._steps[letter.file.name]
        return bool(steps) and steps[-1].version == letter.version

    def _made(self, name: str, edit: TextEdit) -> SavedEdit | None:
        """The letter after an edit; None if its file changed meanwhile."""
        before = read_letter_file(name, self._workspace)
        fields = letter_fields(before.data, before.file.shown, before.file.path.parent)
        found = field_at(fields, edit.path)
        if found and found.text == edit.text:
            return SavedEdit(before, found)
        if not found or found.was != edit.was:
            raise ConflictError(found)
        after = edited(before.data, [_operation(found, edit.text, fields.tree.root)], before.file.shown)
        if read_letter_file(name, self._workspace).data != before.data:
            return None
        letter = write_letter_file(before.file, after.data)
        self._remember(before, _Step(edit.path, letter.version, after.undo))
        return SavedEdit(letter, EditField(found.path, edit.text.rstrip("\n"), found.language))

    def _remember(self, before: LetterBytes, step: _Step) -> None:
        steps = self._steps[before.file.name]
        if not self.can_undo(before):
            steps.clear()
        if steps and steps[-1].path == step.path != ():
            step = replace(step, undo=(*step.undo, *steps.pop().undo))
        steps.append(step)
        del steps[:-MOST_UNDONE]


def _operation(field: EditField, text: str, root: Node) -> Operation:
    """The edit that writes a text in the place of a field. Without quotation marks true and false stay no texts."""
    if field.is_missing:
        return AddKey(field.path, text)
    form = at_path(form_of(root), field.path)
    is_word = isinstance(form, tuple) and form[1] and form[0] in _TRUE_OR_FALSE
    return Replace(field.path, _TRUE_OR_FALSE.get(text, text) if is_word else text)
