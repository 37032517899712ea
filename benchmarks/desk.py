"""Measures how soon the desk shows what is typed, beside ``circulars build --watch`` and ``typst watch``.

    .venv/bin/python benchmarks/desk.py [--rounds 30]

Prints milliseconds, the median and the 95th percentile, in Chromium: from a key to the changed word in *Text* and to
the exact page in *Pages*, opening *Write* with 200 texts, and the list of 500 letters; then from the request to the
changed word for ten people who type in ten letters, with the memory of all processes; and the load of the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[0] = str(ROOT / "tests")  # this folder has a "desk" of its own

from browsers import Browser, Visit, browsing
from circulars.start import make_workspace
from desk.desks import Reader, served

CIRCULARS = Path(sys.executable).with_name("circulars")
NAME = "tsb-circular-213"
TYPED = ("body", 1, "en")
FIELD = f"document.querySelector({json.dumps(f'form[data-field={json.dumps(json.dumps(TYPED))}]')}).elements.text"
_WORD = f"{FIELD}.value = %s; {FIELD}.dispatchEvent(new Event('input', {{bubbles: true}}))"
_UNTIL = (
    "new Promise((done) => {{ const begun = performance.now(); {act}; "
    "const look = () => {{ {found} ? done(performance.now() - begun) : setTimeout(look, 2) }}; look() }})"
)
_TEXT = "document.getElementById('text').contentDocument?.body?.textContent.includes(%s)"


def main(rounds: int) -> None:
    """Measures all, and prints each figure as soon as it is there."""
    print(f"load before: {os.getloadavg()[0]:.1f}")
    with folder_of() as folder, served(folder) as reader, browsing() as browser:
        look_at(browser, reader.desk.access.link)
        report("key to word in Text", keys_to_words(browser, reader, rounds))
        report("key to exact page", keys_to_pages(browser, reader, rounds))
    with folder_of() as folder, served(folder) as reader, browsing() as browser:
        (folder / f"letters/{NAME}.yaml").write_text(long_letter(100), "utf-8")
        look_at(browser, reader.desk.access.link)
        report("opening Write with 200 texts", opened(browser, f"{reader.desk.access.address}/letters/{NAME}", 5))
    with folder_of() as folder, served(folder) as reader, browsing() as browser:
        text = (folder / f"letters/{NAME}.yaml").read_text("utf-8")
        for number in range(500):
            (folder / f"letters/letter-{number:03}.yaml").write_text(
                re.sub(r"(?m)^number:.*$", f"number: {number}", text), "utf-8"
            )
        look_at(browser, reader.desk.access.link)
        report("list of 500 letters", opened(browser, reader.desk.access.address, 5))
    with folder_of() as folder, served(folder) as reader:
        for number in range(10):
            shutil.copy(folder / f"letters/{NAME}.yaml", folder / f"letters/{NAME}-{number}.yaml")
        report("ten people, request to word", ten_people(reader.begin(), rounds))
        print(f"{'memory of all processes':32} {memory(os.getpid()) / 1e6:8.0f} MB")
    with folder_of() as folder:
        report("build --watch, file to PDF", watched(folder, rounds))
    if shutil.which("typst"):
        with tempfile.TemporaryDirectory() as typst:
            report("typst watch, file to PDF", typst_watched(Path(typst), rounds))
    else:
        print("typst watch: typst is not installed")
    print(f"load after: {os.getloadavg()[0]:.1f}")


def report(name: str, milliseconds: Sequence[float]) -> None:
    """Prints the median and the 95th percentile."""
    every = sorted(milliseconds)
    median, most = every[len(every) // 2], every[min(len(every) - 1, int(len(every) * 0.95))]
    print(f"{name:32} {median:8.0f} ms  {most:8.0f} ms (95 %)", flush=True)


@contextmanager
def folder_of() -> Iterator[Path]:
    """A folder to work in, with the example."""
    with tempfile.TemporaryDirectory() as folder:
        make_workspace(Path(folder))
        yield Path(folder)


def look_at(browser: Browser, address: str) -> None:
    """Opens an address."""
    browser.found([Visit(address, [])])


def value_in(browser: Browser, script: str) -> float:
    """The value of a script in the page that is open."""
    [[value]] = browser.found([Visit("", [{"value": script}])])
    return float(value)


def keys_to_words(browser: Browser, reader: Reader, rounds: int) -> list[float]:
    """From the last key to the word in the HTML, in milliseconds."""
    look_at(browser, f"{reader.desk.access.address}/letters/{NAME}")
    browser.found([Visit("", [{"until": _TEXT % "' '"}])])
    words = [json.dumps(f"The meeting is in Spanish {number}.") for number in range(rounds)]
    return [value_in(browser, _UNTIL.format(act=_WORD % word, found=_TEXT % word)) for word in words]


def keys_to_pages(browser: Browser, reader: Reader, rounds: int) -> list[float]:
    """From the last key to the picture of the newest page that is in sight, in milliseconds."""
    look_at(browser, f"{reader.desk.access.address}/letters/{NAME}?view=pages")
    first = "document.querySelector('#pages img')"
    browser.found([Visit("", [{"until": f"Boolean({first}?.complete)"}])])
    act = f"const old = {first}.src; {_WORD}"
    words = [json.dumps(f"The meeting is in Spanish, page {number}.") for number in range(rounds)]
    found = f"({first}.src !== old && {first}.complete && {first}.naturalWidth)"
    return [value_in(browser, _UNTIL.format(act=act % word, found=found)) for word in words]


def opened(browser: Browser, address: str, rounds: int) -> list[float]:
    """From the click to a page that is loaded, in milliseconds."""
    found = []
    for _ in range(rounds):
        look_at(browser, address)
        found.append(value_in(browser, "performance.getEntriesByType('navigation')[0].loadEventStart"))
    return found


def ten_people(reader: Reader, rounds: int) -> list[float]:
    """From the request to the word in the HTML, for ten people at the same time, each twice a second."""
    found: list[float] = []

    def type_words(letter: str) -> None:
        was = "The U4SSC meeting will be held in English and Spanish."
        for number in range(rounds):
            text, begun = f"The meeting is in Spanish {number}.", time.perf_counter()
            assert reader.edit(letter, TYPED, was, text).status == 200
            assert text in reader.get(f"/letters/{letter}/preview/en").text
            found.append(1000 * (time.perf_counter() - begun))
            was = text
            time.sleep(0.5)

    threads = [threading.Thread(target=type_words, args=(f"{NAME}-{number}",)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def watched(folder: Path, rounds: int) -> list[float]:
    """From the new file to the new PDF, in milliseconds, with ``circulars build --watch``."""
    letter = folder / f"letters/{NAME}.yaml"
    command = [str(CIRCULARS), "-C", str(folder), "build", NAME, "--watch", "--formats", "pdf", "--languages", "en"]
    return _watched(
        command, folder / "output", letter, lambda text, n: re.sub("in English", f"in English {n}", text), rounds
    )


def typst_watched(folder: Path, rounds: int) -> list[float]:
    """The same with ``typst watch`` for one page of text."""
    letter = folder / "letter.typ"
    letter.write_text("The meeting is in English.\n\n" + "#lorem(60)\n\n" * 6, "utf-8")
    return _watched(["typst", "watch", str(letter)], folder, letter, lambda text, n: f"{n} {text}", rounds)


def _watched(
    command: Sequence[str], output: Path, letter: Path, change: Callable[[str, int], str], rounds: int
) -> list[float]:
    found, text = [], letter.read_text("utf-8")
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _until_newer(output, 0)
        time.sleep(1)
        for number in range(rounds):
            newest, begun = _newest(output), time.perf_counter()
            letter.write_text(change(text, number), "utf-8")
            _until_newer(output, newest)
            found.append(1000 * (time.perf_counter() - begun))
        process.terminate()
    return found


def _newest(output: Path) -> int:
    return max((one.stat().st_mtime_ns for one in output.glob("*.pdf")), default=0)


def _until_newer(output: Path, than: int) -> None:
    while _newest(output) <= than:
        time.sleep(0.002)


def memory(process: int) -> int:
    """The bytes that a process and those that it started use, each shared page counted once (PSS)."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents = {int(folder.name), *_parents(int(folder.name))}
            if process in parents:
                rows = (folder / "smaps_rollup").read_text("ascii")
                total += 1024 * int(re.findall(r"(?m)^Pss: +(\d+)", rows)[0])
        except (OSError, IndexError):
            continue  # it has ended
    return total


def _parents(process: int) -> Iterator[int]:
    while process > 1:
        process = int(Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()[1])
        yield process


def long_letter(paragraphs: int) -> str:
    """A letter with so many paragraphs in two languages."""
    text = "letter: tsb-circular\nnumber: 9\ndate: 2024-07-12\nlanguages: [en, es]\n"
    text += "subject:\n  en: Long\n  es: Largo\nbody:\n"
    return text + "".join(
        f"  - en: Paragraph {n} of many.\n    es: Párrafo {n} de muchos.\n" for n in range(paragraphs)
    )


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--rounds", type=int, default=30)
    main(options.parse_args().rounds)
