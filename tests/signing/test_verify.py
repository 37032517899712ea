"""``circulars verify`` on signed files: it rebuilds them from their source and validates their signatures."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from circulars import signing
from circulars.build import Order, build
from circulars.signing import Signing
from circulars.signing.keys import Key
from circulars.source.letters import read_letter
from circulars.workspace import Workspace
from commands import Done, run_here, start
from conftest import ROOT
from signing.attacks import ATTACKS, replaced_page
from signing.authority import NOW, PHRASE, Authority, Holder


@pytest.fixture
def signed(letter: bytes, authority: Authority, key_of: Callable[[Holder], Key], tmp_path: Path) -> Path:
    """A folder with a letter signed by the director and then the secretary, and the certificate to trust."""
    data = letter
    for holder in (authority.director, authority.secretary):
        data = signing.sign(data, key_of(holder), Signing(NOW))
    (tmp_path / "letter.pdf").write_bytes(data)
    (tmp_path / "authority.pem").write_bytes(authority.trusted)
    return tmp_path


def verify(folder: Path, *arguments: str) -> Done:
    """A run of ``circulars verify`` in a folder."""
    return run_here(folder, "verify", *arguments)


def test_a_signed_letter_is_what_its_source_makes(signed: Path) -> None:
    """The file begins with the bytes that its source makes; the bytes after them are signatures."""
    done = verify(signed, "letter.pdf", "--trust", "authority.pem", "--signer", "Max Mustermann")

    assert (done.returncode, done.stderr) == (0, "")
    first, *others = done.stdout.splitlines()
    assert first.startswith("letter.pdf: the same bytes, made from br-circular-letter-cr-430.yaml")
    assert sum(line.strip().startswith("signed by") for line in others) == 2
    assert others[-1] == "    no problem was found with the signatures"


def test_bytes_after_the_last_signature_are_reported(signed: Path) -> None:
    """Unsigned bytes are a problem even if all signatures are valid."""
    with (signed / "letter.pdf").open("ab") as stream:
        stream.write(b"% more\n")

    done = verify(signed, "letter.pdf", "--trust", "authority.pem")

    assert done.returncode == 1
    assert "added-bytes" in done.stderr


def test_a_letter_that_was_changed_before_signing_is_reported(
    letter: bytes, authority: Authority, key_of: Callable[[Holder], Key], tmp_path: Path
) -> None:
    """The signature is valid, but the file differs from what its source makes."""
    changed = letter.replace(b"<dc:title>", b"<dc:Title>").replace(b"</dc:title>", b"</dc:Title>")
    assert changed != letter
    (tmp_path / "letter.pdf").write_bytes(signing.sign(changed, key_of(authority.director), Signing(NOW)))
    (tmp_path / "authority.pem").write_bytes(authority.trusted)

    done = verify(tmp_path, "letter.pdf", "--trust", "authority.pem")

    assert done.returncode == 1
    assert done.stdout.startswith("letter.pdf: differs from what its source makes here")
    assert "signed by" in done.stdout


def test_a_page_that_was_replaced_before_signing_is_reported(
    letter: bytes, stranger: Authority, key_of: Callable[[Holder], Key], tmp_path: Path
) -> None:
    """An update replaces the first page, and somebody with a certificate of his own signs it: the page is shown."""
    (tmp_path / "letter.pdf").write_bytes(signing.sign(replaced_page(letter), key_of(stranger.director), Signing(NOW)))

    done = verify(tmp_path, "letter.pdf")

    first, second, *_ = done.stdout.splitlines()
    assert done.returncode == 1
    assert first.startswith("letter.pdf: was changed after it was built, made from br-circular-letter-cr-430.yaml")
    assert second == "    changed later: page 1, which now shows “Pay 900 EUR to Mallory”"
    assert "no problem was found" not in done.stdout


def test_a_source_that_was_hidden_before_signing_is_found(
    letter: bytes, authority: Authority, key_of: Callable[[Holder], Key], tmp_path: Path
) -> None:
    """An update takes the source out of the list of embedded files, so that only the signature would be checked."""
    hidden = ATTACKS["the embedded files"](replaced_page(letter))
    (tmp_path / "letter.pdf").write_bytes(signing.sign(hidden, key_of(authority.director), Signing(NOW)))
    (tmp_path / "authority.pem").write_bytes(authority.trusted)

    done = verify(tmp_path, "letter.pdf", "--trust", "authority.pem", "--signer", "Max Mustermann", "--format", "json")

    (row,) = json.loads(done.stdout)
    assert (done.returncode, row["sound"], row["source"]["same"]) == (1, False, False)
    assert row["source"]["changes"][0] == "page 1, which now shows “Pay 900 EUR to Mallory”"
    assert "the embedded files" in row["source"]["changes"]


def test_an_unsigned_change_is_reported(letter: bytes, tmp_path: Path) -> None:
    """Nobody signed the new title."""
    (tmp_path / "letter.pdf").write_bytes(ATTACKS["the title"](letter))

    done = verify(tmp_path, "letter.pdf")

    assert done.returncode == 1
    assert "    changed later: the document information: 'Title' is now 'CANCELLED'" in done.stdout.splitlines()


def test_a_title_that_was_changed_after_signing_is_reported(signed: Path) -> None:
    """The signatures do not cover the new title, and the report says what it is."""
    data = (signed / "letter.pdf").read_bytes()
    (signed / "letter.pdf").write_bytes(ATTACKS["the title"](data))

    done = verify(signed, "letter.pdf", "--trust", "authority.pem", "--signer", "Max Mustermann")

    assert done.returncode == 1
    assert "changed-later" in done.stderr
    assert "'Title' is now 'CANCELLED'" in done.stderr


def test_a_strangers_certificate_is_reported(signed: Path, stranger: Authority) -> None:
    """With another trusted authority, each signature's certificate is reported as not trusted."""
    (signed / "stranger.pem").write_bytes(stranger.trusted)

    done = verify(signed, "letter.pdf", "--trust", "stranger.pem", "--format", "json")

    (row,) = json.loads(done.stdout)
    assert (done.returncode, row["sound"], row["source"]["same"]) == (1, False, True)
    assert [signature["trust"] for signature in row["signatures"]] == ["untrusted", "untrusted"]
    assert {problem["code"] for problem in row["problems"]} == {"untrusted-certificate", "no-signer-named"}


