"""The strings of a filled PDF: wherever a hole is, they say what the same copy laid out in full says."""

from __future__ import annotations

import functools
import io
import random
import re
from collections.abc import Iterator
from dataclasses import replace

import pikepdf
import pytest

from circulars.model.document import Document
from circulars.model.text import Cell, Heading, Item, Items, Note, Span, Table
from circulars.pack import load_pack
from circulars.render.pdf import master_for_copies
from circulars.render.pdf.masters import PdfMaster
from render.filled_letters import BLOCK, CHARACTERS, COUNTRY, NAME, PLACE, Values, paragraph, values
from render.sample_letters import COLUMNS
from render.test_pdf_shapes import Drawer, made, shaper_of

pytestmark = pytest.mark.xdist_group("pdf-masters")

_OF_LAYOUT = ("/FontName", "/BaseFont", "/ID", "/Length", "/ActualText")
"""Fonts, identifiers and sizes differ; the text of lines whose glyphs do not give it is compared by other tests."""


def _everywhere() -> Document:
    """A letter with a hole in every place that may have one, except the centred titles of annexes."""
    email = Span("write to us", link="https://www.example.org/")
    annex = replace(
        COLUMNS.annexes[-1],
        body=(Heading((Span("Days in "), PLACE), 1), paragraph("An annex for ", NAME)),
    )
    return replace(
        COLUMNS,
        subject=((Span("Meeting for "), COUNTRY, Span(" (R&D)")),),
        addressee=(BLOCK,),
        salutation=(Span("Dear "), NAME),
        body=(
            Heading((Span("Journey of "), NAME), 1),
            paragraph("Please ", email, "."),
            Items("bullets", (Item("•", (Span("for "), NAME)),)),
            Table(
                (Cell(((Span("Who in "), PLACE),)), Cell(((Span("Where"),),))),
                ((Cell(((NAME,),)), Cell(((COUNTRY,),))),),
                (0.5, 0.5),
                caption=(Span("The guests of "), COUNTRY),
            ),
            Note("NOTE – ", (Span("Written to "), NAME)),
        ),
        annex_note=("Annex 1: Programme for «addressee.country»",),
        annexes=(annex,),
        properties=replace(
            COLUMNS.properties,
            title="Meeting for «addressee.country» (R&D)",
            keywords=("«place»", "circulars"),
        ),
    )


@functools.cache
def _letter() -> PdfMaster:
    samples = [values(-seed) for seed in range(10)]
    letter = master_for_copies(_everywhere(), load_pack(), CHARACTERS, samples)
    assert isinstance(letter, PdfMaster)
    return letter


def _strings(pdf: bytes) -> list[str]:
    """Every string of a file outside its pages' content and its fonts, and its metadata in XML."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        metadata = re.sub(r"\s+", " ", file.Root.Metadata.read_bytes().decode())
        seen: set[tuple[int, int]] = set()
        return [*_strings_in(file.trailer, seen), metadata]


def _strings_in(value: pikepdf.Object, seen: set[tuple[int, int]], key: str = "") -> Iterator[str]:
    if isinstance(value, pikepdf.String):
        yield f"{key} {value}"
    if not isinstance(value, pikepdf.Dictionary | pikepdf.Array | pikepdf.Stream) or value.objgen in seen - {(0, 0)}:
        return
    seen.add(value.objgen)
    if isinstance(value, pikepdf.Array):
        for item in value:
            yield from _strings_in(item, seen, key)
        return
    for name in sorted(value.keys()):
        if name not in _OF_LAYOUT and name != "/Font":
            yield from _strings_in(value[name], seen, name)


VALUES: tuple[Values, ...] = (
    {"addressee.name": "Ana Ejemplo", "addressee.country": "Spain", "place": "Madrid"},
    {"addressee.name": "Łucja (Ms)", "addressee.country": "Côte d'Ivoire \\ & <x>", "place": "Łódź"},
    {"addressee.name": "안나", "addressee.country": "日本国", "place": "Ελλάδα"},
)


@pytest.mark.parametrize("some", VALUES, ids=lambda some: some["place"])
def test_every_string_of_a_copy_has_its_own_values(some: Values) -> None:
    """Title, keywords, outline, links, structure and XMP of a copy filled by shape are those of a full layout."""
    one = some | {"addressee.block": "Ana Ejemplo\n28001 MADRID"}
    letter = _letter()
    whole = _strings(letter.whole(one))

    assert _strings(made(shaper_of(letter, _drawer()), one)) == whole
    assert f"/Title Meeting for {some['addressee.country']} (R&D)" in whole
    assert any(some["place"] in string for string in whole if string.startswith("/Title Days"))


@functools.cache
def _drawer() -> Drawer:
    return Drawer()


def test_a_copy_that_is_filled_without_a_shape_has_its_own_values_in_strings(chance: random.Random) -> None:
    """So are those of a copy that is filled into the master's own layout, of which there are many."""
    letter = _letter()
    filled = [one for one in map(values, range(40)) if letter.tail(one) is not None]

    assert len(filled) > 3
    for one in chance.sample(filled[:4], 2):
        assert _strings(letter.fill(one)) == _strings(letter.whole(one)), one


@pytest.mark.parametrize("name", ["A.\u00a0B. Cab", "A.  B. Cab"])
def test_a_value_with_other_spaces_is_right_in_strings(name: str) -> None:
    """The title has one usual space for each run of white space; other strings have the words of the pages."""
    one = VALUES[0] | {"addressee.name": name, "addressee.block": "Ana Ejemplo"}
    letter = _letter()

    copy = shaper_of(letter, _drawer()).copy(one)

    assert copy is None or _strings(b"".join(copy)) == _strings(letter.whole(one))
    assert _strings(letter.fill(one)) == _strings(letter.whole(one))
