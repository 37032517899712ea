"""PDF shapes: a copy in any script, on any number of lines, looks and reads as one that is laid out in full."""

from __future__ import annotations

import functools
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

import judges
from circulars.model.addressee import CLOSING
from circulars.model.text import Span
from circulars.pack import load_pack
from circulars.render.master import Shaper
from circulars.render.pdf import master_for_copies
from circulars.render.pdf.masters import PdfMaster
from render.filled_letters import CHARACTERS, LETTERS, NAME, Values, filled_letter, paragraph, values
from render.sample_letters import COLUMNS
from render.test_pdf_masters import everything, pictures, poppler_pictures, texts

pytestmark = pytest.mark.xdist_group("pdf-masters")

NAMES = {
    "Latin": "Łucja Przykład", "Greek": "Αννα Παράδειγμα", "Cyrillic": "Анна Примерова", "Armenian": "Աննա Օրինակ",
    "Georgian": "ანა ნიმუში", "Hebrew": "חנה דוגמה", "Arabic": "ليلى مثال", "Devanagari": "अन्ना उदाहरण",
    "Thai": "อันนา ตัวอย่าง", "Han": "安娜 例", "Kana": "アンナ さんぷる", "Tamil": "அன்னா எடுத்துக்காட்டு",
}  # fmt: skip


BACKWARD = ("Hebrew", "Arabic")
"""Scripts from right to left: such values beside others, or before a number, are isolated, and not filled here."""


