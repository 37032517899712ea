"""Many copies in one Word file."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path

import docx
import pypdfium2
import pytest
from docx.oxml import OxmlElement
from lxml import etree

from circulars.build import Order, build
from circulars.errors import UsageError
from circulars.files.opc import OFFICE, links_of, parse_part, read_parts
from circulars.merge.paper.docx import join
from circulars.render.docx.markup import w
from circulars.source.letters import parse_letter
from circulars.workspace import Workspace
from judges import WORD_JUDGES
from readers import libreoffice_files

Copies = tuple[tuple[str, bytes], ...]


def _joined(copies: Sequence[tuple[str, bytes]], duplex: bool = False) -> bytes:
    stream = io.BytesIO()
    told = join(copies, stream, duplex=duplex)
    assert (told.copies, told.size) == (len(copies), len(stream.getvalue()))
    return stream.getvalue()


def _document(data: bytes) -> etree._Element:
    return parse_part(read_parts(data)["word/document.xml"])


def test_no_judge_finds_anything(docx_copies: Copies, tmp_path: Path) -> None:
    """The joined copies of two letters in two languages are valid for the Open XML SDK."""
    file = tmp_path / "print.docx"
    file.write_bytes(_joined(docx_copies * 2, duplex=True))

    found = {name: judge([file])[file] for name, judge in WORD_JUDGES.items()}
    assert found == dict.fromkeys(WORD_JUDGES, ())


def test_libreoffice_sets_it_on_as_many_pages_with_the_same_words(docx_copies: Copies, tmp_path: Path) -> None:
    """Each page of the file has the words of the copy's page: headers, footers, page and list numbers too."""
    whole, apart = _whole_and_apart(docx_copies, tmp_path)

    assert whole == apart


def _whole_and_apart(copies: Copies, folder: Path) -> tuple[list[str], list[str]]:
    """The words of the pages that LibreOffice makes of ``whole.docx``, the joined copies, and of the copies alone."""
    names = [folder / f"copy-{n}.docx" for n in range(len(copies))]
    for name, (_, data) in zip(names, copies, strict=True):
        name.write_bytes(data)
    whole = folder / "whole.docx"
    whole.write_bytes(_joined(copies))
    (folder / "pdf").mkdir()
    libreoffice_files([*names, whole], folder / "pdf")
    apart = [words for name in names for words in _words(folder / "pdf" / f"{name.stem}.pdf")]
    return _words(folder / "pdf" / "whole.pdf"), apart


def _words(pdf: Path) -> list[str]:
    return [" ".join(page.get_textpage().get_text_range().split()) for page in pypdfium2.PdfDocument(pdf)]


def test_each_copy_begins_on_a_new_page_which_is_its_first(docx_copies: Copies) -> None:
    """On the next page or, with duplex, on an odd one; page numbers begin at 1."""
    one = docx_copies[0]

    for duplex, kind in ((False, "nextPage"), (True, "oddPage")):
        sections = list(_document(_joined([one] * 3, duplex)).iter(w("sectPr")))
        begins = [section.find(w("type")) for section in sections]
        assert [begin.get(w("val")) for begin in begins[1:] if begin is not None] == [kind, kind]
        assert all(section.find(w("pgNumType")).get(w("start")) == "1" for section in sections)  # type: ignore[union-attr]


def test_numbers_and_names_are_unique(docx_copies: Copies) -> None:
    """Bookmarks, pictures and lists of the copies are distinct, and links lead to existing bookmarks."""
    root = _document(_joined([docx_copies[-1]] * 3))

    names = [str(mark.get(w("name"))) for mark in root.iter(w("bookmarkStart"))]
    pictures = [node.get("id") for node in root.iter("{*}docPr")]
    lists = [{number.get(w("val")) for number in etree.fromstring(part).iter(w("numId"))} for part in _by_copy(root)]
    assert len(set(names)) == len(names) > 0
    assert len(set(pictures)) == len(pictures) > 0
    assert not lists[0] & lists[1] and not lists[1] & lists[2]
    assert {link.get(w("anchor")) for link in root.iter(w("hyperlink")) if link.get(w("anchor"))} <= set(names)


def _by_copy(root: etree._Element) -> list[bytes]:
    """The paragraphs and tables of the three equal copies."""
    children = list(root[0])[:-1]
    length = len(children) // 3
    return [b"<b>" + b"".join(map(etree.tostring, children[n * length : (n + 1) * length])) + b"</b>" for n in range(3)]


def test_headers_and_pictures_are_in_the_file_once(docx_copies: Copies) -> None:
    """Ten equal copies have the parts of one."""
    parts = read_parts(_joined([docx_copies[0]] * 10))
    own = read_parts(docx_copies[0][1])

    for folder in ("word/header", "word/footer", "word/media/"):
        assert sum(name.startswith(folder) for name in parts) == sum(name.startswith(folder) for name in own)


