"""The documentation site is complete, searchable and accessible, and loads nothing from other hosts."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import lxml.html
import pytest

from conftest import ROOT

pytestmark = pytest.mark.xdist_group("site")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site, built as by ``scripts/docs``; a warning is an error."""
    folder = tmp_path_factory.mktemp("site")
    options = ("--quiet", "--fail-on-warning", "--conf-dir", "docs/site", "--doctree-dir", str(folder / "doctrees"))
    command = [sys.executable, "-m", "sphinx.cmd.build", *options, "docs", str(folder / "html")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "html"


def _pages(site: Path) -> Iterator[tuple[Path, lxml.html.HtmlElement]]:
    for path in sorted(site.rglob("*.html")):
        yield path, lxml.html.fromstring(path.read_bytes())


def test_every_page_of_the_documentation_is_in_the_site(site: Path) -> None:
    """Each Markdown file has a page, and the navigation links to it."""
    pages = {path.relative_to(ROOT / "docs").with_suffix(".html").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    navigation = lxml.html.parse(str(site / "index.html")).xpath("//aside[1]//a/@href")

    assert pages - {"index.html"} <= set(navigation)


def test_no_page_loads_anything_from_another_host(site: Path) -> None:
    """Scripts, styles and pictures are files of the site's own folder."""
    loaded = {
        (path, address)
        for path, page in _pages(site)
        for address in page.xpath("//script/@src | //link[@rel='stylesheet']/@href | //img/@src")
    }

    assert len(loaded) > 50
    assert [found for found in loaded if urlsplit(found[1]).scheme or found[1].startswith("//")] == []
    assert [found for found in loaded if not (found[0].parent / urlsplit(found[1]).path).is_file()] == []


def test_the_search_finds_words_of_the_pages(site: Path) -> None:
    """The browser searches an index without a server; the index has a word of a guide, and the Spanish tutorial."""
    index = (site / "searchindex.js").read_text(encoding="utf-8")

    assert '"envelop"' in index or "envelop:" in index
    assert "tutorials/una-carta-para-muchos" in index


def test_every_page_is_accessible_to_screen_readers_and_keyboards(site: Path) -> None:
    """Pages have one first-level heading, a language, named regions, alternate texts, and code that keys can scroll."""
    for path, page in _pages(site):
        assert len(page.xpath("//h1")) == 1, path
        assert page.get("lang") == "en", path
        assert page.xpath("//aside[not(@aria-label)] | //img[not(@alt)] | //pre[not(@tabindex)]") == [], path
        assert page.xpath("//*[@role='heading'][not(@aria-level)]") == [], path


@pytest.mark.parametrize("name", ["una-carta-para-muchos", "un-dia-de-envios"])
def test_a_page_in_another_language_says_so(site: Path, name: str) -> None:
    """The Spanish tutorials have the language Spanish, so they are read aloud in Spanish."""
    page = lxml.html.parse(str(site / "tutorials" / f"{name}.html"))

    assert page.xpath("//article/@lang") == ["es"]
