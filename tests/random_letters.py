"""Draws letters by chance that have every key of the letter format, as the text of their files."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from typing import Any, Final

from circulars.source.letters.reading import parse_letter
from conftest import ROOT

Letter = dict[str, Any]
Mark = Callable[[str], str]
"""Words of a text in a language."""

KINDS: Final[Mapping[str, Letter]] = {
    "tsb-circular": {"number": "213"},
    "tsb-collective": {"number": "2", "group": "5"},
    "br-administrative": {"number": "CACE/560"},
    "br-circular-letter": {"number": "CR/1"},
    "bdt-circular": {"number": "BDT/IP/13"},
    "sg-letter": {"number": "DM-24/1021"},
    "notice": {"pack": "emwo", "number": "12"},
    "bulletin": {"pack": "emwo", "number": "4"},
    "letter": {"pack": "emwo", "number": "7"},
}
LISTED: Final = {"itu": ("member-states", "sector-members", "academia"), "emwo": ("members", "observers", "stations")}
POSTS: Final = {"itu": ("tsb-director", "br-director", "secretary-general"), "emwo": ("director-services", "secretary")}
WORDS: Final[Mapping[str, list[str]]] = {
    "en": (
        "the of and to in a on for with members meeting group study sector Union letter programme participants "
        "document delegates registration Madrid Spain 2024 (RECI) “cities” well-known ITU-T/ITU-R day, held; "
        "e-mail año días. interoperability Telecommunication contributions 0930 1\u00a0250 R&D \\<draft> 50%"
    ).split(" "),
    "es": (
        "la de y en los con para miembros reunión grupo estudio sector Unión carta programa participantes documento "
        "inscripción Madrid España 2024 (RECI) «ciudades» UIT‑T/UIT‑R día, celebrará; año interoperabilidad "
        "telecomunicaciones contribuciones 09.30 1\u00a0250 ¿cuándo? I+D 50\u00a0% comisión."
    ).split(" "),
}
ADDRESSES: Final = ("https://www.example.int/", "https://meeting.example.org/2024/page")
ORDERED: Final = ("numbers", "steps", "letters", "romans", "outline")
LISTS: Final = ("items", "bullets", "objectives", "dashes", "boxes", *ORDERED)
LABELS: Final = {
    "numbers": ("1", "1)", "(1)", "1."), "letters": ("(a)", "A.", "a."), "romans": ("(i)", "I.", "i."),
}  # fmt: skip
_LABELLED: Final = (
    "reference", "contact", "tel", "fax", "email", "web", "to", "copy", "attention", "subject", "references",
    "distribution", "signed", "enclosure", "enclosures", "postscript",
)  # fmt: skip
_DEEPEST: Final = 4
_SIGNS: Final = ("*", "**", "†", "‡", "§")
_POSTAL: Final = "Calle Ejemplo 99\n28000  Madrid\nEspaña"


class LetterMaker:
    """Makes the parts of a letter; ``most`` is the number of words in its longest paragraphs."""

    def __init__(self, chance: random.Random, languages: tuple[str, ...] = (), most: int = 90) -> None:
        self._chance, self._most = chance, most
        self._languages = languages or chance.choice([("en",), ("es",), ("en", "es")])
        self._ids: list[str] = []
        self._numbered: list[str] = []
        self._footnotes: dict[str, Letter] = {}
        self._level = self._texts = 0
        self._continued: set[tuple[str, str]] = set()

    def letter(self) -> Letter:
        """A whole letter."""
        chance = self._chance
        kind = chance.choice([*KINDS])
        made: Letter = {"kind": kind, **KINDS[kind], "date": "2024-07-12", "languages": [*self._languages]}
        self._pack = made.get("pack", "itu")
        # In the order of the letter, in which texts refer to parts above them.
        made |= self._head(kind)
        if made["number"] is False:
            made.pop("group", None)
        made["subject"] = self.lines(2, marked=True)
        made["body"] = self.blocks(chance.randint(1, 7))
        made |= self._end()
        if chance.random() < 0.4:
            made["annexes"] = [self._annex(sign) for sign in "ECD"[: chance.choice((1, 1, 2, 3))]]
        texts = json.dumps(made)  # without what was drawn in vain
        if marked := {name: note for name, note in self._footnotes.items() if f"[^{name}]" in texts}:
            made["footnotes"] = marked
        made["facts"] = {
            "meeting": "2024-09-19",
            "course": {"from": "2024-08-26", "to": "2024-09-06"},
            "seats": 1250,
            "city": self.text(1),
            "edition": 4,
            "room": "007",
        }
        made["links"] = {"page": ADDRESSES[1], "desk": "mailto:tsb@example.int"}
        return made

    def _head(self, kind: str) -> Letter:
        chance = self._chance
        head = self._some(
            {
                "initials": lambda: "SG5/XX",
                "bureau": lambda: self.lines(2),
                "place": lambda: chance.choice([False, self.text(1)]),
                "reference": lambda: chance.choice([False, self.lines(2), self.text(3)]),
                "contact": self._contact,
                "rows": self._rows,
                "labels": self._labels,
                "to": self._addressees,
                "attention": lambda: self.text(3, marked=True),
                "copy": self._addressees,
                "copy-at": lambda: chance.choice(["head", "end"]),
                "references": self._references,
                "salutation": lambda: chance.choice([False, self.text(3), self.lines(2)]),
                "numbering": lambda: chance.choice(["paragraph", "section", "none"]),
            }
        )
        if not kind.startswith(("tsb", "bdt", "sg")):
            head.pop("place", None)  # these letters have the date alone
        if chance.random() < 0.15 or head.get("reference") is False:
            head["number"] = False  # where no reference shows it, it may not be given
        elif chance.random() < 0.1 and "reference" not in head:
            head["amends"] = {"kind": chance.choice(["corrigendum", "addendum", "revision"]), "number": 1}
        return head

    def _end(self) -> Letter:
        chance = self._chance
        end = self._some(
            {
                "closing": lambda: chance.choice([False, self.text(2), self.lines(2)]),
                "signatory-layout": lambda: chance.choice(["side-by-side", "stacked"]),
                "qr": lambda: chance.choice(["page", {"link": "page", "caption": self.text(3)}]),
                "postscript": lambda: self.prose(),
                "drafter": lambda: "AB/cd",
                "annex-labels": lambda: chance.choice(["numbers", "letters", "romans"]),
                "sole-annex": lambda: chance.choice(["numbered", "unnumbered"]),
                "annex-note": lambda: chance.choice(["count", "titles", "none"]),
                "enclosures": lambda: [self._enclosure() for _ in range(chance.randint(1, 3))],
                "distribution": self._listed,
            }
        )
        signing = [self._signatory() for _ in range(chance.choice((1, 1, 1, 2, 3)))]
        return end | {"signatory": signing if len(signing) > 1 else signing[0]}

    def _some(self, parts: Mapping[str, Callable[[], Any]]) -> Letter:
        return {name: make() for name, make in parts.items() if self._chance.random() < 0.3}

    def words(self, count: int, language: str = "en", first: str = "Words") -> str:
        """Words of a text, seldom with several spaces; the first is in no other text, and is no mark and no label."""
        self._texts += 1
        chosen = [f"{first}{self._texts}x", *self._chance.choices(WORDS[language], k=count - 1)]
        if count > 2 and self._chance.random() < 0.04:
            chosen[1] = " " * self._chance.randint(1, 3) + chosen[1]
        return " ".join(chosen)

    def text(self, most: int, marked: bool = False) -> Letter:
        """A text by language; a ``marked`` one may have a footnote or a line to be filled in."""
        mark = self._at_end() if marked else ""
        return {one: self.words(self._chance.randint(1, most), one) + mark for one in self._languages}

    def lines(self, most: int, marked: bool = False) -> Letter:
        """A text of one line or of several."""
        count, mark = self._chance.randint(1, most), self._at_end() if marked else ""
        return {
            one: "\n".join(self.words(self._chance.randint(1, 6), one) for _ in range(count)) + mark
            for one in self._languages
        }

    def _at_end(self) -> str:
        kind = self._chance.random()
        return self._footnote() if kind < 0.06 else " {{ blank: 20 mm }}" if kind < 0.08 else ""

    def _footnote(self) -> str:
        """The mark of a new footnote or of one that is already marked."""
        chance = self._chance
        if self._footnotes and chance.random() < 0.15:
            return f"[^{chance.choice([*self._footnotes])}]"
        name = chance.choice(("", "note-")) + str(len(self._footnotes) + 1)
        length = chance.choice((3, 8, 30))
        text = {one: self.words(chance.randint(1, length), one, "Footnote") for one in self._languages}
        if chance.random() < 0.3:
            mark = self._marked(footnotes=False)
            text = {one: f"{words} {mark(one)}" for one, words in text.items()}
        free = [sign for sign in _SIGNS if sign not in [note.get("sign") for note in self._footnotes.values()]]
        if free and chance.random() < 0.2:
            text["sign"] = free[0]
        self._footnotes[name] = text
        return f"[^{name}]"

    def prose(self) -> Letter:
        """A text of a paragraph, with marks, fields, links, references and footnotes."""
        length = self._chance.choice((3, 12, 25, self._most // 2, self._most))
        marks = [self._marked() for _ in range(self._chance.randint(0, 3))]
        return {
            one: " ".join([self.words(self._chance.randint(1, length), one), *(mark(one) for mark in marks)])
            for one in self._languages
        }

    def _marked(self, footnotes: bool = True) -> Mark:
        chance = self._chance
        inner = self.words(chance.randint(1, 4))
        after = {one: self.words(chance.randint(1, 12), one) for one in self._languages}
        mark = chance.choice(
            (
                f"**{inner}**", f"*{inner}*", f"***{inner}***", f"[{inner}](page)", f"[{inner}]({ADDRESSES[0]})",
                "<page>", "<desk>", ADDRESSES[0], f"[{inner}]{{lang=fr}}", "{{ meeting }}",
                "{{ meeting | weekday-date }}", "{{ meeting | day-month }}", "{{ course }}", "{{ seats }}",
                "{{ city }}", "{{ edition | ordinal }}", "{{ room }}", "two  spaces   kept", "a line  \nbreak",
                "a line\\\nbreak",
                "a\\*b\\*", "tsb@example.int", "{{ blank: 60 mm }}", "{{ blank: 170 mm }}", "_______",
                "{{ blank: 5 mm }},",
            )
        )  # fmt: skip
        if footnotes and chance.random() < 0.15:
            mark = "marked" + self._footnote()
        elif self._ids and chance.random() < 0.15:
            mark = f"[{inner}](#{chance.choice(self._ids)})"
        elif self._numbered and chance.random() < 0.2:
            mark = f"{{{{ ref: {chance.choice(self._numbered)} }}}}"
        return lambda language: f"{mark} {after[language]}"

    def blocks(self, count: int) -> list[Letter]:
        """Blocks of the body or of an annex."""
        self._level, self._continued = 0, set()
        return [self._block() for _ in range(count)]

    def _block(self) -> Letter:
        block = self._chance.choice(
            (self._paragraph, self._paragraph, self._paragraph, self._lead, self._lead, self._top_list, self._heading,
             self._table, self._table, self._deadlines, self._note, self._venue)
        )()  # fmt: skip
        if self._chance.random() < 0.2 and "venue" not in block:
            block["id"] = self._new_id()
            self._ids.append(block["id"])
        elif self._chance.random() < 0.03 and "[^" not in json.dumps(block) and '"id"' not in json.dumps(block):
            block["when"] = {"category": ["member-state", "other"]}
        return block | ({"new-page": True} if self._chance.random() < 0.03 else {})

    def _new_id(self) -> str:
        return f"part-{self._chance.randrange(10**9)}"

    def _paragraph(self) -> Letter:
        made = self.prose()
        if self._chance.random() < 0.15:
            made = {one: f"{text}\n\n{self.words(9, one)}" for one, text in made.items()}
        if self._chance.random() < 0.1:
            return made | {"align": self._chance.choice(["center", "end"])}
        return made | ({"numbered": False} if self._chance.random() < 0.2 else {})

    def _lead(self) -> Letter:
        return self.prose() | self._top_list()

    def _top_list(self) -> Letter:
        made = self._listing()
        kind = next(key for key in LISTS if key in made), made.get("labels", "")
        if kind[0] in ORDERED:
            if kind in self._continued and self._chance.random() < 0.5:
                made["continue"] = True
            self._continued.add(kind)
        return made

    def _listing(self, depth: int = 1, counted: bool = True) -> Letter:
        """A list; its entries may be referred to if it is ``counted``, as are those that it is in."""
        chance = self._chance
        kind = chance.choice(LISTS)
        counted = counted and kind in ORDERED
        made: Letter = {kind: [self._entry(depth, counted) for _ in range(chance.randint(1, 6))]}
        if kind in LABELS and chance.random() < 0.3:
            made["labels"] = chance.choice(LABELS[kind])
        return made

    def _entry(self, depth: int, counted: bool) -> Letter:
        chance = self._chance
        marked = chance.random() < 0.1
        entry = self.lines(2, marked) if chance.random() < 0.2 else self.text(chance.choice((4, 15, 40)), marked)
        if chance.random() < 0.1:
            entry = {one: f"{text}\n\n{self.words(8, one)}" for one, text in entry.items()}
        if chance.random() < 0.1:
            mark = self._marked()
            entry = {one: f"{text} {mark(one)}" for one, text in entry.items()}
        if depth < _DEEPEST and chance.random() < 0.2:
            entry |= self._listing(depth + 1, counted)
        if counted and chance.random() < 0.1:
            entry["id"] = self._new_id()
            self._numbered.append(entry["id"])
        return entry

    def _heading(self) -> Letter:
        self._level = self._chance.randint(1, min(3, self._level + 1))
        return {"heading": self.lines(2, marked=True), "level": self._level}

    def _table(self) -> Letter:
        chance = self._chance
        width = chance.randint(1, 5)
        table: Letter = {}
        if chance.random() < 0.3:
            table["caption"] = self.lines(2, marked=True)
        if chance.random() < 0.7:
            table["columns"] = self._row([1] * width, 0, is_head=True)
        rows: list[Any] = []
        for _ in range(chance.randint(1, 3)):
            # A group has no cell that goes on in the next one.
            rows += [{"group": self.text(3, marked=True)}] if rows and chance.random() < 0.5 else []
            rows += self._rows_of_cells(width, chance.randint(1, 7))
        table["rows"] = rows
        if chance.random() < 0.2 or ("columns" not in table and chance.random() < 0.3):
            table["head-column"] = True
        if chance.random() < 0.3:
            table["align"] = [chance.choice(["start", "center", "end"]) for _ in range(width)]
        if chance.random() < 0.3:
            table["widths"] = [chance.randint(1, 3) for _ in range(width)]
        if chance.random() < 0.15:
            table["split-rows"] = True
        return {"table": table}

    def _rows_of_cells(self, width: int, count: int) -> list[Any]:
        """Rows without a cell that goes on below them; ``taken`` counts the rows in which each column is used."""
        rows, taken = [], [0] * width
        for left in range(count, 0, -1):
            free = [0 if rest else 1 for rest in taken]
            taken = [max(0, rest - 1) for rest in taken]
            row = self._row(free, left - 1)
            column = 0
            for cell in row:
                while not free[column]:
                    column += 1
                wide = cell.get("colspan", 1) if isinstance(cell, dict) else 1
                high = cell.get("rowspan", 1) if isinstance(cell, dict) else 1
                taken[column : column + wide] = [high - 1] * wide
                column += wide
            rows.append(row)
        return rows

    def _row(self, free: list[int], below: int, is_head: bool = False) -> list[Any]:
        """The cells of a row in its free columns; none but the last column's spans all rows ``below``."""
        chance, row, column = self._chance, list[Any](), 0
        while column < len(free):
            if not free[column]:
                column += 1
                continue
            cell, wide = self._cell(is_head), 1
            if free[column + 1 : column + 2] == [1] and chance.random() < 0.08:
                wide = 2
            if isinstance(cell, dict):
                cell |= {"colspan": 2} if wide == 2 else {}
                # The last column has a cell in each row, so that no row is without cells.
                if below and column + wide < len(free) and chance.random() < 0.08:
                    cell["rowspan"] = chance.randint(2, min(3, below + 1))
            else:
                wide = 1
            row.append(cell)
            column += wide
        return row

    def _cell(self, is_head: bool) -> Any:
        kind = self._chance.random()
        if kind < 0.1:
            return self._chance.choice(["", "____", "0930", "5/901"])
        cell = self.text(self._chance.choice((2, 5, 25)), marked=True)
        if kind > 0.95:
            cell = {one: f"{text}\n\n{self.words(3, one)}" for one, text in cell.items()}
        return cell | self._list_in_cell() if kind > 0.9 and not is_head else cell

    def _list_in_cell(self) -> Letter:
        """A short list, so that a row has room on a page; its second entry has a list, too."""
        kinds = [self._chance.choice(LISTS) for _ in range(2)]
        entries = [self.text(3, marked=True) for _ in range(self._chance.randint(1, 3))]
        if len(entries) > 1:
            entries[1] |= {kinds[1]: [self.text(2), self.text(4)]}
        return {kinds[0]: entries}

    def _deadlines(self) -> Letter:
        entries = []
        for _ in range(self._chance.randint(1, 5)):
            entry = {"date": f"2024-08-{self._chance.randint(10, 29)}", **self.text(8, marked=True)}
            time = self._chance.choice(["23:59 UTC", "1600 UTC", "0930 hours"])
            entries.append(entry | ({"time": time} if self._chance.random() < 0.3 else {}))
        return {"deadlines": entries}

    def _note(self) -> Letter:
        return {"note": self.lines(2, marked=True)}

    def _venue(self) -> Letter:
        return {
            "venue": {"name": self.text(3), **self._some({"address": lambda: _POSTAL, "link": lambda: ADDRESSES[0]})}
        }

    def _annex(self, sign: str) -> Letter:
        chance = self._chance
        annex = self._some(
            {
                "label": lambda: chance.choice([sign, self.text(2)]),
                "orientation": lambda: chance.choice(["landscape", "portrait"]),
                "numbering": lambda: chance.choice(["paragraph", "section", "none"]),
            }
        )
        if chance.random() < 0.8:
            annex["title"] = self.lines(3, marked=True)
        annex["body"] = self.blocks(chance.randint(1, 5))
        if chance.random() < 0.5:
            annex["id"] = self._new_id()
            self._numbered.append(annex["id"])
        return annex

    def _contact(self) -> Any:
        chance = self._chance
        one = {"name": "Ana Ejemplo", "tel": "+41 22 730 0000", "email": "tsb@example.int", "post": self.text(2)}
        other = {"label": self.text(2), "name": "Max Mustermann", "town": _POSTAL, "web": ADDRESSES[1]}
        several = {
            "name": ["Eva Prueba", "Kofi Exemple"],
            "tel": ["+41 22 730 0000", "+41 22 730 0001"],
            **({"fax": self.text(2)} if self._pack == "itu" else {}),  # which kinds of the other pack do not show
            "email": ["a@example.int", "b@example.int"],
        }
        return chance.choice([one, other, several, [{"name": "Ana Ejemplo"}, one, other], [other, several]])

    def _rows(self) -> Any:
        rows: list[Letter] = [
            {"label": self.text(2), "text": self.lines(2, marked=True)},
            {"text": self.text(4), "below": "contact"},
            {"label": self.lines(1), "text": self.prose(), "below": "reference"},
        ]
        return self._chance.choice([rows, rows[:1], rows[1]])

    def _labels(self) -> Letter:
        named = self._chance.sample(_LABELLED, 4)
        return {name: self._chance.choice([False, self.text(1), self.text(2)]) for name in named}

    def _references(self) -> Any:
        several = [self.text(5, marked=True) for _ in range(self._chance.randint(1, 3))]
        return self._chance.choice([several, self.lines(2)])

    def _addressees(self) -> Any:
        chance, listed = self._chance, LISTED[self._pack]
        entries: list[Any] = [
            chance.choice(listed),
            self.lines(2, marked=True),
            self.text(4),
            {one: f"– {self.words(3, one)};" for one in self._languages},
            {one: f"To {self.words(3, one)}; and" for one in self._languages},
        ]
        person = {"name": "Ana Ejemplo", "post": self.text(2), "organization": self.text(3), "address": _POSTAL}
        sentence = {"sentence": chance.choice([self.lines(2), dict.fromkeys(self._languages, "To all Members")])}
        attended = {**person, "attention": self.text(2)}
        some = chance.sample(entries, chance.randint(1, 4))
        group = {"label": self.text(2), "entries": some}
        return chance.choice(
            [
                False, some, some, person, [person], [attended, *some], sentence, [sentence, person], [group],
                [group, {"label": self.lines(2), "entries": [attended]}], [person, group, sentence], self.lines(4),
            ]
        )  # fmt: skip

    def _listed(self) -> Any:
        return [LISTED[self._pack][0], self.lines(2, marked=True), self.text(3)]

    def _enclosure(self) -> Any:
        title = self.lines(2)
        whole = {"title": title, "reference": self.text(2), "link": self._chance.choice(["page", ADDRESSES[0]])}
        return self._chance.choice([title, whole, {"reference": "C24/1"}, {"title": title, "reference": "C24/1"}])

    def _signatory(self) -> Any:
        chance = self._chance
        post = chance.choice(POSTS[self._pack])
        titled: Letter = {"name": "Ana Ejemplo", "title": self.lines(2)}
        known: Letter = {"post": post, "name": "Max Mustermann"} | self._some(
            {"gender": lambda: chance.choice(["f", "m"]), "signed": lambda: True}
        )
        behalf: Letter = {
            "for": self.text(4) if self._pack == "emwo" else chance.choice(["tsb-director", self.text(4)])
        }
        return chance.choice([post, titled, known, known, titled | behalf, titled | {"signed": True}, {"post": post}])


def draw_letter(chance: random.Random, **options: Any) -> str:
    """The text of a letter's file."""
    made = json.dumps(LetterMaker(chance, **options).letter(), ensure_ascii=False, indent=1)
    return made.replace('"meeting": "2024-09-19"', '"meeting": 2024-09-19')  # a fact in quotation marks is text


def parsed(text: str) -> Any:
    """The letter in a text."""
    return parse_letter(text.encode(), "letters/x.yaml", "x", ROOT)
