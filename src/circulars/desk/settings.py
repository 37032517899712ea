"""Reads ``desk.yaml``: the addresses of a desk for several people, who they are, and how they are known."""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from circulars.addressing.emails import email_fault
from circulars.desk.people import ROLES, DeskPerson
from circulars.errors import LetterError, Place, Problem, not_read
from circulars.files.inside import OutsideError, read_beginning_in_folder
from circulars.syntax import nodes
from circulars.syntax.groups import Field, ListOf, Record
from circulars.syntax.nodes import Node, child, descendant, read_tree
from circulars.syntax.scalars import OneOf, Text
from circulars.syntax.shape import Converted, Report, UnreadableError
from circulars.workspace import Workspace

FILE: Final = "desk.yaml"
NOT_KNOWN: Final = "no-sign-in"
"""The code of the problem that a desk for several people cannot know who they are."""
_LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, slots=True)
class ProxySettings:
    """A web server before the desk knows the people, and names each in a ``header``.

    The header counts on a unix socket, or in requests from the IP ``address`` alone.
    """

    header: str = "X-Remote-User"
    address: str = ""


@dataclass(frozen=True, slots=True)
class OpenIdSettings:
    """The OpenID provider that knows the people, and the desk as the ``client``, by a secret.

    The secret is in a file or in a variable of the environment. A person's login is the ``claim`` of the provider.
    """

    issuer: str
    client: str
    secret_file: str = ""
    secret_variable: str = ""
    claim: str = "email"


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """What ``desk.yaml`` says."""

    addresses: tuple[str, ...]
    people: tuple[DeskPerson, ...]
    proxy: ProxySettings | None = None
    openid: OpenIdSettings | None = None

    def person(self, login: str) -> DeskPerson | None:
        """The person whom a proxy or a provider knows by a name."""
        return next((one for one in self.people if one.login == login), None)


def read_settings(workspace: Workspace) -> DeskSettings:
    """The settings of a folder.

    Raises:
        LetterError: there is no file, or it has problems.
    """
    try:
        data = read_beginning_in_folder(workspace.folder, FILE, "YAML")
    except FileNotFoundError:
        fact = "there is no such file, which says who may use the desk and how they are known"
        raise LetterError(Problem(Place(FILE), NOT_KNOWN, fact, _EXAMPLE)) from None
    except OutsideError:
        fact = "this is a link to a file in another folder; such links are not followed"
        raise LetterError(Problem(Place(FILE), "outside-folder", fact, "copy the file here")) from None
    except OSError as error:
        raise LetterError(Problem(Place(FILE), "unreadable-file", not_read(error), "let this user read it")) from None
    return _settings(data)


@functools.lru_cache(maxsize=4)  # it is read for each request
def _settings(data: bytes) -> DeskSettings:
    found: list[Problem] = []
    report = Report(read_tree(data, FILE, found), found)
    try:
        settings = _DESK.read(report.tree.root, report)
    except UnreadableError:
        raise LetterError(*found) from None
    if found:
        raise LetterError(*found)
    return settings


_EXAMPLE: Final = f"write '{FILE}' with 'addresses:', 'people:' and 'proxy:' or 'openid:'"


def is_safe_address(address: object) -> bool:
    """Whether what goes to an address is encrypted, or stays on this machine."""
    try:
        parts = urlsplit(address) if isinstance(address, str) else urlsplit("")
        host = parts.hostname or ""
    except ValueError:
        return False
    if not host or "@" in parts.netloc:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _bracketed(host) in _LOOPBACK)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _address(text: str, node: Node, report: Report) -> str:
    """An address of the desk, as browsers write the origin of its pages."""
    try:
        parts = urlsplit(text.lower())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc or parts.path not in ("", "/"):
        hint = "write it as in the browser, without a path: https://letters.example.int"
        raise report.refuse(node, "wrong-site", f"'{text}' is not the address of a site", hint)
    name = _bracketed(host)
    if not is_safe_address(text.lower()):
        fact = f"'{text}' is not encrypted: everybody on the way could read and change what is written"
        raise report.refuse(node, "wrong-site", fact, f"serve it with TLS, and write https://{host}")
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{name}" + (f":{port}" if port and port != usual else "")


def _email(text: str, node: Node, report: Report) -> str:
    if fault := email_fault(text):
        raise report.refuse(node, "wrong-email", f"'{text}' is not an e-mail address: {fault[0]}", fault[1])
    return text


def _ip_address(text: str, node: Node, report: Report) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        hint = "write the IP address from which the proxy connects, such as 10.0.0.5"
        raise report.refuse(node, "wrong-site", f"'{text}' is not an IP address", hint) from None


def _person(values: dict[str, Any], node: Node, report: Report) -> DeskPerson:
    person = DeskPerson(**{"login": values["email"], **values})
    if person.role == "translator" and not person.languages:
        hint = "add 'languages: [fr]', with the languages in which this person writes"
        raise report.refuse(node, "wrong-person", f"the translator {person.name} has no 'languages'", hint)
    if person.role != "translator" and person.languages:
        fact = f"the {person.role} {person.name} has 'languages', which only a translator has"
        raise report.refuse(child(node, "languages"), "wrong-person", fact, "delete them, or write 'role: translator'")
    return person


def _people(people: tuple[DeskPerson, ...], node: Node, report: Report) -> tuple[DeskPerson, ...]:
    """The people; no two of them have one e-mail address or one login."""
    assert isinstance(node, nodes.Sequence)
    for key in ("email", "login"):
        _check_distinct(key, [getattr(one, key).casefold() for one in people], node.items, report)
    return people


