"""Builds the examples twice, in environments that are as different as possible, and compares the checksums.

    scripts/reproduce [--against SHA256SUMS] [--built FOLDER]

The second build runs in a new virtual environment made from requirements.lock and uses a copy of the letters. When root
runs this program, the second build runs as another user. ``--against`` also compares with another machine's checksums;
``--built`` takes files that were built here before, instead of the first build.
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import json
import os
import platform
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
FORMATS = "docx,pdf,html,txt"
_NOBODY = 65534
_COPIED = ("letters", "templates", "src", "pyproject.toml", "README.md", "LICENSE", "requirements.lock")
_FACTS = """
import json, locale, os, platform, sys, time
locale.setlocale(locale.LC_ALL, "")
mask = os.umask(0)
print(json.dumps({
    "user": f"{os.getuid()}:{os.getgid()}", "umask": f"{mask:03o}", "home": os.environ.get("HOME", "none"),
    "current folder": os.getcwd(), "time zone": f"{time.tzname[0]}, {time.strftime('%Y-%m-%d %H:%M')}",
    "locale": f"{locale.setlocale(locale.LC_CTYPE)}, files' names in {sys.getfilesystemencoding()}",
    "hash seed": os.environ.get("PYTHONHASHSEED", "random"),
    "Python": f"{platform.python_version()}, {sys.base_prefix}",
    "packages": sys.prefix, "variables": f"{len(os.environ)} set",
}))
"""


@dataclass(frozen=True, slots=True)
class Place:
    """An environment to build in: its Python, its checkout, and the settings of its processes."""

    python: Path
    checkout: Path
    folder: Path
    environment: Mapping[str, str]
    user: int | None = None
    umask: int = -1

    def run(self, *arguments: str | Path) -> str:
        """The output of a program that this place's Python runs.

        Raises:
            SystemExit: the program failed.
        """
        groups: list[int] | None = None if self.user is None else []
        done = subprocess.run(
            [self.python, *arguments], cwd=self.folder, env=self.environment, umask=self.umask,
            user=self.user, group=self.user, extra_groups=groups,
            capture_output=True, encoding="utf-8", errors="replace", timeout=600,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"{' '.join(map(str, arguments[:4]))} … ended with {done.returncode}\n{done.stderr}")
        return done.stdout

    def facts(self) -> dict[str, str]:
        """The properties of this place, by name."""
        letters = [path.name for path in _unsorted(self.checkout / "letters")]
        facts: dict[str, str] = json.loads(self.run("-c", _FACTS))
        return facts | {
            "letters": f"{self.checkout} ({_file_system(self.checkout)})",
            "read in the order": ", ".join(name.removesuffix(".yaml") for name in letters[:2]) + ", …",
        }

    def build(self, output: Path, *options: str) -> dict[str, str]:
        """Builds the examples into a folder, and returns the checksums of the files."""
        command = ("-C", self.checkout, "build", "--sums", "--formats", FORMATS, "--out", output)
        self.run("-m", "circulars", *command, *options)
        return sums(output / "SHA256SUMS")


def sums(path: Path) -> dict[str, str]:
    """The checksums in a file, by the names of the files that they are for."""
    return {line[66:]: line[:64] for line in path.read_text(encoding="utf-8").splitlines()}


def sums_of(folder: Path, letters: Sequence[str]) -> dict[str, str]:
    """The checksums of the files of some letters in a folder, by name."""
    files = [path for path in folder.iterdir() if path.name.partition(".")[0] in letters]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def compared(one: Mapping[str, str], other: Mapping[str, str]) -> tuple[str, bool]:
    """The verdict on the checksums of two builds, and whether all are the same."""
    names = sorted(one.keys() | other.keys())
    different = [name for name in names if one.get(name) != other.get(name)]
    verdict = f"{len(names) - len(different)} of {len(names)} files identical"
    return "\n".join([verdict, *(f"    not the same: {name}" for name in different)]), not different


def here() -> Place:
    """The place that this program itself runs in."""
    return Place(Path(sys.executable), ROOT, Path.cwd(), os.environ)


@contextmanager
def elsewhere() -> Iterator[Place]:
    """A new place: another user, folder, file system, umask, time zone, locale, hash seed and home directory."""
    with _open_folder(None) as folder, _open_folder(_other_file_system()) as other:
        user = _NOBODY if os.geteuid() == 0 else None
        (folder / "home").mkdir()
        if user is not None:
            os.chown(folder / "home", user, user)
            os.chown(other, user, user)
        copy = other / "a copy of the letters"
        _copy_in_another_order(copy)
        python = _new_environment(folder / "environment", copy, user)
        environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(folder / "home"),
            "TZ": "Pacific/Kiritimati",
            "PYTHONHASHSEED": "4242",
            "SOURCE_DATE_EPOCH": "86400",
            "PYTHONDONTWRITEBYTECODE": "1",
            **_other_locale(),
        }
        yield Place(python, copy, folder / "home", environment, user, 0o077)


def _new_environment(folder: Path, checkout: Path, user: int | None) -> Path:
    """The Python of a new virtual environment with the locked packages and the project."""
    subprocess.run([_base_python(user), "-m", "venv", "--without-pip", folder], check=True, timeout=600)
    python = folder / "bin" / "python"
    # This environment's pip installs the packages, because it is configured for the index and the proxy.
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-compile"]
    for what in (
        ["--require-hashes", "-r", str(checkout / "requirements.lock")],
        ["--no-build-isolation", str(checkout)],
    ):
        done = subprocess.run([*pip, *what], capture_output=True, text=True, timeout=600)
        if done.returncode:
            raise SystemExit(f"the packages could not be installed in the new environment:\n{done.stderr}")
    return python


def _base_python(user: int | None) -> Path:
    """A Python that the other user can run: the current one, or the system's if that user cannot open its folder."""
    for path in (Path(getattr(sys, "_base_executable", sys.executable)), Path("/usr/bin/python3")):
        try:
            code = "import sys; sys.exit(sys.version_info < (3, 11))"
            if subprocess.run([path, "-c", code], user=user, group=user, env={}, cwd="/").returncode == 0:
                return path.resolve()
        except OSError:
            continue
    raise SystemExit("the other user cannot run any Python from 3.11 on; install python3")


