"""Word files with tracked changes: what they say when all changes are accepted, and when all are rejected."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterator

from lxml import etree

from circulars.model.document import Document
from circulars.pack import load_pack
from circulars.review.comparison import comparison
from circulars.review.redline import redline
from circulars.review.redline.keys import keyed
from circulars.review.tree import EVERYBODY, tree_of
from review.drafts import ENGLISH, numbered, with_body

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PACK = load_pack("itu")
_DATE = datetime.datetime(2024, 7, 12, tzinfo=datetime.UTC)


def test_changed_words_are_removed_and_added() -> None:
    """Only the words that changed are tracked, by the author and on the date given."""
    old = with_body(*numbered("The meeting is in Spanish."))
    new = with_body(*numbered("The meeting is in French."))

    changes = [*_changes(_tracked(old, new))]

    assert changes == [("del", "Ana Ejemplo", "Spanish"), ("ins", "Ana Ejemplo", "French")]


def test_every_key_of_a_word_file_is_that_of_a_part() -> None:
    """The parts that the keys in a Word file name are those of the comparison, with the same words."""
    units = {unit.key: unit.words for unit in tree_of(ENGLISH, EVERYBODY).walk()}
    _, slots = keyed(ENGLISH)

    wrong = [slot for slot in slots if not (slot.label or units.get(slot.key, "")[slot.start :].startswith(slot.text))]

    assert len(slots) > 50 and wrong == []


def _tracked(old: Document, new: Document) -> bytes:
    return redline(comparison(old, new), _PACK, "Ana Ejemplo", _DATE)


def _changes(file: bytes) -> Iterator[tuple[str, str, str]]:
    with zipfile.ZipFile(io.BytesIO(file)) as package:
        tree = etree.fromstring(package.read("word/document.xml"))
    for change in tree.iter(f"{_W}ins", f"{_W}del"):
        yield etree.QName(change).localname, str(change.get(f"{_W}author")), "".join(map(str, change.itertext()))
