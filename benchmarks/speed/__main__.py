"""Measures how long a merge takes, compared with other ways to make the same files. Prints ratios of one run.

    benchmarks/merge [--addressees 10000] [--many 100000] [--sample 200] [--json FILE] [--picture]
    benchmarks/merge --scripts [--only weasyprint] [--compared 300]

With --scripts the names and organizations of the list are in twelve scripts, and only PDFs are made.


Our time is that of the whole command: start, read and check the list, keep the ledger, write one ZIP file. The letter
has been laid out for the same list before, unless stated otherwise. Our letters per second and core are computed from
the wall-clock time or the processor time, whichever is longer. The others' rates are computed from the processor time
of their loop alone, without start, list, ledger or ZIP file, which favours them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from .judged import judged
from .measure import Run
from .others import Loop, install_from_npm
from .ours import ENVIRONMENT, ROOT, Bench, Merged, Order
from .picture import Bar, save_picture

OTHERS = {
    "docxtpl": ("docx", "docxtpl, a loop"),
    "docxtemplater": ("docx", "docxtemplater (Node.js), a loop"),
    "libreoffice": ("pdf", "docxtpl + LibreOffice, in batches"),
    "weasyprint": ("pdf", "WeasyPrint, a loop"),
    "weasyprint-plain": ("pdf", "WeasyPrint, neither PDF/A nor tagged"),
    "typst": ("pdf", "Typst, one compiler for all"),
}
LIMITS = {"docxtpl": 200, "weasyprint": 250, "typst": 20}
SCRIPT_LIMITS = {"weasyprint": 150}


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the result: what was measured, the figure in words, its limit, and whether it keeps the limit."""

    name: str
    value: str
    limit: str = ""
    kept: bool | None = None


def main() -> None:
    """Prints the figures, and writes them as JSON and as a picture if the options say so."""
    options = _options()
    console = Console(width=None if sys.stdout.isatty() else 120)
    machine = _machine()
    console.print(f"{machine['processor']}, {machine['cores']} cores, load {machine['load']}; {machine['software']}")
    if float(str(machine["load"])) > 0.5:
        console.print("Other programs are running: wall-clock figures will be worse than they could be.")
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        bench = Bench(Path(name) / "bench", in_scripts=options.scripts)
        loops = dict(_loops(bench, options, Path(name), console))
        measure = _in_scripts if options.scripts else _ours
        figures, rates, raw = measure(bench, options, Path(name), console)
    figures += list(_ratios(rates, loops, options))
    _print(console, figures, rates, loops)
    result = {
        "machine": machine,
        "addressees": options.addressees,
        "letters_per_second_and_core": rates | {name: _rate_of(loop) for name, loop in loops.items()},
        "merges": raw,
        "loops": {name: asdict(loop) for name, loop in loops.items()},
        "figures": [asdict(figure) for figure in figures],
    }
    if options.json:
        options.json.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    if options.picture:
        bars = [Bar(OTHERS[name][1], OTHERS[name][0], _rate_of(loop)) for name, loop in loops.items()]
        ours = [Bar("circulars merge", format, rate) for format, rate in rates.items()]
        subtitle = f"{options.addressees:,} addressees, two pages; {machine['processor']}"
        for path in save_picture([*ours, *bars], subtitle, options.picture):
            console.print(f"drawn: {path}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="benchmarks/merge", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--addressees", type=int, default=10_000, metavar="N", help="default: 10000")
    parser.add_argument(
        "--many", type=int, default=0, metavar="N", help="the longer list (default: ten times as long; 1: none)"
    )
    parser.add_argument(
        "--sample", type=int, default=200, metavar="N", help="letters made by each of the others (default: 200)"
    )
    parser.add_argument("--times", type=int, default=3, metavar="N", help="take the fastest of N merges (default: 3)")
    parser.add_argument("--scripts", action="store_true", help="a list in twelve scripts")
    parser.add_argument(
        "--compared", type=int, default=300, metavar="N", help="copies to compare with full layouts (default: 300)"
    )
    parser.add_argument("--judged", type=int, default=10, metavar="N", help="copies to validate (default: 10)")
    parser.add_argument(
        "--only", default="", metavar="NAME,NAME", help="only these of the others: " + ", ".join(OTHERS)
    )
    parser.add_argument("--json", type=Path, default=None, metavar="FILE", help="also write the figures here")
    parser.add_argument(
        "--picture",
        type=Path,
        nargs="?",
        const=ROOT / "docs" / "merge-speed",
        default=None,
        metavar="NAME",
        help="also draw NAME.svg and NAME.png (default: docs/merge-speed)",
    )
    parser.add_argument(
        "--folder", type=Path, default=None, help="where to work (default: the system's temporary folder)"
    )
    options = parser.parse_args()
    options.many = options.many or 10 * options.addressees
    usual = tuple(name for name, (format, _) in OTHERS.items() if format == "pdf") if options.scripts else tuple(OTHERS)
    options.only = tuple(options.only.split(",")) if options.only else usual
    if unknown := [name for name in options.only if name not in OTHERS]:
        parser.error(f"--only: there is no '{unknown[0]}'; the others are {', '.join(OTHERS)}")
    return options


