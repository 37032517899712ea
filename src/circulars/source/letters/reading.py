"""Reads a letter from its YAML file."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from circulars.errors import LetterError, Place, Problem, did_you_mean, nearest
from circulars.files.output import can_be_stored
from circulars.files.picture import MAX_BYTES, read_picture
from circulars.model.document import Picture
from circulars.model.letter import (
    Amendment,
    Annex,
    ByLanguage,
    Code,
    Contact,
    DateRange,
    Fact,
    Letter,
    Named,
    Origin,
    Prose,
    Signatory,
)
from circulars.source.letters.by_language import (
    ADDRESS,
    LANGUAGE_CODE,
    InLanguages,
    LetterReport,
    OrList,
    ProseText,
    deceives,
    is_scalar,
    letter_report,
    report_languages,
)
from circulars.source.letters.parts import BODY, ID, LABEL, LINK, NAME, PROSE, plain_text
from circulars.source.letters.references import Defined, check_references
from circulars.syntax import nodes
from circulars.syntax.decoding import forbidden_in
from circulars.syntax.nodes import Node, Scalar
from circulars.syntax.shape import (
    Choice,
    Date,
    Either,
    Field,
    ListOf,
    Made,
    MapOf,
    Record,
    Report,
    Schema,
    Shape,
    Text,
    UnreadableError,
    Whole,
    YesNo,
    described,
)

MAX_PARTS = 2000
MAX_CODE = 400  # bytes: a QR code 25 mm wide that holds more has modules too small for a telephone
SIGNATURE_HEIGHT = 15  # mm
MAX_SIGNATURE_WIDTH = 120  # mm


def read_letter(path: Path, shown: str = "") -> Letter:
    """The letter in a YAML file; problems name the file as ``shown``, or else as ``path``.

    Raises:
        LetterError: the file cannot be read, or the letter has problems; all of them at once.
    """
    file = shown or str(path)
    if problem := _unfit_file(path, file):
        raise LetterError(problem)
    try:
        with path.open("rb") as stream:
            data = stream.read(nodes.MAX_BYTES + 1)
    except OSError as error:
        fact = f"the file cannot be read: {error.strerror or error}"
        beside = sorted(other.name for other in path.parent.glob("*.yaml"))
        hint = did_you_mean(path.name, beside, "is the name right?")
        raise LetterError(Problem(Place(file), "unreadable-file", fact, hint)) from None
    return parse_letter(data, file, path.stem, path.parent)


def _unfit_file(path: Path, file: str) -> Problem | None:
    """What is wrong with a letter's file before it is opened: its name, or where it leads."""
    if wrong := forbidden_in(path.stem):
        fact = f"the file's name has a character that it cannot have: {wrong[1]}"
        return Problem(Place(file), "wrong-name", fact, "give the file another name: its outputs are named after it")
    if not can_be_stored(path.stem):
        fact = f"the files of this letter would be named after it, and '{path.stem}' is no name on every system"
        return Problem(Place(file), "wrong-name", fact, "give the letter's file another name")
    try:
        if not path.resolve().is_relative_to(path.parent.resolve()):
            # What is quoted in a problem must not be the first words of somebody's key.
            fact = "this is a link to a file in another folder, which is not read"
            return Problem(Place(file), "outside-folder", fact, "copy the letter into the folder")
        if path.exists() and not path.is_file():
            fact = (
                "the file cannot be read: Is a directory"
                if path.is_dir()
                else "this is no file, but a device or a pipe"
            )
            return Problem(Place(file), "unreadable-file", fact, "name the letter's file")
    except (OSError, RuntimeError, ValueError) as error:
        fact = f"the file cannot be read: {getattr(error, 'strerror', None) or 'it is a link to itself'}"
        return Problem(Place(file), "unreadable-file", fact, "is the name right?")
    return None


def parse_letter(data: bytes, file: str, name: str, folder: Path) -> Letter:
    """The letter in some YAML; ``file`` is for problems, ``name`` for its outputs, ``folder`` holds its pictures.

    Raises:
        LetterError: the letter has problems; all of them at once.
    """
    faults: list[Problem] = []
    report = LetterReport(nodes.read_tree(data, file, faults), [*faults], folder)
    root = report.tree.root
    if not isinstance(root, nodes.Mapping):
        fact = f"a letter is lines of keys and values, not {described(root)}"
        raise LetterError(
            Problem(report.tree.place(root), "not-a-letter", fact, "begin with 'kind: tsb-circular', say")
        )
    places = _languages(root, report)
    report.languages = tuple(places) or _guessed_languages(root)
    values: dict[str, Any] = {}
    with suppress(UnreadableError):
        values = LETTER.read(root, report)
    report_languages(report, places)
    links = _defined(root, "links", _LINK_TARGETS, report, values)
    check_references(report, _defined(root, "facts", _FACT, report, values), links)
    _check_code(values, report)
    if report.problems:
        # What YAML has told of a place is not told there again.
        told = {problem.where for problem in faults}
        problems = (*faults, *(problem for problem in report.problems if problem.where not in told))
        raise FaultyLetterError(_sketch(name, file, root, report), *problems)
    origin = Origin(report.tree.text, report.files)
    return Letter(name=name, file=file, **values, places=_places(root, report), origin=origin)


