"""The rules for PDF files: each one reports a file that breaks it, with the place, and reports nothing else."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream, String

from accessibility.matterhorn.conditions import CONDITIONS
from circulars.accessibility import PDF, Finding, check_output
from circulars.accessibility.pdf.file import items
from circulars.accessibility.pdf.fonts import read_font
from circulars.build import Order, build
from circulars.source.letters import read_letter
from circulars.workspace import Workspace
from conftest import ROOT

Change = Callable[[pikepdf.Pdf], None]
LETTER = ROOT / "letters" / "tsb-collective-2-5.yaml"


@functools.cache
def sound() -> bytes:
    """The example with the most kinds of content: headings, tables, lists, pictures and links, on several pages."""
    [output] = build(read_letter(LETTER), Workspace(ROOT), Order(languages=("en",), formats=("pdf",)))
    return output.data


def changed(change: Change, **options: Any) -> bytes:
    """The sound PDF with a change."""
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(sound())) as pdf:
        change(pdf)
        pdf.save(file, fix_metadata_version=False, **options)
    return file.getvalue()


def found(data: bytes, name: str = "letter.pdf") -> list[Finding]:
    """The findings about a file."""
    return list(check_output(data, name))


def lead_back(pdf: pikepdf.Pdf, node: Any, tag: Any, number: int = -1) -> None:
    """Makes an annotation, or the marked content of this number on a page, lead to its tag."""
    parents = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree)
    if number < 0:
        node.StructParent = max(parents) + 1
        parents[int(node.StructParent)] = tag
        return
    entries: Any = parents[int(node.StructParents)]
    while len(entries) <= number:
        entries.append(tag)
    entries[number] = tag


def elements(pdf: pikepdf.Pdf, kind: str) -> Iterator[Any]:
    """All tags of a kind."""
    return (part for part in pdf.objects if isinstance(part, Dictionary) and part.get("/S") == f"/{kind}")


def first(pdf: pikepdf.Pdf, kind: str) -> Any:
    """The first tag of a kind in reading order."""
    waiting = [pdf.Root.StructTreeRoot.K]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Array):
            waiting += reversed(list(node))
        elif isinstance(node, Dictionary) and "/S" in node:
            if str(node.S) == f"/{kind}":
                return node
            waiting.append(node.get("/K", Array()))
    raise AssertionError(kind)


def without_xmp(pdf: pikepdf.Pdf, *names: str) -> None:
    """Removes properties from the metadata."""
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        for name in names:
            del xmp[name]


def draw(pdf: pikepdf.Pdf, page: int, instructions: bytes) -> None:
    """Adds instructions to the end of a page."""
    pdf.pages[page].contents_add(pdf.make_stream(instructions))


# ── Faults that must be reported ─────────────────────────────────────────────────────────────────────────────────────


def without_tags(pdf: pikepdf.Pdf) -> None:
    del pdf.Root["/StructTreeRoot"]


def without_the_declaration_that_it_is_tagged(pdf: pikepdf.Pdf) -> None:
    del pdf.Root["/MarkInfo"]


def with_suspect_tags(pdf: pikepdf.Pdf) -> None:
    pdf.Root.MarkInfo.Suspects = True


def without_language(pdf: pikepdf.Pdf) -> None:
    del pdf.Root["/Lang"]


def with_a_wrong_language(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Lang = String("English language")


def with_a_paragraph_in_a_wrong_language(pdf: pikepdf.Pdf) -> None:
    first(pdf, "P").Lang = String("??")


def without_title(pdf: pikepdf.Pdf) -> None:
    without_xmp(pdf, "dc:title")


def with_a_file_name_as_title(pdf: pikepdf.Pdf) -> None:
    with pdf.open_metadata(set_pikepdf_as_editor=False) as xmp:
        xmp["dc:title"] = "Microsoft Word - letter.docx"


def with_the_file_s_name_in_the_window(pdf: pikepdf.Pdf) -> None:
    pdf.Root.ViewerPreferences.DisplayDocTitle = False


def without_a_claim_of_pdfua(pdf: pikepdf.Pdf) -> None:
    without_xmp(pdf, "pdfuaid:part")


def without_a_claim_of_pdfa(pdf: pikepdf.Pdf) -> None:
    without_xmp(pdf, "pdfaid:part", "pdfaid:conformance")


def of_many_pages(pdf: pikepdf.Pdf) -> None:
    if "/Outlines" in pdf.Root:
        del pdf.Root["/Outlines"]
    for _ in range(20):
        pdf.add_blank_page()


def with_javascript(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert('hello')"))


def with_a_launch_action_in_a_link(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Annots[0].A = Dictionary(S=Name.Launch, F=String("cmd.exe"))


def with_an_embedded_program(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["setup.exe"] = b"MZ"


def with_an_unnamed_attachment(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AF = Array([pdf.make_indirect(Dictionary(Type=Name.Filespec, EF=Dictionary(F=pdf.make_stream(b"x"))))])


def as_an_xfa_form(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(Fields=Array(), XFA=pdf.make_stream(b"<xdp/>"))


def with_untagged_text(pdf: pikepdf.Pdf) -> None:
    instructions: list[Any] = list(pikepdf.parse_content_stream(pdf.pages[0]))
    names = [str(instruction.operator) for instruction in instructions]
    text = names.index("TJ")
    begin = text - names[:text][::-1].index("BDC") - 1
    end = names.index("EMC", text)
    left = [instruction for place, instruction in enumerate(instructions) if place not in (begin, end)]
    pdf.pages[0].Contents = pdf.make_stream(pikepdf.unparse_content_stream(left))


def with_an_untagged_picture(pdf: pikepdf.Pdf) -> None:
    draw(pdf, 1, b"q 9 0 0 9 50 50 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x00 EI Q")


def with_an_untagged_form(pdf: pikepdf.Pdf) -> None:
    form = Stream(pdf, b"0 0 9 9 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    pdf.pages[0].obj.Resources.XObject = Dictionary(Drawn=pdf.make_indirect(form))
    draw(pdf, 0, b"/Drawn Do")


def with_a_paragraph_that_no_tag_holds(pdf: pikepdf.Pdf) -> None:
    first(pdf, "P").K = Array()


def with_tags_in_an_artifact(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[1]
    page.contents_add(pdf.make_stream(b"/Artifact BMC "), prepend=True)
    page.contents_add(pdf.make_stream(b" EMC"))


def with_furniture_as_content(pdf: pikepdf.Pdf) -> None:
    root = pdf.Root.StructTreeRoot.K
    for page in pdf.pages:
        made: list[Any] = []
        for operands, operator in pikepdf.parse_content_stream(page):  # type: ignore[misc]
            if str(operator) == "BDC" and str(operands[0]) == "/Artifact":
                number = 10_000 + len(made)
                root.K.append(pdf.make_indirect(Dictionary(S=Name.P, P=root, K=number, Pg=page.obj)))
                lead_back(pdf, page.obj, root.K[-1], number)
                operands = [Name.P, Dictionary(MCID=number)]
            made.append(pikepdf.ContentStreamInstruction(operands, operator))
        page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(made))


def read_from_its_end(pdf: pikepdf.Pdf) -> None:
    body = pdf.Root.StructTreeRoot.K
    body.K = Array(reversed(list(body.K)))


def with_a_tag_in_itself(pdf: pikepdf.Pdf) -> None:
    heading = first(pdf, "H1")
    heading.K = Array([*(heading.K if isinstance(heading.K, Array) else [heading.K]), heading])


def with_a_tag_of_its_own_kind(pdf: pikepdf.Pdf) -> None:
    first(pdf, "P").S = Name("/Paragraph")


def with_roles_in_a_circle(pdf: pikepdf.Pdf) -> None:
    pdf.Root.StructTreeRoot.RoleMap = Dictionary({"/One": Name("/Two"), "/Two": Name("/One")})


def with_another_meaning_of_a_standard_tag(pdf: pikepdf.Pdf) -> None:
    pdf.Root.StructTreeRoot.RoleMap = Dictionary({"/Note": Name.P})


def fonts(pdf: pikepdf.Pdf) -> Iterator[Any]:
    return (part for part in pdf.objects if isinstance(part, Dictionary) and part.get("/Type") == "/Font")


def without_a_font_s_file(pdf: pikepdf.Pdf) -> None:
    descriptor = next(part for part in pdf.objects if isinstance(part, Dictionary) and "/FontFile2" in part)
    del descriptor["/FontFile2"]


def without_a_font_s_characters(pdf: pikepdf.Pdf) -> None:
    del next(font for font in fonts(pdf) if "/ToUnicode" in font)["/ToUnicode"]


def composite_font(pdf: pikepdf.Pdf) -> Any:
    """The font of the first page's running text, and the dictionary of its glyphs."""
    return next(font for font in fonts(pdf) if font.get("/Subtype") == "/CIDFontType2")


