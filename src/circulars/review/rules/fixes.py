"""Fixes what the rules find in letters, where it is known what to write; the rest of each file stays byte for byte."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from circulars.build import Built
from circulars.errors import CircularsError, Place, Problem, UsageError
from circulars.files.inside import read_in_folder
from circulars.files.output import save
from circulars.review.line_diff import line_diff
from circulars.review.rules.findings import RuleProblem, WordFix
from circulars.review.rules.many import check_letters
from circulars.source.editing import Replace, edited, text_paths
from circulars.source.letters.reading import parse_letter
from circulars.syntax.nodes import read_tree
from circulars.workspace import Workspace


@dataclass(frozen=True, slots=True)
class FixedLetter:
    """A letter with fixes: its bytes before and after, and how many words are fixed; or why it is not."""

    source: Path
    file: str
    before: bytes = b""
    after: bytes = b""
    fixed: int = 0
    problems: tuple[Problem, ...] = ()

    @property
    def diff(self) -> str:
        """The lines that change, as a unified diff."""
        return line_diff(self.before, self.after, self.file)


def fixes(sources: Iterable[Path], workspace: Workspace, *, unsafe: bool = False) -> Iterator[FixedLetter]:
    """Letters as they would be with fixes: those that are certain, and with ``unsafe`` the others, too.

    A letter without any is left out, and so is one that cannot be built. Nothing is written.

    Raises:
        UsageError: the settings of the folder have problems.
    """
    for built in check_letters(sources, workspace):
        if found := corrections(built, unsafe=unsafe):
            yield _fixed(built.source, found, workspace)


def corrections(built: Built, *, unsafe: bool = False) -> tuple[WordFix, ...]:
    """The corrections of a letter's problems that are certain, and with ``unsafe`` the others, too."""
    found = (one.correction for one in built.warnings if isinstance(one, RuleProblem))
    return tuple(one for one in found if one and (unsafe or one.is_certain))


def rewordings(data: bytes, found: Sequence[WordFix], file: str) -> tuple[list[Replace], int]:
    """The edits of a letter's bytes that make corrections, and how many; of those that overlap only the first is made.

    Raises:
        LetterError: the file is not YAML.
    """
    paths = text_paths(read_tree(data, file).root)
    by_text: dict[int, list[WordFix]] = {}
    for one in found:
        by_text.setdefault(one.at, []).append(one)
    operations, count = [], 0
    for several in by_text.values():
        kept: list[WordFix] = []
        for one in sorted(several, key=lambda one: (one.start, one.end)):
            if not kept or one.start >= kept[-1].end:
                kept.append(one)
        text = kept[0].typed
        for one in reversed(kept):
            text = text[: one.start] + one.right + text[one.end :]
        operations.append(Replace(paths[kept[0].at], text, everywhere=True))
        count += len(kept)
    return operations, count


def write_fixes(fixed: FixedLetter) -> None:
    """Writes a letter with its fixes in the place of the old file.

    Raises:
        UsageError: the file has changed since it was read.
        MachineError: the disk is full, or the folder cannot be written to.
    """
    source = fixed.source
    if read_in_folder(source.parent, source.name, "YAML") != fixed.before:
        fact = "the file was changed while it was checked"
        raise UsageError(Problem(Place(fixed.file), "changed-file", fact, "run the command again"))
    save(source.parent, source.name, fixed.after)


def _fixed(source: Path, found: Sequence[WordFix], workspace: Workspace) -> FixedLetter:
    file = os.path.relpath(source, workspace.folder) if source.is_relative_to(workspace.folder) else str(source)
    if _is_outside(source, workspace):
        fact, hint = "this is a link, or in a folder that is one; fixes are not written there", "name the file itself"
        return FixedLetter(source, file, problems=(Problem(Place(file), "outside-folder", fact, hint),))
    try:
        before = read_in_folder(source.parent, source.name, "YAML")
        operations, count = rewordings(before, found, file)
        after = edited(before, operations, file).data
        parse_letter(after, file, source.stem, source.parent, workspace.language_folders)
    except CircularsError as error:
        return FixedLetter(source, file, problems=error.problems)
    return FixedLetter(source, file, before, after, count)


def _is_outside(source: Path, workspace: Workspace) -> bool:
    """Whether a file would be written in another folder than the one that was named."""
    is_named_inside = source.absolute().is_relative_to(workspace.folder.absolute())
    is_inside = source.resolve().is_relative_to(workspace.folder.resolve())
    return source.is_symlink() or (is_named_inside and not is_inside)
