"""Writes a document as a Typst source that looks like our page: same words, font, sizes, table and pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from circulars.model.document import AddressList, Document, Picture
from circulars.model.text import Items, Paragraph, Span, Spans

_HEAD = """\
#let words(text) = text.split("\\n").join(linebreak())
#set document(title: {title}, author: {author}, date: datetime(year: {year}, month: {month}, day: {day}))
#set page(
  paper: "a4",
  margin: 20mm,
  header: context if counter(page).get().first() > 1 {{
    align(center, text(9pt, {running}))
  }},
  footer: context if counter(page).get().first() == 1 {{
    line(length: 100%, stroke: 0.5pt)
    v(-2pt)
    align(center, text(8pt, {footer}))
  }},
)
#set text(font: "Carlito", size: 11pt, lang: {language}, top-edge: 0.952em, bottom-edge: -0.269em)
#set par(leading: 0pt, spacing: 6pt)
#set block(spacing: 6pt)
#set list(indent: 7.5mm, body-indent: 4mm, spacing: 3pt)
#show link: set text(fill: rgb("#0563c1"))
#show link: underline
#let numbered(number, body) = par[#box(width: 14mm, number)#body]
"""


def typst_of(document: Document, name: Callable[[str], str]) -> tuple[str, dict[str, bytes]]:
    """The source, and its pictures by name. A hole reads ``sys.inputs`` under the name that ``name`` returns for it."""
    pictures: dict[str, bytes] = {}

    def image(picture: Picture) -> str:
        file = f"picture-{len(pictures)}.png"
        pictures[file] = picture.data
        size = f"width: {picture.width}mm, height: {picture.height}mm"
        return f"image({_quoted(file)}, alt: {_quoted(picture.alt)}, {size})"

    return "\n".join(_lines(document, name, image)) + "\n", pictures


def _lines(document: Document, name: Callable[[str], str], image: Callable[[Picture], str]) -> Iterator[str]:
    def shown(spans: Spans) -> str:
        return " + ".join(_span(span, name) for span in spans) or '""'

    date = document.properties.date
    before, _, after = "\n".join(document.running_header).partition("{page}")
    yield _HEAD.format(
        title=_quoted(document.title),
        author=_quoted(document.properties.author),
        year=date.year,
        month=date.month,
        day=date.day,
        running=f"{_quoted(before)} + counter(page).display() + words({_quoted(after)})",
        footer=f"words({_quoted(chr(10).join(document.footer))})",
        language=_quoted(document.language),
    )
    head = document.letterhead
    titles = f"text(14pt, strong({_quoted(head.organization)})), text(12pt, strong({_quoted(head.bureau)}))"
    mark = image(head.mark) if head.mark else '""'
    yield f"#grid(columns: (20mm, 1fr), align: horizon, {mark}, stack(dir: ttb, {titles}))"
    if document.addressee:
        yield f"#block(height: 52mm, inset: (left: 5mm, top: 14mm), text(10pt, {shown(document.addressee)}))"
    yield f"#pad(left: 50%, {_quoted(document.date_line)})"
    particulars = [
        f"{_quoted(one.label)}, " + "[" + " #linebreak() ".join(f"#({shown(line)})" for line in one.lines) + "]"
        for one in document.particulars
    ]
    beside = "[" + " ".join(f"#({_address_list(one, shown)})" for one in document.addressees) + "]"
    rows = f", table.cell(rowspan: {len(particulars)}, {beside}), ".join((particulars[0], ", ".join(particulars[1:])))
    subject = " + linebreak() + ".join(f"strong({shown(line)})" for line in document.subject)
    yield (
        "#table(columns: (22mm, 63mm, 1fr), stroke: none, inset: (x: 0pt, y: 0.5mm), table.hline(stroke: 0.5pt), "
        f"{rows}, {_quoted(document.subject_label)}, table.cell(colspan: 2, heading(outlined: false, "
        f"text(11pt, {subject}))), table.hline(stroke: 0.5pt))"
    )
    yield f"#v(6pt)\n#par({shown(document.salutation)})"
    for block in document.body:
        if isinstance(block, Paragraph):
            number = _quoted(block.number)
            yield f"#numbered({number}, {shown(block.spans)})" if block.number else f"#par({shown(block.spans)})"
        elif isinstance(block, Items):
            yield "#list(" + ", ".join(shown(item.spans) for item in block.entries) + ")"
        else:
            raise NotImplementedError(f"{type(block).__name__}: the letter of the benchmark has none")
    yield _ending(document, image)


def _address_list(addresses: AddressList, shown: Callable[[Spans], str]) -> str:
    entries = ", ".join(shown(item.spans) for item in addresses.entries)
    return f"{_quoted(addresses.label)} + list(marker: [–], indent: 0pt, body-indent: 2mm, {entries})"


def _ending(document: Document, image: Callable[[Picture], str]) -> str:
    signature, code = document.signature, document.link_code
    lines = [document.closing, "", *((signature.signed, signature.name, *signature.title) if signature else ())]
    right = ""
    if code:
        picture = f"link({_quoted(code.address)}, {image(code.picture)})"
        right = f"align(right, {picture} + text(8pt, {_quoted(code.caption)}))"
    words = f"words({_quoted(chr(10).join(lines))})"
    return f"#v(6pt)\n#block(breakable: false, grid(columns: (1fr, 60mm), {words}, {right}))"


def _span(span: Span, name: Callable[[str], str]) -> str:
    if span.hole:
        return f"words(sys.inputs.{name(span.hole)})"
    text = f"words({_quoted(span.text)})"
    return f"link({_quoted(span.link)}, {text})" if span.link else text


def _quoted(text: str) -> str:
    """The text as a Typst string literal."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
