"""Reads what the pages of a PDF show, and whether it is marked as content, as an artifact, or not at all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, Literal

from circulars.accessibility.pdf.cmaps import MISSING
from circulars.accessibility.pdf.colours import MixedColours
from circulars.accessibility.pdf.file import (
    PdfFile,
    PdfPage,
    damage_errors,
    get,
    inherited,
    is_dictionary,
    items,
    name_of,
    number_of,
    text,
    unpacked,
)
from circulars.accessibility.pdf.fonts import Font, read_font
from circulars.accessibility.pdf.palette import FILLS, FOLLOWED, SHOWS, Palette
from circulars.accessibility.pdf.state import UNIT, Matrix, TextState, matrix_of, times

MAX_CONTENT: Final = 8_000_000
"""How many bytes of instructions are read in a file at most; a finding names the first page that is not read."""
MAX_STEPS: Final = 400_000
"""How many instructions are read in a file at most; this many take about five seconds."""
_MAX_FORMS: Final = 20
_PAINTS: Final = FILLS | {"S", "s", "sh"}
_NEEDED: Final = f"cm BT Tf Tr TL Tm Td TD T* BMC BDC EMC Do BI ID EI SCN sh {FOLLOWED}"
_MAX_ANNOTATIONS: Final = 5_000  # of a page
_MAX_STATES: Final = 100  # of a button
_MAX_UNMAPPED: Final = 1_000  # of a font
_GAP: Final = -180  # thousandths of an em: a larger move is a space between words
_INVISIBLE: Final = 3
_HIDDEN: Final = 2  # ISO 32000-1, 12.5.3
_FORM_COST: Final = 5  # beginning a form takes as long as this many instructions

Mark = tuple[tuple[int, int], int]
"""The object number of the page or form that contains marked content, and the content's number there (MCID)."""
State = Literal["content", "artifact", "none"]


@dataclass(slots=True)
class Piece:
    """What one marked content shows: its text, its height on the page (0 bottom, 1 top), and the kinds of objects.

    ``needs_language`` says whether it has words to which no marked content inside the page gives a language.
    """

    page: int
    state: State
    text: str = ""
    height: float = 0.0
    kinds: set[str] = field(default_factory=set)
    needs_language: bool = False


@dataclass(slots=True)
class UsedFont:
    """A font that is used: the first page, and whether it shows visible text.

    ``shown`` and ``hidden`` are the codes of visible and invisible text, each with the page and the words where it
    occurs first. ``unmapped`` are the words with a code for which the font gives no character, by the marked content
    that they are in (``None`` for other content), unless a replacement text (ActualText) is given for them there.
    """

    font: Font
    page: int
    visible: bool = False
    shown: dict[int, tuple[int, str]] = field(default_factory=dict)
    hidden: dict[int, tuple[int, str]] = field(default_factory=dict)
    unmapped: dict[Mark | None, tuple[int, str]] = field(default_factory=dict)


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
    palettes: dict[int, Palette] = field(default_factory=dict)
    """The colours on each page."""
    pictured: dict[int, float] = field(default_factory=dict)
    """The share of each page that its pictures cover, if they do not overlap."""
    languages: dict[str, int] = field(default_factory=dict)
    """The languages that marked contents declare, and the first page of each."""
    drawings: Counter[tuple[int, int]] = field(default_factory=Counter)
    """How many times each form is drawn."""
    damaged: list[int] = field(default_factory=list)
    """The pages that cannot be read, or not to their end."""
    unread_from: int = 0
    """The first page that was not read, or 0."""

    def has_read(self, page: int) -> bool:
        """Whether a page was read."""
        return page not in self.damaged and (not self.unread_from or page < self.unread_from)


def read_content(file: PdfFile) -> Content:
    """Everything that the pages show, within the limits."""
    import pikepdf

    content = Content()
    with pikepdf.new() as holder:  # owns the parsed instructions, and frees them
        reader = _Reader(content, holder)
        for page in file.pages:
            try:
                reader.read_page(page)
            except damage_errors():
                content.damaged.append(page.number)
            if reader.exhausted:
                content.unread_from = page.number
                break
    return content


@dataclass(slots=True)
class _OpenMark:
    """Marked content that has begun: its number or -1, the page or form around it, and whether it is an artifact.

    ``has_words`` says whether it replaces what it shows by words, and ``replaced`` whether by an ActualText.
    """

    number: int
    owner: tuple[int, int]
    artifact: bool
    replaced: bool = False
    language: str = ""
    has_words: bool = False


