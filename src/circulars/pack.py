"""Reads the facts and words of a template pack."""

from __future__ import annotations

import contextlib
import functools
import os
import posixpath
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

from circulars.errors import LetterError, PackError, Place, Problem, did_you_mean, not_read
from circulars.files.inside import OutsideError, read_beginning_in_folder
from circulars.files.picture import read_picture
from circulars.model.document import Picture
from circulars.model.fonts import PackFonts
from circulars.model.letter import AnnexNote, AnnexStyle, CopyPlace, Numbering, SoleAnnex
from circulars.model.office import SignatoryWords
from circulars.model.sheet import PAPERS, USUAL_SHEET, USUAL_TYPEFACE, LetterSheet, Typeface
from circulars.model.window import EnvelopeWindow
from circulars.pack_files import (
    DEFAULT_PACK,
    SHIPPED,
    find_pack,
    fingerprint_of,
    missing_file,
    names_of_files,
    pack_names,
    read_inside,
    shared_folder,
)
from circulars.pack_words import WORDS, KindWords, Words, lost_places, missing_words, unused_words
from circulars.syntax.font_shapes import FONTS
from circulars.syntax.groups import NAME, Field, ListOf, MapOf, Record
from circulars.syntax.nodes import Node, Tree, child, read_tree
from circulars.syntax.scalars import OneOf, Text, WholeNumber, YesNo
from circulars.syntax.shape import Converted, Report, Shape, UnreadableError
from circulars.syntax.sheet_shapes import MARGINS, PAPER, TYPEFACE, narrow_papers
from circulars.syntax.window_shape import WINDOW

__all__ = ["DEFAULT_PACK", "PARTICULARS", "SHIPPED", "Kind", "KindWords", "Mark", "Pack", "SignatoryWords",
           "Words", "find_pack", "forget_packs", "load_pack", "pack_names", "read_inside"]  # fmt: skip

T = TypeVar("T")

PARTICULARS = ("reference", "contact", "tel", "fax", "email", "web")
"""The possible rows of the table with reference and contact."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of letter: the layout of its head, what it numbers, and which particulars it shows in which order.

    ``asks`` has the keys that a letter of this kind must have; ``to`` and ``copy`` are its usual addressees.
    ``layout`` is the name of an arrangement of the head that the pack's templates have. With ``date_first`` the date
    comes before the reference; with ``amendment_label`` an amendment takes the
    place of the reference's label. ``paper`` is the paper of such letters, or "" for that of the pack.
    With ``entry_end``, entries of lists of addressees end with the language's mark (";"), all but the last.
    ``entry_dash`` says whether each begins with a dash; by default, they do unless the layout is "title".
    ``dash`` is the sign before the entries of lists with dashes.
    A meeting, and each deadline, is at least the ``meeting_notice`` and the ``deadline_notice`` after the letter.
    ``signers`` are those whose digital signature such a letter may have, as their certificates name them, and
    ``approvals`` the roles that must have approved it before it is merged or sent.
    """

    layout: str
    bureau: str
    numbering: Numbering
    particulars: tuple[str, ...]
    dateline: Literal["place", "date", "reference"] = "place"
    salutation: bool = True
    annex_note: AnnexNote = "count"
    annex_labels: AnnexStyle = "numbers"
    sole_annex: SoleAnnex = "unnumbered"
    copy_at: CopyPlace = "head"
    asks: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    copy: tuple[str, ...] = ()
    entry_end: bool = False
    entry_dash: bool = True
    dash: str = "–"
    signers: tuple[str, ...] = ()
    approvals: tuple[str, ...] = ()
    date_first: bool = False
    amendment_label: bool = False
    paper: str = ""
    meeting_notice: str = ""
    deadline_notice: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """The file of the organisation's mark (logo), and its size in millimetres."""

    file: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Pack:
    """An organisation's template pack: its folder, kinds of letters, words by language, and fonts.

    ``addressee_block`` is the side of the envelopes' window, or "none" for letters without a postal block.
    ``country`` is the ISO 3166 code of the country from which letters are sent. ``base`` is the shipped pack whose
    page it uses, or "". ``paper`` lists the sizes of paper that its letters may have; ``sheet`` is the chosen one.
    ``country_names`` is the language of countries in postal blocks, or "". ``doubts`` are warnings about its words.
    ``files`` has the contents of all files, or None to read them.
    """

    name: str
    folder: Path
    title: str
    languages: tuple[str, ...]
    fonts: PackFonts
    mark: Picture | None
    kinds: Mapping[str, Kind]
    words: Mapping[str, Words]
    window: EnvelopeWindow
    addressee_block: Literal["left", "right", "none"] = "left"
    base: str = ""
    paper: tuple[str, ...] = (USUAL_SHEET.paper,)
    sheet: LetterSheet = USUAL_SHEET
    type: Typeface = USUAL_TYPEFACE
    country: str = ""
    country_names: str = ""
    fingerprint: str = ""
    doubts: tuple[Problem, ...] = field(default=(), compare=False, repr=False)
    files: Mapping[str, bytes] | None = field(default=None, compare=False, repr=False)

    def read(self, name: str) -> bytes:
        """The bytes of one of the pack's files.

        Raises:
            PackError: the pack's folder has no such file, or the file is too large.
        """
        if self.files is None:
            return read_inside(shared_folder(self.folder, self.base, name), name)
        try:
            return self.files[posixpath.normpath(name)]
        except KeyError:
            raise PackError(missing_file(self.folder, name)) from None

    def has(self, name: str) -> bool:
        """Whether the pack has a file."""
        return (self.folder / name).is_file() if self.files is None else name in self.files

    def path(self, name: str) -> Path:
        """The path of one of the pack's files, for messages."""
        return shared_folder(self.folder, self.base, name) / name

    def with_files(self) -> Pack:
        """The pack with the contents of its files, for use on another machine or while the files may change."""
        files = {}
        for name in names_of_files(self.folder, self.base):
            with contextlib.suppress(PackError):  # a letter cannot use a file that is too large or outside the folder
                files[name] = self.read(name)
        return replace(self, files=files)


