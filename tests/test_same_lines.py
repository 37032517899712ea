"""Letters drawn by chance have the same words, in the same order and on the same lines, in every format."""

from __future__ import annotations

import random
import re
from pathlib import Path

from circulars.build import Order, build, documents
from circulars.model.document import Document, texts_of
from circulars.model.text import plain
from circulars.workspace import Workspace
from page_rules import lost_words
from random_letters import draw_letter, parsed
from readers import docx2python_words, expected_words, first_difference, html_words
from render.test_kept_lines import lines_of_docx, lines_of_html, lines_of_pdf

FORMATS = ("docx", "html", "pdf")


def differences(text: str, workspace: Workspace, folder: Path) -> list[str]:
    """What the files of a letter say otherwise than its plain text: the format, and the words or the lines."""
    letter, found = parsed(text), list[str]()
    [document] = documents(letter, workspace, Order())
    for output in build(letter, workspace, Order(formats=FORMATS)):
        file = folder / f"x.{output.format}"
        file.write_bytes(output.data)
        match output.format:
            case "docx":
                wrong = first_difference(docx2python_words(file), expected_words(document, labels=False))
                shown = lines_of_docx(output.data)
            case "html":
                wrong, shown = first_difference(html_words(file), expected_words(document)), lines_of_html(output.data)
            case _:
                wrong, shown = lost_words(document, output.data), _without_furniture(document, output.data)
        found += [f"{output.format}: {one}" for one in (wrong, *_lost_lines(document, shown)) if one]
    return found


def _without_furniture(document: Document, pdf: bytes) -> str:
    """The lines of a PDF without those of its footer and its running headers."""
    furniture = "|".join(re.escape(line) for line in (*document.footer, *document.running_header))
    pattern = furniture.replace(re.escape("{page}"), r"\d+")
    return re.sub(f"^(?:{pattern})\n?", "", lines_of_pdf(pdf), flags=re.MULTILINE) if furniture else lines_of_pdf(pdf)


def _lost_lines(document: Document, shown: str) -> list[str]:
    """The texts of several lines that are on other lines in a file; a line may be broken anywhere."""
    texts = {plain(spans) for spans in texts_of(document)}
    return [repr(text) for text in sorted(texts) if "\n" in text.strip("\n") and not _on_lines(text).search(shown)]


def _on_lines(text: str) -> re.Pattern[str]:
    lines = [r"\s*".join(map(_sign, "".join(line.split()))) for line in text.split("\n")]
    return re.compile(r"[^\S\n]*\n\s*".join(lines))


def _sign(sign: str) -> str:
    """A pattern for a character; readers of PDF have other signs for a hyphen at the end of a line."""
    return "[-\u2011\ufffe\x02]" if sign in "-\u2011" else re.escape(sign)


def test_words_and_lines_are_the_same_in_every_format(
    chance: random.Random, workspace: Workspace, tmp_path: Path
) -> None:
    """Nothing is added and nothing is lost, whatever keys a letter has."""
    drawn = [draw_letter(chance) for _ in range(8)]

    assert [(wrong, text) for text in drawn if (wrong := differences(text, workspace, tmp_path))] == []


def test_a_line_that_is_joined_is_found() -> None:
    """The comparison knows two lines from one."""
    assert _on_lines("one line\nother line").search("one line\nother\nline")
    assert not _on_lines("one line\nother line").search("one line other line")
