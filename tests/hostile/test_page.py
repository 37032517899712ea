"""The page docs/hostile-input.md is complete and true; tests/test_docs.py runs its examples."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from circulars import courtesy, finished, sockets, unpack
from circulars.accessibility.pdf import cmaps, file, paint, programs
from circulars.accessibility.pdf import tables as pdf_tables
from circulars.accessibility.pdf import tags as pdf_tags
from circulars.cache import folder
from circulars.compose import texts
from circulars.files import carried, names, opc, picture, reading
from circulars.merge.cluster import plain
from circulars.merge.planning import attachments, mail_checks
from circulars.merge.planning.found import MAX_KEPT
from circulars.merge.planning.repeats import MAX_SAME
from circulars.merge.post import device_login, smtp, smtp_client, token_command
from circulars.pack_files import MAX_FILE
from circulars.processes import limits
from circulars.provenance import extract
from circulars.render.pdf import press, shaper, typeset
from circulars.render.templates import budget, markup, outside
from circulars.returned import imap, sources
from circulars.returned import parsing as parsing_of_mail
from circulars.review import settings_file
from circulars.review.comparing import common, joining, splits
from circulars.review.reports import docx_file
from circulars.review.rules import allowances, reader, terms
from circulars.review.rules import names as names_of_numbers
from circulars.review.versions import renames
from circulars.revisions import layout, parsing, tables
from circulars.signing import timestamp_server
from circulars.source.addressees import (
    bounds,
    cells,
    checks,
    countries,
    encodings,
    excel_tables,
    head,
    hidden,
    mysql,
    opendocument,
    postgresql,
    settings,
    sqlite,
)
from circulars.source.letters import annex_shapes, contact_shapes, end_shapes, footnotes
from circulars.syntax import decoding, nodes
from conftest import ROOT

PAGE = (ROOT / "docs" / "hostile-input.md").read_text(encoding="utf-8")
UNITS: Mapping[str, int] = {
    "kB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000, "KiB": 1024, "MiB": 1024 * 1024, "million": 1_000_000,
    "seconds": 1, "minutes": 60,
}  # fmt: skip
WAITING: Mapping[str, Any] = {field.name: field.default for field in fields(smtp.Server)}
"""How long a mail server may take, in seconds."""

LIMITS: Mapping[tuple[str, str], int] = {
    ("Letters", "of YAML"): decoding.MAX_BYTES,
    ("Letters", "levels"): nodes.MAX_DEPTH,
    ("Letters", "values (40 characters of text count as one value)"): nodes.MAX_NODES,
    ("Letters", "problems"): nodes.MAX_PROBLEMS,
    ("Letters", "characters"): texts.MAX_CHARACTERS,
    ("Letters", "characters in an author"): docx_file.MAX_AUTHOR,
    ("Letters", "footnotes"): footnotes.MAX_FOOTNOTES,
    ("Letters", "characters in a footnote"): footnotes.MAX_LENGTH,
    ("Letters", "signatories"): end_shapes.MAX_SIGNATORIES,
    ("Letters", "annexes"): annex_shapes.MAX_ANNEXES,
    ("Letters", "enclosures"): annex_shapes.MAX_ENCLOSURES,
    ("Letters", "contacts"): contact_shapes.MAX_CONTACTS,
    ("Letters", "rows"): contact_shapes.MAX_ROWS,
    ("Letters", "numbers of a contact"): contact_shapes.MAX_LINES,
    ("Letters", "lines of `bureau`"): contact_shapes.MAX_BUREAU_LINES,
    ("Letters", "pairs of files whose lines are compared"): renames.MAX_PAIRS,
    ("Letters", "pairs of words in a text"): common.MAX_PAIRS,
    ("Letters", "pieces of split and merged texts"): splits.MAX_PIECES,
    ("Letters", "texts between a text and its new place"): joining.MAX_DISTANCE,
    ("Letters", "bytes of settings"): settings_file.MOST_BYTES,
    ("Letters", "bytes in a line of them"): settings_file.LONGEST_LINE,
    ("Letters", "columns of terms"): terms._MOST_COLUMNS,
    ("Letters", "rows of terms"): terms._MOST,
    ("Letters", "comments of a letter"): allowances._MOST,
    ("Letters", "unknown codes for which a similar one is looked for"): allowances._MOST_SOUGHT,
    ("Letters", "characters in a number that rules compare"): reader._LONGEST,
    ("Letters", "Han in one"): names_of_numbers._LONGEST,
    ("Letters", "bytes in a letter's name"): names.MAX_NAME - names.LETTER_ENDINGS,
    ("Lists of addressees", "characters in a cell"): checks.MAX_CELL,
    ("Lists of addressees", "characters in an id"): checks.MAX_ID,
    ("Lists of addressees", "characters in a country"): countries._LONGEST,
    ("Lists of addressees", "characters in a title that is taken apart"): courtesy._LONGEST,
    ("Lists of addressees", "unknown countries for which a similar name is looked for"): checks._SUGGESTIONS,
    ("Lists of addressees", "problems"): MAX_KEPT,
    ("Lists of addressees", "characters in a paragraph of a PDF"): typeset.MOST_CHARACTERS,
    ("Lists of addressees", "shapes of a letter in a process"): shaper.MOST_SHAPES,
    ("Lists of addressees", "lines by which an encoding is judged"): encodings._SAMPLED,
    ("Lists of addressees", "bytes of such a line"): encodings._LONGEST,
    ("Lists of addressees", "columns"): head.MAX_COLUMNS,
    ("Lists of addressees", "uses of a column"): settings.MAX_USES,
    ("Lists of addressees", "of parts"): cells.MAX_BYTES,
    ("Lists of addressees", "columns of a sheet"): cells.MAX_WIDTH,
    ("Lists of addressees", "before the rows"): hidden.MAX_BEFORE_ROWS,
    ("Lists of addressees", "tables of a sheet"): excel_tables.MAX_TABLES,
    ("Lists of addressees", "addressees named in a ledger as left out"): MAX_SAME,
    ("Lists of addressees", "of cells in memory"): cells.MAX_MEMORY,
    ("Lists of addressees", "shared texts"): cells.MAX_TEXTS,
    ("Lists of addressees", "of XML in a row"): opendocument._MAX_ROW,
    ("Lists of addressees", "of text in cells"): cells.MAX_MEMORY,
    ("Lists of addressees", "sheets"): opendocument.MAX_SHEETS,
    ("Lists of addressees", "characters in a row"): bounds.MAX_ROW,
    ("Lists of addressees", "characters in a card without its pictures, or in an entry"): bounds.MAX_ROW,
    ("Lists of addressees", "empty rows"): bounds.MAX_EMPTY,
    ("Lists of addressees", "steps of a query"): sqlite.STEPS,
    ("Lists of addressees", "in a value"): sqlite.MAX_VALUE,
    ("Lists of addressees", "s of computing time"): sqlite.SECONDS,
    ("Lists of addressees", "cells"): cells.MAX_CELLS,
    ("Lists of addressees", "in a list"): reading.LIMITS["list"],
    ("Lists of addressees", "in a workbook"): reading.LIMITS["workbook"],
    ("A workspace's cache", "of entries"): folder.MAX_SIZE,
    ("Pictures", "in a file"): picture.MAX_BYTES,
    ("Pictures", "pixels"): picture.MAX_PIXELS,
    ("Template packs", "in a file"): MAX_FILE,
    ("Page templates", "steps"): budget.MAX_STEPS,
    ("Page templates", "characters in one text"): budget.MAX_TEXT,
    ("Page templates", "entries in one list"): budget.MAX_ENTRIES,
    ("Stylesheets and pages", "characters of style"): outside.MAX_STYLE,
    ("Stylesheets and pages", "elements"): outside.MAX_ELEMENTS,
    ("Stylesheets and pages", "pages"): press.MAX_PAGES,
    ("Word templates", "unpacked"): opc.MAX_BYTES,
    ("Word templates", "parts"): opc.MAX_PARTS,
    ("Finished PDFs", "bytes in a path"): unpack.MAX_PATH,
    ("Finished PDFs", "in a file"): reading.LIMITS["finished file"],
    ("Finished PDFs", "of the file and of the text in it"): reading.LIMITS["YAML"],
    ("Ledgers", "in a report or a file"): reading.LIMITS["finished file"],
    ("Finished PDFs", "pages of a PDF"): file.MAX_PAGES,
    ("Finished PDFs", "tags"): pdf_tags.MAX_TAGS,
    ("Finished PDFs", "roles"): pdf_tags.MAX_ROLES,
    ("Finished PDFs", "namespaces"): pdf_tags.MAX_SPACES,
    ("Finished PDFs", "places of cells in all tables"): pdf_tables.MAX_PLACES,
    ("Page templates", "to wrap"): budget.MAX_WRAPPED,
    ("Page templates", "characters to strip"): budget.MAX_WIDTH,
    ("Stylesheets and pages", "selectors, once nested rules are expanded"): outside.MAX_SELECTORS,
    ("Layouts", "s of CPU time for a letter, in all its languages and formats"): limits.SECONDS,
    ("Layouts", "s for the labels or envelopes of 200 addresses"): 2 * limits.SECONDS,
    ("Layouts", "s more for each megabyte of its source beyond 100 kB"): limits.SECONDS_PER_MEGABYTE,
    ("Layouts", "s more for each of the languages built beyond the second"): limits.SECONDS_PER_LANGUAGE,
    ("Layouts", "of memory (on Linux)"): limits.MEMORY,
    ("Stylesheets and pages", "`:has()`"): outside._MAX_SEARCHES,
    ("Letters in HTML", "elements deep"): outside.MAX_DEPTH,
    ("Letters in HTML", "tables deep"): markup._MAX_TABLES,
    ("Letters in HTML", "different styles"): markup._MAX_STYLES,
    ("Letters in HTML", "tags in a page that is not well-formed XML"): markup._MAX_TAGS,
    ("Finished PDFs", "codes of a character map"): cmaps.MAX_CODES,
    ("Finished PDFs", "of a Type 1 font"): programs._MAX_TYPE1,
    ("Finished PDFs", "calls of subroutines for the width of a glyph"): programs._MAX_CALLS,
    ("Finished PDFs", "steps of a file for its colours"): paint.MAX_STEPS,
    ("Finished PDFs", "updates"): layout.MAX_UPDATES,
    ("Finished PDFs", "of objects without their streams"): parsing.MAX_PARSED,
    ("Finished PDFs", "in an object stream or a table"): tables.MAX_UNPACKED,
    ("Finished PDFs", "levels"): parsing.MAX_DEPTH,
    ("Clusters", "in a message"): plain._LARGEST,
    ("Finished PDFs", "s of computing time"): finished.SECONDS,
    ("Finished PDFs", "in memory"): limits.MEMORY,
    ("Finished PDFs", "of embedded files"): extract.MAX_BYTES,
    ("Finished PDFs", "embedded files"): carried.MAX_FILES,
    ("Finished Word files", "unpacked"): opc.MAX_BYTES,
    ("Attachments", "types of documents"): len(attachments._TYPES),
    ("Attachments", "for a file"): reading.LIMITS["attachment"],
    ("Attachments", "for all files of a message"): attachments.MAX_TOTAL,
    ("Attachments", "files in a row"): attachments.MAX_FILES,
    ("Attachments", "addresses in a cell"): mail_checks.MAX_ADDRESSES,
    ("Returned mail", "bytes of a message"): parsing_of_mail.MAX_BEGINNING,
    ("Returned mail", "lines of a message"): parsing_of_mail.MAX_LINES,
    ("Returned mail", "bytes of a line"): parsing_of_mail.MAX_LINE,
    ("Returned mail", "lines of a folded header"): parsing_of_mail.MAX_FOLDED,
    ("Returned mail", "parts of a message"): parsing_of_mail.MAX_PARTS,
    ("Returned mail", "of an answer without messages"): imap.MAX_REPLY,
    ("Returned mail", "for an answer (`--timeout`), four times that with messages"): 60 * imap.PATIENCE // 4,
    ("Returned mail", "messages of a mailbox"): imap.MAX_MESSAGES,
    ("Returned mail", "in a mailbox"): reading.LIMITS["mailbox"],
    ("Returned mail", "files in a folder"): sources.MAX_FILES,
    ("Servers", "of a reply"): smtp_client._REPLY,
    ("Servers", "of a line"): smtp_client._LINE,
    ("Servers", "for a reply (`--timeout`)"): int(WAITING["timeout"]),
    ("Servers", "for the reply to a whole message"): int(WAITING["patience"]),
    ("Servers", "bytes of an answer with the lines before it"): device_login._MAX_BYTES,
    ("Servers", "for the whole answer of a token server"): int(device_login._TIMEOUT),
    ("Servers", "until the login is confirmed"): int(device_login._PATIENCE),
    ("Servers", "bytes of what it prints"): token_command._LONGEST,
    ("Servers", "for the command"): int(token_command._SECONDS),
    ("Servers", "for a connection"): int(smtp._SESSION),
    ("Servers", "of data until the query is sent"): postgresql._OPENING_BYTES,
    ("Servers", "until the query is sent"): int(postgresql._OPENING),
    ("Servers", "until the first row, and in each row"): mysql._BYTES,
    ("Servers", "for a row"): int(mysql._ANSWER),
    ("Servers", "of rows at a time"): postgresql._BYTES,
    ("Servers", "for rows"): int(postgresql._ANSWER),
    ("Servers", "of waiting in all"): int(postgresql._SESSION),
    ("Servers", "bytes of TLS without content"): sockets._STEP,
    ("Servers", "of an answer"): timestamp_server._MAX_BYTES,
    ("Servers", "of lines before it"): timestamp_server._MAX_HEADERS,
    ("Servers", "for the whole answer"): timestamp_server._TIMEOUT,
    ("Finished Word files", "parts"): opc.MAX_PARTS,
}
"""The constant in the code for each figure in the column *the limit*: by heading, and by the words after the figure."""


def _sections() -> Iterator[tuple[str, str]]:
    """The headings of the page, each with the text up to the next one."""
    for found in re.finditer(r"^##+ (.+)\n((?:(?!##+ ).*\n)*)", PAGE, re.MULTILINE):
        yield found[1], found[2]


def _rows() -> Iterator[tuple[str, list[str]]]:
    """The rows of all tables, each with its heading."""
    for heading, text in _sections():
        for line in re.findall(r"^\| (.+) \|$", text, re.MULTILINE):
            row = line.split(" | ")
            if row[0] != "what" and not row[0].startswith("---"):
                yield heading, row


def _figure(limit: str) -> tuple[str, int]:
    """The words after a figure, and the figure: "2 million pixels" is ("pixels", 2000000)."""
    number, words = limit.split(" ", 1)
    unit, _, rest = words.partition(" ")
    return (
        (rest, int(number.replace(",", "")) * UNITS[unit]) if unit in UNITS else (words, int(number.replace(",", "")))
    )


def test_figures_on_the_page_are_those_of_the_code() -> None:
    """Every figure in the column "the limit" equals a constant, and every constant listed here is on the page."""
    shown = {
        (heading, words): figure
        for heading, row in _rows()
        for limit in row[1].split("; ")
        if limit[0].isdigit()
        for words, figure in [_figure(limit)]
    }

    assert shown == LIMITS


def test_every_row_says_what_happens_and_names_its_test() -> None:
    """A row has four cells, and the last one names tests that exist."""
    rows = [*_rows()]

    assert len(rows) > 40
    for _, row in rows:
        tests = re.findall(r"`(tests/[^`]+)`", row[-1])
        assert len(row) == 4
        assert tests
        assert all((ROOT / test).exists() for test in tests)


def test_every_kind_has_a_command_that_shows_it() -> None:
    """Below each table stands an example; the tables of a pack's parts follow the one of all its files."""
    without = [
        heading for heading, text in _sections() if "\n| what | the limit |" in text and "```console run" not in text
    ]

    assert without == ["Template packs"]
