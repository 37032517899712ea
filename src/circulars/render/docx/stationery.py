"""Makes a Word template ready for the letters of one language, once: its tags compiled, its other parts compressed.

docxtpl's own ``patch_xml`` turns the tags that a keeper typed in Word into Jinja's. Two things are done to its result
once for all letters: each run that holds a tag is written by ``run``, so that a value of two directions, or with line
feeds, becomes several runs of the tag's own look; and each other run is given the letter's language.
"""

from __future__ import annotations

import functools
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from jinja2 import Template, nodes
from lxml import etree
from markupsafe import Markup

from circulars.files import carried
from circulars.files.opc import (
    CONTENT_TYPES,
    RELATIONSHIPS,
    UnreadablePackageError,
    links_of,
    parse_part,
    reaching_out,
    read_parts,
    relationships_name,
    target_of,
    targets,
)
from circulars.model.document import Direction
from circulars.render.docx.markup import R, quoted, w, xml
from circulars.render.docx.numbering import Lists, Outline, lists_of
from circulars.render.docx.runs import Voice, text_runs
from circulars.render.docx.tags import Fault, UnfitTemplateError, as_text, missing, text
from circulars.render.templates.sandbox import Sandbox

HEADINGS: Final = "Section numbers"
STYLES: Final = (
    "Normal", "Numbered paragraph", "Body Text", "heading 1", "heading 2", "heading 3", "List Bullet", "List Number",
    "List Number 2", "List", "Note text", "Table heading", "Table text", "Deadline item", "Table gap", "Hyperlink",
    "Circular table", HEADINGS,
)  # fmt: skip
"""The styles that letters are written in, whatever the template itself uses."""
FURNITURE: Final = ("header", "footer", "footnotes", "endnotes")
"""The kinds of parts with running text, besides the body."""
_EXTENSIONS = {"png": "image/png", "jpeg": "image/jpeg", "xml": "application/xml"}
_OFFICE = "application/vnd.openxmlformats-"
_PROPERTIES = {
    "/docProps/core.xml": f"{_OFFICE}package.core-properties+xml",
    "/docProps/app.xml": f"{_OFFICE}officedocument.extended-properties+xml",
    "/docProps/custom.xml": f"{_OFFICE}officedocument.custom-properties+xml",
}
_AFTER_BIDI = {
    w(name)
    for name in (
        "adjustRightInd",
        "snapToGrid",
        "spacing",
        "ind",
        "contextualSpacing",
        "mirrorIndents",
        "suppressOverlap",
        "jc",
        "textDirection",
        "textAlignment",
        "textboxTightWrap",
        "outlineLvl",
        "divId",
        "cnfStyle",
        "rPr",
        "sectPr",
    )
}
_LINK = ("Id", "Type", "Target", "TargetMode")
_TAKE_OUT = "take it out of the template: nothing runs and nothing is fetched when a letter is opened"
_MAX_STORY = 1_000_000  # bytes
_MAX_TAGS = 1_000
_EPOCH = (1980, 1, 1, 0, 0, 0)

_RUN = re.compile(
    r"<w:r(?: [^>]*)?>(?:<w:rPr>(?P<look>(?:(?!</w:rPr>).)*)</w:rPr>|<w:rPr/>)?"
    r"(?P<inside>(?:(?!<w:r[ >]|</w:r>).)*)</w:r>",
    re.DOTALL,
)
_TEXT = re.compile(
    r"<w:t(?: [^>]*)?>(?P<text>(?:[^<{]|\{[{%](?:(?![%}]\}).){0,2000}+[%}]\}|\{)*+)</w:t>|<w:t(?: [^>]*)?/>", re.DOTALL
)
_WHOLE_TAG = re.compile(r"\{(?:\{(?:(?!\}\}).){0,2000}\}|%(?:(?!%\}).){0,2000}%|#(?:(?!#\}).){0,2000}#)\}", re.DOTALL)
_OPENING = re.compile(r"\{[{%#]|\{\s*$")
_CONTROL = re.compile(r"(\{%.*?%\})", re.DOTALL)
_LANGUAGE = re.compile(r"<w:lang(?: [^>]*)?/>")


