"""Lists the languages that a workspace knows, and how much of each is translated."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from circulars.errors import PackError, Problem
from circulars.language import SHIPPED, known_languages, load_language
from circulars.model.document import Direction
from circulars.translation.checking import file_tree, language_file, packs_of
from circulars.translation.marks import untranslated
from circulars.workspace import Workspace


@dataclass(frozen=True, slots=True)
class LanguageState:
    """A language of a workspace: its name, its direction, and how many lines are still to be translated.

    ``is_own`` says whether its file is the workspace's own; ``packs`` maps each pack with words in it to the lines
    that are still to be translated there. A file with problems has no name.
    """

    code: str
    name: str
    direction: Direction
    is_own: bool
    untranslated: int
    packs: tuple[tuple[str, int], ...]
    problems: tuple[Problem, ...] = ()


def languages_of(workspace: Workspace) -> tuple[LanguageState, ...]:
    """The languages that have a file, in the workspace or in the package."""
    return tuple(_state(code, workspace) for code in known_languages(workspace.language_folders))


def _state(code: str, workspace: Workspace) -> LanguageState:
    file = language_file(code, workspace)
    words = {folder.name: folder / "words" / f"{code}.yaml" for folder in packs_of(workspace)}
    packs = tuple((name, _lines(path)) for name, path in words.items() if path.is_file())
    is_own = file is not None and file.parent != SHIPPED
    lines = _lines(file) if file else 0
    try:
        language = load_language(code, workspace.language_folders)
    except PackError as error:
        return LanguageState(code, "", "ltr", is_own, lines, packs, error.problems)
    return LanguageState(code, language.name, language.direction, is_own, lines, packs)


def _lines(file: Path) -> int:
    """The number of lines of a file that are still to be translated."""
    tree = file_tree(file)
    return len(list(untranslated(tree))) if tree else 0
