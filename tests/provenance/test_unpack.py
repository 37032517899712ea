"""``circulars source --out`` writes the letter's own files, whatever a Word file or a PDF from a stranger carries."""

from __future__ import annotations

import io
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from circulars.build import Order, build
from circulars.files.carried import PART, part_of
from circulars.model.document import Attachment
from circulars.provenance import attachments_of
from circulars.source.letters import read_letter
from circulars.verify import verify
from circulars.workspace import Workspace
from commands import Done, run_here
from conftest import ROOT
from once import made_once

LETTER = """\
kind: tsb-circular
number: 1
date: 2025-01-15
languages: [en]
subject: {en: Subject}
body: [{en: Text.}]
signatory: {post: tsb-director, name: Ana Ejemplo, picture: pictures/signature.png}
"""
OWN = ["circulars.json", "one.yaml", "pictures/signature.png"]

HOSTILE = {
    "NUL": "a\0b.png",
    "a line break": "a\nb.png",
    "300 letters": "x" * 300 + ".png",
    "a folder of 300 letters": "x" * 300 + "/a.png",
    "a folder above": "../outside.png",
    "far above": "../../../../../../tmp/outside.png",
    "from the root": "/tmp/outside.png",
    "of Windows": "..\\outside.png",
    "of a drive": "C:outside.png",
    "nothing": "",
    "the folder": ".",
    "a folder": "a/",
    "two slashes": "a//b.png",
    "a hidden file": ".bashrc",
    "a hidden picture": ".hidden.png",
    "a hidden folder": ".git/hooks/a.png",
    "git's configuration": ".git/config",
    "the cache": ".circulars/cache/a.png",
    "the facts of a pack": "pack.yaml",
    "a pack": "templates/itu/pack.yaml",
    "a pack's picture": "templates/itu/mark.png",
    "a pack in capitals": "Templates/itu/mark.png",
    "a language": "languages/en.yaml",
    "an output": "output/one.en.pdf",
    "a project": "pyproject.toml",
    "a hook": ".pre-commit-config.yaml",
    "another letter": "two.yaml",
    "a picture that the letter does not name": "other.png",
    "a program": "a.py",
    "beside the letter's folder": "pictures",
    "in the letter": "one.yaml/a.png",
    "in the facts": "circulars.json/a.png",
    "the letter in capitals": "ONE.YAML",
    "the facts in capitals": "Circulars.JSON",
    "the picture in capitals": "Pictures/Signature.PNG",
    "composed otherwise": "pictures/signatu\u0301re.png",
    "a device": "NUL.png",
    "a device with a superscript": "COM¹.png",
    "another device with a superscript": "lpt³.png",
    "the console's input": "CONIN$.png",
    "the console's output": "conout$",
    "a full stop at the end": "a.png.",
    "a blank at the end": "a.png ",
    "a direction override": "a\u202egnp.exe.png",
    "a stream": "a.png:stream",
}
RELATIONSHIPS = ("Supplement", "Data", "Source")
# Each name with each relationship and in each format; how a format carries a file does not depend on its relationship.
FORGED = [
    pytest.param(("docx", "pdf")[(row + column) % 2], HOSTILE[name], relationship, id=f"{name}-{relationship}")
    for row, name in enumerate(HOSTILE)
    for column, relationship in enumerate(RELATIONSHIPS)
]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a letter that was built as a Word file and a PDF."""

    def make(folder: Path) -> None:
        (folder / "letters" / "pictures").mkdir(parents=True)
        shutil.copy(ROOT / "letters" / "signature.png", folder / "letters" / "pictures")
        (folder / "letters" / "one.yaml").write_text(LETTER)
        for output in build(read_letter(folder / "letters" / "one.yaml"), Workspace(folder), Order()):
            (folder / output.name).write_bytes(output.data)

    return made_once(tmp_path_factory, "carrying", make)


def with_carried(data: bytes, carried: list[Attachment]) -> bytes:
    """A built file that carries other files instead of its own."""
    return _word(data, carried) if data.startswith(b"PK") else _pdf(data, carried)


def _word(data: bytes, carried: list[Attachment]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as other:
        for name in package.namelist():
            other.writestr(name, part_of(carried) if name == PART else package.read(name))
    return made.getvalue()


def _pdf(data: bytes, carried: list[Attachment]) -> bytes:
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        files = pikepdf.Array()
        for one in carried:
            stream = pdf.make_stream(one.data)
            stream.Subtype = pikepdf.Name(f"/{one.media_type}")
            file = pikepdf.Dictionary(
                Type=pikepdf.Name.Filespec, UF=pikepdf.String(one.name), EF=pikepdf.Dictionary(UF=stream),
                AFRelationship=pikepdf.Name(f"/{one.relationship}"),
            )  # fmt: skip
            files.append(pdf.make_indirect(file))
        pdf.Root.AF = files
        pdf.save(made)
    return made.getvalue()


def extracted(folder: Path, data: bytes, *options: str) -> Done:
    """What ``circulars source --out found`` does with a file."""
    (folder / "file").write_bytes(data)
    return run_here(folder, "source", "file", "--out", "found", *options)


def files(folder: Path) -> list[str]:
    """The paths of all files and links below a folder."""
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()
    )


@pytest.mark.parametrize("format", ["docx", "pdf"])
def test_the_letter_s_own_files_are_written(built: Path, tmp_path: Path, format: str) -> None:
    """The letter, its picture in its folder, and the facts of the build."""
    done = extracted(tmp_path, (built / f"one.en.{format}").read_bytes())

    assert (done.returncode, done.stderr) == (0, "")
    assert files(tmp_path / "found") == OWN
    assert run_here(tmp_path, "build", "found/one.yaml", "--formats", format, "--out", "again").returncode == 0
    assert (tmp_path / "again" / f"one.en.{format}").read_bytes() == (built / f"one.en.{format}").read_bytes()


@pytest.mark.parametrize(("format", "name", "relationship"), FORGED)
def test_no_other_file_is_written(built: Path, tmp_path: Path, format: str, name: str, relationship: str) -> None:
    """Whatever its name is, before and after the letter's own files; each is reported with its name."""
    if format == "docx" and any(character in name for character in "\0"):
        name = name.replace("\0", "\ufffd")  # XML cannot hold it
    data = (built / f"one.en.{format}").read_bytes()
    own = list(attachments_of(data, ""))
    hostile = Attachment(name, "image/png", relationship, "", own[2].data)  # type: ignore[arg-type]
    place = tmp_path / "a" / "b"
    place.mkdir(parents=True)

    done = extracted(place, with_carried(data, [*own, hostile]))

    assert done.returncode == 1
    assert "foreign-file" in done.stderr
    assert files(tmp_path) == sorted(["a/b/file", *(f"a/b/found/{one}" for one in OWN)])
    assert not Path("/tmp/outside.png").exists()


