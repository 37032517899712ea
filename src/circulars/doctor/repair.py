"""Fixes the faults of a Word template that can be fixed without losing a word or any chosen formatting."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from lxml import etree

from circulars.doctor.fix_parts import (
    Fix,
    fix_macros,
    fix_missing_parts,
    fix_settings,
    fix_template,
    fix_traces,
    fix_unused_parts,
)
from circulars.doctor.fix_shown import fix_shown
from circulars.doctor.fix_styles import fix_lists, fix_styles
from circulars.doctor.fix_tags import fix_tags
from circulars.doctor.fix_text import fix_comments, fix_fields, fix_ids, fix_tracked_formatting
from circulars.doctor.measures import fix_measures
from circulars.doctor.page import paper_of
from circulars.doctor.window import PageMeasures, Paper, fix_window, page_measures
from circulars.doctor.word import UnreadableTemplateError, WordTemplate, open_word
from circulars.errors import PackError, Place, Problem, UsageError
from circulars.files.opc import parse_part
from circulars.files.output import save_all
from circulars.model.window import EnvelopeWindow
from circulars.pack import DEFAULT_PACK, SHIPPED, Pack
from circulars.render.docx import TEMPLATE
from circulars.render.docx.template_package import store
from circulars.render.page import stylesheet_of
from circulars.workspace import Workspace

_FIXES: tuple[Callable[[WordTemplate, WordTemplate], Iterator[Fix]], ...] = (
    fix_macros, fix_template, fix_settings, fix_comments, fix_tracked_formatting, fix_fields, fix_tags, fix_shown,
    fix_styles, fix_lists, fix_ids, fix_traces, fix_unused_parts,
)  # fmt: skip


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Repair:
    """What was fixed in a pack's Word template; ``kept`` is the file with the old template, if anything was fixed."""

    fixed: tuple[Problem, ...]
    kept: Path | None = None


def repair_pack(name: str, workspace: Workspace) -> Repair:
    """Fixes a pack's Word template, and returns what was fixed. The old file is kept beside the new one.

    Raises:
        PackError: the pack's files have problems, or the template is missing.
        UsageError: the pack belongs to the package, not to the workspace.
        MachineError: the file cannot be written.
    """
    pack = workspace.pack(name)
    if not any(pack.folder.resolve().is_relative_to(folder.resolve()) for folder in workspace.pack_folders):
        fact = f"the pack '{name}' belongs to circulars itself, and is not changed"
        hint = "'circulars init' makes a copy that you can change"
        raise UsageError(Problem(Place(str(pack.folder)), "shipped-pack", fact, hint))
    old = pack.read(TEMPLATE)
    window = pack.window if pack.addressee_block != "none" else None
    new, fixes = repair_template(old, window, _of_stylesheet(pack, paper_of), _of_stylesheet(pack, page_measures))
    if not fixes:
        return Repair(())
    kept = _backup_name(pack.folder)
    save_all(pack.folder, {kept: old, TEMPLATE: new})
    place = Place(str(pack.folder / TEMPLATE))
    return Repair(tuple(Problem(place, code, done) for code, done in fixes), pack.folder / kept)


def _of_stylesheet(pack: Pack, read: Callable[[str], T]) -> T | None:
    """What is read in the pack's stylesheet, if that can be read."""
    try:
        return read(stylesheet_of(pack))
    except PackError:
        return None


def _backup_name(folder: Path) -> str:
    """A name that no file has yet: an earlier template is never overwritten."""
    names = [f"{TEMPLATE}.bak", *(f"{TEMPLATE}.bak{number}" for number in range(2, 1000))]
    return next(name for name in names if not (folder / name).exists())


def repair_template(
    data: bytes,
    window: EnvelopeWindow | None = None,
    paper: Paper | None = None,
    page: PageMeasures | None = None,
) -> tuple[bytes, tuple[Fix, ...]]:
    """The Word template with every safe fix, and the fixes; the same bytes if nothing was fixed.

    With ``window``, the addressee's block is moved into that window; ``paper`` is the stylesheet's page size, and
    ``page`` has its margins and the size of its text.
    """
    shipped = open_word((SHIPPED / DEFAULT_PACK / TEMPLATE).read_bytes())
    try:
        word = open_word(data)
    except UnreadableTemplateError:
        return data, ()
    fixes = list(fix_missing_parts(word, shipped))
    if fixes:
        word = open_word(packed(word))
    for fix in _FIXES:
        fixes += fix(word, shipped)
    if page:
        fixes += fix_measures(word, page)
    if window:
        fixes += fix_window(word, window, paper)
    return (packed(word), tuple(dict.fromkeys(fixes))) if fixes else (data, ())


def packed(word: WordTemplate) -> bytes:
    """The bytes of a Word template; unchanged parts keep theirs."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name in sorted(word.parts, key=lambda name: name != "[Content_Types].xml"):
            store(package, name, _part_bytes(word, name))
    return file.getvalue()


def _part_bytes(word: WordTemplate, name: str) -> bytes:
    if name not in word.trees:
        return word.parts[name]
    new = etree.tostring(word.trees[name])
    old = word.parts[name]
    if old and etree.tostring(parse_part(old)) == new:
        return old
    return etree.tostring(word.trees[name], xml_declaration=True, encoding="UTF-8", standalone=True)
