"""The Python interface: the same functions as the commands', in one place.

>>> from pathlib import Path
>>> from circulars import api
>>> workspace = api.Workspace(Path("."))
>>> letter = api.read_letter(Path("letters/tsb-circular-213.yaml"))
>>> for output in api.build(letter, workspace, api.Order(languages=("es",), formats=("txt",))):
...     print(output.name, output.data.decode().splitlines()[3])
tsb-circular-213.es.txt Ginebra, 12 de julio de 2024
"""

from circulars.build import (
    Built,
    Order,
    Output,
    Workspace,
    Written,
    build,
    build_file,
    build_files,
    check_files,
    documents,
)
from circulars.compose import compose
from circulars.document import Document
from circulars.errors import CircularsError, LetterError, MachineError, PackError, Place, Problem, UsageError
from circulars.language import Language, load_language
from circulars.letter import Letter
from circulars.output import save
from circulars.pack import Pack, load_pack
from circulars.review import Change, compare, diff
from circulars.review.packs import Asked, asked_by, check_pack
from circulars.source import letter_schema, read_letter
from circulars.start import make_letter, make_workspace

__all__ = [
    "Asked",
    "Built",
    "Change",
    "CircularsError",
    "Document",
    "Language",
    "Letter",
    "LetterError",
    "MachineError",
    "Order",
    "Output",
    "Pack",
    "PackError",
    "Place",
    "Problem",
    "UsageError",
    "Workspace",
    "Written",
    "asked_by",
    "build",
    "build_file",
    "build_files",
    "check_files",
    "check_pack",
    "compare",
    "compose",
    "diff",
    "documents",
    "letter_schema",
    "load_language",
    "load_pack",
    "make_letter",
    "make_workspace",
    "read_letter",
    "save",
]
