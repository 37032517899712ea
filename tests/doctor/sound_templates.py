"""Sound templates with what Word and other programs write: each function changes the shipped one, and loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from doctor.damages import (
    BODY,
    Parts,
    below,
    control,
    edit,
    field_around,
    instead,
    paragraph,
    relate,
    run,
    text_box,
    whole,
)

SOUND: Final[dict[Callable[[Parts], None], tuple[str, ...]]] = {}
"""The changes, each with the words that it brings into every letter."""
_SALUTATION = "{{ salutation }}"
_W15: Final = 'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"'
_PARAGRAPH = paragraph(_SALUTATION, "Salutation")


def sound(*adds: str) -> Callable[[Callable[[Parts], None]], Callable[[Parts], None]]:
    """Adds a change to the table."""

    def keep(function: Callable[[Parts], None]) -> Callable[[Parts], None]:
        SOUND[function] = adds
        return function

    return keep


@sound()
def a_control_in_a_line(parts: Parts) -> None:
    """A content control for plain text, which is bound to nothing."""
    instead(parts, _SALUTATION, control(whole(_SALUTATION), '<w:alias w:val="Greeting"/><w:text/>'))


@sound()
def a_control_of_a_paragraph(parts: Parts) -> None:
    """A locked content control around a paragraph."""
    edit(parts, BODY, _PARAGRAPH, control(_PARAGRAPH, '<w:lock w:val="sdtContentLocked"/>'))


@sound()
def a_date_picker(parts: Parts) -> None:
    """The tag of the date is in a control for dates."""
    picker = (
        '<w:date w:fullDate="2020-01-02T00:00:00Z"><w:dateFormat w:val="d MMMM yyyy"/><w:lid w:val="en-GB"/>'
        '<w:storeMappedDataAs w:val="dateTime"/><w:calendar w:val="gregorian"/></w:date>'
    )
    instead(parts, "{{ date_line }}", control(whole("{{ date_line }}"), picker))


@sound()
def a_drop_down_list(parts: Parts) -> None:
    """The tag was typed into a list of choices."""
    choices = '<w:comboBox><w:listItem w:displayText="Dear Sir" w:value="1"/></w:comboBox>'
    instead(parts, _SALUTATION, control(whole(_SALUTATION), choices))


@sound()
def a_repeating_section(parts: Parts) -> None:
    """A section that Word can repeat."""
    item = control(_PARAGRAPH, f"<w15:repeatingSectionItem {_W15}/>")
    edit(parts, BODY, _PARAGRAPH, control(item, f"<w15:repeatingSection {_W15}/>"))


@sound("This is page 1 of 2.")
def fields_for_pages(parts: Parts) -> None:
    """Page numbers are computed by every program."""
    pages = run("This is page ") + field_around("PAGE", run("7")) + run(" of ") + field_around("NUMPAGES", run("7"))
    below(parts, f'<w:p><w:pPr><w:pStyle w:val="BodyText"/></w:pPr>{pages}{run(".")}</w:p>')


@sound("See our page.")
def a_link_by_a_field(parts: Parts) -> None:
    """A link may be a field."""
    link = run("See ") + field_around('HYPERLINK "https://www.example.int/"', run("our page")) + run(".")
    below(parts, f'<w:p><w:pPr><w:pStyle w:val="BodyText"/></w:pPr>{link}</w:p>')


@sound("Heading: Eighth Meeting of the United for Smart Sustainable Cities (U4SSC) Initiative (Madrid, Spain, "
       "19 September 2024)")  # fmt: skip
def the_title_in_a_field_for_it(parts: Parts) -> None:
    """The field and the tag give the same words."""
    title = run("Heading: ") + field_around("TITLE", whole("{{ title }}"))
    below(parts, f'<w:p><w:pPr><w:pStyle w:val="BodyText"/></w:pPr>{title}</w:p>')


@sound("Dear Sir/Madam,")
def a_text_box_with_a_tag(parts: Parts) -> None:
    """A text box has its words twice, once for older programs."""
    mark = '<w:bookmarkStart w:id="5" w:name="Greeting"/><w:bookmarkEnd w:id="5"/>'
    below(parts, text_box(mark + whole(_SALUTATION), mark + whole(_SALUTATION)))


@sound()
def an_unused_first_page(parts: Parts) -> None:
    """Word keeps the empty header of a first page that is no longer different, and its number."""
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"
    edit(
        parts,
        "[Content_Types].xml",
        "</Types>",
        f'<Override PartName="/word/header9.xml" ContentType="{kind}"/></Types>',
    )
    main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    number = field_around("PAGE", run("1"))
    parts["word/header9.xml"] = f'<w:hdr xmlns:w="{main}"><w:p>{number}</w:p></w:hdr>'
    relate(parts, "rId60", "header", "header9.xml")
    edit(parts, BODY, "<w:headerReference", '<w:headerReference w:type="even" r:id="rId60"/><w:headerReference')


@sound("1 a furigana note")
def ruby(parts: Parts) -> None:
    """Words with their pronunciation above them."""
    inner = (
        '<w:r><w:ruby><w:rubyPr><w:rubyAlign w:val="center"/><w:hps w:val="10"/><w:hpsRaise w:val="18"/>'
        '<w:hpsBaseText w:val="20"/><w:lid w:val="ja-JP"/></w:rubyPr>'
        f"<w:rt>{run('1')}</w:rt><w:rubyBase>{run('a furigana note')}</w:rubyBase></w:ruby></w:r>"
    )
    below(parts, f'<w:p><w:pPr><w:pStyle w:val="BodyText"/></w:pPr>{inner}</w:p>')
