"""Checks what an order and its rows say about messages besides the letter: further addresses, and files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from circulars.addressing.emails import email_fault, mailboxes_in, name_and_address
from circulars.errors import Choice, Place, Problem, UsageError
from circulars.files.reading import size_in_words
from circulars.merge.planning.attachments import (
    MAX_FILES,
    MAX_TOTAL,
    Attachable,
    AttachmentFolder,
    checked_file,
    names_in,
    twice,
)
from circulars.merge.planning.order import MergeOrder
from circulars.model.addressee import MAIL_COLUMNS, Addressee
from circulars.source.addressees import AddresseeList

MAX_ADDRESSES: Final = 50
"""The most addresses that a message can have in "cc", "bcc" or "reply-to". Servers accept a hundred recipients."""
PLACE: Final = "{token}"
"""Where the token of a message goes in an address."""
TOKEN: Final = 20
"""The length of a token, in characters: a hundred bits."""
_ADDRESS_COLUMNS: Final = ("cc", "bcc", "reply-to")


@dataclass(slots=True)
class MailChecks:
    """Checks the messages of an order, row by row.

    ``folder`` is the one to which the paths in the order are relative; ``own_names`` are those of the letter's files.
    ``has_columns`` says whether the list has a column with a meaning for messages.
    """

    order: MergeOrder
    listed: AddresseeList
    folder: Path
    own_names: frozenset[str] = frozenset()
    _row_files: AttachmentFolder = field(init=False)
    _files: dict[str, Attachable] = field(init=False)
    has_columns: bool = field(init=False)

    def __post_init__(self) -> None:
        order = self.order
        self._row_files = AttachmentFolder(self.folder / order.attach_folder if order.attach_folder else None)
        self._files = {path: checked_file(self.folder / path) for path in order.attach}
        self.has_columns = any(column in MAIL_COLUMNS for column in self.listed.columns)

    def check_order(self) -> None:
        """Checks what holds for all messages.

        Raises:
            UsageError: an address is not valid, or a file cannot be attached.
        """
        if problems := [*self._order_problems()]:
            raise UsageError(*problems)

    def problems(self, addressee: Addressee) -> Iterator[Problem]:
        """The problems of a row's addresses and files."""
        columns = addressee.columns
        for column in _ADDRESS_COLUMNS:
            if cell := columns.get(column):
                for code, fact, hint in _address_faults(cell):
                    yield Problem(self.listed.place(addressee.row, column), code, f"{column}: {fact}", hint)
        if cell := columns.get("attachment"):
            where = self.listed.place(addressee.row, "attachment")
            choices = () if self.order.attach_folder else (Choice("attach_folder", "names it", "FOLDER"),)
            for fact, hint in self._file_faults(cell):
                yield Problem(where, "wrong-attachment", f"attachment: {fact}", hint, choices)

    def row_sizes(self, cell: str) -> list[int]:
        """The sizes of the files that a cell names, in bytes."""
        return [self._row_files.file(name).size for name in names_in(cell)]

    def sums(self) -> dict[str, str]:
        """The SHA-256 of each file that was checked: for all messages by its path, of rows by its name after "/"."""
        return {path: file.sha256 for path, file in self._files.items()} | {
            f"/{name}": sha256 for name, sha256 in self._row_files.sums().items()
        }

    def _file_faults(self, cell: str) -> Iterator[tuple[str, str]]:
        names = names_in(cell)
        if len(names) > MAX_FILES:
            yield f"the row names {len(names)} files; the limit is {MAX_FILES}", "put them into a ZIP file"
            return
        files = [self._row_files.file(name) for name in names]
        for file in files:
            if file.fault:
                yield file.fault
        others = [Path(path).name for path in self._files]
        for name in twice([*self.own_names, *others, *names]):
            yield f"'{name}' would be attached twice", "attach each file once, or rename one"
        total = sum(file.size for file in (*files, *self._files.values()))
        if total > MAX_TOTAL:
            fact = f"the files of this message have {total:,} bytes; the limit is {size_in_words(MAX_TOTAL)}"
            yield fact, "make them smaller, or put them on a page and link to it"

    def _order_problems(self) -> Iterator[Problem]:
        order = self.order
        for parameter, values in (("cc", order.cc), ("bcc", order.bcc), ("reply_to", (order.reply_to,))):
            for value in filter(None, values):
                if wrong := email_fault(name_and_address(value)[1]):
                    fact = f"'{value}' is not a name and an e-mail address: {wrong[0]}"
                    yield Problem(Place(), "wrong-email", fact, "write it like this: 'TSB <tsb@example.int>'")
            if len(values) > MAX_ADDRESSES:
                fact = f"'{parameter}' has {len(values)} addresses; the limit is {MAX_ADDRESSES}"
                yield Problem(Place(), "wrong-option", fact, "use a mailing list")
        for path, file in self._files.items():
            if file.fault:
                yield Problem(Place(str(path)), "wrong-attachment", *file.fault)
        for name in twice([*self.own_names, *(Path(path).name for path in self._files)]):
            yield Problem(Place(), "wrong-attachment", f"'{name}' would be attached twice", "attach each file once")
        if (total := sum(file.size for file in self._files.values())) > MAX_TOTAL:
            fact = f"the attached files have {total:,} bytes; the limit is {size_in_words(MAX_TOTAL)}"
            yield Problem(Place(), "wrong-attachment", fact, "make them smaller, or put them on a page and link to it")
        yield from self._column_problems()
        yield from _wrong_bounce_address(order.bounces_to)
        for address in order.unsubscribe:
            if fault := _unsubscribe_fault(address):
                yield Problem(Place(), "wrong-unsubscribe", f"'{address}': {fault[0]}", fault[1])
        if len({address.partition(":")[0].lower() for address in order.unsubscribe}) < len(order.unsubscribe):
            fact = "there can be one mailto: address and one https: address to unsubscribe at"
            yield Problem(Place(), "wrong-unsubscribe", fact, "leave out the others")

    def _column_problems(self) -> Iterator[Problem]:
        order, has_column = self.order, "attachment" in self.listed.columns
        if order.attach_folder and not has_column:
            fact = "there is no column 'attachment', which names the files in the folder"
            choice = Choice("attach_folder", "or leave out {}", order.attach_folder)
            yield Problem(self.listed.place(1), "missing-column", fact, "add the column", (choice,))
        if order.attach_folder and self._row_files.folder and not self._row_files.folder.is_dir():
            place = Place(order.attach_folder)
            yield Problem(place, "wrong-attachment", "there is no such folder", "name the folder with the attachments")


