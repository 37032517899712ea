"""Finds a template pack, and reads its facts and words."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, TypeVar

from circulars.errors import LetterError, PackError, Place, Problem, did_you_mean
from circulars.files.inside import OutsideError, read_in_folder
from circulars.files.picture import read_picture
from circulars.files.reading import LIMITS, TooLargeError, files_below
from circulars.model.document import Layout, Picture
from circulars.model.window import EnvelopeWindow
from circulars.syntax.groups import Field, ListOf, MapOf, Record
from circulars.syntax.nodes import Node, read_tree
from circulars.syntax.scalars import OneOf, Text, WholeNumber, YesNo
from circulars.syntax.shape import Converted, Report, Shape, UnreadableError
from circulars.syntax.window_shape import WINDOW

T = TypeVar("T")
Numbering = Literal["paragraph", "section", "none"]

MAX_FILE = LIMITS["pack file"]
"""The maximum size of one of a pack's files, in bytes."""

DEFAULT_PACK = "itu"
"""The pack of a letter that does not name one."""

PARTICULARS = ("reference", "contact", "tel", "fax", "email", "web")
"""The possible rows of the table with reference and contact."""

_HERE = Path(__file__).parent
# In a checkout the shipped pack is in the top folder; in an installed package it is inside the package.
SHIPPED = next((place for place in (_HERE / "templates", _HERE.parents[1] / "templates") if place.is_dir()), _HERE)


@dataclass(frozen=True, slots=True)
class KindWords:
    """The words of a kind of letter in one language: its name, reference, salutation, closing and labels."""

    name: str
    reference: str
    to: str
    closing: str
    salutation: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SignatoryWords:
    """A signatory of the pack in one language: the title, which may have several lines, and an optional name."""

    title: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """All words of a pack in one language."""

    organization: str
    place: str
    bureaus: Mapping[str, str]
    kinds: Mapping[str, KindWords]
    lists: Mapping[str, str]
    signatories: Mapping[str, SignatoryWords] = field(default_factory=dict)
    footer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of letter: the layout of its head, what it numbers, and which particulars it shows in which order.

    ``asks`` has the keys that a letter of this kind must have; ``to`` and ``copy`` are its usual addressees.
    With ``entry_end``, entries of lists of addressees end with the language's mark (";"), all but the last.
    ``entry_dash`` says whether each begins with a dash; by default, they do unless the layout is "title".
    ``signers`` are those whose digital signature such a letter may have, as their certificates name them.
    """

    layout: Layout
    bureau: str
    numbering: Numbering
    particulars: tuple[str, ...]
    dateline: Literal["place", "date"] = "place"
    salutation: bool = True
    annex_note: Literal["count", "titles", "none"] = "count"
    asks: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    copy: tuple[str, ...] = ()
    entry_end: bool = False
    entry_dash: bool | None = None
    signers: tuple[str, ...] = ()

    @property
    def has_dashes(self) -> bool:
        """Whether each entry of a list of addressees begins with a dash."""
        return self.layout != "title" if self.entry_dash is None else self.entry_dash


@dataclass(frozen=True, slots=True)
class Mark:
    """The file of the organisation's mark (logo), and its size in millimetres."""

    file: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Pack:
    """An organisation's template pack: its folder, kinds of letters, words by language, and fonts.

    ``addressee_block`` is the side of the envelopes' window, or "none" for letters without a postal block; ``window``
    has the window's measures. ``country`` is the ISO 3166 code of the country from which letters are sent.
    ``country_names`` is the language of countries' names in postal blocks, or "" for the letter's language. ``files``
    has the contents of all files, or None if they are read from the folder.
    """

    name: str
    folder: Path
    title: str
    languages: tuple[str, ...]
    fonts: tuple[str, ...]
    mark: Picture | None
    kinds: Mapping[str, Kind]
    words: Mapping[str, Words]
    window: EnvelopeWindow
    addressee_block: Literal["left", "right", "none"] = "left"
    country: str = ""
    country_names: str = ""
    fingerprint: str = ""
    files: Mapping[str, bytes] | None = field(default=None, compare=False, repr=False)

    def read(self, name: str) -> bytes:
        """The bytes of one of the pack's files.

        Raises:
            PackError: the pack's folder has no such file, or the file is too large.
        """
        if self.files is None:
            return read_inside(self.folder, name)
        try:
            return self.files[posixpath.normpath(name)]
        except KeyError:
            raise PackError(_missing(self.folder, name)) from None

    def with_files(self) -> Pack:
        """The pack with the contents of its files, for use on another machine or while the files may change."""
        files = {}
        for file in _files(self.folder):
            name = file.relative_to(self.folder).as_posix()
            with contextlib.suppress(PackError):  # a letter cannot use a file that is too large or outside the folder
                files[name] = read_inside(self.folder, name)
        return replace(self, files=files)


