"""Finds the strings of a PDF that have words of holes: in its title, its outline, its links.

Some of these strings repeat the words of the pages, others those of the letter's properties. They are found by the
words that a hole has while the letter is laid out, which are nowhere else in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pydyf

from circulars.model.document import Document, strings_of
from circulars.pack import Pack
from circulars.render.page import page_of
from circulars.render.pdf.metadata import XMP
from circulars.render.pdf.specimens import slow
from circulars.render.pdf.string_holes import StringObject, on_one_line


def all_words(document: Document, pack: Pack) -> str:
    """Everything that the file of a document says, in small letters; words that are not in it are free for holes."""
    return "\n".join((page_of(document, pack).source, XMP, *strings_of(document))).casefold()


def string_objects(pdf: Any, texts: Mapping[str, str], names: Mapping[str, str]) -> Iterator[StringObject]:
    """The objects of a pydyf PDF with words of holes in their strings; ``texts`` are the words on the pages by hole.

    ``names`` are the names that holes have in the result, if others.

    Raises:
        SlowError: a string has words of a hole in another form than the pages.
    """
    words = {on_one_line(text): names.get(hole, hole) for hole, text in texts.items() if text}
    if not words:
        return
    sought = re.compile("({})".format("|".join(map(re.escape, sorted(words, key=len, reverse=True)))))
    for one in pdf.objects[1:]:
        if not isinstance(one, pydyf.Stream):
            found = [string for string in _strings_in(one) if string.string]
            yield from _cut(one, {string.data: string.string for string in found}, sought, words, one is pdf.info)
        elif one.reference == pdf.catalog["Metadata"]:
            yield from _cut_metadata(one, sought, words)


def _cut(
    one: Any, strings: Mapping[bytes, str], sought: re.Pattern[str], words: Mapping[str, str], is_metadata: bool
) -> Iterator[StringObject]:
    """An object, cut at those of its strings that have words of holes."""
    texts = {data: _parts(sought.split(text), words) for data, text in strings.items()}
    texts = {data: parts for data, parts in texts.items() if len(parts) > 1}
    if texts:
        pieces = re.split(b"(%b)" % b"|".join(map(re.escape, sorted(texts, key=len, reverse=True))), one.data)
        yield StringObject(one.number, (*pieces[::2],), tuple(texts[found] for found in pieces[1::2]), is_metadata)


def _cut_metadata(stream: Any, sought: re.Pattern[str], words: Mapping[str, str]) -> Iterator[StringObject]:
    """The metadata in XML, cut at the words of holes."""
    parts = _parts(sought.split(b"\n".join(stream.stream).decode()), words)
    if len(parts) > 1:
        pieces, texts = (part.encode() for part in parts[::2]), (("", name, "") for name in parts[1::2])
        yield StringObject(stream.number, (*pieces,), (*texts,), True, pydyf.Dictionary(stream.extra).data[2:-2])


def _parts(found: list[str], words: Mapping[str, str]) -> tuple[str, ...]:
    """Text and the names of holes, in turn; ``found`` has their words instead of the names."""
    rest = "\n".join(found[::2]).casefold()
    for word, name in words.items():
        if word.partition(" ")[0].casefold() in rest:
            raise slow(name, "is in a heading, a link or the letter's properties otherwise than on the pages")
    return tuple(words[part] if place % 2 else part for place, part in enumerate(found))


def _strings_in(value: Any) -> Iterator[Any]:
    """The strings in an object."""
    if isinstance(value, pydyf.String):
        yield value
    elif isinstance(value, pydyf.Dictionary | pydyf.Array):
        items: Iterable[Any] = value.values() if isinstance(value, pydyf.Dictionary) else value
        for item in items:
            yield from _strings_in(item)
