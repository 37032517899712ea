"""The same letter as templates for the other programs.

The words, the pictures and their order are those of our copies, with a name in the place of each hole.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from circulars.addressing.settle import settle
from circulars.api import Language, Pack, Workspace, load_language, read_letter
from circulars.compose import compose
from circulars.model.addressee import Addressee
from circulars.model.document import Document, filled, holes_of
from circulars.render import writer
from circulars.render.page import page_of, stylesheet_of

from .typst import typst_of

HERE = Path(__file__).parent
LETTER = HERE / "invitation.yaml"
LANGUAGES = ("en", "es")


@dataclass(frozen=True, slots=True)
class Recipient:
    """An addressee's id and language, and the values for the names in the templates."""

    id: str
    language: str
    words: Mapping[str, str]


@cache
def _pack() -> Pack:
    return Workspace(HERE).pack()


@cache
def _language(code: str) -> Language:
    return load_language(code)


@cache
def document(code: str) -> Document:
    """The letter in a language, with its holes."""
    return compose(read_letter(LETTER), _language(code), _pack(), {}, addressed=True)


def recipients(path: Path, count: int) -> Iterator[Recipient]:
    """The first ``count`` addressees of a list, with their values."""
    with path.open(encoding="utf-8", newline="") as stream:
        for _, row in zip(range(count), csv.DictReader(stream), strict=False):
            holes = holes_of(document(row["language"]))
            values = settle(Addressee(row["id"], row), _language(row["language"]), _pack(), holes)
            yield Recipient(row["id"], row["language"], {_name(hole): text for hole, text in values.items()})


def _name(hole: str) -> str:
    return re.sub(r"\W", "_", hole)


def _with_names(code: str, shown: Callable[[str], str]) -> Document:
    """The letter with a name in each hole, in the syntax of a template."""
    one = document(code)
    return filled(one, {hole: shown(_name(hole)) for hole in holes_of(one)})


def word_template(code: str, shown: Callable[[str], str]) -> bytes:
    """The letter as a Word file with names in it."""
    return writer("docx")(_with_names(code, shown), _pack()).fill({})


def page_template(code: str) -> str:
    """The letter as an HTML page with ``{{ names }}`` in it."""
    return page_of(_with_names(code, lambda name: f"{{{{ {name} }}}}"), _pack()).source


def stylesheet() -> str:
    """The page's stylesheet."""
    return stylesheet_of(_pack())


def typst_template(code: str, folder: Path) -> Path:
    """The letter as a Typst file that reads the values from ``sys.inputs``, in a folder with its pictures."""
    source, pictures = typst_of(document(code), _name)
    for name, data in pictures.items():
        (folder / name).write_bytes(data)
    path = folder / f"letter.{code}.typ"
    path.write_text(source, encoding="utf-8")
    return path
