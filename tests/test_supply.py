"""The supply chain: each package is locked with hashes, under an allowed licence, in the bill of materials."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from conftest import ROOT
from supply import (
    ALLOWED,
    EXTRAS,
    FOR_TESTS,
    NEEDED,
    TESTS,
    Advisory,
    Locked,
    advisories_in,
    bill_of_materials,
    check_licences,
    findings,
    is_allowed,
    locked,
    report,
)

MOMENT = datetime(2026, 11, 29, tzinfo=UTC)
OSV = {
    "id": "PYSEC-0000-1",
    "summary": "An example",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "Example_Package"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.2"}, {"introduced": "2.0"}]}],
            "versions": ["1.5.post1"],
        },
        {"package": {"ecosystem": "npm", "name": "other"}, "versions": ["1"]},
    ],
}


@pytest.mark.parametrize("lock", [NEEDED, EXTRAS, TESTS], ids=lambda path: path.name)
def test_each_package_is_locked_with_hashes(lock: Path) -> None:
    """``locked`` refuses a package without a hash."""
    assert len(locked(lock.read_text(encoding="utf-8"))) > 40
    with pytest.raises(SystemExit, match="example==1 is locked without a hash"):
        locked("example==1\n")


def test_what_is_installed_is_locked_everywhere() -> None:
    """The lock of the extras has all that a letter needs, in the same versions."""
    needed, extras = ({one.name: one.version for one in locked(path.read_text())} for path in (NEEDED, EXTRAS))

    assert {"pyhanko", "psycopg", "distributed", "python-pkcs11"} <= extras.keys() - needed.keys()
    assert {name for name in needed if name not in extras} == set()


@pytest.mark.parametrize("lock", [NEEDED, EXTRAS], ids=lambda path: path.name)
def test_all_licences_are_allowed(lock: Path) -> None:
    """Of everything that is installed with circulars; programs of the tests may have others."""
    licences = check_licences(locked(lock.read_text(encoding="utf-8")))

    assert licences["lxml"] == "BSD-3-Clause"
    check_licences(locked(TESTS.read_text(encoding="utf-8")), ALLOWED | FOR_TESTS)


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True), ("GPL-3.0-only OR MIT", True), ("GPL-3.0-only AND MIT", False), ("", False),
        ("(MIT OR GPL-3.0-only) AND (Apache-2.0 OR AGPL-3.0-only)", True), ("SSPL-1.0", False),
    ],
)  # fmt: skip
def test_a_licence_is_allowed_by_one_of_its_choices(expression: str, allowed: bool) -> None:
    """All licences of that choice must be on the list."""
    assert is_allowed(expression) is allowed


def test_the_bill_of_materials_has_every_package() -> None:
    """It is valid by CycloneDX's own schema, and the same each time."""
    needed, extras = (locked(path.read_text(encoding="utf-8")) for path in (NEEDED, EXTRAS))
    text = bill_of_materials(needed, extras, MOMENT)
    told = json.loads(text)

    assert text == bill_of_materials(needed, extras, MOMENT)
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    assert {(one["name"], one["version"]) for one in told["components"]} == {(one.name, one.version) for one in extras}
    assert all(one["hashes"] and one["licenses"] for one in told["components"])
    scopes = {one["name"]: one["scope"] for one in told["components"]}
    assert (scopes["weasyprint"], scopes["pyhanko"]) == ("required", "optional")


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize(
    ("version", "is_found"),
    [("1.1", True), ("1.2", False), ("1.5.post1", True), ("1.6", False), ("2.0", True), ("3.1rc1", True)],
)
def test_a_locked_version_is_held_against_advisories(
    version: str, is_found: bool, zipped: bool, tmp_path: Path
) -> None:
    """A copy of advisories in the format of OSV is read without a network, from a folder or a ZIP file."""
    if zipped:
        place = tmp_path / "all.zip"
        with zipfile.ZipFile(place, "w") as archive:
            archive.writestr("PYSEC-0000-1.json", json.dumps(OSV))
    else:
        place = tmp_path
        (place / "PYSEC-0000-1.json").write_text(json.dumps(OSV), encoding="utf-8")
    text, found = report([Locked("example-package", version, ())], place)

    assert found == ([f"example-package {version}: PYSEC-0000-1 An example"] if is_found else [])
    assert ("nothing was found" in text) is not is_found
    assert len(list(advisories_in(place))) == 1


def test_an_advisory_that_cannot_be_read_is_a_finding() -> None:
    """Rather one too many than one too few."""
    advisory = Advisory("A-1", "example", ("not a version",), frozenset(), "words")

    assert findings([Locked("example", "1", ())], [advisory]) == ["example 1: A-1 words"]


def test_the_extras_are_installed_with_hashes() -> None:
    """Both scripts name the lock file, and pip checks the hashes."""
    install = (ROOT / "scripts" / "install").read_text(encoding="utf-8")

    assert "lock=requirements-extras.lock" in install and '--require-hashes -r "$lock"' in install
    assert "--all-extras -o requirements-extras.lock" in (ROOT / "scripts" / "lock").read_text(encoding="utf-8")


def test_a_place_without_advisories_is_no_proof(tmp_path: Path) -> None:
    """Such as a folder of advisories in YAML, which are not read."""
    (tmp_path / "PYSEC-1.yaml").write_text("id: PYSEC-1", encoding="utf-8")

    with pytest.raises(SystemExit, match="has no advisory"):
        report([], tmp_path)


@pytest.mark.parametrize("type", ["ECOSYSTEM", "SEMVER"])
@pytest.mark.parametrize(("version", "is_found"), [("0", True), ("2", True), ("3.5", True), ("4", False), ("5", False)])
def test_events_are_read_in_the_order_of_their_versions(
    version: str, is_found: bool, type: str, tmp_path: Path
) -> None:
    """A beginning within a range changes nothing, and the order in the file does not count."""
    events = [{"fixed": "4"}, {"introduced": "3"}, {"introduced": "0"}]
    affected = {"package": {"ecosystem": "PyPI", "name": "example"}, "ranges": [{"type": type, "events": events}]}
    (tmp_path / "A-1.json").write_text(json.dumps({"id": "A-1", "affected": [affected]}), encoding="utf-8")

    assert bool(findings([Locked("example", version, ())], advisories_in(tmp_path))) is is_found


@pytest.mark.parametrize(
    "ranges",
    [
        [],
        [{"type": "GIT", "events": [{"introduced": "0"}, {"fixed": "abcdef"}]}],
        [{"type": "UNKNOWN", "events": [{"introduced": "0"}, {"fixed": "0.5"}]}],
        [{"type": "SEMVER", "events": [{"introduced": "not a version"}]}],
        [{"type": "ECOSYSTEM", "events": [{"fixed": "0.5"}]}],
        [{"type": "ECOSYSTEM"}],
    ],
)
def test_ranges_that_cannot_be_read_are_a_finding(ranges: list[dict[str, object]], tmp_path: Path) -> None:
    """The advisory may be about any version."""
    affected = {"package": {"ecosystem": "PyPI", "name": "example"}, "ranges": ranges}
    (tmp_path / "A-1.json").write_text(json.dumps({"id": "A-1", "affected": [affected]}), encoding="utf-8")

    assert findings([Locked("example", "1", ())], advisories_in(tmp_path)) == ["example 1: A-1 "]
