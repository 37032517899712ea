"""In generated letters from right to left, each line of each page is in the order of UAX #9."""

from __future__ import annotations

import functools
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from circulars.compose import compose
from circulars.language import Language, load_language
from circulars.model.document import Document
from circulars.model.text import Heading, Items, Note, Paragraph, Spans, isolated
from circulars.pack import load_pack
from circulars.render import writer
from circulars.render.pdf.engine import levels_of
from circulars.render.pdf.levels import visual_order
from circulars.source.letters.reading import parse_letter
from glyph_order import alike
from glyph_places import glyph_lines
from readers import libreoffice_files

WORDS = {"ar": "تجتمع لجنة مدينة جنيف عدد بحث توصية جديدة", "en": "ועדה תתכנס בעיר כדי לדון על המלצה חדשה"}
# No term has a no-break hyphen: LibreOffice 7.4 shows lines that end near one over each other.
TERMS = (
    "ITU-T", "Study Group 5", "UIT-T L.9901", "(Rev.1)", "Example (AI) Ltd", "99 Example Avenue", "C++", "A/RES/75/1",
    "ISO/IEC 27001:2022", "Smart cities", "a-b@example.int", "https://sg5.example.int/a_b/", "Q2/5",
)  # fmt: skip
NUMBERS = (
    "+41 22 730 0000", "(022) 730-5853", "-5 %", "1 250 MHz", "12.5", "23:59 UTC", "5/901", "2025-05-12", "№ 5", "7",
    "50 %", "±3 dB", "CHF 100",
)  # fmt: skip
FACTS = ("course", "seats", "venue", "who", "phone", "day")
LETTER = """{kind: tsb-circular, number: 1, date: 2024-07-12, languages: [*CODE*], subject: {*CODE*: S}, to: false,
    copy: false, salutation: false, closing: false, numbering: paragraph, links: {page: https://sg5.example.int/},
    facts: {course: {from: 2025-05-12, to: 2025-05-21}, seats: 1250, venue: 99 Example Avenue, day: 2025-07-03,
    who: "O'Sample (London)", phone: (022) 730-5853}, footnotes: {a: {*CODE*: *NOTE*}}, body: *BODY*,
    signatory: {name: A. B, title: C}}"""
BODY = 24
LABEL = 8
"""The most characters of the number or the label before a text."""


@dataclass(frozen=True)
class _Letter:
    """A generated letter, and what in each of its texts is read from left to right."""

    document: Document
    units: tuple[str, ...]


def _letter(code: str, chance: random.Random) -> _Letter:
    """A letter with paragraphs, lists in lists, headings, notes and footnotes in a language from right to left."""
    units: list[str] = []

    def text(least: int = 3) -> str:
        return " ".join(_piece(code, chance, units) for _ in range(chance.randint(least, 14)))

    body: list[dict[str, object]] = [{"id": "one", code: f"{text()} 2025[^a]"}]
    for _ in range(BODY):
        match chance.randrange(5):
            case 0:
                inner = [{code: text(1)} for _ in range(2)]
                body.append(
                    {code: text(), chance.choice(("items", "letters", "steps")): [{code: text(1), "romans": inner}]}
                )
            case 1:
                body.append({"heading": {code: text(1)}})
            case 2 if code == "ar":  # its label is in the language
                body.append({"note": {code: text()}})
            case _:
                body.append({code: text()})
    words = {"CODE": code, "NOTE": json.dumps(text().replace("[^a]", "")), "BODY": json.dumps(body, ensure_ascii=False)}
    source = functools.reduce(lambda one, name: one.replace(f"*{name}*", words[name]), words, LETTER)
    letter = parse_letter(source.encode(), "x.yaml", "x", Path())
    return _Letter(compose(letter, _language(code), load_pack()), tuple(units))


def _language(code: str) -> Language:
    """Arabic, or a language that is like English, and is written in Hebrew letters."""
    return load_language("ar") if code == "ar" else replace(load_language("en"), locale="he-IL", direction="rtl")


def _piece(code: str, chance: random.Random, units: list[str]) -> str:
    match chance.randrange(12):
        case 0 | 1:
            unit = chance.choice(TERMS)
            units.append(unit)
            linked = "{}" if "@" in unit or "/" in unit else "[{}](page)"
            return chance.choice(("{}", "**{}**", "({})", "{}،", linked)).format(unit)
        case 2 | 3:
            unit = chance.choice(NUMBERS)
            return chance.choice(("{}", "**{}**", "({})", "{}.")).format(unit)
        case 4:
            return f"{{{{ {chance.choice(FACTS)} }}}}"
        case 5:
            return chance.choice(("{{ ref: one }}", "كلمة[^a]" if code == "ar" else "מילה[^a]"))
        case _:
            words = " ".join(chance.choice(WORDS[code].split()) for _ in range(3))
            return chance.choice(("{}", "**{}**", "{}،", "{}", "({})")).format(words)


