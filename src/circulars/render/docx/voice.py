"""Turns text into runs of one language and one direction each, in the order of Word's schema.

Word lays a run out from right to left only if it has ``w:rtl``. For such a run, Word reads bold from ``w:bCs`` and the
language from ``w:lang/@w:bidi``. So a text with both directions becomes several runs.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from circulars.model.directions import (
    MARKS,
    OTHER,
    Direction,
    Stretch,
    core,
    direction_of,
    has_backward,
    is_forward,
    marks_around,
    stretches,
)
from circulars.model.filling import isolates_in
from circulars.model.fonts import EAST_ASIAN, OWN_MARKS, WITH_OWN_MARKS, is_one_of
from circulars.render.docx.markup import APART, CLOSE, FONT_OF_SIGNS, HOLE, OPEN, escaped, kept_apart, quoted
from circulars.render.docx.word_languages import of_latin, of_own_script

_RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
_HEBREW = re.compile("[\u0590-\u05ff\ufb1d-\ufb4f]")
_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\u0870-\u08ff\ufb50-\ufdff\ufe70-\ufefc]")
_KANA = re.compile("[\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f]")
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
_EASTERN_SIGNS = "\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_EAST_ASIAN = re.compile(f"[{_EASTERN_SIGNS}]")
_LINE = rf"[^\x00-\x1f\ufffe\uffff{_RIGHT_TO_LEFT}{_EASTERN_SIGNS}]+"
PLAIN: Final = re.compile(f"{_LINE}(?:\n{_LINE})*")
"""Text without empty lines that is one run if the direction is left to right."""
_IN_HEBREW = ("he", "yi")
_MARKS_APART = re.compile(f"((?:{OWN_MARKS.pattern}))")
# Marks of punctuation that Chinese has from the font of its letters. The template's theme has that font; a program that
# does not read themes goes by the hint.
_FONT_OF_MARKS: Final = (
    '<w:rFonts w:hint="eastAsia" w:asciiTheme="minorEastAsia" w:hAnsiTheme="minorEastAsia"'
    ' w:eastAsiaTheme="minorEastAsia"/>'
)
# Digits and signs among letters from right to left, which are in the font of Latin text, as in a PDF.
_SIGNS_APART: Final = re.compile(f"([^{_RIGHT_TO_LEFT}\\s\x00-\x1f\u0300-\u036f\u200b-\u200f\u2060]+)")
_BEGINS_WITH_NUMBER: Final = re.compile(r"[\W_]*\d")
_MARKS = re.compile(r"([\n\t])")
BREAK: Final = '</w:t><w:br/><w:t xml:space="preserve">'
"""A forced line break within a text."""
_MARK = {"\n": "<w:br/>", "\t": "<w:tab/>"}


@dataclass(frozen=True, slots=True)
class Voice:
    """The language of some text, and the direction of its surroundings.

    ``stated`` is true if the text has its own language, rather than that of the letter; ``is_apart`` if a value from
    the other direction would be shown together with what follows; ``is_behind`` if it follows another value;
    ``is_settled`` if the numbers that are to be isolated were found in the whole paragraph.
    """

    language: str
    direction: Direction
    stated: bool = False
    is_apart: bool = False
    is_behind: bool = False
    is_settled: bool = False


def text_runs(text: str, voice: Voice, properties: str = "") -> str:
    """The text as runs, one for each stretch of a direction; ``properties`` come before direction and language.

    Holes in the text are kept, with the voice and the properties. Their runs are made when their values are known.
    """
    if OPEN not in text:
        return _known_runs(text, voice, properties)
    facts = "stated" * voice.stated, "apart" * voice.is_apart, "behind" * voice.is_behind
    kept = APART.join(("", voice.language, voice.direction, *facts, properties))
    return "".join(
        f"{OPEN}{part}{kept}{CLOSE}" if nth % 2 else _known_runs(part, voice, properties)
        for nth, part in enumerate(HOLE.split(text))
    )


def value_runs(text: str, voice: Voice, properties: str = "") -> str:
    """The value of a hole as runs: each line in the direction of its first letter."""
    if voice.direction == "ltr" and not has_backward(text):
        return text_runs(_mark_before(text, voice) + text, voice, properties)
    runs, start = list[str](), 0
    for nth, line in enumerate(text.split("\n")):
        values = isolates_in(text, start, start + len(line))
        runs += [text_runs("\n" * (nth > 0), voice, properties), _line_runs(line, values, voice, properties)]
        start += len(line) + 1
    return "".join(runs)


def _line_runs(line: str, values: Sequence[Stretch], voice: Voice, properties: str) -> str:
    """A line of a hole's text; the values in it that are read in the other direction have marks around them."""
    own = voice if line.isdecimal() else replace(voice, direction=direction_of(line, "ltr"))
    other = replace(own, direction=OTHER[own.direction])
    before, after = _marks_of(line, own.direction, voice)
    runs, text, end = list[str](), before, 0
    for first, last in values:
        begun, ended = map(kept_apart, marks_around(line, first, last, own.direction))
        runs += [
            text_runs(text + line[end:first], own, properties),
            text_runs(begun + line[first:last] + ended, other, properties),
        ]
        text, end = "", last
    return "".join([*runs, text_runs(text + line[end:] + after, own, properties)])


