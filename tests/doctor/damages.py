"""Damages of a Word template: each function damages the shipped template in one way, with XML as Word writes it.

``@damage`` gives the findings that must be reported, word for word, and whether a repair fixes all of them.
"""

from __future__ import annotations

import functools
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from conftest import ROOT

Parts = dict[str, str]
"""The XML parts of letter.docx, by name; other parts are Latin-1 for their bytes."""

BODY: Final = "word/document.xml"
STYLES: Final = "word/styles.xml"
NUMBERING: Final = "word/numbering.xml"
SETTINGS: Final = "word/settings.xml"
LINKS: Final = "word/_rels/document.xml.rels"
TYPES: Final = "[Content_Types].xml"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_KIND: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.{}+xml"
VBA: Final = "http://schemas.microsoft.com/office/2006/relationships"


@dataclass(frozen=True, slots=True)
class Damage:
    """One way in which a Word template can be damaged; ``adds`` are words that it brings into every letter."""

    damage: Callable[[Parts], None]
    expected: tuple[str, ...]
    fixed: bool
    adds: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.damage.__name__


def parts_of(data: bytes) -> Parts:
    """The parts of a Word file."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name).decode(_coding(name)) for name in package.namelist()}


_PLACES: Final = {
    "first-label": ("{{ first.label }}", 1),
    "list-label": ("{{ list.label }}", 1),
    "others": ("{%tr for particular in others %}", 1),
    "particular-label": ("{{ particular.label }}", 1),
    "end-of-others": ("{%tr endfor %}", 1),
    "subject-label": ("{{ subject_label }}", 1),
    "reference": ('"BodyText"/></w:pPr><w:r><w:t xml:space="preserve">{{r entry.text }}', 1),
    "salutation": ("{{ salutation }}", 1),
    "body": ("{{p body }}", 1),
    "if-closing": ("{%p if closing %}", 1),
    "closing": ("{{ closing }}", 1),
    "closing-alone": ("{{ closing }}", 2),
    "annex-note": ("{%p for line in annex_note %}", 1),
    "annex-title": ("{{r annex.title }}", 1),
}
"""The names of places of the shipped template: what a paragraph has, and which of the paragraphs that have it."""


@functools.cache
def place_of(name: str) -> int:
    """The number of a paragraph of the shipped template, counted from 1."""
    found, nth = _PLACES[name]
    body = parts_of((ROOT / "templates" / "itu" / "letter.docx").read_bytes())[BODY]
    paragraphs = re.findall(r"<w:p>.*?</w:p>", body, re.DOTALL)
    return [number for number, one in enumerate(paragraphs, start=1) if found in one][nth - 1]


def _with_numbers(expected: str) -> str:
    """A finding in which "paragraph @salutation" has the number of that paragraph."""
    return re.sub("paragraph @([a-z-]+)", lambda found: f"paragraph {place_of(found[1])}", expected)


DAMAGES: list[Damage] = []


def damage(
    *expected: str, fixed: bool = False, adds: tuple[str, ...] = ()
) -> Callable[[Callable[[Parts], None]], Callable[[Parts], None]]:
    """Adds a damage to the table."""

    def keep(function: Callable[[Parts], None]) -> Callable[[Parts], None]:
        DAMAGES.append(Damage(function, tuple(map(_with_numbers, expected)), fixed, adds))
        return function

    return keep


def file_of(parts: Parts) -> bytes:
    """A Word file with the given parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, (2025, 3, 14, 9, 0, 0))  # the same damage gives the same bytes
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, text.encode(_coding(name)))
    return file.getvalue()


def _coding(name: str) -> str:
    return "utf-8" if name.endswith((".xml", ".rels")) else "latin-1"


SHIPPED: Final = (ROOT / "templates/itu/letter.docx").read_bytes()


def damaged(one: Damage) -> bytes:
    """The shipped template with a damage."""
    parts = parts_of(SHIPPED)
    one.damage(parts)
    return file_of(parts)


def edit(parts: Parts, name: str, old: str, new: str, times: int = 1) -> None:
    """Replaces the first ``times`` occurrences of ``old`` in a part by ``new``."""
    assert old in parts[name], old
    parts[name] = parts[name].replace(old, new, times)


def run(text: str, look: str = "", rsid: str = "00A41F3C") -> str:
    """A run as Word writes it."""
    look = f"<w:rPr>{look}</w:rPr>" if look else ""
    return f'<w:r w:rsidR="{rsid}">{look}<w:t xml:space="preserve">{text}</w:t></w:r>'


def whole(text: str) -> str:
    """A run of the shipped template."""
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def instead(parts: Parts, text: str, new: str, name: str = BODY) -> None:
    """Replaces the first run with a text by other runs."""
    edit(parts, name, whole(text), new)


def paragraph(text: str, style: str = "TemplateTag") -> str:
    """A paragraph of the shipped template."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{whole(text)}</w:p>'


def relate(parts: Parts, id: str, kind: str, target: str, *, outside: bool = False, of: str = LINKS) -> None:
    """Adds a relationship."""
    if of not in parts:
        parts[of] = (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
        )
    kind = kind if kind.startswith("http") else f"{OFFICE}/{kind}"
    mode = ' TargetMode="External"' if outside else ""
    link = f'<Relationship Id="{id}" Type="{kind}" Target="{target}"{mode}/>'
    parts[of] = parts[of].replace("</Relationships>", link + "</Relationships>")


def setting(parts: Parts, xml: str) -> None:
    """Adds a setting, before the tab stops."""
    edit(parts, SETTINGS, "<w:defaultTabStop", xml + "<w:defaultTabStop")


def picture(id: int, description: str = 'descr="A flag"', blip: str = 'r:embed="rId90"') -> str:
    """A run with a picture, as Word writes it."""
    a, pic = (
        "http://schemas.openxmlformats.org/drawingml/2006/main",
        "http://schemas.openxmlformats.org/drawingml/2006/picture",
    )
    return (
        '<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="360000" cy="360000"/>'
        f'<wp:docPr id="{id}" name="Picture {id}" {description}/><a:graphic xmlns:a="{a}"><a:graphicData uri="{pic}">'
        f'<pic:pic xmlns:pic="{pic}"><pic:nvPicPr><pic:cNvPr id="{id}" name="flag.png"/><pic:cNvPicPr/></pic:nvPicPr>'
        f"<pic:blipFill><a:blip {blip}/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm>"
        '<a:off x="0" y="0"/><a:ext cx="360000" cy="360000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def with_picture(parts: Parts, *runs: str) -> None:
    """Adds a paragraph with pictures below the letterhead, and the picture itself."""
    relate(parts, "rId90", "image", "media/image1.png")
    parts["word/media/image1.png"] = (ROOT / "templates/itu/mark.png").read_bytes().decode("latin-1")
    edit(parts, TYPES, "<Default ", '<Default Extension="png" ContentType="image/png"/><Default ')
    tag = paragraph("{%p if layout == 'columns' %}")
    edit(parts, BODY, tag, f'<w:p><w:pPr><w:pStyle w:val="BodyText"/></w:pPr>{"".join(runs)}</w:p>{tag}')


def below(parts: Parts, xml: str) -> None:
    """Adds XML below the letterhead's table."""
    tag = paragraph("{%p if layout == 'columns' %}")
    edit(parts, BODY, tag, xml + tag)


# ── Tags ─────────────────────────────────────────────────────────────────────────────────────────────────────


def with_notes(parts: Parts, kind: str, text: str) -> None:
    """Adds a note to a paragraph below the letterhead; ``kind`` is "footnotes" or "endnotes"."""
    one = kind.removesuffix("s")
    breaks = "".join(
        f'<w:{one} w:type="{name}" w:id="{id}"><w:p><w:r><w:{name}/></w:r></w:p></w:{one}>'
        for id, name in ((-1, "separator"), (0, "continuationSeparator"))
    )
    parts[f"word/{kind}.xml"] = (
        f'<w:{kind} xmlns:w="{_MAIN}">{breaks}<w:{one} w:id="1"><w:p>{run(text)}</w:p></w:{one}></w:{kind}>'
    )
    relate(parts, f"rId{kind}", kind, f"{kind}.xml")
    edit(
        parts, TYPES, "</Types>", f'<Override PartName="/word/{kind}.xml" ContentType="{_KIND.format(kind)}"/></Types>'
    )
    mark = f'<w:r><w:{one}Reference w:id="1"/></w:r>'
    below(parts, f'<w:p><w:pPr><w:pStyle w:val="BodyText"/></w:pPr>{run(f"With {kind}")}{mark}</w:p>')


def control_rows(parts: Parts, first: str, last: str) -> None:
    """Puts the table's rows from one with a text to one with another text into a content control."""
    body = parts[BODY]
    begin = body.index(first)
    start = body.rindex("<w:tr>", 0, begin)
    end = body.index("</w:tr>", body.index(last, begin)) + len("</w:tr>")
    parts[BODY] = body[:start] + control(body[start:end], '<w:id w:val="12"/>') + body[end:]


@damage(
    "split-tag: body, paragraph 25: '{{ date_line }}' is in 3 pieces",
    fixed=True,
)
def split_by_spelling_marks(parts: Parts) -> None:
    """Word checks the spelling of a name that it does not know."""
    mark = '<w:proofErr w:type="{}"/>'
    instead(
        parts,
        "{{ date_line }}",
        run("{{ ") + mark.format("spellStart") + run("date_line") + mark.format("spellEnd") + run(" }}", rsid="00B2"),
    )


@damage(
    "split-tag: body, paragraph @closing: '{{ closing }}' is in 3 pieces",
    fixed=True,
)
def split_between_the_braces(parts: Parts) -> None:
    """The braces were typed on different days."""
    instead(parts, "{{ closing }}", run("{") + run("{ closing }", rsid="00C3") + run("}"))


@damage(
    "split-tag: body, paragraph @closing: '{{ closing }}' is in 2 pieces with different formatting",
    fixed=True,
)
def split_by_a_look(parts: Parts) -> None:
    """Half of the tag is bold."""
    instead(parts, "{{ closing }}", run("{{ clo", "<w:b/>") + run("sing }}"))


@damage(
    "split-tag: body, paragraph @salutation: '{{ salutation }}' is in 2 pieces",
    fixed=True,
)
def split_by_a_bookmark(parts: Parts) -> None:
    """Word marks the place of the last edit, which is inside the tag."""
    mark = '<w:bookmarkStart w:id="0" w:name="_GoBack"/><w:bookmarkEnd w:id="0"/>'
    instead(parts, "{{ salutation }}", run("{{ salu") + mark + run("tation }}"))


@damage(
    "split-tag: body, paragraph @salutation: '{{ salutation }}' is in 2 pieces, in 2 paragraphs",
    fixed=True,
)
def split_over_two_paragraphs(parts: Parts) -> None:
    """Enter was pressed in the tag."""
    look = '<w:pPr><w:pStyle w:val="Salutation"/></w:pPr>'
    instead(parts, "{{ salutation }}", f"{run('{{ salutation')}</w:p><w:p>{look}{run(' }}')}")


