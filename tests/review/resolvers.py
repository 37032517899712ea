"""Programs that others wrote accept or reject the tracked changes of Word files, and tell what they then read.

To check redlines, give all of them at once, each with the Word files of the old and of the new letter:

    faults = faults_of([Redline(tracked, old, new), ...], folder)

An exact redline has none. LibreOffice opens every file in one start (a second, and some 0.1 s a file); it reads six
properties after it has updated the fields: words, empty paragraphs, styles, labels of lists, links, bold and italic.
jubarte-redlines resolves the file itself, and ``docx_reading`` reads the result (some 20 ms a file). pandoc reads the
words alone: it does not join paragraphs, nor does it drop rows. ``judges.ooxml_sdk`` says whether Word would open it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from difflib import SequenceMatcher
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Final, Literal, NamedTuple
from zipfile import ZipFile

from lxml import etree

from macros import run_macro, uri
from readers import pandoc_words

Mode = Literal["accept", "reject", "as it is"]
Resolver = Literal["libreoffice", "jubarte", "pandoc"]
RESOLVERS: Final[tuple[Resolver, ...]] = ("libreoffice", "jubarte", "pandoc")
NOTE: Final = "\x1d"
"""What stands for the mark of a footnote."""

_FORMER: Final = re.compile(r"^(#.+)_f\d+$")
_MACRO: Final = Path(__file__).with_name("libreoffice.bas")
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TRACKED: Final = frozenset(
    f"{_W}{name}"
    for name in (
        "ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge", "numberingChange", "rPrChange",
        "pPrChange", "tblPrChange", "tblGridChange", "trPrChange", "tcPrChange", "sectPrChange", "tblPrExChange",
        "moveFromRangeStart", "moveToRangeStart",
    )
)  # fmt: skip


class Piece(NamedTuple):
    """Text of one look: bold, italic, and the address that it links to."""

    text: str
    bold: bool = False
    italic: bool = False
    link: str = ""


class Line(NamedTuple):
    """A paragraph: where it is (the body, a cell, a footnote), its style, the label that a list gives it, its text."""

    place: str
    style: str
    label: str
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """Its text."""
        return "".join(piece.text for piece in self.pieces)


class Reading(NamedTuple):
    """The paragraphs that a program reads in a file, and how many tracked changes are left in it."""

    lines: tuple[Line, ...]
    left: int = 0


@dataclass(frozen=True, slots=True)
class Redline:
    """A Word file with tracked changes, and the two files that it must become when they are rejected or accepted."""

    tracked: Path
    old: Path
    new: Path


def faults_of(
    redlines: Sequence[Redline], folder: Path, resolvers: Sequence[Resolver] = RESOLVERS
) -> dict[Path, tuple[str, ...]]:
    """What is not exact in each redline that is not, in words; ``folder`` is for LibreOffice's profile and answers."""
    found: dict[Path, list[str]] = {redline.tracked: [] for redline in redlines}
    jobs: list[tuple[Path, Mode]] = []
    for one in redlines:
        jobs += [(one.tracked, "accept"), (one.new, "as it is"), (one.tracked, "reject"), (one.old, "as it is")]
    for resolver in resolvers:
        read = _READ[resolver]([*dict.fromkeys(jobs)], folder)
        for one in redlines:
            directions: tuple[tuple[Mode, Path], ...] = (("accept", one.new), ("reject", one.old))
            for mode, whole in directions:
                faults = differences(read[one.tracked, mode], read[whole, "as it is"])
                found[one.tracked] += [f"{resolver}, {mode} all: {fault}" for fault in faults]
    return {file: tuple(faults) for file, faults in found.items() if faults}


def differences(found: Reading, expected: Reading) -> list[str]:
    """Each property in which what was read is not what was expected, with the first place where it differs."""
    faults = [f"{found.left} tracked changes are left"] if found.left else []
    texts, wanted = [line.text for line in found.lines], [line.text for line in expected.lines]
    words, wanted_words = "\n".join(texts).split(), "\n".join(wanted).split()
    if words != wanted_words:
        return [*faults, f"words: {_first_difference(words, wanted_words)}"]
    if texts != wanted:
        return [*faults, f"paragraphs: {_first_difference(texts, wanted)}"]
    pairs = list(zip(found.lines, expected.lines, strict=True))
    for name, seen in _PROPERTIES.items():
        wrong = [(seen(a), seen(b), b.text) for a, b in pairs if seen(a) != seen(b)]
        faults += [f"{name}: {a!r} instead of {b!r} in “{text[:60]}”" for a, b, text in wrong[:1]]
    return faults


