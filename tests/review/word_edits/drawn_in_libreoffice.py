"""Edits drawn by chance that LibreOffice makes by its own interface, each with the letter that must come out."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from circulars.review.word_edits.reading import read_edited
from circulars.source.editing import Insert, Move, Operation, Path, Remove, Replace, edited
from review.word_edits.edits import Command, Edit
from review.word_edits.generated import ITEMS, LIST, PARAGRAPHS, ROWS, DrawnLetter, plain_words

_DATE: Final = "19 September 2024"
_ADDRESS: Final = "https://example.int/x"


@dataclass(frozen=True, slots=True)
class CommandedEdit:
    """Edits by their commands; what they do to the letter, of which nothing is ``taken`` if they can only be listed."""

    name: str
    edits: tuple[Edit, ...]
    letter: tuple[Operation, ...]
    taken: bool = True

    def expected(self, data: bytes) -> bytes:
        """The letter that must come out."""
        return edited(data, self.letter).data


@dataclass(frozen=True, slots=True)
class _Draw:
    """A letter, the bookmarks of its Word file by the words of their paragraphs, and chance."""

    letter: DrawnLetter
    places: Mapping[str, str]
    chance: random.Random

    def place(self, word: str) -> str:
        """The bookmark of the paragraph with a word."""
        return next(name for text, name in self.places.items() if word in text)

    def paragraph(self) -> tuple[int, str, list[str]]:
        """A paragraph: its number, its typed text, and its words outside fields."""
        number = self.chance.randrange(PARAGRAPHS)
        text = self.letter.paragraphs[number]
        return number, text, plain_words(text)

    def text(self) -> tuple[Path, str, list[str]]:
        """A text of a paragraph, an entry or a cell: its path, the typed text, and its words."""
        kind = self.chance.choice(("paragraph", "entry", "cell"))
        if kind == "paragraph":
            number, text, words = self.paragraph()
            return ("body", number, "en"), text, words
        texts = self.letter.items if kind == "entry" else [row[0] for row in self.letter.rows]
        number = self.chance.randrange(len(texts))
        path: Path = (*LIST, number) if kind == "entry" else (*ROWS, number, 0)
        return path, texts[number], plain_words(texts[number])


def draw_command(letter: DrawnLetter, data: bytes, chance: random.Random) -> CommandedEdit:
    """One edit of a letter's Word file."""
    read = read_edited(data).paragraphs
    places = {one.text: one.names[0] for one in read if one.names and one.part == "body"}
    return chance.choice(_KINDS)(_Draw(letter, places, chance))


def _words(command: Command, typed: str, written: str) -> Callable[[_Draw], CommandedEdit]:
    """An edit at a word: what is typed, and what the letter then has in the place of the word."""

    def draw_words(draw: _Draw) -> CommandedEdit:
        path, text, words = draw.text()
        # Whether what is typed at the edge of a link or of bold words belongs to them, LibreOffice decides.
        word = draw.chance.choice([one for one in words if not re.search(rf"[\[*]{one}|{one}[\]*]", text)])
        new = text.replace(word, written.format(word))
        return CommandedEdit(command, (Edit(command, draw.place(word), word, typed),), (Replace(path, new),))

    return draw_words


def _over_a_fact(draw: _Draw) -> CommandedEdit:
    if not any("{{" in text for text in draw.letter.paragraphs):
        return _removed(draw)
    return CommandedEdit("over a fact", (Edit("replace", draw.place(_DATE), "19", "20"),), (), taken=False)


def _item(command: Command, written: str, text: str = "") -> Callable[[_Draw], CommandedEdit]:
    """An edit of a word in an entry: what the letter then has in its place; "" if the edit is only listed."""

    def draw_item(draw: _Draw) -> CommandedEdit:
        number = draw.chance.randrange(ITEMS)
        typed = draw.letter.items[number]
        word = typed.split()[1]
        edit = Edit(command, draw.place(word), word, text)
        new = typed.replace(word, written.format(word)) if written else typed
        return CommandedEdit(command, (edit,), (Replace((*LIST, number), new),), taken=bool(written))

    return draw_item


