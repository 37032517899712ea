"""What an update may change in the form: it may get signature fields, and empty signature fields may be signed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from circulars.revisions import Ref, State, Value
from circulars.revisions.values import items_of, refs_in, whole_number
from circulars.signing.permitted.appearance import check_appearance, measured_box
from circulars.signing.permitted.comparing import NotPermittedError, Review, Widget, listed, shown
from circulars.signing.values import Box

_FIELD_TEXTS = {"T", "TU", "NM", "M", "DA", "Contents"}
_FIELD = _FIELD_TEXTS | {"FT", "V", "Type", "Subtype", "F", "Ff", "Rect", "P", "AP", "StructParent", "Lock", "MK"}
_LOCK = {"Type", "Action", "Fields", "P"}
_SIGNATURE = {
    "Type", "Filter", "SubFilter", "Contents", "ByteRange", "Cert", "Reference", "Changes", "Name", "M", "Location",
    "Reason", "ContactInfo", "R", "V", "Prop_Build", "Prop_AuthTime", "Prop_AuthType",
}  # fmt: skip
_SIGNATURE_TEXTS = {"Contents", "Name", "M", "Location", "Reason", "ContactInfo"}
_REFERENCE = {"Type", "TransformMethod", "TransformParams", "Data", "DigestMethod"}
_FORM = {"Fields", "SigFlags"}
_VISIBLE_FLAGS = 4 + 64 + 128 + 512  # print, read-only, locked, locked contents
_ANY_FLAGS = _VISIBLE_FLAGS + 1 + 2 + 32  # invisible, hidden, no view


def review_form(review: Review, before: Value, after: Value) -> None:
    """The form may only get signature fields, and empty signature fields may only be signed."""
    was, now = review.old.dictionary(before), review.new.dictionary(after)
    for name in sorted(was.keys() | now.keys()):
        if name not in _FORM and was.get(name) != now.get(name):
            raise NotPermittedError(f"the form was changed: {name}")
    flags, flagged = whole_number(was.get("SigFlags")) or 0, whole_number(now.get("SigFlags")) or 0
    if flagged & flags != flags or not 0 <= flagged <= 3:
        raise NotPermittedError("the form was changed: SigFlags")
    old, new = fields_of(review.old), fields_of(review.new)
    if new[: len(old)] != old or (before is not None and after is None):
        raise NotPermittedError("form fields were removed or moved")
    review.adopt(before, after, "the form was changed")
    review.adopt(was.get("Fields"), now.get("Fields"), "the form was changed")
    names = [review.old.dictionary(one).get("T") for one in old]
    for one in new[len(old) :]:
        with review.judging(one if isinstance(one, Ref) else Ref(0, 0)):
            _new_field(review, one, names)
    for one in old:
        if review.is_changed(one):
            with review.judging(one):
                _filled_field(review, one)


def fields_of(state: State) -> tuple[Value, ...]:
    """The form's fields."""
    return state.array(state.dictionary(state.dictionary(state.root).get("AcroForm")).get("Fields"))


def _new_field(review: Review, one: Value, names: list[Value]) -> None:
    if not isinstance(one, Ref) or not review.is_new(one):
        raise NotPermittedError("a form field was added that is not a new object")
    entries = review.new.dictionary(one)
    name = entries.get("T")
    if entries.get("FT") != "Sig":
        raise NotPermittedError(f"a form field was added: {shown(name)}")
    if not isinstance(name, bytes) or name in names or b"." in name:
        raise NotPermittedError("a signature field has no name of its own")
    names.append(name)
    _check_field(review, one, entries)
    review.allowed.add(one)


def _filled_field(review: Review, one: Ref) -> None:
    before, entries = review.old.dictionary(one), review.new.dictionary(one)
    if before.get("FT") != "Sig" or "V" in before:
        raise NotPermittedError(f"the form field {shown(before.get('T'))} was changed")
    if review.changed_entries(one) - {"V", "AP", "M"}:
        raise NotPermittedError(f"the signature field {shown(before.get('T'))} was changed")
    _check_field(review, one, entries)
    review.allowed.add(one)


