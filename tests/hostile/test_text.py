"""Hostile text stays text, in every field and in every format."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from lxml import html

from circulars.build import Order, build, documents
from circulars.errors import LetterError
from circulars.formats import WRITERS
from circulars.model.document import Document
from circulars.model.text import Span
from circulars.pack import load_pack
from circulars.render import writer
from circulars.source.letters.reading import parse_letter
from circulars.workspace import Workspace
from conftest import ROOT, Example

TYPED = (
    "{{ 7*7 }}", "{% for x in y %}", "{# a comment #}", "{{ document.__class__ }}", "${7*7}", "#{7*7}", "<%= 7*7 %>",
    "=HYPERLINK(\"http://evil.example\")", "+1+1", "@SUM(A1)", "=cmd|'/c calc'!A1", "]]>", "<!--", "&lt;", "&#65;",
    "</w:t></w:r>", "<script>alert(1)</script>", "\\u0041", "%s%n", "' onclick='x", '" onclick="x', "\\", "__proto__",
)  # fmt: skip


def letter_of(text: str, prose: str = "") -> bytes:
    """A letter with a text in every field; fields with formatting marks have ``prose`` instead, if it is given."""
    words, marked = (json.dumps(each, ensure_ascii=False) for each in (text, prose or text))
    return "\n".join(
        (
            "kind: tsb-circular",
            "number: 1",
            "date: 2025-01-15",
            "languages: [en]",
            f"subject: {marked}",
            f"contact: {{name: {words}, tel: {words}, fax: {words}}}",
            f"facts: {{said: {words}}}",
            f"initials: {words}",
            f"to: [{{en: {marked}}}]",
            f"salutation: {words}",
            f"closing: {words}",
            f"references: [{marked}]",
            f"signatory: {{name: {words}, title: {words}}}",
            f"distribution: [{{en: {marked}}}]",
            f"body: [{{en: {marked}, items: [{marked}]}}, {{note: {marked}}}, {{heading: {marked}}},",
            f" {{table: {{columns: [{marked}, b], rows: [[{marked}, c]]}}}}, {{en: '{{{{ said }}}}'}}]",
            f"annexes: [{{title: {marked}, body: [{{en: {marked}}}]}}]",
        )
    ).encode()


def hole(value: str) -> Document:
    """The first example with a hole in its subject, which the caller fills."""
    path = ROOT / "letters/tsb-circular-213.yaml"
    letter = parse_letter(path.read_bytes(), "letter.yaml", "letter", path.parent)
    return replace(next(documents(letter, Workspace(ROOT), Order())), subject=((Span("", hole="addressee.name"),),))


def words_of(format: str, data: bytes) -> str:
    """The text of a file, by an independent reader of its format."""
    if format == "docx":
        from docx import Document as Word

        return "".join(node.text or "" for node in Word(io.BytesIO(data)).element.iter() if node.tag.endswith("}t"))
    if format == "html":
        page: Any = html.document_fromstring(data.decode())
        return str(page.text_content())
    if format == "pdf":
        import pypdfium2

        file = pypdfium2.PdfDocument(data)
        pages = [page.get_textpage().get_text_bounded() for page in file]
        file.close()
        return "".join(pages)
    return data.decode()


def squeezed(text: str) -> str:
    """The text without white space, and without the characters that PDF readers use for a hyphen at a line's end."""
    return re.sub(r"[\s\ufffe\x02]", "", text)


@pytest.mark.parametrize("typed", TYPED)
def test_what_looks_like_code_comes_out_as_typed_or_is_refused(typed: str) -> None:
    """No field is a template: a tag, a formula or markup is text in Word, PDF, HTML and plain text, or a problem."""
    try:
        letter = parse_letter(letter_of(typed), "letter.yaml", "letter", ROOT)
    except LetterError as error:
        assert {problem.code for problem in error.problems} <= {
            "wrong-field", "unclosed-field", "undefined-field", "field-in-a-name", "wrong-type", "wrong-link",
        }  # fmt: skip
        return
    for output in build(letter, Workspace(ROOT), Order(formats=tuple(WRITERS))):
        assert squeezed(words_of(output.format, output.data)).count(squeezed(typed)) >= 8


@pytest.mark.parametrize("format", WRITERS)
def test_a_value_that_fills_a_hole_is_text(format: str) -> None:
    """Anything in a cell of an addressee list is text."""
    for typed in TYPED:
        data = writer(format)(hole(typed), load_pack()).fill({"addressee.name": typed})

        assert squeezed(typed) in squeezed(words_of(format, data))


