"""Files about the document as a whole: tags in general, metadata, languages, layers, attachments and protection."""

from __future__ import annotations

from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

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
def a_page_that_does_not_lead_to_its_tags(report: Report) -> None:
    del report.page["/StructParents"]


@fails("01-005")
def a_file_in_which_nothing_leads_to_its_tag(report: Report) -> None:
    report.parents = False


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


@passes("26-001", "26-002")
def open_to_screen_readers(report: Report) -> None:
    protect(report, accessible=True)


@fails("26-001")
def protected_without_saying_what_is_permitted(report: Report) -> None:
    protect(report, accessible=True)
    report.removed = rb"/P -?\d+"


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


@passes("11-001", "11-002")
def a_language_for_each_tag(report: Report) -> None:
    without_language(report, "title", "text")
    report.change_content(lambda drawn: drawn.replace(b"/Artifact BMC", b"/Artifact <</Lang (en)>> BDC"))
    drawn(report, "Figure", Alt=String("A cloud over the sea"), Lang=String("en"))


@passes("11-001")
def a_language_for_the_document_tag(report: Report) -> None:
    without_language(report, "title")
    report.body.Lang = String("es-ES")
    report.change_content(lambda drawn: drawn.replace(b"/Artifact BMC", b"/Artifact <</Lang (en)>> BDC"))


@passes("11-001")
def a_language_in_the_content(report: Report) -> None:
    without_language(report, "title")
    report.change_content(lambda drawn: drawn.replace(b"BT", b"/Span <</Lang (en)>> BDC BT").replace(b"ET", b"ET EMC"))


@passes("11-004", "11-005")
def a_language_for_annotations_alone(report: Report) -> None:
    without_language(report, "title", "text")
    report.change_content(lambda drawn: drawn.replace(b"/Artifact BMC", b"/Artifact <</Lang (en)>> BDC"))
    report.annotate("Text", report.tag("Annot", Lang=String("en")), Contents=String("Read it"))
    field(report, report.tag("Form", Lang=String("en")), TU=String("Station"))


@passes("11-006")
def a_title_in_two_languages(report: Report) -> None:
    without_language(report, "text")
    report.change_content(lambda drawn: drawn.replace(b"/Artifact BMC", b"/Artifact <</Lang (en)>> BDC"))
    both = '</rdf:li><rdf:li xml:lang="es">Lluvia en marzo</rdf:li></rdf:Alt>'
    report.write_metadata(XMP.replace("</rdf:li></rdf:Alt>", both))


@fails("11-001")
def no_language_for_an_artifact(report: Report) -> None:
    without_language(report, "title", "text")


@passes("11-001")
def languages_of_many_forms(report: Report) -> None:
    for language in ("pt-BR", "zh-Hant-HK", "x-klingon", "i-navajo", "mn-Cyrl-MN", "p-pt"):
        report.tag("P", "words", Lang=String(language))


@passes("11-001", exception="Word writes this for Spanish in traditional order, and programs read it as Spanish.")
def spanish_as_word_writes_it(report: Report) -> None:
    report.paragraph.Lang = String("es-ES_tradnl")


@fails("11-001")
def an_empty_language_of_the_file(report: Report) -> None:
    report.pdf.Root.Lang = String("")


@fails("11-001")
def a_language_with_a_space(report: Report) -> None:
    report.paragraph.Lang = String("English language")


@fails("11-001")
def a_language_in_the_content_with_an_underscore(report: Report) -> None:
    report.mark(report.paragraph, "P", b"/Span <</Lang (en_GB)>> BDC " + report.shown("It was dry.") + b" EMC")


# ── 06 Claims ────────────────────────────────────────────────────────────────────────────────────────────────────────

PART = "<pdfuaid:part>1</pdfuaid:part>"


@passes("06-002")
def a_claim_in_an_attribute(report: Report) -> None:
    report.write_metadata(XMP.replace(PART, "").replace('rdf:about=""', 'rdf:about="" pdfuaid:part="1"'))


@passes("06-002")
def a_claim_with_a_corrigendum(report: Report) -> None:
    report.write_metadata(XMP.replace(PART, PART + "<pdfuaid:corr>2014</pdfuaid:corr>"))


@fails("06-002")
def no_claim(report: Report) -> None:
    report.write_metadata(XMP.replace(PART, ""))


@fails("06-002")
def a_claim_of_an_unknown_part(report: Report) -> None:
    report.write_metadata(XMP.replace(PART, PART.replace("1", "7")))


@fails("06-002")
def a_claim_of_part_2_in_a_file_of_pdf_1(report: Report) -> None:
    report.write_metadata(XMP.replace(PART, PART.replace("1", "2")))


@fails("06-002")
def a_claim_of_part_1_in_a_file_of_pdf_2(report: Report) -> None:
    report.save_options["force_version"] = "2.0"


@fails("06-002")
def a_claim_with_another_prefix(report: Report) -> None:
    report.write_metadata(XMP.replace("pdfuaid", "ua"))


@fails("06-002")
def an_amendment_with_another_prefix(report: Report) -> None:
    other = '<ua:amd xmlns:ua="http://www.aiim.org/pdfua/ns/id/">1</ua:amd>'
    report.write_metadata(XMP.replace(PART, PART + other))


# ── 02 Role map, in full ─────────────────────────────────────────────────────────────────────────────────────────────


@fails("02-003")
def a_list_that_is_mapped_to_itself(report: Report) -> None:
    report.tree(report.body, ["L", ["LI", "Lbl", "LBody"]])
    report.tags.RoleMap = Dictionary(LI=Name.LI)


@fails("02-003", exception="The protocol means the role map; veraPDF looks only at mappings that a tag uses.")
def a_circle_that_no_tag_uses(report: Report) -> None:
    report.tags.RoleMap = Dictionary(Remark=Name.Body, Body=Name.Remark)


