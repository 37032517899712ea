"""Letters' Word files that another program has saved."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from circulars.accessibility import check_output
from circulars.build import Order, build
from circulars.errors import LetterError
from circulars.files.opc import read_parts
from circulars.provenance import attachments_of
from circulars.source.letters import excerpt, read_letter
from circulars.verify import verify
from circulars.workspace import Workspace
from commands import run_here
from conftest import ROOT
from once import made_once
from provenance.saving import KEEPING, Parts, google, packed, saved_by, word
from readers import libreoffice_files

LETTER = ROOT / "letters" / "tsb-circular-213.yaml"
SOURCE = excerpt(LETTER.read_text())


@pytest.fixture(scope="session")
def letter(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A finished letter, as Word file."""

    def write(folder: Path) -> None:
        (output,) = build(read_letter(LETTER), Workspace(ROOT), Order(("es",), ("docx",)))
        (folder / "letter.docx").write_bytes(output.data)

    return (made_once(tmp_path_factory, "saved-again-letter", write) / "letter.docx").read_bytes()


@pytest.mark.parametrize("case", KEEPING)
def test_a_letter_that_another_program_saved_keeps_its_source(case: str, letter: bytes) -> None:
    """Wherever the embedded files are, under whatever name: the letter is extracted, word for word."""
    program, _ = KEEPING[case]

    source, *others = attachments_of(saved_by(program, letter), "letter.docx")

    assert source.data.decode() == SOURCE
    assert [one.name for one in others] == ["circulars.json"]


@pytest.mark.parametrize("case", KEEPING)
def test_verify_names_the_program_and_compares_the_words(case: str, letter: bytes) -> None:
    """A file that was only saved again has the same words; no part is listed."""
    program, name = KEEPING[case]

    verdict = verify(saved_by(program, letter), "letter.docx", Workspace(ROOT))

    assert (verdict.same, verdict.program, verdict.differences) == (False, name, ())


@pytest.mark.parametrize("case", KEEPING)
def test_a_letter_that_another_program_saved_is_checked(case: str, letter: bytes) -> None:
    """The check of outputs reads it."""
    program, _ = KEEPING[case]

    assert not [one for one in check_output(saved_by(program, letter), "letter.docx") if one.severity == "error"]


def test_libreoffice_keeps_the_words_and_the_source(letter: bytes, tmp_path: Path) -> None:
    """LibreOffice itself: saved once, and once more."""
    (tmp_path / "letter.docx").write_bytes(letter)
    once, twice = tmp_path / "once", tmp_path / "twice"
    (saved,) = libreoffice_files([tmp_path / "letter.docx"], once, "docx")
    (saved,) = libreoffice_files([saved], twice, "docx")

    verdict = verify(saved.read_bytes(), "letter.docx", Workspace(ROOT))

    assert verdict.program.startswith("LibreOffice")
    assert verdict.differences == ()
    assert attachments_of(saved.read_bytes(), "letter.docx")[0].data.decode() == SOURCE


def changed(letter: bytes, part: str, old: str, new: str) -> bytes:
    """The letter with other words, as Word saves it."""
    parts = read_parts(letter)
    text = parts[part].decode()
    assert old in text
    parts[part] = text.replace(old, new, 1).encode()
    return saved_by(word, packed(parts))


PLACE = "<w:p><w:r><w:t>Pague 900 EUR</w:t></w:r></w:p><w:sectPr"
CHANGES = {
    "a word": ("word/document.xml", "conjuntamente", "separadamente", "'conjuntamente' is now 'separadamente'"),
    "a paragraph more": ("word/document.xml", "<w:sectPr", PLACE, "'Pague 900 EUR' was added after"),
    "a word less": ("word/document.xml", "en inglés y en español", "en español", "'inglés y en' is missing"),
    "words that are marked as deleted": (
        "word/document.xml",
        "<w:sectPr",
        '<w:p><w:del w:id="9" w:author="Ana"><w:r><w:delText>No</w:delText></w:r></w:del></w:p><w:sectPr',
        "",
    ),
    "words in a footer": ("word/footer1.xml", "Ginebra", "Berna", "footer: 'Ginebra' is now 'Berna'"),
}


@pytest.mark.parametrize("case", CHANGES)
def test_changed_words_are_shown(case: str, letter: bytes) -> None:
    """Only the words that the file shows are compared, and each change is told with both sides."""
    part, old, new, expected = CHANGES[case]

    verdict = verify(changed(letter, part, old, new), "letter.docx", Workspace(ROOT))

    assert [one for one in verdict.differences if not one.startswith(expected)] == []
    assert bool(verdict.differences) == bool(expected)


def test_hidden_words_are_missing(letter: bytes) -> None:
    """Words that Word does not show are not there for the reader."""
    parts = read_parts(letter)
    text = parts["word/document.xml"].decode()
    start = text.index("<w:t", text.index("Octava"))
    run = text.rindex("<w:r>", 0, start)
    parts["word/document.xml"] = (text[:run] + "<w:r><w:rPr><w:vanish/></w:rPr>" + text[run + 5 :]).encode()

    verdict = verify(saved_by(word, packed(parts)), "letter.docx", Workspace(ROOT))

    assert any("is missing" in one or "is now" in one for one in verdict.differences)


