"""Files about the kinds of tags: tables, lists, figures, headings, formulas and notes."""

from __future__ import annotations

from typing import Any

from pikepdf import Array, Dictionary, Name, String

from accessibility.matterhorn.cases import fails, passes
from accessibility.matterhorn.report import Report

# ── 09 Tables and lists ──────────────────────────────────────────────────────────────────────────────────────────────

ROW = ("TR", "TD", "TD")


def table(report: Report, *shape: Any) -> Any:
    """A table, whose header cells have a scope."""
    made = report.tag("Table")
    report.tree(made, *shape)
    for cell in cells(made, "TH"):
        cell.A = Dictionary(O=Name.Table, Scope=Name.Column)
    return made


def cells(above: Any, kind: str) -> list[Any]:
    """All tags of a kind in a tag."""
    found = []
    for kid in above.K:
        if isinstance(kid, Dictionary):
            found += [kid] if str(kid.S) == f"/{kind}" else []
            found += cells(kid, kind)
    return found


@passes("09-004", "15-003")
def a_table_with_head_body_and_foot(report: Report) -> None:
    table(report, ["Caption", "P"], ["THead", ["TR", "TH", "TH"]], ["TBody", ROW, ROW], ["TFoot", ROW])


@passes("09-004")
def a_table_with_a_caption_at_its_end(report: Report) -> None:
    table(report, ["TR", "TH", "TH"], ROW, ["Caption", "P"])


@passes("09-004")
def a_table_with_merged_cells(report: Report) -> None:
    made = table(report, ["TR", "TH", "TH", "TH"], ["TR", "TD", "TD"], ["TR", "TD", "TD"])
    first = cells(made, "TD")[0]
    first.A = Dictionary(O=Name.Table, RowSpan=2)
    cells(made, "TD")[2].A = Dictionary(O=Name.Table, ColSpan=1)
    cells(made, "TD")[1].A = Dictionary(O=Name.Table, ColSpan=2)


@fails("09-004")
def a_paragraph_in_a_table(report: Report) -> None:
    table(report, ["TR", "TH", "TH"], ROW, "P")


@fails("09-004")
def a_paragraph_in_a_row(report: Report) -> None:
    table(report, ["TR", "TH", "TH"], ROW, ["TR", "TD", "TD", "P"])


@fails("09-004")
def a_row_outside_of_a_table(report: Report) -> None:
    report.tree(report.body, ["TR", "TD"])


@fails("09-004")
def a_cell_outside_of_a_row(report: Report) -> None:
    report.tree(report.body, "TD")


@fails("09-004")
def a_body_outside_of_a_table(report: Report) -> None:
    report.tree(report.body, ["TBody", ["TR", "TD"]])


@passes("09-005")
def lists_in_a_list(report: Report) -> None:
    report.tree(
        report.body, ["L", "Caption", ["LI", "Lbl", "LBody"], ["L", ["LI", "LBody"]], ["LI", "Lbl", ["LBody", "P"]]]
    )


@fails("09-005")
def an_entry_outside_of_a_list(report: Report) -> None:
    report.tree(report.body, ["LI", "Lbl", "LBody"])


@fails("09-005")
def a_paragraph_in_a_list(report: Report) -> None:
    report.tree(report.body, ["L", "P", ["LI", "Lbl", "LBody"]])


@fails("09-005")
def a_paragraph_in_an_entry(report: Report) -> None:
    report.tree(report.body, ["L", ["LI", "Lbl", "P"]])


@fails("09-005")
def a_body_outside_of_an_entry(report: Report) -> None:
    report.tree(report.body, "LBody")


# ── 13 and 17 Figures and formulas ───────────────────────────────────────────────────────────────────────────────────


def drawn(report: Report, kind: str, **entries: Any) -> None:
    made = report.tag(kind, **entries)
    made.A = Dictionary(O=Name.Layout, BBox=Array([72, 72, 92, 92]), Placement=Name.Block)
    report.mark(made, kind, b"72 72 20 20 re f")


