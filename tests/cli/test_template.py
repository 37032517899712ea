"""``circulars template``: lists packs, checks and repairs them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from doctor.damages import place_of
from small_pack import small_pack

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the pack "itu" that tests may change."""
    return small_pack(tmp_path)


def replace_in_docx(file: Path, pattern: str, new: str, part: str = "word/document.xml") -> None:
    """Replaces text in a part of a Word file."""
    with zipfile.ZipFile(file) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    text, times = re.subn(pattern, new, parts[part].decode())
    assert times
    parts[part] = text.encode()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in parts.items():
            target.writestr(name, data)


def test_the_packs_are_listed_with_what_they_offer(pack: Path, run: Run) -> None:
    """Kinds, lists of addressees and signatories have the names that a letter uses."""
    done = run("template", "list")

    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[0].startswith("itu: International Telecommunication Union (")
    assert {"en", "es", "fr", "ru"} <= set(re.findall(r"\b[a-z]{2}\b", lines[0].partition("(")[2]))
    assert f"  in {Path('templates/itu')}" in lines
    assert any(line.split()[:1] == ["tsb-circular"] and "; TSB Circular; Circular TSB; " in line for line in lines)
    assert any(line.split()[:1] == ["member-states"] for line in lines)
    assert any(line.startswith("  signatories: tsb-director, ") for line in lines)


def test_a_pack_that_is_wrong_does_not_hide_the_others(pack: Path, run: Run) -> None:
    """The others are listed, the problems of the wrong one are reported, and the exit code is 1."""
    shutil.copytree(pack, pack.parent / "acme")
    (pack.parent / "acme/pack.yaml").write_text("name: acme\n")

    done = run("template", "list")

    assert done.returncode == 1
    assert "itu: International Telecommunication Union" in done.stdout
    assert "templates/acme/pack.yaml:1:1  missing-field" in done.stderr


def test_the_shipped_pack_has_no_problems(run: Run) -> None:
    """Every kind's skeleton is laid out in every format."""
    done = run("template", "check")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "pack itu, no problems\n")


def test_a_misspelt_tag_of_the_page_is_named(pack: Path, run: Run) -> None:
    """The problem names the template, the line and the field."""
    page = pack / "letter.html.j2"
    page.write_text(page.read_text().replace("lines(document.closing)", "lines(document.clsing)"))
    line = next(n for n, text in enumerate(page.read_text().splitlines(), 1) if "clsing" in text)

    done = run("template", "check")

    assert done.returncode == 1
    problem = f"templates/itu/letter.html.j2:{line}:1  unknown-name  'document' has no field 'clsing'\n"
    assert done.stdout.startswith(problem)
    assert "did you mean 'closing'?" in done.stdout
    assert done.stderr == "pack itu, 1 problem\n"


def test_a_misspelt_tag_of_the_word_template_is_named(pack: Path, run: Run) -> None:
    """The problem names letter.docx and the field."""
    replace_in_docx(pack / "letter.docx", "letterhead.organization", "letterhead.organisation")

    done = run("template", "check")

    assert done.returncode == 1
    assert "templates/itu/letter.docx" in done.stdout
    assert "organisation" in done.stdout


def test_a_tag_without_its_end_is_explained(pack: Path, run: Run) -> None:
    """The problem names the template and the line."""
    page = pack / "letter.html.j2"
    page.write_text(page.read_text().replace("{{ document.date_line }}", "{{ document.date_line"))

    done = run("template", "check")

    assert done.returncode == 1
    assert re.match(r"templates/itu/letter\.html\.j2:\d+:1  unclosed-tag  the tag '{{ document.date_line", done.stdout)


def test_a_deleted_style_is_named(pack: Path, run: Run) -> None:
    """The problem names the style that the Word template needs."""
    style = '<w:style [^>]*w:styleId="NumberedParagraph">.*?</w:style>'
    replace_in_docx(pack / "letter.docx", style, "", "word/styles.xml")

    done = run("template", "check")

    assert done.returncode == 1
    assert "templates/itu/letter.docx" in done.stdout
    assert "Numbered paragraph" in done.stdout


@pytest.mark.parametrize("data", [b"", b"this is not a Word file", b"PK\x03\x04 broken"])
@pytest.mark.parametrize("action", ["check", "fields"])
def test_a_template_that_is_not_a_word_file_is_reported(data: bytes, action: str, pack: Path, run: Run) -> None:
    """A file in another format, or a truncated file, is a problem of the pack."""
    (pack / "letter.docx").write_bytes(data)

    done = run("template", action)

    assert done.returncode == 1
    assert "templates/itu/letter.docx" in done.stdout + done.stderr
    assert "bug in circulars" not in done.stderr


@pytest.mark.parametrize("file", ["letter.html.j2", "letter.docx", "letter.css", "skeletons/tsb-circular.yaml"])
def test_a_missing_file_is_named(file: str, pack: Path, run: Run) -> None:
    """Every file of a pack is required."""
    (pack / file).unlink()

    done = run("template", "check")

    assert done.returncode == 1
    assert Path(file).name in done.stdout
    assert "missing-file" in done.stdout


