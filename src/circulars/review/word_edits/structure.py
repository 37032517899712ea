"""Plans which paragraphs, list entries and table rows of a letter an edited file has added, removed and moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from circulars.characters import forbidden_in
from circulars.review.comparing.common import increasing
from circulars.review.word_edits.edits import AddEntry, MoveEntry, PlannedEdit, Token
from circulars.review.word_edits.marking import written
from circulars.review.word_edits.origins import SourceText, TypedUnit
from circulars.review.word_edits.removals import removals
from circulars.review.word_edits.rewrites import NOT_SAID, Refused
from circulars.review.word_edits.rewriting import typed_units
from circulars.review.word_edits.versions import PulledVersions, entry_of
from circulars.source.editing import Path, Value
from circulars.source.editing.forms import Form, at_path, form_of
from circulars.syntax.nodes import read_tree

_SHORT: Final = 60
"""How many characters of a text a report names it by."""


def structure(
    versions: PulledVersions, cut: Mapping[int, tuple[TypedUnit, ...]]
) -> tuple[list[PlannedEdit], list[Refused]]:
    """The entries to remove, to add and to move, in this order; and what cannot be done.

    ``cut`` has the units of new paragraphs that were split off others.
    """
    gone, kept = removals(versions)
    plan = _Structure(versions, cut)
    plan.add()
    plan.move()
    return [*gone, *plan.edits], [*kept, *plan.refused]


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
            self._add_row(numbers)

    def _add_row(self, numbers: Sequence[int]) -> None:
        """Plans a new row of a table, if all of its cells are new."""
        cells = self._cells(numbers[0])
        home = self._row_home(numbers[0])
        if words := ", ".join(filter(None, map(self.versions.unsaid.get, numbers))):
            self._refuse_new(numbers[0], f"{NOT_SAID}: {words}")
            return
        if home is None or any(self.versions.pairs.olds[number] is not None for own in cells for number in own):
            self._refuse_new(numbers[0], "a cell has a new paragraph, or a table a new column or part")
            return
        path, after, sample = home
        form = at_path(self.form, sample)
        texts = [self._cell_text(own) for own in cells]
        if not isinstance(form, list) or len(form) != len(texts) or any(text is None for text in texts):
            self._refuse_new(numbers[0], "the letter's table has no row like this")
            return
        value = [self._cell_value(text or "", one) for text, one in zip(texts, form, strict=True)]
        words = "\n".join(self.versions.new[number].text for number in numbers)
        token, language = f"new {numbers[0]}", self.versions.language
        edit = AddEntry(path, token, after, value, language)
        self.edits.append(
            PlannedEdit(edit, "added", "", words, frozenset(numbers), self.versions.new[numbers[0]].authors)
        )
        self.places |= dict.fromkeys(numbers, (path, token))

    def _cells(self, number: int) -> list[list[int]]:
        """The numbers of the paragraphs in each cell of a row."""
        place = self.versions.new[number].cell
        assert place is not None, number
        cells: dict[int, list[int]] = {}
        for at, one in enumerate(self.versions.new):
            if one.cell and (one.cell.table, one.cell.row) == (place.table, place.row):
                cells.setdefault(one.cell.column, []).append(at)
        return [own for _, own in sorted(cells.items())]

    def _row_home(self, number: int) -> tuple[Path, Token, Path] | None:
        """The rows of a table, the row that a new one comes behind, and the path of a row like it."""
        place = self.versions.new[number].cell
        assert place is not None, number
        rows = [
            (at, one.cell.row)
            for at, one in enumerate(self.versions.new)
            if one.cell and one.cell.table == place.table and at in self.places and self.places[at][0][-1:] == ("rows",)
        ]
        above = [at for at, row in rows if row < place.row]
        below = [at for at, row in rows if row > place.row]
        known = [at for at, _ in rows if isinstance(self.places[at][1], int)]
        if not known or not (above or below):
            return None
        path, token = self.places[above[-1] if above else below[0]]
        sample = (*path, self.places[known[0]][1])
        return path, token if above else self._before(token), sample

    def _cell_text(self, numbers: Sequence[int]) -> str | None:
        """The text of a new cell; None if it cannot be written."""
        texts = [self._typed(number) for number in numbers if self.versions.new[number].text.strip()]
        return None if any(text is None for text in texts) else "\n\n".join(filter(None, texts))

    def _cell_value(self, text: str, like: Form) -> Value:
        return {self.versions.language: text} if isinstance(like, dict) and text else text

    def _add_paragraph(self, number: int) -> None:
        new = self.versions.new[number]
        if words := self.versions.unsaid.get(number):
            self._refuse_new(number, f"{NOT_SAID}: {words}")
            return
        typed = self._typed(number)
        home = self._home(number)
        if typed is None or home is None:
            self._refuse_new(number, "there is no place in the letter for a new paragraph like this")
            return
        path, after, sample = home
        token = f"new {number}"
        value = self._value(typed, path, sample)
        edit = AddEntry(path, token, after, value, self.versions.language)
        self.places[number] = path, token
        groups = self._groups(number)
        self.edits.append(PlannedEdit(edit, "added", "", new.text, frozenset((number,)), new.authors, groups))

    def _groups(self, number: int) -> frozenset[int]:
        """The group of edits that a new paragraph belongs to, if it was split off."""
        main = self.versions.pairs.split.get(number)
        return frozenset(() if main is None else (main,))

    def _home(self, number: int) -> tuple[Path, Token, Path] | None:
        """The list for a new paragraph, the entry that it comes behind, and the path of a text like it."""
        before = self._beside(number, -1)
        after = self._beside(number, 1)
        for beside in (before, after):
            if beside is not None and self._is_like(number, beside) and beside in self.places:
                path, token = self.places[beside]
                behind = token if beside == before else self._before(token)
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

    def _before(self, token: Token) -> Token:
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
        made = written(empty, units)
        return None if made is None or forbidden_in(made) else made

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
        self.refused.append(
            Refused("", new.text, reason, "edit the letter", near, new.authors, None, "added", self._groups(number))
        )

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
            placed = [(step, at) for at, (step, _) in enumerate(order) if isinstance(step, int)]
            stays = {step for step, _ in increasing(placed)}
            last: Token = -1
            above = ""
            for step, number in order:
                new = self.versions.new[number]
                if isinstance(step, int) and step not in stays:
                    edit, near = MoveEntry(path, step, last), frozenset((number,))
                    note = f"it is now behind '{above}'" if above else "it is now the first" if last == -1 else ""
                    self.edits.append(PlannedEdit(edit, "moved", new.text, new.text, near, new.authors, note=note))
                last, above = step, _beginning(new.text)


def _beginning(words: str) -> str:
    """The first words of a text, for a report."""
    line = " ".join(words.split())
    return line if len(line) <= _SHORT else f"{line[:_SHORT].rsplit(' ', 1)[0]} …"


def _body_of(path: Path) -> Path:
    """The list of blocks that a path leads through: the letter's body, or an annex's."""
    return path[: path.index("body") + 1] if "body" in path else path[:1]
