"""Says where a link leads, and finds the ways to write that in a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from circulars.addressing.emails import ascii_domain
from circulars.addressing.lookalikes import LETTERS, is_lookalike, visible

if TYPE_CHECKING:
    import ada_url

TRAILING = ".,;:!?'\"»”’)]}›،؛؟"
"""Punctuation that belongs to the sentence around an address."""

_MOST_TRAILING = 8
_PORTS = {"http:": "80", "https:": "443"}
_PRINTED = re.compile(r"[^\s<>\"«»“”]{0,4000}")
_PATH = re.compile(r"(?::(\d+))?((?:[/?#\\].*)?)", re.DOTALL)
_FILE = re.compile(r"[\w-]+\.(?:ai|md|mov|pl|ps|py|rs|sh|zip)")  # these endings are domains, too


@dataclass(frozen=True, slots=True)
class Target:
    """Where a link leads: each way to write its host or mailbox, its port, the rest, and a telephone's figures.

    All are decoded, and in the shape of :func:`visible`. ``where`` is how messages name it.
    """

    where: str
    names: tuple[str, ...] = ()
    port: str = ""
    rest: str = ""
    number: str = ""


def target_of(address: str) -> Target:
    """Where an address leads, as a browser reads it. An address that none can read has no names."""
    scheme, _, rest = address.partition(":")
    if scheme == "tel":
        return Target(rest, number=figures(rest))
    import ada_url  # takes long to load, and most links are simple

    if scheme == "mailto":
        mailbox, _, headers = unquote(rest).partition("?")
        local, _, domain = visible(mailbox).partition("@")
        rest = visible(f"/?{headers}") if headers else ""
        in_ascii = ascii_domain(domain)
        domains = {domain, in_ascii, visible(ada_url.idna_to_unicode(in_ascii))} - {""}
        return Target(f"{local}@{domain}", _clear(f"{local}@{name}" for name in domains), rest=rest)
    try:
        url = ada_url.URL(address)
    except ValueError:
        return Target(f"a place in this letter, {address}" if address.startswith("#") else address)
    if url.protocol not in _PORTS:
        return Target(address)
    host, unicode = url.hostname, visible(ada_url.idna_to_unicode(url.hostname))
    names = {name.removeprefix("www.") for name in (host, unicode)}
    all_names = _clear(names | {f"www.{name}" for name in names})
    return Target(host if address.isascii() else unicode, all_names, url.port or _PORTS[url.protocol], _rest(url))


def without(target: Target, text: str) -> str:
    """A visible text, with a space instead of each way to write the target in it."""
    if target.number:
        return re.sub(r"(?<!\w)tel:(?=[\s\d+(])", " ", text)
    last = target.rest.partition("?")[0].rpartition("/")[2]
    if _FILE.fullmatch(last):
        text = re.sub(rf"(?<![\w.@/-]){re.escape(last)}(?![\w@/-])", " ", text)
    result, at = [], 0
    for start, end in _written(target, text):
        if start >= at:
            result += [text[at:start], " "]
            at = end
    return "".join((*result, text[at:]))


def figures(text: str) -> str:
    """The figures of a text, in ASCII."""
    return "".join(str(unicodedata.decimal(sign)) for sign in text if sign.isdecimal())


def _clear(names: Iterable[str]) -> tuple[str, ...]:
    """The names that look like no other one, the longest first."""
    return tuple(sorted((name for name in names if not is_lookalike(name.rpartition("@")[2])), key=len, reverse=True))


def _rest(url: ada_url.URL) -> str:
    """What follows the host in an address, decoded; "" for "/"."""
    rest = url.pathname + url.search + url.hash
    return visible(unquote(rest if url.search or url.hash else rest.rstrip("/")))


def _written(target: Target, text: str) -> Iterator[tuple[int, int]]:
    """Where a visible text has the target, each with the port and the path that it shows."""
    names = "|".join(re.escape(name) for name in target.names)
    if not names:
        return
    for found in re.finditer(rf"(?:mailto:)?(?<![{LETTERS}.@])(?:{names})(?![{LETTERS}@]|\.\w)", text):
        printed = _PRINTED.match(text, found.end())
        shown = _PATH.match(printed.group() if printed else "")
        if shown is None or (shown[1] and shown[1] != target.port):
            continue
        path = shown[2]
        if target.rest.isascii():  # where no space separates words, the sentence goes on
            path = re.sub(r"[^\x21-\x7e].*", "", path, flags=re.DOTALL)
        trailing = min(len(path) - len(path.rstrip(TRAILING)), _MOST_TRAILING)
        for part in (path[: len(path) - count] for count in range(trailing + 1)):
            if _shows(part, target.rest):
                yield found.start(), found.end() + shown.end(1) * bool(shown[1]) + len(part)
                break


def _shows(path: str, rest: str) -> bool:
    """Whether a path is a link's, as far as it is shown: to the end of one of its parts, or around "..."."""
    first, *others = path.split("...")
    if not others:
        shown = _normalized(path)
        return rest == shown or (rest.startswith(shown) and (not shown or rest[len(shown)] in "/?#&"))
    at = len(first)
    if not rest.startswith(first):
        return False
    for part in others[:-1]:
        if (found := rest.find(part, at)) < 0:
            return False
        at = found + len(part)
    return rest[at:].endswith(others[-1])


def _normalized(path: str) -> str:
    """A path as a browser reads it, decoded."""
    import ada_url

    return _rest(ada_url.URL("https://a.example" + path))
