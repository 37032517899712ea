"""Reads a list of addressees against a letter: who gets which edition of it, and what is wrong."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from circulars import __version__
from circulars.addressing.settle import needed_columns, settle
from circulars.build import known_formats
from circulars.compose import compose, conditions, holds
from circulars.errors import LetterError, Place, Problem, UsageError
from circulars.formats import WRITERS
from circulars.language import load_language
from circulars.merge.paper.addressed import Addressed, field_of
from circulars.merge.planning.choice import Selection
from circulars.merge.planning.facts import PlanInputs
from circulars.merge.planning.ledger import Row, joined
from circulars.merge.planning.order import MergeOrder
from circulars.model.addressee import BLOCK, SALUTATION, Addressee
from circulars.model.document import holes_of
from circulars.model.letter import Letter
from circulars.processes import Spread, in_turn
from circulars.source.addressees import AddresseeList, Checks
from circulars.workspace import Workspace

if TYPE_CHECKING:
    from circulars.render.pdf.glyphs import Glyphs

_BATCH: Final = 1_000
_MANY: Final = 1_000
"""From how many addressees on it is worth to share the work."""
_NAMED: Final = 10
_UNUSUAL: Final = re.compile("[^\n -\u024f\u0370-\u045f\u1e00-\u1eff\u2010-\u205e\u20ac\u2116\u2122]")
"""What is in no Latin, Greek or Cyrillic alphabet that the fonts of letters have."""
_Judged = tuple[Addressee, str, int, tuple[Problem, ...]]
"""An addressee, the language, the audience, and what is wrong with the row."""
_CELLS: Final = 4
"""Where a row of the ledger has its cells."""
TAKEN: Final = "id-taken"
"""The code of what is wrong with a row that is to be added, and whose addressee is there."""
MOST_PROBLEMS: Final = 1_000
"""How many problems of a list are told: whoever has more has one in every row."""


@dataclass(slots=True)
class Read:
    """What reading a list has found: how many addressees were chosen, which rows are wrong, which characters occur.

    ``faults`` is how many problems there are, and ``faulty`` in how many rows; ``taken`` counts the rows of those who
    were there before the list was added, ``kinds`` addressees by title, country and category, the first two of which a
    language writes in words of its own.
    """

    count: int = 0
    rows: int = 0
    fell_back: int = 0
    problems: list[Problem] = field(default_factory=list)
    rejected: list[tuple[Addressee, tuple[Problem, ...]]] = field(default_factory=list)
    faults: int = 0
    faulty: int = 0
    taken: int = 0
    kinds: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    characters: set[str] = field(default_factory=set)
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)
    _known: bytes = b""

    def note(self, cells: Iterable[str]) -> None:
        """Takes the cells of some rows, as the ledger keeps them, into the sum and among the characters."""
        said = "".join(f"{row}\n" for row in cells).encode()
        self.digest.update(said)
        if new := said.translate(None, self._known):  # a hundred times as fast as to look at each character
            self.characters.update(new.decode())
            self._known = "".join(filter(str.isascii, self.characters)).encode()

    @property
    def forms(self) -> list[tuple[str, str]]:
        """The titles and countries that occur together."""
        return sorted({(title, country) for title, country, _ in self.kinds})

    @property
    def categories(self) -> dict[str, int]:
        """How many addressees each category has, the largest first."""
        counted: Counter[str] = Counter()
        for (_, _, category), count in self.kinds.items():
            counted[category] += count
        return dict(counted.most_common())

    def all_characters(self) -> frozenset[str]:
        """The characters of the cells, as typed and as capitals: what a copy may show of them."""
        return frozenset(self.characters | set("".join(self.characters).upper()))


class Planner:
    """Reads a list against a letter, row by row, and says of each row which edition of the letter it gets."""

    def __init__(
        self,
        letter: Letter,
        listed: AddresseeList,
        workspace: Workspace,
        order: MergeOrder,
        on_many: Callable[[], object] = bool,
        spread: Spread = in_turn,
        *,
        measure: bool = False,
        on_measured: Callable[[int], object] = bool,
    ) -> None:
        """Sets a reading up.

        ``on_many`` is called as soon as the list turns out to be long; ``spread`` may then have several processes do
        the work of :func:`map`. With ``measure`` addresses that do not fit on their labels or envelopes are wrong, as
        they always are when wrong rows are left out; otherwise that is found when they are printed, and not twice.
        ``on_measured`` is told how many addresses have been measured.

        Raises:
            CircularsError: the letter's pack is wrong; the order names a language or a format that there is not.
        """
        self._on_many, self._spread = on_many, spread
        self.letter, self.listed, self.workspace, self.order = letter, listed, workspace, order
        known_formats(order.formats)
        self.pack = workspace.pack_of(letter)
        self.languages = tuple(named.name for named in letter.languages)
        if order.fallback and order.fallback not in self.languages:
            fact = f"{letter.file} is not in the language '{order.fallback}'"
            raise UsageError(Problem(Place(), "no-such-language", fact, "it is in " + ", ".join(self.languages)))
        self._conditions = conditions(letter)
        asked = {column for condition in self._conditions for column, _ in condition}
        self.checks = Checks(listed, (), self.languages, order.fallback, asks=asked)
        self.choice = Selection.of(order, listed)
        self._measures, self._on_measured = measure or order.skip_bad, on_measured
        self._glyphs: Glyphs | None = None
        self._shown: set[str] = set()  # characters of which it is known that a font shows them
        self._shown_forms: set[tuple[str, int, str, str]] = (
            set()
        )  # likewise what a letter adds to the cells of some addressees
        self._is_drawn = bool(order.output.stock) or any(WRITERS[format].is_drawn for format in order.formats)
        self._lacking: dict[Problem, None] = {}
        self._needs: dict[tuple[str, int], tuple[str, ...]] = {}
        self._holes: dict[tuple[str, int], tuple[str, ...]] = {}
        self.read = Read()

    def doubts(self) -> tuple[Problem, ...]:
        """What a person should look at, of a list that has been read: columns and titles that may be misspelt."""
        columns = self.checks.doubts(column for needs in self._needs.values() for column in needs)
        return (*columns, *self._strange_titles())

    def _strange_titles(self) -> Iterator[Problem]:
        if self.order.output.stock or not any(
            hole.startswith(SALUTATION) for holes in self._holes.values() for hole in holes
        ):
            return
        titles: Counter[str] = Counter()
        for (title, _, _), count in self.read.kinds.items():
            titles[title] += count
        language = load_language(self.languages[0], self.workspace.language_folders)
        strange = [(title, count) for title, count in titles.most_common() if title and not language.title(title)]
        if strange:
            named = ", ".join(f"'{title}' ({count:,})" for title, count in strange[:_NAMED])
            more = f" and {len(strange) - _NAMED:,} more" if len(strange) > _NAMED else ""
            fact = f"title: {named}{more} not known: with that the letter opens as to anybody"
            hint = "is one misspelt? Else leave them, or write the opening into a column 'salutation'"
            yield Problem(self.listed.place(), "unknown-title", fact, hint)

    def identity(self) -> PlanInputs:
        """What the plan is made of besides the list: whoever changes any of it makes another plan."""
        origin = self.letter.origin
        files = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(origin.files.items())}
        load = load_language
        return PlanInputs(
            letter=self.letter.name,
            letter_sha256=hashlib.sha256(origin.text.encode()).hexdigest(),
            pictures=files,
            pack=self.pack.name,
            pack_sha256=self.pack.fingerprint,
            languages={code: load(code, self.workspace.language_folders).fingerprint for code in self.languages},
            columns=tuple(self.listed.columns),
            order=self.order,
            circulars=__version__,
        )

    def batches(self, *, measure: bool = False) -> Iterator[list[Row]]:
        """The ledger's rows of all addressees that are chosen and sound, many at a time.

        What is found on the way is in ``read``. With ``measure`` addresses are measured, whatever was said before.

        Raises:
            CircularsError: the list cannot be read, or the letter has problems in an edition that somebody gets.
        """
        self._lacking.update(dict.fromkeys(self.checks.head()))
        rows = self._rows(measure=measure or self._measures)
        while batch := list(islice(rows, _BATCH)):
            self.read.note([row[_CELLS] for row in batch])
            if not self._lacking:
                yield batch
            if self.read.count == _MANY:
                self._on_many()
        if self._lacking:
            raise LetterError(*self._lacking, *self.read.problems)

    def _rows(self, *, measure: bool) -> Iterator[Row]:
        read, kinds, rank = self.read, self.read.kinds, self.choice.rank
        cells_of = _cells_of(self.listed.columns)
        for addressee, language, audience, faults in self._judged(measure=measure):
            if faults:
                self._reject(addressee, faults)
                continue
            columns = addressee.columns
            get = columns.get
            if get("language") != language and get("language", "").casefold() != language.casefold():
                read.fell_back += 1
            kinds[get("title", ""), get("country", ""), get("category", "")] += 1
            cells = joined(cells_of(columns))
            read.count += 1
            yield read.count - 1, addressee.id, language, audience, cells, addressee.row, rank(addressee)

    def _judged(self, *, measure: bool) -> Iterator[_Judged]:
        """The addressees that are chosen, each with the edition of the letter, and what is wrong."""
        judged = map(self._judgement, self.choice.chosen())
        return self._with_room(judged) if measure and self.order.output.stock else judged

    def _judgement(self, addressee: Addressee) -> _Judged:
        self.read.rows += 1
        columns = addressee.columns
        faults = self.checks.problems(addressee)
        language = self.checks.language(addressee) or self.languages[0]  # what it lacks is known without it
        audience = self._audience(columns) if self._conditions else 0
        if faults:
            faults += tuple(self._missing(addressee, language, audience, faults))
        elif not all(map(columns.get, self._needs_of(language, audience, columns))):
            faults = tuple(self._missing(addressee, language, audience))
        if self._is_drawn and not faults:
            words = "".join(columns.values())
            if not words.isascii() and _UNUSUAL.search(words):
                faults = tuple(self._unshown(addressee, language, audience))
        return addressee, language, audience, faults

    def _with_room(self, judged: Iterator[_Judged]) -> Iterator[_Judged]:
        """The same, of whom those are wrong, too, whose address has no room on a label or an envelope."""
        # What joins pages takes a tenth of a second to import.
        from circulars.merge.paper.fields import TOGETHER, Fitting

        assert self.order.sheet
        room, folders = Fitting(self.order.sheet, self.pack), self.workspace.language_folders
        if len(first := list(islice(judged, TOGETHER + 1))) > TOGETHER:
            self._on_many()
        rest, waiting, looked = chain(first, judged), deque[list[_Judged]](), 0

        def shares() -> Iterator[list[Addressed]]:
            while some := list(islice(rest, TOGETHER)):
                waiting.append(some)
                yield [
                    field_of(addressee, load_language(language, folders), self.pack, self.listed.name)
                    for addressee, language, _, faults in some
                    if not faults
                ]

        for problems in self._spread(room.problems, shares()):
            some = waiting.popleft()
            sound = [place for place, (_, _, _, faults) in enumerate(some) if not faults]
            for number, problem in problems.items():
                addressee, language, audience, _ = some[sound[number]]
                some[sound[number]] = addressee, language, audience, (problem,)
            yield from some
            looked += len(some)
            self._on_measured(looked)

    def _audience(self, columns: Mapping[str, str]) -> int:
        """Which of the letter's conditions hold, as the bits of a number."""
        bits = 0
        for place, condition in enumerate(self._conditions):
            if holds(condition, columns):
                bits |= 1 << place
        return bits

    def _needs_of(self, language: str, audience: int, columns: Mapping[str, str]) -> tuple[str, ...]:
        """The columns that an edition of the letter cannot do without; known when the first of its addressees is met.

        Those that the list lacks are noted.

        Raises:
            LetterError: the edition has problems.
        """
        if (known := self._needs.get((language, audience))) is None:
            spoken = load_language(language, self.workspace.language_folders)
            document = compose(self.letter, spoken, self.pack, columns, addressed=True)
            needed, self._holes[language, audience] = needed_columns(document), tuple(holes_of(document))
            if self.order.output.posted:
                needed |= {"email"}
            self._lacking.update(dict.fromkeys(Checks(self.listed, needed, self.languages, self.order.fallback).head()))
            known = self._needs[language, audience] = tuple(sorted(needed & frozenset(self.listed.columns)))
        return known

    def _missing(
        self, addressee: Addressee, language: str, audience: int, known: Iterable[Problem] = ()
    ) -> Iterator[Problem]:
        """The cells that the letter needs and that are empty, but for those of which something is known to be wrong."""
        told = {problem.message.partition(":")[0] for problem in known}
        for column in self._needs_of(language, audience, addressee.columns):
            if not addressee.columns[column] and column not in told:
                where = self.listed.place(addressee.row, column)
                fact, hint = "the cell is empty, and the letter needs it", "write it, or leave the addressee out"
                yield Problem(where, "missing-cell", f"{column}: {fact}", hint)

    def _unshown(self, addressee: Addressee, language: str, audience: int) -> Iterator[Problem]:
        """What cannot be printed of an addressee: a PDF has only characters that an installed font shows."""
        words = "".join(addressee.columns.values()).replace("\n", "")
        signs = {*words, *words.upper()}  # what a copy may show of the cells
        form = language, audience, addressee.columns.get("title", ""), addressee.columns.get("country", "")
        # To settle every row takes three times as long as all else that is checked of it.
        if form in self._shown_forms and signs <= self._shown:
            return
        # Pango takes a third of a second to load, and is needed for scripts beyond the usual ones only.
        from circulars.render.pdf.fonts import missing_glyph
        from circulars.render.pdf.glyphs import Glyphs

        self._glyphs = self._glyphs or Glyphs(self.pack.fonts)
        spoken = load_language(language, self.workspace.language_folders)
        holes = (BLOCK,) if self.order.output.stock else self._holes[language, audience]
        printed = "".join(settle(addressee, spoken, self.pack, holes).values()).replace("\n", "")
        unshown = self._glyphs.unshown(printed)
        self._shown |= signs.difference(self._glyphs.unshown("".join(signs)))
        if not unshown:
            self._shown_forms.add(form)
        for character in unshown:
            column = next((name for name, cell in addressee.columns.items() if character in cell), "")
            where = self.listed.place(addressee.row, column)
            yield missing_glyph(where, character, beginning=f"{column}: " if column else "")

    def _reject(self, addressee: Addressee, faults: tuple[Problem, ...]) -> None:
        self.read.faults += len(faults)
        self.read.faulty += 1
        self.read.taken += any(fault.code == TAKEN for fault in faults)
        if len(self.read.problems) < MOST_PROBLEMS:
            self.read.problems += faults
        if self.order.skip_bad:
            self.read.rejected.append((addressee, faults))


def _cells_of(names: tuple[str, ...]) -> Callable[[Mapping[str, str]], Sequence[str]]:
    """A function that gives a row's cells in the order of these columns."""
    return itemgetter(*names) if len(names) > 1 else lambda columns: [columns[name] for name in names]
