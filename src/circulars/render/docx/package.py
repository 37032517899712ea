"""Assembles a letter's Word file from the template's compressed parts and the parts that the letter changes.

The parts with addressees' values come last, and the body comes at the very end. Everything before these parts is the
same in every copy of a letter.
"""

from __future__ import annotations

import html
import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from circulars.characters import UNSEEN, Wrong
from circulars.files import carried
from circulars.files.opc import RELATIONSHIPS, parse_part, relationships_name
from circulars.files.word_reach import Reach, reaches_of_part, relations_of
from circulars.model.document import strings_of
from circulars.render.docx.holes import Parted, parted
from circulars.render.docx.markup import HEAD, quoted, with_marks, without_marks
from circulars.render.docx.properties import properties_of
from circulars.render.docx.story import Story
from circulars.render.docx.tags import UnfitTemplateError
from circulars.render.docx.template_language import with_aligned_labels
from circulars.render.docx.template_package import store
from circulars.render.docx.words import misleading_words
from circulars.render.docx.zipped import Begun, begun, deflated, ended, entry, stored

# What shows that a part may have a link that is not one of the letter's, or may change the order of text.
_LINK = re.compile(r"<w:hyperlink .*?</w:hyperlink>", re.DOTALL)
_CODE = re.compile(r'<w:instrText(?: xml:space="preserve")?> ?(?:PAGE|REF|NOTEREF|DOCPROPERTY) [^<]*</w:instrText>')
_UNSEEN = re.compile(f"[{UNSEEN}]")
_REFERENCE = re.compile(r"&#(x?)0*([0-9A-Fa-f]{1,7});")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_SUSPECT_WORDS = ("fldSimple", "hlink", "href", ":hyperlink", "<hyperlink", ":bdo", "<bdo", ":dir", "<dir")
_NAMED = re.compile(r'"(rIdC\d+)"')


@dataclass(frozen=True, slots=True)
class Package:
    """A Word file before its last parts are packed.

    ``exact`` says that no hole was split, and that values are only shown: none becomes part of a code or an address.
    """

    begun: Begun
    last: Mapping[str, Parted]
    exact: bool

    def packed(self, values: Mapping[str, str]) -> bytes:
        """The Word file with ``values`` in its holes. Other holes are unchanged."""
        members, directory, place = [self.begun.members], [self.begun.directory], len(self.begun.members)
        for name, part in self.last.items():
            about = entry(name)
            texts = [text.encode() for text in part.texts]
            fillings = [hole.xml(values.get(hole.shown, hole.shown)).encode() for hole in part.holes]
            written = b"".join(map(b"".join, zip(texts, [*fillings, b""], strict=True)))
            pieces = [deflated(text) + stored(filling) for text, filling in zip(texts, fillings, strict=False)]
            data = b"".join(pieces) + deflated(texts[-1], last=True)
            sums = zlib.crc32(written), len(data), len(written)
            header = about.header(*sums)
            members += [header, data]
            directory.append(about.listing(*sums, place))
            place += len(header) + len(data)
        return b"".join(members) + ended(b"".join(directory), self.begun.count + len(self.last), place)


def package_of(story: Story, stories: Mapping[str, str]) -> Package:
    """The Word file; ``stories`` are the parts with text, by name.

    Raises:
        UnfitTemplateError: the filled template has something that runs, or that reaches outside the file.
    """
    main = story.paper.main
    parts = dict(_parts(story, stories))
    if faults := tuple((one.fact, one.remedy) for one in _reaches(parts, stories)):
        raise UnfitTemplateError(*faults)
    if misleading := [*_misleading(parts, stories, story)]:
        first = misleading[0][0]
        raise UnfitTemplateError(*(one[1:] for one in misleading if one[0] == first), code=first)
    last = {name: part for name, part in parts.items() if part.holes and name != main} | {main: parts[main]}
    file = io.BytesIO()
    file.write(story.paper.base)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            if name not in last:
                store(package, name, "".join(part.texts).encode())
        for name, data in _carried(story):
            store(package, name, data)
    read = {*stories, *map(relationships_name, stories)}
    is_shown = not any(hole.is_code for name in read & set(parts) for hole in parts[name].holes)
    return Package(begun(file.getvalue()), last, is_shown and all(part.exact for part in parts.values()))


def _reaches(parts: Mapping[str, Parted], stories: Iterable[str]) -> Iterator[Reach]:
    """What the template has written that letters may not have: only now are its tags filled in."""
    for name in stories:
        related = parts.get(relationships_name(name))
        relations = relations_of(_whole(related), name) if related else {}
        yield from reaches_of_part(name, parse_part(_whole(parts[name])), relations)


def _misleading(parts: Mapping[str, Parted], stories: Mapping[str, str], story: Story) -> Iterator[Wrong]:
    """What the template shows otherwise than it is. Most templates have neither links nor unusual characters.

    The letter's own links were judged with the letter: only their words are left here.
    """
    own: frozenset[str] | None = None
    for name, text in stories.items():
        of_template = without_marks(_LINK.sub(lambda found: story.links.get(found[0], found[0]), text))
        if _is_suspect(of_template):
            own = frozenset("".join(strings_of(story.document))) if own is None else own
            related = parts.get(relationships_name(name))
            relations = relations_of(_whole(related), name) if related else {}
            yield from misleading_words(parse_part(_whole(parted(HEAD + of_template), is_empty=True)), relations, own)


def _is_suspect(text: str) -> bool:
    if any(word in text for word in _SUSPECT_WORDS) or text.count("instrText") != 2 * len(_CODE.findall(text)):
        return True
    references = "".join(f"&#{sign}{digits};" for sign, digits in set(_REFERENCE.findall(text)))
    return _UNSEEN.search("".join((*_NOT_ASCII.findall(text), html.unescape(references)))) is not None


def _whole(part: Parted, is_empty: bool = False) -> bytes:
    """A part with the text that each hole shows, or with nothing in its holes."""
    shown = [*(hole.xml("" if is_empty else hole.shown) for hole in part.holes), ""]
    return "".join(map("".join, zip(part.texts, shown, strict=True))).encode()


def _parts(story: Story, stories: Mapping[str, str]) -> Iterator[tuple[str, Parted]]:
    """The XML parts that the letter changes."""
    for name, text in stories.items():
        part = parted(HEAD + with_marks(text))
        yield name, part
        if relationships := _relationships(story, name, "".join(part.texts)):
            yield relationships_name(name), parted(relationships)
    yield story.paper.numbering, parted(with_aligned_labels(story.ledger.numbering, story.voice.direction))
    for name, text in properties_of(story):
        yield name, parted(text)


def _carried(story: Story) -> Iterator[tuple[str, bytes]]:
    media = posixpath.join(posixpath.dirname(story.paper.main), "media")
    for name, data in story.pictures.items():
        yield f"{media}/{name}", data
    if story.document.attachments:
        yield carried.PART, carried.part_of(story.document.attachments)


def _relationships(story: Story, name: str, text: str) -> str:
    """The relationships of a part: the template's, and those of the letter that the part uses."""
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
    return f'{HEAD}<Relationships xmlns="{RELATIONSHIPS}">{inside}</Relationships>' if inside else ""
