"""Makes a signature visible: its appearance on the page, its alternate text, and its element in the structure tree."""

from __future__ import annotations

import io
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from circulars.signing.opening import entry, number_tree
from circulars.signing.values import Block

Writer = IncrementalPdfFileWriter
Dictionary = generic.DictionaryObject


def add_appearance(writer: Writer, field: Any, block: Block) -> None:
    """Adds a block to a signature's field, and an element for it to the structure tree if there is one."""
    widget = field.get_object()
    page = writer.find_page_for_modification(block.spot.page)[0]
    words = pdf_string(block.words)
    widget[pdf_name("/AP")] = Dictionary({pdf_name("/N"): writer.add_object(_form(writer, block.drawing))})
    widget[pdf_name("/TU")] = words  # the name of a form field (ISO 14289-1, 7.18.1)
    widget[pdf_name("/Contents")] = words
    tree = entry(writer.root, "/StructTreeRoot")
    if entry(tree, "/ParentTree") is not None and entry(tree, "/K") is not None:
        _add_element(writer, field, page, block)


def _form(writer: Writer, drawing: bytes) -> generic.StreamObject:
    """The first page of a PDF as a form XObject (ISO 32000-1, 8.10), with its resources."""
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


def _add_element(writer: Writer, field: Any, page: Any, block: Block) -> None:
    """Adds a "Form" element to the structure tree (ISO 32000-1, 14.8.4.5), to be read after the closing."""
    root = writer.root["/StructTreeRoot"]
    tree = root["/ParentTree"]
    key = _next_key(root, tree)
    parent, at = _position(root, tree, page.get_object(), block.spot.after)
    element = writer.add_object(
        Dictionary(
            {
                pdf_name("/Type"): pdf_name("/StructElem"),
                pdf_name("/S"): pdf_name("/Form"),
                pdf_name("/P"): generic.IndirectObject(*_reference(parent), writer),
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


def _reference(thing: Any) -> tuple[int, int]:
    return thing.container_ref.idnum, thing.container_ref.generation


def _next_key(root: Any, tree: Any) -> int:
    return max(int(entry(root, "/ParentTreeNextKey") or 0), max(dict(number_tree(tree)), default=-1) + 1)


def _add_parent(writer: Writer, tree: Any, key: int, element: Any) -> None:
    """Adds a key and its element at the end of the parent tree, where the highest key belongs."""
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


def _position(root: Any, tree: Any, page: Any, mcid: int) -> tuple[Any, int]:
    """The parent of the new element, and its index among the parent's kids; -1 means at the end.

    It comes after the element that holds the marked content ``mcid``.
    """
    top = root["/K"]
    if isinstance(top, generic.ArrayObject):
        top = top[0].get_object()
    number = entry(page, "/StructParents")
    found = dict(number_tree(tree)).get(int(number)) if number is not None else None
    marks = found.get_object() if found is not None else ()
    if not 0 <= mcid < len(marks):
        return top, -1
    element = marks[mcid].get_object()
    while element["/P"].container_ref != top.container_ref:
        element = element["/P"]
    kids = entry(top, "/K")
    if not isinstance(kids, generic.ArrayObject):
        return top, -1
    at = next(at for at in range(len(kids)) if kids[at].container_ref == element.container_ref) + 1
    while at < len(kids) and entry(kids[at], "/S") == "/Form":
        at += 1  # signatures are read in the order of signing
    return top, at
