"""Two full-width punctuation marks in a row are narrower together in Chinese and Japanese, in PDF and in Word."""

from __future__ import annotations

import io
import subprocess
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pypdfium2
import pytest
from lxml import etree

from circulars.model.document import Document
from circulars.model.text import Paragraph, Span
from circulars.pack import load_pack
from circulars.render.docx import master as word_master
from circulars.render.docx.markup import W, w
from circulars.render.docx.template_language import with_language_settings
from circulars.render.pdf import pdf_of
from circulars.render.pdf.han_marks import narrowed
from render.sample_letters import PLAIN

CHINESE = replace(PLAIN, language="zh", locale="zh-CN", annexes=())
_SENTENCE = "会议将审议决议（“建议书”），并通过《要求》（草案）、《通知》（“草案”）。"


def with_text(text: str) -> Document:
    """A Chinese letter with one paragraph."""
    return replace(CHINESE, body=(Paragraph((Span(text),)),))


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("（“建议书”），会议", "“”）"),
        ("《要求》、《通知》。", "》、》"),
        ("他说：“请注意。”然后", "：。"),
        ("会议，会议。会议（日内瓦）会议", ""),
        ("注意！”", ""),
        ("好？（日内瓦）", ""),
        ("ITU’s “Connect”", ""),
        ("Latin text (in brackets), “quoted”.", ""),
    ],
)
def test_the_marks_that_are_narrowed(text: str, marks: str) -> None:
    """A closing mark before any other, and an opening one after another."""
    assert "".join(text[place] for place in narrowed(text)) == marks


def test_a_narrowed_mark_is_half_as_wide() -> None:
    """A line of 38 characters, 10 of them narrowed, is as wide as 33 characters, and no character is added or lost."""
    room = load_pack().sheet.text_width / 25.4 * 72 / load_pack().type.size
    count = int(room) - 33
    read = words_of("会" * count + _SENTENCE)

    assert len(narrowed(_SENTENCE)) == 10
    assert "会" * count + _SENTENCE in read.split("\n")
    assert "会" * (count + 1) + _SENTENCE not in words_of("会" * (count + 1) + _SENTENCE).split("\n")


def words_of(text: str) -> str:
    """A Chinese letter with a text, as poppler reads its PDF."""
    pdf = pdf_of(with_text(text), load_pack())
    return subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def test_word_compresses_punctuation_in_chinese_letters() -> None:
    """The setting that Word has for it, in the order of its schema; other letters have the template's."""

    def control(document: Document) -> str:
        with zipfile.ZipFile(io.BytesIO(word_master(document, load_pack()).fill({}))) as package:
            settings = etree.fromstring(package.read("word/settings.xml"))
        [found] = settings.iter(w("characterSpacingControl"))
        return str(found.get(w("val")))

    assert control(CHINESE) == "compressPunctuation"
    assert control(PLAIN) == "doNotCompress"
    bare = f'<w:settings xmlns:w="{W}"><w:zoom/><w:compat/></w:settings>'.encode()
    changed = etree.fromstring(with_language_settings(bare, "ja", "ltr"))
    assert [etree.QName(child).localname for child in changed] == ["zoom", "characterSpacingControl", "compat"]


@pytest.mark.parametrize(
    "look",
    [{"strong": True}, {"link": "https://www.example.int/"}, {"emphasis": True}],
    ids=["bold", "link", "emphasis"],
)
def test_marks_of_two_looks_are_narrow_beside_each_other(look: Mapping[str, Any]) -> None:
    """They take as much room as marks of one look: a line of so many characters more fits its width."""
    plain_line, looked = (_width(spans) for spans in ((Span(_PAIRS),), _cut_at_pairs(look)))

    assert looked == pytest.approx(plain_line, abs=1)  # a mark is 5.5 points narrower


_PAIRS = "通过《要求》，并（“建议书”），会议"


def _cut_at_pairs(look: Mapping[str, Any]) -> tuple[Span, ...]:
    """The text with a part of another look that begins and ends within pairs."""
    return (Span("通过"), Span("《要求》", **look), Span("，并（"), Span("“建议书”", **look), Span("），会议"))


def _width(spans: tuple[Span, ...]) -> float:
    """The width of a line in points."""
    document = replace(CHINESE, body=(Paragraph(spans),))
    with pypdfium2.PdfDocument(pdf_of(document, load_pack())) as pdf:
        page = pdf[0].get_textpage()
        text = page.get_text_range()
        start = text.index("通过")
        places = [page.get_charbox(place) for place in (start, text.index("会议", start))]
    return float(places[1][0] - places[0][0]) + 2 * load_pack().type.size
