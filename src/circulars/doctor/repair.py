"""Mends what can be mended safely in a Word template: no word of it is lost, and no look that anybody chose."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from circulars.doctor.mend_lists import mend_lists, mend_styles
from circulars.doctor.mend_parts import mend_macros, mend_missing_parts, mend_settings, mend_template
from circulars.doctor.mend_tags import mend_tags
from circulars.doctor.mend_text import mend_comments, mend_fields, mend_ids, mend_looks
from circulars.doctor.word import UnopenedError, Word, open_word
from circulars.errors import Place, Problem, UsageError
from circulars.files.opc import parse_part
from circulars.files.output import save_all
from circulars.pack import DEFAULT_PACK, SHIPPED
from circulars.render.docx import TEMPLATE
from circulars.render.docx.template_package import store
from circulars.workspace import Workspace

Mended = tuple[str, str]
"""The ailment's code, and what was done."""

_MENDS: tuple[Callable[[Word, Word], Iterator[Mended]], ...] = (
    mend_macros, mend_template, mend_settings, mend_comments, mend_looks, mend_fields, mend_tags, mend_styles,
    mend_lists, mend_ids,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Repair:
    """What was mended in a pack's Word template; ``kept`` is the file that holds it as it was, when it was written."""

    mended: tuple[Problem, ...]
    kept: Path | None = None


def repair_pack(name: str, workspace: Workspace) -> Repair:
    """What was mended in the Word template of a pack; the old file is kept beside it.

    Raises:
        PackError: the pack's files are wrong, or the template is not there.
        UsageError: the pack is the package's own, and not the workspace's.
        MachineError: the file cannot be written.
    """
    pack = workspace.pack(name)
    if not any(pack.folder.resolve().is_relative_to(folder.resolve()) for folder in workspace.pack_folders):
        fact = f"the pack '{name}' travels with circulars, and is left as it is"
        raise UsageError(
            Problem(Place(str(pack.folder)), "shipped-pack", fact, "'circulars init' makes a copy of yours")
        )
    old = pack.read(TEMPLATE)
    new, mended = repaired(old)
    if not mended:
        return Repair(())
    kept = _free(pack.folder)
    save_all(pack.folder, {kept: old, TEMPLATE: new})
    place = Place(str(pack.folder / TEMPLATE))
    return Repair(tuple(Problem(place, code, done) for code, done in mended), pack.folder / kept)


def _free(folder: Path) -> str:
    """A name that no file has yet: what a keeper has drawn is never written over."""
    names = [f"{TEMPLATE}.bak", *(f"{TEMPLATE}.bak{number}" for number in range(2, 1000))]
    return next(name for name in names if not (folder / name).exists())


def repaired(data: bytes) -> tuple[bytes, tuple[Mended, ...]]:
    """A Word template with everything mended that can be, and what was done; the same bytes when nothing was."""
    shipped = open_word((SHIPPED / DEFAULT_PACK / TEMPLATE).read_bytes())
    try:
        word = open_word(data)
    except UnopenedError:
        return data, ()
    mended = list(mend_missing_parts(word, shipped))
    if mended:
        word = open_word(_packed(word))
    for mend in _MENDS:
        mended += mend(word, shipped)
    return (_packed(word), tuple(dict.fromkeys(mended))) if mended else (data, ())


def _packed(word: Word) -> bytes:
    """The file anew; parts that were not changed keep their bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name in sorted(word.parts, key=lambda name: name != "[Content_Types].xml"):
            store(package, name, _written(word, name))
    return file.getvalue()


def _written(word: Word, name: str) -> bytes:
    if name not in word.trees:
        return word.parts[name]
    new = etree.tostring(word.trees[name])
    old = word.parts[name]
    if old and etree.tostring(parse_part(old)) == new:
        return old
    return etree.tostring(word.trees[name], xml_declaration=True, encoding="UTF-8", standalone=True)
