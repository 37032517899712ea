"""Signs people in with an OpenID provider: authorization code flow with PKCE (OpenID Connect Core 1.0, RFC 7636).

Each request to the provider is limited in time and size, follows no redirect, and goes to the issuer's own endpoints.
"""

from __future__ import annotations

import base64
import hmac
import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from authlib.common.security import generate_token
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from circulars.desk.refusals import (
    DECLINED,
    NO_PROVIDER,
    NOT_CONFIRMED_EMAIL,
    WRONG_SIGN_IN,
    WRONG_TOKEN,
    RefusedError,
)
from circulars.desk.sessions import SIGN_IN_SECONDS, PendingSignIn
from circulars.desk.settings import OpenIdSettings, is_safe_address
from circulars.sockets import Allowance
from circulars.web import limited_opener

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""How a provider may sign: with a key of which others have the public half only. "none" is not among them."""
LEEWAY: Final = 60
"""So many seconds the clocks of the provider and of the desk may differ."""
_TIMEOUT: Final = 10.0
_MOST_BYTES: Final = 1_000_000
_WELL_KNOWN: Final = "/.well-known/openid-configuration"


class OpenIdProvider:
    """The provider that knows the people."""

    def __init__(
        self,
        settings: OpenIdSettings,
        secret: str,
        proxies: Mapping[str, str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings, self._secret, self._proxies = settings, secret, proxies
        self._clock = clock

    def now(self) -> float:
        """The time, in seconds."""
        return self._clock()

    def begin(self, redirect: str) -> PendingSignIn:
        """A new sign-in, which is to come back to the address ``redirect``.

        Raises:
            RefusedError: the provider does not answer as it should.
        """
        state, browser, nonce, verifier = (generate_token(43) for _ in range(4))
        return PendingSignIn(state, browser, nonce, verifier, redirect, self._clock(), self._discovered())

    def address(self, pending: PendingSignIn) -> str:
        """The provider's address at which a person signs in."""
        address: str = prepare_grant_uri(
            pending.provider["authorization_endpoint"],
            self._settings.client,
            "code",
            redirect_uri=pending.redirect,
            scope="openid email" if self._settings.claim.startswith("email") else "openid profile email",
            state=pending.state,
            nonce=pending.nonce,
            code_challenge=create_s256_code_challenge(pending.verifier),
            code_challenge_method="S256",
        )
        return address

    def login(self, pending: PendingSignIn, browser: str, query: str) -> str:
        """The login of the person who has signed in, by the query of the address to which the provider sent back.

        Raises:
            RefusedError: the answer is not of this sign-in, or cannot be trusted.
        """
        if self._clock() - pending.at > SIGN_IN_SECONDS or not hmac.compare_digest(
            browser.encode("utf-8", "surrogatepass"), pending.browser.encode()
        ):
            raise RefusedError(WRONG_SIGN_IN, self._host)
        answer = dict(parse_qsl(query, max_num_fields=20))
        if answer.get("iss", self._settings.issuer) != self._settings.issuer:  # RFC 9207: another provider's answer
            raise RefusedError(WRONG_TOKEN, f"{self._host}: iss")
        if "error" in answer or not answer.get("code"):
            raise RefusedError(DECLINED, f"{self._host}: {answer.get('error', '')[:100]}")
        tokens = self._tokens(pending, answer["code"])
        claims = self._checked(tokens, pending)
        if self._settings.claim not in claims and tokens.get("access_token"):
            claims = {**self._userinfo(tokens, pending, claims["sub"]), **claims}
        return self._login_in(claims)

    @property
    def _host(self) -> str:
        return urlsplit(self._settings.issuer).netloc

    def _discovered(self) -> Mapping[str, Any]:
        """What the issuer says of itself. Its name must be the issuer's, and its endpoints encrypted."""
        found = self._answer(self._settings.issuer.rstrip("/") + _WELL_KNOWN)
        if found.get("issuer") != self._settings.issuer:
            raise RefusedError(WRONG_TOKEN, f"{self._host}: issuer")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not is_safe_address(found.get(name)):
                raise RefusedError(NO_PROVIDER, f"{self._host}: {name}")
        return found

    def _tokens(self, pending: PendingSignIn, code: str) -> Mapping[str, Any]:
        """The tokens for a code, which only who began the sign-in can get: the verifier is not in any address."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": pending.redirect,
            "code_verifier": pending.verifier,
        }
        methods = pending.provider.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if "client_secret_basic" in methods:
            pair = f"{quote(self._settings.client, safe='')}:{quote(self._secret, safe='')}"
            header = {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
        else:
            header, form = {}, {**form, "client_id": self._settings.client, "client_secret": self._secret}
        return self._answer(pending.provider["token_endpoint"], urlencode(form).encode(), header)

    def _checked(self, tokens: Mapping[str, Any], pending: PendingSignIn) -> Mapping[str, Any]:
        """The claims of the id token, after its signature and all that it must say were checked."""
        keys = self._answer(pending.provider["jwks_uri"])
        try:
            token = jwt.decode(str(tokens.get("id_token", "")), KeySet.import_key_set(keys), [*ALGORITHMS])  # type: ignore[arg-type]  # of any provider
            wanted = {
                "iss": {"essential": True, "value": self._settings.issuer},
                "aud": {"essential": True, "value": self._settings.client},
            }
            known = {
                "nonce": pending.nonce,
                "client_id": self._settings.client,
                "access_token": tokens.get("access_token"),
            }
            claims = CodeIDToken(token.claims, token.header, wanted, known)
            claims.validate(int(self._clock()), LEEWAY)
        except JoseError as error:
            raise RefusedError(WRONG_TOKEN, f"{self._host}: {error.error}: {error.description}"[:200]) from None
        except (ValueError, TypeError, KeyError, AttributeError):  # keys or claims of another kind than they should be
            raise RefusedError(WRONG_TOKEN, self._host) from None
        return dict(claims)

    def _userinfo(self, tokens: Mapping[str, Any], pending: PendingSignIn, subject: str) -> Mapping[str, Any]:
        """What the provider says of the person beside the id token."""
        address = pending.provider.get("userinfo_endpoint")
        if not is_safe_address(address):
            return {}
        found = self._answer(str(address), header={"Authorization": f"Bearer {tokens['access_token']}"})
        if found.get("sub") != subject:
            raise RefusedError(WRONG_TOKEN, f"{self._host}: sub")
        return found

    def _login_in(self, claims: Mapping[str, Any]) -> str:
        name = self._settings.claim
        login = claims.get(name)
        if not isinstance(login, str) or not login:
            raise RefusedError(WRONG_TOKEN, f"{self._host}: {name}")
        if name == "email" and claims.get("email_verified") is not True:
            raise RefusedError(NOT_CONFIRMED_EMAIL, login)
        return login

    def _answer(
        self, address: str, data: bytes | None = None, header: Mapping[str, str] | None = None
    ) -> Mapping[str, Any]:
        """The JSON object that the provider answers.

        Raises:
            RefusedError: it does not answer in time, or not with one.
        """
        headers = {"Accept": "application/json", **(header or {})}
        allowance = Allowance()
        allowance.begin(_TIMEOUT, _MOST_BYTES)
        try:
            request = urllib.request.Request(address, data, headers)  # noqa: S310  # is_safe_address checks it
            with limited_opener(allowance, self._proxies).open(request, timeout=_TIMEOUT) as opened:
                found = json.loads(opened.read(_MOST_BYTES))
        except urllib.error.HTTPError as error:
            with error:
                raise RefusedError(NO_PROVIDER, f"{self._host}: {error.code}") from None
        except (OSError, http.client.HTTPException, ValueError, RecursionError):
            raise RefusedError(NO_PROVIDER, self._host) from None
        if not isinstance(found, dict):
            raise RefusedError(NO_PROVIDER, self._host)
        return found
