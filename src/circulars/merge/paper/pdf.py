"""Joins many copies into one PDF for a printer: in order, with a bookmark for each addressee.

Copies are read one by one and written at once, so memory holds one copy and a few bytes for each object of the file.
Objects that copies share (fonts, colours, pictures, pages without holes, attachments) are written once. The result is
a single tagged document: PDF/A-3a and PDF/UA-1, like each of the copies.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, Final

import pikepdf

from circulars.errors import Place, Problem, UsageError
from circulars.merge.paper.joined import Joined
from circulars.merge.paper.pdf_file import PdfWriter

COPIES_IN_A_VOLUME: Final = 10_000
"""A good number of copies of an ordinary letter for one file; fewer for letters with many pages or tables."""


def join(copies: Iterable[tuple[str, bytes]], stream: BinaryIO, *, duplex: bool = False, title: str = "") -> Joined:
    """Joins PDFs and writes the result to ``stream``. Each copy is the name of its bookmark and the bytes of a PDF.

    With ``duplex`` each copy begins on an odd page, after a blank page where necessary, so that none begins on the back
    of another. ``title`` is the title of the file, by default that of the first copy.

    The copies are PDFs that this package made: tagged, without forms, not encrypted.

    Raises:
        UsageError: there are no copies, or too many for one file.
    """
    volume = _PdfVolume(stream, duplex)
    for label, data in copies:
        volume.add(label, data)
    return volume.finish(title)


# Matches a reference, or a string as qpdf writes it. Strings stay unchanged, even if they look like a reference.
_REFERENCE: Final = re.compile(rb"\((?:[^\\()]|\\.)*\)|(?<![\w.])(\d+) 0 R\b", re.DOTALL)
_INHERITED: Final = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")
_FANOUT: Final = 64  # the most kids of a node in a tree


@dataclass(slots=True)
class _PageTree:
    """The page tree of the file. Nodes have at most 64 kids, so that viewers find a page quickly."""

    file: PdfWriter
    root: int
    nodes: list[tuple[int, list[tuple[int, int]]]] = field(default_factory=list)

    def parent(self) -> int:
        """The object number of the node for the next copy's pages."""
        if not self.nodes or len(self.nodes[-1][1]) == _FANOUT:
            self.nodes.append((self.file.number(), []))
        return self.nodes[-1][0]

    def add(self, number: int, pages: int) -> None:
        """Adds a copy's pages to the node that :meth:`parent` returned."""
        self.nodes[-1][1].append((number, pages))

    def finish(self) -> int:
        """Writes the nodes; returns the number of pages."""
        total, kids = 0, []
        for number, below in self.nodes:
            count = sum(pages for _, pages in below)
            self.file.write(number, _pages_node(self.root, [kid for kid, _ in below], count))
            kids.append(number)
            total += count
        self.file.write(self.root, b"<< /Type /Pages /Kids %s /Count %d >>" % (_array(kids), total))
        return total


@dataclass(slots=True)
class _Bookmark:
    """The bookmark of a copy, which is written when it is known whether another follows."""

    number: int
    entries: bytes
    before: int


