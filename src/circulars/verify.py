"""Says whether a finished file is what circulars makes of the source that it carries."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from circulars import __version__
from circulars.build import Order, Output, build
from circulars.errors import LetterError, Place, Problem
from circulars.files.opc import UnreadablePackageError, read_parts
from circulars.language import load_language
from circulars.model.document import Attachment
from circulars.provenance import Making, attachments_of, making_of
from circulars.source.letters import parse_letter
from circulars.source.scratch import folder_with
from circulars.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of rebuilding a file.

    ``same`` says that the file begins with the very bytes that its source makes; ``added`` counts the bytes that
    follow them, as signatures do. ``differences`` tell what is not the same; ``reasons`` what may have caused it.
    """

    making: Making
    same: bool
    added: int = 0
    differences: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


def verify(data: bytes, file: str, workspace: Workspace) -> Verdict:
    """What comes of building a file again from the source that it carries, with the workspace's packs and languages.

    Raises:
        CircularsError: it carries no source, or its source cannot be built here.
    """
    carried = attachments_of(data, file)
    making = making_of(carried, file)
    if making.merged:
        fact = "this is an addressee's own copy: its source does not know what the list of addressees filled in"
        hint = "the ledger of the merge has the sum of every copy; 'circulars source' shows the letter"
        raise LetterError(Problem(Place(file), "merged-copy", fact, hint))
    rebuilt = _rebuilt(carried, making, _format(data), file, workspace)
    if data == rebuilt:
        return Verdict(making, same=True)
    if data.startswith(rebuilt) and _format(data) == "pdf":
        return Verdict(making, same=True, added=len(data) - len(rebuilt))
    differences = tuple(_differences(data, rebuilt))
    return Verdict(making, same=False, differences=differences, reasons=tuple(_reasons(making, workspace)))


def _format(data: bytes) -> str:
    return "docx" if data.startswith(b"PK") else "pdf"


def _rebuilt(carried: tuple[Attachment, ...], making: Making, format: str, file: str, workspace: Workspace) -> bytes:
    sources = [one for one in carried if one.relationship == "Source"]
    if not sources:
        fact = "the file says how it was made, but does not carry the letter itself"
        hint = "a part that only other readers get could not be taken out of it; build it again from the letter"
        raise LetterError(Problem(Place(file), "no-source", fact, hint))
    name, _, _ = making.letter.rpartition(".yaml")
    with folder_with({one.name: one.data for one in carried if one.relationship == "Supplement"}) as folder:
        letter = parse_letter(sources[0].data, f"{file}, {sources[0].name}", name, folder)
    order = Order((making.language,), (format,), making.audience)
    outputs: list[Output] = list(build(letter, workspace, order))
    return outputs[0].data


def _reasons(making: Making, workspace: Workspace) -> Iterator[str]:
    """What is not here as it was where the file was made."""
    if making.circulars != __version__:
        yield f"circulars {making.circulars} made it; this is {__version__}"
    if workspace.pack(making.pack).fingerprint != making.pack_sha256:
        yield f"the pack '{making.pack}' is not the one that it was made with"
    if load_language(making.language, workspace.language_folders).fingerprint != making.language_sha256:
        yield f"the language '{making.language}' is not as it was when it was made"


def _differences(data: bytes, rebuilt: bytes) -> Iterator[str]:
    """Where two files differ, in the words of their format: parts of a Word file, pages of a PDF."""
    read = _parts if _format(data) == "docx" else _pieces
    try:
        here, there = read(data), read(rebuilt)
    except UnreadablePackageError:
        here = {}
    if not here:
        return
    for name in dict.fromkeys((*there, *here)):
        if name not in here:
            yield f"{name} is missing"
        elif name not in there:
            yield f"{name} was added"
        elif here[name] != there[name]:
            yield f"{name} is not the same"


def _parts(data: bytes) -> Mapping[str, bytes]:
    return {f"the part {name}": part for name, part in read_parts(data).items()}


def _pieces(data: bytes) -> Mapping[str, bytes]:
    """What a reader of a PDF gets: its pages, and what the file says of itself."""
    # Takes some time to import, and only PDF files need it.
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            pieces = {
                f"page {number}": b"\n".join(_streams(page.obj.get("/Contents")))
                for number, page in enumerate(pdf.pages, start=1)
            }
            said = sorted((key, str(value)) for key, value in pdf.docinfo.items())
            return pieces | {"the information about the file": repr(said).encode()}
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, zlib.error):
        return {}


def _streams(contents: Any) -> Iterator[bytes]:
    """The content streams of a page as they stand in the file."""
    import pikepdf

    for stream in contents if isinstance(contents, pikepdf.Array) else (contents,):
        if isinstance(stream, pikepdf.Stream):
            yield bytes(stream.read_raw_bytes())
