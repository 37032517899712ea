"""Letters as PDF in the shipped pack; each sample letter is laid out once for all tests of a process."""

from __future__ import annotations

import functools

from circulars.model.document import Document
from circulars.pack import Pack, load_pack
from circulars.render.pdf import master
from render.sample_letters import ALL


def printed(document: Document, pack: Pack | None = None) -> bytes:
    """A document as PDF, in the shipped pack unless another one is given."""
    name = next((name for name, sample in ALL.items() if sample is document), "")
    return printed_sample(name) if name and pack is None else master(document, pack or load_pack()).fill({})


@functools.cache
def printed_sample(name: str) -> bytes:
    """A sample letter as PDF."""
    return master(ALL[name], load_pack()).fill({})