def test_files_without_a_source_can_be_verified_by_their_signatures(
    authority: Authority, key_of: Callable[[Holder], Key], tmp_path: Path
) -> None:
    """For a signed PDF that carries no source, only the signatures are reported."""
    letter = read_letter(ROOT / "letters" / "br-circular-letter-cr-430.yaml")
    [output] = build(letter, Workspace(ROOT), Order(("en",), ("pdf",), source=False))
    (tmp_path / "other.pdf").write_bytes(signing.sign(output.data, key_of(authority.director), Signing(NOW)))
    (tmp_path / "authority.pem").write_bytes(authority.trusted)

    done = verify(tmp_path, "other.pdf", "--trust", "authority.pem", "--signer", "Max Mustermann")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("other.pdf: carries no source, so only its signatures were checked\n    signed by")


def test_wrong_trust_files_are_reported_before_anything_else(signed: Path) -> None:
    """Files that ``--trust`` or ``--crl`` cannot use are named, and the letter is not verified."""
    (signed / "note.txt").write_text("words")

    done = verify(signed, "letter.pdf", "--trust", "note.txt", "--crl", "authority.pem")

    assert (done.returncode, done.stdout) == (1, "")
    assert [line.split("  ")[:2] for line in done.stderr.splitlines() if "hint" not in line] == [
        ["authority.pem", "not-a-list"],
        ["note.txt", "not-a-certificate"],
    ]


def test_a_revocation_list_in_a_trust_file_is_used(signed: Path, authority: Authority) -> None:
    """A file for ``--trust`` may also contain a revocation list."""
    day = NOW - datetime.timedelta(days=2)
    (signed / "both.pem").write_bytes(authority.trusted + authority.revoking(authority.director, day))

    done = verify(signed, "letter.pdf", "--trust", "both.pem")

    assert done.returncode == 1
    assert "revoked-certificate" in done.stderr


def test_signatures_that_cannot_be_validated_are_not_called_missing(signed: Path) -> None:
    """Without pyHanko the output says that there are signatures, and what to install."""
    (signed / "pyhanko").mkdir()
    (signed / "pyhanko" / "__init__.py").write_text("raise ImportError")

    path = os.pathsep.join([str(signed), os.environ.get("PYTHONPATH", "")])
    done = start(signed, "verify", "letter.pdf", environment={"PYTHONPATH": path})

    assert done.returncode == 1
    assert done.stdout.splitlines()[1:] == ["    its signatures could not be validated"]
    assert "missing-library" in done.stderr
    assert "added" not in done.stdout


def test_building_over_a_signed_letter_is_reported(signed: Path) -> None:
    """Building a signed letter again warns that its signature is gone."""
    (signed / "output").mkdir()
    (signed / "letter.pdf").rename(signed / "output" / "br-circular-letter-cr-430.en.pdf")
    source = ROOT / "letters" / "br-circular-letter-cr-430.yaml"

    done = run_here(signed, "build", str(source), "--formats", "pdf", "--languages", "en", "--sums")

    assert "br-circular-letter-cr-430.en.pdf: was signed, and no longer is; sign it again" in done.stdout


def test_sums_follow_a_signature(letter: bytes, authority: Authority, tmp_path: Path) -> None:
    """Signing a file updates its line in SHA256SUMS."""
    (tmp_path / "a.pdf").write_bytes(letter)
    (tmp_path / "SHA256SUMS").write_text(f"{'0' * 64}  a.pdf\n")
    (tmp_path / "key.p12").write_bytes(authority.director.pkcs12())
    (tmp_path / "phrase").write_bytes(PHRASE)
    (tmp_path / "phrase").chmod(0o600)

    done = run_here(tmp_path, "sign", "a.pdf", "--key", "key.p12", "--passphrase-file", "phrase")

    assert (done.returncode, done.stderr) == (0, "")
    assert subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=tmp_path, check=False).returncode == 0


def test_a_pass_phrase_behind_a_keys_name_is_not_repeated(letter: bytes, authority: Authority, tmp_path: Path) -> None:
    """For "key.p12:phrase", the message says where to put the pass phrase, and does not show it."""
    (tmp_path / "a.pdf").write_bytes(letter)
    (tmp_path / "key.p12").write_bytes(authority.director.pkcs12())

    done = run_here(tmp_path, "sign", "a.pdf", "--key", f"key.p12:{PHRASE.decode()}")

    assert done.returncode == 2
    assert PHRASE.decode() not in done.stderr + done.stdout
    assert "--passphrase-file" in done.stderr
