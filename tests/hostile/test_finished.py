"""Finished PDFs that ask for any amount of work: every command ends within its limits, with a problem or a result."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from circulars import finished
from circulars.errors import CircularsError, LimitError
from commands import bounded

CATALOGUE, PAGES, PAGE = 1, 2, 3


def pdf(more: str = "", objects: Mapping[int, bytes] | None = None, page: str = "", trailer: str = "") -> bytes:
    """A PDF of one empty page. ``more`` goes into its catalogue, and ``page`` into the page."""
    found = {
        CATALOGUE: f"<</Type/Catalog/Pages 2 0 R/ByteRange[0 1 2 3] {more}>>".encode(),
        PAGES: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        PAGE: f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842] {page}>>".encode(),
        **(objects or {}),
    }
    data, places = bytearray(b"%PDF-1.7\n"), {}
    for number, text in found.items():
        places[number] = len(data)
        data += b"%d 0 obj\n%b\nendobj\n" % (number, text)
    start, size = len(data), max(found) + 1
    lines = [b"%010d 00000 n \n" % places[n] if n in places else b"0000000000 00000 f \n" for n in range(1, size)]
    data += b"xref\n0 %d\n0000000000 65535 f \n" % size + b"".join(lines)
    data += f"trailer\n<</Size {size}/Root 1 0 R {trailer}>>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(data)


def stream(data: bytes, facts: str = "") -> bytes:
    """A stream with these bytes."""
    return f"<</Length {len(data)} {facts}>>stream\n".encode() + data + b"\nendstream"


def doubling(leaf: str, node: str, levels: int = 40) -> dict[int, bytes]:
    """Objects from number 10 on, each of which refers twice to the next, where ``node`` has KIDS."""
    nodes = {10 + n: node.replace("KIDS", f"[{11 + n} 0 R {11 + n} 0 R]").encode() for n in range(levels)}
    return nodes | {10 + levels: leaf.encode()}


def packed(megabytes: int) -> bytes:
    """Zeros, packed twice: four gigabytes are 10 kilobytes. One megabyte is packed, and repeated."""
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    one = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    checksum = ((megabytes << 20) % 65521 << 16) + 1  # Adler-32 of zeros
    return zlib.compress(b"\x78\xda" + one * megabytes + packer.flush() + checksum.to_bytes(4), 9)


TWICE = "/Filter[/FlateDecode/FlateDecode]"
FIELD = "<</FT/Sig/T(x)/V<</Type/Sig/ByteRange[0 1 2 3]/Contents<00>>>>>"
FILE = "<</Type/Filespec/AFRelationship/Source/UF(a.yaml)/EF<</F 60 0 R>>>>"

FILES: Mapping[str, Callable[[], bytes]] = {
    "doubling fields": lambda: pdf("/AcroForm<</Fields[10 0 R]/SigFlags 3>>", doubling(FIELD, "<</T(a)/Kids KIDS>>")),
    "a field in itself": lambda: pdf("/AcroForm<</Fields[10 0 R]>>", {10: b"<</T(a)/FT/Sig/Kids[10 0 R 10 0 R]>>"}),
    "doubling pages": lambda: pdf(
        objects=doubling("<</Type/Page/MediaBox[0 0 9 9]>>", "<</Type/Pages/Kids KIDS/Count 4>>")
        | {PAGES: b"<</Type/Pages/Kids[10 0 R]/Count 9>>"}
    ),
    "pages in themselves": lambda: pdf(objects={PAGES: b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9>>"}),
    "doubling names": lambda: pdf(
        "/Names<</Dests 10 0 R>>",
        doubling("<</Names[(A)[3 0 R/XYZ 1 1 0]]/Limits[(A)(z)]>>", "<</Limits[(A)(z)]/Kids KIDS>>"),
    ),
    "doubling structure": lambda: pdf(
        "/MarkInfo<</Marked true>>/StructTreeRoot<</Type/StructTreeRoot/K 10 0 R/ParentTree 10 0 R>>",
        doubling("<</S/P/K 0>>", "<</S/Sect/K KIDS/Kids KIDS>>"),
    ),
    "a stream of 4 GB": lambda: pdf(objects={60: stream(packed(4_000), TWICE)}, page="/Contents 60 0 R"),
    "a stream of 4 GB, often": lambda: pdf(
        objects={60: stream(packed(4_000), TWICE)}, page=f"/Contents[{'60 0 R ' * 500}]"
    ),
    "an attachment of 4 GB": lambda: pdf(
        "/AF[70 0 R]", {60: stream(packed(4_000), f"/Subtype/text {TWICE}"), 70: FILE.encode()}
    ),
    "deep dictionaries": lambda: pdf("/X" + "<</A" * 300_000 + " 1" + ">>" * 300_000),
    "a long array": lambda: pdf(f"/X[{'0 ' * 5_000_000}]"),
    "an older version of itself": lambda: pdf(trailer="/Prev 9"),
}


@pytest.mark.parametrize(
    ("name", "command"), [("doubling fields", ["verify"]), ("a stream of 4 GB, often", ["check", "--outputs"])]
)
def test_a_command_ends_whatever_a_pdf_asks_for(tmp_path: Path, name: str, command: Sequence[str]) -> None:
    """Ten seconds of computing time and a gigabyte are enough to say what is wrong."""
    (tmp_path / "hostile.pdf").write_bytes(FILES[name]())

    done = bounded(tmp_path, *command, "hostile.pdf")

    assert done.code == 1
    assert "hostile.pdf" in done.err + done.out


@pytest.mark.parametrize("name", FILES)
def test_a_look_at_a_pdf_ends(name: str) -> None:
    """What has no limit of its own runs in a worker process, which ends."""
    data = FILES[name]()

    for look in (finished.signatures_of, finished.attachments_of):
        try:
            look(data, file="hostile.pdf")
        except LimitError as error:
            assert [problem.where.file for problem in error.problems] == ["hostile.pdf"]
        except CircularsError as error:
            assert error.problems
