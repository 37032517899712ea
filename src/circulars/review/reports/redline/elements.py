"""Makes and compares elements of Word's XML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lxml import etree

from circulars.render.docx.markup import W, w

_PREFIX: Final = {"w": W}


def element(name: str, attributes: Mapping[str, str] | None = None) -> etree._Element:
    """A new element of Word's namespace; so are its attributes."""
    return etree.Element(w(name), {w(key): value for key, value in (attributes or {}).items()}, nsmap=_PREFIX)


def same(one: etree._Element | None, other: etree._Element | None) -> bool:
    """Whether two elements have the same content; no element is the same as one without content."""
    return content_of(one) == content_of(other)


def content_of(one: etree._Element | None) -> tuple[Any, ...]:
    """What an element has in it, to compare it with others."""
    if one is None:
        return ()
    return tuple((child.tag, tuple(sorted(child.attrib.items())), child.text or "", content_of(child)) for child in one)