@pytest.mark.parametrize(
    "name", ["../one.yaml", "a/one.yaml", ".one.yaml", "pack.yaml", "CON.yaml", "one.txt", "a\nb.yaml"]
)
@pytest.mark.parametrize("format", ["docx", "pdf"])
def test_a_letter_with_another_letter_s_name_is_not_written(
    built: Path, tmp_path: Path, format: str, name: str
) -> None:
    """No letter can have such a name, so the file was changed; nor is the picture that it names written."""
    data = (built / f"one.en.{format}").read_bytes()
    letter, *others = attachments_of(data, "")
    forged = Attachment(name, letter.media_type, "Source", "", letter.data)

    done = extracted(tmp_path, with_carried(data, [forged, *others]))

    assert done.returncode == 1
    assert files(tmp_path / "found") == ["circulars.json"]


@pytest.mark.parametrize("format", ["docx", "pdf"])
def test_a_picture_with_an_endless_path_is_not_written(built: Path, tmp_path: Path, format: str) -> None:
    """No program could open it, although the letter names it; nor is it written if it is asked for."""
    name = f"{'d' * 250}/" * 20 + "a.png"
    data = (built / f"one.en.{format}").read_bytes()
    letter, facts, picture = attachments_of(data, "")
    forged = letter.data.replace(b"pictures/signature.png", name.encode())
    carried = [replace(letter, data=forged), facts, replace(picture, name=name)]

    for more, code in (((), 1), (("--also", name), 2)):
        assert extracted(tmp_path, with_carried(data, carried), *more).returncode == code
    assert files(tmp_path / "found") == OWN[:2]


def test_a_picture_is_not_written_into_a_pack_below_the_folder(built: Path, tmp_path: Path) -> None:
    """Where the letter's picture would be among the pack's files; nothing is written then."""
    pack = tmp_path / "found" / "office" / "templates" / "itu"
    pack.mkdir(parents=True)
    (pack / "pack.yaml").touch()
    letter, facts, picture = attachments_of((built / "one.en.docx").read_bytes(), "")
    name = "office/templates/itu/mark.png"
    forged = replace(letter, data=letter.data.replace(b"pictures/signature.png", name.encode()))

    done = extracted(
        tmp_path, with_carried((built / "one.en.docx").read_bytes(), [forged, facts, replace(picture, name=name)])
    )

    assert done.returncode == 2
    assert "folder-in-use" in done.stderr
    assert files(tmp_path / "found") == ["office/templates/itu/pack.yaml"]


