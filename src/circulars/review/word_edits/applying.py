"""Makes the edits of a Word file in a letter, which may have changed since the file was made."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import takewhile
from typing import Final, Literal

from circulars.errors import LetterError
from circulars.review.word_edits.edits import AddEntry, LetterEdit, MoveEntry, PlannedEdit, RemoveEntry, Rewrite, Token
from circulars.review.word_edits.joining import is_rest_of, missing_texts, says
from circulars.review.word_edits.merging import merged_text
from circulars.source.editing import AddKey, Insert, Move, Operation, Path, Remove, Replace, edited, with_comment
from circulars.source.editing.forms import Form, at_path, form_of, wanted_form
from circulars.syntax.nodes import read_tree

_ALIKE: Final = 0.5
_OWN: Final = "own "
"""How the tokens of entries begin that only the letter as it is now has."""

Outcome = Literal["taken", "already there", "conflict", "not mapped"]


@dataclass(frozen=True, slots=True)
class Applied:
    """The outcome of one edit, with a reason or a note, if there is one; ``now`` is what the letter says now."""

    outcome: Outcome
    reason: str = ""
    now: str = ""


class EditedLetter:
    """A letter that is edited, with the entries that it has in common with the one that a Word file was made from.

    In a letter for one language ``alone`` what is removed is removed as a whole, whatever other languages say there.
    ``edits`` are all that are to be made: how many entries are new at a place decides whether they are translations.
    """

    def __init__(
        self, base: bytes, data: bytes, file: str, edits: Iterable[LetterEdit] = (), *, alone: bool = False
    ) -> None:
        self.file, self.alone = file, alone
        self.data = data
        self.base = _form(base, file)
        listed = self.base.get("languages") if isinstance(self.base, dict) else None
        self.codes = (
            frozenset(one[0] for one in listed if isinstance(one, tuple)) if isinstance(listed, list) else frozenset()
        )
        self.orders: dict[Path, list[Token]] = {}
        self._joined: int | None = None
        self._note = ""
        self._new: dict[tuple[Path, Token], AddEntry] = {
            (one.path, one.token): one for one in edits if isinstance(one, AddEntry)
        }
        self._known: set[tuple[Path, Token]] = set()
        self._partners: dict[str, str] = {}
        self._unsure: dict[str, str] = {}
        self._match(self.base, self.form, ())

    @property
    def form(self) -> Form:
        """What the letter says now, as its edits have left it."""
        return _form(self.data, self.file)

    def apply(self, edit: LetterEdit) -> Applied:
        """Makes one edit, if the letter has what it changes as the edited file had it."""
        try:
            operations = self._operations(edit)
        except _NotMadeError as outcome:
            return outcome.applied
        try:
            self.data = edited(self.data, operations, self.file).data
        except LetterError as error:
            return Applied("not mapped", error.problems[0].message)
        self._follow(edit)
        return Applied("taken", self._note if isinstance(edit, AddEntry) else "")

    def comment(self, path: Path, lines: Sequence[str]) -> Applied:
        """Writes a comment above a text of the letter that the file was made from, or else at the beginning."""
        try:
            place = self.path(path)
        except _NotMadeError:
            place = ()
        try:
            after = with_comment(self.data, place, lines, self.file)
        except LetterError as error:
            return Applied("not mapped", error.problems[0].message)
        done = Applied("already there" if after == self.data else "taken")
        self.data = after
        return done

    def path(self, path: Path) -> Path:
        """The path in the letter as it is now of what has a path in the one that the file was made from."""
        found: Path = ()
        for at, step in enumerate(path):
            order = self.orders.get(path[:at])
            if isinstance(step, int):
                if order is None or step not in order:
                    raise _gone()
                step = order.index(step)
            found = (*found, step)
        return found

    def value(self, path: Path) -> Form:
        """What the letter has now at a path of the old one."""
        try:
            return at_path(self.form, self.path(path))
        except LookupError:
            raise _gone() from None

    def _operations(self, edit: LetterEdit) -> list[Operation]:
        match edit:
            case Rewrite():
                return [*self._rewritten(edit)]
            case AddEntry():
                return [*self._added(edit)]
            case RemoveEntry():
                return [*self._removed(edit)]
            case MoveEntry():
                order = self._order(edit.path)
                number = order.index(edit.token)
                others = [one for one in order if one != edit.token]
                to = _behind(edit.after, others)
                if number == to:
                    raise _NotMadeError(Applied("already there"))
                return [Move((*self.path(edit.path), number), to)]

    def _rewritten(self, edit: Rewrite) -> Iterator[Operation]:
        now = self.value(edit.path)
        text = now[0] if isinstance(now, tuple) else ""
        if text == edit.new.rstrip("\n"):
            raise _NotMadeError(Applied("already there"))
        new: str | None = edit.new
        if text != edit.old.rstrip("\n"):
            new = merged_text(edit.old.rstrip("\n"), text, edit.new.rstrip("\n"))
        if new is None:
            raise _NotMadeError(Applied("conflict", "the letter has changed these words, too", text))
        if new == text:
            raise _NotMadeError(Applied("already there"))
        yield Replace(self.path(edit.path), new)

    def _added(self, edit: AddEntry) -> Iterator[Operation]:
        order, path = self._order(edit.path), self.path(edit.path)
        listed = at_path(self.form, path)
        assert isinstance(listed, list), edit
        first = _behind(edit.after, order)
        self._joined, self._note = None, ""
        run = [*takewhile(lambda number: str(order[number]).startswith(_OWN), range(first, len(order)))]
        wanted = wanted_form(edit.value)
        for number in run:
            if says(listed[number], wanted, edit.language, self.codes):
                order[number] = edit.token
                raise _NotMadeError(Applied("already there"))
        if self._root(edit) not in self._known:
            self._find_partners(edit, {str(order[number]): listed[number] for number in run})
        partner = self._partners.get(edit.token)
        if partner in order:
            # Another language's file has the same entry, which was added first.
            self._joined = order.index(partner)
            yield from self._missing(edit, listed[self._joined], (*path, self._joined))
            return
        self._note = self._unsure.get(edit.token, "")
        yield Insert((*path, first), edit.value)

    def _missing(self, edit: AddEntry, entry: Form, path: Path) -> list[AddKey]:
        return missing_texts(entry, wanted_form(edit.value), path, edit.language, self.codes)

    def _root(self, edit: AddEntry) -> tuple[Path, Token]:
        """The place of a new entry: the list, and the entry of the letter that it comes behind."""
        after = edit.after
        while (edit.path, after) in self._new:
            after = self._new[edit.path, after].after
        return edit.path, after

    def _find_partners(self, edit: AddEntry, run: Mapping[str, Form]) -> None:
        """Finds the new entries of other languages that those of this file translate, if there are as many of both."""
        root = self._root(edit)
        self._known.add(root)
        here = [one for one in self._new.values() if self._root(one) == root]
        here = [one for one in here if not self._is_said(one, run.values())]
        lacking = [name for name, entry in run.items() if any(self._missing(one, entry, ()) for one in here)]
        pairs = [*zip(here, lacking, strict=False)]
        if len(here) == len(lacking) and all(self._missing(one, run[name], ()) for one, name in pairs):
            self._partners |= {one.token: name for one, name in pairs}
        elif lacking:
            note = (
                f"written as an entry of its own: the letter has {len(lacking)} new here without '{edit.language}',"
                f" and this file {len(here)}; where one translates another, put both texts into one entry"
            )
            self._unsure |= {one.token: note for one in here}

    def _is_said(self, edit: AddEntry, entries: Iterable[Form]) -> bool:
        return any(says(entry, wanted_form(edit.value), edit.language, self.codes) for entry in entries)

    def _removed(self, edit: RemoveEntry) -> Iterator[Operation]:
        if not self._has(edit.path):
            raise _NotMadeError(Applied("already there"))
        entry = self.value(edit.path)
        left = [text for text in edit.texts if self._has(text)]
        if not left:
            raise _NotMadeError(Applied("already there"))
        if any(self.value(text) != at_path(self.base, text) for text in left):
            raise _NotMadeError(Applied("conflict", "the letter has changed what was removed here"))
        if not (self.alone or all(self._is_last(text) for text in left)):
            # What is the same in all languages stays with their texts.
            yield from (Remove(self.path(text)) for text in left if text[-1] in self.codes)
            return
        if not _is_within(entry, at_path(self.base, edit.path)):
            raise _NotMadeError(Applied("conflict", "the letter has changed what was removed here"))
        yield Remove(self.path(edit.path))

    def _has(self, path: Path) -> bool:
        try:
            self.value(path)
        except _NotMadeError:
            return False
        return True

    def _is_last(self, path: Path) -> bool:
        """Whether a text is the only one in any language of what owns it, now."""
        owner = self.value(path[:-1])
        return not isinstance(owner, dict) or not any(key in self.codes and key != path[-1] for key in owner)

    def _order(self, path: Path) -> list[Token]:
        if path not in self.orders:
            raise _gone()
        return self.orders[path]

    def _follow(self, edit: LetterEdit) -> None:
        """Keeps the orders of entries as the letter has them after an edit."""
        if isinstance(edit, AddEntry):
            order = self.orders[edit.path]
            if self._joined is not None:
                order[self._joined] = edit.token
            else:
                order.insert(_behind(edit.after, order), edit.token)
        elif isinstance(edit, RemoveEntry) and isinstance(edit.path[-1], int) and self._is_gone(edit.path):
            self.orders[edit.path[:-1]].remove(edit.path[-1])
        elif isinstance(edit, MoveEntry):
            order = self.orders[edit.path]
            order.remove(edit.token)
            order.insert(_behind(edit.after, order), edit.token)

    def _is_gone(self, path: Path) -> bool:
        """Whether the entry that a list had at a path is gone, and not only texts of it."""
        listed = at_path(self.form, self.path(path[:-1]))
        return isinstance(listed, list) and len(listed) < len(self.orders[path[:-1]])

    def _match(self, base: Form, now: Form, path: Path) -> None:
        """Finds the entries that lists have in common."""
        if isinstance(base, dict) and isinstance(now, dict):
            for key, value in base.items():
                if key in now:
                    self._match(value, now[key], (*path, key))
        elif isinstance(base, list) and isinstance(now, list):
            pairs = dict(_pairs(base, now, self.codes))
            by_now = {other: one for one, other in pairs.items()}
            self.orders[path] = [by_now.get(number, f"{_OWN}{number}") for number in range(len(now))]
            for one, other in pairs.items():
                self._match(base[one], now[other], (*path, one))


def applied_edits(
    edits: Sequence[PlannedEdit], base: bytes, data: bytes, file: str
) -> tuple[EditedLetter, list[tuple[PlannedEdit, Applied]]]:
    """A letter with some edits, and the outcome of each; those of one group are all made, or none of them."""
    failed: dict[int, Applied] = {}
    while True:
        target = EditedLetter(base, data, file, [one.edit for one in edits])
        outcomes = [(one, _of_group(one, failed) or target.apply(one.edit)) for one in edits]
        before = len(failed)
        for one, applied in outcomes:
            if applied.outcome in ("conflict", "not mapped"):
                failed |= {group: applied for group in one.groups if group not in failed}
        if len(failed) == before:
            return target, outcomes


def _of_group(edit: PlannedEdit, failed: Mapping[int, Applied]) -> Applied | None:
    """The outcome of an edit of a group that failed."""
    return next((failed[group] for group in sorted(edit.groups) if group in failed), None)


@lru_cache(maxsize=4)
def _form(data: bytes, file: str) -> Form:
    return form_of(read_tree(data, file).root)


def _behind(after: Token, order: Sequence[Token]) -> int:
    """The number that comes behind an entry in the order of a list; if that is gone, behind the one that it was behind.

    An entry may be gone because the same file removes it, or because the letter has removed it since.
    """
    while isinstance(after, int) and after >= 0 and after not in order:
        after -= 1
    return order.index(after) + 1 if after in order else 0


class _NotMadeError(Exception):
    """An edit is not made."""

    def __init__(self, applied: Applied) -> None:
        super().__init__(applied.reason)
        self.applied = applied


def _is_within(now: Form, base: Form) -> bool:
    """Whether a value has nothing that another one has not."""
    if isinstance(now, dict) and isinstance(base, dict):
        return all(key in base and _is_within(value, base[key]) for key, value in now.items())
    if isinstance(now, list) and isinstance(base, list):
        return len(now) == len(base) and all(map(_is_within, now, base))
    return now == base


def _gone() -> _NotMadeError:
    return _NotMadeError(Applied("conflict", "the letter no longer has the part that was edited"))


def _pairs(base: Sequence[Form], now: Sequence[Form], codes: Collection[str]) -> Iterator[tuple[int, int]]:
    """The entries of two lists that are the same: by id, alike, with a text in common, or the most similar ones."""
    olds, news = [repr(one) for one in base], [repr(one) for one in now]
    if olds == news:
        yield from ((number, number) for number in range(len(base)))
        return
    found: dict[int, int] = {}
    ids = {_id(one): number for number, one in enumerate(now) if _id(one)}
    for number, one in enumerate(base):
        if _id(one) in ids:
            found[number] = ids[_id(one)]
    for block in SequenceMatcher(None, olds, news, autojunk=False).get_matching_blocks():
        for step in range(block.size):
            if block.b + step not in found.values():
                found.setdefault(block.a + step, block.b + step)
    for number, one in enumerate(base):
        rest = (n for n, entry in enumerate(now) if n not in found.values() and is_rest_of(entry, one, codes))
        if number not in found and (other := next(rest, None)) is not None:
            found[number] = other
    for number in range(len(base)):
        free = [other for other in range(len(now)) if other not in found.values()]
        if number in found or not free:
            continue
        best = max(free, key=lambda other: _likeness(olds[number], news[other]))
        if _likeness(olds[number], news[best]) >= _ALIKE:
            found[number] = best
    yield from sorted(found.items())


def _id(form: Form) -> str:
    own = form.get("id") if isinstance(form, dict) else None
    return own[0] if isinstance(own, tuple) else ""


def _likeness(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one.split(), other.split(), autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= _ALIKE else 0