@dataclass(frozen=True, slots=True)
class Stationery:
    """A template made ready.

    ``styles`` are the ids of its styles by their names in lower case; ``stories`` the parts with running text, by
    their names; ``relationships`` the inside of their ``.rels`` parts; ``text_width`` is in twips; ``base`` is a ZIP
    of all parts that are the same in every letter.
    """

    main: str
    styles: Mapping[str, str]
    lists: Lists
    numbering: str
    stories: Mapping[str, Template]
    relationships: Mapping[str, str]
    text_width: int
    base: bytes

    def outline(self, style: str) -> Outline:
        """The list of a style; one without levels when the template's style has none."""
        return self.lists.by_style.get(style.lower(), Outline("", ()))


@functools.lru_cache(maxsize=64)
def stationery(template: bytes, language: str, direction: Direction, carries: bool = False) -> Stationery:
    """The template made ready for letters in a language; with ``carries`` for those that carry other files.

    Raises:
        UnfitTemplateError: this is no Word file, it lacks a part, a style or a necessary tag, or a tag of it is wrong.
    """
    parts = _parts(template)
    main = _target(parts, "", "officeDocument")
    styles_name, numbering, settings = (_target(parts, main, kind) for kind in ("styles", "numbering", "settings"))
    named = styles_of(parse_part(parts[styles_name]))
    if missing := [name for name in STYLES if name.lower() not in named]:
        remedy = "keep all styles of the template"
        raise UnfitTemplateError(*((f"the template has no style '{name}'", remedy) for name in missing))
    names = story_names(parts, main)
    body = parse_part(parts[main])
    parts[main] = _directed(body, direction)
    parts[styles_name] = _speaking(parts[styles_name], language, direction)
    parts[settings] = _themed(parts[settings], language, direction)
    voice = Voice(language, direction)
    lists = lists_of(parts[numbering], named)
    stories = _compiled({name: _source(parts, name) for name in names}, voice)
    relationships = {name: _relationships(parts, name) for name in names}
    changing = {*names, numbering, *(relationships_name(name) for name in names)}
    return Stationery(
        main=main,
        styles={name: style.get(w("styleId"), "") for name, style in named.items()},
        lists=lists,
        numbering=numbering,
        stories=stories,
        relationships=relationships,
        text_width=_text_width(body),
        base=_base(parts, main, changing, carries),
    )


def _parts(template: bytes) -> dict[str, bytes]:
    try:
        parts = read_parts(template)
    except UnreadablePackageError as error:
        raise UnfitTemplateError((error.fact, error.remedy)) from error
    if faults := tuple((f"the part '{name}' reaches out: {fact}", _TAKE_OUT) for name, fact in reaching_out(parts)):
        raise UnfitTemplateError(*faults)
    # Whoever made the template from a letter did not mean its source to travel with every other one.
    return carried.without_carrier(parts)


def _target(parts: Mapping[str, bytes], name: str, kind: str) -> str:
    target = next(iter(targets(parts, name, kind)), "")
    if target not in parts:
        raise UnfitTemplateError((f"the template has no part '{kind}'", "save it in Word as .docx"))
    return target


def story_names(parts: Mapping[str, bytes], main: str) -> tuple[str, ...]:
    """The names of the parts with running text: the body ``main``, its headers, footers and notes."""
    return (main, *(name for kind in FURNITURE for name in targets(parts, main, kind)))


def _source(parts: Mapping[str, bytes], name: str) -> str:
    """A part with running text, well-formed and no longer than its tags can be found in."""
    if name not in parts:
        raise UnfitTemplateError((f"the template has no part '{name}'", "save it anew in Word"))
    story = parse_part(parts[name])
    source = etree.tostring(story).decode()
    if len(source) > _MAX_STORY or source.count("{{") + source.count("{%") + source.count("{#") > _MAX_TAGS:
        fact = f"the part '{name}' is larger than {_MAX_STORY:,} bytes, or has more than {_MAX_TAGS:,} tags"
        raise UnfitTemplateError((fact, "make the template shorter"))
    if faults := tuple(_unclosed(story)):
        raise UnfitTemplateError(*faults)
    return source


def _unclosed(story: etree._Element) -> Iterator[Fault]:
    """The tags that their paragraph does not close: docxtpl would look for their end through the whole story."""
    for paragraph in story.iter(w("p")):
        words = "".join(node.text or "" for node in paragraph.iter(w("t")))
        left = _WHOLE_TAG.sub("", words)
        if found := _OPENING.search(left):
            around = left[max(found.start() - 20, 0) : found.end() + 20]
            yield f"the tag in '{around}' is not closed in its paragraph", "close it with '}}' or '%}'"


