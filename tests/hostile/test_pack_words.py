"""A pack's page cannot say another address than its links, nor change the order in which text is read."""

from __future__ import annotations

import pytest

from hostile.conftest import HostilePack

MISLEADING = {
    "words": "<a href='https://evil.example/'>https://good.example/</a>",
    "words in capitals": "<a href='https://evil.example/'>GOOD.EXAMPLE</a>",
    "words in two looks": "<a href='https://evil.example/'>good.<b>example</b></a>",
    "words on two lines": "<a href='https://evil.example/'>good.exam<br/>ple</a>",
    "mail": "<a href='mailto:evil@evil.example'>ana@good.example</a>",
    "references to characters": "<a href='&#104;ttps://evil.example/'>good&#46;example</a>",
    "an address in part": "<p>https://<a href='https://evil.example/'>good</a>.example</p>",
    "a user": "<a href='https://good.example@evil.example/'>the page</a>",
    "a name in another script": "<a href='https://аррӏе.com/'>the page</a>",
    "a template": "<a href='https://evil.example/'>{{ 'good' ~ '.example' }}</a>",
    "the letter's words": "<a href='https://evil.example/'>www.{{ document.language }}.good</a>",
}


@pytest.mark.parametrize("inside", MISLEADING.values(), ids=MISLEADING)
@pytest.mark.parametrize("format", ["html", "pdf"])
def test_a_link_of_a_pack_leads_where_its_words_say(inside: str, format: str, hostile_pack: HostilePack) -> None:
    """The page is judged as it is shown, after the template has been filled."""
    problems = hostile_pack.body(inside).problems(format)

    assert {problem.code for problem in problems} == {"deceptive-link"}


CONTROLS = {
    "a character": ("<p>Pay \u2067100 \u2066EUR\u2069 to 900\u2069</p>", ""),
    "a reference": ("<p>Pay &#x202e;001</p>", ""),
    "a mark": ("<p>Pay &rlm;100</p>", ""),
    "a template": ("<p>Pay {{ '\\u202e' }}001</p>", ""),
    "an attribute": ("<p title='a&#x200f;b'>Pay</p>", ""),
    "a stylesheet": ("", "p::before { content: '\\202e 001' }"),
    "a style": ("<p style='unicode-bidi: bidi-override; direction: rtl'>Pay 100</p>", ""),
    "a rule": ("", "p { unicode-bidi: Isolate-Override; direction: rtl }"),
}


@pytest.mark.parametrize(("inside", "style"), CONTROLS.values(), ids=CONTROLS)
def test_a_pack_does_not_change_the_order_of_text(inside: str, style: str, hostile_pack: HostilePack) -> None:
    """Controls of direction are refused however they are written, and so are overrides in stylesheets."""
    assert {problem.code for problem in hostile_pack.body(inside, style).problems("html")} == {"bidi-control"}


def test_a_pack_has_no_hidden_characters(hostile_pack: HostilePack) -> None:
    """Tags and annotations, which nobody sees, are refused like those in a letter."""
    problems = hostile_pack.body("<p>x\U000e0041\ufff9</p>").problems("html")

    assert {problem.code for problem in problems} == {"control-character"}


def test_an_element_that_overrides_the_direction_is_refused(hostile_pack: HostilePack) -> None:
    """Letters find their direction by themselves."""
    assert "letters find their direction" in hostile_pack.body("<bdo dir='rtl'>100</bdo>").message("html")


def test_a_pack_may_have_links_and_other_scripts(hostile_pack: HostilePack) -> None:
    """Words that are the address, ordinary words, and Arabic without controls are text."""
    inside = (
        "<p><a href='https://good.example/a'>good.example</a>, <a href='https://good.example/'>the page</a>, "
        "<a href='mailto:ana@good.example'>ana@good.example</a>, مثال 100 EUR, ❤\ufe0f</p>"
    )

    assert "مثال 100 EUR" in hostile_pack.body(inside).write("html").decode()
