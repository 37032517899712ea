"""Decides what an update may change in the structure tree: it may get an element for each new block of a signature.

A block must be in the structure tree (ISO 14289-1, 7.18.1), so adding one changes the tree.
"""

from __future__ import annotations

from collections.abc import Iterator

from circulars.revisions import Ref, State, Value
from circulars.revisions.values import whole_number
from circulars.signing.permitted.comparing import NotPermittedError, Review, Widget

_ELEMENT = {"Type", "S", "P", "Pg", "Alt", "Lang", "K", "T"}
_CONTENT = {"Type", "Pg", "Obj"}
_MAX_DEPTH = 50


def review_tags(review: Review) -> None:
    """Allows the elements of new blocks, and the objects that must change to hold them."""
    tree = review.old.dictionary(review.old.root).get("StructTreeRoot")
    before, after = review.old.dictionary(tree), review.new.dictionary(tree)
    numbers = dict(_numbers(review.new, after.get("ParentTree")))
    elements: dict[Ref, Ref] = {}  # and their parents
    keys = set[int]()
    try:
        for widget in review.widgets:
            key = whole_number(review.new.dictionary(widget.field).get("StructParent"))
            if key is None:
                continue
            element = numbers.get(key)
            if not isinstance(element, Ref):
                raise NotPermittedError("")
            elements[element] = _parent(review, element, widget)
            keys.add(key)
        if not elements:
            return
        for parent in set(elements.values()):
            _check_parent(review, parent, {one for one, above in elements.items() if above == parent}, tree)
        _check_parent_tree(review, before.get("ParentTree"), after.get("ParentTree"), keys)
    except NotPermittedError:
        return
    review.allowed |= elements.keys()
    if review.is_changed(tree):
        own = {"K", "ParentTreeNextKey"} if tree in elements.values() else {"ParentTreeNextKey"}
        if review.changed_entries(tree) <= own:
            review.allowed.add(tree)


def _parent(review: Review, element: Ref, widget: Widget) -> Ref:
    """The parent of a new block's element.

    Raises:
        NotPermittedError: the element is not new, or says more than that the block is there.
    """
    entries, content = review.new.dictionary(element), review.new.dictionary(review.new.dictionary(element).get("K"))
    parent = entries.get("P")
    if (
        not review.is_new(element)
        or entries.keys() - _ELEMENT
        or content.keys() - _CONTENT
        or entries.get("S") != "Form"
        or entries.get("Pg", widget.page) != widget.page
        or content.get("Pg", widget.page) != widget.page
        or content.get("Type") != "OBJR"
        or content.get("Obj") != widget.field
        or isinstance(entries.get("K"), Ref)
        or not isinstance(parent, Ref)
        or any(not isinstance(entries[name], bytes) for name in {"Alt", "Lang", "T"} & entries.keys())
    ):
        raise NotPermittedError("")
    return parent


def _check_parent(review: Review, parent: Ref, elements: set[Ref], tree: Value) -> None:
    """Checks that an element got these kids and changed in nothing else."""
    before, after = review.old.dictionary(parent), review.new.dictionary(parent)
    is_tag = parent == tree or before.get("Type") == "StructElem" or ("S" in before and "P" in before)
    allowed = {"K", "ParentTreeNextKey"} if parent == tree else {"K"}
    if not is_tag or review.changed_entries(parent) - allowed:
        raise NotPermittedError("")
    holder, kids = before.get("K"), after.get("K")
    was = review.old.get(holder)
    old = was if isinstance(was, tuple) else (() if holder is None else (holder,))
    new = review.new.array(kids)
    others = tuple(one for one in new if not (isinstance(one, Ref) and one in elements))
    if others != old or len(new) not in (len(old), len(old) + len(elements)):
        raise NotPermittedError("")
    if review.is_changed(kids):
        if kids != holder or not isinstance(was, tuple):
            raise NotPermittedError("")
        review.allowed.add(kids)
    if review.is_changed(parent):
        review.allowed.add(parent)


def _numbers(state: State, tree: Value) -> Iterator[tuple[int, Value]]:
    for node in _nodes(state, tree):
        numbers = state.array(state.dictionary(node).get("Nums"))
        for key, value in zip(numbers[::2], numbers[1::2], strict=False):
            number = whole_number(key)
            if number is not None:
                yield number, value


def _nodes(state: State, tree: Value) -> Iterator[Value]:
    """The nodes of a number tree (ISO 32000-1, 7.9.7), each once."""
    seen: set[Ref] = set()
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if node is None or (isinstance(node, Ref) and node in seen):
            continue
        seen |= {node} if isinstance(node, Ref) else set()
        yield node
        waiting += state.array(state.dictionary(node).get("Kids"))


def _check_parent_tree(review: Review, before: Value, after: Value, keys: set[int]) -> None:
    """Checks that the parent tree got these keys and changed in nothing else."""
    was, now = list(_numbers(review.old, before)), list(_numbers(review.new, after))
    if before != after or len(now) != len(was) + len(keys) or [one for one in now if one[0] not in keys] != was:
        raise NotPermittedError("")
    for node in _nodes(review.new, after):
        for one in (node, *(review.new.dictionary(node).get(name) for name in ("Kids", "Nums", "Limits"))):
            if review.is_changed(one):
                review.allowed.add(one)
        if isinstance(node, Ref) and set(review.new.dictionary(node)) - {"Kids", "Nums", "Limits"}:
            raise NotPermittedError("")