class _PdfVolume:
    """The file that is being written, and what its end needs to know about the copies."""

    def __init__(self, stream: BinaryIO, duplex: bool) -> None:
        self._file = PdfWriter(stream)
        self._duplex = duplex
        self._shared: dict[bytes, int] = {}
        self._page_tree = _PageTree(self._file, self._file.number())
        self._document = self._file.number()  # the parent of all copies' structure elements
        self._root = self._file.number()  # the structure tree root
        self._outlines = self._file.number()
        self._elements: list[int] = []
        self._marked: list[tuple[int, int, int]] = []
        self._key = 0
        self._roles: dict[bytes, bytes] = {}
        self._attached: dict[bytes, int] = {}
        self._names: dict[str, int] = {}
        self._languages: dict[str, None] = {}
        self._intents = b""
        self._xmp = b""
        self._information: dict[str, bytes] = {}
        self._pending: _Bookmark | None = None
        self._first_bookmark = 0
        self._pages = self._blank = self._copies = 0

    def add(self, label: str, data: bytes) -> None:
        """Writes a copy."""
        self._file.identity.update(hashlib.sha256(data).digest() + label.encode() + b"\0")
        with pikepdf.open(io.BytesIO(data)) as pdf:
            _PdfCopy(self, pdf, label).write()
        self._copies += 1

    def finish(self, title: str) -> Joined:
        """Writes the end of the file."""
        if not self._copies:
            raise UsageError(
                Problem(Place(), "nothing-to-print", "there is no copy to print", "select other addressees")
            )
        self._end_bookmark(0)
        pages = self._page_tree.finish()
        self._finish_structure()
        names = sorted((pikepdf.String(name).unparse(), number) for name, number in self._names.items())
        language = next(iter(self._languages))
        entries = [
            b"/Type /Catalog /Pages %d 0 R /StructTreeRoot %d 0 R" % (self._page_tree.root, self._root),
            b"/MarkInfo << /Marked true >> /PageMode /UseOutlines /Outlines %d 0 R" % self._outlines,
            b"/Lang %s /OutputIntents %s" % (pikepdf.String(language).unparse(), self._intents),
            b"/Metadata %d 0 R" % self._write_metadata(title),
            b"/ViewerPreferences << /DisplayDocTitle true%s >>" % (b" /Duplex /DuplexFlipLongEdge" * self._duplex),
        ]
        if names:
            pairs = b" ".join(b"%s %d 0 R" % pair for pair in names)
            entries.append(b"/AF %s" % _array(number for _, number in names))
            entries.append(b"/Names << /EmbeddedFiles << /Names [%s] >> >>" % pairs)
        catalog = self._file.add(b"<< %s >>" % b" ".join(entries))
        properties = dict(self._information) | ({"/Title": pikepdf.String(title).unparse()} if title else {})
        info = self._file.add(b"<< %s >>" % b" ".join(name.encode() + b" " + text for name, text in properties.items()))
        self._file.finish(catalog, info)
        return Joined(self._copies, pages, self._blank, self._file.size)

    def _end_bookmark(self, following: int) -> None:
        if (mark := self._pending) is None:
            return
        entries = mark.entries
        if mark.before:
            entries += b" /Prev %d 0 R" % mark.before
        if following:
            entries += b" /Next %d 0 R" % following
        else:
            outlines = b"<< /Type /Outlines /First %d 0 R /Last %d 0 R /Count %d >>"
            self._file.write(self._outlines, outlines % (self._first_bookmark, mark.number, self._copies))
        self._file.write(mark.number, b"<< %s >>" % entries)

    def _finish_structure(self) -> None:
        """Writes the structure elements above those of the copies, and the parent tree (ISO 32000-1, 14.7.4.4)."""
        nodes = []
        for begin in range(0, len(self._marked), _FANOUT):
            some = self._marked[begin : begin + _FANOUT]
            limits = (some[0][1], some[-1][2])
            nodes.append(
                self._file.add(b"<< /Limits [%d %d] /Kids %s >>" % (*limits, _array(leaf for leaf, _, _ in some)))
            )
        parents = self._file.add(b"<< /Kids %s >>" % _array(nodes))
        document = b"<< /Type /StructElem /S /Document /P %d 0 R /K %s >>" % (self._root, _array(self._elements))
        self._file.write(self._document, document)
        roles = b" ".join(name + b" " + role for name, role in self._roles.items())
        root = b"<< /Type /StructTreeRoot /K %d 0 R /ParentTree %d 0 R /ParentTreeNextKey %d%s >>"
        role_map = b" /RoleMap << %s >>" % roles if roles else b""
        self._file.write(self._root, root % (self._document, parents, self._key, role_map))

    def _write_metadata(self, title: str) -> int:
        """Writes the first copy's XMP packet with the file's title and languages; returns its object number."""
        with pikepdf.new() as pdf:
            pdf.Root.Metadata = pdf.make_stream(self._xmp)
            with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
                if title:
                    metadata["dc:title"] = title
                metadata["dc:language"] = list(self._languages)
            packet = pdf.Root.Metadata.read_bytes()
        number = self._file.number()
        self._file.write_stream(number, b"/Type /Metadata /Subtype /XML", packet)
        return number


