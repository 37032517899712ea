"""Reads a letter from its YAML file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

from circulars import nodes
from circulars.errors import LetterError, Place, Problem, did_you_mean
from circulars.language import DATE_FORMATS, NUMBER_FORMATS
from circulars.letter import (
    Amendment,
    Annex,
    ByLanguage,
    Code,
    Contact,
    DateRange,
    Fact,
    Letter,
    Named,
    Prose,
    Signatory,
)
from circulars.nodes import Node, Scalar
from circulars.picture import read_picture
from circulars.prose import is_link_name
from circulars.shape import (
    Choice,
    Date,
    Either,
    Field,
    ListOf,
    Made,
    MapOf,
    Record,
    Report,
    Shape,
    Text,
    UnreadableError,
    Whole,
    YesNo,
)
from circulars.source.languages import (
    ADDRESS,
    LANGUAGE_CODE,
    InLanguages,
    LetterReport,
    OrList,
    ProseText,
    Reference,
    is_scalar,
    letter_report,
)
from circulars.source.parts import BODY, ID, LABEL, LINK, NAME, PROSE

MAX_PARTS = 2000


def read_letter(path: Path, shown: str = "") -> Letter:
    """The letter in a YAML file; problems name the file as ``shown``, or else as ``path``.

    Raises:
        LetterError: the file cannot be read, or the letter has problems; all of them at once.
    """
    file = shown or str(path)
    try:
        with path.open("rb") as stream:
            data = stream.read(nodes.MAX_BYTES + 1)
    except OSError as error:
        fact = f"the file cannot be read: {error.strerror or error}"
        raise LetterError(Problem(Place(file), "unreadable-file", fact, "is the name right?")) from None
    return parse_letter(data, file, path.stem, path.parent)


def parse_letter(data: bytes, file: str, name: str, folder: Path) -> Letter:
    """The letter in some YAML; ``file`` is for problems, ``name`` for its outputs, ``folder`` holds its pictures.

    Raises:
        LetterError: the letter has problems; all of them at once.
    """
    report = LetterReport(nodes.read_tree(data, file), folder=folder)
    values: dict[str, Any] = {}
    if _read_languages(report):
        with suppress(UnreadableError):
            values = LETTER.read(report.tree.root, report)
        _check_references(report, values)
    if report.problems:
        raise LetterError(*report.problems)
    return Letter(name=name, file=file, **values, places=_places(report))


def _read_languages(report: LetterReport) -> bool:
    """Whether it is known in which languages the letter is; every text is read by them."""
    root = report.tree.root
    if not isinstance(root, nodes.Mapping):
        report.add(root, "not-a-letter", "a letter is a mapping of keys to values", "begin with 'kind:'")
        return False
    if "languages" in root.pairs:
        try:
            named = _LANGUAGES.read(root.pairs["languages"][1], report)
        except UnreadableError:
            return False
        report.languages = tuple(dict.fromkeys(language.name for language in named))
        return True
    report.add(root, "missing-field", "the letter has no 'languages'", "add 'languages: [en, es]'")
    return False


def _places(report: LetterReport) -> dict[str, Place]:
    root = report.tree.root
    assert isinstance(root, nodes.Mapping)
    places = {name: report.tree.place(key) for name, (key, _) in root.pairs.items()}
    for reference in report.references:
        places.setdefault(reference.name, reference.where)
    return places


def _check_references(report: LetterReport, values: Mapping[str, Any]) -> None:
    """Every field and link of every text must be defined; where facts or links are wrong themselves, it waits."""
    root = report.tree.root
    assert isinstance(root, nodes.Mapping)
    facts: Mapping[str, Fact] | None = _defined(root, "facts", _FACTS, report, values)
    links: Mapping[str, Any] | None = _defined(root, "links", _LINKS, report, values)
    for reference in report.references:
        if reference.kind == "link":
            _check_link(reference, links, report)
        elif reference.name.startswith("ref:"):
            _check_id(reference, reference.name.removeprefix("ref:"), report)
        elif not reference.name.startswith("addressee."):
            _check_fact(reference, facts, report)


def _defined(root: nodes.Mapping, key: str, shape: Shape[Any], report: LetterReport, values: Mapping[str, Any]) -> Any:
    """What the letter defines under a key, even when other parts of it are wrong; None when it is wrong itself."""
    if key in values:
        return values[key]
    if key not in root.pairs:
        return {}
    trial = LetterReport(report.tree, folder=report.folder, languages=report.languages)
    try:
        return shape.read(root.pairs[key][1], trial)
    except UnreadableError:
        return None


def _check_link(reference: Reference, links: Mapping[str, Any] | None, report: LetterReport) -> None:
    if reference.name.startswith("#"):
        _check_id(reference, reference.name[1:], report)
    elif is_link_name(reference.name) and links is not None and reference.name not in links:
        report.add_at(
            reference.where,
            "undefined-link",
            f"no link is named '{reference.name}'",
            did_you_mean(
                reference.name, links, f"add it under 'links:', or write '\\<{reference.name}>' for the words"
            ),
        )


def _check_id(reference: Reference, name: str, report: LetterReport) -> None:
    if name not in report.ids:
        report.add_at(
            reference.where,
            "undefined-id",
            f"no paragraph or annex has the id '{name}'",
            did_you_mean(name, report.ids, f"add 'id: {name}' to it"),
        )


def _check_fact(reference: Reference, facts: Mapping[str, Fact] | None, report: LetterReport) -> None:
    name, _, form = reference.name.partition("|")
    if facts is None:
        return
    if name not in facts:
        hint = did_you_mean(name, facts, f"add '{name}:' under 'facts:'")
        if name.startswith("addressee"):
            hint = "an addressee's column is {{ addressee.column }}"
        report.add_at(reference.where, "undefined-field", f"no fact is named '{name}'", hint)
    elif form and form not in (forms := _formats(facts[name])):
        fact = f"'{form}' is no format of {name}" if forms else f"{name} has no formats"
        report.add_at(
            reference.where,
            "unknown-format",
            fact,
            did_you_mean(form, forms, "one of: " + ", ".join(forms) if forms else "leave out the bar"),
        )


def _formats(fact: Fact) -> tuple[str, ...]:
    if isinstance(fact, Decimal):
        return NUMBER_FORMATS
    if isinstance(fact, DateRange | Mapping):
        return ()
    return DATE_FORMATS


def _named(name: str, node: Node, report: Report) -> Named:
    return Named(name, report.tree.place(node))


def _fact(node: Node) -> str:
    if isinstance(node, Scalar) and not node.quoted:
        if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", node.text):
            return "date"
        if re.fullmatch(r"-?\d{1,15}(\.\d{1,10})?", node.text, re.ASCII):
            return "number"
    if isinstance(node, nodes.Mapping) and ("from" in node.pairs or "to" in node.pairs):
        return "range"
    return "text"


def _range(values: dict[str, Any], node: Node, report: Report) -> DateRange:
    if values["from"] > values["to"]:
        raise report.refuse(node, "backward-range", f"{values['from']} is after {values['to']}", "exchange the two")
    return DateRange(values["from"], values["to"])


def _signatory(values: dict[str, Any], node: Node, report: Report) -> Signatory:
    if "post" not in values and not ("name" in values and "title" in values):
        raise report.refuse(
            node,
            "missing-field",
            "a signatory has a 'post' of the pack, or a 'name' and a 'title'",
            "add 'post: tsb-director', say",
        )
    if file := values.pop("picture", ""):
        values["picture"] = _picture(file, values.get("name", ""), node, letter_report(report))
    return Signatory(**values)


def _picture(file: str, name: str, node: Node, report: LetterReport) -> Any:
    path = (report.folder / file).resolve()
    place = report.tree.place_of(node, file)
    if Path(file).is_absolute() or not path.is_relative_to(report.folder.resolve()):
        report.add_at(
            place, "outside-folder", f"'{file}' leads out of the letter's folder", "copy the picture beside the letter"
        )
        raise UnreadableError
    try:
        data = path.read_bytes()
    except OSError as error:
        report.add_at(
            place, "missing-picture", f"'{file}' cannot be read: {error.strerror}", "is it beside the letter?"
        )
        raise UnreadableError from None
    try:
        return read_picture(data, name, height=15)
    except LetterError as error:
        report.problems += [Problem(place, p.code, p.message, p.hint) for p in error.problems]
        raise UnreadableError from None


def _email(text: str, node: Node, report: Report) -> str:
    if not re.fullmatch(r"[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\"]+", text):
        raise report.refuse(node, "wrong-email", f"'{text[:60]}' is not an e-mail address", "tsb@example.int, say")
    return text


def _unique_languages(values: tuple[Named, ...], node: Node, report: Report) -> tuple[Named, ...]:
    names = [value.name for value in values]
    if len(set(names)) < len(names):
        raise report.refuse(node, "duplicate-language", "a language stands here twice", "keep one of the two")
    return values


def _check_amount(values: dict[str, Any], node: Node, report: Report) -> dict[str, Any]:
    parts = len(values["body"]) + sum(len(annex.body) for annex in values.get("annexes", ()))
    if parts > MAX_PARTS:
        raise report.refuse(node, "too-many", f"{parts:,} parts in the letter; the limit is {MAX_PARTS:,}", "")
    return values


def _subset(values: dict[str, Any], node: Node, report: Report) -> Annex:
    return Annex(where=report.tree.place(node), **values)


_LANGUAGES = Made(
    ListOf(
        Made(Text("a language's code", LANGUAGE_CODE, "wrong-language", "en, es, fr …"), _named), "a list of languages"
    ),
    _unique_languages,
)
_FACTS: Shape[dict[str, Fact]] = MapOf(
    Either(
        {
            "date": Date(),
            "number": Made(Text("a number"), lambda text, node, report: Decimal(text)),
            "range": Made(
                Record(
                    dict,
                    (
                        Field("from", Date(), "The first day.", required=True),
                        Field("to", Date(), "The last day.", required=True),
                    ),
                    part_of="a range of days",
                ),
                _range,
            ),
            "text": LABEL,
        },
        _fact,
    ),
    "facts",
)
_LINKS: Shape[dict[str, ByLanguage[str]]] = MapOf(
    InLanguages(
        Text("an address", ADDRESS, "wrong-link", "it begins with https://, http://, mailto: or tel:", lines=False)
    ),
    "links",
)
_POST: Shape[Named] = Made(Text("a name of the pack", NAME, "wrong-name"), _named)
_ADDRESSEE: Shape[Named | Prose] = Either(
    {"named": _POST, "text": PROSE}, lambda n: "named" if is_scalar(n) else "text"
)
_ADDRESSEES: Shape[tuple[Named | Prose, ...]] = OrList(
    _ADDRESSEE, ListOf(_ADDRESSEE, "a list of addressees", least=0), lambda node: not isinstance(node, nodes.Sequence)
)
_SIGNATORY: Shape[Signatory] = Either(
    {
        "post": Made(_POST, lambda post, node, report: Signatory(post)),
        "record": Made(
            Record(
                dict,
                (
                    Field("post", _POST, "A signatory of the pack, whose title it gives."),
                    Field("name", Text("a name", lines=False), "The name under the signature."),
                    Field("title", LABEL, "The title under the name, its lines as they stand."),
                    Field("signed", YesNo(), 'true: "(signed)" stands above the name.'),
                    Field(
                        "picture",
                        Text("a file's name", lines=False),
                        "A picture of the signature: a PNG or JPEG beside the letter.",
                    ),
                ),
                part_of="a signatory",
            ),
            _signatory,
        ),
    },
    lambda node: "post" if is_scalar(node) else "record",
)
_QR: Shape[Code] = Either(
    {
        "link": Made(LINK, lambda link, node, report: Code(link, report.tree.place(node))),
        "record": Made(
            Record(
                dict,
                (
                    Field("link", LINK, "A link's name, or an address.", required=True),
                    Field("caption", LABEL, "A few words under the code."),
                ),
                part_of="a QR code",
            ),
            lambda values, node, report: Code(where=report.tree.place(node), **values),
        ),
    },
    lambda node: "link" if is_scalar(node) else "record",
)
_ANNEX: Shape[Annex] = Made(
    Record(
        dict,
        (
            Field("id", ID, "A stable name, for {{ ref: id }}."),
            Field("title", PROSE, "The annex's title.", required=True),
            Field("body", BODY, "The annex's paragraphs.", required=True),
        ),
        part_of="an annex",
    ),
    _subset,
)
_SHORT = Text("a text", lines=False, max_length=200)

LETTER: Shape[dict[str, Any]] = Made(
    Record(
        dict,
        (
            Field("kind", _POST, "A kind of letter that the template pack knows: tsb-circular, say.", required=True),
            Field("number", _SHORT, "The number, or all of a reference such as CACE/560."),
            Field("group", _SHORT, "The study group, where the kind's reference has one."),
            Field(
                "amends",
                Record(
                    Amendment,
                    (
                        Field(
                            "kind",
                            Choice(("corrigendum", "addendum", "revision"), "a kind of amendment"),
                            "What it is.",
                            required=True,
                        ),
                        Field("number", Whole(1, 999), "Which one it is.", required=True),
                    ),
                    part_of="an amendment",
                ),
                "This letter amends the one whose kind and number it has.",
            ),
            Field("date", Date(), "The date of the letter: 2024-07-12.", required=True),
            Field("place", LABEL, "The place before the date, where it is not the pack's."),
            Field("reference", LABEL, "The whole reference, where no pattern makes it."),
            Field("initials", _SHORT, "The second line of the reference: SG5/XX."),
            Field("languages", _LANGUAGES, "The languages of the letter, as codes: [en, es].", required=True),
            Field("pack", _POST, "The template pack; itu unless said."),
            Field(
                "contact",
                Record(
                    Contact,
                    (
                        Field("name", _SHORT, "Whom to ask."),
                        Field("tel", _SHORT, "Telephone."),
                        Field("fax", _SHORT, "Fax."),
                        Field("email", Made(_SHORT, _email), "E-mail address."),
                        Field("web", _SHORT, "A page on the web."),
                    ),
                    part_of="a contact",
                ),
                "Whom to ask about the letter.",
            ),
            Field("to", _ADDRESSEES, "Addressees: named lists of the pack, or texts by language."),
            Field("copy", _ADDRESSEES, "Who gets a copy: named lists of the pack, or texts by language."),
            Field(
                "subject",
                InLanguages(ProseText("the subject", lines=True), "the subject"),
                "The subject; its lines as they stand.",
                required=True,
            ),
            Field(
                "facts",
                _FACTS,
                "Dates, numbers and names that are said once: {{ meeting }} writes them out in each language.",
            ),
            Field("links", _LINKS, "Addresses that are said once, by name: <meeting-page>."),
            Field("references", ListOf(PROSE, "a list of texts"), "Documents that the letter refers to."),
            Field("salutation", LABEL, "The salutation, where it is not the kind's."),
            Field(
                "numbering",
                Choice(("paragraph", "section", "none"), "a numbering"),
                "What is numbered, where not as usual.",
            ),
            Field("body", BODY, "The letter's paragraphs, in order.", required=True),
            Field("closing", LABEL, "The closing, where it is not the kind's."),
            Field("signatory", _SIGNATORY, "Who signs: a name of the pack, or a name with a post or a title."),
            Field("qr", _QR, "A QR code of a link, beside the signature."),
            Field("annexes", ListOf(_ANNEX, "a list of annexes", most=50), "The annexes, in order."),
            Field("distribution", _ADDRESSEES, "The distribution list at the end: named lists of the pack, or texts."),
        ),
        part_of="a letter",
    ),
    _check_amount,
)
