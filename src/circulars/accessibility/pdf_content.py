"""Reads what the pages of a PDF show, and whether it is marked as content, as an artifact, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, Literal

from circulars.accessibility.pdf_file import (
    PdfFile,
    PdfPage,
    get,
    inherited,
    is_dictionary,
    items,
    name_of,
    number_of,
    unpacked,
)
from circulars.accessibility.pdf_fonts import Font, read_font

MAX_CONTENT: Final = 8_000_000
"""How many bytes of instructions are read in a file at most; a finding names the first page that is not read."""
MAX_STEPS: Final = 400_000
"""How many instructions are read in a file at most; this many take about five seconds."""
_MAX_FORMS: Final = 20
_PAINTS: Final = frozenset(("S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh"))
_SHOWS: Final = frozenset(("Tj", "TJ", "'", '"'))
_NEEDED: Final = " ".join(("q Q cm BT Tf Tr TL Tm Td TD T* BMC BDC EMC Do BI ID EI", *sorted(_PAINTS), *sorted(_SHOWS)))
_GAP: Final = -180  # thousandths of an em: a larger move is a space between words
_INVISIBLE: Final = 3
_FORM_COST: Final = 5  # beginning a form takes as long as this many instructions

Mark = tuple[tuple[int, int], int]
"""The object number of the page or form that contains marked content, and the content's number there (MCID)."""
State = Literal["content", "artifact", "none"]
Matrix = tuple[float, float, float, float, float, float]


@dataclass(slots=True)
class Piece:
    """What one marked content shows: its text, its height on the page (0 bottom, 1 top), and the kinds of objects."""

    page: int
    state: State
    text: str = ""
    height: float = 0.0
    kinds: set[str] = field(default_factory=set)


@dataclass(slots=True)
class UsedFont:
    """A font that a page uses: the first page, whether it shows visible text, and the first text without Unicode.

    ``unmapped`` is the first text with a code for which the font gives no character.
    """

    font: Font
    page: int
    visible: bool = False
    unmapped: str = ""


@dataclass(slots=True)
class Content:
    """Everything that the pages show.

    ``pieces`` are marked for the structure tree, ``unmarked`` ones are not marked at all, and ``tagged_artifacts`` are
    marked both for the structure tree and as artifacts. ``fonts`` are the used fonts, and
    ``kinds`` the kinds of objects on each page.
    """

    pieces: dict[Mark, Piece] = field(default_factory=dict)
    unmarked: list[Piece] = field(default_factory=list)
    artifacts: list[Piece] = field(default_factory=list)
    tagged_artifacts: list[Piece] = field(default_factory=list)
    fonts: dict[Any, UsedFont] = field(default_factory=dict)
    kinds: dict[int, set[str]] = field(default_factory=dict)
    unread_from: int = 0
    """The first page that was not read, or 0."""

    def has_read(self, page: int) -> bool:
        """Whether a page was read."""
        return not self.unread_from or page < self.unread_from


def read_content(file: PdfFile) -> Content:
    """Everything that the pages show, within the limits."""
    import pikepdf

    content = Content()
    with pikepdf.new() as holder:  # owns the parsed instructions, and frees them
        reader = _Reader(content, holder)
        for page in file.pages:
            reader.read_page(page)
            if reader.exhausted:
                content.unread_from = page.number
                break
    return content


@dataclass(slots=True)
class _Text:
    """The text state (ISO 32000-1, 9.3 and 9.4)."""

    font: UsedFont | None = None
    mode: int = 0
    leading: float = 0.0
    line: Matrix = (1, 0, 0, 1, 0, 0)


@dataclass(slots=True)
class _OpenMark:
    """Marked content that has begun: its number or -1, the page or form around it, and whether it is an artifact."""

    number: int
    owner: tuple[int, int]
    artifact: bool


