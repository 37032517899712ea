"""Versions with problems: each problem is reported with its line, and everything else is compared."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import pytest

from circulars.build import check_files
from circulars.errors import UsageError
from circulars.review.diffing import diff
from circulars.review.reports.formats import ReportOrder, report_files
from circulars.review.reports.report import ChangeReport, LetterChanges
from circulars.workspace import Workspace

LETTER = """\
kind: tsb-circular
number: 7
date: 2026-03-02
languages: [en, es]
to: [member-states, {en: All observers, es: Los observadores}]
signatory: {post: tsb-director, name: Ana Ejemplo, gender: f, picture: name.png}
subject: {en: Fees, es: Tasas}
facts: {due: 2026-05-04}
links: {page: https://fees.example.int/}
body:
  - id: fee
    en: The fee is due on {{ due }}.
    es: La tasa vence el {{ due }}.
  - en: See [the page](page) and paragraph {{ ref:fee }}.
    es: Véase [la página](page) y el apartado {{ ref:fee }}.
    items:
      - {en: One entry, es: Una entrada}
      - {en: Another entry, es: Otra entrada}
  - table:
      columns: [{en: Body, es: Órgano}, {en: Fee, es: Tasa}]
      rows:
        - [{en: Member, es: Miembro}, "100"]
        - [{en: Associate, es: Asociado}, "50"]
  - deadlines:
      - {date: 2026-04-01, en: Form, es: Formulario}
      - {date: 2026-04-15, en: Payment, es: Pago}
  - en: The last paragraph is old.
    es: El último apartado es antiguo.
annexes:
  - title: {en: Form, es: Formulario}
    body:
      - {en: Name, es: Nombre}
"""
LAST = "The last paragraph is old."
"""Changed in every new version: this change must be found, whatever is wrong elsewhere."""


def compared(folder: Path, *edits: tuple[str, str]) -> LetterChanges:
    """The letter against one with other words, in which the last paragraph changed as well."""
    from PIL import Image

    Image.new("RGB", (60, 30), "white").save(folder / "name.png")
    text = LETTER.replace(LAST, LAST.replace("old", "new"))
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / "old.yaml").write_text(LETTER, "utf-8")
    (folder / "new.yaml").write_text(text, "utf-8")
    (letter,) = diff("old.yaml", "new.yaml", Workspace(folder)).letters
    return letter


def changes(letter: LetterChanges, language: str) -> list[str]:
    """The places and kinds of the changes in one language."""
    return [f"{c.place}: {c.kind}" for one in letter.languages if one.language == language for c in one.changes]


@pytest.mark.parametrize(
    ("old", "new", "problem", "found"),
    [
        (
            "    es: La tasa vence el {{ due }}.\n",
            "",
            "12:5 missing-language",
            "[-La tasa vence el 4 de mayo de 2026.-]",
        ),
        (
            "es: La tasa vence el {{ due }}.",
            "es:",
            "13:5 empty-text",
            "[-La tasa vence el 4 de mayo de 2026.-]",
        ),
        (
            ", es: Tasas}",
            "}",
            "7:11 missing-language",
            "[-Tasas-]",
        ),
        (", es: Otra entrada", "", "18:10 missing-language", "[-Otra entrada-]"),
        (", es: Asociado", "", "23:13 missing-language", "[-Asociado-]"),
        ("{en: Another entry, es: Otra entrada}", "[a, b]", "18:9 wrong-type", "[-Otra entrada-]"),
        ("number: 7", "numbr: 7", "2:1 unknown-field", "es: Circular TSB 7 → Circular TSB"),
        ("date: 2026-03-02", "date: 2026-02-30", "3:7 not-a-date", "[- 2 de marzo de 2026-]"),
        ("date: 2026-03-02\n", "", "1:1 missing-field", "[- 2 de marzo de 2026-]"),
        ("name: Ana Ejemplo", "nam: Ana Ejemplo", "6:33 unknown-field", "[-Ana Ejemplo↵-]"),
        (
            "{date: 2026-04-15,",
            "{date: 15 April,",
            "26:16 not-a-date",
            "[-15 de abril de 2026-]",
        ),
        ('"100"]', '"100", "7"]', "22:11 uneven-row", ""),
        (', "50"]', "]", "23:11 uneven-row", "[-50-]"),
        (
            "[la página](page)",
            "[la página](pagina)",
            "15:27 undefined-link",
            "no longer a link to https://fees.example.int/",
        ),
        (
            "el {{ due }}",
            "el {{ dew }}",
            "13:26 undefined-field",
            "[-4 de mayo de 2026-]{+{{ dew }}+}",
        ),
        (
            "apartado {{ ref:fee }}",
            "apartado {{ ref:fees }}",
            "15:47 undefined-id",
            "[-1-]{+{{ ref:fees }}+}",
        ),
        (
            "{{ ref:fee }}.\n    es",
            "{{ref:fees}}.\n    es",
            "14:44 undefined-id",
            "paragraph [-1-]{+{{ref:fees}}+}.",
        ),
        (
            "[member-states,",
            "[member-state,",
            "5:6 unknown-list",
            "[-A las Administraciones de los Estados Miembros de la Unión-]{+member-state+}",
        ),
        (
            "post: tsb-director",
            "post: tsb-directr",
            "6:19 unknown-signatory",
            "[-de las Telecomunicaciones-]",
        ),
        ("picture: name.png", "picture: nome.png", "6:72 missing-picture", "no longer with a picture"),
        ("kind: tsb-circular", "kind: tsb-circulr", "1:7 unknown-kind", ""),
        ("kind: tsb-circular\n", "", "1:1 missing-field", ""),
        ("kind: tsb-circular", "kind: tsb-circular\npack: ito", "2:7 unknown-pack", ""),
        ("languages: [en, es]", "languages: [en, es, es]", "4:21 duplicate-language", ""),
        ("languages: [en, es]\n", "", "1:1 missing-field", ""),
        ("    body:\n      - {en: Name", "    bodi:\n      - {en: Name", "31:5 unknown-field", "[-Nombre-]"),
        ("number: 7", "number: 7\nnumber: 8", "3:1 duplicate-key", ""),
        ("vence", "ven\u202ece", "13:20 bidi-control", ""),
        ("vence", "ven\x07ce", "13:20 control-character", ""),
    ],
)
def test_everything_else_is_compared(tmp_path: Path, old: str, new: str, problem: str, found: str) -> None:
    """The problem is reported with its line; what it concerns is removed or as typed; the other change is found."""
    letter = compared(tmp_path, (old, new))

    text = ChangeReport((letter,)).text()
    assert [f"{one.where.line}:{one.where.column} {one.code}" for one in letter.new_problems] == [problem]
    assert letter.old_problems == ()
    assert "The last paragraph is [-old-]{+new+}." in text
    assert found in text if found else changes(letter, "es") == []


@pytest.mark.parametrize(
    "edit",
    [
        ("kind: tsb-circular", "kind: none\npack: none"),
        ("date: 2026-03-02\n", ""),
        ("post: tsb-", "post: "),
        ("date: 2026-04-01", "date: 1.4.2026"),
    ],
)
def test_every_report_is_written(tmp_path: Path, edit: tuple[str, str]) -> None:
    """A version with problems has reports in every format: its pack, its date and its signatory may be missing."""
    report = ChangeReport((compared(tmp_path, edit),))

    files = report_files(report, ("text", "json", "html", "docx"), ReportOrder(Workspace(tmp_path)))

    assert all(files.values())
    assert {"changes.json", "new.en.changes.docx", "new.es.changes.docx"} <= files.keys()


def test_a_redline_has_the_problems_of_the_new_version_as_comments(tmp_path: Path) -> None:
    """Who opens the Word file in any language learns that a translation is missing, and on which line."""
    report = ChangeReport((compared(tmp_path, (", es: Otra entrada", "")),))

    files = report_files(report, ("docx",), ReportOrder(Workspace(tmp_path)))

    for content in files.values():
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            comments = archive.read("word/comments.xml").decode("utf-8")
        assert "The letter cannot be built: this entry has no Spanish text (es) (line 18)" in comments


@pytest.mark.parametrize(
    "edits",
    [
        [("[member-states,", "[member-statez,"), (", es: Otra entrada", "")],
        [("post: tsb-director", "post: tsb-directr"), ("date: 2026-03-02\n", "")],
        [("kind: tsb-circular", "kind: tsb-circulr"), (", es: Asociado", "")],
        [("[member-states,", "[zz-list, aa-list, member-states,")],
        [("vence", "ven\u202ece"), (", es: Asociado", "")],
    ],
)
def test_the_problems_are_those_of_a_check(tmp_path: Path, edits: list[tuple[str, str]]) -> None:
    """Those of the file and those that only the pack finds, in the same order."""
    letter = compared(tmp_path, *edits)

    (checked,) = check_files([tmp_path / "new.yaml"], Workspace(tmp_path))
    assert len(checked.problems) == 2
    assert letter.new_problems == checked.problems


def test_a_deadline_without_a_readable_date_has_its_text(tmp_path: Path) -> None:
    """Only its date is removed: what is due did not change."""
    letter = compared(tmp_path, ("{date: 2026-04-15,", "{date: 15 April,"))

    text = ChangeReport((letter,)).text()
    assert "en  [-15 April 2026-]\n" in text
    assert "Payment-]" not in text
    assert ": moved" not in text


def test_a_problem_that_is_gone_is_an_addition(tmp_path: Path) -> None:
    """An old version with problems is compared, too: the text that it lacks is added."""
    (tmp_path / "old.yaml").write_text(LETTER.replace(", es: Otra entrada", ""), "utf-8")
    (tmp_path / "new.yaml").write_text(LETTER, "utf-8")

    (letter,) = diff("old.yaml", "new.yaml", Workspace(tmp_path)).letters

    assert "missing-language" in {problem.code for problem in letter.old_problems}
    assert changes(letter, "es") == ["paragraph 2, item 2: added"]
    assert changes(letter, "en") == []


@pytest.mark.parametrize("broken", ["body: [\n", "- a list\n", "", "kind: tsb-circular\n\tnumber: 1\n"])
def test_what_is_no_letter_cannot_be_compared(tmp_path: Path, broken: str) -> None:
    """The report says so, with the problem and its line, and goes on with the other letters."""
    for inside, text in (("old", LETTER), ("new", LETTER.replace(LAST, "New."))):
        (tmp_path / inside).mkdir()
        (tmp_path / inside / "a.yaml").write_text(broken if inside == "new" else text, "utf-8")
        (tmp_path / inside / "b.yaml").write_text(text, "utf-8")

    report = diff("old", "new", Workspace(tmp_path))

    first, second = report.letters
    assert first.new_problems
    assert first.new_problems[0].where.line or not broken
    assert first.languages == ()
    assert "the two versions cannot be compared" in report.text()
    assert second.languages


def test_a_language_is_unknown_also_if_a_version_has_problems(tmp_path: Path) -> None:
    """The letter's languages are known, although a text is missing; those of a file that is no letter are not."""
    old, new, broken = (tmp_path / name for name in ("old.yaml", "new.yaml", "broken.yaml"))
    old.write_text(LETTER, "utf-8")
    new.write_text(LETTER.replace(LAST, "New.") + "colour: red\n", "utf-8")
    broken.write_text("body: [\n", "utf-8")

    with pytest.raises(UsageError, match="neither version is in the language 'fr'"):
        diff("old.yaml", "new.yaml", Workspace(tmp_path), ("fr",))

    assert diff("old.yaml", "new.yaml", Workspace(tmp_path), ("es",)).letters[0].new_problems
    assert "cannot be compared" in diff("old.yaml", "broken.yaml", Workspace(tmp_path), ("fr",)).text()


def test_no_mutation_stops_a_comparison(tmp_path: Path, chance: random.Random) -> None:
    """Whatever is deleted, misspelt or replaced in a letter, the comparison ends; against itself it has no change."""
    values = [
        "5",
        "[]",
        "{}",
        "[a, {en: b}]",
        "{en: x}",
        '"{{ no }} <no> [^no] {{ ref: no }}"',
        "false",
        "~",
        "[[a], [b, c]]",
    ]
    lines = LETTER.splitlines(keepends=True)
    seen = 0
    for number in range(60):
        mutated = [*lines]
        for _ in range(chance.randint(1, 3)):
            place = chance.randrange(len(mutated))
            key, colon, value = mutated[place].partition(":")
            mutated[place] = chance.choice(["", f"{key}{colon} {chance.choice(values)}\n", f"{key}x{colon}{value}"])
        path = tmp_path / f"{number}.yaml"
        path.write_text("".join(mutated), "utf-8")
        (tmp_path / f"same{number}.yaml").write_text("".join(mutated) + "# the same\n", "utf-8")

        (letter,) = diff(path.name, f"same{number}.yaml", Workspace(tmp_path)).letters

        seen += bool(letter.languages) and bool(letter.new_problems)
        assert not any(one.changes for one in letter.languages)
    assert seen > 10
