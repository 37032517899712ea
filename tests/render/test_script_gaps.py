"""A PDF has a gap of a quarter of an em between Han and Latin letters or digits, as Word has, and no character more."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import pairwise

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from circulars.model.document import Document
from circulars.model.text import Paragraph, Span
from circulars.pack import load_pack
from circulars.render.docx.markup import W
from circulars.render.docx.template_language import in_language
from circulars.render.pdf import pdf_of
from circulars.render.pdf.script_gaps import gaps_in
from render.sample_letters import PLAIN

PACK = load_pack()
CHINESE = replace(PLAIN, language="zh", locale="zh-CN", annexes=())
SIZE = 11.0
"""Points."""


def with_text(*spans: Span) -> Document:
    """A Chinese letter with one paragraph."""
    return replace(CHINESE, body=(Paragraph(spans, "", "p"),))


def signs(text: str, *spans: Span) -> list[tuple[str, float, float, float]]:
    """The glyphs of a paragraph in the PDF: each with its character, the ends of its room, and its baseline."""
    words = pypdfium2.PdfDocument(_without_replacements(pdf_of(with_text(*(spans or (Span(text),))), PACK)))[0]
    page = words.get_textpage()
    seen = [nth for nth in range(page.count_chars()) if not page.get_text_range(nth, 1).isspace()]
    start = "".join(page.get_text_range(nth, 1) for nth in seen).find(text[:3])
    found, box = [], pdfium.FS_RECTF()
    x, y = pdfium.c_double(), pdfium.c_double()
    for nth in seen[start : start + len(text)]:
        pdfium.FPDFText_GetLooseCharBox(page.raw, nth, box)
        pdfium.FPDFText_GetCharOrigin(page.raw, nth, x, y)
        found.append((page.get_text_range(nth, 1), x.value, box.right, y.value))
    return found


def _without_replacements(data: bytes) -> bytes:
    """The PDF without the replacement texts of its lines, so that its glyphs are read."""
    with pikepdf.Pdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            content = page.Contents.read_bytes().replace(b"/ActualText", b"/Other")
            page.Contents = pdf.make_stream(content)
        pdf.save(file := io.BytesIO())
    return file.getvalue()


def gaps(text: str, *spans: Span) -> dict[str, float]:
    """The width of each gap in a line, in ems, by the two characters beside it."""
    found = signs(text, *spans)
    assert "".join(one[0] for one in found) == text
    wide = {"。", "，", "（", "）"}
    return {
        before[0] + after[0]: round((after[1] - before[2]) / SIZE, 2)
        for before, after in pairwise(found)
        if before[0] not in wide and after[0] not in wide and after[1] - before[2] > 0.1 * SIZE
    }


def test_there_is_a_gap_between_han_and_other_letters_and_digits() -> None:
    """A quarter of an em on both sides of Latin words and numbers, none beside punctuation, and no character."""
    assert gaps("会议于2025年（ITU）召开，见Ω和Ж。") == dict.fromkeys(("于2", "5年", "见Ω", "Ω和", "和Ж"), 0.25)


def test_arabic_words_in_a_paragraph_leave_the_gaps_of_the_others() -> None:
    """There is none beside the Arabic letters themselves."""
    assert gaps_in("会议于2025年（ليلى）在ITU召开，ليلى会5") == (3, 7, 15, 18, 26)
    spans = (Span("会议于2025年"), Span("ليلى", language="ar"), Span("在ITU召开。"))
    found = gaps("会议于2025年在ITU召开。"[:8], *spans)

    assert found == pytest.approx({"于2": 0.25, "5年": 0.25}, abs=0.02)


def test_a_typed_space_gets_no_gap() -> None:
    """A space is as wide as a gap."""
    assert gaps_in("会议 2025 年ITU、한국어abc 日本語でAB") == (9, 24)


@pytest.mark.parametrize(
    "spans",
    [
        (Span("会议于"), Span("2025", strong=True), Span("年")),
        (Span("会议于", strong=True), Span("2025"), Span("年", emphasis=True)),
        (Span("会议于"), Span("2025", link="https://www.example.int/"), Span("年")),
    ],
    ids=["strong number", "strong words", "link"],
)
def test_the_gap_is_also_between_words_of_two_looks(spans: tuple[Span, ...]) -> None:
    """It is the same as within one look."""
    assert gaps("会议于2025年", *spans) == pytest.approx({"于2": 0.25, "5年": 0.25}, abs=0.02)


def test_no_line_is_too_long_for_its_gaps() -> None:
    """Lines end as far to the right as they can, and none begins or ends with a gap."""
    text = "会议于2025年5月在ITU总部召开A组和B组及C组的会议" * 6
    found = signs(text)
    edge = (210 - 20) * 72 / 25.4
    lines = {y: [one for one in found if one[3] == y] for y in dict.fromkeys(one[3] for one in found)}

    assert len(lines) > 3
    assert all(line[0][1] == pytest.approx(20 * 72 / 25.4, abs=0.6) for line in lines.values())
    ends = [line[-1][2] for line in lines.values()][:-1]
    assert all(edge - 1.6 * SIZE < end <= edge + 0.1 for end in ends)


def test_readers_find_no_space_in_a_gap() -> None:
    """Text that is copied has the letter's characters alone."""
    text = "会议于2025年5月在ITU总部召开。"
    page = pypdfium2.PdfDocument(pdf_of(with_text(Span(text)), PACK))[0]

    assert text in page.get_textpage().get_text_range()


def test_word_keeps_punctuation_on_the_line() -> None:
    """In Chinese and Japanese, Word would let a mark hang over the end of a line, where the PDF has none."""
    defaults = "<w:pPrDefault><w:pPr><w:spacing/></w:pPr></w:pPrDefault>"
    styles = f'<w:styles xmlns:w="{W}"><w:docDefaults>{defaults}</w:docDefaults></w:styles>'

    for language, found in (("zh-CN", 1), ("ja-JP", 1), ("yue-HK", 1), ("en-GB", 0), ("jam", 0)):
        assert in_language(styles.encode(), language, "ltr").count(b'<w:overflowPunct w:val="0"/><w:spacing/>') == found
