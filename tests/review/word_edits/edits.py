"""Edits Word files as a person does, in LibreOffice and in python-docx, tracked and not; says what they then have.

An edit names a paragraph by the hidden bookmark that begins in it, and words in it by themselves:

    edit = Edit("replace", "_c_body_d3", "Geneva", "Madrid")
    (file,) = libreoffice_edits([Job(letter.docx, (edit,), tracked=True)], folder)
    data = python_docx_edits(letter.docx.read_bytes(), (edit,))
    found = lines_of(accepted(read_edited(data).paragraphs))
    assert found == lines_after(lines_of(read_edited(letter).paragraphs), (edit,))

LibreOffice makes all jobs in one start: a second, and some 0.3 s a file. Without windows it can add no comments; those
of python-docx stay when it converts a file (``readers.libreoffice_files``).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import docx
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.run import Run

from circulars.review.word_edits.accepted import AcceptedParagraph
from circulars.review.word_edits.edited import EditedParagraph
from macros import run_macro, uri

Command = Literal[
    "replace", "insert before", "insert after", "split", "add", "remove", "merge", "move", "move down", "bold",
    "italic", "underline", "red", "size", "font", "link", "style", "comment", "add row", "remove row",
]  # fmt: skip
AUTHOR: Final = "Ana Ejemplo"
_MACRO: Final = Path(__file__).with_name("edits.bas")
_BREAK: Final = "\x1e"


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit: what to do at a place with some words (all of them, if "") and another text.

    A text replaces the words, is put beside them, or is a new paragraph; of a link it is the address, of a comment what
    it says, of a move the place before which the paragraph then is, of a row its cells, each on a line.
    """

    command: Command
    place: str
    words: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """A Word file to edit, and how."""

    file: Path
    edits: tuple[Edit, ...]
    tracked: bool = False


class Line(NamedTuple):
    """A paragraph of the body: its places, and its text."""

    names: tuple[str, ...]
    text: str


def lines_of(paragraphs: Iterable[EditedParagraph | AcceptedParagraph]) -> list[Line]:
    """The paragraphs of the body of what was read."""
    return [Line(one.names, one.text) for one in paragraphs if one.part == "body"]


def lines_after(lines: Sequence[Line], edits: Sequence[Edit]) -> list[Line]:
    """The paragraphs that there must be after edits of words and paragraphs. Looks, links and comments change none."""
    found = [*lines]
    for edit in edits:
        at = next(number for number, line in enumerate(found) if edit.place in line.names)
        if edit.command == "remove row":
            raise ValueError("which paragraphs a row has is not known here")
        found[at : at + 2] = _after(edit, found[at], found[at + 1 : at + 2])
        if edit.command == "move":
            moved = found.pop(at)
            found.insert(next(number for number, line in enumerate(found) if edit.text in line.names), moved)
    return found


def _after(edit: Edit, line: Line, below: list[Line]) -> list[Line]:
    before, words, after = line.text.partition(edit.words) if edit.words else ("", line.text, "")
    match edit.command:
        case "replace":
            return [line._replace(text=before + edit.text + after), *below]
        case "insert before":
            return [line._replace(text=before + edit.text + words + after), *below]
        case "insert after":
            return [line._replace(text=before + words + edit.text + after), *below]
        case "split":
            return [line._replace(text=before + words), Line((), after), *below]
        case "add":
            return [line, Line((), edit.text), *below]
        case "remove":
            return below
        case "merge":
            return [Line(line.names + below[0].names, line.text + below[0].text)]
        case "move down":
            return [*below, line]
        case _:
            return [line, *below]


# LibreOffice.