def test_wrong_facts_of_a_pack_are_reported(pack: Path, run: Run) -> None:
    """Errors in pack.yaml are found before anything is laid out."""
    facts = pack / "pack.yaml"
    facts.write_text(facts.read_text().replace("layout: columns", "layout: colums"))

    done = run("template", "check")

    assert done.returncode == 1
    assert "templates/itu/pack.yaml:" in done.stdout
    assert "did you mean 'columns'?" in done.stdout


def test_an_unknown_language_of_country_names_is_reported(pack: Path, run: Run) -> None:
    """The check of the pack reports it, not the first letter with an address."""
    facts = pack / "pack.yaml"
    facts.write_text(facts.read_text().replace("# country-names: en ", "country-names: tlh "))

    done = run("template", "check")

    assert done.returncode == 1
    assert "country-names: 'tlh' is not a language that circulars itself has" in done.stdout
    assert "write the code of a language in which CLDR names countries, for example fr or pt" in done.stdout


def test_another_pack_is_checked_by_its_own_templates(pack: Path, run: Run) -> None:
    """An error in templates/acme is found there, although the skeletons name no pack."""
    shutil.move(pack, pack.parent / "acme")
    facts = pack.parent / "acme/pack.yaml"
    facts.write_text(facts.read_text().replace("name: itu", "name: acme"))

    assert run("template", "check", "acme").stderr == "pack acme, no problems\n"

    page = pack.parent / "acme/letter.html.j2"
    page.write_text(page.read_text().replace("document.closing", "document.clsing"))

    assert "templates/acme/letter.html.j2:" in run("template", "check", "acme").stdout


def test_an_unknown_pack_names_the_nearest(run: Run) -> None:
    """This holds for checking and for listing fields."""
    for action in ("check", "fields"):
        done = run("template", action, "itv")

        assert done.returncode in (1, 2)
        assert "did you mean 'itu'?" in done.stdout + done.stderr


def test_the_fields_that_templates_use_are_listed(run: Run) -> None:
    """The fields of both templates are listed once each, with [] for the entries of a list."""
    done = run("template", "fields")

    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert "letter.docx: letterhead.organization" in lines
    assert "letter.html.j2: document.annex_note[]" in lines
    assert len(lines) == len(set(lines))
    assert lines == sorted(lines)


def test_template_without_an_action_prints_its_usage(run: Run) -> None:
    """The exit code is 2."""
    done = run("template")

    assert done.returncode == 2
    assert done.stderr.startswith("usage: circulars template")


def test_repair_fixes_a_split_tag(pack: Path, run: Run) -> None:
    """It prints the fixes, the problems that are left, and the name of the old file; then there are no problems."""
    whole = '<w:r><w:t xml:space="preserve">{{ salutation }}</w:t></w:r>'
    halves = '<w:r><w:t>{{ salu</w:t></w:r><w:proofErr w:type="spellEnd"/><w:r><w:t>tation }}</w:t></w:r>'
    replace_in_docx(pack / "letter.docx", re.escape(whole), halves)
    old = (pack / "letter.docx").read_bytes()

    before, fixed, again = run("template", "check"), run("template", "check", "--repair"), run("template", "check")

    place = f"body, paragraph {place_of('salutation')}: '{{{{ salutation }}}}'"
    assert before.returncode == 1
    assert before.stdout.startswith(f"templates/itu/letter.docx  split-tag  {place} is in 2 pieces\n    hint: ")
    assert fixed.returncode == 0
    assert fixed.stdout == f"templates/itu/letter.docx  fixed: split-tag  {place} was joined\n"
    assert fixed.stderr == "pack itu, 1 fixed, no problems; the old file is templates/itu/letter.docx.bak\n"
    assert (pack / "letter.docx.bak").read_bytes() == old
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "pack itu, no problems\n")


def test_problems_of_a_pack_are_listed_as_json(pack: Path, run: Run) -> None:
    """Without --repair the output is a list; with it, there is a list of fixes and a list of problems."""
    replace_in_docx(pack / "letter.docx", "{{ salutation }}", "{{ salutatoin }}")
    replace_in_docx(pack / "letter.docx", 'office/word" w:val="15"', 'office/word" w:val="12"', "word/settings.xml")

    listed = json.loads(run("template", "check", "--format", "json").stdout)
    repaired = json.loads(run("template", "check", "--repair", "--format", "json").stdout)

    assert [row["code"] for row in listed] == ["unknown-name", "compatibility-mode"]
    assert [row["code"] for row in repaired["fixed"]] == ["compatibility-mode"]
    assert [row["code"] for row in repaired["problems"]] == ["unknown-name"]
    assert repaired["kept"] == str(Path("templates/itu/letter.docx.bak"))


def test_the_pack_of_the_package_is_not_repaired(run: Run) -> None:
    """Only packs of the workspace are repaired."""
    done = run("template", "check", "--repair")

    assert done.returncode == 2
    assert "shipped-pack" in done.stderr