@damage(
    "split-tag: body, paragraph @salutation: '{{ salutation }}' is in 3 pieces",
    "mistyped-tag: body, paragraph @salutation: '{{ salutation }}' is typed with a tab or a line break",
    fixed=True,
)
def split_by_a_line_break(parts: Parts) -> None:
    """Shift and Enter were pressed in the tag."""
    instead(parts, "{{ salutation }}", run("{{") + "<w:r><w:br/></w:r>" + run("salutation }}"))


@damage(
    "split-tag: body, paragraph @closing: '{{ closing }}' is in 3 pieces",
    fixed=True,
)
def split_by_a_link(parts: Parts) -> None:
    """Word made a link of half of the tag."""
    relate(parts, "rId91", "hyperlink", "https://www.example.int/", outside=True)
    instead(
        parts, "{{ closing }}", run("{{ ") + f'<w:hyperlink r:id="rId91">{run("closing")}</w:hyperlink>' + run(" }}")
    )


@damage(
    "split-tag: header 1, paragraph 1: '{%p for line in running_header %}' is in 2 pieces",
    fixed=True,
)
def split_statement_in_a_header(parts: Parts) -> None:
    """The tags of headers are checked, too."""
    text = "{%p for line in running_header %}"
    instead(parts, text, run("{%p for ") + run("line in running_header %}"), "word/header1.xml")


@damage(
    "split-tag: body, paragraph 25 'On this {{ date_line }}, indeed': '{{ date_line }}' is in 2 pieces",
    fixed=True,
    adds=("On this", ", indeed"),
)
def split_with_words_around(parts: Parts) -> None:
    """The words before and after the tag stay."""
    edit(parts, BODY, whole("{{ date_line }}"), run("On ") + run("this {{ date") + run("_line }}, ") + run("indeed"))


@damage(
    "mistyped-tag: body, paragraph 24: '{%p if layout == 'columns' %}' is typed with a curly apostrophe",
    fixed=True,
)
def curly_quotation_marks(parts: Parts) -> None:
    """AutoCorrect made quotation marks curly."""
    instead(parts, "{%p if layout == 'columns' %}", whole("{%p if layout == ‘columns’ %}"))


@damage(
    "mistyped-tag: body, paragraph @closing: '{{ closing }}' is typed with a no-break space",
    fixed=True,
)
def no_break_spaces(parts: Parts) -> None:
    """A French keyboard's no-break spaces."""
    instead(parts, "{{ closing }}", whole("{{\u00a0closing\u00a0}}"))


@damage(
    "mistyped-tag: body, paragraph @body: '{{p body }}' is typed with a no-break space",
    fixed=True,
)
def a_no_break_space_after_the_letter(parts: Parts) -> None:
    """docxtpl does not recognize the letter of the tag."""
    instead(parts, "{{p body }}", whole("{{p\u00a0body }}"))


@damage(
    "mistyped-tag: body, paragraph @if-closing: '{%p if closing %}' is typed with a long dash",
    fixed=True,
)
def a_dash_in_a_statement(parts: Parts) -> None:
    """AutoCorrect changed a hyphen, which would join two paragraphs, to a dash."""
    instead(parts, "{%p if closing %}", whole("{%p if closing –%}"))


@damage(
    "mistyped-tag: body, paragraph @if-closing: '{%p if closing %}' is typed with a hyphen before its end",
    fixed=True,
)
def a_hyphen_in_a_statement(parts: Parts) -> None:
    """docxtpl would join the next paragraph to this one."""
    instead(parts, "{%p if closing %}", whole("{%p if closing -%}"))


@damage(
    "mistyped-tag: body, paragraph @closing: '{{ closing }}' is typed with a space in the wrong place",
    fixed=True,
)
def a_space_between_the_braces(parts: Parts) -> None:
    """The braces were typed apart."""
    instead(parts, "{{ closing }}", whole("{ { closing } }"))


@damage(
    "mistyped-tag: body, paragraph @if-closing: '{%p if closing %}' is typed with a space in the wrong place",
    fixed=True,
)
def a_space_before_the_letter(parts: Parts) -> None:
    """There is a space between the brace and the letter."""
    instead(parts, "{%p if closing %}", whole("{% p if closing %}"))


@damage(
    "mistyped-tag: body, paragraph @closing: '{{ closing }}' is typed with a full-width character",
    fixed=True,
)
def full_width_braces(parts: Parts) -> None:
    """Typed with an East Asian keyboard."""
    instead(parts, "{{ closing }}", whole("｛｛ closing ｝｝"))


@damage(
    "mistyped-tag: body, paragraph @closing: '{{ closing }}' is typed with an invisible character",
    fixed=True,
)
def an_invisible_sign(parts: Parts) -> None:
    """Pasted from a web page."""
    instead(parts, "{{ closing }}", whole("{{ clo\u200bsing }}"))


@damage(
    "unclosed-tag: body, paragraph @closing: '{{ closing' has no end",
)
def a_tag_without_its_end(parts: Parts) -> None:
    """The braces were deleted together with the words after them."""
    instead(parts, "{{ closing }}", whole("{{ closing"))


@damage(
    "unclosed-tag: body, paragraph @closing: '{{ closing }' has no end",
)
def one_brace_too_few(parts: Parts) -> None:
    """One brace was not typed."""
    instead(parts, "{{ closing }}", whole("{{ closing }"))


@damage(
    "unclosed-tag: body, paragraph @subject-label 'subject_label }}': '}}' ends a tag that has no beginning",
)
def an_end_without_its_tag(parts: Parts) -> None:
    """The first half of the tag was deleted."""
    instead(parts, "{{ subject_label }}", whole("subject_label }}"))


@damage(
    "wrong-tag: body, paragraph @annex-note: '{%p fr line in annex_note %}': there is no statement 'fr'",
)
def a_misspelt_statement(parts: Parts) -> None:
    """There is no such statement."""
    instead(parts, "{%p for line in annex_note %}", whole("{%p fr line in annex_note %}"))


@damage(
    "wrong-tag: body, paragraph @annex-note: '{%p for line annex_note %}': Jinja does not understand it: expected token 'in', got 'annex_note'",
)
def a_statement_that_is_not_understood(parts: Parts) -> None:
    """The list is missing."""
    instead(parts, "{%p for line in annex_note %}", whole("{%p for line annex_note %}"))


@damage(
    "wrong-nesting: header 1, paragraph 4: '{%p if not running_header %}' has no end",
)
def an_endif_that_is_missing(parts: Parts) -> None:
    """Its paragraph was deleted."""
    edit(parts, "word/header1.xml", paragraph("{%p endif %}"), "")


@damage(
    "wrong-nesting: header 1, paragraph 7: '{%p endif %}' ends nothing: there is no 'if' before it",
)
def an_endif_too_many(parts: Parts) -> None:
    """Its paragraph was copied."""
    tag = paragraph("{%p endif %}")
    edit(parts, "word/header1.xml", tag, tag + tag)


@damage(
    "wrong-nesting: footer 1, paragraph 2: '{%p for line in footer %}' has no end",
    "wrong-nesting: footer 1, paragraph 4: '{%p endif %}' belongs to '{%p if footer %}', which is in another cell",
    "wrong-nesting: footer 1, paragraph 6: '{%p endif %}' ends nothing: there is no 'if' before it",
)
def an_endfor_for_an_endif(parts: Parts) -> None:
    """The end belongs to another kind of block."""
    edit(parts, "word/footer1.xml", "{%p endfor %}", "{%p endif %}")


@damage(
    "wrong-nesting: header 1, paragraph 6: '{% endif %}' belongs to '{%p if not running_header %}', and needs the same letter",
)
def an_endif_without_its_letter(parts: Parts) -> None:
    """A paragraph's block would end inside a paragraph."""
    edit(parts, "word/header1.xml", "{%p endif %}", "{% endif %}")


@damage(
    "wrong-nesting: body, paragraph 6: '{%p endif %}' belongs to '{%p if letterhead.bureau %}', which is in another cell",
)
def an_endif_in_another_cell(parts: Parts) -> None:
    """The tag was moved to the next cell."""
    begin, end = paragraph("{%p if letterhead.bureau %}"), paragraph("{%p endif %}")
    edit(parts, BODY, begin, "")
    edit(parts, BODY, whole("{{r letterhead.mark }}") + "</w:p>", whole("{{r letterhead.mark }}") + f"</w:p>{begin}")
    assert end in parts[BODY]


@damage(
    "words-beside-tag: body, paragraph @if-closing '{%p if closing %}Yours,': '{%p if closing %}' removes its whole paragraph, and 'Yours,' with it",
)
def words_beside_a_paragraph_s_tag(parts: Parts) -> None:
    """They would be lost with the tag's paragraph."""
    instead(parts, "{%p if closing %}", whole("{%p if closing %}Yours, "))


@damage(
    "words-beside-tag: body, paragraph @others: '{%tr for particular in others %}' removes its whole row, and 'Further particulars' with it",
)
def words_beside_a_row_s_tag(parts: Parts) -> None:
    """They would be lost with the tag's row."""
    edit(parts, BODY, whole("{%tr for particular in others %}") + "</w:p>",
         whole("{%tr for particular in others %}") + f"</w:p>{paragraph('Further particulars')}")  # fmt: skip


@damage(
    "misplaced-tag: body, paragraph 24: '{%tr if closing %}' is not in a row of a table",
    "misplaced-tag: body, paragraph 25: '{%tr endif %}' is not in a row of a table",
)
def a_row_s_tag_outside_a_table(parts: Parts) -> None:
    """The tags were moved out of the table."""
    below(parts, paragraph("{%tr if closing %}") + paragraph("{%tr endif %}"))


@damage(
    "wrong-letter: body, paragraph @annex-title: '{{ annex.title }}' is formatted text",
    fixed=True,
)
def runs_without_their_letter(parts: Parts) -> None:
    """Word's XML would be printed."""
    edit(parts, BODY, "{{r annex.title }}", "{{ annex.title }}")


@damage(
    "wrong-letter: body, paragraph @body: '{{ body }}' is whole paragraphs",
    fixed=True,
)
def blocks_without_their_letter(parts: Parts) -> None:
    """The letter's body would be printed as XML."""
    edit(parts, BODY, "{{p body }}", "{{ body }}")


@damage(
    "wrong-letter: body, paragraph @closing: '{{r closing }}' is text",
    fixed=True,
)
def a_letter_too_many(parts: Parts) -> None:
    """The text would be outside any run."""
    edit(parts, BODY, "{{ closing }}", "{{r closing }}")


@damage(
    "wrong-letter: body, paragraph @body 'The letter: {{ body }}': '{{ body }}' is whole paragraphs",
)
def blocks_beside_words(parts: Parts) -> None:
    """The right letter would remove the words beside the tag."""
    edit(parts, BODY, "{{p body }}", "The letter: {{ body }}")


