"""A shape reads a value, reports all of its problems, and describes it as JSON Schema."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from circulars.errors import LetterError
from circulars.syntax.groups import Field, ListOf, MapOf, Record
from circulars.syntax.nodes import MAX_PROBLEMS, read_tree
from circulars.syntax.scalars import Date, OneOf, Text, WholeNumber, YesNo, is_blank
from circulars.syntax.shape import AnyOf, Converted, Definition, Report, Shape, UnreadableError

CONTACT: Record[dict[str, Any]] = Record(
    dict,
    (Field("name", Text("a name"), "Who.", required=True), Field("room-number", WholeNumber(1, 99), "Where.")),
    "a contact",
)
LETTER: Record[dict[str, Any]] = Record(
    dict, (Field("date", Date(), "When.", required=True), Field("contact", CONTACT, "Whom to ask.")), "a letter"
)


def read(shape: Shape[Any], text: str) -> Any:
    """The value of a YAML text, read with a shape."""
    return shape.read(read_tree(text.encode(), "f").root, Report(read_tree(text.encode(), "f")))


def reported(shape: Shape[Any], text: str) -> list[str]:
    """The problems of a YAML text, without the file's name."""
    report = Report(read_tree(text.encode(), "f"))
    with pytest.raises(UnreadableError):
        shape.read(report.tree.root, report)
    return [str(problem).removeprefix("f:") for problem in sorted(report.problems)]


@pytest.mark.parametrize(
    ("shape", "text", "value"),
    [
        (Text(), "a b", "a b"),
        (Text(), "'  a '", "  a "),
        (Text(), "|\n  a\n  b\n\n", "a\nb"),
        (Text(lines=False), "'a\u00a0 b'", "a\u00a0 b"),
        (Text(blank=True), '"\u00a0"', "\u00a0"),
        (Text(blank=True), "''", ""),
        (Text(pattern="[a-z]+"), "abc", "abc"),
        (OneOf(("one", "two")), "two", "two"),
        (WholeNumber(1, 3), "3", 3),
        (WholeNumber(), "007", 7),
        (YesNo(), "true", True),
        (YesNo(), "false", False),
        (Date(), "2024-02-29", datetime.date(2024, 2, 29)),
        (ListOf(Text()), "[a, b]", ("a", "b")),
        (ListOf(Text(), least=0), "[]", ()),
        (MapOf(WholeNumber()), "{a: 1, b-2: 2}", {"a": 1, "b-2": 2}),
        (CONTACT, "{name: Ana, room-number: 5}", {"name": "Ana", "room_number": 5}),
        (Definition("text", lambda: Text()), "a", "a"),
        (Converted(WholeNumber(), lambda value, node, report: -value), "5", -5),
        (AnyOf({"a": WholeNumber(), "b": Text()}, lambda node: "b"), "5", "5"),
    ],
)
def test_values(shape: Shape[Any], text: str, value: object) -> None:
    """A node that has the shape is read as a value."""
    assert read(shape, text) == value


