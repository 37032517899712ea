"""Hostile templates of a pack run in a sandbox, which they cannot leave, and in which they cannot run for ever."""

from __future__ import annotations

import pytest
from jinja2 import TemplateError

from circulars.render.templates.bounds import FILTERS, TEXT_METHODS
from circulars.render.templates.sandbox import Sandbox
from hostile.conftest import HostilePack

TOO_MUCH = {
    "loops in loops": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "a text repeated": "{{ 'a' * 10**9 }}",
    "a list repeated": "{{ ([0] * 10**9) | length }}",
    "a power": "{{ 2 ** 100000000 }}",
    "a wide format": "{{ '%999999999d' % 1 }}",
    "a wide format by filter": "{{ '%999999999d' | format(1) }}",
    "a width": "{{ 'a' | center(10**9) }}",
    "a width by method": "{{ 'a'.ljust(10**9) }}",
    "zeros": "{{ '1'.zfill(10**9) }}",
    "tabs": r"{{ '\t'.expandtabs(10**9) }}",
    "an indentation": r"{{ 'a\nb' | indent(10**9) }}",
    "texts joined": "{{ range(99999) | join('x' * 10000) }}",
    "texts joined by method": "{{ ('x' * 10000).join(['a'] * 99999) }}",
    "texts replaced": "{{ ('a' * 10000).replace('', 'x' * 100000) | length }}",
    "texts replaced by filter": "{{ ('a' * 10000) | replace('a', 'x' * 100000) | length }}",
    "a text doubled": "{% set n = namespace(x='ab') %}{% for a in range(40) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
    "a sum doubled": "{% set n = namespace(x='ab') %}{% for a in range(40) %}{% set n.x = n.x + n.x %}{% endfor %}",
    "lists in lists": "{% set a = [1] * 10 %}" + "{% set a = [a, a, a, a, a, a, a, a] %}" * 9 + "{{ a | string }}",
    "slices": "{% for x in [1] | slice(10**9) %}{% endfor %}",
    "batches": "{% for x in [1] | batch(10**9, 1) %}{% endfor %}",
    "lists summed": "{{ [[1] * 1000] * 100000 | sum(start=[]) | length }}",
    "a macro without end": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "a loop without end": "{% for x in [[]] recursive %}{{ loop([[]]) }}{% endfor %}",
    "a block without end": "{% block a %}{{ self.a() }}{% endblock %}",
    "long words again and again": "{% for a in range(99999) %}{{ 'word ' * 1000 }}{% endfor %}",
    "much looked through": "{% set t = 'a' * 9999999 %}{% for a in range(99999) %}{{ 'b' in t }}{% endfor %}",
    "much measured": "{% set t = 'a' * 9999999 %}{% for a in range(99999) %}{{ t | wordcount }}{% endfor %}",
    "much cut": "{% set t = 'a' * 9999999 %}{% for a in range(99999) %}{% set b = t[1:] %}{% endfor %}",
    "brackets": "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    "tags": "{{ 1 }}" * 6000,
    "blocks in blocks": "{% if 1 %}" * 300 + "{% endif %}" * 300,
    "terms": "{{ " + "1 + " * 3000 + "1 }}",
    "a wide format by name": "{{ '%(a)9000000000d' % {'a': 1} }}",
    "a wide format by star": "{{ '%*d' % (1000000000, 1) }}",
    "a precise format": "{{ '%.999999999f' % 1.5 }}",
    "a long text formatted often": "{{ ('%(a)s' * 999) % {'a': 'a' * 999999} }}",
    "a long word wrapped": "{{ ('a' * 999999) | wordwrap(1) | length }}",
    "a word wrapped often": "{% set t = 'a' * 20000 %}{% for a in range(9999) %}{{ t | wordwrap(1) }}{% endfor %}",
    "a text split": "{{ ('a' * 9999999).split('a') | length }}",
    "a text split from its end": "{{ ('a' * 9999999).rsplit('a') | length }}",
    "a text split into words": "{{ ('a ' * 999999).split() | length }}",
    "a text split into lines": r"{{ ('\n' * 9999999).splitlines() | length }}",
    "a text as a list": "{{ ('a' * 9999999) | list | length }}",
    "words counted in a long text": "{{ ('a ' * 999999) | wordcount }}",
    "one-entry lists summed": "{{ ([[1]] * 100000) | sum(start=[]) | length }}",
    "a list searched": "{% set t = range(99999) | list %}{% for a in range(99999) %}{{ t.count(a) }}{% endfor %}",
    "a list compared": "{% set t = range(99999) | list %}{% for a in range(99999) %}{{ t is eq t }}{% endfor %}",
    "a list as a key": "{% set t = range(999) | batch(999) | first %}{% for a in range(9999) %}{{ {}[t] }}{% endfor %}",
    "the letter compared": "{% for a in range(99999) %}{{ document.annexes + (document,) == (document,) }}{% endfor %}",
    "lists, nested": "{% set n = namespace(x=1) %}{% for a in range(9999) %}{% set n.x = [n.x] %}{% endfor %}",
    "a power of a power": "{{ (10000 ** 100) ** 100 }}",
    "a number of a long text": "{{ ('f' * 9999999) | int(base=16) }}",
}

