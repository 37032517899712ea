"""Other ways to make the same files, each in its own process: ``python -m benchmarks.speed.others NAME LIST COUNT``.

Only the loop over the addressees is timed: templates and values are ready, and libraries are imported and warm.
Each letter is written to a file. Work that can be done once is done before the loop, as far as the library allows.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from .equal import HERE, LANGUAGES, Recipient, page_template, recipients, stylesheet, typst_template, word_template

NODE = HERE / "node"
FONTS = Path("/usr/share/fonts/truetype/crosextra")
BATCH = 25
"""The number of files that LibreOffice converts in one start."""


@dataclass(frozen=True, slots=True)
class Loop:
    """The result of a loop: letters, wall-clock seconds, processor seconds, and the bytes made."""

    letters: int
    clock: float
    processor: float
    size: int


Work = Callable[[Sequence[Recipient]], None]
"""Makes the files of some addressees."""


def docxtpl_loop(folder: Path) -> Work:
    """docxtpl: open, render, save, as its documentation shows; a template must be opened again for each letter."""
    from docxtpl import DocxTemplate

    for code in LANGUAGES:
        (folder / f"template.{code}.docx").write_bytes(word_template(code, lambda name: f"{{{{ {name} }}}}"))

    def work(some: Sequence[Recipient]) -> None:
        for one in some:
            template = DocxTemplate(folder / f"template.{one.language}.docx")
            template.render(dict(one.words), autoescape=True)
            template.save(folder / f"{one.id}.docx")

    return work


def weasyprint_loop(folder: Path, variant: str | None = "pdf/a-3a") -> Work:
    """WeasyPrint: a Jinja template and ``write_pdf``; stylesheet, fonts and pictures are read once and kept."""
    import weasyprint
    from jinja2 import Environment
    from markupsafe import Markup, escape
    from weasyprint.text.fonts import FontConfiguration

    environment = Environment(autoescape=True)
    templates = {code: environment.from_string(page_template(code)) for code in LANGUAGES}
    fonts, pictures = FontConfiguration(), dict[str, object]()
    css = weasyprint.CSS(string=stylesheet(), font_config=fonts, media_type="pdf")

    def work(some: Sequence[Recipient]) -> None:
        for one in some:
            words = {name: Markup("<br />").join(map(escape, text.split("\n"))) for name, text in one.words.items()}
            page = weasyprint.HTML(string=templates[one.language].render(words), media_type="pdf")
            page.write_pdf(
                folder / f"{one.id}.pdf", stylesheets=[css], font_config=fonts, cache=pictures, pdf_variant=variant
            )

    return work


def plain_weasyprint_loop(folder: Path) -> Work:
    """WeasyPrint with its defaults: a PDF that is neither PDF/A nor tagged."""
    return weasyprint_loop(folder, None)


def typst_loop(folder: Path) -> Work:
    """Typst through typst-py: one compiler for each language, which caches earlier layouts."""
    import typst

    compilers = {
        code: typst.Compiler(str(typst_template(code, folder)), font_paths=[str(FONTS)], ignore_system_fonts=True)
        for code in LANGUAGES
    }

    def work(some: Sequence[Recipient]) -> None:
        for one in some:
            compilers[one.language].compile(
                output=str(folder / f"{one.id}.pdf"),
                format="pdf",
                sys_inputs=dict(one.words),
                pdf_standards=["a-3a", "ua-1"],
            )

    return work


def libreoffice_loop(folder: Path) -> Work:
    """docxtpl, and LibreOffice for the PDFs, started once for each batch of files."""
    write = docxtpl_loop(folder)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]

    def work(some: Sequence[Recipient]) -> None:
        write(some)
        for first in range(0, len(some), BATCH):
            files = [str(folder / f"{one.id}.docx") for one in some[first : first + BATCH]]
            subprocess.run([*command, *files], check=True, capture_output=True)

    return work


LOOPS: Mapping[str, tuple[Callable[[Path], Work], str]] = {
    "docxtpl": (docxtpl_loop, "docx"),
    "weasyprint": (weasyprint_loop, "pdf"),
    "weasyprint-plain": (plain_weasyprint_loop, "pdf"),
    "typst": (typst_loop, "pdf"),
    "libreoffice": (libreoffice_loop, "pdf"),
}


def timed(make: Callable[[Path], Work], format: str, everybody: Sequence[Recipient], keep: Path | None = None) -> Loop:
    """Times a loop, after one addressee of each language to warm up; ``keep`` is where to copy the first file to."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        work = make(folder)
        work([next(one for one in everybody if one.language == code) for code in LANGUAGES])
        clock, processor = time.perf_counter(), _processor()
        work(everybody)
        clock, processor = time.perf_counter() - clock, _processor() - processor
        size = sum((folder / f"{one.id}.{format}").stat().st_size for one in everybody)
        if keep:
            shutil.copy(folder / f"{everybody[0].id}.{format}", keep)
    return Loop(len(everybody), clock, processor, size)


def _processor() -> float:
    """The processor seconds of this process and of its ended children."""
    used = [resource.getrusage(whom) for whom in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def node_loop(everybody: Sequence[Recipient], keep: Path | None = None) -> Loop:
    """docxtemplater in Node.js: ``node/loop.js`` runs and times the loop as :func:`timed` does."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for code in LANGUAGES:
            (folder / f"template.{code}.docx").write_bytes(word_template(code, lambda name: f"{{{name}}}"))
        (folder / "recipients.json").write_text(json.dumps([asdict(one) for one in everybody]), encoding="utf-8")
        done = subprocess.run(["node", NODE / "loop.js", folder], check=True, capture_output=True, text=True)
        size = sum((folder / f"{one.id}.docx").stat().st_size for one in everybody)
        if keep:
            shutil.copy(folder / f"{everybody[0].id}.docx", keep)
    times = json.loads(done.stdout)
    return Loop(len(everybody), times["clock"], times["processor"], size)


def install_from_npm() -> bool:
    """Installs docxtemplater from its lock file into ``node/node_modules`` if needed; returns whether it is there."""
    if (NODE / "node_modules" / "docxtemplater").is_dir():
        return True
    command = ["npm", "ci", "--prefix", str(NODE), "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
    try:
        return subprocess.run(command, capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


def main(name: str, path: str, count: str, keep: str = "") -> None:
    """Prints the loop's figures as JSON; ``keep`` is where to copy the first file to."""
    everybody = list(recipients(Path(path), int(count)))
    kept = Path(keep) if keep else None
    loop = node_loop(everybody, kept) if name == "docxtemplater" else timed(*LOOPS[name], everybody, kept)
    print(json.dumps(asdict(loop)))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
