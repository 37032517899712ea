"""Numbers, addresses and terms in an Arabic letter are read as they were typed, in the PDF and in the Word file."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pypdfium2
import pytest

from circulars.compose import compose
from circulars.language import load_language
from circulars.model.directions import stretches
from circulars.model.document import Document, texts_of
from circulars.model.phrases import Pattern
from circulars.model.text import Block, Item, Items, Paragraph, Span, plain
from circulars.pack import load_pack
from circulars.render import writer
from circulars.source.letters.reading import parse_letter
from glyph_order import ALIKE, alike, left_edges, right_edges, shown_lines
from readers import libreoffice_files
from render.sample_letters import ARABIC
from script_rules import script_faults

LETTER = """
kind: tsb-collective
number: 2
group: 5
date: 2025-02-28
languages: [ar]
contact: {name: ليلى مثال, tel: [+41 22 730 0000, (022) 730-5853], email: a-b@example.int, web: https://sg5.example.int/}
rows: {label: "مرجعكم:", text: AB/12-3 (R)}
to: [{name: كريم مثال, organization: Example Authority, address: "99 Example Avenue\\n1299 Geneva"}]
copy: [academia]
references: ["القرار 1 (Rev. Geneva, 2022)", "الرسالة ITU-T C.9901/12"]
subject: "اجتماع لجنة الدراسات 5 (ITU-T Study Group 5)"
facts: {recommendation: UIT‑T L.9901, venue: 99 Example Avenue, phone: (022) 730-5853, seats: 1250}
links: {page: https://sg5.example.int/}
footnotes:
  two: {sign: "*", ar: حاشية بنجمة.}
  one: {ar: "انظر ITU-T **Recommendation** L.9902 (Rev.1)، هاتف +41 22 730 0001."}
numbering: paragraph
body:
  - ar: >-
      اجتماع ITU-T **Study Group** five والتوصية UIT‑T L.9901 و{{ recommendation }}[^one]،[^two] في 99 Example Avenue أو
      {{ venue }}.
  - ar: >-
      الهاتف +41 22 730 0000 أو {{ phone }}، والموقع https://sg5.example.int/ أو **https://sg5.example.int/** أو
      [صفحة ITU-T (SG5) على الشبكة](page)، والبريد a-b@example.int، و**99 *Example* Avenue**، وعددها {{ seats }}،
      ثم *A/RES/75/1*، ISO/IEC 27001:2022، و[Ville 5]{lang=fr}، ثم C++ و3x4 cm.
    items:
      - ar: الوثيقة SG5-C12/R1 (Rev.1)؛
      - {ar: "العنوان: 99 Example Avenue, 1211 Geneva 20؛"}
  - {ar: "الخطوات:", steps: [{ar: املأ **Form 1**؛, romans: [{ar: إلى a-b@example.int؛}]}, {ar: ثم انتظر.}]}
  - heading: العنوان ITU-T Study Group 5
  - deadlines: [{date: 2025-04-12, time: "23:59 UTC", ar: التسجيل في https://sg5.example.int/form-1}]
  - table:
      columns: [الوثيقة, العنوان, الهاتف]
      align: [start, start, end]
      rows: [[5/901, "ITU-T **Study Group** six", +41 22 730 0002], [C-12/R1, 99 Example Avenue, (022) 730-5854]]
  - outline: [{ar: افتتاح Opening, outline: [{ar: Latin only (1)}]}]
signatory: [{name: Max Mustermann, title: المدير, signed: true}, {name: كريم مثال, title: النائب, signed: true}]
signatory-layout: side-by-side
qr: {link: page, caption: صفحة SG5}
"""


MARGIN = (210 - 20) / 25.4 * 72  # points


@dataclass(frozen=True)
class Built:
    """The letter, and its pages in PDF: WeasyPrint's, and LibreOffice's of the Word file."""

    document: Document
    pages: Mapping[str, Path]


@pytest.fixture(scope="module")
def letter(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The letter in both formats."""
    folder = tmp_path_factory.mktemp("arabic")
    document = compose(parse_letter(LETTER.encode(), "x.yaml", "x", Path()), load_language("ar"), load_pack())
    for name in ("pdf", "docx"):
        (folder / f"x.{name}").write_bytes(writer(name)(document, load_pack()).fill({}))
    [word] = libreoffice_files([folder / "x.docx"], folder / "word")
    return Built(document, {"pdf": folder / "x.pdf", "docx": word})


@pytest.mark.parametrize("format", ["pdf", "docx"])
def test_every_term_is_read_from_left_to_right(letter: Built, format: str) -> None:
    """Also with markup, in cells and footnotes, and across two lines."""
    lines = shown_lines(letter.pages[format].read_bytes())
    terms = [
        alike(text[start:end])
        for text in (plain(span for span in spans if not span.note) for spans in texts_of(letter.document))
        for start, end in stretches(text, "rtl")
    ]

    assert len(terms) > 40
    assert [term for term in dict.fromkeys(terms) if not _is_shown(term, lines)] == []


@pytest.mark.parametrize("format", ["pdf", "docx"])
def test_every_line_of_the_body_is_in_the_order_of_its_text(letter: Built, format: str) -> None:
    """What follows in the text is further left on the page, a term as a whole."""
    [line] = [line for line in shown_lines(letter.pages[format].read_bytes()) if "five" in line]

    places = [line.find(alike(text)) for text in ("ITU-T Study Group five", "UIT‑T L.9901")]
    assert places == sorted(places, reverse=True)
    assert -1 not in places


@pytest.mark.parametrize("format", ["pdf", "docx"])
def test_no_number_or_label_is_in_the_margin(letter: Built, format: str) -> None:
    """The numbers of paragraphs begin where the text begins, at the right."""
    with pypdfium2.PdfDocument(letter.pages[format]) as pdf:
        page = pdf[0].get_textpage()
        edges = [page.get_charbox(place)[2] for place in range(page.count_chars())]

    assert max(edges) == pytest.approx(MARGIN, abs=1.5)


def test_every_line_begins_at_the_same_place_in_both_formats(letter: Built) -> None:
    """Also in tables, where the space beside a cell's text is at its left, and below the code.

    The digits of two fonts have up to 2 points beside them.
    """
    pdf, word = (right_edges(letter.pages[name].read_bytes()) for name in ("pdf", "docx"))
    common = {line: (edge, word[line]) for line, edge in pdf.items() if len(line) > 1 and line in word}

    assert len(common) > 25
    assert {line: edges for line, edges in common.items() if abs(edges[0] - edges[1]) > 2} == {}


def test_the_mark_before_a_footnote_is_shown_once(letter: Built) -> None:
    """LibreOffice writes it itself, and took the asterisk from a font of pictures, which a PDF does not show."""
    places = []
    for format in ("pdf", "docx"):
        with pypdfium2.PdfDocument(letter.pages[format]) as pdf:
            words = [page.get_textpage() for page in pdf]
            places.append([one.get_charbox(place)[2] for one in words for place in _stars(one)])

    assert len(places[0]) == 2
    assert places[1] == pytest.approx(places[0], abs=1)


SIGNS = "#©®*()[]/;—–“”%&@+=|•§€×°†…0123456789.,:!-"


def test_signs_are_in_the_font_of_latin_text_in_the_word_file_too(tmp_path: Path) -> None:
    """LibreOffice took "#" and "©" from a font of pictures, and brackets and list labels from whatever it found."""
    items: Block = Items("bullets", (Item("•", (Span("نص"),)),))
    body = (*(Paragraph((Span(f"نص {sign} نص"),)) for sign in SIGNS), items)
    file = tmp_path / "x.docx"
    file.write_bytes(writer("docx")(replace(ARABIC, body=body), load_pack()).fill({}))
    [pdf] = libreoffice_files([file], tmp_path)

    shown = {*"".join(shown_lines(pdf.read_bytes()))}
    assert [sign for sign in SIGNS if sign.translate(ALIKE) not in shown | {"®", "…"}] == []  # which readers write out
    assert script_faults(pdf, ("Carlito", "Noto Sans Arabic")) == []


NOTICE = """
kind: notice
number: 12
date: 2026-03-03
languages: [ar]
contact: {name: ليلى مثال, tel: +1 555 0100}
subject: رموز جديدة للتقارير
to: false
copy: false
salutation: false
body: [{heading: ما الذي يتغير}, {ar: نص}]
signatory: {name: ليلى مثال, title: المدير}
"""


def test_letters_of_a_template_for_latin_text_have_its_sizes_and_weights(tmp_path: Path) -> None:
    """Its styles may have none for letters from right to left, or other ones; and the date is behind the reference."""
    pack = load_pack("emwo")
    words = pack.words["en"]
    notice = replace(words.kinds["notice"], labels={**words.kinds["notice"].labels, "reference": Pattern.of("المرجع")})
    words = replace(words, organization="منظمة مثال", kinds={**words.kinds, "notice": notice})
    pack = replace(pack, words={**pack.words, "ar": words})
    document = compose(parse_letter(NOTICE.encode(), "x.yaml", "x", Path()), load_language("ar"), pack)
    file = tmp_path / "x.docx"
    file.write_bytes(writer("docx")(document, pack).fill({}))

    lines = [
        left_edges(pdf)
        for pdf in (writer("pdf")(document, pack).fill({}), libreoffice_files([file], tmp_path)[0].read_bytes())
    ]

    for text in ("منظمة مثال", "رموز جديدة للتقارير", "ما الذي يتغير"):
        found = [edge for one in lines for line, edge in one.items() if alike(text[::-1]) in line]
        assert found == pytest.approx([found[0]] * 2, abs=1), text
    assert all(any("3·12/2026" in line for line in one) for one in lines)


def _stars(words: pypdfium2.PdfTextPage) -> Iterator[int]:
    """The places of the asterisks in the text of a page."""
    return (place for place in range(words.count_chars()) if words.get_text_range(place, 1) == "*")


def _is_shown(term: str, lines: list[str]) -> bool:
    """Whether a term is on one line, or ends one and goes on on the next."""
    if any(term in line for line in lines):
        return True
    return any(
        line.startswith(term[:cut]) and term[cut:] in after
        for line, after in itertools.pairwise(lines)
        for cut in range(1, len(term))
    )
