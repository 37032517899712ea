"""What happens in Chromium to words that cannot be saved at once, or are typed just before the page is left."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from browsers import Step, Visit, visit
from desk.desks import served

NAME = "tsb-circular-213"
ENGLISH, SPANISH = '["body", 1, "en"]', '["body", 1, "es"]'
OLD, NEW = "The U4SSC meeting will be held in English and Spanish.", "The U4SSC meeting is in Spanish."
STATUS = "document.getElementById('status').textContent"


@pytest.fixture
def letter(office: Path) -> Path:
    return office / f"letters/{NAME}.yaml"


def form(name: str) -> str:
    return f"document.querySelector({json.dumps(f'form[data-field={json.dumps(name)}]')})"


def typed(name: str, text: str) -> str:
    """Puts another text into a field, as typing does."""
    return (
        f"(() => {{ const f = {form(name)}.elements.text; f.focus(); f.value = {json.dumps(text)}; "
        "f.dispatchEvent(new Event('input', {bubbles: true})) })()"
    )


def posted(address: str, **values: str) -> str:
    """Sends a form as another page of the desk does; this one does not see it."""
    own = "token: desk.dataset.token, version: desk.dataset.version"
    body = f"new URLSearchParams({{{own}, ...{json.dumps(values)}}})"
    sent = f"{{method: 'POST', redirect: 'manual', body: {body}}}"
    return f"fetch(desk.dataset.address + '/{address}', {sent}).then(() => true)"


def until(condition: str) -> Step:
    return {"until": f"Boolean({condition})"}


def done(office: Path, *steps: Step) -> list[object]:
    """What the steps gave on the page of the letter."""
    with served(office) as reader:
        address = f"{reader.desk.access.address}/letters/{NAME}?show=en&show=es"
        found = visit([Visit(reader.desk.access.link, []), Visit(address, steps)])
    return found[1]


def test_a_text_that_is_not_saved_stays_in_sight(office: Path, letter: Path) -> None:
    """Whatever else is saved, the page counts it; Build and Undo lead to it; once it is right, all is saved."""
    focused = f"document.activeElement === {form(ENGLISH)}.elements.text"
    found = done(
        office,
        {"run": typed(ENGLISH, "A bell \u0007")},
        until(f"{STATUS}.includes('Texts not saved: 1')"),
        {"run": typed(SPANISH, "Otro texto.")},
        until(f"{form(SPANISH)}.querySelector('.state').textContent === 'Saved'"),
        {"value": STATUS},
        {"run": "document.querySelector('form[action$=build] button').click()"},
        until(focused),
        {"run": "document.activeElement.blur(); document.querySelector('#undo button').click()"},
        until(focused),
        {"run": "document.activeElement.blur(); document.querySelector('#status a').click()"},
        until(focused),
        {"value": "location.pathname"},
        {"run": typed(ENGLISH, NEW)},
        until(f"{STATUS} === 'Saved'"),
    )

    assert found == ["Texts not saved: 1 Try again", f"/letters/{NAME}"]
    assert "Otro texto." in letter.read_text(encoding="utf-8") and NEW in letter.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "leave",
    [
        "location.href = '/new'",
        "document.querySelector('nav a').click()",
        "document.querySelector('.language button').click()",
    ],
    ids=["address", "link", "language"],
)
def test_the_last_words_are_saved_when_the_page_is_left(leave: str, office: Path, letter: Path) -> None:
    """They are sent at once, without the pause after the last key."""
    before = letter.read_bytes()

    page = f"fetch('/letters/{NAME}').then((one) => one.text())"
    done(
        office,
        {"run": f"{typed(ENGLISH, NEW)}; window.isLeft = true; {leave}"},
        until("!window.isLeft"),
        {"until": f"{page}.then((page) => page.includes({json.dumps(NEW)}))"},
    )

    assert letter.read_bytes() == before.replace(OLD.encode(), NEW.encode())


def test_words_are_sent_again_until_they_are_saved(office: Path, letter: Path) -> None:
    """The file may be away for a while."""
    before = letter.read_bytes()
    away = "desk.dataset.home = desk.dataset.address; desk.dataset.address = '/letters/away'"

    found = done(
        office,
        {"run": f"{away}; {typed(ENGLISH, NEW)}"},
        until(f"{STATUS}.includes('Texts not saved: 1')"),
        {"value": STATUS},
        {"run": "desk.dataset.address = desk.dataset.home"},
        until(f"{STATUS} === 'Saved'"),
    )

    assert isinstance(found[0], str) and "deleted or got another name" in found[0]
    assert letter.read_bytes() == before.replace(OLD.encode(), NEW.encode())


def test_what_the_desk_does_not_get_is_kept_in_the_browser(office: Path, letter: Path) -> None:
    """The next page of the letter sends it, and then nothing is kept any more."""
    before = letter.read_bytes()

    found = done(
        office,
        {"run": f"window.isLeft = true; window.fetch = () => Promise.reject(new TypeError()); {typed(ENGLISH, NEW)}"},
        until(f"{STATUS}.includes('Texts not saved: 1')"),
        {"value": f"{STATUS}.includes('does not answer')"},
        {"value": "Object.keys(localStorage).length"},
        {"run": "location.reload()"},
        until(f"!window.isLeft && {form(ENGLISH)}.elements.text.value === {json.dumps(NEW)}"),
        until(f"{form(ENGLISH)}.querySelector('.state').textContent === 'Saved'"),
        until("Object.keys(localStorage).length === 0"),
    )

    assert found == [True, 1]
    assert letter.read_bytes() == before.replace(OLD.encode(), NEW.encode())


def test_a_page_from_before_the_desk_was_started_again_saves_its_words(office: Path, letter: Path) -> None:
    """It takes the new token, as soon as the browser has opened the new link."""
    before = letter.read_bytes()
    old = "desk.dataset.token = 'old'; for (const one of document.querySelectorAll('[name=token]')) one.value = 'old'"

    found = done(
        office,
        {"run": f"{old}; {typed(ENGLISH, NEW)}"},
        until(f"{STATUS} === 'Saved'"),
        {"value": "[...document.querySelectorAll('[name=token]')].filter((one) => one.value === 'old').length"},
    )

    assert found == [0]
    assert letter.read_bytes() == before.replace(OLD.encode(), NEW.encode())


def test_an_open_page_follows_its_paragraphs(office: Path, letter: Path) -> None:
    """Another page has put one above: words, and then buttons, are still those of the paragraphs that it shows.

    What others write is shown, too.
    """
    found = done(
        office,
        {"run": f"window.shown = {form(ENGLISH)}"},
        {"run": posted("entry", act="add", path='["body", 0]')},
        {"run": typed(ENGLISH, NEW).replace(form(ENGLISH), "shown")},
        until(f"{STATUS} === 'Saved'"),
        {"value": "[shown.dataset.field, shown.elements.text.value]"},
        {"value": "shown.elements.version.value !== desk.dataset.version"},
        {"value": "document.querySelector('#row-body-1 form.arrange').elements.path.value"},
        {"run": "window.other = document.querySelector('#row-body-1 [lang=es]')"},
        {
            "run": posted("text", path='["body", 1, "es"]', text="Otro texto.").replace(
                '"text"', 'was: other.form.elements.was.value, "text"'
            )
        },
        until("other.value === 'Otro texto.'"),
        {"value": "document.getElementById('more').hidden"},
    )

    assert found == [['["body", 2, "en"]', NEW], True, '["body", 2]', False]
    assert f"en: {NEW}" in letter.read_text(encoding="utf-8")


def test_a_conflict_is_shown_and_decided(office: Path, letter: Path) -> None:
    """Both versions are in sight; one's own is saved when it is kept."""
    was = f"{form(ENGLISH)}.elements.was.value"
    theirs = posted("text", path=ENGLISH, text="The U4SSC meeting is in French.").replace(
        '"text"', f'was: {was}, "text"'
    )
    box = f"{form(ENGLISH)}.querySelector('.theirs')"

    found = done(
        office,
        # A page out of sight does not look for what others write: otherwise it may show this before it is typed over.
        {"run": "(() => { Object.defineProperty(document, 'hidden', {value: true}) })()"},
        {"run": theirs},
        {"run": typed(ENGLISH, NEW)},
        until(box),
        {"value": f"[...{box}.querySelectorAll('p')].map((one) => one.textContent)"},
        {"value": f"[...{box}.querySelectorAll('mark')].map((one) => one.textContent)"},
        until(f"{box}.getBoundingClientRect().bottom <= innerHeight + 1"),
        {"value": STATUS},
        {"run": f"{box}.querySelectorAll('button')[1].click()"},
        until(f"{STATUS} === 'Saved'"),
    )

    assert found == [
        ["The U4SSC meeting is in French.", NEW],
        ["French", "Spanish"],
        "Texts not saved: 1 Try again",
    ]
    assert f"en: {NEW}" in letter.read_text(encoding="utf-8")


def test_what_was_kept_is_asked_about_if_the_text_was_changed_meanwhile(office: Path, letter: Path) -> None:
    """Typing on is no choice: the other version is not overwritten."""
    was = f"{form(ENGLISH)}.elements.was.value"
    theirs = posted("text", path=ENGLISH, text="The U4SSC meeting is in French.")
    theirs = theirs.replace('"text"', f'was: {was}, "text"').replace("fetch(", "real(")
    box = f"{form(ENGLISH)}.querySelector('.theirs')"
    away = "window.isLeft = true; window.real = window.fetch; window.fetch = () => Promise.reject(new TypeError())"

    done(
        office,
        {"run": f"{away}; {typed(ENGLISH, NEW)}"},
        until(f"{STATUS}.includes('Texts not saved: 1')"),
        {"run": theirs},
        {"run": "location.reload()"},
        until(f"!window.isLeft && {box}"),
        {"run": f"{box}.remove(); {typed(ENGLISH, 'Typed on.')}"},
        until(box),
    )

    assert "The U4SSC meeting is in French." in letter.read_text(encoding="utf-8")
