"""The one rule for the names of files."""

from __future__ import annotations

import pytest

from circulars.files.names import can_be_stored, is_visible, same

DEVICES = [
    "con", "PRN.txt", "aux.en.pdf", "nul", "CLOCK$", "CONIN$", "conout$.txt", "COM1", "lpt9.x", "COM¹", "com².en",
    "LPT³", "ＣＯＮ", "ｎｕｌ.txt", "COM１", "NUL .txt", "con   ", "com0", "lpt0",
]  # fmt: skip
HIDDEN_CHARACTERS = ["a\0b", "a\nb", "a\x1bb", "a\x7fb", "a\u200bb", "a\u202eb", "a\u2066b", "a\ufeffb", "a\ud800b"]


@pytest.mark.parametrize(
    "name", ["", ".", "..", "...", "a.", "a ", "a. ", "a/b", "a\\b", "a:b", "a?", "*", 'a"b', "<a>"]
)
def test_a_name_that_some_system_changes_or_refuses_is_refused(name: str) -> None:
    """Separators, characters that Windows reserves, and full stops and blanks at the end, which it drops."""
    assert not can_be_stored(name)


@pytest.mark.parametrize("name", DEVICES)
def test_the_devices_of_windows_are_refused(name: str) -> None:
    """In upper and lower case, with any suffix, and with the other digits and letters that Windows takes for them."""
    assert not can_be_stored(name)


@pytest.mark.parametrize("name", HIDDEN_CHARACTERS)
def test_a_character_that_cannot_be_seen_is_refused(name: str) -> None:
    """A name with one looks like another name."""
    assert not can_be_stored(name)


@pytest.mark.parametrize(
    "name", ["tsb-circular-213.yaml", "Ñandú.pdf", "通知：会議.en.pdf", "computer", "com10", "console", "a b"]
)
def test_a_name_in_any_script_is_allowed(name: str) -> None:
    """Names that only begin like a device's are no device's."""
    assert can_be_stored(name)


def test_a_name_has_at_most_255_bytes() -> None:
    """File systems count bytes of UTF-8, and what is added to a letter's name must fit as well."""
    assert can_be_stored("a" * 255)
    assert not can_be_stored("a" * 256)
    assert not can_be_stored("é" * 128)
    assert not can_be_stored("a" * 250, room=6)


@pytest.mark.parametrize(
    ("one", "other"), [("A", "a"), ("É", "é"), ("é", "e\u0301"), ("ﬁ", "FI"), ("ẞ", "ss"), ("K", "k")]
)
def test_names_that_a_file_system_treats_as_equal_are_the_same(one: str, other: str) -> None:
    """Some systems ignore case, and some the composition of characters."""
    assert same(one) == same(other)


def test_hidden_names_are_known() -> None:
    """Names with a full stop at the beginning, and Word's lock files."""
    assert [is_visible(name) for name in (".bashrc", "~$letter.docx", "letter.docx")] == [False, False, True]
