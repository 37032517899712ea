"""Numbers the parts of a letter.

This comes before any text is settled, because a text may refer to a paragraph below it.
"""

from __future__ import annotations

from circulars.compose.annex_labels import annex_labels
from circulars.compose.audience import present_entries, present_parts
from circulars.compose.draft import Draft
from circulars.compose.labels import is_counted, labelled_entries
from circulars.compose.part_lists import lists_of
from circulars.model import letter
from circulars.model.letter import Listing, Part
from circulars.model.text import ItemStyle


def number_parts(draft: Draft) -> None:
    """Fills the draft's ids and numbers."""
    _number_parts(draft, "body", draft.source.body)
    draft.annex_labels = tuple(annex_labels(draft))
    named: set[str] = set()
    for number, (annex, label) in enumerate(zip(draft.source.annexes, draft.annex_labels, strict=True), start=1):
        name = annex_id(annex, number)
        if label.name in named:
            fact, hint = f"two annexes are called '{label.name}'", "give one of them another 'label:'"
            draft.problem(annex.where, "duplicate-label", fact, hint)
        named.add(label.name)
        draft.ids.add(name)
        draft.numbers[name] = label.name
        draft.names[name] = label.noun
        _number_parts(draft, name, annex.body, annex.numbering)


def annex_id(annex: letter.Annex, number: int) -> str:
    """An annex's own id, or one from its number ("annex.2")."""
    return annex.id or f"annex.{number}"


def _number_parts(draft: Draft, name: str, parts: tuple[Part, ...], own: str = "") -> None:
    """Numbers the parts of the body or of an annex; ``own`` is the numbering of the annex, or "" for the letter's."""
    numbering = own or draft.source.numbering or draft.kind.numbering
    paragraphs, sections = 0, [0, 0, 0]
    reached: dict[ItemStyle, int] = {}
    for part_id, part in present_parts(parts, name, draft.audience):
        draft.ids.add(part_id)
        if isinstance(part, letter.Passage) and numbering == "paragraph" and part.is_counted:
            paragraphs += 1
            draft.numbers[part_id] = str(paragraphs)
        elif isinstance(part, letter.Title) and numbering == "section":
            if 0 in sections[: part.level - 1]:
                fact = f"this level {part.level} heading has no level {part.level - 1} heading above it"
                draft.problem(part.where, "skipped-level", fact, f"make it level {sections.index(0) + 1}")
            sections[part.level - 1] += 1
            sections[part.level :] = [0] * (3 - part.level)
            draft.numbers[part_id] = ".".join(str(section) for section in sections[: part.level])
        for own, listing in lists_of(part_id, part):
            _number_list(draft, listing, own, draft.numbers.get(part_id, ""), reached)


def _number_list(draft: Draft, listing: Listing, list_id: str, paragraph: str, reached: dict[ItemStyle, int]) -> None:
    """Numbers the entries of a list; ``reached`` has the numbers of the last entries so far, by the style of lists."""
    start = reached.get(listing.style, 0) + 1 if listing.continued else 1
    draft.starts[list_id] = start
    _number_entries(draft, listing, start, paragraph, "")
    reached[listing.style] = start + sum(1 for _ in present_entries(listing, draft.audience)) - 1


def _number_entries(draft: Draft, listing: Listing, start: int, before: str, above: str) -> None:
    """Gives each entry with an id the label by which a text refers to it: "5 a)", after ``before``, "5"."""
    for entry, written, number in labelled_entries(draft, listing, start, above):
        label = written.rstrip(".") if is_counted(listing) else ""
        name = " ".join(filter(None, (before, label)))
        if entry.id:
            draft.ids.add(entry.id)
            if label:
                draft.numbers[entry.id] = name
        if entry.listing:
            _number_entries(draft, entry.listing, 1, before if number else name, number)