def _check_field(review: Review, one: Ref, entries: Mapping[str, Value]) -> None:
    name = entries.get("T")
    if extra := entries.keys() - _FIELD:
        raise NotPermittedError(f"the signature field {shown(name)} has more than it needs: {listed(extra)}")
    texts = all(isinstance(entries[key], bytes) for key in _FIELD_TEXTS & entries.keys())
    flags = whole_number(entries.get("F", Decimal(0)))
    plain = (
        texts
        and entries.get("Type", "Annot") == "Annot"
        and entries.get("Subtype", "Widget") == "Widget"
        and not review.new.dictionary(entries.get("MK"))
        and whole_number(entries.get("Ff", Decimal(0))) in (0, 1)
        and flags is not None
        and not flags & ~_ANY_FLAGS
        and _is_plain(review, entries.get("Lock"), _LOCK)
    )
    if not plain:
        raise NotPermittedError(f"the signature field {shown(name)} is unusual")
    value = entries.get("V")
    if not isinstance(value, Ref) or not review.is_new(value):
        raise NotPermittedError(f"an empty signature field was added: {shown(name)}")
    is_stamp = _check_signature(review, value)
    page, box = _area(review, entries)
    if box and flags is not None and flags & ~_VISIBLE_FLAGS:
        raise NotPermittedError(f"the block of the signature {shown(name)} has unusual flags")
    if "AP" in entries:
        check_appearance(review, entries["AP"])
    filled = review.old.has(one)
    review.widgets.append(Widget(one, value, name if isinstance(name, bytes) else b"", is_stamp, page, box, filled))


def _is_plain(review: Review, value: Value, names: set[str]) -> bool:
    """Whether a value is missing, or is a dictionary of these entries that refers to no other object."""
    entries = review.new.dictionary(value)
    if value is None:
        return True
    if isinstance(value, Ref):
        if not review.is_new(value):
            return False
        review.allowed.add(value)
    return not entries.keys() - names and not any(refs_in(entries))


def _check_signature(review: Review, value: Ref) -> bool:
    """Checks the signature, and that it covers the file to the update's end; whether it is a time-stamp."""
    entries = review.new.get(value)
    if not isinstance(entries, Mapping) or entries.keys() - _SIGNATURE:
        raise NotPermittedError("a signature has more than it needs")
    if any(not isinstance(entries[name], bytes) for name in _SIGNATURE_TEXTS & entries.keys()):
        raise NotPermittedError("a signature has texts that are none")
    for name, one in entries.items():
        if name != "Reference" and any(refs_in(one)):
            raise NotPermittedError("a signature refers to other objects")
    for reference in items_of(entries.get("Reference")):
        inner = review.new.dictionary(reference)
        if inner.keys() - _REFERENCE or any(refs_in(inner.get("TransformParams"))):
            raise NotPermittedError("a signature has a reference with more than it needs")
        if set(refs_in(inner)) - {review.new.root} or isinstance(reference, Ref):
            raise NotPermittedError("a signature refers to other objects")
    place = review.revision.places.get(value)
    if place is None or not _covers_all(review, entries, place):
        raise NotPermittedError("a signature does not cover the whole file to the end of its update")
    review.allowed.add(value)
    return entries.get("Type") == "DocTimeStamp"


def _covers_all(review: Review, entries: Mapping[str, Value], place: tuple[int, int]) -> bool:
    numbers = [whole_number(one) for one in items_of(entries.get("ByteRange"))]
    if len(numbers) != 4 or any(one is None for one in numbers):
        return False
    first, length, start, rest = (one or 0 for one in numbers)
    gap, ends = review.data[length:start], start + rest
    digits = re.fullmatch(rb"<((?:[0-9A-Fa-f]{2})*)>", gap)
    return (
        first == 0
        and place[0] < length < start < place[1]
        and digits is not None
        and bytes.fromhex(digits[1].decode()) == entries.get("Contents")
        and ends <= review.revision.end
        and not review.data[ends : review.revision.end].strip(b"\r\n")
    )


def _area(review: Review, entries: Mapping[str, Value]) -> tuple[Ref | None, Box | None]:
    """The page of a widget, and its area on the page if there is any."""
    page = entries.get("P")
    box = measured_box(review.new.array(entries.get("Rect")))
    if "Rect" in entries and box is None:
        raise NotPermittedError("the block of a signature has an unusual area")
    if not isinstance(page, Ref):
        if page is not None or (box and box.width and box.height):
            raise NotPermittedError("the block of a signature is on no page")
        return None, None
    if page not in review.pages:
        raise NotPermittedError("a signature belongs to something that is not a page")
    sheet = measured_box(review.new.array(_inherited(review, page, "MediaBox")))
    shows = box is not None and box.width and box.height and (sheet is None or box.overlaps(sheet))
    return page, box if shows else None


def _inherited(review: Review, page: Value, name: str) -> Value:
    for _ in range(50):
        entries = review.new.dictionary(page)
        if name in entries:
            return entries[name]
        page = entries.get("Parent")
    return None