class FaultyLetterError(LetterError):
    """A letter with problems; its ``sketch`` is what a pack must know of it, where that could be read all the same.

    A sketch has no text: it is there so that a misspelt kind or list of the pack is told together with the rest.
    """

    def __init__(self, sketch: Letter | None, *problems: Problem) -> None:
        super().__init__(*problems)
        self.sketch = sketch


def _sketch(name: str, file: str, root: nodes.Mapping, report: LetterReport) -> Letter | None:
    """The letter's kind, pack, addressees and signatory; None when not even its kind can be read."""
    values: dict[str, Any] = {}
    for key, shape in _OF_THE_PACK.items():
        if key in root.pairs:
            trial = LetterReport(report.tree, folder=report.folder, languages=report.languages)
            with suppress(UnreadableError):
                values[key] = shape.read(root.pairs[key][1], trial)
    if "kind" not in values or not report.languages:
        return None
    languages = tuple(Named(code, values["kind"].where) for code in report.languages)
    subject = dict.fromkeys(report.languages, ())
    # Whether the kind asks for a number is not asked here: whoever reads the letter again asks it.
    values |= {"number": "0", "group": "0", "date": datetime.date.min}
    return Letter(name, file, subject=subject, body=(), languages=languages, **values)


def _languages(root: nodes.Mapping, report: LetterReport) -> dict[str, Place]:
    """The languages of the letter, and where each is said; none where that is wrong or missing."""
    if "languages" not in root.pairs:
        return {}
    # What is wrong is reported when the letter is read.
    trial = LetterReport(report.tree)
    try:
        return {named.name: named.where for named in _LANGUAGES.read(root.pairs["languages"][1], trial)}
    except UnreadableError:
        return {}


def _guessed_languages(root: nodes.Mapping) -> tuple[str, ...]:
    """The languages of the subject: where the letter does not say its own, its other problems show all the same."""
    _, subject = root.pairs.get("subject", (None, None))
    codes = subject.pairs if isinstance(subject, nodes.Mapping) else ()
    return tuple(code for code in codes if re.fullmatch(LANGUAGE_CODE, code))


def _places(root: nodes.Mapping, report: LetterReport) -> dict[str, Place]:
    places = {name: report.tree.place(key) for name, (key, _) in root.pairs.items()}
    for reference in report.references:
        if reference.kind in ("field", "link") and reference.name not in places:
            places[reference.name] = report.place_of(reference)
    return places


def _defined(
    root: nodes.Mapping, key: str, shape: Shape[Any], report: LetterReport, values: Mapping[str, Any]
) -> Defined:
    """What the letter defines under a key, even where it or the rest of the letter has problems."""
    if values:
        return cast(Mapping[str, Any], values.get(key, {}))
    if key not in root.pairs:
        misspelt = any(nearest(name, (key,)) for name in root.pairs if name not in _KEYS)
        return None if misspelt else {}
    node = root.pairs[key][1]
    if not isinstance(node, nodes.Mapping):
        return None
    trial = LetterReport(report.tree, folder=report.folder, languages=report.languages)
    defined: dict[str, Any] = dict.fromkeys(node.pairs)
    for name, (_, value) in node.pairs.items():
        with suppress(UnreadableError):
            defined[name] = shape.read(value, trial)
    return defined


def _check_code(values: Mapping[str, Any], report: LetterReport) -> None:
    """The address of a QR code must fit into one that a telephone can read."""
    code: Code | None = values.get("qr")
    if code is None:
        return
    addresses = values.get("links", {}).get(code.link, {"": code.link}).values()
    longest = max(len(address.encode()) for address in addresses)
    if longest > MAX_CODE:
        fact = f"the address of this QR code has {longest} bytes; the limit is {MAX_CODE}"
        report.add_at(code.where, "too-long", fact, "a shorter address makes a code that can be read")


def _named(name: str, node: Node, report: Report) -> Named:
    return Named(name, report.tree.place(node))


def _fact(node: Node) -> str:
    if isinstance(node, Scalar) and not node.quoted:
        if re.fullmatch(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}", node.text):
            return "date"
        # 007 is a text: as a number it would lose what was typed.
        if re.fullmatch(r"-?(?:0|[1-9]\d{0,14})(\.\d{1,10})?", node.text, re.ASCII):
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
        fact = "a signatory has a 'post' of the pack, or a 'name' and a 'title'"
        raise report.refuse(node, "missing-field", fact, "add 'post: tsb-director', say")
    return Signatory(**values)


