"""Finds the two versions of each letter that are to be compared, and compares them in every language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from circulars.build import Order, documents
from circulars.errors import CircularsError, Place, Problem, UsageError, did_you_mean
from circulars.model.addressee import BLOCK
from circulars.model.document import Document
from circulars.model.letter import Condition, Letter, Listing, ListPart, Part, Passage
from circulars.model.text import Span
from circulars.review.compare import changes_of
from circulars.review.comparison import comparison
from circulars.review.git import (
    NoGitError,
    NoSuchFileError,
    Version,
    is_file,
    is_revision,
    letters_in,
    read_letter_version,
    relative,
    version_of,
)
from circulars.review.report import ChangeReport, LanguageChanges, LetterChanges
from circulars.workspace import Workspace

ComposedLetter = tuple[Letter, Mapping[str, Document]]


def diff(old: str, new: str | None, workspace: Workspace, languages: Sequence[str] = ()) -> ChangeReport:
    """The changes between two versions of a letter, or of all letters, in each language.

    ``old`` and ``new`` are files, names in ``letters/``, ``REV:path``, or revisions. Without ``new``, a file is
    compared with the one in the last commit, and a file in a revision with the one in the folder. A revision alone
    means the file that the other argument names, or every letter. Both versions are composed with the current packs
    and languages, so that only changes of the letter itself are found. Parts that only some addressees get are
    included, with their audience.

    Raises:
        UsageError: a version is neither a file nor in a revision, git is not installed, the folder is not in a
            repository, or no version is in one of the ``languages``.
    """
    pairs = list(_versions(old, new, workspace))
    report = ChangeReport(tuple(_compared(before, after, workspace, tuple(languages)) for before, after in pairs))
    known = {one.language for letter in report.letters for one in letter.languages}
    faulty = any(letter.old_problems or letter.new_problems or letter.state != "both" for letter in report.letters)
    for code in languages:
        if report.letters and code not in known and not faulty:
            raise _error("no-such-language", f"neither version is in the language '{code}'", "")
    return report


def _versions(old: str, new: str | None, workspace: Workspace) -> Iterator[tuple[Version, Version]]:
    """The pairs of versions to compare."""
    folder = workspace.folder
    first = _named(old, workspace)
    second = _named(new, workspace) if new is not None else None
    if isinstance(first, Version):
        if second is None:
            here = Version("", first.path)
            second = here if first.revision else first
            first = first if first.revision else Version("HEAD", relative(first.path, folder))
        elif isinstance(second, str):
            second = Version(second, relative(first.path, folder))
        yield first, second
    elif isinstance(second, Version):
        yield Version(first, relative(second.path, folder)), second
    else:
        paths = {*letters_in(first, folder), *letters_in(second or "", folder)}
        yield from ((Version(first, path), Version(second or "", path)) for path in sorted(paths))


def _named(spec: str, workspace: Workspace) -> Version | str:
    """The version of a file that ``spec`` names, or the name of a revision."""
    folder = workspace.folder
    version = version_of(spec, folder)
    if version.revision or is_file(version.path, folder):
        return version
    for path in (f"letters/{spec}.yaml", f"letters/{spec}"):
        if is_file(path, folder):
            return Version("", path)
    if spec.endswith((".yaml", ".yml")):
        return version  # this may be a letter that was removed
    if is_revision(spec, folder):
        return spec
    names = [path.stem for path in workspace.letters.glob("*.yaml")]
    hint = did_you_mean(spec, names, "name a file, or a file in a revision: main:letters/x.yaml")
    raise _error("no-such-version", f"'{Version('', spec)}' is neither a letter nor a git revision", hint)


def _compared(before: Version, after: Version, workspace: Workspace, languages: tuple[str, ...]) -> LetterChanges:
    names = str(before), str(after)
    old, new = (_read(version, workspace, languages) for version in (before, after))
    missing = [isinstance(one, NoSuchFileError) for one in (old, new)]
    if any(missing):
        _check_missing(before, after, workspace, old if missing[0] else new, all(missing))
    problems = [one.problems if isinstance(one, CircularsError) else () for one in (old, new)]
    if missing[0]:
        return LetterChanges(*names, state="new", new_problems=problems[1])
    if missing[1]:
        return LetterChanges(*names, state="removed", old_problems=problems[0])
    if isinstance(old, CircularsError) or isinstance(new, CircularsError):
        return LetterChanges(*names, old_problems=problems[0], new_problems=problems[1])
    return LetterChanges(*names, languages=tuple(_in_languages(old, new)), old_letter=old[0], new_letter=new[0])


def _check_missing(
    before: Version, after: Version, workspace: Workspace, error: ComposedLetter | CircularsError, both: bool
) -> None:
    """Checks that a missing file means that the letter is new or removed.

    Raises:
        UsageError: both versions are missing, or their paths are different; this is probably a typing error.
    """
    folder = workspace.folder
    same = relative(before.path, folder) == relative(after.path, folder)
    if isinstance(error, CircularsError) and (both or not same):
        raise UsageError(*error.problems)


def _read(version: Version, workspace: Workspace, languages: tuple[str, ...]) -> ComposedLetter | CircularsError:
    """The letter and its documents by language, or the error with its problems."""
    try:
        letter = read_letter_version(version, workspace.folder)
        codes = tuple(named.name for named in letter.languages if not languages or named.name in languages)
        if not codes:
            return letter, {}
        settled = documents(_for_everybody(letter), workspace, Order(languages=codes))
        return letter, {document.language: _with_block(document, letter) for document in settled}
    except NoGitError:
        raise
    except CircularsError as error:
        return error


def _in_languages(old: ComposedLetter, new: ComposedLetter) -> Iterator[LanguageChanges]:
    (old_letter, before), (new_letter, after) = old, new
    for code in dict.fromkeys((*after, *before)):
        if code not in before:
            yield LanguageChanges(code, state="new")
        elif code not in after:
            yield LanguageChanges(code, state="removed")
        else:
            compared = comparison(before[code], after[code], _audiences(old_letter), _audiences(new_letter))
            yield LanguageChanges(code, changes_of(compared), compared=compared)


def _for_everybody(letter: Letter) -> Letter:
    """The letter with all parts for everybody, so that no change is missed."""
    return replace(
        letter,
        body=tuple(map(_part_for_everybody, letter.body)),
        annexes=tuple(replace(annex, body=tuple(map(_part_for_everybody, annex.body))) for annex in letter.annexes),
    )


def _part_for_everybody(part: Part) -> Part:
    if isinstance(part, Passage):
        return replace(part, when=(), listing=_list_for_everybody(part.listing) if part.listing else None)
    if isinstance(part, ListPart):
        return replace(part, when=(), listing=_list_for_everybody(part.listing))
    return replace(part, when=())


def _list_for_everybody(listing: Listing) -> Listing:
    entries = (
        replace(entry, when=(), listing=_list_for_everybody(entry.listing) if entry.listing else None)
        for entry in listing.entries
    )
    return replace(listing, entries=tuple(entries))


def _with_block(document: Document, letter: Letter) -> Document:
    """The document with the addressee's block of merged copies, unless the letter leaves it out."""
    return replace(document, addressee=(Span("", hole=BLOCK),)) if letter.addressee_block else document


