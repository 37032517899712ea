"""A thousand hostile cells in every kind of list: each stays text, or is reported."""

from __future__ import annotations

import csv
import io
import itertools
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import xlsxwriter

from circulars.errors import AddresseesError, Problem
from circulars.source.addressees import Checks, open_list

SEEDS = [
    "=cmd|'/C calc'!A1", "@SUM(1+1)*cmd|' /C calc'!A0", '=HYPERLINK("http://example.com","x")', "+1", "-1", "{{7*7}}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}", "${7*7}", "#{7*7}", "<%= 7*7 %>",
    "{{ addressee.name }}", "{{ ref: body }}", "«addressee.name»", "<script>alert(1)</script>", "<w:p/>", "]]>",
    "&amp;",
    "&#x41;", "<!ENTITY x 'y'>", "\0", "a\0b", "\x07", "\x1b[31mred", "\x7f", "\x9b31m", "\u202egnp.exe", "\u2066x",
    "\u2028", "\u2029", "\ufeffx", "\ufffe", "\uffff", "\udc80", "\ud800x", "\ufffd", "\u200b", "\u200fabc",
    "a\u0301" * 50,
    "x" * 10_001, "\U000e0001tag", "\U0001f600", "ana@example.int\r\nBcc: max@example.int", "Ana\r\nBcc: x@example.int",
    "Ana\nSubject: x", "Ana\rX-Header: 1", "Ana\x0bBcc: x", "Ana\x85Bcc: x", "../../etc/passwd", "..\\..\\x", "C:\\x",
    "/dev/null", "con", "nul.txt", "a/b", "'; DROP TABLE people; --", "' OR '1'='1", "\\", "\\n", "%s%n", "%00",
    "!!python/name:os",
    "&anchor", "*alias", "- x", "? x", "no", "~", "0x1F", "1e999", "007", "12345678901234567890", "NaN", "[[x]](y)",
    "**bold**",
    "`code`", "|", "a|b|c", ",", ";", '"', '""', "'", "\t", " ", "\u00a0", "𝔸𝕟𝕒", "مثال", "דוגמה", "例", "¡Olé!",
    "ﬁ", "ﷺ",
]  # fmt: skip
"""Formulas, templates, markup, control characters, halves of characters, headers, paths, SQL, YAML; harmless ones."""


def hostile(count: int) -> list[str]:
    """A number of hostile cells, the same in every run: the seeds, and pairs of seeds joined."""
    pairs = list(itertools.product(SEEDS, repeat=2))
    joined = [first + second for first, second in random.Random(4).sample(pairs, count - len(SEEDS))]
    return SEEDS + joined


def as_csv(folder: Path, cells: list[str]) -> None:
    """A CSV file with a cell in each row."""
    text = io.StringIO()
    csv.writer(text).writerows([["id", "language", "remark"], *([f"n{row}", "en", c] for row, c in enumerate(cells))])
    (folder / "list.csv").write_bytes(text.getvalue().encode())


def as_yaml(folder: Path, cells: list[str]) -> None:
    """A YAML file with a cell in each entry."""
    quoted = (
        "".join(sign if sign.isalnum() and sign.isascii() else f"\\U{ord(sign):08x}" for sign in c) for c in cells
    )
    entries = (f'- {{id: n{row}, language: en, remark: "{cell}"}}\n' for row, cell in enumerate(quoted))
    (folder / "list.yaml").write_text("".join(entries))


