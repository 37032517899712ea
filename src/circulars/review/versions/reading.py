"""Reads a version of a letter: its file in the folder or in a revision, or the source inside a finished file."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from circulars.errors import CircularsError, LetterError, Place, Problem
from circulars.model.document import Attachment
from circulars.review.versions.git import Version, has_contents, read_version
from circulars.source.letters.pictures import picture_names
from circulars.source.letters.reading import PartialLetter, parse_as_far_as_possible
from circulars.source.scratch import folder_with

_FINISHED = (".docx", ".pdf")


def is_finished(version: Version) -> bool:
    """Whether a version is a Word file or a PDF, which carries the letter that it was made from."""
    return version.path.lower().endswith(_FINISHED)


def letter_name(version: Version, folder: Path) -> str:
    """The name of the letter in a version: that of its file, or the one that a finished file states.

    Raises:
        CircularsError: see :func:`read_letter_version`.
    """
    if not is_finished(version):
        return Path(version.path).stem
    return _carried(version, folder)[1]


def finished_letters(inside: str, folder: Path) -> dict[str, Version]:
    """The finished files in a folder by the file names of their letters ("x.yaml"), one for each letter."""
    found: dict[str, Version] = {}
    for path in sorted((folder / inside).iterdir()) if (folder / inside).is_dir() else ():
        version = Version("", f"{inside.rstrip('/')}/{path.name}")
        if is_finished(version) and path.is_file():
            with suppress(CircularsError):  # it carries no letter
                found.setdefault(f"{letter_name(version, folder)}.yaml", version)
    return found


def are_equal(old: Version, new: Version, folder: Path) -> bool:
    """Whether two versions have the same bytes, and no pictures, which could differ.

    Raises:
        NoGitError: see :func:`circulars.review.versions.git.read_version`.
    """
    if is_finished(old) or is_finished(new) or (old.blob and new.blob and old.blob != new.blob):
        return False
    try:
        data = read_version(new, folder)
        is_same = has_contents(data, old.blob) if old.blob else data == read_version(old, folder)
        return is_same and not (b"picture" in data and tuple(picture_names(data)))
    except LetterError:
        return False


def read_letter_version(version: Version, folder: Path, languages: tuple[Path, ...] = ()) -> PartialLetter:
    """The letter in a version as far as it can be read, with the pictures of the same version.

    Raises:
        NoSuchFileError, NoGitError: see :func:`circulars.review.versions.git.read_version`.
        LetterError: the file cannot be read, or a finished file does not carry its source.
        LimitError: reading a finished file takes too much time or memory.
    """
    if is_finished(version):
        return _carried_letter(version, folder, languages)
    data, shown = read_version(version, folder), str(version)
    name = Path(version.path).stem
    if not version.revision:
        return parse_as_far_as_possible(data, shown, name, (folder / version.path).parent, languages)
    with folder_with(_pictures(data, version, folder)) as place:
        return parse_as_far_as_possible(data, shown, name, place, languages)


def _carried_letter(version: Version, folder: Path, languages: tuple[Path, ...]) -> PartialLetter:
    """The letter that a finished file was made from."""
    shown = str(version)
    carried, name = _carried(version, folder)
    source = next((one for one in carried if one.relationship == "Source"), None)
    if source is None:
        fact = "the file says how it was made, but does not carry the letter itself"
        raise LetterError(Problem(Place(shown), "no-source", fact, "compare the letters themselves"))
    with folder_with({one.name: one.data for one in carried if one.relationship == "Supplement"}) as place:
        return parse_as_far_as_possible(source.data, f"{shown}, {source.name}", name, place, languages)


def _carried(version: Version, folder: Path) -> tuple[tuple[Attachment, ...], str]:
    """What a finished file carries, and the name of the letter that it was made from."""
    # Only here: with the libraries that read finished files, the command would take twice as long.
    from circulars.finished import attachments_of
    from circulars.provenance import making_of

    data, shown = read_version(version, folder, "finished file"), str(version)
    carried = attachments_of(data, shown)
    return carried, making_of(carried, shown).letter.removesuffix(".yaml")


def _pictures(data: bytes, version: Version, folder: Path) -> dict[str, bytes]:
    """The pictures of a letter in a revision, from the same revision."""
    found = {}
    for name in picture_names(data):
        beside = Version(version.revision, str(Path(version.path).parent / name))
        # The reader of the letter reports a missing picture, with its line and column.
        with suppress(CircularsError):
            found[name] = read_version(beside, folder, "picture")
    return found
