"""Mail servers, and letters to send."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509

from merge.post.server import MailServer, serving
from signing.authority import AUTHORITY, Holder, issue, pem


@pytest.fixture(scope="session")
def mail_authority() -> Holder:
    """The certification authority of the mail server."""
    return issue("Example Mail Root", None, extensions=AUTHORITY)


@pytest.fixture(scope="session")
def mail_holder(mail_authority: Holder) -> Holder:
    """The mail server's key and certificate."""
    name = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    return issue("127.0.0.1", mail_authority, extensions=((name, False),))


@pytest.fixture(scope="session")
def trust(mail_authority: Holder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the certificate to trust."""
    path = tmp_path_factory.mktemp("trust") / "authority.pem"
    path.write_bytes(pem(mail_authority.certificate))
    return path


@pytest.fixture
def server(mail_holder: Holder) -> Iterator[MailServer]:
    """A mail server that requires STARTTLS."""
    with serving(mail_holder) as server:
        yield server
