"""Files about fonts, and about the characters that they show."""

from __future__ import annotations

from pikepdf import Stream, String

from accessibility.matterhorn.cases import fails, passes
from accessibility.matterhorn.report import Report, to_unicode


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
