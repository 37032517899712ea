"""Assembles a letter's Word file: the template's own parts, already compressed, and those that the letter changes."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping

from circulars import carried
from circulars.opc import RELATIONSHIPS, relationships_name
from circulars.render.docx.markup import HEAD, quoted
from circulars.render.docx.properties import properties_of
from circulars.render.docx.stationery import store
from circulars.render.docx.story import Story

_NAMED = re.compile(r'"(rIdC\d+)"')


def packed(story: Story, stories: Mapping[str, str]) -> bytes:
    """The Word file; ``stories`` are the parts with running text, by their names."""
    file = io.BytesIO()
    file.write(story.paper.base)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as package:
        for name, data in _changed(story, stories):
            store(package, name, data)
    return file.getvalue()


def _changed(story: Story, stories: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    for name, text in stories.items():
        yield name, (HEAD + text).encode()
        if relationships := _relationships(story, name, text):
            yield relationships_name(name), relationships
    yield story.paper.numbering, story.paper.lists.with_lists(story.ledger.opened)
    yield from properties_of(story)
    media = posixpath.join(posixpath.dirname(story.paper.main), "media")
    for name, data in story.pictures.items():
        yield f"{media}/{name}", data
    if story.document.attachments:
        yield carried.PART, carried.part_of(story.document.attachments)


def _relationships(story: Story, name: str, text: str) -> bytes:
    """The template's relationships of a part, and those of the letter's that the part's text names."""
    named = set(_NAMED.findall(text))
    added = "".join(
        f'<Relationship Id="{link.id}" Type="{link.type}" Target={quoted(link.target)}'
        f"{' TargetMode=' + quoted('External') if link.external else ''}/>"
        for link in story.relationships.values()
        if link.id in named
    )
    if name == story.paper.main and story.document.attachments:
        added += carried.RELATIONSHIP
    inside = story.paper.relationships[name] + added
    return f'{HEAD}<Relationships xmlns="{RELATIONSHIPS}">{inside}</Relationships>'.encode() if inside else b""