@contextmanager
def _open_folder(where: Path | None) -> Iterator[Path]:
    """A temporary folder that other users can open."""
    with tempfile.TemporaryDirectory(prefix="reproduce-", dir=where) as name:
        Path(name).chmod(0o755)
        yield Path(name)


def _copy_in_another_order(copy: Path) -> None:
    """Copies the checkout's files in random order: some file systems list files in the order of their creation."""
    files = [path for name in _COPIED for path in [ROOT / name, *(ROOT / name).rglob("*")] if path.is_file()]
    random.Random(4242).shuffle(files)
    for path in files:
        if path.suffix != ".pyc":
            target = copy / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)


def _other_file_system() -> Path | None:
    memory = Path("/dev/shm")
    return memory if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 50_000_000 else None


def _other_locale() -> dict[str, str]:
    """Turkish, where the capital of i is not I, if it is installed; otherwise the plain C locale."""
    try:
        known = subprocess.run(["locale", "-a"], capture_output=True, text=True).stdout.split()
    except OSError:
        known = []
    turkish = next((name for name in known if name.lower() in ("tr_tr.utf8", "tr_tr.utf-8")), "")
    return {"LC_ALL": turkish} if turkish else {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}


def _file_system(path: Path) -> str:
    """The kind of file system that a path is on."""
    done = subprocess.run(["stat", "-f", "-c", "%T", path], capture_output=True, text=True)
    return done.stdout.strip() or "unknown file system"


def _unsorted(folder: Path) -> Iterator[Path]:
    return folder.glob("*.yaml")


def system() -> dict[str, str]:
    """What both builds take from the machine; other versions of these may break lines differently."""
    return {
        "machine": f"{platform.machine()}, {platform.freedesktop_os_release().get('PRETTY_NAME', platform.system())}",
        "Pango": _version("libpango-1.0.so.0", "pango_version_string"),
        "HarfBuzz": _version("libharfbuzz.so.0", "hb_version_string"),
        "fontconfig": _number("libfontconfig.so.1", "FcGetVersion"),
        **{f"font {family}": _font(family) for family in ("Carlito", "Noto Sans", "Noto Color Emoji")},
    }


def _version(library: str, function: str) -> str:
    try:
        version = getattr(ctypes.CDLL(library), function)
    except (OSError, AttributeError):
        return "not found"
    version.restype = ctypes.c_char_p
    return str(version().decode())


def _number(library: str, function: str) -> str:
    try:
        number = int(getattr(ctypes.CDLL(library), function)())
    except (OSError, AttributeError):
        return "not found"
    return f"{number // 10000}.{number // 100 % 100}.{number % 100}"


def _font(family: str) -> str:
    """The file of a font, and the beginning of its SHA-256."""
    try:
        done = subprocess.run(["fc-match", "-f", "%{file}", family], capture_output=True, text=True)
        return f"{done.stdout}, {hashlib.sha256(Path(done.stdout).read_bytes()).hexdigest()[:12]}"
    except OSError:
        return "not found"


def _table(rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    for row in rows:
        print("  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip())


def main() -> int:
    """The exit code: 0 when every file is the same."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", type=Path, default=None, metavar="SHA256SUMS", help="another machine's checksums")
    parser.add_argument("--built", type=Path, default=None, metavar="FOLDER", help="the files built here before")
    options = parser.parse_args()
    with _open_folder(None) as folder, elsewhere() as there:
        first, second = here().facts(), there.facts()
        _table([("", "here", "there"), *((name, first[name], second[name]) for name in first)])
        if there.user is None:
            print("the user is the same: only root can build as another one")
        print("\nthe same in both, because both are this machine:")
        _table([(f"  {name}", value) for name, value in system().items()])
        letters = sorted((path.stem for path in (ROOT / "letters").glob("*.yaml")), reverse=True)
        one = sums_of(options.built, letters) if options.built else here().build(folder / "one")
        two = there.build(there.checkout.parent / "two", "--jobs", "1", *letters)
        verdict, same = compared(one, two)
        print(f"\n{verdict}")
        if options.against:
            theirs = sums(options.against)
            verdict, is_same = compared({name: value for name, value in one.items() if name in theirs}, theirs)
            print(f"against {options.against}: {verdict}")
            same = same and is_same
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
