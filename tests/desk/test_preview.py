"""The preview does costly work once, and shows what is typed before it is saved."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from circulars.desk.preview import TEXT, LetterPreviews, NoPreviewError
from circulars.errors import LimitError, Place, Problem
from circulars.workspace import Workspace
from desk.desks import Answer, Reader

NAME = "tsb-circular-213"
PATH = ("body", 1, "en")


def test_a_version_that_exceeds_the_limits_is_not_laid_out_again(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each time would take all the time that a letter may take. The next version is laid out."""
    done: list[str] = []

    def build(*_: object) -> None:
        done.append(letter.read_text()[-9:])
        raise LimitError(Problem(Place(), "too-much-work", "the letter takes too much time"))

    monkeypatch.setattr("circulars.desk.preview.build", build)
    letter, previews = office / f"letters/{NAME}.yaml", LetterPreviews(Workspace(office))
    for comment in ("", "# changed"):
        letter.write_text(letter.read_text() + comment)
        for _ in range(3):
            with pytest.raises(NoPreviewError):
                previews.preview(NAME, "en", TEXT)

    assert len(done) == 2


@pytest.mark.parametrize(("view", "part"), [("text", "preview/en"), ("pages", "pages/en")])
def test_an_old_preview_says_so_when_the_page_is_loaded(view: str, part: str, office: Path, reader: Reader) -> None:
    """The letter got a problem since its last good layout; a letter that was never shown has no old preview."""
    file = office / f"letters/{NAME}.yaml"
    good = file.read_bytes()
    wrong = good.replace(b"{{ meeting }}", b"{{ meting }}", 1)
    notes = []
    for data, is_shown in ((wrong, False), (good, True), (wrong, False)):
        file.write_bytes(data)
        notes.append('id="old" class="old" hidden' not in reader.get(f"/letters/{NAME}?view={view}&preview=en").text)
        if is_shown:
            assert reader.get(f"/letters/{NAME}/{part}").status == 200

    assert notes == [False, False, True]


def test_a_draft_has_what_is_typed_and_nothing_is_saved(office: Path, reader: Reader) -> None:
    """Line ends are those of forms; what is shown may do no more than the preview."""
    files = {path: path.read_bytes() for path in office.rglob("*") if path.is_file()}

    answer = draft(reader, "Words are typed.\r\n\r\nAnd more of them.")

    assert answer.status == 200
    assert "Words are typed." in answer.text
    assert "And more of them." in answer.text
    shown = reader.get(f"/letters/{NAME}/preview/en")
    assert answer.headers["content-security-policy"] == shown.headers["content-security-policy"]
    assert "Words are typed." not in shown.text
    assert {path: path.read_bytes() for path in office.rglob("*") if path.is_file() and path in files} == files


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"version": "0" * 64}, 409), ({"path": '["body", 99, "en"]'}, 409), ({"path": "{}"}, 400),
        ({"text": "{{ meting }}"}, 422), ({"text": "\0"}, 422),
    ],
)  # fmt: skip
def test_a_draft_that_cannot_be_shown_is_refused(reader: Reader, form: dict[str, str], status: int) -> None:
    """Of another version of the letter, of a text that is not there, or with a problem."""
    assert draft(reader, **form).status == status


def draft(reader: Reader, text: str = "Words.", **form: str) -> Answer:
    """What the desk makes of a text that is typed."""
    fields = {"version": reader.version(NAME), "path": json.dumps(PATH), "text": text, **form}
    return reader.post(f"/letters/{NAME}/draft/en", fields, Accept="application/json")
