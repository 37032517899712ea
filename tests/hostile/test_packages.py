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
    "a bomb that lies": (lying, "its part 'word/x.bin' cannot be read"),
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
    "half a file": (lambda: SHIPPED[: len(SHIPPED) // 2], "its end is missing"),
    "no file": (lambda: b"", "the file is empty"),
    "a directory alone": (lambda: b"PK\5\6" + bytes(18), "not a Word file"),
}
STORIES = {
    "depth": ("<w:p>" * 3000 + "</w:p>" * 3000, "damaged"),
    "a huge text": ("<w:p><w:r><w:t>" + "a" * 12_000_000 + "</w:t></w:r></w:p>", "damaged"),
    "a million paragraphs": ("<w:p/>" * 200_000, "larger than 1,000,000 bytes"),
    "tags without end": ("<w:p><w:r><w:t>" + "{{ " * 600 + "</w:t></w:r></w:p>", "not closed in its paragraph"),
    "statements without end": ("<w:p><w:r><w:t>{%p x</w:t></w:r></w:p>" * 600, "not closed in its paragraph"),
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


LINK = """<Relationship Id="rIdX" Type="{0}/hyperlink" Target="{1}" TargetMode="External"/></Relationships>"""
T = "<w:r><w:t>{0}</w:t></w:r>"


def field(code: str, words: str) -> str:
    """The runs of a field with a code, cut in two, that shows some runs."""
    codes = "".join(f"<w:r><w:instrText>{part}</w:instrText></w:r>" for part in (code[:4], code[4:]))
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    return mark.format("begin") + codes + mark.format("separate") + words + mark.format("end")


WORDS = {
    "a link with an anchor first": (
        '<w:hyperlink w:anchor="a" r:id="rIdX">' + T.format("good.example") + "</w:hyperlink>",
        "deceptive-link",
    ),
    "a link over two lines": (
        '<w:hyperlink\nr:id="rIdX">' + T.format("good.example") + "</w:hyperlink>",
        "deceptive-link",
    ),
    "a link named as the letter's are": (
        '<w:hyperlink r:id="rIdC1">' + T.format("good.example") + "</w:hyperlink>",
        "deceptive-link",
    ),
    "a link around the letter's own": (
        '<w:hyperlink r:id="rIdX">' + T.format("good.example {{ language }}") + "</w:hyperlink>",
        "deceptive-link",
    ),
    "a link inside the file": (
        '<w:hyperlink w:anchor="a">' + T.format("good.example") + "</w:hyperlink>",
        "deceptive-link",
    ),
    "a long reference": (T.format("Pay &#x00000000202E;001"), "bidi-control"),
    "a link": ('<w:hyperlink r:id="rIdX">' + T.format("https://good.example/") + "</w:hyperlink>", "deceptive-link"),
    "a link in pieces": (
        '<w:hyperlink r:id="rIdX">' + T.format("good.") + T.format("EXAMPLE") + "</w:hyperlink>",
        "deceptive-link",
    ),
    "a line break": (
        '<w:hyperlink r:id="rIdX"><w:r><w:t>good.exam</w:t><w:br/><w:t>ple</w:t></w:r></w:hyperlink>',
        "deceptive-link",
    ),
    "a tooltip": (
        '<w:hyperlink r:id="rIdX" w:tooltip="https://good.example/">' + T.format("the page") + "</w:hyperlink>",
        "deceptive-link",
    ),
    "a tag": ('<w:hyperlink r:id="rIdX">' + T.format("www.{{ language }}.good") + "</w:hyperlink>", "deceptive-link"),
    "a field": (field('HYPERLINK "https://evil.example/"', T.format("good.example")), "deceptive-link"),
    "a field in small letters": (field("hyperlink https://evil.example/", T.format("good.example")), "deceptive-link"),
    "a field with a switch first": (
        field('HYPERLINK \\h "https://evil.example/"', T.format("good.example")),
        "deceptive-link",
    ),
    "a field with a tip first": (
        field('HYPERLINK \\o "good.example" https://evil.example/', T.format("good.example")),
        "deceptive-link",
    ),
    "a field with a second address": (
        field('HYPERLINK "https://good.example/" "https://evil.example/"', T.format("good.example")),
        "deceptive-link",
    ),
    "a field with an empty address first": (
        field('HYPERLINK "" "https://evil.example/"', T.format("good.example")),
        "deceptive-link",
    ),
    "a field that leads inside the file": (field('HYPERLINK \\l "a"', T.format("good.example")), "deceptive-link"),
    "a field around a field": (
        field('HYPERLINK "https://evil.example/"', field("PAGE", T.format("good.example"))),
        "deceptive-link",
    ),
    "a simple field": (
        "<w:fldSimple w:instr='HYPERLINK \"mailto:evil@evil.example\"'>"
        + T.format("a@good.example")
        + "</w:fldSimple>",
        "deceptive-link",
    ),
    "isolates": (T.format("Pay \u2067100 \u2066EUR\u2069 to 900\u2069"), "bidi-control"),
    "a reference": (T.format("Pay &#x202E;001"), "bidi-control"),
    "a tag with an escape": (T.format("Pay {{ '\\u202e' }}001"), "bidi-control"),
    "an override": ('<w:bdo w:val="rtl">' + T.format("100 EUR") + "</w:bdo>", "bidi-control"),
    "an embedding": ('<w:dir w:val="rtl">' + T.format("100 EUR") + "</w:dir>", "bidi-control"),
    "letters that nobody sees": (T.format("x\U000e0041"), "control-character"),
}


def with_link(inside: str, address: str) -> bytes:
    """The shipped template with a paragraph at its end, and with the relationship "rIdX" to an address."""
    links = PARTS["word/_rels/document.xml.rels"].decode()
    linked = links.replace("</Relationships>", LINK.format(OFFICE, address))
    parts = {
        **PARTS,
        "word/_rels/document.xml.rels": linked.encode(),
        "word/document.xml": BODY.replace("<w:sectPr", f"<w:p>{inside}</w:p><w:sectPr", 1).encode(),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return file.getvalue()


@pytest.mark.parametrize(("inside", "code"), WORDS.values(), ids=WORDS)
def test_a_template_shows_what_it_is(inside: str, code: str, hostile_pack: HostilePack) -> None:
    """Words of links are the link's, and nothing changes the order of text, after the tags have been filled in."""
    problems = hostile_pack.put(letter_docx=with_link(inside, "https://evil.example/")).problems("docx")

    assert [problem.code for problem in problems] == [code]


def test_a_template_may_have_links(hostile_pack: HostilePack) -> None:
    """Words that are the address, and ordinary words, may be links of a template."""
    inside = "".join(
        f'<w:hyperlink r:id="rIdX">{T.format(words)}</w:hyperlink>' for words in ("www.good.example", "our page")
    )
    inside += field('HYPERLINK "https://good.example/a" \\l "b" \\h', T.format("good.example/a"))
    data = hostile_pack.put(letter_docx=with_link(inside, "https://good.example/")).write("docx")

    assert b"https://good.example/" in read_parts(data)["word/_rels/document.xml.rels"]