def _relationships(parts: Mapping[str, bytes], name: str) -> str:
    return "".join(
        "<Relationship " + " ".join(f"{key}={quoted(link.get(key, ''))}" for key in _LINK if key in link.attrib) + "/>"
        for link in links_of(parts, name)
        if not (link.get("Type") == f"{R}/customXml" and target_of(link, name) not in parts)
    )


def styles_of(styles: etree._Element) -> dict[str, etree._Element]:
    """The styles of a part by their names in lower case, as Word compares them."""
    named = {}
    for style in styles.iter(w("style")):
        name = style.find(w("name"))
        if name is not None:
            named[name.get(w("val"), "").lower()] = style
    return named


def _text_width(body: etree._Element) -> int:
    for section in body.iter(w("sectPr")):
        size, margins = section.find(w("pgSz")), section.find(w("pgMar"))
        if size is not None and margins is not None:
            return int(size.get(w("w"), 0)) - int(margins.get(w("left"), 0)) - int(margins.get(w("right"), 0))
    raise UnfitTemplateError(("the template has no page size", "save it in Word as .docx"))


def _directed(body: etree._Element, direction: Direction) -> bytes:
    """The body, its tables and its page running in the letter's direction."""
    if direction == "rtl":
        for properties in body.iter(w("tblPr")):
            if properties.find(w("bidiVisual")) is None:
                before = [child for child in properties if child.tag in (w("tblStyle"), w("tblpPr"), w("tblOverlap"))]
                properties.insert(len(before), etree.Element(w("bidiVisual")))
        for section in body.iter(w("sectPr")):
            after = [child for child in section if child.tag in (w("rtlGutter"), w("docGrid"), w("sectPrChange"))]
            section.insert(len(section) - len(after), etree.Element(w("bidi")))
    return etree.tostring(body)


def _speaking(styles: bytes, language: str, direction: Direction) -> bytes:
    """The styles, whose defaults name the letter's language and direction."""
    tree = parse_part(styles)
    defaults = tree.find(w("docDefaults"))
    if defaults is None:
        defaults = etree.Element(w("docDefaults"))
        tree.insert(0, defaults)
    look = _within(_within(defaults, "rPrDefault", 0), "rPr", 0)
    for old in look.findall(w("lang")):
        look.remove(old)
    etree.SubElement(look, w("lang"), _spoken(language, direction))
    if direction == "rtl":
        paragraphs = _within(_within(defaults, "pPrDefault", 1), "pPr", 0)
        later = [child for child in paragraphs if child.tag in _AFTER_BIDI]
        paragraphs.insert(len(paragraphs) - len(later), etree.Element(w("bidi")))
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def _within(parent: etree._Element, name: str, place: int) -> etree._Element:
    """The child of this name, made at a place where it is missing."""
    child = parent.find(w(name))
    if child is None:
        child = etree.Element(w(name))
        parent.insert(place, child)
    return child


def _spoken(language: str, direction: Direction) -> dict[str, str]:
    east = {w("eastAsia"): language} if language[:2] in ("zh", "ja", "ko") else {}
    return {w("val"): language} | east | ({w("bidi"): language} if direction == "rtl" else {})


def _themed(settings: bytes, language: str, direction: Direction) -> bytes:
    """The settings, whose language is the letter's."""
    tree = parse_part(settings)
    theme = tree.find(w("themeFontLang"))
    if theme is not None:
        theme.attrib.clear()
        for name, value in _spoken(language, direction).items():
            theme.set(name, value)
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def _compiled(sources: Mapping[str, str], voice: Voice) -> dict[str, Template]:
    """The parts with running text, their tags made Jinja's, and each of their runs in the letter's language."""
    sandboxes = {name: Sandbox({"run": functools.partial(_tagged_run, voice), "text": text}) for name in sources}
    trees: dict[str, nodes.Template] = {
        name: sandboxes[name].parse(_runs_by_filter(_patched(source), voice)) for name, source in sources.items()
    }
    if faults := tuple(missing(trees.values())):
        raise UnfitTemplateError(*faults)
    return {name: sandboxes[name].from_string(tree) for name, tree in trees.items()}


@functools.lru_cache(maxsize=16)  # the same in every language
def _patched(source: str) -> str:
    # docxtpl takes a part of a second to import, and only Word files need it.
    from docxtpl import DocxTemplate

    # Word's spelling marks stand between the halves of a tag, and are left alone when the tag is made whole.
    whole = re.sub(r"<w:proofErr [^>]*/>", "", source[source.find("<w:") :])
    return str(DocxTemplate(io.BytesIO()).patch_xml(whole))