@passes("13-004")
def a_figure_with_an_alternate_text(report: Report) -> None:
    drawn(report, "Figure", Alt=String("A cloud over the sea"))


@passes("13-004")
def a_figure_with_a_replacement_text(report: Report) -> None:
    drawn(report, "Figure", ActualText=String("R"))


@fails("13-004")
def a_figure_without_alternate_text(report: Report) -> None:
    drawn(report, "Figure")


@fails("13-004")
def a_figure_with_an_empty_alternate_text(report: Report) -> None:
    drawn(report, "Figure", Alt=String(""))


@passes("17-002")
def a_formula_with_an_alternate_text(report: Report) -> None:
    report.tag("Formula", "a+b", Alt=String("a plus b"))


@fails("17-002")
def a_formula_without_alternate_text(report: Report) -> None:
    report.tag("Formula", "a+b")


# ── 14 Headings ──────────────────────────────────────────────────────────────────────────────────────────────────────


@fails("14-002")
def a_first_heading_of_level_2(report: Report) -> None:
    report.heading.S = Name.H2


@passes("14-003", "14-007")
def headings_that_go_down_one_by_one_and_up_again(report: Report) -> None:
    for kind in ("H2", "H3", "H2", "H3", "H1"):
        report.tag(kind, "More")


@fails("14-003")
def a_heading_that_skips_a_level(report: Report) -> None:
    report.tag("H3", "More")


@fails("14-007")
def both_kinds_of_headings(report: Report) -> None:
    report.tag("H", "More")


# ── 15 Header cells ──────────────────────────────────────────────────────────────────────────────────────────────────


@fails("15-003")
def a_header_cell_without_scope(report: Report) -> None:
    made = table(report, ["TR", "TH", "TH"], ROW)
    del cells(made, "TH")[1]["/A"]


def with_ids(made: Any, *headers: str) -> None:
    """Gives the header cells IDs instead of scopes, and each other cell the header cell that is named."""
    for number, cell in enumerate(cells(made, "TH")):
        del cell["/A"]
        cell.ID = String(f"head {number}")
    for cell, header in zip(cells(made, "TD"), headers, strict=False):
        cell.A = Dictionary(O=Name.Table, Headers=Array([String(header)]))


@passes("15-003")
def cells_that_refer_to_header_cells(report: Report) -> None:
    with_ids(table(report, ["TR", "TH", "TH"], ROW), "head 0", "head 1")


@passes("15-003")
def a_scope_in_a_class(report: Report) -> None:
    made = table(report, ["TR", "TH", "TH"], ROW)
    for cell in cells(made, "TH"):
        del cell["/A"]
        cell.C = Name.Head
    report.tags.ClassMap = Dictionary(Head=Dictionary(O=Name.Table, Scope=Name.Column))


@passes("15-003")
def header_cells_of_rows_and_columns(report: Report) -> None:
    made = table(report, ["TR", "TD", "TH"], ["TR", "TH", "TD"])
    cells(made, "TH")[1].A.Scope = Name.Row


@fails("15-003")
def header_cells_of_which_only_one_cell_knows(report: Report) -> None:
    with_ids(table(report, ["TR", "TH", "TH"], ROW), "head 0")


@fails("15-003")
def a_corner_without_scope(report: Report) -> None:
    made = table(report, ["TR", "TH", "TH"], ["TR", "TH", "TD"])
    del cells(made, "TH")[0]["/A"]


@fails("15-003")
def a_header_cell_that_does_not_exist(report: Report) -> None:
    with_ids(table(report, ["TR", "TH", "TH"], ROW), "head 0", "head 7")


@fails("15-003")
def a_reference_to_a_cell_that_is_no_header_cell(report: Report) -> None:
    made = table(report, ["TR", "TH", "TH"], ROW)
    with_ids(made, "head 0", "other")
    cells(made, "TD")[0].ID = String("other")


# ── 09 Tables, in full ───────────────────────────────────────────────────────────────────────────────────────────────


