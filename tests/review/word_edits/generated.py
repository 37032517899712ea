"""Draws letters and edits of their Word files by chance, each with the letter that must come out."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from circulars.source.editing import Insert, Move, Operation, Remove, Replace, edited

WORDS: Final = (
    "accord", "bureau", "comité", "délégué", "examen", "forum", "groupe", "hôtel", "invité", "journal", "langue",
    "membre", "norme", "ordre", "projet", "quorum", "rapport", "séance", "thème", "union", "vote", "zone",
)  # fmt: skip
PARAGRAPHS: Final = 5
ITEMS: Final = 4


@dataclass(frozen=True, slots=True)
class DrawnLetter:
    """A letter: the typed paragraphs of its body, the entries of its list, and the rows of its table."""

    paragraphs: tuple[str, ...]
    items: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]

    @property
    def body(self) -> str:
        lines = ["numbering: none", "body:"]
        lines += [f"  - en: {text}" for text in self.paragraphs]
        lines += ["  - en: These are the points.", "    items:", *(f"      - {text}" for text in self.items)]
        lines += ["  # The table is from the host.", "  - table:", "      columns: [Name, Number]", "      rows:"]
        lines += [f"        - [{one}, {other}]" for one, other in self.rows]
        return "\n".join([*lines, "  - en: This is the end.", ""])


LIST: Final = ("body", PARAGRAPHS, "items")
ROWS: Final = ("body", PARAGRAPHS + 1, "table", "rows")


def draw_letter(chance: random.Random) -> DrawnLetter:
    """A letter in which each word is there once."""
    numbers = iter(range(100, 1000))  # of one length: no word is part of another

    def words(count: int) -> list[str]:
        return [f"{chance.choice(WORDS)}{next(numbers)}" for _ in range(count)]

    def paragraph() -> str:
        one, two, three, four = (words(chance.randint(2, 4)) for _ in range(4))
        middle = chance.choice(("**{}**", "*{}*", "[{}](page)", "{{{{ meeting }}}} {}")).format(" ".join(two))
        return f"{' '.join(one)} {middle} {' '.join(three)}, {' '.join(four)}.".capitalize()

    paragraphs = tuple(paragraph() for _ in range(PARAGRAPHS))
    items = tuple(" ".join(words(3)) + ";" for _ in range(ITEMS))
    rows = tuple((" ".join(words(2)), " ".join(words(1))) for _ in range(3))
    return DrawnLetter(paragraphs, items, rows)


@dataclass(frozen=True, slots=True)
class DrawnEdit:
    """An edit: what it does to a Word file, and to the letter. ``taken`` says that it is not only listed."""

    name: str
    word: Callable[[Document], None]
    letter: tuple[Operation, ...]
    taken: bool = True

    def expected(self, data: bytes) -> bytes:
        """The letter that must come out."""
        return edited(data, self.letter).data


def draw_edit(letter: DrawnLetter, chance: random.Random) -> DrawnEdit:
    """One edit of a letter's Word file."""
    return chance.choice(_KINDS)(letter, chance)


# Words.


def plain_words(text: str) -> list[str]:
    """The words of a typed paragraph outside fields, each of which is there once."""
    found = [one.strip("*,.;[") for one in text.split() if "{" not in one and "}" not in one and one != "meeting"]
    return [one.partition("]")[0].strip("*") for one in found]


def _where(letter: DrawnLetter, chance: random.Random) -> tuple[tuple[str | int, ...], str]:
    """The path of a text that has some words, and the text."""
    place = chance.randrange(3)
    if place == 0:
        number = chance.randrange(PARAGRAPHS)
        return ("body", number, "en"), letter.paragraphs[number]
    if place == 1:
        number = chance.randrange(ITEMS)
        return (*LIST, number), letter.items[number]
    row, column = chance.randrange(3), chance.randrange(2)
    return (*ROWS, row, column), letter.rows[row][column]


def _other_word(letter: DrawnLetter, chance: random.Random, *, tracked: bool = False) -> DrawnEdit:
    path, text = _where(letter, chance)
    word = chance.choice(plain_words(text))
    change = tracked_words if tracked else _words
    return DrawnEdit("another word", change(word, "Neuwort"), (Replace(path, text.replace(word, "Neuwort")),))


def _tracked_word(letter: DrawnLetter, chance: random.Random) -> DrawnEdit:
    return _other_word(letter, chance, tracked=True)


def _more_words(letter: DrawnLetter, chance: random.Random) -> DrawnEdit:
    path, text = _where(letter, chance)
    word = chance.choice(plain_words(text))
    return DrawnEdit("more words", _words(word, f"so {word}"), (Replace(path, text.replace(word, f"so {word}")),))


