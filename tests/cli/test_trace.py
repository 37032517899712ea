"""``circulars source`` shows the letter inside a file; ``circulars verify`` rebuilds the file and compares."""

from __future__ import annotations

import json
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from cli.conftest import LETTER

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def built(folder: Path, run: Run) -> Path:
    """A folder with a letter that was built, in English only."""
    assert run("build", "--languages", "en").returncode == 0
    return folder


def test_a_file_gives_its_letter_back(built: Path, run: Run) -> None:
    """The letter is printed as it was typed."""
    for name in ("one.en.pdf", "one.en.docx"):
        assert run("source", f"output/{name}").stdout == LETTER


def test_a_letter_found_in_a_file_builds_the_same_file(built: Path, run: Run) -> None:
    """What ``source --out`` writes can be built again."""
    done = run("source", "output/one.en.pdf", "--out", "found")
    assert sorted(done.stdout.split()) == ["found/circulars.json", "found/one.yaml"]

    (built / "letters" / "one.yaml").unlink()
    run("build", "found/one.yaml", "--languages", "en", "--out", "again")

    for name in ("one.en.pdf", "one.en.docx"):
        assert (built / "again" / name).read_bytes() == (built / "output" / name).read_bytes()


def test_no_file_is_overwritten(built: Path, run: Run) -> None:
    """Another file with the letter's name is not changed."""
    (built / "found").mkdir()
    (built / "found" / "one.yaml").write_text("mine")

    done = run("source", "output/one.en.pdf", "--out", "found")

    assert (done.returncode, (built / "found" / "one.yaml").read_text()) == (2, "mine")
    assert "found/one.yaml  file-exists" in done.stderr


def test_the_build_facts_are_printed(built: Path, run: Run) -> None:
    """``--facts`` prints the letter, the language and the pack that a file was made from."""
    made = json.loads(run("source", "output/one.en.pdf", "--facts").stdout)

    assert (made["letter"], made["language"], made["pack"], made["audience"]) == ("one.yaml", "en", "itu", {})


def test_unchanged_files_are_verified(built: Path, run: Run) -> None:
    """They are, byte by byte, what the letter inside them makes, even if the letter in ``letters/`` has changed."""
    (built / "letters" / "one.yaml").write_text(LETTER.replace("Text.", "Another text."))

    done = run("verify", "output/one.en.docx", "output/one.en.pdf")

    assert done.returncode == 0
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == ["output/one.en.docx", "output/one.en.pdf"]
    assert done.stdout.count("the same bytes") == 2


def test_a_changed_word_is_found(built: Path, run: Run) -> None:
    """For a Word file in which a word was changed, the part that differs is named."""
    file = built / "output" / "one.en.docx"
    with zipfile.ZipFile(file) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(file, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data.replace(b"Text.", b"Test.") if name == "word/document.xml" else data)

    done = run("verify", "output/one.en.docx")

    assert done.returncode == 1
    assert done.stdout.splitlines()[1:] == [
        "    the part word/document.xml differs",
        "    why: the file was changed, or this machine has other libraries",
    ]


def test_a_changed_page_is_found(built: Path, run: Run) -> None:
    """For a PDF with an added drawing, the page that differs is named."""
    file = built / "output" / "one.en.pdf"
    with pikepdf.open(file, allow_overwriting_input=True) as pdf:
        pdf.pages[0].contents_add(b"q 1 0 0 rg 0 0 99 99 re f Q")
        pdf.save()

    done = run("verify", "output/one.en.pdf")

    assert done.returncode == 1
    assert "    page 1 differs" in done.stdout.splitlines()


def test_bytes_after_a_pdf_are_reported_with_their_place(built: Path, run: Run) -> None:
    """Bytes after the built file that belong to no update are a problem, reported with the place where they begin."""
    file = built / "output" / "one.en.pdf"
    size = file.stat().st_size
    with file.open("ab") as stream:
        stream.write(b"%more\n")

    done = run("verify", "output/one.en.pdf")

    assert done.returncode == 1
    assert f"there are bytes that belong to no object of an update (at byte {size:,})" in done.stdout


def test_another_pack_is_named_as_the_reason(built: Path, run: Run) -> None:
    """If the stylesheet has changed since, the output says that the pack is another one."""
    from conftest import ROOT

    pack = built / "templates" / "itu"
    pack.parent.mkdir()
    subprocess.run(["cp", "-r", ROOT / "templates" / "itu", pack], check=True)
    with (pack / "letter.css").open("a") as stream:
        stream.write("p { color: #333 }")

    done = run("verify", "output/one.en.pdf", "--format", "json")

    (row,) = json.loads(done.stdout)
    assert (done.returncode, row["sound"], row["source"]["same"]) == (1, False, False)
    assert row["source"]["reasons"] == ["the pack 'itu' is not the one that the file was made with"]


def test_what_a_word_file_fetches_is_reported_with_its_source(built: Path, run: Run) -> None:
    """The letter is printed nevertheless, and nothing is fetched."""
    run("build", "--formats", "docx", "--languages", "en")
    file = built / "output" / "one.en.docx"
    with zipfile.ZipFile(file) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    links = "word/_rels/document.xml.rels"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
    link = f'<Relationship Id="rIdX" Type="{kind}" Target="https://example.com/x.png" TargetMode="External"/>'
    parts[links] = parts[links].replace(b"</Relationships>", f"{link}</Relationships>".encode())
    with zipfile.ZipFile(file, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)

    done = run("source", "output/one.en.docx")

    assert done.returncode == 0
    assert done.stdout == (built / "letters" / "one.yaml").read_text(encoding="utf-8")
    assert "remote-content  opening the file fetches 'https://example.com/x.png' (image)" in done.stderr


def test_files_without_a_source_are_named(built: Path, run: Run) -> None:
    """A file that cannot be verified is a problem; the other files are still verified."""
    run("build", "--no-source", "--formats", "pdf,txt", "--languages", "es")
    (built / "output" / "broken.pdf").write_bytes(b"%PDF-1.7")

    done = run("verify")

    assert (done.returncode, done.stdout.count("the same bytes")) == (1, 2)
    assert [line.split("  ")[:2] for line in done.stderr.splitlines() if "hint" not in line] == [
        ["output/broken.pdf", "unreadable-file"],
        ["output/one.es.pdf", "no-source"],
    ]


def test_a_missing_file_is_reported_at_once(built: Path, run: Run) -> None:
    """A misspelt name is a wrong use of the command, and no file is verified; all such names are reported."""
    done = run("verify", "output/one.en.pdf", "nothing.pdf", "nowhere.docx")

    assert (done.returncode, done.stdout) == (2, "")
    assert "no-such-file  there is no file 'nothing.pdf'" in done.stderr
    assert "no-such-file  there is no file 'nowhere.docx'" in done.stderr
