"""Edits letters by chance as their writers do: words, paragraphs, lists, tables, annexes, addressees, facts."""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from circulars.build import Order, documents
from circulars.errors import CircularsError
from circulars.model.letter import Letter as ReadLetter
from circulars.source.letters.reading import parse_letter
from circulars.workspace import Workspace
from conftest import LETTERS, ROOT
from random_letters import LISTS, WORDS, Letter, LetterMaker
from review.pair_letters import letter_text, read_yaml

NEW_WORDS: Final = {
    "en": "autumn bridge cedar dawn ember fjord glacier harbour island jade kite lantern marble nectar".split(),
    "es": "otoño puente cedro alba brasa fiordo glaciar puerto isla jade cometa farol mármol néctar".split(),
}
"""Words that no letter has before it is edited."""
_LANGUAGES: Final = tuple(WORDS)
_TRIES: Final = 40


@dataclass(frozen=True, slots=True)
class EditedLetter:
    """Two versions of a letter, and the names of the edits between them."""

    old: Letter
    new: Letter
    edits: tuple[str, ...]


def edited_letter(chance: random.Random, letter: Letter | None = None, most: int = 5) -> EditedLetter:
    """A letter, by default one drawn by chance or an example, and what one to ``most`` edits make of it.

    Both versions are valid: an edit that would break the letter is undone, and another one is tried.
    """
    old = letter or drawn_letter(chance)
    new, names = old, list[str]()
    wanted = chance.randint(1, most)
    for _ in range(_TRIES):
        name, edit = chance.choice(EDITS)
        tried = copy.deepcopy(new)
        if edit(Editor(chance, tried)) and tried != new and is_valid(tried):
            new = tried
            names.append(name)
        if len(names) == wanted:
            break
    return EditedLetter(old, new, tuple(names))


def drawn_letter(chance: random.Random) -> Letter:
    """A valid letter drawn by chance; one of ten is an example."""
    if chance.random() < 0.1:
        return example(chance.choice(LETTERS))
    while True:
        letter = LetterMaker(chance, chance.choice([("en",), ("es",), _LANGUAGES, _LANGUAGES])).letter()
        if is_valid(letter):
            return letter


def is_valid(letter: Letter) -> bool:
    """Whether a letter can be read and settled in each of its languages."""
    try:
        tuple(documents(read(letter), Workspace(ROOT), Order(), drawn=False))
    except CircularsError:
        return False
    return True


def read(letter: Letter, name: str = "drawn") -> ReadLetter:
    """A letter as the program reads its file."""
    return parse_letter(letter_text(letter).encode(), f"letters/{name}.yaml", name, ROOT)


def example(path: Path) -> Letter:
    """An example letter, without pictures, which are files beside it."""
    letter: Letter = read_yaml(path)
    for inside in _walk(letter):
        inside.pop("picture", None)
    return letter


@dataclass(frozen=True, slots=True)
class Editor:
    """Changes one letter in place; each edit returns whether the letter had what it changes."""

    chance: random.Random
    letter: Letter

    @property
    def languages(self) -> Sequence[str]:
        return [str(one) for one in self.letter["languages"]]

    def flows(self) -> list[list[Letter]]:
        """The blocks of the body, and of each annex."""
        return [self.letter["body"], *(annex["body"] for annex in self.letter.get("annexes", ()))]

    def blocks(self, key: str = "") -> list[tuple[list[Letter], int]]:
        """Where blocks are that have a key; without one, paragraphs without a list."""
        return [
            (flow, place)
            for flow in self.flows()
            for place, block in enumerate(flow)
            if (key in block if key else self.is_plain(block))
        ]

    def lists(self) -> list[tuple[Letter, str]]:
        """The blocks and entries that have a list, with its key."""
        return [
            (one, key)
            for one in _walk(self.letter["body"], self.letter.get("annexes", []))
            for key in LISTS
            if key in one
        ]

    def tables(self) -> list[Letter]:
        """The tables whose cells span no others, so that they have columns."""
        found = [flow[place]["table"] for flow, place in self.blocks("table")]
        return [table for table in found if "rowspan" not in repr(table) and "colspan" not in repr(table)]

    def words(self, count: int, end: str = ".") -> Letter:
        """New words by language."""
        return {
            one: " ".join(self.chance.choices(NEW_WORDS.get(one, NEW_WORDS["en"]), k=count)).capitalize() + end
            for one in self.languages
        }

    def texts(self) -> list[Letter]:
        """The mappings that have a text in each language of the letter."""
        return [one for one in _walk(self.letter) if all(isinstance(one.get(code), str) for code in self.languages)]

    def is_plain(self, block: Letter) -> bool:
        return all(isinstance(block.get(code), str) for code in self.languages) and not any(
            key in block for key in LISTS
        )

    def place(self, sequence: Sequence[Any]) -> int:
        """A place to put something: often the first or the last."""
        return self.chance.choice((0, len(sequence), self.chance.randint(0, len(sequence))))


