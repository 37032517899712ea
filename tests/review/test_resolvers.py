"""The resolvers of tracked changes, on small Word files written by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from zipfile import ZipFile

import pytest

from once import made_once
from review.resolvers import RESOLVERS, Line, Piece, Reading, Redline, Resolver, differences, faults_of

WHO: Final = 'w:author="A" w:date="2024-07-12T00:00:00Z"'
_NAMES: Final = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_STYLES: Final = "".join(
    f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{name}"/></w:style>' for name in ("Plain", "Other")
)
_NUMBERING: Final = "".join(
    f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0">'
    f'<w:start w:val="1"/><w:numFmt w:val="{format}"/><w:lvlText w:val="%1)"/></w:lvl></w:abstractNum>'
    for number, format in enumerate(("decimal", "lowerLetter"), start=1)
) + "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>' for n in (1, 2))
_LINKS: Final = "".join(
    f'<Relationship Id="rId{number}" Type="{_RELATIONS}/{kind}" Target="{target}"{mode}/>'
    for number, kind, target, mode in (
        (1, "styles", "styles.xml", ""),
        (2, "numbering", "numbering.xml", ""),
        (3, "hyperlink", "https://example.int/a/", ' TargetMode="External"'),
        (4, "hyperlink", "https://example.int/b/", ' TargetMode="External"'),
    )
)


def p(*inside: str, style: str = "Plain", more: str = "", mark: str = "", change: str = "") -> str:
    """A paragraph; ``mark`` tracks its paragraph mark, ``more`` and ``change`` are further properties."""
    mark = f'<w:rPr><w:{mark} w:id="1" {WHO}/></w:rPr>' if mark else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}{mark}{change}</w:pPr>{"".join(inside)}</w:p>'


def r(text: str, look: str = "", tag: str = "t") -> str:
    """A run of text."""
    return f'<w:r><w:rPr>{look}</w:rPr><w:{tag} xml:space="preserve">{text}</w:{tag}></w:r>'


def ins(text: str, tag: str = "ins") -> str:
    """An inserted run."""
    return f'<w:{tag} w:id="2" {WHO}>{r(text)}</w:{tag}>'


def gone(text: str) -> str:
    """A deleted run."""
    return f'<w:del w:id="3" {WHO}>{r(text, tag="delText")}</w:del>'


def link(address: int, inside: str) -> str:
    """A link to one of two addresses."""
    return f'<w:hyperlink r:id="rId{address + 3}">{inside}</w:hyperlink>'


def number(list_: int) -> str:
    """The property of a paragraph in one of two lists."""
    return f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{list_}"/></w:numPr>'


def changed(properties: str) -> str:
    """What the properties of a paragraph were before."""
    return f'<w:pPrChange w:id="4" {WHO}><w:pPr>{properties}</w:pPr></w:pPrChange>'


def table(*rows: str, widths: int = 2, change: str = "") -> str:
    """A table."""
    columns = '<w:gridCol w:w="2000"/>' * widths
    return (
        '<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr>'
        f"<w:tblGrid>{columns}{change}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def row(*cells: str, mark: str = "") -> str:
    """A row; ``mark`` tracks it."""
    mark = f'<w:trPr><w:{mark} w:id="5" {WHO}/></w:trPr>' if mark else ""
    return f"<w:tr>{mark}{''.join(cells)}</w:tr>"


def cell(*inside: str, mark: str = "") -> str:
    """A cell; ``mark`` tracks it."""
    mark = f'<w:{mark} w:id="6" {WHO}/>' if mark else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="2000" w:type="dxa"/>{mark}</w:tcPr>{"".join(inside)}</w:tc>'


END: Final = p(r("The end."))
CASES: Final[dict[str, tuple[str, str, str]]] = {
    "words": (
        p(r("The hall opens in the "), gone("morning"), ins("evening"), r(" today.")) + END,
        p(r("The hall opens in the morning today.")) + END,
        p(r("The hall opens in the evening today.")) + END,
    ),
    "a split": (
        p(r("One. "), mark="ins") + p(r("Two.")) + END,
        p(r("One. Two.")) + END,
        p(r("One. ")) + p(r("Two.")) + END,
    ),
    "a merger": (
        p(r("One."), ins(" "), mark="del") + p(r("Two.")) + END,
        p(r("One.")) + p(r("Two.")) + END,
        p(r("One. Two.")) + END,
    ),
    "a paragraph that is new": (
        p(r("One.")) + p(ins("Two."), mark="ins") + END,
        p(r("One.")) + END,
        p(r("One.")) + p(r("Two.")) + END,
    ),
    "a paragraph that is gone": (
        p(r("One.")) + p(gone("Two."), mark="del") + END,
        p(r("One.")) + p(r("Two.")) + END,
        p(r("One.")) + END,
    ),
    "an empty paragraph that is gone": (
        p(r("One.")) + p(mark="del") + END,
        p(r("One.")) + p() + END,
        p(r("One.")) + END,
    ),
    "a move": (
        p(f'<w:moveFromRangeStart w:id="7" w:name="m" {WHO}/>', ins("One.", "moveFrom"), mark="moveFrom")
        + '<w:moveFromRangeEnd w:id="7"/>'
        + p(r("Two."))
        + p(f'<w:moveToRangeStart w:id="8" w:name="m" {WHO}/>', ins("One.", "moveTo"), mark="moveTo")
        + '<w:moveToRangeEnd w:id="8"/>'
        + END,
        p(r("One.")) + p(r("Two.")) + END,
        p(r("Two.")) + p(r("One.")) + END,
    ),
    "words that became bold": (
        p(r("It is "), r("free", f'<w:b/><w:rPrChange w:id="9" {WHO}><w:rPr/></w:rPrChange>'), r(".")) + END,
        p(r("It is free.")) + END,
        p(r("It is "), r("free", "<w:b/>"), r(".")) + END,
    ),
    "another style": (
        p(r("One."), style="Other", change=changed('<w:pStyle w:val="Plain"/>')) + END,
        p(r("One.")) + END,
        p(r("One."), style="Other") + END,
    ),
    "another list": (
        p(r("One."), more=number(2), change=changed(f'<w:pStyle w:val="Plain"/>{number(1)}')) + END,
        p(r("One."), more=number(1)) + END,
        p(r("One."), more=number(2)) + END,
    ),
    "an item that is new": (
        p(r("One."), more=number(1))
        + p(ins("Two."), more=number(1), mark="ins")
        + p(r("Three."), more=number(1))
        + END,
        p(r("One."), more=number(1)) + p(r("Three."), more=number(1)) + END,
        p(r("One."), more=number(1)) + p(r("Two."), more=number(1)) + p(r("Three."), more=number(1)) + END,
    ),
    "another address": (
        p(r("See "), link(0, gone("the page")), link(1, ins("the page")), r(".")) + END,
        p(r("See "), link(0, r("the page")), r(".")) + END,
        p(r("See "), link(1, r("the page")), r(".")) + END,
    ),
    "a row that is new": (
        table(
            row(cell(p(r("A"))), cell(p(r("B")))),
            row(cell(p(ins("C"), mark="ins")), cell(p(ins("D"), mark="ins")), mark="ins"),
        )
        + END,
        table(row(cell(p(r("A"))), cell(p(r("B"))))) + END,
        table(row(cell(p(r("A"))), cell(p(r("B")))), row(cell(p(r("C"))), cell(p(r("D"))))) + END,
    ),
    "a row that is gone": (
        table(
            row(cell(p(r("A"))), cell(p(r("B")))),
            row(cell(p(gone("C"), mark="del")), cell(p(gone("D"), mark="del")), mark="del"),
        )
        + END,
        table(row(cell(p(r("A"))), cell(p(r("B")))), row(cell(p(r("C"))), cell(p(r("D"))))) + END,
        table(row(cell(p(r("A"))), cell(p(r("B"))))) + END,
    ),
    "a column that is new": (
        table(
            row(cell(p(r("A"))), cell(p(ins("B"), mark="ins"), mark="cellIns")),
            row(cell(p(r("C"))), cell(p(ins("D"), mark="ins"), mark="cellIns")),
            change='<w:tblGridChange w:id="10"><w:tblGrid><w:gridCol w:w="2000"/></w:tblGrid></w:tblGridChange>',
        )
        + END,
        table(row(cell(p(r("A")))), row(cell(p(r("C")))), widths=1) + END,
        table(row(cell(p(r("A"))), cell(p(r("B")))), row(cell(p(r("C"))), cell(p(r("D"))))) + END,
    ),
    "a column that is gone": (
        table(
            row(cell(p(r("A"))), cell(p(gone("B"), mark="del"), mark="cellDel")),
            row(cell(p(r("C"))), cell(p(gone("D"), mark="del"), mark="cellDel")),
        )
        + END,
        table(row(cell(p(r("A"))), cell(p(r("B")))), row(cell(p(r("C"))), cell(p(r("D"))))) + END,
        table(row(cell(p(r("A")))), row(cell(p(r("C")))), widths=1) + END,
    ),
}


def write_docx(file: Path, body: str) -> Path:
    """A Word file with a body."""
    types = "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{_TYPE}.{kind}+xml"/>'
        for part, kind in (("document", "document.main"), ("styles", "styles"), ("numbering", "numbering"))
    )
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    ns = "http://schemas.openxmlformats.org/package/2006"
    with ZipFile(file, "w") as package:
        package.writestr(
            "[Content_Types].xml",
            f'{_HEAD}<Types xmlns="{ns}/content-types"><Default Extension="rels" ContentType="{rels}"/>{types}</Types>',
        )
        main = f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="word/document.xml"/>'
        package.writestr("_rels/.rels", f'{_HEAD}<Relationships xmlns="{ns}/relationships">{main}</Relationships>')
        package.writestr(
            "word/_rels/document.xml.rels", f'{_HEAD}<Relationships xmlns="{ns}/relationships">{_LINKS}</Relationships>'
        )
        package.writestr("word/styles.xml", f"{_HEAD}<w:styles {_NAMES}>{_STYLES}</w:styles>")
        package.writestr("word/numbering.xml", f"{_HEAD}<w:numbering {_NAMES}>{_NUMBERING}</w:numbering>")
        package.writestr("word/document.xml", f"{_HEAD}<w:document {_NAMES}><w:body>{body}</w:body></w:document>")
    return file


def redlines(folder: Path) -> dict[str, Redline]:
    """The files of each case, in a folder."""
    return {name: Redline(*(folder / f"{name} {which}.docx" for which in ("tracked", "old", "new"))) for name in CASES}


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the cases' Word files."""

    def make(folder: Path) -> None:
        for name, bodies in CASES.items():
            for which, body in zip(("tracked", "old", "new"), bodies, strict=True):
                write_docx(folder / f"{name} {which}.docx", body)

    return made_once(tmp_path_factory, "resolved by hand", make)


