"""A mail room for the tests: a letter with holes and conditions, a list of addressees, and the command."""

from __future__ import annotations

import csv
import io
import random
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pikepdf

from circulars.merge.planning.ledger import Ledger
from circulars.model.document import Document
from commands import PROGRAM, Done, run_here

ROOT = Path(__file__).parents[2]
LETTER = """\
kind: tsb-circular
number: 913
date: 2024-07-12
languages: [en, es]
subject: {en: Meeting of an example group, es: Reunión de un grupo de ejemplo}
body:
  - en: We write to {{ addressee.organization }}, of which you are a member.
    es: Nos dirigimos a {{ addressee.organization }}, de la que usted es miembro.
  - en: This paragraph is for Member States alone.
    es: Este párrafo es solo para los Estados Miembros.
    when: {category: member-state}
  - en: "With thanks, {{ addressee.surname }}."
    es: "Con nuestro agradecimiento, {{ addressee.surname }}."
signatory: {name: Max Mustermann, title: {en: Director, es: Director}}
"""
DYING = """
import os, signal, sys
from pathlib import Path
from circulars import api

def begin(progress):
    if progress.done >= int(after):
        sys.setprofile(count)

def count(frame, event, argument):
    global calls
    calls -= 1
    if calls < 0:
        os.kill(os.getpid(), signal.SIGKILL)

folder, (listed, kind, after, calls, add) = Path(sys.argv[1]), sys.argv[2:]
calls = int(calls)
letter = api.read_letter(folder / "letters" / "c.yaml", "letters/c.yaml")
order = api.MergeOrder(kind=kind, formats=("docx",))
api.run_merge(letter, listed, api.Workspace(folder), order, jobs=1, add=add == "add", on_progress=begin)
"""
"""A merge by a program that is killed (kill -9) as soon as so many addressees have copies, or so many calls later."""
COLUMNS = ("id", "language", "title", "name", "surname", "organization", "address", "country", "email", "category")
_NAMES = ("Ana", "José", "Zoë", "Łukasz", "Nuñez", "Øystein")


def people(count: int, seed: int = 1) -> list[dict[str, str]]:
    """Fictitious addressees, always the same for a seed."""
    chance = random.Random(seed)
    return [
        {
            "id": f"x-{n:04}",
            "language": chance.choice(["en", "es"]),
            "title": chance.choice(["Ms", "Mr", ""]),
            "name": chance.choice(_NAMES),
            "surname": f"Ejemplo {n}",
            "organization": chance.choice(["Example Union", "Ministerio de Ejemplo", "Example & Sons <Ltd>"]),
            "address": f"Example Street {n}|Exampletown",
            "country": chance.choice(["CH", "ES", "FR", "BR", "JP"]),
            "email": f"x{n}@example.int",
            "category": chance.choice(["member-state", "academia"]),
        }
        for n in range(count)
    ]


def table(rows: Iterable[Mapping[str, str]]) -> str:
    """A list of addressees as CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@dataclass(frozen=True, slots=True)
class MailRoom:
    """A folder with a letter ``c`` and a list."""

    folder: Path

    @property
    def made(self) -> Path:
        """The folder of the copies."""
        return self.folder / "output" / "c"

    def write(self, rows: Iterable[Mapping[str, str]], letter: str = LETTER) -> None:
        """Writes a letter and a list into the folder."""
        (self.folder / "letters").mkdir(parents=True, exist_ok=True)
        (self.folder / "letters" / "c.yaml").write_text(letter, encoding="utf-8")
        (self.folder / "list.csv").write_text(table(rows), encoding="utf-8")

    def command(self, *options: str, listed: str = "list.csv") -> list[str]:
        """The command that merges the letter with the list, or with another one.

        Unless the options say how many processes make the copies, it is one: starting another one takes longer.
        """
        jobs = () if "--jobs" in options else ("--jobs", "1")
        return [*PROGRAM, "-C", str(self.folder), "merge", "c", str(self.folder / listed), *options, *jobs]

    def merge(self, *options: str, listed: str = "list.csv") -> Done:
        """The result of the command."""
        return self._run(self.command(*options, listed=listed))

    def status(self, *more: str) -> Done:
        """The result of ``merge status``, for all letters or for the named one."""
        return self._run([*PROGRAM, "-C", str(self.folder), "merge", "status", *more])

    def _run(self, command: list[str]) -> Done:
        return run_here(Path(), *command[len(PROGRAM) :])

    def contents(self) -> dict[str, bytes]:
        """All files in the folder of the copies, except the ledgers."""
        return {path.name: path.read_bytes() for path in self.made.iterdir() if ".sqlite" not in path.name}

    def files(self) -> dict[str, bytes]:
        """The copies, by name."""
        return {path.name: path.read_bytes() for path in self.made.glob("x-*")}


def kill(room: MailRoom, kind: str, listed: str, after: int, *, calls: int = 0, add: bool = False) -> None:
    """Begins a merge, or an addition to one, and kills it (kill -9) after so many addressees.

    With ``calls`` it is killed so many calls and returns of functions later, in the middle of whatever it does then.
    """
    options = (listed, kind, str(after), str(calls), "add" if add else "")
    command = [sys.executable, "-c", DYING, str(room.folder), *options]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env={"PYTHONPATH": str(ROOT / "src")})
    assert done.returncode == -signal.SIGKILL, done.stderr


def unfinish(ledger: Ledger) -> None:
    """Marks the merge of a ledger as stopped."""
    facts = ledger.facts()
    assert facts
    ledger.save_facts(replace(facts, done=False))


def blank(pages: int) -> bytes:
    """A PDF of empty pages."""
    file = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page()
        pdf.save(file)
    return file.getvalue()


def blank_page(document: Document) -> bytes:
    """A PDF of an empty page, for a document. Workers can import this function."""
    return blank(1)
