"""The one function that opens files from outside."""

from __future__ import annotations

import ast
import functools
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from circulars.files.reading import (
    LIMITS,
    MAX_FILES,
    TooLargeError,
    check_file,
    files_below,
    has_bytes,
    open_file,
    read_beginning,
    read_file,
)
from circulars.syntax.decoding import MAX_BYTES

SOURCE = Path(__file__).parents[2] / "src" / "circulars"


def made(folder: Path, kind: str) -> Path:
    """Something that is not a file with a letter in it."""
    path = folder / "x"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
    elif kind == "link to itself":
        path.symlink_to("x")
    elif kind == "sparse":
        with path.open("wb") as stream:
            stream.truncate(11_000_000_000_000)
    return path


@pytest.mark.parametrize("kind", ["nothing", "pipe", "folder", "device", "socket", "link to itself", "sparse"])
def test_only_a_regular_file_is_opened(tmp_path: Path, kind: str) -> None:
    """Nothing waits for a pipe that nobody writes to, and no device is read."""
    path = made(tmp_path, kind)

    for read in (read_file, open_file, check_file):
        with pytest.raises(OSError, match=r".") as raised:
            read(path, "YAML")
        assert raised.value.strerror
    with pytest.raises(OSError):
        has_bytes(path, b"")


@pytest.mark.parametrize("name", ["a\0b", "a\ud800b", "n" * 300, "/" * 5000])
def test_a_name_that_no_file_can_have_is_an_error_of_the_system(tmp_path: Path, name: str) -> None:
    """Callers need not check a name first."""
    with pytest.raises(OSError):
        read_file(tmp_path / name, "YAML")


def test_a_link_is_followed_only_where_it_is_allowed(tmp_path: Path) -> None:
    """The target of a link may be anywhere."""
    (tmp_path / "target").write_bytes(b"text")
    (tmp_path / "link").symlink_to("target")

    assert read_file(tmp_path / "link", "YAML") == b"text"
    with pytest.raises(OSError, match="symbolic link"):
        read_file(tmp_path / "link", "YAML", links=False)
    with pytest.raises(OSError, match="symbolic link"):
        open_file(tmp_path / "link", "YAML", links=False)


def test_a_file_has_at_most_the_size_of_its_kind(tmp_path: Path) -> None:
    """A file of exactly the limit is read; of a larger one, no more than one byte beyond the limit."""
    path = tmp_path / "letter.yaml"
    path.write_bytes(b"x" * LIMITS["YAML"])
    assert read_file(path, "YAML") == read_beginning(path, "YAML") == b"x" * LIMITS["YAML"]

    with path.open("ab") as stream:
        stream.truncate(10_000_000_000)

    assert len(read_beginning(path, "YAML")) == LIMITS["YAML"] + 1
    with pytest.raises(TooLargeError, match="larger than 1 MiB"):
        read_file(path, "YAML")
    with pytest.raises(TooLargeError, match="larger than 1 MiB"):
        open_file(path, "YAML")


def test_a_file_that_grows_while_it_is_read_ends_at_the_limit(tmp_path: Path) -> None:
    """Its size was within the limit when it was opened."""
    path = tmp_path / "letter.yaml"
    path.write_bytes(b"x")

    with open_file(path, "YAML") as stream, path.open("ab") as writer, pytest.raises(TooLargeError):
        while stream.read(100_000):
            writer.write(b"x" * 300_000)
            writer.flush()


def test_a_folder_has_at_most_so_many_files(tmp_path: Path) -> None:
    """Links to folders are not followed, so a folder that contains itself ends."""
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "again").symlink_to(tmp_path)
    (tmp_path / "inner" / "a").write_bytes(b"")
    os.mkfifo(tmp_path / "pipe")
    assert files_below(tmp_path) == [tmp_path / "inner" / "a"]

    for number in range(MAX_FILES):
        os.link(tmp_path / "inner" / "a", tmp_path / f"{number}")

    with pytest.raises(TooLargeError, match="more than 20,000 files"):
        files_below(tmp_path)


def test_letters_have_one_limit() -> None:
    """The reader of YAML reports the size itself, with the same limit."""
    assert LIMITS["YAML"] == MAX_BYTES


OPENING = {
    *(
        "open",
        "read_bytes",
        "read_text",
        "fdopen",
        "FileIO",
        "FileInput",
        "mmap",
        "memmap",
        "fromfile",
        "load_workbook",
    ),
    *("ZipFile", "TarFile", "connect", "from_path", "PdfFileReader", "copyfile", "copy2", "copytree", "CDLL"),
}
"""The names of functions that read a file."""

