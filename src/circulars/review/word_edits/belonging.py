"""Finds the letter that the edits of a Word file belong to."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final

from circulars.errors import CircularsError, LetterError, Place, Problem
from circulars.review.versions.git import Version, read_version
from circulars.review.word_edits.base import Embedded
from circulars.source.editing.forms import Form, at_path, form_of
from circulars.syntax.nodes import read_tree
from circulars.workspace import Workspace

_NUMBER: Final = ("number", "group")


def letter_of(embedded: Embedded, file: str, workspace: Workspace) -> Path:
    """The file of the letter that a Word file was made from: by its name, or by its number if it has another name now.

    Raises:
        LetterError: it is not in the folder of letters, or its number is that of several letters.
    """
    base = _form(embedded.source, file)
    path = workspace.letters / embedded.making.letter
    if path.is_file() and not _has_other_number(_form_in(path), base):
        return path
    renamed = [one for one in sorted(workspace.letters.glob("*.yaml")) if _has_number_of(_form_in(one), base)]
    if len(renamed) == 1:
        return renamed[0]
    if path.is_file() and not renamed:
        return path  # a draft whose number is another one now
    where = "has another number now" if path.is_file() else f"is not in '{workspace.letters.name}/'"
    fact = f"the letter '{embedded.making.letter}' that this file was made from {where}"
    if renamed:
        fact += f", and {' and '.join(one.name for one in renamed)} have its number"
    raise LetterError(Problem(Place(file), "no-such-letter", fact, "name the letter that the edits are for"))


def refuse_other(letter: Path, now: bytes, embedded: Embedded, name: str) -> None:
    """Refuses a letter that is another one than the edited file was made from.

    It is the same if it has the same kind, and the same number or file's name: drafts get their numbers later.

    Raises:
        LetterError: it is another one, or no letter.
    """
    base, form = _form(embedded.source, name), _form(now, name)
    if not isinstance(form, dict) or "kind" not in form:
        fact = "this is not a letter"
    elif not _is_same(form, base, "kind"):
        fact = "this letter is of another kind than the one that the Word file was made from"
    elif letter.name != embedded.making.letter and not _is_same(form, base, *_NUMBER):
        fact = "this letter has another number than the one that the Word file was made from"
    else:
        return
    hint = f"the Word file was made from '{embedded.making.letter}'; name that letter"
    raise LetterError(Problem(Place(name), "another-letter", fact, hint))


def _form(data: bytes, name: str) -> Form:
    return form_of(read_tree(data, name).root)


def _form_in(path: Path) -> Form:
    """What a file has; nothing if it cannot be read."""
    with suppress(CircularsError):
        return _form(read_version(Version("", str(path)), Path()), path.name)
    return {}


def _has_number_of(form: Form, base: Form) -> bool:
    """Whether a letter has the kind and the number of another one, which has a number."""
    return isinstance(base, dict) and "number" in base and _is_same(form, base, "kind", *_NUMBER)


def _has_other_number(form: Form, base: Form) -> bool:
    """Whether both of two letters have numbers, and these differ."""
    both = isinstance(form, dict) and isinstance(base, dict) and "number" in form and "number" in base
    return both and not _is_same(form, base, *_NUMBER)


def _is_same(one: Form, other: Form, *keys: str) -> bool:
    if not isinstance(one, dict) or not isinstance(other, dict):
        return False
    return all(_words(one, key) == _words(other, key) for key in keys)


def _words(form: Form, key: str) -> object:
    """What a key has, without how it is written."""
    try:
        found = at_path(form, (key,))
    except LookupError:
        return None
    return found[0] if isinstance(found, tuple) else found
