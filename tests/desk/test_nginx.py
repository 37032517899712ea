"""The examples of the documentation work with Debian's nginx: it knows the people, and the desk believes it alone."""

from __future__ import annotations

import base64
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPSConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest

from commands import HANGING
from conftest import ROOT
from desk.desks import Answer, started_for_people
from desk.people import SETTINGS

NAME = "sg-letter-dm-24-1021"
_WHOLE = """\
USER
daemon off;
worker_processes 1;
pid FOLDER/nginx.pid;
error_log stderr;
events {}
http {
    access_log off;
    client_body_temp_path FOLDER/body;
    proxy_temp_path FOLDER/proxy;
    fastcgi_temp_path FOLDER/fastcgi;
    uwsgi_temp_path FOLDER/uwsgi;
    scgi_temp_path FOLDER/scgi;
SERVER
}
"""


def example() -> str:
    """The server of nginx as the page shows it."""
    page = (ROOT / "docs/desk.md").read_text(encoding="utf-8")
    found = re.search(r"```text\n# /etc/nginx/sites-available/letters\n(.*?)```", page, re.DOTALL)
    assert found
    return found[1]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        port: int = one.getsockname()[1]
        return port


@contextmanager
def nginx(folder: Path, desk: Path, port: int) -> Iterator[None]:
    """Serves the example at a port of this machine. The test is skipped if nginx is not installed."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not program:
        pytest.skip("nginx is not installed (Debian: nginx)")
    (folder / "htpasswd").write_text("ana:{PLAIN}secret\nben:{PLAIN}secret\ndora:{PLAIN}secret\n")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    made = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=letters.example.int",
    ]
    named = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*made, *named], check=True, capture_output=True)
    server = example()
    for old, new in (
        ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        ("/etc/ssl/letters.pem", str(certificate)),
        ("/etc/ssl/private/letters.key", str(key)),
        ("/run/circulars/desk.sock", str(desk)),
        ("/etc/nginx/letters.htpasswd", str(folder / "htpasswd")),
    ):
        assert old in server
        server = server.replace(old, new)
    user = "" if os.geteuid() else "user root;"  # its workers must be able to open the socket
    settings = folder / "nginx.conf"
    settings.write_text(_WHOLE.replace("SERVER", server).replace("FOLDER", str(folder)).replace("USER", user))
    with subprocess.Popen([program, "-p", str(folder), "-c", str(settings)], stderr=subprocess.PIPE) as process:
        try:
            while process.poll() is None and not (folder / "nginx.pid").exists():
                time.sleep(0.01)
            yield
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def port(same_office: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of nginx before a desk."""
    office, tmp_path, number = same_office, tmp_path_factory.mktemp("nginx"), free_port()
    text = (
        SETTINGS.replace("http:", "https:")
        .replace("PORT", str(number))
        .replace("proxy:\n  from: 127.0.0.1\n", "proxy: {}\n")
    )
    (office / "desk.yaml").write_text(text, encoding="utf-8")
    path = tmp_path / "desk.sock"
    with nginx(tmp_path, path, number), started_for_people(office, "--socket", str(path)):
        yield number


def asked(port: int, path: str, login: str, form: Mapping[str, str] | None = None, **headers: str) -> Answer:
    """What nginx answers to a browser in which a person has typed a name and the password."""
    trusted = ssl.create_default_context()
    trusted.check_hostname, trusted.verify_mode = False, ssl.CERT_NONE
    connection = HTTPSConnection("127.0.0.1", port, timeout=HANGING, context=trusted)
    if login:
        headers["Authorization"] = "Basic " + base64.b64encode(f"{login}:secret".encode()).decode()
    if form is not None:
        headers = {
            "Origin": f"https://127.0.0.1:{port}",
            "Content-Type": "application/x-www-form-urlencoded",
            **headers,
        }
    try:
        connection.request("GET" if form is None else "POST", path, urlencode(form) if form else None, headers)
        found = connection.getresponse()
        return Answer(found.status, {name.lower(): value for name, value in found.headers.items()}, found.read())
    finally:
        connection.close()


def test_nginx_names_the_people(port: int, same_office: Path) -> None:
    """Whoever has no password gets nothing of the desk; whoever has one writes in the own name."""
    page = asked(port, "/", "ana")
    token = page.text.split('name="token" value="')[1].split('"')[0]
    git = ["git", "-C", str(same_office)]
    subprocess.run([*git, "init", "-q"], check=True)

    version = asked(port, f"/letters/{NAME}/version", "ana", {"token": token, "message": "First"})
    log = subprocess.run([*git, "log", "--format=%an <%ae>"], check=True, capture_output=True).stdout.decode()

    assert asked(port, "/", "").status == 401
    assert page.status == 200 and "Ana Pérez" in page.text
    assert "not among the people" in asked(port, "/", "dora").text
    assert (version.status, version.headers["location"]) == (303, f"/letters/{NAME}#version")
    assert log == "Ana Pérez <ana@example.int>\n"


@pytest.mark.parametrize(
    "claim",
    [
        {"X-Remote-User": "ana"}, {"x-remote-user": "ana"}, {"X_Remote_User": "ana"},
        {"X-Remote-User": "ana", "Connection": "X-Remote-User"},
    ],
    ids=str,
)  # fmt: skip
def test_nginx_replaces_a_header_that_a_browser_sends(claim: Mapping[str, str], port: int) -> None:
    """Whoever says to be somebody else stays who has signed in."""
    page = asked(port, "/", "ben", None, **claim)

    assert page.status == 200 and '<span class="person"><bdi>Ben Ode</bdi>' in page.text


def test_nginx_passes_the_checks_of_host_and_origin_on(port: int) -> None:
    """Another host's name and another site's form are refused by the desk, as without nginx."""
    token = asked(port, "/", "ana").text.split('name="token" value="')[1].split('"')[0]

    assert asked(port, "/", "ana", Host="evil.example").status == 421
    answer = asked(port, "/language", "ana", {"token": token, "language": "es"}, Origin="https://evil.example")
    assert answer.status == 403 and "Another site" in answer.text
