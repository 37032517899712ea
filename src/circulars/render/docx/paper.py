"""Puts a Word template on paper of another size."""

from __future__ import annotations

from lxml import etree

from circulars.render.docx.markup import twips, w
from circulars.render.docx.sections import sections_of


def put_on_paper(body: etree._Element, width: float, height: float) -> None:
    """Sets the size of the sheets, in millimetres; the text area keeps its width and its place at the left.

    Sections without a size of their own or without margins are left as they are.
    """
    for section in sections_of(body):
        size, margins = section.find(w("pgSz")), section.find(w("pgMar"))
        if size is None or margins is None:
            continue
        across, along = (twips(side) for side in (width, height))
        if size.get(w("orient")) == "landscape":
            across, along = along, across
        right = int(margins.get(w("right"), 0)) + across - int(size.get(w("w"), 0))
        size.set(w("w"), str(across))
        size.set(w("h"), str(along))
        size.attrib.pop(w("code"), "")
        margins.set(w("right"), str(max(right, 0)))