def _first_difference(found: Sequence[str], expected: Sequence[str]) -> str:
    for tag, i, j, k, m in SequenceMatcher(None, found, expected, autojunk=False).get_opcodes():
        if tag != "equal":
            return f"{found[i:j]} instead of {expected[k:m]} after {found[max(0, i - 3) : i]}"[:400]
    raise AssertionError("nothing differs")


def _looks(line: Line) -> object:
    looks = groupby(line.pieces, key=lambda piece: (piece.bold, piece.italic))
    return [(look, "".join(piece.text for piece in pieces)) for look, pieces in looks]


def _links(line: Line) -> object:
    """The links, without what tells the bookmark of an annex from that of the same annex at its former place."""
    links = groupby(line.pieces, key=lambda piece: _FORMER.sub(r"\1", piece.link))
    return [(link, "".join(piece.text for piece in pieces)) for link, pieces in links if link]


_PROPERTIES: Final[Mapping[str, Callable[[Line], object]]] = {
    "places": lambda line: line.place,
    "styles": lambda line: line.style,
    "labels": lambda line: line.label,
    "links": _links,
    "bold and italic": _looks,
}


# LibreOffice.


def libreoffice_readings(jobs: Sequence[tuple[Path, Mode]], folder: Path) -> dict[tuple[Path, Mode], Reading]:
    """What LibreOffice reads in Word files after it accepted or rejected all of their changes."""
    folder.mkdir(parents=True, exist_ok=True)
    answers = [folder.resolve() / f"{number}.txt" for number in range(len(jobs))]
    opened = [_without_comments(file, folder / f"{number}.docx") for number, (file, _) in enumerate(jobs)]
    run_macro(
        _MACRO, folder, ([uri(one), mode, uri(to)] for one, (_, mode), to in zip(opened, jobs, answers, strict=True))
    )
    return {
        (file, mode): _without_cells(_reading(answer.read_text("utf-8")), _dropped_cells(file, mode))
        for (file, mode), answer in zip(jobs, answers, strict=True)
    }


