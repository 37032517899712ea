"""An auditor holds a report, a copy, an attachment or a message against the record, and validates the signature."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from merge.mailroom import MailRoom, people
from merge.post.conftest import mail_authority, mail_holder, server, trust  # noqa: F401  # fixtures
from merge.post.server import MailServer
from merge.post.test_command import Run, arguments, folder, run  # noqa: F401  # fixtures
from signing.authority import AUTHORITY, Holder, issue, pem


@pytest.fixture
def sent(run: Run, folder: Path, arguments: list[str]) -> Path:  # noqa: F811
    """The report on a sending to five addressees, after one message came back."""
    assert run(*arguments, "--yes").returncode == 0
    assert run("send", "meeting", "--decide", "es-001=came-back").returncode == 0
    assert run("merge", "status", "meeting", "--report", "told.csv").returncode == 0
    return folder / "told.csv"


def test_a_report_agrees_with_its_ledger(run: Run, sent: Path) -> None:  # noqa: F811
    """The same report, in any form; and an older one, after more became known."""
    assert run("merge", "status", "meeting", "--report", "told.html").returncode == 0
    done = run("merge", "status", "meeting", "--check", "told.csv", "--check", "told.html")
    assert (done.returncode, done.stderr) == (0, "")
    assert "told.csv: it says what the ledger says\n" in done.stdout
    assert "merge-send.sqlite: no other program has changed it\n" in done.stdout

    run("send", "meeting", "--decide", "es-001=sent", "--decide", "us-001=came-back")
    later = run("merge", "status", "meeting", "--check", "told.csv")
    assert (later.returncode, later.stdout.splitlines()[1]) == (0, "told.csv: 5 lines; 2 of them have changed since")


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("came back", "sent"), ("max@example.int", "eva@example.int"), (",1,", ",2,"), ("T", "U"), ("circular.", "c."),
        ("a person recorded", "nobody recorded"), ("250", "251"), ("es-001", "es-002"), ("SHA-256 of the mess", "Sum"),
    ],
)  # fmt: skip
def test_a_changed_report_is_noticed(run: Run, sent: Path, was: str, now: str) -> None:  # noqa: F811
    """Whatever is changed in it: a state, an address, a time, words, a sum, a heading."""
    text = sent.read_text(encoding="utf-8-sig")
    assert was in text
    sent.write_text(text.replace(was, now), encoding="utf-8-sig")
    done = run("merge", "status", "meeting", "--check", "told.csv")

    assert (done.returncode, "told.csv" in done.stderr, "other-report" in done.stderr) == (1, True, True)


def test_a_file_is_traced_to_its_addressee(run: Run, sent: Path, server: MailServer) -> None:  # noqa: F811
    """The attachment and the whole message, byte for byte; a changed one is of nobody."""
    message = server.messages()[0]
    [attached] = message.iter_attachments()
    content = attached.get_payload(decode=True)
    assert isinstance(content, bytes)
    (sent.parent / "got.docx").write_bytes(content)
    (sent.parent / "got.eml").write_bytes(server.taken[0][1])
    (sent.parent / "other.docx").write_bytes(content + b"x")
    done = run("merge", "status", "--check", "got.docx", "--check", "got.eml")
    other = run("merge", "status", "--check", "other.docx")

    name = message["Message-ID"]
    whose = f"made for ch-001 <ana@example.int>, in the message {name}: sent, "
    said = ["".join(line.partition(": sent, ")[:2]) for line in done.stdout.splitlines()]
    assert said == [f"got.docx: {whose}", f"got.eml: {whose}"]
    assert (done.returncode, other.returncode, "other.docx  foreign-copy" in other.stderr) == (0, 1, True)


def test_copies_are_held_against_their_ledger(tmp_path: Path) -> None:
    """Each file of a merge: one that is missing, and one that somebody has changed."""
    room = MailRoom(tmp_path)
    room.write(people(4))
    report = tmp_path / "told.csv"
    assert room.merge("--formats", "docx", "--report", str(report)).returncode == 0
    done = room.status("c", "--check", str(report))
    assert (done.returncode, "4 of 4 copies are as they were made" in done.stdout) == (0, True)

    (room.made / "x-0001.es.docx").unlink()
    (room.made / "x-0002.es.docx").write_bytes(b"x")
    done = room.status("c", "--check", str(report))
    assert (done.returncode, "2 of 4 copies are as they were made" in done.stdout) == (1, True)
    assert done.stderr.count("changed-copy") == 2


def test_a_copy_in_a_format_of_reports_is_traced(tmp_path: Path) -> None:
    """A copy in HTML is not a report; a changed one is a problem."""
    room = MailRoom(tmp_path)
    room.write(people(2))
    assert room.merge("--formats", "html").returncode == 0
    [copy] = room.made.glob("x-0001.*.html")
    done = room.status("c", "--check", str(copy))
    copy.write_bytes(copy.read_bytes() + b" ")

    assert (done.returncode, done.stderr, "made for x-0001: written" in done.stdout) == (0, "", True)
    assert room.status("c", "--check", str(copy)).returncode == 1


@pytest.mark.parametrize("text", ["No.\rId", "x" * 200_000, ""])
def test_a_report_that_is_not_csv_is_a_problem(tmp_path: Path, text: str) -> None:
    """Old line ends, a cell beyond all measure, and an empty file."""
    room = MailRoom(tmp_path)
    room.write(people(1))
    assert room.merge("--formats", "txt").returncode == 0
    report = tmp_path / "told.csv"
    report.write_text(text, encoding="utf-8", newline="")
    done = room.status("c", "--check", str(report))

    assert (done.returncode, "told.csv  other-report  " in done.stderr) == (1, True)


def test_what_was_printed_for_whom_stays_in_the_report(tmp_path: Path) -> None:
    """After the letter changed and was printed again, the copies of the first print run are still listed."""
    room = MailRoom(tmp_path)
    room.write(people(2))
    report = tmp_path / "told.csv"
    assert room.merge("--as", "print", "--formats", "docx", "--report", str(report)).returncode == 0
    first = {line.split(",")[8] for line in report.read_text(encoding="utf-8-sig").splitlines()[1:]}
    old = tmp_path / "old.csv"
    old.write_bytes(report.read_bytes())
    letter = room.folder / "letters" / "c.yaml"
    letter.write_text(letter.read_text(encoding="utf-8").replace("With thanks", "Thank you"), encoding="utf-8")
    again = room.merge("--as", "print", "--formats", "docx", "--again", "--report", str(report))
    assert again.returncode == 0

    lines = [line.split(",") for line in report.read_text(encoding="utf-8-sig").splitlines()[1:]]
    assert [(line[1], line[5]) for line in lines] == [
        ("x-0000", "written"), ("x-0001", "written"), ("x-0000", "replaced"), ("x-0001", "replaced"),
    ]  # fmt: skip
    assert {line[8] for line in lines[2:]} == first
    held = room.status("c", "--check", str(old))
    assert (held.returncode, held.stderr) == (0, "")
    assert len({line[-1] for line in lines}) == 2


def test_openssl_validates_a_signed_report(run: Run, sent: Path, tmp_path: Path) -> None:  # noqa: F811
    """With the authority's certificate; not after a character of the report has changed."""
    root = issue("Example Audit Root", None, extensions=AUTHORITY)
    holder = issue("Ana Ejemplo", root)
    (tmp_path / "key.pem").write_bytes(_key(holder) + pem(holder.certificate))
    (tmp_path / "root.pem").write_bytes(pem(root.certificate))
    done = run("merge", "status", "meeting", "--report", "told.csv", "--signed", "--key", "key.pem")
    assert (done.returncode, done.stderr) == (0, "")
    assert "signature: told.csv.p7s, by Ana Ejemplo\n" in done.stdout
    assert _openssl(tmp_path) == 0

    sent.write_bytes(sent.read_bytes().replace(b"came back", b"came Back"))
    assert _openssl(tmp_path) != 0


def _openssl(folder: Path) -> int:  # noqa: F811
    command = "openssl cms -verify -binary -inform DER -in told.csv.p7s -content told.csv -CAfile root.pem -purpose any"
    return subprocess.run(command.split(), cwd=folder, capture_output=True, check=False).returncode


def _key(holder: Holder) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return holder.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
