"""The source inside Word files and PDFs, as found by circulars and by independent readers."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import pikepdf
import pytest

from circulars.build import Order, build
from circulars.errors import LetterError
from circulars.files.carried import without_carrier
from circulars.files.opc import read_parts
from circulars.model.document import Attachment
from circulars.pack import load_pack
from circulars.provenance import attachments_of, making_of
from circulars.source.letters import excerpt, read_letter
from circulars.workspace import Workspace
from conftest import LETTERS, ROOT, Example
from readers import libreoffice_files

LETTER = ROOT / "letters" / "tsb-circular-213.yaml"


@pytest.mark.parametrize("format", ["docx", "pdf"])
def test_every_file_gives_its_letter_back(examples: tuple[Example, ...], format: str) -> None:
    """The first embedded file is the letter's YAML, without what its readers must not see."""
    paths = {path.stem: path for path in LETTERS}
    for example in examples:
        letter = read_letter(paths[example.name.rpartition(".")[0]])
        source, *others = attachments_of(example.file(format).read_bytes(), example.name)

        made = making_of(others, "")
        assert source.name == made.letter == f"{letter.name}.yaml"
        assert made.language == example.document.language
        if not any(part.when for part in letter.body):
            assert source.data.decode() == excerpt(letter.origin.text)


def test_pdf_readers_list_the_source(examples: tuple[Example, ...], tmp_path: Path) -> None:
    """poppler and pikepdf find the letter among the embedded files of a PDF, marked as its source."""
    file = next(example for example in examples if example.name == "tsb-circular-213.en").file("pdf")

    subprocess.run(["pdfdetach", "-saveall", "-o", tmp_path, file], check=True, capture_output=True)

    assert (tmp_path / LETTER.name).read_text() == excerpt(LETTER.read_text())
    with pikepdf.open(file) as pdf:
        related = {str(entry.UF): str(entry.AFRelationship) for entry in pdf.Root.AF}
        assert related == {LETTER.name: "/Source", "circulars.json": "/Data"}
        assert set(pdf.attachments) == set(related)
        described = {name: pdf.attachments[name].get_file().mime_type for name in related}
        assert described == {LETTER.name: "application/yaml", "circulars.json": "application/json"}


def test_the_source_survives_an_editor(examples: tuple[Example, ...], tmp_path: Path) -> None:
    """A Word file that LibreOffice has saved still carries its letter."""
    file = next(example for example in examples if example.name == "tsb-circular-213.es").file("docx")

    (saved,) = libreoffice_files([file], tmp_path, "docx")

    source, *_ = attachments_of(saved.read_bytes(), "")
    assert source.data.decode() == excerpt(LETTER.read_text())


def test_pictures_travel_with_the_letter(workspace: Workspace) -> None:
    """A signature's picture is embedded in the file, byte for byte."""
    path = next(path for path in LETTERS if "picture:" in path.read_text())
    letter = read_letter(path)
    for output in build(letter, workspace, Order(formats=("docx", "pdf"))):
        carried = {one.name: one for one in attachments_of(output.data, output.name)}

        assert carried["signature.png"].relationship == "Supplement"
        assert carried["signature.png"].data == (path.parent / "signature.png").read_bytes()


def test_a_template_made_from_a_letter_does_not_embed_its_source(workspace: Workspace) -> None:
    """If somebody saves a letter as a template, other letters do not carry that letter's source."""
    letter = read_letter(LETTER)
    (first, *_) = build(letter, workspace, Order(("en",), ("docx",)))
    with zipfile.ZipFile(io.BytesIO(first.data)) as package:
        old = {name: package.read(name) for name in package.namelist() if name.startswith("customXml/")}
    assert len(old) == 3

    assert not [name for name in without_carrier(read_parts(first.data)) if name.startswith("customXml/")]


def test_no_source_means_no_source(workspace: Workspace) -> None:
    """With ``source=False`` nothing is embedded in the files."""
    for output in build(read_letter(LETTER), workspace, Order(("en",), ("docx", "pdf"), source=False)):
        with pytest.raises(LetterError) as error:
            attachments_of(output.data, output.name)

        assert error.value.problems[0].code == "no-source"
        assert "customXml" not in str(output.data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "unreadable-file"),
        (b"%PDF-1.7\nnothing", "unreadable-file"),
        (b"PK\x03\x04nothing", "unreadable-file"),
        (LETTER.read_bytes(), "unreadable-file"),
    ],
)
def test_other_files_are_reported(data: bytes, code: str) -> None:
    """A broken file, or one that is neither a PDF nor a Word file, is a problem with a remedy."""
    with pytest.raises(LetterError) as error:
        attachments_of(data, "x")

    assert error.value.problems[0].code == code
    assert error.value.problems[0].hint


def test_a_small_stream_cannot_inflate_to_gigabytes(workspace: Workspace) -> None:
    """A file inside a PDF that is larger than 6 MiB is refused before it is unpacked."""
    (output,) = build(read_letter(LETTER), workspace, Order(("en",), ("pdf",)))
    with pikepdf.open(io.BytesIO(output.data)) as pdf:
        pdf.Root.AF[0].EF.UF.write(b"\0" * 20_000_000)
        bomb = io.BytesIO()
        pdf.save(bomb)
    assert len(bomb.getvalue()) < 200_000

    with pytest.raises(LetterError) as error:
        attachments_of(bomb.getvalue(), "x.pdf")

    assert "larger than 6 MiB" in error.value.problems[0].message


def test_facts_name_the_pack_by_its_content(workspace: Workspace, tmp_path: Path) -> None:
    """The fingerprint of a pack changes with its stylesheet, but not with its skeletons or programs."""

    def fingerprint(name: str, *more: tuple[str, str]) -> str:
        folder = tmp_path / name
        shutil.copytree(ROOT / "templates" / "itu", folder / "itu")
        for file, text in more:
            (folder / "itu" / file).write_text(text)
        return load_pack("itu", (folder,)).fingerprint

    same = fingerprint("a")
    assert same == workspace.pack("itu").fingerprint
    assert fingerprint("b", ("skeletons/new.yaml", "x"), ("draw.py", "x")) == same
    assert fingerprint("c", ("letter.css", "p { color: red }")) != same
    assert len(bytes.fromhex(same)) == hashlib.sha256().digest_size


@pytest.mark.parametrize("name", ["../evil.yaml", "a\\b.yaml", "x.txt"])
def test_a_forged_name_is_refused(name: str) -> None:
    """No letter can have such a name, so the build facts were forged."""
    facts = json.dumps({"letter": name, "language": "en", "pack": "itu"}).encode()

    with pytest.raises(LetterError) as error:
        making_of([Attachment("circulars.json", "application/json", "Data", "", facts)], "x.pdf")

    assert error.value.problems[0].code == "wrong-source"
