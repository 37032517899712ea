"""The page of changes: what it says, what is in its source, and how readers use it in Chromium."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from browsers import look
from circulars.errors import Place, Problem
from circulars.model.document import Document, Picture, Signature
from circulars.model.text import Block, Cell, Heading, Item, Items, Paragraph, Span, Table
from circulars.pack import load_pack
from circulars.review.comparing.tree import tree_of
from circulars.review.diffing import diff
from circulars.review.reports.formats import ReportOrder
from circulars.review.reports.marked_pdf import marked_pdf
from circulars.review.reports.page import page_of, write
from circulars.review.reports.report import ChangeReport, LetterChanges, State
from circulars.review.reports.summary import summary
from circulars.workspace import Workspace
from glyph_order import alike, shown_lines
from review.drafts import PROGRAMME, bullets, cell, spanish, with_body, words
from review.pair_letters import pairs, write_pair
from review.reports import letter_of, report_of

_SPACES = str.maketrans("␣⍽↵¶", "    ")  # spaces and ends of paragraphs that changed are shown
_SIDE = (
    "//*[contains(concat(' ', @class, ' '), ' side ') and @lang='{}' and not(ancestor::*[contains(@class, ' fact')])]"
)
_WITH_HOLES = ("addressee", "running-header")  # shown only if they changed


def said(text: str, id: str, number: str = "") -> Paragraph:
    """A paragraph of plain words."""
    return Paragraph(words(text), number, id)


def rows(count: int, change: str = "") -> Table:
    """A table of deadlines, one of which is another in another version."""
    lines = tuple((cell(f"Document {number}"), cell(f"Title {number}")) for number in range(count))
    if change:
        lines = (*lines[:7], (cell("Document 7"), cell(change)), *lines[8:])
    return Table((cell("Document"), cell("Title")), lines, (0.3, 0.7), id="documents")


def many(language: str, day: str, *more: Block) -> tuple[Block, ...]:
    """A letter's body with much that does not change between two versions."""
    fillers = tuple(said(f"Paragraph {number} of the {language} text.", f"filler.{number}") for number in range(12))
    return (said(f"The meeting begins on {day} September.", "first", "1"), *fillers, *more)


OLD = with_body(*many("English", "19", Heading(words("Deadlines")), rows(20), bullets("list", "one;", "two.")))
NEW = with_body(
    *many("English", "26", Heading(words("Deadlines")), rows(20, "Another title"), bullets("list", "one;", "three.")),
    Paragraph((Span("Added in "), Span("bold", strong=True), Span(" words.")), "", "added"),
)
OLD_ES = spanish(*many("Spanish", "19"))
NEW_ES = spanish(*many("Spanish", "26"))
OLD_AR = replace(spanish(said("يبدأ الاجتماع في 19 سبتمبر.", "first", "1")), language="ar", direction="rtl")
NEW_AR = replace(spanish(said("يبدأ الاجتماع في 26 سبتمبر.", "first", "1")), language="ar", direction="rtl")
REPORT = report_of(letter_of({"en": (OLD, NEW), "es": (OLD_ES, NEW_ES), "ar": (OLD_AR, NEW_AR)}, "circular-214"))


def test_each_change_in_a_table_has_an_address_of_its_own() -> None:
    """A row that changed can be sent, and those of a table are listed below it."""
    some = [*rows(20, "Another title").rows]
    some[12:13] = []
    new = replace(OLD, body=(*OLD.body[:-2], replace(rows(20), rows=tuple(some)), OLD.body[-1]))
    tree: Any = html.fromstring(page_of(report_of(letter_of({"en": (OLD, new), "es": (OLD, new)}, "x"))))

    links = [link.get("href") for link in tree.xpath("//ul[@class='inside']//a")]

    assert links == ["#x.documents-8", "#x.documents-13"]
    assert [row.get("id") for row in tree.xpath("//tr[@id]")] == ["x.documents-8", "x.documents-13"]


