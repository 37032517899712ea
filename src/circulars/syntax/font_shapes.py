"""The shapes of a pack's fonts."""

from __future__ import annotations

from typing import Final

from circulars.model.fonts import FontChoice, PackFonts, fonts_named
from circulars.syntax.groups import Field, ListOf, MapOf, Record
from circulars.syntax.nodes import Node, Sequence
from circulars.syntax.scalars import Measure, Text
from circulars.syntax.shape import AnyOf, Converted, Report, Shape

ALL: Final = "all"
"""The key of the fonts of all languages."""
_FAMILIES = ListOf(Text("a font family", blank=False), "a list of font families")


_CHOICE: Shape[FontChoice] = AnyOf(
    {
        "list": Converted(_FAMILIES, lambda families, _node, _report: FontChoice(families)),
        "record": Record(
            FontChoice,
            (
                Field("families", _FAMILIES, "Font families that must be installed, in order.", required=True),
                Field("word", Text(), "The font that Word uses where the first family is not installed."),
                Field(
                    "line", Measure(1, 3, 4), "The line height, as a factor of the size, instead of that of 'type:'."
                ),
            ),
            part_of="the fonts of a language",
        ),
    },
    lambda node: "list" if isinstance(node, Sequence) else "record",
)


def _by_language(choices: dict[str, FontChoice], node: Node, report: Report) -> PackFonts:
    """The fonts, if those of all languages are among them."""
    if ALL not in choices:
        fact = f"'fonts:' has no '{ALL}', the fonts of every language"
        raise report.refuse(node, "missing-field", fact, f"add '{ALL}:'")
    return PackFonts(choices.pop(ALL), tuple(choices.items()))


FONTS: Shape[PackFonts] = AnyOf(
    {
        "list": Converted(_FAMILIES, lambda families, _node, _report: fonts_named(families)),
        "languages": Converted(
            MapOf(
                _CHOICE,
                "the fonts of each language",
                r"all|[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*",
                "'all', or the code of a language, as 'ar' or 'zh-TW'",
                "Fonts.",
            ),
            _by_language,
        ),
    },
    lambda node: "list" if isinstance(node, Sequence) else "languages",
)
