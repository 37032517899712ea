"""``circulars sign`` as it is typed: files are replaced whole or not at all, and no secret is ever shown."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from circulars import signing
from circulars.extras import to_install
from readers import libreoffice_files
from signing.authority import PHRASE, Authority
from signing.said import told
from signing.stamp_server import StampServer

Run = Callable[..., subprocess.CompletedProcess[str]]
SECRET = PHRASE.decode()


@pytest.fixture
def folder(tmp_path: Path, authority: Authority, letters: dict[str, bytes]) -> Path:
    """A folder with two letters, a locked key and an open one, and the phrase in a file."""
    for name, data in letters.items():
        (tmp_path / f"{name}.pdf").write_bytes(data)
    (tmp_path / "locked.p12").write_bytes(authority.director.pkcs12())
    (tmp_path / "open.p12").write_bytes(authority.secretary.pkcs12(b""))
    (tmp_path / "phrase").write_bytes(PHRASE + b"\n")
    (tmp_path / "phrase").chmod(0o600)
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Run:
    """Runs ``circulars`` in the folder, without a terminal."""

    def run(*arguments: str, **settings: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "circulars", *arguments]
        done: subprocess.CompletedProcess[str] = subprocess.run(
            command, cwd=folder, capture_output=True, encoding="utf-8", timeout=120, start_new_session=True, **settings
        )  # type: ignore[call-overload]
        assert "Traceback" not in done.stderr
        assert SECRET not in done.stdout + done.stderr
        return done

    return run


ONE, TWO = "br-circular-letter-cr-430.pdf", "tsb-circular-213.pdf"


def reports(folder: Path, authority: Authority, *names: str) -> list[list[list[str]]]:
    """The problems of the signatures of files."""
    return [told(signing.signatures_of((folder / name).read_bytes(), [authority.trusted])) for name in names]


def test_several_files_are_signed_at_once(run: Run, folder: Path, authority: Authority) -> None:
    """Each file is replaced by its signed self, and named."""
    done = run("sign", ONE, TWO, "--key", "locked.p12", "--passphrase-file", "phrase")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [f"{folder / name}  signed by Max Mustermann" for name in (ONE, TWO)]
    assert reports(folder, authority, ONE, TWO) == [[[]], [[]]]


def test_signed_files_can_go_elsewhere(run: Run, folder: Path, authority: Authority, letter: bytes) -> None:
    """With --out the file itself stays as it is."""
    done = run("sign", ONE, "--key", "open.p12", "--out", "signed")

    assert done.returncode == 0
    assert (folder / ONE).read_bytes() == letter
    assert reports(folder / "signed", authority, ONE) == [[[]]]


def test_nothing_is_written_when_one_file_cannot_be_signed(run: Run, folder: Path, letter: bytes) -> None:
    """All or none: the first letter stays without a signature when the second is no PDF."""
    (folder / "text.pdf").write_text("text")

    done = run("sign", ONE, "text.pdf", "--key", "open.p12")

    assert done.returncode == 1
    assert done.stderr.startswith("text.pdf  unreadable-pdf")
    assert (folder / ONE).read_bytes() == letter


def test_nothing_is_written_when_the_server_is_down(run: Run, folder: Path, letter: bytes) -> None:
    """Without the stamp that was asked for there is no signature."""
    done = run("sign", ONE, "--key", "open.p12", "--timestamp", "http://127.0.0.1:9/tsa")

    assert done.returncode == 1
    assert done.stderr.startswith("127.0.0.1  no-time-stamp  the server does not answer (Connection refused)")
    assert (folder / ONE).read_bytes() == letter


def test_a_stamp_is_asked_for_while_nobody_sees_the_phrase(
    run: Run, folder: Path, authority: Authority, stamps: StampServer
) -> None:
    """While the server is asked, the command line that everybody can read holds no secret; nor does the file."""
    done = run("sign", ONE, "--key", "locked.p12", "--passphrase-file", "phrase", "--timestamp", stamps.address)

    assert (done.returncode, done.stderr) == (0, "")
    [report] = signing.signatures_of((folder / ONE).read_bytes(), [authority.trusted])
    assert (report.authority, report.problems) == ("Example Time", ())
    assert all("circulars sign" in seen and SECRET not in seen for seen in stamps.processes)
    assert PHRASE not in (folder / ONE).read_bytes()


def test_two_sign_in_turn_and_are_seen(run: Run, folder: Path, authority: Authority) -> None:
    """Each has a block in the letter's language; the second stands beside the first, which stays in order."""
    first = run("sign", TWO, "--key", "locked.p12", "--passphrase-file", "phrase", "--visible")
    second = run("sign", TWO, "--key", "open.p12", "--visible", "--box", "2,20,150,80,15", "--reason", "De acuerdo")

    assert (first.returncode, second.returncode, first.stderr, second.stderr) == (0, 0, "", "")
    assert reports(folder, authority, TWO) == [[[], []]]
    words = subprocess.run(["pdftotext", "-layout", folder / TWO, "-"], capture_output=True, text=True).stdout
    assert "Firmado digitalmente por Max Mustermann" in words
    assert "Firmado digitalmente por Erika Mustermann" in words
    assert "Motivo: De acuerdo" in words


