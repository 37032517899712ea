"""YAML is parsed into nodes with their places, limited to the features that a letter needs."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from circulars.errors import LetterError, Place, Problem
from circulars.syntax.nodes import Mapping, Node, Scalar, Sequence, child, children, read_tree


def plain(node: Node) -> object:
    """A node as Python lists and dicts, with every value a string."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    assert isinstance(node, Mapping)
    return {name: plain(value) for name, (_, value) in node.pairs.items()}


def read(text: str) -> object:
    """The value of a YAML text."""
    return plain(read_tree(text.encode(), "letter.yaml").root)


@pytest.mark.parametrize(
    "value", ["no", "yes", "on", "null", "~", "12:30", "007", "1e3", "0x1F", "1_000", "2024-07-12"]
)
def test_values_are_kept_as_typed(value: str) -> None:
    """Values are not resolved: Norway's "no", a time, or a number with leading zeros stays text."""
    assert read(f"a: {value}\nb: [{value}]\n") == {"a": value, "b": [value]}


def test_every_node_knows_its_line_and_column() -> None:
    """Lines and columns count from 1, columns in characters, whatever the characters."""
    root = read_tree("a: 1\n😀é: [x, {y: z}]\n".encode(), "letter.yaml").root
    items = children(child(root, "😀é"))

    assert (items[0].line, items[0].column) == (2, 6)
    assert (child(items[1], "y").line, child(items[1], "y").column) == (2, 13)


def test_an_empty_value_has_the_place_of_its_key() -> None:
    """A missing value is reported at its key."""
    empty = child(read_tree(b"a: 1\nbb:   \nc: 2\n", "letter.yaml").root, "bb")

    assert isinstance(empty, Scalar)
    assert empty.is_empty
    assert (empty.line, empty.column) == (2, 1)


def test_an_empty_text_in_quotation_marks_is_not_nothing() -> None:
    """Two quotation marks are an empty text, not a missing one."""
    assert not _scalar('a: ""').is_empty


@pytest.mark.parametrize("data", [b"a: b\r\nc: d\r\n", b"a: b\rc: d\r", b"\xef\xbb\xbfa: b\nc: d\n"])
def test_line_ends_and_byte_order_marks_make_no_difference(data: bytes) -> None:
    """Line ends of Windows or old Macs, and a byte order mark, change neither values nor places."""
    root = read_tree(data, "letter.yaml").root

    assert plain(root) == {"a": "b", "c": "d"}
    assert (child(root, "c").line, child(root, "c").column) == (2, 4)


def test_aliases_repeat_their_anchors() -> None:
    """'*x' repeats the value that '&x' names."""
    assert read("a: &x [1, 2]\nb: *x\n") == {"a": ["1", "2"], "b": ["1", "2"]}


@pytest.mark.parametrize("tag", ["!", "!!str"])
def test_tags_for_text_are_accepted(tag: str) -> None:
    """A tag that makes a value text is accepted, since every value is text."""
    assert read(f"a: {tag} 5\n") == {"a": "5"}


@pytest.mark.parametrize(
    "text",
    [
        'a: "x\\u200c\\u200d\\u200b\\u00ad\\u2060"',
        "a: می\u200cخواهم क\u094d\u200dष 👩\u200d🔬 x\u00ady",
        "a: ❤\ufe0f 1\ufe0f\u20e3 ‼\ufe0f ∩\ufe00 葛\U000e0100 ᠠ\u180b",
        'a: "\\u2764\\ufe0f"',
        "a: 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    ],
)
def test_invisible_characters_that_join_or_shape_others_are_accepted(text: str) -> None:
    """Persian, Hindi, places to break a line, and the shapes of emoji, ideographs and Mongolian letters are text."""
    assert "a" in str(read(text))


@pytest.mark.parametrize(
    "number",
    [0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)],
    ids=lambda number: f"{number:04X}",
)
@pytest.mark.parametrize("written", ["{}", "\\u{:04x}"])
def test_characters_that_reorder_others_are_refused_by_name(number: int, written: str) -> None:
    """Marks, embeddings, overrides and isolates, which change the order that a reader sees, are refused by name."""
    typed = chr(number) if written == "{}" else written.format(number)

    (problem,) = _refused(f'# a\na: "b {typed}c"\n'.encode())

    assert problem.code == "bidi-control"
    assert f"U+{number:04X}" in problem.message
    assert problem.where == Place("letter.yaml", 2, 7)


@pytest.mark.parametrize(
    "text",
    [
        "\u206a", "\u206f", "\ufff9x\ufffay\ufffb", "\U000e0001", "x\U000e0041", "\u2061", "\u3164", "x\ufe0f",
        "❤\ufe0f\ufe0f", "❤\U000e0100",
        "葛\U000e0100\U000e0101", "x\u180b", "1\ufe0f", "🏴\U000e0067\U000e007f", "\u034f", "\U0001d173",
    ],
    ids=ascii,
)  # fmt: skip
def test_characters_that_nobody_sees_are_refused(text: str) -> None:
    """Deprecated controls, annotations, tags, fillers, and selectors of shapes where there is nothing to shape."""
    problems = _refused(f"a: b {text}c\n".encode())

    assert [problem.code for problem in problems] == ["control-character"]