_TITLED = replace(rows(20), caption=words("Deadlines of contributions"))
_ADDED_ROW = (cell("Document 20"), cell("An added title"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (_TITLED, replace(_TITLED, caption=words("Deadlines of documents"))),
        (rows(20), replace(rows(20), columns=(cell("Document"), cell("Name")))),
    ],
    ids=["title", "header row"],
)
@pytest.mark.parametrize("more", ["", "Another title"], ids=["alone", "and a row"])
def test_a_change_above_the_rows_of_a_table_is_shown_and_has_one_address(old: Table, new: Table, more: str) -> None:
    """It is not folded away with unchanged rows, and a header row that each run of rows repeats has its id once."""
    new = replace(new, rows=rows(20, more).rows)
    page = page_of(report_of(letter_of({"en": (with_body(old), with_body(new))}, "x")))
    tree: Any = html.fromstring(page)
    ids = re.findall(' id="([^"]*)"', page)

    assert tree.xpath("//caption[not(ancestor::details)]/ins | //th[not(ancestor::details)]/ins")
    assert len(ids) == len({*ids})
    assert {*re.findall('href="#([^"]*)"', page)} <= {*ids}


@pytest.mark.parametrize("is_first", [True, False])
def test_a_row_that_one_language_has_more_has_an_address_in_it(is_first: bool) -> None:
    """The link to it leads to the language that has it, not to the row of another one in the same place."""
    changed = rows(20, "Another title").rows
    added = (_ADDED_ROW, *changed) if is_first else (*changed, _ADDED_ROW)
    letter = letter_of(
        {
            "en": (with_body(rows(20)), with_body(replace(rows(20), rows=changed))),
            "es": (spanish(rows(20)), spanish(replace(rows(20), rows=added))),
        }
    )
    tree: Any = html.fromstring(page_of(report_of(letter)))

    links = [link.get("href")[1:] for link in tree.xpath("//ul[@class='inside']//a")]
    texts = {id: [row.text_content() for row in tree.xpath(f"//tr[@id='{id}']")] for id in links}

    assert len(links) == 2
    assert {len(found) for found in texts.values()} == {1}
    assert any("An added title" in found[0] for found in texts.values())


def test_the_page_names_languages_where_the_text_report_has_their_codes() -> None:
    """Questions about languages can be read by people who do not know the codes."""
    report = report_of(letter_of({"en": (OLD, NEW), "es": (OLD_ES, OLD_ES), "ar": (OLD_AR, OLD_AR)}, "x"))
    page = page_of(report)

    assert "only in en: are es and ar still right?" in report.text()
    assert "only in English: are Spanish and Arabic still right?" in page
    assert "only in en" not in page


def test_the_mark_of_a_footnote_is_raised() -> None:
    """It does not look like a part of the word before it."""
    mark = Span("1", link="#footnote.fee", note="fee")
    old, new = (Paragraph((Span(f"The fee is {fee}"), mark), "1", "fee") for fee in ("low", "high"))
    page = page_of(report_of(letter_of({"en": (with_body(old), with_body(new))})))

    assert "<sup>1</sup>" in page


def test_a_table_has_the_columns_and_the_rows_of_both_versions() -> None:
    """A row that only one version has is empty in a column that only the other one has."""
    old = PROGRAMME
    new = replace(
        old,
        columns=(*old.columns, cell("Room")),
        rows=((*old.rows[0], cell("A")), (cell("20 September"), cell("A visit to the town"), cell("B"))),
        widths=(0.3, 0.4, 0.3),
    )
    tree: Any = html.fromstring(page_of(report_of(letter_of({"en": (with_body(old), with_body(new))}))))

    [changed] = [one for one in tree.xpath("//table") if "Room" in one.text_content()]
    assert {len(row) for row in changed.iter("tr")} == {3}
    assert [kind.text for kind in tree.xpath("//p[@class='kind']")] == ["3 changes"]


@pytest.mark.parametrize("is_new", [False, True])
def test_a_cell_covers_the_rows_of_both_versions(is_new: bool) -> None:
    """A row that came or went among those that a cell covers is covered as well, and no cell stands in its place."""
    group, tail = (Cell((words("Group A"),), rowspan=n) for n in (2, 3))
    heads = (cell("Group"), cell("Day"), cell("Room"))
    short = Table(heads, ((group, cell("1"), cell("R1")), (cell("3"), cell("R3"))), (0.4, 0.3, 0.3), id="t")
    long = replace(short, rows=((tail, cell("1"), cell("R1")), (cell("2"), cell("R2")), (cell("3"), cell("R3"))))
    old, new = (short, long) if is_new else (long, short)

    tree: Any = html.fromstring(page_of(report_of(letter_of({"en": (with_body(old), with_body(new))}))))

    [table] = [one for one in tree.xpath("//table") if "Group A" in one.text_content()]
    assert [len(row) for row in table.xpath(".//tbody/tr")] == [3, 2, 2]
    assert table.xpath(".//tbody//td/@rowspan") == ["3"]


