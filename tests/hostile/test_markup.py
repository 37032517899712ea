"""Letters in HTML run nothing and fetch nothing, whatever markup a pack's page has, in any parser."""

from __future__ import annotations

import contextlib
import functools
import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from xml.etree import ElementTree

import pytest

from browsers import look, tree_of
from circulars.errors import PackError
from circulars.model.text import Paragraph, Span
from circulars.pack import load_pack
from circulars.render.html import html_of, master
from circulars.render.templates.markup import POLICY, CheckedPage, RefusedPageError, checked_page
from hostile.conftest import HostilePack, Listener
from render.sample_letters import PLAIN

# Each kind of markup that one parser takes for text, and another one for a script; "{}" is an address.
KINDS = {
    "scripts": [
        "<script>alert(1)</script>",
        "<ScRiPt src={}></ScRiPt>",
        "<script/x>alert(1)</script>",
        "<script type=module>alert(1)</script>",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "<p><script>alert(1)//</p>",
    ],
    "drawings": [
        "<svg><title><script>alert(1)</script></title></svg>",
        "<svg><script>alert(1)</script></svg>",
        "<svg><script href={}></script></svg>",
        "<svg onload=alert(1)></svg>",
        "<svg><desc><img src=x onerror=alert(1)></desc></svg>",
        "<svg><foreignObject><body onload=alert(1)></foreignObject></svg>",
        "<svg><style><img src=x onerror=alert(1)></style></svg>",
        "<svg></p><style><a id='</style><img src=x onerror=alert(1)>'>",
        "<svg><a xlink:href='javascript:alert(1)'><text y=9>x</text></a></svg>",
        "<svg><animate onbegin=alert(1) attributeName=x dur=1s></svg>",
        "<svg><set attributeName=onload to=alert(1)></svg>",
        "<svg><use href='data:image/svg+xml,<svg id=x onload=alert(1)>#x'></svg>",
        "<svg><image href={}></svg>",
        "<svg><p><script>alert(1)</script>",
    ],
    "formulas": [
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=alert(1)&gt;'>",
        "<math><mtext><mglyph><style><img src=x onerror=alert(1)></style></mglyph></mtext></math>",
        "<math><annotation-xml encoding='text/html'><script>alert(1)</script></annotation-xml></math>",
        "<math><mi><script>alert(1)</script></mi></math>",
        "<math href='javascript:alert(1)'>x</math>",
        "<math><maction actiontype='statusline#x' xlink:href='javascript:alert(1)'>x</maction></math>",
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    ],
    "text of other elements": [
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
        "<noscript><style></noscript><img src=x onerror=alert(1)></style>",
        "<select><style><img src=x onerror=alert(1)></style></select>",
        "<select><option><style></option></select><b><img src=x onerror=alert(1)></style>",
        "<select><script>alert(1)</script></select>",
        "<template><script>alert(1)</script></template>",
        "<template shadowrootmode=open><script>alert(1)</script></template>",
        "<textarea><img title='</textarea><img src=x onerror=alert(1)>'></textarea>",
        "<xmp><p title='</xmp><img src=x onerror=alert(1)>'></xmp>",
        "<noembed><img title='</noembed><img src=x onerror=alert(1)>'></noembed>",
        "<noframes><img title='</noframes><img src=x onerror=alert(1)>'></noframes>",
        "<iframe><img title='</iframe><img src=x onerror=alert(1)>'></iframe>",
        "<title><img title='</title><img src=x onerror=alert(1)>'></title>",
        "<style><img title='</style><img src=x onerror=alert(1)>'></style>",
        "<plaintext><script>alert(1)</script>",
        "<listing>&lt;img src=x onerror=alert(1)&gt;</listing>",
    ],
    "comments": [
        "<!--><img src=x onerror=alert(1)>-->",
        "<!---><img src=x onerror=alert(1)>-->",
        "<!-- --!><img src=x onerror=alert(1)> -->",
        "<!-- <!-- --><img src=x onerror=alert(1)> -->",
        "<![CDATA[<img src=x onerror=alert(1)>]]>",
        "<p><![CDATA[ ]]><img src=x onerror=alert(1)>",
        "<svg><![CDATA[><img src=x onerror=alert(1)>]]></svg>",
        "<?x ><img src=x onerror=alert(1)>?>",
        "<?xml-stylesheet href={}?>",
        "<!doctype html [<!ENTITY x '<img src=y onerror=alert(1)>'>]>&x;",
        "</ ><img src=x onerror=alert(1)>",
        "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    ],
    "nesting": [
        "<form id=a><div></form><form id=b><img src=x onerror=alert(1)></form>",
        "<table><p title='</table><img src=x onerror=alert(1)>'>x",
        "<table><style><!--</style><tr><td><img title='--><img src=x onerror=alert(1)>'></table>",
        "<table><script>alert(1)</script></table>",
        "<table><tr><svg><desc><td><script>alert(1)</script></table>",
        "<a><table><a onclick=alert(1)>x</a></table></a>",
        "<b><p></b><img src=x onerror=alert(1)></p>",
        "<p><table><caption><img src=x onerror=alert(1)></caption></table></p>",
        "<dl><dt><dd><img src=x onerror=alert(1)><dt></dl>",
        "</body></html><script>alert(1)</script>",
        "</p></br><img src=x onerror=alert(1)>",
    ],
    "attributes": [
        "<img src=x onerror=alert(1)>",
        "<img src=x OnErRoR=alert(1)>",
        "<img/src=x/onerror=alert(1)>",
        "<img src='x'onerror=alert(1)>",
        "<img src=`x` onerror=alert(1)>",
        "<img src='\"'onerror='alert(1)'>",
        "<img title='\"><img src=x onerror=alert(1)>'>",
        '<p title="\'><script>alert(1)</script>">x</p>',
        "<p title='&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;'>x</p>",
        "<p title='</p><script>alert(1)</script>'>x</p>",
        "<p =onclick=alert(1) onclick=alert(1)>x</p>",
        "<p\nonclick\n=\nalert(1)>x</p>",
        "<p\x0conmouseover=alert(1)>x</p>",
        "<p on\x00click=alert(1)>x</p>",
        "<p onfocus=alert(1) autofocus tabindex=1>x</p>",
        "<p contenteditable onbeforeinput=alert(1)>x</p>",
        "<p id=x tabindex=1 onfocus=alert(1)></p><a href=#x>x</a>",
        "<p popover onbeforetoggle=alert(1)>x</p>",
        "<p style='animation: x' onanimationstart=alert(1)>x</p><style>@keyframes x{}</style>",
        "<body onload=alert(1)>",
        "<html onclick=alert(1)>",
        "<details ontoggle=alert(1) open>x</details>",
        "<dialog open onclose=alert(1)>x</dialog>",
        "<input autofocus onfocus=alert(1)>",
        "<marquee onstart=alert(1)>x</marquee>",
        "<x onclick=alert(1) is=y>x</x>",
    ],
    "links": [
        "<a href='javascript:alert(1)'>x</a>",
        "<a href='java&#10;script:alert(1)'>x</a>",
        "<a href=' &#1;javascript:alert(1)'>x</a>",
        "<a href='&#x6A;avascript&colon;alert(1)'>x</a>",
        "<a href='vbscript:x'>x</a>",
        "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
        "<a href='https://example.org' ping={}>x</a>",
        "<a href='blob:x'>x</a>",
        "<a href='//example.org'>x</a>",
        "<area href='javascript:alert(1)'>",
        "<form action='javascript:alert(1)'><button>x</button></form>",
        "<button formaction='javascript:alert(1)'>x</button>",
        "<base href='javascript:alert(1)//'><a href=x>x</a>",
        "<base href={}><img src=x>",
        "<blockquote cite='javascript:alert(1)'>x</blockquote>",
        "<img src='javascript:alert(1)'>",
    ],
    "frames and others": [
        "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
        "<iframe src='javascript:parent.alert(1)'></iframe>",
        "<iframe src={}></iframe>",
        "<frameset><frame src='javascript:alert(1)'></frameset>",
        "<object data={}></object>",
        "<object data='javascript:alert(1)'></object>",
        "<embed src={}>",
        "<portal src={}></portal>",
        "<fencedframe src={}></fencedframe>",
        "<meta http-equiv=refresh content='0; url=javascript:alert(1)'>",
        "<meta http-equiv=refresh content='0; url={}'>",
        "<meta http-equiv=Content-Security-Policy content='script-src *'>",
        "<meta charset=utf-7>+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
        "<meta charset=iso-2022-jp><p title='\x1b$B'>x",
        "<link rel=stylesheet href={}>",
        "<link rel=preload as=image href={}>",
        "<link rel=dns-prefetch href={}>",
        "<link rel=import href={}>",
        "<video src={} onerror=alert(1)></video>",
        "<video poster={}></video>",
        "<audio src={} autoplay></audio>",
        "<picture><source srcset={}><img></picture>",
        "<img srcset='{} 1x'>",
        "<img src={}>",
        "<img lowsrc={} dynsrc={}>",
        "<input type=image src={}>",
        "<table background={}><tr><td>x</td></tr></table>",
        "<body background={}>",
        "<p style='background: url({})'>x</p>",
        "<p style='background: u\\72l({})'>x</p>",
        "<p style='background: image-set(\"{}\" 1x)'>x</p>",
        "<p style='--a: \"{}\"; background: image-set(var(--a) 1x)'>x</p>",
        "<style>@import '{}';</style>",
        "<style>p { background: url({}) }</style>",
        "<style>@font-face { font-family: x; src: url({}) } p { font-family: x }</style>",
        "<script type=speculationrules>{}</script>",
    ],
}
PAYLOADS = [*chain.from_iterable(KINDS.values())]
BROWSERS = ("jsdom", "chromium")
_WAYS = (
    "<p>{}</p>",
    "<table><tr><td>{}</td></tr></table>",
    "<p title='{}'>x</p>",
    "<ul><li>{}<li>x</ul>",
    "<pre>\n\n{}</pre>",
    "{}",
)


@functools.cache
def rebuilt(payload: str) -> tuple[str, ...]:
    """The pages that are not refused, with a payload at different places of the body and of the head."""
    return (*dict.fromkeys(_rebuilt(payload)),)


def _rebuilt(payload: str) -> Iterator[str]:
    for way in _WAYS:
        for page in (
            f"<html><head><title>x</title></head><body>{way.replace('{}', payload)}</body></html>",
            f"<html><head>{payload}</head><body>{way.replace('{}', 'x')}</body></html>",
            way.replace("{}", payload),
        ):
            with contextlib.suppress(RefusedPageError):
                yield checked_page(page).source


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_gets_into_a_page(payload: str) -> None:
    """Markup that can run or fetch something is refused, or is only text in the page that is written."""
    for source in rebuilt(payload):
        tree = ElementTree.fromstring(source.removeprefix("<!DOCTYPE html>\n"))

        assert not {one.tag for one in tree.iter()} & {"script", "svg", "math", "iframe", "template", "link", "form"}
        assert not [name for one in tree.iter() for name in one.attrib if name.startswith("on")]
        assert [one.get("content") for one in tree.iter("meta") if one.get("http-equiv")] == [POLICY]


@pytest.mark.parametrize("payload", KINDS["scripts"] + KINDS["drawings"] + KINDS["formulas"])
def test_markup_that_is_refused_is_reported(payload: str, hostile_pack: HostilePack) -> None:
    """Nothing is removed silently: scripts, drawings and formulas are problems of the pack, with their line."""
    problems = hostile_pack.body(f"\n\n{payload}").problems("html")

    assert {(one.code, one.where.file.endswith("letter.html.j2")) for one in problems} == {("outside-address", True)}
    assert 3 in {one.where.line for one in problems}


@pytest.mark.parametrize("browser", BROWSERS)
def test_nothing_runs_in_a_browser(browser: str, tmp_path: Path, listener: Listener) -> None:
    """Pages that are not refused, and a letter whose text is all payloads, run and fetch nothing.

    Browsers read them as the same tree. Pages with the same payloads that were not rebuilt do run and fetch.
    """
    address = f"http://127.0.0.1:{listener.port}/x"
    pages = list(dict.fromkeys(page.replace("{}", address) for payload in PAYLOADS for page in rebuilt(payload)))
    words = [payload.replace("{}", address).translate(dict.fromkeys(range(32), " ")) for payload in PAYLOADS]
    letter = replace(PLAIN, body=tuple(Paragraph((Span(one),)) for one in words))
    files = [tmp_path / f"{number}.html" for number in range(len(pages) + 1)]
    for file, page in zip(files, [*pages, master(letter, load_pack()).fill({}).decode()], strict=True):
        file.write_text(page, encoding="utf-8")

    looks = look(browser, files)

    assert len(looks) == len(files) > 100
    assert [file for file, seen in looks.items() if seen.ran] == []
    assert listener.requests == []
    for file, page in zip(files, pages, strict=False):
        assert looks[file].tree == tree_of(page)


@pytest.mark.parametrize("browser", BROWSERS)
def test_the_payloads_run_in_pages_that_are_not_rebuilt(browser: str, tmp_path: Path, listener: Listener) -> None:
    """Otherwise the test above would show nothing."""
    address = f"http://127.0.0.1:{listener.port}/x"
    files = []
    for number, payload in enumerate(PAYLOADS):
        if "refresh" not in payload:
            files.append(tmp_path / f"{number}.html")
            files[-1].write_text(f"<!DOCTYPE html><body>{payload.replace('{}', address)}", encoding="utf-8")

    looks = look(browser, files)

    # jsdom shows no pictures, so that none of them fails.
    assert sum(seen.ran for seen in looks.values()) > (10 if browser == "jsdom" else 40)
    assert len(listener.requests) > 3


def test_a_letter_s_policy_forbids_what_a_page_would_run(tmp_path: Path, listener: Listener) -> None:
    """Even if a script or an address were in a letter, Chromium would neither run nor fetch it."""
    address = f"http://127.0.0.1:{listener.port}/x"
    added = f"<script>alert(1)</script><img src={address} onerror=alert(1)><iframe src={address}></iframe>"
    letter = html_of(PLAIN, load_pack()).replace("</body>", f"{added}<link rel=stylesheet href={address}></body>")
    (tmp_path / "letter.html").write_text(letter, encoding="utf-8")
    without = letter.replace(POLICY, "")
    (tmp_path / "without.html").write_text(without, encoding="utf-8")

    [seen] = look("chromium", [tmp_path / "letter.html"]).values()

    assert (seen.ran, listener.requests) == (False, [])
    assert without != letter
    assert look("chromium", [tmp_path / "without.html"])[tmp_path / "without.html"].ran
    assert listener.requests


def test_the_policy_is_the_first_thing_in_the_head() -> None:
    """It holds for everything after it. The character set is declared next, within the first 1,024 bytes."""
    page = html_of(PLAIN, load_pack())

    assert page.partition("<head>")[2].startswith(f'<meta http-equiv="Content-Security-Policy" content="{POLICY}" />')
    assert '<meta charset="utf-8" />' in page[:1024]


_INSIDE = (
    "p div span a b em table tbody tr td th ul ol li h2 pre br dl dt dd ruby rt rp section caption col img".split()
)


def grown(chance: random.Random, depth: int = 0) -> str:
    """A random piece of a page with elements that letters may have, nested as chance has it."""
    if depth > 6 or chance.random() < 0.25:
        return chance.choice(["x", " ", "\n", "&lt;", "x &amp; y", "", " \n x"])
    tag = chance.choice(_INSIDE)
    if tag in ("br", "col", "img"):
        return f"<{tag}/>"
    inside = "".join(grown(chance, depth + 1) for _ in range(chance.randint(0, 3)))
    return f"<{tag}>{inside}</{tag}>" if chance.random() < 0.9 else f"<{tag}>{inside}"


def kept_pieces(chance: random.Random) -> Iterator[str]:
    """Random pieces of a page that are not refused."""
    while True:
        piece = grown(chance)
        with contextlib.suppress(RefusedPageError):
            checked_page(f"<html><head></head><body><div>{piece}</div></body></html>")
            yield piece


@pytest.mark.parametrize("browser", BROWSERS)
def test_browsers_read_a_page_as_the_tree_that_is_laid_out(browser: str, tmp_path: Path, chance: random.Random) -> None:
    """Elements in any order: a page is refused, or browsers make of it the tree of which the PDF is made.

    There are 150 random pieces on 30 pages, for opening a page takes a browser most of the time.
    """
    pages: list[CheckedPage] = []
    while len(pages) < 30:
        pieces = "".join(f"<div>{piece}</div>" for piece in islice(kept_pieces(chance), 4))
        with contextlib.suppress(RefusedPageError):
            pages.append(checked_page(f"<html><head></head><body>{grown(chance)}{pieces}</body></html>"))
    files = [tmp_path / f"{number}.html" for number in range(len(pages))]
    for file, page in zip(files, pages, strict=True):
        file.write_text(page.source, encoding="utf-8")

    looks = look(browser, files)

    for file, page in zip(files, pages, strict=True):
        assert looks[file].tree == tree_of(page.source)
        assert [one.tag for one in page.tree.iter()] == [one.tag for one in _elements(page.source) if one.tag != "meta"]


def test_a_page_that_would_be_read_otherwise_is_refused(hostile_pack: HostilePack) -> None:
    """A paragraph in a paragraph: well-formed XML, but a browser would end the first at the second."""
    hostile_pack.body("<p>one <b>two<table><p>three</p></table></b></p>")

    try:
        page = hostile_pack.write("html").decode()
    except PackError as error:
        assert "otherwise" in str(error)
    else:
        assert [one.tag for one in _elements(page.replace("<style>\n</style>\n", ""))].count("p") > 1


def test_a_page_that_is_not_xml_is_read_as_browsers_read_it(hostile_pack: HostilePack) -> None:
    """End tags that HTML may omit, attributes without quotes, named characters and comments are no problems."""
    hostile_pack.put(
        letter_css="p > b { color: red }",
        letter_html_j2="<!doctype html>\n<html lang=en><meta charset=UTF-8><title>A &amp; B</title>\n"
        "<!-- a comment --><p class=x>one&nbsp;<b>two</b><br>three<p>four<table><tr><td>five</table>",
    )

    page = hostile_pack.write("html").decode()

    assert "<title>A &amp; B</title>" in page
    assert (
        '<p class="x">one\xa0<b>two</b><br />three</p><p>four</p><table><tbody><tr><td>five</td></tr></tbody></table>'
        in page
    )
    assert "p > b { color: red }" in page
    assert hostile_pack.write("pdf").startswith(b"%PDF-1.7")


def _elements(source: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(source.removeprefix("<!DOCTYPE html>\n")).iter())


@pytest.mark.parametrize("space", ["\u00a0", "\u2003", "\u3000", "\ufeff"])
def test_only_spaces_that_a_browser_ignores_may_be_before_an_address(space: str) -> None:
    """After another space, a browser takes "https:" for a part of a relative address."""
    page = "<html><head></head><body><p><a href='{}https://example.org/'>x</a></p></body></html>"

    assert checked_page(page.format(" \t\n")).source
    with pytest.raises(RefusedPageError):
        checked_page(page.format(space))
