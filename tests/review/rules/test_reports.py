"""Reports for programs and review sites have the worst problems first, with fingerprints that lines do not change."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from circulars.errors import UsageError
from circulars.review.rules import check_letters, check_report
from circulars.workspace import Workspace
from conftest import ROOT

HEAD = """\
kind: tsb-circular
number: 1
date: 2025-01-15
languages: [en, es]
subject: Meeting
signatory: tsb-director
body:
"""
WRONG = "- {en: 'The guide: 12 pages, 50%.', es: La guía tiene 11 páginas.}\n"
SAME = "- {en: The meeting is open to all., es: The meeting is open to all.}\n"


def report(folder: Path, format: str, body: str = WRONG + SAME, settings: str = "") -> str:
    """The report of a letter with this body."""
    (folder / "letters").mkdir(exist_ok=True)
    (folder / "letters" / "a.yaml").write_text(HEAD + body, "utf-8")
    (folder / "circulars.toml").write_text(settings, "utf-8")
    return check_report(
        [*check_letters([folder / "letters" / "a.yaml"], Workspace(folder))], format, {"same-text": "S."}
    )


def results(folder: Path, body: str = WRONG + SAME) -> list[dict[str, Any]]:
    """The results in SARIF."""
    [run] = json.loads(report(folder, "sarif", body))["runs"]
    return list(run["results"])


def test_json_has_a_severity_and_a_fingerprint(tmp_path: Path) -> None:
    """A program can sort and compare problems."""
    first, second = json.loads(report(tmp_path, "json"))

    assert (first["code"], first["line"], first["severity"], first["lines"]) == (
        "different-number",
        8,
        "warning",
        [8, 8],
    )
    assert second["code"] == "same-text"
    assert first["fingerprint"] != second["fingerprint"]


def test_errors_come_first(tmp_path: Path) -> None:
    """What a folder makes an error is before warnings on earlier lines."""
    rows = json.loads(report(tmp_path, "json", settings='[check]\nerrors = ["same-text"]\n'))

    assert [(row["code"], row["severity"]) for row in rows] == [("same-text", "error"), ("different-number", "warning")]


def test_github_shows_one_annotation_of_a_text_and_a_summary(tmp_path: Path) -> None:
    """A review site shows few annotations; characters that end a command are escaped."""
    lines = report(tmp_path, "github", "- {en: 'On Monday, 12 pages.', es: El martes 11 páginas.}\n").splitlines()

    assert lines[0].startswith("::warning file=letters/a.yaml,line=8,col=")
    assert "title=different-weekday::the Spanish text (es) has 'martes', the English one 'Monday'%0Acor" in lines[0]
    assert lines[1:] == ["::notice title=circulars check::2 warnings"]


def test_github_gets_ten_annotations_of_a_type(tmp_path: Path) -> None:
    """GitHub drops more of a step; these are in the log as text, and the summary says so."""
    body = "".join(WRONG.replace("11", str(number)) for number in range(200, 212))
    lines = report(tmp_path, "github", body).splitlines()

    assert [line.partition(" ")[0] for line in lines[:10]] == ["::warning"] * 10
    assert [line.partition(":")[0] for line in lines[10:12]] == ["letters/a.yaml"] * 2
    assert lines[-1] == "::notice title=circulars check::12 warnings; 2 more texts are in the log only"


def test_text_has_the_line_and_a_caret(tmp_path: Path) -> None:
    """The place is shown as compilers do."""
    assert report(tmp_path, "text", WRONG) == (
        "letters/a.yaml:8:55  warning: different-number  the Spanish text (es) has '11', the English one '12', '50%'\n"
        "    8 | - {en: 'The guide: 12 pages, 50%.', es: La guía tiene 11 páginas.}\n"
        "      |                                                       ^\n"
        "    hint: correct the text that is wrong"
    )


def test_text_shows_the_worst_first_and_one_of_a_kind_in_a_text(tmp_path: Path) -> None:
    """Two wrong days of one text are one entry; what a folder makes an error is before warnings."""
    days = (
        "- {en: 'On Sunday, 14 July 2025, and on Friday, 15 July 2025.',"
        " es: 'El domingo 14 y el viernes 15 de julio de 2025.'}\n"
    )
    found = report(tmp_path, "text", days + SAME, '[check]\nerrors = ["same-text"]\n')

    assert [line.partition("  ")[2] for line in found.splitlines() if line.startswith("letters/")] == [
        "error: same-text  the Spanish text (es) is the English one",
        "warning: wrong-weekday  '14 July 2025' is a Monday, not 'Sunday' (and 2 more of this kind here)",
    ]


def test_github_has_nothing_to_say_of_a_letter_without_problems(tmp_path: Path) -> None:
    """The output is empty."""
    assert report(tmp_path, "github", "- {en: A., es: A.}\n") == ""


def test_sarif_names_the_rules_and_the_places(tmp_path: Path) -> None:
    """Each result has its rule, level, place and fingerprint."""
    [run] = json.loads(report(tmp_path, "sarif"))["runs"]

    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["different-number", "same-text"]
    assert run["tool"]["driver"]["rules"][1]["shortDescription"] == {"text": "S."}
    result = run["results"][1]
    assert (result["ruleId"], result["ruleIndex"], result["level"]) == ("same-text", 1, "warning")
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "letters/a.yaml"}
    assert place["region"]["startLine"] == 9
    assert result["partialFingerprints"]["circulars/v1"]


def test_sarif_has_what_its_schema_and_github_ask_for(tmp_path: Path) -> None:
    """For a hundred broken letters, and for names of files with spaces and accents.

    The reports of all broken letters were validated by the schema of OASIS; these are its conditions on what is there.
    """
    (tmp_path / "letters").mkdir()
    files = []
    for number, file in enumerate(sorted((ROOT / "tests" / "broken").glob("*.yaml"))[:100]):
        files.append(tmp_path / "letters" / f"{number} señal.yaml")
        files[-1].write_bytes(file.read_bytes())
    [run] = json.loads(check_report([*check_letters(files, Workspace(tmp_path))], "sarif"))["runs"]

    codes = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len({*codes}) == len(codes) > 30
    assert all(rule["shortDescription"]["text"] for rule in run["tool"]["driver"]["rules"])
    assert len(run["results"]) > 100
    for result in run["results"]:
        assert codes[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in {"none", "note", "warning", "error"}
        assert result["message"]["text"]
        [place] = result["locations"]
        assert re.fullmatch(r"letters/[A-Za-z0-9._~%-]+\.yaml", place["physicalLocation"]["artifactLocation"]["uri"])
        assert min(place["physicalLocation"]["region"].values()) >= 1
        assert result["partialFingerprints"]["circulars/v1"]


def test_a_fingerprint_survives_moved_lines(tmp_path: Path) -> None:
    """Lines and texts before a problem, and the order of texts, do not change it."""
    before = {one["ruleId"]: one["partialFingerprints"] for one in results(tmp_path)}
    moved = results(tmp_path, "# a comment\n\n- {en: Another text., es: Otro texto.}\n" + SAME + WRONG)

    assert {one["ruleId"]: one["partialFingerprints"] for one in moved} == before


def test_a_fingerprint_changes_with_the_words(tmp_path: Path) -> None:
    """Another number is another problem."""
    [one] = results(tmp_path, WRONG)
    [other] = results(tmp_path, WRONG.replace("11", "10"))

    assert one["partialFingerprints"] != other["partialFingerprints"]


def test_two_problems_that_are_alike_have_two_fingerprints(tmp_path: Path) -> None:
    """The same text twice is two results."""
    one, other = results(tmp_path, WRONG + WRONG)

    assert one["partialFingerprints"] != other["partialFingerprints"]


def test_review_sites_get_a_thousand_results_at_most(tmp_path: Path) -> None:
    """More would be refused."""
    body = "".join(WRONG.replace("11", str(number)) for number in range(200, 1300))

    assert len(results(tmp_path, body)) == 1000


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    """The hint names a similar one."""
    with pytest.raises(UsageError, match="did you mean 'sarif'"):
        report(tmp_path, "sarrif")
