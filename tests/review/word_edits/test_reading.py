"""An untrusted Word file is read paragraph by paragraph, with its runs, tracked changes, fields, links and comments."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from io import BytesIO
from typing import Final

import docx
import pytest

from circulars.files.opc import UnreadablePackageError
from circulars.render.docx.markup import WP, A, R, W
from circulars.review.word_edits.accepted import AcceptedParagraph, accepted
from circulars.review.word_edits.edited import EditedDocument, EditedParagraph, EditedRun, TrackedEdit
from circulars.review.word_edits.reading import read_edited

_MC: Final = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_MATHS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_NAMESPACES: Final = f'xmlns:w="{W}" xmlns:r="{R}" xmlns:mc="{_MC}" xmlns:m="{_MATHS}" xmlns:wp="{WP}" xmlns:a="{A}"'
_BY: Final = 'w:id="1" w:author="Ana" w:date="2024-07-12T10:00:00Z"'
INSERTED: Final = TrackedEdit("inserted", "Ana", "2024-07-12T10:00:00Z")
DELETED: Final = TrackedEdit("deleted", "Ana", "2024-07-12T10:00:00Z")


def _file(body: str, **parts: str) -> bytes:
    """A Word file with a body, and with other words in some of its parts."""
    made, file = BytesIO(), BytesIO()
    docx.Document().save(made)
    document = f"<w:document {_NAMESPACES}><w:body>{body}</w:body></w:document>"
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            if name == "word/document.xml":
                new.writestr(name, document)
            elif name == "word/_rels/document.xml.rels":
                new.writestr(name, old.read(name).decode().replace("</Relationships>", f"{_LINKS}</Relationships>"))
            else:
                new.writestr(name, old.read(name))
        for name, text in parts.items():
            new.writestr(f"word/{name}.xml", text)
    return file.getvalue()


_LINKS: Final = (
    f'<Relationship Id="rIdX" Type="{R}/hyperlink" Target="https://example.org/x" TargetMode="External"/>'
    f'<Relationship Id="rIdN" Type="{R}/footnotes" Target="footnotes.xml"/>'
    f'<Relationship Id="rIdC" Type="{R}/comments" Target="comments.xml"/>'
    '<Relationship Id="rIdE" Type="http://schemas.microsoft.com/office/2011/relationships/commentsExtended" '
    'Target="commentsExtended.xml"/>'
)


def _read(body: str, **parts: str) -> EditedDocument:
    return read_edited(_file(body, **parts))


def _run(text: str, look: str = "") -> str:
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def _p(*content: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(content)}</w:p>"


def _first(body: str, **parts: str) -> EditedParagraph:
    return _read(body, **parts).paragraphs[0]


def _texts(paragraphs: Sequence[EditedParagraph | AcceptedParagraph]) -> list[str]:
    return [one.text for one in paragraphs]


def test_what_is_not_a_word_file_is_refused() -> None:
    """The reader raises one error, whatever is wrong with a file."""
    entity = '<!DOCTYPE w [<!ENTITY e "x">]>'
    for data in (b"PK, but not a ZIP file", b"%PDF-1.7", _file("<w:p>"), _file("", footnotes=f"{entity}<w/>")):
        with pytest.raises(UnreadablePackageError):
            read_edited(data)


def test_endless_text_is_refused() -> None:
    """There is a limit to the elements of a file, besides the limit to its size."""
    with pytest.raises(UnreadablePackageError, match="600,000 elements"):
        _read("<w:p/>" * 600_000)


def test_deep_content_is_refused() -> None:
    """XML that is nested without end is not read."""
    with pytest.raises(UnreadablePackageError):
        _read("<w:sdt>" * 5_000 + "</w:sdt>" * 5_000)


def test_runs_of_one_look_are_one() -> None:
    """Programs split runs as they like: by revision, spelling or language."""
    paragraph = _first(
        _p(_run("One "), "<w:proofErr/>", _run("and ", '<w:lang w:val="es-ES"/>'), _run("two", "<w:b/>"))
    )

    assert paragraph.runs == (EditedRun("One and "), EditedRun("two", bold=True))


def test_blanks_and_signs_are_characters() -> None:
    """Line breaks, tabs, hyphens at which no line ends, and soft ones; a picture font's sign is listed."""
    inside = "<w:t>a</w:t><w:br/><w:t>b</w:t><w:tab/><w:noBreakHyphen/><w:softHyphen/><w:cr/><w:lastRenderedPageBreak/>"
    read = _read(_p(f'<w:r>{inside}<w:sym w:font="Wingdings" w:char="F0E0"/></w:r>'))

    assert read.paragraphs[0].text == "a\nb\t\u2011\u00ad\n\uf0e0"
    assert [(one.kind, one.words) for one in read.unmapped if one.kind == "symbol"] == [
        ("symbol", "F0E0 of the font Wingdings")
    ]


