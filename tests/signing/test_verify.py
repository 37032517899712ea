"""``circulars verify`` of signed files: what the source makes, and what is to be thought of the signatures."""

from __future__ import annotations

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
from circulars.source import read_letter
from conftest import ROOT
from signing.authority import NOW, Authority, Holder


@pytest.fixture
def signed(letter: bytes, authority: Authority, key_of: Callable[[Holder], Key], tmp_path: Path) -> Path:
    """A letter that the director has signed, and then the secretary, with the certificate to trust beside it."""
    data = letter
    for holder in (authority.director, authority.secretary):
        data = signing.sign(data, key_of(holder), Signing(NOW))
    (tmp_path / "letter.pdf").write_bytes(data)
    (tmp_path / "authority.pem").write_bytes(authority.trusted)
    return tmp_path


def verify(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What the command says, in a folder."""
    done = subprocess.run(
        [sys.executable, "-m", "circulars", "verify", *arguments],
        cwd=folder,
        env=os.environ,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


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
