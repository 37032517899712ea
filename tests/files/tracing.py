"""Puts traces of a person into Word files: one function for each kind, with XML as Word writes it.

The person is Rosa Traza, whose name, address and folder must be in no letter.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Final

from PIL import Image

Parts = dict[str, bytes]

PERSON: Final = ("Traza", "rosa", "ROSA", "Rosa")
"""What must be nowhere in a letter."""
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_W: Final = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_WORD_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_TYPES, _BODY, _SETTINGS = "[Content_Types].xml", "word/document.xml", "word/settings.xml"

TRACES: Final[dict[str, tuple[Callable[[Parts], None], str]]] = {}
"""Each way to leave a trace, by its name, with the words of the finding."""


def trace(finding: str) -> Callable[[Callable[[Parts], None]], Callable[[Parts], None]]:
    """Adds a way to the table."""

    def keep(function: Callable[[Parts], None]) -> Callable[[Parts], None]:
        TRACES[function.__name__] = (function, finding)
        return function

    return keep


def add(parts: Parts, owner: str, kind: str, name: str, data: str, type: str) -> None:
    """Adds a part, with its relationship and its content type."""
    folder, _, file = owner.rpartition("/")
    links = f"{folder}/_rels/{file}.rels".lstrip("/")
    whole = kind if kind.startswith("http") else f"{_OFFICE}/relationships/{kind}"
    number = parts.get(links, b"").count(b"<Relationship ") + 70
    link = f'<Relationship Id="rId{number}" Type="{whole}" Target="/{name}"/></Relationships>'
    empty = f'<Relationships xmlns="{_PACKAGE}/relationships"></Relationships>'.encode()
    parts[links] = parts.get(links, empty).replace(b"</Relationships>", link.encode())
    entry = f'<Override PartName="/{name}" ContentType="{type}"/></Types>'
    parts[_TYPES] = re.sub(rb'<Override PartName="/%s"[^>]*/>' % name.encode(), b"", parts[_TYPES])
    parts[_TYPES] = parts[_TYPES].replace(b"</Types>", entry.encode())
    parts[name] = data.encode("latin-1")


def _replaced(parts: Parts, name: str, old: str, new: str) -> None:
    assert old.encode() in parts[name], old
    parts[name] = parts[name].replace(old.encode(), new.encode(), 1)


def _in_body(parts: Parts, xml: str) -> None:
    """Puts a paragraph before the last section."""
    body = parts[_BODY].decode()
    at = body.rindex("<w:sectPr")
    parts[_BODY] = (body[:at] + xml + body[at:]).encode()


def _core(parts: Parts, inside: str) -> None:
    if "docProps/core.xml" in parts:  # of a finished letter
        name = re.match(r"<([\w:]+)>", inside)
        assert name
        old = rf"<{name[1]}>[^<]*</{name[1]}>".encode()
        parts["docProps/core.xml"] = re.sub(old, inside.encode(), parts["docProps/core.xml"])
        return
    xml = (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/">{inside}</cp:coreProperties>'
    )
    kind = f"{_PACKAGE}/relationships/metadata/core-properties"
    add(parts, "", kind, "docProps/core.xml", xml, "application/vnd.openxmlformats-package.core-properties+xml")


def _extended(parts: Parts, inside: str) -> None:
    parts["docProps/app.xml"] = (
        f'<Properties xmlns="{_OFFICE}/extended-properties"><Application>Microsoft Office Word</Application>'
        f"{inside}</Properties>"
    ).encode()


@trace("author 'Rosa Traza'")
def an_author(parts: Parts) -> None:
    """The author in the core properties."""
    _extended(parts, "")
    _core(parts, "<dc:creator>Rosa Traza</dc:creator>")


@trace("last saved by 'Rosa Traza'")
def who_saved_it(parts: Parts) -> None:
    """Who saved the file last."""
    _extended(parts, "")
    _core(parts, "<cp:lastModifiedBy>Rosa Traza</cp:lastModifiedBy>")


@trace("manager 'Rosa Traza'")
def a_manager(parts: Parts) -> None:
    """The manager in the extended properties."""
    _extended(parts, "<Manager>Rosa Traza</Manager>")


@trace("company 'Traza and Sons'")
def a_company(parts: Parts) -> None:
    """The company in the extended properties."""
    _extended(parts, "<Company>Traza and Sons</Company>")


@trace("folder 'file:///C:/Users/rosa'")
def a_base_of_links(parts: Parts) -> None:
    """The folder to which addresses of links are relative."""
    _extended(parts, "<HyperlinkBase>file:///C:/Users/rosa</HyperlinkBase>")


@trace(r"folder 'C:\Users\rosa\Letters.dotx'")
def the_path_of_a_template(parts: Parts) -> None:
    """The template that the file was made from, with its folder."""
    _extended(parts, "<Template>C:\\Users\\rosa\\Letters.dotx</Template>")


@trace("property 'Checked by'")
def a_property(parts: Parts) -> None:
    """A property of one's own."""
    _extended(parts, "")
    xml = (
        f'<Properties xmlns="{_OFFICE}/custom-properties" xmlns:vt="{_OFFICE}/docPropsVTypes">'
        '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="Checked by">'
        "<vt:lpwstr>Rosa Traza</vt:lpwstr></property></Properties>"
    )
    type = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
    add(parts, "", "custom-properties", "docProps/custom.xml", xml, type)


