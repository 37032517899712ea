"""Turns the comments of an edited Word file into comments of the letter's file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from circulars.errors import visible
from circulars.review.word_edits.accepted import AcceptedParagraph
from circulars.review.word_edits.edited import Comment, EditedDocument
from circulars.source.editing import Path

_COMMAND: Final = re.compile(r"#([ \t]*)circulars:", re.IGNORECASE)
"""What would be read as a comment for the program, such as one that allows a problem."""
_DAY: Final = len("2026-11-30")
_MOST_QUOTED: Final = 80
_MOST: Final = 2000
"""The most characters of a comment that are written."""


@dataclass(frozen=True, slots=True)
class LetterComment:
    """A comment for a letter's file: its lines, without "#", and the path of the text that it is about."""

    path: Path
    lines: tuple[str, ...]
    author: str
    words: str


def letter_comments(
    file: EditedDocument, new: Sequence[AcceptedParagraph], paths: Mapping[int, Path]
) -> Iterator[LetterComment]:
    """The comments of a file. ``paths`` leads to the texts that the paragraphs ``new`` are from, by their numbers.

    A comment about words that are not in the letter is above the text before them, and quotes them.
    """
    numbers = {number: at for at, one in enumerate(new) for number in one.numbers}
    for comment in file.comments:
        at = numbers.get(comment.anchor) if comment.anchor is not None else None
        path = paths.get(at) if at is not None else None
        quoted = _quoted(file, comment, is_whole=path is None)
        if path is None:
            above = [one for one in sorted(paths) if at is not None and one < at]
            path = paths[above[-1]] if above else ()
        yield LetterComment(path, tuple(_lines(comment, quoted, file)), comment.author, comment.text)


def _quoted(file: EditedDocument, comment: Comment, *, is_whole: bool) -> str:
    """The words that a comment is about; "" for a whole paragraph, unless that ``is_whole`` to be quoted."""
    if comment.anchor is None or comment.anchor >= len(file.paragraphs):
        return ""
    whole = "".join(run.text for run in file.paragraphs[comment.anchor].runs)
    words = whole[comment.start : comment.end]
    return "" if words.strip() == whole.strip() and not is_whole else (words.strip() or whole.strip())[:_MOST_QUOTED]


def _lines(comment: Comment, quoted: str, file: EditedDocument) -> Iterator[str]:
    first, *others = [line.strip() for line in comment.text[:_MOST].splitlines() if line.strip()] or [""]
    day = f", {comment.date[:_DAY]}" if comment.date else ""
    about = f', on "{quoted}"' if quoted else ""
    answered = ""
    if comment.answers is not None and comment.answers < len(file.comments):
        answered = f", in answer to {file.comments[comment.answers].author or 'somebody'}"
    done = " (resolved)" if comment.is_done else ""
    yield _safe(f"{comment.author or 'Somebody'}{day}{about}{answered}{done}: {first}")
    yield from (_safe(f"  {line}") for line in others)
    if len(comment.text) > _MOST:
        yield "  …"


def _safe(line: str) -> str:
    """A line that no reader of the file takes for anything but words."""
    shown = visible(" ".join(line.splitlines()))
    return _COMMAND.sub(r'#\1"circulars":', f"# {shown}").removeprefix("# ")
