"""Lists in lists are the same in every format: their labels, their levels and their references."""

from __future__ import annotations

import io
import shutil
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import docx as python_docx
import pytest

from circulars.build import Order, documents
from circulars.compose import compose, left_out_parts
from circulars.errors import LetterError, PackError
from circulars.language import SHIPPED, load_language
from circulars.model.document import Document
from circulars.model.letter import Letter
from circulars.model.text import Items
from circulars.pack import load_pack
from circulars.render import docx, html
from circulars.render.txt import text_of
from circulars.review.comparing.compare import compare
from circulars.source.letters import excerpt
from circulars.source.letters.reading import parse_letter
from circulars.workspace import Workspace
from conftest import ROOT

HEAD = """\
kind: sg-letter
number: DM-24/1
date: 2024-07-12
languages: [en]
subject: Lists
numbering: paragraph
signatory: {name: Ana Ejemplo, title: Secretary}
"""
NESTED = """\
body:
  - en: "See {{ ref: two }}, {{ ref: stamped }} and {{ ref: blue }}."
  - en: "Kindly:"
    steps:
      - {en: complete the form;}
      - id: two
        en: |
          attach a letter;

          in two copies:
        romans:
          - signed;
          - id: stamped
            en: "stamped, with:"
            dashes:
              - en: "a seal:"
                numbers:
                  - red;
                  - {id: blue, en: blue;}
              - a stamp;
      - sign.
  - en: Then wait, and
    continue: true
    steps:
      - come;
"""
AGENDA = """\
body:
  - en: The agenda is annexed.
annexes:
  - title: Agenda
    numbering: none
    body:
      - outline:
          - Opening
          - en: Reports
            outline:
              - Chair
              - en: Groups
                outline: [First, Second]
          - Closing
      - en: See above.
"""


def composed(own: str, head: str = HEAD) -> Document:
    """The letter of a YAML text in English."""
    letter = parse_letter(f"{head}{own}".encode(), "letters/x.yaml", "x", Path())
    return next(iter(documents(letter, Workspace(ROOT), Order())))


def lines(own: str, begin: str) -> list[str]:
    """The lines of a letter as text, from the one that begins with some words to the closing."""
    whole = text_of(composed(own)).splitlines()
    first = next(place for place, line in enumerate(whole) if line.startswith(begin))
    return whole[first : whole.index("Yours faithfully,") - 1]


def test_lists_are_in_lists() -> None:
    """Each list has the labels of its kind, below the text of the entry that it is in."""
    assert lines(NESTED, "2   ") == [
        "2   Kindly:",
        "",
        "    a) complete the form;",
        "    b) attach a letter;",
        "",
        "       in two copies:",
        "       i) signed;",
        "       ii) stamped, with:",
        "           – a seal:",
        "             1. red;",
        "             2. blue;",
        "           – a stamp;",
        "    c) sign.",
        "",
        "3   Then wait, and",
        "",
        "    d) come;",
    ]


def test_a_reference_to_an_entry_has_the_labels_of_all_levels() -> None:
    """It begins with the paragraph's number, and leaves out entries without a number; a full stop ends no reference."""
    assert "1   See 2 b), 2 b) ii) and 2 b) ii) 2." in lines(NESTED, "1   ")


def test_a_reference_to_an_entry_of_a_paragraph_without_a_number_is_the_label() -> None:
    """Nothing comes before it."""
    body = 'body:\n  - {en: "See {{ ref: one }}.", numbered: false, steps: [{id: one, en: A}]}\n'

    assert "See a)." in lines(body, "See")


def test_an_agenda_has_numbers_of_several_levels() -> None:
    """An outline counts 1, 1.1, 1.1.1; paragraphs of an annex with ``numbering: none`` have no number."""
    [annex] = composed(AGENDA).annexes
    [outline, paragraph] = annex.body

    assert isinstance(outline, Items)
    assert list(labels(outline)) == ["1", "2", "2.1", "2.2", "2.2.1", "2.2.2", "3"]
    assert getattr(paragraph, "number", None) == ""


def labels(items: Items) -> list[str]:
    """The labels of a list and of those in it, in reading order."""
    found = []
    for entry in items.entries:
        inner = (block for block in entry.blocks if isinstance(block, Items))
        found += [entry.label, *(label for block in inner for label in labels(block))]
    return found


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("1", "1 2"), ("1.", "1. 2."), ("1)", "1) 2)"), ("(1)", "(1) (2)"), ("a)", "a) b)"), ("(a)", "(a) (b)"),
     ("A.", "A. B."), ("i)", "i) ii)"), ("(i)", "(i) (ii)"), ("I.", "I. II."), ("–", "– –"), ("-", "– –"),
     ("•", "• •"), ("1.1", "1 2")],
)  # fmt: skip
def test_labels_are_given_as_the_first_one(typed: str, shown: str) -> None:
    """``labels`` shows how the first entry is labelled."""
    [items] = composed(f'body:\n  - labels: "{typed}"\n    items: [A, B]\n').body

    assert isinstance(items, Items)
    assert " ".join(labels(items)) == shown


