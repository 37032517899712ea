"""Draws a letter and two versions of it by chance, each with a few edits."""

from __future__ import annotations

import copy
import random
from typing import Any, Final

Letter = dict[str, Any]

WORDS: Final = {
    "en": "the meeting study group members report office Geneva opens closes document annex session".split(),
    "es": "la reunión comisión estudio miembros informe oficina Ginebra abre cierra documento anexo sesión".split(),
}


def draw_versions(chance: random.Random) -> tuple[Letter, Letter, Letter]:
    """A letter, and two versions of it."""
    base = _letter(chance)
    return base, _edited(base, chance), _edited(base, chance)


def _sentence(chance: random.Random, language: str) -> str:
    words = [chance.choice(WORDS[language]) for _ in range(chance.randint(3, 25))]
    return f"{' '.join(words).capitalize()} {chance.randrange(10_000)}."


def _text(chance: random.Random, most: int = 4) -> Letter:
    count = chance.randint(1, most)
    return {code: " ".join(_sentence(chance, code) for _ in range(count)) for code in WORDS}


def _part(chance: random.Random) -> Letter:
    part = _text(chance)
    if chance.random() < 0.4:
        part = {"id": f"part-{chance.randrange(10**6)}", **part}
    if chance.random() < 0.2:
        part["items"] = [_text(chance, 1) for _ in range(chance.randint(1, 4))]
    return part


def _letter(chance: random.Random) -> Letter:
    return {
        "kind": "tsb-circular",
        "number": 213,
        "date": "2024-07-12",
        "languages": [*WORDS],
        "subject": _text(chance, 1),
        "facts": {"meeting": "2024-09-19", "seats": chance.randrange(1000)},
        "body": [_part(chance) for _ in range(chance.randint(2, 9))],
    }


def _edited(base: Letter, chance: random.Random) -> Letter:
    letter = copy.deepcopy(base)
    for _ in range(chance.randint(1, 4)):
        _edit(letter, chance)
    return letter


def _edit(letter: Letter, chance: random.Random) -> None:
    """Makes one edit: of a word, a sentence, a paragraph, an item or a fact."""
    body = letter["body"]
    part = chance.choice(body)
    code = chance.choice([*WORDS])
    match chance.randrange(8):
        case 0:
            words = part[code].split(" ")
            words[chance.randrange(max(len(words) - 1, 1))] = f"other{chance.randrange(1000)}"
            part[code] = " ".join(words)
        case 1:
            part[code] += " " + _sentence(chance, code)
        case 2:
            part[code] = _sentence(chance, code) + " " + part[code]
        case 3:
            body.insert(chance.randint(0, len(body)), _part(chance))
        case 4 if len(body) > 1:
            body.remove(part)
        case 5:
            body.remove(part)
            body.insert(chance.randint(0, len(body)), part)
        case 6 if "items" in part:
            part["items"].insert(0, _text(chance, 1))
        case _:
            letter["facts"]["seats"] = chance.randrange(1000)
