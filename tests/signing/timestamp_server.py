"""A real time-stamp server on this machine, over HTTP, that can also misbehave."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from asn1crypto import keys, tsp, x509
from cryptography.hazmat.primitives import serialization
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing.authority import NOW, Holder


@dataclass(slots=True)
class LocalTimestampServer:
    """The server's address, how it behaves, the queries that it got, and the machine's command lines at each query."""

    address: str = ""
    behaviour: str = "good"
    queries: list[bytes] = field(default_factory=list)
    processes: list[str] = field(default_factory=list)


@contextmanager
def stamping(holder: Holder) -> Iterator[LocalTimestampServer]:
    """A server that runs within the context."""
    server = LocalTimestampServer()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            server.queries.append(query)
            server.processes.append(_command_lines())
            status, body = _answer(server.behaviour, query, holder)
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            if status == 302:
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as listening:
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        server.address = f"http://127.0.0.1:{listening.server_port}/tsa"
        try:
            yield server
        finally:
            listening.shutdown()
            thread.join()


def _answer(behaviour: str, query: bytes, holder: Holder) -> tuple[int, bytes]:
    request = tsp.TimeStampReq.load(query)
    if behaviour == "garbage":
        return 200, b"<html>It works!</html>"
    if behaviour == "too long":
        return 200, b"0" * 2_000_000
    if behaviour in ("500", "302"):
        return int(behaviour), b""
    if behaviour == "refusing":
        refusal = {"status": {"status": "rejection", "status_string": ["not today"]}}
        return 200, tsp.TimeStampResp(refusal).dump()
    if behaviour == "another digest":
        request["message_imprint"]["hashed_message"] = bytes(32)
    if behaviour == "another nonce":
        request["nonce"] = 7
    return 200, stamp(request, holder).dump()


def stamp(request: tsp.TimeStampReq, holder: Holder) -> tsp.TimeStampResp:
    """A correct answer."""
    return asyncio.run(stamper(holder).async_request_tsa_response(request))


def stamper(holder: Holder) -> DummyTimeStamper:
    """What makes time-stamps with a holder's key."""
    chain = SimpleCertificateStore()
    chain.register_multiple(
        [x509.Certificate.load(one.public_bytes(serialization.Encoding.DER)) for one in holder.chain]
    )
    return DummyTimeStamper(
        x509.Certificate.load(holder.certificate.public_bytes(serialization.Encoding.DER)),
        keys.PrivateKeyInfo.load(
            holder.key.private_bytes(
                serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        ),
        certs_to_embed=chain,
        fixed_dt=NOW,
    )


def _command_lines() -> str:
    """The command lines of all processes, which everybody on the machine can read."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has ended meanwhile
            found.append(file.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return "\n".join(found)
