"""Heads that leave out what most letters have: the subject, rows of tables; and running headers of their own."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from lxml import etree

from circulars.compose import compose
from circulars.errors import LetterError
from circulars.language import load_language
from circulars.merge.post.page import page_of
from circulars.model.document import Document
from circulars.pack import load_pack
from circulars.render import docx as word
from circulars.render import html, pdf
from circulars.render.txt import words_of
from circulars.source.letters.reading import parse_letter
from judges import verapdf

LETTER = """\
kind: {kind}
date: 2024-07-12
languages: [en, es]
to: false
copy: false
salutation: false
number: false
subject: false
body:
  - {{en: Text., es: Texto.}}
  - heading: {{en: Part, es: Parte}}
annexes:
  - title: {{en: Annexed, es: Anexado}}
    body: [heading: {{en: Part, es: Parte}}]
"""
KINDS = (("itu", "tsb-circular"), ("itu", "sg-letter"), ("itu", "br-circular-letter"), ("itu", "bdt-circular"),
         ("emwo", "notice"))  # fmt: skip


def settled(own: str = "", kind: str = "tsb-circular", pack: str = "itu", code: str = "en") -> Document:
    """A letter without a subject, with some keys of its own instead of those above."""
    names = {line.partition(":")[0] for line in own.splitlines()}
    kept = [line for line in LETTER.format(kind=kind).splitlines(True) if line.partition(":")[0] not in names]
    letter = parse_letter(("".join(kept) + own).encode(), "x.yaml", "x", Path())
    return compose(letter, load_language(code), load_pack(pack))


def test_a_running_header_may_differ_from_the_reference() -> None:
    """The annexes, the metadata and the first page keep the reference."""
    own = "number: 2\ngroup: TSAG\nreference: Letter 2\nrunning-header: {en: Letter 2/TSAG, es: Carta 2/TSAG}\n"
    english, spanish = (settled(own, "tsb-collective", code=code) for code in ("en", "es"))

    assert english.running_header == ("- {page} -", "Letter 2/TSAG")
    assert spanish.running_header == ("- {page} -", "Carta 2/TSAG")
    assert english.properties.reference == "Letter 2"
    assert "Letter 2/TSAG" in html.master(english, load_pack("itu")).fill({}).decode()


def test_a_running_header_may_be_the_number_of_the_page_alone() -> None:
    """``running-header: false`` leaves the reference out; an empty text is a problem."""
    assert settled("number: 2\nrunning-header: false\n").running_header == ("- {page} -",)
    with pytest.raises(LetterError, match="empty-text"):
        settled('number: 2\nrunning-header: ""\n')


def test_a_letter_without_a_subject_is_called_by_its_reference() -> None:
    """In its metadata, and in the subject of an e-mail; a letter without a reference by its date."""
    with_number, without = settled("number: 7\n"), settled()

    assert (with_number.properties.title, with_number.title) == ("TSB Circular 7", "TSB Circular 7")
    assert (without.properties.title, without.title) == ("Geneva, 12 July 2024", "Geneva, 12 July 2024")
    assert "Subject:" not in "\n".join(words_of(with_number))


def test_a_kind_may_ask_for_a_subject() -> None:
    """A kind of letter that asks for it refuses ``subject: false``, also in a letter with a reference of its own."""
    pack = load_pack("itu")
    kind = pack.kinds["tsb-circular"]
    asking = replace(pack, kinds={**pack.kinds, "tsb-circular": replace(kind, asks=("subject",))})
    letter = parse_letter(LETTER.format(kind="tsb-circular").encode(), "x.yaml", "x", Path())

    with pytest.raises(LetterError, match="a tsb-circular needs 'subject'"):
        compose(letter, load_language("en"), asking)


@pytest.mark.parametrize(("pack", "kind"), KINDS)
def test_no_table_of_a_head_has_empty_rows(pack: str, kind: str) -> None:
    """Neither in Word nor on the page, nor in the message of an e-mail."""
    document = settled(kind=kind, pack=pack)
    data = word.master(document, load_pack(pack)).fill({})
    page = etree.HTML(html.master(document, load_pack(pack)).fill({}))
    message = etree.HTML(page_of(document, "mail.example").html)

    rows = [row.cells for table in docx.Document(io.BytesIO(data)).tables for row in table.rows]
    assert all(any(cell.text or cell._tc.xpath(".//w:drawing") for cell in cells) for cells in rows)
    for tree in (page, message):
        assert all("".join(map(str, row.itertext())).strip() or row.findall(".//img") for row in tree.iter("tr"))


def test_headings_of_a_letter_without_a_subject_begin_at_the_first_level(tmp_path: Path) -> None:
    """The organization is the first heading, so that no level is skipped (ISO 14289-1, 7.4.2)."""
    files = []
    for pack, kind in KINDS:
        files.append(tmp_path / f"{kind}.pdf")
        files[-1].write_bytes(pdf.master(settled(kind=kind, pack=pack), load_pack(pack)).fill({}))

    assert verapdf("PDF/UA-1", files) == dict.fromkeys(files, ())
