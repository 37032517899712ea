"""Lists are added between changes of the letter: nobody gets two messages, and nobody none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from circulars.merge.post.elsewhere import count_sent
from merge.post.server import MailServer, to
from merge.post.test_command import LETTER, Run, arguments, folder, run  # noqa: F401  # fixtures

HEAD = "id,language,name,organization,country,email\n"


def write(folder: Path, name: str, ids: Iterable[str], others: Mapping[str, str]) -> None:  # noqa: F811
    """Writes a list of people with these ids; some get other ids and the addresses that belong to them."""
    rows = (f"{others.get(id, id)},en,Max Mustermann,Example Office,CH,{id.lower()}@example.int\n" for id in ids)
    (folder / name).write_text(HEAD + "".join(rows), encoding="utf-8")


class Sending:
    """The letter, its lists, and the command."""

    def __init__(self, run: Run, folder: Path, typed: list[str]) -> None:  # noqa: F811
        self._run, self._folder, self._typed = run, folder, typed
        self.rename: dict[str, str] = {}

    def send(self, ids: str, *options: str) -> tuple[int, str, str]:
        """The result of sending to people with these ids."""
        write(self._folder, "these.csv", ids.split(), self.rename)
        typed = [word if word != "list.csv" else "these.csv" for word in self._typed]
        done = self._run(*typed, "--yes", *options)
        return done.returncode, done.stdout, done.stderr

    def change(self, words: str) -> None:
        """Changes the text of the letter."""
        letter = self._folder / "letters" / "meeting.yaml"
        letter.write_text(LETTER.replace("is invited", words), encoding="utf-8")


@pytest.fixture
def sending(run: Run, folder: Path, arguments: list[str]) -> Sending:  # noqa: F811
    """A letter that was not sent to anybody yet."""
    return Sending(run, folder, arguments)


def test_additions_between_changes_reach_everybody_once(sending: Sending, server: MailServer) -> None:
    """Addressees whose message failed get the current letter; those who have an earlier version do not, in any list."""
    server.manner = to({"a-3@example.int": "refuse", "b-2@example.int": "refuse"})
    assert sending.send("a-1 a-2 a-3")[1].startswith("meeting: 2 sent, 1 failed")
    assert sending.send("b-1 b-2", "--add")[1].startswith("meeting: 3 sent, 2 failed")
    assert sending.send("c-1", "--add")[1].startswith("meeting: 4 sent, 2 failed")
    server.manner = to({})

    sending.change("is kindly invited")
    assert sending.send("a-1 a-2 a-3 n-1", "--changed", "rest")[1] == "meeting: 2 sent, 4 have it as it was\n"
    code, _, said = sending.send("b-1 b-2 c-1", "--add")
    assert (code, said.count("id-taken")) == (1, 2)
    assert sending.send("b-2 d-1", "--add")[1] == "meeting: 4 sent, 4 have it as it was\n"
    assert sending.send("e-1", "--add")[1] == "meeting: 5 sent, 4 have it as it was\n"
    assert sending.send("E-1 a-1", "--add")[0] == 1

    sending.change("is warmly invited")
    everybody = "a-1 a-2 a-3 b-1 b-2 c-1 d-1 e-1 n-1"
    assert sending.send(f"{everybody} n-2", "--changed", "rest")[1] == "meeting: 1 sent, 9 have it as it was\n"
    assert sending.send("f-1 f-2", "--add")[1] == "meeting: 3 sent, 9 have it as it was\n"
    code, _, said = sending.send(everybody, "--add")
    assert (code, "all 9 addressees of this list are in this sending already: nothing to add" in said) == (1, True)

    got = [f"{id}@example.int" for id in f"{everybody} n-2 f-1 f-2".split()]
    assert server.count() == dict.fromkeys(got, 1)
    words = dict.fromkeys(("a-3", "n-1", "b-2", "d-1", "e-1"), "is kindly invited")
    words |= dict.fromkeys(("n-2", "f-1", "f-2"), "is warmly invited")
    for address, message in zip(server.count(), server.messages(), strict=True):
        body = message.get_body(("plain",))
        assert body
        assert words.get(address.partition("@")[0], "is invited") in body.get_content()


@pytest.mark.parametrize("changed", ["rest", "all"])
def test_added_addressees_without_a_letter_are_named_when_the_new_list_lacks_them(
    changed: str, sending: Sending, server: MailServer
) -> None:
    """Those who failed or were not tried yet are reported, and reached with ``--add``."""
    assert sending.send("a-1")[1] == "meeting: 1 sent\n"
    server.manner = to({"b-2@example.int": "refuse", "b-3@example.int": "busy"})
    assert sending.send("b-1 b-2 b-3 b-4", "--add", "--tries", "1")[0] == 3
    server.manner = to({})
    sending.change("is kindly invited")
    _, _, said = sending.send("a-1 n-1", "--changed", changed)
    assert (
        "3 addressees of the earlier list have no letter yet, and are not in this list: b-2, b-3, b-4; --add sends"
        in said
    )
    assert sending.send("b-2 b-3 b-4", "--add")[0] == 0

    got = dict.fromkeys([f"{id}@example.int" for id in ("a-1", "b-1", "b-2", "b-3", "b-4", "n-1")], 1)
    assert server.count() == got | ({"a-1@example.int": 2} if changed == "all" else {})


def test_addressees_in_other_folders_are_reported(sending: Sending, server: MailServer, folder: Path) -> None:  # noqa: F811
    """By address, whatever the id and the case; ledgers of other letters and one's own do not count."""
    server.manner = to({"b-1@example.int": "refuse", "c-1@example.int": "drop taken"})
    assert sending.send("A-1 b-1 c-1 d-1", "--out", "output/early")[0] == 1
    server.manner = to({})
    sending.change("is kindly invited")
    sending.rename = {"a-1": "z-9"}
    code, _, said = sending.send("a-1 b-1 c-1 e-1")

    assert code == 0
    assert "\n  2 of these addresses have or may have this letter already, from output/early/meeting\n" in said
    assert "already" not in sending.send("f-1", "--add")[2]
    assert (
        "  1 of these addresses has or may have this letter already, from output/meeting\n"
        in (sending.send("e-1", "--out", "output/late")[2])
    )
    early = folder / "output/early/meeting/merge-send.sqlite"
    assert count_sent(["a-1@example.int", "A-1@example.int", "b-1@example.int", "x@example.int"], early) == 1
    early.write_bytes(b"no ledger" * 200)
    code, _, said = sending.send("g-1", "--add")
    assert (
        code,
        "output/early/meeting/merge-send.sqlite  ledger  it is not known who got the letter from here" in said,
    ) == (0, True)


@pytest.mark.parametrize("more", [(), ("--skip-bad",)])
def test_a_stopped_addition_to_a_changed_letter_goes_on(
    more: tuple[str, ...], sending: Sending, server: MailServer
) -> None:
    """Those of the added list who have the letter already do not stop the rest of it."""
    assert sending.send("a-1")[0] == 0
    sending.change("is kindly invited")
    assert sending.send("a-1 n-1", "--changed", "rest")[0] == 0
    server.manner = to({"b-2@example.int": "busy"})
    assert sending.send("b-1 b-2", "--add", "--tries", "1", *more)[0] == 3
    server.manner = to({})

    assert sending.send("b-1 b-2", "--add", "--resume", *more)[1] == "meeting: 3 sent, 1 has it as it was\n"
    assert server.count() == dict.fromkeys([f"{id}@example.int" for id in ("a-1", "n-1", "b-1", "b-2")], 1)