def test_a_link_that_leads_elsewhere_is_reported(letter: bytes) -> None:
    """The words of a link may stay while its address changes."""
    data = changed(letter, "word/_rels/document.xml.rels", "https://www.itu.int", "https://www.itu.example")

    verdict = verify(data, "letter.docx", Workspace(ROOT))

    leads = "now leads to 'https://www.itu.example' instead of 'https://www.itu.int'"
    assert verdict.differences == (f"the link 'Unión Internacional de Telecomunicaciones' {leads}",)


def test_an_address_that_is_only_written_otherwise_is_the_same(letter: bytes) -> None:
    """LibreOffice writes a slash after the name of a server."""
    data = changed(letter, "word/_rels/document.xml.rels", '"https://www.itu.int"', '"https://WWW.itu.int/"')

    assert verify(data, "letter.docx", Workspace(ROOT)).differences == ()


def test_another_picture_is_reported(letter: bytes) -> None:
    """A picture with other bytes is not the letter's."""
    parts = read_parts(letter)
    name = next(name for name in parts if name.endswith("circular1.png"))
    parts[name] += b"\0"

    verdict = verify(saved_by(word, packed(parts)), "letter.docx", Workspace(ROOT))

    assert verdict.differences == ("pictures: 1 of 2 replaced or removed, 1 other than the letter's",)


def test_a_file_that_google_docs_saved_says_what_happened(letter: bytes) -> None:
    """Google Docs drops what others embedded: the message names it, and says what to use instead."""
    with pytest.raises(LetterError) as error:
        attachments_of(saved_by(google, letter), "letter.docx")

    (problem,) = error.value.problems
    assert problem.code == "no-source"
    assert problem.message == (
        "the file carries no source: Google Docs saved it, and leaves out what other programs have embedded in a file"
    )
    assert problem.hint == "use the file as circulars made it, or its PDF"


def test_a_file_without_source_names_the_program_that_saved_it_last(letter: bytes) -> None:
    """Another program may have removed the source."""

    def stripped(parts: Parts) -> None:
        word(parts)
        for name in [name for name in parts if name.startswith("customXml/")]:
            parts.pop(name)

    with pytest.raises(LetterError) as error:
        attachments_of(saved_by(stripped, letter), "letter.docx")

    assert (
        error.value.problems[0].message == "the file carries no source, and was saved last by Microsoft Office Word 16"
    )


def test_a_file_that_was_only_packed_again_says_so(letter: bytes) -> None:
    """The parts are the same, and the file is not."""
    verdict = verify(packed(read_parts(letter)), "letter.docx", Workspace(ROOT))

    assert not verdict.same
    assert verdict.differences == ("all its parts are the same: only their order or their compression differs",)


def test_a_file_of_another_kind_says_what_to_do() -> None:
    """The remedy is that of its kind."""
    with pytest.raises(LetterError) as error:
        attachments_of(rb"{\rtf1 Dear members}", "letter.docx")

    (problem,) = error.value.problems
    assert (problem.message, problem.hint) == (
        "this is a file in Rich Text Format",
        "open it in Word, and save it as Word Document (.docx)",
    )


def test_a_link_that_leads_nowhere_does_not_keep_others_from_being_verified(letter: bytes, tmp_path: Path) -> None:
    """It is a problem of its own."""
    (tmp_path / "lost.docx").symlink_to("nowhere.docx")
    (tmp_path / "round.docx").symlink_to("round.docx")
    (tmp_path / "good.docx").write_bytes(letter)

    done = run_here(tmp_path, "verify", "lost.docx", "round.docx", "good.docx")

    assert done.returncode == 1
    assert done.stdout.startswith("good.docx: the same bytes")
    assert "lost.docx  unreadable-file" in done.stderr
    assert "round.docx  unreadable-file" in done.stderr


def test_a_strict_file_is_verified(letter: bytes) -> None:
    """Word's strict form has the same words."""

    def strict(parts: Parts) -> None:
        word(parts)
        usual, other = b"http://schemas.openxmlformats.org/", b"http://purl.oclc.org/ooxml/"
        for name, part in parts.items():
            text = part.replace(usual + b"wordprocessingml/2006/main", other + b"wordprocessingml/main")
            parts[name] = text.replace(
                usual + b"officeDocument/2006/relationships", other + b"officeDocument/relationships"
            )

    assert verify(saved_by(strict, letter), "letter.docx", Workspace(ROOT)).differences == ()


def test_the_command_says_it_in_words(letter: bytes, tmp_path: Path) -> None:
    """``circulars verify`` names the program, and the words that changed; JSON has the same."""
    (tmp_path / "same.docx").write_bytes(saved_by(word, letter))
    (tmp_path / "changed.docx").write_bytes(changed(letter, "word/document.xml", "conjuntamente", "separadamente"))

    done = run_here(tmp_path, "verify", "same.docx", "changed.docx")
    rows = json.loads(run_here(tmp_path, "verify", "same.docx", "changed.docx", "--format", "json").stdout)

    made = "made from tsb-circular-213.yaml in 'es' with the pack 'itu'"
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        f"same.docx: was saved again by Microsoft Office Word 16, {made}",
        "    its words, links and pictures are still those that its source makes; how they look was not compared",
        f"changed.docx: was saved again by Microsoft Office Word 16, {made}",
        "    its words, links or pictures are not those that its source makes:",
        "    'conjuntamente' is now 'separadamente'",
    ]
    assert [row["source"]["program"] for row in rows] == ["Microsoft Office Word 16"] * 2
    assert [row["source"]["differences"] for row in rows] == [[], ["'conjuntamente' is now 'separadamente'"]]