WRONG_LINKS = (
    "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "vbscript:x", "\\\\\\\\host\\\\share",
    "//evil.example/",
    "https://user:pass@evil.example/", "https://good.example@evil.example/", "https://g\u043e\u043egle.example/",
    "https://a\u200bb.example/", "ms-word:ofe|u|https://evil.example/", "\\u006aavascript:x",
)  # fmt: skip


@pytest.mark.parametrize("address", WRONG_LINKS)
def test_a_link_leads_to_the_web_to_mail_or_to_a_telephone(address: str) -> None:
    """A link with another scheme, to a network share, with a user name, or with letters of two scripts is refused."""
    data = letter_of("x").replace(b"body: [", f'body: [{{en: "[words]({address})"}}, '.encode())

    with pytest.raises(LetterError) as raised:
        parse_letter(data, "letter.yaml", "letter", ROOT)

    assert {problem.code for problem in raised.value.problems} <= {"wrong-link", "deceptive-link"}


def test_words_that_are_another_address_are_refused() -> None:
    """Words that are the address "https://good.example" must not lead to another place."""
    data = letter_of("x").replace(b"body: [", b'body: [{en: "[https://good.example/a](https://evil.example/)"}, ')

    with pytest.raises(LetterError, match=r"leads to 'evil\.example'"):
        parse_letter(data, "letter.yaml", "letter", ROOT)


def test_quotation_marks_in_an_address_stay_inside_it() -> None:
    """An address stays inside its attribute in HTML, its relationship in Word, and its string in PDF."""
    address = "https://a.example/'onmouseover='x&amp;%22"
    data = letter_of("x").replace(b"body: [", f'body: [{{en: "[words]({address})"}}, '.encode())
    letter = parse_letter(data, "letter.yaml", "letter", ROOT)
    for output in build(letter, Workspace(ROOT), Order(formats=("docx", "html", "pdf"))):
        links: list[str] = []
        if output.format == "html":
            links = html.document_fromstring(output.data.decode()).xpath("//a/@href")  # type: ignore[assignment]  # strings
        elif output.format == "docx":
            with zipfile.ZipFile(io.BytesIO(output.data)) as package:
                root = html.etree.fromstring(package.read("word/_rels/document.xml.rels"))
            links = [link.get("Target", "") for link in root]
        else:
            with pikepdf.open(io.BytesIO(output.data)) as pdf:
                links = [str(note.A.URI) for page in pdf.pages for note in page.get("/Annots", []) if "/A" in note]

        assert address in links


def test_no_pdf_runs_or_opens_anything(examples: tuple[Example, ...]) -> None:
    """No example has JavaScript, an opening action, a launch action, a form or a film; links only lead to URIs."""
    forbidden = ("/JS", "/JavaScript", "/AA", "/OpenAction", "/Launch", "/AcroForm", "/RichMedia", "/XFA", "/Movie")
    for example in examples:
        with pikepdf.open(example.file("pdf")) as pdf:
            for item in pdf.objects:
                if not isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
                    continue
                assert not [name for name in forbidden if name in item], example.name
                if item.get("/Type") == "/Action" or "/URI" in item:
                    assert item.S == "/URI"
                    assert re.match(r"https?://|mailto:|tel:", str(item.URI))


def test_no_word_file_refers_to_anything_but_links(examples: tuple[Example, ...]) -> None:
    """The only external relationships in the examples are hyperlinks."""
    for example in examples:
        with zipfile.ZipFile(example.file("docx")) as package:
            for name in package.namelist():
                assert not re.search(r"vba|activeX|embeddings|\.bin$", name)
                if name.endswith(".rels"):
                    for link in html.etree.fromstring(package.read(name)):
                        if link.get("TargetMode") == "External":
                            assert link.get("Type").endswith("/hyperlink")
                            assert re.match(r"https?://|mailto:|tel:", link.get("Target"))


def test_hidden_characters_are_refused_by_name_and_place(tmp_path: Path) -> None:
    """Control characters and direction overrides, typed or escaped, are reported with line and column."""
    for character in "\x00\x08\x1b\x7f\x9b\u202e\u2028\ufeff":
        for written in (character, f"\\u{ord(character):04x}"):
            data = letter_of("x").replace(b"closing: ", f'closing: "a{written}b" #'.encode())

            with pytest.raises(LetterError) as raised:
                parse_letter(data, "letter.yaml", "letter", tmp_path)

            (problem,) = raised.value.problems
            assert f"U+{ord(character):04X}" in problem.message or problem.code == "binary-file"
            assert problem.where.line == 11 or problem.code == "binary-file"
