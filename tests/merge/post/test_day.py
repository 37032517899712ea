"""A clerk's day: a list as offices have it, all outputs, late members, a correction, and a server that is no help.

What must come out is known from how the list was made (``merge.office``) and from the files that the server kept
(``merge.post.mailhost``), never from what the program says of itself.
"""

from __future__ import annotations

import csv
import itertools
import re
import signal
import subprocess
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pypdfium2
import pytest

from commands import HANGING, PROGRAM, Done, run_here
from conftest import hear_interrupts
from merge.office import STREETS, Member, members, write_csv, write_workbook
from merge.post.mailhost import MailHost, is_gone, is_returned
from merge.post.server import MailServer

LETTER = """\
kind: tsb-circular
number: 7
date: 2026-03-14
languages: [en, es]
subject: {en: A meeting, es: Una reunión}
body:
- en: "The meeting begins at 10 o'clock, {{ addressee.name }} {{ addressee.surname }}."
  es: "La reunión comienza a las 10, {{ addressee.name }} {{ addressee.surname }}."
signatory: tsb-director
"""
COUNT = 120
LATE = 12


@dataclass(frozen=True, slots=True)
class Office:
    """A folder with the letter, the list and the late members."""

    folder: Path
    rows: Sequence[Member]
    late: Sequence[Member]

    @property
    def made(self) -> Path:
        """The folder of what is made."""
        return self.folder / "output" / "meeting"

    def type(self, *words: str, code: int = 0) -> Done:
        """What a command prints, which must end with this exit code."""
        done = run_here(self.folder, *words)
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def table(self, name: str) -> list[dict[str, str]]:
        """The rows of a CSV file that the program wrote."""
        with (self.folder / name).open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream))

    def rejected(self, name: str) -> dict[str, str]:
        """The reasons in a workbook of rejected rows, by id."""
        sheet = openpyxl.load_workbook(self.made / name).active
        assert sheet is not None
        rows = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
        return {row[0]: row[rows[0].index("rejected because")] for row in rows[1:]}

    def correct(self, half: bool = False) -> None:
        """Writes the list again with every wrong row corrected, or every other one, as a clerk does it."""
        self.write([one.corrected() if one.id in self.corrected(half) else one for one in self.rows])

    def corrected(self, half: bool) -> set[str]:
        """The ids of the wrong rows that the clerk corrects."""
        return {one.id for one in [one for one in self.rows if one.problem][:: 2 if half else 1]}

    def write(self, rows: Sequence[Member]) -> None:
        """Writes the list."""
        write_workbook(self.folder / "members.xlsx", rows)


@pytest.fixture
def office(tmp_path: Path, request: pytest.FixtureRequest) -> Office:
    """An office in the morning, with a list of so many members, one in so many of which is wrong."""
    count, every = getattr(request, "param", (COUNT, 8))
    made = Office(tmp_path, members(count, every=every), members(LATE, first=count + 1, western=True))
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "meeting.yaml").write_text(LETTER, encoding="utf-8")
    made.write(made.rows)
    write_csv(tmp_path / "late.csv", made.late)
    return made


def meant(rows: Sequence[Member]) -> list[Member]:
    """The rows that are not hidden."""
    return [one for one in rows if not one.hidden]


def sound(rows: Sequence[Member]) -> list[Member]:
    """The rows that are meant and right."""
    return [one for one in meant(rows) if not one.problem]


def known_name(member: Member) -> str:
    """The program's own name of the column in which a member's row is wrong."""
    return {"street": "address"}.get(member.column, member.column)


def test_the_dry_run_names_each_wrong_cell_and_no_other(office: Office) -> None:
    """The file of problems has the row, the column and the code of each cell that was made wrong, hidden rows aside."""
    office.type("merge", "meeting", "members.xlsx", "--dry-run", "--problems", "problems.csv", code=1)

    wrong = [(one.id, known_name(one), one.problem) for one in meant(office.rows) if one.problem]
    found = [one for one in office.table("problems.csv") if one["Severity"] == "problem"]
    assert Counter((one["Id"], one["Column"], one["Code"]) for one in found) == Counter(wrong)
    rows = [*openpyxl.load_workbook(office.folder / "members.xlsx")["Members"].iter_rows(values_only=True)]
    assert [rows[int(one["Row"]) - 1][0] for one in found] == [one["Id"] for one in found]


