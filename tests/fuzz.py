"""Searches for inputs that break circulars: ``scripts/fuzz [--minutes N] [letter|prose|word|page|picture|diff …]``.

If atheris is installed, code coverage guides the search. Otherwise hypothesis mutates the examples at random. Inputs
that break the program are saved in ``fuzzing/TARGET/``. After the bug is fixed, move the input to
``tests/hostile/found/``, where every run of the tests tries it.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import io
import logging
import os
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(ROOT / "src")]

try:
    import atheris
except ImportError:
    atheris = None

with atheris.instrument_imports(include=["circulars"]) if atheris else contextlib.nullcontext():
    from circulars.build import Order, build, documents
    from circulars.errors import CircularsError
    from circulars.files.picture import read_picture
    from circulars.formats import WRITERS
    from circulars.model.document import Document
    from circulars.pack import Pack, load_pack
    from circulars.render import writer
    from circulars.render.page import page_of
    from circulars.review.diffing import compare_letters
    from circulars.review.reports.json_file import report_json
    from circulars.review.reports.report import ChangeReport
    from circulars.source.letters.reading import parse_as_far_as_possible, parse_letter
    from circulars.syntax.prose import parse
    from circulars.workspace import Workspace

    for format in WRITERS:
        writer(format)  # imports the writers' own modules too, so that atheris instruments them

WORKSPACE = Workspace(ROOT)
LETTERS = tuple(file.read_bytes() for file in sorted((ROOT / "letters").glob("*.yaml")))
SECONDS, MEGABYTES = 5, 500
_SEPARATOR = b"\n=====\n"


def letter(data: bytes) -> None:
    """Any bytes are a letter that can be written in every format, or are refused with problems."""
    try:
        read = parse_letter(data, "letter.yaml", "letter", ROOT / "letters")
        formats = ("txt", "html", "docx", "pdf") if zlib.crc32(data) % 16 == 0 else ("txt", "html", "docx")
        for _ in build(read, WORKSPACE, Order(formats=formats)):
            pass
    except CircularsError as error:
        str(error)


def prose(data: bytes) -> None:
    """Any text can be parsed."""
    text = data.decode("utf-8", "replace")
    parse(text)
    parse(text, lines=True)


def word(data: bytes) -> None:
    """Any Word template can be filled, or is refused.

    The first byte is the number of the part that the other bytes replace. If there is no such part, the bytes are the
    whole file.
    """
    parts = _word_parts()
    if data and data[0] < len(parts):
        name = sorted(parts)[data[0]]
        data = _packed({**parts, name: data[1:]})
    _written("docx", letter_docx=data)


def page(data: bytes) -> None:
    """Any page template with any stylesheet makes a page, or is refused."""
    template, _, style = data.partition(_SEPARATOR)
    format = "pdf" if zlib.crc32(data) % 8 == 0 else "html"
    _written(format, letter_html_j2=template, letter_css=style)


def picture(data: bytes) -> None:
    """Any bytes are a picture, or are refused."""
    with contextlib.suppress(CircularsError):
        read_picture(data, "a picture")


def diff(data: bytes) -> None:
    """Any two texts can be compared as far as they are letters, and their changes can be reported."""
    one, _, other = data.partition(_SEPARATOR)
    old, new = (parse_as_far_as_possible(part, "letter.yaml", "letter", ROOT / "letters") for part in (one, other))
    report = ChangeReport((compare_letters(old, new, WORKSPACE),))
    report.text()
    report_json(report)


def _written(format: str, **files: bytes) -> None:
    """Writes the first example with a pack that has these files."""
    pack, document = _sample()
    for name, data in files.items():
        (pack.folder / name.replace("_", ".")).write_bytes(data)
    try:
        if format == "html":
            page_of(document, pack)
        writer(format)(document, pack).fill({})
    except CircularsError as error:
        str(error)


@functools.cache
def _sample() -> tuple[Pack, Document]:
    from dataclasses import replace

    first = parse_letter(LETTERS[0], "letter.yaml", "letter", ROOT / "letters")
    document = next(documents(first, WORKSPACE, Order()))
    folder = Path(tempfile.mkdtemp(prefix="circulars-fuzz-"))
    for name in ("letter.html.j2", "letter.css", "letter.docx"):
        (folder / name).write_bytes(load_pack().read(name))
    return replace(load_pack(), folder=folder), document


@functools.cache
def _word_parts() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(load_pack().read("letter.docx"))) as package:
        return {name: package.read(name) for name in package.namelist()}


def _packed(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return file.getvalue()


TARGETS: dict[str, Callable[[bytes], None]] = {
    "letter": letter, "prose": prose, "word": word, "page": page, "picture": picture, "diff": diff,
}  # fmt: skip


def seeds(target: str) -> tuple[bytes, ...]:
    """The inputs that a search begins with."""
    read = load_pack().read
    match target:
        case "word":
            parts = _word_parts()
            return (read("letter.docx"), *(bytes([at]) + parts[name] for at, name in enumerate(sorted(parts))))
        case "page":
            both = read("letter.html.j2") + _SEPARATOR + read("letter.css")
            small = b"<html><head></head><body>{% for b in document.body %}{{ loop.index }}{% endfor %}</body></html>"
            return both, small + _SEPARATOR + b"p { color: red; width: 3mm }"
        case "picture":
            return read("mark.png"), (ROOT / "letters/signature.png").read_bytes(), _jpeg()
        case "diff":
            return tuple(one + _SEPARATOR + one for one in LETTERS)
        case _:
            broken = tuple(file.read_bytes() for file in sorted((HERE / "broken").glob("*.yaml")))
            found = tuple(file.read_bytes() for file in sorted((HERE / "hostile/found").glob(f"{target}-*")))
            return LETTERS + broken + found


def _jpeg() -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(file, "JPEG", exif=Image.Exif().tobytes(), comment=b"a comment")
    return file.getvalue()


def _guided(target: str, seconds: int, folder: Path) -> None:
    """Searches with atheris, which ends the process; the exit code is not 0 when something was found."""
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(seeds(target)):
        (corpus / f"seed-{number}").write_bytes(data)
    from hostile.mutations import WORDS

    words = folder / "words.dict"
    words.write_text("".join('"' + "".join(f"\\x{byte:02x}" for byte in each) + '"\n' for each in WORDS))
    options = {
        "max_total_time": seconds, "timeout": SECONDS * 4, "rss_limit_mb": MEGABYTES * 2, "max_len": 65536,
        "artifact_prefix": f"{folder}/", "dict": words, "print_final_stats": 1, "verbosity": 1, "len_control": 0,
    }  # fmt: skip
    atheris.Setup([sys.argv[0], *(f"-{name}={value}" for name, value in options.items()), str(corpus)], TARGETS[target])
    atheris.Fuzz()


def _at_random(target: str, seconds: int, folder: Path) -> int:
    """Searches with hypothesis; the exit code is 1 when something was found."""
    from hypothesis import HealthCheck, given, settings
    from hypothesis import strategies as st

    from hostile.mutations import mutated

    tried, last, end = 0, b"", time.monotonic() + seconds

    @settings(max_examples=200, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.one_of(mutated(seeds(target)), st.binary(max_size=4000)))
    def one(data: bytes) -> None:
        nonlocal tried, last
        tried, last, start = tried + 1, data, time.process_time()
        TARGETS[target](data)
        assert time.process_time() - start < SECONDS, "it takes too long"

    while time.monotonic() < end:
        try:
            one()
        except Exception as error:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"crash-{zlib.crc32(last):08x}").write_bytes(last)
            print(f"{target}: {type(error).__name__}: {error}; saved in {folder}")
            return 1
    print(f"{target}: {tried:,} inputs, nothing found")
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 1 when an input was found that breaks the program."""
    parser = argparse.ArgumentParser(description="Search for inputs that break circulars.")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"{', '.join(TARGETS)} (default: each in turn)")
    parser.add_argument("--minutes", type=float, default=5, help="for all targets together (default: 5)")
    parser.add_argument("--folder", type=Path, default=ROOT / "fuzzing", help="where findings are saved")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    named = options.targets or list(TARGETS)
    if unknown := [name for name in named if name not in TARGETS]:
        parser.error(f"there is no target '{unknown[0]}'; the targets are {', '.join(TARGETS)}")
    logging.disable(logging.ERROR)  # WeasyPrint logs every rule that it ignores
    seconds = max(int(options.minutes * 60 / len(named)), 1)
    if options.one:
        (target,) = named
        folder = options.folder / target
        if atheris:
            _guided(target, seconds, folder)
        return _at_random(target, seconds, folder)
    command = [sys.executable, __file__, "--one", "--minutes", str(seconds / 60), "--folder", str(options.folder)]
    broken = [name for name in named if subprocess.call([*command, name], env=os.environ | {"PYTHONHASHSEED": "0"})]
    print(f"found in {', '.join(broken)}: see {options.folder}" if broken else f"nothing found in {', '.join(named)}")
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