def _fewer_words(letter: DrawnLetter, chance: random.Random) -> DrawnEdit:
    number = chance.randrange(ITEMS)
    text = letter.items[number]
    word = text.split()[1]
    return DrawnEdit("fewer words", _words(f" {word}", ""), (Replace((*LIST, number), text.replace(f" {word}", "")),))


def _special_words(letter: DrawnLetter, chance: random.Random) -> DrawnEdit:
    number = chance.randrange(ITEMS)
    text = letter.items[number]
    word = text.split()[1]
    typed, written = chance.choice(
        (("5 * 3", "5 * 3"), ("*x*", r"\*x\*"), ("{{ meeting }}", r"\{\{ meeting \}\}"), ("a: b # c", "a: b # c"))
    )
    return DrawnEdit("special", _words(word, typed), (Replace((*LIST, number), text.replace(word, written)),))


def _over_a_fact(letter: DrawnLetter, chance: random.Random) -> DrawnEdit:
    if not any("{{" in text for text in letter.paragraphs):
        return _other_word(letter, chance)
    return DrawnEdit("over a fact", _words("19 September", "20 September", first=True), (), taken=False)


def _bold_word(letter: DrawnLetter, chance: random.Random) -> DrawnEdit:
    number = chance.randrange(ITEMS)
    text = letter.items[number]
    word = text.split()[1]

    def edit(document: Document) -> None:
        paragraph, run = _run(document, word)
        before, after = run.text.split(word)
        run.text = before
        bold, rest = (copy.deepcopy(run._r) for _ in range(2))
        run._r.addnext(bold)
        bold.addnext(rest)
        runs = paragraph.runs
        at = [one._r for one in runs].index(run._r)
        runs[at + 1].text, runs[at + 1].bold, runs[at + 2].text = word, True, after

    return DrawnEdit("bold", edit, (Replace((*LIST, number), text.replace(word, f"**{word}**")),))


def _linked_word(letter: DrawnLetter, chance: random.Random) -> DrawnEdit:
    number = chance.randrange(ITEMS)
    text = letter.items[number]
    word = text.split()[1]
    address, name = chance.choice((("https://example.int/page", "page"), ("https://example.int/x", "")))

    def edit(document: Document) -> None:
        _, run = _run(document, word)
        linked, rest = _cut(run, word)
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), document.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        run._r.addnext(link)
        link.append(linked)
        link.addnext(rest)

    return DrawnEdit("link", edit, (Replace((*LIST, number), text.replace(word, f"[{word}]({name or address})")),))


def _unlinked_word(letter: DrawnLetter, chance: random.Random) -> DrawnEdit:
    numbers = [number for number, text in enumerate(letter.paragraphs) if "](page)" in text]
    if not numbers:
        return _linked_word(letter, chance)
    text = letter.paragraphs[numbers[0]]
    words = text.partition("[")[2].partition("]")[0]

    def edit(document: Document) -> None:
        paragraph, run = _run(document, words)
        (link,) = paragraph._p.findall(qn("w:hyperlink"))
        for mark in [*run._r.iter(qn("w:rStyle"))]:
            _remove(mark)
        link.addprevious(run._r)
        _remove(link)

    return DrawnEdit("no link", edit, (Replace(("body", numbers[0], "en"), text.replace(f"[{words}](page)", words)),))


def _over_a_label(letter: DrawnLetter, chance: random.Random) -> DrawnEdit:
    return DrawnEdit("over a label", _words("Yours faithfully", "Regards"), (), taken=False)


def _two_edits(letter: DrawnLetter, chance: random.Random) -> DrawnEdit:
    one, other = (make(letter, chance) for make in (_added_item, _removed))

    def edit(document: Document) -> None:
        one.word(document)
        other.word(document)

    return DrawnEdit("two edits", edit, (*one.letter, *other.letter))


def _tracked_removal(letter: DrawnLetter, chance: random.Random) -> DrawnEdit:
    number = chance.randrange(PARAGRAPHS)
    word = plain_words(letter.paragraphs[number])[0]

    def edit(document: Document) -> None:
        paragraph, _ = _run(document, word)
        for run in [*paragraph._p.iter(qn("w:r"))]:
            mark = _mark("w:del")
            run.addprevious(mark)
            mark.append(run)
            for text in run.findall(qn("w:t")):
                text.tag = qn("w:delText")
        _mark_end(paragraph, "w:del")

    return DrawnEdit("tracked removal", edit, (Remove(("body", number)),))


def _tracked_paragraph(letter: DrawnLetter, chance: random.Random) -> DrawnEdit:
    plain = _added(letter, chance)

    def edit(document: Document) -> None:
        plain.word(document)
        paragraph, run = _run(document, "Ganz neue")
        mark = _mark("w:ins")
        run._r.addprevious(mark)
        mark.append(run._r)
        _mark_end(paragraph, "w:ins")

    return DrawnEdit("tracked paragraph", edit, plain.letter)


