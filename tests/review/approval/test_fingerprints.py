"""Fingerprints cover all that is read, and nothing else."""

from __future__ import annotations

import random
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

import pytest

from circulars.model import document, text
from circulars.model.document import Document
from circulars.review.approval.fingerprints import IDS, LOOKS, NEITHER, fingerprints
from circulars.source.letters.reading import parse_letter
from circulars.workspace import Workspace
from conftest import ROOT
from review.edits import Editor, drawn_letter, is_valid
from review.pair_letters import letter_text

HERE = Workspace(ROOT)
Values = dict[str, Any]


def words(letter: Values) -> dict[str, str]:
    """The fingerprints of the words of a letter."""
    read = parse_letter(letter_text(letter).encode(), "letters/drawn.yaml", "drawn", ROOT)
    return dict(fingerprints(read, HERE).words)


def test_the_fields_that_are_not_read_exist() -> None:
    """A field that gets another name is read, until it is named here again."""
    for kind, names in LOOKS.items():
        assert names <= {one.name for one in fields(kind)}, kind


READ = {
    "Document": (
        "language locale direction date_first letterhead addressee date_line particulars addressees subject_label "
        "subject references salutation body closing signature link_code postscript annex_note enclosures copies "
        "distribution annexes running_header footer properties footnotes footnotes_label blank_label box_label "
        "cosignatures drafter"
    ),
    "Picture": "data alt",
    "Letterhead": "organization bureau mark",
    "Particular": "label lines contact",
    "AddressList": "label entries part",
    "Signature": "signed picture name title",
    "LinkCode": "address picture caption",
    "LabelledList": "label entries",
    "SettledAnnex": "label parent title body name",
    "SettledFootnote": "sign mark plain_mark spans is_counted",
    "Properties": "title subject author reference language date keywords",
    "Span": "text link hole language note blank direction inner",
    "Item": "label spans blocks",
    "Paragraph": "spans number",
    "Heading": "spans level number",
    "Items": "style entries",
    "Cell": "lines dashes colspan rowspan is_group lists",
    "Table": "caption columns rows row_heads subheads",
    "Note": "label spans",
}
"""What somebody reads of each class in a document, be it with a screen reader."""


def classes_in(value: Any, found: dict[str, type]) -> dict[str, type]:
    """The dataclasses of which a type consists, by name."""
    for one in get_args(value):
        classes_in(one, found)
    if is_dataclass(value) and isinstance(value, type) and value.__name__ not in found:
        found[value.__name__] = value
        for hint in get_type_hints(value, {**vars(text), **vars(document)}).values():
            classes_in(hint, found)
    return found


def test_each_field_of_a_document_is_read_or_a_look() -> None:
    """A new field must be decided: it is read, and belongs here, or is a look, and belongs to the looks."""
    for name, kind in classes_in(Document, {}).items():
        others = IDS | LOOKS.get(kind, frozenset()) | NEITHER.get(kind, frozenset())
        if name != "Attachment":  # nobody perceives them: see NEITHER
            assert {one.name for one in fields(kind)} - others == set(READ[name].split()), name


def arabic(sentence: str) -> str:
    """The fingerprint of the words of an Arabic letter with a sentence."""
    kind = {"kind": "tsb-circular", "number": 7, "date": "2025-01-15", "languages": ["ar"], "signatory": "tsb-director"}
    return words(kind | {"subject": {"ar": "اجتماع"}, "body": [{"ar": sentence}]})["ar"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("المقاعد 12 5-7 محدودة", "المقاعد [12 5-7]{lang=en} محدودة"),
        ("المقاعد ITU محدودة", "المقاعد [ITU]{lang=fr} محدودة"),
        ("المقاعد ITU محدودة جدا 5 محدودة", "المقاعد [ITU محدودة جدا 5]{lang=en} محدودة"),
    ],
)
def test_the_language_and_direction_of_words_are_covered(old: str, new: str) -> None:
    """They change the order in which words are read, and the voice of a screen reader."""
    assert arabic(old) != arabic(new)
    assert arabic(old) == arabic(old.replace("محدودة", "**محدودة**"))


@pytest.mark.parametrize("seed", range(12))
def test_whoever_gets_any_part_is_covered(seed: int) -> None:
    """Each block and each entry of a list that becomes one for some addressees changes the words in each language."""
    chance = random.Random(seed)
    letter = drawn_letter(chance)
    before, tried = words(letter), 0
    flows = Editor(chance, letter).flows()
    entries = [entry for one, key in Editor(chance, letter).lists() for entry in one[key] if isinstance(entry, dict)]
    parts = [part for part in (*(block for flow in flows for block in flow), *entries) if "when" not in part]
    for part in chance.sample(parts, min(4, len(parts))):
        part["when"] = {"category": "never-used"}
        if is_valid(letter):
            tried += 1
            after = words(letter)
            assert all(before[code] != after[code] for code in before), part
        del part["when"]

    assert tried or not parts


def test_a_paragraph_that_leaves_those_for_some_addressees_is_covered() -> None:
    """A text of two paragraphs is for members; the second one becomes one for everybody, and no word changes."""
    letter = drawn_letter(random.Random(1))
    code = [str(one) for one in letter["languages"]]
    when = {"category": "member-state"}
    both = dict.fromkeys(code, "Ember fjord.\n\nKite lantern.")
    first, second = (dict.fromkeys(code, text) for text in ("Ember fjord.", "Kite lantern."))

    together = words(letter | {"body": [*letter["body"], both | {"when": when}]})
    apart = words(letter | {"body": [*letter["body"], first | {"when": when}, second]})
    split = words(letter | {"body": [*letter["body"], first | {"when": when}, second | {"when": when}]})

    assert all(together[one] != apart[one] for one in code)
    assert together == split
