"""Measures how long building takes, compared with other ways to make the same files. Prints ratios of one run.

    .venv/bin/python benchmarks/build.py [--letters 20] [--checked 1000] [--kept 500]

The other ways are ``docxtpl`` with WeasyPrint, called for each letter as their documentation shows, and ``docxtpl``
with LibreOffice, which converts each Word file to PDF. They get the same templates and values.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
LETTER = ROOT / "letters" / "tsb-circular-213.yaml"
CIRCULARS = Path(sys.executable).with_name("circulars")


@dataclass(frozen=True, slots=True)
class Run:
    """The wall-clock seconds of a process, and its peak memory in megabytes."""

    seconds: float
    megabytes: float


def run(*command: str | Path) -> Run:
    """Runs a process and measures it."""
    start = time.perf_counter()
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, command[:4]))} … ended with {process.returncode}")
    return Run(seconds, usage.ru_maxrss / 1024)


def median(times: int, *command: str | Path) -> Run:
    """The median time and the peak memory of several runs, after one to warm up."""
    run(*command)
    runs = [run(*command) for _ in range(times)]
    return Run(statistics.median(r.seconds for r in runs), max(r.megabytes for r in runs))


def copies(folder: Path, count: int) -> list[Path]:
    """Writes letters that differ only in their numbers."""
    text = LETTER.read_text(encoding="utf-8")
    folder.mkdir(parents=True)
    paths = [folder / f"circular-{number}.yaml" for number in range(1, count + 1)]
    for number, path in enumerate(paths, start=1):
        path.write_text(re.sub(r"^number: 213", f"number: {number}", text, flags=re.MULTILINE), encoding="utf-8")
    return paths


def change_number(path: Path) -> None:
    """Changes the number of a letter, so that it must be built again."""
    text = path.read_text(encoding="utf-8")
    new = re.sub(r"^number: (\d+)", lambda found: f"number: {int(found[1]) + 10_000}", text, flags=re.MULTILINE)
    path.write_text(new, encoding="utf-8")


def one_changed_of_many(folder: Path, count: int, times: int) -> tuple[Run, Run]:
    """The medians of building many letters of which one has changed, and of building that one alone."""
    letters = copies(folder / "letters", count)
    run(CIRCULARS, "-C", folder, "build")  # lays all of them out
    runs: dict[tuple[str, ...], list[Run]] = {(): [], (letters[0].stem,): []}
    for _ in range(times):
        for named, done in runs.items():
            change_number(letters[0])
            done.append(run(CIRCULARS, "-C", folder, "build", *named))
    every, alone = (sorted(done, key=lambda one: one.seconds)[times // 2] for done in runs.values())
    return every, alone


def example_documents() -> list[tuple[object, object]]:
    """The documents of the example letter, each with its pack."""
    from circulars.api import Order, Workspace, documents, read_letter

    workspace = Workspace(ROOT)
    return [(document, workspace.pack()) for document in documents(read_letter(LETTER), workspace, Order())]


def with_docxtpl(folder: Path) -> Iterator[Path]:
    """Makes the letter's Word files with docxtpl as its documentation shows: open, render, save."""
    from docxtpl import DocxTemplate

    from circulars.render.docx.fields import fields_of
    from circulars.render.docx.stationery import stationery
    from circulars.render.docx.story import Story

    for document, pack in example_documents():
        paper = stationery(pack.read("letter.docx"), document.language, document.direction)  # type: ignore[attr-defined]
        template = DocxTemplate(pack.folder / "letter.docx")  # type: ignore[attr-defined]
        template.render(dict(fields_of(Story(paper, document))), autoescape=True)  # type: ignore[arg-type]
        path = folder / f"naive.{document.language}.docx"  # type: ignore[attr-defined]
        template.save(path)
        yield path


def with_weasyprint(folder: Path) -> Iterator[Path]:
    """Makes the letter's PDF with WeasyPrint as its documentation shows: parse page and stylesheet, write."""
    import weasyprint

    from circulars.render.page import page_of, stylesheet_of

    for document, pack in example_documents():
        path = folder / f"naive.{document.language}.pdf"  # type: ignore[attr-defined]
        css = weasyprint.CSS(string=stylesheet_of(pack))  # type: ignore[arg-type]
        weasyprint.HTML(string=page_of(document, pack).source).write_pdf(  # type: ignore[arg-type]
            path, stylesheets=[css], pdf_variant="pdf/a-3a"
        )
        yield path


def seconds_each(make: Callable[[Path], Iterator[Path]], folder: Path, times: int) -> float:
    """The median seconds of making one letter's files in this process, after one time to warm up."""
    folder.mkdir(exist_ok=True)
    list(make(folder))
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        list(make(folder))
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def libreoffice_seconds(folder: Path) -> float:
    """The seconds that one start of LibreOffice takes to convert a letter's Word files to PDF."""
    files = sorted(folder.glob("naive.*.docx"))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command: tuple[str | Path, ...] = (
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        folder / "soffice",
        *files,
    )
    return median(2, *command).seconds


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--letters", type=int, default=20)
    parser.add_argument("--checked", type=int, default=1000)
    parser.add_argument("--kept", type=int, default=500, help="letters in a folder with a cache, of which one changes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["XDG_STATE_HOME"] = str(folder / "state")  # a separate key for the cache
        some = copies(folder / "some", options.letters + 1)
        copies(folder / "many" / "letters", options.checked)
        python = median(9, sys.executable, "-c", "pass")
        help_run = median(9, CIRCULARS, "--help")
        times = help_run.seconds / python.seconds
        show("circulars --help", f"{help_run.seconds * 1000:.0f} ms", f"{times:.1f} x python -c pass", "3 x")
        checked = median(3, CIRCULARS, "-C", folder / "many", "check")
        show(f"check of {options.checked:,} letters", f"{checked.seconds:.2f} s", "", "3 s")
        out = folder / "out"
        one = median(5, CIRCULARS, "build", some[0], "--out", out, "--no-cache")
        show("one letter, four files", f"{one.seconds:.2f} s", f"{one.megabytes:.0f} MB", "2 s, 200 MB")
        each = {}
        for jobs in ("1", "2"):
            several = median(3, CIRCULARS, "build", *some, "--out", out, "--jobs", jobs, "--no-cache")
            each[jobs] = (several.seconds - one.seconds) / options.letters
            show(f"each further letter, --jobs {jobs}", f"{each[jobs] * 1000:.0f} ms", "", "150 ms")
        every, alone = one_changed_of_many(folder / "kept", options.kept, 5)
        times = every.seconds / alone.seconds
        show(
            f"{options.kept:,} letters, one changed", f"{every.seconds:.2f} s", f"{times:.1f} x that one alone", "2.5 x"
        )
        words = seconds_each(with_docxtpl, folder / "naive", 5)
        pages = seconds_each(with_weasyprint, folder / "naive", 5)
        office = libreoffice_seconds(folder / "naive")
        for name, naive in (("docxtpl + WeasyPrint", words + pages), ("docxtpl + LibreOffice", words + office)):
            ratios = f"{naive / each['1']:.1f} x ours in one process, {naive / each['2']:.1f} x in two"
            show(f"{name}, each letter", f"{naive * 1000:.0f} ms", ratios, "")


def show(name: str, figure: str, comparison: str, limit: str) -> None:
    """Prints one row: the name of a measurement, the figure, a comparison, and the limit."""
    print(f"{name:<32}{figure:>10}   {comparison:<46}{'limit ' + limit if limit else ''}".rstrip(), flush=True)


if __name__ == "__main__":
    main()
