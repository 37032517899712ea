"""Settles the annexes and the note that announces them."""

from __future__ import annotations

from circulars.compose.body import blocks
from circulars.compose.draft import Draft
from circulars.compose.numbers import annex_id
from circulars.compose.reference import citation, to_reference
from circulars.compose.texts import settled
from circulars.language import worded
from circulars.model import document
from circulars.model.text import one_line


def annex_note(draft: Draft) -> tuple[str, ...]:
    """The lines that announce the annexes: no line, their number, or their titles, depending on the kind of letter."""
    annexes, words = draft.source.annexes, draft.language.annexes
    if not annexes or draft.kind.annex_note == "none":
        return ()
    if draft.kind.annex_note == "count":
        return (draft.language.counted(words.count, len(annexes)),)
    label = draft.language.counted(words.titles, len(annexes))
    titles = [one_line(settled(draft, annex.title[draft.language.code])) for annex in annexes]
    if len(titles) == 1:
        return (f"{label} {titles[0]}",)
    return (label, *(f"{number} – {title}" for number, title in enumerate(titles, start=1)))


def annex(draft: Draft, number: int) -> document.SettledAnnex:
    """The ``number``-th annex, counted from 1."""
    annex, words = draft.source.annexes[number - 1], draft.language.annexes
    many, amends = len(draft.source.annexes) > 1, draft.source.amends
    to = draft.language.amendments[amends.kind].to if amends else to_reference(draft)
    name = annex_id(annex, number)
    return document.SettledAnnex(
        id=name,
        label=worded(words.heading, number=str(number)) if many else words.heading_only,
        parent=worded(words.parent, to=to, reference=citation(draft)) if citation(draft) else "",
        title=settled(draft, annex.title[draft.language.code]),
        body=tuple(blocks(draft, name, annex.body)),
    )
