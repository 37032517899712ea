"""Checks whether a finished file is what circulars makes from the source inside it."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from lxml.etree import XMLSyntaxError

from circulars import __version__
from circulars.build import Order, build
from circulars.errors import LetterError, Place, Problem
from circulars.files.opc import UnreadablePackageError, read_parts
from circulars.files.word_document import transitional
from circulars.files.word_program import CIRCULARS, program_of
from circulars.files.word_words import differences, shown_in
from circulars.language import load_language
from circulars.model.document import Attachment
from circulars.model.letter import Letter
from circulars.provenance import Making, attachments_of, making_of
from circulars.revisions import first_end
from circulars.signing.updates import updates_after
from circulars.source.letters import parse_letter
from circulars.source.scratch import folder_with
from circulars.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of rebuilding a file.

    ``same`` means that the file begins with exactly the bytes that its source makes, and that nothing was added to them
    but signatures, time-stamps and data for their validation. Whether the signatures are valid is not checked here.
    ``added`` is the number of bytes that were added, and ``signatures`` how many signatures and time-stamps are in
    them. ``differences`` from what the source makes, their possible ``reasons``, and the ``changes`` that were added
    later are in words. ``signers`` are the names of those who may sign such a letter, according to the pack.
    ``program`` is another program than circulars that saved a Word file last, or "". The bytes of such a file say
    nothing; ``differences`` has those of its words, links and pictures.
    """

    making: Making
    same: bool
    added: int = 0
    differences: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    signatures: int = 0
    signers: tuple[str, ...] = ()
    program: str = ""


def verify(data: bytes, file: str, workspace: Workspace) -> Verdict:
    """Rebuilds a file from the source inside it, with the workspace's packs and languages, and compares the two.

    Raises:
        CircularsError: the file carries no source, or its source cannot be built here.
    """
    first = data[: first_end(data)] if _format(data) == "pdf" else data
    carried = _carried(first, data, file)
    making = making_of(carried, file)
    if making.merged:
        fact = "this is an addressee's own copy, and its source does not contain what the list of addressees filled in"
        hint = "the ledger of the merge has the SHA-256 of every copy; 'circulars source' shows the letter"
        raise LetterError(Problem(Place(file), "merged-copy", fact, hint))
    letter = _letter(carried, making, file, workspace)
    outputs = list(build(letter, workspace, Order((making.language,), (_format(data),), making.audience)))
    rebuilt = outputs[0].data
    is_built = data.startswith(rebuilt) and (data == rebuilt or _format(data) == "pdf")
    start = len(rebuilt) if is_built else len(first)
    updates = updates_after(data, start)
    changes = tuple(change for update in updates for change in update.changes)
    program = "" if is_built else _other_program(data)
    compare = _shown_differences if program else _differences
    return Verdict(
        making,
        same=is_built and not changes,
        added=len(data) - start,
        differences=() if is_built else tuple(compare(first, rebuilt)),
        reasons=() if is_built else tuple(changed_since(making, workspace)),
        changes=changes,
        signatures=sum(len(update.signatures) for update in updates),
        signers=workspace.pack_of(letter).kinds[letter.kind.name].signers,
        program=program,
    )


def _carried(first: bytes, data: bytes, file: str) -> tuple[Attachment, ...]:
    """The files that the first revision of a file carries, else those that the whole file carries.

    An update could hide the source of a file, or replace it.
    """
    if len(first) < len(data):
        with suppress(LetterError):
            return attachments_of(first, file)
    return attachments_of(data, file)


def _format(data: bytes) -> str:
    return "docx" if data.startswith(b"PK") else "pdf"


def _letter(carried: tuple[Attachment, ...], making: Making, file: str, workspace: Workspace) -> Letter:
    sources = [one for one in carried if one.relationship == "Source"]
    if not sources:
        fact = "the file says how it was made, but does not carry the letter itself"
        hint = "parts for other readers could not be removed from the letter; build the file again from the letter"
        raise LetterError(Problem(Place(file), "no-source", fact, hint))
    name, _, _ = making.letter.rpartition(".yaml")
    with folder_with({one.name: one.data for one in carried if one.relationship == "Supplement"}) as folder:
        shown = f"{file}, {sources[0].name}"
        return parse_letter(sources[0].data, shown, name, folder, workspace.language_folders)


def changed_since(making: Making, workspace: Workspace) -> Iterator[str]:
    """What has changed here since the file was made."""
    if making.circulars != __version__:
        yield f"the file was made by circulars {making.circulars}; this is {__version__}"
    if workspace.pack(making.pack).fingerprint != making.pack_sha256:
        yield f"the pack '{making.pack}' is not the one that the file was made with"
    if load_language(making.language, workspace.language_folders).fingerprint != making.language_sha256:
        yield f"the language '{making.language}' has changed since the file was made"


def _other_program(data: bytes) -> str:
    """The program that saved a Word file last, or "" if that is circulars, or if the file is a PDF."""
    if _format(data) == "pdf":
        return ""
    program = program_of(read_parts(data))
    return "" if program == CIRCULARS else program or "a program that does not give its name"


def _shown_differences(data: bytes, rebuilt: bytes) -> Iterator[str]:
    """How the words, links and pictures of a Word file differ from those of the rebuilt one."""
    try:
        found = shown_in(transitional(read_parts(data)))
        yield from differences(found, shown_in(read_parts(rebuilt)))
    except (UnreadablePackageError, XMLSyntaxError):
        yield "its words cannot be read: a part of the file is damaged"


def _differences(data: bytes, rebuilt: bytes) -> Iterator[str]:
    """The parts of a Word file, or the pages of a PDF, in which two files differ."""
    read = _word_parts if _format(data) == "docx" else _pdf_pages
    try:
        found, expected = read(data), read(rebuilt)
    except UnreadablePackageError:
        found = {}
    if not found:
        return
    if found == expected and _format(data) == "docx":
        yield "all its parts are the same: only their order or their compression differs"
    for name in dict.fromkeys((*expected, *found)):
        if name not in found:
            yield f"{name} is missing"
        elif name not in expected:
            yield f"{name} was added"
        elif found[name] != expected[name]:
            yield f"{name} differs"


def _word_parts(data: bytes) -> Mapping[str, bytes]:
    return {f"the part {name}": part for name, part in read_parts(data).items()}


def _pdf_pages(data: bytes) -> Mapping[str, bytes]:
    """The pages of a PDF, and its document information."""
    # Takes some time to import, and only PDF files need it.
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            pieces = {
                f"page {number}": b"\n".join(_streams(page.obj.get("/Contents")))
                for number, page in enumerate(pdf.pages, start=1)
            }
            information = sorted((key, str(value)) for key, value in pdf.docinfo.items())
            return pieces | {"the document information": repr(information).encode()}
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, zlib.error):
        return {}


def _streams(contents: Any) -> Iterator[bytes]:
    """The content streams of a page, as they are stored in the file."""
    import pikepdf

    for stream in contents if isinstance(contents, pikepdf.Array) else (contents,):
        if isinstance(stream, pikepdf.Stream):
            yield bytes(stream.read_raw_bytes())
