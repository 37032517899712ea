"""Files about links, form fields and other annotations."""

from __future__ import annotations

from typing import Any

from pikepdf import Array, Dictionary, Name, Stream, String

from accessibility.matterhorn.cases import fails, passes
from accessibility.matterhorn.report import Report

NOTE = String("Measured at noon")
HIDDEN = 2

# ── 28 Notes, stamps and other annotations ───────────────────────────────────────────────────────────────────────────


@passes("28-002", "28-004", "28-008", "28-009")
def a_note_in_its_tag(report: Report) -> None:
    report.annotate("Text", report.tag("Annot"), Contents=NOTE)


@passes("28-002", "28-004")
def a_hidden_note_outside_of_the_tags(report: Report) -> None:
    report.annotate("Text").F = HIDDEN


@fails("28-002")
def a_note_outside_of_the_tags(report: Report) -> None:
    report.annotate("Text", Contents=NOTE)


@passes("28-004")
def a_stamp_whose_tag_has_an_alternate_text(report: Report) -> None:
    report.annotate("Stamp", report.tag("Annot", Alt=String("Approved")))


@fails("28-004")
def a_stamp_without_description(report: Report) -> None:
    report.annotate("Stamp", report.tag("Annot"))


@passes("28-006")
def an_unknown_annotation_in_its_tag(report: Report) -> None:
    report.annotate("Weather", report.tag("Annot"), Contents=NOTE)


@fails("28-006")
def an_unknown_annotation_outside_of_the_tags(report: Report) -> None:
    report.annotate("Weather", Contents=NOTE)


@fails("28-008")
def a_page_without_tab_order(report: Report) -> None:
    report.annotate("Text", report.tag("Annot"), Contents=NOTE)
    del report.page["/Tabs"]


@fails("28-009")
def tab_in_the_order_of_rows(report: Report) -> None:
    report.annotate("Text", report.tag("Annot"), Contents=NOTE)
    report.page.Tabs = Name.R


# ── 28 Form fields ───────────────────────────────────────────────────────────────────────────────────────────────────


def field(report: Report, tag: Any, **entries: Any) -> Any:
    """A form field, whose words come from an appearance."""
    form = Stream(report.pdf, b"", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 100, 20]))
    made = report.annotate("Widget", tag, FT=Name.Tx, T=String("station"), AP=Dictionary(N=form), **entries)
    report.pdf.Root.AcroForm = Dictionary(Fields=Array([made]))
    return made


@passes("28-005", "28-010")
def a_field_with_a_tooltip(report: Report) -> None:
    field(report, report.tag("Form"), TU=String("Station"))


@fails("28-005")
def a_field_without_tooltip(report: Report) -> None:
    field(report, report.tag("Form"))


@fails("28-010")
def a_field_outside_of_a_form_tag(report: Report) -> None:
    field(report, report.tag("Div"), TU=String("Station"))


# ── 28 Links ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def link(report: Report, tag: Any, **entries: Any) -> Any:
    """A link to a page of the example domain."""
    action = Dictionary(S=Name.URI, URI=String("https://www.example.int/"))
    return report.annotate("Link", tag, A=action, **entries)


@passes("28-011", "28-012")
def a_link_in_its_tag(report: Report) -> None:
    link(report, report.tag("Link", "the stations"), Contents=String("List of stations"))


@fails("28-011")
def a_link_that_does_not_lead_to_its_tag(report: Report) -> None:
    tag = report.tag("Link", "Read it.", above=report.paragraph)
    del report.annotate("Link", tag, Contents=String("The rules"))["/StructParent"]


@fails("28-011")
def a_link_in_a_paragraph(report: Report) -> None:
    link(report, report.paragraph, Contents=String("List of stations"))


@fails("28-012")
def a_link_without_description(report: Report) -> None:
    link(report, report.tag("Link", "the stations"))


@fails("28-012")
def a_link_with_an_empty_description(report: Report) -> None:
    link(report, report.tag("Link", "the stations"), Contents=String(""))


