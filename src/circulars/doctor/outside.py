"""Finds active content in a Word template, and references out of the file: links, macros, objects, fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from circulars.doctor.findings import TemplateFinding
from circulars.doctor.word import WordTemplate, is_outside, kind_of, paragraph_around, paragraphs_of
from circulars.files.opc import UnreadablePackageError, target_of
from circulars.files.word_fields import FieldCode, field_codes
from circulars.files.word_kinds import is_harmless
from circulars.files.word_reach import reaches_of
from circulars.render.docx.markup import w
from circulars.render.docx.tags import SAVE_AS_DOCX, no_part

MACROS: Final = (
    "vbaProject",
    "wordVbaData",
    "keyMapCustomizations",
    "attachedToolbars",
    "extensibility",
    "userCustomization",
)
"""The types of relationships to macros and to what starts them."""

_OBJECTS: Final = ("oleObject", "package", "control", "activeXControlBinary")
_NEEDED: Final = ("styles", "numbering", "settings", "header", "footer", "image", "theme", "fontTable")
_RESTORED: Final = ("styles", "numbering", "settings", "header", "footer")
_REACHING: Final = (
    "DDE", "DDEAUTO", "INCLUDETEXT", "INCLUDEPICTURE", "INCLUDE", "IMPORT", "LINK", "DATABASE", "MACROBUTTON", "RD",
    "HTMLCONTROL",
)  # fmt: skip


def outside_findings(word: WordTemplate) -> Iterator[TemplateFinding]:
    """Everything in a Word template that refers to something outside it, is missing, or is active.

    The rules of letters come last, without the kinds of faults that have been found with their places.
    """
    found = list(_placed_findings(word))
    yield from found
    yield from _other_findings(word, {finding.code for finding in found})


def _other_findings(word: WordTemplate, reported: set[str]) -> Iterator[TemplateFinding]:
    """What else letters may not have, except the kinds that have been reported."""
    try:
        for one in reaches_of(word.parts, word.stories):
            if one.code not in reported:
                repair = "removes it" if one.code == "unused-part" else ""
                yield TemplateFinding(one.code, one.fact, one.remedy, stops=True, repair=repair)
    except (etree.XMLSyntaxError, UnreadablePackageError) as error:
        fact = f"a part is broken: {getattr(error, 'fact', error)}"
        yield TemplateFinding("broken-part", fact, "open the template in Word and save it again", stops=True)


def _placed_findings(word: WordTemplate) -> Iterator[TemplateFinding]:
    for owner, link in word.links():
        yield from _outside(word, owner, link) if is_outside(link) else _inside(word, owner, link)
    yield from _dangling(word)
    if has_macros(word):
        yield TemplateFinding(
            "macros",
            f"the file contains macros{_macro_parts(word)}",
            SAVE_AS_DOCX,
            repair="removes them",
        )
    for name, story in word.stories.items():
        places = {one.element: one.place() for one in paragraphs_of(word.trees[name], story)}
        for _ in word.trees[name].iter(w("altChunk")):
            fact = f"{story}: Word would import another document here (altChunk)"
            remedy = "open the template in Word and save it: then it contains the text itself"
            yield TemplateFinding("foreign-text", fact, remedy)
        for element in word.trees[name].iter(w("object"), w("control")):
            if element.tag == w("control") and next(element.iterancestors(w("object")), None) is not None:
                continue
            paragraph = paragraph_around(element)
            where = places[paragraph] if paragraph is not None else story
            fact = f"{where}: there is an embedded object here (OLE or ActiveX)"
            yield TemplateFinding("embedded-object", fact, "replace it by a picture or by text")
    for place, one in reaching_fields(word):
        code = " ".join(one.code.split())[:60]
        what = (
            "accesses something outside the file"
            if one.name in _REACHING
            else f"is refused, because {one.fault_in_template}"
        )
        fact = f"{place}: the field {one.name} {what}: '{code}'"
        yield TemplateFinding("reaching-field", fact, "make it plain text in Word (Ctrl+Shift+F9)", repair="does it")
    settings = word.part("settings")
    if settings is not None and settings.find(w("mailMerge")) is not None:
        yield TemplateFinding(
            "mail-merge",
            "the template is the main document of one of Word's own mail merges",
            "end it in Word: Mailings, Start Mail Merge, Normal Word Document",
            repair="does it",
        )


def _outside(word: WordTemplate, owner: str, link: etree._Element) -> Iterator[TemplateFinding]:
    kind, target, place = kind_of(link), link.get("Target", ""), word.place(owner)
    if kind == "hyperlink":
        if not is_harmless(target):
            fact = f"{place}: a link leads to '{target}', which is not a web address"
            yield TemplateFinding("outside-link", fact, "write an address that begins with 'https:' or 'mailto:'")
    elif kind == "attachedTemplate":
        fact = f"Word looks for the template '{target}' each time a letter is opened"
        yield TemplateFinding(
            "attached-template", fact, "detach it in Word: Developer, Document Template", repair="does it"
        )
    elif kind in ("mailMergeSource", "mailMergeHeaderSource"):
        return  # reported with the mail merge
    elif kind == "image":
        fact = f"{place}: a picture is only linked: '{target}'"
        yield TemplateFinding("outside-picture", fact, "put the picture itself into the template")
    else:
        fact = f"{place}: the file refers to '{target}' ({kind}), which is outside it"
        yield TemplateFinding("outside-part", fact, "remove it, or put its text into the template")


def _inside(word: WordTemplate, owner: str, link: etree._Element) -> Iterator[TemplateFinding]:
    kind, target = kind_of(link), target_of(link, owner)
    if kind in _NEEDED and target not in word.parts:
        fact, remedy = f"the part '{target}' ({kind}) is not in the file", "save the template again in Word"
        stops = kind in _RESTORED
        repair = "takes the shipped one" if kind in _RESTORED else ""
        yield TemplateFinding("missing-part", fact, remedy, stops=stops, repair=repair)
    if kind in _OBJECTS and not _is_shown(word, owner, link):
        fact = f"{word.place(owner)}: the file contains the object '{target}' ({kind})"
        yield TemplateFinding("embedded-object", fact, "remove the object in Word")


def _is_shown(word: WordTemplate, owner: str, link: etree._Element) -> bool:
    """Whether an object in a story uses a relationship; then the object is reported with its place."""
    tree = word.trees.get(owner)
    if tree is None or owner not in word.stories:
        return False
    objects = tree.iter(w("object"), w("control"))
    return any(link.get("Id") in node.attrib.values() for one in objects for node in one.iter())


def _dangling(word: WordTemplate) -> Iterator[TemplateFinding]:
    """Necessary parts, headers and footers for which there is no relationship."""
    for kind in ("styles", "numbering", "settings"):
        if not word.target(kind):
            fact, remedy = no_part(kind), SAVE_AS_DOCX
            yield TemplateFinding("missing-part", fact, remedy, stops=True, repair="takes the shipped one")
    for reference in dangling_references(word):
        kind = etree.QName(reference).localname.removesuffix("Reference")
        fact = f"a section refers to a {kind} that is not in the file"
        yield TemplateFinding("missing-part", fact, "make it again in Word", stops=True, repair="takes the shipped one")


def dangling_references(word: WordTemplate) -> Iterator[etree._Element]:
    """The references of sections to headers and footers that have no relationship."""
    ids = {link.get("Id") for owner, link in word.links() if owner == word.main}
    for reference in word.trees[word.main].iter(w("headerReference"), w("footerReference")):
        if reference.get(_ID) not in ids:
            yield reference


def unused_parts(word: WordTemplate) -> list[str]:
    """The names of the parts that nothing in the file refers to."""
    serialized = dict(word.parts) | {name: etree.tostring(tree) for name, tree in word.trees.items()}
    return [one.part for one in reaches_of(serialized, word.stories) if one.code == "unused-part"]


_ID: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def has_macros(word: WordTemplate) -> bool:
    """Whether a file contains macros, or declares that it does."""
    kinds = any(kind_of(link) in MACROS for _, link in word.links())
    types = word.trees.get("[Content_Types].xml")
    says = types is not None and any("macroEnabled" in entry.get("ContentType", "") for entry in types)
    return kinds or says or any(name.lower().endswith("vbaproject.bin") for name in word.parts)


def _macro_parts(word: WordTemplate) -> str:
    names = sorted({target_of(link, owner) for owner, link in word.links() if kind_of(link) in MACROS})
    return f": {', '.join(names)}" if names else ", or declares that it does"


def reaching_fields(word: WordTemplate) -> Iterator[tuple[str, FieldCode]]:
    """The fields that may access files, programs or databases, each with its place for messages."""
    for name, story in word.stories.items():
        faulty = [one for one in field_codes(word.trees[name]) if one.fault_in_template]
        places = {one.element: one.place() for one in paragraphs_of(word.trees[name], story)} if faulty else {}
        for one in faulty:
            paragraph = paragraph_around(one.element)
            yield places[paragraph] if paragraph is not None else story, one
