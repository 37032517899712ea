"""Makes a new template pack from somebody's Word file."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

from circulars.doctor.complete import complete
from circulars.doctor.fix_parts import Fix
from circulars.doctor.fix_styles import add_styles
from circulars.doctor.own_block import settle_block
from circulars.doctor.own_words import notes_on
from circulars.doctor.paper import fonts_of, paper_named, size_of_text
from circulars.doctor.repair import packed, repair_template
from circulars.doctor.window import measured_window
from circulars.doctor.word import UnreadableTemplateError, WordTemplate, open_word
from circulars.errors import MachineError, PackError, Place, Problem, UsageError
from circulars.files.output import save_tree
from circulars.files.reading import read_file
from circulars.model.sheet import USUAL_TYPEFACE, Margins, Typeface
from circulars.pack_files import DEFAULT_PACK, SHIPPED, read_inside
from circulars.render.docx import TEMPLATE
from circulars.render.docx.markup import w
from circulars.render.docx.signatures import STYLES as SIGNATURE_STYLES
from circulars.workspace import Workspace

_STARTER: Final = {
    "pack.yaml": "pack.yaml.txt",
    "words/en.yaml": "words.en.yaml",
    "words/es.yaml": "words.es.yaml",
    "skeletons/letter.yaml": "skeleton.yaml",
    "look.css": "look.css",
}
_NO_WINDOW: Final = "addressee-block: none        # letter.docx has no {{ addressee }} in a row of its own height"


@dataclass(frozen=True, slots=True)
class NewPack:
    """A new pack's folder, what was changed in its Word file, and what its keeper should know about the file."""

    folder: Path
    changed: tuple[Problem, ...]
    notes: tuple[str, ...] = ()


def new_pack(name: str, source: Path, title: str, workspace: Workspace) -> NewPack:
    """Makes a pack in the workspace from a Word file, which is not changed.

    Its ``letter.docx`` is that file with all safe fixes, and with the parts of the shipped template of which it has no
    tag. Its facts are measured in the file; its words and its look are a beginning.

    Raises:
        UsageError: the name is not valid or taken, or the file cannot be read.
        PackError: the file is not a Word file, or has no page size that letters may have.
        MachineError: the pack cannot be written.
    """
    folder = workspace.folder / "templates" / name
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}", name):
        hint = "use letters, digits and hyphens: my-office"
        raise UsageError(Problem(Place(), "wrong-name", f"'{name}' cannot be the name of a pack", hint))
    if folder.exists() or (SHIPPED / name).exists():
        raise UsageError(
            Problem(Place(str(folder)), "pack-exists", "this pack is there already", "choose another name")
        )
    data = _read(source)
    word, fixes = _completed(data, source)
    values = {"name": name, "title": json.dumps(title or name, ensure_ascii=False), **_measures(word, source)}
    written = {path: _filled(starter, values) for path, starter in _STARTER.items()}
    save_tree(folder, {**written, TEMPLATE: packed(word)})
    where = Place(str(folder / TEMPLATE))
    changed = tuple(Problem(where, code, done) for code, done in _gathered(fixes))
    return NewPack(folder, changed, tuple(notes_on(open_word(data))))


def _gathered(fixes: Sequence[Fix]) -> Iterator[Fix]:
    """The fixes, with one for all styles of the parts that were added."""
    styles = [done for code, done in fixes if code == "undefined-style"]
    yield from (fix for fix in fixes if fix[0] != "undefined-style")
    if len(styles) > 1:
        yield "undefined-style", f"{len(styles)} styles that these parts use were taken from the shipped template"
    else:
        yield from (("undefined-style", done) for done in styles)


def _read(source: Path) -> bytes:
    try:
        return read_file(source, "pack file")
    except OSError as error:
        fact = f"the file cannot be read: {error.strerror}"
        hint = "name a Word file of your office, such as letterhead.docx"
        raise UsageError(Problem(Place(str(source)), "unreadable-file", fact, hint)) from None


def _completed(data: bytes, source: Path) -> tuple[WordTemplate, tuple[Fix, ...]]:
    """The Word file with all parts that letters need, and what was done to it."""
    try:
        word, shipped = open_word(data), open_word(read_inside(SHIPPED / DEFAULT_PACK, TEMPLATE))
        _sheet(word, source)  # what is added is made as wide as the text, so the sheet is read first
        added = tuple(complete(word, shipped))
        data, fixes = repair_template(packed(word) if added else data)
        word = open_word(data)
        add_styles(word, shipped, SIGNATURE_STYLES)
        return word, (*added, *settle_block(word), *fixes)
    except UnreadableTemplateError as error:
        raise PackError(*(finding.problem(str(source)) for finding in error.findings)) from None


def _measures(word: WordTemplate, source: Path) -> Mapping[str, str]:
    """The measures of a Word file as ``pack.yaml`` has them."""
    paper, margins = _sheet(word, source)
    fonts = [font for font in fonts_of(word) if font]
    sizes = size_of_text(word)
    typeface = _typeface(fonts, int(sizes[0].get(w("val"), "")) / 2 if sizes else USUAL_TYPEFACE.size)
    found = measured_window(word)
    block = _NO_WINDOW
    if found:
        side, window = found
        ends = getattr(window, side)
        block = (
            f"addressee-block: {side}\nwindow:\n  top: {window.top:g}\n  below: {window.below:g}\n"
            f"  lines: {window.lines}\n  size: {window.size:g}\n  line: {window.line:g}\n"
            f"  {side}: {{from: {ends.start:g}, to: {ends.end:g}}}"
        )
    return {
        "paper": paper,
        "fonts": ", ".join(json.dumps(font, ensure_ascii=False) for font in fonts),
        "size": f"{typeface.size:g}",
        "line": f"{typeface.line:g}",
        "width": str(typeface.width),
        "window": block,
        **{side: f"{getattr(margins, side):g}" for side in ("top", "right", "bottom", "left")},
    }


def _typeface(fonts: list[str], size: float) -> Typeface:
    """The measures of the first font; the usual ones if it is not installed, which ``template check`` reports."""
    from circulars.render.pdf.typefaces import typeface_of  # needs Pango

    try:
        return typeface_of(fonts[0], size)
    except (IndexError, MachineError):
        return Typeface(size)


def _sheet(word: WordTemplate, source: Path) -> tuple[str, Margins]:
    body = word.trees[word.main]
    size, margin = next(body.iter(w("pgSz")), None), next(body.iter(w("pgMar")), None)
    paper = paper_named(size)
    if not paper or margin is None:
        fact, hint = "the page size is none that letters have", "choose A4 or Letter in Word (Layout, Size)"
        raise PackError(Problem(Place(str(source)), "page-size", fact, hint))
    sides = ("top", "right", "bottom", "left")
    if unread := [side for side in sides if not re.fullmatch(r"[0-9]{1,5}", margin.get(w(side), ""))]:
        fact = f"the margins of the page cannot be read: {', '.join(unread)}"
        hint = "set them in Word (Layout, Margins), and save the file"
        raise PackError(Problem(Place(str(source)), "page-size", fact, hint))
    return paper, Margins(*(round(int(margin.get(w(side), "")) * 25.4 / 1440, 1) for side in sides))


def _filled(starter: str, values: Mapping[str, str]) -> bytes:
    text = files("circulars.doctor").joinpath("starter", starter).read_text("utf-8")
    return string.Template(text).substitute(values).encode()