@passes("09-004")
def a_table_of_a_browser(report: Report) -> None:
    table(report, ["NonStruct", ["TR", "TH", "TH"]], ["NonStruct", ["NonStruct", ["TR", "TD", ["NonStruct", "TD"]]]])


@passes("09-004")
def a_table_in_a_cell(report: Report) -> None:
    made = table(report, ["TR", "TH", "TH"], ["TR", "TD", ["TD", ["Table", ["TR", "TH"], ["TR", "TD"]]]])
    assert len(cells(made, "TH")) == 3


@passes("09-004")
def cells_that_are_merged_to_the_end(report: Report) -> None:
    made = table(report, ["TR", "TH", "TH"], ROW)
    for cell in cells(made, "TD"):
        cell.A = Dictionary(O=Name.Table, RowSpan=2)


@fails("09-004")
def two_captions(report: Report) -> None:
    table(report, ["Caption", "P"], ["TR", "TH", "TH"], ROW, ["Caption", "P"])


@fails("09-004")
def a_caption_in_the_middle(report: Report) -> None:
    table(report, ["TR", "TH", "TH"], ["Caption", "P"], ROW)


@fails("09-004")
def two_heads(report: Report) -> None:
    table(report, ["THead", ["TR", "TH", "TH"]], ["THead", ["TR", "TH", "TH"]], ["TBody", ROW])


@fails("09-004")
def two_feet(report: Report) -> None:
    table(report, ["THead", ["TR", "TH", "TH"]], ["TBody", ROW], ["TFoot", ROW], ["TFoot", ROW])


@fails("09-004")
def a_head_without_body(report: Report) -> None:
    table(report, ["THead", ["TR", "TH", "TH"]], ROW)


@fails("09-004")
def a_foot_without_body(report: Report) -> None:
    table(report, ["TR", "TH", "TH"], ROW, ["TFoot", ROW])


@fails("09-004")
def a_paragraph_in_a_head(report: Report) -> None:
    table(report, ["THead", ["TR", "TH", "TH"], "P"], ["TBody", ROW])


@fails("09-004")
def a_paragraph_in_a_body(report: Report) -> None:
    table(report, ["THead", ["TR", "TH", "TH"]], ["TBody", ROW, "P"])


@fails("09-004")
def a_paragraph_in_a_foot(report: Report) -> None:
    table(report, ["THead", ["TR", "TH", "TH"]], ["TBody", ROW], ["TFoot", ROW, "P"])


@fails("09-004")
def a_row_that_is_too_short(report: Report) -> None:
    table(report, ["TR", "TH", "TH", "TH"], ["TR", "TD", "TD"])


@fails("09-004")
def a_row_that_is_too_long_because_of_a_merged_cell(report: Report) -> None:
    made = table(report, ["TR", "TH", "TH"], ROW)
    cells(made, "TD")[1].A = Dictionary(O=Name.Table, ColSpan=2)


@fails("09-004")
def a_column_that_is_too_long_because_of_a_merged_cell(report: Report) -> None:
    made = table(report, ["TR", "TH", "TH"], ROW)
    cells(made, "TD")[1].A = Dictionary(O=Name.Table, RowSpan=2)


@fails("09-004")
def two_cells_in_one_place(report: Report) -> None:
    made = table(report, ["TR", "TH", "TH", "TH"], ["TR", "TD", "TD", "TD"], ["TR", "TD"])
    cells(made, "TD")[1].A = Dictionary(O=Name.Table, RowSpan=2)
    cells(made, "TD")[3].A = Dictionary(O=Name.Table, ColSpan=3)


# ── 09 Lists, tables of contents, ruby and warichu, in full ──────────────────────────────────────────────────────────


@passes("09-005")
def a_list_of_a_browser(report: Report) -> None:
    report.tree(report.body, ["L", ["NonStruct", ["LI", "Lbl", ["NonStruct", "LBody"]]]])


