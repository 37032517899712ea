"""Says in words what an update changed: the pages with what they show now, and everything else by its purpose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from circulars.revisions import Name, Ref, State, Stream, Value
from circulars.revisions.values import entries_of, refs_in
from circulars.signing.permitted import Review, text_of

_MOST = 20  # changes that are named
_MAX_OBJECTS = 200_000  # that are looked at to find out what belongs to pages
_WORDS = 300  # characters of a page

_CATALOG = {
    "Metadata": "the metadata (XMP)",
    "MarkInfo": "the mark that says that the file is tagged",
    "Names": "the named destinations or the embedded files",
    "Dests": "the named destinations",
    "Outlines": "the bookmarks",
    "OutputIntents": "the colour profile",
    "ViewerPreferences": "the preferences for viewers",
    "StructTreeRoot": "the structure tree (tags)",
    "AF": "the embedded files",
    "AcroForm": "the form",
    "OCProperties": "the layers",
    "PageLabels": "the page labels",
    "OpenAction": "the action on opening",
    "DSS": "the data for validation",
    "Perms": "the permissions",
    "Pages": "the list of pages",
}


def changes_in(review: Review, refs: Iterable[Ref]) -> tuple[list[str], set[int]]:
    """The changed objects in words, and the numbers (from 1) of the changed pages."""
    waiting = set(refs)
    found: dict[str, None] = {}
    pages: set[int] = set()
    new = review.new
    before, after = review.pages, new.pages()
    root, information = review.old.root, review.old.base.trailer.get("Info")
    if before != after:
        found[f"the number or the order of the pages ({len(after)} now, {len(before)} before)"] = None
        pages |= {number for number, page in enumerate(after, 1) if before[number - 1 : number] != [page]}
    known, looked, explained = set(before), 0, set[Ref]()
    for number, page in enumerate(after, 1):
        if looked > _MAX_OBJECTS:
            break
        own = _belonging(new, page) | (_belonging(review.old, page) if page in known else set())
        looked += len(own)
        if hit := waiting & own:
            pages.add(number)
            explained |= hit
    waiting -= explained
    if isinstance(root, Ref) and root in waiting:
        found |= dict.fromkeys(_catalog(review, review.faults.get(root)))
        waiting.discard(root)
    if isinstance(information, Ref) and information in waiting:
        found |= dict.fromkeys(_information(review, information))
        waiting.discard(information)
    catalog = {**review.old.dictionary(root), **new.dictionary(root)}
    for name, words in _CATALOG.items():
        below = _belonging(new, catalog.get(name)) | _belonging(review.old, review.old.dictionary(root).get(name))
        if hit := waiting & below:
            found[words] = None
            waiting -= hit
    for ref in sorted(waiting):
        found[review.faults.get(ref) or f"the object {ref}, {_kind(new.get(ref))}"] = None
    named = list(found)
    return named[:_MOST] + ([f"{len(named) - _MOST} more"] if len(named) > _MOST else []), pages


def _belonging(state: State, start: Value) -> set[Ref]:
    """The objects that make up a page or a part of the catalog, without the pages that they lead to."""
    found: set[Ref] = set()
    waiting = [start]
    while waiting and len(found) < _MAX_OBJECTS:
        one = waiting.pop()
        if isinstance(one, Ref):
            if one in found:
                continue
            if one != start and state.dictionary(one).get("Type") in ("Page", "Pages", "Catalog"):
                continue
            found.add(one)
        value = state.get(one)
        if entries := entries_of(value):
            waiting += [item for name, item in entries.items() if name not in ("Parent", "P", "Pg")]
        else:
            waiting += refs_in(value)
    return found


def _catalog(review: Review, fault: str | None) -> Iterator[str]:
    root = review.new.root
    assert isinstance(root, Ref)
    for name in sorted(review.changed_entries(root)):
        if name not in ("Extensions", "Version", "AcroForm", "DSS", "Perms"):
            yield _CATALOG.get(name, f"the catalog's entry '{name}'")
    if fault:
        yield fault


def _information(review: Review, ref: Ref) -> Iterator[str]:
    for name in sorted(review.changed_entries(ref)):
        value = review.new.dictionary(ref).get(name)
        says = f"'{text_of(value)[:_WORDS]}'" if isinstance(value, bytes) else "something else, or missing"
        yield f"the document information: '{name}' is now {says}"


def _kind(value: Value) -> str:
    entries = entries_of(value)
    kinds = [str(entries[name]) for name in ("Type", "Subtype", "FT", "S") if isinstance(entries.get(name), Name)]
    what = "a stream" if isinstance(value, Stream) else "a dictionary" if isinstance(value, Mapping) else "a value"
    return f"{what} ({', '.join(kinds)})" if kinds else what


def words_on_page(data: bytes, number: int) -> str:
    """The beginning of what a page (counted from 1) shows, annotations included; "" if it cannot be read."""
    # Takes some time to import, and only changed files need it.
    import pypdfium2
    import pypdfium2.raw as pdfium

    try:
        with pypdfium2.PdfDocument(data) as pdf:
            page = pdf[number - 1]
            # Makes annotations and form fields a part of the page's own content.
            pdfium.FPDFPage_Flatten(page.raw, pdfium.FLAT_NORMALDISPLAY)
            page = pdf[number - 1]
            words = page.get_textpage().get_text_bounded(errors="replace").split()
    except (pypdfium2.PdfiumError, IndexError, ValueError):
        return ""
    text = " ".join(words)
    return text if len(text) <= _WORDS else text[:_WORDS].rstrip() + "…"
