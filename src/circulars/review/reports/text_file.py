"""Writes the report of changes as a text file."""

from __future__ import annotations

from circulars.review.reports.formats import ReportOrder
from circulars.review.reports.report import ChangeReport


def write(report: ChangeReport, order: ReportOrder) -> bytes:
    """The report for people, with the marks "[-removed-]" and "{+added+}"."""
    return f"{report.text(worded=order.worded, everything=order.everything)}\n".encode("utf-8", "backslashreplace")
