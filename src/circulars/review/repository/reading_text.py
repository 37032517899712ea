"""The reading text of letters and Word files, by which git shows what changed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from lxml import etree

from circulars.build import Order, documents
from circulars.errors import CircularsError, LetterError, Problem, UsageError, visible
from circulars.files.opc import UnreadablePackageError, read_parts
from circulars.files.word_words import paragraphs_in
from circulars.render.txt import text_of
from circulars.review.versions.git import Version, read_version
from circulars.source.letters.reading import parse_as_far_as_possible
from circulars.workspace import Workspace

_CONFLICT: Final = "merge-conflict"
_TOO_LARGE: Final = "too-large"


def reading_text(path: Path, workspace: Workspace) -> str:
    """What a reader of a file sees: of a letter the text in each of its languages, of a Word file its paragraphs.

    Of a letter with conflicts of a merge it is that of our version, with the comments that have theirs. A letter that
    cannot be built otherwise is shown as it is typed, and so is any other file. Control characters are escapes.

    Raises:
        LetterError: the file cannot be read.
    """
    try:
        if path.suffix.lower() == ".docx":
            data = read_version(Version("", str(path)), Path(), "finished file")
            text = _word_text(data)
        else:
            data = read_version(Version("", str(path)), Path())
            text = _letter_text(data, path, workspace)
    except LetterError as error:
        if error.problems[0].code != _TOO_LARGE:
            raise
        return f"{error.problems[0].message}\n"  # an error would end git, too
    return "".join(f"{visible(line)}\n" for line in (text or data.decode("utf-8", "replace")).splitlines())


def _word_text(data: bytes) -> str:
    try:
        return "\n".join(paragraphs_in(read_parts(data)))
    except (UnreadablePackageError, etree.XMLSyntaxError) as error:
        return f"this Word file cannot be read: {error}"


def _letter_text(data: bytes, path: Path, workspace: Workspace) -> str:
    parsed = parse_as_far_as_possible(data, path.name, path.stem, workspace.letters, workspace.language_folders)
    if parsed.letter is None or any(problem.code != _CONFLICT for problem in parsed.problems):
        return ""
    try:
        made = [*documents(parsed.letter, workspace, Order(), drawn=False)]
    except UsageError:
        raise
    except CircularsError:
        return ""
    pieces = [f"[{document.language}]\n\n{text_of(document)}" for document in made]
    return "\n".join([*pieces, *_other_versions(data, parsed.problems)])


def _other_versions(data: bytes, conflicts: Sequence[Problem]) -> Iterator[str]:
    """The comments of conflicts, which have the words of the other version of what is read."""
    lines = data.decode("utf-8", "replace").splitlines()
    for conflict in conflicts:
        below = itertools.takewhile(lambda line: line.lstrip().startswith("#"), lines[conflict.where.line - 1 :])
        yield "\n".join(["[merge-conflict]", "", *(line.strip().lstrip("# ") for line in below), ""])
