"""One layout for letters: what is composed, the comments and what they allow stay the same."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from circulars.build import Order, documents
from circulars.render.txt import text_of
from circulars.review.layout import Formatted, format_letter
from circulars.review.layout.proof import bare
from circulars.source.letters.reading import parse_letter
from circulars.syntax.nodes import MAX_BYTES
from circulars.workspace import Workspace
from conftest import LETTERS, ROOT
from random_letters import parsed
from review.layout.commented import draw_commented, owners
from review.layout.merging import count

HEAD = (
    "kind: tsb-circular\nnumber: 1\ndate: 2024-07-12\nlanguages: [en, es]\nsubject: {en: A meeting, es: Una reunión}\n"
)


def formatted(text: str) -> Formatted:
    """A letter's text, formatted."""
    return format_letter(text.encode(), "letters/x.yaml", ROOT / "letters")


def body(text: str) -> str:
    """What formatting makes of the body of a letter."""
    result = formatted(HEAD + "body:\n" + text)
    assert not result.problems
    return result.new.decode().partition("body:\n")[2]


def test_keys_are_in_the_order_of_the_format() -> None:
    """A letter begins with its kind; a paragraph with its id, then its texts in the order of the letter's languages."""
    text = "body:\n- es: Hola.\n  numbered: false\n  en: Hello.\n  id: hello\n" + HEAD

    assert formatted(text).new.decode() == (
        HEAD + "body:\n  - id: hello\n    en: Hello.\n    es: Hola.\n    numbered: false\n"
    )


def test_each_sentence_of_a_long_text_begins_a_line() -> None:
    """A sentence that is longer than 72 characters goes on where a clause ends."""
    text = (
        "  - en: The meeting opens on Monday. Dr. Ejemplo and H.E. Mr Muster will attend it, see No. 5 of the list. A"
        " third sentence is here.\n    es: Uno. Dos.\n"
    )

    assert body(text) == (
        "  - en: >-\n"
        "      The meeting opens on Monday.\n"
        "      Dr. Ejemplo and H.E. Mr Muster will attend it, see No. 5 of the list.\n"
        "      A third sentence is here.\n"
        "    es: Uno. Dos.\n"
    )


def test_sentences_of_chinese_and_arabic_letters_have_lines_of_their_own() -> None:
    """A line ends behind 。！ and ？ without a space, and behind an Arabic question mark."""
    head = HEAD.replace("[en, es]", "[zh, ar]").replace("en: A meeting, es: Una reunión", "zh: 会议, ar: اجتماع")
    chinese = "会议将于星期一开幕。您会参加吗？" * 5
    arabic = "هل ستحضرون الاجتماع؟ " * 5 + "نعم."
    result = formatted(f"{head}body:\n  - zh: {chinese}\n    ar: {arabic}\n")

    lines = result.new.decode().partition("body:\n")[2].splitlines()
    assert not result.problems
    assert lines[1:3] == ["      会议将于星期一开幕。", "      您会参加吗？"]
    assert lines[12:14] == ["      هل ستحضرون الاجتماع؟", "      هل ستحضرون الاجتماع؟"]


def test_quotation_marks_stay_where_they_are_needed() -> None:
    """Text with a colon needs them; a number, a date or a word that YAML has another meaning for keeps them."""
    text = '  - {en: "Hello there.", es: "Nota: no."}\n  - {en: "2024", es: "No"}\n  - en: "a, b"\n    es: \'"a": b\'\n'

    assert body(text) == (
        '  - {en: Hello there., es: "Nota: no."}\n\n  - {en: "2024", es: "No"}\n\n  - en: a, b\n    es: \'"a": b\'\n'
    )


def test_comments_stay_with_what_they_belong_to() -> None:
    """A comment on a line of its own belongs to what is below it, one at the end of a line to what is before it."""
    text = (
        "  # the first\n  - es: Hola.  # saludo\n    # English\n    en: Hello.\n    # at the end of the first\n\n"
        "  # the second\n  - {en: Goodbye., es: Adiós.}  # both\n"
    )

    assert body(text) == (
        "  # the first\n  -\n    # English\n    en: Hello.\n    es: Hola.  # saludo\n    # at the end of the first\n\n"
        "  # the second\n  - {en: Goodbye., es: Adiós.}  # both\n"
    )


def test_what_a_comment_allows_stays_the_same() -> None:
    """A comment that allows something in a whole paragraph does so where its first line becomes another."""
    text = "- {es: ITU, en: ITU, id: a}  # circulars: allow same-text, because it is a name\n"

    assert body(text) == "  - {id: a, en: ITU, es: ITU}  # circulars: allow same-text, because it is a name\n"


def test_line_breaks_and_paragraphs_stay() -> None:
    """Lines of a running text are joined; its paragraphs, its line breaks and the lines of a subject stay."""
    text = "  - en: |\n      One\n      line.\n\n      Two  \n      lines.\n    es: Hola.\n"

    assert body(text) == "  - en: |\n      One line.\n\n      Two\\\n      lines.\n    es: Hola.\n"


