"""What identifies a letter, so that no two letters have the same reference."""

from __future__ import annotations

from circulars.errors import Problem
from circulars.model.letter import Letter


def identity_of(letter: Letter) -> tuple[str, ...]:
    """What identifies a letter: no two letters of an office have the same pack, kind, number and amendment.

    A letter without a reference is identified by its file.
    """
    amends = (letter.amends.kind, str(letter.amends.number)) if letter.amends else ("", "")
    pack = letter.pack.name if letter.pack else ""
    if letter.reference is False:
        return (letter.file,)
    own = tuple(noun.plain for noun in letter.reference.values()) if letter.reference else (letter.number, letter.group)
    return (pack, letter.kind.name, *own, *amends)


def same_reference(letter: Letter, other: Letter) -> Problem:
    """The problem of a letter with the identity of another one."""
    key, what = "number", "has the same kind and number"
    if letter.amends:
        key, what = "amends", f"is also {letter.amends.kind} {letter.amends.number} of the same letter"
    where = letter.places.get(key, letter.kind.where)
    return Problem(where, "same-reference", f"{other.file} {what}", "give one of the two another number")
