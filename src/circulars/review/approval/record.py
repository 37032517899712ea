"""The file of an approval, beside the letter: what was approved, by whom, when, and the signature.

Each role, person and choice of languages has a file of its own, so that people who approve at the same time, or on two
branches, never write the same file.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from circulars.errors import LetterError, Place, Problem, UsageError, did_you_mean, not_read
from circulars.files.inside import OutsideError, read_beginning_in_folder
from circulars.files.reading import LIMITS
from circulars.model.letter import Letter
from circulars.source.letters.identity import identity_of
from circulars.syntax.groups import NAME, Field, ListOf, MapOf, Record
from circulars.syntax.nodes import Node, read_tree
from circulars.syntax.scalars import OneOf, Text
from circulars.syntax.shape import Converted, Report, Shape, UnreadableError

SUFFIX: Final = ".approval.json"
LONGEST: Final = 1000
"""The maximum length of a name, in characters."""
_DIGITS: Final = 16  # so many that nobody can make a certificate that has the same file
_FILE: Final = re.compile(rf"(?P<letter>.+)\.(?P<role>{NAME})\.[0-9a-f]{{{_DIGITS}}}{re.escape(SUFFIX)}")
_VERSION: Final = "1"
_STATEMENT: Final = "circulars-approval"
_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"
_LINE: Final = 100  # characters of base64
_MOST_LINES: Final = LIMITS["YAML"] // _LINE


@dataclass(frozen=True, slots=True)
class Approval:
    """An approval: ``words`` and ``looks`` are fingerprints of the letter as it was approved, and ``source`` its file.

    ``letter`` is what identifies it. ``program`` is the version of circulars that composed it. ``signature`` is a
    separate signature (CMS) of :attr:`statement` in DER, or empty.
    """

    letter: tuple[str, ...]
    role: str
    name: str
    time: datetime.datetime
    words: Mapping[str, str]
    looks: str
    program: str
    source: bytes = field(repr=False)
    signature: bytes = field(default=b"", repr=False)
    place: Place = field(default_factory=Place, compare=False)

    @property
    def statement(self) -> bytes:
        """What is signed: all of the approval but the signature, in one form that has no other meaning."""
        values = {_STATEMENT: _VERSION, **_values(self)}
        return json.dumps(values, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode() + b"\n"

    @property
    def day(self) -> str:
        """The day on which it was given, for messages."""
        return f"{self.time:%Y-%m-%d}"


def _values(one: Approval) -> dict[str, Any]:
    return {
        "letter": list(one.letter),
        "role": one.role,
        "name": one.name,
        "time": one.time.strftime(_TIME),
        "words": dict(one.words),
        "looks": one.looks,
        "program": one.program,
        "source": hashlib.sha256(one.source).hexdigest(),
    }


def letter_identity(letter: Letter) -> tuple[str, ...]:
    """What identifies a letter in an approval, in whatever pack: its kind and its number, or else its file's name."""
    _, *own = identity_of(letter) if letter.reference is not False else ("", letter.name)
    if letter.reference:  # it may be in several languages, in any order
        own.sort()
    return tuple(filter(None, own))


def approval_file(letter: Path, role: str, holder: str) -> Path:
    """The file of an approval of a letter as a role. No other approval of the role has the same ``holder``."""
    digest = hashlib.sha256(holder.encode()).hexdigest()[:_DIGITS]
    return letter.with_name(f"{letter.stem}.{role}.{digest}{SUFFIX}")


def approval_files(folder: Path) -> dict[str, list[Path]]:
    """The files of approvals in a folder, by the names of their letters' files without the suffix."""
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        if named := _FILE.fullmatch(path.name):
            found.setdefault(named["letter"], []).append(path)
    return found


def role_in(path: Path) -> str:
    """The role in the name of the file of an approval."""
    named = _FILE.fullmatch(path.name)
    return named["role"] if named else ""


def no_approval(letter: str, role: str, roles: Iterable[str], whose: str = "") -> UsageError:
    """The error for a letter that is not approved, as a role if one is named; it is as ``roles``."""
    own = sorted(set(roles))
    fact = f"{letter} is not approved{whose}" + (f" as '{role}'" if role else "")
    hint = did_you_mean(role, own, f"it is approved as {', '.join(own)}" if own else "")
    return UsageError(Problem(Place(), "no-approval", fact, hint))


def written(approval: Approval) -> bytes:
    """The file of an approval."""
    values = {
        "version": _VERSION,
        **_values(approval),
        "text": _lines(zlib.compress(approval.source, 9)),
        "signature": _lines(approval.signature),
    }
    return (json.dumps(values, ensure_ascii=False, indent=1) + "\n").encode()