@fails("28-011")
def a_link_outside_of_the_tags(report: Report) -> None:
    link(report, None, Contents=String("List of stations"))


@fails("28-011")
def a_link_in_a_span_of_a_link(report: Report) -> None:
    link(report, report.tag("Span", "the stations", above=report.tag("Link")), Contents=String("List of stations"))


@passes("28-011", exception="Browsers put NonStruct around parts that have no meaning, and readers look through it.")
def a_link_of_a_browser(report: Report) -> None:
    link(report, report.tag("NonStruct", "the stations", above=report.tag("Link")), Contents=String("List"))


@passes("28-011", "28-012")
def a_hidden_link(report: Report) -> None:
    link(report, None).F = HIDDEN


@passes("28-011")
def a_link_of_its_own_kind(report: Report) -> None:
    report.tags.RoleMap = Dictionary(Hyperlink=Name.Link)
    link(report, report.tag("Hyperlink", "the stations"), Contents=String("List of stations"))


@passes("28-012")
def a_link_without_words_whose_annotation_is_described(report: Report) -> None:
    link(report, report.tag("Link"), Contents=String("List of stations"))


# ── 28 Annotations, in full ──────────────────────────────────────────────────────────────────────────────────────────

OUTSIDE = (-200, -200, -100, -100)
PRINTER = "The mark is no content of the page (ISO 14289-1, 7.18.8), so it needs no description."
POPUP = "A popup shows the note that it belongs to, and has no content of its own."


@passes("28-002", "28-004")
def a_note_outside_of_the_page(report: Report) -> None:
    report.annotate("Text", rectangle=OUTSIDE)


@passes("28-002", "28-004", exception=POPUP)
def a_note_with_its_popup(report: Report) -> None:
    note = report.annotate("Text", report.tag("Annot"), Contents=NOTE)
    note.Popup = report.annotate("Popup")


@fails("28-002")
def a_highlight_in_a_paragraph(report: Report) -> None:
    report.annotate("Highlight", report.paragraph, Contents=NOTE)


@fails("28-002")
def a_stamp_in_a_link(report: Report) -> None:
    report.annotate("Stamp", report.tag("Link", "the stations"), Contents=NOTE)


@fails("28-002")
def a_note_in_a_section_of_an_annot(report: Report) -> None:
    report.annotate("Text", report.tag("Sect", above=report.tag("Annot")), Contents=NOTE)


@fails("28-004")
def a_stamp_with_an_empty_description(report: Report) -> None:
    report.annotate("Stamp", report.tag("Annot"), Contents=String(""))


@fails("28-007")
def a_trap_network(report: Report) -> None:
    report.annotate("TrapNet", report.tag("Annot"), Contents=NOTE)


@passes("28-007")
def a_hidden_trap_network(report: Report) -> None:
    report.annotate("TrapNet", Contents=NOTE).F = HIDDEN


@fails("28-008")
def a_page_with_a_hidden_note_and_without_tab_order(report: Report) -> None:
    report.annotate("Text", Contents=NOTE).F = HIDDEN
    del report.page["/Tabs"]


@passes("28-008")
def a_page_without_annotations(report: Report) -> None:
    report.page.Annots = Array()


@fails("28-009")
def tab_order_as_a_string(report: Report) -> None:
    report.annotate("Text", report.tag("Annot"), Contents=NOTE)
    report.page.Tabs = String("S")


@passes("28-005", "28-010")
def a_field_whose_tag_has_an_alternate_text(report: Report) -> None:
    field(report, report.tag("Form", Alt=String("Station")))


def button(report: Report, **entries: Any) -> Any:
    """A field of one button, which is an annotation of its own."""
    made = field(report, report.tag("Form"))
    del made["/T"]
    above = report.pdf.make_indirect(
        Dictionary(FT=Name.Btn, Ff=1 << 15, T=String("wind"), Kids=Array([made]), **entries)
    )
    made.Parent = above
    report.pdf.Root.AcroForm.Fields = Array([above])
    return made


@passes("28-005")
def a_button_whose_field_has_a_tooltip(report: Report) -> None:
    button(report, TU=String("Wind"))


