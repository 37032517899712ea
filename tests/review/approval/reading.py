"""What is read of a letter, found by other means than fingerprints: its plain text, and the links of its page."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace

from circulars.build import Order, documents
from circulars.compose import conditions
from circulars.model.document import Document
from circulars.model.letter import Letter
from circulars.render import writer
from circulars.render.txt import text_of
from circulars.workspace import Workspace

_READ = re.compile(r'(?:href|alt)="[^"]*"|<h[1-6]')
_PLACE = re.compile(r'href="#[^"]*"|src="[^"]*"')


def audiences(letter: Letter) -> Iterator[Mapping[str, str]]:
    """Addressees of every kind that the letter distinguishes, and those of none."""
    columns: dict[str, set[str]] = {}
    for condition in conditions(letter):
        for column, values in condition:
            columns.setdefault(column, set()).update(values)
    choices = [[(column, value) for value in ("", *sorted(values))] for column, values in sorted(columns.items())]
    yield from (dict(chosen) for chosen in itertools.product(*choices))


def plain_reading(letter: Letter, workspace: Workspace, language: str = "") -> list[str]:
    """The plain text of a letter for each audience in each language."""
    return [unicodedata.normalize("NFC", text_of(one)) for one in _documents(letter, workspace, language)]


def is_read_otherwise(old: Letter, new: Letter, workspace: Workspace, language: str) -> bool:
    """Whether two letters differ in their plain text for any audience, or in the links and headings of their pages."""
    if plain_reading(old, workspace, language) != plain_reading(new, workspace, language):
        return True
    return _links(old, workspace, language) != _links(new, workspace, language)


def _links(letter: Letter, workspace: Workspace, language: str) -> list[str]:
    write, pack = writer("html"), workspace.pack_of(letter)
    pages = (write(one, pack).fill({}).decode() for one in _documents(letter, workspace, language))
    return [found for page in pages for found in _READ.findall(_PLACE.sub("", page))]


def _documents(letter: Letter, workspace: Workspace, language: str) -> Iterator[Document]:
    order = Order((language,) if language else ())
    for audience in audiences(letter):
        yield from documents(letter, workspace, replace(order, audience=audience))
