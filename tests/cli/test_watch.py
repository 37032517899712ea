"""``circulars build --watch``: builds again after each change, until Ctrl-C."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from commands import HANGING
from conftest import ROOT, hear_interrupts


def another_letter(folder: Path, path: str, number: int) -> None:
    """Writes a copy of the first letter with another number."""
    text = (folder / "letters/one.yaml").read_text(encoding="utf-8")
    (folder / path).write_text(text.replace("number: 1", f"number: {number}"), encoding="utf-8")


class Watch:
    """A running ``build --watch``, and what it has printed so far."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder = folder
        self.log = folder / "log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "circulars", "build", "--watch", "--formats", "txt", *arguments],
                cwd=folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=os.environ | {"PYTHONUNBUFFERED": "1"},
                start_new_session=True,
                preexec_fn=hear_interrupts,
            )
        self.until(lambda: self.is_watching)

    @property
    def printed(self) -> str:
        """Everything printed so far."""
        return self.log.read_text(encoding="utf-8")

    @property
    def is_watching(self) -> bool:
        """Whether it is waiting for the next change."""
        return self.printed.endswith("watching; Ctrl-C stops\n")

    @property
    def builds(self) -> int:
        """The number of builds that wrote files."""
        return len(re.findall(" files? of ", self.printed))

    def until(self, holds: Callable[[], bool]) -> None:
        """Waits until a condition holds."""
        end = time.monotonic() + HANGING
        while not holds():
            assert time.monotonic() < end, self.printed
            assert self.process.poll() is None, self.printed
            time.sleep(0.05)

    def stop(self) -> int:
        """Stops the command with Ctrl-C, and returns its exit code."""
        self.until(lambda: self.is_watching)
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(HANGING)


@pytest.fixture
def watch(folder: Path) -> Iterator[Callable[..., Watch]]:
    """Starts the command in the folder, and ends it when the test ends."""
    started: list[Watch] = []

    def start(*arguments: str) -> Watch:
        started.append(Watch(folder, *arguments))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


def replace(file: Path, old: str, new: str) -> None:
    """Replaces text in a file, as an editor does."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_change_of_a_letter_builds_that_letter_again(folder: Path, watch: Callable[..., Watch]) -> None:
    """The other letters are not built; after Ctrl-C the exit code is that of the last build."""
    another_letter(folder, "letters/two.yaml", 2)
    running = watch()
    before = (folder / "output/two.en.txt").stat().st_mtime_ns

    replace(folder / "letters/one.yaml", "Text.", "Changed.")
    running.until(lambda: "Changed." in (folder / "output/one.en.txt").read_text())
    running.until(lambda: running.builds == 2)

    assert "2 files of 1 letter" in running.printed
    assert (folder / "output/two.en.txt").stat().st_mtime_ns == before
    assert running.stop() == 0
    assert "Traceback" not in running.printed


def test_a_letter_that_becomes_broken_is_reported_and_can_be_fixed(folder: Path, watch: Callable[..., Watch]) -> None:
    """The old files stay until the letter builds again."""
    running = watch()

    replace(folder / "letters/one.yaml", "subject:", "subjet:")
    running.until(lambda: "not built: one" in running.printed)

    assert "letters/one.yaml:5:1  unknown-field  'subjet' is not part of a letter" in running.printed
    assert "Text." in (folder / "output/one.en.txt").read_text()

    replace(folder / "letters/one.yaml", "subjet: {en: Subject", "subject: {en: Fixed")
    running.until(lambda: "Fixed" in (folder / "output/one.en.txt").read_text())
    running.until(lambda: running.builds == 2)
    assert running.stop() == 0


def test_ctrl_c_after_a_failed_build_ends_with_1(folder: Path, watch: Callable[..., Watch]) -> None:
    """The exit code is that of the last build."""
    running = watch()

    replace(folder / "letters/one.yaml", "subject:", "subjet:")
    running.until(lambda: "not built: one" in running.printed)

    assert running.stop() == 1


def test_a_change_of_a_template_builds_every_letter_again(folder: Path, watch: Callable[..., Watch]) -> None:
    """Words, templates and pictures of a pack affect all letters."""
    shutil.copytree(ROOT / "templates/itu", folder / "templates/itu")
    another_letter(folder, "letters/two.yaml", 3)
    running = watch()

    replace(folder / "templates/itu/words/en.yaml", "closing: Yours faithfully,", "closing: Best regards,")
    running.until(lambda: "Best regards," in (folder / "output/two.en.txt").read_text())

    assert "Best regards," in (folder / "output/one.en.txt").read_text()

    (folder / "templates/itu/words/en.yaml").write_text("x")
    running.until(lambda: "not built: one, two" in running.printed)
    assert running.stop() == 1


def test_a_change_of_a_language_builds_every_letter_again(folder: Path, watch: Callable[..., Watch]) -> None:
    """The languages of the workspace are watched as well."""
    (folder / "languages").mkdir()
    shutil.copy(ROOT / "src/circulars/languages/en.yaml", folder / "languages/en.yaml")
    running = watch()

    replace(folder / "languages/en.yaml", 'subject: "Subject:"', 'subject: "About:"')
    running.until(lambda: "About:" in (folder / "output/one.en.txt").read_text())
    running.until(lambda: running.builds == 2)

    assert running.stop() == 0


def test_a_new_letter_is_built_and_a_deleted_one_is_not(folder: Path, watch: Callable[..., Watch]) -> None:
    """Without names, all letters in letters/ are watched, and watching goes on even when there are none."""
    running = watch()

    another_letter(folder, "letters/new.yaml", 4)
    running.until(lambda: (folder / "output/new.en.txt").exists())
    (folder / "letters/new.yaml").unlink()
    (folder / "letters/one.yaml").unlink()
    time.sleep(1)  # or the watcher would report these changes together with the next one
    (folder / "letters/late.yaml").write_text(LATE)
    running.until(lambda: (folder / "output/late.en.txt").exists())
    running.until(lambda: running.builds == 3)

    assert running.stop() == 0


LATE = """\
kind: tsb-circular
number: 2
date: 2025-01-15
languages: [en]
subject: Subject
body: [{en: Late.}]
"""


def test_written_files_do_not_start_the_next_build(folder: Path, watch: Callable[..., Watch]) -> None:
    """A letter beside its output folder is built once per change."""
    another_letter(folder, "beside.yaml", 5)
    running = watch("beside.yaml")

    replace(folder / "beside.yaml", "Text.", "Changed.")
    running.until(lambda: "Changed." in (folder / "output/beside.en.txt").read_text())
    running.until(lambda: running.builds == 2)
    time.sleep(1.5)

    assert running.stop() == 0
    assert running.builds == 2