def with_pale_words(pdf: pikepdf.Pdf) -> None:
    paint(pdf, b"0.7 g 1 0 0 -1 40 30 Tm (Con) Tj")


def paint(pdf: pikepdf.Pdf, text: bytes, before: bytes = b"", after: bytes = b"") -> None:
    """Adds the words "Con" to page 1, in a font of the page that has these letters, and artifacts before and after."""
    tag = pdf.make_indirect(Dictionary(S=Name.P, P=pdf.Root.StructTreeRoot.K, Pg=pdf.pages[0].obj, K=900))
    pdf.Root.StructTreeRoot.K.K.insert(0, tag)
    lead_back(pdf, pdf.pages[0].obj, tag, 900)
    name, codes = next((name, codes) for name, codes in _fonts_with_codes(pdf) if set("Con") <= set(codes))
    shown = text.replace(b"(Con)", b"<" + b"".join(b"%04x" % codes[c] for c in "Con") + b">")
    words = b"/P <</MCID 900>> BDC BT " + name.encode() + b" 9 Tf " + shown + b" ET EMC "
    draw(pdf, 0, b"q /Artifact BMC " + before + b" EMC " + words + b"/Artifact BMC " + after + b" EMC Q")


def _fonts_with_codes(pdf: pikepdf.Pdf) -> Iterator[tuple[str, dict[str, int]]]:
    for name, font in sorted(pdf.pages[0].obj.Resources.Font.items(), key=lambda item: str(item[0])):
        yield name, {text: code for code, text in read_font(font).codes.items()}


