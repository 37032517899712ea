"""Names new letters: the next one of a kind, and the next amendment of one."""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from circulars.errors import LetterError, Problem, UsageError
from circulars.files.inside import OutsideError, read_in_folder
from circulars.files.output import save
from circulars.pack import DEFAULT_PACK, find_pack, read_inside
from circulars.source.editing import Operation, Remove, Replace, edited
from circulars.start.names import is_letter_name
from circulars.syntax.nodes import Node, Scalar, descendant, read_tree
from circulars.workspace import Workspace

_PIECE = re.compile(r"[A-Za-z]+|[0-9]+")


@dataclass(frozen=True, slots=True)
class SeriesPlace:
    """The place of a letter in its series. ``number`` is in pieces: ("CR", "430").

    ``amends`` is the kind and the number of an amendment: ("corrigendum", 1).
    """

    kind: str
    pack: str
    number: tuple[str, ...]
    group: str = ""
    date: str = ""
    amends: tuple[str, int] | None = None

    @property
    def series(self) -> tuple[str, ...]:
        """What all letters of the series have in common."""
        return (self.kind, self.pack, self.group, *self.number[:-1])

    @property
    def last(self) -> int:
        """The number that counts the letters of the series."""
        return int(self.number[-1])

    def name(self, last: int) -> str:
        """The name of the letter of the series with a number."""
        pack = () if self.pack == DEFAULT_PACK else (self.pack,)
        group = (self.group,) if self.group else ()
        return "-".join([*pack, self.kind, *self.number[:-1], str(last), *group]).lower()


def next_name(kind: str, workspace: Workspace, pack_name: str = DEFAULT_PACK) -> str:
    """The name of the next letter of a kind: in the series of its newest letter, with the next number.

    Raises:
        PackError: there is no such pack.
        UsageError: the pack has no skeleton for the kind.
    """
    known = [place for place in _places(workspace) if (place.kind, place.pack) == (kind, pack_name)]
    if not known:
        first = _first(kind, workspace, pack_name)
        return first.name(_free(first, first.last, workspace))
    newest = max(known, key=lambda place: (place.date, place.last))
    return newest.name(_next_number(newest, known, workspace))


def amendment_name(name: str, amendment: str, workspace: Workspace) -> str | None:
    """The name of the next amendment of a letter, such as its second "corrigendum"; None if it has no number."""
    place = _place(name, workspace)
    if not place:
        return None
    others = [one for one in _places(workspace) if (one.series, one.last) == (place.series, place.last)]
    known = [one.amends[1] for one in others if one.amends and one.amends[0] == amendment]
    number = max(known, default=0) + 1
    while (workspace.letters / f"{place.name(place.last)}-{amendment}-{number}.yaml").exists():
        number += 1
    return f"{place.name(place.last)}-{amendment}-{number}"


def copy_letter(data: bytes, file: str, workspace: Workspace, date: datetime.date) -> Path | None:
    """Writes a copy of a letter with the next number of its series, dated ``date``, and returns its file.

    A letter without a number is not copied: the result is None. The copy amends nothing. All else is as in the letter
    ``data``: its comments, and dates other than its own, too.
    Problems name the letter's ``file``.

    Raises:
        LetterError: the letter cannot be read, or not be edited in place.
        MachineError: the folder cannot be written to.
    """
    place = _place_in(data)
    if not place:
        return None
    last = _next_number(place, _places(workspace), workspace)
    typed = _typed(read_tree(data, file, []).root, "number")
    operations: list[Operation] = [Replace(("number",), re.sub("[0-9]+$", str(last), typed.rstrip()))]
    if place.date:
        operations.append(Replace(("date",), date.isoformat()))
    if place.amends:
        operations.append(Remove(("amends",)))
    return save(workspace.letters, f"{place.name(last)}.yaml", edited(data, operations, file).data, new=True)