def test_a_wrong_phrase_is_told(run: Run, folder: Path, letter: bytes) -> None:
    """What was typed is not shown, not even when it is wrong."""
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
def test_a_phrase_on_the_command_line_is_refused_and_not_shown(typed: list[str], run: Run) -> None:
    """Whoever types the phrase by habit reads what to do instead, and does not see it again."""
    done = run("sign", ONE, "--key", "locked.p12", *typed)

    assert done.returncode == 2
    assert "circulars sign" in done.stderr or "--passphrase-file" in done.stderr


def test_a_phrase_that_others_can_read_is_refused(run: Run, folder: Path) -> None:
    """A file that the group can read is no place for a secret."""
    (folder / "phrase").chmod(0o640)

    done = run("sign", ONE, "--key", "locked.p12", "--passphrase-file", "phrase")

    assert done.returncode == 2
    assert "open-secret  others on this machine can read the file (its mode is 640)" in done.stderr
    assert "chmod 600" in done.stderr


def test_a_phrase_comes_through_a_descriptor(run: Run, folder: Path, authority: Authority) -> None:
    """Another program may hand the phrase over in a pipe."""
    reading, writing = os.pipe()
    os.write(writing, PHRASE)
    os.close(writing)

    done = run("sign", ONE, "--key", "locked.p12", "--passphrase-fd", str(reading), pass_fds=[reading])
    os.close(reading)

    assert done.returncode == 0
    assert reports(folder, authority, ONE) == [[[]]]


def test_without_a_terminal_it_is_said_what_to_do(run: Run) -> None:
    """A script that gives no phrase is not left waiting."""
    done = run("sign", ONE, "--key", "locked.p12")

    assert done.returncode == 2
    assert "no-terminal  the pass phrase of locked.p12 is needed" in done.stderr


@pytest.mark.skipif(not shutil.which("setsid"), reason="setsid is not installed")
def test_a_terminal_asks_and_shows_nothing(folder: Path, authority: Authority) -> None:
    """The phrase is typed blind."""
    ours, theirs = pty.openpty()
    command = ["setsid", "--ctty", "--wait", sys.executable, "-m", "circulars", "sign", ONE, "--key", "locked.p12"]
    with subprocess.Popen(command, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        seen = b""
        while b"pass phrase of locked.p12: " not in seen:
            seen += os.read(ours, 1000)
        os.write(ours, PHRASE + b"\n")
        while process.poll() is None or b"signed by" not in seen:
            try:
                seen += os.read(ours, 1000)
            except OSError:  # the other end has gone
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
def test_what_is_typed_wrongly_is_told(arguments: list[str], code: str, run: Run, folder: Path) -> None:
    """No key, two keys, no file, no page, no address, one name twice."""
    (folder / "copy").mkdir()
    shutil.copy(folder / ONE, folder / "copy")

    done = run("sign", *arguments)

    assert done.returncode == 2
    assert f"{code}  " in done.stderr


def test_a_pdf_of_another_program_can_be_signed(run: Run, folder: Path, authority: Authority) -> None:
    """What LibreOffice makes has no place for a signature of ours, so one is named."""
    (folder / "text.txt").write_text("Somebody else's letter.\n")
    libreoffice_files([folder / "text.txt"], folder)

    no_place = run("sign", "text.pdf", "--key", "open.p12", "--visible")
    placed = run("sign", "text.pdf", "--key", "open.p12", "--box", "1,20,100,80,15")
    again = run("sign", "text.pdf", "--key", "locked.p12", "--passphrase-file", "phrase")

    assert (no_place.returncode, placed.returncode, again.returncode) == (1, 0, 0)
    assert "no-place" in no_place.stderr
    assert reports(folder, authority, "text.pdf") == [[[], []]]


def test_without_pyhanko_it_is_said_what_to_install(folder: Path) -> None:
    """Who has not the extra reads how to get it."""
    hidden = "import sys; sys.modules['pyhanko'] = None; from circulars.cli import main; "
    hidden += f"sys.exit(main(['sign', '{ONE}', '--key', 'open.p12']))"

    done = subprocess.run([sys.executable, "-c", hidden], cwd=folder, capture_output=True, text=True)

    assert done.returncode == 3
    assert "missing-library  signatures need the library pyhanko" in done.stderr
    assert to_install("sign") in done.stderr
