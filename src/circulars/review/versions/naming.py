"""Finds the pairs of versions that the arguments of a comparison name."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NoReturn

from circulars.errors import LetterError, Place, Problem, UsageError, did_you_mean
from circulars.review.versions.git import (
    STAGED,
    Version,
    commit_of,
    common_revision,
    is_file,
    is_revision,
    is_stored,
    known_revisions,
    letters_in,
    read_version,
    relative,
)
from circulars.review.versions.reading import finished_letters, is_finished, letter_name
from circulars.review.versions.renames import renames
from circulars.workspace import Workspace

_FILES = (".yaml", ".yml", ".docx", ".pdf")
_RANGE = re.compile(r"(?P<old>[^:]*?)(?P<dots>\.{2,3})(?P<new>[^:./][^:]*)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class VersionPair:
    """Two versions to compare.

    ``renamed`` says that both are the same letter although their files have other names. ``in_folders`` says that the
    letters of two folders are compared, so that one of the versions may be missing.
    """

    old: Version
    new: Version
    renamed: bool = False
    in_folders: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class _Revision:
    """A revision, without a file in it; "" is the folder."""

    name: str


@dataclass(frozen=True, slots=True)
class _Folder:
    """The letters in a folder, of a revision if there is one."""

    revision: str
    path: str


_Place = Version | _Folder
_Named = _Place | _Revision


def version_pairs(arguments: Sequence[str], workspace: Workspace, staged: bool = False) -> tuple[VersionPair, ...]:
    """The pairs of versions that the arguments name, in the order of the letters' names.

    Raises:
        UsageError: the arguments name something that does not exist, or too much; or git cannot be used.
    """
    named = _all_named(arguments, workspace, staged)
    revisions = [one for one in named if isinstance(one, _Revision)]
    places = [one for one in named if not isinstance(one, _Revision)]
    if staged:
        revisions = [*(revisions or [_Revision("HEAD")]), _Revision(STAGED)]
    if len(revisions) > 2:
        _refuse_many("three revisions are named", "name two revisions, and letters")
    if len(revisions) == 2:
        old, new = (one.name for one in revisions)
        return _unique(_between(old, new, places, workspace))
    if revisions and len(named) == 2 and named[1] == revisions[0]:
        return tuple(_reversed(_with_place(revisions[0].name, places[0], workspace)))
    if revisions:
        pairs = (_with_place(revisions[0].name, place, workspace) for place in places)
        return _unique(pair for found in pairs for pair in found) if places else _all(revisions[0].name, workspace)
    if not places:
        return _all("HEAD", workspace)
    if len(places) == 1:
        return tuple(_with_usual(places[0], workspace))
    if len(places) > 2:
        hint = "name two of them; or a revision first, to compare each of them with it: HEAD"
        _refuse_many(f"{len(places)} letters or folders are named", hint)
    return tuple(_two(places[0], places[1], workspace))


def _refuse_many(fact: str, hint: str) -> NoReturn:
    raise UsageError(Problem(Place(), "too-many-versions", f"{fact}; two can be compared", hint))


# What an argument names.


def _all_named(arguments: Sequence[str], workspace: Workspace, staged: bool) -> list[_Named]:
    """What the arguments name; a letter or a folder that is not here may be in one of the revisions that they name.

    Raises:
        UsageError: an argument names nothing.
    """
    found = [(spec, _named(spec, workspace)) for spec in arguments]
    revisions = [one.name for _, named in found for one in named if isinstance(one, _Revision)]
    if staged or len(arguments) == 1:
        revisions += ["HEAD"]
    revisions += [STAGED] * staged
    return [one for spec, named in found for one in named or (_only_in_revision(spec, revisions, workspace),)]


def _named(spec: str, workspace: Workspace) -> tuple[_Named, ...]:
    """What an argument names: a file, the letters of a folder, a revision, both revisions of a range, or nothing."""
    folder = workspace.folder
    if place := _in_folder(spec, workspace):
        return (place,)
    revision, colon, path = spec.partition(":")
    if colon:
        if _as_range(revision):
            fact = f"'{Version('', spec)}' has a path after a range of revisions; a path can follow only one"
            hint = f"write the path as an argument of its own: {Version('', revision)} {Version('', path)}"
            raise UsageError(Problem(Place(), "no-such-version", fact, hint))
        return (_in_revision(revision or STAGED, path, folder),)
    if found := _as_range(spec):
        return _range(found["old"] or "HEAD", found["new"] or "HEAD", found["dots"] == "...", folder)
    if not spec.lower().endswith(_FILES) and is_revision(spec, folder):
        return (_Revision(spec),)
    return ()


def _as_range(spec: str) -> re.Match[str] | None:
    """The parts of "A..B", "A...B", "A.." or "..B"; None if a name is no range of revisions."""
    found = _RANGE.fullmatch(spec)
    return found if found and (found["old"] or found["new"]) else None


def _only_in_revision(spec: str, revisions: Sequence[str], workspace: Workspace) -> _Place:
    """The letter or the folder of a name that is in one of some revisions, but not in the folder to work in.

    Raises:
        UsageError: no revision has it, or there is no repository.
    """
    folder = workspace.folder
    known = [one for one in revisions if one == STAGED or is_revision(one, folder)]
    for path in (spec, f"letters/{spec}.yaml", f"letters/{spec}") if spec and "\0" not in spec else ():
        own = relative(path, folder)
        for revision in known:
            found = _in_revision(revision, own, folder)
            if isinstance(found, _Folder) or is_stored(found, folder):
                return replace(found, revision="")
    if spec.lower().endswith(_FILES):
        return Version("", spec)  # the problem with this file is reported when it is read
    names = [Path(one.path).stem for revision in ("", *known) for one in letters_in(revision, folder)]
    usual = "name a letter, a file, a folder, or a file in a revision: main:letters/x.yaml"
    hint = did_you_mean(spec, [*names, *known_revisions(folder)], usual)
    fact = f"'{Version('', spec)}' is neither a letter nor a folder, nor a git revision"
    raise UsageError(Problem(Place(), "no-such-version", fact, hint))


def _in_folder(spec: str, workspace: Workspace) -> _Place | None:
    """The file or folder of a name, or the letter; files here come after those in the folder to work in."""
    folder = workspace.folder
    for path in (spec, str(Path(spec).absolute()) if "\0" not in spec else spec):
        if is_file(path, folder):
            return Version("", _as_typed(spec, folder) if path != spec else os.path.normpath(spec))
    for path in (f"letters/{spec}.yaml", f"letters/{spec}"):
        if spec and is_file(path, folder):
            return Version("", path)
    for place in (folder / spec, Path(spec)):
        if spec and _is_folder(place):
            inside = place / "letters" if _is_folder(place / "letters") else place
            return _Folder("", _as_typed(spec, folder, inside))
    return None


def _as_typed(spec: str, folder: Path, found: Path | None = None) -> str:
    """The path of what was ``found`` for a name, from the folder to work in, or absolute as the name itself is.

    Without ``found`` it is the file of that name.
    """
    place = (found or Path(spec)).absolute()
    path = relative(str(place), folder)
    if Path(path).is_absolute() and not Path(spec).is_absolute():
        with suppress(ValueError):  # on another drive
            return Path(os.path.relpath(place.resolve(), folder.resolve())).as_posix()
    return path


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _in_revision(revision: str, path: str, folder: Path) -> _Place:
    """A file in a revision, or the letters in a folder there."""
    version = Version(revision, path)
    if path.endswith(".yaml") or is_stored(version, folder):
        return version
    inside = path.rstrip("/")
    for place in (f"{inside}/letters" if inside else "letters", inside):
        if letters_in(revision, folder, place):
            return _Folder(revision, place)
    return version


def _range(old: str, new: str, is_from_common: bool, folder: Path) -> tuple[_Revision, _Revision]:
    """The two revisions of "A..B", or of "A...B": the last that both have in common, and B."""
    for name in (old, new):
        commit_of(name, folder)
    return _Revision(common_revision(old, new, folder) if is_from_common else old), _Revision(new)


# Pairs of versions.


def _all(revision: str, workspace: Workspace) -> tuple[VersionPair, ...]:
    """All letters of a revision, each with the one in the folder."""
    return tuple(_paired(_Folder(revision, "letters"), _Folder("", "letters"), workspace))


def _between(old: str, new: str, places: Sequence[_Place], workspace: Workspace) -> Iterator[VersionPair]:
    """The letters at some places, or all letters, in two revisions."""
    for place in places or (_Folder("", "letters"),):
        if place.revision:
            _refuse_many(f"two revisions are named, and a place in a third: {_shown(place)}", "name the letter alone")
        first, second = (_at(revision, place, workspace) for revision in (old, new))
        yield from _two(first, second, workspace)


def _with_place(revision: str, place: _Place, workspace: Workspace) -> Iterator[VersionPair]:
    """What is at a place, each letter with that of a revision."""
    yield from _two(_at(revision, place, workspace), place, workspace)


def _with_usual(place: _Place, workspace: Workspace) -> Iterator[VersionPair]:
    """What is at a place, with what it is usually compared with: the last commit, or else the folder."""
    if finished := _finished_in(place, workspace.folder):
        for name, one in finished.items():
            yield VersionPair(one, Version("", f"letters/{name}"), in_folders=True)
        return
    is_here = not place.revision and not (isinstance(place, Version) and is_finished(place))
    other = _at("HEAD" if is_here else "", place, workspace)
    yield from _two(other, place, workspace) if is_here else _two(place, other, workspace)


def _finished_in(place: _Place, folder: Path) -> Mapping[str, Version]:
    """The finished files in a folder that has no letters, by the file names of their letters."""
    if not isinstance(place, _Folder) or place.revision or letters_in("", folder, place.path):
        return {}
    return finished_letters(place.path, folder)


def _at(revision: str, place: _Place, workspace: Workspace) -> _Place:
    """The same file or folder in a revision; of a finished file, the letter in ``letters/`` that it was made from."""
    folder = workspace.folder
    if isinstance(place, Version) and is_finished(place):
        return Version(revision, f"letters/{letter_name(place, folder)}.yaml")
    return type(place)(revision, relative(place.path, folder))


def _two(old: _Place, new: _Place, workspace: Workspace) -> Iterator[VersionPair]:
    """Two files, the letters of two folders, or a file and the one of the same name in a folder."""
    folder = workspace.folder
    if isinstance(old, _Folder) and isinstance(new, _Folder):
        yield from _paired(old, new, workspace)
    elif isinstance(old, _Folder):
        assert isinstance(new, Version)
        yield VersionPair(_same_name(new, old, folder), new)
    elif isinstance(new, _Folder):
        yield VersionPair(old, _same_name(old, new, folder))
    elif Path(old.path).name != Path(new.path).name or is_stored(old, folder) == is_stored(new, folder):
        yield VersionPair(old, new)
    else:
        yield _renamed(old, new, workspace)


def _same_name(version: Version, inside: _Folder, folder: Path) -> Version:
    """The file in a folder that has the name of a version."""
    return Version(inside.revision, _joined(inside.path, f"{letter_name(version, folder)}.yaml"))


def _renamed(old: Version, new: Version, workspace: Workspace) -> VersionPair:
    """The pair of a letter that only one version has under this name: with its other name if it was renamed."""
    sides = [_Folder(one.revision, str(Path(one.path).parent)) for one in (old, new)]
    for pair in _paired(sides[0], sides[1], workspace):
        if pair.renamed and {old, new} & {pair.old, pair.new}:
            return pair
    return VersionPair(old, new)


def _paired(old: _Folder, new: _Folder, workspace: Workspace) -> Iterator[VersionPair]:
    """The letters of two folders by their names; one that only one of them has may have been renamed.

    Raises:
        UsageError: there is no letter in either of them.
    """
    folder = workspace.folder
    olds, news = _letters(old, folder), _letters(new, folder)
    if not olds and not news:
        fact = f"there is no letter in {_shown(new)}" + (f" and in {_shown(old)}" if old != new else "")
        hint = "letters are files that end in .yaml, or Word files and PDFs made from them"
        raise UsageError(Problem(Place(), "no-letters", fact, hint))
    gone = {name: one for name, one in olds.items() if name not in news}
    fresh = {name: one for name, one in news.items() if name not in olds}
    former = renames(_contents(gone, folder), _contents(fresh, folder)) if gone and fresh else {}
    for name in sorted({*olds, *news} - {*former.values()}):
        before = former.get(name, name)
        first, second = olds.get(before) or _file(old, before), news.get(name) or _file(new, name)
        yield VersionPair(first, second, renamed=before != name, in_folders=True)


def _letters(inside: _Folder, folder: Path) -> Mapping[str, Version]:
    """The letters in a folder by the names of their files; if there are none, those that finished files carry."""
    found = {Path(one.path).name: one for one in letters_in(inside.revision, folder, inside.path)}
    return found or _finished_in(inside, folder)


def _contents(files: Mapping[str, Version], folder: Path) -> dict[str, bytes]:
    found = {}
    for name, file in files.items():
        with suppress(LetterError):  # it is reported when it is compared
            found[name] = read_version(file, folder)
    return found


def _file(inside: _Folder, name: str) -> Version:
    return Version(inside.revision, _joined(inside.path, name))


def _joined(path: str, name: str) -> str:
    return name if path in ("", ".") else f"{path.rstrip('/')}/{name}"


def _shown(place: _Place) -> str:
    return f"'{Version(place.revision, place.path)}'"


def _reversed(pairs: Iterator[VersionPair]) -> Iterator[VersionPair]:
    return (replace(pair, old=pair.new, new=pair.old) for pair in pairs)


def _unique(pairs: Iterator[VersionPair]) -> tuple[VersionPair, ...]:
    """The pairs without those that are named twice."""
    return tuple(dict.fromkeys(pairs))
