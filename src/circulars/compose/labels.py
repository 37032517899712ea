"""Labels the entries of lists: bullets, dashes, numbers, and letters of the language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from circulars.compose.audience import present_entries
from circulars.compose.draft import Draft
from circulars.model.letter import ListedItem, Listing
from circulars.model.numerals import letter, roman
from circulars.model.text import ItemStyle

_SIGNS: Final[Mapping[ItemStyle, str]] = {"bullets": "•", "boxes": "☐"}


class LabelledEntry(NamedTuple):
    """An entry of a list with its label; ``number`` is the one that a list in the entry continues in an outline."""

    entry: ListedItem
    label: str
    number: str


def labelled_entries(draft: Draft, listing: Listing, start: int, above: str = "") -> Iterator[LabelledEntry]:
    """The entries for the draft's audience, counted from ``start``.

    ``above`` is the number of the entry around the list if both belong to one outline.
    """
    for number, entry in enumerate(present_entries(listing, draft.audience), start=start):
        joins = entry.listing is not None and listing.style == entry.listing.style == "outline"
        label = _label_of(draft, listing, number, above)
        yield LabelledEntry(entry, label, _outline_number(number, above) if joins else "")


def _label_of(draft: Draft, listing: Listing, number: int, above: str) -> str:
    """The label of the ``number``-th entry (from 1); ``above`` is the number of the entry around an outline."""
    if listing.style in _SIGNS:
        return _SIGNS[listing.style]
    if listing.style == "dashes":
        return draft.kind.dash
    counted = _outline_number(number, above) if listing.style == "outline" else _counting(draft, listing)(number)
    return f"{listing.form.before}{counted}{listing.form.after}"


def _outline_number(number: int, above: str) -> str:
    """The number of an entry of an outline: "2", or "1.2" within the entry with the number "1"."""
    return f"{above}.{number}" if above else str(number)


def is_counted(listing: Listing) -> bool:
    """Whether the entries of a list have numbers or letters, to which a text can refer."""
    return listing.style != "dashes" and listing.style not in _SIGNS


def _counting(draft: Draft, listing: Listing) -> Callable[[int], str]:
    if listing.style == "numbers":
        return str
    count = roman if listing.style == "romans" else lambda number: letter(draft.language.letters, number)
    return (lambda number: count(number).upper()) if listing.form.capital else count
