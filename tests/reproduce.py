"""Builds the examples twice, here and where as much as can be is different, and compares the sums line by line.

    scripts/reproduce [--against SHA256SUMS]

The second build runs in a virtual environment that is made anew from requirements.lock, from a copy of the letters, as
another user when root asks. ``--against`` compares with the sums that another machine has written, too.
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
    "hash seed": os.environ.get("PYTHONHASHSEED", "by chance"),
    "Python": f"{platform.python_version()}, {sys.base_prefix}",
    "packages": sys.prefix, "variables": f"{len(os.environ)} set",
}))
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a build runs: its Python, its letters, and how its process begins."""

    python: Path
    checkout: Path
    folder: Path
    environment: Mapping[str, str]
    user: int | None = None
    umask: int = -1

    def run(self, *arguments: str | Path) -> str:
        """What a program of this place's Python says."""
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
        """What is particular to this place, by its name."""
        letters = [path.name for path in _unsorted(self.checkout / "letters")]
        told: dict[str, str] = json.loads(self.run("-c", _FACTS))
        return told | {
            "letters": f"{self.checkout} ({_file_system(self.checkout)})",
            "read in the order": ", ".join(name.removesuffix(".yaml") for name in letters[:2]) + ", …",
        }

    def build(self, output: Path, *options: str) -> dict[str, str]:
        """The sums of the files of all examples, which were built into a folder."""
        told = ("-C", self.checkout, "build", "--sums", "--formats", FORMATS, "--out", output)
        self.run("-m", "circulars", *told, *options)
        return sums(output / "SHA256SUMS")


def sums(path: Path) -> dict[str, str]:
    """The lines of a file of sums, by the name of the file."""
    return {line[66:]: line[:64] for line in path.read_text(encoding="utf-8").splitlines()}


def compared(one: Mapping[str, str], other: Mapping[str, str]) -> tuple[str, bool]:
    """The verdict on two builds' sums, and whether they are the same."""
    names = sorted(one.keys() | other.keys())
    different = [name for name in names if one.get(name) != other.get(name)]
    verdict = f"{len(names) - len(different)} of {len(names)} files identical"
    return "\n".join([verdict, *(f"    not the same: {name}" for name in different)]), not different


def here() -> Place:
    """The environment that this program runs in."""
    return Place(Path(sys.executable), ROOT, Path.cwd(), os.environ)


@contextmanager
def elsewhere() -> Iterator[Place]:
    """An environment made anew: another user, folder, file system, umask, time zone, locale, hash seed and home."""
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
    """The Python of a virtual environment with the locked packages and the project, none of it from this one's."""
    subprocess.run([_base_python(user), "-m", "venv", "--without-pip", folder], check=True, timeout=600)
    python = folder / "bin" / "python"
    # This environment's pip only carries the packages over there, with the index and the proxy that it is used to.
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-compile"]
    for what in (
        ["--require-hashes", "-r", str(checkout / "requirements.lock")],
        ["--no-build-isolation", str(checkout)],
    ):
        done = subprocess.run([*pip, *what], capture_output=True, text=True, timeout=600)
        if done.returncode:
            raise SystemExit(f"the packages could not be installed anew:\n{done.stderr}")
    return python


def _base_python(user: int | None) -> Path:
    """A Python that the other user can run: this one's, or the system's where this one lies in a closed folder."""
    for path in (Path(getattr(sys, "_base_executable", sys.executable)), Path("/usr/bin/python3")):
        try:
            code = "import sys; sys.exit(sys.version_info < (3, 11))"
            if subprocess.run([path, "-c", code], user=user, group=user, env={}, cwd="/").returncode == 0:
                return path.resolve()
        except OSError:
            continue
    raise SystemExit("the other user can run no Python 3.11; install python3")


@contextmanager
def _open_folder(where: Path | None) -> Iterator[Path]:
    """A new folder, open to other users for as long as it is needed."""
    with tempfile.TemporaryDirectory(prefix="reproduce-", dir=where) as name:
        Path(name).chmod(0o755)
        yield Path(name)


def _copy_in_another_order(copy: Path) -> None:
    """Copies the checkout; folders tell their files in another order, where they tell them as they were made."""
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
    """Turkish, whose small and capital i are not those of English, where it is installed; else the poorest there is."""
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
    """What both builds take from the machine: another version of these may set a line otherwise."""
    return {
        "machine": f"{platform.machine()}, {platform.freedesktop_os_release().get('PRETTY_NAME', platform.system())}",
        "Pango": _version("libpango-1.0.so.0", "pango_version_string"),
        "HarfBuzz": _version("libharfbuzz.so.0", "hb_version_string"),
        "fontconfig": _number("libfontconfig.so.1", "FcGetVersion"),
        **{f"font {family}": _font(family) for family in ("Carlito", "Noto Sans", "Noto Color Emoji")},
    }


def _version(library: str, function: str) -> str:
    try:
        tell = getattr(ctypes.CDLL(library), function)
    except (OSError, AttributeError):
        return "not found"
    tell.restype = ctypes.c_char_p
    return str(tell().decode())


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
    parser.add_argument("--against", type=Path, default=None, metavar="SHA256SUMS", help="another machine's sums")
    options = parser.parse_args()
    with _open_folder(None) as folder, elsewhere() as there:
        first, second = here().facts(), there.facts()
        _table([("", "here", "there"), *((name, first[name], second[name]) for name in first)])
        if there.user is None:
            print("the user is the same: only root can build as another one")
        print("\nthe same in both, for both are this machine:")
        _table([(f"  {name}", told) for name, told in system().items()])
        one = here().build(folder / "one")
        letters = sorted((path.stem for path in (ROOT / "letters").glob("*.yaml")), reverse=True)
        two = there.build(there.checkout.parent / "two", "--jobs", "1", *letters)
        verdict, same = compared(one, two)
        print(f"\n{verdict}")
        if options.against:
            told = sums(options.against)
            verdict, alike = compared({name: value for name, value in one.items() if name in told}, told)
            print(f"against {options.against}: {verdict}")
            same = same and alike
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
