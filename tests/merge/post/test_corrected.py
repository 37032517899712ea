"""An address that was corrected in the list gets the letter, once; nobody else gets another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from merge.post.server import MailServer
from merge.post.test_command import LETTER, Run, arguments, folder, run  # noqa: F401  # fixtures

BEFORE = """\
id,language,title,surname,email
m0,en,Ms,Uno,ok1@example.org
m1,en,Ms,Dos,tpyo@example.org
"""
AFTER = BEFORE.replace("tpyo", "right")


class Office:
    """A list, and the command that sends the letter to it."""

    def __init__(self, run: Run, folder: Path, typed: list[str]) -> None:  # noqa: F811
        self._run, self.folder, self._typed = run, folder, typed
        (folder / "letters" / "meeting.yaml").write_text(LETTER.replace(".name", ".surname"), encoding="utf-8")

    def send(self, listed: str, *options: str) -> tuple[int, str, str]:
        """The exit code and the output of sending to a list, which replaces the one that was there."""
        (self.folder / "list.csv").write_text(listed, encoding="utf-8")
        done = self._run(*self._typed, "--yes", *options)
        return done.returncode, done.stdout, done.stderr


@pytest.fixture
def office(run: Run, folder: Path, arguments: list[str]) -> Office:  # noqa: F811
    """An office that has sent the letter to the list with the wrong address."""
    office = Office(run, folder, arguments)
    assert office.send(BEFORE)[0] == 0
    return office


def test_a_corrected_address_gets_the_letter_and_nobody_else_does(office: Office, server: MailServer) -> None:
    """The refusal names the address and the option; the option sends one message, and then nothing is left."""
    code, _, refused = office.send(AFTER)
    assert (code, "1 addressee has another address than their letter was sent to: "
            "m1 tpyo@example.org → right@example.org" in refused) == (2, True)  # fmt: skip
    assert "--corrected sends the letter to corrected addresses, and to nobody else" in refused

    code, said, asked = office.send(AFTER, "--corrected")
    assert (code, said) == (0, "meeting: 2 sent\n")
    assert "meeting: 1 message (en 1)" in asked
    assert "m1  tpyo@example.org → right@example.org  (the earlier one was accepted)" in asked
    for again in ((), ("--corrected",), ("--resume",), ("--retry",), ("--changed", "rest")):
        assert office.send(AFTER, *again)[2].startswith("nothing is left to send")

    assert server.count() == dict.fromkeys(["ok1@example.org", "tpyo@example.org", "right@example.org"], 1)
    names = [message["Message-ID"] for message in server.messages()]
    assert len(set(names)) == 3
