"""The shape of footnotes, and the checks of their marks."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any, Final

from circulars.language import language_name
from circulars.model.letter import Footnote
from circulars.model.text import Span, plain
from circulars.source.letters.by_language import InLanguages, LanguageRecord, is_scalar
from circulars.source.letters.prose_text import ProseText
from circulars.source.letters.report import LetterReport
from circulars.syntax import nodes
from circulars.syntax.groups import Field, MapOf, Record
from circulars.syntax.nodes import Node
from circulars.syntax.prose import FOOTNOTE_NAME
from circulars.syntax.scalars import Text
from circulars.syntax.shape import AnyOf, Converted, Report, Shape, UnreadableError

MAX_FOOTNOTES: Final = 200
MAX_LENGTH: Final = 5_000  # characters, for which a page has room
_SIGN = Text(
    "a sign",
    r"(?!\d+$)\S{1,4}",
    "wrong-sign",
    'write up to four characters, such as "*"; without a sign it is numbered',
)
_TEXT = ProseText("the footnote")
_BY_LANGUAGE = LanguageRecord(
    _TEXT, Record(dict, (Field("sign", _SIGN, 'A sign instead of a number: "*".'),), "this footnote")
)
_PLAIN = Converted(InLanguages(_TEXT, "this footnote"), lambda text, node, report: {"text": text})


def _footnote(values: dict[str, Any], node: Node, report: Report) -> Footnote:
    if any(span.note for spans in values["text"].values() for span in spans):
        fact, hint = (
            "a footnote is marked inside a footnote",
            "write its words here, or mark it where this one is marked",
        )
        raise report.refuse(node, "misplaced-footnote", fact, hint)
    longest = max((len(plain(spans)) for spans in values["text"].values()), default=0)
    if longest > MAX_LENGTH:
        fact = f"this footnote has {longest:,} characters; the limit is {MAX_LENGTH:,}"
        raise report.refuse(node, "too-long", fact, "write it into the letter or into an annex")
    return Footnote(where=report.tree.place(node), **values)


FOOTNOTE: Shape[Footnote] = Converted(
    AnyOf({"plain": _PLAIN, "by language": _BY_LANGUAGE}, lambda node: "plain" if is_scalar(node) else "by language"),
    _footnote,
)


def _checked(footnotes: dict[str, Footnote], node: Node, report: Report) -> dict[str, Footnote]:
    assert isinstance(node, nodes.Mapping)
    failed, signs = False, dict[str, str]()
    for name, footnote in footnotes.items():
        first = signs.setdefault(footnote.sign, name)
        if footnote.sign and first != name:
            fact = f"the footnotes '{first}' and '{name}' have the same sign, {footnote.sign}"
            hint = f"give one of them another sign, such as {footnote.sign * 2}"
            report.add(node.pairs[name][0], "same-sign", fact, hint)
            failed = True
    if failed:
        raise UnreadableError
    return footnotes


FOOTNOTES: Shape[dict[str, Footnote]] = Converted(
    MapOf(
        FOOTNOTE,
        "a group of footnotes",
        FOOTNOTE_NAME,
        "letters, digits and hyphens",
        "A footnote.",
        most=MAX_FOOTNOTES,
    ),
    _checked,
)


def check_marks(values: Mapping[str, Any], root: nodes.Mapping, report: LetterReport) -> None:
    """Reports footnotes that no text marks, or that the texts of one language do not mark."""
    footnotes: Mapping[str, Footnote] = values.get("footnotes", {})
    if not footnotes:
        return
    others = [value for key, value in values.items() if key != "footnotes"]
    marked = {code: {*_marks(others, code)} for code in report.languages}
    listed = root.pairs["footnotes"][1]
    assert isinstance(listed, nodes.Mapping)
    for name in footnotes:
        lacking = [code for code, names in marked.items() if name not in names]
        if len(lacking) == len(marked):
            fact = f"no text marks the footnote '{name}'"
            hint = f"write [^{name}] where it belongs, or delete it"
            report.add(listed.pairs[name][0], "unmarked-footnote", fact, hint)
        for code in lacking if len(lacking) < len(marked) else ():
            fact = f"no {language_name(code)} text ({code}) marks the footnote '{name}'"
            hint = f"write [^{name}] in the {language_name(code)} text, too"
            report.add(listed.pairs[name][0], "unmarked-footnote", fact, hint)


def _marks(value: Any, code: str) -> Iterator[str]:
    """The names of the footnotes that the texts of a language mark."""
    if isinstance(value, Span):
        if value.note:
            yield value.note
    elif isinstance(value, Mapping):
        yield from _marks(value[code] if code in value else [*value.values()], code)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _marks(one, code)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        yield from _marks([getattr(value, field.name) for field in dataclasses.fields(value)], code)
