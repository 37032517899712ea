"""Turns a list into its entries to compare, with what is in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from circulars.model.places import entry_place, further_place, inner_list_place
from circulars.model.text import Block, Item, Items
from circulars.review.comparing.units import EVERYBODY, Audiences, Unit

_STYLES = {"outline": "numbers of several levels", "romans": "Roman numerals"}
_USUAL_SIGNS = {"letters": ")", "romans": ")", "numbers": "."}


def items_of(
    key: str, place: str, entries: Iterable[Item], before: str = "", audiences: Audiences = EVERYBODY
) -> Iterator[Unit]:
    """The entries of a list; ``before`` begins a reference to one of them: the paragraph's number."""
    all_entries = tuple(entries)
    for number, entry in enumerate(all_entries, start=1):
        counted = any(character.isalnum() for character in entry.label)
        reference = " ".join(filter(None, (before, entry.label.rstrip(".") if counted else "")))
        own_key, own_place = entry_place(key, number), f"{place}, item {entry.label.rstrip('.') if counted else number}"
        audience = audiences.get(own_key, "")
        own_place += f" (only for {audience})" if audience else ""
        inner = tuple(_within_item(entry, own_key, own_place, reference if counted else before, audiences))
        yield Unit(
            own_key, own_place, entry.spans, inner, entry.id, entry.id, family="item",
            reference=reference if counted else "", look="an item of a list", audience=audience,
            left=len(all_entries) - number,
        )  # fmt: skip


def _within_item(item: Item, key: str, place: str, before: str, audiences: Audiences) -> Iterator[Unit]:
    """The further paragraphs of an entry, and the lists in it."""
    for number, block in enumerate(item.blocks, start=2):
        if isinstance(block, Items):
            outer = _within_outline(item, block, before)
            own = inner_list_place(key)
            parts = tuple(items_of(own, place, block.entries, outer, audiences))
            yield Unit(own, place, (), parts, family="list", look=list_look(block))
        else:
            own = further_place(key, number)
            yield Unit(own, f"{place}, paragraph {number}", block.spans, family="item text")


def _within_outline(item: Item, inner: Items, before: str) -> str:
    """What begins a reference to an entry of a list in an entry: nothing more if its labels have the entry's number."""
    label = item.label.rstrip(".")
    joins = inner.style == "outline" and inner.entries[0].label.startswith(f"{label}.")
    return before.removesuffix(label).strip() if joins else before


def list_look(items: Items) -> str:
    """How a list is labelled: "a list with letters"; labels that are not the usual ones are shown."""
    label = items.entries[0].label
    signs = "".join(character for character in label if not character.isalnum())
    is_usual = signs == _USUAL_SIGNS.get(items.style, signs) and not label.isupper()
    return (
        f"a list with {_STYLES.get(items.style, items.style)}"
        + ("" if is_usual else f", labelled {label}")
        + page_look(items)
    )


def page_look(block: Block) -> str:
    """What a block's look says of its page."""
    return ", on a new page" * block.new_page
