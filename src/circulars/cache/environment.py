"""Hashes the environment that a layout depends on: this program, the libraries and, for pages, the fonts."""

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
def environment_digest(formats: tuple[str, ...]) -> bytes | None:
    """A hash of the environment that files of these formats depend on; None when it is not completely known.

    It is computed once in a process, because a process also loads its fonts once.
    """
    return _current_digest(formats)


def is_unchanged(formats: tuple[str, ...]) -> bool:
    """Whether the environment still has the hash that this process began with: fonts may have changed since."""
    return environment_digest(formats) == _current_digest(formats)


def _current_digest(formats: Iterable[str]) -> bytes | None:
    program = _program_digest()
    if program is None or not all(map(_is_own, formats)):
        return None
    if not any(WRITERS[format].is_drawn for format in formats):
        return program
    fonts = _fonts_digest()
    return None if fonts is None else hashlib.sha256(program + fonts).digest()


def _is_own(format: str) -> bool:
    """Whether a format's module belongs to this program. What another module depends on is not known."""
    found = importlib.util.find_spec(WRITERS[format].module) if format in WRITERS else None
    return bool(found and found.origin and Path(found.origin).is_relative_to(_PACKAGE))


@functools.cache
def _program_digest() -> bytes | None:
    """A hash of this program's files, of Python and of the installed packages; None if a file cannot be read."""
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
    """For each installed package, its metadata folder's name, which includes the version, and modification time."""
    for folder in filter(os.path.isdir, sys.path):
        with suppress(OSError), os.scandir(folder) as entries:
            found = [entry for entry in entries if entry.name.endswith((".dist-info", ".egg-info"))]
            yield from sorted(f"{entry.name} {entry.stat().st_mtime_ns}" for entry in found)


def _fonts_digest() -> bytes | None:
    """A hash of what Pango draws pages with: its libraries, fontconfig's settings and all installed fonts.

    A font is identified by its file's name, size and times, because reading all fonts takes longer than a layout.
    """
    fontconfig = _fontconfig()
    if fontconfig is None:
        return None
    config = fontconfig.FcInitLoadConfigAndFonts()
    if not config:
        return None
    try:
        fonts, settings = list(_font_files(fontconfig, config)), list(_settings_files(fontconfig, config))
    finally:
        fontconfig.FcConfigDestroy(config)
    whole = hashlib.sha256(_loaded_libraries())
    try:
        for name in fonts:
            whole.update(_file_stamp(os.fsdecode(name)).encode())
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
def _fontconfig() -> Any:
    """The fontconfig library, loaded together with Pango and HarfBuzz; None when one of the three is not found."""
    try:
        loaded = [ctypes.CDLL(_library_file(name)) for name in _LIBRARIES]
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


def _library_file(name: str) -> str:
    if sys.platform == "linux":
        return f"lib{name}.so.{1 if name == 'fontconfig' else 0}"
    return ctypes.util.find_library(name) or name


def _font_files(fontconfig: Any, config: int) -> Iterator[bytes]:
    found = fontconfig.FcConfigGetFonts(config, 0)  # 0: the system's fonts; this program adds none of its own
    for index in range(found.contents.count if found else 0):
        name = ctypes.c_char_p()
        if fontconfig.FcPatternGetString(found.contents.fonts[index], b"file", 0, ctypes.byref(name)) == 0:
            yield name.value or b""


def _settings_files(fontconfig: Any, config: int) -> Iterator[bytes]:
    listed = fontconfig.FcConfigGetConfigFiles(config)
    try:
        while name := fontconfig.FcStrListNext(listed):
            yield name
    finally:
        fontconfig.FcStrListDone(listed)


@functools.cache
def _loaded_libraries() -> bytes:
    """The stamps of the loaded library files. Without ``/proc``, the files are looked up by the libraries' names."""
    try:
        maps = Path("/proc/self/maps").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return "\n".join(map(_library_stamp, _LIBRARIES)).encode(errors="surrogateescape")
    return "\n".join(map(_file_stamp, sorted(set(_MAPPED.findall(maps))))).encode(errors="surrogateescape")


def _library_stamp(name: str) -> str:
    file = _library_file(name)
    return _file_stamp(file) if Path(file).is_file() else file


def _file_stamp(name: str) -> str:
    """A file's name, device, inode, size and times, which change when its content is replaced."""
    about = Path(name).stat()
    return f"{name}\0{about.st_dev} {about.st_ino} {about.st_size} {about.st_mtime_ns} {about.st_ctime_ns}\n"
