"""Word templates that reach outside, and templates that only look as if they did.

Each function changes the shipped template; ``address`` is a server's, which must never get a request.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Final

from conftest import ROOT
from doctor.damages import BODY, LINKS, NUMBERING, OFFICE, TYPES, VBA, Parts, below, edit, picture, relate, run, setting

Change = Callable[[Parts, str], None]

W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT: Final = "http://purl.oclc.org/ooxml"
WORD_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
HEADER: Final = "word/header1.xml"
VML: Final = 'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
MC: Final = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
WPS: Final = 'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
PNG: Final = (ROOT / "templates/itu/mark.png").read_bytes()

REFUSED: dict[str, Change] = {}
SOUND: dict[str, Change] = {}


def refused(change: Change) -> Change:
    """Adds a template that must be refused."""
    REFUSED[change.__name__] = change
    return change


def sound(change: Change) -> Change:
    """Adds a template that must be accepted."""
    SOUND[change.__name__] = change
    return change


def paragraph(inside: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="BodyText"/></w:pPr>{inside}</w:p>'


def mark(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def code(text: str, tag: str = "instrText") -> str:
    return f'<w:r><w:{tag} xml:space="preserve">{text}</w:{tag}></w:r>'


def field(inside: str, shown: str = "x") -> str:
    """A field; ``inside`` are the runs of its code."""
    return f"{mark('begin')}{inside}{mark('separate')}{run(shown)}{mark('end')}"


def included(address: str) -> str:
    return f'INCLUDEPICTURE "{address}" \\d'


def old_drawing(inside: str) -> str:
    return f'<w:r><w:pict {VML}><v:shape id="s1" style="width:20pt;height:20pt">{inside}</v:shape></w:pict></w:r>'


def typed(parts: Parts, name: str, type: str) -> None:
    """Gives a part a content type."""
    edit(parts, TYPES, "</Types>", f'<Override PartName="/{name}" ContentType="{type}"/></Types>')


def pictured(parts: Parts, name: str, data: bytes | str, type: str = "image/png") -> None:
    """Adds a picture that is embedded in the body."""
    relate(parts, "rId90", "image", name.removeprefix("word/"))
    parts[name] = data if isinstance(data, str) else data.decode("latin-1")
    typed(parts, name, type)
    below(parts, paragraph(picture(1)))


def another_part(parts: Parts, kind: str, inside: str) -> None:
    """Adds a part of footnotes, comments and the like to the body."""
    root = {"footnotes": "footnotes", "comments": "comments", "glossaryDocument": "glossaryDocument"}[kind]
    name, type = f"word/{kind}.xml", "document.glossary" if kind == "glossaryDocument" else kind
    parts[name] = f'<w:{root} xmlns:w="{W}" xmlns:r="{OFFICE}">{inside}</w:{root}>'
    relate(parts, "rId60", kind, f"{kind}.xml")
    typed(parts, name, f"{WORD_TYPE}.{type}+xml")


def wide(parts: Parts, name: str, change: Callable[[str], str]) -> None:
    """Changes a part, and writes it in UTF-16 under a name that test files store byte by byte."""
    new = name.replace(".xml", ".bin")
    text = change(parts.pop(name).partition("?>")[2])
    parts[new] = f'<?xml version="1.0" encoding="UTF-16"?>{text}'.encode("utf-16").decode("latin-1")
    edit(parts, LINKS, name.removeprefix("word/"), new.removeprefix("word/"))
    edit(parts, TYPES, f'"/{name}"', f'"/{new}"')


# ── Pictures ─────────────────────────────────────────────────────────────────────────────────────────────────


@refused
def a_linked_picture(parts: Parts, address: str) -> None:
    below(parts, paragraph(picture(1, blip='r:link="rId90"')))
    relate(parts, "rId90", "image", address, outside=True)


@refused
def a_linked_picture_that_is_claimed_to_be_a_hyperlink(parts: Parts, address: str) -> None:
    below(parts, paragraph(picture(1, blip='r:link="rId90"')))
    relate(parts, "rId90", "hyperlink", address, outside=True)


@refused
def an_embedded_picture_that_is_claimed_to_be_a_hyperlink(parts: Parts, address: str) -> None:
    below(parts, paragraph(picture(1)))
    relate(parts, "rId90", "hyperlink", address, outside=True)


@refused
def a_linked_picture_of_a_made_up_type(parts: Parts, address: str) -> None:
    below(parts, paragraph(picture(1, blip='r:link="rId90"')))
    relate(parts, "rId90", "http://example.com/image", address, outside=True)


@refused
def a_linked_picture_in_the_strict_namespace(parts: Parts, address: str) -> None:
    below(parts, paragraph(picture(1, blip=f'xmlns:s="{STRICT}/officeDocument/relationships" s:link="rId90"')))
    relate(parts, "rId90", "hyperlink", address, outside=True)


@refused
def a_linked_picture_of_the_strict_type(parts: Parts, address: str) -> None:
    below(parts, paragraph(picture(1, blip='r:link="rId90"')))
    relate(parts, "rId90", f"{STRICT}/officeDocument/relationships/image", address, outside=True)


@refused
def a_linked_picture_whose_id_a_tag_makes(parts: Parts, address: str) -> None:
    below(parts, paragraph(picture(1, blip="r:link=\"{{ 'rId' ~ 90 }}\"")))
    relate(parts, "rId90", "hyperlink", address, outside=True)


def _linked_in_a_header(text: str) -> str:
    return text.replace("</w:hdr>", paragraph(picture(1, blip='r:link="rId90"')) + "</w:hdr>")


@refused
def a_linked_picture_in_a_header(parts: Parts, address: str) -> None:
    parts[HEADER] = _linked_in_a_header(parts[HEADER])
    relate(parts, "rId90", "hyperlink", address, outside=True, of="word/_rels/header1.xml.rels")


@refused
def a_linked_picture_in_a_header_in_utf_16(parts: Parts, address: str) -> None:
    wide(parts, HEADER, _linked_in_a_header)
    relate(parts, "rId90", "hyperlink", address, outside=True, of="word/_rels/header1.bin.rels")


@refused
def an_old_picture_by_its_address(parts: Parts, address: str) -> None:
    below(parts, paragraph(old_drawing(f'<v:imagedata src="{address}"/>')))


@refused
def an_old_picture_with_a_linked_source(parts: Parts, address: str) -> None:
    below(parts, paragraph(old_drawing('<v:imagedata r:href="rId90"/>')))
    relate(parts, "rId90", "hyperlink", address, outside=True)


@refused
def an_old_picture_with_the_address_of_its_source(parts: Parts, address: str) -> None:
    below(parts, paragraph(old_drawing(f'<v:imagedata o:href="{address}"/>')))


@refused
def an_old_picture_that_is_claimed_to_be_a_hyperlink(parts: Parts, address: str) -> None:
    below(parts, paragraph(old_drawing('<v:imagedata r:id="rId90"/>')))
    relate(parts, "rId90", "hyperlink", address, outside=True)


@refused
def a_fill_of_an_old_drawing(parts: Parts, address: str) -> None:
    below(parts, paragraph(old_drawing(f'<v:fill type="picture" src="{address}" o:althref="{address}"/>')))


@refused
def a_picture_behind_the_page(parts: Parts, address: str) -> None:
    fill = (
        f'<w:background {VML}><v:background id="b"><v:fill type="frame" o:relid="rId90"/></v:background></w:background>'
    )
    edit(parts, BODY, "<w:body>", f"{fill}<w:body>")
    relate(parts, "rId90", "hyperlink", address, outside=True)


@refused
def a_bullet_that_is_a_linked_picture(parts: Parts, address: str) -> None:
    bullet = f'<w:numPicBullet w:numPicBulletId="0"><w:pict {VML}><v:shape id="s1"><v:imagedata r:id="rId1"/></v:shape>'
    edit(parts, NUMBERING, "<w:abstractNum ", f"{bullet}</w:pict></w:numPicBullet><w:abstractNum ")
    relate(parts, "rId1", "hyperlink", address, outside=True, of="word/_rels/numbering.xml.rels")


def _drawing(inside: str) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">'
        f"{inside}</svg>"
    )


@refused
def a_drawing_that_shows_a_picture(parts: Parts, address: str) -> None:
    image = _drawing(f'<image width="9" height="9" xlink:href="{address}"/>')
    pictured(parts, "word/media/image1.svg", image, "image/svg+xml")


@refused
def a_drawing_that_is_named_png(parts: Parts, address: str) -> None:
    pictured(parts, "word/media/image1.png", _drawing(f'<image width="9" height="9" href="{address}"/>'))


@refused
def a_drawing_with_a_stylesheet(parts: Parts, address: str) -> None:
    style = f'<style>@im<!-- -->port "{address}";</style><rect width="9" height="9" fill="red"/>'
    pictured(parts, "word/media/image1.svg", _drawing(style), "image/svg+xml")


@refused
def a_drawing_whose_style_has_a_function_that_is_not_listed(parts: Parts, address: str) -> None:
    style = f'<style>rect {{ fill: cross-fade("{address}", red) }}</style><rect width="9" height="9"/>'
    pictured(parts, "word/media/image1.svg", _drawing(style), "image/svg+xml")


@refused
def a_drawing_whose_style_has_an_escaped_function(parts: Parts, address: str) -> None:
    style = f'<style>rect {{ fill: u\\72l({address}) }}</style><rect width="9" height="9"/>'
    pictured(parts, "word/media/image1.svg", _drawing(style), "image/svg+xml")


@refused
def a_drawing_whose_style_has_a_rule_that_is_not_listed(parts: Parts, address: str) -> None:
    style = f'<style>@namespace "{address}";</style><rect width="9" height="9"/>'
    pictured(parts, "word/media/image1.svg", _drawing(style), "image/svg+xml")


@refused
def a_drawing_whose_attribute_has_a_function_that_is_not_listed(parts: Parts, address: str) -> None:
    rectangle = f'<rect width="9" height="9" fill="paint({address})"/>'
    pictured(parts, "word/media/image1.svg", _drawing(rectangle), "image/svg+xml")


@sound
def a_drawing_with_the_functions_of_drawings(parts: Parts, address: str) -> None:
    shapes = (
        "<style>rect { fill: RGB(1, 2, 3); stroke: var(--a); width: calc((1px + 2px) * 3) }</style>"
        '<g transform="translate(1,2) rotate (3)">'
        '<rect width="9" height="9" fill="url(#a)" style="fill:url(&quot;#a&quot;)"/></g>'
    )
    pictured(parts, "word/media/image1.svg", _drawing(shapes), "image/svg+xml")


@refused
def a_drawing_whose_style_has_an_image_by_its_address_alone(parts: Parts, address: str) -> None:
    style = f'<style>rect {{ background: image("{address}") }}</style><rect width="9" height="9"/>'
    pictured(parts, "word/media/image1.svg", _drawing(style), "image/svg+xml")


@refused
def a_drawing_with_a_filter_of_another_file(parts: Parts, address: str) -> None:
    rectangle = f'<rect width="9" height="9" style="fill:url({address}#a)"/>'
    pictured(parts, "word/media/image1.svg", _drawing(rectangle), "image/svg+xml")


@refused
def a_picture_that_is_a_program_for_printers(parts: Parts, address: str) -> None:
    pictured(parts, "word/media/image1.eps", "%!PS-Adobe-3.0 EPSF-3.0\n", "image/x-eps")


# ── Fields ───────────────────────────────────────────────────────────────────────────────────────────────────


@refused
def a_simple_field(parts: Parts, address: str) -> None:
    instruction = included(address).replace('"', "&quot;")
    below(parts, paragraph(f'<w:fldSimple w:instr="{instruction}">{run("x")}</w:fldSimple>'))


@refused
def a_field_in_pieces(parts: Parts, address: str) -> None:
    below(parts, paragraph(field("".join(code(sign) for sign in included(address)))))


@refused
def a_field_whose_code_is_text(parts: Parts, address: str) -> None:
    below(parts, paragraph(field(run(included(address)))))


@refused
def a_field_whose_code_a_comment_splits(parts: Parts, address: str) -> None:
    below(parts, paragraph(field(code(f"<!-- PAGE -->{included(address)}"))))


@refused
def a_field_that_never_ends(parts: Parts, address: str) -> None:
    below(parts, paragraph(mark("begin") + code(included(address))))


@refused
def a_field_in_the_strict_namespace(parts: Parts, address: str) -> None:
    strict = f'<s:instrText xmlns:s="{STRICT}/wordprocessingml/main">{included(address)}</s:instrText>'
    below(parts, paragraph(field(f"<w:r>{strict}</w:r>")))


@refused
def a_field_inside_a_harmless_one(parts: Parts, address: str) -> None:
    below(parts, paragraph(field(code("IF 1 = 1 ") + field(code(included(address))))))


@refused
def a_field_whose_name_another_field_makes(parts: Parts, address: str) -> None:
    below(parts, paragraph(field(code("INCLUDE") + field(code("QUOTE PICTURE"), "PICTURE") + code(f' "{address}"'))))


@refused
def a_field_whose_name_a_deletion_hides(parts: Parts, address: str) -> None:
    gone = f'<w:del w:id="901" w:author="A" w:date="2025-03-14T09:00:00Z">{code("PAGE ", "delInstrText")}</w:del>'
    below(parts, paragraph(field(gone + code(included(address)))))


@refused
def a_field_whose_name_alternate_content_hides(parts: Parts, address: str) -> None:
    one = f'<mc:Choice Requires="wps" {WPS}>{code("PAGE ")}</mc:Choice><mc:Fallback>{code("INCLUDE")}</mc:Fallback>'
    branches = f"<mc:AlternateContent {MC}>{one}</mc:AlternateContent>"
    below(parts, paragraph(field(branches + code(f'PICTURE "{address}"'))))


@refused
def a_field_whose_name_a_text_box_hides(parts: Parts, address: str) -> None:
    box = old_drawing(f"<v:textbox><w:txbxContent>{paragraph(run('PAGE '))}</w:txbxContent></v:textbox>")
    below(parts, paragraph(field(box + code(included(address)))))


@refused
def a_field_in_a_text_box(parts: Parts, address: str) -> None:
    inside = paragraph(field(code(included(address))))
    below(parts, paragraph(old_drawing(f"<v:textbox><w:txbxContent>{inside}</w:txbxContent></v:textbox>")))


@refused
def a_field_that_a_tag_makes(parts: Parts, address: str) -> None:
    below(parts, paragraph(field(code("{{ 'INCLUDE' ~ 'PICTURE' }} \"" + address + '"'))))


@refused
def a_simple_field_that_a_tag_makes(parts: Parts, address: str) -> None:
    instruction = "{{ 'INCLUDE' ~ 'PICTURE' }} &quot;" + address + "&quot;"
    below(parts, paragraph(f'<w:fldSimple w:instr="{instruction}">{run("x")}</w:fldSimple>'))


@refused
def a_field_that_a_statement_makes(parts: Parts, address: str) -> None:
    below(parts, paragraph(field(code(f'{{% if body %}}INCLUDE{{% endif %}}PICTURE "{address}"'))))


@refused
def a_field_with_a_tag_in_its_address(parts: Parts, address: str) -> None:
    below(parts, paragraph(field(code(f'INCLUDEPICTURE "{address}{{{{ reference }}}}"'))))


@refused
def a_field_in_the_notes(parts: Parts, address: str) -> None:
    note = f'<w:footnote w:id="1">{paragraph(field(code(included(address))))}</w:footnote>'
    another_part(parts, "footnotes", note)


@refused
def a_field_in_the_comments_with_a_tag(parts: Parts, address: str) -> None:
    comment = f'<w:comment w:id="1" w:author="A">{paragraph(field(code(included(address + "{{"))))}</w:comment>'
    another_part(parts, "comments", comment)


@refused
def a_field_in_the_building_blocks(parts: Parts, address: str) -> None:
    block = f"<w:docParts><w:docPart><w:docPartBody>{paragraph(field(code(included(address))))}</w:docPartBody>"
    another_part(parts, "glossaryDocument", f"{block}</w:docPart></w:docParts>")


@refused
def a_field_in_a_header_in_utf_16(parts: Parts, address: str) -> None:
    wide(parts, HEADER, lambda text: text.replace("</w:hdr>", f"{paragraph(field(code(included(address))))}</w:hdr>"))


@refused
def a_field_that_starts_a_program(parts: Parts, address: str) -> None:
    below(parts, paragraph(field(code('DDEAUTO "C:\\\\Windows\\\\System32\\\\cmd.exe" "/c calc"'))))


@refused
def a_field_of_an_unknown_name(parts: Parts, address: str) -> None:
    below(parts, paragraph(field(code(f'FETCHIT "{address}"'))))


@refused
def a_form_field_that_starts_a_macro(parts: Parts, address: str) -> None:
    data = '<w:ffData><w:name w:val="a"/><w:enabled/><w:entryMacro w:val="Open"/></w:ffData>'
    begin = f'<w:r><w:fldChar w:fldCharType="begin">{data}</w:fldChar></w:r>'
    below(parts, paragraph(begin + code("FORMTEXT") + mark("separate") + run("x") + mark("end")))


# ── Links ────────────────────────────────────────────────────────────────────────────────────────────────────


def _linked(parts: Parts, address: str) -> None:
    below(parts, paragraph(f'<w:hyperlink r:id="rId90">{run("click")}</w:hyperlink>'))
    relate(parts, "rId90", "hyperlink", address, outside=True)


for _nth, _address in enumerate((
    "javascript:alert(1)", "file:///c:/windows/system32/calc.exe", "\\\\192.0.2.1\\share\\x.exe", "ms-msdt:/id",
    "C:\\x.exe", "next.docx", "//192.0.2.1/x", "&#9;javascript:alert(1)", "search-ms:query=x", "data:text/html,x",
    "vbscript:x", "ftp://192.0.2.1/x", "http&#10;s:x", "https",
)):  # fmt: skip
    REFUSED[f"a_link_{_nth}"] = lambda parts, _, address=_address: _linked(parts, address)  # type: ignore[misc]


@refused
def a_link_that_is_claimed_to_be_inside(parts: Parts, address: str) -> None:
    below(parts, paragraph(f'<w:hyperlink r:id="rId90">{run("click")}</w:hyperlink>'))
    relate(parts, "rId90", "hyperlink", "file:///c:/x.exe")


@refused
def a_link_of_a_picture(parts: Parts, address: str) -> None:
    pictured(parts, "word/media/image1.png", PNG)
    link = '<a:hlinkClick xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" r:id="rId91"/>'
    parts[BODY] = parts[BODY].replace('descr="A flag"/>', f'descr="A flag">{link}</wp:docPr>', 1)
    relate(parts, "rId91", "hyperlink", "file:///c:/x.exe", outside=True)


@refused
def a_link_of_an_old_drawing(parts: Parts, address: str) -> None:
    shape = f'<w:r><w:pict {VML}><v:rect style="width:9pt;height:9pt" href="javascript:alert(1)"/></w:pict></w:r>'
    below(parts, paragraph(shape))


@refused
def a_link_that_is_a_field(parts: Parts, address: str) -> None:
    below(parts, paragraph(field(code('HYPERLINK "file:///c:/x.exe"'))))


@refused
def a_link_that_is_a_field_behind_a_switch(parts: Parts, address: str) -> None:
    below(parts, paragraph(field(code('HYPERLINK \\o "https://www.example.com/" ms-msdt:/id'))))


@refused
def a_link_that_is_a_field_with_a_switch_in_capitals(parts: Parts, address: str) -> None:
    below(parts, paragraph(field(code('HYPERLINK "https://www.example.com/" \\O "file:///c:/x.exe"'))))


@refused
def a_link_that_is_a_field_with_a_format_of_its_own(parts: Parts, address: str) -> None:
    below(parts, paragraph(field(code('HYPERLINK "https://www.example.com/" \\* setup'))))


@refused
def a_link_that_is_a_field_with_odd_quotation_marks(parts: Parts, address: str) -> None:
    below(parts, paragraph(field(code('HYPERLINK "https://www.example.com/\\" \\o "file:///c:/x.exe "'))))


@refused
def a_link_that_is_a_field_with_a_field_as_its_address(parts: Parts, address: str) -> None:
    below(parts, paragraph(field(code("HYPERLINK ") + field(code('QUOTE "file:///c:/x.exe"')))))


@refused
def a_link_whose_address_a_tag_makes(parts: Parts, address: str) -> None:
    below(parts, paragraph(field(code("HYPERLINK \"{{ 'file' }}:///c:/x.exe\""))))


@refused
def a_link_whose_place_is_an_address(parts: Parts, address: str) -> None:
    below(parts, paragraph(f'<w:hyperlink w:docLocation="file://192.0.2.1/x">{run("click")}</w:hyperlink>'))


# ── Parts ────────────────────────────────────────────────────────────────────────────────────────────────────


@refused
def an_attached_template(parts: Parts, address: str) -> None:
    relate(parts, "rId1", "attachedTemplate", address, outside=True, of="word/_rels/settings.xml.rels")
    setting(parts, '<w:attachedTemplate r:id="rId1"/>')


@refused
def an_attached_template_that_is_claimed_to_be_a_hyperlink(parts: Parts, address: str) -> None:
    relate(parts, "rId1", "hyperlink", address, outside=True, of="word/_rels/settings.xml.rels")
    setting(parts, f'<w:attachedTemplate xmlns:r="{OFFICE}" r:id="rId1"/>')


@refused
def the_source_of_a_mail_merge(parts: Parts, address: str) -> None:
    source = f'<w:connectString w:val="Provider=x;Data Source={address}"/><w:query w:val="SELECT 1"/>'
    setting(parts, f'<w:mailMerge><w:mainDocumentType w:val="formLetters"/>{source}</w:mailMerge>')


@refused
def a_linked_source_of_a_mail_merge(parts: Parts, address: str) -> None:
    relate(parts, "rId2", "mailMergeSource", address, outside=True, of="word/_rels/settings.xml.rels")
    setting(parts, '<w:mailMerge><w:dataSource r:id="rId2"/></w:mailMerge>')


@refused
def a_sheet_for_saving(parts: Parts, address: str) -> None:
    relate(parts, "rId2", "transform", address, outside=True, of="word/_rels/settings.xml.rels")
    setting(parts, '<w:saveThroughXslt r:id="rId2"/>')


@refused
def an_imported_page(parts: Parts, address: str) -> None:
    relate(parts, "rId90", "aFChunk", "chunk.htm")
    parts["word/chunk.htm"] = f'<html><body><img src="{address}"></body></html>'
    typed(parts, "word/chunk.htm", "text/html")
    below(parts, '<w:altChunk r:id="rId90"/>')


@refused
def an_imported_page_that_is_claimed_to_be_custom_xml(parts: Parts, address: str) -> None:
    relate(parts, "rId90", "customXml", "chunk.xml")
    parts["word/chunk.xml"] = f'<html><body><img src="{address}"/></body></html>'
    below(parts, '<w:altChunk r:id="rId90"/>')


@refused
def a_subdocument(parts: Parts, address: str) -> None:
    relate(parts, "rId90", "subDocument", address, outside=True)
    below(parts, '<w:subDoc r:id="rId90"/>')


@refused
def a_page_of_frames(parts: Parts, address: str) -> None:
    frames = '<w:frameset><w:frame><w:sourceFileName r:id="rId1"/></w:frame></w:frameset>'
    parts["word/webSettings.xml"] = f'<w:webSettings xmlns:w="{W}" xmlns:r="{OFFICE}">{frames}</w:webSettings>'
    relate(parts, "rId90", "webSettings", "webSettings.xml")
    typed(parts, "word/webSettings.xml", f"{WORD_TYPE}.webSettings+xml")
    relate(parts, "rId1", "frame", address, outside=True, of="word/_rels/webSettings.xml.rels")


@refused
def a_linked_object(parts: Parts, address: str) -> None:
    relate(parts, "rId90", "oleObject", address, outside=True)
    ole = f'<o:OLEObject {VML} Type="Link" ProgID="Word.Document.12" r:id="rId90" UpdateMode="Always"/>'
    below(parts, paragraph(f"<w:r><w:object>{ole}</w:object></w:r>"))


@refused
def a_linked_header(parts: Parts, address: str) -> None:
    edit(parts, LINKS, 'Target="header1.xml"', f'Target="{address}" TargetMode="External"')


@refused
def a_linked_font(parts: Parts, address: str) -> None:
    font = f'<w:font w:name="Example"><w:embedRegular xmlns:r="{OFFICE}" r:id="rId1"/></w:font></w:fonts>'
    edit(parts, "word/fontTable.xml", "</w:fonts>", font)
    relate(parts, "rId1", "font", address, outside=True, of="word/_rels/fontTable.xml.rels")


@refused
def a_film(parts: Parts, address: str) -> None:
    pictured(parts, "word/media/image1.png", PNG)
    video = f'<wp15:webVideoPr xmlns:wp15="urn:x" embeddedHtml="&lt;iframe src=&quot;{address}&quot;&gt;"/>'
    parts[BODY] = parts[BODY].replace('descr="A flag"/>', f'descr="A flag">{video}</wp:docPr>', 1)


@refused
def an_element_of_a_web_page(parts: Parts, address: str) -> None:
    below(parts, f'<img xmlns="http://www.w3.org/1999/xhtml" src="{address}"/>')


@refused
def an_instruction_for_a_program(parts: Parts, address: str) -> None:
    below(parts, f'<?xml-stylesheet href="{address}"?>')


@refused
def a_form_that_shows_the_properties(parts: Parts, address: str) -> None:
    relate(parts, "rId90", "customXml", "../customXml/item1.xml")
    parts["customXml/item1.xml"] = f"<customXsn><xsnLocation>{address}</xsnLocation></customXsn>"


@refused
def a_workbook_that_nothing_shows(parts: Parts, address: str) -> None:
    relate(parts, "rId90", "package", "embeddings/x.xlsx")
    parts["word/embeddings/x.xlsx"] = "PK"


@refused
def macros_without_a_relationship(parts: Parts, address: str) -> None:
    parts["word/vbaProject.bin"] = "\xd0\xcf\x11\xe0"


@refused
def macros_of_the_file_itself(parts: Parts, address: str) -> None:
    relate(parts, "rId90", f"{VBA}/vbaProject", "word/vbaProject.bin", of="_rels/.rels")
    parts["word/vbaProject.bin"] = "\xd0\xcf\x11\xe0"


@refused
def a_ribbon_of_its_own(parts: Parts, address: str) -> None:
    relate(parts, "rId90", f"{VBA}/ui/extensibility", "customUI/customUI.xml", of="_rels/.rels")
    parts["customUI/customUI.xml"] = "<customUI onLoad='x'/>"


@refused
def an_add_in(parts: Parts, address: str) -> None:
    kind = "http://schemas.microsoft.com/office/2011/relationships/webextensiontaskpanes"
    relate(parts, "rId90", kind, "word/webextensions/taskpanes.xml", of="_rels/.rels")
    parts["word/webextensions/taskpanes.xml"] = "<x/>"


@refused
def a_part_that_nothing_refers_to(parts: Parts, address: str) -> None:
    parts["word/secret.xml"] = "<x/>"


@refused
def relationships_that_only_word_finds(parts: Parts, address: str) -> None:
    setting(parts, f'<w:attachedTemplate xmlns:r="{OFFICE}" r:id="rId1"/>')
    relate(parts, "rId1", "attachedTemplate", address, outside=True, of="WORD/_RELS/SETTINGS.XML.RELS")


@refused
def an_id_that_two_relationships_have(parts: Parts, address: str) -> None:
    pictured(parts, "word/media/image1.png", PNG)
    relate(parts, "rId90", "hyperlink", address, outside=True)


@refused
def a_mode_of_another_name(parts: Parts, address: str) -> None:
    below(parts, paragraph(picture(1, blip='r:link="rId90"')))
    relate(parts, "rId90", "image", address, outside=True)
    edit(parts, LINKS, '"External"', '"external"')


@refused
def a_part_that_leads_outside(parts: Parts, address: str) -> None:
    below(parts, paragraph(picture(1)))
    relate(parts, "rId90", "image", address)


@refused
def a_header_that_is_claimed_to_be_a_picture(parts: Parts, address: str) -> None:
    edit(parts, TYPES, f"{WORD_TYPE}.header+xml", "image/png")


@refused
def two_content_types_for_one_part(parts: Parts, address: str) -> None:
    typed(parts, "word/HEADER1.xml", "application/vnd.ms-office.vbaProject")


@refused
def a_header_in_another_encoding(parts: Parts, address: str) -> None:
    """Programs that know UTF-7 find a field in it."""
    text = parts.pop(HEADER).partition("?>")[2]
    hidden = base64.b64encode("<w:p/>".encode("utf-16-be")).decode().rstrip("=")
    parts[HEADER] = (
        f'<?xml version="1.0"{" " * 400} encoding="utf-7"?>{text.replace("</w:hdr>", f"+{hidden}-</w:hdr>")}'
    )


@refused
def a_document_type_in_utf_16(parts: Parts, address: str) -> None:
    wide(parts, HEADER, lambda text: f'<!DOCTYPE w:hdr [<!ENTITY a SYSTEM "{address}">]>{text}')


# ── What must be accepted ────────────────────────────────────────────────────────────────────────────────────


@sound
def links_to_the_web(parts: Parts, address: str) -> None:
    _linked(parts, address)
    link = f'HYPERLINK "{address}" \\l "top" \\o "Read more" \\t "_blank" \\* MERGEFORMAT'
    below(parts, paragraph(field(code(link), "more")))
    below(parts, paragraph(field(code('HYPERLINK \\l "_Toc1" \\h'), "below")))
    shape = f'<w:r><w:pict {VML}><v:rect style="width:9pt;height:9pt" alt="x" href="{address}"/></w:pict></w:r>'
    below(parts, paragraph(shape))


@sound
def links_to_a_mailbox_a_telephone_and_a_place(parts: Parts, address: str) -> None:
    for nth, target in enumerate(("mailto:a@example.com", "tel:+1555010", "#top", "HTTPS://www.example.com/")):
        below(parts, paragraph(f'<w:hyperlink r:id="rId9{nth}">{run("x")}</w:hyperlink>'))
        relate(parts, f"rId9{nth}", "hyperlink", target, outside=True)


@sound
def a_link_as_libreoffice_writes_it(parts: Parts, address: str) -> None:
    link = f'<w:hyperlink r:id="rId90" w:tgtFrame="{address}" w:tooltip="{address}">{run("x")}</w:hyperlink>'
    below(parts, paragraph(link))
    relate(parts, "rId90", "hyperlink", address, outside=True)


@sound
def the_usual_fields(parts: Parts, address: str) -> None:
    below(parts, paragraph('<w:bookmarkStart w:id="1" w:name="_Ref1"/><w:bookmarkEnd w:id="1"/>'))
    for one in (
        "PAGE", " NUMPAGES  \\* Arabic ", 'DATE \\@ "d MMMM yyyy"', 'TOC \\o "1-3" \\h \\z \\u', "REF _Ref1 \\h",
        "SEQ Table \\* ARABIC", "STYLEREF 1 \\s", "DOCPROPERTY Reference", "PAGE\\* MERGEFORMAT", "",
        'SYMBOL 183 \\f "Symbol"', "=SUM(ABOVE)",
    ):  # fmt: skip
        below(parts, paragraph(field(code(one))))
    below(parts, paragraph(field(code("IF ") + field(code("PAGE")) + code(' = 1 "" "x"'))))
    below(parts, paragraph(field(code("=") + field(code("PAGE")) + code("+1"))))


@sound
def an_address_that_is_only_text(parts: Parts, address: str) -> None:
    below(parts, paragraph(run(f"INCLUDEPICTURE &quot;{address}&quot;")))
    pictured(parts, "word/media/image1.png", PNG)
    parts[BODY] = parts[BODY].replace('descr="A flag"', f'descr="A flag, {address}"', 1)


@sound
def a_drawing(parts: Parts, address: str) -> None:
    shapes = '<defs><linearGradient id="a"/></defs><rect width="9" height="9" fill="url(#a)"/><use href="#a"/>'
    pictured(parts, "word/media/image1.svg", _drawing(shapes), "image/svg+xml")


@sound
def a_watermark(parts: Parts, address: str) -> None:
    words = f'<v:textpath on="t" string="{address}"/>'
    edit(parts, HEADER, "</w:hdr>", f"{paragraph(old_drawing(words))}</w:hdr>")


@sound
def a_header_in_utf_16(parts: Parts, address: str) -> None:
    wide(parts, HEADER, lambda text: text)


@sound
def settings_of_a_printer_of_macos(parts: Parts, address: str) -> None:
    relate(parts, "rId90", "printerSettings", "printerSettings1.bin")
    plist = f'\0\7\0\0<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//A//EN" "{address}"><plist/>'
    parts["word/printerSettings1.bin"] = plist
    typed(parts, "word/printerSettings1.bin", f"{WORD_TYPE}.printerSettings")


@sound
def building_blocks(parts: Parts, address: str) -> None:
    block = f"<w:docParts><w:docPart><w:docPartBody>{paragraph(field(code('PAGE')))}</w:docPartBody>"
    another_part(parts, "glossaryDocument", f"{block}</w:docPart></w:docParts>")


@sound
def data_of_a_server_for_documents(parts: Parts, address: str) -> None:
    relate(parts, "rId90", "customXml", "../customXml/item1.xml")
    parts["customXml/item1.xml"] = f'<p:properties xmlns:p="urn:p"><url href="{address}">{address}</url></p:properties>'


@sound
def a_label_and_a_thumbnail(parts: Parts, address: str) -> None:
    kind = "http://schemas.microsoft.com/office/2020/02/relationships/classificationlabels"
    relate(parts, "rId90", kind, "docMetadata/LabelInfo.xml", of="_rels/.rels")
    parts["docMetadata/LabelInfo.xml"] = "<clbl:labelList xmlns:clbl='urn:x'/>"
    typed(parts, "docMetadata/LabelInfo.xml", "application/vnd.ms-office.classificationlabels+xml")
    thumbnail = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail"
    relate(parts, "rId91", thumbnail, "docProps/thumbnail.png", of="_rels/.rels")
    parts["docProps/thumbnail.png"] = PNG.decode("latin-1")
    typed(parts, "docProps/thumbnail.png", "image/png")


ALL: Final[Mapping[str, Change]] = REFUSED | SOUND
