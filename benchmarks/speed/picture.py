"""Draws the result as bars on a logarithmic scale, as SVG and as PNG."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

# Okabe and Ito's blue, and a grey: distinguishable for everybody, and at least 3 : 1 against white (WCAG 2.2, 1.4.11).
_OURS, _OTHERS, _WORDS, _LINES = "#0072b2", "#8a8a8a", "#1a1a1a", "#e0e0e0"
_WIDTH, _LEFT, _RIGHT, _TOP, _ROW, _BAR = 960, 300, 210, 96, 34, 22
_TITLES = {"docx": "Word (DOCX)", "pdf": "PDF"}


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: the name of the program, the format, and the letters per second and core."""

    name: str
    format: str
    rate: float


def save_picture(bars: Sequence[Bar], subtitle: str, path: Path) -> tuple[Path, Path]:
    """Writes the picture as SVG and PNG, and returns their paths. ``subtitle`` says what was measured."""
    svg = drawn(bars, subtitle)
    paths = path.with_suffix(".svg"), path.with_suffix(".png")
    paths[0].write_text(svg, encoding="utf-8")
    paths[1].write_bytes(_png(svg))
    return paths


def drawn(bars: Sequence[Bar], subtitle: str) -> str:
    """The picture as SVG. In each format our bar is the first; the others show their ratio to it."""
    rows = list(_rows(bars))
    height = _TOP + _ROW * len(rows) + 62
    low = math.floor(math.log10(min(bar.rate for bar in bars)))
    high = math.ceil(math.log10(max(bar.rate for bar in bars)))
    scale = (_WIDTH - _LEFT - _RIGHT) / (high - low)
    bottom = _TOP + _ROW * len(rows)
    summary = "; ".join(f"{bar.name}, {bar.format}: {_number(bar.rate)}" for bar in bars)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        f'role="img" aria-labelledby="title summary" font-family="Carlito, Calibri, sans-serif" fill="{_WORDS}">',
        '<title id="title">Letters a second and core</title>',
        f'<desc id="summary">{escape(summary)}</desc>',
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
        '<text x="24" y="38" font-size="24" font-weight="bold">A letter to each of many addressees: '
        "letters a second and core</text>",
        f'<text x="24" y="62" font-size="15">{escape(subtitle)}. '
        "Each step of the scale is ten times the one before.</text>",
    ]
    for power in range(low, high + 1):
        x = _LEFT + (power - low) * scale
        parts.append(f'<line x1="{x:.1f}" y1="{_TOP - 8}" x2="{x:.1f}" y2="{bottom}" stroke="{_LINES}"/>')
        middle = f'text-anchor="middle" x="{x:.1f}" font-size="14"'
        parts.append(f'<text {middle} y="{bottom + 20}">{_number(10.0**power)}</text>')
        parts.append(f'<text {middle} y="{bottom + 44}">{_time(10.0**-power)}</text>')
    axis = f'x="{_LEFT - 32}" text-anchor="end" font-size="14"'
    parts.append(f'<text {axis} y="{bottom + 20}">letters a second and core</text>')
    parts.append(f'<text {axis} y="{bottom + 44}">one letter takes</text>')
    parts += _bars(rows, low, scale)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _rows(bars: Sequence[Bar]) -> Iterator[str | tuple[Bar, float]]:
    """For each format a title, then its bars, ours first, each with our rate as a multiple of its own."""
    for format, title in _TITLES.items():
        some = [bar for bar in bars if bar.format == format]
        if some:
            yield title
            ours, *others = some
            yield ours, 1.0
            yield from ((bar, ours.rate / bar.rate) for bar in sorted(others, key=lambda bar: -bar.rate))


def _bars(rows: Sequence[str | tuple[Bar, float]], low: int, scale: float) -> Iterator[str]:
    for number, row in enumerate(rows):
        middle = _TOP + _ROW * number + _ROW / 2
        if isinstance(row, str):
            yield f'<text x="24" y="{middle + 9:.0f}" font-size="17" font-weight="bold">{row}</text>'
            continue
        bar, ratio = row
        length = (math.log10(bar.rate) - low) * scale
        weight, colour = ("bold", _OURS) if ratio == 1 else ("normal", _OTHERS)
        shown = _number(bar.rate) + ("" if ratio == 1 else f" – ours is {_number(ratio)} × as fast")
        label = f'y="{middle + 5:.0f}" font-size="15" font-weight="{weight}"'
        yield f'<text x="{_LEFT - 12}" {label} text-anchor="end">{escape(bar.name)}</text>'
        yield (
            f'<rect x="{_LEFT}" y="{middle - _BAR / 2:.0f}" width="{length:.1f}" height="{_BAR}" fill="{colour}"/>'
            f'<text x="{_LEFT + length + 8:.1f}" {label}>{escape(shown)}</text>'
        )


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}".removesuffix(".0")


def _time(seconds: float) -> str:
    for size, unit in ((1, "s"), (1e-3, "ms")):
        if seconds >= size * 0.999:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds * 1e6:.0f} µs"


def _png(svg: str) -> bytes:
    """The picture as PNG at twice its size; WeasyPrint lays it out, PDFium draws it."""
    import pypdfium2
    import weasyprint

    size = f"{_WIDTH}px {_height(svg)}px"
    page = f"<style>@page {{ size: {size}; margin: 0 }} svg {{ display: block }}</style>{svg}"
    pdf = pypdfium2.PdfDocument(weasyprint.HTML(string=page).write_pdf())
    image = pdf[0].render(scale=2 * 96 / 72).to_pil().convert("RGB").quantize(64)
    stream = io.BytesIO()
    image.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def _height(svg: str) -> int:
    return int(svg.partition('height="')[2].partition('"')[0])