def _added(draw: _Draw) -> CommandedEdit:
    number, _, words = draw.paragraph()
    return CommandedEdit(
        "a paragraph",
        (Edit("add", draw.place(words[0]), "", "Ganz neue Worte."),),
        (Insert(("body", number + 1), {"en": "Ganz neue Worte."}),),
    )


def _added_item(draw: _Draw) -> CommandedEdit:
    number = draw.chance.randrange(ITEMS)
    place = draw.place(draw.letter.items[number].split()[0])
    return CommandedEdit(
        "an entry", (Edit("add", place, "", "Ganz neue Worte;"),), (Insert((*LIST, number + 1), "Ganz neue Worte;"),)
    )


def _removed(draw: _Draw) -> CommandedEdit:
    number, _, words = draw.paragraph()
    return CommandedEdit("no paragraph", (Edit("remove", draw.place(words[0])),), (Remove(("body", number)),))


def _removed_item(draw: _Draw) -> CommandedEdit:
    number = draw.chance.randrange(ITEMS)
    place = draw.place(draw.letter.items[number].split()[0])
    return CommandedEdit("no entry", (Edit("remove", place),), (Remove((*LIST, number)),))


def _removed_row(draw: _Draw) -> CommandedEdit:
    number = draw.chance.randrange(len(draw.letter.rows))
    place = draw.place(draw.letter.rows[number][0].split()[0])
    return CommandedEdit("no row", (Edit("remove row", place),), (Remove((*ROWS, number)),))


def _split(draw: _Draw) -> CommandedEdit:
    number, text, _ = draw.paragraph()
    before, after = text.split(", ")
    word = before.split()[-1]
    typed = (Replace(("body", number, "en"), f"{before},"), Insert(("body", number + 1), {"en": after}))
    return CommandedEdit("split", (Edit("split", draw.place(word), f"{word},"),), typed)


def _merged(draw: _Draw) -> CommandedEdit:
    number = draw.chance.randrange(PARAGRAPHS - 1)
    first, second = draw.letter.paragraphs[number : number + 2]
    place = draw.place(plain_words(first)[0])
    edits = (Edit("insert after", place, f"{plain_words(first)[-1]}.", " "), Edit("merge", place))
    typed = (Replace(("body", number, "en"), f"{first} {second}"), Remove(("body", number + 1)))
    return CommandedEdit("merged", edits, typed)


def _added_row(draw: _Draw) -> CommandedEdit:
    number = draw.chance.randrange(len(draw.letter.rows))
    place = draw.place(draw.letter.rows[number][0].split()[0])
    edit = Edit("add row", place, "", "Neu\nZehn")
    return CommandedEdit("a row", (edit,), (Insert((*ROWS, number + 1), ["Neu", "Zehn"]),))


def _several(draw: _Draw) -> CommandedEdit:
    """Edits of the table, the list and a paragraph, in this order, so that none moves the place of the next one."""
    drawn = [make(draw) for make in (_removed_row, _added_item, draw.chance.choice((_split, _removed, _added)))]
    edits = tuple(edit for one in drawn for edit in one.edits)
    return CommandedEdit("several", edits, tuple(change for one in drawn for change in one.letter))


def _moved(draw: _Draw) -> CommandedEdit:
    number, to = 0, draw.chance.randrange(2, PARAGRAPHS - 1)
    one, other = (draw.place(plain_words(draw.letter.paragraphs[at])[0]) for at in (number, to + 1))
    return CommandedEdit("moved", (Edit("move", one, "", other),), (Move(("body", number), to),))


_KINDS: Final[tuple[Callable[[_Draw], CommandedEdit], ...]] = (
    _words("replace", "Neuwort", "Neuwort"), _words("insert before", "so ", "so {}"),
    _words("insert after", " so", "{} so"), _item("bold", "**{}**"), _item("italic", "*{}*"),
    _item("link", f"[{{}}]({_ADDRESS})", _ADDRESS), _item("underline", ""), _item("red", ""), _item("size", "", "20"),
    _item("font", "", "Courier New"), _over_a_fact, _added, _added_item, _removed, _removed_item, _removed_row, _split,
    _moved, _merged, _added_row, _several,
)  # fmt: skip