def test_the_lists_of_a_cell_are_shown_with_their_changes() -> None:
    """Each entry is below the cell's words, with its label: one that changed, one that came, and one in another."""

    def letter(*entries: Item) -> Document:
        agenda = Cell((words("Remarks by:"),), lists=(Items("letters", entries, "remarks"),))
        return with_body(Table((cell("Time"), cell("Item")), ((cell("0930"), agenda),), (0.2, 0.8), id="agenda"))

    inner = Items("romans", (Item("i)", words("first;")),), "inner")
    director, chair = Item("a)", words("the Director;")), Item("b)", words("the Chair."), blocks=(inner,))
    new = letter(Item("a)", words("the new Director;")), chair, Item("c)", words("the delegates.")))
    tree: Any = html.fromstring(page_of(report_of(letter_of({"en": (letter(director, chair), new)}))))
    for hidden in tree.xpath("//*[@class='said']"):
        hidden.drop_tree()

    [shown] = tree.xpath("//td[p]")
    assert shown.text == "Remarks by:"
    assert [line.text_content() for line in shown] == [
        "a) the new Director;", "b) the Chair.", "i) first;", "c) the delegates.",
    ]  # fmt: skip
    assert [change.text_content().strip() for change in shown.iter("ins")] == ["new", "the delegates."]


def test_without_what_is_struck_it_is_the_new_letter_and_without_what_is_inserted_the_old_one() -> None:
    """In each language, the words of the page are those of both documents, in their order."""
    for language, (old, new) in {"en": (OLD, NEW), "es": (OLD_ES, NEW_ES), "ar": (OLD_AR, NEW_AR)}.items():
        assert words_on_page(page_of(REPORT), language, "del") == document_words(new)
        assert words_on_page(page_of(REPORT), language, "ins") == document_words(old)


SOME = [pair for pair in pairs()[1::7] if any(pair.kinds.values())]


@pytest.mark.parametrize("place", range(len(SOME)), ids=lambda place: SOME[place].name)
def test_the_page_of_each_kind_of_change_has_the_words_of_both_versions(place: int, tmp_path: Path) -> None:
    """Split, merged, moved, in tables, in lists: nothing is twice or nowhere in either version, nor is an address."""
    report = diff(*write_pair(SOME[place], tmp_path), Workspace(tmp_path))
    page = page_of(report)
    ids = re.findall(' id="([^"]*)"', page)

    assert len(ids) == len({*ids})
    assert {*re.findall('href="#([^"]*)"', page)} <= {*ids}

    for letter in report.letters:
        for language, compared in letter.compared.items():
            assert words_on_page(page, language, "del") == document_words(compared.new)
            assert words_on_page(page, language, "ins") == document_words(compared.old)


def test_what_moved_is_at_both_places_and_its_edits_are_where_it_is_now() -> None:
    """Without what is struck it is only at the new place, and without what is inserted only at the old one."""
    first, last = said("The venue is Room A of the centre in the city.", "a"), said("Coffee is served at noon.", "c")
    middle = (said("Documents are on the web.", "d"), said("Seats are limited.", "e"))
    edited = said("The venue is Room B of the centre in the city.", "a")
    old, new = with_body(first, *middle, last), with_body(*middle, last, edited)

    page = page_of(report_of(letter_of({"en": (old, new)})))

    assert words_on_page(page, "en", "del") == document_words(new)
    assert words_on_page(page, "en", "ins") == document_words(old)
    assert len(html.fromstring(page).xpath("//ins[@class='moved']/del")) == 1  # type: ignore[arg-type]


def test_what_only_copies_and_pages_fill_is_shown_if_it_changed(tmp_path: Path) -> None:
    """Neither the hole for an addressee nor that for the number of a page is among the parts that did not change."""
    [pair] = (one for one in pairs() if one.name == "a range of days changes")
    headed = replace(OLD, running_header=("- {page} -", "Another circular"))

    unchanged = page_of(diff(*write_pair(pair, tmp_path), Workspace(tmp_path)))
    changed = page_of(report_of(letter_of({"en": (OLD, headed)})))

    assert "addressee.block" not in unchanged
    assert "{page}" not in unchanged
    assert ">page header<" in changed


