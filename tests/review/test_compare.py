"""The comparison of two documents: it reports the changes that a reader would notice."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from circulars.model.document import AddressList, Document
from circulars.model.text import Block, Heading, Item, Items, Paragraph, Span, Table
from circulars.review.comparing.changes import Change, Segment
from circulars.review.comparing.compare import compare
from circulars.review.comparing.compare import compare as compared
from circulars.review.comparing.tree import Unit, tree_of
from review.drafts import DEADLINES, ENGLISH, bullets, cell, numbered, spanish, with_body, words
from work import lines_run


def in_short(changes: tuple[Change, ...]) -> list[tuple[str, str]]:
    """The kind and the place of each change."""
    return [(change.kind, change.place) for change in changes]


def only(changes: tuple[Change, ...]) -> Change:
    """The only change."""
    (change,) = changes
    return change


def body(*blocks: Block) -> tuple[Block, ...]:
    """The English letter's body with more blocks at the end."""
    return (*ENGLISH.body, *blocks)


@pytest.mark.parametrize("document", [ENGLISH, spanish(*numbered("Uno.", "Dos.", "Dos."))])
def test_a_document_does_not_differ_from_itself(document: Document) -> None:
    """Comparing a document with itself gives no changes, in both languages."""
    assert compare(document, document) == ()


def test_a_reworded_paragraph_is_changed_word_by_word() -> None:
    """The change has the paragraph's number as its place, the paragraph's id, and the equal and added words."""
    new = with_body(
        ENGLISH.body[0],
        Paragraph(words("The meeting will be held in English, French and Spanish."), "2", "languages"),
        *ENGLISH.body[2:],
    )

    change = only(compare(ENGLISH, new))

    assert (change.kind, change.place, change.id) == ("changed", "paragraph 2", "languages")
    assert change.segments == (
        Segment("equal", "The meeting will be held in English"),
        Segment("added", ", French"),
        Segment("equal", " and Spanish."),
    )


def test_a_new_paragraph_renumbers_the_others_with_one_remark() -> None:
    """A new paragraph is added; those after it have other numbers, which is a consequence, and are not changed."""
    old = with_body(*numbered("First of all.", "Second to none.", "Third time lucky."))
    new = with_body(*numbered("First of all.", "A new one.", "Second to none.", "Third time lucky."))

    changes = compare(old, new)

    assert in_short(changes) == [("added", "paragraph 2"), ("consequences", "letter")]
    assert changes[1].remarks == ("paragraphs 3 to 4 were 2 to 3",)


def test_a_reference_to_a_renumbered_paragraph_is_not_a_change() -> None:
    """ "see paragraph 2" becomes "see paragraph 3" because of the renumbering, which is reported once."""
    first, languages, seeing, *others = ENGLISH.body
    assert isinstance(seeing, Paragraph)
    spans = (seeing.spans[0], Span("3", link="#languages"), seeing.spans[2])
    shifted = [replace(b, number=str(int(b.number) + 1)) if isinstance(b, Paragraph) else b for b in others]
    new = with_body(
        first,
        Paragraph(words("Something else."), "2", "else"),
        replace(languages, number="3"),  # type: ignore[arg-type]  # a paragraph
        replace(seeing, spans=spans, number="4"),
        *shifted,
    )

    changes = compare(ENGLISH, new)

    assert in_short(changes) == [("added", "paragraph 2"), ("consequences", "letter")]
    assert changes[1].remarks == ("paragraphs 3 to 5 were 2 to 4", "references to them follow in paragraph 4")


def test_a_removed_paragraph_is_in_its_old_place() -> None:
    """It is reported before the paragraph that followed it, with its old number."""
    old = with_body(*numbered("One is here.", "Two is gone soon.", "Three is going to change."))
    new = with_body(*numbered("One is here.", "Three is going to stay."))

    assert in_short(compare(old, new)) == [
        ("removed", "paragraph 2"),
        ("changed", "paragraph 2"),
        ("consequences", "letter"),
    ]


def test_a_moved_paragraph_is_moved_once() -> None:
    """A moved paragraph is neither removed nor added, and its neighbours did not move."""
    texts = ["Alpha goes first.", "Beta follows it.", "Gamma is third.", "Delta is last."]
    old, new = with_body(*numbered(*texts)), with_body(*numbered(*texts[1:], texts[0]))

    changes = [change for change in compare(old, new) if change.kind != "consequences"]

    assert [(c.kind, c.place, c.was, c.new_text) for c in changes] == [
        ("moved", "paragraph 4", "paragraph 1", "Alpha goes first.")
    ]