@pytest.mark.parametrize("resolver", RESOLVERS)
def test_a_resolver_makes_the_old_text_and_the_new_one_of_a_redline(
    resolver: Resolver, files: Path, tmp_path: Path
) -> None:
    """Each of the programs resolves each of the cases as ECMA-376 says, as far as it reads it."""
    assert faults_of([*redlines(files).values()], tmp_path, [resolver]) == {}


@pytest.mark.parametrize("resolver", RESOLVERS)
def test_a_redline_of_other_words_is_faulty(resolver: Resolver, files: Path, tmp_path: Path) -> None:
    """A file that becomes neither the old text nor the new one has faults in both directions."""
    cases = redlines(files)
    wrong = Redline(cases["words"].tracked, cases["a split"].old, cases["another style"].new)

    (found,) = faults_of([wrong], tmp_path, [resolver]).values()

    assert [fault.partition(": ")[0] for fault in found] == [f"{resolver}, accept all", f"{resolver}, reject all"]


@pytest.mark.parametrize(
    ("found", "fault"),
    [
        (Line("body", "Plain", "1)", (Piece("One two"),)), "words"),
        (Line("body", "Plain", "1)", (Piece("One "),)), "paragraphs"),
        (Line("cell", "Plain", "1)", (Piece("One"),)), "places"),
        (Line("body", "Other", "1)", (Piece("One"),)), "styles"),
        (Line("body", "Plain", "2)", (Piece("One"),)), "labels"),
        (Line("body", "Plain", "1)", (Piece("O"), Piece("ne", link="#x"))), "links"),
        (Line("body", "Plain", "1)", (Piece("O"), Piece("ne", bold=True))), "bold and italic"),
        (Line("body", "Plain", "1)", (Piece("O", italic=True), Piece("ne", italic=True))), "bold and italic"),
    ],
)
def test_each_property_has_a_fault_of_its_own(found: Line, fault: str) -> None:
    """Where one property of a paragraph differs, that one is named."""
    expected = Reading((Line("body", "Plain", "1)", (Piece("One"),)),))

    assert [one.partition(":")[0] for one in differences(Reading((found,)), expected)] == [fault]


def test_pieces_of_one_look_are_one() -> None:
    """How a text is cut into runs is no fault."""
    found = Reading((Line("body", "Plain", "", (Piece("O", True), Piece("ne", True))),))
    expected = Reading((Line("body", "Plain", "", (Piece("One", True),)),))

    assert differences(found, expected) == []


def test_a_change_that_is_left_is_a_fault() -> None:
    """A file whose words are right, but in which a tracked change is left, is not exact."""
    reading = Reading((Line("body", "Plain", "", (Piece("One"),)),))

    assert differences(reading._replace(left=1), reading) == ["1 tracked changes are left"]
