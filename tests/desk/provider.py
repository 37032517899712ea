"""A small OpenID provider on this machine: discovery, PKCE, signed id tokens; it can be told to do it wrong."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "circulars-desk", "a secret/with+signs: ü"
_KEYS = [RSAKey.generate_key(2048, {"kid": name}) for name in ("own", "foreign")]


@dataclass(slots=True)
class Provider:
    """The provider. Whoever comes is signed in with the ``claims``; the fields below them are its faults."""

    claims: dict[str, Any] = field(default_factory=lambda: {"email": "ana@example.int", "email_verified": True})
    algorithm: str = "RS256"
    is_foreign_key: bool = False
    token: Mapping[str, Any] = field(default_factory=dict)
    discovery: Mapping[str, Any] = field(default_factory=dict)
    answer: Mapping[str, str] = field(default_factory=dict)
    userinfo: Mapping[str, Any] = field(default_factory=dict)
    body: bytes = b""
    issuer: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    def described(self) -> Mapping[str, Any]:
        """What the provider says of itself."""
        places = {
            "authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys",
            "userinfo_endpoint": "userinfo",
        }  # fmt: skip
        return {
            "issuer": self.issuer,
            **{name: f"{self.issuer}/{end}" for name, end in places.items()},
            **self.discovery,
        }

    def authorize(self, asked: Mapping[str, str]) -> str:
        """The address to which a browser is sent back."""
        if (asked["client_id"], asked["response_type"], asked["code_challenge_method"]) != (CLIENT, "code", "S256"):
            self.refused.append("authorize")
        code = secrets.token_urlsafe(16)
        self.codes[code] = dict(asked)
        answer = {"code": code, "state": asked["state"], "iss": self.issuer, **self.answer}
        return f"{asked['redirect_uri']}?{urlencode({name: value for name, value in answer.items() if value})}"

    def exchange(self, asked: Mapping[str, str], authorization: str) -> Mapping[str, Any] | None:
        """The tokens for a code, once; None if anything of the request is wrong."""
        pair = base64.b64decode(authorization.removeprefix("Basic ")).decode().split(":")
        code = self.codes.pop(asked["code"], {})
        digest = (
            base64.urlsafe_b64encode(hashlib.sha256(asked["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        )
        if [*map(unquote, pair)] != [CLIENT, SECRET] or digest != code.get("code_challenge"):
            self.refused.append("token")
            return None
        if asked["redirect_uri"] != code["redirect_uri"]:
            self.refused.append("redirect_uri")
            return None
        return {"access_token": "opens-userinfo", "token_type": "Bearer", "id_token": self._id_token(code["nonce"])}

    def _id_token(self, nonce: str) -> str:
        now = int(time.time())
        own = {"iss": self.issuer, "aud": CLIENT, "sub": "7", "iat": now, "exp": now + 300, "nonce": nonce}
        said = {name: value for name, value in {**own, **self.claims, **self.token}.items() if value is not None}
        if self.algorithm == "none":
            return _joined(json.dumps(part).encode() for part in ({"alg": "none"}, said)) + "."
        if self.algorithm == "HS256":  # with the public key as the secret
            text = _joined(json.dumps(part).encode() for part in ({"alg": "HS256", "kid": "own"}, said))
            secret = _KEYS[0].as_pem(private=False)
            return f"{text}.{_joined([hmac.new(secret, text.encode(), hashlib.sha256).digest()])}"
        return jwt.encode({"alg": self.algorithm, "kid": "own"}, said, _KEYS[self.is_foreign_key], [self.algorithm])


def _joined(parts: Iterable[bytes]) -> str:
    """The parts of a token, in base64."""
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


@contextmanager
def running_provider() -> Iterator[Provider]:
    """The provider, as long as a test runs."""
    provider = Provider()

    class Asked(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path)
            match path.path:
                case "/staff/.well-known/openid-configuration":
                    self._answer(provider.body or json.dumps(provider.described()).encode())
                case "/staff/keys":
                    self._answer(json.dumps({"keys": [_KEYS[0].as_dict(private=False)]}).encode())
                case "/staff/authorize":
                    self.send_response(302)
                    self.send_header("Location", provider.authorize(dict(parse_qsl(path.query))))
                    self.end_headers()
                case "/staff/userinfo" if self.headers["Authorization"] == "Bearer opens-userinfo":
                    self._answer(json.dumps(provider.userinfo).encode())
                case _:
                    self.send_error(404)

        def do_POST(self) -> None:
            form = {
                name: values[0]
                for name, values in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()
            }
            found = provider.exchange(form, self.headers.get("Authorization", ""))
            self._answer(json.dumps(found or {"error": "invalid_grant"}).encode(), 200 if found else 400)

        def _answer(self, data: bytes, status: int = 200) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Asked) as server:
        provider.issuer = f"http://127.0.0.1:{server.server_port}/staff"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()