def _machine() -> dict[str, str | int | float]:
    cpus = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    models = [line.partition(":")[2].strip() for line in cpus.splitlines() if line.startswith("model name")]
    return {
        "processor": models[0] if models else platform.processor(),
        "cores": os.cpu_count() or 1,
        "load": round(os.getloadavg()[0], 2),
        "software": f"Python {platform.python_version()}, {platform.system()}",
    }


def _loops(bench: Bench, options: argparse.Namespace, folder: Path, console: Console) -> Iterator[tuple[str, Loop]]:
    """Measures the loop of each of the others, in a process of its own."""
    listed = bench.list_of(options.addressees)
    for name in options.only:
        if name == "docxtemplater" and not install_from_npm():
            console.print("docxtemplater is left out: npm could not install it")
            continue
        kept = folder / f"{name}.{OTHERS[name][0]}"
        command = [sys.executable, "-m", "benchmarks.speed.others", name, listed, str(options.sample), kept]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=ENVIRONMENT)
        if done.returncode:
            raise SystemExit(f"{name} failed:\n{done.stderr}")
        loop = Loop(**json.loads(done.stdout))
        console.print(
            f"{OTHERS[name][1]}: {loop.letters} letters in {loop.clock:.2f} s, {_pages(kept)}", highlight=False
        )
        yield name, loop


def _pages(file: Path) -> str:
    """The number of pages and the size of a PDF, or the size of a Word file."""
    if file.suffix != ".pdf":
        return f"{file.stat().st_size / 1e3:.0f} kB"
    import pypdfium2

    return f"{len(pypdfium2.PdfDocument(file))} pages, {file.stat().st_size / 1e3:.0f} kB"


def _ours(
    bench: Bench, options: argparse.Namespace, folder: Path, console: Console
) -> tuple[list[Figure], dict[str, float], list[object]]:
    """Measures our merges: the figures, the letters per second and core of each format, and each merge's result."""
    few, many = options.addressees, options.many
    figures: list[Figure] = []
    rates: dict[str, float] = {}
    raw: list[object] = []

    def merged(order: Order, times: int = options.times) -> Merged:
        one = bench.merge(order, times)
        raw.append(asdict(one))
        console.print(f"{_described(order)}: {_seconds(one.run)}, {one.run.megabytes:.0f} MB", highlight=False)
        return one

    def into_files(count: int, format: str) -> Figure:
        files = merged(Order(count, (format,), 2, "files"), options.times if count == few else 1)
        slower = files.run.clock / bench.plain_loop()
        value = f"{slower:.2f} x the time of a plain loop that writes them"
        return Figure(f"{format}: into {count:,} files", value, "2", slower <= 2)

    for format, limit, least_gain in (("docx", 10_000, 1.5), ("pdf", 5_000, 1.7)):
        one = merged(Order(few, (format,), 1))
        digest, faulty = bench.digest(), bench.faulty_names(one.order)
        rates[format] = _rate(one)
        value = f"{rates[format]:,.0f} letters per second and core"
        figures.append(Figure(f"{format}, {few:,} into one ZIP", value, f"{limit:,}", rates[format] >= limit))
        figures.append(Figure(f"{format}: names missing or duplicate", f"{faulty}", "0", faulty == 0))
        some = bench.sample(min(options.judged, few), folder / format)
        console.print(f"{some[0].name}: {_pages(some[0])}", highlight=False)
        found, by_whom = judged(some)
        figures.append(Figure(f"{format}: errors found by {by_whom}", f"{found}", "0", found == 0))
        two = merged(Order(few, (format,), 2))
        gain = one.run.clock / two.run.clock
        figures.append(Figure(f"{format}: two processes instead of one, {few:,}", f"{gain:.2f} x as fast"))
        same = bench.digest() == digest
        figures.append(Figure(f"{format}: the same bytes from two as from one", "yes" if same else "no", "yes", same))
        figures.append(into_files(few, format))
        if many > few:
            alone = merged(Order(many, (format,), 1), 1)
            long = merged(Order(many, (format,), 2), 1)
            gain = alone.run.clock / long.run.clock
            value = f"{gain:.2f} x as fast"
            figures.append(
                Figure(f"{format}: two processes instead of one, {many:,}", value, f"{least_gain}", gain >= least_gain)
            )
            times, limit_times = long.run.clock / two.run.clock, 1.05 * many / few
            value = f"{times:.1f} x the time of {few:,}"
            figures.append(Figure(f"{format}: {many:,}", value, f"{limit_times:.1f}", times <= limit_times))
            most = max(alone.run.megabytes, long.run.megabytes)
            figures.append(Figure(f"{format}: {many:,}, each process", f"{most:.0f} MB", "300", most <= 300))
            figures.append(
                Figure(f"{format}, {many:,} into one ZIP", f"{_rate(alone):,.0f} letters per second and core")
            )
            for cores, more, less in (("one core", alone, one), ("two cores", long, two)):
                steady = (many - few) / (more.run.clock - less.run.clock)
                figures.append(Figure(f"{format}: each further letter, {cores}", f"{steady:,.0f} a second"))
            each = f"{long.size / many:,.0f} bytes, {long.ledger / many:,.0f} in the ledger"
            figures.append(Figure(f"{format}: a letter takes", each))
            figures.append(into_files(many, format))
    figures += _first_files(bench, few, options.times)
    return figures, rates, raw


