"""Lists of addressees with cells that would do harm if they were treated as anything but text."""

from __future__ import annotations

import csv
import random
from pathlib import Path

from merge.lists import COLUMNS, write_list

MARK = "mark"
"""The column that numbers the rows: whatever else a row says, it is known by this."""

CELLS = (
    "=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\t=1", '=HYPERLINK("https://example.com","x")',
    "<b>bold</b>", "<script>alert(1)</script>", "</w:t></w:r></w:p><w:p/>", "<!--", "]]>", "&lt;&amp;", "&#0;",
    "<?xml?>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;", "<w:fldSimple w:instr='INCLUDETEXT /etc/passwd'/>",
    "{{ 7 * 7 }}", "{% for x in y %}", "{# note #}", "{{ addressee.email }}", "${7*7}", "#{7*7}", "%s %d %n", "{0}",
    "**strong**", "_emphasis_", "[link](https://example.com)", "<https://example.com>", "- item", "1) item", "\\",
    "../../etc/passwd", "..\\..\\x", "/etc/passwd", "C:\\x", "CON", "nul.txt", "a/b", "a:b", ".", "..", "-rf", "--out",
    "'; DROP TABLE addressees; --", '" OR ""="', "\\x00", "%00", "%2e%2e%2f", "$(touch x)", "`touch x`", "; touch x",
    ") Tj ET Q", "(", ")", "<</JS(x)>>", "endstream endobj", "%%EOF", "startxref", "/Type /Catalog", "\\(",
    "<FEFF0041>",
    "ﬁ ﬂ ﬀ", "e\u0301", "A\u030a\u0327", "\u202eevil\u202c", "\u2066x\u2069", "\u200b", "\ufeff", "\u00ad", "\u2028",
    "مرحبا", "שלום 12", "नमस्ते", "你好", "😀", "👩‍👩‍👧‍👦", "ไทย", "ꙮ", "\U000e0041", "Z͑͗͗a͒l͔g͕o͖",
    "x" * 500, "long " * 200, " ", "  a  b  ", "a\nb", "a\r\nb", "a\n\n\nb", "|", "a|b|c", "\x1f", "\x00", "\x07",
    "\x7f", "\x85",
    '"', "'", '""', ",", ";", "\ufffd", "NULL", "None",
    "Infinity", "1e999", "007", "2024-02-30", "TRUE", "«addressee.name»", "addressee.block", "\u200d", "ß", "İ", "ǆ",
)  # fmt: skip


def write_hostile_list(path: Path, count: int, seed: int) -> Path:
    """Writes a CSV file of ``count`` addressees with hostile cells; the first ones have one of each kind."""
    plain = write_list(path.with_suffix(".plain"), count)
    chance = random.Random(seed)
    with plain.open(encoding="utf-8", newline="") as old, path.open("w", encoding="utf-8", newline="") as new:
        rows = csv.DictReader(old)
        writer = csv.DictWriter(new, (*COLUMNS, MARK))
        writer.writeheader()
        for number, row in enumerate(rows):
            for _ in range(chance.randint(1, 4)):
                row[chance.choice(COLUMNS)] = chance.choice(CELLS)
            row[COLUMNS[number % len(COLUMNS)]] = CELLS[number % len(CELLS)]
            writer.writerow(row | {MARK: str(number)})
    plain.unlink()
    return path
