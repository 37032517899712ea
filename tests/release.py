"""Makes a release in ``dist/``: the wheel, the sdist, their sums, and the notes of the version.

    scripts/release [--draft] [--advisories FOLDER_OR_ZIP]

Each package is installed in a virtual environment that is made anew from requirements.lock, and builds the example of
an empty folder there; both have to make the same bytes. ``--draft`` also takes a version that has no date in
CHANGELOG.md, and a checkout with uncommitted changes. Nothing is published. A licence that is not allowed, or a locked
version with a known vulnerability, ends the release (see ``supply.py``).
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from circulars import __version__
from supply import write_supply

ROOT = Path(__file__).parents[1]
DIST = ROOT / "dist"


def notes_of(changelog: str, version: str) -> str:
    """The section of a version in the changelog, without its heading; empty if the version has none."""
    found = re.search(rf"^## {re.escape(version)} [^\n]*\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    return found[1].strip() + "\n" if found else ""


def date_of(changelog: str, version: str) -> str:
    """The date of a version in the changelog, as YYYY-MM-DD; empty if it is not released."""
    found = re.search(rf"^## {re.escape(version)} – (\d{{4}}-\d\d-\d\d)$", changelog, re.MULTILINE)
    return found[1] if found else ""


def committed() -> int:
    """The time of the last commit, in seconds since 1970."""
    return int(subprocess.check_output(("git", "log", "-1", "--format=%ct"), cwd=ROOT, text=True))


def build_packages(folder: Path) -> tuple[Path, Path]:
    """The wheel and the sdist of the checkout, with the time of the last commit: same commit, same bytes."""
    command = (sys.executable, "-m", "hatchling", "build", "--directory", str(folder))
    environment = os.environ | {"SOURCE_DATE_EPOCH": str(committed())}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    [wheel], [sdist] = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return wheel, sdist


def sums_of_an_installation(package: Path, scratch: Path) -> Mapping[str, str]:
    """What a package makes of the example of a new folder, in an environment of its own: SHA-256 by name.

    Raises:
        SystemExit: the package lacks something, or does not do what it should.
    """
    environment = scratch / "environment"
    subprocess.run((sys.executable, "-m", "venv", environment), check=True)
    pip = (environment / "bin/pip", "--quiet", "--disable-pip-version-check", "install")
    subprocess.run((*pip, "--require-hashes", "-r", ROOT / "requirements.lock"), check=True)
    subprocess.run((*pip, "--no-deps", "--no-build-isolation", package), check=True)
    subprocess.run((environment / "bin/pip", "--disable-pip-version-check", "check"), check=True)
    if (version := _circulars(environment, scratch, "--version").strip()) != f"circulars {__version__}":
        raise SystemExit(f"{package.name} says that it is {version}")
    _circulars(environment, scratch, "init", "office")
    office = scratch / "office"
    _circulars(environment, office, "new", "tsb-circular-214")
    _circulars(environment, office, "check")
    _circulars(environment, office, "build", "tsb-circular-213")
    _circulars(environment, office, "verify")
    return {path.name: _sum(path) for path in sorted((office / "output").glob("tsb-*"))}


def _circulars(environment: Path, folder: Path, *arguments: str) -> str:
    # Without PYTHONPATH and the like: the package has to do with what it brings.
    clean = {"PATH": "/usr/bin:/bin", "HOME": str(environment), "LANG": "C.UTF-8"}
    done = subprocess.run(
        (environment / "bin/circulars", *arguments), cwd=folder, env=clean, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"circulars {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _check_checkout(notes: str, changelog: str) -> None:
    changed = subprocess.check_output(("git", "status", "--porcelain"), cwd=ROOT, text=True)
    if changed:
        raise SystemExit(f"the checkout has uncommitted changes; commit them, or type --draft\n{changed}")
    if not notes or not date_of(changelog, __version__):
        raise SystemExit(f"CHANGELOG.md has no section '## {__version__} – YYYY-MM-DD'; write it, or type --draft")


def main() -> None:
    """Makes the release, or ends with one sentence on what is in its way."""
    parser = argparse.ArgumentParser(prog="scripts/release", description="Make a release in dist/.")
    parser.add_argument("--draft", action="store_true", help="also from a checkout that is not ready")
    parser.add_argument("--advisories", type=Path, help="known vulnerabilities: a folder or a ZIP file of OSV")
    options = parser.parse_args()
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    notes = notes_of(changelog, __version__)
    if not options.draft:
        _check_checkout(notes, changelog)
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch, "dist")
        packages = build_packages(made)
        write_supply(made, datetime.fromtimestamp(committed(), UTC), options.advisories)
        results = []
        for number, package in enumerate(packages):
            print(f"{package.name}: installed in a clean environment …", flush=True)
            (place := Path(scratch, str(number))).mkdir()
            results.append(sums_of_an_installation(package, place))
        if results[0] != results[1] or not results[0]:
            raise SystemExit(f"the wheel and the sdist make different files: {results}")
        print(f"both build {len(results[0])} files of the example, the same bytes")
        sums = "".join(f"{_sum(path)}  {path.name}\n" for path in sorted(made.iterdir()))
        (made / "SHA256SUMS").write_text(sums, encoding="utf-8")
        (made / "NOTES.md").write_text(f"# circulars {__version__}\n\n{notes}", encoding="utf-8")
        shutil.rmtree(DIST, ignore_errors=True)
        shutil.copytree(made, DIST)
    print(*(path.relative_to(ROOT) for path in sorted(DIST.iterdir())), sep="\n")


if __name__ == "__main__":
    main()
