"""The fields that a template uses."""

from __future__ import annotations

from jinja2.sandbox import ImmutableSandboxedEnvironment

from circulars.doctor.names import uses_of
from circulars.doctor.page import page_findings


def fields(source: str) -> set[str]:
    """The fields that a page uses."""
    return {use.field for use in uses_of(ImmutableSandboxedEnvironment().parse(source))}


def test_fields_are_found_through_arguments_of_macros() -> None:
    """By place and by name, through other macros, and for the entries of a list."""
    macros = """
{% macro shown(lines) %}{% for line in lines %}{{ line.text }}{% endfor %}{% endmacro %}
{% macro signed(one, id) %}{{ one.name }}{{ shown(lines=one.title) }}{% endmacro %}
"""
    used = fields(
        macros + "{% for other in document.cosignatures %}{{ signed(other, 1) }}{% endfor %}{{ signed(document.x[0]) }}"
    )

    assert {"document.cosignatures[].name", "document.cosignatures[].title[].text"} <= used
    assert {"document.x[].name", "document.x[].title[].text"} <= used


def test_a_wrong_field_is_found_through_a_macro() -> None:
    """The finding has the line in the macro; a wrong argument is found where it is written, once."""
    found = page_findings(
        '<html lang="en">\n{% macro signed(one) %}\n{{ one.nmae }}{% endmacro %}\n'
        "{{ signed(document.signature) }}{{ signed(document.sgnature) }}</html>"
    )

    assert [(one.code, one.line, one.fact) for one in found] == [
        ("unknown-name", 3, "'document.signature' has no field 'nmae'"),
        ("unknown-name", 4, "'document' has no field 'sgnature'"),
    ]


def test_macros_that_call_each_other_end() -> None:
    """Also if the fields that they pass are others in each call."""
    first = "{% macro a(x) %}{{ b(x.y) }}{% endmacro %}"
    itself = first + "{% macro b(x) %}{{ a(x.z) }}{{ b(x.z) }}{% endmacro %}{{ a(document) }}"
    doubling = "".join(
        f"{{% macro m{n}(x) %}}{{{{ m{n + 1}(x.a) }}}}{{{{ m{n + 1}(x.b) }}}}{{% endmacro %}}" for n in range(60)
    )

    assert fields(itself) == {"document", "document.y", "document.y.z"}
    assert len(fields(doubling + "{{ m0(document) }}")) < 2_000