@trace("label of an organization")
def a_label(parts: Parts) -> None:
    """A sensitivity label names the organization."""
    space = "http://schemas.microsoft.com/office/2020/mipLabelMetadata"
    xml = f'<clbl:labelList xmlns:clbl="{space}"><!-- Traza --></clbl:labelList>'
    kind = "http://schemas.microsoft.com/office/2020/02/relationships/classificationlabels"
    add(parts, "", kind, "docMetadata/LabelInfo.xml", xml, "application/vnd.ms-office.classificationlabels+xml")


@trace("person 'Rosa Traza', 'rosa@example.org'")
def people(parts: Parts) -> None:
    """The list of people who worked on the file."""
    space = "http://schemas.microsoft.com/office/word/2012/wordml"
    xml = (
        f'<w15:people xmlns:w15="{space}"><w15:person w15:author="Rosa Traza"><w15:presenceInfo '
        'w15:providerId="AD" w15:userId="S::rosa@example.org::1f0c"/></w15:person></w15:people>'
    )
    kind = "http://schemas.microsoft.com/office/2011/relationships/people"
    add(parts, _BODY, kind, "word/people.xml", xml, f"{_WORD_TYPE}.people+xml")


@trace("author 'Rosa Traza'; comments by 'Rosa Traza'")
def a_comment(parts: Parts) -> None:
    """A comment, with its mark in the text."""
    an_author(parts)
    words = "<w:p><w:r><w:t>Traza?</w:t></w:r></w:p>"
    inside = f'<w:comment w:id="0" w:author="Rosa Traza" w:initials="RT">{words}</w:comment>'
    xml = f"<w:comments {_W}>{inside}</w:comments>"
    add(parts, _BODY, "comments", "word/comments.xml", xml, f"{_WORD_TYPE}.comments+xml")
    mark = '<w:commentRangeStart w:id="0"/><w:r><w:t>.</w:t></w:r><w:commentRangeEnd w:id="0"/>'
    _in_body(parts, f'<w:p>{mark}<w:r><w:commentReference w:id="0"/></w:r></w:p>')


@trace("author 'Rosa Traza'; changes by 'Rosa Traza'")
def a_tracked_change(parts: Parts) -> None:
    """A word that somebody has inserted while changes were tracked."""
    an_author(parts)
    change = '<w:ins w:id="1" w:author="Rosa Traza" w:date="2025-03-14T09:26:00Z"><w:r><w:t>.</w:t></w:r></w:ins>'
    _in_body(parts, f"<w:p>{change}</w:p>")


@trace("author 'Rosa Traza'; changes by 'Rosa Traza'")
def a_tracked_look(parts: Parts) -> None:
    """A format that somebody has changed while changes were tracked."""
    an_author(parts)
    change = '<w:rPrChange w:id="1" w:author="Rosa Traza"><w:rPr><w:i/></w:rPr></w:rPrChange>'
    _in_body(parts, f"<w:p><w:r><w:rPr><w:b/>{change}</w:rPr><w:t>.</w:t></w:r></w:p>")


@trace("author 'Rosa Traza'; changes by 'Rosa Traza'")
def a_tracked_style(parts: Parts) -> None:
    """A style that somebody has changed while changes were tracked."""
    an_author(parts)
    change = '<w:rPr><w:b/><w:rPrChange w:id="1" w:author="Rosa Traza"><w:rPr/></w:rPrChange></w:rPr>'
    style = f'<w:style w:type="character" w:styleId="X1"><w:name w:val="X1"/>{change}</w:style>'
    _replaced(parts, "word/styles.xml", "</w:styles>", f"{style}</w:styles>")


@trace("permission for 'rosa@example.org'")
def a_permission(parts: Parts) -> None:
    """A passage that somebody may edit although the file is protected."""
    start, end = '<w:permStart w:id="5" w:ed="rosa@example.org"/>', '<w:permEnd w:id="5"/>'
    _in_body(parts, f"<w:p>{start}<w:r><w:t>.</w:t></w:r>{end}</w:p>")


