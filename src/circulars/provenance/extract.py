"""Extracts the files that circulars embedded in a Word file or a PDF; the file is not trusted."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, cast

from lxml.etree import XMLSyntaxError

from circulars.errors import LetterError, Place, Problem
from circulars.files.carried import MAX_FILES, RELATIONSHIPS, files_in
from circulars.files.opc import NoWordFileError, UnreadablePackageError, read_parts
from circulars.files.recognize import NO_WORD_FILE, is_other_zip, is_pdf, unreadable_pdf, zipped_kind
from circulars.files.word_program import CIRCULARS, DROPPING, program_of
from circulars.model.document import Attachment
from circulars.provenance.facts import NO_SOURCE

if TYPE_CHECKING:
    import pikepdf

MAX_BYTES: Final = 6 * 1024 * 1024
"""The maximum size of a file inside a PDF, unpacked."""
_USE_ORIGINAL = "use the file as circulars made it"


class _UnreadableError(Exception):
    """Nothing can be extracted from a file; the arguments are the fact and the remedy."""


def attachments_of(data: bytes, file: str) -> tuple[Attachment, ...]:
    """The files that circulars embedded in a PDF or a Word file, the source first.

    Raises:
        LetterError: it is neither a PDF nor a Word file, it is broken, or nothing is embedded in it.
    """
    try:
        found = tuple(_of_pdf(data) if is_pdf(data) else _of_word(data))
    except _UnreadableError as error:
        raise LetterError(Problem(Place(file), "unreadable-file", *error.args)) from None
    if not found:
        raise LetterError(Problem(Place(file), "no-source", *_why_without_source(data)))
    return tuple(sorted(found, key=lambda one: RELATIONSHIPS.index(one.relationship)))


def _why_without_source(data: bytes) -> tuple[str, str]:
    """The fact and the remedy for a file that carries no source: some programs leave out what others embedded."""
    fact = "the file carries no source"
    program = CIRCULARS if is_pdf(data) else program_of(read_parts(data))
    if program == CIRCULARS:
        return fact, NO_SOURCE
    if program.startswith(DROPPING):
        fact = f"{fact}: {program} saved it, and leaves out what other programs have embedded in a file"
        return fact, f"{_USE_ORIGINAL}, or its PDF"
    named = program or "a program that does not give its name"
    return f"{fact}, and was saved last by {named}", f"{_USE_ORIGINAL}; {NO_SOURCE}"


def _of_word(data: bytes) -> Iterator[Attachment]:
    try:
        parts = read_parts(data)
        if is_other_zip(parts):
            kind = zipped_kind(parts)
            raise _UnreadableError(kind.fact, kind.remedy)
        yield from files_in(parts)
    except UnreadablePackageError as error:
        if error.fact == NO_WORD_FILE.fact:
            raise _UnreadableError("this is neither a PDF nor a Word file", _USE_ORIGINAL) from error
        remedy = error.remedy if isinstance(error, NoWordFileError) else _USE_ORIGINAL
        raise _UnreadableError(error.fact, remedy) from error
    except (ValueError, XMLSyntaxError):
        raise _UnreadableError("the source inside this Word file is broken", _USE_ORIGINAL) from None


def _of_pdf(data: bytes) -> Iterator[Attachment]:
    # Takes some time to import, and only PDF files need it.
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            carried = pdf.Root.get("/AF")
            for entry in list(carried)[:MAX_FILES] if isinstance(carried, pikepdf.Array) else ():
                if (attachment := _attachment_in(entry)) is not None:
                    yield attachment
    except pikepdf.PasswordError:
        raise _UnreadableError("this PDF is encrypted", "remove its password") from None
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, KeyError, zlib.error) as error:
        found = unreadable_pdf(data, str(error))
        raise _UnreadableError(found.fact, found.remedy) from None


def _attachment_in(entry: pikepdf.Object) -> Attachment | None:
    """The file in a file specification (ISO 32000-1, 7.11.3, and ISO 19005-3, Annex E), or None if it is not ours."""
    relationship = str(entry.get("/AFRelationship", "")).lstrip("/")
    if relationship not in RELATIONSHIPS:
        return None
    stream: Any = entry.EF.get("/UF", entry.EF.get("/F"))
    kind = str(stream.get("/Subtype", "")).lstrip("/")
    description = str(entry.get("/Desc", ""))
    return Attachment(str(entry.get("/UF", "")), kind, cast(Any, relationship), description, _inflated(stream))


def _inflated(stream: Any) -> bytes:
    """The unpacked bytes of a stream. Unpacking stops at the limit, because a small stream can inflate to gigabytes."""
    raw = bytes(stream.read_raw_bytes())
    if len(raw) > MAX_BYTES:
        raise _UnreadableError("a file inside this PDF is larger than 6 MiB", _USE_ORIGINAL)
    if "/Filter" not in stream:
        return raw
    if str(stream.Filter) != "/FlateDecode":
        raise _UnreadableError("a file inside this PDF cannot be read", _USE_ORIGINAL)
    inflater = zlib.decompressobj()
    result = inflater.decompress(raw, MAX_BYTES)
    if inflater.unconsumed_tail:
        raise _UnreadableError("a file inside this PDF is larger than 6 MiB", _USE_ORIGINAL)
    return result
