"""``circulars verify`` of signed files: what the source makes, and what is to be thought of the signatures."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from circulars import signing
from circulars.build import Order, Workspace, build
from circulars.signing import Signing
from circulars.signing.keys import Key
from circulars.source.letters import read_letter
from conftest import ROOT
from signing.authority import NOW, PHRASE, Authority, Holder


@pytest.fixture
def signed(letter: bytes, authority: Authority, key_of: Callable[[Holder], Key], tmp_path: Path) -> Path:
    """A letter that the director has signed, and then the secretary, with the certificate to trust beside it."""
    data = letter
    for holder in (authority.director, authority.secretary):
        data = signing.sign(data, key_of(holder), Signing(NOW))
    (tmp_path / "letter.pdf").write_bytes(data)
    (tmp_path / "authority.pem").write_bytes(authority.trusted)
    return tmp_path


def circulars(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What a command says, in a folder."""
    done = subprocess.run(
        [sys.executable, "-m", "circulars", *arguments],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


def verify(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What ``verify`` says, in a folder."""
    return circulars(folder, "verify", *arguments, **environment)


def test_a_signed_letter_is_what_its_source_makes(signed: Path) -> None:
    """Signatures stand behind the bytes that the source makes, and explain them."""
    done = verify(signed, "letter.pdf", "--trust", "authority.pem")

    assert (done.returncode, done.stderr) == (0, "")
    first, *others = done.stdout.splitlines()
    assert first.startswith("letter.pdf: the same bytes, made of br-circular-letter-cr-430.yaml")
    assert sum(line.strip().startswith("signed by") for line in others) == 2
    assert others[-1] == "    nothing is wrong with the signatures"


def test_what_follows_the_last_signature_is_told(signed: Path) -> None:
    """Bytes that nobody signed are a problem, also where all signatures hold."""
    with (signed / "letter.pdf").open("ab") as stream:
        stream.write(b"% more\n")

    done = verify(signed, "letter.pdf", "--trust", "authority.pem")

    assert done.returncode == 1
    assert "added-bytes" in done.stderr


def test_a_letter_changed_before_it_was_signed_is_told(
    letter: bytes, authority: Authority, key_of: Callable[[Holder], Key], tmp_path: Path
) -> None:
    """A good signature does not make a changed letter what its source makes."""
    changed = letter.replace(b"<dc:title>", b"<dc:Title>").replace(b"</dc:title>", b"</dc:Title>")
    assert changed != letter
    (tmp_path / "letter.pdf").write_bytes(signing.sign(changed, key_of(authority.director), Signing(NOW)))
    (tmp_path / "authority.pem").write_bytes(authority.trusted)

    done = verify(tmp_path, "letter.pdf", "--trust", "authority.pem")

    assert done.returncode == 1
    assert done.stdout.startswith("letter.pdf: not the bytes that its source makes here")
    assert "signed by" in done.stdout


def test_a_strangers_certificate_is_told(signed: Path, stranger: Authority) -> None:
    """Who trusts another authority is told of each signature that its certificate is not trusted."""
    (signed / "stranger.pem").write_bytes(stranger.trusted)

    done = verify(signed, "letter.pdf", "--trust", "stranger.pem", "--format", "json")

    (row,) = json.loads(done.stdout)
    assert (done.returncode, row["sound"], row["source"]["same"]) == (1, False, True)
    assert [signature["trust"] for signature in row["signatures"]] == ["untrusted", "untrusted"]
    assert {problem["code"] for problem in row["problems"]} == {"untrusted-certificate"}


def test_files_that_others_made_can_be_verified_by_their_signatures(
    authority: Authority, key_of: Callable[[Holder], Key], tmp_path: Path
) -> None:
    """A signed PDF without a source of ours: its signatures are told, and that nothing more can be."""
    letter = read_letter(ROOT / "letters" / "br-circular-letter-cr-430.yaml")
    [output] = build(letter, Workspace(ROOT), Order(("en",), ("pdf",), source=False))
    (tmp_path / "other.pdf").write_bytes(signing.sign(output.data, key_of(authority.director), Signing(NOW)))
    (tmp_path / "authority.pem").write_bytes(authority.trusted)

    done = verify(tmp_path, "other.pdf", "--trust", "authority.pem")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("other.pdf: carries no source; its signatures alone can be told\n    signed by")


def test_what_is_no_certificate_is_told_before_anything_else(signed: Path) -> None:
    """A file that ``--trust`` or ``--crl`` cannot use is named; nothing is said of the letter."""
    (signed / "note.txt").write_text("words")

    done = verify(signed, "letter.pdf", "--trust", "note.txt", "--crl", "authority.pem")

    assert (done.returncode, done.stdout) == (1, "")
    assert [line.split("  ")[:2] for line in done.stderr.splitlines() if "hint" not in line] == [
        ["authority.pem", "not-a-list"],
        ["note.txt", "not-a-certificate"],
    ]


def test_a_list_among_the_trusted_is_heeded(signed: Path, authority: Authority) -> None:
    """Whoever puts the list of revoked certificates into the file of trusted ones is not misunderstood."""
    day = NOW - datetime.timedelta(days=2)
    (signed / "both.pem").write_bytes(authority.trusted + authority.revoking(authority.director, day))

    done = verify(signed, "letter.pdf", "--trust", "both.pem")

    assert done.returncode == 1
    assert "revoked-certificate" in done.stderr


def test_signatures_that_cannot_be_looked_at_are_not_called_missing(signed: Path) -> None:
    """Without pyHanko it is said that the signatures are there, and what to install."""
    (signed / "pyhanko").mkdir()
    (signed / "pyhanko" / "__init__.py").write_text("raise ImportError")

    done = verify(signed, "letter.pdf", PYTHONPATH=os.pathsep.join([str(signed), os.environ.get("PYTHONPATH", "")]))

    assert done.returncode == 1
    assert done.stdout.splitlines()[1:] == ["    its signatures could not be looked at"]
    assert "missing-library" in done.stderr
    assert "added" not in done.stdout


def test_building_over_a_signed_letter_is_told(signed: Path) -> None:
    """Whoever builds again is told that the signature is gone; sums are made anew when a letter is signed."""
    (signed / "output").mkdir()
    (signed / "letter.pdf").rename(signed / "output" / "br-circular-letter-cr-430.en.pdf")
    source = ROOT / "letters" / "br-circular-letter-cr-430.yaml"

    done = circulars(signed, "build", str(source), "--formats", "pdf", "--languages", "en", "--sums")

    assert "br-circular-letter-cr-430.en.pdf: was signed, and is not any more; sign it again" in done.stdout


def test_sums_follow_a_signature(letter: bytes, authority: Authority, tmp_path: Path) -> None:
    """A signature is no tampering: the line of the signed file in SHA256SUMS is made anew."""
    (tmp_path / "a.pdf").write_bytes(letter)
    (tmp_path / "SHA256SUMS").write_text(f"{'0' * 64}  a.pdf\n")
    (tmp_path / "key.p12").write_bytes(authority.director.pkcs12())
    (tmp_path / "phrase").write_bytes(PHRASE)
    (tmp_path / "phrase").chmod(0o600)

    done = circulars(tmp_path, "sign", "a.pdf", "--key", "key.p12", "--passphrase-file", "phrase")

    assert (done.returncode, done.stderr) == (0, "")
    assert subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=tmp_path, check=False).returncode == 0


def test_a_pass_phrase_behind_a_keys_name_is_not_repeated(letter: bytes, authority: Authority, tmp_path: Path) -> None:
    """Who types "key.p12:phrase", as for other programs, is told where the pass phrase goes; it is not shown."""
    (tmp_path / "a.pdf").write_bytes(letter)
    (tmp_path / "key.p12").write_bytes(authority.director.pkcs12())

    done = circulars(tmp_path, "sign", "a.pdf", "--key", f"key.p12:{PHRASE.decode()}")

    assert done.returncode == 2
    assert PHRASE.decode() not in done.stderr + done.stdout
    assert "--passphrase-file" in done.stderr
