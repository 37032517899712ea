"""Word files with tracked changes: what they say when all changes are accepted, and when all are rejected."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from circulars.cli import main
from circulars.model.document import Document, SettledFootnote
from circulars.model.text import Heading, Note, Paragraph, Span
from circulars.pack import load_pack
from circulars.render.docx import master
from circulars.render.docx.markup import A, R
from circulars.render.docx.places import is_place
from circulars.review.comparing.comparison import comparison
from circulars.review.comparing.tree import EVERYBODY, tree_of
from circulars.review.reports.redline import redline
from circulars.review.reports.redline.keys import keyed
from circulars.review.reports.redline.package import bring, relations_of
from conftest import ROOT
from review.drafts import DEADLINES, ENGLISH, PICTURE, PROGRAMME, bullets, cell, numbered, with_body, words
from review.pair_letters import pairs
from review.redlines import write_redlines
from review.resolvers import Reading, differences, docx_reading, resolved

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PACK = load_pack("itu")
_DATE = datetime.datetime(2024, 7, 12, tzinfo=datetime.UTC)
_TEXT = Paragraph(words("Further information will follow."), "", "text")
_NOTED = (Paragraph((Span("Rooms"), Span("1", link="#fn", note="fn"), Span(" are free.")), "", "noted"),)
_FOOTNOTE = SettledFootnote("fn", "1", "1", "[1]", words("Breakfast included."))
_CHANGED = {
    "a paragraph is added": (numbered("One.", "Two."), numbered("One.", "New.", "Two.")),
    "the last paragraph is removed": (numbered("One.", "Two."), numbered("One.")),
    "a heading comes first": (numbered("One."), (Heading(words("Rooms"), 1, "", "h"), *numbered("One."))),
    "a paragraph moves": (numbered("One a.", "Two b.", "Three c."), numbered("Two b.", "Three c.", "One a.")),
    "a list loses an entry": ((bullets("list", "one", "two", "three"),), (bullets("list", "one", "three"),)),
    "a paragraph before a table": ((_TEXT, PROGRAMME), (PROGRAMME,)),
    "a paragraph after a table": ((PROGRAMME,), (PROGRAMME, _TEXT)),
    "a table": ((_TEXT,), (_TEXT, PROGRAMME)),
    "a row": ((DEADLINES,), (replace(DEADLINES, rows=DEADLINES.rows[:1]),)),
    "a line of a cell": (
        (DEADLINES,),
        (replace(DEADLINES, rows=((cell("30 August 2024"), cell("Fellowships", dashes=True)), DEADLINES.rows[1])),),
    ),
    "bold words": ((_TEXT,), (replace(_TEXT, spans=words(_TEXT.spans[0].text, strong=True)),)),
    "an address": (
        (Paragraph(words("Register here", link="https://example.int/a/"), "", "text"),),
        (Paragraph(words("Register here", link="https://example.int/b/"), "", "text"),),
    ),
    "a paragraph becomes a note": ((_TEXT,), (Note("NOTE – ", _TEXT.spans, "text"),)),
    "everything": (ENGLISH.body, (_TEXT,)),
}


def test_changed_words_are_removed_and_added() -> None:
    """Only the words that changed are tracked, by the author and on the date given."""
    old = with_body(*numbered("The meeting is in Spanish."))
    new = with_body(*numbered("The meeting is in French."))

    changes = [*_changes(_tracked(old, new))]

    assert changes == [("del", "Ana Ejemplo", "Spanish"), ("ins", "Ana Ejemplo", "French")]


@pytest.mark.parametrize("name", _CHANGED)
@pytest.mark.parametrize("is_reversed", [False, True], ids=["there", "and back"])
def test_all_changes_accepted_are_the_new_letter_and_rejected_the_old_one(name: str, is_reversed: bool) -> None:
    """A resolver that others wrote makes of the file what the writer makes of each version."""
    old, new = (with_body(*blocks) for blocks in _CHANGED[name][:: -1 if is_reversed else 1])

    _check_exact(old, new)


def test_every_part_of_a_letter_can_change() -> None:
    """Head, signature, annexes and lists at the end are tracked, too."""
    new = replace(
        ENGLISH,
        date_line="Geneva, 15 July 2024",
        particulars=ENGLISH.particulars[1:],
        addressees=ENGLISH.addressees[:1],
        subject=ENGLISH.subject[:1],
        closing="",
        distribution=None,
        annexes=ENGLISH.annexes[1:],
        running_header=("- {page} -", "TSB Circular 214"),
        footer=("Place des Nations, Geneva",),
    )

    _check_exact(ENGLISH, new)
    _check_exact(new, ENGLISH)


def test_footnotes_go_with_their_marks() -> None:
    """A reworded footnote, and one that is added before it, are those of each version."""
    old = replace(with_body(*_NOTED, _TEXT), footnotes=(_FOOTNOTE,))
    first = replace(_TEXT, spans=(*_TEXT.spans, Span("1", link="#new", note="new")))
    noted = replace(_NOTED[0], spans=tuple(replace(span, text="2") if span.note else span for span in _NOTED[0].spans))
    added = SettledFootnote("new", "1", "1", "[1]", words("By e-mail."))
    reworded = replace(_FOOTNOTE, sign="2", mark="2", plain_mark="[2]", spans=words("Dinner included."))
    new = replace(with_body(first, noted), footnotes=(added, reworded))

    _check_exact(old, new)
    _check_exact(new, old)


def test_the_only_footnote_goes_with_its_mark() -> None:
    """A letter that has no footnotes any more has no empty one, either."""
    old = replace(with_body(*_NOTED, _TEXT), footnotes=(_FOOTNOTE,))
    new = with_body(_TEXT)

    _check_exact(old, new)
    _check_exact(new, old)


@pytest.mark.parametrize("sign", ["*", "**"])
def test_a_sign_of_the_letter_s_own_stays_what_only_word_reads(sign: str) -> None:
    """LibreOffice shows the sign before a footnote itself, so the sign is in an alternative that only Word reads."""
    versions = [
        replace(
            with_body(replace(_NOTED[0], spans=(Span(room), Span(shown, link="#fn", note="fn")))),
            footnotes=(SettledFootnote("fn", shown, shown, f"[{shown}]", words("Breakfast."), is_counted=False),),
        )
        for room, shown in (("Rooms", "*"), ("Halls", sign))
    ]

    (alternative,) = _part(_tracked(*versions), "word/footnotes.xml").iter("{*}AlternateContent")

    assert [etree.QName(one).localname for one in alternative] == ["Choice", "Fallback"]
    assert not "".join(map(str, alternative[1].itertext()))
    _check_exact(versions[0], versions[1])
    _check_exact(versions[1], versions[0])


def test_a_table_with_a_column_that_moves_has_room_for_both_places(tmp_path: Path) -> None:
    """The grid counts the removed column and the added one: pandoc drops cells that are beyond it."""
    pair = next(pair for pair in pairs() if pair.name == "a column moves")
    redlines = [*write_redlines(pair.name, pair.old, pair.new, tmp_path)]

    tables = [*_part(redlines[0].tracked.read_bytes(), "word/document.xml").iter(f"{_W}tbl")]
    moved = [table for table in tables if table.find(f".//{_W}cellIns") is not None]

    assert [_columns(table) for table in moved] == [(4, 4)]


def test_the_bookmark_of_a_table_ends_at_the_table() -> None:
    """The paragraph below it that moves away is outside it: otherwise LibreOffice ends when the move is accepted."""
    pointer = Paragraph((Span("See the "), Span("programme", link="#plan.2")), "", "pointer")
    old = replace(with_body(pointer, PROGRAMME, _TEXT, *numbered("One.")), annexes=())
    new = replace(with_body(_TEXT, pointer, PROGRAMME, *numbered("One.")), annexes=())

    body = _part(_tracked(old, new), "word/document.xml")
    starts = (one for one in body.iter(f"{_W}bookmarkStart") if not is_place(str(one.get(f"{_W}name"))))
    (start,) = [one for one in starts if "plan" in str(one.get(f"{_W}name"))]
    (end,) = [one for one in body.iter(f"{_W}bookmarkEnd") if one.get(f"{_W}id") == start.get(f"{_W}id")]

    before = end.getprevious()
    assert before is not None and before.tag == f"{_W}tbl"


def test_a_paragraph_that_only_follows_from_other_changes_is_one_change() -> None:
    """The list of annexes has one author, and so has its end: LibreOffice then rejects it as a whole."""
    old = replace(ENGLISH, annexes=(), annex_note=())

    paragraphs = _part(_tracked(old, ENGLISH), "word/document.xml").iter(f"{_W}p")
    (note,) = [one for one in paragraphs if "".join(map(str, one.itertext())) == "Annexes: 2"]

    assert [change.get(f"{_W}author") for change in note.iter(f"{_W}ins")] == ["renumbered", "renumbered"]


def test_what_follows_from_other_changes_has_an_author_of_its_own() -> None:
    """The number in a reference to a paragraph is the change of "renumbered", so that Word can hide it."""
    reference = Paragraph((Span("See paragraph "), Span("1", link="#place"), Span(".")), "", "text")
    other = replace(reference, spans=(*reference.spans[:1], Span("2", link="#place"), *reference.spans[2:]))
    place = Paragraph(words("It is in Madrid."), "1", "place")
    old = with_body(place, reference)
    new = with_body(Paragraph(words("New."), "1", "body.1"), replace(place, number="2"), other)

    changes = [*_changes(_tracked(old, new))]

    assert [change for change in changes if change[1] == "renumbered"] == [
        ("del", "renumbered", "1"),
        ("ins", "renumbered", "2"),
    ]


def test_a_reference_to_the_second_of_two_merged_paragraphs_keeps_its_bookmark() -> None:
    """The merged paragraph begins elsewhere: if it is split again, an updated field must count the second one."""
    first, second = "The meeting will be held in Madrid on 1 March.", "Participation is open to all and free of charge."
    field = Span("2", link="#place")
    reference = Paragraph((Span("See paragraph "), field, Span(".")), "3", "text")
    old = with_body(Paragraph(words(first), "1", "first"), Paragraph(words(second), "2", "place"), reference)
    merged = Paragraph(words(f"{first} {second}"), "1", "place")
    new = with_body(merged, replace(reference, number="2", spans=(Span("See paragraph "), replace(field, text="1"))))

    tree = _part(_tracked(old, new), "word/document.xml")

    names = [one.get(f"{_W}name") for one in tree.iter(f"{_W}bookmarkStart")]
    assert {"place", "place_f2"} <= {*names}
    (holder,) = (one for one in tree.iter(f"{_W}p") if one.find(f"{_W}bookmarkStart[@{_W}name='place_f2']") is not None)
    assert "".join(map(str, holder.itertext())).strip() == second


def test_a_paragraph_that_moved_is_a_move() -> None:
    """Word shows both places of a move as such: they have one name."""
    moved = ("One is here.", "Two is there.", "Three is nowhere.")
    old, new = with_body(*numbered(*moved)), with_body(*numbered(*moved[1:], moved[0]))

    tree = _part(_tracked(old, new), "word/document.xml")

    names = [[one.get(f"{_W}name") for one in tree.iter(f"{_W}{end}RangeStart")] for end in ("moveFrom", "moveTo")]
    assert names == [["move1"], ["move1"]]


def test_what_word_cannot_track_is_a_comment() -> None:
    """Another picture, another footer and a turned annex are comments of the author, each with initials."""
    signature = replace(ENGLISH.signature, picture=replace(PICTURE, width=40))  # type: ignore[type-var]  # it has one
    turned = replace(ENGLISH.annexes[0], orientation="landscape")
    new = replace(ENGLISH, signature=signature, footer=("Geneva",), annexes=(turned, ENGLISH.annexes[1]))

    comments = [*_part(_tracked(ENGLISH, new), "word/comments.xml")]

    assert ["".join(map(str, comment.itertext())) for comment in comments] == [
        "signature: the picture has another size",
        "Annex 1, Draft programme: now in landscape, formerly in portrait",
        "page footer: now “Geneva”, formerly “Place des Nations, Geneva Tel: +41 22 730 5111”",
    ]
    assert {comment.get(f"{_W}initials") for comment in comments} == {"AE"}


@pytest.mark.parametrize("is_added", [True, False])
def test_a_turned_annex_that_comes_or_goes_is_a_comment(is_added: bool) -> None:
    """Word tracks the words of the annex, but not that its pages are in landscape."""
    turned = replace(ENGLISH, annexes=(replace(ENGLISH.annexes[0], orientation="landscape"), *ENGLISH.annexes[1:]))
    without = replace(ENGLISH, annexes=ENGLISH.annexes[1:])

    comments = _part(_tracked(without, turned) if is_added else _tracked(turned, without), "word/comments.xml")

    assert ["".join(map(str, comment.itertext())) for comment in comments] == [
        f"Annex 1, Draft programme: {'now' if is_added else 'formerly'} in landscape, "
        f"{'formerly' if is_added else 'now'} not in the letter"
    ]


def test_rows_with_cells_that_are_joined_down_are_replaced() -> None:
    """LibreOffice loses the words of a cell that is joined with the one above it, so no row has both."""
    rows = (cell("Monday"), cell("Room A")), (cell("Tuesday"), cell("Room B")), (cell("Friday"), cell("Room C"))
    old = with_body(replace(PROGRAMME, rows=rows))
    new = with_body(
        replace(PROGRAMME, rows=((replace(cell("Monday"), rowspan=2), cell("Room A")), (cell("Room B"),), rows[2]))
    )

    rows_found = [_row(row) for row in _part(_tracked(old, new), "word/document.xml").iter(f"{_W}tr")]

    assert [row for row in rows_found if "Room" in row[1]] == [
        ("del", "MondayRoom A"),
        ("del", "TuesdayRoom B"),
        ("ins", "MondayRoom A"),
        ("ins", "Room B"),
        ("", "FridayRoom C"),
    ]
    _check_exact(old, new)
    _check_exact(new, old)


def test_each_relationship_of_a_redline_has_an_id_of_its_own() -> None:
    """Also where the old letter brings its footnotes and an address, and the new one has neither."""
    link = Paragraph(words("the form", link="https://form.example.int/"), "", "form")
    old = replace(with_body(*_NOTED, link, _TEXT), footnotes=(_FOOTNOTE,))

    relations = _part(_tracked(old, with_body(_TEXT)), "word/_rels/document.xml.rels")

    ids = [one.get("Id") for one in relations]
    targets = [one.get("Target") for one in relations]
    assert len({*ids}) == len(ids)
    assert {"/word/footnotes.xml", "https://form.example.int/"} <= {*targets}


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("media/logo.png", "word/media/logo.png"),
        ("/word/media/logo.png", "word/media/logo.png"),
        ("pictures/logo.png", "word/pictures/logo.png"),
    ],
)
def test_a_picture_that_both_word_files_have_is_not_brought(target: str, name: str) -> None:
    """Wherever a template keeps its pictures, and however it names them: what is the same is not tracked."""
    image = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
    packages = "http://schemas.openxmlformats.org/package/2006/relationships"
    link = f'<Relationship Id="rId9" Type="{image}" Target="{target}"/>'
    relationships = f'<Relationships xmlns="{packages}">{link}</Relationships>'.encode()
    parts = {name: PICTURE.data, "word/_rels/footer1.xml.rels": relationships}
    new = dict(parts)
    tree = etree.fromstring(f'<a:blip xmlns:a="{A}" xmlns:r="{R}" r:embed="rId9"/>')

    bring(parts, new, "word/footer1.xml", tree, relations_of(new, "word/footer1.xml"))

    assert tree.get(f"{{{R}}}embed") == "rId9"
    assert new == parts


def test_unchanged_letters_have_no_changes() -> None:
    """A letter beside itself has neither changes nor comments."""
    tracked = _tracked(ENGLISH, ENGLISH)

    assert differences(docx_reading(tracked), _reading(ENGLISH)) == []


def test_the_same_versions_make_the_same_bytes() -> None:
    """No clock and no order of a set gets into the file."""
    new = with_body(*numbered("One.", "Two."))

    assert _tracked(ENGLISH, new) == _tracked(ENGLISH, new)


def test_every_key_of_a_word_file_is_that_of_a_part() -> None:
    """The parts that the keys in a Word file name are those of the comparison, with the same words."""
    units = {unit.key: unit.words for unit in tree_of(ENGLISH, EVERYBODY).walk()}
    _, slots = keyed(ENGLISH)

    wrong = [slot for slot in slots if not (slot.label or units.get(slot.key, "")[slot.start :].startswith(slot.text))]

    assert len(slots) > 50 and wrong == []


@pytest.mark.parametrize(
    ("author", "code"), [("Ana\x1b[2J", "control-character"), ("Ana\u202e", "bidi-control"), ("A" * 256, "too-long")]
)
def test_an_author_that_word_could_not_show_is_refused(
    author: str, code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Control and direction characters, and names that are too long, are usage errors."""
    letter = (ROOT / "letters/tsb-circular-213.yaml").read_text("utf-8").replace("English and Spanish", "English")
    (tmp_path / "new.yaml").write_text(letter, "utf-8")
    names = [str(ROOT / "letters/tsb-circular-213.yaml"), str(tmp_path / "new.yaml")]

    exit_code = main(["diff", *names, "--format", "docx", "--out", str(tmp_path), "--author", author])

    assert exit_code == 2
    assert code in capsys.readouterr().err


