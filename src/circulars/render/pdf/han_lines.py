"""Ends lines where writers end them, rather than where Pango does: in Chinese and Japanese, and in "L.9901" anywhere.

Pango 1.50 follows an older version of Unicode Standard Annex 14. Here it is asked where the lines of another text may
end, which has, for each character, one of the same kind whose lines end as they should: a bracket for a quotation mark
beside Han, for example. The answer is then put into the layout of the text; no character of the text is changed.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any, Final

from circulars.east_asian import MEASURES
from circulars.model.fonts import OWN_MARKS, WITH_OWN_MARKS, is_one_of

DECLARATION: Final = "int pango_layout_get_width(PangoLayout *layout);"

EndLines = Callable[[Any, str, Any], None]
"""Decides where the lines of a layout of Pango may end; it is given the layout, its text, and its style."""

_OPENING, _CLOSING = "\uff08", "\uff09"
_NEVER_FIRST: Final = "\u3005"
"""An iteration mark: no line begins with it, and one may end behind it."""
_JOINED: Final = "\u2060"
"""A word joiner: no line ends before or behind it."""
_LETTER: Final = "a"
_HYPHEN: Final = "\u2010"
"""A line may end behind it, also before a digit."""
_SAME_KIND: Final = {"“": _OPENING, "‘": _OPENING, "”": _CLOSING, "’": _CLOSING, "·": _NEVER_FIRST}

_DIGIT = re.compile(r"\d")
_TIME = re.compile(r"(?<=\d[时時點点])\d(?=\d?分)")
_MEASURE = re.compile(rf"(?<=\d)[{MEASURES}]")
_RANGE = re.compile(rf"(?<=\d[{MEASURES}])-(?=\d)")
_GROUPED = re.compile(r"\+\d[\d ]{3,20}\d|(?<![\d ])\d{1,3}(?: \d{3})+(?![\d ])")
_SYMBOL = re.compile(r"(?<![\w/.:@-])[A-Z\d][A-Z\d.-]{0,12}(?:/[A-Z\d][A-Z\d.()-]{0,12}){1,4}(?![\w/:@])", re.ASCII)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,64}", re.ASCII)
_LONGEST: Final = 32
"""The longest e-mail address that is kept on one line, in characters; a longer one may be broken behind its "@"."""
_REFERENCE = re.compile(r"(?<=[A-Za-z])\.(?=\d)")
"""A reference, whose lines Pango would end behind the full stop."""


def is_han(language: str | None) -> bool:
    """Whether the lines of a language end by these rules."""
    return is_one_of(language or "", WITH_OWN_MARKS)


def like(text: str, language: str | None) -> str:
    """A text of the same length whose lines may end where those of a text in a language should."""
    if "." in text:
        text = _REFERENCE.sub(_LETTER, text)
    return _like_han(text) if is_han(language) else text


def _like_han(text: str) -> str:
    text = OWN_MARKS.sub(lambda found: "".join(_SAME_KIND.get(one, one) for one in found[0]), text)
    if "@" in text:
        text = _EMAIL.sub(_unbroken_address, text)
    if "/" in text:
        text = _SYMBOL.sub(lambda found: re.sub("[/.()]", _LETTER, found[0]), text)
    if " " in text:
        text = _GROUPED.sub(lambda found: found[0].replace(" ", _JOINED), text)
    if "-" in text:
        text = _RANGE.sub(_HYPHEN, text)
    return _MEASURE.sub(_NEVER_FIRST, _TIME.sub(_JOINED, text)) if _DIGIT.search(text) else text


def _unbroken_address(found: re.Match[str]) -> str:
    kept = re.sub("[.+-]", _LETTER, found[0])
    return kept.replace("@", _HYPHEN if len(kept) > _LONGEST else _LETTER)


def ends_with(line_break: Any, pango: Any, ffi: Any) -> EndLines:
    """The function that decides where lines may end; WeasyPrint's module ``line_break`` asks it, too."""
    log_attrs = line_break.get_log_attrs

    @functools.lru_cache(maxsize=256)
    def changes(text: str, language: str) -> tuple[tuple[int, int], ...]:
        """The places at which a line may end contrary to Pango (1), and at which it may not (0)."""
        other = like(text, language)
        if other == text:
            return ()
        before, after = log_attrs(text, language or None), log_attrs(other, language or None)
        return tuple(
            (place, after[place].is_line_break)
            for place in range(1, len(text))
            if before[place].is_line_break != after[place].is_line_break
        )

    def asked(text: str, language: str | None) -> Any:
        found = log_attrs(text, language)
        for place, value in changes(text, language or ""):
            found[place].is_line_break = value
        return found

    def end_lines(layout: Any, text: str, style: Any) -> None:
        if not (found := changes(text, style["lang"] or "")):
            return
        width = pango.pango_layout_get_width(layout)
        pango.pango_layout_set_width(layout, -1)
        attributes = pango.pango_layout_get_log_attrs_readonly(layout, ffi.NULL)
        for place, value in found:
            attributes[place].is_line_break = value
        # Pango keeps these attributes, but forgets the lines, when the width is another one.
        pango.pango_layout_set_width(layout, width)

    line_break.get_log_attrs = asked
    return end_lines


def own_ends(layout: Any, end_lines: EndLines) -> None:
    """Has WeasyPrint's class ``Layout`` end its lines so."""
    set_text = layout.set_text

    @functools.wraps(set_text)
    def with_ends(kept: Any, text: str, justify: bool = False) -> None:
        set_text(kept, text, justify)
        end_lines(kept.layout, kept.text, kept.style)

    layout.set_text = with_ends


def keep_marks_of_notes(inline: Any) -> None:
    """Has WeasyPrint's module for lines keep the mark of a footnote on the line of the word before it."""
    split = inline.split_inline_level

    @functools.wraps(split)
    def wrapped(context: Any, box: Any, *arguments: Any) -> Any:
        part, resume_at, preserved, first, *others = split(context, box, *arguments)
        return (part, resume_at, preserved, _JOINED if _is_mark(box) else first, *others)

    inline.split_inline_level = wrapped


def _is_mark(box: Any) -> bool:
    element = box.element
    return element is not None and element.get("data-pdf") == "Reference" and is_han(box.style["lang"])
