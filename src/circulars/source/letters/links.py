"""Checks where links lead: an address, a name or an id, and never elsewhere than their words say."""

from __future__ import annotations

import re
import unicodedata

from circulars.syntax.prose import is_link_name

ADDRESS = r"(?:https?://[\w-]+(\.[\w-]+)*(:[0-9]+)?([/?#][^\s<>\"]*)?|mailto:[^\s<>\"@]+@[^\s<>\"@]+|tel:[+0-9() .-]+)"


def no_target(name: str) -> tuple[str, str]:
    """The fact that a link can lead to no such target, and the remedy."""
    fact = f"'{name[:60]}' is neither a link's name nor an address"
    return fact, "an address begins with https://, http://, mailto: or tel:; a name has lower-case letters"


def deceives(address: str, words: str = "") -> tuple[str, str] | None:
    """Why an address makes readers believe that it leads elsewhere, and what to do; None when it does not."""
    if not address.startswith(("http://", "https://")):
        return None
    host = _host(address)
    if "@" in host:
        name = host.rpartition("@")[2]
        fact = f"the address '{_cut(address)}' leads to '{_cut(name)}', whatever stands before the '@'"
        return fact, "write the address without a name and a password"
    if any(unicodedata.category(sign) in ("Cf", "Zs", "Mn") for sign in host):
        return f"the address '{_cut(address)}' has a character that nobody sees", "write the address anew"
    for label in host.split("."):
        if len(scripts := _scripts(label)) > 1:
            fact = f"'{_cut(label)}' in an address mixes letters of two scripts that look alike ({', '.join(scripts)})"
            return fact, "write the address anew, in one script"
    shown = _host(words) if re.match(r"(?:https?://|www\.)[^\s/]", words) else host
    if shown.removeprefix("www.") != host.removeprefix("www."):
        fact = f"the words of this link are an address at '{_cut(shown)}', but it leads to '{_cut(host)}'"
        return fact, "make the two the same, or write other words"
    return None


def _host(address: str) -> str:
    """What stands between "://" and the path."""
    return re.split(r"[/?#]", address.partition("://")[2] or address, maxsplit=1)[0].lower()


# Scripts that one name may have beside Latin (UTS 39, "highly restrictive").
_BESIDE_LATIN = {"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"}


def _scripts(label: str) -> tuple[str, ...]:
    found = {unicodedata.name(sign, "UNKNOWN").split()[0] for sign in label if sign.isalpha()}
    return () if found - {"LATIN"} <= _BESIDE_LATIN else tuple(sorted(found))


def _cut(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def is_target(name: str) -> bool:
    """Whether a link may lead there: to a link's name, an id after ``#``, or an address."""
    return is_link_name(name.removeprefix("#")) or re.fullmatch(ADDRESS, name) is not None
