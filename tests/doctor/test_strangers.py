"""Broken and hostile files in place of a Word template: they are reported, and never trusted."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Callable
from copy import deepcopy
from random import Random

import pytest
from lxml import etree

from circulars.doctor.examine import word_findings
from circulars.doctor.repair import repair_template
from doctor.damages import BODY, SHIPPED, file_of, parts_of

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def bomb() -> bytes:
    """A part of 30 MB in 30 kB."""
    return file_of(parts_of(SHIPPED) | {"word/media/image1.emf": "\0" * 30_000_000})


def many() -> bytes:
    """Three thousand parts."""
    return file_of(parts_of(SHIPPED) | {f"word/media/image{n}.emf": "" for n in range(3000)})


def twice() -> bytes:
    """A second body after the first one."""
    file = io.BytesIO(SHIPPED)
    with warnings.catch_warnings(), zipfile.ZipFile(file, "a") as package:
        warnings.simplefilter("ignore")
        package.writestr(BODY, "<w:document/>")
    return file.getvalue()


def laughs() -> bytes:
    """Entities that would expand to a gigabyte."""
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
    """A part with a given name."""
    return lambda: file_of(parts_of(SHIPPED) | {name: "<a/>"})


def a_workbook() -> bytes:
    """A renamed spreadsheet."""
    parts = {name: text for name, text in parts_of(SHIPPED).items() if name != BODY}
    return file_of({name: text.replace("word/document.xml", "xl/workbook.xml") for name, text in parts.items()})


def strict() -> bytes:
    """Saved as "Strict Open XML Document"."""
    parts = parts_of(SHIPPED)
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(
        "http://schemas.openxmlformats.org/officeDocument/2006", "http://purl.oclc.org/ooxml/officeDocument"
    )
    return file_of(parts)


def deep() -> bytes:
    """An expression of ten thousand brackets."""
    return file_of(
        parts_of(SHIPPED) | {BODY: parts_of(SHIPPED)[BODY].replace("{{ closing }}", "{{ " + "(" * 10_000 + " }}")}
    )


def damaged_links() -> bytes:
    """The shipped template with zeros in the part with its links."""
    start = SHIPPED.index(b"word/_rels/document.xml.rels") + 60
    return SHIPPED[:start] + bytes(100) + SHIPPED[start + 100 :]


@pytest.mark.parametrize(
    ("make", "code", "words"),
    [
        (lambda: b"", "no-word-file", "the file is empty"),
        (lambda: b"Dear Sir/Madam,", "no-word-file", ""),
        (lambda: OLE + "WordDocument".encode("utf-16-le"), "no-word-file", "a Word file from before 2007 (.doc)"),
        (lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "no-word-file", "the file is encrypted"),
        (lambda: b"{\\rtf1\\ansi Dear}", "no-word-file", "Rich Text Format"),
        (lambda: b"%PDF-1.7", "no-word-file", "a PDF file"),
        (lambda: b"<html><body>Dear</body></html>", "no-word-file", "a web page"),
        (lambda: b'<?xml version="1.0"?><pkg:package/>', "no-word-file", "a plain XML file"),
        (lambda: SHIPPED[:5000], "no-word-file", "truncated: its end is missing"),
        (damaged_links, "no-word-file", "damaged: its part 'word/_rels"),
        (a_workbook, "no-word-file", "it contains no document"),
        (strict, "no-word-file", "Strict Open XML"),
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
def test_a_file_that_is_not_a_template_is_reported(make: Callable[[], bytes], code: str, words: str) -> None:
    """One finding says what the file is, and the repair does not change it."""
    data = make()

    (finding,) = word_findings(data)

    assert finding.code == code
    assert words in finding.fact
    assert finding.remedy
    assert "root:" not in finding.fact
    assert repair_template(data) == (data, ())


@pytest.mark.parametrize("end", range(100, len(SHIPPED), 1777))
def test_a_file_that_is_truncated_anywhere_is_reported(end: int) -> None:
    """The finding is the same wherever the file ends."""
    assert [finding.code for finding in word_findings(SHIPPED[:end])] == ["no-word-file"]


def test_an_expression_that_is_nested_too_deeply_is_reported() -> None:
    """Jinja would raise an error of its own."""
    assert "wrong-tag" in {finding.code for finding in word_findings(deep())}


def _spoilt(random: Random) -> bytes:
    """The shipped template with random elements and attributes removed, doubled, changed, or filled with half tags."""
    parts = parts_of(SHIPPED)
    for _ in range(6):
        name = random.choice([name for name in parts if name.endswith((".xml", ".rels"))])
        root = etree.fromstring(parts[name].encode())
        element = random.choice([one for one in root.iter() if isinstance(one.tag, str)])
        parent, kind = element.getparent(), random.randrange(4)
        if kind == 0 and parent is not None:
            parent.remove(element)
        elif kind == 1 and parent is not None:
            parent.insert(0, deepcopy(element))
        elif kind == 2 and element.attrib:
            element.set(random.choice(list(element.attrib)), random.choice(["", "-1", "x", "²", "9" * 5000]))
        else:
            element.text = random.choice(["{{ x", "%}", "{%p if %}", "{{ ((", "{%p for x in y %}", "“"])
        parts[name] = etree.tostring(root, encoding="unicode")
    return file_of(parts)


@pytest.mark.parametrize("seed", range(12))
def test_random_damages_give_findings_and_no_errors(seed: int) -> None:
    """The check and the repair do not fail, and a second repair changes nothing."""
    data = _spoilt(Random(seed))

    findings, (new, fixes) = list(word_findings(data)), repair_template(data)

    assert all(finding.code and finding.fact for finding in findings)
    assert len(list(word_findings(new))) <= len(findings) or not fixes
    assert repair_template(new) == (new, ())