# Values that Python writes with their address in memory, or in an order that differs from run to run.
NOT_TEXT = {
    "formatted": "{{ '%s' % (range,) }}",
    "formatted alone": "{{ '%s' % range }}",
    "formatted by name": "{{ '%(a)s' % {'a': range} }}",
    "formatted by filter": "{{ '%s' | format(range) }}",
    "formatted by filter and name": "{{ '%(a)s' | format(a=range) }}",
    "a list formatted": "{{ '%s' % [range] }}",
    "represented": "{{ '%r' % 'a' }}",
    "a pattern that is none": "{{ range | format }}",
    "joined": "{{ [range] | join }}",
    "a separator": "{{ [1, 2] | join(range) }}",
    "joined by method": "{{ 'a'.join([range]) }}",
    "concatenated": "{{ range ~ '' }}",
    "as text": "{{ range | string }}",
    "a list as text": "{{ [range] | string }}",
    "a group as text": "{{ {'a': range} | string }}",
    "marked safe": "{{ range | safe }}",
    "escaped": "{{ joiner | e }}",
    "in capitals": "{{ namespace() | upper }}",
    "centered": "{{ range | center }}",
    "wrapped": "{{ range | wordwrap }}",
    "put in": "{{ 'a' | replace('a', range) }}",
    "put in by method": "{{ 'a'.replace('a', range) }}",
    "in an address": "{{ {'a': range} | urlencode }}",
    "a macro": "{% macro m() %}{% endmacro %}{{ m | title }}",
    "a part of the letter": "{{ document.body[0] | string }}",
    "a method": "{{ 'a'.upper | string }}",
}

ESCAPES = {
    "a class": "{{ ''.__class__ }}",
    "a class by filter": "{{ '' | attr('__class__') }}",
    "a class by index": "{{ ''['__class__'] }}",
    "a class by map": "{{ [''] | map(attribute='__class__') | list | join }}",
    "globals": "{{ cycler.__init__.__globals__.os }}",
    "globals of a macro": "{% macro m() %}{% endmacro %}{{ m.__globals__ }}",
    "a method's function": "{{ document.properties.date.today() }}",
    "a format": "{{ '{0.__class__}'.format('') }}",
    "a format of names": "{{ '{a.__class__}'.format_map({'a': 1}) }}",
    "a format kept": "{% set f = '{0.__class__}'.format %}{{ f(1) }}",
    "self": "{{ self.__init__ }}",
    "the context": "{{ self._TemplateReference__context }}",
    "chance": "{{ [1, 2] | random }}",
    "chance in words": "{{ lipsum() }}",
    "another file": "{% include '/etc/passwd' %}",
    "another template": "{% extends '/etc/passwd' %}",
    "another module": "{% import 'os' as o %}",
    "a change": "{{ document.body.append(1) }}",
    "a change of a field": "{% set document.language = 'xx' %}",
    "the bytes of a picture": "{{ document.letterhead.mark.data }}",
    "a function's address": "{{ range }}",
}


@pytest.mark.parametrize("template", TOO_MUCH.values(), ids=TOO_MUCH)
def test_a_template_that_uses_too_much_is_stopped(template: str, hostile_pack: HostilePack) -> None:
    """It ends in a problem of the template."""
    (problem,) = hostile_pack.put(letter_html_j2=f"<html>\n{template}</html>").problems("html")

    assert problem.code == "template-error"
    assert problem.where.file.endswith("letter.html.j2")


@pytest.mark.parametrize("template", ESCAPES.values(), ids=ESCAPES)
def test_a_template_does_not_leave_its_sandbox(template: str, hostile_pack: HostilePack) -> None:
    """It has no access to Python, the machine, the clock or random numbers."""
    (problem,) = hostile_pack.put(letter_html_j2=f"<html>\n{template}</html>").problems("html")

    assert problem.code == "template-error"