def load_pack(name: str = DEFAULT_PACK, folders: tuple[Path, ...] = (), paper: str = "") -> Pack:
    """The pack with a name, with all its words, for one of its sizes of paper; by default the first.

    Raises:
        PackError: there is no such pack, or its files have problems; the error has all of them.
    """
    current = os.getcwd()  # noqa: PTH109  # asked for each letter several times; Path.cwd() takes ten times as long
    pack = _load_pack(name, folders, current)
    if paper in ("", pack.sheet.paper):
        return pack
    return _on_paper(pack.folder, "" if pack.folder.is_absolute() else current, paper)


def forget_packs() -> None:
    """Clears the cache of packs, so that changed files are read again."""
    _load_pack.cache_clear()
    _pack_in.cache_clear()
    _on_paper.cache_clear()


@functools.cache
def _load_pack(name: str, folders: tuple[Path, ...], current: str) -> Pack:
    """The pack with a name. Relative folders are other folders when the ``current`` one is another."""
    folder = find_pack(name, folders)
    return _pack_in(folder, "" if folder.is_absolute() else current)


@functools.cache
def _pack_in(folder: Path, _current: str) -> Pack:
    """The pack in a folder: one object for all folders to work in without a pack of that name."""
    problems: list[Problem] = []
    facts = dict(_checked(folder, "pack.yaml", _facts, problems) or {})
    files = {
        file.stem: read
        for file in sorted((folder / "words").glob("*.yaml"))
        if (read := _checked(folder, f"words/{file.name}", _words, problems))
    }
    if facts and not facts.get("window"):
        facts["window"] = _shipped_window()
    if facts:
        problems += _inconsistencies(folder, facts, files)
    if problems:
        raise PackError(*problems)
    needed = _needed_words(facts["kinds"])
    words = {code: own for code, (own, _) in files.items()}
    unused = (doubt for own, tree in files.values() for doubt in unused_words(own, needed, tree))
    lost = (doubt for own in words.values() for kind in own.kinds for doubt in lost_places(kind, own, words.values()))
    facts["doubts"] = (*unused, *lost)
    mark = facts.pop("mark", None)
    picture = _picture(folder, mark, facts["title"]) if mark else None
    sheet = LetterSheet(facts.get("paper", [USUAL_SHEET.paper])[0], facts.pop("margins", USUAL_SHEET.margins))
    facts["window"] = replace(facts["window"], letters=facts.get("type", USUAL_TYPEFACE).width)
    fingerprint = fingerprint_of(folder, facts.get("base", ""))
    return Pack(folder=folder, mark=picture, words=words, sheet=sheet, **facts, fingerprint=fingerprint)


@functools.cache
def _on_paper(folder: Path, current: str, paper: str) -> Pack:
    """The pack for other paper: one object for each, so that what is known of it is found again."""
    pack = _pack_in(folder, current)
    return replace(pack, sheet=pack.sheet.on(paper))


@functools.cache
def _shipped_window() -> EnvelopeWindow:
    """The window of the shipped pack, for packs without ``window:``."""
    problems: list[Problem] = []
    facts = _checked(SHIPPED / DEFAULT_PACK, "pack.yaml", _facts, problems)
    if facts is None:
        raise PackError(*problems)
    window: EnvelopeWindow = facts["window"]
    return window


