"""Reports the state of each addressee of a merge: as CSV, as an XLSX workbook, and as an HTML page."""

from __future__ import annotations

import csv
import datetime
import html
import io
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from circulars.errors import Choice
from circulars.files.names import same
from circulars.merge.looking.lines import ELSEWHERE, MESSAGES, SAMPLE, SENT, ReportLine, columns_of, lines_of
from circulars.merge.planning.facts import PlanFacts
from circulars.merge.planning.ledger import Ledger
from circulars.merge.planning.order import bound_names
from circulars.merge.post.history import samples
from circulars.merge.post.outbox import has_messages
from circulars.merge.post.standing import standing_of
from circulars.merge.post.successor import corrections_in_words
from circulars.source.addressees import with_mark

_REMEDIES: Final[Mapping[str, tuple[str, str]]] = {
    "planned": ("resume", "sends what is still to be sent"),
    "unknown": ("decide", "settles what is in doubt"),
    "failed": ("retry", "tries again what failed"),
    "returned": ("corrected", "sends it to addresses that you have corrected in the list"),
}
"""What to do about messages in a state: an argument, and its effect."""


def csv_report(ledger: Ledger) -> bytes:
    """The lines as CSV in UTF-8 with a BOM, for spreadsheets. Cells that look like formulas get an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    columns = columns_of(ledger)
    writer.writerow(columns.values())
    for line in lines_of(ledger):
        writer.writerow(cells_of(line, columns))
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def cells_of(line: ReportLine, columns: Iterable[str]) -> list[str]:
    """The cells of a line of a CSV report."""
    return [with_mark(str(getattr(line, name))) for name in columns]


def xlsx_report(ledger: Ledger) -> bytes:
    """The lines as a workbook. What an addressee or a server wrote is always text, never a formula or a link."""
    # Slow to import, and only workbooks need it.
    import xlsxwriter

    file = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": _title(ledger), "created": datetime.datetime(2000, 1, 1)})
        head = book.add_format({"bold": True})
        sheet = book.add_worksheet("Addressees")
        sheet.freeze_panes(1, 0)
        columns, row = columns_of(ledger), 0
        for column, name in enumerate(columns.values()):
            sheet.write_string(0, column, name, head)
        for row, line in enumerate(lines_of(ledger), start=1):
            for column, name in enumerate(columns):
                cell = getattr(line, name)
                if isinstance(cell, int):
                    sheet.write_number(row, column, cell)
                else:
                    sheet.write_string(row, column, cell)
        sheet.autofilter(0, 0, row, len(columns) - 1)
        sheet.set_column(1, 2, 24)
        sheet.set_column(6, 6, 28)
        if "reply" in columns:
            sheet.set_column(8, 10, 40)
        summary = book.add_worksheet("Summary")
        summary.set_column(1, 1, 100)
        for row, (name, value) in enumerate(summary_of(ledger).items()):
            summary.write_string(row, 0, name, head)
            summary.write_string(row, 1, value)
    return file.getvalue()


_DOUBTFUL: Final = (MESSAGES["failed"], MESSAGES["unknown"], MESSAGES["returned"], ELSEWHERE)
_PAGE: Final = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>
body {{ font: 1rem/1.4 Carlito, Calibri, sans-serif; margin: 2rem; color: #111; background: #fff }}
h1 {{ font-size: 1.3rem }}
table {{ border-collapse: collapse; font-size: .85rem }}
dl {{ display: grid; grid-template-columns: max-content auto; gap: .2rem 1.5rem }}
dt {{ font-weight: bold }}
dd {{ margin: 0 }}
caption {{ text-align: start; padding-block: .5rem }}
th, td {{ text-align: start; vertical-align: top; padding: .2rem .6rem; border-block-end: 1px solid #bbb }}
thead th {{ position: sticky; inset-block-start: 0; background: #eee }}
td.number {{ text-align: end; font-variant-numeric: tabular-nums }}
td.sum {{ font: .75rem monospace; overflow-wrap: anywhere }}
tr.doubt {{ background: #fff3cd }}
</style></head><body>
<h1>{title}</h1>
<dl>{counts}</dl>
<table><caption>{caption}</caption>
<thead><tr>{head}</tr></thead><tbody>
"""


def html_report(ledger: Ledger) -> bytes:
    """The lines as a self-contained HTML page; rows that need attention are marked, with the reason."""
    counts = "".join(
        f"<dt>{html.escape(name)}</dt><dd>{html.escape(value)}</dd>" for name, value in summary_of(ledger).items()
    )
    columns = columns_of(ledger)
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in columns.values())
    caption = f"Every {'message' if columns is SENT else 'copy'}, in the order of the merge, and those before it"
    parts = [_PAGE.format(title=html.escape(_title(ledger)), counts=counts, head=head, caption=caption)]
    for line in lines_of(ledger):
        doubt = ' class="doubt"' if line.state in _DOUBTFUL else ""
        parts.append(f"<tr{doubt}>{''.join(_cell(name, getattr(line, name)) for name in columns)}</tr>\n")
    parts.append("</tbody></table></body></html>\n")
    return "".join(parts).encode()


_SUMS: Final = ("sha256", "message_id", "replaced_by", "version", "letter_sha256", "files")
"""Columns with hashes and the like."""