def _texts(document: Document) -> Iterator[Spans]:
    """The running texts of the body and of the footnotes, which are alone on their lines but for a label."""
    for block in document.body:
        if isinstance(block, Items):
            yield from _items(block)
        elif isinstance(block, Paragraph | Heading | Note):
            yield block.spans
    yield from (footnote.spans for footnote in document.footnotes)


def _items(items: Items) -> Iterator[Spans]:
    for entry in items.entries:
        yield entry.spans
        for block in entry.blocks:
            if isinstance(block, Items):
                yield from _items(block)
            else:
                yield block.spans


_BEGUN = {"ltr": "\u2066", "rtl": "\u2067", "auto": "\u2068"}


def _with_isolates(spans: Spans) -> str:
    """A text with the characters of its isolates. Marks of footnotes are empty isolates: they are above the line."""
    text = ""
    for direction, run in isolated(spans):
        inner = "".join("\u2068\u2069" if span.note else span.text for span in run)
        text += f"{_BEGUN[direction]}{inner}\u2069" if direction else inner
    return text


def _shown(text: str, levels: bytes, start: int, end: int) -> str:
    """A part of a text as a line from left to right."""
    order = visual_order(levels[start:end])
    return alike("".join(text[start + place] for place in order if not "\u2066" <= text[start + place] <= "\u2069"))


def _is_shown(text: str, lines: Sequence[str]) -> bool:
    """Whether a text is on some of the lines, one after another, in the order of UAX #9. A label begins the first."""
    levels = levels_of(text, True)
    return any(_goes_on(text, levels, 0, lines[nth:], LABEL) for nth in range(len(lines)))


def _goes_on(text: str, levels: bytes, start: int, lines: Sequence[str], label: int) -> bool:
    """Whether the rest of a text is on the next lines; the first has up to so many characters of a label."""
    left = len(_shown(text, levels, start, len(text)))
    for line in lines:
        if not left:
            break
        if not label and set(line) == {"1"} and len(line) < left:  # marks of the footnote are above their line
            continue
        ends = [end for end in _ends(text, start, len(line), label) if _fits(text, levels, start, end, line)]
        if not ends:
            return False
        end = ends[-1]
        left, start, label = left - len(_shown(text, levels, start, end)), end, 0
    return not left


def _ends(text: str, start: int, room: int, label: int) -> Iterator[int]:
    """Where a line may end that has some characters and shows nearly as many."""
    count = 0
    for place in range(start, len(text)):
        count += len(alike(text[place])) if not "\u2066" <= text[place] <= "\u2069" else 0
        if count and room - label <= count <= room:
            yield place + 1


def _fits(text: str, levels: bytes, start: int, end: int, line: str) -> bool:
    part = _shown(text, levels, start, end)
    return line == part or (start == 0 and line.startswith(part))


@pytest.mark.parametrize("code", WORDS)
@pytest.mark.parametrize("number", range(2))
def test_each_line_is_in_the_order_of_unicode(code: str, number: int, chance: random.Random, tmp_path: Path) -> None:
    """Numbers, links and terms, in bold, in lists, headings, notes and footnotes, in the PDF and in the Word file."""
    letter = _letter(code, random.Random(chance.random()))
    texts = [text for text in map(_with_isolates, _texts(letter.document)) if text.strip()]
    file = tmp_path / "x.docx"
    file.write_bytes(writer("docx")(letter.document, load_pack()).fill({}))
    [word] = libreoffice_files([file], tmp_path)

    for pdf in (writer("pdf")(letter.document, load_pack()).fill({}), word.read_bytes()):
        lines = glyph_lines(pdf)
        assert [plain for plain in texts if not _is_shown(plain, lines)] == []


@pytest.mark.parametrize("code", WORDS)
def test_each_term_is_read_from_left_to_right(code: str, chance: random.Random) -> None:
    """Whatever is around it."""
    for _ in range(10):
        letter = _letter(code, random.Random(chance.random()))
        shown = [
            _shown(text, levels_of(text, True), 0, len(text)) for text in map(_with_isolates, _texts(letter.document))
        ]
        assert [unit for unit in dict.fromkeys(letter.units) if not any(alike(unit) in one for one in shown)] == []
