"""Numbers and addresses are read from left to right in letters that are read from right to left."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import lxml.etree
import lxml.html
import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from circulars.compose import compose
from circulars.compose.directions import with_directions
from circulars.language import load_language
from circulars.merge.post.page import page_of
from circulars.model.directions import core, stretches
from circulars.model.document import Particular
from circulars.model.filling import filled_in_directions
from circulars.model.text import Paragraph, Span, plain
from circulars.model.text import isolated as isolated_runs
from circulars.pack import load_pack
from circulars.render import writer
from circulars.source.letters.reading import parse_letter
from glyph_order import alike, shown_lines
from render.sample_letters import ARABIC, PLAIN, words

TELEPHONE = "+41 22 730 0000"
FAX = "(022) 730-5853"
LETTER = with_directions(
    replace(
        ARABIC,
        addressees=(),
        subject=(words("الاجتماع الثامن"),),
        particulars=(
            Particular("المرجع:", (words("DM-24/1 (R)"),)),
            Particular("الفاكس:", (words(FAX, direction="ltr"),)),
        ),
        body=(Paragraph((Span(f"الهاتف {TELEPHONE} أو "), Span("a-b@example.int", link="mailto:a-b@example.int"))),),
    )
)
MARKED = ["DM-24/1 (R)", FAX, TELEPHONE, "a-b@example.int"]


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("الهاتف +41 22 730 0000 والفاكس +41 22 730 5853.", ["+41 22 730 0000", "+41 22 730 5853"]),
        ("A. Exemple (Ms.)", ["A. Exemple (Ms.)"]),
        ("في الفترة 2024-2025", []),
        ("2024-2025", ["2024", "2025"]),
        ("Madrid", []),
    ],
    ids=["telephones", "a whole text", "years in words", "years", "a word"],
)
def test_what_is_read_from_left_to_right_is_marked(text: str, marked: list[str]) -> None:
    """Telephone numbers, and whole texts without a letter from right to left; not ranges, but each
    number of one that is not behind Arabic letters, so that the first is at the right; and no more than needed.
    """
    [paragraph] = with_directions(replace(ARABIC, body=(Paragraph(words(text)),))).body

    assert isinstance(paragraph, Paragraph)
    assert [span.text for span in paragraph.spans if span.is_ltr] == marked
    assert "".join(span.text for span in paragraph.spans) == text


def test_letters_from_left_to_right_have_no_marks() -> None:
    """Their texts need none."""
    assert with_directions(PLAIN) == PLAIN


def test_numbers_of_contacts_are_marked_whatever_their_form() -> None:
    """A number without the international prefix, which in a sentence could be years, is one in a contact."""
    source = """{kind: tsb-circular, number: 1, date: 2024-07-12, languages: [en], subject: {en: S}, body: [{en: T.}],
        to: false, copy: false, contact: {tel: 730 5853, email: a-b@example.int}}"""
    letter = parse_letter(source.encode(), "x.yaml", "x", Path())
    language = replace(load_language("en"), direction="rtl")

    document = compose(letter, language, load_pack())

    lines = [line[0] for row in document.particulars for line in row.lines]
    assert [(line.text, line.is_ltr) for line in lines] == [
        ("TSB Circular 1", True), ("730 5853", True), ("a-b@example.int", True),
    ]  # fmt: skip


def test_html_has_them_in_elements_of_their_direction() -> None:
    """A browser then shows them as they are typed."""
    page = writer("html")(LETTER, load_pack()).fill({}).decode()

    assert re.findall(r'<bdi dir="ltr">([^<]*)</bdi>', page) == MARKED


def test_e_mails_have_them_in_elements_of_their_direction() -> None:
    """So does the text of an e-mail."""
    page = lxml.html.fromstring(page_of(LETTER, "mail.example").html)

    assert ["".join(map(str, element.itertext())) for element in page.iterfind(".//span[@dir='ltr']")] == MARKED


def test_each_line_of_an_address_in_an_e_mail_has_its_own_direction() -> None:
    """So that a line with a number before Latin words is not turned round by an Arabic one above it."""
    letter = replace(LETTER, addressee=(Span("سمر\n99 Example Avenue\n1299 Geneva", direction="auto"),))

    page = lxml.html.fromstring(page_of(letter, "mail.example").html)

    lines = [element.text for element in page.iterfind(".//span[@dir='auto']")]
    assert lines == ["سمر", "99 Example Avenue", "1299 Geneva"]


def test_the_cells_of_an_e_mail_have_their_space_towards_the_next_one() -> None:
    """In a page from right to left the next cell is at the left."""
    page = lxml.html.fromstring(page_of(LETTER, "mail.example").html)

    [*styles] = {str(cell.get("style")).partition(";")[0] for cell in page.iterfind(".//td")}
    assert styles == ["padding:2px 0 2px 12px"]


def test_word_has_them_in_runs_of_their_direction() -> None:
    """A run without "rtl" is set from left to right, with its signs."""
    with zipfile.ZipFile(io.BytesIO(writer("docx")(LETTER, load_pack()).fill({}))) as package:
        text = package.read("word/document.xml").decode()
    found = re.findall(r"<w:r><w:rPr>(.*?)</w:rPr><w:t[^>]*>([^<]*)<", text)
    runs = {text.strip("\u200e\u200f"): "<w:rtl/>" in look for look, text in found}

    assert {text: runs[text] for text in MARKED} == dict.fromkeys(MARKED, False)
    assert runs["الهاتف "]


def test_a_pdf_shows_them_from_left_to_right(tmp_path: Path) -> None:
    """Each character is at the right of the one before it, and readers find all of them as typed."""
    file = tmp_path / "x.pdf"
    file.write_bytes(writer("pdf")(LETTER, load_pack()).fill({}))
    read = subprocess.run(["pdftotext", file, "-"], capture_output=True, check=True).stdout.decode()
    with pypdfium2.PdfDocument(file) as pdf:
        shown = _as_shown(pdf[0].get_textpage())

    assert [text for text in MARKED if text not in read] == []
    assert [text for text in MARKED if _alike(text) not in shown] == []


def _as_shown(page: pypdfium2.PdfTextPage) -> str:
    """The characters of a page from left to right, line by line."""
    x, y, found = pdfium.c_double(), pdfium.c_double(), list[tuple[int, float, str]]()
    for place in range(page.count_chars()):
        pdfium.FPDFText_GetCharOrigin(page.raw, place, x, y)
        found.append((-round(y.value), x.value, chr(pdfium.FPDFText_GetUnicode(page.raw, place))))
    return _alike("".join(sign for *_, sign in sorted(found)))


def _alike(text: str) -> str:
    """A text without spaces; pdfium does not tell which bracket is which in a letter from right to left."""
    return "".join(text.split()).replace(")", "(")


ASKED = (
    Span("We ask "), Span("", strong=True, hole="name"), Span(" ", strong=True), Span("", strong=True, hole="surname"),
    Span(" ("), Span("", hole="city"), Span(", a-b@example.int)."),
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "surname", "isolated"),
    [
        ("دانة", "المثال", ["دانة المثال"]),
        ("יעל", "לדוגמה (AI)", ["יעל לדוגמה (AI)"]),
        ("John", "المثال", ["المثال"]),
        ("Zoé", "Beispiel", []),
    ],
)
def test_values_that_follow_each_other_are_one_phrase(name: str, surname: str, isolated: list[str]) -> None:
    """A name and a surname from right to left share an isolate; values of several directions do not."""
    letter = with_directions(replace(PLAIN, body=(Paragraph(ASKED),)))

    [paragraph] = filled_in_directions(letter, {"name": name, "surname": surname, "city": "الرياض"}).body

    assert isinstance(paragraph, Paragraph)
    runs = [plain(run) for direction, run in isolated_runs(paragraph.spans) if direction]
    assert runs == isolated


def test_a_name_and_a_surname_are_in_reading_order_in_a_pdf() -> None:
    """The surname is at the left of the name, in a paragraph of a letter from left to right, also with Arabic words."""
    body = Paragraph(ASKED), Paragraph((*ASKED, Span(" مرحبا 12")))
    letter = with_directions(replace(PLAIN, body=body))

    lines = shown_lines(writer("pdf")(letter, load_pack()).fill({"name": "דנה", "surname": "דוגמה", "city": "חיפה"}))

    assert sum("Weaskהמגודהנד" in line for line in lines) == len(body)


@pytest.mark.parametrize("brackets", ["()", "（）", "《》", "「」"])
def test_a_number_in_brackets_stays_with_the_arabic_words_before_it(brackets: str) -> None:
    """Whatever the brackets are: those of Chinese and Japanese texts are as good as others."""
    before, after = brackets[0], brackets[1]
    text = f"测试{before}مرحبا بكم 2025{after}结束"

    assert [text[slice(*place)] for place in stretches(text, "ltr")] == ["مرحبا بكم 2025"]


@pytest.mark.parametrize(
    ("name", "surname", "shown"),
    [
        ("יעל", "לדוגמה (AI)", "We ask יעל \u202bלדוגמה (AI)\u202c\u200e (חיפה"),
        ("יעל (AI)", "לדוגמה", "We ask \u202bיעל (AI)\u202c לדוגמה\u200e (חיפה"),
        ("דנה", "דוגמה", "We ask דנה דוגמה\u200e (חיפה"),
        ("John", "דוגמה", "We ask John דוגמה\u200e (חיפה"),
    ],
)
def test_marks_in_a_word_file_are_around_whole_values(name: str, surname: str, shown: str) -> None:
    """A value that ends in brackets is embedded with both of them, and no mark is between a name and a surname."""
    body = Paragraph(ASKED), Paragraph((*ASKED, Span(" مرحبا 12")))
    letter = with_directions(replace(PLAIN, body=body))

    data = writer("docx")(letter, load_pack()).fill({"name": name, "surname": surname, "city": "חיפה"})

    with zipfile.ZipFile(io.BytesIO(data)) as package:
        paragraphs = lxml.etree.fromstring(package.read("word/document.xml")).iter("{*}p")
    texts = ["".join(map(str, paragraph.itertext("{*}t"))) for paragraph in paragraphs]
    assert sum(text.startswith(shown) for text in texts) == len(body)


@pytest.mark.parametrize("value", ["לדוגמה (AI)", "(א) ב", "א (ב) «ג»"])
def test_brackets_of_which_one_is_in_a_value_belong_to_it(value: str) -> None:
    """The other one of the pair is at the end of the value."""
    assert core(f" {value}, ", 0, len(value) + 3) == (1, 1 + len(value))


@pytest.mark.parametrize(
    ("name", "surname", "shown"),
    [("John", "O'Sample", "JohnO'Sampleنم"), ("دانة", "المثال", "لاثملاةنادنم"), ("John", "المثال", "لاثملاJohnنم")],
)
def test_a_latin_name_and_surname_are_in_reading_order_in_an_arabic_pdf(name: str, surname: str, shown: str) -> None:
    """They are one phrase from left to right; an Arabic name goes on to the left, and so do values of both kinds."""
    spans = Span("من "), Span("", hole="name"), Span(" "), Span("", hole="surname"), Span(" (مثال)")
    letter = with_directions(replace(ARABIC, body=(Paragraph(spans),)))

    lines = shown_lines(writer("pdf")(letter, load_pack()).fill({"name": name, "surname": surname}))

    assert any(alike(shown) in alike(line) for line in lines)


@pytest.mark.parametrize("line", ["〒530-0001", "530-0001", "1-2-3"])
def test_a_line_of_an_address_without_letters_is_read_from_left_to_right(line: str) -> None:
    """A Japanese postcode in the window of an Arabic letter is not turned round."""
    letter = with_directions(replace(ARABIC, body=(Paragraph((Span("", hole="address", direction="auto"),)),)))

    lines = shown_lines(writer("pdf")(letter, load_pack()).fill({"address": f"السيدة\n{line}\n大阪"}))

    assert any(line in shown for shown in lines)