def test_a_paragraph_that_moved_and_changed_is_one_change() -> None:
    """A paragraph is recognized by its id, although its words changed, too."""
    new = with_body(
        ENGLISH.body[1],
        Paragraph(words("I am glad to invite you to the meeting in Madrid."), "2", "invitation"),
        *ENGLISH.body[2:],
    )

    moved = [change for change in compare(ENGLISH, new) if change.kind == "moved"]

    assert len(moved) == 1


def test_a_list_moves_with_its_paragraph() -> None:
    """The list below a moved paragraph is not reported separately."""
    texts = numbered("Alpha goes first.", "Beta follows it.", "Gamma is third.", "Delta is last.")
    listed = bullets("body.1.items", "one entry;", "another entry.")
    old, new = with_body(texts[0], listed, *texts[1:]), with_body(*texts[1:], texts[0], listed)

    assert [c.kind for c in compare(old, new) if c.kind != "consequences"] == ["moved"]


def test_a_new_item_is_named_by_its_paragraph() -> None:
    """The place of a list item begins with its paragraph's number."""
    new = with_body(
        *ENGLISH.body[:3],
        bullets(
            "body.3.items", "Provide an update on the work;", "Elect a chair;", "Present the activities of the Hub."
        ),
        *ENGLISH.body[4:],
    )

    change = only(compare(ENGLISH, new))

    assert (change.kind, change.place, change.new_text) == ("added", "paragraph 3, item 2", "Elect a chair;")


def test_a_deadline_is_named_by_its_heading_and_date() -> None:
    """The place of a table is the heading above it, and the place of a row is its row heading."""
    rows = (DEADLINES.rows[0], (cell("12 September 2024"), cell("Registration of everybody", dashes=True)))
    new = with_body(*ENGLISH.body[:6], replace(DEADLINES, rows=rows), ENGLISH.body[7])

    assert in_short(compare(ENGLISH, new)) == [("changed", "Key deadlines, 12 September 2024")]


def test_a_cell_is_named_by_row_and_column() -> None:
    """In a table with a header row, the place of a cell is its row's first cell and its column's heading."""
    annex = ENGLISH.annexes[0]
    plan = annex.body[1]
    assert isinstance(plan, Table)
    rows = (plan.rows[0], (plan.rows[1][0], cell("Meeting of the committee")))
    new = replace(ENGLISH, annexes=(replace(annex, body=(annex.body[0], replace(plan, rows=rows))), ENGLISH.annexes[1]))

    assert in_short(compare(ENGLISH, new)) == [("changed", "Annex 1, Draft programme, table, row 19 September, Event")]


def test_a_new_row_is_one_change() -> None:
    """A new row is one change, not one for each cell."""
    rows = (*DEADLINES.rows, (cell("19 September 2024"), cell("Meeting", dashes=True)))
    new = with_body(*ENGLISH.body[:6], replace(DEADLINES, rows=rows), ENGLISH.body[7])

    change = only(compare(ENGLISH, new))

    assert (change.kind, change.place) == ("added", "Key deadlines, 19 September 2024")
    assert change.new_text == "19 September 2024 | Meeting"


def test_words_that_became_bold_are_reported() -> None:
    """A different look of the same words is a change of look, with the words in the remark."""
    new = with_body(
        ENGLISH.body[0],
        Paragraph(
            (Span("The meeting will be held in "), Span("English and", strong=True), Span(" Spanish.")),
            "2",
            "languages",
        ),
        *ENGLISH.body[2:],
    )

    change = only(compare(ENGLISH, new))

    assert (change.kind, change.remarks) == ("look", ("now bold: “English and”",))


def test_a_changed_address_is_reported() -> None:
    """A different address under the same words is a change of link, with both addresses in the remark."""
    first = ENGLISH.body[0]
    assert isinstance(first, Paragraph)
    spans = (first.spans[0], replace(first.spans[1], link="https://example.int/new/"), first.spans[2])
    new = with_body(replace(first, spans=spans), *ENGLISH.body[1:])

    change = only(compare(ENGLISH, new))

    assert (change.kind, change.place) == ("link", "paragraph 1")
    assert change.remarks == (
        "the link of “the meeting” now goes to https://example.int/new/, formerly to https://example.int/",
    )