@damage(
    "wrong-tag: body, paragraph 24: '{{ footer }}' is a list",
)
def a_list_as_a_text(parts: Parts) -> None:
    """A list needs a loop."""
    below(parts, paragraph("{{ footer }}"))


@damage(
    "wrong-tag: body, paragraph 24: '{{ letterhead }}' is not text but has fields",
)
def a_thing_as_a_text(parts: Parts) -> None:
    """The remedy lists its fields."""
    below(parts, paragraph("{{ letterhead }}"))


@damage(
    "unknown-name: body, paragraph @salutation: '{{ salutatoin }}': letters have no field 'salutatoin'",
)
def a_misspelt_name(parts: Parts) -> None:
    """The remedy suggests the closest name."""
    edit(parts, BODY, "{{ salutation }}", "{{ salutatoin }}")


@damage(
    "unknown-name: body, paragraph @closing: '{{ Closing }}': letters have no field 'Closing'",
)
def a_misspelt_name_with_a_capital(parts: Parts) -> None:
    """AutoCorrect begins sentences with a capital."""
    edit(parts, BODY, "{{ closing }}", "{{ Closing }}")


@damage(
    "unknown-name: body, paragraph @particular-label: '{{ particular.lable }}': 'others[]' has no field 'lable'",
)
def a_misspelt_field_of_a_loop(parts: Parts) -> None:
    """The variables of loops are followed."""
    edit(parts, BODY, "{{ particular.label }}", "{{ particular.lable }}")


@damage(
    "unknown-name: body, paragraph 25: '{{ line }}': 'title' is not a list",
)
def a_loop_through_no_list(parts: Parts) -> None:
    """A text has no entries."""
    below(parts, paragraph("{%p for line in title %}") + paragraph("{{ line }}") + paragraph("{%p endfor %}"))


@damage(
    "unknown-name: body, paragraph 24: '{{ department.extension }}': letters have no field 'department'",
)
def a_field_of_nothing(parts: Parts) -> None:
    """No name is close to it."""
    below(parts, paragraph("{{ department.extension }}"))


@damage(
    "missing-tag: the template does not ask for 'closing'",
)
def a_tag_that_is_missing(parts: Parts) -> None:
    """Letters would lose their closing."""
    edit(parts, BODY, "{{ closing }}", "", 9)


# ── Styles and lists ─────────────────────────────────────────────────────────────────────────────────────────


def _style(parts: Parts, id: str) -> str:
    found = re.search(f'<w:style [^>]*w:styleId="{id}"[^>]*>.*?</w:style>', parts[STYLES], re.DOTALL)
    assert found
    return found[0]


@damage(
    "missing-style: the template has no style 'Note text'",
    fixed=True,
)
def a_style_that_was_deleted(parts: Parts) -> None:
    """Word deletes unused styles."""
    edit(parts, STYLES, _style(parts, "NoteText"), "")


@damage(
    "missing-style: the template has no style 'Numbered paragraph'",
    fixed=True,
)
def a_style_with_a_list_that_was_deleted(parts: Parts) -> None:
    """Its list comes back with it."""
    edit(parts, STYLES, _style(parts, "NumberedParagraph"), "")


@damage(
    "missing-style: the template has no style 'Numbered paragraph'",
    fixed=True,
)
def a_style_that_was_renamed(parts: Parts) -> None:
    """Its id stays."""
    edit(parts, STYLES, '<w:name w:val="Numbered paragraph"/>', '<w:name w:val="Numbered text of letters"/>')


@damage(
    "missing-style: the template has no style 'Table text'",
    fixed=True,
)
def a_style_that_has_another_name_and_id(parts: Parts) -> None:
    """The remedy suggests the closest name; the repair adds the shipped style."""
    style = _style(parts, "TableText")
    edit(parts, STYLES, style, style.replace("TableText", "TextOfTables").replace("Table text", "Tables text"))


@damage(
    "undefined-style: body, paragraph @salutation '{{ salutation }}': the paragraph has the style 'Salutation', which is not defined",
    fixed=True,
)
def a_style_that_the_template_uses_was_deleted(parts: Parts) -> None:
    """A paragraph of the template still has the style."""
    edit(parts, STYLES, _style(parts, "Salutation"), "")


@damage(
    "undefined-style: body, paragraph 24 'Fixed words': the paragraph has the style 'Zwischenzeile', which is not defined",
    adds=("Fixed words",),
)
def a_style_that_nobody_knows(parts: Parts) -> None:
    """Pasted from another file."""
    below(parts, paragraph("Fixed words", "Zwischenzeile"))


@damage(
    "lost-list: the style 'List Bullet' has no list, so Word would not number its paragraphs",
    fixed=True,
)
def a_style_that_lost_its_list(parts: Parts) -> None:
    """The list was removed from the style."""
    style = _style(parts, "ListBullet")
    edit(parts, STYLES, style, re.sub("<w:numPr>.*?</w:numPr>", "", style))


@damage(
    "broken-list: the style 'List Number' has a broken list: there is no list 4",
    fixed=True,
)
def a_style_of_a_list_that_is_not_there(parts: Parts) -> None:
    """Word lost the list."""
    edit(parts, NUMBERING, '<w:num w:numId="4"><w:abstractNumId w:val="3"/></w:num>', "")


@damage(
    "broken-list: the style 'Numbered paragraph' has a broken list: the list 1 has no definition",
    fixed=True,
)
def a_list_without_its_definition(parts: Parts) -> None:
    """Word lost the list's definition."""
    parts[NUMBERING] = re.sub('<w:abstractNum w:abstractNumId="0".*?</w:abstractNum>', "", parts[NUMBERING], count=1)


@damage(
    "broken-list: body, paragraph 24 'Fixed words': the list of the paragraph is broken: there is no list 77",
    adds=("Fixed words",),
)
def a_paragraph_of_a_list_that_is_not_there(parts: Parts) -> None:
    """Pasted from another file."""
    numbered = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="77"/></w:numPr>'
    below(parts, f'<w:p><w:pPr><w:pStyle w:val="BodyText"/>{numbered}</w:pPr>{run("Fixed words")}</w:p>')


# ── Parts ────────────────────────────────────────────────────────────────────────────────────────────────────


@damage(
    "missing-part: the part 'word/settings.xml' (settings) is not in the file",
    fixed=True,
)
def no_settings(parts: Parts) -> None:
    """The part is gone, its relationship is not."""
    del parts[SETTINGS]


@damage(
    "missing-part: the template has no part 'numbering'",
    fixed=True,
)
def no_lists(parts: Parts) -> None:
    """Part and relationship are gone."""
    del parts[NUMBERING]
    parts[LINKS] = re.sub(r"<Relationship [^>]*numbering\.xml\"/>", "", parts[LINKS])


@damage(
    "missing-part: the part 'word/header1.xml' (header) is not in the file",
    fixed=True,
)
def no_header(parts: Parts) -> None:
    """The part is gone, its relationship is not."""
    del parts["word/header1.xml"]


@damage(
    "missing-part: a section refers to a footer that is not in the file",
    fixed=True,
)
def no_footer(parts: Parts) -> None:
    """Part and relationship are gone; the section still asks for it."""
    del parts["word/footer1.xml"]
    parts[LINKS] = re.sub(r"<Relationship [^>]*footer1\.xml\"/>", "", parts[LINKS])


@damage(
    "missing-part: the part 'word/media/image1.png' (image) is not in the file",
)
def a_picture_that_is_not_there(parts: Parts) -> None:
    """Word would show a red cross."""
    with_picture(parts, picture(1))
    del parts["word/media/image1.png"]


@damage(
    "broken-part: the part 'word/footer1.xml' is damaged: its XML cannot be read beyond line 2, column 245",
)
def a_part_that_is_no_xml(parts: Parts) -> None:
    """Only half of the part was written."""
    parts["word/footer1.xml"] = parts["word/footer1.xml"][:300]


@damage(
    "unsafe-file: the part 'word/document.xml' has a document type, which Word files never have",
)
def a_document_type(parts: Parts) -> None:
    """Entities can expand to gigabytes."""
    entities = '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    edit(parts, BODY, "<w:document ", f"<!DOCTYPE w:document [{entities}]><w:document ")
    edit(parts, BODY, "{{ closing }}", "{{ closing }}&b;")


@damage(
    "unsafe-file: the part '../../outside.xml' has a name that leads out of the file",
)
def a_name_that_leads_out(parts: Parts) -> None:
    """Unpacking the file would write outside the folder."""
    parts["../../outside.xml"] = "<a/>"


# ── References out of the file, and active content ───────────────────────────────────────────────────────────


@damage(
    "attached-template: Word looks for the template 'file:///S:\\Templates\\Letters.dotx' each time a letter is opened",
    fixed=True,
)
def an_attached_template(parts: Parts) -> None:
    """Word would look for it on a network drive."""
    target = "file:///S:\\Templates\\Letters.dotx"
    relate(parts, "rId1", "attachedTemplate", target, outside=True, of="word/_rels/settings.xml.rels")
    setting(parts, '<w:attachedTemplate r:id="rId1"/>')


@damage(
    "outside-picture: body: a picture is only linked: 'https://www.example.com/pixel.png'",
)
def a_linked_picture(parts: Parts) -> None:
    """The server would learn who opens the letter."""
    with_picture(parts, picture(1, blip='r:link="rId92"'))
    relate(parts, "rId92", "image", "https://www.example.com/pixel.png", outside=True)


@damage(
    "outside-part: body: the file refers to 'file:///S:\\Numbers.xlsx' (oleObject), which is outside it",
    "embedded-object: body, paragraph 24: there is an embedded object here (OLE or ActiveX)",
)
def a_linked_object(parts: Parts) -> None:
    """A table from a spreadsheet on a network drive."""
    relate(parts, "rId93", "oleObject", "file:///S:\\Numbers.xlsx", outside=True)
    o = 'xmlns:o="urn:schemas-microsoft-com:office:office"'
    ole = f'<o:OLEObject {o} Type="Link" ProgID="Excel.Sheet.12" r:id="rId93" UpdateMode="Always"/>'
    below(parts, f'<w:p><w:pPr><w:pStyle w:val="BodyText"/></w:pPr><w:r><w:object>{ole}</w:object></w:r></w:p>')


@damage(
    "outside-part: body: the file refers to 'chapter.docx' (subDocument), which is outside it",
)
def a_subdocument(parts: Parts) -> None:
    """A part of a master document."""
    relate(parts, "rId94", "subDocument", "chapter.docx", outside=True)
    below(parts, '<w:subDoc r:id="rId94"/>')


