"""What must be true of the changes between any two letters; each property gives the faults that it finds, in words."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import Any, Final

from circulars.build import Order, documents
from circulars.east_asian import has_unspaced
from circulars.model.document import Document
from circulars.review.comparing.changes import Change, Segment
from circulars.review.comparing.common import common_pairs
from circulars.review.comparing.compare import changes_of
from circulars.review.comparing.comparison import Comparison, Matched, comparison
from circulars.review.comparing.consequences import announcing
from circulars.review.comparing.tokens import Words, words_of
from circulars.review.comparing.tree import EVERYBODY, tree_of
from circulars.review.diffing import diff
from circulars.workspace import Workspace
from review.edits import EditedLetter, read
from review.pair_letters import Letter, letter_text


def faults_of_pair(pair: EditedLetter, workspace: Workspace) -> list[str]:
    """What is wrong with the changes between two letters, in each language that both are in."""
    old, new = (
        {document.language: document for document in documents(read(letter), workspace, Order(), drawn=False)}
        for letter in (pair.old, pair.new)
    )
    return [
        f"{language}: {fault}" for language in old if language in new for fault in _faults(old[language], new[language])
    ]


def _faults(old: Document, new: Document) -> Iterator[str]:
    compared = comparison(old, new)
    changes = changes_of(compared)
    yield from _wrong_sides(compared)
    yield from _unreported(compared, changes)
    yield from _too_many_marks(compared)


# Applying the changes gives the new text, undoing them the old one.


def _wrong_sides(compared: Comparison) -> Iterator[str]:
    """Texts that the comparison does not give back."""
    for side, found, document in (
        ("undone", _old_texts(compared.root), compared.old),
        ("applied", _new_texts(compared.root), compared.new),
    ):
        texts = [*found]
        expected = [unit.words for unit in tree_of(document, EVERYBODY).walk()]
        if [*filter(None, map(_spaced, texts))] != [*filter(None, map(_spaced, expected))]:
            a, b = next((a, b) for a, b in itertools.zip_longest(texts, expected) if a != b)
            yield f"the changes {side} give {a!r} instead of {b!r}"


def _new_texts(part: Matched) -> Iterator[str]:
    """The texts of the new document, in its order."""
    if part.fate == "moved away":
        return
    if part.fate not in ("split", "removed"):
        yield _side(part, "removed")
    if part.fate != "merged":
        for inner in part.parts:
            yield from _new_texts(inner)


def _old_texts(part: Matched) -> Iterator[str]:
    """The texts of the old document, in its order."""
    if part.fate == "moved":
        return
    if part.fate not in ("merged", "added"):
        yield _side(part, "added")
    if part.fate != "split":
        for inner in part.parts:
            yield from _old_texts(inner)


def _side(part: Matched, other: str) -> str:
    """The text of one side of a part: of its own words, or of its pieces."""
    if part.fate in ("split", "merged"):
        return " ".join("".join(s.text for s in piece.words if s.mark != other) for piece in part.parts)
    return "".join(segment.text for segment in part.words if segment.mark != other)


def _spaced(text: str) -> str:
    """A text with one space between words: where a paragraph was split, the space of its break is in neither piece."""
    return " ".join(text.split())


# What changed is reported.


def _unreported(compared: Comparison, changes: Sequence[Change]) -> Iterator[str]:
    """Words that changed and that no change reports: only the numbers and titles of annexes are consequences."""
    told = announcing(compared)
    marked = Counter(
        _marks(
            segment
            for part in compared.root.walk()
            if part.fate != "moved away" and part.unit.key not in told and part.unit.name != "parent"
            for segment in part.words
        )
    )
    reported = Counter(_marks(segment for change in changes for segment in change.segments))
    if missing := marked - reported:
        yield f"not reported: {_listed(missing)}"


def _marks(segments: Iterator[Segment]) -> Iterator[str]:
    for segment in segments:
        if segment.mark != "equal" and not segment.quiet and not segment.fact:
            for word in re.findall(r"\w+", segment.text):
                yield f"{segment.mark} {word}"


def _listed(found: Counter[str]) -> str:
    return ", ".join(itertools.islice(found, 8))


# No more words are marked than those of a longest common subsequence.


def _too_many_marks(compared: Comparison) -> Iterator[str]:
    """Parts of which more words are marked than must be, unless they are in a text that is replaced whole."""
    locale = compared.new.locale
    for part in compared.root.walk():
        if part.old is None or part.new is None:
            continue
        least = _least_marks(words_of(part.old.spans, locale), words_of(part.new.spans, locale))
        marked = [
            (segment.mark, words_of(segment.text, locale))
            for segment in part.words
            if segment.mark != "equal" and not segment.quiet and not segment.fact
        ]
        count = sum(len(words) - 1 for _, words in marked)
        if count > least + sum(_kept_whole(*pair) for pair in itertools.pairwise(marked)):
            yield f"{count} words are marked instead of {least} at {part.unit.place}: {_short(part)}"


def _least_marks(old: Words, new: Words, letters: bool = False) -> int:
    """How many words a plain longest common subsequence would mark; with ``letters``, without punctuation."""
    texts = [[word.key for word in words[:-1] if not letters or re.search(r"\w", word.key)] for words in (old, new)]
    return len(texts[0]) + len(texts[1]) - 2 * len(common_pairs(*texts))


def _kept_whole(first: tuple[str, Words], second: tuple[str, Words]) -> int:
    """How many words two neighbouring marks share, if one replaces the other and they share about half or less."""
    (mark, old), (other, new) = first, second
    if (mark, other) != ("removed", "added"):
        return 0
    total = sum(bool(re.search(r"\w", word.key)) for word in (*old[:-1], *new[:-1]))
    is_replaced = total - _least_marks(old, new, letters=True) <= 0.6 * total
    return len(old) + len(new) - 2 - _least_marks(old, new) if is_replaced else 0


def _short(part: Matched) -> str:
    """The marks of a part, with the last words before each."""
    signs = {"equal": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    shown = (s.text[-20:] if s.mark == "equal" else s.text for s in part.words)
    return "".join(signs[s.mark].format(text) for s, text in zip(part.words, shown, strict=True))[:300]


# A letter does not differ from itself.


def _plainly(text: str) -> str:
    return text


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


STYLES: Final[Mapping[str, tuple[dict[str, Any], Callable[[str], str]]]] = {
    "wrapped elsewhere": ({"width": 50}, _plainly),
    "with its keys in another order": ({"sort_keys": True}, _plainly),
    "with quotation marks": ({"quote": '"'}, _plainly),
    "with single quotation marks": ({"quote": "'", "width": 1000}, _plainly),
    "in braces": ({"default_flow_style": True, "sort_keys": True}, _plainly),
    "with decomposed letters": ({}, _decomposed),
}
"""Other ways to write the same letter."""


def faults_of_style(letter: Letter, style: str, folder: Path) -> list[str]:
    """Whether a letter differs from itself, written in another way."""
    (folder / "letters").mkdir(exist_ok=True)
    letter = _without(letter, {*_unspaced(letter, letter["languages"])})
    (folder / "letters/old.yaml").write_text(letter_text(letter), "utf-8")
    layout, encoded = STYLES[style]
    (folder / "letters/new.yaml").write_text(encoded(letter_text(letter, **layout)), "utf-8")
    report = diff("letters/old.yaml", "letters/new.yaml", Workspace(folder))
    return [f"{style}, a letter differs from itself: {report.text()[:400]}"] if report.differs else []


def _unspaced(value: Any, languages: Sequence[str]) -> Iterator[str]:
    """The languages in which a letter has Chinese or Japanese words: there no line may end at a space."""
    if isinstance(value, dict):
        yield from (code for code in languages if isinstance(text := value.get(code), str) and has_unspaced(text))
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _unspaced(inner, languages)


def _without(value: Any, languages: Set[str]) -> Any:
    """A part of a letter without its texts in some languages."""
    if isinstance(value, dict):
        return {key: _without(inner, languages) for key, inner in value.items() if key not in languages}
    return (
        [_without(inner, languages) for inner in value if not (isinstance(inner, str) and inner in languages)]
        if isinstance(value, list)
        else value
    )