def test_a_paragraph_that_became_a_heading_is_reported() -> None:
    """The same words in another kind of block are a change of look."""
    new = with_body(
        *(
            Heading(words("The meeting will be held in English and Spanish."), 2, "", "languages") if n == 1 else block
            for n, block in enumerate(ENGLISH.body)
        )
    )

    assert ("look", ("now a heading of level 2, formerly a paragraph",)) in [
        (change.kind, change.remarks) for change in compare(ENGLISH, new)
    ]


def test_the_signature_s_picture_is_compared() -> None:
    """Another picture of the same size is noticed."""
    signature = ENGLISH.signature
    assert signature is not None and signature.picture is not None
    new = replace(ENGLISH, signature=replace(signature, picture=replace(signature.picture, data=b"other")))

    change = only(compare(ENGLISH, new))

    assert (change.kind, change.place, change.remarks) == ("look", "signature", ("now another picture",))


def test_the_parts_of_the_head_are_named_as_on_the_page() -> None:
    """The places are the date, and the labels of the subject and the addressees."""
    copy = replace(ENGLISH.addressees[1], entries=(Item("–", words("ITU Academia")),))
    new = replace(
        ENGLISH,
        date_line="Geneva, 13 July 2024",
        addressees=(ENGLISH.addressees[0], copy),
        subject=(words("Ninth Meeting of the Initiative"), ENGLISH.subject[1]),
    )

    assert in_short(compare(ENGLISH, new)) == [("changed", "date"), ("removed", "Copy, item 1"), ("changed", "Subject")]


def test_the_only_annex_is_named_without_a_number() -> None:
    """The place in a letter's only annex begins with "Annex"."""
    old = replace(ENGLISH, annexes=(replace(ENGLISH.annexes[0], name="Annex"),))
    new = replace(old, annexes=(replace(old.annexes[0], title=words("Programme")),))

    assert in_short(compare(old, new)) == [("changed", "Annex, Programme, title")]


def test_a_new_annex_renumbers_the_other() -> None:
    """A new annex is reported with its title and its text; that the others are renumbered is a consequence."""
    extra = replace(
        ENGLISH.annexes[0], id="visas", title=words("Visas"), body=(Paragraph(words("Ask early."), "", "visas.1"),)
    )
    first, second = ENGLISH.annexes
    shifted = replace(first, label="ANNEX 2", name="Annex 2"), replace(second, label="ANNEX 3", name="Annex 3")
    new = replace(ENGLISH, annexes=(extra, *shifted))

    changes = compare(ENGLISH, new)

    assert in_short(changes) == [
        ("added", "Annex 1, Visas, title"),
        ("added", "Annex 1, Visas, paragraph 1"),
        ("consequences", "letter"),
    ]
    assert changes[-1].remarks == ("Annex 2 was Annex 1", "Annex 3 was Annex 2")


def test_a_block_for_some_addressees_says_so() -> None:
    """If a paragraph is now for some addressees only, its place and a remark say so."""
    change = only(compared(ENGLISH, ENGLISH, {}, {"languages": "category: member-state"}))

    assert (change.kind, change.place) == ("audience", "paragraph 2 (only for category: member-state)")
    assert change.remarks == ("now only for category: member-state, formerly for everybody",)


def edited(count: int) -> tuple[Document, Document]:
    """A letter of ``count`` paragraphs and its next version: two of three changed, some removed, and one added."""
    chance = random.Random(7)  # no secret
    known = [f"word{n}" for n in range(3000)]
    texts = [" ".join(chance.choices(known, k=60)) + "." for _ in range(count)]
    others = [text.replace(" word12", " other12") if n % 3 else text for n, text in enumerate(texts) if n % 50]
    others.insert(700, "Something quite new stands here.")
    return with_body(*numbered(*texts)), with_body(*numbered(*others))


def test_a_letter_of_two_thousand_blocks_is_about_four_times_the_work_of_five_hundred() -> None:
    """Work grows about as the letter; what changed in the long one is found."""
    short, long = edited(500), edited(2000)
    changes: list[Change] = []

    work = lines_run(lambda: compare(*short))
    work_of_long = lines_run(lambda: changes.extend(compare(*long)))

    assert work_of_long < 6 * work
    assert sum(change.kind == "removed" for change in changes) == 40
    assert sum(change.kind == "added" for change in changes) == 1


