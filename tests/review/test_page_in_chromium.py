"""How readers use the page of changes in Chromium, which is started once for all that they do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pypdfium2
import pytest

from browsers import Step, Visit, visit
from circulars.review.reports.page import page_of
from review.test_page import REPORT

Found = Mapping[str, list[Any]]
"""What was found on each visit."""
OPEN_ALL: Final[Step] = {"run": "document.querySelectorAll('details').forEach((one) => { one.open = true; })"}
NO_CONTROLS: Final[Step] = {
    "run": "document.querySelectorAll('.said, .steps, .filter, .keys').forEach((one) => one.remove())"
}
TEXT: Final[Step] = {"value": "document.body.innerText"}
HERE: Final[Step] = {"value": "[location.hash, document.activeElement.textContent]"}
HASH: Final[Step] = {"value": "location.hash"}
KEYS_OFF: Final[Step] = {"run": "document.getElementById('keys').click()"}
KEYS_SHOWN: Final[Step] = {"value": "getComputedStyle(document.querySelector('.keys')).display"}
SAID: Final[Step] = {"value": "getComputedStyle(document.querySelector('.said')).position"}
SIDES: Final[Step] = {
    "value": "[...document.querySelectorAll('.change .side')].filter((one) => one.offsetParent)"
    ".map((one) => one.lang).join()"
}
AXE: Final[Step] = {"axe": True}


def keys(*names: str) -> list[Step]:
    """Steps that press keys, one after the other."""
    return [{"key": name} for name in names]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the page, and with what is printed of it."""
    return tmp_path_factory.mktemp("page")


@pytest.fixture(scope="module")
def found(folder: Path) -> Found:
    """What was found on the visits of all readers."""
    page, faint = folder / "changes.html", folder / "faint.html"
    page.write_text(page_of(REPORT), "utf-8")
    faint.write_text(page_of(REPORT).replace("--text: #1b1f24", "--text: #ccc"), "utf-8")
    file, printed = str(page), str(folder / "changes.pdf")
    by_keys = [step for key in "nnnp" for step in ({"key": key}, HERE)]
    to_next = [*keys("Tab", "Enter"), HASH, *keys("Tab", "Tab", "Enter"), HASH]
    visits = {
        "light": Visit(file, [AXE, OPEN_ALL, AXE]),
        "dark": Visit(file, [OPEN_ALL, AXE], scheme="dark"),
        "forced colours": Visit(file, [OPEN_ALL, AXE], forced=True),
        "400 %": Visit(file, [OPEN_ALL, AXE], width=320, height=256, scale=4),
        "faint": Visit(str(faint), [AXE]),
        "keys": Visit(file, [*by_keys, KEYS_OFF, *keys("n"), HERE]),
        "questions": Visit(file, [*keys("q"), HASH, *keys("q"), HASH, *keys("p"), HASH]),
        "links": Visit(file, [*to_next, KEYS_SHOWN], scripts=False),
        "languages": Visit(file, [SIDES, *keys("Tab", "Tab", "Tab", "Tab", " "), SIDES, SAID], scripts=False),
        "print": Visit(file, [{"print": printed}, OPEN_ALL, NO_CONTROLS, TEXT]),
    }
    return dict(zip(visits, visit([*visits.values()]), strict=True))


@pytest.mark.parametrize("look", ["light", "dark", "forced colours", "400 %"])
def test_axe_finds_nothing(found: Found, look: str) -> None:
    """The page is accessible in light and dark, in forced colours, and zoomed to 400 %, with all parts open."""
    assert [faults for faults in found[look] if faults] == []


def test_axe_finds_what_is_wrong(found: Found) -> None:
    """Otherwise the test above would show nothing."""
    [faults] = found["faint"]

    assert any(one.startswith("color-contrast") for one in faults)


def test_readers_go_from_change_to_change_by_keys(found: Found) -> None:
    """The keys n and p lead to the next and the previous change, open what is folded, and can be turned off."""
    first, second, third, back, still = found["keys"]

    assert first == ["#circular-214.first", "paragraph 1"]
    assert second == ["#circular-214.documents", "Deadlines, row Document 7, Title"]
    assert third == ["#circular-214.list-2", "list below “Deadlines”, item 2"]
    assert back == second
    assert still == second


def test_readers_go_from_question_to_question_by_a_key(found: Found) -> None:
    """The key q leads to the next question; the other keys go on from the change that it is about."""
    assert found["questions"] == [
        "#circular-214.documents.question-1", "#circular-214.list-2.question-1", "#circular-214.documents",
    ]  # fmt: skip


def test_readers_go_from_change_to_change_without_scripts(found: Found) -> None:
    """Tab and Enter follow the links to the first change, and from each change to the next."""
    assert found["links"] == ["#circular-214.first", "#circular-214.documents", "none"]


def test_a_reader_hides_a_language_without_scripts(found: Found) -> None:
    """Tab and the space bar untick its box; the styles are those that the policy of the page allows."""
    before, after, hidden = found["languages"]

    assert {*before.split(",")} == {"en", "es", "ar"}
    assert {*after.split(",")} == {"en", "ar"}
    assert hidden == "absolute"


def test_nothing_is_lost_in_print(found: Found, folder: Path) -> None:
    """The printed page has every character of the page, also of what is folded, except for controls.

    The order is that of the eye in what is written from right to left, so characters are counted.
    """
    [text] = found["print"]

    sheets = pypdfium2.PdfDocument(folder / "changes.pdf")
    printed = "".join(sheet.get_textpage().get_text_range() for sheet in sheets)
    assert Counter("".join(text.split())) - Counter("".join(printed.split())) == Counter()
