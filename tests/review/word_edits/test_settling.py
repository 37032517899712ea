"""What letters cannot say is never taken as plain words, nor dropped without a word."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest
from docx.document import Document
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.text.run import Run

from circulars.review.word_edits import pull_edits
from circulars.workspace import Workspace
from review.word_edits.pulled import edited_file, letter_in, outcomes, pulled, with_words, word_file

BODY = (
    "body:\n"
    "  - id: open\n"
    "    en: 'It is open to all.'\n"
    "  - en: 'See paragraph {{ ref: open }} and the [page](page).'\n"
    "  - note: {en: 'Seats are limited.'}\n"
    "  - en: 'It ends on Friday.'\n"
)
LOOKS = {
    "strike": ("", "struck out"), "dstrike": ("", "struck out twice"), "u": ("single", "underlined"),
    "position": ("6", "raised"), "smallCaps": ("", "small capitals"), "caps": ("", "capitals"),
    "vanish": ("", "hidden"), "vertAlign": ("superscript", "superscript"), "bdr": ("single", "framed"),
}  # fmt: skip


def _looking(old: str, new: str, name: str, value: str) -> Callable[[Document], None]:
    """Words in the place of others, with a look of their own."""

    def edit(document: Document) -> None:
        ((paragraph, run),) = [(one, run) for one in document.paragraphs for run in one.runs if old in run.text]
        before, _, after = run.text.partition(old)
        for text, is_new in ((before, False), (new, True), (after, False)):
            own = Run(deepcopy(run._r), paragraph)
            own.text = text
            if is_new:
                look = OxmlElement(f"w:{name}")
                if value:
                    look.set(qn("w:val"), value)
                own._r.get_or_add_rPr().append(look)
            run._r.addprevious(own._r)
        paragraph._p.remove(run._r)

    return edit


def _added(words: str, xml: str) -> Callable[[Document], None]:
    """Something behind the words of a paragraph."""

    def edit(document: Document) -> None:
        (paragraph,) = [one for one in document.paragraphs if words in one.text]
        paragraph._p.append(parse_xml(xml))

    return edit


@pytest.mark.parametrize("name", LOOKS)
def test_a_look_of_words_that_were_there_is_listed(tmp_path: Path, name: str) -> None:
    """The words stay what they are in the letter, and another edit of the paragraph is taken."""
    letter = letter_in(tmp_path, BODY)
    value, words = LOOKS[name]
    data = edited_file(word_file(letter), _looking("open", "open", name, value))

    found = pulled(letter, data)
    other = pulled(letter, with_words(data, " to all", " to members"))

    assert [(one.outcome, one.new) for one in found.edits] == [("not mapped", f"{words}: open")]
    assert found.after == found.before
    assert outcomes(other) == [("words", "taken"), ("other", "not mapped")]
    assert other.after == other.before.replace(b"to all", b"to members")


@pytest.mark.parametrize("name", LOOKS)
def test_new_words_with_a_look_of_their_own_are_not_taken_as_plain_words(tmp_path: Path, name: str) -> None:
    """A number with an exponent is another one without it."""
    letter = letter_in(tmp_path, BODY)
    value, words = LOOKS[name]

    found = pulled(letter, edited_file(word_file(letter), _looking(" all", " all6", name, value)))

    assert outcomes(found) == [("words", "not mapped")]
    assert f"{words}: all6" in found.edits[0].reason
    assert found.after == found.before


def test_a_new_paragraph_with_a_look_is_not_taken(tmp_path: Path) -> None:
    """It would be another text without it."""
    letter = letter_in(tmp_path, BODY)

    def edit(document: Document) -> None:
        (paragraph,) = [one for one in document.paragraphs if "on Friday" in one.text]
        new = deepcopy(paragraph._p)
        paragraph._p.addnext(new)
        for mark in new.xpath("./w:bookmarkStart | ./w:bookmarkEnd"):
            new.remove(mark)
        run = Run(new.xpath("./w:r")[0], paragraph)
        run.text, run.font.superscript = "Another one, raised.", True

    found = pulled(letter, edited_file(word_file(letter), edit))

    assert outcomes(found) == [("added", "not mapped")]
    assert found.after == found.before


@pytest.mark.parametrize(
    "xml",
    [
        f"<m:oMath {nsdecls('m')}><m:r><m:t>E=42</m:t></m:r></m:oMath>",
        f'<w:r {nsdecls("w")}><w:sym w:font="Wingdings" w:char="F04A"/></w:r>',
        f'<w:r {nsdecls("w")}><w:sym w:font="Wingdings" w:char="0041"/></w:r>',
        f"<w:r {nsdecls('w')}><w:t>\ue000</w:t></w:r>",
        f"<w:r {nsdecls('w')}><w:t>\ufdd0</w:t></w:r>",
        f"<w:r {nsdecls('w')}><w:tab/><w:t>x</w:t></w:r>",
    ],
)
def test_what_is_no_text_is_not_taken_as_text(tmp_path: Path, xml: str) -> None:
    """Formulas, signs of a font, characters without a common meaning, and tabs."""
    letter = letter_in(tmp_path, BODY)

    found = pulled(letter, edited_file(word_file(letter), _added("on Friday", xml)))

    assert {one.outcome for one in found.edits} == {"not mapped"}
    assert found.after == found.before


@pytest.mark.parametrize("typed", ["1 and 2 and all of Annex 9", "3"])
def test_words_typed_over_the_number_of_a_reference_are_a_question(tmp_path: Path, typed: str) -> None:
    """They are in the result of a field, but no program computed them."""
    letter = letter_in(tmp_path, BODY)

    found = pulled(letter, edited_file(word_file(letter), _numbered(typed)))

    assert [(one.outcome, one.name) for one in found.edits] == [("question", "ref:open")]
    assert found.after == found.before


def test_a_number_that_follows_from_another_edit_is_no_edit(tmp_path: Path) -> None:
    """Word renews the numbers of references when a paragraph comes before another one."""
    letter = letter_in(tmp_path, BODY)

    def edit(document: Document) -> None:
        (paragraph,) = [one for one in document.paragraphs if "open to all" in one.text]
        new = deepcopy(paragraph._p)
        paragraph._p.addprevious(new)
        for mark in new.xpath("./w:bookmarkStart | ./w:bookmarkEnd"):
            new.remove(mark)
        Run(new.xpath("./w:r")[0], paragraph).text = "It is a new paragraph."
        _numbered("2")(document)

    assert outcomes(pulled(letter, edited_file(word_file(letter), edit))) == [("added", "taken")]


def _numbered(result: str) -> Callable[[Document], None]:
    def edit(document: Document) -> None:
        (text,) = [text for text in document.element.body.iter(qn("w:t")) if text.text == "1"]
        text.text = result

    return edit


def test_a_paragraph_that_libreoffice_removes_is_removed(tmp_path: Path) -> None:
    """It gives the style of a removed paragraph to the next one as well, as long as its removal is tracked."""
    letter = letter_in(tmp_path, BODY)

    def edit(document: Document) -> None:
        (gone,) = [one for one in document.paragraphs if "Seats are" in one.text]
        (below,) = [one for one in document.paragraphs if "on Friday" in one.text]
        below.style = gone.style
        change = f'<w:del {nsdecls("w")} w:id="9" w:author="A"/>'
        removed = parse_xml(change)
        for run in gone._p.xpath("./w:r"):
            gone._p.remove(run)
            removed.append(run)
        for text in removed.iter(qn("w:t")):
            text.tag = qn("w:delText")
        gone._p.append(removed)
        gone._p.get_or_add_pPr().append(parse_xml(f"<w:rPr {nsdecls('w')}>{change}</w:rPr>"))

    found = pulled(letter, edited_file(word_file(letter), edit))

    assert outcomes(found) == [("removed", "taken")]
    assert found.after == found.before.replace(b"  - note: {en: 'Seats are limited.'}\n", b"")


def test_an_address_that_somebody_typed_is_taken(tmp_path: Path) -> None:
    """A letter makes a link of it, as of every address."""
    letter = letter_in(tmp_path, BODY)
    words = "open to all: a@b.example.int, https://x.example.int/y"

    found = pulled(letter, with_words(word_file(letter), "open to all", words))

    assert outcomes(found) == [("words", "taken")]
    assert found.after == found.before.replace(b"'It is open to all.'", f"'It is {words}.'".encode())


def test_another_address_of_a_link_is_a_question(tmp_path: Path) -> None:
    """With the answer the new address is written as it is."""
    letter = letter_in(tmp_path, BODY)

    def edit(document: Document) -> None:
        (link,) = [one for one in document.element.body.iter(qn("w:hyperlink")) if "page" in "".join(one.itertext())]
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
        link.set(qn("r:id"), document.part.relate_to("https://u.example.int/", kind, is_external=True))

    data = edited_file(word_file(letter), edit)
    asked = pulled(letter, data)
    answered = pull_edits(data, "edited.docx", Workspace(tmp_path), here=["page"])

    assert [(one.outcome, one.name) for one in asked.edits] == [("question", "page")]
    assert asked.after == asked.before
    assert outcomes(answered) == [("words", "taken")]
    assert answered.after == answered.before.replace(b"[page](page)", b"[page](https://u.example.int/)")


def test_a_new_link_beside_another_one_is_taken(tmp_path: Path) -> None:
    """Nobody gave the old one another address."""
    letter = letter_in(tmp_path, BODY)

    def edit(document: Document) -> None:
        (link,) = [one for one in document.element.body.iter(qn("w:hyperlink")) if "page" in "".join(one.itertext())]
        new = deepcopy(link)
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
        new.set(qn("r:id"), document.part.relate_to("https://u.example.int/x", kind, is_external=True))
        (text,) = new.iter(qn("w:t"))
        text.text = " s"
        link.addnext(new)

    found = pulled(letter, edited_file(word_file(letter), edit))

    assert outcomes(found) == [("words", "taken")]
    assert b"[page](page)" in found.after and b"(https://u.example.int/x)" in found.after


def test_spaces_at_the_ends_of_a_paragraph_are_no_edit(tmp_path: Path) -> None:
    """Nobody sees them."""
    letter = letter_in(tmp_path, BODY)

    assert pulled(letter, with_words(word_file(letter), "It ends on Friday.", " It ends on Friday. ")).edits == ()


def test_a_page_break_by_hand_is_a_space(tmp_path: Path) -> None:
    """It is listed, and the words before and after it are not joined."""
    letter = letter_in(tmp_path, BODY)
    xml = f'<w:r {nsdecls("w")}><w:br w:type="page"/><w:t>Or later.</w:t></w:r>'

    found = pulled(letter, edited_file(word_file(letter), _added("on Friday", xml)))

    assert outcomes(found) == [("words", "taken"), ("other", "not mapped")]
    assert b"It ends on Friday. Or later." in found.after
