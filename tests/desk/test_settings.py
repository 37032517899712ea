"""``desk.yaml`` says who may use a desk, with every problem in its place."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from circulars.desk.people import DeskPerson
from circulars.desk.settings import DeskSettings, OpenIdSettings, ProxySettings, read_settings
from circulars.errors import LetterError, Problem
from circulars.workspace import Workspace
from conftest import ROOT

ANA = "{name: Ana Pérez, email: ana@example.int, role: editor}"
HEAD = "addresses: [https://letters.example.int]\nproxy: {from: 10.0.0.5}\npeople:\n"
PROXY = "proxy: {from: 10.0.0.5}"
OPENID = "openid: {issuer: https://login.example.int/realms/staff, client: desk, secret-file: /run/secret}"
GOOD = f"{HEAD}  - {ANA}\n"


def read(text: str, folder: Path) -> DeskSettings:
    (folder / "desk.yaml").write_text(text, encoding="utf-8")
    return read_settings(Workspace(folder))


def problems(text: str, folder: Path) -> list[Problem]:
    with pytest.raises(LetterError) as raised:
        read(text, folder)
    return [*raised.value.problems]


def test_settings_name_the_people_and_how_they_are_known(tmp_path: Path) -> None:
    """Without a login a person is known by the e-mail address; a translator has languages."""
    text = f"{HEAD}  - {ANA}\n  - {{name: Ben, email: b@example.int, login: ben, role: translator, languages: [fr]}}\n"

    settings = read(text, tmp_path)

    ana = DeskPerson("Ana Pérez", "ana@example.int", "ana@example.int", "editor")
    ben = DeskPerson("Ben", "b@example.int", "ben", "translator", ("fr",))
    proxy = ProxySettings("X-Remote-User", "10.0.0.5")
    assert settings == DeskSettings(("https://letters.example.int",), (ana, ben), proxy)
    assert [settings.person(one) for one in ("ben", "BEN", "b@example.int", "")] == [ben, None, None, None]


def test_a_provider_is_named_without_its_secret(tmp_path: Path) -> None:
    """The secret is elsewhere; people are known by their e-mail addresses unless another claim is named."""
    found = read(GOOD.replace(PROXY, OPENID), tmp_path).openid
    other = read(GOOD.replace(PROXY, OPENID.replace("}", ", claim: sub}")), tmp_path).openid

    settings = OpenIdSettings("https://login.example.int/realms/staff", "desk", "/run/secret")
    assert (found, other) == (settings, replace(settings, claim="sub"))


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [
        ("https://Letters.Example.int/", "https://letters.example.int"),
        ("https://letters.example.int:443", "https://letters.example.int"),
        ("https://letters.example.int:8443", "https://letters.example.int:8443"),
        ("http://localhost:8000", "http://localhost:8000"), ("http://[::1]:80", "http://[::1]"),
    ],
)  # fmt: skip
def test_an_address_is_read_as_browsers_write_it(typed: str, read_as: str, tmp_path: Path) -> None:
    """So it can be compared with the headers of a request."""
    assert read(GOOD.replace("https://letters.example.int", f'"{typed}"'), tmp_path).addresses == (read_as,)


@pytest.mark.parametrize(
    ("old", "new", "place", "code", "words"),
    [
        ("https://", "", "1:13", "wrong-site", "is not the address of a site"),
        ("https://", "ftp://", "1:13", "wrong-site", "is not the address of a site"),
        ("example.int]", "example.int/desk]", "1:13", "wrong-site", "without a path"),
        ("https://", "https://ana@", "1:13", "wrong-site", "is not the address of a site"),
        ("https://", "http://", "1:13", "wrong-site", "is not encrypted"),
        ("10.0.0.5", "proxy.example.int", "2:15", "wrong-site", "is not an IP address"),
        ("from:", "form:", "2:9", "unknown-field", "from"),
        ("from: 10.0.0.5", "header: X Remote", "2:17", "wrong-name", "X-Remote-User"),
        ("ana@example.int", "ana", "4:30", "wrong-email", "is not an e-mail address"),
        ("Ana Pérez", "'<Ana>'", "4:12", "wrong-name", "without < and >"),
        ("editor", "boss", "4:53", "unknown-name", "reader, translator, editor"),
        ("editor", "translator", "4:5", "wrong-person", "has no 'languages'"),
        ("editor", "editor, languages: [fr]", "4:72", "wrong-person", "only a translator has"),
        ("proxy: {from: 10.0.0.5}\n", "", "1:1", "no-sign-in", "how people are known"),
        (f"  - {ANA}\n", "", "3:1", "wrong-type", "a list of people"),
        ("addresses", "hosts", "1:1", "unknown-field", "addresses"),
        ("proxy:", "people: 1\nproxy:", "4:1", "duplicate-key", "people"),
        (PROXY, f"{PROXY}\n{OPENID}", "3:9", "no-sign-in", "two ways"),
        (PROXY, OPENID.replace("https", "http"), "2:18", "wrong-site", "with TLS"),
        (PROXY, OPENID.replace("https://", "https://ana@"), "2:18", "wrong-site", "with TLS"),
        (PROXY, OPENID.replace("staff", "staff?x=y"), "2:18", "wrong-site", "with TLS"),
        (PROXY, OPENID.replace(", secret-file: /run/secret", ""), "2:9", "missing-field", "'secret-variable:'"),
        (PROXY, OPENID.replace("}", ", secret-variable: X}"), "2:9", "missing-field", "in one place"),
        (PROXY, OPENID.replace("secret-file: /run/", "secret: "), "2:72", "unknown-field", "secret-file"),
        (PROXY, OPENID.replace("/run/secret", "secret"), "2:85", "wrong-name", "from / on"),
        (PROXY, OPENID.replace("client: desk, ", ""), "2:9", "missing-field", "client"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_reported_in_its_place(
    old: str, new: str, place: str, code: str, words: str, tmp_path: Path
) -> None:
    """With the line, the column and a remedy."""
    assert old in GOOD

    found = problems(GOOD.replace(old, new), tmp_path)

    shown = [(f"{one.where.line}:{one.where.column}", one.code) for one in found]
    assert (place, code) in shown
    assert words in "\n".join(map(str, found))
    assert all(one.where.file == "desk.yaml" and one.remedy() for one in found)


@pytest.mark.parametrize(
    ("other", "place", "key"),
    [
        ("{name: B, email: Ana@example.int, login: b, role: reader}", "5:22", "email"),
        ("{name: B, email: b@example.int, login: ANA@example.int, role: reader}", "5:44", "login"),
    ],
)
def test_two_people_are_never_taken_for_one_another(other: str, place: str, key: str, tmp_path: Path) -> None:
    """Nor if they differ in capitals alone, which some providers do not."""
    [found] = problems(f"{GOOD}  - {other}\n", tmp_path)

    assert (f"{found.where.line}:{found.where.column}", found.code) == (place, "wrong-person")
    assert f"two people have the {key} 'ana@example.int'" in found.message


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    """The remedy says what to write."""
    with pytest.raises(LetterError) as raised:
        read_settings(Workspace(tmp_path))

    assert "desk.yaml  no-sign-in" in str(raised.value) and "'people:'" in str(raised.value)


def test_a_link_to_another_folder_is_not_followed(tmp_path: Path) -> None:
    """Whoever may write into the folder cannot show another file in a message."""
    (tmp_path / "other").write_text("secret", encoding="utf-8")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "desk.yaml").symlink_to("../other")

    with pytest.raises(LetterError) as raised:
        read_settings(Workspace(folder))

    assert "outside-folder" in str(raised.value) and "secret" not in str(raised.value)


def test_the_examples_of_the_page_are_right(tmp_path: Path) -> None:
    """Each ``desk.yaml`` in the documentation can be read."""
    page = (ROOT / "docs/desk.md").read_text(encoding="utf-8")
    examples = re.findall(r"```text\n(# desk\.yaml\n.*?)```", page, re.DOTALL)

    assert examples
    for example in examples:
        assert read(example, tmp_path).people
