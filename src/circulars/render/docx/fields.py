"""The fields of a Word template: the document's data as text or, for ``{{r …}}`` and ``{{p …}}``, as Word's XML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from circulars.model.document import AddressList, Document, LabelledList, LinkCode, Particular, SettledAnnex, Signature
from circulars.model.places import entry_place, label_place, line_place, signature_place
from circulars.model.text import Item, Spans, Table, plain
from circulars.render.docx.blocks import body_of, gap
from circulars.render.docx.markup import kept_apart, xml
from circulars.render.docx.places import block_name, named_runs, named_text, runs_at, text_at
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
    particulars = [_particular(one, number, story) for number, one in enumerate(document.particulars, start=1)]
    return {
        "language": document.language,
        "direction": document.direction,
        "layout": document.layout,
        "title": text_at("title", document.title),
        "reference": text_at("reference", document.properties.reference),
        "letterhead": {
            "mark": xml(story.drawing(document.letterhead.mark)),
            "organization": text_at("letterhead", document.letterhead.organization),
            "bureau": text_at("letterhead.bureau", document.letterhead.bureau),
        },
        "addressee": text_at("addressee", plain(document.addressee)),
        "window": document.window,
        "date_line": text_at("date", _date_line(document)),
        "particulars": particulars,
        "first": particulars[0] if particulars else {"label": "", "lines": [xml("")]},
        "others": particulars[1:],
        "addressees": _addressees("addressees", document.addressees, story),
        "subject_label": text_at(label_place("subject"), document.subject_label),
        "subject": _lines("subject", document.subject, story),
        "references": _listed("references", document.references, story),
        "salutation": text_at("salutation", plain(document.salutation)),
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
    postscript = runs_at("postscript", runs_of(document.postscript, story))
    annexes = [_annex(annex, story) for annex in document.annexes]
    return {
        "body": xml(body),
        "closing": text_at("closing", "" if signatures else document.closing),
        "signature": signature,
        "signatures": xml(signatures),
        "link_code": link_code,
        "postscript": postscript,
        "drafter": text_at("drafter", document.drafter),
        "annex_note": tuple(
            text_at(line_place("annex-note", number), line) for number, line in enumerate(document.annex_note, start=1)
        ),
        "enclosures": _listed("enclosures", document.enclosures, story),
        "copies": _addressees("copies", document.copies, story),
        "distribution": _listed("distribution", document.distribution, story),
        "annexes": annexes,
        "end": xml(gap(story) if _ends_in_a_table(story) else ""),
        "running_header": [_furniture(line, story) for line in document.running_header],
        "footer": document.footer,
    }


def _particular(particular: Particular, number: int, story: Story) -> Fields:
    place = f"particular.{number}"
    return {
        "label": text_at(label_place(place), particular.label),
        "lines": _lines(place, particular.lines, story),
    }


def _addressees(place: str, lists: Sequence[AddressList], story: Story) -> list[Fields]:
    return [
        {
            "label": text_at(label_place(f"{place}.{number}"), listed.label),
            "entries": _entries(f"{place}.{number}", listed.entries, story),
            "part": listed.part,
        }
        for number, listed in enumerate(lists, start=1)
    ]


def _listed(place: str, listed: LabelledList | None, story: Story) -> Fields | None:
    if listed is None:
        return None
    return {"label": text_at(label_place(place), listed.label), "entries": _entries(place, listed.entries, story)}


def _entries(place: str, entries: Iterable[Item], story: Story) -> list[Fields]:
    return [
        {"label": entry.label, "text": runs_at(entry_place(place, number), runs_of(entry.spans, story))}
        for number, entry in enumerate(entries, start=1)
    ]


def _lines(place: str, lines: Sequence[Spans], story: Story) -> list[str]:
    # A table's cell must contain a paragraph, even if it is empty.
    shown = [runs_of(line, story) for line in lines] or [""]
    return [runs_at(line_place(place, number), line) for number, line in enumerate(shown, start=1)]


def _signature(signature: Signature | None, story: Story) -> Fields | None:
    if signature is None:
        return None
    place = signature_place(1)
    return {
        "signed": text_at(f"{place}.signed", signature.signed),
        "picture": xml(story.drawing(signature.picture)),
        "name": text_at(f"{place}.name", signature.name),
        "title": text_at(f"{place}.title", "\n".join(signature.title)),
        "lines": text_at(place, "\n".join(signature.lines)),
    }


def _link_code(code: LinkCode | None, story: Story) -> Fields | None:
    if code is None:
        return None
    picture = xml(story.drawing(code.picture, code.address))
    return {"address": code.address, "picture": picture, "caption": text_at("code", code.caption)}


def _annex(annex: SettledAnnex, story: Story) -> Fields:
    story.text_width = story.paper.turned_width if annex.orientation == "landscape" else story.paper.text_width
    place = label_place(annex.id)
    return {
        "label": named_runs(block_name(place), story.marked(annex.id, text_runs(annex.label, story.voice))),
        "parent": named_text(block_name(f"{annex.id}.parent"), annex.parent),
        "title": named_runs(block_name(f"{annex.id}.title"), runs_of(annex.title, story)),
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
