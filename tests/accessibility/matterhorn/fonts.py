"""Files about fonts, and about the characters that they show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

from accessibility.matterhorn.cases import fails, passes
from accessibility.matterhorn.programs import CHARACTERS, font_program, postscript_program, type_1_program
from accessibility.matterhorn.report import Report, simple_map, to_unicode


def map_of_a(report: Report, value: str) -> None:
    """Maps the letter "a" to another value, or to none."""
    old = next(line for line in to_unicode().splitlines() if line.endswith("<0061>"))
    new = old.replace("<0061>", f"<{value}>") if value else ""
    report.font.ToUnicode = Stream(report.pdf, to_unicode().replace(old, new).encode())


@fails("10-001")
def a_code_without_unicode_text(report: Report) -> None:
    map_of_a(report, "")


@passes("17-003")
def a_formula_with_unicode_text(report: Report) -> None:
    report.tag("Formula", "a+b", Alt=String("a plus b"))


@fails("17-003")
def a_formula_without_unicode_text(report: Report) -> None:
    report.tag("Formula", "a+b", Alt=String("a plus b"))
    map_of_a(report, "")


@fails("31-009")
def a_font_that_is_not_embedded(report: Report) -> None:
    del report.font.DescendantFonts[0].FontDescriptor["/FontFile2"]


@passes("31-027", "31-028", "31-029")
def a_font_with_a_map(report: Report) -> None:
    map_of_a(report, "0041")


@fails("31-027")
def a_font_without_a_map(report: Report) -> None:
    del report.font["/ToUnicode"]


@fails("31-028")
def a_map_with_the_value_0(report: Report) -> None:
    map_of_a(report, "0000")


@fails("31-029")
def a_map_with_the_value_feff(report: Report) -> None:
    map_of_a(report, "FEFF")


def add_text(report: Report, instructions: bytes) -> None:
    """Adds text to the paragraph."""
    report.mark(report.paragraph, "P", instructions)


# ── Composite fonts ──────────────────────────────────────────────────────────────────────────────────────────────────


def embed_cmap(report: Report, ordering: str = "Sample", supplement: int = 1, **facts: str) -> None:
    """Gives the font a CMap of its own, for the collection Adobe-Sample-1 unless told otherwise."""
    below = report.font.DescendantFonts[0]
    below.CIDSystemInfo = Dictionary(Registry=String("Adobe"), Ordering=String("Sample"), Supplement=1)
    registry, mode = facts.get("registry", "Adobe"), facts.get("mode", "0")
    report.font.Encoding = Stream(
        report.pdf,
        f"""\