def test_marks_of_direction_are_not_text() -> None:
    """The writer puts these beside words of the other direction; any other is what somebody typed."""
    typed = "a \u200e+41 22\u200e \u202b\u05d0\u202c\u200f \u202eb"

    assert _first(_p(_run(typed))).text == "a +41 22 \u05d0 \u202eb"


def test_controls_are_transparent() -> None:
    """The text in a control belongs to its paragraph, and paragraphs in one to the body."""
    control = "<w:sdt><w:sdtPr><w:alias w:val='x'/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    read = _read(_p(_run("a"), control.format(_run("b"))) + control.format(_p(_run("c"))))

    assert _texts(read.paragraphs) == ["ab", "c"]


def test_links_and_their_fields_have_an_address() -> None:
    """A link may be an element or a field; one within the file leads to a bookmark."""
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>HYPER</w:instrText></w:r>'
        '<w:r><w:instrText>LINK "https://example.org/y"</w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{_run("second")}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    links = (
        f'<w:hyperlink r:id="rIdX">{_run("first")}</w:hyperlink>',
        f'<w:hyperlink w:anchor="a">{_run("third")}</w:hyperlink>',
    )
    paragraph = _first(_p(links[0], field, links[1], _run("none")))

    assert [(run.text, run.link, run.field) for run in paragraph.runs] == [
        ("first", "https://example.org/x", ""), ("second", "https://example.org/y", ""), ("third", "#a", ""),
        ("none", "", ""),
    ]  # fmt: skip


def test_results_of_fields_name_their_field() -> None:
    """A reference leads to its bookmark; the number of a page is not text, because programs count it anew."""
    reference = f'<w:fldSimple w:instr=" REF plan \\r \\h ">{_run("3")}</w:fldSimple>'
    page = f'<w:fldSimple w:instr="PAGE">{_run("2")}</w:fldSimple>'

    assert _first(_p(reference, page)).runs == (EditedRun("3", link="#plan", field="REF"), EditedRun("", field="PAGE"))


def test_a_field_without_an_end_hides_no_later_paragraph() -> None:
    """Only what is in the code of a field is not text."""
    begun = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>REF x</w:instrText></w:r>'

    assert _texts(_read(_p(_run("a"), begun) + _p(_run("b"))).paragraphs) == ["a", "b"]


def test_tracked_words_name_who_changed_them() -> None:
    """What was inserted by one and deleted by another is deleted."""
    inserted, deleted = (
        f"<w:ins {_BY}>{_run('new')}</w:ins>",
        f"<w:del {_BY}><w:r><w:delText>old</w:delText></w:r></w:del>",
    )
    both = f'<w:ins w:id="1" w:author="Max" w:date="">{deleted}</w:ins>'
    paragraph = _first(_p(inserted, deleted, _run("same"), both))

    assert paragraph.runs == (
        EditedRun("new", revision=INSERTED), EditedRun("old", revision=DELETED), EditedRun("same"),
        EditedRun("old", revision=DELETED),
    )  # fmt: skip
    assert paragraph.text == "newsame"


def test_changes_of_looks_are_not_read() -> None:
    """The former look of a run or paragraph is not its look."""
    former = f"<w:rPrChange {_BY}><w:rPr><w:b/></w:rPr></w:rPrChange>"

    assert _first(_p(_run("x", f"<w:i/>{former}"))).runs == (EditedRun("x", italic=True),)


@pytest.mark.parametrize(
    ("first", "second", "left"),
    [
        (f"<w:ins {_BY}/>", "", ["One.", "Two."]),
        (f"<w:del {_BY}/>", "", ["One.Two."]),
        ("", f"<w:del {_BY}/>", ["One.", "Two."]),
    ],
)
def test_a_paragraph_whose_end_is_deleted_is_joined(first: str, second: str, left: list[str]) -> None:
    """Accepting the change leaves one paragraph with both places; the last paragraph is joined to nothing."""
    marks = [f'<w:bookmarkStart w:id="{n}" w:name="_c_{n}"/><w:bookmarkEnd w:id="{n}"/>' for n in (1, 2)]
    body = _p(marks[0], _run("One."), properties=f"<w:rPr>{first}</w:rPr>")
    body += _p(marks[1], _run("Two."), properties=f"<w:rPr>{second}</w:rPr>")
    settled = accepted(_read(body).paragraphs)

    assert _texts(settled) == left
    assert [name for one in settled for name in one.names] == ["_c_1", "_c_2"]


