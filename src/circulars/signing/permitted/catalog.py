"""What an update may change in the catalog and on pages."""

from __future__ import annotations

import re
from collections.abc import Mapping

from circulars.revisions import Name, Ref, Value
from circulars.revisions.values import items_of, refs_in
from circulars.signing.permitted.comparing import NotPermittedError, Review
from circulars.signing.permitted.form import fields_of

_EXTENSION = {"Type", "BaseVersion", "ExtensionLevel", "ExtensionRevision", "URL"}


def review_catalog(review: Review, root: Ref, before: Mapping[str, Value], after: Mapping[str, Value]) -> None:
    """Allows a new form, data for validation, a certification, and the names of extensions."""
    changed = review.changed_entries(root)
    if "Perms" in changed:
        _certification(review, before.get("Perms"), after.get("Perms"))
    if "Extensions" in changed:
        _check_extensions(review.old.dictionary(before.get("Extensions")), after.get("Extensions"))
    if "Version" in changed and not re.fullmatch(r"1\.[4-7]|2\.0", str(after.get("Version"))):
        raise NotPermittedError("the version of the PDF was changed")
    if changed - {"AcroForm", "DSS", "Perms", "Extensions", "Version"}:
        raise NotPermittedError("")
    review.allowed.add(root)


def _certification(review: Review, before: Value, after: Value) -> None:
    """A certification (DocMDP) is the file's first signature (ISO 32000-1, 12.8.4)."""
    values = [one.value for one in review.widgets]
    permissions = review.new.dictionary(after)
    earlier = any(
        isinstance(review.old.get(review.old.dictionary(one).get("V")), Mapping) for one in fields_of(review.old)
    )
    if before is not None or permissions.keys() != {"DocMDP"} or permissions["DocMDP"] not in values or earlier:
        raise NotPermittedError("the permissions of the file were changed")
    if isinstance(after, Ref):
        if not review.is_new(after):
            raise NotPermittedError("the permissions of the file were changed")
        review.allowed.add(after)


def review_pages(review: Review) -> None:
    """A page may only get the widgets of new signatures, and be read in the order of its tags."""
    fields = {one.field: one for one in review.widgets}
    for page in review.pages:
        before, after = review.old.dictionary(page), review.new.dictionary(page)
        holder = before.get("Annots")
        if not review.is_changed(page) and not review.is_changed(holder):
            continue
        with review.judging(page):
            others = review.changed_entries(page) - {"Annots", "Tabs"}
            if others:
                raise NotPermittedError("")
            if before.get("Tabs") != after.get("Tabs") and after.get("Tabs") != "S":
                raise NotPermittedError("")
            review.adopt(holder, after.get("Annots"), "annotations were moved")
            old, new = review.old.array(holder), review.new.array(after.get("Annots"))
            if new[: len(old)] != old:
                raise NotPermittedError("annotations were removed or moved")
            for one in new[len(old) :]:
                widget = fields.get(one) if isinstance(one, Ref) else None
                if widget is None or widget.page not in (page, None):
                    raise NotPermittedError(f"an annotation was added ({_kind(review, one)})")
            if review.is_changed(page):
                review.allowed.add(page)


def _kind(review: Review, annotation: Value) -> str:
    kind = review.new.dictionary(annotation).get("Subtype")
    return str(kind) if isinstance(kind, Name) else "of no kind"


def _check_extensions(before: Mapping[str, Value], after: Value) -> None:
    """Developers' extensions may be added (ISO 32000-1, 7.12); they only name what a reader may know."""
    if not isinstance(after, Mapping) or any(after.get(name) != value for name, value in before.items()):
        raise NotPermittedError("the extensions of the file were changed")
    for name, value in after.items():
        for one in items_of(value) or (value,):
            entries = one if isinstance(one, Mapping) else {}
            if (not entries and name != "Type") or entries.keys() - _EXTENSION or any(refs_in(entries)):
                raise NotPermittedError("the extensions of the file were changed")
