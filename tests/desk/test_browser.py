"""What writers do in Chromium: the words they type are saved and shown; every screen is accessible."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote

from browsers import Step, Visit, visit
from circulars.desk.access import LinkAccess
from conftest import ROOT
from desk.desks import served

TABLE = "tsb-collective-2-5"
ROWS = ("annexes", 1, "body", 1, "table", "rows", 0)
NAME = "tsb-circular-213"
FIELD = json.dumps('form[data-field=\'["body", 1, "en"]\'] [name=text]')
OLD, NEW = "The U4SSC meeting will be held in English and Spanish.", "The U4SSC meeting is in Spanish."
FRAMED = "document.getElementById('text').contentDocument?.body?.textContent.includes"


def until(condition: str) -> Step:
    """Waits until a condition holds in the page, or in the one after it."""
    return {"until": f"Boolean({condition})"}


def typed(text: str) -> Step:
    """Puts another text into the field, as typing does."""
    event = "new Event('input', {bubbles: true})"
    change = f"f.value = {json.dumps(text)}; f.dispatchEvent({event})"
    return {"run": f"(() => {{ const f = document.querySelector({FIELD}); {change} }})()"}


def test_a_word_that_is_typed_is_saved_and_shown(office: Path) -> None:
    """The file has it, the preview shows it, and the page says that it is saved."""
    letter = office / f"letters/{NAME}.yaml"
    before = letter.read_bytes()
    with served(office) as reader:
        address = reader.desk.access.address
        found = visit(
            [
                Visit(reader.desk.access.link, []),
                Visit(
                    f"{address}/letters/{NAME}",
                    [
                        until(f"{FRAMED}({json.dumps(OLD)})"),
                        typed(NEW),
                        until(f"{FRAMED}({json.dumps(NEW)})"),
                        until("document.getElementById('status').textContent === 'Saved'"),
                        {"value": "document.getElementById('old').hidden"},
                        {"value": "document.querySelector('#undo button').disabled"},
                    ],
                ),
            ]
        )
        assert letter.read_bytes() == before.replace(OLD.encode(), NEW.encode())

    assert found[1] == [True, False]


def test_words_are_shown_before_they_are_saved(office: Path) -> None:
    """The newest ones, although the desk answers nothing that would save them."""
    letter = office / f"letters/{NAME}.yaml"
    before = letter.read_bytes()
    is_save = "String(at).endsWith('/text')"
    never = f"const real = fetch; fetch = (at, how) => {is_save} ? new Promise(() => {{}}) : real(at, how)"
    with served(office) as reader:
        steps = [
            until(f"{FRAMED}({json.dumps(OLD)})"),
            {"run": never},
            *(typed(NEW[:end]) for end in (9, 12, len(NEW))),
        ]
        page = Visit(f"{reader.desk.access.address}/letters/{NAME}", [*steps, until(f"{FRAMED}({json.dumps(NEW)})")])
        visit([Visit(reader.desk.access.link, []), page])

    assert letter.read_bytes() == before


def test_buttons_undo_and_build(office: Path) -> None:
    """Chromium sends the forms as the desk wants them, and waits until all that was typed is saved."""
    letter = office / f"letters/{NAME}.yaml"
    before = letter.read_bytes()
    with served(office) as reader:
        page = f"{reader.desk.access.address}/letters/{NAME}"
        undo: list[Step] = [
            typed(NEW),
            until("!document.querySelector('#undo button').disabled"),
            {"run": "document.querySelector('#undo button').click()"},
            until(f"document.querySelector({FIELD})?.value === {json.dumps(OLD)}"),
            {"value": "document.querySelector('#undo button').disabled"},
        ]
        build: list[Step] = [
            typed(NEW),
            {"run": "document.querySelector('form[action$=build] button').click()"},
            until("document.querySelector('a[href$=pdf]')"),
            {"value": "[location.pathname, document.querySelectorAll('a[href*=files]').length]"},
        ]
        found = visit([Visit(reader.desk.access.link, []), Visit(page, undo), Visit(page, build)])

    assert found[1:] == [[True], [[f"/letters/{NAME}/built", 12]]]
    assert letter.read_bytes() == before.replace(OLD.encode(), NEW.encode())


def test_the_source_is_saved_with_its_numbers(office: Path) -> None:
    """A problem leads to its line, a line that is typed gets a number, and Ctrl+S saves."""
    letter = office / f"letters/{NAME}.yaml"
    letter.write_bytes(letter.read_bytes().replace(b"{{ meeting }}", b"{{ meting }}", 1))
    before = letter.read_text(encoding="utf-8")
    field = "document.querySelector('textarea')"
    line = f"{field}.value.slice(0, {field}.selectionStart).split('\\n').length"
    numbers = "document.querySelectorAll('.line-numbers span').length"
    add = f"{field}.value += '# the end\\n'; {field}.dispatchEvent(new Event('input', {{bubbles: true}}))"
    save = f"{field}.dispatchEvent(new KeyboardEvent('keydown', {{key: 's', ctrlKey: true, bubbles: true}}))"
    with served(office) as reader:
        steps: list[Step] = [
            {"run": "document.querySelector('a[data-line]').click()"},
            {"value": f"[{line}, {numbers}]"},
            {"run": add},
            {"value": numbers},
            {"run": save},
            until("location.search === '?done=saved'"),
        ]
        page = Visit(f"{reader.desk.access.address}/letters/{NAME}/source", steps)
        _, [[at, lines], more] = visit([Visit(reader.desk.access.link, []), page])

    wrong = before[: before.index("{{ meting }}")].count("\n") + 1
    assert (at, lines, more) == (wrong, before.count("\n") + 1, before.count("\n") + 2)
    assert letter.read_text(encoding="utf-8") == before + "# the end\n"


def test_a_heading_is_added_below_a_paragraph(office: Path) -> None:
    """Two pages and three buttons; the letter is then shown from its heading on."""
    letter = office / f"letters/{NAME}.yaml"
    before = letter.read_bytes()
    more = f"document.querySelector({FIELD}).closest('.row').querySelector('button[value=more]').click()"
    with served(office) as reader:
        steps: list[Step] = [
            {"run": more},
            until("document.querySelector('input[value=heading]')"),
            {"run": "document.querySelector('input[value=heading]').click()"},
            {"run": "document.querySelector('button.main').click()"},
            until("document.getElementById('row-body-2-heading')"),
            {"value": "location.hash"},
        ]
        page = Visit(f"{reader.desk.access.address}/letters/{NAME}", steps)
        _, found = visit([Visit(reader.desk.access.link, []), page])

    assert found == ["#row-body-2-heading"]
    assert b"  - heading:\n" in letter.read_bytes() and b"  - heading:\n" not in before


LOOKS: Mapping[str, Mapping[str, Any]] = {
    "light": {},
    "dark": {"scheme": "dark"},
    "narrow": {"width": 320, "height": 640},
    "forced colours": {"forced": True},
}  # fmt: skip


def test_every_screen_is_accessible(office: Path) -> None:
    """axe finds nothing: on the letters, a letter with its text and its pages, its files, its blocks, and a refusal.

    So it is in both languages and in every look. Only in a narrow window do long words matter: each screen is seen
    there in both languages, and in the other looks in one of them.
    """
    letter = office / f"letters/{NAME}.yaml"
    letter.write_bytes(letter.read_bytes().replace(b"{{ meeting }}", b"{{ meting }}", 1))
    shutil.copy(ROOT / f"letters/{TABLE}.yaml", letter.parent)
    other = "sg-letter-dm-24-1021"
    table = f"/letters/{TABLE}/block?path={quote(json.dumps(ROWS))}"
    paths = ["/", "/new", f"/letters/{NAME}", f"/letters/{other}?view=pages", f"/letters/{other}/built", "/nothing"]
    paths += [f"/letters/{NAME}/source", f"/letters/{other}/block?path={quote(json.dumps(('body', 1)))}", table]
    steps: list[Step] = [
        {"axe": True},
        {"value": "document.documentElement.scrollWidth <= innerWidth"},
        {"value": "document.documentElement.lang"},
    ]
    with served(office) as reader:
        access = reader.desk.access
        reader.begin()
        reader.post(f"/letters/{other}/build")
        assert isinstance(access, LinkAccess)
        access._link = "again"  # the other browser's
        visits, expected = {"link": Visit(access.link, [])}, {"link": list[object]()}
        for language in ("en", "es"):
            form = f"new URLSearchParams({{token: '{reader.token}', language: '{language}'}})"
            choose = f"fetch('/language', {{method: 'POST', body: {form}}}).then(() => true)"
            visits[language], expected[language] = Visit(f"{access.address}/", [{"run": choose}]), []
            for (at, (look, shown)), (number, path) in product(enumerate(LOOKS.items()), enumerate(paths)):
                if look != "narrow" and (at + number) % 2 == (language == "en"):
                    continue
                name = f"{path} in {language}, {look}"
                visits[name] = replace(Visit(access.address + path, steps), **shown)
                expected[name] = [[], True, language]
        found = dict(zip(visits, visit([*visits.values()]), strict=True))

    assert found == expected


def test_the_letter_of_the_preview_runs_nothing(office: Path) -> None:
    """Its frame is a sandbox without scripts, and the page has nothing that its policy would refuse."""
    with served(office) as reader:
        address = reader.desk.access.address
        watch = (
            "window.refused = []; addEventListener('securitypolicyviolation', (e) => refused.push(e.violatedDirective))"
        )
        _, found = visit(
            [
                Visit(reader.desk.access.link, []),
                Visit(
                    f"{address}/letters/{NAME}",
                    [
                        {"run": watch},
                        typed(NEW),
                        until(f"{FRAMED}({json.dumps(NEW)})"),
                        {"value": "[document.getElementById('text').getAttribute('sandbox'), refused.length]"},
                    ],
                ),
            ]
        )

    assert found == [["allow-same-origin", 0]]


def test_two_languages_stand_side_by_side_where_there_is_room(office: Path) -> None:
    """On a narrow screen they are one below the other."""
    cells = "[...document.querySelectorAll('.row.text:not(details .row) .cell')].slice(0, 2)"
    tops = f"new Set({cells}.map((cell) => cell.getBoundingClientRect().top)).size === 1"
    with served(office) as reader:
        address = f"{reader.desk.access.address}/letters/{NAME}?show=en&show=es"
        begin = Visit(reader.desk.access.link, [])
        _, *found = visit([begin, *(Visit(address, [{"value": tops}], width=width) for width in (1360, 1200, 360))])

    assert found == [[True], [True], [False]]
