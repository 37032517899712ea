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
def a_link_in_a_paragraph(report: Report) -> None:
    link(report, report.paragraph, Contents=String("List of stations"))


@fails("28-012")
def a_link_without_description(report: Report) -> None:
    link(report, report.tag("Link", "the stations"))
