"""Lists from a real PostgreSQL server over TLS: nothing that libpq checks or finds is different over the relay."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509

import postgresql
from circulars.errors import MachineError
from circulars.source.addressees.database import open_database
from signing.authority import AUTHORITY, issue, pem

QUERY = "SELECT ssl::text AS id FROM pg_stat_ssl WHERE pid = pg_backend_pid()"


@dataclass(frozen=True, slots=True)
class Secured:
    """A server at a port of 127.0.0.1, with the files that a client needs."""

    server: postgresql.Server
    authority: Path
    passwords: Path

    def url(self, host: str = "127.0.0.1", port: int = 0, mode: str = "verify-full") -> str:
        """Its address, without the password, which is in a file."""
        files = f"sslmode={mode}&sslrootcert={self.authority}&passfile={self.passwords}"
        return f"postgresql://{postgresql.USER}@/postgres?host={host}&port={port or self.server.port}&{files}"


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """A server whose certificate is for 127.0.0.1 alone."""
    programs = postgresql.programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: scripts/install dev installs it")
    folder = tmp_path_factory.mktemp("client")
    authority = issue("Example Authority", None, extensions=AUTHORITY)
    name = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    holder = issue("server", authority, extensions=((name, False),))
    (folder / "authority.pem").write_bytes(pem(authority.certificate))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    word = postgresql.PASSWORD.replace(":", r"\:")
    (folder / "passwords").write_text(f"*:{port}:postgres:{postgresql.USER}:{word}\n")
    (folder / "passwords").chmod(0o600)
    with postgresql.server(programs, holder.pem_certificates + holder.pem_key(), port) as running:
        yield Secured(running, folder / "authority.pem", folder / "passwords")


def ids(url: str, folder: Path) -> list[str]:
    """The ids of a list."""
    return [addressee.id for addressee in open_database(url, QUERY, folder)]


def test_a_list_is_read_over_tls(secured: Secured, tmp_path: Path) -> None:
    """The certificate is verified, and the password is that of the server's own port in the file."""
    assert ids(secured.url(), tmp_path) == ["true"]


def test_a_certificate_for_another_host_is_refused(secured: Secured, tmp_path: Path) -> None:
    """The relay is at 127.0.0.1, too, but the host is not called so."""
    with pytest.raises(MachineError, match='does not match host name "localhost"'):
        ids(secured.url("localhost"), tmp_path)


def test_messages_name_the_server(secured: Secured, tmp_path: Path) -> None:
    """Never the port of the relay."""
    url = secured.url().replace("/postgres?", "/nowhere?")

    with pytest.raises(MachineError, match=f'"127.0.0.1", port {secured.server.port} failed'):
        ids(url, tmp_path)


def test_servers_are_tried_in_order(secured: Secured, tmp_path: Path) -> None:
    """The first one refuses the connection."""
    with socket.socket() as refusing:
        refusing.bind(("127.0.0.1", 0))
        ports = f"{refusing.getsockname()[1]},{secured.server.port}"

        assert ids(
            secured.url("127.0.0.1,127.0.0.1").replace(f"port={secured.server.port}", f"port={ports}"), tmp_path
        ) == ["true"]


def test_a_service_is_found(secured: Secured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service names the host and the port."""
    (tmp_path / "services").write_text(f"[people]\nhost=127.0.0.1\nport={secured.server.port}\n")
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
    place = f"host=127.0.0.1&port={secured.server.port}"

    assert ids(secured.url().replace(place, "service=people"), tmp_path) == ["true"]


def test_libpq_may_connect_again(secured: Secured, tmp_path: Path) -> None:
    """``sslmode=prefer`` tries without TLS, too, when the server refuses the user; both attempts lead to the server."""
    url = secured.url(mode="prefer").replace(f"{postgresql.USER}@", "nobody:wrong@")

    with pytest.raises(MachineError) as caught:
        ids(url, tmp_path)

    assert str(caught.value).count(f"port {secured.server.port} failed: FATAL: password") == 2


def test_rows_without_end_are_cut_off(secured: Secured, tmp_path: Path) -> None:
    """The clock stands still: the size alone ends it."""
    query = "SELECT 'a' AS id, repeat('x', 1000000) AS name FROM generate_series(1, 2000)"

    with pytest.raises(MachineError, match="an answer of more than 64,000,000 bytes"):
        list(open_database(secured.url(), query, tmp_path, lambda: 0.0))
