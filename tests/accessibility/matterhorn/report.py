"""Builds small PDF/UA-1 files from nothing but this module: a sound report, to which each case makes its change.

Structure elements are called tags, as in the program.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

from accessibility.matterhorn.programs import CHARACTERS, font_program

XMP = """\
<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Rainfall in March</rdf:li></rdf:Alt></dc:title>
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
"""The metadata of a sound report."""


class Report:
    """A sound report of one page: a heading, a paragraph, and a page number that is an artifact."""

    def __init__(self) -> None:
        self.pdf = pikepdf.new()
        self.page = self.pdf.add_blank_page(page_size=(595, 842)).obj
        self.font = font(self.pdf)
        self.page.Resources = Dictionary(Font=Dictionary(F=self.font))
        self.page.StructParents = 0
        self.tags = self.pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        self.body = self.pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=self.tags, K=Array()))
        self.tags.K = self.body
        self.save_options: dict[str, Any] = {}
        self.parents = True  # whether the file has a ParentTree
        self.removed = b""  # a pattern of bytes that are overwritten in the saved file
        self._content: list[bytes] = []
        self._marked: list[Any] = []  # the tag of each marked content of the page
        self._tag_of_object: dict[int, Any] = {}  # by StructParent
        self._top = 780
        self._describe()
        self.heading = self.tag("H1", "Rainfall in March")
        self.paragraph = self.tag("P", "It rained on nine days.")
        self.draw(b"/Artifact BMC " + self.shown("Page 1") + b" EMC")

    def _describe(self) -> None:
        root = self.pdf.Root
        root.Lang = String("en")
        root.MarkInfo = Dictionary(Marked=True)
        root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        root.StructTreeRoot = self.tags
        self.write_metadata(XMP)

    def write_metadata(self, xmp: str) -> None:
        """Replaces the metadata."""
        self.pdf.Root.Metadata = Stream(self.pdf, xmp.encode(), Type=Name.Metadata, Subtype=Name.XML)

    def draw(self, instructions: bytes) -> None:
        """Adds instructions to the page."""
        self._content.append(instructions)

    def change_content(self, change: Callable[[bytes], bytes]) -> None:
        """Changes all instructions of the page so far."""
        self._content = [change(drawn) for drawn in self._content]

    def shown(self, text: str, font: str = "F") -> bytes:
        """The instructions that show a text on the next line."""
        self._top -= 20
        codes = "".join(f"{1 + CHARACTERS.index(c):04x}" for c in text)
        return f"BT /{font} 12 Tf 72 {self._top} Td <{codes}> Tj ET".encode()

    def tag(self, kind: str, text: str = "", above: Any = None, **entries: Any) -> Any:
        """A new tag, after the others in the tag ``above`` (the document's, by default); a text is drawn and tagged."""
        above = self.body if above is None else above
        made = self.pdf.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name("/" + kind), P=above, Pg=self.page, **entries)
        )
        made.K = Array()
        if text:
            self.mark(made, kind, self.shown(text))
        above.K.append(made)
        return made

    def mark(self, tag: Any, kind: str, instructions: bytes) -> None:
        """Draws marked content of a tag."""
        number = len(self._marked)
        self._marked.append(tag)
        tag.K.append(number)
        self.draw(f"/{kind} <</MCID {number}>> BDC ".encode() + instructions + b" EMC")

    def tree(self, above: Any, *shape: Any) -> Any:
        """Tags in a tag: each is a kind, or a list of a kind and what is in it; the innermost have a text."""
        made = None
        for each in shape:
            kind, *below = [each] if isinstance(each, str) else each
            made = self.tag(kind, "" if below else "words", above)
            self.tree(made, *below)
        return made

    def annotate(
        self, subtype: str, tag: Any = None, rectangle: tuple[int, ...] = (72, 72, 172, 92), **entries: Any
    ) -> Any:
        """A new annotation of the page, in a tag if one is given."""
        made = self.pdf.make_indirect(
            Dictionary(Type=Name.Annot, Subtype=Name("/" + subtype), Rect=Array(rectangle), F=4, **entries)
        )
        if "/Annots" not in self.page:
            self.page.Annots = Array()
            self.page.Tabs = Name.S
        self.page.Annots.append(made)
        if tag is not None:
            self.refer(tag, made)
        return made

    def refer(self, tag: Any, thing: Any) -> None:
        """Puts a reference to an annotation or a form XObject into a tag."""
        number = 1 + len(self._tag_of_object)
        self._tag_of_object[number] = tag
        thing.StructParent = number
        tag.K.append(Dictionary(Type=Name.OBJR, Obj=thing, Pg=self.page))

    def mark_in_form(self, tag: Any, form: Any) -> None:
        """Puts the marked content 0 of a form XObject into a tag."""
        number = 1 + len(self._tag_of_object)
        self._tag_of_object[number] = Array([tag])
        form.StructParents = number
        tag.K.append(Dictionary(Type=Name.MCR, Pg=self.page, Stm=form, MCID=0))

    def saved(self) -> bytes:
        """The bytes of the file."""
        self.page.Contents = self.pdf.make_stream(b"\n".join(self._content))
        numbers: list[Any] = [0, Array(self._marked)]
        for number, tag in self._tag_of_object.items():
            numbers += [number, tag]
        if self.parents:
            self.tags.ParentTree = Dictionary(Nums=Array(numbers))
        file = io.BytesIO()
        options: dict[str, Any] = {"force_version": "1.7", "deterministic_id": True, "fix_metadata_version": False}
        self.pdf.save(file, **(options | self.save_options))
        data = file.getvalue()
        return re.sub(self.removed, lambda found: b" " * len(found.group()), data) if self.removed else data


def font(pdf: pikepdf.Pdf) -> Any:
    """The font of a report: a composite one whose code n + 1 shows character n."""
    descriptor = pdf.make_indirect(
        Dictionary(
            Type=Name.FontDescriptor,
            FontName=Name("/ABCDEF+Boxes"),
            Flags=4,
            FontBBox=Array([0, -200, 600, 800]),
            ItalicAngle=0,
            Ascent=800,
            Descent=-200,
            CapHeight=700,
            StemV=80,
            FontFile2=Stream(pdf, font_program()),
        )
    )
    below = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=Name("/ABCDEF+Boxes"),
        DW=600,
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
        FontDescriptor=descriptor,
        CIDToGIDMap=Name.Identity,
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name("/ABCDEF+Boxes"),
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(below)]),
            ToUnicode=Stream(pdf, to_unicode().encode()),
        )
    )


def to_unicode() -> str:
    """The map of the font's codes to characters."""
    return _map({f"{1 + number:04x}": c for number, c in enumerate(CHARACTERS)}, "<0000> <FFFF>")


def simple_map() -> str:
    """The map of a simple font whose codes are those of ASCII."""
    return _map({f"{code:02x}": chr(code) for code in range(32, 127)}, "<00> <FF>")


def _map(texts: Mapping[str, str], codes: str) -> str:
    pairs = "\n".join(f"<{code}> <{ord(c):04x}>" for code, c in texts.items())
    return f"""\
/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange {codes} endcodespacerange
{len(texts)} beginbfchar
{pairs}
endbfchar
endcmap CMapName currentdict /CMap defineresource pop end end"""
