"""The metadata of a PDF: the information dictionary, the same as XMP, and the standards that it conforms to."""

from __future__ import annotations

import functools
import zlib
from importlib.resources import files
from typing import Any, Protocol
from xml.sax.saxutils import escape

import pydyf

from circulars.model.document import Attachment, Direction, Properties

# PDF/A requires a description of every other schema, here PDF/UA's, in the same packet (ISO 19005-3, 6.6.2.3).
XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" \
xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" \
xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<dc:identifier>{reference}</dc:identifier>{subjects}
<pdf:Keywords>{keywords}</pdf:Keywords>
<pdf:Producer>{producer}</pdf:Producer>
<xmp:CreateDate>{date}</xmp:CreateDate>
<xmp:ModifyDate>{date}</xmp:ModifyDate>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>The part of ISO 14289 that the file keeps</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


class Printed(Protocol):
    """The metadata of a PDF, of a letter or of anything else."""

    @property
    def language(self) -> str:
        """The language of the pages."""

    @property
    def direction(self) -> Direction:
        """The direction of the text."""

    @property
    def properties(self) -> Properties:
        """Title, author, date."""

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """The embedded files."""


def describe(pdf: Any, document: Printed, producer: str) -> None:
    """Writes title, author, subject, keywords, reference, language and the letter's date to the PDF."""
    said = document.properties
    date = f"{said.date:%Y-%m-%d}T00:00:00Z"
    keywords = ", ".join(said.keywords)
    stamp = pydyf.String(f"D:{said.date:%Y%m%d}000000Z")
    texts = {
        "Title": said.title,
        "Author": said.author,
        "Subject": said.subject,
        "Keywords": keywords,
        "Reference": said.reference,
        "Producer": producer,
    }
    pdf.info.clear()
    pdf.info.update({name: pydyf.String(text) for name, text in texts.items() if text})
    pdf.info.update(CreationDate=stamp, ModDate=stamp)
    subjects = "".join(f"<rdf:li>{escape(word)}</rdf:li>" for word in said.keywords)
    xmp = XMP.format(
        title=escape(said.title),
        author=escape(said.author),
        subject=escape(said.subject),
        keywords=escape(keywords),
        language=escape(said.language),
        reference=escape(said.reference),
        producer=escape(producer),
        date=date,
        subjects=f"\n<dc:subject><rdf:Bag>{subjects}</rdf:Bag></dc:subject>" if subjects else "",
    )
    # Not compressed, so that search programs find it.
    metadata = pydyf.Stream([xmp.encode()], {"Type": "/Metadata", "Subtype": "/XML"})
    pdf.add_object(metadata)
    pdf.catalog["Metadata"] = metadata.reference
    pdf.catalog["Lang"] = pydyf.String(said.language)
    intent = {
        "Type": "/OutputIntent",
        "S": "/GTS_PDFA1",
        "OutputConditionIdentifier": pydyf.String("sRGB"),
        "Info": pydyf.String("sRGB IEC61966-2.1"),
        "DestOutputProfile": _add_profile(pdf),
    }
    pdf.catalog["OutputIntents"] = pydyf.Array([pydyf.Dictionary(intent)])
    preferences = {"DisplayDocTitle": "true"}
    if document.direction == "rtl":
        preferences["Direction"] = "/R2L"
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary(preferences)


def _add_profile(pdf: Any) -> bytes:
    """Adds the output intent, which defines colours for all devices, and returns the reference to it."""
    profile = pydyf.Stream([_profile()], {"N": 3, "Filter": "/FlateDecode"})
    pdf.add_object(profile)
    reference: bytes = profile.reference
    return reference


@functools.cache
def _profile() -> bytes:
    """The ICC profile of sRGB from WeasyPrint, compressed."""
    return zlib.compress(files("weasyprint.pdf").joinpath("sRGB2014.icc").read_bytes(), 9)
