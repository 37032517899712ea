"""Checks the text of a Word file: headings, blanks, lists, languages, contrast and links."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Final

from circulars.accessibility.colour import contrast, is_colour
from circulars.accessibility.finding import Finding
from circulars.accessibility.shared import NO_LINK_WORDS, empty_link, long_address, not_a_language
from circulars.accessibility.uninformative import is_language, is_long_address, says_nothing_as_link
from circulars.accessibility.word.file import (
    WP,
    Element,
    Formatting,
    R,
    Run,
    W,
    WordFile,
    WordParagraph,
    is_on,
    shade,
    value,
)
from circulars.accessibility.word.rules import WORD
from circulars.files import opc

LONG: Final = 1_500
"""A document with more words needs headings; this is about five pages."""
_LONG_HEADING: Final = 150
_SHORT: Final = 90  # the maximum length of a paragraph that may be a heading without a heading style
_TYPED: Final = re.compile(
    r"(?:[•·●▪■◦○‣⁃➢➔✓*–—-]|o(?=\t)|\(?(?:\d{1,2}|[a-z]|[ivx]{1,5})[.)]|\d{1,2}\.\d{1,2}\.?)[ \t\u00a0]+\S"
)
_BLANKS: Final = re.compile(r"[ \u00a0]{3,}|\t{3,}|(?:\t[ \u00a0]+|[ \u00a0]+\t){2,}")
_CONTENT: Final = (
    *(
        f"{W}{name}"
        for name in ("t", "drawing", "pict", "object", "fldChar", "instrText", "fldSimple", "sym", "br", "tab")
    ),
    *(
        f"{W}{name}"
        for name in ("ptab", "footnoteReference", "endnoteReference", "commentReference", "separator", "sdt")
    ),
    f"{W}continuationSeparator",
    "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath",
)


def check_headings(file: WordFile) -> Iterator[Finding]:
    """Checks that there are headings, that they are short but not empty, and that they skip no level."""
    body = [paragraph for paragraph in file.paragraphs if not paragraph.story]
    headings = [(level, p) for p in body if (level := _level(p, file)) and not _is_contents(p, file)]
    before = 0
    for level, paragraph in headings:
        text = paragraph.text.strip()
        spot = file.place(paragraph.element)
        if not text:
            yield WORD["empty-heading"].finding(spot, f"a heading of level {level} has no words")
            continue
        if not before and level > 1:
            yield WORD["first-heading"].finding(spot, f"the first heading has level {level}")
        elif level > before + 1:
            yield WORD["heading-skipped"].finding(spot, f"a heading of level {level} follows one of level {before}")
        if len(text) > _LONG_HEADING:
            yield WORD["long-heading"].finding(spot, f"the heading has {len(text)} characters")
        before = level
    if not headings and (words := sum(len(paragraph.text.split()) for paragraph in body)) > LONG:
        yield WORD["no-headings"].finding(file.spot(), f"the file has {words:,} words and no headings")
    yield from _fake_headings(body, file)


def _fake_headings(body: list[WordParagraph], file: WordFile) -> Iterator[Finding]:
    """Reports short bold lines in a style for text that are followed by a longer paragraph that is not bold."""
    for paragraph, after in itertools.pairwise(body):
        text = paragraph.text.strip()
        if not text or len(text) > _SHORT or text[-1] in ".,;:" or paragraph.in_table or after.in_table:
            continue
        if file.styles.name(paragraph.style) not in ("", "normal", "body text", "no spacing", "list paragraph"):
            continue
        if value(paragraph.element, "pPr/numPr/numId") and not _is_bold(paragraph, file):
            continue
        if _is_bold(paragraph, file) and after.text.strip() and not _is_bold(after, file) and len(after.text) > _SHORT:
            yield WORD["bold-as-heading"].finding(file.place(paragraph.element), "a line in bold looks like a heading")


def _is_bold(paragraph: WordParagraph, file: WordFile) -> bool:
    runs = [run for run in paragraph.runs() if run.text.strip()]
    return bool(runs) and all(file.formatting(run).bold for run in runs)


def _level(paragraph: WordParagraph, file: WordFile) -> int:
    """The level of a heading from 1, or 0 for text, which has the outline level 9 (ECMA-376 part 1, 17.3.1.20)."""
    outline = value(paragraph.element, "pPr/outlineLvl")
    if not outline:
        styled = file.styles.first(paragraph.style, "pPr/outlineLvl", paragraph=True)
        outline = styled.get(f"{W}val", "") if styled is not None else ""
    if not outline and (match := re.fullmatch(r"heading ([1-9])", file.styles.name(paragraph.style))):
        return int(match[1])
    return int(outline) + 1 if outline.isdigit() and int(outline) < 9 else 0


def _is_contents(paragraph: WordParagraph, file: WordFile) -> bool:
    return file.styles.name(paragraph.style).startswith(("toc", "title"))


def check_blanks(file: WordFile) -> Iterator[Finding]:
    """Reports empty paragraphs and rows of blanks that are used as space."""
    for paragraph in file.paragraphs:
        text = paragraph.text
        if not text.strip() and _is_empty(paragraph.element) and not _is_required(paragraph):
            if not _level(paragraph, file):
                yield WORD["empty-paragraph"].finding(file.place(paragraph.element), "a paragraph is empty")
        elif text.strip() and _BLANKS.search(text) and paragraph.story.split()[:1] not in (["header"], ["footer"]):
            count = max(len(blanks) for blanks in _BLANKS.findall(text))
            spot = file.place(paragraph.element)
            yield WORD["repeated-blanks"].finding(spot, f"{count} blanks in a row arrange the text")


def _is_empty(paragraph: Element) -> bool:
    content = (e for e in paragraph.iter(*_CONTENT) if e.tag != f"{W}t" or (e.text or "").strip())
    if (first := next(content, None)) is None:
        return paragraph.find(f"{W}pPr/{W}sectPr") is None
    # A line break makes space as an empty paragraph does; one to a new page or column does not.
    blank = (f"{W}tab", f"{W}br", f"{W}ptab")
    return all(e.tag in blank and not e.get(f"{W}type") for e in (first, *content)) and first.getparent() is not None


def _is_required(paragraph: WordParagraph) -> bool:
    """Whether Word requires the paragraph: there is one in every cell, header, footer and note, and below a table.

    A table cannot begin a page by itself: an empty paragraph before it does.
    """
    parent = paragraph.element.getparent()
    if parent is None or (len(parent.findall(f"{W}p")) == 1 and parent.tag != f"{W}body"):
        return True
    before = next((e for e in paragraph.element.itersiblings(preceding=True) if e.tag != f"{W}bookmarkEnd"), None)
    if before is not None and before.tag == f"{W}tbl":
        return True
    after = next((e for e in paragraph.element.itersiblings() if e.tag != f"{W}bookmarkStart"), None)
    if after is not None and after.tag == f"{W}tbl" and _begins_page(paragraph):
        return True
    return before is None and (after is None or after.tag == f"{W}sectPr")  # the document is empty


def _begins_page(paragraph: WordParagraph) -> bool:
    begins = paragraph.element.find(f"{W}pPr/{W}pageBreakBefore")
    return begins is not None and is_on(begins.get(f"{W}val", "1"))


def check_lists(file: WordFile) -> Iterator[Finding]:
    """Reports lists with typed bullets or numbers, and undefined lists."""
    known = {number.get(f"{W}numId", "") for number in file.numbering.iter(f"{W}num")}
    missing: set[str] = set()
    typed: list[WordParagraph] = []
    for paragraph in file.paragraphs:
        number = _list_of(paragraph, file)
        if number not in ("", "0") and number not in known and number not in missing:
            missing.add(number)
            spot = file.place(paragraph.element)
            yield WORD["undefined-list"].finding(spot, f"the paragraph is in list {number[:20]}, which is not defined")
        begins = number in ("", "0") and _TYPED.match(paragraph.text.lstrip()) and not _level(paragraph, file)
        if typed and not (begins and typed[-1].element.getparent() is paragraph.element.getparent()):
            yield from _typed_list(typed, file)
            typed = []
        if begins:
            typed.append(paragraph)
    yield from _typed_list(typed, file)


def _typed_list(typed: list[WordParagraph], file: WordFile) -> Iterator[Finding]:
    """Reports a typed list.

    A single entry is not reported, because a paragraph may begin with a dash or a number; nor are two lines in a cell.
    """
    if len(typed) > (2 if typed and typed[0].in_table else 1):
        yield WORD["typed-list"].finding(
            file.place(typed[0].element), f"{len(typed)} paragraphs in a row begin with a typed bullet or number"
        )


def _list_of(paragraph: WordParagraph, file: WordFile) -> str:
    own = value(paragraph.element, "pPr/numPr/numId")
    styled = file.styles.first(paragraph.style, "pPr/numPr/numId", paragraph=True)
    return own or (styled.get(f"{W}val", "") if styled is not None else "")


def check_runs(file: WordFile) -> Iterator[Finding]:
    """Checks the language and the contrast of each run, and that it is not hidden or blinking."""
    for paragraph in file.paragraphs:
        background = background_of(paragraph, file)
        reported: set[str] = set()
        for run in paragraph.runs():
            for code, fact in _check_run(run, background, file):
                if code not in reported:  # once for each paragraph, because readers do not see runs
                    reported.add(code)
                    yield WORD[code].finding(file.spot(paragraph.part, run.text), fact)


def _check_run(run: Run, background: str, file: WordFile) -> Iterator[tuple[str, str]]:
    if not run.text.strip():
        return
    formatting = file.formatting(run)
    if formatting.hidden:
        yield "hidden-text", "text is hidden"
        return
    if not formatting.language:
        if any(c.isalpha() for c in run.text):
            yield "no-language", "no language is set for these words, for their style or for the document"
    elif not is_language(formatting.language):
        yield "bad-language", not_a_language(formatting.language)
    if formatting.effect not in ("", "none"):
        yield "blinking-text", f"the text is animated ({formatting.effect[:20]})"
    behind = formatting.fill or background
    found = contrast_on(formatting, background)
    least = 3.0 if formatting.size >= 18 or (formatting.bold and formatting.size >= 14) else 4.5
    if found is not None and found < least:
        fact = f"the contrast of #{formatting.color} on #{behind} is {found:.1f} to 1, not {least:g} to 1"
        yield "low-contrast", fact


def contrast_on(formatting: Formatting, background: str) -> float | None:
    """The contrast of text on a background, from 1 to 21, or None if one of the two colours is not known."""
    behind = formatting.fill or background
    if not is_colour(formatting.color) or not is_colour(behind):
        return None
    return contrast(formatting.color, behind)


def background_of(paragraph: WordParagraph, file: WordFile) -> str:
    """The colour behind a paragraph, or "?" if unknown: in text boxes, and in tables that a style shades."""
    own = paragraph.element.find(f"{W}pPr/{W}shd")
    styled = own if own is not None else file.styles.first(paragraph.style, "pPr/shd", paragraph=True)
    if found := shade(styled):
        return found
    for above in paragraph.element.iterancestors(f"{W}tc", f"{W}tbl", f"{W}txbxContent"):
        if above.tag == f"{W}txbxContent":
            return "?"
        if above.tag == f"{W}tc" and (found := shade(above.find(f"{W}tcPr/{W}shd"))):
            return found
        if above.tag == f"{W}tbl" and _is_shaded_by_style(above, file):
            return "?"
    return _page_colour(file)


def _is_shaded_by_style(table: Element, file: WordFile) -> bool:
    if table.find(f"{W}tblPr/{W}shd") is not None:
        return True
    chain = file.styles.chain(value(table, "tblPr/tblStyle"))
    return any(next(style.iter(f"{W}shd"), None) is not None for style in chain)


def _page_colour(file: WordFile) -> str:
    background = file.stories[0].root.find(f"{W}background")
    if background is None or file.settings.find(f"{W}displayBackgroundShape") is None:
        return "FFFFFF"
    return background.get(f"{W}color", "FFFFFF")


def check_links(file: WordFile) -> Iterator[Finding]:
    """Checks the words of links and their targets."""
    bookmarks = {mark.get(f"{W}name", "") for story in file.stories for mark in story.root.iter(f"{W}bookmarkStart")}
    for story in file.stories:
        targets = {link.get("Id", ""): link.get("Target", "") for link in opc.links_of(file.parts, story.part)}
        for link in story.root.iter(f"{W}hyperlink"):
            id, anchor = link.get(f"{R}id"), link.get(f"{W}anchor", "")
            spot = file.place(link)
            yield from _check_words(link, file)
            if id is None and anchor not in bookmarks and anchor not in ("_top", "_GoBack"):
                yield WORD["dead-link"].finding(
                    spot, f"the link leads to '{anchor[:60]}', which is not in the document"
                )
            elif id is not None and (fact := _target_fault(targets.get(id))):
                yield WORD["dead-link"].finding(spot, fact)


def _target_fault(target: str | None) -> str:
    if not target:
        return "the link has no address"
    if re.match(r"file:|[A-Za-z]:[\\/]|\\\\", target):
        return f"the link leads to a file on somebody's own computer: {target[:80]}"
    return ""


def _check_words(link: Element, file: WordFile) -> Iterator[Finding]:
    text = "".join(e.text or "" for e in link.iter(f"{W}t"))
    has_picture_text = any(picture.get("descr", "").strip() for picture in link.iter(f"{WP}docPr"))
    spot = file.place(link, text)
    if not text.strip():
        if not has_picture_text:
            yield WORD["empty-link"].finding(spot, NO_LINK_WORDS)
    elif says_nothing_as_link(text):
        yield WORD["link-says-nothing"].finding(spot, empty_link(text))
    elif is_long_address(text):
        yield WORD["long-address"].finding(spot, long_address(len(text)))


def check_fields(file: WordFile) -> Iterator[Finding]:
    """Checks that form fields have names."""
    kinds: Mapping[str, str] = {"checkBox": "check box", "ddList": "list", "textInput": "text field"}
    fillable = tuple(f"{W}{name}" for name in ("text", "comboBox", "dropDownList", "date"))
    for story in file.stories:
        for data in story.root.iter(f"{W}ffData"):
            if not (value(data, "statusText") or value(data, "helpText")):
                kind = next((kind for name, kind in kinds.items() if data.find(f"{W}{name}") is not None), "field")
                yield WORD["unnamed-field"].finding(file.place(data), f"a {kind} has no help text")
        for control in story.root.iter(f"{W}sdtPr"):
            is_fillable = any(control.find(name) is not None for name in fillable)
            if is_fillable and not value(control, "alias").strip():
                parent = control.getparent()
                first = next(parent.iter(f"{W}p"), control) if parent is not None else control
                yield WORD["unnamed-field"].finding(file.place(first), "a content control has no title")
