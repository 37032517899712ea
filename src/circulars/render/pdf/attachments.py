"""Embeds files in a PDF, associated with the whole document (ISO 19005-3, 6.8)."""

from __future__ import annotations

import datetime
from typing import Any

import pydyf

from circulars.model.document import Attachment


def attach(pdf: Any, carried: tuple[Attachment, ...], date: datetime.date) -> None:
    """Embeds the files in a PDF; ``date`` is that of the letter."""
    if not carried:
        return
    specifications = {one.name: _specification(pdf, one, date) for one in carried}
    pdf.catalog["AF"] = pydyf.Array(specifications.values())
    pairs = [part for name in sorted(specifications) for part in (pydyf.String(name), specifications[name])]
    names = pdf.catalog.setdefault("Names", pydyf.Dictionary())
    names["EmbeddedFiles"] = pydyf.Dictionary({"Names": pydyf.Array(pairs)})


def _specification(pdf: Any, one: Attachment, date: datetime.date) -> bytes:
    """Embeds a file, and returns the reference to its specification (ISO 32000-1, 7.11.3 and 7.11.4)."""
    stamp = pydyf.String(f"D:{date:%Y%m%d}000000Z")
    held = {
        "Type": "/EmbeddedFile",
        "Subtype": f"/{one.media_type.replace('/', '#2f')}",
        "Params": pydyf.Dictionary({"Size": len(one.data), "ModDate": stamp}),
    }
    stream = pydyf.Stream([one.data], held, compress=True)
    pdf.add_object(stream)
    said = {
        "Type": "/Filespec",
        "F": pydyf.String(one.name),
        "UF": pydyf.String(one.name),
        "EF": pydyf.Dictionary({"F": stream.reference, "UF": stream.reference}),
        "AFRelationship": f"/{one.relationship}",
        "Desc": pydyf.String(one.description),
    }
    specification = pydyf.Dictionary(said)
    pdf.add_object(specification)
    reference: bytes = specification.reference
    return reference
