"""Many copies in one PDF."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from circulars.errors import UsageError
from circulars.merge.paper.joined import Joined
from circulars.merge.paper.pdf import join
from judges import PDF_JUDGES

Copies = tuple[tuple[str, bytes], ...]


def _joined(copies: Sequence[tuple[str, bytes]], duplex: bool = False, title: str = "") -> tuple[bytes, Joined]:
    stream = io.BytesIO()
    told = join(copies, stream, duplex=duplex, title=title)
    return stream.getvalue(), told


def _pictures(data: bytes) -> list[bytes]:
    return [page.render(scale=0.5).to_pil().tobytes() for page in pypdfium2.PdfDocument(data)]


def test_every_page_looks_as_in_its_copy(pdf_copies: Copies) -> None:
    """The pages of the file are those of the copies, pixel for pixel, in order."""
    data, told = _joined(pdf_copies)

    pictures = [picture for _, copy in pdf_copies for picture in _pictures(copy)]
    assert _pictures(data) == pictures
    assert (told.copies, told.pages, told.blank, told.size) == (4, len(pictures), 0, len(data))


def test_no_copy_begins_on_the_back_of_another(pdf_copies: Copies) -> None:
    """With duplex each copy begins on an odd page, and the printer is told to print on both sides."""
    data, told = _joined(pdf_copies, duplex=True)

    with pikepdf.open(io.BytesIO(data)) as pdf, pdf.open_outline() as outline:
        begins = [pdf.pages.index(pikepdf.Page(mark.destination[0])) for mark in outline.root]  # type: ignore[index]
        assert pdf.Root.ViewerPreferences.Duplex == "/DuplexFlipLongEdge"
    assert len(begins) == 4
    assert all(begin % 2 == 0 for begin in begins)
    assert told.blank > 0


def test_bookmarks_name_the_addressees_and_below_them_the_parts_of_their_letters(pdf_copies: Copies) -> None:
    """Each copy's bookmark leads to its first page; the copy's own bookmarks are below it."""
    copies = [(f"Ana Ejemplo {n} – Ñ", data) for n, (_, data) in enumerate(pdf_copies)]
    data, _ = _joined(copies)

    marks = list(pypdfium2.PdfDocument(data).get_toc())
    top = [mark for mark in marks if mark.level == 0]
    pages = [len(pypdfium2.PdfDocument(copy)) for _, copy in copies]
    assert [mark.get_title() for mark in top] == [label for label, _ in copies]
    assert [mark.get_dest().get_index() for mark in top] == [sum(pages[:n]) for n in range(4)]
    assert any(mark.level == 1 for mark in marks)


def test_the_file_keeps_the_standards_of_its_copies(pdf_copies: Copies, tmp_path: Path) -> None:
    """Several copies in two languages, with blank pages, are PDF/A-3a and PDF/UA-1 as one file."""
    file = tmp_path / "print.pdf"
    file.write_bytes(_joined(pdf_copies * 2, duplex=True, title="All copies")[0])

    found = {name: judge([file])[file] for name, judge in PDF_JUDGES.items()}
    assert found == dict.fromkeys(PDF_JUDGES, ())


def test_what_copies_share_is_in_the_file_once(pdf_copies: Copies) -> None:
    """Fonts, pictures, colours and attachments of a hundred copies take no more space than those of one."""
    one = pdf_copies[0]
    data, _ = _joined([one] * 100)

    with pikepdf.open(io.BytesIO(data)) as pdf, pikepdf.open(io.BytesIO(one[1])) as copy:
        fonts = [item for item in pdf.objects if isinstance(item, pikepdf.Stream) and "/Length1" in item]
        own = [item for item in copy.objects if isinstance(item, pikepdf.Stream) and "/Length1" in item]
        assert len(fonts) == len(own)
        assert set(pdf.attachments) == set(copy.attachments)
    assert len(data) < 10 * len(one[1])


def test_attachments_of_one_name_that_differ_are_both_kept(pdf_copies: Copies) -> None:
    """The English and the Spanish attachment have one name; the file has both, under two names."""
    data, _ = _joined(pdf_copies[:2])

    with pikepdf.open(io.BytesIO(data)) as pdf:
        carried = {name: file.get_file().read_bytes() for name, file in pdf.attachments.items()}
        assert len(pdf.Root.AF) == len(carried)
    for _, copy in pdf_copies[:2]:
        with pikepdf.open(io.BytesIO(copy)) as one:
            assert all(file.get_file().read_bytes() in carried.values() for file in one.attachments.values())


def test_links_stay_in_their_copy(pdf_copies: Copies) -> None:
    """A link leads to a page of its own copy, although all copies use the same destination names."""
    long = pdf_copies[-1]
    data, _ = _joined([long, long])

    with pikepdf.open(io.BytesIO(data)) as pdf:
        pages, half = list(pdf.pages), len(pdf.pages) // 2
        numbers: dict[object, int] = {page.objgen: number for number, page in enumerate(pages)}
        inner = [
            (numbers[page.objgen] // half, numbers[note.Dest[0].objgen] // half)
            for page in pages
            for note in page.get("/Annots", ())
            if "/Dest" in note
        ]
    assert {copy for copy, _ in inner} == {0, 1}
    assert all(copy == target for copy, target in inner)


def test_the_same_copies_make_the_same_bytes(pdf_copies: Copies) -> None:
    """Neither time nor chance has an effect on the file."""
    assert _joined(pdf_copies, title="Copies") == _joined(pdf_copies, title="Copies")


def test_no_copies_are_refused() -> None:
    """Without a copy there is no file, but an error."""
    with pytest.raises(UsageError, match="nothing-to-print  there is no copy to print"):
        join([], io.BytesIO())
