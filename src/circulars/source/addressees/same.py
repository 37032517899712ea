"""Finds addressees of a list who have the same e-mail address or postal address, or seem to be the same person."""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final, Literal, TypeAlias

from circulars.addressing.emails import ascii_domain
from circulars.addressing.postal import name_of
from circulars.errors import Choice, Problem
from circulars.model.addressee import Addressee
from circulars.source.addressees.lists import MAX_NAMED, AddresseeList
from circulars.source.addressees.seen import Seen

Sameness: TypeAlias = Literal["email", "address", "person"]
"""What two addressees have in common."""
Cells: TypeAlias = Mapping[str, str]
"""The cells of a row by column."""
_AT_ONCE: Final = 1_000_000
"""The number of keys that are compared at once: this bounds the memory for it, at about 100 bytes each."""
_BATCH: Final = 1_000
_KEEP_ONE: Final = "keep one of the rows, if they are one addressee"
_PERSON: Final = ("name", "surname")
_ADDRESS: Final = ("postcode", "city", "region", "country")
_END: Final = "\x1e"  # ASCII's record separator; cells have no control characters
_SIGNS: Final = str.maketrans(dict.fromkeys(".,;:-–'’\"", " "))
_ACCENTS: Final = re.compile("[\u0300-\u031a\u031c-\u036f]")
"""The accents of Latin, Greek and Cyrillic letters; other marks make another letter, as the horn and those of Kana."""
_SPACES: Final = re.compile(f" *([\t\n{_END}]) *| {{2,}}")
# Google documents that dots and what follows a "+" make no difference, and that both domains are one.
_WITHOUT_DOTS: Final = ("gmail.com", "googlemail.com")
_FACTS: Final[Mapping[Sameness, tuple[str, str]]] = {
    "email": ("same-email", "the e-mail address"),
    "address": ("same-address", "the postal address"),
    "person": ("same-person", "the name and the organization"),
}


def email_key(email: str) -> str:
    """A key that two e-mail addresses share if their messages surely reach the same mailbox; "" without an address."""
    local, _, domain = email.casefold().rpartition("@")
    if not domain.isascii():
        domain = ascii_domain(domain) or domain
    if domain in _WITHOUT_DOTS:
        local, domain = local.partition("+")[0].replace(".", ""), _WITHOUT_DOTS[0]
    return f"{local}@{domain}" if local else ""


class _Keys:
    """Makes the keys of rows from some columns; rows that have the same cells in them have the same key.

    Upper and lower case, accents, signs and the number of spaces do not matter. A row whose ``needed`` cells are all
    empty has the key "". All is done for many rows at once, because lists are long.
    """

    def __init__(self, columns: Sequence[str], needed: Sequence[str], others: Sequence[str]) -> None:
        first = [name for name in needed if name in columns]
        rest = [name for name in others if name in columns]
        self._cells = itemgetter(*first, *(rest or first))  # at least two, so that it returns a tuple
        self._blank = "\t" * len(first)

    def __call__(self, rows: Sequence[Cells]) -> Sequence[str]:
        joined = _comparable(_END.join(map("\t".join, map(self._cells, rows))))
        keys, blank = joined.split(_END), self._blank
        if joined.startswith(blank) or _END + blank in joined:
            return ["" if key.startswith(blank) else key for key in keys]
        return keys


def _comparable(text: str) -> str:
    """A text in which two spellings of one name or street are the same: "Núñez, Weg 1." and "NUNEZ WEG 1"."""
    text = text.casefold().translate(_SIGNS)
    if not text.isascii():
        text = _ACCENTS.sub("", unicodedata.normalize("NFD", text))
    return _SPACES.sub(lambda found: found[1] or " ", text).strip(" ")


def _email_keys(rows: Sequence[Cells]) -> Iterable[str]:
    """The keys of rows by :func:`email_key`."""
    joined = _END.join([columns["email"] for columns in rows]).casefold()
    emails = joined.split(_END)
    is_plain = joined.isascii() and not any(domain in joined for domain in _WITHOUT_DOTS)
    return emails if is_plain else map(email_key, emails)


def _keys_of(kind: Sameness, columns: Sequence[str]) -> Callable[[Sequence[Cells]], Iterable[str]]:
    """The function that makes the keys of rows for what they may have in common."""
    if kind == "email":
        return _email_keys
    if kind == "address":
        return _Keys(columns, ["address"], _ADDRESS)
    return _Keys(columns, _PERSON, ["organization"])


