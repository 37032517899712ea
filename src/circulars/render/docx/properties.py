"""The properties of a Word file: title, author, reference and date, but no current time and no program."""

from __future__ import annotations

from collections.abc import Iterator

from circulars.model.document import Properties
from circulars.render.docx.markup import HEAD, escaped, quoted
from circulars.render.docx.story import Story

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
)
_APP = f'{HEAD}<Properties xmlns="{_OFFICE}/extended-properties"><Application>circulars</Application></Properties>'
# The set of properties that a user's own names belong to (MS-OLEPS, FMTID_UserDefinedProperties).
_USER_DEFINED = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"


def properties_of(story: Story) -> Iterator[tuple[str, str]]:
    """The three parts with properties, by name."""
    yield "docProps/core.xml", _core(story.document.properties)
    yield "docProps/app.xml", _APP
    yield "docProps/custom.xml", _custom(story)


def _core(properties: Properties) -> str:
    texts = {
        "dc:title": properties.title,
        "dc:subject": properties.subject,
        "dc:creator": properties.author,
        "cp:keywords": ", ".join(properties.keywords),
        "cp:lastModifiedBy": properties.author,
        "dc:identifier": properties.reference,
        "dc:language": properties.language,
        "cp:revision": "1",
    }
    inner = "".join(f"<{name}>{escaped(text)}</{name}>" for name, text in texts.items())
    date = f"{properties.date.isoformat()}T00:00:00Z"
    dates = "".join(
        f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{date}</dcterms:{name}>' for name in ("created", "modified")
    )
    return f"{HEAD}{_CORE}{inner}{dates}</cp:coreProperties>"


def _custom(story: Story) -> str:
    properties = story.document.properties
    values = {name: f"<vt:lpwstr>{escaped(text)}</vt:lpwstr>" for name, text in story.named_texts.items()}
    values["Language"] = f"<vt:lpwstr>{escaped(properties.language)}</vt:lpwstr>"
    values["Date"] = f"<vt:filetime>{properties.date.isoformat()}T00:00:00Z</vt:filetime>"
    inner = "".join(
        f'<property fmtid="{_USER_DEFINED}" pid="{number}" name={quoted(name)}>{value}</property>'
        for number, (name, value) in enumerate(values.items(), start=2)
    )
    types = f'xmlns="{_OFFICE}/custom-properties" xmlns:vt="{_OFFICE}/docPropsVTypes"'
    return f"{HEAD}<Properties {types}>{inner}</Properties>"
