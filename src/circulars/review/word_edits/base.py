"""Makes the Word file that an edited one was before anybody edited it, from the source that it carries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from circulars.compose import SettledText, compose_with_texts
from circulars.errors import LetterError, Place, Problem
from circulars.files.recognize import is_pdf
from circulars.language import load_language
from circulars.model.document import Attachment
from circulars.model.letter import Letter
from circulars.provenance import Making, attachments_of, making_of
from circulars.render import writer
from circulars.source.letters import parse_letter
from circulars.source.scratch import folder_with
from circulars.workspace import Workspace

_FORMAT: Final = "docx"


@dataclass(frozen=True, slots=True)
class WordLetter:
    """A letter in one language as a Word file, and how each of its texts was settled."""

    letter: Letter
    settled_texts: tuple[SettledText, ...]
    data: bytes


@dataclass(frozen=True, slots=True)
class Embedded:
    """What an edited file carries: the letter's source, its pictures, and how the file was made."""

    source: bytes
    pictures: tuple[Attachment, ...]
    making: Making


def embedded_in(data: bytes, file: str) -> Embedded:
    """What a Word file carries.

    Raises:
        LetterError: it is a PDF, it carries no source, or it was merged for an addressee.
    """
    if is_pdf(data):
        hint = "edits are read from Word files; for a PDF write them into the letter, or into its Word file"
        raise LetterError(Problem(Place(file), "not-editable", "this is a PDF, whose edits cannot be read", hint))
    carried = attachments_of(data, file)
    making = making_of(carried, file)
    if making.merged:
        fact = "this is an addressee's own copy: what the list of addressees filled in is not part of the letter"
        hint = "edit the Word file that 'circulars build' makes of the letter"
        raise LetterError(Problem(Place(file), "merged-copy", fact, hint))
    sources = [one for one in carried if one.relationship == "Source"]
    if not sources:
        fact = "the file says how it was made, but does not carry the letter itself"
        raise LetterError(Problem(Place(file), "no-source", fact, "edit a file that carries its letter"))
    pictures = tuple(one for one in carried if one.relationship == "Supplement")
    return Embedded(sources[0].data, pictures, making)


def composed(source: bytes, embedded: Embedded, file: str, workspace: Workspace) -> WordLetter:
    """A source of the embedded letter, which may be edited, as the Word file in the embedded language.

    Raises:
        CircularsError: it cannot be read or laid out with the packs and languages of the workspace.
    """
    name, _, _ = embedded.making.letter.rpartition(".yaml")
    with folder_with({one.name: one.data for one in embedded.pictures}) as folder:
        letter = parse_letter(source, f"{file}, {embedded.making.letter}", name, folder, workspace.language_folders)
    return composed_letter(letter, embedded, workspace)


def composed_letter(letter: Letter, embedded: Embedded, workspace: Workspace) -> WordLetter:
    """A letter as the Word file in the embedded language."""
    pack = workspace.pack_of(letter)
    language = load_language(embedded.making.language, workspace.language_folders)
    document, settled_texts = compose_with_texts(letter, language, pack, embedded.making.audience)
    return WordLetter(letter, settled_texts, writer(_FORMAT)(document, pack).fill({}))
