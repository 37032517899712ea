"""Shows a signature on a page: its drawing, its words, and its place among what screen readers read."""

from __future__ import annotations

import io
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from circulars.signing.opening import entries, entry
from circulars.signing.values import Block

Writer = IncrementalPdfFileWriter
Dictionary = generic.DictionaryObject


def show(writer: Writer, field: Any, block: Block) -> None:
    """Gives a signature's field its drawing and its words, and puts it into the structure tree where there is one."""
    widget = field.get_object()
    page = writer.find_page_for_modification(block.spot.page)[0]
    words = pdf_string(block.words)
    widget[pdf_name("/AP")] = Dictionary({pdf_name("/N"): writer.add_object(_form(writer, block.drawing))})
    widget[pdf_name("/TU")] = words  # what a form's field is called (ISO 14289-1, 7.18.1)
    widget[pdf_name("/Contents")] = words
    tree = entry(writer.root, "/StructTreeRoot")
    if entry(tree, "/ParentTree") is not None and entry(tree, "/K") is not None:
        _tag(writer, field, page, block)


def _form(writer: Writer, drawing: bytes) -> generic.StreamObject:
    """The first page of a PDF as a form (ISO 32000-1, 8.10), with all that it needs."""
    page = PdfFileReader(io.BytesIO(drawing)).root["/Pages"]["/Kids"][0]
    contents = page["/Contents"]
    pieces = contents if isinstance(contents, generic.ArrayObject) else [contents]
    content = b"\n".join(piece.get_object().data for piece in pieces)
    form = generic.StreamObject(
        Dictionary(
            {
                pdf_name("/Type"): pdf_name("/XObject"),
                pdf_name("/Subtype"): pdf_name("/Form"),
                pdf_name("/BBox"): generic.ArrayObject(page["/MediaBox"]),
                pdf_name("/Resources"): writer.import_object(page["/Resources"]),
            }
        ),
        stream_data=content,
    )
    form.compress()
    return form


def _tag(writer: Writer, field: Any, page: Any, block: Block) -> None:
    """Adds an element "Form" to the structure tree (ISO 32000-1, 14.8.4.5), which is read after the closing."""
    root = writer.root["/StructTreeRoot"]
    tree = root["/ParentTree"]
    key = _next_key(root, tree)
    parent, at = _neighbour(root, tree, page.get_object(), block.spot.after)
    element = writer.add_object(
        Dictionary(
            {
                pdf_name("/Type"): pdf_name("/StructElem"),
                pdf_name("/S"): pdf_name("/Form"),
                pdf_name("/P"): generic.IndirectObject(*_identity(parent), writer),
                pdf_name("/Pg"): page,
                pdf_name("/Alt"): pdf_string(block.words),
                pdf_name("/Lang"): pdf_string(block.language),
                pdf_name("/K"): Dictionary(
                    {pdf_name("/Type"): pdf_name("/OBJR"), pdf_name("/Pg"): page, pdf_name("/Obj"): field}
                ),
            }
        )
    )
    kids = entry(parent, "/K")
    if not isinstance(kids, generic.ArrayObject):
        kids = generic.ArrayObject([parent.raw_get("/K")] if "/K" in parent else [])
    kids.insert(len(kids) if at < 0 else at, element)
    parent[pdf_name("/K")] = kids
    writer.update_container(kids if kids.container_ref else parent)
    _add_parent(writer, tree, key, element)
    root[pdf_name("/ParentTreeNextKey")] = generic.NumberObject(key + 1)
    writer.update_container(root)
    field.get_object()[pdf_name("/StructParent")] = generic.NumberObject(key)
    page.get_object()[pdf_name("/Tabs")] = pdf_name("/S")
    writer.mark_update(page)


def _identity(thing: Any) -> tuple[int, int]:
    return thing.container_ref.idnum, thing.container_ref.generation


def _entries(tree: Any) -> dict[int, Any]:
    """The numbers of a number tree (ISO 32000-1, 7.9.7), with what they stand for."""
    found: dict[int, Any] = {}
    for kid in entries(tree, "/Kids"):
        found |= _entries(kid.get_object())
    numbers = entries(tree, "/Nums")
    return found | {int(number): value for number, value in zip(numbers[::2], numbers[1::2], strict=True)}


def _next_key(root: Any, tree: Any) -> int:
    return max(int(entry(root, "/ParentTreeNextKey") or 0), max(_entries(tree), default=-1) + 1)


def _add_parent(writer: Writer, tree: Any, key: int, element: Any) -> None:
    """Says in the tree of parents which element a number belongs to; the highest number comes last."""
    if "/Kids" in tree:
        number = generic.NumberObject(key)
        leaf = Dictionary(
            {
                pdf_name("/Limits"): generic.ArrayObject([number, number]),
                pdf_name("/Nums"): generic.ArrayObject([number, element]),
            }
        )
        tree["/Kids"].append(writer.add_object(leaf))
        holder = tree["/Kids"]
    else:
        holder = tree["/Nums"]
        holder += [generic.NumberObject(key), element]
    writer.update_container(holder)


def _neighbour(root: Any, tree: Any, page: Any, mark: int) -> tuple[Any, int]:
    """The element that is to hold the new one, and where among its kids: behind the element of a mark; -1 is last."""
    top = root["/K"]
    if isinstance(top, generic.ArrayObject):
        top = top[0].get_object()
    number = entry(page, "/StructParents")
    found = _entries(tree).get(int(number)) if number is not None else None
    marks = found.get_object() if found is not None else ()
    if not 0 <= mark < len(marks):
        return top, -1
    element = marks[mark].get_object()
    while element["/P"].container_ref != top.container_ref:
        element = element["/P"]
    kids = entry(top, "/K")
    if not isinstance(kids, generic.ArrayObject):
        return top, -1
    at = next(at for at in range(len(kids)) if kids[at].container_ref == element.container_ref) + 1
    while at < len(kids) and entry(kids[at], "/S") == "/Form":
        at += 1  # signatures are read in the order in which they were made
    return top, at
