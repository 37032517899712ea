"""The words of a pack for somebody who signs letters."""

from __future__ import annotations

from dataclasses import dataclass

from circulars.model.letter import Gender


@dataclass(frozen=True, slots=True)
class SignatoryWords:
    """A signatory of the pack in one language: the title, which may have several lines, and an optional name.

    ``title_f`` and ``title_m`` are the forms for a woman and for a man, where they differ. ``behalf`` is the line below
    the title of somebody who signs for this one ("for the Director"). ``gender`` is that of the office-holder.
    """

    title: str
    name: str = ""
    title_f: str = ""
    title_m: str = ""
    behalf: str = ""
    behalf_f: str = ""
    behalf_m: str = ""
    gender: Gender | None = None