def with_a_damaged_font(pdf: pikepdf.Pdf) -> None:
    composite_font(pdf).FontDescriptor.FontFile2 = pdf.make_stream(b"not a font")


def with_a_character_that_the_font_lacks(pdf: pikepdf.Pdf) -> None:
    name, font = next(iter(pdf.pages[0].obj.Resources.Font.items()))
    font.ToUnicode.write(font.ToUnicode.read_bytes() + b"1 beginbfchar <FFF0> <0041> endbfchar")
    draw(pdf, 0, b"/Artifact BMC BT " + name.encode() + b" 9 Tf <FFF0> Tj ET EMC")


def with_wrong_widths(pdf: pikepdf.Pdf) -> None:
    del composite_font(pdf)["/W"]


def with_an_encoding_of_a_symbolic_font(pdf: pikepdf.Pdf) -> None:
    font = Dictionary(Type=Name.Font, Subtype=Name.TrueType, BaseFont=Name.Sample, Encoding=Name.WinAnsiEncoding)
    font.FontDescriptor = composite_font(pdf).FontDescriptor
    font.FontDescriptor.Flags = 4
    pdf.pages[0].obj.Resources.Font.Sample = pdf.make_indirect(font)
    draw(pdf, 0, b"/Artifact BMC BT /Sample 9 Tf () Tj ET EMC")


def without_the_numbers_of_glyphs(pdf: pikepdf.Pdf) -> None:
    del composite_font(pdf)["/CIDToGIDMap"]


def with_a_short_list_of_glyphs(pdf: pikepdf.Pdf) -> None:
    composite_font(pdf).FontDescriptor.CIDSet = pdf.make_stream(b"\x80")


def without_alternate_text(pdf: pikepdf.Pdf) -> None:
    del first(pdf, "Figure")["/Alt"]


def with_a_file_name_as_alternate_text(pdf: pikepdf.Pdf) -> None:
    first(pdf, "Figure").Alt = String("image001.png")


