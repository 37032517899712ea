"""Reads a letter from its YAML file."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any, cast

from circulars.characters import forbidden_in
from circulars.errors import LetterError, Place, Problem, did_you_mean, nearest, not_read
from circulars.files.inside import OutsideError, read_in_folder
from circulars.files.names import LETTER_ENDINGS, can_be_stored, is_visible
from circulars.model.letter import AddresseeGroup, Letter, Origin, PlacedName, Signatory
from circulars.source.letters.by_language import report_missing_languages
from circulars.source.letters.end_shapes import check_qr_code
from circulars.source.letters.footnotes import FOOTNOTE, check_marks
from circulars.source.letters.head_shapes import FACT, LANGUAGES, LINK_TARGETS
from circulars.source.letters.language_names import LANGUAGE_CODE
from circulars.source.letters.letter_shape import KEYS_WITH_PACK_NAMES, LETTER, LETTER_KEYS
from circulars.source.letters.references import Defined, check_linked_words, check_references
from circulars.source.letters.report import LetterReport
from circulars.syntax import nodes
from circulars.syntax.shape import Shape, UnreadableError, described


def read_letter(path: Path, shown: str = "") -> Letter:
    """The letter in a YAML file; problems name the file as ``shown``, or as ``path`` if that is empty.

    Raises:
        LetterError: the file cannot be read, or the letter has problems; the error has all of them.
    """
    file = shown or str(path)
    if problem := _file_problem(path, file):
        raise LetterError(problem)
    try:
        data = read_in_folder(path.parent, path.name, "YAML")
    except OutsideError:
        raise LetterError(_outside(file)) from None
    except OSError as error:
        fact = not_read(error)
        beside = sorted(other.name for other in path.parent.glob("*.yaml"))
        hint = did_you_mean(path.name, beside, "check the name")
        raise LetterError(Problem(Place(file), "unreadable-file", fact, hint)) from None
    return parse_letter(data, file, path.stem, path.parent)


def _file_problem(path: Path, file: str) -> Problem | None:
    """The problem with the letter's file itself, such as its name or its type; None if it can be opened."""
    if wrong := forbidden_in(path.stem):
        fact = f"the file's name has a character that is not allowed: {wrong[1]}"
        return Problem(Place(file), "wrong-name", fact, "give the file another name: its outputs are named after it")
    if not can_be_stored(path.stem, LETTER_ENDINGS):
        fact = f"output files are named after the letter, and '{path.stem}' is not a valid file name on every system"
        return Problem(Place(file), "wrong-name", fact, "give the letter's file another name")
    if not is_visible(path.stem):
        fact = f"output files are named after the letter, and most folders would not show '{path.stem}'"
        return Problem(Place(file), "wrong-name", fact, "give the letter's file another name")
    try:
        if not path.resolve().is_relative_to(path.parent.resolve()):
            return _outside(file)
        if path.exists() and not path.is_file():
            fact = (
                "the file cannot be read: Is a directory" if path.is_dir() else "this is a device or a pipe, not a file"
            )
            return Problem(Place(file), "unreadable-file", fact, "name the letter's file")
    except (OSError, RuntimeError, ValueError) as error:
        fact = not_read(error, otherwise="it is a link to itself")
        return Problem(Place(file), "unreadable-file", fact, "check the name")
    return None


def _outside(file: str) -> Problem:
    # A problem with what is in the file would quote it, and it may be a secret key.
    fact = "this is a link to a file in another folder; such links are not followed"
    return Problem(Place(file), "outside-folder", fact, "copy the letter into the folder")


def parse_letter(data: bytes, file: str, name: str, folder: Path) -> Letter:
    """The letter in a YAML text, with the name ``name``. Problems name the text ``file``; pictures are in ``folder``.

    Raises:
        LetterError: the letter has problems; the error has all of them.
    """
    faults: list[Problem] = []
    report = LetterReport(nodes.read_tree(data, file, faults), [*faults], folder)
    root = report.tree.root
    if not isinstance(root, nodes.Mapping):
        fact = f"a letter is lines of keys and values, not {described(root)}"
        hint = "begin it like 'kind: tsb-circular'"
        raise LetterError(Problem(report.tree.place(root), "not-a-letter", fact, hint))
    places = _languages(root, report)
    report.languages = listed_languages(report)
    values: dict[str, Any] = {}
    with suppress(UnreadableError):
        values = LETTER.read(root, report)
    report_missing_languages(report, places)
    links = _defined(root, "links", LINK_TARGETS, report, values)
    footnotes = _defined(root, "footnotes", FOOTNOTE, report, values)
    check_references(report, _defined(root, "facts", FACT, report, values), links, footnotes)
    check_linked_words(report, links)
    check_qr_code(values, report)
    check_marks(values, root, report)
    if report.problems:
        # A place with a YAML problem is not reported again.
        places_of_faults = {problem.where for problem in faults}
        problems = (*faults, *(problem for problem in report.problems if problem.where not in places_of_faults))
        raise FaultyLetterError(_sketch(name, file, root, report), *problems)
    origin = Origin(report.tree.text, report.files)
    warnings = tuple(report.warnings)
    return Letter(name=name, file=file, **values, places=places_of(root, report), warnings=warnings, origin=origin)