def test_marks_are_announced_in_the_language_of_the_text() -> None:
    """A screen reader that reads Spanish says "suprimido"; the words are not shown, and not copied."""
    tree: Any = html.fromstring(page_of(REPORT))

    spanish_text = " ".join(side.text_content() for side in tree.xpath(_SIDE.format("es")))
    [style] = re.findall(r"\.said \{([^}]*)\}", page_of(REPORT))

    assert "suprimido: 19 September (suprimido, fin)" in spanish_text
    assert "user-select: none" in style


def words_on_page(page: str, language: str, without: str) -> list[str]:
    """The words of the letter's own text in one language, without what is said to screen readers."""
    found: list[str] = []
    tree: Any = html.fromstring(page.replace("<br>", "\n"))
    for side in tree.xpath(_SIDE.format(language)):
        if side.getparent().getparent().get("id").endswith(_WITH_HOLES):
            continue
        for repeated in side.xpath(".//thead")[1:]:
            repeated.drop_tree()
        for text in side.xpath(".//*[@class='words' or self::td or self::th or self::caption]"):
            for element in text.xpath(f".//{without} | .//*[@class='said' or @class='label']"):
                element.drop_tree()
            found += text.text_content().translate(_SPACES).split()
    return found


def document_words(document: Document) -> list[str]:
    """The words of a document's parts that have some, without labels that a page does not repeat."""
    units = (unit for unit in tree_of(document, {}).walk() if not unit.key.endswith((".label", *_WITH_HOLES)))
    return [word for unit in units for word in unit.words.split()]


def test_each_change_keeps_its_address_when_others_come_and_go() -> None:
    """What was sent to a colleague leads to the same change after the letter is edited elsewhere."""
    more = replace(NEW, body=(said("Another first paragraph.", "body.1", "1"), *NEW.body[:1], *NEW.body[2:]))

    anchors, later = (changes_on(page_of(report_of(letter_of({"en": (OLD, new)})))) for new in (NEW, more))

    assert len(anchors) == 4
    assert {*anchors} < {*later}
    assert len(later) == 6


def changes_on(page: str) -> list[str]:
    """The addresses of the changes on a page."""
    tree: Any = html.fromstring(page)
    return [str(found) for found in tree.xpath("//*[contains(@class, 'change') and @role='group']/@id")]


def test_a_fact_is_shown_once_with_links_to_the_places_that_show_it(tmp_path: Path) -> None:
    """It comes first, with its values in each language; what has only the fact in it is no change of its own."""
    [pair] = (one for one in pairs() if one.name == "a fact changes and a sentence beside it too")

    tree: Any = html.fromstring(page_of(diff(*write_pair(pair, tmp_path), Workspace(tmp_path))))

    fact, *others = tree.xpath("//*[@role='group' and contains(@class, 'change')]")
    links = [link.get("href") for link in fact.xpath(".//p[@class='places']/a")]
    assert fact.get("id").startswith("new.fact.")
    assert [side.get("lang") for side in fact.xpath(".//*[@lang and contains(@class, 'side')]")] == ["en", "es"]
    assert links
    assert all(tree.xpath(f"//*[@id='{link[1:]}']") for link in links)
    assert len(others) == 1


def test_a_fact_and_a_link_that_are_called_alike_have_addresses_of_their_own(tmp_path: Path) -> None:
    """The fact "link-plan" is not where the link "plan" is."""
    text = (
        "kind: tsb-circular\nnumber: 301\ndate: 2024-07-12\nlanguages: [en]\nto: [member-states]\n"
        "subject: {{en: Meeting}}\nfacts: {{link-plan: {{en: {day}}}}}\n"
        "links: {{plan: 'https://example.org/{day}'}}\n"
        "body: [{{en: 'It is on «link-plan», as in the [plan](plan).'}}]\n"
        "signatory: {{post: tsb-director, name: Max Mustermann, gender: m}}\n"
    )
    for version, day in (("old", "Monday"), ("new", "Friday")):
        (tmp_path / f"{version}.yaml").write_text(text.format(day=day), "utf-8")

    page = page_of(diff("old.yaml", "new.yaml", Workspace(tmp_path)))

    ids = re.findall(' id="([^"]*)"', page)
    assert {"new.fact.link-plan", "new.fact.link-plan.2"} <= {*ids}
    assert len(ids) == len({*ids})


