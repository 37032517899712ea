"""Draws mark.png, a placeholder for the organisation's own mark: 14 mm square at 300 dpi."""

from pathlib import Path

from PIL import Image, ImageDraw

NAVY = (0x12, 0x3A, 0x5C)
WHITE = (0xFF, 0xFF, 0xFF)
DPI = 300
SIDE = round(14 / 25.4 * DPI)
FINER = 8  # drawn larger and scaled down, for smooth edges


def draw_mark() -> Image.Image:
    """The mark: a round sea with two waves."""
    side = SIDE * FINER
    mark = Image.new("RGB", (side, side), WHITE)
    pen = ImageDraw.Draw(mark)
    pen.ellipse((0, 0, side - 1, side - 1), fill=NAVY)
    width, step = side // 18, side // 4
    for height in (side * 2 // 5, side * 3 // 5):
        for start in range(side // 8, side * 7 // 8 - step // 2, step):
            turn = start // step % 2 * 180
            pen.arc((start, height - step // 3, start + step, height + step // 3), turn, turn + 180, WHITE, width)
    return mark.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    draw_mark().save(Path(__file__).with_name("mark.png"), dpi=(DPI, DPI), optimize=True)