def _marks_of(line: str, own: Direction, voice: Voice) -> tuple[str, str]:
    """The marks before and after a line of a value that is read in a direction."""
    around, following = voice.direction, "0" * voice.is_apart
    first, after = "", ""
    if own == around:
        last = next((sign for sign in reversed(line) if sign.isalnum()), "")
        after = MARKS[around] if voice.is_apart and is_forward(last) and around == "rtl" else ""
    elif line and (around == "rtl" or _is_moved(line, following)):
        first, after = marks_around(line + following, 0, len(line), around)
        # Without the mark of the text around, the next value may be of the same phrase.
        after = after if following else after.removesuffix(MARKS[around])
    return _mark_before(line, voice) + kept_apart(first), kept_apart(after)


def _mark_before(line: str, voice: Voice) -> str:
    """The mark before a number that follows another value; the other one would be shown together with it."""
    is_number = voice.is_behind and _BEGINS_WITH_NUMBER.match(line) and direction_of(line, voice.direction)
    return kept_apart(MARKS[voice.direction]) if is_number == voice.direction else ""


def _is_moved(line: str, following: str) -> bool:
    """Whether a line from right to left would be shown otherwise; signs at its ends belong to the text around."""
    start, end = core(line, 0, len(line))
    before, after = marks_around(line[:end] + following, start, end, "ltr")
    return bool(before or (after if following else after.removesuffix(MARKS["ltr"])))


def _known_runs(text: str, voice: Voice, properties: str) -> str:
    if not text.isascii() and is_one_of(voice.language, WITH_OWN_MARKS):
        return "".join(
            _runs_in_order(piece, voice, _with_fonts(properties, _FONT_OF_MARKS) if nth % 2 else properties)
            for nth, piece in enumerate(_MARKS_APART.split(text))
        )
    return _runs_in_order(text, voice, properties)


def _runs_in_order(text: str, voice: Voice, properties: str) -> str:
    return "".join(
        _run_of(piece, rtl, voice, _with_fonts(properties, FONT_OF_SIGNS) if nth % 2 else properties)
        for part, rtl in directed(text, voice.direction, voice.is_settled)
        for nth, piece in enumerate(_SIGNS_APART.split(part) if rtl else (part,))
        if piece
    )


def _run_of(text: str, rtl: bool, voice: Voice, properties: str) -> str:
    speech = _speech(voice.language, _complex(text, voice) if rtl else "", _eastern(text, voice))
    return f"<w:r><w:rPr>{properties}{speech}</w:rPr>{content(text)}</w:r>"