def mail_checks(
    order: MergeOrder, letter: str, languages: Iterable[str], listed: AddresseeList, folder: Path
) -> MailChecks | None:
    """The checks of an order's messages; None if it makes none. ``letter`` is the name of the letter.

    Raises:
        UsageError: the order has an address that is not valid, or a file that cannot be attached.
    """
    if not order.output.needs_email:
        return None
    own_names = frozenset(f"{letter}.{language}.{format}" for language in languages for format in order.formats)
    checks = MailChecks(order, listed, folder, own_names)
    checks.check_order()
    return checks


def _wrong_bounce_address(address: str) -> Iterator[Problem]:
    if not address:
        return
    _, plain = name_and_address(address)
    local, _, domain = plain.rpartition("@")
    whole = local.replace(PLACE, "x" * TOKEN) if PLACE in local else f"{local}+{'x' * TOKEN}"
    if wrong := email_fault(plain) or email_fault(f"{whole}@{domain}"):
        fact = f"messages cannot come back to '{address}' with a token of {TOKEN} characters: {wrong[0]}"
        yield Problem(Place(), "wrong-email", fact, "write a short address: bounces@example.int")


def _address_faults(cell: str) -> Iterator[tuple[str, str, str]]:
    found = mailboxes_in(cell)
    if len(found) > MAX_ADDRESSES:
        yield "wrong-email", f"the cell has {len(found)} addresses; the limit is {MAX_ADDRESSES}", "use a mailing list"
    for _, address in found:
        if wrong := email_fault(address):
            yield (
                "wrong-email",
                f"'{address}' is not an e-mail address: {wrong[0]}",
                f"{wrong[1]}; separate several by ';'",
            )


def _unsubscribe_fault(address: str) -> tuple[str, str] | None:
    """What is wrong with an address to unsubscribe at, and the remedy."""
    hint = "write mailto:leave@example.int or https://example.int/leave?m={token}"
    if not re.fullmatch(r"[!#-;=?-Z_a-z~{}]{1,500}", address) or address.count("{") + address.count("}") > 2:
        return "it has characters that no address has", hint
    plain = address.replace(PLACE, "x")
    if "{" in plain or "}" in plain:
        return f"the only part that is filled in is {PLACE}", hint
    try:
        parts = urlsplit(plain)
        host = parts.hostname or ""
    except ValueError:
        return "it is not an address", hint
    if parts.scheme == "mailto":
        return (wrong[0], hint) if (wrong := email_fault(parts.path)) else None
    if parts.scheme != "https" or not host or parts.username is not None:
        return "it is neither a mailto: nor an https: address", hint
    return None
