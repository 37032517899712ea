"""The reading text of letters and Word files, by which git shows what changed."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from circulars.build import Order, documents
from circulars.errors import CircularsError, UsageError, visible
from circulars.files.opc import UnreadablePackageError, read_parts
from circulars.files.word_words import paragraphs_in
from circulars.render.txt import text_of
from circulars.review.git import Version, read_version
from circulars.source.letters.reading import parse_letter
from circulars.workspace import Workspace


def reading_text(path: Path, workspace: Workspace) -> str:
    """What a reader of a file sees: of a letter the text in each of its languages, of a Word file its paragraphs.

    A letter that cannot be built is shown as it is typed, and so is any other file. Control characters are escapes.

    Raises:
        LetterError: the file cannot be read.
    """
    if path.suffix.lower() == ".docx":
        data = read_version(Version("", str(path)), Path(), "finished file")
        text = _word_text(data)
    else:
        data = read_version(Version("", str(path)), Path())
        text = _letter_text(data, path, workspace)
    return "".join(f"{visible(line)}\n" for line in (text or data.decode("utf-8", "replace")).splitlines())


def _word_text(data: bytes) -> str:
    try:
        return "\n".join(paragraphs_in(read_parts(data)))
    except (UnreadablePackageError, etree.XMLSyntaxError) as error:
        return f"this Word file cannot be read: {error}"


def _letter_text(data: bytes, path: Path, workspace: Workspace) -> str:
    try:
        letter = parse_letter(data, path.name, path.stem, workspace.letters, workspace.language_folders)
        made = [*documents(letter, workspace, Order(), drawn=False)]
    except UsageError:
        raise
    except CircularsError:
        return ""
    return "\n".join(f"[{document.language}]\n\n{text_of(document)}" for document in made)
