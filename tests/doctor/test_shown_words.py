"""LibreOffice shows the words of the plain text in letters made with damaged, fixed and unusual templates."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from circulars.accessibility import check_output
from circulars.build import Order, documents
from circulars.doctor.repair import repair_template
from circulars.errors import PackError
from circulars.model.document import Document
from circulars.pack import load_pack
from circulars.render import docx
from circulars.source.letters import read_letter
from circulars.workspace import Workspace
from conftest import ROOT
from doctor.damages import DAMAGES, SHIPPED, damaged, file_of, parts_of
from doctor.examined import PAPER, WINDOW, examined, fixed_file
from doctor.saved import saved_by_libreoffice
from doctor.sound_templates import SOUND
from doctor.test_damages import findings_of
from docx_rules import WORD_RULES
from once import made_once
from readers import expected_words, first_difference, libreoffice_files, pdftotext_pages, without_furniture

pytestmark = pytest.mark.xdist_group("damages")  # one process examines and fixes each template once

REFUSED = "refused"
_BULLET = re.compile("(?<!\\S)[-•–o\u25aa\u25cf\ue000-\uf8ff](?!\\S)")  # the template's choice
_LETTER = "tsb-circular-213"


@pytest.fixture(scope="session")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a letter made with each template, as DOCX and as LibreOffice's PDF."""
    saved = dict(zip(("once", "twice"), saved_by_libreoffice(tmp_path_factory), strict=True))
    return made_once(tmp_path_factory, "shown_words", lambda folder: _make(folder, saved))


@pytest.fixture(scope="session")
def differences(letters: Path) -> Mapping[str, str]:
    """For each template, the words that differ in a letter made with it; "refused" if none can be made."""
    found: dict[str, str] = json.loads((letters / "differences.json").read_text())
    return found


def _make(folder: Path, saved: Mapping[str, bytes]) -> None:
    document = _document()
    found, files = {}, dict[bytes, Path]()
    shown: dict[str, Path] = {}
    written: dict[bytes, bytes | None] = {}  # many fixed templates are the same file
    for name, data in (*_templates(), *((f"saved {times}", data) for times, data in saved.items())):
        if data not in written:
            written[data] = _written(document, data, folder)
        letter_file = written[data]
        if letter_file is None:
            found[name] = REFUSED
            continue
        # Most fixed templates make the same letter, of which LibreOffice needs to show one.
        shown[name] = files.setdefault(letter_file, folder / f"{name}.docx")
        if name.startswith("saved"):
            (folder / f"{name}.docx").write_bytes(letter_file)
    for data, file in files.items():
        file.write_bytes(data)
    libreoffice_files(list(files.values()), folder)
    for name, file in shown.items():
        found[name] = _difference(file.with_suffix(".pdf"), document, name)
    (folder / "differences.json").write_text(json.dumps(found))


def _document() -> Document:
    letter = read_letter(ROOT / f"letters/{_LETTER}.yaml")
    return next(documents(letter, Workspace(ROOT), Order(languages=("en",))))


def _templates() -> Iterator[tuple[str, bytes]]:
    for one in DAMAGES:
        yield str(one), damaged(one)
        if one.fixed:
            yield f"{one} fixed", fixed_file(one)[0]
    for sound in SOUND:
        yield sound.__name__, _changed(sound)


def _changed(change: Callable[[dict[str, str]], object]) -> bytes:
    parts = parts_of(SHIPPED)
    change(parts)
    return file_of(parts)


def _written(document: Document, template: bytes, folder: Path) -> bytes | None:
    """The letter made with a template; None if none can be made."""
    (folder / "letter.docx").write_bytes(template)
    try:
        return docx.master(document, replace(load_pack("itu"), folder=folder)).fill({})
    except PackError:
        return None


def _added(name: str) -> tuple[str, ...]:
    """The words that a template has besides those of the letter."""
    own = {str(one): one.adds for one in DAMAGES} | {one.__name__: adds for one, adds in SOUND.items()}
    return own.get(name.removesuffix(" fixed"), ())