WRITING = ("'w'", "'wb'", "'a'", "'w+b'", "O_WRONLY", "_CREATE", "O_DIRECTORY", "os.devnull")
"""What is in a call that opens a file to write it, or a folder."""

OWN = {
    "cache/environment.py": "the program's own files, fontconfig's settings and the libraries of this process",
    "cli/desk.py": "opens a browser",
    "desk/journal_file.py _prepared": "the journal: a link in its place is removed, versions are read within a limit",
    "desk/phrases.py page_words": "the program's own words",
    "desk/routes.py static_file": "the program's own stylesheet and scripts",
    "desk/openid.py _answer": "a connection to a server, which has its own limits",
    "desk/server.py _answers": "a connection to a socket, which is closed at once",
    "doctor/repair.py repair_template": "the shipped pack",
    "doctor/new_pack.py _filled": "the program's own beginning of a pack",
    "merge/paper/fields.py _stylesheet": "the program's own stylesheet",
    "render/pdf/metadata.py _profile": "a colour profile of WeasyPrint",
    "syntax/own_tables.py own_table": "the program's own tables",
    "review/reports/page/writing.py _data": "the program's own template, stylesheet and script",
    "review/repository/setup.py review_workflow": "the program's own workflow",
    "source/addressees/likelihood.py _data": "the program's own counts of letters",
    "start/folder.py _first_files": "the shipped pack and its example",
    "merge/making/pool.py _make_chunk": "a file that the main process wrote for its workers",
    "cli/secret.py": "a pass phrase: a pipe is allowed, and no more than 4,096 bytes are read",
    "files/reading.py": "the function itself",
    "files/inside.py read_beginning_in_folder": "opens the folders on the way to a file",
    "merge/planning/ledger_file.py": "opens a ledger to lock it and to make it private: its file was checked",
    "source/addressees/workbook.py _opened": "a copy that this program has just written",
    "source/addressees/opening.py": "opens a list with the reader of its kind",
    "signing/timestamp_server.py": "a connection to a server, which has its own limits",
    "merge/post/smtp.py": "a connection to a server, which has its own limits",
    "merge/post/device_login.py": "a connection to a server, which has its own limits",
    "web.py": "a connection to a server, which has its own limits",
    "sockets.py": "a connection to a server, which has its own limits",
    "processes/limits.py memory_used": "what the system says of this process",
    "source/addressees/database.py": "a connection to a database",
    "source/addressees/mysql.py": "a connection to a database",
    "source/addressees/relay.py": "a connection to a database, which has its own limits",
    "source/addressees/sqlite.py": "a database: its file was checked",
    "merge/planning/ledger.py": "a ledger: its file was checked",
    "files/output.py": "opens files to write them",
    "merge/making/archive.py": "opens a file to write it",
}
"""Where files are read in another way, and which: a module, and perhaps a function in it."""


@functools.cache
def readings() -> frozenset[str]:
    """Each place in the program that reads a file by its name or descriptor: the module and the function."""
    return frozenset(_readings())


def _readings() -> Iterator[str]:
    for file in sorted(SOURCE.rglob("*.py")):
        for function in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                for node in ast.walk(function):
                    if isinstance(node, ast.Call) and _reads(node):
                        yield f"{file.relative_to(SOURCE).as_posix()} {function.name}"


def _reads(call: ast.Call) -> bool:
    function = call.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name not in OPENING:
        return False
    words = ast.unparse(call)
    in_memory = "BytesIO(" in words or any(isinstance(one, ast.Name) and one.id == "stream" for one in call.args)
    writes = any(
        mark in words for mark in ("'w'", "'wb'", "'a'", "'w+b'", "O_WRONLY", "_CREATE", "O_DIRECTORY", "os.devnull")
    )
    of_archive = isinstance(function, ast.Attribute) and ast.unparse(function.value) in ("package", "copy", "stream")
    of_pdf = ast.unparse(function).endswith("Metadata.read_bytes")
    return not (in_memory or writes or of_archive or of_pdf)


def test_files_from_outside_are_opened_in_one_place() -> None:
    """A reader of its own would wait for a pipe, or read a device without end."""
    others = {place for place in readings() if not any(place.startswith(known) for known in OWN)}

    assert others == set()


def test_every_exception_is_needed() -> None:
    """A reader that is gone is not an exception any more."""
    assert [known for known in OWN if not any(place.startswith(known) for place in readings())] == []
