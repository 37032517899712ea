"""Finds what a Word file says about the people and the computers that worked on it.

None of it shows on a page. Word itself looks for most of it with File, Info, Inspect Document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from circulars.files.opc import UnreadablePackageError, links_of, parse_part, shown, target_of
from circulars.files.picture_traces import picture_traces
from circulars.files.word_program import CIRCULARS, program_of

MAIN: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NOBODY: Final = "Author"
"""What Word writes for the author of a change when personal information is removed."""
PATH: Final = re.compile(r"(?:[A-Za-z]:\\|\\\\|file:|/(?:Users|home|Volumes)/)", re.IGNORECASE)
"""How a name begins that has the folders of somebody's computer."""
NAMED_PICTURES: Final = etree.XPath(
    "//*[local-name() = 'docPr' or local-name() = 'cNvPr']/@*[name() = 'name' or name() = 'descr' or name() = 'title']"
    " | //*[namespace-uri() = 'urn:schemas-microsoft-com:vml']/@*[local-name() = 'title' or local-name() = 'alt']"
)
"""The names and alternate texts of pictures, as attributes."""

_INCIDENTAL: Final = ("printer settings", "ids of revisions", "preview picture", "comments by", "changes by")
_MAX_NAMES: Final = 5  # that are shown of a kind
# What programs write where no person is named, in lower case.
_ANYBODY: Final = frozenset(
    ["author", "microsoft office user", "windows user", "user", "unknown", "un-named", "python-docx", "docx4j"]
)
_OWN_DATA: Final = b"urn:x-circulars:"
_OWN_PROPERTIES: Final = re.compile(r"Reference|Language|Date|Header\d+")
_INK: Final = "{http://www.w3.org/2003/InkML}"
_APART: Final = ("customxml/", "docprops/", "[content_types]", "docmetadata/")

_AUTHORS: Final = etree.XPath("//@w:author", namespaces={"w": MAIN})
_EDITORS: Final = etree.XPath("//w:permStart/@w:ed", namespaces={"w": MAIN})
_VARIABLES: Final = etree.XPath("//w:docVar/@w:name", namespaces={"w": MAIN})
_REVISIONS: Final = etree.XPath(
    "//w:rsids/*/@w:val | //w:style/w:rsid/@w:val | //@w:*[starts-with(local-name(), 'rsid')]", namespaces={"w": MAIN}
)


@dataclass(frozen=True, slots=True)
class Trace:
    """One kind of trace, such as "author", with the names that it has; or how many there are of it."""

    kind: str
    names: tuple[str, ...] = ()
    count: int = 0

    def __str__(self) -> str:
        if not self.names:
            return f"{self.count:,} {self.kind}" if self.count > 1 else self.kind
        quoted = ", ".join(f"'{shown(name)}'" for name in self.names[:_MAX_NAMES])
        more = f" and {len(self.names) - _MAX_NAMES} more" if len(self.names) > _MAX_NAMES else ""
        return f"{self.kind} {quoted}{more}"


def traces_of(parts: Mapping[str, bytes]) -> tuple[Trace, ...]:
    """The traces in the parts of a Word file in the usual form; parts that are broken have none.

    Printer settings, ids of revisions and a preview are listed with other traces. Alone they say nothing about a
    person, and Word writes them into most files. Comments and tracked changes have findings of their own.
    """
    file = _File(parts)
    found = [*_properties(file), *_people(file), *_editing(file), *_attached(file)]
    traces = tuple(trace for trace in found if trace.names or trace.count)
    return traces if any(trace.kind not in _INCIDENTAL for trace in traces) else ()


def authors_of_comments(parts: Mapping[str, bytes]) -> tuple[str, ...]:
    """The names of those who wrote the comments in a Word file, as far as they are given."""
    file = _File(parts)
    return _named("", file.found(_AUTHORS, file.of_kind("comments"))).names


def in_words(traces: Iterable[Trace]) -> str:
    """Traces as a list: "author 'Ana Ejemplo'; 12 ids of revisions"."""
    return "; ".join(map(str, traces))


