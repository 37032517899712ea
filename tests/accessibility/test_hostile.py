"""Hostile and broken files give findings and no traceback, in bounded time and memory."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Stream, String

from accessibility.test_pdf import changed, elements, first, found, sound
from accessibility.test_word import letter, rewritten, saved
from circulars.accessibility import check_output

Change = Callable[[pikepdf.Pdf], None]
WORD_FILE = saved(letter())


def with_a_tree_that_leads_to_its_top(pdf: pikepdf.Pdf) -> None:
    body = pdf.Root.StructTreeRoot.K
    body.K.append(body)
    body.K.append(pdf.Root.StructTreeRoot)


def with_a_very_deep_tree(pdf: pikepdf.Pdf) -> None:
    node = pdf.make_indirect(Dictionary(S=Name.P))
    for _ in range(5_000):
        node = pdf.make_indirect(Dictionary(S=Name.Div, K=node))
    pdf.Root.StructTreeRoot.K.K.append(node)


def with_a_page_tree_in_a_circle(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Pages.Kids.append(pdf.Root.Pages)


def with_fields_in_a_circle(pdf: pikepdf.Pdf) -> None:
    field = pdf.make_indirect(Dictionary(T=String("a")))
    field.Parent = field
    widget = Dictionary(Type=Name.Annot, Subtype=Name.Widget, Rect=Array([0, 0, 1, 1]), Parent=field)
    pdf.pages[0].Annots.append(pdf.make_indirect(widget))
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]))


def with_a_form_that_draws_itself(pdf: pikepdf.Pdf) -> None:
    form = pdf.make_indirect(
        Stream(pdf, b"/A Do /A Do", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    )
    form.Resources = Dictionary(XObject=Dictionary(A=form))
    pdf.pages[0].obj.Resources.XObject = Dictionary(A=form)
    pdf.pages[0].contents_add(pdf.make_stream(b"/Artifact BMC /A Do EMC"))


def with_forms_that_draw_forms(pdf: pikepdf.Pdf) -> None:
    """Ten forms, each of which draws the next one ten times: a thousand million drawings."""
    below: Any = None
    for _ in range(10):
        form = Stream(
            pdf, b"/A Do " * 10 if below is not None else b"0 0 9 9 re f", Type=Name.XObject, Subtype=Name.Form
        )
        form.Resources = Dictionary(XObject=Dictionary(A=below)) if below is not None else Dictionary()
        below = pdf.make_indirect(form)
    pdf.pages[0].obj.Resources.XObject = Dictionary(A=below)
    pdf.pages[0].contents_add(pdf.make_stream(b"/Artifact BMC /A Do EMC"))


def with_a_page_that_is_a_bomb(pdf: pikepdf.Pdf) -> None:
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1_000_000)) for _ in range(50)) + packer.flush()
    bomb = Stream(pdf, packed)
    bomb.Filter = Name.FlateDecode
    pdf.pages[0].Contents = pdf.make_indirect(bomb)


def with_a_map_of_four_thousand_million_characters(pdf: pikepdf.Pdf) -> None:
    map = (
        b"1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange"
    )
    for part in pdf.objects:
        if isinstance(part, Dictionary) and "/ToUnicode" in part:
            part.ToUnicode = pdf.make_stream(map)


def with_values_of_other_kinds(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Lang = 7
    pdf.Root.MarkInfo = Array()
    pdf.Root.ViewerPreferences = String("x")
    pdf.Root.Metadata = Name.Metadata
    pdf.Root.Outlines = 1


def with_tags_of_other_kinds(pdf: pikepdf.Pdf) -> None:
    pdf.Root.StructTreeRoot.RoleMap = Array([1, 2])
    pdf.Root.StructTreeRoot.ClassMap = String("x")
    first(pdf, "Figure").Alt = Array()
    first(pdf, "H1").Lang = 5
    first(pdf, "P").Pg = String("nowhere")
    for cell in list(elements(pdf, "TD"))[:4]:
        cell.A = Dictionary(ColSpan=10**9, RowSpan=String("x"))
    first(pdf, "Link").K = Array([String("x"), 10**18, Dictionary(MCID=Name.X), Dictionary(Obj=4)])


def with_tables_of_huge_cells(pdf: pikepdf.Pdf) -> None:
    """A hundred tables, of each of which ten cells are merged over 500 rows and columns: 250 million places."""
    body = pdf.Root.StructTreeRoot.K
    for _ in range(100):
        cells = [Dictionary(S=Name.TD, A=Dictionary(RowSpan=10**6, ColSpan=10**6)) for _ in range(10)]
        row = Dictionary(S=Name.TR, K=Array(cells))
        body.K.append(Dictionary(S=Name.Table, P=body, K=row))


def with_namespaces_that_lead_to_each_other(pdf: pikepdf.Pdf) -> None:
    one, other = (pdf.make_indirect(Dictionary(NS=String(name))) for name in ("one", "other"))
    one.RoleMapNS = Dictionary(P=Array([Name.P, other]))
    other.RoleMapNS = Dictionary(P=Array([Name.P, one]))
    first(pdf, "P").NS = one
    pdf.Root.StructTreeRoot.RoleMap = Dictionary({f"/R{n}": Name(f"/R{(n + 1) % 2_000}") for n in range(2_000)})


def with_annotations_of_other_kinds(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Annots = Array([1, String("x"), Dictionary(), Dictionary(Subtype=7, Contents=7, A=7, F=String("x"))])
    pdf.pages[1].Annots = String("x")
    pdf.pages[2].Resources = 4
    pdf.pages[3].MediaBox = Array([String("a")])


HOSTILE: tuple[tuple[Change, set[str]], ...] = (
    (with_a_tree_that_leads_to_its_top, {"looped-tags"}),
    (with_a_very_deep_tree, {"not-looked-at"}),
    (with_a_page_tree_in_a_circle, set()),
    (with_fields_in_a_circle, {"untagged-annotation", "unnamed-field"}),
    (with_a_form_that_draws_itself, set()),
    (with_forms_that_draw_forms, {"not-looked-at"}),
    (with_a_page_that_is_a_bomb, {"empty-heading"}),
    (with_a_map_of_four_thousand_million_characters, {"font-without-unicode"}),
    (with_values_of_other_kinds, {"no-language", "no-title", "title-not-shown", "no-tags"}),
    (with_tags_of_other_kinds, {"no-alternate-text"}),
    (with_annotations_of_other_kinds, {"untagged-annotation"}),
    (with_tables_of_huge_cells, {"no-header-cells", "tag-without-parent"}),
    (with_namespaces_that_lead_to_each_other, set()),
)


@pytest.mark.parametrize(("change", "codes"), HOSTILE, ids=[row[0].__name__ for row in HOSTILE])
def test_a_hostile_pdf_gets_findings(change: Change, codes: set[str]) -> None:
    """Circles, deep nesting, bombs and values of wrong types end in findings about the file."""
    findings = found(changed(change))

    assert codes <= {finding.code for finding in findings}


def test_damaged_content_does_not_hide_what_is_wrong_with_the_tags() -> None:
    """The content of a page cannot be read, which is said with its number, but the tags are checked."""

    def damage(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].Contents = pdf.make_stream(b"BI /W /W 1 ID \x00 EI [ (a) Tj ] TJ")
        del first(pdf, "Figure")["/Alt"]

    findings = {(finding.code, getattr(finding.where, "part", "")) for finding in found(changed(damage))}

    assert findings == {("damaged-part", "page 1"), ("no-alternate-text", "page 1")}


ENTITIES = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("part", "pattern", "made", "is_faulty"),
    [
        ("word/document.xml", r"^<\?xml.*?\?>", ENTITIES, True),
        ("word/document.xml", "<w:p>", "<w:p>" * 2_000, True),
        ("word/styles.xml", r"(?s)<w:styles.*", "<w:styles/>", True),
        ("word/settings.xml", r"(?s)<w:settings", "<settings", True),
        ("docProps/core.xml", r"(?s)<cp:coreProperties.*", "<x/>", True),
        ("[Content_Types].xml", r"(?s)<Types.*", "<x/>", False),
        ("_rels/.rels", r"(?s)<Relationships.*", "<x/>", True),
        ("_rels/.rels", r"word/document\.xml", "../../../etc/passwd", True),
        ("word/_rels/document.xml.rels", r"styles\.xml", "document.xml", True),
    ],
)
def test_a_word_file_broken_in_one_part_gets_findings(part: str, pattern: str, made: str, is_faulty: bool) -> None:
    """Deep nesting, wrong parts, and paths that lead out of the file end in findings.

    A wrong list of content types does no harm, because nothing reads it.
    """
    findings = check_output(rewritten(WORD_FILE, {part: (pattern, made)}), "letter.docx")

    assert bool(findings) is is_faulty


def test_a_zip_bomb_is_refused() -> None:
    """A part that unpacks to a hundred megabytes is not unpacked."""
    file = io.BytesIO(WORD_FILE)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/media/bomb.bin", bytes(100_000_000))

    assert [finding.code for finding in check_output(file.getvalue(), "letter.docx")] == ["unreadable-file"]


# Without a deadline, because other tests run at the same time.
REPEATED = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@REPEATED
@given(st.lists(st.tuples(st.integers(0, 10**6), st.binary(max_size=12)), min_size=1, max_size=8))
def test_a_pdf_that_is_changed_anywhere_ends_in_findings(changes: list[tuple[int, bytes]]) -> None:
    """Whichever bytes of a PDF are overwritten, the check returns."""
    data = bytearray(sound())
    for place, written in changes:
        at = place % len(data)
        data[at : at + len(written)] = written

    assert isinstance(check_output(bytes(data), "letter.pdf"), tuple)


@REPEATED
@given(st.sampled_from(["word/document.xml", "word/styles.xml", "word/settings.xml", "word/numbering.xml"]), st.data())
def test_a_word_file_that_is_changed_anywhere_ends_in_findings(part: str, data: st.DataObject) -> None:
    """Whichever bytes of a part of a Word file are overwritten, the check returns."""
    with zipfile.ZipFile(io.BytesIO(WORD_FILE)) as package:
        text = package.read(part)
    at = data.draw(st.integers(0, len(text)))
    marks = st.sampled_from([b'"', b"<", b'="-1"', b'="99999999999"', b"x"])
    written = data.draw(st.one_of(st.binary(max_size=6), marks))
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WORD_FILE)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            new.writestr(name, text[:at] + written + text[at + len(written) :] if name == part else old.read(name))

    assert isinstance(check_output(file.getvalue(), "letter.docx"), tuple)


def test_a_bomb_in_an_object_stream_is_refused() -> None:
    """An object stream that unpacks to fifty megabytes, which pikepdf itself reads, is not unpacked."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * 1_000_000) for _ in range(50)) + packer.flush()
    head = b"%PDF-1.7\n1 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length " + str(len(packed)).encode()
    data = head + b">>stream\n" + packed + b"\nendstream endobj\ntrailer<</Root 2 0 R>>\n%%EOF"

    assert {finding.code for finding in check_output(data, "letter.pdf")} == {"unreadable-file"}
