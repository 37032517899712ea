"""The fields of a Word template: the document's data as text or, for ``{{r …}}`` and ``{{p …}}``, as Word's XML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from circulars.model.document import AddressList, Document, LabelledList, LinkCode, Particular, SettledAnnex, Signature
from circulars.model.text import Item, Spans, Table, plain
from circulars.render.docx.blocks import body_of, gap
from circulars.render.docx.markup import kept_apart, xml
from circulars.render.docx.runs import runs_of
from circulars.render.docx.signatures import signatures_of
from circulars.render.docx.story import Story
from circulars.render.docx.tags import LATER, UnfitTemplateError
from circulars.render.docx.voice import field_runs, text_runs

Fields = Mapping[str, Any]

_PAGE = "{page}"


def fields_of(story: Story) -> Fields:
    """The fields by name. Their XML is written in reading order, so that generated ids are always the same."""
    document = story.document
    particulars = [_particular(particular, story) for particular in document.particulars]
    return {
        "language": document.language,
        "direction": document.direction,
        "layout": document.layout,
        "title": document.title,
        "reference": document.properties.reference,
        "letterhead": {
            "mark": xml(story.drawing(document.letterhead.mark)),
            "organization": document.letterhead.organization,
            "bureau": document.letterhead.bureau,
        },
        "addressee": plain(document.addressee),
        "window": document.window,
        "date_line": _date_line(document),
        "particulars": particulars,
        "first": particulars[0] if particulars else {"label": "", "lines": [xml("")]},
        "others": particulars[1:],
        "addressees": [_addressees(listed, story) for listed in document.addressees],
        "subject_label": document.subject_label,
        "subject": _lines(document.subject, story),
        "references": _listed(document.references, story),
        "salutation": plain(document.salutation),
        **_rest(story),
    }


def _date_line(document: Document) -> str:
    """The line with the date. Beside a reference, it has a mark before it, so that LibreOffice does not turn its day.

    LibreOffice does not see that the number of the reference is in another run, of the other direction.
    """
    is_turned = document.date_beside and document.direction == "rtl"
    return kept_apart("\u200f") * is_turned + document.date_line


def _rest(story: Story) -> Fields:
    document = story.document
    below_head = not document.references and not document.salutation
    _check_shown(story)
    ending = bool(document.closing or document.signature or document.link_code)
    kept = (2 if document.ends_briefly else 1) if ending else 0
    body = body_of(document.body, story, after_table=below_head, kept=kept)
    beside = document.link_code or document.cosignatures
    if beside and document.body and isinstance(document.body[-1], Table):
        body += gap(story, keep=True)
    signatures = signatures_of(story)
    signature = None if signatures else _signature(document.signature, story)
    link_code = None if signatures else _link_code(document.link_code, story)
    postscript = runs_of(document.postscript, story)
    annexes = [_annex(annex, story) for annex in document.annexes]
    return {
        "body": xml(body),
        "closing": "" if signatures else document.closing,
        "signature": signature,
        "signatures": xml(signatures),
        "link_code": link_code,
        "postscript": xml(postscript),
        "drafter": document.drafter,
        "annex_note": document.annex_note,
        "enclosures": _listed(document.enclosures, story),
        "copies": [_addressees(listed, story) for listed in document.copies],
        "distribution": _listed(document.distribution, story),
        "annexes": annexes,
        "end": xml(gap(story) if _ends_in_a_table(story) else ""),
        "running_header": [_furniture(line, story) for line in document.running_header],
        "footer": document.footer,
    }


def _particular(particular: Particular, story: Story) -> Fields:
    return {"label": particular.label, "lines": _lines(particular.lines, story)}


def _addressees(listed: AddressList, story: Story) -> Fields:
    return {"label": listed.label, "entries": _entries(listed.entries, story), "part": listed.part}


def _listed(listed: LabelledList | None, story: Story) -> Fields | None:
    return {"label": listed.label, "entries": _entries(listed.entries, story)} if listed else None


def _entries(entries: Iterable[Item], story: Story) -> list[Fields]:
    return [{"label": entry.label, "text": xml(runs_of(entry.spans, story))} for entry in entries]


def _lines(lines: Iterable[Spans], story: Story) -> list[str]:
    # A table's cell must contain a paragraph, even if it is empty.
    return [xml(runs_of(line, story)) for line in lines] or [xml("")]


def _signature(signature: Signature | None, story: Story) -> Fields | None:
    if signature is None:
        return None
    return {
        "signed": signature.signed,
        "picture": xml(story.drawing(signature.picture)),
        "name": signature.name,
        "title": "\n".join(signature.title),
        "lines": "\n".join(signature.lines),
    }


def _link_code(code: LinkCode | None, story: Story) -> Fields | None:
    if code is None:
        return None
    picture = xml(story.drawing(code.picture, code.address))
    return {"address": code.address, "picture": picture, "caption": code.caption}


def _annex(annex: SettledAnnex, story: Story) -> Fields:
    story.text_width = story.paper.turned_width if annex.orientation == "landscape" else story.paper.text_width
    return {
        "label": xml(story.marked(annex.id, text_runs(annex.label, story.voice))),
        "parent": annex.parent,
        "title": xml(runs_of(annex.title, story)),
        "body": xml(body_of(annex.body, story)),
    }


def _ends_in_a_table(story: Story) -> bool:
    document = story.document
    if document.annexes:
        return bool(document.annexes[-1].body) and isinstance(document.annexes[-1].body[-1], Table)
    last = (document.postscript, document.drafter, document.annex_note, document.enclosures, document.copies)
    return bool(document.link_code or document.cosignatures) and not any((*last, document.distribution))


def _check_shown(story: Story) -> None:
    """Checks that the template shows what only some letters have.

    Raises:
        UnfitTemplateError: words of this letter would be lost.
    """
    document = story.document
    used = {
        "signatures": document.cosignatures,
        "postscript": document.postscript,
        "drafter": document.drafter,
        "enclosures": document.enclosures,
        "copies": document.copies,
    }
    if lost := [name for name, value in used.items() if value and name not in story.paper.shown_fields]:
        raise UnfitTemplateError(
            *((f"the template does not show '{name}', which this letter has", f"write {LATER[name]}") for name in lost)
        )


def _furniture(line: str, story: Story) -> str:
    """A line of the running header. The page number and the reference are fields, so that Word updates them."""
    if _PAGE in line:
        number = field_runs("PAGE", "2", story.voice)
        return xml(number.join(text_runs(part, story.voice) for part in line.split(_PAGE)))
    name = story.property(line)
    if story.voice.direction == "rtl":
        return xml(text_runs(line, story.voice))  # in fields, LibreOffice loses the spaces around numbers: "2/5"
    return xml(field_runs(f"DOCPROPERTY {name}", line, story.voice))