def with_a_path(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo.Subject = String(r"C:\Users\ana\letter.docx")


def beginning_at_level_2(pdf: pikepdf.Pdf) -> None:
    first(pdf, "H1").S = Name.P


def with_a_skipped_heading(pdf: pikepdf.Pdf) -> None:
    first(pdf, "H2").S = Name.H3


def with_both_kinds_of_headings(pdf: pikepdf.Pdf) -> None:
    [*elements(pdf, "H3")][-1].S = Name.H


def with_an_empty_heading(pdf: pikepdf.Pdf) -> None:
    body = pdf.Root.StructTreeRoot.K
    body.K.append(pdf.make_indirect(Dictionary(S=Name.H2, P=body)))


def without_headings(pdf: pikepdf.Pdf) -> None:
    for level in range(1, 5):
        for heading in list(elements(pdf, f"H{level}")):
            heading.S = Name.P


def without_header_cells(pdf: pikepdf.Pdf) -> None:
    for cell in list(elements(pdf, "TH")):
        cell.S = Name.TD


def with_a_header_cell_without_scope(pdf: pikepdf.Pdf) -> None:
    del first(pdf, "TH")["/A"]


def with_an_uneven_table(pdf: pikepdf.Pdf) -> None:
    last = [*elements(pdf, "TD")][-1]
    last.A = Dictionary(O=Name.Table, ColSpan=5)


def with_a_paragraph_in_a_row(pdf: pikepdf.Pdf) -> None:
    first(pdf, "TD").S = Name.P


def with_an_entry_outside_of_a_list(pdf: pikepdf.Pdf) -> None:
    first(pdf, "L").S = Name.Div


def with_a_link_outside_of_the_tree(pdf: pikepdf.Pdf) -> None:
    tag = first(pdf, "Link")
    tag.K = Array([kid for kid in tag.K if not (isinstance(kid, Dictionary) and "/Obj" in kid)])


def with_a_link_that_does_not_say_where(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[0].Annots[0]["/Contents"]


def with_words(pdf: pikepdf.Pdf, words: str) -> None:
    first(pdf, "Link").ActualText = String(words)


def with_click_here(pdf: pikepdf.Pdf) -> None:
    with_words(pdf, "Click here")


def with_a_long_address(pdf: pikepdf.Pdf) -> None:
    with_words(pdf, "https://meeting.example.int/en/ITU-T/programme/2025/March/annexes/page?id=4711")


def with_an_empty_link(pdf: pikepdf.Pdf) -> None:
    body = pdf.Root.StructTreeRoot.K
    body.K.append(pdf.make_indirect(Dictionary(S=Name.Link, P=body)))


def annotation(pdf: pikepdf.Pdf, kind: str, **values: Any) -> Any:
    """A new annotation on the first page."""
    made = pdf.make_indirect(
        Dictionary(Type=Name.Annot, Subtype=Name(f"/{kind}"), Rect=Array([9, 9, 18, 18]), **values)
    )
    pdf.pages[0].Annots.append(made)
    if kind == "Widget":
        pdf.Root.AcroForm = Dictionary(Fields=Array([made]))
    return made


def tagged(pdf: pikepdf.Pdf, annotation: Any, kind: str) -> None:
    """Adds an annotation to the structure tree."""
    body = pdf.Root.StructTreeRoot.K
    held = Dictionary(Type=Name.OBJR, Obj=annotation, Pg=pdf.pages[0].obj)
    body.K.append(pdf.make_indirect(Dictionary(S=Name(f"/{kind}"), P=body, K=held)))
    lead_back(pdf, annotation, body.K[-1])


def with_a_note_outside_of_the_tree(pdf: pikepdf.Pdf) -> None:
    annotation(pdf, "Text", Contents=String("Remember this"))


def with_a_note_that_says_nothing(pdf: pikepdf.Pdf) -> None:
    tagged(pdf, annotation(pdf, "Text"), "Annot")


def with_a_field_outside_of_the_tree(pdf: pikepdf.Pdf) -> None:
    annotation(pdf, "Widget", FT=Name.Tx, T=String("name"), TU=String("Your name"))


def with_an_unnamed_field(pdf: pikepdf.Pdf) -> None:
    tagged(pdf, annotation(pdf, "Widget", FT=Name.Tx, T=String("name")), "Form")


def without_tab_order(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[0]["/Tabs"]


def with_an_entry_without_body(pdf: pikepdf.Pdf) -> None:
    paragraph = next(tag for tag in elements(pdf, "P") if all(isinstance(kid, int) for kid in items(tag.K)))
    entry = pdf.make_indirect(Dictionary(S=Name.LI, P=paragraph, K=paragraph.K, Pg=paragraph.get("/Pg")))
    paragraph.S, paragraph.K = Name.L, Array([entry])


def with_a_list_that_does_not_say_its_numbering(pdf: pikepdf.Pdf) -> None:
    body = pdf.Root.StructTreeRoot.K
    made = pdf.make_indirect(Dictionary(S=Name.L, P=body, K=Array()))
    for number in "12":
        entry = pdf.make_indirect(Dictionary(S=Name.LI, P=made, K=Array()))
        entry.K.append(Dictionary(S=Name.Lbl, P=entry, ActualText=String(f"{number}.")))
        entry.K.append(Dictionary(S=Name.LBody, P=entry))
        made.K.append(entry)
    body.K.append(made)


def with_a_tag_without_parent(pdf: pikepdf.Pdf) -> None:
    del first(pdf, "H2")["/P"]


def with_an_empty_form_tag(pdf: pikepdf.Pdf) -> None:
    body = pdf.Root.StructTreeRoot.K
    body.K.append(pdf.make_indirect(Dictionary(S=Name.Form, P=body)))


def of_a_newer_standard(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Version = Name("/2.0")
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        xmp["pdfuaid:part"] = "2"
        xmp["pdfuaid:rev"] = "2024"


def with_more_than_is_checked(pdf: pikepdf.Pdf) -> None:
    form = Stream(pdf, b"0 0 9 9 re f " * 1_000, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0] * 4))
    pdf.pages[1].obj.Resources.XObject = Dictionary(Drawn=pdf.make_indirect(form))
    draw(pdf, 1, b"/Artifact BMC " + b"/Drawn Do " * 400 + b"EMC")


FAULTS: tuple[tuple[Change, str, str, str], ...] = (
    (without_tags, "no-tags", "", "the file has no tags"),
    (without_the_declaration_that_it_is_tagged, "no-tags", "", "does not declare that it is tagged"),
    (with_suspect_tags, "suspect-tags", "", "marks its own tags as suspect"),
    (without_language, "no-language", "", "does not declare its language"),
    (with_a_wrong_language, "bad-language", "", "'English language' is not a language tag"),
    (with_a_paragraph_in_a_wrong_language, "bad-language", "page 1", "'??' is not a language tag"),
    (without_title, "no-title", "", "the title is only in the old document information"),
    (with_a_file_name_as_title, "title-says-nothing", "", "the title 'Microsoft Word - letter.docx' does not say"),
    (with_the_file_s_name_in_the_window, "title-not-shown", "", "the window's title bar shows the file's name"),
    (without_a_claim_of_pdfua, "no-pdfua-claim", "", "does not claim to conform to PDF/UA"),
    (without_a_claim_of_pdfa, "no-pdfa-claim", "", "does not claim to conform to PDF/A"),
    (of_many_pages, "no-bookmarks", "", "25 pages and no bookmarks"),
    (with_javascript, "active-content", "", "the file contains JavaScript"),
    (with_a_launch_action_in_a_link, "active-content", "", "an action that starts a program"),
    (with_an_embedded_program, "active-content", "", "an embedded program (setup.exe)"),
    (with_an_unnamed_attachment, "unnamed-attachment", "", "1 embedded file has no name"),
    (as_an_xfa_form, "xfa-form", "", "the file is an XFA form"),
    (with_untagged_text, "untagged-content", "page 1", "text is neither tagged nor an artifact"),
    (with_an_untagged_picture, "untagged-content", "page 2", "a picture is neither tagged"),
    (with_an_untagged_form, "untagged-content", "page 1", "a drawing is neither tagged"),
    (with_a_paragraph_that_no_tag_holds, "lost-content", "page 1", "in no tag"),
    (with_tags_in_an_artifact, "tagged-artifact", "page 2", "both tagged and an artifact"),
    (with_furniture_as_content, "tagged-furniture", "page 2", "the same line is tagged on 4 pages"),
    (read_from_its_end, "reading-order", "page 3", "this is read after text on page 5"),
    (with_a_tag_in_itself, "looped-tags", "", "a tag is in two places, or inside itself"),
    (with_a_tag_of_its_own_kind, "unknown-tag", "page 1", "the tag Paragraph is not a standard one"),
    (with_roles_in_a_circle, "role-map", "", "the role map maps One back to itself"),
    (with_another_meaning_of_a_standard_tag, "role-map", "", "the standard tag Note another meaning"),
    (without_a_font_s_file, "font-not-embedded", "page 1", "is not embedded in the file"),
    (without_a_font_s_characters, "font-without-unicode", "page 1", "have no Unicode text"),
    (with_pale_words, "low-contrast", "page 1", "the contrast of #B2B2B2 on #FFFFFF is 2.1 to 1, not 4.5 to 1"),
    (with_a_damaged_font, "damaged-font", "page 1", "cannot be read"),
    (with_a_character_that_the_font_lacks, "glyph-not-in-font", "page 1", "has no glyph for 'A'"),
    (with_wrong_widths, "wrong-glyph-width", "page 1", "1000 in the file and "),
    (with_an_encoding_of_a_symbolic_font, "wrong-font-encoding", "page 1", "(symbolic), but names an encoding"),
    (without_the_numbers_of_glyphs, "wrong-cmap", "page 1", "which glyph belongs to which number"),
    (with_a_short_list_of_glyphs, "wrong-glyph-list", "page 1", "has glyphs that it does not list"),
    (without_alternate_text, "no-alternate-text", "page 1", "a figure has no alternate text"),
    (with_a_file_name_as_alternate_text, "alternate-text-says-nothing", "page 1", "'image001.png'"),
    (beginning_at_level_2, "first-heading", "page 1", "the first heading is H2"),
    (with_a_skipped_heading, "heading-skipped", "page 1", "H3 follows H1"),
    (with_both_kinds_of_headings, "mixed-headings", "page 5", "both H and H1 to H6"),
    (with_an_empty_heading, "empty-heading", "", "a heading (H2) has no words"),
    (without_headings, "no-headings", "", "5 pages and no headings"),
    (without_header_cells, "no-header-cells", "page 1", "rows has no header cell"),
    (with_a_header_cell_without_scope, "header-cell-without-scope", "page 1", "1 of the table's header cells"),
    (with_an_uneven_table, "uneven-table", "page 5", "different numbers of cells: 3 to"),
    (with_a_paragraph_in_a_row, "table-structure", "page 1", "TR contains P"),
    (with_an_entry_outside_of_a_list, "list-structure", "page 1", "LI is in Div"),
    (with_a_link_outside_of_the_tree, "untagged-link", "page 1", "a link is not in a Link tag"),
    (with_a_link_that_does_not_say_where, "link-without-description", "page 1", "a link has no description"),
    (with_click_here, "link-says-nothing", "page 1", "a link's words are 'Click here'"),
    (with_a_long_address, "long-address", "page 1", "an address of 78 characters"),
    (with_an_empty_link, "empty-link", "", "a link has no words"),
    (with_a_note_outside_of_the_tree, "untagged-annotation", "page 1", "an annotation (Text) is not in a tag"),
    (with_a_note_that_says_nothing, "annotation-without-description", "page 1", "has no description"),
    (with_a_field_outside_of_the_tree, "untagged-annotation", "page 1", "the form field 'name' is not in a Form tag"),
    (with_an_unnamed_field, "unnamed-field", "page 1", "the form field 'name' has no tooltip"),
    (without_tab_order, "tab-order", "page 1", "Tab does not follow the structure tree"),
    (with_an_entry_without_body, "entry-without-body", "page 1", "a list entry has no body"),
    (with_a_list_that_does_not_say_its_numbering, "list-without-numbering", "", "the labels '1.', '2.' does not say"),
    (with_a_tag_without_parent, "tag-without-parent", "page 1", "a tag does not name the tag above"),
    (with_an_empty_form_tag, "crowded-form-tag", "", "a Form tag contains nothing"),
    (with_a_path, "personal-information", "", r"paths on a computer 'C:\Users\ana\letter.docx'"),
    (of_a_newer_standard, "newer-standard", "", "claims to conform to PDF/UA-2, of which only a part is checked"),
    (with_more_than_is_checked, "not-looked-at", "page 2", "the pages from 2 on were not checked"),
)
# Faults that necessarily cause other findings.
WITH: dict[Change, set[str]] = {
    beginning_at_level_2: {"heading-skipped"},
    with_a_paragraph_in_a_row: {"uneven-table"},
    read_from_its_end: {"first-heading", "heading-skipped"},
    with_furniture_as_content: {"reading-order"},
}


def test_a_sound_letter_has_no_findings() -> None:
    """Correct headings, tables, lists, pictures, links and running headers are not reported."""
    assert found(sound()) == []


@pytest.mark.parametrize(("change", "code", "part", "fact"), FAULTS, ids=[row[0].__name__ for row in FAULTS])
def test_a_fault_is_reported(change: Change, code: str, part: str, fact: str) -> None:
    """A sound PDF with one fault has findings with its code only, and with the place, the fact and the remedy."""
    findings = found(changed(change))

    assert {finding.code for finding in findings} - WITH.get(change, set()) == {code}
    first = next(finding for finding in findings if finding.code == code)
    assert getattr(first.where, "part", "") == part
    assert fact in first.message
    assert first.hint == PDF[code].remedy


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        (b"0.3 g 1 0 0 -1 40 30 Tm (Con) Tj", b"", b""),
        (b"1 g 1 0 0 -1 40 30 Tm (Con) Tj", b"0 g 30 10 200 30 re f", b""),
        (b"0.7 g 1 0 0 -1 40 30 Tm (Con) Tj", b"/Pattern cs 30 10 200 30 re f", b""),
        (b"0.7 g 1 0 0 -1 40 30 Tm (Con) Tj", b"0 g 30 10 m 230 10 l 230 60 l f", b""),
        (b"0.7 g 1 0 0 -1 40 30 Tm (Con) Tj", b"", b"0 g 30 10 200 30 re f"),
        (b"0.7 g 3 Tr 1 0 0 -1 40 30 Tm (Con) Tj", b"", b""),
        (b"/Artifact BMC 1 g 1 0 0 -1 40 30 Tm (Con) Tj EMC", b"", b""),
        (b"1 0.5 0 0 k 1 0 0 -1 40 30 Tm (Con) Tj", b"", b""),
    ],
    ids=["dark", "on black", "on a pattern", "on a triangle", "covered", "invisible", "artifact", "blue ink"],
)
def test_words_are_not_called_pale_in_doubt(text: bytes, before: bytes, after: bytes) -> None:
    """Words that stand out, and words on a background that is not known for certain, are not reported."""
    codes = {finding.code for finding in found(changed(lambda pdf: paint(pdf, text, before, after)))}

    assert "low-contrast" not in codes


