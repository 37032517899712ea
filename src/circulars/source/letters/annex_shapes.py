"""Shapes of annexes and enclosures."""

from __future__ import annotations

import re
from typing import Any, Final, get_args

from circulars.language import LANGUAGE_CODE
from circulars.model.document import Orientation
from circulars.model.letter import Annex, Enclosure, Numbering
from circulars.source.letters.by_language import InLanguages
from circulars.source.letters.part_keys import ID
from circulars.source.letters.parts import BODY, LABEL, LINK, plain_text
from circulars.source.letters.prose_text import PROSE
from circulars.source.letters.report import letter_report
from circulars.syntax import nodes
from circulars.syntax.groups import Field, Record
from circulars.syntax.nodes import Node
from circulars.syntax.phrase_shapes import noun
from circulars.syntax.scalars import NO_WORDS, OneOf, Text, YesNo
from circulars.syntax.shape import AnyOf, Converted, Report, Shape


def _annex(values: dict[str, Any], node: Node, report: Report) -> Annex:
    return Annex(values.pop("title", {}), where=report.tree.place(node), **values)


def _enclosure(values: dict[str, Any], node: Node, report: Report) -> Enclosure:
    if not ("title" in values or "reference" in values):
        fact, hint = "an enclosure needs a 'title' or a 'reference'", f"write 'title: {letter_report(report).example}'"
        raise report.refuse(node, "missing-field", fact, hint)
    return Enclosure(report.tree.place(node), **values)


MAX_ANNEXES: Final = 50
MAX_ENCLOSURES: Final = 50
WRITE_ANNEXES: Final = "write each annex with its 'body:', after '- '; how many there are is counted"
LIST_ENCLOSURES: Final = (
    "an enclosure is a document of its own that goes with the letter: write the title of each on its own line, after "
    "'- '; what is printed with the letter itself is under 'annexes:'"
)

NUMBERING = OneOf(get_args(Numbering), "a numbering")
ANNEX: Shape[Annex] = Converted(
    Record(
        dict,
        (
            Field("id", ID, "A stable name, for {{ ref: id }}."),
            Field(
                "label",
                InLanguages(noun(plain_text(Text("a label", lines=False, max_length=100, refused=NO_WORDS)))),
                'The whole name, if it differs from "Annex 1"; a letter or a number replaces only the number.',
            ),
            Field("title", PROSE, "The annex's title."),
            Field("orientation", OneOf(get_args(Orientation), "an orientation"), "The orientation of its pages."),
            Field("numbering", NUMBERING, "What is numbered in this annex, if not as in the letter."),
            Field("listed", YesNo(), "false: the note below the signature neither counts nor lists it."),
            Field("body", BODY, "The annex's paragraphs.", required=True, otherwise=()),
        ),
        "an annex",
        {"label": ("name",), "title": ("heading",), "body": ("text", "content"), "orientation": ("landscape",)},
    ),
    _annex,
)
_ENCLOSURE_KEYS = ("title", "reference", "link")
ENCLOSURE: Shape[Enclosure] = AnyOf(
    {
        "record": Converted(
            Record(
                dict,
                (
                    Field("title", PROSE, "The title of the document."),
                    Field("reference", LABEL, "Its reference or its number."),
                    Field("link", LINK, "Where it is: a link's name, or an address."),
                ),
                "an enclosure",
                {"title": ("name",), "reference": ("number", "ref"), "link": ("url", "web")},
            ),
            _enclosure,
        ),
        "title": Converted(PROSE, lambda title, node, report: Enclosure(report.tree.place(node), title)),
    },
    lambda node: "record" if isinstance(node, nodes.Mapping) and not _is_by_language(node) else "title",
)


def _is_by_language(node: nodes.Mapping) -> bool:
    """Whether a mapping has languages as keys."""
    return all(re.fullmatch(LANGUAGE_CODE, key) for key in node.pairs) and not set(_ENCLOSURE_KEYS) & set(node.pairs)
