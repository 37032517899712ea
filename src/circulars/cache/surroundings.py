"""What a layout depends on beside the letter and its pack: this program, the libraries, and for pages the fonts."""

from __future__ import annotations

import ctypes
import ctypes.util
import functools
import hashlib
import importlib.util
import os
import platform
import re
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from circulars.formats import WRITERS

_PACKAGE: Final = Path(__file__).parents[1]
_LIBRARIES: Final = ("fontconfig", "pango-1.0", "pangoft2-1.0", "harfbuzz", "harfbuzz-subset")
_MAPPED: Final = re.compile(
    r"/\S*/lib(?:pango-1\.0|pangoft2-1\.0|harfbuzz|harfbuzz-subset|fontconfig|freetype|fribidi|glib-2\.0|z)\.so\S*"
)
_VARIABLES: Final = ("FC_", "FONTCONFIG_", "FREETYPE_", "LANG", "LC_", "PANGO", "SOURCE_DATE_EPOCH")


@functools.cache
def surroundings(formats: tuple[str, ...]) -> bytes | None:
    """A hash of all that files of some formats depend on here; None where not all of it can be known.

    It is that of the moment when this process first asked, as the fonts are that it draws with.
    """
    return _surroundings(formats)


def are_unchanged(formats: tuple[str, ...]) -> bool:
    """Whether the surroundings are still what this process took them for: fonts come and go meanwhile."""
    return surroundings(formats) == _surroundings(formats)


def _surroundings(formats: Iterable[str]) -> bytes | None:
    known = _program()
    if known is None or not all(map(_is_own, formats)):
        return None
    if not any(WRITERS[format].is_drawn for format in formats):
        return known
    fonts = _fonts()
    return None if fonts is None else hashlib.sha256(known + fonts).digest()


def _is_own(format: str) -> bool:
    """Whether a format's module is one of this program's: of another one nobody knows what it depends on."""
    found = importlib.util.find_spec(WRITERS[format].module) if format in WRITERS else None
    return bool(found and found.origin and Path(found.origin).is_relative_to(_PACKAGE))


@functools.cache
def _program() -> bytes | None:
    """A hash of this program's files, of Python, and of the versions of everything that is installed beside it."""
    if not _PACKAGE.is_dir():
        return None
    whole = hashlib.sha256(
        "\0".join((sys.version, sys.platform, platform.machine(), zlib.ZLIB_RUNTIME_VERSION)).encode()
    )
    try:
        for file in sorted(_PACKAGE.rglob("*")):
            if file.suffix != ".pyc" and file.is_file():
                whole.update(f"{file.relative_to(_PACKAGE)}\0".encode())
                whole.update(hashlib.sha256(file.read_bytes()).digest())
    except OSError:
        return None
    for line in _installed():
        whole.update(f"{line}\n".encode())
    return whole.digest()


def _installed() -> Iterator[str]:
    """What is installed, with its version: the names of the folders that say so, and when they last changed."""
    for folder in filter(os.path.isdir, sys.path):
        with suppress(OSError), os.scandir(folder) as entries:
            found = [entry for entry in entries if entry.name.endswith((".dist-info", ".egg-info"))]
            yield from sorted(f"{entry.name} {entry.stat().st_mtime_ns}" for entry in found)


def _fonts() -> bytes | None:
    """A hash of what Pango draws pages with: its libraries, fontconfig's settings, and every font that is installed.

    Fonts are told by their files' names, sizes and times: to read all of them takes longer than to lay a letter out.
    """
    libraries = _libraries()
    if libraries is None:
        return None
    config = libraries.FcInitLoadConfigAndFonts()
    if not config:
        return None
    try:
        fonts, settings = list(_font_files(libraries, config)), list(_settings(libraries, config))
    finally:
        libraries.FcConfigDestroy(config)
    whole = hashlib.sha256(_native())
    try:
        for name in fonts:
            whole.update(_stamp(os.fsdecode(name)).encode())
        for name in settings:
            path = Path(os.fsdecode(name))
            whole.update(name + (path.read_bytes() if path.is_file() else b""))
    except OSError:
        return None
    for key in sorted(key for key in os.environ if key.startswith(_VARIABLES)):
        whole.update(f"{key}={os.environ[key]}\n".encode(errors="surrogateescape"))
    return whole.digest()


class _FontSet(ctypes.Structure):
    """FcFontSet of fontconfig."""

    _fields_ = (("count", ctypes.c_int), ("room", ctypes.c_int), ("fonts", ctypes.POINTER(ctypes.c_void_p)))


@functools.cache
def _libraries() -> Any:
    """Fontconfig, with the libraries that use it loaded as well; None where one of them is not found."""
    try:
        loaded = [ctypes.CDLL(_file_of(name)) for name in _LIBRARIES]
    except OSError:
        return None
    fontconfig = loaded[0]
    fontconfig.FcInitLoadConfigAndFonts.restype = ctypes.c_void_p
    fontconfig.FcConfigDestroy.argtypes = [ctypes.c_void_p]
    fontconfig.FcConfigGetFonts.argtypes = [ctypes.c_void_p, ctypes.c_int]
    fontconfig.FcConfigGetFonts.restype = ctypes.POINTER(_FontSet)
    fontconfig.FcPatternGetString.argtypes = [
        ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.POINTER(ctypes.c_char_p)
    ]  # fmt: skip
    fontconfig.FcConfigGetConfigFiles.argtypes = [ctypes.c_void_p]
    fontconfig.FcConfigGetConfigFiles.restype = ctypes.c_void_p
    fontconfig.FcStrListNext.argtypes = [ctypes.c_void_p]
    fontconfig.FcStrListNext.restype = ctypes.c_char_p
    fontconfig.FcStrListDone.argtypes = [ctypes.c_void_p]
    return fontconfig


def _file_of(name: str) -> str:
    if sys.platform == "linux":
        return f"lib{name}.so.{1 if name == 'fontconfig' else 0}"
    return ctypes.util.find_library(name) or name


def _font_files(libraries: Any, config: int) -> Iterator[bytes]:
    found = libraries.FcConfigGetFonts(config, 0)  # the system's; a program's own are none here
    for place in range(found.contents.count if found else 0):
        name = ctypes.c_char_p()
        if libraries.FcPatternGetString(found.contents.fonts[place], b"file", 0, ctypes.byref(name)) == 0:
            yield name.value or b""


def _settings(libraries: Any, config: int) -> Iterator[bytes]:
    listed = libraries.FcConfigGetConfigFiles(config)
    try:
        while name := libraries.FcStrListNext(listed):
            yield name
    finally:
        libraries.FcStrListDone(listed)


@functools.cache
def _native() -> bytes:
    """The files of the system's libraries; where the system does not tell them, their places stand for them."""
    try:
        maps = Path("/proc/self/maps").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return "\n".join(map(_stamp_of_library, _LIBRARIES)).encode(errors="surrogateescape")
    return "\n".join(map(_stamp, sorted(set(_MAPPED.findall(maps))))).encode(errors="surrogateescape")


def _stamp_of_library(name: str) -> str:
    file = _file_of(name)
    return _stamp(file) if Path(file).is_file() else file


def _stamp(name: str) -> str:
    """A file's name, and what changes with its content: its place on the disk, its size, and its times."""
    about = Path(name).stat()
    return f"{name}\0{about.st_dev} {about.st_ino} {about.st_size} {about.st_mtime_ns} {about.st_ctime_ns}\n"
