"""Lists whose rows never end."""

from __future__ import annotations

from pathlib import Path

import pytest

from circulars.errors import AddresseesError
from circulars.source.addressees import open_list
from circulars.source.addressees.bounds import MAX_EMPTY, MAX_ROW
from work import lines_run

HEAD = b"id,language,name\n"
ENOUGH = 3_500_000_000


def refusal(folder: Path, name: str) -> str:
    """The place and code of the one problem of a list."""
    with pytest.raises(AddresseesError) as caught:
        list(open_list(name, folder=folder))
    (problem,) = caught.value.problems
    return f"{problem.where} {problem.code}"


def sparse(path: Path, data: bytes) -> None:
    """A file that begins with some bytes, followed by zeros that take no room on the disk."""
    with path.open("wb") as stream:
        stream.write(data)
        stream.truncate(ENOUGH)


@pytest.mark.parametrize(
    ("begin", "place"),
    [
        (HEAD + b"ch-1,en,", "2:1"),
        (HEAD + b'ch-1,en,"', "2:1"),
        (b"id", "1:1"),
        (b"sep=;\nid;", "1:1"),
        (b"sep=;", "1:1"),
        (b"\n\nid", "3:1"),
    ],
)
def test_a_csv_file_of_one_row_is_refused(tmp_path: Path, begin: bytes, place: str) -> None:
    """No more of a row is read than a row can have: a row without an end does not fill the memory."""
    sparse(tmp_path / "list.csv", begin)

    assert lines_run(lambda: refusal(tmp_path, "list.csv")) < 1_000_000
    assert refusal(tmp_path, "list.csv") == f"list.csv:{place} row-too-long"


def test_a_row_that_has_many_lines_in_its_cells_is_refused(tmp_path: Path) -> None:
    """Each line, and each cell, is short."""
    (tmp_path / "list.csv").write_bytes(HEAD + b"ch-1,en,Ana\nch-2,en" + b',"a\nb"' * 200_000)

    assert refusal(tmp_path, "list.csv") == "list.csv:3:1 row-too-long"


def test_a_long_row_is_read(tmp_path: Path) -> None:
    """A row may have as many characters as the limit says, its line end included."""
    rest = MAX_ROW - len("ch-1,,\n")
    cells = ["x" * 100_000] * 9
    last = "x" * (rest - sum(map(len, cells)) - 8 + 100_000 - 100_000)
    row = ",".join(["ch-1", "en", *cells[:-1], last[:100_000]])
    columns = ",".join(["id", "language", *(f"c{n}" for n in range(9))])
    (tmp_path / "list.csv").write_text(f"{columns}\n{row}\n")

    assert [one.id for one in open_list("list.csv", folder=tmp_path)] == ["ch-1"]


@pytest.mark.parametrize("begin", [b"", HEAD, HEAD + b"ch-1,en,Ana\n"], ids=["only", "below the head", "at the end"])
@pytest.mark.parametrize("empty", [b"\n", b",\n"], ids=["lines", "cells"])
def test_endless_empty_rows_are_refused(tmp_path: Path, begin: bytes, empty: bytes) -> None:
    """They are not addressees, but reading them takes time."""
    (tmp_path / "list.csv").write_bytes(begin + empty * (MAX_EMPTY + 3))

    assert refusal(tmp_path, "list.csv").endswith(" too-many-empty-rows")


@pytest.mark.parametrize("begin", [b"- id: ", b"- id: 'a\n", b"# ", b"- id: a\n- id: b\n  c: |\n    d"])
def test_an_entry_without_an_end_is_refused(tmp_path: Path, begin: bytes) -> None:
    """The parser would keep all of it in memory."""
    path = tmp_path / "list.yaml"
    path.write_bytes(begin + b"x" * (3 * MAX_ROW))

    assert refusal(tmp_path, "list.yaml").endswith(" row-too-long")


def test_an_entry_of_many_keys_is_refused(tmp_path: Path) -> None:
    """Its keys would all be columns."""
    (tmp_path / "list.yaml").write_text("- id: a\n" + "".join(f"  k{n}: x\n" for n in range(200_000)))

    assert refusal(tmp_path, "list.yaml") == "list.yaml:1:1 row-too-long"


def test_an_error_far_from_the_beginning_is_reported(tmp_path: Path) -> None:
    """Only the text around an error is read again to explain it."""
    entry = f"- id: a\n  note: {'x' * 900_000}\n"
    (tmp_path / "list.yaml").write_text(entry * 25 + "- id: [a\n")

    assert refusal(tmp_path, "list.yaml") == "list.yaml:52:1 yaml-syntax"