def test_a_deleted_paragraph_takes_its_place_along() -> None:
    """The next paragraph has its own place only."""
    gone = f"<w:del {_BY}><w:r><w:delText>One.</w:delText></w:r></w:del>"
    body = _p('<w:bookmarkStart w:id="1" w:name="_c_1"/>', gone, properties=f"<w:rPr><w:del {_BY}/></w:rPr>")
    body += _p('<w:bookmarkStart w:id="2" w:name="_c_2"/>', _run("Two."))

    assert [(one.names, one.text) for one in accepted(_read(body).paragraphs)] == [(("_c_2",), "Two.")]


def test_cells_have_their_place_in_the_grid() -> None:
    """A cell over two columns is followed by the third; a table in a cell is counted when it begins."""
    inner = f"<w:tbl><w:tr><w:tc>{_p(_run('in'))}</w:tc></w:tr></w:tbl>"
    wide = f'<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{_p(_run("a"))}{inner}{_p()}</w:tc>'
    row = f"<w:tr><w:trPr><w:ins {_BY}/></w:trPr>{wide}<w:tc>{_p(_run('b'))}</w:tc></w:tr>"
    cells = [(one.text, one.cell) for one in _read(f"<w:tbl>{row}</w:tbl>").paragraphs if one.text]

    assert [(text, cell.table, cell.row, cell.column, cell.width) for text, cell in cells if cell] == [
        ("a", 1, 1, 1, 2), ("in", 2, 1, 1, 1), ("b", 1, 1, 3, 1),
    ]  # fmt: skip
    assert {cell.revision for _, cell in cells if cell} == {INSERTED}


def test_the_filler_of_a_row_that_libreoffice_tracks_is_no_text() -> None:
    """It is where it joins nothing, in new rows only; a letter of another language may end with a joiner."""
    cells = "".join(f"<w:tc>{_p(_run(text))}</w:tc>" for text in ("\u200dNeu", "Neu\u200d", "\u200d", "کتاب\u200dها"))
    new, old = f"<w:tr><w:trPr><w:ins {_BY}/></w:trPr>{cells}</w:tr>", f"<w:tr>{cells}</w:tr>"
    texts = [one.text for one in _read(f"<w:tbl>{new}{old}</w:tbl>").paragraphs]

    assert texts == ["Neu", "Neu", "", "کتاب\u200dها", "\u200dNeu", "Neu\u200d", "\u200d", "کتاب\u200dها"]


def test_places_are_hidden_bookmarks_of_this_program() -> None:
    """Those of Word are not, and a copy in words that were moved is the place itself."""
    names = ("_GoBack", "_Toc123", "_f_subject", "_c_body_d3_Copy_1", "plan")
    marks = "".join(f'<w:bookmarkStart w:id="{n}" w:name="{name}"/>' for n, name in enumerate(names))

    assert _first(marks + _p(_run("x"))).names == ("_c_body_d3", "_f_subject")


def test_text_boxes_and_pictures_are_listed() -> None:
    """The words of a text box are read, once: today's form is taken, not the older one."""
    box = f"<w:txbxContent>{_p(_run('inside'))}</w:txbxContent>"
    shape = f'<w:drawing><wp:inline><wp:docPr id="1" name="Box"/>{box}</wp:inline></w:drawing>'
    choice = f'<mc:Choice Requires="wps">{shape}</mc:Choice>'
    drawn = f"<mc:AlternateContent>{choice}<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent>"
    picture = '<w:drawing><wp:inline><wp:docPr id="2" name="Picture" descr="A map"/></wp:inline></w:drawing>'
    read = _read(_p(_run("around"), f"<w:r>{drawn}{picture}</w:r>"))

    assert [(one.text, one.part) for one in read.paragraphs] == [("around", "body"), ("inside", "text box")]
    assert [(one.kind, one.words) for one in read.unmapped] == [("text box", "Box"), ("picture", "A map")]


