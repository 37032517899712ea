"""Shapes of the keys after a letter's body: the signatory with a picture of the signature, and the QR code."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from circulars.errors import LetterError, did_you_mean
from circulars.files.inside import OutsideError, read_beginning_in_folder
from circulars.files.names import can_be_stored, is_visible
from circulars.files.picture import read_picture
from circulars.model.document import Picture
from circulars.model.letter import ByLanguage, PlacedName, QrCode, Signatory
from circulars.source.letters.by_language import InLanguages, OneOrMany, is_scalar
from circulars.source.letters.pack_names import name_of
from circulars.source.letters.parts import LABEL, LINK, plain_text
from circulars.source.letters.report import LetterReport, letter_report
from circulars.syntax.groups import Field, ListOf, Record
from circulars.syntax.nodes import Node, Scalar
from circulars.syntax.scalars import OneOf, Text, YesNo
from circulars.syntax.shape import AnyOf, Converted, Report, Shape, UnreadableError

MAX_CODE = 400  # bytes; with more, the modules of a QR code 25 mm wide are too small for a telephone's camera
MAX_SIGNATORIES = 3  # more have no room beside each other
SIGNATURE_HEIGHT = 15  # mm
MAX_SIGNATURE_WIDTH = 120  # mm


def check_qr_code(values: Mapping[str, Any], report: LetterReport) -> None:
    """Reports a QR code whose address is too long for a telephone to scan."""
    code: QrCode | None = values.get("qr")
    if code is None:
        return
    addresses = values.get("links", {}).get(code.link, {"": code.link}).values()
    longest = max(len(address.encode()) for address in addresses)
    if longest > MAX_CODE:
        fact = f"the address of this QR code has {longest} bytes; the limit is {MAX_CODE}"
        report.add_at(code.where, "too-long", fact, "use a shorter address, so that a telephone can scan the code")


def _signatory(values: dict[str, Any], node: Node, report: Report) -> Signatory:
    if "post" not in values and not ("name" in values and ("title" in values or "for" in values)):
        fact = "a signatory needs a 'post' of the pack, or a 'name' and a 'title'"
        raise report.refuse(node, "missing-field", fact, "add a post, for example 'post: tsb-director'")
    return Signatory(behalf=values.pop("for", None), **values)


def _picture(file: str, node: Node, report: Report) -> Picture:
    """The picture in a file of the letter's folder; composing adds its alternate text."""
    name = posixpath.normpath(file)
    data = _picture_data(file, name, node, report)
    try:
        picture = read_picture(data, "", height=SIGNATURE_HEIGHT)
    except LetterError as error:
        report.problems += [replace(problem, where=report.tree.place(node)) for problem in error.problems]
        raise UnreadableError from None
    if picture.width > MAX_SIGNATURE_WIDTH:
        fact = f"the picture would be {picture.width:.0f} mm wide at a height of {SIGNATURE_HEIGHT} mm"
        raise report.refuse(node, "bad-picture", fact, "crop it to the signature")
    letter_report(report).files[name] = data
    return picture


def _picture_data(file: str, name: str, node: Node, report: Report) -> bytes:
    """The bytes of a picture's file: ``file`` as the letter writes it, ``name`` without "." and ".."."""
    folder = letter_report(report).folder.resolve()
    outside = f"'{file}' leads out of the letter's folder", "copy the picture into it, and write the file's name"
    try:
        path = (folder / file).resolve()
        if Path(file).is_absolute() or not path.is_relative_to(folder):
            raise report.refuse(node, "outside-folder", *outside)
        if not path.is_file():
            fact = f"there is no picture '{file}' beside the letter"
            raise report.refuse(node, "missing-picture", fact, _picture_hint(folder, path))
        # The files that are built carry the picture by this name.
        if wrong := next((part for part in name.split("/") if not (can_be_stored(part) and is_visible(part))), ""):
            fact = f"'{wrong}' is hidden, or is not a valid file name on every system"
            raise report.refuse(node, "wrong-file-name", fact, "give it another name")
        return read_beginning_in_folder(folder, name, "picture")
    except OutsideError:
        raise report.refuse(node, "outside-folder", *outside) from None
    # A symbolic link to itself raises RuntimeError; a name with a NUL character raises ValueError.
    except (OSError, RuntimeError, ValueError) as error:
        why = "it is a link to itself" if isinstance(error, RuntimeError) else getattr(error, "strerror", "") or error
        fact = f"'{file[:60]}' cannot be read: {why}"
        raise report.refuse(node, "missing-picture", fact, "is the name right?") from None


def _picture_hint(folder: Path, path: Path) -> str:
    try:
        files = [*path.parent.iterdir()] if path.parent.is_relative_to(folder) else []
    except OSError:
        files = []
    known = {str(file.relative_to(folder)) for file in files if file.suffix.lower() in (".png", ".jpg", ".jpeg")}
    return did_you_mean(str(path.relative_to(folder)), sorted(known), "copy it there, or correct the name")


POST = name_of(
    "the name of a signatory in the pack",
    "for example tsb-director; for a signatory who is not in the pack write 'name:' and 'title:'",
)
_NAME: Shape[str] = plain_text(Text("a name", lines=False, max_length=200))
_BEHALF: Shape[PlacedName | ByLanguage[str]] = AnyOf(
    {
        "post": name_of(
            "the name of a signatory in the pack", "for example tsb-director; for other words write {en: for the Head}"
        ),
        "words": LABEL,
    },
    lambda node: "post" if isinstance(node, Scalar) and " " not in node.text.strip() else "words",
)
_OTHER_NAMES = {
    "for": ("on-behalf", "on-behalf-of", "behalf", "by-order-of"),
    "gender": ("sex",),
    "picture": ("image", "signature", "scan"),
    "title": ("position", "function", "role"),
}
_SIGNATORY: Shape[Signatory] = AnyOf(
    {
        "post": Converted(POST, lambda post, node, report: Signatory(post)),
        "record": Converted(
            Record(
                dict,
                (
                    Field("post", POST, "The name of a signatory in the pack, which has the title."),
                    Field("name", InLanguages(_NAME), "The name under the signature."),
                    Field("title", LABEL, "The title under the name; its line breaks are kept."),
                    Field("gender", OneOf(("f", "m"), "a gender"), "f or m, for titles that have two forms."),
                    Field("for", _BEHALF, "For whom the signatory signs: a signatory in the pack, or words."),
                    Field("signed", YesNo(), 'true: "(signed)" is shown above the name.'),
                    Field(
                        "picture",
                        Converted(Text("a file's name", lines=False, max_length=200), _picture),
                        "A picture of the signature: a PNG or JPEG file beside the letter.",
                    ),
                ),
                "a signatory",
                _OTHER_NAMES,
            ),
            _signatory,
        ),
    },
    lambda node: "post" if is_scalar(node) else "record",
)
SIGNATORIES: Shape[tuple[Signatory, ...]] = OneOrMany(
    _SIGNATORY,
    ListOf(
        _SIGNATORY,
        "a list of signatories",
        most=MAX_SIGNATORIES,
        remedy="keep those who sign; the others can be named in the body",
    ),
)
QR: Shape[QrCode] = AnyOf(
    {
        "link": Converted(LINK, lambda link, node, report: QrCode(link, report.tree.place(node))),
        "record": Converted(
            Record(
                dict,
                (
                    Field("link", LINK, "A link's name, or an address.", required=True),
                    Field("caption", LABEL, "A few words under the code."),
                ),
                "a QR code",
            ),
            lambda values, node, report: QrCode(where=report.tree.place(node), **values),
        ),
    },
    lambda node: "link" if is_scalar(node) else "record",
)