Edit = Callable[[Editor], bool]


# Words.


def _reword(editor: Editor) -> bool:
    """Replaces up to three words of a text, in each language or in one."""
    texts = editor.texts()
    if not texts:
        return False
    text = editor.chance.choice(texts)
    codes = editor.languages if editor.chance.random() < 0.8 else [editor.chance.choice(editor.languages)]
    for code in codes:
        words = text[code].split(" ")
        plain = [place for place, word in enumerate(words) if word.isalpha()]
        for place in editor.chance.sample(plain, min(len(plain), editor.chance.randint(1, 3))):
            words[place] = editor.chance.choice(NEW_WORDS.get(code, NEW_WORDS["en"]))
        text[code] = " ".join(words)
    return True


def _insert_words(editor: Editor) -> bool:
    def inserted(words: list[str], code: str) -> None:
        place = editor.place(words)
        words[place:place] = editor.chance.choices(NEW_WORDS.get(code, NEW_WORDS["en"]), k=editor.chance.randint(1, 4))

    return _with_words(editor, inserted)


def _remove_words(editor: Editor) -> bool:
    def removed(words: list[str], code: str) -> None:
        plain = [place for place, word in enumerate(words) if word.isalpha()]
        if len(plain) > 2:
            del words[editor.chance.choice(plain)]

    return _with_words(editor, removed)


def _with_words(editor: Editor, change: Callable[[list[str], str], None]) -> bool:
    texts = editor.texts()
    if not texts:
        return False
    text = editor.chance.choice(texts)
    for code in editor.languages:
        words = text[code].split(" ")
        change(words, code)
        text[code] = " ".join(words)
    return True


def _look(mark: str) -> Edit:
    """Puts a mark around a word of a paragraph."""

    def edit(editor: Editor) -> bool:
        found = editor.blocks()
        if not found:
            return False
        flow, place = editor.chance.choice(found)
        for code in editor.languages:
            words = flow[place][code].split(" ")
            plain = [number for number, word in enumerate(words) if word.isalpha()]
            if not plain:
                return False
            number = editor.chance.choice(plain)
            words[number] = mark.format(words[number])
            flow[place][code] = " ".join(words)
        return True

    return edit


def _unmark(editor: Editor) -> bool:
    """Takes the first bold, italic or link mark out of a text."""
    texts = [text for text in editor.texts() if any(_MARK.search(text[code]) for code in editor.languages)]
    if not texts:
        return False
    text = editor.chance.choice(texts)
    for code in editor.languages:
        text[code] = _MARK.sub(lambda match: match["bold"] or match["link"], text[code], count=1)
    return True


_MARK: Final = re.compile(r"\*\*(?P<bold>[^*]+)\*\*|\[(?P<link>[^\[\]^]+)\]\([^()#]+\)")


def _other_address(editor: Editor) -> bool:
    links = editor.letter.get("links")
    if not links:
        return False
    links[editor.chance.choice([*links])] = f"https://example.org/{editor.chance.randrange(1000)}/"
    return True


def _other_date(editor: Editor) -> bool:
    """Changes a fact that is a date, or the date of a deadline."""
    day = f"2025-0{editor.chance.randint(1, 9)}-{editor.chance.randint(10, 28)}"
    facts = [(editor.letter["facts"], name) for name, fact in editor.letter.get("facts", {}).items() if _is_date(fact)]
    entries = [(entry, "date") for flow, place in editor.blocks("deadlines") for entry in flow[place]["deadlines"]]
    found = [*facts, *entries]
    if not found:
        return False
    holder, name = editor.chance.choice(found)
    holder[name] = day
    return True