class _PdfCopy:
    """One copy that is being added to the file."""

    def __init__(self, volume: _PdfVolume, pdf: pikepdf.Pdf, label: str) -> None:
        self._volume = volume
        self._file = volume._file
        self._pdf = pdf
        self._label = label
        self._numbers: dict[int, int] = {}  # object numbers in the file, by those in the copy
        self._first_key = volume._key

    def write(self) -> None:
        """Writes the copy: pages, structure, bookmarks and attachments."""
        if not self._volume._copies:
            self._describe()
        language = str(self._pdf.Root.get("/Lang", "und"))
        self._volume._languages.setdefault(language)
        self._destinations = dict(_destinations(self._pdf))
        pages = [page.obj for page in self._pdf.pages]
        own = [*pages, *(note for page in pages for note in page.get("/Annots", ()))]
        elements = list(_elements(self._pdf.Root.StructTreeRoot))
        for one in (*own, *elements):
            self._numbers[one.objgen[0]] = self._file.number()
        self._write_pages(pages)
        for note in own[len(pages) :]:
            self._write_annotation(note)
        self._write_structure(elements)
        self._write_bookmark(pages)
        for specification in self._pdf.Root.get("/AF", ()):
            self._attach(specification)

    def _describe(self) -> None:
        """Takes the file's output intents and metadata from the first copy."""
        volume, root = self._volume, self._pdf.Root
        volume._intents = self._renumbered(root.OutputIntents.unparse(resolved=True))
        volume._xmp = root.Metadata.read_bytes()
        volume._information = {name: value.unparse() for name, value in self._pdf.docinfo.items()}

    def _write_pages(self, pages: Sequence[pikepdf.Object]) -> None:
        volume = self._volume
        node, above, kids = self._file.number(), volume._page_tree.parent(), []
        if volume._duplex and volume._pages % 2:
            kids.append(self._file.add(_blank_page(node, pages[0])))
            volume._blank += 1
        for page in pages:
            for name in _INHERITED:
                if name not in page and (value := _inherited(page, name)) is not None:
                    page[name] = value
            del page["/Parent"]
            if "/StructParents" in page:
                page["/StructParents"] = int(page["/StructParents"]) + self._first_key
            number = self._numbers[page.objgen[0]]
            self._file.write(number, b"<< /Parent %d 0 R %s" % (node, self._body(page)[2:]))
            kids.append(number)
        self._file.write(node, _pages_node(above, kids, len(kids)))
        volume._page_tree.add(node, len(kids))
        volume._pages += len(kids)

    def _write_annotation(self, note: pikepdf.Object) -> None:
        if "/StructParent" in note:
            note["/StructParent"] = int(note["/StructParent"]) + self._first_key
        # Named destinations would have to be unique in the file, so links get explicit ones.
        if "/Dest" in note:
            note["/Dest"] = self._destination(note["/Dest"])
        elif "/A" in note and note["/A"].get("/S") == "/GoTo":
            note["/A"]["/D"] = self._destination(note["/A"]["/D"])
        self._file.write(self._numbers[note.objgen[0]], self._body(note))

    def _destination(self, destination: pikepdf.Object) -> pikepdf.Object:
        if isinstance(destination, pikepdf.Array):
            return destination
        return self._destinations[str(destination)]

    def _write_structure(self, elements: Sequence[pikepdf.Object]) -> None:
        """Writes the copy's structure elements as a part of the file's document."""
        volume, root = self._volume, self._pdf.Root.StructTreeRoot
        self._numbers[root.objgen[0]] = volume._document
        for element in elements:
            if element.P.objgen == root.objgen:
                volume._elements.append(self._numbers[element.objgen[0]])
                if element.S == "/Document":
                    element.S = pikepdf.Name.Part
                    element.T = pikepdf.String(self._label)
            self._file.write(self._numbers[element.objgen[0]], self._body(element))
        for name, role in root.get("/RoleMap", {}).items():
            volume._roles.setdefault(pikepdf.Name(name).unparse(), role.unparse())
        pairs = [(int(key) + self._first_key, value) for key, value in pikepdf.NumberTree(root.ParentTree).items()]
        numbers = b" ".join(b"%d %s" % (key, self._renumbered(_unparsed(value))) for key, value in pairs)
        leaf = b"<< /Limits [%d %d] /Nums [%s] >>" % (pairs[0][0], pairs[-1][0], numbers)
        volume._marked.append((self._file.add(leaf), pairs[0][0], pairs[-1][0]))
        volume._key = pairs[-1][0] + 1

    def _write_bookmark(self, pages: Sequence[pikepdf.Object]) -> None:
        volume = self._volume
        number = self._file.number()
        volume._end_bookmark(number)
        before = volume._pending.number if volume._pending else 0
        volume._first_bookmark = volume._first_bookmark or number
        title = pikepdf.String(self._label).unparse()
        first = self._numbers[pages[0].objgen[0]]
        entries = b"/Title %s /Parent %d 0 R /Dest [%d 0 R /Fit]" % (title, volume._outlines, first)
        if below := list(_siblings(self._pdf.Root.get("/Outlines"))):
            entries += self._write_bookmarks(below, number, closed=True)
        volume._pending = _Bookmark(number, entries, before)

    def _write_bookmarks(self, marks: Sequence[pikepdf.Object], parent: int, closed: bool = False) -> bytes:
        """Writes sibling bookmarks; returns the entries for their parent."""
        numbers = [self._file.number() for _ in marks]
        for index, mark in enumerate(marks):
            target = mark["/Dest"] if "/Dest" in mark else mark["/A"]["/D"]
            entries = b"/Title %s /Parent %d 0 R /Dest %s" % (
                mark.Title.unparse(), parent, self._renumbered(self._destination(target).unparse(resolved=True)),
            )  # fmt: skip
            if index:
                entries += b" /Prev %d 0 R" % numbers[index - 1]
            if index + 1 < len(marks):
                entries += b" /Next %d 0 R" % numbers[index + 1]
            if below := list(_siblings(mark)):
                entries += self._write_bookmarks(below, numbers[index], closed=True)
            self._file.write(numbers[index], b"<< %s >>" % entries)
        count = -len(marks) if closed else len(marks)
        return b" /First %d 0 R /Last %d 0 R /Count %d" % (numbers[0], numbers[-1], count)

    def _attach(self, specification: pikepdf.Object) -> None:
        """Attaches a file of the copy if it is not attached yet. A different file of the same name gets a number."""
        volume = self._volume
        key = hashlib.sha256(self._body(specification)).digest()
        if key in volume._attached:
            return
        name = unused = str(specification.UF)
        stem, dot, ending = name.rpartition(".")
        nth = 1
        while unused in volume._names:
            nth += 1
            unused = f"{stem}-{nth}{dot}{ending}"
        if unused != name:
            specification.F = specification.UF = pikepdf.String(unused)
        volume._attached[key] = volume._names[unused] = self._file.add(self._body(specification))

    def _body(self, item: pikepdf.Object) -> bytes:
        """The bytes of an object that is not a stream, with the file's object numbers."""
        return self._renumbered(item.unparse(resolved=True))

    def _renumbered(self, body: bytes) -> bytes:
        """The bytes with the file's object numbers. Objects that are not in the file yet are written."""
        return _REFERENCE.sub(self._reference, body)

    def _reference(self, found: re.Match[bytes]) -> bytes:
        if found[1] is None:
            return found[0]
        number = int(found[1])
        if number not in self._numbers:
            self._numbers[number] = self._shared_number(number)
        return b"%d 0 R" % self._numbers[number]

    def _shared_number(self, number: int) -> int:
        """The number of an object that copies share; it is written once."""
        item = self._pdf.get_object(number, 0)
        if isinstance(item, pikepdf.Stream):
            entries = {name: value for name, value in item.items() if name != "/Length"}
            body = self._renumbered(pikepdf.Dictionary(entries).unparse(resolved=True))[2:-2].strip()
            data = item.read_raw_bytes()
            key = hashlib.sha256(b"stream " + body + b"\0" + data).digest()[:16]
        else:
            body, data = self._body(item), None
            key = hashlib.sha256(body).digest()[:16]
        if key not in self._volume._shared:
            self._volume._shared[key] = new = self._file.number()
            if data is None:
                self._file.write(new, body)
            else:
                self._file.write_stream(new, body, data)
        return self._volume._shared[key]


