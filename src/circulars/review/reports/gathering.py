"""Puts the changes together of what came or went as a whole, such as an annex, for reports that say it in one line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal

from circulars.review.comparing.changes import Change, Kind, Segment
from circulars.review.comparing.comparison import Comparison, Matched
from circulars.review.comparing.languages import PlaceChange
from circulars.review.comparing.units import Unit

_FAMILIES: Final = ("annex", "table", "contact", "particular", "field")
_LABEL: Final = ".label"
_Key = tuple[Kind, str]


def gathered(changes: Sequence[PlaceChange], compared: Mapping[str, Comparison]) -> tuple[PlaceChange, ...]:
    """The changes, with one for each annex, table or list with a label that was added or removed, with all its words.

    A label that comes or goes although its entries do not is a consequence.
    """
    wholes = _wholes(compared.values())
    groups: dict[_Key | int, list[PlaceChange]] = {}
    for number, entry in enumerate(changes):
        key = _key(entry)
        is_within = key in wholes and not (key[1].endswith(_LABEL) and _is_alone(key, changes, wholes))
        groups.setdefault((key[0], wholes[key].key) if is_within else number, []).append(entry)
    labels = [(entry.kind, _label(entry)) for entry in changes if _key(entry)[1].endswith(_LABEL)]
    staying = {label for kind, label in labels if kind == "added" and ("removed", label) in labels}
    result: list[PlaceChange] = []
    for entries in groups.values():
        key = _key(entries[0])
        whole = wholes.get(key)
        if len(entries) == 1 and key[0] in ("added", "removed") and _is_followed(key[1], changes):
            result += [] if _label(entries[0]) in staying else [_consequence(entries[0])]
        elif whole and (len(entries) > 1 or whole.family in ("annex", "table")):
            result.append(_together(entries, whole))
        else:
            result += entries
    return tuple(result)


def _key(entry: PlaceChange) -> _Key:
    """The kind of a change, and the key of its part in the version that has it."""
    change = next(iter(entry.changes.values()))
    return entry.kind, change.old if entry.kind == "removed" else change.new or change.old


def _is_alone(key: _Key, changes: Sequence[PlaceChange], wholes: Mapping[_Key, Unit]) -> bool:
    """Whether nothing else of what a label belongs to was added or removed with it."""
    return not any(_key(entry) != key and wholes.get(_key(entry)) == wholes[key] for entry in changes)


def _is_followed(label: str, changes: Sequence[PlaceChange]) -> bool:
    """Whether a part is the label of a list to which something else happened."""
    if not label.endswith(_LABEL):
        return False
    entry = f"{label.removesuffix(_LABEL)}#"
    found = (change for one in changes for change in one.changes.values())
    return any(change.old.startswith(entry) or change.new.startswith(entry) for change in found)


def _wholes(compared: Iterable[Comparison]) -> dict[_Key, Unit]:
    """What was added or removed as a whole, by the keys of the parts in it; in words of the first language."""
    found: dict[_Key, Unit] = {}
    for one in compared:
        for part in one.root.walk():
            for kind, unit in _whole(part):
                for inner in unit.walk():
                    found.setdefault((kind, inner.key), unit)
                if unit.key == "subject":
                    found.setdefault((kind, f"subject{_LABEL}"), unit)
    return found


def _whole(part: Matched) -> Iterator[tuple[Kind, Unit]]:
    """A part with the kind of its change if it was added or removed as a whole."""
    is_of_others = any(inner.fate in ("moved", "moved away") for inner in part.parts)  # rows of another table
    if part.unit.family not in _FAMILIES or part.unit.name == "flow" or is_of_others:
        return
    old, new = (_words(unit) for unit in (part.old, part.new))
    if part.new and new and not old:
        yield "added", part.new
    elif part.old and old and not new:
        yield "removed", part.old


def _words(unit: Unit | None) -> str:
    return unit.all_words if unit else ""


def _together(entries: Sequence[PlaceChange], whole: Unit) -> PlaceChange:
    """The changes of the parts of a whole as one."""
    kind: Literal["added", "removed"] = "added" if entries[0].kind == "added" else "removed"
    old, new = (whole.key, "") if kind == "removed" else ("", whole.key)
    changes = {
        code: Change(kind, whole.place, whole.id, (Segment(kind, _text(entries, code)),), old=old, new=new)
        for code in dict.fromkeys(code for entry in entries for code in entry.changes)
    }
    questions = tuple(question for entry in entries for question in entry.questions)
    if len({entry.only for entry in entries}) == 1:
        return PlaceChange(whole.place, changes, "", entries[0].unchanged, entries[0].only, questions)
    asked = tuple(f"{entry.place}: {entry.only}" for entry in entries if entry.only)
    return PlaceChange(whole.place, changes, questions=(*asked, *questions))


def _text(entries: Sequence[PlaceChange], code: str) -> str:
    """The words of all parts in a language, each in a line of its own; what has a label begins with it."""
    lines: dict[str, tuple[list[str], list[str]]] = {}
    for entry in entries:
        if code in entry.changes:
            key = _key(entry)[1]
            text = "".join(segment.text for segment in entry.changes[code].segments)
            labels, texts = lines.setdefault(key.removesuffix(_LABEL).partition("#")[0], ([], []))
            (labels if key.endswith(_LABEL) else texts).append(text)
    return "\n".join(" ".join((*labels, "\n".join(texts))) for labels, texts in lines.values())


def _label(entry: PlaceChange) -> str:
    """The words of a label that came or went."""
    change = next(iter(entry.changes.values()))
    return change.new_text or change.old_text


def _consequence(entry: PlaceChange) -> PlaceChange:
    code = next(iter(entry.changes))
    remark = f"“{_label(entry)}” is {'new' if entry.kind == 'added' else 'gone'}"
    return PlaceChange("letter", {code: Change("consequences", "letter", remarks=(remark,))})
