"""Says whether a link misleads its readers about where it leads.

Where a link leads is decided as a browser decides it (the URL standard): capital letters, percent signs, "..", dots of
other scripts and names in other scripts (UTS 46) make no difference. Words that look like an address, in whole or in
part, must be the link's: the same host (with or without "www."), the same mailbox, the same number. They may show less
of the path than the link has, to the end of one of its parts, or with "…" for what they leave out; ``http`` and
``https`` are alike. Words that look like no address may be any.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from circulars.addressing.emails import ascii_domain
from circulars.addressing.lookalikes import address_in, has_unseen, is_lookalike, visible
from circulars.addressing.targets import TRAILING, Target, figures, target_of, without
from circulars.model.addressee import STATED
from circulars.model.text import Span

Misleading = tuple[str, str]
"""A fact and its remedy."""

_REMEDY = "make the two addresses the same, or write other words"
_TYPE_AGAIN = "type the address again"
_MESSAGE = frozenset({"subject", "body"})
# Words that are the address itself, where nothing needs to be looked at more closely.
_SIMPLE = re.compile(r"(?:https?://|mailto:)?((?:[a-z0-9._+-]+@)?[a-z0-9.-]+(?:/[a-z0-9_~./-]*)?)")
# Words without any character that an address needs, or that looks like one.
_PLAIN = re.compile(
    r"[\s0-9a-z\u00c0-\u024f\u0370-\u052f\u1e00-\u1fff\u05d0-\u05ea\u0621-\u064a\u3041-\u3096\u4e00-\u4e35"
    r"\u4e37-\u9fff\uac00-\ud7a3,;()!?&*\"'«»“”‘’/–—-]*"
)
# An address around a link ends at these.
_APART = r"\s,;()\[\]{}<>\"«»“”„‘’'|、，。；：？！（）《》〈〉「」『』【】،؛؟"
_NUMBER = re.compile(r"\+?(?:\(\d+\)|\d)(?:[\d\s.\-/\u2010-\u2015]|\(0\))+\d")
_OTHER_NUMBER = re.compile(r"\d{1,4}([./-])\d{1,2}\1\d{1,4}|\d{1,3}([.\s])\d{3}(?:\2\d{3})*")  # dates, millions


def deception(address: str, words: str = "", before: str = "", after: str = "") -> Misleading | None:
    """The fact and the remedy if a link misleads its readers about where it leads; otherwise None.

    ``address`` may also be "#id", a place in the same document. ``before`` and ``after`` are the text around the
    link: an address may begin before the link, and end after it. An address that is still a hole misleads nobody.
    """
    if STATED in address:
        return None
    if _is_said_by(words, address):
        return None
    if wrong := _misleading_address(address):
        return wrong
    seen = visible(words)
    around = visible(_end_of(before) + words + _start_of(after))
    if _PLAIN.fullmatch(around) and not address.startswith("tel:"):
        return None
    target = target_of(address)
    if seen == visible(address):
        return _unclear_letter(target, words)
    left = without(target, seen)
    said = address_in(left)
    if not said and left == seen != around:
        said = address_in(without(target, around))
    if said:
        said, where = said.strip(TRAILING), target.where
        if where in said:
            where += target.rest
        return f"the words of this link say '{_cut(said)}', but it leads to '{_cut(where)}'", _REMEDY
    return _unclear_letter(target, words) or _wrong_number(target, address, seen)


def misleading_links(spans: Iterable[Span]) -> Iterator[tuple[str, str, Misleading]]:
    """The links of a text that mislead: the address, the words, and the fact with its remedy.

    Links in whose words, or next to them, a hole is still open are left out.
    """
    groups = [(link, list(group)) for link, group in itertools.groupby(spans, key=lambda span: span.link)]
    for place, (link, group) in enumerate(groups):
        if link and not any(span.hole for span in group):
            words = _words(group)
            if _is_said_by(words, link):
                continue
            before, after = (
                "".join(_words(beside) for _, beside in groups[first:end])
                for first, end in ((max(place - 3, 0), place), (place + 1, place + 4))
            )
            if wrong := deception(link, words, before, after):
                yield link, words, wrong


def _words(spans: Iterable[Span]) -> str:
    return "".join([" " if span.hole else span.text for span in spans])


def _is_said_by(words: str, address: str) -> bool:
    """Whether the words of a link are a plain address itself, or none: whatever is around them misleads nobody."""
    simple = _SIMPLE.fullmatch(address)
    return simple is not None and words in ("", address, simple[1]) and "/." not in address


def _misleading_address(address: str) -> Misleading | None:
    """What is misleading about an address, whatever the words."""
    if address.startswith("mailto:"):
        return _misleading_mailbox(address)
    if not address.startswith(("http://", "https://")):
        return None
    host = re.split(r"[/?#\\]", address.partition("://")[2], maxsplit=1)[0]
    if "@" in host:
        name = host.rpartition("@")[2]
        fact = f"the address '{_cut(address)}' leads to '{_cut(name)}', not to what comes before the '@'"
        return fact, "write the address without a user name and a password"
    return _misleading_host(re.sub(r":\d*$", "", host), address)


def _misleading_mailbox(address: str) -> Misleading | None:
    mailbox, _, headers = unquote(address).removeprefix("mailto:").partition("?")
    fields = {name.strip().lower() for name in re.findall(r"(?:^|&)([^=&]*)", headers)}
    if fields & {"to", "cc", "bcc"} or mailbox.count("@") > 1 or "," in mailbox:
        return f"the address '{_cut(address)}' leads to more than one mailbox", "write one e-mail address"
    typed = [field.partition("=") for field in address.partition("?")[2].split("&") if field]
    if other := next((name for name, _, _ in typed if unquote(name).lower() not in _MESSAGE), None):
        fact = f"the address '{_cut(address)}' sets '{_cut(other)}' of the message"
        return fact, "let it set only the subject and the body"
    # A line of its own in the subject would be a header of the message: a further recipient.
    single = (mailbox, *(unquote(value) for name, _, value in typed if unquote(name).lower() == "subject"))
    if any(re.search(r"[\x00-\x1f\x7f]", text) for text in single):
        return f"the address '{_cut(address)}' has a line break", "write the mailbox and the subject on one line"
    return _misleading_host(mailbox.rpartition("@")[2], address)


def _misleading_host(host: str, address: str) -> Misleading | None:
    """What is misleading about a host as it is typed in an address."""
    if host.isascii():
        return None
    if has_unseen(host):
        return f"the address '{_cut(address)}' has an invisible character", _TYPE_AGAIN
    seen = visible(host)
    for label in seen.split("."):
        if len(scripts := _scripts(label)) > 1:
            fact = f"'{_cut(label)}' in an address mixes letters of two scripts that look alike ({', '.join(scripts)})"
            return fact, "type the address again, in one script"
    if is_lookalike(seen):
        fact = f"'{_cut(seen)}' in an address looks as if it were in Latin letters, but is in those of another script"
        return fact, f"{_TYPE_AGAIN}; if it is right, write '{ascii_domain(seen)}'"
    return None


# Scripts that may be mixed with Latin in one name (UTS 39, "highly restrictive").
_BESIDE_LATIN = {"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"}


def _scripts(label: str) -> tuple[str, ...]:
    """The scripts of a label, if they must not be mixed; otherwise none."""
    found = {unicodedata.name(sign, "UNKNOWN").split()[0] for sign in label if sign.isalpha()}
    return () if found - {"LATIN"} <= _BESIDE_LATIN else tuple(sorted(found))


def _end_of(before: str) -> str:
    """The end of the text before a link, if no space or punctuation is between them."""
    return re.split(rf"[{_APART}]", before[-200:])[-1]


def _start_of(after: str) -> str:
    return re.split(rf"[{_APART}]", after[:200], maxsplit=1)[0]


def _unclear_letter(target: Target, words: str) -> Misleading | None:
    """A capital I among small letters, which looks like a small L; or a small L among capitals."""
    for token in words.split():
        place = re.split(r"[/?#]", token.partition("://")[2] or token, maxsplit=1)[0]
        if any(name in visible(place) for name in target.names):
            for label in place.rpartition("@")[2].split("."):
                if re.search(r"[A-Z]l[A-Z]|[a-z]I|\bI[a-z]", label):
                    fact = f"a capital I looks like a small L in '{_cut(label)}'"
                    return fact, "write the address in small letters"
    return None


def _wrong_number(target: Target, address: str, seen: str) -> Misleading | None:
    """Words that are another telephone number than the link's."""
    numbers = [found.group() for found in _NUMBER.finditer(seen)]
    if not target.number:  # "+41 22 730 0000" may lead to a page for that number
        numbers = [number for number in numbers if number == seen.strip() and number.startswith("+")]
    for number in numbers:
        if _OTHER_NUMBER.fullmatch(number):
            continue
        said, own = figures(number.replace("(0)", "")).lstrip("0"), target.number or figures(address)
        if len(said) >= 7 and not (own.endswith(said) or (own and said.startswith(own))):
            return f"the words of this link say '{number}', but it leads to '{_cut(target.where)}'", _REMEDY
    return None


def _cut(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
