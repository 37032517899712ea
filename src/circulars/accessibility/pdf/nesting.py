"""Checks where the tags of tables, lists, tables of contents, ruby and warichu text are (ISO 32000-1, 14.8.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from circulars.accessibility.finding import Finding
from circulars.accessibility.pdf.content import Content
from circulars.accessibility.pdf.file import PdfFile
from circulars.accessibility.pdf.rules import PDF
from circulars.accessibility.pdf.tags import Tag, TagTree

_GROUPS: Final = ("THead", "TBody", "TFoot")
# Browsers put the base directly into Ruby, and several bases with their annotations into one.
_RUBY: Final = re.compile("(RB )?(RT|RP RT RP)( (RB )?(RT|RP RT RP))*")


@dataclass(frozen=True, slots=True)
class _Family:
    """Tags that belong together: what each may contain, and what may contain it. ``code`` is the rule."""

    code: str
    kids: dict[str, tuple[str, ...]] = field(default_factory=dict)
    parents: dict[str, tuple[str, ...]] = field(default_factory=dict)


_FAMILIES: Final = (
    _Family(
        "table-structure",
        kids={
            "Table": ("TR", *_GROUPS, "Caption"),
            "THead": ("TR",),
            "TBody": ("TR",),
            "TFoot": ("TR",),
            "TR": ("TH", "TD"),
        },
        parents={"TR": ("Table", *_GROUPS), "TH": ("TR",), "TD": ("TR",)} | dict.fromkeys(_GROUPS, ("Table",)),
    ),
    _Family(
        "list-structure",
        kids={"L": ("LI", "L", "Caption"), "LI": ("Lbl", "LBody")},
        parents={"LI": ("L",), "LBody": ("LI",)},
    ),
    _Family("toc-structure", kids={"TOC": ("TOCI", "TOC", "Caption")}, parents={"TOCI": ("TOC",)}),
    _Family(
        "ruby-structure",
        kids={"Ruby": ("RB", "RT", "RP")},
        parents=dict.fromkeys(("RB", "RT", "RP"), ("Ruby",)),
    ),
    _Family("warichu-structure", kids={"Warichu": ("WT", "WP")}, parents=dict.fromkeys(("WT", "WP"), ("Warichu",))),
)


def check_nesting(file: PdfFile, content: Content, tree: TagTree) -> Iterator[Finding]:
    """Checks that tags are only where they are allowed."""
    for family in _FAMILIES:
        for tag, fact in _misplaced(tree, family):
            yield PDF[family.code].finding(file.spot(tag.page, tree.text(tag, content)), fact)


def _misplaced(tree: TagTree, family: _Family) -> Iterator[tuple[Tag, str]]:
    """The tags that are not allowed where they are, and the facts."""
    for tag in tree.tags:
        if tag.kind in family.parents:
            holder, above = tree.holder(tag), tree.parent(tag)
            if (holder.kind if holder is not None else "") not in family.parents[tag.kind]:
                where = (above.kind or "an unknown tag") if above is not None else "the root"
                yield tag, f"{tag.kind} is in {where}"
                continue
        if tag.kind in family.kids:
            kids = [kid for kid in tree.held(tag) if kid.kind]
            allowed = family.kids[tag.kind]
            for kid in kids:
                if kid.kind not in allowed and kid.kind not in family.parents:
                    yield kid, f"{tag.kind} contains {kid.kind}"
            if fact := _wrong_sequence(tag.kind, [kid.kind for kid in kids]):
                yield tag, fact


def _wrong_sequence(kind: str, kids: list[str]) -> str:
    """What is wrong with the number or the order of the tags in a tag, or ""."""
    fact = ""
    captions = [at for at, kid in enumerate(kids) if kid == "Caption"]
    match kind:
        case "Table":
            fact = _wrong_table(kids, captions)
        case "L" | "TOC" if any(at > 0 for at in captions):
            fact = f"the caption of {kind} is not its first tag"
        case "Ruby" if not _RUBY.fullmatch(" ".join(kids)):
            fact = "Ruby does not contain RB and RT, or RB, RP, RT and RP"
        case "Warichu" if kids != ["WP", "WT", "WP"]:
            fact = "Warichu does not contain WP, WT and WP"
    return fact


def _wrong_table(kids: list[str], captions: list[int]) -> str:
    if len(captions) > 1:
        return f"a table has {len(captions)} captions"
    if captions and captions[0] not in (0, len(kids) - 1):
        return "the caption of a table is neither its first nor its last tag"
    for group in ("THead", "TFoot"):
        if kids.count(group) > 1:
            return f"a table has {kids.count(group)} {group} tags"
        if group in kids and "TBody" not in kids:
            return f"a table has {group}, but no TBody"
    return ""