def test_words_in_the_colour_of_their_background_are_reported() -> None:
    """White words on white paper cannot be seen, but are read aloud."""
    findings = found(changed(lambda pdf: paint(pdf, b"1 g 1 0 0 -1 40 30 Tm (Con) Tj")))

    [message] = [finding.message for finding in findings if finding.code == "low-contrast"]
    assert message == "the words cannot be seen: they are #FFFFFF, and so is their background"


@pytest.mark.parametrize(
    ("state", "message"),
    [
        (Dictionary(ca=0.3), "the contrast of #B2B2B2 on #FFFFFF is 2.1 to 1, not 4.5 to 1"),
        (Dictionary(ca=0.9), ""),
        (Dictionary(ca=0.3, BM=Name.Multiply), ""),
        (Dictionary(ca=0.3, SMask=Dictionary(S=Name.Alpha)), ""),
    ],
    ids=["pale", "dark", "mixed by another rule", "masked"],
)
def test_the_opacity_of_words_counts(state: Any, message: str) -> None:
    """Black words of a constant opacity are mixed with their background; what else is transparent is not known."""

    def faded(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Resources.ExtGState = Dictionary(Faded=state)
        paint(pdf, b"/Faded gs 0 g 1 0 0 -1 40 30 Tm (Con) Tj")

    messages = [finding.message for finding in found(changed(faded)) if finding.code == "low-contrast"]

    assert messages == [message] * bool(message)


@pytest.mark.parametrize(
    "below",
    [
        b"0 g 0 0 300 60 re f 1 1 0 rg 30 10 200 30 re f",
        b"1 1 0 rg /Box Do",
        b"q 0 0 m 9 9 l 0 9 l W n Q 1 1 0 rg 30 10 200 30 re f",
        b"0 0 m 9 9 l S 1 1 0 rg 30 10 200 30 re f",
        b"1 1 0 rg q 0 g Q 30 10 200 30 re f",
        b"/DeviceRGB cs 1 1 0 sc 30 10 200 30 re f",
        b"30 l f 1 1 0 rg 30 10 200 30 re f",
    ],
    ids=["on black", "in a form", "clipped before", "line before", "restored", "in a colour space", "line without end"],
)
def test_pale_words_on_a_coloured_rectangle_are_reported(below: bytes) -> None:
    """The background is the rectangle that was painted last below the words, whatever else was painted before."""

    def white_on_yellow(pdf: pikepdf.Pdf) -> None:
        box = Stream(pdf, b"30 10 200 30 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 300, 60]))
        pdf.pages[0].obj.Resources.XObject.Box = pdf.make_indirect(box)
        paint(pdf, b"1 g 1 0 0 -1 40 30 Tm (Con) Tj", below)

    messages = [finding.message for finding in found(changed(white_on_yellow)) if finding.code == "low-contrast"]

    assert messages == ["the contrast of #FFFFFF on #FFFF00 is 1.1 to 1, not 4.5 to 1"]


def test_a_contrast_that_is_just_too_low_is_shown_with_two_decimal_places() -> None:
    """#777777 on white is 4.48 to 1, which would be rounded to the 4.5 that is required."""
    findings = found(changed(lambda pdf: paint(pdf, b"0.467 g 1 0 0 -1 40 30 Tm (Con) Tj")))

    messages = [finding.message for finding in findings if finding.code == "low-contrast"]

    assert messages == ["the contrast of #777777 on #FFFFFF is 4.48 to 1, not 4.5 to 1"]


def test_a_damaged_list_of_objects_is_reported() -> None:
    """Programs that open such a file search all of it, and may find other objects than its author meant."""
    data = sound()

    (finding,) = found(data[: data.rindex(b"startxref")] + b"startxref\n12\n%%EOF\n")

    assert finding.code == "damaged-part"
    assert finding.message == "the list of the file's objects is damaged, so programs have to search for them"


def test_an_invisible_signature_is_not_reported() -> None:
    """A field without size needs no tag, because nobody can reach it."""

    def signed(pdf: pikepdf.Pdf) -> None:
        annotation(pdf, "Widget", FT=Name.Sig, T=String("Signature1")).Rect = Array([0, 0, 0, 0])

    assert found(changed(signed)) == []


def scanned(height: int = 842) -> bytes:
    """A PDF of three pages with a picture of this height and of their width; the second one has invisible text, too."""
    pdf = pikepdf.new()
    picture = Stream(pdf, b"\0", Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1, ColorSpace=Name.DeviceGray)
    picture.BitsPerComponent = 8
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    for page in range(3):
        pdf.add_blank_page()
        pdf.pages[page].obj.Resources = Dictionary(
            XObject=Dictionary(Scan=pdf.make_indirect(picture)), Font=Dictionary(F=font)
        )
        draw(
            pdf,
            page,
            f"q 595 0 0 {height} 0 0 cm /Scan Do Q".encode() + b" BT /F 12 Tf 3 Tr (Hello) Tj ET" * (page == 1),
        )
    file = io.BytesIO()
    pdf.save(file)
    return file.getvalue()


@pytest.mark.parametrize(("height", "is_scan"), [(84, False), (390, False), (500, True)])
def test_only_a_picture_of_most_of_the_page_is_a_scan(height: int, is_scan: bool) -> None:
    """A page with a small picture and nothing else is no scanned page."""
    codes = {finding.code for finding in found(scanned(height))}

    assert ("scanned-pages" in codes) == is_scan


def test_scanned_pages_are_reported() -> None:
    """The finding lists the pages without text, but not the page with recognized text."""
    [finding] = [finding for finding in found(scanned()) if finding.code == "scanned-pages"]

    assert finding.message == "the pages 1, 3 are pictures, without text"
    assert "OCR" in finding.hint


def nothing(pdf: pikepdf.Pdf) -> None:
    """Leaves the PDF unchanged."""


def test_a_file_that_needs_a_password_is_reported() -> None:
    """There is only one finding, because the file cannot be opened."""
    data = changed(nothing, encryption=pikepdf.Encryption(user="secret", owner="other"))

    assert [finding.code for finding in found(data)] == ["encrypted-file"]


@pytest.mark.parametrize(("allowed", "codes"), [(False, ["no-assistive-access"]), (True, [])])
def test_protection_must_allow_screen_readers(allowed: bool, codes: list[str]) -> None:
    """A file may forbid printing, but not screen readers."""
    allow = pikepdf.Permissions(accessibility=allowed, print_highres=False)
    # RC4, because PDF 2.0 always allows screen readers, and so does AES in pikepdf.
    data = changed(
        nothing, encryption=pikepdf.Encryption(user="", owner="other", allow=allow, R=3, aes=False, metadata=False)
    )

    assert [finding.code for finding in found(data)] == codes


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("nothing", b""),
        ("not a PDF", b"Dear Madam, dear Sir,"),
        ("a head alone", b"%PDF-1.7\n"),
        ("an empty trailer", b"%PDF-1.7\ntrailer<<>>\n%%EOF"),
        ("a catalogue of a wrong type", b"%PDF-1.7\n1 0 obj (x) endobj\ntrailer<</Root 1 0 R>>\n%%EOF"),
    ],
)
def test_a_file_that_is_not_a_pdf_is_reported(name: str, data: bytes) -> None:
    """There is a finding for any bytes."""
    codes = {finding.code for finding in found(data)}

    assert codes & {"unreadable-file", "no-tags"}