def _difference(pdf: Path, document: Document, name: str) -> str:
    """The first word that differs in the letter of a template, or "".

    Where LibreOffice has saved the template, lines beside each other in a table may change places.
    """
    if not pdf.exists():
        return "LibreOffice cannot open the letter"
    pages = [" ".join(_BULLET.sub(" ", page).split()) for page in pdftotext_pages(pdf)]
    for words in _added(name):
        place = next((nth for nth, page in enumerate(pages) if words in page), None)
        if place is None:
            return f"'{words}' is missing"
        before, _, after = pages[place].rpartition(words)
        pages[place] = f"{before} {after}"
    lines = {
        name: tuple(_BULLET.sub("", line) for line in getattr(document, name)) for name in ("footer", "running_header")
    }
    furniture = replace(document, footer=lines["footer"], running_header=lines["running_header"])
    try:
        found = without_furniture(pages, furniture)
    except AssertionError as fault:
        return str(fault)
    expected = _BULLET.sub(" ", " ".join(expected_words(document))).split()
    if name.startswith("saved"):
        return first_difference(sorted("".join(found)), sorted("".join(expected)))
    return first_difference(found, expected)


CASES = [str(one) for one in DAMAGES] + [f"{one} fixed" for one in DAMAGES if one.fixed]
# Reported, but letters are made: each reader of theirs sees what a program computes.
COMPUTED = {"a_field_with_the_date", "a_field_with_the_file_s_name", "a_field_that_repeats_a_style"}


@pytest.mark.parametrize("case", [case for case in CASES if case not in COMPUTED])
def test_a_letter_shows_the_words_that_it_was_given(case: str, differences: Mapping[str, str]) -> None:
    """A damaged template gives the words of the plain text, or no letter; a fixed one always gives a letter."""
    assert differences[case] in (("",) if case.endswith(" fixed") else ("", REFUSED))


@pytest.mark.parametrize("case", sorted(COMPUTED))
def test_words_that_a_program_computes_are_reported(case: str, differences: Mapping[str, str]) -> None:
    """LibreOffice shows other words than the template has; the check says so."""
    (one,) = (one for one in DAMAGES if str(one) == case)

    assert differences[case] not in ("", REFUSED)
    assert all(line.startswith("computed-field") for line in one.expected)


@pytest.mark.parametrize("sound", SOUND, ids=lambda sound: sound.__name__)
def test_a_sound_template_has_no_faults_and_loses_no_word(
    sound: Callable[[dict[str, str]], object], differences: Mapping[str, str]
) -> None:
    """What programs write into sound templates is not reported, and letters show their words."""
    template = _changed(sound)

    assert findings_of(template) == []
    assert repair_template(template, WINDOW, PAPER) == (template, ())
    assert differences[sound.__name__] == ""


@pytest.mark.parametrize("times", ["once", "twice"])
def test_a_template_that_libreoffice_saved_loses_no_word(times: str, differences: Mapping[str, str]) -> None:
    """Saved once or twice, it gives the words of the plain text."""
    assert differences[f"saved {times}"] == ""


@pytest.mark.parametrize("times", ["once", "twice"])
def test_a_letter_of_a_template_that_libreoffice_saved_is_accessible(times: str, letters: Path) -> None:
    """The letter itself follows the rules of those made with the shipped template."""
    file = letters / f"saved {times}.docx"

    assert check_output(file.read_bytes(), file.name) == ()
    assert {name: rule(file, _document()) for name, rule in WORD_RULES.items()} == {name: [] for name in WORD_RULES}


def test_a_letter_is_refused_only_for_what_the_check_reports(differences: Mapping[str, str]) -> None:
    """Each template with which no letter can be made has a finding that says so."""
    refused = [one for one in DAMAGES if differences[str(one)] == REFUSED]

    assert refused
    assert [str(one) for one in refused if not any(found.stops for found in examined(damaged(one)))] == []