def test_what_letters_cannot_have_is_listed_with_its_place() -> None:
    """Colours, sizes, formulas, breaks, alignment, borders and pages; what has a meaning is a look of the words."""
    mark = '<w:bookmarkStart w:id="1" w:name="_c_1"/>'
    words = _run("x", '<w:smallCaps/><w:color w:val="FF0000"/><w:sz w:val="40"/><w:highlight w:val="yellow"/>')
    others = (
        f'<w:r><w:br w:type="page"/></w:r>{_run("secret", "<w:vanish/>")}<m:oMath><m:r><m:t>E=1</m:t></m:r></m:oMath>'
    )
    margins = '<w:pgMar w:top="1134" w:right="0" w:bottom="0" w:left="567"/>'
    page = f'<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>{margins}</w:sectPr>'
    read = _read(_p(mark, words, others, properties='<w:jc w:val="center"/>') + page)

    assert [(one.kind, one.words, one.place) for one in read.unmapped] == [
        ("page break", "a break by hand", ""), ("formula", "E=1", ""),
        ("alignment", "center", "_c_1"), ("size", "20 pt", "_c_1"), ("colour", "FF0000", "_c_1"),
        ("highlight", "yellow", "_c_1"),
        ("page size", "210 mm × 297 mm", ""), ("margins", "20 mm, 0 mm, 0 mm, 10 mm", ""),
    ]  # fmt: skip
    assert [(run.text, run.looks) for run in read.paragraphs[0].runs] == [
        ("x", ("small capitals",)), (" ", ("break",)), ("secret", ("hidden",)), ("E=1", ("formula",)),
    ]  # fmt: skip


def test_footnotes_are_read_without_their_signs() -> None:
    """The mark in the text names the footnote; the sign before the footnote is not its text."""
    note = f'<w:footnote w:id="2">{_p("<w:r><w:footnoteRef/></w:r>", _run(" Words."))}</w:footnote>'
    own = f'<w:footnote w:id="3">{_p(_run("* Others."))}</w:footnote>'
    line = f'<w:footnote w:type="separator" w:id="0">{_p()}</w:footnote>'
    notes = f"<w:footnotes {_NAMESPACES}>{line}{note}{own}</w:footnotes>"
    starred = '<w:r><w:footnoteReference w:customMarkFollows="1" w:id="3"/><w:t>*</w:t></w:r>'
    read = _read(_p(_run("a"), '<w:r><w:footnoteReference w:id="2"/></w:r>', starred, _run("b")), footnotes=notes)

    assert [(run.text, run.note) for run in read.paragraphs[0].runs] == [
        ("a", ""), ("", "footnote 1"), ("", "footnote 2"), ("b", ""),
    ]  # fmt: skip
    assert [(one.text, one.note) for one in read.paragraphs[1:]] == [
        ("Words.", "footnote 1"),
        ("Others.", "footnote 2"),
    ]


def test_comments_have_their_words_and_their_answers() -> None:
    """An answer names the comment that it answers; names and words have no control or direction characters."""
    w14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    w15 = 'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"'
    comments = "".join(
        f'<w:comment w:id="{n}" w:author="{who}"><w:p w14:paraId="0000000{n}">{_run(says)}</w:p></w:comment>'
        for n, who, says in ((1, "A\u202ena", "Why?"), (2, "Max", "Be\u202ecause"))
    )
    entries = '<w15:commentEx w15:paraId="00000001" w15:done="1"/>'
    entries += '<w15:commentEx w15:paraId="00000002" w15:paraIdParent="00000001"/>'
    extended = f"<w15:commentsEx {w15}>{entries}</w15:commentsEx>"
    start, end = '<w:commentRangeStart w:id="1"/>', '<w:commentRangeEnd w:id="1"/>'
    body = _p(_run("none")) + _p(_run("The "), start, _run("words"), end, '<w:r><w:commentReference w:id="2"/></w:r>')
    read = _read(body, comments=f"<w:comments {_NAMESPACES} {w14}>{comments}</w:comments>", commentsExtended=extended)

    first, second = read.comments
    assert (first.author, first.text, first.anchor, first.start, first.end) == ("Ana", "Why?", 1, 4, 9)
    assert (first.is_done, first.answers, second.is_done, second.answers) == (True, None, False, 0)
    assert (second.text, second.anchor, second.start, second.end) == ("Because", 1, 9, 9)


def test_names_of_authors_are_visible() -> None:
    """Control and direction characters of a stranger's file are not shown."""
    change = '<w:ins w:id="1" w:author="A\u202en&#x85;a" w:date="x">'
    (run,) = _first(_p(f"{change}{_run('x')}</w:ins>")).runs

    assert run.revision == TrackedEdit("inserted", "An a", "x")


@pytest.mark.parametrize(("name", "shown"), [("\u200b", ""), ("a" * 3_000, "a" * 100 + "…")])
def test_names_of_authors_fit_in_a_line(name: str, shown: str) -> None:
    """One that nobody sees is none, and one without end is cut."""
    (run,) = _first(_p(f'<w:ins w:id="1" w:author="{name}" w:date="x">{_run("x")}</w:ins>')).runs

    assert run.revision == TrackedEdit("inserted", shown, "x")
