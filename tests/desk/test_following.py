"""A text is written into its own paragraph, wherever that is by then, and never into another one."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from circulars.desk import journal
from circulars.desk.fields import letter_fields, text_hash
from circulars.desk.following import FollowedEntries, FoundPath
from desk.desks import Reader

NAME = "pages"
HEAD = "letter: circular\nlanguages: [en, es]\nbody:\n"
NEW = "- en: New\n  es: Nuevo\n"
A, B, C = "- en: Alpha\n", "- en: Beta\n", "- en: Gamma\n"
EMPTY = '- en: ""\n  es: ""\n'
SAME = "- en: Idem\n"


@pytest.fixture
def letter(office: Path) -> Path:
    path = office / f"letters/{NAME}.yaml"
    path.write_text(HEAD + A + B + C, encoding="utf-8")
    return path


def seen(reader: Reader) -> str:
    """The version that a page shows which is loaded now."""
    assert reader.get(f"/letters/{NAME}").status == 200
    return reader.version(NAME)


def test_a_missing_translation_is_added_to_its_own_paragraph(reader: Reader, letter: Path) -> None:
    """All missing texts are equal; a paragraph that was put above them has moved them."""
    version = seen(reader)
    letter.write_text(HEAD + NEW.replace("  es: Nuevo\n", "") + A + B + C, encoding="utf-8")

    answer = reader.edit(NAME, ("body", 1, "es"), "", "Beta en español", version)

    assert (answer.status, json.loads(answer.said["field"])) == (200, ["body", 2, "es"])
    assert f"{B}  es: Beta en español\n{C}" in letter.read_text(encoding="utf-8")
    assert answer.said["moved"]['["body", 0, "en"]'] == ['["body", 1, "en"]', True]
    assert answer.said["version"] == reader.version(NAME)


def test_what_the_file_says_now_is_never_another_paragraph(reader: Reader, letter: Path) -> None:
    """A text that is gone is reported as gone; one that was moved and changed by its own new words."""
    version = seen(reader)
    letter.write_text(HEAD + C + A + "  es: Alfa\n", encoding="utf-8")
    before = letter.read_bytes()

    gone = reader.edit(NAME, ("body", 1, "en"), "Beta", "Mine", version)
    page = reader.edit(NAME, ("body", 1, "en"), "Beta", "Mine", version, Accept="text/html")
    changed = reader.edit(NAME, ("body", 0, "es"), "", "Mía", version).said

    assert gone.status == page.status == 409
    assert "theirs" not in gone.said and gone.said["moved"]['["body", 1, "en"]'] is None
    assert "no longer in the letter" in page.text and "Mine" in page.text
    assert changed["theirs"] == "Alfa"
    assert changed["moved"]['["body", 0, "es"]'] == ['["body", 1, "es"]', True]
    assert letter.read_bytes() == before


def test_a_paragraph_with_other_words_in_the_same_place_is_asked_about(reader: Reader, letter: Path) -> None:
    """Perhaps it is another one: an equal text, such as one that is missing, is not enough to write into it."""
    version = seen(reader)
    letter.write_text(HEAD + A + "- en: Other\n" + C, encoding="utf-8")
    before = letter.read_bytes()

    said = reader.edit(NAME, ("body", 1, "es"), "", "Beta en español", version)

    assert (said.status, said.said["theirs"], said.said["was"]) == (409, "", text_hash(""))
    assert said.said["moved"]['["body", 1, "es"]'] == ['["body", 1, "es"]', False]
    assert letter.read_bytes() == before
    assert reader.edit(NAME, ("body", 1, "es"), "", "Mía", said.said["version"]).status == 200


def test_a_version_that_the_desk_has_not_seen_is_not_written(reader: Reader, letter: Path) -> None:
    """The letter was changed before the desk was started again."""
    before = letter.read_bytes()

    answer = reader.edit(NAME, ("body", 1, "es"), "", "Beta en español", "0" * 64)

    assert answer.status == 409
    assert "before the desk was started" in answer.said["fact"]
    assert letter.read_bytes() == before


def test_the_oldest_versions_are_forgotten(reader: Reader, letter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The memory that they take is limited."""
    monkeypatch.setattr(journal, "MOST_SEEN", 3 * len(zlib.compress(letter.read_bytes(), 1)))
    version = seen(reader)
    for number in range(4):
        letter.write_text(HEAD + A + B + C.replace("Gamma", f"Gamm{number}"), encoding="utf-8")
        newest = seen(reader)
    letter.write_text(HEAD + B + A, encoding="utf-8")

    assert reader.edit(NAME, ("body", 1, "es"), "", "x", version).status == 409
    assert reader.edit(NAME, ("body", 1, "es"), "", "x", newest).status == 200


CASES = [
    ([A, B, C], [C, A, B], [1, 2, 0]),
    ([A, B, C], [A, C], [0, None, 1]),
    ([A, B, C], [A, EMPTY, B, C], [0, 2, 3]),
    ([A, B, C], [A, NEW, C], [0, (1,), 2]),
    ([A, B, C], [B, A.replace("Alpha", "Other"), C], [None, 0, 2]),
    ([EMPTY, A, EMPTY], [A, EMPTY], [None, 0, 1]),
    ([A, EMPTY, EMPTY], [A, EMPTY], [0, None, None]),
    ([A, EMPTY, EMPTY, B], [C, A, EMPTY, EMPTY, B], [1, 2, 3, 4]),
    ([SAME + "  es: Uno\n", SAME + "  es: Dos\n"], [SAME + "  es: Dos\n"], [None, 0]),
    ([SAME + "  es: Uno\n", SAME + "  es: Dos\n"], [SAME + "  es: Dos\n", SAME + "  es: Uno\n"], [1, 0]),
    ([SAME, A, SAME], [A, SAME, SAME], [None, 0, None]),
    (["- level: 1\n  en: One\n", A], [A, "- level: 1\n  en: Two\n"], [None, 0]),
    ([A + "  es: Alfa\n", B], [B, A.replace("Alpha", "Other") + "  es: Alfa\n"], [1, 0]),
]


@pytest.mark.parametrize(("old", "new", "places"), CASES)
def test_paragraphs_are_recognized_by_their_words(
    old: Sequence[str], new: Sequence[str], places: Sequence[int | tuple[int] | None]
) -> None:
    """A number is certain; in brackets, it is only between the same neighbours. None: gone, or one of several."""
    fields = [letter_fields((HEAD + "".join(one)).encode(), "", Path()) for one in (old, new)]
    followed = FollowedEntries(*fields)

    found = [followed.find(("body", number)) for number in range(len(old))]

    expected = [(at[0], False) if isinstance(at, tuple) else (at, True) for at in places]
    assert found == [None if at is None else FoundPath(("body", at), certain) for at, certain in expected]


def test_texts_in_lists_of_a_paragraph_are_followed(tmp_path: Path) -> None:
    """Deadlines and the like are looked for in the list of their own paragraph."""
    deadlines = "- deadlines:\n  - date: 2024-01-01\n    en: One\n  - date: 2024-01-01\n    en: Two\n"
    turned = "- deadlines:\n  - date: 2024-01-01\n    en: Two\n  - date: 2024-01-01\n    en: One\n"
    followed = FollowedEntries(
        *(letter_fields((HEAD + body).encode(), "", tmp_path) for body in (A + deadlines, turned + A))
    )

    assert followed.find(("body", 1, "deadlines", 0, "date")) == FoundPath(("body", 0, "deadlines", 1, "date"))
    assert followed.find(("languages", 1)) == FoundPath(("languages", 1))
