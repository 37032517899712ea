"""Hostile files in place of a pack's Word template, letter.docx."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import pytest

from circulars.files.opc import UnreadablePackageError, parse_part, read_parts
from circulars.files.word_reach import reaches_of
from circulars.pack import load_pack
from hostile.conftest import HostilePack, Listener

SHIPPED = load_pack().read("letter.docx")
PARTS: Mapping[str, bytes] = read_parts(SHIPPED)
BODY = PARTS["word/document.xml"].decode()
RELATIONSHIP = '<Relationship Id="rIdX" Type="{0}/{1}" Target="{2}" TargetMode="External"/></Relationships>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def package(*more: tuple[str, bytes], how: int = zipfile.ZIP_DEFLATED, **changed: str) -> bytes:
    """The shipped template with some parts changed ("document" is word/document.xml), and with more parts."""
    parts = {**PARTS, **{f"word/{name}.xml": text.encode() for name, text in changed.items()}}
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w", how) as made:
        warnings.simplefilter("ignore")  # a duplicate name
        for name, data in (*parts.items(), *more):
            made.writestr(name, data)
    return file.getvalue()


def lying() -> bytes:
    """A package whose directory says that a part of 50 MB has a thousand bytes."""
    size = 50_000_000
    return package(("word/x.bin", bytes(size))).replace(struct.pack("<L", size), struct.pack("<L", 1000))


def encrypted() -> bytes:
    """A package whose directory says that its parts are encrypted."""
    data = bytearray(SHIPPED)
    for mark, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            data[at + flags] |= 1
    return bytes(data)


def overlapping(copies: int = 15) -> bytes:
    """A package with many directory entries for the same megabyte."""
    data = package()
    end = data.rfind(b"PK\5\6")
    count, size, start = struct.unpack("<HLL", data[end + 10 : end + 20])
    body = bytes(1_000_000)
    packed = zlib.compress(body, wbits=-15)
    sizes = (zlib.crc32(body), len(packed), len(body), 1, 0)
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 0, *sizes)
    listed = [
        struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 0, *sizes, 0, 0, 0, 0, start) + bytes([65 + copy])
        for copy in range(copies)
    ]
    names = b"".join(listed)
    counted = (0, 0, count + copies, count + copies, size + len(names), start + 31 + len(packed), 0)
    tail = struct.pack("<4s4H2LH", b"PK\5\6", *counted)
    return data[:start] + local + b"A" + packed + data[start:end][:size] + names + tail


DTD = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>{}]>".format(
    "".join(f"<!ENTITY a{n} '{f'&a{n - 1 if n > 1 else str()};' * 10}'>" for n in range(1, 10))
)
HOSTILE = {
    "a bomb": (lambda: package(("word/x.bin", bytes(200_000_000))), "larger than 20 MB"),
    "a bomb that lies": (lying, "not a Word file"),
    "a bomb in bz2": (lambda: package(how=zipfile.ZIP_BZIP2), "compressed in an unusual way"),
    "a bomb in lzma": (lambda: package(how=zipfile.ZIP_LZMA), "compressed in an unusual way"),
    "many parts": (lambda: package(*((f"a/{n}", b"") for n in range(3000))), "larger than 20 MB"),
    "a part twice": (lambda: package(("word/document.xml", b"<x/>")), "is in the file twice"),
    "a part in capitals": (lambda: package(("Word/Document.XML", b"<x/>")), "is in the file twice"),
    "a path from the root": (lambda: package(("/etc/passwd", b"")), "leads out of the file"),
    "a path that climbs": (lambda: package(("word/../../x", b"")), "leads out of the file"),
    "a path of Windows": (lambda: package(("word\\..\\x", b"")), "leads out of the file"),
    "encryption": (encrypted, "is encrypted"),
    "entries that overlap": (overlapping, "overlap"),
    "entities": (lambda: package(document=BODY.replace("<w:document", f"{DTD}<w:document", 1)), "document type"),
    "entities elsewhere": (lambda: package(("x.xml", f"{DTD}<x>&a9;</x>".encode())), "document type"),
    "entities in UTF-16": (lambda: package(("x.xml", f"{DTD}<x>&a9;</x>".encode("utf-16"))), "document type"),
    "half a file": (lambda: SHIPPED[: len(SHIPPED) // 2], "not a Word file"),
    "no file": (lambda: b"", "not a Word file"),
    "a directory alone": (lambda: b"PK\5\6" + bytes(18), "not a Word file"),
}
STORIES = {
    "depth": ("<w:p>" * 3000 + "</w:p>" * 3000, "broken"),
    "a huge text": ("<w:p><w:r><w:t>" + "a" * 12_000_000 + "</w:t></w:r></w:p>", "broken"),
    "a million paragraphs": ("<w:p/>" * 200_000, "larger than 1,000,000 bytes"),
    "tags without end": ("<w:p><w:r><w:t>" + "{{ " * 700 + "</w:t></w:r></w:p>", "not closed in its paragraph"),
    "statements without end": ("<w:p><w:r><w:t>{%p x</w:t></w:r></w:p>" * 700, "not closed in its paragraph"),
    "braces": ("<w:p><w:r><w:t>a{</w:t></w:r></w:p>" * 9000, "not closed in its paragraph"),
    "many tags": ("<w:p><w:r><w:t>{{ a }}</w:t></w:r></w:p>" * 3000, "more than 1,000 tags"),
    "tags that backtrack": ("<w:p><w:r><w:t>" + "{{a}}" * 60 + "</w:t><w:tab/></w:r></w:p>", "'a' is undefined"),
    "a loop without end": (
        "<w:p><w:r><w:t>{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
        "</w:t></w:r></w:p>",
        "takes more than",
    ),
    "Python": ("<w:p><w:r><w:t>{{ ''.__class__ }}</w:t></w:r></w:p>", "unsafe"),
}


@pytest.mark.parametrize(("made", "fact"), HOSTILE.values(), ids=HOSTILE)
def test_a_deceptive_package_is_refused(made: object, fact: str, hostile_pack: HostilePack) -> None:
    """The problem names the file and the reason."""
    assert callable(made)
    (problem,) = hostile_pack.put(letter_docx=made()).problems("docx")

    assert problem.where.file.endswith("letter.docx")
    assert fact in problem.message


@pytest.mark.parametrize(("inside", "fact"), STORIES.values(), ids=STORIES)
def test_an_enormous_body_is_refused(inside: str, fact: str, hostile_pack: HostilePack) -> None:
    """Neither the XML of the body nor its tags can make the program run for ever."""
    data = package(document=BODY.replace("</w:body>", f"{inside}</w:body>"))

    assert fact in hostile_pack.put(letter_docx=data).message("docx")


@pytest.mark.parametrize("kind", ["image", "attachedTemplate", "oleObject", "frame", "aFChunk"])
def test_a_template_that_would_fetch_something_is_refused(kind: str, hostile_pack: HostilePack) -> None:
    """A picture or a template at another place would be fetched when somebody opens the letter."""
    name = "word/_rels/document.xml.rels"
    links = (
        PARTS[name].decode().replace("</Relationships>", RELATIONSHIP.format(OFFICE, kind, "https://evil.example/x"))
    )
    data = package((name, links.encode()))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for part, content in {**PARTS, name: links.encode()}.items():
            made.writestr(part, content)

    assert "is in the file twice" in hostile_pack.put(letter_docx=data).message("docx")
    assert "https://evil.example/x" in hostile_pack.put(letter_docx=file.getvalue()).message("docx")


@pytest.mark.parametrize(
    "code", ["INCLUDEPICTURE http://evil.example/x", "DDEAUTO cmd /c", "INCLUDETEXT c:/x", "LINK x"]
)
def test_a_field_that_would_fetch_something_is_refused(code: str) -> None:
    """Word updates fields when it opens a file, or when somebody presses F9, also if the code is split into pieces."""
    pieces = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in (code[:3], code[3:]))
    whole = dict(PARTS) | {"word/document.xml": BODY.replace("</w:body>", f"<w:p>{pieces}</w:p></w:body>").encode()}

    assert [(one.code, one.part) for one in reaches_of(whole)] == [("reaching-field", "word/document.xml")]
    assert not [*reaches_of(PARTS)]


def test_nothing_is_fetched_for_a_part(listener: Listener, tmp_path: Path) -> None:
    """An entity or a document type that names an address or a file is not followed."""
    (tmp_path / "canary").write_text("canary")
    for address in (f"http://127.0.0.1:{listener.port}/x", (tmp_path / "canary").as_uri()):
        entity = f'<!DOCTYPE x [<!ENTITY a SYSTEM "{address}">]><x>&a;</x>'
        parameter = f'<!DOCTYPE x [<!ENTITY % a SYSTEM "{address}"> %a;]><x/>'
        for part in (entity, parameter, f'<!DOCTYPE x SYSTEM "{address}"><x/>'):
            with pytest.raises(UnreadablePackageError, match="document type"):
                parse_part(part.encode())

    assert listener.requests == []