@trace("variable 'owner'")
def a_variable(parts: Parts) -> None:
    """A variable of the document."""
    inside = '<w:docVars><w:docVar w:name="owner" w:val="Rosa Traza"/></w:docVars>'
    _replaced(parts, _SETTINGS, "<w:themeFontLang", f"{inside}<w:themeFontLang")


@trace("author 'Rosa Traza'; 2 ids of revisions")
def revisions(parts: Parts) -> None:
    """The ids of editing sessions, in the settings and in the text."""
    an_author(parts)
    ids = '<w:rsids><w:rsidRoot w:val="00A77B3E"/><w:rsid w:val="00C4TRAZA"/></w:rsids>'
    _replaced(parts, _SETTINGS, "<w:themeFontLang", f"{ids}<w:themeFontLang")
    _in_body(parts, '<w:p w:rsidR="00A77B3E"><w:r w:rsidRPr="00C4TRAZA"><w:t>.</w:t></w:r></w:p>')


@trace("author 'Rosa Traza'; ids of revisions")
def the_revision_of_a_style(parts: Parts) -> None:
    """The editing session in which a style was made."""
    an_author(parts)
    xml = '<w:style w:type="character" w:styleId="X1"><w:name w:val="X1"/><w:rsid w:val="00C4TRAZA"/></w:style>'
    _replaced(parts, "word/styles.xml", "</w:styles>", f"{xml}</w:styles>")


@trace("data of other programs 'customXml/item9.xml'")
def data_of_other_programs(parts: Parts) -> None:
    """Data that another program, or a server, has embedded."""
    xml = '<p:properties xmlns:p="http://schemas.example.com/metadata"><owner>Rosa Traza</owner></p:properties>'
    add(parts, _BODY, "customXml", "customXml/item9.xml", xml, "application/xml")


@trace("author 'Rosa Traza'; preview picture")
def a_preview(parts: Parts) -> None:
    """A picture of the first page, as it once was."""
    an_author(parts)
    kind = f"{_PACKAGE}/relationships/metadata/thumbnail"
    add(parts, "", kind, "docProps/thumbnail.jpeg", "\xff\xd8\xffTraza", "image/jpeg")


@trace("list of building blocks")
def building_blocks(parts: Parts) -> None:
    """Pieces of text for insertion, with settings of their own."""
    inside = '<w:docPart><w:docPartPr><w:name w:val="Traza"/></w:docPartPr></w:docPart>'
    xml = f"<w:glossaryDocument {_W}><w:docParts>{inside}</w:docParts></w:glossaryDocument>"
    add(parts, _BODY, "glossaryDocument", "word/glossary/document.xml", xml, f"{_WORD_TYPE}.document.glossary+xml")


@trace("author 'Rosa Traza'; printer settings")
def the_settings_of_a_printer(parts: Parts) -> None:
    """The name of a printer, in a property list of macOS."""
    an_author(parts)
    xml = "<!DOCTYPE plist><plist><string>Printer of Rosa Traza</string></plist>"
    name = "word/printerSettings/printerSettings1.bin"
    add(parts, _BODY, "printerSettings", name, xml, f"{_WORD_TYPE}.printerSettings")


@trace("picture 'image9.jpeg: author 'Rosa Traza', the place, camera 'Phone 9''")
def a_photograph_of_a_telephone(parts: Parts) -> None:
    """A photograph that is stored sideways, as telephones do it, with the place where it was taken."""
    exif = Image.Exif()
    exif[0x013B], exif[0x0110], exif[0x0112] = "Rosa Traza", "Phone 9", 6
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (46.0, 12.0, 7.0)
    stream = io.BytesIO()
    Image.new("RGB", (40, 24)).save(stream, "JPEG", exif=exif)
    add(parts, _BODY, "image", "word/media/image9.jpeg", stream.getvalue().decode("latin-1"), "image/jpeg")


@trace(r"file 'C:\Users\rosa\seal.png'")
def the_path_of_a_picture(parts: Parts) -> None:
    """The folder from which a picture was inserted."""
    parts[_BODY] = re.sub(rb'(<pic:cNvPr [^>]*?name=")[^"]*', rb"\1C:\\Users\\rosa\\seal.png", parts[_BODY], count=1)
    if b"rosa" not in parts[_BODY]:
        alt, space = "C:\\Users\\rosa\\seal.png", "urn:schemas-microsoft-com:vml"
        shape = f'<v:shape xmlns:v="{space}" id="s9" alt="{alt}" style="width:1pt;height:1pt"/>'
        _in_body(parts, f"<w:p><w:r><w:pict>{shape}</w:pict></w:r></w:p>")
