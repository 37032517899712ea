"""The command ``circulars sign``: it replaces all files or none, and never shows a secret."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

import commands
from circulars import signing
from circulars.extras import to_install
from commands import PROGRAM, Done, run_here
from readers import libreoffice_files
from signing.authority import PHRASE, Authority
from signing.samples import codes_by_signature
from signing.timestamp_server import LocalTimestampServer

Run = Callable[..., Done]
SECRET = PHRASE.decode()


@pytest.fixture
def folder(tmp_path: Path, authority: Authority, letters: dict[str, bytes]) -> Path:
    """A folder with two letters, an encrypted key and an unencrypted one, and the pass phrase in a file."""
    for name, data in letters.items():
        (tmp_path / f"{name}.pdf").write_bytes(data)
    (tmp_path / "locked.p12").write_bytes(authority.director.pkcs12())
    (tmp_path / "open.p12").write_bytes(authority.secretary.pkcs12(b""))
    (tmp_path / "phrase").write_bytes(PHRASE + b"\n")
    (tmp_path / "phrase").chmod(0o600)
    return tmp_path


def _without_secret(command: Run, folder: Path, *arguments: str) -> Done:
    done = command(folder, *arguments)
    assert SECRET not in done.stdout + done.stderr
    return done


@pytest.fixture
def run(folder: Path) -> Run:
    """Runs ``circulars`` in the folder; what it prints holds no secret."""
    return partial(_without_secret, run_here, folder)


@pytest.fixture
def start(folder: Path) -> Run:
    """The same in a process of its own, without a terminal."""
    return partial(_without_secret, commands.start, folder)


ONE, TWO = "br-circular-letter-cr-430.pdf", "tsb-circular-213.pdf"


def reports(folder: Path, authority: Authority, *names: str) -> list[list[list[str]]]:
    """The problem codes of each signature in each file."""
    return [
        codes_by_signature(signing.signatures_of((folder / name).read_bytes(), [authority.trusted])) for name in names
    ]


def test_one_command_signs_several_files(start: Run, folder: Path, authority: Authority) -> None:
    """Each file is replaced by the signed one, and named in the output."""
    done = start("sign", ONE, TWO, "--key", "locked.p12", "--passphrase-file", "phrase")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [f"{folder / name}  signed by Max Mustermann" for name in (ONE, TWO)]
    assert reports(folder, authority, ONE, TWO) == [[[]], [[]]]


def test_signed_files_can_be_written_to_another_folder(
    run: Run, folder: Path, authority: Authority, letter: bytes
) -> None:
    """With --out the original file is unchanged."""
    done = run("sign", ONE, "--key", "open.p12", "--out", "signed")

    assert done.returncode == 0
    assert (folder / ONE).read_bytes() == letter
    assert reports(folder / "signed", authority, ONE) == [[[]]]


def test_nothing_is_written_when_one_file_cannot_be_signed(run: Run, folder: Path, letter: bytes) -> None:
    """The first letter is not signed when the second file is not a PDF."""
    (folder / "text.pdf").write_text("text")

    done = run("sign", ONE, "text.pdf", "--key", "open.p12")

    assert done.returncode == 1
    assert done.stderr.startswith("text.pdf  unreadable-pdf")
    assert (folder / ONE).read_bytes() == letter


def test_nothing_is_written_when_the_server_is_down(run: Run, folder: Path, letter: bytes) -> None:
    """Without the requested time-stamp there is no signature."""
    done = run("sign", ONE, "--key", "open.p12", "--timestamp", "http://127.0.0.1:9/tsa")

    assert done.returncode == 1
    assert done.stderr.startswith("127.0.0.1  no-time-stamp  the server does not answer (Connection refused)")
    assert (folder / ONE).read_bytes() == letter


def test_the_pass_phrase_is_hidden_while_the_server_is_asked(
    start: Run, folder: Path, authority: Authority, stamps: LocalTimestampServer
) -> None:
    """Neither the command line, which everybody on the machine can read, nor the signed file holds the pass phrase."""
    done = start("sign", ONE, "--key", "locked.p12", "--passphrase-file", "phrase", "--timestamp", stamps.address)

    assert (done.returncode, done.stderr) == (0, "")
    [report] = signing.signatures_of((folder / ONE).read_bytes(), [authority.trusted])
    assert (report.authority, report.problems) == ("Example Time", ())
    assert all("circulars sign" in seen and SECRET not in seen for seen in stamps.processes)
    assert PHRASE not in (folder / ONE).read_bytes()


def test_two_people_sign_visibly_in_turn(run: Run, folder: Path, authority: Authority) -> None:
    """Each has a block in the letter's language, and the first signature stays valid."""
    first = run("sign", TWO, "--key", "locked.p12", "--passphrase-file", "phrase", "--visible")
    second = run("sign", TWO, "--key", "open.p12", "--visible", "--box", "2,20,150,80,15", "--reason", "De acuerdo")

    assert (first.returncode, second.returncode, first.stderr, second.stderr) == (0, 0, "", "")
    assert reports(folder, authority, TWO) == [[[], []]]
    words = subprocess.run(["pdftotext", "-layout", folder / TWO, "-"], capture_output=True, text=True).stdout
    assert "Firmado digitalmente por Max Mustermann" in words
    assert "Firmado digitalmente por Erika Mustermann" in words
    assert "Motivo: De acuerdo" in words


def test_a_wrong_pass_phrase_is_reported(run: Run, folder: Path, letter: bytes) -> None:
    """The message does not show the pass phrase, even though it is wrong."""
    (folder / "phrase").write_text("another secret sentence\n")

    done = run("sign", ONE, "--key", "locked.p12", "--passphrase-file", "phrase")

    assert (done.returncode, done.stderr) == (
        1,
        "locked.p12  wrong-pass-phrase  the pass phrase does not open this file\n    hint: type it again\n",
    )
    assert (folder / ONE).read_bytes() == letter


