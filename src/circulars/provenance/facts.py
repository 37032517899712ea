"""Makes the files that are embedded in a letter's files: its source, and the build facts; nothing about addressees."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import PurePosixPath
from typing import Any, Final

from circulars import __version__
from circulars.errors import LetterError, Place, Problem
from circulars.files.names import can_be_stored, is_visible
from circulars.model.document import Attachment

FACTS_FILE: Final = "circulars.json"
"""The name of the embedded file with the build facts."""

_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class Making:
    """The build facts of a file: its letter, language, pack, audience, and the version of circulars.

    The two fingerprints are the SHA-256 of the pack's files and of the language's file, in hexadecimal. ``audience``
    has the columns and values that selected the parts with ``when:``. ``merged`` means that the file is an addressee's
    own copy; the embedded files contain nothing from the list of addressees.
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
    """The files to embed in a letter's files: its YAML, its pictures, and the build facts.

    Without ``yaml``, only the build facts. ``citation`` is the letter's reference, for the descriptions.
    """
    values = {name.name: getattr(making, name.name) for name in fields(Making) if name.name != "merged"}
    if making.merged:
        values["merged"] = True
    facts = json.dumps(values, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
    description = f"How this file was made: {citation}"
    attachment = Attachment(FACTS_FILE, "application/json", "Data", description, facts)
    return (*_sources(yaml, files, making, citation), attachment)


def _sources(yaml: str, files: Mapping[str, bytes], making: Making, citation: str) -> Iterator[Attachment]:
    if not yaml:
        return
    yield Attachment(making.letter, "application/yaml", "Source", f"The source of {citation}", yaml.encode())
    for name, data in sorted(files.items()):
        kind = _TYPES[PurePosixPath(name).suffix.lower()]
        yield Attachment(name, kind, "Supplement", f"A picture of {citation}", data)


def making_of(carried: Iterable[Attachment], file: str) -> Making:
    """The build facts among the files that a file carries.

    Raises:
        LetterError: the file carries no build facts, or they were not written by circulars.
    """
    for one in carried:
        if one.name == FACTS_FILE:
            return _making(one.data, file)
    raise LetterError(Problem(Place(file), "no-source", "the file does not say how it was made", NO_SOURCE))


NO_SOURCE: Final = "files made by 'circulars build' carry their source, unless it was left out on request"


def _making(data: bytes, file: str) -> Making:
    try:
        values: Any = json.loads(data)
        texts = {key: value for key, value in values.items() if isinstance(value, str)}
        audience = {str(column): str(value) for column, value in values.get("audience", {}).items()}
        making = Making(**texts, audience=audience, merged=bool(values.get("merged")))
        if not (making.letter.endswith(".yaml") and can_be_stored(making.letter) and is_visible(making.letter)):
            raise ValueError(making.letter)
        return making
    except (ValueError, TypeError, AttributeError, RecursionError):
        fact = f"'{FACTS_FILE}' inside the file was not written by circulars"
        raise LetterError(
            Problem(Place(file), "wrong-source", fact, "somebody changed the file; ask for the original")
        ) from None
