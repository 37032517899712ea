"""The type of each field of a Word template, so that tags can be checked before a letter is laid out.

A string in this table is the letter in the field's tag: none for text (``{{ closing }}``), "r" for runs with their own
formatting (``{{r line }}``), "p" for whole paragraphs (``{{p body }}``). A tuple of one item is a list, and a mapping
is an object with fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias, Union

Shape: TypeAlias = Union[str, "tuple[Shape]", "Mapping[str, Shape]"]

TEXT: Final = ""
RUNS: Final = "r"
BLOCKS: Final = "p"

_LINES: Final[Shape] = (RUNS,)
_PARTICULAR: Final[Shape] = {"label": TEXT, "lines": _LINES}
_LISTED: Final[Shape] = {"label": TEXT, "entries": ({"label": TEXT, "text": RUNS},)}
_ADDRESSEES: Final[Shape] = {"label": TEXT, "entries": ({"label": TEXT, "text": RUNS},), "part": TEXT}

SHAPES: Final[Mapping[str, Shape]] = {
    "layout": TEXT,
    "language": TEXT,
    "direction": TEXT,
    "title": TEXT,
    "reference": TEXT,
    "letterhead": {"mark": RUNS, "organization": TEXT, "bureau": TEXT},
    "addressee": TEXT,
    "window": TEXT,
    "date_line": TEXT,
    "particulars": (_PARTICULAR,),
    "first": _PARTICULAR,
    "others": (_PARTICULAR,),
    "addressees": (_ADDRESSEES,),
    "subject_label": TEXT,
    "subject": _LINES,
    "references": _LISTED,
    "salutation": TEXT,
    "body": BLOCKS,
    "closing": TEXT,
    "signature": {"signed": TEXT, "picture": RUNS, "name": TEXT, "title": TEXT, "lines": TEXT},
    "signatures": BLOCKS,
    "link_code": {"address": TEXT, "picture": RUNS, "caption": TEXT},
    "postscript": RUNS,
    "drafter": TEXT,
    "annex_note": (TEXT,),
    "enclosures": _LISTED,
    "copies": (_ADDRESSEES,),
    "distribution": _LISTED,
    "annexes": ({"label": RUNS, "parent": TEXT, "title": RUNS, "body": BLOCKS},),
    "end": BLOCKS,
    "running_header": _LINES,
    "footer": (TEXT,),
}
"""The types of the fields of a Word template, by name."""

PICTURES: Final = ("letterhead.mark", "signature.picture", "link_code.picture")
"""The fields that are pictures, without words."""
