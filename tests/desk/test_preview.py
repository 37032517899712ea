"""The preview does costly work once."""

from __future__ import annotations

from pathlib import Path

import pytest

from circulars.desk.preview import TEXT, LetterPreviews, NoPreviewError
from circulars.errors import LimitError, Place, Problem
from circulars.workspace import Workspace
from desk.desks import Reader

NAME = "tsb-circular-213"


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