class _Reader:
    """Reads the instructions of pages, and of the forms that they draw."""

    def __init__(self, content: Content, holder: Any) -> None:
        self._content, self._holder = content, holder
        self._forms: dict[tuple[int, int], list[Any]] = {}  # a form may be drawn many times
        self._steps, self._bytes = MAX_STEPS, MAX_CONTENT
        self._patterns: set[tuple[int, int]] = set()
        self._page = PdfPage(0, None, 842.0)
        self._piece: Piece | None = None
        self._mixed = MixedColours()
        self._palette = Palette(self._mixed)
        self._records = True  # what annotations and patterns show is no content of the page

    @property
    def exhausted(self) -> bool:
        """Whether a limit was reached."""
        return self._steps <= 0 or self._bytes <= 0

    def read_page(self, page: PdfPage) -> None:
        """Reads one page."""
        self._page, self._piece = page, None
        self._content.kinds[page.number] = set()
        self._palette = self._content.palettes[page.number] = Palette(self._mixed)
        streams = items(get(page.node, "/Contents"))
        data = b"\n".join(unpacked(stream) for stream in streams[:10_000])
        resources = inherited(page.node, "/Resources")
        self._read(self._instructions(data), page.node.objgen, resources, [], UNIT, ())
        for annotation in items(get(page.node, "/Annots"))[:_MAX_ANNOTATIONS]:
            if is_dictionary(annotation) and not int(number_of(annotation.get("/F"))) & _HIDDEN:
                for appearance in _appearances(annotation):
                    self._read_aside(appearance, resources, ())

    def _read_aside(self, stream: Any, resources: Any, forms: tuple[tuple[int, int], ...]) -> None:
        """Reads an appearance, a pattern or a glyph for the fonts that it uses."""
        if not is_dictionary(stream) or stream.objgen in forms or len(forms) >= _MAX_FORMS:
            return
        records, piece, self._records = self._records, self._piece, False
        self._steps -= _FORM_COST
        if stream.objgen not in self._forms:
            self._forms[stream.objgen] = self._instructions(unpacked(stream))
        own = stream.get("/Resources", resources)
        self._read(self._forms[stream.objgen], stream.objgen, own, [], UNIT, (*forms, stream.objgen))
        self._records, self._piece = records, piece

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
        state, saved = TextState(), list[tuple[Matrix, Any, int, float]]()
        opened = len(open_marks)
        for instruction in instructions:
            operands, operator = list(instruction.operands), str(instruction.operator)
            self._steps -= 1
            if self._steps <= 0:
                return
            if self._records:
                self._palette.follow(operator, operands, resources)
            match operator:
                case "q":
                    saved.append((matrix, state.font, state.mode, state.leading))
                case "Q" if saved:
                    matrix, state.font, state.mode, state.leading = saved.pop()
                case "cm":
                    matrix = times(matrix_of(operands), matrix)
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
                case _ if operator in SHOWS:
                    if operator in ("'", '"'):
                        state.next_line()
                    self._show(operands, state, open_marks, matrix, resources, forms)
                case "Tf" | "gs" if operands:
                    self._set_font(operator, name_of(operands[0]), state, resources)
                case "scn" | "SCN":
                    self._use_pattern(operands, resources, forms)
                case _ if state.move(operator, operands):
                    self._space()
                case _:
                    pass  # the other operators move no text
        del open_marks[opened:]

    def _set_font(self, operator: str, name: str, state: TextState, resources: Any) -> None:
        """Follows an operator with the name of a font, or of a graphics state that may have one."""
        if operator == "Tf":
            state.font = self._font(get(resources, "/Font", f"/{name}"))
        elif given := items(get(resources, "/ExtGState", f"/{name}", "/Font")):
            state.font = self._font(given[0])

    def _open_mark(self, operands: list[Any], owner: tuple[int, int], resources: Any) -> _OpenMark:
        """The marked content that BMC or BDC begins; its properties are given here or in the resources."""
        properties = operands[1] if len(operands) > 1 else None
        if name := name_of(properties):
            properties = get(resources, "/Properties", f"/{name}")
        number = get(properties, "/MCID")
        self._piece = None
        kind = name_of(operands[0]) if operands else ""
        language = text(properties, "/Lang").strip()
        if get(properties, "/Lang") is not None and self._records:
            self._content.languages.setdefault(language, self._page.number)
        replaced = bool(text(properties, "/ActualText"))
        has_words = replaced or any(text(properties, name) for name in ("/Alt", "/E"))
        number = number if isinstance(number, int) else -1
        return _OpenMark(number, owner, kind == "Artifact", replaced, language, has_words)

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

    def _show(
        self,
        operands: list[Any],
        state: TextState,
        open_marks: list[_OpenMark],
        matrix: Matrix,
        resources: Any,
        forms: tuple[tuple[int, int], ...],
    ) -> None:
        used: UsedFont | None = state.font
        codes, text = _shown(operands, used.font if used else None)
        kind = "invisible text" if state.mode == _INVISIBLE else "text"
        self._record(kind, text, open_marks, times(state.line, matrix))
        if used is None:
            return
        seen = used.hidden if state.mode == _INVISIBLE else used.shown
        used.visible |= state.mode != _INVISIBLE
        for code in codes:
            if code not in seen:
                seen[code] = (self._page.number, text)
                if used.font.kind == "Type3":
                    self._draw_glyph(used.font, code, resources, forms)
        if MISSING in text and len(used.unmapped) < _MAX_UNMAPPED and not any(mark.replaced for mark in open_marks):
            mark = next(((mark.owner, mark.number) for mark in reversed(open_marks) if mark.number >= 0), None)
            used.unmapped.setdefault(mark, (self._page.number, text.replace(MISSING, "·")))

    def _draw_glyph(self, font: Font, code: int, resources: Any, forms: tuple[tuple[int, int], ...]) -> None:
        """Reads the procedure that draws a glyph of a Type 3 font."""
        procedure = get(font.node, "/CharProcs", f"/{font.glyphs.get(code, '')}") if code in font.glyphs else None
        self._read_aside(procedure, get(font.node, "/Resources") or resources, forms)

    def _use_pattern(self, operands: list[Any], resources: Any, forms: tuple[tuple[int, int], ...]) -> None:
        """Reads a tiling pattern, the first time that it is used."""
        name = name_of(operands[-1]) if operands else ""
        pattern: Any = get(resources, "/Pattern", f"/{name}") if name else None
        if get(pattern, "/PatternType") == 1 and pattern.objgen not in self._patterns:
            self._patterns.add(pattern.objgen)
            self._read_aside(pattern, resources, forms)

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
            self._content.drawings[form.objgen] += self._records
            own = form.get("/Resources", resources)
            within = times(matrix_of(items(form.get("/Matrix"))), matrix)
            if form.objgen not in self._forms:
                self._forms[form.objgen] = self._instructions(unpacked(form))
            with self._palette.form():
                self._read(self._forms[form.objgen], form.objgen, own, open_marks, within, (*forms, form.objgen))
            self._piece = None

    def _record(self, kind: str, text: str, open_marks: list[_OpenMark], matrix: Matrix) -> None:
        """Records something that is shown as part of the marked content around it."""
        if not self._records:
            return
        self._content.kinds[self._page.number].add(kind)
        if kind == "picture":
            self._measure(matrix)
        numbered = next((mark for mark in reversed(open_marks) if mark.number >= 0), None)
        artifact = any(mark.artifact for mark in open_marks)
        if self._piece is None:
            self._piece = self._piece_for(numbered, artifact)
        if "text" in kind and not self._piece.text:
            self._piece.height = min(max(matrix[5] / (self._page.height or 842.0), 0.0), 1.0)
        self._piece.kinds.add(kind)
        if "text" in kind or any(mark.has_words for mark in open_marks):
            self._piece.needs_language |= not any(mark.language for mark in open_marks)
        if len(self._piece.text) < 4_000:
            self._piece.text += text

    def _measure(self, matrix: Matrix) -> None:
        """Adds the area of a picture, which is the unit square before it is transformed."""
        area = abs(matrix[0] * matrix[3] - matrix[1] * matrix[2])
        pictured = self._content.pictured
        pictured[self._page.number] = pictured.get(self._page.number, 0.0) + area / (self._page.area or 1.0)

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


def _appearances(annotation: Any) -> list[Any]:
    """The streams that draw an annotation: one for each state, if it is a button that can be ticked."""
    normal = get(annotation, "/AP", "/N")
    if is_dictionary(normal) and "/BBox" not in normal:
        return [state for _, state in normal.items()][:_MAX_STATES]
    return [normal]


def _shown(operands: list[Any], font: Font | None) -> tuple[list[int], str]:
    """The codes and the text that Tj, TJ, ' or " shows."""
    import pikepdf

    codes, texts = list[int](), list[str]()
    for each in items(operands[-1]) if operands else ():
        if isinstance(each, pikepdf.String):
            if font:
                found, text = font.decode(bytes(each))
                codes += found
                texts.append(text)
        elif isinstance(each, (int, float, Decimal)) and each < _GAP:
            texts.append(" ")
    return codes, "".join(texts)
