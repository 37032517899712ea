"""What the doctor tells of Word templates that strangers made: none is believed."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Callable

import pytest

from circulars.doctor.examine import word_findings
from circulars.doctor.repair import repaired
from doctor.damages import BODY, SHIPPED, file_of, parts_of

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def bomb() -> bytes:
    """A part of 30 MB in 30 kB."""
    return file_of(parts_of(SHIPPED) | {"word/media/image1.emf": "\0" * 30_000_000})


def many() -> bytes:
    """Three thousand parts."""
    return file_of(parts_of(SHIPPED) | {f"word/media/image{n}.emf": "" for n in range(3000)})


def twice() -> bytes:
    """A second body behind the first one."""
    file = io.BytesIO(SHIPPED)
    with warnings.catch_warnings(), zipfile.ZipFile(file, "a") as package:
        warnings.simplefilter("ignore")
        package.writestr(BODY, "<w:document/>")
    return file.getvalue()


def laughs() -> bytes:
    """Entities that would be a gigabyte."""
    parts = parts_of(SHIPPED)
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    parts[BODY] = parts[BODY].replace("<w:document ", f"<!DOCTYPE w:document [{entities}]><w:document ", 1)
    parts[BODY] = parts[BODY].replace("{{ closing }}", "&a9;")
    return file_of(parts)


def outside_entity() -> bytes:
    """An entity that would read a file of this machine."""
    parts = parts_of(SHIPPED)
    kind = '<!DOCTYPE w:document [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
    parts[BODY] = parts[BODY].replace("<w:document ", f"{kind}<w:document ", 1).replace("{{ closing }}", "&secret;")
    return file_of(parts)


def named(name: str) -> Callable[[], bytes]:
    """A part with a name that leads out."""
    return lambda: file_of(parts_of(SHIPPED) | {name: "<a/>"})


def a_workbook() -> bytes:
    """A spreadsheet that was renamed."""
    parts = {name: text for name, text in parts_of(SHIPPED).items() if name != BODY}
    return file_of({name: text.replace("word/document.xml", "xl/workbook.xml") for name, text in parts.items()})


@pytest.mark.parametrize(
    ("make", "code", "words"),
    [
        (lambda: b"", "no-word-file", "the file is empty"),
        (lambda: b"Dear Sir/Madam,", "no-word-file", ""),
        (lambda: OLE + "WordDocument".encode("utf-16-le"), "no-word-file", "a Word file of before 2007 (.doc)"),
        (lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "no-word-file", "the file is encrypted"),
        (lambda: b"{\\rtf1\\ansi Dear}", "no-word-file", "Rich Text Format"),
        (lambda: b"%PDF-1.7", "no-word-file", "a PDF file"),
        (lambda: b"<html><body>Dear</body></html>", "no-word-file", "a web page"),
        (lambda: b'<?xml version="1.0"?><pkg:package/>', "no-word-file", "a file of plain XML"),
        (lambda: SHIPPED[:5000], "no-word-file", "cut off or broken"),
        (lambda: SHIPPED[:3000] + bytes(200) + SHIPPED[3200:], "no-word-file", "cut off or broken"),
        (a_workbook, "no-word-file", "it holds no document"),
        (bomb, "unsafe-file", "20 MB"),
        (many, "unsafe-file", ""),
        (twice, "unsafe-file", "'word/document.xml' twice"),
        (laughs, "unsafe-file", "document type"),
        (outside_entity, "unsafe-file", "document type"),
        (named("../../outside.xml"), "unsafe-file", "'../../outside.xml' has a name that leads out of the file"),
        (named("/etc/cron.d/job.xml"), "unsafe-file", "leads out of the file"),
        (named("word\\..\\..\\outside.xml"), "unsafe-file", ""),
        (named("C:/outside.xml"), "unsafe-file", "leads out of the file"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_file_that_is_no_template_is_told(make: Callable[[], bytes], code: str, words: str) -> None:
    """One problem says what the file is, and it is left as it is."""
    data = make()

    (finding,) = word_findings(data)

    assert finding.code == code
    assert words in finding.fact
    assert finding.remedy
    assert "root:" not in finding.fact
    assert repaired(data) == (data, ())


@pytest.mark.parametrize("end", range(100, len(SHIPPED), 1777))
def test_a_file_that_is_cut_off_anywhere_is_told(end: int) -> None:
    """However much of it was copied."""
    assert [finding.code for finding in word_findings(SHIPPED[:end])] == ["no-word-file"]
