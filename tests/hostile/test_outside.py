"""A hostile page or stylesheet of a pack fetches nothing, runs nothing, and cannot use unlimited resources."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from circulars.render.pdf import press
from hostile.conftest import HostilePack, Listener

SVG = "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' width='9' height='9'>{}</svg>"
# Pages and stylesheets that refer to "{}".
REFERENCES = {
    "a background": ("", "p { background: url({}) }"),
    "a background in quotes": ("", "p { background: url( '{}' ) }"),
    "a background with escapes": ("", r"p {{ background: \75rl({}) }}".replace("{{", "{").replace("}}", "}")),
    "a background in capitals": ("", "p { background: URL({}) }"),
    "a set of pictures": ("", "p { background: image-set('{}' 1x) }"),
    "a set of pictures by url": ("", "p { background: image-set(url({}) 1x) }"),
    "a set of pictures by a variable": ("", ":root { --a: '{}' } p { background: image-set(var(--a) 1x) }"),
    "a variable": ("", ":root { --a: url({}) } p { background: var(--a) }"),
    "a variable that nothing uses": ("", ":root { --a: url({}) }"),
    "an address by src": ("", "p { background: src('{}') }"),
    "an address of a variable": ("", ":root { --a: '{}' } p { background: src(var(--a)) }"),
    "a picture's fallback": ("", "p { background: image('{}', red) }"),
    "pictures mixed": ("", "p { background: cross-fade(url({}), red) }"),
    "a comment in the way": ("", "p { background: url/**/({}) url(/**/{}) }"),
    "a comment in an import": ("", "@import/**/url({});"),
    "an import with escapes": ("", r"@\69mport '{}';"),
    "an import in a rule": ("", "@media all { @import '{}'; }"),
    "a rule that is broken": ("", "p { background: url({}"),
    "a rule in a broken one": ("", "} p { background: url({}) }"),
    "a namespace": ("", "@namespace url({});"),
    "a document": ("", "@document url({}) { p { color: red } }"),
    "a colour profile": ("", "@color-profile --a { src: url({}) }"),
    "a cursor": ("", "p { cursor: url({}), auto }"),
    "a filter": ("", "p { filter: url({}#a) }"),
    "an attribute by type": ("<p data-x='{}'>x</p>", "p::before { content: attr(data-x type(<url>)) }"),
    "a drawing of another type": (
        "",
        'p { background: url(\'data:text/plain,<svg xmlns="x"><image href="{}"/></svg>\') }',
    ),
    "a stylesheet": ("", "@import '{}';"),
    "a stylesheet by url": ("", "@import url({});"),
    "a font": ("", "@font-face { font-family: x; src: url({}) } p { font-family: x }"),
    "a text": ("", "p::before { content: url({}) }"),
    "an attribute": ("<p data-x='{}'>x</p>", "p::before { content: attr(data-x url) }"),
    "a bullet": ("<ul><li>x</li></ul>", "li { list-style-image: url({}) }"),
    "a picture": ("<img src='{}' alt='x'/>", ""),
    "a picture in sizes": ("<img srcset='{} 1x' alt='x'/>", ""),
    "a linked stylesheet": ("<link rel='stylesheet' href='{}'/>", ""),
    "an attachment": ("<link rel='attachment' href='{}'/>", ""),
    "an attachment of a link": ("<a rel='attachment' href='{}'>x</a>", ""),
    "an object": ("<object data='{}'></object>", ""),
    "something embedded": ("<embed src='{}'/>", ""),
    "a frame": ("<iframe src='{}'></iframe>", ""),
    "a base": ("<base href='{}'/><img src='x' alt='x'/>", ""),
    "a style": ("<style>p { background: url({}) }</style>", ""),
    "a style of an element": ("<p style='background: url({})'>x</p>", ""),
    "a video": ("<video src='{}'></video>", ""),
    "a script": ("<script src='{}'></script>", ""),
    "a refresh": ("<meta http-equiv='refresh' content='0; url={}'/>", ""),
    "a table's background": ("<table background='{}'><tr><td>x</td></tr></table>", ""),
    "a drawing's picture": (SVG.format("<image href='{}' width='9' height='9'/>"), ""),
    "a drawing's copy": (SVG.format("<use href='{}#a'/>"), ""),
}
DRAWINGS = {
    "a picture": "<image href='{}' width='9' height='9'/>",
    "an old kind of picture": "<image xlink:href='{}' width='9' height='9'/>",
    "a copy": "<use href='{}#a'/>",
    "a stylesheet": "<style>@import url({});</style>",
    "a colour": "<rect fill='url({}#x)' width='3' height='3'/>",
    "a script": "<script href='{}'/>",
}


def addresses(listener: Listener, canary: Path) -> list[str]:
    """Addresses of a server, with and without a scheme, and of a file outside the pack."""
    server = f"127.0.0.1:{listener.port}/canary"
    return [f"http://{server}", f"//{server}", f"ftp://{server}", canary.as_uri(), f"../{canary.name}", str(canary)]


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """A file outside the pack."""
    path = tmp_path.parent / f"{tmp_path.name}-canary"
    path.write_text("p { color: red }")
    return path


@pytest.mark.parametrize("format", ["html", "pdf"])
@pytest.mark.parametrize(("page", "style"), REFERENCES.values(), ids=REFERENCES)
def test_nothing_is_fetched(
    page: str, style: str, format: str, hostile_pack: HostilePack, listener: Listener, canary: Path
) -> None:
    """A reference to an address or a file outside the pack is reported, and the server gets no request."""
    for address in addresses(listener, canary):
        problems = hostile_pack.body(page.replace("{}", address), style.replace("{}", address)).problems(format)

        assert {problem.code for problem in problems} <= {"outside-address", "missing-file"}

    assert listener.requests == []


def test_an_address_that_is_not_fetched_is_named(hostile_pack: HostilePack) -> None:
    """The problem names the address and the file that refers to it."""
    (problem,) = hostile_pack.body("<img src='https://evil.example/x.png' alt='x'/>").problems("html")

    assert problem.message == "the page asks for 'https://evil.example/x.png'; nothing is fetched"
    assert problem.where.file.endswith("letter.html.j2")


@pytest.mark.parametrize("drawing", DRAWINGS.values(), ids=DRAWINGS)
def test_a_drawing_fetches_nothing(drawing: str, hostile_pack: HostilePack, listener: Listener, canary: Path) -> None:
    """This also holds for a drawing in a ``data:`` address, and for a file of the pack that letter.css uses."""
    for address in addresses(listener, canary):
        source = SVG.format(drawing.replace("{}", address))
        data = f"data:image/svg+xml;base64,{base64.b64encode(source.encode()).decode()}"

        assert hostile_pack.body(f'<img alt="x" src="{data}"/>').problems("pdf")
        assert hostile_pack.body("", "p { background: url(seal.svg) }").put(seal_svg=source).problems("pdf")

    assert listener.requests == []


def test_a_drawing_has_no_entities(hostile_pack: HostilePack, canary: Path) -> None:
    """Entities of a document type could include a file in the drawing, or expand without limit."""
    source = f"<!DOCTYPE svg [<!ENTITY a SYSTEM '{canary.as_uri()}'>]>" + SVG.format("<text>&a;</text>")

    assert "document type" in hostile_pack.body("", "p { background: url(a.svg) }").put(a_svg=source).message("pdf")


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<p onclick='alert(1)'>x</p>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href=' JavaScript:alert(1)'>x</a>",
        "<a href='data:text/html,x'>x</a>",
        "<a href='file:///etc/passwd'>x</a>",
        "<form action='https://evil.example/'><p>x</p></form>",
        "<svg xmlns='http://www.w3.org/2000/svg'><a href='javascript:alert(1)'><text>x</text></a></svg>",
    ],
)
def test_a_page_runs_nothing(inside: str, hostile_pack: HostilePack) -> None:
    """Scripts, event handlers and script links are refused in HTML, where a browser would run them."""
    assert {problem.code for problem in hostile_pack.body(inside).problems("html")} == {"outside-address"}


DIVS = "<div>" * 40 + "x" + "</div>" * 40
BOMBS = {
    "a height": ("", "p { height: 1e9mm }", "the limit is 10,000"),
    "a page of a kilometre": ("", "@page { size: 1e6mm 1e6mm }", "the limit is 10,000"),
    "a page of ten metres": ("", "@page { size: 9999mm 9999mm }", "between 2 and 5,080 mm"),
    "a page of nothing": ("", "@page { size: 0 0; margin: 0 }", ""),
    "depth": ("<div>" * 300 + "</div>" * 300, "", "nested more than"),
    "columns in columns": (DIVS, "div { columns: 2 }", "too much work"),
    "flex boxes in flex boxes": (DIVS, "div { display: flex }", "too much work"),
    "grids in grids": (DIVS, "div { display: grid }", "too much work"),
    "tables in tables": ("<table><tr><td>" * 9 + "</td></tr></table>" * 9, "", "tables deep"),
    "a span": ("<table><tr><td colspan='1000000'>x</td></tr></table>", "", "spans '1000000'"),
    "spans of spans": ("<table><tr><td colspan='900' rowspan='900'>x</td></tr></table>", "", "200,000 elements"),
    "a grid of a million": ("", "p { display: grid; grid-template-columns: repeat(9000, 1fr) }", "the limit is 100"),
    "a dotted line": ("", "p::after { content: leader('.') } p { width: 9999mm; font-size: 0.01px }", "too much work"),
    "a counter": ("", "@counter-style a { system: symbolic; symbols: x }", "@counter-style"),
    "a counter in place": ("", "p::before { content: counter(x, symbols(symbolic 'x')) }", "symbols()"),
    "a gradient": ("", "p { background: repeating-linear-gradient(red 0, blue 0.0001px) }", "repeating-"),
    "variables": ("", ":root { --a: x x; --b: var(--a) var(--a) }", "variables of variables"),
    "tabs": ("<pre>\t\t</pre>", "pre { tab-size: 9999 }", "tab"),
    "a long text": ("", f"p::before {{ content: '{'x' * 2000}' }}", "2,000 characters"),
    "a long stylesheet": ("", "p { color: red }" * 9000, "longer than"),
    "brackets": ("", "p" + ":not(p" * 500 + ")" * 500 + "{ color: red }", "brackets"),
    "rules in rules": ("", "p,p,p{" * 20 + "}" * 20, "5,000 selectors"),
    "rules of their parents": ("", "p{" + "& & &{" * 20 + "}" * 21, "5,000 selectors"),
    "rules in rules in media": ("", "p,p,p{@media all{" * 10 + "}}" * 10, "5,000 selectors"),
    "many selectors": ("", "p" + ",p" * 5000 + "{ color: red }", "5,000 selectors"),
    "a power": ("", "p { width: calc(pow(10000, 100) * 1mm) }", "pow()"),
    "a product": ("", "p { width: calc(9999 * 9999 * 1mm) }", "may be more than 10,000"),
    "a division": ("", "p { width: calc(1mm / 0.000001) }", "may be more than 10,000"),
    "a product of variables": (
        "",
        ":root { --a: 9999 } p { width: calc(var(--a) * var(--a) * 1mm * 2) }",
        "more than 10,000",
    ),
    "a computed grid": (
        "",
        "p { display: grid; grid-template-columns: repeat(calc(99 * 99), 1fr) }",
        "how often it repeats",
    ),
    "tabs with a comment": ("<pre>\t\t</pre>", "pre { tab-size/**/: 9999 }", "tab"),
    "tabs with escapes": ("<pre>\t\t</pre>", r"pre { t\61 b-size: 9999 }", "tab"),
    "tabs of a variable": ("<pre>\t\t</pre>", ":root { --a: 9999 } pre { tab-size: var(--a) }", "tab"),
    "tabs of an element": ("<pre style='tab-size: 9999'>\t\t</pre>", "", "tab"),
    "variables with escapes": ("", r":root { --a: x x; --b: v\61r(--a) var(--a) }", "variables of variables"),
    "variables in brackets": ("", ":root { --a: x; --b: {var(--a) var(--a)} }", "variables of variables"),
    "many variables": ("", ":root { --a: x } p { font-family: " + "var(--a) " * 30 + "}", "more than 20 variables"),
    "many searches": ("", "p:has(a) { color: red } " * 200, "has()"),
    "siblings counted again and again": ("", "p:nth-child(odd of p:nth-child(odd of p)) { color: red }", "with 'of'"),
    "what the layout cannot do": (
        "<ol><li>x</li></ol>",
        "li { display: list-item; width: min-content } li::marker { content: counter(list-item) }",
        "",
    ),
    "a broken bracket": ("", "p { color: red } }", "broken"),
    "many styles": ("".join(f"<p style='width: {n}px'>x</p>" for n in range(6000)), "", "different styles"),
    "siblings": ("", "p:has(~ p ~ x) { color: red }", "has()"),
    "copies of copies": (
        "<img alt='x' src=\"data:image/svg+xml;base64,"
        + base64.b64encode(SVG.format("<defs><g id='a'><use href='#b'/><use href='#b'/></g></defs>").encode()).decode()
        + '"/>',
        "",
        "copies of copies",
    ),
}


def test_a_stylesheet_has_its_problems_with_their_lines(hostile_pack: HostilePack) -> None:
    """Also below comments of several lines."""
    style = "/* one\ntwo */\np { color: red }\np { background: url(https://evil.example/x.png) }"

    (problem,) = hostile_pack.body("", style).problems("html")

    assert (problem.where.file.rpartition("/")[2], problem.where.line) == ("letter.css", 4)


def test_a_stylesheet_may_do_what_stylesheets_do(hostile_pack: HostilePack) -> None:
    """Nested rules, variables, computed sizes, gradients, page margins and conditions are laid out."""
    style = """@charset "utf-8"; :root { --ink: #123 } p { color: var(--ink); & > b { margin: calc(2 * 3mm) } }
    @page { size: A4; @bottom-center { content: counter(page) " / " counter(pages) } } @page :first { margin: 15mm }
    @media (min-width: 100mm) { p:not(.a, .b):nth-child(2n + 1)::before { content: "\\201C" attr(class, "x") } }
    @supports (display: grid) { p { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)) } }
    p { background: linear-gradient(to right, rgb(1 2 3 / 50%), red); width: calc(100% - 2 * 20mm); *zoom: 1 }"""

    hostile_pack.body("<p class='c'><b>x</b></p>", style)

    assert hostile_pack.write("pdf").startswith(b"%PDF")
    assert b"calc(100% - 2 * 20mm)" in hostile_pack.write("html")


def test_a_stylesheet_does_not_end_its_own_element(hostile_pack: HostilePack) -> None:
    """What would end the element in HTML is written with an escape, in texts and in names."""
    style = r"p::before { content: '</style><script>alert(1)</script>' } \</style> { color: red }"

    page = hostile_pack.body("", style).write("html").decode()

    assert page.count("</style>") == 1
    assert r'content: "<\/style><script>alert(1)<\/script>"' in page


@pytest.mark.parametrize(("page", "style", "fact"), BOMBS.values(), ids=BOMBS)
def test_a_page_cannot_use_unlimited_resources(page: str, style: str, fact: str, hostile_pack: HostilePack) -> None:
    """A short stylesheet or page whose layout would take hours or gigabytes is refused."""
    assert fact in hostile_pack.body(page, style).message("pdf")


def test_a_letter_has_at_most_a_thousand_pages(hostile_pack: HostilePack, monkeypatch: pytest.MonkeyPatch) -> None:
    """No page after the limit is laid out; the test sets the limit to twenty, so that it is fast."""
    monkeypatch.setattr(press, "MAX_PAGES", 20)

    message = hostile_pack.body("<p>x</p>" * 30, "p { break-before: page }").message("pdf")

    assert "more than 20 pages" in message


def test_drawings_in_drawings_are_refused(hostile_pack: HostilePack) -> None:
    """A drawing in a ``data:`` URL of a drawing, hundreds of times, is a problem and not a bug."""
    data = "<svg xmlns='x'/>"
    for _ in range(330):
        quoted = data.replace("%", "%25").replace("&", "&amp;").replace("<", "&lt;").replace("'", "&#39;")
        data = f"<svg xmlns='x'><image href='data:,{quoted}'/></svg>"

    assert "drawings in drawings" in hostile_pack.body("", "p { background: url(a.svg) }").put(a_svg=data).message(
        "html"
    )