def _unparsed(item: pikepdf.Object) -> bytes:
    if isinstance(item, pikepdf.Object):
        # References to elements, pages and fonts are kept; arrays of them are written out.
        return item.unparse(resolved=not (item.is_indirect and isinstance(item, pikepdf.Dictionary)))
    return str(item).encode()


def _array(numbers: Iterable[int]) -> bytes:
    return b"[%s]" % b" ".join(b"%d 0 R" % number for number in numbers)


def _pages_node(parent: int, kids: Sequence[int], count: int) -> bytes:
    return b"<< /Type /Pages /Parent %d 0 R /Kids %s /Count %d >>" % (parent, _array(kids), count)


def _blank_page(parent: int, like: pikepdf.Object) -> bytes:
    box = like["/MediaBox"] if "/MediaBox" in like else _inherited(like, "/MediaBox")
    assert box is not None  # required (7.7.3.3)
    return b"<< /Type /Page /Parent %d 0 R /MediaBox %s /Resources << >> >>" % (parent, box.unparse(resolved=True))


def _inherited(page: pikepdf.Object, name: str) -> pikepdf.Object | None:
    """An attribute that a page inherits from the nodes above it (ISO 32000-1, 7.7.3.4)."""
    node = page.get("/Parent")
    while node is not None:
        if name in node:
            return node[name]
        node = node.get("/Parent")
    return None


def _elements(node: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """The elements below a node of the structure tree, in order."""
    waiting = [node]
    while waiting:
        kids = waiting.pop().get("/K")
        several = kids if isinstance(kids, pikepdf.Array) else [kids]
        found = [kid for kid in several if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]
        yield from found
        waiting += reversed(found)


def _destinations(pdf: pikepdf.Pdf) -> Iterator[tuple[str, pikepdf.Object]]:
    """The named destinations."""
    tree = pdf.Root.get("/Names", pikepdf.Dictionary()).get("/Dests")
    if tree is not None:
        for name, destination in pikepdf.NameTree(tree).items():
            yield str(name), destination["/D"] if isinstance(destination, pikepdf.Dictionary) else destination


def _siblings(parent: pikepdf.Object | None) -> Iterator[pikepdf.Object]:
    """The bookmarks directly below one."""
    mark = parent.get("/First") if parent is not None else None
    while mark is not None:
        yield mark
        mark = mark.get("/Next")