@pytest.mark.parametrize(
    "typed",
    [
        ["--passphrase", SECRET], [f"--passphrase={SECRET}"], ["--password", SECRET], ["--pin", SECRET],
        ["-p", SECRET], [f"-p{SECRET}"], ["--passphrase-fd", SECRET], ["--passphrase-file", SECRET],
    ],
)  # fmt: skip
def test_a_pass_phrase_on_the_command_line_is_refused_and_not_shown(typed: list[str], run: Run) -> None:
    """The message says what to do instead, and does not repeat the pass phrase."""
    done = run("sign", ONE, "--key", "locked.p12", *typed)

    assert done.returncode == 2
    assert "circulars sign" in done.stderr or "--passphrase-file" in done.stderr


def test_a_pass_phrase_file_that_others_can_read_is_refused(run: Run, folder: Path) -> None:
    """The group must not be able to read the file."""
    (folder / "phrase").chmod(0o640)

    done = run("sign", ONE, "--key", "locked.p12", "--passphrase-file", "phrase")

    assert done.returncode == 2
    assert "open-secret  others on this machine can read the file (its mode is 640)" in done.stderr
    assert "chmod 600" in done.stderr


def test_a_pass_phrase_can_come_through_a_file_descriptor(run: Run, folder: Path, authority: Authority) -> None:
    """Another program may pass it through a pipe."""
    reading, writing = os.pipe()
    os.write(writing, PHRASE)
    os.close(writing)

    done = run("sign", ONE, "--key", "locked.p12", "--passphrase-fd", str(reading))
    os.close(reading)

    assert done.returncode == 0
    assert reports(folder, authority, ONE) == [[[]]]


def test_without_a_terminal_a_missing_pass_phrase_is_an_error(start: Run) -> None:
    """A script that passes no pass phrase does not wait for one."""
    done = start("sign", ONE, "--key", "locked.p12")

    assert done.returncode == 2
    assert "no-terminal  the pass phrase of locked.p12 is needed" in done.stderr


@pytest.mark.skipif(not shutil.which("setsid"), reason="setsid is not installed")
def test_the_pass_phrase_is_asked_for_without_echo(folder: Path, authority: Authority) -> None:
    """The terminal does not show the pass phrase while it is typed."""
    ours, theirs = pty.openpty()
    command = ["setsid", "--ctty", "--wait", *PROGRAM, "sign", ONE, "--key", "locked.p12"]
    with subprocess.Popen(command, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        seen = b""
        while b"pass phrase of locked.p12: " not in seen:
            seen += os.read(ours, 1000)
        os.write(ours, PHRASE + b"\n")
        while process.poll() is None or b"signed by" not in seen:
            try:
                seen += os.read(ours, 1000)
            except OSError:  # the other end is closed
                break
    os.close(ours)

    assert process.returncode == 0
    assert b"signed by Max Mustermann" in seen
    assert PHRASE not in seen
    assert reports(folder, authority, ONE) == [[[]]]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([ONE], "no-key-named"),
        ([ONE, "--key", "open.p12", "--pkcs11", "x.so"], "no-key-named"),
        ([ONE, "--pkcs11", "x.so"], "no-key-named"),
        ([ONE, "--key", "nowhere.p12"], "unreadable-file"),
        (["nowhere.pdf", "--key", "open.p12"], "no-such-file"),
        ([ONE, "--key", "open.p12", "--box", "9,0,0,50,10"], "no-such-page"),
        ([ONE, "--key", "open.p12", "--timestamp", "ftp://example.org"], "wrong-address"),
        ([ONE, f"copy/{ONE}", "--key", "open.p12", "--out", "signed"], "same-name"),
    ],
)
def test_wrong_arguments_are_reported(arguments: list[str], code: str, run: Run, folder: Path) -> None:
    """No key, two keys, a missing file or page, a wrong address, or two files of the same name."""
    (folder / "copy").mkdir()
    shutil.copy(folder / ONE, folder / "copy")

    done = run("sign", *arguments)

    assert done.returncode == 2
    assert f"{code}  " in done.stderr


def test_a_pdf_from_another_program_can_be_signed(run: Run, folder: Path, authority: Authority) -> None:
    """A PDF from LibreOffice has no destination for a signature, so --box names the place."""
    (folder / "text.txt").write_text("Somebody else's letter.\n")
    libreoffice_files([folder / "text.txt"], folder)

    no_place = run("sign", "text.pdf", "--key", "open.p12", "--visible")
    placed = run("sign", "text.pdf", "--key", "open.p12", "--box", "1,20,100,80,15")
    again = run("sign", "text.pdf", "--key", "locked.p12", "--passphrase-file", "phrase")

    assert (no_place.returncode, placed.returncode, again.returncode) == (1, 0, 0)
    assert "no-place" in no_place.stderr
    assert reports(folder, authority, "text.pdf") == [[[], []]]


def test_a_missing_pyhanko_is_reported(folder: Path) -> None:
    """The message says how to install the extra."""
    hidden = "import sys; sys.modules['pyhanko'] = None; from circulars.cli import main; "
    hidden += f"sys.exit(main(['sign', '{ONE}', '--key', 'open.p12']))"

    done = subprocess.run([sys.executable, "-c", hidden], cwd=folder, capture_output=True, text=True)

    assert done.returncode == 3
    assert "missing-library  signatures need the library pyhanko" in done.stderr
    assert to_install("sign") in done.stderr
