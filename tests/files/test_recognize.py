"""What a file is that was expected to be a Word file, and Word files that other programs refuse without a reason."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from circulars.accessibility import check_output
from circulars.build import Order, build
from circulars.doctor.examine import word_findings
from circulars.errors import LetterError
from circulars.files.opc import NoWordFileError, UnreadablePackageError, read_parts
from circulars.files.word_document import document_of, is_strict, transitional
from circulars.pack import load_pack
from circulars.provenance import attachments_of
from circulars.source.letters import read_letter
from circulars.workspace import Workspace
from conftest import ROOT
from once import made_once

LETTER = ROOT / "letters" / "tsb-circular-213.yaml"
TEMPLATE = load_pack().read("letter.docx")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """A ZIP file of parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return file.getvalue()


def stream(name: str) -> bytes:
    """A compound file with a stream."""
    return OLE + name.encode("utf-16-le")


def office(main: str) -> bytes:
    """A file of Office whose main part has another name."""
    parts = read_parts(TEMPLATE)
    body = parts.pop("word/document.xml")
    return zipped(
        {name: part.replace(b"word/document.xml", main.encode()) for name, part in parts.items()} | {main: body}
    )


@pytest.fixture(scope="session")
def letter(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A finished letter, as Word file."""

    def write(folder: Path) -> None:
        (output,) = build(read_letter(LETTER), Workspace(ROOT), Order(("en",), ("docx",)))
        (folder / "letter.docx").write_bytes(output.data)

    return (made_once(tmp_path_factory, "recognized-letter", write) / "letter.docx").read_bytes()


KINDS: Mapping[str, tuple[bytes, str]] = {
    "empty": (b"", "the file is empty"),
    "zeros": (bytes(4096), "only zero bytes"),
    "encrypted": (stream("EncryptedPackage"), "a password is needed to open it"),
    "doc": (stream("WordDocument"), "a Word file from before 2007 (.doc)"),
    "xls": (stream("Workbook"), "an Excel workbook from before 2007 (.xls)"),
    "ppt": (stream("PowerPoint Document"), "a PowerPoint presentation from before 2007 (.ppt)"),
    "msg": (stream("__properties_version1.0"), "a message of Outlook (.msg)"),
    "rtf": (b"{\\rtf1\\ansi Dear}", "Rich Text Format"),
    "flat": (b'<?xml version="1.0"?>\n<?mso-application x="Word"?><pkg:package/>', "a plain XML file of Word"),
    "xml": (b'\xef\xbb\xbf<?xml version="1.0"?><letter/>', "a plain XML file"),
    "page": (b"\n<!doctype html><title>Letter</title>", "a web page"),
    "mail": (b"From: ada@example.com\r\nContent-Type: application/pdf\r\n\r\nJVBERi0x", "a saved message"),
    "postscript": (b"%!PS-Adobe-3.0\n%%EOF\n", "a PostScript file"),
    "fdf": (b"%FDF-1.2\n1 0 obj <</FDF <<>>>> endobj\n%%EOF\n", "the data of a form (FDF)"),
    "base64": (b"JVBERi0xLjcK", "a PDF encoded as text"),
    "headless": (b"bj <<>> endobj\nstartxref\n0\n%%EOF\n", "the beginning of the PDF is missing"),
    "mht": (b"MIME-Version: 1.0\r\n", "a web page in one file (.mht)"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(60), "a picture"),
    "gzip": (b"\x1f\x8b\x08" + bytes(60), "an archive"),
    "gdoc": (b'{"url":"https://docs.example.com/open?id=1"}', "only a link to a document of Google Docs"),
    "lfs": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "was not downloaded (Git LFS)"),
    "truncated": (TEMPLATE[:9000], "the file is truncated: its end is missing"),
    "damaged": (TEMPLATE[:3000] + bytes(200) + TEMPLATE[3200:], "cannot be read"),
    "zip": (zipped({"letter.txt": b"Dear"}), "a ZIP file, but not a Word file"),
    "odt": (zipped({"mimetype": b"application/vnd.oasis", "content.xml": b"<x/>"}), "an OpenDocument file"),
    "epub": (zipped({"mimetype": b"application/epub+zip", "META-INF/container.xml": b"<x/>"}), "an e-book (EPUB)"),
    "pages": (zipped({"Index/Document.iwa": b"x"}), "a document of Apple Pages"),
    "xlsx": (office("xl/workbook.xml"), "an Excel workbook (.xlsx)"),
    "pptx": (office("ppt/presentation.xml"), "a PowerPoint presentation (.pptx)"),
}  # fmt: skip


def test_an_archive_is_to_be_unpacked_only_if_a_word_file_is_in_it() -> None:
    """Otherwise, the remedy is to use the Word file itself."""
    without, holding = (zipped({name: b"Dear"}) for name in ("letter.txt", "letters/one.DOCX"))

    hints = [finding.hint for data in (without, holding) for finding in check_output(data, "letter.docx")]

    assert hints == ["use the Word file itself (.docx)", "unpack it, and use the Word file in it"]


OFFICE = {"xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_command_says_what_a_file_is(kind: str) -> None:
    """A check of outputs and of templates says the same, with what to do, and no class and no codec."""
    data, fact = KINDS[kind]

    (finding,) = check_output(data, "letter.docx")
    (fault,) = word_findings(data)

    assert finding.code == ("encrypted-file" if kind == "encrypted" else "unreadable-file")
    assert fault.code == "no-word-file"
    assert fact in finding.message or fact.endswith(finding.message)
    assert fact in fault.fact
    assert finding.hint and fault.remedy


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("xlsx", "pptx")])
def test_the_source_of_another_kind_of_file_is_refused_by_its_kind(kind: str) -> None:
    """``circulars source`` says what the file is."""
    data, fact = KINDS[kind]

    with pytest.raises(LetterError) as error:
        attachments_of(data, "letter.docx")

    assert fact in error.value.problems[0].message


@pytest.mark.parametrize(
    "kind", ["xls", "msg", "mail", "postscript", "fdf", "base64", "headless", "odt", "xlsx", "pptx"]
)
def test_what_is_called_pdf_is_named_as_what_it_is(kind: str) -> None:
    """The check names the kind of a file, and that a PDF is needed; ``circulars source`` names the kind, too."""
    data, fact = KINDS[kind]
    if kind in OFFICE:
        data = zipped({"[Content_Types].xml": b"<Types/>", OFFICE[kind]: b"<x/>"})

    (finding,) = check_output(data, "letter.pdf")
    with pytest.raises(LetterError) as error:
        attachments_of(data, "letter.pdf")

    assert (finding.code, fact in finding.message, "Word" in finding.message + finding.hint) == (
        "unreadable-file",
        True,
        False,
    )
    assert fact in error.value.problems[0].message


def test_a_pdf_is_named_where_a_template_is_expected() -> None:
    """A PDF called letter.docx is no template."""
    (fault,) = word_findings(b"%PDF-1.7\n")

    assert fault.fact == "this is a PDF file, not a Word file"


def test_a_word_file_called_pdf_is_named_as_such(letter: bytes) -> None:
    """Readers cannot open it; apart from its name, it is checked as the Word file that it is."""
    (finding,) = check_output(letter, "letter.pdf")

    assert (finding.code, finding.severity) == ("unreadable-file", "error")
    assert finding.message == "this is a Word file, but its name ends in '.pdf', so most programs cannot open it"
    assert finding.hint == "rename it, so that its name ends in '.docx'"


def test_a_pdf_called_docx_is_named_as_such() -> None:
    """It is checked as the PDF that it is, and its name is reported."""
    (output,) = build(read_letter(LETTER), Workspace(ROOT), Order(("en",), ("pdf",)))

    (finding,) = check_output(output.data, "letter.docx")

    assert finding.message == "this is a PDF file, but its name ends in '.docx', so most programs cannot open it"


def test_an_old_doc_called_pdf_is_named_as_such() -> None:
    """The bytes decide, not the name."""
    (finding,) = check_output(stream("WordDocument"), "letter.pdf")

    assert finding.message == "this is a Word file from before 2007 (.doc)"


def added(letter: bytes, name: str, data: bytes, type: str) -> bytes:
    """The letter with one more part, which the document uses as data of its own."""
    parts = read_parts(letter)
    entry = f'<Override PartName="/{name}" ContentType="{type}"/></Types>'.encode()
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", entry)
    return zipped(parts | {name: data})


SOUND: Mapping[str, tuple[str, bytes, str]] = {
    "printer settings of macOS": (
        "word/printerSettings/printerSettings1.bin",
        b'<?xml version="1.0"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "x"><plist/>',
        "application/vnd.openxmlformats-officedocument.wordprocessingml.printerSettings",
    ),
    "a web page": ("word/afchunk1.htm", b"<!DOCTYPE html><p>Dear", "text/html"),
    "a web page in XML": ("word/afchunk1.xhtml", b'<!DOCTYPE html>\n<html xmlns="x"/>', "application/xhtml+xml"),
    "a web page that is named .xml": ("word/chunk.xml", b"<!DOCTYPE html><p>Dear", "application/xhtml+xml"),
    "a mail": ("word/afchunk1.mht", b"MIME-Version: 1.0\n\n<!DOCTYPE html>", "message/rfc822"),
    "data with a page in it": ("customXml/item9.xml", b"<d><![CDATA[<!DOCTYPE html><p>Dear]]></d>", "application/xml"),
    "data in another encoding": (
        "customXml/item9.xml",
        '<?xml version="1.0" encoding="windows-1252"?><d>Müller</d>'.encode("cp1252"),
        "application/xml",
    ),
    "data in Chinese": (
        "customXml/item9.xml",
        '<?xml version="1.0" encoding="GB2312"?><d>公司</d>'.encode("gb2312"),
        "application/xml",
    ),
}


@pytest.mark.parametrize("case", SOUND)
def test_a_document_type_in_other_data_is_no_fault(case: str, letter: bytes) -> None:
    """Only the parts that are parsed as Word's XML are looked at: the file is checked, and its source extracted."""
    data = added(letter, *SOUND[case])

    assert not [one for one in check_output(data, "letter.docx") if one.code == "unreadable-file"]
    assert attachments_of(data, "letter.docx")[0].name == LETTER.name


@pytest.mark.parametrize("type", ["application/xml", "text/html", MAIN])
def test_a_document_type_in_words_own_xml_is_refused(type: str, letter: bytes) -> None:
    """Whatever the content types say, a body with entities is never parsed."""
    parts = read_parts(letter)
    body = parts["word/document.xml"]
    parts["word/document.xml"] = (
        b"<?xml version='1.0'?>\n<!-- x -->\n<!DOCTYPE a [<!ENTITY b 'c'>]>" + body.partition(b"?>")[2]
    )
    types = parts["[Content_Types].xml"].replace(MAIN.encode(), type.encode())
    data = zipped(parts | {"[Content_Types].xml": types})

    (finding,) = check_output(data, "letter.docx")

    assert (finding.code, "document type" in finding.message) == ("unreadable-file", True)


@pytest.mark.parametrize("body", ["<!DOCTYPE x><x/>", "<?a ?>\n<!-- > --><!DOCTYPE x><x/>"])
@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
def test_a_document_type_is_found_in_every_encoding(body: str, coding: str) -> None:
    """Also behind comments and instructions."""
    data = added(TEMPLATE, "word/x.xml", body.encode(coding), "application/xml")

    with pytest.raises(UnreadablePackageError, match="document type"):
        read_parts(data)


def strict(data: bytes) -> bytes:
    """A Word file as Word saves it as "Strict Open XML Document"."""

    def renamed(found: re.Match[bytes]) -> bytes:
        words = {b"extended-properties": b"extendedProperties", b"custom-properties": b"customProperties"}
        path = b"/".join(words.get(word, word) for word in found[0].split(b"/")[3:] if word != b"2006")
        return b"http://purl.oclc.org/ooxml/" + path

    office = rb"http://schemas\.openxmlformats\.org/(?:wordprocessingml|officeDocument|drawingml)/2006/[\w/-]+"
    parts = {name: re.sub(office, renamed, part) for name, part in read_parts(data).items()}
    return zipped(parts)


def test_a_strict_file_is_checked_like_any_other(letter: bytes) -> None:
    """The same letter in both forms of the standard has the same findings, and the same source."""
    data = strict(letter)
    assert is_strict(read_parts(data))

    assert check_output(data, "letter.docx") == check_output(letter, "letter.docx")
    assert attachments_of(data, "letter.docx") == attachments_of(letter, "letter.docx")


def test_a_fault_of_a_strict_file_is_found(letter: bytes) -> None:
    """Its headings, tables, links and properties are read."""
    parts = read_parts(letter)
    parts["docProps/core.xml"] = re.sub(rb"<dc:title>.*?</dc:title>", b"", parts["docProps/core.xml"])

    findings = check_output(strict(zipped(parts)), "letter.docx")

    assert [one.code for one in findings] == ["no-title"]


def test_words_about_the_strict_form_stay_as_they_are() -> None:
    """Only namespaces are mapped: not the text that names one, and not the address of a link."""
    text = (
        b'<w:t xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main">xmlns="http://purl.oclc.org/ooxml/a/b"</w:t>'
    )
    relationships = "http://purl.oclc.org/ooxml/officeDocument/relationships"
    link = f'<Relationship Type="{relationships}/hyperlink" Target="http://purl.oclc.org/ooxml/a/b"/>'.encode()
    root = f'<Relationship Type="{relationships}/officeDocument"/>'.encode()

    mapped = transitional({"_rels/.rels": root, "a": text, "b": link})

    assert b"schemas.openxmlformats.org/wordprocessingml/2006/main" in mapped["a"]
    assert mapped["a"].endswith(b'>xmlns="http://purl.oclc.org/ooxml/a/b"</w:t>')
    assert b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"' in mapped["b"]
    assert b'Target="http://purl.oclc.org/ooxml/a/b"' in mapped["b"]


def test_a_strict_template_is_named_with_a_remedy_that_helps() -> None:
    """Its remedy names the type to choose in Word."""
    (fault,) = word_findings(strict(TEMPLATE))

    assert fault.fact == "the file is saved as 'Strict Open XML Document', which few programs read"
    assert "with the type 'Word Document (*.docx)'" in fault.remedy


def test_a_file_without_a_document_says_so() -> None:
    """A package without a document is no Word file."""
    parts = read_parts(TEMPLATE)
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(b'/officeDocument"', b'/other"')

    with pytest.raises(NoWordFileError, match="it contains no document"):
        document_of(parts)


def test_a_broken_part_is_named_with_the_place(letter: bytes) -> None:
    """The finding has the part, the line and the column, and none of the parser's own words."""
    parts = read_parts(letter)
    parts["word/styles.xml"] = parts["word/styles.xml"][:900]

    (finding,) = check_output(zipped(parts), "letter.docx")

    assert re.fullmatch(
        r"the part 'word/styles.xml' is damaged: its XML cannot be read beyond line \d, column \d+", finding.message
    )
