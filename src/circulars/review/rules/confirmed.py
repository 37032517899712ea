"""The record of translations that somebody confirmed: a file beside the letter, with hashes of what was read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from circulars.errors import LetterError, Place, Problem, not_read
from circulars.files.inside import OutsideError, read_in_folder
from circulars.files.output import save
from circulars.review.rules.wordings import ParagraphWords, digest

SUFFIX: Final = ".confirmed.json"
_VERSION: Final = 1


@dataclass(frozen=True, slots=True, order=True)
class Confirmation:
    """A paragraph in a language whose words, of this ``hash``, were read beside those of others, by their hashes."""

    language: str
    hash: str
    read: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ConfirmedTexts:
    """What was confirmed of a letter."""

    entries: frozenset[Confirmation] = frozenset()

    def holds(self, language: str, words: str, other: str, others: str) -> bool:
        """Whether some words were read beside those of another language."""
        if not self.entries:
            return False
        own, theirs = digest(words), (other, digest(others))
        return any(one.language == language and one.hash == own and theirs in one.read for one in self.entries)

    def of(self, language: str, words: str) -> tuple[Confirmation, ...]:
        """The entries for some words."""
        own = digest(words) if self.entries else ""
        return tuple(one for one in self.entries if one.language == language and one.hash == own)


def confirmation(one: ParagraphWords, language: str) -> Confirmation:
    """The entry that a paragraph of a language is right beside all others, as they are now."""
    read = tuple(sorted((other, digest(words)) for other, words in one.words.items() if other != language))
    return Confirmation(language, digest(one.words[language]), read)


def record_path(letter: Path) -> Path:
    """The file of the record of a letter."""
    return letter.with_name(letter.stem + SUFFIX)


def read_record(letter: Path) -> ConfirmedTexts:
    """The record of a letter; an empty one if there is no file.

    Raises:
        LetterError: the file is not a record.
    """
    path = record_path(letter)
    if not path.exists():
        return ConfirmedTexts()
    try:
        values = json.loads(read_in_folder(path.parent, path.name, "YAML"))
        return ConfirmedTexts(frozenset(_entry(one) for one in _entries(values)))
    except OutsideError:
        fact = "this is a link to a file in another folder; such links are not followed"
        raise LetterError(Problem(Place(str(path)), "outside-folder", fact, "copy the file here")) from None
    except OSError as error:
        raise LetterError(Problem(Place(str(path)), "unreadable-file", not_read(error), "check the file")) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        fact = "this is not a record of confirmed translations"
        hint = "restore the file from git, or delete it and confirm again with 'circulars confirm'"
        raise LetterError(Problem(Place(str(path)), "wrong-record", fact, hint)) from None


def _entries(values: Any) -> list[Any]:
    if values["version"] != _VERSION or not isinstance(values["confirmed"], list):
        raise ValueError
    return list(values["confirmed"])


def _entry(values: Mapping[str, Any]) -> Confirmation:
    read = tuple(sorted(values["read"].items()))
    texts = (values["language"], values["hash"], *(text for pair in read for text in pair))
    if not all(isinstance(text, str) for text in texts):
        raise TypeError
    return Confirmation(values["language"], values["hash"], read)


def write_record(letter: Path, entries: Iterable[Confirmation]) -> Path:
    """Writes a record, one entry on a line, so that git merges those of two people; returns its path.

    Raises:
        MachineError: the file cannot be written.
    """
    lines = [
        json.dumps({"language": one.language, "hash": one.hash, "read": dict(one.read)}, ensure_ascii=False)
        for one in sorted({*entries})
    ]
    text = f'{{"version": {_VERSION}, "confirmed": [\n' + ",\n".join(lines) + "\n]}\n"
    path = record_path(letter)
    return save(path.parent, path.name, text.encode())