def test_a_spanish_header_keeps_the_spanish_reference(docx_copies: Copies) -> None:
    """A field that shows the file's reference becomes text if that of the copy is different."""
    english, spanish = docx_copies[:2]
    parts = read_parts(_joined([english, spanish]))

    headers = [data.decode() for name, data in sorted(parts.items()) if name.startswith("word/header")]
    assert sum("DOCPROPERTY" in header for header in headers) == 1
    assert any("Circular TSB 213" in header and "DOCPROPERTY" not in header for header in headers)


def test_word_files_of_another_look_are_refused(docx_copies: Copies) -> None:
    """A copy with different styles is not silently given those of the first one."""
    document = docx.Document(io.BytesIO(docx_copies[1][1]))
    document.styles["Normal"].font.size = 99_000
    changed = io.BytesIO()
    document.save(changed)

    with pytest.raises(UsageError, match=r"different-styles  the copy of .* has different styles from the first one"):
        _joined([docx_copies[0], ("ch-002", changed.getvalue())])


def test_word_files_with_endnotes_are_not_joined(docx_copies: Copies) -> None:
    """The endnotes of several copies would all be at the end of the file, so such a copy is refused."""
    document = docx.Document(io.BytesIO(docx_copies[1][1]))
    document.paragraphs[0].add_run()._r.append(OxmlElement("w:endnoteReference"))
    changed = io.BytesIO()
    document.save(changed)

    with pytest.raises(UsageError, match="not-joined  the copy of 'ch-002' has endnotes or comments"):
        _joined([docx_copies[0], ("ch-002", changed.getvalue())])


ID = f"{{{OFFICE}}}id"
NOTED = """
kind: tsb-circular
number: {number}
date: 2024-07-12
languages: [en]
subject: {{en: "Sample subject[^1]"}}
links: {{page: https://page.example.int/{number}}}
body:
  - id: first
    en: "Delegates[^2] and observers[^star] of letter {number}, and delegates[^2] again."
annexes:
  - body:
      - en: "In the annex[^last]."
signatory: tsb-director
footnotes:
  1: {{en: "Of letter {number}, [a page](page)."}}
  2: {{en: "Second of letter {number}: see paragraph {{{{ ref: first }}}}."}}
  star: {{sign: "*", en: "Star of letter {number}."}}
  last: {{en: "Last of letter {number}."}}
"""


@pytest.fixture(scope="session")
def noted_copies(workspace: Workspace) -> Copies:
    """Copies of two letters with footnotes, with a letter between them that has none."""
    texts = (NOTED.format(number=7), re.sub(r"\[\^\w+\]", "", NOTED.format(number=8)).partition("footnotes:")[0])
    made = []
    for text in (*texts, NOTED.format(number=9)):
        outputs = build(
            parse_letter(text.encode(), "noted.yaml", "noted", workspace.letters), workspace, Order(formats=("docx",))
        )
        made += [(output.name, output.data) for output in outputs]
    return tuple(made)


def test_the_footnotes_of_each_copy_are_at_its_marks(noted_copies: Copies, tmp_path: Path) -> None:
    """Each page of the file has the footnotes of the copy's page, which count from 1, and no judge finds anything."""
    whole, apart = _whole_and_apart(noted_copies, tmp_path)
    file = tmp_path / "whole.docx"
    found = {name: judge([file])[file] for name, judge in WORD_JUDGES.items()}

    assert "Second of letter 9" in apart[-2] and "Last of letter 9" in apart[-1]
    assert [_once(words) for words in whole] == [_once(words) for words in apart]
    assert found == dict.fromkeys(WORD_JUDGES, ())


def _once(words: str) -> str:
    """The words of a page; LibreOffice shows marks that it does not count twice before their footnotes."""
    return re.sub(r"(\S)\1(?= (?:Of|Second|Star|Last) (?:of )?letter)", r"\1", words)


@pytest.mark.parametrize("first", [0, 1])
def test_separators_of_footnotes_are_in_the_file_once(noted_copies: Copies, first: int) -> None:
    """Also if the first copy has no footnotes; the ids of footnotes are unique, and their links lead where they did."""
    parts = read_parts(_joined(noted_copies[first:]))
    notes = parse_part(parts["word/footnotes.xml"])
    settings = parse_part(parts["word/settings.xml"])
    links = {link.get("Id"): link.get("Target") for link in links_of(parts, "word/footnotes.xml")}

    kinds = [note.get(w("type")) for note in notes]
    ids = [note.get(w("id")) for note in notes]
    led = [links[link.get(ID)] for link in notes.iter(w("hyperlink")) if ID in link.attrib]
    marks = [mark.get(w("id")) for mark in parse_part(parts["word/document.xml"]).iter(w("footnoteReference"))]
    assert kinds == ["separator", "continuationSeparator", *[None] * len(marks)]
    assert len(set(ids)) == len(ids) and ids[2:] == marks
    assert [one.get(w("id")) for one in settings.find(w("footnotePr"))] == ids[:2]  # type: ignore[union-attr]
    assert led == [f"https://page.example.int/{number}" for number in (7, 9)[first:]]
    assert len(marks) == 4 * (2 - first)
