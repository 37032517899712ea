"""A server on this machine that gives tokens by the device flow (RFC 8628), over HTTPS, and can also misbehave."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from merge.post.server import context_of
from signing.authority import Holder

DEVICE_CODE, USER_CODE = "device-code-of-nobody-else", "WDJB-MJHT"


@dataclass(slots=True)
class OauthServer:
    """Where the server is, what it answers, and what it was asked.

    ``pending`` is how often a login is not confirmed yet. ``changes`` replace fields of its answers, by the end of the
    address; bytes replace the whole answer.
    """

    port: int = 0
    pending: int = 1
    lifetime: int = 3600
    changes: dict[str, Mapping[str, Any] | bytes] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    given: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        """The address of the server."""
        return f"https://127.0.0.1:{self.port}"

    def answer(self, place: str, values: dict[str, str]) -> tuple[int, Mapping[str, Any]]:
        """The status and the answer to a request."""
        match place:
            case "/.well-known/openid-configuration":
                return 200, {
                    "device_authorization_endpoint": f"{self.address}/device", "token_endpoint": f"{self.address}/token"
                }  # fmt: skip
            case "/device":
                return 200, {
                    "device_code": DEVICE_CODE, "user_code": USER_CODE, "verification_uri": f"{self.address}/login",
                    "expires_in": 900, "interval": 5,
                }  # fmt: skip
            case "/token" if values.get("device_code") == DEVICE_CODE and self.pending:
                self.pending -= 1
                return 400, {"error": "authorization_pending"}
            case "/token" if values.get("device_code") == DEVICE_CODE or values.get("refresh_token") == "renewal":
                self.given.append(f"token-{len(self.given) + 1}-{'x' * 500}")
                return 200, {
                    "access_token": self.given[-1], "refresh_token": "renewal", "expires_in": self.lifetime,
                    "token_type": "Bearer",
                }  # fmt: skip
            case _:
                return 404, {"error": "invalid_request"}


@contextmanager
def giving_tokens(holder: Holder) -> Iterator[OauthServer]:
    """A server that is there as long as the context; it has the holder's certificate."""
    server = OauthServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the library's name
            self._reply({})

        def do_POST(self) -> None:  # the library's name
            data = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._reply({name: value for name, [value] in parse_qs(data).items()})

        def _reply(self, values: dict[str, str]) -> None:
            server.asked.append((self.path, values))
            status, answer = server.answer(self.path, values)
            change = server.changes.get(self.path, {})
            if not isinstance(change, bytes):
                status = change.get("status", status)
            data = change if isinstance(change, bytes) else json.dumps({**answer, **change}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.socket = context_of(holder).wrap_socket(listening.socket, server_side=True)
    server.port = listening.server_address[1]
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join(10)