def test_a_term_in_an_arabic_text_that_changed_in_part_is_isolated_as_a_whole(tmp_path: Path) -> None:
    """With bold words in it and with its marks; the marked PDF shows it from left to right, too."""
    text = (
        "kind: tsb-circular\nnumber: 301\ndate: 2024-07-12\nlanguages: [ar]\nto: false\ncopy: false\n"
        "subject: {{ar: نص}}\nbody: [{{ar: 'تجتمع ITU-T **Study Group** {number} Chair غدا'}}]\n"
        "signatory: {{name: سمر, title: سمر}}\n"
    )
    for version, number in (("old", "five"), ("new", "six")):
        (tmp_path / f"{version}.yaml").write_text(text.format(number=number), "utf-8")
    [found] = (report := diff("old.yaml", "new.yaml", Workspace(tmp_path))).letters
    [arabic] = found.languages
    assert arabic.compared

    tree: Any = html.fromstring(page_of(report))

    [isolate] = tree.xpath("//p[contains(., 'Chair')]//bdi")
    words = "".join(isolate.xpath(".//text()[not(ancestor::*[@class='said'])]"))
    assert (isolate.get("dir"), words) == ("ltr", "ITU-T Study Group fivesix Chair")
    lines = shown_lines(marked_pdf(arabic.compared, arabic.changes, load_pack(), "old"))
    assert any(alike("ITU-T Study Group five six Chair") in line for line in lines)


def test_what_a_reader_need_not_look_at_is_folded(tmp_path: Path) -> None:
    """Numbers that follow from other changes are one line in a folded list, and no stop for the keys."""
    [pair] = (one for one in pairs() if one.name == "a paragraph is added at the beginning")

    tree: Any = html.fromstring(page_of(diff(*write_pair(pair, tmp_path), Workspace(tmp_path))))

    [line] = tree.xpath("//details[not(@open)]/ul/li")
    assert line.text_content().startswith("consequences: ")
    assert len(tree.xpath("//*[@role='group' and contains(@class, 'change')]")) == 1


def test_it_counts_as_the_report_for_people_does() -> None:
    """A table with two changes counts twice, and questions are counted and linked one to the next."""
    old, new = with_body(rows(20), *many("English", "19")), with_body(rows(20, "Another"), *many("English", "26"))
    letter = letter_of({"en": (old, new), "es": (spanish(*old.body), spanish(*old.body))})
    tree: Any = html.fromstring(page_of(report_of(letter)))

    [count] = tree.xpath("//p[@class='count']")
    asked = tree.xpath("//p[@class='question']")
    [first] = tree.xpath("//a[text()='first question']")

    assert summary(report_of(letter)) == f"letters/letter.yaml: {count.text}"
    assert count.text == "2 changes, 2 not in every language"
    assert first.getparent().text == "questions: 2 – "
    assert [first.get("href"), *(link.get("href") for one in asked for link in one)] == [
        f"#{one.get('id')}" for one in asked
    ]


def test_a_question_about_a_table_names_the_row_and_shows_it_in_each_language() -> None:
    """The row of the language in which it did not change is not folded away."""
    old, new = with_body(rows(20)), with_body(rows(20, "Another title"))
    tree: Any = html.fromstring(page_of(report_of(letter_of({"en": (old, new), "es": (old, old)}))))

    [asked] = tree.xpath("//p[@class='question']")
    shown = tree.xpath("//div[@lang='es']//tr[not(ancestor::details)]/td[1]/text()")

    assert asked.text == "table, row Document 7, Title: only in English: is Spanish still right?"
    assert shown == ["Document 6", "Document 7", "Document 8"]


def test_the_place_of_what_was_removed_is_told_from_new_places() -> None:
    """Its place is that of the old letter, where another paragraph may be now."""
    old = with_body(said("First of all, welcome.", "a", "1"), said("Bring a laptop with you.", "b", "2"))
    new = with_body(said("Bring a laptop with you.", "b", "1"))

    tree: Any = html.fromstring(page_of(report_of(letter_of({"en": (old, new)}))))

    assert [link.text for link in tree.xpath("//h3/a")] == ["formerly paragraph 1"]


def test_another_picture_and_other_widths_are_called_so() -> None:
    """Neither is a change of formatting, and nobody need look at widths."""
    table, wide = replace(PROGRAMME, widths=(0.3, 0.7)), replace(PROGRAMME, widths=(0.4, 0.6))
    picture = Picture(b"one", "image/png", "A signature", 10.0, 10.0)
    signed = Signature("", picture, "Max", ())
    old = replace(with_body(table), signature=signed)
    new = replace(with_body(wide), signature=replace(signed, picture=replace(picture, data=b"other")))
    letter = letter_of({"en": (old, new)})
    tree: Any = html.fromstring(page_of(report_of(letter)))

    assert [kind.text for kind in tree.xpath("//p[@class='kind']")] == ["picture changed"]
    [place] = (one.place for one in letter.by_place if one.kind == "typography")
    assert tree.xpath("//details/ul/li/text()") == [f"typography: the columns have other widths in {place}"]