def read_inside(folder: Path, name: str) -> bytes:
    """The bytes of a file inside a folder. A path that leads out of the folder, even by a symbolic link, is refused.

    Raises:
        PackError: there is no such file inside the folder, or it is too large.
    """
    try:
        data = read_in_folder(folder, name, "pack file")
    except (OutsideError, OSError, ValueError, RuntimeError):
        raise PackError(_missing(folder, name)) from None
    if len(data) > MAX_FILE:
        fact = f"the file is larger than {MAX_FILE // 1_000_000} MB"
        raise PackError(Problem(Place(str(folder / name)), "too-large", fact, "make it smaller"))
    return data


def _missing(folder: Path, name: str) -> Problem:
    return Problem(Place(str(folder)), "missing-file", f"there is no file '{name}' in this folder")


def find_pack(name: str, folders: tuple[Path, ...] = ()) -> Path:
    """The folder of a pack: from the first of ``folders`` that has the pack, or else from the package.

    Raises:
        PackError: there is no such pack.
    """
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", name):
        for place in (*folders, SHIPPED):
            if (place / name / "pack.yaml").is_file():
                return place / name
    known = pack_names(folders)
    raise PackError(
        Problem(
            Place(),
            "unknown-pack",
            f"there is no template pack '{name}'",
            did_you_mean(name, known, "the packs are " + ", ".join(known)),
        )
    )


def pack_names(folders: tuple[Path, ...] = ()) -> tuple[str, ...]:
    """The names of the packs in ``folders`` and in the package, sorted."""
    return tuple(sorted({file.parent.name for place in (*folders, SHIPPED) for file in place.glob("*/pack.yaml")}))


def load_pack(name: str = DEFAULT_PACK, folders: tuple[Path, ...] = ()) -> Pack:
    """The pack with a name, with all its words.

    Raises:
        PackError: there is no such pack, or its files have problems; the error has all of them.
    """
    return _load_pack(name, folders, Path.cwd())


def forget_packs() -> None:
    """Clears the cache of packs, so that changed files are read again."""
    _load_pack.cache_clear()


@functools.cache
def _load_pack(name: str, folders: tuple[Path, ...], _current: Path) -> Pack:
    """The pack with a name. Relative folders are other folders when the current one is another."""
    folder = find_pack(name, folders)
    problems: list[Problem] = []
    facts: dict[str, Any] = _checked(folder, "pack.yaml", _PACK, problems) or {}
    words = {
        file.stem: read
        for file in sorted((folder / "words").glob("*.yaml"))
        if (read := _checked(folder, f"words/{file.name}", _WORDS, problems))
    }
    if facts and not facts.get("window"):
        facts["window"] = _shipped_window()
    if not problems:
        problems += _inconsistencies(folder, facts, words)
    if problems:
        raise PackError(*problems)
    mark = facts.pop("mark", None)
    picture = _picture(folder, mark, facts["title"]) if mark else None
    return Pack(folder=folder, mark=picture, words=words, **facts, fingerprint=_fingerprint(folder))


@functools.cache
def _shipped_window() -> EnvelopeWindow:
    """The window of the shipped pack, for packs without ``window:``."""
    problems: list[Problem] = []
    facts = _checked(SHIPPED / DEFAULT_PACK, "pack.yaml", _PACK, problems)
    if facts is None:
        raise PackError(*problems)
    window: EnvelopeWindow = facts["window"]
    return window