@pytest.mark.parametrize(
    "office", [(48, 3)], indirect=True
)  # both kinds of twins, every kind of problem, several sheets
def test_everybody_has_one_letter_one_label_and_one_envelope(office: Office) -> None:
    """Files, ZIP, print, labels and envelopes have each sound member once, then each late and each corrected one."""
    office.correct(half=True)
    fixed = office.corrected(half=True)
    first = [one for one in meant(office.rows) if not one.problem or one.id in fixed]
    left = {one.id: one for one in meant(office.rows) if one not in first}
    ways = {
        "files": ("--formats", "txt"),
        "zip": ("--as", "zip", "--formats", "txt"),
        "print": ("--as", "print"),
        "labels": ("--as", "labels", "--labels", "L7160"),
        "envelopes": ("--as", "envelopes", "--envelope", "DL"),
    }
    for name, options in ways.items():
        office.type("merge", "meeting", "members.xlsx", "--skip-bad", *options)

        reasons = office.rejected(f"merge-{name}.rejected.xlsx")
        assert {*reasons} == {*left}
        assert [id for id, reason in reasons.items() if f": {known_name(left[id])}: " not in reason] == []

    before = printed(office)
    write_csv(office.folder / "fixed.csv", [one.corrected() for one in left.values()])
    for options, extra in itertools.product(ways.values(), ("late.csv", "fixed.csv")):
        office.type("merge", "meeting", extra, "--add", "--skip-bad", *options)

    added = [*sound(office.late), *left.values()]
    everybody = [*first, *added]
    assert {path.name: path.read_text(encoding="utf-8") for path in office.made.glob("M-*.txt")} == zipped(office)
    letters = zipped(office)
    assert [one.id for one in everybody if not is_letter_to(one, letters[f"{one.id}.{one.language}.txt"])] == []
    assert len(letters) == len(everybody)
    for kind, pages in printed(office).items():
        assert Counter(pages) == Counter(street_of(one) for one in everybody), kind
        late = [*streets(office.made / f"meeting.{kind}-2.pdf"), *streets(office.made / f"meeting.{kind}-3.pdf")]
        assert late == [street_of(one) for one in added], kind
        assert pages[: len(before[kind])] == before[kind]


def zipped(office: Office) -> dict[str, str]:
    """The letters in the ZIP file."""
    with zipfile.ZipFile(office.made / "meeting.zip") as archive:
        return {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".txt")}


def is_letter_to(member: Member, letter: str) -> bool:
    """Whether a letter has a member's right address, salutation and name."""
    right = member.right
    parts = [right[column] for column in ("organization", "street", "postcode", "city", "surname")]
    opening = member.salutation or ("Dear Sir/Madam" if member.language == "en" else "Muy Señora mía")
    return all(part in letter for part in [*parts, f"\n{opening}", f"{right['name']} {right['surname']}."])


def street_of(member: Member) -> str:
    """The street and the number of a member, which are in each letter, label and envelope once."""
    return member.right["street"]


def printed(office: Office) -> dict[str, list[str]]:
    """The streets in each file for the printer, in their order."""
    return {kind: streets(office.made / f"meeting.{kind}.pdf") for kind in ("print", "labels", "envelopes")}


def streets(path: Path) -> list[str]:
    """The streets in a PDF."""
    with pypdfium2.PdfDocument(path) as pdf:
        text = unicodedata.normalize("NFC", "\n".join(page.get_textpage().get_text_bounded() for page in pdf))
    known = "|".join(re.escape(street) for street in sorted(STREETS, key=len, reverse=True))
    return re.findall(rf"(?:{known}) \d+", text)


SEND = ("send", "meeting", "members.xlsx", "--skip-bad", "--from", "Example Union <union@example.int>", "--yes")
QUICK = ("--formats", "txt", "--rate", "0", "--tries", "3", "--wait", "0.01", "--timeout", str(HANGING))
NEW = "The meeting begins at 11 o'clock", "La reunión comienza a las 11"
OLD = "The meeting begins at 10 o'clock", "La reunión comienza a las 10"


@dataclass(frozen=True, slots=True)
class MailRoom:
    """An office that sends its letter through a server that is no help."""

    office: Office
    host: MailHost
    server: tuple[str, ...]

    def send(self, *options: str, code: int = 0) -> Done:
        """What a sending prints."""
        return self.office.type(*SEND, *QUICK, *self.server, *options, code=code)

    def interrupt(self, after: int) -> None:
        """Resumes the sending in a process of its own, and presses Ctrl-C once the server has so many messages."""
        senders: list[subprocess.Popen[bytes]] = []

        def press(address: str) -> None:
            if len(self.host.server.taken) == after:
                senders[0].send_signal(signal.SIGINT)

        self.host.server.on_message = press
        typed = [*PROGRAM, *SEND, *QUICK, *self.server, "--resume"]
        senders.append(
            subprocess.Popen(typed, cwd=self.office.folder, stdout=subprocess.DEVNULL, preexec_fn=hear_interrupts)
        )
        assert senders[0].wait(HANGING) == 130
        self.host.server.on_message = lambda address: None

    def decide(self) -> None:
        """Decides what is in doubt as the server's administrator would: by what the server has."""
        kept = {str(message["Message-ID"]) for message in self.host.kept()}
        doubts = [one for one in self.report() if one["State"] == "in doubt" and not one["A person decided"]]
        assert doubts, "the server dropped no connection"
        states = [(one["Id"], "sent" if f"<{one['Message-ID']}>" in kept else "again") for one in doubts]
        self.office.type("send", "meeting", *decisions(states))

    def read_returns(self) -> list[str]:
        """Has the returned mail read, twice, and returns the ids of what came back."""
        self.office.type("send", "bounces", "returned.mbox", code=1)
        self.office.type("send", "bounces", "returned.mbox")
        return [one["Id"] for one in self.report() if one["State"] == "came back"]

    def report(self) -> list[dict[str, str]]:
        """The lines of the report."""
        self.office.type("merge", "status", "meeting", "--report", str(self.office.folder / "report.csv"))
        return self.office.table("report.csv")


