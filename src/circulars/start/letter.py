"""Makes a new letter from the skeleton of its kind."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from pathlib import Path

from circulars.errors import Place, Problem, UsageError, did_you_mean, several
from circulars.files.output import save
from circulars.language import begun_by, code_hint, named_language
from circulars.pack import DEFAULT_PACK, find_pack, pack_names, read_inside
from circulars.start.names import is_letter_name
from circulars.start.skeleton import in_languages, on_date
from circulars.syntax.decoding import decoded
from circulars.workspace import Workspace

USUAL_KIND = "tsb-circular"


def make_letter(
    name: str, kind: str, workspace: Workspace, pack_name: str, date: datetime.date, languages: Sequence[str] = ()
) -> Path:
    """Writes a new letter of a kind, dated ``date``, in some languages, and returns its file.

    Without ``languages`` the letter has those that its kind's skeleton lists.

    If ``kind`` is empty, the name says it: "tsb-collective-3-5", or "cr-431" as in the reference CR/431. Otherwise the
    letter is of the pack's only kind, or a TSB circular. The name may begin with that of another pack: "emwo-notice-3".

    Raises:
        UsageError: the letter exists, its name is not valid, or the pack has no such kind or language.
    """
    stem = name.removesuffix(".yaml")
    if not is_letter_name(stem):
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
    text = in_languages(text, _known(languages, pack_name, workspace))
    text = _with_numbers(text, stem[len(kind) :] if f"{stem.lower()}-".startswith(f"{kind}-") else stem)
    text = on_date(text, date)
    if pack_name != DEFAULT_PACK and not re.search(r"^pack:", text, re.MULTILINE):
        text = re.sub(r"^kind: .*$", rf"\g<0>\npack: {pack_name}", text, count=1, flags=re.MULTILINE)
    return save(workspace.letters, path.name, text.encode(), new=True)


def _known(languages: Sequence[str], pack_name: str, workspace: Workspace) -> tuple[str, ...]:
    """The languages, without duplicates.

    Raises:
        UsageError: the pack has no words in one of them.
    """
    languages = several("languages", languages)
    known = tuple(workspace.pack(pack_name).words) if languages else ()
    for code in languages:
        if code not in known:
            fact = f"the pack '{pack_name}' has no words in {named_language(code)}"
            hint = code_hint(code, known, f"its languages: {', '.join(known)}{begun_by(code)}")
            raise UsageError(Problem(Place(), "unknown-language", fact, hint))
    return languages


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
