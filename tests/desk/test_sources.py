"""The source of a letter is saved as it is typed, merged with what others have changed, or kept as a draft."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circulars.desk.sources import with_ends_of
from desk.desks import Answer, Reader, served

NAME = "sg-letter-dm-24-1021"
BROKEN = "body: [\n"


@pytest.fixture
def letter(office: Path) -> Path:
    return office / f"letters/{NAME}.yaml"


def source(letter: Path) -> str:
    return letter.read_text(encoding="utf-8")


def saved(reader: Reader, text: str, version: str = "", **values: str) -> Answer:
    form = {"source": text.replace("\n", "\r\n"), "version": version or reader.version(NAME), **values}
    return reader.post(f"/letters/{NAME}/source/save", form)


def typed(page: Answer) -> str:
    """The text in the field."""
    found = re.search(r'<textarea name="source"[^>]*>\n(.*)</textarea>', page.text, re.DOTALL)
    assert found
    return unescape(found[1])


def version_of(page: Answer) -> str:
    return str(re.findall(r'name="version" value="(\w*)"', page.text)[0])


def test_the_source_is_shown_with_a_number_for_each_line(reader: Reader, letter: Path) -> None:
    """As it is in the file, to its last line."""
    page = reader.get(f"/letters/{NAME}/source")

    assert typed(page) == source(letter)
    assert page.text.count('<span id="line-') == source(letter).count("\n") + 1
    assert f'href="/letters/{NAME}/source"' in reader.get(f"/letters/{NAME}").text


@pytest.mark.parametrize("hidden", ["\u200e", "\u202e", "\u2066", "\x85", "\x0c", "\u2028", "\U000e0001"])
def test_what_is_not_shown_stays_where_nothing_is_changed(hidden: str, reader: Reader, letter: Path) -> None:
    """Characters that letters cannot have are not in the text area; a line without changes keeps them."""
    before = source(letter) + f"# left{hidden}right\n"
    letter.write_text(before, encoding="utf-8")
    shown = typed(reader.get(f"/letters/{NAME}/source"))

    answer = saved(reader, shown.replace("New York", "Geneva"))

    assert (answer.status, hidden in shown) == (303, False)
    assert source(letter) == before.replace("New York", "Geneva")


def test_warnings_are_not_shown_as_problems(reader: Reader, letter: Path) -> None:
    """As at the letter: what may be built is not marked as wrong."""
    letter.write_text(
        source(letter).replace("the honour to", "the honour on Friday, 21 October 2024, to"), encoding="utf-8"
    )
    page = reader.get(f"/letters/{NAME}/source").text

    assert ('class="problems warnings"' in page, "aria-invalid" in page, "problems-title" in page) == (
        True,
        False,
        False,
    )


def test_a_source_is_saved_and_undone(reader: Reader, letter: Path) -> None:
    """As any edit."""
    before = source(letter)
    new = before.replace("New York", "Geneva") + "# the end\n"

    answer = saved(reader, new)

    assert answer.headers["location"] == f"/letters/{NAME}/source?done=saved"
    assert source(letter) == new
    assert 'role="status">Saved<' in reader.get(answer.headers["location"]).text
    reader.post(f"/letters/{NAME}/undo")
    assert source(letter) == before


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_a_byte_order_mark_stay(mark: bytes, reader: Reader, letter: Path) -> None:
    """Only the lines that were typed are others."""
    lines = letter.read_bytes().splitlines(keepends=True)
    data = mark + b"".join(line.replace(b"\n", b"\r\n") if at % 3 else line for at, line in enumerate(lines))
    letter.write_bytes(data)
    page = reader.get(f"/letters/{NAME}/source")

    assert saved(reader, typed(page)).status == 303
    assert letter.read_bytes() == data
    assert saved(reader, typed(page).replace("New York", "Geneva")).status == 303
    assert letter.read_bytes() == data.replace(b"New York", b"Geneva")


@given(
    st.lists(st.tuples(st.sampled_from(["a", "b: c", "", "é", "- x"]), st.sampled_from(["\n", "\r\n", "\r"]))),
    st.sampled_from(["", "a", "end"]),
    st.booleans(),
)
def test_an_unchanged_source_has_the_same_bytes(lines: list[tuple[str, str]], last: str, is_marked: bool) -> None:
    """Whatever its line ends are."""
    text = "".join(line + end for line, end in lines) + last
    data = (b"\xef\xbb\xbf" if is_marked else b"") + text.encode()
    shown = text.replace("\r\n", "\n").replace("\r", "\n")

    assert with_ends_of(shown, data) == data


def test_a_source_that_is_not_yaml_is_kept_as_a_draft(reader: Reader, letter: Path, office: Path) -> None:
    """It is not in the file; it is shown with its problems, also by the next desk, until it can be read."""
    before = source(letter)
    text = before + BROKEN

    answer = saved(reader, text)

    assert answer.status == 422 and typed(answer) == text
    assert "kept as a draft" in answer.text and re.search(r'href="#line-\d+" data-line', answer.text)
    assert source(letter) == before
    assert "a draft of the source" in reader.get(f"/letters/{NAME}").text
    with served(office) as other:
        page = other.begin().get(f"/letters/{NAME}/source")
        assert typed(page) == text and "This is your draft" in page.text and "yaml" in page.text
        good = text.replace(BROKEN, "# no more\n")
        assert saved(other, good, version_of(page)).status == 303
        assert source(letter) == good
        assert typed(other.get(f"/letters/{NAME}/source")) == good
        assert "a draft of the source" not in other.get(f"/letters/{NAME}").text


def test_a_draft_is_left_out(reader: Reader, letter: Path) -> None:
    """Then the source is that of the file."""
    saved(reader, BROKEN)

    answer = saved(reader, BROKEN, act="drop")

    assert answer.status == 303
    assert typed(reader.get(answer.headers["location"])) == source(letter)


def test_changes_of_other_lines_are_merged(reader: Reader, letter: Path) -> None:
    """Both versions are in the file."""
    before, version = source(letter), reader.version(NAME)
    reader.get(f"/letters/{NAME}/source")
    letter.write_text(before.replace("New York", "Geneva"), encoding="utf-8")

    answer = saved(reader, before + "# the end\n", version)

    assert answer.status == 303
    assert source(letter) == before.replace("New York", "Geneva") + "# the end\n"


def test_a_draft_is_merged_with_what_changed_since(reader: Reader, letter: Path) -> None:
    """It is corrected later than others have written."""
    before, version = source(letter), reader.version(NAME)
    saved(reader, before + BROKEN)
    letter.write_text(before.replace("New York", "Geneva"), encoding="utf-8")
    page = reader.get(f"/letters/{NAME}/source")

    assert version_of(page) == version
    assert saved(reader, typed(page).replace(BROKEN, "# good\n"), version_of(page)).status == 303
    assert source(letter) == before.replace("New York", "Geneva") + "# good\n"


def test_changes_of_the_same_lines_are_shown(reader: Reader, letter: Path) -> None:
    """Nothing is overwritten; both versions are shown, and what is saved next is what the writer has decided on."""
    before, version = source(letter), reader.version(NAME)
    reader.get(f"/letters/{NAME}/source")
    theirs = before.replace("New York", "Madrid") + "# of theirs\n"
    letter.write_text(theirs, encoding="utf-8")

    answer = saved(reader, before.replace("New York", "Geneva"), version)

    assert answer.status == 409
    assert "The same lines were changed" in answer.text
    assert re.search(r"<pre[^>]*>[^<]*Madrid", answer.text) and re.search(r"<pre[^>]*>[^<]*Geneva", answer.text)
    assert source(letter) == theirs
    mine = theirs.replace("Madrid", "Geneva")
    assert typed(answer) == mine
    assert typed(reader.get(f"/letters/{NAME}/source")) == mine
    assert saved(reader, typed(answer), version_of(answer)).status == 303
    assert source(letter) == mine


def test_a_draft_of_lines_that_others_changed_is_shown_with_theirs(reader: Reader, letter: Path, office: Path) -> None:
    """Also by the next desk: whoever comes back sees what a save would replace, as it is in the file by then."""
    before, version = source(letter), reader.version(NAME)
    reader.get(f"/letters/{NAME}/source")
    letter.write_text(before.replace("New York", "Madrid"), encoding="utf-8")
    saved(reader, before.replace("New York", "Geneva"), version)
    letter.write_text(before.replace("New York", "Lisbon"), encoding="utf-8")

    with served(office) as other:
        page = other.begin().get(f"/letters/{NAME}/source")
        assert page.status == 200 and "The same lines were changed" in page.text
        assert re.search(r"<pre[^>]*>[^<]*Lisbon", page.text) and re.search(r"<pre[^>]*>[^<]*Geneva", page.text)
        assert saved(other, typed(page), version_of(page)).status == 303
        assert source(letter) == before.replace("New York", "Geneva")
        assert "The same lines were changed" not in other.get(f"/letters/{NAME}/source").text


def test_a_version_that_is_not_known_is_never_overwritten(reader: Reader, letter: Path) -> None:
    """As after the journal was deleted."""
    before = source(letter)

    answer = saved(reader, "kind: x\n", "0" * 64)

    assert answer.status == 409
    assert source(letter) == before


def test_a_file_that_is_not_yaml_is_corrected_at_the_desk(reader: Reader, letter: Path) -> None:
    """Its page leads to its source, with the problem at its line."""
    before = source(letter)
    letter.write_text(before + BROKEN, encoding="utf-8")

    refused = reader.get(f"/letters/{NAME}")
    page = reader.get(f"/letters/{NAME}/source")

    assert refused.status == 422 and f'href="/letters/{NAME}/source"' in refused.text
    assert 'data-line="' in page.text
    assert saved(reader, typed(page).removesuffix(BROKEN)).status == 303
    assert source(letter) == before


def test_a_file_that_is_no_text_has_no_source(reader: Reader, letter: Path) -> None:
    """It is not written, either."""
    letter.write_bytes(b"\xff\xfe\x00")

    assert reader.get(f"/letters/{NAME}/source").status == 422
    assert saved(reader, "kind: x\n").status == 422
    assert letter.read_bytes() == b"\xff\xfe\x00"


def test_markup_in_a_source_stays_text(reader: Reader, letter: Path) -> None:
    """It cannot end the field."""
    text = source(letter) + "# </textarea><script>alert(1)</script>\n"

    assert saved(reader, text).status == 303
    page = reader.get(f"/letters/{NAME}/source")
    assert "<script>alert" not in page.text and typed(page) == text


def test_a_long_source_in_another_script_fits(reader: Reader, letter: Path) -> None:
    """Browsers send it as it is, not with three characters for each byte."""
    text = source(letter) + f"# {'я' * 400_000}\n"
    parts = {"token": reader.token, "version": reader.version(NAME), "source": text.replace("\n", "\r\n")}
    body = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in parts.items()
    )
    own = {"Origin": reader.desk.access.address, "Content-Type": "multipart/form-data; boundary=b"}

    answer = reader.ask("POST", f"/letters/{NAME}/source/save", f"{body}--b--\r\n".encode(), own)

    assert answer.status == 303
    assert source(letter) == text