def test_a_letter_before_the_letter_is_not_written(built: Path, tmp_path: Path) -> None:
    """The facts of the build name the letter."""
    data = (built / "one.en.docx").read_bytes()
    own = attachments_of(data, "")
    other = Attachment("another.yaml", "application/yaml", "Source", "", own[0].data)

    done = extracted(tmp_path, with_carried(data, [other, *own]))

    assert (done.returncode, files(tmp_path / "found")) == (1, OWN)
    assert "'another.yaml'" in done.stderr


def test_a_picture_that_is_no_picture_is_not_written(built: Path, tmp_path: Path) -> None:
    """Though the letter names it."""
    data = (built / "one.en.docx").read_bytes()
    letter, facts, picture = attachments_of(data, "")
    forged = Attachment(picture.name, "image/png", "Supplement", "", b"#!/bin/sh\n")

    done = extracted(tmp_path, with_carried(data, [letter, facts, forged]))

    assert (done.returncode, files(tmp_path / "found")) == (1, ["circulars.json", "one.yaml"])


@pytest.mark.parametrize("format", ["docx", "pdf"])
def test_another_file_is_written_if_it_is_named(built: Path, tmp_path: Path, format: str) -> None:
    """Only that one, with the letter's own; and only if it stays in the folder."""
    data = (built / f"one.en.{format}").read_bytes()
    others = [
        Attachment(name, "image/png", "Supplement", "", b"data")
        for name in ("templates/itu/pack.yaml", ".hidden", "../outside", "one.yaml/b")
    ]
    carrying = with_carried(data, [*attachments_of(data, ""), *others])

    done = extracted(tmp_path, carrying, "--also", "templates/itu/pack.yaml")

    assert done.returncode == 1
    assert files(tmp_path / "found") == sorted([*OWN, "templates/itu/pack.yaml"])
    for name in ("../outside", "one.yaml/b", "nothing"):
        refused = extracted(tmp_path, carrying, "--also", name)
        assert refused.returncode == 2
    assert files(tmp_path) == sorted(["file", *(f"found/{one}" for one in [*OWN, "templates/itu/pack.yaml"])])


def test_links_in_the_folder_are_not_followed(built: Path, tmp_path: Path) -> None:
    """Neither to another folder nor to another file: nothing is written."""
    data = (built / "one.en.pdf").read_bytes()
    outside = tmp_path / "outside"
    outside.mkdir()
    for name, target in (("pictures", outside), ("one.yaml", outside / "new")):
        found = tmp_path / "found"
        found.mkdir()
        (found / name).symlink_to(target)

        done = extracted(tmp_path, data)

        assert done.returncode in (2, 3), done.stderr
        assert files(outside) == []
        assert files(found) == [name]
        shutil.rmtree(found)


@pytest.mark.parametrize("name", ["templates/itu", "templates/itu/words", "templates", "languages", ".circulars/cache"])
def test_no_letter_is_written_among_the_files_of_a_build(built: Path, tmp_path: Path, name: str) -> None:
    """A letter in a pack would change it."""
    (tmp_path / "templates" / "itu" / "words").mkdir(parents=True)
    (tmp_path / "templates" / "itu" / "pack.yaml").touch()

    done = run_here(tmp_path, "source", str(built / "one.en.pdf"), "--out", name)

    assert (done.returncode, files(tmp_path)) == (2, ["templates/itu/pack.yaml"])
    assert "folder-in-use" in done.stderr


def test_facts_that_are_not_there_are_reported(built: Path, tmp_path: Path) -> None:
    """Not as a fault of the program."""
    data = (built / "one.en.docx").read_bytes()
    (tmp_path / "file").write_bytes(with_carried(data, list(attachments_of(data, ""))[:1]))

    done = run_here(tmp_path, "source", "file", "--facts")

    assert (done.returncode, done.stdout) == (1, "")
    assert "no-source" in done.stderr


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_verify_ends_with_a_verdict(built: Path, name: str) -> None:
    """It rebuilds the letter in a folder of its own, and a file that the letter does not need changes the result."""
    data = (built / "one.en.pdf").read_bytes()
    hostile = Attachment(name, "image/png", "Supplement", "", b"data")

    verdict = verify(with_carried(data, [*attachments_of(data, ""), hostile]), "one.en.pdf", Workspace(built))

    assert not verdict.same
