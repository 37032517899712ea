"""A mail room for the tests: a letter with holes and conditions, a list of addressees, and the command."""

from __future__ import annotations

import csv
import io
import os
import random
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from circulars.cli import main

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
        """Where the copies are."""
        return self.folder / "output" / "c"

    def write(self, rows: Iterable[Mapping[str, str]], letter: str = LETTER) -> None:
        """Puts a letter and a list into the folder."""
        (self.folder / "letters").mkdir(parents=True, exist_ok=True)
        (self.folder / "letters" / "c.yaml").write_text(letter, encoding="utf-8")
        (self.folder / "list.csv").write_text(table(rows), encoding="utf-8")

    def command(self, *options: str, listed: str = "list.csv") -> list[str]:
        """What is typed to merge the letter with the list, or with another one."""
        return [*_PROGRAM, "-C", str(self.folder), "merge", "c", str(self.folder / listed), *options]

    def merge(self, *options: str, listed: str = "list.csv") -> subprocess.CompletedProcess[str]:
        """What came of the command."""
        return _run(self.command(*options, listed=listed))

    def status(self, *more: str) -> subprocess.CompletedProcess[str]:
        """What ``merge status`` says, of a letter perhaps."""
        return _run([*_PROGRAM, "-C", str(self.folder), "merge", "status", *more])

    def contents(self) -> dict[str, bytes]:
        """All that stands in the folder of the copies, but for the ledgers."""
        return {path.name: path.read_bytes() for path in self.made.iterdir() if ".sqlite" not in path.name}

    def files(self) -> dict[str, bytes]:
        """The copies by their names."""
        return {path.name: path.read_bytes() for path in self.made.glob("x-*")}


class NearMailRoom(MailRoom):
    """A mail room whose commands run in the tests' own process: many of them take little time."""

    def merge(self, *options: str, listed: str = "list.csv") -> subprocess.CompletedProcess[str]:
        """What came of the command."""
        return _here(self.command(*options, listed=listed))

    def status(self, *more: str) -> subprocess.CompletedProcess[str]:
        """What ``merge status`` says, of a letter perhaps."""
        return _here([*_PROGRAM, "-C", str(self.folder), "merge", "status", *more])


_PROGRAM = (sys.executable, "-m", "circulars")


def _here(command: list[str]) -> subprocess.CompletedProcess[str]:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(command[len(_PROGRAM) :])
    return subprocess.CompletedProcess(command, code, out.getvalue(), err.getvalue())


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