def _in_scripts(
    bench: Bench, options: argparse.Namespace, folder: Path, console: Console
) -> tuple[list[Figure], dict[str, float], list[object]]:
    """The same for a list in many scripts, as PDFs."""
    few = options.addressees
    one = bench.merge(Order(few, ("pdf",), 1), options.times)
    console.print(f"{_described(one.order)}: {_seconds(one.run)}, {one.run.megabytes:.0f} MB", highlight=False)
    rate, most = _rate(one), one.run.megabytes
    value = f"{rate:,.0f} letters per second and core"
    figures = [
        Figure(f"pdf in twelve scripts, {few:,} into one ZIP", value, "2,500", rate >= 2_500),
        Figure("pdf in twelve scripts: a process", f"{most:.0f} MB", "300", most <= 300),
        Figure("pdf in twelve scripts: a letter takes", f"{one.size / few:,.0f} bytes"),
    ]
    count = min(options.compared, few)
    unequal = bench.unequal(one.order, count, folder / "compared")
    figures.append(Figure(f"of {count} copies, unlike a full layout", f"{unequal}", "0", unequal == 0))
    # Last, because the validators stay until this program ends, and measuring a command waits for all processes.
    found, by_whom = judged(bench.sample(min(options.judged, few), folder / "pdf"))
    figures.append(Figure(f"pdf in twelve scripts: errors found by {by_whom}", f"{found}", "0", found == 0))
    return figures, {"pdf": rate}, [asdict(one)]


def _first_files(bench: Bench, few: int, times: int) -> Iterator[Figure]:
    """The seconds until the first file, for a letter that was never laid out, and for one that was merged before."""
    first = bench.first_file(Order(few, ("docx", "pdf"), 2, "files"), "--no-cache").first
    yield Figure("the first file", f"after {first:.2f} s", "3 s", 0 < first <= 3)
    again = Order(min(few, 1_000), ("docx", "pdf"), 2, "files")
    bench.warm(again)
    seconds = min(bench.first_file(again).first for _ in range(times))
    value = f"after {seconds:.2f} s"
    yield Figure(f"the first file of a second merge, {again.addressees:,}", value, "0.6 s", 0 < seconds <= 0.6)


def _described(order: Order) -> str:
    where = "one ZIP" if order.kind == "zip" else "files"
    return f"{order.addressees:,} {' and '.join(order.formats)}, {where}, --jobs {order.jobs}"


def _seconds(run: Run) -> str:
    return f"{run.clock:.2f} s ({run.processor:.2f} s of all processors)"


def _rate(one: Merged) -> float:
    """Letters per second and core of a merge in one process, from wall-clock or processor time, whichever is longer."""
    return one.order.addressees / max(one.run.clock, one.run.processor)


def _rate_of(loop: Loop) -> float:
    return loop.letters / loop.processor


def _ratios(rates: dict[str, float], loops: dict[str, Loop], options: argparse.Namespace) -> Iterator[Figure]:
    for name, loop in loops.items():
        format, shown = OTHERS[name]
        ratio, limit = rates[format] / _rate_of(loop), (SCRIPT_LIMITS if options.scripts else LIMITS).get(name)
        yield Figure(
            f"{format} compared with {shown}", f"{ratio:,.0f} x", str(limit or ""), ratio >= limit if limit else None
        )


def _print(console: Console, figures: list[Figure], rates: dict[str, float], loops: dict[str, Loop]) -> None:
    table = Table("letters per second and core", "format", "rate", "one letter", title="On an equal page")
    rows = [("circulars merge, end to end", format, rate) for format, rate in rates.items()]
    rows += [(OTHERS[name][1], OTHERS[name][0], _rate_of(loop)) for name, loop in loops.items()]
    for shown, format, rate in sorted(rows, key=lambda row: (row[1], -row[2])):
        table.add_row(shown, format, f"{rate:,.0f}" if rate >= 100 else f"{rate:.1f}", _short(1 / rate))
    console.print(table)
    table = Table("what", "figure", "limit", "", title="The merge")
    for one in figures:
        table.add_row(one.name, one.value, one.limit, "" if one.kept is None else "kept" if one.kept else "missed")
    console.print(table)


def _short(seconds: float) -> str:
    return f"{seconds * 1e3:.1f} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.0f} µs"


if __name__ == "__main__":
    main()