def _lines(data: bytes) -> list[str]:
    text = base64.b64encode(data).decode()
    return [text[at : at + _LINE] for at in range(0, len(text), _LINE)]


def read_approval(path: Path, shown: str) -> Approval:
    """The approval in a file; problems name the file as ``shown``.

    Raises:
        LetterError: the file cannot be read, or is not an approval; the error has all problems.
    """
    try:
        data = read_beginning_in_folder(path.parent, path.name, "YAML")
    except OutsideError:
        fact = "this is a link to a file in another folder; such links are not followed"
        raise LetterError(Problem(Place(shown), "outside-folder", fact, "copy the file here")) from None
    except OSError as error:
        raise LetterError(Problem(Place(shown), "unreadable-file", not_read(error), "check the file")) from None
    return parse_approval(data, shown)


def parse_approval(data: bytes, shown: str) -> Approval:
    """The approval in the bytes of a file; problems name the file as ``shown``.

    Raises:
        LetterError: this is not an approval; the error has all problems.
    """
    found: list[Problem] = []
    try:
        report = Report(read_tree(data, shown, found), found)
        approval = _APPROVAL.read(report.tree.root, report)
    except UnreadableError:
        raise LetterError(*map(_with_remedy, found)) from None
    except LetterError as error:
        raise LetterError(*map(_with_remedy, (*found, *error.problems))) from None
    if found:
        raise LetterError(*map(_with_remedy, found))
    return replace(approval, place=Place(shown))


def _with_remedy(problem: Problem) -> Problem:
    """No problem of an approval can be corrected by hand: the signature would not belong to it any more."""
    return replace(problem, hint="restore the file from git, or delete it and approve again")


def _made(
    version: str, text: tuple[str, ...], source: str, time: datetime.datetime, signature: tuple[str, ...], **values: Any
) -> tuple[Approval, str]:
    return Approval(time=time, source=_unpacked(text), signature=_decoded(signature), **values), source


def _decoded(lines: tuple[str, ...]) -> bytes:
    return base64.b64decode("".join(lines), validate=True)


def _unpacked(lines: tuple[str, ...]) -> bytes:
    unpacking = zlib.decompressobj()
    data = unpacking.decompress(_decoded(lines), LIMITS["YAML"] + 1)
    if len(data) > LIMITS["YAML"] or not unpacking.eof or unpacking.unused_data:
        raise ValueError("too long, or not whole")
    return data


def _checked(read: Mapping[str, Any], node: Node, report: Report) -> Approval:
    """The approval, if its parts belong together."""
    try:
        made, source = _made(**read)
    except (ValueError, binascii.Error, zlib.error):
        raise report.refuse(node, "wrong-approval", "the text or the signature of this approval is damaged") from None
    if hashlib.sha256(made.source).hexdigest() != source:
        raise report.refuse(node, "wrong-approval", "the text in this file is not the one that was approved")
    return made


def _moment(text: str, node: Node, report: Report) -> datetime.datetime:
    try:
        return datetime.datetime.strptime(text, _TIME).replace(tzinfo=datetime.UTC)
    except ValueError:
        raise report.refuse(node, "not-a-date", f"there is no moment {text}") from None


_SUM: Final = Text("a SHA-256", r"[0-9a-f]{64}", code="wrong-approval")
_WORD: Final = Text("a text", lines=False, max_length=LONGEST)
_BASE64: Final = Text("a line of base64", rf"[A-Za-z0-9+/=]{{1,{_LINE}}}", code="wrong-approval")
_TIMES: Final = Text("a moment in UTC", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", code="not-a-date")
_FIELDS: Final = (
    Field("version", OneOf((_VERSION,), "a known version"), "The version of the format.", required=True),
    Field("letter", ListOf(_WORD, most=100), "What identifies the letter.", required=True),
    Field("role", Text("a role", NAME, code="wrong-approval"), "The role.", required=True),
    Field("name", _WORD, "Who approved.", required=True),
    Field("time", Converted(_TIMES, _moment), "When.", required=True),
    Field("words", MapOf(_SUM, pattern=r"[A-Za-z0-9-]+"), "SHA-256 of the words by language.", required=True),
    Field("looks", _SUM, "SHA-256 of the looks.", required=True),
    Field("program", _WORD, "The version of circulars.", required=True),
    Field("source", _SUM, "SHA-256 of the letter's file.", required=True),
    Field("text", ListOf(_BASE64, most=_MOST_LINES), "The letter's file.", required=True),
    Field("signature", ListOf(_BASE64, least=0, most=_MOST_LINES), "The signature.", required=True),
)


def _kept(**values: Any) -> dict[str, Any]:
    return values


_APPROVAL: Final[Shape[Approval]] = Converted(Record(_kept, _FIELDS, part_of="an approval"), _checked)