def test_entries_have_their_letters_and_pieces_of_a_split_their_ends(tmp_path: Path) -> None:
    """Steps keep "a)" also if nothing changed in them; "¶" is inserted where a text was split."""
    steps = Items("letters", (Item("a)", words("register;")), Item("b)", words("book a hotel."))), "steps")
    listed = with_body(said("Kindly do this, please:", "a"), steps), with_body(said("Kindly do that:", "a"), steps)
    [pair] = (one for one in pairs() if one.name == "a paragraph is split in two")
    tree: Any = html.fromstring(page_of(report_of(letter_of({"en": listed}))))

    split = page_of(diff(*write_pair(pair, tmp_path), Workspace(tmp_path)))

    assert tree.xpath("//span[@class='label']/text()")[-2:] == ["a)", "b)"]
    assert "¶ is where a paragraph was split or merged" in split


def test_the_legend_explains_the_signs_that_are_on_the_page() -> None:
    """A page without moves does not explain them."""
    old, new = with_body(said("One thing here.", "a")), with_body(said("One thing there.", "a"))
    moved = with_body(*(said(f"Paragraph {name} says this.", name) for name in "bcda"))
    before = with_body(*(said(f"Paragraph {name} says this.", name) for name in "abcd"))

    plain, with_moves = (
        html.fromstring(page_of(report_of(letter_of({"en": pair})))).xpath("string(//p[@class='legend'])")
        for pair in ((old, new), (before, moved))
    )

    assert plain == "Inserted words are underlined; deleted words are struck through."
    assert with_moves == "What moved is underlined twice where it is now; struck twice where it was."


PAYLOAD = "</style><script>alert(1)</script><img src=x onerror=alert(1)>&amp;\u202egnol\u0007\ufdd0\ud800"


@pytest.mark.parametrize(("state", "version"), [("new", "letters/x.yaml"), ("removed", "HEAD:letters/x.yaml")])
def test_a_letter_that_one_version_has_is_named_by_it(tmp_path: Path, state: State, version: str) -> None:
    """A removed letter is in the old version only."""
    letter = LetterChanges("HEAD:letters/x.yaml", "letters/x.yaml", state=state)

    page = html.fromstring(write(ChangeReport((letter,)), ReportOrder(Workspace(tmp_path))).decode())

    assert page.xpath("//p[@class='versions']/text()") == [version]


def test_hostile_words_are_shown_as_they_are(tmp_path: Path) -> None:
    """No field of a letter and no name of a version is markup, and what nobody sees is shown."""
    new = hostile(NEW, PAYLOAD)
    letter = letter_of({"en": (OLD, new), "es": (new, OLD)}, PAYLOAD)
    faulty = replace(letter, languages=(), new_problems=(Problem(Place(PAYLOAD), PAYLOAD, PAYLOAD, PAYLOAD),))
    file = tmp_path / "hostile.html"
    file.write_bytes(write(report_of(letter, faulty), ReportOrder(Workspace(tmp_path))))

    [seen] = look("chromium", [file]).values()
    source = file.read_text("utf-8")

    assert not seen.ran
    assert (source.count("<script"), source.count("<img"), source.count("</style")) == (1, 0, 1)
    assert not re.search("[\u202e\u0007\ufdd0]", source)
    assert source.count('<span class="sign">U+202E</span>') > 30


def hostile(part: Any, words: str) -> Any:
    """A document with some words in each of its texts."""
    if isinstance(part, Span):
        return replace(part, text=words)
    if isinstance(part, tuple):
        return tuple(hostile(one, words) for one in part)
    if isinstance(part, str):
        return words
    if is_dataclass(part) and not isinstance(part, type | Picture):
        names = (one.name for one in fields(part) if one.name not in _MEANT)
        return replace(part, **{name: hostile(getattr(part, name), words) for name in names})
    return part


_MEANT = {"id", "language", "locale", "direction", "layout", "style", "orientation", "window", "address", "align"}
"""The fields that are not words."""
