"""Checks the languages of a pack: their files, and the forms of the pack's own words in each of them."""

from __future__ import annotations

from collections.abc import Iterator

from circulars.compose import words_forms
from circulars.errors import PackError, Problem
from circulars.language import file_faults, known_languages, load_language
from circulars.pack import Pack
from circulars.workspace import Workspace


def language_problems(pack: Pack, workspace: Workspace) -> Iterator[Problem]:
    """The problems of the files of the languages in which a pack has words."""
    known = known_languages(workspace.language_folders)
    yield from file_faults((code for code in pack.words if code in known), workspace.language_folders)


def language_doubts(pack: Pack, workspace: Workspace) -> tuple[Problem, ...]:
    """Warnings about what these files lack, and about words of the pack that lack a form in which letters show them."""
    found: dict[Problem, None] = dict.fromkeys(pack.doubts)
    known = known_languages(workspace.language_folders)
    for code, words in pack.words.items():
        if code not in known:
            continue
        try:
            language = load_language(code, workspace.language_folders)
        except PackError:
            continue  # its problems are reported as such
        found |= dict.fromkeys(language.warnings)
        found |= dict.fromkeys(words_forms(words, language))
    return tuple(sorted(found))
