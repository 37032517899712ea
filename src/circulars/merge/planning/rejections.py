"""Records in a ledger which rows of a list are rejected, and which of them are merged later."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from circulars.errors import Place, Problem
from circulars.files.names import same
from circulars.merge.planning.facts import PlanFacts, RejectedFile
from circulars.merge.planning.found import RejectedRows
from circulars.merge.planning.ledger import Ledger
from circulars.merge.planning.rejected import RejectedFiles, is_rejected
from circulars.model.addressee import Addressee
from circulars.source.addressees import AddresseeList, RejectedRow, RejectedTable, rows_left, without_mark


class Rejections:
    """The rejected rows of one list, and the files of rejected rows of the merge or sending with a ledger."""

    def __init__(self, listed: AddresseeList, ledger: Ledger, ledger_file: Path) -> None:
        """``ledger_file`` is the ledger's path in the merge's folder; a dry run has the ledger elsewhere."""
        self._listed, self._ledger, self._ledger_file = listed, ledger, ledger_file
        self._state = _state_of(listed.file)

    @property
    def source(self) -> RejectedFile | None:
        """The file of rejected rows whose rows the list has, under another name or without their reasons."""
        facts = self._ledger.facts()
        if not facts or self.are_the_list:
            return None
        return next((one for one in facts.rejected_files if _has_rows_of(self._listed, one, facts)), None)

    @property
    def are_the_list(self) -> bool:
        """Whether the list is a file of rows that this merge rejected."""
        return is_rejected(self._listed.file, self._ledger_file)

    def save(self, rejected: RejectedRows, superseded: Sequence[RejectedFile], *, by_id: bool) -> Path | None:
        """Saves the rows that were rejected from this list; returns their file, or None if there are none.

        They are added to those that are in the file. If the list is that file, it stays as it is until :meth:`trim`,
        because a merge that is resumed reads it again. ``superseded`` are the files of a plan that this one replaces.
        """
        if self.are_the_list:
            return self._listed.file if rejected else None
        facts, path = self._facts, None
        files = RejectedFiles(self._ledger_file, facts.rejected_files or tuple(superseded))
        if superseded:
            files = files.without(self._decided(rejected, facts.count))
        if rejected:
            files, path = files.with_rows(self._listed, rejected, len(facts.added), by_id=by_id)
        if files.known != facts.rejected_files:
            self._save_files(files)
        return path

    def trim(self, rejected: RejectedRows, first: int) -> Path | None:
        """Removes the rows that are in the merge now from the file of rejected rows that is the list.

        ``first`` is the number of the list's first addressee in the plan. Returns the file if rows are left in it. If
        somebody has changed it meanwhile, it stays as it is.
        """
        file = self._listed.file
        if source := self.source:
            self._settle(source)
            return None
        if not self.are_the_list or file is None or _state_of(file) != self._state:
            return None
        taken = {entry.row for entry in self._ledger.entries(first)}
        taken |= {one.row for one in self._facts.same if one.part == len(self._facts.added)}
        if not (left := rows_left(self._listed, taken, rejected)):
            return None
        files = RejectedFiles(self._ledger_file, self._facts.rejected_files)
        files = files.saved(file.name, left, len(self._facts.added))
        self._save_files(files)
        return file if files.known[-1].rows else None

    def _settle(self, source: RejectedFile) -> None:
        """Removes the rows that are in the merge now from the file that the list's rows were copied from.

        A row whose id may be somebody else's stays, as does everything in a file that somebody has edited.
        """
        merged = {same(id) for id in self._ledger.ids(self._facts.count)}
        files = RejectedFiles(self._ledger_file, self._facts.rejected_files)
        if files.exists(source) or merged.issuperset(source.ids):
            others = RejectedFiles(self._ledger_file, (source,))
            left = others.without(lambda table, row: table.id_of(row) in merged and not row.is_about_id)
            known = (*(one for one in files.known if one != source), *left.known)
            self._save_files(replace(files, known=known))

    def is_trimmed(self, earlier: PlanFacts) -> bool:
        """Whether the list is the file of rejected rows that was added last, without the rows that were merged."""
        if not self.are_the_list or self._listed.file is None:
            return False
        name = self._listed.file.name
        is_last = Path(earlier.added[-1].list).name == name
        return is_last and RejectedFiles(self._ledger_file, earlier.rejected_files).holds(name)

    @property
    def _facts(self) -> PlanFacts:
        facts = self._ledger.facts()
        assert facts
        return facts

    def _save_files(self, files: RejectedFiles) -> None:
        with self._ledger.change():
            self._ledger.save_facts(replace(self._facts, rejected_files=files.known, rejected=files.rows))

    def _decided(self, rejected: RejectedRows, count: int) -> Callable[[RejectedTable, RejectedRow], bool]:
        """A function that says whether this list, and so its plan, decides about a row that was rejected earlier.

        A row of the same list with the same id is decided. One of another list may be somebody else's if its id was
        wrong.
        """
        ids = {same(id) for id in chain(self._ledger.ids(count), (addressee.id for addressee, _ in rejected))}

        def decided(table: RejectedTable, row: RejectedRow) -> bool:
            return table.id_of(row) in ids and (row.is_from(self._listed.name) or not row.is_about_id)

        return decided


def as_rejected(listed: AddresseeList, name: str, target: str) -> AddresseeList:
    """A list whose rows are those of a file of rejected rows, as that file is read: without its apostrophes."""
    fact = f"the rows of this list are taken for those of {name}, which {target} left out"
    remark = Problem(Place(listed.name), "rejected-rows", fact)

    def rows() -> Iterator[Addressee]:
        for one in listed:
            yield replace(one, columns={column: without_mark(cell) for column, cell in one.columns.items()})

    return replace(listed, rows=rows, remarks=lambda: (remark, *listed.remarks()))


def _has_rows_of(listed: AddresseeList, file: RejectedFile, facts: PlanFacts) -> bool:
    """Whether the rows of a list are those of a file of rejected rows, by their columns and ids.

    As many ids as were wrong may be others now, because somebody has corrected them.
    """
    if file.part > len(facts.added):  # of a list that was added to an earlier merge
        return False
    columns = facts.added[file.part - 1].columns if file.part else facts.inputs.columns
    if listed.written is None or set(listed.columns) != set(columns):
        return False
    known, corrected, others = set(file.ids) - {""}, file.ids.count(""), 0
    rows = 0
    for rows, addressee in enumerate(listed, start=1):
        others += same(addressee.id) not in known
        if rows > len(file.ids) or others > corrected:
            return False
    return rows > others


def _state_of(file: Path | None) -> tuple[int, int, int] | None:
    """What differs when a file is written again; None if there is no file."""
    try:
        about = file.stat() if file else None
    except OSError:
        return None
    return (about.st_ino, about.st_mtime_ns, about.st_size) if about else None