# Any two documents.

WORD = st.sampled_from(
    ["the", "meeting", "in", "Madrid", "(ITU)", "réunion", "2 000", "«Hub»", "12:30", "会议", ",", "—"]
)
TEXT = st.lists(WORD, min_size=1, max_size=7).map(" ".join)
LOOK = st.sampled_from([{}, {}, {"strong": True}, {"emphasis": True}, {"link": "https://example.int/"}])
SPANS = st.lists(st.builds(lambda text, look: Span(text + " ", **look), TEXT, LOOK), min_size=1, max_size=3).map(tuple)
ID = st.sampled_from(["", "", "", "languages", "visas", "travel"])


@st.composite
def bodies(draw: st.DrawFn) -> tuple[Block, ...]:
    """A body of paragraphs, headings, lists and tables, its paragraphs numbered as the composer numbers them."""
    blocks: list[Block] = []
    used: set[str] = set()
    for place, kind in enumerate(draw(st.lists(st.sampled_from("ppphit"), max_size=8)), start=1):
        number = str(sum(isinstance(block, Paragraph) for block in blocks) + 1)
        own = draw(ID)
        id = own if own and own not in used else f"body.{place}"
        used.add(id)
        if kind == "p":
            blocks.append(Paragraph(draw(SPANS), number, id))
        elif kind == "h":
            blocks.append(Heading(draw(SPANS), 1, "", id))
        elif kind == "i":
            entries = tuple(Item("•", spans) for spans in draw(st.lists(SPANS, min_size=1, max_size=4)))
            blocks.append(Items("bullets", entries, f"{id}.items"))
        else:
            rows = draw(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=4))
            blocks.append(
                Table((cell("Date"), cell("Event")), tuple((cell(a), cell(b)) for a, b in rows), (0.5, 0.5), id=id)
            )
    return tuple(blocks)


def leaves(part: Unit, touched: set[str]) -> Iterator[str]:
    """The words of all parts except those with changes."""
    if part.key not in touched:
        yield part.words
        for inner in part.parts:
            yield from leaves(inner, touched)


def text_of(part: Unit) -> str:
    """The words of a part as in a change: those of a row in one piece."""
    return " | ".join(inner.words for inner in part.parts) if part.family in ("row", "head") else part.words


@given(bodies(), bodies())
def test_the_changes_lead_from_the_old_words_to_the_new(before: tuple[Block, ...], after: tuple[Block, ...]) -> None:
    """Each change has exactly the old and the new words of its place; all other words are the same."""
    old, new = with_body(*before), with_body(*after)
    changes = [change for change in compare(old, new) if change.kind != "consequences"]
    mine, yours = ({part.key: part for part in tree_of(document, {}).walk()} for document in (old, new))
    # A table that became two, or two that became one, is one change in more places than two: pairs test that.
    assume(not any(change.kind in ("split", "merged") and mine[change.old].family == "table" for change in changes))

    for change in changes:
        if change.segments:
            assert change.old_text == (text_of(mine[change.old]) if change.old else "")
            assert change.new_text == (text_of(yours[change.new]) if change.new else "")
    in_old, in_new = {change.old for change in changes}, {change.new for change in changes}
    assert [w for w in leaves(tree_of(old, {}), in_old) if w] == [w for w in leaves(tree_of(new, {}), in_new) if w]


@given(bodies())
def test_no_document_differs_from_itself(blocks: tuple[Block, ...]) -> None:
    """Comparing any document with itself gives no changes."""
    assert compare(with_body(*blocks), with_body(*blocks)) == ()


