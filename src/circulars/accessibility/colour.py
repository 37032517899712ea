"""Computes the contrast of two colours, as WCAG 2.2 defines it."""

from __future__ import annotations

import re


def is_colour(text: str) -> bool:
    """Whether a text is a colour: six hexadecimal digits for red, green and blue."""
    return bool(re.fullmatch("[0-9A-Fa-f]{6}", text))


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 (the same) to 21 (black and white)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