@pytest.mark.parametrize(
    ("data", "fact"),
    [
        (b"", "the file is empty"),
        (b"Dear Madam, dear Sir,", "this is not a PDF"),
        (b"<!DOCTYPE html><title>Log in</title>", "this is a web page"),
        (b"\x89PNG\r\n\x1a\n", "this is a picture"),
        (b"%PDF-1.7\n1 0 obj <</Type /Catalog", "the file is truncated: its end is missing"),
        (b"%PDF-1.7\n1 0 obj (x) endobj\ntrailer<</Root 1 0 R>>\n%%EOF", "the PDF is damaged: its objects cannot be"),
    ],
)
def test_a_file_named_pdf_is_called_what_it_is(data: bytes, fact: str) -> None:
    """The finding says whether the file is empty, truncated, damaged or something else, in plain words."""
    [finding] = found(data)

    assert (finding.code, finding.message[: len(fact)]) == ("unreadable-file", fact)


def test_a_pdf_without_pages_says_so() -> None:
    """It is not called damaged."""
    file = io.BytesIO()
    pikepdf.new().save(file)

    [finding] = found(file.getvalue())

    assert (finding.code, finding.message) == ("unreadable-file", "the PDF has no pages")


def test_a_pdf_for_the_holders_of_certificates_is_encrypted() -> None:
    """It is not called damaged, although its objects cannot be read."""
    data = b"%PDF-1.7\ntrailer <</Root 1 0 R /Encrypt <</Filter /Adobe.PubSec /V 4>>>>\n%%EOF"

    [finding] = found(data)

    assert (finding.code, "certificates" in finding.message) == ("encrypted-file", True)


