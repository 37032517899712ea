"""Word files reach nowhere: templates that would are refused, and LibreOffice fetches nothing from what is built."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from circulars.doctor.examine import word_findings
from circulars.errors import PackError
from circulars.files.opc import read_parts
from circulars.files.word_reach import reaches_of
from circulars.model.text import Span
from circulars.render import writer
from doctor.damages import SHIPPED, below, file_of, parts_of
from hostile.conftest import HostilePack, Listener
from hostile.reaching import REFUSED, SOUND, code, field, paragraph
from readers import libreoffice_files
from render.sample_letters import PLAIN

ADDRESS = "http://127.0.0.1:9/x.png"


def template(name: str, address: str = ADDRESS) -> bytes:
    """The shipped template with one of the changes of ``reaching``."""
    parts = parts_of(SHIPPED)
    (REFUSED | SOUND)[name](parts, address)
    return file_of(parts)


@pytest.mark.parametrize("name", REFUSED)
def test_a_template_that_reaches_outside_is_refused(name: str, hostile_pack: HostilePack) -> None:
    """No letter is built with it, and the reason is not that the file is broken."""
    problems = hostile_pack.put(letter_docx=template(name)).problems("docx")

    assert {problem.code for problem in problems} == {"template-error"}
    assert all(problem.hint and "broken" not in problem.message for problem in problems)


# Only a letter shows what a tag makes, so the check of a pack finds these when it lays out the skeletons.
MADE_BY_TAGS = {
    "a_linked_picture_whose_id_a_tag_makes", "a_field_that_a_tag_makes", "a_simple_field_that_a_tag_makes",
    "a_field_that_a_statement_makes", "a_link_whose_address_a_tag_makes",
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name in REFUSED if name not in MADE_BY_TAGS])
def test_a_template_that_reaches_outside_is_reported(name: str) -> None:
    """The check of the template says that no letter can be built with it."""
    assert any(finding.stops and finding.remedy for finding in word_findings(template(name)))


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_template_is_accepted(name: str, hostile_pack: HostilePack) -> None:
    """Nothing is reported about what it has, and nothing in the letters reaches outside."""
    made = hostile_pack.put(letter_docx=template(name)).write("docx")

    assert not [finding.fact for finding in word_findings(template(name)) if finding.stops]
    assert not list(reaches_of(read_parts(made)))


def test_libreoffice_fetches_nothing_from_a_letter(
    hostile_pack: HostilePack, listener: Listener, tmp_path: Path
) -> None:
    """LibreOffice would fetch a linked picture when it opens a file, but finds none in what is built."""
    address = f"http://127.0.0.1:{listener.port}"
    linked = tmp_path / "linked.docx"
    linked.write_bytes(template("a_linked_picture_that_is_claimed_to_be_a_hyperlink", f"{address}/linked.png"))
    letters = []
    for name in SOUND:
        letters.append(tmp_path / f"{name}.docx")
        letters[-1].write_bytes(hostile_pack.put(letter_docx=template(name, f"{address}/{name}.png")).write("docx"))

    (tmp_path / "made").mkdir()
    libreoffice_files([linked, *letters], tmp_path / "made")

    assert set(listener.requests) == {"/linked.png"}


def test_an_addressee_cannot_complete_the_code_of_a_field(hostile_pack: HostilePack) -> None:
    """No value becomes part of a code: a template with a tag in one makes no letter."""
    parts = parts_of(SHIPPED)
    below(parts, paragraph(field(code('HYPERLINK "https://www.example.com/{{ salutation }}"'))))
    hostile_pack.put(letter_docx=file_of(parts))
    letter = replace(PLAIN, salutation=(Span("", hole="addressee.salutation"),))

    with pytest.raises(PackError, match="which is not filled in there"):
        writer("docx")(letter, hostile_pack.pack).fill({"addressee.salutation": 'ana" "file:///c:/x.exe'})