def _with_fonts(properties: str, fonts: str) -> str:
    """The properties of a run that has other fonts; a style comes before them."""
    style, end, rest = properties.partition("/>") if properties.startswith("<w:rStyle") else ("", "", properties)
    return f"{style}{end}{fonts}{rest}"


def field_runs(instruction: str, result: str, voice: Voice, properties: str = "") -> str:
    """A field of Word, with the result that it shows until Word updates it."""

    begin, separate, end = (
        element_run(f'<w:fldChar w:fldCharType="{kind}"/>', voice, properties) for kind in ("begin", "separate", "end")
    )
    code = element_run(f'<w:instrText xml:space="preserve"> {escaped(instruction)} </w:instrText>', voice, properties)
    return begin + code + separate + text_runs(result, voice, properties) + end


def element_run(element: str, voice: Voice, properties: str = "") -> str:
    """A run with an element instead of text."""
    return f"<w:r><w:rPr>{properties}{speech_beside_text(voice)}</w:rPr>{element}</w:r>"


def speech_beside_text(voice: Voice) -> str:
    """The languages of a run with something other than text."""
    return _speech(voice.language, eastern=_eastern("", voice))


def content(text: str) -> str:
    """The content of a run: text, with line feeds as breaks and tabs as tabs."""
    if "\n" not in text and "\t" not in text:
        return f'<w:t xml:space="preserve">{escaped(text)}</w:t>' if text else ""
    return "".join(
        _MARK.get(part) or f'<w:t xml:space="preserve">{escaped(part)}</w:t>' for part in _MARKS.split(text) if part
    )


def directed(text: str, direction: Direction, is_settled: bool = False) -> Iterator[tuple[str, bool]]:
    """The parts of a text with one direction, each with whether it is written from right to left.

    If it ``is_settled``, numbers by themselves have the direction of the text.

    Those of the other direction have marks around them: LibreOffice does not see the direction of a run.
    """
    rtl, end = direction == "rtl", 0
    if text.isascii() and not rtl:
        if text:
            yield text, False
        return
    for start, stop in stretches(text, direction):
        if is_settled and not is_forward(text[start:stop]):
            continue
        if start > end:
            yield text[end:start], rtl
        before, after = map(kept_apart, marks_around(text, start, stop, direction))
        yield before + text[start:stop] + after, not rtl
        end = stop
    if end < len(text):
        yield text[end:], rtl


def _complex(text: str, voice: Voice) -> str:
    """The language of a right-to-left stretch: the text's own, or else that of its script, or else the letter's."""
    if voice.stated:
        return voice.language
    script = _HEBREW if voice.language.split("-")[0] in _IN_HEBREW else _ARABIC
    if voice.direction == "rtl" and script.search(text):
        return voice.language
    return "he-IL" if _HEBREW.search(text) else "ar-SA" if _ARABIC.search(text) else voice.language


def _eastern(text: str, voice: Voice) -> str:
    """The language of East Asian text in a run: the run's own, or else that of the script; "" without such text.

    Word reads the language of such text from ``w:eastAsia`` only. Characters that Chinese and Japanese share are taken
    for Chinese unless the text also has kana.
    """
    if is_one_of(voice.language, EAST_ASIAN):
        return voice.language
    if text.isascii() or not (found := _EAST_ASIAN.search(text)):
        return ""
    if _KANA.search(text):
        return "ja-JP"
    return "ko-KR" if _HANGUL.match(found[0]) else "zh-CN"


@functools.lru_cache(maxsize=256)
def _speech(language: str, bidi: str = "", eastern: str = "") -> str:
    """The languages of a run: its own, that of its right-to-left text, and that of its East Asian text."""
    value, east = quoted(of_latin(language)), f" w:eastAsia={quoted(of_own_script(eastern))}" if eastern else ""
    backward = quoted(of_own_script(bidi))
    return f"<w:rtl/><w:lang w:val={value}{east} w:bidi={backward}/>" if bidi else f"<w:lang w:val={value}{east}/>"