def _check_exact(old: Document, new: Document) -> None:
    tracked = _tracked(old, new)
    for version, mode in ((new, "accept"), (old, "reject")):
        found = docx_reading(resolved(tracked, mode))  # type: ignore[arg-type]  # both are modes
        assert differences(found, _reading(version)) == [], mode


def _reading(document: Document) -> Reading:
    return docx_reading(master(document, _PACK).fill({}))


def _tracked(old: Document, new: Document) -> bytes:
    return redline(comparison(old, new), _PACK, "Ana Ejemplo", _DATE)


def _columns(table: etree._Element) -> tuple[int, int]:
    """The columns of a table's grid, and the most cells of a row."""
    return len(table.findall(f"{_W}tblGrid/{_W}gridCol")), max(
        len(row.findall(f"{_W}tc")) for row in table.iter(f"{_W}tr")
    )


def _row(row: etree._Element) -> tuple[str, str]:
    """How a row of a table is tracked, and its words."""
    change = next(row.iterfind(f"{_W}trPr/*[@{_W}author]"), None)
    return "" if change is None else etree.QName(change).localname, "".join(map(str, row.itertext()))


def _part(file: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(file)) as package:
        return etree.fromstring(package.read(name))


def _changes(file: bytes) -> Iterator[tuple[str, str, str]]:
    """The changes of words: how, by whom, and the words."""
    for change in _part(file, "word/document.xml").iter(f"{_W}ins", f"{_W}del"):
        if words := "".join(map(str, change.itertext())):
            yield etree.QName(change).localname, str(change.get(f"{_W}author")), words
