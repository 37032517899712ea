"""Plans the texts of a letter whose words an edited file has changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from circulars.characters import forbidden_in
from circulars.model.letter import Letter
from circulars.review.word_edits.accepted import AcceptedParagraph
from circulars.review.word_edits.edits import PlannedEdit, Rewrite
from circulars.review.word_edits.marking import written
from circulars.review.word_edits.origins import ELSEWHERE, SourceText, TypedUnit, WordOrigin
from circulars.review.word_edits.rewriting import GivenWords, NewWords, NotMappedError, TypedOver, new_words
from circulars.source.editing import Path

SPLIT: Final = "\u2029"
"""What is between the words of paragraphs that were one: YAML does not have it in texts."""

NOT_SAID: Final = "letters cannot say how the new words look"
_MOST: Final = 20_000
"""The most characters of a paragraph whose words are compared."""
_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Refused:
    """An edit that is not made: the words before and after it, why, and what can be done."""

    old: str
    new: str
    reason: str
    remedy: str
    near: frozenset[int]
    authors: tuple[str, ...] = ()
    question: TypedOver | None = None
    kind: str = "words"
    groups: frozenset[int] = frozenset()


@dataclass(slots=True)
class TextEdits:
    """The edits of one text, by the number of the paragraph in it."""

    text: SourceText
    changed: dict[int, list[tuple[int, int, tuple[TypedUnit, ...]]]] = field(default_factory=dict)
    texts: dict[int, SourceText] = field(default_factory=dict)
    near: set[int] = field(default_factory=set)
    authors: list[str] = field(default_factory=list)
    groups: set[int] = field(default_factory=set)
    old: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PairedEdit:
    """A paragraph whose words were changed: its number in the edited file, both versions, and where it is from.

    ``others`` are further texts that it is made of.
    The old paragraphs that were ``merged`` into it have their words behind those of the first one.
    ``cut`` are the numbers of the new paragraphs that were split off; their words are behind those of the first one.
    """

    number: int
    old: AcceptedParagraph
    new: AcceptedParagraph
    origin: WordOrigin | None
    others: tuple[WordOrigin, ...] = ()
    merged: tuple[WordOrigin, ...] = ()
    cut: tuple[int, ...] = ()

    @property
    def groups(self) -> frozenset[int]:
        """The group of edits that are made together, or not at all: those of a paragraph that was split or joined."""
        return frozenset((self.number,)) if self.merged or self.cut else frozenset()


@dataclass(frozen=True, slots=True)
class CutOff:
    """The units of a new paragraph that was split off."""

    number: int
    units: tuple[TypedUnit, ...]


def rewrites(
    pairs: Sequence[PairedEdit], links: Mapping[str, str], here: Collection[str] = (), answered: Collection[str] = ()
) -> Iterator[PlannedEdit | Refused | CutOff]:
    """The texts to write for changed paragraphs, and what is not written. ``links`` has names by their addresses.

    Of a text with a question that is not answered nothing is written: its edits may belong together.
    """
    by_path: dict[Path, TextEdits] = {}
    asked: set[Path] = set()
    for pair in pairs:
        for one in _paragraph(pair, links, frozenset(here), by_path):
            if isinstance(one, Refused) and one.question and pair.origin and one.question.unit.name not in answered:
                asked |= {origin.text.path for origin in (pair.origin, *pair.merged)}
            yield replace(one, groups=pair.groups) if isinstance(one, Refused) else one
    for path, edits in by_path.items():
        if path in asked:
            yield _unwritten(edits, "the same text has a question", "answer it first")
        else:
            yield _rewrite(path, edits)


def _unwritten(edits: TextEdits, reason: str, remedy: str = "edit the letter") -> Refused:
    """The edits of a text, of which none is written."""
    near, groups = frozenset(edits.near), frozenset(edits.groups)
    old, new, authors = "\n".join(edits.old), "\n".join(edits.new), tuple(dict.fromkeys(edits.authors))
    return Refused(old, new, reason, remedy, near, authors, groups=groups)


def link_names(letter: Letter, language: str) -> dict[str, str]:
    """The names of a letter's links by their addresses in a language."""
    return {addresses[language]: name for name, addresses in letter.links.items() if language in addresses}