class _File:
    """The parts of a file, the trees of Word's own XML parts, and the links between the parts."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self.parts = parts
        self.links = [
            (name, link) for name in ("", *parts) if not name.endswith(".rels") for link in _links(parts, name)
        ]
        stories = [name for name in parts if name.endswith(".xml") and not name.lower().startswith(_APART)]
        self.trees = {name: self.root(name) for name in stories}

    def root(self, name: str) -> etree._Element:
        """The tree of a part; an empty one if it is broken."""
        try:
            return parse_part(self.parts[name])
        except (etree.XMLSyntaxError, UnreadablePackageError):
            return etree.Element("broken")

    def of_kind(self, kind: str) -> list[str]:
        """The parts to which there is a relationship of a kind."""
        ends = f"/{kind}"
        found = (target_of(link, owner) for owner, link in self.links if link.get("Type", "").endswith(ends))
        return [name for name in dict.fromkeys(found) if name in self.parts]

    def found(self, expression: etree.XPath, names: Iterable[str]) -> list[str]:
        """The values that an expression finds in parts."""
        return [str(value) for name in names if name in self.trees for value in _listed(expression(self.trees[name]))]


def _properties(file: _File) -> Iterator[Trace]:
    """Names in the properties of the file. What circulars itself writes there is meant for the readers."""
    if any(name.lower() == "docmetadata/labelinfo.xml" for name in file.parts):
        yield Trace("label of an organization", count=1)
    if program_of(file.parts) == CIRCULARS:
        return
    for name in file.of_kind("core-properties"):
        root = file.root(name)
        yield _named("author", [one for one in _texts(root, "creator") if not _is_of_letter(file, one)])
        yield _named("last saved by", [one for one in _texts(root, "lastModifiedBy") if not _is_of_letter(file, one)])
    for name in file.of_kind("extended-properties"):
        root = file.root(name)
        yield _named("manager", _texts(root, "Manager"))
        yield _named("company", _texts(root, "Company"))
        yield _named("folder", filter(PATH.match, [*_texts(root, "HyperlinkBase"), *_texts(root, "Template")]))
    for name in file.of_kind("custom-properties"):
        names = [one.get("name", "") for one in file.root(name)]
        yield _named("property", [one for one in names if not _OWN_PROPERTIES.fullmatch(one)])


def _is_of_letter(file: _File, author: str) -> bool:
    """Whether this is a letter that another program saved, and its author is the organization that its words name."""
    if not any(_OWN_DATA in part for name, part in file.parts.items() if name.lower().startswith("customxml/")):
        return False
    words = (" ".join("".join(map(str, tree.itertext())).split()) for tree in file.trees.values())
    return bool(author.strip()) and any(author.strip() in text for text in words)


def _people(file: _File) -> Iterator[Trace]:
    """Names of those who wrote comments or changed something."""
    for name in file.of_kind("people"):
        values = [(_local(key), str(value)) for one in file.root(name).iter() for key, value in one.attrib.items()]
        names = [value for key, value in values if key == "author"]
        # "S::ana@example.org::…", or an address alone
        addresses = [part for key, value in values if key == "userId" for part in value.split("::") if "@" in part]
        yield _named("person", [*names, *addresses])
    comments = [name for kind in ("comments", "documenttasks") for name in file.of_kind(kind)]
    others = [name for name in file.trees if name not in comments]
    yield _named("comments by", file.found(_AUTHORS, comments))
    yield _named("changes by", file.found(_AUTHORS, others))
    yield _named("permission for", file.found(_EDITORS, others))


def _editing(file: _File) -> Iterator[Trace]:
    """What editing left: variables, ids of revisions, and names of files with their folders."""
    yield _named("variable", file.found(_VARIABLES, file.trees))
    yield Trace("ids of revisions", count=len(set(file.found(_REVISIONS, file.trees))))
    yield _named("file", filter(PATH.match, file.found(NAMED_PICTURES, file.trees)))


def _attached(file: _File) -> Iterator[Trace]:
    """Parts that no page shows: other programs' data, printer settings, a preview, building blocks."""
    roots = {name: file.root(name) for name in file.of_kind("customXml") if _OWN_DATA not in file.parts[name]}
    yield _named("data of other programs", [name for name, root in roots.items() if _has_data(root)])
    pictures = ((name, picture_traces(file.parts[name])) for name in file.of_kind("image"))
    yield _named("picture", [f"{name.rpartition('/')[2]}: {', '.join(told)}" for name, told in pictures if told])
    yield Trace("printer settings", count=len(file.of_kind("printerSettings")))
    yield Trace("preview picture", count=len(file.of_kind("thumbnail")))
    yield Trace("list of building blocks", count=len(file.of_kind("glossaryDocument")))


def _has_data(root: etree._Element) -> bool:
    """Whether a custom XML part is neither a drawing by hand nor the empty list of sources that Word often writes."""
    name = str(root.tag)
    return not (name.startswith(_INK) or (name.endswith("}Sources") and not len(root)))


def _named(kind: str, names: Iterable[str]) -> Trace:
    tidy = dict.fromkeys(" ".join(name.split()) for name in names)
    return Trace(kind, tuple(name for name in tidy if name and name.lower() not in _ANYBODY))


def _listed(result: object) -> list[object]:
    return result if isinstance(result, list) else []


def _texts(root: etree._Element, name: str) -> list[str]:
    return [element.text or "" for element in root.iterchildren(f"{{*}}{name}")]


def _links(parts: Mapping[str, bytes], owner: str) -> list[etree._Element]:
    try:
        return list(links_of(parts, owner))
    except (etree.XMLSyntaxError, UnreadablePackageError):
        return []


def _local(name: object) -> str:
    return str(name).rpartition("}")[2]