class Repeats:
    """Counts rows that have something in common with an earlier row.

    Only a 64-bit hash of each key is kept, with the number of its row. Rows of earlier lists come first.
    """

    def __init__(self, kinds: Sequence[Sameness], columns: Sequence[str]) -> None:
        """Each of ``kinds`` needs a column of the list: "email", "address", or one of "name" and "surname"."""
        self._keys = [(kind, _keys_of(kind, columns), array("q")) for kind in kinds]
        self._rows = array("I")
        self._waiting: list[Cells] = []
        self._earlier = 0
        self.counts: Counter[str] = Counter()
        """The number of warnings that :meth:`each` gives, by code, after :meth:`remarks`."""

    def add_earlier(self, columns: Cells, row: int) -> None:
        """Adds a row of an earlier list."""
        self.add(columns, row)
        self._earlier += 1

    def add(self, columns: Cells, row: int) -> None:
        """Adds a row."""
        self._rows.append(row)
        self._waiting.append(columns)
        if len(self._waiting) == _BATCH:
            self._take_in()

    def _take_in(self) -> None:
        """Adds the keys of the rows that were added."""
        for _, keys_of, keys in self._keys:
            keys.extend(map(hash, keys_of(self._waiting)))  # 0 for ""
        self._waiting = []

    def remarks(self, listed: AddresseeList, choices: Mapping[Sameness, Choice]) -> Iterator[Problem]:
        """A warning for each thing that rows have in common, with the first of these rows; ``choices`` are remedies."""
        if self._waiting:
            self._take_in()
        for kind, _, keys in self._keys:
            count, pairs = self._repeated(keys)
            if not count:
                continue
            code, what = _FACTS[kind]
            self.counts[code] = count
            named = ", ".join(self._named(*pair) for pair in pairs)
            more = f" and {count - len(pairs):,} more" if count > len(pairs) else ""
            have = "1 addressee has" if count == 1 else f"{count:,} addressees have"
            fact = f"{have} {what} of an earlier row: {named}{more}"
            where = listed.place(self._rows[pairs[0][0]])
            yield Problem(where, code, fact, _KEEP_ONE, (choices[kind],) if kind in choices else ())

    def each(self, listed: AddresseeList) -> Iterator[Problem]:
        """A warning for each row that has something in common with an earlier row, after :meth:`remarks`."""
        for kind, _, keys in self._keys:
            code, what = _FACTS[kind]
            for later, first in self._pairs(keys):
                fact = f"{what} is that of an earlier row: {self._named(later, first)}"
                yield Problem(listed.place(self._rows[later]), code, fact, _KEEP_ONE)

    def _repeated(self, keys: array[int]) -> tuple[int, Sequence[tuple[int, int]]]:
        """How many rows have the key of an earlier row, and the first of them: pairs of their place and the earlier."""
        count, pairs = 0, list[tuple[int, int]]()
        for count, pair in enumerate(self._pairs(keys), 1):
            if count <= MAX_NAMED:
                pairs.append(pair)
        return count, pairs

    def _pairs(self, keys: array[int]) -> Iterator[tuple[int, int]]:
        """The places of rows that have the key of an earlier row, each with the place of the earlier."""
        again = _keys_that_repeat(keys)
        first: dict[int, int] = {}
        for place, key in enumerate(keys if again else ()):
            if key in again and (earlier := first.setdefault(key, place)) < place >= self._earlier:
                yield place, earlier

    def _named(self, later: int, first: int) -> str:
        of = " of an earlier list" if first < self._earlier else ""
        return f"row {self._rows[later]:,} as row {self._rows[first]:,}{of}"


def _keys_that_repeat(keys: array[int]) -> frozenset[int]:
    """The keys that occur more than once, without 0."""
    parts = len(keys) // _AT_ONCE + 1
    if parts == 1 and len(frozenset(keys)) == len(keys):
        return frozenset()
    found: set[int] = set()
    for part in range(parts):
        seen: set[int] = set()
        add = seen.add
        some = keys if parts == 1 else (key for key in keys if key % parts == part)
        found.update(key for key in some if key in seen or add(key))
    return frozenset(found) - {0}


@dataclass(frozen=True, slots=True)
class SameAddress:
    """An addressee who gets no letter, because an earlier one with the same address gets it.

    ``row`` is the row in the list ``part``, ``first_row`` the earlier one's in the list ``first_part``: 0 for the first
    list of a plan, and n for the nth that was added.
    """

    id: str
    name: str
    email: str
    row: int
    part: int
    first_row: int
    first_part: int


class OncePerAddress:
    """Finds the addressees whose address an earlier one has, for one letter to each address."""

    def __init__(self, columns: Sequence[str], *, by_email: bool, part: int = 0) -> None:
        """``by_email`` compares e-mail addresses, and otherwise names and postal addresses. ``part`` is the list's."""
        needed = "email" if by_email else "address"
        others = () if by_email else (*_PERSON, "organization", *_ADDRESS)
        self._keys = None if needed not in columns else _email_keys if by_email else _Keys(columns, [needed], others)
        self._part = part
        self._seen = {part: Seen(str)}

    def _key(self, columns: Cells) -> str:
        return next(iter(self._keys([columns]))) if self._keys else ""

    def add_earlier(self, columns: Cells, row: int, part: int) -> None:
        """Adds an addressee of an earlier list."""
        if key := self._key(columns):
            self._seen.setdefault(part, Seen(str)).first(key, row)

    def same(self, addressee: Addressee) -> SameAddress | None:
        """The addressee as one who gets no letter; None if no earlier one has the address."""
        columns = addressee.columns
        if not (key := self._key(columns)):
            return None
        for part, seen in sorted(self._seen.items()):
            if row := seen.first(key, addressee.row) if part == self._part else seen.row_of(key):
                name, email = name_of(columns), columns.get("email", "")
                return SameAddress(addressee.id, name, email, addressee.row, self._part, row, part)
        return None
