"""Files about the document as a whole: tags in general, metadata, languages, layers, attachments and protection."""

from __future__ import annotations

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from accessibility.matterhorn.annotation import field
from accessibility.matterhorn.cases import fails, passes
from accessibility.matterhorn.report import XMP, Report
from accessibility.matterhorn.structures import drawn

# ── 01 Tags in general ───────────────────────────────────────────────────────────────────────────────────────────────


@passes("01-003", "01-004", "01-005", "01-007", "06-001", "06-003", "07-001", "10-001", "14-002", "31-009")
def as_it_is(report: Report) -> None:
    """The sound report."""


@fails("01-003")
def an_artifact_in_a_paragraph(report: Report) -> None:
    report.mark(report.paragraph, "P", b"/Artifact BMC " + report.shown("line 9") + b" EMC")


@fails("01-004")
def a_paragraph_in_an_artifact(report: Report) -> None:
    report.draw(b"/Artifact BMC")
    report.mark(report.paragraph, "P", report.shown("It was dry later."))
    report.draw(b"EMC")


@fails("01-005")
def text_that_is_not_marked(report: Report) -> None:
    report.draw(report.shown("It was dry later."))


@fails("01-005")
def a_drawing_that_is_not_marked(report: Report) -> None:
    report.draw(b"72 72 20 20 re f")


@passes("01-007")
def tags_that_are_not_suspect(report: Report) -> None:
    report.pdf.Root.MarkInfo.Suspects = False


@fails("01-007")
def suspect_tags(report: Report) -> None:
    report.pdf.Root.MarkInfo.Suspects = True


# ── 02 Role map ──────────────────────────────────────────────────────────────────────────────────────────────────────


@passes("02-001", "02-003", "02-004")
def own_tags_in_two_steps(report: Report) -> None:
    report.tag("Remark", "Bring an umbrella.")
    report.tags.RoleMap = Dictionary(Remark=Name.Body, Body=Name.P)


@fails("02-001")
def an_own_tag_without_a_role(report: Report) -> None:
    report.tag("Remark", "Bring an umbrella.")


@fails("02-001")
def an_own_tag_that_leads_to_an_unknown_one(report: Report) -> None:
    report.tag("Remark", "Bring an umbrella.")
    report.tags.RoleMap = Dictionary(Remark=Name.Body)


@fails("02-003", also=("unknown-tag",))
def own_tags_in_a_circle(report: Report) -> None:
    report.tag("Remark", "Bring an umbrella.")
    report.tags.RoleMap = Dictionary(Remark=Name.Body, Body=Name.Remark)


@fails("02-004")
def a_paragraph_that_is_mapped_to_a_heading(report: Report) -> None:
    report.tags.RoleMap = Dictionary(P=Name.Span)


# ── 06 and 07 Metadata ───────────────────────────────────────────────────────────────────────────────────────────────


@fails("06-001", also=("no-pdfua-claim",))
def no_metadata(report: Report) -> None:
    del report.pdf.Root["/Metadata"]


@fails("06-003")
def no_title(report: Report) -> None:
    head, _, rest = XMP.partition("<dc:title>")
    report.write_metadata(head + rest.partition("</dc:title>")[2])


@fails("07-001")
def no_viewer_preferences(report: Report) -> None:
    del report.pdf.Root["/ViewerPreferences"]


@passes("07-002")
def a_title_in_the_window(report: Report) -> None:
    report.pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True, CenterWindow=True)


@fails("07-002")
def the_file_s_name_in_the_window(report: Report) -> None:
    report.pdf.Root.ViewerPreferences.DisplayDocTitle = False


# ── 26 Protection ────────────────────────────────────────────────────────────────────────────────────────────────────


def protect(report: Report, accessible: bool) -> None:
    """Encrypts the file: everybody can open it, and nobody may copy text."""
    allowed = pikepdf.Permissions(accessibility=accessible, extract=False)
    protection = pikepdf.Encryption(owner="owner", user="", R=3, aes=False, metadata=False, allow=allowed)
    report.save_options = {"encryption": protection, "deterministic_id": False, "static_id": True}


@passes("26-002")
def open_to_screen_readers(report: Report) -> None:
    protect(report, accessible=True)


@fails("26-002")
def closed_to_screen_readers(report: Report) -> None:
    protect(report, accessible=False)


# ── 11 Languages ─────────────────────────────────────────────────────────────────────────────────────────────────────


def without_language(report: Report, *keeping: str) -> None:
    """Takes the file's language away; each of the tags and the title keep it if they are named."""
    del report.pdf.Root["/Lang"]
    if "title" in keeping:
        report.write_metadata(XMP.replace("x-default", "en"))
    if "text" in keeping:
        for tag in report.body.K:
            tag.Lang = String("en")


def with_a_bookmark(report: Report) -> None:
    outlines = report.pdf.make_indirect(Dictionary(Type=Name.Outlines, Count=1))
    item = report.pdf.make_indirect(
        Dictionary(Title=String("Rainfall"), Parent=outlines, Dest=Array([report.page, Name.Fit]))
    )
    outlines.First = outlines.Last = item
    report.pdf.Root.Outlines = outlines


@passes("11-001", "11-002", "11-003", "11-004", "11-005", "11-006")
def a_language_for_the_file(report: Report) -> None:
    report.tag("P", "Read it.", Alt=String("Read it"), ActualText=String("Read it"), E=String("Read it"))
    with_a_bookmark(report)
    report.annotate("Text", report.tag("Annot"), Contents=String("Read it"))
    field(report, report.tag("Form"), TU=String("Station"))


@fails("11-001")
def no_language_for_text(report: Report) -> None:
    without_language(report, "title")


@fails("11-002")
def no_language_for_an_alternate_text(report: Report) -> None:
    without_language(report, "title", "text")
    drawn(report, "Figure", Alt=String("A cloud over the sea"))


@fails("11-002")
def no_language_for_a_replacement_text(report: Report) -> None:
    without_language(report, "title", "text")
    drawn(report, "Figure", ActualText=String("R"))


@fails("11-002")
def no_language_for_an_expansion(report: Report) -> None:
    without_language(report, "title", "text")
    drawn(report, "Figure", Alt=String("A cloud over the sea"), Lang=String("en"))
    drawn(report, "Span", E=String("Read it"))


@fails("11-003")
def no_language_for_bookmarks(report: Report) -> None:
    without_language(report, "title", "text")
    with_a_bookmark(report)


@fails("11-004")
def no_language_for_a_note(report: Report) -> None:
    without_language(report, "title", "text")
    report.annotate("Text", report.tag("Annot"), Contents=String("Read it"))


@fails("11-005")
def no_language_for_a_tooltip(report: Report) -> None:
    without_language(report, "title", "text")
    field(report, report.tag("Form"), TU=String("Station"))


@fails("11-006")
def no_language_for_the_title(report: Report) -> None:
    without_language(report, "text")
