"""What comes with a signature in one update: the field, the form, its page and the catalog get what they need only."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from circulars.signing import Block, Box, Placement
from circulars.signing.widget import add_appearance
from signing.authority import NOW
from signing.test_block import block_at
from signing.test_updates import Unchanged, changes

BOX = Box(340, 808, 510, 836)
Change = Callable[[Any, Any], None]
"""Changes the objects of an update; it gets the writer and the field of the signature."""


@pytest.fixture(scope="module")
def made(letters: dict[str, bytes]) -> bytes:
    """A letter of two pages, as it was built."""
    return letters["tsb-circular-213"]


@pytest.fixture(scope="module")
def drawing() -> bytes:
    """What a block shows."""
    return block_at(Placement(0, BOX)).drawing


def signed_with(data: bytes, change: Change, drawing: bytes = b"") -> bytes:
    """The PDF with a signature whose update has something more; its value is only a place holder.

    ``drawing`` is what the block of a visible signature shows.
    """
    writer = Unchanged(io.BytesIO(data))
    sides = (BOX.left, BOX.bottom, BOX.right, BOX.top) if drawing else None
    spec = SigFieldSpec("Name", box=sides, invis_sig_settings=InvisSigSettings(box_out_of_bounds=True))  # type: ignore[arg-type]  # floats, too
    steps: Any = PdfCMSEmbedder(spec).write_cms("Name", writer)
    field = next(steps)
    if drawing:
        add_appearance(writer, field, Block(Placement(0, BOX), drawing, "words", "en"))
    steps.send(SigObjSetup(SignatureObject(timestamp=NOW, bytes_reserved=100)))
    change(writer, field.get_object())
    _, output = steps.send(SigIOSetup(md_algorithm="sha256"))
    steps.send(b"\x30\x03\x02\x01\x00")
    whole: bytes = output.getvalue()
    return whole


def parsed(text: str) -> Any:
    """A PDF object."""
    return generic.read_object(io.BytesIO(text.encode() + b" "), generic.Reference(0, 0))


def _entry(where: str, name: str, value: str) -> Change:
    """Sets an entry of the field, the signature, the form, the catalog, the page, the block or its resources."""

    def change(writer: Any, field: Any) -> None:
        held = {
            "field": lambda: field,
            "signature": lambda: field["/V"],
            "form": lambda: writer.root["/AcroForm"],
            "catalog": lambda: writer.root,
            "page": lambda: writer.root["/Pages"]["/Kids"][0],
            "block": lambda: field["/AP"]["/N"],
            "appearances": lambda: field["/AP"],
            "resources": lambda: field["/AP"]["/N"]["/Resources"],
            "element": lambda: writer.root["/StructTreeRoot"]["/K"]["/K"][-1],
            "tags": lambda: writer.root["/StructTreeRoot"],
        }[where]()
        held[pdf_name(name)] = parsed(value)
        writer.update_container(held)

    return change


ENTRIES = {
    "field": {
        "/A": "<< /S /URI /URI (https://mallory.example) >>", "/AA": "<< >>", "/Parent": "<< >>", "/Kids": "[]",
        "/MK": "<< /BG [1 1 1] >>", "/BS": "<< /W 9 >>", "/Border": "[0 0 9]", "/OC": "<< >>", "/AS": "/On",
        "/F": "28", "/Ff": "2", "/Rect": "[0 0 600 800]", "/P": "1 0 R", "/T": "5", "/FT": "/Tx", "/DV": "(x)",
        "/V": "<< /Type /Sig >>", "/RV": "(x)", "/IRT": "<< >>", "/Popup": "<< >>", "/Opt": "[]", "/Lock": "<< /X 1 >>",
        "/SV": "<< >>", "/StructParent": "0", "/Subtype": "/FreeText", "/C": "[1 0 0]", "/Type": "/Page",
    },
    "signature": {
        "/X": "1", "/Reference": "[ << /Data 6 0 R >> ]", "/Name": "6 0 R", "/Prop_Build": "<< /App 6 0 R >>",
        "/Location": "[]", "/M": "5",
    },
    "form": {
        "/NeedAppearances": "true", "/XFA": "[]", "/CO": "[]", "/DR": "<< >>", "/DA": "(/Helv 0 Tf)", "/Q": "1",
        "/SigFlags": "7", "/Fields": "[]", "/X": "1",
    },
    "catalog": {
        "/Version": "/1.0", "/Extensions": "<< /ESIC << /JS (x) >> >>", "/PageLabels": "<< >>", "/PageMode": "/UseNone",
        "/PageLayout": "/OneColumn", "/Outlines": "<< >>", "/Threads": "[]", "/OpenAction": "[]", "/AA": "<< >>",
        "/URI": "<< /Base (https://mallory.example) >>", "/Lang": "(xx)", "/PieceInfo": "<< >>", "/Legal": "<< >>",
        "/OCProperties": "<< >>", "/Requirements": "[]", "/Collection": "<< >>", "/NeedsRendering": "true",
        "/Dests": "<< >>", "/Names": "<< >>", "/AF": "[]", "/OutputIntents": "[]", "/MarkInfo": "<< >>",
        "/Metadata": "5 0 R", "/Pages": "6 0 R", "/StructTreeRoot": "<< >>", "/ViewerPreferences": "<< >>",
        "/Perms": "<< /DocMDP 6 0 R >>", "/DSS": "<< /Certs [ 5 0 R 6 0 R ] >>", "/DPartRoot": "<< >>", "/X": "1",
    },
    "page": {
        "/Resources": "<< >>", "/MediaBox": "[0 0 9 9]", "/CropBox": "[0 0 9 9]", "/Rotate": "90", "/Contents": "6 0 R",
        "/Group": "<< >>", "/Thumb": "5 0 R", "/B": "[]", "/Dur": "1", "/Trans": "<< >>", "/AA": "<< >>",
        "/Metadata": "5 0 R", "/PieceInfo": "<< >>", "/StructParents": "9", "/PZ": "2", "/Tabs": "/R", "/UserUnit": "2",
        "/VP": "[]", "/Annots": "[]", "/TemplateInstantiated": "/x", "/Type": "/Template", "/Parent": "2 0 R",
        "/TrimBox": "[0 0 9 9]", "/ArtBox": "[0 0 9 9]", "/SeparationInfo": "<< >>", "/PresSteps": "<< >>",
    },
    "block": {
        "/OC": "<< >>", "/Ref": "<< >>", "/OPI": "<< >>", "/F": "(other.pdf)", "/FFilter": "/FlateDecode", "/PS": "(x)",
        "/PieceInfo": "<< >>", "/Metadata": "5 0 R", "/JS": "(x)", "/BBox": "[0 0]", "/Alternates": "[]",
    },
    "appearances": {"/D": "5 0 R", "/R": "5 0 R", "/N": "<< /On 5 0 R >>"},
    "resources": {"/Properties": "<< >>", "/JavaScript": "<< >>"},
    "element": {
        "/ActualText": "(paid)", "/A": "<< >>", "/C": "/x", "/S": "/P", "/E": "(x)", "/ID": "(x)", "/AF": "[]",
        "/Alt": "5 0 R", "/Pg": "1 0 R", "/P": "2 0 R", "/K": "[]",
    },
    "tags": {"/RoleMap": "<< >>", "/ClassMap": "<< >>", "/Namespaces": "[]", "/IDTree": "<< >>"},
}  # fmt: skip
CASES = [(where, name, value) for where, entries in ENTRIES.items() for name, value in entries.items()]


@pytest.mark.parametrize("visible", [False, True])
def test_a_signature_alone_is_no_change(visible: bool, made: bytes, drawing: bytes) -> None:
    """What the other tests add to is permitted without it."""
    signed = signed_with(made, lambda *_: None, drawing if visible else b"")

    assert changes(signed, len(made)) == []


@pytest.mark.parametrize(("where", "name", "value"), CASES, ids=[f"{where}{name}" for where, name, _ in CASES])
def test_whatever_else_a_signature_brings_is_a_change(
    where: str, name: str, value: str, made: bytes, drawing: bytes
) -> None:
    """An entry that the field, the form, the page, the catalog or the block of a signature does not need."""
    signed = signed_with(made, _entry(where, name, value), drawing)

    assert changes(signed, len(made))


def _a_second_annotation(writer: Any, field: Any) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Annots"].append(writer.add_object(parsed("<< /Type /Annot /Subtype /Stamp /Rect [0 0 9 9] >>")))
    writer.update_container(page["/Annots"])


def _annotations_in_another_order(writer: Any, field: Any) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Annots"].reverse()
    writer.update_container(page["/Annots"])


def _an_annotation_less(writer: Any, field: Any) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Annots"].pop(0)
    writer.update_container(page["/Annots"])


def _on_two_pages(writer: Any, field: Any) -> None:
    page = writer.root["/Pages"]["/Kids"][1]
    annotations = generic.ArrayObject(page.get("/Annots", ()))
    annotations.append(writer.root["/AcroForm"]["/Fields"].raw_get(0))
    page[pdf_name("/Annots")] = annotations
    writer.update_container(page)


def _a_stray_object(writer: Any, field: Any) -> None:
    writer.add_object(generic.StreamObject(stream_data=b"0 0 9 9 re f"))


def _a_font_of_the_letter(writer: Any, field: Any) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    font = next(iter(page["/Resources"]["/Font"].values())).get_object()
    font[pdf_name("/BaseFont")] = pdf_name("/Other")
    writer.update_container(font)


def _another_picture(writer: Any, field: Any) -> None:
    contents = writer.root["/Pages"]["/Kids"][0]["/Contents"]
    contents._data = b"0 0 9 9 re f"  # pyHanko has no other way to replace the content
    contents._encoded_data = None
    writer.update_container(contents)


def _two_fields_of_one_name(writer: Any, field: Any) -> None:
    twin = generic.DictionaryObject(field)
    writer.root["/AcroForm"]["/Fields"].append(writer.add_object(twin))
    writer.update_container(writer.root["/AcroForm"])


def _a_text_field(writer: Any, field: Any) -> None:
    writer.root["/AcroForm"]["/Fields"].append(writer.add_object(parsed("<< /FT /Tx /T (x) /V (paid) >>")))
    writer.update_container(writer.root["/AcroForm"])


def _an_empty_field(writer: Any, field: Any) -> None:
    writer.root["/AcroForm"]["/Fields"].append(writer.add_object(parsed("<< /FT /Sig /T (x) >>")))
    writer.update_container(writer.root["/AcroForm"])


def _a_missing_object(writer: Any, field: Any) -> None:
    field["/AP"]["/N"]["/Resources"][pdf_name("/XObject")] = parsed("<< /Later 900 0 R >>")


def _a_tag_more(writer: Any, field: Any) -> None:
    kids = writer.root["/StructTreeRoot"]["/K"]["/K"]
    kids.append(writer.add_object(parsed("<< /Type /StructElem /S /P /ActualText (paid) >>")))
    writer.update_container(kids)


def _tags_in_another_order(writer: Any, field: Any) -> None:
    kids = writer.root["/StructTreeRoot"]["/K"]["/K"]
    kids.reverse()
    writer.update_container(kids)


def _another_parent(writer: Any, field: Any) -> None:
    numbers = writer.root["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    numbers[1] = numbers[3]
    writer.update_container(numbers)


DEEDS = (
    _a_second_annotation, _annotations_in_another_order, _an_annotation_less, _on_two_pages, _a_stray_object,
    _a_font_of_the_letter, _another_picture, _two_fields_of_one_name, _a_text_field, _an_empty_field,
    _a_missing_object, _a_tag_more, _tags_in_another_order, _another_parent,
)  # fmt: skip


@pytest.mark.parametrize("deed", DEEDS, ids=lambda one: one.__name__.strip("_"))
def test_whatever_else_a_signature_does_is_a_change(deed: Change, made: bytes, drawing: bytes) -> None:
    """Lists that get more, less or another order, objects that nothing needs, and objects of the letter."""
    assert changes(signed_with(made, deed, drawing), len(made))
