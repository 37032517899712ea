"""Reads a letter from its YAML file."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from circulars.characters import forbidden_in
from circulars.errors import LetterError, Place, Problem, did_you_mean, nearest, not_read
from circulars.files.inside import OutsideError, read_beginning_in_folder
from circulars.files.names import LETTER_ENDINGS, can_be_stored, is_visible
from circulars.model.letter import Letter
from circulars.model.written import Origin
from circulars.source.letters.by_language import report_missing_languages
from circulars.source.letters.conflicts import open_conflicts, refuse_marks
from circulars.source.letters.end_shapes import check_qr_code
from circulars.source.letters.footnotes import FOOTNOTE, check_marks
from circulars.source.letters.head_shapes import FACT, LINK_TARGETS
from circulars.source.letters.letter_shape import LETTER, LETTER_KEYS
from circulars.source.letters.listed import guessed_languages, listed_languages
from circulars.source.letters.partial import partial_letter
from circulars.source.letters.references import Defined, check_linked_words, check_references
from circulars.source.letters.report import LetterReport
from circulars.syntax import nodes
from circulars.syntax.shape import Shape, UnreadableError, described

_FIRST_LETTER = "'circulars new NAME' writes a first letter"


def read_letter(path: Path, shown: str = "", languages: tuple[Path, ...] = ()) -> Letter:
    """The letter in a YAML file; problems name the file as ``shown``, or as ``path`` if that is empty.

    Raises:
        LetterError: the file cannot be read, or the letter has problems; the error has all of them.
    """
    file = shown or str(path)
    if problem := _name_problem(path, file):
        raise LetterError(problem)
    try:
        data = read_beginning_in_folder(path.parent, path.name, "YAML")
    except OutsideError:
        raise LetterError(_outside(file)) from None
    except OSError as error:
        if problem := _file_problem(path, file):
            raise LetterError(problem) from None
        fact = not_read(error)
        beside = sorted(other.name for other in path.parent.glob("*.yaml"))
        hint = did_you_mean(path.name, beside, "check the name")
        raise LetterError(Problem(Place(file), "unreadable-file", fact, hint)) from None
    return parse_letter(data, file, path.stem, path.parent, languages)


def _name_problem(path: Path, file: str) -> Problem | None:
    """The problem with the name of the letter's file, if there is one."""
    if wrong := forbidden_in(path.stem):
        fact = f"the file's name has a character that is not allowed: {wrong[1]}"
        return Problem(Place(file), "wrong-name", fact, "give the file another name: its outputs are named after it")
    if not can_be_stored(path.stem, LETTER_ENDINGS):
        fact = f"output files are named after the letter, and '{path.stem}' is not a valid file name on every system"
        return Problem(Place(file), "wrong-name", fact, "give the letter's file another name")
    if not is_visible(path.stem):
        fact = f"output files are named after the letter, and most folders would not show '{path.stem}'"
        return Problem(Place(file), "wrong-name", fact, "give the letter's file another name")
    return None


def _file_problem(path: Path, file: str) -> Problem | None:
    """The problem with a file that cannot be read, such as its type; None if nothing is known of it."""
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


def parse_letter(data: bytes, file: str, name: str, folder: Path, languages: tuple[Path, ...] = ()) -> Letter:
    """The letter in a YAML text, with the name ``name``. Problems name the text ``file``; pictures are in ``folder``.

    ``languages`` are the folders with files of languages, besides the package's own, which may have further formats.

    Raises:
        LetterError: the letter has problems; the error has all of them.
    """
    refuse_marks(data, file)
    faults: list[Problem] = []
    report = LetterReport(
        nodes.read_tree(data, file, faults, _FIRST_LETTER), [*faults], folder, language_folders=languages
    )
    root = report.tree.root
    if not isinstance(root, nodes.Mapping):
        fact = f"a letter is lines of keys and values, not {described(root)}"
        hint = "begin it like 'kind: tsb-circular'"
        raise LetterError(Problem(report.tree.place(root), "not-a-letter", fact, hint))
    places = listed_languages(report)
    report.languages = tuple(places) or guessed_languages(root)
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
    for conflict in open_conflicts(report.tree):
        report.add_at(conflict.where, conflict.code, conflict.message, conflict.hint)
    if report.problems:
        # A place with a YAML problem is not reported again.
        places_of_faults = {problem.where for problem in faults}
        problems = (*faults, *(problem for problem in report.problems if problem.where not in places_of_faults))
        raise FaultyLetterError(partial_letter(report.tree, name, folder), *problems)
    origin = Origin(report.tree.text, report.files)
    warnings = tuple(report.warnings)
    texts = tuple(sorted(report.written, key=lambda text: min(text.ranges.values(), default=(0, 0))))
    places, fields = report.places(), report.field_places()
    values |= {"places": places, "field_places": fields, "warnings": warnings, "texts": texts, "origin": origin}
    return Letter(name=name, file=file, folder=folder, **values)


class FaultyLetterError(LetterError):
    """A letter with problems.

    ``partial`` is the letter as far as it can be read: see :func:`circulars.source.letters.partial.partial_letter`.
    """

    def __init__(self, partial: Letter | None, *problems: Problem) -> None:
        super().__init__(*problems)
        self.partial = partial


@dataclass(frozen=True, slots=True)
class PartialLetter:
    """A letter as far as it can be read, and its problems; the letter is None if its file is not that of a letter."""

    letter: Letter | None
    problems: tuple[Problem, ...] = ()


def parse_as_far_as_possible(
    data: bytes, file: str, name: str, folder: Path, languages: tuple[Path, ...] = ()
) -> PartialLetter:
    """The letter in a YAML text as far as it can be read, with all its problems: see :func:`parse_letter`."""
    try:
        return PartialLetter(parse_letter(data, file, name, folder, languages))
    except FaultyLetterError as error:
        return PartialLetter(error.partial, error.problems)
    except LetterError as error:
        return PartialLetter(None, error.problems)


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