def _cell(name: str, value: str | int) -> str:
    shown = html.escape(f"{value:,}" if isinstance(value, int) else value)
    if name == "id":
        return f'<th scope="row">{shown}</th>'
    kind = ' class="number"' if isinstance(value, int) else ' class="sum"' if name in _SUMS else ""
    return f"<td{kind}>{shown}</td>"


def summary_of(ledger: Ledger) -> Mapping[str, str]:
    """A ledger in words: the plan, its progress, and the states of its messages."""
    facts = ledger.facts()
    if not facts:
        return {"plan": "none", **_samples(ledger)}
    kind, total = facts.inputs.order.kind, facts.count
    languages = ", ".join(f"{code} {count:,}" for code, count in ledger.languages().items())
    known = {
        "letter": facts.inputs.letter,
        "list": ", ".join([facts.list, *(part.list for part in facts.added)]),
        "as": kind,
        "plan": facts.plan[:12],
        "addressees": f"{total:,} ({languages})",
    }
    if has_messages(ledger.connection):
        known |= _messages(ledger) | _samples(ledger)
    else:
        known |= {"written": _written(ledger, facts), "state": "done" if facts.done else "stopped"}
    if facts.same_count:
        again = len(facts.same) - len({same(one.id) for one in facts.same})  # in a list that was added later
        known["same address"] = f"{facts.same_count - again:,} left out"
    if facts.rejected:
        known["rejected rows"] = f"{facts.rejected:,}"
    return known


def _written(ledger: Ledger, facts: PlanFacts) -> str:
    """What was written: the copies, or the files that hold all copies."""
    order, total = facts.inputs.order, facts.count
    copies, size, whole = ledger.totals()
    made = f"{copies:,} copies, {size / 1e6:,.1f} MB, {whole:,} laid out in full"
    if not order.output.bound:
        return f"{ledger.count_written():,} of {total:,}: {made}"
    if not facts.done:
        return f"nothing of {total:,} yet: a file that holds all copies is made in one go"
    names = bound_names(order, facts.inputs.letter)
    late = [name for part in facts.late_numbers for name in bound_names(order, facts.inputs.letter, part)]
    added = f", and those who were added alone in {' and '.join(late)}" if late else ""
    return f"{total:,} of {total:,}, in {' and '.join(names)}{added}" + (f": {made}" if copies else "")


def choices_of(ledger: Ledger) -> tuple[Choice, ...]:
    """What the caller may do about a stopped merge or about messages that were not sent."""
    facts = ledger.facts()
    if has_messages(ledger.connection):
        counts = _counts(ledger)
        if standing_of(ledger).moved:
            counts["returned"] = 1
        return tuple(Choice(*remedy) for state, remedy in _REMEDIES.items() if counts.get(state))
    if not facts or facts.done:
        return ()
    adding = Choice("add", "is needed for that: addressees were being added")
    return (Choice("resume", "continues it"), *([adding] if facts.added else []))


def _messages(ledger: Ledger) -> dict[str, str]:
    """The number of messages in each state, and whether all are sent."""
    counts, standing = Counter(_counts(ledger)), standing_of(ledger)
    counts["returned"] += len(standing.returned)
    states = [state for state in MESSAGES if counts.get(state) or state not in ("returned", "skipped")]
    parts = [f"{counts.get(state, 0):,} {MESSAGES[state]}" for state in states]
    if before := standing.before:
        parts.append(f"{before:,} {'has' if before == 1 else 'have'} it as it was")
    known = {"messages": ", ".join(parts)}
    if standing.moved:
        known["corrected"] = corrections_in_words(standing.moved)
    tried = Counter(line.state for line in lines_of(ledger) if line.attempts and line.state != SAMPLE)
    if tried.total() != sum(counts.get(state, 0) for state in ("sent", "failed", "unknown", "returned")):
        in_words = ", ".join(f"{count:,} {state}" for state, count in tried.most_common())
        known["ever tried"] = f"{tried.total():,} ({in_words})"
    is_done = not (standing.moved or any(counts.get(state) for state in _REMEDIES))
    return {**known, "state": "done" if is_done else "not all were sent"}


def _samples(ledger: Ledger) -> dict[str, str]:
    """How many samples were sent, and to whom; nothing if none was."""
    if not has_messages(ledger.connection) or not (sent := samples(ledger.connection)):
        return {}
    return {"samples": f"{len(sent):,}, to {', '.join(dict.fromkeys(one.email for one in sent))}"}


def _counts(ledger: Ledger) -> dict[str, int]:
    """The number of messages in each state; interrupted ones count as unknown."""
    counts = dict(ledger.connection.execute("SELECT state, count(*) FROM messages GROUP BY state").fetchall())
    counts["unknown"] = counts.get("unknown", 0) + counts.pop("sending", 0)
    return counts


def _title(ledger: Ledger) -> str:
    facts = ledger.facts()
    return f"Merge of {facts.inputs.letter} with {facts.list}" if facts else "Merge"


REPORTS: Final[Mapping[str, Callable[[Ledger], bytes]]] = {
    ".csv": csv_report,
    ".xlsx": xlsx_report,
    ".html": html_report,
}
"""Functions that make a report, by the suffix of its file."""
