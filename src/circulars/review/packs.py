"""Looks into template packs: what their templates ask for, and what goes wrong when they are laid out."""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import NoReturn

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from circulars.build import Order, Workspace, build, documents
from circulars.document import Document, spans_of
from circulars.errors import CircularsError, PackError, Place, Problem
from circulars.letter import Named
from circulars.pack import Pack
from circulars.render import WRITERS
from circulars.render.page import STYLESHEET, stylesheet_of
from circulars.source import read_letter

WORD_TEMPLATE = "letter.docx"
PAGE_TEMPLATE = "letter.html.j2"


@dataclass(frozen=True, slots=True)
class Asked:
    """A field that a template asks for: the template's file, and the field with "[]" for each entry of a list."""

    file: str
    field: str


def check_pack(name: str, workspace: Workspace) -> tuple[Problem, ...]:
    """What is wrong with a pack: its facts and words, then every template, by laying out each kind's skeleton.

    A font that is missing, a tag that asks for nothing that there is, a style that was deleted: each shows here.
    """
    try:
        pack = workspace.pack(name)
    except PackError as error:
        return error.problems
    problems: dict[Problem, None] = dict.fromkeys(_misspelt_styles(pack))
    for kind in pack.kinds:
        skeleton = pack.folder / "skeletons" / f"{kind}.yaml"
        if not skeleton.is_file():
            fact = f"the kind '{kind}' has no skeleton"
            problems[Problem(Place(str(skeleton)), "missing-file", fact, "write the shortest letter of that kind")] = (
                None
            )
            continue
        problems |= dict.fromkeys(_laid_out(skeleton, name, workspace))
    return tuple(problems)


class _Heard(logging.Handler):
    """Keeps what WeasyPrint says of a stylesheet."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


def _misspelt_styles(pack: Pack) -> Iterator[Problem]:
    """What WeasyPrint passes over in the stylesheet: a misspelt property changes nothing, and nobody is told.

    What is said of media is left out: a rule for screens is for browsers.
    """
    import weasyprint

    heard, logger = _Heard(), logging.getLogger("weasyprint")
    logger.addHandler(heard)
    try:
        weasyprint.CSS(string=stylesheet_of(pack), media_type="pdf", url_fetcher=_fetch_nothing)
    except PackError as error:
        yield from error.problems
    finally:
        logger.removeHandler(heard)
    for said in heard.said:
        if "media" not in said.lower():
            place = re.search(r"at (\d+):(\d+)", said)
            line, column = (int(place[1]), int(place[2])) if place else (0, 0)
            where = Place(str(pack.folder / STYLESHEET), line, column)
            yield Problem(where, "passed-over-style", said[0].lower() + said[1:].rstrip("."), "is it spelt right?")


def _fetch_nothing(address: str) -> NoReturn:
    raise ValueError(f"nothing is fetched: {address}")


def _laid_out(skeleton: Path, pack: str, workspace: Workspace) -> Iterator[Problem]:
    """What goes wrong when a skeleton is written in each format: one fault of a template does not hide another's."""
    try:
        letter = replace(read_letter(skeleton), pack=Named(pack, Place(str(skeleton))))
    except CircularsError as error:
        yield from error.problems
        return
    for format in WRITERS:
        try:
            settled = list(documents(letter, workspace, Order()))
            outputs = list(build(letter, workspace, Order(formats=(format,))))
        except CircularsError as error:
            yield from error.problems
            continue
        if format in _TEMPLATES:
            name, read = _TEMPLATES[format]
            place = Place(str(workspace.pack(pack).folder / name))
            for document, output in zip(settled, outputs, strict=True):
                yield from (
                    Problem(place, "lost-words", f"'{words}' is in the letter, but not on the page", _FIND_THE_TAG)
                    for words in _lost(document, read(output.data))
                )


_FIND_THE_TAG = "put its tag back into the template; 'circulars template fields' lists those of the shipped one"
_MOST_LOST = 3


def _lost(document: Document, page: str) -> list[str]:
    """The first texts of a document that a page does not show; white space is not compared."""
    shown = "".join(page.split())
    return [words for words in _texts(document) if "".join(words.split()) not in shown][:_MOST_LOST]


def _texts(document: Document) -> Iterator[str]:
    """Every text that a reader of the letter must find, numbers and bullets left out: Word counts those itself."""
    head, signature = document.letterhead, document.signature
    yield from (head.organization, head.bureau, document.date_line, document.subject_label, document.salutation)
    yield from (span.text for span in spans_of(document))
    yield from (document.closing, *document.annex_note)
    yield from (signature.signed, signature.name, *signature.title) if signature else ()
    yield from (text for annex in document.annexes for text in (annex.label, annex.parent))
    yield from document.footer


