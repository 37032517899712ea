"""What a rule of writing finds in a text: words, what to write in their place, and how certain that is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Slip:
    """Characters ``start`` to ``end`` of a text as typed that should be ``right``.

    What is not ``is_certain`` is fixed only when people ask for it. ``words`` are shown, ``hint`` says what to do.
    """

    code: str
    start: int
    end: int
    right: str
    words: str
    message: str
    hint: str
    is_certain: bool = True