def texts_in(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths to all texts of a document that a reader sees."""
    invisible = {
        "id",
        "language",
        "locale",
        "direction",
        "align",
        "layout",
        "orientation",
        "window",
        "media_type",
        "link",
        "hole",
        "style",
        "properties",
        "picture",
        "mark",
        "number",
        "label",
        "address",
        "data",
    }
    if isinstance(value, str) and value:
        yield path
    elif isinstance(value, tuple):
        for place, part in enumerate(value):
            yield from texts_in(part, (*path, place))
    elif is_dataclass(value):
        for field in fields(value):
            if field.name not in invisible or (
                field.name == "label" and path[:1] in [("addressees",), ("particulars",)]
            ):
                yield from texts_in(getattr(value, field.name), (*path, field.name))


def changed_at(value: Any, path: tuple[Any, ...]) -> Any:
    """A value with one more word in the text at a path."""
    if not path:
        return f"{value} besides"
    first, *rest = path
    if isinstance(value, tuple):
        return (*value[:first], changed_at(value[first], tuple(rest)), *value[first + 1 :])
    return replace(value, **{first: changed_at(getattr(value, first), tuple(rest))})


# The labels of entries ("–") belong to the layout; those of particulars and lists are compared with their lists. The
# name of an annex is its label.
PATHS = [
    path
    for path in texts_in(ENGLISH)
    if not (path[-1] == "label" and "entries" in path) and (path[0], path[-1]) != ("annexes", "name")
]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: ".".join(map(str, path)))
def test_one_more_word_in_any_text_is_a_change(path: tuple[Any, ...]) -> None:
    """Wherever a word is added, the comparison finds it, with the right block."""
    new = changed_at(ENGLISH, path)

    changes = compare(ENGLISH, new)

    assert any("besides" in change.new_text for change in changes)
    if path[0] == "body":
        blocks = {block.id: place for place, block in enumerate(ENGLISH.body)}
        assert {blocks[change.id] for change in changes if change.id} <= {path[1]}
        number = getattr(ENGLISH.body[path[1]], "number", "")
        assert all(f"paragraph {number}" in change.place for change in changes if number)


def test_items_are_compared_as_lists() -> None:
    """Letters instead of bullets are a change of the list's look, not of its items."""
    listed = ENGLISH.body[3]
    assert isinstance(listed, Items)
    lettered = Items(
        "letters", tuple(Item(f"{c})", i.spans) for c, i in zip("ab", listed.entries, strict=True)), listed.id
    )
    new = with_body(*ENGLISH.body[:3], lettered, *ENGLISH.body[4:])

    change = only(compare(ENGLISH, new))

    assert change.remarks == ("now a list with letters, formerly a list with bullets",)


def test_places_of_the_same_name_have_numbers() -> None:
    """Two sections of one title, two lists of one paragraph, and two paragraphs below a heading are told apart."""
    blocks: tuple[Block, ...] = (
        Paragraph(words("First of all."), "1", "body.1"),
        bullets("body.1.items", "one"),
        bullets("body.2", "two"),
        Heading(words("Travel"), 1, "", "body.3"),
        Paragraph(words("Not numbered."), "", "body.4"),
        Heading(words("Travel"), 1, "", "body.5"),
        Paragraph(words("Nor this."), "", "body.6"),
        Table((), ((cell("Alfa"), cell("1")), (cell("Alfa"), cell("2"))), (0.5, 0.5), row_heads=True, id="body.7"),
    )

    places = [unit.place for unit in tree_of(with_body(*blocks), {}).walk() if unit.key.startswith("body.")]

    leaves = [place for place in places if place not in ("body", "paragraph 1", "paragraph 1, list 2")]
    assert leaves == [
        "paragraph 1, item 1",
        "paragraph 1, list 2, item 1",
        "heading “Travel”",
        "text below “Travel”",
        "heading “Travel” 2",
        "text below “Travel” 2",
        "table below “Travel” 2",
        "table below “Travel” 2, row Alfa 1",
        "table below “Travel” 2, row Alfa 1",
        "table below “Travel” 2, row Alfa 1",
        "table below “Travel” 2, row Alfa 2",
        "table below “Travel” 2, row Alfa 2",
        "table below “Travel” 2, row Alfa 2",
    ]


def test_addressees_of_the_same_name_have_numbers() -> None:
    """Two addresses without a label are two places."""
    lists = tuple(AddressList("", (Item("", words(name)),)) for name in ("Ms Ana Ejemplo", "Mr Luis Muestra"))

    places = [unit.place for unit in tree_of(replace(ENGLISH, addressees=lists), {}).walk() if unit.family == "item"]

    assert places[:2] == ["addressees, item 1", "addressees 2, item 1"]


def test_two_letters_that_share_nothing_are_little_work() -> None:
    """Their words are split and looked up a few times each, not compared with one another."""
    old, new = (
        with_body(*numbered(*(" ".join(f"{name}{100 * n + m}" for m in range(100)) for n in range(50))))
        for name in ("alpha", "beta")
    )

    assert lines_run(lambda: compare(old, new)) < 20 * 10_000
