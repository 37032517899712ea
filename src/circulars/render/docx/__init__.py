"""Writes a document as a Word file, filling the template that the pack's keeper edits in Word."""

from __future__ import annotations

import functools

from jinja2 import TemplateError
from lxml.etree import XMLSyntaxError

from circulars.document import Document
from circulars.errors import PackError, Place, Problem
from circulars.opc import UnreadablePackageError
from circulars.pack import Pack
from circulars.render.docx.fields import fields_of
from circulars.render.docx.package import packed
from circulars.render.docx.stationery import Stationery, stationery
from circulars.render.docx.story import Story
from circulars.render.docx.tags import UnfitTemplateError
from circulars.render.master import Master, WholeMaster
from circulars.render.sandbox import rendered

TEMPLATE = "letter.docx"


def master(document: Document, pack: Pack) -> Master:
    """The document as a Word file of one template, ``letter.docx`` of the pack.

    Raises:
        PackError: the template is no Word file, lacks a style, or asks for something that a document does not have.
    """
    return WholeMaster(document, functools.partial(_written, pack=pack))


def _written(document: Document, pack: Pack) -> bytes:
    try:
        return _filled(_paper(document, pack), document)
    except UnreadablePackageError as error:
        raise PackError(_problem(pack, error.fact, error.remedy)) from error
    except UnfitTemplateError as unfit:
        raise PackError(*(_problem(pack, *fault) for fault in unfit.faults)) from unfit
    except XMLSyntaxError as error:
        raise PackError(_problem(pack, f"a part of the template is broken: {error}", "save it anew in Word")) from error
    except TemplateError as error:
        fact = f"the template fails: {error.message or error}"
        raise PackError(_problem(pack, fact, "compare its tags with the list in the documentation")) from error


def _paper(document: Document, pack: Pack) -> Stationery:
    try:
        return stationery(pack.read(TEMPLATE), document.locale, document.direction, bool(document.attachments))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        # A size that is no number, a list without levels: there is no end of what can be wrong in Word's XML.
        fact = f"the template is damaged: {type(error).__name__}, {error}"
        raise UnfitTemplateError((fact, "save it anew in Word")) from error


def _filled(paper: Stationery, document: Document) -> bytes:
    story = Story(paper, document)
    fields = fields_of(story)
    return packed(story, {name: rendered(template, fields) for name, template in paper.stories.items()})


def _problem(pack: Pack, fact: str, remedy: str) -> Problem:
    return Problem(Place(str(pack.folder / TEMPLATE)), "template-error", fact, remedy)
