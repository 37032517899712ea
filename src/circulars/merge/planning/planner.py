"""Checks a list of addressees against a letter, and finds the edition that each addressee gets."""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from operator import itemgetter
from typing import Any, Final

from circulars import __version__
from circulars.addressing import cell_formats
from circulars.addressing.settle import formats_of, needed_columns, used_columns
from circulars.compose import compose, conditions, holds
from circulars.errors import LetterError, Problem
from circulars.formats import WRITERS
from circulars.language import load_language
from circulars.merge.paper.address_field import AddressField, address_field
from circulars.merge.planning.cells import join_cells
from circulars.merge.planning.column_use import ColumnUse
from circulars.merge.planning.facts import PlanInputs
from circulars.merge.planning.found import RejectedRows, RowProblems
from circulars.merge.planning.half_addresses import HalfAddresses
from circulars.merge.planning.ledger import Row
from circulars.merge.planning.mail_checks import mail_checks
from circulars.merge.planning.open_links import misleading_cells, texts_with_open_links
from circulars.merge.planning.order import MergeOrder
from circulars.merge.planning.printable import GlyphCheck
from circulars.merge.planning.repeats import EarlierRows, RepeatedAddressees, no_earlier
from circulars.merge.planning.selection import Selection
from circulars.merge.planning.unknown_titles import unknown_titles
from circulars.model.addressee import BLOCK, MAIL_COLUMNS, SALUTATION, Addressee
from circulars.model.document import holes_of
from circulars.model.letter import Condition, Letter
from circulars.model.text import Spans
from circulars.processes import ParallelMap, serial_map
from circulars.render import known_formats
from circulars.source.addressees import WHO, AddresseeList, Checks, ColumnsRead, unknown_names
from circulars.source.letters.listed import no_such_language
from circulars.workspace import Workspace

_BATCH: Final = 1_000
_LONG_LIST: Final = 1_000
"""The number of addressees from which it is worth starting more processes."""
_CheckedRow = tuple[Addressee, str, int, tuple[Problem, ...]]
"""An addressee, the language, the audience, and the problems of the row."""
_CELLS: Final = 4
"""The index of the cells in a row of the ledger."""
_IN_MESSAGES: Final = frozenset(("email", "name", "surname", "organization", *MAIL_COLUMNS))
"""The columns that a message uses besides the letter."""
TAKEN: Final = "id-taken"
"""The problem code for a row of an added list whose addressee is already in the plan."""
MAX_PROBLEMS: Final = 1_000
"""The most problems of a list that an error lists. A list with more usually has one in every row."""
_FIRST: Final = 10
"""The problems of each kind that an error lists however many problems there are."""


