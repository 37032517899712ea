"""Says what may be the name of a letter's file."""

from __future__ import annotations

import re
from typing import Final

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")


def is_letter_name(stem: str) -> bool:
    """Whether a letter's file can have a name, which is without its ending."""
    return _NAME.fullmatch(stem) is not None
