"""Patterns with named places, in which values are put."""

from __future__ import annotations

import re


def worded(pattern: str, **values: str) -> str:
    """A pattern with each ``{name}`` replaced by its value; nothing else in it is interpreted."""
    return re.sub(r"\{([a-z_]+)\}", lambda match: values.get(match[1], match[0]), pattern)
