"""What a PDF says about people and computers is reported, and what readers are meant to know is not."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image

from accessibility.test_pdf import sound
from circulars.accessibility import check_output

Change = Callable[[pikepdf.Pdf], None]


def traces(change: Change) -> str:
    """What is reported about a PDF of one page with a change, or ""."""
    file = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.pages[0].obj.Annots = Array()
        change(pdf)
        pdf.save(file)
    found = [one for one in check_output(file.getvalue(), "letter.pdf") if one.code == "personal-information"]
    assert len(found) <= 1
    return "".join(one.message.removeprefix("there are traces of people and computers: ") for one in found)


def note(kind: str, author: str) -> Change:
    """Adds an annotation, which names its author in T."""

    def add(pdf: pikepdf.Pdf) -> None:
        made = Dictionary(Type=Name.Annot, Subtype=Name(f"/{kind}"), Rect=Array([9, 9, 99, 99]), T=String(author))
        pdf.pages[0].obj.Annots.append(pdf.make_indirect(made))
        pdf.Root.AcroForm = Dictionary(Fields=pdf.pages[0].obj.Annots)

    return add


def subject(words: str) -> Change:
    """Writes a subject into the old document information."""

    def write(pdf: pikepdf.Pdf) -> None:
        pdf.docinfo.Subject = String(words)

    return write


def xmp(words: str) -> Change:
    """Writes the address of a file that was placed into the metadata."""

    def write(pdf: pikepdf.Pdf) -> None:
        with pdf.open_metadata() as metadata:
            metadata["{http://purl.org/dc/elements/1.1/}source"] = words

    return write


def attachment(name: str, relation: str = "Unspecified") -> Change:
    """Attaches a file."""

    def attach(pdf: pikepdf.Pdf) -> None:
        embedded = Stream(pdf, b"", Type=Name.EmbeddedFile)
        given = Dictionary(Type=Name.Filespec, F=String(name), UF=String(name), EF=Dictionary(F=embedded))
        given.AFRelationship = Name(f"/{relation}")
        pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array([String(name), pdf.make_indirect(given)])))

    return attach


def link(**action: Any) -> Change:
    """Adds a link."""

    def add(pdf: pikepdf.Pdf) -> None:
        made = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([9, 9, 99, 99]), A=Dictionary(**action))
        pdf.pages[0].obj.Annots.append(made)

    return add


@pytest.mark.parametrize(
    ("change", "fact"),
    [
        (note("Highlight", "Ana Ejemplo"), "comments by 'Ana Ejemplo'"),
        (note("Stamp", "ana"), "comments by 'ana'"),
        (subject(r"Microsoft Word - D:\Drafts\letter.doc"), r"paths on a computer 'D:\Drafts\letter.doc'"),
        (subject("file:///home/ana/letter.html"), "paths on a computer 'file:///home/ana/letter.html'"),
        (xmp("/Users/ana/Desktop/logo.ai"), "paths on a computer '/Users/ana/Desktop/logo.ai'"),
        (xmp(r"\\server\drafts\logo.ai"), r"paths on a computer '\\server\drafts\logo.ai'"),
        (attachment("C:/Users/ana/list.csv"), "paths on a computer 'C:/Users/ana/list.csv'"),
        (link(S=Name.GoToR, F=String("/C/Users/ana/annex.pdf")), "paths on a computer '/C/Users/ana/annex.pdf'"),
        (link(S=Name.URI, URI=String("file:///C:/annex.pdf")), "paths on a computer 'file:///C:/annex.pdf'"),
        (attachment("draft.docx", "Source"), "the source of the file 'draft.docx'"),
        (attachment("letter.odt"), "the source of the file 'letter.odt'"),
    ],
)
def test_traces_are_reported(change: Change, fact: str) -> None:
    """Authors of comments, paths on somebody's computer, and the attached source of the file are named."""
    assert traces(change) == fact


@pytest.mark.parametrize(
    "change",
    [
        note("Widget", "Name of the delegate"),
        note("Highlight", ""),
        subject("Accounts of the home/office programme, A:B, file: 7"),
        xmp("https://www.example.int/home/ana/letter"),
        attachment("form.docx"),
        attachment("letter.yaml", "Source"),
        link(S=Name.GoToR, F=String("../annex/annex.pdf")),
        link(S=Name.URI, URI=String("https://www.example.int/Users/ana/?path=/home/ana/")),
    ],
)
def test_what_readers_are_meant_to_know_is_not_reported(change: Change) -> None:
    """A form field's name, web addresses, relative paths, and files that are attached for readers are no traces."""
    assert traces(change) == ""


def test_the_author_of_a_letter_is_not_reported() -> None:
    """A letter names the organization as its author, and carries its own source."""
    found = check_output(sound(), "tsb-collective-2-5.en.pdf")

    assert "personal-information" not in {one.code for one in found}


def photograph(pdf: pikepdf.Pdf) -> None:
    """Adds a photograph as a telephone makes it, with the place where it was taken."""
    exif = Image.Exif()
    exif[0x013B], exif[0x0110] = "Rosa Traza", "Phone 9"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (46.0, 12.0, 7.0)
    stream = io.BytesIO()
    Image.new("RGB", (4, 4)).save(stream, "JPEG", exif=exif)
    picture = Stream(pdf, stream.getvalue(), Type=Name.XObject, Subtype=Name.Image, Filter=Name.DCTDecode)
    pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(Photo=pdf.make_indirect(picture)))


def test_what_a_photograph_says_is_reported() -> None:
    """Programs put a JPEG file into a PDF as it is."""
    assert traces(photograph) == "the metadata of pictures: author 'Rosa Traza', the place, camera 'Phone 9'"
