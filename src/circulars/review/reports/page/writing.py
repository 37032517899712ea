"""Writes a report of changes as one self-contained HTML page, which is readable without scripts."""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Callable
from importlib.resources import files
from typing import Final

from jinja2 import Environment, StrictUndefined, Template

from circulars.errors import Choice
from circulars.review.reports.page.view import view_of
from circulars.review.reports.page.words import text_of
from circulars.review.reports.report import ChangeReport

_HIDDEN: Final = "body:has(#show-N:not(:checked)) .in-N { display: none }\n"
"""The rule that hides a language, by its place, when its box is not ticked."""


def page_of(report: ChangeReport, worded: Callable[[Choice], str] = str) -> str:
    """The report as an HTML page; ``worded`` puts a problem's choices into words."""
    view = view_of(report, worded)
    style = _data("page.css") + "".join(_HIDDEN.replace("N", str(place)) for place in range(len(view.languages)))
    script = _data("page.js")
    policy = (
        f"default-src 'none'; style-src '{_sum(style)}'; script-src '{_sum(script)}'; base-uri 'none'; "
        "form-action 'none'"
    )
    return _template().render(page=view, policy=policy, style=style, script=script)


def _sum(text: str) -> str:
    """The sum by which a policy knows a script or a stylesheet in a page (CSP 3, 'sha256-…')."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@functools.cache
def _data(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")


@functools.cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    environment.filters |= {"visible": text_of, "upper_first": lambda text: text[:1].upper() + text[1:]}
    return environment.from_string(_data("page.html.j2"))
