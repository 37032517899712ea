"""Says what the target of a link may be."""

from __future__ import annotations

import re

from circulars.syntax.prose import is_link_name

ADDRESS = r"(?:https?://[\w-]+(\.[\w-]+)*(:[0-9]+)?([/?#][^\s<>\"]*)?|mailto:[^\s<>\"@]+@[^\s<>\"@]+|tel:[+0-9() .-]+)"


def wrong_target(name: str) -> tuple[str, str]:
    """The fact and the remedy for a target that is neither a link's name nor an address."""
    fact = f"'{name[:60]}' is neither the name of a link nor an address"
    return fact, "an address begins with https://, http://, mailto: or tel:; a name has lower-case letters"


def is_target(name: str) -> bool:
    """Whether this can be the target of a link: a link's name, an id after ``#``, or an address."""
    return is_link_name(name.removeprefix("#")) or re.fullmatch(ADDRESS, name) is not None
