"""Makes the plain text of a message, which shows the addresses of links."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace

from circulars.model.document import Document, LinkCode
from circulars.model.text import Span
from circulars.render.txt import shown_text_of


def plain_text(letter: Document) -> str:
    """The letter as plain text, with the address after the words of each link: "registration <https://…>"."""
    shown = _with_addresses(letter)
    assert isinstance(shown, Document)
    return shown_text_of(shown)


def _with_addresses(part: object) -> object:
    """A document, or a part of one, with the addresses of its links in the text."""
    if isinstance(part, tuple):
        return tuple(item for place in range(len(part)) for item in _with_address(part, place))
    if isinstance(part, LinkCode):
        return replace(part, caption=_words_and_address(part.caption, part.address))
    if is_dataclass(part) and not isinstance(part, Span | type):
        return replace(part, **{field.name: _with_addresses(getattr(part, field.name)) for field in fields(part)})
    return part


def _with_address(parts: tuple[object, ...], place: int) -> tuple[object, ...]:
    """The part at ``place``. If it ends a link whose words are not the address, the address follows in another span."""
    one = parts[place]
    if not isinstance(one, Span):
        return (_with_addresses(one),)
    continues = any(isinstance(other, Span) and other.link == one.link for other in parts[place + 1 : place + 2])
    if not one.link or one.link.startswith("#") or continues:
        return (one,)
    words = "".join(span.text for span in parts if isinstance(span, Span) and span.link == one.link)
    address = _words_and_address("", one.link)
    return (one,) if _bare(words) == _bare(address) else (one, Span(" "), Span(address, direction="ltr"))


def _words_and_address(words: str, address: str) -> str:
    return f"{words} <{address.removeprefix('mailto:')}>".strip()


def _bare(text: str) -> str:
    """An address as people write it: without scheme, "www." and the final slash."""
    return re.sub(r"^(https?://)?(www\.)?|/$", "", text.strip("<> ").casefold())