# Paragraphs, entries and rows.


def _added(letter: DrawnLetter, chance: random.Random) -> DrawnEdit:
    number = chance.randrange(PARAGRAPHS)
    word = plain_words(letter.paragraphs[number])[0]
    return DrawnEdit(
        "a paragraph", copied(word, "Ganz neue Worte."), (Insert(("body", number + 1), {"en": "Ganz neue Worte."}),)
    )


def _added_item(letter: DrawnLetter, chance: random.Random) -> DrawnEdit:
    number = chance.randrange(ITEMS)
    word = letter.items[number].split()[0]
    return DrawnEdit("an entry", copied(word, "Ganz neue Worte;"), (Insert((*LIST, number + 1), "Ganz neue Worte;"),))


def _removed(letter: DrawnLetter, chance: random.Random) -> DrawnEdit:
    number = chance.randrange(PARAGRAPHS)
    word = plain_words(letter.paragraphs[number])[0]
    return DrawnEdit("no paragraph", without(word), (Remove(("body", number)),))


def _removed_item(letter: DrawnLetter, chance: random.Random) -> DrawnEdit:
    number = chance.randrange(ITEMS)
    return DrawnEdit("no entry", without(letter.items[number].split()[0]), (Remove((*LIST, number)),))


def _moved(letter: DrawnLetter, chance: random.Random) -> DrawnEdit:
    number, to = sorted(chance.sample(range(PARAGRAPHS), 2))
    if to == number + 1:  # which of two neighbours was moved, nobody can see
        to, number = (to + 1, number) if to + 1 < PARAGRAPHS else (to, number - 1)
    first, second = (plain_words(letter.paragraphs[one])[0] for one in (number, to))
    return DrawnEdit("moved", behind(first, second), (Move(("body", number), to),))


def _moved_item(letter: DrawnLetter, chance: random.Random) -> DrawnEdit:
    first, last = letter.items[0].split()[0], letter.items[-1].split()[0]
    return DrawnEdit("moved entry", behind(first, last), (Move((*LIST, 0), ITEMS - 1),))


def _split(letter: DrawnLetter, chance: random.Random) -> DrawnEdit:
    number = chance.randrange(PARAGRAPHS)
    text = letter.paragraphs[number]
    before, after = text.split(", ")

    def edit(document: Document) -> None:
        word = after.split()[0].rstrip(".")
        paragraph, run = _run(document, word)
        inserted = _copy_after(paragraph)
        run.text = run.text.partition(", ")[0] + ","
        for one in inserted.runs[:-1]:
            _remove(one._r)
        for link in inserted._p.findall(qn("w:hyperlink")):
            inserted._p.remove(link)
        inserted.runs[-1].text = after

    typed = (Replace(("body", number, "en"), f"{before},"), Insert(("body", number + 1), {"en": after}))
    return DrawnEdit("split", edit, typed)


def _merged(letter: DrawnLetter, chance: random.Random) -> DrawnEdit:
    number = chance.randrange(PARAGRAPHS - 1)
    first, second = letter.paragraphs[number], letter.paragraphs[number + 1]

    def edit(document: Document) -> None:
        one, _ = _run(document, plain_words(first)[0])
        other, _ = _run(document, plain_words(second)[0])
        one.add_run(" ")
        for child in [*other._p]:
            if child.tag != qn("w:pPr"):
                one._p.append(child)
        _remove(other._p)

    operations = (Replace(("body", number, "en"), f"{first} {second}"), Remove(("body", number + 1)))
    return DrawnEdit("merged", edit, operations)


def _added_row(letter: DrawnLetter, chance: random.Random) -> DrawnEdit:
    number = chance.randrange(3)
    word = letter.rows[number][0].split()[0]

    def edit(document: Document) -> None:
        paragraph, _ = _run(document, word)
        row = next(one for one in paragraph._p.iterancestors() if one.tag == qn("w:tr"))
        new = copy.deepcopy(row)
        _without_names(new)
        row.addnext(new)
        for cell, text in zip(new.findall(qn("w:tc")), ("Neu", "Zehn"), strict=True):
            _paragraph(next(cell.iter(qn("w:p"))), paragraph).runs[0].text = text

    return DrawnEdit("a row", edit, (Insert((*ROWS, number + 1), ["Neu", "Zehn"]),))


def _removed_row(letter: DrawnLetter, chance: random.Random) -> DrawnEdit:
    number = chance.randrange(3)
    word = letter.rows[number][0].split()[0]

    def edit(document: Document) -> None:
        paragraph, _ = _run(document, word)
        row = next(one for one in paragraph._p.iterancestors() if one.tag == qn("w:tr"))
        _remove(row)

    return DrawnEdit("no row", edit, (Remove((*ROWS, number)),))


