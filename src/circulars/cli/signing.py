"""``circulars sign``: reads keys and files, asks for pass phrases, and writes signed files."""

from __future__ import annotations

import argparse
import datetime
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from circulars import finished, signing
from circulars.cli.secret import read_secret
from circulars.errors import Place, Problem, SigningError, UsageError, not_read
from circulars.files.output import SUMS, save, save_all, save_sums
from circulars.files.reading import Kind, read_file
from circulars.formats import WRITERS
from circulars.language import MESSAGES, Language, known_languages, load_language
from circulars.model.fonts import PackFonts
from circulars.processes.crew import limited
from circulars.processes.limits import Part
from circulars.signing import Block, Signing
from circulars.workspace import Workspace

if TYPE_CHECKING:
    from circulars.signing.keys import Key

_WIDTH = 75.0  # mm


def run(options: argparse.Namespace, workspace: Workspace) -> int:
    """Signs the files and returns the exit code; writes nothing unless every file could be signed."""
    sources = _sources(options.files, workspace)
    targets = _targets(sources, options.out)
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    details = Signing(now, options.name, options.reason, options.location)
    with open_key(options) as key:
        signed = dict(zip(targets, _all_signed(sources, key, details, options, workspace), strict=True))
    for path in _save(signed):
        print(f"{path}  signed by {key.name}")
    for folder in dict.fromkeys(path.parent for path in signed):
        # If the sums were still those of the unsigned files, the signed files would look manipulated.
        if (folder / SUMS).is_file():
            print(f"sums: {save_sums(folder, [path.name for path in signed if path.parent == folder])}")
    return 0


def _sources(names: Iterable[str], workspace: Workspace) -> list[Path]:
    """The paths of the named files, without duplicates."""
    found, problems = [], []
    for name in names:
        path = next((path for path in (Path(name), workspace.folder / name) if path.is_file()), None)
        if path is None:
            exists = Path(name).exists() or (workspace.folder / name).exists()
            fact = "this is not a regular file" if exists else "there is no such file"
            problems.append(Problem(Place(name), "no-such-file", fact))
        else:
            found.append(path.resolve())
    if problems:
        raise UsageError(*problems)
    return list(dict.fromkeys(found))


def _targets(sources: Iterable[Path], out: str | None) -> list[Path]:
    """The path to which each signed file is written."""
    targets = [Path(out) / source.name if out else source for source in sources]
    for twice in {target for target in targets if targets.count(target) > 1}:
        fact = "two of the files would be written to this path"
        raise UsageError(Problem(Place(str(twice)), "same-name", fact, "sign them one after the other"))
    return targets


def write_signature(file: Path, key: Key, options: argparse.Namespace) -> Path:
    """Writes the signature of a report beside it; returns its path. Only its owner may read it."""
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    proxies = urllib.request.getproxies() if options.timestamp else {}
    made = signing.sign_detached(
        _read(file, "finished file"), key, now, timestamp=options.timestamp or "", proxies=proxies
    )
    save(file.parent.resolve(), f"{file.name}.p7s", made, private=True)
    return file.with_name(f"{file.name}.p7s")


@contextmanager
def open_key(options: argparse.Namespace) -> Iterator[Key]:
    """The key that the options name, open only while it is needed."""
    if bool(options.key) == bool(options.pkcs11):
        fact = "name one key" if options.key else "name the key"
        hint = "--key FILE, or --pkcs11 MODULE --token LABEL --key-label LABEL"
        raise UsageError(Problem(Place(), "no-key-named", fact, hint))
    if options.pkcs11 and not (options.token and options.key_label):
        fact = "a key in a token needs three options"
        hint = "--pkcs11 MODULE --token LABEL --key-label LABEL"
        raise UsageError(Problem(Place(), "no-key-named", fact, hint))
    certificates = _read(Path(options.certificate), "key") if options.certificate else b""
    with _token(options, certificates) if options.pkcs11 else nullcontext(_file(options, certificates)) as key:
        yield key


def _token(options: argparse.Namespace, certificates: bytes) -> AbstractContextManager[Key]:
    def ask() -> bytes:
        return _secret(options, f"PIN of the token '{options.token}'")

    return signing.open_token(options.pkcs11, options.token, options.key_label, ask, certificates)