def test_accents_are_composed_and_no_character_becomes_another() -> None:
    """NFC, but for ideographs of names and signs that it would replace."""
    assert body("  - {en: Cafe\u0301., es: 5 \u2126 \ufa19.}\n") == "  - {en: Caf\u00e9., es: 5 \u2126 \ufa19.}\n"


def test_line_ends_stay_and_a_byte_order_mark_goes() -> None:
    """A file with Windows line ends keeps them."""
    text = HEAD + "body:\n  - {en: Hello., es: Hola.}\n"
    windows = text.replace("\n", "\r\n").encode()

    assert format_letter(b"\xef\xbb\xbf" + windows, "x.yaml", ROOT).new == windows


def test_aliases_stay_behind_their_anchors() -> None:
    """No key is moved in a file with anchors, and each alias still repeats the same."""
    text = "  - en: &hello Hello.\n    es: *hello\n    id: a\n"

    assert body(text) == text


def test_a_file_with_yaml_problems_is_left_as_it_is() -> None:
    """The problems are those of reading."""
    result = formatted(HEAD + "body:\n  - en: a\n    en: b\n")

    assert [problem.code for problem in result.problems] == ["duplicate-key"]
    assert not result.changed


def test_a_file_that_cannot_be_proved_to_say_the_same_is_left() -> None:
    """With a character for private use, Chinese lines are joined with a space, and a new line end would add one."""
    text = HEAD + "body:\n  - {en: Hello., es: \U000f1234}\n  - en: '" + "会议开幕。" * 30 + "'\n    es: Hola.\n"
    result = formatted(text)

    assert [problem.code for problem in result.problems] == ["not-formatted"]
    assert not result.changed


def test_an_allowance_of_several_values_on_a_line_in_brackets_is_left() -> None:
    """With each value on a line of its own it would be for the first one only: the comment's line and the remedy."""
    line = f"{'word ' * 30}"
    text = (
        HEAD
        + f"body:\n  - {{en: '{line}',\n     # circulars: allow same-text, because of names\n     es: 'x', id: y}}\n"
    )
    result = formatted(text)

    [problem] = result.problems
    assert (problem.code, problem.hint) == ("not-formatted", "write each of them on a line of its own")
    assert text.splitlines()[problem.where.line - 1].strip() == "# circulars: allow same-text, because of names"
    assert not result.changed


@pytest.mark.parametrize("path", LETTERS, ids=[path.stem for path in LETTERS])
def test_example_letters_say_the_same(path: Path, workspace: Workspace) -> None:
    """What is composed of each example is the same, and formatting it again changes nothing."""
    once = format_letter(path.read_bytes(), path.name, path.parent)
    twice = format_letter(once.new, path.name, path.parent)

    assert not once.problems
    assert not twice.changed
    letters = [parse_letter(data, path.name, path.stem, path.parent) for data in (once.new, path.read_bytes())]
    new, old = ([text_of(one) for one in documents(letter, workspace, Order())] for letter in letters)
    assert new == old


def test_drawn_letters_keep_their_words_and_comments(chance: random.Random) -> None:
    """Letters of every key, typed in many ways, with comments everywhere: read the same, and twice equals once."""
    for _ in range(15):
        text = draw_commented(random.Random(chance.random()))
        once = formatted(text)
        new = once.new.decode()

        assert not once.problems, text
        assert not formatted(new).changed, text
        assert bare(parsed(new)) == bare(parsed(text)), text
        assert sorted(re.findall(r"# .*", text)) == sorted(re.findall(r"# .*", new)), text
        named = {comment: paths for comment, paths in owners(new).items() if " because of " in comment}
        for comment, paths in named.items():
            # A list in a list begins on another line than its first dash.
            assert comment.partition(" because of ")[2].startswith(tuple(paths)), text


def test_hostile_files_are_formatted_within_limits() -> None:
    """A text of one long sentence, deep nesting and a file of comments end, and say the same."""
    long = "word, " * 3000
    many = "".join(f"# circulars: allow same-text, because {number}\n" for number in range(2000))
    for text in (
        f"  - {{en: {long!r}, es: {long!r}}}\n",
        "  - " + "{a: " * 15 + "1" + "}" * 15 + "\n",
        many + "  - {en: a, es: b}\n" + many,
    ):
        assert len(formatted(HEAD + "body:\n" + text).new) < MAX_BYTES


def test_git_merges_most_edits_of_formatted_letters() -> None:
    """Of pairs of edits to two paragraphs or two sentences of a formatted letter, git merges more than as typed."""
    counts = count(30, "sentences", random.Random(7)) + count(30, "paragraphs", random.Random(7))

    assert counts["formatted"] >= 0.9 * counts["pairs"]
    assert counts["formatted"] >= counts["filled"]