def _runs_by_filter(patched: str, voice: Voice) -> str:
    return _RUN.sub(functools.partial(_spoken_run, voice), patched)


def _spoken_run(voice: Voice, run: re.Match[str]) -> str:
    """A run of the template: one that holds a tag is left to the filter, an empty one is dropped."""
    look = _LANGUAGE.sub("", run["look"] or "")
    text = _TEXT.fullmatch(run["inside"])
    if text is None and run["inside"]:
        return f"<w:r><w:rPr>{look}<w:lang w:val={quoted(voice.language)}/></w:rPr>{as_text(run['inside'])}</w:r>"
    if text is None or not text["text"]:
        return ""
    return "".join(_tagged(piece, look, voice) for piece in _CONTROL.split(text["text"]) if piece)


def _tagged(piece: str, look: str, voice: Voice) -> str:
    """A piece of a run's text: a statement stands bare between runs, a value is made runs when it is known."""
    if piece.startswith("{%"):
        return piece
    if "{{" not in piece:
        return text_runs(xml(piece).unescape(), voice, look)
    literal = look.replace("\\", "\\\\").replace("'", "\\'")
    return f"{{% filter run('{literal}') %}}{as_text(piece)}{{% endfilter %}}"


def _tagged_run(voice: Voice, text: Markup, look: str) -> Markup:
    return xml(text_runs(text.unescape(), voice, look))


def _base(parts: Mapping[str, bytes], main: str, changing: set[str], carries: bool) -> bytes:
    """A ZIP of the parts that no letter changes, [Content_Types].xml first."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        store(package, "[Content_Types].xml", _content_types(parts["[Content_Types].xml"], carries))
        store(package, "_rels/.rels", _package_relationships(main))
        for name in sorted(parts):
            written = name in changing or name in ("[Content_Types].xml", "_rels/.rels")
            if not written and not name.startswith("docProps/"):
                store(package, name, parts[name])
        for name, data in carried.beside().items() if carries else ():
            store(package, name, data)
    return file.getvalue()


def store(package: zipfile.ZipFile, name: str, data: bytes) -> None:
    """Writes a part as it is written on every machine and every day; pictures are compressed already."""
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.create_system = 0
    entry.compress_type = zipfile.ZIP_STORED if name.endswith((".png", ".jpeg", ".jpg")) else zipfile.ZIP_DEFLATED
    package.writestr(entry, data)


def _content_types(source: bytes, carries: bool) -> bytes:
    """The template's content types without its own properties, with ours and with the pictures'."""
    tree = parse_part(source)
    for entry in list(tree):
        ours = entry.get("PartName", "").startswith("/docProps/") or entry.get("PartName") == f"/{carried.PROPERTIES}"
        if ours or entry.get("Extension", "").lower() in _EXTENSIONS:
            tree.remove(entry)
        elif entry.get("ContentType", "").endswith("template.main+xml"):
            entry.set("ContentType", f"{_OFFICE}officedocument.wordprocessingml.document.main+xml")
    for extension, kind in _EXTENSIONS.items():
        tree.insert(0, _entry("Default", Extension=extension, ContentType=kind))
    beside = {f"/{carried.PROPERTIES}": carried.PROPERTIES_TYPE} if carries else {}
    for name, kind in (_PROPERTIES | beside).items():
        tree.append(_entry("Override", PartName=name, ContentType=kind))
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def _entry(kind: str, **attributes: str) -> etree._Element:
    return etree.Element(f"{{{CONTENT_TYPES}}}{kind}", attributes)


def _package_relationships(main: str) -> bytes:
    return "".join(_package_relationship_lines(main)).encode()


def _package_relationship_lines(main: str) -> Iterator[str]:
    package = "http://schemas.openxmlformats.org/package/2006/relationships/metadata"
    kinds = {
        main: f"{R}/officeDocument",
        "docProps/core.xml": f"{package}/core-properties",
        "docProps/app.xml": f"{R}/extended-properties",
        "docProps/custom.xml": f"{R}/custom-properties",
    }
    yield f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="{RELATIONSHIPS}">'
    for nth, (target, kind) in enumerate(kinds.items(), start=1):
        yield f'<Relationship Id="rId{nth}" Type="{kind}" Target="{target}"/>'
    yield "</Relationships>"
