"""Plans which paragraphs, list entries and table rows of a letter an edited file has added, removed and moved."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from circulars.model.letter import Letter
from circulars.review.word_edits.accepted import AcceptedParagraph
from circulars.review.word_edits.edits import AddEntry, MoveEntry, PlannedEdit, RemoveEntry, Token
from circulars.review.word_edits.marking import written
from circulars.review.word_edits.origins import SourceText, TypedUnit, WordOrigin
from circulars.review.word_edits.pairing import PairedFile
from circulars.review.word_edits.rewrites import Refused
from circulars.review.word_edits.rewriting import typed_units
from circulars.source.editing import Path, Value
from circulars.source.editing.forms import Form, at_path, form_of
from circulars.syntax.nodes import read_tree


@dataclass(frozen=True, slots=True)
class PulledVersions:
    """The letter and the paragraphs that a Word file had, those that it has now, and where each is from."""

    letter: Letter
    source: bytes
    language: str
    old: Sequence[AcceptedParagraph]
    new: Sequence[AcceptedParagraph]
    pairs: PairedFile
    origins: Mapping[int, WordOrigin]
    links: Mapping[str, str]
    here: frozenset[str] = frozenset()


def entry_of(path: Path) -> Path:
    """The path of the entry of a list that a text belongs to: the row, if it is in a cell; () if it is in no list."""
    for at, step in enumerate(path):
        if isinstance(step, int) and at + 1 < len(path) and isinstance(path[at + 1], int):
            return path[: at + 1]
    ends = [at for at, step in enumerate(path) if isinstance(step, int)]
    return path[: ends[-1] + 1] if ends else ()


def structure(
    versions: PulledVersions, cut: Mapping[int, tuple[TypedUnit, ...]]
) -> tuple[list[PlannedEdit], list[Refused]]:
    """The entries to remove, to add and to move, in this order; and what cannot be done.

    ``cut`` has the units of new paragraphs that were split off others.
    """
    plan = _Structure(versions, cut)
    plan.remove()
    plan.add()
    plan.move()
    return plan.edits, plan.refused


class _Structure:
    """The entries of a letter's lists, in the order of the edited file."""

    def __init__(self, versions: PulledVersions, cut: Mapping[int, tuple[TypedUnit, ...]]) -> None:
        self.versions, self.cut = versions, cut
        self.form = form_of(read_tree(versions.source, "").root)
        self.edits: list[PlannedEdit] = []
        self.refused: list[Refused] = []
        self.places: dict[int, tuple[Path, Token]] = {}
        for number, place in enumerate(versions.pairs.olds):
            if place is not None and (entry := self._entry(place)):
                self.places[number] = entry[:-1], entry[-1]

    def _entry(self, place: int) -> Path:
        origin = self.versions.origins.get(place)
        return entry_of(origin.text.path) if origin else ()

    # What is gone.

    def remove(self) -> None:
        """Plans the removal of entries of which no paragraph is left."""
        gone = [*self.versions.pairs.removed]
        merged = {one for ones in self.versions.pairs.merged.values() for one in ones}
        lost = {*gone, *merged}
        lost |= {
            place
            for number, place in enumerate(self.versions.pairs.olds)
            if place is not None and self._is_emptied(place, self.versions.new[number])
        }
        by_entry: dict[Path, list[int]] = {}
        for place in sorted(lost):
            if not self.versions.old[place].text.strip():
                continue
            if entry := self._removable(place, lost):
                by_entry.setdefault(entry, []).append(place)
            else:
                self._refuse_removal(place)
        for entry, places in sorted(by_entry.items(), key=lambda one: one[1], reverse=True):
            texts = tuple(dict.fromkeys(self.versions.origins[place].text.path for place in places))
            whole = all(_is_last(at_path(self.form, path[:-1]), path, self._codes) for path in texts)
            words = "\n".join(self.versions.old[place].text for place in places)
            near = self._around(places[0])
            edit = RemoveEntry(entry, texts, whole)
            self.edits.append(PlannedEdit(edit, "removed", words, "", near))

    @property
    def _codes(self) -> frozenset[str]:
        return frozenset(named.name for named in self.versions.letter.languages)

    def _is_emptied(self, place: int, new: AcceptedParagraph) -> bool:
        return not new.text.strip() and bool(self.versions.old[place].text.strip()) and new.cell is None

    def _removable(self, place: int, lost: set[int]) -> Path:
        """The largest entry that a lost paragraph is in and that has no other words; () if there is none."""
        origin = self.versions.origins.get(place)
        if origin is None or origin.text.count > 1 or (origin.first, origin.last) != (0, len(origin.text.units)):
            return ()
        path = origin.text.path
        own = entry_of(path)
        if not own or not _is_own_text(path, own):
            return ()
        kept = [
            one.text.path for number, one in self.versions.origins.items() if number not in lost
        ]  # the texts that stay
        best: Path = ()
        for end in range(len(own), 0, -1):
            if not isinstance(own[end - 1], int) or any(other[:end] == own[:end] for other in kept):
                continue
            if end == len(own) or _is_block(own[:end]):
                best = own[:end]
        return best

    def _refuse_removal(self, place: int) -> None:
        words = self.versions.old[place].text
        reason = "only whole paragraphs, entries and rows of the letter can be removed"
        self.refused.append(Refused(words, "", reason, "edit the letter", self._around(place), kind="removed"))

    def _around(self, place: int) -> frozenset[int]:
        """The numbers of the edited file's paragraphs around a lost one."""
        olds = self.versions.pairs.olds
        before = max((number for number, one in enumerate(olds) if one is not None and one < place), default=-1)
        after = next((number for number, one in enumerate(olds) if one is not None and one > place), len(olds))
        return frozenset((before, after))

    # What is new.

    def add(self) -> None:
        """Plans new entries for the paragraphs that are new."""
        rows: dict[tuple[int, int], list[int]] = {}
        olds = self.versions.pairs.olds
        for number, one in enumerate(self.versions.new):
            if olds[number] is not None or not one.text.strip():
                continue
            if one.cell is None:
                self._add_paragraph(number)
            else:
                rows.setdefault((one.cell.table, one.cell.row), []).append(number)
        for numbers in rows.values():
            self._refuse_new(numbers[0], "a cell has a new paragraph, or a table a new row or column")

    def _add_paragraph(self, number: int) -> None:
        new = self.versions.new[number]
        typed = self._typed(number)
        home = self._home(number)
        if typed is None or home is None:
            self._refuse_new(number, "there is no place in the letter for a new paragraph like this")
            return
        path, after, sample = home
        token = f"new {number}"
        value = self._value(typed, path, sample)
        edit = AddEntry(path, token, after, value, self.versions.language, typed)
        self.places[number] = path, token
        self.edits.append(PlannedEdit(edit, "added", "", new.text, frozenset((number,)), new.authors))

    def _home(self, number: int) -> tuple[Path, Token, Path] | None:
        """The list for a new paragraph, the entry that it comes behind, and the path of a text like it."""
        before = self._beside(number, -1)
        after = self._beside(number, 1)
        for beside in (before, after):
            if beside is not None and self._is_like(number, beside) and beside in self.places:
                path, token = self.places[beside]
                behind = token if beside == before else self._before(path, token)
                return path, behind, self._sample(beside)
        # A block of the body, of a kind that another block has.
        for beside in (before, after):
            if beside is None or beside not in self.places:
                continue
            path = _body_of((*self.places[beside][0], 0))
            like = next(
                (one for one in self.places if self._is_like(number, one) and self.places[one][0] == path), None
            )
            if like is not None:
                return path, self._behind(path, number), self._sample(like)
        return None

    def _sample(self, number: int) -> Path:
        """The path of the text of a paragraph; of a new one, that of the paragraph that it is like."""
        place = self.versions.pairs.olds[number]
        if place is not None:
            return self.versions.origins[place].text.path
        like = next(
            one for one in self.places if self.versions.pairs.olds[one] is not None and self._is_like(number, one)
            and self.places[one][0] == self.places[number][0]
        )  # fmt: skip
        return self._sample(like)

    def _beside(self, number: int, step: int) -> int | None:
        """The next paragraph before or after another one in the same story that has words."""
        at = number + step
        while 0 <= at < len(self.versions.new):
            one = self.versions.new[at]
            if one.part != self.versions.new[number].part:
                return None
            if one.text.strip() and (at in self.places or step < 0) and one.cell is None:
                return at if at in self.places else None
            at += step
        return None

    def _is_like(self, number: int, other: int) -> bool:
        one, two = self.versions.new[number], self.versions.new[other]
        return (one.style, one.list_level, one.cell is None) == (two.style, two.list_level, two.cell is None)

    def _before(self, path: Path, token: Token) -> Token:
        """The entry before another one in a list of the letter."""
        return token - 1 if isinstance(token, int) else -1

    def _behind(self, path: Path, number: int) -> Token:
        """The last entry of a body that has a paragraph before another one."""
        for at in range(number - 1, -1, -1):
            if at not in self.places:
                continue
            own, token = self.places[at]
            if own == path:
                return token
            if own[: len(path)] == path:
                return own[len(path)]
        return -1

    def _typed(self, number: int) -> str | None:
        """The words of a new paragraph as the letter has them; None if they cannot be written."""
        if number in self.versions.pairs.split and number not in self.cut:
            return None
        units = self.cut.get(number) or typed_units(self.versions.new[number], self.versions.links)
        empty = SourceText((), 0, 1, "", 0, 0, lines=False, marked=True, shared=False, units=())
        return written(empty, units)

    def _value(self, typed: str, path: Path, sample: Path) -> Value:
        """What is written for a new entry, in the way of another one."""
        own = [str(step) for step in sample[len(path) + 1 :]]
        if not own:
            return typed
        inner: dict[str, Value] = {own[-1]: typed}
        for step in reversed(own[:-1]):
            inner = {step: inner}
        level = at_path(self.form, (*sample[: len(path) + 1], "level")) if self._has_level(sample, path) else None
        return {**inner, "level": int(level[0])} if isinstance(level, tuple) else inner

    def _has_level(self, sample: Path, path: Path) -> bool:
        """Whether a new entry needs the level of a heading."""
        entry = at_path(self.form, sample[: len(path) + 1])
        return isinstance(entry, dict) and "level" in entry

    def _refuse_new(self, number: int, reason: str) -> None:
        new = self.versions.new[number]
        near = frozenset((number,))
        self.refused.append(Refused("", new.text, reason, "edit the letter", near, new.authors, kind="added"))

    # What is in another place.

    def move(self) -> None:
        """Plans moves of entries that are in another order."""
        orders: dict[Path, list[tuple[Token, int]]] = {}
        for number, (path, token) in sorted(self.places.items()):
            for end in range(1, len(path) + 1):
                if end < len(path) and not isinstance(path[end], int):
                    continue
                step: Token = token if end == len(path) else path[end]
                order = orders.setdefault(path[:end], [])
                if step not in [one for one, _ in order]:
                    order.append((step, number))
        for path, order in orders.items():
            stays = _longest_rise([step for step, _ in order if isinstance(step, int)])
            last: Token = -1
            for step, number in order:
                if isinstance(step, int) and step not in stays:
                    words = self.versions.new[number].text
                    edit = MoveEntry(path, step, last)
                    near = frozenset((number,))
                    self.edits.append(PlannedEdit(edit, "moved", words, words, near, self.versions.new[number].authors))
                last = step


