"""Imitates what other programs do to a letter's Word file when they save it: to its parts, not to its words."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from typing import Final

from circulars.files.opc import read_parts

Parts = dict[str, bytes]

_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006"
_TYPES: Final = "[Content_Types].xml"
_LINKS: Final = "word/_rels/document.xml.rels"
_PROPERTIES_TYPE: Final = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"


def packed(parts: Mapping[str, bytes]) -> bytes:
    """A Word file of parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return file.getvalue()


def _with_application(parts: Parts, application: str, version: str) -> None:
    parts["docProps/app.xml"] = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns="{_OFFICE}/extended-properties">'
        f"<Template>Normal.dotm</Template><TotalTime>1</TotalTime><Application>{application}</Application>"
        f"<Company>Example Office</Company><AppVersion>{version}</AppVersion></Properties>"
    ).encode()
    core = parts["docProps/core.xml"]
    parts["docProps/core.xml"] = re.sub(rb"(lastModifiedBy>)[^<]*", rb"\1Ana Ejemplo", core)


def _renumbered(parts: Parts, number: int, folder: str = "customXml") -> None:
    """Names the embedded files "item3.xml", with relative targets."""
    item, properties = f"{folder}/item{number}.xml", f"{folder}/itemProps{number}.xml"
    parts[item] = parts.pop("customXml/itemCircular.xml")
    parts[properties] = parts.pop("customXml/itemPropsCircular.xml")
    link = parts.pop("customXml/_rels/itemCircular.xml.rels")
    parts[f"{folder}/_rels/item{number}.xml.rels"] = link.replace(
        b"/customXml/itemPropsCircular.xml", f"itemProps{number}.xml".encode()
    )
    parts[_TYPES] = parts[_TYPES].replace(b"/customXml/itemPropsCircular.xml", f"/{properties}".encode())
    parts[_LINKS] = parts[_LINKS].replace(b"/customXml/itemCircular.xml", f"../{item}".encode())


def _with_data(parts: Parts, name: str, data: bytes) -> None:
    """Adds data of another program."""
    link = f'<Relationship Id="rId90" Type="{_OFFICE}/relationships/customXml" Target="../{name}"/></Relationships>'
    parts[_LINKS] = parts[_LINKS].replace(b"</Relationships>", link.encode())
    parts[name] = data


def _with_revision_ids(parts: Parts) -> None:
    """Writes each paragraph with ids of revisions, splits a run at each space, and marks spelling."""
    body = parts["word/document.xml"].decode()
    body = re.sub(r"<w:p>", '<w:p w:rsidR="00A77B3E" w:rsidRDefault="00A77B3E"><w:proofErr w:type="spellStart"/>', body)
    cut = r"(<w:r>(<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>)?<w:t[^>]*>)([^<]*? )([^<]+</w:t></w:r>)"
    body = re.sub(cut, r'<w:r>\2<w:t xml:space="preserve">\3</w:t></w:r><w:r>\2<w:t xml:space="preserve">\4', body)
    parts["word/document.xml"] = body.encode()
    ids = b'<w:rsids><w:rsidRoot w:val="00A77B3E"/><w:rsid w:val="00A77B3E"/></w:rsids><w:themeFontLang'
    parts["word/settings.xml"] = parts["word/settings.xml"].replace(b"<w:themeFontLang", ids)


def _by_extension(parts: Parts) -> None:
    """Declares what most XML parts are by the suffix of their names."""
    types = parts[_TYPES].replace(b'PartName="/customXml/itemProps1.xml"', b'PartName="/customXml/itemprops1.XML"')
    parts[_TYPES] = types.replace(b"</Types>", b'<Default Extension="bin" ContentType="application/octet"/></Types>')


def word(parts: Parts) -> None:
    """Word for Windows numbers embedded data, moves relationships, and writes properties and ids of its own."""
    _renumbered(parts, 1)
    _with_application(parts, "Microsoft Office Word", "16.0000")
    _with_revision_ids(parts)
    _by_extension(parts)