def _paragraph(
    pair: PairedEdit, links: Mapping[str, str], here: frozenset[str], by_path: dict[Path, TextEdits]
) -> Iterator[Refused | CutOff]:
    old, new, origin = pair.old, pair.new, pair.origin
    near = frozenset((pair.number,))
    if origin is None:
        reason = "these words are not in the letter: the kind of letter, the pack or a fact supplies them"
        yield Refused(old.text, new.text, reason, "edit the letter", near, new.authors)
        return
    if max(len(old.text), len(new.text)) > _MOST:
        reason = f"the paragraph has more than {_MOST:,} characters"
        yield Refused(old.text[:_SHOWN], new.text[:_SHOWN], reason, "edit the letter", near, new.authors)
        return
    origin, found = _concerned(pair, links, here)
    if found is None:
        reason = "the edit goes across the border of the letter's own words"
        yield Refused(old.text, new.text, reason, "edit the letter", near, new.authors)
        return
    if origin.text.shared and found.units != origin.units:
        reason = "this text is the same in several languages"
        yield Refused(old.text, new.text, reason, "edit the letter, in each language or for all", near, new.authors)
        return
    for words in found.outside:
        reason = f"{words} is in words around the letter's own, such as a label or a number"
        yield Refused(old.text, new.text, reason, "edit the letter, the kind or the pack", near, new.authors)
    for question in found.questions:
        if question.unit.name not in here:
            reason = f"'{question.words}' is typed over {what_is(question.unit)}, which shows '{question.unit.shown}'"
            yield Refused(old.text, new.text, reason, "decide what is meant", near, new.authors, question)
    own, *others = _parts(found.units)
    if len(others) != len(pair.cut):
        reason = "the words beside the place where it was split cannot be taken into the letter"
        yield Refused(old.text, new.text, reason, "edit the letter", near, new.authors)
        return
    yield from (CutOff(number, units) for number, units in zip(pair.cut, others, strict=True))
    if own == origin.units:
        return
    text = origin.text
    edits = by_path.setdefault(text.path, TextEdits(text))
    edits.texts[text.number] = text
    edits.changed.setdefault(text.number, []).append((origin.first, origin.last, own))
    edits.near |= {pair.number, *pair.cut}
    edits.groups |= pair.groups
    edits.authors += new.authors
    edits.old.append(old.text)
    edits.new.append(new.text.replace(SPLIT, "\n"))


def _concerned(pair: PairedEdit, links: Mapping[str, str], here: frozenset[str]) -> tuple[WordOrigin, NewWords | None]:
    """The text that the edits of a paragraph are in, and its new words; None if they go across its borders."""
    assert pair.origin is not None, pair
    first: NewWords | None = None
    for origin in (pair.origin, *pair.others):
        try:
            found = new_words(pair.old, pair.new, _given(origin, pair.merged), links, here)
        except NotMappedError:
            continue
        if not found.outside:
            return origin, found
        first = first or (found if origin is pair.origin else None)
    return pair.origin, first


def _given(origin: WordOrigin, merged: Sequence[WordOrigin]) -> GivenWords:
    """The old words of a paragraph with those that were merged into it."""
    others = tuple(replace(unit, start=ELSEWHERE, end=ELSEWHERE) for one in merged for unit in one.units)
    after = merged[-1].after if merged else origin.after
    return GivenWords((*origin.units, *others), origin.before, after)


def _parts(units: Sequence[TypedUnit]) -> list[tuple[TypedUnit, ...]]:
    """The units between the marks where paragraphs were split, without spaces at their ends."""
    parts: list[list[TypedUnit]] = [[]]
    for unit in units:
        if unit.shown == SPLIT:
            parts.append([])
        elif len(parts) > 1:
            parts[-1].append(replace(unit, start=ELSEWHERE, end=ELSEWHERE) if unit.start >= 0 else unit)
        else:
            parts[-1].append(unit)
    return [tuple(part) if len(parts) == 1 else _stripped(part) for part in parts]


def _stripped(units: list[TypedUnit]) -> tuple[TypedUnit, ...]:
    first, last = 0, len(units)
    while first < last and units[first].shown.isspace():
        first += 1
    while last > first and units[last - 1].shown.isspace():
        last -= 1
    return tuple(units[first:last])


def what_is(unit: TypedUnit) -> str:
    """What a unit is that is no text, in words."""
    if unit.hole.startswith("ref:"):
        return f"the reference '{unit.typed}'"
    if unit.hole:
        return f"the fact '{unit.typed}'"
    if unit.look.link:
        return f"the link '{unit.typed}'"
    return f"'{unit.typed}', whose spelling depends on what is beside it"


def _rewrite(path: Path, edits: TextEdits) -> PlannedEdit | Refused:
    typed = edits.text.typed
    for number in sorted(edits.changed, reverse=True):
        text = edits.texts[number]
        units: list[TypedUnit] = [*text.units]
        for first, last, new in sorted(edits.changed[number], key=lambda one: one[0], reverse=True):
            units[first:last] = new
        made = written(text, units)
        if made is None:
            return _unwritten(edits, "these words cannot be written with the marks of a letter")
        if wrong := forbidden_in(made):
            return _unwritten(edits, wrong[1], wrong[2])
        typed = typed[: text.start] + made + typed[text.end :]
    return PlannedEdit(
        Rewrite(path, edits.text.typed, typed),
        "words",
        "\n".join(edits.old),
        "\n".join(edits.new),
        frozenset(edits.near),
        tuple(dict.fromkeys(edits.authors)),
        frozenset(edits.groups),
    )