class FaultyLetterError(LetterError):
    """A letter with problems.

    ``sketch`` is the letter without its text, if at least its kind could be read. With it, names that the pack does
    not have can be reported together with the other problems.
    """

    def __init__(self, sketch: Letter | None, *problems: Problem) -> None:
        super().__init__(*problems)
        self.sketch = sketch


def _sketch(name: str, file: str, root: nodes.Mapping, report: LetterReport) -> Letter | None:
    """The letter with its kind, pack, addressees and signatory only; None if its kind or languages cannot be read."""
    values: dict[str, Any] = {}
    for key, shape in KEYS_WITH_PACK_NAMES.items():
        if key in root.pairs:
            trial = LetterReport(report.tree, folder=report.folder, languages=report.languages)
            with suppress(UnreadableError):
                values[key] = _names_only(shape.read(root.pairs[key][1], trial))
    if "kind" not in values or not report.languages:
        return None
    languages = tuple(PlacedName(code, values["kind"].where) for code in report.languages)
    subject = dict.fromkeys(report.languages, ())
    # Placeholders: composing reports missing keys of the kind only once the letter itself has no faults.
    values |= {"number": "0", "group": "0", "date": datetime.date.min}
    return Letter(name, file, subject=subject, body=(), languages=languages, **values)


def _names_only(value: Any) -> Any:
    """A value without the letter's own texts: these may have fields, whose facts a sketch does not have."""
    if not isinstance(value, tuple):
        return value
    groups = (_names_only(one.entries) for one in value if isinstance(one, AddresseeGroup))
    return (*(one for one in value if isinstance(one, PlacedName | Signatory)), *chain.from_iterable(groups))


def listed_languages(report: LetterReport) -> tuple[str, ...]:
    """The codes of the languages that the letter lists, or else those of its subject."""
    root = report.tree.root
    return (tuple(_languages(root, report)) or _guessed_languages(root)) if isinstance(root, nodes.Mapping) else ()


def _languages(root: nodes.Mapping, report: LetterReport) -> dict[str, Place]:
    """The letter's languages, each with its place; empty if 'languages' is missing or wrong."""
    if "languages" not in root.pairs:
        return {}
    # Problems in the list are reported when the whole letter is read.
    trial = LetterReport(report.tree)
    try:
        return {named.name: named.where for named in LANGUAGES.read(root.pairs["languages"][1], trial)}
    except UnreadableError:
        return {}


def _guessed_languages(root: nodes.Mapping) -> tuple[str, ...]:
    """The languages of the subject. With them the rest of a letter that lists no languages can be checked as well."""
    _, subject = root.pairs.get("subject", (None, None))
    codes = subject.pairs if isinstance(subject, nodes.Mapping) else ()
    return tuple(code for code in codes if re.fullmatch(LANGUAGE_CODE, code))


def places_of(root: nodes.Mapping, report: LetterReport) -> dict[str, Place]:
    """The place of each key, and the first place of each field and link."""
    places = {name: report.tree.place(key) for name, (key, _) in root.pairs.items()}
    for reference in report.references:
        if reference.kind in ("field", "link") and reference.name not in places:
            places[reference.name] = report.place_of(reference)
    return places


def _defined(
    root: nodes.Mapping, key: str, shape: Shape[Any], report: LetterReport, values: Mapping[str, Any]
) -> Defined:
    """What the letter defines under ``key`` ("facts", "links", "footnotes"), even if the letter has problems."""
    if values:
        return cast(Mapping[str, Any], values.get(key, {}))
    if key not in root.pairs:
        misspelt = any(nearest(name, (key,)) for name in root.pairs if name not in LETTER_KEYS)
        return None if misspelt else {}
    node = root.pairs[key][1]
    if not isinstance(node, nodes.Mapping):
        return None
    trial = LetterReport(report.tree, folder=report.folder, languages=report.languages)
    defined: dict[str, Any] = dict.fromkeys(node.pairs)
    for name, (_, value) in node.pairs.items():
        with suppress(UnreadableError):
            defined[name] = shape.read(value, trial)
    return defined