def _fingerprint(folder: Path) -> str:
    """The SHA-256, in hexadecimal, of the names and contents of all files that letters are made with.

    Raises:
        PackError: a file is too large, leads out of the folder or cannot be read.
    """
    whole = hashlib.sha256()
    for file in _files(folder):
        name = file.relative_to(folder).as_posix()
        whole.update(f"{name}\0{hashlib.sha256(read_inside(folder, name)).hexdigest()}\n".encode())
    return whole.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    """All files that letters are made with, without skeletons, programs, hidden files and lock files.

    Raises:
        PackError: there are too many.
    """
    try:
        found = files_below(folder)
    except TooLargeError as error:
        fact = f"the pack cannot be read: {error.strerror}"
        raise PackError(Problem(Place(str(folder)), "too-large", fact, "move what is not part of it")) from None
    for file in found:
        first = file.relative_to(folder).parts[0]
        if not (first == "skeletons" or file.suffix in (".py", ".pyc") or file.name.startswith((".", "~$"))):
            yield file


def _picture(folder: Path, mark: Mark, title: str) -> Picture:
    try:
        return read_picture(
            read_inside(folder, mark.file), title, mark.width, mark.height, file=str(folder / mark.file)
        )
    except LetterError as error:
        raise PackError(*error.problems) from None


def _checked(folder: Path, name: str, shape: Shape[T], problems: list[Problem]) -> T | None:
    """The value of a YAML file of a pack; None if it has problems, which are added to ``problems``."""
    file = folder / name
    if not file.is_file():
        problems.append(Problem(Place(str(file)), "missing-file", "the file does not exist"))
        return None
    try:
        report = Report(read_tree(read_in_folder(folder, name, "YAML"), str(file)))
        return shape.read(report.tree.root, report)
    except OutsideError:
        fact = "this is a link to a file outside the pack; such links are not followed"
        problems.append(Problem(Place(str(file)), "outside-folder", fact, "copy the file into the pack"))
    except LetterError as error:
        problems += error.problems
    except UnreadableError:
        problems += report.problems
    return None


def _inconsistencies(folder: Path, facts: Mapping[str, Any], words: Mapping[str, Words]) -> Iterator[Problem]:
    """Inconsistencies in a pack: names that one file uses and another does not define, and a wrong name of the pack."""
    if facts["name"] != folder.name:
        fact = f"the pack's name is '{facts['name']}', but its folder is '{folder.name}'"
        yield Problem(Place(str(folder / "pack.yaml")), "wrong-name", fact, f"write 'name: {folder.name}'")
    side = facts.get("addressee_block", "left")
    if side != "none" and getattr(facts["window"], side) is None:
        fact = f"the envelopes' window is on the {side}, but 'window:' has no '{side}:'"
        hint = f"add '{side}: {{from: …, to: …}}' under 'window:', or correct 'addressee-block:'"
        yield Problem(Place(str(folder / "pack.yaml")), "missing-window", fact, hint)
    for code in facts["languages"]:
        file = Place(str(folder / "words" / f"{code}.yaml"))
        if code not in words:
            yield Problem(file, "missing-file", f"the pack's language '{code}' has no words", "add the file")
            continue
        for name, kind in facts["kinds"].items():
            if name not in words[code].kinds:
                yield Problem(file, "missing-words", f"the kind '{name}' has no words", "add it under 'kinds:'")
            if kind.bureau not in words[code].bureaus:
                yield Problem(
                    file, "missing-words", f"the bureau '{kind.bureau}' has no words", "add it under 'bureaus:'"
                )
            for listed in (*kind.to, *kind.copy):
                if listed not in words[code].lists:
                    yield Problem(file, "missing-words", f"the list '{listed}' has no words", "add it under 'lists:'")


def _reference_first(names: tuple[str, ...], node: Node, report: Report) -> tuple[str, ...]:
    """The rows unchanged. The first must be the reference, since every layout treats the first row specially."""
    if names[0] != "reference":
        raise report.refuse(node, "wrong-order", "the first row is not 'reference'", "put 'reference' first")
    return names


