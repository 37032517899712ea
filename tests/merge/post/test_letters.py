"""The letters of a plan as messages: the attachments are what a merge writes."""

from __future__ import annotations

import datetime
import pickle
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from circulars.errors import LetterError
from circulars.merge.making.run import Merge
from circulars.merge.planning.ledger import Ledger
from circulars.merge.planning.opening import open_merge
from circulars.merge.planning.order import MergeOrder
from circulars.merge.post.letters import DraftMaker, MessageMaker
from circulars.merge.post.mailbox import read_mailbox
from circulars.source.addressees import open_list
from circulars.source.letters import read_letter
from circulars.workspace import Workspace
from merge.post.test_command import LETTER, LIST

NOW = datetime.datetime(2026, 3, 14, 12, 0, tzinfo=datetime.UTC)


@pytest.fixture
def merge(tmp_path: Path) -> Iterator[Merge]:
    """A planned merge of five addressees."""
    (tmp_path / "meeting.yaml").write_text(LETTER, encoding="utf-8")
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    with open_merge(tmp_path / "output", "eml") as ledger:
        merge = _merge(tmp_path, ledger)
        merge.plan()
        yield merge


def _merge(folder: Path, ledger: Ledger) -> Merge:
    letter = read_letter(folder / "meeting.yaml")
    listed = open_list(str(folder / "list.csv"), folder=folder)
    order = MergeOrder(kind="eml", formats=("docx", "txt"))
    return Merge(letter, listed, Workspace(folder), order, folder / "output", ledger)


@pytest.fixture
def letters(merge: Merge) -> MessageMaker:
    """The maker of its messages."""
    return MessageMaker(merge.kit(), merge.facts.plan, "meeting", read_mailbox("TSB <tsb@example.int>"))


def read(data: bytes) -> EmailMessage:
    """A message, parsed."""
    found = message_from_bytes(data, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def test_what_is_attached_is_what_a_merge_writes(merge: Merge, letters: MessageMaker) -> None:
    """Byte for byte, for every addressee."""
    for entry in merge.ledger.entries():
        attached = read(letters.mail(entry, NOW).data).iter_attachments()
        assert [(part.get_filename(), _bytes(part)) for part in attached] == [
            (f"meeting.{copy.language}.{copy.format}", copy.data) for copy in letters.kit.copies(entry)
        ]


def _bytes(part: EmailMessage) -> bytes:
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    return data


def test_each_draft_is_a_file(merge: Merge, letters: MessageMaker) -> None:
    """One for each addressee, the same from any process, and without a date until it is sent."""
    drafts = pickle.loads(pickle.dumps(DraftMaker(letters)))

    entries = list(merge.ledger.entries())
    copies = [copy for entry in entries for copy in drafts.copies(entry)]
    assert [copy.name for copy in copies] == [
        "ch-001.en.eml", "es-001.es.eml", "fr-001.en.eml", "us-001.en.eml", "us-002.es.eml",
    ]  # fmt: skip
    assert [copy.data for copy in copies] == [letters.draft(entry) for entry in entries]
    assert {(read(copy.data)["X-Unsent"], read(copy.data)["Date"]) for copy in copies} == {("1", None)}


def test_a_message_has_the_same_id_whenever_it_is_made(merge: Merge, letters: MessageMaker) -> None:
    """Sent again after a doubt, it is the same message to a mail program; a sample is a different one."""
    entry = merge.ledger.entry(0)
    mail, later = letters.mail(entry, NOW), letters.mail(entry, NOW + datetime.timedelta(days=1))

    assert mail.message_id == later.message_id
    assert mail.data != later.data
    assert letters.sample(entry, letters.sender, NOW).message_id != mail.message_id


def test_a_letter_that_is_mailed_needs_an_address(tmp_path: Path) -> None:
    """A list without the column ``email`` is reported before anything is made."""
    (tmp_path / "meeting.yaml").write_text(LETTER, encoding="utf-8")
    (tmp_path / "list.csv").write_text("id,language,name\nch-001,en,Ana Ejemplo\n", encoding="utf-8")
    with open_merge(tmp_path / "output", "eml") as ledger, pytest.raises(LetterError) as told:
        _merge(tmp_path, ledger).plan()

    assert "email" in str(told.value)
