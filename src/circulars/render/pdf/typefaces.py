"""Measures installed fonts: their line height, and how wide their letters are."""

from __future__ import annotations

import math
from html import escape
from typing import Final

from circulars.addressing.widths import width_of
from circulars.errors import MachineError
from circulars.model.sheet import Typeface
from circulars.render.pdf.engine import FontConfiguration, weasyprint
from circulars.render.pdf.fonts import missing_families
from circulars.render.pdf.press import DataUrlFetcher

_SIZE: Final = 100  # pixels
_SAMPLE: Final = "Ministerio de Transportes y Comunicaciones, Example Street 1234, Departamento de Meteorología"
_STYLE: Final = """
@page {{ size: 20000px 1000px; margin: 0 }}
p {{ display: inline-block; margin: 0; white-space: nowrap; font: {size}px/normal "{family}" }}
"""


def typeface_of(family: str, size: float) -> Typeface:
    """The measures of a font family for text of a size in points.

    Raises:
        MachineError: the font is not installed.
    """
    configuration = FontConfiguration()
    if problems := tuple(missing_families((family,), configuration.font_map)):
        raise MachineError(*problems)
    style = weasyprint.CSS(string=_STYLE.format(size=_SIZE, family=family.replace('"', "")), font_config=configuration)
    page = weasyprint.HTML(string=f"<p>{escape(_SAMPLE)}</p>", url_fetcher=DataUrlFetcher())
    [sheet] = page.render(stylesheets=[style], font_config=configuration).pages
    box = next(one for one in sheet._page_box.descendants() if one.element_tag == "p")
    width = math.ceil(box.width / _SIZE * 1000 / width_of(_SAMPLE) * 100)
    return Typeface(size, round(box.height / _SIZE, 4), width)