@fails("02-004", exception="The protocol means the role map; veraPDF looks only at mappings that a tag uses.")
def another_meaning_of_a_tag_that_is_not_used(report: Report) -> None:
    report.tags.RoleMap = Dictionary(Note=Name.P)


@fails("02-001")
def a_tag_of_pdf_2_in_a_file_of_pdf_1(report: Report) -> None:
    report.tag("Em", "nine", above=report.paragraph)


@passes("02-001")
def a_tag_of_pdf_2_with_a_role(report: Report) -> None:
    report.tag("Em", "nine", above=report.paragraph)
    report.tags.RoleMap = Dictionary(Em=Name.Span)


@fails("02-001")
def a_heading_of_level_7(report: Report) -> None:
    for level in range(2, 8):
        report.tag(f"H{level}", "More")


# ── 20 Layers, 21 attachments, 25 XFA ────────────────────────────────────────────────────────────────────────────────


def with_layers(report: Report, *others: Any, **entries: Any) -> None:
    layer = report.pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Rivers")))
    made = Dictionary(OCGs=Array([layer]), D=Dictionary(**({"Name": String("All")} | entries)))
    if others:
        made.Configs = Array(others)
    report.pdf.Root.OCProperties = made


@passes("20-001", "20-002", "20-003")
def layers_with_named_configurations(report: Report) -> None:
    with_layers(report, Dictionary(Name=String("Rivers alone")))


@fails("20-001")
def another_configuration_without_name(report: Report) -> None:
    with_layers(report, Dictionary(BaseState=Name.OFF))


@fails("20-002")
def the_default_configuration_without_name(report: Report) -> None:
    with_layers(report)
    del report.pdf.Root.OCProperties.D["/Name"]


@fails("20-002")
def the_default_configuration_with_an_empty_name(report: Report) -> None:
    with_layers(report, Name=String(""))


@fails("20-003")
def automatic_layers(report: Report) -> None:
    with_layers(report, AS=Array([Dictionary(Event=Name.View, OCGs=Array(), Category=Array([Name.View]))]))


def attached(report: Report, **names: Any) -> Any:
    """The file specification of an embedded file."""
    data = Stream(report.pdf, b"station;rain", Type=Name.EmbeddedFile, Subtype=Name("/text/csv"))
    return report.pdf.make_indirect(Dictionary(Type=Name.Filespec, EF=Dictionary(F=data, UF=data), **names))


def attach(report: Report, **names: Any) -> None:
    listed = Array([String("rain.csv"), attached(report, **names)])
    report.pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=listed))


@passes("21-001")
def an_attachment_with_both_names(report: Report) -> None:
    attach(report, F=String("rain.csv"), UF=String("rain.csv"))


@passes("21-001")
def a_link_to_a_file_that_is_not_embedded(report: Report) -> None:
    report.annotate(
        "Link",
        report.tag("Link", "the table"),
        Contents=String("Table of rain"),
        A=Dictionary(S=Name.GoToR, F=Dictionary(Type=Name.Filespec, F=String("rain.pdf")), D=Array([0, Name.Fit])),
    )


@fails("21-001")
def an_attachment_without_uf(report: Report) -> None:
    attach(report, F=String("rain.csv"))


@fails("21-001")
def an_attachment_without_f(report: Report) -> None:
    attach(report, UF=String("rain.csv"))


@fails("21-001")
def an_attachment_with_an_empty_name(report: Report) -> None:
    attach(report, F=String("rain.csv"), UF=String(""))


def with_xfa(report: Report, rendering: bytes) -> None:
    config = b'<config xmlns="http://www.xfa.org/schema/xci/2.6/"><acrobat><acrobat7>' + rendering
    stream = report.pdf.make_stream(config + b"</acrobat7></acrobat></config>")
    report.pdf.Root.AcroForm = Dictionary(Fields=Array(), XFA=Array([String("config"), stream]))


@passes("25-001")
def a_static_xfa_form(report: Report) -> None:
    with_xfa(report, b"<dynamicRender>forbidden</dynamicRender>")


@fails("25-001")
def a_dynamic_xfa_form(report: Report) -> None:
    with_xfa(report, b"<dynamicRender>required</dynamicRender>")


# ── 30 Form XObjects ─────────────────────────────────────────────────────────────────────────────────────────────────


def form(report: Report, instructions: bytes, **entries: Any) -> Any:
    """A form XObject of the page, by the name X."""
    made = Stream(report.pdf, instructions, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 595, 842]))
    made.Resources = Dictionary(Font=Dictionary(F=report.font))
    for name, value in entries.items():
        made[f"/{name}"] = value
    made = report.pdf.make_indirect(made)
    report.page.Resources.XObject = Dictionary(X=made)
    return made


@passes("30-001")
def a_form_as_an_artifact(report: Report) -> None:
    form(report, b"72 72 20 20 re f")
    report.draw(b"/Artifact BMC /X Do /X Do EMC")


@fails("30-001")
def a_form_for_a_page_of_another_file(report: Report) -> None:
    form(report, b"72 72 20 20 re f", Ref=Dictionary(F=Dictionary(Type=Name.Filespec, F=String("map.pdf")), Page=0))
    report.draw(b"/Artifact BMC /X Do EMC")


@passes("30-002")
def a_form_with_tagged_content(report: Report) -> None:
    report.mark_in_form(report.paragraph, form(report, b"/P <</MCID 0>> BDC " + report.shown("It snowed.") + b" EMC"))
    report.draw(b"/X Do")


@fails("30-002")
def a_form_with_tagged_content_that_is_drawn_twice(report: Report) -> None:
    a_form_with_tagged_content(report)
    report.draw(b"/X Do")
