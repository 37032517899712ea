"""Draws the visible block of a digital signature, as a PDF page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from circulars.errors import Choice, MachineError, Place, Problem, UsageError
from circulars.model.document import Direction
from circulars.model.fonts import PackFonts
from circulars.render.pdf.asked_fonts import asked_of
from circulars.render.pdf.engine import FontConfiguration, weasyprint
from circulars.render.pdf.fonts import add_hyphens, missing_families, missing_glyphs
from circulars.render.pdf.press import DataUrlFetcher

_SIZES = (9, 8, 7, 6, 5)
"""Font sizes of the first line in points; the largest at which all lines fit is used."""
_LEAST = (25.0, 6.0)  # mm

# A rule on the side where lines begin looks more like part of a letter than a frame.
_STYLE = """
@page {{ size: {width}mm {height}mm; margin: 0 }}
html {{ font: {size}pt/1.25 {families}, sans-serif; color: #000 }}
body {{ margin: 0 }}
div {{
  box-sizing: border-box; min-block-size: {height}mm; padding-inline: 2.5mm 0; border-inline-start: 0.6mm solid #1f5c99;
  display: flex; flex-direction: column; justify-content: center;
}}
p {{ margin: 0; overflow-wrap: anywhere }}
p + p {{ font-size: 0.85em; color: #333 }}
"""


def draw_block(
    lines: Sequence[str],
    strong: str,
    size: tuple[float, float],
    *,
    language: str,
    direction: Direction,
    fonts: PackFonts,
) -> bytes:
    """A PDF of one page with lines; ``size`` is its width and height in mm, ``strong`` is bold in the first line.

    Raises:
        UsageError: the lines do not fit on the page.
        MachineError: a font is not installed, or none shows one of the characters.
    """
    configuration = FontConfiguration()
    asked_of(configuration).open = not fonts.usual.families
    add_hyphens(configuration, fonts.usual.families)
    problems = tuple(missing_families(fonts.families(language), configuration.font_map))
    if problems:
        raise MachineError(*problems)
    first, *others = map(escape, lines)
    first = first.replace(escape(strong), f"<bdi><strong>{escape(strong)}</strong></bdi>") if strong else first
    body = "".join(f"<p>{line}</p>" for line in (first, *others))
    page = (
        f'<html lang="{escape(language)}" dir="{direction}"><title>{escape(lines[0])}</title><div>{body}</div></html>'
    )
    width, height = size
    for points in _SIZES if width >= _LEAST[0] and height >= _LEAST[1] else ():
        families = ", ".join(f'"{family}"' for family in fonts.for_any_text(language)) or "sans-serif"
        style = _STYLE.format(width=width, height=height, size=points, families=families)
        html = weasyprint.HTML(string=page, url_fetcher=DataUrlFetcher(allowed_protocols={"data"}))
        sheets = html.render(stylesheets=[weasyprint.CSS(string=style)], font_config=configuration)
        if len(sheets.pages) == 1:
            break
    else:
        fact = f"the words do not fit into a block of {width:g} × {height:g} mm"
        choice = Choice("box", "make it larger: {}", "PAGE,X,Y,WIDTH,HEIGHT")
        raise UsageError(Problem(Place(), "small-block", fact, choices=(choice,)))

    [sheet] = sheets.pages

    def paint(stream: Any, scale: float) -> None:
        type(sheet).paint(sheet, stream, scale)
        # Checked before the fonts are subset, which takes 11 GB if a glyph is missing; see ``press``.
        problems = tuple(missing_glyphs(sheets.fonts.values(), lines, fonts, configuration))
        if problems:
            raise MachineError(*problems)

    sheet.paint = paint
    data: bytes = sheets.write_pdf(pdf_version="1.7", pdf_identifier=True)
    return data