@pytest.mark.parametrize(
    "escape", ["\\x07", "\\0", "\\e", "\\u202e", "\\U0000202e", "\\N", "\\L", "\\uffff", "\\ufeff"]
)
def test_escapes_for_forbidden_characters_are_refused(escape: str) -> None:
    """A forbidden character is refused as an escape, too."""
    (problem,) = _refused(f'a: "one {escape} two"\n'.encode())

    assert problem.where == Place("letter.yaml", 1, 9)


@pytest.mark.parametrize("escape", ["\\n", "\\t", '\\"', "\\\\", "\\\\x07", "\\u00e9", "\\_"])
def test_other_escapes_are_accepted(escape: str) -> None:
    """Line feeds, tabs, quotation marks, backslashes and visible characters may be written as escapes."""
    assert read(f'a: "{escape}"') is not None


def test_the_place_of_words_in_a_text_is_found() -> None:
    """Words are found across folded lines, with doubled or escaped quotation marks, and by occurrence."""
    tree = read_tree(b"a: >-\n  one two\n  three two\nb: 'it''s {{ x }}'\nc: \"\\\"q\\\" {{ x }}\"\n", "letter.yaml")
    folded, single, double = (child(tree.root, name) for name in "abc")

    assert tree.place_of(folded, "two three") == Place("letter.yaml", 2, 7)
    assert tree.place_of(folded, "two", nth=1) == Place("letter.yaml", 3, 9)
    assert tree.place_of(single, "it's {{ x }}") == Place("letter.yaml", 4, 5)
    assert tree.place_of(double, '"q" {{ x }}') == Place("letter.yaml", 5, 5)
    assert tree.place_of(double, "{{ x }}", skip=3) == Place("letter.yaml", 5, 14)
    assert tree.place_of(folded, "absent") == Place("letter.yaml", 1, 4)


@pytest.mark.parametrize(
    ("text", "words", "column"),
    [
        ("a: the day, the date, the date", "the date", 13),
        ("a: two, two three", "two three", 9),
        ("a: 'it''s here, it''s'", "it's", 5),
        ('a: "say \\"no\\", \\"no\\""', '"no"', 9),
        ("a: none of it", "nothing", 4),
        ("a: some\nb: words", "words", 4),
    ],
)
def test_the_first_place_of_words_is_that_of_all_of_them(text: str, words: str, column: int) -> None:
    """Their first word may come before, in other words; what is behind the text is not searched."""
    tree = read_tree(text.encode(), "letter.yaml")

    assert tree.place_of(child(tree.root, "a"), words) == Place("letter.yaml", 1, column)


def test_problems_that_leave_a_file_readable_are_collected() -> None:
    """With a list to collect them in, a duplicate key or a tag does not stop the parser."""
    found: list[Problem] = []

    tree = read_tree(b"a: !x 1\na: 2\nb: &y 3\n<<: {c: 4}\n", "letter.yaml", found)

    assert plain(tree.root) == {"a": "1", "b": "3"}
    assert [problem.code for problem in found] == ["yaml-tag", "duplicate-key", "merge-key", "unused-anchor"]


def test_without_a_list_problems_are_raised() -> None:
    """Without a list, all problems are raised in one error."""
    codes = [problem.code for problem in _refused(b"a: 1\na: !x 2\n")]

    assert sorted(codes) == ["duplicate-key", "yaml-tag"]


@pytest.mark.parametrize("levels", [20, 21])
def test_twenty_levels_are_allowed(levels: int) -> None:
    """Twenty nested brackets are read; the twenty-first is refused."""
    text = ("[" * levels + "]" * levels).encode()
    if levels == 20:
        assert read_tree(text, "letter.yaml").root.size == 20
    else:
        assert _refused(text)[0].code == "too-deep"


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")))
@example(b"\xff\xfe")
@example(b"\xef\xbb\xbf")
@example(b"\xfe\xff\x00a")
@example(b"- \x85")
def test_any_bytes_are_nodes_or_a_letter_error(data: bytes) -> None:
    """Any file is either read or refused with a letter error."""
    _tried(data)


@given(st.text("ab:-[]{},&*!|>'\"%@`#?~\n\t \\u0", max_size=60))
def test_any_yaml_is_nodes_or_a_letter_error(text: str) -> None:
    """Any text made of YAML's indicators is either read or refused with a place in the file."""
    for problem in _tried(text.encode()):
        lines = text.split("\n")
        assert 1 <= problem.where.line <= len(lines) + 1
        assert problem.where.column >= 1
        assert problem.hint


def _tried(data: bytes) -> tuple[Problem, ...]:
    try:
        read_tree(data, "letter.yaml")
    except LetterError as error:
        return error.problems
    return ()


def _refused(data: bytes) -> tuple[Problem, ...]:
    with pytest.raises(LetterError) as raised:
        read_tree(data, "letter.yaml")
    return raised.value.problems


def _scalar(text: str) -> Scalar:
    node = child(read_tree(text.encode(), "letter.yaml").root, "a")
    assert isinstance(node, Scalar)
    return node