@damage(
    "outside-link: body: a link leads to 'file:///S:\\Rules.pdf', which is not a web address",
)
def a_link_to_a_file(parts: Parts) -> None:
    """Nobody else has that drive."""
    relate(parts, "rId95", "hyperlink", "file:///S:\\Rules.pdf", outside=True)
    below(
        parts,
        f'<w:p><w:pPr><w:pStyle w:val="BodyText"/></w:pPr><w:hyperlink r:id="rId95">{run("Rules")}</w:hyperlink></w:p>',
    )


@damage(
    "macros: the file contains macros: word/vbaData.xml, word/vbaProject.bin",
    fixed=True,
)
def macros(parts: Parts) -> None:
    """A .docm that was renamed."""
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    edit(parts, TYPES, main, "application/vnd.ms-word.document.macroEnabled.main+xml")
    edit(
        parts,
        TYPES,
        "<Default ",
        '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/><Default ',
    )
    relate(parts, "rId96", f"{VBA}/vbaProject", "vbaProject.bin")
    relate(parts, "rId1", f"{VBA}/wordVbaData", "vbaData.xml", of="word/_rels/vbaProject.bin.rels")
    parts["word/vbaProject.bin"] = "\xd0\xcf\x11\xe0 Sub AutoOpen()"
    parts["word/vbaData.xml"] = '<wne:vbaSuppData xmlns:wne="http://schemas.microsoft.com/office/word/2006/wordml"/>'


@damage(
    "embedded-object: body, paragraph 24: there is an embedded object here (OLE or ActiveX)",
)
def an_embedded_workbook(parts: Parts) -> None:
    """A spreadsheet inside the letter."""
    relate(parts, "rId97", "package", "embeddings/Microsoft_Excel_Worksheet.xlsx")
    parts["word/embeddings/Microsoft_Excel_Worksheet.xlsx"] = "PK"
    o = 'xmlns:o="urn:schemas-microsoft-com:office:office"'
    ole = f'<o:OLEObject {o} Type="Embed" ProgID="Excel.Sheet.12" ShapeID="_x0000_i1025" r:id="rId97"/>'
    below(parts, f'<w:p><w:pPr><w:pStyle w:val="BodyText"/></w:pPr><w:r><w:object>{ole}</w:object></w:r></w:p>')


@damage(
    "embedded-object: body, paragraph 24: there is an embedded object here (OLE or ActiveX)",
)
def an_activex_control(parts: Parts) -> None:
    """A button that runs a program."""
    relate(parts, "rId98", "control", "activeX/activeX1.xml")
    parts["word/activeX/activeX1.xml"] = '<ax:ocx xmlns:ax="http://schemas.microsoft.com/office/2006/activeX"/>'
    button = '<w:object><w:control r:id="rId98" w:name="Button1" w:shapeid="_x0000_i1026"/></w:object>'
    below(parts, f'<w:p><w:pPr><w:pStyle w:val="BodyText"/></w:pPr><w:r>{button}</w:r></w:p>')


@damage(
    "foreign-text: body: Word would import another document here (altChunk)",
)
def another_document_s_text(parts: Parts) -> None:
    """Word would import a web page."""
    relate(parts, "rId99", "aFChunk", "afchunk.htm")
    parts["word/afchunk.htm"] = "<p>Words"
    below(parts, '<w:altChunk r:id="rId99"/>')


def _field(instruction: str, shown: str) -> str:
    half = len(instruction) // 2
    char = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    inner = "".join(
        f'<w:r><w:instrText xml:space="preserve">{text}</w:instrText></w:r>'
        for text in (instruction[:half], instruction[half:])
    )
    runs = char.format("begin") + inner + char.format("separate") + run(shown) + char.format("end")
    return f'<w:p><w:pPr><w:pStyle w:val="BodyText"/></w:pPr>{runs}</w:p>'


@damage(
    "reaching-field: body, paragraph 24 'Fixed words': the field DDEAUTO accesses something outside the file: 'DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe \"/k calc.exe\"'",
    fixed=True,
    adds=("Fixed words",),
)
def a_field_that_starts_a_program(parts: Parts) -> None:
    """A DDE field with its instruction in two halves."""
    below(parts, _field(' DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc.exe" ', "Fixed words"))


@damage(
    "reaching-field: body, paragraph 24 'Place des Exemples': the field INCLUDETEXT accesses something outside the file: 'INCLUDETEXT \"S:\\\\Address.docx\"'",
    fixed=True,
    adds=("Place des Exemples",),
)
def a_field_that_takes_in_a_file(parts: Parts) -> None:
    """INCLUDETEXT as a simple field."""
    simple = (
        f'<w:fldSimple w:instr=" INCLUDETEXT &quot;S:\\\\Address.docx&quot; ">{run("Place des Exemples")}</w:fldSimple>'
    )
    below(parts, f'<w:p><w:pPr><w:pStyle w:val="BodyText"/></w:pPr>{simple}</w:p>')


@damage(
    "reaching-field: body, paragraph 24 'Flag': the field INCLUDEPICTURE accesses something outside the file: 'INCLUDEPICTURE \"https://www.example.com/pixel.png\" \\d'",
    fixed=True,
    adds=("Flag",),
)
def a_field_that_takes_in_a_picture(parts: Parts) -> None:
    """INCLUDEPICTURE from the web."""
    below(parts, _field(' INCLUDEPICTURE "https://www.example.com/pixel.png" \\d ', "Flag"))


@damage(
    "unknown-part: the part 'word/document.xml' refers to 'webextension1.xml' by the relationship "
    "'http://schemas.microsoft.com/office/2011/relationships/webextension', which letters may not have",
)
def a_web_extension(parts: Parts) -> None:
    """An add-in that Word would load from a catalogue."""
    kind = "http://schemas.microsoft.com/office/2011/relationships/webextension"
    relate(parts, "rId70", kind, "webextension1.xml")
    parts["word/webextension1.xml"] = "<we:webextension xmlns:we='urn:x'/>"


@damage(
    "unused-part: nothing in the file refers to the part 'word/embeddings/old.xlsx'",
    "unused-part: nothing in the file refers to the part 'word/header9.xml'",
    "unused-part: nothing in the file refers to the part 'word/_rels/header9.xml.rels'",
    fixed=True,
)
def parts_that_were_left_behind(parts: Parts) -> None:
    """A tool deleted the references to a header and to a workbook, but not the parts."""
    with_picture(parts, picture(1))
    parts["word/embeddings/old.xlsx"] = "PK"
    parts["word/header9.xml"] = "<w:hdr xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'/>"
    relate(parts, "rId1", "image", "media/image1.png", of="word/_rels/header9.xml.rels")


@damage(
    "reaching-field: body, paragraph 24 'Fixed words': the field HYPERLINK is refused, because its address "
    "or its switches cannot be read for certain: 'HYPERLINK \"S:\\Rules.pdf\"'",
    fixed=True,
    adds=("Fixed words",),
)
def a_field_that_links_to_a_file(parts: Parts) -> None:
    """A link is a field, too."""
    below(parts, _field(' HYPERLINK "S:\\Rules.pdf" ', "Fixed words"))


@damage(
    "mail-merge: the template is the main document of one of Word's own mail merges",
    fixed=True,
)
def a_mail_merge(parts: Parts) -> None:
    """Word's own mail merge, with a list of addresses."""
    relate(
        parts, "rId2", "mailMergeSource", "file:///S:\\Addresses.xlsx", outside=True, of="word/_rels/settings.xml.rels"
    )
    setting(parts, '<w:mailMerge><w:mainDocumentType w:val="formLetters"/><w:dataType w:val="native"/>'
            '<w:dataSource r:id="rId2"/></w:mailMerge>')  # fmt: skip


# ── What readers would see otherwise ─────────────────────────────────────────────────────────────────────────

_CORE = (
    "<w:dataBinding w:prefixMappings=\"xmlns:ns0='http://purl.org/dc/elements/1.1/' "
    "xmlns:ns1='http://schemas.openxmlformats.org/package/2006/metadata/core-properties' \" "
    'w:xpath="/ns1:coreProperties[1]/ns0:title[1]" w:storeItemID="{6C3C8BC8-F283-45AE-878A-BAB7291924A1}"/>'
)
_SALUTATION = '<w:p><w:pPr><w:pStyle w:val="Salutation"/></w:pPr>{}</w:p>'.format(whole("{{ salutation }}"))


def control(inner: str, properties: str) -> str:
    """A content control."""
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>"


def field_around(instruction: str, inner: str) -> str:
    """The runs of a field that shows other runs."""
    char = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    code = f'<w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
    return char.format("begin") + code + char.format("separate") + inner + char.format("end")


