"""Mutated files: bytes flipped, cut, duplicated, moved and spliced, as by a faulty program or an attacker."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

# Text with a meaning in YAML, letters or templates.
WORDS = (
    b"- ", b": ", b"{", b"}", b"[", b"]", b"{{ ", b" }}", b"{% ", b" %}", b"|\n", b">\n", b"&a ", b"*a ", b"!!str ",
    b"'", b'"', b"\\", b"#", b"\n", b"\n  ", b"\n    ", b"\t", b"\r", b"\0", b"\x1b[2J", b"\xff", b"\xed\xa0\x80",
    "\u202e".encode(), "\u2066".encode(), "\U0001f600".encode(), b"<", b">", b"<<: ", b"---\n", b"...\n", b"? ", b"%",
    b"**", b"*", b"<a>", b"[a](b)", b"https://a.example/", b"ref: ", b"when: ", b"id: ", b"en: ", b"es: ", b"null",
    b"~", b"2024-07-12", b"0", b"-1", b"999999999999999999999", b"facts:", b"links:", b"body:", b"annexes:", b"qr:",
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, seeds: Sequence[bytes], most: int = 6) -> bytes:
    """One of the files after a few random changes."""
    data = bytearray(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(1, most))):
        at, to = (draw(st.integers(0, len(data))) for _ in range(2))
        start, end = min(at, to), max(at, to)
        match draw(st.integers(0, 9)):
            case 0:
                data[at : at + 1] = bytes([draw(st.integers(0, 255))])
            case 1:
                del data[start : min(end, start + 40)]
            case 2:
                data[at:at] = draw(st.sampled_from(WORDS))
            case 3:
                data[at:at] = data[start : min(end, start + 200)]
            case 4:
                del data[at:]
            case 5:
                other = draw(st.sampled_from(seeds))
                data[at:] = other[min(to, len(other)) :]
            case 6:
                lines = bytes(data).split(b"\n")
                line = draw(st.integers(0, len(lines) - 1))
                lines.insert(draw(st.integers(0, len(lines))), lines[line])
                data = bytearray(b"\n".join(lines))
            case 7:
                lines = bytes(data).split(b"\n")
                line = draw(st.integers(0, len(lines) - 1))
                lines[line] = b" " * draw(st.integers(0, 12)) + lines[line].lstrip()
                data = bytearray(b"\n".join(lines))
            case 8:
                lines = bytes(data).split(b"\n")
                one, other_line = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
                lines[one], lines[other_line] = lines[other_line], lines[one]
                data = bytearray(b"\n".join(lines))
            case _:
                data[at:at] = draw(st.sampled_from(WORDS)) * draw(st.integers(1, 300))
    return bytes(data)