def _word_text(data: bytes) -> str:
    """The words of a Word file: its body, headers and footers."""
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(data)) as package:
        stories = (
            name for name in package.namelist() if re.fullmatch(r"word/(document|header\d*|footer\d*)\.xml", name)
        )
        trees = [etree.fromstring(package.read(name)) for name in stories]
    return "".join(node.text or "" for tree in trees for node in tree.iter("{*}t"))


def _page_text(data: bytes) -> str:
    """The words of an HTML page."""
    reader = _Words()
    reader.feed(data.decode())
    return "".join(reader.found)


class _Words(HTMLParser):
    """Takes the words of an HTML page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)


_TEMPLATES: dict[str, tuple[str, Callable[[bytes], str]]] = {
    "docx": (WORD_TEMPLATE, _word_text),
    "html": (PAGE_TEMPLATE, _page_text),
}


def asked_by(pack: Pack) -> tuple[Asked, ...]:
    """The fields that a pack's templates ask for, each once, by template and name.

    Raises:
        PackError: a template is missing, or cannot be read as one.
    """
    sources = {PAGE_TEMPLATE: pack.read(PAGE_TEMPLATE).decode(), WORD_TEMPLATE: _word_source(pack)}
    found = {Asked(name, field) for name, source in sources.items() for field in _fields(source, pack, name)}
    return tuple(sorted(found, key=lambda asked: (asked.file, asked.field)))


def _word_source(pack: Pack) -> str:
    """The tags of the Word template as Jinja reads them: of its body, its headers and its footers."""
    from zipfile import BadZipFile

    from docx.opc.exceptions import PackageNotFoundError
    from docxtpl import DocxTemplate

    template = DocxTemplate(io.BytesIO(pack.read(WORD_TEMPLATE)))
    try:
        template.init_docx()
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError) as error:
        fact = f"this is not a Word file: {error}"
        raise PackError(Problem(Place(str(pack.folder / WORD_TEMPLATE)), "template-error", fact)) from None
    stories = [template.get_xml()]
    for section in template.docx.sections:
        furniture = (section.header, section.footer, section.first_page_header, section.first_page_footer)
        stories += [template.xml_to_string(part._element) for part in furniture if not part.is_linked_to_previous]
    return "".join(template.patch_xml(story) for story in stories)


def _fields(source: str, pack: Pack, name: str) -> Iterator[str]:
    try:
        tree = ImmutableSandboxedEnvironment().parse(source)
    except TemplateSyntaxError as error:
        place = Place(str(pack.folder / name), error.lineno, 1)
        raise PackError(Problem(place, "template-error", f"a tag is wrong: {error.message}")) from None
    yield from _asked(tree, _own_names(tree))


def _own_names(tree: nodes.Template) -> dict[str, str]:
    """The names that a template gives itself, and the field that each stands for, or ""."""
    macros = {macro.name: "" for macro in tree.find_all(nodes.Macro)}
    variables = {
        assign.target.name: _path(assign.node, macros)
        for assign in tree.find_all(nodes.Assign)
        if isinstance(assign.target, nodes.Name)
    }
    return macros | variables | {"loop": ""}


def _asked(node: nodes.Node, known: Mapping[str, str]) -> Iterator[str]:
    """The dotted names that a template's tree reads; ``known`` are its loops' names and what they run through."""
    if isinstance(node, nodes.For):
        yield from _asked(node.iter, known)
        inner = dict(known)
        if isinstance(node.target, nodes.Name) and (path := _path(node.iter, known)):
            inner[node.target.name] = f"{path}[]"
        else:
            targets = [node.target] if isinstance(node.target, nodes.Name) else node.target.find_all(nodes.Name)
            inner |= {target.name: "" for target in targets}
        for part in (*node.body, *node.else_):
            yield from _asked(part, inner)
        return
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr):
        yield from _asked(node.node.node, known)  # the field, not what is called on it
        for argument in node.args:
            yield from _asked(argument, known)
        return
    if isinstance(node, nodes.Macro):
        known = dict(known) | {argument.name: "" for argument in node.args}
    if isinstance(node, nodes.Getattr | nodes.Name) and (path := _path(node, known)):
        yield path
        return
    for child in node.iter_child_nodes():
        yield from _asked(child, known)


def _path(node: nodes.Node, known: Mapping[str, str]) -> str:
    if isinstance(node, nodes.Name):
        return known.get(node.name, node.name if node.ctx == "load" else "")
    if isinstance(node, nodes.Getattr) and (path := _path(node.node, known)):
        return f"{path}.{node.attr}"
    return ""