def _picture(folder: Path, mark: Mark, title: str) -> Picture:
    try:
        return read_picture(
            read_inside(folder, mark.file), title, mark.width, mark.height, file=str(folder / mark.file)
        )
    except LetterError as error:
        raise PackError(*error.problems) from None


def _checked(folder: Path, name: str, read: Callable[[bytes, str], T], problems: list[Problem]) -> T | None:
    """What is read from a YAML file of a pack; None if it has problems, which are added to ``problems``."""
    file = folder / name
    if not file.is_file():
        problems.append(Problem(Place(str(file)), "missing-file", "the file does not exist"))
        return None
    try:
        return read(read_beginning_in_folder(folder, name, "YAML"), str(file))
    except OutsideError:
        fact = "this is a link to a file outside the pack; such links are not followed"
        problems.append(Problem(Place(str(file)), "outside-folder", fact, "copy the file into the pack"))
    except OSError as error:
        problems.append(Problem(Place(str(file)), "unreadable-file", not_read(error), "let this user read it"))
    except LetterError as error:
        problems += error.problems
    return None


# What watches a folder reads all files again, and most of them are the same.
@functools.lru_cache(maxsize=64)
def _facts(data: bytes, file: str) -> Mapping[str, Any]:
    return _value(data, file, _PACK)[0]


@functools.lru_cache(maxsize=256)
def _words(data: bytes, file: str) -> tuple[Words, Tree]:
    return _value(data, file, WORDS)


def _value(data: bytes, file: str, shape: Shape[T]) -> tuple[T, Tree]:
    """The value of a YAML file with these bytes, and its nodes.

    Raises:
        LetterError: it has problems; the error has all of them.
    """
    found: list[Problem] = []
    report = Report(read_tree(data, file, found), found)
    try:
        value = shape.read(report.tree.root, report)
    except UnreadableError:
        raise LetterError(*found) from None
    if found:
        raise LetterError(*found)
    return value, report.tree


def _inconsistencies(
    folder: Path, facts: Mapping[str, Any], files: Mapping[str, tuple[Words, Tree]]
) -> Iterator[Problem]:
    """Inconsistencies in a pack: names that one file uses and another does not define, and a wrong name of the pack."""
    where = Place(str(folder / "pack.yaml"))
    if facts["name"] != folder.name:
        fact = f"the pack's name is '{facts['name']}', but its folder is '{folder.name}'"
        yield Problem(where, "wrong-name", fact, f"write 'name: {folder.name}'")
    base = facts.get("base", "")
    if base and not (SHIPPED / base / "pack.yaml").is_file():
        fact = f"there is no shipped pack '{base}' that this one could be based on"
        yield Problem(where, "unknown-pack", fact, f"write 'base: {DEFAULT_PACK}'")
    sizes = facts.get("paper", [USUAL_SHEET.paper])
    yield from narrow_papers(LetterSheet(sizes[0], facts.get("margins", USUAL_SHEET.margins)), sizes, where)
    for name, kind in facts["kinds"].items():
        if kind.paper and kind.paper not in sizes:
            fact = f"the paper '{kind.paper}' of the kind '{name}' is not under 'paper:'"
            yield Problem(where, "unknown-paper", fact, f"write one of: {', '.join(sizes)}")
    side = facts.get("addressee_block", "left")
    if side != "none" and getattr(facts["window"], side) is None:
        fact = f"the envelopes' window is on the {side}, but 'window:' has no '{side}:'"
        hint = f"add '{side}: {{from: …, to: …}}' under 'window:', or correct 'addressee-block:'"
        yield Problem(where, "missing-window", fact, hint)
    needed = _needed_words(facts["kinds"])
    for code in facts["languages"]:
        file = folder / "words" / f"{code}.yaml"
        if code in files:
            words, tree = files[code]
            yield from missing_words(words, needed, tree)
        elif not file.is_file():
            hint = did_you_mean(code, sorted(files), "add the file")
            yield Problem(Place(str(file)), "missing-file", f"the pack's language '{code}' has no words", hint)


def _needed_words(kinds: Mapping[str, Kind]) -> dict[str, tuple[str, ...]]:
    """The names that the words of a pack must have, by their group."""
    return {
        "kinds": tuple(kinds),
        "bureaus": tuple(kind.bureau for kind in kinds.values()),
        "lists": tuple(name for kind in kinds.values() for name in (*kind.to, *kind.copy)),
    }


def _reference_first(names: tuple[str, ...], node: Node, report: Report) -> tuple[str, ...]:
    """The rows unchanged. The first must be the reference, since every layout treats the first row specially."""
    if names[0] != "reference":
        raise report.refuse(node, "wrong-order", "the first row is not 'reference'", "put 'reference' first")
    return names


_LAYOUTS: Mapping[str, Mapping[str, bool]] = {
    "columns": {"date_first": True},
    "title": {"entry_dash": False, "amendment_label": True},
    "row": {},
}
"""What an arrangement of the head implies, unless the kind says otherwise."""