def as_xlsx(folder: Path, cells: list[str]) -> None:
    """A workbook with a cell in each row."""
    book = xlsxwriter.Workbook(str(folder / "list.xlsx"), {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    for row, values in enumerate([["id", "language", "remark"], *([f"n{n}", "en", c] for n, c in enumerate(cells))]):
        for column, value in enumerate(values):
            sheet.write_string(row, column, value)
    book.close()


def as_sqlite(folder: Path, cells: list[str]) -> None:
    """An SQLite file with a cell in each row."""
    with closing(sqlite3.connect(folder / "list.db")) as connection:
        connection.execute("CREATE TABLE people (id, language, remark)")
        connection.executemany("INSERT INTO people VALUES (?, 'en', ?)", [(f"n{n}", c) for n, c in enumerate(cells)])
        connection.commit()


KINDS: dict[str, tuple[Callable[[Path, list[str]], None], str, str]] = {
    "csv": (as_csv, "list.csv", ""),
    "yaml": (as_yaml, "list.yaml", ""),
    "xlsx": (as_xlsx, "list.xlsx", ""),
    "sqlite": (as_sqlite, "sqlite:///list.db", "SELECT * FROM people ORDER BY rowid"),
}


def holds_halves(cell: str) -> bool:
    """Whether a cell has a lone surrogate, so that it cannot be encoded as UTF-8."""
    return any("\ud800" <= sign <= "\udfff" for sign in cell)


def plain(cell: str) -> str:
    """The cell as a list has it: with normalized line ends, without white space around it."""
    return cell.replace("\r\n", "\n").replace("\r", "\n").strip()


@pytest.mark.parametrize("kind", KINDS)
def test_a_thousand_hostile_cells_stay_text_or_are_reported(tmp_path: Path, kind: str) -> None:
    """No row is lost, no cell changes, and a forbidden character is a problem at its row and column."""
    write, source, query = KINDS[kind]
    cells = [cell for cell in hostile(1000) if not holds_halves(cell)]
    if kind == "xlsx":
        cells = [cell for cell in cells if not set(cell) & {"\ufffe", "\uffff"}]  # no XML can have them
    write(tmp_path, cells)

    addressees = open_list(source, query=query, folder=tmp_path)
    checks = Checks(addressees, ["remark"], ("en", "es"))
    rows = [(addressee, checks.problems(addressee)) for addressee in addressees]

    assert [addressee.id for addressee, _ in rows] == [f"n{n}" for n in range(len(cells))]
    for (addressee, problems), cell in zip(rows, cells, strict=True):
        assert addressee.columns["remark"] == plain(cell)
        told_by_hand = sorted({problem.code for problem in problems})
        assert told_by_hand == expected(plain(cell)), repr(cell)
        assert all(is_reported(problem, source, addressee.row) for problem in problems)


def expected(cell: str) -> list[str]:
    """The problems expected for a cell, from the list of characters in the documentation."""
    codes = set()
    for sign in cell:
        number = ord(sign)
        if (
            (number < 32 and sign not in "\n")
            or 0x7F <= number <= 0x9F
            or number in (0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF)
            or 0xE0000 <= number < 0xE0080
        ):
            codes.add("control-character")
        elif 0x202A <= number <= 0x202E or 0x2066 <= number <= 0x2069 or number in (0x61C, 0x200E, 0x200F):
            codes.add("bidi-control")
        elif sign == "\ufffd":
            codes.add("lost-character")
    if len(cell) > 10_000:
        codes.add("too-long")
    if not cell:
        codes.add("missing-cell")
    if cell in ("NULL", "null", "NaN", "nan"):
        codes.add("no-value")
    return sorted(codes)


def is_reported(problem: Problem, source: str, row: int) -> bool:
    """Whether a problem has its place and a printable message."""
    return problem.where.file == source and problem.where.line == row and str(problem).replace("\n", "").isprintable()


@pytest.mark.parametrize("kind", ["yaml", "csv"])
def test_lone_surrogates_make_no_traceback(tmp_path: Path, kind: str) -> None:
    """Neither UTF-8 nor YAML escapes can have them: the file is refused with the place."""
    write, source, _ = KINDS[kind]
    for cell in ("\udc80", "x\ud800"):
        if kind == "yaml":
            write(tmp_path, [cell])
        else:
            (tmp_path / source).write_bytes(f"id,remark\n1,{cell}\n".encode("utf-8", "surrogatepass"))
        with pytest.raises(AddresseesError) as caught:
            list(open_list(source, folder=tmp_path))
        assert caught.value.problems[0].where.line


@pytest.mark.parametrize(
    "column", ["id", "name", "surname", "title", "email", "city", "country", "language", "category"]
)
def test_no_cell_can_inject_a_header(tmp_path: Path, column: str) -> None:
    """Columns that go into e-mail headers and file names cannot have a line break."""
    heads = ["id", "language", "country", "email"]
    heads += [column] if column not in heads else []
    good = {"id": "1", "language": "en", "country": "CH", "email": "ana@example.int"}
    for end in ("\r\n", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\0"):
        cell = f"ana@example.int{end}Bcc: max@example.int"
        text = io.StringIO()
        csv.writer(text).writerows([heads, [(good | {column: cell})[head] for head in heads]])
        (tmp_path / "list.csv").write_text(text.getvalue(), encoding="utf-8", newline="")
        addressees = open_list("list.csv", folder=tmp_path)
        checks = Checks(addressees, (), ("en", "es"))

        (problems,) = [checks.problems(addressee) for addressee in addressees]

        assert {problem.where.column for problem in problems} == {heads.index(column) + 1}
