"""Merges two versions of a letter by paragraph, language and sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from circulars.errors import LetterError
from circulars.review.layout.entries import LayoutLeaf, all_entries, read_entries
from circulars.review.layout.formatting import format_letter, laid_out
from circulars.review.layout.proof import bare, differences
from circulars.review.layout.writing import IN_BRACKETS
from circulars.review.repository.merging.moved_items import with_moves
from circulars.review.repository.merging.three_way import Clash, merged_lines
from circulars.source.letters.conflicts import CONFLICT
from circulars.source.letters.reading import parse_as_far_as_possible
from circulars.syntax.nodes import read_tree

_SPLIT: Final = "\n"


@dataclass(frozen=True, slots=True)
class MergedLetter:
    """The bytes of a merged letter, and how many conflicts are in it."""

    data: bytes
    conflicts: int = 0


def merge_letters(
    base: bytes, ours: bytes, theirs: bytes, file: str, folder: Path, languages: tuple[Path, ...] = ()
) -> MergedLetter:
    """The merged version of a letter.

    Where both versions changed the same sentence in different ways, ours stays, and a comment above it has theirs; the
    letter cannot be built until that is deleted. So no words of either version are lost. If the lines of the files do
    not clash, they are merged as they are; otherwise the result is formatted. Files that are not YAML are merged by
    lines.
    """
    try:
        canonical = [_canonical(data, file, folder, languages) for data in (base, ours, theirs)]
    except LetterError:
        return _by_lines(base, ours, theirs)
    pieces, clashes = _merged(*canonical)
    text = _with_comments(pieces)
    if text is None:
        return _by_lines(base, ours, theirs)
    plain = None if clashes else _plainly(base, ours, theirs)
    if plain is not None and _reads_as(plain, text, file, folder, languages):
        return MergedLetter(plain)
    return MergedLetter(_formatted(text, file, folder, languages), len(clashes))


def _merged(base: list[str], ours: list[str], theirs: list[str]) -> tuple[list[str | Clash], list[Clash]]:
    """The lines of the merged letter, and what clashes; an item moved by one version may be edited by the other."""
    tries = [[*merged_lines(base, ours, theirs)]]
    if any(isinstance(piece, Clash) for piece in tries[0]):
        if moved := with_moves(base, ours, theirs):
            tries.append([*merged_lines(moved[0], ours, moved[1])])
        if moved := with_moves(base, theirs, ours):
            tries.append([*merged_lines(moved[0], moved[1], theirs)])
    found = [(pieces, [piece for piece in pieces if isinstance(piece, Clash)]) for pieces in tries]
    return min(found, key=lambda one: len(one[1]))


def _formatted(text: str, file: str, folder: Path, languages: tuple[Path, ...]) -> bytes:
    """A merged text in its layout, with brackets where these were; without them if that would change something."""
    bare_text = text.replace(f"  {IN_BRACKETS}{_SPLIT}", _SPLIT)
    made = laid_out(read_tree(text.encode(), file), folder, languages)
    if not differences(read_tree(bare_text.encode(), file), made, folder, languages):
        return made.encode()
    return format_letter(bare_text.encode(), file, folder, languages).new


def _canonical(data: bytes, file: str, folder: Path, languages: tuple[Path, ...]) -> list[str]:
    """The lines of a letter with each sentence on a line of its own; an empty file has none."""
    if not data.strip():
        return []
    return laid_out(read_tree(data, file), folder, languages, apart=True).split(_SPLIT)


def _plainly(base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """The versions merged by their own lines; None if these clash."""
    pieces = [*merged_lines(*(_lines(data) for data in (base, ours, theirs)))]
    lines = [piece for piece in pieces if isinstance(piece, str)]
    return _bytes(lines) if len(lines) == len(pieces) else None


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "surrogateescape").split(_SPLIT)


def _bytes(lines: Iterable[str]) -> bytes:
    return _SPLIT.join(lines).encode("utf-8", "surrogateescape")


def _reads_as(data: bytes, text: str, file: str, folder: Path, languages: tuple[Path, ...]) -> bool:
    """Whether a file reads as a text does: the same letter, with the same problems."""
    name = Path(file).stem
    one, other = (parse_as_far_as_possible(typed, file, name, folder, languages) for typed in (data, text.encode()))
    codes = [sorted(problem.code for problem in read.problems) for read in (one, other)]
    return one.letter is not None and bare(one.letter) == bare(other.letter) and codes[0] == codes[1]


def _by_lines(base: bytes, ours: bytes, theirs: bytes) -> MergedLetter:
    """The versions merged by their lines, with git's marks around those that clash."""
    lines, conflicts = [], 0
    for piece in merged_lines(*(_lines(data) for data in (base, ours, theirs))):
        if isinstance(piece, str):
            lines.append(piece)
            continue
        conflicts += 1
        lines += ["<<<<<<< ours", *piece.ours, "=======", *piece.theirs, ">>>>>>> theirs"]
    return MergedLetter(_bytes(lines), conflicts)


# Comments about conflicts.


def _with_comments(pieces: Sequence[str | Clash]) -> str | None:
    """The merged text: our lines where versions clash, and theirs in a comment above; None if it is not YAML."""
    lines: list[str] = []
    clashes: list[tuple[int, Clash]] = []
    for piece in pieces:
        if isinstance(piece, str):
            lines.append(piece)
        else:
            clashes.append((len(lines), piece))
            lines += piece.ours
    text = _SPLIT.join(lines)
    try:
        read_tree(text.encode(), "")
    except LetterError:
        return None
    if not clashes:
        return text
    ranges = [*_ranges(text)]
    columns = {line: len(lines[line]) - len(lines[line].lstrip()) for line, _ in ranges}
    above: dict[int, list[str]] = {}
    for at, clash in clashes:
        line = _line_for(at, ranges, len(lines))
        margin = " " * columns.get(line, 0)
        above.setdefault(line, []).extend(margin + one for one in _comment(clash))
    merged = [one for at, line in enumerate(lines) for one in (*above.get(at, ()), line)]
    return _SPLIT.join([*merged[: -1 if merged[-1:] == [""] else None], *above.get(len(lines), ()), ""])


def _ranges(text: str) -> Iterator[tuple[int, int]]:
    """The first line of each entry, and the last one of its value if that is a single one."""
    for entry in all_entries(read_entries(text)):
        line = text.count(_SPLIT, 0, entry.start)
        yield line, text.count(_SPLIT, 0, entry.value.end) if isinstance(entry.value, LayoutLeaf) else line


def _line_for(at: int, ranges: Sequence[tuple[int, int]], count: int) -> int:
    """The line of the entry whose text a clash is in, or else of the next entry."""
    inside = [first for first, last in ranges if first <= at <= last]
    return max(inside) if inside else min((first for first, _ in ranges if first >= at), default=count)


def _comment(clash: Clash) -> Iterator[str]:
    yield f"# {CONFLICT}: both versions changed this. Keep what is right, and delete these comments."
    if not clash.ours:
        yield "#   ours: (deleted)"
    yield from _quoted("theirs", clash.theirs)
    yield from _quoted("before", clash.base)


def _quoted(name: str, lines: Sequence[str]) -> Iterator[str]:
    own = [line.strip() for line in lines if line.strip()] or ["(deleted)" if name == "theirs" else "(nothing)"]
    yield f"#   {name}: {own[0]}"
    yield from (f"#     {line}" for line in own[1:])
