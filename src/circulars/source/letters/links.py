"""Checks that links have valid targets, and lead where their words say."""

from __future__ import annotations

import re
import unicodedata

from circulars.syntax.prose import is_link_name

ADDRESS = r"(?:https?://[\w-]+(\.[\w-]+)*(:[0-9]+)?([/?#][^\s<>\"]*)?|mailto:[^\s<>\"@]+@[^\s<>\"@]+|tel:[+0-9() .-]+)"


def wrong_target(name: str) -> tuple[str, str]:
    """The fact and the remedy for a target that is neither a link's name nor an address."""
    fact = f"'{name[:60]}' is neither the name of a link nor an address"
    return fact, "an address begins with https://, http://, mailto: or tel:; a name has lower-case letters"


def deception(address: str, words: str = "") -> tuple[str, str] | None:
    """The fact and the remedy if an address or a link's words mislead readers about where it leads; otherwise None."""
    if not address.startswith(("http://", "https://")):
        return None
    host = _host(address)
    if "@" in host:
        name = host.rpartition("@")[2]
        fact = f"the address '{_cut(address)}' leads to '{_cut(name)}', not to what comes before the '@'"
        return fact, "write the address without a user name and a password"
    if any(unicodedata.category(sign) in ("Cf", "Zs", "Mn") for sign in host):
        return f"the address '{_cut(address)}' has an invisible character", "type the address again"
    for label in host.split("."):
        if len(scripts := _scripts(label)) > 1:
            fact = f"'{_cut(label)}' in an address mixes letters of two scripts that look alike ({', '.join(scripts)})"
            return fact, "type the address again, in one script"
    shown = _host(words) if re.match(r"(?:https?://|www\.)[^\s/]", words) else host
    if shown.removeprefix("www.") != host.removeprefix("www."):
        fact = f"the words of this link are an address at '{_cut(shown)}', but it leads to '{_cut(host)}'"
        return fact, "make the two addresses the same, or write other words"
    return None


def _host(address: str) -> str:
    """The part of an address between "://" and the path, in lower case."""
    return re.split(r"[/?#]", address.partition("://")[2] or address, maxsplit=1)[0].lower()


# Scripts that may be mixed with Latin in one name (UTS 39, "highly restrictive").
_BESIDE_LATIN = {"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"}


def _scripts(label: str) -> tuple[str, ...]:
    """The scripts of a label, if they must not be mixed; otherwise none."""
    found = {unicodedata.name(sign, "UNKNOWN").split()[0] for sign in label if sign.isalpha()}
    return () if found - {"LATIN"} <= _BESIDE_LATIN else tuple(sorted(found))


def _cut(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def is_target(name: str) -> bool:
    """Whether this can be the target of a link: a link's name, an id after ``#``, or an address."""
    return is_link_name(name.removeprefix("#")) or re.fullmatch(ADDRESS, name) is not None