@dataclass(slots=True)
class Findings:
    """What the planner found in a list.

    - ``count``: sound addressees. ``rows``: selected rows. ``fell_back``: addressees who get the fallback language.
    - ``problems``: about :data:`MAX_PROBLEMS` at most, some of each kind. ``all_problems``: all of them.
    - ``faults``: how many problems there are in all. ``faulty``: in how many rows.
    - ``rejected``: the faulty rows that are left out. ``taken``: rows whose addressee is already in the plan.
    - ``kinds``: addressees by title, country and category. ``characters``: the characters of all cells.
    - ``digest``: the SHA-256 of the cells of all sound rows.
    """

    count: int = 0
    rows: int = 0
    fell_back: int = 0
    problems: list[Problem] = field(default_factory=list)
    all_problems: RowProblems = field(default_factory=RowProblems)
    rejected: RejectedRows = field(default_factory=RejectedRows)
    faults: int = 0
    faulty: int = 0
    taken: int = 0
    kinds: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    characters: set[str] = field(default_factory=set)
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)
    _known: bytes = b""

    def note(self, cells: Iterable[str]) -> None:
        """Adds the cells of some rows, as the ledger stores them, to the digest and to the characters."""
        text = "".join(f"{row}\n" for row in cells).encode()
        self.digest.update(text)
        if new := text.translate(None, self._known):  # a hundred times faster than a loop over the characters
            self.characters.update(new.decode())
            self._known = "".join(filter(str.isascii, self.characters)).encode()

    def reject(self, addressee: Addressee, faults: tuple[Problem, ...], *, is_left_out: bool) -> None:
        """Adds a faulty row and its problems."""
        counts = self.all_problems.codes
        is_room = len(self.problems) < MAX_PROBLEMS
        self.problems += [one for one in faults if is_room or counts[one.code] < _FIRST]
        self.all_problems.add(addressee, faults)
        self.faults += len(faults)
        self.faulty += 1
        self.taken += any(fault.code == TAKEN for fault in faults)
        if is_left_out:
            self.rejected.add(addressee, faults)

    @property
    def forms(self) -> list[tuple[str, str]]:
        """The pairs of title and country that occur."""
        return sorted({(title, country) for title, country, _ in self.kinds})

    @property
    def categories(self) -> dict[str, int]:
        """The number of addressees by category, the largest first."""
        counted: Counter[str] = Counter()
        for (_, _, category), count in self.kinds.items():
            counted[category] += count
        return dict(counted.most_common())

    @property
    def titles(self) -> Counter[str]:
        """The number of addressees by title."""
        titles: Counter[str] = Counter()
        for (title, _, _), count in self.kinds.items():
            titles[title] += count
        return titles

    def all_characters(self) -> frozenset[str]:
        """All characters that copies may show from the cells: those in the cells, and their capitals."""
        return frozenset(self.characters | set("".join(self.characters).upper()))