def _audiences(letter: Letter) -> dict[str, str]:
    """The audience of each part and entry that is not for everybody, by its id, or by its key in the comparison."""
    flows: list[tuple[str, tuple[Part, ...]]] = [("body", letter.body)]
    flows += [(annex.id or f"annex.{number}", annex.body) for number, annex in enumerate(letter.annexes, start=1)]
    keyed = [(part.id or f"{name}.{place}", part) for name, parts in flows for place, part in enumerate(parts, start=1)]
    audiences = {key: _in_words(part.when) for key, part in keyed if part.when}
    for key, part in keyed:
        if isinstance(part, Passage | ListPart) and part.listing:
            audiences |= _entries(f"{key}.items" if isinstance(part, Passage) else key, part.listing)
    return audiences


def _entries(key: str, listing: Listing) -> dict[str, str]:
    """The audiences of the entries of a list that are not for everybody, by their keys in the comparison."""
    audiences: dict[str, str] = {}
    for number, entry in enumerate(listing.entries, start=1):
        if entry.when:
            audiences[f"{key}#{number}"] = _in_words(entry.when)
        if entry.listing:
            audiences |= _entries(f"{key}#{number}.items", entry.listing)
    return audiences


def _in_words(condition: Condition) -> str:
    return ", ".join(f"{column}: {' or '.join(values)}" for column, values in condition)


def _error(code: str, fact: str, hint: str) -> UsageError:
    return UsageError(Problem(Place(), code, fact, hint))
