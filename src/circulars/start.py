"""Makes the first files of a workspace, and new letters."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from circulars.errors import Place, Problem, UsageError, did_you_mean
from circulars.files.output import is_temporary, save
from circulars.files.reading import has_bytes
from circulars.pack import DEFAULT_PACK, SHIPPED, find_pack, pack_names, read_inside
from circulars.source.letters import letter_schema
from circulars.syntax.decoding import decoded
from circulars.workspace import Workspace

EXAMPLE = "tsb-circular-213.yaml"
ADDRESSEES = "addressees.csv"
"""The example letter, and a list of invented addressees to merge it with."""
USUAL_KIND = "tsb-circular"
_SETTINGS = {"yaml.schemas": {"./letter.schema.json": "letters/*.yaml"}, "[yaml]": {"editor.wordWrap": "on"}}


def make_workspace(folder: Path) -> tuple[Path, ...]:
    """Makes an example letter and list, a copy of the default pack, and a schema for editors; returns the new files.

    No file is overwritten: existing settings of an editor are kept. An interrupted call is completed by the next one.

    Raises:
        UsageError: the folder has letters or templates already.
        MachineError: the folder cannot be written to.
    """
    files = {folder / path: data for path, data in _first_files().items()}
    for name in ("letters", "templates"):
        if _has_other_files(folder / name, files) or all(path.exists() for path in files):
            raise UsageError(
                Problem(
                    Place(str(folder / name)),
                    "folder-in-use",
                    "this folder is there already",
                    "name a new folder: circulars init FOLDER",
                )
            )
    missing = {path: data for path, data in files.items() if not path.exists()}
    return tuple(save(path.parent, path.name, data, new=True) for path, data in missing.items())


def _first_files() -> dict[Path, bytes]:
    """The files of a new workspace: their paths in it, and their bytes."""
    pack = find_pack(DEFAULT_PACK)
    own = sorted(path for path in pack.rglob("*") if path.is_file() and not _is_for_pack_makers(path))
    return {
        **{Path("letters", name): _example(name).read_bytes() for name in (EXAMPLE, ADDRESSEES)},
        **{Path("templates", pack.name, path.relative_to(pack)): path.read_bytes() for path in own},
        Path("output/.gitkeep"): b"",
        Path(".gitignore"): b"/output/*\n!/output/.gitkeep\n",
        Path("letter.schema.json"): _json(letter_schema()),
        Path(".vscode/settings.json"): _json(_SETTINGS),
    }


def _has_other_files(folder: Path, files: Mapping[Path, bytes]) -> bool:
    """Whether a folder has files that an interrupted ``init`` did not make, or that were changed since."""
    there = [path for path in folder.rglob("*") if not path.is_dir() and not is_temporary(path)]
    return folder.exists() and any(path not in files or not has_bytes(path, files[path]) for path in there)


def make_letter(name: str, kind: str, workspace: Workspace, pack_name: str, date: datetime.date) -> Path:
    """Writes a new letter of a kind, dated ``date``, and returns its file.

    If ``kind`` is empty, the name says it: "tsb-collective-3-5", or "cr-431" as in the reference CR/431. Otherwise the
    letter is of the pack's only kind, or a TSB circular. The name may begin with that of another pack: "emwo-notice-3".

    Raises:
        UsageError: the letter exists, its name is not valid, or the pack has no such kind.
    """
    stem = name.removesuffix(".yaml")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}", stem):
        raise UsageError(
            Problem(
                Place(),
                "wrong-name",
                f"'{name}' cannot be the name of a letter",
                "use letters, digits and hyphens: tsb-circular-214",
            )
        )
    path = workspace.letters / f"{stem}.yaml"
    if path.exists():
        raise UsageError(
            Problem(Place(str(path)), "letter-exists", "this letter is there already", "choose another name")
        )
    pack_name, stem = _pack_in_name(stem, pack_name, workspace)
    skeletons = _skeletons(pack_name, workspace)
    kinds = sorted(file.stem for file in skeletons.glob("*.yaml"))
    kind = kind or _kind_in_name(stem, kinds, skeletons) or (kinds[0] if len(kinds) == 1 else USUAL_KIND)
    if kind == USUAL_KIND and kind not in kinds:
        fact = f"'{name}' names none of the kinds of letters that the pack '{pack_name}' has"
        raise UsageError(Problem(Place(), "unknown-kind", fact, "its kinds: " + ", ".join(kinds)))
    if kind not in kinds:
        raise UsageError(
            Problem(
                Place(),
                "unknown-kind",
                f"the pack '{pack_name}' has no skeleton for '{kind}'",
                did_you_mean(kind, kinds, "its kinds: " + ", ".join(kinds)),
            )
        )
    text = decoded(read_inside(skeletons, f"{kind}.yaml"), str(skeletons / f"{kind}.yaml"))
    text = _with_numbers(text, stem[len(kind) :] if f"{stem.lower()}-".startswith(f"{kind}-") else stem)
    text = re.sub(r"^date: .*$", f"date: {date.isoformat()}", text, count=1, flags=re.MULTILINE)
    if pack_name != DEFAULT_PACK and not re.search(r"^pack:", text, re.MULTILINE):
        text = re.sub(r"^kind: .*$", rf"\g<0>\npack: {pack_name}", text, count=1, flags=re.MULTILINE)
    return save(workspace.letters, path.name, text.encode(), new=True)


def _pack_in_name(name: str, pack_name: str, workspace: Workspace) -> tuple[str, str]:
    """The pack of a letter, which may be the beginning of its name, and the rest of the name.

    A name that begins with a kind of the usual pack is one of its letters, also if another pack is called "tsb".
    """
    packs = sorted(pack_names(_pack_folders(workspace)), key=len, reverse=True)
    own = [] if pack_name != DEFAULT_PACK else [file.stem for file in _skeletons(pack_name, workspace).glob("*.yaml")]
    if not any(f"{name.lower()}-".startswith(f"{kind}-") for kind in own):
        for pack in packs if pack_name == DEFAULT_PACK else (pack_name,):
            if name.lower().startswith(f"{pack.lower()}-"):
                return pack, name[len(pack) + 1 :]
    return pack_name, name


def _skeletons(pack_name: str, workspace: Workspace) -> Path:
    return find_pack(pack_name, _pack_folders(workspace)) / "skeletons"


def _pack_folders(workspace: Workspace) -> tuple[Path, ...]:
    return (workspace.folder / "templates",)


def _kind_in_name(name: str, kinds: Sequence[str], skeletons: Path) -> str:
    """The kind with which a letter's name begins, or the one whose references begin so, or the only one with its first
    word ("collective-3-5"); "" if there is none."""
    for kind in sorted(kinds, key=len, reverse=True):
        if f"{name.lower()}-".startswith(f"{kind}-"):
            return kind
    for kind in kinds:
        skeleton = decoded(read_inside(skeletons, f"{kind}.yaml"), str(skeletons / f"{kind}.yaml"))
        number = re.search(r"^number: ([A-Z]+)[/-]", skeleton, re.MULTILINE)
        if number and name.lower().startswith(f"{number[1].lower()}-"):
            return kind
    first = name.lower().partition("-")[0]
    alike = [kind for kind in kinds if first in kind.split("-")]
    return alike[0] if len(alike) == 1 else ""


_PART = re.compile(r"(?<![^-])(?:[A-Za-z]+|[0-9]+)(?![^-])")
_LONGEST_CODE = 4  # of a series of letters, such as CACE
_AMENDED = re.compile(r"-(corrigendum|addendum|revision)-([0-9]{1,3})$")


def _with_numbers(skeleton: str, name: str) -> str:
    """The skeleton with the numbers in a letter's name, such as "tsb-circular-213-corrigendum-1"."""
    if amended := _AMENDED.search(name):
        amends = f"amends: {{kind: {amended[1]}, number: {int(amended[2])}}}"
        skeleton = re.sub(r"^date: .*$", rf"\g<0>\n{amends}", skeleton, count=1, flags=re.MULTILINE)
    parts = _PART.findall(_AMENDED.sub("", name))
    while parts and not parts[-1].isdigit():
        parts.pop()
    if re.fullmatch(r"[0-9]+", "".join(parts[-2:-1])) and re.search(r"^group: [0-9]+$", skeleton, re.MULTILINE):
        group = int(parts.pop())
        skeleton = re.sub(r"^group: [0-9]+$", f"group: {group}", skeleton, count=1, flags=re.MULTILINE)
    return re.sub(r"(?<=^number: )\S+$", lambda own: _renumbered(own[0], parts), skeleton, count=1, flags=re.MULTILINE)


def _renumbered(number: str, parts: Sequence[str]) -> str:
    """A number with the last parts of a name: "CL-21/39" of "DM-25/1001" and "cl-21-39", "DM-25/39" of "39"."""
    places = [*re.finditer(r"[A-Z]+|[0-9]+", number)]
    for place, part in zip(reversed(places), reversed(parts), strict=False):
        if place[0].isdigit() != part.isdigit() or (part.isalpha() and len(part) > _LONGEST_CODE):
            break
        new = part.upper() if place is not places[-1] else str(int(part))
        number = number[: place.start()] + new + number[place.end() :]
    return number


def _example(name: str) -> Path:
    """The file of an example: in ``letters/`` in a checkout, beside the packs in an installed package."""
    return next(path for path in (SHIPPED.parent / "letters" / name, SHIPPED / name) if path.is_file())


def _is_for_pack_makers(path: Path) -> bool:
    """Whether a file of a pack is a program that draws its pictures or its Word template."""
    return path.suffix in (".py", ".pyc")


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