_TEXT = Text()
_NAMES = ListOf(_TEXT, "a list of names")
_KIND = Record(
    Kind,
    (
        Field("layout", OneOf(("columns", "title", "row")), "How the head is arranged.", required=True),
        Field("bureau", _TEXT, "The bureau named in the letterhead.", required=True),
        Field("numbering", OneOf(("paragraph", "section", "none")), "What is numbered.", required=True),
        Field(
            "particulars",
            Converted(ListOf(OneOf(PARTICULARS), "a list of names"), _reference_first),
            "The rows of the table with reference and contact, in order.",
            required=True,
        ),
        Field("dateline", OneOf(("place", "date")), "Whether the date has a place before it."),
        Field("salutation", YesNo(), "Whether the letter opens with a salutation."),
        Field("annex-note", OneOf(("count", "titles", "none")), "How the annexes are announced."),
        Field("asks", _NAMES, "Keys that a letter of this kind must have."),
        Field("to", _NAMES, "The usual addressees."),
        Field("copy", _NAMES, "The addressees who usually get a copy."),
        Field("entry-end", YesNo(), "Whether each addressee of a list but the last ends with the language's mark."),
        Field("entry-dash", YesNo(), "Whether each addressee of a list begins with a dash."),
        Field("signers", _NAMES, "Whose digital signature such a letter may have."),
    ),
    part_of="a kind of letter",
)
_PACK: Record[dict[str, Any]] = Record(
    dict,
    (
        Field("name", Text("a name", r"[A-Za-z0-9][A-Za-z0-9_-]*"), "The folder's name.", required=True),
        Field("title", _TEXT, "The organisation's name, which is the mark's alternate text.", required=True),
        Field("languages", _NAMES, "The pack's languages.", required=True),
        Field("fonts", _NAMES, "The font families that must be installed.", required=True),
        Field(
            "mark",
            Record(
                Mark,
                (
                    Field("file", _TEXT, "A PNG or JPEG file of the pack.", required=True),
                    Field("width", WholeNumber(1, 200), "Millimetres.", required=True),
                    Field("height", WholeNumber(1, 200), "Millimetres.", required=True),
                ),
                part_of="the mark",
            ),
            "The organisation's mark.",
        ),
        Field("addressee-block", OneOf(("left", "right", "none")), "The side of the envelopes' window."),
        Field("window", WINDOW, "The measures of the envelopes' window."),
        Field("country", Text("a country code", r"[A-Z]{2}"), "The country that letters are sent from, by ISO 3166."),
        Field("country-names", Text("a language code", r"[a-z]{2,3}"), "The language of countries in postal blocks."),
        Field("kinds", MapOf(_KIND), "The kinds of letters.", required=True),
    ),
    part_of="pack.yaml",
)
_WORDS = Record(
    Words,
    (
        Field("organization", _TEXT, "", required=True),
        Field("place", _TEXT, "", required=True),
        Field("bureaus", MapOf(_TEXT), "", required=True),
        Field(
            "kinds",
            MapOf(
                Record(
                    KindWords,
                    (
                        Field("name", _TEXT, "", required=True),
                        Field("reference", _TEXT, "", required=True),
                        Field("to", _TEXT, "", required=True),
                        Field("closing", _TEXT, "", required=True),
                        Field("salutation", _TEXT, ""),
                        Field("labels", MapOf(Text(blank=True)), ""),
                    ),
                    part_of="this kind",
                )
            ),
            "",
            required=True,
        ),
        Field("lists", MapOf(_TEXT), "", required=True),
        Field(
            "signatories",
            MapOf(
                Record(
                    SignatoryWords,
                    (
                        Field("title", _TEXT, "", required=True),
                        Field("name", _TEXT, ""),
                    ),
                    part_of="this signatory",
                )
            ),
            "",
        ),
        Field("footer", ListOf(_TEXT), ""),
    ),
    part_of="this file of words",
)