def text_box(newer: str, older: str) -> str:
    """A paragraph with a text box as Word writes it: once for itself, and once for older programs."""
    a, wps = (
        "http://schemas.openxmlformats.org/drawingml/2006/main",
        "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    )
    box = '<w:txbxContent><w:p><w:pPr><w:pStyle w:val="BodyText"/></w:pPr>{}</w:p></w:txbxContent>'
    shape = (
        '<w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="3600000" cy="720000"/>'
        f'<wp:docPr id="31" name="Text Box 31" descr="A box"/><a:graphic xmlns:a="{a}"><a:graphicData uri="{wps}">'
        f'<wps:wsp xmlns:wps="{wps}"><wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/>'
        '<a:ext cx="3600000" cy="720000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></wps:spPr>'
        f"<wps:txbx>{box.format(newer)}</wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:inline>"
        "</w:drawing>"
    )
    old = (
        '<w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml" id="_x0000_s1031" style="width:283pt;height:57pt">'
        f"<v:textbox>{box.format(older)}</v:textbox></v:shape></w:pict>"
    )
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    both = (
        f'<mc:AlternateContent {mc}><mc:Choice xmlns:wps="{wps}" Requires="wps">{shape}</mc:Choice>'
        f"<mc:Fallback>{old}</mc:Fallback></mc:AlternateContent>"
    )
    return f'<w:p><w:pPr><w:pStyle w:val="BodyText"/></w:pPr><w:r>{both}</w:r></w:p>'


@damage(
    "bound-control: body, paragraph @salutation '{{ salutation }}': a content control is bound to 'title' of the file's data, "
    "and Word shows that instead of '{{ salutation }}'",
    fixed=True,
)
def a_control_for_a_property(parts: Parts) -> None:
    """The tag was typed into the control for the document's title."""
    instead(parts, "{{ salutation }}", control(whole("{{ salutation }}"), f"{_CORE}<w:text/>"))


@damage(
    "bound-control: body, paragraph @salutation '{{ salutation }}': the content control 'Title' is bound to 'title' of the "
    "file's data, and Word shows that instead of '{{ salutation }}'",
    fixed=True,
)
def a_control_around_a_paragraph(parts: Parts) -> None:
    """The control is around the whole paragraph."""
    edit(parts, BODY, _SALUTATION, control(_SALUTATION, f'<w:alias w:val="Title"/>{_CORE}'))


@damage(
    "bound-control: body, paragraph 25 '{{ date_line }}': a content control is bound to 'title' of the file's data, "
    "and Word shows that instead of '{{ date_line }}'",
    fixed=True,
)
def a_control_around_a_cell(parts: Parts) -> None:
    """The control is around a cell of a table, which is around the tag."""
    cell = '<w:tc><w:tcPr><w:tcW w:w="9638" w:type="dxa"/></w:tcPr>{}</w:tc>'
    inner = f'<w:p><w:pPr><w:pStyle w:val="DateLine"/></w:pPr>{whole("{{ date_line }}")}</w:p>'
    assert inner in parts[BODY]
    table = (
        '<w:tbl><w:tblPr><w:tblW w:w="9638" w:type="dxa"/></w:tblPr><w:tblGrid><w:gridCol w:w="9638"/></w:tblGrid>'
        f"<w:tr>{control(cell.format(inner), _CORE)}</w:tr></w:tbl>"
    )
    edit(parts, BODY, inner, table)


@damage(
    "bound-control: body, paragraph @salutation '{{ salutation }}': a content control is bound to 'CompanyName' of the file's "
    "data, and Word shows that instead of '{{ salutation }}'",
    fixed=True,
)
def a_control_for_custom_data(parts: Parts) -> None:
    """A system for documents fills the control in."""
    data = '<w:dataBinding w:xpath="/root[1]/CompanyName[1]" w:storeItemID="{0F0F0F0F-F283-45AE-878A-BAB7291924A1}"/>'
    instead(parts, "{{ salutation }}", control(whole("{{ salutation }}"), data))


@damage(
    "bound-control: body, paragraph @salutation '{{ salutation }}': a content control has '{{ salutation }}' as its "
    "placeholder, which vanishes when somebody types there",
    fixed=True,
)
def a_tag_as_a_placeholder(parts: Parts) -> None:
    """The tag is the text that asks to be clicked."""
    instead(parts, "{{ salutation }}", control(whole("{{ salutation }}"), "<w:showingPlcHdr/><w:text/>"))


@damage(
    "bound-control: body, paragraph @salutation '{{ salutation }}Click or…': a content control shows its placeholder "
    "'Click or tap here to enter text.', and so would every letter",
    adds=("Click or tap here to enter text.",),
)
def a_placeholder_that_nobody_replaced(parts: Parts) -> None:
    """The words that ask to be clicked are printed."""
    empty = control(whole("Click or tap here to enter text."), "<w:showingPlcHdr/><w:text/>")
    instead(parts, "{{ salutation }}", whole("{{ salutation }}") + empty)


@damage(
    "computed-field: body, paragraph @salutation '{{ salutation }}': programs choose the words of the field FORMDROPDOWN "
    "themselves: 'FORMDROPDOWN'",
)
def a_list_of_choices_of_an_old_form(parts: Parts) -> None:
    """Programs show its first choice, of which the template's words have nothing."""
    choices = '<w:ffData><w:ddList><w:listEntry w:val="Sir"/><w:listEntry w:val="Madam"/></w:ddList></w:ffData>'
    field = field_around("FORMDROPDOWN", "").replace('"begin"/>', f'"begin">{choices}</w:fldChar>')
    instead(parts, "{{ salutation }}", whole("{{ salutation }}") + field)


@damage(
    "computed-field: body, paragraph 24 'Circular 1': the field STYLEREF repeats other words, but some programs show "
    "'Circular 1': 'STYLEREF \"Subject\"'",
)
def a_field_that_repeats_a_style(parts: Parts) -> None:
    """Word shows the subject there, and LibreOffice 7.4 what the template last showed."""
    below(parts, _field(' STYLEREF "Subject" ', "Circular 1"))


@damage(
    "computed-field: body, paragraph @salutation '{{ salutation }}': programs show their own words for the field TITLE "
    "instead of '{{ salutation }}': 'TITLE \\* MERGEFORMAT'",
    fixed=True,
)
def a_tag_in_a_field(parts: Parts) -> None:
    """The tag was typed into a field that shows the file's title."""
    instead(parts, "{{ salutation }}", field_around("TITLE \\* MERGEFORMAT", whole("{{ salutation }}")))


@damage(
    "computed-field: body, paragraph @salutation '{{ salutation }}': programs show their own words for the field MERGEFIELD "
    "instead of '{{ salutation }}': 'MERGEFIELD Salutation'",
    fixed=True,
)
def a_tag_in_a_simple_field(parts: Parts) -> None:
    """The tag was typed over «Salutation»."""
    simple = f'<w:fldSimple w:instr=" MERGEFIELD Salutation ">{whole("{{ salutation }}")}</w:fldSimple>'
    instead(parts, "{{ salutation }}", simple)


@damage(
    "computed-field: body, paragraph @salutation '{{ salutation }}': programs show their own words for the field REF instead "
    "of '{{ salutation }}': 'REF Place'",
    "computed-field: body, paragraph @salutation '{{ salutation }}': programs show their own words for the field QUOTE instead "
    "of '{{ salutation }}': 'QUOTE'",
    fixed=True,
)
def a_tag_in_two_fields(parts: Parts) -> None:
    """One field shows another one."""
    inner = field_around("REF Place", whole("{{ salutation }}"))
    instead(parts, "{{ salutation }}", field_around("QUOTE", inner))


@damage(
    "computed-field: body, paragraph 24 '«Name»': the field MERGEFIELD belongs to Word's own mail merge, which does "
    "not fill in letters: 'MERGEFIELD Name'",
)
def a_field_of_a_mail_merge(parts: Parts) -> None:
    """The template was the main document of one of Word's mail merges."""
    below(parts, _field(" MERGEFIELD Name ", "«Name»"))


@damage(
    "computed-field: body, paragraph 24 'Madam': programs choose the words of the field IF themselves: "
    '\'IF 1 = 1 "Madam" "Sir"\'',
)
def a_field_that_chooses(parts: Parts) -> None:
    """Word chooses the words when it opens a letter."""
    below(parts, _field(' IF 1 = 1 "Madam" "Sir" ', "Madam"))


@damage(
    "computed-field: body, paragraph 24 '14 March 2025': the field DATE shows today's date whenever a letter is opened: "
    "'DATE \\@ \"d MMMM yyyy\"'",
)
def a_field_with_the_date(parts: Parts) -> None:
    """Each reader sees another date."""
    below(parts, _field(' DATE \\@ "d MMMM yyyy" ', "14 March 2025"))


@damage(
    "computed-field: body, paragraph 24 'letter.docx': the field FILENAME shows a property of the letter's file, and "
    "programs show different ones: 'FILENAME'",
)
def a_field_with_the_file_s_name(parts: Parts) -> None:
    """Letters would show the template's name."""
    below(parts, _field(" FILENAME ", "letter.docx"))


@damage(
    "computed-field: body, paragraph 24 'Circular 1': the field REF repeats '{{ salutation }}', but Word shows "
    "'Circular 1' until it is updated",
)
def a_field_that_repeats_a_tag(parts: Parts) -> None:
    """The field refers to a bookmark around a tag."""
    below(parts, _field(" REF Greeting \\h ", "Circular 1"))
    mark = '<w:bookmarkStart w:id="7" w:name="Greeting"/>{}<w:bookmarkEnd w:id="7"/>'
    instead(parts, "{{ salutation }}", mark.format(whole("{{ salutation }}")))


@damage(
    "computed-field: body, paragraph 24 'page 4': the field PAGEREF refers to the bookmark '_Ref9', which is not in "
    "the template",
)
def a_field_that_refers_to_nothing(parts: Parts) -> None:
    """Its place was deleted."""
    below(parts, _field(" PAGEREF _Ref9 ", "page 4"))


@damage(
    "two-text-boxes: body, paragraph 24: a text box has other words for older programs: 'Old words' instead of "
    "'New words'",
    fixed=True,
    adds=("New words",),
)
def a_text_box_with_two_texts(parts: Parts) -> None:
    """A tool changed only one of the two texts of a text box."""
    below(parts, text_box(run("New words"), run("Old words")))


@damage(
    "two-text-boxes: body, paragraph 24: a text box has other words for older programs: '{{ title }}' instead of "
    "'Old words'",
    fixed=True,
    adds=("Old words",),
)
def a_tag_for_older_programs_only(parts: Parts) -> None:
    """The tag is in the text that no newer program shows."""
    below(parts, text_box(run("Old words"), run("{{ title }}")))


@damage(
    "lost-header: footer 1: the footer with '{%p if footer %}' is on no page: 'Different First Page' is off",
    fixed=True,
)
def a_first_page_that_is_no_longer_different(parts: Parts) -> None:
    """The footer of the first page is on no page."""
    edit(parts, BODY, "<w:titlePg/>", "")


@damage(
    "lost-header: header 1: the header is on odd pages only: 'Different Odd & Even Pages' is on, and even pages have "
    "no header",
    fixed=True,
)
def odd_pages_that_are_different(parts: Parts) -> None:
    """The header of even pages was never made."""
    edit(parts, SETTINGS, "<w:characterSpacingControl", "<w:evenAndOddHeaders/><w:characterSpacingControl")


@damage(
    "lost-header: header 9: the header lacks '{%p for line in running_header %}', which the header of every second page "
    "has: 'Different Odd & Even Pages' is on",
)
def a_header_of_even_pages_without_the_tags(parts: Parts) -> None:
    """The header of even pages has only a fixed word."""
    setting(parts, "<w:evenAndOddHeaders/>")
    parts["word/header9.xml"] = f'<w:hdr xmlns:w="{_MAIN}"><w:p><w:r><w:t>Confidential</w:t></w:r></w:p></w:hdr>'
    relate(parts, "rId87", "header", "header9.xml")
    type = _KIND.format("header")
    edit(parts, TYPES, "</Types>", f'<Override PartName="/word/header9.xml" ContentType="{type}"/></Types>')
    first = '<w:headerReference w:type="default" r:id="rId5"/>'
    edit(parts, BODY, first, f'{first}<w:headerReference w:type="even" r:id="rId87"/>')


@damage(
    "lost-header: header 1: the header with '{%p for line in running_header %}' is on no page: no section uses it",
)
def a_header_that_no_section_uses(parts: Parts) -> None:
    """The section's reference was deleted."""
    edit(parts, BODY, '<w:headerReference w:type="default" r:id="rId5"/>', "")


@damage(
    "lost-header: header 1: the header with '{%p for line in running_header %}' is on no page: 'Different Odd & Even "
    "Pages' is off",
)
def a_header_for_even_pages(parts: Parts) -> None:
    """The header is for even pages, which are not different."""
    edit(parts, BODY, '<w:headerReference w:type="default"', '<w:headerReference w:type="even"')


@damage(
    "unfilled-tag: body, paragraph 24 'the page': the address of a link has the tag '{{ reference }}', which is not "
    "filled in there",
)
def a_tag_in_an_address(parts: Parts) -> None:
    """The tag was typed into Word's window for links, which writes its braces otherwise."""
    target = "https://www.example.int/%7B%7B%20reference%20%7D%7D"
    relate(parts, "rId85", "hyperlink", target, outside=True)
    link = f'<w:hyperlink r:id="rId85">{run("the page")}</w:hyperlink>'
    below(parts, f'<w:p><w:pPr><w:pStyle w:val="BodyText"/></w:pPr>{link}</w:p>')


@damage(
    "unfilled-tag: the tag '{{ title }}' is in 'word/charts/chart1.xml', a chart or a diagram, where it is not filled "
    "in",
)
def a_tag_in_a_chart(parts: Parts) -> None:
    """The chart's title is a tag."""
    c, a = (f"http://schemas.openxmlformats.org/drawingml/2006/{name}" for name in ("chart", "main"))
    text = "<a:p><a:r><a:t>{{ ti</a:t></a:r><a:r><a:t>tle }}</a:t></a:r></a:p>"
    parts["word/charts/chart1.xml"] = (
        f'<c:chartSpace xmlns:c="{c}" xmlns:a="{a}"><c:chart><c:title><c:tx><c:rich><a:bodyPr/>{text}</c:rich></c:tx>'
        "</c:title><c:plotArea><c:layout/></c:plotArea></c:chart></c:chartSpace>"
    )
    relate(parts, "rId86", "chart", "charts/chart1.xml")
    kind = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
    edit(parts, TYPES, "</Types>", f'<Override PartName="/word/charts/chart1.xml" ContentType="{kind}"/></Types>')
    drawing = (
        '<w:drawing><wp:inline><wp:extent cx="3600000" cy="1800000"/><wp:docPr id="32" name="Chart" descr="A chart"/>'
        f'<a:graphic xmlns:a="{a}"><a:graphicData uri="{c}"><c:chart xmlns:c="{c}" r:id="rId86"/></a:graphicData>'
        "</a:graphic></wp:inline></w:drawing>"
    )
    below(parts, f'<w:p><w:pPr><w:pStyle w:val="BodyText"/></w:pPr><w:r>{drawing}</w:r></w:p>')


# ── Words without room, covered, or beside the page ──────────────────────────────────────────────────────────


def _date(parts: Parts, properties: str, look: str = "") -> None:
    """Gives the paragraph with the date, and its run, other formatting."""
    style = '<w:pStyle w:val="DateLine"/>'
    old = f"<w:p><w:pPr>{style}</w:pPr>{whole('{{ date_line }}')}</w:p>"
    edit(parts, BODY, old, f"<w:p><w:pPr>{style}{properties}</w:pPr>{run('{{ date_line }}', look)}</w:p>")


def _row(parts: Parts, height: str) -> None:
    """Gives the first row of the table with the reference another height."""
    start = parts[BODY].index("{{ first.label }}")
    cut = parts[BODY].rindex("<w:trPr>", 0, start)
    parts[BODY] = parts[BODY][:cut] + parts[BODY][cut:].replace("<w:cantSplit/>", f"<w:cantSplit/>{height}", 1)


def anchored(place: tuple[int, int], size: tuple[int, int], words: str = "", fill: str = "") -> str:
    """A run with a box in front of the text; its distance from the page's left and top edges and its size are in mm."""
    a, wps = (
        "http://schemas.openxmlformats.org/drawingml/2006/main",
        "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    )
    x, y, width, height = (36_000 * length for length in (*place, *size))
    box = f"<wps:txbx><w:txbxContent><w:p>{words}</w:p></w:txbxContent></wps:txbx>" if words else ""
    return (
        '<w:r><w:drawing><wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="1" '
        'behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="page"><wp:posOffset>{x}</wp:posOffset></wp:positionH>'
        f'<wp:positionV relativeFrom="page"><wp:posOffset>{y}</wp:posOffset></wp:positionV>'
        f'<wp:extent cx="{width}" cy="{height}"/><wp:wrapNone/><wp:docPr id="77" name="Box" descr="A box"/>'
        f'<wp:cNvGraphicFramePr/><a:graphic xmlns:a="{a}"><a:graphicData uri="{wps}"><wps:wsp xmlns:wps="{wps}">'
        f'<wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{fill}</wps:spPr>{box}<wps:bodyPr/></wps:wsp>'
        "</a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>"
    )


WHITE: Final = '<a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>'


@damage(
    "cut-off-words: body, paragraph @first-label: '{{ first.label }}' is in a table row of exactly 0.05 pt, lower than a line of "
    "its words",
)
def a_row_of_no_height(parts: Parts) -> None:
    """The row has been closed."""
    _row(parts, '<w:trHeight w:val="1" w:hRule="exact"/>')


@damage(
    "cut-off-words: body, paragraph @first-label: '{{ first.label }}' is in a table row of exactly 10 pt, lower than a line of "
    "its words",
)
def a_row_that_is_lower_than_its_lines(parts: Parts) -> None:
    """The row has an exact height for smaller letters."""
    _row(parts, '<w:trHeight w:val="200" w:hRule="exact"/>')


@damage(
    "cut-off-words: body, paragraph 25: '{{ date_line }}' begins 333 mm left of the page",
)
def an_indent_beyond_the_left_edge(parts: Parts) -> None:
    """A digit too many in a negative indent."""
    _date(parts, '<w:ind w:left="-20000"/>')


@damage(
    "cut-off-words: body, paragraph 25: '{{ date_line }}' has indents of 159 mm and 5 mm, which leave no room for words",
)
def indents_that_meet(parts: Parts) -> None:
    """Both indents together are as wide as the text."""
    _date(parts, '<w:ind w:left="9000" w:right="283"/>')


@damage(
    "cut-off-words: body, paragraph 25: '{{ date_line }}' has lines that end beyond the right edge of the page",
)
def an_indent_beyond_the_right_edge(parts: Parts) -> None:
    """The lines do not end on the page."""
    _date(parts, '<w:ind w:right="-20000"/>')


@damage(
    "cut-off-words: body, paragraph 25: '{{ date_line }}' is in a frame beside the page",
)
def a_frame_beside_the_page(parts: Parts) -> None:
    """The frame was for larger paper."""
    frame = (
        'w:w="2000" w:hRule="exact" w:h="300" w:wrap="around" w:vAnchor="page" w:hAnchor="page" w:x="20000" w:y="20000"'
    )
    _date(parts, f"<w:framePr {frame}/>")


@damage(
    "cut-off-words: body, paragraph 25: '{{ date_line }}' is in a frame of exactly 5 pt, lower than its letters",
)
def a_frame_that_is_too_low(parts: Parts) -> None:
    """The frame is lower than a line."""
    frame = (
        'w:w="3000" w:hRule="exact" w:h="100" w:wrap="around" w:vAnchor="page" w:hAnchor="page" w:x="2000" w:y="2000"'
    )
    _date(parts, f"<w:framePr {frame}/>")


@damage(
    "cut-off-words: body, paragraph 26: '{{ date_line }}' is in a text box beside the page",
)
def a_text_box_beside_the_page(parts: Parts) -> None:
    """The text box was drawn on landscape paper."""
    instead(parts, "{{ date_line }}", anchored((250, 83), (33, 8), whole("{{ date_line }}")))


@damage(
    "cut-off-words: body, paragraph 26: '{{ date_line }}' is in a text box 8 mm wide and 2 mm high, smaller than a "
    "line of its words",
)
def a_text_box_that_is_too_small(parts: Parts) -> None:
    """The text box does not grow with its words."""
    instead(parts, "{{ date_line }}", anchored((55, 28), (8, 2), whole("{{ date_line }}")))


@damage(
    "cut-off-words: body, paragraph 25: '{{ date_line }}' is on a page with an opaque picture or shape in front of its "
    "text, 55 mm high",
)
def a_white_box_in_front_of_the_text(parts: Parts) -> None:
    """An old text was covered with a white box."""
    box = anchored((20, 144), (170, 55), fill=WHITE)
    instead(parts, "{{ date_line }}", whole("{{ date_line }}") + box)


@damage(
    "cut-off-words: body, paragraph 25: '{{ date_line }}' is on a page with an opaque picture or shape in front of its "
    "text, 83 mm high",
)
def a_picture_in_front_of_the_text(parts: Parts) -> None:
    """A seal without transparency lies over the letter."""
    relate(parts, "rId91", "image", "media/seal.png")
    header = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\b\x02\0\0\0"  # RGB
    parts["word/media/seal.png"] = (
        header + "\x90wS\xde\0\0\0\fIDATx\xdac```\0\0\0\x04\0\x01\xf6\x178U\0\0\0\0IEND\xaeB`\x82"
    )
    edit(parts, TYPES, "</Types>", '<Default Extension="png" ContentType="image/png"/></Types>')
    box, seal = anchored((20, 140), (170, 83)), picture(79, blip='r:embed="rId91"')
    graphic = re.search("<a:graphic .*</a:graphic>", seal)
    assert graphic is not None
    instead(
        parts,
        "{{ date_line }}",
        whole("{{ date_line }}") + re.sub("<a:graphic .*</a:graphic>", graphic[0], box),
    )


def old_box(place: str, size: str, words: str, look: str = "") -> str:
    """A run with a text box as Word before 2010 writes it, and as many programs still do."""
    spaces = 'xmlns:v="urn:schemas-microsoft-com:vml"'
    style = f"position:absolute;{place};{size};z-index:1;mso-position-horizontal-relative:page{look}"
    box = f"<v:textbox><w:txbxContent><w:p>{words}</w:p></w:txbxContent></v:textbox>" if words else ""
    fill = 'fillcolor="white" stroked="f"'
    return f'<w:r><w:pict><v:rect {spaces} id="_x0000_s1077" alt="A box" style="{style}" {fill}>{box}</v:rect></w:pict></w:r>'


@damage(
    "cut-off-words: body, paragraph 26: '{{ date_line }}' is in a text box beside the page",
)
def an_old_text_box_beside_the_page(parts: Parts) -> None:
    """The text box was drawn on landscape paper, with an old version of Word."""
    box = old_box("margin-left:650pt;margin-top:20pt", "width:100pt;height:30pt", whole("{{ date_line }}"))
    instead(parts, "{{ date_line }}", box)


@damage(
    "cut-off-words: body, paragraph 26: '{{ date_line }}' is in a text box 7 mm wide and 2 mm high, smaller than a "
    "line of its words",
)
def an_old_text_box_that_is_too_small(parts: Parts) -> None:
    """The text box does not grow with its words."""
    box = old_box("margin-left:60pt;margin-top:20pt", "width:20pt;height:6pt", whole("{{ date_line }}"))
    instead(parts, "{{ date_line }}", box)


@damage(
    "cut-off-words: body, paragraph 26: '{{ date_line }}' is in a hidden text box",
)
def an_old_text_box_that_is_hidden(parts: Parts) -> None:
    """The eye in Word's selection pane was closed."""
    size = "width:200pt;height:30pt"
    box = old_box("margin-left:60pt;margin-top:20pt", size, whole("{{ date_line }}"), ";visibility:hidden")
    instead(parts, "{{ date_line }}", box)


@damage(
    "cut-off-words: body, paragraph 25: '{{ date_line }}' is on a page with an opaque picture or shape in front of its "
    "text, 53 mm high",
)
def an_old_white_box_in_front_of_the_text(parts: Parts) -> None:
    """An old text was covered with a white box, with an old version of Word."""
    place = "margin-left:56pt;margin-top:410pt"
    box = old_box(place, "width:482pt;height:150pt", "", ";mso-position-vertical-relative:page")
    instead(parts, "{{ date_line }}", whole("{{ date_line }}") + box)


@damage(
    "cut-off-words: body, paragraph 25: '{{ date_line }}' is in a table beside the page",
)
def a_floating_table_beside_the_page(parts: Parts) -> None:
    """A table with text around it was moved off the page."""
    line = f'<w:p><w:pPr><w:pStyle w:val="DateLine"/></w:pPr>{whole("{{ date_line }}")}</w:p>'
    place = '<w:tblpPr w:vertAnchor="page" w:horzAnchor="page" w:tblpX="14000" w:tblpY="100"/>'
    cell = f'<w:tr><w:tc><w:tcPr><w:tcW w:w="4000" w:type="dxa"/></w:tcPr>{line}</w:tc></w:tr>'
    table = f'<w:tbl><w:tblPr>{place}<w:tblW w:w="4000" w:type="dxa"/></w:tblPr><w:tblGrid><w:gridCol w:w="4000"/></w:tblGrid>'
    edit(parts, BODY, line, f"{table}{cell}</w:tbl>")


@damage(
    "cut-off-words: body, paragraph @list-label: '{{ list.label }}' is in a table column beside the page",
)
def a_table_beside_the_page(parts: Parts) -> None:
    """The table with the reference was moved to the right."""
    start = parts[BODY].index("{{ first.label }}")
    cut = parts[BODY].rindex("<w:tblLayout", 0, start)
    parts[BODY] = parts[BODY][:cut] + '<w:tblInd w:w="8000" w:type="dxa"/>' + parts[BODY][cut:]


@damage(
    "cut-off-words: body, paragraph @first-label: '{{ first.label }}' is in a table column 2.5 pt wide, narrower than its letters",
)
def a_column_that_was_closed(parts: Parts) -> None:
    """The first column of the table with the reference has been pushed together."""
    start = parts[BODY].index("{{ first.label }}")
    cut = parts[BODY].rindex("<w:tbl>", 0, start)
    end = parts[BODY].index("</w:tbl>", start)
    table = parts[BODY][cut:end].replace('w:w="1247"', 'w:w="50"')
    parts[BODY] = parts[BODY][:cut] + table + parts[BODY][end:]


@damage(
    "cut-off-words: the style 'Numbered paragraph' has lines of exactly 3 pt for letters of 11 pt, so its words are "
    "cut off",
)
def a_style_with_low_lines(parts: Parts) -> None:
    """The text of letters has an exact line spacing that is lower than its letters."""
    style = _style(parts, "NumberedParagraph")
    low = '<w:spacing w:before="120" w:line="60" w:lineRule="exact"/>'
    edit(parts, STYLES, style, style.replace('<w:spacing w:before="120"/>', low))


@damage(
    "cut-off-words: the style 'Body Text' begins 333 mm left of the page",
    "cut-off-words: body, paragraph @reference: '{{r entry.text }}' begins 333 mm left of the page",
)
def a_style_beside_the_page(parts: Parts) -> None:
    """The text of letters has a negative indent with a digit too many."""
    style = _style(parts, "BodyText")
    assert "<w:ind " not in style
    indented = style.replace("</w:pPr>", '<w:ind w:left="-20000"/></w:pPr>', 1)
    edit(parts, STYLES, style, indented)


@damage(
    "cut-off-words: body, paragraph @closing: '{{ closing }}' has lines of exactly 3 pt for letters of 11 pt, so its words "
    "are cut off",
    "cut-off-words: body, paragraph @closing-alone: '{{ closing }}' has lines of exactly 3 pt for letters of 11 pt, so its words "
    "are cut off",
)
def a_style_of_a_tag_with_low_lines(parts: Parts) -> None:
    """The low lines come from the style of the tag's paragraphs."""
    style = _style(parts, "Closing")
    low = '<w:pPr><w:spacing w:line="60" w:lineRule="exact"/>'
    edit(parts, STYLES, style, style.replace("<w:pPr>", low, 1))


@damage(
    "cut-off-words: body, paragraph 25: '{{ date_line }}' has letters of 1 % of their width, so nobody can read its "
    "words",
)
def letters_of_no_width(parts: Parts) -> None:
    """A scale of 1 % was meant to be 100 %."""
    _date(parts, "", '<w:w w:val="1"/>')


@damage(
    "cut-off-words: body, paragraph 25: '{{ date_line }}' has letters that are 20 pt closer together, and so on each "
    "other",
)
def letters_on_each_other(parts: Parts) -> None:
    """Far too condensed."""
    _date(parts, "", '<w:spacing w:val="-400"/>')


@damage(
    "cut-off-words: body, paragraph 2: '{{r letterhead.mark }}' is in a section whose margins leave 13 × 13 mm for "
    "words",
    "page-size: the page size is 53 × 53 mm; the stylesheet's is A4 (210 × 297 mm)",
)
def a_section_for_tiny_paper(parts: Parts) -> None:
    """The last section break belongs to a label."""
    page = '<w:pgSz w:w="3000" w:h="3000"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="454" w:footer="334" w:gutter="0"/>'
    tag = paragraph("{%p if layout == 'columns' %}")
    edit(parts, BODY, tag, f'<w:p><w:pPr><w:sectPr><w:type w:val="continuous"/>{page}</w:sectPr></w:pPr></w:p>{tag}')


# ── What was left behind ─────────────────────────────────────────────────────────────────────────────────────

_BY = 'w:id="901" w:author="Max Mustermann" w:date="2025-03-14T09:00:00Z"'


@damage(
    "tracked-change: body, paragraph @salutation 'Hello {{ salutation }}': 'Dear' is marked as deleted",
    "tracked-change: body, paragraph @salutation 'Hello {{ salutation }}': 'Hello' is marked as inserted",
)
def tracked_words(parts: Parts) -> None:
    """One word was replaced by another."""
    deleted = f'<w:del {_BY}><w:r><w:delText xml:space="preserve">Dear</w:delText></w:r></w:del>'
    instead(parts, "{{ salutation }}", f"{deleted}<w:ins {_BY}>{run('Hello ')}</w:ins>{whole('{{ salutation }}')}")


@damage(
    "tracked-look: 1 formatting change is tracked",
    "tracked-look: change tracking is on, and would be in every letter",
    fixed=True,
)
def tracked_looks(parts: Parts) -> None:
    """A paragraph was made bold while changes were tracked."""
    setting(parts, "<w:trackRevisions/>")
    look = f"<w:b/><w:rPrChange {_BY}><w:rPr/></w:rPrChange>"
    instead(
        parts, "{{ closing }}", f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{{{{ closing }}}}</w:t></w:r>'
    )


@damage(
    "personal-information: there are traces of people and computers: variable 'owner'; ids of revisions; "
    "no letter gets any",
    fixed=True,
)
def variables_of_the_keeper(parts: Parts) -> None:
    """An add-in has noted who keeps the template."""
    traces = '<w:docVars><w:docVar w:name="owner" w:val="Max Mustermann"/></w:docVars>'
    ids = '<w:rsids><w:rsidRoot w:val="00A77B3E"/></w:rsids>'
    parts[SETTINGS] = parts[SETTINGS].replace("<w:themeFontLang", f"{traces}{ids}<w:themeFontLang")


@damage(
    "comments: the template has 1 comment; no letter gets any",
    fixed=True,
)
def comments(parts: Parts) -> None:
    """A question that was never answered."""
    main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    relate(parts, "rId80", "comments", "comments.xml")
    relate(parts, "rId81", "http://schemas.microsoft.com/office/2011/relationships/people", "people.xml")
    parts["word/comments.xml"] = (
        f'<w:comments xmlns:w="{main}"><w:comment {_BY}><w:p>{run("Is this right?")}</w:p></w:comment></w:comments>'
    )
    parts["word/people.xml"] = '<w15:people xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"/>'
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    edit(
        parts, TYPES, "</Types>", f'<Override PartName="/word/comments.xml" ContentType="{kind}.comments+xml"/></Types>'
    )
    mark = '<w:r><w:rPr><w:rStyle w:val="Hyperlink"/></w:rPr><w:commentReference w:id="901"/></w:r>'
    instead(
        parts,
        "{{ closing }}",
        f'<w:commentRangeStart w:id="901"/>{whole("{{ closing }}")}<w:commentRangeEnd w:id="901"/>{mark}',
    )


@damage(
    "protection: the template is protected against editing, and every letter would be",
    fixed=True,
)
def protection(parts: Parts) -> None:
    """Only forms may be filled in."""
    setting(parts, '<w:documentProtection w:edit="forms" w:enforcement="1"/>')


@damage(
    "compatibility-mode: Word opens the letters in compatibility mode (14, not 15)",
    fixed=True,
)
def compatibility_mode(parts: Parts) -> None:
    """Saved by Word 2010."""
    edit(parts, SETTINGS, 'office/word" w:val="15"', 'office/word" w:val="14"')


@damage(
    "compatibility-mode: Word opens the letters in compatibility mode (no mode is given, not 15)",
    fixed=True,
)
def no_mode_at_all(parts: Parts) -> None:
    """Saved by Word 2007."""
    parts[SETTINGS] = re.sub("<w:compat>.*</w:compat>", "", parts[SETTINGS])


@damage(
    "hidden-text: body, paragraph 24: 'Ask Ana first' is hidden text",
)
def hidden_words(parts: Parts) -> None:
    """A note in hidden text."""
    below(parts, f'<w:p><w:pPr><w:pStyle w:val="BodyText"/></w:pPr>{run("Ask Ana first", "<w:vanish/>")}</w:p>')


@damage(
    "hidden-text: body, paragraph 24: 'Ask Ana first' is hidden text",
)
def words_hidden_on_the_web(parts: Parts) -> None:
    """Word hides them on the web only, LibreOffice everywhere."""
    below(parts, f'<w:p><w:pPr><w:pStyle w:val="BodyText"/></w:pPr>{run("Ask Ana first", "<w:webHidden/>")}</w:p>')


@damage(
    "hidden-text: body, paragraph @closing: '{{ closing }}' is hidden text",
    "hidden-text: body, paragraph @closing-alone: '{{ closing }}' is hidden text",
)
def a_hidden_tag(parts: Parts) -> None:
    """The style of the tag's paragraphs is hidden."""
    style = _style(parts, "Closing")
    edit(parts, STYLES, style, style.replace("</w:style>", "<w:rPr><w:vanish/></w:rPr></w:style>"))


@damage(
    "hidden-text: body, paragraph @closing: '{{ closing }}' has the colour of what is behind it (#FFFFFF on #FFFFFF), so nobody sees its words",
)
def a_white_tag(parts: Parts) -> None:
    """White words on white paper."""
    instead(parts, "{{ closing }}", run("{{ closing }}", '<w:color w:val="FFFFFF"/>'))


@damage(
    "hidden-text: body, paragraph @closing: '{{ closing }}' has the colour of what is behind it (#000080 on #1F3864), so nobody sees its words",
    "hidden-text: body, paragraph @closing: '{{ closing }}' is 1 point high, so nobody can read its words",
    "hidden-text: body, paragraph @closing-alone: '{{ closing }}' is 1 point high, so nobody can read its words",
)
def a_tiny_dark_tag_on_a_dark_ground(parts: Parts) -> None:
    """The style has letters of one point; one paragraph is dark blue."""
    style = _style(parts, "Closing")
    edit(parts, STYLES, style, style.replace("</w:style>", '<w:rPr><w:sz w:val="2"/></w:rPr></w:style>'))
    look = '<w:color w:val="000080"/><w:shd w:val="clear" w:color="auto" w:fill="1F3864"/>'
    instead(parts, "{{ closing }}", run("{{ closing }}", look))


@damage(
    "duplicate-id: the picture id 7 occurs twice",
    fixed=True,
)
def pictures_with_one_id(parts: Parts) -> None:
    """One picture was copied."""
    with_picture(parts, picture(7), picture(7))


@damage(
    "duplicate-id: the picture id 1001 is reserved for the letters",
    fixed=True,
)
def a_picture_with_a_letter_s_id(parts: Parts) -> None:
    """Letters count their own pictures from 1001."""
    with_picture(parts, picture(1001))


@damage(
    "duplicate-id: the bookmark id 3 occurs twice",
    fixed=True,
)
def bookmarks_with_one_id(parts: Parts) -> None:
    """Two files were combined."""
    mark = '<w:bookmarkStart w:id="3" w:name="{}"/><w:bookmarkEnd w:id="3"/>'
    below(parts, f'<w:p><w:pPr><w:pStyle w:val="BodyText"/></w:pPr>{mark.format("One")}{mark.format("Two")}</w:p>')


@damage(
    "no-alternate-text: body, paragraph 24: the picture 'Picture 1' has no alternate text",
)
def a_picture_without_words(parts: Parts) -> None:
    """The picture has no alternate text."""
    with_picture(parts, picture(1, description=""))


# ── Tags outside the text ────────────────────────────────────────────────────────────────────────────────────


@damage(
    "unfilled-tag: body, paragraph 24 'Hello': the name of a bookmark has the tag '{% if reference %}', and such names are not filled in",
)
def a_tag_in_the_name_of_a_bookmark(parts: Parts) -> None:
    """Another program allows braces in names."""
    mark = '<w:bookmarkStart w:id="5" w:name="{% if reference %}"/>' + run("Hello") + '<w:bookmarkEnd w:id="5"/>'
    below(parts, f'<w:p><w:pPr><w:pStyle w:val="BodyText"/></w:pPr>{mark}</w:p>')


@damage(
    "unknown-name: body, paragraph 24: '{{ titel }}' is in a description or a name, not in the text: letters have no field 'titel'",
    "wrong-tag: body, paragraph 24: '{%p if title %}' is in a description or a name, not in the text, where only values are filled in",
    "unclosed-tag: body, paragraph 24: '{{ title' has no end, and is in a description or a name, not in the text",
    "wrong-tag: body, paragraph 24: '{{ title title }}' is in a description or a name, not in the text: Jinja does not understand it: expected token 'end of print statement', got 'title'",
)
def wrong_tags_in_descriptions(parts: Parts) -> None:
    """Only right values are filled in there."""
    texts = ("{{ titel }}", "{%p if title %}", "{{ title", "{{ title title }}")
    with_picture(parts, *(picture(nth, f'descr="{text}"') for nth, text in enumerate(texts, start=7)))


@damage(
    "comments: the template has 1 comment; no letter gets any",
    fixed=True,
)
def a_comment_about_tags(parts: Parts) -> None:
    """Tags in comments are neither read nor missing."""
    words = f"<w:p>{run('Use {{ closing }}, not {{ ending')}</w:p>"
    parts["word/comments.xml"] = (
        f'<w:comments xmlns:w="{_MAIN}"><w:comment w:id="0" w:author="A. Sample">{words}</w:comment></w:comments>'
    )
    relate(parts, "rId92", "comments", "comments.xml")
    edit(
        parts,
        TYPES,
        "</Types>",
        f'<Override PartName="/word/comments.xml" ContentType="{_KIND.format("comments")}"/></Types>',
    )
    reference = '<w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>'
    instead(parts, "{{ closing }}", '<w:commentRangeStart w:id="0"/>' + whole("{{ closing }}") + reference)


@damage(
    "split-tag: body, paragraph @closing: '{{ closing }}' is in 3 pieces",
    "mistyped-tag: body, paragraph @closing: '{{ closing }}' is typed with a sign of a symbol font",
    fixed=True,
)
def a_sign_in_a_tag(parts: Parts) -> None:
    """AutoCorrect made an arrow, which is no text but a place in a font."""
    sign = '<w:r><w:sym w:font="Wingdings" w:char="F0E0"/></w:r>'
    instead(parts, "{{ closing }}", run("{{ clo") + sign + run("sing }}"))


@damage(
    "unfilled-tag: the tag '{{ reference }}' is in 'word/diagrams/data1.xml', a chart or a diagram, where it is not filled in",
)
def a_tag_in_a_diagram(parts: Parts) -> None:
    """SmartArt keeps its words in a part of its own."""
    dgm, a = (f"http://schemas.openxmlformats.org/drawingml/2006/{name}" for name in ("diagram", "main"))
    words = "<a:p><a:r><a:t>{{ refer</a:t></a:r><a:r><a:t>ence }}</a:t></a:r></a:p>"
    point = f'<dgm:pt modelId="1"><dgm:t><a:bodyPr/>{words}</dgm:t></dgm:pt>'
    parts["word/diagrams/data1.xml"] = (
        f'<dgm:dataModel xmlns:dgm="{dgm}" xmlns:a="{a}"><dgm:ptLst>{point}</dgm:ptLst></dgm:dataModel>'
    )
    relate(parts, "rId94", "diagramData", "diagrams/data1.xml")
    kind = "application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml"
    edit(parts, TYPES, "</Types>", f'<Override PartName="/word/diagrams/data1.xml" ContentType="{kind}"/></Types>')


@damage(
    "unknown-name: footnotes, paragraph 3 'See {{ referenc }}': '{{ referenc }}': letters have no field 'referenc'",
    "unknown-name: endnotes, paragraph 3 'See {{ salutaton }}': '{{ salutaton }}': letters have no field 'salutaton'",
)
def misspelt_names_in_notes(parts: Parts) -> None:
    """Footnotes and endnotes are checked as other text is."""
    with_notes(parts, "footnotes", "See {{ referenc }}")
    with_notes(parts, "endnotes", "See {{ salutaton }}")


@damage(
    "wrong-nesting: body, paragraph @end-of-others: '{%tr endfor %}' belongs to '{%tr for particular in others %}', but they are not in the same content control",
)
def a_control_around_the_row_of_a_loop(parts: Parts) -> None:
    """A content control has the beginning of a loop, and not its end."""
    control_rows(parts, "{%tr for particular in others %}", "{%tr for particular in others %}")


# ── Paper and fonts ──────────────────────────────────────────────────────────────────────────────────────────


@damage(
    "page-size: the page size is Letter (216 × 279 mm); the stylesheet's is A4 (210 × 297 mm)",
)
def american_paper(parts: Parts) -> None:
    """The printer's default was used."""
    parts[BODY] = re.sub(r"<w:pgSz [^>]*/>", '<w:pgSz w:w="12240" w:h="15840"/>', parts[BODY])


@damage(
    "unlisted-font: the template has the font 'Times New Roman', which pack.yaml does not list",
)
def another_font(parts: Parts) -> None:
    """A style was changed in one click."""
    edit(parts, STYLES, 'w:ascii="Carlito" w:hAnsi="Carlito"', 'w:ascii="Times New Roman" w:hAnsi="Times New Roman"')


@damage(
    "unlisted-font: the template has the font 'Aptos', which pack.yaml does not list",
)
def the_theme_s_font(parts: Parts) -> None:
    """The theme was changed, and the styles follow it."""
    edit(parts, STYLES, 'w:ascii="Carlito" w:hAnsi="Carlito"', 'w:asciiTheme="minorHAnsi" w:hAnsiTheme="minorHAnsi"')
    edit(
        parts,
        "word/theme/theme1.xml",
        '<a:minorFont><a:latin typeface="Carlito"/>',
        '<a:minorFont><a:latin typeface="Aptos"/>',
    )


@damage("measure-mismatch: the size of the text is 12 pt; in the PDF it is 11 pt", fixed=True)
def larger_text(parts: Parts) -> None:
    """Somebody has chosen a larger size for the whole file."""
    edit(parts, STYLES, '<w:sz w:val="22"/><w:szCs w:val="22"/>', '<w:sz w:val="24"/><w:szCs w:val="24"/>')


@damage(
    "window-mismatch: the style 'Addressee block': the block's font size is 12 pt; pack.yaml says 10 pt",
    "window-mismatch: body, paragraph 15 '{{ addressee }}': the block's left edge is at 30 mm; pack.yaml says 25 mm",
    "window-mismatch: body, paragraph 15 '{{ addressee }}': the block begins at 56 mm; pack.yaml says 52 mm",
    fixed=True,
)
def a_block_that_was_moved(parts: Parts) -> None:
    """Somebody has dragged the block, and made its letters larger."""
    edit(parts, BODY, '<w:ind w:left="283" w:right="5103"/>', '<w:ind w:left="567" w:right="5103"/>')
    edit(parts, BODY, '<w:top w:w="787" w:type="dxa"/>', '<w:top w:w="1014" w:type="dxa"/>')
    styles = parts[STYLES]
    start = styles.index('<w:name w:val="Addressee block"/>')
    parts[STYLES] = styles[:start] + styles[start:].replace('<w:sz w:val="20"/>', '<w:sz w:val="24"/>', 1)


@damage(
    "window-mismatch: body, paragraph 15 '{{ addressee }}': the letter continues at 85 mm; pack.yaml says 92 mm",
    fixed=True,
)
def a_row_that_is_too_low(parts: Parts) -> None:
    """The rest of the letter would be seen in the window."""
    edit(parts, BODY, '<w:trHeight w:val="3175" w:hRule="atLeast"/>', '<w:trHeight w:val="2658" w:hRule="atLeast"/>')
