"""Runs the examples of problem codes, each in its own folder with a letter and a list."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from circulars.cli import main
from circulars.doctor import check_pack
from circulars.errors import CircularsError
from circulars.language import forget_languages, load_language
from circulars.pack import forget_packs
from circulars.problems import Example
from circulars.review.rules import RuleProblem, check_letters
from circulars.workspace import Workspace
from conftest import ROOT
from small_pack import small_pack

LETTER = """\
kind: tsb-circular
number: 213
date: 2025-01-15
languages: [en]
subject: {en: Eighth meeting}
body:
- {en: "The meeting opens on Thursday, {{ addressee.name }}."}
signatory: tsb-director
"""
LIST = "id,language,name\nch-1,en,Ana Example\nch-2,en,Ben Example\n"


def reported(example: Example, folder: Path) -> set[str]:
    """The codes that the program reports for an example."""
    return _RUNS[example.kind](example.text + "\n", folder)


def changed(text: str, piece: str) -> str:
    """A YAML text with its top-level keys replaced by those of a piece; list entries become a letter's body."""
    if piece.startswith("- "):
        piece = "body:\n" + piece
    own = set(re.findall(r"^([a-z-]+):", piece, re.MULTILINE))
    kept = [part for part in re.split(r"^(?=[a-z-]+:)", text, flags=re.MULTILINE) if part.split(":")[0] not in own]
    return "".join(kept) + piece


def _codes(error: CircularsError) -> set[str]:
    return {problem.code for problem in error.problems}


def _letter(text: str, folder: Path) -> set[str]:
    """The codes of checking a letter with these lines; lines without a key are the whole file."""
    file = folder / "letter.yaml"
    piece = text.startswith("- ") or re.search(r"^[a-z-]+:", text, re.MULTILINE)
    file.write_text(changed(LETTER.replace(", {{ addressee.name }}", ""), text) if piece else text, "utf-8")
    (checked,) = check_letters([file], Workspace(folder))
    rules = (problem for problem in checked.warnings if isinstance(problem, RuleProblem))
    return {problem.code for problem in (*checked.problems, *rules)}


def _list(text: str, folder: Path, name: str = "addressees.csv") -> set[str]:
    """The codes of a dry run of a merge with a list."""
    return _command(f"circulars merge letter {name} --dry-run", folder, {name: text})


def _entries(text: str, folder: Path) -> set[str]:
    return _list(text, folder, "addressees.yaml")


def _command(text: str, folder: Path, files: dict[str, str] | None = None) -> set[str]:
    """The codes that commands print, in a folder with a letter and a list."""
    (folder / "letters").mkdir()
    (folder / "letters" / "letter.yaml").write_text(LETTER, "utf-8")
    for name, content in {"addressees.csv": LIST, **(files or {})}.items():
        (folder / name).write_text(content, "utf-8")
    out, err = io.StringIO(), io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        for line in text.splitlines():
            main(shlex.split(line.removeprefix("circulars ")))
    found = re.findall(
        r"^(?:.*?  )?(?:(?:error|warning): )?([a-z-]+)  \S", out.getvalue() + err.getvalue(), re.MULTILINE
    )
    return set(found)


def _pack(text: str, folder: Path) -> set[str]:
    """The codes of checking a copy of the pack "itu" with these lines in its ``pack.yaml``."""
    with _copy(folder) as pack:
        file = pack / "pack.yaml"
        file.write_text(changed(file.read_text("utf-8"), text), "utf-8")
        return {problem.code for problem in check_pack("itu", Workspace(folder))}


def _page(text: str, folder: Path) -> set[str]:
    """The codes of checking a copy of the pack "itu" with this text at the end of its page."""
    with _copy(folder) as pack:
        file = pack / "letter.html.j2"
        file.write_text(file.read_text("utf-8").replace("</body>", f"{text}</body>"), "utf-8")
        return {problem.code for problem in check_pack("itu", Workspace(folder))}


def _language(text: str, folder: Path) -> set[str]:
    """The codes of loading the language English with these lines in its file: its problems, or its warnings."""
    shipped = ROOT / "src" / "circulars" / "languages" / "en.yaml"
    (folder / "languages").mkdir()
    (folder / "languages" / "tlh.yaml").write_text(changed(shipped.read_text("utf-8"), text), "utf-8")
    try:
        return {doubt.code for doubt in load_language("tlh", Workspace(folder).language_folders).warnings}
    except CircularsError as error:
        return _codes(error)
    finally:
        forget_languages()


@contextlib.contextmanager
def _copy(folder: Path) -> Iterator[Path]:
    forget_packs()
    yield small_pack(folder)
    forget_packs()


_RUNS = {
    "letter": _letter,
    "list": _list,
    "entries": _entries,
    "command": _command,
    "pack": _pack,
    "page": _page,
    "language": _language,
}
RUN = tuple(_RUNS)
