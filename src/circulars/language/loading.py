"""Finds the files of languages, and reads them."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from circulars.courtesy import common_key, normalized
from circulars.errors import LetterError, PackError, Place, Problem, not_read
from circulars.files.inside import OutsideError, read_beginning_in_folder
from circulars.language.bases import SHIPPED, with_base
from circulars.language.codes import begun_by, code_hint, usual_code
from circulars.language.consistency import lacking_forms, report_missing, settled
from circulars.language.doubts import file_doubts
from circulars.language.file_shape import LANGUAGE_FILE
from circulars.language.language import Language
from circulars.language.locales import has_locale, territory_of
from circulars.language.names import MESSAGES
from circulars.model.numerals import LATIN
from circulars.syntax.nodes import read_tree
from circulars.syntax.own_tables import own_table
from circulars.syntax.shape import Report, UnreadableError


def known_languages(folders: tuple[Path, ...] = ()) -> tuple[str, ...]:
    """The codes of the languages that have a file, in the package or in one of ``folders``, sorted."""
    found = {file.stem for folder in (SHIPPED, *folders) if folder.is_dir() for file in folder.glob("*.yaml")}
    return tuple(sorted(found))


@functools.cache
def load_language(code: str, folders: tuple[Path, ...] = ()) -> Language:
    """The language with a code; a file in one of ``folders`` replaces the package's own.

    Raises:
        PackError: there is no such language, or its file has problems.
    """
    if folders and not _any_is_there(folders):
        return load_language(code)  # the same object, which remembers what it has understood
    if file := file_of(code, folders):
        language = _read(code, file)
        return replace(language, title_keys=_title_keys(language, folders))
    raise no_language(code, folders)


def no_language(code: str, folders: tuple[Path, ...]) -> PackError:
    """The error for a language without a file; its file may have another name than the language needs."""
    known = known_languages(folders)
    usual = usual_code(code) if re.fullmatch(r"[A-Za-z0-9_-]+", code) else ""
    names = (f"{code}.yaml", f"{code}.yml", f"{usual}.yml") if usual else ()
    others = (folder / name for folder in folders for name in names)
    if file := next((other for other in others if other.is_file()), None):
        fact, hint = f"the file of the language '{usual}' has another name", f"rename it to '{usual}.yaml'"
        return PackError(Problem(Place(str(file)), "wrong-language", fact, hint))
    hint = code_hint(code, known, f"the languages are {', '.join(known)}{begun_by(code)}")
    return PackError(Problem(Place(), "unknown-language", f"there is no language '{code}'", hint))


def file_of(code: str, folders: tuple[Path, ...]) -> Path | None:
    """The file of a language: in the first folder that has one, or the package's own; None if there is none."""
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]+)*", code):
        return None
    return next((file for folder in (*folders, SHIPPED) if (file := folder / f"{code}.yaml").is_file()), None)


def file_faults(codes: Iterable[str], folders: tuple[Path, ...]) -> tuple[Problem, ...]:
    """The problems of the files of languages; a language without a file has none."""
    found: list[Problem] = []
    for code in codes:
        try:
            load_language(code, folders)
        except PackError as error:
            found += (problem for problem in error.problems if problem.where.file)
    return tuple(found)


def doubts_of(code: str, folders: tuple[Path, ...]) -> tuple[Problem, ...]:
    """Warnings about the file of a language, also of one with problems; none for a language without a file."""
    file = file_of(code, folders)
    return _file_read(code, file).doubts if file else ()


def has_country_names(code: str) -> bool:
    """Whether countries can be named in a language: it has a shipped file, or CLDR has its locale."""
    return code in known_languages() or has_locale(code)


def country_in(language: str, country: str) -> str:
    """The name of a country in a language, both by their codes: as the shipped file has it, or else as CLDR does."""
    is_shipped = language in known_languages()
    return load_language(language).country(country) if is_shipped else territory_of(language, country)


def forget_languages() -> None:
    """Clears the cache of languages, so that changed files are read again."""
    load_language.cache_clear()
    formats_in.cache_clear()
    noun_forms_in.cache_clear()
    range_formats_in.cache_clear()
    _read.cache_clear()
    _shipped.cache_clear()


@functools.cache
def formats_in(folders: tuple[Path, ...] = ()) -> frozenset[str]:
    """The names of the formats of dates and ordinals, and of the forms of nouns, that any language has."""
    if folders and not _any_is_there(folders):
        return formats_in()
    return frozenset(
        name for language in _all_languages(folders) for name in (*language.dates, *language.ordinals, *language.forms)
    )


@functools.cache
def noun_forms_in(folders: tuple[Path, ...] = ()) -> frozenset[str]:
    """The names of the forms of nouns that any language has."""
    if folders and not _any_is_there(folders):
        return noun_forms_in()
    return frozenset(name for language in _all_languages(folders) for name in language.forms)


