"""A desk for several people behind a proxy, and what a browser of each of them asks for."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from circulars.desk.access import ProxyAccess
from circulars.desk.settings import ProxySettings, read_settings
from circulars.workspace import Workspace
from desk.desks import Reader, served

HEADER = "X-Remote-User"
SETTINGS = """\
addresses: ["http://127.0.0.1:PORT"]
proxy:
  from: 127.0.0.1
people:
  - {name: Ana Pérez, email: ana@example.int, login: ana, role: editor}
  - {name: Ben Ode, email: ben@example.int, login: ben, role: translator, languages: [es]}
  - {name: Carla Rossi, email: carla@example.int, login: carla, role: reader}
"""


@dataclass(slots=True)
class Colleague(Reader):
    """A browser of a person whom the proxy names by a login."""

    login: str = ""

    @property
    def token(self) -> str:
        """That of the person's pages, or "wrong" for somebody who gets none."""
        found = re.search(r'name="token" value="([0-9a-f]+)"', self.get("/").text)
        return found[1] if found else "wrong"

    def headers(self) -> dict[str, str]:
        return {HEADER: self.login} if self.login else {}


@contextmanager
def served_to_people(folder: Path, settings: str = SETTINGS) -> Iterator[Colleague]:
    """A browser whom the proxy does not name yet; ``as_person`` of it is one of a person."""

    def access(port: int) -> ProxyAccess:
        (folder / "desk.yaml").write_text(settings.replace("PORT", str(port)), encoding="utf-8")
        read = functools.partial(read_settings, Workspace(folder))
        return ProxyAccess(read().proxy or ProxySettings(), read, is_socket=False)

    with served(folder, access=access) as reader:
        yield Colleague(reader.desk)


def as_person(colleague: Colleague, login: str) -> Colleague:
    """A browser of another person at the same desk."""
    return Colleague(colleague.desk, login=login)
