"""Numbers the parts of a letter.

This comes before any text is settled, because a text may refer to a paragraph below it.
"""

from __future__ import annotations

from circulars.compose.audience import present_parts
from circulars.compose.draft import Draft
from circulars.language import worded
from circulars.model import letter
from circulars.model.letter import Part


def number_parts(draft: Draft) -> None:
    """Fills the draft's ids and numbers."""
    _number_parts(draft, "body", draft.source.body)
    for number, annex in enumerate(draft.source.annexes, start=1):
        name = annex_id(annex, number)
        draft.ids.add(name)
        draft.numbers[name] = _annex_name(draft, number)
        _number_parts(draft, name, annex.body)


def _annex_name(draft: Draft, number: int) -> str:
    """The words of a reference to the ``number``-th annex: "Annex 2", or "Annex" if it is the only one."""
    words = draft.language.annexes
    return worded(words.name, number=str(number)) if len(draft.source.annexes) > 1 else words.name_only


def annex_id(annex: letter.Annex, number: int) -> str:
    """An annex's own id, or one from its number ("annex.2")."""
    return annex.id or f"annex.{number}"


def _number_parts(draft: Draft, name: str, parts: tuple[Part, ...]) -> None:
    numbering = draft.source.numbering or draft.kind.numbering
    paragraphs, sections = 0, [0, 0, 0]
    for part_id, part in present_parts(parts, name, draft.audience):
        draft.ids.add(part_id)
        if isinstance(part, letter.Passage) and numbering == "paragraph" and part.numbered:
            paragraphs += 1
            draft.numbers[part_id] = str(paragraphs)
        elif isinstance(part, letter.Title) and numbering == "section":
            if 0 in sections[: part.level - 1]:
                fact = f"this level {part.level} heading has no level {part.level - 1} heading above it"
                draft.problem(part.where, "skipped-level", fact, f"make it level {sections.index(0) + 1}")
            sections[part.level - 1] += 1
            sections[part.level :] = [0] * (3 - part.level)
            draft.numbers[part_id] = ".".join(str(section) for section in sections[: part.level])
