"""Decides whether a change to a signed PDF is harmless: adding a signature is, other changes are not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    ModificationLevel,
    ReferenceUpdate,
    StandardDiffPolicy,
    SuspiciousModification,
    WhitelistRule,
)
from pyhanko.sign.diff_analysis.commons import compare_dicts

from circulars.signing.opening import entries, entry, number_tree

_MAY_CHANGE = frozenset({"/ParentTree", "/ParentTreeNextKey", "/K"})  # entries of the structure tree's root


class StructureRule(WhitelistRule):
    """Allows new elements for new signatures in the structure tree, and no other change to the tree.

    A visible signature must be in the structure tree (ISO 14289-1, 7.18.1), so adding one changes the tree. Only two
    changes are allowed: a new "Form" element whose only content is the field of a new signature, and an entry for that
    element in the parent tree.
    """

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[ReferenceUpdate]:
        """The objects that may differ."""
        if "/StructTreeRoot" not in old.root or "/StructTreeRoot" not in new.root:
            return
        before, after = old.root["/StructTreeRoot"], new.root["/StructTreeRoot"]
        fields = _new_fields(old, new)
        if not fields:
            return
        compare_dicts(before, after, _MAY_CHANGE)
        elements = set(_changed_kids(before, after, fields, old))
        yield from _allowed_updates(elements)
        if "/ParentTree" in before:
            nodes = _parent_tree_nodes(before["/ParentTree"], after["/ParentTree"], elements)
            yield from _allowed_updates(nodes)
        yield from _allowed_updates([after.container_ref])


def _allowed_updates(references: Iterable[Any]) -> Iterator[ReferenceUpdate]:
    # Each object was compared in full, so the change is allowed whatever path leads to the object.
    return (ReferenceUpdate(reference) for reference in references if reference is not None)


def _new_fields(old: HistoricalResolver, new: HistoricalResolver) -> set[Any]:
    """The signature fields that only the new version has."""
    return {field for field in _fields(new) - _fields(old) if entry(field.get_object(), "/FT") == "/Sig"}


def _fields(version: HistoricalResolver) -> set[Any]:
    fields = entries(version.root, "/AcroForm", "/Fields")
    return {field.reference for field in fields if isinstance(field, generic.IndirectObject)}


def _changed_kids(before: Any, after: Any, fields: set[Any], old: HistoricalResolver) -> Iterator[Any]:
    """References to the elements that got new kids, to their lists of kids, and to the new kids.

    Raises:
        SuspiciousModification: anything else changed.
    """
    pairs, seen = [(before, after)], set()
    while pairs:
        was, now = pairs.pop()
        kids_before, kids_after = _kids(was), _kids(now)
        if [kid for kid in kids_after if kid in kids_before] != kids_before:
            raise SuspiciousModification("elements of the structure tree were moved or removed")
        if len(kids_after) > len(kids_before):
            if was is not before:
                compare_dicts(was, now, frozenset({"/K"}))
            for kid in kids_after:
                if kid not in kids_before:
                    _check_element(kid, now, fields, old)
                    yield kid.reference
            yield now.container_ref
            yield now["/K"].container_ref
        for one, other in zip(kids_before, (kid for kid in kids_after if kid in kids_before), strict=True):
            if isinstance(one, generic.IndirectObject) and one.reference not in seen:
                seen.add(one.reference)
                if isinstance(element := one.get_object(), generic.DictionaryObject):
                    pairs.append((element, other.get_object()))


def _kids(element: Any) -> list[Any]:
    try:
        kids = element.raw_get("/K")
    except KeyError:
        return []
    if isinstance(kids, generic.IndirectObject) and isinstance(kids.get_object(), generic.ArrayObject):
        kids = kids.get_object()
    return list(kids) if isinstance(kids, generic.ArrayObject) else [kids]


def _check_element(kid: Any, parent: Any, fields: set[Any], old: HistoricalResolver) -> None:
    """Checks that a new kid is an element for the field of a new signature.

    Raises:
        SuspiciousModification: it is something else.
    """
    if isinstance(kid, generic.IndirectObject) and old.is_ref_unassignable(kid.reference):
        element = kid.get_object()
        content = entry(element, "/K")
        if (
            isinstance(content, generic.DictionaryObject)
            and entry(element, "/S") == "/Form"
            and entry(content, "/Type") == "/OBJR"
            and content.raw_get("/Obj").reference in fields
            and element["/P"].container_ref == parent.container_ref
        ):
            return
    raise SuspiciousModification("the structure tree got an element that does not belong to a signature")


def _parent_tree_nodes(before: Any, after: Any, elements: set[Any]) -> Iterator[Any]:
    """References to all nodes of the parent tree, once it is known that only entries for ``elements`` were added.

    Raises:
        SuspiciousModification: anything else changed.
    """
    was, now = dict(number_tree(before)), dict(number_tree(after))
    if any(now.get(number) != value for number, value in was.items()):
        raise SuspiciousModification("entries of the parent tree were changed")
    for number in now.keys() - was.keys():
        value = now[number]
        if not isinstance(value, generic.IndirectObject) or value.reference not in elements:
            raise SuspiciousModification("the parent tree got an entry that does not belong to a signature")
    yield from _nodes(after)


def _nodes(tree: Any) -> Iterator[Any]:
    yield tree.container_ref
    for name in ("/Kids", "/Nums"):
        if name in tree:
            yield tree[name].container_ref
    for kid in entries(tree, "/Kids"):
        yield from _nodes(kid.get_object())


POLICY = StandardDiffPolicy(
    [*DEFAULT_DIFF_POLICY.global_rules, StructureRule().as_qualified(ModificationLevel.FORM_FILLING)],
    DEFAULT_DIFF_POLICY.form_rule,
)
"""The changes allowed after signing: those that pyHanko allows, and the tags of further visible signatures."""
