"""Objects of PDFs are read strictly: what readers may understand in different ways is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest

from circulars.revisions.parsing import MAX_DEPTH, MAX_PARSED, NotStrictError, ObjectParser
from circulars.revisions.values import Name, Ref, Stream, Truth, Value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"12", Decimal(12)),
        (b"-.5", Decimal("-0.5")),
        (b"+7.", Decimal(7)),
        (b"true", Truth.TRUE),
        (b"null", None),
        (b"/Name", Name("Name")),
        (b"/A#20B", Name("A B")),
        (b"/", Name("")),
        (b"12 0 R", Ref(12, 0)),
        (b"[1 0 R 2 3]", (Ref(1, 0), Decimal(2), Decimal(3))),
        (b"(a(b)\\)\\n\\101)", b"a(b))\nA"),
        (b"(a\\\r\nb\r\nc)", b"ab\nc"),
        (b"<48 65 6>", b"He`"),
        (b"<< /A 1 /B null /C << >> >>", {"A": Decimal(1), "C": {}}),
        (b"<</A/B/C(d)>>", {"A": Name("B"), "C": b"d"}),
    ],
)
def test_an_object_is_read(text: bytes, value: Value) -> None:
    """Its value is what the standard says."""
    parser = ObjectParser(text)

    assert parser.value() == value
    assert parser.at == len(text)


@pytest.mark.parametrize(
    "text",
    [
        b"<< /A 1 /A 2 >>",
        b"<< /A 1 /#41 2 >>",
        b"<< /A 1",
        b"<< 1 2 >>",
        b"[1 2",
        b"(a",
        b"(a\\q)",
        b"<4x>",
        b"/A#2",
        b"/A#zz ",
        b"1e5",
        b"0x10",
        b"--1",
        b"trueish",
        b"% remark\n12",
        b"[1 % remark\n2]",
        b"\0 12",
        b"",
        b"nil",
        b"1 0 Rx",
    ],
)
def test_an_object_with_several_readings_is_refused(text: bytes) -> None:
    """Duplicate entries, remarks, numbers of other languages, half strings: readers disagree about them."""
    parser = ObjectParser(text)

    with pytest.raises(NotStrictError):
        whole = parser.value()
        assert parser.at < len(text.rstrip()), whole
        raise NotStrictError(parser.at, "something follows")


def test_values_of_different_types_differ() -> None:
    """A name is not a string, true is not 1, and a reference is not two numbers."""
    read = [
        ObjectParser(text).value() for text in (b"/a", b"(a)", b"true", b"1", b"1 0 R", b"[1 0]", b"(true)", b"/true")
    ]

    assert [[one == other for other in read].count(True) for one in read] == [1] * len(read)


@pytest.mark.parametrize(
    ("text", "content"),
    [
        (b"<< /Length 3 >>\nstream\nabc\nendstream", b"abc"),
        (b"<< /Length 3 >> stream\r\nabcendstream", b"abc"),
        (b"<< /Length 0 >>\nstream\n\nendstream", b""),
    ],
)
def test_a_stream_is_as_long_as_it_says(text: bytes, content: bytes) -> None:
    """Its length is not a part of its dictionary, since two ways to write it are the same."""
    assert ObjectParser(text).object() == Stream({}, content)


@pytest.mark.parametrize(
    "text",
    [
        b"<< /Length 2 >>\nstream\nabc\nendstream",
        b"<< /Length 9 >>\nstream\nabc\nendstream",
        b"<< /Length -1 >>\nstream\nabc\nendstream",
        b"<< /Length 9999999999 >>\nstream\nabc\nendstream",
        b"<< >>\nstream\nabc\nendstream",
        b"<< /Length 5 0 R >>\nstream\nabc\nendstream",
        b"<< /Length 3 >>\nstream\rabc\nendstream",
        b"<< /Length 3 >>\nstream\nabc\nendstreams",
    ],
)
def test_a_stream_of_another_length_is_refused(text: bytes) -> None:
    """Readers that look for "endstream" would read another content."""
    with pytest.raises(NotStrictError):
        ObjectParser(text).object()


def test_deep_and_long_objects_are_refused() -> None:
    """What is read at one go is limited in depth and in length; the contents of streams are not counted."""
    size = MAX_PARSED + 1000
    long_stream = b"<< /Length %d >>\nstream\n%s\nendstream" % (size, bytes(size))

    with pytest.raises(NotStrictError):
        ObjectParser(b"[" * (MAX_DEPTH + 2)).value()
    with pytest.raises(NotStrictError):
        ObjectParser(b"[" + b"0 " * MAX_PARSED + b"]").value()
    assert isinstance(ObjectParser(long_stream).object(), Stream)
