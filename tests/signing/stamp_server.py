"""A time-stamp server on this machine: a real one, over HTTP, that can also misbehave."""

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
class StampServer:
    """Where the server is, how it answers, and what it has seen: queries, and the command lines of that moment."""

    address: str = ""
    manner: str = "well"
    queries: list[bytes] = field(default_factory=list)
    processes: list[str] = field(default_factory=list)


@contextmanager
def stamping(holder: Holder) -> Iterator[StampServer]:
    """A server that is there as long as the context."""
    server = StampServer()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            server.queries.append(query)
            server.processes.append(_command_lines())
            status, body = _answer(server.manner, query, holder)
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


def _answer(manner: str, query: bytes, holder: Holder) -> tuple[int, bytes]:
    request = tsp.TimeStampReq.load(query)
    if manner == "garbage":
        return 200, b"<html>It works!</html>"
    if manner == "too long":
        return 200, b"0" * 2_000_000
    if manner in ("500", "302"):
        return int(manner), b""
    if manner == "refusing":
        refusal = {"status": {"status": "rejection", "status_string": ["not today"]}}
        return 200, tsp.TimeStampResp(refusal).dump()
    if manner == "another digest":
        request["message_imprint"]["hashed_message"] = bytes(32)
    if manner == "another nonce":
        request["nonce"] = 7
    return 200, stamp(request, holder).dump()


def stamp(request: tsp.TimeStampReq, holder: Holder) -> tsp.TimeStampResp:
    """What a server that is well answers."""
    chain = SimpleCertificateStore()
    chain.register_multiple(
        [x509.Certificate.load(one.public_bytes(serialization.Encoding.DER)) for one in holder.chain]
    )
    made = DummyTimeStamper(
        x509.Certificate.load(holder.certificate.public_bytes(serialization.Encoding.DER)),
        keys.PrivateKeyInfo.load(
            holder.key.private_bytes(
                serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        ),
        certs_to_embed=chain,
        fixed_dt=NOW,
    )
    return asyncio.run(made.async_request_tsa_response(request))


def _command_lines() -> str:
    """The command lines of all processes, as everybody on the machine can read them."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has ended meanwhile
            found.append(file.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return "\n".join(found)