@pytest.mark.parametrize(
    ("shape", "text", "problem"),
    [
        (Text("a name"), "[a]", "expected a name here, found a list"),
        (Text("a name", lines=False), "|\n  a\n  b\n", "a name is one line; this has several"),
        (Text("a name"), "{a: 1, b: 2, c: 3, d: 4}", "found lines of keys and values (a, b, c, …)"),
        (Text(), "''", "empty-text"),
        (Text(), '"\\u200b \\u00ad"', "empty-text"),
        (Text(max_length=3), "abcd", "too-long  this text has 4 characters; the limit is 3"),
        (Text("a code", "[a-z]+", "wrong-code"), "A1", "wrong-code  'A1' is not a code"),
        (OneOf(("one", "two"), "a number"), "tow", "did you mean 'two'?"),
        (OneOf(("one", "two"), "a number"), "ONE", "did you mean 'one'?"),
        (OneOf(("one", "two"), "a number"), "zzz", "one of: one, two"),
        (WholeNumber(1, 3), "4", "'4' is not a whole number from 1 to 3"),
        (WholeNumber(1, 3), "1.0", "not-a-number"),
        (WholeNumber(1, 3), "١", "not-a-number"),
        (WholeNumber(), "9" * 5000, "not-a-number"),
        (YesNo(), "yes", "write true"),
        (YesNo(), "False", "write false"),
        (YesNo(), "maybe", "write true or false"),
        (Date(), "2024-7-1", "write 2024-07-01"),
        (Date(), "2024.07.01", "write 2024-07-01"),
        (Date(), "2024-02-30", "the last day of that month is 2024-02-29"),
        (Date(), "2024-13-12", "the month comes before the day: 2024-12-13"),
        (Date(), "0000-01-01", "there is no day 0000-01-01"),
        (Date(), "2024-00-99", "there is no day 2024-00-99"),
        (Date(), "٢٠٢٤-٠١-٠١", "not-a-date"),
        (ListOf(Text(), "a list of texts"), "a", "write [a]"),
        (ListOf(Text(), "a list of texts"), "[]", "empty-list"),
        (ListOf(Text(), most=2), "[a, b, c]", "there are 3 entries; the limit is 2"),
        (MapOf(Text()), "[a]", "wrong-type"),
        (MapOf(Text()), "{A_b c: 1}", ", for example 'a-b-c'"),
        (MapOf(Text(), most=1), "{a: 1, b: 2}", "there are 2 names; the limit is 1"),
        (CONTACT, "Ana", "expected a contact here, found 'Ana'"),
        (CONTACT, "{name: Ana, room_number: 5}", "did you mean 'room-number'?"),
        (CONTACT, "{name: Ana, zzz: 5}", "its keys: name, room-number"),
        (CONTACT, "{room-number: 5}", "add 'name:' (who)"),
        (CONTACT, "{nam: Ana}", "did you mean 'name'?"),
        (LETTER, "date: 2024-07-12\ncontact:\nname: Ana\n", "'name:' must be indented to belong to 'contact:'"),
    ],
)
def test_problems(shape: Shape[Any], text: str, problem: str) -> None:
    """A node that does not have the shape gives one problem with its remedy."""
    (found,) = reported(shape, text)

    assert problem in found


def test_all_problems_of_a_record_are_reported() -> None:
    """All keys are read, even if one is wrong."""
    found = reported(LETTER, "date: today\ncontact: {name: [], room-number: x, zzz: 1}\nfoo: 1\n")

    assert [problem.split("\n")[0] for problem in found] == [
        "1:7  not-a-date  'today' is not a date",
        "2:17  wrong-type  expected a name here, found a list",
        "2:34  not-a-number  'x' is not a whole number from 1 to 99",
        "2:37  unknown-field  'zzz' is not part of a contact",
        "3:1  unknown-field  'foo' is not part of a letter",
    ]


def test_all_problems_of_a_list_are_reported() -> None:
    """Each wrong entry is reported at its own place."""
    assert [problem.split("  ")[0] for problem in reported(ListOf(WholeNumber(1, 3)), "[1, 4, x, 2]")] == ["1:5", "1:8"]


def test_a_long_text_is_shortened() -> None:
    """A problem shows the beginning of a long text on one line."""
    (found,) = reported(Date(), "|\n  " + "words and\n  " * 50)

    assert found.startswith("1:1  not-a-date  'words and words and words and words and…' is not a date")


def test_at_most_a_hundred_problems_are_reported() -> None:
    """After a hundred problems reading stops with a letter error that has the first of them."""
    text = "[" + ", ".join("x" for _ in range(500)) + "]"

    with pytest.raises(LetterError) as raised:
        read(ListOf(WholeNumber()), text)

    assert len(raised.value.problems) == MAX_PROBLEMS + 2


@pytest.mark.parametrize("text", ["", " \n\t", "\u00a0\u200b\u2060", "\u200e\u2066\u2069\u00ad\u3000"])
def test_text_without_visible_characters_is_blank(text: str) -> None:
    """White space, and characters that only control joining or direction, do not count as text."""
    assert is_blank(text)


@pytest.mark.parametrize("text", ["–", " a ", "\u200bא"])
def test_text_with_a_visible_character_is_not_blank(text: str) -> None:
    """One visible character is enough."""
    assert not is_blank(text)


def test_records_describe_their_keys() -> None:
    """The schema of a record describes its keys, lists those required, and allows no others."""
    schema = CONTACT.schema({})

    assert schema["properties"]["name"]["description"] == "Who."
    assert schema["required"] == ["name"]
    assert schema["additionalProperties"] is False


def test_a_definition_can_contain_itself() -> None:
    """A definition that refers to itself is in the schema once."""
    definitions: dict[str, Any] = {}
    inner: Shape[Any] = Definition("tree", lambda: ListOf(inner, least=0))

    assert inner.schema(definitions) == {"$ref": "#/definitions/tree"}
    assert definitions["tree"]["items"] == {"$ref": "#/definitions/tree"}
    assert read(inner, "[[], [[]]]") == ((), ((),))