class _Reader:
    """Reads the instructions of pages, and of the forms that they draw."""

    def __init__(self, content: Content, holder: Any) -> None:
        self._content, self._holder = content, holder
        self._forms: dict[tuple[int, int], list[Any]] = {}  # a form may be drawn many times
        self._steps, self._bytes = MAX_STEPS, MAX_CONTENT
        self._page = PdfPage(0, None, 842.0)
        self._piece: Piece | None = None

    @property
    def exhausted(self) -> bool:
        """Whether a limit was reached."""
        return self._steps <= 0 or self._bytes <= 0

    def read_page(self, page: PdfPage) -> None:
        """Reads one page."""
        self._page, self._piece = page, None
        self._content.kinds[page.number] = set()
        streams = items(get(page.node, "/Contents"))
        data = b"\n".join(unpacked(stream) for stream in streams[:10_000])
        resources = inherited(page.node, "/Resources")
        self._read(self._instructions(data), page.node.objgen, resources, [], (1, 0, 0, 1, 0, 0), ())

    def _instructions(self, data: bytes) -> list[Any]:
        import pikepdf

        self._bytes -= len(data)
        if self.exhausted or not data:
            return []
        return list(pikepdf.parse_content_stream(pikepdf.Stream(self._holder, data), operators=_NEEDED))

    def _read(
        self,
        instructions: list[Any],
        owner: tuple[int, int],
        resources: Any,
        open_marks: list[_OpenMark],
        matrix: Matrix,
        forms: tuple[tuple[int, int], ...],
    ) -> None:
        state, saved = _Text(), list[tuple[Matrix, UsedFont | None, int, float]]()
        opened = len(open_marks)
        for instruction in instructions:
            operands, operator = list(instruction.operands), str(instruction.operator)
            self._steps -= 1
            if self._steps <= 0:
                return
            match operator:
                case "q":
                    saved.append((matrix, state.font, state.mode, state.leading))
                case "Q" if saved:
                    matrix, state.font, state.mode, state.leading = saved.pop()
                case "cm":
                    matrix = _times(_matrix(operands), matrix)
                case "BMC" | "BDC":
                    open_marks.append(self._open_mark(operands, owner, resources))
                case "EMC" if len(open_marks) > opened:
                    open_marks.pop()
                    self._piece = None
                case "Do":
                    self._steps -= _FORM_COST
                    self._draw(operands, resources, open_marks, matrix, forms)
                case "INLINE IMAGE":
                    self._record("picture", "", open_marks, matrix)
                case _ if operator in _PAINTS:
                    self._record("drawing", "", open_marks, matrix)
                case _ if operator in _SHOWS:
                    if operator in ("'", '"'):
                        state.line = _times((1, 0, 0, 1, 0, -state.leading), state.line)
                    self._show(operands, state, open_marks, matrix)
                case _:
                    self._move(operator, operands, state, resources)
        del open_marks[opened:]

    def _open_mark(self, operands: list[Any], owner: tuple[int, int], resources: Any) -> _OpenMark:
        """The marked content that BMC or BDC begins; its properties are given here or in the resources."""
        properties = operands[1] if len(operands) > 1 else None
        if name := name_of(properties):
            properties = get(resources, "/Properties", f"/{name}")
        number = get(properties, "/MCID")
        self._piece = None
        kind = name_of(operands[0]) if operands else ""
        return _OpenMark(number if isinstance(number, int) else -1, owner, kind == "Artifact")

    def _move(self, operator: str, operands: list[Any], state: _Text, resources: Any) -> None:
        match operator, operands:
            case "BT", _:
                state.line = (1, 0, 0, 1, 0, 0)
            case "Tf", [name, *_]:
                state.font = self._font(get(resources, "/Font", f"/{name_of(name)}"))
            case "Tr", [mode]:
                state.mode = int(number_of(mode))
            case "TL", [leading]:
                state.leading = number_of(leading)
            case "Tm", _:
                state.line = _matrix(operands)
                self._space()
            case (("Td" | "TD"), [x, y]):
                if operator == "TD":
                    state.leading = -number_of(y)
                state.line = _times((1, 0, 0, 1, number_of(x), number_of(y)), state.line)
                self._space()
            case "T*", _:
                state.line = _times((1, 0, 0, 1, 0, -state.leading), state.line)
                self._space()
            case _:
                pass  # the other operators move no text

    def _space(self) -> None:
        if self._piece is not None and self._piece.text[-1:].strip():
            self._piece.text += " "

    def _font(self, node: Any) -> UsedFont | None:
        if not is_dictionary(node):
            return None
        key = node.objgen if node.objgen != (0, 0) else id(node)
        if key not in self._content.fonts:
            self._content.fonts[key] = UsedFont(read_font(node), self._page.number)
        return self._content.fonts[key]

    def _show(self, operands: list[Any], state: _Text, open_marks: list[_OpenMark], matrix: Matrix) -> None:
        text = "".join(_shown(operands, state.font.font if state.font else None))
        kind = "invisible text" if state.mode == _INVISIBLE else "text"
        self._record(kind, text, open_marks, _times(state.line, matrix))
        if state.font is not None:
            state.font.visible |= state.mode != _INVISIBLE
            if "\ufffd" in text and not state.font.unmapped:
                state.font.unmapped = text.replace("\ufffd", "·")

    def _draw(
        self,
        operands: list[Any],
        resources: Any,
        open_marks: list[_OpenMark],
        matrix: Matrix,
        forms: tuple[tuple[int, int], ...],
    ) -> None:
        form: Any = get(resources, "/XObject", f"/{name_of(operands[0])}") if operands else None
        if not is_dictionary(form):
            return
        if name_of(form.get("/Subtype")) != "Form":
            self._record("picture", "", open_marks, matrix)
        elif form.objgen not in forms and len(forms) < _MAX_FORMS:
            own = form.get("/Resources", resources)
            within = _times(_matrix(items(form.get("/Matrix"))), matrix)
            if form.objgen not in self._forms:
                self._forms[form.objgen] = self._instructions(unpacked(form))
            self._read(self._forms[form.objgen], form.objgen, own, open_marks, within, (*forms, form.objgen))
            self._piece = None

    def _record(self, kind: str, text: str, open_marks: list[_OpenMark], matrix: Matrix) -> None:
        """Records something that is shown as part of the marked content around it."""
        self._content.kinds[self._page.number].add(kind)
        numbered = next((mark for mark in reversed(open_marks) if mark.number >= 0), None)
        artifact = any(mark.artifact for mark in open_marks)
        if self._piece is None:
            self._piece = self._piece_for(numbered, artifact)
        if "text" in kind and not self._piece.text:
            self._piece.height = min(max(matrix[5] / (self._page.height or 842.0), 0.0), 1.0)
        self._piece.kinds.add(kind)
        if len(self._piece.text) < 4_000:
            self._piece.text += text

    def _piece_for(self, numbered: _OpenMark | None, artifact: bool) -> Piece:
        page = self._page.number
        if numbered is None:
            piece = Piece(page, "artifact" if artifact else "none")
            (self._content.artifacts if artifact else self._content.unmarked).append(piece)
            return piece
        piece = self._content.pieces.setdefault((numbered.owner, numbered.number), Piece(page, "content"))
        if artifact and piece not in self._content.tagged_artifacts[-1:]:
            self._content.tagged_artifacts.append(piece)
        return piece


def _shown(operands: list[Any], font: Font | None) -> Iterator[str]:
    """The text that Tj, TJ, ' or " shows."""
    import pikepdf

    for each in items(operands[-1]) if operands else ():
        if isinstance(each, pikepdf.String):
            yield font.decode(bytes(each)) if font else ""
        elif isinstance(each, (int, float, Decimal)) and each < _GAP:
            yield " "


def _matrix(operands: list[Any]) -> Matrix:
    if len(operands) != 6:
        return (1, 0, 0, 1, 0, 0)
    a, b, c, d, e, f = map(number_of, operands)
    return (a, b, c, d, e, f)


def _times(one: Matrix, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, l = other  # noqa: E741 # the letters of ISO 32000-1, 8.3.4 run on
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + l)
