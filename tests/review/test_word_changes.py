"""The comparison of two texts, word by word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circulars.model.text import Span
from circulars.review.comparing.changes import Segments
from circulars.review.comparing.looks import look_remarks
from circulars.review.comparing.tokens import words_of
from circulars.review.comparing.words import word_changes
from circulars.review.reports.wording import marked
from work import lines_run


def shown(old: str, new: str) -> str:
    """The change as text without colours."""
    return marked(word_changes(old, new), colour=False)


def side(segments: Segments, other: str) -> str:
    """The text of one version: all segments except those with the mark ``other``."""
    return "".join(segment.text for segment in segments if segment.mark != other)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("held in Madrid, Spain", "held in Geneva, Spain", "held in [-Madrid-]{+Geneva+}, Spain"),
        ("a, b", "a b", "a[-,-] b"),
        ("in English and Spanish", "in English, French and Spanish", "in English{+, French+} and Spanish"),
        ("the meeting", "Dear all, the meeting", "{+Dear all, +}the meeting"),
        ("on 19 September 2024", "on 20 September 2024", "on [-19 September 2024-]{+20 September 2024+}"),
        ("informative", "information", "[-informative-]{+information+}"),
        ("at 12:30", "at 12:45", "at [-12:30-]{+12:45+}"),
        ("UIT‑T y UIT", "UIT‑R y UIT", "[-UIT‑T-]{+UIT‑R+} y UIT"),
        ("see https://a.int/x.", "see https://a.int/y.", "see [-https://a.int/x-]{+https://a.int/y+}."),
        ("Dear «addressee.title»,", "Dear «addressee.name»,", "Dear [-«addressee.title»-]{+«addressee.name»+},"),
        ("el «Hub» de", "el «Centro» de", "el «[-Hub-]{+Centro+}» de"),
        ("2 000 words", "2\u00a0000 words", "2\u00a0000 words"),
        ("cafe\u0301 noir", "cafe noir", "[-cafe\u0301-]{+cafe+} noir"),
        ("关于会议", "关于大会议", "关于{+大+}会议"),
        ("a long term plan", "a long-term plan", "a [-long term-]{+long-term+} plan"),
        ("Muy Señora mía/Muy Señor mío:", "Estimada Señora:", "[-Muy-]{+Estimada+} Señora[- mía/Muy Señor mío-]:"),
    ],
)
def test_whole_words_are_marked(old: str, new: str, expected: str) -> None:
    """Words are removed and added as a whole, separately from punctuation."""
    assert shown(old, new) == expected


def test_a_rewritten_sentence_is_not_split_into_fragments() -> None:
    """A single equal word between two long changes becomes part of them."""
    old, new = "Registration closes on Friday afternoon", "Everybody should be here on Monday morning early"

    assert shown(old, new) == f"[-{old}-]{{+{new}+}}"


def test_a_rewritten_sentence_is_replaced_whole() -> None:
    """The sentences beside it stay as they are."""
    kept = "The meeting is in Madrid."
    old, new = "Please send us your proposals by post.", "All contributions are uploaded to the site of the group."

    assert shown(f"{kept} {old} {kept}", f"{kept} {new} {kept}") == f"{kept} [-{old[:-1]}-]{{+{new[:-1]}+}}. {kept}"


def test_a_new_sentence_begins_where_it_begins() -> None:
    """Of the ways to say what was added, the whole sentence is taken."""
    old, new = "The hall opens. The doors close.", "The hall opens. The bar stays. The doors close."

    assert shown(old, new) == "The hall opens.{+ The bar stays.+} The doors close."


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('the "smart" city', "the “smart” city"),
        ("la ville «intelligente»", "la ville « intelligente »"),
        ("the Director's report", "the Director’s report"),
        ("from A - B", "from A — B"),
        ("UIT-T y más", "UIT‑T y más"),
        ("50 francs", "50\u202ffrancs"),
        ("12 July 2024", "12\u00a0July\u00a02024"),
        ("the hall  opens", "the hall opens"),
        ("Objet: essai", "Objet\u00a0: essai"),
        ("and so on...", "and so on…"),
        ("第 5 会议", "第5会议"),
    ],
)
def test_typography_is_quiet(old: str, new: str) -> None:
    """Quotation marks, apostrophes, dashes and kinds of spaces are set apart from other changes."""
    changed = [segment for segment in word_changes(old, new) if segment.mark != "equal"]

    assert changed and {segment.quiet for segment in changed} == {"typography"}


@pytest.mark.parametrize(("old", "new"), [("a b", "a\nb"), ("word ,", "word,"), ("re sign", "resign")])
def test_a_space_where_there_was_none_is_a_change(old: str, new: str) -> None:
    """Neither a line break nor two words in one are typography."""
    assert any(segment.mark != "equal" and not segment.quiet for segment in word_changes(old, new))


def test_another_encoding_of_the_same_letters_is_set_apart() -> None:
    """Letters composed of others are the same letters."""
    changed = [s for s in word_changes("le café ouvre", "le cafe\u0301 ouvre") if s.mark != "equal"]

    assert {segment.quiet for segment in changed} == {"encoding"}


def test_the_words_of_a_text_give_the_text() -> None:
    """The words joined with their gaps are the text."""
    text = "  A “word”,\n and — más — another: x@example.int!  "

    assert "".join(word.gap + word.text for word in words_of(text)) == text


@given(st.text(), st.text())
def test_segments_are_both_texts(old: str, new: str) -> None:
    """Equal and removed segments give exactly the old text; equal and added segments give the new one."""
    segments = word_changes(old, new)

    assert side(segments, "added") == old
    assert side(segments, "removed") == new


@given(st.text(alphabet="ab ,", max_size=40), st.text(alphabet="ab ,", max_size=40))
def test_no_word_is_split(old: str, new: str) -> None:
    """A change never begins or ends inside a word of either text."""
    for text, other in ((old, "added"), (new, "removed")):
        cuts, end = set(), 0
        for segment in word_changes(old, new):
            end += len(segment.text) * (segment.mark != other)
            cuts.add(end)
        inside = {n for word in words_of(text) for n in range(word.start + 1, word.start + len(word.text))}
        assert not cuts & inside


@pytest.mark.parametrize("words", [["a"] * 60_000, ["a", "b", ","] * 20_000])
def test_an_enormous_text_is_replaced_as_a_whole(words: list[str]) -> None:
    """It is not compared word by word, which would take minutes."""
    old, new = " ".join(words), "x " + " ".join(words) + " b y"

    assert lines_run(lambda: word_changes(old, new)) < 30 * len(words)


def test_the_mark_of_a_footnote_is_no_link() -> None:
    """A mark that is added is in the words; that it leads to its footnote is not said."""
    mark = Span("*", link="#footnote:b", note="footnote:b")

    assert look_remarks((Span("The letter."),), (Span("The letter"), mark, Span("."))) == ([], [])