def libreoffice_edits(jobs: Sequence[Job], folder: Path) -> list[Path]:
    """The files that LibreOffice saves after the edits of each job; ``folder`` is for them and for its profile.

    A job without edits only opens and saves its file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    saved, commands = [folder / f"{number}.docx" for number in range(len(jobs))], list[tuple[str, ...]]()
    for job, file in zip(jobs, saved, strict=True):
        commands += [("open", uri(job.file)), ("track", "on" if job.tracked else "off")]
        commands += [_command(edit) for edit in job.edits]
        commands.append(("save", uri(file)))
    run_macro(_MACRO, folder, commands)
    return saved


def _command(edit: Edit) -> tuple[str, ...]:
    text = edit.text.replace("\n", _BREAK)
    if edit.command == "move":
        return "move", edit.place, text, ""
    return edit.command, edit.place, edit.words, text, AUTHOR


# python-docx.


def python_docx_edits(data: bytes, edits: Sequence[Edit], tracked: bool = False) -> bytes:
    """The file that python-docx saves after some edits; it has no tracked changes of its own: they are written here."""
    document, file = docx.Document(BytesIO(data)), BytesIO()
    for edit in edits:
        _EDITORS[edit.command](_Editor(document, edit, tracked))
    document.save(file)
    return file.getvalue()


@dataclass(frozen=True, slots=True)
class _Editor:
    """One edit of an open file."""

    document: WordDocument
    edit: Edit
    tracked: bool

    def paragraph(self, place: str = "") -> Any:
        """The paragraph in which a bookmark begins."""
        (mark,) = self.document.element.xpath(f'//w:bookmarkStart[@w:name="{place or self.edit.place}"]')
        return next(mark.iterancestors(qn("w:p")))

    def runs(self) -> list[Any]:
        """The runs of the words, which are cut out of what is around them."""
        paragraph, words = self.paragraph(), self.edit.words
        runs = [run for run in paragraph.iter(qn("w:r")) if run.findall(qn("w:t"))]
        if not words:
            return runs
        start = "".join(map(_text, runs)).index(words)
        found, place = [], 0
        for run in runs:
            length = len(_text(run))
            first, last = max(start - place, 0), min(start + len(words) - place, length)
            if first < last:
                found.append(_cut_out(run, first, last))
            place += length
        return found

    def change(self, kind: str) -> Any:
        """An element of a tracked change."""
        change = OxmlElement(f"w:{kind}")
        number = 9000 + len(self.document.element.xpath("//w:ins | //w:del"))
        for name, value in (("id", str(number)), ("author", AUTHOR), ("date", "2024-07-12T10:00:00Z")):
            change.set(qn(f"w:{name}"), value)
        return change

    def remove(self, run: Any) -> None:
        """Removes a run, or marks it as deleted."""
        if not self.tracked:
            run.getparent().remove(run)
            return
        change = self.change("del")
        run.addprevious(change)
        change.append(run)
        for text in run.findall(qn("w:t")):
            text.tag = qn("w:delText")

    def insert(self, run: Any, *, before: Any = None, after: Any = None) -> None:
        """Puts a run beside another, marked as inserted if changes are tracked."""
        if self.tracked:
            change = self.change("ins")
            change.append(run)
            run = change
        if before is not None:
            before.addprevious(run)
        else:
            after.addnext(run)

    def mark_end(self, paragraph: Any, kind: str) -> None:
        """Marks the end of a paragraph as inserted or deleted."""
        properties = paragraph.get_or_add_pPr()
        look = properties.find(qn("w:rPr"))
        if look is None:
            look = OxmlElement("w:rPr")
            at = next((one for one in properties if one.tag in (qn("w:sectPr"), qn("w:pPrChange"))), None)
            properties.append(look) if at is None else at.addprevious(look)
        look.insert(0, self.change(kind))


def _text(run: Any) -> str:
    return "".join(one.text or "" for one in run.findall(qn("w:t")))


def _cut_out(run: Any, first: int, last: int) -> Any:
    """A run with the characters from one place to another; the others are in runs beside it."""
    text = _text(run)
    for part, put in ((text[:first], run.addprevious), (text[last:], run.addnext)):
        if part:
            put(_with_text(run, part))
    Run(run, None).text = text[first:last]  # type: ignore[arg-type]  # no parent is needed to set a text
    return run


def _with_text(run: Any, text: str) -> Any:
    """A copy of a run with another text."""
    other = copy.deepcopy(run)
    Run(other, None).text = text  # type: ignore[arg-type]  # as above
    return other


def _replace(editor: _Editor) -> None:
    first, *others = editor.runs()
    if editor.edit.text:
        editor.insert(_with_text(first, editor.edit.text), before=first)
    for run in (first, *others):
        editor.remove(run)


def _insert_before(editor: _Editor) -> None:
    first = editor.runs()[0]
    editor.insert(_with_text(first, editor.edit.text), before=first)


def _insert_after(editor: _Editor) -> None:
    last = editor.runs()[-1]
    editor.insert(_with_text(last, editor.edit.text), after=last)


def _bare(paragraph: Any) -> Any:
    """An empty paragraph with the properties of another one."""
    other = copy.deepcopy(paragraph)
    for child in [*other]:
        if child.tag != qn("w:pPr"):
            other.remove(child)
    for section in other.findall(f"{qn('w:pPr')}/{qn('w:sectPr')}"):
        section.getparent().remove(section)
    return other


def _split(editor: _Editor) -> None:
    last, paragraph = editor.runs()[-1], editor.paragraph()
    below = _bare(paragraph)
    while last.getparent() is not paragraph:
        last = last.getparent()
    for one in [*last.itersiblings()]:
        if one.tag != qn("w:bookmarkEnd"):
            below.append(one)
    paragraph.addnext(below)
    if editor.tracked:
        editor.mark_end(paragraph, "ins")


def _add(editor: _Editor) -> None:
    paragraph = editor.paragraph()
    below, run = _bare(paragraph), OxmlElement("w:r")
    Run(run, None).text = editor.edit.text  # type: ignore[arg-type]  # as above
    below.append(run)
    paragraph.addnext(below)
    if editor.tracked:
        change = editor.change("ins")
        run.addprevious(change)
        change.append(run)
        editor.mark_end(below, "ins")


def _remove(editor: _Editor) -> None:
    paragraph = editor.paragraph()
    if not editor.tracked:
        paragraph.getparent().remove(paragraph)
        return
    for run in [*paragraph.iter(qn("w:r"))]:
        editor.remove(run)
    editor.mark_end(paragraph, "del")


def _merge(editor: _Editor) -> None:
    paragraph = editor.paragraph()
    if editor.tracked:
        editor.mark_end(paragraph, "del")
        return
    below = paragraph.getnext()
    for child in [*below]:
        if child.tag != qn("w:pPr"):
            paragraph.append(child)
    below.getparent().remove(below)


def _move(editor: _Editor) -> None:
    editor.paragraph(editor.edit.text).addprevious(editor.paragraph())


def _move_down(editor: _Editor) -> None:
    paragraph = editor.paragraph()
    paragraph.getnext().addnext(paragraph)


def _looking(change: Callable[[Run], None]) -> Callable[[_Editor], None]:
    def edit(editor: _Editor) -> None:
        for run in editor.runs():
            change(Run(run, None))  # type: ignore[arg-type]  # as above

    return edit


def _bold(run: Run) -> None:
    run.bold = True


def _italic(run: Run) -> None:
    run.italic = True


def _underline(run: Run) -> None:
    run.underline = True


def _red(run: Run) -> None:
    run.font.color.rgb = docx.shared.RGBColor(255, 0, 0)


def _link(editor: _Editor) -> None:
    link = OxmlElement("w:hyperlink")
    id = editor.document.part.relate_to(editor.edit.text, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link.set(qn("r:id"), id)
    runs = editor.runs()
    runs[0].addprevious(link)
    for run in runs:
        link.append(run)


def _comment(editor: _Editor) -> None:
    runs = [Run(run, editor.document) for run in editor.runs()]
    editor.document.add_comment(runs, editor.edit.text, AUTHOR)


def _size(editor: _Editor) -> None:
    for run in editor.runs():
        Run(run, None).font.size = docx.shared.Pt(float(editor.edit.text))  # type: ignore[arg-type]  # as above


def _font(editor: _Editor) -> None:
    for run in editor.runs():
        Run(run, None).font.name = editor.edit.text  # type: ignore[arg-type]  # as above


def _style(editor: _Editor) -> None:
    style = editor.document.styles[editor.edit.text]
    editor.paragraph().get_or_add_pPr().style = style.style_id


def _add_row(editor: _Editor) -> None:
    row = next(editor.paragraph().iterancestors(qn("w:tr")))
    below = copy.deepcopy(row)
    for paragraph in [*below.iter(qn("w:p"))]:
        paragraph.getparent().replace(paragraph, _bare(paragraph))
    row.addnext(below)
    if editor.tracked:
        below.get_or_add_trPr().append(editor.change("ins"))


def _remove_row(editor: _Editor) -> None:
    row = next(editor.paragraph().iterancestors(qn("w:tr")))
    if editor.tracked:
        row.get_or_add_trPr().append(editor.change("del"))
    else:
        row.getparent().remove(row)


_EDITORS: Final[dict[Command, Callable[[_Editor], None]]] = {
    "replace": _replace, "insert before": _insert_before, "insert after": _insert_after, "split": _split, "add": _add,
    "remove": _remove, "merge": _merge, "move": _move, "move down": _move_down, "bold": _looking(_bold),
    "italic": _looking(_italic), "underline": _looking(_underline), "red": _looking(_red), "size": _size, "font": _font,
    "link": _link, "style": _style, "comment": _comment, "add row": _add_row, "remove row": _remove_row,
}  # fmt: skip
