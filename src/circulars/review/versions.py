"""Finds the two versions of each letter that are to be compared, and compares them in every language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from circulars.build import Order, documents
from circulars.errors import CircularsError, Place, Problem, UsageError
from circulars.language import load_language
from circulars.model.addressee import BLOCK
from circulars.model.document import Document
from circulars.model.letter import Condition, Letter, Listing, ListPart, Part, Passage
from circulars.model.text import Span
from circulars.review.changes import FactChange
from circulars.review.compare import changes_of
from circulars.review.comparison import comparison
from circulars.review.facts import fact_changes, opened_documents
from circulars.review.git import NoGitError, NoSuchFileError, Version, relative
from circulars.review.languages import changes_by_place
from circulars.review.naming import VersionPair, version_pairs
from circulars.review.reading import are_equal, read_letter_version
from circulars.review.report import ChangeReport, LanguageChanges, LetterChanges
from circulars.workspace import Workspace

ComposedLetter = tuple[Letter, Mapping[str, Document]]


def diff(
    old: str | None,
    new: str | None,
    workspace: Workspace,
    languages: Sequence[str] = (),
    *,
    letters: Sequence[str] = (),
    staged: bool = False,
) -> ChangeReport:
    """The changes between two versions of a letter, or of all letters, in each language.

    ``old`` and ``new`` are files, folders, names in ``letters/``, revisions, or files and folders in revisions
    (``REV:path``). Word files and PDFs stand for the letter that they were made from. A revision alone means what the
    other argument names, or every letter; ``A..B`` are two revisions, and ``A...B`` the last one that they have in
    common, and ``B``. Without ``new``, a file is compared with the one in the last commit, and a file in a revision
    or a finished one with the letter in the folder. Without both, all letters are compared with the last commit.
    ``letters`` are further ones, if ``old`` (and ``new``) are revisions. With ``staged``, the new version is what is
    staged for the next commit.

    Both versions are composed with the current packs and languages, so that only changes of the letter itself are
    found. Parts that only some addressees get are included, with their audience.

    Raises:
        UsageError: a version is neither a file nor in a revision, git is not installed, the folder is not in a
            repository, or no version is in one of the ``languages``.
    """
    pairs = version_pairs([one for one in (old, new, *letters) if one is not None], workspace, staged)
    report = ChangeReport(tuple(_compared(pair, workspace, tuple(languages)) for pair in pairs))
    known = {one.language for letter in report.letters for one in letter.languages}
    faulty = any(letter.old_problems or letter.new_problems or letter.state != "both" for letter in report.letters)
    for code in languages:
        if report.letters and code not in known and not faulty:
            raise _error("no-such-language", f"neither version is in the language '{code}'", "")
    return report


def _compared(pair: VersionPair, workspace: Workspace, languages: tuple[str, ...]) -> LetterChanges:
    names = str(pair.old), str(pair.new)
    if not languages and are_equal(pair.old, pair.new, workspace.folder):
        return LetterChanges(*names, was=pair.old.path if pair.renamed else "")
    old, new = (_read(version, workspace, languages) for version in (pair.old, pair.new))
    missing = [isinstance(one, NoSuchFileError) for one in (old, new)]
    if any(missing):
        _check_missing(pair, workspace, old if missing[0] else new, all(missing))
    problems = [one.problems if isinstance(one, CircularsError) else () for one in (old, new)]
    if missing[0]:
        return LetterChanges(*names, state="new", new_problems=problems[1])
    if missing[1]:
        return LetterChanges(*names, state="removed", old_problems=problems[0])
    was = pair.old.path if pair.renamed else ""
    if isinstance(old, CircularsError) or isinstance(new, CircularsError):
        return LetterChanges(*names, old_problems=problems[0], new_problems=problems[1], was=was)
    found, facts = _in_languages(old, new, workspace)
    both = {one.language: one for one in found if one.compared}
    by_place = changes_by_place(
        {code: one.changes for code, one in both.items()},
        {code: one.compared for code, one in both.items() if one.compared},
    )
    return LetterChanges(*names, found, old_letter=old[0], new_letter=new[0], was=was, facts=facts, by_place=by_place)


def _check_missing(pair: VersionPair, workspace: Workspace, error: ComposedLetter | CircularsError, both: bool) -> None:
    """Checks that a missing file means that the letter is new or removed.

    Raises:
        UsageError: both versions are missing, or their paths are different; this is probably a typing error.
    """
    folder = workspace.folder
    same = relative(pair.old.path, folder) == relative(pair.new.path, folder)
    if isinstance(error, CircularsError) and (both or not same):
        raise UsageError(*error.problems)


def _read(version: Version, workspace: Workspace, languages: tuple[str, ...]) -> ComposedLetter | CircularsError:
    """The letter and its documents by language, or the error with its problems."""
    try:
        letter = read_letter_version(version, workspace.folder)
        codes = tuple(named.name for named in letter.languages if not languages or named.name in languages)
        if not codes:
            return letter, {}
        return letter, _settled(_for_everybody(letter), workspace, codes)
    except NoGitError:
        raise
    except CircularsError as error:
        return error


def _settled(
    letter: Letter, workspace: Workspace, codes: tuple[str, ...], drawn: bool = True
) -> Mapping[str, Document]:
    """The documents of a letter in some languages, with the addressee's block."""
    settled = documents(letter, workspace, Order(languages=codes), drawn)
    return {document.language: _with_block(document, letter) for document in settled}


def _in_languages(
    old: ComposedLetter, new: ComposedLetter, workspace: Workspace
) -> tuple[tuple[LanguageChanges, ...], tuple[FactChange, ...]]:
    """The changes in each language, and the facts that changed."""
    (old_letter, before), (new_letter, after) = old, new
    shared = tuple(code for code in after if code in before)
    opened = opened_documents(
        (_for_everybody(old_letter), before),
        (_for_everybody(new_letter), after),
        {code: load_language(code, workspace.language_folders) for code in shared},
        lambda letter: _settled(letter, workspace, shared, drawn=False),
    )
    audiences = _audiences(old_letter), _audiences(new_letter)
    compared = {code: comparison(before[code], after[code], *audiences, opened[code]) for code in shared}
    languages = []
    for code in dict.fromkeys((*after, *before)):
        if code in compared:
            languages.append(LanguageChanges(code, changes_of(compared[code]), compared=compared[code]))
        else:
            languages.append(LanguageChanges(code, state="new" if code in after else "removed"))
    return tuple(languages), fact_changes(opened, compared)


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