def _longest_rise(numbers: Sequence[int]) -> set[int]:
    """The numbers of the longest rising sequence among some."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for at, number in enumerate(numbers):
        length = bisect_left(tails, number)
        before.append(ends[length - 1] if length else -1)
        if length == len(tails):
            tails.append(number)
            ends.append(at)
        else:
            tails[length], ends[length] = number, at
    found: set[int] = set()
    at = ends[-1] if ends else -1
    while at >= 0:
        found.add(numbers[at])
        at = before[at]
    return found


def _body_of(path: Path) -> Path:
    """The list of blocks that a path leads through: the letter's body, or an annex's."""
    return path[: path.index("body") + 1] if "body" in path else path[:1]


def _is_block(path: Path) -> bool:
    """Whether a path is that of a block of a body, or of an entry of a list in one."""
    return "body" in path and isinstance(path[-1], int)


def _is_own_text(path: Path, entry: Path) -> bool:
    """Whether a text is what its entry is about, and not one of several things that it states."""
    rest = path[len(entry) :]
    if rest and isinstance(rest[0], int):
        return True  # a cell of a row
    return not rest or len(rest) == 1 or rest[0] in ("heading", "note")


def _is_last(owner: Form, path: Path, codes: frozenset[str]) -> bool:
    """Whether a text is the only one in any language of what owns it."""
    if not isinstance(owner, dict):
        return True
    return not any(key in codes and key != path[-1] for key in owner)