def _kind(**facts: Any) -> Kind:
    return Kind(**{**_LAYOUTS.get(facts["layout"], {}), **facts})


def _known_layouts(facts: dict[str, Any], node: Node, report: Report) -> dict[str, Any]:
    """The facts without ``layouts``, if the layout of each kind is in that list or of the shipped pack."""
    known = OneOf((*_LAYOUTS, *facts.pop("layouts", ())))
    for name in facts["kinds"]:
        known.read(child(child(child(node, "kinds"), name), "layout"), report)
    return facts


_TEXT = Text()
_NAMES = ListOf(_TEXT, "a list of names")
_ROLES = ListOf(
    Text("a role", rf"{NAME}(:looks)?", code="wrong-role", hint="write a role, as director or director:looks")
)
_PERIOD = Text(
    "a period",
    r"[1-9]\d{0,2} (?:working days?|days?|weeks?|months?)",
    hint="write it like '3 months' or '7 working days'",
)
_KIND = Record(
    _kind,
    (
        Field("layout", Text("a name", r"[a-z][a-z0-9-]*"), "How the head is arranged.", required=True),
        Field("bureau", _TEXT, "The bureau named in the letterhead.", required=True),
        Field("numbering", OneOf(get_args(Numbering)), "What is numbered.", required=True),
        Field(
            "particulars",
            Converted(ListOf(OneOf(PARTICULARS), "a list of names"), _reference_first),
            "The rows of the table with reference and contact, in order.",
            required=True,
        ),
        Field("dateline", OneOf(("place", "date", "reference")), "What is before the date, if anything."),
        Field("salutation", YesNo(), "Whether the letter opens with a salutation."),
        Field("annex-note", OneOf(get_args(AnnexNote)), "How the annexes are announced."),
        Field("annex-labels", OneOf(get_args(AnnexStyle)), "How annexes are labelled."),
        Field("sole-annex", OneOf(get_args(SoleAnnex)), "Whether the only annex has a number."),
        Field("copy-at", OneOf(get_args(CopyPlace)), "Where the list of copies is."),
        Field("asks", _NAMES, "Keys that a letter of this kind must have."),
        Field("to", _NAMES, "The usual addressees."),
        Field("copy", _NAMES, "The addressees who usually get a copy."),
        Field("entry-end", YesNo(), "Whether each addressee of a list but the last ends with the language's mark."),
        Field("entry-dash", YesNo(), "Whether each addressee of a list begins with a dash."),
        Field("dash", _TEXT, "The sign before the entries of a list with dashes."),
        Field("signers", _NAMES, "Whose digital signature such a letter may have."),
        Field("approvals", _ROLES, "The roles that must have approved such a letter before it is merged or sent."),
        Field("date-first", YesNo(), "Whether the date comes before the reference."),
        Field("amendment-label", YesNo(), "Whether an amendment takes the place of the reference's label."),
        Field("paper", OneOf(tuple(PAPERS)), "The paper of such letters."),
        Field("meeting-notice", _PERIOD, "The least time between the letter and its meeting: 3 months."),
        Field("deadline-notice", _PERIOD, "The least time between the letter and a deadline: 7 working days."),
    ),
    part_of="a kind of letter",
)
_PACK: Shape[dict[str, Any]] = Converted(
    Record(
        dict,
        (
            Field("name", Text("a name", r"[A-Za-z0-9][A-Za-z0-9_-]*"), "The folder's name.", required=True),
            Field("title", _TEXT, "The organisation's name, which is the mark's alternate text.", required=True),
            Field("languages", _NAMES, "The pack's languages.", required=True),
            Field("fonts", FONTS, "The font families that must be installed, by language.", required=True),
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
            Field("base", Text("a name", r"[A-Za-z0-9][A-Za-z0-9_-]*"), "The shipped pack whose page it uses."),
            Field("paper", PAPER, "The paper; the first is that of letter.docx."),
            Field("margins", MARGINS, "The margins on the first paper."),
            Field("type", TYPEFACE, "The type of the text."),
            Field("addressee-block", OneOf(("left", "right", "none")), "The side of the envelopes' window."),
            Field("window", WINDOW, "The measures of the envelopes' window."),
            Field(
                "country", Text("a country code", r"[A-Z]{2}"), "The country that letters are sent from, by ISO 3166."
            ),
            Field(
                "country-names",
                Text("a language code", r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"),
                "The language of countries in postal blocks.",
            ),
            Field("layouts", _NAMES, "Arrangements of the head that only this pack has."),
            Field("kinds", MapOf(_KIND), "The kinds of letters.", required=True),
        ),
        part_of="pack.yaml",
    ),
    _known_layouts,
)
