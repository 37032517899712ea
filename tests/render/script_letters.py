"""Letters in six scripts, with holes, and values of their addressees in any script."""

from __future__ import annotations

import functools
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal, NamedTuple

from circulars.compose.directions import with_directions
from circulars.model.document import Document, holes_of
from circulars.model.text import Item, Span
from circulars.pack import load_pack
from circulars.render.pdf import master_for_copies
from circulars.render.pdf.masters import PdfMaster
from merge.script_lists import SCRIPTS
from render.filled_letters import BLOCK, Values, paragraph
from render.sample_letters import COLUMNS


class Tongue(NamedTuple):
    """A language: the script of its names, its direction, and sentences with the names of holes in braces."""

    script: str
    direction: Literal["ltr", "rtl"]
    sentences: tuple[str, ...]


TONGUES = {
    "en": Tongue("Latin", "ltr", (
        "Kindly note that a seat is kept for {name}, who is asked to confirm before the end of this month whether "
        "assistance with visas is needed.", "Your code: {code}", "To {organization} ({place})",
    )),
    "ru": Tongue("Cyrillic", "ltr", (
        "Просим учесть, что место зарезервировано: {name}. До конца этого месяца следует подтвердить участие и "
        "сообщить, требуется ли содействие в получении виз.", "Ваш код: {code}", "Кому: {organization} ({place})",
    )),
    "el": Tongue("Greek", "ltr", (
        "Σημειώστε ότι έχει κρατηθεί μία θέση: {name}. Παρακαλούμε να επιβεβαιώσετε πριν από το τέλος του μήνα αν "
        "χρειάζεται βοήθεια για θεωρήσεις.", "Ο κωδικός σας: {code}", "Προς: {organization} ({place})",
    )),
    "ar": Tongue("Arabic", "rtl", (
        "ويرجى ملاحظة أن هناك مقعداً محجوزاً باسم {name}، ويرجى التأكيد قبل نهاية هذا الشهر على اسم المشارك وعلى ما إذا "
        "كانت هناك حاجة إلى المساعدة في الحصول على التأشيرات.", "رمز تسجيلكم: {code}", "إلى {organization} ({place})",
    )),
    "he": Tongue("Hebrew", "rtl", (
        "לתשומת לבכם, נשמר מקום עבור {name}, ואנו מבקשים לאשר לפני סוף החודש מי ישתתף והאם נדרש סיוע בהשגת אשרות "
        "כניסה למדינה המארחת.", "קוד ההרשמה: {code}", "אל {organization} ({place})",
    )),
    "zh": Tongue("Han", "ltr", (
        "请注意，我们已为“{name}”预留一个席位，请于5月12日17时30分之前确认与会者姓名以及是否需要协助办理签证"
        "（+41 22 730 5111），并告知抵达日期和航班号。",
        "您的注册码：{code}", "致：{organization}（{place}）",
    )),
}  # fmt: skip


def letter_in(code: str, *, strong: bool = False) -> Document:
    """A letter of one page in a language, with holes in its head, its salutation and its paragraphs.

    Values in paragraphs are bold if they are ``strong``.
    """
    tongue = TONGUES[code]
    first, second, third = (_with_holes(one, strong=strong) for one in tongue.sentences)
    return replace(
        COLUMNS,
        language=code,
        direction=tongue.direction,
        addressee=(BLOCK,),
        salutation=(Span("", hole="salutation"),),
        body=(paragraph(*first, number="1"), paragraph(*second, number="2"), paragraph(*third)),
        annexes=(),
        addressees=tuple(
            replace(one, entries=(*one.entries, Item("–", (Span("", hole="organization"),), is_filled=True)))
            for one in COLUMNS.addressees[:1]
        ),
    )


def _with_holes(sentence: str, *, strong: bool) -> Iterator[str | Span]:
    for part in sentence.replace("}", "{").split("{"):
        if part:
            is_name = part.isascii() and part.islower() and part.isalpha()
            yield Span("", hole=part, strong=strong) if is_name else part


def values_in(code: str, dice: random.Random, script: str = "") -> Values:
    """Values of an addressee, in the script of a language or in another one; some in both, or with marks and digits."""
    words = SCRIPTS[script or TONGUES[code].script]
    name, surname = dice.choice(words.names), dice.choice(words.surnames)
    organization = words.between.join(dice.choices(words.organizations, k=dice.randint(1, 9)))
    place = dice.choice((dice.choice(words.organizations), "Vevey", f"{surname} 12", f"{name} (e\u0301)"))
    return {
        "addressee.block": "\n".join((f"{name} {surname}", organization, f"{surname} {dice.randint(1, 99)}", "SPAIN")),
        "name": dice.choice((f"{name} {surname}", f"{surname}{words.between}{name}", f"{name} Ejemplo", surname)),
        "salutation": dice.choice((f"{name} {surname},", f"Dear {surname},", f"{surname}：")),
        "organization": organization,
        "place": place,
        "code": f"U4-{dice.randrange(16**6):06X}",
    }


@functools.cache
def script_letter(code: str) -> PdfMaster:
    """The master of a letter in a language, whose holes are no isolates."""
    return master_of(code, letter_in(code))


@functools.cache
def composed_letter(code: str) -> PdfMaster:
    """The master of a letter in a language, with isolates as letters are composed."""
    return master_of(code, with_directions(letter_in(code)))


@functools.cache
def bold_letter(code: str) -> PdfMaster:
    """The same with bold values in paragraphs."""
    return master_of(code, with_directions(letter_in(code, strong=True)))


def master_of(code: str, document: Document) -> PdfMaster:
    """The master of a letter with the holes of those in a language."""
    dice = random.Random(code)
    samples = [values_in(code, dice) for _ in range(30)]
    assert set(holes_of(document)) == set(samples[0])
    characters = frozenset("".join("".join(one.values()) for one in samples))
    made = master_for_copies(document, load_pack(), characters, samples)
    assert isinstance(made, PdfMaster)
    return made
