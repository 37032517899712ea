"""How the pages of ``docs/`` become a site: Sphinx reads Markdown (MyST), and Furo gives it its look.

``scripts/docs`` builds it. The site works from a folder, without a server or a network: no page loads anything from
another host, and the search runs in the browser.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from circulars import __version__

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "circulars"
project_copyright = "the authors of circulars"
author = project_copyright
version = release = __version__
language = "en"

extensions = ["myst_parser"]
myst_heading_anchors = 4  # links name headings as they do in the repository
exclude_patterns = ["**/*.py"]
suppress_warnings = [
    "misc.highlighting_failure",  # some examples are broken on purpose
]

html_theme = "furo"
html_title = f"circulars {version}"
html_copy_source = False
html_show_sphinx = False
html_last_updated_fmt = None  # the same pages, the same site
html_theme_options = {"light_css_variables": {"color-brand-primary": "#00558c", "color-brand-content": "#00558c"}}
# Names of lexers darken or lighten code; these two have the contrast that WCAG 2.2 AA asks for.
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"


def _stay_in_the_site(_app: Sphinx, page: str, source: list[str]) -> None:
    """Lets links to the three pages at the top of the repository lead to their copies in the site."""
    up = "../" * page.count("/")
    source[0] = re.sub(
        r"\]\((?:\.\./)+(CONTRIBUTING|CHANGELOG|SECURITY)\.md",
        lambda link: f"]({up}site/{link[1].lower()}.md",
        source[0],
    )


# What Furo and Sphinx leave out, and WCAG 2.2 and WAI-ARIA 1.2 ask for.
_ACCESSIBLE = {
    '<p class="caption" role="heading">': '<p class="caption" role="heading" aria-level="2">',
    '<aside class="sidebar-drawer">': '<aside class="sidebar-drawer" aria-label="Pages">',
    '<aside class="toc-drawer': '<aside aria-label="On this page" class="toc-drawer',
    '<div id="search-results">': '<h1>Search</h1><div id="search-results">',
    "<pre>": '<pre tabindex="0">',  # code that is wider than its box can be scrolled from the keyboard
}

_OTHER_LANGUAGES = {"una-carta-para-muchos": "es", "un-dia-de-envios": "es"}
"""Pages that are not in English."""


def _make_accessible(app: Sphinx, error: Exception | None) -> None:
    """Completes the finished pages."""
    for page in [] if error else sorted(app.outdir.rglob("*.html")):
        text = page.read_text(encoding="utf-8")
        for found, better in _ACCESSIBLE.items():
            text = text.replace(found, better)
        if spoken := _OTHER_LANGUAGES.get(page.stem):
            text = text.replace("<article ", f'<article lang="{spoken}" ')
        page.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Registers what the site needs beyond Sphinx's own."""
    app.connect("source-read", _stay_in_the_site)
    app.connect("build-finished", _make_accessible)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