def test_a_damaged_page_is_named_and_the_others_are_checked() -> None:
    """Instructions that cannot be read are a finding with their page; a fault on the next page is still found."""

    def damaged_page(pdf: pikepdf.Pdf) -> None:
        draw(pdf, 0, b"[(a) Tj] TJ")
        draw(pdf, 1, b"BT ET 72 72 20 20 re f")

    findings = {(finding.code, getattr(finding.where, "part", "")) for finding in found(changed(damaged_page))}

    assert {("damaged-part", "page 1"), ("untagged-content", "page 2")} <= findings


def test_what_is_damaged_is_named() -> None:
    """A font's list of widths begins with a number that no program can count to; colours need no widths here."""

    def endless_number(pdf: pikepdf.Pdf) -> None:
        composite_font(pdf).W = pikepdf.Object.parse(b"[1" + b"0" * 400 + b".0 [500]]")

    messages = [finding.message for finding in found(changed(endless_number)) if finding.code == "damaged-part"]

    assert messages == ["a part of it is damaged: a font"]


def test_names_of_any_bytes_are_read() -> None:
    """The names of a font and of a resource need not be UTF-8; U+FFFD stands for their bytes in a message."""

    def named_in_gbk(pdf: pikepdf.Pdf) -> None:
        font = b"<</Type /Font /Subtype /Type1 /BaseFont /#cb#ce#cc#e5 /Encoding /WinAnsiEncoding>>"
        pdf.pages[0].obj.Resources = pikepdf.Object.parse(b"<</Font <</F#ff " + font + b">> >>")
        pdf.pages[0].Contents = pdf.make_stream(b"/Artifact BMC BT /F#ff 9 Tf (a) Tj ET EMC")

    messages = [finding.message for finding in found(changed(named_in_gbk)) if finding.code == "font-not-embedded"]

    assert messages == ["the font \ufffd\ufffd\ufffd\ufffd is not embedded in the file"]


def test_every_rule_for_pdf_files_is_tested() -> None:
    """Every rule has a fault in this file, or in the files for the conditions of the Matterhorn Protocol."""
    elsewhere = {"unreadable-file", "encrypted-file", "no-assistive-access", "scanned-pages", "damaged-part"}
    measured = {code for condition in CONDITIONS for code in condition.codes}

    assert {row[1] for row in FAULTS} | elsewhere | measured == set(PDF)
