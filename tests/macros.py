"""Runs a macro of LibreOffice: a file in Basic, which reads its jobs from a file."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from commands import HANGING


def run_macro(macro: Path, folder: Path, jobs: Iterable[Sequence[str]]) -> None:
    """Starts LibreOffice once, with a profile in a folder, for all jobs: a line each, with tabs between its fields.

    The macro finds the file with the jobs by the environment's CIRCULARS_JOBS, and writes its own errors beside it.
    """
    profile = f"-env:UserInstallation={uri(folder / 'profile')}"
    _start("soffice", profile, "--headless", "--terminate_after_init")  # a new profile runs no macro as yet
    _write_macro(macro, folder / "profile/user/basic")
    listed = folder.resolve() / "jobs.txt"
    listed.write_text("".join("\t".join([*job, "end\n"]) for job in jobs), "utf-8")
    failed = listed.with_suffix(".txt.error")
    failed.unlink(missing_ok=True)
    _start("soffice", profile, "--headless", "--norestore", "macro:///Standard.Reading.Main", jobs=uri(listed))
    assert not failed.exists(), failed.read_text("utf-8")


def uri(file: Path) -> str:
    """A file as LibreOffice names it."""
    return file.resolve().as_uri()


def _start(*command: str, jobs: str = "") -> None:
    subprocess.run(command, env=os.environ | {"CIRCULARS_JOBS": jobs}, check=True, capture_output=True, timeout=HANGING)


def _write_macro(macro: Path, basic: Path) -> None:
    """Writes the macro into a profile, as a module of the library that every profile has."""
    library = basic / "Standard"
    library.mkdir(parents=True, exist_ok=True)
    code = escape(macro.read_text("utf-8"))
    script = 'xmlns:script="http://openoffice.org/2000/script"'
    named = 'xmlns:library="http://openoffice.org/2000/library" library:name="Standard"'
    (library / "Reading.xba").write_text(
        f'<script:module {script} script:name="Reading" script:language="StarBasic">{code}</script:module>', "utf-8"
    )
    (library / "script.xlb").write_text(
        f'<library:library {named}><library:element library:name="Reading"/></library:library>', "utf-8"
    )