/CIDInit /ProcSet findresource begin 12 dict begin begincmap {facts.get("uses", "")}
/CIDSystemInfo 3 dict dup begin
/Registry ({registry}) def /Ordering ({ordering}) def /Supplement {supplement} def end def
/CMapName /Sample-H def /CMapType 1 def /WMode {mode} def
1 begincodespacerange <0000> <FFFF> endcodespacerange
1 begincidrange <0000> <00FF> 0 endcidrange
endcmap CMapName currentdict /CMap defineresource pop end end""".encode(),
        Type=Name.CMap,
        CMapName=Name("/Sample-H"),
        CIDSystemInfo=Dictionary(Registry=String(registry), Ordering=String(ordering), Supplement=supplement),
    )


@passes("31-001", "31-002", "31-003", "31-006", "31-007")
def an_embedded_cmap_of_the_same_collection(report: Report) -> None:
    embed_cmap(report)


@passes("31-003")
def a_cmap_of_a_later_supplement(report: Report) -> None:
    embed_cmap(report, supplement=2)


@fails("31-001")
def a_cmap_of_another_registry(report: Report) -> None:
    embed_cmap(report, registry="Sample")


@fails("31-002")
def a_cmap_of_another_ordering(report: Report) -> None:
    embed_cmap(report, "Other")


@fails("31-003")
def a_cmap_of_an_earlier_supplement(report: Report) -> None:
    embed_cmap(report, supplement=0)


@passes("31-004", "31-005")
def glyph_numbers_in_a_stream(report: Report) -> None:
    numbers = b"".join(number.to_bytes(2, "big") for number in range(1 + len(CHARACTERS)))
    report.font.DescendantFonts[0].CIDToGIDMap = Stream(report.pdf, numbers)


@fails("31-004")
def glyph_numbers_of_another_name(report: Report) -> None:
    report.font.DescendantFonts[0].CIDToGIDMap = Name.Other


@fails("31-005")
def no_glyph_numbers(report: Report) -> None:
    del report.font.DescendantFonts[0]["/CIDToGIDMap"]


@fails("31-006")
def a_cmap_that_is_only_named(report: Report) -> None:
    report.font.Encoding = Name("/Sample-H")


@fails("31-007")
def a_cmap_of_two_writing_directions(report: Report) -> None:
    embed_cmap(report, mode="1")


@passes("31-008")
def a_cmap_that_uses_a_predefined_one(report: Report) -> None:
    embed_cmap(report, uses="/Identity-H usecmap")


@fails("31-008")
def a_cmap_that_uses_an_unknown_one(report: Report) -> None:
    embed_cmap(report, uses="/Other-H usecmap")
    report.font.Encoding.UseCMap = Name("/Other-H")


# ── Which fonts are used ─────────────────────────────────────────────────────────────────────────────────────────────


def bare_font(report: Report) -> Any:
    """A font that is not embedded."""
    return report.pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type1,
            BaseFont=Name.Helvetica,
            Encoding=Name.WinAnsiEncoding,
            FirstChar=65,
            LastChar=65,
            Widths=Array([667]),
        )
    )


def form(report: Report, instructions: bytes, **entries: Any) -> Any:
    """A form XObject, an appearance or a pattern that draws with the font that is not embedded."""
    resources = Dictionary(Font=Dictionary(B=bare_font(report)))
    made = Stream(report.pdf, instructions, BBox=Array([0, 0, 100, 20]), Resources=resources, **entries)
    return report.pdf.make_indirect(made)


LETTER = b"BT /B 12 Tf 2 4 Td (A) Tj ET"


@fails("31-009")
def a_bare_font_in_an_appearance(report: Report) -> None:
    drawn = form(report, LETTER, Type=Name.XObject, Subtype=Name.Form)
    note = report.tag("Annot")
    report.annotate("Stamp", note, Contents=String("A stamp"), AP=Dictionary(N=drawn))


@fails("31-009")
def a_bare_font_in_a_form_field(report: Report) -> None:
    drawn = form(report, LETTER, Type=Name.XObject, Subtype=Name.Form)
    city = report.annotate(
        "Widget", report.tag("Form"), FT=Name.Tx, T=String("city"), TU=String("City"), AP=Dictionary(N=drawn)
    )
    report.pdf.Root.AcroForm = Dictionary(Fields=Array([city]))


@fails("31-009")
def a_bare_font_in_a_form(report: Report) -> None:
    report.page.Resources.XObject = Dictionary(A=form(report, LETTER, Type=Name.XObject, Subtype=Name.Form))
    report.draw(b"/Artifact BMC /A Do EMC")


@fails("31-009")
def a_bare_font_in_a_pattern(report: Report) -> None:
    pattern = form(report, LETTER, PatternType=1, PaintType=1, TilingType=1, XStep=100, YStep=20)
    report.page.Resources.Pattern = Dictionary(A=pattern)
    report.draw(b"/Artifact BMC /Pattern cs /A scn 72 72 200 20 re f EMC")


@fails("31-009")
def a_bare_font_in_a_glyph_of_type_3(report: Report) -> None:
    glyph = Stream(report.pdf, b"500 0 d0 " + LETTER)
    report.page.Resources.Font.G = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type3,
        FontBBox=Array([0, 0, 500, 500]),
        FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]),
        CharProcs=Dictionary(A=glyph),
        Encoding=Dictionary(Type=Name.Encoding, Differences=Array([65, Name.A])),
        FirstChar=65,
        LastChar=65,
        Widths=Array([500]),
        Resources=Dictionary(Font=Dictionary(B=bare_font(report))),
    )
    report.draw(b"/Artifact BMC BT /G 12 Tf 72 72 Td (A) Tj ET EMC")


@fails("31-009")
def a_bare_font_in_a_graphics_state(report: Report) -> None:
    report.page.Resources.ExtGState = Dictionary(G=Dictionary(Font=Array([bare_font(report), 12])))
    add_text(report, b"/G gs BT 72 72 Td (A) Tj ET")


@passes("31-009")
def invisible_text_in_a_bare_font(report: Report) -> None:
    report.page.Resources.Font.B = bare_font(report)
    report.draw(b"/Artifact BMC BT /B 12 Tf 3 Tr 72 72 Td (A) Tj 0 Tr ET EMC")


@passes("31-009")
def a_bare_font_that_is_not_used(report: Report) -> None:
    report.page.Resources.Font.B = bare_font(report)


# ── Glyphs ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def show_code(report: Report, code: str) -> None:
    """Shows a code that has a Unicode value, too."""
    report.font.ToUnicode = Stream(
        report.pdf, to_unicode().replace("endbfchar", f"<{code}> <0041>\nendbfchar").encode()
    )
    add_text(report, f"BT /F 12 Tf 72 72 Td <{code}> Tj ET".encode())


@passes("31-011", "31-030")
def a_glyph_of_the_font(report: Report) -> None:
    add_text(report, b"BT /F 12 Tf 72 72 Td <0001> Tj ET")


@fails("31-011")
def a_glyph_that_the_font_lacks(report: Report) -> None:
    show_code(report, "0900")


@fails("31-030")
def the_glyph_for_what_is_missing(report: Report) -> None:
    show_code(report, "0000")


@passes("31-016")
def widths_that_differ_by_less_than_a_unit(report: Report) -> None:
    report.font.DescendantFonts[0].W = Array([0, 90, 600.9])


@fails("31-016")
def widths_that_differ(report: Report) -> None:
    report.font.DescendantFonts[0].DW = 590


# ── Lists of glyphs ──────────────────────────────────────────────────────────────────────────────────────────────────


def postscript_font(report: Report, listed: str) -> None:
    """Shows an "a" in a Type 1 font whose program has the glyphs "a" and "b", and an encoding of its own."""
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name("/ABCDEF+Strokes"),
        Flags=4,
        FontBBox=Array([0, 0, 600, 700]),
        ItalicAngle=0,
        Ascent=700,
        Descent=0,
        CapHeight=700,
        StemV=80,
        CharSet=String(listed),
        FontFile3=Stream(report.pdf, postscript_program(), Subtype=Name.Type1C),
    )
    report.page.Resources.Font.S = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type1,
        BaseFont=Name("/ABCDEF+Strokes"),
        FirstChar=97,
        LastChar=98,
        Widths=Array([600, 600]),
        FontDescriptor=report.pdf.make_indirect(descriptor),
    )
    add_text(report, b"BT /S 12 Tf 72 72 Td (a) Tj ET")


@fails("31-011", also=("font-without-unicode",))
def a_type_1_font_whose_code_has_no_glyph(report: Report) -> None:
    postscript_font(report, "/a/b")
    descriptor = report.page.Resources.Font.S.FontDescriptor
    del descriptor["/FontFile3"], descriptor["/CharSet"]
    descriptor.FontFile = type_1_stream(report)


def type_1_stream(report: Report) -> Stream:
    clear, secret = type_1_program()
    return Stream(report.pdf, clear + secret, Length1=len(clear), Length2=len(secret), Length3=0)


@passes("31-012", "31-013", "31-027")
def a_type_1_font_with_an_encoding_of_its_own(report: Report) -> None:
    postscript_font(report, "/a/b")


@fails("31-012")
def a_list_that_lacks_a_glyph(report: Report) -> None:
    postscript_font(report, "/a")


@fails("31-013")
def a_list_with_a_glyph_more(report: Report) -> None:
    postscript_font(report, "/a/b/c")


def list_cids(report: Report, count: int, lacking: Sequence[int] = ()) -> None:
    """Lists the first glyphs of the composite font, except some."""
    bits = "".join(str(int(number < count and number not in lacking)) for number in range(count + -count % 8))
    descriptor = report.font.DescendantFonts[0].FontDescriptor
    descriptor.CIDSet = Stream(report.pdf, int(bits, 2).to_bytes(len(bits) // 8, "big"))


@passes("31-014", "31-015")
def all_cids(report: Report) -> None:
    list_cids(report, 1 + len(CHARACTERS))


@fails("31-014")
def one_cid_less(report: Report) -> None:
    glyph_numbers_in_a_stream(report)
    list_cids(report, 1 + len(CHARACTERS), lacking=(40,))


@fails("31-015")
def one_cid_more(report: Report) -> None:
    list_cids(report, 2 + len(CHARACTERS))


# ── TrueType fonts ───────────────────────────────────────────────────────────────────────────────────────────────────

WINDOWS: Final = ((3, 1),)


def truetype_font(
    report: Report, encoding: Any, tables: Sequence[tuple[int, int]] = WINDOWS, flags: int = 32, shown: bytes = b"a"
) -> None:
    """Shows text in a simple TrueType font, whose program has tables (cmap) for platforms and encodings."""
    descriptor = Dictionary(report.font.DescendantFonts[0].FontDescriptor)
    descriptor.Flags = flags
    descriptor.FontFile2 = Stream(report.pdf, font_program(tuple(tables)))
    made = Dictionary(
        Type=Name.Font,
        Subtype=Name.TrueType,
        BaseFont=Name("/ABCDEF+Boxes"),
        FirstChar=32,
        LastChar=126,
        Widths=Array([600] * 95),
        FontDescriptor=report.pdf.make_indirect(descriptor),
        ToUnicode=Stream(report.pdf, simple_map().encode()),
    )
    if encoding is not None:
        made.Encoding = encoding
    report.page.Resources.Font.T = made
    add_text(report, b"BT /T 12 Tf 72 72 Td (" + shown + b") Tj ET")


def changed_encoding(*differences: Any, base: str = "WinAnsiEncoding") -> Any:
    """An encoding that differs from another one, from the letter "a" on."""
    encoding = Dictionary(Type=Name.Encoding, Differences=Array([97, *differences]))
    if base:
        encoding.BaseEncoding = Name("/" + base)
    return encoding


@passes("31-017", "31-018", "31-019", "31-021")
def the_encoding_of_windows(report: Report) -> None:
    truetype_font(report, Name.WinAnsiEncoding)


@passes("31-017", "31-018", "31-021")
def the_encoding_of_mac_os(report: Report) -> None:
    truetype_font(report, Name.MacRomanEncoding, ((1, 0),))


@passes("31-020", "31-022", "31-023")
def an_encoding_that_differs_in_a_letter(report: Report) -> None:
    truetype_font(report, changed_encoding(Name.b))


@fails("31-017")
def a_symbolic_table_alone(report: Report) -> None:
    truetype_font(report, Name.WinAnsiEncoding, ((3, 0),))


@fails("31-018")
def a_letter_that_no_table_has(report: Report) -> None:
    truetype_font(report, Name.WinAnsiEncoding, shown=b"~")


@fails("31-019")
def no_encoding(report: Report) -> None:
    truetype_font(report, None)


@fails("31-020")
def an_encoding_without_a_base(report: Report) -> None:
    truetype_font(report, changed_encoding(Name.b, base=""))


@fails("31-021")
def the_encoding_of_postscript(report: Report) -> None:
    truetype_font(report, Name.StandardEncoding)


@fails("31-022", also=("glyph-not-in-font",))
def a_letter_of_an_unknown_name(report: Report) -> None:
    truetype_font(report, changed_encoding(Name.sample), shown=b"b")


@fails("31-023")
def an_encoding_that_differs_without_unicode(report: Report) -> None:
    truetype_font(report, changed_encoding(Name.b), ((1, 0),))


@passes("31-024", "31-025")
def symbols_with_one_table(report: Report) -> None:
    truetype_font(report, None, ((1, 0),), flags=4)


@passes("31-026")
def symbols_with_a_symbolic_table_among_others(report: Report) -> None:
    truetype_font(report, None, ((1, 0), (3, 0)), flags=4)


@fails("31-024")
def symbols_with_an_encoding(report: Report) -> None:
    truetype_font(report, Name.WinAnsiEncoding, ((1, 0),), flags=4)


@fails("31-025", also=("glyph-not-in-font",))
def symbols_without_a_table(report: Report) -> None:
    truetype_font(report, None, (), flags=4)


@fails("31-026")
def symbols_with_two_tables(report: Report) -> None:
    truetype_font(report, None, ((1, 0), (3, 1)), flags=4)


# ── Text ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@passes("10-001", exception="the replacement text gives the words, as ISO 32000-1, 14.9.4 defines it")
def codes_with_a_replacement_text(report: Report) -> None:
    report.page.Resources.Font.U = font_without_map(report)
    add_text(report, b"/Span <</ActualText (a)>> BDC " + report.shown("a", "U") + b" EMC")


@passes("10-001", exception="the replacement text gives the words, as ISO 32000-1, 14.9.4 defines it")
def codes_in_a_tag_with_a_replacement_text(report: Report) -> None:
    report.page.Resources.Font.U = font_without_map(report)
    other = report.tag("P", ActualText=String("a"))
    report.mark(other, "P", report.shown("a", "U"))


def font_without_map(report: Report) -> Any:
    """The report's font without its map to Unicode."""
    return Dictionary({key: value for key, value in report.font.items() if key != "/ToUnicode"})


@passes("31-027")
def a_font_of_a_collection_that_readers_know(report: Report) -> None:
    japanese = font_without_map(report)
    japanese.DescendantFonts = Array([Dictionary(japanese.DescendantFonts[0])])
    japanese.DescendantFonts[0].CIDSystemInfo = Dictionary(
        Registry=String("Adobe"), Ordering=String("Japan1"), Supplement=2
    )
    report.page.Resources.Font.J = japanese
    add_text(report, report.shown("a", "J"))


@passes("31-027")
def a_font_with_a_name_in_other_bytes(report: Report) -> None:
    name = pikepdf.Object.parse(b"/ABCDEF+#cb#ce#cc#e5")
    report.font.BaseFont = name
    report.font.DescendantFonts[0].BaseFont = name
    report.font.DescendantFonts[0].FontDescriptor.FontName = name
