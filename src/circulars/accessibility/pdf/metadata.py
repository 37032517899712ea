"""Checks the metadata of a PDF (XMP): its title, and the standards that the file claims to conform to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from circulars.accessibility.finding import Finding
from circulars.accessibility.pdf.file import PdfFile, get, text, unpacked
from circulars.accessibility.pdf.rules import PDF
from circulars.accessibility.shared import NO_TITLE, empty_title
from circulars.accessibility.uninformative import says_nothing_as_title
from circulars.files.opc import parse_part

_RDF: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_TITLE: Final = "{http://purl.org/dc/elements/1.1/}title"
_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_PDFUA: Final = "http://www.aiim.org/pdfua/ns/id/"
_PDFA: Final = "http://www.aiim.org/pdfa/ns/id/"
_PREFIX: Final = "pdfuaid"


@dataclass(frozen=True, slots=True)
class Claims:
    """The standards that a file claims to conform to, as people write them ("PDF/A-2b"), or ""."""

    pdfua: str
    pdfa: str


def read_metadata(file: PdfFile) -> etree._Element | None:
    """The metadata of a file, or ``None`` if there are none or they cannot be read."""
    data = unpacked(get(file.root, "/Metadata"))
    try:
        return parse_part(data) if data.strip() else None
    except (etree.XMLSyntaxError, ValueError):
        return None


def read_claims(file: PdfFile) -> Claims:
    """The standards that a file claims to conform to."""
    xmp = read_metadata(file)
    ua_part, a_part = _value(xmp, _PDFUA, "part"), _value(xmp, _PDFA, "part")
    level = _value(xmp, _PDFA, "conformance").lower()
    return Claims(f"PDF/UA-{ua_part}" if ua_part else "", f"PDF/A-{a_part}{level}" if a_part else "")


def check_metadata(file: PdfFile) -> Iterator[Finding]:
    """Checks the title, and the claims to conform to PDF/UA and PDF/A."""
    xmp = read_metadata(file)
    title = _title(xmp)
    if not title:
        old_title = text(file.pdf.trailer, "/Info", "/Title").strip()
        only_old = "the title is only in the old document information, not in the metadata (XMP)"
        yield PDF["no-title"].finding(file.spot(), only_old if old_title else NO_TITLE)
    elif says_nothing_as_title(title):
        yield PDF["title-says-nothing"].finding(file.spot(), empty_title(title))
    if get(file.root, "/ViewerPreferences", "/DisplayDocTitle") is not True:
        yield PDF["title-not-shown"].finding(file.spot(), "the window's title bar shows the file's name, not the title")
    yield from _claims(file, xmp)


def _title(xmp: etree._Element | None) -> str:
    entry = xmp.find(f".//{_TITLE}") if xmp is not None else None
    if entry is not None:
        return " ".join(map(str, entry.itertext())).strip()
    described = (each.get(_TITLE) for each in xmp.iter(f"{_RDF}Description")) if xmp is not None else ()
    return next((value.strip() for value in described if value), "")


def _claims(file: PdfFile, xmp: etree._Element | None) -> Iterator[Finding]:
    claims = read_claims(file)
    if not claims.pdfua:
        other = f"claims to conform to {claims.pdfa[:20]}, but" if claims.pdfa else ""
        fact = f"the file {other} does not claim to conform to PDF/UA".replace("  ", " ")
        yield PDF["no-pdfua-claim"].finding(file.spot(), fact)
    elif fact := _wrong_claim(file, xmp, claims.pdfua):
        yield PDF["bad-pdfua-claim"].finding(file.spot(), fact)
    elif claims.pdfua == "PDF/UA-2":
        fact = "the file claims to conform to PDF/UA-2, of which only a part is checked"
        yield PDF["newer-standard"].finding(file.spot(), fact)
    if not claims.pdfa:
        yield PDF["no-pdfa-claim"].finding(file.spot(), "the file does not claim to conform to PDF/A")


def _wrong_claim(file: PdfFile, xmp: etree._Element | None, claim: str) -> str:
    """What is wrong with a claim to conform to PDF/UA, or ""."""
    if claim not in ("PDF/UA-1", "PDF/UA-2"):
        return f"the file claims to conform to {claim[:20]}, which does not exist"
    if file.is_pdf_2 is not (claim == "PDF/UA-2"):
        version = "2.0" if file.is_pdf_2 else "1"
        return f"the file claims to conform to {claim}, which is not for files of PDF {version}"
    if claim == "PDF/UA-2" and not re.fullmatch("[0-9]{4}", _value(xmp, _PDFUA, "rev")):
        return "the claim to conform to PDF/UA-2 does not give the year of the standard (pdfuaid:rev)"
    if other := _other_prefix(xmp):
        return f"the claim to conform to PDF/UA has the prefix '{other[:20]}', not '{_PREFIX}'"
    return ""


def _other_prefix(xmp: etree._Element | None) -> str:
    """A prefix other than pdfuaid in the claim to conform to PDF/UA, or "".

    It is searched for in the text, because lxml does not tell the prefixes of attributes.
    """
    if xmp is None:
        return ""
    prefixes = {str(prefix) for element in xmp.iter() for prefix, uri in element.nsmap.items() if uri == _PDFUA}
    written = etree.tostring(xmp, encoding="unicode")
    used = (
        p for p in sorted(prefixes - {_PREFIX}) if re.search(rf"[<\s]{re.escape(p)}:(part|amd|corr|rev)\b", written)
    )
    return next(used, "")


def _value(xmp: etree._Element | None, space: str, name: str) -> str:
    """A property, which may be an element or an attribute (ISO 16684-1, 7.4); "" if there is none."""
    if xmp is None:
        return ""
    described = (each.get(f"{{{space}}}{name}") for each in xmp.iter(f"{_RDF}Description"))
    elements = (each.text for each in xmp.iter(f"{{{space}}}{name}"))
    return next((value.strip() for value in (*described, *elements) if value and value.strip()), "")


def texts_without_language(file: PdfFile) -> tuple[str, ...]:
    """The texts of the metadata of which only the default is given (x-default), in no language."""
    xmp = read_metadata(file)
    if xmp is None:
        return ()
    found = []
    for choices in xmp.iter(f"{_RDF}Alt"):
        texts = [each for each in choices.iter(f"{_RDF}li") if (each.text or "").strip()]
        if texts and all(re.fullmatch("(?i)x-default", each.get(_LANGUAGE, "x-default")) for each in texts):
            found.append((texts[0].text or "").strip())
    return tuple(found)