@functools.cache
def range_formats_in(folders: tuple[Path, ...] = ()) -> tuple[str, ...]:
    """The names of the formats of ranges of days that any language has."""
    if folders and not _any_is_there(folders):
        return range_formats_in()
    found = (name for language in _all_languages(folders) for name in language.range_formats)
    return tuple(dict.fromkeys(found))


def _any_is_there(folders: tuple[Path, ...]) -> bool:
    return any(folder.is_dir() for folder in folders)


def _all_languages(folders: tuple[Path, ...]) -> Iterator[Language]:
    """The languages of all files that can be read; the problems of the others are reported when they are used."""
    for folder in (*folders, SHIPPED):
        for file in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
            with suppress(PackError):
                yield _read(file.stem, file)


def _title_keys(language: Language, folders: tuple[Path, ...]) -> dict[str, str]:
    """The keys of titles by their normalized spellings in all languages; the language's own take precedence."""
    keys = _typed_titles(language)
    for other in _all_languages(folders):
        for typed, key in _typed_titles(other).items():
            keys[typed] = common_key(keys.get(typed, key), key)
    return keys


def _typed_titles(language: Language) -> dict[str, str]:
    keys: dict[str, str] = {}
    for key, title in language.addressees.titles.items():
        for typed in map(normalized, filter(None, (title.written, *title.typed))):
            keys[typed] = common_key(keys.get(typed, key), key)
    return keys


@functools.cache
def _read(code: str, file: Path) -> Language:
    """The language of a file.

    Raises:
        PackError: the file has problems.
    """
    read = _file_read(code, file)
    if read.problems:
        raise PackError(*read.problems)
    values: dict[str, Any] = {"letters": _letters().get(code.partition("-")[0], LATIN), **read.values}
    return Language(code=code, **values, fingerprint=read.fingerprint, warnings=read.doubts)


@dataclass(frozen=True, slots=True)
class _LanguageFile:
    """What is in the file of a language: values, or problems; ``doubts`` are warnings, also of a file with problems."""

    problems: tuple[Problem, ...] = ()
    doubts: tuple[Problem, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    fingerprint: str = ""


def _file_read(code: str, file: Path) -> _LanguageFile:
    try:
        data = read_beginning_in_folder(file.parent, file.name, "YAML")
    except OutsideError:
        fact = "this is a link to a file in another folder; such links are not followed"
        return _LanguageFile((Problem(Place(str(file)), "outside-folder", fact, "copy the file here"),))
    except OSError as error:
        return _LanguageFile((Problem(Place(str(file)), "unreadable-file", not_read(error), "let this user read it"),))
    return _parsed(code, str(file), data, _shipped())


def _shared_titles() -> tuple[str, ...]:
    """The keys of the titles of persons that all languages share: those of the language of messages."""
    return tuple(_read(MESSAGES, SHIPPED / f"{MESSAGES}.yaml").addressees.titles)


@functools.cache
def _shipped() -> tuple[bytes, ...]:
    """The bytes of the shipped files, on which others may be based."""
    return tuple(read_beginning_in_folder(SHIPPED, file.name, "YAML") for file in sorted(SHIPPED.glob("*.yaml")))


@functools.lru_cache(maxsize=256)  # what watches a folder reads all files again, most of which are the same
def _parsed(code: str, file: str, data: bytes, _bases: tuple[bytes, ...]) -> _LanguageFile:
    """What is in a file with these bytes."""
    found: list[Problem] = []
    try:
        report = Report(read_tree(data, file, found), found)
        based = with_base(report)
    except LetterError as error:
        return _LanguageFile((*found, *error.problems))
    except UnreadableError:
        return _LanguageFile(tuple(found))
    report.tree = replace(report.tree, root=based.root)
    # The tests find no doubt about a shipped file; to find none again would load CLDR's data of each language.
    doubts = [] if Path(file).parent == SHIPPED else [*file_doubts(code, report.tree, _shared_titles())]
    values: dict[str, Any] = {}
    try:
        report_missing(report)
        values = LANGUAGE_FILE.read(based.root, report)
    except (LetterError, UnreadableError) as error:
        found = list(error.problems) if isinstance(error, LetterError) else found
    if not found:
        values = settled(values)
        doubts += lacking_forms(values)
    problems, warnings = (tuple(map(based.in_own_file, some)) for some in (found, doubts))
    return _LanguageFile(problems, warnings, values, hashlib.sha256(data + based.data).hexdigest())


@functools.cache
def _letters() -> dict[str, str]:
    """The letters that label lists, by language."""
    table: dict[str, str] = own_table("circulars", "list_letters.yaml")
    return table
