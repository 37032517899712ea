"""Compares the page size and the fonts of a Word template with the stylesheet and ``pack.yaml``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from lxml import etree

from circulars.doctor.findings import TemplateFinding
from circulars.doctor.styles import name_of, used_styles
from circulars.doctor.word import WordTemplate
from circulars.errors import did_you_mean
from circulars.model.sheet import PAPERS
from circulars.render.docx.markup import A, w
from circulars.render.docx.tags import NO_PAGE_SIZE

_TWIPS: Final = 1440 / 25.4
_TOLERANCE: Final = 20  # twips: programs round
_PAPER: Final = {(210, 297): "A4", (216, 279): "Letter", (216, 356): "Legal", (148, 210): "A5", (297, 420): "A3"}
# Fonts that Word uses for bullets and symbols, whatever the template's fonts are.
_SYMBOL_FONTS: Final = ("Symbol", "Wingdings", "Wingdings 2", "Wingdings 3", "Webdings", "Courier New")


def paper_findings(word: WordTemplate, size: tuple[float, float] | None) -> Iterator[TemplateFinding]:
    """The faults of a Word template's page size; ``size`` is the stylesheet's, in millimetres."""
    reported: set[str] = set()
    sections = list(word.trees[word.main].iter(w("sectPr")))
    if not any(section.find(w("pgSz")) is not None for section in sections):
        yield TemplateFinding("page-size", NO_PAGE_SIZE, "choose one in Word (Layout, Size)", stops=True)
    for section in sections:
        paper = section.find(w("pgSz"))
        if paper is None or size is None:
            continue
        found = tuple(_twips(paper.get(w(side), "")) for side in ("w", "h"))
        if any(abs(has - want * _TWIPS) > _TOLERANCE for has, want in zip(found, size, strict=True)):
            fact = f"the page size is {_named(found)}; the stylesheet's is {_named([side * _TWIPS for side in size])}"
            if fact not in reported:
                yield TemplateFinding(
                    "page-size", fact, "choose the same in Word (Layout, Size) and in letter.css ('@page')"
                )
            reported.add(fact)


def _twips(measure: str) -> int:
    """A length in twips; 0 if it is not a whole number."""
    return int(measure) if measure.isascii() and measure.isdigit() else 0


def _named(twips: Sequence[float]) -> str:
    width, height = (round(side / _TWIPS) for side in twips)
    name = _PAPER.get((width, height), "")
    return f"{name} ({width} × {height} mm)" if name else f"{width} × {height} mm"


def paper_named(size: etree._Element | None) -> str:
    """The name of a section's size of paper in ``pack.yaml``; "" if it has another, or none."""
    found = [_twips(size.get(w(side), "")) / _TWIPS for side in ("w", "h")] if size is not None else [0.0, 0.0]
    near = _TOLERANCE / _TWIPS
    return next(
        (
            name
            for name, sides in PAPERS.items()
            if all(abs(has - wants) <= near for has, wants in zip(found, sides, strict=True))
        ),
        "",
    )


def size_of_text(word: WordTemplate) -> tuple[etree._Element, ...]:
    """The elements with the font size of the style *Normal*, or else of the whole file; they hold half points."""
    styles = word.part("styles")
    if styles is None:
        return ()
    normal = [style for style in styles.iter(w("style")) if name_of(style) == "Normal"]
    for holder in (*normal, *styles.iter(w("rPrDefault"))):
        sizes = (*holder.iter(w("sz")), *holder.iter(w("szCs")))
        if sizes and _twips(sizes[0].get(w("val"), "")):
            return sizes
    return ()


def fonts_of(word: WordTemplate) -> tuple[str, ...]:
    """The fonts of the letters, that of the style *Normal* first."""
    found = _fonts(word)
    return tuple(sorted(found, key=lambda font: "Normal" not in found[font]))


def font_findings(word: WordTemplate, fonts: Sequence[str], slots: Sequence[str] = ()) -> Iterator[TemplateFinding]:
    """The fonts of a Word template that the pack does not list.

    ``slots`` are those for other scripts that letters have: in styles they are the pack's, but not in words.
    """
    known = {font.casefold() for font in fonts}
    known_fonts = f"use {', '.join(fonts)}, or " if fonts else ""
    for font, where in (_fonts(word) | _of_words(word, slots)).items():
        if font and font.casefold() not in known:
            fact = f"{where} has the font '{font}', which pack.yaml does not list"
            yield TemplateFinding(
                "unlisted-font", fact, did_you_mean(font, fonts, f"{known_fonts}add it under 'fonts:'")
            )


def _fonts(word: WordTemplate) -> dict[str, str]:
    """The fonts for Latin text that letters would use, each with the first place that chooses it."""
    theme = _theme(word)
    found: dict[str, str] = {}
    for choice, where in _choices(word):
        for side in ("ascii", "hAnsi"):
            named = choice.get(w(f"{side}Theme"))
            font = theme.get(named[:5], "") if named else choice.get(w(side), "")
            if where != _LIST or font not in _SYMBOL_FONTS:
                found.setdefault(font, where)
    return found


def _of_words(word: WordTemplate, slots: Sequence[str]) -> dict[str, str]:
    """The fonts of some slots that words of the template have themselves, each with the first part that has it."""
    found: dict[str, str] = {}
    for name, story in word.stories.items():
        for choice in word.trees[name].iter(w("rFonts")):
            for slot in slots:
                found.setdefault(choice.get(w(slot), ""), story)
    return found


_LIST: Final = "a list"


def _choices(word: WordTemplate) -> Iterator[tuple[etree._Element, str]]:
    """Each choice of fonts that affects letters, and its place."""
    styles, numbering = word.part("styles"), word.part("numbering")
    if styles is not None:
        used = used_styles(word, styles)
        for choice in styles.iter(w("rFonts")):
            style = next(choice.iterancestors(w("style")), None)
            if style is None:
                yield choice, "the template"
            elif style.get(w("styleId"), "") in used:
                yield choice, f"the style '{name_of(style)}'"
    for name, story in word.stories.items():
        yield from ((choice, story) for choice in word.trees[name].iter(w("rFonts")))
    if numbering is not None:
        yield from ((choice, _LIST) for choice in numbering.iter(w("rFonts")))


def _theme(word: WordTemplate) -> dict[str, str]:
    """The theme's Latin fonts by their role: "major" for headings, "minor" for text."""
    theme = word.part("theme")
    if theme is None:
        return {}
    found = {}
    for kind in ("major", "minor"):
        latin = next(theme.iter(f"{{{A}}}{kind}Font"), None)
        face = latin.find(f"{{{A}}}latin") if latin is not None else None
        found[kind] = face.get("typeface", "") if face is not None else ""
    return found