def _check_distinct(key: str, values: Iterable[str], items: Sequence[Node], report: Report) -> None:
    seen: set[str] = set()
    for value, item in zip(values, items, strict=True):
        if value in seen:
            fact = f"two people have the {key} '{value}', so that the desk could take one for the other"
            own = descendant(item, key) or child(item, "email")
            report.add(own, "wrong-person", fact, "give each person another one, or delete one")
        seen.add(value)


def _desk(values: dict[str, Any], node: Node, report: Report) -> DeskSettings:
    if "proxy" not in values and "openid" not in values:
        fact = "the file does not say how people are known"
        raise report.refuse(node, NOT_KNOWN, fact, "add 'proxy:' or 'openid:'")
    if "proxy" in values and "openid" in values:
        fact = "the file has two ways in which people are known"
        raise report.refuse(child(node, "openid"), NOT_KNOWN, fact, "keep 'proxy:' or 'openid:'")
    return DeskSettings(**values)


def _openid(settings: OpenIdSettings, node: Node, report: Report) -> OpenIdSettings:
    if bool(settings.secret_file) == bool(settings.secret_variable):
        fact = "the provider knows the desk by a secret, which is in one place"
        hint = "write 'secret-file:' with a path, or 'secret-variable:' with the name of a variable"
        raise report.refuse(node, "missing-field", fact, hint)
    return settings


def _issuer(text: str, node: Node, report: Report) -> str:
    if not is_safe_address(text) or "?" in text or "#" in text:
        hint = "write the issuer as the provider does, such as https://login.example.int/realms/staff"
        raise report.refuse(node, "wrong-site", f"'{text}' is not the address of a provider with TLS", hint)
    return text


def _values(**values: Any) -> dict[str, Any]:
    return values


def _proxy(**values: str) -> ProxySettings:
    return ProxySettings(**{"address" if key == "from" else key: value for key, value in values.items()})


_HEADER: Final = r"[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*"
# What git would take out of a name, or end it with.
_NAME: Final = r"[^<>]*[^\W_][^<>]*"
_PERSON: Final = Record(
    _values,
    (
        Field(
            "name",
            Text("a name", _NAME, "wrong-name", "write it as in git, without < and >", max_length=200, lines=False),
            "The person's name, as it is in git.",
            required=True,
        ),
        Field(
            "email",
            Converted(Text("an e-mail address", lines=False), _email),
            "The person's e-mail address, as it is in git.",
            required=True,
        ),
        Field(
            "login",
            Text("a login", max_length=200, lines=False),
            "The name by which the proxy knows the person; otherwise the e-mail address.",
        ),
        Field("role", OneOf(ROLES, "a role"), "What the person may do.", required=True),
        Field(
            "languages",
            ListOf(Text("the code of a language", lines=False), "a list of languages"),
            "The languages in which a translator writes.",
        ),
    ),
    "this person",
    {"email": ("mail", "e-mail", "address"), "login": ("user", "username"), "languages": ("language",)},
)
_PROXY: Final = Record(
    _proxy,
    (
        Field(
            "header",
            Text("the name of a header", _HEADER, "wrong-name", "write it like X-Remote-User", lines=False),
            "The header with the login of whoever sends a request.",
        ),
        Field(
            "from",
            Converted(Text("an IP address", lines=False), _ip_address),
            "The IP address from which the proxy connects, unless it uses a unix socket.",
        ),
    ),
    "the proxy",
)
_OPENID: Final = Converted(
    Record(
        OpenIdSettings,
        (
            Field(
                "issuer", Converted(Text("an address", lines=False), _issuer), "The provider's issuer.", required=True
            ),
            Field("client", Text("an id", max_length=500, lines=False), "The id of the desk at it.", required=True),
            Field(
                "secret-file",
                Text("an absolute path", "/.+", "wrong-name", "write the whole path, from / on", lines=False),
                "The file with the secret, which only the desk's user can read.",
            ),
            Field(
                "secret-variable",
                Text(
                    "the name of a variable",
                    "[A-Za-z_][A-Za-z0-9_]*",
                    "wrong-name",
                    "write it like DESK_SECRET",
                    lines=False,
                ),
                "The variable of the environment with the secret.",
            ),
            Field(
                "claim",
                Text("the name of a claim", "[A-Za-z][A-Za-z0-9_]*", "wrong-name", "write it like sub", lines=False),
                "The claim that is a person's login.",
            ),
        ),
        "the provider",
        {"issuer": ("url",), "client": ("client-id",)},
        {"secret": "write it into a file, and name that: secret-file"},
    ),
    _openid,
)
_DESK: Final = Converted(
    Record(
        _values,
        (
            Field(
                "addresses",
                ListOf(Converted(Text("an address", lines=False), _address), "a list of addresses"),
                "The addresses at which browsers open the desk.",
                required=True,
            ),
            Field(
                "people",
                Converted(ListOf(Converted(_PERSON, _person), "a list of people"), _people),
                "Those who may use the desk.",
                required=True,
            ),
            Field("proxy", _PROXY, "The web server that knows the people."),
            Field("openid", _OPENID, "The OpenID provider that knows the people."),
        ),
        "desk.yaml",
        {"addresses": ("address", "hosts", "host"), "people": ("users",)},
    ),
    _desk,
)