def test_a_list_that_continues_none_gets_a_warning() -> None:
    """Its labels begin with the first one. The list before it may be for other readers, so it is no problem."""
    letter = parse_letter(f"{HEAD}body:\n  - {{continue: true, steps: [A]}}\n".encode(), "x.yaml", "x", Path())

    [warning] = letter.warnings
    assert (warning.code, warning.where.line, warning.where.column) == ("no-list", 9, 16)


READERS = """\
body:
  - en: "Bring:"
    steps:
      - {en: a pen, when: {category: member}}
      - en: "papers:"
        romans:
          - {en: yours, when: {category: member}}
      - {id: card, en: a card}
  - en: "Member's list:"
    items:
      - {en: a badge, when: {category: member}}
  - en: Show {{ ref:card }}.
"""


def for_reader(own: str, **audience: str) -> str:
    """The letter as text for readers with these columns."""
    letter = parse_letter(f"{HEAD}{own}".encode(), "x.yaml", "x", Path())
    return text_of(next(iter(documents(letter, Workspace(ROOT), Order(audience=audience)))))


def test_an_entry_may_be_for_some_readers() -> None:
    """Others get the rest, with labels in sequence; a list without entries is not there."""
    member, other = for_reader(READERS, category="member"), for_reader(READERS)

    assert all(words in member for words in ("a) a pen", "c) a card", "i) yours", "• a badge", "Show 1 c)."))
    assert all(words in other for words in ("a) papers:", "b) a card", "Show 1 b)."))
    assert not any(words in other for words in ("pen", "yours", "badge"))


def test_the_source_in_a_copy_has_only_its_entries() -> None:
    """Entries for other readers are cut out of the YAML, which gives the same letter."""
    letter = parse_letter(f"{HEAD}{READERS}".encode(), "x.yaml", "x", Path())
    left_out = left_out_parts(letter)

    rest = excerpt(letter.origin.text, frozenset(entry.where for entry in left_out))

    assert len(left_out) == 3
    assert not any(words in rest for words in ("pen", "yours", "badge", "romans"))
    assert for_reader(rest.removeprefix(HEAD)) == for_reader(READERS)


@pytest.mark.parametrize(
    ("body", "code", "line"),
    [
        ("- items: [{en: A, items: [{en: B, items: [{en: C, items: [{en: D, items: [E]}]}]}]}]", "too-deep", 9),
        ("- {en: A, labels: '1)'}", "no-list", 9),
        ("- {en: A, steps: [A], labels: 3}", "wrong-labels", 9),
        ("- items: [{en: A, items: [B], steps: [C]}]", "two-lists", 9),
        ("- en: \"{{ ref: x }}\"\n    items: [{id: x, en: A}]", "unnumbered-reference", 9),
    ],
)  # fmt: skip
def test_lists_that_cannot_be(body: str, code: str, line: int) -> None:
    """Each is refused with its place and what to do."""
    with pytest.raises(LetterError) as caught:
        composed(f"body:\n  {body}\n")

    [problem] = caught.value.problems
    assert (problem.code, problem.where.line) == (code, line)
    assert problem.hint


@pytest.mark.parametrize(
    ("key", "typed"),
    [("numbers", "1."), ("steps", "a)"), ("romans", "(i)"), ("dashes", "–"), ("dashes", "-"), ("items", "•"),
     ("outline", "1.1"), ("numbers", "A."), ("steps", "1.")],
)  # fmt: skip
def test_a_label_that_is_typed_gets_a_warning(key: str, typed: str) -> None:
    """It would be printed twice; an initial and a number of another kind are words."""
    found = parse_letter(f"{HEAD}body:\n  - {key}: ['{typed} Smith']\n".encode(), "letters/x.yaml", "x", ROOT).warnings

    expected = [] if (key, typed) in (("numbers", "A."), ("steps", "1.")) else ["wrong-labels"]
    assert [one.code for one in found] == expected


def test_a_list_at_the_column_of_the_entry_above_may_belong_to_it() -> None:
    """The remedy is the column of the entry's text."""
    with pytest.raises(LetterError) as caught:
        composed("body:\n  - items:\n      - en: A\n      items:\n        - B\n")

    assert "if it belongs to the entry above, begin it in column 9" in caught.value.problems[0].hint


def test_letters_are_those_of_the_language(tmp_path: Path) -> None:
    """Arabic and Russian lists have their own letters, French ones those of English; a language file may say others."""
    english = (SHIPPED / "en.yaml").read_text("utf-8")
    for code, more in (("ar", ""), ("ru", ""), ("fr", ""), ("el", "letters: ΑΒΓ\n")):
        (tmp_path / f"{code}.yaml").write_text(english + more, "utf-8")
    letter = parse_letter(f"{HEAD}body:\n  - steps: [A, B, C, D]\n".encode(), "x.yaml", "x", Path())

    def first_four(code: str) -> list[str]:
        language = load_language(code, (tmp_path,))
        pack = load_pack("itu")
        words = replace(pack, words={**pack.words, code: pack.words["en"]})
        [items] = compose(translated(letter, code), language, words).body
        assert isinstance(items, Items)
        return labels(items)

    assert first_four("ar") == ["أ)", "ب)", "ج)", "د)"]
    assert first_four("ru") == ["а)", "б)", "в)", "г)"]
    assert first_four("fr") == ["a)", "b)", "c)", "d)"]
    assert first_four("el") == ["Α)", "Β)", "Γ)", "ΑΑ)"]


