"""The files that travel inside a letter's files: its source and the facts of its making, nothing of an addressee."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import PurePosixPath
from typing import Any, Final

from circulars import __version__
from circulars.errors import LetterError, Place, Problem
from circulars.model.document import Attachment

MADE: Final = "circulars.json"
"""The name of the file that holds the facts of a letter's making."""

_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class Making:
    """How a file was made: of which letter, in which language, with which pack, for whom, by which program.

    The two fingerprints are SHA-256 in hexadecimal, of the pack's files and of the language's file. ``audience`` has
    the columns and values that let parts with ``when:`` into the letter. ``merged`` says that it is an addressee's
    own copy: what only the list of addressees knew is on its pages, and nowhere else in it.
    """

    letter: str
    language: str
    pack: str
    pack_sha256: str = ""
    language_sha256: str = ""
    circulars: str = __version__
    audience: Mapping[str, str] = field(default_factory=dict)
    merged: bool = False


def attachments(yaml: str, files: Mapping[str, bytes], making: Making, citation: str) -> tuple[Attachment, ...]:
    """The files that a letter's files carry: its YAML, the facts of its making, the files that it names.

    Without ``yaml`` it is the facts alone. ``citation`` is the letter's reference, for the descriptions.
    """
    made = {name.name: getattr(making, name.name) for name in fields(Making) if name.name != "merged"}
    if making.merged:
        made["merged"] = True
    facts = json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
    about = f"How this file was made: {citation}"
    return (*_sources(yaml, files, making, citation), Attachment(MADE, "application/json", "Data", about, facts))


def _sources(yaml: str, files: Mapping[str, bytes], making: Making, citation: str) -> Iterator[Attachment]:
    if not yaml:
        return
    yield Attachment(making.letter, "application/yaml", "Source", f"The source of {citation}", yaml.encode())
    for name, data in sorted(files.items()):
        kind = _TYPES[PurePosixPath(name).suffix.lower()]
        yield Attachment(name, kind, "Supplement", f"A picture of {citation}", data)


def making_of(carried: Iterable[Attachment], file: str) -> Making:
    """How a file was made, from what it carries.

    Raises:
        LetterError: the file carries no facts of its making, or they are not ours.
    """
    for one in carried:
        if one.name == MADE:
            return _making(one.data, file)
    raise LetterError(Problem(Place(file), "no-source", "the file does not say how it was made", NO_SOURCE))


NO_SOURCE: Final = "files that 'circulars build' makes carry their source, unless they were told to leave it out"


def _making(data: bytes, file: str) -> Making:
    try:
        said: Any = json.loads(data)
        texts = {key: value for key, value in said.items() if isinstance(value, str)}
        audience = {str(column): str(value) for column, value in said.get("audience", {}).items()}
        making = Making(**texts, audience=audience, merged=bool(said.get("merged")))
        if not re.fullmatch(r"[^/\\]+\.yaml", making.letter):
            raise ValueError(making.letter)
        return making
    except (ValueError, TypeError, AttributeError, RecursionError):
        fact = f"'{MADE}' inside the file is not what circulars writes"
        raise LetterError(Problem(Place(file), "wrong-source", fact, "somebody changed the file")) from None
