"""Follows where the instructions of a PDF draw: matrices, and the state of text (ISO 32000-1, 8.3 and 9.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from circulars.accessibility.pdf.file import number_of

Matrix = tuple[float, float, float, float, float, float]
UNIT: Final[Matrix] = (1, 0, 0, 1, 0, 0)


@dataclass(slots=True)
class TextState:
    """The state of text: ``mode`` is its rendering mode, and ``line`` the matrix at the start of the line."""

    font: Any = None
    mode: int = 0
    leading: float = 0.0
    line: Matrix = UNIT

    def next_line(self) -> None:
        """Moves to the start of the next line."""
        self.line = times((1, 0, 0, 1, 0, -self.leading), self.line)

    def move(self, operator: str, operands: list[Any]) -> bool:
        """Follows an operator that changes the state; whether it begins another line or another place in one."""
        match operator, operands:
            case "BT", _:
                self.line = UNIT
            case "Tr", [mode]:
                self.mode = int(number_of(mode))
            case "TL", [leading]:
                self.leading = number_of(leading)
            case "Tm", _:
                self.line = matrix_of(operands)
                return True
            case (("Td" | "TD"), [x, y]):
                if operator == "TD":
                    self.leading = -number_of(y)
                self.line = times((1, 0, 0, 1, number_of(x), number_of(y)), self.line)
                return True
            case "T*", _:
                self.next_line()
                return True
            case _:
                pass  # the other operators move no text
        return False


def matrix_of(operands: list[Any]) -> Matrix:
    """The matrix of six numbers; any other list gives the one that changes nothing."""
    if len(operands) != 6:
        return UNIT
    a, b, c, d, e, f = map(number_of, operands)
    return (a, b, c, d, e, f)


def times(one: Matrix, other: Matrix) -> Matrix:
    """The matrix that first does one and then the other."""
    a, b, c, d, e, f = one
    g, h, i, j, k, l = other  # noqa: E741 # the letters of ISO 32000-1, 8.3.4 run on
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + l)