def translated(letter: Letter, code: str) -> Letter:
    """An English letter in another language, with the same words."""

    def in_code(value: Any) -> Any:
        if isinstance(value, dict) and set(value) == {"en"}:
            return {code: in_code(value["en"])}
        if isinstance(value, tuple):
            return tuple(map(in_code, value))
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{field.name: in_code(getattr(value, field.name)) for field in fields(value)})
        return value

    found = in_code(letter)
    assert isinstance(found, Letter)
    return found


def test_the_sign_of_dashes_is_that_of_the_kind() -> None:
    """A pack may have another dash for a kind of letter."""
    pack = load_pack("itu")
    kinds = {name: replace(kind, dash="—") for name, kind in pack.kinds.items()}
    letter = parse_letter(f"{HEAD}body:\n  - dashes: [A]\n".encode(), "x.yaml", "x", Path())

    [items] = compose(letter, load_language("en"), replace(pack, kinds=kinds)).body

    assert isinstance(items, Items)
    assert labels(items) == ["—"]


def test_a_change_in_a_list_of_a_list_is_found() -> None:
    """Its place names each entry around it; a reference that only follows its entry is no change."""
    old = composed(NESTED)
    new = composed(NESTED.replace("                  - red;\n", "                  - red or green;\n"))
    more = composed(NESTED.replace("      - {en: complete", "      - {en: read it;}\n      - {en: complete"))

    [change] = compare(old, new)
    [added, following] = compare(old, more)
    assert change.place == "paragraph 2, item b), item ii), item 1, item 1"
    assert (change.old_text, change.new_text) == ("red;", "red or green;")
    assert (added.kind, added.place, added.new_text) == ("added", "paragraph 2, item a)", "read it;")
    assert following.kind == "consequences"
    assert following.remarks[-1] == "references to them follow in paragraph 1"


def test_another_condition_of_an_entry_is_found() -> None:
    """The comparison says for whom an entry is now."""
    old = "body:\n  - items: [{en: A}, {en: B}]\n"
    audiences = {"body.1#2": "category: member"}

    [change] = compare(composed(old), composed(old), {}, audiences)

    assert change.place == "list, item 2 (only for category: member)"
    assert change.remarks == ("now only for category: member, formerly for everybody",)


def test_an_outline_goes_on_on_another_level_of_one_list_of_word() -> None:
    """Entries of an outline have levels 0, 1 and 2 of one list, also after other lists; a second paragraph has none."""
    mixed = AGENDA.replace("- Opening", "- {en: Opening, items: [of the meeting]}")
    data = docx.master(composed(mixed), load_pack("itu")).fill({})
    word = python_docx.Document(io.BytesIO(data))
    found = {p.text: p._p.xpath("w:pPr/w:numPr/w:*/@w:val") for p in word.paragraphs}

    outline = [found[text] for text in ("Opening", "Reports", "Chair", "Groups", "First", "Second", "Closing")]
    assert [level for level, _ in outline] == ["0", "0", "1", "1", "2", "2", "0"]
    assert len({number for _, number in outline}) == 1
    assert found["of the meeting"][1] not in (outline[0][1], "0")


def test_a_list_that_continues_another_is_the_same_list_of_word() -> None:
    """Word goes on counting, also when an entry is added to the first list."""
    body = "body:\n  - {en: One, romans: [a, b]}\n  - {en: Two, continue: true, romans: [c, {en: d, items: [e]}]}\n"
    word = python_docx.Document(io.BytesIO(docx.master(composed(body), load_pack("itu")).fill({})))
    numbers = {p.text: p._p.xpath("w:pPr/w:numPr/w:numId/@w:val") for p in word.paragraphs}

    assert [labels(block) for block in composed(body).body if isinstance(block, Items)][1] == ["iii)", "iv)", "•"]
    assert numbers["a"] == numbers["b"] == numbers["c"] == numbers["d"] != numbers["e"]


def test_a_template_that_leaves_out_what_is_in_an_entry_is_refused(tmp_path: Path) -> None:
    """The template of an older pack knows no lists in entries; no word is lost silently."""
    shutil.copytree(ROOT / "templates/itu", tmp_path / "itu")
    template = tmp_path / "itu" / "letter.html.j2"
    template.write_text(template.read_text("utf-8").replace("{{ within(item.blocks) }}", ""), "utf-8")
    pack = replace(load_pack("itu"), folder=tmp_path / "itu")

    with pytest.raises(PackError, match="the template does not show 'blocks'"):
        html.master(composed(NESTED), pack).fill({})
    assert html.master(composed("body:\n  - items: [A]\n"), pack).fill({})