def _picture(file: str, node: Node, report: Report) -> Picture:
    """The picture in a file of the letter's folder; its alternate text comes with the language."""
    folder = letter_report(report).folder.resolve()
    try:
        path = (folder / file).resolve()
        if Path(file).is_absolute() or not path.is_relative_to(folder):
            fact = f"'{file}' leads out of the letter's folder"
            raise report.refuse(node, "outside-folder", fact, "copy the picture into it, and write the file's name")
        if not path.is_file():
            fact = f"there is no picture '{file}' beside the letter"
            raise report.refuse(node, "missing-picture", fact, _picture_hint(folder, path))
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    # A symbolic link to itself is a RuntimeError, a name with a NUL a ValueError.
    except (OSError, RuntimeError, ValueError) as error:
        why = "it is a link to itself" if isinstance(error, RuntimeError) else getattr(error, "strerror", "") or error
        fact = f"'{file[:60]}' cannot be read: {why}"
        raise report.refuse(node, "missing-picture", fact, "is the name right?") from None
    try:
        picture = read_picture(data, "", height=SIGNATURE_HEIGHT)
    except LetterError as error:
        report.problems += [replace(problem, where=report.tree.place(node)) for problem in error.problems]
        raise UnreadableError from None
    if picture.width > MAX_SIGNATURE_WIDTH:
        fact = f"the picture would be {picture.width:.0f} mm wide at a height of {SIGNATURE_HEIGHT} mm"
        raise report.refuse(node, "bad-picture", fact, "cut away what is not the signature")
    letter_report(report).files[path.relative_to(folder).as_posix()] = data
    return picture


def _picture_hint(folder: Path, path: Path) -> str:
    try:
        files = [*path.parent.iterdir()] if path.parent.is_relative_to(folder) else []
    except OSError:
        files = []
    known = {str(file.relative_to(folder)) for file in files if file.suffix.lower() in (".png", ".jpg", ".jpeg")}
    return did_you_mean(str(path.relative_to(folder)), sorted(known), "copy it there, or correct the name")


def _email(text: str, node: Node, report: Report) -> str:
    if not re.fullmatch(r"[^@\s<>\"(),;:]+@[^@\s<>\"(),;:.]+(\.[^@\s<>\"(),;:.]+)+", text):
        fact = f"'{text[:60]}' is not an e-mail address"
        raise report.refuse(node, "wrong-email", fact, "write one address: tsb@example.int, say")
    return text


def _web(text: str, node: Node, report: Report) -> str:
    address = text if "://" in text else f"https://{text}"
    if not (address.startswith("http") and re.fullmatch(ADDRESS, address) and "." in address):
        fact = f"'{text[:60]}' is not the address of a page"
        raise report.refuse(node, "wrong-link", fact, "write https://www.example.int/, say")
    if wrong := deceives(address):
        raise report.refuse(node, "deceptive-link", *wrong)
    return text


def _unique_languages(values: tuple[Named, ...], node: Node, report: Report) -> tuple[Named, ...]:
    seen: set[str] = set()
    for value in values:
        if value.name in seen:
            fact = f"the language '{value.name}' stands here a second time"
            report.add_at(value.where, "duplicate-language", fact, "keep one of the two")
            raise UnreadableError
        seen.add(value.name)
    return values


def _check_amount(values: dict[str, Any], node: Node, report: Report) -> dict[str, Any]:
    parts = len(values["body"]) + sum(len(annex.body) for annex in values.get("annexes", ()))
    if parts > MAX_PARTS:
        assert isinstance(node, nodes.Mapping)
        fact = f"the letter and its annexes have {parts:,} parts; the limit is {MAX_PARTS:,}"
        raise report.refuse(node.pairs["annexes"][0], "too-many", fact, "make several letters of it")
    return values


def _subset(values: dict[str, Any], node: Node, report: Report) -> Annex:
    return Annex(where=report.tree.place(node), **values)


_LANGUAGES = Made(
    ListOf(
        Made(Text("a language's code", LANGUAGE_CODE, "wrong-language", "its codes are en, es, fr …"), _named),
        "a list of languages",
        most=50,
    ),
    _unique_languages,
)
_FACT: Shape[Fact] = Either(
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
                "a range of days",
            ),
            _range,
        ),
        "text": LABEL,
    },
    _fact,
)