@fails("28-005")
def a_button_with_a_tooltip_instead_of_its_field(report: Report) -> None:
    button(report).TU = String("North")


@fails("28-005")
def a_field_in_a_group_with_a_tooltip(report: Report) -> None:
    made = field(report, report.tag("Form"))
    above = report.pdf.make_indirect(Dictionary(T=String("weather"), TU=String("Weather"), Kids=Array([made])))
    made.Parent = above
    report.pdf.Root.AcroForm.Fields = Array([above])


@passes("28-010")
def a_field_outside_of_the_page(report: Report) -> None:
    field(report, None, TU=String("Station")).Rect = Array(OUTSIDE)


@fails("28-010")
def a_field_outside_of_the_tags(report: Report) -> None:
    field(report, None, TU=String("Station"))


# ── 28 Films, files and printer's marks ──────────────────────────────────────────────────────────────────────────────


def film(report: Report, **entries: Any) -> None:
    """A film in a file of its own."""
    file = Dictionary(Type=Name.Filespec, F=String("rain.mp4"), UF=String("rain.mp4"))
    clip = Dictionary(Type=Name.MediaClip, S=Name.MCD, D=file, **entries)
    made = report.annotate("Screen", report.tag("Annot"), Contents=String("Film of the rain"))
    made.A = Dictionary(S=Name.Rendition, OP=0, AN=made, R=Dictionary(S=Name.MR, C=clip))


@passes("28-014", "28-015")
def a_film_with_type_and_alternate_text(report: Report) -> None:
    film(report, CT=String("video/mp4"), Alt=Array([String(""), String("Rain on a roof")]))


@fails("28-014")
def a_film_without_type(report: Report) -> None:
    film(report, Alt=Array([String(""), String("Rain on a roof")]))


@fails("28-015")
def a_film_without_alternate_text(report: Report) -> None:
    film(report, CT=String("video/mp4"))


@fails("28-015")
def a_film_with_an_empty_alternate_text(report: Report) -> None:
    film(report, CT=String("video/mp4"), Alt=Array([String(""), String("")]))


def attached(report: Report, **names: Any) -> None:
    data = Stream(report.pdf, b"station;rain", Type=Name.EmbeddedFile)
    file = Dictionary(Type=Name.Filespec, EF=Dictionary(F=data), **names)
    report.annotate("FileAttachment", report.tag("Annot"), Contents=String("Table of rain"), FS=file)


@passes("28-016")
def a_file_with_both_names(report: Report) -> None:
    attached(report, F=String("rain.csv"), UF=String("rain.csv"))


@fails("28-016")
def a_file_without_uf(report: Report) -> None:
    attached(report, F=String("rain.csv"))


@fails("28-016")
def a_file_without_f(report: Report) -> None:
    attached(report, UF=String("rain.csv"))


def mark_of_a_printer(report: Report, tag: Any, shown: bytes, **entries: Any) -> None:
    form = Stream(report.pdf, shown, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 100, 20]))
    report.annotate("PrinterMark", tag, AP=Dictionary(N=form), **entries)


@passes("28-017", "28-018")
def a_printer_s_mark(report: Report) -> None:
    mark_of_a_printer(report, None, b"/Artifact BMC 0 0 10 1 re f EMC", Contents=String("Colours"))


@passes("28-017", exception=PRINTER)
def a_printer_s_mark_without_description(report: Report) -> None:
    mark_of_a_printer(report, None, b"/Artifact BMC 0 0 10 1 re f EMC")


@fails("28-017")
def a_tagged_printer_s_mark(report: Report) -> None:
    mark_of_a_printer(report, report.tag("Annot"), b"/Artifact BMC 0 0 10 1 re f EMC", Contents=String("Colours"))


@fails("28-018", exception="veraPDF does not read what annotations show.")
def a_printer_s_mark_that_is_no_artifact(report: Report) -> None:
    mark_of_a_printer(report, None, b"0 0 10 1 re f", Contents=String("Colours"))