@dataclass
class Drawer:
    """A shelf in this process, and the layouts that were made because it did not have them."""

    values: dict[str, object] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)

    def find(self, name: str, kind: type) -> Any:
        """The value, or None."""
        return self.values.get(name)

    def keep(self, name: str, value: object, kind: type) -> None:
        """Keeps a value."""
        self.values[name] = value

    def lay_out(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Calls a function at once."""
        self.made.append(function.__name__)
        return function(*arguments)


@functools.cache
def drawer(name: str) -> Drawer:
    """The shelf of a letter with holes."""
    return Drawer()


@functools.cache
def shaper(name: str) -> Shaper:
    """What makes the copies of a letter with holes that its master does not fill."""
    return shaper_of(filled_letter(name), drawer(name))


def shaper_of(letter: PdfMaster, shelf: Drawer) -> Shaper:
    """What makes the copies of a letter that its master does not fill."""
    made = letter.shaper(shelf.lay_out, shelf)
    assert made is not None
    return made


def made(by: Shaper, some: Values) -> bytes:
    """The copy that a shaper makes."""
    copy = by.copy(some)
    assert copy is not None, some
    return b"".join(copy)


def words(pdf: bytes) -> list[str]:
    """The words that readers find.

    In words from right to left, a full layout maps the glyph of a bracket to that bracket, or to its counterpart; and
    readers put a quotation mark that is mapped to its counterpart beside another word.
    Poppler guesses which columns a page has from distances far below a pixel, so only its words are compared there.
    """
    *pages, guessed, placed = (" ".join(re.sub("[«»]", "", text).split()).replace(")", "(") for text in texts(pdf))
    return [*pages, placed, " ".join(sorted(guessed.split()))]


def written_in(script: str, dice: random.Random) -> Values:
    """Values in a script, of one line or several."""
    words = NAMES[script].split()
    name = " ".join(dice.choices(words, k=dice.randint(1, 2)))
    if script in BACKWARD:
        return values(0) | {"addressee.name": name, "addressee.block": f"{NAMES[script]}\n28001 MADRID\nSPAIN"}
    return {
        "addressee.name": name,
        "addressee.country": f"{words[0]} ({dice.randint(1, 2030)})",
        "place": dice.choice((words[-1], "Vevey", f"«{words[-1]}» & AVATAR")),
        "addressee.block": "\n".join((NAMES[script], words[-1] + " 12", "28001 MADRID", "SPAIN")),
    }


@pytest.mark.parametrize("name", LETTERS)
def test_a_copy_in_any_script_looks_and_reads_as_a_full_layout(name: str, chance: random.Random) -> None:
    """pdfium shows the same pages, pixel for pixel, and finds the same words, as does poppler."""
    letter = filled_letter(name)
    one = written_in(chance.choice(sorted(NAMES)), chance)
    copy, whole = shaper(name).copy(one), letter.whole(one)

    assert copy is not None, one
    assert pictures(b"".join(copy)) == pictures(whole), one
    assert words(b"".join(copy)) == words(whole), one


@functools.cache
def copy_in(script: str) -> tuple[Values, bytes]:
    """Values in a script, and the copy with them."""
    one = written_in(script, random.Random(script))
    return one, made(shaper("title"), one)


@pytest.mark.parametrize("script", NAMES)
def test_each_script_looks_as_in_a_full_layout(script: str, tmp_path: Path) -> None:
    """Poppler, too, shows the same pages."""
    one, copy = copy_in(script)
    whole = filled_letter("title").whole(one)

    assert poppler_pictures(copy, tmp_path) == poppler_pictures(whole, tmp_path)
    assert pictures(copy) == pictures(whole)
    assert words(copy) == words(whole)


@pytest.mark.parametrize(
    "value",
    [
        "e\u0301le\u0301ve", "\u0301x", "ﬁ ﬂ", "AV", "T", "क्\u200dष", "می\u200cخواهم", "هاتف 123-45", "١٢٣ אבג 45",
        "(שלום)!",
        "a\u200bb", "3 × 4 € №", "ΆΈ Ж\u0306", "אbג", "Dž ß ſ", "한글", "\U0001f389", "\u2603", "a\u00adb",
        "a\u2011b", "a\u00a0b",
        "W" * 60, "例" * 80, "word " * 30 + "end", "ตัวอย่าง" * 20, "«Ω»", "ﷺ", "𝒜", "\u0378",
    ],
)  # fmt: skip
def test_a_strange_value_is_the_same_or_laid_out_in_full(value: str) -> None:
    """Marks, joiners, digits, brackets, pictures, characters that no font has, words that are longer than a line."""
    one = values(0) | {"addressee.country": value, "place": value}
    copy = shaper("title").copy(one)

    if copy is not None:
        assert pictures(b"".join(copy)) == pictures(filled_letter("title").whole(one))


@pytest.mark.parametrize(
    "value", ["a  b", " a", "a ", "a\nb", "a\tb", "\U0001f389", "a\u00adb", "a\u2011b", "\u202eb", "\u0378"]
)
def test_what_a_page_shows_otherwise_is_laid_out_in_full(value: str) -> None:
    """White space that collapses, pictures, hyphens at a line's end, and characters that no font has."""
    one = values(0) | {"addressee.country": value}

    assert shaper("title").copy(one) is None


@pytest.mark.parametrize("script", BACKWARD)
def test_values_from_right_to_left_side_by_side_are_laid_out_in_full(script: str) -> None:
    """Each is isolated there, so that a number or another value after it stays behind it."""
    name, other = NAMES[script].split()

    assert shaper("title").copy(values(0) | {"addressee.name": name, "addressee.country": other}) is None


def test_a_block_higher_than_its_box_moves_what_is_below() -> None:
    """An address in more lines than the window shows, or in lines that are higher."""
    for block in ("\n".join("abcdefghijk"), "\n".join(["ตัวอย่าง"] * 8), "\n".join(["例"] * 7)):
        one = values(0) | {"addressee.block": block}
        copy, whole = made(shaper("title"), one), filled_letter("title").whole(one)

        assert pictures(copy) == pictures(whole)
        assert words(copy) == words(whole)


def test_copies_of_one_shape_need_one_layout() -> None:
    """Names in Hebrew and in Armenian, of which the same font has letters, and a longer name: one shape."""
    shelf = Drawer()
    letter = filled_letter("title")
    shapes = shaper_of(letter, shelf)
    for word in ("חנה", "Աննա", "ანა"):
        made(shapes, values(0) | {"addressee.name": word})
    again = shaper_of(letter, shelf)
    copies = [made(again, values(0) | {"addressee.name": word}) for word in ("דוגמה", "Աննա")]

    assert shelf.made == ["frame_of", "shape_of"]
    assert all(copy.startswith(copies[0][:20_000]) for copy in copies)


def test_the_order_of_the_copies_makes_no_difference(chance: random.Random) -> None:
    """Each copy has the same bytes, whatever was made before it, and in another process."""
    letter = filled_letter("title")
    several = [written_in(script, chance) for script in chance.sample(sorted(NAMES), 3)]
    shelf = Drawer()
    one_way, other_way = shaper_of(letter, shelf), shaper_of(letter, Drawer(dict(shelf.values)))

    copies = [made(one_way, one) for one in several]
    assert [made(other_way, one) for one in reversed(several)] == copies[::-1]


def test_a_copy_has_the_glyphs_of_its_own_addressee_only() -> None:
    """Neither another addressee's characters nor their words are in a copy, in any encoding."""
    ana, hana = (values(0) | {"addressee.name": NAMES[script]} for script in ("Cyrillic", "Hebrew"))
    for mine, other in ((ana, hana), (hana, ana)):
        copy = everything(made(shaper("title"), mine))

        assert mine["addressee.name"][0].encode("utf-16-be").hex().encode() in copy
        for character in set(other["addressee.name"]) - {" "}:
            assert f"> <{character.encode('utf-16-be').hex()}>".encode() not in copy


def test_copies_in_every_script_keep_the_standards(tmp_path: Path) -> None:
    """veraPDF finds nothing against PDF/A-3a and PDF/UA-1, nor do the other validators."""
    files = []
    for script in NAMES:
        files.append(tmp_path / f"{script}.pdf")
        files[-1].write_bytes(copy_in(script)[1])

    for said, judge in judges.PDF_JUDGES.items():
        assert not [one for faults in judge(files).values() for one in faults], said


def test_a_paragraph_in_one_style_has_as_many_lines_as_the_value_needs() -> None:
    """After a lead-in in bold, and in a paragraph of several lines."""
    long = " of the administration, which is asked to name those who will take part, and to tell when they arrive"
    body = (
        paragraph(Span("For: ", strong=True), NAME),
        paragraph(f"To{long}", " ", NAME, long * 2),
    )
    letter = master_for_copies(
        replace(COLUMNS, body=body, annexes=()), load_pack(), CHARACTERS, [{"addressee.name": "Ana Muster"}] * 3
    )
    assert isinstance(letter, PdfMaster)
    shapes = shaper_of(letter, Drawer())

    for name in (
        "Анна",
        "ليلى مثال",
        "安娜例" * 9,
        "Ana " * 30 + "Muster",
        "ليلى مثال " * 18 + "مثال",
        "अन्ना " * 40 + "राम",
    ):
        one = {"addressee.name": name}
        assert pictures(made(shapes, one)) == pictures(letter.whole(one)), name


def test_a_closing_that_takes_up_the_salutation_is_filled() -> None:
    """It is that of the addressee, in another script, too, and in more lines than the closing of the master."""
    closing = CLOSING.format(kind="tsb-circular")
    document = replace(COLUMNS, body=(paragraph("For ", NAME),), closing=f"«{closing}»", annexes=())
    samples = [{"addressee.name": "Ana Muster", closing: "Yours sincerely,"}] * 3
    letter = master_for_copies(document, load_pack(), CHARACTERS, samples)
    assert isinstance(letter, PdfMaster)
    shapes = shaper_of(letter, Drawer())

    for name, end in (("Анна", "Yours faithfully,"), ("安娜", "С уважением,"), ("Ana", "Veuillez agréer " * 12)):
        one = {"addressee.name": name, closing: end.strip()}
        assert pictures(made(shapes, one)) == pictures(letter.whole(one)), end
