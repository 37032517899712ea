"""Draws letters by chance that have every key of the letter format, as the text of their files."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from typing import Any, Final

from circulars.source.letters.reading import parse_letter
from conftest import ROOT

Letter = dict[str, Any]

KINDS: Final[Mapping[str, Letter]] = {
    "tsb-circular": {"number": "213"},
    "tsb-collective": {"number": "2", "group": "5"},
    "br-administrative": {"number": "CACE/560"},
    "br-circular-letter": {"number": "CR/1"},
    "bdt-circular": {"number": "BDT/IP/13"},
    "sg-letter": {"number": "DM-24/1021"},
}
WORDS: Final = (
    "the of and to in a on for with members meeting group study sector Union letter programme participants document "
    "delegates registration Madrid Spain 2024 (RECI) “cities” well-known ITU-T/ITU-R day, held; e-mail año días. "
    "interoperability Telecommunication contributions 0930 1\u00a0250 R&D \\<draft> 50%"
).split(" ")
ADDRESSES: Final = ("https://www.example.int/", "https://meeting.example.org/2024/page")
LISTS: Final = ("items", "bullets", "objectives", "dashes", "numbers", "steps", "letters", "romans", "outline")
_DEEPEST: Final = 3


class LetterMaker:
    """Makes the parts of a letter; ``most`` is the number of words in its longest paragraphs."""

    def __init__(self, chance: random.Random, languages: tuple[str, ...] = ("en",), most: int = 90) -> None:
        self._chance, self._languages, self._most = chance, languages, most
        self._ids: list[str] = []
        self._level = 0

    def letter(self) -> Letter:
        """A whole letter."""
        chance = self._chance
        kind = chance.choice([*KINDS])
        made: Letter = {"kind": kind, **KINDS[kind], "date": "2024-07-12", "languages": [*self._languages]}
        made |= self._some(
            {
                "initials": lambda: "SG5/XX",
                "bureau": lambda: self.lines(2),
                "place": lambda: self.text(1),
                "contact": self._contact,
                "rows": lambda: [{"label": self.text(2), "text": self.lines(2)} for _ in range(chance.randint(1, 2))],
                "to": self._addressees,
                "copy": self._addressees,
                "references": lambda: [self.text(5) for _ in range(chance.randint(1, 3))],
                "salutation": lambda: self.text(3),
                "numbering": lambda: chance.choice(["paragraph", "section", "none"]),
                "closing": lambda: chance.choice([False, self.text(2)]),
                "distribution": self._listed,
                "labels": lambda: {"tel": self.text(1), "subject": self.text(1), "copy": "cc"},
            }
        )
        if kind.startswith("br-"):
            made.pop("place", None)  # these letters have the date alone
        made |= {
            "subject": self.lines(2),
            "facts": {"meeting": "2024-09-19", "seats": 1250, "city": self.text(1), "edition": 4},
            "links": {"page": ADDRESSES[1]},
            "signatory": chance.choice(
                [{"name": "Ana Ejemplo", "title": self.lines(2)}, "tsb-director", self._signed()]
            ),
            "body": self.blocks(chance.randint(1, 7)),
        }
        if chance.random() < 0.3:
            made["qr"] = {"link": "page", "caption": self.text(3)}
        if chance.random() < 0.4:
            made["annexes"] = [self._annex(nth) for nth in range(chance.randint(1, 2))]
        return made

    def _some(self, parts: Mapping[str, Callable[[], Any]]) -> Letter:
        return {name: make() for name, make in parts.items() if self._chance.random() < 0.3}

    def words(self, count: int) -> str:
        """Words of a text, the first of which nothing takes for a mark or a label."""
        chosen = self._chance.choices(WORDS, k=count)
        return " ".join(("Words", *chosen[1:]))

    def text(self, most: int) -> Letter:
        """A text by language."""
        return {language: self.words(self._chance.randint(1, most)) for language in self._languages}

    def lines(self, most: int) -> Letter:
        """A text of one line or of several."""
        count = self._chance.randint(1, most)
        return {
            language: "\n".join(self.words(self._chance.randint(1, 6)) for _ in range(count))
            for language in self._languages
        }

    def prose(self) -> Letter:
        """A text of a paragraph, with marks, fields, links and references."""
        length = self._chance.choice((3, 12, 25, self._most // 2, self._most))
        marks = [self._marked() for _ in range(self._chance.randint(0, 3))]
        return {
            language: " ".join([self.words(self._chance.randint(1, length)), *(mark(language) for mark in marks)])
            for language in self._languages
        }

    def _marked(self) -> Callable[[str], str]:
        inner = self.words(self._chance.randint(1, 4))
        after = self.words(self._chance.randint(1, 12))
        mark = self._chance.choice(
            (
                f"**{inner}**", f"*{inner}*", f"[{inner}](page)", f"[{inner}]({ADDRESSES[0]})", "<page>",
                ADDRESSES[0], f"[{inner}]{{lang=fr}}", "{{ meeting }}", "{{ meeting | weekday-date }}", "{{ seats }}",
                "{{ city }}", "{{ edition | ordinal }}", "two  spaces   kept", "a line  \nbreak", "a\\*b\\*",
                "tsb@example.int",
            )
        )  # fmt: skip
        if self._ids and self._chance.random() < 0.2:
            mark = f"[{inner}](#{self._chance.choice(self._ids)})"
        return lambda language: f"{mark} {after}"

    def blocks(self, count: int) -> list[Letter]:
        """Blocks of the body or of an annex."""
        self._level = 0
        return [self._block() for _ in range(count)]

    def _block(self) -> Letter:
        block = self._chance.choice(
            (self._paragraph, self._paragraph, self._paragraph, self._lead, self._lead, self._listing, self._heading,
             self._table, self._deadlines, self._note, self._venue)
        )()  # fmt: skip
        if self._chance.random() < 0.2 and "venue" not in block:
            block["id"] = f"part-{len(self._ids)}"
            self._ids.append(block["id"])
        return block

    def _paragraph(self) -> Letter:
        made = self.prose()
        if self._chance.random() < 0.15:
            made = {language: f"{text}\n\n{self.words(9)}" for language, text in made.items()}
        return made | ({"numbered": False} if self._chance.random() < 0.2 else {})

    def _lead(self) -> Letter:
        return self.prose() | self._listing()

    def _listing(self, depth: int = 1) -> Letter:
        return {self._chance.choice(LISTS): [self._entry(depth) for _ in range(self._chance.randint(1, 6))]}

    def _entry(self, depth: int) -> Letter:
        entry = self.lines(2) if self._chance.random() < 0.2 else self.text(self._chance.choice((4, 15, 40)))
        if self._chance.random() < 0.1:
            entry = {language: f"{text}\n\n{self.words(8)}" for language, text in entry.items()}
        if depth < _DEEPEST and self._chance.random() < 0.15:
            entry |= self._listing(depth + 1)
        return entry

    def _heading(self) -> Letter:
        self._level = self._chance.randint(1, min(3, self._level + 1))
        return {"heading": self.lines(2), "level": str(self._level)}

    def _table(self) -> Letter:
        width = self._chance.randint(1, 4)
        rows: list[Any] = []
        for _ in range(self._chance.randint(2, 14)):
            if self._chance.random() < 0.1:
                rows.append({"group": self.text(3)})
            rows.append([self._cell() for _ in range(width)])
        table: Letter = {"rows": rows}
        if self._chance.random() < 0.7:
            table["columns"] = [self.text(2) for _ in range(width)]
        if self._chance.random() < 0.3:
            table["caption"] = self.lines(2)
        if self._chance.random() < 0.3:
            table["align"] = [self._chance.choice(["start", "center", "end"]) for _ in range(width)]
        if self._chance.random() < 0.3:
            table["widths"] = [self._chance.randint(1, 3) for _ in range(width)]
        return {"table": table}

    def _cell(self) -> Any:
        kind = self._chance.random()
        if kind < 0.1:
            return ""
        return self.text(self._chance.choice((2, 5, 25)))

    def _deadlines(self) -> Letter:
        entries = []
        for _ in range(self._chance.randint(1, 5)):
            entry = {"date": f"2024-08-{self._chance.randint(10, 29)}", **self.text(8)}
            entries.append(entry | ({"time": "23:59 UTC"} if self._chance.random() < 0.3 else {}))
        return {"deadlines": entries}

    def _note(self) -> Letter:
        return {"note": self.lines(2)}

    def _venue(self) -> Letter:
        return {"venue": {"name": self.text(3), "address": "Calle Ejemplo 99\nMadrid", "link": ADDRESSES[0]}}

    def _annex(self, nth: int) -> Letter:
        annex: Letter = {"title": self.lines(3), "body": self.blocks(self._chance.randint(1, 5))}
        return annex | self._some({"numbering": lambda: self._chance.choice(["paragraph", "section", "none"])})

    def _contact(self) -> Any:
        one = {"name": "Ana Ejemplo", "tel": "+41 22 730 0000", "email": "tsb@example.int", "post": self.text(2)}
        other = {"label": self.text(2), "name": "Max Mustermann", "town": self.text(1), "web": ADDRESSES[1]}
        return self._chance.choice([one, other, [one, other]])

    def _addressees(self) -> Any:
        return self._chance.choice(
            [
                False,
                ["member-states", self.lines(2)],
                [self.text(4), self.text(3)],
                [{"name": "Ana Ejemplo", "post": self.text(2), "address": "Calle Ejemplo 99\nMadrid"}],
                {"sentence": self.text(6)},
                [{"label": self.text(2), "entries": [self.text(3), self.text(3)]}],
            ]
        )

    def _listed(self) -> Any:
        return ["member-states", self.lines(2), self.text(3)]

    def _signed(self) -> Letter:
        return {"post": "tsb-director", "name": "Max Mustermann", "signed": "true"}


def draw_letter(chance: random.Random, **options: Any) -> str:
    """The text of a letter's file."""
    made = json.dumps(LetterMaker(chance, **options).letter(), ensure_ascii=False, indent=1)
    return made.replace('"2024-09-19"', "2024-09-19")  # a fact in quotation marks is text


def parsed(text: str) -> Any:
    """The letter in a text."""
    return parse_letter(text.encode(), "letters/x.yaml", "x", ROOT)