def _is_date(fact: object) -> bool:
    return isinstance(fact, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", fact) is not None


# Paragraphs.


def _add_paragraph(editor: Editor) -> bool:
    flow = editor.chance.choice(editor.flows())
    flow.insert(editor.place(flow), editor.words(editor.chance.randint(3, 20)))
    return True


def _add_beside_table(editor: Editor) -> bool:
    found = [*editor.blocks("table"), *editor.blocks("deadlines")]
    if not found:
        return False
    flow, place = editor.chance.choice(found)
    flow.insert(place + editor.chance.randint(0, 1), editor.words(8))
    return True


def _remove_block(editor: Editor) -> bool:
    flow = editor.chance.choice(editor.flows())
    if len(flow) > 1:
        del flow[min(editor.place(flow), len(flow) - 1)]
    return True


def _move_block(editor: Editor) -> bool:
    flow = editor.chance.choice(editor.flows())
    block = flow.pop(editor.chance.randrange(len(flow)))
    flow.insert(editor.place(flow), block)
    return True


def _replace_paragraph(editor: Editor) -> bool:
    found = editor.blocks()
    if not found:
        return False
    flow, place = editor.chance.choice(found)
    flow[place] |= editor.words(15)
    return True


def _split_paragraph(editor: Editor) -> bool:
    """Splits a paragraph before one of its words, in each language at about the same place."""
    found = [
        (flow, place)
        for flow, place in editor.blocks()
        if all(len(_breaks(flow[place][code])) > 1 for code in editor.languages)
    ]
    if not found:
        return False
    flow, place = editor.chance.choice(found)
    share, rest = editor.chance.random(), dict[str, Any]()
    for code in editor.languages:
        text = flow[place][code]
        breaks = _breaks(text)
        cut = breaks[int(share * len(breaks))]
        flow[place][code], rest[code] = text[:cut].rstrip(), text[cut:].lstrip()
    flow.insert(place + 1, rest)
    return True


def _breaks(text: str) -> list[int]:
    """Where a text may be split: before words that are outside all marks."""
    return [
        match.end()
        for match in re.finditer(r"[A-Za-z.] (?=[A-Za-z]+ [A-Za-z])", text)
        if not _is_marked(text, match.end())
    ]


def _is_marked(text: str, place: int) -> bool:
    return any(
        match.start() < place < match.end()
        for match in re.finditer(r"\*+[^*]+\*+|\[[^\]]*\](\([^)]*\))?|\{\{.*?\}\}", text)
    )


def _merge_paragraphs(editor: Editor) -> bool:
    found = [
        (flow, place)
        for flow, place in editor.blocks()
        if place + 1 < len(flow) and editor.is_plain(flow[place + 1]) and "id" not in flow[place + 1]
    ]
    if not found:
        return False
    flow, place = editor.chance.choice(found)
    second = flow.pop(place + 1)
    for code in editor.languages:
        flow[place][code] += " " + second[code]
    return True


def _become(key: str) -> Edit:
    """Turns a paragraph into another block with the same words."""

    def edit(editor: Editor) -> bool:
        found = editor.blocks()
        if not found:
            return False
        flow, place = editor.chance.choice(found)
        text = {code: flow[place].pop(code) for code in editor.languages}
        flow[place].pop("numbered", None)
        flow[place][key] = text
        return True

    return edit


def _change_heading(editor: Editor) -> bool:
    """Adds a heading, removes one, or gives one another level."""
    flow = editor.chance.choice(editor.flows())
    headings = [place for place, block in enumerate(flow) if "heading" in block]
    if not headings or editor.chance.random() < 0.4:
        flow.insert(editor.place(flow), {"heading": editor.words(3, "")})
        return True
    place = editor.chance.choice(headings)
    if editor.chance.random() < 0.5 and len(flow) > 1:
        del flow[place]
    else:
        flow[place]["level"] = editor.chance.randint(1, 3)
    return True


# Lists.


def _add_item(editor: Editor) -> bool:
    found = editor.lists()
    if not found:
        return False
    holder, key = editor.chance.choice(found)
    holder[key].insert(editor.place(holder[key]), editor.words(4, ";"))
    return True


def _remove_item(editor: Editor) -> bool:
    found = [(holder, key) for holder, key in editor.lists() if len(holder[key]) > 1]
    if not found:
        return False
    holder, key = editor.chance.choice(found)
    del holder[key][min(editor.place(holder[key]), len(holder[key]) - 1)]
    return True


def _move_item(editor: Editor) -> bool:
    found = [(holder, key) for holder, key in editor.lists() if len(holder[key]) > 1]
    if not found:
        return False
    holder, key = editor.chance.choice(found)
    item = holder[key].pop(editor.chance.randrange(len(holder[key])))
    holder[key].insert(editor.place(holder[key]), item)
    return True


def _other_list(editor: Editor) -> bool:
    found = [(holder, key) for holder, key in editor.lists() if "labels" not in holder and "continue" not in holder]
    if not found:
        return False
    holder, key = editor.chance.choice(found)
    holder[editor.chance.choice(("items", "steps", "numbers", "romans", "dashes"))] = holder.pop(key)
    return True


def _add_list(editor: Editor) -> bool:
    found = editor.blocks()
    if not found:
        return False
    flow, place = editor.chance.choice(found)
    flow[place][editor.chance.choice(("items", "steps", "numbers"))] = [editor.words(3, ";"), editor.words(3)]
    return True


def _paragraph_to_item(editor: Editor) -> bool:
    """Makes a paragraph the last item of the list above it."""
    found = [
        (flow, place, key)
        for flow, place in editor.blocks()
        for key in LISTS
        if place and key in flow[place - 1] and not {"id", "numbered", "when"} & flow[place].keys()
    ]
    if not found:
        return False
    flow, place, key = editor.chance.choice(found)
    flow[place - 1][key].append(flow.pop(place))
    return True


def _change_addressees(editor: Editor) -> bool:
    """Adds an addressee, removes one, or moves one to another list."""
    letter, chance = editor.letter, editor.chance
    lists = [key for key in ("to", "copy", "distribution", "references") if isinstance(letter.get(key), list)]
    if not lists:
        letter["copy"] = [editor.words(3, "")]
        return True
    source, target = chance.choice(lists), chance.choice(lists)
    match chance.choice(("add", "remove", "move")):
        case "add":
            letter[target].insert(editor.place(letter[target]), editor.words(3, ""))
        case "remove" if len(letter[source]) > 1:
            letter[source].pop(chance.randrange(len(letter[source])))
        case _ if len(letter[source]) > 1:
            letter[target].append(letter[source].pop(chance.randrange(len(letter[source]))))
    return True


# Tables.


def _change_row(editor: Editor) -> bool:
    """Adds a row, removes one, or moves one."""
    tables = editor.tables()
    if not tables:
        return False
    chance, rows = editor.chance, editor.chance.choice(tables)["rows"]
    width = next(len(row) for row in rows if isinstance(row, list))
    match chance.choice(("add", "remove", "move")):
        case "add":
            rows.insert(editor.place(rows), [editor.words(2, "") for _ in range(width)])
        case "remove" if len(rows) > 1:
            del rows[min(editor.place(rows), len(rows) - 1)]
        case _:
            rows.insert(editor.place(rows), rows.pop(chance.randrange(len(rows))))
    return True


def _change_column(editor: Editor) -> bool:
    """Adds a column, removes one, or moves one."""
    tables = editor.tables()
    if not tables:
        return False
    chance, table = editor.chance, editor.chance.choice(tables)
    rows = [row for row in (table.get("columns", []), *table["rows"]) if isinstance(row, list) and row]
    width = len(rows[0])
    source = chance.randrange(width)
    target = chance.choice((0, width, chance.randint(0, width)))
    match chance.choice(("add", "remove", "move")):
        case "add" if width < 7:
            for row in rows:
                row.insert(target, editor.words(2, ""))
            _widths(table, lambda widths: widths.insert(target, widths[0]))
        case "remove" if width > 1:
            for row in rows:
                del row[source]
            _widths(table, lambda widths: widths.pop(source))
        case _:
            for row in rows:
                row.insert(min(target, width - 1), row.pop(source))
            _widths(table, lambda widths: widths.insert(min(target, width - 1), widths.pop(source)))
    return True


def _widths(table: Letter, change: Callable[[list[Any]], object]) -> None:
    """Changes the widths and the alignments of a table's columns in the same way."""
    for key in ("widths", "align"):
        if key in table:
            change(table[key])


def _change_cell(editor: Editor) -> bool:
    tables = editor.tables()
    if not tables:
        return False
    rows = [row for row in editor.chance.choice(tables)["rows"] if isinstance(row, list)]
    row = editor.chance.choice(rows)
    row[editor.chance.randrange(len(row))] = editor.words(editor.chance.randint(1, 4), "")
    return True


def _change_table(editor: Editor) -> bool:
    """Adds a table, removes one, or gives one a caption."""
    flow = editor.chance.choice(editor.flows())
    tables = [place for place, block in enumerate(flow) if "table" in block]
    if not tables or editor.chance.random() < 0.4:
        cells = [[editor.words(1, ""), editor.words(2, "")] for _ in range(3)]
        flow.insert(editor.place(flow), {"table": {"columns": cells[0], "rows": cells[1:]}})
    elif editor.chance.random() < 0.5 and len(flow) > 1:
        del flow[editor.chance.choice(tables)]
    else:
        flow[editor.chance.choice(tables)]["table"]["caption"] = editor.words(3, "")
    return True


def _change_deadlines(editor: Editor) -> bool:
    found = editor.blocks("deadlines")
    if not found:
        return False
    flow, place = editor.chance.choice(found)
    entries = flow[place]["deadlines"]
    if editor.chance.random() < 0.5 and len(entries) > 1:
        del entries[editor.chance.randrange(len(entries))]
    else:
        entries.append({"date": f"2024-09-{editor.chance.randint(10, 28)}", **editor.words(3, "")})
    return True


# The letter.


def _change_annex(editor: Editor) -> bool:
    """Adds an annex, removes one, moves one, or gives one another title."""
    chance, annexes = editor.chance, editor.letter.setdefault("annexes", [])
    kind = chance.choice(("add", "remove", "move", "title"))
    if kind == "add" or not annexes:
        annexes.insert(editor.place(annexes), {"title": editor.words(3, ""), "body": [editor.words(9)]})
    elif kind == "remove":
        annexes.pop(chance.randrange(len(annexes)))
        if not annexes:
            del editor.letter["annexes"]
    elif kind == "move":
        annexes.insert(editor.place(annexes), annexes.pop(chance.randrange(len(annexes))))
    else:
        chance.choice(annexes)["title"] = editor.words(3, "")
    return True


def _change_head(editor: Editor) -> bool:
    """Changes the subject, the contact, the salutation, the closing, or who signs."""
    letter, chance = editor.letter, editor.chance
    key = chance.choice(("subject", "contact", "salutation", "closing", "postscript", "signatory"))
    if key == "contact":
        letter[key] = {"name": "Eva Prueba", "tel": f"+41 22 730 {chance.randint(1000, 9999)}"}
    elif key == "signatory":
        letter[key] = {"name": "Kofi Exemple", "title": editor.words(2, "")}
    else:
        letter[key] = editor.words(4, "")
    return True


def _walk(*nodes: object) -> Iterator[Letter]:
    """Every mapping in some nodes."""
    for node in nodes:
        if isinstance(node, dict):
            yield node
            yield from _walk(*node.values())
        elif isinstance(node, list):
            yield from _walk(*node)


EDITS: Final[tuple[tuple[str, Edit], ...]] = (
    ("reword", _reword),
    ("reword", _reword),
    ("insert words", _insert_words),
    ("remove words", _remove_words),
    ("make bold", _look("**{}**")),
    ("make italic", _look("*{}*")),
    ("make a link", _look("[{}](https://example.org/new/)")),
    ("take a mark away", _unmark),
    ("another address", _other_address),
    ("another date", _other_date),
    ("add a paragraph", _add_paragraph),
    ("add a paragraph beside a table", _add_beside_table),
    ("remove a block", _remove_block),
    ("move a block", _move_block),
    ("replace a paragraph", _replace_paragraph),
    ("split a paragraph", _split_paragraph),
    ("merge paragraphs", _merge_paragraphs),
    ("a paragraph becomes a heading", _become("heading")),
    ("a paragraph becomes a note", _become("note")),
    ("change a heading", _change_heading),
    ("add an item", _add_item),
    ("remove an item", _remove_item),
    ("move an item", _move_item),
    ("another list", _other_list),
    ("add a list", _add_list),
    ("a paragraph becomes an item", _paragraph_to_item),
    ("change addressees", _change_addressees),
    ("change a row", _change_row),
    ("change a row", _change_row),
    ("change a column", _change_column),
    ("change a column", _change_column),
    ("change a column", _change_column),
    ("change a cell", _change_cell),
    ("change a table", _change_table),
    ("change deadlines", _change_deadlines),
    ("change an annex", _change_annex),
    ("change the head", _change_head),
)
"""The edits, by name."""