def decisions(states: Sequence[tuple[str, str]]) -> list[str]:
    """The options that decide what became of messages."""
    return [word for id, state in states for word in ("--decide", f"{id}={state}")]


@pytest.fixture
def mail_room(office: Office, server: MailServer, trust: Path) -> MailRoom:
    """An office with half of the wrong rows corrected, and a server that takes forty messages a day."""
    office.correct(half=True)
    host = MailHost(server, office.folder / "kept", 40, office.folder / "returned.mbox")
    return MailRoom(office, host, ("--smtp", server.address(), "--trust", str(trust)))


def test_everybody_has_one_message_at_the_right_address(mail_room: MailRoom) -> None:
    """After a quota, Ctrl-C, a correction, late members and returns, the server has one letter for each, by its files.

    Who got the letter before it was corrected has the old one, everybody else has the new one.
    """
    office, host = mail_room.office, mail_room.host
    mail_room.send(code=3)
    assert len(host.kept()) == 40
    host.quota = 1_000
    mail_room.interrupt(after=60)
    mail_room.decide()
    before = host.kept()

    letter = office.folder / "letters" / "meeting.yaml"
    letter.write_text(LETTER.replace("at 10", "at 11").replace("a las 10", "a las 11"), encoding="utf-8")
    mail_room.send("--changed", "rest", code=1)
    mail_room.decide()
    mail_room.send("--resume", code=1)
    late = [one.corrected() for one in office.late]
    write_csv(office.folder / "late.csv", late)
    added = list(SEND)
    added[2] = "late.csv"
    office.type(*added, *QUICK, *mail_room.server, "--add", code=1)
    mail_room.decide()
    office.type(*added, *QUICK, *mail_room.server, "--add", "--resume", code=1)

    returned = mail_room.read_returns()
    back = [address_of(message) for message in host.kept() if is_returned(address_of(message))]
    assert Counter(back) == Counter(one["E-mail"] for one in mail_room.report() if one["State"] == "came back")
    fixed = office.corrected(half=True)
    rows = [*(one.corrected() if one.id in fixed else one for one in office.rows), *late]
    moved = [with_new_address(one) if one.id in returned or is_gone(one.right["email"]) else one for one in rows]
    office.write(moved)
    mail_room.send("--corrected")

    arrived = [message for message in host.kept() if not is_returned(address_of(message))]
    assert Counter(map(address_of, arrived)) == Counter(one.right["email"] for one in sound(moved))
    versions = [OLD] * len(before) + [NEW] * (len(host.kept()) - len(before))
    wrong = [
        text for message, text in zip(map(text_of, host.kept()), versions, strict=True) if not opens(message, text)
    ]
    assert wrong == []
    assert [address for address, _ in host.server.taken] == [address_of(message) for message in host.kept()]
    left = ["not sent", "failed", "in doubt"]  # what was in doubt stays so in the record, once it is sent again
    told = [(f"<{one['Message-ID']}>", one["E-mail"]) for one in mail_room.report() if one["State"] not in left]
    assert Counter(told) == Counter((str(message["Message-ID"]), address_of(message)) for message in host.kept())


def with_new_address(member: Member) -> Member:
    """The member at an address where messages arrive: the server has no trouble with one without numbers."""
    letters = member.id.translate(str.maketrans("0123456789", "abcdefghij"))
    email = {"email": f"{letters}@delta.example"}
    return replace(member, typed={**member.typed, **email}, right={**member.right, **email})


def address_of(message: EmailMessage) -> str:
    """The address that a message is to."""
    return str(message["To"].addresses[0].addr_spec)


def text_of(message: EmailMessage) -> str:
    """The plain text of a message."""
    body = message.get_body(("plain",))
    assert body
    return str(body.get_content())


def opens(text: str, version: Sequence[str]) -> bool:
    """Whether a letter is of a version, in either language."""
    return any(words in " ".join(text.split()) for words in version)
