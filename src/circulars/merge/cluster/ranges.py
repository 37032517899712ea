"""The work of a cluster's worker: it makes and stores the copies of a range, and returns their records as plain text.

What a worker returns is bytes of JSON, and is checked before it is used: a worker can make wrong copies, but it can
neither run code where the command runs nor record copies that nobody asked for.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from circulars import __version__
from circulars.addressing.settle import used_columns
from circulars.cache.masters import NoShelf
from circulars.errors import (
    AddresseesError,
    Choice,
    CircularsError,
    LetterError,
    MachineError,
    PackError,
    Place,
    Problem,
    UsageError,
)
from circulars.merge.cluster.storage import Storage
from circulars.merge.making.copies import Copy, Kit
from circulars.merge.planning.ledger import CopyRecord, Entry

_ERRORS: Final = {one.__name__: one for one in (AddresseesError, LetterError, MachineError, PackError, UsageError)}
_LONGEST: Final = 2_000  # characters of a text in a problem


class WrongReplyError(ValueError):
    """A worker's reply is not what a worker returns."""


def packed_kit(kit: Kit) -> bytes:
    """A kit for workers; its columns are those that the letters use, as in :func:`packed_entries`.

    The cache of this machine, and the key to it, stay here.
    """
    editions = {key: replace(one, shelves=dict.fromkeys(one.shelves, NoShelf())) for key, one in kit.editions.items()}
    columns = tuple(kit.columns[place] for place in _places(kit))
    return pickle.dumps(replace(kit, columns=columns, editions=editions))


def packed_entries(kit: Kit, entries: Sequence[Entry]) -> bytes:
    """Entries for workers, with the cells that the letters use: a worker gets no others, such as e-mail addresses."""
    places = _places(kit)
    return pickle.dumps([replace(one, cells=tuple(one.cells[place] for place in places)) for one in entries])


def _places(kit: Kit) -> list[int]:
    holes = {hole for edition in kit.editions.values() for hole in edition.holes}
    used = used_columns(holes)
    return [place for place, column in enumerate(kit.columns) if column in used]


@lru_cache(1)
def unpacked_kit(kit: bytes, version: str) -> Kit:
    """The kit, on a worker.

    Raises:
        UsageError: the worker has another version of circulars, which might make different bytes.
    """
    if version != __version__:
        fact = f"a worker has circulars {__version__}, and this command is {version}"
        raise UsageError(Problem(Place(), "other-version", fact, "install the same version on all machines"))
    unpacked: Kit = pickle.loads(kit)  # noqa: S301  # the command's; a worker runs what its scheduler sends anyway
    return unpacked


def make_range(kit: bytes, version: str, storage: Storage, start: int, entries: bytes) -> bytes:
    """Makes and stores the copies of a range, on a worker; returns their records, or the problems."""
    try:
        unpacked = unpacked_kit(kit, version)
        some: list[Entry] = pickle.loads(entries)  # noqa: S301  # see above

        def copies() -> Iterator[Copy]:
            for entry in some:
                yield from unpacked.copies(entry)

        records = storage.put(start, copies())
    except CircularsError as error:
        problems = [_written(problem) for problem in error.problems]
        return json.dumps({"error": type(error).__name__, "problems": problems}).encode()
    return json.dumps({"records": [[*one[:-2], one.sha256.hex(), one.whole] for one in records]}).encode()


def _written(problem: Problem) -> list[Any]:
    where = problem.where
    choices = [[one.parameter, one.effect, one.value] for one in problem.choices]
    return [where.file, where.line, where.column, problem.code, problem.message, problem.hint, choices]


def read_reply(reply: object, start: int, end: int, formats: Sequence[str]) -> list[CopyRecord] | CircularsError:
    """The records of the copies to the addressees ``start`` to ``end``, or the worker's error.

    Raises:
        WrongReplyError: the reply is not bytes of JSON in the right form, or not about these copies.
    """
    if type(reply) is not bytes:
        raise WrongReplyError("it is not bytes")
    try:
        read = json.loads(reply)
        if "records" not in read:
            return _ERRORS[read["error"]](*map(_problem, read["problems"]))
        records = [_record(*one) for one in read["records"]]
    except WrongReplyError:
        raise
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise WrongReplyError(type(error).__name__) from None
    if [(one.n, one.format) for one in records] != [(n, name) for n in range(start, end) for name in formats]:
        raise WrongReplyError("it is about other copies")
    return records


def _record(n: int, format: str, size: int, offset: int, crc: int, sha256: str, whole: bool) -> CopyRecord:
    numbers = (n, size, offset, crc)
    if any(type(number) is not int or not 0 <= number < 2**62 for number in numbers) or crc >= 2**32:
        raise WrongReplyError("a number is wrong")
    if type(format) is not str or type(sha256) is not str or type(whole) is not bool:
        raise WrongReplyError("a value has the wrong type")
    digest = bytes.fromhex(sha256)
    if len(digest) != 32:
        raise WrongReplyError("a checksum is wrong")
    return CopyRecord(n, format, size, offset, crc, digest, whole)


def _problem(values: Sequence[Any]) -> Problem:
    file, line, column, code, message, hint, choices = values
    texts = (file, code, message, hint, *(text for choice in choices for text in choice))
    if any(type(text) is not str or len(text) > _LONGEST for text in texts):
        raise WrongReplyError("a text is wrong")
    if any(type(number) is not int or number < 0 for number in (line, column)):
        raise WrongReplyError("a number is wrong")
    return Problem(Place(file, line, column), code, message, hint, tuple(Choice(*one) for one in choices))
