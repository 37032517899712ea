"""Moves footnotes from the end of the page to their marks, from where WeasyPrint moves them to the foot of a page.

In HTML the footnotes are at the end, in an element with the role ``doc-endnotes``. WeasyPrint moves an element with
``float: footnote`` from where it is to the foot of the page with that place.
"""

from __future__ import annotations

from typing import Any, Final
from xml.etree.ElementTree import Element

NOTE: Final = "Note"
"""The part of a footnote in the structure of a PDF."""

STYLES: Final = f"""
[data-pdf="{NOTE}"] {{ float: footnote; footnote-policy: line }}
[data-pdf="{NOTE}"]::footnote-call {{ content: "" }}
[data-pdf="{NOTE}"]::footnote-marker {{ content: none }}
"""


def moved_to_marks(page: Element) -> bool:
    """Moves each footnote of a page behind its mark, and removes the list; whether there are footnotes."""
    lists = [element for element in page.iter() if element.get("role") == "doc-endnotes"]
    if not lists:
        return False
    parents = {child: parent for parent in page.iter() for child in parent}
    notes: dict[str, Any] = {note.get("id", ""): note for one in lists for note in one if note.get("data-pdf") == NOTE}
    for mark in [element for element in page.iter("a") if element.get("role") == "doc-noteref"]:
        note = notes.pop(mark.get("href", "").removeprefix("#"), None)
        if note is None:
            continue  # marked before
        raised = parents[mark] if parents[mark].tag == "sup" else mark
        place = parents[raised]
        parents[note].remove(note)
        note.tail, raised.tail = raised.tail, None
        place.insert([*place].index(raised) + 1, note)
    for one in lists:
        if not len(one):
            parents[one].remove(one)
    return True
