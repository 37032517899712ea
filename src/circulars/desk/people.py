"""The people at a desk, and what the role of each lets them do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Role = Literal["reader", "translator", "editor"]
ROLES: Final[tuple[Role, ...]] = ("reader", "translator", "editor")
"""Each may do what those before it may."""


@dataclass(frozen=True, slots=True)
class DeskPerson:
    """Somebody who uses the desk. ``login`` is the name by which a proxy or a provider knows the person.

    A translator writes texts in some ``languages`` alone.
    """

    name: str
    email: str
    login: str
    role: Role
    languages: tuple[str, ...] = ()

    def has(self, role: Role) -> bool:
        """Whether the person may do what a role may."""
        return ROLES.index(self.role) >= ROLES.index(role)

    def may_write(self, language: str) -> bool:
        """Whether the person may change a text in a language; "" is what is the same in all languages."""
        return self.role == "editor" or (self.role == "translator" and language in self.languages)


OWNER: Final = DeskPerson("", "", "", "editor")
"""Whoever has opened the link of a desk for one person. Git knows the name."""
