"""Draws mark.png, a placeholder for an organisation's own mark: 16 mm square at 300 dpi."""

from pathlib import Path

from PIL import Image, ImageDraw

BLUE = (0x00, 0x9C, 0xD6)
WHITE = (0xFF, 0xFF, 0xFF)
DPI = 300
SIDE = round(16 / 25.4 * DPI)
FINER = 8  # drawn larger and scaled down, for smooth edges


def draw_mark() -> Image.Image:
    """The mark: a blue tile with three white bars of growing length, the lines of a letter."""
    side = SIDE * FINER
    mark = Image.new("RGB", (side, side), WHITE)
    pen = ImageDraw.Draw(mark)
    pen.rounded_rectangle((0, 0, side - 1, side - 1), radius=side // 8, fill=BLUE)
    margin, height = side // 5, side // 12
    for row, share in enumerate((0.4, 0.7, 1.0)):
        top = side * (11 + 9 * row) // 40 - height // 2
        pen.rounded_rectangle(
            (margin, top, margin + int((side - 2 * margin) * share), top + height), radius=height // 2, fill=WHITE
        )
    return mark.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    draw_mark().save(Path(__file__).with_name("mark.png"), dpi=(DPI, DPI), optimize=True)