def _without_comments(file: Path, copy: Path) -> Path:
    """The file, or a copy without comments: LibreOffice without windows ends when it opens a file with comments."""
    with ZipFile(file) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    if "word/comments.xml" not in parts:
        return file
    parts["word/document.xml"] = _COMMENT.sub(b"", parts["word/document.xml"])
    with ZipFile(copy, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return copy


_COMMENT: Final = re.compile(rb"<w:commentR[^>]*/>")


def libreoffice_comparisons(pairs: Sequence[tuple[Path, Path]], folder: Path) -> list[Path]:
    """The Word files that LibreOffice itself makes when it compares an old file with a new one, for each pair."""
    folder.mkdir(parents=True, exist_ok=True)
    answers = [folder.resolve() / f"{number}.docx" for number in range(len(pairs))]
    jobs = zip(pairs, answers, strict=True)
    run_macro(_MACRO, folder, ([uri(new), "compare", uri(answer), uri(old)] for (old, new), answer in jobs))
    return answers


def _reading(answer: str) -> Reading:
    *lines, last = [line.split("\x1f") for line in answer.removesuffix("\n").split("\n")]
    return Reading(
        tuple(
            Line(place, style, label, tuple(_piece(piece) for piece in pieces))
            for place, style, label, *pieces in lines
        ),
        int(last[1]),
    )


def _piece(piece: str) -> Piece:
    text, bold, italic, link = piece.split("\x1c")
    return Piece(text.replace("\x1e", "\n"), bold == "True", italic == "True", link)


def _dropped_cells(file: Path, mode: Mode) -> frozenset[str]:
    """The places of the cells of tracked columns that go away: LibreOffice empties them, but leaves them there.

    Tables, rows and cells are counted as LibreOffice counts them: without those rows and tables that it drops.
    """
    if mode == "as it is":
        return frozenset()
    mark = "del" if mode == "accept" else "ins"
    with ZipFile(file) as package:
        tree = etree.fromstring(package.read("word/document.xml"))
    found, tables = set(), 0
    for table in tree.iter(f"{_W}tbl"):
        rows = [row for row in table.iterchildren(f"{_W}tr") if row.find(f"{_W}trPr/{_W}{mark}") is None]
        tables += bool(rows)
        for number, row in enumerate(rows, start=1):
            for place, cell in enumerate(row.iterchildren(f"{_W}tc"), start=1):
                if cell.find(f"{_W}tcPr/{_W}cell{mark.title()}") is not None:
                    found.add(f"t{tables} r{number} c{place}")
    return frozenset(found)


def _without_cells(reading: Reading, dropped: frozenset[str]) -> Reading:
    """The paragraphs without those of empty cells that are to be dropped; the cells of a row are counted anew."""
    placed = [(line, _PLACE.sub(_numbered_place, line.place)) for line in reading.lines]
    kept = [(line, place) for line, place in placed if line.text or place.partition(" ")[2] not in dropped]
    rows: dict[str, dict[str, int]] = {}
    lines = []
    for line, place in kept:
        row, _, cell = place.rpartition(" c")
        cells = rows.setdefault(row, {})
        number = cells.setdefault(cell, len(cells) + 1)
        lines.append(line._replace(place=f"{row} c{number}" if row else place))
    return Reading(tuple(lines), reading.left)


_PLACE: Final = re.compile(r" ([A-Z]+)(\d+)$")


def _numbered_place(name: re.Match[str]) -> str:
    """The row and the number of a cell from its name in LibreOffice: B3 is row 3, cell 2."""
    column = 0
    for letter in name[1]:
        column = 26 * column + ord(letter) - 64
    return f" r{name[2]} c{column}"


# jubarte-redlines, and the reader of what it makes.


def jubarte_readings(jobs: Sequence[tuple[Path, Mode]], folder: Path) -> dict[tuple[Path, Mode], Reading]:
    """What is in Word files after jubarte-redlines accepted or rejected all of their changes."""
    return {(file, mode): docx_reading(resolved(file.read_bytes(), mode)) for file, mode in jobs}


def resolved(docx: bytes, mode: Mode) -> bytes:
    """A Word file with all of its changes accepted or rejected by jubarte-redlines."""
    import jubarte_redlines

    match mode:
        case "accept":
            return jubarte_redlines.accept_revisions(docx)
        case "reject":
            return jubarte_redlines.reject_revisions(docx)
        case "as it is":
            return docx


def docx_reading(docx: bytes) -> Reading:
    """The paragraphs of a Word file's body and footnotes, as its XML has them; a label is its form, not its number."""
    with ZipFile(BytesIO(docx)) as package:
        names = package.namelist()
        parts = [name for name in ("word/document.xml", "word/footnotes.xml") if name in names]
        trees = {name: etree.fromstring(package.read(name)) for name in parts}
        links = {name: _addresses(package, name) for name in parts}
        labels = _labels(package)
    lines = [line for name in parts for line in _lines(trees[name], links[name], labels, Path(name).stem)]
    left = sum(1 for tree in trees.values() for element in tree.iter(*_TRACKED))
    return Reading(tuple(lines), left)


def _addresses(package: ZipFile, part: str) -> Mapping[str, str]:
    """The target of each relationship of a part."""
    name = part.replace("word/", "word/_rels/") + ".rels"
    if name not in package.namelist():
        return {}
    return {str(one.get("Id")): str(one.get("Target")) for one in etree.fromstring(package.read(name))}


def _labels(package: ZipFile) -> Mapping[tuple[str, str], str]:
    """The form of the label of each level of each list, by the ids of its ``w:num`` and its level."""
    if "word/numbering.xml" not in package.namelist():
        return {}
    tree = etree.fromstring(package.read("word/numbering.xml"))
    levels = {
        (
            abstract.get(f"{_W}abstractNumId"),
            level.get(f"{_W}ilvl"),
        ): f"{_value(level, 'numFmt')} {_value(level, 'lvlText')}"
        for abstract in tree.iter(f"{_W}abstractNum")
        for level in abstract.iter(f"{_W}lvl")
    }
    return {
        (str(num.get(f"{_W}numId")), str(level)): label
        for num in tree.iter(f"{_W}num")
        for (abstract, level), label in levels.items()
        if abstract == _value(num, "abstractNumId")
    }


def _value(element: etree._Element, name: str) -> str:
    """The ``w:val`` of a child, or ""."""
    child = element.find(f"{_W}{name}")
    return "" if child is None else str(child.get(f"{_W}val"))


def _lines(
    tree: etree._Element, links: Mapping[str, str], labels: Mapping[tuple[str, str], str], part: str
) -> Iterator[Line]:
    for paragraph in tree.iter(f"{_W}p"):
        if next(paragraph.iterancestors(f"{_W}footnote"), paragraph).get(f"{_W}type") is not None:
            continue  # the line above footnotes
        properties = paragraph.find(f"{_W}pPr")
        style = "" if properties is None else _value(properties, "pStyle")
        numbered = None if properties is None else properties.find(f"{_W}numPr")
        label = ""
        if numbered is not None:
            label = labels.get((_value(numbered, "numId"), _value(numbered, "ilvl") or "0"), "")
        pieces = tuple(piece for run in _runs(paragraph) if (piece := _run_piece(run, links)).text)
        yield Line(f"{part} {_place(paragraph)}".rstrip(), style, label, pieces)


def _place(paragraph: etree._Element) -> str:
    """The number of the cell, row and table that a paragraph is in, or ""."""
    numbers = [
        f"{etree.QName(one).localname[-1]}{sum(1 for _ in one.itersiblings(one.tag, preceding=True)) + 1}"
        for one in paragraph.iterancestors(f"{_W}tc", f"{_W}tr")
    ]
    return " ".join(numbers[::-1])


def _runs(paragraph: etree._Element) -> Iterator[etree._Element]:
    """The runs of a paragraph itself, without those of text boxes in it, and without deleted ones."""
    for run in paragraph.iter(f"{_W}r"):
        if next(run.iterancestors(f"{_W}p")) is paragraph:
            yield run


def _run_piece(run: etree._Element, links: Mapping[str, str]) -> Piece:
    texts = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}noBreakHyphen": "\u2011", f"{_W}footnoteReference": NOTE}
    text = "".join((child.text or "") if child.tag == f"{_W}t" else texts.get(str(child.tag), "") for child in run)
    properties = run.find(f"{_W}rPr")
    link = next(run.iterancestors(f"{_W}hyperlink"), None)
    address = ""
    if link is not None:
        anchor = link.get(f"{_W}anchor")
        address = f"#{anchor}" if anchor else links.get(str(link.get(f"{_R}id")), "")
    return Piece(text, _is_on(properties, "b"), _is_on(properties, "i"), address)


def _is_on(properties: etree._Element | None, name: str) -> bool:
    switch = None if properties is None else properties.find(f"{_W}{name}")
    return switch is not None and switch.get(f"{_W}val") not in ("0", "false", "off")


# pandoc.


def pandoc_readings(jobs: Sequence[tuple[Path, Mode]], folder: Path) -> dict[tuple[Path, Mode], Reading]:
    """The words that pandoc reads in Word files when it accepts or rejects their changes, as one paragraph."""
    with ThreadPoolExecutor(2) as pool:
        words = pool.map(lambda job: pandoc_words(job[0], "reject" if job[1] == "reject" else "accept"), jobs)
        return {
            job: Reading((Line("", "", "", (Piece(" ".join(found)),)),)) for job, found in zip(jobs, words, strict=True)
        }


_READ: Final[Mapping[Resolver, Callable[[Sequence[tuple[Path, Mode]], Path], Mapping[tuple[Path, Mode], Reading]]]] = {
    "libreoffice": libreoffice_readings,
    "jubarte": jubarte_readings,
    "pandoc": pandoc_readings,
}