@passes("09-005")
def entries_without_bodies(report: Report) -> None:
    report.tree(report.body, ["L", "LI", "LI"])


@fails("09-005")
def a_caption_at_the_end_of_a_list(report: Report) -> None:
    report.tree(report.body, ["L", ["LI", "Lbl", "LBody"], "Caption"])


@fails("09-005")
def two_captions_of_a_list(report: Report) -> None:
    report.tree(report.body, ["L", "Caption", ["LI", "Lbl", "LBody"], "Caption"])


@passes("09-006")
def contents_in_contents(report: Report) -> None:
    report.tree(report.body, ["TOC", "Caption", ["TOCI", ["Reference", "Lbl"]], ["TOC", ["TOCI", "P"]]])


@fails("09-006")
def an_entry_outside_of_the_contents(report: Report) -> None:
    report.tree(report.body, ["Sect", ["TOCI", "P"]])


@fails("09-006")
def a_paragraph_in_the_contents(report: Report) -> None:
    report.tree(report.body, ["TOC", ["TOCI", "P"], "P"])


@fails("09-006")
def a_caption_at_the_end_of_the_contents(report: Report) -> None:
    report.tree(report.body, ["TOC", ["TOCI", "P"], "Caption"])


NOT_CHECKED = "veraPDF has no rule for these tags."


@passes("09-007")
def ruby_with_and_without_brackets(report: Report) -> None:
    report.tree(report.paragraph, ["Ruby", "RB", "RT"], ["Ruby", "RB", "RP", "RT", "RP"])


@passes("09-007")
def ruby_of_a_browser(report: Report) -> None:
    report.tree(report.tag("Ruby", "rain", above=report.paragraph), "RT")


@fails("09-007", exception=NOT_CHECKED)
def a_paragraph_in_ruby(report: Report) -> None:
    report.tree(report.paragraph, ["Ruby", "RB", "Span"])


@fails("09-007", exception=NOT_CHECKED)
def an_annotation_outside_of_ruby(report: Report) -> None:
    report.tree(report.paragraph, "RT")


@passes("09-008")
def warichu_with_brackets(report: Report) -> None:
    report.tree(report.paragraph, ["Warichu", "WP", "WT", "WP"])


@fails("09-008", exception=NOT_CHECKED)
def warichu_without_brackets(report: Report) -> None:
    report.tree(report.paragraph, ["Warichu", "WT"])


@fails("09-008", exception=NOT_CHECKED)
def a_bracket_outside_of_warichu(report: Report) -> None:
    report.tree(report.paragraph, "WP")


# ── 13, 14, 17, in full ──────────────────────────────────────────────────────────────────────────────────────────────


@passes("13-004")
def a_figure_that_is_replaced_by_nothing(report: Report) -> None:
    drawn(report, "Figure", ActualText=String(""))


@passes("17-002")
def a_formula_with_a_replacement_text(report: Report) -> None:
    report.tag("Formula", "a+b", ActualText=String("a + b"))


@passes("14-006")
def unnumbered_headings_in_sections(report: Report) -> None:
    report.heading.S = Name.H
    for _ in range(2):
        section = report.tag("Sect")
        report.tree(section, "H", "P", ["Sect", "H", "P"])


@fails("14-006")
def two_unnumbered_headings_in_a_section(report: Report) -> None:
    report.heading.S = Name.H
    report.tree(report.body, ["Sect", "H", "P", "H", "P"])


# ── 19 Notes ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@passes("19-003", "19-004")
def notes_with_ids(report: Report) -> None:
    for number in "12":
        report.tag("Note", "At noon.", ID=String(f"note {number}"))


@fails("19-003")
def a_note_without_id(report: Report) -> None:
    report.tag("Note", "At noon.")


@fails("19-003")
def a_note_with_an_empty_id(report: Report) -> None:
    report.tag("Note", "At noon.", ID=String(""))


@fails("19-004")
def notes_with_the_same_id(report: Report) -> None:
    for _ in range(2):
        report.tag("Note", "At noon.", ID=String("note"))
