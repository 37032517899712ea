"""The copies worth seeing."""

from __future__ import annotations

from circulars.addressee import Addressee
from circulars.merge.cases import Filling, worth_seeing


def _filling(id: str, name: str, language: str = "en", audience: int = 0, **columns: str) -> Filling:
    cells = {"id": id, "name": name, **columns}
    return Filling(Addressee(id, cells), language, audience, {"addressee.name": name})


def test_each_reason_has_its_case_and_no_other_copy_is_shown() -> None:
    """Longest and shortest values, languages, audiences, empty cells and scripts: the first that shows each best."""
    fillings = [
        _filling("a", "Ana Ejemplo", region="Norte"),
        _filling("b", "Max Mustermann", region="Süd"),
        _filling("c", "Li", region="East"),
        _filling("d", "Bea Muestra", "es", region="Sur"),
        _filling("e", "Eve Sample", audience=1, region="West"),
        _filling("f", "Joe Sample", region=""),
        _filling("g", "مثال", region="Cairo"),
        _filling("h", "Ann Example", region="Rome"),
    ]

    cases = {case.filling.addressee.id: case.reasons for case in worth_seeing(fillings)}

    assert cases == {
        "a": ("language en", "audience 1"),
        "b": ("longest addressee.name: 14 characters",),
        "c": ("shortest addressee.name: 2 characters",),
        "d": ("language es",),
        "e": ("audience 2",),
        "f": ("no region",),
        "g": ("Arabic letters",),
    }


def test_a_column_that_nobody_fills_is_no_reason() -> None:
    """Where every cell of a column is empty, an empty one is nothing to look at."""
    cases = worth_seeing([_filling("a", "Ana", fax=""), _filling("b", "Bea", fax="")])

    assert not any("fax" in reason for case in cases for reason in case.reasons)


def test_a_list_is_read_once() -> None:
    """The choice takes a stream, of any length."""
    cases = worth_seeing(_filling(str(n), "x" * (1 + n % 7)) for n in range(5_000))

    assert len(cases) <= 3
