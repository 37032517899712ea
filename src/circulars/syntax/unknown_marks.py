"""Finds what looks like a mark of another markup language; a letter shows it as typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from circulars.syntax.prose import FOOTNOTE_NAME


@dataclass(frozen=True, slots=True)
class UnknownMark:
    """Words that look like a mark: they begin at character ``at`` of a text; ``fact`` and ``hint`` are for people."""

    words: str
    at: int
    fact: str
    hint: str


# Every mark begins with one of these characters, which are found much faster than the marks.
_BEGIN: Final = re.compile(r"[\\\[_~`<&!^=｛]")
_MARKS: Final = (
    (rf"(?<!\\)\[\^(?!{FOOTNOTE_NAME}\])[^\[\]]{{0,40}}\]", "the mark of a footnote",
     "its name has letters, digits and hyphens: [^1]"),
    (rf"(?<!\\)\[\^{FOOTNOTE_NAME}(?![\w\]-])(?![^\[\]]{{0,40}}\])", "the mark of a footnote",
     "close it with a bracket: [^1]"),
    (r"(?<!\\)\[[^\[\]]{1,80}\]\([^()\s]+\)\{[^{}]{1,40}\}", "a link in another language",
     "write a link in the words: [[mots](https://…)]{lang=fr}"),
    (r"(?<!\\)\[[^\[\]]{1,80}\]\{(?!lang=)[.#\w][^{}]{0,40}\}", "words with an attribute",
     "write the words alone; only {lang=…} has a meaning"),
    (r"\^\[[^\[\]]{1,80}\]", "a footnote", "write [^1], and the text of the footnote under 'footnotes:'"),
    (r"(?<!\\)!\[[^\[\]]{0,80}\]\([^()\s]+\)", "a picture", "a text has no pictures"),
    (r"\\[.,:;!?#+\-_~`^|()=&$%@\"'/]", "an escaped character", "write the character without the backslash"),
    (r"(?<![\w_])__(?=[^\s_])[^_]{0,200}(?<=[^\s_])__(?![\w_])", "strong text", "write **words**"),
    (r"(?<![\w~])~~(?=\S)[^~]{0,200}(?<=\S)~~(?![\w~])", "struck text", "a letter has no struck text"),
    (r"(?<![=\w])==(?=[^\s=])[^=]{0,200}(?<=[^\s=])==(?![=\w])", "highlighted text", "write **words** or *words*"),
    (r"(?<=\w)\^[\w+-]{1,20}\^", "a superscript", "write the character itself, such as ²"),
    (r"(?<=\w)~[\w+-]{1,20}~(?!~)", "a subscript", "write the character itself, such as ₂"),
    (r"｛｛[^｛｝]{1,80}｝｝", "a field with full-width braces", "write half-width ones: {{ meeting }}"),
    (r"`(?=[^\s`])[^`]{0,200}`", "code", "write the words without backticks"),
    (r"</?(?:b|strong)>", "strong text", "write **words**"),
    (r"</?(?:i|em)>", "emphasis", "write *words*"),
    (r"<br ?/?>", "a line break", "end the line with a backslash"),
    (r"</?(?:u|s|sub|sup|p|span|font|code)>", "HTML", "write the words without it"),
    (r"&(?:nbsp|amp|lt|gt|quot|apos|ndash|mdash|hellip|copy|#\d{1,7}|#x[0-9A-Fa-f]{1,6});", "a character of HTML",
     "write the character itself"),
)  # fmt: skip
# A line that is not to be filled in.
_ESCAPED: Final = r"\\_(?:\\?_){2,}"
_ANY: Final = re.compile(
    "|".join((_ESCAPED, *(f"(?P<m{nth}>{pattern})" for nth, (pattern, _, _) in enumerate(_MARKS))))
)


def unknown_marks(text: str) -> Iterator[UnknownMark]:
    """What looks like a mark that letters do not have, in the order of the text."""
    end = 0
    while begin := _BEGIN.search(text, end):
        found = _ANY.match(text, begin.start())
        end = found.end() if found else begin.end()
        if not found or not found.lastgroup:
            continue
        _, what, hint = _MARKS[int(found.lastgroup[1:])]
        shown = found[0] if len(found[0]) <= 40 else found[0][:39] + "…"
        yield UnknownMark(found[0], found.start(), f"'{shown}' looks like {what}; it is printed as typed", hint)