class Planner:
    """Checks a list against a letter, row by row, and finds the edition of the letter for each row."""

    def __init__(
        self,
        letter: Letter,
        listed: AddresseeList,
        workspace: Workspace,
        order: MergeOrder,
        on_long_list: Callable[[], object] = bool,
        parallel_map: ParallelMap = serial_map,
        *,
        measure: bool = False,
        on_measured: Callable[[int], object] = bool,
        postcode_before: Callable[[str], str] = lambda _: "",
        earlier: Callable[[], EarlierRows] = no_earlier,
    ) -> None:
        """Prepares to read a list.

        ``on_long_list`` is called once the list turns out to be long; ``parallel_map`` may then use several processes.
        With ``measure``, or if faulty rows are left out, an address that does not fit on its label or envelope is a
        problem. Otherwise this is found when addresses are printed, so that they are not laid out twice.
        ``on_measured`` receives the number of addresses measured so far. ``postcode_before`` returns the postcode that
        an id has in an earlier plan, or "". ``earlier`` returns the addressees to whom those of the list are added.

        Raises:
            CircularsError: the letter's pack is faulty, or the order has an unknown language or format.
        """
        self._on_long_list, self._parallel_map = on_long_list, parallel_map
        self.letter, self.listed, self.workspace, self.order = letter, listed, workspace, order
        known_formats(order.formats)
        self.pack = workspace.pack_of(letter)
        self.languages = tuple(named.name for named in letter.languages)
        if order.fallback and order.fallback not in self.languages:
            raise no_such_language(letter, order.fallback)
        self._conditions = conditions(letter)
        when_columns = {column for condition in self._conditions for column, _ in condition}
        self.checks = Checks(
            listed, (), self.languages, order.fallback, asks=when_columns, used=self._used_columns,
            postcode_before=postcode_before,
        )  # fmt: skip
        self._always_used = frozenset(("id", "language", *(() if order.output.stock else when_columns)))
        if order.output.needs_email:
            self._always_used |= _IN_MESSAGES
        self.selection = Selection.of(order, listed)
        self._measures, self._on_measured = measure or order.skip_bad, on_measured
        self.glyph_check: Final = GlyphCheck(listed, self.pack, workspace.language_folders)
        self._is_drawn = bool(order.output.stock) or any(WRITERS[format].is_drawn for format in order.formats)
        self.mail: Final = mail_checks(order, letter.name, self.languages, listed, workspace.folder)
        self._missing_columns: dict[Problem, None] = {}
        self._required: dict[tuple[str, int], tuple[str, ...]] = {}
        self._holes: dict[tuple[str, int], tuple[str, ...]] = {}
        self._formats: dict[tuple[str, int], tuple[tuple[str, str], ...]] = {}
        self._open_links: dict[tuple[str, int], tuple[Spans, ...]] = {}
        # Labels and envelopes have a rule of their own: see `merge.paper.address_field`.
        self._who = () if order.output.stock else tuple(name for name in sorted(WHO) if name in listed.columns)
        self.repeated = RepeatedAddressees(order, listed, earlier)
        self.findings = Findings()
        self._use = ColumnUse(listed)
        self._half = HalfAddresses(listed, is_label=bool(order.output.stock))

    def columns_read(self) -> ColumnsRead:
        """How the columns of a list that has been read were read."""
        return self._use.read((*self.checks.asked, *self.selection.columns, *chain(*self._required.values())))

    def warnings(self) -> tuple[Problem, ...]:
        """What to check in a list that was read: rows that were left out, columns and titles that may be misspelt."""
        columns = self.checks.doubts(column for needs in self._required.values() for column in needs)
        half = self._half.warnings(self.columns_read().unused, self._holes.values())
        columns = (*half, *self.listed.remarks(), *self.repeated.remarks(), *columns)
        return (*columns, *self.unknown_titles(self.findings.titles))

    def unknown_titles(self, titles: Mapping[str, int]) -> Iterator[Problem]:
        """Warnings about those of some titles for which letters open with the general salutation."""
        holes = (hole for holes in self._holes.values() for hole in holes)
        if self.order.output.stock or not any(hole.startswith(SALUTATION) for hole in holes):
            return iter(())
        spoken = [load_language(code, self.workspace.language_folders) for code in self.languages]
        return unknown_titles(Counter(titles), spoken, self.listed.place())

    def ids_left_out(self) -> Iterator[str]:
        """The ids of addressees who are in the list and not in the plan: of faulty rows, and of repeated addresses."""
        yield from (addressee.id for addressee, _ in self.findings.rejected)
        yield from (one.id for one in self.repeated.left_out)

    def inputs(self) -> PlanInputs:
        """The inputs of the plan besides the list. Files that rows name are among them once the list has been read."""
        origin, folders = self.letter.origin, self.workspace.language_folders
        files = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(origin.files.items())}
        return PlanInputs(
            letter=self.letter.name,
            letter_sha256=hashlib.sha256(origin.text.encode()).hexdigest(),
            pictures=files,
            pack=self.pack.name,
            pack_sha256=self.pack.fingerprint,
            languages={code: load_language(code, folders).fingerprint for code in self.languages},
            order=self.order,
            circulars=__version__,
            **_list_inputs(self.listed),
            attachments=self.mail.sums() if self.mail else {},
        )

    def batches(self, *, measure: bool = False) -> Iterator[list[Row]]:
        """The ledger's rows for all selected addressees without problems, in batches.

        ``findings`` are complete after the last batch. ``measure`` overrides the planner's setting.

        Raises:
            CircularsError: the list cannot be read, or a required edition of the letter has problems.
        """
        self._missing_columns.update(dict.fromkeys(self.checks.head()))
        self.repeated.begin()
        rows = self._rows(measure=measure or self._measures)
        while batch := list(islice(rows, _BATCH)):
            self.findings.note([row[_CELLS] for row in batch])
            if not self._missing_columns:
                yield batch
            if self.findings.count == _LONG_LIST:
                self._on_long_list()
        self._missing_columns.update(_unknown_names(self.listed, self.checks.asked, self._required, self._holes))
        if self._missing_columns:
            raise LetterError(*self._missing_columns, *self.findings.problems)

    def _rows(self, *, measure: bool) -> Iterator[Row]:
        found, kinds, rank = self.findings, self.findings.kinds, self.selection.rank
        cells_of = _cells_of(self.listed.columns)
        for addressee, language, audience, faults in self._checked_rows(measure=measure):
            if faults:
                found.reject(addressee, faults, is_left_out=self.order.skip_bad)
                continue
            if self.repeated.leaves_out(addressee):
                continue
            columns = addressee.columns
            get = columns.get
            if get("language") != language and self.checks.spoken(get("language", "")) != language:
                found.fell_back += 1
            kinds[get("title", ""), get("country", ""), get("category", "")] += 1
            cells = join_cells(cells_of(columns))
            found.count += 1
            yield found.count - 1, addressee.id, language, audience, cells, addressee.row, rank(addressee)

    def _checked_rows(self, *, measure: bool) -> Iterator[_CheckedRow]:
        """The selected addressees, each with its edition of the letter and the problems of its row."""
        checked = map(self._checked, self.selection.selected())
        return self._with_fit(checked) if measure and self.order.output.stock else checked

    def _checked(self, addressee: Addressee) -> _CheckedRow:
        self.findings.rows += 1
        columns = addressee.columns
        if self._use.empty:
            self._use.note(columns)
        faults = self.checks.problems(addressee)
        if self.mail and self.mail.has_columns:
            faults += tuple(self.mail.problems(addressee))
        language = self.checks.language(addressee) or self.languages[0]  # a missing language is among the faults
        audience = _audience(self._conditions, columns) if self._conditions else 0
        if faults:
            faults += tuple(self._empty_cells(addressee, language, audience, faults))
        elif not all(map(columns.get, self._required_columns(language, audience, columns))):
            faults = tuple(self._empty_cells(addressee, language, audience))
        if formats := self._formats[language, audience]:
            faults += tuple(dict.fromkeys(_unformatted_cells(self.listed, addressee, formats)))
        if self._who and not any(map(columns.get, self._who)) and BLOCK in self._holes[language, audience]:
            faults += (_nobody(self.listed, addressee.row),)
        if self._half and BLOCK in (holes := self._used_holes(language, audience)):
            faults += tuple(self._half.problem(columns, addressee.row, used_columns(holes)))
        if not faults and (texts := self._open_links.get((language, audience))):
            spoken = load_language(language, self.workspace.language_folders)
            faults = tuple(misleading_cells(texts, addressee, spoken, self.pack, self.listed))
        if self._is_drawn and not faults:
            holes = self._used_holes(language, audience)
            faults = tuple(self.glyph_check.problems(addressee, language, audience, holes))
        return addressee, language, audience, faults

    def _with_fit(self, checked: Iterator[_CheckedRow]) -> Iterator[_CheckedRow]:
        """The rows, with a problem added for each address that does not fit its label or envelope."""
        # Takes a tenth of a second to import.
        from circulars.merge.paper.fields import FIELDS_AT_ONCE, FitCheck

        assert self.order.sheet
        fit_check, folders = FitCheck(self.order.sheet, self.pack), self.workspace.language_folders
        if len(first := list(islice(checked, FIELDS_AT_ONCE + 1))) > FIELDS_AT_ONCE:
            self._on_long_list()
        rest, waiting, measured = chain(first, checked), deque[list[_CheckedRow]](), 0

        def addresses() -> Iterator[list[AddressField]]:
            while some := list(islice(rest, FIELDS_AT_ONCE)):
                waiting.append(some)
                yield [
                    address_field(addressee, load_language(language, folders), self.pack, self.listed.name)
                    for addressee, language, _, faults in some
                    if not faults
                ]

        for problems in self._parallel_map(fit_check.problems, addresses()):
            rows = waiting.popleft()
            sound = [index for index, (_, _, _, faults) in enumerate(rows) if not faults]
            for number, problem in problems.items():
                addressee, language, audience, _ = rows[sound[number]]
                rows[sound[number]] = addressee, language, audience, (problem,)
            yield from rows
            measured += len(rows)
            self._on_measured(measured)

    def _required_columns(self, language: str, audience: int, columns: Mapping[str, str]) -> tuple[str, ...]:
        """The columns of the list that an edition of the letter requires; columns that the list lacks are noted.

        Raises:
            LetterError: the edition has problems.
        """
        if (known := self._required.get((language, audience))) is None:
            spoken = load_language(language, self.workspace.language_folders)
            document = compose(self.letter, spoken, self.pack, columns, addressed=True)
            needed, self._holes[language, audience] = needed_columns(document), tuple(holes_of(document))
            self._formats[language, audience] = formats_of(() if self.order.output.stock else holes_of(document))
            self._open_links[language, audience] = texts_with_open_links(document)
            if self.order.output.needs_email:
                needed |= {"email"}
            self._missing_columns.update(
                dict.fromkeys(Checks(self.listed, needed, self.languages, self.order.fallback).head())
            )
            known = self._required[language, audience] = tuple(sorted(needed & frozenset(self.listed.columns)))
        return known

    def _used_columns(self, addressee: Addressee) -> frozenset[str]:
        """The columns whose cells are used by the letter to an addressee, by its conditions, label or message.

        Raises:
            LetterError: the edition that the addressee gets has problems.
        """
        language = self.checks.language(addressee) or self.languages[0]
        audience = _audience(self._conditions, addressee.columns) if self._conditions else 0
        self._required_columns(language, audience, addressee.columns)
        return used_columns(self._used_holes(language, audience)) | self._always_used

    def _used_holes(self, language: str, audience: int) -> tuple[str, ...]:
        """The holes that are filled: those of a known edition of the letter, or of a label."""
        return (BLOCK,) if self.order.output.stock else self._holes[language, audience]

    def _empty_cells(
        self, addressee: Addressee, language: str, audience: int, known: Iterable[Problem] = ()
    ) -> Iterator[Problem]:
        """Problems for empty cells that the letter needs, except in columns with a known problem."""
        reported = {problem.message.partition(":")[0] for problem in known}
        for column in self._required_columns(language, audience, addressee.columns):
            if not addressee.columns[column] and column not in reported:
                where = self.listed.place(addressee.row, column)
                fact, hint = "the cell is empty, and the letter needs it", "fill it in, or leave the addressee out"
                yield Problem(where, "missing-cell", f"{column}: {fact}", hint)


