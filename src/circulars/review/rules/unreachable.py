"""The rules for telephone numbers, e-mail addresses and links that cannot exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from circulars.addressing.emails import email_fault
from circulars.errors import quoted
from circulars.model.letter import Letter
from circulars.model.text import Spans
from circulars.review.rules.findings import Discrepancy, RuleProblem, Source
from circulars.syntax.autolinks import ADDRESS_END

_PHONE: Final = re.compile(r"(?<![\w+])\+\(?\d(?:[\d().-]|[ \u00a0\u202f](?=[\d(]))*\d")
_TRUNK: Final = re.compile(r"\(0\d?\)")
_LEAST, _MOST = 7, 15
"""The digits of a telephone number with its country (E.164); a shorter address than "a@b.int" is none either."""
_MARKS: Final = r"\s<>()\[\]{}«»“”\"',;:،؛" + ADDRESS_END
_MAIL: Final = re.compile(rf"[^{_MARKS}]+@[^{_MARKS}]*[^\W_{ADDRESS_END}]")
_URL: Final = re.compile(rf"(?i:[a-z]{{2,10}})://[^\s{ADDRESS_END}]*")
_HOST: Final = re.compile(rf"(?i:https?)://(?:[^\s/?#@{ADDRESS_END}]*@)?([^\s/?#:)\]{ADDRESS_END}]+)")
_ADDRESS: Final = re.compile(r"\d+(?:\.\d+){3}|\[.*")


def unreachable(letter: Letter) -> Iterator[RuleProblem]:
    """The problems of all texts and of the contacts of a letter."""
    source = Source(letter.file, letter.origin.text)
    for text in letter.texts:
        seen: set[tuple[int, int]] = set()
        for language, paragraphs in text.paragraphs.items():
            if text.ranges[language] in seen:
                continue
            seen.add(text.ranges[language])
            for spans in paragraphs:
                for typed, found in _in_words(spans):
                    yield source.problem(found, text.ranges[language], typed, text.ranges.values())
    for number in dict.fromkeys(
        n for contact in letter.contact for n in (*contact.tel.values(), *contact.fax.values())
    ):
        for typed, found in _numbers(number, least=_LEAST):
            at = source.at(letter.origin.place_of(typed, letter.file)) if typed in letter.origin.text else 0
            yield source.problem(found, (at, at + 1))


def _in_words(spans: Spans) -> Iterator[tuple[str, Discrepancy]]:
    words = "".join(" \ufffc " if span.hole else span.text for span in spans if not span.note)
    links = [span.link for span in spans if span.link and span.link != span.text]
    if "+" in words:
        yield from _numbers(words)
    if "@" in words:
        for found in _MAIL.finditer(_URL.sub(" ", words)):
            if len(found[0]) >= _LEAST and (fault := email_fault(found[0])):
                yield found[0], _wrong("impossible-address", found[0], fault)
    for typed in (words, *links):
        for host in _HOST.finditer(typed):
            name = host[1].rstrip(".")
            if not _ADDRESS.fullmatch(name) and (fault := email_fault(f"x@{name}")):
                yield name, _wrong("impossible-address", host[0], (f"'{name}' is not a domain", "correct the address"))


def _numbers(words: str, least: int = 0) -> Iterator[tuple[str, Discrepancy]]:
    for found in _PHONE.finditer(words):
        digits = re.sub(r"\D", "", _TRUNK.sub("", found[0]))
        if digits.startswith("0"):
            fault = "a number after '+' begins with the code of a country, which is not 0", "write '+' and that code"
        elif len(digits) > _MOST:
            fault = f"it has {len(digits)} digits; no telephone number has more than {_MOST}", "correct the number"
        elif len(digits) < least:
            fault = f"it has {len(digits)} digits; with the code of its country it has {least} at least", "correct it"
        else:
            continue
        yield found[0], _wrong("impossible-telephone", found[0], fault)


def _wrong(code: str, typed: str, fault: tuple[str, str]) -> Discrepancy:
    fact, hint = fault
    return Discrepancy(code, f"{quoted(typed)} cannot exist: {fact}", hint, (typed,))
