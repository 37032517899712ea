"""Finds the two versions of each letter that are to be compared, and compares them in every language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from circulars.build import found_by_pack
from circulars.errors import CircularsError, Place, Problem, UsageError
from circulars.language import code_hint, load_language
from circulars.model.letter import Letter
from circulars.review.comparing.changes import FactChange
from circulars.review.comparing.compare import changes_of
from circulars.review.comparing.comparison import comparisons
from circulars.review.comparing.facts import fact_changes, opened_documents, unshown_facts
from circulars.review.comparing.languages import changes_by_place, with_questions
from circulars.review.reports.report import ChangeReport, LanguageChanges, LetterChanges
from circulars.review.versions.git import NoGitError, NoSuchFileError, Version, date_of, relative
from circulars.review.versions.naming import VersionPair, version_pairs
from circulars.review.versions.reading import are_equal, read_letter_version
from circulars.review.versions.settling import Settled, settled
from circulars.source.letters.reading import PartialLetter
from circulars.workspace import Workspace


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
    known = {code for letter in report.letters for code in _languages_of(letter)}
    is_unread = any(
        (letter.old_problems and not letter.old_letter) or (letter.new_problems and not letter.new_letter)
        for letter in report.letters
    )
    for code in languages:
        if report.letters and code not in known and not is_unread:
            hint = code_hint(code, sorted(known), "they are in " + ", ".join(sorted(known)))
            raise _error("no-such-language", f"neither version is in the language '{code}'", hint)
    return report


def _languages_of(letter: LetterChanges) -> Iterator[str]:
    """The languages that a version of a letter has, also those that cannot be compared."""
    yield from (one.language for one in letter.languages)
    yield from (named.name for one in (letter.old_letter, letter.new_letter) if one for named in one.languages)


def _compared(pair: VersionPair, workspace: Workspace, languages: tuple[str, ...]) -> LetterChanges:
    names = str(pair.old), str(pair.new)
    was = str(replace(pair.old, revision="")) if pair.renamed else ""
    if not languages and are_equal(pair.old, pair.new, workspace.folder):
        return LetterChanges(*names, was=was)
    old, new = (_read(version, workspace) for version in (pair.old, pair.new))
    if isinstance(old, NoSuchFileError) or isinstance(new, NoSuchFileError):
        return _one_sided(pair, workspace, old, new)
    compared = compare_letters(old, new, workspace, languages)
    return replace(compared, old=names[0], new=names[1], was=was, date=date_of(pair.new, workspace.folder))


def compare_letters(
    old: PartialLetter, new: PartialLetter, workspace: Workspace, languages: tuple[str, ...] = ()
) -> LetterChanges:
    """The changes between two letters as far as they could be read, in these languages or in all of them."""
    before, after = _settled(old, new.letter, workspace, languages), _settled(new, old.letter, workspace, languages)
    found, facts = _in_languages(before, after, workspace) if before and after else ((), ())
    both = {one.language: one for one in found if one.compared}
    by_place = changes_by_place(
        {code: one.changes for code, one in both.items()},
        {code: one.compared for code, one in both.items() if one.compared},
    )
    return LetterChanges(
        "old",
        "new",
        languages=found,
        old_problems=_problems(old, before, workspace),
        new_problems=_problems(new, after, workspace),
        old_letter=before.letter if before else None,
        new_letter=after.letter if after else None,
        facts=facts,
        by_place=by_place,
    )


def _one_sided(
    pair: VersionPair, workspace: Workspace, old: PartialLetter | NoSuchFileError, new: PartialLetter | NoSuchFileError
) -> LetterChanges:
    """The report of a letter that only one version has.

    Raises:
        UsageError: no version has it, or one of two files that were named is missing, which is probably a typing error.
    """
    names = str(pair.old), str(pair.new)
    paths = {relative(one.path, workspace.folder) for one in (pair.old, pair.new)}
    is_meant = pair.in_folders or len(paths) == 1
    if isinstance(new, PartialLetter) and isinstance(old, NoSuchFileError) and is_meant:
        problems = _problems(new, _settled(new, None, workspace), workspace)
        return LetterChanges(*names, state="new", new_problems=problems, new_letter=new.letter)
    if isinstance(old, PartialLetter) and isinstance(new, NoSuchFileError) and is_meant:
        problems = _problems(old, _settled(old, None, workspace), workspace)
        return LetterChanges(*names, state="removed", old_problems=problems, old_letter=old.letter)
    missing = next(one for one in (old, new) if isinstance(one, NoSuchFileError))
    raise UsageError(*missing.problems)


def _read(version: Version, workspace: Workspace) -> PartialLetter | NoSuchFileError:
    """The letter as far as it can be read, with its problems; or the error if there is no such file."""
    try:
        return read_letter_version(version, workspace.folder, workspace.language_folders)
    except NoGitError:
        raise
    except NoSuchFileError as error:
        return error
    except CircularsError as error:
        return PartialLetter(None, error.problems)


def _settled(
    read: PartialLetter, other: Letter | None, workspace: Workspace, languages: tuple[str, ...] = ()
) -> Settled | None:
    """A version of a letter in its languages; None if it is no letter."""
    return settled(read.letter, other, workspace, languages) if read.letter else None


def _problems(read: PartialLetter, found: Settled | None, workspace: Workspace) -> tuple[Problem, ...]:
    """The problems of a version, in the order of its file: as a check of the letter lists them."""
    own: tuple[Problem, ...] = ()
    if found and not (read.problems and found.documents):
        own = found.problems
    elif read.letter:
        own = found_by_pack(read.letter, read.problems, workspace)
    return tuple(sorted({*read.problems, *own}))


def _in_languages(
    old: Settled, new: Settled, workspace: Workspace
) -> tuple[tuple[LanguageChanges, ...], tuple[FactChange, ...]]:
    """The changes in each language, and the facts that changed.

    A language that both versions have, but that one of them cannot be settled in, is left out.
    """
    before, after = old.documents, new.documents
    shared = tuple(code for code in after if code in before)
    known = {code: load_language(code, workspace.language_folders) for code in shared}
    opened = opened_documents(
        (old.letter, before),
        (new.letter, after),
        known,
        lambda letter: settled(letter, None, workspace, shared, drawn=False).documents,
    )
    both = {code: (before[code], after[code]) for code in shared}
    compared = comparisons(both, old.audiences, new.audiences, opened)
    languages = []
    for code in dict.fromkeys((*after, *before)):
        if code in compared:
            languages.append(LanguageChanges(code, changes_of(compared[code]), compared=compared[code]))
        elif code not in old.languages:
            languages.append(LanguageChanges(code, state="new"))
        elif code not in new.languages:
            languages.append(LanguageChanges(code, state="removed"))
    facts = with_questions(fact_changes(opened, compared), compared)
    return tuple(languages), (*facts, *unshown_facts(old.letter, new.letter, known))


def _error(code: str, fact: str, hint: str) -> UsageError:
    return UsageError(Problem(Place(), code, fact, hint))