def _list_inputs(listed: AddresseeList) -> dict[str, Any]:
    """The inputs of a plan that say how a list is read."""
    understood = listed.understood
    return {
        "columns": tuple(listed.columns),
        "hidden": listed.takes_hidden,
        "encoding": listed.encoding,
        "settled": understood.settled,
        "judged": understood.judged,
        "read": {one.column: one.words for one in understood.read},
    }


def _audience(conditions: Sequence[Condition], columns: Mapping[str, str]) -> int:
    """The conditions that a row meets, as a bit mask."""
    return sum(1 << place for place, condition in enumerate(conditions) if holds(condition, columns))


def _unformatted_cells(
    listed: AddresseeList, addressee: Addressee, formats: Iterable[tuple[str, str]]
) -> Iterator[Problem]:
    """Problems for cells that cannot be written in the formats that the letter shows them in."""
    for column, form in formats:
        cell = addressee.columns.get(column, "")
        if cell and (fault := cell_formats.fault_of(cell, form)):
            code, fact, hint = fault
            yield Problem(listed.place(addressee.row, column), code, f"{column}: {fact}", hint)


def _unknown_names(
    listed: AddresseeList,
    asked: Iterable[str],
    required: Mapping[tuple[str, int], Sequence[str]],
    holes: Mapping[tuple[str, int], Sequence[str]],
) -> dict[Problem, None]:
    """The problem of a list whose names are not understood, if any edition of the letter shows an addressee."""
    shows = any(BLOCK in found for found in holes.values())
    return dict.fromkeys(unknown_names(listed, (*asked, *chain(*required.values())))) if shows else {}


def _nobody(listed: AddresseeList, row: int) -> Problem:
    """The problem of a row that has nobody to write to."""
    fact = "the row has neither a name nor an organization nor an address"
    hint = "complete the row; or delete it, if it is no addressee"
    return Problem(listed.place(row), "nobody", fact, hint)


def _cells_of(names: tuple[str, ...]) -> Callable[[Mapping[str, str]], Sequence[str]]:
    """A function that returns a row's cells in the order of these columns."""
    return itemgetter(*names) if len(names) > 1 else lambda columns: [columns[name] for name in names]