_KINDS: Final[tuple[Callable[[DrawnLetter, random.Random], DrawnEdit], ...]] = (
    _other_word, _tracked_word, _more_words, _fewer_words, _special_words, _over_a_fact, _over_a_label, _two_edits,
    _bold_word, _linked_word, _unlinked_word, _tracked_removal, _tracked_paragraph,
    _added, _added_item, _removed, _removed_item, _moved, _moved_item, _split, _merged, _added_row, _removed_row,
)  # fmt: skip


# How they are made with python-docx.


def _all_paragraphs(document: Document) -> Iterator[Paragraph]:
    for element in document.element.body.iter(qn("w:p")):
        yield Paragraph(element, document._body)


def _run(document: Document, word: str) -> tuple[Paragraph, Any]:
    """The paragraph with a word, and its run; the first letter of the word may be a capital."""
    for paragraph in _all_paragraphs(document):
        for run in [*paragraph.runs, *(run for link in paragraph.hyperlinks for run in link.runs)]:
            if word in run.text:
                return paragraph, run
    raise AssertionError(word)


def _words(old: str, new: str, *, first: bool = False) -> Callable[[Document], None]:
    def edit(document: Document) -> None:
        _, run = _run(document, old)
        assert first or run.text.count(old) == 1
        run.text = run.text.replace(old, new)

    return edit


def tracked_words(old: str, new: str) -> Callable[[Document], None]:
    """Another word, with the change tracked."""

    def edit(document: Document) -> None:
        _, run = _run(document, old)
        before, after = run.text.split(old)
        removed, inserted, rest = (copy.deepcopy(run._r) for _ in range(3))
        run.text = before
        for tag, element, text in (("w:del", removed, old), ("w:ins", inserted, new)):
            mark = _mark(tag)
            (words,) = element.findall(qn("w:t"))
            words.text = text
            words.tag = qn("w:delText") if tag == "w:del" else words.tag
            mark.append(element)
            run._r.getparent().insert(run._r.getparent().index(run._r) + (1 if tag == "w:del" else 2), mark)
        (words,) = rest.findall(qn("w:t"))
        words.text = after
        words.set(qn("xml:space"), "preserve")
        run._r.getparent().insert(run._r.getparent().index(run._r) + 3, rest)

    return edit


def _paragraph(element: Any, beside: Paragraph) -> Paragraph:
    return Paragraph(element, beside._parent)


def _mark(tag: str) -> Any:
    """A tracked change."""
    mark = OxmlElement(tag)
    for name, value in (("w:id", "9001"), ("w:author", "Ana Example"), ("w:date", "2026-11-30T10:00:00Z")):
        mark.set(qn(name), value)
    return mark


def _mark_end(paragraph: Paragraph, tag: str) -> None:
    """Tracks a change of the end of a paragraph."""
    look = OxmlElement("w:rPr")
    look.append(_mark(tag))
    paragraph._p.get_or_add_pPr().append(look)


def _cut(run: Any, word: str) -> tuple[Any, Any]:
    """Leaves the words before a word in a run; the elements of two other runs have it and the words after it."""
    before, after = run.text.split(word)
    found = []
    for text in (word, after):
        element = copy.deepcopy(run._r)
        (words,) = element.findall(qn("w:t"))
        words.text = text
        words.set(qn("xml:space"), "preserve")
        found.append(element)
    run.text = before
    return found[0], found[1]


def _remove(element: Any) -> None:
    element.getparent().remove(element)


def _without_names(element: Any) -> None:
    for mark in [one for one in element.iter() if one.tag in (qn("w:bookmarkStart"), qn("w:bookmarkEnd"))]:
        _remove(mark)


def _copy_after(paragraph: Paragraph) -> Paragraph:
    new = copy.deepcopy(paragraph._p)
    _without_names(new)
    paragraph._p.addnext(new)
    return Paragraph(new, paragraph._parent)


def copied(word: str, text: str) -> Callable[[Document], None]:
    """A new paragraph below the one with a word, as Word makes one at the end of a paragraph."""

    def edit(document: Document) -> None:
        paragraph, _ = _run(document, word)
        new = _copy_after(paragraph)
        for link in new._p.findall(qn("w:hyperlink")):
            new._p.remove(link)
        for run in new.runs[1:]:
            _remove(run._r)
        new.runs[0].text, new.runs[0].bold, new.runs[0].italic = text, None, None

    return edit


def without(word: str) -> Callable[[Document], None]:
    def edit(document: Document) -> None:
        paragraph, _ = _run(document, word)
        _remove(paragraph._p)

    return edit


def behind(word: str, other: str) -> Callable[[Document], None]:
    """The paragraph with a word, cut and pasted below another one."""

    def edit(document: Document) -> None:
        paragraph, _ = _run(document, word)
        target, _ = _run(document, other)
        target._p.addnext(paragraph._p)

    return edit
