"""Kills desks while two browsers write one letter: ``python tests/desk/killing.py 50 [SEED]``."""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from browsers import Browser, Visit, browsing
from circulars.desk.fields import letter_fields
from circulars.start import make_workspace
from desk.desks import started

NAME = "tsb-circular-213"
AT_ONCE = 12
"""So many words are typed at most before the next kill."""
LONGEST_WAIT = 0.8
"""In so many seconds a text is sent, kept in the journal, answered and written to the file."""
_TYPE = """(() => {
  window.labels = document.getElementById('desk').dataset;
  const field = document.querySelector('form[data-field=' + JSON.stringify(%s) + ']').elements.text;
  window.words = 0; window.wanted = 0; window.field = field;
  setInterval(() => {
    if (words >= wanted) return;
    field.value += ' ' + ++words;
    field.dispatchEvent(new Event('input', {bubbles: true}));
  }, 20);
})()"""


class Writer:
    """A writer in a browser of their own, at a desk of their own; all desks are over one folder."""

    def __init__(self, folder: Path, path: tuple[str | int, ...], browser: Browser, desk: ExitStack) -> None:
        self.path, self.words = path, 0
        self._folder, self._browser, self._desk = folder, browser, desk
        self._process, self._port, link = desk.enter_context(started(folder))
        pages = [f"http://127.0.0.1:{self._port}{page}" for page in (link, f"/letters/{NAME}?show=en&show=es")]
        browser.found([Visit(page, []) for page in pages])
        self._do(run=_TYPE % json.dumps(json.dumps(path)))

    def type_words(self, count: int) -> None:
        """Types more words. Some of them are not sent yet, or not answered, when this returns."""
        self.words += count
        self._do(run=f"window.wanted = {self.words}")
        self._do(until=f"window.words >= {self.words}")

    def kill(self) -> None:
        """Kills the desk, at once, and starts it again at the same address."""
        self._process.kill()
        self._process.wait()
        self._desk.close()
        self._process, _, link = self._desk.enter_context(started(self._folder, "--port", str(self._port)))
        self._do(run=f"fetch({json.dumps(link)}).then(() => true)")

    def settle(self) -> None:
        """Waits until the page says that all is saved."""
        self._do(
            until="document.getElementById('status').textContent === document.getElementById('desk').dataset.saved"
        )

    def _do(self, **step: str) -> None:
        self._browser.found([Visit("", [step])])


def texts_after_kills(folder: Path, kills: int, chance: random.Random) -> list[tuple[str, str]]:
    """Each text of the letter as it is in the file and as it should be, after so many kills while two were typed."""
    file = folder / f"letters/{NAME}.yaml"
    paths = [("body", 1, "en"), ("body", 1, "es")]
    before = {one.path: one.text for one in letter_fields(file.read_bytes(), "", folder).fields}
    with ExitStack() as stack:
        browsers = [stack.enter_context(browsing()) for _ in paths]
        desks = [stack.enter_context(ExitStack()) for _ in paths]
        writers = [Writer(folder, *one) for one in zip(paths, browsers, desks, strict=True)]
        for _ in range(kills):
            for writer in writers:
                writer.type_words(chance.randint(1, AT_ONCE))
            time.sleep(chance.uniform(0, LONGEST_WAIT))
            chance.choice(writers).kill()
        for writer in writers:
            writer.type_words(1)
        for writer in writers:
            writer.settle()
    after = {one.path: one.text for one in letter_fields(file.read_bytes(), "", folder).fields}
    typed = {one.path: f"{before[one.path]} {' '.join(map(str, range(1, one.words + 1)))}" for one in writers}
    return [(after[path], text) for path, text in {**before, **typed}.items()]


def main(kills: int, seed: int) -> int:
    """Prints each text that lost or doubled something; 1 if there are some."""
    with tempfile.TemporaryDirectory() as folder:
        make_workspace(Path(folder))
        found = texts_after_kills(Path(folder), kills, random.Random(seed))
    wrong = [pair for pair in found if pair[0] != pair[1]]
    for text, wanted in wrong:
        print(f"{text!r} should be {wanted!r}")
    print(f"{kills} kills: {len(wrong)} of {len(found)} texts are wrong")
    return min(len(wrong), 1)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0))