def word_for_mac(parts: Parts) -> None:
    """Word for Mac adds printer settings, which are a property list of macOS with a document type."""
    word(parts)
    _with_application(parts, "Microsoft Macintosh Word", "16.0000")
    name = "word/printerSettings/printerSettings1.bin"
    parts[name] = b'<?xml version="1.0"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "x">\n<plist/>'
    link = f'<Relationship Id="rId91" Type="{_OFFICE}/relationships/printerSettings" Target="{name[5:]}"/>'
    parts[_LINKS] = parts[_LINKS].replace(b"</Relationships>", f"{link}</Relationships>".encode())


def word_for_the_web(parts: Parts) -> None:
    """Word for the web adds the server's data before ours, and a label of the organization."""
    _renumbered(parts, 3)
    _with_data(parts, "customXml/item1.xml", b'<p:properties xmlns:p="http://schemas.example.com/metadata"/>')
    _with_application(parts, "Microsoft Office Word", "16.0000")
    _with_revision_ids(parts)
    parts["docMetadata/LabelInfo.xml"] = b'<labelList xmlns="http://schemas.example.com/labels"/>'


def wps(parts: Parts) -> None:
    """WPS Office adds data and a property of its own."""
    _renumbered(parts, 2)
    _with_data(
        parts, "customXml/item1.xml", b'<s:customData xmlns:s="http://www.wps.cn/officeDocument/2013/wpsCustomData"/>'
    )
    _with_application(parts, "WPS Office_11.2.0.11537_F1E327BC-269C-435d-A152-05C5408002CA", "")
    _with_revision_ids(parts)


def capitals(parts: Parts) -> None:
    """Some programs write the folder with other capitals."""
    _renumbered(parts, 1, "customXML")
    _with_application(parts, "ONLYOFFICE/7.5.1.23", "7.5.1")


def elsewhere(parts: Parts) -> None:
    """A program moves the data to the folder of the document, in UTF-16, and without its companion."""
    parts.pop("customXml/_rels/itemCircular.xml.rels")
    parts.pop("customXml/itemPropsCircular.xml")
    text = parts.pop("customXml/itemCircular.xml").decode().replace("UTF-8", "UTF-16").replace("utf-8", "UTF-16")
    parts["word/data/part7.xml"] = text.encode("utf-16")
    parts[_LINKS] = parts[_LINKS].replace(b"/customXml/itemCircular.xml", b"/word/data/part7.xml")
    _with_application(parts, "Example Writer 3", "3.0000")


def google(parts: Parts) -> None:
    """Google Docs leaves out all properties and embedded data, and adds data of its own."""
    for name in [name for name in parts if name.startswith(("docProps/", "customXml/"))]:
        parts.pop(name)
    for name in ("_rels/.rels", _TYPES, _LINKS):
        parts[name] = re.sub(rb"<[^<>]*(?:docProps|customXml)/[^<>]*/>", b"", parts[name])
    _with_data(parts, "customXML/item1.xml", b'<go:data xmlns:go="http://customooxmlschemas.google.com/"/>')


KEEPING: Final[Mapping[str, tuple[Callable[[Parts], None], str]]] = {
    "word": (word, "Microsoft Office Word 16"),
    "mac": (word_for_mac, "Microsoft Macintosh Word 16"),
    "web": (word_for_the_web, "Microsoft Office Word 16"),
    "wps": (wps, "WPS Office 11.2.0.11537"),
    "capitals": (capitals, "ONLYOFFICE 7.5.1.23"),
    "elsewhere": (elsewhere, "Example Writer 3"),
}
"""The programs that keep embedded data, each with the name that its files give."""


def saved_by(program: Callable[[Parts], None], data: bytes) -> bytes:
    """A letter's Word file as another program saves it."""
    parts = read_parts(data)
    program(parts)
    return packed(parts)