@pytest.mark.parametrize("template", NOT_TEXT.values(), ids=NOT_TEXT)
def test_only_text_numbers_and_dates_become_text(template: str, hostile_pack: HostilePack) -> None:
    """So the same template has the same output in each run."""
    (problem,) = hostile_pack.put(letter_html_j2=f"<html>\n{template}</html>").problems("html")

    assert problem.code == "template-error"


def test_a_template_has_only_the_filters_and_methods_of_the_tables() -> None:
    """Each has a limit of what it makes, known before it runs; a new one of Jinja or Python does not exist."""
    sandbox = Sandbox()
    own = {name for name in sandbox.filters if "(" not in name}

    assert own == set(FILTERS)
    assert {name for name in dir(str) if sandbox.is_safe_attribute("", name, None)} <= set(TEXT_METHODS)
    with pytest.raises(TemplateError):
        sandbox.from_string("{{ '' | tojson }}")


def test_an_error_in_a_template_is_reported_as_the_template_s(hostile_pack: HostilePack) -> None:
    """A type error in an expression is a problem of the template, with its line."""
    (problem,) = hostile_pack.put(letter_html_j2="<html>\n\n{{ 1 + 'a' }}</html>").problems("html")

    assert (problem.code, problem.where.line) == ("template-error", 3)


def test_the_same_template_always_gives_the_same_problem(hostile_pack: HostilePack) -> None:
    """The limit is on steps, not on seconds."""
    hostile_pack.put(letter_html_j2="<html>" + TOO_MUCH["loops in loops"] + "</html>")

    assert hostile_pack.message("html") == hostile_pack.message("html")


def test_a_template_may_do_what_templates_do(hostile_pack: HostilePack) -> None:
    """Loops, macros, filters, tests, namespaces and string methods work."""
    hostile_pack.put(
        letter_css="",
        letter_html_j2="<html><head></head>{% macro m(a) %}[{{ a }}]{% endmacro %}{% set n = namespace(i=0) %}"
        "{% for w in 'b a'.split() | sort %}{% set n.i = n.i + loop.index %}{{ m(w | upper) }}{{ w ~ '<' }}{% endfor %}"
        "{{ n.i }}{{ [1, 2] | sum }}{{ '%02d' | format(7) }}{{ (2 / 3) | round(2) }}{{ 'a' if 1 is odd else 'b' }}"
        "{{ ['x', 'y'] | join('&') }}{{ {'k': 'v'}.items() | list | length }}{{ 'abc'[1:] }}"
        "{{ 'a-b'.replace('-', '+') }}{{ '%s, %05.1f%%, %(n)s' | replace('%(n)s', '') }}"
        "{{ '%s is %03d' % ('x', 7) }}{{ '%(a)s' % {'a': document.properties.date} }}{{ 'one two' | wordwrap(4) }}"
        "</html>",
    )

    assert "[A]a&lt;[B]b&lt;33070.67ax&amp;y1bca+b" in hostile_pack.write("html").decode()


def test_markup_stays_markup_in_filters(hostile_pack: HostilePack) -> None:
    """What a template marks as safe is not escaped when it replaces something, or is a pattern; values are."""
    hostile_pack.put(
        letter_css="",
        letter_html_j2="<html><head></head><body>{{ 'a-c' | e | replace('-', '<b>x</b>' | safe) }} "
        "{{ '<i>%s</i>' | safe | format('<') }} {{ 'a' | replace('a', '<') }}</body></html>",
    )

    assert "<body>a<b>x</b>c <i>&lt;</i> &lt;</body>" in hostile_pack.write("html").decode()


@pytest.mark.parametrize(
    ("tag", "fact"),
    [
        ("9" * 5000, "limit"),
        ("0x" + "f" * 9000, "limit"),
        ("1e999", "inf"),
        ("cycler().next()", "at least one item"),
        ("{}[joiner()]", "no entry of this kind"),
        ("'x' | replace(joiner(), 'y')", "instead of a text"),
        ("('a' * 9000000).strip('b' * 9000000)", "fills with a text"),
        ("('a' * 900000) | trim('b' * 9000)", "fills with a text"),
    ],
)
def test_numbers_keys_and_stripping_are_limited(tag: str, fact: str, hostile_pack: HostilePack) -> None:
    """What Python refuses is a problem of the template, and no message has an address in memory."""
    message = hostile_pack.body("<p>{{ " + tag + " }}</p>").message("html")

    assert fact in message
    assert " at 0x" not in message