def _file(options: argparse.Namespace, certificates: bytes) -> Key:
    def ask() -> bytes:
        return _secret(options, f"pass phrase of {options.key}")

    name, colon, _ = options.key.rpartition(":")
    if colon and Path(name).is_file() and not Path(options.key).exists():
        fact = "the name of the key's file is followed by more text"
        hint = "a pass phrase is not part of the command; see --passphrase-file"
        raise UsageError(Problem(Place(name), "no-such-file", fact, hint))
    return finished.read_key(_read(Path(options.key), "key"), options.key, ask, certificates, options.certificate or "")


def _read(path: Path, kind: Kind) -> bytes:
    try:
        return read_file(path, kind)
    except OSError as error:
        fact = not_read(error)
        raise UsageError(Problem(Place(str(path)), "unreadable-file", fact)) from None


def _secret(options: argparse.Namespace, what: str) -> bytes:
    """A pass phrase or PIN."""
    return read_secret(what, "--passphrase", "pass phrase", options.passphrase_file, options.passphrase_fd)


def _all_signed(
    sources: Iterable[Path], key: Key, details: Signing, options: argparse.Namespace, workspace: Workspace
) -> list[bytes]:
    """The signed bytes of all files.

    Raises:
        SigningError: a file cannot be signed. The problems of all files are reported, but only those up to the first
            file for which the server gave no time-stamp.
    """
    signed: list[bytes] = []
    problems: list[Problem] = []
    for source in sources:
        data, name = _read(source, "finished file"), _shown(source)
        try:
            block = _block(data, key, details, options, workspace, name) if options.visible or options.box else None
            signed.append(
                finished.sign(
                    data,
                    key,
                    replace(details, block=block),
                    timestamp=options.timestamp or "",
                    proxies=urllib.request.getproxies() if options.timestamp else {},
                    file=name,
                )
            )
        except SigningError as error:
            problems += error.problems
            if any(problem.code == "no-time-stamp" for problem in error.problems):
                break
    if problems:
        raise SigningError(*problems)
    return signed


def _shown(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _block(
    data: bytes, key: Key, details: Signing, options: argparse.Namespace, workspace: Workspace, file: str
) -> Block:
    """The visible block of the signature, in the language of the PDF."""
    language = _language(finished.language_of(data, file), workspace)
    # Another name is shown together with the certificate's name, never instead of it.
    who = f"{details.name} ({key.name})" if details.name not in ("", key.name) else key.name
    lines, words = _words(language, who, details)
    if options.box:
        page, left, top, width, height = options.box
        spot = finished.spot_at(data, page, left, top, (width, height), file)
    else:
        width, height = _WIDTH, 3.0 + 3.6 * len(lines)
        spot = finished.find_spot(data, width, height, file)
    part = Part("the block of the signature", "shorten its reason and its location")
    fonts = workspace.pack(options.pack).fonts
    drawing = limited(part, _drawn, lines, who, (width, height), language, fonts, modules=[WRITERS["pdf"].preload])
    return Block(spot, drawing, words, language.code)


def _drawn(lines: Sequence[str], who: str, size: tuple[float, float], language: Language, fonts: PackFonts) -> bytes:
    from circulars.render.pdf.block import draw_block

    return draw_block(lines, who, size, language=language.code, direction=language.direction, fonts=fonts)


def _language(code: str, workspace: Workspace) -> Language:
    """The language with a code ("es-CH" is Spanish), or that of the program's messages if it is not known."""
    known = known_languages(workspace.language_folders)
    return load_language(
        next((one for one in (code, code.partition("-")[0]) if one in known), MESSAGES), workspace.language_folders
    )


def _words(language: Language, who: str, details: Signing) -> tuple[list[str], str]:
    """The lines of the block, and the text that screen readers read out for it."""
    values: Mapping[str, str] = {
        "name": who,
        "date": language.date(details.moment.date()),
        "time": language.time(details.moment.hour, details.moment.minute, "UTC"),
        "reason": details.reason,
        "location": details.location,
    }
    wanted = ["signed-by", "signed-at", *(name for name in ("reason", "location") if values[name])]
    lines = [language.signing[name].filled(**values) for name in wanted]
    return lines, language.signing["alternate"].filled(**values)


def _save(signed: Mapping[Path, bytes]) -> Iterator[Path]:
    """Writes the files and yields their paths; in each folder, all files or none."""
    for folder in dict.fromkeys(path.parent for path in signed):
        yield from save_all(folder, {path.name: data for path, data in signed.items() if path.parent == folder})