def file_letter(data: bytes, file: str, workspace: Workspace) -> Path:
    """Writes a letter that comes from elsewhere under the name of its series, as it is, and returns its file.

    One without a number is named by its date. A letter that is there already is not replaced. Problems name ``file``.

    Raises:
        LetterError: the data is not YAML, or not a letter.
        UsageError: the letter is there already, or no name can be made of its kind and number.
        MachineError: the folder cannot be written to.
    """
    tree = read_tree(data, file)
    kind = descendant(tree.root, "kind")
    if not isinstance(kind, Scalar) or not kind.text:
        hint = "write it: 'kind: tsb-circular'; or choose another file"
        raise LetterError(
            Problem(tree.place(kind or tree.root), "missing-field", "this is no letter without a kind", hint)
        )
    name, is_counted = _name_in(tree.root)
    if not is_letter_name(name):
        fact, hint = "no name of a file can be made of this kind with its number", "check 'kind', 'number' and 'group'"
        raise UsageError(Problem(tree.place(kind), "wrong-name", fact, hint))
    free = name
    for number in itertools.count(2) if not is_counted else ():
        if not (workspace.letters / f"{free}.yaml").exists():
            break
        free = f"{name}-{number}"
    if (workspace.letters / f"{free}.yaml").exists():
        fact = f"the folder has a letter '{free}' already"
        hint = "write another 'number' into the file, or make a copy of the letter that is there"
        raise UsageError(Problem(tree.place(descendant(tree.root, "number") or kind), "letter-exists", fact, hint))
    return save(workspace.letters, f"{free}.yaml", data, new=True)


def _name_in(root: Node) -> tuple[str, bool]:
    """The name of a letter by what it says, and whether it has a number that no other letter of its kind has."""
    pack, number, group = (_typed(root, key) for key in ("pack", "number", "group"))
    pieces = [] if number == "false" else _PIECE.findall(number)
    amendment = [_typed(root, "amends", key) for key in ("kind", "number")]
    named = [pack if pack != DEFAULT_PACK else "", _typed(root, "kind"), *(pieces or [_typed(root, "date")]), group]
    return "-".join(filter(None, [*named, *amendment])).lower(), bool(pieces)


def _next_number(place: SeriesPlace, known: Iterable[SeriesPlace], workspace: Workspace) -> int:
    """The next number of a series that neither a letter nor a file has."""
    return _free(place, max(one.last for one in (place, *known) if one.series == place.series) + 1, workspace)


def _free(place: SeriesPlace, last: int, workspace: Workspace) -> int:
    while (workspace.letters / f"{place.name(last)}.yaml").exists():
        last += 1
    return last


def _first(kind: str, workspace: Workspace, pack_name: str) -> SeriesPlace:
    """The place of the skeleton of a kind, which is that of its first letter."""
    skeletons = find_pack(pack_name, workspace.pack_folders) / "skeletons"
    try:
        place = _place_in(read_inside(skeletons, f"{kind}.yaml"))
    except LetterError:
        place = None
    return SeriesPlace(kind, pack_name, place.number if place else ("1",), place.group if place else "")


def _places(workspace: Workspace) -> Iterator[SeriesPlace]:
    found = (_place(path.stem, workspace) for path in sorted(workspace.letters.glob("*.yaml")))
    return (place for place in found if place)


def _place(name: str, workspace: Workspace) -> SeriesPlace | None:
    """The place of a letter of the folder, or None if it cannot be read or has no number."""
    with suppress(OSError, OutsideError, LetterError):
        return _place_in(read_in_folder(workspace.letters, f"{name}.yaml", "YAML"))
    return None


def _place_in(data: bytes) -> SeriesPlace | None:
    root = read_tree(data, "", []).root
    number = tuple(_PIECE.findall(_typed(root, "number")))
    if not number or not number[-1].isdigit():
        return None
    amended, count = (_typed(root, "amends", key) for key in ("kind", "number"))
    return SeriesPlace(
        _typed(root, "kind"),
        _typed(root, "pack") or DEFAULT_PACK,
        number,
        _typed(root, "group"),
        _typed(root, "date"),
        (amended, int(count)) if amended and count.isdecimal() else None,
    )


def _typed(root: Node, *keys: str) -> str:
    found = descendant(root, *keys)
    return found.text if isinstance(found, Scalar) else ""