@dataclass(frozen=True, slots=True)
class _Address(Shape[str]):
    """An address that a link may lead to."""

    def read(self, node: Node, report: Report) -> str:
        text = Text("an address", lines=False).read(node, report)
        if re.fullmatch(ADDRESS, text):
            if wrong := deceives(text):
                raise report.refuse(node, "deceptive-link", *wrong)
            return text
        hint = "an address begins with https://, http://, mailto: or tel:"
        if re.fullmatch(r"[\w-]+(\.[\w-]+)+(/\S*)?", text):
            hint = f"write https://{text}"
        elif re.fullmatch(r"[^\s@:]+@[^\s@:]+", text):
            hint = f"write mailto:{text}"
        raise report.refuse(node, "wrong-link", f"'{text[:60]}' is not an address", hint)

    def schema(self, definitions: Schema) -> Schema:
        return Text(pattern=ADDRESS).schema(definitions)


_LINK_TARGETS: Shape[ByLanguage[str]] = InLanguages(_Address(), "this link")


def _name(what: str, hint: str, pattern: str = NAME) -> Shape[Named]:
    """The name of something in the pack."""
    return Made(Text(what, pattern, "wrong-name", hint, lines=False), _named)


_POST = _name("a signatory's name in the pack", "tsb-director, say; write 'name:' and 'title:' for one of your own")
_ADDRESSEE: Shape[Named | Prose] = Either(
    {
        "named": _name("a list of the pack", "member-states, say; write {en: …, es: …} for words of your own"),
        "text": PROSE,
    },
    lambda node: "named" if is_scalar(node) else "text",
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
                    Field(
                        "name", plain_text(Text("a name", lines=False, max_length=200)), "The name under the signature."
                    ),
                    Field("title", LABEL, "The title under the name, its lines as they stand."),
                    Field("signed", YesNo(), 'true: "(signed)" stands above the name.'),
                    Field(
                        "picture",
                        Made(Text("a file's name", lines=False, max_length=200), _picture),
                        "A picture of the signature: a PNG or JPEG beside the letter.",
                    ),
                ),
                "a signatory",
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
                "a QR code",
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
        "an annex",
    ),
    _subset,
)


def _short(what: str) -> Shape[str]:
    return plain_text(Text(what, lines=False, max_length=200))


_LETTER: Record[dict[str, Any]] = Record(
    dict,
    (
        Field(
            "kind",
            _name("a kind of letter", "tsb-circular, say"),
            "A kind of letter that the template pack knows: tsb-circular, say.",
            required=True,
        ),
        Field("number", _short("a number"), "The number, or all of a reference such as CACE/560."),
        Field("group", _short("a group's number"), "The study group, where the kind's reference has one."),
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
                "an amendment",
            ),
            "This letter amends the one whose kind and number it has.",
        ),
        Field("date", Date(), "The date of the letter: 2024-07-12.", required=True),
        Field("place", LABEL, "The place before the date, where it is not the pack's."),
        Field("reference", LABEL, "The whole reference, where no pattern makes it."),
        Field("initials", _short("a text"), "The second line of the reference: SG5/XX."),
        Field("languages", _LANGUAGES, "The languages of the letter, as codes: [en, es].", required=True),
        Field(
            "pack",
            _name("a pack's name", "itu, say", r"[A-Za-z0-9][A-Za-z0-9_-]*"),
            "The template pack; itu unless said.",
        ),
        Field(
            "contact",
            Record(
                Contact,
                (
                    Field("name", _short("a name"), "Whom to ask."),
                    Field("tel", _short("a telephone number"), "Telephone."),
                    Field("fax", _short("a fax number"), "Fax."),
                    Field("email", Made(_short("an e-mail address"), _email), "E-mail address."),
                    Field("web", Made(_short("the address of a page"), _web), "A page on the web."),
                ),
                "a contact",
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
            MapOf(_FACT, "a group of facts", doc="A date, a range of days, a number or a text by language."),
            "Dates, numbers and names that are said once: {{ meeting }} writes them out in each language.",
        ),
        Field(
            "links",
            MapOf(_LINK_TARGETS, "a group of links", doc="An address."),
            "Addresses that are said once, by name: <meeting-page>.",
        ),
        Field("references", ListOf(PROSE, "a list of texts"), "Documents that the letter refers to."),
        Field("salutation", LABEL, "The salutation, where it is not the kind's."),
        Field("addressee-block", YesNo(), "Whether a merged copy bears the addressee's postal block; usually it does."),
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
    "a letter",
)
_KEYS = frozenset(f.name for f in _LETTER.fields)
LETTER: Shape[dict[str, Any]] = Made(_LETTER, _check_amount)
_OF_THE_PACK: dict[str, Shape[Any]] = {
    "kind": _POST,
    "pack": _POST,
    "to": _ADDRESSEES,
    "copy": _ADDRESSEES,
    "distribution": _ADDRESSEES,
    "signatory": _SIGNATORY,
}
