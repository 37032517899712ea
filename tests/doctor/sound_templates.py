"""Sound templates with what Word and other programs write: each function changes the shipped one, and loses nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from doctor.damages import (
    BODY,
    WHITE,
    Parts,
    anchored,
    below,
    control,
    control_rows,
    edit,
    field_around,
    instead,
    paragraph,
    relate,
    run,
    text_box,
    whole,
    with_notes,
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


def with_style_ids(parts: Parts, renamed: Callable[[int, str], str]) -> None:
    """Gives the styles other ids, wherever they are used; ``renamed`` takes the number of a style and its id."""
    ids = re.findall(r'w:styleId="([^"]+)"', parts["word/styles.xml"])
    new = {id: renamed(nth, id) for nth, id in enumerate(ids, start=1)}
    uses = r'((?:w:styleId|<w:(?:pStyle|rStyle|tblStyle|basedOn|next|link|styleLink|numStyleLink) w:val)=")([^"]+)"'
    for name in parts:
        if name.startswith("word/") and name.endswith(".xml"):
            parts[name] = re.sub(uses, lambda use: f'{use[1]}{new.get(use[2], use[2])}"', parts[name])


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


@sound()
def a_logo_in_front_of_the_header(parts: Parts) -> None:
    """An opaque shape at the top right, in front of nothing."""
    instead(parts, _SALUTATION, whole(_SALUTATION) + anchored((150, 5), (40, 12), fill=WHITE))


@sound()
def a_banner_across_the_page(parts: Parts) -> None:
    """An opaque band at the lower edge of the page, below the text."""
    instead(parts, _SALUTATION, whole(_SALUTATION) + anchored((0, 285), (210, 12), fill=WHITE))


@sound("A note of the office.")
def a_frame_in_the_margin(parts: Parts) -> None:
    """A narrow frame beside the text, with words of exact lines and slightly condensed letters."""
    frame = '<w:framePr w:w="3000" w:wrap="around" w:vAnchor="page" w:hAnchor="page" w:x="8000" w:y="15500"/>'
    look = '<w:spacing w:line="220" w:lineRule="exact"/>'
    note = run("A note of the office.", '<w:spacing w:val="-4"/><w:w w:val="90"/><w:sz w:val="18"/>')
    below(parts, f'<w:p><w:pPr><w:pStyle w:val="BodyText"/>{frame}{look}</w:pPr>{note}</w:p>')


@sound()
def a_low_row_without_words(parts: Parts) -> None:
    """A row of an exact height is a rule, and begins a little left of the text."""
    cell = '<w:tc><w:tcPr><w:tcW w:w="9000" w:type="dxa"/></w:tcPr><w:p/></w:tc>'
    low = f'<w:tr><w:trPr><w:trHeight w:val="40" w:hRule="exact"/></w:trPr>{cell}</w:tr>'
    grid = '<w:tblGrid><w:gridCol w:w="9000"/></w:tblGrid>'
    properties = '<w:tblPr><w:tblInd w:w="-100" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>'
    below(parts, f"<w:tbl>{properties}{grid}{low}</w:tbl><w:p/>")


@sound("1 a furigana note")
def ruby(parts: Parts) -> None:
    """Words with their pronunciation above them."""
    inner = (
        '<w:r><w:ruby><w:rubyPr><w:rubyAlign w:val="center"/><w:hps w:val="10"/><w:hpsRaise w:val="18"/>'
        '<w:hpsBaseText w:val="20"/><w:lid w:val="ja-JP"/></w:rubyPr>'
        f"<w:rt>{run('1')}</w:rt><w:rubyBase>{run('a furigana note')}</w:rubyBase></w:ruby></w:r>"
    )
    below(parts, f'<w:p><w:pPr><w:pStyle w:val="BodyText"/></w:pPr>{inner}</w:p>')


@sound()
def rows_in_controls(parts: Parts) -> None:
    """Content controls around a whole loop of rows, and around a row in it."""
    control_rows(parts, "{{ particular.label }}", "{{ particular.label }}")
    control_rows(parts, "{%tr for particular in others %}", "{%tr endfor %}")


@sound("With footnotes1", "1 Note: Dear Sir/Madam,")
def a_tag_in_a_footnote(parts: Parts) -> None:
    """Notes are filled in as other text is."""
    with_notes(parts, "footnotes", "Note: {{ salutation }}")


@sound()
def white_tags_that_are_seen(parts: Parts) -> None:
    """White on a dark ground; statements and tags of whole paragraphs leave none of their formatting behind."""
    white, dark = '<w:color w:val="FFFFFF"/>', '<w:shd w:val="clear" w:color="auto" w:fill="1F3864"/>'
    instead(parts, "{{ closing }}", run("{{ closing }}", white + dark))
    instead(parts, "{%p if closing %}", run("{%p if closing %}", white + '<w:sz w:val="2"/>'))
    instead(parts, "{{p body }}", run("{{p body }}", white))


@sound()
def numbers_as_ids_of_styles(parts: Parts) -> None:
    """WPS Office, and Word in Chinese and Russian, count the styles instead of shortening their names."""
    with_style_ids(parts, lambda nth, id: str(nth) if nth % 2 else f"a{nth}")


@sound()
def ids_of_styles_in_another_language(parts: Parts) -> None:
    """Word in another language makes the ids of its own names; the names in the file stay English."""
    known = {"Heading1": "berschrift1", "Normal": "Standard", "BodyText": "Textkrper", "List": "Liste"}
    with_style_ids(parts, lambda nth, id: known.get(id, id))
    names = '<w:aliases w:val="Überschrift 1 neu,Briefe"/>'
    edit(parts, "word/styles.xml", '<w:name w:val="heading 1"/>', '<w:name w:val="heading 1"/>' + names)
