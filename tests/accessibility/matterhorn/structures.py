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
    made.K.append(report.mark(made, kind, b"72 72 20 20 re f"))


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
